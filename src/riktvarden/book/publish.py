"""Put finished folders where readers find them, all in one step: readers meet the old site or the new one, nothing else.

The site is exactly what was put out, as its list of digests says: a file that was changed, or that nobody put there,
leaves when the next build looks.
"""

from __future__ import annotations

import ctypes
import hashlib
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from riktvarden import files

SUMS = "SHA256SUMS"
"""File at the root of the site with the digest of every other, as ``sha256sum --check`` reads it."""
PRINTED = "pdf"
"""Folder of a language with what was printed of its pages; it leaves when they change."""
WHOLE = ("searchindex.js", "index.json")
"""A folder with one of these is a language's book or an edition's tables, where no list says so."""
_NOT_PUBLISHED = (".buildinfo",)
"""What the assembler keeps for itself."""
_FILE, _FOLDER = 0o644, 0o755
"""A server reads the site under a user of its own, whatever the umask of who built it."""
_HERE, _EXCHANGE = -100, 2
"""``AT_FDCWD`` and ``RENAME_EXCHANGE`` of Linux."""
_log = logging.getLogger("riktvarden")

Front = Callable[[Iterable[str]], Mapping[str, bytes]]
"""Names of all files below the site's folders → the files at its root."""


class Publication:
    """What is put out together.

    Attributes
    ----------
    home, site
        The folder of the build, and in it the one that readers see.
    front
        Writes the files at its root; those that are there stay unless given.
    """

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.site = (home / "site").resolve()
        self.front: Front | None = None
        self._parts: dict[str, Path] = {}

    def add(self, place: str, finished: Path) -> None:
        """Have a finished folder put out at a place below the site, instead of what is there."""
        self._parts[place] = finished

    def folder(self, place: str) -> Path:
        """Return where to find what will be at a place."""
        return self._parts.get(place, self.site / place)

    def put_out(self) -> None:
        """Put everything out in one step, if there is anything."""
        if self._parts:
            publish(self.site, self._parts, self.front)


@contextmanager
def alone(home: Path, doing: str, wait: bool = False) -> Iterator[Publication]:
    """Keep other builds out of a folder, and give what its site is put out by.

    Parameters
    ----------
    home
        The folder that has the ``site``.
    doing
        What this process does there, for the message to others.
    wait
        Whether to wait for another build.

    Raises
    ------
    riktvarden.files.LockedError
        If another process builds there.
    """
    with files.locked(home, doing, -1 if wait else 0):
        publication = Publication(home)
        recover(publication.site)
        yield publication


def publish(site: Path, parts: Mapping[str, Path], front: Front | None = None) -> None:
    """Make the site hold copies of finished folders, what else was put out before and is as it was, and nothing more.

    Files that are as before stay the same files, untouched.

    Parameters
    ----------
    site
        The folder that readers see.
    parts
        Place below the site → folder with what shall be there.
    front
        Writes the files at the root; unless given, those that are there stay.

    Raises
    ------
    OSError
        If that is not possible, such as on a full disk; the site is then as it was.
    """
    recover(site)
    there, record = digests(site), listed(site)
    found = {f"{place}/{name}": file for place, folder in parts.items() for name, file in _files(folder)}
    made = {name: digest(file) for name, file in found.items()}
    kept = {
        name: known
        for name, known in (_whole(there) if record is None else record).items()
        if name not in made and _stays(name, parts, made, record or {}, front)
    }
    for name in sorted(name for name, known in kept.items() if there.get(name) != known):
        _log.warning("%s: not what was published; removed", site / name)
    kept = {name: known for name, known in kept.items() if there.get(name) == known}
    root = dict(front([*made, *kept])) if front else {}
    made |= {name: hashlib.sha256(content).hexdigest() for name, content in root.items()}
    root[SUMS] = _written(made | kept)
    made[SUMS] = hashlib.sha256(root[SUMS]).hexdigest()
    if there == made | kept and _readable(site, there):
        return
    incoming, _ = _beside(site)
    try:
        for name, wanted in sorted((made | kept).items()):
            after = incoming / name
            after.parent.mkdir(parents=True, exist_ok=True)
            if there.get(name) != wanted or not _linked(site / name, after):
                if name in root:
                    after.write_bytes(root[name])
                else:
                    shutil.copy2(found.get(name, site / name), after)
            if after.stat().st_mode & 0o777 != _FILE:
                after.chmod(_FILE)
        for folder, _, _ in os.walk(incoming):
            Path(folder).chmod(_FOLDER)
        _change_over(site)
    finally:
        recover(site)


