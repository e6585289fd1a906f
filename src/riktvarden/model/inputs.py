"""Inputs of the chain: inhabitants by place, age and year, and published figures on each region's doctors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from riktvarden import population, supply, uncertainty
from riktvarden.baseline import reconcile, regional, returned, st
from riktvarden.codes import NATION
from riktvarden.names import base_year
from riktvarden.parameters import Parameters

if TYPE_CHECKING:
    from riktvarden.assumptions import Assumption

FloatArray = NDArray[np.float64]

OLDER = ("70-79", "80-89", "90+")
"""Published age groups of municipalities from 70 years; the source has no cut at 65."""

DATED = {
    "st_allmanmedicin_persons": "stock",
    "st_allmanmedicin_recruited": "starters",
    "new_specialists_per_year": "completions",
    "new_specialist_certificates_allmanmedicin_swedish_st": "completions",
}
"""Measure of published figures that a path of stock and flows is fitted to → its kind."""

RECONCILED_FROM = 2010
"""First year of figures for one path; earlier ones are too far apart to inform one another."""


@dataclass(frozen=True)
class People:
    """Inhabitants used by the chain; arrays over areas have the nation last."""

    codes: list[str]
    """The 21 regions in order."""
    base_year: int
    target_year: int
    years: NDArray[np.int64]
    """From the base year to the last year of the outlook."""
    total: FloatArray
    """Persons, (area, year)."""
    municipalities: list[str]
    """The 290 municipalities in order of code, so that those of a region are contiguous."""
    region_of: NDArray[np.intp]
    """Place of each municipality's region in `codes`."""
    cells: FloatArray
    """Persons in the base year, (municipality, cell), the cells being sex × age group."""
    regional_cells: FloatArray
    """Persons, (region, cell, year)."""
    ages: FloatArray
    """Persons by single year of age, (region, sex, age, year)."""
    past: Mapping[int, FloatArray]
    """The nation's persons by sex × age group in the years of published contacts."""
    spread: FloatArray
    """Standard deviation of the logarithm of projected over actual inhabitants, (area, year): of each region's share of
    the nation, and last of the nation."""
    at_reference: pd.Series
    """Persons at the reference date, by region."""
    year_ends: pd.Series
    """Every published total, by region and year."""

    @property
    def areas(self) -> list[str]:
        """Codes of the regions, and the nation last."""
        return [*self.codes, NATION]

    @property
    def base(self) -> FloatArray:
        """Persons in the base year, (area,)."""
        return self.total[:, 0]

    @property
    def base_date(self) -> pd.Timestamp:
        """The end of the base year, to which every stock is moved."""
        return pd.Timestamp(self.base_year, 12, 31)

    def heads_on(self, area: str, day: pd.Timestamp) -> float:
        """Return the persons of a region or the nation at the published year-end nearest to a day."""
        ends = self.year_ends
        own = ends.groupby(level="year").sum() if area == NATION else ends.xs(area, level="region")
        return population.nearest(own, day)

    @property
    def at_target(self) -> int:
        """Place of the target year among the years."""
        return self.target_year - self.base_year

    @property
    def children(self) -> NDArray[np.bool_]:
        """Mask of the cells below age 18, (cell,)."""
        return np.tile(np.asarray(population.NINE) == 0, len(population.SEXES))

    @property
    def heads(self) -> FloatArray:
        """Persons in the base year, (municipality,)."""
        return self.cells.sum(axis=-1)

    def regional(self, values: FloatArray) -> FloatArray:
        """Sum the municipalities on the last axis to areas: the regions, and the nation last."""
        starts = np.searchsorted(self.region_of, np.arange(len(self.codes)))
        return with_nation(np.add.reduceat(values, starts, axis=-1))

    def by_year(self, per_person: FloatArray, factor: FloatArray) -> FloatArray:
        """Compute the need of the inhabitants in every year, with a constant factor for each municipality.

        A municipality keeps its share of its region's persons in every cell (method b), so its factor can be averaged
        over the region once for all years.

        Parameters
        ----------
        per_person
            Need per person, (draw, cell).
        factor
            Factor of each municipality, (draw, municipality).

        Returns
        -------
        numpy.ndarray
            Need, (draw, area, year).
        """
        share = self.cells / self.regional_cells[self.region_of, :, 0]
        need = np.empty((len(self.codes), len(factor), self.regional_cells.shape[-1]))
        # By region, as a municipality affects its own region only: one matrix product would be mostly zeros.
        for place, cells in enumerate(self.regional_cells):
            own = self.region_of == place
            need[place] = (factor[:, own] @ share[own] * per_person) @ cells
        return with_nation(np.moveaxis(need, 0, 1), axis=1)


