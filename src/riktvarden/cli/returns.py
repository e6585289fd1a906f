"""The commands of the regions' returns: get the form, check it, hand it in, remark on a figure."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from riktvarden.cli.terminal import console, errors, fail, lines
from riktvarden.files import LockedError
from riktvarden.problems import InputError, Problem
from riktvarden.returns import form, place

app = typer.Typer(help="The regions' returns on specialist training: form, check, import, remarks.", no_args_is_help=True)


def _use(returns: Path | None) -> Path | None:
    if returns is not None:
        place.use(returns)
    return returns


FROM = typer.Option(
    "--returns",
    envvar=place.VARIABLE,
    exists=True,
    file_okay=False,
    callback=_use,
    help=f"Folder of the returns; {place.PATH} if left out.",
    show_default=False,
)
"""Option of every command that reads or writes returns: it acts by itself, before the command does."""
_REGION = typer.Option(help="Code of the region, as `riktvarden regions` lists them.")
_DATE = typer.Option("--date", help="Reference date, the last day of a year: YYYY-12-31.")
_ROLE = typer.Option(help=f"Who hands in, never a name: {', '.join(form.ROLES)}.")
_FILE = typer.Argument(help="The filled form, .xlsx, or its sheet ST as .csv.", show_default=False)


@app.command()
def template(
    region: Annotated[str, _REGION],
    output: Annotated[Path, typer.Option(help="Workbook to write; it must not be there yet.")],
    date: Annotated[str, _DATE] = "",
    units: Annotated[int, typer.Option(min=1, max=form.MOST_UNITS, help="Rows for units.")] = 40,
    returns: Annotated[Path | None, FROM] = None,
) -> None:
    """Write the form for a region, with what is known of it filled in."""
    from riktvarden.returns import store
    from riktvarden.returns.template import write_template

    try:
        day = _day(date) or _last_day(datetime.date.today())
        with errors.status("gathering what is known of the region"):
            known = store.known()
        if region not in known.names:
            expected = "a region's code, as `riktvarden regions` lists them"
            raise InputError([Problem("the command", 0, "--region", region, expected, "correct the code")])
        if (day.month, day.day) != (12, 31):
            expected = "the last day of a year, YYYY-12-31"
            raise InputError([Problem("the command", 0, "--date", f"{day}", expected, "correct the date")])
        if output.suffix.lower() != ".xlsx" or output.exists():
            expected = "a name ending in .xlsx that no file has yet"
            raise InputError([Problem("the command", 0, "--output", str(output), expected, "choose another name")])
        with errors.status("writing the form"):
            write_template(region, day, known, output, units)
    except InputError as error:
        _refuse(error)
    except OSError as error:
        _refuse(
            InputError(
                [Problem(str(output), 0, "", str(error.strerror), "a file that can be written", "choose another folder")]
            )
        )
    console.print(f"{output}: form {form.VERSION} for {known.names[region]}, {day}", markup=False)


@app.command()
def check(
    file: Annotated[Path, _FILE],
    region: Annotated[str, _REGION] = "",
    date: Annotated[str, _DATE] = "",
    returns: Annotated[Path | None, FROM] = None,
) -> None:
    """Check a filled form and say all that is wrong at once."""
    from riktvarden.returns import store
    from riktvarden.returns.check import check as check_return

    try:
        with errors.status(f"checking {file.name}"):
            found = check_return(file, store.known(), region or None, _day(date))
    except InputError as error:
        _refuse(error)
    rows = found.frame[["care_unit", "sector"]].drop_duplicates()
    lines([f"question: {question}" for question in found.questions])
    console.print(
        f"nothing is wrong: region {found.region}, {found.reference_date}, {len(rows)} rows, "
        f"{len(found.questions)} questions",
        highlight=False,
    )


@app.command("import")
def import_(
    file: Annotated[Path, _FILE],
    role: Annotated[str, _ROLE],
    region: Annotated[str, _REGION] = "",
    date: Annotated[str, _DATE] = "",
    returns: Annotated[Path | None, FROM] = None,
) -> None:
    """Check a filled form and keep its figures; say what changed since the one before."""
    from riktvarden.returns import released, store

    try:
        with errors.status(f"checking and storing {file.name}"):
            day, hold = _day(date), released.hold()
            receipt = store.import_return(file, role=role, region=region or None, reference_date=day, hold=hold)
    except (InputError, LockedError) as error:
        _refuse(error)
    lines([f"question: {question}" for question in receipt.questions])
    if not receipt.is_new:
        console.print(f"nothing new: {receipt.path} says the same", markup=False)
        return
    if receipt.number > 1:
        lines(
            [
                f"changed: {change.care_unit} ({change.sector}), {change.measure}, sex {change.sex}, "
                f"year of training {change.stage}: {change.before:g} → {change.after:g}"
                for change in receipt.changes.itertuples(index=False)
            ]
        )
        console.print(f"{len(receipt.changes)} figures changed since number {receipt.number - 1}")
    console.print(f"stored as {receipt.path}", markup=False)
    if receipt.held:
        console.print(f"held, and not used: {receipt.held}", markup=False)


@app.command()
def comment(
    region: Annotated[str, _REGION],
    measure: Annotated[str, typer.Option(help="What the remark is about, e.g. persons; `region` for all of it.")],
    text: Annotated[str, typer.Option(help="The remark in the region's own words, without names.")],
    role: Annotated[str, _ROLE],
    returns: Annotated[Path | None, FROM] = None,
) -> None:
    """Keep a region's remark on one of its figures; the report prints it beside the figure."""
    from riktvarden.returns import store

    try:
        number = store.comment(region, measure, text, role)
    except (InputError, LockedError) as error:
        _refuse(error)
    console.print(f"kept as remark {number} of region {region} on {measure}")


