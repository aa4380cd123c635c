"""Prompt injection in articles: sentences that order something to be said instead of reporting it."""
