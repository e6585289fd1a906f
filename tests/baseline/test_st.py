import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st_

from riktvarden import population, tables
from riktvarden.baseline import st


@pytest.fixture(scope="module")
def newest() -> pd.DataFrame:
    people = population.totals(tables.read("population_region_age_group"), ["region", "year"]).xs(2021, level="year")
    return st.chosen_figures(tables.read("st_baseline"), tables.read("published_st"), people, "newest")


def value(figures: pd.DataFrame, region: str, measure: str) -> float:
    (found,) = figures.loc[(figures["region"] == region) & (figures["measure"] == measure), "value"]
    return float(found)


def test_published_figures_are_carried_unchanged(newest: pd.DataFrame) -> None:
    assert value(newest, "01", "persons") == 706
    assert value(newest, "12", "persons") == 470
    assert value(newest, "12", "positions") == 390
    assert value(newest, "14", "financed_positions") == 540
    assert value(newest, "03", "blocks") == 134


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


def test_density_of_jamtland_agrees_with_the_published_number() -> None:
    people = population.totals(tables.read("population_region_age_group"), ["region", "year"]).xs(2021, level="year")
    published = tables.read("published_st").set_index("figure")["value"]
    assert round(published["st-015"] * people["23"] / 1000) == published["st-144"]


def test_thirteen_regions_have_no_figure_at_all(newest: pd.DataFrame) -> None:
    assert len(set(tables.read("regions")["region"]) - set(newest["region"])) == 13


def test_alignment_over_whole_years() -> None:
    years = st.years_between(pd.Series(pd.to_datetime(["2019-12-31", "2023-12-31"])), pd.Timestamp("2021-12-31"))
    np.testing.assert_allclose(years, [2, -2], atol=0.003)
    np.testing.assert_allclose(st.align([100, 100], [2, -2], 0.1), [121, 100 / 1.21])


def test_prior_has_its_median_spread_and_cap() -> None:
    uniform = (np.arange(100_000)[:, None] + 0.5) / 100_000
    free = st.lognormal_prior(uniform, 0.3, 0.24)
    assert np.median(free) == pytest.approx(0.3, rel=1e-3)
    assert np.log(free).std() == pytest.approx(0.24, rel=1e-3)
    assert st.lognormal_prior(uniform, 0.3, 0.24, 0.44).max() <= 0.44


@given(st_.integers(0, 2**32 - 1), st_.floats(0.05, 0.5))
def test_every_draw_sums_to_its_total(seed: int, spread: float) -> None:
    random = np.random.default_rng(seed)
    known = np.array([100.0, np.nan, np.nan, 50.0])
    total = random.uniform(200, 400, (16, 1))
    filled = st.fill_to_total(
        known, np.array([1e6, 5e5, 2e5, 4e5]), random.uniform(0.01, 0.99, (16, 4)), total, spread, 0.01
    )
    np.testing.assert_allclose(filled.sum(axis=1, keepdims=True), total, rtol=1e-12)
    np.testing.assert_array_equal(filled[:, [0, 3]], np.broadcast_to([100.0, 50.0], (16, 2)))
    assert (filled > 0).all()


def test_an_impossible_total_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing of the national total"):
        st.fill_to_total(np.array([100.0, np.nan]), np.ones(2), np.full((1, 2), 0.5), [[90.0]], 0.2)


def test_where_every_region_is_known_nothing_is_drawn() -> None:
    filled = st.fill_to_total(np.array([100.0, 50.0]), np.ones(2), np.full((3, 2), 0.5), [[90.0]] * 3, 0.2)
    np.testing.assert_array_equal(filled, np.broadcast_to([100.0, 50.0], (3, 2)))


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
        }
    )


@pytest.mark.parametrize(
    ("day", "use", "expected"),
    [("2025-12-31", "newest", 777), ("2020-12-31", "newest", 706), ("2021-12-31", "reference", 777)],
)
def test_a_return_stands_beside_the_published_figures_by_its_date(day: str, use: str, expected: float) -> None:
    people = population.totals(tables.read("population_region_age_group"), ["region", "year"]).xs(2021, level="year")
    near = pd.Timestamp("2021-12-31") if use == "reference" else None
    chosen = st.chosen_figures(
        tables.read("st_baseline"), tables.read("published_st"), people, use, returned("01", 777, day), near
    )
    assert value(chosen, "01", "persons") == expected
    assert not chosen.duplicated(["region", "measure"]).any()


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
