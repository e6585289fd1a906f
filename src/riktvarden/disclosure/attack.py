"""Attack a published table: compute the feasible interval of every suppressed cell."""

from __future__ import annotations

import contextlib
import copy
import functools
import operator
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import linalg, optimize, sparse

from riktvarden.disclosure.system import BoolArray, FloatArray

IntArray = NDArray[np.int64]

TOLERANCE = 1e-6
"""Difference in a count that is numerical noise of the solver."""

MOST_WHOLE = 600
"""Maximum number of unknowns in a block solved in whole numbers; larger blocks use the relaxation."""

MOST_NODES = 2000
"""Maximum number of branches of an integer search; its bound at that point is used, which is conservative."""

UNBOUNDED = 3
"""Status codes of SciPy's linear programmes."""


class ContradictionError(ValueError):
    """No non-negative table agrees with everything published."""


class UnboundedError(ValueError):
    """The objective is unbounded given what is known."""


class Intervals(NamedTuple):
    """Feasible interval of every attacked cell, NaN for the others; each of shape (cell,)."""

    low: FloatArray
    high: FloatArray
    """Infinite where nothing published bounds the cell from above."""
    pinned: BoolArray
    """Whether the interval is no wider than the required width."""


def minimise(
    cost: FloatArray,
    matrix: sparse.csr_array,
    low: FloatArray,
    high: FloatArray,
    upper: ArrayLike = np.inf,
    *,
    integral: bool = False,
) -> FloatArray:
    """Solve min cost·x for 0 ≤ x ≤ upper and low ≤ matrix x ≤ high with HiGHS.

    Parameters
    ----------
    cost
        Shape (unknown,).
    matrix, low, high
        Constraints, one row each.
    upper
        Shape (unknown,) or one for all.
    integral
        Whether x must be whole; the relaxed solution is returned if no whole one is found.

    Returns
    -------
    numpy.ndarray
        The optimal x.

    Raises
    ------
    ContradictionError
        If there is no such x.
    UnboundedError
        If the minimum is unbounded.
    """
    if cost.size == 0:
        if (low > TOLERANCE).any() or (high < -TOLERANCE).any():
            raise ContradictionError("published cells do not add up")
        return cost
    equal = low == high
    below, above = ~equal & np.isfinite(high), ~equal & np.isfinite(low)
    # Search whole tables only where the relaxation is bounded: the search cannot distinguish the two.
    # Presolve has declared feasible programmes with inequalities infeasible: retry without it before believing it.
    for presolve in (True, False):
        found = optimize.linprog(
            cost,
            A_ub=sparse.vstack([matrix[below], -matrix[above]]),
            b_ub=np.concatenate([high[below], -low[above]]),
            A_eq=matrix[equal],
            b_eq=low[equal],
            bounds=np.column_stack([np.zeros(cost.size), np.broadcast_to(upper, cost.shape)]),
            method="highs-ds",
            options={"presolve": presolve},
        )
        if found.x is not None or found.status == UNBOUNDED:
            break
    if found.status == UNBOUNDED:
        raise UnboundedError(str(found.message))
    if found.x is None:
        raise ContradictionError(str(found.message))
    if integral and (np.abs(found.x - np.round(found.x)) > TOLERANCE).any():
        whole = optimize.milp(
            cost,
            constraints=optimize.LinearConstraint(matrix, low - TOLERANCE, high + TOLERANCE),
            bounds=optimize.Bounds(0, upper),
            integrality=np.ones(cost.size),
            options={"node_limit": MOST_NODES},
        )
        return np.asarray(found.x if whole.x is None else whole.x)
    return np.asarray(found.x)


def independent_rows(matrix: sparse.csr_array) -> IntArray:
    """Select rows that span all others, so that a programme holds no redundant sums."""
    _, triangle, order = linalg.qr(matrix.toarray().T, mode="economic", pivoting=True)
    diagonal = np.abs(np.diag(triangle))
    return np.sort(order[: diagonal.size][diagonal > TOLERANCE])


