"""Compare the model with published counts at their own dates: difference, z-score, and unexplained differences."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from riktvarden import supply, uncertainty
from riktvarden.baseline import personnel, st
from riktvarden.codes import NATION
from riktvarden.model import careers, chain, inputs, professions, weights
from riktvarden.names import FAR, SEED
from riktvarden.parameters import Parameters
from riktvarden.problems import InputError, Problem
from riktvarden.professions import PROFESSIONS
from riktvarden.results import Results
from riktvarden.uncertainty import Sample

FloatArray = NDArray[np.float64]

FILE = "data/tables/calibration.csv"

NEAR = 1.0
"""|z| up to which the model agrees, and beyond which a difference must be explained."""

BY_CONTACTS = tuple(name for name, each in PROFESSIONS.items() if each.contacts)
"""Professions whose use is built up from contacts, and can thus be compared with staff."""

NO_USE = {"unmet_need_share": 0.0, "task_shift_share": 0.0}
"""Assumptions that make need differ from use → their neutral value."""

PER_100000, PER_1000 = 100_000, 1000
TEN_MINUTES = 10.0
NORM_EXCESS = 0.9
"""Extra need, as a share of today's, from which the published number of regions is counted (st-090)."""


class Comparison(NamedTuple):
    """Published figures beside the model, each (row,)."""

    model: FloatArray
    """P50 of the draws."""
    low: FloatArray
    high: FloatArray
    """P10 and P90."""
    z: FloatArray


def compare(published: ArrayLike, relative_sd: ArrayLike, draws: FloatArray, absolute: ArrayLike = False) -> Comparison:
    """Compare the model with published figures (rule 11 of the method).

    On the log scale ``z = (ln m - ln x) / √(Var(ln M) + s²)``, m the median of the draws M, x the published figure and
    s its own relative error. If a figure may be zero or negative, such as a gap,
    ``z = (m - x) / √(Var(M) + (s x)²)``. Errors of figure and model are assumed independent; if the figure is an input
    of the model they are not, and z is too small.

    Parameters
    ----------
    published
        Published figures, (row,).
    relative_sd
        Relative standard error of each figure, from its rounding and wording, (row,).
    draws
        Draws of the model at the figure's own date, (draw, row).
    absolute
        Whether the comparison is on a linear scale, (row,).

    Returns
    -------
    Comparison
        Interval of the model and z; if neither has an error, z is zero if they are equal, otherwise infinite.

    Raises
    ------
    ValueError
        If a figure or a draw to be compared on the log scale is not positive, or an error is negative.
    """
    x, s = np.asarray(published, float), np.asarray(relative_sd, float)
    own_scale = np.broadcast_to(np.asarray(absolute, bool), x.shape)
    if (s < 0).any():
        raise ValueError("the relative error of a figure must not be negative")
    if (x[~own_scale] <= 0).any() or (draws[:, ~own_scale] <= 0).any():
        raise ValueError("figures and draws compared on the log scale must be positive")
    low, middle, high = uncertainty.interval(draws)
    positive = np.where(own_scale, 1.0, draws)
    distance = np.where(
        own_scale, middle - x, np.log(np.where(own_scale, 1.0, middle)) - np.log(np.where(own_scale, 1.0, x))
    )
    spread = np.where(own_scale, np.hypot(draws.std(axis=0), s * x), np.hypot(np.log(positive).std(axis=0), s))
    exact = np.where(distance == 0, 0.0, np.copysign(np.inf, distance))
    z = np.where(spread > 0, distance / np.where(spread > 0, spread, 1.0), exact)
    return Comparison(middle, low, high, z)


