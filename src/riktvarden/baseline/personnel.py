"""A tidy model of the statistics on personnel in primary care.

Figures come from sources that count differently. A cell belongs to one definition, definitions are kept side by
side, and `add` refuses to add across them.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from riktvarden.codes import NATION
from riktvarden.disclosure import audit
from riktvarden.disclosure.suppress import primary
from riktvarden.disclosure.system import Dimension

DIMENSIONS = ["profession", "region", "sex", "sector", "care_level", "principal", "year", "measure", "definition"]
"""Columns that identify a cell."""

COLUMNS = [
    "profession",
    "region",
    "sex",
    "sector",
    "care_level",
    "principal",
    "year",
    "measure",
    "value",
    "unit",
    "status",
    "qualifier",
    "source",
    "definition",
]

WHOLE = {"region": NATION, "sex": "total", "sector": "all", "care_level": "all", "principal": "all"}
"""Dimension → the code that includes all others."""

PROFESSIONS = (
    "all",
    "physician",
    "specialist_physician",
    "gp_specialist",
    "resident_physician",
    "agency_physician",
    "nurse",
    "general_nurse",
    "specialist_nurse",
    "district_nurse",
    "psychiatric_nurse",
    "midwife",
    "physiotherapist",
    "specialist_physiotherapist",
    "occupational_therapist",
    "psychologist",
    "psychotherapist",
    "counsellor",
    "dietitian",
    "medical_secretary",
    "assistant_nurse_home_care",
    "assistant_nurse_hospital",
    "care_assistant",
)
"""All professions of cells; some include others, see `PARTS`."""

PARTS = {
    "all": (
        "physician",
        "nurse",
        "physiotherapist",
        "occupational_therapist",
        "psychologist",
        "psychotherapist",
        "counsellor",
        "dietitian",
        "medical_secretary",
        "assistant_nurse_home_care",
        "assistant_nurse_hospital",
        "care_assistant",
        "other_profession",
    ),
    "physician": ("specialist_physician", "resident_physician", "other_physician"),
    "specialist_physician": ("gp_specialist", "other_specialist_physician"),
    "gp_specialist": ("employed_gp_specialist", "agency_gp_specialist"),
    "other_specialist_physician": ("employed_other_specialist", "agency_other_specialist"),
    "resident_physician": ("employed_resident", "agency_resident"),
    "other_physician": ("employed_other_physician", "agency_other_physician"),
    # Agency physicians may be of any kind.
    "agency_physician": (
        "agency_gp_specialist",
        "agency_other_specialist",
        "agency_resident",
        "agency_other_physician",
    ),
    "nurse": ("general_nurse", "specialist_nurse"),
    "specialist_nurse": ("district_nurse", "psychiatric_nurse", "midwife", "other_specialist_nurse"),
    "physiotherapist": ("specialist_physiotherapist", "other_physiotherapist"),
}
"""Profession → the parts that sum to it; the remainder that no source shows has a code of its own, without cells."""

_DIVIDED = {
    "sex": ("women", "men"),
    "sector": ("public", "private", "private_tariff"),
    "care_level": ("primary", "other"),
    "principal": ("region", "municipality"),
}

MARGINS = (
    *(Dimension(name, whole, {whole: _DIVIDED[name]} if name in _DIVIDED else {}) for name, whole in WHOLE.items()),
    Dimension("profession", "all", PARTS),
)
"""Margins that a reader can difference within one measure, year and definition."""

READINGS = (
    MARGINS,
    (
        *MARGINS[:-1],
        Dimension(
            "profession",
            "all",
            PARTS
            | {
                "nurse": ("general_nurse", "specialist_nurse", "midwife"),
                "specialist_nurse": ("district_nurse", "psychiatric_nurse", "other_specialist_nurse"),
            },
        ),
    ),
)
"""The margins, and variants with midwives beside the specialist nurses: sources differ, and readers know which."""

REGIONS = 21
"""Number of regions; if fewer are shown beside the nation, the others are one further part."""

_KINDS = MARGINS[-1].leaves(PROFESSIONS)
_PERSONS = {code: frozenset(MARGINS[-1].parts(code, _KINDS)) for code in PROFESSIONS}
"""Profession → the finest kinds of persons that it may count."""

BY_LICENCE = ("licensed", "licences")
"""Definitions under which a psychotherapist is also counted under another licence."""

DEFINITIONS = (
    "skr_november",
    "skr_indicators",
    "pay_statistics",
    "occupation_register",
    "licensed",
    "licences",
    "association",
    "inquiry",
    "assessment",
    "programme",
    "forecast_uka",
    "forecast_scb",
    "forecast_socialstyrelsen",
    "forecast_skr",
    "not_stated",
)
"""Definitions of the sources: who counts whom."""

UNITS = {
    "persons": "persons",
    "fte": "FTE",
    "persons_per_100000": "persons per 100 000",
    "fte_per_1000": "FTE per 1 000",
    "licences_issued": "licences per year",
    "graduates": "persons per year",
    "entrants": "persons per year",
    "further_need_2035": "persons",
    "further_entrants_2035": "persons per year",
    "recruitment_need_2031": "persons",
    "missing": "physicians",
    "regions_reporting_shortage": "regions",
}
"""Measure → unit; every other measure is a percentage."""

AT_WORK = (
    "skr_november",
    "pay_statistics",
    "occupation_register",
    "licensed",
    "association",
    "inquiry",
    "not_stated",
)
"""Definitions that count people at work; a licence is held by the retired and the emigrated too."""

EXPORT = "export-"
"""Prefix of the source of a figure that came in an export."""

STOCKS = ("persons", "fte")
"""Additive measures."""

ASKED = (
    "physician",
    "gp_specialist",
    "nurse",
    "district_nurse",
    "psychiatric_nurse",
    "physiotherapist",
    "occupational_therapist",
    "psychologist",
    "psychotherapist",
    "counsellor",
)
"""Professions that the commission's statistics must show for primary care."""

