"""Need and requirement: conservation, monotonicity and invalid input. All figures are synthetic."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from riktvarden import need

people = st.floats(0, 1e8)
norms = st.floats(100, 5000)
shares = st.floats(0, 1)
exact = {"rtol": 1e-9, "atol": 1e-9}


def array(*shape: int, low: float = 0, high: float = 1e5) -> st.SearchStrategy[np.ndarray]:
    # Numbers so small that their products vanish test floating point, not the model.
    return arrays(float, shape, elements=st.floats(low, high).map(lambda x: round(x, 4)))


def factor(*shape: int) -> st.SearchStrategy[np.ndarray]:
    return array(*shape, low=0.2, high=5)


def population(*shape: int) -> st.SearchStrategy[np.ndarray]:
    return array(*shape, low=1)


@given(people, people, norms)
def test_more_people_never_need_fewer_specialists(fewer: float, more: float, norm: float) -> None:
    fewer, more = sorted((fewer, more))
    assert need.requirement(fewer, norm) <= need.requirement(more, norm)


@given(st.lists(people, min_size=1, max_size=30), norms)
def test_regions_sum_to_the_nation(regions: list[float], norm: float) -> None:
    parts = need.requirement(regions, norm).sum()
    assert parts == pytest.approx(float(need.requirement(np.sum(regions), norm)), rel=1e-9, abs=1e-9)


@given(norms)
def test_a_met_norm_needs_nothing_more(norm: float) -> None:
    assert need.extra_need(norm, norm) == pytest.approx(0)


@pytest.mark.parametrize(("population", "norm", "words"), [(1, 0, "norm"), (1, -5, "norm"), (-1, 1100, "population")])
def test_impossible_arguments_are_refused(population: float, norm: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        need.requirement(population, norm)


# --- need per inhabitant --------------------------------------------------------------------------------


@given(population(2, 5, 4), factor(4))
def test_the_mean_inhabitant_has_an_age_sex_weight_of_one(cells: np.ndarray, workload: np.ndarray) -> None:
    weight, inhabitants = need.age_sex_weight(cells, workload), cells.sum(axis=-1)
    np.testing.assert_allclose((weight * inhabitants).sum(axis=-1), inhabitants.sum(axis=-1), **exact)


def test_age_sex_weight_of_a_known_case() -> None:
    # One area of young, one of old inhabitants who need three times as much: the mean is 2.
    assert need.age_sex_weight([[10, 0], [0, 10]], [1, 3]).tolist() == [0.5, 1.5]


def test_an_ageing_nation_weighs_more_against_its_base_year() -> None:
    base, later, workload = [[10.0, 10.0]], [[10.0, 20.0]], [1.0, 3.0]
    mean = need.mean_workload(base, workload)
    assert mean.tolist() == [2]
    assert need.age_sex_weight(later, workload)[0] == pytest.approx(1)
    assert need.age_sex_weight(later, workload, mean)[0] == pytest.approx(7 / 6)


def test_each_draw_has_its_own_mean() -> None:
    weight = need.age_sex_weight([[10, 0], [0, 10]], [[1, 3], [1, 1]])
    assert weight.tolist() == [[0.5, 1.5], [1, 1]]


@given(array(3, 4, high=0.25), population(3), factor(4))
def test_a_care_need_index_without_reference_averages_one(parts: np.ndarray, size: np.ndarray, weights: np.ndarray) -> None:
    counts = parts * size[:, None] + 0.25 * size[:, None]
    ratio = need.care_need_index(counts, size, weights).ratio
    np.testing.assert_allclose((ratio * size).sum(), size.sum(), **exact)


# --- deviations and their waterfall ---------------------------------------------------------------------


@given(population(3, 5), factor(3, 5), factor(5))
def test_deviations_in_turn_leave_the_nation_as_it_was(base: np.ndarray, first: np.ndarray, second: np.ndarray) -> None:
    sparsity = need.deviation(first, base)
    duties = need.deviation(second, base * sparsity)
    final = need.waterfall(base, {"sparsity": sparsity, "duties": duties}).final
    np.testing.assert_allclose(final.sum(axis=-1), base.sum(axis=-1), **exact)


@given(array(5), factor(3, 5), factor(5), factor(3, 1))
def test_contributions_lead_from_base_to_final(
    base: np.ndarray, first: np.ndarray, second: np.ndarray, third: np.ndarray
) -> None:
    fall = need.waterfall(base, {"age": first, "need": second, "sparsity": third})
    assert list(fall.contributions) == ["age", "need", "sparsity"]
    np.testing.assert_allclose(base + sum(fall.contributions.values()), fall.final, **exact)
    np.testing.assert_allclose(fall.final, base * first * second * third, **exact)


def test_a_factor_that_is_off_adds_nothing() -> None:
    fall = need.waterfall([10.0, 20.0], {"age": [1.5, 0.5], "need": [2.0, 2.0]}, off={"age"})
    assert fall.contributions["age"].tolist() == [0, 0]
    assert fall.contributions["need"].tolist() == [10, 20]
    assert fall.final.tolist() == [20, 40]


def test_without_factors_the_base_is_final() -> None:
    assert need.waterfall([1.0, 2.0], {}).final.tolist() == [1, 2]


def test_distance_to_the_centre_is_that_of_random_places_on_a_disc() -> None:
    # 31 416 inhabitants at 100 per km² fill a disc of about 10 km radius.
    spots = np.random.default_rng(1).uniform(-10, 10, (400_000, 2))
    reach = np.linalg.norm(spots, axis=1)
    simulated = reach[reach <= 10].mean()
    assert float(need.mean_distance(1, 31_416, 100)) == pytest.approx(simulated, rel=0.003)
    assert float(need.mean_distance(0.25, 31_416, 100)) == pytest.approx(simulated / 4, rel=0.003)


def test_travel_is_there_and_back() -> None:
    # 15 km at 60 km/h are 15 minutes, twice, for a tenth of the contacts of 30 minutes.
    assert float(need.travel_factor(15, 60, 30, 0.1)) == pytest.approx(0.1)


@given(array(4), shares, st.floats(0, 0.9))
def test_more_time_elsewhere_never_lowers_the_requirement(base: np.ndarray, less: float, theta: float) -> None:
    assert (need.off_list(base, theta) >= base).all()
    assert (need.off_list(base, theta) >= need.off_list(base, theta * less)).all()


def test_the_share_that_is_there_in_time_and_the_mean_distance_are_of_one_catchment() -> None:
    """By hand: 314 km² around a centre have a radius of 10 km, and half the way covers a quarter of the disc."""
    people, density = 1000.0, 1000 / (100 * np.pi)
    assert need.share_within(10, 0.4, people, density, 30) == pytest.approx(1 - 0.4 * 0.75)
    assert need.share_within(20, 0.4, people, density, 30) == 1
    assert need.share_within(0, 0.4, people, density, 30) == pytest.approx(0.6)
    minutes = np.linspace(0, 20, 20_001)
    on_the_way = np.trapezoid(1 - need.share_within(minutes, 0.4, people, density, 30), minutes)
    assert on_the_way * 30 / 60 == pytest.approx(need.mean_distance(0.4, people, density), rel=1e-6)


def test_drivers_add_up_and_work_the_way_they_are_given() -> None:
    drivers = {"epidemiology": 0.03, "sociocultural": 0.05, "technical": 0.01, "substitution": 0.05}
    # What the Dutch table says of efficiency, against what it printed.
    assert float(need.grown(7807, drivers, {"efficiency": 0.02})) == pytest.approx(8743.84)
    assert need.grown(100, {}, {"saving": [0.1, 1]}).tolist() == [90, 0]


# --- task shifting --------------------------------------------------------------------------------------


@given(array(2, 4), factor(4), array(3, 4, high=1 / 3), factor(3, 4), array(3, high=1))
def test_contacts_are_conserved_and_minutes_follow_the_formula(
    contacts: np.ndarray, duration: np.ndarray, moved: np.ndarray, slower: np.ndarray, back_up: np.ndarray
) -> None:
    shift = need.task_shift(contacts, duration, moved, slower, back_up)
    np.testing.assert_allclose(shift.doctor_contacts + shift.profession_contacts.sum(axis=-2), contacts, **exact)
    before = contacts * duration
    kept = 1 - (moved * (1 - back_up[:, None] * slower)).sum(axis=0)
    np.testing.assert_allclose(shift.doctor_minutes, (before * kept).sum(axis=-1), rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(shift.profession_minutes, before @ (moved * slower).T, rtol=1e-9, atol=1e-6)


def test_back_up_is_the_doctors_time() -> None:
    shift = need.task_shift([100], [10], [[0.5]], [[2]], [0.1])
    assert shift.profession_minutes.tolist() == [1000]
    assert float(shift.doctor_minutes) == pytest.approx(500 + 100)


def test_a_task_moved_whole_leaves_the_doctor_nothing() -> None:
    # 0.7 + 0.2 + 0.1 is a rounding error away from one.
    shift = need.task_shift([100], [10], [[0.7], [0.2], [0.1]], 1)
    assert shift.doctor_contacts == pytest.approx(0, abs=1e-9)
    assert shift.doctor_contacts >= 0
    assert shift.profession_minutes.sum() == pytest.approx(1000)


def test_nothing_shifted_changes_nothing() -> None:
    shift = need.task_shift([3, 4], [10, 20], np.zeros((2, 2)), 1.5, 0.2)
    assert float(shift.doctor_minutes) == 110
    assert not shift.profession_minutes.any()


# --- minutes and principals -----------------------------------------------------------------------------


@given(population(4), array(2, 3, 4, low=0.01, high=20), array(3))
def test_an_anchored_profile_gives_the_published_total(size: np.ndarray, shape: np.ndarray, total: np.ndarray) -> None:
    contacts = need.anchored(shape, size, total)
    np.testing.assert_allclose(contacts @ size, np.broadcast_to(total, (2, 3)), **exact)
    np.testing.assert_allclose(contacts[..., :1] * shape, contacts * shape[..., :1], rtol=1e-9, atol=1e-6)


def test_minutes_of_a_known_case() -> None:
    # 10 young with 1 visit, 20 old with 3: 70 visits, 10 % more needed, 30 minutes each.
    assert need.minutes([[10, 20]], [[1, 3]], [0.1], [30]) == pytest.approx(np.array([[2310]]))


@given(population(5, 4), factor(3, 4), array(3, high=1), factor(3), array(5, 3, high=1))
def test_minutes_and_principals_are_conserved(
    cells: np.ndarray, contacts: np.ndarray, unmet: np.ndarray, duration: np.ndarray, municipal: np.ndarray
) -> None:
    each = need.minutes(cells, contacts, unmet, duration)
    nation = need.minutes(cells.sum(axis=0, keepdims=True), contacts, unmet, duration)
    np.testing.assert_allclose(each.sum(axis=0), nation[0], rtol=1e-9)
    parts = need.by_principal(each, municipal)
    np.testing.assert_allclose(parts.region + parts.municipality, each, **exact)
    assert (parts.region >= 0).all()
    assert (parts.municipality >= 0).all()


@given(population(2, 5, 4), array(2, 5, 4), factor(2, 3, 4), array(2, 3, high=1), factor(2, 3), st.floats(0, 0.9))
def test_more_need_never_lowers_the_full_time_equivalents(
    cells: np.ndarray, more: np.ndarray, contacts: np.ndarray, unmet: np.ndarray, duration: np.ndarray, cas: float
) -> None:
    def fte(cells: np.ndarray, unmet: np.ndarray) -> np.ndarray:
        return need.wisn(need.minutes(cells, contacts, unmet, duration).sum(axis=-1), 1600, cas, 100)

    least = fte(cells, unmet) * (1 - 1e-12)
    assert (fte(cells + more, unmet) >= least).all()
    assert (fte(cells, unmet + 0.1) >= least).all()


@given(factor(2, 4), factor(3, 1, 3), array(3, 3, high=1), factor(3, 4))
def test_draws_and_areas_in_one_call_are_those_of_one_at_a_time(
    cells: np.ndarray, scale: np.ndarray, unmet: np.ndarray, contacts: np.ndarray
) -> None:
    drawn = contacts * scale.swapaxes(-1, -2)
    every = need.minutes(cells, drawn, unmet, scale[:, 0])
    for draw in range(3):
        for area in range(2):
            alone = need.minutes(cells[[area]], drawn[draw], unmet[draw], scale[draw, 0])
            np.testing.assert_allclose(every[draw, area], alone[0], **exact)


def test_direct_time_alone_overstates_the_need() -> None:
    both = need.capped_direct_share(0.41, 0.29)
    alone = need.capped_direct_share(0.41, 0)
    overstated = need.wisn(1e6, 1600, alone.allowance) / need.wisn(1e6, 1600, both.allowance)
    assert overstated == pytest.approx(0.7 / 0.41)


@given(st.floats(0.01, 0.5), st.floats(0, 0.5), st.floats(0.01, 1))
def test_working_time_sums_to_one_and_keeps_its_cap(direct: float, indirect: float, cap: float) -> None:
    time = need.capped_direct_share(direct, indirect, cap)
    assert float(time.direct + time.indirect + time.allowance) == pytest.approx(1)
    assert time.direct <= cap * (1 + 1e-12)
    assert float(time.indirect * direct) == pytest.approx(float(time.direct * indirect))


def test_treatment_minutes_of_a_known_case() -> None:
    # 1 000 people, 7 % ill, 30 % of them treated in 8 sessions of 75 minutes.
    assert need.treatment_minutes([[400, 600]], 0.07, 0.3, 8, 75) == pytest.approx(np.array([12_600]))
    assert need.treatment_minutes([[400, 600]], [0, 0.07], 0.3, 8, 75) == pytest.approx(np.array([7_560]))


def test_blending_runs_from_use_to_need() -> None:
    assert need.blended(100, 60, [0, 0.5, 1]).tolist() == [60, 80, 100]


# --- small municipalities -------------------------------------------------------------------------------


@given(array(3, 12, high=100), factor(12), st.permutations(range(12)))
def test_shrunken_values_lie_between_their_own_and_their_class(
    value: np.ndarray, variance: np.ndarray, order: list[int]
) -> None:
    classes = np.repeat([0, 1, 2], [4, 5, 3])
    result = need.shrunk(value, variance, classes)
    mean = result.class_mean[:, classes]
    low, high = np.minimum(value, mean), np.maximum(value, mean)
    assert ((result.value >= low - 1e-9) & (result.value <= high + 1e-9)).all()
    assert ((result.weight >= 0) & (result.weight <= 1)).all()
    moved = need.shrunk(value[:, order], variance[order], classes[order])
    # Where the spread nearly equals the noise, the last bit of a sum decides the weight's last digits.
    np.testing.assert_allclose(moved.value, result.value[:, order], rtol=1e-6, atol=1e-6)


def test_known_spread_gives_the_weight_of_the_formula() -> None:
    result = need.shrunk([0.0, 10.0, 20.0], [1.0, 3.0, 0.0], [0, 0, 0], between_variance=1.0)
    assert result.weight.tolist() == [0.5, 0.25, 1]
    assert result.value.tolist() == [5, 10, 20]


def test_spread_is_found_again_in_simulated_municipalities() -> None:
    rng, noise = np.random.default_rng(3), 2.0
    truth = rng.normal(50, 3, (400, 60))
    observed = truth + rng.normal(0, noise, truth.shape)
    result = need.shrunk(observed, noise**2, np.zeros(60, int))
    assert result.weight.mean() == pytest.approx(9 / (9 + 4), abs=0.01)
    assert ((result.value - truth) ** 2).mean() < 0.75 * ((observed - truth) ** 2).mean()


def test_classes_too_small_to_learn_from_keep_their_values() -> None:
    result = need.shrunk([1.0, 5.0, 9.0, 2.0], 4.0, [0, 0, 0, 2])
    assert result.value.tolist() == [1, 5, 9, 2]


def test_equal_values_stay_as_they_are() -> None:
    result = need.shrunk([7.0] * 5, [0.0, 0.0, 1.0, 1.0, 2.0], [0] * 5)
    assert result.value.tolist() == [7] * 5


# --- guideline values -----------------------------------------------------------------------------------


def test_inhabitants_per_fte_where_nobody_is_needed() -> None:
    assert need.inhabitants_per_fte([5000, 800, 0], [2, 0, 0]).tolist() == [2500, np.inf, np.inf]


def test_the_nation_is_100() -> None:
    assert need.index([1.5, 2, 3], 2).tolist() == [75, 100, 150]


# --- what is refused ------------------------------------------------------------------------------------

FOUR = np.ones((2, 2))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: need.mean_workload(FOUR, [0, 0]), "workload of the nation"),
        (lambda: need.age_sex_weight([[1, 1], [0, 0]], [1, 2]), "population of an area .* area 1"),
        (lambda: need.age_sex_weight([[1, -1], [1, 1]], [1, 2]), "population .*: -1 at area 0, group 1"),
        (lambda: need.age_sex_weight(FOUR, [1, -2]), "workload .*: -2 at group 1"),
        (lambda: need.age_sex_weight(FOUR, [1, 2], 0), "mean workload"),
        (lambda: need.care_need_index([[1, 9], [1, 1]], [5, 5], [1, 1]), "count exceeds .*: 9 at area 0, component 1"),
        (lambda: need.care_need_index([[1, -1], [1, 1]], [5, 5], [1, 1]), "count .*: -1 at area 0, component 1"),
        (lambda: need.care_need_index(FOUR, [5, 0], [1, 1]), "population .* area 1"),
        (lambda: need.deviation([1, 1], [0, 0]), "sum of the weights"),
        (lambda: need.deviation([1, np.nan], [1, 1]), "factor .*: nan at area 1"),
        (lambda: need.waterfall([1, 1], {"age": [1, -1]}), "factor age .*: -1 at area 1"),
        (lambda: need.waterfall([1, 1], {"age": [1, 1]}, off={"ålder"}), "ålder"),
        (lambda: need.mean_distance(1.1, 100, 10), "share outside localities"),
        (lambda: need.mean_distance(0.1, [100, 100], [10, 0]), "density .*: 0 at area 1"),
        (lambda: need.travel_factor(10, 0, 30, 0.1), "speed"),
        (lambda: need.travel_factor(10, 60, -30, 0.1), "minutes per contact .*: -30"),
        (lambda: need.share_within(-1, 0.5, 100, 1, 30), "minutes .*: -1"),
        (lambda: need.share_within(10, [0.5, 1.5], 100, 1, 30), "share outside .*: 1.5 at area 1"),
        (lambda: need.off_list([1, 1], [0, 1]), "share off the list .*: 1 at area 1"),
        (lambda: need.off_list([10], [-1.1]), "share off the list .*: -1.1"),
        (lambda: need.grown(100, {"demography": -0.1}), "driver demography .*: -0.1"),
        (lambda: need.grown(100, {"demography": 0.1}, {"demography": 0.1}), "demography"),
        (lambda: need.grown(100, {}, {"saving": 1.5}), "drivers leave .*: -0.5"),
        (lambda: need.task_shift([1, 1], 10, [[0.6, 0], [0.5, 0]], 1), "must not sum to more than 1: 1.1 at task 0"),
        (lambda: need.task_shift([1, 1], 10, [[0.6, -0.1]], 1), "shifted share .*: -0.1 at profession 0, task 1"),
        (lambda: need.task_shift([1, 1], [10, -10], [[0.6, 0]], 1), "minutes per contact .*: -10 at task 1"),
        (lambda: need.anchored([[0, 0]], [1, 1], [10]), "contacts that the profile gives .* contact 0"),
        (lambda: need.minutes(FOUR, FOUR, [0, 0], [10, -1]), "minutes per contact .*: -1 at contact 1"),
        (lambda: need.minutes(FOUR, FOUR, [0, -0.5], [10, 10]), "unmet need .*: -0.5 at contact 1"),
        (lambda: need.by_principal(FOUR, [[0, 0], [0, 1.2]]), "municipal share .*: 1.2 at area 1, contact 1"),
        (lambda: need.by_principal(np.ones((3, 2, 2)), np.full((3, 2, 2), -1)), "at axis 0 = 0, area 0, contact 0"),
        (lambda: need.available_hours(200, 10, 190, 0, 0, 8), "working days"),
        (lambda: need.available_hours(200, 10, -5, 0, 0, 8), "leave .*: -5"),
        (lambda: need.capped_direct_share(0.8, 0.3), "must not sum to more than 1"),
        (lambda: need.capped_direct_share(0.4, 0.3, 0), "cap"),
        (lambda: need.category_allowance_factor(1), "category allowance share"),
        (lambda: need.wisn(1, 0, 0.1), "available hours"),
        (lambda: need.wisn(-1, 1600, 0.1), "minutes"),
        (lambda: need.treatment_minutes(FOUR, [0.1, 1.1], 0.3, 8, 75), "prevalence .*: 1.1 at group 1"),
        (lambda: need.blended(1, 1, 1.5), "weight of need"),
        (lambda: need.shrunk([1, np.nan], [1, 1], [0, 0]), "value .* municipality 1"),
        (lambda: need.shrunk([1, 1], [1, -1], [0, 0]), "variance .*: -1 at municipality 1"),
        (lambda: need.shrunk([1, 1], [1, 1], [0]), "classes"),
        (lambda: need.shrunk([1, 1], [1, 1], [0, -1]), "classes"),
        (lambda: need.shrunk([1, 1], [1, 1], [0.0, 0.5]), "classes"),
        (lambda: need.inhabitants_per_fte(1, -1), "full-time equivalents"),
        (lambda: need.index(1, 0), "nation"),
    ],
)
def test_the_impossible_is_refused_with_what_and_where(call: Callable[[], Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()
