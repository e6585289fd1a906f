"""The chapters on personnel: charts render, cells have a status, nothing is invented."""

import base64
import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from riktvarden import areas, tables
from riktvarden.baseline import personnel
from riktvarden.book import figures as drawing
from riktvarden.report import Context, Figure
from riktvarden.report.chapters import (
    collaborative_regions,
    data_burden,
    development_needs,
    local_care,
    mental_health,
    quality,
    supply_assessment,
)
from riktvarden.report.chapters import personnel as chapter
from riktvarden.report.kit import counted, language
from riktvarden.report.kit.figures import VEGALITE, Table
from riktvarden.report.pages import region

ROOT = Path(__file__).parents[2]
CHAPTERS = {
    "personnel": chapter,
    "mental_health": mental_health,
    "collaborative_regions": collaborative_regions,
    "local_care": local_care,
    "supply_assessment": supply_assessment,
    "development_needs": development_needs,
    "data_burden": data_burden,
    "quality": quality,
}

PAGE = {"data_burden": "development_needs"}
"""Module whose page has another name."""


@pytest.fixture(scope="module")
def shown(context: Context) -> dict[str, list[Figure | Table]]:
    """What each chapter shows, as its notebook calls it."""
    found: dict[str, list[Figure | Table]] = {}
    for name, module in CHAPTERS.items():
        cells = json.loads((ROOT / f"chapters/{PAGE.get(name, name)}.ipynb").read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        calls = re.findall(rf"show\({name}\.(\w+)\(context(.*?)\), context\.language\)", code)
        folded = re.findall(rf"show_folded\(.*?\), {name}\.(\w+)\(context(.*?)\), context\.language\)", code)
        assert len(calls) == code.count(f"show({name}.") > 0, name
        assert len(folded) == code.count("show_folded("), name
        calls += folded
        known = {
            'areas.polygons("county")': areas.polygons("county"),
            'tables.descriptor("municipality_covariates")': tables.descriptor("municipality_covariates"),
        }
        found[name] = []
        for function, rest in calls:
            arguments = [part.strip() for part in rest.split(", ") if part.strip()]
            values = [known[part] if part in known else json.loads(part) for part in arguments]
            found[name].append(getattr(module, function)(context, *values))
    return found


def figures(items: list[Figure | Table]) -> list[Figure]:
    return [item for item in items if isinstance(item, Figure)]


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_chapter_has_a_picture_that_draws_and_fits_a_phone(shown: dict[str, list[Figure | Table]], name: str) -> None:
    pictures = figures(shown[name])
    assert pictures
    for picture in pictures:
        specification = picture.bundle()[VEGALITE]
        *_, narrow = drawing.pictures(specification, "sv").values()
        assert drawing.size(narrow)[0] <= drawing.WIDTHS["phone"], picture.table.name
        assert len(picture.alternative) > 40
        assert specification["description"] == picture.alternative


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_table_has_words_and_a_download(shown: dict[str, list[Figure | Table]], context: Context, name: str) -> None:
    items = [item.table if isinstance(item, Figure) else item for item in shown[name]]
    assert len({item.name for item in items}) == len(items)
    for item in items:
        page = BeautifulSoup(item.html(context.language), "html.parser")
        rows = len(page.table.tbody.find_all("tr"))  # those without a figure are one sentence
        assert rows == len(item.cells) > 0 or (0 < rows < len(item.cells) and "ppgift" in page.get_text()), item.name
        link = page.find("a", class_="rv-download")
        content = base64.b64decode(link["href"].partition("base64,")[2]).decode("utf-8-sig")
        assert len(list(csv.reader(io.StringIO(content)))) == len(item.data) + 1, item.name
        words = page.get_text(" ").lower().split()
        assert not {"nan", "<na>", "none"} & set(words), item.name
        reported = item.cells.drop(columns="Ur tabellen", errors="ignore")
        assert not reported.map(lambda text: "_" in str(text) and "://" not in str(text)).any().any(), item.name


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_cell_with_a_value_has_a_status(shown: dict[str, list[Figure | Table]], context: Context, name: str) -> None:
    known = tuple(context.language(word) for word in language.STATUS.values())
    for item in shown[name]:
        cells = (item.table if isinstance(item, Figure) else item).cells
        for column in (column for column in cells.columns if str(column).startswith("Status")):
            assert cells[column].map(lambda text: text.startswith(known)).all(), (name, column)


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapters_type_no_results(name: str) -> None:
    cells = json.loads((ROOT / f"chapters/{PAGE.get(name, name)}.ipynb").read_text(encoding="utf-8"))["cells"]
    prose = " ".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    allowed = ("2035", "2012", "SCB-FS 2016:17")
    for text in allowed:
        prose = prose.replace(text, "")
    assert not re.findall(r"\d+", prose)


@pytest.mark.parametrize("name", [name for name in CHAPTERS if name != "quality"])
def test_summaries_speak(context: Context, name: str) -> None:
    sentences = CHAPTERS[name].summary(context)
    assert sentences
    assert all(sentence.endswith(".") and "{" not in sentence and "nan" not in sentence.split() for sentence in sentences)


@pytest.mark.parametrize("name", ["personnel", "mental_health", "collaborative_regions", "local_care", "supply_assessment"])
def test_every_figure_shown_leads_to_its_publication(
    shown: dict[str, list[Figure | Table]], context: Context, name: str
) -> None:
    items = [item.table if isinstance(item, Figure) else item for item in shown[name]]
    cited = {
        figure
        for item in items
        if "Uppgift" in item.cells
        for text in item.cells["Uppgift"]
        for figure in text.split(", ")
        if figure
    }
    known = context.published.set_index("figure")["publication"]
    assert cited <= set(known.index)
    assert set(known[sorted(cited)]) <= set(CHAPTERS[name].sources(context).data["publication"])


def test_missing_profession_says_so_on_a_region_page(context: Context) -> None:
    table = chapter.region_rows(context, "13")
    assert "läkare" in table.cells.index
    assert "distriktssköterskor" not in table.cells.index
    assert not table.cells["Värde"].eq("uppgift saknas").any()
    lacking = table.caption.split("Inget är publicerat om ")[1]
    assert "distriktssköterskor" in lacking
    assert "fysioterapeuter (privat, LOF)" in lacking


def test_gotland_is_flagged_where_it_is_shown(context: Context) -> None:
    cells = chapter.region_rows(context, "09").cells
    flagged = cells.loc[cells["Status"].str.contains("orimlig")]
    assert flagged["Värde"].tolist() == ["246"]


def test_a_region_begins_with_what_is_of_primary_care(context: Context) -> None:
    table = chapter.region_rows(context, "21")
    primary = table.data["care_level"].eq("primary").to_numpy()
    assert primary[0]
    assert not primary[primary.argmin() :].any()
    assert table.cells["Uppgift"].map(lambda text: "_" not in text).all()
    employed = table.data.query("profession == 'psychologist' and measure == 'persons'").iloc[0]
    assert (employed["year"], employed["value"], employed["care_level"]) == (2024, 180, "all")


def test_private_providers_are_one_sentence(context: Context) -> None:
    assert str(len(personnel.ASKED)) in chapter.private_words(context)
    one = context.personnel.query("profession == 'nurse' and principal == 'region'").iloc[[0]]
    cell = {
        "region": "00",
        "sex": "total",
        "sector": "private",
        "care_level": "primary",
        "measure": "persons",
        "value": 9.0,
    }
    known = one.assign(**cell, definition="licensed", status="reported", year=pd.array([2024], "Int64"))
    other = replace(context)
    other.__dict__["personnel"] = pd.concat([context.personnel, known], ignore_index=True)
    assert chapter.private_words(other).endswith("är bara sjuksköterskor räknade.")


def test_small_health_centres_are_a_share_of_those_whose_size_is_known(context: Context) -> None:
    """2017: 59 + 137 + 170 of 1 145 - 189."""
    assert f"{round(100 * 366 / 956)}\N{NO-BREAK SPACE}%" in chapter.centre_words(context)


def test_children_have_figures_of_need_but_none_of_staff(context: Context) -> None:
    cells = mental_health.pupils(context).table.cells
    assert len(cells) == 22
    assert cells.loc["Riket", "Flickor, 15 år"] == "53\N{NO-BREAK SPACE}%"
    assert "personalen inte är räknad" in mental_health.summary(context)[-1]


def test_doctors_visits_fell_from_their_highest_year(context: Context) -> None:
    """13 997 637 in 2011 and 13 288 682 in 2017: 5 per cent fewer."""
    assert "5\N{NO-BREAK SPACE}%" in local_care.summary(context)[0]
    cells = local_care.regions(context).cells
    assert cells.loc["Jönköping", "Se upp"] == "språng 2017"
    assert cells.loc["Stockholm", "Se upp"] == ""
    broken = local_care.breaks(context).data
    areas = tables.read("primary_care_visits_region")
    for row in broken.to_dict("records"):
        assert not areas.query("region == @row['region'] and care_area == @row['care_area']", local_dict={"row": row}).empty


def test_halland_is_separate(context: Context) -> None:
    cells = collaborative_regions.physicians(context).table.cells
    assert {"Halland", "Södra utan Halland", "Västra utan Halland"} <= set(cells.index)
    split = collaborative_regions.divided(context).data
    assert split["share"].sum() == pytest.approx(1)
    halland = tables.read("municipalities").query("region == '13'")["municipality"]
    assert set(split["municipality"]) == set(halland)


def test_halland_is_counted_where_the_list_of_regions_has_it(context: Context) -> None:
    listed = region.overview(context).cells["Samverkansregion"]
    assert collaborative_regions.professions(context).caption.endswith(f"{listed['Halland']}.")
    counted = (
        collaborative_regions.professions(context)
        .data.query("profession == 'physician'")
        .set_index("collaborative_region")["cells"]
    )
    assert counted.to_dict() == listed.str.partition(" (")[0].value_counts().to_dict()


def test_the_declaration_has_every_heading_and_claims_nothing(context: Context) -> None:
    for declared in (quality.baseline, quality.guideline_values, quality.statistics, quality.mental_health):
        cells = declared(context).cells
        assert tuple(cells.index) == quality.HEADINGS
        assert "inte officiell statistik" in cells.loc["Allmänna uppgifter"].iloc[0]


def test_every_code_of_the_data_has_words() -> None:
    selection = tables.read("personnel_selection")
    assert set(selection["profession"]) <= set(personnel.PROFESSIONS) <= set(counted.PROFESSION)
    assert set(selection["definition"]) <= set(personnel.DEFINITIONS) == set(counted.DEFINITION)
    assert set(counted.DEFINITION) == set(chapter.DEFINITION_MEANING)
    assert set(selection["qualifier"].dropna()) <= set(language.QUALIFIER)
    assert set(tables.read("care_selection")["qualifier"].dropna()) <= set(language.QUALIFIER)
    described = set(counted.MEASURE) | set(personnel.UNITS)
    assert set(selection["measure"]) <= described
    variables = tables.read("requested_variables")
    assert set(variables["held_in"]) <= set(data_burden.HELD_IN)


def test_publications_of_a_region_are_found_among_its_own_figures(context: Context) -> None:
    for code in context.results.regions:
        cited = context.personnel_rows(code)["source"]
        own = counted.publications(context, cited, "own", context.published_rows(code))
        pd.testing.assert_frame_equal(own.data, counted.publications(context, cited, "of all").data)
