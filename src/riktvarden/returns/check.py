"""Check a file handed in by a region and report all problems in it at once."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from riktvarden import texts
from riktvarden.problems import InputError, Problem
from riktvarden.returns import form, rules, safety, sheets
from riktvarden.returns.rules import Known, Question


@dataclass(frozen=True)
class CheckedReturn:
    """A return without problems.

    Attributes
    ----------
    region, reference_date
        Region and reference date of the return.
    version
        Version of its form.
    is_complete
        Whether all units of the region are listed.
    frame
        Its figures as a tidy table, see `riktvarden.returns.rules.COLUMNS`.
    questions
        Findings that require a comment, each with its comment if there is one.
    sha256
        SHA-256 of the file as handed in.
    """

    region: str
    reference_date: datetime.date
    version: int
    is_complete: bool
    frame: pd.DataFrame
    questions: list[Question]
    sha256: str


def check(
    path: Path,
    known: Known,
    region: str | None = None,
    reference_date: datetime.date | None = None,
    today: datetime.date | None = None,
) -> CheckedReturn:
    """Check a return.

    Parameters
    ----------
    path
        The file, .xlsx or .csv. It is vetted before any spreadsheet library opens it, in bounded time and memory.
    known
        Known data on the regions, from `riktvarden.returns.store.known`.
    region, reference_date
        Expected region and date (default: any region and plausible date).
    today
        Date of the check (default: today).

    Raises
    ------
    InputError
        With all problems.
    """
    raw, problems = safety.load(path)
    if texts.names_person(path.name):
        expected = "a file name without identity number, telephone number or address of a person"
        problems.insert(0, Problem(path.name, 0, "", path.name, expected, "rename the file"))
    if problems:
        raise InputError(problems)
    grid, problems = sheets.read(path.name, raw)
    if grid is None:
        raise InputError(problems)
    answers, faults, questions = rules.examine(grid, known, today or datetime.date.today(), region, reference_date)
    if answers is None or problems:
        raise InputError([*problems, *faults])
    return CheckedReturn(
        answers.region,
        answers.reference_date,
        form.VERSION,
        answers.is_complete,
        rules.tidy(answers),
        questions,
        hashlib.sha256(raw).hexdigest(),
    )


def problems(
    path: Path,
    known: Known,
    region: str | None = None,
    reference_date: datetime.date | None = None,
    today: datetime.date | None = None,
) -> list[Problem]:
    """Return all problems in a return, in the order of file, row and column."""
    try:
        check(path, known, region, reference_date, today)
    except InputError as error:
        return error.problems
    return []
