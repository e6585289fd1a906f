"""Typed parameters of the model, grouped like the files of assumptions, with optional recording of reads."""

from __future__ import annotations

import copy
import typing
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

Values = Mapping[str, FloatArray]
"""Name of an assumption → its values, (draw, 1)."""

Note = Callable[[str, Any], None]
"""Called with the name of each parameter that is read, and its value."""


_noting_now: ContextVar[Note | None] = ContextVar("noting", default=None)


@contextmanager
def noted(note: Note) -> Iterator[None]:
    """Record which fields are read of parameters created in this context."""
    token = _noting_now.set(note)
    try:
        yield
    finally:
        _noting_now.reset(token)


S = TypeVar("S", bound="Section")


class Section:
    """Parameters from one file of assumptions, in its order.

    A field is an array (draw, 1), in the unit of the assumption. One typed ``int`` or ``float`` takes a single value, the
    same in every draw: its assumption cannot have a range.
    """

    @classmethod
    def of(cls, values: Values, note: Note | None = None) -> Self:
        """Select the parameters of this section from all values, see `Parameters.of`."""
        kind = cls if note is None else _noting(cls)
        section = kind(**{name: _as(typed, name, values[name]) for name, typed in types(cls).items()})
        if note is not None:
            object.__setattr__(section, "_note", note)
        return section


def types(section: type[Section]) -> dict[str, Any]:
    """Return the type of each field of a section, by name."""
    return _TYPES[section.__name__]


def _as(typed: Any, name: str, value: FloatArray) -> Any:  # noqa: ANN401 - a type of a field, and what has it
    """Convert a value to the type of its field."""
    if typed not in (int, float):
        return value
    if value.min() != value.max():
        raise ValueError(f"{name} takes a single value, but varies from {value.min():g} to {value.max():g}")
    return typed(value.flat[0])


def _changed(section: S, values: Mapping[str, Any]) -> S:
    """Return a copy with some other values that goes on recording, and has read none of the fields for it."""
    made = copy.copy(section)
    for name, value in values.items():
        object.__setattr__(made, name, value)
    return made


def _noting(section: type[S]) -> type[S]:
    """Return a subclass of the section that records which fields are read."""
    names = frozenset(types(section))

    def read(self: S, name: str) -> Any:  # noqa: ANN401 - whatever the field holds
        value = object.__getattribute__(self, name)
        if name in names:
            object.__getattribute__(self, "_note")(name, value)
        return value

    return type(section.__name__, (section,), {"__getattribute__": read})


@dataclass(frozen=True)
class Careers(Section):
    """Staff at work, their ages and their exits."""

    general_practitioners_2010_60_plus_share: FloatArray
    general_practitioners_2010_50_59_share: FloatArray
    district_nurses_55_plus_share: FloatArray
    physiotherapists_45_plus_share: FloatArray
    occupational_therapists_50_plus_share: FloatArray
    psychologists_50_plus_share: FloatArray
    general_practitioners_women_share: FloatArray
    district_nurses_women_share: FloatArray
    physiotherapists_women_share: FloatArray
    occupational_therapists_women_share: FloatArray
    psychologists_women_share: FloatArray
    retirement_age_doctors: FloatArray
    retirement_age_professions: FloatArray
    retirement_spread: FloatArray
    retirement_spread_doctors: FloatArray
    exit_multiplier: FloatArray
    general_practitioners_entry_age: FloatArray
    general_practitioners_entry_spread: FloatArray
    district_nurses_entry_age: int
    physiotherapists_entry_age: int
    occupational_therapists_entry_age: int
    psychologists_entry_age: int
    older_from_age: float
    other_exit_rate_professions: FloatArray
    other_exit_rate_doctors: FloatArray
    specialist_move_rate: FloatArray
    older_fte_ratio: FloatArray
    fte_per_care_professional: FloatArray


