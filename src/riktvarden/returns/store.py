"""Append-only storage of the regions' returns and remarks.

Each return, remark and withdrawal of a remark is one file, written atomically under the next free number, so that a
crash, a full disk or a concurrent submission never leaves a partial file.
"""

from __future__ import annotations

import datetime
import io
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from riktvarden import files, handed_in, tables
from riktvarden.problems import InputError, Problem, misfits
from riktvarden.returns import form
from riktvarden.returns.check import check
from riktvarden.returns.place import PATH
from riktvarden.returns.place import digest as digest
from riktvarden.returns.place import folder as folder
from riktvarden.returns.rules import COLUMNS, Known, Question, text_fault
from riktvarden.tables import DATA

KEYS = ["care_unit", "sector", "measure", "sex", "stage"]
"""Key columns of a figure within one return."""

COMMENT_COLUMNS = ["number", "received", "role", "region", "measure", "text"]

REMARKABLE = sorted({*tables.MEASURES, *(field.measure for field in form.FIELDS if field.is_figure), "region"})
"""Possible subjects of a remark: a measure of the baseline or of the form, or the region as such."""

READ_COLUMNS = [*COLUMNS, "is_complete", "number", "received", "source", "salt"]
"""Columns returned by `read_returns`."""

STATUS_COLUMNS = ["region", "reference_date", "number", "received", "role", "units", "is_used", "held"]
"""Columns returned by `status`."""

REMARKS = "remarks"
"""Folder of a region's remarks."""

RESTORE = "restore the folder from version control"

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Region = Annotated[str, Field(pattern=r"^[0-9]{2}$")]
Number = Annotated[int, Field(ge=1)]
Role = Literal[tuple(form.ROLES)]  # type: ignore[valid-type]


