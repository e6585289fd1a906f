"""The whole chain for one edition: checked tables and assumptions in, every result out, no file touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden import guideline, need, population, supply, uncertainty
from riktvarden.baseline import reconcile, returned, st
from riktvarden.results import NATION, Results, tidy

if TYPE_CHECKING:
    from riktvarden.assumptions import Assumptions

FloatArray = NDArray[np.float64]

REFERENCE_DATE = pd.Timestamp("2021-12-31")
"""Newest date with a published region × age table: the common date of the baseline."""

TABLES = (
    "regions",
    "population_region",
    "population_region_age_group",
    "population_nation",
    "published_st",
    "st_baseline",
    "specialist_baseline",
    "municipalities",
    "population_municipality",
    "population_municipality_age_group",
)
"""Tables that `run` needs."""

ASSUMPTIONS = (
    "base_year",
    "calendar_training_years",
    "completion_share",
    "domestic_completions",
    "first_adjustable_intake",
    "foreign_certificates",
    "fte_per_centre_specialist",
    "fte_per_specialist",
    "inhabitants_per_specialist",
    "inhabitants_per_st_mid",
    "never_resident_certificates",
    "persons_per_position",
    "specialist_density_log_sd",
    "specialist_exit_rate",
    "specialist_persons_nation",
    "st_count_error",
    "st_density_cap",
    "st_density_log_sd",
    "st_flow_error",
    "st_growth",
    "st_intake_change",
    "st_per_specialist_limit",
    "st_persons_nation",
    "st_share_at_own_unit",
    "st_share_mid_training",
    "st_vacancy_rate",
    "target_year",
)
"""Assumptions that `run` needs."""

PERSON_STEP = 5.0
"""Intervals of persons without a value are rounded outwards to this."""

OLDER = ("70-79", "80-89", "90+")
"""Published age groups of municipalities from 70 years; the source has no cut at 65."""

DATED = {
    "st_allmanmedicin_persons": "stock",
    "st_allmanmedicin_recruited": "starters",
    "new_specialists_per_year": "completions",
    "new_specialist_certificates_allmanmedicin_swedish_st": "completions",
}
"""Measures of published figures that one path of stock and flows is fitted to → what they are of it."""

RECONCILED_FROM = 2010
"""Figures of earlier years stand too far apart to say anything of one another."""

LOCAL_NORM = "regional_target_inhabitants_per_specialist"
"""Measure of the published norms that regions have decided themselves."""


def run(
    tables: Mapping[str, pd.DataFrame],
    assumptions: Assumptions,
    draws: int = uncertainty.DRAWS,
    seed: int = uncertainty.SEED,
) -> Results:
    """Compute baseline, requirement, coverage and guideline values for the nation and every region.

    Parameters
    ----------
    tables
        The checked tables named in `TABLES`, and ``returns`` with what regions handed in, if there is any.
    assumptions
        Graded assumptions by name, those of `ASSUMPTIONS` at least.
    draws
        Number of draws.
    seed
        Seed of the draws.

    Returns
    -------
    Results
        Central values at the assumptions' values, intervals from the draws. A region without a published
        ST figure has no value, coverage or gap of its training stock, only the interval of its prior.
    """
    people = _people(tables, assumptions)
    needed = {name: assumptions[name] for name in ASSUMPTIONS}
    drawn = uncertainty.sample(needed, {"st": people.codes, "specialists": people.codes}, draws, seed)
    central = SimpleNamespace(**{name: item.value for name, item in needed.items()})
    spread = SimpleNamespace(**drawn.assumptions)

    newest, reference = (_published(tables, people, use) for use in ("newest", "reference"))
    specialists = _specialists(tables, people)
    stocks = _Stocks(
        st=np.append(_aligned(reference, central), central.st_persons_nation),
        newest=np.append(newest["value"].to_numpy(float), central.st_persons_nation),
        specialists=np.append(_specialist_fte(specialists, central), _nation_fte(central)),
    )
    st_draws = _st_draws(reference, spread, drawn.regional["st"], people)
    stock_draws = _Stocks(
        st=st_draws,
        newest=np.column_stack([_within_rounding(newest, drawn.regional["st"]), st_draws[:, -1]]),
        specialists=_specialist_draws(specialists, spread, drawn.regional["specialists"], people),
    )
    value, draw = _chain(central, people, stocks), _chain(spread, people, stock_draws)
    figures = _figures(tables, people, "newest")
    rows = pd.concat(
        [
            _population_rows(people),
            _published_rows(figures, people),
            _st_rows(value, draw, reference, newest, people),
            _specialist_rows(value, draw, reference, specialists, people),
            _guideline_rows(value, draw, people),
            _path_rows(value, draw, people),
            _extra_need_rows(tables["published_st"], central),
        ],
        ignore_index=True,
    ).astype({"year": "Int64"})
    return Results(
        tidy=rows,
        draws=draw,
        areas=tuple(people.areas),
        figures=figures,
        municipalities=_municipalities(tables, people.base_year, central),
        starters=_starters_by_target_year(tables, assumptions, central, spread, stocks, stock_draws),
        norms=_positions_by_norm(tables["published_st"], central, spread, people),
        reconciled=_reconciled(tables, central),
        left_out=_left_out(reference, stocks, spread, drawn.regional["st"], people),
    )


# --- inputs -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _People:
    """Inhabitants the chain needs; arrays are over the areas, the nation last."""

    codes: list[str]
    areas: list[str]
    base_year: int
    target_year: int
    base: FloatArray
    target: FloatArray
    at_reference: pd.Series
    year_ends: pd.Series
    """Every published total, by region and year."""


@dataclass(frozen=True)
class _Stocks:
    """Stocks over the areas, with or without a first axis of draws; NaN where nothing is published."""

    st: FloatArray
    """Persons in ST at the reference date."""
    newest: FloatArray
    """Persons in ST by the newest published figure."""
    specialists: FloatArray
    """Full-time equivalents of specialists."""


def _people(tables: Mapping[str, pd.DataFrame], assumptions: Assumptions) -> _People:
    codes = tables["regions"]["region"].sort_values().to_list()
    base_year, target_year = (int(assumptions[name].value) for name in ("base_year", "target_year"))
    nation = population.totals(tables["population_nation"], ["year"])
    by_age = population.totals(tables["population_region_age_group"], ["region", "year"])
    now = tables["population_region"].set_index(["region", "year"])["population"]
    municipal = tables["population_municipality"].merge(tables["municipalities"][["municipality", "region"]])
    year_ends = now.combine_first(by_age).combine_first(population.totals(municipal, ["region", "year"]))
    base = now.xs(base_year, level="year").reindex(codes).to_numpy(float)
    target = population.project_with_constant_shares(base, float(nation[base_year]), float(nation[target_year]))
    return _People(
        codes=codes,
        areas=[*codes, NATION],
        base_year=base_year,
        target_year=target_year,
        base=_with_nation(base),
        target=_with_nation(target),
        at_reference=by_age.xs(REFERENCE_DATE.year, level="year").reindex(codes),
        year_ends=year_ends,
    )


def _with_nation(values: FloatArray) -> FloatArray:
    """Append the sum over regions to the last axis."""
    return np.concatenate([values, values.sum(axis=-1, keepdims=True)], axis=-1)


def _returned(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """What regions handed in, as totals of the region."""
    if "returns" not in tables:
        return pd.DataFrame(columns=returned.COLUMNS)
    people = tables["population_region"].sort_values("year").groupby("region")["population"].last()
    return returned.region_totals(tables["returns"], people)


def _figures(tables: Mapping[str, pd.DataFrame], people: _People, use: str) -> pd.DataFrame:
    """The ST figures of one use, the regions' own returns among them where there are any."""
    return st.chosen_figures(
        tables["st_baseline"],
        tables["published_st"],
        people.at_reference,
        use,
        _returned(tables),
        REFERENCE_DATE if use == "reference" else None,
    )


