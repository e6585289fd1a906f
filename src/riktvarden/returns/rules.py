"""Which figures of a return can be right, alone, together and beside last year's: for whoever filled it in."""

from __future__ import annotations

import datetime
import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from riktvarden.possible import MOST_PER_1000, MOST_SUPERVISORS_PER_1000
from riktvarden.problems import Problem
from riktvarden.returns import form
from riktvarden.returns.safety import MOST_FAULTS, NEW_FORM
from riktvarden.returns.sheets import Grid, Value, shown

PERSONS_PER_POSITION = (1.0, 2.0)
"""Fewest and most persons on a filled position.

Nobody fills more than one position; two halves of one is the most that training allows. Published: 470 persons on 390
positions.
"""

ROUNDING_BELOW, EMPLOYED_BESIDES = 1.0, 3.0
"""Persons by which a row may lie outside that band.

Below: positions vacant in part. Above: doctors whom a unit employs itself, beyond the funded positions.
"""

JUMP_SHARE, JUMP_LEAST = 0.25, 5.0
"""Change since the last return that asks for a comment: a quarter, and at least five so that small units may vary."""

ROUNDED = 0.05
"""Half of the last decimal that positions and FTE are given with; counts of persons are exact."""

FIRST_DATE = datetime.date(2021, 12, 31)
"""The reference date of the first baseline: no return is older."""

COMPARED = ("positions", "persons", "fte", "bt_persons")
"""Stocks that are held against the return before."""

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
"""Columns of a return as tidy table."""


@dataclass(frozen=True)
class Known:
    """What the project knows of the regions before a return comes in.

    Attributes
    ----------
    names, population
        Principal and newest population by region code.
    published
        Published figures: ``region, measure, value, unit, dated, title, path``.
    returns
        Accepted returns, as `riktvarden.returns.store.read_returns` gives them.
    municipalities
        Name by code of each region's municipalities, by region code.
    """

    names: Mapping[str, str]
    population: Mapping[str, float]
    municipalities: Mapping[str, Mapping[str, str]]
    published: pd.DataFrame
    returns: pd.DataFrame


@dataclass(frozen=True, order=True)
class Question:
    """Something that may be right but that a reader will ask about; a comment in its row answers it.

    Attributes
    ----------
    file, row, column
        Where, as in a `Problem`.
    text
        What was found, with its figures.
    answer
        The comment of the row; empty while the question is open.
    """

    file: str
    row: int
    column: str
    text: str
    answer: str

    def __str__(self) -> str:
        comment = form.COLUMN["comment"]
        answer = f"answered: {self.answer!r}" if self.answer else f"please comment in {form.letter(comment)}{self.row}"
        return f"{self.file}, row {self.row}, column {self.column}: {self.text}; {answer}"