# --- what a run says ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """Quantities of one run used by the comparisons; arrays are (draw, area), the nation last, unless stated."""

    p: Parameters
    """Assumptions."""
    areas: tuple[str, ...]
    inhabitants: pd.Series
    """Persons at year's end, indexed by region (the nation among them) and year."""
    base_year: int
    st: FloatArray
    """Persons in training at `st_date`."""
    st_date: pd.Timestamp
    starters: FloatArray
    """Starters a year in the base year."""
    st_needed: FloatArray
    """Persons in training that sustain the norm, in the base year."""
    specialists: FloatArray
    """Full-time equivalents of specialists in the base year."""
    leaving: FloatArray
    """Share of the specialists who leave in the year after the base date, (draw,)."""
    staff: Mapping[str, professions.Today]
    """Profession → full-time equivalents at work."""
    use: Mapping[str, professions.Today]
    """Profession → full-time equivalents required by today's contacts."""
    first_year: int
    """Year at whose end the paths of specialists start."""
    specialists_at: FloatArray
    """Specialists of the nation at the end of each year to that after the base year, persons, (draw, year)."""
    ages_at: FloatArray
    """Specialists at each age of `careers.AGES`, to the base year, (draw, age, year)."""
    foreign_at: Mapping[int, float]
    """Year → foreign certificates relative to a usual year; 1 in other years."""
    st_growth: FloatArray
    """Yearly growth of the number in training, by region."""
    specialist_growth: FloatArray
    """Yearly growth of the specialists of each region beyond the nation's, log rate."""
    within_ten_minutes: FloatArray
    """Share of the inhabitants who reach a health centre by car in ten minutes."""

    def place(self, region: str) -> int:
        """Place of a region on the last axis."""
        return self.areas.index(region)

    def persons(self, region: str, year: int) -> float:
        """Return the inhabitants at the end of a year."""
        return float(self.inhabitants.loc[(region, year)])

    def assumed(self, name: str) -> FloatArray:
        """Return one assumption, (draw,)."""
        return self.p[name][:, 0]


class Asked(NamedTuple):
    """Subject of a published figure."""

    region: str
    profession: str
    dated: pd.Timestamp


def run_of(on: chain.Base, drawn: Sample, st_needed: FloatArray) -> Run:
    """Collect the quantities for the comparisons from the chain.

    The specialists' past is the back-cast of the same draws; the year after the base year is the projection's.

    Parameters
    ----------
    on
        Inputs shared by all draws.
    drawn
        The draws.
    st_needed
        Persons in training that sustain the norm in the base year, (draw, area).
    """
    people = chain.until(on.people, on.people.base_year + 1)
    found = chain.doctors(on, drawn, people)
    career = careers.career(found.p, "general_practice", on.deaths)
    known = careers.evidence(on.tables)
    by_age = careers.back_cast(found.p, known, on.deaths, people.base_year).sum(axis=1)
    past, nation = by_age.sum(axis=1), found.have.fte[:, -1]
    asked = Sample({**drawn.assumptions, **_constant(drawn, NO_USE)}, drawn.regional)
    as_used = replace(found.required, by_year=found.required.by_year[..., :1])
    use = {}
    for profession in BY_CONTACTS:
        work = chain.need_now(on, asked, as_used, profession)
        use[profession] = professions.Today(
            work.region.sum(axis=1, keepdims=True), work.municipality.sum(axis=1, keepdims=True)
        )
    return Run(
        p=found.p,
        areas=tuple(people.areas),
        inhabitants=_inhabitants(on),
        base_year=people.base_year,
        st=found.stocks.st,
        st_date=people.base_date,
        starters=found.have.intake,
        st_needed=st_needed,
        specialists=found.have.fte[..., 0],
        leaving=(career.stock_ages * career.leaving).sum(axis=(1, 2)),
        staff={profession: professions.today(found.p, people, profession) for profession in PROFESSIONS},
        use=use,
        first_year=known.start,
        specialists_at=np.column_stack([past, past[:, -1] * nation[:, 1] / nation[:, 0]]),
        ages_at=by_age,
        foreign_at=dict(enumerate(known.foreign.tolist(), start=known.start + 1)),
        st_growth=np.expm1(
            np.log1p(found.p.st.st_growth) + _apart(people, "st", found.p.regional_stocks.st_growth_regional_sd)
        ),
        specialist_growth=_apart(people, "specialists", found.p.regional_stocks.specialist_growth_regional_sd),
        within_ten_minutes=weights.within_minutes(found.p, people, on.at, TEN_MINUTES),
    )


def _apart(people: inputs.People, what: str, sd: FloatArray) -> FloatArray:
    """Draw the deviation of each region's growth from the nation's (method A4), (draw, area); zero for the nation."""
    names = [f"calibration:{what}:{code}" for code in people.codes]
    scores = ndtri(uncertainty.stratified(names, len(sd), SEED))
    return np.pad(scores * sd, ((0, 0), (0, 1)))


def _constant(drawn: Sample, values: Mapping[str, float]) -> dict[str, FloatArray]:
    return {name: np.full_like(drawn.assumptions[name], value) for name, value in values.items()}


