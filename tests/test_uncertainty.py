from typing import Literal

import numpy as np
import pytest
from scipy import stats

from riktvarden import assumptions, uncertainty

CODES = ["01", "03", "25"]


def test_the_same_seed_gives_the_same_draws(graded: assumptions.Assumptions) -> None:
    one, two = (uncertainty.sample(graded, {"st": CODES}, 64, 7) for _ in range(2))
    other = uncertainty.sample(graded, {"st": CODES}, 64, 8)
    for name, values in one.assumptions.items():
        np.testing.assert_array_equal(values, two.assumptions[name])
    np.testing.assert_array_equal(one.regional["st"], two.regional["st"])
    assert not np.array_equal(one.regional["st"], other.regional["st"])


def test_no_draw_changes_when_another_name_comes_or_the_order_does(graded: assumptions.Assumptions) -> None:
    fewer = dict(reversed([(name, item) for name, item in graded.items() if name != "stay_share"]))
    all_, some = (uncertainty.sample(names, {"st": codes}, 64) for names, codes in ((graded, CODES), (fewer, CODES[::-1])))
    for name, values in some.assumptions.items():
        np.testing.assert_array_equal(values, all_.assumptions[name])
    np.testing.assert_array_equal(some.regional["st"], all_.regional["st"][:, ::-1])


def test_every_column_fills_every_stratum_and_none_repeats_another() -> None:
    points = uncertainty.stratified(["a", "b", "c"], 512, 1)
    np.testing.assert_array_equal(np.sort(points * 512, axis=0).astype(int), np.arange(512)[:, None].repeat(3, axis=1))
    assert np.abs(np.corrcoef(points.T) - np.eye(3)).max() < 0.15


def test_draws_stay_between_low_and_high(graded: assumptions.Assumptions) -> None:
    drawn = uncertainty.sample(graded, {}, 256).assumptions
    for name, item in graded.items():
        assert drawn[name].shape == (256, 1)
        assert (drawn[name] >= item.low - 1e-9).all(), name
        assert (drawn[name] <= item.high + 1e-9).all(), name
        if item.distribution in {"fixed", "scenario"}:
            assert (drawn[name] == item.value).all(), name


@pytest.mark.parametrize(
    ("distribution", "mean"),
    [("uniform", (2 + 12) / 2), ("triangular", (2 + 4 + 12) / 3), ("pert", (2 + 4 * 4 + 12) / 6)],
)
def test_means_are_those_of_the_textbook(graded: assumptions.Assumptions, distribution: str, mean: float) -> None:
    item = next(iter(graded.values())).model_copy(
        update={"low": 2.0, "value": 4.0, "high": 12.0, "distribution": distribution}
    )
    uniform = (np.arange(20_000) + 0.5) / 20_000
    assert uncertainty.quantile(item, uniform).mean() == pytest.approx(mean, abs=0.01)


def test_interval_of_known_draws() -> None:
    low, middle, high = uncertainty.interval(np.arange(1, 1001.0)[:, None])
    assert (low, middle, high) == (100, 500, 900)


@pytest.mark.parametrize("layout", ["C", "F"])
@pytest.mark.parametrize("shape", [(1000,), (1000, 1), (200, 5), (50, 4, 5)])
def test_interval_leaves_the_draws_as_they_were(shape: tuple[int, ...], layout: Literal["C", "F"]) -> None:
    draws = np.array(np.random.default_rng(1).permutation(np.arange(1000.0)).reshape(shape), order=layout)
    before = draws.copy()
    uncertainty.interval(draws)
    np.testing.assert_array_equal(draws, before)


def test_an_end_among_draws_without_an_answer_does_not_exist() -> None:
    draws = np.arange(1, 1001.0)
    mostly, often = (np.where(np.arange(1000) >= cut, np.inf, draws) for cut in (950, 850))
    assert uncertainty.interval(mostly).high == 900
    assert np.isnan(uncertainty.interval(often).high)
    assert uncertainty.interval(often).low == 100


def test_rounding_never_narrows() -> None:
    low, high = uncertainty.widen_to_step([13.0, 15.0], [23.9, 25.0])
    assert low.tolist() == [10, 15]
    assert high.tolist() == [25, 25]


RANGE = {"low": 0.0, "value": 0.5, "high": 1.0, "distribution": "uniform", "unit": "share"}


def inputs(graded: assumptions.Assumptions, **ranges: dict[str, object]) -> dict[str, assumptions.Assumption]:
    """Make synthetic assumptions, uniform on 0 to 1 if nothing else is said."""
    some = next(iter(graded.values()))
    return {name: some.model_copy(update=RANGE | update) for name, update in ranges.items()}


