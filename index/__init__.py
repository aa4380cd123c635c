"""The corpus: articles are read, split into chunks, embedded, recorded and found."""