def _inhabitants(on: chain.Base) -> pd.Series:
    """Return all published totals, including the nation's."""
    nation = on.tables["population_nation"]
    total = nation.loc[nation["kind"] == "observed"].groupby("year")["population"].sum()
    total.index = pd.MultiIndex.from_product([[NATION], total.index], names=["region", "year"])
    return pd.concat([on.people.year_ends, total]).rename("population")


# --- what can be compared -------------------------------------------------------------------------------------


def _since(run: Run, dated: pd.Timestamp) -> float:
    return float((dated - run.st_date).days / st.DAYS_PER_YEAR)


def _st_persons(run: Run, asked: Asked) -> FloatArray:
    """Return persons in training: the stock moved to the figure's date by the drawn growth (method A0)."""
    at = run.place(asked.region)
    return st.align(run.st[:, at], _since(run, asked.dated), run.st_growth[:, at])


def _st_per_1000(run: Run, asked: Asked) -> FloatArray:
    return _st_persons(run, asked) / run.persons(asked.region, asked.dated.year) * PER_1000


def _st_positions(run: Run, asked: Asked) -> FloatArray:
    return _st_persons(run, asked) / run.assumed("persons_per_position")


def _st_starters(run: Run, asked: Asked) -> FloatArray:
    at, years = run.place(asked.region), asked.dated.year - run.base_year
    return st.align(run.starters[:, at], years, run.st_growth[:, at])


def _st_missing(run: Run, asked: Asked) -> FloatArray:
    """Return the persons in training that sustain the norm, for the inhabitants of that year, less the actual ones."""
    then = run.persons(asked.region, asked.dated.year) / run.persons(asked.region, run.base_year)
    return run.st_needed[:, run.place(asked.region)] * then - _st_persons(run, asked)


def _completions(run: Run, asked: Asked) -> FloatArray:
    """Return completions in the figure's year, from the stock at the end of the year before (method b)."""
    before = _st_persons(run, asked._replace(dated=pd.Timestamp(asked.dated.year - 1, 12, 31)))
    duration, completion = run.assumed("calendar_training_years"), run.assumed("completion_share")
    growth = np.log1p(run.st_growth[:, run.place(asked.region)])
    return supply.completions_of_stock(before, growth, duration, completion, 1)[..., 0]


def _certificates(run: Run, asked: Asked) -> FloatArray:
    """Return all certificates, including those on training abroad."""
    return _completions(run, asked) + _foreign_certificates(run, asked)


def _foreign_certificates(run: Run, asked: Asked) -> FloatArray:
    """Return certificates on training abroad, with the published peak due to a change of rules."""
    return run.assumed("foreign_certificates") * run.foreign_at.get(asked.dated.year, 1.0)


def _at(run: Run, path: FloatArray, dated: pd.Timestamp) -> FloatArray:
    """Interpolate a path by year's end, (draw, year), linearly at a date."""
    time = dated.year + dated.day_of_year / (365 + dated.is_leap_year) - run.first_year - 1
    if not 0 <= time <= path.shape[1] - 1:
        raise KeyError(dated.year)
    before = min(int(time), path.shape[1] - 2)
    part = time - before
    return (1 - part) * path[:, before] + part * path[:, before + 1]


def _specialist_fte(run: Run, asked: Asked) -> FloatArray:
    """Move stocks from the base date to the figure's, with the nation's specialists and the region's own growth."""
    at, base = run.place(asked.region), run.specialists_at[:, run.base_year - run.first_year]
    own = np.exp(run.specialist_growth[:, at] * _since(run, asked.dated))
    return run.specialists[:, at] * own * _at(run, run.specialists_at, asked.dated) / base


def _specialist_persons(run: Run, asked: Asked) -> FloatArray:
    """Return the back-cast's persons; a region's share is that of the nation's full-time equivalents."""
    persons = run.specialists_at[:, run.base_year - run.first_year]
    return _specialist_fte(run, asked) * persons / run.specialists[:, run.place(NATION)]


def _at_centres(run: Run, asked: Asked) -> FloatArray:
    return _specialist_fte(run, asked) / run.assumed("fte_per_centre_specialist")


def _specialists_per_100000(run: Run, asked: Asked) -> FloatArray:
    return _specialist_persons(run, asked) / run.persons(asked.region, asked.dated.year) * PER_100000


