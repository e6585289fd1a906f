"""Use and staff are one work counted twice: what contacts take, what staff have, and what both say of the assumptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from riktvarden import melding, uncertainty
from riktvarden.baseline import personnel
from riktvarden.model import professions
from riktvarden.model.careers import MEMBERS, PIECE, prior_and_posterior
from riktvarden.model.inputs import People
from riktvarden.model.weights import Places
from riktvarden.names import SEED
from riktvarden.parameters import Parameters, read_by
from riktvarden.problems import InputError, Problem
from riktvarden.professions import PROFESSIONS
from riktvarden.professions.named import taken_by, today_of
from riktvarden.uncertainty import Joint

if TYPE_CHECKING:
    from riktvarden.assumptions import Assumptions

FloatArray = NDArray[np.float64]

FILE = "data/tables/staffing_evidence.csv"

BY_CONTACTS = tuple(name for name, each in PROFESSIONS.items() if each.contacts)
"""Professions whose use is built from contacts, so that it can be compared with staff."""

PRINCIPALS = ("region", "municipality")

COUNTED = "AB"
"""Grades of assumptions that are counted: what is counted is not moved."""

PRIOR_DRAWS = 4_096
PROPOSED_DRAWS = 8_192
"""Draws of the first stage and of the later ones."""

ENOUGH = 40
"""Effective draws of the prior below which use and staff contradict each other."""

NEAR = (0.8, 1.25)
"""Use over staff, at the median after they have met, between which they agree."""

RATIOS = {"use_region": "region", "use_municipal": "municipality"}
"""Quantity of the evidence → principal whose use is compared with its staff."""

PER_CENT = 100


def melded(assumptions: Assumptions) -> tuple[str, ...]:
    """Assumptions on contacts, minutes and staff that are conditioned together: all that vary and are not counted."""
    takes = [
        take
        for name in BY_CONTACTS
        for take in (
            PROFESSIONS[name].direct_time,
            PROFESSIONS[name].indirect_time,
            *(PROFESSIONS[name].at_home or ())[2:],
        )
        if callable(take)
    ]
    names = [name for profession in BY_CONTACTS for kind in PROFESSIONS[profession].contacts for name in taken_by(kind)]
    names += [*read_by(*takes), *(name for profession in BY_CONTACTS for name in today_of(profession))]
    names += ["days_away", "fte_per_care_professional"]
    chosen = [name for name in dict.fromkeys(names) if assumptions[name].grade not in COUNTED]
    return tuple(sorted(name for name in chosen if assumptions[name].low < assumptions[name].high))


class Evidence(NamedTuple):
    """What is known of use and staff, a row each."""

    rows: pd.DataFrame
    """``quantity, profession, value, error_sd``; a share as a fraction."""

    @property
    def share(self) -> NDArray[np.bool_]:
        """Rows whose error is in their own unit; that of the others is relative."""
        return self.rows["quantity"].str.startswith("share").to_numpy()


def evidence(tables: Mapping[str, pd.DataFrame]) -> Evidence:
    """Read what use and staff are conditioned on.

    Raises
    ------
    InputError
        If a figure is in none of the tables of published figures, or a profession has no contacts.
    """
    chosen = tables["staffing_evidence"].reset_index(drop=True)
    values = personnel.published(tables).drop_duplicates("figure").set_index("figure")["value"].astype(float)
    problems, found = [], []
    for line, row in enumerate(chosen.fillna({"figure": "", "added": ""}).to_dict("records"), start=2):
        named = [str(row[column]) for column in ("figure", "added") if row[column]]
        if unknown := [name for name in named if name not in values.index]:
            expected = f"a figure of {', '.join(personnel.PUBLISHED)}"
            problems.append(Problem(FILE, line, "figure", unknown[0], expected, "correct the figure"))
        elif row["profession"] not in BY_CONTACTS:
            expected = f"one of {', '.join(BY_CONTACTS)}, which have contacts"
            problems.append(Problem(FILE, line, "profession", str(row["profession"]), expected, "correct the profession"))
        elif not named and not np.isfinite(row["expected"]):
            expected = "a published figure, or what an identity asks for in 'expected'"
            problems.append(Problem(FILE, line, "figure", "", expected, "write one of the two"))
        else:
            found.append(_value(row, values))
    if problems:
        raise InputError(problems)
    return Evidence(chosen.assign(value=found)[["quantity", "profession", "value", "error_sd"]])


def _value(row: Mapping[object, object], values: pd.Series) -> float:
    """The published number in the unit of the model, or what an identity asks for."""
    if not row["figure"]:
        return float(str(row["expected"]))
    first = float(values[str(row["figure"])])
    total = first + (float(values[str(row["added"])]) if row["added"] else 0.0)
    match row["quantity"]:
        case "share_special_housing":
            return first / total
        case "share_municipal":
            return total / PER_CENT
        case _:
            return total


class Said(NamedTuple):
    """What draws say of one profession, (draw, 1)."""

    use: professions.Use
    staff: professions.Today
    persons: FloatArray
    """Persons at work for municipalities."""
    team: FloatArray
    """The same with the rest of their team, such as other nurses."""
    share: FloatArray
    """The municipal as a share of all in the profession; NaN where no such number is assumed."""


def said(p: Parameters, tables: Mapping[str, pd.DataFrame], people: People, at: Places, profession: str) -> Said:
    """What some draws say of use and staff."""
    staff = professions.today(p, people, profession)
    persons = staff.municipality / p.careers.fte_per_care_professional
    home = PROFESSIONS[profession].at_home
    part = home.municipal_staff(p) if home and home.municipal_staff else 1.0
    whole = p.education.occupational_therapists_all if profession == "occupational_therapist" else np.nan
    return Said(professions.used(p, tables, people, at, profession), staff, persons, persons / part, persons / whole)


def _of_row(found: Said, quantity: str) -> FloatArray:
    if quantity in RATIOS:
        return np.asarray(getattr(found.use, RATIOS[quantity]) / getattr(found.staff, RATIOS[quantity]))
    match quantity:
        case "staff_municipal":
            return found.persons
        case "staff_municipal_team":
            return found.team
        case "share_municipal":
            return found.share
        case "share_special_housing":
            return np.asarray(found.use.special_housing / found.use.municipality)
        case _:
            raise ValueError(f"the model gives no {quantity}")


@dataclass(frozen=True)
class Melded:
    """Contacts, minutes and staff conditioned together on what is published of staff."""

    joint: Joint
    """The posterior sample."""
    assumptions: pd.DataFrame
    """Prior and posterior, see `riktvarden.model.careers.Melded`."""
    ratios: pd.DataFrame
    """profession, principal, prior_low, prior_middle, prior_high, low, middle, high (use over staff, P10, P50 and P90),
    effective (draws of the prior that agree with it alone), status (agree or withdrawn) and reason (empty, contradiction or
    pulled_away)."""
    effective: float
    """Effective draws of the posterior sample."""
    effective_prior: float
    """The same of the prior's draws weighted by likelihood alone."""

    def withdrawn(self, profession: str, principal: str) -> bool:
        """Whether use and staff contradict each other; of ``all`` and ``both``, whether they do for either principal."""
        rows = self.ratios.loc[(self.ratios["profession"] == profession) & (self.ratios["status"] == "withdrawn")]
        return bool(rows["principal"].isin(PRINCIPALS if principal in ("all", "both") else [principal]).any())


