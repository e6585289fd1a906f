"""Checks of one table on its own: its bytes, header and rows."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from riktvarden.contract import CONTRACT, FORMS, Table, columns_of, file_of, keys_of, rows_of
from riktvarden.problems import SAVE_PLAIN, Problem, not_utf8

WHOLE_ROW = "complete or remove the row; put text that holds a comma in quotes"
"""Fix for a row whose cells cannot be checked."""


def of_shape(table: Table, folder: Path) -> list[Problem]:
    """Check the bytes of a file, then its header; with a fault in either, rows cannot be checked."""
    return list(_byte_faults(table, folder)) or list(_header_faults(table, folder))


def of_cells(table: Table, folder: Path) -> list[Problem]:
    """Check the rows of a file whose bytes and header are valid."""
    problems = list(_row_faults(table, folder))
    reported = {(problem.row, problem.column) for problem in problems}
    broken = {problem.row for problem in problems if problem.fix == WHOLE_ROW}
    for problem in (*_key_faults(table, folder), *_form_faults(table, folder)):
        if problem.row not in broken and (problem.row, problem.column) not in reported:
            problems.append(problem)
    return problems


def _byte_faults(table: Table, folder: Path) -> Iterator[Problem]:
    """Find bytes that a CSV reader would silently accept or fail on."""
    file, path = file_of(table, folder), folder / table["path"]
    if not path.is_file():
        fix = f"restore the file, or take the table out of {CONTRACT}"
        yield Problem(file, 0, "", "no file", f"the table that {CONTRACT} describes", fix)
        return
    raw = path.read_bytes()
    if not raw.strip():
        yield Problem(file, 0, "", "an empty file", "a header and rows", "restore the file")
        return
    if raw.startswith(b"\xef\xbb\xbf"):
        yield Problem(file, 1, "", "a byte order mark", "UTF-8 without byte order mark", SAVE_PLAIN)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        yield not_utf8(file, error, columns_of(table))
        return
    for mark, called in (("\r", "a carriage return"), ("\0", "a zero byte")):
        if mark in text:
            row = text[: text.index(mark)].count("\n") + 1
            yield Problem(file, row, "", called, "lines of text that end with a line feed only", SAVE_PLAIN)
    for row, line in enumerate(text.split("\n"), start=1):
        # Every row is one line, so that a problem's row is the line an editor shows.
        if line.count('"') % 2:
            fix = "close the quote, and double a quote that belongs to the text"
            yield Problem(file, row, "", line, "quotes that close in the same line", fix)
    if len(text.splitlines()) < 2 and not table.get("may_be_empty"):
        yield Problem(file, 0, "", "a header and no rows", "at least one row", "restore the file")
    elif not text.endswith("\n"):
        expected = "a line feed at the end of the last line; the file may be truncated"
        fix = "make sure that the last row is complete, then end it with a line feed"
        yield Problem(file, text.count("\n") + 1, "", text.rpartition("\n")[2], expected, fix)


def _header_faults(table: Table, folder: Path) -> Iterator[Problem]:
    """Find columns that are missing, unknown, duplicated or out of order; rows cannot be checked then."""
    file, expected = file_of(table, folder), columns_of(table)
    with (folder / table["path"]).open(encoding="utf-8", newline="") as lines:
        found = next(csv.reader(lines))
    header = ",".join(found)
    for column in expected:
        if column not in found:
            fix = f"restore the column; the header is {','.join(expected)}, separated by commas"
            yield Problem(file, 1, column, header, f"a column {column!r}", fix)
    for column in sorted(set(found)):
        if column not in expected:
            fix = f"remove the column, or describe it in {CONTRACT}"
            yield Problem(file, 1, column, column, f"only the columns {', '.join(expected)}", fix)
        elif found.count(column) > 1:
            yield Problem(file, 1, column, header, f"the column {column!r} once", "remove or rename one of them")
    if found != expected and sorted(found) == sorted(expected):
        yield Problem(file, 1, "", header, f"the order {','.join(expected)}", "put the columns in that order")


def _row_faults(table: Table, folder: Path) -> Iterator[Problem]:
    """Check types and constraints of all rows with frictionless."""
    # Imported here: notebooks read tables without it, and it takes half a second.
    from frictionless import FrictionlessException, Resource

    # Changed files and foreign keys are checked elsewhere, see tables.check. Its check of the primary key reads
    # every cell a second time: _key_faults takes a tenth of that.
    alone = {key: value for key, value in table.items() if key not in ("hash", "bytes")}
    alone["schema"] = {key: value for key, value in table["schema"].items() if key not in ("foreignKeys", "primaryKey")}
    try:
        report = Resource.from_descriptor(alone, basepath=str(folder)).validate(limit_errors=1_000_000)
    except FrictionlessException as exception:
        place, fix = f"{table['name']}.schema", f"correct the description of the table {table['name']!r}"
        for reason in exception.reasons or [exception.error]:
            yield Problem(f"{folder.name}/{CONTRACT}", 0, place, table["name"], reason.note, fix)
        return
    file = file_of(table, folder)
    fields = {field["name"]: field for field in table["schema"]["fields"]}
    faults = report.task.errors
    row_wide = ("missing-cell", "extra-cell", "blank-row")
    broken = {fault.row_number: fault for fault in reversed(faults) if fault.type in row_wide}
    for number, fault in broken.items():
        # Each cell of a broken row is a separate error: the first one represents all.
        found = ",".join(fault.cells).strip(",") or "an empty line"
        expected = f"{len(fields)} cells: {', '.join(fields)}"
        yield Problem(file, number, getattr(fault, "field_name", ""), found, expected, WHOLE_ROW)
    for fault in faults:
        number = getattr(fault, "row_number", 0)
        if number in broken:
            continue
        if fault.type in ("type-error", "constraint-error", "unique-error"):
            expected = _expected(fields[fault.field_name])
            yield Problem(file, number, fault.field_name, fault.cell, expected, "correct the cell")
        else:
            yield Problem(file, number, "", fault.type, fault.note or fault.description, "restore the file")


def _key_faults(table: Table, folder: Path) -> Iterator[Problem]:
    """Find rows that repeat an earlier row's primary key."""
    keys = keys_of(table)
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in rows_of(table, folder) if keys else ():
        key = tuple(cells.get(column, "") for column in keys)
        first = seen.setdefault(key, number)
        if first != number:
            expected = f"each {' and '.join(keys)} once; row {first} has it already"
            fix = "correct the key, or remove one of the rows"
            yield Problem(file_of(table, folder), number, ", ".join(keys), ", ".join(key), expected, fix)


def _form_faults(table: Table, folder: Path) -> Iterator[Problem]:
    """Find cells that only some CSV readers accept: 1_000, inf, 1e3, blanks around a text."""
    fields = [(field, re.compile(FORMS[field["type"]][0], re.DOTALL)) for field in table["schema"]["fields"]]
    for number, cells in rows_of(table, folder):
        for field, form in fields:
            cell = cells.get(field["name"], "")
            if cell and not form.fullmatch(cell):
                yield Problem(file_of(table, folder), number, field["name"], cell, _expected(field), "correct the cell")


def _expected(field: dict[str, Any]) -> str:
    """Describe the contract of a column in words."""
    rules = field.get("constraints", {})
    words = ["one of " + ", ".join(rules["enum"]) if "enum" in rules else FORMS[field["type"]][1]]
    if "pattern" in rules:
        words.append(f"of the form {rules['pattern']}")
    if "minimum" in rules:
        words.append(f"{rules['minimum']} or more")
    if "maximum" in rules:
        words.append(f"{rules['maximum']} or less")
    if rules.get("unique"):
        words.append("each value once")
    words.append("never empty" if rules.get("required") else "or empty")
    return ", ".join(words)
