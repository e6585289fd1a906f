"""The commands of `riktvarden data`: fetch or add newer tables, show their effects, accept them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from riktvarden import files, tables
from riktvarden.cli import refresh
from riktvarden.cli.terminal import console, errors, fail, lines
from riktvarden.problems import InputError, Problem

STAGED = tables.DATA / "staged"
BUILT = tables.DATA.parent / "_build"

app = typer.Typer(help="Newer tables: fetch, add downloaded files, compare, accept.", no_args_is_help=True)
app.command()(refresh.refresh)

_TABLES = typer.Argument(help="Tables (default: all staged ones).", show_default=False)
_FOLDER = typer.Option("--folder", help="Folder of staged tables.")


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="A downloaded file, .xlsx or delimited text.", show_default=False)],
    mapping: Annotated[
        Path | None, typer.Option(help="TOML file that maps columns (default: named like the file).")
    ] = None,
    propose: Annotated[bool, typer.Option("--propose", help="Write a mapping to confirm, and stage nothing.")] = False,
    table: Annotated[str | None, typer.Option(help="Target table (default: the most similar one).")] = None,
    folder: Annotated[Path, _FOLDER] = STAGED,
) -> None:
    """Stage a downloaded file with a confirmed mapping, or propose a mapping."""
    from riktvarden.sources import downloads, staging

    place = mapping or file.with_suffix(".toml")
    try:
        if propose:
            _propose(file, place, table)
            return
        with errors.status("reading the file"):
            found = downloads.read(file, downloads.read_mapping(place))
            path = staging.stage(found.table, found.rows, found.record, folder=folder)
    except InputError as error:
        fail(error, "nothing was staged")
    lines([f"note: {flag}" for flag in found.record.flags])
    console.print(f"{len(found.rows)} rows of {found.table} staged in {path}; compare them with `riktvarden data diff`")


def _propose(file: Path, place: Path, table: str | None) -> None:
    """Show the contents of a file and write a mapping for it, never overwriting one that may have been edited."""
    from rich.markup import escape
    from rich.table import Table

    from riktvarden.sources import proposals

    with errors.status("looking at the file"):
        proposal = proposals.propose(file, table)
    grid = Table("column", "words", "the first", "proposed as")
    for column, count, words, meant in proposal.seen:
        grid.add_row(*(escape(text) for text in (column, str(count), ", ".join(words), meant or "not used")))
    console.print(grid)
    try:
        files.create(place, proposal.mapping.encode())
    except FileExistsError:
        fix = "name another file with --mapping, or remove this one"
        raise InputError([Problem(str(place), 0, "", "a file", "a name that no file has yet", fix)]) from None
    console.print(f"for the table {proposal.table}; correct and confirm {place}, then add the file with it", markup=False)


@app.command()
def diff(
    names: Annotated[list[str] | None, _TABLES] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write the text for a pull request.")] = False,
    built: Annotated[Path, typer.Option(help="Folder of a built book, whose pages record what they read.")] = BUILT,
    folder: Annotated[Path, _FOLDER] = STAGED,
) -> None:
    """Show the effects of staged tables: changed rows, guideline values with the cause, and pages."""
    from rich.markdown import Markdown

    from riktvarden.sources import compare

    try:
        with errors.status("comparing tables and running the model on both"):
            found = compare.compare(names or [], folder=folder, built=built)
    except InputError as error:
        fail(error)
    text = compare.markdown(found)
    if markdown:
        typer.echo(text)
    else:
        console.print(Markdown(text))


@app.command()
def accept(
    names: Annotated[list[str] | None, _TABLES] = None,
    folder: Annotated[Path, _FOLDER] = STAGED,
) -> None:
    """Replace tables by the staged ones atomically, with their dates, sources and records."""
    from riktvarden.sources.accept import accept as replace

    try:
        with errors.status("checking the tables together"):
            done = replace(names or [], folder=folder)
    except InputError as error:
        fail(error, "nothing was accepted")
    console.print(f"accepted: {', '.join(done)}; see `git diff`, then build" if done else "nothing is staged")