def deduce(matrix: sparse.csr_array, low: FloatArray, high: FloatArray) -> FloatArray:
    """Find the inner cells that follow by subtraction alone: the last unknown of a sum, every part of a zero.

    Parameters
    ----------
    matrix
        Cell × inner cell.
    low, high
        Known bounds of each cell.

    Returns
    -------
    numpy.ndarray
        Shape (inner cell,): the value, NaN if it does not follow.
    """
    value = np.full(matrix.shape[1], np.nan)
    while True:
        unknown = np.isnan(value)
        left = matrix @ unknown.astype(float)
        known = matrix @ np.where(unknown, 0, value)
        exact = (high - low <= TOLERANCE) & (left == 1)
        settled = np.flatnonzero(exact | ((high - known <= TOLERANCE) & (left > 0)))
        if settled.size == 0:
            return value
        for row in settled:
            within = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
            value[within[unknown[within]]] = max(high[row] - known[row], 0.0)


@dataclass(frozen=True)
class Knowledge:
    """Knowledge beyond the cells themselves: ``low ≤ matrix x ≤ high``, with coefficients of any sign.

    Rates with their denominators, averages with their counts, or an earlier edition are such knowledge, see
    `riktvarden.disclosure.knowledge`.
    """

    matrix: sparse.csr_array
    """Row × unknown."""
    low: FloatArray
    high: FloatArray
    """Shape (row,); infinite if unbounded."""

    def of(self, rows: NDArray[np.int64] | BoolArray) -> Knowledge:
        """Return some of the rows."""
        return Knowledge(self.matrix[rows], self.low[rows], self.high[rows])

    def __add__(self, other: Knowledge) -> Knowledge:
        return Knowledge(
            sparse.vstack([self.matrix, other.matrix], format="csr"),
            np.concatenate([self.low, other.low]),
            np.concatenate([self.high, other.high]),
        )


class Attacker:
    """An attacker who knows what is published and what follows from it by subtraction.

    After what subtraction gives, the unknowns fall apart into blocks that share no sum, each a small linear
    programme; where other knowledge than sums ties them and they count something, an integer programme.

    Parameters
    ----------
    matrix
        Cell × unknown; 0 or 1.
    low, high
        Known bounds of each cell: equal if published, an interval if rounded, 0 and infinity if suppressed.
        Shape (cell,). An infinite `high` means that nothing is known of the cell.
    more
        Further knowledge.
    whole
        Whether the unknowns are counts.

    Raises
    ------
    ContradictionError
        If published cells do not add up.
    """

    def __init__(
        self,
        matrix: sparse.csr_array,
        low: FloatArray,
        high: FloatArray,
        more: Knowledge | None = None,
        *,
        whole: bool = True,
    ) -> None:
        value = deduce(matrix, low, high)
        unknown = np.isnan(value)
        self._known = matrix @ np.where(unknown, 0, value)
        self._rest = matrix[:, unknown]
        self._whole = whole
        self.affected = np.ones(low.size, dtype=bool)
        """Cells whose interval the latest knowledge may have narrowed, shape (cell,)."""
        left = self._rest @ np.ones(self._rest.shape[1])
        if ((self._known < low - TOLERANCE) | (self._known > high + TOLERANCE))[left == 0].any():
            raise ContradictionError("published cells do not add up")
        rows = np.flatnonzero(np.isfinite(high) & (left > 0))
        sums = Knowledge(self._rest[rows], low[rows] - self._known[rows], high[rows] - self._known[rows])
        if more is not None:
            known = more.matrix @ np.where(unknown, 0, value)
            other = Knowledge(more.matrix[:, unknown], more.low - known, more.high - known)
            settled = np.diff(other.matrix.indptr) == 0
            if ((other.low > TOLERANCE) | (other.high < -TOLERANCE))[settled].any():
                raise ContradictionError("further knowledge contradicts the cells")
            sums += other.of(~settled)
        self._blocks = _blocks(sums, rows.size, whole)

    def knowing(self, cells: IntArray, values: FloatArray) -> Attacker:
        """Return an attacker who also knows the values of some cells, such as a sole contributor to them.

        Parameters
        ----------
        cells
            Their positions.
        values
            Their values.

        Returns
        -------
        Attacker
            It shares what has been inferred so far.
        """
        sums = self._rest[cells]
        mine = np.unique(sums.indices)
        touched = [block for block in self._blocks if np.isin(block.columns, mine).any()]
        columns = np.unique(np.concatenate([mine, *(block.columns for block in touched)]))
        of_column = np.full(self._rest.shape[1], -1)
        of_column[columns] = np.arange(columns.size)
        value = values - self._known[cells]
        parts = [Knowledge(sums[:, columns], value, value)]
        for block in touched:
            place = sparse.csr_array(
                (np.ones(block.columns.size), (np.arange(block.columns.size), of_column[block.columns])),
                shape=(block.columns.size, columns.size),
            )
            parts.append(Knowledge(sparse.csr_array(block.sums.matrix @ place), block.sums.low, block.sums.high))
        joined = functools.reduce(operator.add, parts)
        other = copy.copy(self)
        other._blocks = [block for block in self._blocks if not np.isin(block.columns, mine).any()]
        other.affected = self._rest[:, columns].sum(axis=1) > 0
        other._blocks.append(_Block(columns, joined, any(block.integral for block in touched)))
        return other

    def intervals(self, targets: BoolArray, required: ArrayLike, *, exact: bool = True) -> Intervals:
        """Minimise and maximise cells over all non-negative tables that agree with what is known.

        Parameters
        ----------
        targets
            The cells to attack, shape (cell,).
        required
            Width that an interval must exceed, in the unit of the cells; one for all, or of shape (cell,).
        exact
            Whether to compute every interval exactly. If not, a cell known to be free keeps the interval found so
            far, which the true one contains; the verdicts are the same.

        Returns
        -------
        Intervals
            One per cell; for counts, the ends are rounded inwards.

        Raises
        ------
        ContradictionError
            If no table agrees with everything known.
        """
        width = np.broadcast_to(np.asarray(required, dtype=float), targets.shape)
        lowest, highest = _ends(self._rest[np.flatnonzero(targets)], self._blocks, width[targets], exact)
        ends = np.full((2, targets.size), np.nan)
        ends[:, targets] = np.array([lowest, highest]) + self._known[targets]
        if self._whole:
            # Adding 0 turns a negative zero positive.
            ends = np.array([np.ceil(ends[0] - TOLERANCE), np.floor(ends[1] + TOLERANCE)]) + 0.0
        with np.errstate(invalid="ignore"):
            return Intervals(ends[0], ends[1], targets & (ends[1] - ends[0] <= width + TOLERANCE))


