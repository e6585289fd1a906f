"""Careers of a profession: exits by age and sex, survival of stock and inflow, and their conditioning on counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from riktvarden import melding, population, supply, uncertainty
from riktvarden.names import SEED
from riktvarden.parameters import Parameters
from riktvarden.problems import InputError, Problem
from riktvarden.professions import PROFESSIONS
from riktvarden.uncertainty import Joint

if TYPE_CHECKING:
    from riktvarden.assumptions import Assumptions

FloatArray = NDArray[np.float64]

AGES = np.arange(20, 76)
"""Single years of age at work, the last open upwards."""

ENTRY_SPREAD = 3
"""Half width in years of the even distribution of ages at entry into the professions."""

MORTALITY_YEARS = 5
"""Number of latest observed years used for mortality."""

SPECIALISTS = "general_practice"


@dataclass(frozen=True)
class Career:
    """Ages and exits of one profession, the same in all regions; sexes are women and men."""

    stock_ages: FloatArray
    """Share of today's stock, (draw, sex, age)."""
    entry_ages: FloatArray
    """Share of a year's inflow, (draw, sex, age)."""
    leaving: FloatArray
    """Exit probability, (draw, sex, age)."""
    fte: FloatArray
    """Full-time equivalents per person, (draw, 1, age)."""

    def stock_left(self, horizon: int, in_fte: bool = True) -> FloatArray:
        """Return the share of today's stock remaining after 0 to `horizon` years, (draw, year)."""
        return supply.survival(self.leaving, self.stock_ages, horizon, self.fte if in_fte else 1.0)

    def inflow_left(self, horizon: int, in_fte: bool = True) -> FloatArray:
        """Return the share of an inflow remaining at the end of its year and later, (draw, lag)."""
        return supply.inflow_survival(self.leaving, self.entry_ages, horizon, self.fte if in_fte else 1.0)


def mortality(nation: pd.DataFrame, base_year: int) -> FloatArray:
    """Estimate the probability of dying within a year by sex (women, men) and age of `AGES`, from the latest deaths.

    ``q_x = D_{x+1} / (P_{x+1} + D_{x+1})`` over `MORTALITY_YEARS`: of those aged x at the start of a year, P are alive
    at its end and D have died, both counted at the age that they have or would have had then.
    """
    newest = nation.loc[(nation["kind"] == "observed") & nation["year"].between(base_year - MORTALITY_YEARS + 1, base_year)]
    sums = newest.groupby(["sex", "age"])[["deaths", "population"]].sum()
    chance = sums["deaths"] / (sums["population"] + sums["deaths"])
    return np.stack([chance.loc[sex].loc[AGES + 1].to_numpy(float) for sex in population.SEXES])


def career(p: Parameters, profession: str, deaths: FloatArray) -> Career:
    """Compute ages and exits of one profession (method b).

    The ages of specialists are those of the back-cast at the base date; moving an assumption alone changes their exits,
    not their ages. In the other professions, the published share of older members is distributed over ages by survival
    under the assumed retirement, that of younger ones evenly.

    Parameters
    ----------
    p
        Assumptions; for `SPECIALISTS` conditioned on counts by `meld`.
    profession
        `SPECIALISTS`, or one of `riktvarden.professions.PROFESSIONS`.
    deaths
        From `mortality`.
    """
    leaving, entering = exits(p, profession, deaths), entry_ages(p, profession)
    if profession == SPECIALISTS:
        stock_ages, own = p.at_base.specialist_ages_base.reshape(-1, *deaths.shape), p.specialists.fte_per_specialist
    else:
        stock_ages, own = _published_ages(p, profession), p.careers.fte_per_care_professional
    fte = supply.fte_by_age(
        AGES, stock_ages.sum(axis=1), own[:, 0], p.careers.older_fte_ratio[:, 0], p.careers.older_from_age
    )
    return Career(stock_ages, entering, leaving, fte[:, None, :])


