"""Tables are replaced all or none, with what is said of them, whatever interrupts."""

import datetime
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from riktvarden import files, tables
from riktvarden.problems import InputError
from riktvarden.sources.accept import accept
from riktvarden.sources.staging import Record, stage, staged

DAY = datetime.date(2026, 12, 2)
Rows = Callable[..., pd.DataFrame]
Made = Callable[..., Record]


def contents(folder: Path) -> dict[str, bytes]:
    """What a reader of a folder sees; locks and what is laid ready are hidden."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith(".")}


def test_an_accepted_table_brings_its_years_dates_source_and_record(waiting: tuple[Path, Path], later: Rows) -> None:
    data, folder = waiting
    before = tables.read("population_region", data)
    assert accept(folder=folder, data=data, today=DAY) == ["population_region"]
    assert tables.check(data) == []
    pd.testing.assert_frame_equal(tables.read("population_region", data), later(before))
    described, source = tables.descriptor("population_region", data), tables.source_of("population_region", folder=data)
    newest = before["year"].max() + 1
    assert described["schema"]["fields"][1]["constraints"]["maximum"] == newest
    assert source.reference_date == f"{newest - 1}-12-31/{newest}-12-31"
    assert (source.publisher, source.title, source.licence) == ("SCB", "SCB, TAB1", "Creative Commons CC0 1.0")
    assert (source.path, source.retrieved) == ("https://example.org", "2026-12-01")
    assert (source.updated, described["carried"]) == ("2026-11-30T07:00:00Z", DAY.isoformat())
    assert described["notes"] == ["Numbers are rounded."]
    kept = json.loads((data / described["record"]).read_text(encoding="utf-8"))
    assert f"sha256:{kept['sha256']}" == described["hash"]
    assert kept["record"]["requests"][0]["method"] == "POST"
    assert staged(folder) == {}
    assert accept(folder=folder, data=data) == []


def test_only_the_named_tables_are_replaced(waiting: tuple[Path, Path], record: Made) -> None:
    data, folder = waiting
    rows = tables.read("municipalities", data)
    stage("municipalities", rows.assign(name=rows["name"].str.upper()), record(), folder=folder, data=data)
    assert accept(["municipalities"], folder=folder, data=data) == ["municipalities"]
    assert set(staged(folder)) == {"population_region"}
    with pytest.raises(InputError, match="one of the staged tables: population_region"):
        accept(["municipalities"], folder=folder, data=data)


def test_tables_that_contradict_each_other_are_refused_and_nothing_changes(
    tmp_path: Path, data: Path, later: Rows, record: Made
) -> None:
    folder, before = tmp_path / "staged", contents(data)
    rows = tables.read("population_region", data)
    stage("population_region", rows.assign(population=rows["population"] + 1), record(), folder=folder, data=data)
    with pytest.raises(InputError, match="sums to for"):
        accept(folder=folder, data=data)
    assert contents(data) == before
    assert set(staged(folder)) == {"population_region"}


def test_a_table_that_lost_its_years_is_refused(tmp_path: Path, data_of: Callable[..., Path], record: Made) -> None:
    data, folder = data_of("regions", "municipalities", "population_municipality"), tmp_path / "staged"
    rows = tables.read("population_municipality", data)
    stage("population_municipality", rows[rows["year"] < rows["year"].max()], record(), folder=folder, data=data)
    with pytest.raises(InputError, match="restore the rows"):
        accept(folder=folder, data=data)


def _dies_at(step: int, work: Callable[[], object]) -> bool:
    """Do something in a process of its own, killed before the given step on files; say whether it got that far."""
    child = os.fork()
    if child == 0:
        steps = iter(range(1_000_000))

        def count(event: str, arguments: tuple[object, ...]) -> None:
            changing = event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "shutil.rmtree")
            if (changing or (event == "open" and arguments[1] not in ("r", "rb"))) and next(steps) == step:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        work()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_files_are_replaced_all_or_none_wherever_a_kill_comes(tmp_path: Path) -> None:
    old = {"a.csv": b"old", "below/b.csv": b"old", "list.json": b"old"}
    new = {"a.csv": b"new", "below/b.csv": b"new", "record.json": b"new", "list.json": b"new"}
    folder, outcomes, step = tmp_path / "data", [], 0
    while True:
        shutil.rmtree(folder, ignore_errors=True)
        for name, content in old.items():
            files.write(folder / name, content)
        killed = _dies_at(step, lambda: files.replace_all(folder, new))
        if contents(folder) not in (old, new):
            assert files.is_unsettled(folder)
        files.settle(folder)
        assert contents(folder) in (old, new)
        assert not (folder / files.READY).exists()
        outcomes.append(contents(folder) == new)
        if not killed:
            break
        step += 1
    assert step > 20
    assert outcomes == sorted(outcomes), "once past the point of no return, always done"
    assert outcomes[-1]
    assert not outcomes[0]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_an_acceptance_that_is_killed_is_finished_or_undone_by_the_next(
    tmp_path: Path, waiting: tuple[Path, Path], later: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, folder = waiting
    before, waits = tables.read("population_region", data), shutil.copytree(folder, tmp_path / "waits")
    clean = shutil.copytree(data, tmp_path / "clean" / "data")
    monkeypatch.setattr(tables, "check", lambda *_: [])  # reads, and writes elsewhere only
    for step in range(10, 1_000, 3):
        for place, copy in ((data, clean), (folder, waits)):
            shutil.rmtree(place)
            shutil.copytree(copy, place)
        killed = _dies_at(step, lambda: accept(folder=folder, data=data, today=DAY))
        if files.is_unsettled(data):
            monkeypatch.undo()
            (problem,) = tables.check(data)
            monkeypatch.setattr(tables, "check", lambda *_: [])
            assert "data accept" in problem.fix
        try:  # a reader meets the old rows, the new ones or an error, never one table's rows under another's contract
            read = tables.read("population_region", data)
            assert read.equals(before) or read.equals(later(before))
        except InputError:
            assert files.is_unsettled(data)
        accept(folder=folder, data=data, today=DAY)
        pd.testing.assert_frame_equal(tables.read("population_region", data), later(before))
        if not killed:
            break
    assert not killed
    assert staged(folder) == {}


def test_an_awaited_table_becomes_one_of_the_project(tmp_path: Path, data: Path, record: Made) -> None:
    folder = tmp_path / "staged"
    cell = ("N70007", "0001", 2031, "T")
    columns = ["key_figure", "area", "year", "sex", "value", "status"]
    rows = pd.DataFrame([(*cell, 12.0, None), (*cell[:3], "K", None, "Missing")], columns=columns)
    stage("kolada_values", rows, record(source="Kolada (RKA), N70007"), folder=folder, data=data)
    assert "kolada_values" not in tables.names(data)
    assert accept(folder=folder, data=data, today=DAY) == ["kolada_values"]
    assert tables.check(data) == []
    read = tables.read("kolada_values", data)
    assert read["value"].isna().tolist() == [False, True]
    assert tables.source_of("kolada_values", folder=data).publisher == "Kolada (RKA)"
    assert tables.descriptor("kolada_values", data)["reference_date"] == "2031"
