"""Read and check the assumptions behind the model, with their range, evidence grade and source."""

import datetime
import difflib
import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from riktvarden import parameters, tables
from riktvarden.names import AGED, base_year
from riktvarden.parameters import read_by
from riktvarden.problems import InputError, Problem, misfits, not_utf8
from riktvarden.professions import PROFESSIONS
from riktvarden.tables import DATA

Text = Annotated[str, Field(min_length=1, pattern=r"^\S(.*\S)?$")]
Number = Annotated[float, Field(allow_inf_nan=False)]


class Domain(NamedTuple):
    """Possible values of the assumptions whose unit and name both match."""

    unit: str
    name: str
    holds: Callable[[float], bool]
    words: str


DOMAINS = (
    Domain(r"share.*", r".+_deviation", lambda x: -1 <= x <= 1, "a deviation from -1 to 1"),
    Domain(r"share.*", r".+", lambda x: 0 <= x <= 1, "a share from 0 to 1, where 0.93 is 93 %"),
    Domain(r"per year", r".*growth.*", lambda x: -1 < x < 1, "a growth between -1 and 1, where 0.04 is 4 % a year"),
    Domain(r"per year", r".+", lambda x: 0 < x < 1, "a rate between 0 and 1, where 0.04 is 4 % a year"),
    Domain(r"year", r".+", lambda x: x == int(x), "a whole year"),
    Domain(r"FTE per person", r".+", lambda x: 0 < x <= 1, "more than 0, at most 1"),
    Domain(r"elasticity|(persons|certificates) per year", r".+", lambda x: x >= 0, "0 or more"),
    Domain(r".+", r".+", lambda x: x > 0, "more than 0"),
)
"""Domains in order of precedence: the first that matches an assumption applies."""

YEARS = {
    "target_year": ("population_nation",),
}
"""Assumption that is a year → the tables that must have rows for it."""


LATER = (("target_year", "first_adjustable_intake"),)
"""Pairs of years of which the first must be later than the second, at every value they can take."""

INHABITANTS = ("municipalities", "population_municipality", *AGED)
"""Tables that say what the base year is."""

AHEAD = ("target_year", "first_adjustable_intake")
"""Years that must come after the base year, which the tables say."""

WHOLES = (read_by(*(each.taken_over for each in PROFESSIONS.values())),)
"""Shares that must sum to one."""


