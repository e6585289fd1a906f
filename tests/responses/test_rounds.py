"""Every edition has a consultation, and the check says so where one has none."""

import pandas as pd

from riktvarden import tables
from riktvarden.cli.check import found_problems
from riktvarden.editions import record
from riktvarden.responses import rounds

ROUNDS = pd.DataFrame(
    {
        "edition": ["working", "2027"],
        "opens": pd.to_datetime(["2026-11-30", "2027-04-01"]),
        "closes": pd.to_datetime(["2027-03-31", "2028-03-31"]),
    }
)


def test_rounds_of_all_editions_are_sound() -> None:
    assert rounds.problems(ROUNDS, ["working", "2027"]) == []
    there = [record.WORKING, *(one.name for one in record.frozen() if not one.afterwards)]
    assert rounds.problems(tables.read("consultation_rounds"), there) == []


def test_an_edition_without_a_round_is_named_with_the_row_to_add() -> None:
    first, second = rounds.problems(ROUNDS, ["working", "2028", "2027", "2029"])
    assert (first.file, first.row, first.column) == ("data/tables/consultation_rounds.csv", 4, "edition")
    assert "2028" in first.expected
    assert "add 2028," in first.fix
    assert (second.row, "2029" in second.fix) == (5, True)


def test_a_round_that_closes_before_it_opens_is_named() -> None:
    (found,) = rounds.problems(ROUNDS.assign(closes=pd.Timestamp("2027-03-31")), [])
    assert (found.row, found.column) == (3, "closes")


def test_the_check_of_everything_asks_for_a_round(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(record, "WORKING", "next")
    monkeypatch.setattr(tables, "check", lambda **_: [])
    assert any("for the edition next" in one.expected for one in found_problems())
