"""Derive a region's totals from its accepted return, for the baseline, and its figures by sector."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from riktvarden.baseline.st import ratio_estimate
from riktvarden.disclosure.audit import Columns, for_release, protect
from riktvarden.disclosure.limits import LEAST_CONTRIBUTORS, THRESHOLD
from riktvarden.disclosure.system import Dimension
from riktvarden.possible import LEAST_COVERAGE, MOST_PER_1000
from riktvarden.problems import InputError, Problem

MEASURES = {"persons": "persons", "positions": "positions", "fte": "FTE"}
"""Figures of the form used by the baseline → their units."""

SOURCE = "return-"
"""Prefix of the source of a figure from a region's return."""

SIZE = "listed"
"""Figure of the form that gives the size of a unit."""

CLASSES = ("owner", "urban", "need")
"""Classifiers of units (method A4); classes with too few units drop the last first."""

FEWEST = LEAST_CONTRIBUTORS
"""Minimum number of responding units in a class: with two, each can infer the other's figure."""

RURAL = "C"
"""First letter of SKR's groups of municipalities that are smaller towns and rural; A and B are towns and cities."""

THIRDS = 3
"""Number of groups of municipalities by need, with equal numbers of inhabitants."""

STEP = THRESHOLD
"""Base to a multiple of which estimates are rounded."""

LEFT_OPEN = THRESHOLD + 1
"""Minimum uncertainty, in persons at responding units, that a rounded estimate leaves.

Small counts are the whole numbers below `THRESHOLD`: an interval of as many and one more reveals no more than the rule.
The last one allows for the half width.
"""

COVERAGE_STEP = 0.05
"""Base to a multiple of which coverage is rounded down: exact coverage reveals which units responded."""

TOLERANCE = 1e-9
"""Difference in a share that is floating-point noise."""

COLUMNS = [
    "region",
    "measure",
    "value",
    "half_width",
    "coverage",
    "status",
    "qualifier",
    "dated",
    "figure",
    "classes",
    "collapsed",
    "base",
]

SECTORS, SEXES = ("own", "private", "all"), ("women", "men", "all")
"""Codes of a return: two parts and their total."""

SECTOR_COLUMNS = [
    "region",
    "profession",
    "measure",
    "year",
    "sector",
    "sex",
    "value",
    "unit",
    "status",
    "qualifier",
    "source",
]


def region_totals(
    returns: pd.DataFrame,
    population: pd.Series,
    municipalities: pd.DataFrame | None = None,
    need: pd.Series | None = None,
) -> pd.DataFrame:
    """Return each region's own total, the sum of its units, or an estimate from the responding units (method A4).

    Parameters
    ----------
    returns
        Rows of the regions' returns: ``region, reference_date, care_unit, is_whole`` (the region's own total),
        ``sector, municipality, measure, sex, stage, value, status, is_complete`` (all units listed).
    population
        Inhabitants, indexed by region: the size of the region if only some of its units are listed.
    municipalities
        ``municipality, region, skr_group, inhabitants``; if omitted, units are not classified by location.
    need
        Index of care need, indexed by municipality; if omitted, or missing for a municipality, units are not classified
        by need.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`; small counts, and counts from too few private units, are suppressed: their value is NaN.
        half_width is that of a uniform distribution with the estimate's standard deviation, 0 for a counted total.
        For an estimate, classes is the number of classes and collapsed names the dropped classifiers, see `classed`;
        base is the base of rounding, see `rounded`, 0 for a counted total. An estimate from too small a part of the
        region, or of more than its population allows, is *missing*.

    Raises
    ------
    InputError
        If a region counted more than its population allows.
    """
    figures = returns.loc[
        returns["measure"].isin([*MEASURES, SIZE]) & (returns["sex"] == "all") & (returns["stage"] == "all")
    ]
    places = None if municipalities is None else _places(municipalities, need)
    rows = []
    for (region, day), own in figures.groupby(["region", "reference_date"]):
        inhabitants, figure = float(population.get(region, math.nan)), f"{SOURCE}{region}-{day:%Y-%m-%d}"
        for measure, found in _found(own, inhabitants, places):
            most = MOST_PER_1000[MEASURES[measure]] * inhabitants / 1000
            if isinstance(found, Estimate):
                reported = rounded(found, most)
            elif found > most:
                expected = f"at most {most:.0f} in region {region}, by its population"
                fix = "submit a corrected return"
                raise InputError([Problem(figure, 0, measure, f"{found:g}", expected, fix)])
            else:
                is_alone = _behind(own.loc[own["measure"] == measure])["all"] < LEAST_CONTRIBUTORS
                is_hidden = found > 0 and (found < THRESHOLD or is_alone)
                reported = Stated(math.nan, status="suppressed") if is_hidden else Stated(found)
            rows.append({"region": region, "measure": measure, "dated": day, "figure": figure, **reported._asdict()})
    return pd.DataFrame(rows, columns=COLUMNS).astype({"dated": "datetime64[us]"})


