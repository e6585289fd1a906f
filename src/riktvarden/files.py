"""Write files atomically, and lock folders against concurrent changes."""

from __future__ import annotations

import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import filelock

LOCK, HOLDER = ".lock", ".lock.json"
"""File locked by the operating system, and file that identifies the holder; neither is content."""


READY, LIST = ".replacing", "list.json"
"""Folder where new contents of several files lie ready, and the list of them."""


class LockedError(Exception):
    """Another process is changing the folder; the message says which."""


def write(path: Path, content: bytes) -> None:
    """Replace a file atomically: readers see either the old or the new content, even after a crash.

    Parameters
    ----------
    path
        The file; its folder is created if needed.
    content
        The whole content.

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written to; `path` is then unchanged.
    """
    temporary = _beside(path, content)
    try:
        temporary.replace(path)
        _settle(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def replace_all(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Replace several files of a folder, all or none: what a kill interrupts, `settle` finishes or takes back.

    New contents are laid ready below the folder first. The list of them is the point of no return: before it is there
    nothing has changed, and from then on everything needed to finish is on the disk.

    Parameters
    ----------
    folder
        The folder, which nobody else changes meanwhile, see `locked`.
    contents
        Path below it → content, in the order in which they are put in place.

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written to; nothing has changed then, or `settle` finishes it.
    """
    settle(folder)
    ready = folder / READY
    try:
        for number, content in enumerate(contents.values()):
            write(ready / str(number), content)
        write(ready / LIST, json.dumps(list(contents)).encode())
    except BaseException:
        if not (ready / LIST).is_file():
            shutil.rmtree(ready, ignore_errors=True)
        raise
    settle(folder)


def settle(folder: Path) -> bool:
    """Finish what `replace_all` was interrupted in, or take it back where it had not got to the point of no return.

    Returns
    -------
    bool
        Whether files were put in place.
    """
    ready = folder / READY
    listed = ready / LIST
    found = listed.is_file()
    if found:
        for number, path in enumerate(json.loads(listed.read_bytes())):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            if (ready / str(number)).is_file():  # else it is in place already
                (ready / str(number)).replace(folder / path)
                _settle((folder / path).parent)
        listed.unlink()
        _settle(ready)
    if ready.is_dir():
        shutil.rmtree(ready)
    return found


def is_unsettled(folder: Path) -> bool:
    """Return whether `replace_all` was interrupted after its point of no return, or is running."""
    return (folder / READY / LIST).is_file()


def create(path: Path, content: bytes) -> None:
    """Create a new file atomically; of several processes creating the same file, one succeeds.

    Parameters
    ----------
    path
        The file; its folder is created if needed.
    content
        The whole content.

    Raises
    ------
    FileExistsError
        If the file exists already; it is unchanged.
    OSError
        As `write`.
    """
    temporary = _beside(path, content)
    try:
        os.link(temporary, path)
        _settle(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def locked(folder: Path, doing: str, seconds: float = 0.0) -> Iterator[None]:
    """Lock a folder against changes by other processes.

    The operating system releases the lock when the process ends, however it ends.

    Parameters
    ----------
    folder
        The folder; created if needed.
    doing
        Description of the activity, for the message to others, such as ``importing a return``.
    seconds
        Maximum time to wait for another process to finish.

    Raises
    ------
    LockedError
        If another process still holds the lock; names its activity, its process ID, its machine and since when.
    OSError
        If the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock, holder = filelock.FileLock(folder / LOCK), folder / HOLDER
    try:
        lock.acquire(timeout=seconds)
    except filelock.Timeout:
        raise LockedError(f"{folder}: {_held(holder)}; wait until it has finished, or stop it, and try again") from None
    try:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        facts = {"doing": doing, "process": os.getpid(), "machine": socket.gethostname(), "since": now}
        write(holder, json.dumps(facts).encode())
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _held(holder: Path) -> str:
    """Describe the holder of a lock; its file may be missing for a moment."""
    try:
        found = json.loads(holder.read_bytes())
        return f"process {found['process']} on {found['machine']} is {found['doing']} since {found['since']}"
    except (OSError, ValueError, KeyError):
        return "another process is changing this folder"


def _beside(path: Path, content: bytes) -> Path:
    """Write content to a temporary file in the same folder, and flush it to disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())  # mkstemp gives 0600
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _umask() -> int:
    """Return the umask of this process, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _settle(folder: Path) -> None:
    """Flush a folder's entries to disk, if the system supports it."""
    if os.name == "posix":
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
