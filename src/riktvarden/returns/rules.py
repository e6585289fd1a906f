"""Plausibility checks on the figures of a return: each alone, against one another and against last year's."""

from __future__ import annotations

import datetime
import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from riktvarden.possible import LEAST_COVERAGE, MOST_PER_1000, MOST_SUPERVISORS_PER_1000
from riktvarden.problems import Problem, printable
from riktvarden.returns import form
from riktvarden.returns.safety import MOST_FAULTS, NEW_FORM
from riktvarden.returns.sheets import Grid, Value, shown
from riktvarden.texts import fault as text_fault
from riktvarden.texts import normal, same

__all__ = ["COLUMNS", "Known", "Question", "examine", "text_fault", "tidy"]

PERSONS_PER_POSITION = (1.0, 2.0)
"""Minimum and maximum number of persons per filled position.

Nobody fills more than one position, and training requires at least half of one. Published: 470 persons on 390 positions.
"""

ROUNDING_BELOW, EMPLOYED_BESIDES = 1.0, 3.0
"""Number of persons by which a row may lie outside that band.

Below: partly vacant positions. Above: doctors employed by a unit beyond its funded positions.
"""

JUMP_SHARE, JUMP_LEAST = 0.25, 5.0
"""Change since the last return that requires a comment: a quarter, and at least five so that small units may vary."""

LOST_ZERO = math.sqrt(10)
"""Ratio of two figures at which a missing or extra zero is likelier than a change: nearer to ten than to one."""

NEIGHBOUR_FACTOR = 2.5
"""Ratio to the median of other regions, per inhabitant, that requires a comment.

The published densities are between 0.7 and 1.6 of their median.
"""

FEWEST_NEIGHBOURS = 3
"""Minimum number of other regions with a figure for a comparison: with fewer, one outlier is half of the evidence."""

MOST_PER_1000_LISTED = 5.0
"""Persons in training per 1 000 on a unit's list that require a comment: ten times the highest regional density."""

LISTED_SHARE = 0.5
"""Minimum share of a region's inhabitants on all its lists; most regions list nearly everyone."""

ESTIMATED = ("positions", "persons", "fte")
"""Figures that the baseline estimates for a region from a part of its units."""

PUBLISHED_AS = {
    "persons": ("persons", 0.0),
    "persons_per_1000": ("persons", 1000.0),
    "positions": ("positions", 0.0),
    "financed_positions": ("positions", 0.0),
}
"""Published measure → field of the form, and inhabitants per figure; blocks have no such field and are not compared."""

FIRST_DATE = datetime.date(2021, 12, 31)
"""Reference date of the first baseline, the earliest allowed."""

COMPARED = ("positions", "persons", "fte", "bt_persons")
"""Stocks that are compared with the previous return, published figures and other regions."""

COLUMNS = [
    "region",
    "reference_date",
    "care_unit",
    "sector",
    "municipality",
    "measure",
    "sex",
    "stage",
    "value",
    "unit",
    "status",
    "comment",
]
"""Columns of a return as a tidy table."""


@dataclass(frozen=True)
class Known:
    """Known data on the regions before a return comes in.

    Attributes
    ----------
    names, population
        Region code → principal, and → latest population.
    published
        Published figures: ``region, figure, measure, value, unit, dated, title, url``.
    returns
        Accepted returns, from `riktvarden.returns.store.read_returns`.
    municipalities
        Region code → municipality code → name.
    """

    names: Mapping[str, str]
    population: Mapping[str, float]
    municipalities: Mapping[str, Mapping[str, str]]
    published: pd.DataFrame
    returns: pd.DataFrame


@dataclass(frozen=True, order=True)
class Question:
    """An unusual but possibly correct figure, to be explained by a comment in its row.

    Attributes
    ----------
    file, row, column
        Location, as in a `Problem`.
    text
        Finding, with its figures.
    answer
        The comment of the row; empty while the question is open.
    region
        Name of the region.
    """

    file: str
    row: int
    column: str
    text: str
    answer: str
    region: str = ""

    def __str__(self) -> str:
        comment = form.COLUMN["comment"]
        answer = f"answered: {self.answer!r}" if self.answer else f"please comment in {form.letter(comment)}{self.row}"
        return printable(f"{self.file}, {self.region}, row {self.row}, column {self.column}: {self.text}; {answer}")


@dataclass
class Row:
    """One row of the table: its figures by field (None if missing), and its text cells.

    The municipality is the name as written until the region is known, then its code.
    """

    number: int
    name: str
    sector: str
    comment: str
    figures: dict[str, float | None]
    municipality: str = ""
    broken: set[str] = field(default_factory=set)

    @property
    def is_whole(self) -> bool:
        """Whether the row is for the whole region."""
        return self.name == form.WHOLE

    def get(self, *names: str) -> list[float] | None:
        """Return the figures of several fields, or None unless all are given."""
        found = [self.figures[name] for name in names]
        return None if None in found else [figure for figure in found if figure is not None]


