"""What the marks of each form of chart say, and what of a drawing a reader meets: ticks, labels, links."""

import re
from collections.abc import Callable
from html import unescape

import altair as alt
import geopandas as gpd
import pandas as pd
import pytest
import shapely

from riktvarden.book import figures
from riktvarden.report.kit import charts, maps
from riktvarden.report.kit.language import Language

NAN = float("nan")
SWEDISH = Language("sv")


def drawings(chart: alt.TopLevelMixin, language: str = "sv") -> dict[str, str]:
    return figures.pictures({**chart.to_dict(), "description": "Form. Fynd."}, language)


def drawing(chart: alt.TopLevelMixin, language: str = "sv") -> str:
    return next(iter(drawings(chart, language).values()))


def tips(svg: str) -> list[str]:
    return [unescape(tip).replace("\N{NO-BREAK SPACE}", " ") for tip in re.findall(r'data-tip="([^"]*)"', svg)]


def silent(svg: str) -> list[str]:
    """Marks of data that say nothing."""
    groups = re.findall(r'<g class="mark-(?:rule|symbol|rect|shape)[^"]* role-mark[^"]*"[^>]*>(.*?)</g>', svg, re.DOTALL)
    return [
        mark for group in groups for mark in re.findall(r"<(?:path|line|rect)\b[^>]*>", group) if "data-tip" not in mark
    ]


def ticks(svg: str) -> list[str]:
    return [re.sub("<[^>]+>", "", words) for words in re.findall(r"<text[^>]*>(.*?)</text>", svg, re.DOTALL)]


SEXES = pd.DataFrame(
    {
        "year": [2016, 2016, 2022, 2022],
        "kind": ["kvinnor", "män", "kvinnor", "män"],
        "value": [0.07, 0.04, 0.11, 0.05],
    }
)
PAIR = pd.DataFrame(
    {
        "label": ["sjuk-\nsköterskor", "läkare\ni öppenvård"],
        "kind": ["behov", "tillgång"],
        "value": [9410.0, NAN],
        "low": [8000.0, 700.0],
        "high": [10000.0, 900.0],
    }
)
LEGEND = {"behov": charts.BLUE, "tillgång": charts.ORANGE}
ORDER = list(PAIR["label"])
AXIS = charts.number_axis("heltider")
PATHS = pd.DataFrame(
    {
        "year": [2030, 2031, 2030, 2031],
        "kind": ["behov", "behov", "tillgång", "tillgång"],
        "value": [9.0, 9.5, 3.0, NAN],
        "low": [8.0, 8.5, NAN, 2.0],
        "high": [10.0, 10.5, NAN, 4.0],
    }
)


def test_a_mark_says_its_own_values_where_rows_share_a_name() -> None:
    """Women and men of the same year were mixed up when the words came from a table."""
    chart = charts.points_in_time(
        SEXES, charts.number_axis("andel", percent=True), dict.fromkeys(["kvinnor", "män"], "#174f82")
    )
    assert tips(drawing(chart)) == [
        f"{row['year']}\n{row['kind']}: {100 * row['value']:.0f} %\nandel" for row in SEXES.to_dict("records")
    ]


def test_an_interval_and_its_dot_say_the_same() -> None:
    svg = drawing(charts.intervals(PAIR, AXIS, LEGEND, ORDER))
    assert set(tips(svg)) == {
        "sjuk-sköterskor\nbehov: 9 410 (8 000–10 000)\nheltider",
        "läkare i öppenvård\ntillgång: 700–900\nheltider",
    }
    assert silent(svg) == []


def test_numbers_of_marks_are_those_of_the_language() -> None:
    assert "behov: 9,410 (8,000–10,000)" in tips(drawing(charts.intervals(PAIR, AXIS, LEGEND, ORDER), "en"))[0]


def test_a_year_says_all_its_paths() -> None:
    svg = drawing(charts.fan(PATHS, AXIS, LEGEND))
    assert tips(svg) == [
        "2030\nbehov: 9,0 (8,0–10,0)\ntillgång: 3,0\nheltider",
        "2031\nbehov: 9,5 (8,5–10,5)\ntillgång: 2,0–4,0\nheltider",
    ]


