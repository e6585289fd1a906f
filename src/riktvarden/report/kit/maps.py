"""Maps of counties and municipalities: areas with a published figure are coloured, others hatched."""

from __future__ import annotations

from typing import Any, cast

import altair as alt
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from riktvarden.report.kit.charts import BLANK, BLUE, MUTED, NONE, ORANGE, PALE, PAPER

SWEREF99_TM = 3006
HATCH_LINES = 70
"""Number of hatching lines across the longer side of the map."""
WHITE = "#ffffff"
"""Colour of the lines over estimated values; unlike the background, the same on a dark page, as the legend names it."""
HATCHED = "M-1,-.6L1,-.6L1,.6L-1,.6ZM-1,.2L-.2,-.6M-1,.6L.2,-.6M-.6,.6L.6,-.6M-.2,.6L1,-.6M.2,.6L1,-.2M.6,.6L1,.2"
"""Outline of a hatched box for the legend."""


def prepare(polygons: gpd.GeoDataFrame, detail: int = 400) -> gpd.GeoDataFrame:
    """Project polygons to metres and simplify them together, so that shared borders stay shared.

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
    simple = shapely.coverage_simplify(metres.geometry.to_numpy(), tolerance)
    return metres.set_geometry(gpd.GeoSeries(shapely.set_precision(simple, 1.0), index=metres.index, crs=metres.crs))


def choropleth(
    polygons: gpd.GeoDataFrame,
    title: str,
    label: str,
    missing: str,
    width: int = 330,
) -> alt.TopLevelMixin:
    """Colour each area by ``value``; areas without one are hatched and never coloured.

    Parameters
    ----------
    polygons
        Prepared polygons with columns ``name`` and ``value`` (NaN where nothing is published).
    title
        Title of the colour legend: what, unit and date.
    label
        Vega expression of the legend's numbers.
    missing
        Words of the legend entry of hatched areas.
    width
        Width of the map in pixels.

    Returns
    -------
    altair.TopLevelMixin
        The chart.
    """
    width, height = _size(polygons, width)
    known = polygons.loc[polygons["value"].notna(), ["name", "value", "geometry"]]
    unknown = polygons.loc[polygons["value"].isna(), ["name", "geometry"]]
    layers = [alt.Chart(_features(polygons[["name", "geometry"]])).mark_geoshape(fill=BLANK, stroke=MUTED, strokeWidth=0.6)]
    if not known.empty:
        layers.append(
            alt.Chart(_features(known))
            .mark_geoshape(stroke=PAPER, strokeWidth=0.8)
            .encode(
                color=alt.Color(
                    "properties.value:Q",
                    scale=alt.Scale(scheme="blues", domain=_domain(known["value"])),
                    legend=alt.Legend(title=title, orient="top", labelExpr=label, gradientLength=220, tickCount=4),
                )
            )
        )
    if not unknown.empty:
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
    combined = alt.layer(*layers).resolve_scale(color="independent", stroke="independent")
    return combined.project(type="identity", reflectY=True).properties(width=width, height=height)


def estimated(
    polygons: gpd.GeoDataFrame,
    title: str,
    label: str,
    words: str,
    around: tuple[float, float] | None = None,
    width: int = 330,
) -> alt.TopLevelMixin:
    """Colour each area by an estimated ``value``, under white lines that distinguish it from a published figure.

    Parameters
    ----------
    polygons
        Prepared polygons with columns ``name`` and ``value``, none NaN.
    title
        Title of the colour legend: what, unit and date.
    label
        Vega expression of the legend's numbers.
    words
        Words of the legend entry of the white lines.
    around
        Value with the neutral colour and the reach of the colours on both sides of it; None for one hue.
    width
        Width of the map in pixels.

    Returns
    -------
    altair.TopLevelMixin
        The chart.
    """
    width, height = _size(polygons, width)
    if around is None:
        scale = alt.Scale(scheme="blues", domain=_domain(polygons["value"]))
    else:
        middle, reach = around
        ends = [middle - reach, middle, middle + reach]
        scale = alt.Scale(domain=ends, range=[BLUE, NONE, ORANGE], interpolate="rgb", nice=False)
    legend = alt.Legend(title=title, orient="top", labelExpr=label, gradientLength=220, tickCount=4)
    outline = polygons.dissolve()[["geometry"]].assign(name=words)
    lines = _hatched(outline, _extent(polygons) / HATCH_LINES)
    key = alt.Legend(
        title=None, orient="bottom", symbolType=HATCHED, symbolSize=300, symbolStrokeColor=WHITE, symbolStrokeWidth=1.2
    )
    below = alt.Fill("properties.name:N", scale=alt.Scale(domain=[words], range=[PALE]), legend=key)
    combined = alt.layer(
        alt.Chart(_features(outline)).mark_geoshape(stroke=MUTED, strokeWidth=0.6).encode(fill=below),
        alt.Chart(_features(polygons[["name", "value", "geometry"]], "areas"))
        .mark_geoshape(stroke=PAPER, strokeWidth=0.4)
        .encode(color=alt.Color("properties.value:Q", scale=scale, legend=legend)),
        alt.Chart(_features(lines)).mark_geoshape(filled=False, stroke=WHITE, strokeWidth=0.9),
    ).resolve_scale(color="independent", fill="independent")
    return combined.project(type="identity", reflectY=True).properties(width=width, height=height)


def _size(polygons: gpd.GeoDataFrame, width: int) -> tuple[int, int]:
    """Return width and height in pixels of a map that fits the height of a phone."""
    left, bottom, right, top = polygons.total_bounds
    height = round(width * (top - bottom) / (right - left))
    if height > 1.7 * width:
        return round(1.7 * width * (right - left) / (top - bottom)), round(1.7 * width)
    return width, height


def _extent(polygons: gpd.GeoDataFrame) -> float:
    left, bottom, right, top = polygons.total_bounds
    return float(max(right - left, top - bottom))


def _domain(values: pd.Series) -> list[float]:
    """Return a domain that starts slightly below the smallest value, so that no area is white."""
    low, high = float(values.min()), float(values.max())
    return [low - 0.4 * (high - low or high), high]


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
