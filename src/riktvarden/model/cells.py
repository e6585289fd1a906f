"""The results of general practice as tidy cells: what may be shown of each, with status and source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden import guideline, need, population, uncertainty
from riktvarden.codes import NATION
from riktvarden.model.inputs import OLDER, People, Published, with_nation
from riktvarden.model.weights import Places, Requirement
from riktvarden.names import REFERENCE_DATE
from riktvarden.results import tidy

FloatArray = NDArray[np.float64]
Measures = Mapping[str, FloatArray]
"""Measure → (draw, area)."""

PERSON_STEP = 5.0
"""Intervals of persons without a value are rounded outwards to this."""


class Known(NamedTuple):
    """For which areas something is published, the nation last and always known."""

    newest: NDArray[np.bool_]
    """The newest number of persons in ST."""
    st: NDArray[np.bool_]
    """Persons in ST at the reference date."""
    specialists: NDArray[np.bool_]


def known(found: Published) -> Known:
    """Say for which areas a figure is published."""
    return Known(
        *(np.append(rows["value"].notna().to_numpy(), True) for rows in (found.newest, found.reference, found.specialists))
    )


def joined(figures: pd.Series, formula: str, otherwise: str) -> list[str]:
    """Source of each region's cell: its published figure and a formula, or what stands in for them."""
    return [f"{figure}; {formula}" if figure else otherwise for figure in figures]


def population_rows(people: People) -> pd.DataFrame:
    """Inhabitants of every area in the base year."""
    return tidy(
        people.areas,
        "population",
        "persons",
        "population_region",
        year=people.base_year,
        value=people.base,
        status="reported",
    )


def published_rows(figures: pd.DataFrame, people: People) -> pd.DataFrame:
    """The newest published figures as they came, and a missing row where no persons are published."""
    reported = set(figures.loc[figures["measure"] == "persons", "region"])
    absent = [code for code in people.codes if code not in reported]
    unit = figures["measure"].str.replace("financed_", "").replace({"fte": "FTE"})
    return pd.concat(
        [
            tidy(
                figures["region"].to_numpy(),
                ("st_" + figures["measure"]).to_numpy(),
                unit.to_numpy(),
                figures["figure"].to_numpy(),
                year=figures["dated"].dt.year.to_numpy(),
                value=figures["value"].to_numpy(),
                status=figures["status"].to_numpy(),
                qualifier=figures["qualifier"].to_numpy(),
            ),
            tidy(absent, "st_persons", "persons", "st_baseline"),
        ]
    )


def st_rows(
    value: Measures,
    draw: Measures,
    found: Published,
    people: People,
) -> pd.DataFrame:
    """ST persons at one date and per 1 000 inhabitants, and the gap to the guideline value."""
    newest, reference, shown = found.newest, found.reference, known(found)
    # A bound is one piece of evidence among others: what is estimated from it is no bound.
    qualifier = np.append(reference["qualifier"].replace({"lower_bound": ""}).to_numpy(), "")
    source = [*joined(reference["figure"], "A0; A4", "A4"), "st_persons_nation; A0; A4"]
    persons = tidy(
        people.areas,
        "st_persons_reference",
        "persons",
        source,
        year=REFERENCE_DATE.year,
        value=value["st_persons_reference"],
        draws=draw["st_persons_reference"],
        valued=shown.st,
        qualifier=qualifier,
        step=PERSON_STEP,
    )
    per_1000 = 1000 / with_nation(people.at_reference.to_numpy(float))
    density = persons.assign(
        measure="st_persons_per_1000",
        unit="persons per 1 000 inhabitants",
        **{column: persons[column] * per_1000 for column in ("value", "low", "high")},
    )
    has_newest = newest.loc[newest["value"].notna()]
    inhabitants = [
        population.nearest(people.year_ends.xs(code, level="region"), day) for code, day in has_newest["dated"].items()
    ]
    newest_density = tidy(
        has_newest.index,
        "st_newest_per_1000",
        "persons per 1 000 inhabitants",
        [f"{figure}; population_region" for figure in has_newest["figure"]],
        year=has_newest["dated"].dt.year.to_numpy(),
        value=has_newest["value"].to_numpy() / np.asarray(inhabitants, float) * 1000,
        # A rate that was published is no sum of ours; one of a published number is.
        status=np.where(has_newest["status"] == "derived", "reported", "derived"),
        qualifier=has_newest["qualifier"].to_numpy(),
    )
    positions = persons_as_positions(persons, value, draw, shown)
    gaps = [
        tidy(
            people.areas,
            measure,
            unit,
            [f"{each}; D4" for each in source],
            year=people.base_year,
            value=value[measure],
            draws=draw[measure],
            valued=shown.st,
            qualifier=qualifier,
            without_value="estimated",
            step=PERSON_STEP,
        )
        for measure, unit in (("st_gap", "persons"), ("st_positions_gap", "positions"))
    ]
    return pd.concat([persons, positions, density, newest_density, *gaps])


