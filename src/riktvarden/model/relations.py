"""Whether regions with more need by the model have more staff and visits: correlations, and which of them are weak."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from riktvarden.codes import NATION
from riktvarden.results import Results

FloatArray = NDArray[np.float64]

WEAK, STRONG = 0.3, 0.6
"""Sizes of a correlation between which it is moderate."""

MODELLED = {
    "physician": "general_practice",
    "nurse": "district_nurse",
    "physiotherapist": "physiotherapist",
    "occupational_therapist": "occupational_therapist",
    "psychologist": "psychologist",
}
"""Profession that is counted → the one whose need by the model it is compared with; midwives' need is not modelled."""

DOCTORS = "primary_care_doctors_fte_per_1000_inhabitants"
"""Measure of the published figures on doctors of all kinds in the regions' primary care."""

OUTCOMES = {
    "avoidable_stays": "avoidable_inpatient_chronic_per_100k",
    "seen_in_7_days": "share_gp_visits_within_7_days",
    "continuity": "patient_experience_continuity_primary_care",
}
"""What staff may lead to → measure of the published figures."""

AGENCY = "agency_staff_cost_share_of_own_staff_cost"
"""Measure of the published figures on hired staff, in the year that has all regions."""

VISITED = {
    ("general_practice", "doctor"): "general_practice",
    ("nursing", "other"): "district_nurse",
    ("physiotherapy_and_occupational_therapy", "other"): "physiotherapist",
    ("other_primary_care", "other"): "psychologist",
}
"""Area of care and who is visited → profession whose need the visits are compared with."""


class Correlation(NamedTuple):
    """How two quantities go together over some regions."""

    n: int
    r: float
    """Product-moment correlation."""
    low: float
    high: float
    """Ends of its 95 % interval."""
    rank: float
    """Rank correlation, which single regions far out do not rule."""
    strength: str
    """``strong``, ``moderate`` or ``weak`` by the size of r, and ``unclear`` where the interval holds zero."""


def correlation(first: ArrayLike, second: ArrayLike) -> Correlation:
    """Correlate two quantities of regions; regions where either is not known are left out.

    The interval is Fisher's: ``tanh(artanh r ± 1.96 / √(n - 3))``.

    Raises
    ------
    ValueError
        If fewer than four regions have both, or either is the same in all.
    """
    x, y = np.asarray(first, float), np.asarray(second, float)
    both = np.isfinite(x) & np.isfinite(y)
    x, y, n = x[both], y[both], int(both.sum())
    if n < 4:
        raise ValueError(f"an interval of a correlation needs four regions, not {n}")
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        raise ValueError("what is the same in all regions goes together with nothing")
    r = float(np.corrcoef(x, y)[0, 1])
    with np.errstate(divide="ignore"):
        low, high = np.tanh(np.arctanh(r) + np.array([-1, 1]) * stats.norm.ppf(0.975) / np.sqrt(n - 3))
    size = "strong" if abs(r) >= STRONG else "moderate" if abs(r) >= WEAK else "weak"
    unclear = low <= 0 <= high
    return Correlation(
        n, r, float(low), float(high), float(stats.spearmanr(x, y).statistic), "unclear" if unclear else size
    )


