"""Choices that are compared side by side and never blurred into an interval, and the chance to reach the norm."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import SimpleNamespace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden import need, supply, uncertainty
from riktvarden.model import LOCAL_NORM, chain, general_practice, professions
from riktvarden.model.cells import known
from riktvarden.model.principals import ranged
from riktvarden.results import COLUMNS, NATION, tidy
from riktvarden.uncertainty import Sample

FloatArray = NDArray[np.float64]

ZETAS = (0.0, 0.5, 1.0)
"""Weights of need against use in the care of mental ill-health."""

TODAY = "today"
MINUTES = "minutes"
LEVELS = (TODAY, MINUTES)
"""Today's national number spread as need is, and minutes built up from need (method E6)."""

CHOICES = ["norm", "coverage", "zeta", "level"]

MEASURES = {"a": ("coverage_a", "C6"), "b": ("coverage_b", "C6")}


def norms(published: pd.DataFrame) -> FloatArray:
    """Inhabitants per full-time specialist that regions have decided themselves, in rising order."""
    return np.unique(published.loc[published["measure"] == LOCAL_NORM, "value"].to_numpy(float))


def grid(on: chain.Base, drawn: Sample) -> pd.DataFrame:
    """Every combination of the structural choices.

    Parameters
    ----------
    on
        What no draw changes.
    drawn
        The draws, the same for every choice.

    Returns
    -------
    pandas.DataFrame
        The columns of `CHOICES` and `COLUMNS`. For general practice coverage by norm and definition in every area, and
        the positions that sustain each norm; for the four professions the nation's full-time equivalents by level,
        for psychologists by ζ as well. A choice that does not concern a row is missing.
    """
    return pd.concat([*_by_norm(on, drawn), *_by_level(on, drawn)], ignore_index=True)[[*CHOICES, *COLUMNS]]


def _by_norm(on: chain.Base, drawn: Sample) -> Iterator[pd.DataFrame]:
    people, shown = chain.until(on.people, on.people.base_year), known(on.found)
    both = [(one, chain.doctors(on, one, chain.until(on.people, on.people.base_year + 1))) for one in (on.central(), drawn)]
    masks = {"a": shown.specialists, "b": shown.specialists & shown.st}
    for norm in norms(on.tables["published_st"]):
        needed = [chain.required(on, one, people, norm).by_year[..., 0] for one, _ in both]
        lasting = [general_practice.norm(a.p, r)["st_positions_guideline"] for (_, a), r in zip(both, needed, strict=True)]
        yield tidy(
            people.areas,
            "st_positions_guideline",
            "positions",
            "D3; D4",
            year=people.base_year,
            value=lasting[0][0],
            draws=lasting[1],
        ).assign(norm=norm, coverage=None, zeta=np.nan, level=None)
        covered = [
            general_practice.coverage(a.p, a.stocks.specialists, a.stocks.st, r)
            for (_, a), r in zip(both, needed, strict=True)
        ]
        for place, (letter, (measure, formula)) in enumerate(MEASURES.items()):
            yield tidy(
                people.areas,
                measure,
                "share",
                formula,
                year=people.base_year,
                value=covered[0][place][0],
                draws=covered[1][place],
                valued=masks[letter],
            ).assign(norm=norm, coverage=letter, zeta=np.nan, level=None)


def _by_level(on: chain.Base, drawn: Sample) -> Iterator[pd.DataFrame]:
    people = chain.until(on.people, on.people.base_year)
    doctors = chain.required(on, drawn, people)
    p = SimpleNamespace(**drawn.assumptions)
    for name in professions.PROFESSIONS:
        levels = {TODAY: {np.nan: professions.today(p, people, name).total}}
        zetas = ZETAS if name == "psychologist" else (np.nan,)
        levels[MINUTES] = {
            zeta: chain.need_now(on, drawn, doctors, name, None if np.isnan(zeta) else zeta).total.sum(
                axis=-1, keepdims=True
            )
            for zeta in zetas
        }
        for level, by_zeta in levels.items():
            for zeta, fte in by_zeta.items():
                for measure, unit, values in (
                    ("fte", "FTE", fte),
                    ("inhabitants_per_fte", "inhabitants per FTE", need.inhabitants_per_fte(people.base[-1], fte)),
                ):
                    rows = ranged([NATION], measure, unit, "E6", values, year=people.base_year, profession=name)
                    yield rows.assign(norm=np.nan, coverage=None, zeta=zeta, level=level)


# --- the chance to reach the norm ---------------------------------------------------------------------

INTAKES: Mapping[str, str] = {
    "reference": "reference",
    "guideline": "st_starters_guideline",
    "target": "st_starters_target",
    "applicants": "st_applicants",
}
"""Intakes that the chance is told for → the measure or assumption that gives the number of starters."""


def chance(on: chain.Base, drawn: Sample) -> pd.DataFrame:
    """Probability that specialists meet the norm at the end of each year, by how many start each year.

    Starters are those of today, those that keep the norm for ever (D3), those that meet it in the target year (D1), and
    all applicants assumed. Each number is the central one, and the same in every draw.

    Parameters
    ----------
    on, drawn
        As `grid`.

    Returns
    -------
    pandas.DataFrame
        ``intake, starters`` and `COLUMNS`: the nation.
    """
    people = on.people
    at_value, draws = chain.doctors(on, on.central()), chain.doctors(on, drawn)
    now = at_value.required.by_year[..., 0]
    starters = {
        "reference": at_value.have.intake[0, -1],
        "guideline": general_practice.norm(at_value.p, now)["st_starters_guideline"][0, -1],
        "target": general_practice.starters_for(
            at_value.p, people, at_value.have, at_value.required.by_year, people.target_year
        )[0, -1],
        "applicants": at_value.p.st_applicants[0, 0],
    }
    adjustable = people.years[1:] >= draws.p.first_adjustable_intake[0, 0]
    required = draws.required.by_year[:, -1]
    frames = []
    for name, number in starters.items():
        more = (number - draws.have.intake[:, -1:]) * adjustable
        fte = draws.have.fte[:, -1].copy()
        fte[:, 1:] += supply.over_cohorts(more, draws.have.per_starter)
        frames.append(
            tidy(
                [NATION] * len(people.years),
                "norm_met",
                "probability",
                "D1; C6",
                year=people.years,
                value=uncertainty.probability_met(fte, required),
            ).assign(intake=name, starters=number)
        )
    return pd.concat(frames, ignore_index=True)[["intake", "starters", *COLUMNS]]