def attack(
    matrix: sparse.csr_array,
    low: FloatArray,
    high: FloatArray,
    targets: BoolArray,
    required: ArrayLike,
    *,
    whole: bool = True,
    exact: bool = True,
    more: Knowledge | None = None,
) -> Intervals:
    """Minimise and maximise suppressed cells over all non-negative tables that agree with what is published.

    The attack of the disclosure literature (Fischetti & Salazar 2001; tau-ARGUS calls it the audit), by an
    `Attacker`, where the parameters are explained.

    Raises
    ------
    ContradictionError
        If no table agrees with everything published.
    """
    return Attacker(matrix, low, high, more, whole=whole).intervals(targets, required, exact=exact)


class _Block(NamedTuple):
    """Unknowns linked to each other by constraints, and to no others."""

    columns: IntArray
    sums: Knowledge
    integral: bool
    """Whether its unknowns must be whole for tight bounds."""

    def extreme(self, cost: FloatArray) -> FloatArray:
        return minimise(cost, self.sums.matrix, self.sums.low, self.sums.high, integral=self.integral)


def _blocks(known: Knowledge, sums: int, whole: bool) -> list[_Block]:
    """Split the constraints, sums first, into blocks; unconstrained unknowns belong to none."""
    rows = known.low.size
    if rows == 0:
        return []
    ties = sparse.block_array([[None, known.matrix], [known.matrix.T, None]], format="csr")
    _, label = sparse.csgraph.connected_components(ties, directed=False)
    blocks = []
    for number in np.unique(label[:rows]):
        of_row = np.flatnonzero(label[:rows] == number)
        of_column = np.flatnonzero(label[rows:] == number)
        integral = whole and bool((of_row >= sums).any()) and of_column.size <= MOST_WHOLE
        equal = of_row[(known.low[of_row] == known.high[of_row]) & (of_row < sums)]
        # Rounded sums are all kept: intervals, unlike values, do not follow from one another.
        of_row = np.concatenate([equal[independent_rows(known.matrix[equal])], np.setdiff1d(of_row, equal)])
        own = known.of(of_row)
        blocks.append(_Block(of_column, Knowledge(own.matrix[:, of_column], own.low, own.high), integral))
    return blocks


