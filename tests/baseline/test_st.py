from typing import Any

import numpy as np
import pandas as pd
import pytest

from riktvarden import population, tables
from riktvarden.baseline import st


@pytest.fixture(scope="module")
def year_ends() -> pd.Series:
    return population.totals(tables.read("population_region_age_group"), ["region", "year"])


@pytest.fixture(scope="module")
def heads(year_ends: pd.Series) -> st.Heads:
    return lambda region, day: population.nearest(year_ends.xs(region, level="region"), day)


@pytest.fixture(scope="module")
def newest(heads: st.Heads) -> pd.DataFrame:
    return st.chosen_figures(tables.read("st_baseline"), tables.read("published_st"), heads, "newest")


def value(figures: pd.DataFrame, region: str, measure: str) -> float:
    (found,) = figures.loc[(figures["region"] == region) & (figures["measure"] == measure), "value"]
    return float(found)


def test_published_figures_are_carried_unchanged(newest: pd.DataFrame, edition: dict[str, Any]) -> None:
    for measure, of_regions in edition["st_baseline"].items():
        for region, expected in of_regions.items():
            assert value(newest, region, measure) == expected, (region, measure)


def test_blocks_never_become_persons(newest: pd.DataFrame) -> None:
    assert set(newest.loc[newest["region"] == "03", "measure"]) == {"blocks"}


def test_a_rate_becomes_persons_with_its_population(newest: pd.DataFrame) -> None:
    assert value(newest, "06", "persons") == pytest.approx(0.44 * 367_064 / 1000)
    assert newest.loc[newest["region"] == "06", "status"].tolist() == ["derived"]


def test_a_rate_is_known_within_its_rounding_and_a_count_exactly(newest: pd.DataFrame) -> None:
    width = newest.set_index(["region", "measure"])["half_width"]
    assert width["06", "persons"] == pytest.approx(0.005 * 367.064)
    assert width["12", "persons"] == 0


@pytest.mark.parametrize(("printed", "half"), [(0.44, 0.005), (0.5, 0.05), (63, 0.5)])
def test_half_a_unit_of_the_last_decimal(printed: float, half: float) -> None:
    assert st.half_unit(printed) == pytest.approx(half)


def test_density_of_jamtland_agrees_with_the_published_number(year_ends: pd.Series) -> None:
    people = year_ends.xs(2021, level="year")
    published = tables.read("published_st").set_index("figure")["value"]
    assert round(published["st-015"] * people["23"] / 1000) == published["st-144"]


def test_twelve_regions_have_no_figure_at_all(newest: pd.DataFrame) -> None:
    assert len(set(tables.read("regions")["region"]) - set(newest["region"])) == 12


def test_financed_positions_never_become_persons(newest: pd.DataFrame) -> None:
    assert value(newest, "18", "financed_positions") == 90
    assert set(newest.loc[newest["region"] == "18", "measure"]) == {"financed_positions"}


def test_alignment_over_whole_years() -> None:
    years = st.years_between(pd.Series(pd.to_datetime(["2019-12-31", "2023-12-31"])), pd.Timestamp("2021-12-31"))
    np.testing.assert_allclose(years, [2, -2], atol=0.003)
    np.testing.assert_allclose(st.align([100, 100], [2, -2], 0.1), [121, 100 / 1.21])


def returned(region: str, value: float, day: str, status: str = "reported") -> pd.DataFrame:
    """A region's own total; the number is synthetic."""
    return pd.DataFrame(
        {
            "region": [region],
            "measure": "persons",
            "value": value,
            "half_width": 0.0,
            "coverage": 1.0,
            "status": status,
            "qualifier": "",
            "dated": pd.Timestamp(day),
            "figure": f"return-{region}-{day}",
            "classes": 0,
            "collapsed": "",
            "base": 0.0,
        }
    )


@pytest.mark.parametrize(
    ("day", "use", "expected"),
    [("2025-12-31", "newest", 777), ("2020-12-31", "newest", None), ("2024-12-31", "reference", 777)],
)
def test_a_return_is_beside_the_published_figures_by_its_date(
    heads: st.Heads, newest: pd.DataFrame, day: str, use: str, expected: float | None
) -> None:
    """An older one than the newest published figure changes nothing."""
    near = pd.Timestamp("2024-12-31") if use == "reference" else None
    chosen = st.chosen_figures(
        tables.read("st_baseline"), tables.read("published_st"), heads, use, returned("01", 777, day), near
    )
    assert value(chosen, "01", "persons") == (expected or value(newest, "01", "persons"))
    assert not chosen.duplicated(["region", "measure"]).any()


def test_a_return_that_says_too_little_leaves_the_published_figure_in_use(heads: st.Heads, newest: pd.DataFrame) -> None:
    said = pd.concat([returned(code, np.nan, "2025-12-31", "missing") for code in ("01", "21")])
    chosen = st.chosen_figures(tables.read("st_baseline"), tables.read("published_st"), heads, "newest", said)
    assert value(chosen, "01", "persons") == value(newest, "01", "persons")
    assert chosen.loc[chosen["region"] == "21", "status"].tolist() == ["missing"]


def test_ratio_estimate_of_a_known_case() -> None:
    found = st.ratio_estimate([10, 22], [50, 100], 250)
    residual = np.array([10, 22]) - 32 / 150 * np.array([50, 100])
    variance = 250**2 * (1 - 150 / 250) / (2 * 75**2) * (residual**2).sum() / 1
    assert found == pytest.approx((250 * 32 / 150, variance**0.5, 0.6))


def test_where_all_answered_nothing_is_left_to_estimate() -> None:
    assert st.ratio_estimate([10, 22], [50, 100], 150) == pytest.approx((32, 0, 1))


@pytest.mark.parametrize(("count", "size"), [([1], [2]), ([1, 2], [0, 0])])
def test_too_few_units_are_refused(count: list[float], size: list[float]) -> None:
    with pytest.raises(ValueError, match="two units"):
        st.ratio_estimate(count, size, 100)
