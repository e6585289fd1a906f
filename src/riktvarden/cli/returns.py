"""Commands for the regions' returns: write the form, check it, import it, remark on a figure."""

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
    help=f"Folder of the returns (default: {place.PATH}).",
    show_default=False,
)
"""Option of every command that reads or writes returns; its callback takes effect before the command runs."""
_REGION = typer.Option(help="Region code, see `riktvarden regions`.")
_DATE = typer.Option("--date", help="Reference date, the last day of a year (YYYY-12-31).")
_ROLE = typer.Option(help=f"Role of the submitter (no names): {', '.join(form.ROLES)}.")
_FILE = typer.Argument(help="The completed form (.xlsx), or its sheet ST as .csv.", show_default=False)


@app.command()
def template(
    region: Annotated[str, _REGION],
    output: Annotated[Path, typer.Option(help="Workbook to create (must not exist).")],
    date: Annotated[str, _DATE] = "",
    units: Annotated[int, typer.Option(min=1, max=form.MOST_UNITS, help="Number of rows for units.")] = 40,
    returns: Annotated[Path | None, FROM] = None,
) -> None:
    """Write the form for a region, prefilled with known data."""
    from riktvarden.returns import store
    from riktvarden.returns.template import write_template

    try:
        day = _day(date) or _last_day(datetime.date.today())
        with errors.status("gathering known data on the region"):
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
    """Check a completed form and list all problems at once."""
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
        f"no problems: region {found.region}, {found.reference_date}, {len(rows)} rows, {len(found.questions)} questions",
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
    """Check a completed form, store its figures and list changes since the previous return."""
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
    measure: Annotated[str, typer.Option(help="Measure that the remark is about, e.g. persons, or `region` for all.")],
    text: Annotated[str, typer.Option(help="The remark in the region's own words, without names.")],
    role: Annotated[str, _ROLE],
    returns: Annotated[Path | None, FROM] = None,
) -> None:
    """Store a region's remark on one of its figures, to be shown beside the figure in the report."""
    from riktvarden.returns import store

    try:
        number = store.comment(region, measure, text, role)
    except (InputError, LockedError) as error:
        _refuse(error)
    console.print(f"stored as remark {number} of region {region} on {measure}")


@app.command()
def withdraw(
    region: Annotated[str, typer.Argument(help="Region code.", show_default=False)],
    number: Annotated[int, typer.Argument(help="Number of the remark, see `returns status`.", show_default=False)],
    role: Annotated[str, _ROLE],
    returns: Annotated[Path | None, FROM] = None,
) -> None:
    """Withdraw a remark: it stays on record but is no longer shown in the report."""
    from riktvarden.returns import store

    try:
        store.withdraw(region, number, role)
    except (InputError, LockedError) as error:
        _refuse(error)
    console.print(f"remark {number} of region {region} is withdrawn")


@app.command()
def status(
    region: Annotated[str, typer.Option(help="Region code (default: all).")] = "",
    returns: Annotated[Path | None, FROM] = None,
) -> None:
    """List stored returns, whether each is used, and the remarks being shown."""
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
    """Return the latest 31 December that is not in the future."""
    this_year = datetime.date(today.year, 12, 31)
    return this_year if today == this_year else datetime.date(today.year - 1, 12, 31)


def _day(text: str) -> datetime.date | None:
    """Parse a date from the command line; None if it is empty."""
    if not text:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        expected = "a date as YYYY-MM-DD"
        raise InputError([Problem("the command", 0, "--date", text, expected, "correct the date")]) from error


def _refuse(error: InputError | LockedError) -> NoReturn:
    fail(error, "nothing was stored")
