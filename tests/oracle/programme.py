"""The path to the norm (D2): the linear programme in the starters alone, and the check of a given path against it.

Specialists and persons in training are sums over the cohorts of starters, so that every condition is one on starters:
the unknowns are the starters of each region and year, the size of each change, and what is above the norm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from .doctors import Doctors, completing, still_training


@dataclass
class Condition:
    """``rows · x ≤ bound``."""

    name: str
    rows: np.ndarray
    bound: np.ndarray


class Programme:
    """Conditions and cost of one target year and share of the norm in every region."""

    def __init__(self, doctors: Doctors, required: dict[int, np.ndarray], target: int, share: float = 1.0) -> None:
        v, who = doctors.v, doctors.who
        self.years = who.years[1:]
        self.count = count = len(doctors.intake)
        self.size = size = count * len(self.years)
        self.first = int(v.first_adjustable_intake)
        self.target = target
        at_work = doctors.career.of_inflow(len(self.years))
        lags = range(len(self.years))
        each = [sum(completing(v, since) * at_work[lag - since] for since in range(lag + 1)) for lag in lags]
        nobody = dict.fromkeys(self.years, np.zeros(count))
        before = doctors.path(nobody)

        def at(place: int, year: int) -> int:
            return place * len(self.years) + self.years.index(year)

        self.at = at
        self.fte = np.zeros((size, size))
        self.training = np.zeros((size, size))
        for year in self.years:
            for start in self.years[: self.years.index(year) + 1]:
                lag = year - start
                for region in range(count):
                    self.training[at(region, year), at(region, start)] = still_training(v, lag)
                    for origin in range(count):
                        self.fte[at(region, year), at(origin, start)] = doctors.first_job[region, origin] * each[lag]
        self.fte_before = self._column(before.fte)
        self.training_before = self._column(before.in_training)
        self.required = self._column(required)
        self.steady = self._column({year: np.maximum(doctors.starters_that_hold(required[year]), 0) for year in self.years})
        self.reference = self._column(dict.fromkeys(self.years, doctors.intake))
        changes = {year: max(year - self.first + 1, 0) for year in self.years}
        reachable = {year: doctors.intake * (1 + v.intake_smoothing) ** changes[year] for year in self.years}
        self.least = np.minimum(self.steady, self._column(reachable))
        self.listed = (
            self._column({year: who.regions[year].sum(axis=(1, 2)) for year in self.years}) / v.listed_per_st_doctor
        )
        self.doctors, self.share = doctors, share
        self.conditions = self._conditions()

    def _column(self, by_year: dict[int, np.ndarray]) -> np.ndarray:
        return np.array([by_year[year][place] for place in range(self.count) for year in self.years])

    def _of(self, chosen: list[int]) -> list[int]:
        """Places of some years of every region."""
        return [self.at(place, year) for place in range(self.count) for year in chosen]

    def _over_regions(self, matrix: np.ndarray, year: int) -> np.ndarray:
        return sum(matrix[self.at(place, year)] for place in range(self.count))

    def _conditions(self) -> list[Condition]:
        v, one = self.doctors.v, np.eye(self.size)
        aimed = [year for year in self.years if year >= self.target]
        open_years = [year for year in self.years if year >= self.first]
        found = []
        rows = self._of(aimed)
        lacking = self.fte_before - self.share * self.required
        found.append(Condition("norm", -self.fte[rows], lacking[rows]))
        for year in aimed:
            whole = self._over_regions(self.fte, year)
            there = self._over_regions(self.fte_before, year) - self._over_regions(self.required, year)
            found.append(Condition("norm of the nation", -whole[None], np.array([there])))
        # The change against the year before, the base year's starters before the first.
        before, constant = np.zeros((self.size, self.size)), np.zeros(self.size)
        for place in range(self.count):
            for number, year in enumerate(self.years):
                if number:
                    before[self.at(place, year), self.at(place, self.years[number - 1])] = 1
                else:
                    constant[self.at(place, year)] = self.reference[self.at(place, year)]
        self.change = one - before, -constant
        rows = self._of(open_years)
        up, down = 1 + v.intake_smoothing, 1 - v.intake_smoothing
        found.append(Condition("smoothing", (one - up * before)[rows], (up * constant)[rows]))
        found.append(Condition("smoothing", (down * before - one)[rows], (-down * constant)[rows]))
        for year in open_years:
            most = np.array([self.doctors.applicants(year)])
            found.append(Condition("applicants", self._over_regions(one, year)[None], most))
        per_fte = v.st_per_specialist_limit / v.fte_per_specialist
        rows = self._of(open_years)
        found.append(
            Condition(
                "supervision",
                (self.training - per_fte * self.fte)[rows],
                (per_fte * self.fte_before - self.training_before)[rows],
            )
        )
        found.append(Condition("capacity", self.training[rows], (self.listed - self.training_before)[rows]))
        rows = self._of([year for year in aimed if year >= self.first])
        band = v.programme_terminal_band
        found.append(Condition("terminal", one[rows], ((1 + band) * self.steady)[rows]))
        found.append(Condition("terminal", -one[rows], (-(1 - band) * self.steady)[rows]))
        return found

    def excess(self, starters: np.ndarray) -> dict[str, float]:
        """Return the violation of each condition by starters, (region × year), as a share of its size; 0 if it holds."""
        found: dict[str, float] = {}
        for each in self.conditions:
            over = each.rows @ starters - each.bound
            worst = float((over / np.maximum(np.abs(each.bound), 1.0)).max(initial=0.0))
            found[each.name] = max(found.get(each.name, 0.0), worst)
        open_years = self._of([year for year in self.years if year >= self.first])
        found["least"] = float(((self.least - starters) / np.maximum(self.least, 1.0))[open_years].max())
        return {name: max(over, 0.0) for name, over in found.items()}

    def cost(self, starters: np.ndarray) -> float:
        """Return starters, changes and the excess over the norm after the target year."""
        v = self.doctors.v
        changed = np.abs(self.change[0] @ starters + self.change[1]).sum()
        later = self._of([year for year in self.years if year > self.target])
        over = np.maximum(self.fte_before + self.fte @ starters - self.required, 0)[later].sum()
        return float(starters.sum() + v.programme_change_weight * changed + v.programme_overshoot_weight * over)

    def solve(self) -> np.ndarray | None:
        """Return the starters of lowest cost, (region × year), or None if no starters meet the conditions."""
        v, size, none = self.doctors.v, self.size, np.zeros((self.size, self.size))
        one, change, constant = np.eye(self.size), *self.change
        later = self._of([year for year in self.years if year > self.target])
        over = np.zeros(size)
        over[later] = v.programme_overshoot_weight
        cost = np.concatenate([np.ones(size), np.full(size, v.programme_change_weight), over])
        rows = [np.hstack([each.rows, np.zeros((len(each.rows), 2 * size))]) for each in self.conditions]
        bounds = [each.bound for each in self.conditions]
        rows += [np.hstack([change, -one, none]), np.hstack([-change, -one, none]), np.hstack([self.fte, none, -one])]
        bounds += [-constant, constant, self.required - self.fte_before]
        may = np.isin(np.arange(size), self._of([year for year in self.years if year >= self.first]))
        low = np.concatenate([np.where(may, self.least, self.reference), np.zeros(2 * size)])
        high = np.concatenate([np.where(may, np.inf, self.reference), np.full(2 * size, np.inf)])
        # Near the edge of what is feasible one algorithm may fail where another does not.
        for method in ("highs", "highs-ipm", "highs-ds"):
            answer = linprog(
                cost,
                A_ub=sparse.csr_array(np.vstack(rows)),
                b_ub=np.concatenate(bounds),
                bounds=np.column_stack([low, high]),
                method=method,
            )
            if answer.status in (0, 2):
                break
        if answer.status == 2:
            return None
        assert answer.status == 0, answer.message
        return np.asarray(answer.x[:size])
