"""What a profession's need is made up of, and how far each assumption alone moves it: what to measure next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from riktvarden import need
from riktvarden.model.professions import needed
from riktvarden.names import TREATMENT
from riktvarden.parameters import Parameters, read_by
from riktvarden.professions import PROFESSIONS
from riktvarden.professions.named import contacts, taken_by, today_of
from riktvarden.professions.specification import FloatArray

if TYPE_CHECKING:
    from riktvarden.assumptions import Assumptions
    from riktvarden.model.chain import Base
    from riktvarden.model.weights import Requirement

WEAK = "D"
"""Grade of the assumptions that are moved."""


def composition(assumptions: Assumptions, profession: str) -> pd.DataFrame:
    """Hours of each kind of contact in the year it is of, at the assumptions' values, travel apart.

    Returns
    -------
    pandas.DataFrame
        ``profession, kind, hours, share``, in the order of the model's contacts.
    """
    hours = _hours(Parameters.of(assumptions.at_value()), profession)
    return pd.DataFrame(
        {
            "profession": profession,
            "kind": [kind.minutes for kind in contacts(profession)],
            "hours": hours,
            "share": hours / hours.sum(),
        }
    )


def _hours(p: Parameters, profession: str) -> FloatArray:
    """Hours of the profession in each kind of contact, (kind,), at home as the municipality staffs it."""
    of, found = PROFESSIONS[profession], []
    for kind in of.contacts:
        each: FloatArray | float = 1.0 if kind.each is None else kind.each(p)
        made = (
            kind.total(p) * kind.scale * (1 - each if kind.complement else each) * kind.minutes(p) / need.MINUTES_PER_HOUR
        )
        staffed = kind.where != "centre" and of.at_home is not None and of.at_home.municipal_staff is not None
        found.append(made * of.at_home.municipal_staff(p) if staffed else made)  # type: ignore[union-attr,misc]
    return np.hstack(found)[0]


def effects(on: Base, doctors: Requirement, profession: str) -> pd.DataFrame:
    """Say how far each assumption of grade D alone moves the nation's need, from its low to its high end.

    For psychologists the two parts that are weighed together are distinguished: `sensitivity.tornado` moves the whole.

    Parameters
    ----------
    on
        Inputs shared by all draws.
    doctors
        The requirement of general practitioners at the central values, from whom tasks may be moved.
    profession
        The profession.

    Returns
    -------
    pandas.DataFrame
        ``profession, name, part, low, high``: fractions of the part (``all``, ``need`` or ``use``), widest first.
    """
    a, of = on.assumptions, PROFESSIONS[profession]
    p, rows = Parameters.of(a.at_value()), []

    def nation(p: Parameters) -> float:
        return float(needed(p, on.tables, on.people, on.at, profession, 0.0, doctors).total.sum())

    def moved(name: str) -> tuple[float, float]:
        ends = [nation(p.but(**{name: end})) / whole - 1 for end in (a[name].low, a[name].high)]
        return min(ends), max(ends)

    if of.contacts:
        whole = nation(p)
        names = [name for kind in of.contacts for name in taken_by(kind)]
        names += read_by(of.at_home.municipal_staff) if of.at_home and of.at_home.municipal_staff else ()
        names.append("unmet_need_share")
        rows = [(name, "all", *moved(name)) for name in dict.fromkeys(names) if a[name].grade == WEAK]
    else:
        for part, parts in (("need", TREATMENT), ("use", today_of(profession))):
            weak = [name for name in parts if a[name].grade == WEAK]
            rows += [(name, part, a[name].low / a[name].value - 1, a[name].high / a[name].value - 1) for name in weak]
    found = pd.DataFrame(rows, columns=["name", "part", "low", "high"])
    found = found.loc[(found["high"] - found["low"]) > 0]
    order = (found["high"] - found["low"]).sort_values(ascending=False, kind="stable").index
    rows_of = found.loc[order].reset_index(drop=True)
    rows_of.insert(0, "profession", profession)
    return rows_of
