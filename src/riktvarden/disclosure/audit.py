"""Audit a released table, with its margins and earlier editions, for disclosure of suppressed cells, and protect it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import sparse

from riktvarden.disclosure.attack import (
    TOLERANCE,
    Attacker,
    ContradictionError,
    IntArray,
    Intervals,
    Knowledge,
    alone,
    betrayed,
    misfit,
)
from riktvarden.disclosure.knowledge import Fact, fact_cells, knowledge, reconciled
from riktvarden.disclosure.limits import DOMINANCE, LEAST_CONTRIBUTORS, THRESHOLD
from riktvarden.disclosure.suppress import ProtectionError, default_protection, margin, primary, suppress
from riktvarden.disclosure.system import BoolArray, Dimension, FloatArray, system

SUPPRESSED = "suppressed"
NOT_FACTS = ("missing", "estimated")
"""Statuses of cells that reveal nothing about counts: neither known to an outsider nor secret."""

PRIMARY, SECONDARY, ROUNDED = "primary", "secondary", "rounded"
"""Qualifiers."""


@dataclass(frozen=True)
class Rule:
    """Disclosure rule: which cells are secret, the required width of intervals, and rounding.

    Everyone knows all that is published: every edition, the rule, the base of rounding, and the products of published
    figures (`riktvarden.disclosure.knowledge.Fact`). Contributors also know their own part: a sole contributor the
    value of the cell, the second largest its own contribution (p % rule). The attackers are those of Hundepool et
    al. (2012, chapters 4 and 5) and tau-ARGUS. Coalitions of contributors are not considered.

    Rules apply in this order: small counts are suppressed, what remains is rounded, rates are computed from what
    is then published.
    """

    threshold: float = THRESHOLD
    """Smallest count that is published."""
    zeros: bool = False
    """Whether 0 is secret too."""
    protection: float | None = None
    """Width that the interval of every suppressed cell must exceed; None for the width implied by the rule itself."""
    base: float | None = None
    """Base of rounding: published values are rounded to its nearest multiple; None if they are exact."""
    whole: bool = True
    """Whether the values are counts."""
    least_contributors: int = LEAST_CONTRIBUTORS
    """Minimum number of providers behind a published cell: with two, each can subtract its own part."""
    dominance: float = DOMINANCE
    """p of the p % rule: a cell is secret if its second largest contributor, who knows its own part, could
    estimate the largest one's to within p %."""
    alone: float | None = 0.0
    """Width that the interval of every secret cell must exceed for the sole contributor to another one, who knows its
    value (singletons in tau-ARGUS); None if there are none. At 0, no value can be inferred exactly: that a small count
    is one of few values is known to everyone from the rule."""

    @property
    def required(self) -> float:
        """Width that intervals must exceed, in the unit of the values."""
        return default_protection(self.threshold, self.zeros) if self.protection is None else self.protection

    def known(self, value: FloatArray, base: FloatArray | None = None) -> tuple[FloatArray, FloatArray]:
        """Return what an outsider knows of published values: the values, or the interval that rounds to them.

        As small counts are suppressed before rounding, a published count is 0 or at least the threshold.

        Parameters
        ----------
        value
            Published values.
        base
            Base of rounding of each value, NaN or 0 if it is exact; by default that of the rule.

        Returns
        -------
        tuple of numpy.ndarray
            Lowest and highest.
        """
        step = np.nan_to_num(np.full(value.shape, self.base or 0.0) if base is None else base)
        low, high = value - step / 2, value + step / 2
        if self.whole:
            # Halves are rounded up: counts of 2-5, but not 6, are shown as 4 to the nearest 4.
            high = np.where(step > 0, np.ceil(high - TOLERANCE) - 1, high)
            low = np.minimum(np.ceil(low - TOLERANCE), value)
        high = np.where((value == 0) & (high < self.threshold), 0, np.maximum(high, value))
        low = np.maximum(low, np.minimum(self.threshold, high))
        rounded = step > 0
        return np.where(rounded, np.where(value == 0, 0, low), value), np.where(rounded, high, value)