def _aged(run: Run, asked: Asked, first: int, end: int) -> FloatArray:
    """Return the share of the nation's specialists from one age to below another, (draw,)."""
    within = run.ages_at[:, (first <= careers.AGES) & (end > careers.AGES)].sum(axis=1)
    return _at(run, within, asked.dated) / _at(run, run.specialists_at, asked.dated)


def _specialists_under_70(run: Run, asked: Asked) -> FloatArray:
    return _specialist_persons(run, asked) * _aged(run, asked, 0, 70)


def _specialists_60_to_69(run: Run, asked: Asked) -> FloatArray:
    return _specialist_persons(run, asked) * _aged(run, asked, 60, 70)


def _share_60_plus(run: Run, asked: Asked) -> FloatArray:
    return 100 * _aged(run, asked, 60, careers.AGES[-1] + 1)


def _leaving(run: Run, asked: Asked) -> FloatArray:
    return _at_centres(run, asked) * run.leaving


def _inhabitants_per_doctor(run: Run, asked: Asked) -> FloatArray:
    return run.persons(asked.region, asked.dated.year) / _specialist_fte(run, asked)


def _inhabitants_per_any_doctor(run: Run, asked: Asked) -> FloatArray:
    """Return the same with all doctors counted in the comparison of 2022 (method A4)."""
    return _inhabitants_per_doctor(run, asked) * run.assumed("specialist_share_of_doctors")


def _doctors_missing(run: Run, asked: Asked) -> FloatArray:
    """Return the doctors required by the norm, less all counted in the comparison of 2022."""
    persons = run.persons(asked.region, asked.dated.year)
    return persons / run.assumed("inhabitants_per_specialist") - persons / _inhabitants_per_any_doctor(run, asked)


def _specialists_missing(run: Run, asked: Asked) -> FloatArray:
    """Return the full-time specialists required by the norm in the figure's year, less those at work."""
    norm = run.assumed("inhabitants_per_specialist")
    return run.persons(asked.region, asked.dated.year) / norm - _specialist_fte(run, asked)


def _regions_far_below(run: Run, asked: Asked) -> FloatArray:
    """Count the regions where the norm requires more than those at work by `NORM_EXCESS`."""
    regions = [area for area in run.areas if area != NATION]
    each = np.stack([_inhabitants_per_any_doctor(run, asked._replace(region=region)) for region in regions])
    extra = each / run.assumed("inhabitants_per_specialist") - 1
    return (extra >= NORM_EXCESS).sum(axis=0).astype(float)


def _people(run: Run, fte: FloatArray) -> FloatArray:
    return fte[:, 0] / run.assumed("fte_per_care_professional")


def _staff_region(run: Run, asked: Asked) -> FloatArray:
    return _people(run, run.staff[asked.profession].region)


def _within_ten_minutes(run: Run, asked: Asked) -> FloatArray:
    return 100 * run.within_ten_minutes[:, run.place(asked.region)]


def _staff_municipal(run: Run, asked: Asked) -> FloatArray:
    return _people(run, run.staff[asked.profession].municipality)


def _district_nurses_in_regions(run: Run, _: Asked) -> FloatArray:
    """Return the regions' own employees, without the addition for private units."""
    return _people(run, run.staff["district_nurse"].region) / run.assumed("district_nurse_private_gross_up")


def _all_occupational_therapists(run: Run, _: Asked) -> FloatArray:
    return run.assumed("occupational_therapists_all")


def _share_region(run: Run, asked: Asked) -> FloatArray:
    return 100 * _staff_region(run, asked) / _all_occupational_therapists(run, asked)


def _share_municipal(run: Run, asked: Asked) -> FloatArray:
    return 100 * _staff_municipal(run, asked) / _all_occupational_therapists(run, asked)


def _of_assumption(name: str) -> Callable[[Run, Asked], FloatArray]:
    return lambda run, _: run.assumed(name)


def _use_region(run: Run, asked: Asked) -> FloatArray:
    return run.use[asked.profession].region[:, 0] / run.staff[asked.profession].region[:, 0]


def _use_municipal(run: Run, asked: Asked) -> FloatArray:
    return run.use[asked.profession].municipality[:, 0] / run.staff[asked.profession].municipality[:, 0]


