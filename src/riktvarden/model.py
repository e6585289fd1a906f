"""The whole chain for one edition: checked tables and assumptions in, every result out, no file touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden import guideline, need, population, supply, uncertainty
from riktvarden.baseline import st

if TYPE_CHECKING:
    from riktvarden.assumptions import Assumptions

FloatArray = NDArray[np.float64]

NATION = "00"
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

COLUMNS = ["region", "measure", "year", "value", "low", "high", "unit", "status", "qualifier", "source"]
PERSON_STEP = 5.0
SHARE_STEP = 0.01


class Cell(NamedTuple):
    """One result; a number that does not exist is NaN."""

    value: float
    low: float
    high: float
    unit: str
    status: str
    qualifier: str
    source: str


@dataclass(frozen=True)
class Results:
    """What one run of the model gives."""

    tidy: pd.DataFrame
    """Tidy: region, measure, year, value, low, high (P10 and P90), unit, status, qualifier, source."""
    draws: Mapping[str, FloatArray]
    """Measure → (draw, region), the regions in the order of `regions`."""
    regions: tuple[str, ...]
    """Codes of the 21 regions, in order."""
    figures: pd.DataFrame
    """The newest published ST figures, one row per region and measure, in the measure they came in."""
    municipalities: pd.DataFrame
    """Tidy: municipality, name, region, year, population, older (share), age_year, specialist_requirement."""

    def of(self, measure: str) -> pd.DataFrame:
        """Rows of one measure, indexed by region code.

        Raises
        ------
        KeyError
            If the run gave no such measure.
        """
        rows = self.tidy.loc[self.tidy["measure"] == measure].set_index("region")
        if rows.empty:
            raise KeyError(f"no measure {measure!r}; there are {sorted(self.tidy['measure'].unique())}")
        return rows

    def cell(self, measure: str, region: str = NATION) -> Cell:
        """One result of one region, by default of the nation.

        Raises
        ------
        KeyError
            If the run gave no such measure or no such region for it.
        """
        row = self.of(measure).loc[region]
        return Cell(*row[list(Cell._fields)])


def run(
    tables: Mapping[str, pd.DataFrame],
    assumptions: Assumptions,
    log2_draws: int = uncertainty.LOG2_DRAWS,
    seed: int = uncertainty.SEED,
) -> Results:
    """Compute baseline, requirement, coverage and guideline values for the nation and every region.

    Parameters
    ----------
    tables
        The checked tables named in `TABLES`.
    assumptions
        Graded assumptions by name.
    log2_draws
        Binary logarithm of the number of draws.
    seed
        Seed of the draws.

    Returns
    -------
    Results
        Central values at the assumptions' values, intervals from the draws. A region without a published
        ST figure has no value, coverage or gap of its training stock, only the interval of its prior.
    """
    people = _people(tables, assumptions)
    codes = people.codes
    drawn = uncertainty.sample(assumptions, {"st": len(codes), "specialists": len(codes)}, log2_draws, seed)
    central = SimpleNamespace(**assumptions.central())
    spread = SimpleNamespace(**drawn.assumptions)

    reference = _persons(tables, people, "reference")
    years = st.years_between(reference["dated"], REFERENCE_DATE)
    aligned = _chain_stock(reference["value"].to_numpy(float), years, spread, drawn.regional["st"], people)
    specialists = _specialists(tables, people, spread, drawn.regional["specialists"])

    norm = _chain_norm(central, people)
    norm_draws = _chain_norm(spread, people)
    draws = {
        "st_persons_reference": aligned,
        "specialist_fte": specialists.draws,
        **_coverage(spread, people, aligned, specialists.draws),
        **norm_draws,
        **_build_up(spread, people, aligned, specialists.draws),
    }
    figures = st.chosen_figures(tables["st_baseline"], tables["published_st"], people.at_reference, "newest")
    values = pd.concat(
        [
            _requirement_rows(people, norm),
            _baseline_rows(figures, reference, years, central, people, draws),
            _coverage_rows(central, people, reference, years, specialists, draws),
            _guideline_rows(norm, people, draws),
            _gap_rows(norm, figures, central, people, draws),
            _build_up_rows(draws, people, central),
            _feasibility_rows(central, spread, people),
            _extra_need_rows(tables["published_st"], central),
        ],
        ignore_index=True,
    )
    return Results(values[COLUMNS], draws, tuple(codes), figures, _municipalities(tables, people.base_year, central))


# --- inputs -------------------------------------------------------------------------------------------


def _people(tables: Mapping[str, pd.DataFrame], assumptions: Assumptions) -> SimpleNamespace:
    """Inhabitants the chain needs: by region at both dates, and the nation now and in the target year."""
    codes = tables["regions"]["region"].sort_values().to_list()
    base_year = int(assumptions["base_year"].value)
    target_year = int(assumptions["target_year"].value)
    now = tables["population_region"].set_index(["region", "year"])["population"]
    nation = population.totals(tables["population_nation"], ["year"])
    reference = population.totals(tables["population_region_age_group"]).xs(REFERENCE_DATE.year, level="year")
    base = now.xs(base_year, level="year").reindex(codes)
    return SimpleNamespace(
        codes=codes,
        base_year=base_year,
        target_year=target_year,
        base=base.to_numpy(float),
        at_reference=reference.reindex(codes),
        target=population.project_with_constant_shares(
            base.to_numpy(float), float(nation[base_year]), float(nation[target_year])
        ),
    )


def _persons(tables: Mapping[str, pd.DataFrame], people: SimpleNamespace, use: str) -> pd.DataFrame:
    """The regions' published ST persons for one use; a row per region, NaN where none is published."""
    figures = st.chosen_figures(tables["st_baseline"], tables["published_st"], people.at_reference, use)
    return figures.loc[figures["measure"] == "persons"].set_index("region").reindex(people.codes)


