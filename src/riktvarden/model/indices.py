"""The need of doctors as an index of the norm by head count, of regions and municipalities, and what moves it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden import need
from riktvarden.model import weights
from riktvarden.model.inputs import People
from riktvarden.names import COMPONENTS

FloatArray = NDArray[np.float64]

ENDS = ("value", "low", "high")


def deviations(contributions: pd.DataFrame) -> pd.DataFrame:
    """What each factor adds to a requirement, in per cent of that by head count; rows and columns as `contributions`."""
    heads = contributions.loc[contributions["factor"] == "inhabitants"].set_index(["profession", "region"])["value"]
    base = heads.loc[pd.MultiIndex.from_frame(contributions[["profession", "region"]])].to_numpy(float)
    return contributions.assign(**{end: need.index(contributions[end], base) for end in ENDS})


def shares_of_variance(contributions: FloatArray) -> FloatArray:
    """Part of the variance of need per inhabitant, over regions and draws, that each factor has alone.

    The factors are correlated between regions, so that the parts need not sum to one. A factor with less than
    `weights.NEGLIGIBLE` for doctors and every profession has no place among them.

    Parameters
    ----------
    contributions
        Requirement by head count, then what each factor adds, (draw, 1 + factor, area), the nation last.

    Returns
    -------
    numpy.ndarray
        (factor,).
    """
    heads = contributions[:, :1, :-1]
    relative = contributions[:, 1:, :-1] / heads
    size = (heads / heads.sum(axis=-1, keepdims=True))[:, 0] / len(heads)

    def variance(values: FloatArray) -> FloatArray:
        mean = (values * size[:, None]).sum(axis=(0, -1), keepdims=True)
        return np.asarray(((values - mean) ** 2 * size[:, None]).sum(axis=(0, -1)))

    return variance(relative) / variance(relative.sum(axis=1, keepdims=True))


def per_inhabitant(tidy: pd.DataFrame, contributions: pd.DataFrame, people: People) -> pd.DataFrame:
    """The regions' requirement of doctors as an index of that by head count.

    Parameters
    ----------
    tidy, contributions
        Of the results.
    people
        Inhabitants.

    Returns
    -------
    pandas.DataFrame
        ``region, value, low, high``, the nation being 100.
    """
    by_heads = contributions.query("profession == 'general_practice' and factor == 'inhabitants'")
    heads = by_heads.set_index("region")["value"].loc[people.codes]
    rows = tidy.loc[tidy["measure"] == "specialist_requirement"].set_index("region").loc[people.codes]
    return pd.DataFrame({"region": people.codes, **{end: need.index(rows[end], heads) for end in ENDS}})


def municipal(municipalities: pd.DataFrame, norm: float) -> pd.DataFrame:
    """The municipalities' requirement of doctors as an index of that by head count.

    Parameters
    ----------
    municipalities
        Of the results.
    norm
        Inhabitants per full-time specialist.

    Returns
    -------
    pandas.DataFrame
        ``municipality, region, norm`` (full-time equivalents by head count) ``, value, low, high``, the nation being 100.
    """
    heads = municipalities["population"] / norm
    ends = {"value": "specialist_requirement", "low": "low", "high": "high"}
    found = municipalities[["municipality", "region"]].assign(norm=heads)
    return found.assign(**{end: need.index(municipalities[column], heads) for end, column in ends.items()})


def components(tables: Mapping[str, pd.DataFrame], people: People, component_weights: FloatArray) -> pd.DataFrame:
    """What the Care Need Index counts.

    Returns
    -------
    pandas.DataFrame
        ``component, share`` (of the nation's inhabitants) ``, lowest, highest`` (of the counties) ``, of_level`` and
        ``of_spread``: the component's part of the nation's index, and of its variance between counties.
    """
    persons, inhabitants = weights.county_components(tables, people.codes)
    shares = persons / inhabitants[:, None]
    weighted, heads = shares * component_weights, inhabitants / inhabitants.sum()
    apart = weighted - heads @ weighted
    together = heads * apart.sum(axis=1)
    return pd.DataFrame(
        {
            "component": COMPONENTS,
            "share": heads @ shares,
            "lowest": shares.min(axis=0),
            "highest": shares.max(axis=0),
            "of_level": heads @ weighted / (heads @ weighted).sum(),
            "of_spread": together @ apart / (together @ apart).sum(),
        }
    )


def counties(at: weights.Places, people: People) -> pd.DataFrame:
    """The Care Need Index of each county, and what the fit that brings it down to municipalities predicts of it.

    Returns
    -------
    pandas.DataFrame
        ``region, care_need_index`` (the nation is 1) and ``left_out``: what the other counties predict.
    """
    return pd.DataFrame(
        {
            "region": people.codes,
            "care_need_index": at.county_score / at.nation_score,
            "left_out": (at.county_score - at.fit.missed) / at.nation_score,
        }
    )