@app.command()
def withdraw(
    region: Annotated[str, typer.Argument(help="Code of the region.", show_default=False)],
    number: Annotated[int, typer.Argument(help="The remark's number, as `returns status` lists it.", show_default=False)],
    role: Annotated[str, _ROLE],
    returns: Annotated[Path | None, FROM] = None,
) -> None:
    """Withdraw a remark: it is kept, and shown in the report no longer."""
    from riktvarden.returns import store

    try:
        store.withdraw(region, number, role)
    except (InputError, LockedError) as error:
        _refuse(error)
    console.print(f"remark {number} of region {region} is withdrawn")


@app.command()
def status(
    region: Annotated[str, typer.Option(help="Code of a region; all of them if left out.")] = "",
    returns: Annotated[Path | None, FROM] = None,
) -> None:
    """List what is kept: every return and whether it is used, and the remarks that are shown."""
    from riktvarden.returns import store

    try:
        kept, remarks = store.status(), store.read_comments()
    except InputError as error:
        _refuse(error)
    if region:
        kept, remarks = kept[kept["region"] == region], remarks[remarks["region"] == region]
    lines(
        [
            f"{row['region']}  {row['reference_date']}  no. {row['number']}  {row['received']}  {row['role']}  "
            f"{row['units']} units  "
            + ("used" if row["is_used"] else f"held: {row['held']}" if row["held"] else "superseded")
            for row in kept.to_dict("records")
        ]
    )
    lines(
        [
            f"{row['region']}  remark {row['number']}  {row['received'].date()}  {row['role']}  on {row['measure']}: "
            f"{row['text']}"
            for row in remarks.to_dict("records")
        ]
    )
    console.print(f"{len(kept)} returns, {len(remarks)} remarks")


def _last_day(today: datetime.date) -> datetime.date:
    """Give the last day of a year that has come."""
    this_year = datetime.date(today.year, 12, 31)
    return this_year if today == this_year else datetime.date(today.year - 1, 12, 31)


def _day(text: str) -> datetime.date | None:
    """Read a date of the command line; None where none is given."""
    if not text:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        expected = "a date as YYYY-MM-DD"
        raise InputError([Problem("the command", 0, "--date", text, expected, "correct the date")]) from error


def _refuse(error: InputError | LockedError) -> NoReturn:
    fail(error, "nothing was stored")