def _specialists(
    tables: Mapping[str, pd.DataFrame], people: SimpleNamespace, spread: SimpleNamespace, uniform: FloatArray
) -> SimpleNamespace:
    """Specialists in full-time equivalents: published headcounts converted, the rest from the prior."""
    rows = (
        tables["specialist_baseline"]
        .merge(tables["published_st"][["figure", "value"]], on="figure", validate="one_to_one")
        .set_index("region")
        .reindex(people.codes)
    )
    at_centre = (rows["measure"] == "persons_at_health_centres").to_numpy()
    persons = rows["value"].to_numpy(float)

    def fte(parameters: SimpleNamespace) -> FloatArray:
        per_person = np.where(at_centre, parameters.fte_per_centre_specialist, parameters.fte_per_specialist)
        return supply.full_time_equivalents(persons, per_person)

    filled = st.fill_to_total(
        fte(spread),
        people.base,
        uniform,
        spread.specialist_fte_nation,
        spread.specialist_density_log_sd,
    )
    return SimpleNamespace(rows=rows, fte=fte, draws=filled)


# --- chain --------------------------------------------------------------------------------------------


def _chain_stock(
    published: FloatArray, years: FloatArray, p: SimpleNamespace, uniform: FloatArray, people: SimpleNamespace
) -> FloatArray:
    """ST persons at the reference date: published figures aligned, the rest from the prior."""
    return st.fill_to_total(
        st.align(published, years, p.st_growth),
        people.at_reference.to_numpy(float),
        uniform,
        p.st_persons_nation,
        p.st_density_log_sd,
        np.asarray(p.st_density_cap) / 1000,
    )


def _chain_norm(p: SimpleNamespace, people: SimpleNamespace) -> dict[str, FloatArray]:
    """From inhabitants and norm to the starters, persons and positions that sustain it."""
    required = need.requirement(people.base, p.inhabitants_per_specialist)
    intake = guideline.steady_state_intake(required, p.specialist_exit_rate, p.completion_share, p.fte_per_specialist)
    persons = guideline.training_stock(intake, p.calendar_training_years)
    return {
        "specialist_requirement": required,
        "st_starters_guideline": intake,
        "st_persons_guideline": persons,
        "st_positions_guideline": guideline.funded_positions(persons, p.persons_per_position, p.st_vacancy_rate),
    }


