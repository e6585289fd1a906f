"""What every chapter needs to tell its story: results, tables, assumptions and a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from riktvarden import model
from riktvarden.assumptions import Assumptions
from riktvarden.model import NATION, Results
from riktvarden.problems import InputError, Problem
from riktvarden.report.language import Language


@dataclass(frozen=True)
class Context:
    """The material of one chapter."""

    language: Language
    results: Results
    tables: Mapping[str, pd.DataFrame]
    assumptions: Assumptions

    @classmethod
    def of(cls, language: str, tables: Mapping[str, pd.DataFrame], assumptions: Assumptions) -> Context:
        """Run the model on checked tables and assumptions, and tell its results in one language."""
        return cls(Language(language), model.run(tables, assumptions), tables, assumptions)

    @cached_property
    def region_names(self) -> dict[str, str]:
        """Short name of each region, and of the nation."""
        names = self.tables["regions"].set_index("region")["name"].to_dict()
        return names | {NATION: self.language("Riket")}

    @cached_property
    def principals(self) -> dict[str, str]:
        """Official name of each region as principal."""
        return dict(self.tables["regions"].set_index("region")["principal"])

    def estimate(self, measure: str, region: str, digits: int = 0) -> str:
        """One result in words: value with interval, or that there is none."""
        row = self.results.of(measure).loc[region]
        return self.language.estimate(row["value"], row["low"], row["high"], digits)

    def status(self, measure: str, region: str) -> str:
        """Status of one result in words."""
        row = self.results.of(measure).loc[region]
        return self.language.status(row["status"], row["qualifier"])

    def value(self, measure: str, region: str = NATION) -> float:
        """Value of one result; NaN where there is none."""
        return float(self.results.of(measure).loc[region, "value"])


def region_code(region: str | int, known: Mapping[str, str]) -> str:
    """Read a region parameter, which command lines turn from "01" into 1.

    Parameters
    ----------
    region
        Region code as text or number.
    known
        Region code → name.

    Returns
    -------
    str
        The two-digit code.

    Raises
    ------
    InputError
        If no region has that code; the message lists those that exist.
    """
    code = str(region).strip().zfill(2)
    if code not in known:
        listed = ", ".join(f"{key} {name}" for key, name in sorted(known.items()))
        raise InputError(
            [
                Problem(
                    file="chapters/regions/region.ipynb",
                    row=0,
                    column="region",
                    value=str(region),
                    expected=f"one of the {len(known)} region codes",
                    mend=f"use one of: {listed}",
                )
            ]
        )
    return code