@dataclass(frozen=True)
class Contacts(Section):
    """Contacts with the professions and the time they take."""

    contacts_year: int
    nurse_visits: FloatArray
    district_nurse_share_of_nurse_visits: FloatArray
    minutes_nurse_visit: FloatArray
    telephone_contacts_all: FloatArray
    district_nurse_share_of_telephone_contacts: FloatArray
    minutes_telephone_contact: FloatArray
    child_health_visits: FloatArray
    district_nurse_share_of_child_health: FloatArray
    minutes_child_health_visit: FloatArray
    rehabilitation_visits: FloatArray
    rehabilitation_home_visits: FloatArray
    region_home_care_visits: FloatArray
    district_nurse_share_of_region_home_care: FloatArray
    physiotherapist_share_of_rehabilitation_visits: FloatArray
    minutes_physiotherapy_visit: FloatArray
    minutes_occupational_therapy_visit: FloatArray
    recipients_year: int
    home_care_recipients: FloatArray
    special_housing_residents: FloatArray
    special_housing_recipient_share: FloatArray
    day_activity_participants: FloatArray
    home_nursing_visits_per_recipient: FloatArray
    minutes_home_nursing_visit: FloatArray
    special_housing_nurse_minutes: FloatArray
    day_activity_nurse_minutes: FloatArray
    home_physiotherapy_visits_per_recipient: FloatArray
    minutes_home_physiotherapy_visit: FloatArray
    special_housing_physiotherapy_minutes: FloatArray
    day_activity_physiotherapy_minutes: FloatArray
    home_occupational_therapy_visits_per_recipient: FloatArray
    minutes_home_occupational_therapy_visit: FloatArray
    special_housing_occupational_therapy_minutes: FloatArray
    day_activity_occupational_therapy_minutes: FloatArray


@dataclass(frozen=True)
class Economics(Section):
    """Costs of staff."""

    employer_on_cost_region: FloatArray
    employer_on_cost_municipality: FloatArray
    monthly_pay_specialist: FloatArray
    monthly_pay_st: FloatArray
    monthly_pay_district_nurse: FloatArray
    monthly_pay_physiotherapist: FloatArray
    monthly_pay_occupational_therapist: FloatArray
    monthly_pay_psychologist: FloatArray
    pay_year_specialist: int
    pay_year_st: int
    pay_year_district_nurse: int
    pay_year_physiotherapist: int
    pay_year_occupational_therapist: int
    pay_year_psychologist: int
    price_year: int
    pay_growth: FloatArray
    indirect_overhead: FloatArray
    direct_overhead: FloatArray
    supervision_hours: FloatArray
    rotation_cost: FloatArray
    agency_cost_ratio: FloatArray
    agency_doctors_nation: FloatArray
    discount_rate: FloatArray


@dataclass(frozen=True)
class Education(Section):
    """Degrees of the professions, and entry into primary care."""

    municipal_nurses: FloatArray
    occupational_therapists_all: FloatArray
    specialist_nurse_graduates: FloatArray
    district_nurse_share_of_graduates: FloatArray
    district_nurse_entry_share: FloatArray
    physiotherapist_graduates: FloatArray
    occupational_therapist_graduates: FloatArray
    psychologist_graduates: FloatArray
    specialist_nurse_degree_share: FloatArray
    physiotherapist_degree_share: FloatArray
    occupational_therapist_degree_share: FloatArray
    psychologist_degree_share: FloatArray
    district_nurse_study_years: int
    physiotherapist_study_years: int
    occupational_therapist_study_years: int
    psychologist_study_years: int
    sector_move_share: FloatArray


@dataclass(frozen=True)
class Geography(Section):
    """Need and distance between places."""

    health_centres: FloatArray
    travel_speed: FloatArray
    doctor_contacts_with_travel: FloatArray
    minutes_doctor_contact: FloatArray
    cni_weight_aged_under_5: float
    cni_weight_born_abroad: float
    cni_weight_living_alone: float
    cni_weight_single_parent: float
    cni_weight_moved_in: float
    cni_weight_unemployed: float
    cni_weight_low_education: float


