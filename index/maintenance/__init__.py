"""Maintenance: what is wrong with a library, and mending it."""
