"""The team as a choice: what moving the doctors' tasks does to each profession, and the least-cost way to do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog

from riktvarden import need, supply, uncertainty
from riktvarden.codes import NATION
from riktvarden.model import costs, professions, weights
from riktvarden.names import DRAWS, SEED
from riktvarden.parameters import Parameters
from riktvarden.professions import PROFESSIONS
from riktvarden.results import COLUMNS, tidy

if TYPE_CHECKING:
    from riktvarden.assumptions import Assumptions

FloatArray = NDArray[np.float64]

DOCTORS = "general_practice"

SHARE = "task_shift_share"
"""Assumption on how much is moved: a scenario, zero in the guideline values."""

NEEDED = ("task_shift_", "direct_time_", "indirect_time_", "minutes_doctor_contact")
"""Beginnings of the names of the assumptions that the scenario rests on."""

EXACT = 1e-10
"""How far the solver may pass a limit, which is a share: the least that it takes."""

LIMITED, SPARE, UNLIMITED = "limited", "spare", "unlimited"
"""Choices side by side: at most the scenario's share of the contacts; no more than the professions can spare besides;
and all that the matrix allows."""


def moved(
    assumptions: Assumptions,
    doctors: float,
    draws: int = DRAWS,
    seed: int = SEED,
) -> pd.DataFrame:
    """Full-time equivalents that moving tasks takes from doctors and asks of the professions (method C4).

    The upper end of the scenario's share of the doctors' contacts is moved in fixed proportions. Contacts are the same
    before and after; minutes are not.

    Parameters
    ----------
    assumptions
        Graded assumptions by name.
    doctors
        Full-time doctors required before.
    draws, seed
        Number of draws and their seed, for the interval.

    Returns
    -------
    pandas.DataFrame
        profession (``general_practice`` first, then `PROFESSIONS`), value, low, high: change in FTE.
    """
    most = {SHARE: np.full((1, 1), assumptions[SHARE].high)}
    central = assumptions.at_value() | most
    needed = {name: item for name, item in assumptions.items() if name.startswith(NEEDED) and name != SHARE}
    drawn = central | uncertainty.sample(needed, {}, draws, seed).assumptions
    value, spread = (_change(Parameters.of(p)) for p in (central, drawn))
    low, _, high = uncertainty.interval(doctors * spread)
    return pd.DataFrame({"profession": [DOCTORS, *PROFESSIONS], "value": doctors * value[0], "low": low, "high": high})


def _change(p: Parameters) -> FloatArray:
    """Change per full-time doctor before, (draw, 1 + profession)."""
    after = weights.team(p)
    return np.hstack([after.doctor - 1, after.professions])


# --- the least-cost team ----------------------------------------------------------------------------------


class Tasks(NamedTuple):
    """The doctors' tasks and who can take them over, as the table ``team_tasks`` has them."""

    names: list[str]
    contacts: FloatArray
    """Share of all contacts with doctors, (task,); sums to one."""
    minutes: FloatArray
    """The doctor's minutes per contact, (task,)."""
    most: FloatArray
    """Largest share of the task's contacts that each of `PROFESSIONS` can take over, (task, profession)."""
    taking: FloatArray
    """Minutes per contact that it then needs, (task, profession); 0 where it can take none."""

    @property
    def room(self) -> FloatArray:
        """Largest share of all contacts that can be moved, (task, profession)."""
        return self.contacts[:, None] * self.most


def tasks_of(table: pd.DataFrame) -> Tasks:
    """Read the matrix of tasks and professions.

    Parameters
    ----------
    table
        The checked table ``team_tasks``.

    Raises
    ------
    ValueError
        If it names a profession that the model does not have.
    """
    if unknown := sorted(set(table["profession"]) - {DOCTORS, *PROFESSIONS}):
        raise ValueError(f"team_tasks names {', '.join(unknown)}; there are {', '.join([DOCTORS, *PROFESSIONS])}")
    own = table.loc[table["profession"] == DOCTORS].set_index("task")
    others = table.loc[table["profession"] != DOCTORS]
    most, taking = (
        others.pivot_table(index="task", columns="profession", values=column)
        .reindex(index=own.index, columns=list(PROFESSIONS))
        .fillna(0.0)
        .to_numpy(float)
        for column in ("most", "minutes")
    )
    return Tasks(list(own.index), own["contacts"].to_numpy(float), own["minutes"].to_numpy(float), most, taking)


