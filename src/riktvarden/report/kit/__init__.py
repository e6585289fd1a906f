"""Shared tools of chapters and pages: context, words, charts, maps, tables and downloads."""