def exits(p: Parameters, profession: str, deaths: FloatArray) -> FloatArray:
    """Compute the probability of leaving within a year by sex and age at its start, (draw, sex, age) (method b)."""
    if profession == SPECIALISTS:
        retiring = _retiring(p.careers.retirement_age_doctors, p.careers.retirement_spread_doctors)
        leaving = supply.exit_probability(retiring[:, None, :], p.careers.other_exit_rate_doctors[:, :, None], deaths)
        return supply.scaled(leaving, p.careers.exit_multiplier[:, :, None])
    ages = PROFESSIONS[profession].ages
    retiring = _retiring(ages.retirement_age(p), ages.retirement_spread(p))
    return supply.exit_probability(retiring[:, None, :], ages.other_exits(p)[:, :, None], deaths)


def entry_ages(p: Parameters, profession: str) -> FloatArray:
    """Compute the share of a year's inflow by sex and age, (draw, sex, age).

    The ages of specialists are even in exact years around the mean, those of the professions in single years.
    """
    if profession == SPECIALISTS:
        entry, half = p.careers.general_practitioners_entry_age, p.careers.general_practitioners_entry_spread
        arriving = np.clip(np.minimum(AGES + 1, entry + half) - np.maximum(AGES, entry - half), 0, 1) / (2 * half)
        return arriving[:, None, :] * _sexes(p.careers.general_practitioners_women_share)
    ages = PROFESSIONS[profession].ages
    even = (np.abs(AGES - ages.entry_age(p)) <= ENTRY_SPREAD) / (2 * ENTRY_SPREAD + 1)
    return even[None, None, :] * _sexes(ages.women(p))


def _retiring(age: FloatArray, spread: FloatArray) -> FloatArray:
    return supply.retirement_hazard(AGES, age[:, 0], spread[:, 0])


def _sexes(women: FloatArray) -> FloatArray:
    """Return the shares of women and men, (draw, sex, 1)."""
    return np.stack([women, 1 - women], axis=1)


def _still(retiring: FloatArray) -> FloatArray:
    """Return the share not yet retired at each age, (draw, age)."""
    return np.asarray(np.cumprod(1 - np.pad(retiring[:, :-1], ((0, 0), (1, 0))), axis=-1), float)


def _published_ages(p: Parameters, profession: str) -> FloatArray:
    """Compute today's stock by sex and age, as shares, from the published share of the older, (draw, sex, age)."""
    ages = PROFESSIONS[profession].ages
    older = ages.older(p)[:, 0]
    shares = np.stack([np.zeros_like(older), 1 - older, older], axis=-1)
    even = supply.age_distribution([AGES[0], ages.entry_age(p) - ENTRY_SPREAD, ages.older_from], shares, AGES)
    retiring = _retiring(ages.retirement_age(p), ages.retirement_spread(p))
    aged = np.where(ages.older_from <= AGES, even * _still(retiring), 0.0)
    spread = np.where(ages.older_from <= AGES, aged * (older / aged.sum(axis=-1))[:, None], even)
    return spread[:, None, :] * _sexes(ages.women(p))


# --- the specialists' past ------------------------------------------------------------------------------

MELDED = (
    "exit_multiplier",
    "general_practitioners_2010_50_59_share",
    "general_practitioners_2010_60_plus_share",
    "general_practitioners_entry_age",
    "general_practitioners_entry_spread",
    "general_practitioners_women_share",
    "never_resident_certificates",
    "other_exit_rate_doctors",
    "recent_new_specialists",
    "retirement_age_doctors",
    "retirement_spread_doctors",
    "specialist_persons_2010",
)
"""Assumptions conditioned jointly on published counts of specialists."""

MIDDLE_FROM, OLDER_FROM = 50, 60
"""First ages of the two older groups at the start of the back-cast."""

PRIOR_DRAWS = 16_384
PROPOSED_DRAWS = 8_192
MEMBERS = 4_096
"""Number of draws of the two stages, and of the posterior sample behind the results."""

