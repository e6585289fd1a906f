import dataclasses
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
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


@given(st.floats(10, 1e5), st.floats(0.05, 0.2), shares, shares, st.floats(0, 9))
def test_steady_intake_replaces_every_exit(
    required: float, rate: float, completion: float, fte: float, abroad: float
) -> None:
    """Followed until nothing of the beginning is left, the intake lands on the requirement."""
    years = round(40 / rate)
    leaving, entering = np.full((1, 2), rate), np.array([[1.0, 0.0]])
    left = supply.inflow_survival(leaving, entering, years, fte)
    per_person = left.sum()
    intake = guideline.steady_state_intake(required, per_person, completion, abroad * per_person / 10)
    path = supply.linear_path(
        0.0, np.full(years, completion * intake + abroad / 10), supply.survival(leaving, entering, years, fte), left
    )
    assert float(path[-1]) == pytest.approx(required, rel=1e-9)


@pytest.mark.parametrize("impossible", [{"fte_years": 0.0}, {"completion": 0.0}])
def test_a_career_without_work_sustains_nothing(impossible: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="positive"):
        guideline.steady_state_intake(**{"requirement": 100.0, "fte_years": 20.0, "completion": 0.9, **impossible})


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


def test_each_year_is_rounded_to_its_own_total() -> None:
    values = np.array([[1.4, 1.4, 1.2], [0.5, 0.5, 2.0], [3.0, 0.0, 0.0]])
    whole = guideline.largest_remainder(values)
    assert whole.tolist() == [guideline.largest_remainder(row).tolist() for row in values]
    assert whole.tolist() == [[2, 1, 1], [1, 0, 2], [3, 0, 0]]


@given(st.lists(st.floats(0, 900), min_size=12, max_size=12), st.floats(1, 1.4), st.floats(0, 0.2))
def test_positions_of_the_regions_are_the_nations(persons: list[float], shared: float, vacancy: float) -> None:
    in_training = np.array(persons).reshape(4, 3)
    whole = guideline.positions_path(in_training, shared, vacancy)
    exact = in_training / shared / (1 - vacancy)
    assert whole.shape == (4, 3)
    assert whole.sum(axis=0).tolist() == np.rint(exact.sum(axis=0)).astype(int).tolist()
    assert (np.abs(whole - exact) < 1 + 1e-9).all()


@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=21))
def test_redistribution_closes_no_more_than_there_is(gap: list[float]) -> None:
    found = guideline.net_gap(gap)
    assert found.gross - found.surplus == pytest.approx(sum(gap), abs=1e-6)
    assert found.net == pytest.approx(sum(gap), abs=1e-6)
    assert 0 <= found.closed_by_redistribution <= min(found.gross, found.surplus)
    # What stays open after redistribution is a gap or a surplus of the nation, never both.
    left = (found.gross - found.closed_by_redistribution, found.surplus - found.closed_by_redistribution)
    assert min(left) == 0


def test_signs_of_gaps() -> None:
    assert guideline.net_gap([30.0, -10.0, 5.0]) == (35.0, 10.0, 25.0, 10.0)


def test_places_of_education() -> None:
    assert guideline.places([90.0, -20.0], 0.9).tolist() == [100.0, 0.0]
    for completion in (0.0, 1.1):
        with pytest.raises(ValueError, match="completes"):
            guideline.places(90, completion)


# --- paths of synthetic regions -----------------------------------------------------------------------

YEARS, BASE_YEAR = 20, 2020


def problem(regions: int = 3, duration: float = 5.5, **options: Any) -> tuple[list[np.ndarray], guideline.Options]:
    """Create regions of different size without any limit; every option can be replaced."""
    rng = np.random.default_rng(5)
    size = rng.uniform(50, 400, regions)
    required = size[:, None] * (1 + 0.004 * np.arange(1, YEARS + 1))
    remaining = supply.in_training_share(duration, 0.95, YEARS)
    lasting = (1 - 0.02) * 0.96 ** np.arange(YEARS)
    certified = np.zeros(YEARS)
    increments = supply.completion_increments(duration, 0.95)
    certified[: len(increments)] = increments
    kernel = 0.8 * np.convolve(certified, lasting)[:YEARS]
    in_training = 0.45 * size
    coming = supply.completions_of_stock(in_training, 0.02, duration, 0.95, YEARS)
    left = 0.96 ** np.arange(YEARS + 1)
    base = 0.8 * supply.linear_path(0.95 * size, coming, left, lasting)[:, 1:]
    given_options = {
        "base_year": BASE_YEAR,
        "target_year": 2035,
        "first_intake": 2023,
        "duration": duration,
        "training_share": remaining,
        "base_in_training": supply.in_training_of_stock(in_training, 0.02, duration, 0.95, YEARS),
        "discount": 0.03,
    }
    arguments = [required, base, kernel, in_training / duration]
    return arguments, guideline.Options(**given_options | options)


