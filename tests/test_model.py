"""Identities of the whole chain, and what a region without a figure must never be given."""

import numpy as np
import pandas as pd
import pytest

from riktvarden import assumptions, model, tables
from riktvarden.model import NATION

EXTENSIVE = ["population", "specialist_requirement", "st_persons_guideline", "st_starters_guideline"]


@pytest.fixture(scope="module")
def frames() -> dict[str, pd.DataFrame]:
    return tables.read_all()


@pytest.fixture(scope="module")
def results(frames: dict[str, pd.DataFrame]) -> model.Results:
    return model.run(frames, assumptions.read(), log2_draws=9)


def test_population_lands_on_the_published_totals(results: model.Results) -> None:
    assert results.cell("population").value == 10_587_710
    assert results.municipalities["population"].sum() == 10_587_710
    assert len(results.municipalities) == 290


@pytest.mark.parametrize("measure", EXTENSIVE)
def test_regions_sum_to_the_nation(results: model.Results, measure: str) -> None:
    rows = results.of(measure)["value"]
    assert rows.drop(NATION).sum() == pytest.approx(rows[NATION], rel=1e-9)


def test_guideline_positions_are_integers_that_sum_exactly(results: model.Results) -> None:
    rows = results.of("st_positions_guideline")["value"]
    assert (rows == rows.round()).all()
    assert rows.drop(NATION).sum() == rows[NATION]


def test_modelled_draws_sum_to_the_control_total(frames: dict[str, pd.DataFrame], results: model.Results) -> None:
    from riktvarden import uncertainty

    graded = assumptions.read()
    drawn = uncertainty.sample(graded, {"st": 21, "specialists": 21}, 9).assumptions
    totals = {"st_persons_reference": "st_persons_nation", "specialist_fte": "specialist_fte_nation"}
    for measure, total in totals.items():
        np.testing.assert_allclose(results.draws[measure].sum(axis=1, keepdims=True), drawn[total], rtol=1e-9)


def test_municipal_requirements_sum_to_their_region(results: model.Results) -> None:
    sums = results.municipalities.groupby("region")["specialist_requirement"].sum()
    regions = results.of("specialist_requirement")["value"].drop(NATION)
    np.testing.assert_allclose(sums.loc[regions.index], regions, rtol=1e-9)


def test_values_lie_in_their_intervals(results: model.Results) -> None:
    rows = results.tidy.dropna(subset=["value", "low", "high"])
    assert len(rows) > 100
    assert (rows["low"] <= rows["value"] * (1 + 1e-9)).all()
    assert (rows["value"] <= rows["high"] * (1 + 1e-9)).all()


def test_every_cell_has_a_status_and_a_source(results: model.Results) -> None:
    assert set(results.tidy["status"]) <= {"reported", "derived", "estimated", "missing", "suppressed"}
    assert results.tidy["source"].str.len().gt(0).all()
    with_value = results.tidy.dropna(subset=["value"])
    assert not (with_value["status"] == "missing").any()


def test_a_region_without_a_figure_gets_an_interval_and_nothing_else(results: model.Results) -> None:
    persons = results.of("st_persons_reference")
    absent = persons.index[persons["status"] == "missing"]
    assert len(absent) == 14  # thirteen without any figure, and Uppsala, whose blocks are not persons
    assert persons.loc[absent, "value"].isna().all()
    assert (persons.loc[absent, ["low", "high"]] % 5 == 0).all(axis=None)
    for measure in ("st_gap", "coverage_b"):
        rows = results.of(measure).loc[absent]
        assert rows[["value", "low", "high"]].isna().all(axis=None), measure
        assert (rows["status"] == "missing").all(), measure
    for measure in ("st_persons_per_1000", "st_starters_target", "specialist_gap_target"):
        assert results.of(measure).loc[absent, "value"].isna().all(), measure


def test_coverage_has_a_point_only_where_specialists_are_published(
    frames: dict[str, pd.DataFrame], results: model.Results
) -> None:
    published = set(frames["specialist_baseline"]["region"])
    coverage = results.of("coverage_a").drop(NATION)
    assert set(coverage.index[coverage["value"].notna()]) == published
    assert coverage[["low", "high"]].notna().all(axis=None)


def test_coverage_b_is_never_below_coverage_a(results: model.Results) -> None:
    assert (results.draws["coverage_b"] >= results.draws["coverage_a"]).all()


def test_order_of_the_regions_does_not_matter(frames: dict[str, pd.DataFrame], results: model.Results) -> None:
    shuffled = {name: frame.sample(frac=1, random_state=3) for name, frame in frames.items()}
    again = model.run(shuffled, assumptions.read(), log2_draws=9)
    pd.testing.assert_frame_equal(again.tidy, results.tidy, rtol=1e-9)


def test_a_nearer_target_asks_for_more_and_then_for_the_impossible(frames: dict[str, pd.DataFrame]) -> None:
    path = model.starters_by_target_year(frames, assumptions.read(), log2_draws=6).set_index("year")
    feasible = path.loc[path["feasible"], "value"]
    assert feasible.is_monotonic_decreasing
    assert path.loc[~path["feasible"], ["value", "low", "high"]].isna().all(axis=None)
    assert (path.index[~path["feasible"]] < feasible.index.min()).all()


def test_the_path_agrees_with_the_run_in_the_target_year(
    frames: dict[str, pd.DataFrame], results: model.Results
) -> None:
    graded = assumptions.read()
    path = model.starters_by_target_year(frames, graded, log2_draws=6).set_index("year")
    expected = results.cell("st_starters_target").value
    assert path.loc[int(graded["target_year"].value), "value"] == pytest.approx(expected, rel=1e-9)


def test_the_spread_between_known_regions_is_the_assumed_one(results: model.Results) -> None:
    density = results.of("st_persons_per_1000")["value"].drop(NATION).dropna()
    graded = assumptions.read()["st_density_log_sd"]
    assert graded.low <= float(np.log(density).std(ddof=1)) <= graded.high