@dataclass(frozen=True)
class LocalCare(Section):
    """The move to local care."""

    primary_care_cost_share: FloatArray
    primary_care_cost_share_aim: FloatArray
    primary_care_net_cost: FloatArray
    doctor_visits: FloatArray
    moved_care_contacts: FloatArray


@dataclass(frozen=True)
class MentalHealth(Section):
    """Care of mental ill-health in primary care."""

    need_weight: FloatArray
    serious_distress_prevalence: FloatArray
    treated_in_primary_care_share: FloatArray
    sessions_per_treatment: FloatArray
    minutes_per_session: FloatArray
    distress_women_ratio: FloatArray
    distress_18_29_ratio: FloatArray
    distress_60_plus_ratio: FloatArray
    first_line_met_share: FloatArray
    first_line_children_share: FloatArray
    first_line_children_treated_share: FloatArray
    first_line_guidance_contacts: FloatArray
    first_line_guidance_minutes: FloatArray
    first_line_extended_share: FloatArray
    psychotherapist_psychologist_share: FloatArray
    psychotherapist_counsellor_share: FloatArray


@dataclass(frozen=True)
class Need(Section):
    """Parameters that turn population into need."""

    off_list_deviation: FloatArray
    need_exponent: FloatArray
    need_age_weight: FloatArray
    unmet_need_share: FloatArray


@dataclass(frozen=True)
class Principals(Section):
    """Division of responsibility between principals, and the years that the report spans."""

    municipal_share_home_care: FloatArray
    municipal_share_home_rehabilitation: FloatArray
    target_year: FloatArray


@dataclass(frozen=True)
class Professions(Section):
    """District nurses, occupational therapists, physiotherapists and psychologists at work today."""

    district_nurses_in_regions: FloatArray
    district_nurse_private_gross_up: FloatArray
    district_nurse_share_municipal: FloatArray
    occupational_therapists_region: FloatArray
    occupational_therapists_municipal: FloatArray
    physiotherapists_all_sectors: FloatArray
    physiotherapist_share_primary_care: FloatArray
    physiotherapist_share_municipal: FloatArray
    psychologists_per_100000: FloatArray
    psychologist_share_primary_care: FloatArray
    nurses_on_duty_least: FloatArray
    therapists_least: FloatArray


@dataclass(frozen=True)
class Programme(Section):
    """Limits of the training programme that leads to the norm."""

    intake_smoothing: FloatArray
    st_applicants: FloatArray
    st_applicants_growth: FloatArray
    programme_change_weight: float
    programme_overshoot_weight: float
    listed_per_st_doctor: FloatArray
    programme_regional_coverage: float
    programme_terminal_band: float


@dataclass(frozen=True)
class RegionalStocks(Section):
    """Regional stocks of doctors: variation between regions, and the error of each kind of published figure."""

    st_density_explained_share: FloatArray
    st_growth_regional_sd: FloatArray
    specialist_growth_regional_sd: FloatArray
    st_position_error: FloatArray
    st_bound_excess: FloatArray
    specialist_undated_error: FloatArray
    specialist_count_error: FloatArray
    specialist_doctors_error: FloatArray
    specialist_measure_bias: FloatArray
    specialist_share_of_doctors: FloatArray
    st_nation_error: FloatArray
    specialist_nation_error: FloatArray


@dataclass(frozen=True)
class Specialists(Section):
    """Specialists in general practice: the norm, stock, inflow and outflow."""

    inhabitants_per_specialist: FloatArray
    inhabitants_per_st_mid: FloatArray
    specialist_persons_2010: FloatArray
    recent_new_specialists: FloatArray
    fte_per_specialist: FloatArray
    foreign_certificates: FloatArray
    stay_share: FloatArray
    specialist_density_log_sd: FloatArray
    never_resident_certificates: FloatArray
    fte_per_centre_specialist: FloatArray


