import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riktvarden import guideline, supply

shares = st.floats(0.05, 1)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=40))
def test_largest_remainder_sums_exactly_and_stays_near(values: list[float]) -> None:
    whole = guideline.largest_remainder(values)
    assert whole.sum() == round(float(np.sum(values)))
    assert (np.abs(whole - np.array(values)) < 1 + 1e-6).all()


def test_largest_remainder_of_a_known_case() -> None:
    assert guideline.largest_remainder([1.4, 1.4, 1.2]).tolist() == [2, 1, 1]


@pytest.mark.parametrize("values", [[-1.0, 2.0], [np.nan, 1.0]])
def test_largest_remainder_refuses(values: list[float]) -> None:
    with pytest.raises(ValueError, match="non-negative"):
        guideline.largest_remainder(values)


@given(st.floats(1, 1e5), st.floats(0.01, 0.2), shares, shares)
def test_steady_intake_replaces_every_exit(required: float, rate: float, completion: float, fte: float) -> None:
    intake = guideline.steady_state_intake(required, rate, completion, fte)
    stock = supply.steady_state_stock(intake * completion, rate)
    assert float(supply.full_time_equivalents(stock, fte)) == pytest.approx(required)


@given(st.floats(-1e4, 1e4), st.integers(1, 20), shares, shares, st.floats(0, 1e4))
def test_required_intake_closes_the_gap(gap: float, years: int, active: float, fte: float, now: float) -> None:
    intake = float(guideline.required_intake(now, gap, years, active, fte))
    assert (intake - now) * years * active * fte == pytest.approx(gap, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("years", [0.9, 0, -3])
def test_too_near_a_target_has_no_number(years: float) -> None:
    assert np.isinf(guideline.required_intake(600, 1000, years, 0.8, 0.7))


def test_intake_counts_until_the_target_year_ends() -> None:
    assert guideline.intake_years(2027, 2040, 6.5) == 7.5
    assert guideline.intake_years(2027, 2032, 6.5) < 0


@given(st.floats(5, 8), st.floats(0, 0.01))
def test_intake_years_do_not_jump(duration: float, step: float) -> None:
    near, far = guideline.intake_years(2027, 2040, [duration, duration + step])
    assert abs(near - far - step) < 1e-9


def test_coverage_b_adds_only_doctors_in_mid_training() -> None:
    a = guideline.coverage_a(60, 90)
    assert guideline.coverage_b(60, 0, 90, 0.5) == a
    assert guideline.coverage_b(60, 30, 90, 0.5, 0.6) == pytest.approx(a + 0.5 * 0.6 * 30 / 90)


def test_positions_for_shared_and_empty_posts() -> None:
    assert float(guideline.funded_positions(470, 470 / 390, 0)) == pytest.approx(390)
    assert float(guideline.funded_positions(95, 1, 0.05)) == pytest.approx(100)
