"""Training of the reader's model: ``python -m dateline.eval.training --help``. Needs the extra ``train``."""
