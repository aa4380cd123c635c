"""Formulas as pure functions, each with its paper: retrieval, answers, citations, abstaining, and how sure they are."""