def saving(tasks: Tasks, doctor_minute: ArrayLike, minute: ArrayLike, back_up: ArrayLike) -> FloatArray:
    """Cost that moving one contact saves: ``c_d m - (c_p + η c_d) m_p`` (method C4).

    Parameters
    ----------
    tasks
        Minutes per contact.
    doctor_minute, minute
        Cost of a minute with patients, of the doctor, (…, 1), and of each profession, (…, profession).
    back_up
        The doctor's minutes of back-up per minute of the profession's, (…, 1).

    Returns
    -------
    numpy.ndarray
        SEK per contact, (…, task, profession); below 0 where moving costs more.
    """
    doctor, other, support = (np.asarray(each, float)[..., None] for each in (doctor_minute, minute, back_up))
    per_minute = np.swapaxes(other, -1, -2) + support * doctor
    return np.asarray(doctor * tasks.minutes[:, None] - per_minute * tasks.taking)


def least_cost(room: ArrayLike, saved: ArrayLike, limit: float) -> FloatArray:
    """Move the contacts that save most first, until nothing is saved, or allowed, any more (method C4).

    The linear programme `programme` without limits on staff has this closed form: a contact moved is a contact moved,
    whichever it is, so that only the order counts.

    Parameters
    ----------
    room
        Largest share of all contacts that can be moved, (task, profession).
    saved
        From `saving`, (task, profession).
    limit
        Largest share of all contacts that may be moved together.

    Returns
    -------
    numpy.ndarray
        Share of all contacts that is moved, (task, profession).
    """
    most, each = np.asarray(room, float), np.asarray(saved, float)
    order = np.argsort(-each, axis=None, kind="stable")
    allowed = np.where(each.ravel()[order] > 0, most.ravel()[order], 0.0)
    before = np.cumsum(allowed) - allowed
    found = np.zeros(most.size)
    found[order] = np.clip(limit - before, 0.0, allowed)
    return found.reshape(most.shape)


def programme(
    tasks: Tasks, saved: ArrayLike, limit: float = 1.0, per_contact: ArrayLike = 0.0, available: ArrayLike = np.inf
) -> FloatArray:
    """Solve the linear programme of the least-cost team under conserved contacts with HiGHS (method C4).

    ``max Σ s y`` subject to ``0 <= y <= room``, ``Σ_p y <= contacts`` of each task, ``Σ y <= limit`` and, for each
    profession, ``Σ_task FTE per contact · y <= available``. What is not moved stays with the doctor.

    Parameters
    ----------
    tasks
        Contacts, and the largest share of them that can be moved.
    saved
        From `saving`, (task, profession).
    limit
        Largest share of all contacts that may be moved together.
    per_contact
        Full-time equivalents that a contact takes, (task, profession), of whatever unit `available` is in.
    available
        Full-time equivalents that each profession can spare, (profession,).

    Returns
    -------
    numpy.ndarray
        Share of all contacts that is moved, (task, profession).

    Raises
    ------
    ValueError
        If the matrix moves more of a task than there is.
    """
    there = tasks.most.sum(axis=1)
    if (there > 1 + 1e-9).any():
        task = int(np.argmax(there))
        raise ValueError(f"the shares taken over of {tasks.names[task]} must not sum to more than 1: {there[task]:g}")
    count, takers = tasks.most.shape
    of_task = np.kron(np.eye(count), np.ones(takers))
    rows, bounds = [of_task, np.ones((1, count * takers))], [tasks.contacts, [limit]]
    at_most = np.broadcast_to(np.asarray(available, float), (takers,))
    if np.isfinite(at_most).any():
        used = np.tile(np.eye(takers), count) * np.broadcast_to(per_contact, tasks.most.shape).ravel()
        rows.append(used[np.isfinite(at_most)])
        bounds.append(at_most[np.isfinite(at_most)])
    answer = linprog(
        -np.asarray(saved, float).ravel(),
        A_ub=np.vstack(rows),
        b_ub=np.concatenate([np.asarray(each, float) for each in bounds]),
        bounds=np.column_stack([np.zeros(count * takers), tasks.room.ravel()]),
        method="highs",
        options={"primal_feasibility_tolerance": EXACT, "dual_feasibility_tolerance": EXACT},
    )
    if answer.status != 0:
        raise RuntimeError(f"the solver of the programme gave up: {answer.message}")
    return np.asarray(answer.x, float).reshape(tasks.most.shape)


