"""What the model assumes where nothing is measured, how sure it is and on whose word: for code and reader."""

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from riktvarden.problems import InputError, Problem, misfits, not_utf8
from riktvarden.tables import DATA

Text = Annotated[str, Field(min_length=1, pattern=r"^\S(.*\S)?$")]
Number = Annotated[float, Field(allow_inf_nan=False)]


class Assumption(BaseModel):
    """One assumption.

    Attributes
    ----------
    symbol
        Its sign in the method chapter; one symbol, one meaning.
    value, low, high
        Central value and the ends of the support of its distribution, in `unit`.
    distribution
        How it is drawn. ``fixed`` never varies; ``scenario`` is varied by the reader, never drawn.
    unit
        Unit of the three values; shares are fractions.
    grade
        A official, B quoted official, C survey or derived, D assumption to be settled in dialogue.
    source
        Where the values come from; published figures are named by their identity, e.g. ``st-024``.
    date
        When it was last set.
    label_sv, label_en
        Its name for the reader.
    note
        What a reader must know beside it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    symbol: Text
    value: Number
    low: Number
    high: Number
    distribution: Literal["fixed", "scenario", "uniform", "triangular", "pert"]
    unit: Text
    grade: Literal["A", "B", "C", "D"]
    source: Text
    date: datetime.date
    label_sv: Text
    label_en: Text
    note: Text | None = None


class Assumptions(Mapping[str, Assumption]):
    """All assumptions by name, in the order of the files."""

    def __init__(self, assumptions: Mapping[str, Assumption]) -> None:
        self._assumptions = dict(assumptions)

    def __getitem__(self, name: str) -> Assumption:
        return self._assumptions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._assumptions)

    def __len__(self) -> int:
        return len(self._assumptions)

    def central(self) -> dict[str, float]:
        """Give the central value of each assumption, in its unit."""
        return {name: assumption.value for name, assumption in self.items()}


def read(folder: Path = DATA) -> Assumptions:
    """Read all assumptions.

    Raises
    ------
    InputError
        With everything that is wrong in the files, each at the line of its table's header.
    """
    found, problems = _read(folder)
    if problems:
        raise InputError(problems)
    return Assumptions(found)


def check(folder: Path = DATA) -> list[Problem]:
    """Find everything that is wrong in the assumptions, in the order of file, line and key."""
    return sorted(set(_read(folder)[1]))


def _read(folder: Path) -> tuple[dict[str, Assumption], list[Problem]]:
    """Read the sound assumptions of all files, and what is wrong with the others."""
    found: dict[str, Assumption] = {}
    problems: list[Problem] = []
    named: dict[str, str] = {}
    signed: dict[str, str] = {}
    paths = sorted((folder / "assumptions").glob("*.toml"))
    if not paths:
        mend = "restore the files from version control"
        problems.append(Problem(f"{folder.name}/assumptions", 0, "", "no files", "assumptions as *.toml", mend))
    for path in paths:
        file = f"{folder.name}/assumptions/{path.name}"
        text, contents, faults = _parse(path, file)
        problems += faults
        for name, entry in contents.items():
            row = _line(text, name)
            place = f"{file}, row {row}"
            if name in named:
                expected = f"each name once; {named[name]} has it already"
                problems.append(Problem(file, row, name, name, expected, "remove or rename one of them"))
                continue
            named[name] = place
            assumption, faults = _assumption(file, row, name, entry)
            problems += faults
            if assumption is None:
                continue
            found[name] = assumption
            if assumption.symbol in signed:
                expected = f"each symbol once; {signed[assumption.symbol]} has it already"
                mend = "give one of them another symbol"
                problems.append(Problem(file, row, "symbol", assumption.symbol, expected, mend))
            signed.setdefault(assumption.symbol, place)
    return found, problems


def _parse(path: Path, file: str) -> tuple[str, dict[str, Any], list[Problem]]:
    """Read one file: its text, its tables, and what keeps it from being read."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        return "", {}, [not_utf8(file, error)]
    try:
        return text, tomllib.loads(text), []
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).rpartition(" (at ")
        line = re.match(r"line (\d+)", place)
        lines = text.splitlines() or [""]
        row = min(int(line[1]), len(lines)) if line else len(lines)
        mend = "correct the line or the one before: quotes around text, decimal point, one key a line"
        return text, {}, [Problem(file, row, "", lines[row - 1].strip(), f"TOML ({message})", mend)]


def _line(text: str, name: str) -> int:
    """Find the line of a table's header, or of a key that stands outside all tables."""
    header = re.compile(rf"\s*(\[\s*[\"']?{re.escape(name)}[\"']?\s*[.\]]|[\"']?{re.escape(name)}[\"']?\s*[.=])")
    return next((row for row, line in enumerate(text.splitlines(), start=1) if header.match(line)), 0)


def _assumption(file: str, row: int, name: str, entry: object) -> tuple[Assumption | None, list[Problem]]:
    """Check one entry."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        expected = "a name in small English letters, words joined by _"
        return None, [Problem(file, row, name, name, expected, "rename it, in the code too")]
    if not isinstance(entry, dict):
        return None, [
            Problem(file, row, name, str(entry), f"a table [{name}]", "put the key into the table it belongs to")
        ]
    try:
        assumption = Assumption.model_validate(entry)
    except ValidationError as error:
        return None, misfits(error, Assumption, file, row)
    return assumption, [
        Problem(file, row, key, str(getattr(assumption, key)), expected, mend)
        for key, expected, mend in _faults(assumption)
    ]


def _faults(assumption: Assumption) -> Iterator[tuple[str, str, str]]:
    """Check what the keys must agree on: which key is wrong, what was expected, how to mend it."""
    low, value, high = assumption.low, assumption.value, assumption.high
    if low > high:
        yield "low", f"at most high, which is {high}", "exchange or correct low and high"
    elif not low <= value <= high:
        yield "value", f"a value from low {low} to high {high}", "correct the value or its range"
    elif assumption.distribution == "fixed" and low != high:
        yield (
            "distribution",
            "low, value and high equal where fixed",
            "choose a distribution, or make the three equal",
        )
    elif assumption.distribution != "fixed" and low == high:
        yield "distribution", "fixed where low, value and high are equal", "write fixed, or give a range"
    if assumption.grade in "AB" and assumption.source.startswith("assumption"):
        yield (
            "source",
            f"a source, as grade {assumption.grade} says there is one",
            "name the source or lower the grade",
        )
