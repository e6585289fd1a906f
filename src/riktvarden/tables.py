"""Read and check the tables in ``data/``, and look up the source of a figure; all access to them goes through here."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from riktvarden import contract, faults, rules
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
    "descriptor",
    "names",
    "read",
    "read_all",
    "source_of",
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
    (folder / CONTRACT).write_text(text, encoding="utf-8", newline="\n")
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
    return len(raw), "sha256:" + hashlib.sha256(raw).hexdigest()


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
    path = folder / table["path"]
    frame = pd.read_csv(path, dtype=dtypes, keep_default_na=False, na_values=[""], encoding="utf-8")
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
