"""Check that every edition has a consultation: a first and a last day on which responses to it are received."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from riktvarden.problems import Problem

PATH = "data/tables/consultation_rounds.csv"


def problems(rounds: pd.DataFrame, editions: Iterable[str]) -> list[Problem]:
    """Return what is wrong with the rounds.

    Parameters
    ----------
    rounds
        ``edition, opens, closes``, in the order of the file.
    editions
        Names of the editions that there are.
    """
    found = [
        Problem(
            PATH,
            row,
            "closes",
            f"{opens:%Y-%m-%d} to {closes:%Y-%m-%d}",
            "a last day after the first",
            "correct one of the two days",
        )
        for row, (opens, closes) in enumerate(zip(rounds["opens"], rounds["closes"], strict=True), start=2)
        if not opens < closes
    ]
    lacking = [name for name in editions if name not in set(rounds["edition"])]
    return found + [
        Problem(
            PATH,
            len(rounds) + 2 + place,
            "edition",
            "no row",
            f"a row for the edition {name}, as each is consulted on",
            f"add {name},FIRST-DAY,LAST-DAY and run `riktvarden check --accept`",
        )
        for place, name in enumerate(lacking)
    ]
