"""Coverage, yearly starters and training positions for a given requirement of specialists."""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.linalg import toeplitz
from scipy.optimize import linprog

from riktvarden.names import BY_TRAINING_ALONE, INFEASIBLE, OPTIMAL

FloatArray = NDArray[np.float64]


def coverage_a(specialist_fte: ArrayLike, requirement: ArrayLike) -> FloatArray:
    """Compute the share of the requirement met by specialists: ``A = F / R`` (method C6).

    Parameters
    ----------
    specialist_fte
        Full-time equivalents of specialists; doctors in training are never counted here.
    requirement
        Full-time equivalents required.

    Returns
    -------
    numpy.ndarray
        Fraction of the requirement.
    """
    return np.asarray(specialist_fte, float) / np.asarray(requirement, float)


def coverage_b(
    specialist_fte: ArrayLike,
    st_mid_fte: ArrayLike,
    requirement: ArrayLike,
    weight: ArrayLike,
    presence: ArrayLike = 1.0,
) -> FloatArray:
    """Compute the coverage with doctors in mid-training counted in part (method C6).

    ``B = (F + ω s T_mid) / R``.

    Parameters
    ----------
    specialist_fte
        Full-time equivalents of specialists.
    st_mid_fte
        Full-time equivalents of ST doctors in the middle of their training, and of those only.
    requirement
        Full-time equivalents of specialists required.
    weight
        Inhabitants per specialist over inhabitants per ST doctor in mid-training, inverted (ω).
    presence
        Share of the time at the own unit (s).

    Returns
    -------
    numpy.ndarray
        Fraction of the requirement.
    """
    in_training = np.asarray(weight, float) * np.asarray(presence, float) * np.asarray(st_mid_fte, float)
    return (np.asarray(specialist_fte, float) + in_training) / np.asarray(requirement, float)


def steady_state_intake(
    requirement: ArrayLike, fte_years: ArrayLike, completion: ArrayLike, from_abroad: ArrayLike = 0.0
) -> FloatArray:
    """Compute the yearly starters that sustain a requirement: ``I = (R - F_abroad) / (c ΣK)`` (method D3).

    The steady stock of a constant inflow is the inflow times the working life of one specialist, so the careers behind
    a projection also determine what sustains a stock: there is no separate exit rate.

    Parameters
    ----------
    requirement
        Full-time equivalents of specialists required (R).
    fte_years
        Full-time equivalents of one new specialist summed over the whole career (ΣK), years.
    completion
        Share of starters who complete (c).
    from_abroad
        Steady full-time equivalents of a constant inflow from abroad (F_abroad).

    Returns
    -------
    numpy.ndarray
        Persons per year, by region of the first job if the requirement is by region; negative if the inflow from abroad
        alone exceeds the requirement.

    Raises
    ------
    ValueError
        If a career or a completion is not positive.
    """
    career, completing = np.asarray(fte_years, float), np.asarray(completion, float)
    if not ((career > 0).all() and (completing > 0).all()):
        raise ValueError("a career and the share that completes must be positive")
    return (np.asarray(requirement, float) - np.asarray(from_abroad, float)) / (career * completing)


def training_stock(intake: ArrayLike, mean_duration: ArrayLike) -> FloatArray:
    """Compute the persons in training under a constant intake: ``T = I E[D]`` (method D4, Little's law).

    Parameters
    ----------
    intake
        Persons per year.
    mean_duration
        Mean calendar years from start to certificate.

    Returns
    -------
    numpy.ndarray
        Persons.
    """
    return np.asarray(intake, float) * np.asarray(mean_duration, float)


def funded_positions(persons: ArrayLike, persons_per_position: ArrayLike, vacancy_rate: ArrayLike) -> FloatArray:
    """Compute the positions to fund for a number of persons in training: ``B = T / ppp / (1 - v)`` (method D4).

    Parameters
    ----------
    persons
        Persons in training.
    persons_per_position
        Persons who share one position.
    vacancy_rate
        Share of the funded positions that are vacant.

    Returns
    -------
    numpy.ndarray
        Positions.
    """
    filled = np.asarray(persons, float) / np.asarray(persons_per_position, float)
    return filled / (1 - np.asarray(vacancy_rate, float))


