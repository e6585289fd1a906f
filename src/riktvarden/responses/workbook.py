"""A response as an Excel workbook: the form to send to an actor, with the questions put to it, and what is filled in.

The workbook is read by the rules of the regions' returns (`riktvarden.returns.sheets`), so a formula, a hidden sheet or
merged cells are refused here as there. What it holds is then checked as a file of the other kind is.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import xlsxwriter

from riktvarden.problems import Problem
from riktvarden.responses import form
from riktvarden.returns.form import letter
from riktvarden.returns.sheets import Form, Grid, Value, workbook

SUFFIX = ".xlsx"

SHEET, CODES = "Svar - Answer", "Koder - Codes"
"""Names of the sheets: the one to fill in, and the codes of regions and professions."""

HEADS = ("form", "version", "edition", "actor", "name", "region", "profession")
"""What column B has above the table, in the order of the rows from 1."""

ORGANISATION = ("actor", "name", "region", "profession")
"""Those of them that are keys of the organisation."""

COLUMNS = ("label", "report", "low", "high", "unit", "value", "reason", "text", "code")
"""Columns of the table; a reader fills in value, reason and text."""

HEADING_ROW = len(HEADS) + 2
FIRST_ROW = HEADING_ROW + 1

COMMENT = "comment"
"""What a row has as its code that is about the report as a whole."""

SPARE_ROWS = 5
"""Empty rows, for assumptions that the organisation is not asked about."""

MOST_ROWS = form.MOST_ENTRIES
"""Rows of the table that are read."""

DIGITS = 4
"""Significant digits of the report's values."""

NO_KEY = "no key"
"""What the check finds where a key is missing, which is an empty cell here."""

NEW_FORM = "copy the answers into a new form: `riktvarden response template`"

_AT = {name: number for number, name in enumerate(COLUMNS, start=1)}
_KEYS = {
    ("values", "assumption"): "code",
    ("values", "value"): "value",
    ("values", "reason"): "reason",
    ("answers", "question"): "code",
    ("answers", "text"): "text",
}
"""List and key of an entry → its column."""

_LINE = 15
"""Height of a line in points."""


class Words(NamedTuple):
    """What the form says in one language."""

    heads: tuple[str, ...]
    columns: tuple[str, ...]
    guide: tuple[str, ...]
    comment: str
    spare: str
    regions: str
    professions: str
    number: str
    longest: str


WORDS = {
    "sv": Words(
        ("Formulär", "Version", "Utgåva", "Slags aktör", "Organisationens namn", "Region", "Yrke"),
        (
            "Fråga",
            "Rapportens värde",
            "Lägst",
            "Högst",
            "Enhet",
            "Ert värde",
            "Varför och källa",
            "Svar i ord",
            "Kod",
        ),
        (
            "Fyll i de ljusa cellerna. Det räcker att svara på en fråga.",
            "Skriv varför, eftersom ett värde utan skäl inte kan bedömas.",
            "Skriv inga namn på personer, telefonnummer eller e-postadresser, för svaren är offentliga.",
        ),
        "Synpunkter på rapporten i övrigt",
        "Annat antagande: skriv dess kod sist på raden",
        "Regioner",
        "Yrken",
        "Skriv ett tal i frågans enhet, utan formel.",
        "Högst {count} tecken.",
    ),
    "en": Words(
        ("Form", "Version", "Edition", "Kind of actor", "Name of the organisation", "Region", "Profession"),
        (
            "Question",
            "The report's value",
            "Lowest",
            "Highest",
            "Unit",
            "Your value",
            "Why, and the source",
            "Answer in words",
            "Code",
        ),
        (
            "Fill in the light cells. One answer is enough.",
            "Say why, because a value without a reason cannot be judged.",
            "Name no persons, telephone numbers or e-mail addresses, because responses are public.",
        ),
        "Comments on the report as a whole",
        "Another assumption: write its code last in the row",
        "Regions",
        "Professions",
        "Write a number in the unit of the question, no formula.",
        "At most {count} characters.",
    ),
}
"""Language → its words; another language has the English ones."""


class Question(NamedTuple):
    """A question as the form has it: the name of its assumption, its words, the report's value and range, and the unit."""

    assumption: str
    label: str
    value: float
    low: float
    high: float
    unit: str


