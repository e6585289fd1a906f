"""Run the command line with ``python -m riktvarden``."""

from riktvarden.cli import app

app()