@dataclass(frozen=True)
class Answers:
    """Contents of a form without problems."""

    region: str
    reference_date: datetime.date
    is_complete: bool
    rows: Sequence[Row]


def examine(
    grid: Grid,
    known: Known,
    today: datetime.date,
    region: str | None = None,
    reference_date: datetime.date | None = None,
) -> tuple[Answers | None, list[Problem], list[Question]]:
    """Check a completed form.

    Parameters
    ----------
    grid
        Its cells.
    known
        Known data on the regions.
    today
        Date of the check.
    region, reference_date
        Expected region and date (default: any known region and plausible date).

    Returns
    -------
    tuple
        The answers, or None if there are problems; the problems; and the questions that require a comment.
    """
    problems = list(_arrangement_faults(grid))
    if problems:
        return None, problems, []
    code, faults = _region(grid, known, region)
    problems += faults
    date, faults = _date(grid, today, reference_date)
    problems += faults
    extent = same(shown(grid.cells.get((_head("extent"), 2))))
    if extent not in form.EXTENTS:
        expected = f"one of {', '.join(form.EXTENTS)}"
        problems.append(grid.problem(_head("extent"), 2, extent, expected, "choose from the list"))
    rows, faults = _rows(grid)
    problems += faults
    is_complete = form.EXTENTS.get(extent, False)
    if code is not None:
        problems += _place_units(grid, rows, code, known)
    for row in rows:
        problems += _row_faults(grid, row)
    problems += _between_rows(grid, rows, is_complete)
    if code is not None:
        problems += _population_faults(grid, rows, code, known)
        problems += _estimate_faults(grid, rows, is_complete, code, known)
    if problems or code is None or date is None:
        return None, problems, []
    answers = Answers(code, date, is_complete, rows)
    questions = [
        *_own_questions(grid, answers, today),
        *_size_questions(grid, answers, known),
        *_jumps(grid, answers, known),
        *_published_questions(grid, answers, known),
        *_neighbour_questions(grid, answers, known),
    ]
    return answers, [], [replace(question, region=known.names[code]) for question in questions]


def tidy(answers: Answers) -> pd.DataFrame:
    """Return the answers as a tidy table: one row per figure requested, missing ones included."""
    return pd.DataFrame(
        [
            (
                answers.region,
                answers.reference_date.isoformat(),
                row.name,
                form.SECTORS[row.sector],
                row.municipality,
                asked.measure,
                asked.sex,
                asked.stage,
                row.figures[asked.name],
                asked.unit,
                "missing" if row.figures[asked.name] is None else "reported",
                row.comment,
            )
            for row in answers.rows
            for asked in form.FIELDS
            if asked.is_figure
        ],
        columns=COLUMNS,
    ).astype({"value": float})


# The head of the form


def _head(name: str) -> int:
    return next(head.row for head in form.HEADS if head.name == name)


def _arrangement_faults(grid: Grid) -> Iterator[Problem]:
    """Compare form, version and headings with the current form; without them no cell has a meaning."""
    mark, version = (grid.cells.get((_head(name), 2)) for name in ("mark", "version"))
    if mark != form.MARK:
        yield grid.problem(_head("mark"), 2, mark, f"{form.MARK}, the name of the form", NEW_FORM)
        return
    if shown(version) != str(form.VERSION):
        expected = f"version {form.VERSION} of the form"
        yield grid.problem(_head("version"), 2, version, expected, NEW_FORM)
        return
    for column, asked in enumerate(form.FIELDS, start=1):
        for row, heading in ((form.HEADING_ROW, asked.sv), (form.HEADING_ROW + 1, asked.en)):
            found = grid.cells.get((row, column))
            if shown(found) != heading:
                fix = f"put the columns back in their order, or {NEW_FORM}"
                yield grid.problem(row, column, found, f"the heading {heading}", fix)


def _region(grid: Grid, known: Known, expected_region: str | None) -> tuple[str | None, list[Problem]]:
    """Read the region: an existing code, its name, and the region expected."""
    code = shown(grid.cells.get((_head("region"), 2)))
    if code not in known.names:
        expected = "a region's code of two digits, as `riktvarden regions` lists them"
        return None, [grid.problem(_head("region"), 2, code, expected, NEW_FORM)]
    problems = []
    if expected_region is not None and code != expected_region:
        expected = f"{expected_region}, the region asked for"
        fix = "name the right file or the right region"
        problems.append(grid.problem(_head("region"), 2, code, expected, fix))
    name = shown(grid.cells.get((_head("region_name"), 2)))
    if same(name) != same(known.names[code]):
        expected = f"{known.names[code]}, whose code is {code}"
        problems.append(grid.problem(_head("region_name"), 2, name, expected, "correct the code or the name"))
    return code, problems


