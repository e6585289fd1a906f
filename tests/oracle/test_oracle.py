"""Every published central value against the second implementation of the model."""

import ast
import dataclasses
from functools import cached_property
from pathlib import Path
from unittest import mock
from zlib import crc32

import numpy as np
import pandas as pd
import pytest

from riktvarden import assumptions, model, tables
from riktvarden.assumptions import Assumptions
from riktvarden.codes import NATION
from riktvarden.model import careers as package_careers
from riktvarden.model import chain, general_practice, outlook, professions
from riktvarden.professions import PROFESSIONS
from riktvarden.results import Results

from . import given
from .careers import CONDITIONED
from .cells import GENERAL_PRACTICE, KEYS, Oracle
from .programme import Programme
from .staffing import STAFFED

DRAWS = 16
"""Central values do not depend on the draws."""

AGREED = 1e-9

OF_DRAWS = {
    ("tidy", "norm_met_long_run"): "a share of the draws",
    ("paths", "norm_met_reference"): "a share of the draws",
    ("programme", "programme_norm_met"): "a share of the draws",
    ("outlook", "fte_need"): "the compared need by year, times a median of the draws",
    ("outlook", "fte_supply"): "a median of the draws",
    ("outlook", "need_met"): "a share of the draws",
    ("outlook", "need_growth"): "a median of the draws",
    ("outlook", "supply_growth"): "a median of the draws",
}
"""Measures whose value is not a central value."""

RANGES = {
    "places": {"places_today", "places_needed"},
}
"""Measures published as intervals only; their values are in the frame ``behind``."""

FRAMES_LEFT_OUT = {
    "figures": "the published figures themselves, which tidy has",
    "reconciled": "published figures against a path fitted to them (A5), on which no other value rests",
    "disagreements": "percentiles of the draws",
    "by_figure": "percentiles of the draws",
    "left_out": "percentiles of the draws",
    "need_weights": "an interval alone",
    "career_assumptions": "percentiles of the posterior sample, see test_posterior.py",
    "career_back_cast": "percentiles of the posterior sample",
    "staffing": "percentiles of prior and posterior, see test_posterior.py for the ratio at the central values",
    "staffing_assumptions": "percentiles of the posterior sample",
    "inhabitants": "sums of the published population",
    "ages": "shares of the published population",
    "comparable": "for a picture alone: no other value rests on it",
    "deviations": "contributions, which are compared, over that of head count",
    "per_inhabitant": "requirements, which are compared, over head count",
    "municipal_index": "requirements, which are compared, over head count",
    "components": "published shares, on which the compared need index rests",
    "counties": "published shares, and the check of a fit on which the compared need index rests",
    "age_weights": "the compared need at other values of one assumption",
    "factor_shares": "a variance of the draws",
    "task_shift": "a scenario: none is moved in the guideline values",
    "composition": "products of assumptions",
    "effects": "the ends of single assumptions",
    "applicants": "an assumption and its growth, a limit of the compared programme",
}

ELSEWHERE = {
    "target_year": 2037,
    "first_adjustable_intake": 2028,
    "contacts_year": 2015,
    "st_persons_nation_year": 2022,
    "recipients_year": 2022,
    # A limit that binds nowhere at the central values.
    "direct_time_cap": 0.3,
}
"""The years of the other set of values, and its limit."""


def elsewhere(graded: Assumptions) -> Assumptions:
    """Every assumption at another value, no two moved alike; those that are conditioned keep their priors."""
    moved = {}
    for name, item in graded.items():
        # By its name alone, so that a new assumption leaves the others where they were.
        number = crc32(name.encode())
        part = 0.15 + 0.5 * (number % 997) / 997
        low, value, high = item.low, item.value, item.high
        if name in CONDITIONED or name in STAFFED:
            moved[name] = item
            continue
        if name in ELSEWHERE:
            value = float(ELSEWHERE[name])
        elif name.endswith("_study_years"):
            value += 1
        elif low < high:
            up = value == low or (number % 2 == 0 and value < high)
            value += part * ((high if up else low) - value)
        else:
            value *= 1 - part / 10
        ends = {"low": min(low, value), "high": max(high, value)} if item.low < item.high else {"low": value, "high": value}
        moved[name] = item.model_copy(update={"value": value} | ends)
    return Assumptions(moved, graded.files)


class Both:
    """The package and the oracle at one set of values."""

    def __init__(self, graded: Assumptions) -> None:
        frames = tables.read_all()
        self.on = chain.base(frames, graded)
        # What no draw changes takes long: the run has the one that is compared with here.
        with mock.patch.object(chain, "base", return_value=self.on):
            self.results: Results = model.run(frames, graded, DRAWS)
        middle = self.on.specialists.joint.central | self.on.staffing.joint.central
        conditioned = {name: float(middle[name][0, 0]) for name in (*CONDITIONED, *STAFFED)}
        values = {name: item.value for name, item in graded.items()}
        self.oracle = Oracle(conditioned, values)

    @cached_property
    def ours(self) -> pd.DataFrame:
        """The oracle's cells."""
        return self.oracle.cells()

    @cached_property
    def theirs(self) -> pd.DataFrame:
        """The package's cells, in the same columns."""
        return pd.concat([*published(self.results), *behind(self.on)], ignore_index=True)[[*KEYS, "value"]]


