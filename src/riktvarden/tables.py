"""Read and check the tables in ``data/``, and look up the source of a figure; all access to them goes through here."""

import csv
import datetime
import hashlib
import io
import json
import math
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from riktvarden import contract, faults, files, rules
from riktvarden.contract import CONTRACT, Table, file_of, rows_of
from riktvarden.problems import InputError, Problem

__all__ = [
    "CONTRACT",
    "DATA",
    "MEASURES",
    "Source",
    "accept",
    "check",
    "collated",
    "describe",
    "descriptor",
    "misfits_of",
    "names",
    "parsed",
    "read",
    "read_all",
    "renewed",
    "source_of",
    "written",
]

DATA = Path(__file__).resolve().parents[2] / "data"
"""The project's own data folder."""

MEASURES = tuple(rules.UNITS)
"""Possible measures of a published ST figure."""

_AFTER_Z = str.maketrans("åäö", "{|}")


@dataclass(frozen=True)
class Source:
    """Source of a table, or of one published figure; unknown fields are empty."""

    table: str
    title: str
    publisher: str
    path: str
    licence: str
    reference_date: str
    retrieved: str
    updated: str
    """When the publisher changed it last, as it says itself."""
    sha256: str
    note: str


def names(folder: Path = DATA) -> list[str]:
    """List the names of the tables, in the order of the contract.

    Raises
    ------
    InputError
        If datapackage.json cannot be used.
    """
    return [table["name"] for table in contract.read(folder)["resources"]]


def descriptor(name: str, folder: Path = DATA) -> dict[str, Any]:
    """Return the description of a table in datapackage.json: titles, source, licence, sha256, columns with units.

    Raises
    ------
    KeyError
        If there is no table of that name.
    InputError
        If datapackage.json cannot be used.
    """
    tables = {table["name"]: table for table in contract.read(folder)["resources"]}
    if name not in tables:
        raise KeyError(f"no table {name!r} in {CONTRACT}; there are: {', '.join(tables)}")
    found: dict[str, Any] = tables[name]
    return found


def read(name: str, folder: Path = DATA) -> pd.DataFrame:
    """Read one table, its columns typed as the contract says.

    Codes are text, whole numbers int64 (Int64 where a cell may be empty), other numbers float64, dates
    datetime64; an empty cell is missing. Units are in the contract, see `descriptor`.

    Raises
    ------
    KeyError
        If there is no table of that name.
    InputError
        If the file differs from the one recorded: with the problems in it or, if there are none, how to record
        the change.
    """
    table = descriptor(name, folder)
    _verify(table, folder)
    return _parse(table, folder)


def describe(name: str, folder: Path = DATA) -> Table:
    """Return the description of a table, whether it exists or is awaited.

    Raises
    ------
    KeyError
        If neither.
    InputError
        If datapackage.json, or what describes the awaited tables, cannot be used.
    """
    return contract.awaited(folder).get(name) or descriptor(name, folder)


def written(name: str, rows: pd.DataFrame, folder: Path = DATA) -> bytes:
    """Write rows in the one way in which tables are written, their columns in the order of the contract.

    A value that the contract does not allow is written as it is, for `misfits_of` to name.
    """
    columns = contract.columns_of(describe(name, folder))
    order = [column for column in columns if column in rows] + [column for column in rows if column not in columns]
    text = pd.DataFrame({column: [_cell(value) for value in rows[column]] for column in order}, dtype="str")
    return text.to_csv(index=False, lineterminator="\n").encode()


def parsed(name: str, content: bytes, folder: Path = DATA) -> pd.DataFrame:
    """Read rows that keep a table's contract, typed as `read` types them."""
    return _typed(describe(name, folder), io.BytesIO(content))


def misfits_of(name: str, content: bytes, folder: Path = DATA) -> list[Problem]:
    """Check rows that may replace a table against its own contract; `check` compares whole tables with each other.

    Parameters
    ----------
    name
        Name of the table.
    content
        The rows, as `written` writes them. Years that join those of the table are allowed.
    folder
        The data folder.

    Returns
    -------
    list of Problem
        Everything that is wrong, at the row of the content.
    """
    with tempfile.TemporaryDirectory() as place:
        beside = Path(place) / "staged"
        beside.mkdir()
        path = beside / f"{name}.csv"
        path.write_bytes(content)
        table = {**contract.widened(describe(name, folder), _years(content)), "path": path.name}
        problems = faults.of_shape(table, beside)
        if not problems:
            problems = faults.of_cells(table, beside)
            referred = {other for _, other, _ in contract.references_of(table)} - {name}
            others = {other: descriptor(other, folder) for other in referred}
            for other in others.values():
                (beside / other["path"]).parent.mkdir(exist_ok=True)
                (beside / other["path"]).write_bytes((folder / other["path"]).read_bytes())
            problems += rules.unknown_codes({**others, name: table}, beside, problems)
        return [problem for problem in problems if problem.file == file_of(table, beside)]


