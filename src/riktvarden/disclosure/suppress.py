"""Cell suppression: choose the cells of a table to hide so that small counts cannot be inferred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from riktvarden.disclosure.attack import (
    TOLERANCE,
    Attacker,
    ContradictionError,
    IntArray,
    Knowledge,
    betrayed,
    deduce,
    independent_rows,
    minimise,
)
from riktvarden.disclosure.limits import DOMINANCE, LEAST_CONTRIBUTORS, THRESHOLD
from riktvarden.disclosure.system import BoolArray, FloatArray

TRIAL_WORK = 500_000
"""Limit on (cells of the table)² × trial releases: small tables are searched, large ones are not."""

PRIME = 2**20 - 3
"""Prime modulus for exact arithmetic; below 2**20, sums of 2**12 products are exact in float64."""


class ProtectionError(ValueError):
    """No choice of cells protects the table: what must stay published discloses cells."""

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
    largest: tuple[ArrayLike, ArrayLike] | None = None,
    dominance: float = DOMINANCE,
) -> BoolArray:
    """Return the cells that are themselves secret.

    Parameters
    ----------
    value
        Counts, NaN if already withheld: such a cell stays secret.
    threshold
        Counts above 0 and below it are secret.
    zeros
        Whether 0 is secret too, as when belonging to no group is informative about a person.
    contributors
        Number of providers behind each cell; None if the rule does not apply.
    least_contributors
        A cell above 0 with fewer providers is secret, whatever its size.
    largest
        Contributions of the largest and the second largest provider, NaN if the p % rule does not apply.
    dominance
        p of the p % rule, see `margin`.

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
    if largest is not None:
        secret |= (count > 0) & (margin(count, *largest, dominance) > TOLERANCE)
    return np.asarray(secret)


def margin(value: ArrayLike, largest: ArrayLike, second: ArrayLike, dominance: float = DOMINANCE) -> FloatArray:
    """Return the margin that the p % rule requires on either side of a cell.

    The second largest provider, who knows its own part, estimates the largest's by the rest of the cell. The estimate
    is too high by the sum of the others, which must be at least p % of the largest's; the margin is the shortfall
    (Hundepool et al. 2012, chapter 4: p/100·x₁ - (X - x₁ - x₂)).

    Parameters
    ----------
    value
        X, the value of each cell.
    largest, second
        x₁ and x₂, the two largest contributions to it.
    dominance
        p, in %.

    Returns
    -------
    numpy.ndarray
        In the unit of the values, 0 or less for safe cells, NaN if a contribution is not given.
    """
    first, next_to = np.asarray(largest, dtype=float), np.asarray(second, dtype=float)
    return np.asarray(dominance / 100 * first - (np.asarray(value, dtype=float) - first - next_to))


def default_protection(threshold: float = THRESHOLD, zeros: bool = False) -> float:
    """Return the width implied by the rule itself: everyone knows that a small count is 1 … threshold - 1.

    A wider interval shows an outsider no more than the rule does.
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
        Cells to protect.
    cost
        Cost of hiding a cell.
    fixed
        Cells already published.

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
            # Already published cells disclose these; hiding more cannot help them here.
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
    """Find pairs of tables that differ in a cell and that an outsider cannot distinguish."""

    def __init__(self, matrix: sparse.csr_array, table: FloatArray, fixed: BoolArray, more: Knowledge) -> None:
        value = matrix @ table
        settled = deduce(matrix, np.where(fixed, value, 0), np.where(fixed, value, np.inf))
        free = np.isnan(settled)
        self.matrix = matrix[:, free]
        self.table = table[free]
        bound = np.flatnonzero(fixed)
        self.bound = bound[independent_rows(self.matrix[bound])] if bound.size and free.any() else bound[:0]
        self.fixed = fixed
        self.more = Knowledge(more.matrix[:, free], more.low - more.matrix @ table, more.high - more.matrix @ table)

    def cheapest(self, target: int, price: FloatArray, width: float) -> FloatArray:
        """Find two tables, `width` apart in the target, at the lowest price of deviating from the true one.

        The linear relaxation of the choice of cells to hide: the cost of a cell is per unit of its deviation
        (Kelly, Golden & Assad 1992; Fischetti & Salazar 2001).

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
            Deviation of each cell from its true value in either table, shape (2, cell).

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
        beyond, none = self.more.matrix, sparse.csr_array((self.more.low.size, 2 * cells))
        one = sparse.vstack(
            [
                sparse.hstack([sums, -sums, -slack, slack]),
                sparse.hstack([bound, -bound, nothing]),
                sparse.hstack([beyond, -beyond, none]),
            ],
            format="csr",
        )
        row = self.matrix[[target]]
        move = sparse.hstack([row, -row, sparse.csr_array((1, 2 * cells))])
        constraints = sparse.vstack(
            [sparse.block_diag([one, one]), sparse.hstack([-move, move])],
            format="csr",
        )
        still = np.zeros(cells + self.bound.size)
        # The true table satisfies the further constraints, up to numerical noise of the solver.
        low = np.concatenate([*[still, np.minimum(self.more.low, 0)] * 2, [width]])
        high = np.concatenate([*[still, np.maximum(self.more.high, 0)] * 2, [np.inf]])
        cost = np.concatenate([np.zeros(2 * inner), price[priced], price[priced]])
        upper = np.concatenate([np.full(inner, np.inf), self.table, np.full(2 * cells, np.inf)])
        found = minimise(np.tile(cost, 2), constraints, low, high, np.tile(upper, 2)).reshape(2, -1)
        return np.asarray((found[:, :inner] - found[:, inner : 2 * inner]) @ self.matrix.T)