PIECE = 1_024
"""Number of draws projected at a time: few enough for the arrays to stay in cache."""

ENOUGH = 200
"""Minimum number of effective draws; with fewer, the posterior sample repeats a handful of draws."""

FAR = 3.0
"""Maximum deviation of the model from a fitted count, in standard deviations of its error."""

PRESSED = 0.05
"""Prior probability of an end of an assumption's range; a posterior mean within it is pressed against the end."""

SEEN = 0.05
"""Share of an interval's width below which narrowing is indistinguishable from chance."""

FOLLOWED = 5
"""Number of years over which years at work are summed."""


EVIDENCE_FILE = "data/tables/career_evidence.csv"


class Evidence(NamedTuple):
    """Published data on specialists: the inflow of the back-cast, and counts."""

    start: int
    """Year at whose end the back-cast starts."""
    certificates: FloatArray
    """Certificates of each year from the next to the last published, (year,)."""
    foreign: FloatArray
    """Foreign certificates of these years relative to a usual year, (year,)."""
    counts: pd.DataFrame
    """``figure, quantity, dated, value, error_sd, use, row``: a count in persons, a share as a fraction."""


def evidence(tables: Mapping[str, pd.DataFrame]) -> Evidence:
    """Collect the evidence for `meld` from the checked tables.

    Parameters
    ----------
    tables
        ``career_evidence``, ``published_st``, ``published_sou`` and ``population_nation``.

    Raises
    ------
    InputError
        If a figure is in neither table of published figures.
    """
    chosen = tables["career_evidence"].reset_index(drop=True)
    values = pd.concat([tables[name].set_index("figure")["value"] for name in ("published_st", "published_sou")])
    if unknown := sorted(set(chosen["figure"]) - set(values.index)):
        expected = "a figure of published_st or published_sou"
        fix = "correct the figure"
        raise InputError(
            Problem(EVIDENCE_FILE, _row(chosen, figure), "figure", figure, expected, fix) for figure in unknown
        )
    rows = chosen.assign(value=chosen["figure"].map(values).astype(float), row=chosen.index + 2)
    rows["year"] = rows["dated"].dt.year
    start = int(rows.loc[rows["use"] == "start", "year"].iloc[0])

    def of(quantity: str) -> pd.Series:
        return rows.loc[rows["quantity"] == quantity].groupby("year")["value"].mean()

    issued, usual = of("certificates"), of("certificates_foreign")
    change = of("certificates_change")
    issued = pd.concat([issued, issued.reindex(change.index - 1).to_numpy() + change]).sort_index()
    years = np.arange(start + 1, issued.index[-1] + 1)
    return Evidence(
        start=start,
        certificates=np.interp(years, issued.index, issued),
        foreign=usual.reindex(years).fillna(usual[start]).to_numpy(float) / usual[start],
        counts=_counts(rows.loc[rows["use"] != "flow"], tables["population_nation"]),
    )


def _row(chosen: pd.DataFrame, figure: str) -> int:
    """Return the line of a figure in the file, the header being line 1."""
    return int(chosen.index[chosen["figure"] == figure][0]) + 2


def _counts(rows: pd.DataFrame, nation: pd.DataFrame) -> pd.DataFrame:
    """Convert published counts to the unit of the model: persons, or shares as fractions."""
    people = nation.groupby("year")["population"].sum()
    under_70 = rows.loc[rows["quantity"] == "persons_under_70"].set_index("year")["value"]
    scale = pd.Series(1.0, rows.index)
    for quantity, factor in (
        ("persons_per_100000", rows["year"].map(people) / 100_000),
        ("share_60_64_of_under_70", 1 / rows["year"].map(under_70)),
        ("share_65_69_of_under_70", 1 / rows["year"].map(under_70)),
        ("share_60_64_after_5_years", 0.01),
        ("share_60_plus", 0.01),
    ):
        scale = scale.mask(rows["quantity"] == quantity, factor)
    kept = rows.assign(value=rows["value"] * scale)
    return kept[["figure", "quantity", "dated", "value", "error_sd", "use", "row"]].reset_index(drop=True)