def _coverage(
    p: SimpleNamespace, people: SimpleNamespace, st_persons: FloatArray, specialist_fte: FloatArray
) -> dict[str, FloatArray]:
    """Coverage A and B of the requirement by today's specialists."""
    required = need.requirement(people.base, p.inhabitants_per_specialist)
    mid = np.asarray(p.st_share_mid_training) * st_persons / np.asarray(p.persons_per_position)
    weight = np.asarray(p.inhabitants_per_st_mid) / np.asarray(p.inhabitants_per_specialist)
    return {
        "coverage_a": guideline.coverage_a(specialist_fte, required),
        "coverage_b": guideline.coverage_b(specialist_fte, mid, required, weight, p.st_share_at_own_unit),
    }


def _inflow(p: SimpleNamespace) -> FloatArray:
    """New specialists per year in the nation: completed training here, and certificates from abroad."""
    never = np.asarray(p.foreign_certificates) * np.asarray(p.never_resident_share)
    return np.asarray(p.domestic_completions) + supply.net_certificates(p.foreign_certificates, never)


def _build_up(
    p: SimpleNamespace, people: SimpleNamespace, st_persons: FloatArray, specialist_fte: FloatArray
) -> dict[str, FloatArray]:
    """Starters per year that meet the norm in the target year (closed form D1)."""
    window = guideline.intake_window(p.first_adjustable_intake, p.target_year, p.calendar_training_years)
    st_share = st_persons / st_persons.sum(axis=-1, keepdims=True)
    stock = supply.project_stock(
        specialist_fte / np.asarray(p.fte_per_specialist),
        _inflow(p) * st_share,
        p.specialist_exit_rate,
        np.asarray(p.target_year) - np.asarray(p.base_year),
    )
    gap = need.requirement(people.target, p.inhabitants_per_specialist) - supply.full_time_equivalents(
        stock, p.fte_per_specialist
    )
    active = supply.still_active_share(p.completion_share, p.specialist_exit_rate, window.years, window.since_last)
    reference = np.asarray(p.domestic_completions) / np.asarray(p.completion_share) * st_share
    return {
        "st_starters_reference": reference,
        "specialist_gap_target": gap,
        "st_starters_target": guideline.required_intake(reference, gap, window.years, active, p.fte_per_specialist),
    }


OLDER = ("70-79", "80-89", "90+")
"""Published age groups of municipalities from 70 years; the source has no cut at 65."""


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


def starters_by_target_year(
    tables: Mapping[str, pd.DataFrame],
    assumptions: Assumptions,
    log2_draws: int = uncertainty.LOG2_DRAWS,
    seed: int = uncertainty.SEED,
) -> pd.DataFrame:
    """National starters per year that meet the norm, for every target year the assumptions allow.

    Parameters
    ----------
    tables, assumptions, log2_draws, seed
        As for `run`.

    Returns
    -------
    pandas.DataFrame
        ``year`` (target), ``intakes`` (that finish in time), ``value, low, high`` (persons per year; NaN
        where infeasible by training alone, in the interval where any draw is), ``feasible``.
    """
    target = assumptions["target_year"]
    first = int(assumptions["first_adjustable_intake"].value)
    years = np.arange(first + 1, int(target.high) + 1)
    nation = population.totals(tables["population_nation"], ["year"])
    people = SimpleNamespace(target=nation.reindex(years).to_numpy(float))
    central = SimpleNamespace(**assumptions.central() | {"target_year": years.astype(float)})
    drawn = uncertainty.sample(assumptions, {}, log2_draws, seed).assumptions
    spread = SimpleNamespace(**drawn | {"target_year": years.astype(float)[None, :]})

    def starters(p: SimpleNamespace) -> FloatArray:
        stock = np.atleast_1d(np.asarray(p.st_persons_nation, float))
        fte = np.atleast_1d(np.asarray(p.specialist_fte_nation, float))
        return _build_up(p, people, stock, fte)["st_starters_target"]

    value = starters(central)
    low, _, high = uncertainty.interval(starters(spread))
    window = guideline.intake_window(first, years, central.calendar_training_years)
    return pd.DataFrame(
        {
            "year": years,
            "intakes": np.maximum(window.years, 0).astype(int),
            "value": value,
            "low": low,
            "high": high,
            "feasible": np.isfinite(value),
        }
    )


# --- tidy results -------------------------------------------------------------------------------------


