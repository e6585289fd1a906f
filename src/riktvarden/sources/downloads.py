"""Read a file that a person downloaded into the rows of one of our tables, by a mapping that a person confirmed.

The layouts of exports are documented nowhere, so nothing is guessed: the mapping, in TOML, says which column is which and
what every word means, and everything that does not fit it is named with its row.
"""

from __future__ import annotations

import hashlib
import io
import math
import re
import tomllib
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from riktvarden import contract, tables
from riktvarden.baseline import personnel
from riktvarden.codes import NATION
from riktvarden.problems import InputError, Problem, misfits, not_utf8
from riktvarden.regular import regular
from riktvarden.sources.staging import Record, Request

LARGEST, LARGEST_MAPPING, LARGEST_EXPANDED = 50_000_000, 1_000_000, 300_000_000
"""Bytes of the largest file and mapping that are read, and of the parts of a workbook once expanded."""

WORKBOOKS = (".xlsx",)
TEXTS = (".csv", ".tsv", ".txt")
FORMAT = "of-download-1"
"""Version of what turns a download into rows, for the record."""

DELIMITERS: tuple[Literal[",", ";", "\t", "|"], ...] = (";", "\t", "|", ",")
"""What may be between the cells of a text file, the rarer in numbers and words first."""

Text = Annotated[str, Field(min_length=1)]
Mark = Literal["missing", "suppressed", "zero", ""]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Layout(_Part):
    """How the file is written."""

    header_rows: Annotated[list[Annotated[int, Field(ge=1, le=100)]], Field(min_length=1, max_length=5)]
    """Rows of the header; rows above them are titles. Of several rows a column has one word each, merged or not."""
    last_row: Annotated[int, Field(ge=1)] | None = None
    """Last row of data, where footnotes follow."""
    decimal: Literal[",", "."]
    thousands: Literal["", " ", ".", ",", "\N{NO-BREAK SPACE}"] = ""
    encoding: Literal["utf-8", "utf-8-sig", "cp1252", "iso-8859-1", "utf-16"] = "utf-8"
    """Of a text file, as is its delimiter."""
    delimiter: Literal[",", ";", "\t", "|"] = ","
    sheet: str = ""
    """Of a workbook; the first if left out."""


class Wide(_Part):
    """Columns whose headers are codes, such as a column for each year."""

    by: Annotated[list[Text], Field(min_length=1)]
    """Column of the table for each row of the header, or for the last ones of them."""
    value: Text
    """Column of the table that their cells belong to."""
    only: list[Text] = []
    """Headers of such columns; all that are neither mapped nor ignored if left out."""


class Said(_Part):
    """What the record of the file says."""

    source: str
    """Publisher, a comma, and which of its tables."""
    licence: str
    address: str = ""
    """Where a person finds the file."""
    updated: str = ""
    notes: list[Text] = []


class Download(_Part):
    """Which column of a file is which of a table, and what its words mean."""

    table: Text
    confirmed: bool
    """Whether a person has read the mapping and answers for it."""
    file: Layout
    columns: dict[str, Text]
    """Column of the table → column of the file; of a header of several rows the words with blanks between."""
    record: Said
    fixed: dict[str, str] = {}
    """Column of the table → what holds for the whole file."""
    wide: Wide | None = None
    ignore: list[Text] = []
    """Columns of the file that nothing needs."""
    codes: dict[str, dict[str, str]] = {}
    """Column of the table → word in the file → code; a column left out holds codes already."""
    marks: dict[str, Mark] = {}
    """What is in a cell instead of a number → what it means."""
    skip: dict[str, list[str]] = {}
    """Column of the file, or of `wide.by` → words whose rows are left out."""
    sums: dict[str, list[str]] = {}
    """The same of words whose rows are the sum of the others, which is checked before they are left out."""


