"""Verdicts: whether what a sentence says stands where its citations are, and what articles only order, ask or deny."""