def _date(
    grid: Grid, today: datetime.date, expected_date: datetime.date | None
) -> tuple[datetime.date | None, list[Problem]]:
    """Read the reference date: the last day of a year, from the first baseline to this year."""
    row, value = _head("reference_date"), grid.cells.get((_head("reference_date"), 2))
    date = _as_date(value)
    fix = "write the reference date as YYYY-MM-DD"
    if date is None:
        return None, [grid.problem(row, 2, value, "a date as YYYY-MM-DD", fix)]
    if (date.month, date.day) != (12, 31):
        return None, [grid.problem(row, 2, date, "the last day of a year, YYYY-12-31", fix)]
    if not FIRST_DATE <= date <= datetime.date(today.year, 12, 31):
        return None, [grid.problem(row, 2, date, f"a day from {FIRST_DATE} to {today.year}-12-31", fix)]
    if expected_date is not None and date != expected_date:
        fix = "name the right file or the right date"
        return None, [grid.problem(row, 2, date, f"{expected_date}, the date asked for", fix)]
    return date, []


def _as_date(value: Value) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:  # no such day, e.g. 31 June
            return None
    return None


# The cells of the table


def _rows(grid: Grid) -> tuple[list[Row], list[Problem]]:
    """Read the rows with content, and find cells that do not suit their column."""
    problems = list(itertools.islice(_stray_cells(grid), MOST_FAULTS))
    filled: dict[int, set[int]] = {}
    for line, column in grid.cells:
        if form.FIRST_ROW <= line <= form.LAST_ROW and column <= len(form.FIELDS):
            filled.setdefault(line, set()).add(column)
    given, remark = {form.COLUMN["care_unit"], form.COLUMN["sector"]}, form.COLUMN["comment"]
    rows: list[Row] = []
    has_figures = False
    for number in sorted(filled):
        # The row of the whole region is named in the form; it may be left otherwise empty, or hold only a comment.
        named = same(shown(grid.cells.get((number, form.COLUMN["care_unit"]))))
        is_spare = named == same(form.WHOLE) and filled[number] <= {*given, remark}
        if is_spare and remark not in filled[number]:
            continue
        row, faults = _row(grid, number, is_spare)
        rows.append(row)
        problems += faults
        has_figures = has_figures or not is_spare
    if not has_figures:
        expected = "figures for the whole region or for units"
        column = form.COLUMN["persons"]
        problems.append(grid.problem(form.FIRST_ROW, column, "", expected, "fill in the light cells"))
    return rows, problems


def _stray_cells(grid: Grid) -> Iterator[Problem]:
    """Find content outside the form, which would be ignored."""
    guide = {(row, 4): text for row, text in enumerate(form.GUIDE, start=1)}
    labels = {(head.row, 1) for head in form.HEADS} | {(head.row, 2) for head in form.HEADS}
    for (row, column), value in grid.cells.items():
        in_table = form.HEADING_ROW <= row <= form.LAST_ROW and column <= len(form.FIELDS)
        if not in_table and (row, column) not in labels and guide.get((row, column)) != shown_whole(value):
            expected = "nothing outside the form's cells"
            fix = "move it into a comment, or remove it"
            yield Problem(grid.place, row, form.letter(column), shown(value), expected, fix)


def shown_whole(value: Value) -> str:
    """Return a cell's value in full, as text."""
    return value if isinstance(value, str) else shown(value)


def _row(grid: Grid, number: int, is_spare: bool) -> tuple[Row, list[Problem]]:
    """Read one row of the table; a spare one needs no figures."""
    problems: list[Problem] = []
    row = Row(number, "", "", "", {})
    for column, asked in enumerate(form.FIELDS, start=1):
        value = grid.cells.get((number, column))
        is_required = asked.required and not (is_spare and asked.is_figure)
        if value is None and is_required and (number, column) not in grid.formulas:
            expected = f"a figure, or {form.UNKNOWN}" if asked.is_figure else f"the {asked.en.lower()}"
            fix = "fill in the cell, or clear the row if it is not needed"
            problems.append(grid.problem(number, column, "", expected, fix))
            row.broken.add(asked.name)
        if asked.is_figure:
            row.figures[asked.name], fault = _figure(value, asked, grid.is_text)
        else:
            fault = _take_text(row, asked, value)
        if (number, column) in grid.formulas:
            row.broken.add(asked.name)
        elif fault is not None:
            problems.append(grid.problem(number, column, value, *fault))
            row.broken.add(asked.name)
    for name in row.broken & row.figures.keys():
        row.figures[name] = None
    return row, problems


