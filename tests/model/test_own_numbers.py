"""A region's own counts: the update of normal distributions, against the draws, and what follows from it."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from riktvarden.model import chain, general_practice, own_numbers
from riktvarden.model.own_numbers import Normal, Prior
from riktvarden.results import Results

DRAWS = 4096
YEARS = [2024, 2030, 2040, 2044]
REGION = "21"


@pytest.fixture(scope="module")
def priors(base: chain.Base) -> dict[str, Prior]:
    return own_numbers.priors(base, base.sample(DRAWS), YEARS)


@pytest.fixture(scope="module")
def prior(priors: dict[str, Prior]) -> Prior:
    return priors[REGION]


def weighted(values: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    mean = np.average(values, weights=weights)
    return float(mean), math.sqrt(np.average((values - mean) ** 2, weights=weights))


# --- the update ------------------------------------------------------------------------------------------


def test_one_measured_component_is_weighed_by_precision() -> None:
    """Prior sd 0.3 and error 0.4: the mean moves by 9/25, the variance is (1/0.09 + 1/0.16)⁻¹."""
    found = own_numbers.conditioned(Normal(np.array([2.0]), np.array([[0.09]])), {0: (3.0, 0.4)})
    np.testing.assert_allclose(found.mean, [2.36], rtol=1e-12)
    np.testing.assert_allclose(found.covariance, [[1 / (1 / 0.09 + 1 / 0.16)]], rtol=1e-12)


def test_what_goes_along_moves_along() -> None:
    """A correlation of one half moves the other half as far, in its own standard deviations."""
    before = Normal(np.zeros(2), np.array([[1.0, 1.0], [1.0, 4.0]]))
    found = own_numbers.conditioned(before, {0: (1.0, 0.0)})
    np.testing.assert_allclose(found.mean, [1.0, 1.0], rtol=1e-12)
    np.testing.assert_allclose(found.covariance, [[0.0, 0.0], [0.0, 3.0]], atol=1e-12)


sizes = st.floats(0.05, 1.0)


@given(st.lists(sizes, min_size=9, max_size=9), sizes, sizes, st.floats(-2, 2), st.floats(-2, 2))
def test_two_counts_at_once_are_one_after_the_other_and_never_widen(
    root: list[float], first: float, second: float, a: float, b: float
) -> None:
    matrix = np.reshape(root, (3, 3))
    before = Normal(np.zeros(3), matrix @ matrix.T + 0.01 * np.eye(3))
    both = own_numbers.conditioned(before, {0: (a, first), 2: (b, second)})
    apart = own_numbers.conditioned(own_numbers.conditioned(before, {2: (b, second)}), {0: (a, first)})
    np.testing.assert_allclose(both.mean, apart.mean, atol=1e-9)
    np.testing.assert_allclose(both.covariance, apart.covariance, atol=1e-9)
    assert (np.diag(both.covariance) <= np.diag(before.covariance) + 1e-12).all()


# --- against the model ------------------------------------------------------------------------------------


def test_the_parts_of_a_draw_sum_to_its_specialists(base: chain.Base) -> None:
    drawn = base.sample(64)
    stocks, parts = own_numbers.components(base, drawn, YEARS)
    found = chain.doctors(base, drawn)
    at = [year - base.people.base_year for year in YEARS]
    persons, _, starters, specialists, older = np.moveaxis(np.exp(stocks), -1, 0)[..., None]
    younger, later, training, starting, others, chance, required = np.moveaxis(np.exp(parts), 2, 0)
    kept = specialists * ((1 - older) * younger + older * later)
    total = chance * (kept + persons * training + starters * starting + others)
    np.testing.assert_allclose(total[..., 1:], found.have.fte[:, :-1, at][..., 1:], rtol=1e-5)
    np.testing.assert_allclose(total[..., 0], found.have.fte[:, :-1, 0], rtol=1e-4)
    np.testing.assert_allclose(required, found.required.by_year[:, :-1, at], rtol=1e-12)


def test_before_a_count_it_is_the_report(priors: dict[str, Prior], results: Results, base: chain.Base) -> None:
    """Within a point of the middle, and intervals as wide within a fifth: the ends that a page shows are the report's."""
    rows = results.paths.loc[results.paths["measure"] == "coverage_a_reference"].set_index(["region", "year"])
    for code, one in priors.items():
        for year in one.years[1:]:
            mean, sd = own_numbers.outlook(one.stocks, year).coverage
            cell = rows.loc[code, year.year]
            if np.isfinite(cell["value"]):
                assert math.exp(mean) == pytest.approx(cell["value"], rel=0.03)
                wide = 2 * own_numbers.TENTH * sd
                assert wide == pytest.approx(math.log(cell["high"] / cell["low"]), rel=0.2)


