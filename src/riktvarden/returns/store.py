"""What regions have handed in and remarked, kept so that nothing is overwritten: for the baseline and the book."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from riktvarden import tables
from riktvarden.problems import InputError, Problem, misfits
from riktvarden.returns import form
from riktvarden.returns.check import check
from riktvarden.returns.place import PATH
from riktvarden.returns.place import digest as digest
from riktvarden.returns.place import folder as folder
from riktvarden.returns.rules import COLUMNS, Known, Question, text_fault
from riktvarden.tables import DATA

KEYS = ["care_unit", "sector", "measure", "sex", "stage"]
"""What a figure of one return is known by."""

COMMENT_COLUMNS = ["number", "received", "role", "region", "measure", "text"]

REMARKABLE = sorted({*tables.MEASURES, *(field.measure for field in form.FIELDS if field.is_figure), "region"})
"""What a remark may be about: a measure of the baseline or of the form, or the region as such."""

READ_COLUMNS = [*COLUMNS, "is_complete", "number", "received", "source"]
"""Columns that `read_returns` gives."""

DAY = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"

RESTORE = "restore the folder from version control"

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Record(BaseModel):
    """What is kept beside the figures of one accepted return.

    Attributes
    ----------
    region, reference_date, number
        What it is for, and the how-manieth return for that.
    form_version
        Version of the form it came on.
    received, role
        When it was accepted and in what role it was handed in; never a name.
    is_complete
        Whether the units listed are all that the region has.
    sha256_file, sha256_csv
        Of the file as handed in, which is not kept, and of the figures.
    questions
        What asked for a comment when it was accepted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    region: Annotated[str, Field(pattern=r"^[0-9]{2}$")]
    reference_date: datetime.date
    number: Annotated[int, Field(ge=1)]
    form_version: Annotated[int, Field(ge=1)]
    received: datetime.date
    role: Literal[tuple(form.ROLES)]  # type: ignore[valid-type]
    is_complete: bool
    sha256_file: Sha256
    sha256_csv: Sha256
    questions: list[str]


@dataclass(frozen=True)
class Receipt:
    """What came of handing in a return.

    Attributes
    ----------
    path
        Where its figures are.
    number
        The how-manieth return of its region and date it is.
    is_new
        False where it says what the newest one says already: then nothing was stored.
    changes
        Figures that differ from the return before for the same date: `KEYS`, ``before``, ``after``; all figures
        where there is none before.
    questions
        What asks for a comment.
    """

    path: Path
    number: int
    is_new: bool
    changes: pd.DataFrame
    questions: list[Question]


