"""Corners between toy editions: a package of a few lines, run by the runner in a process of its own."""

import datetime
import json
import shutil
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from riktvarden.editions import corners, freeze, runner
from riktvarden.problems import InputError

TABLES = """
import json
from pathlib import Path
import pandas as pd
DATA = Path(__file__).resolve().parents[2] / "data"
def read_all():
    package = json.loads((DATA / "datapackage.json").read_text())
    return {t["name"]: pd.read_csv(DATA / t["path"], dtype={"region": str}) for t in package["resources"]}
"""
ASSUMPTIONS = """
import tomllib
from pathlib import Path
FOLDER = Path(__file__).resolve().parents[2] / "data" / "assumptions"
def read():
    return {k: v["value"] for f in FOLDER.glob("*.toml") for k, v in tomllib.loads(f.read_text()).items()}
"""
MODEL = """
import pandas as pd
from types import SimpleNamespace
def run(tables, assumed, draws):
    people = tables["people"]
    value = {formula}
    frame = people.assign(profession="doctor", measure="need", year=2024, value=value, low=value - 1, high=value + 1)
    return SimpleNamespace(tidy=frame)
"""
NORM = {"value": 2.0, "low": 1.0, "high": 3.0, "distribution": "pert", "unit": "share", "date": "2026-01-01"}


def toy(
    root: Path, people: list[float], norm: float, formula: str, columns: str = "inhabitants", more: str = ""
) -> corners.Side:
    package = root / corners.PACKAGE
    package.mkdir(parents=True)
    for name, text in {"__init__": "", "tables": TABLES, "assumptions": ASSUMPTIONS}.items():
        (package / f"{name}.py").write_text(text)
    (package / "model.py").write_text(MODEL.replace("{formula}", formula))
    (root / "data/assumptions").mkdir(parents=True)
    (root / "data/tables").mkdir()
    pd.DataFrame({"region": ["01", "12"], columns: people}).to_csv(root / "data/tables/people.csv", index=False)
    fields = [{"name": "region", "type": "string"}, {"name": columns, "type": "number"}]
    resource = {"name": "people", "path": "tables/people.csv", "schema": {"fields": fields}}
    (root / "data/datapackage.json").write_text(json.dumps({"resources": [resource]}))
    entry = "\n".join(f"{key} = {json.dumps(value)}" for key, value in {**NORM, "value": norm}.items())
    (root / "data/assumptions/need.toml").write_text(f"[norm]\n{entry}\n{more}")
    return corners.Side(root.name, root)


USUAL = "people['inhabitants'] * assumed['norm']"


def values(found: corners.Difference) -> pd.DataFrame:
    rows = found.rows
    return rows.loc[rows["bound"] == "value"].set_index("region")


def test_a_change_of_everything_is_divided_exactly(tmp_path: Path) -> None:
    before = toy(tmp_path / "a", [10, 20], 2.0, USUAL)
    after = toy(tmp_path / "b", [11, 20], 3.0, f"{USUAL} + 5")
    found = corners.difference(before, after, 2)
    rows = values(found)
    assert rows["change"].to_dict() == {"01": 33 + 5 - 20, "12": 60 + 5 - 40}
    assert rows["method"].tolist() == [5, 5]
    assert rows["data"].to_dict() == {"01": pytest.approx((2 + 3) / 2), "12": 0}
    assert rows["assumptions"].to_dict() == {"01": pytest.approx((10 + 11) / 2), "12": 20}
    every = found.rows
    assert (every["data"] + every["assumptions"] + every["method"] - every["change"]).abs().max() < 1e-9
    assert (set(every["order"]), found.failed) == ({"shapley"}, {})
    assert found.changed == {"tables": ["people"], "assumptions": ["norm"]}


def test_the_method_comes_first_where_the_old_package_fails_on_new_tables(tmp_path: Path) -> None:
    """The old package refuses a region's inhabitants above 10: it cannot run on the new tables."""
    strict = f"{USUAL} if people['inhabitants'].max() <= 10 else 1 / 0"
    before, after = toy(tmp_path / "a", [5, 10], 2.0, strict), toy(tmp_path / "b", [6, 12], 3.0, f"2 * {USUAL}")
    found = corners.difference(before, after, 2)
    assert set(found.rows["order"]) == {"method first"}
    assert sorted(found.failed) == [
        "method of a, data of b, assumptions of a",
        "method of a, data of b, assumptions of b",
    ]
    assert all("ZeroDivisionError" in reason for reason in found.failed.values())
    row = values(found).loc["01"]
    assert (row["before"], row["after"], row["method"]) == (10, 36, 10)
    assert row["data"] + row["assumptions"] == pytest.approx(16)