def intake_years(first_intake: ArrayLike, target_year: ArrayLike, duration: ArrayLike) -> FloatArray:
    """Compute the years of intake that finish before the target year ends (n).

    Intake is even over the year, so the last cohort counts in part.

    Parameters
    ----------
    first_intake
        First calendar year whose intake can be changed.
    target_year
        Calendar year at whose end the requirement is to be met.
    duration
        Calendar years from start to certificate.

    Returns
    -------
    numpy.ndarray
        Years; below one the target is infeasible by training alone.
    """
    return np.asarray(target_year, float) + 1 - np.asarray(first_intake, float) - np.asarray(duration, float)


def required_intake(
    reference_intake: ArrayLike,
    gap_fte: ArrayLike,
    intake_years: ArrayLike,
    active_share: ArrayLike,
    fte_per_specialist: ArrayLike,
) -> FloatArray:
    """Compute the constant yearly intake that closes a gap by the target year (method D1).

    ``I* = I0 + (R_T - F_T) / (n ρ φ)``. If less than a year's intake can finish in time, the answer is infinite, which
    is displayed as "infeasible by training alone", never as a large number.

    Parameters
    ----------
    reference_intake
        Persons per year behind the projected supply (I0).
    gap_fte
        Requirement less projected supply in the target year, full-time equivalents.
    intake_years
        Years of intake that can be changed and finish in time (n).
    active_share
        Share of those starters at work in the target year (ρ).
    fte_per_specialist
        Full-time equivalents per specialist (φ).

    Returns
    -------
    numpy.ndarray
        Persons per year; infinite if n is below one.
    """
    n = np.asarray(intake_years, float)
    per_yearly_starter = np.maximum(n, 1.0) * np.asarray(active_share, float) * np.asarray(fte_per_specialist, float)
    more = np.asarray(gap_fte, float) / np.where(n >= 1, per_yearly_starter, 1.0)
    return np.where(n >= 1, np.asarray(reference_intake, float) + more, np.inf)


def largest_remainder(values: ArrayLike) -> NDArray[np.int64]:
    """Round to integers that sum to the rounded total (Hamilton's method).

    Parameters
    ----------
    values
        Non-negative numbers, (…, region); each row along the last axis is apportioned separately.

    Returns
    -------
    numpy.ndarray
        Integers in the same order; ties go to the earlier value.

    Raises
    ------
    ValueError
        If a value is negative or not finite.
    """
    exact = np.asarray(values, float)
    if not np.isfinite(exact).all() or (exact < 0).any():
        raise ValueError("only finite, non-negative numbers can be apportioned")
    floor = np.floor(exact)
    left_over = np.rint(exact.sum(axis=-1, keepdims=True)) - floor.sum(axis=-1, keepdims=True)
    place = np.argsort(np.argsort(floor - exact, axis=-1, kind="stable"), axis=-1, kind="stable")
    return (floor + (place < left_over)).astype(np.int64)


# --- what the regions and the programmes of education are asked for ------------------------------------


def positions_path(in_training: ArrayLike, persons_per_position: ArrayLike, vacancy_rate: ArrayLike) -> NDArray[np.int64]:
    """Compute whole positions to fund by year, which sum over the regions to the nation's (method D4).

    Parameters
    ----------
    in_training
        Persons in training, (…, region, year).
    persons_per_position
        Persons who share one position, (…, region) or (…, 1).
    vacancy_rate
        Share of the funded positions that are vacant, likewise.

    Returns
    -------
    numpy.ndarray
        Positions, (…, region, year).

    Raises
    ------
    ValueError
        If a number is negative or not finite.
    """
    shared, empty = (np.asarray(array, float)[..., None] for array in (persons_per_position, vacancy_rate))
    exact = funded_positions(in_training, shared, empty)
    return np.swapaxes(largest_remainder(np.swapaxes(exact, -2, -1)), -2, -1)