class Asked(NamedTuple):
    """The kind of actor that a form is for: code, title, and whether it has a region and a profession."""

    code: str
    title: str
    has_region: bool
    has_profession: bool


# --- the form to send -------------------------------------------------------------------------------------


def written(
    actor: Asked,
    edition: str,
    questions: Sequence[Question],
    regions: Mapping[str, str],
    professions: Mapping[str, str],
    language: str,
) -> bytes:
    """Return the form for a kind of actor, with the questions put to it and the report's answers to them.

    Parameters
    ----------
    actor
        The kind of actor.
    edition
        Edition that is answered.
    questions
        What the actor is asked, in order.
    regions, professions
        Code → name, as the reader chooses among them.
    language
        Language of the form's words.

    Returns
    -------
    bytes
        The workbook; the same for the same input.
    """
    words = WORDS.get(language, WORDS["en"])
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": f"{form.FORM} {edition} {actor.code}", "created": datetime.datetime(2000, 1, 1)})
        formats = _formats(book)
        sheet = book.add_worksheet(SHEET)
        codes = {"region": regions if actor.has_region else {}, "profession": professions if actor.has_profession else {}}
        _write_heads(sheet, formats, words, actor, edition, codes)
        _write_table(sheet, formats, words, questions)
        for column, width in enumerate((46, 22, 10, 10, 24, 14, 50, 50, 30)):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(HEADING_ROW, 1)
        # No password: protection keeps headings in place, and anyone can lift it.
        sheet.protect("", {"format_columns": True, "format_rows": True})
        _write_codes(book.add_worksheet(CODES), formats, words, codes)
        for each in book.worksheets():
            each.set_landscape()
            each.set_paper(9)
            each.fit_to_pages(1, 0)
    return content.getvalue()


def _formats(book: xlsxwriter.Workbook) -> dict[str, xlsxwriter.format.Format]:
    entry = {"locked": False, "bg_color": "#FFF9E5", "border": 1, "border_color": "#BFBFBF", "valign": "top"}
    return {
        "text": book.add_format({**entry, "text_wrap": True, "num_format": "@"}),
        "number": book.add_format({**entry, "num_format": "0.######"}),
        "heading": book.add_format({"bold": True, "text_wrap": True, "border": 1, "valign": "top", "bg_color": "#E8EEF4"}),
        "label": book.add_format({"bold": True}),
        "fixed": book.add_format({"num_format": "@", "align": "left"}),
        "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
        "report": book.add_format({"valign": "top", "align": "left"}),
    }


def _write_heads(
    sheet: xlsxwriter.worksheet.Worksheet,
    formats: Mapping[str, xlsxwriter.format.Format],
    words: Words,
    actor: Asked,
    edition: str,
    codes: Mapping[str, Mapping[str, str]],
) -> None:
    """Write what the form is and who answers."""
    known = {"form": form.FORM, "edition": edition, "actor": actor.code}
    for row, (name, head) in enumerate(zip(HEADS, words.heads, strict=True)):
        sheet.write_string(row, 0, head, formats["label"])
        if name == "version":
            sheet.write_number(row, 1, form.VERSION, formats["fixed"])
        elif name in known:
            sheet.write_string(row, 1, known[name], formats["fixed"])
        elif name == "name":
            sheet.write_blank(row, 1, None, formats["text"])
            sheet.data_validation(row, 1, row, 1, _length(form.LONGEST_NAME, words))
        elif codes[name]:
            sheet.write_blank(row, 1, None, formats["text"])
            column = letter(1 + list(codes).index(name))
            listed = f"='{CODES}'!${column}$2:${column}${len(codes[name]) + 1}"
            sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": listed})
    sheet.write_string(HEADS.index("actor"), 2, actor.title)
    for row, text in enumerate(words.guide):
        sheet.write_string(row, 5, text)


