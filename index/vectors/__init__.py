"""Vectors: the Chroma index beside the record, built from it, checked and searched."""