def test_a_count_does_what_weighing_the_draws_does(base: chain.Base, subtests: pytest.Subtests) -> None:
    """Importance weighting with the error of a count that many draws are near."""
    many = base.sample(4 * DRAWS, seed=7)
    prior = own_numbers.priors(base, many, YEARS)[REGION]
    place, error = base.people.codes.index(REGION), 0.06
    found = chain.doctors(base, many)
    logs, _ = own_numbers.components(base, many, YEARS)
    for far in (-0.8, 0.0, 1.0):
        with subtests.test(far=far):
            counts, weights = {}, np.ones(len(logs))
            for name in ("persons", "specialists"):
                at = own_numbers.STOCKS.index(name)
                seen = prior.stocks.mean[at] + far * math.sqrt(prior.stocks.covariance[at, at])
                counts[at] = seen, error
                weights *= np.exp(-0.5 * ((logs[:, place, at] - seen) / error) ** 2)
            assert weights.sum() ** 2 / (weights**2).sum() > 200, "too few draws are near the counts to compare with"
            now = own_numbers.conditioned(prior.stocks, counts)
            for year in prior.years:
                at = year.year - base.people.base_year
                drawn = np.log(found.have.fte[:, place, at] / found.required.by_year[:, place, at])
                (mean, sd), (theirs, spread) = own_numbers.outlook(now, year).coverage, weighted(drawn, weights)
                before = own_numbers.outlook(prior.stocks, year).coverage
                assert mean == pytest.approx(theirs, abs=0.025)
                assert sd == pytest.approx(spread, rel=0.15)
                assert sd < before[1]
                share = float(np.average(drawn > 0, weights=weights))
                assert float(ndtr(mean / sd)) == pytest.approx(share, abs=0.08)


def test_more_of_each_gives_more(prior: Prior) -> None:
    counts = {"persons": 110.0, "starters": 20.0, "specialists": 140.0}
    last = prior.years[-1]
    usual = own_numbers.outlook(own_numbers.after(prior, counts), last).coverage[0]
    for name in counts:
        more = own_numbers.outlook(own_numbers.after(prior, counts | {name: 1.1 * counts[name]}), last).coverage[0]
        assert more > usual, name
    older = own_numbers.outlook(own_numbers.after(prior, counts | {"older": 0.5}), last).coverage[0]
    assert older < own_numbers.outlook(own_numbers.after(prior, counts | {"older": 0.1}), last).coverage[0]


def test_the_starters_asked_for_meet_the_norm(prior: Prior, base: chain.Base) -> None:
    """Put in as more starters from the first year that can change, they close the gap of the last year."""
    stocks = own_numbers.after(prior, {"persons": 110.0, "specialists": 140.0, "starters": 20.0})
    wanted, sd = own_numbers.asked(stocks, prior)
    level = math.exp(own_numbers.outlook(stocks, prior.years[-1]).specialists[0])
    required = math.exp(prior.years[-1].parts.mean[-1])
    assert level + (wanted - 20) * math.exp(prior.reach[0]) == pytest.approx(required, rel=1e-9)
    assert sd > 0


def test_a_starter_reaches_as_far_as_the_model_lets_one(prior: Prior, base: chain.Base) -> None:
    """One more in every region, of whom all go somewhere: each region's own and those who come sum to the model's."""
    drawn = base.central()
    found = chain.doctors(base, drawn)
    more = found.have.intake[:, :-1] + 1
    course = general_practice.with_intake(found.p, base.people, found.have, more)
    gained = (course.fte - found.have.fte)[0, -1, YEARS[-1] - base.people.base_year]
    per_starter = float(general_practice.cumulative(found.p, found.have, YEARS[-1])[0, 0])
    assert gained == pytest.approx(len(base.people.codes) * per_starter, rel=1e-9)
    assert math.exp(prior.reach[0]) == pytest.approx(float(found.p.specialists.stay_share[0, 0]) * per_starter, rel=0.1)


