"""Maps of counties and municipalities in classes; areas without a published figure are hatched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import altair as alt
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from riktvarden.report.kit.charts import (
    BLANK,
    BLUE,
    MUTED,
    NONE,
    ORANGE,
    SAND,
    STEPS,
    Measure,
    by_kind,
    by_label,
    on_phone,
    text,
    tip_of,
    upright,
    with_tip,
)
from riktvarden.report.kit.language import Language

WIDTH, PHONE, HEIGHT = 600, 320, 640
"""Greatest width of a map on a desk and on a phone, and its greatest height."""
CODES = ("municipality", "region")
"""Columns that say which place an area is, the smaller one first."""
CITIES = {"0180": (100_000, 66_000), "1480": (49_000, 49_000), "1280": (49_000, 49_000)}
"""Municipality in the middle of a window → width and height in metres of what is shown larger beside a map of all."""
MAGNIFIED, GLASS = 3.0, 45_000
"""How many times finer outlines are in a city, and the distance in metres over which that fades."""
SWEREF99_TM = 3006
HATCH_LINES = 70
"""Number of hatching lines across the longer side of the map."""
HATCHED = "M-1,-.6L1,-.6L1,.6L-1,.6ZM-1,.2L-.2,-.6M-1,.6L.2,-.6M-.6,.6L.6,-.6M-.2,.6L1,-.6M.2,.6L1,-.2M.6,.6L1,.2"
"""Outline of a hatched box for the legend."""


def prepare(polygons: gpd.GeoDataFrame, detail: int = 400) -> gpd.GeoDataFrame:
    """Project polygons to metres and simplify them together, so that shared borders stay shared.

    Around `CITIES`, which are shown larger as well, more of the outlines is kept.

    Parameters
    ----------
    polygons
        Polygons with any known reference system.
    detail
        Resolution: the longer side of the map over the smallest feature kept.

    Returns
    -------
    geopandas.GeoDataFrame
        The same rows in SWEREF 99 TM, coordinates in whole metres.
    """
    metres = polygons.to_crs(epsg=SWEREF99_TM)
    tolerance = _extent(metres) / detail
    outlines = metres.geometry.to_numpy()
    if not _has_cities(metres):
        simple = shapely.coverage_simplify(outlines, tolerance)
    else:
        middles = metres.set_index("municipality").representative_point()
        magnified = shapely.transform(outlines, lambda places: _magnified(places, [middles[code] for code in CITIES]))
        # Simplifying leaves points out and moves none: each that is left is found where it was.
        was = dict(zip(map(tuple, shapely.get_coordinates(magnified)), shapely.get_coordinates(outlines), strict=True))
        kept = shapely.coverage_simplify(magnified, tolerance)
        # A point of a thin tongue of land may have crossed its other side.
        simple = shapely.make_valid(
            shapely.transform(kept, lambda places: np.array([was[tuple(place)] for place in places]))
        )
    return metres.set_geometry(gpd.GeoSeries(shapely.set_precision(simple, 1.0), index=metres.index, crs=metres.crs))


def choropleth(
    polygons: gpd.GeoDataFrame,
    title: str,
    label: str,
    missing: str,
    width: int = WIDTH,
) -> alt.TopLevelMixin:
    """Colour each area by ``value``, in classes; areas without one are hatched and never coloured.

    Parameters
    ----------
    polygons
        Prepared polygons with columns ``name`` and ``value`` (NaN where nothing is published), and ``region`` or
        ``municipality`` where the areas are links.
    title
        Title of the colour legend: what, unit and date.
    label
        Vega expression of the legend's numbers.
    missing
        Words of the legend entry of hatched areas.
    width
        Greatest width of the map in pixels.

    Returns
    -------
    altair.TopLevelMixin
        The chart.
    """
    known, unknown = polygons.loc[polygons["value"].notna()], polygons.loc[polygons["value"].isna()]
    layers = []
    if not known.empty:
        layers.append(_areas(known, title, label, _scale(known["value"])))
    if not unknown.empty:
        words = tip_of(_NAME, text(missing))
        layers.append(_linked(with_tip(alt.Chart(_features(unknown)), words), unknown).mark_geoshape(fill=BLANK, **BORDER))
        hatching = _hatched(unknown, _extent(polygons) / HATCH_LINES).assign(name=missing)
        layers.append(
            alt.Chart(_features(hatching))
            .mark_geoshape(filled=False, strokeWidth=0.9)
            .encode(
                stroke=alt.Stroke(
                    "properties.name:N",
                    scale=alt.Scale(domain=[missing], range=[MUTED]),
                    legend=alt.Legend(title=None, orient="bottom", symbolType=HATCHED, symbolSize=300, symbolStrokeWidth=1),
                )
            )
        )
    return _placed(alt.layer(*layers).resolve_scale(color="independent", stroke="independent"), polygons, width)


def estimated(
    polygons: gpd.GeoDataFrame,
    title: str,
    label: str,
    around: tuple[float, float] | None = None,
    *,
    classes: Sequence[str] = (),
    reference: str = "",
    width: int = WIDTH,
) -> alt.TopLevelMixin:
    """Colour each area by an estimated ``value``, in classes.

    Parameters
    ----------
    polygons
        Prepared polygons with columns ``name`` and ``value``, none NaN, and ``low`` and ``high`` with `classes`; and
        ``region`` or ``municipality`` where the areas are links.
    title
        Title of the colour legend: what, unit and date.
    label
        Vega expression of the legend's numbers.
    around
        Value of the nation, and the reach of the colours on both sides of it; None for one hue.
    classes
        Words for areas whose interval lies below the nation's value, contains it, and lies above it; they are then the
        classes, as the colours would otherwise show differences that are not there.
    reference
        Words of the nation's value, where the areas are ranked beside the map.
    width
        Greatest width of the map in pixels.

    Returns
    -------
    altair.TopLevelMixin
        The chart.
    """
    if classes and around is not None:
        value = around[0]
        side = np.where(polygons["high"] < value, 0, np.where(polygons["low"] > value, 2, 1))
        areas = polygons.assign(side=np.array(classes)[side])
        scale = alt.Scale(domain=list(classes), range=[BLUE, NONE, ORANGE])
        legend = alt.Legend(title=title, orient="top", direction="vertical", symbolType="square", symbolStrokeColor=MUTED)
        shown = _filled(areas, title, label, "side").encode(
            color=alt.Color("properties.side:N", scale=scale, legend=legend)
        )
        if reference:
            return _ranked(
                shown, areas, title, around[0], reference, dict(zip(classes, (BLUE, MUTED, ORANGE), strict=True))
            )
        return _placed(alt.layer(shown), polygons, width)
    scale = _scale(polygons["value"]) if around is None else _scale_around(*around)
    return _placed(alt.layer(_areas(polygons, title, label, scale)), polygons, width)


def against(language: Language) -> tuple[str, str, str]:
    """Words of the classes of a map whose intervals are compared with the nation's value."""
    t = language
    return t("lägre än riket"), t("går inte att skilja från riket"), t("högre än riket")