@dataclass
class Row:
    """One row of the table: its figures by field, None where there is none, and the cells that are no figures.

    The municipality is as it was written until it is known which region's it has to be, then its code.
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
        """Whether it is for the whole region."""
        return self.name == form.WHOLE

    def get(self, *names: str) -> list[float] | None:
        """Give the figures of several fields, None unless all are there."""
        found = [self.figures[name] for name in names]
        return None if None in found else [figure for figure in found if figure is not None]


@dataclass(frozen=True)
class Answers:
    """What a form says, where nothing in it is wrong."""

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
    """Judge a filled form.

    Parameters
    ----------
    grid
        Its cells.
    known
        What is known of the regions.
    today
        The day of the check.
    region, reference_date
        What the return is expected to be for; anything known and plausible where left out.

    Returns
    -------
    tuple
        The answers, None where any is wrong; everything that is wrong; and what asks for a comment.
    """
    problems = list(_arrangement_faults(grid))
    if problems:
        return None, problems, []
    code, faults = _region(grid, known, region)
    problems += faults
    date, faults = _date(grid, today, reference_date)
    problems += faults
    extent = _same(shown(grid.cells.get((_head("extent"), 2))))
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
    if problems or code is None or date is None:
        return None, problems, []
    answers = Answers(code, date, is_complete, rows)
    return answers, [], [*_own_questions(grid, answers, today), *_jumps(grid, answers, known.returns)]


def tidy(answers: Answers) -> pd.DataFrame:
    """Put the answers into a tidy table: one row for each figure asked, missing ones included."""
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


def text_fault(text: str, longest: int) -> tuple[str, str] | None:
    """Say why a text from outside cannot be kept: what was expected and how to mend it; None where it can."""
    if text[:1] in tuple("=+-@＝＋－＠"):  # a spreadsheet takes the wide forms for formulas too
        return "text that does not begin with = + - or @", "begin with a letter: spreadsheets run such text"
    if not text.isprintable():
        return "letters, figures and punctuation", "write the text again without invisible characters"
    if len(text) > longest:
        return f"at most {longest} characters", "shorten the text"
    if re.search(r"\b([0-9]{2})?[0-9]{6}[-+ ]?[0-9]{4}\b|\S@\S", text):
        return "no identity number, telephone number or address of a person", "remove it"
    return None


# The head of the form


def _same(text: str) -> str:
    """Make texts that a reader takes for the same one equal."""
    return " ".join(text.split()).casefold()


def _head(name: str) -> int:
    return next(head.row for head in form.HEADS if head.name == name)


def _arrangement_faults(grid: Grid) -> Iterator[Problem]:
    """Hold form, version and headings against the form of today; without them no cell has a meaning."""
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
                mend = f"put the columns back in their order, or {NEW_FORM}"
                yield grid.problem(row, column, found, f"the heading {heading}", mend)


def _region(grid: Grid, known: Known, expected_region: str | None) -> tuple[str | None, list[Problem]]:
    """Read the region: a code that exists, the name that belongs to it, the one expected."""
    code = shown(grid.cells.get((_head("region"), 2)))
    if code not in known.names:
        expected = "a region's code of two digits, as `riktvarden regions` lists them"
        return None, [grid.problem(_head("region"), 2, code, expected, NEW_FORM)]
    problems = []
    if expected_region is not None and code != expected_region:
        expected = f"{expected_region}, the region asked for"
        mend = "name the right file or the right region"
        problems.append(grid.problem(_head("region"), 2, code, expected, mend))
    name = shown(grid.cells.get((_head("region_name"), 2)))
    if _same(name) != _same(known.names[code]):
        expected = f"{known.names[code]}, whose code is {code}"
        problems.append(grid.problem(_head("region_name"), 2, name, expected, "correct the code or the name"))
    return code, problems


def _date(
    grid: Grid, today: datetime.date, expected_date: datetime.date | None
) -> tuple[datetime.date | None, list[Problem]]:
    """Read the reference date: the last day of a year, from the first baseline to this year."""
    row, value = _head("reference_date"), grid.cells.get((_head("reference_date"), 2))
    date = _as_date(value)
    mend = "write the reference date as YYYY-MM-DD"
    if date is None:
        return None, [grid.problem(row, 2, value, "a date as YYYY-MM-DD", mend)]
    if (date.month, date.day) != (12, 31):
        return None, [grid.problem(row, 2, date, "the last day of a year, YYYY-12-31", mend)]
    if not FIRST_DATE <= date <= datetime.date(today.year, 12, 31):
        return None, [grid.problem(row, 2, date, f"a day from {FIRST_DATE} to {today.year}-12-31", mend)]
    if expected_date is not None and date != expected_date:
        mend = "name the right file or the right date"
        return None, [grid.problem(row, 2, date, f"{expected_date}, the date asked for", mend)]
    return date, []


def _as_date(value: Value) -> datetime.date | None:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:  # a day that does not exist, such as 31 June
            return None
    return None


# The cells of the table


def _rows(grid: Grid) -> tuple[list[Row], list[Problem]]:
    """Read the rows that hold anything, and find cells that are not what their column asks."""
    problems = list(itertools.islice(_stray_cells(grid), MOST_FAULTS))
    filled: dict[int, set[int]] = {}
    for line, column in grid.cells:
        if form.FIRST_ROW <= line <= form.LAST_ROW and column <= len(form.FIELDS):
            filled.setdefault(line, set()).add(column)
    given, remark = {form.COLUMN["care_unit"], form.COLUMN["sector"]}, form.COLUMN["comment"]
    rows: list[Row] = []
    has_figures = False
    for number in sorted(filled):
        # The row of the whole region is named beforehand; it may be left at that, or hold a comment alone.
        named = _same(shown(grid.cells.get((number, form.COLUMN["care_unit"]))))
        is_spare = named == _same(form.WHOLE) and filled[number] <= {*given, remark}
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
    """Find content outside the form, which nobody would read."""
    guide = {(row, 4): text for row, text in enumerate(form.GUIDE, start=1)}
    labels = {(head.row, 1) for head in form.HEADS} | {(head.row, 2) for head in form.HEADS}
    for (row, column), value in grid.cells.items():
        in_table = form.HEADING_ROW <= row <= form.LAST_ROW and column <= len(form.FIELDS)
        if not in_table and (row, column) not in labels and guide.get((row, column)) != shown_whole(value):
            expected = "nothing outside the form's cells"
            mend = "move it into a comment, or remove it"
            yield Problem(grid.place, row, form.letter(column), shown(value), expected, mend)


def shown_whole(value: Value) -> str:
    """Write a cell's value in full."""
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
            mend = "fill in the cell, or clear the row if it is not needed"
            problems.append(grid.problem(number, column, "", expected, mend))
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
    """Put a name, sector or comment into its row; say why where it cannot be kept."""
    text = " ".join(shown_whole(value).split())
    if asked.name == "care_unit":
        row.name = form.WHOLE if _same(text) == _same(form.WHOLE) else text
        return text_fault(text, form.LONGEST_NAME)
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
    """Give each unit the code of its municipality, and find names that are none of the region's."""
    codes = {_same(name): code for code, name in known.municipalities[region].items()}
    problems = []
    for row in (row for row in rows if row.municipality):
        found = codes.get(_same(row.municipality))
        if row.is_whole or found is None:
            expected = "nothing on this row" if row.is_whole else f"a municipality of {known.names[region]}"
            mend = "clear the cell" if row.is_whole else "choose from the list, or clear the cell"
            problems.append(grid.problem(row.number, form.COLUMN["municipality"], row.municipality, expected, mend))
        row.municipality = found or ""
    return problems