def _write_table(
    sheet: xlsxwriter.worksheet.Worksheet,
    formats: Mapping[str, xlsxwriter.format.Format],
    words: Words,
    questions: Sequence[Question],
) -> None:
    """Write the questions, spare rows for others, and the row for comments."""
    for column, head in enumerate(words.columns):
        sheet.write_string(HEADING_ROW - 1, column, head, formats["heading"])
    entry = {name: column - 1 for name, column in _AT.items()}
    spare = [(words.spare, "") for _ in range(SPARE_ROWS)]
    rows = [*((each.label, each.assumption) for each in questions), (words.comment, COMMENT), *spare]
    for row, (label, code) in enumerate(rows, start=FIRST_ROW - 1):
        sheet.set_row(row, 3 * _LINE)
        sheet.write_string(row, entry["label"], label, formats["wrapped"])
        if row - FIRST_ROW + 1 < len(questions):
            asked = questions[row - FIRST_ROW + 1]
            for name, value in (("report", asked.value), ("low", asked.low), ("high", asked.high)):
                sheet.write_number(row, entry[name], float(f"{value:.{DIGITS}g}"), formats["report"])
            sheet.write_string(row, entry["unit"], asked.unit, formats["wrapped"])
        if code == COMMENT:
            longest = form.LONGEST_COMMENT
        else:
            longest = form.LONGEST_TEXT
            sheet.write_blank(row, entry["value"], None, formats["number"])
            sheet.write_blank(row, entry["reason"], None, formats["text"])
            limits = {"validate": "decimal", "criteria": "between", "minimum": -1e12, "maximum": 1e12}
            sheet.data_validation(row, entry["value"], row, entry["value"], {**limits, "error_message": words.number})
            sheet.data_validation(row, entry["reason"], row, entry["reason"], _length(form.LONGEST_REASON, words))
        sheet.write_blank(row, entry["text"], None, formats["text"])
        sheet.data_validation(row, entry["text"], row, entry["text"], _length(longest, words))
        if code:
            sheet.write_string(row, entry["code"], code, formats["wrapped"])
        else:
            sheet.write_blank(row, entry["code"], None, formats["text"])


def _length(longest: int, words: Words) -> dict[str, object]:
    message = words.longest.format(count=longest)
    return {"validate": "length", "criteria": "<=", "value": longest, "error_message": message}


def _write_codes(
    sheet: xlsxwriter.worksheet.Worksheet,
    formats: Mapping[str, xlsxwriter.format.Format],
    words: Words,
    codes: Mapping[str, Mapping[str, str]],
) -> None:
    """Write the codes among which the cells of the first sheet choose, each before its name."""
    for column, (head, names) in enumerate(zip((words.regions, words.professions), codes.values(), strict=True)):
        sheet.write_string(0, column, head, formats["heading"])
        for row, (code, name) in enumerate(names.items(), start=1):
            sheet.write_string(row, column, f"{code} {name}")
        sheet.set_column(column, column, 40)


# --- the form filled in -----------------------------------------------------------------------------------


def _label(column: int, row: int) -> str:
    """Return a column's name with its Swedish heading: ``F (Ert värde)``, or above the table ``B (Utgåva)``."""
    words = WORDS["sv"]
    heads = words.columns if row >= HEADING_ROW else words.heads[row - 1 : row] * 2
    return letter(column) + (f" ({heads[column - 1]})" if column <= len(heads) else "")


FORM = Form(SHEET, (CODES,), len(COLUMNS), _label, form.LONGEST_COMMENT + 1)
"""The form as a workbook."""