@dataclass(frozen=True)
class St(Section):
    """Doctors in specialist training: stock, duration and completion."""

    st_share_at_own_unit: FloatArray
    calendar_training_years: FloatArray
    persons_per_position: FloatArray
    completion_share: FloatArray
    st_persons_nation: FloatArray
    st_persons_nation_year: int
    st_density_log_sd: FloatArray
    st_growth: FloatArray
    st_vacancy_rate: FloatArray
    st_per_specialist_limit: FloatArray
    st_share_mid_training: FloatArray
    first_adjustable_intake: int
    st_count_error: FloatArray
    st_flow_error: FloatArray
    st_intake_change: FloatArray


@dataclass(frozen=True)
class TaskShift(Section):
    """Shift of tasks from doctors to the team."""

    task_shift_share: FloatArray
    task_shift_relative_time: FloatArray
    task_shift_back_up: FloatArray
    task_shift_to_district_nurse: FloatArray
    task_shift_to_physiotherapist: FloatArray
    task_shift_to_occupational_therapist: FloatArray
    task_shift_to_psychologist: FloatArray
    task_shift_spare_share: FloatArray


@dataclass(frozen=True)
class WorkingTime(Section):
    """Composition of a full-time working year."""

    possible_working_days: FloatArray
    days_away: FloatArray
    hours_per_day: FloatArray
    direct_time_share_nurse: FloatArray
    indirect_time_share_nurse: FloatArray
    direct_time_share_allied: FloatArray
    indirect_time_share_allied: FloatArray
    direct_time_share_doctor: FloatArray
    indirect_time_share_doctor: FloatArray
    direct_time_cap: FloatArray


@dataclass(frozen=True)
class Workload(Section):
    """Variation of contacts with primary care by age and sex."""

    doctor_contacts_children: FloatArray
    doctor_contacts_60_79: FloatArray
    doctor_contacts_80_plus: FloatArray
    doctor_contacts_women: FloatArray
    nurse_contacts_children: FloatArray
    nurse_contacts_60_79: FloatArray
    nurse_contacts_80_plus: FloatArray
    nurse_contacts_women: FloatArray
    telephone_contacts_children: FloatArray
    telephone_contacts_60_79: FloatArray
    telephone_contacts_80_plus: FloatArray
    telephone_contacts_women: FloatArray
    physiotherapy_contacts_children: FloatArray
    physiotherapy_contacts_60_79: FloatArray
    physiotherapy_contacts_80_plus: FloatArray
    physiotherapy_contacts_women: FloatArray
    occupational_therapy_contacts_children: FloatArray
    occupational_therapy_contacts_60_79: FloatArray
    occupational_therapy_contacts_80_plus: FloatArray
    occupational_therapy_contacts_women: FloatArray
    home_care_children: FloatArray
    home_care_60_79: FloatArray
    home_care_80_plus: FloatArray
    home_care_women: FloatArray
    multimorbid_under_25: FloatArray
    multimorbid_25_44: FloatArray
    multimorbid_45_64: FloatArray
    multimorbid_65_74: FloatArray
    multimorbid_75_84: FloatArray
    multimorbid_85_plus: FloatArray
    multimorbid_contact_ratio: FloatArray
    distress_contact_ratio: FloatArray
    function_80_plus_ratio: FloatArray
    function_women_ratio: FloatArray
    special_housing_60_79: FloatArray
    special_housing_80_plus: FloatArray
    special_housing_women: FloatArray
    day_activity_60_plus: FloatArray
    day_activity_women: FloatArray


@dataclass(frozen=True)
class SpecialistsAtBase(Section):
    """Specialists at the base date, computed from their careers (`riktvarden.model.careers.meld`); no assumptions."""

    specialist_persons_base: FloatArray
    """Persons, (draw, 1)."""
    specialist_ages_base: FloatArray
    """Shares by sex and age in one row, (draw, sex × age)."""