def net_inflow(p: Parameters, known: Evidence, base_year: int) -> FloatArray:
    """Compute the new resident specialists of each year after the start, (draw, year) (method A6).

    Published certificates less those never resident, whose number follows the foreign certificates; later years
    have the assumed number.
    """
    published = supply.net_certificates(known.certificates, p.specialists.never_resident_certificates * known.foreign)
    later = base_year - known.start - len(known.certificates)
    return np.maximum(np.hstack([published, np.repeat(p.specialists.recent_new_specialists, later, axis=1)]), 0.0)


def back_cast(p: Parameters, known: Evidence, deaths: FloatArray, base_year: int) -> FloatArray:
    """Project the specialists counted at the start to the base date, (draw, sex, age, year), the start first.

    At the start, the younger, middle and older groups have their assumed shares; within each group, ages follow from an
    even inflow of earlier years and the assumed retirement.

    Parameters
    ----------
    p
        Assumptions.
    known
        From `evidence`.
    deaths
        From `mortality`, the same for all years.
    base_year
        Year at whose end the back-cast ends.
    """
    arriving = entry_ages(p, SPECIALISTS)
    retiring = _retiring(p.careers.retirement_age_doctors, p.careers.retirement_spread_doctors)
    retired = supply.scaled(retiring, p.careers.exit_multiplier)
    there = np.cumsum(arriving.sum(axis=1), axis=-1) * _still(retired)
    older, middle = p.careers.general_practitioners_2010_60_plus_share, p.careers.general_practitioners_2010_50_59_share
    bounds = (AGES[0], MIDDLE_FROM, OLDER_FROM, AGES[-1] + 1)
    spread = np.zeros_like(there)
    for first, end, share in zip(
        bounds[:-1], bounds[1:], ((1 - older) * (1 - middle), (1 - older) * middle, older), strict=True
    ):
        of_group = np.where((first <= AGES) & (end > AGES), there, 0.0)
        spread += share * of_group / of_group.sum(axis=-1, keepdims=True)
    stock = (p.specialists.specialist_persons_2010 * spread)[:, None, :] * _sexes(
        p.careers.general_practitioners_women_share
    )
    return supply.project(stock, net_inflow(p, known, base_year), arriving, exits(p, SPECIALISTS, deaths))


def _between(first: int, end: int, there: FloatArray) -> FloatArray:
    """Return persons from one age to below another, (draw,)."""
    return np.asarray(there[:, (first <= AGES) & (end > AGES)].sum(axis=-1))


def predicted(p: Parameters, by_age: FloatArray, known: Evidence, counts: pd.DataFrame) -> FloatArray:
    """Return the back-cast's value of each count at its own date, (draw, count).

    Parameters
    ----------
    p
        Assumptions.
    by_age
        Persons at the end of each year, (draw, age, year), the start first; interpolated linearly.
    known
        From `evidence`.
    counts
        Some of its counts.
    """

    def at(time: float) -> FloatArray:
        before = int(np.clip(np.floor(time), 0, by_age.shape[-1] - 2))
        part = time - before
        return (1 - part) * by_age[..., before] + part * by_age[..., before + 1]

    said = []
    for quantity, dated in zip(counts["quantity"], counts["dated"], strict=True):
        time = dated.year + dated.day_of_year / (365 + dated.is_leap_year) - known.start - 1
        there = at(time)
        total, under_70 = there.sum(axis=-1), _between(AGES[0], 70, there)
        match quantity:
            case "persons" | "persons_per_100000":
                said.append(total)
            case "persons_under_70":
                said.append(under_70)
            case "share_60_64_of_under_70":
                said.append(_between(60, 65, there) / under_70)
            case "share_65_69_of_under_70":
                said.append(_between(65, 70, there) / under_70)
            case "share_60_plus":
                said.append(_between(60, AGES[-1] + 1, there) / total)
            case "share_60_64_after_5_years":
                said.append(_between(65, 70, there) / _between(60, 65, at(time - FOLLOWED)))
            case "fte_at_health_centres":
                said.append(total * p.specialists.fte_per_specialist[:, 0])
            case _:
                raise ValueError(f"the back-cast gives no {quantity}")
    return np.stack(said, axis=1)


