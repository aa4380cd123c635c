"""Training of the reader's model: ``python -m rag.training --help``. Needs the extra ``train``."""
