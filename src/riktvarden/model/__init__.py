"""Run the whole model: from checked tables and assumptions to all results, without file access."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden import guideline, need, population, uncertainty
from riktvarden.codes import NATION
from riktvarden.model import (
    careers,
    cells,
    chain,
    composition,
    general_practice,
    guidelines,
    indices,
    inputs,
    outlook,
    path_to_norm,
    professions,
    scenarios,
    team,
    weights,
)
from riktvarden.model.cells import PERSON_STEP
from riktvarden.model.inputs import Stocks
from riktvarden.model.professions import Need
from riktvarden.names import DRAWS, EVERY_REGION, LOCAL_NORM, NURSE, SEED
from riktvarden.parameters import Parameters
from riktvarden.professions import PROFESSIONS
from riktvarden.results import Results
from riktvarden.uncertainty import Sample

if TYPE_CHECKING:
    from riktvarden.assumptions import Assumptions

__all__ = ["PERSON_STEP", "TABLES", "run"]

FloatArray = NDArray[np.float64]

TABLES = (
    *population.TABLES,
    "born_abroad_municipality",
    "care_need_components_region",
    "career_evidence",
    "collaborative_region_split",
    "education_municipality",
    "municipal_principals",
    "municipality_covariates",
    "published_professions",
    "published_sou",
    "published_st",
    "regional_evidence",
    "responsibility",
    "specialist_baseline",
    "st_baseline",
    "staffing_evidence",
)
"""Tables required by `run`."""


def run(
    tables: Mapping[str, pd.DataFrame],
    assumptions: Assumptions,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Results:
    """Compute baseline, need, supply and guideline values for the nation, every region and municipality.

    Parameters
    ----------
    tables
        The checked tables named in `TABLES`, and ``returns`` with the regions' returns, if any.
    assumptions
        Graded assumptions by name.
    draws
        Number of draws.
    seed
        Seed of the draws.

    Returns
    -------
    Results
        Central values at the assumptions' values, intervals from the draws. A region without a published
        ST figure has no value, coverage or gap of its training stock, only the interval of its prior.
    """
    on = chain.base(tables, assumptions)
    people, middle, drawn = on.people, on.central(), on.sample(draws, seed)
    central, spread = Parameters.of(middle.assumptions), Parameters.of(drawn.assumptions)
    value, draw = _doctors(on, middle), _doctors(on, drawn)
    found = on.found
    figures = inputs.figures(tables, people, on.own, "newest")
    shown = cells.known(found)
    by_value, by_draw = {name: each[0] for name, each in value.measures.items()}, draw.measures
    rows = pd.concat(
        [
            cells.population_rows(people),
            cells.published_rows(figures, people),
            cells.st_rows(by_value, by_draw, found, people),
            cells.specialist_rows(by_value, by_draw, found, people),
            cells.guideline_rows(by_value, by_draw, people),
            cells.path_rows(by_value, by_draw, people, found),
            cells.extra_need_rows(tables["published_st"], assumptions["inhabitants_per_specialist"].value),
        ],
        ignore_index=True,
    ).astype({"year": "Int64"})
    answers = {
        name: path_to_norm.answered(central, people, value.supply, value.required.by_year, aim)
        for name, aim in path_to_norm.aims(central).items()
    }
    advised = answers[EVERY_REGION]
    both = value, draw
    chains = [(one.p, one.supply, one.required.by_year) for one in both]
    professional = [_profession(on, drawn, both, name) for name in PROFESSIONS]
    contributions = pd.concat(
        [
            cells.contributions(
                value.required.contributions[0],
                draw.required.contributions,
                list(weights.FACTORS),
                people,
                "general_practice",
            ),
            *(part.contributions for part in professional),
        ],
        ignore_index=True,
    )
    municipalities = cells.municipalities(tables, people, value.required.municipalities[0], draw.required.municipalities)
    return Results(
        tidy=rows,
        draws=by_draw,
        areas=tuple(people.areas),
        base_year=people.base_year,
        figures=figures,
        municipalities=municipalities,
        starters=_starters_by_target_year(on, value, draw),
        inhabitants=cells.inhabitants(tables),
        ages=cells.ages(tables),
        comparable=cells.comparable(tables, people),
        norms=_positions_by_norm(on, value, draw),
        reconciled=inputs.reconciled(tables, assumptions, on.own),
        disagreements=inputs.disagreements(draw.p, found, people, draw.stocks),
        by_figure=inputs.by_each_figure(draw.p, found, people, draw.required.by_year[..., 0]),
        left_out=inputs.left_out(spread, found, people, drawn.regional["st"]),
        paths=cells.paths({name: each[0] for name, each in value.by_year.items()}, draw.by_year, people, found, rows),
        contributions=contributions,
        deviations=indices.deviations(contributions),
        per_inhabitant=indices.per_inhabitant(rows, contributions, people),
        municipal_index=indices.municipal(municipalities, assumptions["inhabitants_per_specialist"].value),
        components=indices.components(tables, people, weights.component_weights(central)),
        counties=indices.counties(on.at, people),
        age_weights=scenarios.by_age_weight(on),
        factor_shares=pd.concat(
            [
                pd.DataFrame({"profession": name, "factor": names, "share": shares})
                for name, names, shares in (
                    (
                        "general_practice",
                        weights.FACTORS,
                        indices.shares_of_variance(draw.required.contributions),
                    ),
                    *(
                        (name, professions.FACTORS, part.shares)
                        for name, part in zip(PROFESSIONS, professional, strict=True)
                    ),
                )
            ],
            ignore_index=True,
        ),
        task_shift=team.moved(assumptions, value.measures["specialist_requirement"][0, -1], draws, seed),
        composition=pd.concat(
            [composition.composition(assumptions, name) for name, of in PROFESSIONS.items() if of.contacts],
            ignore_index=True,
        ),
        effects=pd.concat([composition.effects(on, value.required, name) for name in PROFESSIONS], ignore_index=True),
        outlook=pd.concat([part.outlook for part in professional], ignore_index=True),
        places=pd.concat([part.places for part in professional], ignore_index=True),
        programme=path_to_norm.rows(chains[0], chains[1], people, advised.solved, shown),
        variants=path_to_norm.variants(answers, central, people, value.required.by_year),
        need_weights=_psychologists_by_weight(on, drawn, draw.required),
        factors=cells.factors(value.required, on.at, people),
        guidelines=pd.concat([part.guidelines for part in professional], ignore_index=True),
        staffing=on.staffing.ratios,
        staffing_assumptions=on.staffing.assumptions,
        staffing_draws=(on.staffing.effective, on.staffing.effective_prior),
        career_assumptions=on.specialists.assumptions,
        career_back_cast=on.specialists.back_cast,
        career_draws=(on.specialists.effective, on.specialists.effective_prior),
        applicants=pd.DataFrame(
            {
                "year": people.years[1:],
                "value": general_practice.applicants(central, people.years[1:], people.base_year)[0],
            }
        ),
        programme_status=(advised.asked.status, advised.asked.binding, advised.year),
    )


# --- general practice ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Doctors:
    """One pass of the chain of general practice."""

    p: Parameters
    measures: dict[str, FloatArray]
    """Measure → (draw, area)."""
    by_year: dict[str, FloatArray]
    """Measure → (draw, area, year)."""
    required: weights.Requirement
    stocks: Stocks
    supply: general_practice.Supply


def _doctors(on: chain.Base, drawn: Sample) -> _Doctors:
    """Return all measures of general practice, from the central values and from the draws."""
    people = on.people
    p, required, stocks, have = chain.doctors(on, drawn)
    now = required.by_year[..., 0]
    sustained = general_practice.norm(p, have, now)
    by_year = general_practice.norm(p, have, required.by_year)
    a_path, b_path = general_practice.coverage(p, have.fte, have.in_training, required.by_year)
    positions = general_practice.positions(p, stocks.st)
    target = people.at_target
    lasting, at_target = general_practice.lasting(p, have), required.by_year[..., target]
    measures = sustained | {
        "specialist_requirement": now,
        "st_persons_reference": stocks.st,
        "st_positions_reference": positions,
        "specialist_fte": have.fte[..., 0],
        "coverage_a": a_path[..., 0],
        "coverage_b": b_path[..., 0],
        "specialist_gap": now - have.fte[..., 0],
        "st_gap": sustained["st_persons_guideline"] - stocks.st,
        "st_positions_gap": sustained["st_positions_guideline"] - positions,
        "st_starters_reference": have.intake,
        "specialist_gap_target": at_target - have.fte[..., target],
        "specialist_inflow": p.st.completion_share * have.intake + general_practice.from_abroad(p),
        "specialist_fte_long_run": lasting,
        "coverage_long_run": guideline.coverage_a(lasting, at_target),
        "specialist_requirement_target": at_target,
        "specialist_exit_share": _leaving(on, p),
    }
    paths = {
        "specialist_requirement": required.by_year,
        "st_starters_guideline": by_year["st_starters_guideline"],
        "st_positions_guideline": by_year["st_positions_guideline"],
        "st_positions_per_10000": by_year["st_positions_guideline"] / people.total * 10_000,
        "specialist_fte_reference": have.fte,
        "coverage_a_reference": a_path,
        "coverage_b_reference": b_path,
        "st_persons_in_training": have.in_training,
        "st_positions_in_training": general_practice.positions(p, have.in_training),
    }
    return _Doctors(p=p, measures=measures, by_year=paths, required=required, stocks=stocks, supply=have)


def _leaving(on: chain.Base, p: Parameters) -> FloatArray:
    """Return the share of today's specialists who leave in a year, given their careers and ages, (draw, area)."""
    share = 1 - careers.career(p, "general_practice", on.deaths).stock_left(1, in_fte=False)[:, 1:]
    return np.broadcast_to(share, (len(share), len(on.people.areas)))