def _published(tables: Mapping[str, pd.DataFrame], people: _People, use: str) -> pd.DataFrame:
    """The regions' published ST persons for one use; a row per region, NaN where none is published."""
    figures = _figures(tables, people, use)
    persons = figures.loc[figures["measure"] == "persons"].set_index("region").reindex(people.codes)
    return persons.fillna({"qualifier": "", "figure": "", "half_width": 0.0})


def _specialists(tables: Mapping[str, pd.DataFrame], people: _People) -> pd.DataFrame:
    """The regions' published counts of specialists; a row per region, NaN where none is published."""
    published = tables["published_st"][["figure", "value"]]
    rows = tables["specialist_baseline"].merge(published, on="figure", validate="one_to_one")
    return rows.set_index("region").reindex(people.codes).fillna({"qualifier": "", "figure": ""})


# --- stocks -------------------------------------------------------------------------------------------


def _aligned(reference: pd.DataFrame, p: SimpleNamespace) -> FloatArray:
    years = st.years_between(reference["dated"], REFERENCE_DATE)
    return st.align(reference["value"].to_numpy(float), years, p.st_growth)


def _within_rounding(figures: pd.DataFrame, uniform: FloatArray) -> FloatArray:
    """Draws of printed figures within what their rounding leaves open."""
    return figures["value"].to_numpy(float) + (2 * uniform - 1) * figures["half_width"].to_numpy(float)


