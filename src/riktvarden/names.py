"""Names and dates shared by the model, which stores results under them, and the report, which looks them up."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

DRAWS = 4096
SEED = 2026

NURSE = "nurse"
"""All nurses of municipal care, district nurses among them."""

AS_PERSONS = "specialist_persons"
"""What a region may count in place of full-time specialists: the persons who are specialists at its health centres."""

# --- need -----------------------------------------------------------------------------------------------

LOCAL_NORM = "regional_target_inhabitants_per_specialist"
"""Measure of the published norms decided by regions."""

COMPONENTS = (
    "aged_under_5",
    "born_abroad",
    "living_alone",
    "single_parent",
    "moved_in",
    "unemployed",
    "low_education",
)
"""Components of the Care Need Index."""

COVARIATES = ("low_education", "unemployed", "single_households")
"""Covariates that the index is fitted on below the county, besides those born abroad, who are counted."""

TREATMENT = (
    "serious_distress_prevalence",
    "treated_in_primary_care_share",
    "sessions_per_treatment",
    "minutes_per_session",
)
"""Assumptions behind the need of psychological treatment (method E3)."""

DISTRESS = ("distress_women_ratio", "distress_18_29_ratio", "distress_60_plus_ratio")
"""Assumptions on how psychological distress varies with sex and age."""

NEED_BY_AGE: Mapping[str, tuple[str, ...]] = {
    "morbidity": (
        "multimorbid_under_25",
        "multimorbid_25_44",
        "multimorbid_45_64",
        "multimorbid_65_74",
        "multimorbid_75_84",
        "multimorbid_85_plus",
        "multimorbid_contact_ratio",
        "distress_contact_ratio",
        "serious_distress_prevalence",
        *DISTRESS,
    ),
    "function": ("function_80_plus_ratio", "function_women_ratio"),
}
"""Basis of need by age → its assumptions (method C1)."""

TODAY, MINUTES = "today", "minutes"
"""Methods: today's national number distributed by need, and minutes built up from need (method E6)."""

FORECAST_YEAR = 2035
"""The year that the published forecasts of supply and demand reach."""

# --- the path to the norm -------------------------------------------------------------------------------

EVERY_REGION, MOST_OF_EVERY_REGION, NATION_ALONE = "every_region", "most_of_every_region", "nation_alone"
"""Aims of the path: the norm in every region, most of it in every region, or in the nation alone."""

OPTIMAL = "optimal"
INFEASIBLE = "infeasible"
BY_TRAINING_ALONE = "infeasible by training alone"
"""Status if the target year is nearer than the duration of training."""

# --- cost -----------------------------------------------------------------------------------------------

REFERENCE, PROGRAMME, DIFFERENCE, TARGET = "reference", "programme", "difference", "target"
"""Paths: today's intake continued; the path to the norm within the limits; the second less the first; and the constant
intake that would meet the norm in the target year, regardless of limits."""

# --- trust ----------------------------------------------------------------------------------------------

WINDOW = 10
"""Number of years used for the rates of the projection: of 3, 5 and 10, the longest predicts the regions best, given the
nation, from three years ahead on."""

FIRST_ORIGIN = 1995
"""First of the years that the back test projects from; the last is the one before the newest."""

WINDOWS = (3, 5, 10)
"""Base windows of the back-test, years."""

HORIZONS = (1, 3, 5, 10)
"""Horizons of the back-test, years ahead."""

OLD = 80
"""Age from which inhabitants are back-tested separately, as they need the most care."""

FAR = 2.0

REGIONAL = "regional"
"""Group of all regional deviations: separate indices of correlated inputs are meaningless."""

SEEN = 0.03
"""Share of an interval below which narrowing is indistinguishable from chance, see `uncertainty.value_of_knowing`."""

# --- what is recorded of the method ---------------------------------------------------------------------

LINEAGE = ("assumption", "functions", "profession")
"""Columns of the record of functions that use an assumption, by profession."""

WITHIN = " < "
"""Separator between a function and its caller."""

# --- what a reader may try ------------------------------------------------------------------------------

SETTINGS: Mapping[str, tuple[str, ...]] = {
    "norm": ("target_year", "inhabitants_per_specialist"),
    "need": (
        "need_exponent",
        "need_age_weight",
        "doctor_contacts_with_travel",
        "unmet_need_share",
        "need_weight",
    ),
    "team": ("task_shift_share", "task_shift_relative_time"),
    "training": ("completion_share", "calendar_training_years", "stay_share"),
    "specialists": ("fte_per_specialist", "exit_multiplier", "retirement_age_doctors"),
    "positions": ("persons_per_position", "st_vacancy_rate"),
}
"""Assumptions that a reader may change, by topic."""


AGED = ("population_region_age", "population_region_age_group", "population_region_ten_year")
"""Tables of the regions' inhabitants by age, the years of each after those of the one before."""


def base_year(tables: Mapping[str, pd.DataFrame]) -> int:
    """Return the year to whose end everything that is compared is moved.

    It is the newest year with every municipality's inhabitants and the regions' inhabitants by age.

    Parameters
    ----------
    tables
        The checked tables of inhabitants.
    """
    years = {int(year) for name in AGED for year in tables[name]["year"].unique()}
    of_year = tables["population_municipality"]["year"].value_counts()
    whole = of_year.index[of_year == len(tables["municipalities"])]
    return max(int(year) for year in whole if int(year) in years)