def _take_text(row: Row, asked: form.Field, value: Value) -> tuple[str, str] | None:
    """Store a name, sector or comment in its row, or return why it cannot be kept."""
    text = normal(shown_whole(value))
    if asked.name == "care_unit":
        row.name = form.WHOLE if same(text) == same(form.WHOLE) else text
        return text_fault(text, form.LONGEST_NAME, is_name=True)
    if asked.name == "comment":
        row.comment = text
        return text_fault(text, form.LONGEST_COMMENT)
    if asked.name == "municipality":
        row.municipality = text
        return None
    row.sector = text.casefold()
    allowed = tuple(form.SECTORS) if row.is_whole else ("egen", "privat")
    if text and row.sector not in allowed:
        return f"one of {', '.join(allowed)}", "choose from the list"
    return None


def _place_units(grid: Grid, rows: Iterable[Row], region: str, known: Known) -> list[Problem]:
    """Set the municipality code of each unit, and find names that are not municipalities of the region."""
    codes = {same(name): code for code, name in known.municipalities[region].items()}
    problems = []
    for row in (row for row in rows if row.municipality):
        found = codes.get(same(row.municipality))
        if row.is_whole or found is None:
            expected = "nothing on this row" if row.is_whole else f"a municipality of {known.names[region]}"
            fix = "clear the cell" if row.is_whole else "choose from the list, or clear the cell"
            problems.append(grid.problem(row.number, form.COLUMN["municipality"], row.municipality, expected, fix))
        row.municipality = found or ""
    return problems


def _figure(value: Value, asked: form.Field, is_text: bool) -> tuple[float | None, tuple[str, str] | None]:
    """Read a figure; None if there is none, with what was expected and the fix if one is required."""
    expected = "a whole number, 0 or more" if asked.kind == "count" else "a number, 0 or more"
    if value is None:
        return None, None
    if isinstance(value, str):
        if same(value) == form.UNKNOWN:
            return None, None
        fault = _text_for_figure(value, expected, is_text)
        if fault is not None:
            return None, fault
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None, (expected, "set the cell's format to number and write the figure again")
    if not math.isfinite(value) or value < 0 or value > 1e9:
        return None, (expected, "correct the figure")
    if asked.kind == "count" and float(value) != int(value):
        return None, (expected, f"count persons here; shares of full time belong in {form.label(form.COLUMN['fte'])}")
    return float(value), None


def _text_for_figure(text: str, expected: str, is_text: bool) -> tuple[str, str] | None:
    """Return the problem with a figure given as text; None if text is the right form."""
    if re.fullmatch(r"[-+]?[0-9]{1,12}(\.[0-9]{1,12})?", text):
        fix = "write the figure again in a cell whose format is number"
        return None if is_text else (f"{expected}, not text", fix)
    if re.fullmatch(r"[-+]?[0-9][0-9 .\u00a0\u202f]*,[0-9]+", text):
        fix = "write a decimal point" if is_text else "enter it as a number in Excel, not as text"
        return f"{expected}, without decimal comma", f"{fix}, or hand in the .xlsx" if is_text else fix
    return f"{expected}, or {form.UNKNOWN}", "write only the figure; put words in the comment"


# What figures must agree on


def _row_faults(grid: Grid, row: Row) -> Iterator[Problem]:
    """Check the figures of one row against one another."""

    def problem(name: str, expected: str, fix: str) -> Problem:
        return grid.problem(row.number, form.COLUMN[name], row.figures[name], expected, fix)

    if (found := row.get("women", "men", "persons")) and found[0] + found[1] != found[2]:
        expected = f"{shown(found[0] + found[1])}, women {shown(found[0])} and men {shown(found[1])}"
        yield problem("persons", expected, "correct persons, women or men")
    years = [f"year_{year}" for year in form.TRAINING_YEARS]
    given = [row.figures[name] for name in years if row.figures[name] is not None]
    if 0 < len(given) < len(years) and not row.broken & set(years):
        empty = next(name for name in years if row.figures[name] is None)
        yield problem(empty, "all six years of training or none", "fill in the others, 0 where there is nobody")
    elif (found := row.get(*years, "persons")) and sum(found[:-1]) != found[-1]:
        expected = f"{shown(sum(found[:-1]))}, the sum of the years of training"
        yield problem("persons", expected, "correct persons or the years")
    if (found := row.get("on_leave", "persons")) and found[0] > found[1]:
        yield problem("on_leave", f"at most {shown(found[1])}, the persons", "correct one of the two")
    if found := row.get("fte", "persons"):
        leave = row.figures["on_leave"] or 0.0
        if found[0] > max(found[1] - leave, 0) + form.ROUNDED:
            expected = f"at most {shown(found[1] - leave)}: {shown(found[1])} persons, {shown(leave)} of them on leave"
            yield problem("fte", expected, "correct FTE, persons or leave: nobody works more than full time")
    if (found := row.get("vacancies", "positions")) and found[0] > found[1] + form.ROUNDED:
        yield problem("vacancies", f"at most {shown(found[1])}, the positions", "correct one of the two")
    elif found := row.get("positions", "persons"):
        yield from _band_faults(row, found[0], found[1], problem)
    if (found := row.get("starters", "persons", "completions", "drop_outs")) and found[0] > sum(found[1:]):
        expected = f"at most {shown(sum(found[1:]))}: starters are still in training, have completed or have left"
        yield problem("starters", expected, "correct starters, persons, completions or drop-outs")


