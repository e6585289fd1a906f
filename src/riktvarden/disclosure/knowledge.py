"""Knowledge of an outsider beyond the cells of a table: rates with denominators, averages with counts, old editions."""

from __future__ import annotations

import functools
import itertools
import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from riktvarden.disclosure.attack import TOLERANCE, ContradictionError, Knowledge, deduce, feasible, minimise, misfit
from riktvarden.disclosure.system import Dimension, FloatArray

Interval = tuple[float, float]
"""Lowest and highest possible value of a known quantity."""


def shown(value: float, base: float = 0.0) -> Interval:
    """Return the interval implied by a value rounded to the nearest multiple of `base` (0.1 for one decimal)."""
    return value - base / 2, value + base / 2


@dataclass(frozen=True)
class Fact:
    """One linear constraint on cells: ``low ≤ Σ coefficient × cell ≤ high``.

    The general form of published information about cells other than their values. A cell that a fact refers to need
    not have a row in the table, and is then not a target; to attack it, add a row with the status ``suppressed``.
    """

    cells: Sequence[Mapping[str, str]]
    """Code of each dimension; an omitted dimension is at its total."""
    coefficients: Sequence[float]
    low: float = -math.inf
    high: float = math.inf

    @classmethod
    def product(cls, cell: Mapping[str, str], one: Interval, other: Interval) -> Fact:
        """Return the fact that a cell is a product: estimate × coverage, rate × denominator, or average × number.

        Parameters
        ----------
        cell
            Code of each dimension.
        one, other
            The factors as known (`shown`), in units whose product is that of the cell; 0 or more.
        """
        return cls([cell], [1.0], max(one[0], 0.0) * max(other[0], 0.0), one[1] * other[1])

    @classmethod
    def ratio(cls, part: Mapping[str, str], whole: Mapping[str, str], ratio: Interval) -> tuple[Fact, Fact]:
        """Return the facts that a cell is a known share of another, unknown cell.

        Parameters
        ----------
        part, whole
            Code of each dimension.
        ratio
            part / whole as known (`shown`), a share, not a percentage.

        Returns
        -------
        tuple of Fact
            part ≥ lowest ratio × whole, part ≤ highest ratio × whole.
        """
        low, high = ratio
        return cls([part, whole], [1.0, -low], low=0.0), cls([part, whole], [1.0, -high], high=0.0)


def fact_cells(facts: Sequence[Fact], dimensions: Sequence[Dimension]) -> pd.DataFrame:
    """Return the cells that facts refer to, one row per coefficient, in order.

    Raises
    ------
    ValueError
        If a fact does not have one coefficient per cell, names an unknown dimension, or omits one without a total.
    """
    total = {dimension.name: dimension.total for dimension in dimensions}
    rows = []
    for fact in facts:
        if len(fact.cells) != len(fact.coefficients):
            raise ValueError("a fact needs one coefficient per cell")
        for cell in fact.cells:
            if unknown := set(cell) - set(total):
                raise ValueError(f"a fact refers to unknown dimensions: {', '.join(sorted(unknown))}")
            row = {**total, **cell}
            if lacking := [name for name, code in row.items() if code is None]:
                raise ValueError(f"a fact omits a dimension that has no total: {', '.join(lacking)}")
            rows.append(row)
    return pd.DataFrame(rows, columns=list(total), dtype=str)


def knowledge(facts: Sequence[Fact], cells: sparse.csr_array) -> Knowledge:
    """Convert facts to constraints on the unknowns.

    Parameters
    ----------
    facts
        The facts.
    cells
        Cell × unknown, one row per row of `fact_cells`.
    """
    lengths = [len(fact.cells) for fact in facts]
    coefficients = np.fromiter(itertools.chain.from_iterable(fact.coefficients for fact in facts), dtype=float)
    sums = sparse.csr_array(
        (coefficients, (np.repeat(np.arange(len(facts)), lengths), np.arange(coefficients.size))),
        shape=(len(facts), coefficients.size),
    )
    matrix = sparse.csr_array(sums @ cells)
    matrix.eliminate_zeros()
    return Knowledge(matrix, np.array([fact.low for fact in facts]), np.array([fact.high for fact in facts]))


class Reconciled(NamedTuple):
    """Combined constraints of several editions of a table."""

    sums: Knowledge
    """Sums of the inner cells, those of the newest edition first."""
    more: Knowledge
    """Further constraints on the inner cells and the revisions."""
    point: FloatArray
    """Unknowns consistent with everything: the inner cells, then the revisions."""
    revised: tuple[float, ...]
    """Smallest revision in persons that explains each earlier edition."""


