"""The report of an evaluation: one page that asks for nothing outside itself."""