class NetGap(NamedTuple):
    """Gaps of the regions in aggregate, each (…)."""

    gross: FloatArray
    """Sum of the shortages of regions with too little."""
    surplus: FloatArray
    """Sum of the surpluses of regions with too much."""
    net: FloatArray
    """Shortage of the nation."""
    closed_by_redistribution: FloatArray
    """Part of the gross gap that the surplus could fill."""


def net_gap(gap: ArrayLike) -> NetGap:
    """Compute gross gap, surplus and net gap of the nation, and the part that redistribution could close.

    Parameters
    ----------
    gap
        Requirement less supply, (…, region); negative for a surplus.

    Returns
    -------
    NetGap
        In the unit of `gap`; gross less surplus is net.
    """
    lacking = np.asarray(gap, float)
    gross, surplus = np.maximum(lacking, 0).sum(axis=-1), np.maximum(-lacking, 0).sum(axis=-1)
    return NetGap(gross, surplus, gross - surplus, np.minimum(gross, surplus))


def places(annual_need: ArrayLike, completion: ArrayLike) -> FloatArray:
    """Compute the starters per year in an education programme whose graduates meet a yearly need (method E8).

    Parameters
    ----------
    annual_need
        New professionals needed per year; negative values count as 0.
    completion
        Share of starters who complete, above 0.

    Returns
    -------
    numpy.ndarray
        Persons per year, shaped as the arguments broadcast, in the year the need is met, not that of the start.

    Raises
    ------
    ValueError
        If a completion is not above 0 and at most 1.
    """
    completing = np.asarray(completion, float)
    if not ((completing > 0) & (completing <= 1)).all():
        raise ValueError("the share that completes must lie between 0 and 1")
    return np.maximum(np.asarray(annual_need, float), 0.0) / completing


# --- paths ----------------------------------------------------------------------------------------------


# --- the linear programme -------------------------------------------------------------------------------

RELAXED = 1e-6
"""Relative excess beyond which a limit counts as exceeded."""


@dataclass(frozen=True)
class Options:
    """Aims, weights and limits of a programme; a limit of None does not bind.

    Raises
    ------
    ValueError
        If the target year or the first intake does not come after the base year, a duration is not positive, or
        a weight or limit is negative.
    """

    base_year: int
    """The year before the first of the year axis."""
    target_year: int
    """Calendar year from the end of which the requirement is to be met."""
    first_intake: int
    """First calendar year whose intake can be changed."""
    duration: float
    """Calendar years from start to certificate (D)."""
    training_share: ArrayLike
    """Share of starters still in training by years since the start (S_T), (lag,); none beyond the last lag."""
    base_in_training: ArrayLike
    """Persons of today's stock still in training at the end of each year, (region, year)."""
    coverage: ArrayLike = 1.0
    """Share of the requirement to meet in each region, or (region,)."""
    national_coverage: float = 1.0
    """Share of the requirement to meet in the nation."""
    discount: float = 0.0
    """Yearly discount of future starters (d)."""
    change_weight: float = 0.0
    """Weight of one starter more or fewer than the year before (λ)."""
    surplus_weight: float = 0.0
    """Weight of a full-time equivalent in excess of the requirement for a year after the target year (μ)."""
    first_job: ArrayLike | None = None
    """Share of the starters of a region who go on to work in each region, (region of training, region of work)."""
    smoothing: float | None = None
    """Largest change of a region's intake, as a share of the year before's (s)."""
    applicants: ArrayLike | None = None
    """Maximum starters in the nation each year (E), (year,)."""
    supervision: float | None = None
    """Maximum persons in training per specialist (headcount) at the end of a year (ψ)."""
    fte_per_specialist: ArrayLike = 1.0
    """Full-time equivalents per specialist (φ), or (region,); supervision counts persons."""
    rotation: ArrayLike | None = None
    """Maximum persons in training for the rotation places, (region, year)."""
    capacity: ArrayLike | None = None
    """Maximum persons in training for the listed patients, (region, year)."""
    terminal: float | None = None
    """Largest distance from the steady intake from the target year on, as a share of it (x)."""
    steady_intake: ArrayLike | None = None
    """Starters per year that sustain the requirement of each year (I_ss), (region, year)."""
    least: ArrayLike | None = None
    """Minimum starters from the first intake on, (region, year)."""

    def __post_init__(self) -> None:
        if self.target_year <= self.base_year:
            raise ValueError("the target year must come after the base year")
        if self.first_intake <= self.base_year:
            raise ValueError("the first intake that can be changed must come after the base year")
        if not self.duration > 0:
            raise ValueError("the duration of a training must be positive")
        if min(self.discount, self.change_weight, self.surplus_weight) < 0:
            raise ValueError("discount and weights cannot be negative")
        if any(limit is not None and limit < 0 for limit in (self.smoothing, self.supervision, self.terminal)):
            raise ValueError("a limit cannot be negative")
        if self.terminal is not None and self.steady_intake is None:
            raise ValueError("a limit on the distance from the steady intake needs the steady intake")