@dataclass(frozen=True)
class Grid:
    """The cells of a file as they are, with the number of each row, and how the file turned out to be written."""

    name: str
    sha256: str
    rows: list[list[Any]]
    encoding: str
    delimiter: str
    sheets: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """What a download holds."""

    table: str
    rows: pd.DataFrame
    """With the columns of the table."""
    places: list[tuple[int, dict[str, str]]]
    """Of each row the row of the file, and the file's column for each of the table's."""
    record: Record


def grid(path: Path, layout: Layout | None = None) -> Grid:
    """Read the cells of a file, as its layout says or else as frictionless finds it to be written.

    Raises
    ------
    InputError
        If it is no ordinary file of bounded size, or is not written so.
    """
    raw = _bytes(path, LARGEST, "a workbook .xlsx or delimited text", "export fewer cells, or name the right file")
    kind = path.suffix.lower()
    if kind not in (*WORKBOOKS, *TEXTS):
        fix = "save it as an Excel workbook (.xlsx) or as delimited text (.csv)"
        raise InputError([Problem(path.name, 0, "", kind or "no ending", f"one of {', '.join((*WORKBOOKS, *TEXTS))}", fix)])
    digest = hashlib.sha256(raw).hexdigest()
    if kind in WORKBOOKS:
        sheets = _sheets(path.name, raw)
        sheet = layout.sheet if layout and layout.sheet else sheets[0]
        if sheet not in sheets:
            fix = "correct file.sheet in the mapping"
            raise InputError([Problem(path.name, 0, "file.sheet", sheet, f"one of {', '.join(sheets)}", fix)])
        rows, _, _ = _streamed(path.name, raw, "xlsx", sheet=sheet)
        return Grid(path.name, digest, rows, "", "", sheets)
    if layout is not None:
        try:
            raw.decode(layout.encoding)
        except UnicodeDecodeError as error:
            row, fix = (
                raw[: error.start].count(b"\n") + 1,
                "correct file.encoding in the mapping; Excel often writes cp1252",
            )
            problem = Problem(path.name, row, "", f"byte {raw[error.start]:#x}", f"text in {layout.encoding}", fix)
            raise InputError([problem]) from error
    if layout is not None:
        rows, encoding, delimiter = _streamed(path.name, raw, "csv", encoding=layout.encoding, delimiter=layout.delimiter)
    else:  # titles and decimal commas mislead who looks at the first lines only: most rows have one width
        read = [_streamed(path.name, raw, "csv", delimiter=sign) for sign in DELIMITERS]
        rows, encoding, delimiter = max(read, key=lambda each: _of_one_width(each[0]))
    return Grid(path.name, digest, rows, encoding, delimiter, ())


def read_mapping(path: Path, data: Path = tables.DATA) -> Download:
    """Read a mapping and compare it with the table that it is for.

    Raises
    ------
    InputError
        With everything that is wrong in it.
    """
    raw = _bytes(path, LARGEST_MAPPING, "a TOML file", "name the mapping itself")
    fix = "correct the line: quotes around text, one key a line"
    try:
        mapping = Download.model_validate(tomllib.loads(raw.decode()))
    except UnicodeDecodeError as error:
        raise InputError([not_utf8(path.name, error)]) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:  # brackets within brackets without end
        raise InputError([Problem(path.name, 0, "", str(error), "TOML", fix)]) from error
    except ValidationError as error:
        raise InputError(misfits(error, Download, path.name)) from error
    if problems := list(_mapping_faults(mapping, path.name, data)):
        raise InputError(problems)
    return mapping