@dataclass
class _Need:
    """Required widths of cells against an attacker who knows some cells in addition to what is published."""

    targets: IntArray
    width: FloatArray
    """Required width of the interval of each cell, shape (cell,)."""
    knows: IntArray
    """Cells whose values the attacker knows."""


@dataclass(frozen=True)
class _Task:
    """A table to protect."""

    matrix: sparse.csr_array
    table: FloatArray
    secret: BoolArray
    cost: FloatArray
    fixed: BoolArray
    more: Knowledge
    needs: list[_Need]

    def moves(self, known: BoolArray, need: _Need) -> _Moves:
        known = known.copy()
        known[need.knows] = True
        return _Moves(self.matrix, self.table, known, self.more)


class _Choice(NamedTuple):
    """Cells to hide, and the tables that prove that they suffice."""

    hidden: BoolArray
    tables: FloatArray
    """Deviations from the true table, shape (table, cell)."""


def _widen(task: _Task, known: BoolArray, hidden: BoolArray, tables: FloatArray, *, backwards: bool = False) -> _Choice:
    """Hide further cells, none of them known, until every requirement is met.

    Raises
    ------
    ProtectionError
        If the interval of a cell cannot be made wide enough.
    """
    hidden, stuck = hidden.copy(), []
    for need in task.needs:
        agree = tables[(np.abs(tables[:, need.knows]) <= TOLERANCE).all(axis=1)]
        both = np.concatenate([np.zeros((1, hidden.size)), agree])
        low, high = both.min(axis=0), both.max(axis=0)
        moves = None
        for target in need.targets[::-1] if backwards else need.targets:
            if high[target] - low[target] >= need.width[target] - TOLERANCE:
                continue
            moves = moves or task.moves(known, need)
            try:
                pair = moves.cheapest(target, np.where(hidden, 0, task.cost), need.width[target])
            except ContradictionError:
                stuck.append(target)
                continue
            tables = np.concatenate([tables, pair])
            low, high = np.minimum(low, pair.min(axis=0)), np.maximum(high, pair.max(axis=0))
            hidden |= (np.abs(pair) > TOLERANCE).any(axis=0)
    if stuck:
        raise ProtectionError(np.unique(stuck))
    return _Choice(hidden, tables)


def _improve(task: _Task, best: _Choice, trials: int | None) -> _Choice:
    """Try releasing suppressed cells, costliest first; keep a release if the repaired pattern is cheaper."""
    cost, order = task.cost, np.argsort(-task.cost, kind="stable")
    left = TRIAL_WORK // cost.size**2 if trials is None else trials
    waiting = [cell for cell in order if best.hidden[cell] and not task.secret[cell]]
    while waiting and left > 0:
        cell, left = waiting.pop(0), left - 1
        shown = task.fixed.copy()
        shown[cell] = True
        start = best.hidden.copy()
        start[cell] = False
        try:
            wide = _widen(task, shown, start, best.tables[np.abs(best.tables[:, cell]) <= TOLERANCE])
        except ProtectionError:
            continue  # This cell is needed.
        lean = _lean(task, wide.hidden)
        if cost[lean.hidden].sum() < cost[best.hidden].sum() - TOLERANCE:
            best = lean
            waiting = [cell for cell in order if best.hidden[cell] and not task.secret[cell]]
    return best


