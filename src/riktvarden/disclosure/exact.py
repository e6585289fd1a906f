"""The least that has to be hidden in a small table, found exactly: a yardstick for the fast method."""

from __future__ import annotations

import numpy as np
from scipy import optimize, sparse

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
    # Deviations from the true table: each pair of tables stays where nothing is hidden, and below zero nowhere.
    pair = sparse.eye_array(2 * cells, format="csr")
    sums = sparse.kron(pair, matrix, format="csr")
    rise = sparse.kron(np.ones((2 * cells, 1)), reach * sparse.eye_array(cells), format="csr")
    fall = sparse.kron(np.ones((2 * cells, 1)), sparse.diags_array(value), format="csr")
    apart = sparse.block_diag([sparse.hstack([matrix[[cell]], -matrix[[cell]]]) for cell in range(cells)])
    constraints = sparse.vstack(
        [
            sparse.hstack([sums, -rise]),
            sparse.hstack([-sums, -fall]),
            sparse.hstack([-apart, width * sparse.eye_array(cells)]),
        ],
        format="csr",
    )
    moves = 2 * cells * inner
    found = optimize.milp(
        np.concatenate([np.zeros(moves), cost]),
        constraints=optimize.LinearConstraint(constraints, -np.inf, 0),
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
