"""Need for care of the inhabitants and the full-time equivalents required, by profession and principal.

Functions name the last axes of their arrays; all axes before them (draw, profession) broadcast. An index that varies by
draw but not by area is therefore shaped (draw, 1).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

MINUTES_PER_HOUR = 60.0

FEWEST_TO_SHRINK = 4
"""Minimum size of a class; in smaller ones, the spread between members is indistinguishable from noise."""


# --- what no argument may be ----------------------------------------------------------------------------


def _refuse(faults: ArrayLike, values: ArrayLike, message: str, *axes: str) -> None:
    """Raise `message` with the first faulty value and its position, from 0 along the named last axes."""
    wrong = np.asarray(faults)
    if not wrong.any():
        return
    first = np.argwhere(wrong)[0]
    names = [f"axis {number} =" for number in range(wrong.ndim - len(axes))] + list(axes)[max(len(axes) - wrong.ndim, 0) :]
    place = ", ".join(f"{name} {number}" for name, number in zip(names, first, strict=True))
    value = np.asarray(values)[tuple(first)]
    raise ValueError(f"{message}: {value:g}" + (f" at {place}" if place else ""))


def _amount(what: str, value: ArrayLike, *axes: str) -> FloatArray:
    amount = np.asarray(value, float)
    _refuse(~((amount >= 0) & (amount < np.inf)), amount, f"{what} must be finite and not negative", *axes)
    return amount


def _positive(what: str, value: ArrayLike, *axes: str) -> FloatArray:
    amount = np.asarray(value, float)
    _refuse(~((amount > 0) & (amount < np.inf)), amount, f"{what} must be finite and above 0", *axes)
    return amount


def _share(what: str, value: ArrayLike, *axes: str) -> FloatArray:
    share = np.asarray(value, float)
    _refuse(~((share >= 0) & (share <= 1)), share, f"{what} must lie between 0 and 1", *axes)
    return share


def _share_below_one(what: str, value: ArrayLike, *axes: str) -> FloatArray:
    share = np.asarray(value, float)
    _refuse(~((share >= 0) & (share < 1)), share, f"{what} must be at least 0 and below 1", *axes)
    return share


# --- need per inhabitant (method C1) --------------------------------------------------------------------


def _per_area(cells: FloatArray, each: FloatArray) -> FloatArray:
    """Sum cells (…, area, k) with weights (…, k)."""
    return np.vecdot(cells, each[..., None, :])


def mean_workload(population: ArrayLike, workload: ArrayLike) -> FloatArray:
    """Compute the workload of the nation's mean inhabitant: ``v̄ = Σ N v / Σ N`` (method C1).

    Parameters
    ----------
    population
        Inhabitants, (…, area, group); the areas make up the nation.
    workload
        Work per inhabitant, (…, group), in any unit.

    Returns
    -------
    numpy.ndarray
        Work per inhabitant, (…, 1), to broadcast over areas.

    Raises
    ------
    ValueError
        If an argument is negative, or the total population or workload is zero.
    """
    people = _amount("population", population, "area", "group")
    work = _per_area(people, _amount("workload", workload, "group")).sum(axis=-1, keepdims=True)
    inhabitants = _positive("the population of the nation", people.sum(axis=(-2, -1)))[..., None]
    return _positive("the workload of the nation", work) / inhabitants


def age_sex_weight(population: ArrayLike, workload: ArrayLike, mean: ArrayLike | None = None) -> FloatArray:
    """Compute an area's workload by age and sex relative to the nation: ``A = Σ N v / (N v̄)`` (method C1).

    Parameters
    ----------
    population
        Inhabitants, (…, area, group).
    workload
        Work per inhabitant, (…, group), in any unit.
    mean
        Work per inhabitant to compare with, (…, 1); by default the nation's in `population`. For later years, pass
        `mean_workload` of the base year; otherwise the nation's ageing would cancel out.

    Returns
    -------
    numpy.ndarray
        Factor, (…, area); without `mean` its population-weighted mean is one.

    Raises
    ------
    ValueError
        If an argument is negative or an area has no inhabitants.
    """
    people = _amount("population", population, "area", "group")
    work = _per_area(people, _amount("workload", workload, "group"))
    reference = mean_workload(people, workload) if mean is None else _positive("mean workload", mean)
    return work / (_positive("the population of an area", people.sum(axis=-1), "area") * reference)


class CareNeed(NamedTuple):
    """A care-need index of areas."""

    score: FloatArray
    """Weighted count of the components, (…, area)."""
    ratio: FloatArray
    """Score per inhabitant over the reference mean, (…, area)."""


def care_need_index(
    counts: ArrayLike, population: ArrayLike, weights: ArrayLike, reference_mean: ArrayLike | None = None
) -> CareNeed:
    """Compute the care-need index from counts of persons: ``CNI = (Σ w n / N) / mean`` (method C1, SCB's CNI).

    Parameters
    ----------
    counts
        Persons who have each characteristic, (…, area, component); one person may count several times.
    population
        Inhabitants, (…, area).
    weights
        Weight of each characteristic, (…, component).
    reference_mean
        Score per inhabitant to compare with, (…, 1); by default that of all areas together.

    Returns
    -------
    CareNeed
        Score and ratio; without `reference_mean` the population-weighted mean of the ratio is one.

    Raises
    ------
    ValueError
        If an argument is negative, an area has no inhabitants, or a count exceeds them.
    """
    persons = _amount("count", counts, "area", "component")
    people = _positive("the population of an area", population, "area")
    _refuse(persons > people[..., None], persons, "count exceeds the population of its area", "area", "component")
    score = _per_area(persons, _amount("weight", weights, "component"))
    per_inhabitant = score / people
    if reference_mean is None:
        return CareNeed(score, deviation(per_inhabitant, people))
    return CareNeed(score, per_inhabitant / _positive("reference mean", reference_mean))


# --- the list norm (method C2) --------------------------------------------------------------------------


def requirement(population: ArrayLike, norm: ArrayLike, weight: ArrayLike = 1.0) -> FloatArray:
    """Compute the full-time specialists required by a list norm: ``R = N w / L`` (method C2).

    Parameters
    ----------
    population
        Inhabitants, last axis region.
    norm
        Inhabitants per full-time specialist.
    weight
        Need weight per inhabitant, averaging one over the nation; one until need is modelled.

    Returns
    -------
    numpy.ndarray
        Full-time equivalents, shaped as the arguments broadcast.

    Raises
    ------
    ValueError
        If the norm is not positive or a population is negative.
    """
    people, per_specialist = np.asarray(population, float), np.asarray(norm, float)
    if (per_specialist <= 0).any():
        raise ValueError("the norm must be a positive number of inhabitants per specialist")
    if (people < 0).any():
        raise ValueError("a population cannot be negative")
    return people * np.asarray(weight, float) / per_specialist


def extra_need(inhabitants_per_doctor: ArrayLike, norm: ArrayLike) -> FloatArray:
    """Compute the additional doctors needed to reach the norm, as a share of those at work: ``n / L - 1``.

    Parameters
    ----------
    inhabitants_per_doctor
        Inhabitants per doctor today.
    norm
        Inhabitants per doctor that the norm allows.

    Returns
    -------
    numpy.ndarray
        Fraction of today's doctors; negative if the norm is already met.
    """
    return np.asarray(inhabitants_per_doctor, float) / np.asarray(norm, float) - 1.0


# --- what moves an area from the norm (methods C2, C3 and C5) -------------------------------------------


def deviation(factor: ArrayLike, weight: ArrayLike) -> FloatArray:
    """Normalise a factor to the nation's weighted mean, so that the norm, itself a mean, is not shifted (method C2).

    ``d = f / (Σ w f / Σ w)``. With the requirement that the factor applies to as weight, the nation's requirement is
    unchanged; with several factors, each is weighted with the requirement after the previous ones.

    Parameters
    ----------
    factor
        Factor on the requirement, (…, area).
    weight
        Weight of each area in the nation, (…, area).

    Returns
    -------
    numpy.ndarray
        Factor, (…, area); its weighted mean is one, so that ``d - 1`` averages zero.

    Raises
    ------
    ValueError
        If a factor or weight is negative, or all weights or weighted factors are zero.
    """
    raw, weights = _amount("factor", factor, "area"), _amount("weight", weight, "area")
    whole = _positive("the sum of the weights", weights.sum(axis=-1, keepdims=True))
    mean = _positive("the mean factor", (raw * weights).sum(axis=-1, keepdims=True)) / whole
    return raw / mean


class Waterfall(NamedTuple):
    """Decomposition of a requirement into a base and the contributions of successive factors."""

    contributions: dict[str, FloatArray]
    """Contribution of each factor, in the unit of the requirement, in the order of the factors."""
    final: FloatArray
    """Requirement after all factors: base plus contributions."""


def waterfall(base: ArrayLike, factors: Mapping[str, ArrayLike], off: Collection[str] = ()) -> Waterfall:
    """Decompose multiplicative factors into additive contributions, in their order (method E5).

    Parameters
    ----------
    base
        Requirement before any factor, (…, area).
    factors
        Factors by name, each (…, area), applied in order.
    off
        Names of factors that are switched off: they contribute zero.

    Returns
    -------
    Waterfall
        Contributions that sum with the base to the final requirement.

    Raises
    ------
    ValueError
        If a base or factor is negative, or a name to switch off is not among the factors.
    """
    if unknown := sorted(set(off) - set(factors)):
        raise ValueError(f"no such factor to switch off: {', '.join(unknown)}")
    multipliers = {name: _amount(f"factor {name}", factor, "area") for name, factor in factors.items()}
    start = _amount("requirement", base, "area")
    level = np.broadcast_to(start, np.broadcast_shapes(start.shape, *(each.shape for each in multipliers.values())))
    contributions = {}
    for name, multiplier in multipliers.items():
        after = level if name in off else level * multiplier
        contributions[name] = after - level
        level = after
    return Waterfall(contributions, np.array(level))


def mean_distance(share_outside: ArrayLike, centre_population: ArrayLike, density: ArrayLike) -> FloatArray:
    """Estimate the mean distance to the centre of the catchment without known locations of units (method C3).

    The catchment is a disc of area ``P / d``, whose points are on average two thirds of its radius from the centre;
    inhabitants of localities are assumed to live at a centre: ``s · 2/3 · √(P / (d π))``.

    Parameters
    ----------
    share_outside
        Share of the inhabitants who live outside localities.
    centre_population
        Inhabitants per population centre (P).
    density
        Inhabitants per km² (d).

    Returns
    -------
    numpy.ndarray
        Kilometres per inhabitant, one way as the crow flies.

    Raises
    ------
    ValueError
        If the share is outside 0 to 1, the population negative or the density not positive.
    """
    outside = _share("share outside localities", share_outside, "area")
    catchment = _amount("centre population", centre_population, "area") / _positive("density", density, "area")
    return outside * (2 / 3) * np.sqrt(catchment / np.pi)


def share_within(
    minutes: ArrayLike, share_outside: ArrayLike, centre_population: ArrayLike, density: ArrayLike, speed_kmh: ArrayLike
) -> FloatArray:
    """Compute the share who reach the centre of the catchment in time: ``1 - s max(0, 1 - r² d π / P)`` (method C3).

    In the time t one gets ``r = v t / 60`` kilometres far; the catchment is the disc of `mean_distance`.

    Parameters
    ----------
    minutes
        Minutes on the way, one way (t).
    share_outside
        Share of the inhabitants who live outside localities (s).
    centre_population
        Inhabitants per population centre (P).
    density
        Inhabitants per km² (d).
    speed_kmh
        Kilometres per hour as the crow flies (v).

    Returns
    -------
    numpy.ndarray
        Share, (…, area).

    Raises
    ------
    ValueError
        If the share is outside 0 to 1, a time negative, or a population, density or speed not positive.
    """
    outside = _share("share outside localities", share_outside, "area")
    catchment = _positive("centre population", centre_population, "area") / _positive("density", density, "area")
    reach = _positive("speed", speed_kmh, "area") * _amount("minutes", minutes) / MINUTES_PER_HOUR
    return 1 - outside * np.maximum(1 - reach**2 * np.pi / catchment, 0.0)


def travel_factor(
    distance_km: ArrayLike, speed_kmh: ArrayLike, contact_minutes: ArrayLike, share_of_contacts_with_travel: ArrayLike
) -> FloatArray:
    """Compute the travel time per minute of contact: ``ξ = s · 60 · 2 d / v / μ``, there and back (method C3).

    Parameters
    ----------
    distance_km
        Kilometres one way.
    speed_kmh
        Kilometres per hour, along the same line as the distance.
    contact_minutes
        Minutes per contact (μ).
    share_of_contacts_with_travel
        Share of the contacts for which staff travel.

    Returns
    -------
    numpy.ndarray
        Travel minutes per contact minute; the requirement is multiplied by ``1 + ξ``.

    Raises
    ------
    ValueError
        If a distance is negative, a speed or a duration not positive, or the share outside 0 to 1.
    """
    hours = 2 * _amount("distance", distance_km, "area") / _positive("speed", speed_kmh, "area")
    travelled = _share("share of contacts with travel", share_of_contacts_with_travel, "area")
    return travelled * MINUTES_PER_HOUR * hours / _positive("minutes per contact", contact_minutes, "area")


def off_list(requirement: ArrayLike, theta: ArrayLike) -> FloatArray:
    """Add time for duties off the list to a requirement: ``R / (1 - θ)`` (method C5).

    Parameters
    ----------
    requirement
        Full-time equivalents for the list, (…, area).
    theta
        Share of the working time for duties off the list, or its deviation from the nation's mean (θ), between -1
        and 1.

    Returns
    -------
    numpy.ndarray
        Full-time equivalents, (…, area).

    Raises
    ------
    ValueError
        If a requirement is negative, or a share is not between -1 and 1.
    """
    share = np.asarray(theta, float)
    _refuse(~(np.abs(share) < 1), share, "share off the list must lie between -1 and 1", "area")
    return _amount("requirement", requirement, "area") / (1 - share)


def grown(
    requirement: ArrayLike, raising: Mapping[str, ArrayLike], lowering: Mapping[str, ArrayLike] | None = None
) -> FloatArray:
    """Apply additive drivers to a requirement: ``R (1 + Σ raising - Σ lowering)``.

    The argument, never a sign, gives a driver's direction, so that a saving meant to lower the requirement cannot raise
    it.

    Parameters
    ----------
    requirement
        Full-time equivalents.
    raising, lowering
        Shares of the requirement by driver, none negative.

    Returns
    -------
    numpy.ndarray
        Full-time equivalents, shaped as the arguments broadcast.

    Raises
    ------
    ValueError
        If a requirement or share is negative, a driver works both ways, or the drivers lower it below zero.
    """
    falling = lowering or {}
    if both := sorted(set(raising) & set(falling)):
        raise ValueError(f"a driver cannot both raise and lower the requirement: {', '.join(both)}")
    change = np.asarray(1.0)
    for name, share in raising.items():
        change = change + _amount(f"driver {name}", share)
    for name, share in falling.items():
        change = change - _amount(f"driver {name}", share)
    _refuse(change < 0, change, "the factor that the drivers leave must not be negative")
    return _amount("requirement", requirement) * change


# --- who does it (method C4) ----------------------------------------------------------------------------


class TaskShift(NamedTuple):
    """Contacts and minutes after moving tasks to other professions."""

    doctor_contacts: FloatArray
    """Contacts that stay with the doctor, (…, task)."""
    doctor_minutes: FloatArray
    """The doctor's minutes, back-up included, (…)."""
    profession_contacts: FloatArray
    """Contacts moved to each profession, (…, profession, task)."""
    profession_minutes: FloatArray
    """Minutes that the moved contacts take, (…, profession)."""


def task_shift(
    contacts: ArrayLike,
    minutes_per_contact: ArrayLike,
    shifted_share: ArrayLike,
    relative_time: ArrayLike,
    back_up: ArrayLike = 0.0,
) -> TaskShift:
    """Move contacts from the doctor to other professions; contacts are conserved, minutes are not (method C4).

    ``M_doctor = Σ M [1 - Σ σ (1 - η ρ)]`` and ``M_p = Σ M σ ρ``, where M is the doctor's minutes before.

    Parameters
    ----------
    contacts
        The doctor's contacts today, (…, task).
    minutes_per_contact
        The doctor's minutes per contact, (…, task).
    shifted_share
        Share of the contacts moved to each profession beyond today's (σ), (…, profession, task).
    relative_time
        The profession's minutes per minute of the doctor's (ρ), (…, profession, task).
    back_up
        The doctor's minutes of back-up per minute of the profession's (η), (…, profession).

    Returns
    -------
    TaskShift
        Contacts and minutes after the move.

    Raises
    ------
    ValueError
        If an argument is negative, or more than all contacts of a task are moved.
    """
    held = _amount("contacts", contacts, "task")
    moved = _share("shifted share", shifted_share, "profession", "task")
    together = moved.sum(axis=-2)
    # A sum of shares that is one on paper may be a rounding error above it.
    _refuse(together > 1 + 1e-12, together, "shifted shares of a task must not sum to more than 1", "task")
    duration = _amount("minutes per contact", minutes_per_contact, "task")
    slower = _amount("relative time", relative_time, "profession", "task")
    taken = held[..., None, :] * moved
    stayed = held * np.maximum(1 - together, 0.0)
    minutes_taken = (taken * np.atleast_1d(duration)[..., None, :] * slower).sum(axis=-1)
    supporting = (_amount("back-up", back_up, "profession") * minutes_taken).sum(axis=-1)
    return TaskShift(stayed, (stayed * duration).sum(axis=-1) + supporting, taken, minutes_taken)


# --- minutes of each profession (method E1) -------------------------------------------------------------


def anchored(contacts_shape: ArrayLike, population: ArrayLike, total: ArrayLike) -> FloatArray:
    """Scale an age-sex profile to a published total of the nation's contacts (method E1).

    Parameters
    ----------
    contacts_shape
        Contacts per inhabitant in any unit, (…, contact, group): only the shape over groups counts.
    population
        Inhabitants of the nation, (…, group).
    total
        Published contacts in a year, (…, contact).

    Returns
    -------
    numpy.ndarray
        Contacts per inhabitant and year (v), (…, contact, group).

    Raises
    ------
    ValueError
        If an argument is negative, or a profile gives no contacts at all.
    """
    shape = _amount("contacts", contacts_shape, "contact", "group")
    made = _positive(
        "contacts that the profile gives", _per_area(shape, _amount("population", population, "group")), "contact"
    )
    return shape * (_amount("total contacts", total, "contact") / made)[..., None]


def minutes(population: ArrayLike, contacts: ArrayLike, unmet: ArrayLike, minutes_per_contact: ArrayLike) -> FloatArray:
    """Compute the minutes of a profession that the inhabitants need in a year: ``Σ N v (1 + U) μ`` (method E1).

    Parameters
    ----------
    population
        Inhabitants, (…, area, group).
    contacts
        Contacts per inhabitant and year (v), (…, contact, group).
    unmet
        Unmet need, as a share of the contacts made (U), (…, contact).
    minutes_per_contact
        Minutes per contact including records (μ), (…, contact).

    Returns
    -------
    numpy.ndarray
        Minutes per year, (…, area, contact).

    Raises
    ------
    ValueError
        If an argument is negative.
    """
    people = _amount("population", population, "area", "group")
    per_person = _amount("contacts", contacts, "contact", "group")
    per_contact = (1 + _amount("unmet need", unmet, "contact")) * _amount(
        "minutes per contact", minutes_per_contact, "contact"
    )
    return people @ np.swapaxes(per_person * np.atleast_1d(per_contact)[..., None], -1, -2)


class ByPrincipal(NamedTuple):
    """Minutes by the principal responsible for the care."""

    region: FloatArray
    """The region's minutes, (…, area, contact)."""
    municipality: FloatArray
    """The municipality's minutes, (…, area, contact)."""


def by_principal(minutes: ArrayLike, municipal_share: ArrayLike) -> ByPrincipal:
    """Divide minutes between region and municipality by the responsibility matrix Λ (methods E1 and E7).

    Parameters
    ----------
    minutes
        Minutes per year, (…, area, contact).
    municipal_share
        Share for which the municipality is responsible, (…, area, contact); the region has the rest.

    Returns
    -------
    ByPrincipal
        Two parts that sum to `minutes`.

    Raises
    ------
    ValueError
        If minutes are negative or a share is outside 0 to 1, with the area and the contact.
    """
    whole = _amount("minutes", minutes, "area", "contact")
    municipal = whole * _share("municipal share", municipal_share, "area", "contact")
    return ByPrincipal(whole - municipal, municipal)


# --- from minutes to full-time equivalents (method E2) --------------------------------------------------


def available_hours(
    days_per_year: ArrayLike,
    holidays: ArrayLike,
    leave: ArrayLike,
    sick: ArrayLike,
    training: ArrayLike,
    hours_per_day: ArrayLike,
) -> FloatArray:
    """Compute the hours in a full-time year: ``AWT = [A - (holidays + leave + sick + training)] h`` (method E2).

    Parameters
    ----------
    days_per_year
        Possible working days (A).
    holidays, leave, sick, training
        Working days off in a year for each reason.
    hours_per_day
        Hours in a working day (h).

    Returns
    -------
    numpy.ndarray
        Hours per year.

    Raises
    ------
    ValueError
        If an argument is negative or no working day is left.
    """
    away = sum(
        _amount(what, days)
        for what, days in (("holidays", holidays), ("leave", leave), ("sick days", sick), ("training days", training))
    )
    left = _positive("the working days that are left", _amount("days per year", days_per_year) - away)
    return left * _positive("hours per day", hours_per_day)


class WorkingTime(NamedTuple):
    """Division of working time, as shares that sum to one."""

    direct: FloatArray
    """With the patient."""
    indirect: FloatArray
    """For the patient: records, telephone, planning."""
    allowance: FloatArray
    """For everything else (CAS)."""


def capped_direct_share(direct_share: ArrayLike, indirect_share: ArrayLike, cap: ArrayLike = 1.0) -> WorkingTime:
    """Divide working time into patient time, capped at a realistic share, and the allowance (methods E2 and E3).

    ``CAS = 1 - direct - indirect``. Minutes per contact include records, so both direct and indirect time are for
    patients: with direct time alone the need would be overstated. A direct share above the cap is lowered to it, and
    indirect time in proportion, as both belong to the same contacts.

    Parameters
    ----------
    direct_share
        Share of working time with the patient, above 0.
    indirect_share
        Share of working time for the patient but not with the patient.
    cap
        Largest realistic direct share for a whole year.

    Returns
    -------
    WorkingTime
        Shares of the working time.

    Raises
    ------
    ValueError
        If a share is outside 0 to 1, the direct share or cap is 0, or the two shares sum to more than 1.
    """
    direct = _positive("direct share", _share("direct share", direct_share))
    indirect = _share("indirect share", indirect_share)
    together = direct + indirect
    _refuse(together > 1 + 1e-12, together, "direct and indirect share must not sum to more than 1")
    kept = np.minimum(_positive("cap", _share("cap", cap)) / direct, 1.0)
    return WorkingTime(direct * kept, indirect * kept, np.maximum(1 - together * kept, 0.0))


def category_allowance_factor(cas: ArrayLike) -> FloatArray:
    """Compute the factor for duties of everyone in a profession besides patients: ``1 / (1 - CAS)`` (method E2).

    Parameters
    ----------
    cas
        Share of the working time that is neither direct nor indirect patient time (CAS).

    Returns
    -------
    numpy.ndarray
        Factor, at least one.

    Raises
    ------
    ValueError
        If a share is negative or not below 1.
    """
    return 1 / (1 - _share_below_one("category allowance share", cas))


def wisn(
    minutes: ArrayLike, awt_hours: ArrayLike, cas: ArrayLike, individual_allowance_hours: ArrayLike = 0.0
) -> FloatArray:
    """Convert minutes to full-time equivalents: ``Q / (60 AWT) / (1 - CAS) + IAS / AWT`` (method E2, WISN).

    Parameters
    ----------
    minutes
        Minutes per year (Q) of all contacts.
    awt_hours
        Working hours in a full-time year (AWT).
    cas
        Share of the working time that is neither direct nor indirect patient time.
    individual_allowance_hours
        Hours per year of duties that only some staff have (IAS).

    Returns
    -------
    numpy.ndarray
        Full-time equivalents, shaped as the arguments broadcast.

    Raises
    ------
    ValueError
        If an argument is negative, no hours are available or the allowance takes all time.
    """
    hours = _positive("available hours", awt_hours)
    patients = _amount("minutes", minutes) / (MINUTES_PER_HOUR * hours) * category_allowance_factor(cas)
    return patients + _amount("individual allowance", individual_allowance_hours) / hours


# --- mental health (method E3) --------------------------------------------------------------------------


def treatment_minutes(
    population: ArrayLike, prevalence: ArrayLike, target: ArrayLike, sessions: ArrayLike, minutes: ArrayLike
) -> FloatArray:
    """Compute the minutes of treatment from need: ``Σ N prev target sessions μ`` (method E3).

    Parameters
    ----------
    population
        Inhabitants, (…, area, group).
    prevalence
        Share of the inhabitants who are ill, (…, group).
    target
        Share of the ill to be treated in primary care, (…, group).
    sessions
        Sessions per treatment, (…, group).
    minutes
        Minutes per session including records, (…, group).

    Returns
    -------
    numpy.ndarray
        Minutes per year, (…, area).

    Raises
    ------
    ValueError
        If an argument is negative or a share above 1.
    """
    people = _amount("population", population, "area", "group")
    treated = _share("prevalence", prevalence, "group") * _share("target share", target, "group")
    per_treated = _amount("sessions", sessions, "group") * _amount("minutes per session", minutes, "group")
    return _per_area(people, treated * per_treated * np.ones(people.shape[-1]))


def blended(need: ArrayLike, use: ArrayLike, zeta: ArrayLike) -> FloatArray:
    """Weight need against use: ``Q = ζ Q_need + (1 - ζ) Q_use`` (method E3).

    Parameters
    ----------
    need, use
        Minutes from need and from today's use, of the same shape.
    zeta
        Weight of need (ζ).

    Returns
    -------
    numpy.ndarray
        Minutes.

    Raises
    ------
    ValueError
        If minutes are negative or the weight is outside 0 to 1.
    """
    weight = _share("weight of need", zeta)
    return weight * _amount("need", need) + (1 - weight) * _amount("use", use)


# --- small municipalities (method E4) -------------------------------------------------------------------


class Shrunk(NamedTuple):
    """Values shrunk towards the mean of their class."""

    value: FloatArray
    """Shrunken values, (…, municipality)."""
    weight: FloatArray
    """Weight of each municipality's own value (B), (…, municipality)."""
    class_mean: FloatArray
    """Unweighted mean of each class, (…, class)."""


def shrunk(
    value: ArrayLike, variance: ArrayLike, class_index: ArrayLike, between_variance: ArrayLike | None = None
) -> Shrunk:
    """Shrink uncertain values to their class mean: ``v̂ = B v + (1 - B) v_class``, ``B = τ² / (τ² + s²)`` (method E4).

    By default, the variance between the k municipalities of a class is estimated from their sum of squares,
    ``τ² = max(0, Σ (v - v̄)² / (k - 3) - mean s²)``: the divisor k - 3 makes the estimate of 1 - B unbiased for equal
    variances, and the values those of James and Stein.

    Parameters
    ----------
    value
        Observed values, (…, municipality).
    variance
        Sampling variance of each value (s²), (…, municipality).
    class_index
        Class of each municipality, (municipality,), whole numbers from 0.
    between_variance
        Variance between municipalities of a class (τ²), (…, class).

    Returns
    -------
    Shrunk
        Shrunken values, weights and class means. A class of fewer than `FEWEST_TO_SHRINK` keeps its values unless its
        variance is given.

    Raises
    ------
    ValueError
        If a value is not finite, a variance negative, or the classes are not whole numbers, one for each municipality.
    """
    own = np.asarray(value, float)
    _refuse(~np.isfinite(own), own, "value must be finite", "municipality")
    noise = np.broadcast_to(_amount("variance", variance, "municipality"), own.shape)
    classes = np.asarray(class_index)
    if classes.shape != own.shape[-1:] or not np.issubdtype(classes.dtype, np.integer) or classes.min() < 0:
        raise ValueError("classes must be whole numbers from 0, one for each municipality")
    member = (classes[:, None] == np.arange(classes.max() + 1)).astype(float)
    size = member.sum(axis=0)
    mean = own @ member / np.maximum(size, 1.0)
    distance = own - mean[..., classes]
    if between_variance is None:
        spread = distance**2 @ member / np.maximum(size - 3, 1.0)
        known = np.maximum(spread - noise @ member / np.maximum(size, 1.0), 0.0)
        between = np.where(size >= FEWEST_TO_SHRINK, known, np.inf)
    else:
        between = _amount("between variance", between_variance, "class") * np.ones(len(size))
    total = between[..., classes] + noise
    # A value without noise is kept, even if its class has no spread.
    lost = np.divide(noise, total, out=np.zeros(total.shape), where=total > 0)
    return Shrunk(mean[..., classes] + (1 - lost) * distance, 1 - lost, mean)


# --- guideline values (method E5) -----------------------------------------------------------------------


def inhabitants_per_fte(population: ArrayLike, fte: ArrayLike) -> FloatArray:
    """Compute the guideline value: inhabitants per full-time equivalent, ``N / Req`` (method E5).

    Parameters
    ----------
    population
        Inhabitants.
    fte
        Full-time equivalents required.

    Returns
    -------
    numpy.ndarray
        Inhabitants per full-time equivalent; infinite if none is required, which is displayed as no value.

    Raises
    ------
    ValueError
        If an argument is negative.
    """
    people, required = np.broadcast_arrays(_amount("population", population), _amount("full-time equivalents", fte))
    return np.divide(people, required, out=np.full(people.shape, np.inf), where=required > 0)


def index(value: ArrayLike, nation: ArrayLike) -> FloatArray:
    """Index values to the nation = 100 (method E6).

    Parameters
    ----------
    value
        Values of areas, (…, area).
    nation
        The nation's value, (…, 1).

    Returns
    -------
    numpy.ndarray
        Index, (…, area).

    Raises
    ------
    ValueError
        If the nation's value is not positive.
    """
    return 100 * np.asarray(value, float) / _positive("the nation's value", nation)
