"""The chapters on professions, principals and education agree with the model."""

import base64
import csv
import dataclasses
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from riktvarden import areas
from riktvarden.book import figures
from riktvarden.model import guidelines, inputs, weights
from riktvarden.model import professions as minutes
from riktvarden.parameters import Note, Parameters, read_by
from riktvarden.report import Context, Figure
from riktvarden.report.chapters import (
    collaborative_regions,
    education,
    mental_health,
    principals,
    professions,
    st_guideline,
    supply_assessment,
)
from riktvarden.report.kit import language, ranges
from riktvarden.report.kit.figures import VEGALITE, Table
from riktvarden.report.pages import municipality
from riktvarden.report.reference import origin

ROOT = Path(__file__).parents[2]
CHAPTERS = (
    "district_nurses",
    "physiotherapists",
    "occupational_therapists",
    "psychologists",
    "professions",
    "principals",
)
PROFESSIONS = minutes.PROFESSIONS
WITH_VISITS = [name for name in PROFESSIONS if PROFESSIONS[name].contacts]


@pytest.fixture(scope="module")
def reported(context: Context) -> dict[str, tuple[list[Figure | Table], list[str]]]:
    """What each chapter shows and says, as its notebook calls it."""
    found = {}
    for name in CHAPTERS:
        cells = json.loads((ROOT / f"chapters/{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        shown: list[Figure | Table] = []
        said: list[str] = []
        names: dict[str, Any] = {
            "context": context,
            "areas": areas,
            "collaborative_regions": collaborative_regions,
            "education": education,
            "mental_health": mental_health,
            "origin": origin,
            "principals": principals,
            "professions": professions,
            "show_all": lambda items, _language, shown=shown: shown.extend(items),
            "supply_assessment": supply_assessment,
            "show": lambda item, _language, shown=shown: shown.append(item),
            "say": lambda *sentences, said=said: said.extend(sentences),
        }
        for cell in cells:
            source = "".join(cell["source"])
            if cell["id"] == "setup":
                source = "\n".join(line for line in source.splitlines() if line.startswith("profession ="))
            if cell["cell_type"] == "code":
                exec(source, names)
        found[name] = shown, said
    return found


@pytest.fixture(scope="module")
def pages(context: Context) -> list[Figure]:
    """What the pages of a large region, a sparse one and a single municipality show of the professions."""
    return [
        tell(context, code)
        for code in ("01", "09", "25")
        for tell in (professions.region, professions.region_municipalities)
    ]


def tables_of(items: list[Figure | Table]) -> list[Table]:
    return [item.table if isinstance(item, Figure) else item for item in items]


# --- every chapter ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CHAPTERS)
def test_pictures_draw_and_fit_a_phone(reported: dict[str, Any], name: str) -> None:
    pictures = [item for item in reported[name][0] if isinstance(item, Figure)]
    assert pictures
    for picture in pictures:
        draws_well(picture)


def test_pictures_of_a_region_draw_and_fit_a_phone(pages: list[Figure]) -> None:
    for picture in pages:
        draws_well(picture)


def draws_well(picture: Figure) -> None:
    *_, narrowest = figures.pictures(picture.bundle()[VEGALITE], "sv").values()
    assert figures.size(narrowest)[0] <= figures.WIDTHS["phone"], picture.table.name
    assert len(picture.alternative) > 40
    assert not re.search(r"\bnan\b|\{|_", picture.alternative + picture.caption), picture.alternative


@pytest.mark.parametrize("name", CHAPTERS)
def test_tables_have_words_a_status_and_a_download(reported: dict[str, Any], context: Context, name: str) -> None:
    items = tables_of(reported[name][0])
    assert len({item.name for item in items}) == len(items)
    for item in items:
        reads_well(item, context)


def test_tables_of_a_region_have_words_a_status_and_a_download(pages: list[Figure], context: Context) -> None:
    for picture in pages:
        reads_well(picture.table, context)


def reads_well(item: Table, context: Context) -> None:
    page = BeautifulSoup(item.html(context.language), "html.parser")
    assert len(page.table.tbody.find_all("tr")) == len(item.cells) > 0, item.name
    link = page.find("a", class_="rv-download")
    content = base64.b64decode(link["href"].partition("base64,")[2]).decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(content)))) == len(item.data) + 1, item.name
    assert not {"nan", "<na>", "none"} & set(page.get_text(" ").lower().split()), item.name
    words = tuple(language.STATUS.values())
    for column in (column for column in item.cells.columns if str(column).startswith("Status")):
        assert item.cells[column].map(lambda text: str(text).startswith(words)).all(), (item.name, column)