def read(path: Path, mapping: Download, data: Path = tables.DATA) -> Found:
    """Read a download into the rows of a table.

    Parameters
    ----------
    path
        The file.
    mapping
        What its columns and words mean.
    data
        The data folder, whose contract the rows keep.

    Returns
    -------
    Found
        The rows with their record. A cell that has a mark instead of a number has no value; where the table has a
        column ``status`` it says why, and the record counts such cells. Small counts are as in the file: what reads
        them suppresses them.

    Raises
    ------
    InputError
        With every problem at once: columns that are not there, words without a code, text in numbers, sums that do
        not add up, and whatever the contract of the table does not allow.
    """
    cells = grid(path, mapping.file)
    reader = _Reader(cells, mapping, tables.describe(mapping.table, data), data)
    found = reader.read()
    if reader.problems:
        raise InputError(reader.problems)
    content = tables.written(mapping.table, found.rows, data)
    if problems := tables.misfits_of(mapping.table, content, data):
        raise InputError([_in_file(problem, found.places, cells.name) for problem in problems])
    return found


def header(rows: Sequence[Sequence[Any]], at: Sequence[int]) -> list[tuple[str, ...]]:
    """Give the words of each column's header; a word above several columns belongs to all of them.

    Parameters
    ----------
    rows
        All rows of the file.
    at
        Numbers of the header's rows, the first row of the file being 1.
    """
    lines = []
    for place in at:
        words = [text(cell) for cell in rows[place - 1]]
        if place != at[-1]:  # merged in a workbook, and left blank in a text file
            for column in range(1, len(words)):
                words[column] = words[column] or words[column - 1]
        lines.append(words)
    width = max(map(len, lines))
    return [tuple(line[column] if column < len(line) else "" for line in lines) for column in range(width)]


def text(cell: Any) -> str:  # noqa: ANN401 - text, or what a workbook holds
    """Write a cell as text; a whole number without decimals."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else " ".join(str(cell).split())


def number(cell: Any, layout: Layout) -> float | None:  # noqa: ANN401 - text, or what a workbook holds
    """Read a number of 0 or more, or none where there is none."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell) if math.isfinite(cell) and cell >= 0 else None
    said, sign = text(cell), re.escape(layout.decimal)
    between = layout.thousands.replace("\N{NO-BREAK SPACE}", " ")  # as `text` writes it
    if between and re.fullmatch(rf"[0-9]{{1,3}}({re.escape(between)}[0-9]{{3}})*({sign}[0-9]+)?", said):
        said = said.replace(between, "")
    return float(said.replace(layout.decimal, ".")) if re.fullmatch(rf"[0-9]{{1,15}}({sign}[0-9]+)?", said) else None


def choices(column: str, table: contract.Table, data: Path) -> dict[str, str]:
    """List the codes that a column of a table can have, each with its name where another table has one; else nothing."""
    rules = next(part for part in table["schema"]["fields"] if part["name"] == column).get("constraints", {})
    if "enum" in rules:
        return dict.fromkeys(rules["enum"], "")
    for own, other, there in contract.references_of(table):
        if own == column:
            rows = tables.read(other, data)
            names = rows["name"] if "name" in rows else rows[there].map(lambda _: "")
            return dict(zip(rows[there], names, strict=True))
    if column == "region":
        rows = tables.read("regions", data)
        return {NATION: "Riket"} | dict(zip(rows["region"], rows["name"], strict=True))
    return {}


@dataclass
class _Row:
    """One cell of the file with what identifies it."""

    number: int
    words: dict[str, str]
    """Column of the file → its word."""
    codes: dict[str, str]
    """Column of the table → its code."""
    numbers: dict[str, float | None]
    status: str
    columns: dict[str, str]
    """Column of the table → column of the file."""


