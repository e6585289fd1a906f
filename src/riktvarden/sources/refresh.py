"""Fetch tables anew: what is asked of which service, all answers checked, and only then put beside the project's own."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from riktvarden import files, tables
from riktvarden.problems import InputError, Problem
from riktvarden.sources import kolada, recipe, scb, socialstyrelsen
from riktvarden.sources.answer import Plan
from riktvarden.sources.recipe import AnyRecipe, AnySource
from riktvarden.sources.session import CACHE, Limits, Session, SourceError
from riktvarden.sources.shape import shaped
from riktvarden.sources.staging import STAGED, Record, Request, put, ready


class RefreshError(Exception):
    """A table that cannot be fetched: says which, of which service, what is wrong, and what to do."""


@dataclass(frozen=True)
class Planned:
    """A table that will be fetched, and what for.

    Attributes
    ----------
    table, service
        Names.
    plans
        What is asked, for each part of the recipe.
    asked
        What was asked to find that out.
    """

    table: str
    service: str
    plans: tuple[Plan, ...]
    asked: tuple[Request, ...]

    @property
    def calls(self) -> int:
        """Calls that fetch its cells, at least."""
        return sum(len(plan.addresses) for plan in self.plans)

    @property
    def cells(self) -> int:
        """Cells that are asked for."""
        return sum(plan.cells for plan in self.plans)


@dataclass
class Refresh:
    """One refresh: plan it, or run it.

    Parameters
    ----------
    names
        Services or tables of ours; everything that has a recipe if none is named.
    addresses
        Service → address in place of its own, such as that of a stand-in.
    folder
        Where the tables are put.
    cache
        Where answers are kept.
    data
        The data folder: recipes, contract, the tables as they are.
    limits
        How long, how often and how much is asked.
    today
        Day on which is judged what should be there.
    keep_going
        Whether a table that is refused keeps only itself from being put there; else it keeps all.

    Attributes
    ----------
    faults
        What was refused of a refresh that keeps going.
    """

    names: Sequence[str] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)
    folder: Path = STAGED
    cache: Path = CACHE
    data: Path = tables.DATA
    limits: Limits = field(default_factory=Limits)
    today: datetime.date = field(default_factory=lambda: datetime.datetime.now(datetime.UTC).date())
    keep_going: bool = False

    def __post_init__(self) -> None:
        self.sources = self._addressed(recipe.read(self.data))
        self.wanted = self._wanted()
        self.session = Session(self.cache, self.limits)
        self.services: dict[str, Any] = {}
        self.unreachable: dict[str, SourceError] = {}
        self.faults: list[RefreshError] = []

    def plan(self, progress: Callable[[str], None] = lambda _: None) -> list[Planned]:
        """Find out what will be asked; only lists of codes are fetched, no figures.

        Parameters
        ----------
        progress
            Called with the name of each table before it is planned.

        Raises
        ------
        RefreshError
            If a service or a table of it cannot be used.
        LockedError
            If another refresh is running.
        """
        with files.locked(self.cache, "refreshing tables"):
            return self._planned(progress)

    def run(
        self,
        progress: Callable[[str], None] = lambda _: None,
        planned: Callable[[list[Planned]], None] = lambda _: None,
        heard: Callable[[], None] = lambda: None,
    ) -> list[Path]:
        """Fetch all tables, and put them beside the project's own if nothing at all is wrong.

        Parameters
        ----------
        progress
            Called with the name of each table before it is planned, and before it is fetched.
        planned
            Called with what will be asked.
        heard
            Called after each answer, once all is planned.

        Returns
        -------
        list of pathlib.Path
            The files written.

        Raises
        ------
        RefreshError
            If a service or a table of it cannot be used; nothing is written then, unless the refresh keeps going.
        LockedError
            If another refresh is running.
        OSError
            If the disk is full; no table is written in part then.
        """
        with files.locked(self.cache, "refreshing tables"):
            everything = self._planned(progress)
            planned(everything)
            self.session.heard = heard
            made = []
            for each in everything:
                progress(each.table)
                with self._going(), self._named(each.service, each.table, each.asked):
                    made.append(ready(each.table, *self._made(each), data=self.data))
            return [put(each, self.folder) for each in made]

    def _addressed(self, sources: dict[str, AnySource]) -> dict[str, AnySource]:
        """Put other addresses in place of the services' own."""
        unknown = sorted(set(self.addresses) - set(sources))
        if unknown:
            raise InputError([_no_such(name, "--base-url", sources) for name in unknown])
        return {
            name: source.model_copy(update={"address": self.addresses.get(name, source.address).rstrip("/")})
            for name, source in sources.items()
        }

    def _wanted(self) -> list[tuple[str, str]]:
        """List service and table, in the order of the recipes."""
        there = [(name, table) for name, source in self.sources.items() for table in source.tables]
        known = {*self.sources, *(table for _, table in there)}
        unknown = [name for name in self.names if name not in known]
        if unknown:
            raise InputError([_no_such(name, "", known) for name in unknown])
        return [(name, table) for name, table in there if not self.names or {name, table} & set(self.names)]

    def _planned(self, progress: Callable[[str], None]) -> list[Planned]:
        """Plan every table."""
        found = []
        for name, table in self.wanted:
            progress(table)
            with self._going(), self._named(name, table):
                before = len(self.session.log)
                made: AnyRecipe = self.sources[name].tables[table]
                plans = tuple(self._service(name).plan(made, part) for part in made.parts)
                found.append(Planned(table, name, plans, tuple(self.session.log[before:])))
        return found

    @contextmanager
    def _going(self) -> Iterator[None]:
        """Note a table that is refused, and go on if that is wanted."""
        try:
            yield
        except RefreshError as error:
            if not self.keep_going:
                raise
            self.faults.append(error)

    @contextmanager
    def _named(self, service: str, table: str, asked: Sequence[Request] = ()) -> Iterator[None]:
        """Say of which service and table a fault is, and ask again next time what led to it."""
        before = len(self.session.log)
        try:
            yield
        except (SourceError, InputError) as error:
            self.session.forget([*asked, *self.session.log[before:]])
            what = "" if isinstance(error, SourceError) else "the answer does not keep the contract of the table; "
            raise RefreshError(f"{service}, table {table}: {what}{error}") from error

    def _service(self, name: str) -> Any:  # noqa: ANN401 - one of three, by name
        """Reach a service, when the first table of it is planned."""
        if name in self.unreachable:  # it was tried often enough
            raise self.unreachable[name]
        if name not in self.services:
            source = self.sources[name]
            try:
                match source:
                    case recipe.Scb():
                        self.services[name] = scb.Service(source, self.session, self.cache, self.today)
                    case recipe.Kolada():
                        self.services[name] = kolada.Service(source, self.session, self.data, self.today)
                    case recipe.Socialstyrelsen():
                        self.services[name] = socialstyrelsen.Service(source, self.session, self.today)
            except SourceError as error:
                self.unreachable[name] = error
                raise
        return self.services[name]

    def _made(self, each: Planned) -> tuple[pd.DataFrame, Record]:
        """Fetch one table: its rows, and where they come from."""
        source, before = self.sources[each.service], len(self.session.log)
        made: AnyRecipe = source.tables[each.table]
        answers = [plan.ask() for plan in each.plans]
        described = tables.describe(each.table, self.data)
        others = {
            key["reference"]["resource"]: tables.read(key["reference"]["resource"], self.data)
            for key in described["schema"].get("foreignKeys", [])
        }
        present = tables.read(each.table, self.data) if made.keep else None
        if present is not None:
            others[each.table] = present
        rows = shaped(made, answers, described, others, present)
        record = Record(
            source=f"{source.publisher}, {', '.join(dict.fromkeys(answer.title for answer in answers))}",
            requests=(*each.asked, *self.session.log[before:]),
            updated=max((answer.updated for answer in answers), default="") or None,
            notes=tuple(dict.fromkeys([*source.notes, *(note for answer in answers for note in answer.notes)])),
            flags=(
                f"unit: {made.unit}; {made.reference_date}",
                *made.flags,
                *(flag for answer in answers for flag in answer.flags),
            ),
            licence=made.licence or source.licence,
            version=f"riktvarden {version('riktvarden')}",
        )
        return rows, record


def _no_such(name: str, column: str, known: Mapping[str, object] | set[str]) -> Problem:
    expected = f"one of {', '.join(sorted(known))}"
    return Problem("the command", 0, column, name, expected, "correct the name")