def _scores(said: FloatArray, counts: pd.DataFrame) -> FloatArray:
    """Return the model's excess over each count in standard deviations of its error, relative except for shares."""
    value, sd = counts["value"].to_numpy(float), counts["error_sd"].to_numpy(float)
    share = counts["quantity"].str.startswith("share").to_numpy()
    return np.where(share, said - value, np.log(said / value)) / sd


@dataclass(frozen=True)
class Melded:
    """Assumptions on specialists conditioned jointly on published counts."""

    joint: Joint
    """The posterior sample of `MELDED`, with derived quantities: ``specialist_persons_base``, persons at the base
    date, (draw, 1), and ``specialist_ages_base``, their shares by sex and age, (draw, sex × age)."""
    assumptions: pd.DataFrame
    """Prior and posterior: assumption, unit, prior_low, prior_middle, prior_high, low, middle, high (P10, P50 and P90),
    narrowed (share of the width), status (narrowed, unchanged, pressed_low or pressed_high)."""
    back_cast: pd.DataFrame
    """dated, quantity, low, middle, high, value, figure, z (model less count, in standard deviations of the count's
    error), status (start, fitted, shown, or modelled where nothing is published)."""
    effective: float
    """Effective draws of the posterior sample."""
    effective_prior: float
    """Effective draws of the prior's draws weighted by likelihood alone."""


def meld(tables: Mapping[str, pd.DataFrame], assumptions: Assumptions, deaths: FloatArray, base_year: int) -> Melded:
    """Condition the specialists' careers on published stocks and ages, by a back-cast (methods b and h).

    Draws of `MELDED` are weighted by the agreement of their back-cast with the counts, each with its own error
    (Bayesian melding; Poole and Raftery 2000). The sample is ordered by the years that a new specialist stays.

    Parameters
    ----------
    tables
        As `evidence`.
    assumptions
        Graded assumptions by name: the priors.
    deaths
        From `mortality`.
    base_year
        Year at whose end the stock is computed.

    Raises
    ------
    InputError
        If so few draws agree with the counts that assumptions and counts contradict each other.
    """
    known = evidence(tables)
    fitted = known.counts.loc[known.counts["use"] == "fitted"]

    priors = [uncertainty.quantile(assumptions[name], ndtr(uncertainty.SCORES)) for name in MELDED]

    def values(uniform: FloatArray) -> dict[str, FloatArray]:
        columns = zip(MELDED, priors, ndtri(uniform).T, strict=True)
        return {name: np.interp(scores, uncertainty.SCORES, prior)[:, None] for name, prior, scores in columns}

    def log_likelihood_of(uniform: FloatArray) -> FloatArray:
        said = [
            _scores(predicted(p, back_cast(p, known, deaths, base_year).sum(axis=1), known, fitted), fitted)
            for p in _pieces(values(uniform), assumptions)
        ]
        return melding.log_likelihood(np.concatenate(said), 0.0, 1.0)

    def columns(stage: str, draws: int) -> FloatArray:
        return uncertainty.stratified([f"careers:{stage}:{name}" for name in MELDED], draws, SEED)

    found = melding.meld(columns("prior", PRIOR_DRAWS), columns("proposed", PROPOSED_DRAWS), log_likelihood_of)
    chosen = values(found.uniform[melding.systematic(found.weights, MEMBERS, 0.5)])
    past = _followed(chosen, assumptions, known, deaths, base_year)
    scores = _scores(past.said, known.counts)
    _agree(found, scores[:, (known.counts["use"] == "fitted").to_numpy()].mean(axis=0), fitted, chosen, assumptions)
    order = np.argsort(past.years, kind="stable")
    at_mean = {name: each.mean(keepdims=True) for name, each in chosen.items()}
    return Melded(
        joint=Joint(
            "careers",
            {name: each[order] for name, each in (chosen | past.follows).items()},
            at_mean | _followed(at_mean, assumptions, known, deaths, base_year).follows,
            _ends(chosen, assumptions, known, deaths, base_year),
        ),
        assumptions=_prior_and_posterior(chosen, assumptions),
        back_cast=_back_cast_rows(past, scores, known),
        effective=found.effective,
        effective_prior=found.effective_prior,
    )