FUNCTION = ("psychologist", "psychotherapist", "counsellor", "psychiatric_nurse", "other")
"""Groups that work with mental ill-health in primary care, by function rather than licence alone."""

AGES = ("0-15", "16-29", "30-64", "65+")
"""Age groups of patients in mental health care; surveys start at 16."""


class Sum(NamedTuple):
    """A sum of cells, with the caveats for readers."""

    value: float
    unit: str
    status: str
    qualifier: str
    source: str


class Series(NamedTuple):
    """Change of a dated series between its first and last figure."""

    first_year: int
    last_year: int
    first: float
    last: float
    figures: int
    change: float
    """Relative change between first and last."""
    yearly: float
    """The constant yearly change that leads from first to last."""


def unit_of(measure: str) -> str:
    """Return the unit of a measure.

    Parameters
    ----------
    measure
        Code of the measure.

    Returns
    -------
    str
        One of the units in `UNITS`, or per cent.
    """
    return UNITS.get(measure, "percent")


# --- sources ------------------------------------------------------------------------------------------


COLLECTED = ("kolada_values", "personnel_export")
"""Tables with raw counts, including small ones: only the result of `build` may be shown."""


def build(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Combine all counts of personnel in one tidy frame.

    Parameters
    ----------
    tables
        Checked tables; ``kolada_values`` and ``personnel_export`` are included if they exist.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`, one row per cell; small counts from Kolada and exports are suppressed.
    """
    parts = [from_published(tables["personnel_selection"], published(tables))]
    collected = []
    if "kolada_values" in tables:
        collected.append(from_kolada(tables["kolada_values"], tables["kolada_personnel"]))
    if "personnel_export" in tables:
        collected.append(from_export(tables["personnel_export"]))
    if collected:
        # Together: one may disclose what another withholds.
        parts.append(protected(combine(*collected)))
    return with_totals(combine(*parts))


def with_totals(frame: pd.DataFrame) -> pd.DataFrame:
    """Add women and men where a source publishes both but no total.

    Parameters
    ----------
    frame
        The model.

    Returns
    -------
    pandas.DataFrame
        `frame` with the totals, *derived*.
    """
    keys = [name for name in DIMENSIONS if name != "sex"]
    stocks = frame.loc[frame["measure"].isin(STOCKS) & frame["value"].notna()]
    totals = []
    for _, group in stocks.groupby(keys, sort=False, dropna=False):
        if set(group["sex"]) == {"women", "men"}:
            total = add(group)
            totals.append(group.iloc[0].to_dict() | {"sex": "total"} | total._asdict())
    if not totals:
        return frame
    return combine(frame, pd.DataFrame(totals).astype({"year": "Int64"}))


PUBLISHED = ("published_st", "published_professions", "published_sou")
"""Tables of published figures."""


def published(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Combine the published figures of all tables.

    Parameters
    ----------
    tables
        Checked tables.

    Returns
    -------
    pandas.DataFrame
        ``figure, region, year, sex, age_group, value, publication, quality, note``.
    """
    columns = ["figure", "region", "year", "sex", "age_group", "value", "publication", "quality", "note"]
    parts = [tables[name] for name in PUBLISHED]
    return pd.concat([part.reindex(columns=columns) for part in parts], ignore_index=True)


def from_published(selection: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Convert the selected published figures to rows of the model.

    Parameters
    ----------
    selection
        What each figure counts: ``figure, profession, region, sex, sector, care_level, principal, year, measure,
        definition, component, complement_of, qualifier, note``.
    figures
        The published figures: ``figure, region, year, value`` and more.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`. A figure is *reported*; the remainder of a whole, or the sum of a cell's published parts, is
        *derived*.
    """
    rows = selection.merge(
        figures[["figure", "region", "year", "value"]], on="figure", suffixes=("", "_figure"), validate="one_to_one"
    )
    rows["region"] = rows["region"].fillna(rows["region_figure"])
    rows["year"] = rows["year"].astype("Int64").fillna(rows["year_figure"].astype("Int64"))
    whole = rows["complement_of"]
    rows["value"] = rows["value"].where(whole.isna(), whole - rows["value"])
    rows["status"] = np.where(whole.isna() & rows["component"].isna(), "reported", "derived")
    rows["unit"] = rows["measure"].map(unit_of)
    rows["qualifier"] = rows["qualifier"].fillna("")
    rows["source"] = rows["figure"]
    apart = rows.loc[rows["component"].isna()]
    parts = rows.loc[rows["component"].notna()].groupby(DIMENSIONS, sort=False, dropna=False, as_index=False)
    joined = parts.agg(
        value=("value", "sum"),
        unit=("unit", "first"),
        status=("status", "first"),
        qualifier=("qualifier", "first"),
        source=("source", ", ".join),
    )
    return pd.concat([apart[COLUMNS], joined[COLUMNS]], ignore_index=True)


def from_kolada(values: pd.DataFrame, key_figures: pd.DataFrame) -> pd.DataFrame:
    """Convert a recorded snapshot of Kolada to rows of the model.

    Parameters
    ----------
    values
        ``key_figure, area, year, sex, value``; the area ``0001`` is region 01, ``0000`` the nation, any other
        four digits a municipality; sex is T, K or M; no value where Kolada has none.
    key_figures
        What a key figure counts: ``key_figure, profession, measure, sector, care_level, principal``.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`; staff employed by region or municipality in November, private providers not counted. A value
        that Kolada lacks is *missing*. Municipalities are not shown one by one and are left out.
    """
    rows = values.merge(key_figures.drop(columns="note", errors="ignore"), on="key_figure", validate="many_to_one")
    rows = rows.loc[rows["area"].str.startswith("00")]
    return rows.assign(
        region=rows["area"].str[2:],
        sex=rows["sex"].map({"T": "total", "K": "women", "M": "men"}),
        year=rows["year"].astype("Int64"),
        unit=rows["measure"].map(unit_of),
        status=np.where(rows["value"].isna(), "missing", "reported"),
        qualifier="",
        source="Kolada " + rows["key_figure"],
        definition="skr_november",
    )[COLUMNS].reset_index(drop=True)


def from_export(rows: pd.DataFrame) -> pd.DataFrame:
    """Convert the rows of an export to rows of the model.

    Parameters
    ----------
    rows
        The table ``personnel_export``.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`; every source begins with `EXPORT`, so that pages can be searched for figures from an export.
    """
    is_named = rows["source"].str.startswith(EXPORT)
    return rows.assign(
        qualifier=rows["qualifier"].fillna(""),
        year=rows["year"].astype("Int64"),
        source=rows["source"].where(is_named, EXPORT + rows["source"]),
    )[COLUMNS]


def margins(rows: pd.DataFrame, reading: Sequence[Dimension] = MARGINS) -> list[Dimension]:
    """Return the margins at the resolution of the codes of some rows: undivided parts are joined.

    Parameters
    ----------
    rows
        Cells with the columns of `MARGINS`.
    reading
        One of `READINGS`.

    Returns
    -------
    list of Dimension
        One for each of the reading; sums over them are the same, of far fewer parts.
    """
    return [_distinguished(margin, list(rows[margin.name].astype(str).unique())) for margin in reading]


def _distinguished(margin: Dimension, codes: list[str]) -> Dimension:
    """Join the parts of a dimension that occur in the same codes."""
    regions = [code for code in codes if code != NATION]
    if margin.name == "region" and len(regions) < REGIONS:
        margin = Dimension(margin.name, margin.total, {NATION: (*regions, "elsewhere")})
    leaves = margin.leaves(codes)
    parts = {code: set(margin.parts(code, leaves)) for code in codes}
    joined: dict[tuple[str, ...], str] = {}
    for place, leaf in enumerate(leaves):
        joined.setdefault(tuple(code for code in codes if place in parts[code]), leaf)
    joined.pop((), None)
    sums = {code: [leaf for within, leaf in joined.items() if code in within] for code in codes}
    return Dimension(margin.name, margin.total, {code: of for code, of in sums.items() if of != [code]})


def protected(rows: pd.DataFrame) -> pd.DataFrame:
    """Suppress small counts, and cells that would disclose them by addition or subtraction.

    A part without a row counts too: 20 nurses, 17 of them general nurses, imply 3 others.

    Parameters
    ----------
    rows
        `COLUMNS`, each cell once; persons and full-time equivalents alike.

    Returns
    -------
    pandas.DataFrame
        The same rows; a hidden cell has no value and is *suppressed*, whether it is small itself or not.
    """
    within = [name for name in DIMENSIONS if name not in {margin.name for margin in MARGINS}]
    rows = rows.reset_index(drop=True)
    stocks = rows.loc[rows["measure"].isin(STOCKS)]
    for _, group in stocks.groupby(within, dropna=False):
        cells = group.loc[~group["status"].isin(audit.NOT_FACTS)]
        if cells.empty:
            continue
        hidden, one, other = pd.Series(False, cells.index), *(margins(group, reading) for reading in READINGS)
        readings = [one] if one == other else [one, other]
        while True:
            before = hidden.copy()
            for dimensions in readings:
                hidden |= _hidden(cells.assign(value=cells["value"].mask(hidden)), dimensions)
            if hidden.equals(before):
                break
        rows.loc[hidden.index[hidden], ["value", "status", "qualifier"]] = (np.nan, audit.SUPPRESSED, "")
    return rows


def _hidden(cells: pd.DataFrame, dimensions: Sequence[Dimension]) -> pd.Series:
    """Return the cells of one table that must be hidden, given the margins in `dimensions`."""
    table, dimensions = _with_rests(cells[[margin.name for margin in dimensions] + ["value"]], dimensions)
    value = table["value"].to_numpy(float)
    secret = pd.Series(primary(value), table.index)
    if not secret.any():
        return secret.loc[cells.index]
    rule = audit.Rule(whole=bool((value[~np.isnan(value)] % 1 == 0).all()))
    # What no row shows is hidden for nothing; but a reader who finds nothing left over takes the parts for the whole.
    price = np.nan_to_num(value) + 1
    price[len(cells) :] = np.where(value[len(cells) :] > 0, REST_PRICE, 1 / REST_PRICE * price.sum())
    safe = audit.protect(audit.adjusted(table, dimensions, rule), dimensions, rule, cost=price)
    return ((safe["status"] == audit.SUPPRESSED) | secret).loc[cells.index]


REST_PRICE = 1e-3
"""Cost of hiding a part without a row; a row costs its persons plus one."""


def _with_rests(cells: pd.DataFrame, dimensions: Sequence[Dimension]) -> tuple[pd.DataFrame, list[Dimension]]:
    """Add a row for the remainder of a cell beyond the parts shown beside it, one dimension at a time."""
    names, extended = [margin.name for margin in dimensions], []
    for margin in dimensions:
        leaves = margin.leaves(list(cells[margin.name].unique()))
        parts = {
            code: frozenset(leaves[place] for place in margin.parts(code, leaves)) for code in cells[margin.name].unique()
        }
        codes = {held: code for code, held in parts.items()}
        rests = []
        # Pandas takes longer for each small table than all of this.
        beside: dict[tuple[str, ...], dict[str, float]] = {}
        for *key, value in cells[[*names, "value"]].itertuples(index=False):
            code = key.pop(names.index(margin.name))
            beside.setdefault(tuple(key), {})[code] = value
        for others, values in beside.items():
            largest_first = sorted(values, key=lambda code: -len(parts[code]))
            for whole, value in values.items():
                rest, left = parts[whole], value
                for code in largest_first:
                    if parts[code] < parts[whole] and parts[code] <= rest:
                        rest, left = rest - parts[code], left - values[code]
                if rest and rest != parts[whole] and round(left, 6) >= 0:
                    row = dict(zip([name for name in names if name != margin.name], others, strict=True))
                    code = codes.setdefault(rest, " + ".join(sorted(rest)))
                    rests.append({**row, margin.name: code, "value": round(left, 6)})
        groups = {code: sorted(held) for held, code in codes.items() if held != {code}}
        extended.append(Dimension(margin.name, margin.total, {**margin.groups, **groups}))
        new = pd.DataFrame(rests, columns=cells.columns).drop_duplicates(names)
        cells = pd.concat([cells, new.set_axis(range(cells.index.max() + 1, cells.index.max() + 1 + len(new)))])
    return cells, extended


def combine(*frames: pd.DataFrame) -> pd.DataFrame:
    """Concatenate frames of the model.

    Parameters
    ----------
    *frames
        Frames with `COLUMNS`.

    Returns
    -------
    pandas.DataFrame
        All rows, ordered by cell.

    Raises
    ------
    ValueError
        If two rows give the same cell; one of them must be excluded by hand, for a known reason.
    """
    rows = pd.concat([frame[COLUMNS] for frame in frames], ignore_index=True)
    twice = rows.loc[rows.duplicated(DIMENSIONS, keep=False)]
    if not twice.empty:
        cell = twice.iloc[0]
        which = ", ".join(f"{name} {cell[name]}" for name in DIMENSIONS)
        sources = ", ".join(twice.loc[(twice[DIMENSIONS] == cell[DIMENSIONS]).all(axis=1), "source"])
        raise ValueError(f"the same cell twice: {which} (from {sources})")
    return rows.sort_values(DIMENSIONS, ignore_index=True, key=_ordered)


def _ordered(column: pd.Series) -> pd.Series:
    if column.name == "profession":
        return column.map({code: place for place, code in enumerate(PROFESSIONS)})
    return column.fillna(0) if column.name == "year" else column


# --- what may be added --------------------------------------------------------------------------------


def add(rows: pd.DataFrame) -> Sum:
    """Add cells of one definition that do not overlap.

    Parameters
    ----------
    rows
        Cells with `COLUMNS`.

    Returns
    -------
    Sum
        The sum, *derived*; *missing* where any cell has no value.

    Raises
    ------
    ValueError
        If the cells are not of one definition, measure and year, if a whole is beside its part, if a cell occurs
        twice, or if psychotherapists would be counted under two licences.
    """
    if rows.empty:
        raise ValueError("there is nothing to add")
    for name in ("definition", "measure", "year"):
        found = sorted(rows[name].astype(str).unique())
        if len(found) > 1:
            raise ValueError(f"cells of more than one {name} are never added: {', '.join(found)}")
    measure = str(rows["measure"].iloc[0])
    if measure not in STOCKS:
        raise ValueError(f"the measure {measure} cannot be added, only {' and '.join(STOCKS)}")
    names = [*WHOLE, "profession"]
    cells = [dict(zip(names, map(str, cell), strict=True)) for cell in rows[names].itertuples(index=False)]
    for one, other in itertools.combinations(cells, 2):
        if _overlap(one, other):
            raise ValueError(f"the cells {_named(one)} and {_named(other)} count some persons twice")
    professions = set(rows["profession"])
    if "psychotherapist" in professions and len(professions) > 1 and rows["definition"].iloc[0] in BY_LICENCE:
        raise ValueError("a psychotherapist holds another licence too and would be counted twice")
    value = float(rows["value"].sum(skipna=False))
    return Sum(
        value,
        unit_of(measure),
        "missing" if np.isnan(value) else "derived",
        _shared(rows["qualifier"]),
        ", ".join(dict.fromkeys(rows["source"])),
    )


def _overlap(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Return whether two cells can count the same person, as no dimension separates them."""
    for name, whole in WHOLE.items():
        if one[name] != other[name] and whole not in (one[name], other[name]):
            return False
    return not _PERSONS[one["profession"]].isdisjoint(_PERSONS[other["profession"]])


def _named(cell: Mapping[str, str]) -> str:
    return "/".join(str(cell[name]) for name in ("profession", *WHOLE))


def _shared(qualifiers: pd.Series) -> str:
    """Return the qualifier shared by all cells, or none."""
    found = set(qualifiers.fillna(""))
    return found.pop() if len(found) == 1 else ""


def remainder(whole: pd.DataFrame, part: pd.DataFrame) -> Sum:
    """Subtract the published part from a cell, e.g. for care other than primary care.

    Parameters
    ----------
    whole, part
        One row each, of the same definition, measure and year.

    Returns
    -------
    Sum
        The difference, *derived*.

    Raises
    ------
    ValueError
        If there is not one row each, or if they differ in definition, measure or year.
    """
    if len(whole) != 1 or len(part) != 1:
        raise ValueError("a remainder needs one whole and one part")
    for name in ("definition", "measure", "year"):
        if whole[name].iloc[0] != part[name].iloc[0]:
            raise ValueError(f"whole and part differ in {name}")
    return Sum(
        float(whole["value"].iloc[0] - part["value"].iloc[0]),
        str(whole["unit"].iloc[0]),
        "derived",
        str(part["qualifier"].iloc[0]),
        f"{whole['source'].iloc[0]}, {part['source'].iloc[0]}",
    )


# --- what is missing ----------------------------------------------------------------------------------


def wanted(regions: Sequence[str], professions: Sequence[str] = ASKED) -> pd.DataFrame:
    """Return every cell that the commission asks for, whether or not any source has it.

    Parameters
    ----------
    regions
        Codes of the regions.
    professions
        Codes of the professions.

    Returns
    -------
    pandas.DataFrame
        ``profession, region, sex, sector, care_level``. Physiotherapists under the national tariff (LOF) have
        rows of their own beside other private providers; they work in primary care only.
    """
    cells = pd.DataFrame(
        itertools.product(professions, regions, ("women", "men"), ("public", "private"), ("primary", "other")),
        columns=["profession", "region", "sex", "sector", "care_level"],
    )
    tariff = cells.query("profession == 'physiotherapist' and sector == 'private' and care_level == 'primary'")
    return pd.concat([cells, tariff.assign(sector="private_tariff")], ignore_index=True)


def complete(frame: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the newest stock of each wanted cell, or the status *missing*.

    Parameters
    ----------
    frame
        The model.
    cells
        Wanted cells; omitted dimensions of `WHOLE` are at their total.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`, one row per wanted cell and definition that has it, otherwise one row with no value.
    """
    keys = list(cells.columns)
    whole = {name: code for name, code in WHOLE.items() if name not in keys and name != "principal"}
    stocks = _at_work(frame, STOCKS)
    for name, code in whole.items():
        stocks = stocks.loc[stocks[name] == code]
    newest = newest_of(stocks, [*keys, "definition", "measure", "principal"])
    rows = cells.merge(newest, on=keys, how="left")
    absent = rows["status"].isna()
    blank = {
        "principal": "all",
        "measure": "persons",
        "unit": "persons",
        "status": "missing",
        "qualifier": "",
        "source": "",
        "definition": "",
    }
    for name, value in (whole | blank).items():
        rows[name] = rows[name].where(~absent, value)
    return rows[COLUMNS]


def _at_work(frame: pd.DataFrame, measures: Sequence[str]) -> pd.DataFrame:
    """Return the cells with a value on people at work."""
    return frame.loc[frame["measure"].isin(measures) & frame["definition"].isin(AT_WORK) & (frame["status"] != "missing")]


def newest_of(frame: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Keep the newest row of each group; an undated row counts as the oldest.

    Parameters
    ----------
    frame
        Rows of the model.
    by
        Columns that define the groups.

    Returns
    -------
    pandas.DataFrame
        One row per group, in the order of `frame`.
    """
    ordered = frame.assign(_year=frame["year"].fillna(0)).sort_values("_year", kind="stable")
    newest = ordered.groupby(list(by), sort=False, dropna=False).tail(1)
    return newest.drop(columns="_year").sort_index()


ASPECTS: dict[str, tuple[str, ...]] = {
    "nation": (),
    "nation_sex": ("sex",),
    "nation_sector": ("sector",),
    "nation_care_level": ("care_level",),
    "region": ("region",),
    "region_sex": ("region", "sex"),
    "region_care_level": ("region", "care_level"),
    "everything": ("region", "sex", "sector", "care_level"),
}
"""Ways to look at a profession → the dimensions that must be distinguished."""


def availability(frame: pd.DataFrame, regions: Sequence[str], professions: Sequence[str] = ASKED) -> pd.DataFrame:
    """Count, for each profession and aspect, the requested cells that some source has.

    A density per inhabitant counts as a figure on its region, a percentage does not.

    Parameters
    ----------
    frame
        The model.
    regions
        Codes of the regions.
    professions
        Codes of the professions.

    Returns
    -------
    pandas.DataFrame
        ``profession, aspect, cells, found, estimated, missing``; *found* includes the estimated.
    """
    parts = {
        "region": list(regions),
        "sex": ["women", "men"],
        "sector": ["public", "private"],
        "care_level": ["primary", "other"],
    }
    useful = _at_work(frame, (*STOCKS, "persons_per_100000"))
    rows = []
    for profession, (aspect, split) in itertools.product(professions, ASPECTS.items()):
        own = useful.loc[useful["profession"] == profession]
        for name, whole in WHOLE.items():
            if name == "principal":
                continue
            own = own.loc[own[name].isin(parts[name])] if name in split else own
            if name not in split and name in ("region", "sex"):
                own = own.loc[own[name] == whole]
        keys = list(split) or ["profession"]
        cells = int(np.prod([len(parts[name]) for name in split])) if split else 1
        if aspect == "everything" and profession == "physiotherapist":
            cells += 2 * len(parts["region"])  # the national tariff, women and men
        reported = own.loc[own["qualifier"] != "source_estimate", keys].drop_duplicates()
        found = own[keys].drop_duplicates()
        rows.append((profession, aspect, cells, len(found), len(found) - len(reported), cells - len(found)))
    return pd.DataFrame(rows, columns=["profession", "aspect", "cells", "found", "estimated", "missing"])


def function_matrix(frame: pd.DataFrame, regions: Sequence[str]) -> pd.DataFrame:
    """Return what is known of each group that works with mental ill-health, by age of patients.

    Parameters
    ----------
    frame
        The model.
    regions
        Codes of the regions.

    Returns
    -------
    pandas.DataFrame
        ``profession, nation, primary, by_region, by_sex`` (whether any stock or density exists) and
        ``by_age`` (whether it is distinguished by the age of patients: nowhere).
    """
    counts = availability(frame, regions, FUNCTION).pivot_table(
        index="profession", columns="aspect", values="found", sort=False
    )
    stocks = _at_work(frame, (*STOCKS, "persons_per_100000")).query("care_level == 'primary'")
    return pd.DataFrame(
        {
            "profession": FUNCTION,
            "nation": counts["nation"].reindex(FUNCTION).gt(0).to_numpy(),
            "primary": [code in set(stocks["profession"]) for code in FUNCTION],
            "by_region": counts["region"].reindex(FUNCTION).astype(int).to_numpy(),
            "by_sex": counts["nation_sex"].reindex(FUNCTION).gt(0).to_numpy(),
            "by_age": False,
        }
    )


# --- data quality -------------------------------------------------------------------------------------


def anomalies(frame: pd.DataFrame) -> pd.DataFrame:
    """Find impossible cells: more full-time equivalents than persons, or parts that do not sum to their whole.

    Parameters
    ----------
    frame
        The model.

    Returns
    -------
    pandas.DataFrame
        ``rule, profession, region, year, measure, found, expected, source``; the rule is ``fte_above_persons`` or
        ``regions_miss_nation``.
    """
    keys = [name for name in DIMENSIONS if name != "measure"]
    stocks = frame.loc[frame["measure"].isin(STOCKS) & frame["value"].notna()]
    heads, full = (stocks.loc[stocks["measure"] == measure] for measure in STOCKS)
    both = heads.merge(full, on=keys, suffixes=("", "_fte"))
    above = both.loc[both["value_fte"] > both["value"]]
    rows = [
        ("fte_above_persons", *row)
        for row in zip(
            above["profession"],
            above["region"],
            above["year"],
            above["measure_fte"],
            above["value_fte"],
            above["value"],
            above["source_fte"] + ", " + above["source"],
            strict=True,
        )
    ]
    within = [name for name in DIMENSIONS if name != "region"]
    for _, group in stocks.loc[stocks["region"].str.fullmatch(r"\d\d")].groupby(within, sort=False, dropna=False):
        nation, regions = group.loc[group["region"] == NATION], group.loc[group["region"] != NATION]
        if len(nation) == 1 and len(regions) >= REGIONS and nation["value"].iloc[0] != regions["value"].sum():
            first = nation.iloc[0]
            found, expected = float(regions["value"].sum()), float(first["value"])
            place = (first["profession"], NATION, first["year"], first["measure"])
            rows.append(("regions_miss_nation", *place, found, expected, first["source"]))
    return pd.DataFrame(rows, columns=["rule", "profession", "region", "year", "measure", "found", "expected", "source"])


def marked(frame: pd.DataFrame) -> pd.DataFrame:
    """Mark cells whose full-time equivalents exceed their persons as implausible.

    Parameters
    ----------
    frame
        The model.

    Returns
    -------
    pandas.DataFrame
        `frame`, the qualifier of those cells being ``implausible``.
    """
    wrong = anomalies(frame).query("rule == 'fte_above_persons'")
    keys = ["profession", "region", "year", "measure", "source"]
    cells = pd.MultiIndex.from_frame(wrong.assign(source=wrong["source"].str.split(", ").str[0])[keys])
    is_wrong = pd.MultiIndex.from_frame(frame[keys]).isin(cells)
    return frame.assign(qualifier=frame["qualifier"].mask(is_wrong, "implausible"))


# --- derived views ------------------------------------------------------------------------------------


def per_inhabitants(rows: pd.DataFrame, inhabitants: pd.Series, per: float = 1000.0) -> pd.DataFrame:
    """Divide stocks by the inhabitants of the same region and year.

    Parameters
    ----------
    rows
        Stocks, rows of the model.
    inhabitants
        Persons, indexed by region and year.
    per
        Inhabitants in the denominator.

    Returns
    -------
    pandas.DataFrame
        `rows` with ``density``; NaN if the population of that year is not available.
    """
    index = pd.MultiIndex.from_arrays([rows["region"], rows["year"].astype("int64")])
    people = inhabitants.reindex(index).to_numpy(float)
    return rows.assign(density=rows["value"].to_numpy(float) / people * per)


def by_collaborative_region(rows: pd.DataFrame, regions: pd.DataFrame, divided: str) -> pd.DataFrame:
    """Add the regions of each collaborative health-care region; the divided region is kept on its own.

    Parameters
    ----------
    rows
        Stocks of one profession, measure, definition and year, one row per region, with ``inhabitants``.
    regions
        ``region, name, collaborative_region``.
    divided
        Code of the region that belongs to two.

    Returns
    -------
    pandas.DataFrame
        ``collaborative_region, regions, value, inhabitants, density, status, source``; the divided region is the
        row whose name is its own.
    """
    placed = rows.merge(regions[["region", "name", "collaborative_region"]], on="region", validate="one_to_one")
    group = placed["collaborative_region"].where(placed["region"] != divided, placed["name"])
    found = []
    for name, part in placed.assign(group=group).groupby("group", sort=False):
        total = add(part)
        people = float(part["inhabitants"].sum())
        row = (name, len(part), total.value, people, 1000 * total.value / people, total.status, total.source)
        found.append(row)
    columns = ["collaborative_region", "regions", "value", "inhabitants", "density", "status", "source"]
    return pd.DataFrame(found, columns=columns)


def care_series(selection: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Look up the published figures on care and need that the chapters show.

    Parameters
    ----------
    selection
        ``figure, series, year, factor, qualifier``.
    figures
        The published figures, see `published`.

    Returns
    -------
    pandas.DataFrame
        ``series, region, year, sex, age_group, value, status, qualifier, figure``, by series and year. A figure
        printed in millions is *reported* in ones.
    """
    rows = selection.merge(figures, on="figure", suffixes=("", "_figure"), validate="one_to_one")
    rows = rows.assign(
        year=rows["year"].astype("Int64").fillna(rows["year_figure"].astype("Int64")).astype("int64"),
        value=rows["value"] * rows["factor"].fillna(1.0),
        status="reported",
        qualifier=rows["qualifier"].fillna(""),
    )
    columns = ["series", "region", "year", "sex", "age_group", "value", "status", "qualifier", "figure"]
    return rows[columns].sort_values(["series", "region", "year"], ignore_index=True)


def change(rows: pd.DataFrame) -> Series:
    """Describe the change of a dated series.

    Parameters
    ----------
    rows
        ``year, value``, at least two years.

    Returns
    -------
    Series
        First and last figure and the change between them.

    Raises
    ------
    ValueError
        If there are fewer than two years.
    """
    dated = rows.dropna(subset=["value"]).sort_values("year")
    if dated["year"].nunique() < 2:
        raise ValueError("a change needs two years")
    first, last = dated.iloc[0], dated.iloc[-1]
    ratio = float(last["value"]) / float(first["value"])
    years = int(last["year"]) - int(first["year"])
    return Series(
        int(first["year"]),
        int(last["year"]),
        float(first["value"]),
        float(last["value"]),
        len(dated),
        ratio - 1,
        ratio ** (1 / years) - 1,
    )


def indexed(rows: pd.DataFrame) -> pd.DataFrame:
    """Index each series to its first year = 100, so that different measures fit one chart.

    Parameters
    ----------
    rows
        ``series, year, value``.

    Returns
    -------
    pandas.DataFrame
        `rows` with ``index``.
    """
    ordered = rows.sort_values("year", kind="stable")
    first = ordered.groupby("series")["value"].transform("first")
    return ordered.assign(index=100 * ordered["value"] / first)


def persons_with_need(shares: pd.DataFrame, population: pd.DataFrame, youngest: int, oldest: int) -> pd.DataFrame:
    """Convert a published share to inhabitants, now and in the projection at an unchanged share.

    Parameters
    ----------
    shares
        ``sex, value`` in per cent, sex women or men.
    population
        National population: ``year, sex`` (F or M), ``age, population``.
    youngest, oldest
        Age range of the share.

    Returns
    -------
    pandas.DataFrame
        ``year, sex, inhabitants, value``.
    """
    ages = population.loc[population["age"].between(youngest, oldest)]
    people = ages.groupby(["year", "sex"], as_index=False)["population"].sum()
    people["sex"] = people["sex"].map({"F": "women", "M": "men"})
    rows = people.merge(shares[["sex", "value"]], on="sex", validate="many_to_one")
    return rows.assign(value=rows["population"] * rows["value"] / 100).rename(columns={"population": "inhabitants"})


AGE_SPAN = {"16-84": (16, 84), "16+": (16, 120), "16-29": (16, 29), "65-84": (65, 84)}
"""Age group of a survey → first and last age."""


def newest_by_sex(care: pd.DataFrame, series: str) -> pd.DataFrame:
    """Return the newest national figures of a series that has both women and men.

    Parameters
    ----------
    care
        Published figures on care and need, see `care_series`.
    series
        Code of the series.

    Returns
    -------
    pandas.DataFrame
        Rows of one year and one age group: women and men.
    """
    rows = care.loc[(care["series"] == series) & (care["region"] == NATION) & (care["sex"] != "total")]
    both = rows.groupby(["year", "age_group"])["sex"].nunique()
    year, ages = max(both[both == 2].index)
    return rows.loc[(rows["year"] == year) & (rows["age_group"] == ages)]


def supply_balance(frame: pd.DataFrame) -> pd.DataFrame:
    """Compare the forecast change of supply with that of demand, for the professions that have both.

    Parameters
    ----------
    frame
        The model.

    Returns
    -------
    pandas.DataFrame
        ``profession, supply, demand, balance`` (percentage points), ``definition, year, source, qualifier_supply,
        qualifier_demand``.
    """
    supply, demand = (frame.loc[frame["measure"] == f"{side}_change_2035"] for side in ("supply", "demand"))
    both = supply.merge(demand, on=["profession", "definition", "year"], suffixes=("_supply", "_demand"))
    return pd.DataFrame(
        {
            "profession": both["profession"],
            "supply": both["value_supply"],
            "demand": both["value_demand"],
            "balance": both["value_supply"] - both["value_demand"],
            "definition": both["definition"],
            "year": both["year"],
            "qualifier_supply": both["qualifier_supply"],
            "qualifier_demand": both["qualifier_demand"],
            "source": both["source_supply"] + ", " + both["source_demand"],
        }
    )


def uncovered_share(frame: pd.DataFrame, inhabitants: pd.Series, professions: Sequence[str] = ASKED) -> pd.Series:
    """Return the share of the inhabitants in regions without any figure on a profession at work there.

    Parameters
    ----------
    frame
        The model.
    inhabitants
        Persons, indexed by region.
    professions
        Codes of the professions.

    Returns
    -------
    pandas.Series
        Fractions, indexed by profession.
    """
    useful = _at_work(frame, (*STOCKS, "persons_per_100000"))
    known = {code: set(useful.loc[useful["profession"] == code, "region"]) for code in professions}
    covered = {code: inhabitants.loc[inhabitants.index.isin(list(known[code]))].sum() for code in professions}
    return 1 - pd.Series(covered, dtype=float) / float(inhabitants.sum())


def burden(variables: pd.DataFrame) -> pd.DataFrame:
    """Count the variables by who is asked for them and whether they can be prefilled.

    Parameters
    ----------
    variables
        ``variable, asked_of, held_by, prefill``.

    Returns
    -------
    pandas.DataFrame
        ``asked_of, prefill, variables``, only for those who are asked.
    """
    asked = variables.loc[variables["asked_of"] != "nobody"]
    return asked.groupby(["asked_of", "prefill"], as_index=False).agg(variables=("variable", "count"))


def split_by_municipality(split: pd.DataFrame, population: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the inhabitants of each part of a region that belongs to two collaborative health-care regions.

    Parameters
    ----------
    split
        ``municipality, collaborative_region``.
    population
        ``municipality, year, population``.
    year
        Year of the population.

    Returns
    -------
    pandas.DataFrame
        ``municipality, collaborative_region, population, share`` (of the region).
    """
    people = population.loc[population["year"] == year, ["municipality", "population"]]
    rows = split.merge(people, on="municipality", how="left", validate="one_to_one")
    return rows.assign(share=rows["population"] / rows["population"].sum())


def figures_in_use(frame: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """Return the published figures used by the model, with the dates that it assumes.

    Parameters
    ----------
    frame
        The model.
    figures
        The published figures with ``quality`` and ``publication``.

    Returns
    -------
    pandas.DataFrame
        ``figure, year, quality, publication``, each figure once.
    """
    used = frame[["source", "year"]].assign(figure=frame["source"].str.split(", ")).explode("figure")
    dated = used.drop_duplicates("figure")[["figure", "year"]]
    return dated.merge(figures[["figure", "quality", "publication"]], on="figure", validate="one_to_one")


def quality_facts(frame: pd.DataFrame, figures: pd.DataFrame) -> dict[str, float]:
    """Compute the numbers in the quality declaration of the personnel statistics.

    Parameters
    ----------
    frame
        The model.
    figures
        The published figures with ``quality`` and ``publication``.

    Returns
    -------
    dict
        ``figures, publications, definitions, newest, oldest, official, secondhand, survey, undated, anomalies``
        and ``regional`` (cells about one region).
    """
    rows = figures_in_use(frame, figures)
    years = frame["year"].dropna()
    return {
        "figures": len(rows),
        "publications": rows["publication"].nunique(),
        "definitions": frame["definition"].nunique(),
        "newest": float(years.max()),
        "oldest": float(years.min()),
        "official": float((rows["quality"] == "A").sum()),
        "secondhand": float((rows["quality"] == "B").sum()),
        "survey": float((rows["quality"] == "C").sum()),
        "undated": float(frame["year"].isna().sum()),
        "anomalies": len(anomalies(frame)),
        "regional": float((frame["region"].str.fullmatch(r"\d\d") & (frame["region"] != NATION)).sum()),
    }