def _st_draws(reference: pd.DataFrame, p: SimpleNamespace, uniform: FloatArray, people: _People) -> FloatArray:
    """ST persons at the reference date: published figures aligned, the rest from the prior.

    A figure varies within its rounding and its date within what the source leaves open.
    """
    years = st.years_between(reference["dated"], REFERENCE_DATE) + (uniform - 0.5) * st.date_width(reference["precision"])
    known = st.align(_within_rounding(reference, uniform), years, p.st_growth)
    filled = st.fill_to_total(
        known,
        people.at_reference.to_numpy(float),
        uniform,
        p.st_persons_nation,
        p.st_density_log_sd,
        np.asarray(p.st_density_cap) / 1000,
    )
    return _with_nation(filled)


def _left_out(
    reference: pd.DataFrame, stocks: _Stocks, p: SimpleNamespace, uniform: FloatArray, people: _People
) -> pd.DataFrame:
    """What the prior says of each known region when its own figure is taken away (a check of method A4)."""
    rows = []
    for place in np.flatnonzero(reference["value"].notna()):
        without = reference.assign(value=reference["value"].mask(np.arange(len(reference)) == place))
        low, middle, high = uncertainty.interval(_st_draws(without, p, uniform, people)[:, place])
        region, value = people.codes[place], stocks.st[place]
        rows.append({"region": region, "value": value, "low": low, "middle": middle, "high": high})
    return pd.DataFrame(rows)


def _reconciled(tables: Mapping[str, pd.DataFrame], p: SimpleNamespace) -> pd.DataFrame:
    """Dated figures of the nation and of each region with two or more on the stock, against one path each."""
    published = tables["published_st"]
    dated = published.loc[published["measure"].isin(DATED) & (published["year"] >= RECONCILED_FROM)]
    dated = dated.assign(kind=dated["measure"].map(DATED))
    # An approximate count of a region, such as a lower bound, says too little to be held against another.
    firm = (dated["quality"] == "exact") | (dated["kind"] != "stock") | (dated["region"] == NATION)
    figures = dated.loc[firm, ["region", "figure", "year", "kind", "value"]]
    own = _returned(tables)
    if not own.empty:
        own = own.loc[(own["measure"] == "persons") & own["value"].notna()]
        own = own.assign(year=own["dated"].dt.year, kind="stock")
        figures = pd.concat([figures, own[figures.columns]], ignore_index=True)
    errors = reconcile.Errors(p.st_count_error, p.st_flow_error, p.st_intake_change)
    told = [
        reconcile.reconcile(
            rows.sort_values(["year", "kind"]), p.calendar_training_years, p.completion_share, errors
        ).figures
        for _, rows in figures.groupby("region")
        if (rows["kind"] == "stock").sum() >= 2
    ]
    return pd.concat(told, ignore_index=True)


def _nation_fte(p: SimpleNamespace) -> FloatArray:
    return supply.full_time_equivalents(p.specialist_persons_nation, p.fte_per_specialist)


def _specialist_fte(rows: pd.DataFrame, p: SimpleNamespace) -> FloatArray:
    """Published headcounts as full-time equivalents; those at health centres have their own rate."""
    at_centre = (rows["measure"] == "persons_at_health_centres").to_numpy()
    per_person = np.where(at_centre, p.fte_per_centre_specialist, p.fte_per_specialist)
    return supply.full_time_equivalents(rows["value"].to_numpy(float), per_person)


