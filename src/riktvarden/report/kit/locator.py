"""A small map that shows where one region lies, within the page: no script, no file, the page's own colours."""

from __future__ import annotations

from html import escape

import geopandas as gpd
import shapely

from riktvarden.report.kit import maps

DETAIL = 60
"""Resolution: the longer side of the map over the smallest feature kept."""
HEIGHT = 100
"""Height of the map in its own units."""


def region_map(polygons: gpd.GeoDataFrame, region: str, label: str) -> str:
    """Draw all regions, with one of them filled, as an SVG element.

    Parameters
    ----------
    polygons
        Every region, see `riktvarden.areas.polygons`.
    region
        Code of the region.
    label
        What the picture shows, for readers who do not see it.
    """
    areas = maps.prepare(polygons, DETAIL)
    left, bottom, right, top = areas.total_bounds
    scale = HEIGHT / (top - bottom)
    outlines = {
        code: "".join(
            "M" + "L".join(f"{scale * (x - left):.0f},{scale * (top - y):.0f}" for x, y in ring.coords[:-1]) + "Z"
            for part in shapely.get_parts(shape)
            for ring in [part.exterior]
        )
        for code, shape in zip(areas["region"], areas.geometry, strict=True)
    }
    rest = "".join(outline for code, outline in outlines.items() if code != region)
    return (
        f'<svg class="rv-locator" role="img" aria-label="{escape(label)}" '
        f'viewBox="0 0 {scale * (right - left):.0f} {HEIGHT}"><path d="{rest}"/>'
        f'<path class="rv-here" d="{outlines[region]}"/></svg>'
    )