FORMS: dict[str, Callable[[], alt.TopLevelMixin]] = {
    "intervals": lambda: charts.intervals(PAIR, AXIS, LEGEND, ORDER),
    "points in time": lambda: charts.points_in_time(SEXES, AXIS, dict.fromkeys(["kvinnor", "män"], charts.BLUE)),
    "bars": lambda: charts.bars(PAIR.fillna(3), AXIS, LEGEND, ORDER),
    "ranges": lambda: charts.ranges(PAIR, AXIS, LEGEND, ORDER),
    "deviations": lambda: charts.deviations(PAIR.fillna(-3), AXIS, LEGEND, ORDER, "tillsammans"),
    "strip": lambda: charts.strip(PAIR.fillna(3).assign(name=["Habo", "Ale"]), PAIR.fillna(3), AXIS, ORDER, "medel"),
    "scores": lambda: charts.scores(PAIR.fillna(3).assign(name=["a", "b"]), AXIS, LEGEND, ORDER, 2.0),
    "tornado": lambda: charts.tornado(PAIR.fillna(3), AXIS, LEGEND, ORDER, (100.0, "hundra")),
    "points": lambda: charts.points(pd.DataFrame({"name": ["Habo"], "x": [9e3], "y": [0.9]}), AXIS, AXIS),
    "matrix": lambda: charts.matrix(
        pd.DataFrame({"label": ["a"], "column": ["b"], "share": [0.4], "words": ["40"]}), ["b"], ["a"], "andel"
    ),
    "pyramid": lambda: charts.pyramid(
        pd.DataFrame({"age_group": ["0–4"] * 2, "sex": ["F", "M"], "share": [0.02, 0.03], "nation": [0.01, 0.02]}),
        ["0–4"],
        "kvinnor",
        "män",
        "riket",
    ),
    "small fans": lambda: charts.small_fans(PATHS.assign(label="Uppsala"), charts.percent_label(), ["Uppsala"], LEGEND),
}
REFERENCES = {"matrix": 1, "scores": 2, "deviations": 1, "small fans": 1, "tornado": 1}
"""Marks that are no data: grounds, shades and lines of reference."""


@pytest.mark.parametrize("form", FORMS)
def test_every_mark_of_data_says_at_most_four_rows(form: str) -> None:
    desk, phone = drawings(FORMS[form]()).values()
    assert phone.count(" data-tip") == desk.count(" data-tip")
    assert not tips(phone), "words are written once"
    for svg in (desk, phone):
        said = tips(desk)
        assert said
        assert all(2 <= tip.count("\n") + 1 <= 5 and "undefined" not in tip and "null" not in tip for tip in said), said
        assert len(silent(svg)) == REFERENCES.get(form, 0), silent(svg)


@pytest.mark.parametrize("form", FORMS)
def test_a_picture_fits_its_screen_and_its_text_is_large_enough(form: str) -> None:
    drawn = drawings(FORMS[form]())
    assert list(drawn) == ["desk", "phone"]
    for name, svg in drawn.items():
        assert figures.size(svg)[0] <= figures.WIDTHS[name]
        assert not [size for size in re.findall(r'font-size="([\d.]+)px"', svg) if float(size) < 13]


@pytest.mark.parametrize(("top", "percent"), [(1.6, False), (2.4, False), (0.016, True), (9.0, False), (4000.0, False)])
def test_no_two_ticks_read_alike(top: float, percent: bool) -> None:
    rows = pd.DataFrame({"label": ["a"], "value": [top], "kind": ["b"]})
    svg = drawing(charts.bars(rows, charts.number_axis("x", percent=percent), {"b": charts.BLUE}, ["a"]))
    numbers = [words for words in ticks(svg) if re.fullmatch(r"[\d\s,]+(\s%)?", words)]
    assert len(numbers) == len(set(numbers)) >= 3, numbers


def test_the_first_and_last_ticks_stand_at_their_place() -> None:
    svg = drawing(charts.fan(PATHS, AXIS, LEGEND))
    axis = svg[svg.index("role-axis-label") :]
    assert 'text-anchor="middle"' in axis[: axis.index("</text>")]


