"""Embedding: texts into vectors, by the model that ships or by one that the user names."""