def persons_as_positions(persons: pd.DataFrame, value: Measures, draw: Measures, shown: Known) -> pd.DataFrame:
    """Funded positions that the persons in training take up: an estimate wherever positions are not counted."""
    return tidy(
        persons["region"].to_numpy(),
        "st_positions_reference",
        "positions",
        [f"{source}; D4" for source in persons["source"]],
        year=persons["year"].to_numpy(),
        value=value["st_positions_reference"],
        draws=draw["st_positions_reference"],
        valued=shown.st,
        qualifier=persons["qualifier"].to_numpy(),
        step=PERSON_STEP,
    )


def specialist_rows(
    value: Measures,
    draw: Measures,
    found: Published,
    people: People,
) -> pd.DataFrame:
    """Requirement, stock and coverage; a value only where the region's specialists are published."""
    specialists, shown = found.specialists, known(found)
    regional = np.array([*[True] * len(people.codes), False])
    stock_source = [*joined(specialists["figure"], "b", "A4"), "specialist_persons_2010; b"]
    qualifier = np.append(specialists["qualifier"].to_numpy(), "old")
    frames = [
        tidy(
            people.areas,
            "specialist_requirement",
            "FTE",
            "population_region; inhabitants_per_specialist; C1; C2; C3; C5",
            year=people.base_year,
            value=value["specialist_requirement"],
            draws=draw["specialist_requirement"],
            # The norm is a mean over the nation: what moves the regions leaves the nation where it is.
            ranged=regional,
            status=np.where(regional, "estimated", "derived"),
        )
    ]
    for measure, unit, formula, step in (
        ("specialist_fte", "FTE", "", PERSON_STEP),
        ("coverage_a", "share", "; C6", 0.0),
        ("coverage_b", "share", "; C6", 0.0),
    ):
        frames.append(
            tidy(
                people.areas,
                measure,
                unit,
                [source + formula for source in stock_source],
                year=people.base_year,
                value=value[measure],
                draws=draw[measure],
                valued=shown.specialists if measure != "coverage_b" else shown.specialists & shown.st,
                qualifier=qualifier,
                without_value="missing" if measure == "specialist_fte" else "estimated",
                step=step,
            )
        )
    frames.append(
        tidy(
            [NATION],
            "specialist_gap",
            "FTE",
            "specialist_persons_2010; C2",
            year=people.base_year,
            value=value["specialist_gap"][-1:],
            draws=draw["specialist_gap"][:, -1:],
            qualifier="old",
        )
    )
    return pd.concat(frames)