def test_a_label_of_several_lines_stands_beside_its_mark() -> None:
    """Its middle, not its first line."""
    three = ["en etikett", "på tre rader", "av text"]
    rows = pd.DataFrame({"label": ["\n".join(three)], "value": [3.0], "low": [2.0], "high": [4.0], "kind": [""]})
    svg = drawing(charts.intervals(rows, AXIS, {"": charts.BLUE}, list(rows["label"])))
    (place,) = re.findall(r'transform="translate\([-\d.]+,([-\d.]+)\)"[^>]*><tspan>en etikett', svg)
    (dot,) = re.findall(r'<path data-tip="[^"]*" transform="translate\([-\d.]+,([-\d.]+)\)"', svg)
    middle = float(place) + charts.LINE_HEIGHT * (len(three) - 1) / 2 - 4  # letters are on a line, 4 px below their middle
    assert middle == pytest.approx(float(dot), abs=1.5)


SQUARES = gpd.GeoDataFrame(
    {
        "region": ["12", "13", "14"],
        "name": ["Skåne", "Halland", "Västra Götaland"],
        "value": [80.0, 101.0, 120.0],
        "low": [70.0, 95.0, 110.0],
        "high": [90.0, 105.0, 130.0],
    },
    geometry=[shapely.box(10 * place, 0, 10 * place + 10, 10) for place in range(3)],
    crs=3006,
)


def filled(svg: str) -> dict[str, str]:
    """Name of an area → its colour."""
    marks = re.findall(r'data-tip="([^&"]*)&#xA;[^"]*"[^>]*fill="([^"]*)"', svg)
    return dict(marks)


def test_areas_that_cannot_be_told_from_the_nation_have_no_colour() -> None:
    chart = maps.estimated(SQUARES, "index", charts.number_label(), (100.0, 20.0), classes=maps.against(SWEDISH))
    svg = drawing(chart)
    assert {name: colour[9:].partition(",")[0] for name, colour in filled(svg).items()} == {
        "Skåne": "blue",
        "Halland": "none",
        "Västra Götaland": "orange",
    }
    assert "Skåne\nindex: 80 (70–90)\nlägre än riket" in tips(svg)


@pytest.mark.parametrize("around", [None, (100.0, 20.0)])
def test_a_map_is_in_classes_of_named_colours_without_hatching(around: tuple[float, float] | None) -> None:
    svg = drawing(maps.estimated(SQUARES, "index", charts.number_label(), around))
    assert len(set(filled(svg).values())) == len(SQUARES)
    assert all(colour.startswith("var(--rv-") for colour in filled(svg).values()), "the dark needs no other drawing"
    assert "url(#" not in svg.replace("clip-path", "")
    assert not [words for words in ticks(svg) if "nfinity" in words]


def test_only_areas_without_a_figure_are_hatched_and_say_so() -> None:
    rows = SQUARES.drop(columns=["low", "high"]).assign(value=[3.0, 4.0, NAN])
    svg = drawing(maps.choropleth(rows, "läkare", charts.number_label(1), "uppgift saknas"))
    assert "Västra Götaland\nuppgift saknas" in tips(svg)
    assert "Skåne\nläkare: 3" in tips(svg)


def test_an_area_and_its_row_lead_to_the_region() -> None:
    title = "behov per invånare, riket = 100, 2024"
    chart = maps.estimated(
        SQUARES, title, charts.number_label(), (100.0, 20.0), classes=maps.against(SWEDISH), reference="riket"
    )
    for name, svg in drawings(chart).items():
        assert figures.size(svg)[0] <= figures.WIDTHS[name]
        placed = figures.placed(
            svg, 0, lambda code: f"{code}.html" if code == "12" else "", {"Skåne": "12", "Halland": "13"}
        )
        assert placed.count('href="12.html"') == 2
        assert "#place-" not in placed
        assert "13.html" not in placed


def test_a_factor_has_one_colour_in_the_whole_book() -> None:
    assert charts.MEANING["sparsity"] == charts.MEANING["travel"]
    assert len({charts.MEANING[name] for name in ("age", "need_index", "sparsity", "off_list", "principal")}) == 5