_NAME = "datum.properties.name"
SHOWN = "areas"
"""Name of the data of the areas that have a value."""
BORDER: dict[str, Any] = {"stroke": MUTED, "strokeWidth": 0.5}


def _areas(polygons: gpd.GeoDataFrame, title: str, label: str, scale: alt.Scale) -> alt.Chart:
    """Areas with the colour of their class, and the legend of the classes."""
    # The limits are numbered; the ends of the scale have no number.
    limits = f"isFinite(datum.value) ? {label} : ''"
    legend = alt.Legend(title=title, orient="top", type="gradient", labelExpr=limits, gradientLength=260, labelPadding=4)
    return _filled(polygons, title, label).encode(color=alt.Color("properties.value:Q", scale=scale, legend=legend))


def _filled(polygons: gpd.GeoDataFrame, title: str, label: str, *more: str) -> alt.Chart:
    """Areas that say their name and value, and lead to the place."""
    shown = [column for column in ("value", "low", "high") if column in polygons]
    axis = alt.Axis(title=title, format="%") if "%" in label else alt.Axis(title=title)
    measure = Measure.of(axis, polygons[shown])
    ends = [f"datum.properties.{column}" for column in shown]
    number = measure.estimate(*ends) if len(shown) > 2 else measure.value(ends[0])
    words = tip_of(_NAME, f"{text(f'{title}: ')} + {number}", *(f"datum.properties.{column}" for column in more))
    columns = [column for column in ("name", *shown, *CODES, *more) if column in polygons]
    chart = with_tip(alt.Chart(_features(polygons[[*columns, "geometry"]], SHOWN)), words)
    return _linked(chart, polygons).mark_geoshape(**BORDER)


