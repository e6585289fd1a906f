"""Read an export from a statistics database that a person downloaded: for who adds it to the personnel statistics.

The layout of Socialstyrelsen's exports is documented nowhere, so nothing is guessed: a mapping file in TOML says
which column is which, and everything that does not fit it is named with its row.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from riktvarden import tables
from riktvarden.baseline import personnel
from riktvarden.codes import NATION
from riktvarden.problems import InputError, Problem, misfits, not_utf8
from riktvarden.returns.safety import regular

LARGEST, LARGEST_MAPPING = 50_000_000, 1_000_000
"""Bytes of the largest export and of the largest mapping that are read."""

Code = Annotated[str, Field(min_length=1)]
Dimension = Literal["profession", "region", "sex", "sector", "care_level", "principal", "year", "measure", "definition"]

ALLOWED: dict[str, tuple[str, ...]] = {
    "profession": personnel.PROFESSIONS,
    "sex": ("total", "women", "men"),
    "sector": ("all", "public", "private", "private_tariff"),
    "care_level": ("all", "primary", "other"),
    "principal": ("all", "region", "municipality"),
    "measure": tuple(personnel.STOCKS),
    "definition": personnel.DEFINITIONS,
}
"""Dimension → the codes it can have; a region's are in the table of regions, and a year is four digits."""

YEAR = r"(19|20)\d{2}"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Layout(_Part):
    """How the file is written."""

    encoding: Literal["utf-8", "utf-8-sig", "cp1252", "iso-8859-1", "utf-16"]
    delimiter: Literal[",", ";", "\t", "|"]
    header_row: Annotated[int, Field(ge=1, le=100)]
    """Line of the header; lines above it are titles."""
    decimal: Literal[",", "."]
    thousands: Literal["", " ", ".", ",", "\N{NO-BREAK SPACE}"] = ""
    last_row: Annotated[int, Field(ge=1)] | None = None
    """Last line of data, where footnotes follow."""


class ExportMapping(_Part):
    """Which column of an export is which dimension, and what its words mean."""

    file: Layout
    value: Code
    """The column with the numbers."""
    columns: dict[Dimension, Code]
    """Dimension → name of its column."""
    fixed: dict[Dimension, Code] = {}
    """Dimension → the one code that holds for the whole file."""
    codes: dict[Dimension, dict[str, Code]] = {}
    """Dimension → word in the file → code of the model; a dimension left out holds codes already."""
    marks: dict[str, Literal["missing", "suppressed"]] = {}
    """What stands in a cell instead of a number → status."""
    skip: dict[Dimension, list[str]] = {}
    """Dimension → words whose rows are left out, such as totals over professions."""


def read_mapping(path: Path) -> ExportMapping:
    """Read a mapping file.

    Parameters
    ----------
    path
        The TOML file.

    Returns
    -------
    ExportMapping
        What it says.

    Raises
    ------
    InputError
        With everything that is wrong in it.
    """
    raw = _bytes(path, LARGEST_MAPPING, "a TOML file")
    fix = "correct the line: quotes around text, one key a line"
    try:
        mapping = ExportMapping.model_validate(tomllib.loads(raw.decode()))
    except UnicodeDecodeError as error:
        raise InputError([not_utf8(path.name, error)]) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:  # brackets within brackets without end
        raise InputError([Problem(path.name, 0, "", str(error), "TOML", fix)]) from error
    except ValidationError as error:
        raise InputError(misfits(error, ExportMapping, path.name)) from error
    problems = list(_mapping_faults(mapping, path.name))
    if problems:
        raise InputError(problems)
    return mapping


