"""Use and staff of the professions in many draws at once: what they say of the assumptions of `STAFFED` (method E6).

Plain importance sampling of the assumptions' own distributions, with national sums alone. The package draws in three stages
from a fitted proposal; both must give the same means.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from . import given
from .inhabitants import NINE, Inhabitants, nation, summed
from .needed import CELLS, MILLION, Town, contacts, hours, municipal_share, rehabilitation_share, staffed, travel

STAFFED = (
    "day_activity_nurse_minutes",
    "day_activity_occupational_therapy_minutes",
    "day_activity_participants",
    "day_activity_physiotherapy_minutes",
    "days_away",
    "direct_time_share_allied",
    "direct_time_share_nurse",
    "district_nurse_private_gross_up",
    "district_nurse_share_municipal",
    "district_nurse_share_of_child_health",
    "district_nurse_share_of_nurse_visits",
    "district_nurse_share_of_region_home_care",
    "district_nurse_share_of_telephone_contacts",
    "fte_per_care_professional",
    "home_nursing_visits_per_recipient",
    "home_occupational_therapy_visits_per_recipient",
    "home_physiotherapy_visits_per_recipient",
    "indirect_time_share_allied",
    "indirect_time_share_nurse",
    "minutes_child_health_visit",
    "minutes_home_nursing_visit",
    "minutes_home_occupational_therapy_visit",
    "minutes_home_physiotherapy_visit",
    "minutes_nurse_visit",
    "minutes_occupational_therapy_visit",
    "minutes_physiotherapy_visit",
    "minutes_telephone_contact",
    "municipal_nurses",
    "occupational_therapists_municipal",
    "occupational_therapists_region",
    "physiotherapist_share_municipal",
    "physiotherapist_share_of_rehabilitation_visits",
    "physiotherapist_share_primary_care",
    "physiotherapists_all_sectors",
    "special_housing_nurse_minutes",
    "special_housing_occupational_therapy_minutes",
    "special_housing_physiotherapy_minutes",
    "special_housing_recipient_share",
    "special_housing_residents",
)
"""Assumptions whose central values are the means of a sample conditioned on staff: inputs here."""

TREATING = ("district_nurse", "physiotherapist", "occupational_therapist")


def draws_of(name: str, count: int, rng: np.random.Generator) -> np.ndarray:
    """Draws of one assumption from its own distribution."""
    entry = given.assumptions()[name]
    low, mode, high = (float(entry[key]) for key in ("low", "value", "high"))
    assert entry["distribution"] == "pert", name
    rising = 1 + 4 * (mode - low) / (high - low)
    return low + (high - low) * rng.beta(rising, 6 - rising, count)


def ratios(v: given.Values, who: Inhabitants, towns: list[Town], profession: str) -> dict[str, np.ndarray]:
    """What values say of one profession's evidence; the values may be draws."""
    here = dict(zip(CELLS, who.towns.sum(axis=0).ravel(), strict=True))
    shares = [municipal_share(v, profession, town.code) for town in towns]
    persons = [who.towns[place].ravel() for place in range(len(towns))]
    minutes_away = [travel(v, town, 1.0) for town in towns]
    region: np.ndarray | float = 0.0
    municipality: np.ndarray | float = 0.0
    housing: np.ndarray | float = 0.0
    for number, kind in enumerate(contacts(v, profession)):
        shape = np.array([kind.shape[cell] for cell in CELLS])
        then = summed(np.stack([nation("population", kind.year)]), NINE)[0].ravel()
        now = np.array([here[cell] for cell in CELLS])
        of_region, of_municipality = staffed(v, profession, kind.where)
        if kind.where != "home":
            minutes = kind.total * float(shape @ now) / float(shape @ then) * kind.minutes
            if kind.where == "centre":
                region = region + minutes * of_region
            else:
                municipality = municipality + minutes * of_municipality
                housing = minutes * of_municipality if number == len(contacts(v, profession)) - 2 else housing
            continue
        theirs = sum(share * one for share, one in zip(shares, persons, strict=True))
        recipients = float(shape @ (then * theirs / now))
        visits = float(shape @ theirs)
        road = sum(share * far * float(shape @ one) for share, far, one in zip(shares, minutes_away, persons, strict=True))
        municipality = municipality + kind.total / recipients * (visits * kind.minutes + road) * of_municipality
        kept = sum((1 - share) * float(shape @ one) for share, one in zip(shares, persons, strict=True))
        far_kept = sum(
            (1 - share) * far * float(shape @ one) for share, far, one in zip(shares, minutes_away, persons, strict=True)
        )
        nursing = profession == "district_nurse"
        counted = v.region_home_care_visits if nursing else v.rehabilitation_home_visits
        counted = counted * MILLION * (1.0 if nursing else rehabilitation_share(v, profession))
        before = summed(np.stack([nation("population", int(v.contacts_year))]), NINE)[0].ravel()
        since = float(shape @ now) / float(shape @ before)
        region = region + counted * since * (kind.minutes + far_kept / kept) * of_region
    who_is = "nurse" if profession == "district_nurse" else "allied"
    direct, indirect = v[f"direct_time_share_{who_is}"], v[f"indirect_time_share_{who_is}"]
    kept_share = np.minimum(v.direct_time_cap / direct, 1.0)
    each = 60 * hours(v) * (direct + indirect) * kept_share * v.fte_per_care_professional
    persons_region, persons_municipal = heads(v, profession)
    return {
        "use_region": region / each / persons_region,
        "use_municipal": municipality / each / persons_municipal,
        "staff_municipal": persons_municipal,
        "staff_municipal_team": persons_municipal / staffed(v, profession, "municipal")[1],
        "share_municipal": persons_municipal / v.occupational_therapists_all,
        "share_special_housing": housing / municipality,
    }