@dataclass
class _Reader:
    """Reads one file; collects what is wrong."""

    cells: Grid
    mapping: Download
    table: contract.Table
    data: Path
    problems: list[Problem] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)

    def read(self) -> Found:
        """Read all rows."""
        layout, file = self.mapping.file, self.cells.name
        first, last = max(layout.header_rows), layout.last_row or len(self.cells.rows)
        if len(self.cells.rows) <= first:
            expected, fix = f"a header in row {first} and rows below it", "correct file.header_rows in the mapping"
            self.problems.append(Problem(file, 0, "", f"{len(self.cells.rows)} rows", expected, fix))
            return self._found([])
        heads = header(self.cells.rows, layout.header_rows)
        labels = [" ".join(filter(None, head)) for head in heads]
        if not self._header_is_right(labels):
            return self._found([])
        body = [(at, row) for at, row in enumerate(self.cells.rows, start=1) if first < at <= last and any(map(text, row))]
        rows = [each for at, row in body for each in self._rows(at, row, heads, labels)]
        if not rows and not self.problems:
            fix = "correct [skip] or file.header_rows"
            self.problems.append(Problem(file, 0, "", "no rows", "rows of data", fix))
        if not self.problems:
            rows = self._without_sums(rows)
        self._code(rows)
        return self._found(rows)

    def _header_is_right(self, labels: list[str]) -> bool:
        """Find columns that the mapping names and the file has not, has twice, or has and nobody has said what they are."""
        mapping, before = self.mapping, len(self.problems)
        at, all_of = max(mapping.file.header_rows), ", ".join(filter(None, labels))
        wide, by = (mapping.wide.only, mapping.wide.by) if mapping.wide else ([], [])
        named = {*mapping.columns.values(), *wide, *({*mapping.skip, *mapping.sums} - {*by})}
        for column in sorted(named):
            if labels.count(column) != 1:
                fix = f"correct the mapping; the columns are: {all_of}"
                found = f"{labels.count(column)} of them"
                self.problems.append(Problem(self.cells.name, at, column, found, f"the column {column!r} once", fix))
        for column in sorted({*labels} - {"", *named, *mapping.ignore}) if not (mapping.wide and not wide) else ():
            expected = "a column that [columns], [wide], [skip], [sums] or ignore names"
            fix = "say what it is, or put it in ignore if nothing needs it"
            self.problems.append(Problem(self.cells.name, at, column, column, expected, fix))
        return len(self.problems) == before

    def _rows(self, at: int, row: list[Any], heads: list[tuple[str, ...]], labels: list[str]) -> Iterator[_Row]:
        """Take one row of the file apart into rows of the table."""
        mapping = self.mapping
        if len(row) != len(labels):
            fix = "complete the row, or end before it with file.last_row where footnotes begin"
            self.problems.append(Problem(self.cells.name, at, "", f"{len(row)} cells", f"{len(labels)} cells", fix))
            return
        by_label = dict(zip(labels, row, strict=True))
        words = {label: text(cell) for label, cell in by_label.items()}
        if self._is_skipped(words):
            return
        numeric = {part["name"] for part in self.table["schema"]["fields"] if part["type"] in ("number", "integer")}
        numeric -= {"year"}
        kept = {column: words[label] for column, label in mapping.columns.items() if column not in numeric}
        values: dict[str, float | None] = {}
        status = "reported"
        for column in mapping.columns.keys() & numeric:
            values[column], status = self._value(at, mapping.columns[column], by_label[mapping.columns[column]])
        if mapping.wide is None:
            yield _Row(at, words, {**mapping.fixed, **kept}, values, status, dict(mapping.columns))
            return
        used = {*mapping.columns.values(), *mapping.ignore, *mapping.skip, *mapping.sums}
        for head, label in zip(heads, labels, strict=True):
            if label in (mapping.wide.only or set(labels) - used - {""}):
                of_head = dict(zip(mapping.wide.by, head[-len(mapping.wide.by) :], strict=True))
                if self._is_skipped(of_head):
                    continue
                value, status = self._value(at, label, by_label[label])
                from_file = {**mapping.columns, **dict.fromkeys((*mapping.wide.by, mapping.wide.value), label)}
                yield _Row(
                    at,
                    words | of_head,
                    {**mapping.fixed, **kept, **of_head},
                    {mapping.wide.value: value},
                    status,
                    from_file,
                )

    def _is_skipped(self, words: dict[str, str]) -> bool:
        return any(words.get(column) in left_out for column, left_out in self.mapping.skip.items())

    def _value(self, at: int, column: str, cell: Any) -> tuple[float | None, str]:  # noqa: ANN401 - as in the file
        """Read a number, or the mark in its place."""
        meaning = self.mapping.marks.get(text(cell))
        if meaning:
            return (0.0, "reported") if meaning == "zero" else (None, meaning)
        value = number(cell, self.mapping.file)
        if value is None:
            expected = f"a number of 0 or more with decimal {self.mapping.file.decimal!r}, or one of the marks"
            fix = "correct file.decimal or file.thousands, or say in [marks] what the sign means"
            self.problems.append(Problem(self.cells.name, at, column, text(cell), expected, fix))
        return value, "reported"

    def _without_sums(self, rows: list[_Row]) -> list[_Row]:
        """Leave out the rows that sum others, once each equals its parts."""
        for column, words in self.mapping.sums.items():
            # A column of the file may be mapped; its codes go with the word, so they are no part of the group.
            own = {column, *(mapped for mapped, label in self.mapping.columns.items() if label == column)}
            groups: dict[tuple[tuple[str, str], ...], list[_Row]] = {}
            for row in rows:
                key = tuple(sorted((name, code) for name, code in row.codes.items() if name not in own))
                groups.setdefault(key, []).append(row)
            unchecked = sum(self._sum_differs(column, words, group) for group in groups.values())
            if unchecked:
                self.flags.append(
                    f"{unchecked} sum{'' if unchecked == 1 else 's'} of {column} not checked: "
                    "parts are missing or suppressed"
                )
            rows = [row for row in rows if row.words[column] not in words]
        return rows

    def _sum_differs(self, column: str, words: list[str], group: list[_Row]) -> int:
        """Compare the sums of a group with its parts; say how many could not be."""
        parts = [row for row in group if row.words[column] not in words]
        unchecked = 0
        for whole in (row for row in group if row.words[column] in words):
            for name, total in whole.numbers.items():
                of_parts = [row.numbers[name] for row in parts]
                known = [value for value in of_parts if value is not None]
                if total is None or len(known) < len(of_parts):
                    unchecked += 1
                    continue
                decimals = max(len(repr(value).partition(".")[2].rstrip("0")) for value in (*known, total))
                rounding = 0.5 * 10.0**-decimals * (len(known) + 1) if decimals else 1e-6
                if not parts or abs(sum(known) - total) > rounding:
                    expected = f"{sum(known):.15g}, the sum of {len(parts)} parts"
                    fix = "correct [sums], or put the word in [skip] if its rows are no sum of these"
                    at = whole.columns[name]
                    self.problems.append(Problem(self.cells.name, whole.number, at, f"{total:.15g}", expected, fix))
        return unchecked

    def _code(self, rows: list[_Row]) -> None:
        """Put codes for words; every word without a code is reported once, at its first row."""
        unknown: dict[tuple[str, str], list[_Row]] = {}
        allowed = {column: choices(column, self.table, self.data) for column in contract.columns_of(self.table)}
        for row in rows:
            for column, word in row.codes.items():
                translated = self.mapping.codes.get(column)
                code = word if translated is None or column in self.mapping.fixed else translated.get(word, "")
                if not code or (allowed[column] and code not in allowed[column]):
                    unknown.setdefault((column, word), []).append(row)
                row.codes[column] = code
        for (column, word), those in unknown.items():
            more = f" (here and in {len(those) - 1} further rows)" if len(those) > 1 else ""
            can_be = ", ".join(f"{code} {name}".strip() for code, name in allowed[column].items())
            expected = f"a word that means one of {can_be}" if can_be else f"a word with a code in [codes.{column}]"
            fix = f"add it to [codes.{column}], or to [skip] or [sums] to leave its rows out{more}"
            label = those[0].columns.get(column, column)
            self.problems.append(Problem(self.cells.name, those[0].number, label, word, expected, fix))

    def _found(self, rows: list[_Row]) -> Found:
        """Put rows as the table has them, with their record."""
        frame = pd.DataFrame([{**row.codes, **row.numbers} for row in rows])
        columns = contract.columns_of(self.table)
        if "status" in columns:
            frame["status"] = [row.status for row in rows]
        if self.mapping.table == "personnel_export" and rows:
            frame["unit"] = [personnel.unit_of(row.codes.get("measure", "")) for row in rows]
            frame["qualifier"] = ""
            frame["source"] = f"{personnel.EXPORT}{self.cells.name} {self.cells.sha256[:12]}"
        counts = {status: sum(row.status == status for row in rows) for status in ("missing", "suppressed")}
        flags = [f"{count} cell{'' if count == 1 else 's'} {status}" for status, count in counts.items() if count]
        said, now = self.mapping.record, datetime.now(UTC).isoformat(timespec="seconds")
        request = Request("FILE", said.address or self.cells.name, "", self.cells.sha256, now)
        record = Record(
            said.source, (request,), said.updated or None, tuple(said.notes), (*flags, *self.flags), said.licence, FORMAT
        )
        order = [column for column in columns if column in frame]
        return Found(self.mapping.table, frame[order], [(row.number, row.columns) for row in rows], record)