def _band_faults(
    row: Row, positions: float, persons: float, problem: Callable[[str, str, str], Problem]
) -> Iterator[Problem]:
    """Compare persons with filled positions; fewer persons than positions are possible with vacancies."""
    vacant = row.figures["vacancies"]
    filled = max(positions - (vacant or 0.0), 0.0)
    low, high = PERSONS_PER_POSITION
    of_them = f"{shown(round(filled, 2))} filled positions"
    if vacant is not None and persons < low * filled - ROUNDING_BELOW:
        expected = f"at least {shown(math.ceil(low * filled - ROUNDING_BELOW))} persons on {of_them}"
        yield problem("persons", expected, "correct persons, positions or vacant positions")
    if persons > high * filled + EMPLOYED_BESIDES:
        expected = f"at most {shown(math.floor(high * filled + EMPLOYED_BESIDES))} persons on {of_them}"
        yield problem("persons", expected, "correct persons, positions or vacant positions")


def _between_rows(grid: Grid, rows: Iterable[Row], is_complete: bool) -> Iterator[Problem]:
    """Check rows against one another: no duplicate units, parts that sum to the region."""
    rows = list(rows)
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (same(row.name), row.sector if row.is_whole else "")
        if row.name and key in seen:
            expected = f"each unit once; row {seen[key]} has it already"
            fix = "combine the rows, or give the units different names"
            yield grid.problem(row.number, form.COLUMN["care_unit"], row.name, expected, fix)
        seen.setdefault(key, row.number)
    whole = {row.sector: row for row in rows if row.is_whole}
    units = [row for row in rows if not row.is_whole]
    for asked in (asked for asked in form.FIELDS if asked.is_figure):
        if {"alla", "egen", "privat"} <= whole.keys():
            parts = [whole["egen"], whole["privat"]]
            yield from _sum_faults(grid, whole["alla"], parts, asked, True, "the rows egen and privat")
        for sector, row in whole.items():
            parts = [unit for unit in units if sector in ("alla", unit.sector)]
            if parts:
                yield from _sum_faults(grid, row, parts, asked, is_complete, "the units' rows")


def _sum_faults(
    grid: Grid, whole: Row, parts: Sequence[Row], asked: form.Field, is_complete: bool, what: str
) -> Iterator[Problem]:
    """Compare a figure of the region with its parts, which may sum to less if not all are listed."""
    total, found = whole.figures[asked.name], [part.figures[asked.name] for part in parts]
    figures = [figure for figure in found if figure is not None]
    if total is None or any(asked.name in part.broken for part in parts):
        return
    slack = form.ROUNDED * (len(parts) + 1) if asked.kind == "number" else 0.0
    exact = is_complete and len(figures) == len(found)
    if sum(figures) > total + slack or (exact and sum(figures) < total - slack):
        expected = f"{'' if exact else 'at least '}{shown(round(sum(figures), 2))}, the sum of {what}"
        head = form.HEADS[-1]
        fix = "correct the total or a part" + ("" if not exact else f"; if units are left out, choose några in B{head.row}")
        yield grid.problem(whole.number, form.COLUMN[asked.name], total, expected, fix)


