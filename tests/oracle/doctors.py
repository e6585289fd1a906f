"""General practice from stocks to guideline values (methods A3, b, C6, D1, D3, D4), by simulation of every region.

Arrays are over the 21 regions in order; those over persons are (region, sex, age).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from . import given
from .careers import Career
from .inhabitants import Inhabitants

LONG = 60
"""Years after which nobody who began to work remains."""


def still_training(v: given.Values, lag: int) -> float:
    """Return S, the share of starters in training at the end of the year `lag` years later, drop-out even over D."""
    start, end = min(lag, v.calendar_training_years), min(lag + 1, v.calendar_training_years)
    lost = (1 - v.completion_share) * (end**2 - start**2) / (2 * v.calendar_training_years)
    return end - start - lost


def completing(v: given.Values, lag: int) -> float:
    """Return the share of a year's starters who complete in the year `lag` years later."""
    return v.completion_share * max(0.0, 1 - abs(lag - v.calendar_training_years))


def between(weight: np.ndarray, stay: float) -> np.ndarray:
    """Return the destinations of movers, in proportion to the inhabitants: (to, from)."""
    count = len(weight)
    matrix = np.empty((count, count))
    for origin in range(count):
        for place in range(count):
            away = (1 - stay) * weight[place] / (1 - weight[origin])
            matrix[place, origin] = stay if place == origin else away
    return matrix


def abroad(v: given.Values) -> float:
    """New specialists from abroad in a year who live here (A6)."""
    return max(v.foreign_certificates - v.never_resident_certificates, 0.0)


@dataclass
class Path:
    """Outcome of an intake, each by year from the base year, (region,)."""

    fte: dict[int, np.ndarray]
    in_training: dict[int, np.ndarray]


