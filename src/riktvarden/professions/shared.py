"""Definitions shared by several professions."""

from riktvarden.professions.specification import AtHome, Contact, Profile, Take

REHABILITATION_AT_HOME = AtHome("home_rehabilitation", lambda p: p.principals.municipal_share_home_rehabilitation)
"""Responsibility for home rehabilitation, shared by occupational therapists and physiotherapists."""


def home_care(visits: Take, minutes: Take) -> Contact:
    """Return the contact kind of visits in home health care: visits per recipient and year, minutes per visit."""
    return Contact(
        called="hembesök",
        profile=lambda p: Profile(
            p.workload.home_care_women,
            p.workload.home_care_children,
            p.workload.home_care_60_79,
            p.workload.home_care_80_plus,
        ),
        total=lambda p: p.contacts.home_care_recipients,
        year=lambda p: p.contacts.recipients_year,
        each=visits,
        minutes=minutes,
        scale=1.0,
        need="function",
        at_home=True,
    )
