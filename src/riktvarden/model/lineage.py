"""Record which functions use which assumptions, by running the model once."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

import numpy as np
import pandas as pd

from riktvarden import parameters
from riktvarden.assumptions import Assumption, Assumptions
from riktvarden.model import (
    careers,
    chain,
    costs,
    first_line,
    guidelines,
    inputs,
    local_care,
    outlook,
    path_to_norm,
    professions,
    recruitment,
    team,
)
from riktvarden.model import general_practice as practice
from riktvarden.names import LINEAGE, NURSE, WITHIN
from riktvarden.professions import PROFESSIONS

PACKAGE = "riktvarden."

MELDED = "model.staffing:meld"
"""Function that conditions contacts, minutes and staff of all professions on counts."""


def recorded(tables: Mapping[str, pd.DataFrame], assumptions: Assumptions) -> pd.DataFrame:
    """Run the model once at its central values and record the functions that use each assumption.

    A function uses an assumption if it reads it or receives it unchanged. Derived values are not followed.

    Parameters
    ----------
    tables, assumptions
        As `riktvarden.model.run`.

    Returns
    -------
    pandas.DataFrame
        `LINEAGE`: functions as ``module:function`` below the package, each within the next, joined by `WITHIN`; a row
        per assumption, profession and distinct chain of functions.
    """
    record = _Record()
    with record.of(careers.SPECIALISTS, calls=False):  # thousands of draws are conditioned on counts
        on = chain.base(tables, _Noting(assumptions, record.read))
    record.leave_out(MELDED)  # each profession's part of it is recorded below
    with record.of(careers.SPECIALISTS):
        drawn = on.central()
        found = chain.doctors(on, drawn)
        p, people, have, required = found.p, on.people, found.have, found.required.by_year
        practice.norm(p, have, required)
        practice.coverage(p, have.fte, have.in_training, required)
        practice.starters_for(p, people, have, required, people.target_year)
        practice.applicants(p, people.years, people.base_year)
        path_to_norm.answered(p, people, have, required)
        path_to_norm.aims(p)
        inputs.reconciled(tables, on.assumptions, on.own)
        costs.priced(people, found)
        costs.discount_rates(on)
        team.prices(p)
        team.spare(p, people.base[-1])
        local_care.cost_more(
            p, local_care.growth(p.local_care.primary_care_cost_share, p.local_care.primary_care_cost_share_aim)
        )
        local_care.more(
            local_care.today(p, local_care.DOCTORS, people.base[-1], have.fte[:, -1:, 0]),
            1.0,
            p.local_care.moved_care_contacts,
        )
    with record.of("psychologist"):
        middle = drawn.regional["population"]
        first_line.in_need(p, people, on.at, middle, p.mental_health.first_line_children_share)
        first_line.counted_once(p, first_line.fte_per_person(p, first_line.mix_of(tables["stepped_care"])))
    for name in PROFESSIONS:
        with record.of(name):
            weight = 0.0 if PROFESSIONS[name].contacts else p.mental_health.need_weight
            found_need = professions.needed(p, tables, people, on.at, name, weight, found.required)
            today, career = professions.today(p, people, name), careers.career(p, name, on.deaths)
            if PROFESSIONS[name].contacts:
                professions.used(p, tables, people, on.at, name)
            home = PROFESSIONS[name].at_home
            guidelines.floor(p, NURSE if home and home.municipal_staff else name)
            supplied = outlook.supply_path(p, name, today, career, len(people.years) - 1)
            outlook.places(p, tables, people, name, found_need, supplied, career)
            recruitment.closed(p, name, supplied[:, :1], career, people.base[-1], people.at_target)
            local_care.today(p, name, people.base[-1], have.fte[:, -1:, 0])
            for employer in PROFESSIONS[name].employers:
                costs.unit_cost(p, name, employer)
    return pd.DataFrame(sorted(record.rows), columns=LINEAGE)


class _Noting(Assumptions):
    """Assumptions that record which of them are accessed by name, as a distribution or at an end."""

    def __init__(self, assumptions: Assumptions, note: parameters.Note) -> None:
        super().__init__(assumptions)
        self._note = note

    def __getitem__(self, name: str) -> Assumption:
        found = super().__getitem__(name)
        self._note(name, None)
        return found

    def central(self) -> dict[str, float]:
        """Return all assumptions, without recording a use."""
        return {name: assumption.value for name, assumption in self._assumptions.items()}


class _Record:
    """Recorded uses of parameters."""

    def __init__(self) -> None:
        self.rows: set[tuple[str, str, str]] = set()
        self._profession = ""
        self._names: dict[int, str] = {}
        """Address of the only number of a parameter → its name; a view of it has the same."""
        self._kept: list[np.ndarray] = []
        """Keeps addresses from being used again."""

    @contextmanager
    def of(self, profession: str, *, calls: bool = True) -> Iterator[None]:
        """Record parameters read for one profession, and arguments of functions."""
        self._profession = profession
        with parameters.noted(self.read):
            if calls:
                sys.setprofile(self._called)
            try:
                yield
            finally:
                sys.setprofile(None)

    def leave_out(self, function: str) -> None:
        """Forget what was read within a function."""
        self.rows = {row for row in self.rows if function not in row[1].split(WITHIN)}

    def read(self, name: str, value: object) -> None:
        """Record a field that is read, with the calling functions."""
        frame: FrameType | None = sys._getframe(1)
        within = []
        while frame is not None and frame.f_code is not recorded.__code__:  # who asks for the record is no part of it
            if function := _function(frame):
                within.append(function)
            frame = frame.f_back
        self.rows.add((name, WITHIN.join(within), self._profession))
        if isinstance(value, np.ndarray) and value.size == 1:
            self._names[_address(value)] = name
            self._kept.append(value)

    def _called(self, frame: FrameType, event: str, _: object) -> None:
        """Record a parameter passed to a function unchanged."""
        if event != "call" or not (function := _function(frame)):
            return
        code = frame.f_code
        for argument in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]:
            value = frame.f_locals.get(argument)
            if isinstance(value, np.ndarray) and value.size == 1 and (name := self._names.get(_address(value))):
                self.rows.add((name, function, self._profession))


def _address(value: np.ndarray) -> int:
    return int(value.__array_interface__["data"][0])


def _function(frame: FrameType) -> str:
    """Return ``module:function`` below the package; empty for other code and for this module."""
    module, name = frame.f_globals.get("__name__", ""), frame.f_code.co_qualname
    own = module in {__name__, parameters.__name__}
    return "" if own or "<" in name or not module.startswith(PACKAGE) else f"{module.removeprefix(PACKAGE)}:{name}"