def _specialist_draws(rows: pd.DataFrame, p: SimpleNamespace, uniform: FloatArray, people: _People) -> FloatArray:
    """Specialists in full-time equivalents: published counts converted, the rest from the prior."""
    filled = st.fill_to_total(
        _specialist_fte(rows, p), people.base[:-1], uniform, _nation_fte(p), p.specialist_density_log_sd
    )
    return _with_nation(filled)


# --- chain --------------------------------------------------------------------------------------------


def _chain(p: SimpleNamespace, people: _People, stocks: _Stocks) -> dict[str, FloatArray]:
    """Every measure over the areas: once with the central values, once with the draws."""
    required = need.requirement(people.base, p.inhabitants_per_specialist)
    norm = _norm(p, required)
    in_mid_training = np.asarray(p.st_share_mid_training) * stocks.st / np.asarray(p.persons_per_position)
    weight = np.asarray(p.inhabitants_per_st_mid) / np.asarray(p.inhabitants_per_specialist)
    inflow = _inflow(p)
    long_run = supply.full_time_equivalents(supply.long_run_stock(inflow, p.specialist_exit_rate), p.fte_per_specialist)
    return norm | {
        "specialist_requirement": required,
        "st_persons_reference": stocks.st,
        "specialist_fte": stocks.specialists,
        "coverage_a": guideline.coverage_a(stocks.specialists, required),
        "coverage_b": guideline.coverage_b(stocks.specialists, in_mid_training, required, weight, p.st_share_at_own_unit),
        "specialist_gap": required - stocks.specialists,
        "st_gap": norm["st_persons_guideline"] - stocks.newest,
        **_build_up(p, people.target, people.base_year, stocks),
        # The nation alone: where the inflow assumed today leads.
        "specialist_inflow": np.atleast_1d(inflow),
        "specialist_fte_long_run": np.atleast_1d(long_run),
        "specialist_requirement_target": need.requirement(people.target, p.inhabitants_per_specialist),
        "st_persons_implied": np.atleast_1d(guideline.training_stock(_reference_intake(p), p.calendar_training_years)),
    }


def _norm(p: SimpleNamespace, required: FloatArray) -> dict[str, FloatArray]:
    """Starters, persons and positions that sustain a requirement."""
    intake = guideline.steady_state_intake(required, p.specialist_exit_rate, p.completion_share, p.fte_per_specialist)
    persons = guideline.training_stock(intake, p.calendar_training_years)
    return {
        "st_starters_guideline": intake,
        "st_persons_guideline": persons,
        "st_positions_guideline": guideline.funded_positions(persons, p.persons_per_position, p.st_vacancy_rate),
    }


def _inflow(p: SimpleNamespace) -> FloatArray:
    """New specialists per year in the nation: completed training here, and certificates from abroad."""
    abroad = supply.net_certificates(p.foreign_certificates, p.never_resident_certificates)
    return np.asarray(p.domestic_completions) + np.maximum(abroad, 0.0)


def _reference_intake(p: SimpleNamespace) -> FloatArray:
    """Starters per year behind the domestic completions assumed today."""
    return np.asarray(p.domestic_completions) / np.asarray(p.completion_share)


def _build_up(p: SimpleNamespace, target_population: FloatArray, base_year: int, stocks: _Stocks) -> dict[str, FloatArray]:
    """Starters per year that meet the norm in the target year (closed form D1), and their supervision."""
    years = guideline.intake_years(p.first_adjustable_intake, p.target_year, p.calendar_training_years)
    st_share = stocks.st / stocks.st[..., -1:]
    persons = stocks.specialists / np.asarray(p.fte_per_specialist)
    inflow = _inflow(p) * st_share

    def specialists(year: object) -> FloatArray:
        return supply.project_stock(persons, inflow, p.specialist_exit_rate, np.asarray(year, float) - base_year)

    supplied = supply.full_time_equivalents(specialists(p.target_year), p.fte_per_specialist)
    gap = need.requirement(target_population, p.inhabitants_per_specialist) - supplied
    active = supply.still_active_share(p.completion_share, p.specialist_exit_rate, np.maximum(years, 1.0))
    reference = _reference_intake(p) * st_share
    starters = guideline.required_intake(reference, gap, years, active, p.fte_per_specialist)
    # The load on supervisors is heaviest when the new cohorts are all in training and none has finished.
    full = np.asarray(p.first_adjustable_intake) + np.asarray(p.calendar_training_years)
    in_training = guideline.training_stock(starters, p.calendar_training_years)
    return {
        "st_starters_reference": reference,
        "specialist_gap_target": gap,
        "st_starters_target": starters,
        "st_per_specialist_peak": in_training / specialists(full),
    }


