import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riktvarden import population, tables


def test_totals_agree_with_the_published_nation() -> None:
    cells = tables.read("population_region_age_group")
    assert population.totals(cells, ["year"])[2021] == 10_452_326


def test_shares_sum_to_one_in_each_group() -> None:
    shares = population.with_shares(tables.read("population_municipality_age_group"), ["municipality", "year"])
    sums = shares.groupby("municipality")["share"].sum()
    assert len(sums) == 290
    np.testing.assert_allclose(sums, 1, atol=1e-12)


@pytest.mark.parametrize(("day", "year"), [("2019-02-15", 2018), ("2019-11-01", 2019), ("2024-07-01", 2023)])
def test_nearest_year_end(day: str, year: int) -> None:
    totals = pd.Series({2018: 1.0, 2019: 2.0, 2023: 3.0, 2024: 4.0})
    assert population.nearest(totals, pd.Timestamp(day)) == totals[year]


@given(
    st.lists(st.floats(1, 1e7), min_size=1, max_size=30),
    st.floats(1, 1e9),
)
def test_constant_shares_keep_the_nation(regions: list[float], then: float) -> None:
    now = float(np.sum(regions))
    projected = population.project_with_constant_shares(np.array(regions), now, then)
    assert projected.sum() == pytest.approx(then, rel=1e-9)


def test_comparable_regions_of_a_known_layout() -> None:
    regions = pd.DataFrame({"region": ["01", "02", "03", "04"], "land_area": [100.0, 100.0, 100.0, 10_000.0]})
    people = pd.Series({"01": 1000, "02": 1100, "03": 90_000, "04": 1000})
    nearest = population.comparable_regions(regions, people, count=1)
    assert nearest["01"] == ["02"]
    assert nearest["02"] == ["01"]
    assert all(code not in near for code, near in nearest.items())


def test_comparable_regions_do_not_depend_on_the_order() -> None:
    regions = tables.read("regions")
    people = tables.read("population_region").set_index("region")["population"]
    assert population.comparable_regions(regions, people) == population.comparable_regions(regions[::-1], people)