def _pieces(values: Mapping[str, FloatArray], assumptions: Assumptions) -> Iterator[Parameters]:
    """Split draws into pieces of `PIECE`, with all other assumptions at their value."""
    draws = len(next(iter(values.values())))
    for start in range(0, draws, PIECE):
        piece = {name: each[start : start + PIECE] for name, each in values.items()}
        yield Parameters.of(assumptions.at_value() | piece)


class _Past(NamedTuple):
    """Outcomes of draws of `MELDED`."""

    follows: dict[str, FloatArray]
    """Persons and ages at the base date, as in `Melded.joint`."""
    years: FloatArray
    """Expected years at work of a new specialist, (draw,)."""
    persons: FloatArray
    """Persons at the end of each year, (draw, year)."""
    said: FloatArray
    """The model's value of each count, (draw, count)."""


def _followed(
    values: Mapping[str, FloatArray], assumptions: Assumptions, known: Evidence, deaths: FloatArray, base_year: int
) -> _Past:
    fte = assumptions["fte_per_specialist"]
    uniform = uncertainty.stratified(["careers:fte_per_specialist"], len(next(iter(values.values()))), SEED)
    ages, years, persons, said = [], [], [], []
    for p in _pieces({**values, "fte_per_specialist": uncertainty.quantile(fte, uniform)}, assumptions):
        path = back_cast(p, known, deaths, base_year)
        leaving, entering = exits(p, SPECIALISTS, deaths), entry_ages(p, SPECIALISTS)
        ages.append(path[..., -1].reshape(len(path), -1))
        years.append(supply.inflow_survival(leaving, entering, len(AGES)).sum(axis=-1))
        persons.append(path.sum(axis=(1, 2)))
        said.append(predicted(p, path.sum(axis=1), known, known.counts))
    there = np.concatenate(ages)
    total = there.sum(axis=1, keepdims=True)
    follows = {"specialist_persons_base": total, "specialist_ages_base": there / total}
    return _Past(follows, np.concatenate(years), np.concatenate(persons), np.concatenate(said))


def _ends(
    chosen: Mapping[str, FloatArray], assumptions: Assumptions, known: Evidence, deaths: FloatArray, base_year: int
) -> dict[str, tuple[dict[str, FloatArray], dict[str, FloatArray]]]:
    """Return the expected values of all assumptions given that one is at its P10 and at its P90."""
    members = np.hstack([chosen[name] for name in MELDED])
    low, _, high = uncertainty.interval(members)
    moved = np.stack([melding.given_one(members, at, end[at]) for at in range(len(MELDED)) for end in (low, high)])
    bottom, top = (np.array([getattr(assumptions[name], end) for name in MELDED]) for end in ("low", "high"))
    inside = np.clip(moved, bottom, top)
    values = {name: inside[:, [at]] for at, name in enumerate(MELDED)}
    values |= _followed(values, assumptions, known, deaths, base_year).follows

    def row(at: int) -> dict[str, FloatArray]:
        return {name: each[[at]] for name, each in values.items()}

    return {name: (row(2 * at), row(2 * at + 1)) for at, name in enumerate(MELDED)}