def _population_faults(grid: Grid, rows: Iterable[Row], region: str, known: Known) -> Iterator[Problem]:
    """Find figures too large for the region's population, in any row or in all units together."""
    rows, population = list(rows), known.population[region]
    for asked in (asked for asked in form.FIELDS if asked.is_figure):
        rate = MOST_SUPERVISORS_PER_1000 if asked.name == "supervisors" else MOST_PER_1000[asked.unit]
        most = math.floor(rate * population / 1000)
        beyond = [row for row in rows if (row.figures[asked.name] or 0) > most]
        column = form.COLUMN[asked.name]
        expected = f"at most {most}: {rate:g} per 1 000 of {known.names[region]}'s {population:.0f} inhabitants"
        for row in beyond:
            yield grid.problem(row.number, column, row.figures[asked.name], expected, "correct the figure")
        together = sum(row.figures[asked.name] or 0 for row in rows if not row.is_whole)
        if not beyond and together > most:
            value = f"{shown(round(together, 2))} in all units"
            yield grid.problem(form.HEADING_ROW, column, value, expected, "correct the units' figures")


# What the region as a whole comes to


@dataclass(frozen=True)
class Total:
    """A figure for the whole region.

    Attributes
    ----------
    value
        The region's own figure, the sum of its parts, or an estimate: the sum per inhabitant listed at the
        responding units, times the inhabitants.
    coverage
        Share of the inhabitants listed at these units; 1 unless it is an estimate.
    row
        Row for the comment.
    """

    value: float
    coverage: float
    row: Row


def _region_total(rows: Iterable[Row], is_complete: bool, name: str, population: float) -> Total | None:
    """Return a figure for the whole region, or None if the return does not give it."""
    rows = list(rows)
    whole = {row.sector: row for row in rows if row.is_whole and row.figures[name] is not None}
    if "alla" in whole:
        return Total(whole["alla"].figures[name] or 0.0, 1.0, whole["alla"])
    if {"egen", "privat"} <= whole.keys():
        return Total(sum(row.figures[name] or 0.0 for row in whole.values()), 1.0, whole["egen"])
    units = [row for row in rows if not row.is_whole]
    found = _total([unit.figures[name] for unit in units])
    if units and is_complete and found is not None:
        return Total(found, 1.0, units[0])
    answered = [unit for unit in units if unit.get(name, "listed")]
    listed = sum(unit.figures["listed"] or 0.0 for unit in answered)
    if not listed:
        return None
    coverage = listed / population
    return Total(sum(unit.figures[name] or 0.0 for unit in answered) / coverage, coverage, answered[0])


def _estimate_faults(grid: Grid, rows: Sequence[Row], is_complete: bool, region: str, known: Known) -> Iterator[Problem]:
    """Find estimates from part of a region's units that are too large for it, and units too few for an estimate."""
    population, place = known.population[region], known.names[region]
    found = {name: _region_total(rows, is_complete, name, population) for name in ESTIMATED}
    totals = {name: total for name, total in found.items() if total is not None}
    fix = f"correct column {form.label(form.COLUMN['listed'])}, add units, or fill in the row {form.WHOLE}"
    if totals and not is_complete and all(total.coverage < LEAST_COVERAGE for total in totals.values()):
        name, widest = max(totals.items(), key=lambda item: item[1].coverage)
        listed = f"units that list {widest.coverage:.2%} of {place}"
        expected = f"units that list at least {LEAST_COVERAGE:.0%} of its {population:.0f} inhabitants"
        yield Problem(grid.place, widest.row.number, form.label(form.COLUMN["listed"]), listed, expected, fix)
    for name, total in totals.items():
        asked, most = form.FIELDS[form.COLUMN[name] - 1], MOST_PER_1000[form.FIELDS[form.COLUMN[name] - 1].unit]
        if LEAST_COVERAGE <= total.coverage < 1 and total.value > most * population / 1000:
            estimate = f"{_named(total, name)} in {place}"
            expected = f"at most {most:g} per 1 000 of its {population:.0f} inhabitants"
            yield Problem(grid.place, total.row.number, form.label(form.COLUMN[asked.name]), estimate, expected, fix)


# What asks for a comment


def _own_questions(grid: Grid, answers: Answers, today: datetime.date) -> Iterator[Question]:
    """Ask about oddities within the return."""
    if answers.reference_date > today:
        first = answers.rows[0]
        text = f"the reference date {answers.reference_date} is in the future: are the figures forecasts"
        yield Question(grid.place, first.number, form.label(form.COLUMN["persons"]), text, first.comment)
    for row in answers.rows:
        found = row.get("positions", "persons")
        if found and row.figures["vacancies"] is None and found[1] < found[0] - ROUNDING_BELOW:
            text = f"{shown(found[1])} persons on {shown(found[0])} positions: are the others vacant"
            yield Question(grid.place, row.number, form.label(form.COLUMN["vacancies"]), text, row.comment)


