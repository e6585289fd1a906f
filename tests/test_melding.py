"""Weighting and resampling: closed forms, unbiasedness and invalid input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from riktvarden import melding, uncertainty


def columns(count: int, draws: int, prefix: str) -> np.ndarray:
    return uncertainty.stratified([f"{prefix}{place}" for place in range(count)], draws, 7)


def test_a_conjugate_normal_posterior_is_found() -> None:
    sd, error, counted = np.array([2.0, 1.0]), np.array([0.3, 0.1]), np.array([3.0, -1.5])

    def log_likelihood_of(uniform: np.ndarray) -> np.ndarray:
        return melding.log_likelihood(stats.norm.ppf(uniform) * sd, counted, error)

    found = melding.meld(columns(2, 4096, "a"), columns(2, 4096, "b"), log_likelihood_of)
    variance = 1 / (1 / sd**2 + 1 / error**2)
    members = stats.norm.ppf(found.uniform) * sd
    mean = found.weights @ members
    # Five standard errors of the mean with so many effective draws, and of the standard deviation.
    tolerance = 5 * np.sqrt(variance / found.effective)
    assert (np.abs(mean - variance * counted / error**2) < tolerance).all()
    assert (np.abs(np.sqrt(found.weights @ np.square(members - mean)) - np.sqrt(variance)) < tolerance).all()
    assert found.effective > found.effective_prior


def test_without_evidence_the_prior_comes_back() -> None:
    found = melding.meld(columns(3, 4096, "a"), columns(3, 4096, "b"), lambda uniform: np.zeros(len(uniform)))
    assert found.effective_prior == pytest.approx(4096)
    np.testing.assert_allclose(found.weights @ found.uniform, 0.5, atol=0.02)
    np.testing.assert_allclose(found.weights @ np.square(found.uniform), 1 / 3, atol=0.02)


def test_two_assumptions_of_which_only_the_sum_is_counted_become_correlated() -> None:
    def log_likelihood_of(uniform: np.ndarray) -> np.ndarray:
        return melding.log_likelihood(stats.norm.ppf(uniform).sum(axis=1, keepdims=True), [1.0], [0.1])

    found = melding.meld(columns(2, 4096, "a"), columns(2, 4096, "b"), log_likelihood_of)
    chosen = stats.norm.ppf(found.uniform[melding.systematic(found.weights, 4096, 0.5)])
    # Posterior covariance of x + y = 1 ± 0.1 with standard normal priors: 0.5 and nearly -0.5.
    exact = np.eye(2) - np.ones((2, 2)) / 2.01
    np.testing.assert_allclose(np.cov(chosen.T), exact, atol=0.05)
    np.testing.assert_allclose(melding.given_one(chosen, 0, 1.5), [1.5, -0.5], atol=0.05)


@pytest.mark.parametrize(
    ("weights", "effective"),
    [([1, 1, 1, 1], 4.0), ([1, 0, 0], 1.0), ([0.5, 0.25, 0.25], 1 / 0.375), ([10, 10], 2.0)],
)
def test_effective_sample_size(weights: list[float], effective: float) -> None:
    assert melding.effective_sample_size(weights) == pytest.approx(effective, rel=1e-12)


@given(st.lists(st.floats(0.0, 10.0), min_size=1, max_size=12).filter(lambda w: sum(w) > 0.1), st.floats(0, 0.999))
def test_each_member_is_chosen_as_often_as_its_weight_rounded_up_or_down(raw: list[float], start: float) -> None:
    weights = np.array(raw) / sum(raw)
    chosen = melding.systematic(weights, 50, start)
    assert (np.diff(chosen) >= 0).all()
    assert (chosen == melding.systematic(weights, 50, start)).all()
    assert (np.abs(np.bincount(chosen, minlength=len(weights)) - 50 * weights) < 1 + 1e-9).all()
    assert (weights[chosen] > 0).all()


def test_systematic_resampling_is_unbiased() -> None:
    weights = np.array([0.05, 0.31, 0.0, 0.64])
    starts = (np.arange(2000) + 0.5) / 2000
    counts = [np.bincount(melding.systematic(weights, 7, start), minlength=4) for start in starts]
    np.testing.assert_allclose(np.mean(counts, axis=0), 7 * weights, atol=2e-3)


def test_what_one_says_of_the_others() -> None:
    x = np.linspace(-1, 1, 101)
    members = np.column_stack([x, 3 - 2 * x, np.full_like(x, 5.0)])
    np.testing.assert_allclose(melding.given_one(members, 0, 0.5), [0.5, 2.0, 5.0], atol=1e-12)
    np.testing.assert_allclose(melding.given_one(members, 2, 9.0), [0.0, 3.0, 5.0], atol=1e-12)


@pytest.mark.parametrize("weights", [[0.5, 0.6], [1.5, -0.5]])
def test_weights_that_are_none_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError, match="sum to one"):
        melding.systematic(weights, 3, 0.5)


def test_a_start_outside_its_stratum_and_an_error_of_none_are_refused() -> None:
    with pytest.raises(ValueError, match="start"):
        melding.systematic([1.0], 3, 1.0)
    with pytest.raises(ValueError, match="above 0"):
        melding.log_likelihood([[1.0]], [1.0], [0.0])
