"""Location of the regions' returns: below ``data/``, or in a private folder outside the checkout."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from riktvarden.problems import InputError, Problem

VARIABLE = "RIKTVARDEN_RETURNS"
"""Environment variable with a folder outside the checkout."""

FOLDER = "returns"
"""Folder of the returns below the data folder."""

PATH = f"data/{FOLDER}"
"""Name of the folder wherever it lies, so that no digest depends on its location."""

OWN = Path(__file__).resolve().parents[3] / "data"
"""The project's own data folder."""


def folder(data: Path = OWN) -> Path:
    """Return the folder of the returns.

    Parameters
    ----------
    data
        The data folder; only the project's own can have its returns elsewhere.

    Raises
    ------
    InputError
        If `VARIABLE` names no folder: a book without returns must not be mistaken for one with them.
    """
    named = os.environ.get(VARIABLE)
    if not named or data.resolve() != OWN:
        return data / FOLDER
    place = Path(named).expanduser().resolve()
    if not place.is_dir():
        fix = f"create it, check out the returns there, or unset {VARIABLE}"
        raise InputError([Problem(VARIABLE, 0, "", named, "a folder with the returns", fix)])
    return place


def use(place: Path) -> None:
    """Use a folder of returns in this process and those it starts."""
    os.environ[VARIABLE] = str(place.expanduser().resolve())


def at(root: Path, name: str) -> Path:
    """Return the location of a file or folder of a project, given its name below the project."""
    below = f"{name}/".removeprefix(f"{PATH}/")
    return root / name if below == f"{name}/" else folder(root / "data") / below


def contents(data: Path = OWN) -> dict[str, Path]:
    """List the files with submitted data, each by its name below the project wherever it lies.

    Locks, the record of what was released and the partial files of a killed process are left out.
    """
    place = folder(data)
    files = sorted(place.glob("[0-9][0-9]/*/[0-9]*.json"))
    return {f"{PATH}/{file.relative_to(place).as_posix()}": file for file in files}


def digest(data: Path = OWN) -> str:
    """Return a digest of all returns and remarks that reveals nothing about them; empty if there are none."""
    files = contents(data)
    found = hashlib.sha256()
    for name, file in files.items():
        found.update(f"{name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest() if files else ""