class Estimate(NamedTuple):
    """Exact estimate from the responding units; not for publication."""

    total: float
    half_width: float
    coverage: float
    least_coverage: float
    """Coverage of the class of units with the lowest response."""
    units: int
    """Responding units with a figure above zero."""
    classes: int
    collapsed: str


class Stated(NamedTuple):
    """Published form of one measure of a return."""

    value: float
    half_width: float = 0.0
    coverage: float = 1.0
    status: str = "reported"
    qualifier: str = ""
    classes: int = 0
    collapsed: str = ""
    base: float = 0.0


def rounded(found: Estimate, most: float = math.inf) -> Stated:
    """Round an estimate so that it discloses neither a unit nor the sum of the responding ones.

    Lists are public, and response may be: an exact estimate times its coverage is the sum of the units, and its half
    width reveals how they differ. The estimate is therefore rounded to a base whose responding part is at least
    `LEFT_OPEN` persons in every class; its half width, rounding included, is rounded up to twice the base. Whether it
    is shown follows from the rounded figure: all sums that round to it are large enough. An estimate of zero is shown
    as it is, like a count of zero.

    Parameters
    ----------
    found
        The estimate.
    most
        Maximum possible in the region.

    Returns
    -------
    Stated
        *Estimated*, *suppressed*, or *missing* if too little is known or the estimate exceeds the possible.
    """
    base = float(STEP * math.ceil(LEFT_OPEN / STEP / found.least_coverage))
    value = base * math.floor(found.total / base + 1 / 2)
    steps = math.floor(found.coverage / COVERAGE_STEP + TOLERANCE)
    # An estimate never covers the whole region, whatever the lists hold.
    coverage = round(min(steps * COVERAGE_STEP, 1 - COVERAGE_STEP), 2)
    said = Stated(math.nan, math.nan, coverage, "", "partial", found.classes, found.collapsed)
    if found.coverage < LEAST_COVERAGE:
        return said._replace(status="missing", qualifier="low_coverage")
    if value > most:
        return said._replace(status="missing", qualifier="impossible")
    is_small = (value - base / 2) * found.least_coverage < THRESHOLD or found.units < LEAST_CONTRIBUTORS
    if math.isnan(found.half_width) or (found.total > 0 and is_small):
        return said._replace(status="suppressed")
    half_width = 2 * base * math.ceil(math.hypot(found.half_width, base / 2) / (2 * base))
    return said._replace(value=value, half_width=half_width, status="estimated", base=base)


def _found(own: pd.DataFrame, inhabitants: float, places: pd.DataFrame | None) -> Iterator[tuple[str, float | Estimate]]:
    """Return each measure of one return: a count, or an estimate if some units did not respond."""
    whole = own.loc[own["is_whole"]].set_index(["sector", "measure"])["value"].dropna()
    listed = own.loc[~own["is_whole"]]
    lies = listed.groupby(["care_unit", "sector"])["municipality"].first()
    units = listed.pivot_table(index=["care_unit", "sector"], columns="measure", values="value", aggfunc="first")
    units = units.reindex(lies.index)  # a unit without answers still counts as a unit
    is_complete = bool(listed["is_complete"].all())
    for measure in MEASURES:
        if ("all", measure) in whole.index:
            yield measure, float(whole["all", measure])
        elif measure in units and is_complete and units[measure].notna().all():
            yield measure, float(units[measure].sum())
        elif {measure, SIZE} <= set(units.columns):
            answered = units[measure].notna() & (units[SIZE] > 0)
            if not answered.any() or not inhabitants > 0:
                continue
            sizes, of_unit = _sizes(units, lies, whole, inhabitants, is_complete, places)
            yield measure, _estimate(units.loc[answered, measure], units.loc[answered, SIZE], of_unit[answered], sizes)


def _estimate(count: pd.Series, size: pd.Series, of_unit: pd.MultiIndex, sizes: pd.Series) -> Estimate:
    """Estimate a measure from the responding units, within joined classes."""
    joined, collapsed = classed(size.set_axis(of_unit), sizes)
    group = joined.reindex(of_unit).to_numpy()
    totals = sizes.reindex(joined.index, fill_value=0.0).groupby(joined).sum()
    if len(count) < FEWEST:
        # Too few to be shown; a single one has no spread either.
        share = float(size.sum() / max(size.sum(), totals.sum()))
        return Estimate(float(count.sum() / share), math.nan, share, share, int((count > 0).sum()), len(totals), "")
    found = ratio_estimate(count, size, totals, group)
    answered = size.groupby(group).sum()
    least = float((answered / totals.clip(lower=answered)).min())
    half_width, units = math.sqrt(3) * found.sd, int((count > 0).sum())
    return Estimate(found.total, half_width, found.coverage, least, units, len(totals), ", ".join(collapsed))