def _lean(task: _Task, hidden: BoolArray) -> _Choice:
    """Release the suppressed cells that turn out to be unnecessary."""
    return _widen(task, ~hidden, task.secret, np.empty((0, hidden.size)), backwards=True)


def suppress(
    matrix: sparse.csr_array,
    table: FloatArray,
    secret: BoolArray,
    cost: FloatArray,
    protection: ArrayLike,
    fixed: BoolArray | None = None,
    trials: int | None = None,
    *,
    more: Knowledge | None = None,
    groups: Sequence[IntArray] = (),
    alone: float = 0.0,
) -> BoolArray:
    """Choose cells to hide so that every hidden cell has a feasible interval wider than its protection.

    First `independent`; then, for every secret cell still too narrow, the cheapest further cells that widen it; then
    unnecessary cells are released; then single cells are released on trial and the rest protected again, as long as
    that is cheaper. The result passes `attack`. It is then attacked as each sole contributor (`betrayed`); the cells
    that they can infer are protected from them too, and the procedure is repeated.

    Parameters
    ----------
    matrix
        Cell × unknown.
    table
        Unknowns of a table consistent with what is published: the true one, if it is known.
    secret
        The cells that must be hidden.
    cost
        Cost of hiding a cell; positive. Shape (cell,).
    protection
        Width that intervals must exceed, in the unit of the cells; one for all, or of shape (cell,).
    fixed
        Cells already known, as from an earlier edition: they can no longer be hidden.
    trials
        Number of trial releases; by default as many as `TRIAL_WORK` allows for a table of this size.
    more
        Knowledge beyond the cells.
    groups
        Cells known to each sole contributor, see `riktvarden.disclosure.attack.alone`.
    alone
        Width that intervals of secret cells must exceed for each of these.

    Returns
    -------
    numpy.ndarray
        Shape (cell,): the cells to hide, the secret ones among them.

    Raises
    ------
    ProtectionError
        If the fixed cells disclose secret ones.
    """
    fixed = np.zeros(secret.size, dtype=bool) if fixed is None else fixed
    more = Knowledge(sparse.csr_array((0, table.size)), np.empty(0), np.empty(0)) if more is None else more
    value = matrix @ table
    if (secret & fixed).any():
        raise ProtectionError(np.flatnonzero(secret & fixed))
    if not secret.any():
        return secret.copy()
    targets = secret
    required = np.broadcast_to(np.asarray(protection, dtype=float), secret.shape)
    nobody = np.empty(0, dtype=np.int64)
    by_size = np.argsort(-value, kind="stable")
    everybody = _Need(by_size[secret[by_size]], required + 1, nobody)
    needs = {(): everybody}
    hidden = independent(matrix, secret, cost, fixed)
    while True:
        task = _Task(matrix, table, secret, cost, fixed, more, list(needs.values()))
        wide = _widen(task, fixed, hidden, np.empty((0, secret.size)))
        best = _improve(task, _lean(task, wide.hidden), trials)
        hidden, known = best.hidden, ~best.hidden
        attacker = Attacker(matrix, np.where(known, value, 0), np.where(known, value, np.inf), more)
        narrow = attacker.intervals(hidden, required, exact=False).pinned
        if narrow.any():
            # Hidden to protect others but narrow itself, or narrow in whole numbers: protect it too.
            secret = secret | narrow
            everybody.targets = np.union1d(everybody.targets, np.flatnonzero(narrow))
            everybody.width = everybody.width + 1
            continue
        found = list(betrayed(attacker, groups, value, targets, alone))
        if not found:
            return hidden
        for group, intervals in found:
            need = needs.setdefault(tuple(group.tolist()), _Need(nobody, np.full(value.size, alone), group))
            need.targets = np.union1d(need.targets, np.flatnonzero(intervals.pinned))
            need.width = need.width + 1
