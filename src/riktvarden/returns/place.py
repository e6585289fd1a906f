"""Location of the regions' returns: below ``data/``, or in a private folder outside the checkout."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from riktvarden import handed_in
from riktvarden.handed_in import DATA

VARIABLE = "RIKTVARDEN_RETURNS"
"""Environment variable with a folder outside the checkout."""

FOLDER = "returns"
"""Folder of the returns below the data folder."""

PATH = f"data/{FOLDER}"
"""Name of the folder wherever it lies, so that no digest depends on its location."""


def folder(data: Path = DATA) -> Path:
    """Return the folder of the returns, see `riktvarden.handed_in.folder`."""
    return handed_in.folder(FOLDER, VARIABLE, data)


def use(place: Path) -> None:
    """Use a folder of returns in this process and those it starts."""
    os.environ[VARIABLE] = str(place.expanduser().resolve())


def at(root: Path, name: str) -> Path:
    """Return the location of a file or folder of a project, given its name below the project."""
    below = f"{name}/".removeprefix(f"{PATH}/")
    return root / name if below == f"{name}/" else folder(root / "data") / below


def contents(data: Path = DATA) -> dict[str, Path]:
    """List the files with submitted data, each by its name below the project wherever it lies.

    Locks, the record of what was released and the partial files of a killed process are left out.
    """
    place = folder(data)
    files = sorted(place.glob("[0-9][0-9]/*/[0-9]*.json"))
    return {f"{PATH}/{file.relative_to(place).as_posix()}": file for file in files}


def digest(data: Path = DATA) -> str:
    """Return a digest of all returns and remarks that reveals nothing about them; empty if there are none."""
    files = contents(data)
    found = hashlib.sha256()
    for name, file in files.items():
        found.update(f"{name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest() if files else ""
