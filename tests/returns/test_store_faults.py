"""Concurrent submissions, killed processes and full or read-only disks never corrupt a return."""

import dataclasses
import datetime
import itertools
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from riktvarden import files, handed_in
from riktvarden.cli import app
from riktvarden.problems import InputError
from riktvarden.returns import store
from riktvarden.returns.check import check
from riktvarden.returns.rules import Known

TODAY = datetime.date(2026, 11, 21)
TABLES = ("regions", "population_region", "st_baseline", "published_st", "publications", "municipalities")
FORK = multiprocessing.get_context("fork")
STEPS = ("open", "fsync", "link", "replace", "unlink", "chmod", "mkdir")
"""Calls of the operating system by which a store changes."""
WRITES = ("open", "fsync", "link", "replace", "mkdir")
"""Those of them that a full disk refuses."""

ROUNDS = int(os.environ.get("RIKTVARDEN_ROUNDS", "4"))
"""How often what depends on chance is tried; more take longer."""

Store = Callable[[], object]


@pytest.fixture
def folder(data_of: Callable[..., Path]) -> Path:
    return data_of("regions")


@pytest.fixture
def accepted(filled: Callable[..., Path], known: Known, monkeypatch: pytest.MonkeyPatch) -> Callable[..., store.Receipt]:
    """Store a return that was checked before, with one figure changed: what is left of an import is the storing."""
    found = check(filled(), known, today=TODAY)
    monkeypatch.setattr(store, "known", lambda data: known)

    def check_again(path: Path, *_: object) -> Any:
        region, value = path.stem.split("-")
        frame = found.frame.assign(region=region)
        frame.loc[(frame["measure"] == "persons") & (frame["sex"] == "all"), "value"] = float(value)
        return dataclasses.replace(found, frame=frame, region=region)

    def hand_in(folder: Path, value: int = 34, region: str = "12") -> store.Receipt:
        return store.import_return(Path(f"{region}-{value}.xlsx"), folder, today=TODAY)

    monkeypatch.setattr(store, "check", check_again)
    return hand_in


def remark(folder: Path, text: str = "Stämmer.", region: str = "12") -> int:
    return store.comment(region, "persons", text, "redaktion", folder, TODAY)


def at_once(*jobs: Store) -> list[int]:
    """Run jobs in processes of their own that begin together; give their exit codes: 0, or 3 where one was refused."""
    barrier = FORK.Barrier(len(jobs))

    def run(job: Store) -> None:
        barrier.wait()
        try:
            job()
        except (InputError, files.LockedError):
            os._exit(3)
        os._exit(0)

    return [code or 0 for code in ended([FORK.Process(target=run, args=(job,)) for job in jobs])]


def ended(processes: list[Any]) -> list[int | None]:
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return [process.exitcode for process in processes]


def is_whole(folder: Path) -> bool:
    return not store.problems(folder)


def leftovers(folder: Path) -> list[Path]:
    return list((folder / "returns").rglob("*.part"))


# Two at once


def test_remarks_made_at_once_are_all_kept(folder: Path) -> None:
    for number in range(1, ROUNDS + 1):
        assert at_once(*(partial(remark, folder, f"Kommentar {number} {n}.") for n in range(4))) == [0] * 4
        found = store.read_comments(folder)
        assert list(found["number"]) == list(range(1, 4 * number + 1))
    assert found["text"].nunique() == 4 * ROUNDS
    assert is_whole(folder)


def test_returns_of_a_region_handed_in_at_once_are_both_kept(folder: Path, accepted: Callable[..., store.Receipt]) -> None:
    for number in range(1, ROUNDS + 1):
        assert at_once(*(partial(accepted, folder, 100 * number + n) for n in range(2))) == [0, 0]
        assert list(store.status(folder)["number"]) == list(range(1, 2 * number + 1))
    assert at_once(*[lambda: accepted(folder, 7)] * 2) == [0, 0]
    assert len(store.status(folder)) == 2 * ROUNDS + 1, "the same twice is kept once"
    assert is_whole(folder)


def test_where_locks_are_ignored_the_next_number_is_taken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remark(folder)
    create, first = files.create, itertools.chain([True], itertools.repeat(False))

    def create_later(path: Path, content: bytes) -> None:
        if next(first):
            other = store.Remark.model_validate_json(content).model_copy(update={"text": "Den andras."})
            create(path, other.model_dump_json().encode())
        create(path, content)

    monkeypatch.setattr(files, "create", create_later)
    assert remark(folder, "Min.") == 3
    assert list(store.read_comments(folder)["text"]) == ["Stämmer.", "Den andras.", "Min."]


