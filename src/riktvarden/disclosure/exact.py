"""The least that has to be hidden in a small table, found exactly: a yardstick for the fast method."""

from __future__ import annotations

import numpy as np
from scipy import optimize, sparse

from riktvarden.disclosure.attack import TOLERANCE
from riktvarden.disclosure.suppress import ProtectionError
from riktvarden.disclosure.system import BoolArray, FloatArray

TIME_LIMIT = 60.0
"""Seconds that the search may take."""


def optimal(
    matrix: sparse.csr_array,
    table: FloatArray,
    secret: BoolArray,
    cost: FloatArray,
    protection: float,
    time_limit: float = TIME_LIMIT,
) -> BoolArray:
    """Find the cheapest cells to hide by mixed-integer programming.

    The compact form of Fischetti & Salazar (2001): for every cell two tables that an outsider cannot tell apart,
    which differ from the true one in hidden cells only and lie further apart in the cell than its protection.

    Parameters
    ----------
    matrix
        Cell × inner cell.
    table
        True inner cells.
    secret
        The cells that must be hidden.
    cost
        What is lost if a cell is hidden; positive.
    protection
        Width that the interval of every hidden cell has to exceed; counts exceed it by one at least.
    time_limit
        Seconds.

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
    cells, inner = matrix.shape
    value = matrix @ table
    width = protection + 1
    # No cell has to move further than the whole table and the widths of all cells together.
    reach = table.sum() + width * cells
    chosen = sparse.eye_array(cells, format="csr")
    up, down = chosen * reach, sparse.diags_array(value, format="csr")
    blocks, goals = [], []
    for target in range(cells):
        for side in range(2):
            row: list[sparse.csr_array | None] = [None] * (2 * cells)
            row[2 * target + side] = matrix
            blocks += [[*row, -up], [*[-part if part is not None else None for part in row], -down]]
        row = [None] * (2 * cells)
        row[2 * target], row[2 * target + 1] = matrix[[target]], -matrix[[target]]
        goals.append([*row, -width * chosen[[target]]])
    # Deviations are written as tables less the true one, so that they may be negative down to its cells.
    constraints = sparse.block_array(blocks + goals, format="csr")
    low = np.concatenate([np.full(4 * cells * cells, -np.inf), np.zeros(cells)])
    high = np.concatenate([np.zeros(4 * cells * cells), np.full(cells, np.inf)])
    moves = 2 * cells * inner
    found = optimize.milp(
        np.concatenate([np.zeros(moves), cost]),
        constraints=optimize.LinearConstraint(constraints, low, high),
        bounds=optimize.Bounds(
            np.concatenate([np.tile(-table, 2 * cells), secret.astype(float)]),
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
