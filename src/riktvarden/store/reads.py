"""Record what a notebook reads of its project, so that the build knows what its page depends on.

A file or folder is recorded when the interpreter opens it, by any code; other parts are recorded by name by the code
that returns them. Files opened by native code are not tracked; none of the project's are read that way.
"""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from riktvarden.responses import place as responded
from riktvarden.returns import place

FILE = "file:"
FOLDER = "folder:"
ELSEWHERE = (f"{place.PATH}/", f"{responded.PATH}/", "data/staged/")
"""Folders of the data that are no part of it: what is sent in has places of its own, and staged tables only wait."""
MIME = "application/vnd.riktvarden.reads+json"
"""MIME type of the output in which a notebook reports its reads to the build."""

_noted: set[str] = set()
_paused = threading.local()


def note(part: str) -> None:
    """Record that a part has been read."""
    if not getattr(_paused, "now", False):
        _noted.add(part)


def noted() -> list[str]:
    """Return the parts read, in alphabetical order."""
    return sorted(_noted)


@contextmanager
def unnoticed() -> Iterator[None]:
    """Suspend read tracking in this thread, for reads that cannot affect the page."""
    _paused.now = True
    try:
        yield
    finally:
        _paused.now = False


def begin(root: str, beside: Iterable[str]) -> None:
    """Start recording every file opened for reading, and every folder listed, of a project and its returns.

    Parameters
    ----------
    root
        The project folder.
    beside
        Folders and files below it, by relative path, that are not recorded: code, which is imported, and build
        output. Hidden files are left out as well.
    """
    home = os.path.realpath(root)
    returned = os.path.realpath(place.folder(Path(root, "data")))
    without = tuple(os.path.join(home, name, "") for name in beside)  # noqa: PTH118 - pathlib would raise events of its own

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        match event, arguments:
            case "open", (str() | bytes() | os.PathLike() as path, mode, flags) if not _writes(mode, flags):
                kind = FILE
            case "os.listdir" | "os.scandir", (str() | bytes() | os.PathLike() as path, *_):
                kind = FOLDER
            case _:
                return
        found = os.path.realpath(os.fsdecode(path))
        if kind == FOLDER and (path in sys.path or found == os.path.realpath("")):  # an import looks for modules there
            return
        if f"{found}{os.sep}".startswith(returned + os.sep):
            found = os.path.join(home, *place.PATH.split("/")) + found.removeprefix(returned)  # noqa: PTH118 - as above
        name = found.removeprefix(home + os.sep).replace(os.sep, "/")
        if found != name and not f"{found}{os.sep}".startswith(without) and "/." not in f"/{name}":
            note(kind + name)

    sys.addaudithook(hear)


def fingerprint(root: Path) -> str:
    """Return a digest of every byte of a project's data and code, to detect changes during a build."""
    content = hashlib.sha256()
    code = {file.relative_to(root).as_posix(): file for file in root.glob("src/**/*.py") if not file.name.startswith(".")}
    for name, file in sorted({**data_files(root), **code}.items()):
        body = file.read_bytes()
        content.update(f"{name} {len(body)}\n".encode() + body)
    return content.hexdigest()


def data_files(root: Path) -> dict[str, Path]:
    """List the files of a project's data by name; returns and responses keep their names wherever they lie."""
    files = (file for file in (root / "data").rglob("*") if file.is_file() and not file.name.startswith("."))
    named = {file.relative_to(root).as_posix(): file for file in sorted(files)}
    others = {name: file for name, file in named.items() if not name.startswith(ELSEWHERE)}
    return others | place.contents(root / "data") | responded.contents(root / "data")


def _writes(mode: object, flags: object) -> bool:
    """Return whether a file is opened for writing only; the low-level call has flags and no mode."""
    if isinstance(mode, str):
        return not ("r" in mode or "+" in mode)
    return isinstance(flags, int) and flags & os.O_ACCMODE == os.O_WRONLY
