"""Where the regions' returns are: below data/, or in a folder of their own that is not published with the checkout."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from riktvarden.problems import InputError, Problem

VARIABLE = "RIKTVARDEN_RETURNS"
"""Environment variable that names a folder outside the checkout."""

FOLDER = "returns"
"""Folder of the returns below the data folder."""

PATH = f"data/{FOLDER}"
"""What the folder is called wherever it lies, so that no digest depends on its place."""

OWN = Path(__file__).resolve().parents[3] / "data"
"""The project's own data folder."""


def folder(data: Path = OWN) -> Path:
    """Return the folder of the returns.

    Parameters
    ----------
    data
        The data folder; only the project's own may have its returns elsewhere.

    Raises
    ------
    InputError
        If `VARIABLE` names no folder: a book without the returns must not pass for one with them.
    """
    named = os.environ.get(VARIABLE)
    if not named or data.resolve() != OWN:
        return data / FOLDER
    place = Path(named).expanduser().resolve()
    if not place.is_dir():
        fix = f"make it, check out the returns there, or unset {VARIABLE}"
        raise InputError([Problem(VARIABLE, 0, "", named, "a folder with the returns", fix)])
    return place


def use(place: Path) -> None:
    """Have this process and those it starts take the returns from a folder."""
    os.environ[VARIABLE] = str(place.expanduser().resolve())


def at(root: Path, name: str) -> Path:
    """Return where a file or folder of a project lies, by its name below the project."""
    below = f"{name}/".removeprefix(f"{PATH}/")
    return root / name if below == f"{name}/" else folder(root / "data") / below


def contents(data: Path = OWN) -> dict[str, Path]:
    """List the files that hold what regions handed in, each by its name below the project wherever it lies.

    What else is there is no part of it: locks, the record of what was released, and what a process that was killed had
    begun to write.
    """
    place = folder(data)
    files = sorted(place.glob("[0-9][0-9]/*/[0-9]*.json"))
    return {f"{PATH}/{file.relative_to(place).as_posix()}": file for file in files}


def digest(data: Path = OWN) -> str:
    """Return a digest of all returns and remarks, which reveals nothing of them; empty where there are none."""
    files = contents(data)
    found = hashlib.sha256()
    for name, file in files.items():
        found.update(f"{name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest() if files else ""
