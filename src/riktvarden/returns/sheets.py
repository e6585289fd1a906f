"""Read the cells of a form, whether a workbook or a text file, for the check."""

from __future__ import annotations

import csv
import datetime
import io
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import openpyxl

from riktvarden import texts
from riktvarden.problems import Problem, not_utf8
from riktvarden.returns import form, safety, visible

if TYPE_CHECKING:
    from openpyxl.cell.read_only import ReadOnlyCell

LONGEST_TEXT = 1_000
"""Characters of a cell that are read: twice the longest comment, enough to report that it is too long."""

MOST_CHARACTERS = 100_000
"""Maximum length of a cell in a text file, in characters; a file with longer ones cannot be a form."""

Value = str | float | int | bool | datetime.date | datetime.time | datetime.timedelta | None


@dataclass(frozen=True)
class Form:
    """What the workbook of a form looks like, so that forms of several kinds are read by the same rules.

    Attributes
    ----------
    sheet
        Name of the sheet to fill in.
    others
        Names of the other sheets that it may have.
    columns
        Number of columns that may not be hidden.
    label
        Column and row, from 1 → name of the column in problems.
    longest
        Characters of a cell that are read: more than the longest text, enough to report that it is too long.
    """

    sheet: str
    others: tuple[str, ...]
    columns: int
    label: Callable[[int, int], str]
    longest: int


RETURN = Form(form.SHEET, (form.EXPLANATIONS, form.KNOWN), len(form.FIELDS), form.label, LONGEST_TEXT)
"""The form of a region's return."""


@dataclass(frozen=True)
class Grid:
    """The cells of the sheet to fill in.

    Attributes
    ----------
    place
        File and sheet, as problems name them.
    cells
        (row, column), from 1 → value; empty cells are left out.
    formulas
        Cells with a formula; their values cannot be trusted.
    is_text
        Whether all values are text, as in a .csv.
    form
        The form that they are of.
    """

    place: str
    cells: Mapping[tuple[int, int], Value]
    formulas: frozenset[tuple[int, int]]
    is_text: bool
    form: Form = RETURN

    def problem(self, row: int, column: int, value: object, expected: str, fix: str) -> Problem:
        """Return a problem at one cell."""
        return Problem(self.place, row, self.form.label(column, row) if column else "", shown(value), expected, fix)


def shown(value: object) -> str:
    """Format a cell's value for a message."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return f"{value:.0f}"
    text = str(value)
    return text if len(text) <= 60 else text[:60] + "…"


def read(name: str, raw: bytes) -> tuple[Grid | None, list[Problem]]:
    """Read the cells of a file accepted by `safety.load`.

    Parameters
    ----------
    name
        Name of the file; its suffix gives the format.
    raw
        Its bytes.

    Returns
    -------
    tuple
        The cells, or None if they cannot be read, and problems with their layout.
    """
    return _read_csv(name, raw) if name.lower().endswith(".csv") else workbook(name, raw)


# Workbooks


def workbook(name: str, raw: bytes, of: Form = RETURN) -> tuple[Grid | None, list[Problem]]:
    """Read the cells of a workbook; parameters and result as `read`, with the form that it is of."""
    seen, problems = safety.workbook(name, raw)
    if seen is None:
        return None, problems
    problems += _sheet_faults(name, seen.layouts, of)
    if of.sheet not in seen.layouts:
        return None, problems
    layout = seen.layouts[of.sheet]
    place = f"{name}, sheet {of.sheet}"
    problems += _layout_faults(place, layout, of)
    cells: dict[tuple[int, int], Value] = {}
    try:
        for row, column, value, hidden in _cells(seen, layout, of):
            cells[row, column] = value
            if hidden is not None and len(problems) < safety.MOST_FAULTS:
                found, expected, fix = hidden
                problems.append(Problem(place, row, of.label(column, row), shown(found), expected, fix))
    # A malformed part can make openpyxl fail anywhere, with any error; each is reported to the submitter.
    except Exception as error:  # noqa: BLE001
        found = f"{type(error).__name__}: {error}"
        fix = "save it again as .xlsx in Excel"
        return None, [*problems, Problem(place, 0, "", shown(found), "cells that can be read", fix)]
    formulas = frozenset((row, column) for row, column, _ in layout.formulas)
    return Grid(place, cells, formulas, is_text=False, form=of), problems


def _cells(
    seen: safety.Workbook, layout: safety.Layout, of: Form
) -> Iterator[tuple[int, int, Value, visible.Hidden | None]]:
    """Read the values with openpyxl, as a stream, each with the reason why it is not visible, if any."""
    with warnings.catch_warnings():
        # Parts that openpyxl ignores, such as validation lists, are not read here either.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(seen.packed), read_only=True, data_only=True, keep_links=False)
        styles: dict[tuple[int, ...], visible.Hidden | None] = {}
        try:
            if not layout.last_row:
                return
            rows = book[of.sheet].iter_rows(1, layout.last_row, 1, layout.last_column)
            for number, row in enumerate(rows, start=1):
                for column, read in enumerate(row, start=1):
                    value, cell = read.value, cast("ReadOnlyCell", read)
                    if not isinstance(value, int | float | datetime.date | datetime.time | datetime.timedelta):
                        value = "" if value is None else texts.composed(str(value)[: of.longest])
                    if value == "":
                        continue
                    style = tuple(cell.style_array)
                    if style not in styles:
                        found = cell.font, cell.fill, cell.alignment
                        styles[style] = visible.style_fault(*found, seen.theme, seen.palette)
                    hidden = styles[style] or visible.format_fault(value, str(cell.number_format))
                    yield number, column, value, hidden
        finally:
            book.close()


def _sheet_faults(name: str, layouts: Mapping[str, safety.Layout], of: Form) -> Iterator[Problem]:
    """Check that the form's sheets, and no others, are present and visible, so that nothing in it is concealed."""
    known = (of.sheet, *of.others)
    if of.sheet not in layouts:
        found = ", ".join(layouts)
        yield Problem(name, 0, "", shown(found), f"a sheet {of.sheet}", safety.NEW_FORM)
    for sheet, layout in layouts.items():
        place = f"{name}, sheet {shown(sheet)}"
        if sheet not in known:
            yield Problem(place, 0, "", "another sheet", f"only {', '.join(known)}", "remove the sheet")
        if layout.is_hidden:
            yield Problem(place, 0, "", "a hidden sheet", "visible sheets", "unhide the sheet")


