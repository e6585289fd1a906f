"""Newer tables: fetched or downloaded, compared with the project's own, accepted."""

from __future__ import annotations

import typer

from riktvarden.cli import refresh

app = typer.Typer(help="Newer tables: fetch, compare, accept.", no_args_is_help=True)
app.command()(refresh.refresh)