@dataclass(frozen=True)
class Programme:
    """The intake that meets the requirement at the lowest cost, or the reason why there is none."""

    intake: FloatArray
    """Starters per year, (region, year); NaN, like the next two, if there is no solution."""
    supply: FloatArray
    """Full-time equivalents of specialists at the end of the year, (region, year)."""
    in_training: FloatArray
    """Persons in training at the end of the year, (region, year)."""
    status: str
    """`OPTIMAL`, `INFEASIBLE` or `BY_TRAINING_ALONE`."""
    binding: tuple[str, ...]
    """Limits whose relaxation would give a solution: smoothing, applicants, supervision, rotation, capacity, terminal."""
    first_feasible_year: int | None
    """First year from the target year on that is feasible as target year; None if no year of the axis is."""


def programme(
    requirement: ArrayLike,
    base_supply: ArrayLike,
    kernel: ArrayLike,
    reference_intake: ArrayLike,
    options: Options,
) -> Programme:
    """Find the cheapest yearly intake that meets the requirement from the target year on (method D2).

    Minimises ``Σ I/(1+d)^t + λ Σ|I_t - I_{t-1}| + μ Σ_{t>T} max(F - R, 0)``, t counting years from the base
    year, where ``F_{r,t} = F0_{r,t} + Σ_u I_{r,u} K_{r,t-u}``, such that

    - F is at least the coverage of R from the target year on, in each region and in the nation;
    - ``|I_t - I_{t-1}| ≤ s I_{t-1}`` (smoothing), ``Σ_r I_t ≤ E_t`` (applicants), persons in training are at
      most ψ F/φ (supervision), what the places allow (rotation) and what the listed patients allow (capacity), and
      starters are no fewer than the least, from the first intake on;
    - ``|I_t - I_ss,t| ≤ x I_ss,t`` from the target year on (terminal).

    Years before the first intake that can be changed have the reference intake. If there is no solution, the smallest
    excess over the limits, each as a share of it, shows which of them bind.

    Parameters
    ----------
    requirement
        Full-time equivalents of specialists required at the end of each year after the base year, (region, year).
    base_supply
        Full-time equivalents without any intake after the base year (F0), (region, year).
    kernel
        Full-time equivalents at work per starter by years since the start (K), by region of work, (lag,) or
        (region, lag); covers the years.
    reference_intake
        Starters per year before the intake can be changed, (region,).
    options
        Aims, weights and limits.

    Returns
    -------
    Programme
        Intake, supply and persons in training, or the reason why there is no solution.

    Raises
    ------
    ValueError
        If shapes are inconsistent, a number is not finite or negative, or a year is outside the years.
    RuntimeError
        If the solver gives up.
    """
    system = _System(requirement, base_supply, kernel, reference_intake, options)
    path = system.cheapest() if system.can_finish_in_time else None
    if path is not None:
        return Programme(*path, OPTIMAL, (), options.target_year)
    nothing = np.full(system.shape, np.nan)
    later = first_feasible_year(requirement, base_supply, kernel, reference_intake, options)
    if system.can_finish_in_time:
        return Programme(nothing, nothing, nothing, INFEASIBLE, system.binding(), later)
    return Programme(nothing, nothing, nothing, BY_TRAINING_ALONE, (), later)


