"""Lines are named where they end, and cities are shown larger beside a map of all municipalities."""

import re
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from riktvarden import areas
from riktvarden.book import figures
from riktvarden.report.kit import charts, maps

from .test_tips import AXIS, drawings, ticks

NAMES = ["behov enligt normen", "vägen till normen", "2024 års intag", "så många antas kunna söka"]
COLOURS = [charts.INK, charts.ORANGE, charts.BLUE, charts.MUTED]


def rows(names: list[str]) -> pd.DataFrame:
    """Paths whose ends lie close together."""
    return pd.DataFrame(
        [
            {"year": year, "value": 100.0 + place, "low": np.nan, "high": np.nan, "kind": name}
            for place, name in enumerate(names)
            for year in (2025, 2035, 2045)
        ]
    )


def named(svg: str) -> dict[str, list[float]]:
    """First words of each name → where its lines are, from the top."""
    found = {}
    for x, y, inside in re.findall(
        r'<text[^>]*transform="translate\(([\d.]+),([\d.-]+)\)"[^>]*>(.*?)</text>', svg, re.DOTALL
    ):
        lines = re.findall(r"<tspan[^>]*>([^<]*)</tspan>", inside) or [inside]
        found[" ".join(lines)] = [float(x), float(y), float(y) + charts.LINE_HEIGHT * len(lines)]
    return found


@given(st.lists(st.tuples(st.floats(-50, 270), st.integers(1, 3)), min_size=1, max_size=5))
def test_names_neither_overlap_nor_change_their_order(blocks: list[tuple[float, int]]) -> None:
    middles, heights = sorted(middle for middle, _ in blocks), [15.0 * lines for _, lines in blocks]
    tops = charts.apart(middles, heights, charts.PATHS)
    for (top, height), (following, _) in pairwise(zip(tops, heights, strict=True)):
        assert top + height <= following + 1e-9
    assert tops[-1] + heights[-1] <= max(charts.PATHS, sum(heights) + 4 * len(heights)) + 1e-9
    if sum(heights) + 4 * len(heights) <= charts.PATHS:
        assert tops[0] >= -1e-9


def test_a_name_alone_is_beside_its_end() -> None:
    assert charts.apart([100.0], [30.0], 220.0) == [85.0]


def test_every_path_is_named_once_beside_its_end_on_a_desk_and_a_phone() -> None:
    chart = charts.fan(rows(NAMES), AXIS, dict(zip(NAMES, COLOURS, strict=True)))
    for picture, svg in drawings(chart).items():
        assert "role-legend" not in svg
        found = {words: place for words, place in named(svg).items() if words in NAMES}
        assert sorted(found) == sorted(NAMES), picture
        order = sorted(found, key=lambda words: found[words][1])
        assert order == NAMES[::-1], "the highest path is named at the top"
        spans = [found[words][1:] for words in order]
        assert all(above[1] <= below[0] + 0.1 for above, below in pairwise(spans))
        assert figures.size(svg)[0] <= figures.WIDTHS[picture]


def test_many_paths_and_long_names_have_a_legend() -> None:
    many = [f"väg {number}" for number in range(6)]
    long = [f"{name}, som är ett mycket långt namn på en väg till en norm" for name in NAMES]
    for names in (many, long):
        chart = charts.fan(rows(names), AXIS, dict.fromkeys(names, charts.BLUE))
        assert all("role-legend" in svg for svg in drawings(chart).values())


def test_a_band_without_a_line_is_named_at_its_middle() -> None:
    band = rows(NAMES[:2]).assign(low=[10.0] * 3 + [80.0] * 3, high=[30.0] * 3 + [90.0] * 3)
    found = named(drawings(charts.bands(band, AXIS, dict(zip(NAMES[:2], COLOURS[:2], strict=True))))["desk"])
    assert found[NAMES[1]][1] < found[NAMES[0]][1]


def test_few_columns_of_a_grid_are_read_without_turning_the_head() -> None:
    def grid(count: int) -> str:
        columns = [f"rehabilitering i hemmet {number}" for number in range(count)]
        cells = pd.DataFrame({"label": "Uppsala", "column": columns, "share": 0.5, "words": "50"})
        return drawings(charts.matrix(cells, columns, ["Uppsala"], "andel"))["phone"]

    assert "rotate(" not in grid(2)
    assert "i hemmet 0" in " ".join(ticks(grid(2)))
    assert "rotate(" in grid(5)
    heads = {words: place for words, place in named(grid(2)).items() if words.startswith("rehabilitering")}
    assert len(heads) == 2
    assert all(bottom - charts.LINE_HEIGHT <= 0 for _, _, bottom in heads.values()), "no line reaches into the grid"


# --- maps ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def municipalities() -> gpd.GeoDataFrame:
    prepared = maps.prepare(areas.polygons("municipality"), 220)
    return prepared.assign(name=prepared["municipality"], value=range(80, 80 + len(prepared)))


def drawn(municipalities: gpd.GeoDataFrame) -> tuple[str, list[dict[str, object]]]:
    chart = maps.estimated(municipalities, "index, riket = 100", charts.number_label(), (100.0, 50.0))
    pictures = drawings(chart)
    assert list(pictures) == ["both"]
    return pictures["both"], chart.to_dict()["usermeta"]["insets"]


def test_each_city_is_in_the_middle_of_its_window(municipalities: gpd.GeoDataFrame) -> None:
    _, insets = drawn(municipalities)
    assert [inset["name"] for inset in insets] == list(maps.CITIES)
    west, south, _, north = municipalities.total_bounds
    scale = maps.HEIGHT / (north - south)
    middles = municipalities.set_index("municipality").representative_point()
    for inset in insets:
        x, y, wide, high = inset["box"]  # type: ignore[misc]
        middle = middles[inset["name"]]
        assert x + wide / 2 == pytest.approx(scale * (middle.x - west), abs=1)
        assert y + high / 2 == pytest.approx(scale * (north - middle.y), abs=1)


def test_cities_cost_no_outlines_of_their_own(municipalities: gpd.GeoDataFrame) -> None:
    svg, insets = drawn(municipalities)
    whole, beside = figures.enlarged(svg, 3, insets)
    assert whole.count(' id="d3-areas"') == 1
    assert beside.count('href="#d3-areas"') == len(maps.CITIES)
    assert len(whole) + len(beside) - len(svg) < 1500
    assert whole.count("<path") == svg.count("<path") + 1, "the windows are marked on the map"


def test_a_map_of_one_region_has_no_cities(municipalities: gpd.GeoDataFrame) -> None:
    own = municipalities.loc[municipalities["municipality"].str.startswith("01")]
    chart = maps.estimated(own, "index, riket = 100", charts.number_label(), (100.0, 50.0))
    assert "insets" not in chart.to_dict()["usermeta"]


@pytest.mark.parametrize("detail", [180, 220, 400])
def test_outlines_are_finer_in_cities_and_valid_everywhere(detail: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def outlines() -> gpd.GeoSeries:
        return maps.prepare(areas.polygons("municipality"), detail).set_index("municipality").geometry

    simple = outlines()
    assert simple.is_valid.all()
    assert not simple.is_empty.any()
    assert simple.area.sum() - simple.union_all().area < 1e-6 * simple.area.sum()
    monkeypatch.setattr(maps, "_has_cities", lambda _: False)
    more = shapely.get_num_coordinates(simple) / shapely.get_num_coordinates(outlines())
    places = pd.Series(more, simple.index)
    assert places[list(maps.CITIES)].mean() > 1.4
    assert places.median() == 1
