"""A measure of areas brought down to places: sums to the areas, errs as it says, and finds the slopes that are there."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose

from riktvarden import small_area

AREAS, PLACES = 21, 290


def made(seed: int, own: float = 0.0, slopes: tuple[float, ...] = (0.8, -0.5)) -> dict[str, np.ndarray]:
    """Made-up places whose measure is linear in their covariates but for what is their own."""
    rng = np.random.default_rng(seed)
    area = np.r_[np.arange(AREAS), rng.integers(0, AREAS, PLACES - AREAS)]
    x = rng.normal(size=(AREAS, len(slopes)))[area] + rng.normal(size=(PLACES, len(slopes)))
    weight = rng.lognormal(0, 1, PLACES)
    value = 5 + x @ np.array(slopes) + own * rng.normal(size=PLACES)
    measure = np.bincount(area, value * weight) / np.bincount(area, weight)
    return {"measure": measure, "covariates": x, "weight": weight, "area_of": area, "value": value}


def of(case: dict[str, np.ndarray], **changed: object) -> small_area.Fitted:
    return small_area.fitted(**({name: each for name, each in case.items() if name != "value"} | changed))


def test_a_worked_example() -> None:
    """Areas with covariate 1, 2 and 3 and measure 1, 2 and 6: by hand ``b = Σ z y / (3 + λ)`` on standardised z."""
    found = small_area.fitted([1, 2, 6], [[1], [2], [2.5], [3.5]], [1, 1, 1, 1], [0, 1, 2, 2], penalties=(1.0,))
    sd = np.sqrt(2 / 3)
    slope = (5 / sd) / (3 + 1) / sd
    assert_allclose(found.slopes, [slope])
    assert_allclose(found.value, [1, 2, 6 - slope / 2, 6 + slope / 2])
    # Leverages 1/3 + z² / 4 are 17/24, 1/3 and 17/24; residuals are from the line 3 + slope (x - 2).
    residual = np.array([1 - (3 - slope), 2 - 3, 6 - (3 + slope)])
    assert_allclose(found.missed, residual / (1 - np.array([17, 8, 17]) / 24))
    assert found.own_sd == pytest.approx(np.sqrt((found.missed**2 / [1, 1, 0.5]).mean()))


@pytest.mark.parametrize("penalty", [0.25, 2.0, 64.0])
def test_an_area_left_out_is_predicted_by_the_fit_on_the_others(penalty: float) -> None:
    """With the standardisation of all areas, as a ridge depends on it."""
    case = made(1, own=0.3)
    found = of(case, penalties=(penalty,))
    means = np.array(
        [
            np.average(case["covariates"][case["area_of"] == a], axis=0, weights=case["weight"][case["area_of"] == a])
            for a in range(AREAS)
        ]
    )
    z = (means - means.mean(axis=0)) / means.std(axis=0)
    for left in range(AREAS):
        kept = np.delete(np.arange(AREAS), left)
        design = np.column_stack([np.ones(AREAS - 1), z[kept]])
        solved = np.linalg.solve(design.T @ design + penalty * np.diag([0.0, 1, 1]), design.T @ case["measure"][kept])
        assert found.missed[left] == pytest.approx(case["measure"][left] - solved @ [1, *z[left]], rel=1e-9)


def test_places_average_to_their_areas_whatever_the_fit() -> None:
    case = made(2, own=2.0)
    found = of(case)
    assert_allclose(np.bincount(case["area_of"], found.value * found.share), case["measure"], rtol=1e-12)
    moved = small_area.benchmarked(case["value"] + case["area_of"], case["measure"], found.share, case["area_of"])
    assert_allclose(moved, case["value"], rtol=1e-12)


def test_what_is_linear_is_found_and_what_is_not_there_is_not() -> None:
    case = made(3)
    exact = of(case, penalties=(1e-9,))
    assert_allclose(exact.value, case["value"], rtol=1e-7)
    assert exact.own_sd < 1e-7
    case = made(4, own=1.0, slopes=(0.0, 0.0))
    assert of(case).penalty > 4
    assert np.abs(of(case, penalties=(1e9,)).slopes).max() < 1e-6


def test_errors_cancel_within_an_area_and_are_none_in_the_middle() -> None:
    case = made(5, own=0.5)
    found = of(case)
    rng = np.random.default_rng(0)
    drawn = small_area.errors(found, rng.normal(size=(50, 2)), rng.normal(size=(50, PLACES)))
    for row in drawn:
        assert_allclose(np.bincount(case["area_of"], row * found.share), 0, atol=1e-12)
    assert (small_area.errors(found, np.zeros((1, 2)), np.zeros((1, PLACES))) == 0).all()


def test_eight_places_of_ten_lie_in_their_interval() -> None:
    """Over many made-up countries, as the formula of the error claims."""
    inside, rng = [], np.random.default_rng(1)
    for seed in range(100, 160):
        case = made(seed, own=0.5)
        found = of(case)
        drawn = found.value + small_area.errors(found, rng.normal(size=(400, 2)), rng.normal(size=(400, PLACES)))
        low, high = np.quantile(drawn, [0.1, 0.9], axis=0)
        # A place that is its area is known.
        several = np.bincount(case["area_of"])[case["area_of"]] > 1
        inside.append(((low <= case["value"]) & (case["value"] <= high))[several].mean())
    assert 0.75 < np.mean(inside) < 0.9


def test_a_change_of_units_changes_nothing() -> None:
    case = made(6, own=0.5)
    first, second = of(case), of(case, covariates=case["covariates"] * [100, 0.01] + [3, -7])
    assert_allclose(second.value, first.value, rtol=1e-9)
    assert_allclose(second.slopes, first.slopes / [100, 0.01], rtol=1e-9)
    assert_allclose(
        second.slope_errors @ second.slope_errors.T * [[1e4, 1], [1, 1e-4]], first.slope_errors @ first.slope_errors.T
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"measure": [1.0, np.nan, 3.0]}, "measure must be finite, not at place 1"),
        ({"covariates": [[1.0], [np.inf], [3.0]]}, "covariate must be finite, not at place 1, 0"),
        ({"weight": [1, 0, 1]}, "weight must be above 0, not 0 at place 1"),
        ({"covariates": [[1.0], [1.0], [1.0]]}, "covariate 0 is the same in all areas"),
        ({"area_of": [0, 1, 1]}, "no place lies in area 2"),
        ({"measure": [1.0, 2.0], "area_of": [0, 1, 1]}, "three areas or more are needed to leave one out, not 2"),
        ({"penalties": (0.0, 1.0)}, "penalties must be above 0"),
    ],
)
def test_what_cannot_be_fitted_is_refused(changed: dict[str, object], message: str) -> None:
    given = {"measure": [1.0, 2.0, 4.0], "covariates": [[1.0], [2.0], [4.0]], "weight": [1, 1, 1], "area_of": [0, 1, 2]}
    with pytest.raises(ValueError, match=re.escape(message)):
        small_area.fitted(**(given | changed))
