"""Commands for responses to the consultation: begin one, check it, import it, list and delete what is stored."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

import typer

from riktvarden.cli.terminal import console, errors, fail, lines
from riktvarden.files import LockedError
from riktvarden.problems import InputError, Problem

app = typer.Typer(help="Responses to the consultation: begin, check, import, list, delete.", no_args_is_help=True)

_FILE = typer.Argument(help="The response (.toml).", show_default=False)
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
        if output.suffix != form.SUFFIX or output.exists():
            expected = f"a name ending in {form.SUFFIX} that no file has yet"
            raise InputError([Problem("the command", 0, "--output", str(output), expected, "choose another name")])
    except InputError as error:
        fail(error, "nothing was written")
    output.write_text(template.begun(own, edition), encoding="utf-8")
    console.print(f"{output}: fill in values, answers and comment, then `riktvarden response import`", markup=False)


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
    for file in files:
        try:
            with errors.status(f"checking and storing {file.name}"):
                receipt = store.import_response(file)
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