class Prices(NamedTuple):
    """What a minute with patients is in full-time equivalents and costs."""

    doctor_fte: FloatArray
    """Full-time doctors per minute a year, (draw, 1)."""
    fte: FloatArray
    """Likewise of each of `PROFESSIONS`, (draw, profession)."""
    doctor_year: FloatArray
    """Cost of a full-time year, SEK, (draw, 1)."""
    year: FloatArray
    """Likewise, (draw, profession)."""

    @property
    def doctor_minute(self) -> FloatArray:
        """Cost of a doctor's minute with patients, SEK, (draw, 1)."""
        return self.doctor_fte * self.doctor_year

    @property
    def minute(self) -> FloatArray:
        """Cost of a minute of each profession, SEK, (draw, profession)."""
        return self.fte * self.year


def prices(p: Parameters) -> Prices:
    """Price the doctors' and the professions' minutes (methods E2 and g); the region is the employer."""
    hours, time = professions.available_hours(p), p.working_time
    doctor = need.capped_direct_share(time.direct_time_share_doctor, time.indirect_time_share_doctor, time.direct_time_cap)
    theirs = np.hstack([weights.working_time(p, name).allowance for name in PROFESSIONS])
    return Prices(
        doctor_fte=need.wisn(1.0, hours, doctor.allowance),
        fte=need.wisn(1.0, hours, theirs),
        doctor_year=costs.unit_cost(p, "specialist", "region").per_year,
        year=np.hstack([costs.unit_cost(p, name, "region").per_year for name in PROFESSIONS]),
    )


def spare(p: Parameters, inhabitants: float) -> FloatArray:
    """Full-time equivalents that each of `PROFESSIONS` can spare for tasks of the doctors, (draw, profession).

    Parameters
    ----------
    p
        Assumptions.
    inhabitants
        The nation's, for the professions that are counted per inhabitant.
    """
    heads = [each.at_work(p, inhabitants) for each in PROFESSIONS.values()]
    persons = np.hstack([of.region + of.municipality for of in heads])
    return supply.full_time_equivalents(persons, p.careers.fte_per_care_professional) * p.task_shift.task_shift_spare_share


def chosen(table: pd.DataFrame, assumptions: Assumptions, doctors: FloatArray, inhabitants: float) -> pd.DataFrame:
    """Weigh the team's choices: what each moves, and what that does to staff and cost.

    The choice is made once, at the central values; the draws say what it then does.

    Parameters
    ----------
    table
        The checked table ``team_tasks``.
    assumptions
        Graded assumptions by name.
    doctors
        Full-time doctors required, central value and draws, (1 + draw,).
    inhabitants
        The nation's, for the staff at work today.

    Returns
    -------
    pandas.DataFrame
        ``choice, task`` (empty for all) and `COLUMNS`: ``contacts_moved`` of all contacts with doctors, ``fte_change``
        by profession, ``cost_change`` and ``cost_falls``, the probability of the last.
    """
    tasks, share, draws = tasks_of(table), assumptions[SHARE].high, len(doctors) - 1
    sampled = uncertainty.sample(assumptions, {}, draws).assumptions
    both = assumptions.at_value(), sampled
    central, spread = (Parameters.of(values) for values in both)
    price = prices(central)
    saved = saving(tasks, price.doctor_minute, price.minute, central.task_shift.task_shift_back_up)[0]
    # A doctor's full-time year holds so many contacts, of which a profession's full-time year takes so many.
    contacts = doctors[0] / (price.doctor_fte[0, 0] * (tasks.contacts @ tasks.minutes))
    choices = {
        LIMITED: least_cost(tasks.room, saved, share),
        SPARE: programme(tasks, saved, share, tasks.taking * price.fte[0] * contacts, spare(central, inhabitants)[0]),
        UNLIMITED: least_cost(tasks.room, saved, 1.0),
    }
    longer = assumptions["task_shift_relative_time"].value
    rows = []
    for choice, share_moved in choices.items():
        value = _effect(tasks, share_moved, central, doctors[:1], longer)
        draw = _effect(tasks, share_moved, spread, doctors[1:], longer)
        where = [(task, name) for task in tasks.names for name in PROFESSIONS]
        moving = tidy(
            [NATION] * len(where),
            "contacts_moved",
            "share",
            "C4; team_tasks",
            value=share_moved.ravel(),
            qualifier="scenario",
        ).assign(profession=[name for _, name in where], task=[task for task, _ in where])
        staffing = tidy(
            [NATION] * (1 + len(PROFESSIONS)),
            "fte_change",
            "FTE",
            "C4; E2; team_tasks",
            value=value.fte[0],
            draws=draw.fte,
            qualifier="scenario",
            profession="",
        ).assign(profession=[DOCTORS, *PROFESSIONS], task="")
        cost = tidy(
            [NATION],
            "cost_change",
            "SEK per year",
            "C4; g; team_tasks",
            value=value.cost,
            draws=draw.cost[:, None],
            qualifier="scenario",
        )
        falls = tidy(
            [NATION], "cost_falls", "probability", "C4; g; team_tasks", value=(draw.cost < 0).mean(), qualifier="scenario"
        )
        rows.append(
            pd.concat(
                [
                    moving.loc[tasks.room.ravel() > 0],
                    staffing,
                    *(each.assign(profession="all", task="") for each in (cost, falls)),
                ],
                ignore_index=True,
            ).assign(choice=choice, year=int(assumptions["base_year"].value))
        )
    return pd.concat(rows, ignore_index=True)[["choice", "task", *COLUMNS]]