@dataclass(frozen=True)
class Quantity:
    """A published quantity that the model can compute."""

    of: Callable[[Run, Asked], FloatArray]
    """Function to the model's draws, (draw,)."""
    unit: str
    group: str
    absolute: bool = False
    """Whether it may be zero or negative, so that it is compared on a linear scale."""
    events: bool = False
    """Whether it counts persons of one year, and thus varies by chance from year to year."""


QUANTITIES: Mapping[str, Quantity] = {
    "st_persons": Quantity(_st_persons, "persons", "st"),
    "st_per_1000": Quantity(_st_per_1000, "per 1000 inhabitants", "st"),
    "st_positions": Quantity(_st_positions, "positions", "st"),
    "st_starters": Quantity(_st_starters, "persons per year", "st", events=True),
    "st_missing": Quantity(_st_missing, "persons", "gaps", absolute=True),
    "completions": Quantity(_completions, "persons per year", "new_specialists", events=True),
    "certificates": Quantity(_certificates, "certificates per year", "new_specialists", events=True),
    "foreign_certificates": Quantity(_foreign_certificates, "certificates per year", "new_specialists", events=True),
    "specialist_persons": Quantity(_specialist_persons, "persons", "specialists"),
    "specialists_under_70": Quantity(_specialists_under_70, "persons", "specialists"),
    "specialists_60_to_69": Quantity(_specialists_60_to_69, "persons", "specialists"),
    "share_60_plus": Quantity(_share_60_plus, "percent", "specialists"),
    "specialists_at_centres": Quantity(_at_centres, "persons", "specialists"),
    "specialist_fte": Quantity(_specialist_fte, "FTE", "specialists"),
    "specialists_per_100000": Quantity(_specialists_per_100000, "persons per 100 000", "specialists"),
    "inhabitants_per_doctor": Quantity(_inhabitants_per_doctor, "inhabitants", "specialists"),
    "inhabitants_per_any_doctor": Quantity(_inhabitants_per_any_doctor, "inhabitants", "specialists"),
    "leaving": Quantity(_leaving, "persons per year", "specialists", events=True),
    "specialists_missing": Quantity(_specialists_missing, "FTE", "gaps", absolute=True),
    "doctors_missing": Quantity(_doctors_missing, "FTE", "gaps", absolute=True),
    "regions_far_below": Quantity(_regions_far_below, "regions of 21", "gaps", absolute=True),
    "staff_municipal": Quantity(_staff_municipal, "persons", "staff"),
    "staff_all": Quantity(_all_occupational_therapists, "persons", "staff"),
    "share_region": Quantity(_share_region, "percent", "staff"),
    "share_municipal": Quantity(_share_municipal, "percent", "staff"),
    "district_nurses_in_regions": Quantity(_district_nurses_in_regions, "persons", "staff"),
    "municipal_nurses": Quantity(_of_assumption("municipal_nurses"), "persons", "staff"),
    "physiotherapists_all_sectors": Quantity(_of_assumption("physiotherapists_all_sectors"), "persons", "staff"),
    "psychologists_per_100000": Quantity(_of_assumption("psychologists_per_100000"), "persons per 100 000", "staff"),
    "nurse_visits": Quantity(_of_assumption("nurse_visits"), "million visits per year", "use"),
    "rehabilitation_visits": Quantity(_of_assumption("rehabilitation_visits"), "million visits per year", "use"),
    "child_health_visits": Quantity(_of_assumption("child_health_visits"), "million visits per year", "use"),
    "telephone_contacts": Quantity(_of_assumption("telephone_contacts_all"), "million contacts per year", "use"),
    "home_care_recipients": Quantity(_of_assumption("home_care_recipients"), "persons", "use"),
    "use_region": Quantity(_use_region, "ratio", "use"),
    "use_municipal": Quantity(_use_municipal, "ratio", "use"),
    "within_ten_minutes": Quantity(_within_ten_minutes, "percent", "travel"),
}
"""Quantity of the table ``calibration`` → its computation. An assumption alone is its own published figure."""

COLUMNS = [
    "comparison",
    "figure",
    "quantity",
    "region",
    "profession",
    "date",
    "unit",
    "role",
    "comparable",
    "published",
    "published_sd",
    "model",
    "low",
    "high",
    "difference",
    "ratio",
    "z",
    "explained",
    "status",
    "explanation_sv",
    "explanation_en",
    "question_to",
]