def _places(municipalities: pd.DataFrame, need: pd.Series | None) -> pd.DataFrame:
    """Return the classification of municipalities: ``region, urban, need, inhabitants``, indexed by municipality."""
    places = municipalities.set_index("municipality")
    urban = np.where(places["skr_group"].str.startswith(RURAL), "rural", "urban")
    index = None if need is None else need.reindex(places.index)
    if index is None or index.isna().any():
        return places[["region", "inhabitants"]].assign(urban=urban, need="")
    order = index.sort_values(kind="stable").index
    inhabitants = places.loc[order, "inhabitants"]
    middle = (inhabitants.cumsum() - inhabitants / 2) / inhabitants.sum()
    third = np.floor(THIRDS * middle).astype(int).astype(str)
    return places[["region", "inhabitants"]].assign(urban=urban, need=third.reindex(places.index))


def _sizes(
    units: pd.DataFrame,
    lies: pd.Series,
    whole: pd.Series,
    inhabitants: float,
    is_complete: bool,
    places: pd.DataFrame | None,
) -> tuple[pd.Series, pd.MultiIndex]:
    """Return the size of each class of units in the region, and the class of each unit, both by `CLASSES`.

    If every unit is listed with its size, sizes are the lists. If only some are, they are the inhabitants of the
    municipalities, divided by sector like the region's lists as a whole: each sector is assumed to have the same share
    everywhere. Unknown classifiers are not used.
    """
    unit = pd.DataFrame({"owner": units.index.get_level_values("sector"), "urban": "", "need": ""}, index=units.index)
    of_place = pd.DataFrame({"urban": [""], "need": [""], "size": [inhabitants]})
    if places is not None and lies.isin(places.index).all():
        unit[["urban", "need"]] = places.loc[lies, ["urban", "need"]].to_numpy()
        own = places.loc[places["region"] == places.loc[lies.iloc[0], "region"]]
        of_place = own.groupby(["urban", "need"])[["inhabitants"]].sum().reset_index()
        of_place["size"] = of_place["inhabitants"] * inhabitants / of_place["inhabitants"].sum()
    if is_complete and units[SIZE].notna().all():
        of_unit = pd.MultiIndex.from_frame(unit)
        return units[SIZE].set_axis(of_unit).groupby(level=list(CLASSES)).sum(), of_unit
    stated = pd.Series({sector: whole.get((sector, SIZE), math.nan) for sector in SECTORS[:2]})
    if not stated.sum(skipna=False) > 0:
        unit["owner"], stated = "", pd.Series({"": 1.0})
    share = (stated / stated.sum()).rename_axis("owner").rename("share").reset_index()
    sizes = share.merge(of_place, how="cross").set_index(list(CLASSES))
    return sizes["share"] * sizes["size"], pd.MultiIndex.from_frame(unit)


def classed(answered: pd.Series, sizes: pd.Series) -> tuple[pd.Series, list[str]]:
    """Join classes with too little response (method A4).

    Within an owner and urban or rural, all thirds of need are joined if fewer than `FEWEST` units of one of them
    responded, or units with less than `LEAST_COVERAGE` of its size; then, within an owner, urban and rural; then the
    owners.

    Parameters
    ----------
    answered
        Size of each responding unit, indexed by its class (`CLASSES`).
    sizes
        Size of each class of the region, indexed by `CLASSES`.

    Returns
    -------
    tuple
        The number of the joined class, from 0, by class; and which of `CLASSES` were dropped anywhere, in order of
        dropping.
    """
    every = sizes.index.union(answered.index.unique())
    known = answered.groupby(level=list(CLASSES)).agg(["count", "sum"]).reindex(every, fill_value=0.0)
    known["size"] = np.maximum(sizes.reindex(every, fill_value=0.0), known["sum"])

    def is_enough(*by: str) -> pd.Series:
        within = known.groupby(level=list(by)).transform("sum")
        return (within["count"] >= FEWEST) & (within["sum"] >= LEAST_COVERAGE * within["size"])

    owner, urban, _ = CLASSES
    keeps_owner = pd.Series(bool(is_enough(owner).all()), every)
    keeps_urban = keeps_owner & is_enough(owner, urban).groupby(level=owner).transform("all")
    keeps_need = keeps_urban & is_enough(*CLASSES).groupby(level=[owner, urban]).transform("all")
    keeps = dict(zip(CLASSES, (keeps_owner, keeps_urban, keeps_need), strict=True))
    labels = pd.DataFrame({name: every.get_level_values(name).where(kept, "") for name, kept in keeps.items()}, every)
    several = {name for name in CLASSES if len(every.unique(name)) > 1}
    given_up = [name for name in reversed(CLASSES) if name in several and not keeps[name].all()]
    return labels.groupby([labels[name] for name in CLASSES]).ngroup(), given_up


