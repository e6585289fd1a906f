"""Check what the report is made of: tables, assumptions, returns, translations, exports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from riktvarden import assumptions, tables
from riktvarden.cli.returns import FROM
from riktvarden.cli.terminal import console, errors, fail
from riktvarden.problems import InputError, Problem

ROOT = tables.DATA.parent


def check(
    accept: Annotated[
        bool, typer.Option("--accept", help="Record the present contents of tables that pass as the checked ones.")
    ] = False,
    returned: Annotated[Path | None, FROM] = None,
) -> None:
    """Check every table, assumption and accepted return, and say all that is wrong at once."""
    if accept:
        try:
            changed = tables.accept()
        except InputError as error:
            fail(error)
        console.print(f"recorded: {', '.join(changed)}" if changed else "nothing has changed")
    if found := found_problems():
        fail(InputError(found))
    console.print(f"{len(tables.names())} tables and {len(assumptions.read())} assumptions keep their contract")


def catalogues(
    language: Annotated[str, typer.Argument(help="Language to translate to, e.g. en.")] = "en",
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail if something is not translated.")] = False,
) -> None:
    """Bring the translators' catalogues up to date with the text, and say what is not translated."""
    from riktvarden.book import catalogues as translators

    try:
        with errors.status("reading chapters and code"):
            lacking = translators.missing(ROOT, language, translators.templates(ROOT)) if check else []
            left = {} if check else translators.update(ROOT, language)
            lacking += translators.alike(ROOT, language)
    except translators.CatalogueError as error:
        fail(error)
    if lacking:
        fail(translators.CatalogueError("\n".join(lacking)))
    for domain, count in left.items():
        place = translators.path(ROOT, language, domain).relative_to(ROOT)
        console.print(f"{place}: {count} texts to translate")
    if not any(left.values()):
        console.print(f"{language}: everything is translated")


def regions() -> None:
    """List the 21 regions with their codes."""
    try:
        rows = tables.read("regions")
    except InputError as error:
        fail(error)
    for code, name in zip(rows["region"], rows["principal"], strict=True):
        console.print(f"{code}  {name}")


def check_export(
    file: Annotated[Path, typer.Argument(help="The export, as delimited text.")],
    mapping: Annotated[Path, typer.Option(help="TOML file that says which column is which.")],
    output: Annotated[Path | None, typer.Option(help="Write the rows in the form of the personnel model.")] = None,
) -> None:
    """Check an export against its mapping, and say all that is wrong at once."""
    from riktvarden import exports

    try:
        rows = exports.read_export(file, exports.read_mapping(mapping))
    except InputError as error:
        fail(error)
    if output is not None:
        rows.to_csv(output, index=False, lineterminator="\n")
    counts = ", ".join(f"{count} {status}" for status, count in rows["status"].value_counts().items())
    console.print(f"{len(rows)} cells fit the mapping: {counts}")


def found_problems() -> list[Problem]:
    """List what is wrong in tables, assumptions and returns, showing which is being checked."""
    from riktvarden.returns import store  # takes seconds, and not every command checks

    with errors.status("checking tables and assumptions") as status:
        return [
            *tables.check(progress=lambda name: status.update(f"checking table {name}")),
            *(assumptions.check() or assumptions.unlike_parameters()),
            *store.problems(),
        ]