OWN_COUNT = {
    "explanation_sv": "Modellen följer regionens egen, nyare uppgift, som skiljer sig mycket från källans.",
    "explanation_en": "The model follows the region’s own, newer count, which differs much from the source’s.",
    "question_to": "region",
}
"""Default explanation of a large difference in a region with its own return."""


def calibrate(
    rows: pd.DataFrame,
    published: pd.DataFrame,
    run: Run,
    counts: pd.DataFrame,
    returned: Collection[str] = (),
) -> pd.DataFrame:
    """Compare the model with each published figure at the figure's date.

    Parameters
    ----------
    rows
        The table ``calibration``; ``relative_sd`` is empty where `counts` has the figure's error.
    published
        Every published figure: ``figure, value`` and more.
    run
        Quantities of the run.
    counts
        The counts that the careers are conditioned on, from `careers.evidence`.
    returned
        Regions whose return the model uses, which explains a difference, see `OWN_COUNT`.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`, a row per comparison in the order of the table. ``model`` is P50, ``low`` and ``high`` are P10 and P90;
        ``status`` is ``agrees`` (z of at most `NEAR` in size), ``near`` (up to `FAR`), ``explained`` or ``unexplained``.

    Raises
    ------
    InputError
        If a figure, quantity, region or year is unknown, or the model has no number for it.
    """
    values = published.drop_duplicates("figure").set_index("figure")["value"].astype(float)
    texts = rows.assign(**{name: rows[name].fillna("") for name in TEXTS})
    of_counts = relative_error(counts)
    problems, draws, figures, errors = [], [], [], []
    for line, row in enumerate(texts.to_dict("records"), start=2):
        try:
            figures.append(_published(row, values))
            errors.append(_error(row, values, of_counts))
            draws.append(_said(run, row))
        except _NotComputableError as fault:
            problems.append(Problem(FILE, line, fault.column, fault.value, fault.expected, fault.remedy))
    if problems:
        raise InputError(problems)
    kinds = [QUANTITIES[str(quantity)] for quantity in rows["quantity"]]
    figure = np.array(figures)
    # The model gives the expectation of a year, about which the actual number is Poisson (method f).
    by_chance = np.array([kind.events for kind in kinds]) / np.sqrt(np.maximum(np.abs(figure), 1.0))
    error = np.hypot(errors, by_chance)
    found = compare(figure, error, np.stack(draws, axis=1), [kind.absolute for kind in kinds])
    size = np.abs(found.z)
    is_own = (size > FAR) & texts["region"].isin(returned) & texts["explanation_sv"].eq("") & texts["explanation_en"].eq("")
    texts.loc[is_own, list(OWN_COUNT)] = list(OWN_COUNT.values())
    explained = (texts["explanation_sv"].ne("") & texts["explanation_en"].ne("")).to_numpy()
    both = [" + ".join(filter(None, pair)) for pair in texts[["figure", "added"]].itertuples(index=False)]
    return texts.assign(
        figure=both,
        date=pd.to_datetime(rows["dated"]),
        unit=[kind.unit for kind in kinds],
        published=figure,
        published_sd=error * np.abs(figure),
        model=found.model,
        low=found.low,
        high=found.high,
        difference=found.model - figure,
        ratio=found.model / figure,
        z=found.z,
        explained=explained,
        status=np.select([size <= NEAR, size <= FAR, explained], ["agrees", "near", "explained"], "unexplained"),
    )[COLUMNS]


TEXTS = ("figure", "added", "explanation_sv", "explanation_en", "question_to")
"""Columns that may be empty for no remark."""


def relative_error(counts: pd.DataFrame) -> pd.Series:
    """Return the relative standard error of each count by figure; errors of shares are absolute.

    Parameters
    ----------
    counts
        From `careers.evidence`.
    """
    share = counts["quantity"].str.startswith("share")
    return (counts["error_sd"] / counts["value"].where(share, 1.0)).set_axis(counts["figure"])


class _NotComputableError(Exception):
    """A row that cannot be compared: the location of the fault and its fix."""

    def __init__(self, column: str, value: str, expected: str, remedy: str) -> None:
        self.column, self.value, self.expected, self.remedy = column, value, expected, remedy
        super().__init__(column)


def _named(row: Mapping[Hashable, object]) -> list[str]:
    return [str(row[column]) for column in ("figure", "added") if row[column]]