def _starters_by_target_year(on: chain.Base, central: _Doctors, spread: _Doctors) -> pd.DataFrame:
    """Return the national starters per year that meet the norm, for every target year the assumptions allow.

    A year is infeasible by training alone if no cohort can finish in time, and beyond the applicants if more would have
    to start than can. If fewer than nine draws of ten have a solution, the interval is unbounded, and only the share of
    draws with a solution is given.
    """
    people, first = on.people, int(on.assumptions["first_adjustable_intake"].value)
    years = np.arange(first + 1, int(people.years[-1]) + 1)

    def starters(one: _Doctors) -> tuple[FloatArray, FloatArray]:
        p = one.p
        asked = np.stack(
            [
                general_practice.starters_for(p, people, one.supply, one.required.by_year, int(year))[:, -1]
                for year in years
            ],
            axis=-1,
        )
        possible = general_practice.applicants(p, [first], people.base_year)
        return asked, np.where(asked <= possible, asked, np.inf)

    (exact, limited), (_, draws) = starters(central), starters(spread)
    low, _, high = uncertainty.interval(draws)
    answered = np.isfinite(limited[0])
    ended = answered & np.isfinite(high)
    intakes = guideline.intake_years(first, years, on.assumptions["calendar_training_years"].value)
    return pd.DataFrame(
        {
            "year": years,
            "intakes": np.maximum(intakes, 0.0),
            "value": np.where(answered, limited[0], np.nan),
            "low": np.where(ended, low, np.nan),
            "high": np.where(ended, high, np.nan),
            "feasible": np.isfinite(draws).mean(axis=0),
            "obstacle": np.select([~np.isfinite(exact[0]), ~answered], ["training time", "applicants"], ""),
        }
    )


