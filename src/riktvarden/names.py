"""Names and dates shared by the model, which stores results under them, and the report, which looks them up."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

REFERENCE_DATE = pd.Timestamp("2024-12-31")
"""Base date, that of the newest region × age table, to which all compared figures are moved."""


DRAWS = 4096
SEED = 2026

# --- need -----------------------------------------------------------------------------------------------

LOCAL_NORM = "regional_target_inhabitants_per_specialist"
"""Measure of the published norms decided by regions."""

COMPONENTS = ("low_education", "born_abroad", "unemployed", "living_alone")
"""Components of the covariate index."""

TREATMENT = (
    "serious_distress_prevalence",
    "treated_in_primary_care_share",
    "sessions_per_treatment",
    "minutes_per_session",
)
"""Assumptions behind the need of psychological treatment (method E3)."""

TODAY, MINUTES = "today", "minutes"
"""Methods: today's national number distributed by need, and minutes built up from need (method E6)."""

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

ORIGINS = range(1995, 2024)
"""Origins of the back-test."""

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
        "doctor_contacts_with_travel",
        "minimum_doctors",
        "unmet_need_share",
        "need_weight",
    ),
    "team": ("task_shift_share", "task_shift_relative_time"),
    "training": ("completion_share", "calendar_training_years", "stay_share"),
    "specialists": ("fte_per_specialist", "exit_multiplier", "retirement_age_doctors"),
    "positions": ("persons_per_position", "st_vacancy_rate"),
}
"""Assumptions that a reader may change, by topic."""
