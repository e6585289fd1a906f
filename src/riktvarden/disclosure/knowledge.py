"""What an outsider knows beyond the cells of a table: rates with their denominators, averages with their counts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from riktvarden.disclosure.attack import Knowledge
from riktvarden.disclosure.system import Dimension

Interval = tuple[float, float]
"""Lowest and highest value of something that is known."""


def shown(value: float, base: float = 0.0) -> Interval:
    """Give what a value says that is shown to the nearest multiple of `base`: to one decimal, base is 0.1."""
    return value - base / 2, value + base / 2


@dataclass(frozen=True)
class Fact:
    """One linear constraint on cells: ``low ≤ Σ coefficient × cell ≤ high``.

    The general form of what is published about cells without being one of them. A cell that a fact is about need not
    have a row in the table, and is then no target; to have it attacked, give it a row with the status ``suppressed``.
    """

    cells: Sequence[Mapping[str, str]]
    """Code of each dimension; a dimension that is left out is at its total."""
    coefficients: Sequence[float]
    low: float = -math.inf
    high: float = math.inf

    @classmethod
    def product(cls, cell: Mapping[str, str], one: Interval, other: Interval) -> Fact:
        """Say that a cell is a product: an estimate × its coverage, a rate × a denominator, an average × a number.

        Parameters
        ----------
        cell
            Code of each dimension.
        one, other
            The factors as far as they are known (`shown`), in units whose product is that of the cell; 0 or more.
        """
        return cls([cell], [1.0], max(one[0], 0.0) * max(other[0], 0.0), one[1] * other[1])

    @classmethod
    def ratio(cls, part: Mapping[str, str], whole: Mapping[str, str], ratio: Interval) -> tuple[Fact, Fact]:
        """Say that a cell is a known share of another that is itself not known.

        Parameters
        ----------
        part, whole
            Code of each dimension.
        ratio
            part / whole as far as it is known (`shown`), a share and no percentage.

        Returns
        -------
        tuple of Fact
            part ≥ lowest ratio × whole, part ≤ highest ratio × whole.
        """
        low, high = ratio
        return cls([part, whole], [1.0, -low], low=0.0), cls([part, whole], [1.0, -high], high=0.0)


def fact_cells(facts: Sequence[Fact], dimensions: Sequence[Dimension]) -> pd.DataFrame:
    """List the cells that facts are about, one row per coefficient, in order.

    Raises
    ------
    ValueError
        If a fact has other than one coefficient per cell, names an unknown dimension, or leaves out one without a
        total.
    """
    total = {dimension.name: dimension.total for dimension in dimensions}
    rows = []
    for fact in facts:
        if len(fact.cells) != len(fact.coefficients):
            raise ValueError("a fact needs one coefficient per cell")
        for cell in fact.cells:
            if unknown := set(cell) - set(total):
                raise ValueError(f"a fact is about unknown dimensions: {', '.join(sorted(unknown))}")
            row = {**total, **cell}
            if lacking := [name for name, code in row.items() if code is None]:
                raise ValueError(f"a fact leaves out a dimension that has no total: {', '.join(lacking)}")
            rows.append(row)
    return pd.DataFrame(rows, columns=list(total), dtype=str)


def knowledge(facts: Sequence[Fact], cells: sparse.csr_array) -> Knowledge:
    """Write facts as constraints on the unknowns.

    Parameters
    ----------
    facts
        The facts.
    cells
        Cell × unknown, one row per row of `fact_cells`.
    """
    lengths = [len(fact.cells) for fact in facts]
    coefficients = np.fromiter(itertools.chain.from_iterable(fact.coefficients for fact in facts), dtype=float)
    sums = sparse.csr_array(
        (coefficients, (np.repeat(np.arange(len(facts)), lengths), np.arange(coefficients.size))),
        shape=(len(facts), coefficients.size),
    )
    matrix = sparse.csr_array(sums @ cells)
    matrix.eliminate_zeros()
    return Knowledge(matrix, np.array([fact.low for fact in facts]), np.array([fact.high for fact in facts]))