class _Kept(BaseModel):
    """Fields common to all stored files.

    Attributes
    ----------
    region, number
        Region, and sequence number within its kind.
    received, role
        Date of receipt, and role of the submitter; never a name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    region: Region
    number: Number
    received: datetime.date
    role: Role  # type: ignore[valid-type]


class Record(_Kept):
    """One accepted return.

    Attributes
    ----------
    reference_date
        Date that the figures refer to; returns are numbered by region and date.
    form_version
        Version of its form.
    is_complete
        Whether all units of the region are listed.
    sha256_file, sha256_figures
        SHA-256 of the file as handed in, which is not kept, and of the lines of figures.
    salt
        Random text, part of every digest of the figures: without it, anyone who has seen a digest could try small
        counts until one matches.
    questions
        Questions that required a comment when it was accepted.
    held
        Reason why it is kept but not used, such as too small a difference from published figures; empty if it is used.
    figures
        Its figures, as comma-separated lines of a tidy table with `COLUMNS`.
    """

    reference_date: datetime.date
    form_version: Annotated[int, Field(ge=1)]
    is_complete: bool
    sha256_file: Sha256
    sha256_figures: Sha256
    salt: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    questions: list[str]
    held: str = ""
    figures: list[str]


class Remark(_Kept):
    """A remark of a region on one of its figures."""

    measure: Literal[tuple(REMARKABLE)]  # type: ignore[valid-type]
    text: str


class Withdrawal(_Kept):
    """Withdrawal of a remark, which is kept but no longer shown; numbered among the remarks."""

    withdraws: Number


@dataclass(frozen=True)
class Receipt:
    """Result of importing a return.

    Attributes
    ----------
    path
        File in which it is stored.
    number
        Sequence number of the return for its region and date.
    is_new
        Whether it was stored; False if it has the same figures as the newest one.
    changes
        Figures that differ from the previous return for the same date: `KEYS`, ``before``, ``after``; all figures if
        there is none.
    questions
        Questions that require a comment.
    held
        Reason why it is kept but not used; empty if it is used.
    """

    path: Path
    number: int
    is_new: bool
    changes: pd.DataFrame
    questions: list[Question]
    held: str = ""


def known(data: Path = DATA) -> Known:
    """Collect known data on the regions: names, municipalities, population, figures, earlier returns.

    The returns of a region are left out if any has been modified, so that other regions need not wait for their repair.

    Raises
    ------
    InputError
        If a table differs from the one recorded.
    """
    population = tables.read("population_region", data).sort_values("year").groupby("region")["population"].last()
    figures = tables.read("st_baseline", data).merge(
        tables.read("published_st", data)[["figure", "value", "unit", "publication"]], on="figure"
    )
    figures = figures[figures["use"] != "never"].merge(
        tables.read("publications", data)[["publication", "title", "url"]], on="publication"
    )
    named = tables.read("municipalities", data).sort_values("name", key=lambda names: names.map(tables.collated))
    municipalities = named.groupby("region")
    return Known(
        names={str(code): str(name) for code, name in tables.read("regions", data)[["region", "principal"]].to_numpy()},
        population={str(region): float(value) for region, value in population.items()},
        published=figures[["region", "figure", "measure", "value", "unit", "dated", "title", "url"]]
        .drop_duplicates(["region", "figure"])
        .reset_index(drop=True),
        returns=_joined(_readable(data)[0]),
        municipalities={
            str(region): {str(code): str(name) for code, name in own[["municipality", "name"]].to_numpy()}
            for region, own in municipalities
        },
    )


# Returns


def import_return(
    path: Path,
    data: Path = DATA,
    role: str = "redaktion",
    region: str | None = None,
    reference_date: datetime.date | None = None,
    today: datetime.date | None = None,
    hold: Callable[[pd.DataFrame, pd.DataFrame], str] | None = None,
) -> Receipt:
    """Check a return and store its figures under a new number; nothing is overwritten.

    Parameters
    ----------
    path
        The file that the region handed in; the file itself is not kept.
    data
        The data folder.
    role
        Role of the submitter, one of `riktvarden.returns.form.ROLES`.
    region, reference_date
        Expected region and date (default: any region and plausible date).
    today
        Date of acceptance.
    hold
        Called with the figures in use, possibly none, and the new ones; returns why the new ones may not be used, or
        empty text, see `Record.held`.

    Raises
    ------
    InputError
        If it or an earlier return of its region has problems, or if it cannot be written; then nothing is stored.
    LockedError
        If another process does not finish storing data of the region in time.
    """
    _hold_role(role)
    received = today or datetime.date.today()
    found = check(path, known(data), region, reference_date, received)
    text = found.frame.to_csv(index=False, lineterminator="\n")
    place = folder(data) / found.region / found.reference_date.isoformat()
    with handed_in.storing(place.parent, "importing a return", _name(place.parent, data)):
        kept = _records(place, data)
        newest, used, nothing = kept[-1] if kept else None, _used(kept), found.frame.iloc[:0]
        if newest and (newest.sha256_figures, newest.is_complete) == (handed_in.sha256(text), found.is_complete):
            number = newest.number
            return Receipt(_file(place, number), number, False, changed(nothing, nothing), found.questions, newest.held)
        held = hold(_frame(used)[COLUMNS] if used else nothing, found.frame) if hold else ""

        def record(number: int) -> Record:
            return Record(
                region=found.region,
                reference_date=found.reference_date,
                number=number,
                form_version=found.version,
                received=received,
                role=role,
                is_complete=found.is_complete,
                sha256_file=found.sha256,
                sha256_figures=handed_in.sha256(text),
                salt=secrets.token_hex(16),
                questions=[
                    question.text + (f" – {question.answer}" if question.answer else "") for question in found.questions
                ],
                held=held,
                figures=text.removesuffix("\n").split("\n"),
            )

        number = _keep(place, record)
    before = _frame(newest) if newest else nothing
    return Receipt(_file(place, number), number, True, changed(before, found.frame), found.questions, held)


def changed(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return the figures that differ between two tidy returns: `KEYS`, ``before``, ``after``, NaN if there is none."""
    both = before[[*KEYS, "value"]].merge(after[[*KEYS, "value"]], on=KEYS, how="outer", suffixes=("_before", "_after"))
    both = both.rename(columns={"value_before": "before", "value_after": "after"})
    same = (both["before"] == both["after"]) | (both["before"].isna() & both["after"].isna())
    return both[~same].sort_values(KEYS, ignore_index=True)


