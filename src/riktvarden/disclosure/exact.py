"""Optimal suppression of a small table by mixed-integer programming, as a benchmark for the fast method."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import optimize, sparse

from riktvarden.disclosure.attack import Attacker, IntArray, betrayed
from riktvarden.disclosure.suppress import ProtectionError
from riktvarden.disclosure.system import BoolArray, FloatArray

TIME_LIMIT = 60.0
"""Time limit of the search, in seconds."""


def optimal(
    matrix: sparse.csr_array,
    table: FloatArray,
    secret: BoolArray,
    cost: FloatArray,
    protection: float,
    time_limit: float = TIME_LIMIT,
    *,
    groups: Sequence[IntArray] = (),
    alone: float = 0.0,
) -> BoolArray:
    """Find the cheapest set of cells to hide by mixed-integer programming.

    The compact formulation of Fischetti & Salazar (2001): for every cell, two tables that an outsider cannot
    distinguish, which differ from the true one in hidden cells only and by more than the protection in that cell.
    Where the sole contributor to a cell can infer another, two more tables are required that agree in the first.

    Parameters
    ----------
    matrix
        Cell × inner cell.
    table
        True inner cells.
    secret
        Cells that must be hidden.
    cost
        Cost of hiding a cell; positive.
    protection
        Width that the interval of every hidden cell must exceed; counts exceed it by at least one.
    time_limit
        Time limit of each programme, in seconds.
    groups, alone
        See `riktvarden.disclosure.suppress.suppress`.

    Returns
    -------
    numpy.ndarray
        Shape (cell,): the cells to hide.

    Raises
    ------
    ProtectionError
        If no choice protects the table.
    TimeoutError
        If the optimum is not proven in time.
    """
    value = matrix @ table
    apart: list[tuple[int, IntArray, float]] = []
    while True:
        hidden = _cheapest(matrix, table, secret, cost, protection + 1, apart, time_limit)
        attacker = Attacker(matrix, np.where(hidden, 0, value), np.where(hidden, np.inf, value))
        found = list(betrayed(attacker, groups, value, secret, alone))
        if not found:
            return hidden
        for group, intervals in found:
            for cell in np.flatnonzero(intervals.pinned):
                again = sum(cell == other and np.array_equal(group, known) for other, known, _ in apart)
                apart.append((int(cell), group, alone + 1 + again))  # more where whole numbers require it


def _cheapest(
    matrix: sparse.csr_array,
    table: FloatArray,
    secret: BoolArray,
    cost: FloatArray,
    width: float,
    apart: Sequence[tuple[int, IntArray, float]],
    time_limit: float,
) -> BoolArray:
    """Find the cheapest set of cells to hide; `apart` holds cells, those also known, and the required width."""
    cells, inner = matrix.shape
    value = matrix @ table
    pairs = cells + len(apart)
    # No cell needs to move further than the whole table plus the widths of all cells.
    reach = table.sum() + width * cells
    # Deviations from the true table: zero where nothing is hidden, and no cell negative.
    sums = sparse.kron(sparse.eye_array(2 * pairs, format="csr"), matrix, format="csr")
    rise = sparse.kron(np.ones((2 * pairs, 1)), reach * sparse.eye_array(cells), format="csr")
    fall = sparse.kron(np.ones((2 * pairs, 1)), sparse.diags_array(value), format="csr")
    for place, (_, known, _) in enumerate(apart, start=cells):
        stays = np.ones(rise.shape[0])
        stays[np.concatenate([(2 * place + side) * cells + known for side in (0, 1)])] = 0
        rise, fall = (sparse.diags_array(stays) @ limit for limit in (rise, fall))
    targets = [*range(cells), *(cell for cell, _, _ in apart)]
    differ = sparse.block_diag([sparse.hstack([matrix[[cell]], -matrix[[cell]]]) for cell in targets])
    if_hidden = sparse.vstack([width * sparse.eye_array(cells), sparse.csr_array((len(apart), cells))])
    constraints = sparse.vstack(
        [sparse.hstack([sums, -rise]), sparse.hstack([-sums, -fall]), sparse.hstack([-differ, if_hidden])], format="csr"
    )
    most = np.zeros(constraints.shape[0])
    most[most.size - len(apart) :] = [-wanted for _, _, wanted in apart]
    moves = 2 * pairs * inner
    found = optimize.milp(
        np.concatenate([np.zeros(moves), cost]),
        constraints=optimize.LinearConstraint(constraints, -np.inf, most),
        bounds=optimize.Bounds(
            np.concatenate([np.tile(-table, 2 * pairs), secret.astype(float)]),
            np.concatenate([np.full(moves, np.inf), np.ones(cells)]),
        ),
        integrality=np.concatenate([np.zeros(moves), np.ones(cells)]),
        options={"time_limit": time_limit},
    )
    if found.status == 1:
        raise TimeoutError(f"the optimum was not proven within {time_limit:g} s")
    if found.x is None:
        raise ProtectionError(np.flatnonzero(secret))
    return np.asarray(found.x[moves:] > 1 / 2)
