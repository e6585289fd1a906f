"""A table with one more year flows through: the newest figures first, and no year is typed."""

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import riktvarden
from riktvarden import population, tables
from riktvarden.assumptions import Assumptions
from riktvarden.codes import NATION
from riktvarden.report.chapters import need, principals, st_baseline, st_guideline
from riktvarden.report.kit.context import Context
from riktvarden.report.pages import entry, region
from riktvarden.store import material

DRAWS = 16


def grouped(people: np.ndarray, codes: tuple[str, ...], year: int, starts: tuple[int, ...], name: str) -> pd.DataFrame:
    """The regions' persons or deaths, (region, sex, age), as rows by age group."""
    labels = population.age_labels(starts)
    cells = population.group_ages(people, starts, axis=2)
    at = pd.MultiIndex.from_product([codes, population.SEXES, labels], names=["region", "sex", "age_group"])
    return pd.Series(cells.ravel(), at, name=name).reset_index().assign(year=year)


def with_a_year_more(frames: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Every yearly table with the year after its newest one, in numbers that agree with each other.

    They are the model's own estimates: what no table says yet, synthetic as all data of tests.
    """
    known = population.history(frames)
    base = known.years[-1]
    projected = population.model_population(frames, base + 2)
    at = projected.years.index(base + 1)
    codes, towns = known.region_codes, projected.municipality_codes
    coming = projected.regions[..., at]
    found = dict(frames)

    def add(name: str, rows: pd.DataFrame) -> None:
        found[name] = pd.concat([found[name], rows[found[name].columns]], ignore_index=True)

    nation = frames["population_nation"]
    found["population_nation"] = nation.assign(kind=nation["kind"].where(nation["year"] != base + 1, "observed"))
    add("population_region", pd.DataFrame({"region": codes, "year": base + 1, "population": coming.sum(axis=(1, 2))}))
    add("population_region_ten_year", grouped(coming, codes, base + 1, population.TEN_YEAR, "population"))
    total = projected.municipalities[..., at].sum(axis=(1, 2))
    add("population_municipality", pd.DataFrame({"municipality": towns, "year": base + 1, "population": total}))
    after = int(frames["population_region_age_group"]["year"].max()) + 1
    place = known.years.index(after)
    people, died = known.population[..., place], known.deaths[..., place]
    add("population_region_age_group", grouped(people, codes, after, population.FIVE_YEAR, "population"))
    add("deaths_region_age_group", grouped(died, codes, after, population.FIVE_YEAR, "deaths"))
    later = {
        name: (rows := population.newest_year(frames[name])).assign(year=rows["year"] + 1)
        for name in ("population_municipality_65", "education_municipality", "foreign_background_municipality")
    }
    for name, rows in later.items():
        add(name, rows)
    groups = population.newest_year(frames["population_municipality_age_group"])
    add("population_municipality_age_group", groups.assign(year=groups["year"] + 1))
    middle = population.newest_year(frames["population_municipality_age_sex"])
    year = int(middle["year"].iloc[0]) + 1
    of_region = grouped(known.population[..., known.years.index(year)], codes, year, population.FIVE_YEAR, "now")
    rows = middle.assign(region=middle["municipality"].str[:2], year=year)
    rows = rows.merge(of_region, on=["region", "sex", "age_group", "year"])
    share = rows["population"] / rows.groupby(["region", "sex", "age_group"])["population"].transform("sum")
    add("population_municipality_age_sex", rows.assign(population=share * rows["now"]))
    return found


@pytest.fixture(scope="module")
def newer(frames: dict[str, pd.DataFrame], graded: Assumptions) -> Context:
    return Context.of("sv", material.run(with_a_year_more(frames), graded, DRAWS))


def test_the_base_year_is_the_newest_that_the_tables_have(newer: Context, frames: dict[str, pd.DataFrame]) -> None:
    newest = frames["population_municipality"]["year"].max() + 1
    assert newer.year == newest
    assert str(newest) in newer.reference_date
    population_of = newer.results.of("population")
    assert (population_of["year"] == newest).all()
    expected = newer.tables["population_region"].query("year == @newest")["population"].sum()
    np.testing.assert_allclose(population_of.loc[NATION, "value"], expected, rtol=1e-6)
    assert (newer.results.of("st_persons_reference")["year"] == newest).all()
    assert newer.results.paths["year"].min() == newest
    assert np.isfinite(newer.results.cell("st_positions_guideline").value)


BUILDERS = (need, principals, st_baseline, st_guideline, entry)


def builders() -> Iterator[object]:
    for module in BUILDERS:
        for name, function in vars(module).items():
            own = inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_")
            if own and list(inspect.signature(function).parameters) == ["context"]:
                yield pytest.param(function, id=f"{module.__name__.rpartition('.')[2]}.{name}")


@pytest.mark.parametrize("builder", list(builders()))
def test_what_shows_the_tables_can_be_built(newer: Context, builder: Callable[[Context], object]) -> None:
    builder(newer)


def test_what_is_shown_first_is_of_the_new_year(newer: Context) -> None:
    region.key_figures(newer, "12")
    shown: list[str] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(entry, "html", shown.append)
        entry.show_edition(newer, "working")
    assert f"31 december {newer.year}" in "".join(shown)
    assert str(newer.year - 1) not in "".join(shown)


# --- no year is typed -----------------------------------------------------------------------------------

TYPED = {
    ("names", 2026): "the seed of the draws",
    ("names", 2035): "the year that published forecasts reach",
    ("names", 1995): "the first year that the back test projects from: a choice, the last follows from the tables",
    ("model.inputs", 2010): "older figures are not comparable: a choice",
    ("population", 2045): "how far is projected where nobody says: a choice",
    ("population", 2006): "a border that moved",
    ("returns.rules", 2021): "the first date that a return may have: a choice",
    ("texts", 2012): "the youngest that a birth year can be mistaken for",
    ("responses.workbook", 2000): "when a workbook says it was made, so that it has the same bytes every day",
    ("rules", 2025): "the first year with Statistics Sweden's disclosure noise",
    ("uncertainty", 2048): "points of a grid",
}
"""Module and number that look like a year, and why they may be typed."""


def test_no_year_is_typed_in_the_models_code() -> None:
    root = Path(riktvarden.__file__).parent
    typed = {}
    for path in root.rglob("*.py"):
        module = ".".join(path.relative_to(root).with_suffix("").parts)
        if module.startswith(("report.", "book.", "disclosure.")):  # of these only years of tables count, see below
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, int) and 1990 <= node.value <= 2060:
                typed[module, node.value] = node.lineno
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.fullmatch(r"20\d\d-\d\d-\d\d", node.value)
            ):
                typed[module, node.value] = node.lineno
    assert set(typed) <= set(TYPED), {place: line for place, line in typed.items() if place not in TYPED}
    assert set(TYPED) <= set(typed), "an exception that nothing needs any more"


def test_what_is_said_of_a_yearly_table_does_not_name_its_newest_year(frames: dict[str, pd.DataFrame]) -> None:
    for name in tables.names():
        table = tables.descriptor(name)
        if "year" in table["schema"].get("primaryKey", []):
            said = " ".join(table[part] for part in ("title", "title_en", "description"))
            rows = frames[name]
            observed = rows.loc[rows["kind"] == "observed"] if "kind" in rows else rows
            assert str(observed["year"].max()) not in said, name
