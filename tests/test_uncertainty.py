import numpy as np
import pytest

from riktvarden import assumptions, uncertainty

CODES = ["01", "03", "25"]


@pytest.fixture(scope="module")
def graded() -> assumptions.Assumptions:
    return assumptions.read()


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