# --- what a page shows ------------------------------------------------------------------------------------


def test_published_ends_stay_until_the_distribution_moves() -> None:
    np.testing.assert_allclose(own_numbers.moved([0.8, 1.0], (0.1, 0.2), (0.1, 0.2)), [0.8, 1.0], rtol=1e-12)
    assert own_numbers.moved_chance(0.3, (0.1, 0.2), (0.1, 0.2)) == pytest.approx(0.3, rel=1e-12)


def test_ends_come_nearer_as_the_distribution_narrows() -> None:
    """From 0.5 to 2 around 1 with half the spread: the square roots."""
    np.testing.assert_allclose(own_numbers.moved([0.5, 2.0], (0.0, 0.4), (0.0, 0.2)), [0.5**0.5, 2**0.5], rtol=1e-12)


def test_staff_in_the_middle_of_a_need_are_enough_every_other_time() -> None:
    found = own_numbers.staffed((101.0, 50.0, 200.0), 100.0)
    assert found.chance == pytest.approx(0.5)
    assert found.short == (1.0, -50.0, 100.0)
    assert own_numbers.staffed((101.0, 50.0, 200.0), 50.0).chance == pytest.approx(0.1)
    assert own_numbers.staffed((101.0, 50.0, 200.0), 0.0).chance == 0.0


@given(st.floats(1, 1e4), st.floats(1.01, 4), st.floats(0.1, 1e5))
def test_more_staff_are_never_less_likely_to_suffice(low: float, factor: float, staff: float) -> None:
    need = (low * factor**0.5, low, low * factor)
    assert own_numbers.staffed(need, staff).chance <= own_numbers.staffed(need, 1.1 * staff).chance


def test_staff_must_suffice_for_the_minimum_too() -> None:
    """The need is 0.8 (0.6 to 1.0), the minimum 1.0 (0.9 to 1.1): the upper end of one and the lower of the other."""
    need, least = (0.8, 0.6, 1.0), (1.0, 0.9, 1.1)
    assert own_numbers.staffed(need, 0.9).chance > 0.7
    found = own_numbers.staffed(need, 0.9, least)
    assert found.chance == pytest.approx(0.1)
    assert found.short == pytest.approx((0.1, 0.0, 0.2))
    assert own_numbers.staffed(need, 1.1, least).chance == pytest.approx(0.9)


def test_specialists_in_persons_count_as_fewer_and_less_certain(prior: Prior) -> None:
    """As many persons as make the same full-time equivalents move the mean nearly as far, and narrow it less."""
    place, count = own_numbers.STOCKS.index("specialists"), 120.0
    share, sd = prior.centre
    assert math.exp(share) == pytest.approx(0.85, abs=0.01)
    exact = own_numbers.after(prior, {"specialists": count})
    persons = own_numbers.after(prior, {own_numbers.AS_PERSONS: count / math.exp(share)})
    before = prior.stocks.covariance[place, place]
    error = sd**2 + (own_numbers.HALF_UNIT_SD * math.exp(share) / count) ** 2
    assert persons.covariance[place, place] == pytest.approx(1 / (1 / before + 1 / error), rel=1e-9)
    assert exact.covariance[place, place] < persons.covariance[place, place] < before
    assert abs(exact.mean[place] - math.log(count)) < abs(persons.mean[place] - math.log(count))


@pytest.mark.parametrize(
    ("counts", "message"),
    [({"nurses": 3.0}, "not counted: nurses"), ({"persons": 0.0}, "positive"), ({"specialists": math.nan}, "positive")],
)
def test_what_cannot_be_a_count_is_refused(prior: Prior, counts: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        own_numbers.after(prior, counts)


def test_the_browser_gets_what_the_model_has(prior: Prior) -> None:
    again = own_numbers.rounded(prior)
    counts = {"persons": 110.0, "specialists": 140.0}
    for one, other in zip(prior.years, again.years, strict=True):
        here, there = (
            own_numbers.outlook(own_numbers.after(prior, counts), one),
            own_numbers.outlook(own_numbers.after(again, counts), other),
        )
        np.testing.assert_allclose(
            [*there.specialists, *there.coverage], [*here.specialists, *here.coverage], rtol=1e-2, atol=1e-3
        )