def read_returns(data: Path = DATA) -> pd.DataFrame:
    """Read the newest accepted return of each region and reference date that is not held back.

    Returns
    -------
    pandas.DataFrame
        `READ_COLUMNS`: ``region, reference_date`` (datetime64), ``care_unit`` (`form.WHOLE` for the region's own
        total), ``sector`` (own, private, all), ``municipality`` (code, empty where not said), ``measure, sex`` (women,
        men, all), ``stage`` (1 to 6, all), ``value`` (NaN where missing), ``unit, status`` (reported, missing),
        ``comment, is_complete`` (all units listed), ``number, received, source``, ``salt`` (see `Record`). Empty if
        nothing has been handed in.

    Raises
    ------
    InputError
        If any file has been modified since it was accepted.
    """
    found, faults = _readable(data)
    if faults:
        raise InputError(faults)
    return _joined(found)


def frames(data: Path = DATA) -> dict[str, pd.DataFrame]:
    """Read the regions' newest returns and their remarks, for the report.

    Returns
    -------
    dict
        ``returns``: as `read_returns`, with ``is_whole`` for the region's own total; ``remarks``: `read_comments`.

    Raises
    ------
    InputError
        If any file has been modified since it was accepted.
    """
    returns = read_returns(data)
    return {
        "returns": returns.assign(is_whole=(returns["care_unit"] == form.WHOLE).astype(bool)),
        "remarks": read_comments(data),
    }


def status(data: Path = DATA) -> pd.DataFrame:
    """List every stored return, and whether it is used.

    Returns
    -------
    pandas.DataFrame
        `STATUS_COLUMNS`: ``region, reference_date, number, received, role``, ``units`` listed, ``is_used``, and why it is
        ``held``, empty if it is not.

    Raises
    ------
    InputError
        If any file has been modified since it was accepted.
    """
    rows = []
    for place in (place for own in _regions(data) for place in _dates(own, data)):
        records = _records(place, data)
        used = _used(records)
        for record in records:
            units = _frame(record)["care_unit"].drop_duplicates()
            facts = (record.region, record.reference_date, record.number, record.received, record.role)
            rows.append((*facts, int((units != form.WHOLE).sum()), record is used, record.held))
    return pd.DataFrame(rows, columns=STATUS_COLUMNS)


def problems(data: Path = DATA) -> list[Problem]:
    """Return the problems of returns and remarks that have been modified since they were accepted."""
    found: list[Problem] = []
    for read in (read_returns, read_comments):
        try:
            read(data)
        except InputError as error:
            found += error.problems
    return sorted(set(found))


def _readable(data: Path) -> tuple[list[pd.DataFrame], list[Problem]]:
    """Read the returns of every region whose returns are all intact, and return the problems of the others."""
    frames, faults = [], []
    for own in _regions(data):
        try:
            used = [_used(_records(place, data)) for place in _dates(own, data)]
            frames += [_frame(record) for record in used if record]
        except InputError as error:
            faults += error.problems
    return frames, faults


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    if frames:
        return pd.concat(frames, ignore_index=True)
    texts = dict.fromkeys(READ_COLUMNS, "str")
    numbers_too = {"value": "float64", "number": "int64", "is_complete": "bool"}
    dates = {"reference_date": "datetime64[us]", "received": "datetime64[us]"}
    return pd.DataFrame(columns=READ_COLUMNS).astype({**texts, **numbers_too, **dates})


def _used(records: list[Record]) -> Record | None:
    """Return the newest return that is not held."""
    return next((record for record in reversed(records) if not record.held), None)


def _dates(own: Path, data: Path) -> Iterator[Path]:
    """List the folders of a region's dates, in order."""
    for place in sorted(own.iterdir()):
        if place.is_dir() and place.name != REMARKS and not place.name.startswith("."):
            try:
                datetime.date.fromisoformat(place.name)
            except ValueError as error:
                expected = "a folder named by a date as YYYY-MM-DD"
                raise InputError([Problem(_name(place, data), 0, "", place.name, expected, RESTORE)]) from error
            yield place


def _records(place: Path, data: Path) -> list[Record]:
    """Read all returns of a region and date, and verify each against its own checksums and keys."""
    found = []
    for number, path in _numbered(place, data):
        record, file = _parsed(path, Record, data), _name(path, data)
        says = (record.region, record.reference_date.isoformat(), record.number)
        if says != (place.parent.name, place.name, number):
            expected = f"region {place.parent.name}, date {place.name}, number {number}, as the folder says"
            raise InputError([Problem(file, 0, "", " ".join(map(str, says)), expected, RESTORE)])
        sha256 = handed_in.sha256("".join(f"{line}\n" for line in record.figures))
        if sha256 != record.sha256_figures:
            expected = f"{record.sha256_figures}, the sha256 of what was accepted"
            fix = f"{RESTORE}; submit corrections as a new return"
            raise InputError([Problem(file, 0, "figures", sha256, expected, fix)])
        if record.figures[0] != ",".join(COLUMNS):
            raise InputError([Problem(file, 0, "figures", record.figures[0], f"columns {', '.join(COLUMNS)}", RESTORE)])
        found.append(record)
    return found


