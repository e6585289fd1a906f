"""The command that fetches tables anew from the services that publish them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from riktvarden.sources.staging import STAGED

app = typer.Typer(help="Newer tables: fetched from the services that publish them.", no_args_is_help=True)
console = Console(soft_wrap=True)
errors = Console(stderr=True, soft_wrap=True)


@app.callback()
def _group() -> None:
    """Keep the name of the command, also while it is the only one."""


@app.command()
def refresh(
    names: Annotated[
        list[str] | None, typer.Argument(help="scb, kolada, socialstyrelsen, or tables; all if left out.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show calls and cells; fetch no figures, write nothing.")
    ] = False,
    base_url: Annotated[
        list[str] | None, typer.Option("--base-url", help="Another address of a service, NAME=URL; may be repeated.")
    ] = None,
    folder: Annotated[Path, typer.Option(help="Folder to put the tables in, to be compared and accepted.")] = STAGED,
    cache: Annotated[Path | None, typer.Option(help="Folder that keeps the answers; the user's own if left out.")] = None,
) -> None:
    """Fetch tables from the services that publish them, and put them beside the project's own."""
    from riktvarden.problems import InputError
    from riktvarden.sources.refresh import Refresh, RefreshError  # takes seconds, and other commands do without
    from riktvarden.sources.session import CACHE

    try:
        addresses = dict(_address(each) for each in base_url or [])
        whole = Refresh(names or (), addresses, folder, cache or CACHE)
        if dry_run:
            with errors.status("asking for lists of codes") as status:
                planned = whole.plan(told=lambda table: status.update(f"asking for the codes of {table}"))
            for each in planned:
                _line(f"{each.service:<16} {each.table:<34} {each.calls:>5} calls {each.cells:>10,} cells")
            total = sum(each.calls for each in planned), sum(each.cells for each in planned)
            _line(f"{len(planned)} tables, {total[0]} calls at least, {total[1]:,} cells; nothing was fetched")
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("calls"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=errors, transient=True) as progress:
            task = progress.add_task("asking for lists of codes", total=None)
            paths = whole.run(
                told=lambda table: progress.update(task, description=table),
                planned=lambda every: progress.update(task, total=sum(each.calls for each in every)),
                heard=lambda: progress.advance(task),
            )
    except (RefreshError, InputError) as error:
        errors.print(str(error), style="red", highlight=False, markup=False)
        raise typer.Exit(1) from error
    for path in paths:
        _line(f"staged: {path}")
    _line(f"{len(paths)} tables wait in {folder}; compare them with `riktvarden data diff`")


def _line(text: str) -> None:
    console.print(text, highlight=False, markup=False)


def _address(option: str) -> tuple[str, str]:
    name, found, url = option.partition("=")
    if not found or not url.startswith(("http://", "https://")):
        raise typer.BadParameter(
            f"{option!r} is not NAME=URL, such as scb=http://127.0.0.1:8000/scb", param_hint="--base-url"
        )
    return name, url