def _ranked(
    areas: alt.Chart, polygons: gpd.GeoDataFrame, title: str, at: float, words: str, colours: dict[str, str]
) -> alt.TopLevelMixin:
    """Put the areas in the order of their values, with their intervals, beside the map; below it on a phone."""
    rows = polygons[["name", "value", "low", "high", "side"]].rename(columns={"name": "label", "side": "kind"})
    rows = rows.sort_values("value", ascending=False)
    scale = alt.Scale(domain=[float(rows["low"].min()), float(rows["high"].max())], nice=False, zero=False, padding=8)
    axis = alt.Axis(title=None, tickCount=4)  # the legend of the map names the measure
    ends = rows[["value", "low", "high"]]
    number = Measure.of(axis, ends).estimate("datum.value", "datum.low", "datum.high")
    base = with_tip(alt.Chart(rows), tip_of("datum.label", f"{text(f'{title}: ')} + {number}", "datum.kind")).encode(
        y=by_label(rows["label"], grid=True, labelPadding=8), color=by_kind(colours, "circle", needed=False)
    )
    ranking = alt.layer(
        base.mark_rule(strokeWidth=3, opacity=0.75).encode(x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q"),
        base.mark_point(filled=True, size=60, opacity=1).encode(x=alt.X("value:Q", scale=scale, axis=axis)),
        *upright(at, words, scale),
    ).properties(width=270, height=alt.Step(26))
    (wide, high), (narrow, low) = _size(polygons, 250, HEIGHT), _size(polygons, 190, HEIGHT)
    drawn = alt.layer(areas).project(type="identity", reflectY=True).properties(width=wide, height=high)
    chart = alt.concat(drawn, ranking, columns=2, spacing=16).resolve_scale(color="independent")
    # The map is above the plot, right of the labels: there is no room for the title, which the caption gives as well.
    untitled = {"layer": {"0": {"encoding": {"color": {"legend": {"title": None}}}}}}
    small = {"columns": 1, "concat": {"0": {"width": narrow, "height": low, **untitled}, "1": {"width": 180}}}
    return on_phone(chart, small)


def _linked(chart: alt.Chart, polygons: gpd.GeoDataFrame) -> alt.Chart:
    """Let areas lead to their pages, by a placeholder that the page replaces."""
    code = next((column for column in CODES if column in polygons), None)
    if code is None:
        return chart
    return chart.transform_calculate(place=f"'#place-' + datum.properties.{code}").encode(href=alt.Href("place:N"))


def _placed(layers: alt.LayerChart | alt.FacetChart, polygons: gpd.GeoDataFrame, width: int) -> alt.TopLevelMixin:
    """Give a map its projection, and its sizes on a desk and on a phone."""
    (wide, high), (narrow, low) = _size(polygons, width, HEIGHT), _size(polygons, min(width, PHONE), HEIGHT)
    chart = layers.project(type="identity", reflectY=True).properties(width=wide, height=high)
    if _has_cities(polygons):
        return chart.properties(usermeta={"insets": insets(polygons, wide, high)})
    return chart if wide == narrow else on_phone(chart, {"width": narrow, "height": low})


def _has_cities(polygons: gpd.GeoDataFrame) -> bool:
    """Whether these are municipalities of all parts of the country."""
    return "municipality" in polygons and set(CITIES) <= set(polygons["municipality"])


def _magnified(places: NDArray[np.float64], middles: Sequence[shapely.Point]) -> NDArray[np.float64]:
    """Move places away from the middles of cities, as a magnifying glass does, without folding the plane."""
    moved = places.copy()
    for middle in middles:
        apart = places - (middle.x, middle.y)
        moved += (MAGNIFIED - 1) * apart * np.exp(-((apart / GLASS) ** 2).sum(axis=1, keepdims=True))
    return moved


def insets(polygons: gpd.GeoDataFrame, wide: int, high: int) -> list[dict[str, Any]]:
    """Return the windows around cities of a map of that size: their names and left, top, width and height in pixels."""
    left, bottom, right, top = polygons.total_bounds
    scale = min(wide / (right - left), high / (top - bottom))
    edge, above = (wide - scale * (right - left)) / 2, (high - scale * (top - bottom)) / 2
    middles = polygons.set_index("municipality").representative_point()
    names = polygons.set_index("municipality")["name"]
    found = []
    for code, (width, height) in CITIES.items():
        x, y = middles[code].x - width / 2, middles[code].y + height / 2
        box = [edge + scale * (x - left), above + scale * (top - y), scale * width, scale * height]
        found.append({"name": names[code], "box": [round(float(number), 1) for number in box]})
    return found


def _scale(values: pd.Series) -> alt.Scale:
    """Classes of one hue between round numbers."""
    low, high = float(values.min()), float(values.max())
    step = _round(max(high - low, 1e-9) / (len(STEPS) - 1))
    first = step * (np.floor(low / step) + 1)
    limits = [round(float(limit), 10) for limit in np.arange(first, high, step)][: len(STEPS) - 1]
    return alt.Scale(type="threshold", domain=limits, range=list(STEPS[-len(limits) - 1 :]))


def _scale_around(middle: float, reach: float) -> alt.Scale:
    """Classes on both sides of a value, the middle one around it."""
    step = _round(reach / 3.5)
    limits = [round(middle + step * times, 10) for times in (-1.5, -0.5, 0.5, 1.5)]
    return alt.Scale(type="threshold", domain=limits, range=[BLUE, STEPS[1], NONE, SAND, ORANGE])


def _round(step: float) -> float:
    """Return the smallest round number that is at least as large."""
    power = 10.0 ** np.floor(np.log10(step))
    return float(next(times * power for times in (1, 2, 4, 5, 10) if times * power >= step * (1 - 1e-9)))


def _size(polygons: gpd.GeoDataFrame, width: int, most: int) -> tuple[int, int]:
    """Return width and height in pixels of a map that is no wider and no higher than that."""
    left, bottom, right, top = polygons.total_bounds
    ratio = (top - bottom) / (right - left)
    high = min(round(width * ratio), most)
    return round(high / ratio), high


def _extent(polygons: gpd.GeoDataFrame) -> float:
    left, bottom, right, top = polygons.total_bounds
    return float(max(right - left, top - bottom))


def _hatched(polygons: gpd.GeoDataFrame, spacing: float) -> gpd.GeoDataFrame:
    """Return diagonal lines clipped to each polygon: hatching that works in any renderer."""
    left, bottom, right, top = polygons.total_bounds
    reach = top - bottom
    starts = np.arange(left - reach, right, spacing * np.sqrt(2))
    lines = shapely.multilinestrings(shapely.linestrings([[(x, bottom), (x + reach, top)] for x in starts]))
    clipped = shapely.set_precision(shapely.intersection(polygons.geometry.to_numpy(), lines), 1.0)
    return polygons.set_geometry(gpd.GeoSeries(clipped, index=polygons.index, crs=polygons.crs))


def _features(frame: gpd.GeoDataFrame, name: str = "") -> alt.Data:
    """Return GeoJSON features with the winding order of the renderer's flat projection, named if a script changes them."""
    collection = cast("dict[str, Any]", frame.__geo_interface__)
    return alt.Data(values=collection["features"], **({"name": name} if name else {}))