def read_export(path: Path, mapping: ExportMapping) -> pd.DataFrame:
    """Read an export file into the personnel model.

    Parameters
    ----------
    path
        The file, as delimited text.
    mapping
        What its columns and words mean.

    Returns
    -------
    pandas.DataFrame
        The columns of the model; the source is the file's name with the start of its sha256. Small counts stand in it
        as they do in the file: the model suppresses them.

    Raises
    ------
    InputError
        With every problem at once: columns that are not there, words without a code, text in numbers, cells
        that stand twice.
    """
    raw = _bytes(path, LARGEST, "an export as delimited text")
    layout = mapping.file
    try:
        text = raw.decode(layout.encoding)
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        fix = "correct file.encoding in the mapping; Excel often writes cp1252"
        problem = Problem(path.name, row, "", f"byte {raw[error.start]:#x}", f"text in {layout.encoding}", fix)
        raise InputError([problem]) from error
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True)
        lines = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        fix = "save the sheet as delimited text once more, and name its delimiter in the mapping"
        raise InputError([Problem(path.name, 0, "", str(error), "delimited text", fix)]) from error
    above = [cells for row, cells in lines if row == layout.header_row]
    if not above or len(lines) <= layout.header_row:
        expected = f"a header in line {layout.header_row} and rows below it"
        fix = "correct file.header_row in the mapping"
        raise InputError([Problem(path.name, 0, "", f"{len(lines)} lines", expected, fix)])
    header = [cell.strip() for cell in above[0]]
    problems = list(_header_faults(header, mapping, path.name))
    if problems:
        raise InputError(problems)
    source = f"{personnel.EXPORT}{path.name} {hashlib.sha256(raw).hexdigest()[:12]}"
    last = layout.last_row or lines[-1][0]
    body = [(row, cells) for row, cells in lines if layout.header_row < row <= last and any(cells)]
    cells, problems = _cells(body, header, mapping, path.name)
    if problems:
        raise InputError(problems)
    frame = pd.DataFrame(cells).astype({"year": "Int64", "value": "float64"})
    frame["unit"] = frame["measure"].map(personnel.unit_of)
    return frame.assign(qualifier="", source=source)[personnel.COLUMNS]


def _cells(
    body: list[tuple[int, list[str]]], header: list[str], mapping: ExportMapping, file: str
) -> tuple[list[dict[str, object]], list[Problem]]:
    """Translate the rows; every word without a code is reported once, at its first row."""
    found: list[dict[str, object]] = []
    problems: list[Problem] = []
    unknown: dict[tuple[Dimension, str], list[int]] = {}
    seen: dict[tuple[object, ...], int] = {}
    place = {name: header.index(column) for name, column in mapping.columns.items()}
    numbers = header.index(mapping.value)
    for row, cells in body:
        if len(cells) != len(header):
            fix = "complete the row, or end before it with file.last_row where footnotes begin"
            problems.append(Problem(file, row, "", f"{len(cells)} cells", f"{len(header)} cells", fix))
            continue
        words = {name: cells[position].strip() for name, position in place.items()}
        if any(words[name] in left_out for name, left_out in mapping.skip.items() if name in words):
            continue
        codes: dict[str, object] = {str(name): code for name, code in mapping.fixed.items()}
        for name, word in words.items():
            code = mapping.codes[name].get(word) if name in mapping.codes else word
            if code is None or not _is_code(name, code):
                unknown.setdefault((name, word), []).append(row)
            codes[name] = code
        value, status = _number(cells[numbers].strip(), mapping)
        if status == "":
            expected = f"a number of 0 or more with decimal {mapping.file.decimal!r}, or one of the marks"
            fix = "correct file.decimal or file.thousands, or say in [marks] what the sign means"
            problems.append(Problem(file, row, mapping.value, cells[numbers], expected, fix))
        key = tuple(codes.get(name) for name in personnel.DIMENSIONS)
        if None not in key and key in seen:
            expected = f"each cell once; row {seen[key]} has it already"
            fix = "map the column that distinguishes the rows, or leave rows out with [skip]"
            problems.append(Problem(file, row, "", ", ".join(map(str, key)), expected, fix))
        seen.setdefault(key, row)
        found.append(codes | {"value": value, "status": status})
    for (dimension, word), rows in unknown.items():
        more = f" (here and in {len(rows) - 1} further rows)" if len(rows) > 1 else ""
        expected = f"a word that means {_choices(dimension)}"
        fix = f"add it to [codes.{dimension}], or to [skip] to leave its rows out{more}"
        problems.append(Problem(file, rows[0], mapping.columns[dimension], word, expected, fix))
    if not found and not problems:
        problems.append(Problem(file, 0, "", "no rows", "rows of data", "correct [skip] or file.header_row"))
    return found, problems


