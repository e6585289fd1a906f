"""Results of a model run: tidy cells with interval, status and source, for the report and downloads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from riktvarden import uncertainty
from riktvarden.codes import NATION

FloatArray = NDArray[np.float64]


COLUMNS = [
    "region",
    "profession",
    "measure",
    "year",
    "value",
    "low",
    "high",
    "unit",
    "status",
    "qualifier",
    "source",
]


class Cell(NamedTuple):
    """One result; missing numbers are NaN."""

    value: float
    low: float
    high: float
    unit: str
    status: str
    qualifier: str
    source: str


@dataclass(frozen=True)
class Results:
    """Results of one run of the model."""

    tidy: pd.DataFrame
    """One row per cell: the columns of `COLUMNS`; low and high are P10 and P90."""
    draws: Mapping[str, FloatArray]
    """Measure → (draw, area), the areas in the order of `areas`."""
    areas: tuple[str, ...]
    """Codes of the regions in order, and the nation last."""
    base_year: int
    """Year to whose end everything that is compared is moved."""
    figures: pd.DataFrame
    """The newest published ST figures, one row per region and measure, in their original measure."""
    municipalities: pd.DataFrame
    """Tidy: municipality, name, region, year, population, older (share), age_year, specialist_requirement, low, high."""
    starters: pd.DataFrame
    """National starters by target year: year, intakes, value, low, high, feasible (share of draws), obstacle."""
    inhabitants: pd.DataFrame
    """Published inhabitants of the regions: region, year, population."""
    ages: pd.DataFrame
    """Inhabitants of the newest year: region, year, sex, age_group, population, share (of the region's), nation (share of
    the nation's)."""
    comparable: pd.DataFrame
    """Regions most similar in size and density: region, peer."""
    norms: pd.DataFrame
    """National positions under other norms: norm, requirement, value, low, high."""
    reconciled: pd.DataFrame
    """Dated figures compared with one path per region: region, figure, year, kind, value, fitted, residual, question."""
    disagreements: pd.DataFrame
    """Published figures that are improbable under the model of the regions' stocks: region, figure, quantity, measure,
    published, low, high (P5 and P95)."""
    by_figure: pd.DataFrame
    """Specialists and coverage of regions by each published figure alone: region and the columns of
    `riktvarden.baseline.regional.each_alone`."""
    left_out: pd.DataFrame
    """The known regions' ST persons and their prediction without them: region, value, low, middle, high."""

    paths: pd.DataFrame
    """Measures of general practice by year: the columns of `COLUMNS`."""
    contributions: pd.DataFrame
    """Contributions of factors to a requirement by headcount: region, profession, factor, value, low, high."""
    need_weights: pd.DataFrame
    """The nation's need of psychologists by the weight of need against use: need_weight, low, high (FTE)."""
    deviations: pd.DataFrame
    """The rows of `contributions` in per cent of the requirement by headcount."""
    per_inhabitant: pd.DataFrame
    """The regions' requirement of doctors per inhabitant, the nation being 100: region, value, low, high."""
    municipal_index: pd.DataFrame
    """The same for municipalities: municipality, region, norm (FTE by headcount), value, low, high."""
    components: pd.DataFrame
    """Components of the Care Need Index: component, share (of the nation's inhabitants), lowest, highest (of the counties),
    of_level, of_spread (its part of the index, and of the index's variance between counties)."""
    counties: pd.DataFrame
    """The Care Need Index by county: region, care_need_index, left_out (what the fit on the other counties predicts)."""
    age_weights: pd.DataFrame
    """Need per inhabitant by the weight of need beside use by age: profession, region, year, need_age_weight, index (the
    nation in the base year is 100)."""
    factor_shares: pd.DataFrame
    """Part of the variance of need per inhabitant, over regions and draws, that each factor has alone: profession, factor,
    share."""
    task_shift: pd.DataFrame
    """Effect of the team scenario: the columns of `riktvarden.model.team.moved`."""
    composition: pd.DataFrame
    """Composition of the time of the four professions: profession, kind (name of its minutes), hours, share."""
    effects: pd.DataFrame
    """Effect of each assumption of grade D alone on the need of the four professions, see `model.composition.effects`."""
    factors: pd.DataFrame
    """Factors behind each municipality's requirement of doctors: municipality, region, factors, raw_index, own_weight."""
    outlook: pd.DataFrame
    """Need and supply of the professions by year: the columns of `COLUMNS`."""
    places: pd.DataFrame
    """Yearly places in each programme by collaborative region: collaborative_region and the columns of `COLUMNS`."""
    programme: pd.DataFrame
    """The path of fewest starters that meets the norm in every region: the columns of `COLUMNS`."""
    variants: pd.DataFrame
    """Paths with other aims for the regions, see `riktvarden.model.path_to_norm.variants`."""
    applicants: pd.DataFrame
    """Doctors assumed to be able and willing to start: year, value."""
    programme_status: tuple[str, tuple[str, ...], int | None]
    """Feasibility of the target year, the limits that bind, and the year in which the path meets the norm."""

    guidelines: pd.DataFrame
    """Guideline values of the professions, level and relation apart, by principal: the columns of
    `riktvarden.model.guidelines.GUIDELINE_COLUMNS`."""
    staffing: pd.DataFrame
    """Use over staff of the professions by principal, before and after they met: see `model.staffing.Melded.ratios`."""
    staffing_assumptions: pd.DataFrame
    """Assumptions on use and staff before and after: likewise."""
    staffing_draws: tuple[float, float]
    """Effective draws of that sample, and of the prior's draws weighted by likelihood alone."""
    career_assumptions: pd.DataFrame
    """Assumptions on specialists before and after conditioning on published counts, see `model.careers.Melded`."""
    career_back_cast: pd.DataFrame
    """Back-cast of the stock of specialists to the base date, beside the counts, see `model.careers.Melded`."""
    career_draws: tuple[float, float]
    """Effective draws of the sample of careers, and of the prior's draws weighted by likelihood alone."""

    @property
    def regions(self) -> tuple[str, ...]:
        """Codes of the 21 regions, in order."""
        return self.areas[:-1]

    def of(self, measure: str) -> pd.DataFrame:
        """Return the rows of one measure, indexed by region code.

        Raises
        ------
        KeyError
            If the run has no such measure.
        """
        if measure not in self._by_measure:
            raise KeyError(f"no measure {measure!r}; there are {sorted(self._by_measure)}")
        return self._by_measure[measure].copy(deep=False)

    @cached_property
    def _by_measure(self) -> dict[str, pd.DataFrame]:
        """Measure → its rows, indexed by region code."""
        return {str(measure): rows.set_index("region") for measure, rows in self.tidy.groupby("measure", sort=False)}

    def cell(self, measure: str, region: str = NATION) -> Cell:
        """Return one result of one region, by default of the nation.

        Raises
        ------
        KeyError
            If the run has no such measure or no such region for it.
        """
        row = self.of(measure).loc[region]
        return Cell(*row[list(Cell._fields)])


@dataclass(frozen=True)
class Uncertainty:
    """Uncertainty of the results: frames from `model.sensitivity` and `model.scenarios`."""

    tornado: pd.DataFrame
    indices: pd.DataFrame
    narrower: pd.DataFrame
    ranking: pd.DataFrame
    grid: pd.DataFrame
    chance: pd.DataFrame


@dataclass(frozen=True)
class Cost:
    """Costs: frames from `model.costs` and `model.break_even`."""

    units: pd.DataFrame
    by_year: pd.DataFrame
    present: pd.DataFrame
    gaps: pd.DataFrame
    professions: pd.DataFrame
    break_even: pd.DataFrame


@dataclass(frozen=True)
class Past:
    """Back-tests and the effect of a year of data on the advice: frames from `model.trust`."""

    scores: pd.DataFrame
    stability: pd.DataFrame


@dataclass(frozen=True)
class Calibration:
    """The model compared with published counts, and at the base date: frames from `model.calibration`."""

    compared: pd.DataFrame
    base: pd.DataFrame
    groups: dict[str, str]
    """Quantity → its group."""
    absolute: list[str]
    """Quantities that may be zero or negative, compared on a linear scale."""
    relations: pd.DataFrame
    """Correlation of staff and visits with need over the regions, see `model.relations.relations`."""


@dataclass(frozen=True)
class Recruitment:
    """Whom the professions have to recruit, and what others forecast: frames as `model.recruitment` gives them."""

    needed: pd.DataFrame
    forecasts: pd.DataFrame


@dataclass(frozen=True)
class Explorer:
    """Inputs of the calculation in a reader's browser, and the model's results at the central values."""

    prepared: dict[str, Any]
    """Inputs of the formulas that are independent of the settings, see `model.explorer.prepared`."""
    melded: list[str]
    """Settings conditioned on published counts, which start at other values than the assumed ones."""
    path: pd.DataFrame
    """The nation: year, need and specialists, in full-time equivalents."""
    areas: pd.DataFrame
    """region, positions_per_10000, cost_more (SEK in the target year, where what it rests on is published) and team_saving
    (SEK in the base year)."""
    spans: pd.DataFrame
    """The nation with one setting at a time at the ends of its range, see `model.explorer.spans`."""


def tidy(
    areas: ArrayLike,
    measure: ArrayLike,
    unit: ArrayLike,
    source: ArrayLike,
    *,
    year: object = pd.NA,
    value: ArrayLike = np.nan,
    draws: FloatArray | None = None,
    valued: ArrayLike = True,
    ranged: ArrayLike = True,
    status: ArrayLike = "estimated",
    qualifier: ArrayLike = "",
    without_value: str = "missing",
    step: float = 0.0,
    profession: str = "general_practice",
) -> pd.DataFrame:
    """Return one measure as tidy rows, masking what must not be shown.

    Parameters
    ----------
    areas, measure, unit, source, year
        Columns, or one value for all rows.
    value
        Central values, (area,).
    draws
        Draws, (draw, area), for the interval (default: no interval).
    valued
        Mask of the values that may be shown.
    ranged
        Mask of the intervals that may be shown.
    status, qualifier
        Status and qualifier of the cells with a value. A suppressed cell has neither value nor interval.
    without_value
        Status of the cells with an interval only.
    step
        Step to which intervals without a value are rounded outwards; 0 for no rounding.
    profession
        Profession of the measure.

    Returns
    -------
    pandas.DataFrame
        The columns of `COLUMNS`. A cell with neither value nor interval is missing.
    """
    count = len(np.atleast_1d(np.asarray(areas)))
    hidden = np.broadcast_to(np.asarray(status) == "suppressed", count)
    shown, has_range = (np.broadcast_to(np.asarray(mask, bool), count) & ~hidden for mask in (valued, ranged))
    numbers = np.where(shown, np.broadcast_to(np.asarray(value, float), count), np.nan)
    shown = np.isfinite(numbers)
    low = high = np.full(count, np.nan)
    if draws is not None:
        low, _, high = (np.where(has_range, end, np.nan) for end in uncertainty.interval(draws))
        if step:
            wide_low, wide_high = uncertainty.widen_to_step(low, high, step)
            low, high = np.where(shown, low, wide_low), np.where(shown, high, wide_high)
    has_range = np.isfinite(low) | np.isfinite(high)
    return pd.DataFrame(
        {
            "region": areas,
            "profession": profession,
            "measure": measure,
            "year": year,
            "value": numbers,
            "low": low,
            "high": high,
            "unit": unit,
            "status": np.select([hidden, shown, has_range], ["suppressed", status, without_value], "missing"),
            "qualifier": np.select([shown, has_range], [qualifier, "interval_only"], ""),
            "source": source,
        }
    )[COLUMNS]
