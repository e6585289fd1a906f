"""Publish finished folders atomically: readers see either the old site or the new one.

The site holds exactly the published files, according to its list of checksums: the next build removes files that were
modified or added by hand.
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
"""Folder of a language with PDF prints of its pages; removed when they change."""
WHOLE = ("searchindex.js", "index.json")
"""Files that mark a folder as a language's book or an edition's tables if there is no list."""
_NOT_PUBLISHED = (".buildinfo",)
"""Internal files of the assembler."""
_FILE, _FOLDER = 0o644, 0o755
"""Permissions that let a server read the site as another user, whatever the umask of the build."""
_HERE, _EXCHANGE = -100, 2
"""``AT_FDCWD`` and ``RENAME_EXCHANGE`` of Linux."""
_log = logging.getLogger("riktvarden")

Front = Callable[[Iterable[str]], Mapping[str, bytes]]
"""Names of all files below the site's folders → the files at its root."""


class Publication:
    """Folders that are published together.

    Attributes
    ----------
    home, site
        The build folder, and the published folder in it.
    front
        Function that writes the files at its root; if not given, existing ones are kept.
    """

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.site = (home / "site").resolve()
        self.front: Front | None = None
        self._parts: dict[str, Path] = {}

    def add(self, place: str, finished: Path) -> None:
        """Add a finished folder to be published at a place below the site, replacing what is there."""
        self._parts[place] = finished

    def folder(self, place: str) -> Path:
        """Return the folder that will be at a place."""
        return self._parts.get(place, self.site / place)

    def put_out(self) -> None:
        """Publish everything atomically, if there is anything."""
        if self._parts:
            publish(self.site, self._parts, self.front)


@contextmanager
def alone(home: Path, doing: str, wait: bool = False) -> Iterator[Publication]:
    """Lock a build folder against other builds, and provide its publication.

    Parameters
    ----------
    home
        The folder that has the ``site``.
    doing
        Description of the activity, for the message to others.
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
    """Replace the site by copies of finished folders and the unmodified files published before, and nothing else.

    Unchanged files are kept as the same files.

    Parameters
    ----------
    site
        The published folder.
    parts
        Place below the site → finished folder.
    front
        Function that writes the files at the root; if not given, existing ones are kept.

    Raises
    ------
    OSError
        If that is not possible, e.g. on a full disk; the site is then unchanged.
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
        _log.warning("%s: modified since it was published; removed", site / name)
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
    """Clean up after an interrupted `publish`: restore the old site if there is no new one, and delete leftovers."""
    incoming, outgoing = _beside(site)
    if outgoing.exists() and not site.exists():
        outgoing.rename(site)
    for left in (incoming, outgoing):
        if left.exists():
            shutil.rmtree(left)


def listed(site: Path) -> dict[str, str] | None:
    """Return name → digest from a site's list, or None if it has no list."""
    try:
        lines = (site / SUMS).read_text(encoding="utf-8").splitlines()
        return {name: known for known, name in (line.split("  ", 1) for line in lines)}
    except (OSError, ValueError):
        return None


def changed(site: Path) -> list[str]:
    """List the files of a site that differ from its list; none if it has no list."""
    record = listed(site)
    there = digests(site) if record is not None else {}
    return sorted(name for name in {*there, *(record or {})} - {SUMS} if there.get(name) != (record or {}).get(name))


def digests(folder: Path) -> dict[str, str]:
    """Return name (with slashes) → digest of every file below a folder, including hidden ones."""
    return {name: digest(file) for name, file in _files(folder, without=())}


def digest(file: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal; empty for a symbolic link."""
    if file.is_symlink():
        return ""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _files(folder: Path, without: Iterable[str] = _NOT_PUBLISHED) -> Iterator[tuple[str, Path]]:
    """Yield the relative name and path of everything below a folder except folders."""
    for place, folders, names in os.walk(folder):
        for name in [*names, *(name for name in folders if Path(place, name).is_symlink())]:
            if name not in without:
                yield Path(place, name).relative_to(folder).as_posix(), Path(place, name)


def _whole(there: Mapping[str, str]) -> dict[str, str]:
    """Return the files at the root and those of whole books and editions, as the contents of a site without a list."""
    books = {name.rpartition("/")[0] for name in there if name.rpartition("/")[2] in WHOLE}
    return {
        name: known
        for name, known in there.items()
        if "/" not in name or any(name.startswith(f"{book}/") for book in books if book)
    }


def _stays(
    name: str, parts: Mapping[str, Path], made: Mapping[str, str], record: Mapping[str, str], front: Front | None
) -> bool:
    """Return whether a previously published file that is not replaced still belongs to the site."""
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
    """Return whether everyone may read a site."""
    folders = {parent for name in names for parent in (site / name).parents if parent.is_relative_to(site)}
    return os.name != "posix" or (
        all((site / name).stat().st_mode & 0o777 == _FILE for name in names)
        and all(folder.stat().st_mode & 0o777 == _FOLDER for folder in folders)
    )


def _beside(site: Path) -> tuple[Path, Path]:
    """Return the temporary folders of the new and the old site."""
    return site.with_name(f".{site.name}-new"), site.with_name(f".{site.name}-old")


def _change_over(site: Path) -> None:
    """Replace the old site by the new one: atomically if the system supports it, otherwise in two renames."""
    incoming, outgoing = _beside(site)
    if not site.exists():
        incoming.rename(site)
    elif not _exchanged(incoming, site):
        site.rename(outgoing)
        incoming.rename(site)


def _exchanged(one: Path, other: Path) -> bool:
    """Swap the names of two folders atomically; return whether the system supports it."""
    if not sys.platform.startswith("linux"):
        return False
    exchange = getattr(ctypes.CDLL(None), "renameat2", None)
    return exchange is not None and not exchange(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE)


def _linked(before: Path, after: Path) -> bool:
    """Create a hard link to a file; return whether the file system supports it."""
    try:
        os.link(before, after)
    except OSError:
        return False
    return True
