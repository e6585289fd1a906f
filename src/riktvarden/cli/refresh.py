"""The command that fetches newer tables from the services that publish them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from riktvarden.cli.terminal import console, errors, fail, lines
from riktvarden.problems import InputError
from riktvarden.sources.staging import STAGED

if TYPE_CHECKING:
    from riktvarden.sources.refresh import Refresh


def refresh(
    names: Annotated[
        list[str] | None, typer.Argument(help="scb, kolada, socialstyrelsen, or tables (default: all).")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show calls and cells; fetch no figures.")] = False,
    base_url: Annotated[
        list[str] | None, typer.Option("--base-url", help="Another address of a service, NAME=URL; repeatable.")
    ] = None,
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Stage the other tables if some are refused, but still fail.")
    ] = False,
    folder: Annotated[Path, typer.Option(help="Folder for the fetched tables.")] = STAGED,
    cache: Annotated[
        Path | None, typer.Option(help="Folder that caches the answers (default: the user's cache).", show_default=False)
    ] = None,
) -> None:
    """Fetch tables from the services that publish them, and stage them for comparison."""
    from riktvarden.sources.refresh import Refresh, RefreshError  # takes seconds, and other commands do without it
    from riktvarden.sources.session import CACHE

    try:
        addresses = dict(_address(each) for each in base_url or [])
        whole = Refresh(names or (), addresses, folder, cache or CACHE, keep_going=keep_going or dry_run)
        if dry_run:
            with errors.status("asking for lists of codes") as status:
                planned = whole.plan(progress=lambda table: status.update(f"asking for the codes of {table}"))
            lines([f"{each.service:<16} {each.table:<34} calls {each.calls:>4}  cells {each.cells:>8}" for each in planned])
            calls, cells = sum(each.calls for each in planned), sum(each.cells for each in planned)
            console.print(f"tables {len(planned)}, calls at least {calls}, cells {cells}; nothing was fetched")
            _refused(whole)
            return
        shown = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        with Progress(*shown, console=errors, transient=True, disable=not errors.is_terminal) as progress:
            task = progress.add_task("asking for lists of codes", total=None)
            paths = whole.run(
                progress=lambda table: progress.update(task, description=table),
                planned=lambda every: progress.update(task, total=sum(each.calls for each in every)),
                heard=lambda: progress.advance(task),
            )
    except (RefreshError, InputError) as error:
        fail(error, "nothing was staged")
    lines([f"staged: {path}" for path in paths])
    console.print(f"tables staged: {len(paths)}; see what they would change with `riktvarden data diff`")
    _refused(whole)


def _refused(whole: Refresh) -> None:
    """List the refused tables, if any, and fail."""
    if whole.faults:
        lines([str(fault) for fault in whole.faults], errors)
        fail(f"refused: {len(whole.faults)} of {len(whole.wanted)} tables")


def _address(option: str) -> tuple[str, str]:
    """Parse NAME=URL."""
    name, _, url = option.partition("=")
    if not url.startswith(("http://", "https://")):
        expected = "NAME=URL, such as scb=http://127.0.0.1:8000/scb"
        raise typer.BadParameter(f"{option!r} is not {expected}", param_hint="--base-url")
    return name, url
