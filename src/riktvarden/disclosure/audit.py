"""Whether a table as released, with its margins and earlier editions, gives suppressed cells away; and a safe one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import sparse

from riktvarden.disclosure.attack import TOLERANCE, ContradictionError, IntArray, Knowledge, attack, feasible, misfit
from riktvarden.disclosure.knowledge import Fact, fact_cells, knowledge
from riktvarden.disclosure.suppress import (
    LEAST_CONTRIBUTORS,
    THRESHOLD,
    ProtectionError,
    default_protection,
    primary,
    suppress,
)
from riktvarden.disclosure.system import BoolArray, Dimension, FloatArray, system

SUPPRESSED = "suppressed"
NOT_FACTS = ("missing", "estimated")
"""Statuses of cells that tell nothing about counts: neither known to an outsider nor secret."""

PRIMARY, SECONDARY, ROUNDED = "primary", "secondary", "rounded"
"""Qualifiers."""


@dataclass(frozen=True)
class Rule:
    """What is secret, how wide an interval must be, and how values are rounded.

    Rules apply in this order: small counts are suppressed, what remains is rounded, rates are computed from what
    is then published.
    """

    threshold: float = THRESHOLD
    """The smallest count that is published."""
    zeros: bool = False
    """Whether 0 is secret too."""
    protection: float | None = None
    """Width that the interval of every suppressed cell has to exceed; None for what the rule itself leaves open."""
    base: float | None = None
    """Published values are rounded to the nearest multiple of this; None where they are exact."""
    whole: bool = True
    """Whether the values are counts."""
    least_contributors: int = LEAST_CONTRIBUTORS
    """The fewest providers behind a published cell."""

    @property
    def required(self) -> float:
        """Width that intervals have to exceed, in the unit of the values."""
        return default_protection(self.threshold, self.zeros) if self.protection is None else self.protection

    def known(self, value: FloatArray) -> tuple[FloatArray, FloatArray]:
        """What an outsider knows of published values: the values, or the counts that round to them.

        As small counts are suppressed before rounding, a published count is 0 or at least the threshold.
        """
        if self.base is None:
            return value, value
        half = self.base // 2 if self.whole else self.base / 2
        high = np.where((value == 0) & (half < self.threshold), 0, value + half)
        low = np.maximum(value - half, np.minimum(self.threshold, high))
        return np.where(value == 0, 0, low), high


@dataclass(frozen=True)
class Columns:
    """Names of the columns of a tidy table."""

    value: str = "value"
    status: str = "status"
    """May be absent: cells without a value are then the suppressed ones."""
    qualifier: str = "qualifier"
    """May be absent. If it tells primary from secondary cells, outsiders know that the primary ones are small."""
    contributors: str | None = None
    """Number of providers behind each cell; None where that tells nothing."""


RULE = Rule()
COLUMNS = Columns()


class MisfitError(ContradictionError):
    """The published values of a table do not add up.

    Attributes
    ----------
    cells
        The fewest and smallest corrections that make them add up: the dimensions, ``value`` and ``nearest``, with
        the row labels of the table.
    """

    def __init__(self, cells: pd.DataFrame) -> None:
        self.cells = cells
        super().__init__(f"{len(cells)} published values do not fit with the others")


@dataclass(frozen=True)
class Audit:
    """What an outsider can work out of a released table."""

    cells: pd.DataFrame
    """Cells that are suppressed, or secret and shown, labelled as in the table: dimensions, low, high, required,
    pinned, shown."""
    changes: pd.DataFrame
    """What the earlier edition adds, see `differences`; empty without one."""
    same_counts: bool
    """Whether the earlier edition can be about the same counts; if not, its values were not used in the attack."""

    @property
    def pinned(self) -> pd.DataFrame:
        """The cells that are not protected."""
        return self.cells.loc[self.cells["pinned"]]

    @property
    def passes(self) -> bool:
        """Whether nothing is given away."""
        return self.pinned.empty and self.changes.empty


class Loss(NamedTuple):
    """What readers lose beyond the secret cells themselves, as shares of the whole table."""

    cells: float
    value: float


def link(tables: Sequence[pd.DataFrame], dimensions: Sequence[Dimension], columns: Columns = COLUMNS) -> pd.DataFrame:
    """Put tables that share cells in one frame, to be audited or protected together.

    A cell that one table shows and another suppresses keeps its value and is suppressed: the audit finds it.

    Parameters
    ----------
    tables
        Tidy tables. One that lacks a dimension holds the total of it.
    dimensions
        All dimensions that occur in any table.
    columns
        Names of columns.

    Returns
    -------
    pandas.DataFrame
        One row per cell.

    Raises
    ------
    ValueError
        If a table lacks a dimension that has no total, or two tables show different values of a cell.
    """
    parts = []
    for table in tables:
        lacking = [dimension for dimension in dimensions if dimension.name not in table]
        if any(dimension.total is None for dimension in lacking):
            raise ValueError("a table lacks a dimension that has no total")
        parts.append(table.assign(**{dimension.name: dimension.total for dimension in lacking}))
    rows = pd.concat(parts, ignore_index=True)
    names = [dimension.name for dimension in dimensions]
    values = rows.groupby(names)[columns.value]
    if (values.max() > values.min()).any():
        raise ValueError("two tables show different values of the same cell")
    if columns.status not in rows:
        rows[columns.status] = np.where(rows[columns.value].isna(), SUPPRESSED, "")
    secret = (rows[columns.status] == SUPPRESSED).groupby([rows[name] for name in names]).transform("any")
    shown = rows.sort_values(columns.value, kind="stable").drop_duplicates(names).sort_index()
    return shown.assign(**{columns.status: shown[columns.status].mask(secret.loc[shown.index], SUPPRESSED)})


@dataclass(frozen=True)
class _Puzzle:
    """A table as an outsider sees it."""

    rows: IntArray
    """Row in the table of each of the first cells; those that only the earlier edition shows follow."""
    matrix: sparse.csr_array
    low: FloatArray
    high: FloatArray
    targets: BoolArray
    """Cells that are suppressed, or shown although they are secret."""
    earlier: BoolArray
    """Cells that only the earlier edition shows."""
    inner: FloatArray
    """A table that agrees with everything published."""
    same_counts: bool
    more: Knowledge
    """What is known beyond the cells."""


def _puzzle(
    table: pd.DataFrame,
    dimensions: Sequence[Dimension],
    rule: Rule,
    columns: Columns,
    earlier: pd.DataFrame | None,
    facts: Sequence[Fact] = (),
) -> _Puzzle:
    names = [dimension.name for dimension in dimensions]
    if table.duplicated(names).any():
        raise ValueError("a cell has two rows; link tables that share cells")
    status = table[columns.status] if columns.status in table else pd.Series("", index=table.index)
    counted = np.flatnonzero(~status.isin(NOT_FACTS))
    now, status = table.iloc[counted], status.iloc[counted]
    value = now[columns.value].to_numpy(float)
    targets = (status == SUPPRESSED).to_numpy() | primary(
        value,
        rule.threshold,
        zeros=rule.zeros,
        contributors=None if columns.contributors is None else now[columns.contributors],
        least_contributors=rule.least_contributors,
    )
    low, high = rule.known(value)
    low, high = np.where(np.isnan(value), 0, low), np.where(np.isnan(value), np.inf, high)
    if columns.qualifier in now:
        told = (now[columns.qualifier] == PRIMARY).to_numpy() & np.isnan(value)
        low, high = np.where(told, 1 - rule.zeros, low), np.where(told, rule.threshold - 1, high)

    before = _shown_before(table, earlier, names, columns)
    told_of = fact_cells(facts, dimensions)
    cells = pd.concat([now[names], before[names], told_of, table[names]])
    used = len(now) + len(before)
    # All rows give their codes, so that a code that only estimates have is still a part of its total.
    every = system(cells, dimensions).matrix
    matrix, more = every[:used], knowledge(facts, every[used : used + len(told_of)])
    was = rule.known(before[columns.value].to_numpy(float))
    extra = np.arange(used) >= len(now)
    lows, highs = np.concatenate([low, was[0]]), np.concatenate([high, was[1]])
    targets = np.concatenate([targets, np.zeros(len(before), dtype=bool)])
    for same_counts in (True, False) if extra.any() else (True,):
        rows = np.flatnonzero(~extra | same_counts)
        try:
            inner = feasible(matrix[rows], lows[rows], highs[rows], more)
        except ContradictionError:
            continue
        return _Puzzle(counted, matrix[rows], lows[rows], highs[rows], targets[rows], extra[rows], inner, same_counts, more)
    amiss = misfit(matrix[: len(now)], low, high)
    wrong = np.abs(amiss) > TOLERANCE
    if not wrong.any():
        raise ContradictionError("facts contradict the published values")
    raise MisfitError(now.loc[wrong, [*names, columns.value]].assign(nearest=(low - amiss)[wrong]))


def _shown_before(table: pd.DataFrame, earlier: pd.DataFrame | None, names: list[str], columns: Columns) -> pd.DataFrame:
    """Cells that the earlier edition shows and this one does not."""
    if earlier is None:
        return table.iloc[:0]
    shown = _shown(table, columns)[names].astype(str)
    old = _shown(earlier, columns)
    there = pd.MultiIndex.from_frame(old[names].astype(str)).isin(pd.MultiIndex.from_frame(shown))
    return old.loc[~there]


def _shown_alike(table: pd.DataFrame, earlier: pd.DataFrame, names: list[str], columns: Columns) -> BoolArray:
    """Rows whose very value the earlier edition shows: hiding them now hides nothing."""
    old = _shown(earlier, columns)
    before = pd.Series(old[columns.value].to_numpy(float), index=pd.MultiIndex.from_frame(old[names].astype(str)))
    was = before.reindex(pd.MultiIndex.from_frame(table[names].astype(str))).to_numpy()
    return np.asarray(was == table[columns.value].to_numpy(float))


def _shown(table: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """Rows whose value stands there as a fact."""
    facts = ~table[columns.status].isin(NOT_FACTS) if columns.status in table else True
    return table.loc[table[columns.value].notna() & facts]


def audit(
    table: pd.DataFrame,
    dimensions: Sequence[Dimension],
    rule: Rule = RULE,
    columns: Columns = COLUMNS,
    earlier: pd.DataFrame | None = None,
    *,
    facts: Sequence[Fact] = (),
    exact: bool = True,
) -> Audit:
    """Attack a table exactly as it is released.

    Parameters
    ----------
    table
        Tidy, one row per cell, margins included. Suppressed cells have the status ``suppressed``, or no value
        where there is no column of statuses. A suppressed cell whose value stands there all the same is pinned.
    dimensions
        The dimensions with their totals and groups.
    rule
        What is secret, and how values are rounded.
    columns
        Names of columns.
    earlier
        An earlier edition of the same cells.
    facts
        What is known beyond the cells, as products of published figures, see `riktvarden.disclosure.knowledge.Fact`.
    exact
        Whether every interval is wanted, or the verdicts only, see `riktvarden.disclosure.attack.attack`.

    Returns
    -------
    Audit
        What can be worked out.

    Raises
    ------
    MisfitError
        If the published values do not add up.
    ContradictionError
        If facts contradict them.
    ValueError
        If a cell has two rows or a count is negative.
    """
    names = [dimension.name for dimension in dimensions]
    puzzle = _puzzle(table, dimensions, rule, columns, earlier, facts)
    found = attack(
        puzzle.matrix,
        puzzle.low,
        puzzle.high,
        puzzle.targets,
        rule.required,
        whole=rule.whole,
        exact=exact,
        more=puzzle.more,
    )
    hidden = np.flatnonzero(puzzle.targets)
    rows = table.iloc[puzzle.rows[hidden]]
    cells = rows[names].assign(
        low=found.low[hidden], high=found.high[hidden], required=rule.required, pinned=found.pinned[hidden]
    )
    cells["shown"] = rows[columns.value].notna()
    changes = differences(table, table.iloc[:0] if earlier is None else earlier, dimensions, rule, columns)
    return Audit(cells, changes, puzzle.same_counts)


def mended(
    table: pd.DataFrame, dimensions: Sequence[Dimension], rule: Rule = RULE, columns: Columns = COLUMNS
) -> pd.DataFrame:
    """Correct the values that do not add up, as little as makes them do so.

    Sources round each figure on its own, and leave some persons out of every part. Outsiders can reckon with sums that
    hold nearly; a table attacked as if they held wholly is protected against that too.

    Parameters
    ----------
    table, dimensions, rule, columns
        As in `audit`.

    Returns
    -------
    pandas.DataFrame
        The table, to be attacked or protected and not to be published.
    """
    try:
        _puzzle(table, dimensions, rule, columns, None)
    except MisfitError as error:
        value = table[columns.value].copy()
        value.loc[error.cells.index] = error.cells["nearest"]
        return table.assign(**{columns.value: value})
    return table


def absent(table: pd.DataFrame, dimensions: Sequence[Dimension]) -> pd.DataFrame:
    """List the finest cells that have no row, in a table that shows others of them.

    Whether they are 0 or withheld changes what an outsider knows: it has to be said. Linked margins without any
    of the finest cells lack nothing.

    Returns
    -------
    pandas.DataFrame
        The dimensions.
    """
    names = [dimension.name for dimension in dimensions]
    leaves = [dimension.leaves(list(table[dimension.name].astype(str).unique())) for dimension in dimensions]
    finest = pd.MultiIndex.from_product(leaves, names=names)
    there = finest.isin(pd.MultiIndex.from_frame(table[names].astype(str)))
    return finest[~there & there.any()].to_frame(index=False)


def differences(
    table: pd.DataFrame,
    earlier: pd.DataFrame,
    dimensions: Sequence[Dimension],
    rule: Rule = RULE,
    columns: Columns = COLUMNS,
) -> pd.DataFrame:
    """Say what two editions of the same cells tell together.

    Parameters
    ----------
    table, earlier
        The editions, tidy.
    dimensions
        The dimensions. Editions about different years are compared only if the year is one of them.
    rule
        Below its threshold a difference is few; rounded values differ by few if they differ by less.
    columns
        Names of columns.

    Returns
    -------
    pandas.DataFrame
        The dimensions, ``earlier`` and ``value``, and ``kind``: ``published_before`` where a cell suppressed now
        was shown, ``changed_by_few`` where a cell shown in both tells that few persons were added or removed.
    """
    names = [dimension.name for dimension in dimensions]
    old = _shown(earlier, columns)
    old = old[names].astype(str).assign(earlier=old[columns.value].to_numpy(float))
    new = table[names].astype(str).assign(value=table[columns.value].to_numpy(float))
    new["secret"] = new["value"].isna()
    if columns.status in table:
        new["secret"] = (table[columns.status] == SUPPRESSED).to_numpy()
    both = new.merge(old, on=names)
    change = (both["value"] - both["earlier"]).abs()
    few = ~both["secret"] & (change > TOLERANCE) & (change < rule.threshold)
    kind = np.select([both["secret"], few], ["published_before", "changed_by_few"], "")
    return both.assign(kind=kind).loc[kind != "", [*names, "earlier", "value", "kind"]].reset_index(drop=True)


def protect(
    table: pd.DataFrame,
    dimensions: Sequence[Dimension],
    rule: Rule = RULE,
    columns: Columns = COLUMNS,
    earlier: pd.DataFrame | None = None,
    cost: ArrayLike | None = None,
    trials: int | None = None,
) -> pd.DataFrame:
    """Suppress what a table must not show, and as little else as possible.

    Parameters
    ----------
    table
        Tidy, one row per cell, margins included, exact values. Cells suppressed already stay so.
    dimensions
        The dimensions with their totals and groups.
    rule
        What is secret. Its rounding is not applied: see `rounded`.
    columns
        Names of columns.
    earlier
        An earlier edition: what it shows is known.
    cost
        What is lost with each row, by default its value plus one; positive.
    trials
        See `riktvarden.disclosure.suppress.suppress`.

    Returns
    -------
    pandas.DataFrame
        The rows of the table in their order. Hidden cells have no value, the status ``suppressed`` and the
        qualifier ``primary`` or ``secondary``, which is for the producer only: release `for_release` of it.

    Raises
    ------
    MisfitError
        If the values do not add up.
    ProtectionError
        If an earlier edition gives secret cells away; its `cells` are positions of rows.
    ValueError
        If a cell has two rows or a count is negative.
    """
    exact = Rule(rule.threshold, rule.zeros, rule.protection, None, rule.whole, rule.least_contributors)
    blank = {columns.qualifier: ""}
    puzzle = _puzzle(table.assign(**blank), dimensions, exact, columns, earlier)
    mine = np.flatnonzero(~puzzle.earlier)
    value = puzzle.matrix @ puzzle.inner
    price = value + 1
    if cost is not None:
        price[mine] = np.asarray(cost, dtype=float)[puzzle.rows]
    known = puzzle.earlier.copy()
    if earlier is not None and puzzle.same_counts:
        known[mine] = _shown_alike(table, earlier, [dimension.name for dimension in dimensions], columns)[puzzle.rows]
    try:
        hidden = suppress(puzzle.matrix, puzzle.inner, puzzle.targets, price, rule.required, known, trials)[mine]
    except ProtectionError as error:
        raise ProtectionError(puzzle.rows[error.cells]) from error

    result = table.copy()
    for column in (columns.status, columns.qualifier):
        if column not in result:
            result[column] = ""
    where = np.zeros(len(table), dtype=bool)
    where[puzzle.rows[hidden]] = True
    result[columns.value] = result[columns.value].mask(where)
    result[columns.status] = result[columns.status].mask(where, SUPPRESSED)
    secret = np.zeros(len(table), dtype=bool)
    secret[puzzle.rows[puzzle.targets[mine]]] = True
    result[columns.qualifier] = np.select([secret, where], [PRIMARY, SECONDARY], result[columns.qualifier])
    return result


def for_release(table: pd.DataFrame, columns: Columns = COLUMNS) -> pd.DataFrame:
    """Forget why cells are suppressed: outsiders who know which cells are small can narrow them further."""
    secret = table[columns.status] == SUPPRESSED
    return table.assign(**{columns.qualifier: table[columns.qualifier].mask(secret, "")})


def rounded(table: pd.DataFrame, base: float, columns: Columns = COLUMNS) -> pd.DataFrame:
    """Round published values to the nearest multiple of a base, halves up, and say so in the qualifier.

    Parameters
    ----------
    table
        What `protect` returns: small counts are suppressed before, rates computed after.
    base
        In the unit of the values.
    columns
        Names of columns.
    """
    value = table[columns.value]
    shown = value.notna() & ~table[columns.status].isin(NOT_FACTS)
    near = np.floor(value / base + 1 / 2) * base
    return table.assign(
        **{columns.value: value.mask(shown, near), columns.qualifier: table[columns.qualifier].mask(shown, ROUNDED)}
    )


def loss(table: pd.DataFrame, protected: pd.DataFrame, columns: Columns = COLUMNS) -> Loss:
    """Share of the cells, and of their value, that is suppressed although not secret itself.

    Parameters
    ----------
    table
        The table before.
    protected
        What `protect` made of it.
    columns
        Names of columns.
    """
    value = table[columns.value].to_numpy(float)
    extra = (protected[columns.qualifier] == SECONDARY).to_numpy()
    whole = np.nansum(value)
    return Loss(float(extra.mean()), float(np.nansum(value[extra]) / whole) if whole else 0.0)