def published(results: Results) -> list[pd.DataFrame]:
    """The central values of the results."""

    def tidy(name: str, frame: pd.DataFrame, **more: object) -> pd.DataFrame:
        rows = frame.rename(columns={"municipality": "place", "factor": "measure"})
        columns = {"frame": name, "place": "", "year": np.nan, "profession": GENERAL_PRACTICE, "region": NATION} | more
        rows = rows.assign(**{column: one for column, one in columns.items() if column not in rows})
        return rows.assign(year=rows["year"].astype(float))[[*KEYS, "value"]]

    def wide(name: str, frame: pd.DataFrame, measures: list[str]) -> pd.DataFrame:
        keys = [column for column in ("municipality", "region", "year", "place") if column in frame]
        parts = [frame[keys].assign(measure=measure, value=frame[measure].astype(float)) for measure in measures]
        return tidy(name, pd.concat(parts, ignore_index=True))

    base_year = float(results.of("population")["year"].iloc[0])
    norms = results.norms.assign(place=results.norms["norm"].map("{:g}".format))
    whole = results.guidelines["principal"].isin(["all", "both"]) & (results.guidelines["cooperation"] == "")
    indices = results.guidelines.loc[whole & (results.guidelines["measure"] == "need_index")]
    numbers = [column for column in results.factors if column not in ("municipality", "region")]
    return [
        tidy("tidy", results.tidy),
        tidy("paths", results.paths),
        tidy("contributions", results.contributions, year=base_year),
        tidy("guidelines", indices),
        tidy("outlook", results.outlook),
        tidy("places", results.places.drop(columns="collaborative_region")),
        wide("starters", results.starters, ["value", "intakes"]),
        wide("norms", norms, ["requirement", "value"]),
        wide("municipalities", results.municipalities, ["population", "older", "specialist_requirement"]),
        wide("factors", results.factors, numbers),
    ]


def behind(on: chain.Base) -> list[pd.DataFrame]:
    """Central values that the results show as ranges only."""
    drawn, people = on.central(), on.people
    doctors = chain.doctors(on, drawn)
    p, years = doctors.p, people.years
    found = []

    def add(measure: str, values: np.ndarray, region: object, year: object, place: object = "", of: str = "") -> None:
        columns = {"frame": "behind", "profession": of or GENERAL_PRACTICE, "measure": measure, "value": values.ravel()}
        found.append(pd.DataFrame(columns | {"region": region, "year": year, "place": place}))

    by_year = {"region": np.repeat(people.areas, len(years)), "year": np.tile(years, len(people.areas)).astype(float)}
    add("fte", doctors.have.fte, **by_year)
    add("in_training", doctors.have.in_training, **by_year)
    add("intake", doctors.have.intake, people.areas, float(people.base_year))
    add("long_run", general_practice.lasting(p, doctors.have), people.areas, float(people.base_year))
    home = np.asarray(people.codes)[people.region_of]
    for name in PROFESSIONS:
        need = professions.needed(p, on.tables, people, on.at, name, p.mental_health.need_weight, doctors.required)
        today, career = professions.today(p, people, name), package_careers.career(p, name, on.deaths)
        supplied = outlook.supply_path(p, name, today, career, len(years) - 1)
        for measure in ("region", "municipality"):
            add(measure, getattr(need, measure), home, float(people.base_year), people.municipalities, name)
        add("fte_need", need.by_year, **by_year, of=name)
        add("fte_supply", supplied, NATION, years.astype(float), of=name)
    return found


@pytest.fixture(scope="module", params=["central", "elsewhere"])
def both(request: pytest.FixtureRequest) -> Both:
    graded = assumptions.read()
    return Both(graded if request.param == "central" else elsewhere(graded))


def test_nothing_but_the_comparisons_imports_the_package() -> None:
    files = [file for file in Path(__file__).parent.glob("*.py") if not file.name.startswith("test_")]
    assert len(files) >= 8
    for file in files:
        nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
        named = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
        named += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
        assert not [name for name in named if name.startswith("riktvarden")], file.name


def test_every_frame_of_the_results_is_compared_or_named(both: Both) -> None:
    frames = {field.name for field in dataclasses.fields(Results) if field.type == "pd.DataFrame"}
    compared = set(both.theirs["frame"]) - {"behind"} | {"programme", "variants"}
    assert compared | set(FRAMES_LEFT_OUT) == frames
    assert not compared & set(FRAMES_LEFT_OUT)


