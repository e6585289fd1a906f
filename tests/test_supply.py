import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riktvarden import supply

rates = st.floats(0.001, 0.5)
counts = st.floats(0, 1e5)


# --- synthetic stocks ---------------------------------------------------------------------------------

AGES = np.arange(25, 76)
BREAKS = [25, 35, 45, 55, 65]
unit = st.floats(0, 1)
few = st.integers(1, 12)


@st.composite
def shares(draw: st.DrawFn, *shape: int) -> np.ndarray:
    weights = np.array(draw(st.lists(st.floats(0.01, 1), min_size=int(np.prod(shape)), max_size=int(np.prod(shape)))))
    return (weights / weights.sum()).reshape(shape)


@st.composite
def aged(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Exit probabilities by sex and six ages, all leaving at the last or not, and shares of the same form."""
    chances = np.array(draw(st.lists(st.floats(0, 1), min_size=12, max_size=12))).reshape(2, 6)
    return chances, draw(shares(2, 6))


def test_full_time_equivalents_are_summed_over_axes() -> None:
    persons, fte = np.arange(24.0).reshape(2, 3, 4), np.linspace(0.5, 1, 12).reshape(3, 4)
    by_hand = [sum(persons[r, s, a] * fte[s, a] for s in range(3) for a in range(4)) for r in range(2)]
    np.testing.assert_allclose(supply.full_time_equivalents(persons, fte, over=(-2, -1)), by_hand)


@given(shares(5))
def test_age_groups_keep_their_share(share: np.ndarray) -> None:
    single = supply.age_distribution(BREAKS, share, AGES)
    ends = [*BREAKS[1:], 76]
    for first, end, expected in zip(BREAKS, ends, share, strict=True):
        within = single[(first <= AGES) & (end > AGES)]
        assert within.sum() == pytest.approx(expected)
        assert np.ptp(within) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize(
    ("breaks", "share", "ages"),
    [
        ([25, 50], [0.5, 0.4], AGES),
        ([25, 50], [1.5, -0.5], AGES),
        ([30, 50], [0.5, 0.5], AGES),
        ([25, 25], [0.5, 0.5], AGES),
        ([25, 80], [0.5, 0.5], AGES),
        ([25, 50, 60], [0.5, 0.5], AGES),
        ([25, 50], [0.5, 0.5], [25, 27, 60]),
    ],
)
def test_age_groups_that_do_not_fit_are_refused(breaks: list[int], share: list[float], ages: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"age|share"):
        supply.age_distribution(breaks, share, ages)


@given(st.floats(60, 70), st.floats(1, 6))
def test_retirement_hazards_give_back_the_distribution(median: float, spread: float) -> None:
    hazard = supply.retirement_hazard(AGES, median, spread)
    assert (hazard[AGES < 55] == 0).all()
    assert hazard[-1] == 1
    # Followed from 55, the share at work is the logistic survival function, relative to where it began.
    at_work = np.cumprod(1 - hazard[AGES >= 55])[:-1]
    passed = 55.5 + np.arange(1, len(at_work) + 1)
    scale = spread * np.sqrt(3) / np.pi
    logistic = 1 / (1 + np.exp((np.append(55.5, passed) - median) / scale))
    np.testing.assert_allclose(at_work, logistic[1:] / logistic[0], rtol=1e-9)


@given(st.floats(60, 69), st.floats(0.1, 3), st.floats(1, 6))
def test_later_retirement_never_raises_the_hazard(median: float, later: float, spread: float) -> None:
    soon, late = supply.retirement_hazard(AGES, np.array([median, median + later]), np.full(2, spread))
    assert (late <= soon + 1e-15).all()


@given(unit, unit, unit)
def test_ways_to_leave_compete(retirement: float, other: float, mortality: float) -> None:
    together = float(supply.exit_probability(retirement, other, mortality))
    assert max(retirement, other, mortality) - 1e-12 <= together <= min(1, retirement + other + mortality) + 1e-12


@given(unit, st.floats(0.1, 5), st.floats(0.1, 5))
def test_scaled_hazards_multiply(chance: float, one: float, other: float) -> None:
    twice = supply.scaled(supply.scaled(chance, one), other)
    np.testing.assert_allclose(twice, supply.scaled(chance, one * other), rtol=1e-9, atol=1e-12)
    assert float(supply.scaled(chance, 1.0)) == pytest.approx(chance, abs=1e-15)
    assert float(supply.scaled(1.0, one)) == 1.0


def test_a_doubled_hazard_is_two_years_of_the_single_one() -> None:
    assert float(supply.scaled(0.2, 2.0)) == pytest.approx(0.36)


@pytest.mark.parametrize(("chance", "times"), [(1.1, 1.0), (0.1, 0.0), (0.1, -1.0)])
def test_impossible_exits_are_refused(chance: float, times: float) -> None:
    with pytest.raises(ValueError, match=r"between 0 and 1|above 0"):
        supply.scaled(chance, times)


@given(shares(51), st.floats(0.3, 1), st.floats(0.5, 1.2))
def test_working_time_by_age_keeps_the_mean(share: np.ndarray, fte: float, ratio: float) -> None:
    by_age = supply.fte_by_age(AGES, share, fte, ratio, 60)
    assert (by_age * share).sum() == pytest.approx(fte)
    assert by_age[AGES >= 60] / by_age[0] == pytest.approx(ratio)


# --- durations ----------------------------------------------------------------------------------------


durations = st.floats(0.3, 9)


@given(durations, unit)
def test_every_starter_completes_drops_out_or_is_in_training(duration: float, completion: float) -> None:
    years = 12
    completed = np.zeros(years)
    increments = supply.completion_increments(duration, completion)
    completed[: len(increments)] = increments
    remaining = supply.in_training_share(duration, completion, years)
    assert completed.sum() == pytest.approx(completion)
    assert remaining.sum() == pytest.approx(duration * (1 + completion) / 2)
    dropped = 1 - completed.cumsum() - remaining
    assert (np.diff(dropped, prepend=0) >= -1e-12).all()
    assert dropped[-1] == pytest.approx(1 - completion, abs=1e-12)


@given(durations, unit)
def test_increments_are_those_of_even_starts(duration: float, completion: float) -> None:
    starts = (np.arange(50_000) + 0.5) / 50_000
    increments = supply.completion_increments(duration, completion)
    counted = np.bincount((starts + duration).astype(int), minlength=len(increments)) / 50_000
    np.testing.assert_allclose(increments, completion * counted, atol=1e-4)


@given(durations, st.floats(0.2, 1), st.floats(-0.05, 0.1), st.floats(1, 1e4))
def test_stock_in_training_goes_on_as_its_intakes_began(
    duration: float, completion: float, growth: float, stock: float
) -> None:
    horizon, past = 12, 40
    # The same by running grown intakes of forty past years, and nothing after.
    began = np.append(np.exp(growth * np.arange(-past + 1, 1)), np.zeros(horizon))
    remaining = supply.over_cohorts(began, supply.in_training_share(duration, completion, past))
    completed = supply.over_cohorts(began, supply.completion_increments(duration, completion))
    scale = stock / remaining[past - 1]
    finishing = supply.completions_of_stock(stock, growth, duration, completion, horizon)
    staying = supply.in_training_of_stock(stock, growth, duration, completion, horizon)
    np.testing.assert_allclose(finishing, scale * completed[past:], rtol=1e-9, atol=1e-9 * stock)
    np.testing.assert_allclose(staying, scale * remaining[past:], rtol=1e-9, atol=1e-9 * stock)
    # All have left in the end; those who complete are more than the share of starters, drop-outs being gone already.
    assert staying[-1] == pytest.approx(0, abs=1e-9)
    assert completion * stock * (1 - 1e-9) <= finishing.sum() <= stock * (1 + 1e-9)


def test_stock_in_training_takes_draws_and_regions() -> None:
    stock, growth = np.array([[100.0, 50.0]]), np.array([[0.02], [0.04], [0.0]])
    duration, completion = np.array([[5.5], [6.0], [7.0]]), np.array([[0.9], [0.95], [0.85]])
    both = supply.completions_of_stock(stock, growth, duration, completion, 10)
    assert both.shape == (3, 2, 10)
    for draw in range(3):
        alone = supply.completions_of_stock(50.0, growth[draw, 0], duration[draw, 0], completion[draw, 0], 10)
        np.testing.assert_allclose(both[draw, 1], alone, rtol=1e-12)


@pytest.mark.parametrize(("duration", "completion"), [(-1, 0.9), (0, 0.9), (6, 1.2), (6, -0.1)])
def test_impossible_trainings_are_refused(duration: float, completion: float) -> None:
    for call in (
        lambda: supply.completion_increments(duration, completion),
        lambda: supply.in_training_share(duration, completion, 5),
        lambda: supply.completions_of_stock(10, 0, duration, completion, 5),
    ):
        with pytest.raises(ValueError, match=r"duration|share"):
            call()


# --- stock and flow -----------------------------------------------------------------------------------


@given(aged(), shares(2, 6), st.lists(st.floats(0, 100), min_size=4, max_size=4))
def test_the_books_balance_every_year(
    exits: tuple[np.ndarray, np.ndarray], arriving: np.ndarray, inflow: list[float]
) -> None:
    leaving, share = exits
    path = supply.project(100 * share, inflow, arriving, leaving)
    assert path.shape == (2, 6, 5)
    for year, coming in enumerate(inflow):
        before, after = path[..., year], path[..., year + 1]
        left = (leaving * (before + coming * arriving / 2)).sum()
        assert after.sum() == pytest.approx(before.sum() + coming - left, abs=1e-9)
        assert (after >= 0).all()
        assert after[:, 0] == pytest.approx(0)


def test_a_cohort_grows_older_and_the_last_age_is_open() -> None:
    stock, nobody = np.array([[10.0, 0.0, 4.0]]), np.array([[1.0, 0.0, 0.0]])
    path = supply.project(stock, [0.0, 0.0], nobody, np.array([[0.1, 0.2, 0.5]]))
    np.testing.assert_allclose(path[0, :, 1], [0, 9, 2])
    np.testing.assert_allclose(path[0, :, 2], [0, 0, 9 * 0.8 + 2 * 0.5])


@given(aged(), shares(2, 6), st.lists(st.floats(0, 100), min_size=1, max_size=8))
def test_the_path_without_ages_is_the_same(
    exits: tuple[np.ndarray, np.ndarray], arriving: np.ndarray, inflow: list[float]
) -> None:
    leaving, share = exits
    horizon, start = len(inflow), np.array([100.0, 7.0, 0.0])
    flow = np.outer([1.0, 0.0, 2.0], inflow)
    fte = np.linspace(0.5, 1, 12).reshape(2, 6)
    by_age = supply.project(start[:, None, None] * share, flow, arriving, leaving)
    for weight in (1.0, fte):
        path = supply.linear_path(
            start,
            flow,
            supply.survival(leaving, share, horizon, weight),
            supply.inflow_survival(leaving, arriving, horizon, weight),
        )
        expected = (by_age * np.broadcast_to(weight, (2, 6))[..., None]).sum(axis=(1, 2))
        np.testing.assert_allclose(path, expected, rtol=0, atol=1e-9)


def test_constant_inflows_lead_to_the_lasting_stock() -> None:
    """Cohorts followed with yearly moves rest where their limit says, and the nation as if nobody moved."""
    leaving, arriving, years = np.full((1, 4), 0.05), np.array([[0.5, 0.5, 0, 0]]), 400
    inflow, destination, rate = np.array([12.0, 3.0, 1.0]), np.array([0.2, 0.5, 0.3]), 0.04
    left = supply.inflow_survival(leaving, arriving, years)
    stock = supply.lasting_stock(inflow, left, rate, destination)
    followed = supply.moved_path(
        np.zeros(3),
        np.repeat(inflow[:, None], years, axis=1),
        supply.survival(leaving, arriving, years)[None],
        left[None],
        np.full((1, 3), rate),
        destination,
    )
    np.testing.assert_allclose(followed[:, -1], stock, rtol=1e-6)
    # Each year 5 per cent leave, and half of the year's inflow meets its own exits.
    assert stock.sum() == pytest.approx(inflow.sum() * 0.975 / 0.05, rel=1e-6)


@given(st.floats(1, 1e4), st.floats(-0.05, 0.1), st.floats(4, 8), st.floats(0.5, 1))
def test_the_newest_starters_grew_into_the_stock(stock: float, growth: float, duration: float, completion: float) -> None:
    newest = float(supply.newest_starters(stock, growth, duration, completion))
    lags = int(duration) + 1
    past = newest * np.exp(-growth * np.arange(lags))
    assert past @ supply.in_training_share(duration, completion, lags) == pytest.approx(stock)


def test_draws_regions_and_professions_keep_their_places() -> None:
    rng = np.random.default_rng(3)
    stock, inflow = rng.random((3, 2, 4, 2, 6)), rng.random((3, 2, 4, 5))
    leaving, arriving = rng.random((3, 1, 4, 2, 6)), np.full((2, 6), 1 / 12)
    whole = supply.project(stock, inflow, arriving, leaving)
    assert whole.shape == (3, 2, 4, 2, 6, 6)
    alone = supply.project(stock[2, 1, 3], inflow[2, 1, 3], arriving, leaving[2, 0, 3])
    np.testing.assert_allclose(whole[2, 1, 3], alone, rtol=1e-12)
    turned = supply.project(stock[:, ::-1], inflow[:, ::-1], arriving, leaving)
    np.testing.assert_allclose(turned[:, ::-1], whole, rtol=0, atol=0)
    nation = supply.project(stock.sum(axis=1), inflow.sum(axis=1), arriving, leaving[:, 0])
    np.testing.assert_allclose(whole.sum(axis=1), nation, atol=1e-9)


def test_cohorts_add_up_however_they_are_given() -> None:
    rng = np.random.default_rng(4)
    flow, by_lag = rng.random((3, 2, 6)), rng.random((3, 1, 4))
    found = supply.over_cohorts(flow, by_lag)
    for draw in range(3):
        for region in range(2):
            expected = np.convolve(flow[draw, region], by_lag[draw, 0])[:6]
            np.testing.assert_allclose(found[draw, region], expected, rtol=1e-12)


@given(st.lists(st.floats(0, 100), min_size=3, max_size=3), st.floats(0, 50))
def test_more_inflow_never_lowers_a_stock(inflow: list[float], more: float) -> None:
    leaving, share = np.array([[0.1, 0.2, 1.0]]), np.array([[0.5, 0.5, 0.0]])
    low = supply.project(10 * share, inflow, share, leaving)
    high = supply.project(10 * share, np.array(inflow) + more, share, leaving)
    assert (high >= low - 1e-9).all()


def test_what_is_no_stock_is_refused() -> None:
    share, leaving = np.array([[0.5, 0.5]]), np.array([[0.1, 1.0]])
    for stock, inflow, arriving, chance, words in (
        (-share, [1.0], share, leaving, "negative"),
        (share, [-1.0], share, leaving, "negative"),
        (share, [1.0], 2 * share, leaving, "sum to one"),
        (share, [1.0], share, leaving + 0.5, "between 0 and 1"),
    ):
        with pytest.raises(ValueError, match=words):
            supply.project(stock, inflow, arriving, chance)
    with pytest.raises(ValueError, match="cover the years"):
        supply.linear_path(1.0, [1.0, 1.0], [1.0, 0.9], [1.0, 0.9])


# --- between regions ----------------------------------------------------------------------------------


@given(st.lists(st.floats(0, 500), min_size=8, max_size=8), unit, shares(4))
def test_first_jobs_lose_nobody(trained: list[float], stay: float, weight: np.ndarray) -> None:
    completions = np.array(trained).reshape(4, 2)
    working = supply.spread_first_job(completions, stay, weight)
    np.testing.assert_allclose(working.sum(axis=0), completions.sum(axis=0), atol=1e-9)
    # The same with the matrix of all pairs.
    pairs = np.where(np.eye(4) == 1, stay, (1 - stay) * weight / (1 - weight[:, None]))
    np.testing.assert_allclose(working, pairs.T @ completions, atol=1e-9)
    np.testing.assert_allclose(supply.spread_first_job(np.eye(4), stay, weight), pairs.T, atol=1e-12)


def test_first_jobs_take_draws() -> None:
    completions, weight = np.arange(12.0).reshape(2, 3, 2), np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]])
    stay = np.array([[0.7], [0.9]])
    both = supply.spread_first_job(completions, stay, weight)
    for draw in range(2):
        alone = supply.spread_first_job(completions[draw], stay[draw, 0], weight[draw])
        np.testing.assert_allclose(both[draw], alone)


@given(st.floats(0, 0.3), shares(3))
def test_moves_keep_persons_and_ages(rate: float, weight: np.ndarray) -> None:
    stock = np.arange(36.0).reshape(2, 3, 2, 3)
    moved = supply.mix(stock, rate, weight)
    np.testing.assert_allclose(moved.sum(axis=1), stock.sum(axis=1), atol=1e-9)
    np.testing.assert_allclose(moved[0, :, 1, 2], supply.mix(stock[0, :, 1, 2], rate, weight, axis=-1), atol=1e-9)


def test_moves_within_a_projection_change_where_and_not_how_many() -> None:
    stock, leaving = np.ones((3, 1, 4)) * np.array([5.0, 1.0, 0.0])[:, None, None], np.full((1, 4), 0.1)
    arriving, inflow = np.full((1, 4), 0.25), np.zeros((3, 6))
    still = supply.project(stock, inflow, arriving, leaving)
    moving = supply.project(stock, inflow, arriving, leaving, supply.Moves(0.05, np.full(3, 1 / 3)))
    np.testing.assert_allclose(moving.sum(axis=0), still.sum(axis=0), atol=1e-9)
    assert moving[2, ..., 1].sum() == pytest.approx(0.05 * 0.5 * (5 + 1) * 4 * 0.9)


@pytest.mark.parametrize(("rate", "weight"), [(1.2, [0.5, 0.5]), (0.1, [0.5, 0.6]), (0.1, [1.0, 0.0])])
def test_impossible_moves_are_refused(rate: float, weight: list[float]) -> None:
    with pytest.raises(ValueError, match=r"share|move"):
        supply.mix(np.ones(2), rate, weight, axis=0)


# --- chance -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("persons", "chance"), [(900, 0.05), (300, 0.4), (2500, 0.9)])
def test_noise_has_the_mean_and_variance_of_a_binomial_number(persons: float, chance: float) -> None:
    uniform = (np.arange(200_000) + 0.5) / 200_000
    drawn = supply.binomial_noise(persons * chance, chance, uniform)
    assert drawn.mean() == pytest.approx(persons * chance, rel=1e-6)
    assert drawn.var() == pytest.approx(persons * chance * (1 - chance), rel=1e-3)


@given(st.floats(0, 5), st.floats(0.01, 1), st.floats(0.0001, 0.9999))
def test_noise_stays_between_nobody_and_everybody(expected: float, chance: float, uniform: float) -> None:
    drawn = float(supply.binomial_noise(expected, chance, uniform))
    assert 0 <= drawn <= expected / chance
    with pytest.raises(ValueError, match="probability 0"):
        supply.binomial_noise(expected, 0.0, uniform)