def meld(tables: Mapping[str, pd.DataFrame], assumptions: Assumptions, people: People, at: Places) -> Melded:
    """Condition what contacts take and what staff have on each other and on published staff (Bayesian melding).

    At the base date the minutes of use are the minutes of the staff at work: the ratio of the two is one but for an error.
    Where hardly a draw of the prior agrees with that, the assumptions of that profession and principal contradict each
    other: the ratio is left out, and their values are withdrawn rather than averaged.

    Parameters
    ----------
    tables
        The checked tables.
    assumptions
        Graded assumptions by name: the priors.
    people, at
        Inhabitants and places.
    """
    names, known = melded(assumptions), evidence(tables)
    priors = [uncertainty.quantile(assumptions[name], ndtr(uncertainty.SCORES)) for name in names]

    def values(uniform: FloatArray) -> dict[str, FloatArray]:
        columns = zip(names, priors, ndtri(uniform).T, strict=True)
        return {name: np.interp(scores, uncertainty.SCORES, prior)[:, None] for name, prior, scores in columns}

    def predicted(chosen: Mapping[str, FloatArray]) -> FloatArray:
        pieces = []
        for p in _pieces(chosen, assumptions):
            of = {name: said(p, tables, people, at, name) for name in BY_CONTACTS}
            rows = zip(known.rows["quantity"], known.rows["profession"], strict=True)
            pieces.append(np.hstack([_of_row(of[name], quantity) for quantity, name in rows]))
        return np.concatenate(pieces)

    value, sd = (known.rows[column].to_numpy(float) for column in ("value", "error_sd"))

    def scores(drawn: FloatArray) -> FloatArray:
        return np.asarray(np.where(known.share, drawn - value, np.log(drawn / value)) / sd)

    def uniforms(stage: str, draws: int) -> FloatArray:
        return uncertainty.stratified([f"staffing:{stage}:{name}" for name in names], draws, SEED)

    prior = uniforms("prior", PRIOR_DRAWS)
    before = predicted(values(prior))
    ratio = known.rows["quantity"].isin(RATIOS).to_numpy()
    alone = np.array(
        [
            melding.effective_sample_size(melding.normalised(melding.log_likelihood(one[:, None], 0.0, 1.0)))
            for one in scores(before).T
        ]
    )
    kept = ~ratio | (alone >= ENOUGH)
    found = melding.meld_linear(
        prior, uniforms("proposed", PROPOSED_DRAWS), lambda uniform: scores(predicted(values(uniform)))[:, kept]
    )
    chosen = values(found.uniform[melding.systematic(found.weights, MEMBERS, 0.5)])
    after = predicted(chosen)
    order = np.argsort(after[:, ratio].sum(axis=1), kind="stable")
    return Melded(
        joint=Joint(
            "staffing",
            {name: each[order] for name, each in chosen.items()},
            {name: each.mean(keepdims=True) for name, each in chosen.items()},
            _ends(chosen, assumptions),
        ),
        assumptions=prior_and_posterior(chosen, assumptions),
        ratios=_ratios(known.rows.loc[ratio], before[:, ratio], after[:, ratio], alone[ratio], kept[ratio]),
        effective=found.effective,
        effective_prior=found.effective_prior,
    )