def test_pieces_on_any_number_of_workers_are_the_whole(graded: assumptions.Assumptions) -> None:
    whole = uncertainty.sample(graded, {"st": CODES}, 100)

    def model(drawn: uncertainty.Sample) -> np.ndarray:
        return np.exp(drawn.regional["st"]) * drawn.assumptions["completion_share"] / drawn.assumptions["list_deviation"]

    model_of_all = model(whole._replace(assumptions=whole.assumptions | {"list_deviation": np.ones((100, 1))}))
    for size in (1, 7, 50, 100, 1000):
        pieces = list(uncertainty.chunks(whole, size))
        assert len(pieces) == -(-100 // size)
        made = [model(p._replace(assumptions=p.assumptions | {"list_deviation": np.ones((1, 1))})) for p in pieces]
        np.testing.assert_array_equal(np.concatenate(made), model_of_all)


def test_regions_are_drawn_each_for_itself(graded: assumptions.Assumptions) -> None:
    drawn = uncertainty.sample(inputs(graded, r={}), {"st": CODES}).regional["st"]
    apart = np.corrcoef(stats.norm.ppf(drawn.T)) - np.eye(len(CODES))
    assert np.abs(apart).max() < 0.05


def test_probability_of_meeting_a_target() -> None:
    draws = np.array([[0.8, 1.0], [1.0, np.nan], [1.2, np.inf], [0.9, 0.5]])
    np.testing.assert_array_equal(uncertainty.probability_met(draws, [1.0, 0.9]), [0.5, 0.5])


ISHIGAMI = {"low": -np.pi, "value": 0.0, "high": np.pi, "distribution": "uniform"}


def test_indices_of_ishigamis_function(graded: assumptions.Assumptions) -> None:
    # Ishigami and Homma 1990 with a = 7 and b = 0.1: the exact indices, estimates within 0.01.
    names = inputs(graded, x=ISHIGAMI, y=ISHIGAMI, z=ISHIGAMI)

    def ishigami(drawn: uncertainty.Sample) -> np.ndarray:
        x, y, z = (drawn.assumptions[name] for name in "xyz")
        return np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)

    found = uncertainty.sobol_indices({name: [name] for name in "xyz"}, ishigami, names, {}, n=4096)
    np.testing.assert_allclose(found.first[:, 0], [0.313905, 0.442411, 0], atol=0.01)
    np.testing.assert_allclose(found.total[:, 0], [0.557589, 0.442411, 0.243684], atol=0.01)
    assert (found.first_error < 0.1).all()


def test_groups_and_streams_share_out_the_variance_of_a_sum(graded: assumptions.Assumptions) -> None:
    names = inputs(graded, a={}, b={}, alone={}, r={"low": 0.0, "value": 0.5, "high": 1.0})

    def model(drawn: uncertainty.Sample) -> np.ndarray:
        a, b, alone = (drawn.assumptions[name] for name in ("a", "b", "alone"))
        deviations = drawn.regional["st"].sum(axis=1, keepdims=True)
        return np.hstack([a + b + 0 * deviations, a + deviations, alone + 0 * a, np.where(a > 0.5, np.inf, a)])

    groups = {"ab": ["a", "b"], "regions": ["st"]}
    found = uncertainty.sobol_indices(groups, model, names, {"st": CODES}, n=1024)
    # Equal variances: the stream of three regions has three of the four parts of the second output.
    expected = [[1, 0.25, np.nan, np.nan], [0, 0.75, np.nan, np.nan]]
    np.testing.assert_allclose(found.first, expected, atol=0.01)
    np.testing.assert_allclose(found.total, expected, atol=0.01)
    assert found.groups == ("ab", "regions")
    idle = uncertainty.sobol_indices(groups, lambda drawn: np.ones(len(drawn.regional["st"])), names, {"st": CODES}, n=64)
    assert idle.first.shape == (2,)
    assert all(np.isnan(values).all() for values in idle[1:])


@pytest.mark.parametrize(
    ("groups", "n", "reported"),
    [
        ({"one": ["a"], "two": ["a"]}, 64, "more than one group"),
        ({"one": ["a", "nobody"]}, 64, "nobody"),
        ({"one": ["a"]}, 100, "power of two"),
    ],
)
def test_groups_that_cannot_be_reported_apart_are_refused(
    graded: assumptions.Assumptions, groups: dict[str, list[str]], n: int, reported: str
) -> None:
    with pytest.raises(ValueError, match=reported):
        uncertainty.sobol_indices(groups, lambda drawn: drawn.assumptions["a"], inputs(graded, a={}), {}, n=n)


def test_a_tornado_moves_one_assumption_at_a_time(graded: assumptions.Assumptions) -> None:
    fixed = {"low": 2.0, "value": 2.0, "high": 2.0, "distribution": "fixed"}
    names = inputs(graded, a={"value": 0.2}, k=fixed, b={"low": -1.0}, choice={"distribution": "scenario"})
    calls = []

    def model(drawn: uncertainty.Sample) -> np.ndarray:
        calls.append(len(drawn.regional["st"]))
        a, b, k = (drawn.assumptions[name] for name in ("a", "b", "k"))
        return k * (a - b) + drawn.regional["st"] + drawn.assumptions["choice"]

    found = uncertainty.tornado(model, names, {"st": CODES})
    assert calls == [5]
    assert found.names == ("a", "b")
    # Centrally 2 (0.2 - 0.5) with the region's uniform and the choice each at a half.
    np.testing.assert_allclose(found.central, [0.4] * 3)
    np.testing.assert_allclose(found.low, [[0.0] * 3, [3.4] * 3])
    np.testing.assert_allclose(found.high, [[2.0] * 3, [-0.6] * 3])


