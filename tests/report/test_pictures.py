"""Every chart of the report: its description, table and download, and values it must not show."""

import base64
import csv
import io

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from riktvarden import areas
from riktvarden.book import figures
from riktvarden.problems import InputError
from riktvarden.report import Context, Figure, region_code
from riktvarden.report.chapters import need, st_baseline, st_guideline
from riktvarden.report.kit import charts, maps
from riktvarden.report.kit.figures import VEGALITE, Table
from riktvarden.report.pages import region


@pytest.fixture(scope="module")
def pictures(context: Context) -> dict[str, Figure]:
    found = {
        "map": st_baseline.density_map(context, areas.polygons("county")),
        "intervals": st_baseline.density_intervals(context),
        "series": st_baseline.national_series(context),
        "beside": st_guideline.beside_training(context),
        "coverage": st_guideline.coverage(context),
        "starters": st_guideline.starters(context),
        "guideline-map": st_guideline.density_map(context, areas.polygons("county")),
        "guideline": st_guideline.density(context),
        "outlook": st_guideline.outlook(context),
        "coverage-outlook": st_guideline.coverage_outlook(context),
        "coverage-path": st_guideline.coverage_path(context),
        "plan": st_guideline.plan(context),
        "positions": st_guideline.positions(context),
        "ways": st_guideline.ways(context),
        "moved": need.moved(context),
        "need-map": need.total_map(context, areas.polygons("municipality")),
        "index-map": need.index_map(context, areas.polygons("municipality")),
        "sparsity-map": need.sparsity_map(context, areas.polygons("municipality")),
        "contacts": need.contacts(context),
        "shrinkage": need.shrinkage(context),
    }
    for code in ("01", "09", "25"):
        found |= {
            f"comparison-{code}": region.comparison(context, code),
            f"starters-{code}": region.starters(context, code),
            f"moved-{code}": need.waterfall(context, code),
            f"outlook-{code}": region.outlook(context, code),
            f"municipalities-{code}": need.region_map(context, code, areas.polygons("municipality")),
            f"pyramid-{code}": region.age_pyramid(context, code),
        }
    return found


def test_every_picture_draws_and_fits_a_phone(pictures: dict[str, Figure]) -> None:
    for name, picture in pictures.items():
        *_, narrowest = figures.pictures(picture.bundle()[VEGALITE], "sv").values()
        width, _ = figures.size(narrowest)
        assert width <= figures.WIDTHS["phone"], f"{name} is {width} px wide: a phone would shrink it"


def test_every_picture_has_words_a_table_and_a_download(pictures: dict[str, Figure], context: Context) -> None:
    for name, picture in pictures.items():
        assert len(picture.alternative) > 40, name
        assert len(picture.caption) > 40, name
        assert picture.bundle()[VEGALITE]["description"] == picture.alternative
        page = BeautifulSoup(picture.table.html(context.language), "html.parser")
        rows = page.table.tbody.find_all("tr")
        assert len(rows) == len(picture.table.cells), name
        assert all(row.th["scope"] == "row" for row in rows)
        link = page.find("a", class_="rv-download")
        content = base64.b64decode(link["href"].partition("base64,")[2]).decode("utf-8-sig")
        assert len(list(csv.reader(io.StringIO(content)))) == len(picture.table.data) + 1, name
        assert "nan" not in page.get_text().lower().split(), name


def test_a_region_without_a_figure_has_no_colour(pictures: dict[str, Figure], context: Context) -> None:
    shown = {
        feature["properties"]["name"]
        for layer in pictures["map"].bundle()[VEGALITE]["layer"]
        if "color" in layer.get("encoding", {})
        for feature in layer["data"]["values"]
    }
    persons = context.results.of("st_persons_reference")["value"].drop("00")
    assert shown == {context.region_names[code] for code in persons.dropna().index}


def test_hatching_stays_inside_its_area() -> None:
    counties = maps.prepare(areas.polygons("county"))
    hatched = maps._hatched(counties.loc[counties["region"] == "25"], 20_000)
    outline = counties.loc[counties["region"] == "25"].geometry.iloc[0].buffer(10)
    assert hatched.geometry.iloc[0].length > 0
    assert outline.covers(hatched.geometry.iloc[0])


def test_simplified_counties_neither_overlap_nor_vanish() -> None:
    raw, simple = (areas.polygons("county").to_crs(epsg=3006), maps.prepare(areas.polygons("county")))
    assert simple.geometry.is_valid.all()
    np.testing.assert_allclose(simple.area, raw.area, rtol=0.03)
    assert simple.union_all().area == pytest.approx(simple.area.sum(), rel=1e-3)


@pytest.mark.parametrize("part", ["cells", "data"])
def test_a_table_refuses_two_columns_of_one_name(part: str) -> None:
    import pandas as pd

    twice = pd.DataFrame([["1", "2"]], columns=["From", "From"])
    frames = {"cells": twice.iloc[:, :1], "data": twice.iloc[:, :1], part: twice}
    with pytest.raises(ValueError, match="table t has more than one column named 'From'"):
        Table("t", **frames, caption="x", source="y")


def test_text_from_data_cannot_become_markup(context: Context) -> None:
    import pandas as pd

    cells = pd.DataFrame({"<b>": ["<script>alert(1)</script>"]}, index=pd.Index(["a & b"], name="x"))
    page = Table("t", cells, cells, "<i>", "&").html(context.language)
    assert "<script>" not in page
    assert "<b>" not in page
    assert "&lt;i&gt;" in page


@pytest.mark.parametrize("given", ["01", "1", 1])
def test_region_parameter_in_every_form(given: str | int, context: Context) -> None:
    assert region_code(given, context.principals) == "01"


@pytest.mark.parametrize("given", ["99", "", "Skåne", 0])
def test_unknown_region_lists_the_21(given: str | int, context: Context) -> None:
    with pytest.raises(InputError) as error:
        region_code(given, context.principals)
    assert all(f"{code} {name}" in str(error.value) for code, name in context.principals.items())
    assert len(error.value._render_traceback_()) == 1


def test_key_figures_of_a_missing_region_say_so(context: Context) -> None:
    cells = region.key_figures(context, "25").cells
    values = cells["Värde"].to_dict()
    assert "Personer i ST, senaste uppgift" not in values
    assert "uppgift saknas" not in cells["Värde"].tolist()
    assert cells["Status"].iloc[0] == "skattad"
    assert cells.loc["ST-tjänster 31 december 2024", "Status"] == "uppgift saknas, endast intervall"
    assert values["Regionens eget mål, invånare per specialist"].endswith("100")
    assert (cells["Status"].str.len() > 0).all()


def test_a_chart_leaves_the_axes_of_its_caller_alone() -> None:
    axes = [charts.number_axis(name) for name in ("people", "weight")]
    before = [axis.to_dict() for axis in axes]
    charts.points(pd.DataFrame({"x": [3_000.0, 10_000.0], "y": [0.5, 0.9]}), *axes)
    assert [axis.to_dict() for axis in axes] == before
