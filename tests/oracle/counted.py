"""Doctors by region at the base date, estimated from the published figures (A0, A4)."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from . import given
from .inhabitants import Inhabitants, published_totals

"""Day of st_persons_nation."""

LEVEL_SD = 0.5
"""Standard deviation of the common level before any figure is read."""

LINEARISED = 4
"""How many times the sum of the regions is linearised."""

COVARIATES = ("primary_care_doctors_fte_per_1000_inhabitants", "region_employed_doctors_all_fte")
"""Doctors of all kinds: the first is a density, the second a number."""


def years_between(start: pd.Timestamp, end: pd.Timestamp) -> float:
    return (end - start).days / 365.25


class Heads:
    """Return inhabitants on a day: those of the nearest published year-end, the earlier of two."""

    def __init__(self) -> None:
        self.totals: dict[str, dict[int, float]] = defaultdict(dict)
        self.totals[given.NATION] = defaultdict(float)
        for (region, year), persons in published_totals().items():
            self.totals[region][year] = persons
            self.totals[given.NATION][year] += persons

    def on(self, area: str, day: pd.Timestamp) -> float:
        ends = self.totals[area]
        return ends[min(sorted(ends), key=lambda year: abs((pd.Timestamp(year, 12, 31) - day).days))]


def value_of() -> dict[str, float]:
    """Published ST figures by name."""
    rows = given.table("published_st")
    return dict(zip(rows["figure"], rows["value"], strict=True))


def figures(use: str) -> list[dict[str, object]]:
    """The published figures that the regions use, a rate as persons; of one measure the one nearest in time.

    Of a region's figures on one measure the newest is used, and for the reference the one nearest to the base date.
    """
    heads, value, base_date = Heads(), value_of(), pd.Timestamp(2024, 12, 31)
    nearest: dict[tuple[str, str], dict[str, object]] = {}
    for row in given.table("st_baseline").query("use == @use").to_dict("records"):
        rate = row["measure"] == "persons_per_1000"
        number = value[row["figure"]] * (heads.on(row["region"], row["dated"]) / 1000 if rate else 1)
        one = row | {"measure": "persons" if rate else row["measure"], "value": number, "is_rate": rate}
        other = nearest.setdefault((row["region"], one["measure"]), one)
        apart = {
            "newest": lambda each: -each["dated"].value,
            "reference": lambda each: abs((each["dated"] - base_date).days),
        }[use]
        if apart(one) < apart(other):
            nearest[row["region"], one["measure"]] = one
    return list(nearest.values())


# --- all evidence together ----------------------------------------------------------------------------


@dataclass
class Figure:
    """One figure as an observation of the regions' log densities at the base date."""

    weights: dict[int, float]
    value: float
    variance: float
    measure: str


def half_unit(number: float) -> float:
    """Return half a unit of the last printed decimal."""
    decimals = len(f"{number:.10f}".rstrip("0").split(".")[1])
    return 0.5 * 10.0**-decimals


def persons_per_head(form: str, number: float, heads: float, norm: float) -> float:
    """Return the density behind a published number."""
    if form == "count":
        return number / heads
    if form == "per_1000":
        return number / 1_000
    if form == "per_100000":
        return number / 100_000
    if form == "inhabitants_per":
        return 1 / number
    if form == "more_to_norm":
        return 1 / norm - number / heads
    raise ValueError(form)


def observations(v: given.Values, who: Inhabitants, quantity: str, nation_now: float) -> list[Figure]:
    """Return every figure on a quantity at the base date and in its own measure, with the variance of its error."""
    heads, value, codes = Heads(), value_of(), given.regions()
    year_of = given.table("published_st").set_index("figure")["year"].to_dict()
    base_date = pd.Timestamp(who.base_year, 12, 31)
    used = set(given.table("st_baseline").query("use != 'never'")["figure"])
    growth = v.st_growth if quantity == "st" else 0.0
    drift = v.st_growth_regional_sd if quantity == "st" else v.specialist_growth_regional_sd
    found = []
    for row in given.table("regional_evidence").to_dict("records"):
        if row["quantity"] != quantity or (quantity == "st" and row["figure"] not in used):
            continue
        number = value[row["figure"]] if math.isnan(row["value"]) else row["value"]
        rounding = 0.0 if row["form"] == "count" else half_unit(number) / math.sqrt(3) / number
        if isinstance(row["figure_high"], str):
            top = value[row["figure_high"]]
            rounding = math.log(top / number) / (2 * stats.norm.ppf(0.9))
            number = math.sqrt(number * top)
        every = row["regions"] == "*"
        named = codes if every else row["regions"].split()
        size = {codes.index(code): 1.0 if every else who.of_region(codes.index(code), who.base_year) for code in named}
        weights = {place: one / sum(size.values()) for place, one in size.items()}
        there = sum(heads.on(code, row["dated"]) for code in ([given.NATION] if every else named))

        years = years_between(row["dated"], base_date)
        towards_norm = row["form"] == "more_to_norm"
        other = row["relative_to"] if isinstance(row["relative_to"], str) else ""
        density = math.log(persons_per_head(row["form"], number, there, value[other] if towards_norm else math.nan))
        if other and not towards_norm:
            then = pd.Timestamp(int(year_of[other]), 12, 31)
            of_nation = persons_per_head(row["form"], value[other], heads.on(given.NATION, then), math.nan)
            at_base = density - math.log(of_nation) + math.log(nation_now / who.of_nation(who.base_year))
        else:
            at_base = density + years * math.log(1 + growth)
        if isinstance(row["factor"], str):
            at_base += row["power"] * math.log(v[row["factor"]])
        width = {"day": 0.0, "month": 1 / 12, "year": 1.0, "not_stated": 1.0}[row["precision"]]
        variance = (
            v[row["error"]] ** 2
            + (drift * years) ** 2
            # A date that is even within its width has a twelfth of the square as variance.
            + (width * math.log(1 + growth)) ** 2 / 12
            + rounding**2
        )
        found.append(Figure(weights, at_base, variance, row["measure"]))
    return found