def _starters_by_target_year(
    tables: Mapping[str, pd.DataFrame],
    assumptions: Assumptions,
    central: SimpleNamespace,
    spread: SimpleNamespace,
    stocks: _Stocks,
    stock_draws: _Stocks,
) -> pd.DataFrame:
    """National starters per year that meet the norm, for every target year the assumptions allow.

    A year is infeasible by training alone unless nine draws of ten find an answer: else its interval has no end.
    """
    target = assumptions["target_year"]
    years = np.arange(int(central.first_adjustable_intake) + 1, int(target.high) + 1)
    nation = population.totals(tables["population_nation"], ["year"]).reindex(years).to_numpy(float)

    def starters(p: SimpleNamespace, every: _Stocks) -> FloatArray:
        at = SimpleNamespace(**vars(p) | {"target_year": years.astype(float)})
        whole = _Stocks(every.st[..., -1:], every.newest[..., -1:], every.specialists[..., -1:])
        return _build_up(at, nation, int(central.base_year), whole)["st_starters_target"]

    value, draws = starters(central, stocks), starters(spread, stock_draws)
    low, _, high = uncertainty.interval(draws)
    told = np.isfinite(value) & np.isfinite(high)
    return pd.DataFrame(
        {
            "year": years,
            "intakes": np.maximum(
                guideline.intake_years(central.first_adjustable_intake, years, central.calendar_training_years),
                0.0,
            ),
            "value": np.where(told, value, np.nan),
            "low": np.where(told, low, np.nan),
            "high": np.where(told, high, np.nan),
            "feasible": np.isfinite(draws).mean(axis=0),
        }
    )


def _positions_by_norm(
    published: pd.DataFrame, central: SimpleNamespace, spread: SimpleNamespace, people: _People
) -> pd.DataFrame:
    """National positions under the norms that regions have decided: side by side, never in an interval."""
    norms = np.unique(published.loc[published["measure"] == LOCAL_NORM, "value"].to_numpy(float))
    required = need.requirement(people.base[-1], norms)
    low, _, high = uncertainty.interval(_norm(spread, required)["st_positions_guideline"])
    value = _norm(central, required)["st_positions_guideline"]
    return pd.DataFrame({"norm": norms, "requirement": required, "value": value, "low": low, "high": high})


def _municipalities(tables: Mapping[str, pd.DataFrame], year: int, central: SimpleNamespace) -> pd.DataFrame:
    """Inhabitants, age and what the norm means in each municipality; never an ST value (HSL 12:3)."""
    ages = tables["population_municipality_age_group"]
    shares = population.with_shares(ages, ["municipality", "year"])
    older = shares.loc[shares["age_group"].isin(OLDER)].groupby("municipality")["share"].sum()
    totals = tables["population_municipality"].query("year == @year").set_index("municipality")["population"]
    frame = tables["municipalities"][["municipality", "name", "region"]].assign(year=year)
    frame["population"] = frame["municipality"].map(totals)
    frame["older"] = frame["municipality"].map(older)
    frame["age_year"] = ages["year"].max()
    frame["specialist_requirement"] = need.requirement(
        frame["population"].to_numpy(float), central.inhabitants_per_specialist
    )
    return frame


# --- rows ---------------------------------------------------------------------------------------------


def _joined(figures: pd.Series, formula: str, otherwise: str) -> list[str]:
    """Source of each region's cell: its published figure and a formula, or what stands in for them."""
    return [f"{figure}; {formula}" if figure else otherwise for figure in figures]


def _population_rows(people: _People) -> pd.DataFrame:
    return tidy(
        people.areas,
        "population",
        "persons",
        "population_region",
        year=people.base_year,
        value=people.base,
        status="reported",
    )


