"""Folders of what others hand in: their location, and the lock on them while something is stored."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from riktvarden import files
from riktvarden.problems import InputError, Problem

DATA = Path(__file__).resolve().parents[2] / "data"
"""The project's own data folder."""

PATIENCE = 20.0
"""Seconds to wait for another process that stores something in the folder, which takes a fraction of a second."""


def folder(name: str, variable: str, data: Path = DATA) -> Path:
    """Return a folder below the data folder, or where an environment variable says.

    Parameters
    ----------
    name
        Its name below the data folder.
    variable
        Environment variable with a folder outside the checkout.
    data
        The data folder; only the project's own can have the folder elsewhere.

    Raises
    ------
    InputError
        If the variable names no folder: a book without its contents must not be mistaken for one with them.
    """
    named = os.environ.get(variable)
    if not named or data.resolve() != DATA:
        return data / name
    place = Path(named).expanduser().resolve()
    if not place.is_dir():
        fix = f"create it, check out the {name} there, or unset {variable}"
        raise InputError([Problem(variable, 0, "", named, f"a folder with the {name}", fix)])
    return place


@contextmanager
def storing(place: Path, doing: str, name: str) -> Iterator[None]:
    """Lock a folder while something is stored in it.

    Parameters
    ----------
    place
        The folder.
    doing
        Description of the activity, for others who wait.
    name
        Name of the folder below the project, for messages.

    Raises
    ------
    InputError
        If the folder cannot be written to.
    LockedError
        If another process does not finish in time.
    """
    try:
        with files.locked(place, doing, PATIENCE):
            # Only a killed process can have left these: others hold the lock while theirs exist.
            for leftover in place.rglob("*.part"):
                leftover.unlink(missing_ok=True)
            yield
    except OSError as error:
        found = error.strerror or type(error).__name__
        fix = "check free space and permissions, then try again"
        raise InputError([Problem(name, 0, "", found, "a writable folder", fix)]) from error


def sha256(text: str) -> str:
    """Return the sha256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()