class Assumption(BaseModel):
    """One assumption.

    Attributes
    ----------
    symbol
        Symbol in the method chapter, unique to the assumption.
    value, low, high
        Central value and the ends of the support of its distribution, in `unit`.
    distribution
        Distribution of the draws. ``fixed`` never varies; ``scenario`` is varied by the reader, never drawn.
    unit
        Unit of the three values; shares are fractions.
    grade
        A official, B quoted official, C survey or derived, D assumption to be settled in dialogue.
    source
        Source of the values; published figures are named by their ID, e.g. ``st-024``.
    date
        Date on which it was last set.
    label_sv, label_en
        Name shown to readers.
    note
        Caveat shown to readers.
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
    """All assumptions by name, in the order of the files.

    Attributes
    ----------
    files
        Name → its file, without folder and suffix; the assumptions in one file are of one kind.
    """

    def __init__(self, assumptions: Mapping[str, Assumption], files: Mapping[str, str] | None = None) -> None:
        self._assumptions = dict(assumptions)
        known = assumptions.files if files is None and isinstance(assumptions, Assumptions) else files
        self.files: dict[str, str] = dict(known or {})

    def __getitem__(self, name: str) -> Assumption:
        return self._assumptions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._assumptions)

    def __len__(self) -> int:
        return len(self._assumptions)

    def only(self, names: Collection[str]) -> "Assumptions":
        """Return the named assumptions, in the order of the names.

        Raises
        ------
        KeyError
            If one of them is missing.
        """
        return Assumptions({name: self[name] for name in names}, self.files)

    def central(self) -> dict[str, float]:
        """Return the central value of each assumption, in its unit."""
        return {name: assumption.value for name, assumption in self.items()}

    def at_value(self) -> dict[str, NDArray[np.float64]]:
        """Return the central values as one draw, each (1, 1)."""
        return {name: np.full((1, 1), value) for name, value in self.central().items()}


def read(folder: Path = DATA) -> Assumptions:
    """Read all assumptions.

    Raises
    ------
    InputError
        With all problems in the files, each at the line of its table's header.
    """
    files = _read(folder)
    if files.problems:
        raise InputError(files.problems)
    return Assumptions(files.found, {name: Path(file).stem for name, (file, _) in files.places.items()})


def check(folder: Path = DATA) -> list[Problem]:
    """Return all problems in the assumptions, in the order of file, line and key."""
    files = _read(folder)
    return sorted(
        {*files.problems, *_years_outside(files, folder), *_years_past(files, folder), *_impossible_together(files)}
    )


def unlike_parameters(folder: Path = DATA) -> list[Problem]:
    """Compare the files with the parameters that the model takes, see `riktvarden.parameters`.

    Returns
    -------
    list of Problem
        One for each parameter without an assumption, each assumption that no parameter uses or that is in the wrong
        file, and each range where a single value is required; none while a file cannot be read, which `check` reports.
    """
    files = _read(folder)
    if files.unread:
        return []
    problems = []
    unknown = files.places.keys() - set(parameters.NAMES)
    for name in parameters.NAMES:
        wanted = f"{folder.name}/assumptions/{parameters.SECTION_OF[name]}.toml"
        if name in files.places:
            file, row = files.places[name]
            if file != wanted:
                expected, fix = (
                    f"it in {wanted}, where the model has it",
                    "move it there, or its parameter to the other section",
                )
                problems.append(Problem(file, row, name, name, expected, fix))
            continue
        near = difflib.get_close_matches(name, sorted(unknown), 1)
        if near:
            file, row = files.places[near[0]]
            unknown.discard(near[0])
            fix = "rename it back, or rename its parameter too"
            problems.append(Problem(file, row, near[0], near[0], f"the name {name!r}, which the model reads", fix))
        else:
            expected, fix = f"a table [{name}], which the model reads", "restore the table, or delete its parameter"
            problems.append(Problem(wanted, 0, name, "no table", expected, fix))
    for name in sorted(unknown):
        file, row = files.places[name]
        fix = "remove it, or add a field of this name to the section in parameters.py and use it"
        problems.append(Problem(file, row, name, name, "the name of a parameter", fix))
    for name in sorted(parameters.SINGLE & files.found.keys()):
        low, high = files.found[name].low, files.found[name].high
        if low != high:
            file, row = files.places[name]
            fix = "make low, value and high equal, and the distribution fixed"
            problems.append(
                Problem(file, row, name, f"{low:g} to {high:g}", "one value, as the model takes no draws of it", fix)
            )
    return problems


@dataclass
class _Files:
    """Contents of all files: sound assumptions, the place of every name, problems, whether a file is unread."""

    found: dict[str, Assumption] = field(default_factory=dict)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: bool = False


def _read(folder: Path) -> _Files:
    """Read the sound assumptions of all files, and the problems with the others."""
    files = _Files()
    signed: dict[str, str] = {}
    paths = sorted((folder / "assumptions").glob("*.toml"))
    if not paths:
        fix = "restore the files from version control"
        files.unread = True
        files.problems.append(Problem(f"{folder.name}/assumptions", 0, "", "no files", "assumptions as *.toml", fix))
    for path in paths:
        file = f"{folder.name}/assumptions/{path.name}"
        text, contents, faults = _parse(path, file)
        files.problems += faults
        files.unread |= bool(faults)
        for name, entry in contents.items():
            row = _line(text, name)
            if name in files.places:
                there, line = files.places[name]
                expected = f"each name once; {there}, row {line} has it already"
                files.problems.append(Problem(file, row, name, name, expected, "remove or rename one of them"))
                continue
            files.places[name] = (file, row)
            assumption, faults = _assumption(file, row, name, entry)
            files.problems += faults
            if assumption is None:
                continue
            files.found[name] = assumption
            if assumption.symbol in signed:
                expected = f"each symbol once; {signed[assumption.symbol]} has it already"
                fix = "give one of them another symbol"
                files.problems.append(Problem(file, row, "symbol", assumption.symbol, expected, fix))
            signed.setdefault(assumption.symbol, f"{file}, row {row}")
    return files


def _years_outside(files: _Files, folder: Path) -> Iterator[Problem]:
    """Check that the tables have rows for the years of the assumptions; a faulty table is reported by its own check."""
    for name, needed in YEARS.items():
        for table in needed if name in files.found else ():
            try:
                years = set(tables.read(table, folder)["year"])
            except (InputError, KeyError):
                continue
            expected = f"a year that {folder.name}/tables/{table}.csv holds, {min(years)} to {max(years)}"
            for key, value in _values(files.found[name]):
                if value not in years:
                    fix = "correct the year, or add its rows to the table"
                    yield Problem(*files.places[name], key, f"{value:g}", expected, fix)


def _years_past(files: _Files, folder: Path) -> Iterator[Problem]:
    """Find years that the newest tables have caught up with."""
    try:
        base = base_year({name: tables.read(name, folder) for name in INHABITANTS})
    except (InputError, KeyError):
        return
    for name in AHEAD:
        if name in files.found and (low := files.found[name].low) <= base:
            expected = f"a year after the base year, {base}, the newest that the tables of inhabitants are of"
            yield Problem(*files.places[name], "low", f"{low:g}", expected, "choose a later year")


def _impossible_together(files: _Files) -> Iterator[Problem]:
    """Check assumptions against one another."""
    for later, earlier in LATER:
        if {later, earlier} <= set(files.found):
            low, high = files.found[later].low, files.found[earlier].high
            if low <= high:
                expected = f"a year after {earlier}, which is up to {high:g}"
                yield Problem(*files.places[later], "low", f"{low:g}", expected, "correct one of the two years")
    for parts in WHOLES:
        if set(parts) <= set(files.found):
            total = sum(files.found[name].value for name in parts)
            if abs(total - 1) > 1e-9:
                expected = f"1 as the sum of {', '.join(parts)}"
                yield Problem(*files.places[parts[0]], "value", f"{total:g}", expected, "correct the shares")


def _parse(path: Path, file: str) -> tuple[str, dict[str, Any], list[Problem]]:
    """Read one file: its text, its tables, and the problem that prevents reading it."""
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
        fix = "correct the line or the one before: quotes around text, decimal point, one key a line"
        return text, {}, [Problem(file, row, "", lines[row - 1].strip(), f"TOML ({message})", fix)]


def _line(text: str, name: str) -> int:
    """Return the line of a table's header, or of a key outside all tables."""
    header = re.compile(rf"\s*(\[\s*[\"']?{re.escape(name)}[\"']?\s*[.\]]|[\"']?{re.escape(name)}[\"']?\s*[.=])")
    return next((row for row, line in enumerate(text.splitlines(), start=1) if header.match(line)), 0)