class _Effect(NamedTuple):
    fte: FloatArray
    """Change in full-time equivalents of doctors and `PROFESSIONS`, (draw, 1 + profession)."""
    cost: FloatArray
    """Change in cost, SEK per year, (draw,)."""


def _effect(tasks: Tasks, share: FloatArray, p: Parameters, doctors: FloatArray, longer: float) -> _Effect:
    """What moving shares of the contacts does; those who take over need longer, or less long, than assumed in each draw."""
    price = prices(p)
    contacts = doctors[:, None] / (price.doctor_fte * (tasks.contacts @ tasks.minutes))
    taken = (share * tasks.taking).sum(axis=0) * (p.task_shift.task_shift_relative_time / longer)
    supported = p.task_shift.task_shift_back_up * taken.sum(axis=1, keepdims=True)
    left = (supported - share.sum(axis=1) @ tasks.minutes) * contacts
    fte = np.hstack([left * price.doctor_fte, taken * contacts * price.fte])
    return _Effect(fte, (fte * np.hstack([price.doctor_year, price.year])).sum(axis=1))


def saved_per_doctor(table: pd.DataFrame, p: Parameters, longer: ArrayLike = 1.0) -> FloatArray:
    """Cost that the least-cost team saves per full-time doctor before, by the linear programme, SEK a year, (draw,).

    Parameters
    ----------
    table
        The checked table ``team_tasks``.
    p
        Assumptions; of them the share of the contacts that may be moved.
    longer
        How many times as long as in the table those who take over need, (draw, 1).
    """
    tasks, price = tasks_of(table), prices(p)
    times = np.asarray(longer, float)
    each = saving(tasks, price.doctor_minute, price.minute * times, p.task_shift.task_shift_back_up * times)
    limits = p.task_shift.task_shift_share[:, 0]
    found = [(programme(tasks, one, limit) * one).sum() for one, limit in zip(each, limits, strict=True)]
    return np.asarray(np.array(found) / (price.doctor_fte[:, 0] * (tasks.contacts @ tasks.minutes)))


def compact(table: pd.DataFrame, p: Parameters) -> list[dict[str, str | float]]:
    """List what the closed form needs, for whoever computes it elsewhere: a row per task and profession.

    Parameters
    ----------
    table
        The checked table ``team_tasks``.
    p
        One set of assumptions.

    Returns
    -------
    list of dict
        ``task, profession, room`` (share of all contacts); full-time equivalents that moving all contacts would take, per
        full-time doctor before: of the ``doctor`` before, of those who take over (``taking``), and of the doctor if back-up
        took as long as they do (``support``); and ``doctor_year`` and ``year``, the cost of a full-time year.
    """
    tasks, price = tasks_of(table), prices(p)
    mean = tasks.contacts @ tasks.minutes
    rows: list[dict[str, str | float]] = []
    for place, (task, name) in enumerate((task, name) for task in tasks.names for name in PROFESSIONS):
        of_task, of_taker = divmod(place, len(PROFESSIONS))
        if tasks.room[of_task, of_taker]:
            rows.append(
                {
                    "task": task,
                    "profession": name,
                    "room": float(tasks.room[of_task, of_taker]),
                    "doctor": float(tasks.minutes[of_task] / mean),
                    "taking": float(
                        tasks.taking[of_task, of_taker] / mean * (price.fte[0, of_taker] / price.doctor_fte[0, 0])
                    ),
                    "support": float(tasks.taking[of_task, of_taker] / mean),
                    "doctor_year": float(price.doctor_year[0, 0]),
                    "year": float(price.year[0, of_taker]),
                }
            )
    return rows
