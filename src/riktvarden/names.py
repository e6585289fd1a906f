"""Names and dates that results are known by: the method gives its answers under them, the report looks them up there."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

REFERENCE_DATE = pd.Timestamp("2024-12-31")
"""The base date, that of the newest region × age table: everything that is compared is moved to it."""


DRAWS = 4096
SEED = 2026

# --- need -----------------------------------------------------------------------------------------------

LOCAL_NORM = "regional_target_inhabitants_per_specialist"
"""Measure of the published norms that regions have decided themselves."""

COMPONENTS = ("low_education", "born_abroad", "unemployed", "living_alone")
"""What the covariate index counts."""

TREATMENT = (
    "serious_distress_prevalence",
    "treated_in_primary_care_share",
    "sessions_per_treatment",
    "minutes_per_session",
)
"""Assumptions that psychological treatment is built up from (method E3)."""

TODAY, MINUTES = "today", "minutes"
"""Today's national number spread as need is, and minutes built up from need (method E6)."""

# --- the path to the norm -------------------------------------------------------------------------------

EVERY_REGION, MOST_OF_EVERY_REGION, NATION_ALONE = "every_region", "most_of_every_region", "nation_alone"
"""Aims of the path: the norm in all regions, most of it in every region, in the nation alone."""

OPTIMAL = "optimal"
INFEASIBLE = "infeasible"
BY_TRAINING_ALONE = "infeasible by training alone"
"""The target year is nearer than the training is long."""

# --- cost -----------------------------------------------------------------------------------------------

REFERENCE, PROGRAMME, DIFFERENCE, TARGET = "reference", "programme", "difference", "target"
"""Today's intake going on; the path to the norm within the limits; the second less the first; and the constant intake
that would meet the norm in the target year, whether or not there is room for it."""

# --- trust ----------------------------------------------------------------------------------------------

WINDOW = 10
"""Years that the rates of the projection are taken from: of 3, 5 and 10 the longest comes nearest to what the regions
became, once the nation is given, from three years ahead on."""

ORIGINS = range(1995, 2024)
"""Years that the back test projects from."""

WINDOWS = (3, 5, 10)
"""Years that it takes rates from."""

HORIZONS = (1, 3, 5, 10)
"""Years ahead that it is judged at."""

OLD = 80
"""Age from which inhabitants are tested apart: they need the most care."""

FAR = 2.0

REGIONAL = "regional"
"""Group of all that varies between regions: indices of correlated inputs apart mean nothing."""

SEEN = 0.03
"""Share of an interval below which a narrowing cannot be distinguished from chance, see `uncertainty.value_of_knowing`."""

# --- what is recorded of the method ---------------------------------------------------------------------

LINEAGE = ("assumption", "functions", "profession")
"""Columns that say which functions take an assumption, and for which profession."""

WITHIN = " < "
"""Separates a function from the one that called it."""

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
"""Assumptions that may be moved, by what they are about."""