def _error(row: Mapping[Hashable, object], values: pd.Series, of_counts: pd.Series) -> float:
    """Return the relative error of a published figure, which must be given in one place only."""
    named, own = _named(row), float(str(row["relative_sd"]))
    elsewhere = bool(named) and set(named) <= set(of_counts.index)
    if elsewhere == np.isnan(own):
        figures = values[named].to_numpy(float)
        return float(np.linalg.norm(of_counts[named] * figures) / figures.sum()) if elsewhere else own
    raise _NotComputableError(
        "relative_sd",
        f"{row['relative_sd']}",
        "an error either here or in career_evidence",
        "write it, or remove it where career_evidence has the figure",
    )


def _published(row: Mapping[Hashable, object], values: pd.Series) -> float:
    """Return the published value, or that required by an identity if the row names no figure."""
    named = _named(row)
    if not named:
        expected = float(str(row["expected"]))
        if np.isnan(expected):
            raise _NotComputableError(
                "figure",
                "",
                "a published figure, or the value required by an identity in 'expected'",
                "write one of the two",
            )
        return expected
    for figure in named:
        if figure not in values.index or np.isnan(values[figure]):
            tables = ", ".join(personnel.PUBLISHED)
            raise _NotComputableError("figure", figure, f"a figure with a value in {tables}", "correct the figure")
    return float(values[named].sum())


def _said(run: Run, row: Mapping[Hashable, object]) -> FloatArray:
    """Return the model's draws for a row, (draw,)."""
    quantity, region = str(row["quantity"]), str(row["region"])
    if quantity not in QUANTITIES:
        raise _NotComputableError("quantity", quantity, f"one of {', '.join(QUANTITIES)}", "correct the quantity")
    if region not in run.areas:
        raise _NotComputableError("region", region, f"one of {', '.join(run.areas)}", "correct the region")
    asked = Asked(region, str(row["profession"]), pd.Timestamp(str(row["dated"])))
    try:
        said = QUANTITIES[quantity].of(run, asked)
    except KeyError as missing:
        expected = f"a profession and year for which the model has {quantity}; it has no {missing}"
        raise _NotComputableError("dated", str(row["dated"]), expected, "correct the row or remove it") from missing
    if not np.isfinite(said).all():
        raise _NotComputableError("quantity", quantity, "a number in every draw", "correct the model or remove the row")
    return said


# --- the gate -------------------------------------------------------------------------------------------------


def unexplained(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the comparisons, from `calibrate`, with a large difference and no recorded explanation."""
    return frame.loc[frame["status"] == "unexplained"]


def require_explained(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the comparisons if every one with |z| above `FAR` is explained.

    Raises
    ------
    InputError
        If one is not: with figure, quantity, model, published value, z, and fix.
    """
    problems = [
        Problem(
            FILE,
            int(str(line)) + 2,
            "explanation_sv",
            f"no explanation of {row['figure'] or 'an identity'} ({row['quantity']}, region {row['region']})",
            f"|z| up to {FAR:g}: the model gives {row['model']:.4g} where {row['published']:.4g} is published, "
            f"z = {row['z']:.1f}",
            "correct the assumption behind it, or explain the difference in explanation_sv and explanation_en",
        )
        for line, row in unexplained(frame).iterrows()
    ]
    if problems:
        raise InputError(problems)
    return frame


def at_base(results: Results) -> pd.DataFrame:
    """Return the model's quantities for the nation at the base date, whether or not published.

    Returns
    -------
    pandas.DataFrame
        ``quantity, unit, low, model, high``: the central value with P10 and P90; for persons the back-cast's P50.
    """
    names = {
        "st_persons": "st_persons_reference",
        "st_starters": "st_starters_reference",
        "specialist_fte": "specialist_fte",
    }
    cells = {name: results.cell(measure) for name, measure in names.items()}
    rows = {name: (cell.low, cell.value, cell.high) for name, cell in cells.items()}
    past = results.career_back_cast
    persons = past.loc[past["status"] == "modelled"].iloc[-1]
    rows["specialist_persons"] = (persons["low"], persons["middle"], persons["high"])
    inhabitants = results.cell("population").value
    low, middle, high = rows["specialist_fte"]
    rows["inhabitants_per_doctor"] = (inhabitants / high, inhabitants / middle, inhabitants / low)
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["low", "model", "high"], dtype=float)
    found.insert(0, "unit", [QUANTITIES[name].unit for name in found.index])
    return found.rename_axis("quantity").reset_index()