def _rows(codes: object, measure: object, unit: object, source: object, **columns: object) -> pd.DataFrame:
    """One measure as tidy rows; columns not given are empty."""
    blank = {"year": pd.NA, "value": np.nan, "low": np.nan, "high": np.nan, "status": "derived", "qualifier": ""}
    return pd.DataFrame({"region": codes, "measure": measure, "unit": unit, "source": source} | blank | columns)


def _with_nation(people: SimpleNamespace, values: FloatArray) -> FloatArray:
    """Append the nation, the sum over regions, to the last axis."""
    return np.concatenate([values, values.sum(axis=-1, keepdims=True)], axis=-1)


def _requirement_rows(people: SimpleNamespace, norm: dict[str, FloatArray]) -> pd.DataFrame:
    codes = [*people.codes, NATION]
    return pd.concat(
        [
            _rows(
                codes,
                "population",
                "persons",
                "population_region",
                year=people.base_year,
                value=_with_nation(people, people.base),
                status="reported",
            ),
            _rows(
                codes,
                "specialist_requirement",
                "FTE",
                "C2",
                year=people.base_year,
                value=_with_nation(people, norm["specialist_requirement"]),
            ),
        ]
    )


def _baseline_rows(
    figures: pd.DataFrame,
    reference: pd.DataFrame,
    years: FloatArray,
    central: SimpleNamespace,
    people: SimpleNamespace,
    draws: Mapping[str, FloatArray],
) -> pd.DataFrame:
    unit = figures["measure"].map({"blocks": "blocks"}).fillna(figures["measure"].str.replace("financed_", ""))
    newest = _rows(
        figures["region"],
        "st_" + figures["measure"],
        unit,
        "published_st " + figures["figure"],
        year=figures["dated"].dt.year,
        value=figures["value"],
        status=figures["status"],
        qualifier=figures["qualifier"],
    )
    known = reference["value"].notna().to_numpy()
    absent = [code for code, there in zip(people.codes, known, strict=True) if not there]
    inhabitants = people.at_reference.to_numpy(float)
    aligned = st.align(reference["value"].to_numpy(float), years, central.st_growth)
    low, _, high = uncertainty.interval(draws["st_persons_reference"])
    outer_low, outer_high = uncertainty.widen_to_step(low, high, PERSON_STEP)
    common = {
        "year": REFERENCE_DATE.year,
        "status": np.select([~known, years == 0], ["missing", "derived"], "estimated"),
        "qualifier": np.where(known, reference["qualifier"].fillna("").to_numpy(), "interval_only"),
    }
    nation_low, _, nation_high = uncertainty.interval(draws["st_persons_reference"].sum(axis=1))
    nation = {"year": REFERENCE_DATE.year, "status": "estimated"}
    per_1000 = 1000 / inhabitants.sum()
    return pd.concat(
        [
            newest,
            _rows(absent, "st_persons", "persons", "published_st", status="missing"),
            _rows(
                people.codes,
                "st_persons_reference",
                "persons",
                "A4",
                value=aligned,
                low=np.where(known, low, outer_low),
                high=np.where(known, high, outer_high),
                **common,
            ),
            _rows(
                people.codes,
                "st_persons_per_1000",
                "persons per 1 000 inhabitants",
                "A4",
                value=aligned / inhabitants * 1000,
                low=low / inhabitants * 1000,
                high=high / inhabitants * 1000,
                **common,
            ),
            _rows(
                [NATION],
                "st_persons_reference",
                "persons",
                "assumption st_persons_nation",
                value=central.st_persons_nation,
                low=nation_low,
                high=nation_high,
                **nation,
            ),
            _rows(
                [NATION],
                "st_persons_per_1000",
                "persons per 1 000 inhabitants",
                "assumption st_persons_nation",
                value=central.st_persons_nation * per_1000,
                low=nation_low * per_1000,
                high=nation_high * per_1000,
                **nation,
            ),
        ]
    )