def limited(**options: Any) -> tuple[list[np.ndarray], guideline.Options]:
    """The same aiming so high that every limit holds something back."""
    arguments, plain = problem()
    required, _, _, reference = arguments
    applicants, rotation = np.full(YEARS, 2.0 * reference.sum()), np.outer(10 * reference, np.ones(YEARS))
    capacity = np.outer(10 * reference, np.ones(YEARS))
    capacity[1] = 8.1 * reference[1]
    applicants[8], rotation[0] = 1.45 * reference.sum(), 8.1 * reference[0]
    # Half of the year's inflow meets its exits of 4 per cent, and the rest as many every year after.
    steady = guideline.steady_state_intake(required[:, -1:], 0.8 * 0.98 / 0.04, 0.95) * np.ones(YEARS)
    every = {
        "coverage": 1.2,
        "national_coverage": 1.2,
        "change_weight": 0.2,
        "surplus_weight": 0.05,
        "first_job": supply.spread_first_job(np.eye(3), 0.8, reference / reference.sum()).T,
        "smoothing": 0.2,
        "applicants": applicants,
        "supervision": 0.52,
        "fte_per_specialist": 0.8,
        "rotation": rotation,
        "capacity": capacity,
        "terminal": 0.5,
        "steady_intake": steady,
    }
    return arguments, dataclasses.replace(plain, **every | options)


def followed(intake: np.ndarray, arguments: list[np.ndarray], options: guideline.Options) -> tuple[np.ndarray, np.ndarray]:
    """Supply and persons in training of an intake, cohort by cohort."""
    _, base, kernel, _ = arguments
    at_work = intake if options.first_job is None else np.asarray(options.first_job).T @ intake
    supplied, in_training = base.copy(), np.array(options.base_in_training)
    for start in range(YEARS):
        for year in range(start, YEARS):
            supplied[:, year] += at_work[:, start] * kernel[year - start]
            in_training[:, year] += intake[:, start] * np.asarray(options.training_share)[year - start]
    return supplied, in_training


# --- the linear programme on synthetic regions --------------------------------------------------------


LIMITS = ("smoothing", "applicants", "supervision", "rotation", "capacity", "terminal")


def broken(intake: np.ndarray, arguments: list[np.ndarray], options: guideline.Options) -> set[str]:
    """Conditions that an intake does not keep."""
    required, _, _, reference = arguments
    supplied, in_training = followed(intake, arguments, options)
    years = BASE_YEAR + 1 + np.arange(YEARS)
    aimed, free = years >= options.target_year, years >= options.first_intake
    before = np.column_stack([reference, intake[:, :-1]])
    steady = np.asarray(options.steady_intake)
    excess = {
        "reference": np.abs(intake - reference[:, None])[:, ~free],
        "sign": -intake,
        "coverage": (options.coverage * required - supplied)[:, aimed],
        "smoothing": np.abs(intake - before) - options.smoothing * before,
        "applicants": (intake.sum(axis=0) - options.applicants)[free],
        "supervision": (in_training - options.supervision * supplied / options.fte_per_specialist)[:, free],
        "rotation": (in_training - options.rotation)[:, free],
        "capacity": (in_training - options.capacity)[:, free],
        "terminal": (np.abs(intake - steady) - options.terminal * steady)[:, aimed],
    }
    return {name for name, over in excess.items() if (over > 1e-6).any()}