@dataclass(frozen=True)
class Columns:
    """Names of the columns of a tidy table."""

    value: str = "value"
    status: str = "status"
    """May be absent: cells without a value are then the suppressed ones."""
    qualifier: str = "qualifier"
    """May be absent. If it distinguishes primary from secondary cells, outsiders know that primary ones are small."""
    contributors: str | None = None
    """Number of providers behind each cell; None if it reveals nothing."""
    largest: str | None = None
    """Contribution of the largest provider to each cell, NaN if it reveals nothing; requires `second`."""
    second: str | None = None
    """Contribution of the second largest provider."""
    base: str | None = None
    """Base of rounding of each value (0.1: to one decimal), NaN if it is exact; None for the base of the rule."""


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
    """What can be inferred from a released table."""

    cells: pd.DataFrame
    """Cells that are suppressed, or secret and shown, labelled as in the table: dimensions, low, high, required,
    pinned, shown; as anyone can infer them."""
    alone: pd.DataFrame
    """Cells that the sole contributor to another can infer: dimensions, low, high, required, and ``knows``, the label
    of that other. Empty unless the audit was given the true values."""
    changes: pd.DataFrame
    """Disclosures by earlier editions, see `differences`, with ``edition``, their position; empty without any."""
    revised: tuple[float, ...]
    """Smallest revision in persons that explains each earlier edition; 0 if it is consistent with the same counts."""

    @property
    def pinned(self) -> pd.DataFrame:
        """The cells that are insufficiently protected."""
        return self.cells.loc[self.cells["pinned"]]

    @property
    def passes(self) -> bool:
        """Whether nothing is disclosed."""
        return self.pinned.empty and self.alone.empty and self.changes.empty


class Loss(NamedTuple):
    """Information lost beyond the secret cells themselves, as shares of the whole table."""

    cells: float
    value: float