def _frame(record: Record) -> pd.DataFrame:
    """Convert figures with a verified sha256 to a tidy frame."""
    texts = {column: "str" for column in COLUMNS if column != "value"}
    frame = pd.read_csv(
        io.StringIO("\n".join(record.figures)),
        dtype={**texts, "value": "float64"},
        keep_default_na=False,
        na_values={"value": [""]},
    )
    return frame.assign(
        reference_date=pd.Timestamp(record.reference_date),
        is_complete=record.is_complete,
        number=record.number,
        received=pd.Timestamp(record.received),
        source=f"return {record.region} {record.reference_date} no. {record.number}",
        salt=record.salt,
    )[READ_COLUMNS]


# Remarks


def comment(region: str, measure: str, text: str, role: str, data: Path = DATA, today: datetime.date | None = None) -> int:
    """Store a region's remark on one of its figures, beside earlier ones.

    Parameters
    ----------
    region
        Code of the region.
    measure
        Subject of the remark, one of `REMARKABLE`.
    text
        The remark, in the region's own words, without names.
    role
        Role of its author, one of `riktvarden.returns.form.ROLES`.
    data
        The data folder.
    today
        Date of the remark.

    Returns
    -------
    int
        Its number among the region's remarks.

    Raises
    ------
    InputError
        If it cannot be kept.
    LockedError
        If another process does not finish storing data of the region in time.
    """
    _hold_role(role)
    text = " ".join(text.split())
    faults = _not_a_region(region, data)
    if measure not in REMARKABLE:
        expected = f"one of {', '.join(REMARKABLE)}"
        faults.append(Problem("the remark", 0, "measure", measure, expected, "choose one of them"))
    fault = remark_fault(text)
    if fault:
        faults.append(Problem("the remark", 0, "text", text[:60], *fault))
    if faults:
        raise InputError(faults)
    received = today or datetime.date.today()
    own = folder(data) / region
    with handed_in.storing(own, "keeping a remark", _name(own, data)):
        _remarks(own, data)
        return _keep(
            own / REMARKS,
            lambda number: Remark(region=region, number=number, received=received, role=role, measure=measure, text=text),
        )


def withdraw(region: str, number: int, role: str, data: Path = DATA, today: datetime.date | None = None) -> int:
    """Withdraw a remark: it is kept but no longer shown.

    Parameters
    ----------
    region, number
        Code of the region, and number of the remark.
    role
        Role of the person withdrawing it, one of `riktvarden.returns.form.ROLES`.
    data
        The data folder.
    today
        Date of the withdrawal.

    Returns
    -------
    int
        Number of the withdrawal among the region's remarks.

    Raises
    ------
    InputError
        If the region has no such remark, or it cannot be withdrawn.
    LockedError
        If another process does not finish storing data of the region in time.
    """
    _hold_role(role)
    if faults := _not_a_region(region, data):
        raise InputError(faults)
    own = folder(data) / region
    received = today or datetime.date.today()
    with handed_in.storing(own, "withdrawing a remark", _name(own, data)):
        shown = [remark.number for remark in _shown(_remarks(own, data))]
        if number not in shown:
            expected = f"the number of a remark that is shown: {', '.join(map(str, shown)) or 'there is none'}"
            fix = "choose one of them" if shown else "there is nothing to withdraw"
            raise InputError([Problem("the withdrawal", 0, "number", str(number), expected, fix)])
        return _keep(
            own / REMARKS,
            lambda own_number: Withdrawal(region=region, number=own_number, received=received, role=role, withdraws=number),
        )


def remark_fault(text: str) -> tuple[str, str] | None:
    """Return why a remark cannot be kept (expected, fix), or None if it can."""
    return text_fault(text, form.LONGEST_COMMENT) if text else ("a remark", "write it")