def test_the_programme_keeps_every_condition() -> None:
    arguments, options = limited()
    found = guideline.programme(*arguments, options)
    assert (found.status, found.binding, found.first_feasible_year) == ("optimal", (), 2035)
    assert broken(found.intake, arguments, options) == set()
    supplied, in_training = followed(found.intake, arguments, options)
    np.testing.assert_allclose(found.supply, supplied, atol=1e-6)
    np.testing.assert_allclose(found.in_training, in_training, atol=1e-6)


@pytest.mark.parametrize("name", LIMITS)
def test_each_limit_holds_something_back(name: str) -> None:
    arguments, options = limited()
    free = guideline.programme(*arguments, dataclasses.replace(options, **{name: None}))
    assert broken(free.intake, arguments, options) == {name}


def test_whole_starters_sum_to_the_nation() -> None:
    found = guideline.programme(*limited()[0], limited()[1])
    whole = guideline.largest_remainder(found.intake.T)
    assert whole.sum(axis=1).tolist() == np.rint(found.intake.sum(axis=0)).astype(int).tolist()


def test_starters_to_come_are_cheaper_and_change_costs() -> None:
    # Training takes a year, nobody leaves: ten are needed from the third year, from the first two intakes.
    lags = np.append(0.0, np.ones(3))
    arguments = [np.full((1, 4), 10.0), np.zeros((1, 4)), lags, np.array([5.0])]
    options = guideline.Options(
        base_year=2020,
        target_year=2023,
        first_intake=2021,
        duration=1.0,
        training_share=[0.5],
        base_in_training=np.zeros((1, 4)),
        discount=0.05,
    )
    late = guideline.programme(*arguments, options)
    np.testing.assert_allclose(late.intake, [[0, 10, 0, 0]], atol=1e-9)
    np.testing.assert_allclose(late.in_training, [[0, 5, 0, 0]], atol=1e-9)
    even = guideline.programme(*arguments, dataclasses.replace(options, discount=0.0, change_weight=1.0))
    np.testing.assert_allclose(even.intake[0, :2], [5, 5], atol=1e-9)
    # What is above the requirement costs after the target year: 2024 would see 15 if intake went on.
    lean = dataclasses.replace(options, discount=0.0, change_weight=1.0, surplus_weight=5.0)
    assert guideline.programme(*arguments, lean).supply[0, 3] == pytest.approx(10)
    half = guideline.programme(*arguments, dataclasses.replace(options, coverage=0.5, national_coverage=0.5))
    np.testing.assert_allclose(half.intake, [[0, 5, 0, 0]], atol=1e-9)


def test_the_nation_can_ask_for_more_than_its_regions() -> None:
    arguments, options = problem()
    plain = guideline.programme(*arguments, dataclasses.replace(options, coverage=0.5, national_coverage=1.0))
    total, required = plain.supply.sum(axis=0)[14:], arguments[0].sum(axis=0)[14:]
    assert (total >= required - 1e-6).all()
    assert (plain.supply < arguments[0] - 1)[:, 14:].any()


def test_no_region_starts_fewer_than_the_least() -> None:
    arguments, options = problem()
    free = guideline.programme(*arguments, options)
    least = np.outer(arguments[3], np.ones(YEARS))
    held = guideline.programme(*arguments, dataclasses.replace(options, least=least))
    later = 2020 + 1 + np.arange(YEARS) >= options.first_intake
    assert (free.intake < least - 1e-6)[:, later].any()
    assert (held.intake >= least - 1e-9)[:, later].all()


@given(st.permutations(range(3)))
def test_the_order_of_regions_does_not_matter(order: list[int]) -> None:
    arguments, options = limited(applicants=None, rotation=None, capacity=None, first_job=None)
    found = guideline.programme(*arguments, options)
    required, base, kernel, reference = arguments
    turned = guideline.programme(
        *(required[order], base[order], kernel, reference[order]),
        dataclasses.replace(
            options,
            base_in_training=np.asarray(options.base_in_training)[order],
            steady_intake=np.asarray(options.steady_intake)[order],
        ),
    )
    np.testing.assert_allclose(turned.intake.sum(), found.intake.sum(), rtol=1e-6)
    np.testing.assert_allclose(turned.intake.sum(axis=1), found.intake[order].sum(axis=1), rtol=1e-6)


