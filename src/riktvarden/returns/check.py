"""Whether a file that a region hands in is a sound return, with everything that is wrong in it at once."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from riktvarden.problems import InputError, Problem
from riktvarden.returns import form, rules, safety, sheets, texts
from riktvarden.returns.rules import Known, Question


@dataclass(frozen=True)
class CheckedReturn:
    """A return in which nothing is wrong.

    Attributes
    ----------
    region, reference_date
        What it is for.
    version
        Version of its form.
    is_complete
        Whether the units listed are all that the region has; False where it says otherwise.
    frame
        Its figures as tidy table, see `riktvarden.returns.rules.COLUMNS`.
    questions
        What asks for a comment; each says whether it has one.
    sha256
        Of the file as handed in.
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
        The file, .xlsx or .csv. It is judged before any reader of workbooks sees it, in bounded time and memory.
    known
        What is known of the regions, from `riktvarden.returns.store.known`.
    region, reference_date
        What it should be for; any region and plausible date where left out.
    today
        The day of the check, today where left out.

    Raises
    ------
    InputError
        With everything that is wrong.
    """
    raw, problems = safety.load(path)
    if texts.names_person(path.name):
        expected = "a name of the file without identity number, telephone number or address of a person"
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
    """List everything that is wrong in a return, in the order of file, row and column; empty if nothing is."""
    try:
        check(path, known, region, reference_date, today)
    except InputError as error:
        return error.problems
    return []
