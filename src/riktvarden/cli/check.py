"""Commands that check the sources of the report: tables, assumptions, returns and translations."""

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
    accept: Annotated[bool, typer.Option("--accept", help="Update the recorded checksums of tables that pass.")] = False,
    returned: Annotated[Path | None, FROM] = None,
) -> None:
    """Check every table, assumption and accepted return, and list all problems at once."""
    if accept:
        try:
            changed = tables.accept()
        except InputError as error:
            fail(error)
        console.print(f"recorded: {', '.join(changed)}" if changed else "nothing has changed")
    if found := found_problems():
        fail(InputError(found))
    console.print(f"{len(tables.names())} tables and {len(assumptions.read())} assumptions are valid")


def catalogues(
    language: Annotated[str, typer.Argument(help="Language to translate into, e.g. en.")] = "en",
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail on a missing or ambiguous translation.")
    ] = False,
) -> None:
    """Update the translation catalogues from the text and list what is untranslated."""
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


def found_problems() -> list[Problem]:
    """Return all problems in tables, assumptions and returns, showing which is being checked."""
    from riktvarden.editions import record
    from riktvarden.responses import rounds
    from riktvarden.responses import store as responses
    from riktvarden.returns import store  # takes seconds, and not every command checks

    with errors.status("checking tables and assumptions") as status:
        of_tables = tables.check(progress=lambda name: status.update(f"checking table {name}"))
        # Wrong tables cannot be compared with the editions.
        editions = [] if of_tables else [record.WORKING, *(each.name for each in record.frozen() if not each.afterwards)]
        return [
            *of_tables,
            *(rounds.problems(tables.read("consultation_rounds"), editions) if editions else []),
            *(assumptions.check() or assumptions.unlike_parameters()),
            *store.problems(),
            *responses.problems(),
        ]
