"""Linear constraints linking the cells and margins of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Dimension:
    """One classification of a table, with its total and subtotals."""

    name: str
    """Column of the tidy frame that holds the codes."""
    total: str | None = None
    """Code of the sum over all codes; None if the table has no such margin."""
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Subtotals: code of the group → its members, themselves groups or not; groups may overlap."""

    def leaves(self, codes: Sequence[str]) -> list[str]:
        """List the codes that are not sums of others, in order.

        Parameters
        ----------
        codes
            Codes that occur in the table.
        """
        members = {member for group in self.groups.values() for member in group}
        found = sorted((set(codes) | members) - set(self.groups) - {self.total})
        # An undivided total is the finest code there is.
        return found or sorted(set(codes))

    def parts(self, code: str, leaves: Sequence[str]) -> list[int]:
        """Return the positions in `leaves` of the codes that a code sums; for a leaf, its own."""
        members = set(leaves) if code == self.total else self._below(code)
        return [place for place, leaf in enumerate(leaves) if leaf in members or leaf == code]

    def cycles(self) -> list[str]:
        """List the groups that contain themselves, which are invalid."""
        return [group for group in self.groups if group in self._below(group)]

    def _below(self, code: str) -> set[str]:
        """Return all members of a group, recursively."""
        found: set[str] = set()
        waiting = [code]
        while waiting:
            new = set(self.groups.get(waiting.pop(), ())) - found
            found |= new
            waiting += sorted(new)
        return found


@dataclass(frozen=True)
class System:
    """Cells of one or more linked tables as sums of the finest cells."""

    cells: pd.DataFrame
    """One row per cell, the codes of each dimension in columns."""
    matrix: sparse.csr_array
    """Cell × inner cell, 1 where the cell contains the inner cell. Inner cells are all combinations of leaves."""


def system(cells: pd.DataFrame, dimensions: Sequence[Dimension]) -> System:
    """Express every cell, margins included, as a sum of inner cells.

    Tables are linked by being in one frame: a table without a dimension has the total of it there (see
    `riktvarden.disclosure.audit.link`). Inner cells that no table shows are unknowns as well.

    Parameters
    ----------
    cells
        One row per cell, with the codes of each dimension.
    dimensions
        The dimensions with their totals and groups.

    Returns
    -------
    System
        The cells, in the order given, and their sums.

    Raises
    ------
    KeyError
        If a dimension has no column.
    ValueError
        If a group contains itself.
    """
    names = [dimension.name for dimension in dimensions]
    for dimension in dimensions:
        if dimension.cycles():
            raise ValueError(f"groups of {dimension.name} contain themselves: {', '.join(dimension.cycles())}")
    rows, columns, inner = np.arange(len(cells)), np.zeros(len(cells), dtype=np.int64), 1
    for dimension in dimensions:
        codes, text = pd.factorize(cells[dimension.name].astype(str))
        leaves = dimension.leaves(list(text))
        parts = [dimension.parts(code, leaves) for code in text]
        length = np.array([len(part) for part in parts], dtype=np.int64)
        start = np.concatenate([[0], np.cumsum(length)])
        flat = np.concatenate([np.asarray(part, dtype=np.int64) for part in parts] or [np.empty(0, np.int64)])
        # Each sum so far splits into one term per leaf of the cell's code in this dimension.
        code = codes[rows]
        repeats = length[code]
        within = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        columns = np.repeat(columns, repeats) * len(leaves) + flat[np.repeat(start[code], repeats) + within]
        rows = np.repeat(rows, repeats)
        inner *= len(leaves)
    matrix = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(cells), inner))
    return System(cells[names].astype(str).reset_index(drop=True), matrix)
