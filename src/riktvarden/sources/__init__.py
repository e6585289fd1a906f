"""Newer tables than the project's own: fetched or downloaded, staged, compared, and accepted as a whole."""