def covariates(codes: list[str]) -> np.ndarray:
    """Standardised log densities of doctors of all kinds, (region, covariate); NaN where there is none."""
    rows = given.table("published_st")
    cell = rows.set_index(["measure", "year", "region"])["value"].to_dict()
    columns = []
    for measure in COVARIATES:
        # The newest of the years that most regions have.
        _, year = max((sum((measure, y, code) in cell for code in codes), y) for m, y, _ in cell if m == measure)
        per_head = measure.endswith("_inhabitants")
        logs = np.array(
            [
                math.log(cell[measure, year, code] / (1 if per_head else cell["population", year, code]))
                if (measure, year, code) in cell
                else math.nan
                for code in codes
            ]
        )
        known = logs[~np.isnan(logs)]
        columns.append((logs - known.mean()) / known.std(ddof=1))
    return np.column_stack(columns)


def stocks(v: given.Values, who: Inhabitants, quantity: str) -> np.ndarray:
    """Return the stock of every region at the base date, (region,): persons in ST, or full-time specialists."""
    codes = given.regions()
    heads = np.array([who.of_region(place, who.base_year) for place in range(len(codes))])
    base_date = pd.Timestamp(who.base_year, 12, 31)
    if quantity == "st":
        counted = pd.Timestamp(int(v.st_persons_nation_year), 12, 31)
        nation = v.st_persons_nation * (1 + v.st_growth) ** years_between(counted, base_date)
        spread, nation_error, shared = v.st_density_log_sd, v.st_nation_error, 0.0
    else:
        nation = v.specialist_persons_base * v.fte_per_specialist
        spread, nation_error, shared = v.specialist_density_log_sd, v.specialist_nation_error, v.specialist_measure_bias

    # Before any figure: a level that is all but free, what covariates say, and what is the region's own.
    z = covariates(codes)
    share = v.st_density_explained_share
    prior = np.full((len(codes), len(codes)), LEVEL_SD**2)
    for one in range(len(codes)):
        prior[one, one] += spread**2 * (1 - share)
        for other in range(len(codes)):
            for k in range(z.shape[1]):
                known = not (math.isnan(z[one, k]) or math.isnan(z[other, k]))
                alike = z[one, k] * z[other, k] if known else 0.0
                if one == other and not known:
                    alike = 1.0
                prior[one, other] += spread**2 * share * alike / z.shape[1]
    middle = np.full(len(codes), math.log(nation / heads.sum()))

    # Given the figures: precisions add.
    seen = observations(v, who, quantity, nation)
    design = np.zeros((len(seen), len(codes)))
    errors = np.zeros((len(seen), len(seen)))
    for one, figure in enumerate(seen):
        for place, weight in figure.weights.items():
            design[one, place] = weight
        errors[one, one] = figure.variance
        for other, another in enumerate(seen):
            if figure.measure == another.measure:
                errors[one, other] += shared**2
    precision = np.linalg.inv(prior) + design.T @ np.linalg.inv(errors) @ design
    informed = np.linalg.inv(prior) @ middle + design.T @ np.linalg.inv(errors) @ [figure.value for figure in seen]
    middle = np.linalg.solve(precision, informed)

    # Given the nation's own number: the logarithm of the sum, made linear about the answer so far.
    before, found = middle, middle
    for _ in range(LINEARISED):
        stock = heads * np.exp(found)
        slope = stock / stock.sum()
        target = math.log(nation) - math.log(stock.sum()) + slope @ found
        joint = precision + np.outer(slope, slope) / nation_error**2
        found = np.linalg.solve(joint, precision @ before + slope * target / nation_error**2)
    return heads * np.exp(found)