def observed(tables: Mapping[str, pd.DataFrame], inhabitants: pd.Series) -> pd.DataFrame:
    """Staff and visits per inhabitant by region, as published.

    Parameters
    ----------
    tables
        The checked tables.
    inhabitants
        Persons at year's end, indexed by region and year.

    Returns
    -------
    pandas.DataFrame
        ``source`` (table) ``, observed, unit, profession, year, region, value``. Visits are those of the newest year,
        public and private, of every kind.
    """
    staff = tables["personnel_density_region"]
    staff = staff.loc[staff["profession"].isin(list(MODELLED)) & (staff["region"] != NATION)]
    visits = tables["primary_care_visits_region"]
    newest = visits.loc[(visits["year"] == visits["year"].max()) & (visits["region"] != NATION)]
    of_area = newest.groupby(["care_area", "provider", "region"])["visits"].sum()
    year = int(newest["year"].iloc[0])
    figures = tables["published_st"]
    doctors = figures.loc[(figures["measure"] == DOCTORS) & figures["region"].notna() & (figures["region"] != NATION)]
    frames = [
        pd.DataFrame(
            {
                "source": "published_st",
                "observed": "physician_primary",
                "unit": "fte_per_1000",
                "profession": "general_practice",
                "year": doctors["year"].astype(int),
                "region": doctors["region"],
                "value": doctors["value"],
            }
        ),
        pd.DataFrame(
            {
                "source": "personnel_density_region",
                "observed": staff["profession"] + "_" + staff["care_level"],
                "unit": staff["measure"],
                "profession": staff["profession"].map(MODELLED),
                "year": staff["year"],
                "region": staff["region"],
                "value": staff["value"],
            }
        ),
    ]
    for (area, provider), profession in VISITED.items():
        own = of_area.loc[(area, provider)]
        heads = inhabitants.loc[[(region, year) for region in own.index]].to_numpy(float)
        frames.append(
            pd.DataFrame(
                {
                    "source": "primary_care_visits_region",
                    "observed": f"{area}_{provider}",
                    "unit": "visits_per_1000",
                    "profession": profession,
                    "year": year,
                    "region": own.index,
                    "value": 1000 * own.to_numpy(float) / heads,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def needs(results: Results) -> pd.DataFrame:
    """Need per inhabitant by the model relative to the nation's, ``profession, region, value``."""
    doctors = results.per_inhabitant.assign(profession="general_practice")
    whole = results.guidelines.query("measure == 'need_index' and principal in ('all', 'both') and cooperation == ''")
    others = whole.query("municipality == '' and region != @NATION")
    return pd.concat([frame[["profession", "region", "value"]] for frame in (doctors, others)], ignore_index=True)


def relations(published: pd.DataFrame, index: pd.Series, needs: pd.DataFrame) -> pd.DataFrame:
    """Correlate what is published with the Care Need Index and with need by the model, over the regions.

    Parameters
    ----------
    published
        From `observed`.
    index
        Care Need Index by region.
    needs
        Need per inhabitant relative to the nation: ``profession, region, value``.

    Returns
    -------
    pandas.DataFrame
        ``source, observed, unit, profession, year, compared`` (``care_need_index`` or ``need``) and the fields of
        `Correlation`; no part of what the model rests on.
    """
    rows = []
    of_model = needs.set_index(["profession", "region"])["value"]
    for key, part in published.groupby(["source", "observed", "unit", "profession", "year"], sort=False):
        values = part.set_index("region")["value"]
        for compared, of in (("care_need_index", index), ("need", of_model.loc[str(key[3])])):
            found = correlation(values, of.reindex(values.index))
            rows.append({**dict(zip(published.columns[:5], key, strict=True)), "compared": compared, **found._asdict()})
    return pd.DataFrame(rows)


def links(figures: pd.DataFrame) -> pd.DataFrame:
    """Correlate staff with what it may lead to, over the regions: weak evidence, as regions differ in much else.

    Parameters
    ----------
    figures
        The table ``published_st``.

    Returns
    -------
    pandas.DataFrame
        ``staff`` (``doctors`` or ``agency``) ``, outcome, staff_year, outcome_year`` and the fields of `Correlation`.
    """
    rows = []
    for staff, measure in (("doctors", DOCTORS), ("agency", AGENCY)):
        had, when = _by_region(figures, measure)
        for outcome, other in OUTCOMES.items():
            came, then = _by_region(figures, other)
            found = correlation(had, came.reindex(had.index))
            rows.append({"staff": staff, "outcome": outcome, "staff_year": when, "outcome_year": then, **found._asdict()})
    return pd.DataFrame(rows)


def _by_region(figures: pd.DataFrame, measure: str) -> tuple[pd.Series, int]:
    """Return one measure by region, in the newest year that has most regions, and that year."""
    rows = figures.loc[(figures["measure"] == measure) & figures["region"].notna() & (figures["region"] != NATION)]
    counts = rows.groupby("year")["region"].nunique()
    year = int(max(counts.index, key=lambda each: (counts[each], each)))
    return rows.loc[rows["year"] == year].set_index("region")["value"], year