def _pieces(values: Mapping[str, FloatArray], assumptions: Assumptions) -> Iterator[Parameters]:
    """Cut draws into pieces, with all other assumptions at their value."""
    for start in range(0, len(next(iter(values.values()))), 4 * PIECE):
        piece = {name: each[start : start + 4 * PIECE] for name, each in values.items()}
        yield Parameters.of(assumptions.at_value() | piece)


def _ends(
    chosen: Mapping[str, FloatArray], assumptions: Assumptions
) -> dict[str, tuple[dict[str, FloatArray], dict[str, FloatArray]]]:
    """What all are expected to be where one assumption is at its P10 and at its P90."""
    members = np.hstack(list(chosen.values()))
    low, _, high = uncertainty.interval(members)
    bottom, top = (np.array([getattr(assumptions[name], end) for name in chosen]) for end in ("low", "high"))

    def row(at: int, value: float) -> dict[str, FloatArray]:
        moved = np.clip(melding.given_one(members, at, value), bottom, top)
        return {name: moved[[place], None] for place, name in enumerate(chosen)}

    return {name: (row(at, low[at]), row(at, high[at])) for at, name in enumerate(chosen)}


def _ratios(
    rows: pd.DataFrame, before: FloatArray, after: FloatArray, alone: FloatArray, kept: NDArray[np.bool_]
) -> pd.DataFrame:
    prior, posterior = uncertainty.interval(before), uncertainty.interval(after)
    agree = (posterior.middle >= NEAR[0]) & (posterior.middle <= NEAR[1])
    return pd.DataFrame(
        {
            "profession": rows["profession"].to_numpy(),
            "principal": rows["quantity"].map(RATIOS).to_numpy(),
            **{f"prior_{end}": getattr(prior, end) for end in prior._fields},
            **{end: getattr(posterior, end) for end in posterior._fields},
            "effective": alone,
            "status": np.where(kept & agree, "agree", "withdrawn"),
            "reason": np.select([~kept, ~agree], ["contradiction", "pulled_away"], ""),
        }
    )