def _published_rows(figures: pd.DataFrame, people: _People) -> pd.DataFrame:
    """The newest published figures as they came, and a missing row where no persons are published."""
    told = set(figures.loc[figures["measure"] == "persons", "region"])
    absent = [code for code in people.codes if code not in told]
    unit = figures["measure"].str.replace("financed_", "").replace({"fte": "FTE"})
    return pd.concat(
        [
            tidy(
                figures["region"].to_numpy(),
                ("st_" + figures["measure"]).to_numpy(),
                unit.to_numpy(),
                figures["figure"].to_numpy(),
                year=figures["dated"].dt.year.to_numpy(),
                value=figures["value"].to_numpy(),
                status=figures["status"].to_numpy(),
                qualifier=figures["qualifier"].to_numpy(),
            ),
            tidy(absent, "st_persons", "persons", "st_baseline"),
        ]
    )


def _st_rows(
    value: dict[str, FloatArray],
    draw: dict[str, FloatArray],
    reference: pd.DataFrame,
    newest: pd.DataFrame,
    people: _People,
) -> pd.DataFrame:
    """ST persons at one date and per 1 000 inhabitants, and the gap to the guideline value."""
    qualifier = np.append(reference["qualifier"].to_numpy(), "")
    # Moving a lower bound to another date bounds nothing from above: it has no interval.
    ranged = qualifier != "lower_bound"
    exact = (reference["dated"] == REFERENCE_DATE) & (reference["precision"] == "day")
    status = np.append(np.where(exact, reference["status"], "estimated"), "estimated")
    source = [*_joined(reference["figure"], "A0", "A4"), "st_persons_nation"]
    persons = tidy(
        people.areas,
        "st_persons_reference",
        "persons",
        source,
        year=REFERENCE_DATE.year,
        value=value["st_persons_reference"],
        draws=draw["st_persons_reference"],
        ranged=ranged,
        status=status,
        qualifier=qualifier,
        step=PERSON_STEP,
    )
    per_1000 = 1000 / _with_nation(people.at_reference.to_numpy(float))
    density = persons.assign(
        measure="st_persons_per_1000",
        unit="persons per 1 000 inhabitants",
        **{column: persons[column] * per_1000 for column in ("value", "low", "high")},
    )
    has_newest = newest.loc[newest["value"].notna()]
    inhabitants = [
        population.nearest(people.year_ends.xs(code, level="region"), day) for code, day in has_newest["dated"].items()
    ]
    newest_density = tidy(
        has_newest.index,
        "st_newest_per_1000",
        "persons per 1 000 inhabitants",
        [f"{figure}; population_region" for figure in has_newest["figure"]],
        year=has_newest["dated"].dt.year.to_numpy(),
        value=has_newest["value"].to_numpy() / np.asarray(inhabitants, float) * 1000,
        status="derived",
        qualifier=has_newest["qualifier"].to_numpy(),
    )
    # What is missing is at most so much where the count is a lower bound.
    gap_qualifier = newest["qualifier"].replace({"lower_bound": "upper_bound"}).to_numpy()
    gap = tidy(
        people.areas,
        "st_gap",
        "persons",
        [*_joined(newest["figure"], "D4", "st_baseline"), "st_persons_nation; D4"],
        year=people.base_year,
        value=value["st_gap"],
        draws=draw["st_gap"],
        ranged=np.append(newest["value"].notna().to_numpy(), True),
        qualifier=np.append(gap_qualifier, ""),
    )
    return pd.concat([persons, density, newest_density, gap])


def _specialist_rows(
    value: dict[str, FloatArray],
    draw: dict[str, FloatArray],
    reference: pd.DataFrame,
    specialists: pd.DataFrame,
    people: _People,
) -> pd.DataFrame:
    """Requirement, stock and coverage; a value only where the region's specialists are published."""
    norm_source = "population_region; inhabitants_per_specialist; C2"
    stock_source = [*_joined(specialists["figure"], "b", "A4"), "specialist_persons_nation; b"]
    qualifier = np.append(specialists["qualifier"].to_numpy(), "old")
    st_known = np.append(reference["value"].notna().to_numpy(), True)
    frames = [
        tidy(
            people.areas,
            "specialist_requirement",
            "FTE",
            norm_source,
            year=people.base_year,
            value=value["specialist_requirement"],
            status="derived",
        )
    ]
    for measure, unit, formula, ranged, step in (
        ("specialist_fte", "FTE", "", True, PERSON_STEP),
        ("coverage_a", "share", "; C6", True, 0.0),
        ("coverage_b", "share", "; C6", st_known, 0.0),
    ):
        frames.append(
            tidy(
                people.areas,
                measure,
                unit,
                [source + formula for source in stock_source],
                year=people.base_year,
                value=value[measure],
                draws=draw[measure],
                ranged=ranged,
                qualifier=qualifier,
                step=step,
            )
        )
    frames.append(
        tidy(
            [NATION],
            "specialist_gap",
            "FTE",
            "specialist_persons_nation; C2",
            year=people.base_year,
            value=value["specialist_gap"][-1:],
            draws=draw["specialist_gap"][:, -1:],
            qualifier="old",
        )
    )
    return pd.concat(frames)


