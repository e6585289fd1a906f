"""Read the project's tables and assumptions from disk without the package."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import pandas as pd
from scipy import stats

DATA = Path(__file__).parents[2] / "data"

CODES = ("region", "municipality", "figure", "figure_high", "relative_to", "regions", "level", "area")
"""Columns whose digits are names, not numbers."""

NATION = "00"


@cache
def table(name: str) -> pd.DataFrame:
    """Return one table; dates as dates."""
    frame = pd.read_csv(DATA / "tables" / f"{name}.csv", dtype=dict.fromkeys(CODES, str))
    if "dated" in frame:
        frame["dated"] = pd.to_datetime(frame["dated"])
    return frame


@cache
def assumptions() -> dict[str, dict[str, object]]:
    """Return every assumption of every file by name."""
    found: dict[str, dict[str, object]] = {}
    for file in sorted((DATA / "assumptions").glob("*.toml")):
        found |= tomllib.loads(file.read_text(encoding="utf-8"))
    return found


class Values(dict[str, float]):
    """Central values by name, read as attributes to keep the formulas short."""

    def __getattr__(self, name: str) -> float:
        return self[name]


def central() -> Values:
    """Every assumption at its value."""
    return Values({name: float(entry["value"]) for name, entry in assumptions().items()})


def median(name: str, mode: float) -> float:
    """Return the median of an assumption's distribution, which differs from its value if the range is asymmetric."""
    entry = assumptions()[name]
    low, high = float(entry["low"]), float(entry["high"])
    width = high - low
    match entry["distribution"]:
        case "uniform":
            return low + width / 2
        case "triangular":
            return float(stats.triang.median((mode - low) / width, loc=low, scale=width))
        case "pert":
            # A PERT is a beta distribution whose two parameters sum to six.
            rising = 1 + 4 * (mode - low) / width
            return float(stats.beta.median(rising, 6 - rising, loc=low, scale=width))
        case _:  # fixed, or varied by the reader alone
            return mode


def base_year() -> int:
    """The newest year with all municipalities, and with the regions in ten-year groups."""
    rows = table("population_municipality")
    whole = [year for year, part in rows.groupby("year") if len(part) == len(table("municipalities"))]
    return int(max(set(whole) & set(table("population_region_ten_year")["year"])))


def regions() -> list[str]:
    """Codes of the 21 regions in order."""
    return sorted(table("regions")["region"])


def municipalities() -> list[str]:
    """Codes of the 290 municipalities in order."""
    return sorted(table("municipalities")["municipality"])


def region_of() -> dict[str, str]:
    """Municipality → region."""
    frame = table("municipalities")
    return dict(zip(frame["municipality"], frame["region"], strict=True))
