"""What staged tables would change: rows, guideline values, pages."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riktvarden import model, tables
from riktvarden.assumptions import Assumptions
from riktvarden.codes import NATION
from riktvarden.results import Results
from riktvarden.sources import compare
from riktvarden.sources.compare import difference, effect, guideline_values, markdown, touched
from riktvarden.sources.staging import Record, stage
from riktvarden.store import material

Rows = Callable[..., pd.DataFrame]
Made = Callable[..., Record]
KEYS = ["region", "year"]


def series(**changes: float) -> pd.DataFrame:
    rows = [(region, year, 1000.0 + 10 * (year - 2018)) for region in ("01", "03") for year in range(2018, 2024)]
    frame = pd.DataFrame(rows, columns=[*KEYS, "value"])
    for place, value in changes.items():
        region, year = place[1:3], int(place[3:])
        frame.loc[(frame["region"] == region) & (frame["year"] == year), "value"] = value
    return frame


def test_rows_are_added_removed_and_changed_the_largest_change_first(record: Made) -> None:
    before, after = series(), series(r012020=1021, r032021=900, r032022=np.nan)
    after = pd.concat([after.iloc[1:], pd.DataFrame([("01", 2024, 1060.0)], columns=[*KEYS, "value"])])
    found = difference("t", record(), before, after, KEYS)
    assert found.added.to_dict("records") == [{"region": "01", "year": 2024}]
    assert found.removed.to_dict("records") == [{"region": "01", "year": 2018}]
    assert found.changed[["region", "year", "before", "after", "change"]].to_numpy(float).tolist()[:2] == [
        [3, 2021, 1030, 900, -130],
        [1, 2020, 1020, 1021, 1],
    ]
    assert found.hidden.to_dict("records") == [{"region": "03", "year": 2022, "column": "value", "was": "with value"}]


def test_cells_without_a_value_stay_so_and_are_counted(record: Made) -> None:
    before, after = series(r012020=np.nan), series(r012020=np.nan, r012021=np.nan)
    new = pd.DataFrame([("01", 2024, np.nan)], columns=[*KEYS, "value"])
    found = difference("t", record(), before, pd.concat([after, new]), KEYS)
    assert found.hidden["was"].tolist() == ["without value", "with value", "not there"]
    assert found.changed["year"].tolist() == [2021]


def test_a_status_that_changes_is_a_change(record: Made) -> None:
    before = series().assign(status="reported")
    after = before.assign(status=["suppressed", *before["status"][1:]], value=[np.nan, *before["value"][1:]])
    found = difference("t", record(), before, after, KEYS)
    assert found.changed["column"].tolist() == ["value", "status"]
    assert found.changed["after"].tolist()[1] == "suppressed"


@pytest.mark.parametrize(("value", "named"), [(1070.0, []), (2000.0, ["region 03, 2024"]), (500.0, ["region 03, 2024"])])
def test_a_jump_in_a_new_year_is_named(record: Made, value: float, named: list[str]) -> None:
    new = pd.DataFrame([("01", 2024, 1060.0), ("03", 2024, value)], columns=[*KEYS, "value"])
    found = difference("t", record(), series(), pd.concat([series(), new]), KEYS)
    assert [jump.partition(":")[0] for jump in found.breaks if jump.startswith("region")] == named


def test_codes_that_come_and_go_are_named(record: Made) -> None:
    found = difference("t", record(), series(), series().replace("03", "04"), KEYS)
    assert found.breaks == ["new region: 04", "gone region: 03"]


def shifted(results: Results, factor: float, measure: str = "st_positions_guideline") -> Results:
    rows = results.tidy.copy()
    rows.loc[rows["measure"] == measure, "value"] *= factor
    return dataclasses.replace(results, tidy=rows)


def test_the_effect_is_the_sum_of_its_causes(results: Results) -> None:
    alone = {"a": shifted(results, 1.1), "b": shifted(results, 1.2)}
    found = effect(results, shifted(results, 1.32), alone).set_index(["profession", "measure", "region"])
    values = guideline_values(results)
    assert set(found.index.get_level_values("region")) == set(results.areas)
    np.testing.assert_allclose(found["a"] + found["b"] + found["together"], found["change"], atol=1e-9)
    at = ("general_practice", "st_positions_guideline", NATION)
    np.testing.assert_allclose(found.loc[at, ["before", "after"]].astype(float), [values[at], 1.32 * values[at]])
    np.testing.assert_allclose(found.loc[at, ["a", "b", "together"]].astype(float), values[at] * np.array([0.1, 0.2, 0.02]))
    others = found.drop(index="st_positions_guideline", level="measure")
    assert not others["change"].any()
    assert {"district_nurse", "psychologist"} <= set(others.index.get_level_values("profession"))


def test_pages_are_touched_by_what_they_have_read(tmp_path: Path) -> None:
    for name, read in {
        "a": ["table:regions"],
        "b": ["cell:st_positions_guideline/12"],
        "c": ["analysis:costs"],
        "d": ["file:data/tables/population_region.csv"],
    }.items():
        notebook = tmp_path / "source" / "chapters" / f"{name}.ipynb"
        notebook.parent.mkdir(parents=True, exist_ok=True)
        inputs = {"reads": dict.fromkeys(read, "0")}
        notebook.write_text(json.dumps({"metadata": {"riktvarden": {"inputs": inputs}}}), encoding="utf-8")
    assert touched(tmp_path, {"cell:st_positions_guideline/12"}) == ["chapters/b"]
    assert touched(tmp_path, {"result:paths"}) == ["chapters/c"]
    assert touched(tmp_path, {"file:data/tables/population_region.csv"}) == ["chapters/d"]
    assert touched(tmp_path, {"table:municipalities"}) == ["chapters/c"]


def test_staged_tables_are_compared_and_written_for_a_pull_request(
    tmp_path: Path,
    results: Results,
    graded: Assumptions,
    later: Rows,
    record: Made,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "staged"
    newer = later(tables.read("population_region"), factor=1.02)
    stage("population_region", newer, record(flags=("2 cells suppressed",)), folder=folder)
    runs = []

    def run(frames: dict[str, pd.DataFrame], *_: object) -> material.Material:
        runs.append(frames["population_region"]["year"].max())
        return material.Material(frames, graded, shifted(results, 1.02 if len(runs) > 1 else 1.0))

    monkeypatch.setattr(compare.material, "run", run)
    built = tmp_path / "built"
    (built / "source").mkdir(parents=True)
    inputs = {"reads": {"cell:st_positions_guideline/12": "0"}}
    text = json.dumps({"metadata": {"riktvarden": {"inputs": inputs}}})
    (built / "source" / "12.ipynb").write_text(text, encoding="utf-8")
    found = compare.compare(folder=folder, built=built)
    newest = tables.read("population_region")["year"].max()
    assert runs == [newest, newest + 1]
    assert found.problems == []
    assert found.pages == ["12"]
    said = markdown(found)
    assert f"- 21 rows added, of the years {newest + 1}" in said
    assert "- Flag: 2 cells suppressed" in said
    assert "- Source: SCB, TAB1, CC0-1.0" in said
    assert "- Note of the publisher: Numbers are rounded." in said
    assert "| profession | measure | region | before | after | change | population_region |" in said
    assert "1 page would show something else" in said
    assert compare.compare(folder=tmp_path / "none").tables == []
    assert "Nothing is staged" in markdown(compare.compare(folder=tmp_path / "none"))


def test_what_stops_the_model_is_said(
    tmp_path: Path, record: Made, monkeypatch: pytest.MonkeyPatch, results: Results
) -> None:
    folder = tmp_path / "staged"
    rows = tables.read("population_region")
    stage("population_region", rows.assign(population=rows["population"] + 1), record(), folder=folder)
    frames = iter([results])

    def run(*_: object) -> Results:
        for found in frames:
            return found
        raise ValueError("regions and nation differ")

    monkeypatch.setattr(model, "run", run)
    found = compare.compare(folder=folder)
    assert found.problems
    said = markdown(found)
    assert "## Would not be accepted" in said
    assert "ValueError: regions and nation differ" in said
    assert len(found.tables[0].changed) == 21