def _positions_by_norm(on: chain.Base, central: _Doctors, spread: _Doctors) -> pd.DataFrame:
    """Return the national positions under the norms decided by regions: side by side, never as an interval."""
    published = on.tables["published_st"]
    norms = np.unique(published.loc[published["measure"] == LOCAL_NORM, "value"].to_numpy(float))
    required = need.requirement(on.people.base[-1], norms)[None]

    def positions(one: _Doctors) -> FloatArray:
        p, have = one.p, one.supply
        # Moves between regions cancel over the nation.
        intake = guideline.steady_state_intake(required, have.fte_years, p.st.completion_share, have.abroad_lasting[:, -1:])
        return general_practice.positions(p, guideline.training_stock(intake, general_practice.time_in_training(p)))

    ends = uncertainty.interval(positions(spread))
    low, high = uncertainty.widen_to_step(ends.low, ends.high, PERSON_STEP)
    value = np.rint(positions(central)[0])
    return pd.DataFrame({"norm": norms, "requirement": required[0], "value": value, "low": low, "high": high})


# --- the professions -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Profession:
    """The tidy results of one profession."""

    guidelines: pd.DataFrame
    outlook: pd.DataFrame
    places: pd.DataFrame
    contributions: pd.DataFrame
    shares: FloatArray
    """Part of the variance that each factor has, (factor,)."""