def _ends(
    targets: sparse.csr_array, blocks: list[_Block], required: FloatArray, exact: bool
) -> tuple[FloatArray, FloatArray]:
    """Return the lowest and highest value of the unknown part of each target, shape (target,)."""
    columns = targets.shape[1]
    block_of = np.full(columns, -1)
    for number, block in enumerate(blocks):
        block_of[block.columns] = number
    lowest, highest = np.full(targets.shape[0], np.inf), np.full(targets.shape[0], -np.inf)

    def see(table: FloatArray) -> None:
        values = targets @ table
        np.minimum(lowest, values, out=lowest)
        np.maximum(highest, values, out=highest)

    # Two tables that move every target of a block prove many of them free at once.
    together = targets.sum(axis=0)
    tables = np.zeros((2, columns))
    for block in blocks:
        if not together[block.columns].any():
            continue
        tables[0, block.columns] = tables[1, block.columns] = block.extreme(together[block.columns])
        with contextlib.suppress(UnboundedError):  # The targets are then examined one by one.
            tables[1, block.columns] = block.extreme(-together[block.columns])
    for table in tables:
        see(table)
    # An unknown in no block is unbounded.
    highest[targets @ (block_of < 0).astype(float) > 0] = np.inf
    for target in range(targets.shape[0]):
        row = np.zeros(columns)
        row[targets.indices[targets.indptr[target] : targets.indptr[target + 1]]] = 1
        for sign in (1, -1):
            if sign < 0 and np.isinf(highest[target]):
                continue
            if not exact and highest[target] - lowest[target] > required[target] + 1 + TOLERANCE:
                break
            table = tables[0].copy()
            try:
                for number in np.unique(block_of[(row > 0) & (block_of >= 0)]):
                    block = blocks[number]
                    table[block.columns] = block.extreme(sign * row[block.columns])
            except UnboundedError:
                highest[target] = np.inf
            else:
                see(table)
    return lowest, highest


def betrayed(
    attacker: Attacker, groups: Iterable[IntArray], value: FloatArray, targets: BoolArray, required: ArrayLike
) -> Iterator[tuple[IntArray, Intervals]]:
    """Attack as each sole contributor, who knows the values of some hidden cells.

    Parameters
    ----------
    attacker
        The attacker with public knowledge.
    groups
        Cells that each also knows, see `alone`.
    value
        Values of all cells.
    targets
        Cells to attack; one's own are exempt.
    required
        See `Attacker.intervals`.

    Yields
    ------
    tuple
        The group, and its intervals; only if they pin a cell.
    """
    for group in groups:
        knowing = attacker.knowing(group, value[group])
        others = targets & knowing.affected
        others[group] = False
        if others.any():
            found = knowing.intervals(others, required, exact=False)
            if found.pinned.any():
                yield group, found


def alone(matrix: sparse.csr_array, single: BoolArray) -> list[IntArray]:
    """Find sole contributors and their cells: if one cell contains another, its contributor is the same.

    Parameters
    ----------
    matrix
        Cell × unknown; 0 or 1.
    single
        Cells with one contributor.

    Returns
    -------
    list of numpy.ndarray
        Positions of each one's cells.
    """
    cells = np.flatnonzero(single)
    if cells.size == 0:
        return []
    parts = matrix[cells]
    within = (parts @ parts.T).toarray() == parts.sum(axis=1)[:, None]
    number, who = sparse.csgraph.connected_components(sparse.csr_array(within), directed=False)
    return [cells[who == one] for one in range(number)]


def feasible(sums: Knowledge, more: Knowledge | None = None) -> FloatArray:
    """Find any non-negative inner cells consistent with all constraints.

    Raises
    ------
    ContradictionError
        If there are none.
    """
    known = sums.of(np.isfinite(sums.high))
    known = known if more is None else known + more
    return minimise(np.zeros(known.matrix.shape[1]), known.matrix, known.low, known.high)


def misfit(matrix: sparse.csr_array, low: FloatArray, high: FloatArray) -> FloatArray:
    """Find the smallest corrections, in sum, that make published cells add up; return the excess of each.

    Returns
    -------
    numpy.ndarray
        Shape (cell,); 0 for cells that fit.
    """
    rows = np.flatnonzero(np.isfinite(high))
    slack = sparse.eye_array(rows.size, format="csr")
    cost = np.concatenate([np.zeros(matrix.shape[1]), np.ones(2 * rows.size)])
    found = minimise(cost, sparse.hstack([matrix[rows], slack, -slack], format="csr"), low[rows], high[rows])
    excess = np.zeros(matrix.shape[0])
    excess[rows] = np.subtract(*found[matrix.shape[1] :].reshape(2, -1))
    return excess
