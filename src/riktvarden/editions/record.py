"""Frozen editions on disk: one folder each, with a manifest that lists every file by its digest.

``editions/<name>/`` has the package as a wheel, ``data/`` as the project has it without returns, ``requirements.lock``,
``CITATION.cff``, ``ro-crate-metadata.json``, ``results/`` as Parquet, ``changes.parquet`` if an edition was frozen
before, and `MANIFEST`, written last. `PUBLISHED` is added once, by the first build of the edition. Nothing else is ever
written there.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from riktvarden import tables
from riktvarden.problems import InputError, Problem

FOLDER = tables.DATA.parent / "editions"
"""The project's own editions."""
MANIFEST, PUBLISHED = "edition.json", "published.zip"
DATA, RESULTS, CHANGES, NOTES = "data", "results", "changes.parquet", "changes.json"
QUANTITIES = "quantities.parquet"
"""Every result of the regions and every guideline value, one row a number: see `riktvarden.editions.runner`."""
PACKED: Mapping[str, Any] = {"compression": "zstd", "compression_level": 19, "index": False}
"""How frames are stored."""
LOCK, CITATION, CRATE = "requirements.lock", "CITATION.cff", "ro-crate-metadata.json"
WORKING, LATEST = "working", "latest"
"""Name of what is not frozen; address of the newest edition. No edition has these names."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""Names that an edition may have: it is a folder of the site, and part of addresses."""


class Assumed(BaseModel):
    """An assumption as the edition has it."""

    model_config = ConfigDict(frozen=True)

    value: float
    low: float
    high: float
    distribution: str
    unit: str
    grade: str


class Manifest(BaseModel):
    """What an edition is, and the digest of all it rests on and says."""

    model_config = ConfigDict(frozen=True)

    format: int = 1
    name: str
    title: str
    title_en: str = ""
    """Title in English; empty if there is none."""
    selection: str = ""
    """Name of the selection of chapters in ``editions.toml``; empty for the whole report."""
    date: datetime.date
    commit: str = ""
    uncommitted: bool = False
    """Whether code or data differed from the commit."""
    afterwards: bool = False
    """Whether it was frozen from a commit afterwards; such an edition is never published, nor consulted on."""
    version: str
    package: str
    """File of the wheel."""
    code: str
    """Digest of the package's source, see `code_of`."""
    python: str
    draws: int
    previous: str = ""
    """The edition frozen before, whose changes to this one are in `CHANGES`."""
    returns: str = ""
    """Digest of the regions' returns, which are not stored here; empty without any."""
    tables: dict[str, str]
    """Table → SHA-256 of its file."""
    assumptions: dict[str, Assumed]
    files: dict[str, str]
    """Every file of the folder → SHA-256, without this one and `PUBLISHED`."""

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the manifest of an edition's folder.

        Raises
        ------
        InputError
            If there is none, or it is not one.
        """
        file = folder / MANIFEST
        try:
            return cls.model_validate_json(file.read_bytes())
        except OSError:
            fix = "name a frozen edition; `riktvarden edition list` shows them"
            raise InputError([Problem(folder.name, 0, "", "", f"a file {MANIFEST}", fix)]) from None
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            fix = "restore the file from where the edition was frozen"
            raise InputError([Problem(str(file), 0, place, "", str(first["msg"]), fix)]) from None


def require_name(name: str) -> None:
    """Raise InputError unless a name can be that of an edition."""
    if not NAME.fullmatch(name) or name in {WORKING, LATEST, "data", "sv", "en"}:
        expected = f"letters a to z and digits, followed by these and . _ -, but not {WORKING}, {LATEST}, data, sv, en"
        raise InputError([Problem("edition", 0, "name", name, expected, "choose another name")])


def frozen(folder: Path = FOLDER) -> list[Manifest]:
    """Return the manifests of all frozen editions, the oldest first."""
    found = [Manifest.read(place) for place in _folders(folder)]
    return sorted(found, key=lambda each: (each.date, _depth(each, found), each.name))


def altered(place: Path) -> list[str]:
    """List what is not as it was frozen in an edition's folder: files that changed, are missing or were added."""
    manifest = Manifest.read(place)
    known = manifest.files
    there = {file.relative_to(place).as_posix(): file for file in sorted(place.rglob("*")) if file.is_file()}
    others = there.keys() - known.keys() - {MANIFEST, PUBLISHED}
    return [
        *(f"{name}: missing" for name in known if name not in there),
        *(f"{name}: changed since it was frozen" for name in known if name in there and sha256(there[name]) != known[name]),
        *(f"{name}: added since it was frozen" for name in sorted(others)),
    ]


def code_of(package: Path) -> str:
    """Return a digest of the names and bytes of a package's source files."""
    found = hashlib.sha256()
    for name, file in source_files(package).items():
        found.update(f"{name} {sha256(file)}\n".encode())
    return found.hexdigest()


def source_files(package: Path) -> dict[str, Path]:
    """List the files of a package by name below it, without compiled and hidden ones."""
    files = (file for file in sorted(package.rglob("*")) if file.is_file() and "__pycache__" not in file.parts)
    return {file.relative_to(package).as_posix(): file for file in files if not file.name.startswith(".")}


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _folders(folder: Path) -> Iterator[Path]:
    """Yield the folders of editions in a folder, which need not exist."""
    if folder.is_dir():
        yield from (place for place in sorted(folder.iterdir()) if place.is_dir() and not place.name.startswith("."))


def _depth(each: Manifest, others: list[Manifest]) -> int:
    """Return how many editions lead up to one: several may be frozen on a day."""
    by_name = {other.name: other for other in others}
    depth, seen = 0, {each.name}
    while each.previous in by_name and each.previous not in seen:
        each, depth = by_name[each.previous], depth + 1
        seen.add(each.name)
    return depth