def _size_questions(grid: Grid, answers: Answers, known: Known) -> Iterator[Question]:
    """Ask about figures out of proportion to the units' lists, or lists out of proportion to the region."""
    region, population = known.names[answers.region], known.population[answers.region]
    column = form.label(form.COLUMN["listed"])
    for row in answers.rows:
        found = row.get("persons", "listed")
        if found and found[0] - 1 > MOST_PER_1000_LISTED * found[1] / 1000:
            text = f"{shown(found[0])} persons in training on a list of {shown(found[1])}: is the list right"
            yield Question(grid.place, row.number, column, text, row.comment)
    total = _region_total(answers.rows, answers.is_complete, "listed", population)
    if total is not None and total.coverage == 1 and 0 < total.value < LISTED_SHARE * population:
        text = (
            f"{shown(total.value)} listed in all of {region}, which has {population:.0f} inhabitants: is any list missing"
        )
        yield Question(grid.place, total.row.number, column, text, total.row.comment)
    totals = {name: _region_total(answers.rows, answers.is_complete, name, population) for name in ESTIMATED}
    if not answers.is_complete and not any(totals.values()):
        first, text = answers.rows[0], "some units without lists, and no total: no figure for the region can be derived"
        yield Question(grid.place, first.number, column, text, first.comment)
    for field_name, total in totals.items():
        if total is not None and total.coverage < LEAST_COVERAGE:
            text = (
                f"units that list {total.coverage:.2%} of {region} responded, too few for an estimate, "
                f"which requires {LEAST_COVERAGE:.0%}; can more units respond"
            )
            yield Question(grid.place, total.row.number, form.label(form.COLUMN[field_name]), text, total.row.comment)


def _published_questions(grid: Grid, answers: Answers, known: Known) -> Iterator[Question]:
    """Ask about totals far from those published in the report, unless a return has already replaced them.

    Far means more than the permitted share for each year between the two.
    """
    population = known.population[answers.region]
    newest = _own_returns(answers, known)["reference_date"].max()
    published = known.published[known.published["region"] == answers.region]
    for figure in published[published["measure"].isin(PUBLISHED_AS)].to_dict("records"):
        dated = pd.Timestamp(figure["dated"])
        name, per = PUBLISHED_AS[figure["measure"]]
        total = _region_total(answers.rows, answers.is_complete, name, population)
        if total is None or (not pd.isna(newest) and not dated > newest):
            continue
        then = float(figure["value"]) * (population / per if per else 1.0)
        years = 1.0 if pd.isna(dated) else max(abs((pd.Timestamp(answers.reference_date) - dated).days) / 365.25, 1.0)
        low, high = (1 - JUMP_SHARE) ** years, (1 + JUMP_SHARE) ** years
        if abs(total.value - then) < JUMP_LEAST or low <= total.value / then <= high:
            continue
        date = "an unknown date" if pd.isna(dated) else f"{dated:%Y-%m-%d}"
        unit = f" ({figure['value']:g} {figure['unit']})" if per else ""
        address = "" if pd.isna(figure["url"]) else f", {figure['url']}"
        text = (
            f"{_named(total, name)} in {known.names[answers.region]}, published for {date} {shown(round(then))}{unit}: "
            f"{_ratio(total.value, then)}; source {figure['figure']}: {figure['title']}{address}"
        )
        yield Question(grid.place, total.row.number, form.label(form.COLUMN[name]), text, total.row.comment)


def _neighbour_questions(grid: Grid, answers: Answers, known: Known) -> Iterator[Question]:
    """Ask about totals that are far from the median of other regions per inhabitant."""
    population = known.population[answers.region]
    for name in COMPARED:
        total = _region_total(answers.rows, answers.is_complete, name, population)
        others = _densities(name, answers.region, known)
        if total is None or len(others) < FEWEST_NEIGHBOURS:
            continue
        usual = float(others.median())
        then, now = usual * population / 1000, 1000 * total.value / population
        if abs(total.value - then) < JUMP_LEAST or 1 / NEIGHBOUR_FACTOR <= total.value / then <= NEIGHBOUR_FACTOR:
            continue
        text = (
            f"{_named(total, name)} in {known.names[answers.region]} is {now:.2f} per 1 000 inhabitants; the median of "
            f"{len(others)} other regions is {usual:.2f}, here {shown(round(then))}: {_ratio(total.value, then)}"
        )
        yield Question(grid.place, total.row.number, form.label(form.COLUMN[name]), text, total.row.comment)


