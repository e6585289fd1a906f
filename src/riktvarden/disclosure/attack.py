"""What an outsider can work out of a published table: the feasible interval of every suppressed cell."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import linalg, optimize, sparse

from riktvarden.disclosure.system import BoolArray, FloatArray

IntArray = NDArray[np.int64]

TOLERANCE = 1e-6
"""Differences in a count that are noise of the solver."""


class ContradictionError(ValueError):
    """No non-negative table agrees with everything published."""


class Intervals(NamedTuple):
    """Feasible interval of every cell that was attacked, NaN for the others; each of shape (cell,)."""

    low: FloatArray
    high: FloatArray
    """Infinite where nothing published bounds the cell from above."""
    pinned: BoolArray
    """Whether the interval is no wider than the required width."""


def minimise(
    cost: FloatArray, matrix: sparse.csr_array, low: FloatArray, high: FloatArray, upper: ArrayLike = np.inf
) -> FloatArray:
    """Solve min cost·x for 0 ≤ x ≤ upper and low ≤ matrix x ≤ high with the dual simplex of HiGHS.

    Parameters
    ----------
    cost
        Shape (unknown,).
    matrix, low, high
        Constraints, one row each.
    upper
        Shape (unknown,) or one for all.

    Returns
    -------
    numpy.ndarray
        The optimal x.

    Raises
    ------
    ContradictionError
        If there is no such x.
    """
    if cost.size == 0:
        if (low > TOLERANCE).any() or (high < -TOLERANCE).any():
            raise ContradictionError("published cells do not add up")
        return cost
    equal = low == high
    below, above = ~equal & np.isfinite(high), ~equal & np.isfinite(low)
    found = optimize.linprog(
        cost,
        A_ub=sparse.vstack([matrix[below], -matrix[above]]),
        b_ub=np.concatenate([high[below], -low[above]]),
        A_eq=matrix[equal],
        b_eq=low[equal],
        bounds=np.column_stack([np.zeros(cost.size), np.broadcast_to(upper, cost.shape)]),
        method="highs-ds",
    )
    if found.x is None:
        raise ContradictionError(str(found.message))
    return np.asarray(found.x)


def independent_rows(matrix: sparse.csr_array) -> IntArray:
    """Pick rows that span all others, so that a programme does not carry the same sum twice."""
    _, triangle, order = linalg.qr(matrix.toarray().T, mode="economic", pivoting=True)
    diagonal = np.abs(np.diag(triangle))
    return np.sort(order[: diagonal.size][diagonal > TOLERANCE])


def deduce(matrix: sparse.csr_array, low: FloatArray, high: FloatArray) -> FloatArray:
    """Find the inner cells that subtraction alone gives: the last unknown of a sum, every part of a zero.

    Parameters
    ----------
    matrix
        Cell × inner cell.
    low, high
        What is known of each cell.

    Returns
    -------
    numpy.ndarray
        Shape (inner cell,): the value, NaN where it does not follow.
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


def attack(
    matrix: sparse.csr_array,
    low: FloatArray,
    high: FloatArray,
    targets: BoolArray,
    required: float,
    *,
    whole: bool = True,
    exact: bool = True,
) -> Intervals:
    """Minimise and maximise suppressed cells over all non-negative tables that agree with what is published.

    The attack of the disclosure literature (Fischetti & Salazar 2001; tau-ARGUS calls it the audit). After what
    subtraction gives, the unknowns fall apart into blocks that share no sum, each a small linear programme.

    Parameters
    ----------
    matrix
        Cell × inner cell.
    low, high
        What is known of each cell: equal where published, an interval where rounded, 0 and infinity where
        suppressed. Shape (cell,). An infinite `high` says that nothing is known of the cell.
    targets
        The cells to attack.
    required
        Width that an interval has to exceed, in the unit of the cells.
    whole
        Whether the cells are counts: ends of intervals are then rounded inwards.
    exact
        Whether every interval is wanted. If not, a cell already seen to be free is left with the interval
        seen so far, which the true one contains; the verdicts are the same.

    Returns
    -------
    Intervals
        One per cell.

    Raises
    ------
    ContradictionError
        If no table agrees with everything published.
    """
    value = deduce(matrix, low, high)
    unknown = np.isnan(value)
    known = matrix @ np.where(unknown, 0, value)
    rest = matrix[:, unknown]
    left = rest @ np.ones(rest.shape[1])
    if ((known < low - TOLERANCE) | (known > high + TOLERANCE))[left == 0].any():
        raise ContradictionError("published cells do not add up")
    rows = np.flatnonzero(np.isfinite(high) & (left > 0))
    blocks = _blocks(rest[rows], low[rows] - known[rows], high[rows] - known[rows])
    lowest, highest = _ends(rest[np.flatnonzero(targets)], blocks, required, exact)

    ends = np.full((2, matrix.shape[0]), np.nan)
    ends[:, targets] = np.array([lowest, highest]) + known[targets]
    if whole:
        # Adding 0 turns a negative zero positive.
        ends = np.array([np.ceil(ends[0] - TOLERANCE), np.floor(ends[1] + TOLERANCE)]) + 0.0
    with np.errstate(invalid="ignore"):
        return Intervals(ends[0], ends[1], targets & (ends[1] - ends[0] <= required + TOLERANCE))