@pytest.mark.parametrize("name", [name for name in CHAPTERS if name != "professions"])  # that one has no results to sum up
def test_summaries_speak_in_whole_sentences(reported: dict[str, Any], name: str) -> None:
    sentences = reported[name][1]
    assert len(sentences) >= 4
    assert all(sentence.endswith(".") and "{" not in sentence and "nan" not in sentence for sentence in sentences)


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapters_type_no_results(name: str) -> None:
    cells = json.loads((ROOT / f"chapters/{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    prose = " ".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    assert not re.findall(r"\d+", re.sub(r"\bE\d\b", "", prose))


# --- the professions ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROFESSIONS)
def test_the_value_has_an_interval_and_is_never_another_body_s(context: Context, name: str) -> None:
    rows = context.results.guidelines.query("profession == @name and region == '00' and principal == 'all'")
    value = context.language.sized(*rows.set_index("measure").loc["inhabitants_per_fte", ["value", "low", "high"]])
    sentences = professions.summary(context, name)
    assert f"{value} invånare per heltid" in sentences[0]
    assert "rapportens eget" in sentences[1]
    table = professions.guideline(context, name).table
    assert len(table.cells) == 22
    assert set(table.cells["Status"]) == {context.language.status("estimated")}
    assert table.cells.loc["Riket", "Invånare per heltid"] == value
    assert table.cells["Invånare per heltid"].nunique() > 15
    assert table.data["value"].notna().all()


@pytest.mark.parametrize("name", PROFESSIONS)
def test_the_chance_is_said_in_the_summary_and_beside_today_s_number(context: Context, name: str) -> None:
    said = professions.enough(context, name)
    assert f"Sannolikheten att det räcker är {said}." in professions.summary(context, name)[2]
    cells = professions.guideline(context, name).table.cells
    assert cells.loc["Riket", "Sannolikhet att antalet räcker"] == said
    assert set(cells.drop("Riket")["Heltider i dag"]) == {"uppgift saknas"}


@pytest.mark.parametrize("name", PROFESSIONS)
def test_regions_and_municipalities_sum_to_the_nation_on_the_page(context: Context, name: str) -> None:
    def parts(columns: list[str], rows: pd.DataFrame) -> float:
        cells = rows[[column for column in columns if column in rows]].to_numpy().ravel()
        return sum(first(text) for text in cells if text[0].isdigit())

    table = professions.guideline(context, name).table
    cells = table.cells.drop("Riket")
    nation = first(table.cells.loc["Riket", "Heltider"])
    assert parts(["Heltider"], cells) == pytest.approx(nation, rel=0.01)
    values = table.data.query("measure == 'fte_need' and principal != 'all'")
    each = values.query("region != '00'")["value"].sum()
    joint = context.results.guidelines.query(
        "measure == 'fte_need' and profession == @name and municipality != '' and principal == 'both' and region != '09'"
    )["value"].sum()
    assert each + joint == pytest.approx(values.query("region == '00'")["value"].sum(), rel=0.01)
    if "Regionen: heltider" in cells:
        gotland = first(cells.loc["Gotland", "Heltider"])
        split = parts(["Regionen: heltider", "Kommunerna: heltider"], cells)
        assert split + joint + gotland == pytest.approx(nation, rel=0.01)


def first(text: str) -> float:
    """The value of an estimate in Swedish words."""
    return float(re.sub(r"\s", "", text.partition(" (")[0]).replace(",", "."))


@pytest.mark.parametrize("name", [*PROFESSIONS, "nurse"])
def test_withdrawn_values_are_said_to_be(context: Context, name: str) -> None:
    rows = context.results.guidelines
    gone = guidelines.withdraw(rows, (rows["profession"] == name).to_numpy())
    changed = dataclasses.replace(context, results=dataclasses.replace(context.results, guidelines=gone))
    if name in PROFESSIONS:
        sentences = professions.summary(changed, name)
        assert "visar rapporten inget riktvärde" in sentences[0]
        assert "nan" not in " ".join(sentences)
        cells = professions.guideline(changed, name).table.cells
        assert set(cells["Heltider"]) == {"uppgift saknas"}
        assert set(cells["Status"]) == {context.language.status("missing", "contradicted")}
    for region_code in ("12", "09"):
        reads_well(professions.region(changed, region_code).table, changed)
    places = municipality.read(changed)
    place = municipality.at(places, changed, "2418")
    assert "nan" not in " ".join(municipality.answer(changed, place))
    reads_well(municipality.values(changed, places, place), changed)


def test_use_and_staff_are_compared_for_each_principal(context: Context) -> None:
    cells = professions.use_and_staff(context).cells
    assert len(cells) == len(context.results.staffing)
    assert (cells["Kvot före"] != cells["Kvot efter"]).all()
    rows = context.results.staffing.assign(status="withdrawn", reason="contradiction")
    changed = dataclasses.replace(context, results=dataclasses.replace(context.results, staffing=rows))
    assert professions.use_and_staff(changed).cells["Bedömning"].str.startswith("indraget").all()


def test_no_text_says_that_it_cannot_be_said(reported: dict[str, Any], context: Context) -> None:
    said = [" ".join(sentences) for _, sentences in reported.values()]
    said += [
        item.alternative + item.caption for items, _ in reported.values() for item in items if isinstance(item, Figure)
    ]
    places = municipality.read(context)
    shown = [municipality.at(places, context, code) for code in ("0114", "0980", "1280", "2418")]
    said += [" ".join(municipality.answer(context, place)) for place in shown]
    english = dataclasses.replace(context, language=language.Language("en"))
    said += [" ".join(professions.summary(english, name)) for name in PROFESSIONS]
    for text in said:
        assert "går inte att säga" not in text
        assert "cannot be said" not in text


def test_children_s_need_is_missing_and_not_zero(context: Context) -> None:
    assert "De har förstås behov" in " ".join(professions.summary(context, "psychologist"))


def test_district_nurses_counted_are_the_regions_own(context: Context) -> None:
    text = " ".join(professions.summary(context, "district_nurse"))
    assert context.assumed("district_nurses_in_regions") in text
    assert "bara regionernas egna anställda (publicerad uppgift pr-0192)" in text


@pytest.mark.parametrize("name", PROFESSIONS)
def test_what_moves_a_region_adds_up_to_its_index(context: Context, name: str) -> None:
    index = ranges.rows_of(context, name, "need_index")["value"].astype(float)
    total = 100 + professions.moved(context, name).sum(axis=1)
    pd.testing.assert_series_equal(total, index.loc[total.index], check_names=False, atol=0.2)


@pytest.mark.parametrize("name", PROFESSIONS)
def test_the_outlook_has_every_year_to_the_end(context: Context, name: str) -> None:
    table = professions.outlook(context, name).table
    years = [int(year) for year in table.cells.index]
    assert years == list(range(context.year, int(context.assumptions["target_year"].high) + 1))
    assert set(table.data["region"]) == {"00", *context.results.regions}


@pytest.mark.parametrize("name", PROFESSIONS)
def test_figures_of_other_countries_are_theirs(context: Context, name: str) -> None:
    published = context.tables["published_professions"].set_index("figure")
    words = {"physiotherapist": "fysioterapeut", "psychologist": "psykolog", "district_nurse": "district nurse"}
    abroad = PROFESSIONS[name].shown.abroad
    for found in abroad:
        row = published.loc[found.figure]
        assert row["area"] in {"NO", "EU", "DE", "GB"}
        assert row["profession"] == words[name]
    if abroad:
        rows = professions.abroad(context, name).table.data
        assert rows["value"].between(0.5, 40).all()
        assert rows.loc[rows["figure"] == "", "label"].str.startswith("Sverige").all()


def test_a_post_for_so_many_becomes_a_density(context: Context) -> None:
    rows = professions.abroad(context, "district_nurse").table.data.set_index("figure")
    assert rows.loc["pr-0752", "value"] == pytest.approx(2.5)
    assert professions.abroad(context, "psychologist").table.data.set_index("figure").loc["pr-0762", "value"] == 1.0
    assert professions.abroad(context, "physiotherapist").table.data.set_index("figure").loc[
        "pr-0781", "value"
    ] == pytest.approx(13.67)


# --- what the number rests on -------------------------------------------------------------------------


class Chain:
    """The model's need of one profession, with assumptions that can be changed and are remembered when read."""

    def __init__(self, context: Context) -> None:
        self.tables, self.values = context.tables, context.assumptions.at_value()
        self.people = inputs.people(context.tables, context.assumptions)
        p, off_list = self.parameters(), np.zeros((1, len(self.people.codes)))
        self.places = weights.places(context.tables, self.people, weights.component_weights(p))
        self.doctors = weights.requirement(p, self.people, self.places, off_list, p.specialists.inhabitants_per_specialist)

    def parameters(self, note: Note | None = None, **changed: float) -> Parameters:
        return Parameters.of(self.values | {name: np.full((1, 1), value) for name, value in changed.items()}, note)

    def needed(self, name: str, zeta: float, p: Any) -> float:
        return float(minutes.needed(p, self.tables, self.people, self.places, name, zeta, self.doctors).total.sum())


@pytest.fixture(scope="module")
def chain(context: Context) -> Chain:
    return Chain(context)


@pytest.mark.parametrize("name", PROFESSIONS)
def test_every_assumption_behind_the_number_is_listed(context: Context, chain: Chain, name: str) -> None:
    read, of_team = set[str](), set[str]()
    p = chain.parameters(lambda name, _: read.add(name))
    chain.needed(name, 0.5, p)
    minutes.today(p, chain.people, name)
    if PROFESSIONS[name].contacts:  # the value is conditioned on how use and staff agree
        minutes.used(p, chain.tables, chain.people, chain.places, name)
    weights.team(chain.parameters(lambda name, _: of_team.add(name)))
    listed = set(professions.inputs_of(context, name))
    assert read - of_team <= listed
    assert listed - {"need_weight"} <= read


@pytest.mark.parametrize("name", WITH_VISITS)
def test_effects_are_what_the_model_gives(context: Context, chain: Chain, name: str) -> None:
    base = chain.needed(name, 0.0, chain.parameters())
    rows = professions.effects(context, name)
    home = PROFESSIONS[name].at_home
    of_team = read_by(home.municipal_staff) if home and home.municipal_staff else ()
    assert set(rows["name"]) == {
        key
        for kind in professions.contacts(name)
        for key in (*kind.said, *of_team)
        if context.assumptions[key].grade == "D"
    } | {"unmet_need_share"}
    for row in rows.to_dict("records"):
        item = context.assumptions[row["name"]]
        ends = [chain.needed(name, 0.0, chain.parameters(**{row["name"]: end})) / base - 1 for end in (item.low, item.high)]
        # The doctors whose tasks are moved are those of the conditioned values.
        assert sorted(ends) == pytest.approx([row["low"], row["high"]], abs=0.001), row["name"]


@pytest.mark.parametrize(("part", "zeta"), [("need", 1.0), ("use", 0.0)])
def test_effects_on_each_part_of_the_blend_are_the_model_s(context: Context, chain: Chain, part: str, zeta: float) -> None:
    base = chain.needed("psychologist", zeta, chain.parameters())
    rows = professions.effects(context, "psychologist").query("part == @part")
    assert len(rows) > 0
    for row in rows.to_dict("records"):
        high = context.assumptions[row["name"]].high
        assert chain.needed("psychologist", zeta, chain.parameters(**{row["name"]: high})) / base - 1 == pytest.approx(
            row["high"], abs=1e-9
        )


def test_at_weight_zero_the_psychologists_needed_are_those_of_today(chain: Chain) -> None:
    p = chain.parameters()
    today = float(minutes.today(p, chain.people, "psychologist").total[0, 0])
    assert chain.needed("psychologist", 0.0, p) == pytest.approx(today, rel=1e-9)


@pytest.mark.parametrize("name", WITH_VISITS)
def test_shares_of_the_time_are_a_whole(context: Context, name: str) -> None:
    assert professions.composition(context, name)["share"].sum() == pytest.approx(1, abs=1e-12)


# --- principals ---------------------------------------------------------------------------------------


def test_there_are_310_principals(context: Context) -> None:
    assert "310 huvudmän" in principals.summary(context)[0]


def test_small_municipalities_are_counted(context: Context) -> None:
    heads = context.tables["population_municipality"].query(f"year == {context.year}")["population"]
    assert principals.summary(context)[3].startswith(f"{(heads < 10_000).sum()} kommuner")


@pytest.mark.parametrize("name", PROFESSIONS)
def test_the_table_has_the_groups_and_its_download_every_municipality(context: Context, name: str) -> None:
    table = principals.municipalities(context, name).table
    every = context.tables["municipalities"]
    assert set(table.data["municipality"]) == set(every["municipality"])
    assert [head.split()[0] for head in table.cells.index] == sorted(set(every["skr_group"]))
    assert table.cells["Kommuner"].astype(int).sum() == len(every)


@pytest.mark.parametrize("name", PROFESSIONS)
def test_the_groups_weighted_together_are_the_nation(context: Context, name: str) -> None:
    heads = context.results.municipalities.set_index("municipality")["population"]
    group = context.tables["municipalities"].set_index("municipality")["skr_group"]
    found = principals.groups(context, name)
    assert found["municipalities"].sum() == 290
    assert (found["index"] * heads.groupby(group).sum()).sum() / heads.sum() == pytest.approx(100, abs=0.1)
    assert (found["lowest"] <= found["index"]).all()
    assert (found["index"] <= found["highest"]).all()


def test_a_county_that_edits_its_row_is_shown_with_its_own_share(context: Context) -> None:
    before = principals.responsibility(context).table.cells
    assert before.loc["Stockholm", "Sjukvård i hemmet"].startswith("0")
    assert before.loc["Gotland", "Sjukvård i hemmet"] == "en huvudman"
    assert before.loc["Skåne", "Status, sjukvård"] == "skattad"
    rows = context.tables["responsibility"].copy()
    rows.loc[(rows["region"] == "12") & (rows["care"] == "home_nursing"), "municipal_share"] = 0.5
    edited = dataclasses.replace(context, tables={**context.tables, "responsibility": rows})
    after = principals.responsibility(edited).table.cells
    assert after.loc["Skåne", "Sjukvård i hemmet"].startswith("50")
    assert after.loc["Skåne", "Status, sjukvård"] == "redovisad"
    assert after.loc["Skåne", "Status, rehabilitering"] == "skattad"


# --- education and forecasts --------------------------------------------------------------------------


def test_places_are_reported_with_the_chance_that_today_s_are_enough(context: Context) -> None:
    rows = context.results.outlook.query(f"measure == 'need_met' and year == {context.target_year}")
    chances = rows.set_index("profession")["value"]
    reported = " ".join(supply_assessment.summary(context))
    for name in PROFESSIONS:
        assert f"({st_guideline.chance(context.language, chances[name])})" in reported


def test_places_of_the_collaborative_regions_cover_the_six(context: Context) -> None:
    table = collaborative_regions.places(context).table
    assert set(table.cells.index) == set(context.tables["regions"]["collaborative_region"])
    assert len(table.data) == 6 * len(PROFESSIONS)
