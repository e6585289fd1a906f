"""Back-tests of the method on the past, and the change of its advice with a year of data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden import population, uncertainty, validation
from riktvarden.baseline import st
from riktvarden.model import chain, general_practice, inputs
from riktvarden.model.cells import known
from riktvarden.names import FIRST_ORIGIN, HORIZONS, OLD, WINDOWS

if TYPE_CHECKING:
    from riktvarden.assumptions import Assumptions

FloatArray = NDArray[np.float64]

STABILITY_DRAWS = 1024


SERIES = {"nation": 0, "regions": 0, "regions_old": OLD, "regions_share": 0, "regions_old_share": OLD}
"""Forecast series → youngest age included. Shares are of the nation, which the model takes from another source."""


def _series(cells: FloatArray, name: str) -> FloatArray:
    """Compute one of `SERIES` from persons by region, sex, age and year, (region, year); the nation as one region."""
    by_region = cells[:, :, SERIES[name] :].sum(axis=(1, 2))
    nation = by_region.sum(axis=0, keepdims=True)
    return nation if name == "nation" else by_region / nation if name.endswith("share") else by_region


def population_back_test(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Project the inhabitants from many past years with the data known then (method h).

    Regions whose borders changed between the first year of the base window and the forecast year are left out.

    Parameters
    ----------
    tables
        The checked tables.

    Returns
    -------
    pandas.DataFrame
        ``series`` (of `SERIES`) and the columns of `riktvarden.validation.rolling_origin`.
    """
    history = population.history(tables)
    # A window consists of flows, which start in the second year.
    years, persons = history.years[1:], history.population[..., 1:]
    longest, origins = max(HORIZONS), range(FIRST_ORIGIN, years[-1])
    paths = {
        (origin, window): population.back_cast(history, origin, window, longest)
        for origin in origins
        for window in WINDOWS
        if origin - window >= history.years[0]
    }
    places = {year: [history.region_codes.index(code) for code in codes] for year, codes in population.BREAKS.items()}

    frames = []
    for name in SERIES:

        def forecast(origin: int, window: int, horizons: Sequence[int], name: str = name) -> FloatArray:
            ahead = np.asarray(horizons)
            path = _series(paths[origin, window][..., ahead - 1], name)
            for year, moved in places.items():
                if name != "nation" and origin - window < year:
                    path[np.ix_(np.asarray(moved), np.flatnonzero(origin + ahead >= year))] = np.nan
            return path

        scores = validation.rolling_origin(_series(persons, name), years, forecast, origins, WINDOWS, HORIZONS)
        frames.append(scores.assign(series=name))
    return pd.concat(frames, ignore_index=True)


STOCK_WINDOW = 1
"""Window of the ST back-test: a published number is extrapolated from itself alone."""


def stock_back_test(reconciled: pd.DataFrame, assumptions: Assumptions) -> pd.DataFrame:
    """Move each published number of doctors in training to the year of a later one, as the model does (method A0).

    The growth is the assumed one, which was set when the outcomes were known: the errors flatter the method.

    Parameters
    ----------
    reconciled
        Dated figures of the nation and the regions that have more than one, as in `riktvarden.results.Results`.
    assumptions
        Graded assumptions by name.

    Returns
    -------
    pandas.DataFrame
        ``series`` (``st``) and the columns of `riktvarden.validation.rolling_origin`.
    """
    stocks = reconciled.loc[reconciled["kind"] == "stock"].pivot_table(index="region", columns="year", values="value")
    years = range(int(stocks.columns.min()), int(stocks.columns.max()) + 1)
    counted = stocks.reindex(columns=list(years)).to_numpy(float)
    growth = assumptions["st_growth"].value

    def forecast(origin: int, _: int, horizons: Sequence[int]) -> FloatArray:
        return st.align(counted[:, [origin - years[0]]], np.asarray(horizons, float), growth)

    scores = validation.rolling_origin(counted, years, forecast, years[:-1], [STOCK_WINDOW], HORIZONS)
    return scores.assign(series="st")


# --- stability of the advice ------------------------------------------------------------------------------


def stability(tables: Mapping[str, pd.DataFrame], assumptions: Assumptions, draws: int = STABILITY_DRAWS) -> pd.DataFrame:
    """Compute the change of each region's recommended intake without the newest year of data (method h).

    Two inputs are left out in turn: the newest totals and ages of regions and municipalities, so that the base year is
    projected; and the newest published number of the region's own doctors in training.

    Parameters
    ----------
    tables, assumptions
        As `riktvarden.model.run`.
    draws
        Number of draws.

    Returns
    -------
    pandas.DataFrame
        A row per area: ``region``; ``lasting`` and ``lasting_without_population`` (starters a year that sustain the norm,
        D3); ``change`` and ``share`` of the two; ``low, high`` (starters a year that meet the norm in the target year,
        D1), the same ``_without_population`` and, for a region with a number of its own, ``_without_st``.
    """
    on = chain.base(tables, assumptions)
    counted = (
        "population_region",
        "population_region_ten_year",
        "population_municipality",
        "population_municipality_65",
    )
    earlier = {name: tables[name].loc[tables[name]["year"] < on.people.base_year] for name in counted}
    without = chain.base({**tables, **earlier}, assumptions, on.people.base_year)
    lasting = [_lasting(one) for one in (on, without)]
    moved = validation.advice_change(*lasting)
    rows = pd.DataFrame(
        {
            "region": on.people.areas,
            "lasting": lasting[0],
            "lasting_without_population": lasting[1],
            "change": moved.change,
            "share": moved.share,
        }
    )
    for suffix, one in (("", on), ("_without_population", without)):
        rows[f"low{suffix}"], _, rows[f"high{suffix}"] = uncertainty.interval(_starters(one, draws))
    ends: dict[str, tuple[float, float]] = {}
    for code in np.asarray(on.people.codes)[known(on.found).st[:-1]]:
        figures = tables["st_baseline"]
        own = figures.loc[(figures["region"] == code) & (figures["use"] != "never")]
        gone = own.loc[own["dated"] == own["dated"].max(), "figure"]
        fewer = {**tables, "st_baseline": figures[~figures["figure"].isin(gone)]}
        unknown = replace(on, tables=fewer, found=inputs.published(fewer, on.people, on.own))
        low, _, high = uncertainty.interval(_starters(unknown, draws)[:, on.people.codes.index(code)])
        ends[code] = float(low), float(high)
    for place, end in enumerate(("low", "high")):
        rows[f"{end}_without_st"] = rows["region"].map({code: pair[place] for code, pair in ends.items()})
    return rows


def _lasting(on: chain.Base) -> FloatArray:
    """Return the starters a year that sustain the norm, at the central values, (area,)."""
    drawn = on.central()
    found = chain.doctors(on, drawn, chain.until(on.people, on.people.base_year + 1))
    return general_practice.sustaining(found.p, found.have, found.required.by_year[..., 0])[0]


def _starters(on: chain.Base, draws: int) -> FloatArray:
    """Return the starters a year that meet the norm in the target year, (draw, area)."""
    people = chain.until(on.people, on.people.target_year)
    p, required, _, have = chain.doctors(on, on.sample(draws), people)
    return general_practice.starters_for(p, people, have, required.by_year, people.target_year)
