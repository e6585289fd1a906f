import numpy as np
import pytest

from riktvarden import assumptions, uncertainty


@pytest.fixture(scope="module")
def graded() -> assumptions.Assumptions:
    return assumptions.read()


def test_the_same_seed_gives_the_same_draws(graded: assumptions.Assumptions) -> None:
    one, two = (uncertainty.sample(graded, {"st": 21}, 6, 7) for _ in range(2))
    other = uncertainty.sample(graded, {"st": 21}, 6, 8)
    for name, values in one.assumptions.items():
        np.testing.assert_array_equal(values, two.assumptions[name])
    np.testing.assert_array_equal(one.regional["st"], two.regional["st"])
    assert not np.array_equal(one.regional["st"], other.regional["st"])


def test_draws_stay_between_low_and_high(graded: assumptions.Assumptions) -> None:
    drawn = uncertainty.sample(graded, {}, 8).assumptions
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
    low, middle, high = uncertainty.interval(np.arange(101.0)[:, None])
    assert (low, middle, high) == (10, 50, 90)


def test_rounding_never_narrows() -> None:
    low, high = uncertainty.widen_to_step([13.0, 15.0], [23.9, 25.0])
    assert low.tolist() == [10, 15]
    assert high.tolist() == [25, 25]
