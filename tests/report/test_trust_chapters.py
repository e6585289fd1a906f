"""The chapters on uncertainty, cost and the past show computed, complete and publishable results."""

import base64
import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from riktvarden import areas
from riktvarden.assumptions import Assumptions
from riktvarden.book import figures
from riktvarden.codes import NATION
from riktvarden.model import analyses, costs, trust
from riktvarden.report import Context, Figure
from riktvarden.report.chapters import (
    back_test,
    development_needs,
    economics,
    quality,
    st_baseline,
    st_guideline,
    uncertainty,
)
from riktvarden.report.kit.figures import VEGALITE, Table

ROOT = Path(__file__).parents[2]
CHAPTERS: dict[str, ModuleType] = {"uncertainty": uncertainty, "economics": economics, "back_test": back_test}
DRAWS = 512
POINTS = 16

PAGE = {"back_test": "uncertainty"}
"""Module whose page has another name."""


@pytest.fixture(scope="module")
def found(context: Context, cost: analyses.Cost, wordless: Assumptions) -> dict[str, Any]:
    material = context.tables, wordless, context.results
    return {
        "uncertainty": analyses.uncertainty(*material, DRAWS, POINTS),
        "economics": cost,
        "back_test": analyses.past(*material, 64),
    }


def test_a_frame_computed_alone_is_that_of_its_analysis(
    context: Context, found: dict[str, Any], wordless: Assumptions
) -> None:
    material = context.tables, wordless, context.results
    alone = {
        ("uncertainty", "narrower"): analyses.narrower(*material, DRAWS),
        ("economics", "by_year"): analyses.cost_by_year(*material, DRAWS),
    }
    assert set(alone) == set(analyses.PARTS)
    for (name, part), frame in alone.items():
        pd.testing.assert_frame_equal(frame, getattr(found[name], part), check_exact=True)


