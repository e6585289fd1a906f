"""Commands for responses to the consultation: begin one, write the form, check, import, list and delete."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

import typer

from riktvarden.cli.terminal import console, errors, fail, lines
from riktvarden.files import LockedError
from riktvarden.problems import InputError, Problem

app = typer.Typer(help="Responses to the consultation: begin, form, check, import, list, delete.", no_args_is_help=True)

_FILE = typer.Argument(help="The response (.toml), or the form filled in (.xlsx).", show_default=False)
_NOTHING = "nothing was stored"


@app.command()
def new(
    output: Annotated[Path, typer.Option(help="File to create (must not exist).")],
    actor: Annotated[str, typer.Option(help="Kind of actor, a code of data/tables/actors.csv.")],
    name: Annotated[str, typer.Option(help="Name of the organisation, never of a person.")],
    region: Annotated[str, typer.Option(help="Region code, where the actor has one.")] = "",
    profession: Annotated[str, typer.Option(help="Code of a profession, where the actor has one.")] = "",
    edition: Annotated[str, typer.Option(help="Edition that is answered.")] = "working",
) -> None:
    """Begin the file of a response that came as a letter, to be filled in with an editor."""
    from riktvarden.responses import check as checks
    from riktvarden.responses import form, store, template

    own = form.Organisation(actor=actor, name=name or " ", region=region, profession=profession)
    response = form.Response(form=form.FORM, version=form.VERSION, edition=edition, organisation=own, comment="x")
    try:
        if found := checks.examine(response, store.known(), datetime.date.today()):
            raise InputError(found)
        _is_free(output, form.SUFFIX)
    except InputError as error:
        fail(error, "nothing was written")
    output.write_text(template.begun(own, edition), encoding="utf-8")
    console.print(f"{output}: fill in values, answers and comment, then `riktvarden response import`", markup=False)


@app.command("template")
def template_(
    output: Annotated[Path, typer.Option(help="Workbook to create (must not exist).")],
    actor: Annotated[str, typer.Option(help="Kind of actor, a code of data/tables/actors.csv.")],
    language: Annotated[str, typer.Option(help="Language of the form.")] = "sv",
    edition: Annotated[str, typer.Option(help="Edition that is answered.")] = "working",
) -> None:
    """Write the form to send to a kind of actor, with the questions put to it and the report's values."""
    from riktvarden.report.chapters import consultation
    from riktvarden.report.kit.context import Context
    from riktvarden.responses import check as checks
    from riktvarden.responses import store, workbook

    try:
        known = store.known()
        if found := [*checks.edition_faults(edition, known, datetime.date.today()), *checks.actor_faults(actor, known)]:
            raise InputError(found)
        _is_free(output, workbook.SUFFIX)
        with errors.status("reading the report's results and ranking the questions"):
            context = Context.read(language)
            ranks = consultation.ranked(context, context.analysis("uncertainty").tornado)
            content = consultation.template(context, edition, ranks, actor)
        with output.open("xb") as file:
            file.write(content)
    except InputError as error:
        fail(error, "nothing was written")
    except OSError as error:
        found = [Problem(str(output), 0, "", str(error.strerror), "a file that can be written", "choose another folder")]
        fail(InputError(found), "nothing was written")
    console.print(f"{output}: send it; what comes back goes to `riktvarden response import`", markup=False)


def _is_free(output: Path, suffix: str) -> None:
    if output.suffix.lower() != suffix or output.exists():
        expected = f"a name ending in {suffix} that no file has yet"
        raise InputError([Problem("the command", 0, "--output", str(output), expected, "choose another name")])


@app.command()
def check(files: Annotated[list[Path], _FILE]) -> None:
    """Check responses and list all problems at once."""
    from riktvarden.responses import store
    from riktvarden.responses.check import check as check_response

    problems: list[Problem] = []
    try:
        known = store.known()
    except InputError as error:
        fail(error)
    for file in files:
        try:
            check_response(file, known)
        except InputError as error:
            problems += error.problems
    if problems:
        fail(InputError(problems))
    console.print("no problems")


@app.command("import")
def import_(files: Annotated[list[Path], _FILE]) -> None:
    """Check responses and store each that has no problems."""
    from riktvarden.responses import store

    problems: list[Problem] = []
    try:
        known = store.known()
    except InputError as error:
        fail(error, _NOTHING)
    for file in files:
        try:
            with errors.status(f"checking and storing {file.name}"):
                receipt = store.import_response(file, against=known)
        except InputError as error:
            problems += error.problems
        except LockedError as error:
            fail(error, _NOTHING)
        else:
            outcome = "stored as" if receipt.is_new else "nothing new: the same as"
            console.print(f"{file.name}: {outcome} number {receipt.number}", markup=False)
    if problems:
        fail(InputError(problems), "the files that are named were not stored")


@app.command("list")
def list_() -> None:
    """List the stored responses."""
    from riktvarden.responses import store

    try:
        rows = store.listed().to_dict("records")
    except InputError as error:
        fail(error)
    lines(
        [
            f"{row['number']}  {row['received']}  {row['actor']}  {row['name']}  {row['region']}  {row['profession']}  "
            f"{row['values']} values, {row['answers']} answers, {row['numbers']} numbers"
            for row in rows
        ]
    )
    console.print(f"{len(rows)} responses")


@app.command()
def delete(number: Annotated[int, typer.Argument(help="Number of the response, see `list`.", show_default=False)]) -> None:
    """Delete a response at the request of its organisation; only its number is left."""
    from riktvarden.responses import store

    try:
        store.delete(number)
    except (InputError, LockedError) as error:
        fail(error, "nothing was deleted")
    console.print(f"response {number} is deleted")