# --- by sector and sex --------------------------------------------------------------------------------


def _behind(rows: pd.DataFrame) -> dict[str, float]:
    """Count the private units behind the figures of each sector, NaN if that identifies no provider.

    The region itself need not be protected as a provider: the whole depends on the private units only if no other unit
    has anything. Two units may have one provider, which the form does not ask. If all but the largest together have a
    small count, the largest could subtract itself, so it counts as one.
    """
    units = rows.loc[~rows["is_whole"] & (rows["value"] > 0)]
    if units.empty or not units["is_complete"].all():
        return dict.fromkeys(SECTORS, math.nan)
    is_private = units["sector"] == "private"
    values = units.loc[is_private, "value"]
    private = 1.0 if 0 < values.sum() - values.max() < THRESHOLD else float(len(values))
    return {"own": math.nan, "private": private, "all": private if is_private.all() else math.nan}


def by_sector(returns: pd.DataFrame) -> pd.DataFrame:
    """Return the persons in the regions' returns by sector and sex, with disclosive cells suppressed.

    Small counts and counts of private providers from one unit are suppressed, then the cells that would disclose them.
    Only figures for the whole region are returned.

    Parameters
    ----------
    returns
        As in `region_totals`.

    Returns
    -------
    pandas.DataFrame
        `SECTOR_COLUMNS`, ready for release; sector and sex are codes of `SECTORS` and `SEXES`.
    """
    persons = returns.loc[(returns["measure"] == "persons") & (returns["stage"] == "all")]
    parts = [_protected(own) for _, own in persons.groupby(["region", "reference_date"])]
    if not parts:
        return pd.DataFrame(columns=SECTOR_COLUMNS)
    cells = pd.concat(parts, ignore_index=True)
    return cells.assign(profession="general_practice", measure="st_persons", unit="persons")[SECTOR_COLUMNS]


def _protected(own: pd.DataFrame) -> pd.DataFrame:
    """Suppress cells in one return's table; the region's total, which the baseline publishes, as a last resort."""
    table = np.array([[_stated(own, sector, sex) for sex in SEXES] for sector in SECTORS])
    for part in (table, table.T, table, table.T):
        # Anyone can subtract, so cells implied by the others are filled in too.
        part[0] = np.where(np.isnan(part[0]), part[2] - part[1], part[0])
        part[1] = np.where(np.isnan(part[1]), part[2] - part[0], part[1])
        part[2] = np.where(np.isnan(part[2]), part[0] + part[1], part[2])
    cells = pd.MultiIndex.from_product([SECTORS, SEXES], names=["sector", "sex"]).to_frame(index=False)
    behind = {sex: _behind(own.loc[own["sex"] == sex]) for sex in SEXES}
    units = [np.fmin(behind[sex][sector], behind["all"][sector]) for sector, sex in cells.to_numpy()]
    cells = cells.assign(value=table.ravel(), units=units)
    cells = cells.dropna(subset="value").assign(status="reported", qualifier="")
    price = cells["value"] + 1 + 1e6 * ((cells["sector"] == "all") & (cells["sex"] == "all"))
    columns = Columns(contributors="units")
    safe = protect(cells, [Dimension("sector", "all"), Dimension("sex", "all")], columns=columns, cost=price)
    region, day = own["region"].iloc[0], own["reference_date"].iloc[0]
    return for_release(safe).assign(region=region, year=day.year, source=f"{SOURCE}{region}-{day:%Y-%m-%d}")


def _stated(own: pd.DataFrame, sector: str, sex: str) -> float:
    """Return the region's own figure for a sector and sex, or the sum of all its units; NaN if there is neither."""
    rows = own.loc[own["sex"] == sex]
    stated = rows.loc[rows["is_whole"] & (rows["sector"] == sector), "value"]
    if stated.notna().any():
        return float(stated.iloc[0])
    units = rows.loc[~rows["is_whole"]]
    if units.empty or not units["is_complete"].all():
        return math.nan
    return float(units.loc[units["sector"].isin(SECTORS if sector == "all" else (sector,)), "value"].sum(skipna=False))