def _densities(name: str, region: str, known: Known) -> pd.Series:
    """Return a figure per 1 000 inhabitants for every other region that has one: returned, otherwise published."""
    population = pd.Series(known.population, dtype=float)
    measures = [measure for measure, (field_name, _) in PUBLISHED_AS.items() if field_name == name]
    published = known.published[known.published["measure"].isin(measures)].drop_duplicates("region").set_index("region")
    is_rate = published["measure"].map(lambda measure: PUBLISHED_AS[measure][1] > 0).astype(bool)
    rates = published["value"].where(is_rate, 1000 * published["value"] / population.reindex(published.index))
    asked = form.FIELDS[form.COLUMN[name] - 1]
    is_asked = (known.returns["measure"] == asked.measure) & (known.returns["sex"] == "all")
    is_total = (known.returns["care_unit"] == form.WHOLE) & (known.returns["sector"] == "all")
    totals = known.returns[is_asked & is_total & (known.returns["stage"] == "all")].dropna(subset="value")
    newest = totals.sort_values("reference_date").groupby("region")["value"].last()
    returned = 1000 * newest / population.reindex(newest.index)
    return returned.combine_first(rates).drop(region, errors="ignore").dropna()


def _named(total: Total, name: str) -> str:
    what = f"{form.FIELDS[form.COLUMN[name] - 1].en} {shown(round(total.value, 2))}"
    return what if total.coverage >= 1 else f"{what}, estimated from units that list {total.coverage:.0%},"


def _ratio(now: float, then: float) -> str:
    """Describe the ratio of two figures, and the likely error if it is nearer to ten than to one."""
    if now * LOST_ZERO <= then:
        return f"{now / then:.2f} times that, is a zero lost"
    return f"{now / then:.1f} times that" + (", is there a zero too many" if now >= LOST_ZERO * then else "")


def _own_returns(answers: Answers, known: Known) -> pd.DataFrame:
    """Return the same region's returns for earlier dates."""
    is_earlier = known.returns["reference_date"] < pd.Timestamp(answers.reference_date)
    return known.returns[(known.returns["region"] == answers.region) & is_earlier]


def _jumps(grid: Grid, answers: Answers, known: Known) -> Iterator[Question]:
    """Ask about large changes since the region's previous return, and units no longer listed."""
    earlier = _own_returns(answers, known)
    if earlier.empty:
        return
    newest = earlier["reference_date"].max()
    date = f"{newest:%Y-%m-%d}"
    stocks = earlier[(earlier["reference_date"] == newest) & (earlier["sex"] == "all") & (earlier["stage"] == "all")]
    before = {
        (same(unit), sector, measure): value
        for unit, sector, measure, value in zip(
            *(stocks[column] for column in ("care_unit", "sector", "measure", "value")), strict=True
        )
    }
    units_before = {unit: sector for unit, sector, _ in before if unit != same(form.WHOLE)}
    for name in COMPARED:
        column = form.label(form.COLUMN[name])
        for row in answers.rows:
            sector = form.SECTORS[row.sector]
            then = before.get((same(row.name), sector, name), math.nan)
            text = _jump(row.figures[name], then, date, form.FIELDS[form.COLUMN[name] - 1].en)
            if text:
                yield Question(grid.place, row.number, column, text, row.comment)
        if not any(row.is_whole and row.figures[name] is not None for row in answers.rows):
            now = _total([row.figures[name] for row in answers.rows if not row.is_whole])
            of_units = {key: value for key, value in before.items() if key[2] == name and key[0] in units_before}
            then = _total(of_units.values())
            text = "" if then is None or not answers.is_complete else _jump(now, then, date, f"all units, {name}")
            if text:
                first = answers.rows[0]
                yield Question(grid.place, first.number, column, text, first.comment)
    units = {same(row.name) for row in answers.rows if not row.is_whole}
    gone = sorted(units_before.keys() - units) if units and answers.is_complete else []
    if gone:
        of = f"{known.names[answers.region]}'s units of {date}"
        text = f"{len(gone)} of {of} are not listed: {shown(', '.join(gone))}"
        first = answers.rows[0]
        yield Question(grid.place, first.number, form.label(form.COLUMN["care_unit"]), text, first.comment)


def _total(figures: Iterable[float | None]) -> float | None:
    """Sum figures; None if any is missing."""
    found = list(figures)
    return None if any(figure is None or math.isnan(figure) for figure in found) else sum(filter(None, found))


def _jump(now: float | None, then: float, date: str, what: str) -> str:
    """Describe the change of a figure if it exceeds the stated share; empty text otherwise."""
    if now is None or math.isnan(then) or abs(now - then) < JUMP_LEAST or abs(now - then) <= JUMP_SHARE * then:
        return ""
    change = f", {(now - then) / then:+.0%}" if then else ""
    zero = f"; {_ratio(now, then)}" if then and not 1 / LOST_ZERO < now / then < LOST_ZERO else ""
    return f"{what} {shown(now)}, on {date} {shown(then)}{change}: more than {JUMP_SHARE:.0%} in one return{zero}"
