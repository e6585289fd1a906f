import pytest
from typer.testing import CliRunner

from riktvarden import tables
from riktvarden.cli import app
from riktvarden.problems import InputError, Problem

runner = CliRunner()


def test_regions_lists_all() -> None:
    shown = runner.invoke(app, ["regions"])
    assert shown.exit_code == 0
    assert len(shown.stdout.splitlines()) == 21
    assert "12  Region Skåne" in shown.stdout


def test_check_accepts_the_data() -> None:
    shown = runner.invoke(app, ["check"])
    assert shown.exit_code == 0, shown.output
    assert f"{len(tables.names())} tables" in shown.stdout


def test_check_shows_every_problem_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    faults = [Problem("data/tables/x.csv", row, "population", "-1", "0 or more", "correct it") for row in (2, 3)]
    monkeypatch.setattr(tables, "check", lambda progress: faults)
    shown = runner.invoke(app, ["check"])
    assert shown.exit_code == 1
    assert "row 2" in shown.output
    assert "row 3" in shown.output
    assert "Traceback" not in shown.output


def test_an_unknown_region_is_named_before_anything_runs() -> None:
    shown = runner.invoke(app, ["build", "--regions", "12,99"])
    assert shown.exit_code == 1
    assert "'99'" in shown.output
    assert "25 Region Norrbotten" in shown.output
    assert "Traceback" not in shown.output


def test_an_unknown_language_is_named() -> None:
    shown = runner.invoke(app, ["build", "--language", "xx"])
    assert shown.exit_code == 1
    assert "sv" in shown.output


def test_a_table_that_cannot_be_read_ends_in_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> None:
        raise InputError([Problem("data/tables/regions.csv", 0, "", "no file", "a table", "restore it")])

    monkeypatch.setattr(tables, "read", broken)
    shown = runner.invoke(app, ["regions"])
    assert shown.exit_code == 1
    assert "data/tables/regions.csv" in shown.output
    assert "Traceback" not in shown.output