def test_tables_and_assumptions_of_one_edition_alone_follow_its_method(tmp_path: Path) -> None:
    more = '[extra]\nvalue = 7.0\nlow = 7.0\nhigh = 7.0\ndistribution = "fixed"\nunit = "share"\n'
    before = toy(tmp_path / "a", [10, 20], 2.0, USUAL)
    after = toy(tmp_path / "b", [11, 21], 2.0, "people['persons'] * assumed['norm'] + assumed['extra']", "persons", more)
    found = corners.difference(before, after, 2)
    assert found.with_method == {"tables": ["people"], "assumptions": ["extra"]}
    rows = values(found)
    assert rows["method"].tolist() == rows["change"].tolist() == [2 + 7, 2 + 7]
    assert rows["data"].tolist() == [0, 0]


def test_what_was_frozen_of_a_change_is_divided_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sides = {
        "a": toy(tmp_path / "a", [10, 20], 2.0, USUAL),
        "b": toy(tmp_path / "b", [11, 20], 3.0, f"{USUAL} + 5"),
    }
    stored = corners.difference(sides["a"], sides["b"], 2)
    other = stored.rows.assign(method=stored.rows["method"].where(stored.rows["region"] != "12", 4.0))
    found = iter([stored, replace(stored, rows=other)])
    monkeypatch.setattr(corners, "side", lambda name, *_: nullcontext(sides[name]))
    monkeypatch.setattr(corners, "difference", lambda *_: stored)
    monkeypatch.setattr(freeze, "changes", lambda *_: next(found))
    assert freeze.explained_again("b") == []
    assert freeze.explained_again("b") == [
        "changes.parquet: 3 quantities differ, the first of them doctor, need, 12, 2024, high"
    ]


def test_an_edition_that_does_not_run_is_named(tmp_path: Path) -> None:
    before, after = toy(tmp_path / "a", [1, 2], 2.0, USUAL), toy(tmp_path / "b", [1, 2], 2.0, "no_such_name")
    with pytest.raises(InputError, match=r"b.*no_such_name"):
        corners.difference(before, after, 2)


def test_returns_that_are_not_at_hand_are_asked_for(tmp_path: Path) -> None:
    before, after = toy(tmp_path / "a", [1, 2], 2.0, USUAL), toy(tmp_path / "b", [1, 2], 2.0, USUAL)
    with pytest.raises(InputError, match="--returns"):
        corners.difference(replace(before, returns="0" * 64), after, 2)


@pytest.mark.parametrize("name", ["no-such-edition", "--output=x"])
def test_an_unknown_edition_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="a frozen edition"), corners.side(name, tmp_path):
        pass


@pytest.mark.skipif(not (corners.ROOT / ".git").exists() or not shutil.which("git"), reason="needs the project's history")
def test_a_commit_is_laid_out_with_its_date(tmp_path: Path) -> None:
    with corners.side("HEAD", tmp_path) as found:
        assert (found.root / corners.PACKAGE / "__init__.py").is_file()
        assert datetime.date.fromisoformat(found.date) <= datetime.datetime.now(datetime.UTC).date()


def test_quantities_have_one_row_a_number() -> None:
    tidy = pd.DataFrame(
        {
            "region": ["01", "12"],
            "profession": "doctor",
            "measure": "need",
            "year": [2024, pd.NA],
            "value": [1.0, None],
            "low": 0.5,
            "high": 2.0,
        }
    )
    found = runner.quantities(type("Results", (), {"tidy": tidy})())
    assert found[["region", "year", "bound", "amount"]].to_numpy().tolist() == [
        ["01", "2024", "high", 2.0],
        ["01", "2024", "low", 0.5],
        ["01", "2024", "value", 1.0],
        ["12", "", "high", 2.0],
        ["12", "", "low", 0.5],
    ]
