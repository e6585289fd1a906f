"""Refreshing as a person does: the recipes of the project, against the stand-in."""

import json
import re
import time
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from standin import Fault, Standin, unavailable
from typer.testing import CliRunner

from riktvarden import rules, tables
from riktvarden.cli import app
from riktvarden.problems import InputError
from riktvarden.sources import recipe
from riktvarden.sources.refresh import Refresh
from riktvarden.sources.session import Limits, Pace
from riktvarden.sources.staging import staged

QUICK = Limits(connect=2, read=20, total=20, retries=1, backoff=0.01, paced=False)
TODAY = date(2026, 11, 30)


def refresh(tmp_path: Path, service: Standin, *names: str) -> Refresh:
    return Refresh(names, service.addresses, tmp_path / "staged", tmp_path / "cache", limits=QUICK, today=TODAY)


def test_every_recipe_of_the_project_can_be_asked(tmp_path: Path, service: Standin) -> None:
    planned = refresh(tmp_path, service).plan()
    assert {each.table for each in planned} >= {
        "population_region_age", "deaths_region_age", "projection_region", "area_municipality", "occupations_region",
        "kolada_values", "care_need_index", "care_use_region",
    }  # fmt: skip
    assert not [call for call in service.calls if call.startswith("POST") or "/kpi/" in call or "/resultat/" in call]
    assert not (tmp_path / "staged").exists()
    assert all(each.cells > 0 for each in planned)


def test_the_join_of_2024_and_2025(tmp_path: Path, service: Standin) -> None:
    refresh(tmp_path, service, "population_region_age").run()
    found = staged(tmp_path / "staged")["population_region_age"]
    rows = found.rows()
    assert list(rows.columns) == list(tables.read("population_region_age").columns)
    assert sorted(rows["year"].unique()) == list(range(1990, 2026))
    assert len(rows) == 36 * 21 * 2
    assert found.record.source == "SCB, TAB638, TAB5557"
    assert found.record.licence == "CC0-1.0"
    assert found.record.updated == "2026-02-21T07:00:00Z"
    assert any("slumpmässig osäkerhet" in note for note in found.record.notes)
    assert any("noise against disclosure" in flag for flag in found.record.flags)
    sent = [json.loads(each.body) for each in found.record.requests if each.method == "POST"]
    assert len(sent) >= 2
    kept = {path.stem for path in (tmp_path / "cache/raw").rglob("*.gz")}
    assert {each.sha256 for each in found.record.requests} <= kept


@pytest.mark.parametrize("table", ["population_region_ten_year", "regions", "care_need_index", "occupations_region"])
def test_a_table_is_filled(tmp_path: Path, service: Standin, table: str) -> None:
    (path,) = refresh(tmp_path, service, table).run()
    rows = staged(tmp_path / "staged")[table].rows()
    assert path == tmp_path / "staged" / f"{table}.csv"
    if table in tables.names():
        present = tables.read(table)
        assert list(rows.columns) == list(present.columns)
        keys = tables.describe(table)["schema"]["primaryKey"]
        pd.testing.assert_frame_equal(
            rows[keys if isinstance(keys, list) else [keys]], present[keys if isinstance(keys, list) else [keys]]
        )


def test_a_second_refresh_asks_nothing_anew(tmp_path: Path, service: Standin) -> None:
    (path,) = refresh(tmp_path, service, "regions").run()
    first, calls = path.read_bytes(), len(service.calls)
    refresh(tmp_path, service, "regions").run()
    assert path.read_bytes() == first
    assert len(service.calls) == calls


def test_a_new_key_figure_is_one_line(small: Path, tmp_path: Path, service: Standin) -> None:
    toml = small / "sources/kolada.toml"
    toml.write_text(
        toml.read_text(encoding="utf-8").replace('{ N70007 = "L", N71200 = "L" }', '"kolada_key_figures"'), encoding="utf-8"
    )
    listed = small / "tables/kolada_key_figures.csv"
    header, *_, last = listed.read_text(encoding="utf-8").splitlines()
    listed.write_text(f"{header}\n{last}\n", encoding="utf-8")
    tables.accept(small)

    def found() -> set[str]:
        Refresh(["kolada_values"], service.addresses, tmp_path / "s", tmp_path / "c", small, QUICK, TODAY).run()
        return set(staged(tmp_path / "s")["kolada_values"].rows(small)["key_figure"])

    assert found() == {last[:6]}
    with listed.open("a", encoding="utf-8") as file:
        file.write("N70007,Psykologer,false,L,Hälso- och sjukvård\n")
    tables.accept(small)
    assert found() == {last[:6], "N70007"}


runner = CliRunner()


def shown(tmp_path: Path, service: Standin, *words: str) -> str:
    places = ["--folder", str(tmp_path / "staged"), "--cache", str(tmp_path / "cache")]
    ran = runner.invoke(app, ["data", "refresh", *words, *service.options, *places])
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def test_the_command_shows_what_it_would_ask(tmp_path: Path, service: Standin) -> None:
    lines = shown(tmp_path, service, "--dry-run", "population_region", "care_need_index").splitlines()
    assert re.fullmatch(r"scb +population_region +calls +1 +cells +21", lines[0])
    assert re.fullmatch(r"kolada +care_need_index +calls +16 +cells +3744", lines[1])
    assert lines[2] == "tables 2, calls at least 17, cells 3765; nothing was fetched"
    assert not (tmp_path / "staged").exists()