def _figure(value: Value, asked: form.Field, is_text: bool) -> tuple[float | None, tuple[str, str] | None]:
    """Read a figure; None where there is none, with what was expected and how to mend it where one should be."""
    expected = "a whole number, 0 or more" if asked.kind == "count" else "a number, 0 or more"
    if value is None:
        return None, None
    if isinstance(value, str):
        if _same(value) == form.UNKNOWN:
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
    """Say what is wrong with a figure that came as text; None where text is how it should come."""
    if re.fullmatch(r"[-+]?[0-9]{1,12}(\.[0-9]{1,12})?", text):
        mend = "write the figure again in a cell whose format is number"
        return None if is_text else (f"{expected}, not text", mend)
    if re.fullmatch(r"[-+]?[0-9][0-9 .\u00a0\u202f]*,[0-9]+", text):
        mend = "write a decimal point" if is_text else "write it as a number in Excel, not as text"
        return f"{expected}, without decimal comma", f"{mend}, or hand in the .xlsx" if is_text else mend
    return f"{expected}, or {form.UNKNOWN}", "write the figure alone; words belong in the comment"


# What figures must agree on


def _row_faults(grid: Grid, row: Row) -> Iterator[Problem]:
    """Hold the figures of one row against each other."""

    def problem(name: str, expected: str, mend: str) -> Problem:
        return grid.problem(row.number, form.COLUMN[name], row.figures[name], expected, mend)

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
        if found[0] > max(found[1] - leave, 0) + ROUNDED:
            expected = f"at most {shown(found[1] - leave)}: {shown(found[1])} persons, {shown(leave)} of them on leave"
            yield problem("fte", expected, "nobody works more than full time: correct FTE, persons or leave")
    if (found := row.get("vacancies", "positions")) and found[0] > found[1] + ROUNDED:
        yield problem("vacancies", f"at most {shown(found[1])}, the positions", "correct one of the two")
    elif found := row.get("positions", "persons"):
        yield from _band_faults(row, found[0], found[1], problem)
    if (found := row.get("starters", "persons", "completions", "drop_outs")) and found[0] > sum(found[1:]):
        expected = f"at most {shown(sum(found[1:]))}: who began in the year is still there, is done or has left"
        yield problem("starters", expected, "correct starters, persons, completions or drop-outs")


def _band_faults(
    row: Row, positions: float, persons: float, problem: Callable[[str, str, str], Problem]
) -> Iterator[Problem]:
    """Hold persons against the positions that are filled; fewer persons than positions are right with vacancies."""
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
    """Hold rows against each other: each unit once, parts that sum to the region."""
    rows = list(rows)
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (_same(row.name), row.sector if row.is_whole else "")
        if row.name and key in seen:
            expected = f"each unit once; row {seen[key]} has it already"
            mend = "put the figures into one row, or tell the units apart by name"
            yield grid.problem(row.number, form.COLUMN["care_unit"], row.name, expected, mend)
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
    """Hold a figure of the region against its parts; they may sum to less where not all are listed."""
    total, found = whole.figures[asked.name], [part.figures[asked.name] for part in parts]
    figures = [figure for figure in found if figure is not None]
    if total is None or any(asked.name in part.broken for part in parts):
        return
    slack = ROUNDED * (len(parts) + 1) if asked.kind == "number" else 0.0
    exact = is_complete and len(figures) == len(found)
    if sum(figures) > total + slack or (exact and sum(figures) < total - slack):
        expected = f"{'' if exact else 'at least '}{shown(round(sum(figures), 2))}, the sum of {what}"
        head = form.HEADS[-1]
        mend = "correct the total or a part" + ("" if not exact else f"; if units are left out choose några in B{head.row}")
        yield grid.problem(whole.number, form.COLUMN[asked.name], total, expected, mend)


