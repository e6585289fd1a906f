"""Newer tables wait whole, with their record, or not at all."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from riktvarden import tables
from riktvarden.problems import InputError
from riktvarden.sources.staging import Record, stage, staged

ROWS = tables.read("population_region")
Rows = Callable[..., pd.DataFrame]
Made = Callable[..., Record]


def test_what_is_staged_is_listed_with_its_rows_and_record(tmp_path: Path, record: Made, later: Rows) -> None:
    path = stage("population_region", later(ROWS)[["population", "year", "region"]], record(), folder=tmp_path)
    assert path == tmp_path / "population_region.csv"
    (found,) = staged(tmp_path).values()
    assert found.record == record()
    pd.testing.assert_frame_equal(found.rows(), later(ROWS))


def test_the_projects_own_rows_are_written_as_they_are(tmp_path: Path, record: Made) -> None:
    path = stage("population_municipality_65", tables.read("population_municipality_65"), record(), folder=tmp_path)
    assert path.read_bytes() == (tables.DATA / tables.descriptor("population_municipality_65")["path"]).read_bytes()


@pytest.mark.parametrize(
    ("rows", "column", "value", "expected"),
    [
        (lambda later: later(ROWS, by=2), "year", "2026", "2024 or less"),  # a gap of a year
        (lambda _: ROWS.assign(region=ROWS["region"].replace("25", "26")), "region", "26", "a region of"),
        (
            lambda _: ROWS.assign(population=ROWS["population"].where(ROWS["region"] != "03", -1)),
            "population",
            "-1",
            "0 or more",
        ),
        (lambda _: ROWS.assign(population=ROWS["population"] + 0.5), "population", "2473307.5", "a whole number"),
        (lambda _: ROWS.drop(columns="population"), "population", "region,year", "a column 'population'"),
        (lambda _: ROWS.assign(sex="T"), "sex", "sex", "only the columns"),
        (lambda _: pd.concat([ROWS, ROWS[:1]]), "region, year", "01, 2024", "row 2 has it already"),
    ],
)
def test_rows_that_break_the_contract_are_refused(
    tmp_path: Path, record: Made, later: Rows, rows: Rows, column: str, value: str, expected: str
) -> None:
    stage("population_region", ROWS, record(), folder=tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if not path.name.startswith(".")}
    with pytest.raises(InputError) as error:
        stage("population_region", rows(later), record(), folder=tmp_path)
    first = error.value.problems[0]
    assert (first.file, first.column, first.value) == ("staged/population_region.csv", column, value)
    assert expected in first.expected
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if not path.name.startswith(".")} == before


def test_rows_without_record_are_not_staged_and_changed_ones_are_named(tmp_path: Path, record: Made) -> None:
    path = stage("population_region", ROWS, record(), folder=tmp_path)
    path.write_bytes(path.read_bytes().replace(b"2473307", b"2473308"))
    with pytest.raises(InputError, match="as staged"):
        staged(tmp_path)
    (tmp_path / "population_region.record.json").unlink()
    assert staged(tmp_path) == {}


def test_an_unknown_table_is_named(tmp_path: Path, record: Made) -> None:
    with pytest.raises(KeyError, match="no table 'sheep'"):
        stage("sheep", ROWS, record(), folder=tmp_path)