def link(tables: Sequence[pd.DataFrame], dimensions: Sequence[Dimension], columns: Columns = COLUMNS) -> pd.DataFrame:
    """Combine tables that share cells into one frame, to be audited or protected together.

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


Editions = Sequence[pd.DataFrame] | pd.DataFrame | None
"""Earlier editions of the same cells: several, one or none."""


@dataclass(frozen=True)
class _Puzzle:
    """A table as seen by an outsider."""

    rows: IntArray
    """Row in the table of each of the first cells; those that only earlier editions show follow."""
    matrix: sparse.csr_array
    """Cell × unknown: the inner cells, then the revisions of earlier editions, which are in no cell."""
    low: FloatArray
    high: FloatArray
    targets: BoolArray
    """Cells that are suppressed, or shown although they are secret."""
    required: FloatArray
    """Width that the interval of each cell must exceed."""
    earlier: BoolArray
    """Cells added because an earlier edition consistent with the same counts shows them."""
    more: Knowledge
    """Knowledge beyond the cells."""
    point: FloatArray
    """Unknowns consistent with everything."""
    revised: tuple[float, ...]


def _puzzle(
    table: pd.DataFrame,
    dimensions: Sequence[Dimension],
    rule: Rule,
    columns: Columns,
    earlier: Editions = None,
    facts: Sequence[Fact] = (),
) -> _Puzzle:
    names = [dimension.name for dimension in dimensions]
    if table.duplicated(names).any():
        raise ValueError("a cell has two rows; link tables that share cells")
    status = table[columns.status] if columns.status in table else pd.Series("", index=table.index)
    counted = np.flatnonzero(~status.isin(NOT_FACTS))
    now, status = table.iloc[counted], status.iloc[counted]
    value = now[columns.value].to_numpy(float)
    targets = (status == SUPPRESSED).to_numpy() | _secret(now, rule, columns)
    required = np.full(value.size, rule.required)
    if (largest := _contributions(now, columns)) is not None:
        # The literature requires equal room on either side; here only the width matters.
        required = np.fmax(required, 2 * margin(value, *largest, rule.dominance))
    low, high = rule.known(value, _base(now, columns))
    low, high = np.where(np.isnan(value), 0, low), np.where(np.isnan(value), np.inf, high)
    if columns.qualifier in now:
        reported = (now[columns.qualifier] == PRIMARY).to_numpy() & np.isnan(value)
        low, high = np.where(reported, 1 - rule.zeros, low), np.where(reported, rule.threshold - 1, high)

    frames = [_shown(frame, columns) for frame in _editions(earlier)]
    of_facts = fact_cells(facts, dimensions)
    # All rows contribute their codes, so that a code found only on estimates is still part of its total.
    every = system(pd.concat([now[names], *(frame[names] for frame in frames), of_facts, table[names]]), dimensions).matrix
    ends = np.cumsum([len(now), *(len(frame) for frame in frames), len(of_facts)])
    sums = Knowledge(every[: ends[0]], low, high)
    editions = [
        Knowledge(every[start:end], *rule.known(frame[columns.value].to_numpy(float), _base(frame, columns)))
        for frame, start, end in zip(frames, ends[:-2], ends[1:-1], strict=True)
    ]
    extra = knowledge(facts, every[ends[-2] : ends[-1]])
    try:
        known = reconciled(sums, editions, extra, whole=rule.whole)
    except ContradictionError:
        excess = misfit(sums.matrix, low, high)
        wrong = np.abs(excess) > TOLERANCE
        if not wrong.any():
            raise ContradictionError("facts contradict the published values") from None
        raise MisfitError(now.loc[wrong, [*names, columns.value]].assign(nearest=(low - excess)[wrong])) from None
    before = known.sums.low.size - len(now)
    return _Puzzle(
        counted,
        known.sums.matrix,
        known.sums.low,
        known.sums.high,
        np.concatenate([targets, np.zeros(before, dtype=bool)]),
        np.concatenate([required, np.full(before, rule.required)]),
        np.arange(known.sums.low.size) >= len(now),
        known.more,
        known.point,
        known.revised,
    )


def _secret(table: pd.DataFrame, rule: Rule, columns: Columns) -> BoolArray:
    """Return the cells that are themselves secret."""
    largest = _contributions(table, columns)
    return primary(
        table[columns.value].to_numpy(float),
        rule.threshold,
        zeros=rule.zeros,
        contributors=None if columns.contributors is None else table[columns.contributors],
        least_contributors=rule.least_contributors,
        largest=largest,
        dominance=rule.dominance,
    )


def _single(table: pd.DataFrame, rule: Rule, columns: Columns) -> BoolArray:
    """Return the cells with a sole contributor, a person or a provider, who knows their value."""
    value = table[columns.value].to_numpy(float)
    found = rule.whole & (value == 1)
    if columns.contributors is not None:
        found |= (value > 0) & (table[columns.contributors] == 1).to_numpy()
    return np.asarray(found)


def _contributions(table: pd.DataFrame, columns: Columns) -> tuple[FloatArray, FloatArray] | None:
    """Return the contributions of the largest and the second largest provider."""
    if columns.largest is None or columns.second is None:
        return None
    return table[columns.largest].to_numpy(float), table[columns.second].to_numpy(float)


def _base(table: pd.DataFrame, columns: Columns) -> FloatArray | None:
    return None if columns.base is None else table[columns.base].to_numpy(float)


def _editions(earlier: Editions) -> list[pd.DataFrame]:
    if earlier is None:
        return []
    return [earlier] if isinstance(earlier, pd.DataFrame) else list(earlier)


def _same(matrix: sparse.csr_array, known: BoolArray) -> BoolArray:
    """Return the cells that sum the same inner cells as a known one, so that hiding them is pointless."""
    parts = [tuple(sorted(matrix.indices[start:end])) for start, end in itertools.pairwise(matrix.indptr)]
    there = {cell for cell, is_known in zip(parts, known, strict=True) if is_known}
    return np.array([cell in there for cell in parts], dtype=bool)


def _shown(table: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """Return the rows whose value is published as exact."""
    facts = ~table[columns.status].isin(NOT_FACTS) if columns.status in table else True
    return table.loc[table[columns.value].notna() & facts]


def audit(
    table: pd.DataFrame,
    dimensions: Sequence[Dimension],
    rule: Rule = RULE,
    columns: Columns = COLUMNS,
    earlier: Editions = None,
    *,
    facts: Sequence[Fact] = (),
    truth: pd.DataFrame | None = None,
    exact: bool = True,
) -> Audit:
    """Attack a table exactly as it is released.

    Parameters
    ----------
    table
        Tidy, one row per cell, margins included. Suppressed cells have the status ``suppressed``, or no value if
        there is no column of statuses. A suppressed cell that still has a value is pinned.
    dimensions
        The dimensions with their totals and groups.
    rule
        The disclosure rule.
    columns
        Names of columns.
    earlier
        Earlier editions of the same cells. All are attacked together; contradictions are treated as the smallest
        possible revision, see `riktvarden.disclosure.knowledge.reconciled`.
    facts
        Knowledge beyond the cells, as products of published figures, see `riktvarden.disclosure.knowledge.Fact`.
    truth
        The table before it was protected, if available: the audit then also attacks as the sole contributors to
        cells, who cannot be recognised in the released table.
    exact
        Whether to compute every interval, or the verdicts only, see `riktvarden.disclosure.attack.attack`.

    Returns
    -------
    Audit
        What can be inferred.

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
    attacker = Attacker(puzzle.matrix, puzzle.low, puzzle.high, puzzle.more, whole=rule.whole)
    found = attacker.intervals(puzzle.targets, puzzle.required, exact=exact)
    hidden = np.flatnonzero(puzzle.targets)
    cells = _cells(table, puzzle.rows[hidden], names, found, hidden).assign(
        required=puzzle.required[hidden], pinned=found.pinned[hidden]
    )
    cells["shown"] = table[columns.value].iloc[puzzle.rows[hidden]].notna()
    insiders = [] if truth is None or rule.alone is None else _alone(table, truth, puzzle, attacker, names, rule, columns)
    changes = [
        differences(table, frame, dimensions, rule, columns).assign(edition=number)
        for number, frame in enumerate(_editions(earlier))
    ]
    return Audit(
        cells,
        pd.concat([cells.iloc[:0].drop(columns=["pinned", "shown"]).assign(knows=pd.Series(dtype=object)), *insiders]),
        pd.concat([differences(table, table.iloc[:0], dimensions, rule, columns).assign(edition=0), *changes]),
        puzzle.revised,
    )