def uncertain(need: FloatArray, who: People, uniform: FloatArray) -> FloatArray:
    """Add the uncertainty of the projected inhabitants to needs, growing with the horizon (method f).

    Each region's share of the nation and the nation itself have lognormal errors with the spread found by the back-test,
    in the same direction in all years.

    Parameters
    ----------
    need
        Need of the projected inhabitants, (draw, area, year), the nation last.
    who
        Inhabitants.
    uniform
        Uniform numbers in (0, 1), (draw, area); one half gives the projection.

    Returns
    -------
    numpy.ndarray
        Shaped as `need`; the regions sum to the nation.
    """
    # One region's gain is the others' loss: before shares are normalised, large regions must vary more.
    weight = np.append(who.base[:-1] / who.base[-1], 0.0)[:, None]
    factor = np.exp(ndtri(uniform)[..., None] * (who.spread / (1 - weight))[:, : need.shape[-1]])
    regions = need[:, :-1] * factor[:, :-1]
    level = need[:, -1:] * factor[:, -1:] / regions.sum(axis=1, keepdims=True)
    return with_nation(regions * level, axis=1)


def with_nation(values: FloatArray, axis: int = -1) -> FloatArray:
    """Append the sum over regions to an axis."""
    return np.concatenate([values, values.sum(axis=axis, keepdims=True)], axis=axis)


def people(tables: Mapping[str, pd.DataFrame], assumptions: Mapping[str, Assumption], year: int | None = None) -> People:
    """Project the inhabitants, and keep what is published of them; from a base year, by default the newest."""
    now, (target, last) = base_year(tables) if year is None else year, target_year(assumptions)
    years = np.arange(now, last + 1)
    projected = population.model_population(tables, last)
    of_regions = np.isin(projected.years, years)
    of_municipalities = np.isin(projected.municipal_years, years)
    cells = projected.municipalities[..., of_municipalities][..., 0]
    grouped = population.group_ages(projected.regions[..., of_regions], population.NINE, axis=2)
    by_age = population.totals(tables["population_region_age_group"], ["region", "year"])
    municipal = tables["population_municipality"].merge(tables["municipalities"][["municipality", "region"]])
    own = tables["population_region"].set_index(["region", "year"])["population"]
    total = with_nation(projected.regions[..., of_regions].sum(axis=(1, 2)), axis=0)
    year_ends = own.combine_first(by_age).combine_first(population.totals(municipal, ["region", "year"]))
    codes = list(projected.region_codes)
    places = tables["municipalities"].set_index("municipality")["region"].reindex(projected.municipality_codes)
    return People(
        codes=codes,
        base_year=now,
        target_year=target,
        years=years,
        total=total,
        municipalities=list(projected.municipality_codes),
        region_of=pd.Index(codes).get_indexer(pd.Index(places)),
        cells=cells.reshape(len(cells), -1),
        regional_cells=grouped.reshape(len(codes), -1, len(years)),
        ages=projected.regions[..., of_regions],
        past={
            year: _nation_cells(tables["population_nation"], year)
            for year in {int(assumptions[name].value) for name in ("contacts_year", "recipients_year")}
        },
        spread=_spread(tables, len(years) - 1),
        at_reference=pd.Series(total[:-1, 0], index=codes),
        year_ends=year_ends,
    )


def target_year(assumptions: Mapping[str, Assumption]) -> tuple[int, int]:
    """Return the year by whose end the norm is to be met, and the last that a reader may choose."""
    year = assumptions["target_year"]
    return int(year.value), int(year.high)


def _spread(tables: Mapping[str, pd.DataFrame], ahead: int) -> FloatArray:
    """Return the errors of the population by area and year, zero in the base year."""
    errors = population.forecast_errors(population.history(tables), horizons=range(1, ahead + 1))
    return np.pad(np.vstack([errors.shares, errors.nation]), ((0, 0), (1, 0)))


def _nation_cells(nation: pd.DataFrame, year: int) -> FloatArray:
    """Return the nation's persons by sex × age group in one year."""
    rows = nation.loc[nation["year"] == year].sort_values("age")
    single = np.stack([rows.loc[rows["sex"] == sex, "population"].to_numpy(float) for sex in population.SEXES])
    return population.group_ages(single, population.NINE).ravel()


# --- what is published of doctors ---------------------------------------------------------------------


