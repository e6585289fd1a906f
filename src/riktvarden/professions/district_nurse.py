"""District nurses: visits, telephone, child health care and nursing at home."""

from riktvarden.professions.shared import day_activities, home_care, special_housing
from riktvarden.professions.specification import (
    MILLION,
    Abroad,
    Ages,
    AtHome,
    Caveat,
    Contact,
    Education,
    Heads,
    Profession,
    Profile,
    Shown,
)

DISTRICT_NURSE = Profession(
    name="district_nurse",
    shown=Shown(
        plural="distriktssköterskor",
        programme="specialistsjuksköterska, distriktssköterska",
        page="district_nurses",
        colour="blue",
        caveats=(
            Caveat(
                "Det publicerade antalet, {count} distriktssköterskor, är bara regionernas egna anställda ({source}). "
                "Privata vårdcentraler och kommuner är inte med i det. De är uppräknade med antaganden.",
                of=lambda p: p.professions.district_nurses_in_regions,
            ),
        ),
        abroad=(
            Abroad("pr-0752", "Storbritannien, en del områden", "vägledning från hälsodepartementet, ingen mätning"),
            Abroad(
                "pr-0753", "Storbritannien, områden med många äldre", "vägledning från hälsodepartementet, ingen mätning"
            ),
        ),
        forecast="specialist_nurse",
    ),
    contacts=(
        Contact(
            called="besök på mottagning",
            profile=lambda p: Profile(
                p.workload.nurse_contacts_women,
                p.workload.nurse_contacts_children,
                p.workload.nurse_contacts_60_79,
                p.workload.nurse_contacts_80_plus,
            ),
            total=lambda p: p.contacts.nurse_visits,
            each=lambda p: p.contacts.district_nurse_share_of_nurse_visits,
            minutes=lambda p: p.contacts.minutes_nurse_visit,
            need="morbidity",
        ),
        Contact(
            called="telefonkontakter",
            profile=lambda p: Profile(
                p.workload.telephone_contacts_women,
                p.workload.telephone_contacts_children,
                p.workload.telephone_contacts_60_79,
                p.workload.telephone_contacts_80_plus,
            ),
            total=lambda p: p.contacts.telephone_contacts_all,
            each=lambda p: p.contacts.district_nurse_share_of_telephone_contacts,
            minutes=lambda p: p.contacts.minutes_telephone_contact,
            need="morbidity",
        ),
        Contact(
            called="besök i barnhälsovården",
            profile=None,
            total=lambda p: p.contacts.child_health_visits,
            each=lambda p: p.contacts.district_nurse_share_of_child_health,
            minutes=lambda p: p.contacts.minutes_child_health_visit,
        ),
        home_care(
            visits=lambda p: p.contacts.home_nursing_visits_per_recipient,
            minutes=lambda p: p.contacts.minutes_home_nursing_visit,
            by_region=lambda p: p.contacts.region_home_care_visits * MILLION,
        ),
        special_housing(lambda p: p.contacts.special_housing_nurse_minutes),
        day_activities(lambda p: p.contacts.day_activity_nurse_minutes),
    ),
    at_home=AtHome(
        "home_nursing",
        lambda p: p.principals.municipal_share_home_care,
        region_staff=lambda p: p.contacts.district_nurse_share_of_region_home_care,
        municipal_staff=lambda p: p.professions.district_nurse_share_municipal,
    ),
    at_work=lambda p, _: Heads(
        p.professions.district_nurses_in_regions * p.professions.district_nurse_private_gross_up,
        p.education.municipal_nurses * p.professions.district_nurse_share_municipal,
    ),
    ages=Ages(
        women=lambda p: p.careers.district_nurses_women_share,
        entry_age=lambda p: p.careers.district_nurses_entry_age,
        older_from=55,
        older=lambda p: p.careers.district_nurses_55_plus_share,
    ),
    education=Education(
        graduates=lambda p: p.education.specialist_nurse_graduates * p.education.district_nurse_share_of_graduates,
        degree_share=lambda p: p.education.specialist_nurse_degree_share,
        study_years=lambda p: p.education.district_nurse_study_years,
        entering=lambda p: p.education.district_nurse_entry_share,
    ),
    direct_time=lambda p: p.working_time.direct_time_share_nurse,
    indirect_time=lambda p: p.working_time.indirect_time_share_nurse,
    taken_over=lambda p: p.task_shift.task_shift_to_district_nurse,
    monthly_pay=lambda p: p.economics.monthly_pay_district_nurse,
    pay_year=lambda p: p.economics.pay_year_district_nurse,
)
