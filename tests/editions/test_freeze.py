"""Two editions of the project itself, with few draws: what is frozen, what is refused, what is found altered."""

import datetime
import json
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from riktvarden import tables
from riktvarden.cli import app
from riktvarden.editions import corners, freeze, record, selections
from riktvarden.problems import InputError

DRAWS = 4
ROOT = corners.ROOT
DAY = datetime.date(2026, 12, 1)


@pytest.fixture(scope="module")
def editions(made_once: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """Two editions: the project as it is, and with another norm."""
    return made_once("editions", freeze_two) / "frozen"


def freeze_two(home: Path) -> None:
    freeze.freeze("first", "Den första", folder=home / "frozen", date=DAY, draws=DRAWS)
    copy = home / "project"
    for name in ("src", "data"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", ".*", "returns"))
    for name in (
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "requirements.lock",
        "CITATION.cff",
        "_config.yml",
        "editions.toml",
    ):
        shutil.copy(ROOT / name, copy / name)
    file = copy / "data/assumptions/specialists.toml"
    text = file.read_text(encoding="utf-8")
    entry = tomllib.loads(text)["inhabitants_per_specialist"]
    was, now = (f"value = {entry['value'] + more}\nlow = {entry['low']}\n" for more in (0, 100))
    assert text.count(was) == 1
    file.write_text(text.replace(was, now), encoding="utf-8")
    freeze.freeze("second", "Den andra", selection="st", folder=home / "frozen", root=copy, date=DAY, draws=DRAWS)


def test_an_edition_holds_what_it_rests_on_and_says(editions: Path) -> None:
    manifest = record.Manifest.read(editions / "first")
    assert manifest.tables == {name: tables.descriptor(name)["hash"].removeprefix("sha256:") for name in tables.names()}
    assert manifest.draws == DRAWS
    assert manifest.previous == ""
    assert record.altered(editions / "first") == []
    quantities = pd.read_parquet(editions / "first" / record.RESULTS / record.QUANTITIES)
    assert "st_positions_guideline" in set(quantities["measure"])
    assert freeze.is_of(manifest)
    assert not freeze.is_of(record.Manifest.read(editions / "second"))


def test_the_crate_lists_every_file_and_the_run(editions: Path) -> None:
    crate = json.loads((editions / "first" / record.CRATE).read_text(encoding="utf-8"))
    graph = {entity["@id"]: entity for entity in crate["@graph"]}
    assert graph[record.CRATE]["about"] == {"@id": "./"}
    listed = {part["@id"] for part in graph["./"]["hasPart"]}
    there = {file.relative_to(editions / "first").as_posix() for file in (editions / "first").rglob("*") if file.is_file()}
    assert listed == there - {record.CRATE, record.MANIFEST}
    assert all(graph[name]["sha256"] == record.sha256(editions / "first" / name) for name in listed)
    links = [
        link["@id"] for entity in graph.values() for of in ("object", "result", "author") for link in entity.get(of, [])
    ]
    assert set(links) <= graph.keys()
    cited = yaml.safe_load((editions / "first" / record.CITATION).read_text(encoding="utf-8"))
    assert (cited["version"], cited["date-released"]) == ("first", DAY.isoformat())


def test_what_changed_is_explained_when_an_edition_is_frozen(editions: Path) -> None:
    found = freeze.changes("second", editions)
    assert found is not None
    assert freeze.changes("first", editions) is None
    assert found.changed == {"tables": [], "assumptions": ["inhabitants_per_specialist"]}
    assert found.failed == {}
    rows = found.rows.loc[found.rows["order"] == "shapley"]
    scale = rows[["before", "after"]].abs().max(axis=1).clip(lower=1)
    parts = rows[["data", "assumptions", "method"]]
    assert ((parts.sum(axis=1) - rows["change"]).abs() / scale).max() < 1e-9
    assert parts[["data", "method"]].abs().max(axis=None) == 0
    nation = rows.query("region == '00' and measure == 'specialist_requirement' and bound == 'value'")
    assert (nation["assumptions"] < 0).all()  # more inhabitants for each specialist


def test_nothing_is_overwritten(editions: Path) -> None:
    before = record.sha256(editions / "first" / record.MANIFEST)
    with pytest.raises(InputError, match="never overwritten"):
        freeze.freeze("first", "Igen", folder=editions, draws=DRAWS)
    assert record.sha256(editions / "first" / record.MANIFEST) == before


@pytest.mark.parametrize("name", ["working", "latest", "sv", "a/b", "-x", ""])
def test_names_that_cannot_be_a_folder_of_the_site_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="choose another name"):
        freeze.freeze(name, "x", folder=tmp_path)


def test_an_unknown_selection_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="st, professions, personnel"):
        freeze.freeze("x", "x", selection="none", folder=tmp_path)


def test_altered_files_are_named(editions: Path, tmp_path: Path) -> None:
    shutil.copytree(editions / "first", tmp_path / "first")
    place = tmp_path / "first"
    (place / "data/tables/regions.csv").write_text("x")
    (place / "requirements.lock").unlink()
    (place / "more.txt").write_text("x")
    assert record.altered(place) == [
        "requirements.lock: missing",
        "data/tables/regions.csv: changed since it was frozen",
        "more.txt: added since it was frozen",
    ]
    shown = CliRunner().invoke(app, ["edition", "list", "--editions", str(tmp_path)])
    assert "3 files altered" in shown.stdout
    with pytest.raises(InputError, match="the file as frozen"), corners.side("first", tmp_path):
        pass


def test_editions_are_listed_in_the_order_they_were_frozen(editions: Path) -> None:
    assert [each.name for each in record.frozen(editions)] == ["first", "second"]
    shown = CliRunner().invoke(app, ["edition", "list", "--editions", str(editions)])
    assert shown.exit_code == 0
    assert [line.split()[0] for line in shown.stdout.splitlines()] == ["first", "second"]
    assert "no edition is frozen" in CliRunner().invoke(app, ["edition", "list", "--editions", str(editions / "x")]).stdout


def test_selections_name_chapters_and_demands_that_exist() -> None:
    demands = set(tables.read("commission")["demand"])
    for name, each in selections.read().items():
        assert set(each.demands) <= demands, name
        assert all(
            chapter == selections.EACH or (ROOT / f"chapters/{chapter}.ipynb").is_file() for chapter in each.chapters
        )
        assert not {"delredovisning", "slutredovisning"} & set(f"{each.title_sv} {each.subtitle_sv}".lower().split())


@pytest.mark.parametrize(("content", "problem"), [("[st]\n", "title_sv"), ("[st", "a TOML file")])
def test_a_malformed_file_of_selections_is_reported(tmp_path: Path, content: str, problem: str) -> None:
    (tmp_path / selections.FILE).write_text(content)
    with pytest.raises(InputError, match=problem):
        selections.read(tmp_path)
