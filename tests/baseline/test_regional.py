"""The regional model: exact conditioning, monotonicity in the evidence, and the published figures."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from riktvarden import assumptions, tables
from riktvarden.baseline import regional
from riktvarden.baseline.regional import Evidence, Normal, Observed
from riktvarden.codes import NATION

REGIONS = 6
CODES = ["01", "03", "04", "05", "06", "07"]
SEEDS = st.integers(0, 2**32 - 1)
DAY = pd.Timestamp("2024-12-31")


def normals(random: np.random.Generator, draws: int = 3) -> Normal:
    """Draw any prior of a few regions."""
    root = random.normal(size=(draws, REGIONS, REGIONS))
    return Normal(random.normal(size=(draws, REGIONS)), root @ np.swapaxes(root, 1, 2) + 0.1 * np.eye(REGIONS))


def seen(random: np.random.Generator, draws: int = 3, figures: int = 4) -> Observed:
    """Draw any observations of them, with correlated errors."""
    root = random.normal(size=(draws, figures, figures))
    errors = root @ np.swapaxes(root, 1, 2) + 0.1 * np.eye(figures)
    return Observed(random.normal(size=(figures, REGIONS)), random.normal(size=(draws, figures)), errors)


def single(place: int, value: float, sd: float) -> Observed:
    """One figure on one region."""
    return Observed(np.eye(REGIONS)[[place]], np.array([[value]]), np.array([[[sd**2]]]))


def variances(found: Normal) -> np.ndarray:
    return np.diagonal(found.covariance, axis1=1, axis2=2)


@given(SEEDS)
def test_conditioning_is_that_of_the_joint_normal_distribution(seed: int) -> None:
    random = np.random.default_rng(seed)
    before, figures = normals(random), seen(random)
    after = regional.condition(before, figures)
    a = figures.design
    for draw in range(3):
        k, e = before.covariance[draw], figures.covariance[draw]
        # The information form of the same posterior, which shares no matrix with the one under test.
        precision = np.linalg.inv(k) + a.T @ np.linalg.inv(e) @ a
        covariance = np.linalg.inv(precision)
        mean = covariance @ (np.linalg.inv(k) @ before.mean[draw] + a.T @ np.linalg.inv(e) @ figures.value[draw])
        np.testing.assert_allclose(after.covariance[draw], covariance, rtol=1e-9, atol=1e-9 * np.abs(k).max())
        np.testing.assert_allclose(after.mean[draw], mean, rtol=1e-9, atol=1e-9 * np.abs(mean).max())


@given(SEEDS, st.integers(0, REGIONS - 1), st.floats(0.01, 2))
def test_one_more_figure_never_widens(seed: int, place: int, sd: float) -> None:
    before = normals(np.random.default_rng(seed), 1)
    after = regional.condition(before, single(place, 0.3, sd))
    assert (variances(after) <= variances(before) * (1 + 1e-9)).all()


@given(SEEDS, st.floats(0.05, 0.5), st.floats(1.01, 3), st.floats(0.05, 0.95))
def test_a_wider_spread_never_narrows_a_region(seed: int, spread: float, factor: float, explained: float) -> None:
    random = np.random.default_rng(seed)
    known, figures = random.normal(size=(REGIONS, 2)), seen(random, 1)
    both = np.array([[spread], [spread * factor]])
    before = regional.prior(np.zeros((2, 1)), both, np.full((2, 1), explained), known)
    narrow, wide = variances(regional.condition(before, figures))
    assert (wide >= narrow * (1 - 1e-9)).all()


def test_two_vague_figures_do_not_beat_an_exact_one() -> None:
    before = regional.prior(np.zeros((1, 1)), np.full((1, 1), 0.2), np.full((1, 1), 0.5), np.zeros((REGIONS, 2)))
    exact = regional.condition(before, single(0, 0.3, 0.03))
    vague = regional.condition(regional.condition(before, single(0, 0.3, 0.2)), single(0, 0.3, 0.2))
    assert variances(exact)[0, 0] < variances(vague)[0, 0]
    assert exact.mean[0, 0] > vague.mean[0, 0]


@given(SEEDS, st.floats(-0.3, 0.3), st.floats(0.01, 0.2))
def test_the_soft_total_shifts_the_sum_towards_it(seed: int, shift: float, sd: float) -> None:
    random = np.random.default_rng(seed)
    inhabitants = random.uniform(1e5, 2e6, REGIONS)
    spread = np.full((1, 1), 0.2)
    before = regional.prior(np.log([[3e-4]]), spread, np.full((1, 1), 0.5), random.normal(size=(REGIONS, 2)))
    at_first = (inhabitants * np.exp(before.mean)).sum()
    total = at_first * np.exp(shift)
    after = regional.toward_total(before, inhabitants, np.array([[total]]), np.array([[sd]]))
    at_last = (inhabitants * np.exp(after.mean)).sum()
    assert abs(np.log(at_last / total)) <= abs(np.log(at_first / total)) + 1e-12
    assert (variances(after) <= variances(before) * (1 + 1e-12)).all()


def test_the_linearised_total_is_the_mode() -> None:
    """The posterior density, sum included, falls in every direction from the mode."""
    random = np.random.default_rng(5)
    inhabitants = random.uniform(1e5, 2e6, REGIONS)
    before = regional.prior(np.log([[3e-4]]), np.full((1, 1), 0.3), np.full((1, 1), 0.5), random.normal(size=(REGIONS, 2)))
    total, sd = 1.2 * (inhabitants * 3e-4).sum(), 0.03
    after = regional.toward_total(before, inhabitants, np.array([[total]]), np.array([[sd]]))

    def density(x: np.ndarray) -> float:
        own = stats.multivariate_normal(before.mean[0], before.covariance[0]).logpdf(x)
        return float(own - 0.5 * (np.log((inhabitants * np.exp(x)).sum() / total) / sd) ** 2)

    top = density(after.mean[0])
    assert all(density(after.mean[0] + step) < top for step in random.normal(scale=1e-2, size=(200, REGIONS)))


# --- evidence -----------------------------------------------------------------------------------------


P = {
    "st_density_log_sd": 0.26,
    "st_density_explained_share": 0.5,
    "st_growth": 0.04,
    "st_growth_regional_sd": 0.03,
    "st_nation_error": 0.03,
    "st_count_error": 0.03,
    "persons_per_position": 1.2,
}


def drawn(draws: int = 1, **changed: float) -> dict[str, np.ndarray]:
    """Assumptions at one value in every draw."""
    return {name: np.full((draws, 1), value) for name, value in {**P, **changed}.items()}


def found(*rows: dict[str, object]) -> Evidence:
    """Synthetic evidence on a few regions of 300 000 inhabitants."""
    base = {
        "regions": "01",
        "quantity": "st",
        "figure": "st-000",
        "form": "count",
        "kind": "exact",
        "measure": "persons",
        "factor": "",
        "power": 0.0,
        "error": "st_count_error",
        "published": 100.0,
        "density": np.log(100 / 300_000),
        "nation": np.nan,
        "years": 0.0,
        "width": 0.0,
        "spread": 0.0,
        "heads": 300_000.0,
        "norm": np.nan,
    }
    frame = pd.DataFrame([{**base, **row} for row in rows], columns=list(base))
    return Evidence(CODES, np.full(REGIONS, 300_000.0), np.zeros((REGIONS, 2)), np.zeros((REGIONS, 2)), frame)


TOTAL = np.array([[600.0]])


def test_the_further_back_a_figure_lies_the_less_it_says() -> None:
    width = [
        variances(regional.posterior(found({"years": years}), drawn(), TOTAL, "st"))[0, 0] for years in (0.0, 2.0, 5.0, 9.0)
    ]
    assert width == sorted(width)
    assert width[0] < width[-1]


def test_an_exact_figure_is_moved_by_the_growth() -> None:
    sure = drawn(st_count_error=1e-6, st_growth_regional_sd=1e-6)
    after = regional.posterior(found({"years": 3.0}), sure, TOTAL, "st")
    assert 300_000 * np.exp(after.mean[0, 0]) == pytest.approx(100 * 1.04**3, rel=1e-6)


def test_positions_become_persons() -> None:
    sure = drawn(st_count_error=1e-6, st_growth_regional_sd=1e-6)
    after = regional.posterior(found({"factor": "persons_per_position", "power": 1.0}), sure, TOTAL, "st")
    assert 300_000 * np.exp(after.mean[0, 0]) == pytest.approx(120, rel=1e-6)


def test_a_figure_relative_to_the_nation_moves_with_it() -> None:
    row = {"density": np.log(2e-4), "nation": np.log(1e-4), "years": 8.0}
    seen_then = regional.observed(found(row), drawn(), TOTAL, regional.MODELS["st"])
    assert np.exp(seen_then.value[0, 0]) == pytest.approx(2 * 600 / 1_800_000)


def test_figures_on_one_measure_share_their_error() -> None:
    p = drawn(specialist_growth_regional_sd=0.02, specialist_measure_bias=0.1)
    rows = found({}, {"regions": "03"}, {"regions": "04", "measure": "other"})
    errors = regional.observed(rows, p, TOTAL, regional.MODELS["specialists"]).covariance[0]
    np.testing.assert_allclose(errors[0, 1], 0.1**2)
    np.testing.assert_allclose(errors[0, 2], 0)
    np.testing.assert_allclose(np.diag(errors), 0.1**2 + 0.03**2)


def test_without_any_figure_all_regions_are_alike_and_the_nation_is_split() -> None:
    after = regional.posterior(found(), drawn(), TOTAL, "st")
    np.testing.assert_allclose(300_000 * np.exp(after.mean), 100, rtol=1e-9)
    assert len(np.unique(variances(after).round(12))) == 1


def test_the_middle_of_the_numbers_is_the_mode_and_draws_have_the_model_s_spread() -> None:
    rows = found({}, {"regions": "03", "density": np.log(70 / 300_000)})
    after = regional.posterior(rows, drawn(), TOTAL, "st")
    middle = regional.drawn(rows, drawn(), TOTAL, "st", np.full((1, REGIONS), 0.5))
    np.testing.assert_allclose(middle, 300_000 * np.exp(after.mean), rtol=1e-12)
    uniform = stats.qmc.Sobol(REGIONS, seed=1).random(2**13)
    draws = regional.drawn(rows, drawn(2**13), np.full((2**13, 1), 600.0), "st", uniform)
    np.testing.assert_allclose(np.cov(np.log(draws).T), after.covariance[0], atol=0.03 * variances(after).max())


def test_leaving_a_region_out_leaves_no_trace_of_its_figure() -> None:
    uniform = np.full(1, 0.5)
    reported = [
        regional.drawn_without(
            found({"density": np.log(value / 300_000)}, {"regions": "03"}), drawn(), TOTAL, "st", "01", uniform
        )
        for value in (50.0, 200.0)
    ]
    np.testing.assert_array_equal(*reported)


@pytest.mark.parametrize(("form", "published"), [("count", 100.0), ("per_1000", 1 / 3), ("inhabitants_per", 3000.0)])
def test_a_figure_is_compared_in_its_own_measure(form: str, published: float) -> None:
    rows = found({"form": form, "published": published})
    stocks = np.tile([90.0, 100, 100, 100, 100, 100], (200, 1)) * np.linspace(0.99, 1.01, 200)[:, None]
    row = regional.compared(rows, drawn(200), np.full((200, 1), 600.0), "st", stocks).iloc[0]
    assert row["low"] < row["high"]
    assert row["question"]
    assert (row["low"] + row["high"]) / 2 == pytest.approx(
        published * (0.9 if form != "inhabitants_per" else 1 / 0.9), 1e-3
    )


def test_the_score_of_regions_left_out() -> None:
    rows = pd.DataFrame({"value": [100.0, 100], "low": [90.0, 101], "middle": [100 * np.e**0.1, 100], "high": [120.0, 130]})
    assert regional.hits(rows) == pytest.approx((2, 0.05, 0.1 / np.sqrt(2), 0.5))


# --- the project's own table --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return tables.read("regional_evidence")


def test_every_pointer_of_the_evidence_is_an_assumption(table: pd.DataFrame) -> None:
    known = set(assumptions.read())
    assert set(table["error"]) | set(table["factor"].dropna()) <= known
    for names in regional.MODELS.values():
        assert set(filter(None, names)) <= known


def test_evidence_on_st_is_what_the_baseline_uses(table: pd.DataFrame) -> None:
    baseline = tables.read("st_baseline")
    assert set(table.loc[table["quantity"] == "st", "figure"]) <= set(baseline.loc[baseline["use"] != "never", "figure"])


def test_evidence_is_on_the_region_of_its_figure(table: pd.DataFrame) -> None:
    regions = tables.read("published_st").set_index("figure")["region"]
    one = table.loc[table["regions"].str.fullmatch(r"\d\d")]
    assert (regions[one["figure"]].to_numpy() == one["regions"].to_numpy()).all()
    known = {*tables.read("regions")["region"], "*"}
    assert {code for codes in table["regions"] for code in re.split(" ", codes)} <= known


def test_the_covariates_are_standardised_and_gotland_lacks_one() -> None:
    codes = list(tables.read("regions")["region"])
    known, unknown = regional.covariates(tables.read("published_st"), codes)
    assert known.shape == (21, 2)
    np.testing.assert_allclose(known.mean(axis=0), 0, atol=1e-12)
    assert unknown.sum(axis=0).tolist() == [1, 0]
    assert unknown[codes.index("09"), 0] == 1


@pytest.fixture(scope="module")
def people() -> pd.Series:
    """As many inhabitants in every region."""
    return pd.Series(1e5, index=tables.read("regions")["region"])


def on(region: str, day: pd.Timestamp) -> float:
    """As many on every day."""
    return 21e5 if region == NATION else 1e5


def test_an_unpublished_figure_is_refused(table: pd.DataFrame, people: pd.Series) -> None:
    published = tables.read("published_st")
    with pytest.raises(ValueError, match="no published figure st-102"):
        regional.evidence(table, published.loc[published["figure"] != "st-102"], people, on, "st", DAY)


def test_what_regions_return_is_evidence_and_what_is_suppressed_is_not(table: pd.DataFrame, people: pd.Series) -> None:
    published = tables.read("published_st")
    own = pd.DataFrame(
        {
            "region": ["25", "09"],
            "measure": "persons",
            "value": [97.0, np.nan],
            "half_width": 0.0,
            "dated": DAY,
            "figure": ["return-25-2024-12-31", "return-09-2024-12-31"],
        }
    )
    rows = regional.evidence(table, published, people, on, "st", DAY, own).rows.set_index("regions")
    assert np.exp(rows.loc["25", "density"]) == pytest.approx(97 / 1e5)
    assert "09" not in rows.index
