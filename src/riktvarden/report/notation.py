"""What the formulas and symbols of the method chapter are called, and what each formula rests on, for reader and tests."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple


class Method(NamedTuple):
    """One labelled part of the method."""

    title: str
    """Its Swedish words."""
    functions: tuple[str, ...]
    """Functions that compute it, ``module:function`` below the package."""
    rests_on: tuple[str, ...] = ()
    """Labels of the parts whose results it takes."""
    tables: tuple[str, ...] = ()
    """Tables it reads."""


METHODS = {
    "A0": Method("Gemensamt datum", ("baseline.st:align",), (), ("st_baseline", "published_st")),
    "A3": Method("Utbildningens skeden", ("supply:in_training_share", "supply:in_training_of_stock"), ("A0", "A4")),
    "A4": Method(
        "Regionernas antal",
        (
            "baseline.regional:evidence",
            "baseline.regional:prior",
            "baseline.regional:observed",
            "baseline.regional:condition",
            "baseline.regional:toward_total",
            "baseline.regional:drawn",
            "baseline.regional:compared",
            "baseline.st:ratio_estimate",
            "baseline.returned:region_totals",
        ),
        ("A0",),
        ("st_baseline", "specialist_baseline", "regional_evidence", "published_st", "population_region"),
    ),
    "A5": Method("Avstämning av daterade uppgifter", ("baseline.reconcile:reconcile",), (), ("published_st",)),
    "A6": Method("Nya specialister från utlandet", ("supply:net_certificates",)),
    "b": Method(
        "Befolkning",
        (
            "population:model_population",
            "population:split_by_cohort",
            "population:rates",
            "population:step",
            "population:rake",
            "population:municipal",
            "population:municipal_seed",
            "population:death_probabilities",
        ),
        (),
        (
            "population_nation",
            "population_region",
            "population_region_age",
            "population_region_age_group",
            "deaths_region_age",
            "deaths_region_age_group",
            "population_municipality",
            "population_municipality_age_group",
            "population_municipality_age_sex",
        ),
    ),
    "b, supply": Method(
        "Tillgång",
        (
            "model.careers:mortality",
            "model.careers:career",
            "supply:retirement_hazard",
            "supply:exit_probability",
            "supply:scaled",
            "model.careers:exits",
            "model.careers:entry_ages",
            "model.careers:net_inflow",
            "model.careers:back_cast",
            "model.careers:meld",
            "supply:fte_by_age",
            "supply:survival",
            "supply:inflow_survival",
            "supply:linear_path",
            "supply:completion_increments",
            "supply:completions_of_stock",
            "supply:newest_starters",
            "supply:over_cohorts",
            "supply:spread_first_job",
            "supply:moved_path",
            "supply:full_time_equivalents",
            "model.general_practice:supplied",
            "model.general_practice:lasting",
        ),
        ("A3", "A4", "A6"),
        ("population_nation", "career_evidence", "published_st", "published_sou"),
    ),
    "C1": Method(
        "Ålder, kön och vårdbehov",
        ("need:age_sex_weight", "need:care_need_index", "need:deviation", "model.weights:requirement"),
        ("b", "E4"),
        ("education_municipality", "foreign_background_municipality", "municipality_covariates"),
    ),
    "C2": Method("Normen", ("need:requirement", "need:waterfall"), ("b",)),
    "C3": Method(
        "Glesbygd",
        ("need:mean_distance", "need:travel_factor", "need:with_minimum", "model.weights:travel"),
        ("b",),
        ("municipality_covariates",),
    ),
    "C4": Method("Arbetsdelning i teamet", ("need:task_shift", "model.weights:team")),
    "C5": Method("Uppdrag utanför listan", ("need:off_list",)),
    "C6": Method(
        "Täckning", ("guideline:coverage_a", "guideline:coverage_b", "model.general_practice:coverage"), ("A4", "C2")
    ),
    "D1": Method(
        "Att nå normen ett visst år",
        (
            "guideline:intake_years",
            "guideline:required_intake",
            "model.general_practice:starters_for",
        ),
        ("b, supply", "C2", "D3"),
    ),
    "D2": Method(
        "Vägen till normen",
        (
            "guideline:programme",
            "guideline:first_feasible_year",
            "model.path_to_norm:programme",
            "model.path_to_norm:variants",
        ),
        ("b, supply", "C2", "D3"),
    ),
    "D3": Method(
        "När normen hålls år efter år",
        (
            "guideline:steady_state_intake",
            "supply:lasting_stock",
            "supply:trained_for",
            "model.general_practice:sustaining",
        ),
        ("b, supply", "C2"),
    ),
    "D4": Method(
        "Personer och tjänster",
        (
            "supply:mean_time_in_training",
            "guideline:training_stock",
            "guideline:funded_positions",
            "guideline:positions_path",
            "guideline:largest_remainder",
        ),
        ("D3",),
    ),
    "E1": Method(
        "Minuter som vården kräver",
        ("need:anchored", "need:minutes", "model.professions:needed"),
        ("b", "C1"),
    ),
    "E2": Method(
        "Från minuter till heltider",
        (
            "need:available_hours",
            "need:capped_direct_share",
            "need:category_allowance_factor",
            "need:wisn",
            "model.weights:working_time",
        ),
    ),
    "E3": Method("Psykisk ohälsa", ("need:treatment_minutes", "need:blended"), ("b", "C1", "E6")),
    "E4": Method("Små kommuner", ("need:shrunk",), (), ("municipalities",)),
    "E5": Method("Riktvärde per yrke", ("need:inhabitants_per_fte", "model.principals:by_principal")),
    "E6": Method(
        "Dagens antal och index", ("model.professions:today", "need:grown", "need:index"), (), ("population_region",)
    ),
    "E7": Method(
        "Region eller kommun", ("need:by_principal", "model.professions:municipal_shares"), (), ("responsibility",)
    ),
    "E8": Method(
        "Utbildningsplatser",
        (
            "model.principals:graduates",
            "model.principals:entering",
            "model.principals:supply_path",
            "guideline:places",
            "model.principals:places",
        ),
        ("b, supply", "E1", "E2", "E6"),
        ("regions", "collaborative_region_split"),
    ),
    "E9": Method(
        "Andra som arbetar med psykisk ohälsa", ("baseline.personnel:function_matrix",), (), ("personnel_selection",)
    ),
    "f": Method(
        "Osäkerhet",
        (
            "uncertainty:quantile",
            "uncertainty:stratified",
            "uncertainty:sample",
            "model.general_practice:by_chance",
            "model.inputs:uncertain",
            "uncertainty:interval",
            "uncertainty:sobol_indices",
        ),
    ),
    "g": Method(
        "Kostnader",
        (
            "economics:unit_cost",
            "economics:price_level",
            "economics:path_cost",
            "economics:net_present_value",
            "model.costs:paths",
        ),
        ("D2",),
    ),
    "h": Method(
        "Prövning mot det som hänt",
        ("validation:rolling_origin", "validation:crps_sample", "population:back_cast", "model.calibration:compare"),
    ),
}
"""Label in the method chapter → what it is; one label has two parts, the second named after a comma."""


class Use(NamedTuple):
    """Where some assumptions are used."""

    names: str
    """Regular expression of their names."""
    methods: tuple[str, ...]
    """Labels; none where no computation of the model rests on them."""
    professions: tuple[str, ...] = ()
    """The professions they say something about; all where none is named."""


_DOCTORS = ("general_practice",)
_ALLIED = ("physiotherapist", "occupational_therapist", "psychologist")
_AT_HOME = ("district_nurse", "physiotherapist", "occupational_therapist")
_FOUR = ("district_nurse", *_ALLIED)

USES = (
    Use(r"base_year", ("b",)),
    Use(r"target_year", ("D1", "D2", "E8")),
    Use(r"first_adjustable_intake", ("D1", "D2"), _DOCTORS),
    # doctors in training and specialists
    Use(r"st_growth", ("A0", "A3"), _DOCTORS),
    Use(r"st_(persons_nation|density_.+|growth_regional_sd|position_error|bound_excess|nation_error)", ("A4",), _DOCTORS),
    Use(r"specialist_(density_log_sd|growth_regional_sd|share_of_doctors)", ("A4",), _DOCTORS),
    Use(r"specialist_(undated|count|doctors|nation)_error|specialist_measure_bias", ("A4",), _DOCTORS),
    Use(r"st_count_error", ("A4", "A5"), _DOCTORS),
    Use(r"st_(flow_error|intake_change)", ("A5",), _DOCTORS),
    Use(r"foreign_certificates|never_resident_certificates", ("A6",), _DOCTORS),
    Use(r"calendar_training_years|completion_share", ("A3", "A5", "b, supply", "D1", "D2", "D3", "D4"), _DOCTORS),
    Use(r"specialist_persons_2010|recent_new_specialists", ("A4", "b, supply"), _DOCTORS),
    Use(r"fte_per_specialist", ("A4", "b, supply", "D2"), _DOCTORS),
    Use(r"fte_per_centre_specialist", ("A4",), _DOCTORS),
    Use(r"stay_share", ("b, supply", "D1", "D2", "D3"), _DOCTORS),
    Use(
        r"exit_multiplier|other_exit_rate_doctors|retirement_(age|spread)_doctors|general_practitioners_.+",
        ("A4", "b, supply"),
        _DOCTORS,
    ),
    Use(r"specialist_move_rate", ("b, supply", "D3"), _DOCTORS),
    Use(
        r"retirement_spread|retirement_age_professions|other_exit_rate_professions",
        ("b, supply",),
        _FOUR,
    ),
    Use(r"persons_per_position", ("A4", "C6", "D4"), _DOCTORS),
    Use(r"st_vacancy_rate", ("D4",), _DOCTORS),
    Use(r"st_share_(at_own_unit|mid_training)|inhabitants_per_st_mid", ("C6",), _DOCTORS),
    Use(r"st_per_specialist_limit|listed_per_st_doctor|intake_smoothing|programme_.+", ("D2",), _DOCTORS),
    Use(r"st_applicants.*", ("D1", "D2"), _DOCTORS),
    Use(r"training_years_(at|bt)|bt_share_of_starters|specialist_fte_nation", (), _DOCTORS),
    # need of doctors
    Use(r"inhabitants_per_specialist", ("C2", "C6"), _DOCTORS),
    Use(r"need_exponent|cni_weight_.+", ("C1",)),
    Use(r"doctor_contacts_with_travel", ("C3",), _DOCTORS),
    Use(r"minutes_doctor_contact", ("C3", "C4"), _DOCTORS),
    Use(r"doctor_contacts_(children|60_79|80_plus|women)", ("C1",), _DOCTORS),
    Use(r"health_centres|road_.+", ("C3", "E1"), (*_DOCTORS, *_AT_HOME)),
    Use(r"isolated_density|minimum_doctors", ("C3",), _DOCTORS),
    Use(r"task_shift_.+", ("C4",)),
    Use(r"(in)?direct_time_share_doctor", ("C4",)),
    Use(r"off_list_deviation", ("C5",), _DOCTORS),
    # the four professions
    Use(
        r"nurse_contacts_.+|telephone_.+|nurse_visits|child_health_visits|minutes_(nurse|telephone|child|home_nursing)_.+"
        r"|district_nurse_share_of_(nurse_visits|telephone_contacts|child_health)|home_nursing_.+",
        ("E1",),
        ("district_nurse",),
    ),
    Use(
        r"physiotherapy_contacts_.+|minutes_(home_)?physiotherapy_visit|home_physiotherapy_.+",
        ("E1",),
        ("physiotherapist",),
    ),
    Use(
        r"occupational_therapy_contacts_.+|minutes_(home_)?occupational_therapy_visit|home_occupational_.+",
        ("E1",),
        ("occupational_therapist",),
    ),
    Use(r"rehabilitation_visits|physiotherapist_share_of_.+", ("E1",), ("physiotherapist", "occupational_therapist")),
    Use(r"home_care_.+|recipients_year|contacts_year", ("E1",), _AT_HOME),
    Use(r"unmet_need_share", ("E1", "E6"), _AT_HOME),
    Use(r"possible_working_days|days_away|hours_per_day", ("E2",), _FOUR),
    Use(r"direct_time_cap", ("C4", "E2"), _FOUR),
    Use(r"(in)?direct_time_share_nurse", ("C4", "E2"), ("district_nurse",)),
    Use(r"(in)?direct_time_share_allied", ("C4", "E2", "E3"), _ALLIED),
    Use(
        r"need_weight|serious_distress_prevalence|treated_in_primary_care_share|sessions_per_treatment|minutes_per_session"
        r"|distress_.+",
        ("E3",),
        ("psychologist",),
    ),
    Use(r"municipal_share_home_care", ("E7",), ("district_nurse",)),
    Use(r"municipal_share_home_rehabilitation", ("E7",), ("physiotherapist", "occupational_therapist")),
    Use(r"fte_per_care_professional", ("b, supply", "E6", "E8"), _FOUR),
    Use(r"older_.+", ("b, supply",)),
    *(
        Use(rf"{plural}_(women_share|entry_age|\d+_plus_share)", ("b, supply",), (profession,))
        for plural, profession in (
            ("district_nurses", "district_nurse"),
            ("physiotherapists", "physiotherapist"),
            ("occupational_therapists", "occupational_therapist"),
            ("psychologists", "psychologist"),
        )
    ),
    Use(
        r"district_nurses_in_regions|district_nurse_(private_gross_up|share_municipal)|municipal_nurses", ("E6",), _FOUR[:1]
    ),
    Use(r"physiotherapists_all_sectors|physiotherapist_share_(primary_care|municipal)", ("E6", "E8"), ("physiotherapist",)),
    Use(r"occupational_therapists_(region|municipal|all)", ("E6", "E8"), ("occupational_therapist",)),
    Use(r"psychologists_per_100000|psychologist_share_primary_care", ("E3", "E6", "E8"), ("psychologist",)),
    Use(
        r"(specialist_nurse|district_nurse)_(graduates|degree_share|study_years|entry_share)"
        r"|district_nurse_share_of_graduates",
        ("E8",),
        ("district_nurse",),
    ),
    *(Use(rf"{name}_(graduates|degree_share|study_years)", ("E8",), (name,)) for name in _ALLIED),
    # chance and money
    Use(
        r"employer_on_cost_.+|monthly_pay_.+|pay_year_.+|price_year|pay_growth|(in)?direct_overhead|supervision_hours"
        r"|rotation_cost|agency_.+|discount_rate",
        ("g",),
    ),
)
"""Which part of the method each assumption is used in; the first that matches."""


@cache
def use_of(name: str) -> Use | None:
    """Where an assumption is used; None for one that the list does not know."""
    return next((use for use in USES if re.fullmatch(use.names, name)), None)


def label(part: str) -> str:
    """The label that a part of the method bears in the chapter."""
    return part.partition(",")[0]


def anchor(part: str) -> str:
    """The anchor of a part of the method in the chapter."""
    return "formel-" + part.lower().replace(", ", "-")


def chain(labels: Iterable[str]) -> tuple[str, ...]:
    """Some parts of the method and all that they rest on, in the order of the chapter.

    Raises
    ------
    KeyError
        If there is no such label.
    """
    found: set[str] = set()
    waiting = list(labels)
    while waiting:
        part = waiting.pop()
        if part not in found:
            found.add(part)
            waiting += METHODS[part].rests_on
    return tuple(part for part in METHODS if part in found)


class Symbol(NamedTuple):
    """A computed quantity of the method."""

    symbol: str
    meaning: str
    """Its Swedish words."""
    unit: str


SYMBOLS = (
    Symbol("N", "invånare", "persons"),
    Symbol("Z", "döda under ett år", "persons"),
    Symbol("z", "dödstal i riket: döda per personår", "per year"),
    Symbol("varrho", "dödsrisk mot rikets, i en region, ett kön och en femårsgrupp", "ratio"),
    Symbol("tau_Z", "spridning mellan regioner i dödsrisk", "ratio"),
    Symbol("q", "risk att dö inom ett år", "share"),
    Symbol("ell", "personår som en nyfödd lever i en ålder", "years"),
    Symbol("u", "nettoflyttning per invånare och år", "per year"),
    Symbol("bk", "födda per kvinna i fruktsam ålder och år", "per year"),
    Symbol("B", "födda under ett år", "persons"),
    Symbol("H", "personer i yrket", "persons"),
    Symbol("G", "personer som blir klara och kommer in i yrket under ett år", "persons per year"),
    Symbol("X", "personer som hoppar av under ett år", "persons per year"),
    Symbol("Psi", "andel som ännu arbetar vid en viss ålder", "share"),
    Symbol("chi", "risk att gå i pension inom ett år", "share"),
    Symbol("varepsilon", "risk att lämna yrket inom ett år", "share"),
    Symbol("S", "andel av dem som börjat som är kvar i utbildning efter några år", "share"),
    Symbol("J", "heltider som är kvar av en nybliven yrkesutövare efter några år", "FTE"),
    Symbol("K", "heltider av en som börjat sin utbildning, efter några år", "FTE"),
    Symbol("y", "publicerad uppgift", "as the figure"),
    Symbol("fel", "standardfel", "as the figure"),
    Symbol("lt", "logaritmen av antalet läkare per invånare", "ratio"),
    Symbol("lut", "hur mycket en täthet av läkare betyder", "ratio"),
    Symbol("ld", "täthet av läkare av alla slag, mot regionernas medelvärde och spridning", "ratio"),
    Symbol("eg", "regionens egen avvikelse", "ratio"),
    Symbol("t_ref", "referensdatum", "date"),
    Symbol("z_pub", "skillnad mellan modellen och en publicerad uppgift, i standardavvikelser", "ratio"),
    Symbol("v", "kontakter per invånare mot män i åldern 18–59 år", "ratio"),
    Symbol("alpha", "vad ålder och kön ger", "ratio"),
    Symbol("a", "andel av invånarna med en egenskap", "share"),
    Symbol("w", "egenskapens vikt", "weight"),
    Symbol("f", "faktor som skiljer en kommuns behov från rikets", "ratio"),
    Symbol("ki", "vårdbehovsindex", "ratio"),
    Symbol("gamma", "vikt för kommunens eget index", "share"),
    Symbol("tau_K", "spridning mellan kommuner i samma grupp", "ratio"),
    Symbol("km", "medelavstånd till vårdcentral", "km"),
    Symbol("ut", "andel av invånarna som bor utanför tätort", "share"),
    Symbol("rho", "invånare per kvadratkilometer", "inhabitants per km2"),
    Symbol("xi", "restid per minut med patienten", "ratio"),
    Symbol("R", "behov", "FTE"),
    Symbol("F", "tillgång", "FTE"),
    Symbol("omega", "vikt för en ST-läkare mitt i utbildningen", "share"),
    Symbol("I", "personer som börjar ST under ett år", "persons per year"),
    Symbol("T", "personer i ST", "persons"),
    Symbol("P", "finansierade tjänster", "positions"),
    Symbol("E", "läkare som kan och vill börja ST", "persons per year"),
    Symbol("M", "minuter under ett år", "minutes"),
    Symbol("AWT", "arbetstimmar på ett heltidsår", "hours per year"),
    Symbol("CAS", "andel av arbetstiden som inte är patienttid", "share"),
    Symbol("Omega_sp", "kostnad för ett heltidsår, specialist", "SEK per FTE and year"),
    Symbol("Omega_st", "kostnad för ett heltidsår, ST-läkare", "SEK per FTE and year"),
    Symbol("C", "kostnad under ett år", "SEK"),
    Symbol("r_p", "andel nyutexaminerade som börjar i primärvård", "share"),
)
"""Computed quantities of the method chapter."""

INDICES = {
    "r": "region",
    "m": "kommun",
    "j": "grupp efter ålder och kön",
    "x": "ålder",
    "t": "år",
    "l": "år efter starten",
    "n": "löpande nummer",
    "k": "slag av kontakt, egenskap eller faktor",
    "p": "yrke",
}
"""Index of the method chapter → its Swedish words."""

GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "ell": "ℓ",
    "eta": "η",
    "zeta": "ζ",
    "theta": "θ",
    "iota": "ι",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "nu": "ν",
    "xi": "ξ",
    "rho": "ρ",
    "varrho": "ϱ",
    "sigma": "σ",
    "tau": "τ",
    "phi": "φ",
    "chi": "χ",
    "psi": "ψ",
    "omega": "ω",
    "varepsilon": "ε",
    "Lambda": "Λ",
    "Psi": "Ψ",
    "Omega": "Ω",
}
"""Name of a letter in symbols → the letter."""


def written(symbol: str) -> str:
    """A symbol as it is read: its letter, and after an underscore what stands below the line."""
    letter, _, below = symbol.partition("_")
    return GREEK.get(letter, letter) + (f"_{below}" if below else "")