class _Block(NamedTuple):
    """Unknowns tied to each other by published sums, and to no others."""

    columns: IntArray
    matrix: sparse.csr_array
    low: FloatArray
    high: FloatArray


def _blocks(matrix: sparse.csr_array, low: FloatArray, high: FloatArray) -> list[_Block]:
    """Split the sums into blocks; unknowns in no sum belong to none."""
    rows = matrix.shape[0]
    if rows == 0:
        return []
    ties = sparse.block_array([[None, matrix], [matrix.T, None]], format="csr")
    _, label = sparse.csgraph.connected_components(ties, directed=False)
    blocks = []
    for number in np.unique(label[:rows]):
        of_row = np.flatnonzero(label[:rows] == number)
        of_column = np.flatnonzero(label[rows:] == number)
        equal = of_row[low[of_row] == high[of_row]]
        # What was rounded keeps all its sums: intervals do not follow from each other as values do.
        of_row = np.concatenate([equal[independent_rows(matrix[equal])], np.setdiff1d(of_row, equal)])
        blocks.append(_Block(of_column, matrix[of_row][:, of_column], low[of_row], high[of_row]))
    return blocks


def _ends(targets: sparse.csr_array, blocks: list[_Block], required: float, exact: bool) -> tuple[FloatArray, FloatArray]:
    """Lowest and highest value of the unknown part of each target, shape (target,)."""
    columns = targets.shape[1]
    block_of = np.full(columns, -1)
    for number, block in enumerate(blocks):
        block_of[block.columns] = number
    lowest, highest = np.full(targets.shape[0], np.inf), np.full(targets.shape[0], -np.inf)

    def see(table: FloatArray) -> None:
        values = targets @ table
        np.minimum(lowest, values, out=lowest)
        np.maximum(highest, values, out=highest)

    # Two tables that move every target of a block show many of them to be free at once.
    together = targets.sum(axis=0)
    tables = np.zeros((2, columns))
    for block in blocks:
        for table, sign in zip(tables, (1, -1), strict=True):
            table[block.columns] = minimise(sign * together[block.columns], block.matrix, block.low, block.high)
    for table in tables:
        see(table)
    # Nothing published bounds an unknown that stands in no sum.
    highest[targets @ (block_of < 0).astype(float) > 0] = np.inf
    for target in range(targets.shape[0]):
        row = np.zeros(columns)
        row[targets.indices[targets.indptr[target] : targets.indptr[target + 1]]] = 1
        for sign in (1, -1):
            if sign < 0 and np.isinf(highest[target]):
                continue
            if not exact and highest[target] - lowest[target] > required + 1 + TOLERANCE:
                break
            table = tables[0].copy()
            for number in np.unique(block_of[(row > 0) & (block_of >= 0)]):
                block = blocks[number]
                table[block.columns] = minimise(sign * row[block.columns], block.matrix, block.low, block.high)
            see(table)
    return lowest, highest


def feasible(matrix: sparse.csr_array, low: FloatArray, high: FloatArray) -> FloatArray:
    """Find any non-negative inner cells that agree with what is known of each cell.

    Raises
    ------
    ContradictionError
        If there are none.
    """
    rows = np.isfinite(high)
    return minimise(np.zeros(matrix.shape[1]), matrix[rows], low[rows], high[rows])


def misfit(matrix: sparse.csr_array, low: FloatArray, high: FloatArray) -> FloatArray:
    """Find the smallest corrections, in sum, that make published cells add up; what each is too large by.

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
