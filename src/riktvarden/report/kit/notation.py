"""Names of the formulas and symbols of the method chapter, and the dependencies of each formula."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from riktvarden.names import LINEAGE, WITHIN


class Method(NamedTuple):
    """One labelled part of the method."""

    title: str
    """Its Swedish words."""
    functions: tuple[str, ...]
    """Functions that compute it, ``module:function`` below the package."""
    rests_on: tuple[str, ...] = ()
    """Labels of the parts whose results it uses."""
    tables: tuple[str, ...] = ()
    """Tables it reads."""
    takes: tuple[str, ...] = ()
    """Functions that only read assumptions for it."""


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
        ("model.careers:back_cast", "model.inputs:nation_st", "model.inputs:nation_fte"),
    ),
    "A5": Method(
        "Avstämning av daterade uppgifter",
        ("baseline.reconcile:reconcile",),
        (),
        ("published_st",),
        ("model.inputs:reconciled",),
    ),
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
        ("model.inputs:people",),
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
        (
            "need:age_sex_weight",
            "need:care_need_index",
            "need:deviation",
            "small_area:fitted",
            "small_area:benchmarked",
            "small_area:errors",
            "model.weights:morbidity",
            "model.weights:function",
            "model.weights:beside_use",
            "model.weights:requirement",
        ),
        ("b", "E4"),
        (
            "care_need_components_region",
            "born_abroad_municipality",
            "education_municipality",
            "municipality_covariates",
            "published_sou",
            "published_professions",
        ),
        ("model.weights:component_weights", "model.weights:doctor_contacts", "model.weights:in_distress"),
    ),
    "C2": Method("Normen", ("need:requirement", "need:waterfall"), ("b",), takes=("model.chain:required",)),
    "C3": Method(
        "Glesbygd",
        ("need:mean_distance", "need:travel_factor", "need:share_within", "model.weights:travel"),
        ("b",),
        ("municipality_covariates", "published_sou"),
    ),
    "C4": Method(
        "Arbetsdelning i teamet",
        (
            "need:task_shift",
            "model.weights:team",
            "model.team:moved",
            "model.team:saving",
            "model.team:least_cost",
            "model.team:programme",
        ),
        tables=("team_tasks",),
        takes=("model.team:spare",),
    ),
    "C5": Method("Uppdrag utanför listan", ("need:off_list",), takes=("model.chain:required",)),
    "C6": Method(
        "Täckning",
        ("guideline:coverage_a", "guideline:coverage_b", "model.general_practice:coverage"),
        ("A4", "C1", "C2", "C3", "C5"),
    ),
    "D1": Method(
        "Att nå normen ett visst år",
        (
            "guideline:intake_years",
            "guideline:required_intake",
            "model.general_practice:starters_for",
        ),
        ("b, supply", "C1", "C2", "C3", "C5", "D3"),
        takes=(
            "model.inputs:target_year",
            "model.general_practice:applicants",
        ),
    ),
    "D2": Method(
        "Vägen till normen",
        (
            "guideline:programme",
            "guideline:first_feasible_year",
            "model.path_to_norm:programme",
            "model.path_to_norm:variants",
        ),
        ("b, supply", "C1", "C2", "C3", "C5", "D3"),
        takes=("model.inputs:target_year", "model.path_to_norm:aims", "model.general_practice:applicants"),
    ),
    "D3": Method(
        "När normen hålls år efter år",
        (
            "guideline:steady_state_intake",
            "supply:lasting_stock",
            "supply:trained_for",
            "model.general_practice:sustaining",
        ),
        ("b, supply", "C1", "C2", "C3", "C5"),
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
        ("need:anchored", "need:minutes", "need:grown", "model.professions:needed"),
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
        takes=("model.professions:available_hours",),
    ),
    "E3": Method(
        "Psykisk ohälsa",
        ("need:treatment_minutes", "need:blended"),
        ("b", "C1", "E6"),
        takes=("model.professions:_treatment_per_person", "model.weights:distress_profile"),
    ),
    "E4": Method("Små kommuner", ("need:shrunk",), (), ("municipalities",)),
    "E5": Method(
        "Riktvärde per yrke",
        ("need:inhabitants_per_fte", "model.guidelines:rows"),
        takes=("model.guidelines:floor",),
    ),
    "E6": Method(
        "Dagens antal och index",
        (
            "model.professions:today",
            "model.professions:used",
            "model.staffing:meld",
            "melding:meld_linear",
            "need:index",
        ),
        (),
        ("population_region", "staffing_evidence"),
    ),
    "E7": Method(
        "Region eller kommun",
        ("need:by_principal", "model.professions:municipal_shares", "model.professions:divided"),
        (),
        ("responsibility", "municipal_principals"),
    ),
    "E8": Method(
        "Utbildningsplatser",
        (
            "model.outlook:supply_path",
            "guideline:places",
            "model.outlook:places",
            "model.recruitment:recruited",
            "model.recruitment:origins",
            "model.recruitment:closed",
            "model.recruitment:beside_forecasts",
        ),
        ("b, supply", "E1", "E2", "E6"),
        ("regions", "collaborative_region_split"),
        ("model.inputs:target_year",),
    ),
    "E9": Method(
        "Första linjen vid psykisk ohälsa",
        (
            "baseline.personnel:function_matrix",
            "model.first_line:prevalence",
            "model.first_line:in_need",
            "model.first_line:load",
            "model.first_line:fte_per_person",
            "model.first_line:counted_once",
        ),
        ("b", "E2", "E3"),
        ("personnel_selection", "stepped_care"),
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
        takes=(
            "model.costs:unit_cost",
            "model.costs:pay_of",
            "model.costs:prices",
            "model.costs:discount_rates",
            "model.costs:_cost",
            "model.costs:_replaced",
        ),
    ),
    "i": Method(
        "Omställningen till nära vård",
        (
            "model.local_care:growth",
            "model.local_care:today",
            "model.local_care:more",
            "model.local_care:cost_more",
        ),
        ("E1", "E6"),
        ("published_sou",),
    ),
    "h": Method(
        "Prövning mot det som hänt",
        ("validation:rolling_origin", "validation:crps_sample", "population:back_cast", "model.calibration:compare"),
    ),
}
"""Label in the method chapter → its part; one label has two parts, the second named after a comma."""


def takers() -> dict[str, tuple[str, ...]]:
    """Return function → labels of the parts of the method that it computes or reads assumptions for."""
    found: dict[str, list[str]] = {}
    for name, method in METHODS.items():
        for function in (*method.functions, *method.takes):
            found.setdefault(function, []).append(name)
    return {function: tuple(names) for function, names in found.items()}


def uses(recorded: pd.DataFrame) -> dict[str, dict[str, set[str]]]:
    """Return the parts of the method that use each assumption.

    Parameters
    ----------
    recorded
        Result of `riktvarden.model.lineage.recorded`.

    Returns
    -------
    dict
        Assumption → label → professions that it is used for. Of nested functions, the innermost with a label counts.
    """
    labels = takers()
    found: dict[str, dict[str, set[str]]] = {}
    for name, functions, profession in zip(*(recorded[column].tolist() for column in LINEAGE), strict=True):
        within = functions.split(WITHIN)
        for part in next((labels[function] for function in within if function in labels), ()):
            found.setdefault(name, {}).setdefault(part, set()).add(profession)
    return found


def label(part: str) -> str:
    """Return the label of a part of the method in the chapter."""
    return part.partition(",")[0]


def anchor(part: str) -> str:
    """Return the anchor of a part of the method in the chapter."""
    return "formel-" + part.lower().replace(", ", "-")


def chain(labels: Iterable[str]) -> tuple[str, ...]:
    """Return some parts of the method and all their dependencies, in the order of the chapter.

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
    Symbol("t_0", "basår: det nyaste år som folkmängden är känd för efter kommun och efter region och ålder", "year"),
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
    Symbol("fl", "andel med två eller fler långvariga sjukdomar", "share"),
    Symbol("ps", "andel med allvarlig psykisk påfrestning", "share"),
    Symbol("sj", "kontakter som sjuklighet kräver, mot den som är frisk", "ratio"),
    Symbol("pr", "kontakter per invånare mot rikets medelvärde", "ratio"),
    Symbol("alpha", "vad ålder och kön ger", "ratio"),
    Symbol("a", "andel av invånarna med en egenskap", "share"),
    Symbol("w", "egenskapens vikt", "weight"),
    Symbol("f", "faktor som skiljer en kommuns behov från rikets", "ratio"),
    Symbol("cn", "poäng i Care Need Index per invånare", "index weight"),
    Symbol("kv", "andelar lågutbildade, arbetslösa och ensamhushåll", "share"),
    Symbol("kl", "poäng per andel, mellan länen", "index weight"),
    Symbol("ki", "vårdbehovsindex", "ratio"),
    Symbol("gamma", "vikt för kommunens eget index", "share"),
    Symbol("tau_K", "spridning mellan kommuner i samma grupp", "ratio"),
    Symbol("km", "medelavstånd till vårdcentral", "km"),
    Symbol("ut", "andel av invånarna som bor utanför tätort", "share"),
    Symbol("rho", "invånare per kvadratkilometer", "inhabitants per km2"),
    Symbol("naa", "andel av invånarna inom tio minuter från en vårdcentral", "share"),
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
    Symbol("Q", "vad en flyttad kontakt sparar", "SEK"),
    Symbol("Y", "andel av läkarnas kontakter som flyttas", "share"),
    Symbol("W", "personer att rekrytera under ett år", "persons per year"),
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
    """Return a symbol in plain text: its letter, and its subscript after an underscore."""
    letter, _, below = symbol.partition("_")
    return GREEK.get(letter, letter) + (f"_{below}" if below else "")
