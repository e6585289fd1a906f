"""The chapter on need: factors are reported as computed, and never as an index."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from riktvarden import areas
from riktvarden.codes import NATION
from riktvarden.report import Context, Figure
from riktvarden.report.chapters import need
from riktvarden.report.kit.figures import VEGALITE

CHAPTER = Path(__file__).parents[2] / "chapters/need.ipynb"


@pytest.fixture(scope="module")
def places(context: Context) -> dict[str, float]:
    """Need per inhabitant of each municipality, the nation being 100, computed from requirement and inhabitants."""
    rows = context.results.municipalities
    per_head = rows["specialist_requirement"].sum() / rows["population"].sum()
    return dict(zip(rows["name"], 100 * rows["specialist_requirement"] / rows["population"] / per_head, strict=True))


def drawn(picture: Figure) -> list[dict[str, object]]:
    """Every row of data behind a chart."""
    return [row for rows in picture.bundle()[VEGALITE].get("datasets", {}).values() for row in rows]


def test_each_region_has_its_lowest_and_highest_and_the_download_every_municipality(context: Context) -> None:
    table = need.table(context)
    assert set(table.data["municipality"]) == set(context.tables["municipalities"]["municipality"])
    assert list(table.cells.index) == [context.region_names[code] for code in context.results.regions]
    of_region = table.data.loc[table.data["region"] == "25"].sort_values("value")
    for head, row in (("Lägst", of_region.iloc[0]), ("Högst", of_region.iloc[-1])):
        assert table.cells.loc["Norrbotten", head] == f"{row['name']} {context.language.number(row['value'], 1)}"
    assert table.cells["Kommuner"].astype(int).sum() == len(table.data)


def test_need_averages_a_hundred_over_the_nation(context: Context) -> None:
    data = need.table(context).data
    assert np.average(data["value"], weights=data["population"]) == pytest.approx(100, abs=1e-6)


def test_the_table_of_a_region_holds_its_municipalities_only(context: Context) -> None:
    table = need.table_of_region(context, "25")
    expected = context.tables["municipalities"].query("region == '25'")["name"]
    assert set(table.cells.index) == set(expected)
    assert "Region" not in table.cells


@pytest.mark.parametrize("code", ["01", "09", "12", "25"])
def test_a_waterfall_ends_at_the_requirement(context: Context, code: str) -> None:
    picture = need.waterfall(context, code)
    required, heads = context.results.cell("specialist_requirement", code).value, need.norm(context, code)
    assert picture.table.data["fte"].sum() == pytest.approx(required, rel=1e-9)
    (end,) = [row["end"] for row in drawn(picture) if "per invånare" in str(row.get("label", ""))]
    # Steps too small to be read are not drawn.
    assert end == pytest.approx(100 * required / heads, abs=0.1)
    assert context.principals[code] in picture.alternative
    assert picture.table.cells.index[0] == "efter folkmängd"
    assert picture.table.cells["Status"].tolist() == ["härledd", *["skattad"] * 5]


def test_the_parts_of_every_region_sum_to_where_it_ends(context: Context) -> None:
    picture = need.moved(context)
    parts = picture.table.data.query("factor != 'inhabitants' and region != '00'").groupby("region")["value"].sum()
    required = context.results.of("specialist_requirement")["value"].drop(NATION)
    heads = [need.norm(context, code) for code in required.index]
    expected = 100 * (required / heads - 1)
    np.testing.assert_allclose(parts[expected.index], expected, atol=1e-9)
    assert len(picture.table.cells) == 21
    assert context.region_names[expected.idxmax()] in picture.alternative
    assert context.region_names[expected.idxmin()] in picture.alternative


def test_the_map_states_its_ends_and_that_it_is_estimated(context: Context, places: dict[str, float]) -> None:
    picture = need.total_map(context, areas.polygons("municipality"))
    for name in (min(places, key=places.__getitem__), max(places, key=places.__getitem__)):
        assert f"{name} med {context.language.number(places[name], 1)}" in picture.alternative
    assert "skattat" in picture.caption


def test_a_colour_means_the_same_on_every_region_page(context: Context) -> None:
    def limits(code: str) -> list[float]:
        layers = need.region_map(context, code, areas.polygons("municipality")).bundle()[VEGALITE]["layer"]
        return next(
            layer["encoding"]["color"]["scale"]["domain"] for layer in layers if "color" in layer.get("encoding", {})
        )

    assert limits("01") == limits("09") == limits("25")
    assert np.mean(limits("01")) == pytest.approx(100)
    assert len(limits("01")) == 4


def test_the_parts_of_the_index_are_those_of_the_counties(context: Context) -> None:
    """Seven, whose parts of the index and of its spread sum to one; the map says what municipalities rest on, and when."""
    picture = need.index_map(context, areas.polygons("municipality"))
    assert "2018" in picture.caption
    assert "2022" in picture.caption
    assert "saknar datum" in picture.caption
    data = picture.table.data
    assert len(picture.table.cells) == len(data) == 7
    assert data[["of_level", "of_spread"]].sum().tolist() == pytest.approx([1, 1])
    assert data.set_index("component").loc["living_alone", "of_spread"] < 0 < data["of_level"].min()


def test_shares_are_read_as_per_cent(context: Context) -> None:
    cells = need.assumed(context, "x", ("doctor_contacts_with_travel", "health_centres"), "x").cells
    item = context.assumptions["doctor_contacts_with_travel"]
    text = cells.loc[item.label_sv, "Värde och omfång"]
    assert text == context.language.estimate(100 * item.value, 100 * item.low, 100 * item.high, 0)
    assert cells.loc[item.label_sv, "Enhet"] == "procent"
    assert cells.loc[context.assumptions["health_centres"].label_sv, "Enhet"] != "procent"


def test_the_team_takes_over_more_than_the_doctors_are_spared(context: Context) -> None:
    data = need.team(context).data.set_index("profession")["value"]
    assert data["general_practice"] < 0 < data.drop("general_practice").min()
    assert context.language.number(-data["general_practice"]) in need.team_words(context)[1]


def test_the_hardest_result_is_named_with_what_it_rests_on(context: Context) -> None:
    words = need.hardest(context)
    values = need.per_inhabitant(context).set_index("region")["value"].sort_values()
    assert all(context.region_names[code] in words for code in values.index[:3])
    assert context.region_names[values.index[3]] not in words
    assert "vårdbehovsindex" in words
    assert context.language.assumed(context.assumptions["need_exponent"]) in words


def test_published_payment_and_travel_are_shown_as_printed(context: Context) -> None:
    published = context.tables["published_sou"].set_index("figure")["value"]
    cells = need.payment(context).cells.set_index("Uppgift")["Antal regioner"]
    for figure in ("so-191", "so-192", "so-193", "so-194"):
        assert cells[figure] == context.language.number(published[figure])
        assert context.language.number(published[figure]) in need.paid_by_need(context)
    for figure in ("so-221", "so-222", "so-223"):
        assert context.language.percent(published[figure] / 100) in need.near(context)


def test_a_column_that_never_varies_is_left_out(context: Context) -> None:
    cells = need.moved(context).table.cells
    assert not [head for head in cells if cells[head].nunique() == 1]


def test_sentences_are_whole(context: Context) -> None:
    for sentence in [*need.summary(context), *need.team_words(context)]:
        assert "so-" not in sentence
        assert sentence.endswith(".")
        assert not re.findall(r"[{}]|\bnan\b", sentence)


def test_the_chapter_types_no_results() -> None:
    cells = json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]
    assert not re.findall(r"\d", " ".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"))
