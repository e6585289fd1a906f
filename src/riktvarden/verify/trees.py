"""Compare a published book with the same book made again: what was altered, added or removed, by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from riktvarden.book import opendata
from riktvarden.book.publish import PRINTED, SUMS
from riktvarden.verify import explain

ALTERED, ADDED, REMOVED, UNLISTED, LISTED = "altered", "added", "removed", "not listed", "listed otherwise"
"""What can be wrong with a file; the last two concern the list of checksums alone."""

SHA256 = 64
"""Characters of a digest."""

_ORDER = (
    "list of checksums",
    "assumption",
    "table",
    "executed notebook",
    "open data",
    "workbook",
    "description of the open data",
    "page",
)
"""Kinds in the order of cause and effect; the others follow."""
_PRINTER = re.compile(rb"/Producer \(([^)]*)\)")
"""Program that printed a file."""
_SUFFIXES = {
    ".html": "page",
    ".ipynb": "executed notebook",
    ".md": "text of a chapter",
    ".csv": "open data",
    ".parquet": "open data",
    ".xlsx": "workbook",
    ".js": "script",
    ".css": "style",
    ".pdf": "PDF",
    ".svg": "picture",
    ".png": "picture",
    ".inv": "index of the pages",
}


@dataclass(frozen=True)
class Tree:
    """Files of a book.

    Attributes
    ----------
    sums
        Name below the site, with slashes → SHA-256.
    read
        Function that returns the content of a file by name.
    """

    sums: Mapping[str, str]
    read: Callable[[str], bytes]


@dataclass(frozen=True)
class Difference:
    """One file that is not as it should be.

    Attributes
    ----------
    kind
        Kind of file, such as "page".
    name
        Its name below the site.
    what
        One of the constants of this module.
    where
        The first place that differs, as far as it can be named.
    """

    kind: str
    name: str
    what: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}: {self.what}{f': {self.where}' if self.where else ''}"


@dataclass(frozen=True)
class Exempt:
    """Files that the rebuilt book is not compared with, and the reason."""

    reason: str
    names: tuple[str, ...]


def kind_of(name: str) -> str:
    """Return what kind of file a name belongs to."""
    path = PurePosixPath(name)
    if name == SUMS:
        return "list of checksums"
    if path.parts[0] == opendata.FOLDER:
        if opendata.SOURCE in path.parts:
            return {".toml": "assumption", ".csv": "table"}.get(path.suffix, "description of the tables")
        if path.name in {opendata.INDEX, opendata.PACKAGE, opendata.CATALOGUE}:
            return "description of the open data"
    if "_charts" in path.parts:
        return "chart"
    if path.name == "searchindex.js":
        return "search index"
    return _SUFFIXES.get(path.suffix, "file")


def against_list(published: Tree) -> list[Difference]:
    """Compare a book with its own list of checksums.

    Parameters
    ----------
    published
        The book.

    Returns
    -------
    list of Difference
        Files that differ from the list, are missing from it or from the book, and lines that cannot be read.
    """
    if SUMS not in published.sums:
        return [Difference(kind_of(SUMS), SUMS, REMOVED)]
    listed, faults = _listed(published.read(SUMS))
    found = [Difference(kind_of(SUMS), SUMS, ALTERED, fault) for fault in faults]
    for name in sorted({*listed, *published.sums} - {SUMS}):
        there, known = published.sums.get(name), listed.get(name)
        if there == known:
            continue
        what = REMOVED if there is None else UNLISTED if known is None else LISTED
        where = f"{SUMS} has {known[:12]}…, the file {there[:12]}…" if there and known else ""
        found.append(Difference(kind_of(name), name, what, where))
    return in_order(found)


def compare(published: Tree, again: Tree, exempt: Container[str] = ()) -> list[Difference]:
    """Compare a published book with the same book made again, byte by byte.

    Parameters
    ----------
    published, again
        The two books.
    exempt
        Names of files that are not compared.

    Returns
    -------
    list of Difference
        Every file that differs, with the first place that does, causes before effects; empty if the books are the same.
    """
    found = []
    for name in sorted({*published.sums, *again.sums}):
        one, other = published.sums.get(name), again.sums.get(name)
        if name in exempt or one == other:
            continue
        if one is None or other is None:
            found.append(Difference(kind_of(name), name, REMOVED if one is None else ADDED))
            continue
        if name == SUMS:
            found += _lines(published.read(name), again.read(name), exempt)
            continue
        where = explain.first_difference(name, published.read(name), again.read(name))
        found.append(Difference(kind_of(name), name, ALTERED, where))
    return in_order(found)


def in_order(found: Iterable[Difference]) -> list[Difference]:
    """Return differences with causes before effects."""
    rank = {kind: number for number, kind in enumerate(_ORDER)}
    return sorted(found, key=lambda each: (rank.get(each.kind, len(rank)), each.name, each.what, each.where))


def prints(names: Iterable[str]) -> list[str]:
    """Return the names that are in a folder of prints of a language."""
    return [name for name in names if PurePosixPath(name).parts[1:2] == (PRINTED,)]


def printer(published: Tree, again: Tree, names: Iterable[str]) -> str:
    """Say that prints were made by other versions of the browser, whose bytes differ; nothing if by the same."""
    one, other = (
        {found[1].decode("latin-1") for name in names if name in tree.sums if (found := _PRINTER.search(tree.read(name)))}
        for tree in (published, again)
    )
    if not one or not other or one == other:
        return ""
    return f"printed by {', '.join(sorted(one))}, here by {', '.join(sorted(other))}"


def _listed(content: bytes) -> tuple[dict[str, str], list[str]]:
    """Return name → digest of a list of checksums, and what is wrong with its lines."""
    listed: dict[str, str] = {}
    faults = []
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
        known, between, name = line.partition("  ")
        if not between or len(known) != SHA256 or set(known) - set("0123456789abcdef") or not is_safe(name):
            faults.append(f"line {number} is not a digest and a name: {line[:80]!r}")
        elif name in listed:
            faults.append(f"line {number} lists {name} a second time")
        else:
            listed[name] = known
    return listed, faults


def is_safe(name: str) -> bool:
    """Return whether a name of a list stays below the site."""
    path = PurePosixPath(name)
    return (
        bool(name) and not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in path.parts[0]
    )


def names_in(content: bytes) -> list[str]:
    """Return the names in a list of checksums that stay below the site."""
    return list(_listed(content)[0])


def _lines(published: bytes, again: bytes, exempt: Container[str]) -> list[Difference]:
    """Compare two lists of checksums line by line."""
    (one, faults), (other, _) = _listed(published), _listed(again)
    found = list(faults)
    for name in sorted({*one, *other}):
        if name in exempt or one.get(name) == other.get(name):
            continue
        how = "is missing" if name not in one else "should not be there" if name not in other else "has another digest"
        found.append(f"the line of {name} {how}")
    if not found and set(one) == set(other):
        found.append("the order or form of its lines differs")
    return [Difference(kind_of(SUMS), SUMS, ALTERED, each) for each in found]