def renewed(name: str, content: bytes, folder: Path = DATA) -> Table:
    """Describe a table with other contents: its hash, size and years, and the dates that follow from the years."""
    table = contract.widened(describe(name, folder), years := _years(content))
    return {
        **table,
        "bytes": len(content),
        "hash": _sha256(content),
        "reference_date": _dated(table["reference_date"], years),
    }


def collated(name: str) -> str:
    """Return a sort key that puts names in the order of the Swedish alphabet: å, ä and ö come last."""
    return name.lower().translate(_AFTER_Z)


def read_all(folder: Path = DATA) -> dict[str, pd.DataFrame]:
    """Read every table, as `read` does; return the frames by name."""
    return {name: read(name, folder) for name in names(folder)}


def check(folder: Path = DATA, progress: Callable[[str], None] | None = None) -> list[Problem]:
    """Check every table against the contract, and the tables against each other.

    Parameters
    ----------
    folder
        The data folder.
    progress
        Called with the name of each table before it is checked.

    Returns
    -------
    list of Problem
        All problems, in the order of file, row and column.
    """
    problems, changed = _check(folder, progress)
    return sorted({*problems, *(_changed(table, folder) for table in changed)})


def accept(folder: Path = DATA) -> list[str]:
    """Record the current contents of the tables: sha256 and size in datapackage.json.

    Returns
    -------
    list of str
        Names of the tables whose record changed.

    Raises
    ------
    InputError
        If there is any problem other than the record; then nothing is written.
    """
    problems, changed = _check(folder)
    if problems:
        raise InputError(problems)
    accepted = [table["name"] for table in changed]
    described = contract.read(folder)
    for table in described["resources"]:
        if table["name"] in accepted:
            table["bytes"], table["hash"] = _record(folder / table["path"])
    text = json.dumps(described, indent=2, ensure_ascii=False) + "\n"
    files.write(folder / CONTRACT, text.encode())
    return accepted


def source_of(name: str, figure: str | None = None, folder: Path = DATA) -> Source:
    """Return the source of a table, or of one published figure in it.

    Parameters
    ----------
    name
        Name of the table.
    figure
        ID of a figure in it, e.g. ``st-024``; its publication is then the source.
    folder
        The data folder.

    Raises
    ------
    KeyError
        If there is no such table or no such figure in it.
    InputError
        If a file differs from the one recorded.
    """
    table = descriptor(name, folder)
    of_table = Source(
        table=name,
        title="; ".join(source["title"] for source in table["sources"]),
        publisher=table["publisher"],
        path="; ".join(source["path"] for source in table["sources"] if "path" in source),
        licence="; ".join(licence.get("title", licence["name"]) for licence in table["licenses"]),
        reference_date=table["reference_date"],
        retrieved=table["retrieved"],
        updated=table.get("updated", "not stated"),
        sha256=table["hash"].removeprefix("sha256:"),
        note=table["description"],
    )
    if figure is None:
        return of_table
    figures = {row.get("figure"): row for row in _records(name, folder)}
    if figure not in figures or "publication" not in figures[figure]:
        raise KeyError(f"no published figure {figure!r} in the table {name!r}")
    row = figures[figure]
    publications = {found["publication"]: found for found in _records("publications", folder)}
    publication = publications[row["publication"]]
    return replace(
        of_table,
        title=publication["title"],
        publisher=publication["publisher"],
        path=publication["url"],
        reference_date=row["reference_date"] or row["year"] or "not stated",
        note=row["note"],
    )


def _record(path: Path) -> tuple[int, str]:
    """Return the size in bytes and sha256 of a file, as recorded in the contract."""
    raw = path.read_bytes()
    return len(raw), _sha256(raw)


def _sha256(raw: bytes) -> str:
    return "sha256:" + hashlib.sha256(raw).hexdigest()


def _cell(value: Any) -> str:  # noqa: ANN401 - whatever a frame holds
    """Write one cell; a number without exponent, and without decimals where it has none."""
    if isinstance(value, bool | np.bool_):
        return str(value).lower()
    if isinstance(value, float | np.floating) and math.isfinite(value):
        return np.format_float_positional(value, trim="-")
    if isinstance(value, datetime.date | pd.Timestamp) and not pd.isna(value):
        return f"{value:%Y-%m-%d}"
    return "" if pd.isna(value) else str(value)


def _years(content: bytes) -> set[int]:
    """List the years that rows are of; those that are no numbers are for the contract to name."""
    lines = csv.DictReader(io.StringIO(content.decode("utf-8", errors="replace"), newline=""))
    return {int(cell) for row in lines if (cell := row.get("year") or "").isdecimal() and len(cell) == 4}