def first_feasible_year(
    requirement: ArrayLike,
    base_supply: ArrayLike,
    kernel: ArrayLike,
    reference_intake: ArrayLike,
    options: Options,
) -> int | None:
    """Find the first year from the target year on that is feasible as target year.

    A later target year only removes conditions, so bisection finds it.

    Parameters
    ----------
    requirement, base_supply, kernel, reference_intake, options
        As for `programme`.

    Returns
    -------
    int or None
        A calendar year, or None if no year of the axis is feasible.

    Raises
    ------
    ValueError, RuntimeError
        As `programme`.
    """

    def feasible(year: int) -> bool:
        aim = dataclasses.replace(options, target_year=year)
        system = _System(requirement, base_supply, kernel, reference_intake, aim)
        return system.can_finish_in_time and system.has_an_answer

    years = range(options.target_year, options.base_year + np.shape(requirement)[-1] + 1)
    place = bisect.bisect_left(years, True, key=feasible)
    return years[place] if place < len(years) else None


class _Limit(NamedTuple):
    """Conditions ``matrix · x ≤ bound`` of one kind."""

    name: str
    matrix: sparse.csr_array
    bound: FloatArray
    size: FloatArray
    """Scale of an excess."""


_UNKNOWNS = ("intake", "at_work", "supply", "in_training", "change", "surplus")
"""Blocks of unknowns over (region, year).

Starters by region of training and by region of their first job, full-time equivalents, persons in training, the size
of the change of intake, and supply in excess of the requirement.
"""


