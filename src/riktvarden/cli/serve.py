"""Command that shows the report while it is being written."""

from __future__ import annotations

import errno
import signal
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from riktvarden.cli.build import ROOT
from riktvarden.cli.terminal import console, fail


def serve(
    regions: Annotated[str, typer.Option(help="Comma-separated region codes, e.g. 12,25 (default: all 21).")] = "",
    municipalities: Annotated[
        bool, typer.Option("--municipalities/--no-municipalities", help="Make a page for each municipality of the regions.")
    ] = True,
    language: Annotated[str, typer.Option(help="Build one language, e.g. sv (default: all).")] = "",
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 for any that is free.")] = 8000,
    output: Annotated[Path, typer.Option(help="Folder to build in.")] = ROOT / "_build",
) -> None:
    """Show the report, build what changes, and reload it in the browser; Ctrl-C ends it."""
    from riktvarden.book import serve as serving

    home = output.resolve()
    try:
        server = serving.Server((host, port), home / "site")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            fail(f"{host}:{port}: in use by another program; choose another port with --port")
        fail(f"{host}:{port}: {error.strerror or error}; choose another with --host or --port")
    places = "--municipalities" if municipalities else "--no-municipalities"
    command = ["riktvarden", "build", "--wait", places, "--regions", regions, "--language", language, "--output", str(home)]
    signal.signal(signal.SIGTERM, _interrupt)
    console.print(f"http://{host}:{server.server_address[1]}/ (Ctrl-C ends it)", markup=False)
    try:
        serving.run(server, ROOT, home, command, lambda said: console.print(said, markup=False))
    except KeyboardInterrupt:
        console.print("ended")


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt
