"""Population by area, sex and age: history, estimates for municipalities, and projections.

Array axes are region, sex (women first), age 0 to 100 (100 and over open) and year, in that order.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

from riktvarden.names import WINDOW, base_year

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

TABLES = (
    "regions",
    "municipalities",
    "population_nation",
    "population_region",
    "population_region_age_group",
    "population_region_ten_year",
    "population_region_age",
    "deaths_region_age_group",
    "deaths_region_age",
    "population_municipality",
    "population_municipality_age_group",
    "population_municipality_age_sex",
    "population_municipality_65",
)
"""Tables required by `model_population`."""

SEXES = ("F", "M")
"""Women and men, in the order of every axis of sexes."""

OPEN_AGE = 100
"""Last single year of age, open upwards."""

FIVE_YEAR = tuple(range(0, 95, 5))
"""First ages of the published age groups of regions to 2021, the last one open."""

TEN_YEAR = (0, *range(15, 95, 10))
"""First ages of the published age groups of regions since then, the last one open."""

BY_SEX = tuple(range(15, 75, 5))
"""First ages of the five-year groups published for municipalities by sex, up to 74."""

NINE = (0, 18, 30, 40, 50, 60, 70, 80, 90)
"""First ages of the published age groups of municipalities, the last one open."""

CUT = (*NINE[:6], 65, *NINE[6:])
"""The groups of municipalities split at 65, the limit of their newest shares."""

CHILDBEARING = (15, 50)
"""Age range of the women in the child-woman ratio: from the first, below the second."""

POOLED_FROM = 90
"""Age from which one migration rate is used for all: a region's migrants are too few for rates by age."""

LAST_YEAR = 2045
"""Last year that is projected."""

IMPROVING = (0, 65, 80)
"""First ages of the groups with separate trends of mortality, for use without a national projection."""

TREND = 10
"""Years up to an origin used for the trend of mortality, or as many as are known."""

BREAKS = {2006: ("03", "19")}
"""Years whose flows are unusable for regions with changed borders: Heby moved from 19 to 03 on 1 January 2007."""

TOLERANCE = 1e-11
"""Relative tolerance of the margins of a raked table."""

SWEEPS = 20_000
"""Maximum number of sweeps of raking."""


def totals(cells: pd.DataFrame, by: list[str]) -> pd.Series:
    """Sum population cells over all columns except those to keep.

    Parameters
    ----------
    cells
        Tidy population with a column ``population`` (persons on 31 December).
    by
        Columns to keep.

    Returns
    -------
    pandas.Series
        Persons, indexed by `by`.
    """
    return cells.groupby(by, sort=True)["population"].sum()


def nearest(totals: pd.Series, day: pd.Timestamp) -> float:
    """Return the population at the published year-end nearest to a day.

    Parameters
    ----------
    totals
        Persons on 31 December, indexed by year.
    day
        Any date.

    Returns
    -------
    float
        Persons; the earlier of two equally near year-ends.
    """
    ends = pd.to_datetime(totals.index.astype(str) + "-12-31")
    return float(totals.iloc[int(np.abs((ends - day).days).argmin())])


def with_shares(cells: pd.DataFrame, within: list[str]) -> pd.DataFrame:
    """Add each cell's share of the persons in its group.

    Parameters
    ----------
    cells
        Tidy population with a column ``population`` (persons).
    within
        Columns that define the group whose shares sum to one.

    Returns
    -------
    pandas.DataFrame
        `cells` with a column ``share`` (fraction).
    """
    whole = cells.groupby(within)["population"].transform("sum")
    return cells.assign(share=cells["population"] / whole)


def newest_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the last year in a table that may hold several."""
    return rows.loc[rows["year"] == rows["year"].max()]


def comparable_regions(regions: pd.DataFrame, population: pd.Series, count: int = 3) -> dict[str, list[str]]:
    """Find the regions most similar to each region in size and density.

    Similarity is the Euclidean distance between standardised log population and log inhabitants per km².

    Parameters
    ----------
    regions
        Rows with ``region`` and ``land_area`` (km²).
    population
        Persons, indexed by region.
    count
        Number of regions to find.

    Returns
    -------
    dict
        Region code → codes of its nearest regions, nearest first, ties by code.
    """
    frame = regions.set_index("region").assign(population=population)
    features = np.log(np.column_stack([frame["population"], frame["population"] / frame["land_area"]]).astype(float))
    standard = (features - features.mean(axis=0)) / features.std(axis=0)
    distance = np.linalg.norm(standard[:, None, :] - standard[None, :, :], axis=-1)
    np.fill_diagonal(distance, np.inf)
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :count]
    codes = frame.index.to_numpy()
    return {code: list(codes[row]) for code, row in zip(codes, nearest, strict=True)}


# --- ages ---------------------------------------------------------------------------------------------


def age_labels(starts: Sequence[int]) -> list[str]:
    """Return the names of age groups given their first ages, the last one open: ``0-4``, ``90+``."""
    return [*(f"{first}-{after - 1}" for first, after in itertools.pairwise(starts)), f"{starts[-1]}+"]


def group_ages(single: ArrayLike, starts: Sequence[int], axis: int = -1) -> FloatArray:
    """Sum single years of age to groups.

    Parameters
    ----------
    single
        Counts by single year of age from 0 on `axis`.
    starts
        First age of each group, ascending from 0.
    axis
        The axis of ages.

    Returns
    -------
    numpy.ndarray
        Counts with the groups in place of the ages.
    """
    return np.add.reduceat(np.asarray(single, float), list(starts), axis=axis)


def split_ages(groups: ArrayLike, weights: ArrayLike, starts: Sequence[int] = FIVE_YEAR) -> FloatArray:
    """Split age groups into single years in proportion to weights; each group keeps its sum.

    Parameters
    ----------
    groups
        Counts, last axis age group.
    weights
        Weights of the single years of a group, last axis age; even if all are zero.
    starts
        First age of each group, ascending from 0.

    Returns
    -------
    numpy.ndarray
        Counts, last axis age; the other axes as the arguments broadcast.

    Raises
    ------
    ValueError
        If a weight is negative, or the number of groups differs from that of their first ages.
    """
    counts, given = np.asarray(groups, float), np.asarray(weights, float)
    if counts.shape[-1] != len(starts):
        raise ValueError(f"{counts.shape[-1]} age groups, but {len(starts)} first ages")
    if (given < 0).any():
        raise ValueError("a weight cannot be negative")
    of_age = np.repeat(np.arange(len(starts)), np.diff([*starts, given.shape[-1]]))
    sums = group_ages(given, starts)[..., of_age]
    even = 1 / np.bincount(of_age)[of_age]
    return counts[..., of_age] * np.where(sums > 0, given / np.where(sums > 0, sums, 1), even)


def split_by_cohort(start: ArrayLike, groups: ArrayLike, nation: ArrayLike) -> FloatArray:
    """Split five-year groups of later years into single years of age, cohort by cohort.

    Each year's single years begin as those of the year before, one year older, and are raked to the groups of
    every region and to the nation's single years (method b), so that no share is frozen.

    Parameters
    ----------
    start
        Persons by region, sex and age in the last year whose single years are known.
    groups
        Persons by region, sex, five-year group and year, from the year after.
    nation
        Persons by sex, age and year, the same years.

    Returns
    -------
    numpy.ndarray
        Persons by region, sex, age and year.

    Raises
    ------
    ValueError
        If groups and nation disagree.
    """
    people, published, whole = np.asarray(start, float), np.asarray(groups, float), np.asarray(nation, float)
    years = []
    for year in range(published.shape[-1]):
        seed = _older(people)
        # Newborn start as many as the year before; raking to the nation and the group 0-4 corrects their number.
        seed[..., 0] = people[..., 0]
        people = rake(seed, [_nation(seed, whole[..., year]), _age_groups(seed, published[..., year], FIVE_YEAR)])
        years.append(people)
    return np.stack(years, axis=-1)


def split_errors(population: ArrayLike, first_year: int, ahead: int) -> pd.DataFrame:
    """Measure the error of splitting five-year groups where the single years are known.

    From each possible year, the groups some years later are split by `split_by_cohort`, and with the shares of the
    first year frozen.

    Parameters
    ----------
    population
        Persons by region, sex, age and consecutive years.
    first_year
        The first of the years.
    ahead
        Years from the last known single years to the groups that are split.

    Returns
    -------
    pandas.DataFrame
        One row per ``year`` and ``split`` (cohort, frozen): ``relative_error``, the mean over inhabited cells of the
        relative error, and ``weighted_error``, the sum of errors over the sum of persons; fractions.

    Raises
    ------
    ValueError
        If there are not that many years.
    """
    known = np.asarray(population, float)
    if not 0 < ahead < known.shape[-1]:
        raise ValueError(f"{known.shape[-1]} years cannot be split {ahead} years ahead")
    groups, nation = group_ages(known, FIVE_YEAR, axis=-2), known.sum(axis=0)
    rows = []
    for origin in range(known.shape[-1] - ahead):
        later = slice(origin + 1, origin + ahead + 1)
        start, true = known[..., origin], known[..., origin + ahead]
        by_cohort = split_by_cohort(start, groups[..., later], nation[..., later])[..., -1]
        for name, found in (("cohort", by_cohort), ("frozen", split_ages(groups[..., origin + ahead], start))):
            error, lived_in = np.abs(found - true), true > 0
            shares = {
                "relative_error": (error[lived_in] / true[lived_in]).mean(),
                "weighted_error": error.sum() / true.sum(),
            }
            rows.append({"year": first_year + origin + ahead, "split": name, **shares})
    return pd.DataFrame(rows)


def _older(by_age: FloatArray) -> FloatArray:
    """Move everyone to the next age (last axis); the last two share the open one, and age 0 is empty."""
    moved = np.zeros_like(by_age)
    moved[..., 1:] = by_age[..., :-1]
    moved[..., -1] += by_age[..., -1]
    return moved


# --- margins ------------------------------------------------------------------------------------------


class Margin(NamedTuple):
    """Required sums of the cells of a table."""

    of_cell: IntArray
    """Index of the total that each cell belongs to, -1 for none; broadcast to the table."""
    totals: FloatArray
    """Persons."""


def rake(seed: ArrayLike, margins: Sequence[Margin], tolerance: float = TOLERANCE, sweeps: int = SWEEPS) -> FloatArray:
    """Fit a table to margins in turn until all of them hold (iterative proportional fitting).

    Parameters
    ----------
    seed
        Table of any number of axes; a cell that is zero stays zero.
    margins
        Required sums of groups of cells; the last one holds exactly.
    tolerance
        Maximum difference from a margin, as a share of it (or of one person, if it is smaller).
    sweeps
        Number of rounds after which the margins are considered contradictory.

    Returns
    -------
    numpy.ndarray
        The table, with the cross-product ratios of the seed.

    Raises
    ------
    ValueError
        If a cell or a total is negative or not finite, if margins of the whole table have different sums, if
        a total above zero has no cell above zero, or if the margins still differ after the last round.
    """
    table = np.asarray(seed, float)
    values = table.ravel().copy()
    if not (np.isfinite(values) & (values >= 0)).all():
        raise ValueError("the seed must be finite and not negative")
    prepared = []
    whole: list[float] = []
    for number, margin in enumerate(margins, start=1):
        totals = np.asarray(margin.totals, float).ravel()
        if not (np.isfinite(totals) & (totals >= 0)).all():
            raise ValueError(f"the totals of margin {number} must be finite and not negative")
        # Cells outside the margin get a total of their own, to which nothing is scaled.
        of_cell = np.broadcast_to(margin.of_cell, table.shape).ravel()
        outside = of_cell < 0
        of_cell = np.where(outside, totals.size, of_cell)
        if ((np.bincount(of_cell, values, totals.size + 1)[:-1] == 0) & (totals > 0)).any():
            raise ValueError(f"margin {number} cannot be met: a total above zero has only empty cells")
        if not outside.any():
            whole.append(totals.sum())
        prepared.append((of_cell, totals, np.maximum(totals, 1)))
    if whole and not np.allclose(whole, whole[0], rtol=1e-9, atol=0):
        raise ValueError(f"the margins disagree: they sum to {', '.join(f'{total:.3f}' for total in whole)}")
    worst = np.inf
    for _ in range(sweeps):
        worst = 0.0
        for of_cell, totals, scale in prepared:
            sums = np.bincount(of_cell, values, totals.size + 1)[:-1]
            worst = max(worst, float((np.abs(sums - totals) / scale).max(initial=0)))
            factors = np.divide(totals, sums, out=np.ones_like(totals), where=sums > 0)
            values *= np.append(factors, 1.0)[of_cell]
        if worst <= tolerance:
            return values.reshape(table.shape)
    raise ValueError(f"the margins cannot be met together: after {sweeps} rounds they still differ by {worst:.1e}")


def constrain(projected: ArrayLike, nation: ArrayLike, margins: Sequence[Margin] = ()) -> FloatArray:
    """Rake projected regions to the nation, and to published figures of the regions in that year.

    Parameters
    ----------
    projected
        Persons by region, sex and age.
    nation
        Persons by sex and age: observed, or Statistics Sweden's projection.
    margins
        Further published sums of regions.

    Returns
    -------
    numpy.ndarray
        Persons by region, sex and age; regions sum to the nation in every cell.

    Raises
    ------
    ValueError
        As `rake`.
    """
    cells = np.asarray(projected, float)
    return rake(cells, [*margins, _nation(cells, np.asarray(nation, float))])


def _nation(cells: FloatArray, nation: FloatArray) -> Margin:
    """Return the margin by which regions sum to the nation by sex and age."""
    return Margin(np.arange(nation.size).reshape(1, *cells.shape[1:]), nation)


def _regions(cells: FloatArray, totals: FloatArray) -> Margin:
    """Return the margin of each region's total."""
    return Margin(np.arange(cells.shape[0])[:, None, None], totals)


def _age_groups(cells: FloatArray, groups: FloatArray, starts: Sequence[int]) -> Margin:
    """Return the margin of age groups by region and sex, given their first ages; other ages are in none."""
    group = np.searchsorted(list(starts), np.arange(cells.shape[-1]), side="right") - 1
    row = np.arange(groups[..., 0].size).reshape(*groups.shape[:-1], 1)
    return Margin(np.where((group >= 0) & (group < groups.shape[-1]), row * groups.shape[-1] + group, -1), groups)


# --- rates --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rates:
    """Demographic rates that carry a population from one year to the next; leading axes as the population."""

    person_years: FloatArray
    """Person-years lived in each age by one newborn, by region, sex and age (nLx)."""
    migration: FloatArray
    """Net migrants in a year per person at its start, by region, sex and age at its start."""
    fertility: FloatArray
    """Births in a year per woman, by region and age."""
    sex_ratio: float
    """Boys per girl among the newborn."""


def death_probabilities(deaths: ArrayLike, population: ArrayLike, counted: ArrayLike = True) -> FloatArray:
    """Estimate the probability of dying before the next birthday, in regions that share the nation's age pattern.

    The nation's rate at each age is deaths over mid-year population. Each region and sex has one relative
    risk for each five-year group, shrunk to the nation's by ``θ = (D + 1/τ²) / (E + 1/τ²)``: D deaths, E those
    expected at the nation's rates, τ² the variance of the true risks between regions in that group, by
    moments ``Σ[(D - E)² - E] / ΣE²``. If the regions differ no more than by chance, θ is one.

    Parameters
    ----------
    deaths
        Deaths during each year by region, sex, age and year.
    population
        Persons on 31 December by region, sex, age and year: one year more, the first before the deaths.
    counted
        By region and year: which of them are used (default: all).

    Returns
    -------
    numpy.ndarray
        Probabilities by region, sex and age; in the open age of dying within a year.

    Raises
    ------
    ValueError
        If there is not one population more than years of deaths, a count is negative, or nobody died in the
        open age.
    """
    died, people = np.asarray(deaths, float), np.asarray(population, float)
    if people.shape[-1] != died.shape[-1] + 1:
        raise ValueError(f"{died.shape[-1]} years of deaths need {died.shape[-1] + 1} year-ends, not {people.shape[-1]}")
    if (died < 0).any() or (people < 0).any():
        raise ValueError("deaths and population cannot be negative")
    use = np.broadcast_to(counted, (died.shape[0], died.shape[-1]))[:, None, None, :]
    observed = (died * use).sum(axis=-1)
    exposed = ((people[..., :-1] + people[..., 1:]) / 2 * use).sum(axis=-1)
    nation_deaths, nation_exposed = observed.sum(axis=0), exposed.sum(axis=0)
    if (nation_deaths[..., -1] == 0).any():
        raise ValueError("nobody died in the open age: there is no life table")
    rate = np.divide(nation_deaths, nation_exposed, out=np.zeros_like(nation_deaths), where=nation_exposed > 0)
    found, expected = (group_ages(counts, FIVE_YEAR) for counts in (observed, rate * exposed))
    over = (0, 1)
    squares = np.maximum((expected**2).sum(axis=over), np.finfo(float).tiny)
    variance = np.maximum(((found - expected) ** 2 - expected).sum(axis=over) / squares, 0)
    risk = (variance * found + 1) / (variance * expected + 1)
    of_age = np.repeat(np.arange(len(FIVE_YEAR)), np.diff([*FIVE_YEAR, rate.shape[-1]]))
    return 1 - np.exp(-rate * risk[..., of_age])


def person_years(probabilities: ArrayLike) -> FloatArray:
    """Compute the person-years lived by one newborn in each single year of age (nLx of the life table).

    Deaths are even over the year of age; in the open age the rate is constant.

    Parameters
    ----------
    probabilities
        Probability of dying before the next birthday, last axis age, the last one open.

    Returns
    -------
    numpy.ndarray
        Years, shaped as the argument.

    Raises
    ------
    ValueError
        If a probability is outside [0, 1), or zero in the open age.
    """
    dying = np.asarray(probabilities, float)
    if not ((dying >= 0) & (dying < 1)).all() or (dying[..., -1] == 0).any():
        raise ValueError("a probability of dying lies from 0 to below 1, and above 0 in the open age")
    reached = np.ones_like(dying)
    reached[..., 1:] = np.cumprod(1 - dying[..., :-1], axis=-1)
    return np.append((reached[..., :-1] + reached[..., 1:]) / 2, reached[..., -1:] / -np.log1p(-dying[..., -1:]), axis=-1)


def rates(deaths: ArrayLike, population: ArrayLike, counted: ArrayLike = True) -> Rates:
    """Estimate mortality, residual migration and the child-woman ratio of regions from some years.

    Net migration is the gain of a cohort beyond its survivors, half of it present all year (the "even" rule), over the
    persons at the start of the year; from `POOLED_FROM` one rate for all ages. Births are the children under one,
    traced back to birth, per woman of childbearing age: a child-woman ratio. Infants then have no migration of their
    own. Neither migration nor births of regions are among the published tables (method b).

    Parameters
    ----------
    deaths
        Deaths during each year by region, sex, age and year.
    population
        Persons on 31 December by region, sex, age and year: one year more, the first before the deaths.
    counted
        By region and year: which of them are used (default: all).

    Returns
    -------
    Rates
        By region.

    Raises
    ------
    ValueError
        As `death_probabilities`, or if no year of some region counts.
    """
    people = np.asarray(population, float)
    use = np.broadcast_to(counted, (people.shape[0], people.shape[-1] - 1))
    if not use.any(axis=1).all():
        raise ValueError("no year counts for some region")
    lived = person_years(death_probabilities(deaths, people, use))
    surviving, at_birth = _survival(lived)
    before, after = np.moveaxis(people[..., :-1], -1, 0), np.moveaxis(people[..., 1:], -1, 0)
    weight = use.T[:, :, None, None]
    # Cohorts by their age at the end of the year; the two that share the open age are combined.
    gained = (weight * (after - _older(before * surviving)))[..., 1:]
    # Counted in full although present for half a year on average, (1 + S)/2.
    exposed = (weight * _older(before * (1 + surviving) / 2))[..., 1:]
    cohorts = list(range(POOLED_FROM + 1))
    rate = np.add.reduceat(gained.sum(axis=0), cohorts, axis=-1) / np.maximum(
        np.add.reduceat(exposed.sum(axis=0), cohorts, axis=-1), np.finfo(float).tiny
    )
    migration = rate[..., np.minimum(np.arange(people.shape[2]), POOLED_FROM)]
    born = (weight[..., 0] * after[..., 0] / at_birth).sum(axis=0)
    bearing = slice(*CHILDBEARING)
    women = (before * (1 + migration / 2) + after)[:, :, 0, bearing].sum(axis=-1) / 2
    fertility = np.zeros((people.shape[0], people.shape[2]))
    fertility[:, bearing] = (born.sum(axis=-1) / (weight[..., 0, 0] * women).sum(axis=0))[:, None]
    girls, boys = born.sum(axis=0)
    return Rates(lived, migration, fertility, float(boys / girls))


def _survival(lived: FloatArray, width: float = 1, radix: float = 1) -> tuple[FloatArray, FloatArray]:
    """Return from person-years the share of each age surviving to the next, open age pooled, and of the newborn."""
    surviving = np.empty_like(lived)
    surviving[..., :-1] = lived[..., 1:] / lived[..., :-1]
    surviving[..., -2:] = (lived[..., -1] / (lived[..., -1] + lived[..., -2]))[..., None]
    return surviving, lived[..., 0] / (width * radix)


# --- projection ---------------------------------------------------------------------------------------


class Step(NamedTuple):
    """One step of a projection, with the flows that lead from one stock to the next."""

    population: FloatArray
    """Persons at the end, by sex and age."""
    deaths: FloatArray
    """Deaths during the step, by sex."""
    births: FloatArray
    """Births during the step, by sex."""


def step(
    population: ArrayLike,
    person_years: ArrayLike,
    entering: ArrayLike,
    arriving: ArrayLike,
    fertility: ArrayLike,
    sex_ratio: float,
    width: float = 1,
    radix: float = 1,
) -> Step:
    """Project a population over one step, as wide as its age groups, by the cohort-component method (method b).

    ``N[x+1] = (N[x] + E[x]) L[x+1]/L[x] + A[x+1]``, the last two groups sharing the open one. Births are
    ``width × Σ f (N + E + N')/2`` over women, of whom ``L[0]/(width × radix)`` live to the end.

    Parameters
    ----------
    population
        Persons at the start, last axes sex (women first, or women alone) and age group.
    person_years
        Person-years lived in each group (nLx), shaped alike.
    entering
        Net migrants counted as present from the start, by group at the start: half of them under the "even" rule.
    arriving
        Net migrants counted as arriving at the end, by group at the end: the other half.
    fertility
        Births per woman and year, last axis age group; none in the first, whose women are not yet born.
    sex_ratio
        Boys per girl among the newborn.
    width
        Years in an age group and in the step.
    radix
        Newborn of the life table.

    Returns
    -------
    Step
        Population at the end, deaths and births, with the leading axes of the arguments.

    Raises
    ------
    ValueError
        If more people leave some cell than it has.
    """
    surviving, at_birth = _survival(np.asarray(person_years, float), width, radix)
    late, rate = np.asarray(arriving, float), np.asarray(fertility, float)
    exposed = np.asarray(population, float) + np.asarray(entering, float)
    alive = exposed * surviving
    after = _older(alive) + late
    women = (exposed[..., 0, :] + after[..., 0, :]) / 2
    share = np.array([1.0, sex_ratio])[: exposed.shape[-2]] / (1 + sex_ratio)
    born = width * (rate * women).sum(axis=-1)[..., None] * share
    after[..., 0] += born * at_birth
    if (exposed < 0).any() or (after < 0).any():
        raise ValueError("more leavers than people in some cell")
    return Step(after, (exposed - alive).sum(axis=-1) + born * (1 - at_birth), born)


def next_year(population: ArrayLike, at: Rates) -> Step:
    """Project regions over one year at their own rates.

    Parameters
    ----------
    population
        Persons by region, sex and age; further axes may lead.
    at
        Rates of the same regions.

    Returns
    -------
    Step
        Persons a year later, deaths and births; net migration is the rates' own, `Rates.migration`.
    """
    people = np.asarray(population, float)
    half = people * at.migration / 2
    return step(people, at.person_years, half, _older(half), at.fertility, at.sex_ratio)


def internal_migration(population: ArrayLike, migration: ArrayLike) -> FloatArray:
    """Compute net migrants between regions in a year: each one's gain beyond the nation's mean rate of the cell.

    ``I = P (m - Σ P m / Σ P)`` sums to zero over regions in every cell. The remainder, the mean rate, is migration over
    the nation's border, in proportion to each region's inhabitants. The published tables give no better key: allotting
    more of it to regions with many of foreign background made the shares of 2025 worse, and over 1991 to 2024 these did
    not gain more than others in years of high immigration.

    Parameters
    ----------
    population
        Persons by region, sex and age, all regions; further axes may lead.
    migration
        Net migrants per person, by region, sex and age, as `Rates.migration`.

    Returns
    -------
    numpy.ndarray
        Persons, shaped as the population.
    """
    people, rate = np.asarray(population, float), np.asarray(migration, float)
    return people * (rate - _mean_rate(people, rate))


def _mean_rate(people: FloatArray, rate: FloatArray) -> FloatArray:
    """Return the nation's rate in each cell, (…, 1, sex, age); zero for empty cells."""
    whole = people.sum(axis=-3, keepdims=True)
    return np.divide((people * rate).sum(axis=-3, keepdims=True), whole, out=np.zeros_like(whole), where=whole > 0)


def with_external(population: ArrayLike, at: Rates, external: ArrayLike) -> Rates:
    """Keep the migration between regions, and replace that over the nation's border.

    Parameters
    ----------
    population
        Persons by region, sex and age at the start of the year; further axes may lead.
    at
        Rates of the same regions.
    external
        Net migrants over the nation's border per person at the start, by sex and age.

    Returns
    -------
    Rates
        Its migration is that of `internal_migration` plus the external rate.
    """
    people = np.asarray(population, float)
    return replace(at, migration=at.migration - _mean_rate(people, at.migration) + np.asarray(external, float))


def with_mortality(at: Rates, factor: ArrayLike) -> Rates:
    """Multiply the mortality hazard of each cohort during the year.

    Parameters
    ----------
    at
        Rates by region.
    factor
        Multiplier of the hazard, above 0, by sex and age at the end of the year; broadcast to the regions.

    Returns
    -------
    Rates
        Its person-years give ``S^f`` in place of each share ``S`` that survives.
    """
    surviving, at_birth = _survival(at.person_years)
    times = np.broadcast_to(np.asarray(factor, float), surviving.shape)
    reached = surviving[..., :-1] ** times[..., 1:]
    lived = np.empty_like(surviving)
    lived[..., 0] = at_birth ** times[..., 0]
    lived[..., 1:-1] = lived[..., :1] * np.cumprod(reached[..., :-1], axis=-1)
    lived[..., -1] = lived[..., -2] * reached[..., -1] / (1 - reached[..., -1])
    return replace(at, person_years=lived)


def improvement(deaths: ArrayLike, population: ArrayLike) -> FloatArray:
    """Estimate the trend of mortality: the yearly change of the logarithm of the nation's rates.

    By sex and the groups of `IMPROVING`: the least-squares slope of the logarithm of each year's deaths over those
    expected at the rates by age of all years together (a standardised mortality ratio).

    Parameters
    ----------
    deaths
        The nation's deaths during each year by sex, age and year, at least two years.
    population
        Persons on 31 December by sex, age and year: one year more, the first before the deaths.

    Returns
    -------
    numpy.ndarray
        By sex and age; below 0 if mortality falls.

    Raises
    ------
    ValueError
        If there are fewer than two years, or no deaths in a group in some year.
    """
    died, people = np.asarray(deaths, float), np.asarray(population, float)
    if died.shape[-1] < 2 or people.shape[-1] != died.shape[-1] + 1:
        raise ValueError("a trend of mortality needs two years of deaths and one year-end more")
    exposed = (people[..., :-1] + people[..., 1:]) / 2
    whole = exposed.sum(axis=-1)
    rate = np.divide(died.sum(axis=-1), whole, out=np.zeros_like(whole), where=whole > 0)
    found, expected = (group_ages(counts, IMPROVING, axis=1) for counts in (died, rate[..., None] * exposed))
    if (found <= 0).any():
        raise ValueError("nobody died in some year and group: there is no trend of mortality")
    years = np.arange(died.shape[-1]) - (died.shape[-1] - 1) / 2
    slope = np.log(found / expected) @ years / (years**2).sum()
    return slope[:, np.searchsorted(IMPROVING, np.arange(died.shape[1]), side="right") - 1]


def implied_mortality(population: ArrayLike, at: Rates, deaths: ArrayLike) -> FloatArray:
    """Compute the factors on the regions' mortality that give the nation's deaths of a year, by five-year group.

    The hazards implied by the deaths over those implied by the regions' rates, ``Σ P h' / Σ P h``, summed over the ages
    of each group.

    Parameters
    ----------
    population
        Persons by region, sex and age at the start of the year.
    at
        Rates of the same regions.
    deaths
        The nation's deaths by sex and age at the end of the year.

    Returns
    -------
    numpy.ndarray
        By sex and age at the end of the year; one in a group without expected deaths.
    """
    people = np.asarray(population, float)
    before = _older(people.sum(axis=0))[:, 1:]
    expected = before - _older((people * _survival(at.person_years)[0]).sum(axis=0))[:, 1:]
    # Those born during the year have the factor of the next age.
    starts = [max(first - 1, 0) for first in FIVE_YEAR]
    meant, own = (
        group_ages(-before * np.log1p(-np.divide(died, before, out=np.zeros_like(before), where=before > died)), starts)
        for died in (np.asarray(deaths, float)[:, 1:], expected)
    )
    factor = np.divide(meant, own, out=np.ones_like(own), where=own > 0)
    return factor[:, np.searchsorted(FIVE_YEAR, np.arange(people.shape[-1]), side="right") - 1]


def project(population: ArrayLike, at: Rates, years: int, trend: ArrayLike = 0.0, since: float = 0.0) -> FloatArray:
    """Project all regions over some years, without raking to published figures.

    Migration between regions sums to zero every year (`internal_migration`); the nation's rate over its border is kept
    at that of the first year.

    Parameters
    ----------
    population
        Persons by region, sex and age in the first year; further axes may lead.
    at
        Rates of the same regions.
    years
        Number of years, at least one.
    trend
        Yearly change of the logarithm of mortality, by sex and age, see `improvement`.
    since
        Age of the mortality rates at the first year, in years.

    Returns
    -------
    numpy.ndarray
        Persons in each of the following years, last axis year.

    Raises
    ------
    ValueError
        If the years are fewer than one.
    """
    if years < 1:
        raise ValueError("a projection is at least one year long")
    people, path = np.asarray(population, float), []
    external = _mean_rate(people, at.migration)
    slope = np.asarray(trend, float)
    for year in range(1, years + 1):
        now = with_external(people, at, external)
        if slope.any():
            now = with_mortality(now, np.exp(slope * (since + year)))
        people = next_year(people, now).population
        path.append(people)
    return np.stack(path, axis=-1)


def municipal(seed: ArrayLike, totals: ArrayLike, part: ArrayLike, regions: ArrayLike, region_of: ArrayLike) -> FloatArray:
    """Rake municipalities to their own totals and to the age groups of their region, by sex.

    Parameters
    ----------
    seed
        Persons by municipality, sex and age group, used as proportions only.
    totals
        Persons by municipality and part of the ages, such as below 65 and from 65 on.
    part
        Index of the part of each age group.
    regions
        Persons by region, sex and age group.
    region_of
        Row of its region for each municipality.

    Returns
    -------
    numpy.ndarray
        Persons by municipality, sex and age group; municipalities sum to their region in every cell.

    Raises
    ------
    ValueError
        As `rake`.
    """
    start, whole, parts = np.asarray(seed, float), np.asarray(regions, float), np.asarray(totals, float)
    row = np.arange(parts.size).reshape(parts.shape)[:, np.asarray(part)]
    cell = np.arange(whole.size).reshape(whole.shape)[np.asarray(region_of)]
    return rake(start, [Margin(row[:, None, :], parts), Margin(cell, whole)])


def carried(start: ArrayLike, regions: ArrayLike, region_of: ArrayLike) -> FloatArray:
    """Project municipalities at constant shares of their region's persons in every cell.

    Parameters
    ----------
    start
        Persons by municipality, sex and age group in the first year.
    regions
        Persons by region, sex, age group and year.
    region_of
        Row of its region for each municipality.

    Returns
    -------
    numpy.ndarray
        Persons by municipality, sex, age group and year.
    """
    now, whole, home = np.asarray(start, float), np.asarray(regions, float), np.asarray(region_of)
    first = whole[home, ..., 0]
    share = np.divide(now, first, out=np.zeros_like(now), where=first > 0)
    return share[..., None] * whole[home]


def municipal_seed(groups: ArrayLike, regions: ArrayLike, counts: ArrayLike, region_of: ArrayLike) -> FloatArray:
    """Combine the published tables of municipalities by age: both sexes, and later ages 15 to 74 by sex.

    A group made up of five-year groups is their later counts. The other groups are split by the sex shares of the
    region in the same year, times the ratio of the municipality's to the region's shares in later counts of the
    overlapping ages.

    Parameters
    ----------
    groups
        Persons by municipality and the nine age groups of `NINE`, both sexes.
    regions
        Persons by region, sex and the groups of `CUT` in the same year.
    counts
        Persons by municipality, sex and five-year group from 15 to 74.
    region_of
        Row of its region for each municipality.

    Returns
    -------
    numpy.ndarray
        Persons by municipality, sex and the age groups of `CUT`: proportions to be raked.
    """
    home, later = np.asarray(region_of), np.asarray(counts, float)
    # The group around 65 is given by later counts, in two parts.
    both = np.asarray(groups, float)[:, np.searchsorted(NINE, CUT, side="right") - 1]
    whole = np.asarray(regions, float)
    # 15-19 is more representative of those aged 18-29 than of children.
    group = np.maximum(np.searchsorted(CUT, BY_SEX, side="right") - 1, 1)
    found = later @ (group[:, None] == np.arange(len(CUT)))
    of_region = np.zeros((len(whole), *found.shape[1:]))
    np.add.at(of_region, home, found)
    exact = np.bincount(group, minlength=len(CUT)) * 5 == np.diff([*CUT, np.inf])
    shares = _sex_shares(whole)[home] * _sex_shares(found) / _sex_shares(of_region)[home]
    return np.where(exact, found, both[:, None, :] * _sex_shares(shares))


def _sex_shares(persons: FloatArray) -> FloatArray:
    """Return the share of each sex (axis 1) in the persons of both, one half if there are none."""
    both = persons.sum(axis=1, keepdims=True)
    return np.divide(persons, both, out=np.full_like(persons, 0.5), where=both > 0)


# --- from tables --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class History:
    """Past population and deaths of the regions by single year of age; groups are split after the last single years."""

    region_codes: tuple[str, ...]
    years: tuple[int, ...]
    """Consecutive."""
    population: FloatArray
    """Persons on 31 December by region, sex, age and year."""
    deaths: FloatArray
    """Deaths during the year by region, sex, age and year."""
    counted: NDArray[np.bool_]
    """By region and year: whether the flows of the year are usable, see `BREAKS`."""


