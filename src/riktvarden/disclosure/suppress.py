"""Which cells of a table have to be hidden so that small counts cannot be worked out: for whoever publishes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from riktvarden.disclosure.attack import (
    TOLERANCE,
    ContradictionError,
    IntArray,
    attack,
    deduce,
    independent_rows,
    minimise,
)
from riktvarden.disclosure.system import BoolArray, FloatArray

THRESHOLD = 5
"""The smallest count that is published: 1-4 are not."""

LEAST_CONTRIBUTORS = 2
"""The fewest providers behind a published cell: a cell with one tells what that provider reports."""

TRIAL_WORK = 500_000
"""Square of the cells of the table times cells published on trial: small tables are searched, large ones not."""

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


class _Moves:
    """Pairs of tables that differ in a cell: what an outsider would have to tell apart."""

    def __init__(self, matrix: sparse.csr_array, table: FloatArray, fixed: BoolArray) -> None:
        value = matrix @ table
        settled = deduce(matrix, np.where(fixed, value, 0), np.where(fixed, value, np.inf))
        free = np.isnan(settled)
        self.matrix = matrix[:, free]
        self.table = table[free]
        bound = np.flatnonzero(fixed)
        self.bound = bound[independent_rows(self.matrix[bound])] if bound.size and free.any() else bound[:0]
        self.fixed = fixed

    def cheapest(self, target: int, price: FloatArray, width: float) -> FloatArray:
        """Find two tables, `width` apart in the target, that differ least in price from the true one.

        The linear relaxation of the choice of cells to hide: what a cell costs is counted per unit that it
        moves (Kelly, Golden & Assad 1992; Fischetti & Salazar 2001).

        Parameters
        ----------
        target
            Position of the cell.
        price
            Price of moving each cell by one, shape (cell,).
        width
            In the unit of the cells.

        Returns
        -------
        numpy.ndarray
            How far each cell is from its true value in either table, shape (2, cell).

        Raises
        ------
        ContradictionError
            If no two such tables agree with the fixed cells.
        """
        priced = np.flatnonzero((price > 0) & ~self.fixed)
        inner, cells = self.table.size, priced.size
        slack = sparse.eye_array(cells, format="csr")
        sums, bound = self.matrix[priced], self.matrix[self.bound]
        nothing = sparse.csr_array((self.bound.size, 2 * cells))
        # Unknowns of one table: every inner cell up and down, every priced sum up and down.
        one = sparse.vstack(
            [sparse.hstack([sums, -sums, -slack, slack]), sparse.hstack([bound, -bound, nothing])], format="csr"
        )
        row = self.matrix[[target]]
        move = sparse.hstack([row, -row, sparse.csr_array((1, 2 * cells))])
        constraints = sparse.vstack(
            [sparse.block_diag([one, one]), sparse.hstack([-move, move])],
            format="csr",
        )
        ends = np.zeros(constraints.shape[0])
        low, high = ends.copy(), ends.copy()
        low[-1], high[-1] = width, np.inf
        cost = np.concatenate([np.zeros(2 * inner), price[priced], price[priced]])
        upper = np.concatenate([np.full(inner, np.inf), self.table, np.full(2 * cells, np.inf)])
        found = minimise(np.tile(cost, 2), constraints, low, high, np.tile(upper, 2)).reshape(2, -1)
        return np.asarray((found[:, :inner] - found[:, inner : 2 * inner]) @ self.matrix.T)


class _Choice(NamedTuple):
    """Cells to hide, and the tables that show why they suffice."""

    hidden: BoolArray
    pairs: list[FloatArray]
    """Deviations of pairs of tables, each of shape (2, cell)."""


def _widen(
    moves: _Moves, hidden: BoolArray, targets: IntArray, cost: FloatArray, width: float, pairs: list[FloatArray]
) -> _Choice:
    """Hide further cells until every target is as wide as wanted.

    Raises
    ------
    ProtectionError
        If a target cannot be made so wide.
    """
    hidden, pairs, stuck = hidden.copy(), list(pairs), []
    both = np.concatenate([np.zeros((1, hidden.size)), *pairs])
    low, high = both.min(axis=0), both.max(axis=0)
    for target in targets:
        if high[target] - low[target] >= width - TOLERANCE:
            continue
        try:
            pair = moves.cheapest(target, np.where(hidden, 0, cost), width)
        except ContradictionError:
            stuck.append(target)
            continue
        pairs.append(pair)
        low, high = np.minimum(low, pair.min(axis=0)), np.maximum(high, pair.max(axis=0))
        hidden |= (np.abs(pair) > TOLERANCE).any(axis=0)
    if stuck:
        raise ProtectionError(stuck)
    return _Choice(hidden, pairs)


def _improve(
    matrix: sparse.csr_array,
    table: FloatArray,
    secret: BoolArray,
    targets: IntArray,
    cost: FloatArray,
    width: float,
    fixed: BoolArray,
    best: _Choice,
    trials: int | None,
) -> _Choice:
    """Publish one cell at a time on trial, the dearest first, and keep what is cheaper after mending."""
    left = TRIAL_WORK // secret.size**2 if trials is None else trials
    waiting = [cell for cell in np.argsort(-cost, kind="stable") if best.hidden[cell] and not secret[cell]]
    while waiting and left > 0:
        cell, left = waiting.pop(0), left - 1
        shown = fixed.copy()
        shown[cell] = True
        start = best.hidden.copy()
        start[cell] = False
        apart = [pair for pair in best.pairs if (np.abs(pair[:, cell]) <= TOLERANCE).all()]
        try:
            wide = _widen(_Moves(matrix, table, shown), start, targets, cost, width, apart)
        except ProtectionError:
            continue  # This cell is needed.
        lean = _widen(_Moves(matrix, table, ~wide.hidden), secret, targets[::-1], cost, width, [])
        if cost[lean.hidden].sum() < cost[best.hidden].sum() - TOLERANCE:
            best = lean
            waiting = [cell for cell in np.argsort(-cost, kind="stable") if best.hidden[cell] and not secret[cell]]
    return best


def suppress(
    matrix: sparse.csr_array,
    table: FloatArray,
    secret: BoolArray,
    cost: FloatArray,
    protection: float,
    fixed: BoolArray | None = None,
    trials: int | None = None,
) -> BoolArray:
    """Choose cells to hide so that every hidden cell has a feasible interval wider than its protection.

    First `independent`; then, for every secret cell still too narrow, the cheapest further cells that let it
    move; then what turned out not to be needed is published again; then single cells are published on trial,
    and the rest mended, as long as that is cheaper. The result passes `attack`.

    Parameters
    ----------
    matrix
        Cell × inner cell.
    table
        Inner cells of a table that agrees with what is published: the true one, if it is known.
    secret
        The cells that must be hidden.
    cost
        What is lost if a cell is hidden; positive. Shape (cell,).
    protection
        Width that intervals have to exceed, in the unit of the cells.
    fixed
        Cells known already, as from an earlier edition: they cannot be hidden any more.
    trials
        How many cells are published on trial; by default as many as `TRIAL_WORK` allows a table of this size.

    Returns
    -------
    numpy.ndarray
        Shape (cell,): the cells to hide, the secret ones among them.

    Raises
    ------
    ProtectionError
        If what is fixed gives secret cells away.
    """
    fixed = np.zeros(secret.size, dtype=bool) if fixed is None else fixed
    value = matrix @ table
    if (secret & fixed).any():
        raise ProtectionError(np.flatnonzero(secret & fixed))
    if not secret.any():
        return secret.copy()
    order = np.flatnonzero(secret)
    order = order[np.argsort(-value[order], kind="stable")]
    hidden = independent(matrix, secret, cost, fixed)
    width = protection + 1
    anything = _Moves(matrix, table, fixed)
    while True:
        hidden = _widen(anything, hidden, order, cost, width, []).hidden
        best = _widen(_Moves(matrix, table, ~hidden), secret, order[::-1], cost, width, [])
        best = _improve(matrix, table, secret, order, cost, width, fixed, best, trials)
        known = ~best.hidden
        found = attack(matrix, np.where(known, value, 0), np.where(known, value, np.inf), ~known, protection, exact=False)
        if not found.pinned.any():
            return best.hidden
        # Hidden for others' sake but narrow itself, or narrow in whole numbers: give it room of its own.
        order = np.union1d(order, np.flatnonzero(found.pinned))
        secret = secret | found.pinned
        hidden = best.hidden
        width += 1
