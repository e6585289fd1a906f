"""Responses to the consultation, each run through the model: what its proposed values would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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


def frames(assumptions: Assumptions, name: str) -> bool:
    """Return whether an assumption frames the whole model, which is then prepared anew for another value of it.

    That takes seconds, where other assumptions take their values from a draw.
    """
    return name in SINGLE or assumptions[name].unit == YEAR


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
        each profession. A response with a value that the model cannot be prepared with is left out.

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
    wide = proposed.set_index(["response", "assumption"])["value"].unstack()  # noqa: PD010 - nothing to aggregate
    keys, report = _keys(on), _run(on, wide.iloc[:0].reindex([0]))[0]
    rows = [
        keys.assign(response=response, report=report, value=values)
        for framed, part in _framed(on, wide)
        for start in range(0, len(part), AT_ONCE)
        for response, values in zip(
            part.index[start : start + AT_ONCE], _run(framed, part.iloc[start : start + AT_ONCE]), strict=True
        )
    ]
    if not rows:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(rows, ignore_index=True).sort_values("response", kind="stable", ignore_index=True)[COLUMNS]


def _framed(on: chain.Base, wide: pd.DataFrame) -> Iterator[tuple[chain.Base, pd.DataFrame]]:
    """Yield the inputs for each set of values that frame the model, with the other values of the responses with them."""
    framing = [name for name in wide if frames(on.assumptions, str(name))]
    if not framing:
        yield on, wide
        return
    for values, part in wide.groupby(framing, dropna=False, sort=False):
        numbers = np.asarray(values, float)
        given = {str(name): float(value) for name, value in zip(framing, numbers, strict=True) if np.isfinite(value)}
        others = part.drop(columns=framing)
        try:
            yield (_with(on, given) if given else on), others
        except ValueError:  # such as a year to which no inhabitants are known
            continue


def _with(on: chain.Base, given: Mapping[str, float]) -> chain.Base:
    """Prepare the inputs again with other values of some assumptions."""
    changed = {
        name: on.assumptions[name].model_copy(update={"value": value, "low": value, "high": value})
        for name, value in given.items()
    }
    return chain.base(on.tables, Assumptions({**on.assumptions, **changed}, on.assumptions.files), on.people.base_year)


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