def guideline_rows(value: Measures, draw: Measures, people: People) -> pd.DataFrame:
    """The guideline values: starters, persons and whole positions that sum exactly to the nation."""
    frames = []
    for measure, unit, formula in (
        ("st_starters_guideline", "persons per year", "C1; C2; C3; C5; D3"),
        ("st_persons_guideline", "persons", "C1; C2; C3; C5; D3; D4"),
        ("st_positions_guideline", "positions", "C1; C2; C3; C5; D3; D4"),
    ):
        frames.append(
            tidy(
                people.areas,
                measure,
                unit,
                formula,
                year=people.base_year,
                value=value[measure],
                draws=draw[measure],
            )
        )
    per_10_000 = 10_000 / people.base
    density = frames[-1].assign(
        measure="st_positions_per_10000",
        unit="positions per 10 000 inhabitants",
        **{column: frames[-1][column] * per_10_000 for column in ("value", "low", "high")},
    )
    name, formula = "st_positions_guideline", "C1; C2; C3; C5; D3; D4"
    whole = whole_positions(np.asarray(people.areas), people.base_year, value[name][:, None], draw[name], formula)
    return pd.concat([*frames[:-1], whole, density])


def whole_positions(areas: FloatArray, year: object, value: FloatArray, draws: FloatArray, source: str) -> pd.DataFrame:
    """Guideline values as whole positions that sum exactly to the nation, their intervals rounded outwards.

    Parameters
    ----------
    areas, year
        Of each row.
    value
        Central values, (area, year), the nation last.
    draws
        Draws, (draw, row).
    source
        Formulas behind the rows.
    """
    whole = guideline.largest_remainder(value[:-1].T).T.astype(float)
    rows = tidy(
        areas,
        "st_positions_guideline",
        "positions",
        source,
        year=year,
        value=with_nation(whole, axis=0).ravel(),
        draws=draws,
    )
    low, high = uncertainty.widen_to_step(rows["low"], rows["high"])
    return rows.assign(low=low, high=high)


def path_rows(value: Measures, draw: Measures, people: People, found: Published) -> pd.DataFrame:
    """Today's intake and where it leads, with values where the training stock is published.

    In the long run its specialists are compared with the requirement of the target year.
    """
    nation_only = np.array([*[False] * len(people.codes), True])
    shown = known(found)
    frames = []
    for measure, unit, year, valued in (
        ("st_starters_reference", "persons per year", people.base_year, shown.st),
        ("specialist_gap_target", "FTE", people.target_year, nation_only),
    ):
        frames.append(
            tidy(
                people.areas,
                measure,
                unit,
                "D1",
                year=year,
                value=value[measure],
                draws=draw[measure],
                valued=valued,
                without_value="estimated",
            )
        )
    for measure, unit, formula in (
        ("specialist_inflow", "persons per year", "A3; A6"),
        ("specialist_exit_share", "per year", "b"),
    ):
        frames.append(
            tidy(
                [NATION],
                measure,
                unit,
                formula,
                year=people.target_year,
                value=value[measure][-1:],
                draws=draw[measure][:, -1:],
            )
        )
    for measure, unit, formula, year in (
        ("specialist_fte_long_run", "FTE", "A6; b; D3", people.base_year),
        ("coverage_long_run", "share", "A6; b; C6; D3", people.target_year),
    ):
        frames.append(
            tidy(
                people.areas,
                measure,
                unit,
                formula,
                year=year,
                value=value[measure],
                draws=draw[measure],
                valued=shown.st,
                without_value="estimated",
            )
        )
    met = uncertainty.probability_met(draw["coverage_long_run"], 1.0)
    frames.append(
        tidy(people.areas, "norm_met_long_run", "probability", "A6; b; C6; D3", year=people.target_year, value=met)
    )
    frames.append(
        tidy(
            [NATION],
            "specialist_requirement_target",
            "FTE",
            "population_nation; inhabitants_per_specialist; C1; C2",
            year=people.target_year,
            value=value["specialist_requirement_target"][-1:],
            draws=draw["specialist_requirement_target"][:, -1:],
        )
    )
    return pd.concat(frames)


