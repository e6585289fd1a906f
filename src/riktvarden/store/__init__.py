"""Stored results: computed once per build, read by each page, with the parts used recorded."""