@dataclass(frozen=True)
class Stocks:
    """Stocks at the base date over the areas, (draw, area), the nation last; none missing."""

    st: FloatArray
    """Persons in ST."""
    specialists: FloatArray
    """Full-time equivalents of specialists."""


@dataclass(frozen=True)
class Published:
    """The regions' published figures, a row per region, NaN if unpublished, and all evidence on them."""

    newest: pd.DataFrame
    reference: pd.DataFrame
    specialists: pd.DataFrame
    evidence: Mapping[str, regional.Evidence]
    """Evidence by quantity, ``st`` and ``specialists``."""


def published(tables: Mapping[str, pd.DataFrame], who: People, own: pd.DataFrame) -> Published:
    """Choose each region's figures for each use, including its returns (`handed_in`)."""
    table, chosen = tables["regional_evidence"], tables["st_baseline"]
    in_use = set(chosen.loc[chosen["use"] != "never", "figure"])
    table = table.loc[(table["quantity"] != "st") | table["figure"].isin(in_use)]
    return Published(
        newest=_persons(figures(tables, who, own, "newest"), who),
        reference=_persons(figures(tables, who, own, "reference"), who),
        specialists=_specialists(tables, who),
        evidence={
            quantity: regional.evidence(
                table,
                tables["published_st"],
                who.at_reference,
                who.heads_on,
                quantity,
                who.base_date,
                own,
            )
            for quantity in regional.MODELS
        },
    )


def figures(tables: Mapping[str, pd.DataFrame], who: People, own: pd.DataFrame, use: str) -> pd.DataFrame:
    """Return the ST figures of one use, including the regions' returns if any."""
    return st.chosen_figures(
        tables["st_baseline"],
        tables["published_st"],
        who.heads_on,
        use,
        own,
        who.base_date if use == "reference" else None,
    )


def handed_in(tables: Mapping[str, pd.DataFrame], who: People, need_index: FloatArray) -> pd.DataFrame:
    """Return the regions' returns as totals of the region; non-responding units are estimated from similar ones.

    Parameters
    ----------
    need_index
        Index of care need, (municipality,).
    """
    if "returns" not in tables:
        return pd.DataFrame(columns=returned.COLUMNS)
    newest = tables["population_region"].sort_values("year").groupby("region")["population"].last()
    places = tables["municipalities"][["municipality", "region", "skr_group"]]
    heads = pd.Series(who.heads, index=who.municipalities)
    places = places.assign(inhabitants=places["municipality"].map(heads))
    return returned.region_totals(tables["returns"], newest, places, pd.Series(need_index, index=who.municipalities))


def _persons(chosen: pd.DataFrame, who: People) -> pd.DataFrame:
    persons = chosen.loc[chosen["measure"] == "persons"].set_index("region").reindex(who.codes)
    return persons.fillna({"qualifier": "", "figure": "", "half_width": 0.0})


def _specialists(tables: Mapping[str, pd.DataFrame], who: People) -> pd.DataFrame:
    values = tables["published_st"][["figure", "value"]]
    rows = tables["specialist_baseline"].merge(values, on="figure", validate="one_to_one")
    return rows.set_index("region").reindex(who.codes).fillna({"qualifier": "", "figure": ""})


def stocks_drawn(p: Parameters, found: Published, who: People, uniform: Mapping[str, FloatArray]) -> Stocks:
    """Draw the stocks of every region at the base date from all evidence (method A4), the nation as their sum.

    The nation's own figures are evidence as well, so the sum is near but not equal to them.
    """
    st_persons = st_drawn(p, found, who, uniform["st"])
    fte = regional.drawn(found.evidence["specialists"], p, nation_fte(p), "specialists", uniform["specialists"])
    return Stocks(st=st_persons, specialists=with_nation(fte))


def st_drawn(p: Parameters, found: Published, who: People, uniform: FloatArray) -> FloatArray:
    """Draw ST persons at the base date, (draw, area), the nation last."""
    return with_nation(regional.drawn(found.evidence["st"], p, nation_st(p, who), "st", uniform))


def nation_st(p: Parameters, who: People) -> FloatArray:
    """Return persons in ST in the nation at the base date by its own figure, (draw, 1)."""
    counted = pd.Series([pd.Timestamp(p.st.st_persons_nation_year, 12, 31)])
    return st.align(p.st.st_persons_nation, st.years_between(counted, who.base_date), p.st.st_growth)


def nation_fte(p: Parameters) -> FloatArray:
    """Return full-time equivalents of specialists in the nation, (draw, 1)."""
    return supply.full_time_equivalents(p.at_base.specialist_persons_base, p.specialists.fte_per_specialist)