def joint() -> uncertainty.Joint:
    """Two assumptions that sum to one, and what follows from them, in 64 synthetic members."""
    a = (np.arange(64)[:, None] + 0.5) / 64

    def both(one: np.ndarray) -> dict[str, np.ndarray]:
        return {"a": one, "b": 1 - one, "both": np.hstack([one, one**2])}

    ends = both(np.full((1, 1), 0.1)), both(np.full((1, 1), 0.9))
    return uncertainty.Joint("together", both(a), both(np.full((1, 1), 0.5)), {"a": ends, "b": ends[::-1]})


def test_what_was_conditioned_together_is_drawn_together(graded: assumptions.Assumptions) -> None:
    names = inputs(graded, a={}, b={}, c={})
    drawn = uncertainty.sample(names, {}, 64, joints=[joint()]).assumptions
    np.testing.assert_allclose(drawn["a"] + drawn["b"], 1)
    np.testing.assert_allclose(drawn["both"], np.hstack([drawn["a"], drawn["a"] ** 2]))
    np.testing.assert_allclose(np.sort(drawn["a"], axis=0), joint().members["a"])
    alone = uncertainty.sample(names, {}, 64).assumptions
    np.testing.assert_array_equal(drawn["c"], alone["c"])


def test_a_group_that_is_drawn_together_has_one_index(graded: assumptions.Assumptions) -> None:
    names = inputs(graded, a={}, b={}, c={})

    def model(drawn: uncertainty.Sample) -> np.ndarray:
        return drawn.assumptions["a"] - drawn.assumptions["b"] + drawn.assumptions["c"]

    groups = {"one": ["a", "b"], "other": ["c"]}
    found = uncertainty.sobol_indices(groups, model, names, {}, n=1024, joints=[joint()])
    # 2 a - 1 has four times the variance of c.
    np.testing.assert_allclose(found.first[:, 0], [0.8, 0.2], atol=0.02)
    with pytest.raises(ValueError, match="more than one group"):
        uncertainty.sobol_indices({"one": ["a"], "other": ["b"]}, model, names, {}, n=64, joints=[joint()])


def test_a_tornado_takes_along_what_was_conditioned_together(graded: assumptions.Assumptions) -> None:
    names = inputs(graded, a={}, b={}, c={})

    def model(drawn: uncertainty.Sample) -> np.ndarray:
        return drawn.assumptions["a"] + 10 * drawn.assumptions["both"][:, [1]] + 100 * drawn.assumptions["c"]

    found = uncertainty.tornado(model, names, {}, [joint()])
    assert found.central == pytest.approx(0.5 + 2.5 + 50)
    np.testing.assert_allclose(found.low[:, 0], [0.2 + 50, 9.0 + 50, 3.0])
    np.testing.assert_allclose(found.high[:, 0], [9.0 + 50, 0.2 + 50, 103.0])


@pytest.mark.parametrize("weight", [0.0, 0.3, 0.7, 0.95])
def test_knowing_a_part_of_a_normal_sum_narrows_by_the_textbook(weight: float) -> None:
    scores = stats.norm.ppf(uncertainty.stratified(["a", "b", "c"], 16_384, 3))
    known, rest = scores[:, :2].sum(axis=1) / np.sqrt(2), scores[:, 2]
    output = np.sqrt(weight) * known + np.sqrt(1 - weight) * rest
    found = uncertainty.value_of_knowing(scores[:, :2], np.column_stack([output, -output]))
    # Of a normal sum the spread that is left is the square root of the rest's share of the variance.
    np.testing.assert_allclose(found, 1 - np.sqrt(1 - weight), atol=0.03)


def test_knowing_a_curved_cause_and_draws_without_an_answer() -> None:
    known = uncertainty.stratified(["a"], 4096, 1)[:, 0]
    steep = np.where(known > 0.97, np.inf, np.exp(10 * known))
    unanswered = np.where(known > 0.8, np.inf, known)
    found = uncertainty.value_of_knowing(known, np.column_stack([np.exp(3 * known), steep, unanswered, np.ones(4096)]))
    assert 0.9 < found[0] < 1
    assert np.isnan(found[1:]).all()


def test_the_value_of_knowing_needs_draws() -> None:
    with pytest.raises(ValueError, match="too few draws"):
        uncertainty.value_of_knowing(np.arange(100.0), np.arange(100.0))