def _population_faults(grid: Grid, rows: Iterable[Row], region: str, known: Known) -> Iterator[Problem]:
    """Find figures that the region is too small for, in any row or in the units together."""
    rows, population = list(rows), known.population[region]
    for asked in (asked for asked in form.FIELDS if asked.is_figure):
        rate = MOST_SUPERVISORS_PER_1000 if asked.name == "supervisors" else MOST_PER_1000[asked.unit]
        most = math.floor(rate * population / 1000)
        beyond = [row for row in rows if (row.figures[asked.name] or 0) > most]
        column = form.COLUMN[asked.name]
        expected = f"at most {most}: {rate:g} per 1 000 of the region's {population:.0f} inhabitants"
        for row in beyond:
            yield grid.problem(row.number, column, row.figures[asked.name], expected, "correct the figure")
        together = sum(row.figures[asked.name] or 0 for row in rows if not row.is_whole)
        if not beyond and together > most:
            value = f"{shown(round(together, 2))} in all units"
            yield grid.problem(form.HEADING_ROW, column, value, expected, "correct the units' figures")


# What asks for a comment


def _own_questions(grid: Grid, answers: Answers, today: datetime.date) -> Iterator[Question]:
    """Ask about what is odd in the return itself."""
    if answers.reference_date > today:
        first = answers.rows[0]
        text = f"the reference date {answers.reference_date} has not come yet: are the figures expected ones"
        yield Question(grid.place, first.number, form.label(form.COLUMN["persons"]), text, first.comment)
    for row in answers.rows:
        found = row.get("positions", "persons")
        if found and row.figures["vacancies"] is None and found[1] < found[0] - ROUNDING_BELOW:
            text = f"{shown(found[1])} persons on {shown(found[0])} positions: are the others vacant"
            yield Question(grid.place, row.number, form.label(form.COLUMN["vacancies"]), text, row.comment)


def _jumps(grid: Grid, answers: Answers, returns: pd.DataFrame) -> Iterator[Question]:
    """Ask about figures that changed much since the region's return before, and units that are gone."""
    reference = pd.Timestamp(answers.reference_date)
    earlier = returns[(returns["region"] == answers.region) & (returns["reference_date"] < reference)]
    if earlier.empty:
        return
    newest = earlier["reference_date"].max()
    date = f"{newest:%Y-%m-%d}"
    stocks = earlier[(earlier["reference_date"] == newest) & (earlier["sex"] == "all") & (earlier["stage"] == "all")]
    before = {
        (_same(unit), sector, measure): value
        for unit, sector, measure, value in zip(
            *(stocks[column] for column in ("care_unit", "sector", "measure", "value")), strict=True
        )
    }
    units_before = {unit: sector for unit, sector, _ in before if unit != _same(form.WHOLE)}
    for name in COMPARED:
        column = form.label(form.COLUMN[name])
        for row in answers.rows:
            sector = form.SECTORS[row.sector]
            then = before.get((_same(row.name), sector, name), math.nan)
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
    units = {_same(row.name) for row in answers.rows if not row.is_whole}
    gone = sorted(units_before.keys() - units) if units and answers.is_complete else []
    if gone:
        text = f"{len(gone)} units of {date} are not listed: {shown(', '.join(gone))}"
        first = answers.rows[0]
        yield Question(grid.place, first.number, form.label(form.COLUMN["care_unit"]), text, first.comment)


def _total(figures: Iterable[float | None]) -> float | None:
    """Sum figures; None where any is missing."""
    found = list(figures)
    return None if any(figure is None or math.isnan(figure) for figure in found) else sum(filter(None, found))


def _jump(now: float | None, then: float, date: str, what: str) -> str:
    """Say how much a figure changed where that is more than the stated share; empty text where it is not."""
    if now is None or math.isnan(then) or abs(now - then) < JUMP_LEAST or abs(now - then) <= JUMP_SHARE * then:
        return ""
    change = f", {(now - then) / then:+.0%}" if then else ""
    return f"{what} {shown(now)}, on {date} {shown(then)}{change}: more than {JUMP_SHARE:.0%} in one return"