@dataclass(frozen=True)
class Parameters:
    """All parameters of the model, each (draw, 1) unless its section says otherwise."""

    careers: Careers
    contacts: Contacts
    economics: Economics
    education: Education
    geography: Geography
    local_care: LocalCare
    mental_health: MentalHealth
    need: Need
    principals: Principals
    professions: Professions
    programme: Programme
    regional_stocks: RegionalStocks
    specialists: Specialists
    st: St
    task_shift: TaskShift
    working_time: WorkingTime
    workload: Workload
    conditioned: SpecialistsAtBase | None = None
    """None until the careers have been conditioned on counts."""

    @property
    def at_base(self) -> SpecialistsAtBase:
        """Specialists at the base date.

        Raises
        ------
        ValueError
            If the careers have not been conditioned on counts.
        """
        if self.conditioned is None:
            raise ValueError("the careers of specialists have not been conditioned on counts")
        return self.conditioned

    @property
    def draws(self) -> int:
        """Number of draws."""
        return len(vars(self.need)["need_exponent"])  # bypasses recording: the length is not a use of the value

    @classmethod
    def of(cls, values: Values, note: Note | None = None) -> Parameters:
        """Build parameters from values by name.

        Parameters
        ----------
        values
            Assumption → array (draw, 1), including the fields of `SpecialistsAtBase` once they are known.
        note
            Called with the name and value of each parameter read from now on; by default the one set by `noted`.

        Raises
        ------
        KeyError
            If a parameter has no values.
        ValueError
            If a parameter that takes a single value varies.
        """
        note = note or _noting_now.get()
        sections: dict[str, Any] = {name: section.of(values, note) for name, section in SECTIONS.items()}
        known = values.keys() >= types(SpecialistsAtBase).keys()
        return cls(**sections, conditioned=SpecialistsAtBase.of(values) if known else None)

    def __getitem__(self, name: str) -> FloatArray:
        """Return one parameter by name, (draw, 1), for tables that name the assumption they use.

        Raises
        ------
        KeyError
            If there is no such parameter.
        """
        return np.asarray(getattr(getattr(self, SECTION_OF[name]), name), float)

    def but(self, **values: FloatArray | float) -> Parameters:
        """Return a copy with other values of some parameters, by name.

        Raises
        ------
        KeyError
            If there is no such parameter.
        """
        changed: dict[str, dict[str, Any]] = {}
        for name, value in values.items():
            section = SECTION_OF[name]
            typed = types(SECTIONS[section])[name]
            changed.setdefault(section, {})[name] = _as(typed, name, np.asarray(value, float).reshape(-1, 1))
        return replace(self, **{section: _changed(getattr(self, section), new) for section, new in changed.items()})

    def only(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Parameters:
        """Select draws, by mask or position."""

        def kept(section: Section) -> dict[str, Any]:
            return {name: value[which] for name in types(type(section)) if np.ndim(value := getattr(section, name))}

        return replace(self, **{name: replace(each, **kept(each)) for name, each in vars(self).items() if each is not None})


SECTIONS: dict[str, type[Section]] = {
    name: kind for name, kind in typing.get_type_hints(Parameters).items() if name != "conditioned"
}

_ANY = dict.fromkeys((name for kind in SECTIONS.values() for name in typing.get_type_hints(kind)), np.ones((1, 1)))


def read_by(*takes: Callable[[Parameters], object]) -> tuple[str, ...]:
    """Return the names of the parameters that the functions read, in order of first reading."""
    names: dict[str, None] = {}
    p = Parameters.of(_ANY, lambda name, _: names.setdefault(name))
    for take in takes:
        take(p)
    return tuple(names)


_TYPES = {kind.__name__: typing.get_type_hints(kind) for kind in (*SECTIONS.values(), SpecialistsAtBase)}

SECTION_OF = {name: section for section, kind in SECTIONS.items() for name in types(kind)}
"""Parameter → its section, named after the file of its assumption."""

NAMES = tuple(sorted(SECTION_OF))
"""Every assumption that the model reads."""

SINGLE = frozenset(name for kind in SECTIONS.values() for name, typed in types(kind).items() if typed in (int, float))
"""Assumptions that must have a single value."""

WHOLE = frozenset(name for kind in SECTIONS.values() for name, typed in types(kind).items() if typed is int)
"""Those of them that must be a whole number."""