def heads(v: given.Values, profession: str) -> tuple[np.ndarray, np.ndarray]:
    """Persons at work for regions and for municipalities."""
    if profession == "district_nurse":
        return (
            v.district_nurses_in_regions * v.district_nurse_private_gross_up,
            v.municipal_nurses * v.district_nurse_share_municipal,
        )
    if profession == "physiotherapist":
        everyone = v.physiotherapists_all_sectors
        return everyone * v.physiotherapist_share_primary_care, everyone * v.physiotherapist_share_municipal
    return v.occupational_therapists_region, v.occupational_therapists_municipal


def evidence() -> list[tuple[str, str, float, float]]:
    """Quantity, profession, value and error of each row."""
    printed = {}
    for name in ("published_st", "published_professions", "published_sou"):
        printed |= given.table(name).set_index("figure")["value"].to_dict()
    found = []
    for row in given.table("staffing_evidence").to_dict("records"):
        value = float(row["expected"])
        if isinstance(row["figure"], str):
            first, added = float(printed[row["figure"]]), float(printed[row["added"]])
            value = first + added
            if row["quantity"] == "share_special_housing":
                value = first / value
            elif row["quantity"].startswith("share"):
                value /= 100
        found.append((row["quantity"], row["profession"], value, row["error_sd"]))
    return found


def means(who: Inhabitants, towns: list[Town], draws: int, seed: int = 1) -> pd.DataFrame:
    """Posterior mean of each assumption, ``mean``, its Monte Carlo error, ``error``, and the posterior spread, ``sd``."""
    rng = np.random.default_rng(seed)
    v = given.central()
    drawn = {name: draws_of(name, draws, rng) for name in STAFFED}
    v.update(drawn)
    said = {name: ratios(v, who, towns, name) for name in TREATING}
    score = np.zeros(draws)
    for quantity, profession, value, sd in evidence():
        found = said[profession][quantity]
        apart = found - value if quantity.startswith("share") else np.log(found / value)
        score += (apart / sd) ** 2
    weight = np.exp((score.min() - score) / 2)
    weight /= weight.sum()
    rows = {}
    for name, values in drawn.items():
        mean = float(weight @ values)
        error = math.sqrt(float((weight**2) @ (values - mean) ** 2))
        rows[name] = {"mean": mean, "error": error, "sd": math.sqrt(float(weight @ (values - mean) ** 2))}
    return pd.DataFrame.from_dict(rows, orient="index")