def _assumption(file: str, row: int, name: str, entry: object) -> tuple[Assumption | None, list[Problem]]:
    """Check one entry."""
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name):
        expected = "a name in lower-case ASCII letters, words joined by _"
        return None, [Problem(file, row, name, name, expected, "rename it here and where the code uses it")]
    if not isinstance(entry, dict):
        return None, [Problem(file, row, name, str(entry), f"a table [{name}]", "put the key into the table it belongs to")]
    try:
        assumption = Assumption.model_validate(entry)
    except ValidationError as error:
        return None, misfits(error, Assumption, file, row)
    return assumption, [
        Problem(file, row, key, str(getattr(assumption, key)), expected, fix)
        for key, expected, fix in _faults(name, assumption)
    ]


def _values(assumption: Assumption) -> Iterator[tuple[str, float]]:
    """Yield the keys that hold a number; only one if all are equal."""
    for key in ("value",) if assumption.low == assumption.high else ("value", "low", "high"):
        yield key, getattr(assumption, key)


def _faults(name: str, assumption: Assumption) -> Iterator[tuple[str, str, str]]:
    """Check an assumption's keys against one another; yield the wrong key, what was expected and the fix."""
    low, value, high = assumption.low, assumption.value, assumption.high
    if low > high:
        yield "low", f"at most high, which is {high}", "swap or correct low and high"
    elif not low <= value <= high:
        yield "value", f"a value from low {low} to high {high}", "correct the value or its range"
    elif assumption.distribution == "fixed" and low != high:
        yield (
            "distribution",
            "equal low, value and high, as it is fixed",
            "choose another distribution, or make the three equal",
        )
    elif assumption.distribution != "fixed" and low == high:
        yield "distribution", "fixed, as low, value and high are equal", "write fixed, or give a range"
    unit, source = assumption.unit, assumption.source
    domain = next(d for d in DOMAINS if re.fullmatch(d.unit, unit) and re.fullmatch(d.name, name))
    for key, number in _values(assumption):
        if not domain.holds(number):
            yield key, f"{domain.words}, in the unit {unit!r}", "correct the value or its unit"
    assumed, named = source.startswith("assumption"), re.search(r"\d|\btable \w", source)
    if assumption.grade in "AB" and (assumed or not named):
        expected = f"a source, as grade {assumption.grade} requires: a published figure, a table, a statute"
        yield "source", expected, "name the source or lower the grade"
    elif not assumed and not named:
        expected = "'assumption', or the source: a published figure, a table, a statute"
        yield "source", expected, "name the source"
