"""Choices that are compared side by side and never blurred into an interval, and the chance to reach the norm."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden import need, uncertainty
from riktvarden.codes import NATION
from riktvarden.model import chain, general_practice, path_to_norm, professions
from riktvarden.model.cells import known, whole_positions
from riktvarden.model.outlook import ranged
from riktvarden.names import LOCAL_NORM, MINUTES, TODAY
from riktvarden.parameters import Parameters
from riktvarden.professions import PROFESSIONS
from riktvarden.results import COLUMNS, tidy
from riktvarden.uncertainty import Sample

FloatArray = NDArray[np.float64]

ZETAS = (0.0, 0.5, 1.0)
"""Weights of need against use, by age and in the care of mental ill-health."""


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
        the positions that sustain each norm; for the professions the nation's full-time equivalents by level,
        for those without contacts by ζ as well. A choice that does not concern a row is missing.
    """
    return pd.concat([*_by_norm(on, drawn), *_by_level(on, drawn)], ignore_index=True)[[*CHOICES, *COLUMNS]]


def _by_norm(on: chain.Base, drawn: Sample) -> Iterator[pd.DataFrame]:
    people, shown = chain.until(on.people, on.people.base_year), known(on.found)
    both = [(one, chain.doctors(on, one, chain.until(on.people, on.people.base_year + 1))) for one in (on.central(), drawn)]
    masks = {"a": shown.specialists, "b": shown.specialists & shown.st}
    for norm in norms(on.tables["published_st"]):
        needed = [chain.required(on, one, people, norm).by_year[..., 0] for one, _ in both]
        lasting = [
            general_practice.norm(a.p, a.have, r)["st_positions_guideline"] for (_, a), r in zip(both, needed, strict=True)
        ]
        yield whole_positions(
            np.asarray(people.areas), people.base_year, lasting[0][0][:, None], lasting[1], "D3; D4"
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
    p = Parameters.of(drawn.assumptions)
    for name in PROFESSIONS:
        levels = {TODAY: {np.nan: professions.today(p, people, name).total}}
        zetas = (np.nan,) if PROFESSIONS[name].contacts else ZETAS
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


def by_age_weight(on: chain.Base) -> pd.DataFrame:
    """What the weight of need beside use by age does (method C1), all else in the middle.

    Returns
    -------
    pandas.DataFrame
        ``profession, region, year`` (the base year and the target year) ``, need_age_weight, index``: need per inhabitant,
        the nation's in the base year being 100 at every weight. Professions whose need by age is published for some
        contact, and doctors.
    """
    people, middle, frames = chain.until(on.people, on.people.target_year), on.central(), []
    for zeta in ZETAS:
        drawn = Sample(middle.assumptions | {"need_age_weight": np.array([[zeta]])}, middle.regional)
        p, doctors = Parameters.of(drawn.assumptions), chain.required(on, drawn, people)
        paths = {"general_practice": doctors.by_year}
        for name, each in PROFESSIONS.items():
            if any(contact.need for contact in each.contacts):
                weight = p.mental_health.need_weight
                paths[name] = professions.needed(p, on.tables, people, doctors.at, name, weight, doctors).by_year
        for name, path in paths.items():
            each_person = path[0] / people.total
            ends = 100 * each_person[:, [0, -1]] / each_person[-1, 0]
            frames.append(
                pd.DataFrame(
                    {
                        "profession": name,
                        "region": np.repeat(people.areas, 2),
                        "year": np.tile(people.years[[0, -1]], len(people.areas)),
                        "need_age_weight": zeta,
                        "index": ends.ravel(),
                    }
                )
            )
    return pd.concat(frames, ignore_index=True)


# --- the chance to reach the norm ---------------------------------------------------------------------

INTAKES = ("reference", "guideline", "programme", "applicants")
"""Intakes that the chance is given for: today's, the one that holds the norm, the path to the norm, all applicants."""


def chance(on: chain.Base, drawn: Sample, programme: pd.DataFrame) -> pd.DataFrame:
    """Probability that specialists meet the norm at the end of each year, by how many start each year.

    Starters are those of today, those that keep the norm for ever (D3), those of the path within the limits (D2), and
    all applicants assumed, spread as the requirement is. Each number is the central one, and the same in every draw
    but for today's.

    Parameters
    ----------
    on, drawn
        As `grid`.
    programme
        The path within the limits, as `riktvarden.results.Results.programme`.

    Returns
    -------
    pandas.DataFrame
        ``intake, starters`` (in the first year that can be changed) and `COLUMNS`: the nation.
    """
    people = on.people
    at_value, draws = chain.doctors(on, on.central()), chain.doctors(on, drawn)
    p, required = at_value.p, at_value.required.by_year
    keeping = general_practice.sustaining(p, at_value.have, required[..., 0])[0, :-1, None]
    first = p.st.first_adjustable_intake - people.base_year - 1
    pool = general_practice.applicants(p, people.years[1:], people.base_year)
    intakes = {
        "reference": None,
        "guideline": keeping,
        "programme": path_to_norm.intake(programme, people),
        "applicants": keeping / keeping.sum() * pool,
    }
    frames = []
    for name in INTAKES:
        intake = intakes[name]
        if intake is None and name != "reference":
            continue
        fte = (
            draws.have.fte
            if intake is None
            else general_practice.with_intake(draws.p, people, draws.have, intake[None]).fte
        )
        starting = at_value.have.intake[0, -1] if intake is None else intake.sum(axis=0)[min(first, intake.shape[1] - 1)]
        frames.append(
            tidy(
                [NATION] * len(people.years),
                "norm_met",
                "probability",
                "D1; C6",
                year=people.years,
                value=uncertainty.probability_met(fte[:, -1], draws.required.by_year[:, -1]),
            ).assign(intake=name, starters=starting)
        )
    return pd.concat(frames, ignore_index=True)[["intake", "starters", *COLUMNS]]
