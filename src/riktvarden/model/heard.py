"""Responses to the consultation, each run through the model: what its proposed values would change."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden.assumptions import Assumptions
from riktvarden.model import chain, general_practice
from riktvarden.parameters import SINGLE
from riktvarden.professions import PROFESSIONS
from riktvarden.uncertainty import Sample

FloatArray = NDArray[np.float64]

COLUMNS = ["response", "measure", "profession", "region", "report", "value"]
YEAR = "year"
"""Unit of assumptions that are years."""
AT_ONCE = 64
"""Responses run at once, which bounds the memory."""


def runnable(assumptions: Assumptions, name: str) -> bool:
    """Return whether the model can be run with another value of an assumption for one response only.

    Years and other assumptions that must have a single value frame the whole report.
    """
    return name not in SINGLE and assumptions[name].unit != YEAR


def effects(on: chain.Base, proposed: pd.DataFrame) -> pd.DataFrame:
    """Run the model once for each response, with its values and all else at the central values.

    Parameters
    ----------
    on
        Inputs shared by all runs.
    proposed
        ``response, assumption, value``, one row per proposed value; values of the same response are tried together.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`: the value of every result of the nation and each region in the report (central values) and with the
        response, for ``st_positions_guideline`` and ``st_starters_guideline`` in the base year and for ``fte_need`` of
        each profession. A response with no runnable value is left out.

    Raises
    ------
    ValueError
        If an assumption is unknown, or one response has two values of the same.
    """
    if unknown := sorted(set(proposed["assumption"]) - set(on.assumptions)):
        raise ValueError(f"unknown assumptions: {', '.join(unknown)}")
    twice = proposed.loc[proposed.duplicated(["response", "assumption"]), "response"]
    if len(twice):
        raise ValueError(f"two values of one assumption in responses {', '.join(map(str, twice.unique()))}")
    used = proposed.loc[[runnable(on.assumptions, name) for name in proposed["assumption"]]]
    wide = used.set_index(["response", "assumption"])["value"].unstack()  # noqa: PD010 - nothing to aggregate
    keys, report = _keys(on), _run(on, wide.iloc[:0].reindex([0]))[0]
    parts = [wide.iloc[start : start + AT_ONCE] for start in range(0, len(wide), AT_ONCE)]
    found = np.vstack([_run(on, part) for part in parts]) if parts else np.empty((0, len(keys)))
    rows = [
        keys.assign(response=response, report=report, value=values)
        for response, values in zip(wide.index, found, strict=True)
    ]
    return pd.concat(rows, ignore_index=True)[COLUMNS] if rows else pd.DataFrame(columns=COLUMNS)


def _keys(on: chain.Base) -> pd.DataFrame:
    """Name the results of a run, in order: ``measure, profession, region``."""
    kinds = [(measure, "general_practice") for measure in ("st_positions_guideline", "st_starters_guideline")]
    kinds += [("fte_need", profession) for profession in PROFESSIONS]
    return pd.DataFrame(
        [(measure, profession, area) for measure, profession in kinds for area in on.people.areas],
        columns=["measure", "profession", "region"],
    )


def _run(on: chain.Base, settings: pd.DataFrame) -> FloatArray:
    """Run the model with the values of each row, missing ones central: (row, result)."""
    count, middle = len(settings), on.central()
    drawn = Sample(
        {name: np.repeat(one, count, axis=0) for name, one in middle.assumptions.items()},
        {stream: np.repeat(each, count, axis=0) for stream, each in middle.regional.items()},
    )
    for name in settings:
        given = settings[name].to_numpy(float)
        drawn.assumptions[str(name)][np.isfinite(given), 0] = given[np.isfinite(given)]
    people = chain.until(on.people, on.people.target_year)
    p, required, _, have = chain.doctors(on, drawn, people)
    norm = general_practice.norm(p, have, required.by_year[..., 0])
    needs = [chain.need_now(on, drawn, required, name).by_year[..., 0] for name in PROFESSIONS]
    return np.hstack([norm["st_positions_guideline"], norm["st_starters_guideline"], *needs])