def _coverage_rows(
    central: SimpleNamespace,
    people: SimpleNamespace,
    reference: pd.DataFrame,
    years: FloatArray,
    specialists: SimpleNamespace,
    draws: Mapping[str, FloatArray],
) -> pd.DataFrame:
    codes = [*people.codes, NATION]
    st_known = reference["value"].notna().to_numpy()
    fte = np.append(specialists.fte(central), central.specialist_fte_nation)
    st_persons = np.append(
        st.align(reference["value"].to_numpy(float), years, central.st_growth), central.st_persons_nation
    )
    whole = SimpleNamespace(base=_with_nation(people, people.base))
    value = _coverage(central, whole, st_persons, fte)
    spread = {
        name: np.column_stack([draws[name], _nation_ratio(draws, name)]) for name in ("coverage_a", "coverage_b")
    }
    known = {"coverage_a": np.ones(len(codes), bool), "coverage_b": np.append(st_known, True)}
    fte_low, _, fte_high = uncertainty.interval(_with_nation(people, draws["specialist_fte"]))
    frames = [
        _rows(
            codes,
            "specialist_fte",
            "FTE",
            "A4",
            year=people.base_year,
            value=fte,
            low=np.where(np.isfinite(fte), fte_low, uncertainty.widen_to_step(fte_low, fte_high)[0]),
            high=np.where(np.isfinite(fte), fte_high, uncertainty.widen_to_step(fte_low, fte_high)[1]),
            status="estimated",
            qualifier=np.where(np.isfinite(fte), "", "interval_only"),
        )
    ]
    for name, shown in known.items():
        low, _, high = uncertainty.interval(spread[name])
        point = np.where(shown, value[name], np.nan)
        frames.append(
            _rows(
                codes,
                name,
                "share",
                "C6",
                year=people.base_year,
                value=point,
                low=np.where(shown, low, np.nan),
                high=np.where(shown, high, np.nan),
                status=np.where(shown, "estimated", "missing"),
                qualifier=np.where(shown & np.isnan(point), "interval_only", ""),
            )
        )
    return pd.concat(frames)


def _nation_ratio(draws: Mapping[str, FloatArray], name: str) -> FloatArray:
    """Coverage of the nation in each draw: regions weighted by what they require."""
    weight = draws["specialist_requirement"]
    return np.asarray((draws[name] * weight).sum(axis=1) / weight.sum(axis=1))


def _guideline_rows(
    norm: dict[str, FloatArray], people: SimpleNamespace, draws: Mapping[str, FloatArray]
) -> pd.DataFrame:
    codes = [*people.codes, NATION]
    whole = guideline.largest_remainder(norm["st_positions_guideline"]).astype(float)
    frames = []
    for name, unit in (
        ("st_starters_guideline", "persons per year"),
        ("st_persons_guideline", "persons"),
        ("st_positions_guideline", "positions"),
    ):
        low, _, high = uncertainty.interval(_with_nation(people, draws[name]))
        if name == "st_positions_guideline":
            value = _with_nation(people, whole)
            low, high = uncertainty.widen_to_step(low, high)
        else:
            value = _with_nation(people, norm[name])
        frames.append(
            _rows(
                codes,
                name,
                unit,
                "D4" if name != "st_starters_guideline" else "D3",
                year=people.base_year,
                value=value,
                low=low,
                high=high,
                status="estimated",
            )
        )
    per_10_000 = 10_000 / _with_nation(people, people.base)
    low, _, high = uncertainty.interval(_with_nation(people, draws["st_positions_guideline"]))
    frames.append(
        _rows(
            codes,
            "st_positions_per_10000",
            "positions per 10 000 inhabitants",
            "D4",
            year=people.base_year,
            value=_with_nation(people, norm["st_positions_guideline"]) * per_10_000,
            low=low * per_10_000,
            high=high * per_10_000,
            status="estimated",
        )
    )
    return pd.concat(frames)


def _gap_rows(
    norm: dict[str, FloatArray],
    figures: pd.DataFrame,
    central: SimpleNamespace,
    people: SimpleNamespace,
    draws: Mapping[str, FloatArray],
) -> pd.DataFrame:
    """Guideline persons less the newest published persons; nothing where no persons are published."""
    codes = [*people.codes, NATION]
    newest = figures.loc[figures["measure"] == "persons"].set_index("region").reindex(people.codes)
    now = np.append(newest["value"].to_numpy(float), central.st_persons_nation)
    now_draws = np.column_stack(
        [
            np.broadcast_to(now[:-1], draws["st_persons_guideline"].shape),
            draws["st_persons_reference"].sum(axis=1),
        ]
    )
    low, _, high = uncertainty.interval(_with_nation(people, draws["st_persons_guideline"]) - now_draws)
    known = np.isfinite(now)
    return _rows(
        codes,
        "st_gap",
        "persons",
        "D4",
        year=people.base_year,
        value=_with_nation(people, norm["st_persons_guideline"]) - now,
        low=low,
        high=high,
        status=np.where(known, "estimated", "missing"),
        qualifier=np.append(newest["qualifier"].fillna("").to_numpy(), ""),
    )


