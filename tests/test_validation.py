"""Scores against textbook answers, and a back-test on synthetic series whose answer is known."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from riktvarden import validation

YEARS = range(1990, 2022)
few_floats = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=12)


def test_a_score_from_many_draws_is_that_of_their_distribution() -> None:
    draws = stats.norm.ppf((np.arange(20_000) + 0.5) / 20_000, loc=3, scale=2)
    observed = np.array([1.0, 3.0, 8.0])
    np.testing.assert_allclose(
        validation.crps_sample(draws[:, None] + np.zeros(3), observed),
        validation.crps_normal(3, 2, observed),
        atol=1e-3,
    )


@given(few_floats, st.floats(-1e3, 1e3))
def test_a_score_of_draws_is_its_definition(draws: list[float], observed: float) -> None:
    x = np.array(draws)
    by_pairs = np.abs(x - observed).mean() - np.abs(x[:, None] - x).mean() / 2
    assert float(validation.crps_sample(x, observed)) == pytest.approx(by_pairs, abs=1e-9)


def test_a_sure_forecast_scores_its_error() -> None:
    assert float(validation.crps_sample([7.0], 10.0)) == 3.0


def test_scores_of_a_known_case() -> None:
    forecast, observed = np.array([110.0, 90.0, 105.0]), np.array([100.0, 100.0, 100.0])
    assert validation.mape(forecast, observed) == pytest.approx(0.25 / 3)
    assert validation.bias(forecast, observed) == pytest.approx(0.05 / 3)
    assert validation.coverage([0, 0, 0], [1, 2, 3], [1, 3, 2]) == pytest.approx(2 / 3)
    np.testing.assert_allclose(validation.skill([1.0, 3.0, 1.0], [2.0, 2.0, 0.0]), [0.5, -0.5, np.nan])


def test_scores_without_meaning_are_refused() -> None:
    with pytest.raises(ValueError, match="outcome other than 0"):
        validation.mape([1.0], [0.0])
    with pytest.raises(ValueError, match="above its high end"):
        validation.coverage(2, 1, 1.5)
    with pytest.raises(ValueError, match="standard deviation"):
        validation.crps_normal(0, 0, 1)


@given(st.floats(-100, 100), st.floats(-10, 10), st.integers(2, 10), st.lists(st.booleans(), min_size=8, max_size=8))
def test_a_line_is_continued(level: float, slope: float, length: int, gaps: list[bool]) -> None:
    series = level + slope * np.arange(length)
    holes = np.array([*gaps, False, False])[-length:]
    seen = np.where(holes, np.nan, series)
    expected = level + slope * (length - 1 + np.array([1, 10]))
    np.testing.assert_allclose(validation.linear_trend(seen, [1, 10]), expected, atol=1e-6)
    np.testing.assert_array_equal(validation.last_value(seen, [1, 10]), [series[-1]] * 2)


def test_simple_forecasts_of_too_little() -> None:
    series = np.array([[1.0, 2.0, np.nan], [np.nan, 5.0, np.nan], [np.nan, np.nan, np.nan]])
    np.testing.assert_array_equal(validation.last_value(series, [1])[:, 0], [2, 5, np.nan])
    np.testing.assert_allclose(validation.linear_trend(series, [1])[:, 0], [4, np.nan, np.nan])


def grown(rates: Sequence[float]) -> np.ndarray:
    """Synthetic series that grow by constant rates."""
    return 1000 * (1 + np.array(rates)[:, None]) ** np.arange(len(YEARS))


def constant_growth(series: np.ndarray) -> validation.Forecast:
    def forecast(origin: int, window: int, horizons: Sequence[int]) -> np.ndarray:
        last, first = series[:, origin - YEARS[0]], series[:, origin - YEARS[0] - window + 1]
        return last[:, None] * (last / first)[:, None] ** (np.asarray(horizons) / (window - 1))

    return forecast


def test_a_method_that_is_right_scores_as_such() -> None:
    series = grown([0.01, 0.02])
    table = validation.rolling_origin(series, YEARS, constant_growth(series), range(1995, 2019), [3, 5], [1, 10])
    assert table[["window", "horizon"]].to_numpy().tolist() == [[3, 1], [3, 10], [5, 1], [5, 10]]
    assert table["origins"].tolist() == [24, 17, 24, 17]
    np.testing.assert_allclose(table[["mape", "bias", "crps"]], 0, atol=1e-9)
    np.testing.assert_allclose(table[["skill_last_value", "skill_linear_trend"]], 1, atol=1e-6)
    assert (table["reason"] == "").all()


def test_known_errors_and_skill_of_doing_nothing() -> None:
    series = grown([0.02])

    def still(origin: int, window: int, horizons: Sequence[int]) -> np.ndarray:
        return validation.last_value(series[:, : origin - YEARS[0] + 1], horizons)

    table = validation.rolling_origin(series, YEARS, still, range(1995, 2019), [3], [5])
    miss = 1 - 1.02**-5
    assert table["mape"].item() == pytest.approx(miss)
    assert table["bias"].item() == pytest.approx(-miss)
    assert table["skill_last_value"].item() == pytest.approx(0, abs=1e-12)
    assert table["skill_linear_trend"].item() < 0
    # The error is always the same, so that intervals of its size reach the outcome: one root mean square is inside
    # the 80 % interval. Origins 1995 to 2016 have an outcome; the fifth year after the third is 2002.
    assert table["coverage_80"].item() == 1.0
    assert (table["origins"].item(), table["judged"].item()) == (22, 2016 - 2002 + 1)


def test_intervals_cover_as_they_say_where_errors_are_random() -> None:
    noise = np.random.default_rng(1).normal(0, 0.02, (200, len(YEARS)))
    series = 1000 * np.exp(noise)

    def middle(origin: int, window: int, horizons: Sequence[int]) -> np.ndarray:
        return np.full((200, len(horizons)), 1000.0)

    table = validation.rolling_origin(series, YEARS, middle, range(1995, 2019), [3], [1, 3])
    np.testing.assert_allclose(table["coverage_80"], 0.80, atol=0.02)
    np.testing.assert_allclose(table["coverage_95"], 0.95, atol=0.01)
    np.testing.assert_allclose(table["crps"], validation.crps_normal(0, 0.02, noise).mean(), rtol=0.05)


def test_no_interval_uses_an_outcome_that_was_not_yet_known() -> None:
    series = grown([0.01])

    def forecast(origin: int, window: int, horizons: Sequence[int]) -> np.ndarray:
        return series[:, [origin - YEARS[0] + h for h in horizons]] * (1.5 if origin >= 2010 else 1.001)

    # Before 2010 the method errs by 0.1 %, after by half: no interval of the years 2010 to 2014 could know it.
    early = validation.rolling_origin(series, YEARS, forecast, range(1995, 2015), [3], [5])
    without = validation.rolling_origin(series, YEARS, forecast, range(1995, 2010), [3], [5])
    judged, right = early["judged"].item(), without["judged"].item()
    assert without["coverage_95"].item() == 1.0
    assert early["coverage_95"].item() == pytest.approx(right / judged)


def test_thin_data_are_reported() -> None:
    series = np.full((1, len(YEARS)), np.nan)
    series[0, [22, 23, 24, 29, 31]] = [1860, 2087, 2400, 2950, 3345]

    def still(origin: int, window: int, horizons: Sequence[int]) -> np.ndarray:
        return validation.last_value(series[:, : origin - YEARS[0] + 1], horizons)

    table = validation.rolling_origin(series, YEARS, still, [2012, 2013, 2014, 2019], [3], [1, 30]).set_index("horizon")
    assert table["origins"].to_dict() == {1: 2, 30: 0}
    assert table["reason"].to_dict() == {1: "few_origins", 30: "no_outcome"}
    assert table[["skill_last_value", "crps"]].isna().all(axis=None)
    assert table["mape"][1] == pytest.approx(((1 - 1860 / 2087) + (1 - 2087 / 2400)) / 2)


def test_a_window_before_the_series_is_left_out() -> None:
    series = grown([0.01])
    table = validation.rolling_origin(series, YEARS, constant_growth(series), [1990, 1995, 2000], [10], [1])
    assert table["origins"].item() == 1


@pytest.mark.parametrize(
    ("series", "years", "reported"),
    [
        (np.ones((1, 3)), [2000, 2001, 2003], "consecutive"),
        (np.ones((1, 2)), [2000, 2001, 2002], "one value"),
        (np.array([[1.0, 0.0, 1.0]]), [2000, 2001, 2002], "above 0"),
    ],
)
def test_impossible_series_are_refused(series: np.ndarray, years: list[int], reported: str) -> None:
    with pytest.raises(ValueError, match=reported):
        validation.rolling_origin(series, years, lambda *_: np.ones((1, 1)), [2000], [1], [1])


@pytest.mark.parametrize(("made", "reported"), [(np.ones(3), "shape"), (-np.ones((1, 1)), "not above 0")])
def test_impossible_forecasts_are_refused(made: np.ndarray, reported: str) -> None:
    with pytest.raises(ValueError, match=reported):
        validation.rolling_origin(np.ones((1, 3)), [2000, 2001, 2002], lambda *_: made, [2000], [1], [1])


def test_how_far_the_advice_moved() -> None:
    moved = validation.advice_change([110, np.inf, 5, 50], [100, 100, 0, 50])
    np.testing.assert_allclose(moved.change, [10, np.nan, 5, 0])
    np.testing.assert_allclose(moved.share, [0.1, np.nan, np.nan, 0])