def _in_file(problem: Problem, places: list[tuple[int, dict[str, str]]], file: str) -> Problem:
    """Name the cell of the file that a cell of the rows was made from."""
    if not 2 <= problem.row < len(places) + 2:
        fix = "map a column to it, or give it in [fixed]" if problem.row == 1 else problem.fix
        return Problem(file, 0, problem.column, problem.value, problem.expected, fix)
    row, columns = places[problem.row - 2]
    named = ", ".join(columns.get(column, column) for column in problem.column.split(", "))
    fix = problem.fix
    expected = re.sub(r"\brow (\d+) has it", lambda found: f"row {places[int(found[1]) - 2][0]} has it", problem.expected)
    if expected != problem.expected:
        fix = "map the column that distinguishes the rows, or leave rows out with [skip]"
    return Problem(file, row, named, problem.value, expected, fix)


def _mapping_faults(mapping: Download, file: str, data: Path) -> Iterator[Problem]:
    """Compare a mapping with its table: each column named once, each code known, and a person behind it."""
    if not mapping.confirmed:
        fix = "read the mapping, correct it, and write confirmed = true"
        yield Problem(file, 0, "confirmed", "false", "a mapping that a person has confirmed", fix)
    undecided = [f"record.{part}" for part in ("source", "licence") if not getattr(mapping.record, part).strip()]
    undecided += [f"marks.{sign}" for sign, meaning in mapping.marks.items() if not meaning]
    for place in undecided:
        expected = "missing, suppressed or zero" if place.startswith("marks.") else "text that is not empty"
        yield Problem(file, 0, place, "", expected, "write what it is")
    if mapping.file.thousands == mapping.file.decimal:
        expected = f"another sign than file.decimal, {mapping.file.decimal!r}"
        fix = "correct one of the two; leave thousands out if the file has none"
        yield Problem(file, 0, "file.thousands", mapping.file.thousands, expected, fix)
    if sorted(set(mapping.file.header_rows)) != mapping.file.header_rows:
        yield Problem(file, 0, "file.header_rows", str(mapping.file.header_rows), "rows in their order", "sort them")
    try:
        table = tables.describe(mapping.table, data)
    except KeyError:
        known = [*tables.names(data), *contract.awaited(data)]
        yield Problem(file, 0, "table", mapping.table, f"one of {', '.join(known)}", "correct the name")
        return
    columns, fields = contract.columns_of(table), {part["name"]: part for part in table["schema"]["fields"]}
    wide = [*mapping.wide.by, mapping.wide.value] if mapping.wide else []
    if mapping.wide and len(mapping.wide.by) > len(mapping.file.header_rows):
        expected = f"as many columns as the header has rows, {len(mapping.file.header_rows)}, or fewer"
        yield Problem(file, 0, "wide.by", ", ".join(mapping.wide.by), expected, "correct wide.by or file.header_rows")
    places = {"columns": [*mapping.columns], "fixed": [*mapping.fixed], "wide": wide, "codes": [*mapping.codes]}
    for part, named in places.items():
        for column in named:
            if column not in columns:
                yield Problem(file, 0, f"{part}.{column}", column, f"one of {', '.join(columns)}", "correct the name")
    made = {"status"} | ({"unit", "qualifier", "source"} if mapping.table == "personnel_export" else set())
    for column in columns:
        there = [part for part in ("columns", "fixed", "wide") if column in places[part]]
        required = fields[column].get("constraints", {}).get("required", False) and column not in made
        if len(there) > 1 or (required and not there):
            fix = "name its column in [columns], its one code in [fixed], or it in [wide]"
            expected = f"the column {column!r} of the table in one place"
            yield Problem(file, 0, column, " and ".join(there) or "nothing", expected, fix)
    for column in {*mapping.fixed, *mapping.codes} & {*columns}:
        allowed = choices(column, table, data)
        can_be = ", ".join(f"{code} {name}".strip() for code, name in allowed.items())
        given = {f"codes.{column}.{word}": code for word, code in mapping.codes.get(column, {}).items()}
        if column in mapping.fixed:
            given[f"fixed.{column}"] = mapping.fixed[column]
        for place, code in given.items():
            if not code or (allowed and code not in allowed):
                expected = f"one of {can_be}" if can_be else "a code"
                yield Problem(file, 0, place, code, expected, "write the code, or leave the word's rows out")


