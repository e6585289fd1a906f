"""What a profession's need is made up of, and how far each assumption alone moves it: what to measure next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from riktvarden.names import TREATMENT
from riktvarden.professions import PROFESSIONS
from riktvarden.professions.named import contacts, today_of

if TYPE_CHECKING:
    from riktvarden.assumptions import Assumption, Assumptions
    from riktvarden.professions.specification import Contact

WEAK = "D"
"""Grade of the assumptions that are moved."""


def composition(assumptions: Assumptions, profession: str) -> pd.DataFrame:
    """Hours of each kind of contact in the year it is of, at the assumptions' values, travel apart.

    Returns
    -------
    pandas.DataFrame
        ``profession, kind, hours, share``, in the order of the model's contacts.
    """
    a, kinds = assumptions, contacts(profession)
    hours = np.array(
        [a[k.total].value * k.contact.scale * _each(a[k.each], k.contact)[0] * a[k.minutes].value / 60 for k in kinds]
    )
    return pd.DataFrame(
        {
            "profession": profession,
            "kind": [kind.minutes for kind in kinds],
            "hours": hours,
            "share": hours / hours.sum(),
        }
    )


def effects(assumptions: Assumptions, profession: str) -> pd.DataFrame:
    """How far each assumption of grade D alone moves the nation's need, from its low to its high end.

    The need is a sum of products, so that a factor of one product moves the sum by that product's share. The
    shares are those of the years that the contacts are of, travel apart. For psychologists the two parts that
    are weighed together are distinguished: `sensitivity.tornado` moves the whole.

    Returns
    -------
    pandas.DataFrame
        ``profession, name, part, low, high``: fractions of the part (``all``, ``need`` or ``use``), widest first.
    """
    a, rows = assumptions, []
    if PROFESSIONS[profession].contacts:
        for kind, share in zip(contacts(profession), composition(a, profession)["share"], strict=True):
            rows += [(name, "all", share, a[name].value, a[name].low, a[name].high) for name in (kind.total, kind.minutes)]
            rows.append((kind.each, "all", share, *_each(a[kind.each], kind.contact)))
        unmet = a["unmet_need_share"]
        rows.append(("unmet_need_share", "all", 1.0, 1 + unmet.value, 1 + unmet.low, 1 + unmet.high))
    else:
        for part, names in (("need", TREATMENT), ("use", today_of(profession))):
            rows += [(name, part, 1.0, a[name].value, a[name].low, a[name].high) for name in names]
    found = pd.DataFrame(rows, columns=["name", "part", "share", "value", "least", "most"])
    found = found.loc[[a[name].grade == WEAK for name in found["name"]]]
    # The same total can carry several kinds of contact: its effects add.
    low = found["share"] * (found["least"] / found["value"] - 1)
    high = found["share"] * (found["most"] / found["value"] - 1)
    moved_by = found.assign(low=low, high=high).groupby(["name", "part"], as_index=False, sort=False)[["low", "high"]].sum()
    order = (moved_by["high"] - moved_by["low"]).sort_values(ascending=False, kind="stable").index
    rows_of = moved_by.loc[order].reset_index(drop=True)
    rows_of.insert(0, "profession", profession)
    return rows_of


def _each(item: Assumption, kind: Contact) -> tuple[float, float, float]:
    """Value, low and high of the profession's share of the contacts, or its contacts per recipient."""
    return (1 - item.value, 1 - item.high, 1 - item.low) if kind.complement else (item.value, item.low, item.high)
