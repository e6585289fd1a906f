"""Occupational therapists: rehabilitation at health centres and at home."""

import numpy as np

from riktvarden.professions.shared import (
    REHABILITATION_AT_HOME,
    at_the_centre,
    day_activities,
    home_care,
    special_housing,
)
from riktvarden.professions.specification import (
    MILLION,
    Ages,
    Caveat,
    Contact,
    Education,
    Heads,
    Profession,
    Profile,
    Shown,
)

OCCUPATIONAL_THERAPIST = Profession(
    name="occupational_therapist",
    shown=Shown(
        plural="arbetsterapeuter",
        programme="arbetsterapeut",
        page="occupational_therapists",
        colour="grey",
        caveats=(
            Caveat(
                "Besöken hos arbetsterapeuter publiceras bara tillsammans med besöken hos fysioterapeuter. Hur de fördelas "
                "är ett antagande."
            ),
        ),
        forecast="occupational_therapist",
    ),
    contacts=(
        Contact(
            called="besök på mottagning",
            profile=lambda p: Profile(
                p.workload.occupational_therapy_contacts_women,
                p.workload.occupational_therapy_contacts_children,
                p.workload.occupational_therapy_contacts_60_79,
                p.workload.occupational_therapy_contacts_80_plus,
            ),
            total=at_the_centre,
            each=lambda p: p.contacts.physiotherapist_share_of_rehabilitation_visits,
            minutes=lambda p: p.contacts.minutes_occupational_therapy_visit,
            complement=True,
        ),
        home_care(
            visits=lambda p: p.contacts.home_occupational_therapy_visits_per_recipient,
            minutes=lambda p: p.contacts.minutes_home_occupational_therapy_visit,
            by_region=lambda p: (
                p.contacts.rehabilitation_home_visits
                * MILLION
                * (1 - p.contacts.physiotherapist_share_of_rehabilitation_visits)
            ),
        ),
        special_housing(lambda p: p.contacts.special_housing_occupational_therapy_minutes),
        day_activities(lambda p: p.contacts.day_activity_occupational_therapy_minutes),
    ),
    at_home=REHABILITATION_AT_HOME,
    at_work=lambda p, _: Heads(
        p.professions.occupational_therapists_region, p.professions.occupational_therapists_municipal
    ),
    ages=Ages(
        women=lambda p: p.careers.occupational_therapists_women_share,
        entry_age=lambda p: p.careers.occupational_therapists_entry_age,
        older_from=50,
        older=lambda p: p.careers.occupational_therapists_50_plus_share,
    ),
    education=Education(
        graduates=lambda p: p.education.occupational_therapist_graduates,
        degree_share=lambda p: p.education.occupational_therapist_degree_share,
        study_years=lambda p: p.education.occupational_therapist_study_years,
        entering=lambda p: np.minimum(
            (p.professions.occupational_therapists_region + p.professions.occupational_therapists_municipal)
            / p.education.occupational_therapists_all,
            1.0,
        ),
    ),
    taken_over=lambda p: p.task_shift.task_shift_to_occupational_therapist,
    monthly_pay=lambda p: p.economics.monthly_pay_occupational_therapist,
    pay_year=lambda p: p.economics.pay_year_occupational_therapist,
    everywhere=lambda p, _: p.education.occupational_therapists_all,
)