@settings(max_examples=20)
@given(st.floats(1, 1.15))
def test_more_need_never_asks_for_fewer_starters(factor: float) -> None:
    arguments, options = problem(discount=0.0)
    less = guideline.programme(*arguments, options)
    more = guideline.programme(arguments[0] * factor, *arguments[1:], options)
    assert more.intake.sum() >= less.intake.sum() - 1e-6


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("smoothing", {"smoothing": 0.01, "coverage": 1.4}),
        ("applicants", {"applicants": np.full(YEARS, 20.0)}),
        ("supervision", {"supervision": 0.3}),
        ("rotation", {"rotation": np.full((3, YEARS), 30.0)}),
        ("terminal", {"terminal": 0.1, "steady_intake": np.full((3, YEARS), 100.0), "applicants": np.full(YEARS, 60.0)}),
    ],
)
def test_an_infeasible_programme_names_what_binds(name: str, limit: dict[str, Any]) -> None:
    arguments, options = problem(**limit)
    found = guideline.programme(*arguments, options)
    assert found.status == "infeasible"
    assert name in found.binding
    assert np.isnan(found.intake).all()
    # Without the limits it names there is an answer.
    relaxed = guideline.programme(*arguments, dataclasses.replace(options, **dict.fromkeys(found.binding)))
    assert relaxed.status == "optimal"


@pytest.mark.parametrize("target", [2026, 2029, 2033])
def test_the_first_feasible_year_is_the_first(target: int) -> None:
    arguments, options = problem(target_year=target, smoothing=0.2, supervision=1.0)
    one_by_one = [
        year
        for year in range(target, BASE_YEAR + YEARS + 1)
        if guideline.programme(*arguments, dataclasses.replace(options, target_year=year)).status == "optimal"
    ]
    assert len(one_by_one) > 1
    assert guideline.programme(*arguments, options).first_feasible_year == one_by_one[0]
    assert one_by_one == list(range(one_by_one[0], BASE_YEAR + YEARS + 1))


def test_no_year_is_feasible_where_the_gap_only_grows() -> None:
    arguments, options = problem(applicants=np.full(YEARS, 1.0))
    assert guideline.programme(*arguments, options).first_feasible_year is None


@pytest.mark.parametrize("target", [2022, 2026, 2028])
def test_a_target_nearer_than_the_training_has_no_number(target: int) -> None:
    # The first changed intake is that of 2023, its last starters finish in the middle of 2029.
    arguments, options = problem(target_year=target)
    found = guideline.programme(*arguments, options)
    assert (found.status, found.binding) == ("infeasible by training alone", ())
    assert np.isnan(found.intake).all()
    assert found.first_feasible_year == 2029


def test_a_requirement_that_is_met_already_needs_no_training_in_time() -> None:
    arguments, options = problem(target_year=2022, coverage=0.2, national_coverage=0.2)
    assert guideline.programme(*arguments, options).status == "optimal"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"target_year": 2020}, "target year"),
        ({"target_year": 2041}, "beyond the last year"),
        ({"first_intake": 2019}, "first intake"),
        ({"duration": -5.5}, "duration"),
        ({"discount": -0.1}, "negative"),
        ({"smoothing": -0.1}, "negative"),
        ({"terminal": 0.1}, "steady intake"),
        ({"applicants": np.ones(3)}, "applicants"),
        ({"rotation": np.ones((2, YEARS))}, "rotation"),
        ({"capacity": np.ones((2, YEARS))}, "capacity"),
        ({"least": np.ones((2, YEARS))}, "least"),
        ({"base_in_training": np.ones((3, 4))}, "stock in training"),
        ({"first_job": np.full((3, 3), 0.5)}, "first job"),
    ],
)
def test_impossible_options_are_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        arguments, options = problem(**change)
        guideline.programme(*arguments, options)


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (0, np.ones(YEARS), "by region and year"),
        (0, np.full((3, YEARS), np.nan), "requirement"),
        (1, np.ones((3, 4)), "base supply"),
        (2, np.ones(4), "kernel"),
        (3, np.array([1.0, -1.0, 1.0]), "reference intake"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(place: int, value: np.ndarray, words: str) -> None:
    arguments, options = problem()
    arguments[place] = value
    with pytest.raises(ValueError, match=words):
        guideline.programme(*arguments, options)
