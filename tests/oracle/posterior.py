"""Posterior of the assumptions of `careers.CONDITIONED` given the counts, from a vectorised back-cast.

Plain importance sampling: draws from the prior, each weighted by how likely it makes the published counts (method b). The
package draws in two stages and resamples; both must give the same means.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import given
from .careers import AGES, CONDITIONED, FIRST, LAST, inflow, mortality, published

DRAWS = 30_000
PIECE = 2_000
AGE = np.array(AGES)


@dataclass
class Count:
    """A published count to be reproduced by the back-cast."""

    quantity: str
    years: float
    """From the start."""
    value: float
    sd: float
    """Of the logarithm, or of a share."""


def start_year() -> int:
    return int(given.table("career_evidence").query("use == 'start'")["dated"].dt.year.iloc[0])


def counts() -> list[Count]:
    """The counts that the assumptions are fitted to: persons, or shares as fractions."""
    value = {}
    for name in ("published_st", "published_sou"):
        value |= given.table(name).set_index("figure")["value"].to_dict()
    people = given.table("population_nation").groupby("year")["population"].sum()
    rows = given.table("career_evidence")
    under_70 = {
        row["dated"].year: value[row["figure"]] for row in rows.to_dict("records") if row["quantity"] == "persons_under_70"
    }
    found = []
    for row in rows.loc[rows["use"] == "fitted"].to_dict("records"):
        day, number = row["dated"], float(value[row["figure"]])
        if row["quantity"] == "persons_per_100000":
            number *= people[day.year] / 100_000
        elif row["quantity"].endswith("_of_under_70"):
            number /= under_70[day.year]
        elif row["quantity"].startswith("share"):
            number /= 100
        year_part = day.day_of_year / (366 if day.is_leap_year else 365)
        found.append(Count(row["quantity"], day.year + year_part - start_year() - 1, number, row["error_sd"]))
    return found


def prior(draws: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draws of each assumption from its own distribution."""
    found = {}
    for name in CONDITIONED:
        entry = given.assumptions()[name]
        low, mode, high = (float(entry[key]) for key in ("low", "value", "high"))
        assert entry["distribution"] == "pert", name
        rising = 1 + 4 * (mode - low) / (high - low)
        found[name] = low + (high - low) * rng.beta(rising, 6 - rising, draws)
    return found


def followed(p: dict[str, np.ndarray], died: np.ndarray, base_year: int) -> np.ndarray:
    """Persons by age at the end of each year from the start to the base date, (draw, age, year)."""
    column = {name: values[:, None] for name, values in p.items()}
    scale = np.sqrt(3) * column["retirement_spread_doctors"] / np.pi

    def still(x: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp((x - column["retirement_age_doctors"]) / scale))

    retiring = np.where(AGE >= 55, 1 - still(AGE + 1.5) / still(AGE + 0.5), 0.0)
    retiring[:, -1] = 1.0
    times = column["exit_multiplier"]
    staying = ((1 - retiring) * (1 - column["other_exit_rate_doctors"]))[:, None, :] * (1 - died)
    leaving = 1 - staying ** times[..., None]

    low = column["general_practitioners_entry_age"] - column["general_practitioners_entry_spread"]
    high = column["general_practitioners_entry_age"] + column["general_practitioners_entry_spread"]
    entering = np.maximum(np.minimum(AGE + 1, high) - np.maximum(AGE, low), 0) / (high - low)
    not_retired = np.ones_like(retiring)
    not_retired[:, 1:] = np.cumprod((1 - retiring[:, :-1]) ** times, axis=1)
    left = entering.cumsum(axis=1) * not_retired
    older, middle = column["general_practitioners_2010_60_plus_share"], column["general_practitioners_2010_50_59_share"]
    shares = {FIRST: (1 - older) * (1 - middle), 50: (1 - older) * middle, 60: older}
    ages = np.zeros_like(left)
    for first, end in ((FIRST, 50), (50, 60), (60, LAST + 1)):
        group = (first <= AGE) & (end > AGE)
        ages[:, group] = shares[first] * left[:, group] / left[:, group].sum(axis=1, keepdims=True)

    women = column["general_practitioners_women_share"]
    of_sex = np.stack([women, 1 - women], axis=1)
    stock = of_sex * (column["specialist_persons_2010"] * ages)[:, None, :]
    # What came each year, but for those never resident and for the years whose certificates are not published.
    values = given.Values(never_resident_certificates=0.0, recent_new_specialists=np.nan)
    certificates = inflow(values, start_year(), base_year)
    foreign = published("certificates_foreign")
    path = [stock.sum(axis=1)]
    for year, issued in enumerate(certificates, start=start_year() + 1):
        never = column["never_resident_certificates"] * foreign.get(year, foreign[start_year()]) / foreign[start_year()]
        new = column["recent_new_specialists"] if np.isnan(issued) else np.maximum(issued - never, 0.0)
        after = stock * (1 - leaving) + of_sex * (new * entering)[:, None, :] * (1 - leaving / 2)
        stock = np.zeros_like(after)
        stock[..., 1:] = after[..., :-1]
        stock[..., -1] += after[..., -1]
        path.append(stock.sum(axis=1))
    return np.stack(path, axis=-1)


def said(path: np.ndarray, count: Count) -> np.ndarray:
    """Interpolate draws linearly at the date of a count."""

    def at(years: float) -> np.ndarray:
        before = min(max(int(np.floor(years)), 0), path.shape[-1] - 2)
        return path[..., before] + (years - before) * (path[..., before + 1] - path[..., before])

    def persons(there: np.ndarray, first: int, end: int) -> np.ndarray:
        return there[:, (first <= AGE) & (end > AGE)].sum(axis=1)

    now = at(count.years)
    whole, under_70 = persons(now, FIRST, LAST + 1), persons(now, FIRST, 70)
    if count.quantity in ("persons", "persons_per_100000"):
        return whole
    if count.quantity == "persons_under_70":
        return under_70
    if count.quantity == "share_60_64_of_under_70":
        return persons(now, 60, 65) / under_70
    if count.quantity == "share_65_69_of_under_70":
        return persons(now, 65, 70) / under_70
    if count.quantity == "share_60_plus":
        return persons(now, 60, LAST + 1) / whole
    if count.quantity == "share_60_64_after_5_years":
        return persons(now, 65, 70) / persons(at(count.years - 5), 60, 65)
    raise ValueError(count.quantity)


def means(base_year: int, seed: int = 1) -> pd.DataFrame:
    """Posterior mean of each assumption, ``mean``, its Monte Carlo error, ``error``, and the posterior spread, ``sd``."""
    drawn, died, published_counts = prior(DRAWS, np.random.default_rng(seed)), mortality(base_year), counts()
    score = np.zeros(DRAWS)
    for start in range(0, DRAWS, PIECE):
        piece = slice(start, start + PIECE)
        path = followed({name: values[piece] for name, values in drawn.items()}, died, base_year)
        for count in published_counts:
            found = said(path, count)
            apart = found - count.value if count.quantity.startswith("share") else np.log(found / count.value)
            score[piece] += (apart / count.sd) ** 2
    weight = np.exp((score.min() - score) / 2)
    weight /= weight.sum()
    rows = {}
    for name, values in drawn.items():
        mean = float(weight @ values)
        error = float(np.sqrt((weight**2) @ (values - mean) ** 2))
        rows[name] = {"mean": mean, "error": error, "sd": float(np.sqrt(weight @ (values - mean) ** 2))}
    return pd.DataFrame.from_dict(rows, orient="index")