def test_the_command_stages(tmp_path: Path, service: Standin) -> None:
    assert f"staged: {tmp_path}/staged/population_region.csv" in shown(tmp_path, service, "population_region").replace(
        "\n", ""
    )
    assert list(staged(tmp_path / "staged")) == ["population_region"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["population_regions"], "expected one of "),
        (["--base-url", "scbb=http://127.0.0.1:1"], "--base-url"),
        (["--base-url", "scb"], "NAME=URL"),
    ],
)
def test_a_wrong_word_is_named(tmp_path: Path, words: list[str], said: str) -> None:
    ran = runner.invoke(app, ["data", "refresh", "--cache", str(tmp_path), *words])
    assert ran.exit_code in (1, 2)
    assert said in ran.output
    assert "Traceback" not in ran.output


def test_the_command_fails_in_a_line(tmp_path: Path, service: Standin) -> None:
    service.faults.append(Fault("TAB5557/metadata", change=lambda found: {**found, "id": [*found["id"], "Ny"]}))
    places = ["--folder", str(tmp_path / "staged"), "--cache", str(tmp_path / "cache")]
    ran = runner.invoke(app, ["data", "refresh", "population_region", *service.options, *places])
    assert ran.exit_code == 1
    assert ran.stderr.startswith("scb, table population_region: TAB5557 has the dimensions")
    assert "nothing was staged" in ran.stderr
    assert "Traceback" not in ran.output


def test_other_tables_are_staged_if_wanted(tmp_path: Path, service: Standin) -> None:
    service.faults.append(Fault("TAB5557/data", change=lambda found: {**found, "value": []}))
    places = ["--folder", str(tmp_path / "staged"), "--cache", str(tmp_path / "cache")]
    asked = ["data", "refresh", "population_region", "regions", *service.options, *places]
    ran = runner.invoke(app, asked)
    assert (ran.exit_code, staged(tmp_path / "staged")) == (1, {})
    ran = runner.invoke(app, [*asked, "--keep-going"])
    assert ran.exit_code == 1
    assert list(staged(tmp_path / "staged")) == ["regions"]
    assert ran.stderr.startswith("scb, table population_region: TAB5557 answered with 0 cells")
    assert ran.stderr.strip().endswith("refused: 1 of 2 tables")


def test_a_service_that_is_gone_is_not_tried_for_each_table(tmp_path: Path, service: Standin) -> None:
    service.faults.append(Fault("/scb/", send=unavailable))
    whole = refresh(tmp_path, service)
    whole.keep_going = True
    planned = whole.plan()
    assert {each.service for each in planned} == {"kolada", "socialstyrelsen"}
    assert len(whole.faults) == len(whole.sources["scb"].tables)
    assert len([call for call in service.calls if "/scb/" in call]) == 1 + QUICK.retries


def test_faults_of_recipes_are_all_named(small: Path) -> None:
    (small / "sources/kolada.toml").write_text("calls = 'many'\n", encoding="utf-8")
    (small / "sources/scb.toml").write_text("= 1\n", encoding="utf-8")
    toml = small / "sources/socialstyrelsen.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("care_use_region", "care_use"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        recipe.read(small)
    files = {problem.file for problem in caught.value.problems}
    assert files == {"data/sources/kolada.toml", "data/sources/scb.toml", "data/sources/socialstyrelsen.toml"}
    assert "found 'care_use'" in str(caught.value)


def test_columns_that_a_table_does_not_have_are_named(small: Path) -> None:
    toml = small / "sources/scb.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('"population"', '"people"'), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        recipe.read(small)
    assert {problem.value for problem in caught.value.problems} == {"people", "population"}


def test_calls_keep_their_distance() -> None:
    pace, made = Pace(3, 0.2), []
    for _ in range(7):
        pace.wait()
        made.append(time.monotonic())
    assert all(later - earlier >= 0.199 for earlier, later in zip(made, made[3:], strict=False))


def test_noisy_cells_are_not_expected_to_sum_up(data_of: object) -> None:
    assert rules.NOISY_FROM == 2025
    frames = {
        name: pd.DataFrame({"region": ["01", "01"][:count], "year": 2025, "population": [5] * count, "row": range(count)})
        for name, count in (("parts", 2), ("whole", 1))
    }
    sound = rules.Sound(Path("data"), {name: {"path": name} for name in frames}, frames, set(), "")
    compared = (("parts", frames["parts"]), ("whole", frames["whole"].assign(population=11)))
    assert not list(rules._sums_differ(sound, *compared, ["region", "year"], "population"))
    before = tuple((name, frame.assign(year=2024)) for name, frame in compared)
    assert len(list(rules._sums_differ(sound, *before, ["region", "year"], "population"))) == 1
    alone = (("parts", frames["whole"]), ("whole", frames["whole"].assign(population=11)))
    assert len(list(rules._sums_differ(sound, *alone, ["region", "year"], "population"))) == 1