def reconciled(sums: Knowledge, editions: Sequence[Knowledge], facts: Knowledge, *, whole: bool = True) -> Reconciled:
    """Combine earlier editions with the newest, assuming the smallest possible revisions.

    An edition inconsistent with the same counts has counts of its own, as close as possible: the sum of the absolute
    differences of its inner cells is the smallest that is consistent with all that was published. Every such revision
    is considered possible, separately in each connected part of the table; in a part where none is needed, the
    edition is equivalent to the newest. Two editions that differ by one correction are thus attacked as such.

    Parameters
    ----------
    sums
        The newest edition, on the inner cells.
    editions
        Earlier ones, on the inner cells. Consistent ones are kept in order; the others are revised. One that does
        not add up is corrected by as little as possible.
    facts
        Knowledge beyond the cells of the newest edition.
    whole
        Whether the inner cells are counts.

    Returns
    -------
    Reconciled
        The combined constraints.

    Raises
    ------
    ContradictionError
        If the newest contradicts itself or the facts.
    """
    point = feasible(sums, facts)
    agreeing = sums
    editions = [_adding_up(edition) for edition in editions]
    other: list[int] = []
    for number, edition in enumerate(editions):
        try:
            point = feasible(agreeing + edition, facts)
        except ContradictionError:
            other.append(number)
        else:
            agreeing += edition
    revised = np.zeros(len(editions))
    if not other:
        return Reconciled(agreeing, facts, point, tuple(revised.tolist()))

    inner, count = sums.matrix.shape[1], len(other)
    # Unknowns: the inner cells, then for each edition how many more and how many fewer it counts in each of them.
    one = sparse.eye_array(inner, format="csr")
    joined = _wider(agreeing, 2 * count * inner) + _wider(facts, 2 * count * inner)
    bounds = []
    for place, number in enumerate(other):
        edition = editions[number]
        joined += Knowledge(_counted_then(edition.matrix, place, count), edition.low, edition.high)
        bounds.append(Knowledge(_counted_then(one, place, count), np.zeros(inner), np.full(inner, np.inf)))
    joined = functools.reduce(operator.add, bounds, joined)
    cost = np.concatenate([np.zeros(inner), np.ones(2 * count * inner)])
    rows = np.isfinite(joined.low) | np.isfinite(joined.high)
    every = joined.of(rows)
    point = minimise(cost, every.matrix, every.low, every.high, integral=whole)
    changes = point[inner:].reshape(count, 2, inner)
    revised[other] = changes.sum(axis=(1, 2))

    # Connected inner cells, by sums of the newest edition with more than one unknown or by earlier editions.
    unknown = np.isnan(deduce(agreeing.matrix, agreeing.low, agreeing.high))
    tied = agreeing.of(np.isfinite(agreeing.high)).matrix @ sparse.diags_array(unknown.astype(float))
    graph = sparse.vstack([tied, facts.matrix, *(editions[number].matrix for number in other)], format="csr")
    graph.eliminate_zeros()
    _, label = sparse.csgraph.connected_components(
        sparse.block_array([[None, graph], [graph.T, None]], format="csr"), directed=False
    )
    part = label[graph.shape[0] :]
    amount = np.bincount(part, changes.sum(axis=(0, 1)), minlength=label.max() + 1).astype(float)
    loose = amount[part] > TOLERANCE  # inner cells of parts where something was revised
    kept = np.concatenate([np.ones(inner, dtype=bool), np.tile(loose, 2 * count)])
    more = _wider(facts, 2 * count * inner)
    for place, number in enumerate(other):
        edition = editions[number]
        contradicts = edition.matrix @ loose.astype(float) > 0
        agreeing += edition.of(~contradicts)
        own = edition.of(contradicts)
        more += Knowledge(_counted_then(own.matrix, place, count), own.low, own.high)
        more += bounds[place].of(loose)
    parts = np.flatnonzero(amount > TOLERANCE)
    budget = sparse.csr_array(np.tile(part == parts[:, None], (1, 2 * count)).astype(float))
    nothing = sparse.csr_array((parts.size, inner))
    more += Knowledge(
        sparse.hstack([nothing, budget], format="csr"),
        np.zeros(parts.size),
        np.asarray(amount[parts] + TOLERANCE, dtype=float),
    )
    more = Knowledge(more.matrix[:, kept], more.low, more.high)
    return Reconciled(_wider(agreeing, int(kept.sum()) - inner), more, point[kept], tuple(revised.tolist()))


def _adding_up(known: Knowledge) -> Knowledge:
    """Correct values that contradict each other."""
    try:
        feasible(known)
    except ContradictionError:
        excess = misfit(known.matrix, known.low, known.high)
        return Knowledge(known.matrix, known.low - excess, known.high - excess)
    return known


def _wider(known: Knowledge, columns: int) -> Knowledge:
    """Add unconstrained unknowns."""
    nothing = sparse.csr_array((known.low.size, columns))
    return Knowledge(sparse.hstack([known.matrix, nothing], format="csr"), known.low, known.high)


def _counted_then(matrix: sparse.csr_array, place: int, count: int) -> sparse.csr_array:
    """Return the sums of an edition's own counts: the newest plus or minus the revisions of this one of `count`."""
    nothing = sparse.csr_array(matrix.shape)
    parts = [nothing] * (2 * count)
    parts[2 * place : 2 * place + 2] = [matrix, -matrix]
    return sparse.hstack([matrix, *parts], format="csr")