def known(data: Path = DATA) -> Known:
    """Gather what the project knows of the regions: names, municipalities, population, figures, earlier returns.

    Raises
    ------
    InputError
        If a table or an earlier return is not what was checked.
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
        returns=read_returns(data),
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
) -> Receipt:
    """Check a return and keep its figures under a new number; nothing is overwritten.

    Parameters
    ----------
    path
        The file that the region handed in; it is not kept itself.
    data
        The data folder.
    role
        Who handed it in, one of `riktvarden.returns.form.ROLES`.
    region, reference_date
        What it should be for; any region and plausible date where left out.
    today
        The day it is accepted.

    Raises
    ------
    InputError
        If anything is wrong in it, or in what is kept already; then nothing is stored.
    """
    _hold_role(role)
    received = today or datetime.date.today()
    known_before = known(data)
    found = check(path, known_before, region, reference_date, received)
    place = folder(data) / found.region / found.reference_date.isoformat()
    text = found.frame.to_csv(index=False, lineterminator="\n").encode()
    kept = known_before.returns
    before = kept[(kept["region"] == found.region) & (kept["reference_date"] == pd.Timestamp(found.reference_date))]
    numbers = _numbers(place)
    newest = max(numbers, default=0)
    if newest and _read_record(place / f"{newest}.json", data).sha256_csv == _sha256(text):
        changes = changed(found.frame.iloc[:0], found.frame.iloc[:0])
        return Receipt(place / f"{newest}.csv", newest, False, changes, found.questions)
    record = Record(
        region=found.region,
        reference_date=found.reference_date,
        number=newest + 1,
        form_version=found.version,
        received=received,
        role=role,
        is_complete=found.is_complete,
        sha256_file=found.sha256,
        sha256_csv=_sha256(text),
        questions=[question.text + (f" – {question.answer}" if question.answer else "") for question in found.questions],
    )
    place.mkdir(parents=True, exist_ok=True)
    # The record comes last: figures without one were never accepted, and reading says so.
    _write_new(place / f"{record.number}.csv", text, data)
    _write_new(place / f"{record.number}.json", (record.model_dump_json(indent=2) + "\n").encode(), data)
    return Receipt(place / f"{record.number}.csv", record.number, True, changed(before, found.frame), found.questions)


def changed(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """List figures that differ between two tidy returns: `KEYS`, ``before``, ``after``, NaN where there is none."""
    both = before[[*KEYS, "value"]].merge(after[[*KEYS, "value"]], on=KEYS, how="outer", suffixes=("_before", "_after"))
    both = both.rename(columns={"value_before": "before", "value_after": "after"})
    same = (both["before"] == both["after"]) | (both["before"].isna() & both["after"].isna())
    return both[~same].sort_values(KEYS, ignore_index=True)


def read_returns(data: Path = DATA) -> pd.DataFrame:
    """Read the newest accepted return of each region and reference date.

    Returns
    -------
    pandas.DataFrame
        `READ_COLUMNS`: ``region, reference_date`` (datetime64), ``care_unit`` (`form.WHOLE` for the region's own
        total), ``sector`` (own, private, all), ``municipality`` (code, empty where not said), ``measure, sex`` (women,
        men, all), ``stage`` (1 to 6, all), ``value`` (NaN where missing), ``unit, status`` (reported, missing),
        ``comment, is_complete`` (all units listed), ``number, received, source``. No rows where nothing has been handed in.

    Raises
    ------
    InputError
        If any file is not the one that was accepted.
    """
    frames, faults = [], []
    for place in _places(data):
        try:
            numbers = _numbers(place)
            records = [_accepted(place, number, data) for number in numbers]
            if records:
                frames.append(_frame(place, records[-1], data))
        except InputError as error:
            faults += error.problems
    if faults:
        raise InputError(faults)
    if not frames:
        texts = dict.fromkeys(READ_COLUMNS, "str")
        numbers_too = {"value": "float64", "number": "int64", "is_complete": "bool"}
        dates = {"reference_date": "datetime64[us]", "received": "datetime64[us]"}
        return pd.DataFrame(columns=READ_COLUMNS).astype({**texts, **numbers_too, **dates})
    return pd.concat(frames, ignore_index=True)


def frames(data: Path = DATA) -> dict[str, pd.DataFrame]:
    """Read what the report takes from the regions: their newest returns, and their remarks.

    Returns
    -------
    dict
        ``returns``: as `read_returns`, with ``is_whole`` for the region's own total; ``remarks``: `read_comments`.

    Raises
    ------
    InputError
        If any file is not the one that was accepted.
    """
    returns = read_returns(data)
    return {
        "returns": returns.assign(is_whole=(returns["care_unit"] == form.WHOLE).astype(bool)),
        "remarks": read_comments(data),
    }


def problems(data: Path = DATA) -> list[Problem]:
    """Find what is not as it was accepted, in returns and remarks; empty if all of it is."""
    found: list[Problem] = []
    for read in (read_returns, read_comments):
        try:
            read(data)
        except InputError as error:
            found += error.problems
    return sorted(found)


def _places(data: Path) -> Iterator[Path]:
    """List the folders of a region and date, in their order."""
    for place in sorted(folder(data).glob("[0-9][0-9]/*")):
        if place.is_dir():
            try:
                datetime.date.fromisoformat(place.name)
            except ValueError as error:
                expected = "a folder named by a date as YYYY-MM-DD"
                raise InputError([Problem(_name(place, data), 0, "", place.name, expected, RESTORE)]) from error
            yield place


def _numbers(place: Path) -> list[int]:
    """List the numbers that have figures or a record, from 1."""
    found = {int(path.stem) for path in place.glob("*.*") if re.fullmatch(r"[1-9][0-9]*\.(csv|json)", path.name)}
    return sorted(found)


def _accepted(place: Path, number: int, data: Path) -> Record:
    """Read the record of a return and hold its figures against it."""
    record, figures = _read_record(place / f"{number}.json", data), place / f"{number}.csv"
    if not figures.is_file():
        raise InputError([Problem(_name(figures, data), 0, "", "no file", "the figures of the record", RESTORE)])
    found = _sha256(figures.read_bytes())
    if found != record.sha256_csv:
        expected = f"{record.sha256_csv}, the sha256 of what was accepted"
        mend = f"{RESTORE}; a correction is handed in as a new return"
        raise InputError([Problem(_name(figures, data), 0, "", found, expected, mend)])
    said = (record.region, record.reference_date.isoformat(), record.number)
    if said != (place.parent.name, place.name, number):
        file = _name(place / f"{number}.json", data)
        expected = f"region {place.parent.name}, date {place.name}, number {number}, as the folder says"
        raise InputError([Problem(file, 0, "", " ".join(map(str, said)), expected, RESTORE)])
    return record


def _read_record(path: Path, data: Path) -> Record:
    try:
        return Record.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        mend = "import the return again after removing the figures, which were never accepted"
        problem = Problem(_name(path, data), 0, "", "no file", "the record of the figures beside it", mend)
        raise InputError([problem]) from error
    except ValidationError as error:
        raise InputError(misfits(error, Record, _name(path, data))) from error


def _frame(place: Path, record: Record, data: Path) -> pd.DataFrame:
    """Read figures whose sha256 was verified."""
    path = place / f"{record.number}.csv"
    texts = {column: "str" for column in COLUMNS if column != "value"}
    frame = pd.read_csv(path, dtype={**texts, "value": "float64"}, keep_default_na=False, na_values={"value": [""]})
    if list(frame.columns) != COLUMNS:
        expected = f"columns {', '.join(COLUMNS)}"
        problem = Problem(_name(path, data), 1, "", ", ".join(frame.columns), expected, RESTORE)
        raise InputError([problem])
    return frame.assign(
        reference_date=pd.Timestamp(record.reference_date),
        is_complete=record.is_complete,
        number=record.number,
        received=pd.Timestamp(record.received),
        source=f"return {record.region} {record.reference_date} no. {record.number}",
    )[READ_COLUMNS]


# Remarks


def comment(region: str, measure: str, text: str, role: str, data: Path = DATA, today: datetime.date | None = None) -> int:
    """Keep a region's remark on one of its figures; the ones before stay.

    Parameters
    ----------
    region
        Code of the region.
    measure
        What it is about, one of `REMARKABLE`.
    text
        The remark, in the region's own words, without names.
    role
        Who makes it, one of `riktvarden.returns.form.ROLES`.
    data
        The data folder.
    today
        The day it is made.

    Returns
    -------
    int
        Its number among the region's remarks.

    Raises
    ------
    InputError
        If it cannot be kept.
    """
    _hold_role(role)
    text = " ".join(text.split())
    path = folder(data) / region / "comments.csv"
    codes = set(tables.read("regions", data)["region"])
    faults = []
    if region not in codes:
        expected = "a region's code, as `riktvarden regions` lists them"
        faults.append(Problem("the remark", 0, "region", region, expected, "correct the code"))
    if measure not in REMARKABLE:
        expected = f"one of {', '.join(REMARKABLE)}"
        faults.append(Problem("the remark", 0, "measure", measure, expected, "choose one of them"))
    fault = remark_fault(text)
    if fault:
        faults.append(Problem("the remark", 0, "text", text[:60], *fault))
    if faults:
        raise InputError(faults)
    kept = _comments(path, data) if path.is_file() else pd.DataFrame(columns=COMMENT_COLUMNS)
    number = len(kept) + 1
    received = (today or datetime.date.today()).isoformat()
    row = pd.DataFrame([[number, received, role, region, measure, text]], columns=COMMENT_COLUMNS)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("a", encoding="utf-8", newline="") as file:
            row.to_csv(file, index=False, header=not len(kept), lineterminator="\n")
    except OSError as error:
        raise InputError([_unwritable(path, data, error)]) from error
    return number


def remark_fault(text: str) -> tuple[str, str] | None:
    """Say why a remark cannot be kept: what was expected and how to mend it; None where it can."""
    return text_fault(text, form.LONGEST_COMMENT) if text else ("a remark", "write it")


def read_comments(data: Path = DATA) -> pd.DataFrame:
    """Read all remarks of the regions, the oldest of each region first.

    Returns
    -------
    pandas.DataFrame
        ``number, received`` (datetime64), ``role, region, measure, text``; no rows where there are none.

    Raises
    ------
    InputError
        If a file is not as `comment` writes it.
    """
    frames, faults = [], []
    for path in sorted(folder(data).glob("[0-9][0-9]/comments.csv")):
        try:
            frames.append(_comments(path, data))
        except InputError as error:
            faults += error.problems
    if faults:
        raise InputError(faults)
    if not frames:
        texts = dict.fromkeys(COMMENT_COLUMNS, "str")
        return pd.DataFrame(columns=COMMENT_COLUMNS).astype({**texts, "number": "int64", "received": "datetime64[us]"})
    return pd.concat(frames, ignore_index=True)


def _comments(path: Path, data: Path) -> pd.DataFrame:
    """Read one region's remarks and hold them against how they are written."""
    file = _name(path, data)
    try:
        frame = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")
    except (UnicodeDecodeError, ValueError) as error:  # pandas' own errors are ValueErrors
        raise InputError([Problem(file, 0, "", str(error)[:80], "remarks as a table", RESTORE)]) from error
    if list(frame.columns) != COMMENT_COLUMNS:
        expected = f"columns {', '.join(COMMENT_COLUMNS)}"
        raise InputError([Problem(file, 1, "", ", ".join(frame.columns), expected, RESTORE)])
    faults = []
    for line, row in enumerate(frame.to_dict("records"), start=2):
        found = {str(column): str(value) for column, value in row.items()}
        rules = {
            "number": (found["number"] == str(line - 1), f"{line - 1}, the next number"),
            "received": (re.fullmatch(DAY, found["received"]) is not None, "a date as YYYY-MM-DD"),
            "role": (found["role"] in form.ROLES, f"one of {', '.join(form.ROLES)}"),
            "region": (found["region"] == path.parent.name, f"{path.parent.name}, as the folder says"),
            "measure": (found["measure"] in REMARKABLE, f"one of {', '.join(REMARKABLE)}"),
            "text": (remark_fault(found["text"]) is None, "a text that may be printed"),
        }
        for column, (is_right, expected) in rules.items():
            if not is_right:
                faults.append(Problem(file, line, column, found[column][:60], expected, RESTORE))
    if faults:
        raise InputError(faults)
    return frame.assign(number=frame["number"].astype("int64"), received=pd.to_datetime(frame["received"]))


# Files


def _hold_role(role: str) -> None:
    if role not in form.ROLES:
        expected = f"a role, never a name: one of {', '.join(form.ROLES)}"
        raise InputError([Problem("who hands in", 0, "role", role, expected, "choose the role that fits best")])


def _write_new(path: Path, content: bytes, data: Path) -> None:
    """Write a file that must not be there yet."""
    try:
        with path.open("xb") as file:
            file.write(content)
    except OSError as error:
        raise InputError([_unwritable(path, data, error)]) from error


def _unwritable(path: Path, data: Path, error: OSError) -> Problem:
    found = error.strerror or type(error).__name__
    return Problem(_name(path, data), 0, "", found, "a file that can be written", "check folder and rights, then retry")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _name(path: Path, data: Path) -> str:
    return f"{PATH}/{path.relative_to(folder(data)).as_posix()}"