def test_what_is_named_as_not_compared_is_there(both: Both) -> None:
    measures = set(zip(both.theirs["frame"], both.theirs["measure"], strict=True))
    measures |= {("programme", measure) for measure in both.results.programme["measure"]}
    assert set(OF_DRAWS) <= measures
    assert {(frame, measure) for frame, those in RANGES.items() for measure in those} <= measures
    ranges = [both.theirs["frame"].eq(frame) & both.theirs["measure"].isin(those) for frame, those in RANGES.items()]
    assert both.theirs.loc[np.any(ranges, axis=0), "value"].isna().all()


def differences(theirs: pd.DataFrame, ours: pd.DataFrame) -> pd.Series:
    """Largest relative difference by frame and measure; every cell must be in both, with a value in both or neither."""
    named = {*OF_DRAWS, *((frame, measure) for frame, those in RANGES.items() for measure in those)}
    theirs = theirs.loc[[each not in named for each in zip(theirs["frame"], theirs["measure"], strict=True)]]
    cells = theirs.merge(ours, on=KEYS, how="outer", suffixes=("", "_ours"), validate="one_to_one", indicator="side")
    assert (cells["side"] == "both").all(), cells.loc[cells["side"] != "both", [*KEYS, "side"]].drop_duplicates("measure")
    only_one = cells["value"].isna() != cells["value_ours"].isna()
    assert not only_one.any(), cells.loc[only_one]
    # A step of a requirement is a difference: its size is that of the requirement, and over the nation most are zero.
    steps = cells["frame"] == "contributions"
    whole = cells["value"].abs().groupby([cells["frame"], cells["profession"], cells["region"]]).transform("sum")
    size = cells["value"].abs().mask(steps, whole)
    apart = (cells["value_ours"] - cells["value"]).abs() / size.clip(lower=1e-9)
    return apart.fillna(0.0).groupby([cells["frame"], cells["measure"]]).max()


def test_every_central_value_is_what_the_method_gives(both: Both) -> None:
    apart = differences(both.theirs, both.ours)
    assert (apart <= AGREED).all(), apart[apart > AGREED]


def test_places_in_education_are_in_their_rounded_range(both: Both) -> None:
    """The range of a single draw at the central values is the value, rounded outwards to two digits."""
    drawn, on = both.on.central(), both.on
    doctors = chain.doctors(on, drawn)
    p = doctors.p
    for name in PROFESSIONS:
        need = professions.needed(p, on.tables, on.people, on.at, name, p.mental_health.need_weight, doctors.required)
        today, career = professions.today(p, on.people, name), package_careers.career(p, name, on.deaths)
        supplied = outlook.supply_path(p, name, today, career, len(on.people.years) - 1)
        rows = outlook.places(p, on.tables, on.people, name, need, supplied, career)
        whole = rows.loc[(rows["measure"] == "places_needed") & rows["collaborative_region"].eq("")].iloc[0]
        assert whole["low"] <= both.oracle.places(name) <= whole["high"], name


# --- the path to the norm -------------------------------------------------------------------------------


def test_what_the_programme_leads_to(both: Both) -> None:
    rows = both.results.programme
    wide = rows.loc[rows["measure"] == "programme_starters"].pivot_table(index="region", columns="year", values="value")
    advised = {int(year): wide[year].reindex(given.regions()).to_numpy(float) for year in wide}
    theirs = rows.assign(frame="programme", place="", year=rows["year"].astype(float))[[*KEYS, "value"]]
    apart = differences(theirs, both.oracle.programme(advised))
    assert (apart <= AGREED).all(), apart[apart > AGREED]


def test_the_programme_keeps_to_its_conditions_and_costs_the_least(both: Both) -> None:
    oracle, results = both.oracle, both.results
    year = results.programme_status[2]
    assert year is not None
    ours = Programme(oracle.doctors, oracle.required.by_year, year)
    rows = results.programme.loc[lambda frame: frame["measure"] == "programme_starters"]
    wide = rows.pivot_table(index="region", columns="year", values="value", dropna=False)
    found = wide.reindex(index=given.regions(), columns=ours.years).to_numpy(float).ravel()
    starters = np.where(np.isnan(found), ours.reference, found)
    assert max(ours.excess(starters).values()) < 1e-7, ours.excess(starters)
    best = ours.solve()
    assert best is not None
    assert ours.cost(starters) == pytest.approx(ours.cost(best), rel=1e-9)


def test_no_earlier_year_has_an_answer(both: Both) -> None:
    oracle, target = both.oracle, int(both.oracle.v.target_year)
    for row in both.results.variants.to_dict("records"):
        year = row["year"]
        assert not pd.isna(year), row["aim"]
        last = Programme(oracle.doctors, oracle.required.by_year, year, row["regional_coverage"])
        assert last.solve() is not None, row["aim"]
        if year > target:
            before = Programme(oracle.doctors, oracle.required.by_year, year - 1, row["regional_coverage"])
            assert before.solve() is None, row["aim"]