def test_a_region_does_not_wait_for_another_and_hears_who_holds_its_own(
    data_of: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = data_of("regions")
    monkeypatch.setattr(handed_in, "PATIENCE", 0.0)
    held = FORK.Barrier(2)

    def hold() -> None:
        with files.locked(data / "returns/12", "importing a return"):
            held.wait()
            signal.pause()

    process = FORK.Process(target=hold)
    process.start()
    held.wait()
    try:
        assert remark(data, region="09") == 1
        with pytest.raises(files.LockedError, match=f"process {process.pid} on .* is importing a return"):
            remark(data)
        monkeypatch.setattr(store.comment, "__defaults__", (data, TODAY))
        options = ["--region", "12", "--measure", "persons", "--text", "Stämmer.", "--role", "redaktion"]
        said = CliRunner().invoke(app, ["returns", "comment", *options])
        assert said.exit_code == 1
        assert f"process {process.pid} on " in said.stderr
        assert "wait until it has finished" in said.stderr
    finally:
        process.kill()
        process.join()
    assert remark(data) == 1


# Killed


def with_step(job: Store, act: Callable[[int], None]) -> int | None:
    """Run a job in a process of its own that acts before each of the steps, given the step's number; give its exit code."""

    def run() -> None:
        count = itertools.count()
        for name in STEPS:
            step = getattr(os, name)

            def counted(*arguments: Any, step: Any = step, **named: Any) -> Any:
                act(next(count))
                return step(*arguments, **named)

            setattr(os, name, counted)
        job()
        os._exit(0)

    return ended([FORK.Process(target=run)])[0]


def survives(folder: Path, job: Store) -> int:
    """Kill a job at each of its steps; say how many there are, the store being whole after every one."""
    for number in itertools.count():
        before = tuple(store.read_comments(folder)["text"]), tuple(store.status(folder)["number"])
        code = with_step(job, lambda now, number=number: now == number and os.kill(os.getpid(), signal.SIGKILL))
        assert code in (0, -signal.SIGKILL)
        assert is_whole(folder)
        after = tuple(store.read_comments(folder)["text"]), tuple(store.status(folder)["number"])
        assert after[0][: len(before[0])] == before[0]
        assert after[1][: len(before[1])] == before[1]
        if code == 0:
            return number
    raise AssertionError


def test_a_remark_killed_at_any_step_is_kept_or_not(folder: Path) -> None:
    assert survives(folder, lambda: remark(folder)) > 8
    remark(folder)
    assert not leftovers(folder)
    assert remark(folder, region="09") == 1


def test_an_import_killed_at_any_step_is_kept_or_not(folder: Path, accepted: Callable[..., store.Receipt]) -> None:
    value = itertools.count()
    assert survives(folder, lambda: accepted(folder, time.monotonic_ns() % 10**6)) > 8
    accepted(folder, next(value))
    assert not leftovers(folder)
    assert accepted(folder, region="09").number == 1
    assert is_whole(folder)


def test_imports_killed_at_random_leave_the_store_whole(folder: Path, accepted: Callable[..., store.Receipt]) -> None:
    chance = random.Random(1)
    for number in range(ROUNDS):
        begun = FORK.Event()

        def work(begun: Any = begun, number: int = number) -> None:
            begun.set()
            for value in range(1_000 * number, 1_000 * number + 1_000):
                accepted(folder, value)

        process = FORK.Process(target=work)
        process.start()
        begun.wait()
        time.sleep(chance.uniform(0, 0.2))
        process.kill()
        process.join()
        assert is_whole(folder)
    numbers = list(store.status(folder)["number"])
    assert numbers == list(range(1, len(numbers) + 1))
    accepted(folder, 1)
    assert not leftovers(folder)


# Full, and read-only


@pytest.mark.parametrize("name", WRITES)
def test_a_full_disk_is_reported_at_every_step(
    name: str, folder: Path, accepted: Callable[..., store.Receipt], monkeypatch: pytest.MonkeyPatch
) -> None:
    step = getattr(os, name)
    for number in itertools.count():
        count, refused = itertools.count(), []

        def full(
            *arguments: Any, count: Any = count, number: int = number, refused: list[Any] = refused, **named: Any
        ) -> Any:
            if next(count) == number:
                refused.append(arguments)
                raise OSError(28, "No space left on device")
            return step(*arguments, **named)

        with monkeypatch.context() as patch:
            patch.setattr(os, name, full)
            try:
                accepted(folder, number + 1)
            except InputError as error:
                assert "found 'No space left on device'" in str(error)
                assert "data/returns/12" in str(error)
        assert is_whole(folder)
        assert not leftovers(folder)
        if not refused:
            break
    accepted(folder, 1)
    assert accepted(folder, region="09").number == 1


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with room for little."""
    where, mount = tmp_path / "disk", shutil.which("mount")
    where.mkdir()
    command = [mount or "", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(where)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    yield where
    subprocess.run(["umount", str(where)], check=True)


def in_folder(disk: Path, folder: Path) -> Path:
    return Path(shutil.copytree(folder, disk / "data"))


def test_a_disk_that_is_full_keeps_what_there_was(disk: Path, folder: Path, accepted: Callable[..., store.Receipt]) -> None:
    data = in_folder(disk, folder)
    accepted(data)
    with (disk / "filler").open("wb", buffering=0) as filler, pytest.raises(OSError, match="No space"):
        while True:
            filler.write(b"0" * 4096)
    for job in (lambda: accepted(data, 35), lambda: remark(data), lambda: remark(data, region="09")):
        with pytest.raises(InputError, match="No space left on device"):
            job()
    assert list(store.status(data)["number"]) == [1]
    assert not leftovers(data)
    (disk / "filler").unlink()
    assert accepted(data, 35).number == 2
    assert remark(data) == 1


def test_a_folder_that_is_read_only_is_named(
    disk: Path, folder: Path, accepted: Callable[..., store.Receipt], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = in_folder(disk, folder)
    accepted(data)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    for region in ("12", "09"):
        with pytest.raises(InputError, match="Read-only file system"):
            accepted(data, 35, region)
        with pytest.raises(InputError, match="Read-only file system"):
            remark(data, region=region)
    with pytest.raises(InputError, match="Read-only file system"):
        store.withdraw("12", 1, "redaktion", data, TODAY)
    assert list(store.status(data)["number"]) == [1]
    monkeypatch.setattr(store.comment, "__defaults__", (data, TODAY))
    options = ["--region", "12", "--measure", "persons", "--text", "Stämmer.", "--role", "redaktion"]
    said = CliRunner().invoke(app, ["returns", "comment", *options])
    assert said.exit_code == 1
    assert "Read-only file system" in said.stderr
    assert "Traceback" not in said.stderr
