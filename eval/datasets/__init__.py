"""Sets of questions that others made: each reader is a pure function, files in, frozen values out."""