def _guideline_rows(value: dict[str, FloatArray], draw: dict[str, FloatArray], people: _People) -> pd.DataFrame:
    """The guideline values: starters, persons and whole positions that sum exactly to the nation."""
    frames = []
    for measure, unit, formula in (
        ("st_starters_guideline", "persons per year", "C2; D3"),
        ("st_persons_guideline", "persons", "C2; D3; D4"),
        ("st_positions_guideline", "positions", "C2; D3; D4"),
    ):
        frames.append(
            tidy(
                people.areas,
                measure,
                unit,
                formula,
                year=people.base_year,
                value=value[measure],
                draws=draw[measure],
            )
        )
    positions = frames[-1]
    per_10_000 = 10_000 / people.base
    density = positions.assign(
        measure="st_positions_per_10000",
        unit="positions per 10 000 inhabitants",
        **{column: positions[column] * per_10_000 for column in ("value", "low", "high")},
    )
    whole = guideline.largest_remainder(positions["value"].to_numpy()[:-1]).astype(float)
    low, high = uncertainty.widen_to_step(positions["low"], positions["high"])
    frames[-1] = positions.assign(value=_with_nation(whole), low=low, high=high)
    return pd.concat([*frames, density])


def _path_rows(value: dict[str, FloatArray], draw: dict[str, FloatArray], people: _People) -> pd.DataFrame:
    """Starters that meet the norm in the target year: the nation with a value, the regions as intervals."""
    nation_only = np.array([*[False] * len(people.codes), True])
    frames = []
    for measure, unit, year in (
        ("st_starters_reference", "persons per year", people.base_year),
        ("st_starters_target", "persons per year", people.target_year),
        ("specialist_gap_target", "FTE", people.target_year),
    ):
        frames.append(
            tidy(
                people.areas,
                measure,
                unit,
                "D1",
                year=year,
                value=value[measure],
                draws=draw[measure],
                valued=nation_only,
                without_value="estimated",
            )
        )
    for measure, unit, formula in (
        ("specialist_inflow", "persons per year", "A6"),
        ("specialist_fte_long_run", "FTE", "A6; b"),
        ("st_persons_implied", "persons", "D4"),
        ("st_per_specialist_peak", "ST persons per specialist", "D1; D4; b"),
    ):
        frames.append(
            tidy(
                [NATION],
                measure,
                unit,
                formula,
                year=people.target_year,
                value=value[measure][-1:],
                draws=np.broadcast_to(draw[measure], (len(draw["st_gap"]), draw[measure].shape[-1]))[:, -1:],
            )
        )
    frames.append(
        tidy(
            [NATION],
            "specialist_requirement_target",
            "FTE",
            "population_nation; inhabitants_per_specialist; C2",
            year=people.target_year,
            value=value["specialist_requirement_target"][-1:],
            status="derived",
        )
    )
    return pd.concat(frames)


def _extra_need_rows(published: pd.DataFrame, central: SimpleNamespace) -> pd.DataFrame:
    """Extra need that published inhabitants per doctor mean against the norm, where they are printed."""
    rows = published.loc[
        (published["measure"] == "inhabitants_per_primary_care_doctor") & (published["quality"] == "exact")
    ].sort_values("region")
    return tidy(
        rows["region"].to_numpy(),
        "extra_need",
        "share",
        [f"{figure}; C2" for figure in rows["figure"]],
        year=rows["year"].to_numpy(),
        value=need.extra_need(rows["value"].to_numpy(float), central.inhabitants_per_specialist),
        status="derived",
    )
