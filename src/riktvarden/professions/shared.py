"""Definitions shared by several professions."""

import numpy as np

from riktvarden.parameters import Parameters
from riktvarden.professions.specification import AtHome, Contact, FloatArray, Profile, Take

REHABILITATION_AT_HOME = AtHome("home_rehabilitation", lambda p: p.principals.municipal_share_home_rehabilitation)
"""Responsibility for home rehabilitation, shared by occupational therapists and physiotherapists."""

WEEKS = 365.25 / 7
"""In a year."""


SPECIAL_HOUSING = "särskilt boende"
"""What the care of its residents is called."""


def at_the_centre(p: Parameters) -> FloatArray:
    """Rehabilitation visits that patients come to: the published visits less those at home, million a year."""
    return p.contacts.rehabilitation_visits - p.contacts.rehabilitation_home_visits


def in_ordinary_housing(p: Parameters) -> FloatArray:
    """Recipients of municipal health care who do not live in special housing, persons a year."""
    return p.contacts.home_care_recipients - (
        p.contacts.special_housing_residents * p.contacts.special_housing_recipient_share
    )


def home_care(visits: Take, minutes: Take, by_region: Take | None = None) -> Contact:
    """Return the contact kind of visits in ordinary housing: visits per recipient and year, minutes per visit.

    The recipients are the municipalities'. Where the region gives the care, as many of each age need it, and its own
    visits are `by_region`.
    """
    return Contact(
        called="hembesök",
        profile=lambda p: Profile(
            p.workload.home_care_women,
            p.workload.home_care_children,
            p.workload.home_care_60_79,
            p.workload.home_care_80_plus,
        ),
        total=in_ordinary_housing,
        year=lambda p: p.contacts.recipients_year,
        each=visits,
        minutes=minutes,
        scale=1.0,
        need="function",
        where="home",
        by_region=by_region,
    )


def special_housing(minutes: Take) -> Contact:
    """Care of the residents of special housing and housing with special service, by minutes per resident and week."""
    return Contact(
        called=SPECIAL_HOUSING,
        profile=lambda p: Profile(
            p.workload.special_housing_women,
            np.zeros_like(p.workload.special_housing_women),
            p.workload.special_housing_60_79,
            p.workload.special_housing_80_plus,
        ),
        total=lambda p: p.contacts.special_housing_residents,
        year=lambda p: p.contacts.recipients_year,
        each=None,
        minutes=minutes,
        scale=WEEKS,
        where="municipal",
    )


def day_activities(minutes: Take) -> Contact:
    """Care of those who take part in day activities, by minutes per participant and week."""
    return Contact(
        called="daglig verksamhet",
        profile=lambda p: Profile(
            p.workload.day_activity_women,
            np.zeros_like(p.workload.day_activity_women),
            p.workload.day_activity_60_plus,
            p.workload.day_activity_60_plus,
        ),
        total=lambda p: p.contacts.day_activity_participants,
        year=lambda p: p.contacts.recipients_year,
        each=None,
        minutes=minutes,
        scale=WEEKS,
        where="municipal",
    )
