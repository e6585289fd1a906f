"""Responses to the consultation: the file, its check, storage and summary."""