class Rows:
    """Finds the cell of a key for messages, as `riktvarden.responses.check` names keys."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self.name = grid.place
        self.entries: dict[str, list[int]] = {name: [] for name in form.LISTS}
        self.comment = 0
        """Rows of the entries of each list, in order, and of the comment."""

    def row(self, table: str, count: int, key: str) -> int:
        """Return the row of a key, else 0."""
        return self._cell(table, count, key)[0]

    def problem(self, table: str, count: int, key: str, value: object, expected: str, fix: str) -> Problem:
        """Return a problem with a key of a table."""
        row, column = self._cell(table, count, key)
        if value == NO_KEY:
            value, expected, fix = "nothing", "a filled cell", "fill in the cell"
        return self._grid.problem(row, column, value, expected, fix)

    def _cell(self, table: str, count: int, key: str) -> tuple[int, int]:
        if (table, key) in _KEYS and count < len(self.entries[table]):
            return self.entries[table][count], _AT[_KEYS[table, key]]
        if key == COMMENT and self.comment:
            return self.comment, _AT["text"]
        is_head = key in HEADS and (key in ORGANISATION) == (table == "organisation")
        return (HEADS.index(key) + 1, 2) if is_head else (0, 0)


def read(name: str, raw: bytes) -> tuple[Rows | None, dict[str, Any], list[Problem]]:
    """Read a workbook that `riktvarden.returns.safety.load` accepts.

    Parameters
    ----------
    name
        Name of the file.
    raw
        Its bytes.

    Returns
    -------
    tuple
        Where its keys are, or None if it cannot be read; what it holds, as a file of the other kind would have it; and
        problems with its cells.
    """
    grid, problems = workbook(name, raw, FORM)
    if grid is None:
        return None, {}, problems
    rows = Rows(grid)
    head = {key: grid.cells.get((row, 2)) for row, key in enumerate(HEADS, start=1)}
    version = head["version"]
    contents: dict[str, Any] = {key: head[key] for key in ("form", "edition") if head[key] is not None}
    if version is not None:
        contents["version"] = int(version) if isinstance(version, float) and version.is_integer() else version
    contents["organisation"] = {
        key: _code(value, key) if key in ("region", "profession") else value
        for key in ORGANISATION
        if (value := head[key]) is not None
    }
    contents |= {"values": [], "answers": []}
    last = max((row for row, _ in grid.cells), default=0)
    if last >= FIRST_ROW + MOST_ROWS:
        return (
            None,
            {},
            [*problems, grid.problem(last, 0, f"{last} rows", f"at most {FIRST_ROW + MOST_ROWS - 1}", NEW_FORM)],
        )
    for row in range(FIRST_ROW, last + 1):
        problems += _read_row(grid, row, rows, contents)
    return rows, contents, problems


def _code(value: Value, key: str) -> object:
    """Return the code at the beginning of a cell; spreadsheets turn the code of a region into a number."""
    if isinstance(value, float | int) and not isinstance(value, bool) and float(value).is_integer() and key == "region":
        return f"{int(value):02d}"
    return value.split(" ")[0] if isinstance(value, str) else value


def _read_row(grid: Grid, row: int, rows: Rows, contents: dict[str, Any]) -> list[Problem]:
    """Add what a row has to the contents; return what is wrong with it."""
    cells = {key: grid.cells.get((row, column)) for key, column in _AT.items()}
    filled = [key for key in ("value", "reason", "text") if cells[key] is not None]
    code = cells["code"]
    if not filled:
        return []

    def fault(key: str, expected: str, fix: str) -> Problem:
        value = cells[key]
        return grid.problem(row, _AT[key], "nothing" if value is None else value, expected, fix)

    if not isinstance(code, str):
        return [fault("code", "the code of an assumption", "write the code, or empty the row")]
    if code == COMMENT:
        expected, fix = "an answer in words only, as this row is about the report as a whole", "move it to that column"
        problems = [fault(key, expected, fix) for key in filled if key != "text"]
        if cells["text"] is not None:
            if rows.comment:
                problems.append(fault("code", f"one row with comments; row {rows.comment} has them", "write them in one"))
            rows.comment = row
            contents[COMMENT] = _text(cells["text"])
        return problems
    problems = []
    value = cells["value"]
    if isinstance(value, float | int) and not isinstance(value, bool):
        if cells["reason"] is None:
            problems.append(fault("reason", "the reason for the value", "write why, and where the value comes from"))
        else:
            contents["values"].append({"assumption": code, "value": float(value), "reason": _text(cells["reason"])})
            rows.entries["values"].append(row)
    elif value is not None:
        problems.append(fault("value", "a number", "write a number alone, with decimals as your spreadsheet has them"))
    elif cells["reason"] is not None:
        problems.append(fault("value", "a value that the reason is for", "write the value, or answer in words"))
    if cells["text"] is not None:
        contents["answers"].append({"question": code, "text": _text(cells["text"])})
        rows.entries["answers"].append(row)
    return problems


def _text(value: Value) -> str:
    """Return a cell as text, also if it is a number or a date."""
    return f"{value:g}" if isinstance(value, float) else str(value)