@dataclass(frozen=True)
class Population:
    """Inhabitants from the newest published ages of regions to the last projected year."""

    region_codes: tuple[str, ...]
    municipality_codes: tuple[str, ...]
    sexes: tuple[str, ...]
    groups: tuple[str, ...]
    """Age groups of the municipalities, in completed years."""
    years: tuple[int, ...]
    """Years of the regions."""
    municipal_years: tuple[int, ...]
    """Years of the municipalities: those from the newest published total."""
    regions: FloatArray
    """Persons on 31 December by region, sex, age 0 to 100 and year."""
    municipalities: FloatArray
    """Persons on 31 December by municipality, sex, age group and year."""
    status: pd.DataFrame
    """By ``region`` and ``year`` the finest ``published`` detail; anything finer is modelled."""


def history(tables: Mapping[str, pd.DataFrame]) -> History:
    """Combine the regions' population and deaths by single year of age.

    Single years are published to 2015, five-year groups from 2013 to 2021, ten-year groups from 2022. The population of
    the five-year groups is split cohort by cohort; their deaths by the nation's pattern of ages, whose deaths by
    age at the end of the year are moved half a year back, times the region's share of the nation at that age.
    The later years are `later_years`.

    Parameters
    ----------
    tables
        The checked tables named in `TABLES`.

    Returns
    -------
    History
        From the first year with single years to the last with groups.

    Raises
    ------
    ValueError
        If a table lacks cells.
    """
    single, by_group, nation = (
        tables[name] for name in ("population_region_age", "population_region_age_group", "population_nation")
    )
    codes = tuple(sorted(tables["regions"]["region"]))
    known = tuple(range(int(single["year"].min()), int(single["year"].max()) + 1))
    later = tuple(range(known[-1] + 1, int(by_group["year"].max()) + 1))
    axes = {"region": codes, "sex": SEXES, "age_group": tuple(age_labels(FIVE_YEAR)), "year": later}
    ages = {"sex": SEXES, "age": tuple(range(OPEN_AGE + 1)), "year": later}
    population = _wide(single, codes, known)
    whole, at_end = _all_cells(nation, ["population", "deaths"], ages)
    split = split_by_cohort(population[..., -1], _cells(by_group, "population", axes), whole)
    population = np.concatenate([population, split], axis=-1)
    there = _shares(split) * _deaths_by_age(at_end)
    groups = _cells(tables["deaths_region_age_group"], "deaths", axes)
    died = np.moveaxis(split_ages(np.moveaxis(groups, 2, -1), np.moveaxis(there, 2, -1)), -1, 2)
    years = known + later
    counted = [[code not in BREAKS.get(year, ()) for year in years] for code in codes]
    deaths = np.concatenate([_wide(tables["deaths_region_age"], codes, known), died], axis=-1)
    return later_years(History(codes, years, population, deaths, np.array(counted)), tables)


def later_years(known: History, tables: Mapping[str, pd.DataFrame]) -> History:
    """Add the years with published ten-year groups but no deaths of regions.

    Each year is one cohort-component step at the rates of the last years with five-year groups, raked to the ten-year
    groups of every region, its ages 15 to 74 in five-year groups if municipalities have them, and the nation's single
    years. The nation's deaths at each age are divided as expected at those rates: the regions' mortality relative to
    the nation's is that of the years before.

    Parameters
    ----------
    known
        History up to the last year with five-year groups.
    tables
        The checked tables named in `TABLES`.

    Returns
    -------
    History
        To the last year with ten-year groups.

    Raises
    ------
    ValueError
        If a table lacks cells, or if published tables contradict each other.
    """
    published, nation = tables["population_region_ten_year"], tables["population_nation"]
    years = tuple(range(known.years[-1] + 1, int(published["year"].max()) + 1))
    if not years:
        return known
    axes = {"region": known.region_codes, "sex": SEXES, "age_group": tuple(age_labels(TEN_YEAR)), "year": years}
    ages = {"sex": SEXES, "age": tuple(range(OPEN_AGE + 1)), "year": years}
    groups = _cells(published, "population", axes)
    whole, at_end = _all_cells(nation, ["population", "deaths"], ages)
    middle_year, counts = _middle(tables)
    middle = np.zeros((len(known.region_codes), *counts.shape[1:]))
    np.add.at(middle, _homes(tables, known.region_codes), counts)
    window = slice(-WINDOW, None)
    flows = known.deaths[..., window], known.population[..., -WINDOW - 1 :], known.counted[:, window]
    at = rates(*flows)
    people, path = known.population[..., -1], []
    for number, year in enumerate(years):
        seed = next_year(people, at).population
        margins = [_age_groups(seed, groups[..., number], TEN_YEAR)]
        if year == middle_year:
            margins.append(_age_groups(seed, middle, [*BY_SEX, BY_SEX[-1] + 5]))
        people = constrain(seed, whole[..., number], margins)
        path.append(people)
    population = np.stack(path, axis=-1)
    hazard = -np.log1p(-death_probabilities(*flows))[..., None]
    deaths = _shares(population * hazard) * _deaths_by_age(at_end)
    return History(
        known.region_codes,
        known.years + years,
        np.concatenate([known.population, population], axis=-1),
        np.concatenate([known.deaths, deaths], axis=-1),
        np.concatenate([known.counted, np.ones((len(known.region_codes), len(years)), bool)], axis=1),
    )


def _shares(cells: FloatArray) -> FloatArray:
    """Return each region's share of the nation in every cell, zero if it is empty."""
    whole = cells.sum(axis=0)
    return np.divide(cells, whole, out=np.zeros_like(cells), where=whole > 0)


def _deaths_by_age(at_end: FloatArray) -> FloatArray:
    """Convert deaths by age at the end of the year to deaths by sex, age and year."""
    # A cohort dies either before or after its birthday in the year; infants have not had one.
    deaths = at_end / 2
    deaths[:, :-1] += at_end[:, 1:] / 2
    deaths[:, 0] += at_end[:, 0] / 2
    return deaths


def _middle(tables: Mapping[str, pd.DataFrame]) -> tuple[int, FloatArray]:
    """Return the year and persons of the municipalities in order, by sex and five-year group from 15 to 74."""
    by_sex = newest_year(tables["population_municipality_age_sex"])
    year = int(by_sex["year"].iloc[0])
    groups = tuple(age_labels([*BY_SEX, BY_SEX[-1] + 5])[:-1])
    axes = {"municipality": tuple(sorted(tables["municipalities"]["municipality"])), "sex": SEXES, "age_group": groups}
    return year, _cells(by_sex, "population", axes)


def _homes(tables: Mapping[str, pd.DataFrame], codes: Sequence[str]) -> IntArray:
    """Return the row of its region for each municipality in order."""
    return pd.Index(codes).get_indexer(pd.Index(tables["municipalities"].sort_values("municipality")["region"]))


