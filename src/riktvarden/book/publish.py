"""Put a finished book where readers find it, so that they meet the old one or the new one only."""

import shutil
from pathlib import Path

_OLD = "-old"


def publish(finished: Path, site: Path, language: str) -> None:
    """Move the folder `finished` to ``site/<language>``, in the place of the book that is there.

    Two renames change them over; should the second fail, the old book is put back.
    """
    site.mkdir(parents=True, exist_ok=True)
    recover(site)
    place, outgoing = site / language, site / f".{language}{_OLD}"
    if place.exists():
        place.rename(outgoing)
    try:
        finished.rename(place)
    finally:
        recover(site)


def recover(site: Path) -> None:
    """Finish what an interrupted `publish` left: put the old book back if no new one came, else delete it."""
    for outgoing in site.glob(f".*{_OLD}"):
        place = site / outgoing.name.removeprefix(".").removesuffix(_OLD)
        if place.exists():
            shutil.rmtree(outgoing)
        else:
            outgoing.rename(place)