def recover(site: Path) -> None:
    """Finish what an interrupted `publish` left: put the old site back if no new one came, and delete the other."""
    incoming, outgoing = _beside(site)
    if outgoing.exists() and not site.exists():
        outgoing.rename(site)
    for left in (incoming, outgoing):
        if left.exists():
            shutil.rmtree(left)


def listed(site: Path) -> dict[str, str] | None:
    """Return the digests that a site has on its list, by name; None if it has no list."""
    try:
        lines = (site / SUMS).read_text(encoding="utf-8").splitlines()
        return {name: known for known, name in (line.split("  ", 1) for line in lines)}
    except (OSError, ValueError):
        return None


def changed(site: Path) -> list[str]:
    """Name the files of a site that are not as they were put out; none if it has no list."""
    record = listed(site)
    there = digests(site) if record is not None else {}
    return sorted(name for name in {*there, *(record or {})} - {SUMS} if there.get(name) != (record or {}).get(name))


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of every file below a folder, hidden ones too, by its name with slashes."""
    return {name: digest(file) for name, file in _files(folder, without=())}


def digest(file: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal; nothing for a link to elsewhere, which is no file of its own."""
    if file.is_symlink():
        return ""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _files(folder: Path, without: Iterable[str] = _NOT_PUBLISHED) -> Iterator[tuple[str, Path]]:
    """Yield everything below a folder that is no folder, with its name below it."""
    for place, folders, names in os.walk(folder):
        for name in [*names, *(name for name in folders if Path(place, name).is_symlink())]:
            if name not in without:
                yield Path(place, name).relative_to(folder).as_posix(), Path(place, name)


def _whole(there: Mapping[str, str]) -> dict[str, str]:
    """Return the files at the root and those of whole books and editions: what a site without a list has been given."""
    books = {name.rpartition("/")[0] for name in there if name.rpartition("/")[2] in WHOLE}
    return {
        name: known
        for name, known in there.items()
        if "/" not in name or any(name.startswith(f"{book}/") for book in books if book)
    }


def _stays(
    name: str, parts: Mapping[str, Path], made: Mapping[str, str], record: Mapping[str, str], front: Front | None
) -> bool:
    """Say whether a file that was put out before, and is not made anew, still belongs to the site."""
    if "/" not in name:
        return front is None and name != SUMS
    place = next((place for place in parts if name.startswith(f"{place}/")), None)
    if place is None:
        return True
    printed = f"{place}/{PRINTED}/"

    def pages(of: Mapping[str, str]) -> dict[str, str]:
        return {name: known for name, known in of.items() if name.startswith(f"{place}/") and not name.startswith(printed)}

    return name.startswith(printed) and pages(made) == pages(record)


def _written(sums: Mapping[str, str]) -> bytes:
    return "".join(f"{known}  {name}\n" for name, known in sorted(sums.items())).encode()


def _readable(site: Path, names: Iterable[str]) -> bool:
    """Say whether everyone may read a site."""
    folders = {parent for name in names for parent in (site / name).parents if parent.is_relative_to(site)}
    return os.name != "posix" or (
        all((site / name).stat().st_mode & 0o777 == _FILE for name in names)
        and all(folder.stat().st_mode & 0o777 == _FOLDER for folder in folders)
    )


def _beside(site: Path) -> tuple[Path, Path]:
    """Return the folders of the site that comes and of the one that goes."""
    return site.with_name(f".{site.name}-new"), site.with_name(f".{site.name}-old")


def _change_over(site: Path) -> None:
    """Put the new site in the place of the old one: in one step where the system can, else in two renames."""
    incoming, outgoing = _beside(site)
    if not site.exists():
        incoming.rename(site)
    elif not _exchanged(incoming, site):
        site.rename(outgoing)
        incoming.rename(site)


def _exchanged(one: Path, other: Path) -> bool:
    """Have two folders exchange their names in one step; return whether the system can."""
    if not sys.platform.startswith("linux"):
        return False
    exchange = getattr(ctypes.CDLL(None), "renameat2", None)
    return exchange is not None and not exchange(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)


def _linked(before: Path, after: Path) -> bool:
    """Give a file a second place; return whether the file system can."""
    try:
        os.link(before, after)
    except OSError:
        return False
    return True