def _cells(table: pd.DataFrame, rows: IntArray, names: list[str], found: Intervals, cells: IntArray) -> pd.DataFrame:
    return table[names].iloc[rows].assign(low=found.low[cells], high=found.high[cells])


def _alone(
    table: pd.DataFrame,
    truth: pd.DataFrame,
    puzzle: _Puzzle,
    attacker: Attacker,
    names: list[str],
    rule: Rule,
    columns: Columns,
) -> list[pd.DataFrame]:
    """Return what each sole contributor can infer."""
    there = pd.MultiIndex.from_frame(table[names].astype(str)).take(puzzle.rows)
    true = truth.set_axis(pd.MultiIndex.from_frame(truth[names].astype(str))).reindex(there)
    value = np.full(puzzle.low.size, np.nan)
    value[: puzzle.rows.size] = true[columns.value]
    secret, single = (np.zeros(value.size, dtype=bool) for _ in range(2))
    secret[: puzzle.rows.size] = _secret(true, rule, columns)
    single[: puzzle.rows.size] = _single(true, rule, columns)
    result = []
    for group, found in betrayed(
        attacker, alone(puzzle.matrix, single & puzzle.targets), value, secret & puzzle.targets, rule.alone or 0.0
    ):
        cells = np.flatnonzero(found.pinned)
        knows = table.index[puzzle.rows[group[0]]]
        own = _cells(table, puzzle.rows[cells], names, found, cells)
        result.append(own.assign(required=rule.alone, knows=pd.Series([knows] * len(own), index=own.index, dtype=object)))
    return result


