"""The scenario in which the team takes over more of the doctors' tasks: what it does to each profession."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden import uncertainty
from riktvarden.model import weights
from riktvarden.names import DRAWS, SEED
from riktvarden.parameters import Parameters
from riktvarden.professions import PROFESSIONS

if TYPE_CHECKING:
    from riktvarden.assumptions import Assumptions

FloatArray = NDArray[np.float64]

SHARE = "task_shift_share"
"""Assumption on how much is moved: a scenario, zero in the guideline values."""

NEEDED = ("task_shift_", "direct_time_", "indirect_time_", "minutes_doctor_contact")
"""Beginnings of the names of the assumptions that the scenario rests on."""


def moved(
    assumptions: Assumptions,
    doctors: float,
    draws: int = DRAWS,
    seed: int = SEED,
) -> pd.DataFrame:
    """Full-time equivalents that moving tasks takes from doctors and asks of the professions (method C4).

    The upper end of the scenario's share of the doctors' contacts is moved. Contacts are the same before and after;
    minutes are not.

    Parameters
    ----------
    assumptions
        Graded assumptions by name.
    doctors
        Full-time doctors required before.
    draws, seed
        Number of draws and their seed, for the interval.

    Returns
    -------
    pandas.DataFrame
        profession (``general_practice`` first, then `PROFESSIONS`), value, low, high: change in FTE.
    """
    most = {SHARE: np.full((1, 1), assumptions[SHARE].high)}
    central = assumptions.at_value() | most
    needed = {name: item for name, item in assumptions.items() if name.startswith(NEEDED) and name != SHARE}
    drawn = central | uncertainty.sample(needed, {}, draws, seed).assumptions
    value, spread = (_change(Parameters.of(p)) for p in (central, drawn))
    low, _, high = uncertainty.interval(doctors * spread)
    return pd.DataFrame(
        {"profession": ["general_practice", *PROFESSIONS], "value": doctors * value[0], "low": low, "high": high}
    )


def _change(p: Parameters) -> FloatArray:
    """Change per full-time doctor before, (draw, 1 + profession)."""
    after = weights.team(p)
    return np.hstack([after.doctor - 1, after.professions])
