"""Which cells of a table have to be hidden so that small counts cannot be worked out: for whoever publishes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from riktvarden.disclosure.attack import TOLERANCE, ContradictionError, attack, minimise
from riktvarden.disclosure.system import BoolArray, FloatArray

THRESHOLD = 5
"""The smallest count that is published: 1-4 are not."""

LEAST_CONTRIBUTORS = 2
"""The fewest providers behind a published cell: a cell with one tells what that provider reports."""

PRIME = 2**20 - 3
"""Arithmetic modulo a prime is free of rounding; below 2**20, sums of 2**12 products are exact in float64."""


class ProtectionError(ValueError):
    """No choice of cells protects the table: what must stay published gives cells away."""

    def __init__(self, cells: ArrayLike) -> None:
        self.cells = np.asarray(cells)
        """Positions of the cells that cannot be protected."""
        super().__init__(f"{self.cells.size} cells cannot be protected")


def primary(
    value: ArrayLike,
    threshold: float = THRESHOLD,
    *,
    zeros: bool = False,
    contributors: ArrayLike | None = None,
    least_contributors: int = LEAST_CONTRIBUTORS,
) -> BoolArray:
    """Say which cells are themselves secret.

    Parameters
    ----------
    value
        Counts, NaN where the value is withheld already: such a cell stays secret.
    threshold
        Counts above 0 and below it are secret.
    zeros
        Whether 0 is secret too: where belonging to no group tells something of a person.
    contributors
        Number of providers behind each cell; None where the rule does not apply.
    least_contributors
        A cell above 0 with fewer providers is secret, however large.

    Returns
    -------
    numpy.ndarray
        Shaped as `value`.

    Raises
    ------
    ValueError
        If a count is negative.
    """
    count = np.asarray(value, dtype=float)
    if (count < 0).any():
        raise ValueError("a count cannot be negative")
    secret = np.isnan(count) | ((count > 0) & (count < threshold)) | (zeros & (count == 0))
    if contributors is not None:
        behind = np.asarray(contributors, dtype=float)
        secret |= (count > 0) & (behind < least_contributors)
    return np.asarray(secret)


def default_protection(threshold: float = THRESHOLD, zeros: bool = False) -> float:
    """Width that the rule itself leaves open: everybody knows that a small count is 1 … threshold - 1.

    An interval that is wider tells an outsider no more than the rule does.
    """
    return max(threshold - 2.0 + zeros, 0.0)


def independent(matrix: sparse.csr_array, secret: BoolArray, cost: FloatArray, fixed: BoolArray) -> BoolArray:
    """Hide cells until no secret cell is a linear combination of published ones.

    Gaussian elimination in the spirit of Statistics Norway's GaussSuppression: candidates are published from
    the most to the least valuable, each unless a secret cell would then follow from the published cells.

    Parameters
    ----------
    matrix
        Cell × inner cell.
    secret
        The cells to protect.
    cost
        What is lost if a cell is hidden.
    fixed
        Cells that are published already.

    Returns
    -------
    numpy.ndarray
        Shape (cell,): the cells to hide, the secret ones among them.
    """
    dense = matrix.toarray()
    guarded = np.unique(dense[secret & ~fixed], axis=0)
    pivots: list[int] = []
    basis = np.empty((0, matrix.shape[1]))
    hidden = secret & ~fixed
    candidates = np.flatnonzero(~hidden)
    order = candidates[np.lexsort((candidates, -cost[candidates], ~fixed[candidates]))]
    for cell in order:
        row = (dense[cell] - dense[cell, pivots] @ basis) % PRIME
        if not row.any():
            continue
        pivot = int(np.flatnonzero(row)[0])
        row = row * pow(int(row[pivot]), -1, PRIME) % PRIME
        touched = np.flatnonzero(guarded[:, pivot])
        reduced = (guarded[touched] - guarded[touched, pivot, None] * row) % PRIME
        if not reduced.any(axis=1).all():
            if not fixed[cell]:
                hidden[cell] = True
                continue
            # What is published already gives these away; hiding more cannot help them here.
            lost = touched[~reduced.any(axis=1)]
            guarded[touched] = reduced
            guarded = np.delete(guarded, lost, axis=0)
        else:
            guarded[touched] = reduced
        used = np.flatnonzero(basis[:, pivot])
        basis[used] = (basis[used] - basis[used, pivot, None] * row) % PRIME
        basis = np.vstack([basis, row])
        pivots.append(pivot)
    return hidden
