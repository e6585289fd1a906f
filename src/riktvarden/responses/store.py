"""Storage of the responses: one file each, and what every response is checked against.

A response that is deleted on request leaves only its number behind, so that no other takes it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from riktvarden import assumptions, files, handed_in, tables
from riktvarden.problems import InputError, Problem, misfits
from riktvarden.responses import check as checks
from riktvarden.responses.check import Actor, Known, Round
from riktvarden.responses.form import LISTS, Response
from riktvarden.responses.place import PATH, contents, folder
from riktvarden.tables import DATA

QUESTIONS = ("st_persons_unpublished", "specialists_unpublished")
"""Inputs to measure that are no assumptions, see `riktvarden.model.sensitivity`."""

RESTORE = "restore the folder from its copy, or delete the response and import it again"

COLUMNS = ["number", "received", "edition", "actor", "name", "region", "profession", "values", "answers", "numbers"]

FRAMES = {
    "responses": {"number": "int64", "received": "datetime64[us]"}
    | dict.fromkeys(("edition", "actor", "organisation", "region", "profession", "comment"), "str"),
    "response_values": {"number": "int64", "assumption": "str", "value": "float64", "reason": "str"},
    "response_answers": {"number": "int64", "question": "str", "text": "str"},
    "response_numbers": {"number": "int64", "quantity": "str", "value": "float64", "date": "datetime64[us]"},
}
"""Name of each table of `frames` → its columns and their types."""


class Record(BaseModel):
    """One stored response: its number, when it was received, and the sha256 of what it says.

    A response that was deleted on request has nothing but its number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int = Field(ge=1)
    received: datetime.date | None
    sha256: str
    response: Response | None


@dataclass(frozen=True)
class Receipt:
    """Result of importing a response: its number, whether it is new, and its file."""

    number: int
    is_new: bool
    path: Path


def known(data: Path = DATA) -> Known:
    """Collect what responses are checked against.

    Raises
    ------
    InputError
        If a table differs from the one recorded, or an assumption is wrong.
    """
    rounds = tables.read("consultation_rounds", data)
    return Known(
        actors={
            str(row["actor"]): Actor(row["region"], row["profession"])
            for row in tables.read("actors", data).to_dict("records")
        },
        regions=[str(code) for code in tables.read("regions", data)["region"]],
        assumptions=assumptions.read(data),
        questions=QUESTIONS,
        rounds={str(row["edition"]): Round(row["opens"].date(), row["closes"].date()) for row in rounds.to_dict("records")},
        last_year=int(tables.read("population_nation", data)["year"].max()),
    )


def import_response(
    path: Path, data: Path = DATA, today: datetime.date | None = None, against: Known | None = None
) -> Receipt:
    """Check a response and store it under a new number.

    Parameters
    ----------
    path
        The file as handed in; neither it nor its name is kept.
    data
        The data folder.
    today
        Day of receipt.
    against
        From `known`, which takes longer to read than a response (default: read here).

    Raises
    ------
    InputError
        With all problems; nothing is stored then.
    LockedError
        If another process does not finish storing a response in time.
    """
    received = today or datetime.date.today()
    response = checks.check(path, against or known(data), received)
    with handed_in.storing(folder(data), "importing a response", PATH):
        kept = _records(data)
        sha256 = _digest(response)
        for record in kept:
            if record.response is not None and record.sha256 == sha256:
                return Receipt(record.number, False, _file(record.number, data))
        number = max((record.number for record in kept), default=0) + 1
        _write(Record(number=number, received=received, sha256=sha256, response=response), data, files.create)
    return Receipt(number, True, _file(number, data))


def delete(number: int, data: Path = DATA) -> None:
    """Delete a response at the request of its organisation; only the number is left.

    Raises
    ------
    InputError
        If there is no such response.
    LockedError
        If another process does not finish storing a response in time.
    """
    with handed_in.storing(folder(data), "deleting a response", PATH):
        there = [record.number for record in _records(data) if record.response is not None]
        if number not in there:
            expected = f"the number of a response: {', '.join(map(str, there)) or 'there is none'}"
            raise InputError([Problem("the deletion", 0, "number", str(number), expected, "choose one of them")])
        _write(Record(number=number, received=None, sha256="", response=None), data, files.write)


def read(data: Path = DATA) -> list[Record]:
    """Read the stored responses, without those that were deleted.

    Raises
    ------
    InputError
        If a file has been changed since it was stored.
    """
    return [record for record in _records(data) if record.response is not None]


def listed(data: Path = DATA) -> pd.DataFrame:
    """List the stored responses, one a row: `COLUMNS`, the last three as counts."""
    rows = [
        (
            record.number,
            record.received,
            own.edition,
            own.organisation.actor,
            own.organisation.name,
            own.organisation.region,
            own.organisation.profession,
            len(own.values),
            len(own.answers),
            len(own.numbers),
        )
        for record in read(data)
        if (own := record.response) is not None
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def frames(data: Path = DATA) -> dict[str, pd.DataFrame]:
    """Read the stored responses as tables, for the report.

    Returns
    -------
    dict
        ``responses``: ``number, received`` (datetime64), ``edition, actor, organisation, region, profession, comment``;
        ``response_values``: ``number, assumption, value, reason``; ``response_answers``: ``number, question, text``;
        ``response_numbers``: ``number, quantity, value, date``.

    Raises
    ------
    InputError
        If a file has been changed since it was stored.
    """
    found = [(record, record.response) for record in read(data) if record.response is not None]
    responses = [
        {
            "number": record.number,
            "received": pd.to_datetime(str(record.received)),
            "edition": said.edition,
            "actor": said.organisation.actor,
            "organisation": said.organisation.name,
            "region": said.organisation.region,
            "profession": said.organisation.profession,
            "comment": said.comment,
        }
        for record, said in found
    ]
    entries = [
        [{"number": record.number, **each.model_dump()} for record, said in found for each in getattr(said, name)]
        for name in LISTS
    ]
    return {
        name: pd.DataFrame(rows, columns=list(kinds)).astype(kinds)
        for (name, kinds), rows in zip(FRAMES.items(), (responses, *entries), strict=True)
    }


def problems(data: Path = DATA) -> list[Problem]:
    """Return the problems of stored responses that have been changed since."""
    try:
        read(data)
    except InputError as error:
        return error.problems
    return []


def _records(data: Path) -> list[Record]:
    found, faults = [], []
    for name, path in contents(data).items():
        try:
            record = Record.model_validate_json(path.read_bytes())
        except ValidationError as error:
            faults += misfits(error, Record, name)
            continue
        except OSError as error:
            faults.append(Problem(name, 0, "", error.strerror or type(error).__name__, "a readable file", RESTORE))
            continue
        own = _digest(record.response) if record.response is not None else ""
        if (record.number, record.sha256) != (int(path.stem), own):
            faults.append(Problem(name, 0, "", own or "deleted", "the response as it was accepted", RESTORE))
        found.append(record)
    if faults:
        raise InputError(faults)
    return found


def _write(record: Record, data: Path, write: Callable[[Path, bytes], None]) -> None:
    write(_file(record.number, data), (record.model_dump_json(indent=2) + "\n").encode())


def _file(number: int, data: Path) -> Path:
    return folder(data) / f"{number}.json"


def _digest(response: Response) -> str:
    return handed_in.sha256(response.model_dump_json())
