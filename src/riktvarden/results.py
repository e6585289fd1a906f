"""What a run of the model gives: tidy cells with interval, status and source, for the report and downloads."""

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
    """One result; a number that does not exist is NaN."""

    value: float
    low: float
    high: float
    unit: str
    status: str
    qualifier: str
    source: str


@dataclass(frozen=True)
class Results:
    """What one run of the model gives."""

    tidy: pd.DataFrame
    """One row a cell: the columns of `COLUMNS`; low and high are P10 and P90."""
    draws: Mapping[str, FloatArray]
    """Measure → (draw, area), the areas in the order of `areas`."""
    areas: tuple[str, ...]
    """Codes of the 21 regions in order, and the nation last."""
    figures: pd.DataFrame
    """The newest published ST figures, one row per region and measure, in the measure they came in."""
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
    """The regions most like each in size and density: region, peer."""
    norms: pd.DataFrame
    """National positions under other norms: norm, requirement, value, low, high."""
    reconciled: pd.DataFrame
    """Dated figures against one path per region: region, figure, year, kind, value, fitted, residual, question."""
    disagreements: pd.DataFrame
    """Published figures that the model of the regions' stocks would hardly have given: region, figure, quantity, measure,
    published, low, high (P5 and P95)."""
    by_figure: pd.DataFrame
    """Specialists and coverage of regions by each published figure alone: region and the columns of
    `riktvarden.baseline.regional.each_alone`."""
    left_out: pd.DataFrame
    """The known regions' ST persons and what the prior would say without them: region, value, low, middle, high."""

    paths: pd.DataFrame
    """Measures of general practice by year: the columns of `COLUMNS`."""
    contributions: pd.DataFrame
    """What moves a requirement from head count: region, profession, factor, value, low, high."""
    need_weights: pd.DataFrame
    """The nation's need of psychologists by the weight of need against use: need_weight, low, high (FTE)."""
    deviations: pd.DataFrame
    """The rows of `contributions` in per cent of the requirement by head count."""
    per_inhabitant: pd.DataFrame
    """The regions' requirement of doctors per inhabitant, the nation being 100: region, value, low, high."""
    municipal_index: pd.DataFrame
    """The same of municipalities: municipality, region, norm (FTE by head count), value, low, high."""
    components: pd.DataFrame
    """What the covariate index counts: component, share (in the nation), lowest, highest (of the municipalities)."""
    task_shift: pd.DataFrame
    """What the team's scenario changes: the columns of `riktvarden.model.task_shift.moved`."""
    composition: pd.DataFrame
    """What the time of the four professions is made up of: profession, kind (name of its minutes), hours, share."""
    effects: pd.DataFrame
    """How far an assumption of grade D alone moves the need of the four professions: see `model.composition.effects`."""
    factors: pd.DataFrame
    """What moves each municipality's requirement of doctors: municipality, region, factors, raw_index, own_weight."""
    principals: pd.DataFrame
    """The professions by principal: municipality and principal besides the columns of `COLUMNS`."""
    outlook: pd.DataFrame
    """Need and supply of the professions by year: the columns of `COLUMNS`."""
    places: pd.DataFrame
    """Yearly places in each programme by collaborative region: collaborative_region and the columns of `COLUMNS`."""
    programme: pd.DataFrame
    """The path of fewest starters that meets the norm in every region: the columns of `COLUMNS`."""
    variants: pd.DataFrame
    """Paths with other aims for the regions, see `riktvarden.model.path_to_norm.variants`."""
    applicants: pd.DataFrame
    """Doctors assumed able and willing to start: year, value."""
    programme_status: tuple[str, tuple[str, ...], int | None]
    """Whether the target year has an answer, the limits that bind, and the year in which the path meets the norm."""

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
    """Assumptions on specialists before and after they met the published counts: as `model.careers.Melded` has it."""
    career_back_cast: pd.DataFrame
    """The stock of specialists followed from the past to the base date, beside the counts: likewise."""
    career_draws: tuple[float, float]
    """Effective draws of the sample of careers, and of the prior's draws weighted by likelihood alone."""

    @property
    def regions(self) -> tuple[str, ...]:
        """Codes of the 21 regions, in order."""
        return self.areas[:-1]

    def of(self, measure: str) -> pd.DataFrame:
        """Rows of one measure, indexed by region code.

        Raises
        ------
        KeyError
            If the run gave no such measure.
        """
        if measure not in self._by_measure:
            raise KeyError(f"no measure {measure!r}; there are {sorted(self._by_measure)}")
        return self._by_measure[measure].copy(deep=False)

    @cached_property
    def _by_measure(self) -> dict[str, pd.DataFrame]:
        """Measure → its rows, indexed by region code."""
        return {str(measure): rows.set_index("region") for measure, rows in self.tidy.groupby("measure", sort=False)}

    def cell(self, measure: str, region: str = NATION) -> Cell:
        """One result of one region, by default of the nation.

        Raises
        ------
        KeyError
            If the run gave no such measure or no such region for it.
        """
        row = self.of(measure).loc[region]
        return Cell(*row[list(Cell._fields)])


@dataclass(frozen=True)
class Uncertainty:
    """What the model says of its own uncertainty: frames as `model.sensitivity` and `scenarios` give them."""

    tornado: pd.DataFrame
    indices: pd.DataFrame
    narrower: pd.DataFrame
    ranking: pd.DataFrame
    grid: pd.DataFrame
    chance: pd.DataFrame


@dataclass(frozen=True)
class Cost:
    """What the model says of cost: frames as `model.costs` gives them."""

    units: pd.DataFrame
    by_year: pd.DataFrame
    present: pd.DataFrame
    gaps: pd.DataFrame
    professions: pd.DataFrame


@dataclass(frozen=True)
class Past:
    """What the past says of the method, and a year of data of the advice: frames as `model.trust` gives them."""

    scores: pd.DataFrame
    stability: pd.DataFrame


@dataclass(frozen=True)
class Calibration:
    """The model beside what is published, and at the base date: frames as `model.calibration` gives them."""

    compared: pd.DataFrame
    base: pd.DataFrame
    groups: dict[str, str]
    """Quantity → the group it belongs to."""
    absolute: list[str]
    """Quantities that may be zero or negative, so that they are compared on their own scale."""


@dataclass(frozen=True)
class Explorer:
    """What a reader's browser computes from, and the model's answers before anything is moved."""

    prepared: dict[str, Any]
    """Everything that the formulas need and no setting changes, see `model.explorer.prepared`."""
    melded: list[str]
    """Settings that were conditioned on what is published: they begin at other values than the assumed ones."""
    path: pd.DataFrame
    """The nation: year, need and specialists, in full-time equivalents."""
    areas: pd.DataFrame
    """region, positions_per_10000 and cost_more: SEK in the target year, where what it rests on is published."""


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
    """Write one measure as tidy rows, showing no more of it than may be shown.

    Parameters
    ----------
    areas, measure, unit, source, year
        Columns, or one value for all rows.
    value
        Central values, (area,).
    draws
        Draws, (draw, area), for the interval; None where there is none.
    valued
        Where a value may be shown.
    ranged
        Where an interval may be shown.
    status, qualifier
        Of the cells with a value. A suppressed cell shows neither value nor interval, whatever is given.
    without_value
        Status of the cells that show an interval only.
    step
        Step to which intervals shown without a value are rounded outwards; 0 leaves them.
    profession
        The profession that the measure is of.

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