def _psychologists_by_weight(on: chain.Base, drawn: Sample, doctors: weights.Requirement) -> pd.DataFrame:
    """Return the nation's need of psychologists at low, central and high weight of need: side by side, never drawn."""
    chosen = (0.0, 0.5, 1.0)
    nation = [chain.need_now(on, drawn, doctors, "psychologist", weight).total.sum(axis=1) for weight in chosen]
    about = outlook.About(profession="psychologist", year=on.people.base_year)
    rows = outlook.ranged([NATION] * len(chosen), "fte_need", "FTE", "E3", np.stack(nation, axis=1), **about)
    return rows.assign(need_weight=chosen)[["need_weight", "low", "high"]]


def _profession(on: chain.Base, drawn: Sample, doctors: tuple[_Doctors, _Doctors], name: str) -> _Profession:
    """Return need, supply and education of one profession."""
    tables, people = on.tables, on.people
    required = (one.required for one in doctors)
    central, spread = (one.p for one in doctors)
    middle, expected = (
        professions.needed(p, tables, people, each.at, name, p.mental_health.need_weight, each)
        for p, each in zip((central, spread), required, strict=True)
    )
    found = replace(expected, by_year=inputs.uncertain(expected.by_year, people, drawn.regional["population"]))
    today = professions.today(spread, people, name)
    career = careers.career(spread, name, on.deaths)
    supplied = outlook.supply_path(spread, name, today, career, len(people.years) - 1)
    contributed = people.regional(found.contributions)
    values = [_guidelines(on, (central, spread), (middle, found), today, name)]
    home = PROFESSIONS[name].at_home
    if home is not None and home.municipal_staff is not None:
        values.append(_nurses(on, (central, spread), (middle, found), today, name))

    def kept(cells: pd.DataFrame, principal: str = "all") -> pd.DataFrame:
        of = cells["principal"] if "principal" in cells else pd.Series(principal, index=cells.index)
        gone = of.map({one: on.staffing.withdrawn(name, one) for one in of.unique()}).to_numpy(bool)
        return guidelines.withdraw(cells, gone).astype({"year": "Int64"})

    return _Profession(
        guidelines=kept(pd.concat(values, ignore_index=True)),
        outlook=outlook.outlook(found, middle, supplied, people, name).pipe(kept),
        places=outlook.places(spread, tables, people, name, found, supplied, career).pipe(kept),
        contributions=cells.contributions(
            people.regional(middle.contributions)[0],
            contributed,
            list(professions.FACTORS),
            people,
            name,
        ),
        shares=indices.shares_of_variance(contributed),
    )


def _guidelines(
    on: chain.Base, p: tuple[Parameters, Parameters], need_of: tuple[Need, Need], today: professions.Today, name: str
) -> pd.DataFrame:
    """Guideline values of one profession; p and its need at the central values and in the draws."""
    middle, found = need_of
    return guidelines.rows(found, middle, on.people, name, today, on.tables, guidelines.floor(p[1], name))


def _nurses(
    on: chain.Base, p: tuple[Parameters, Parameters], need_of: tuple[Need, Need], today: professions.Today, name: str
) -> pd.DataFrame:
    """The same of all nurses of municipal care, of whom the profession has its share."""
    home = PROFESSIONS[name].at_home
    shares = [home.municipal_staff(each) for each in p] if home and home.municipal_staff else []
    middle, found = (
        replace(each, region=0 * each.region, municipality=each.municipality / share)
        for each, share in zip(need_of, shares, strict=True)
    )
    team = professions.Today(0 * today.region, today.municipality / shares[1])
    least = guidelines.floor(p[1], NURSE)
    return guidelines.rows(found, middle, on.people, NURSE, team, on.tables, least)