def read_comments(data: Path = DATA) -> pd.DataFrame:
    """Read the regions' remarks that are not withdrawn, the oldest of each region first.

    Returns
    -------
    pandas.DataFrame
        ``number, received`` (datetime64), ``role, region, measure, text``; no rows where there are none.

    Raises
    ------
    InputError
        If a file is not as `comment` or `withdraw` writes it.
    """
    rows, faults = [], []
    for own in _regions(data):
        try:
            rows += [remark.model_dump() for remark in _shown(_remarks(own, data))]
        except InputError as error:
            faults += error.problems
    if faults:
        raise InputError(faults)
    types = {**dict.fromkeys(COMMENT_COLUMNS, "str"), "number": "int64", "received": "datetime64[us]"}
    return pd.DataFrame(rows, columns=COMMENT_COLUMNS).astype(types)


def _remarks(own: Path, data: Path) -> list[Remark | Withdrawal]:
    """Read a region's remarks and withdrawals, and verify each against its own keys."""
    found: list[Remark | Withdrawal] = []
    for number, path in _numbered(own / REMARKS, data):
        file, is_withdrawal = _name(path, data), '"withdraws":' in _text(path, data)
        entry: Remark | Withdrawal = _parsed(path, Withdrawal, data) if is_withdrawal else _parsed(path, Remark, data)
        if (entry.region, entry.number) != (own.name, number):
            expected = f"region {own.name}, number {number}, as the folder says"
            raise InputError([Problem(file, 0, "", f"{entry.region} {entry.number}", expected, RESTORE)])
        if isinstance(entry, Remark) and remark_fault(entry.text):
            raise InputError([Problem(file, 0, "text", entry.text[:60], "a text that may be printed", RESTORE)])
        found.append(entry)
    return found


def _shown(entries: list[Remark | Withdrawal]) -> list[Remark]:
    withdrawn = {entry.withdraws for entry in entries if isinstance(entry, Withdrawal)}
    return [entry for entry in entries if isinstance(entry, Remark) and entry.number not in withdrawn]


def _not_a_region(region: str, data: Path) -> list[Problem]:
    if region in set(tables.read("regions", data)["region"]):
        return []
    expected = "a region's code, as `riktvarden regions` lists them"
    return [Problem("the remark", 0, "region", region, expected, "correct the code")]


# Files


Kept = TypeVar("Kept", bound=_Kept)


def _keep(place: Path, made: Callable[[int], BaseModel]) -> int:
    """Write a file under the next free number, and return the number."""
    number = max((number for number, _ in _files(place)), default=0) + 1
    while True:
        try:
            files.create(_file(place, number), (made(number).model_dump_json(indent=2) + "\n").encode())
            return number
        except FileExistsError:  # another process was faster, on a file system that ignores locks
            number += 1


def _regions(data: Path) -> list[Path]:
    return sorted(place for place in folder(data).glob("[0-9][0-9]") if place.is_dir())


def _files(place: Path) -> list[tuple[int, Path]]:
    """List the numbered files of a folder, which need not exist, in order."""
    return sorted((int(path.stem), path) for path in place.glob("*.json") if re.fullmatch(r"[1-9][0-9]*", path.stem))


def _numbered(place: Path, data: Path) -> list[tuple[int, Path]]:
    """List the numbered files and check that no number is missing."""
    found = _files(place)
    for expected, (number, _) in enumerate(found, start=1):
        if number != expected:
            file = _name(_file(place, expected), data)
            raise InputError([Problem(file, 0, "", "no file", f"number {expected} before number {number}", RESTORE)])
    return found


def _file(place: Path, number: int) -> Path:
    return place / f"{number}.json"


def _text(path: Path, data: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        found = getattr(error, "strerror", "") or type(error).__name__
        raise InputError([Problem(_name(path, data), 0, "", found, "a readable file", RESTORE)]) from error


def _parsed(path: Path, kind: type[Kept], data: Path) -> Kept:
    try:
        return kind.model_validate_json(_text(path, data))
    except ValidationError as error:
        raise InputError(misfits(error, kind, _name(path, data))) from error


def _hold_role(role: str) -> None:
    if role not in form.ROLES:
        expected = f"a role (no names), one of {', '.join(form.ROLES)}"
        raise InputError([Problem("the submitter", 0, "role", role, expected, "choose the role that fits best")])


def _name(path: Path, data: Path) -> str:
    return f"{PATH}/{path.relative_to(folder(data)).as_posix()}"
