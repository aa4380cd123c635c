"""Splitting: an article's body into sentences, and sentences into chunks."""
