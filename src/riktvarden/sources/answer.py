"""What every service is asked for and answers with, in one form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

VALUE, STATUS, CONTENT, TIME = "value", "status", "content", "time"
"""Columns of an answer beside the dimensions of the service, which keep their names."""


@dataclass(frozen=True)
class Answer:
    """Cells of a service.

    Attributes
    ----------
    rows
        One row per cell: the service's dimensions as codes; `CONTENT`, the name of what is measured; `TIME`, the year as
        int; `VALUE`, the number, missing where there is none; `STATUS`, the service's mark, empty text where it has none.
    title
        Which table of the service it is.
    updated
        When the service last changed it, as it says itself; empty text where it does not.
    notes
        Notes that have to be shown.
    flags
        What whoever judges the figures should know.
    """

    rows: pd.DataFrame
    title: str
    updated: str = ""
    notes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """What will be asked.

    Attributes
    ----------
    addresses
        Where the calls go that fetch the cells; a service that answers in pages may need more of them.
    cells
        Cells asked for.
    ask
        Asks, and gives the answer; raises SourceError.
    """

    addresses: tuple[str, ...]
    cells: int
    ask: Callable[[], Answer]
