"""Divide a change between two editions into data, assumptions and method, exactly: no file, no model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd

Corner = frozenset[str]
"""The parts that are of the later edition; all others are of the earlier one."""

DATA, ASSUMPTIONS, METHOD = "data", "assumptions", "method"
PARTS = (DATA, ASSUMPTIONS, METHOD)
NONE, ALL = frozenset[str](), frozenset(PARTS)
CORNERS: tuple[Corner, ...] = tuple(frozenset(chosen) for n in range(len(PARTS) + 1) for chosen in combinations(PARTS, n))

SHAPLEY, METHOD_FIRST, METHOD_LAST, UNDIVIDED = "shapley", "method first", "method last", "undivided"
"""How a change is divided: by the mean over all orders; method alone first or last, and the mean over the orders of the two
others; not at all. The first for which every corner has a number is used."""
NEW, GONE = "new", "gone"
"""A quantity that only the later or only the earlier edition has, which has no change to divide."""

BEFORE, AFTER, CHANGE, ORDER, UNEXPLAINED = "before", "after", "change", "order", "unexplained"


def shapley(corners: Mapping[Corner, pd.Series[float]], parts: Sequence[str], base: Corner = NONE) -> pd.DataFrame:
    """Return what each part contributes to the change from `base` to `base` with all `parts`, the mean over all orders.

    Parameters
    ----------
    corners
        Parts of the later edition → the quantities then.
    parts
        The parts to divide the change into.
    base
        Parts that are of the later edition throughout.
    """
    n = len(parts)
    found = {}
    for part in parts:
        others = [other for other in parts if other != part]
        total: pd.Series[float] | float = 0.0
        for size in range(n):
            weight = factorial(size) * factorial(n - size - 1) / factorial(n)
            for chosen in combinations(others, size):
                without = base | frozenset(chosen)
                total = total + weight * (corners[without | {part}] - corners[without])
        found[part] = total
    return pd.DataFrame(found)


def decompose(corners: Mapping[Corner, pd.Series[float] | None]) -> pd.DataFrame:
    """Divide the change of every quantity between two editions.

    Parameters
    ----------
    corners
        Parts of the later edition → the quantities then, by the same index; None or absent where that cannot run.

    Returns
    -------
    pandas.DataFrame
        By quantity: before, after, change, data, assumptions, method, unexplained (only where nothing can be divided) and
        order. The parts and what is unexplained sum to the change.

    Raises
    ------
    ValueError
        If one of the editions itself has no quantities, or quantities of the same name.
    """
    if corners.get(NONE) is None or corners.get(ALL) is None:
        raise ValueError("both editions must run on their own data and assumptions")
    known = {corner: series for corner in CORNERS if (series := corners.get(corner)) is not None}
    if any(not series.index.is_unique for series in known.values()):
        raise ValueError("two quantities have the same name")
    index = known[NONE].index.union(known[ALL].index)
    empty = pd.Series(np.nan, index)
    values = {
        corner: known[corner].reindex(index).replace([np.inf, -np.inf], np.nan) if corner in known else empty
        for corner in CORNERS
    }
    before, after = values[NONE], values[ALL]
    found = pd.DataFrame({BEFORE: before, AFTER: after, CHANGE: after - before}).assign(
        **dict.fromkeys((*PARTS, UNEXPLAINED), np.nan), **{ORDER: np.select([before.isna(), after.isna()], [NEW, GONE], "")}
    )
    for order, parts in _divided(values):
        rows = (found[ORDER] == "") & parts.notna().all(axis=1)
        found.loc[rows, [*PARTS, UNEXPLAINED]] = parts.loc[rows, [*PARTS, UNEXPLAINED]]
        found.loc[rows, ORDER] = order
    return found


def _divided(values: Mapping[Corner, pd.Series[float]]) -> Iterable[tuple[str, pd.DataFrame]]:
    """Yield each way to divide the change, the best first; parts are missing where a corner is."""
    rest = (DATA, ASSUMPTIONS)
    method, all_but = frozenset({METHOD}), frozenset(rest)
    yield SHAPLEY, shapley(values, PARTS).assign(unexplained=0.0)
    first = shapley(values, rest, method)
    yield METHOD_FIRST, first.assign(method=values[method] - values[NONE], unexplained=0.0)
    yield METHOD_LAST, shapley(values, rest).assign(method=values[ALL] - values[all_but], unexplained=0.0)
    change = values[ALL] - values[NONE]
    yield UNDIVIDED, pd.DataFrame(dict.fromkeys(PARTS, 0.0), index=change.index).assign(unexplained=change)
