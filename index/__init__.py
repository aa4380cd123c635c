"""The corpus: articles are read, split into chunks, embedded, recorded and found."""

if __name__ != "dateline.index":  # a second copy of every module, beside that of the package
    raise ImportError("the folder 'index' is imported as 'dateline.index'")
