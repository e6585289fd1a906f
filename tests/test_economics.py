import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riktvarden import economics
from riktvarden.economics import Prices

PRICES = Prices(1_000, 60, 0.9, 50, 1_500, 2_600)
numbers = st.floats(0, 1e4)


def test_an_hour_of_work_carries_all_of_the_year() -> None:
    cost = economics.unit_cost(40_000, 0.5, 80_000, 0.1, 1_600)
    # 480 000 pay and 240 000 on-cost make 720 000; overheads 80 000 and a tenth of that; 872 000 in 1 600 hours.
    assert (cost.pay, cost.on_cost, cost.overheads, cost.per_year, cost.per_hour) == pytest.approx(
        (480_000, 240_000, 152_000, 872_000, 545)
    )


@pytest.mark.parametrize(
    ("change", "reported"),
    [({"hours": 0}, "hours"), ({"monthly_pay": -1}, "negative"), ({"on_cost": -0.1}, "negative")],
)
def test_impossible_work_is_refused(change: dict[str, float], reported: str) -> None:
    sound = {"monthly_pay": 40_000, "on_cost": 0.5, "indirect": 0, "direct_overhead": 0.1, "hours": 1_600}
    with pytest.raises(ValueError, match=reported):
        economics.unit_cost(**sound | change)


@given(st.floats(1, 1e6), st.floats(0.5, 2), st.floats(0.5, 2))
def test_a_price_level_and_back(amount: float, first: float, second: float) -> None:
    there = economics.price_level(amount, first, second)
    assert float(economics.price_level(there, second, first)) == pytest.approx(amount, rel=1e-12)


def test_a_price_level_follows_its_index() -> None:
    assert economics.price_level(200, 100, 110) == pytest.approx(220)
    with pytest.raises(ValueError, match="index"):
        economics.price_level(200, 0, 110)


def test_a_path_is_paid_by_component() -> None:
    cost = economics.path_cost(10, 12, 40, 5, PRICES)
    assert cost.training == 10_000
    assert cost.supervision == pytest.approx(12 * 60 * 0.9)
    assert cost.rotation == 600
    assert cost.specialists == 60_000
    assert cost.agency_replaced == -5 * 1_100
    assert cost.total == pytest.approx(10_000 + 648 + 600 + 60_000 - 5_500)


@given(st.lists(st.tuples(numbers, numbers, numbers, st.floats(0, 1)), min_size=1, max_size=21))
def test_the_regions_costs_sum_to_the_nations(rows: list[tuple[float, float, float, float]]) -> None:
    positions, persons, specialists, share = np.array(rows).T
    apart = economics.path_cost(positions, persons, specialists, share * specialists, PRICES)
    whole = economics.path_cost(positions.sum(), persons.sum(), specialists.sum(), (share * specialists).sum(), PRICES)
    for component, total in zip(apart, whole, strict=True):
        assert component.sum() == pytest.approx(float(total), rel=1e-9, abs=1e-9)
    np.testing.assert_allclose(sum(apart[:-1]), apart.total, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("path", "prices", "reported"),
    [
        ((-1, 1, 1, 0), PRICES, "number"),
        ((1, 1, 1, 2), PRICES, "replaced"),
        ((1, 1, 1, 0), PRICES._replace(st_year=-1), "price"),
    ],
)
def test_impossible_paths_are_refused(path: tuple[float, ...], prices: Prices, reported: str) -> None:
    with pytest.raises(ValueError, match=reported):
        economics.path_cost(*path, prices)


def test_present_value_of_a_known_annuity() -> None:
    # Ten payments of 100, the first after a year, at 3 %: 100 (1 - 1.03^-10) / 0.03 = 853.02.
    worth = economics.net_present_value(np.full(10, 100.0), np.arange(2026, 2036), 0.03, 2025)
    assert float(worth) == pytest.approx(853.02, abs=0.005)


def test_present_value_takes_a_rate_for_each_draw() -> None:
    costs = np.ones((2, 3, 2))
    worth = economics.net_present_value(costs, [2025, 2026], np.array([[0.0], [1.0]]), 2025)
    np.testing.assert_allclose(worth, [[2, 2, 2], [1.5, 1.5, 1.5]])


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20), st.floats(0, 0.2), st.integers(0, 10))
def test_moving_the_base_year_only_adds_interest(costs: list[float], rate: float, later: int) -> None:
    years = 2025 + np.arange(len(costs))
    now, then = (float(economics.net_present_value(costs, years, rate, year)) for year in (2025, 2025 + later))
    assert then == pytest.approx(now * (1 + rate) ** later, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(("rate", "years", "reported"), [(-1.0, [2025, 2026], "rate"), (0.03, [2025], "one year")])
def test_impossible_present_values_are_refused(rate: float, years: list[int], reported: str) -> None:
    with pytest.raises(ValueError, match=reported):
        economics.net_present_value([1.0, 2.0], years, rate, 2025)


@given(st.floats(0, 1e9), st.floats(1e-3, 1e9))
def test_what_breaks_even_is_worth_its_cost(cost: float, worth: float) -> None:
    assert float(economics.break_even(cost, worth)) * worth == pytest.approx(cost, rel=1e-9)


@pytest.mark.parametrize(("cost", "worth"), [(-1, 1), (1, 0), (1, -2)])
def test_an_impossible_break_even_is_refused(cost: float, worth: float) -> None:
    with pytest.raises(ValueError, match=r"cost"):
        economics.break_even(cost, worth)