def _layout_faults(place: str, layout: safety.Layout, of: Form) -> Iterator[Problem]:
    """Find formatting that hides cell content from a human reader."""
    for first, _ in layout.hidden_rows:
        yield Problem(place, first, "", "a hidden row", "visible rows", "unhide the row, clear any filter")
    for first, last in layout.hidden_columns:
        if first <= max(layout.last_column, of.columns):
            columns = of.label(first, safety.MOST_ROWS) if first == last else f"{form.letter(first)} to {form.letter(last)}"
            fix = "unhide the column"
            yield Problem(place, 0, columns, "a hidden column", "visible columns", fix)
    for row, found, fix in layout.unseen:
        yield Problem(place, row, "", found, "visible content", fix)
    for merged in layout.merged:
        corner = re.match(r"([A-Z]+)([0-9]+)", merged)
        row, name = (int(corner[2]), corner[1]) if corner else (0, "")
        fix = "split the cells and write each entry in its own"
        yield Problem(place, row, name, f"merged cells {merged}", "one cell for each entry", fix)
    for row, column, formula in layout.formulas:
        fix = "copy the cell and paste it as value"
        yield Problem(place, row, of.label(column, row), shown(formula), "a value, no formula", fix)


# Text files


def _read_csv(name: str, raw: bytes) -> tuple[Grid | None, list[Problem]]:
    """Read the sheet saved as text: UTF-8 with or without byte order mark, separated by commas or semicolons.

    Excel writes the mark in "CSV UTF-8", and semicolons if the decimal sign is a comma; both are accepted. Decimal
    commas are not: with comma separators, 1,250 could be two figures.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = not_utf8(name, error)
        fix = 'save it as "CSV UTF-8", or hand in the .xlsx'
        return None, [Problem(name, problem.row, "", shown(problem.value), problem.expected, fix)]
    first = text.splitlines()[0] if text.strip() else ""
    found = re.match(r'"?Formulär[^,;\t]*?"?([,;])"?' + re.escape(form.MARK), first)
    if not found:
        expected = f"a first line that begins {_title(0)},{form.MARK} with commas or semicolons between the cells"
        fix = f"save the sheet {form.SHEET} as CSV UTF-8, or hand in the .xlsx"
        return None, [Problem(name, 1, "", shown(first), expected, fix)]
    cells: dict[tuple[int, int], Value] = {}
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=found[1], strict=True)
    try:
        for number, row in enumerate(reader, start=1):
            if max(map(len, row), default=0) > MOST_CHARACTERS:  # csv's own limit is process-wide: a library may raise it
                raise csv.Error(f"field larger than field limit ({MOST_CHARACTERS})")
            filled = {
                column: texts.composed(cell[:LONGEST_TEXT]) for column, cell in enumerate(row, start=1) if cell.strip()
            }
            if filled and (number > safety.MOST_ROWS or max(filled) > safety.MOST_COLUMNS):
                expected = f"content in the first {safety.MOST_ROWS} rows and {safety.MOST_COLUMNS} columns"
                return None, [Problem(name, number, "", f"{len(row)} cells", expected, safety.NEW_FORM)]
            cells.update({(number, column): cell for column, cell in filled.items()})
    except csv.Error as error:
        fix = "save it again as CSV UTF-8, or hand in the .xlsx"
        return None, [Problem(name, reader.line_num, "", str(error), "cells with balanced quotes", fix)]
    return Grid(name, cells, frozenset(), is_text=True), []


def _title(number: int) -> str:
    head = form.HEADS[number]
    return f"{head.sv} / {head.en}"
