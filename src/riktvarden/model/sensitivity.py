"""Sensitivity of the advice to the assumptions, and priorities for measurement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden import uncertainty
from riktvarden.codes import NATION
from riktvarden.model import careers, chain, general_practice, inputs
from riktvarden.model.cells import known
from riktvarden.names import REGIONAL, SEEN
from riktvarden.parameters import Parameters
from riktvarden.professions import PROFESSIONS
from riktvarden.uncertainty import Sample

if TYPE_CHECKING:
    pass

FloatArray = NDArray[np.float64]

POINTS = 1024
"""Base points of the indices, chosen so that half widths of their errors are below 0.1 and a run takes half a minute."""

UNPUBLISHED = {"st": "st_persons_unpublished", "specialists": "specialists_unpublished"}
"""Stock of doctors → name of its unpublished regional numbers as an input to measure."""


def outputs(on: chain.Base) -> pd.DataFrame:
    """Return the outputs that make up the advice, in the order of `evaluator`.

    Returns
    -------
    pandas.DataFrame
        ``measure, profession, region``.
    """
    areas = on.people.areas
    of_doctors = [
        (measure, "general_practice", area)
        for measure in ("st_positions_guideline", "st_starters_target")
        for area in areas
    ]
    of_others = [("fte_need", profession, NATION) for profession in PROFESSIONS]
    return pd.DataFrame(of_doctors + of_others, columns=["measure", "profession", "region"])


def evaluator(on: chain.Base) -> Callable[[Sample], FloatArray]:
    """Return the model as a function from a sample to (draw, output), with the outputs of `outputs`."""
    people = chain.until(on.people, on.people.target_year)

    def evaluate(drawn: Sample) -> FloatArray:
        p, required, _, have = chain.doctors(on, drawn, people)
        lasting = general_practice.norm(p, have, required.by_year[..., 0])["st_positions_guideline"]
        starters = general_practice.starters_for(p, people, have, required.by_year, people.target_year)
        others = [chain.need_now(on, drawn, required, name).total.sum(axis=-1, keepdims=True) for name in PROFESSIONS]
        return np.hstack([lasting, starters, *others])

    return evaluate


def tornado(on: chain.Base) -> pd.DataFrame:
    """Move one assumption at a time to the ends of its range.

    Returns
    -------
    pandas.DataFrame
        ``measure, profession, region, assumption, grade, value, at_low, at_high``: the output with all assumptions at
        their values, and with one of them at its low and at its high end. Only assumptions with an effect.
    """
    found = uncertainty.tornado(evaluator(on), on.assumptions, on.streams, on.specialists.joint)
    frames = [
        outputs(on).assign(
            assumption=name,
            grade=on.assumptions[name].grade,
            value=found.central,
            at_low=found.low[place],
            at_high=found.high[place],
        )
        for place, name in enumerate(found.names)
    ]
    rows = pd.concat(frames, ignore_index=True)
    moved = (rows["at_low"] - rows["value"]).abs() + (rows["at_high"] - rows["value"]).abs()
    return rows[moved > np.abs(rows["value"]) * np.finfo(float).eps * len(found.names)].reset_index(drop=True)


def groups(on: chain.Base, moving: set[str]) -> dict[str, list[str]]:
    """Return independent groups of inputs: the assumptions of each file, and all regional deviations.

    Jointly conditioned assumptions are in the group of their column, whatever their file.

    Parameters
    ----------
    on
        Inputs shared by all draws.
    moving
        Names of the assumptions with an effect; a file without any is not a group.
    """
    by_file: dict[str, list[str]] = {}
    for name in on.assumptions:
        if name in moving:
            of_file = on.specialists.joint.column if name in careers.MELDED else on.assumptions.files[name]
            by_file.setdefault(of_file, []).append(name)
    # What varies within regions leaves them as they are, and would more than double the dimensions.
    return by_file | {REGIONAL: [stream for stream in on.streams if stream not in chain.WITHIN_REGIONS]}


def indices(on: chain.Base, moving: set[str], n: int = POINTS) -> pd.DataFrame:
    """Compute Sobol indices of every output and group (method f).

    Parameters
    ----------
    on
        Inputs shared by all draws.
    moving
        Names of the assumptions with an effect.
    n
        Base points, a power of two.

    Returns
    -------
    pandas.DataFrame
        ``measure, profession, region, group, first, first_error, total, total_error``; the errors are half widths of
        95 % intervals.
    """
    found = uncertainty.sobol_indices(
        groups(on, moving), evaluator(on), on.assumptions, on.streams, n=n, joint=on.specialists.joint
    )
    frames = [
        outputs(on).assign(
            group=group,
            first=found.first[place],
            first_error=found.first_error[place],
            total=found.total[place],
            total_error=found.total_error[place],
        )
        for place, group in enumerate(found.groups)
    ]
    return pd.concat(frames, ignore_index=True)


def measure_next(on: chain.Base, drawn: Sample, tornados: pd.DataFrame) -> pd.DataFrame:
    """Compute how much narrower each part of the advice would be if one input were known.

    Inputs are each assumption with an effect, and the regions' unpublished stocks: all in specialist training, and all
    specialists, on which the starters to the target year depend.

    Parameters
    ----------
    on
        Inputs shared by all draws.
    drawn
        The draws.
    tornados
        From `tornado`: the outputs affected by each assumption.

    Returns
    -------
    pandas.DataFrame
        ``measure, profession, region, input, grade, narrower``: average reduction of the 80 % interval's width, as a
        share, from knowing the input. The grade of unpublished stocks is empty.
    """
    wanted, reported = outputs(on), evaluator(on)(drawn)
    # A region's positions depend on the same inputs as the nation's, and on need.
    asked = (wanted["region"] == NATION) | (wanted["measure"] != "st_positions_guideline")
    of_output = pd.MultiIndex.from_frame(wanted)
    frames = []
    for name, rows in tornados.groupby("assumption", sort=False):
        places = of_output.get_indexer(pd.MultiIndex.from_frame(rows[["measure", "profession", "region"]]))
        places = places[asked.to_numpy()[places]]
        frames.append(_narrower(wanted, places, str(name), rows["grade"].iloc[0], drawn.assumptions[str(name)], reported))
    starters = np.flatnonzero(wanted["measure"] == "st_starters_target")
    frames += [
        _narrower(wanted, starters, UNPUBLISHED[stream], "", values, reported) for stream, values in _unpublished(on, drawn)
    ]
    return pd.concat(frames, ignore_index=True)


def _narrower(
    wanted: pd.DataFrame, places: NDArray[np.intp], name: str, grade: str, values: FloatArray, reported: FloatArray
) -> pd.DataFrame:
    """Return the effect of knowing one input on some of the outputs."""
    narrower = uncertainty.value_of_knowing(values, reported[:, places])
    return wanted.iloc[places].assign(input=name, grade=grade, narrower=narrower)


def _unpublished(on: chain.Base, drawn: Sample) -> Iterator[tuple[str, FloatArray]]:
    """Return draws of the unpublished regional stocks, (draw, region)."""
    shown = known(on.found)
    p = Parameters.of(drawn.assumptions)
    stocks = inputs.stocks_drawn(p, on.found, on.people, drawn.regional)
    yield "st", stocks.st[:, ~shown.st]
    yield "specialists", stocks.specialists[:, ~shown.specialists]


def ranking(narrower: pd.DataFrame) -> pd.DataFrame:
    """Rank the inputs to measure next, the most informative first.

    Parameters
    ----------
    narrower
        From `measure_next`.

    Returns
    -------
    pandas.DataFrame
        A row per input that narrows some part of the advice by more than `SEEN`: ``input, grade, narrower`` (the most
        it narrows any part), ``measure, profession, region`` (that part; region empty where the part is the mean over
        the regions), in falling order.
    """
    of_nation = narrower.loc[narrower["region"] == NATION]
    regional = narrower.loc[narrower["region"] != NATION]
    means = regional.groupby(["measure", "profession", "input", "grade"], as_index=False, sort=False)["narrower"].mean()
    every = pd.concat([of_nation, means.assign(region="")], ignore_index=True)
    reported = every.loc[every["narrower"] > SEEN].sort_values("narrower", ascending=False, kind="stable")
    best = reported.drop_duplicates("input")
    return best[["input", "grade", "narrower", "measure", "profession", "region"]].reset_index(drop=True)