def _number(cell: str, mapping: ExportMapping) -> tuple[float, str]:
    """Read a number; an empty status says that it is none."""
    if cell in mapping.marks:
        return float("nan"), mapping.marks[cell]
    text, layout = cell, mapping.file
    if layout.thousands and re.fullmatch(
        rf"\d{{1,3}}({re.escape(layout.thousands)}\d{{3}})*({re.escape(layout.decimal)}\d+)?", text
    ):
        text = text.replace(layout.thousands, "")
    if not re.fullmatch(rf"\d{{1,15}}({re.escape(layout.decimal)}\d+)?", text, re.ASCII):
        return float("nan"), ""
    return float(text.replace(layout.decimal, ".")), "reported"


@cache
def _regions() -> dict[str, str]:
    """Name of each region by its code, and of the nation."""
    regions = tables.read("regions")[["region", "principal"]].to_numpy()
    return {NATION: "the nation"} | {str(code): str(name) for code, name in regions}


def _is_code(name: str, code: str) -> bool:
    if name == "year":
        return re.fullmatch(YEAR, code, re.ASCII) is not None
    return code in (_regions() if name == "region" else ALLOWED[name])


def _choices(name: str) -> str:
    if name == "region":
        return f"one of {', '.join(f'{code} {region}' for code, region in sorted(_regions().items()))}"
    return "a year" if name == "year" else f"one of {', '.join(ALLOWED[name])}"


def _mapping_faults(mapping: ExportMapping, file: str) -> Iterator[Problem]:
    """Hold the mapping against the dimensions: each named once, each code known."""
    if mapping.file.thousands == mapping.file.decimal:
        expected = f"another sign than file.decimal, {mapping.file.decimal!r}"
        fix = "correct one of the two; leave thousands out if the file has none"
        yield Problem(file, 0, "file.thousands", mapping.file.thousands, expected, fix)
    for name in personnel.DIMENSIONS:
        places = [part for part in ("columns", "fixed") if name in getattr(mapping, part)]
        if len(places) != 1:
            fix = "name its column in [columns], or its one code in [fixed]"
            yield Problem(file, 0, name, " and ".join(places) or "nothing", f"the dimension {name!r} in one place", fix)
    for name, code in mapping.fixed.items():
        if not _is_code(name, code):
            yield Problem(file, 0, f"fixed.{name}", code, _choices(name), "correct the code")
    for name, words in mapping.codes.items():
        for word, code in words.items():
            if not _is_code(name, code):
                yield Problem(file, 0, f"codes.{name}.{word}", code, _choices(name), "correct the code")


def _header_faults(header: list[str], mapping: ExportMapping, file: str) -> Iterator[Problem]:
    """Find columns that the mapping names and the file has not, or has twice."""
    row = mapping.file.header_row
    for column in (*mapping.columns.values(), mapping.value):
        if header.count(column) != 1:
            expected = f"the column {column!r} once"
            fix = f"correct the mapping; the columns are: {', '.join(header)}"
            yield Problem(file, row, column, f"{header.count(column)} of them", expected, fix)


def _bytes(path: Path, most: int, expected: str) -> bytes:
    """Read an ordinary file of bounded size."""
    raw, problem = regular(path, most, expected, "export fewer cells, or name the right file")
    if problem:
        raise InputError([problem])
    return raw