def rates_of(known: History, origin: int, window: int) -> Rates:
    """Estimate `rates` from the years up to an origin only.

    Parameters
    ----------
    known
        Past population and deaths of the regions.
    origin
        Last year that may be used.
    window
        Number of years of flows, the origin's being the last.

    Returns
    -------
    Rates
        By region.

    Raises
    ------
    ValueError
        If the window is empty or exceeds the known years, or as `rates`.
    """
    first = origin - window
    if window < 1 or first < known.years[0] or origin > known.years[-1]:
        raise ValueError(
            f"{window} years of flows up to {origin} need year-ends {first} to {origin}; "
            f"known are {known.years[0]} to {known.years[-1]}"
        )
    start, stop = known.years.index(first), known.years.index(origin) + 1
    flows = slice(start + 1, stop)
    return rates(known.deaths[..., flows], known.population[..., start:stop], known.counted[:, flows])


def back_cast(known: History, origin: int, window: int, horizon: int) -> FloatArray:
    """Project from a past year with the data known then, without raking to later figures (method h).

    Mortality continues its trend of the last years known at the origin, see `improvement`. Regions that changed borders
    between the origin and a projected year, see `BREAKS`, must not be compared with the outcome.

    Parameters
    ----------
    known
        Past population and deaths of the regions.
    origin
        Year whose end is the start.
    window
        Number of years up to the origin used for the rates.
    horizon
        Number of years ahead.

    Returns
    -------
    numpy.ndarray
        Persons by region, sex, age and year, from the year after the origin.

    Raises
    ------
    ValueError
        As `rates_of` and `project`.
    """
    at, last = rates_of(known, origin, window), known.years.index(origin)
    first = max(last - TREND, 0)
    trend = improvement(
        known.deaths[..., first + 1 : last + 1].sum(axis=0), known.population[..., first : last + 1].sum(axis=0)
    )
    # The rates are those of the middle of the window.
    return project(known.population[..., last], at, horizon, trend, (window - 1) / 2)


REACH = 10
"""Years ahead used for forecast errors; further ahead too few origins have an outcome."""


class ForecastErrors(NamedTuple):
    """Standard deviations of the logarithm of forecast over outcome, including bias."""

    shares: FloatArray
    """Spread of each region's share of the nation, by region and horizon."""
    nation: FloatArray
    """Spread of the nation's total, by horizon."""


def forecast_errors(known: History, window: int = WINDOW, horizons: Sequence[int] = range(1, 22)) -> ForecastErrors:
    """Measure the errors of projections from every origin that the window allows (method b, h).

    The nation's errors are those of this method, as Statistics Sweden's are not among the published tables. The bias of
    the method, which the nation's projection does not share, is removed. Origins overlap and are few far ahead.

    Parameters
    ----------
    known
        Past population and deaths of the regions.
    window
        Number of years used for the rates.
    horizons
        Years ahead, from one.

    Returns
    -------
    ForecastErrors
        As `error_spread`.

    Raises
    ------
    ValueError
        As `error_spread`, or if no origin has an outcome.
    """
    first, last = known.years[0], known.years[-1]
    # A trend of mortality needs two years.
    origins = range(first + max(window, 2), last)
    if not origins:
        raise ValueError(f"{window} years of flows between {first} and {last} leave no origin with an outcome")
    came = known.population.sum(axis=(1, 2))
    errors = np.full((len(origins), len(came) + 1, REACH), np.nan)
    for number, origin in enumerate(origins):
        ahead = min(REACH, last - origin)
        start = known.years.index(origin) + 1
        found, outcome = back_cast(known, origin, window, ahead).sum(axis=(1, 2)), came[:, start : start + ahead]
        errors[number, :-1, :ahead] = np.log(_shares(found) / _shares(outcome))
        errors[number, -1, :ahead] = np.log(found.sum(axis=0) / outcome.sum(axis=0))
        for year, moved in BREAKS.items():
            if origin - window < year:
                rows = [known.region_codes.index(code) for code in moved if code in known.region_codes]
                errors[number, rows, max(year - origin - 1, 0) :] = np.nan
    whole = errors[:, -1:]
    nation = whole - np.nansum(whole, axis=0) / np.maximum(np.isfinite(whole).sum(axis=0), 1)
    shares = error_spread(errors[:, :-1], came[:, -1], horizons)
    # Few origins reach far ahead, so their errors may seem to shrink by chance.
    return ForecastErrors(shares, np.maximum.accumulate(error_spread(nation, np.ones(1), horizons)[0]))


def error_spread(errors: ArrayLike, size: ArrayLike, horizons: Sequence[int]) -> FloatArray:
    """Estimate the standard deviation of errors by region and horizon, from those of many origins.

    ``σ_r(h) = σ(h) √(a + b P̄/P_r)``: σ(h) is the root-mean-square over origins and regions, beyond the last known
    horizon H it is ``σ(H) (h/H)^c``, the power c being the slope of log σ on log h, weighted by errors known; a and
    b, not negative, are the least-squares fit of the regions' mean squares relative to σ(h)² on mean over own
    size, and give one on average over the regions.

    Parameters
    ----------
    errors
        Errors by origin, region and horizon from one, NaN without an outcome.
    size
        Persons by region.
    horizons
        Years ahead, from one.

    Returns
    -------
    numpy.ndarray
        By region and horizon.

    Raises
    ------
    ValueError
        If a horizon is below one, or errors are unknown, or all zero, at some horizon or of some region, or known at
        fewer than two horizons.
    """
    known, ahead = np.asarray(errors, float), np.asarray(horizons)
    persons = np.asarray(size, float)
    counts = np.isfinite(known).sum(axis=(0, 1))
    last = int(np.flatnonzero(counts)[-1]) + 1 if counts.any() else 0
    squares, counts = known[..., :last] ** 2, counts[:last]
    if last < 2 or (counts == 0).any() or np.isnan(squares).all(axis=(0, 2)).any() or (ahead < 1).any():
        raise ValueError("errors must be known at two horizons or more, from one year on, and of every region")
    mean = np.nansum(squares, axis=(0, 1)) / counts
    if (mean == 0).any():
        raise ValueError("errors of zero have no spread")
    years = np.arange(1, last + 1)
    power = np.polyfit(np.log(years), np.log(mean) / 2, 1, w=np.sqrt(counts))[0]
    spread = np.sqrt(mean[np.minimum(ahead, last) - 1]) * np.maximum(ahead / last, 1.0) ** power
    relative = np.nanmean(squares / mean, axis=(0, 2))
    smaller = np.column_stack([np.ones_like(persons), persons.mean() / persons])
    fitted = smaller @ optimize.nnls(smaller, relative)[0]
    return np.sqrt(fitted / fitted.mean())[:, None] * spread