# --- checks of the baseline ---------------------------------------------------------------------------


def left_out(p: Parameters, found: Published, who: People, uniform: FloatArray) -> pd.DataFrame:
    """Predict each known region from the others, without its own figures (a check of method A4).

    Parameters
    ----------
    p
        Assumptions.
    found
        Published figures.
    who
        Inhabitants.
    uniform
        Uniform numbers, (draw, region).

    Returns
    -------
    pandas.DataFrame
        ``region, value, low, middle, high``: the region's own figure moved to the base date at the median of the drawn
        growth, and the prediction (persons).
    """
    reference = found.reference
    growth = float(np.median(p.st.st_growth))
    own = st.align(reference["value"], st.years_between(reference["dated"], who.base_date), growth)
    rows = []
    for place in np.flatnonzero(reference["value"].notna()):
        region = who.codes[place]
        draws = regional.drawn_without(found.evidence["st"], p, nation_st(p, who), "st", region, uniform[:, place])
        low, middle, high = uncertainty.interval(draws)
        rows.append({"region": region, "value": own[place], "low": low, "middle": middle, "high": high})
    return pd.DataFrame(rows)


def disagreements(p: Parameters, found: Published, who: People, stocks: Stocks) -> pd.DataFrame:
    """Return published figures that are improbable under the model: questions to the region or its source.

    Parameters
    ----------
    p
        Assumptions.
    found
        Published figures.
    who
        Inhabitants.
    stocks
        Stocks drawn with `p`.

    Returns
    -------
    pandas.DataFrame
        ``region, figure, quantity, measure, published, low, high``: percentiles 5 and 95 of the model in the figure's
        own measure and at its own date; region is ``*`` for a figure on all of them.
    """
    parts = [
        regional.compared(found.evidence[quantity], p, total, quantity, drawn[:, :-1])
        for quantity, total, drawn in (
            ("st", nation_st(p, who), stocks.st),
            ("specialists", nation_fte(p), stocks.specialists),
        )
    ]
    rows = pd.concat(parts, ignore_index=True)
    return rows.loc[rows["question"]].drop(columns="question").reset_index(drop=True)


def by_each_figure(p: Parameters, found: Published, who: People, required: FloatArray) -> pd.DataFrame:
    """Return full-time specialists and coverage of every region with a published figure, by each figure alone.

    Parameters
    ----------
    p
        Assumptions.
    found
        Published figures.
    who
        Inhabitants.
    required
        Full-time specialists that the areas require, (draw, area).

    Returns
    -------
    pandas.DataFrame
        See `riktvarden.baseline.regional.each_alone`.
    """
    evidence, total = found.evidence["specialists"], nation_fte(p)
    named = {code for regions in evidence.rows["regions"] for code in regions.split()}
    return pd.concat(
        [
            regional.each_alone(evidence, p, total, "specialists", region, required[:, [place]])
            for place, region in enumerate(who.codes)
            if region in named
        ],
        ignore_index=True,
    )


def reconciled(
    tables: Mapping[str, pd.DataFrame], assumptions: Mapping[str, Assumption], own: pd.DataFrame
) -> pd.DataFrame:
    """Compare dated figures with one fitted path each, for the nation and regions with two or more on the stock."""
    used = ("st_count_error", "st_flow_error", "st_intake_change", "calendar_training_years", "completion_share")
    value = {name: assumptions[name].value for name in used}
    printed = tables["published_st"]
    dated = printed.loc[printed["measure"].isin(DATED) & (printed["year"] >= RECONCILED_FROM)]
    dated = dated.assign(kind=dated["measure"].map(DATED))
    # An approximate count of a region, such as a lower bound, is too imprecise to compare with another.
    firm = (dated["quality"] == "exact") | (dated["kind"] != "stock") | (dated["region"] == NATION)
    rows = dated.loc[firm, ["region", "figure", "year", "kind", "value"]]
    if not own.empty:
        own = own.loc[(own["measure"] == "persons") & own["value"].notna()]
        own = own.assign(year=own["dated"].dt.year, kind="stock")
        rows = pd.concat([rows, own[rows.columns]], ignore_index=True)
    errors = reconcile.Errors(value["st_count_error"], value["st_flow_error"], value["st_intake_change"])
    reported = [
        reconcile.reconcile(
            part.sort_values(["year", "kind"]), value["calendar_training_years"], value["completion_share"], errors
        ).figures
        for _, part in rows.groupby("region")
        if (part["kind"] == "stock").sum() >= 2
    ]
    return pd.concat(reported, ignore_index=True)
