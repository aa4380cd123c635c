"""Measuring Dateline: its answers on sets of questions, its speed, and its peers."""

if __name__ != "dateline.eval":  # a second copy of every module, beside that of the package
    raise ImportError("the folder 'eval' is imported as 'dateline.eval'")