def extra_need_rows(published: pd.DataFrame, norm: float) -> pd.DataFrame:
    """Extra need that published inhabitants per doctor mean against the norm, where they are printed."""
    rows = published.loc[
        (published["measure"] == "inhabitants_per_primary_care_doctor") & (published["quality"] == "exact")
    ].sort_values("region")
    return tidy(
        rows["region"].to_numpy(),
        "extra_need",
        "share",
        [f"{figure}; C2" for figure in rows["figure"]],
        year=rows["year"].to_numpy(),
        value=need.extra_need(rows["value"].to_numpy(float), norm),
        status="derived",
    )


PATHS = {
    "specialist_requirement": ("FTE", "C1; C2; C3; C5", "always", 0.0),
    "st_starters_guideline": ("persons per year", "D3", "always", 0.0),
    "st_positions_per_10000": ("positions per 10 000 inhabitants", "D3; D4", "always", 0.0),
    "specialist_fte_reference": ("FTE", "b", "specialists", PERSON_STEP),
    "coverage_a_reference": ("share", "b; C6", "specialists", 0.0),
    "coverage_b_reference": ("share", "b; C6", "both", 0.0),
    "st_persons_in_training": ("persons", "A3; D4", "st", PERSON_STEP),
    "st_positions_in_training": ("positions", "A3; D4", "st", PERSON_STEP),
}
"""Measures by year → unit, formula, what must be published of a region for a value to be shown, and the step that
intervals without a value are rounded to."""


BEGINS = {
    "specialist_fte_reference": "specialist_fte",
    "coverage_a_reference": "coverage_a",
    "coverage_b_reference": "coverage_b",
    "st_persons_in_training": "st_persons_reference",
    "st_positions_in_training": "st_positions_reference",
}
"""Measure by year → the measure that it has in the base year when shown alone."""


def paths(value: Measures, draw: Measures, people: People, found: Published, alone: pd.DataFrame) -> pd.DataFrame:
    """Every measure by area and year; where the regional stock is unpublished only the fan that the prior gives.

    The base year has the values, intervals, rounding and status of the cells that are shown alone. The chance that
    today's intake meets the norm (``norm_met_reference``) is known for every area.

    Parameters
    ----------
    value, draw
        Central values (area, year) and draws (draw, area, year) of each measure.
    people, found
        Inhabitants, and what is published.
    alone
        Cells that are shown alone, with the measures of `BEGINS`.

    Returns
    -------
    pandas.DataFrame
        The columns of `riktvarden.results.COLUMNS`.
    """
    shown = known(found)
    masks = {
        "always": np.ones(len(people.areas), bool),
        "specialists": shown.specialists,
        "st": shown.st,
        "both": shown.specialists & shown.st,
    }
    years = len(people.years)
    areas, when = np.repeat(people.areas, years), np.tile(people.years, len(people.areas))
    # The norm is a mean over the nation: what moves the regions leaves the nation's where its inhabitants put it.
    derived = (areas == NATION) & (when == people.base_year)
    frames = [
        tidy(
            areas,
            measure,
            unit,
            formula,
            year=when,
            value=value[measure].ravel(),
            draws=draw[measure].reshape(len(draw[measure]), -1),
            valued=np.repeat(masks[needs], years),
            ranged=~derived if measure == "specialist_requirement" else True,
            status=np.where(derived, "derived", "estimated") if measure == "specialist_requirement" else "estimated",
            without_value="estimated",
            step=step,
        )
        for measure, (unit, formula, needs, step) in PATHS.items()
    ]
    positions = "st_positions_guideline"
    draws = draw[positions].reshape(len(draw[positions]), -1)
    frames.append(whole_positions(areas, when, value[positions], draws, "D3; D4"))
    met = uncertainty.probability_met(draw["coverage_a_reference"], 1.0)
    frames.append(
        tidy(
            areas,
            "norm_met_reference",
            "probability",
            "b; C6",
            year=when,
            value=met.ravel(),
        )
    )
    return _begun(pd.concat(frames, ignore_index=True).astype({"year": "Int64"}), alone)