def _dated(said: str, years: set[int]) -> str:
    """Return the days or years that a table refers to, in the form used before; unchanged if that names no year."""
    form = re.fullmatch(r"(\d{4}(?P<day>-\d{2}-\d{2})?(/\d{4}(-\d{2}-\d{2})?)?)?", said)
    if form is None or not years:
        return said or "not stated"
    ends = sorted({min(years), max(years)})
    return "/".join(f"{year}{form['day'] or ''}" for year in ends)


def _is_changed(table: Table, folder: Path) -> bool:
    return _record(folder / table["path"]) != (table.get("bytes"), table["hash"])


def _changed(table: Table, folder: Path) -> Problem:
    return Problem(
        file_of(table, folder),
        0,
        "",
        _record(folder / table["path"])[1],
        f"{table['hash'] or 'a recorded sha256'}: the file changed since it was recorded",
        "if the change is intended, run `riktvarden check --accept`; otherwise restore the file",
    )


def _verify(table: Table, folder: Path) -> None:
    """Raise InputError with the problems of a file if it differs from the one recorded."""
    if not (folder / table["path"]).is_file() or _is_changed(table, folder):
        problems = faults.of_shape(table, folder) or faults.of_cells(table, folder)
        raise InputError(problems or [_changed(table, folder)])


def _parse(table: Table, folder: Path) -> pd.DataFrame:
    """Read a valid file into typed columns."""
    return _typed(table, folder / table["path"])


def _typed(table: Table, content: Path | io.BytesIO) -> pd.DataFrame:
    """Read rows that keep their contract into typed columns."""
    dtypes = {}
    dates = []
    for field in table["schema"]["fields"]:
        required = field.get("constraints", {}).get("required", False)
        match field["type"]:
            case "integer":
                dtypes[field["name"]] = "int64" if required else "Int64"
            case "number":
                dtypes[field["name"]] = "float64"
            case "boolean":
                dtypes[field["name"]] = "bool" if required else "boolean"
            case "date":
                dates.append(field["name"])
            case _:
                dtypes[field["name"]] = "str"
    # "NA" and the like are text: only an empty cell is missing.
    frame = pd.read_csv(content, dtype=dtypes, keep_default_na=False, na_values=[""], encoding="utf-8")
    # Read column by column: a table with one per year of age would warn when another is added.
    frame = frame.copy()
    for column in dates:
        frame[column] = pd.to_datetime(frame[column], format="%Y-%m-%d")
    return frame


def _records(name: str, folder: Path) -> list[dict[str, str]]:
    """Read the rows of a checked table, every cell as text."""
    table = descriptor(name, folder)
    _verify(table, folder)
    return [cells for _, cells in rows_of(table, folder)]


def _check(folder: Path, progress: Callable[[str], None] | None = None) -> tuple[list[Problem], list[Table]]:
    """Return all problems other than changed files, and the tables that changed without another problem."""
    if files.is_unsettled(folder):
        fix = "run `riktvarden data accept` to finish it"
        return [Problem(folder.name, 0, "", "tables half replaced", "an acceptance that is finished", fix)], []
    try:
        described = contract.read(folder)
    except InputError as error:
        return error.problems, []
    tables = {table["name"]: table for table in described["resources"]}
    problems = list(_stray_files(tables, folder))
    readable: dict[str, Table] = {}
    for name, table in tables.items():
        if progress is not None:
            progress(name)
        found = faults.of_shape(table, folder)
        if not found:
            readable[name] = table
            found = faults.of_cells(table, folder)
        problems += found
    problems += list(rules.unknown_codes(readable, folder, problems))
    # A file with a fault has also changed and may contradict others; only its own fault is reported.
    faulty = {problem.file for problem in problems}
    frames = {name: _parse(table, folder) for name, table in readable.items() if file_of(table, folder) not in faulty}
    changed = {name for name in frames if _is_changed(tables[name], folder)}
    problems += rules.disagreements(rules.Sound(folder, tables, frames, changed, described["created"]))
    faulty = {problem.file for problem in problems}
    return problems, [tables[name] for name in sorted(changed) if file_of(tables[name], folder) not in faulty]


def _stray_files(tables: dict[str, Table], folder: Path) -> Iterator[Problem]:
    """Find files among the tables that the contract does not describe, ignoring hidden files and editors' locks."""
    described = {folder / table["path"] for table in tables.values()}
    for path in sorted((folder / "tables").rglob("*")):
        below = path.relative_to(folder)
        hidden = any(part.startswith((".", "~$")) for part in below.parts)
        if path.is_file() and not hidden and path not in described:
            fix = f"describe the table in {CONTRACT}, or remove the file"
            file = f"{folder.name}/{below.as_posix()}"
            yield Problem(file, 0, "", path.name, f"only tables that {CONTRACT} describes", fix)
