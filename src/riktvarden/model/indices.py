"""The need of doctors as an index of the norm by head count, of regions and municipalities, and what moves it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from riktvarden import need
from riktvarden.model import weights
from riktvarden.model.inputs import People
from riktvarden.names import COMPONENTS

ENDS = ("value", "low", "high")


def deviations(contributions: pd.DataFrame) -> pd.DataFrame:
    """What each factor adds to a requirement, in per cent of that by head count; rows and columns as `contributions`."""
    heads = contributions.loc[contributions["factor"] == "inhabitants"].set_index(["profession", "region"])["value"]
    base = heads.loc[pd.MultiIndex.from_frame(contributions[["profession", "region"]])].to_numpy(float)
    return contributions.assign(**{end: need.index(contributions[end], base) for end in ENDS})


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


def components(tables: Mapping[str, pd.DataFrame], people: People) -> pd.DataFrame:
    """What the covariate index counts: ``component, share`` (in the nation), ``lowest, highest`` (of municipalities)."""
    shares, counted = weights.covariate_shares(tables, people.municipalities)
    return pd.DataFrame(
        {
            "component": COMPONENTS,
            "share": (shares * counted).sum(axis=0) / counted.sum(axis=0),
            "lowest": shares.min(axis=0),
            "highest": shares.max(axis=0),
        }
    )
