"""Newer tables that wait beside the project's own: rows that keep the contract, and the record of where they came from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from riktvarden import files, tables
from riktvarden.problems import InputError, Problem

STAGED = tables.DATA / "staged"
"""Where tables wait unless another folder is named; git leaves it out."""

_RECORD = ".record.json"


@checked(frozen=True)
class Request:
    """One question to a service, or one file that a person downloaded, and what it was answered with."""

    method: str
    """Of HTTP, or ``FILE``."""
    url: str
    """Address; the name of the file."""
    body: str
    """What was asked for; empty where the address says it."""
    sha256: str
    """Of the answer as it came."""
    retrieved: str
    """When, as ISO 8601 in UTC."""


@checked(frozen=True)
class Record:
    """Where the rows of a table come from."""

    source: str
    """Who publishes them, a comma, and which of their tables it is: ``SCB, TAB638``."""
    requests: tuple[Request, ...]
    updated: str | None
    """When the publisher last changed them, as it says itself."""
    notes: tuple[str, ...]
    """The publisher's notes that have to be shown."""
    flags: tuple[str, ...]
    """What whoever judges the rows should know: breaks, revisions, suppressed cells."""
    licence: str
    """Short name, such as ``CC0-1.0``."""
    version: str
    """Of what wrote the rows."""


@dataclass(frozen=True)
class Staged:
    """A table that waits."""

    table: str
    path: Path
    sha256: str
    record: Record

    content: bytes

    def rows(self, data: Path = tables.DATA) -> pd.DataFrame:
        """Give the rows, typed as the contract says."""
        return tables.parsed(self.table, self.content, data)


@checked(frozen=True)
class _Kept:
    """A record as a file: with the digest of the rows it is about."""

    table: str
    sha256: str
    record: Record


_KEPT = TypeAdapter(_Kept)


def stage(table: str, rows: pd.DataFrame, record: Record, *, folder: Path = STAGED, data: Path = tables.DATA) -> Path:
    """Put rows beside the project's tables, to be compared and accepted.

    Parameters
    ----------
    table
        A table of datapackage.json.
    rows
        All its rows, with its columns in any order. Years beyond those that the table has are allowed.
    record
        Where they come from.
    folder
        Where tables wait; made if need be.
    data
        The data folder, whose contract the rows keep.

    Returns
    -------
    pathlib.Path
        The file written, ``<table>.csv``; ``<table>.record.json`` lies beside it.

    Raises
    ------
    KeyError
        If there is no such table.
    InputError
        If the rows do not keep the table's contract, with every problem; what was staged before is left.
    LockedError
        If another process is staging or accepting.
    """
    return put(ready(table, rows, record, data=data), folder)


@dataclass(frozen=True)
class Ready:
    """Rows that keep their contract, and their record, as the files that `put` writes."""

    table: str
    content: bytes
    kept: bytes


def ready(table: str, rows: pd.DataFrame, record: Record, *, data: Path = tables.DATA) -> Ready:
    """Check rows as `stage` does and write nothing yet, so that several tables are put beside the project's or none.

    Raises
    ------
    KeyError
        If there is no such table.
    InputError
        If the rows do not keep the table's contract, with every problem.
    """
    content = tables.written(table, rows, data)
    if problems := tables.misfits_of(table, content, data):
        raise InputError(problems)
    kept = _Kept(table, hashlib.sha256(content).hexdigest(), record)
    return Ready(table, content, _KEPT.dump_json(kept, indent=2) + b"\n")


def put(each: Ready, folder: Path = STAGED) -> Path:
    """Write what is ready, and give the path of the rows.

    Raises
    ------
    LockedError
        If another process is staging or accepting.
    OSError
        If the disk is full; a table is never staged in part.
    """
    path = folder / f"{each.table}.csv"
    with files.locked(folder, f"staging {each.table}", seconds=60):
        # The record is last, so that rows without theirs are never taken for staged.
        (folder / f"{each.table}{_RECORD}").unlink(missing_ok=True)
        files.write(path, each.content)
        files.write(folder / f"{each.table}{_RECORD}", each.kept)
    return path


def staged(folder: Path = STAGED) -> dict[str, Staged]:
    """List the tables that wait, by name in alphabetical order.

    Raises
    ------
    InputError
        If a staged file is not the one that was staged.
    """
    found, problems = {}, []
    for place in sorted(folder.glob(f"*{_RECORD}")):
        file, fix = f"{folder.name}/{place.name}", "stage the table again, or remove both files"
        try:
            kept = _KEPT.validate_json(place.read_bytes())
        except ValidationError as error:
            problems.append(Problem(file, 0, "", str(error.errors()[0]["msg"]), "a record as `data add` writes it", fix))
            continue
        path = folder / f"{kept.table}.csv"
        content = path.read_bytes() if path.is_file() else b""
        digest = hashlib.sha256(content).hexdigest()
        if digest != kept.sha256:
            problems.append(Problem(f"{folder.name}/{path.name}", 0, "", digest, f"{kept.sha256}, as staged", fix))
        else:
            found[kept.table] = Staged(kept.table, path, digest, kept.record, content)
    if problems:
        raise InputError(problems)
    return found


def discard(each: Staged) -> None:
    """Remove a table from those that wait, unless another was staged in its place meanwhile."""
    record = each.path.with_name(f"{each.table}{_RECORD}")
    if each.path.is_file() and each.path.read_bytes() == each.content:
        record.unlink(missing_ok=True)
        each.path.unlink(missing_ok=True)


def as_json(record: Record) -> dict[str, Any]:
    """Give a record as plain values, to be kept with the accepted table."""
    found: dict[str, Any] = TypeAdapter(Record).dump_python(record, mode="json")
    return found
