"""Measuring Dateline: its answers on sets of questions, its speed, and its peers."""
