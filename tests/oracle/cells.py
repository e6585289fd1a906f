"""Every published central value, as cells under the names of the results: frame, place, measure, year and value."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from . import given
from .careers import CONDITIONED, career_of, mortality
from .careers import specialists as specialists_of
from .counted import Heads, figures, stocks, value_of
from .doctors import Doctors, Path, abroad, shared_out
from .inhabitants import Inhabitants, project
from .needed import PROFESSIONS, Need, Requirement, at_work, need_of, requirement
from .staffing import STAFFED

LOCAL_NORM = "regional_target_inhabitants_per_specialist"
KEYS = ["frame", "profession", "region", "place", "measure", "year"]
GENERAL_PRACTICE = "general_practice"


class Oracle:
    """The whole model at one set of values.

    Parameters
    ----------
    conditioned
        Central values of the assumptions that are conditioned on published counts (`careers.CONDITIONED` and
        `staffing.STAFFED`).
    moved
        Other values of some assumptions than those of the files.
    """

    def __init__(self, conditioned: Mapping[str, float], moved: Mapping[str, float] | None = None) -> None:
        v = given.central()
        v.update(moved or {})
        v.update({name: float(conditioned[name]) for name in (*CONDITIONED, *STAFFED)})
        self.v = v
        last_year = int(float(given.assumptions()["target_year"]["high"]))
        self.who: Inhabitants = project(given.base_year(), last_year)
        self.died = mortality(self.who.base_year)
        career, v["specialist_persons_base"] = specialists_of(v, self.died, self.who.base_year)
        self.doctors = Doctors(v, self.who, career, stocks(v, self.who, "st"), stocks(v, self.who, "specialists"))
        self.required: Requirement = requirement(v, self.who)
        self.path: Path = self.doctors.path()
        self.needs: dict[str, Need] = {name: need_of(v, self.who, name, self.required) for name in PROFESSIONS}

        reference, newest = figures("reference"), figures("newest")
        self.newest = newest
        self.st_known = self._known({row["region"] for row in reference if row["measure"] == "persons"})
        printed = value_of()
        counted = given.table("specialist_baseline")
        has_value = [not math.isnan(printed[figure]) for figure in counted["figure"]]
        self.specialists_known = self._known(set(counted.loc[has_value, "region"]))
        self.rows: list[dict[str, object]] = []

    @staticmethod
    def _known(regions: set[object]) -> np.ndarray:
        """Return whether a figure is published for each region, and always for the nation."""
        return np.array([code in regions for code in given.regions()] + [True])

    @property
    def areas(self) -> list[str]:
        return [*given.regions(), given.NATION]

    # --- cells --------------------------------------------------------------------------------------------

    def _cell(
        self,
        frame: str,
        measure: str,
        region: str,
        value: float,
        year: float = math.nan,
        *,
        place: str = "",
        profession: str = GENERAL_PRACTICE,
    ) -> None:
        self.rows.append(
            {
                "frame": frame,
                "profession": profession,
                "region": region,
                "place": place,
                "measure": measure,
                "year": year,
                "value": value,
            }
        )

    def _areas(
        self,
        frame: str,
        measure: str,
        regions: np.ndarray,
        year: int,
        *,
        nation: float | None = None,
        shown: np.ndarray | None = None,
        profession: str = GENERAL_PRACTICE,
    ) -> None:
        """Return one cell per area; the nation is the sum of the regions unless given, and masked cells have no value."""
        values = [*regions, regions.sum() if nation is None else nation]
        for place, (area, value) in enumerate(zip(self.areas, values, strict=True)):
            may = shown is None or shown[place]
            self._cell(frame, measure, area, float(value) if may else math.nan, year, profession=profession)

    def _share(self, frame: str, measure: str, part: np.ndarray, whole: np.ndarray, year: int, shown: np.ndarray) -> None:
        self._areas(frame, measure, part / whole, year, nation=part.sum() / whole.sum(), shown=shown)

    def cells(self) -> pd.DataFrame:
        """Return every cell: `KEYS` and ``value``."""
        self.rows = []
        self._tidy()
        self._paths()
        self._behind()
        self._contributions()
        self._targets()
        self._norms()
        self._municipalities()
        self._professions()
        return pd.DataFrame(self.rows)

    # --- the cells shown alone ------------------------------------------------------------------------------

    def _tidy(self) -> None:
        v, who, doctors = self.v, self.who, self.doctors
        now, target = who.base_year, int(v.target_year)
        heads = np.array([who.of_region(place, now) for place in range(len(given.regions()))])
        st, both = self.st_known, self.st_known & self.specialists_known
        self._areas("tidy", "population", heads, now)
        self._published()

        positions = doctors.positions(doctors.in_training)
        self._areas("tidy", "st_persons_reference", doctors.in_training, now, shown=st)
        self._areas("tidy", "st_positions_reference", positions, now, shown=st)
        self._share("tidy", "st_persons_per_1000", 1000 * doctors.in_training, heads, now, st)

        required, at_target = self.required.by_year[now], self.required.by_year[target]
        starters = doctors.starters_that_hold(required)
        persons = doctors.persons(starters)
        wanted = doctors.positions(persons)
        self._areas("tidy", "st_starters_guideline", starters, now)
        self._areas("tidy", "st_persons_guideline", persons, now)
        self._areas("tidy", "st_positions_guideline", shared_out(wanted), now)
        self._share("tidy", "st_positions_per_10000", 10_000 * wanted, heads, now, np.ones(22, bool))
        self._areas("tidy", "st_gap", persons - doctors.in_training, now, shown=st)
        self._areas("tidy", "st_positions_gap", wanted - positions, now, shown=st)

        fte, in_training = self.path.fte[now], doctors.in_training
        self._areas("tidy", "specialist_requirement", required, now)
        self._areas("tidy", "specialist_fte", fte, now, shown=self.specialists_known)
        self._share("tidy", "coverage_a", fte, required, now, self.specialists_known)
        self._share("tidy", "coverage_b", fte + doctors.counted_in_part(in_training), required, now, both)
        self._cell("tidy", "specialist_gap", given.NATION, float((required - fte).sum()), now)

        nation_alone = np.array([False] * 21 + [True])
        self._areas("tidy", "st_starters_reference", doctors.intake, now, shown=st)
        self._areas("tidy", "specialist_gap_target", at_target - self.path.fte[target], target, shown=nation_alone)
        self._cell("tidy", "specialist_inflow", given.NATION, v.completion_share * doctors.intake.sum() + abroad(v), target)
        leaving = 1 - doctors.career.of_stock(1, in_fte=False)[1]
        self._cell("tidy", "specialist_exit_share", given.NATION, leaving, target)
        self._areas("tidy", "specialist_fte_long_run", doctors.long_run(), now, shown=st)
        self._share("tidy", "coverage_long_run", doctors.long_run(), at_target, target, st)
        self._cell("tidy", "specialist_requirement_target", given.NATION, float(at_target.sum()), target)

        printed = given.table("published_st").query(
            "measure == 'inhabitants_per_primary_care_doctor' and quality == 'exact'"
        )
        for row in printed.to_dict("records"):
            self._cell("tidy", "extra_need", row["region"], row["value"] / v.inhabitants_per_specialist - 1, row["year"])

    def _published(self) -> None:
        """Return the newest published figures unchanged, and their density."""
        heads = Heads()
        for row in self.newest:
            self._cell("tidy", f"st_{row['measure']}", row["region"], row["value"], row["dated"].year)
            if row["measure"] == "persons":
                per_1000 = 1000 * row["value"] / heads.on(row["region"], row["dated"])
                self._cell("tidy", "st_newest_per_1000", row["region"], per_1000, row["dated"].year)
        counted = {row["region"] for row in self.newest if row["measure"] == "persons"}
        for region in sorted(set(given.regions()) - counted):
            self._cell("tidy", "st_persons", region, math.nan)

    # --- year by year ---------------------------------------------------------------------------------------

    def _paths(self) -> None:
        doctors, specialists, st = self.doctors, self.specialists_known, self.st_known
        for year in self.who.years:
            heads = self.who.regions[year].sum(axis=(1, 2))
            required, fte, training = self.required.by_year[year], self.path.fte[year], self.path.in_training[year]
            starters = doctors.starters_that_hold(required)
            wanted = doctors.positions(doctors.persons(starters))
            self._areas("paths", "specialist_requirement", required, year)
            self._areas("paths", "st_starters_guideline", starters, year)
            self._areas("paths", "st_positions_guideline", shared_out(wanted), year)
            self._share("paths", "st_positions_per_10000", 10_000 * wanted, heads, year, np.ones(22, bool))
            self._areas("paths", "specialist_fte_reference", fte, year, shown=specialists)
            self._share("paths", "coverage_a_reference", fte, required, year, specialists)
            in_part = fte + doctors.counted_in_part(training)
            self._share("paths", "coverage_b_reference", in_part, required, year, specialists & st)
            self._areas("paths", "st_persons_in_training", training, year, shown=st)
            self._areas("paths", "st_positions_in_training", doctors.positions(training), year, shown=st)

    def _behind(self) -> None:
        """Return the same for every region, including those with only a published interval (frame ``behind``)."""
        for year in self.who.years:
            self._areas("behind", "fte", self.path.fte[year], year)
            self._areas("behind", "in_training", self.path.in_training[year], year)
        self._areas("behind", "intake", self.doctors.intake, self.who.base_year)
        self._areas("behind", "long_run", self.doctors.long_run(), self.who.base_year)

    def _targets(self) -> None:
        """Return the nation's starters that meet the norm in each year (D1)."""
        v, doctors = self.v, self.doctors
        first = int(v.first_adjustable_intake)
        possible = doctors.applicants(first)
        for year in range(first + 1, self.who.years[-1] + 1):
            asked = doctors.starters_to_meet(self.required.by_year[year], self.path.fte[year], year).sum()
            self._cell("starters", "value", given.NATION, float(asked) if asked <= possible else math.nan, year)
            intakes = max(year + 1 - first - v.calendar_training_years, 0.0)
            self._cell("starters", "intakes", given.NATION, intakes, year)

    def _norms(self) -> None:
        """Return the nation's positions under the norms decided by regions."""
        v, doctors, heads = self.v, self.doctors, self.who.of_nation(self.who.base_year)
        printed = given.table("published_st").query("measure == @LOCAL_NORM", local_dict={"LOCAL_NORM": LOCAL_NORM})[
            "value"
        ]
        for norm in sorted(set(printed)):
            required = heads / norm
            starters = (required - doctors.from_abroad.sum()) / (v.completion_share * doctors.years_at_work)
            whole = float(round(doctors.positions(doctors.persons(starters))))
            self._cell("norms", "requirement", given.NATION, required, place=f"{norm:g}")
            self._cell("norms", "value", given.NATION, whole, place=f"{norm:g}")

    # --- places ---------------------------------------------------------------------------------------------

    def _in_regions(self, by_town: list[float]) -> np.ndarray:
        sums = dict.fromkeys(given.regions(), 0.0)
        for town, value in zip(self.required.towns, by_town, strict=True):
            sums[town.region] += value
        return np.array(list(sums.values()))

    def _contributions(self) -> None:
        """Return the contributions of factors to a requirement by headcount."""
        year, places = self.who.base_year, self.required.towns
        steps = {"inhabitants": [town.steps[0] for town in places]}
        for number, name in enumerate(places[0].factors, start=1):
            steps[name] = [town.steps[number] - town.steps[number - 1] for town in places]
        for name, added in steps.items():
            self._areas("contributions", name, self._in_regions(added), year)
        for profession, need in self.needs.items():
            for name, added in need.contributions.items():
                self._areas("contributions", name, self._in_regions(added), year, profession=profession)

    def _municipalities(self) -> None:
        rows = given.table("population_municipality")
        now = self.who.base_year
        heads = rows.loc[rows["year"] == now].set_index("municipality")["population"].to_dict()
        ages = given.table("population_municipality_age_group")
        all_ages = ages.groupby("municipality")["population"].sum()
        older = ages.loc[ages["age_group"].isin(["70-79", "80-89", "90+"])].groupby("municipality")["population"].sum()
        for town in self.required.towns:
            for measure, value in (
                ("population", heads[town.code]),
                ("older", older[town.code] / all_ages[town.code]),
                ("specialist_requirement", town.steps[-1]),
            ):
                self._cell("municipalities", measure, town.region, float(value), now, place=town.code)
            shown = town.factors | {"raw_index": town.raw_index, "own_weight": town.own_weight}
            for measure, value in shown.items():
                self._cell("factors", measure, town.region, value, place=town.code)

    # --- the path to the norm -------------------------------------------------------------------------------

    def programme(self, advised: dict[int, np.ndarray]) -> pd.DataFrame:
        """What the advised starters by year, (region,), lead to; until the first year that can be changed today's go on."""
        first, doctors, st, specialists = (
            int(self.v.first_adjustable_intake),
            self.doctors,
            self.st_known,
            self.specialists_known,
        )
        intake = {year: advised[year] if year >= first else doctors.intake for year in self.who.years[1:]}
        path, self.rows = doctors.path(intake), []
        for year, starters in intake.items():
            fte, training, required = path.fte[year], path.in_training[year], self.required.by_year[year]
            name = "programme"
            self._areas(name, "programme_starters", starters, year, shown=None if year >= first else st)
            self._areas(name, "programme_persons_in_training", training, year, shown=st)
            self._areas(name, "programme_positions", shared_out(doctors.positions(training)), year, shown=st)
            self._areas(name, "programme_specialist_fte", fte, year, shown=specialists)
            self._share(name, "programme_coverage_a", fte, required, year, specialists)
            in_part = fte + doctors.counted_in_part(training)
            self._share(name, "programme_coverage_b", in_part, required, year, specialists & st)
        return pd.DataFrame(self.rows)

    # --- the four professions ---------------------------------------------------------------------------------

    def _professions(self) -> None:
        """Return the published index, and the full-time equivalents behind published ranges (frame ``behind``)."""
        towns, now = self.required.towns, self.who.base_year
        heads = np.array([town.heads for town in towns])
        for profession, need in self.needs.items():
            per_town = np.array(need.of_region) + np.array(need.of_municipality)
            each = per_town.sum() / heads.sum()
            for town, one in zip(towns, per_town / heads, strict=True):
                self._cell(
                    "guidelines", "need_index", town.region, 100 * one / each, now, place=town.code, profession=profession
                )
            in_region = self._in_regions(list(per_town)) / self._in_regions(list(heads))
            self._areas("guidelines", "need_index", 100 * in_region / each, now, nation=100.0, profession=profession)
            for measure, part in (("region", need.of_region), ("municipality", need.of_municipality)):
                for town, value in zip(towns, part, strict=True):
                    self._cell("behind", measure, town.region, value, now, place=town.code, profession=profession)
            for year in self.who.years:
                self._areas("behind", "fte_need", need.by_year[year], year, profession=profession)
            for year, value in zip(self.who.years, self.supply(profession), strict=True):
                self._cell("behind", "fte_supply", given.NATION, value, year, profession=profession)

    def graduates(self, profession: str) -> tuple[float, float]:
        """Return the graduates of a year, and the share of them who enter primary care (E8)."""
        v = self.v
        if profession == "district_nurse":
            return v.specialist_nurse_graduates * v.district_nurse_share_of_graduates, v.district_nurse_entry_share
        if profession == "physiotherapist":
            here = v.physiotherapist_share_primary_care + v.physiotherapist_share_municipal
        elif profession == "occupational_therapist":
            there = v.occupational_therapists_region + v.occupational_therapists_municipal
            here = min(there / v.occupational_therapists_all, 1.0)
        else:
            here = v.psychologist_share_primary_care
        return v[f"{profession}_graduates"], here

    def supply(self, profession: str) -> list[float]:
        """Return full-time equivalents in the nation by year, with today's number of graduates."""
        career = career_of(self.v, profession, self.died)
        graduates, share = self.graduates(profession)
        persons = sum(at_work(self.v, self.who, profession)) / self.v.fte_per_care_professional
        stock, found = persons * career.stock, []
        for _ in self.who.years:
            found.append(float((stock * career.fte).sum()))
            stock = career.a_year(stock, graduates * share * career.inflow)
        return found

    def places(self, profession: str) -> float:
        """Places in a year that the need of the target year asks of the programme (E8); infinite where it is too near."""
        v = self.v
        target = int(v.target_year)
        degree = "specialist_nurse" if profession == "district_nurse" else profession
        lags = target - self.who.base_year - int(v[f"{profession}_study_years"])
        if lags < 1:
            return math.inf
        graduates, share = self.graduates(profession)
        each = share * sum(career_of(v, profession, self.died).of_inflow(lags))
        lacking = float(self.needs[profession].by_year[target].sum()) - self.supply(profession)[target - self.who.base_year]
        return max(0.0, graduates + lacking / each) / v[f"{degree}_degree_share"]