def model_population(tables: Mapping[str, pd.DataFrame], last_year: int = LAST_YEAR, window: int = WINDOW) -> Population:
    """Estimate and project regions by single year of age and municipalities by age group (method b).

    From the newest published ages of the regions on, each year is one cohort-component step. Migration between
    regions sums to zero, migration over the border and mortality are Statistics Sweden's of the year, the latter
    times each region's relative risk. The step is raked to the nation by sex and age, and to the regions' totals
    where they are published, as shares of the nation; the next starts from there. Municipalities are fitted in
    the newest year with totals of theirs and ages of the regions, to their persons aged 65 and over where these are
    published, and keep their shares of their region afterwards: later totals, which carry noise, are used of regions only.

    Parameters
    ----------
    tables
        The checked tables named in `TABLES`.
    last_year
        Last year to project to.
    window
        Number of years used for the rates.

    Returns
    -------
    Population
        Regions sum to the nation by sex and age, municipalities to their region by sex and group, every year.

    Raises
    ------
    ValueError
        If the last year is not after the newest published ages or totals of regions, or not in the national
        projection, or if published tables contradict each other.
    """
    known = history(tables)
    codes, base = known.region_codes, known.years[-1]
    towns = tables["population_municipality"]
    municipality_codes, home = tuple(sorted(tables["municipalities"]["municipality"])), _homes(tables, codes)
    start = base_year(tables)
    region_totals = _published_totals(tables, codes, base)
    newest = max([base, *region_totals])
    if last_year <= newest:
        raise ValueError(f"the last year must lie after {newest}, the newest published ages or totals of regions")
    years = tuple(range(start, last_year + 1))
    ages = {"sex": SEXES, "age": tuple(range(OPEN_AGE + 1)), "year": tuple(range(base + 1, last_year + 1))}
    nation, deaths, arrived, left = _all_cells(
        tables["population_nation"], ["population", "deaths", "immigration", "emigration"], ages
    )
    at = rates_of(known, base, window)
    path = list(np.moveaxis(known.population[..., known.years.index(start) :], -1, 0))
    for number, year in enumerate(range(base + 1, last_year + 1)):
        people = path[-1]
        moved = _per_person_at_start((arrived - left)[..., number], people.sum(axis=0))
        now = with_mortality(with_external(people, at, moved), implied_mortality(people, at, deaths[..., number]))
        projected = next_year(people, now).population
        # The totals may carry noise and sum to another nation than the projected one, so only their shares are used.
        margins = [
            _regions(projected, region_totals[one] * nation[..., number].sum() / region_totals[one].sum())
            for one in {year} & region_totals.keys()
        ]
        path.append(constrain(projected, nation[..., number], margins))
    regions = np.stack(path, axis=-1)

    groups, labels = newest_year(tables["population_municipality_age_group"]), tuple(age_labels(NINE))
    grouped = int(groups["year"].iloc[0])
    both = _cells(groups, "population", {"municipality": municipality_codes, "age_group": labels})
    then = group_ages(known.population[..., known.years.index(grouped)], CUT)
    there = {"municipality": municipality_codes, "year": (start,)}
    municipal_totals = _cells(towns, "population", there)
    first, part = group_ages(regions[..., 0], CUT), np.zeros(len(CUT), int)
    old = tables["population_municipality_65"]
    if (old["year"] == start).any():
        part = (np.asarray(CUT) >= 65).astype(int)
        # Shares are rounded, so they are scaled to the region's persons.
        counted = _cells(old, "share_65", there)[:, 0] * municipal_totals[:, 0]
        of_region = first[..., part == 1].sum(axis=(1, 2)) / np.bincount(home, counted)
        counted *= of_region[home]
        municipal_totals = np.column_stack([municipal_totals[:, 0] - counted, counted])
    seed = municipal_seed(both, then, _middle(tables)[1], home)
    fitted = np.add.reduceat(municipal(seed, municipal_totals, part, first, home), np.searchsorted(CUT, NINE), axis=-1)
    municipalities = carried(fitted, group_ages(regions, NINE, axis=2), home)
    published = {year: "ten-year groups" for year in years if year <= base} | dict.fromkeys(region_totals, "total")
    status = pd.MultiIndex.from_product([codes, years], names=["region", "year"]).to_frame(index=False)
    status["published"] = status["year"].map(published).fillna("nothing")
    return Population(codes, municipality_codes, SEXES, labels, years, years, regions, municipalities, status)


def _per_person_at_start(at_end: FloatArray, people: FloatArray) -> FloatArray:
    """Convert flows by sex and age at the end of the year to rates by age at its start, the open age pooled."""
    before = _older(people)
    rate = np.divide(at_end, before, out=np.zeros_like(before), where=before > 0)
    return np.append(rate[:, 1:], rate[:, -1:], axis=-1)


def _published_totals(tables: Mapping[str, pd.DataFrame], codes: Sequence[str], after: int) -> dict[int, FloatArray]:
    """Return the regions' published totals after a year, by year; sums of municipalities if all are there."""
    names = ("population_municipality_65", "population_municipality", "population_region")
    noisy, exact, own = (frame[frame["year"] > after] for frame in (tables[name] for name in names))
    by_year: dict[int, pd.DataFrame] = {}
    for municipal_totals in (frame for frame in (noisy, exact) if len(frame)):
        of_region = municipal_totals.merge(tables["municipalities"][["municipality", "region"]])
        whole = of_region.groupby("year")["municipality"].transform("size") == len(tables["municipalities"])
        summed = totals(of_region[whole], ["region", "year"]).reset_index()
        by_year |= {int(year): summed for year in summed["year"].unique()}
    by_year |= {int(year): own for year in own["year"].unique()}
    return {
        year: _cells(frame, "population", {"region": codes, "year": (year,)})[..., 0]
        for year, frame in sorted(by_year.items())
    }


def _cells(frame: pd.DataFrame, value: str, axes: Mapping[str, Sequence[object]]) -> FloatArray:
    """Convert a tidy frame to an array over the given values of some columns; other rows are left out."""
    return _all_cells(frame, [value], axes)[0]


def _all_cells(frame: pd.DataFrame, names: Sequence[str], axes: Mapping[str, Sequence[object]]) -> list[FloatArray]:
    """Convert several columns of a tidy frame to arrays, each as `_cells`."""
    places = [pd.Index(list(values)).get_indexer(pd.Index(frame[column])) for column, values in axes.items()]
    inside = np.all([place >= 0 for place in places], axis=0)
    there = tuple(place[inside] for place in places)
    found = []
    for value in names:
        cells = np.full([len(values) for values in axes.values()], np.nan)
        cells[there] = frame[value].to_numpy(float)[inside]
        if np.isnan(cells).any():
            gap = [values[place] for values, place in zip(axes.values(), np.argwhere(np.isnan(cells))[0], strict=True)]
            where = ", ".join(f"{column} {one}" for column, one in zip(axes, gap, strict=True))
            raise ValueError(f"no {value} for {where}")
        found.append(cells)
    return found


def _wide(frame: pd.DataFrame, codes: Sequence[str], years: Sequence[int]) -> FloatArray:
    """Convert a table with a column per age to an array over region, sex, age and year."""
    places = [
        pd.Index(list(values)).get_indexer(pd.Index(frame[column]))
        for column, values in (("region", codes), ("sex", SEXES), ("year", years))
    ]
    cells = np.full((len(codes), len(SEXES), len(years), OPEN_AGE + 1), np.nan)
    cells[tuple(places)] = frame.loc[:, "age_0" : f"age_{OPEN_AGE}"].to_numpy(float)
    if np.isnan(cells).any():
        raise ValueError("single years of age are missing for some region, sex and year")
    return np.moveaxis(cells, -1, 2)
