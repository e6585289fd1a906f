import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riktvarden import supply

rates = st.floats(0.001, 0.5)
counts = st.floats(0, 1e5)


@given(counts, counts, rates, st.integers(0, 60))
def test_closed_form_equals_year_by_year(stock: float, inflow: float, rate: float, years: int) -> None:
    expected = stock
    for _ in range(years):
        expected = expected * (1 - rate) + inflow * (1 - rate / 2)
    assert float(supply.project_stock(stock, inflow, rate, years)) == pytest.approx(expected, rel=1e-9, abs=1e-6)


@given(st.floats(0.5, 1), rates, st.floats(0.1, 40))
def test_active_share_is_the_mean_over_the_intake(completion: float, rate: float, years: float) -> None:
    middles = (np.arange(20_000) + 0.5) / 20_000 * years
    expected = completion * np.mean((1 - rate) ** middles)
    assert float(supply.still_active_share(completion, rate, years)) == pytest.approx(expected, rel=1e-6)


@given(counts, rates)
def test_the_long_run_is_where_the_projection_rests(inflow: float, rate: float) -> None:
    stock = float(supply.long_run_stock(inflow, rate))
    assert float(supply.project_stock(stock, inflow, rate, 25)) == pytest.approx(stock, rel=1e-9, abs=1e-9)


@given(st.floats(1, 1e5), rates)
def test_steady_state_loses_what_it_gains(inflow: float, rate: float) -> None:
    assert float(supply.steady_state_stock(inflow, rate)) * rate == pytest.approx(inflow)


@pytest.mark.parametrize(("rate", "years", "words"), [(0, 1, "exit rate"), (1, 1, "exit rate"), (0.1, -1, "target year")])
def test_impossible_arguments_are_refused(rate: float, years: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        supply.project_stock(1, 1, rate, years)