def _pressed(chosen: Mapping[str, FloatArray], assumptions: Assumptions) -> dict[str, str]:
    """Return the end of its range, low or high, that each assumption is pressed against; empty for the others."""
    ends = {}
    for name in MELDED:
        low, high = uncertainty.quantile(assumptions[name], np.array([PRESSED, 1 - PRESSED]))
        mean = float(chosen[name].mean())
        varies = high > low
        ends[name] = "low" if varies and mean < low else "high" if varies and mean > high else ""
    return ends


def _agree(
    found: melding.Posterior,
    missed: FloatArray,
    fitted: pd.DataFrame,
    chosen: Mapping[str, FloatArray],
    assumptions: Assumptions,
) -> None:
    """Raise InputError if assumptions and counts contradict each other, naming both."""
    if found.effective >= ENOUGH and (np.abs(missed) <= FAR).all():
        return
    telling = np.abs(missed) > min(2.0, np.abs(missed).max() - 1e-9)
    problems = [
        Problem(
            EVIDENCE_FILE,
            int(row),
            "figure",
            str(figure),
            f"a count compatible with the careers of specialists: the model is {z:+.1f} standard deviations from it, "
            f"and {found.effective:.0f} of {PROPOSED_DRAWS} draws count, where {ENOUGH} are needed",
            "correct the figure or its error_sd, or the assumptions that are named beside it",
        )
        for row, figure, z in zip(fitted["row"][telling], fitted["figure"][telling], missed[telling], strict=True)
    ]
    for name, key in _pressed(chosen, assumptions).items():
        if not key:
            continue
        problems.append(
            Problem(
                f"data/assumptions/{assumptions.files.get(name, 'careers')}.toml",
                0,
                f"{name}.{key}",
                f"{getattr(assumptions[name], key):g}",
                f"a range compatible with the published counts, which imply {chosen[name].mean():.3g}",
                "widen the range if the value is conceivable, or correct the counts",
            )
        )
    raise InputError(problems)


def _prior_and_posterior(chosen: Mapping[str, FloatArray], assumptions: Assumptions) -> pd.DataFrame:
    prior = np.stack([uncertainty.quantile(assumptions[name], np.array([0.1, 0.5, 0.9])) for name in MELDED])
    low, middle, high = uncertainty.interval(np.hstack([chosen[name] for name in MELDED]))
    width = prior[:, 2] - prior[:, 0]
    narrowed = 1 - np.divide(high - low, width, out=np.ones_like(width), where=width > 0)
    pressed = np.array(list(_pressed(chosen, assumptions).values()))
    return pd.DataFrame(
        {
            "assumption": MELDED,
            "unit": [assumptions[name].unit for name in MELDED],
            "prior_low": prior[:, 0],
            "prior_middle": prior[:, 1],
            "prior_high": prior[:, 2],
            "low": low,
            "middle": middle,
            "high": high,
            "narrowed": narrowed,
            "status": np.select(
                [pressed == "low", pressed == "high", narrowed > SEEN],
                ["pressed_low", "pressed_high", "narrowed"],
                "unchanged",
            ),
        }
    )


def _back_cast_rows(past: _Past, scores: FloatArray, known: Evidence) -> pd.DataFrame:
    low, middle, high = uncertainty.interval(past.said)
    counted = known.counts.assign(low=low, middle=middle, high=high, z=scores.mean(axis=0)).rename(
        columns={"use": "status"}
    )
    low, middle, high = uncertainty.interval(past.persons)
    ends = pd.to_datetime([f"{known.start + year}-12-31" for year in range(len(low))])
    by_year = pd.DataFrame({"dated": ends, "quantity": "persons", "low": low, "middle": middle, "high": high})
    rows = pd.concat([by_year.assign(figure="", status="modelled"), counted], ignore_index=True)
    return rows[["dated", "quantity", "low", "middle", "high", "value", "figure", "z", "status"]].sort_values(
        ["dated", "status", "quantity"], ignore_index=True
    )