def _of_one_width(rows: list[list[Any]]) -> int:
    """Count the rows that have the commonest number of cells above one."""
    return max(Counter(len(row) for row in rows if len(row) > 1).values(), default=0)


def _bytes(path: Path, most: int, expected: str, fix: str) -> bytes:
    """Read an ordinary file of bounded size."""
    raw, problem = regular(path, most, expected, fix)
    if problem:
        raise InputError([problem])
    return raw


def _sheets(name: str, raw: bytes) -> tuple[str, ...]:
    """List the sheets of a workbook of bounded size."""
    from openpyxl import load_workbook

    fix = "save the sheet as an Excel workbook (.xlsx) or as delimited text (.csv) once more"
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            size = sum(part.file_size for part in archive.infolist())
        if size > LARGEST_EXPANDED:
            expected = f"at most {LARGEST_EXPANDED} bytes once expanded"
            raise InputError([Problem(name, 0, "", f"{size} bytes", expected, "export fewer cells")])
        return tuple(load_workbook(io.BytesIO(raw), read_only=True).sheetnames)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise InputError([Problem(name, 0, "", str(error), "an Excel workbook", fix)]) from error


def _streamed(
    name: str, raw: bytes, kind: str, *, sheet: str = "", encoding: str = "", delimiter: str = ""
) -> tuple[list[list[Any]], str, str]:
    """Have frictionless read the rows of a file: all of them, whatever they hold, with its encoding and delimiter."""
    # Imported here: notebooks read tables without it, and it takes half a second.
    from frictionless import Dialect, FrictionlessException, Resource, formats

    dialect = Dialect(header=False, skip_blank_rows=False)
    if kind == "xlsx":
        dialect.add_control(formats.ExcelControl(sheet=sheet, fill_merged_cells=True))
    elif delimiter:
        dialect.add_control(formats.CsvControl(delimiter=delimiter))
    try:
        with Resource(raw, format=kind, dialect=dialect, encoding=encoding or None) as resource:
            rows = [list(cells) for cells in resource.cell_stream]
            control = resource.dialect.get_control("csv") if kind == "csv" else None
            return rows, resource.encoding, control.delimiter if control else ""
    except FrictionlessException as error:
        fix = "save the sheet as an Excel workbook (.xlsx) or as delimited text (.csv) once more"
        raise InputError([Problem(name, 0, "", error.error.note, "a file that can be read as a table", fix)]) from error