def adjusted(
    table: pd.DataFrame, dimensions: Sequence[Dimension], rule: Rule = RULE, columns: Columns = COLUMNS
) -> pd.DataFrame:
    """Correct the values that do not add up by as little as possible.

    Sources round each figure separately, and leave some persons out of every part. An attacker may know sums only
    approximately; auditing them as exact covers that case.

    Parameters
    ----------
    table, dimensions, rule, columns
        As in `audit`.

    Returns
    -------
    pandas.DataFrame
        The table, for attack or protection; not for publication.
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

    Whether they are 0 or withheld affects what an outsider knows, so it must be stated. Linked margins without any
    of the finest cells are complete.

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
    """Find what two editions of the same cells disclose together.

    Parameters
    ----------
    table, earlier
        The editions, tidy.
    dimensions
        The dimensions. Editions about different years are compared only if the year is one of them.
    rule
        A difference below its threshold is small; so is one of rounded values that may be below it.
    columns
        Names of columns.

    Returns
    -------
    pandas.DataFrame
        The dimensions, ``earlier`` and ``value``, and ``kind``: ``published_before`` where a cell suppressed now
        was shown, ``changed_by_few`` where a cell shown in both reveals that few persons were added or removed.
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
    earlier: Editions = None,
    cost: ArrayLike | None = None,
    trials: int | None = None,
    *,
    facts: Sequence[Fact] = (),
) -> pd.DataFrame:
    """Suppress the cells that a table must not show, and as few others as possible.

    Parameters
    ----------
    table
        Tidy, one row per cell, margins included, exact values. Cells suppressed already stay so.
    dimensions
        The dimensions with their totals and groups.
    rule
        The disclosure rule. Its rounding is not applied: see `rounded`.
    columns
        Names of columns.
    earlier
        Earlier editions, whose contents are known, see `audit`.
    cost
        Cost of suppressing each row, positive; by default its value plus one.
    trials
        See `riktvarden.disclosure.suppress.suppress`.
    facts
        Knowledge beyond the cells.

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
        If an earlier edition discloses secret cells; its `cells` are positions of rows.
    ValueError
        If a cell has two rows or a count is negative.
    """
    exact = replace(rule, base=None)
    blank = {columns.qualifier: ""}
    puzzle = _puzzle(table.assign(**blank), dimensions, exact, replace(columns, base=None), earlier, facts)
    mine = np.flatnonzero(~puzzle.earlier)
    value = puzzle.matrix @ puzzle.point
    price = value + 1
    if cost is not None:
        price[mine] = np.asarray(cost, dtype=float)[puzzle.rows]
    single = np.zeros(value.size, dtype=bool)
    single[mine] = _single(table.iloc[puzzle.rows], rule, columns) & puzzle.targets[mine]
    try:
        hidden = suppress(
            puzzle.matrix,
            puzzle.point,
            puzzle.targets,
            price,
            puzzle.required,
            puzzle.earlier | _same(puzzle.matrix, puzzle.earlier),
            trials,
            more=puzzle.more,
            groups=[] if rule.alone is None else alone(puzzle.matrix, single),
            alone=rule.alone or 0.0,
        )[mine]
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
    """Remove the reason for suppression: outsiders who know which cells are small can narrow them further."""
    secret = table[columns.status] == SUPPRESSED
    return table.assign(**{columns.qualifier: table[columns.qualifier].mask(secret, "")})


def rounded(table: pd.DataFrame, base: float, columns: Columns = COLUMNS) -> pd.DataFrame:
    """Round published values to the nearest multiple of a base, halves up, and mark them in the qualifier.

    Parameters
    ----------
    table
        Result of `protect`: small counts are suppressed before, rates computed after.
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
    """Return the share of the cells, and of their value, that is suppressed although not secret itself.

    Parameters
    ----------
    table
        The table before.
    protected
        Result of `protect` for it.
    columns
        Names of columns.
    """
    value = table[columns.value].to_numpy(float)
    extra = (protected[columns.qualifier] == SECONDARY).to_numpy()
    whole = np.nansum(value)
    return Loss(float(extra.mean()), float(np.nansum(value[extra]) / whole) if whole else 0.0)