def _build_up_rows(
    draws: Mapping[str, FloatArray], people: SimpleNamespace, central: SimpleNamespace
) -> pd.DataFrame:
    """Starters that meet the norm in the target year: the nation with a value, the regions as intervals."""
    codes = [*people.codes, NATION]
    nation = _build_up(
        central,
        SimpleNamespace(target=people.target.sum(keepdims=True)),
        np.array([central.st_persons_nation]),
        np.array([central.specialist_fte_nation]),
    )
    frames = []
    for name, unit in (
        ("st_starters_reference", "persons per year"),
        ("st_starters_target", "persons per year"),
        ("specialist_gap_target", "FTE"),
    ):
        low, _, high = uncertainty.interval(_with_nation(people, draws[name]))
        feasible = np.isfinite(nation[name][0])
        frames.append(
            _rows(
                codes,
                name,
                unit,
                "D1",
                year=people.target_year if name != "st_starters_reference" else people.base_year,
                value=np.append(np.full(len(people.codes), np.nan), nation[name]),
                low=low,
                high=high,
                status="estimated",
                qualifier=[*["interval_only"] * len(people.codes), ""] if feasible else "infeasible_by_training",
            )
        )
    return pd.concat(frames)


def _feasibility_rows(central: SimpleNamespace, spread: SimpleNamespace, people: SimpleNamespace) -> pd.DataFrame:
    """What the national advice meets: today's gap, supervision, and where today's inflow leads."""

    def chain(p: SimpleNamespace) -> dict[str, FloatArray]:
        stock, fte = np.atleast_1d(p.st_persons_nation), np.atleast_1d(p.specialist_fte_nation)
        whole = SimpleNamespace(target=people.target.sum(keepdims=True))
        build_up = _build_up(p, whole, stock, fte)
        specialists = fte / np.asarray(p.fte_per_specialist)
        inflow = np.atleast_1d(_inflow(p))
        long_run = supply.steady_state_stock(inflow, p.specialist_exit_rate)
        required = need.requirement(people.base.sum(), p.inhabitants_per_specialist)
        return {
            "specialist_gap": required - fte,
            "specialist_inflow": inflow,
            "specialists_long_run": long_run,
            "specialist_fte_long_run": supply.full_time_equivalents(long_run, p.fte_per_specialist),
            "st_persons_implied": guideline.training_stock(
                build_up["st_starters_reference"], p.calendar_training_years
            ),
            "st_per_specialist_target": guideline.training_stock(
                build_up["st_starters_target"], p.calendar_training_years
            )
            / specialists,
        }

    unit = {
        "specialist_gap": "FTE",
        "specialist_inflow": "persons per year",
        "specialists_long_run": "persons",
        "specialist_fte_long_run": "FTE",
        "st_persons_implied": "persons",
        "st_per_specialist_target": "ST persons per specialist",
    }
    value, draws = chain(central), chain(spread)
    frames = []
    for name, words in unit.items():
        low, _, high = uncertainty.interval(draws[name].reshape(-1, 1))
        frames.append(
            _rows(
                [NATION],
                name,
                words,
                "D1",
                year=people.base_year,
                value=np.ravel(value[name]),
                low=low,
                high=high,
                status="estimated",
            )
        )
    return pd.concat(frames)


def _extra_need_rows(published: pd.DataFrame, central: SimpleNamespace) -> pd.DataFrame:
    """Extra need that published inhabitants per doctor mean against the norm."""
    rows = published.loc[published["measure"] == "inhabitants_per_primary_care_doctor"].sort_values("region")
    return _rows(
        rows["region"].to_numpy(),
        "extra_need",
        "share",
        "published_st " + rows["figure"].to_numpy(),
        year=rows["year"].to_numpy(),
        value=need.extra_need(rows["value"].to_numpy(float), central.inhabitants_per_specialist),
    )
