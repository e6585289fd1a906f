"""Physiotherapists: rehabilitation at health centres and at home."""

from riktvarden.professions.shared import (
    REHABILITATION_AT_HOME,
    at_the_centre,
    day_activities,
    home_care,
    special_housing,
)
from riktvarden.professions.specification import (
    MILLION,
    Abroad,
    Ages,
    Caveat,
    Contact,
    Education,
    Heads,
    Profession,
    Profile,
    Shown,
)

PHYSIOTHERAPIST = Profession(
    name="physiotherapist",
    shown=Shown(
        plural="fysioterapeuter",
        programme="fysioterapeut",
        page="physiotherapists",
        colour="orange",
        caveats=(
            Caveat(
                "Fysioterapeuter med ersättning enligt nationella taxan (LOF) finns inte i regionernas personalstatistik. "
                "De ingår i det antagna antalet i primärvården."
            ),
        ),
        abroad=(
            Abroad("pr-0766", "Norge", "heltider i kommunernas primärvård"),
            Abroad("pr-0781", "EU", "yrkesverksamma personer i all vård"),
            Abroad("pr-0782", "Tyskland", "yrkesverksamma personer i all vård"),
        ),
        forecast="physiotherapist",
    ),
    contacts=(
        Contact(
            called="besök på mottagning",
            profile=lambda p: Profile(
                p.workload.physiotherapy_contacts_women,
                p.workload.physiotherapy_contacts_children,
                p.workload.physiotherapy_contacts_60_79,
                p.workload.physiotherapy_contacts_80_plus,
            ),
            total=at_the_centre,
            each=lambda p: p.contacts.physiotherapist_share_of_rehabilitation_visits,
            minutes=lambda p: p.contacts.minutes_physiotherapy_visit,
        ),
        home_care(
            visits=lambda p: p.contacts.home_physiotherapy_visits_per_recipient,
            minutes=lambda p: p.contacts.minutes_home_physiotherapy_visit,
            by_region=lambda p: (
                p.contacts.rehabilitation_home_visits * MILLION * p.contacts.physiotherapist_share_of_rehabilitation_visits
            ),
        ),
        special_housing(lambda p: p.contacts.special_housing_physiotherapy_minutes),
        day_activities(lambda p: p.contacts.day_activity_physiotherapy_minutes),
    ),
    at_home=REHABILITATION_AT_HOME,
    at_work=lambda p, _: Heads(
        p.professions.physiotherapists_all_sectors * p.professions.physiotherapist_share_primary_care,
        p.professions.physiotherapists_all_sectors * p.professions.physiotherapist_share_municipal,
    ),
    ages=Ages(
        women=lambda p: p.careers.physiotherapists_women_share,
        entry_age=lambda p: p.careers.physiotherapists_entry_age,
        older_from=45,
        older=lambda p: p.careers.physiotherapists_45_plus_share,
    ),
    education=Education(
        graduates=lambda p: p.education.physiotherapist_graduates,
        degree_share=lambda p: p.education.physiotherapist_degree_share,
        study_years=lambda p: p.education.physiotherapist_study_years,
        entering=lambda p: p.professions.physiotherapist_share_primary_care + p.professions.physiotherapist_share_municipal,
    ),
    taken_over=lambda p: p.task_shift.task_shift_to_physiotherapist,
    monthly_pay=lambda p: p.economics.monthly_pay_physiotherapist,
    pay_year=lambda p: p.economics.pay_year_physiotherapist,
    everywhere=lambda p, _: p.professions.physiotherapists_all_sectors,
)