def _begun(rows: pd.DataFrame, alone: pd.DataFrame) -> pd.DataFrame:
    """Give the cells of the base year the status and qualifier that the same quantity has alone."""
    keys, reported = ["region", "measure", "year"], ["status", "qualifier"]
    measures = pd.DataFrame({"measure": BEGINS.values(), "by_year": BEGINS.keys()})
    same = alone.merge(measures, on="measure").assign(measure=lambda cells: cells["by_year"])[keys + reported]
    found = rows[keys].merge(same, on=keys, how="left", validate="one_to_one")
    return rows.assign(**{name: found[name].fillna(rows[name]) for name in reported})


def municipalities(
    tables: Mapping[str, pd.DataFrame], people: People, value: FloatArray, draws: FloatArray
) -> pd.DataFrame:
    """Inhabitants, age and what the norm means in each municipality; never an ST value (HSL 12:3)."""
    ages = population.newest_year(tables["population_municipality_age_group"])
    shares = population.with_shares(ages, ["municipality"])
    older = shares.loc[shares["age_group"].isin(OLDER)].groupby("municipality")["share"].sum()
    totals = tables["population_municipality"].set_index(["year", "municipality"])["population"].xs(people.base_year)
    names = tables["municipalities"].set_index("municipality")[["name", "region"]].reindex(people.municipalities)
    frame = names.reset_index().assign(year=people.base_year)
    frame["population"] = frame["municipality"].map(totals)
    frame["older"] = frame["municipality"].map(older)
    frame["age_year"] = ages["year"].iloc[0]
    low, _, high = uncertainty.interval(draws)
    return frame.assign(specialist_requirement=value, low=low, high=high)


def inhabitants(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Published inhabitants of the regions: region, year, population."""
    return population.totals(tables["population_region_age_group"], ["region", "year"]).reset_index()


def ages(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Inhabitants of the newest year by sex and age: their share of the region's, and the nation's share."""
    now = population.newest_year(tables["population_region_age_group"])
    nation = now.groupby(["sex", "age_group"], sort=False)["population"].sum().rename("nation").reset_index()
    nation["nation"] /= nation["nation"].sum()
    rows = population.with_shares(now, ["region", "year"]).merge(nation, on=["sex", "age_group"])
    return rows[["region", "year", "sex", "age_group", "population", "share", "nation"]]


def comparable(tables: Mapping[str, pd.DataFrame], people: People) -> pd.DataFrame:
    """The regions most like each in size and density, nearest first: region, peer."""
    found = population.comparable_regions(tables["regions"], pd.Series(people.base, people.areas))
    return pd.DataFrame([(code, peer) for code, peers in found.items() for peer in peers], columns=["region", "peer"])


def contributions(value: FloatArray, draws: FloatArray, names: list[str], people: People, profession: str) -> pd.DataFrame:
    """What moves each area's requirement from its head count's share, in full-time equivalents.

    Parameters
    ----------
    value
        Central values, (1 + factor, area): the head count's share, then what each factor adds.
    draws
        The same with a first axis of draws.
    names
        Names of the factors.
    people
        Inhabitants.
    profession
        The profession.

    Returns
    -------
    pandas.DataFrame
        region, profession, factor, value, low, high.
    """
    steps = ["inhabitants", *names]
    low, _, high = uncertainty.interval(draws)
    return pd.DataFrame(
        {
            "region": np.tile(people.areas, len(steps)),
            "profession": profession,
            "factor": np.repeat(steps, len(people.areas)),
            "value": value.ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
        }
    )


def factors(required: Requirement, at: Places, people: People) -> pd.DataFrame:
    """What moves each municipality's requirement from the norm by head count, at the central values.

    Returns
    -------
    pandas.DataFrame
        municipality, region, a column for each of `weights.FACTORS`, raw_index (before shrinkage) and own_weight.
    """
    return pd.DataFrame(
        {
            "municipality": people.municipalities,
            "region": np.asarray(people.codes)[people.region_of],
            **{name: factor[0] for name, factor in required.factors.items()},
            "raw_index": at.raw_index,
            "own_weight": at.weight_of_own,
        }
    )