class Doctors:
    """Specialists and those in training of every region."""

    def __init__(
        self, v: given.Values, who: Inhabitants, career: Career, in_training: np.ndarray, specialists: np.ndarray
    ) -> None:
        self.v, self.who, self.career = v, who, career
        self.in_training, self.specialists = in_training, specialists
        heads = np.array([who.of_region(place, who.base_year) for place in range(len(in_training))])
        self.weight = heads / heads.sum()
        self.first_job = self.weight.between(*v.stay_share)
        self.moving = self.weight.between(*1 - v.specialist_move_rate)
        self.cohorts = range(math.floor(v.calendar_training_years) + 1)
        self.began = {ago: (1 + v.st_growth) ** -ago for ago in self.cohorts}
        """Starters by years ago, relative to those of the base year."""
        self.intake = in_training / sum(self.began[ago] * still_training(v, ago) for ago in self.cohorts)
        self.years_at_work = sum(career.of_inflow(LONG))
        """Full-time equivalents of a new specialist summed over the career."""
        self.from_abroad = self._of_abroad_alone()

    # --- years ahead ------------------------------------------------------------------------------------

    def _arriving(self, persons: np.ndarray) -> np.ndarray:
        """New specialists with their ages, (region, sex, age)."""
        return persons[:, None, None] * self.career.inflow

    def _a_year(self, stock: np.ndarray, arriving: np.ndarray) -> np.ndarray:
        return np.stack([self.career.a_year(here, new) for here, new in zip(stock, arriving, strict=True)])

    def _moved(self, stock: np.ndarray) -> np.ndarray:
        return np.einsum("to,osa->tsa", self.moving, stock)

    def _fte(self, stock: np.ndarray) -> np.ndarray:
        return (stock * self.career.fte).sum(axis=(1, 2))

    def _of_abroad_alone(self) -> np.ndarray:
        """Return the steady-state full-time equivalents of the inflow from abroad."""
        arriving = self._arriving(abroad(self.v) * self.weight)
        stock = np.zeros_like(arriving)
        for _ in range(LONG):
            stock = self._moved(self._a_year(stock, arriving))
        return self._fte(stock)

    def path(self, intake: dict[int, np.ndarray] | None = None) -> Path:
        """Follow the base year's intake, or another one by year, to the last year.

        Moves after the first job are those of today's specialists, of those in training today and of those from
        abroad; those of later cohorts are taken to cancel.
        """
        v, base_year = self.v, self.who.base_year
        movers = self.specialists[:, None, None] / v.fte_per_specialist * self.career.stock
        stayers = np.zeros_like(movers)
        fte, in_training = {base_year: self._fte(movers)}, {base_year: self.in_training}
        for year in self.who.years[1:]:
            ahead = year - base_year
            began = {one: self.intake if intake is None else intake[one] for one in self.who.years[1 : ahead + 1]}
            done = self.intake * sum(self.began[ago] * completing(v, ago + ahead) for ago in self.cohorts)
            left = self.intake * sum(self.began[ago] * still_training(v, ago + ahead) for ago in self.cohorts)
            new = sum(persons * completing(v, year - one) for one, persons in began.items())
            from_elsewhere = abroad(v) * self.weight
            movers = self._moved(self._a_year(movers, self._arriving(self.first_job @ done + from_elsewhere)))
            stayers = self._a_year(stayers, self._arriving(self.first_job @ new))
            fte[year] = self._fte(movers) + self._fte(stayers)
            in_training[year] = left + sum(persons * still_training(v, year - one) for one, persons in began.items())
        return Path(fte, in_training)

    # --- the long run -----------------------------------------------------------------------------------

    def starters_that_hold(self, required: np.ndarray) -> np.ndarray:
        """Return the yearly starters by region of training that sustain a requirement (D3)."""
        working = (required - self.from_abroad) / (self.v.completion_share * self.years_at_work)
        return np.linalg.solve(self.first_job, working)

    def long_run(self) -> np.ndarray:
        """Return the steady-state full-time equivalents of today's intake."""
        working = self.first_job @ (self.v.completion_share * self.intake)
        return self.years_at_work * working + self.from_abroad

    def starters_to_meet(self, required: np.ndarray, supplied: np.ndarray, target: int) -> np.ndarray:
        """Return the constant yearly starters that meet a year's requirement (D1), or infinity if training is too long."""
        v, first = self.v, int(self.v.first_adjustable_intake)
        if target + 1 - first - v.calendar_training_years < 1:
            return np.full(len(required), np.inf)
        at_work = self.career.of_inflow(target - first + 1)
        each = sum(
            completing(v, since) * at_work[lag - since] for lag in range(target - first + 1) for since in range(lag + 1)
        )
        more = np.linalg.solve(self.first_job, required - supplied) / each
        return np.maximum(self.intake + more, self.starters_that_hold(required))

    # --- persons, positions and coverage ----------------------------------------------------------------

    def persons(self, starters: np.ndarray) -> np.ndarray:
        """Return the persons in training under a constant intake (D4)."""
        return starters * self.v.calendar_training_years * (1 + self.v.completion_share) / 2

    def positions(self, persons: np.ndarray) -> np.ndarray:
        """Return the funded positions for a number of persons (D4)."""
        return persons / (self.v.persons_per_position * (1 - self.v.st_vacancy_rate))

    def counted_in_part(self, in_training: np.ndarray) -> np.ndarray:
        """Return the full-time equivalents of doctors in mid-training (C6)."""
        v = self.v
        omega = v.inhabitants_per_st_mid / v.inhabitants_per_specialist
        return omega * v.st_share_at_own_unit * v.st_share_mid_training * in_training / v.persons_per_position

    def applicants(self, year: int) -> float:
        """Doctors able and willing to start in a year (D2)."""
        return self.v.st_applicants * (1 + self.v.st_applicants_growth) ** (year - self.who.base_year - 1)


def shared_out(exact: np.ndarray) -> np.ndarray:
    """Return whole numbers that sum to the rounded sum, by rounding up the largest remainders."""
    whole = [math.floor(one) for one in exact]
    missing = round(float(exact.sum())) - sum(whole)
    for place in sorted(range(len(exact)), key=lambda one: whole[one] - exact[one])[:missing]:
        whole[place] += 1
    return np.array(whole, float)
