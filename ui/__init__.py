"""The user interfaces: command line, page, endpoints, MCP."""

if __name__ != "dateline.ui":  # a second copy of every module, beside that of the package
    raise ImportError("the folder 'ui' is imported as 'dateline.ui'")
