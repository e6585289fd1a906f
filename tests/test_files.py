"""Files are written atomically, and folders are locked against concurrent changes."""

import multiprocessing
import os
import signal
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from riktvarden import files


def _create(path: Path, content: bytes, barrier: Barrier) -> None:
    barrier.wait()
    try:
        files.create(path, content)
    except FileExistsError:
        raise SystemExit(3) from None


def _hold(folder: Path, held: Barrier) -> None:
    with files.locked(folder, "testing"):
        held.wait()
        signal.pause()


def test_one_of_several_processes_creates_a_file(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("fork")
    barrier = spawn.Barrier(4)
    path = tmp_path / "new" / "1.json"
    started = [spawn.Process(target=_create, args=(path, bytes([number]) * 9, barrier)) for number in range(4)]
    for process in started:
        process.start()
    for process in started:
        process.join()
    assert sorted(process.exitcode or 0 for process in started) == [0, 3, 3, 3]
    assert path.read_bytes() in {bytes([number]) * 9 for number in range(4)}
    assert list(path.parent.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    files.write(path, b"old")

    def full(number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        files.write(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_lock_names_its_holder_and_ends_with_the_process(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("fork")
    held = spawn.Barrier(2)
    process = spawn.Process(target=_hold, args=(tmp_path, held))
    process.start()
    held.wait()
    with (
        pytest.raises(files.LockedError, match=rf"process {process.pid} on .* is testing since"),
        files.locked(tmp_path, "x"),
    ):
        pass
    process.kill()
    process.join()
    with files.locked(tmp_path, "something else"):
        pass


def test_files_follow_the_umask(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        files.write(tmp_path / "a", b"")
    finally:
        os.umask(mask)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640
