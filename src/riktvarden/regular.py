"""Read a file that somebody sent: whole, of bounded size, and no device."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from riktvarden.problems import Problem


def regular(path: Path, most: int, expected: str, fix: str) -> tuple[bytes, Problem | None]:
    """Read a whole regular file of bounded size; refuse devices, pipes and virtual files.

    Parameters
    ----------
    path
        The file, or a link to it.
    most
        Maximum size in bytes.
    expected, fix
        Description of the file, and the fix if it is too large.

    Returns
    -------
    tuple
        Its bytes, and why it is refused.
    """
    try:
        places = [path.absolute(), path.resolve()]
        is_of_system = any(place.parts[1:2] in (("dev",), ("proc",), ("sys",)) for place in places)
        if is_of_system and not all(place.is_relative_to("/dev/shm") for place in places):  # noqa: S108 - memory as disk
            return b"", Problem(path.name, 0, "", f"{path}, a file of the system", expected, "name the file itself")
        # Non-blocking: a pipe without a writer would hang the check here.
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(number, "rb") as file:
            found = os.fstat(number)
            if not stat.S_ISREG(found.st_mode):
                return b"", Problem(path.name, 0, "", "not a file", expected, "name the file itself")
            raw = file.read(most + 1)
    except IsADirectoryError:
        return b"", Problem(path.name, 0, "", "not a file", expected, "name the file itself")
    except (OSError, ValueError, RuntimeError) as error:  # a name with NUL, a link to itself
        text = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return b"", Problem(path.name, 0, "", text, "a file that can be read", "check the name and the folder")
    if len(raw) > most:
        return b"", Problem(path.name, 0, "", f"{max(found.st_size, len(raw))} bytes", f"at most {most} bytes", fix)
    return raw, None
