"""Take staged tables into the project: all of them or none, with contract, dates, sources and records."""

from __future__ import annotations

import datetime
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from riktvarden import files, tables
from riktvarden.problems import InputError, Problem
from riktvarden.sources.staging import STAGED, Staged, as_json, discard, staged

RECORDS = "records"
"""Folder of the data where the record of every accepted table stays."""


def accept(
    names: Sequence[str] = (),
    *,
    folder: Path = STAGED,
    data: Path = tables.DATA,
    today: datetime.date | None = None,
) -> list[str]:
    """Replace tables by staged ones.

    Parameters
    ----------
    names
        Tables; every staged one if none is named.
    folder
        Where tables wait; those accepted are removed from there.
    data
        The data folder.
    today
        Day that the tables are accepted on; the present one if left out.

    Returns
    -------
    list of str
        Names of the tables replaced, in alphabetical order.

    Raises
    ------
    InputError
        If a table is not staged, or the tables would contradict each other or the contract; nothing is changed then.
    LockedError
        If another process is staging or accepting.
    """
    with files.locked(data, "accepting tables"), files.locked(folder, "accepting tables"):
        files.settle(data)
        found = chosen(staged(folder), names, folder)
        if not found:
            return []
        contents = replaced(found, data, today or datetime.datetime.now(datetime.UTC).date())
        with edition(contents, data) as candidate:
            if problems := tables.check(candidate):
                raise InputError(problems)
        files.replace_all(data, contents)
        for each in found.values():
            discard(each)
    return list(found)


def chosen(there: Mapping[str, Staged], names: Sequence[str], folder: Path = STAGED) -> dict[str, Staged]:
    """Select staged tables by name, all if none is named.

    Raises
    ------
    InputError
        With every name that is not staged.
    """
    expected = f"one of the staged tables: {', '.join(there) or 'none'}"
    fix = "correct the name, or stage the table with `riktvarden data add` or `data refresh`"
    if problems := [Problem(folder.name, 0, "", name, expected, fix) for name in names if name not in there]:
        raise InputError(problems)
    return {name: each for name, each in there.items() if name in names or not names}


def replaced(found: Mapping[str, Staged], data: Path = tables.DATA, today: datetime.date | None = None) -> dict[str, bytes]:
    """Give the files that change when tables are accepted: path below the data folder → content, the contract last.

    Parameters
    ----------
    found
        Staged tables by name.
    data
        The data folder.
    today
        Day of acceptance; the day that a table was carried stays as it is without one.
    """
    contents: dict[str, bytes] = {}
    package: dict[str, Any] = json.loads((data / tables.CONTRACT).read_bytes())
    resources = {table["name"]: table for table in package["resources"]}
    for name, each in found.items():
        table = {**tables.renewed(name, each.content, data), **_facts(each, tables.describe(name, data), resources)}
        if today is not None:
            table["carried"] = today.isoformat()
        resources[name] = table
        kept = {"table": name, "sha256": each.sha256, "record": as_json(each.record)}
        contents[table["path"]] = each.content
        contents[table["record"]] = _json(kept)
    # Dated figures may be as new as the package, so it is as new as the newest answer in it.
    package["created"] = max(package["created"], *(f"{retrieved(each)}T00:00:00Z" for each in found.values()))
    package["resources"] = list(resources.values())
    return contents | {tables.CONTRACT: _json(package)}


@contextmanager
def edition(contents: Mapping[str, bytes], data: Path = tables.DATA) -> Iterator[Path]:
    """Lay out a copy of the data as it would be with other contents of some files, for as long as the context lasts."""
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / data.name
        copy.mkdir()
        for part in ("tables", "assumptions"):
            if (data / part).is_dir():
                shutil.copytree(data / part, copy / part)
        for path, content in contents.items():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            (copy / path).write_bytes(content)
        yield copy


def retrieved(each: Staged) -> str:
    """Return the day of the newest answer that a staged table is made of."""
    return max((request.retrieved[:10] for request in each.record.requests), default="")


def _facts(each: Staged, table: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Put a record as the contract of a table has it."""
    record = each.record
    publisher, _, _ = record.source.partition(",")
    asked = [urlsplit(request.url) for request in record.requests]
    places = {f"{url.scheme}://{url.netloc}" for url in asked if url.scheme}  # every question itself is in the record
    known = {licence["name"]: licence for other in others.values() for licence in other["licenses"]}
    return {
        "publisher": publisher or table["publisher"],
        "sources": [{"title": record.source, "path": place} for place in sorted(places)] or [{"title": record.source}],
        "licenses": [known.get(record.licence, {"name": record.licence, "title": record.licence})],
        "retrieved": retrieved(each),
        "updated": record.updated or "not stated",
        "notes": list(record.notes),
        "record": f"{RECORDS}/{each.table}.json",
    }


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()
