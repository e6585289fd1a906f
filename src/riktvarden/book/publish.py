"""Put a finished book where readers find it, so that they meet the old one or the new one only."""

import filecmp
import os
import shutil
from pathlib import Path

_OLD, _NEW = "-old", "-new"
_NOT_PUBLISHED = (".buildinfo",)
"""What the assembler keeps for itself."""


def publish(finished: Path, site: Path, language: str) -> None:
    """Put a copy of the folder `finished` at ``site/<language>``, in the place of the book that is there.

    Files that are as before stay the same files, untouched. Two renames change the books over; should the second
    fail, the old book is put back.
    """
    site.mkdir(parents=True, exist_ok=True)
    recover(site)
    place, incoming, outgoing = site / language, site / f".{language}{_NEW}", site / f".{language}{_OLD}"
    if finished.is_dir():  # one without files is published too
        incoming.mkdir()
    for file in sorted(finished.rglob("*")):
        if file.is_file() and file.name not in _NOT_PUBLISHED:
            name = file.relative_to(finished)
            before, after = place / name, incoming / name
            after.parent.mkdir(parents=True, exist_ok=True)
            if not (before.is_file() and filecmp.cmp(before, file, shallow=False) and _linked(before, after)):
                shutil.copy2(file, after)
    if place.exists():
        place.rename(outgoing)
    try:
        incoming.rename(place)
    finally:
        recover(site)


def is_published(finished: Path, place: Path) -> bool:
    """Say whether every file of the folder `finished` lies at `place` as it was published; more may lie there."""
    return all(
        (there := place / file.relative_to(finished)).is_file() and filecmp.cmp(there, file, shallow=False)
        for file in finished.rglob("*")
        if file.is_file() and file.name not in _NOT_PUBLISHED
    )


def _linked(before: Path, after: Path) -> bool:
    """Give a file a second place; return whether the file system can."""
    try:
        os.link(before, after)
    except OSError:
        return False
    return True


def recover(site: Path) -> None:
    """Finish what an interrupted `publish` left: put the old book back if no new one came, else delete it."""
    for incoming in site.glob(f".*{_NEW}"):
        shutil.rmtree(incoming)
    for outgoing in site.glob(f".*{_OLD}"):
        place = site / outgoing.name.removeprefix(".").removesuffix(_OLD)
        if place.exists():
            shutil.rmtree(outgoing)
        else:
            outgoing.rename(place)