class _System:
    """The programme as matrices over all unknowns."""

    def __init__(
        self,
        requirement: ArrayLike,
        base_supply: ArrayLike,
        kernel: ArrayLike,
        reference_intake: ArrayLike,
        options: Options,
    ) -> None:
        self.options = options
        self.required = _given("requirement", requirement)
        if self.required.ndim != 2:
            raise ValueError("the requirement must be given by region and year")
        self.shape = regions, years = self.required.shape
        self.years = options.base_year + 1 + np.arange(years)
        for year in (options.target_year, options.first_intake):
            if year > self.years[-1]:
                raise ValueError(f"the year {year} lies beyond the last year, {self.years[-1]}")
        self.base = _given("base supply", base_supply, self.shape)
        self.reference = _given("reference intake", reference_intake, (regions,))
        self.base_in_training = _given("stock in training", options.base_in_training, self.shape)
        coverage = np.broadcast_to(_given("coverage", options.coverage), (regions,))
        self.wanted = coverage[:, None] * self.required
        self.wanted_in_nation = options.national_coverage * self.required.sum(axis=0)
        self.aimed = self.years >= options.target_year
        self.adjustable = self.years >= options.first_intake
        self.supply_of = _cohorts(_given("kernel", kernel), self.shape)
        to_work = np.eye(regions)
        if options.first_job is not None:
            to_work = _given("first job", options.first_job, (regions, regions)).T
            if not np.allclose(to_work.sum(axis=0), 1, rtol=0, atol=1e-9):
                raise ValueError("first job: the shares of each region of training must sum to one")
        self.to_work = sparse.kron(to_work, sparse.eye_array(years), format="csr")
        remaining = _given("share in training", options.training_share, (np.size(options.training_share),))
        self.training_of = _cohorts(np.pad(remaining, (0, max(years - len(remaining), 0))), self.shape)
        self.one = sparse.eye_array(regions * years, format="csr")
        self.year_before = sparse.kron(sparse.eye_array(regions), sparse.eye_array(years, k=-1), format="csr")
        self.base_year_intake = np.where(np.arange(years) == 0, self.reference[:, None], 0.0)
        self.over_regions = sparse.kron(np.ones((1, regions)), sparse.eye_array(years), format="csr")
        self.limits = list(self._limits())

    @property
    def can_finish_in_time(self) -> bool:
        """Return whether the reference intake suffices until the first changed intake has finished its training."""
        alone = intake_years(self.options.first_intake, self.years, self.options.duration) < 1
        reference = np.repeat(self.reference, self.shape[1])
        supply = self.base + (self.supply_of @ (self.to_work @ reference)).reshape(self.shape)
        lacking = np.vstack([self.wanted - supply, self.wanted_in_nation - supply.sum(axis=0)])
        return not (lacking[:, self.aimed & alone] > RELAXED * self.required.max()).any()

    @property
    def has_an_answer(self) -> bool:
        """Return whether any intake meets every condition."""
        return self._solve(self._blocks(0.0)) is not None

    def cheapest(self) -> tuple[FloatArray, FloatArray, FloatArray] | None:
        """Return intake, supply and persons in training at the lowest cost, or None."""
        options = self.options
        cost = self._blocks(
            0.0,
            intake=(1 + options.discount) ** -(self.years - options.base_year).astype(float),
            change=options.change_weight,
            surplus=options.surplus_weight * (self.years > options.target_year),
        )
        solution = self._solve(cost)
        if solution is None:
            return None
        found = dict(zip(_UNKNOWNS, solution.reshape(cost.shape), strict=True))
        return found["intake"], found["supply"], found["in_training"]

    def binding(self) -> tuple[str, ...]:
        """Return the limits exceeded by the smallest total excess, each relative to the size of its condition."""
        sizes = [np.maximum(limit.size, 1.0) for limit in self.limits]
        solution = self._solve(self._blocks(0.0), np.concatenate(sizes)) if sizes else None
        if solution is None:
            return ()
        excess = np.split(solution[len(_UNKNOWNS) * self.required.size :], np.cumsum([len(size) for size in sizes])[:-1])
        names = [limit.name for limit, over in zip(self.limits, excess, strict=True) if (over > RELAXED).any()]
        return tuple(dict.fromkeys(names))

    def _limits(self) -> Iterator[_Limit]:
        """Return the conditions of the limits; an excess is relative to the limit, or to one person if that is 0."""
        options, later = self.options, np.tile(self.adjustable, self.shape[0])
        reference = np.repeat(self.reference, self.shape[1])
        if options.smoothing is not None:
            for sign in (1.0, -1.0):
                share = 1 + sign * options.smoothing
                rows = self._rows(intake=sign * (self.one - share * self.year_before))
                yield _Limit(
                    "smoothing", rows[later], sign * share * self.base_year_intake.ravel()[later], reference[later]
                )
        if options.applicants is not None:
            most = _given("applicants", options.applicants, self.years.shape)[self.adjustable]
            yield _Limit("applicants", self._rows(intake=self.over_regions[self.adjustable]), most, most)
        if options.supervision is not None:
            per_fte = options.supervision / np.broadcast_to(_given("FTE", options.fte_per_specialist), self.shape[:1])
            allowed = sparse.diags_array(np.repeat(per_fte, self.shape[1]), format="csr")
            rows = self._rows(in_training=self.one, supply=-allowed)
            yield _Limit("supervision", rows[later], np.zeros(later.sum()), (allowed @ self.required.ravel())[later])
        for name, places in (("rotation", options.rotation), ("capacity", options.capacity)):
            if places is not None:
                most = _given(name, places, self.shape).ravel()[later]
                yield _Limit(name, self._rows(in_training=self.one)[later], most, most)
        if options.terminal is not None:
            steady = _given("steady intake", options.steady_intake, self.shape).ravel()
            last = np.tile(self.aimed & self.adjustable, self.shape[0])
            for sign in (1.0, -1.0):
                bound = (sign + options.terminal) * steady
                yield _Limit("terminal", self._rows(intake=sign * self.one)[last], bound[last], steady[last])

    def _rows(self, **blocks: sparse.csr_array) -> sparse.csr_array:
        """Assemble rows over all unknowns from those of some blocks."""
        height = next(iter(blocks.values())).shape[0]
        nothing = sparse.csr_array((height, self.required.size))
        return sparse.hstack([blocks.get(name, nothing) for name in _UNKNOWNS], format="csr")

    def _blocks(self, otherwise: float, **blocks: ArrayLike) -> FloatArray:
        """Assemble a vector over all unknowns, (block, region, year), from those of some blocks."""
        return np.stack([np.broadcast_to(np.asarray(blocks.get(name, otherwise)), self.shape) for name in _UNKNOWNS])

    def _solve(self, cost: FloatArray, excess: FloatArray | None = None) -> FloatArray | None:
        """Minimise the cost; given sizes of excess, minimise the excess instead, with one more unknown per condition."""
        size = np.empty(0) if excess is None else excess
        one, change = self.one, self.one - self.year_before
        equal = [
            (self._rows(at_work=one, intake=-self.to_work), np.zeros(self.shape)),
            (self._rows(supply=one, at_work=-self.supply_of), self.base),
            (self._rows(in_training=one, intake=-self.training_of), self.base_in_training),
        ]
        always = [
            (self._rows(intake=change, change=-one), self.base_year_intake),
            (self._rows(intake=-change, change=-one), -self.base_year_intake),
            (self._rows(supply=one, surplus=-one), self.required),
            (self._rows(supply=-self.over_regions[self.aimed]), -self.wanted_in_nation[self.aimed]),
        ]
        limited = [(limit.matrix, limit.bound) for limit in self.limits]
        reference = self.reference[:, None]
        least = np.zeros(self.shape) if self.options.least is None else _given("least", self.options.least, self.shape)
        low = self._blocks(
            0.0, intake=np.where(self.adjustable, least, reference), supply=np.where(self.aimed, self.wanted, 0.0)
        )
        high = self._blocks(np.inf, intake=np.where(self.adjustable, np.inf, reference))
        rows = sparse.vstack([matrix for matrix, _ in always + limited], format="csr")
        if excess is not None:
            free = sparse.csr_array((rows.shape[0] - len(size), len(size)))
            rows = sparse.hstack([rows, sparse.vstack([free, -sparse.diags_array(size)])], format="csr")
        books = sparse.vstack([matrix for matrix, _ in equal], format="csr")
        books.resize(books.shape[0], rows.shape[1])
        # The simplex method can fail on a nearly infeasible programme; the interior-point method decides then.
        for method in ("highs", "highs-ipm"):
            answer = linprog(
                np.append(cost, np.ones(len(size))),
                A_ub=rows,
                b_ub=np.concatenate([bound.ravel() for _, bound in always + limited]),
                A_eq=books,
                b_eq=np.concatenate([value.ravel() for _, value in equal]),
                bounds=np.column_stack([np.append(low, 0 * size), np.append(high, np.full(len(size), np.inf))]),
                method=method,
            )
            if answer.status in (0, 2):
                break
        if answer.status == 2:
            return None
        if answer.status != 0:
            raise RuntimeError(f"the solver of the programme gave up: {answer.message}")
        return np.asarray(answer.x)


def _cohorts(by_lag: FloatArray, shape: tuple[int, int]) -> sparse.csr_array:
    """Return the sum over cohorts as a matrix: contributions by lag, (lag,) or (region, lag), for (region, year)."""
    if by_lag.shape[-1] < shape[1]:
        raise ValueError("the kernel must cover the years")
    rows = np.broadcast_to(by_lag[..., : shape[1]], shape)
    return sparse.block_diag([np.tril(toeplitz(row)) for row in rows], format="csr")


def _given(name: str, values: ArrayLike | None, shape: tuple[int, ...] | None = None) -> FloatArray:
    numbers = np.asarray(values, float)
    if shape is not None and numbers.shape != shape:
        raise ValueError(f"{name}: expected the shape {shape}, got {numbers.shape}")
    if not (np.isfinite(numbers) & (numbers >= 0)).all():
        raise ValueError(f"{name}: expected finite, non-negative numbers")
    return numbers
