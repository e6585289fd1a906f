"""Stored material equals the computed one, and a chapter's use of it is recorded by part."""

import json
import os
import pickle
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path

import pandas as pd
import pytest

from riktvarden import assumptions, tables
from riktvarden.assumptions import Assumptions
from riktvarden.book import keys
from riktvarden.report import Context
from riktvarden.results import Results
from riktvarden.returns import store
from riktvarden.store import material, reads
from riktvarden.store.material import Material
from riktvarden.store.stored import StoredError


@pytest.fixture(scope="module")
def computed(results: Results) -> Material:
    """The project's material, with few draws."""
    return Material(tables.read_all() | store.frames(), assumptions.read(), results)


@pytest.fixture(scope="module")
def stored(computed: Material, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("material")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(material, "compute", lambda: computed)
        material.write(folder)
    material.write_analysis(folder, "personnel")
    return folder


@pytest.fixture
def context(stored: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Context]:
    """A chapter's context on stored material, nothing noted yet."""
    monkeypatch.setenv(material.STORED, str(stored))
    monkeypatch.setattr(reads, "_noted", set())
    return Context.read("sv")


def test_stored_is_what_was_computed(context: Context, computed: Material) -> None:
    assert sorted(context.tables) == sorted(computed.tables)
    assert "not_there" not in context.tables
    for name, table in computed.tables.items():
        pd.testing.assert_frame_equal(context.tables[name], table)
    assert dict(context.assumptions) == dict(computed.assumptions)
    assert list(context.assumptions) == list(computed.assumptions)
    assert context.assumptions.files == computed.assumptions.files
    for name in (field.name for field in fields(computed.results)):
        assert material._digest(getattr(context.results, name)) == material._digest(getattr(computed.results, name)), name
    assert context.results.regions == computed.results.regions
    assert context.results.cell("st_persons_guideline", "12") == computed.results.cell("st_persons_guideline", "12")
    pd.testing.assert_frame_equal(context.results.of("st_gap"), computed.results.of("st_gap"))
    plain = Context(context.language, computed.results, computed.tables, computed.assumptions)
    pd.testing.assert_frame_equal(context.personnel, plain.personnel)


@pytest.mark.parametrize(
    ("use", "noted"),
    [
        (lambda c: c, []),
        (lambda c: c.number("population", "12"), ["cell:population/12"]),
        (lambda c: c.share("coverage_a"), ["cell:coverage_a/00"]),
        (lambda c: c.assumed("inhabitants_per_specialist"), ["assumption:inhabitants_per_specialist"]),
        (lambda c: c.results.of("st_gap"), ["measure:st_gap"]),
        (lambda c: c.measure("st_gap", ["12", "25"]), ["cell:st_gap/12", "cell:st_gap/25"]),
        (lambda c: c.rows(["st_gap"], ["12"]), ["cell:st_gap/12"]),
        (lambda c: c.results.tidy, ["result:tidy"]),
        (lambda c: c.results.regions, ["result:areas"]),
        (lambda c: c.result_rows("figures", "12"), ["result-rows:figures/12"]),
        (lambda c: c.table_rows("published_st", "12"), ["table-rows:published_st/12"]),
        (lambda c: c.remarks("12"), ["listing:tables", "table-rows:remarks/12"]),
        (lambda c: c.principals, ["table:regions"]),
        (lambda c: c.tables.get("not_there"), ["table:not_there"]),
        (lambda c: list(c.assumptions), ["listing:assumptions"]),
        (lambda c: c.personnel, ["analysis:personnel"]),
        (lambda c: c.personnel_rows("12"), ["analysis-rows:personnel/12"]),
    ],
)
def test_use_is_noted(context: Context, use: Callable[[Context], object], noted: list[str]) -> None:
    use(context)
    assert reads.noted() == noted


def test_rows_are_those_of_the_whole(context: Context, computed: Material) -> None:
    whole = computed.results.figures
    expected = whole.loc[whole["region"] == "12"].reset_index(drop=True)
    pd.testing.assert_frame_equal(context.result_rows("figures", "12"), expected)
    plain = Context(context.language, computed.results, computed.tables, computed.assumptions)
    pd.testing.assert_frame_equal(plain.result_rows("figures", "12"), expected)
    pd.testing.assert_frame_equal(plain.table_rows("regions", "12"), context.table_rows("regions", "12"))
    pd.testing.assert_frame_equal(plain.measure("st_gap", ["12"]), context.measure("st_gap", ["12"]))
    pd.testing.assert_frame_equal(plain.personnel_rows("12"), context.personnel_rows("12"))
    assert set(plain.personnel_rows("12")["region"]) == {"12"}


def test_digests_differ_where_the_content_does(computed: Material) -> None:
    def changed(other: Material) -> set[str]:
        before, after = material.digests(computed), material.digests(other)
        return {name for name in before | after if before.get(name) != after.get(name)}

    tidy = computed.results.tidy.copy()
    here = (tidy["measure"] == "st_gap") & (tidy["region"] == "12")
    tidy.loc[here, "low"] -= 1
    assert changed(computed._replace(results=replace(computed.results, tidy=tidy))) == {
        "result:tidy",
        "result-rows:tidy/12",
        "measure:st_gap",
        "cell:st_gap/12",
    }
    regions = computed.tables["regions"].copy()
    regions.loc[regions["region"] == "25", "name"] = "Norrbottens"
    assert changed(computed._replace(tables={**computed.tables, "regions": regions})) == {
        "table:regions",
        "table-rows:regions/25",
    }
    assert changed(computed._replace(tables={name: table.copy() for name, table in computed.tables.items()})) == set()


def test_every_table_and_every_assumption_counts_apart(computed: Material) -> None:
    """Remove the last row of every table and move every assumption: exactly the affected parts differ."""
    cut = {name: table.iloc[:-1] for name, table in computed.tables.items() if len(table)}
    moved = {name: item.model_copy(update={"note": f"{item.note}."}) for name, item in computed.assumptions.items()}
    after = computed._replace(tables={**computed.tables, **cut}, assumptions=Assumptions(moved))
    before, now = material.digests(computed), material.digests(after)
    last = {name: table["region"].iloc[-1] for name, table in computed.tables.items() if name in cut and "region" in table}
    rows = {f"table-rows:{name}/{region}" for name, region in last.items() if isinstance(region, str)}
    expected = {f"table:{name}" for name in cut} | {f"assumption:{name}" for name in moved} | rows
    assert {name for name in before | now if before.get(name) != now.get(name)} == expected


def test_stored_from_something_else_is_not_used(stored: Path, computed: Material, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(material.STORED, str(stored))
    monkeypatch.setattr(material, "compute", lambda: "computed")
    assert material.read() != "computed"
    monkeypatch.setattr(reads, "fingerprint", lambda _: "changed since")
    assert material.read() == "computed"
    monkeypatch.setenv(material.STORED, os.devnull)
    assert material.read() == "computed"


@pytest.mark.parametrize("manifest", [b"", b"[]", b'{"fingerprint": ""}', pickle.dumps({"fingerprint": ""})])
def test_a_folder_of_something_else_is_not_used(manifest: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / material.MANIFEST).write_bytes(manifest)
    monkeypatch.setenv(material.STORED, str(tmp_path))
    monkeypatch.setattr(material, "compute", lambda: "computed")
    assert material.read() == "computed"


@pytest.mark.parametrize(
    ("file", "use"),
    [
        ("assumptions.json", lambda _: Context.read("sv")),
        ("table-regions.arrow", lambda c: c.tables["regions"]),
        ("results-tidy.arrow", lambda c: c.number("st_positions_guideline", "12")),
        ("results-areas.json", lambda c: c.results.areas),
        ("analysis-personnel.arrow", lambda c: c.personnel),
    ],
)
def test_a_changed_file_is_refused(context: Context, stored: Path, file: str, use: Callable[[Context], object]) -> None:
    path = stored / material.FILES / file
    sound = path.read_bytes()
    path.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    try:
        with pytest.raises(StoredError, match=rf"{file}: is not what was stored there; build again"):
            use(context)
    finally:
        path.write_bytes(sound)


def test_only_arrow_and_json_is_stored(stored: Path) -> None:
    written = {path.suffix for path in stored.rglob("*") if path.is_file()}
    assert written == {".arrow", ".json"}
    manifest = json.loads((stored / material.MANIFEST).read_bytes())
    kept = set(manifest["files"]) | {"analysis-personnel.arrow"}
    assert {path.name for path in (stored / material.FILES).iterdir()} == kept


@pytest.fixture(scope="module")
def reworded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data with every label, source, note and title changed."""
    folder = Path(shutil.copytree(tables.DATA, tmp_path_factory.mktemp("reworded") / "data"))
    for file in (folder / "assumptions").glob("*.toml"):
        words = "|".join(keys.WORDS["data/assumptions/"] - {"date"})
        text = re.sub(rf'(?m)^((?:{words}) = ".*)"$', r'\1, other"', file.read_text(encoding="utf-8"))
        file.write_text(re.sub(r"(?m)^date = .*$", "date = 2026-01-02", text), encoding="utf-8")
    contract = folder / "datapackage.json"
    words = "|".join(keys.WORDS["data/datapackage.json"] - {"sources", "licenses", "reference_date", "carried"})
    text = re.sub(rf'("(?:{words})": ")', r"\1Other ", contract.read_text(encoding="utf-8"))
    contract.write_text(re.sub(r'("(?:reference_date|carried)": ")[^"]*', r"\g<1>2020-12-31", text), encoding="utf-8")
    return folder


def test_words_are_stored_again(stored: Path, reworded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(shutil.copytree(stored, tmp_path / "material"))
    changed = assumptions.read(reworded)
    monkeypatch.setattr(assumptions, "read", lambda: changed)
    material.write_words(folder)
    monkeypatch.setenv(material.STORED, str(folder))
    assert dict(Context.read("sv").assumptions) == dict(changed)
    before, after = (json.loads((part / "manifest.json").read_bytes())["parts"] for part in (stored, folder))
    assert {name.partition(":")[0] for name in before if before[name] != after[name]} == {"assumption"}
