"""The chapter on build times shows measured results, missing measurements and missed targets."""

from riktvarden.report import Language
from riktvarden.report.chapters import benchmarks

SWEDISH = Language("sv")
MADE_UP = {
    "measured": 7.25,
    "at_most": 5.0,
    "pairs": 2,
    "load": [0.5, 1.5],
    "date": "2026-11-22",
    "cores": 2,
    "python": "3.11.7",
}
"""A measurement that has not been made."""


def test_missed_aim_is_reported_with_its_limit() -> None:
    found = {"e": MADE_UP}
    cells = benchmarks.overview(SWEDISH, found).cells
    row = cells.loc[benchmarks.MEASURED["e"]]
    assert (row["Värde"], row["Mål"], row["Målet nått"], row["Status"]) == ("7,2", "högst 5,0", "nej", "uppmätt")
    assert benchmarks.limits(SWEDISH, found) == [f"{benchmarks.MEASURED['e']}: {benchmarks.LIMIT['e']}"]
    assert set(cells.drop(benchmarks.MEASURED["e"])["Värde"]) == {"inte mätt"}


def test_reached_aims_need_no_limit() -> None:
    above = {name: value for name, value in MADE_UP.items() if name != "at_most"} | {"at_least": 3.0}
    found = {"c": above, "e": MADE_UP | {"measured": 4.0}}
    assert set(benchmarks.overview(SWEDISH, found).cells["Målet nått"]) == {"ja", ""}
    assert benchmarks.limits(SWEDISH, found) == ["Alla mål som har mätts är nådda."]


def test_what_else_the_file_has_is_not_reported_of() -> None:
    found = {"e": MADE_UP}
    more = found | {"weight": {"bytes": 1}}
    assert benchmarks.machine(SWEDISH, more) == benchmarks.machine(SWEDISH, found)
    assert benchmarks.overview(SWEDISH, more).data.equals(benchmarks.overview(SWEDISH, found).data)


def test_slowest_steps_are_reported_with_their_build() -> None:
    slow = [{"language": "sv", "step": "a step", "seconds": 12.34}]
    table = benchmarks.steps(SWEDISH, {"d": MADE_UP | {"steps": slow}, "e": MADE_UP})
    assert table.cells.loc["a step"].tolist() == [benchmarks.MEASURED["d"], "sv", "12,3"]
    assert benchmarks.steps(SWEDISH, {"e": MADE_UP}).cells.empty


def test_what_has_been_measured_can_be_shown() -> None:
    found = benchmarks.read()
    assert len(benchmarks.overview(SWEDISH, found).cells) == len(benchmarks.MEASURED)
    assert "kärnor" in benchmarks.machine(SWEDISH, found)