@pytest.fixture(scope="module")
def shown(context: Context, found: dict[str, Any]) -> dict[str, list[Figure | Table]]:
    """What each chapter shows, as its notebook calls it."""
    items: dict[str, list[Figure | Table]] = {}
    for name, module in CHAPTERS.items():
        cells = json.loads((ROOT / f"chapters/{PAGE.get(name, name)}.ipynb").read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
        calls = re.findall(rf"show\({name}\.(\w+)\(context(.*?)\), context\.language\)", code)
        assert len(calls) == code.count(f"show({name}.") > 0, name
        known = {'areas.polygons("county")': areas.polygons("county"), "found": found[name], "past": found[name]}
        items[name] = [
            getattr(module, function)(
                context, *(known[part] if part in known else json.loads(part) for part in rest.split(", ") if part)
            )
            for function, rest in calls
        ]
    return items


def all_tables(items: list[Figure | Table]) -> list[Table]:
    return [item.table if isinstance(item, Figure) else item for item in items]


@pytest.mark.parametrize("name", CHAPTERS)
def test_pictures_draw_fit_a_phone_and_say_what_they_show(shown: dict[str, list[Figure | Table]], name: str) -> None:
    pictures = [item for item in shown[name] if isinstance(item, Figure)]
    assert pictures
    for picture in pictures:
        specification = picture.bundle()[VEGALITE]
        *_, narrow = figures.pictures(specification, "sv").values()
        assert figures.size(narrow)[0] <= figures.WIDTHS["phone"], picture.table.name
        assert len(picture.alternative) > 40
        assert "{" not in picture.alternative + picture.caption, picture.table.name
        assert "nan" not in picture.alternative.lower().split(), picture.table.name
        assert re.search(r"\d", picture.alternative), picture.table.name


@pytest.mark.parametrize("name", CHAPTERS)
def test_tables_have_words_statuses_and_a_download(
    shown: dict[str, list[Figure | Table]], context: Context, name: str
) -> None:
    items = all_tables(shown[name])
    assert len({item.name for item in items}) == len(items)
    for item in items:
        page = BeautifulSoup(item.html(context.language), "html.parser")
        assert len(page.table.tbody.find_all("tr")) == len(item.cells) > 0, item.name
        content = base64.b64decode(page.find("a", class_="rv-download")["href"].partition("base64,")[2]).decode("utf-8-sig")
        assert len(list(csv.reader(io.StringIO(content)))) == len(item.data) + 1, item.name
        assert not {"nan", "<na>", "none", "inf"} & set(page.get_text(" ").lower().split()), item.name
        if item.name not in ("baktest", "osaekerhet-grupper", "maet-haernaest"):
            assert item.cells["Status"].str.contains("skattad|uppgift saknas|redovisad").all(), item.name


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapters_type_no_results(name: str) -> None:
    cells = json.loads((ROOT / f"chapters/{PAGE.get(name, name)}.ipynb").read_text(encoding="utf-8"))["cells"]
    prose = " ".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    # The year from which specialists are followed is a date of the data, as the width of an interval is a convention.
    assert not re.findall(r"\d+", prose.replace("80-procentigt", "").replace("2010", ""))


@pytest.mark.parametrize("name", CHAPTERS)
def test_summaries_are_sentences_with_numbers(context: Context, found: dict[str, Any], name: str) -> None:
    more = [found["back_test"]] if name == "uncertainty" else []
    sentences = CHAPTERS[name].summary(context, found[name], *more)
    for sentence in sentences:
        assert sentence.endswith("."), sentence
        assert "{" not in sentence, sentence
        assert "nan" not in sentence.lower().split(), sentence
    assert sum(bool(re.search(r"\d", sentence)) for sentence in sentences) >= 3


def test_every_region_is_in_the_regional_tables(shown: dict[str, list[Figure | Table]], context: Context) -> None:
    named = [context.region_names[code] for code in context.results.regions]
    regional = {"osaekerhet-bredd", "tornado-regioner", "kostnad-regioner", "stabilitet"}
    every = {item.name: item for items in shown.values() for item in all_tables(items)}
    assert regional <= set(every)
    for name in regional:
        assert list(every[name].cells.index) == named, name


def test_the_map_colours_every_region_as_the_guideline_value_needs_no_stock(context: Context) -> None:
    figure = uncertainty.width_map(context, areas.polygons("county"))
    assert (figure.table.cells["Status"] == "skattad").all()
    assert figure.table.cells["Bredd"].str.match(r"\d+\N{NO-BREAK SPACE}%$").all()
    assert "saknas" not in figure.alternative


def test_regional_chances_of_the_path_are_those_of_its_first_year(context: Context) -> None:
    first = context.results.programme_status[2]
    assert first is not None
    cells = uncertainty.width_map(context, areas.polygons("county")).table.cells
    rows = context.results.programme.query("measure == 'programme_norm_met' and year == @first").set_index("region")
    reported = cells[f"Sannolikhet att normen är nådd på vägen {first}"]
    assert reported["Stockholm"] == context.language.percent(rows.loc["01", "value"])


@pytest.mark.parametrize("name", ["economics", "uncertainty"])
def test_no_number_of_the_constant_intake_is_an_answer(shown: dict[str, list[Figure | Table]], name: str) -> None:
    for item in all_tables(shown[name]):
        reported = item.data.drop(columns=["narrower"], errors="ignore")
        assert "target" not in set(reported.get("path", [])) | set(reported.get("intake", [])), item.name
        if item.name != "maet-haernaest":
            assert "st_starters_target" not in set(reported.get("measure", [])), item.name


def test_the_tornado_is_in_falling_order(context: Context, found: dict[str, Any]) -> None:
    figure = uncertainty.tornado(context, found["uncertainty"], "st_positions_guideline")
    rows = figure.table.data
    span = pd.concat([(rows[end] - rows["value"]).abs() for end in ("at_low", "at_high")], axis=1).max(axis=1)
    assert span.is_monotonic_decreasing
    assert len(rows) > uncertainty.SHOWN


def test_every_group_of_assumptions_has_a_name(context: Context) -> None:
    assert set(context.assumptions.files.values()) <= set(uncertainty.GROUP)


def test_a_chance_is_never_reported_as_certain(shown: dict[str, list[Figure | Table]]) -> None:
    every = {item.name: item for item in all_tables(shown["uncertainty"])}
    cells = every["chans-norm"].cells.drop(columns="Status")
    assert not cells.isin(["0\N{NO-BREAK SPACE}%", "100\N{NO-BREAK SPACE}%"]).any(axis=None)


def test_the_path_is_named_by_the_most_that_start(context: Context, shown: dict[str, list[Figure | Table]]) -> None:
    every = {item.name: item for item in all_tables(shown["uncertainty"])}
    rows = context.results.programme.query("measure == 'programme_starters' and region == @NATION and year > 2026")
    most = context.language.number(st_guideline.rounded(rows["value"].max(), 10))
    assert (
        f"vägen till normen: som mest {most} nya, {rows.loc[rows['value'].round().idxmax(), 'year']}"
        in every["chans-norm"].cells
    )


def test_the_professions_levels_are_ranges_without_a_value(shown: dict[str, list[Figure | Table]]) -> None:
    every = {item.name: item for item in all_tables(shown["uncertainty"])}
    assert not every["scenarier-nivaa"].cells["Heltider i riket"].str.contains(r"\(").any()
    assert "Socialstyrelsens" in every["scenarier-nivaa"].caption


def total(found: dict[str, Any], path: str, year: int) -> pd.Series:
    rows = found["economics"].by_year
    return rows.loc[
        (rows["region"] == NATION) & (rows["year"] == year) & (rows["measure"] == "cost_total") & (rows["path"] == path)
    ].iloc[0]


def test_the_path_to_the_norm_leads_with_its_interval(context: Context, found: dict[str, Any]) -> None:
    row = total(found, costs.DIFFERENCE, context.target_year)
    reported = context.language.estimate(*(round(row[end] / 1e6, -2) for end in ("value", "low", "high")))
    assert reported in economics.summary(context, found["economics"])[0]
    cells = economics.components(context, found["economics"]).cells
    assert cells.loc["summa", f"Skillnad {context.target_year}"] == reported


def test_the_constant_intake_is_a_footnote_that_says_why_not(context: Context, found: dict[str, Any]) -> None:
    year, texts = context.target_year, economics.summary(context, found["economics"])
    more = total(found, costs.TARGET, year)["value"] - total(found, costs.REFERENCE, year)["value"]
    footnote = economics.footnote(context, found["economics"])
    assert f"{context.language.number(round(more / 1e6, -2))} miljoner" in footnote
    assert "inget råd" in footnote
    assert not any("inget råd" in text for text in texts)


@pytest.mark.parametrize(
    ("obstacle", "says"),
    [("applicants", "så många sökande finns inte"), ("too few draws", "räcker inte de sökande"), ("", "mer det året")],
)
def test_the_footnote_gives_the_reason_there_is(context: Context, found: dict[str, Any], obstacle: str, says: str) -> None:
    starters = context.results.starters.assign(obstacle=obstacle)
    other = replace(context, results=replace(context.results, starters=starters))
    footnote = economics.footnote(other, found["economics"])
    assert says in footnote
    assert ("inget råd" in footnote) == bool(obstacle)


def test_a_target_year_too_near_for_training_has_no_price(context: Context, found: dict[str, Any]) -> None:
    rows = found["economics"].by_year
    beyond = rows.assign(value=rows["value"].mask(rows["path"] == costs.TARGET, np.inf))
    assert "kronor" not in economics.footnote(context, replace(found["economics"], by_year=beyond))


def test_without_a_path_the_page_says_so_and_shows_todays_cost(context: Context, found: dict[str, Any]) -> None:
    rows = found["economics"].by_year
    none = replace(
        found["economics"],
        by_year=rows.loc[rows["path"].isin([costs.REFERENCE, costs.TARGET])],
        present=found["economics"].present.iloc[:0],
    )
    assert economics.summary(context, none)[0].startswith("Ingen väg")
    assert economics.by_principal(context, none).html(context.language) == "<p>Ingen publicerad uppgift finns.</p>"
    assert list(economics.components(context, none).cells) == [f"{context.year} års intag till ST", "Status"]
    assert len(economics.by_year(context, none).table.cells.columns) == 2


def test_the_nations_gap_is_the_one_of_every_other_page(context: Context, found: dict[str, Any]) -> None:
    cells = economics.gaps(context, found["economics"]).cells
    net = cells.loc["Nettobrist i riket"]
    assert net[f"{context.year}, heltider"] == context.estimate("specialist_gap")
    assert net[f"{context.target_year}, heltider"] == context.estimate("specialist_gap_target")
    assert not cells.drop("Nettobrist i riket").iloc[:, 0].str.contains(r"\(").any()


def test_a_full_time_year_has_one_rounding(context: Context, found: dict[str, Any]) -> None:
    cells = economics.unit_costs(context, found["economics"]).table.cells
    reported = cells.loc["specialister i allmänmedicin i regionerna", "Heltidsår, miljoner kr"]
    assert any(f"{reported} miljoner kronor" in text for text in economics.summary(context, found["economics"]))


def test_regions_with_a_published_number_in_training_are_counted_in_one_way(context: Context) -> None:
    reported = st_baseline.counted(context)
    counted, all_regions = map(int, re.findall(r"\d+", reported)[:2])
    unknown = int(re.findall(r"För de andra (\d+)", reported)[0])
    persons = context.results.of("st_persons_reference").drop(NATION)["value"]
    assert "För en till" in reported
    assert (counted + 1, all_regions, unknown) == (persons.notna().sum(), len(persons), persons.isna().sum())
    assert reported in quality.baseline(context).cells.to_numpy().ravel()[1]
    assert any(reported in sentence for sentence in development_needs.summary(context))


def test_a_density_counts_as_published_but_is_named(context: Context) -> None:
    figures = context.results.figures.assign(status="reported")
    other = replace(context, results=replace(context.results, figures=figures))
    assert "per 1 000 invånare" in st_baseline.counted(context)
    assert "per 1 000 invånare" not in st_baseline.counted(other)


def test_the_dutch_errors_stand_beside_ours(context: Context, found: dict[str, Any]) -> None:
    table = back_test.scores(context, found["back_test"])
    assert table.cells.index[-1] == "Nederländerna: allmänläkare"
    assert "1,9–14,9\N{NO-BREAK SPACE}%" in table.cells.iloc[-1].to_list()
    every = len(trust.SERIES) * len(trust.WINDOWS) + 1
    assert len(table.cells) == every * 2 + 1, "nearest and farthest ahead"
    assert len(table.data) == every * len(trust.HORIZONS) + 2


def test_where_the_data_are_too_thin_the_table_says_so(context: Context, found: dict[str, Any]) -> None:
    cells = back_test.scores(context, found["back_test"]).cells
    stock = cells.loc[cells.index.str.startswith("antal i ST")]
    assert stock["Anmärkning"].isin(back_test.REASON.values()).all()
    assert (stock["Bättre än rak trend"] == "–").all()
