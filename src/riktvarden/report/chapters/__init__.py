"""Chapters of the report, one module a subject."""
