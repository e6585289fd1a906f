"""Columns of tables, each of which knows what it holds and so how it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from riktvarden.assumptions import Assumption
from riktvarden.report.kit.language import Language

ENDS = ("value", "low", "high")
"""Columns of an estimate: its value and the ends of its 80 % interval."""

Written = Sequence[str] | str
"""A column's cells in words; one text where all rows have the same."""


class Place(str):
    """Name of a region or municipality, which leads to its page where the book has one."""

    __slots__ = ("code", "within")
    code: str
    within: str
    """Name of a municipality's region, by which readers narrow a long table; empty for others."""

    def __new__(cls, name: str, code: str, within: str = "") -> Self:
        """Name a place."""
        made = super().__new__(cls, name)
        made.code, made.within = code, within
        return made


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    head: str
    """Its heading; empty for the heading that every such column has."""
    write: Callable[[Language], Written]
    """Writes its cells."""
    is_text: bool = False
    """Whether it is text even where a cell looks like a number, such as a year."""


def text(head: str, cells: Iterable[object]) -> Column:
    """Hold names, codes, years and other text that is no number."""
    return Column(head, lambda t: [str(cell) for cell in cells], is_text=True)


def written(head: str, cells: Iterable[str] | str) -> Column:
    """Hold numbers that are written already, words among them, or one text in every row."""
    return Column(head, lambda t: cells if isinstance(cells, str) else list(cells))


def number(head: str, values: ArrayLike, digits: int = 0) -> Column:
    """Hold numbers."""
    return Column(head, lambda t: [t.number(value, digits) for value in _floats(values)])


def percent(head: str, shares: ArrayLike, digits: int = 0) -> Column:
    """Hold fractions, in per cent."""
    return Column(head, lambda t: [t.percent(share, digits) for share in _floats(shares)])


def signed(head: str, values: ArrayLike, digits: int = 0, *, in_percent: bool = False) -> Column:
    """Hold changes with their signs."""
    return Column(head, lambda t: [t.signed(value, digits, percent=in_percent) for value in _floats(values)])


def estimate(head: str, rows: pd.DataFrame, digits: int = 0, ends: Sequence[str] = ENDS) -> Column:
    """Hold values with their 80 % intervals; `ends` are the columns of value, low and high."""
    return Column(head, lambda t: t.estimates(_ends(rows, ends), digits))


def sized(head: str, rows: pd.DataFrame) -> Column:
    """Hold values with their 80 % intervals, with as many decimals as their size needs."""
    return Column(head, lambda t: [t.sized(*each) for each in _ends(rows, ENDS).to_numpy(float)])


def share(head: str, rows: pd.DataFrame, digits: int = 0, ends: Sequence[str] = ENDS) -> Column:
    """Hold fractions with their 80 % intervals, in per cent."""
    return Column(head, lambda t: t.shares(_ends(rows, ends), digits))


def interval(head: str, rows: pd.DataFrame, ends: Sequence[str] = ENDS[1:]) -> Column:
    """Hold 80 % intervals without values, with as many decimals as their size needs."""
    return Column(head, lambda t: t.ranges(rows[list(ends)].set_axis(list(ENDS[1:]), axis=1)))


def index(head: str, rows: pd.DataFrame) -> Column:
    """Hold indices with their 80 % intervals; that of the nation, without one, is what they are measured against."""
    return Column(head, lambda t: t.indices(rows))


def assumed(head: str, items: Iterable[Assumption], scale: float | None = None, *, complement: bool = False) -> Column:
    """Hold assumptions with their ranges, see `Language.assumed`."""
    return Column(head, lambda t: [t.assumed(item, scale, complement=complement) for item in items])


def status(of: pd.DataFrame | str, head: str = "", *, qualifier: str = "") -> Column:
    """Hold the status of each row by its ``status`` and ``qualifier``, or one status of them all."""
    return Column(head, lambda t: t.status(of, qualifier) if isinstance(of, str) else t.statuses(of))


def listed(names: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[pd.Index, list[Column]]:
    """Make columns of rows that are written already: the heads of the rows, and the columns after the first."""
    labels, *columns = zip(*rows, strict=True)
    return heads(names[0], labels), [written(head, cells) for head, cells in zip(names[1:], columns, strict=True)]


def heads(name: str, labels: Iterable[object]) -> pd.Index:
    """Head the rows of a table: what they are, and the label of each."""
    return pd.Index(list(labels), name=name)


def places(name: str, labels: Iterable[object], codes: Iterable[object], within: Iterable[object] = ()) -> pd.Index:
    """Head the rows of a table with places: what they are, and the name, code and perhaps region of each."""
    regions = [str(region) for region in within]
    named = [(str(label), str(code)) for label, code in zip(labels, codes, strict=True)]
    made = [Place(*each, region) for each, region in zip(named, regions or [""] * len(named), strict=True)]
    return pd.Index(made, name=name, dtype=object)  # text of pandas' own would forget the codes


def _floats(values: ArrayLike) -> list[float]:
    return [float(value) for value in np.asarray(values, float)]


def _ends(rows: pd.DataFrame, ends: Sequence[str]) -> pd.DataFrame:
    return rows[list(ends)].set_axis(list(ENDS), axis=1)
