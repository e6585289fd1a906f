"""Identities of the whole chain, and suppression of values for regions without a figure."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from riktvarden import assumptions, model, parameters
from riktvarden.codes import NATION
from riktvarden.model import cells, chain, weights
from riktvarden.results import Results, tidy

EXTENSIVE = ["population", "specialist_requirement", "st_persons_guideline", "st_starters_guideline"]
METHOD = Path(__file__).parents[2] / "chapters/method.ipynb"


def test_population_lands_on_the_published_totals(results: Results, edition: dict[str, Any]) -> None:
    published = edition["population"][str(results.base_year)]
    assert results.cell("population").value == published
    assert results.of("population")["value"].drop(NATION).sum() == published
    assert results.municipalities["population"].sum() == published
    assert len(results.municipalities) == 290


def test_everything_is_compared_at_the_base_date(results: Results, frames: dict[str, pd.DataFrame]) -> None:
    assert results.base_year == frames["population_municipality"]["year"].max()
    now = ["st_persons_reference", "st_positions_reference", "st_gap", "st_positions_gap", "specialist_fte", "coverage_a"]
    assert (results.tidy.loc[results.tidy["measure"].isin(now), "year"] == results.base_year).all()
    for measure, guideline_value, stock in (
        ("st_gap", "st_persons_guideline", "st_persons_reference"),
        ("st_positions_gap", "st_positions_guideline", "st_positions_reference"),
    ):
        apart = results.draws[guideline_value] - results.draws[stock]
        np.testing.assert_allclose(results.draws[measure], apart, rtol=1e-12, atol=1e-9)


def test_the_guideline_positions_hold_the_starters(results: Results, graded: assumptions.Assumptions) -> None:
    a = graded.central()
    starters = results.cell("st_starters_guideline").value
    persons = starters * a["calendar_training_years"] * (1 + a["completion_share"]) / 2
    positions = persons / a["persons_per_position"] / (1 - a["st_vacancy_rate"])
    assert results.cell("specialist_requirement").value == pytest.approx(
        results.cell("population").value / a["inhabitants_per_specialist"], rel=1e-12
    )
    assert results.cell("st_persons_guideline").value == pytest.approx(persons, rel=1e-12)
    assert results.cell("st_positions_guideline").value == round(positions)


@pytest.mark.parametrize("measure", EXTENSIVE)
def test_regions_sum_to_the_nation(results: Results, measure: str) -> None:
    rows = results.of(measure)["value"]
    assert rows.drop(NATION).sum() == pytest.approx(rows[NATION], rel=1e-9)


def test_guideline_positions_are_integers_that_sum_exactly(results: Results) -> None:
    rows = results.of("st_positions_guideline")["value"]
    assert (rows == rows.round()).all()
    assert rows.drop(NATION).sum() == rows[NATION]


def test_one_quantity_has_one_value(results: Results) -> None:
    """The same measure, area and year has one value, interval, unit and status in every frame of a run."""
    frames = [results.tidy, results.paths.replace({"measure": cells.BEGINS}), results.programme, results.outlook]
    rows = pd.concat([frame.assign(year=frame["year"].astype("Int64")) for frame in frames], ignore_index=True)
    rows = rows.round({"value": 9, "low": 9, "high": 9})
    keys = ["region", "profession", "measure", "year"]
    different = rows.groupby(keys, dropna=False)[["value", "low", "high", "unit", "status", "qualifier"]].nunique(
        dropna=False
    )
    apart = different[(different > 1).any(axis=1)]
    assert apart.empty, rows.set_index(keys).loc[apart.index].sort_index()


def test_municipal_requirements_sum_to_their_region(results: Results) -> None:
    sums = results.municipalities.groupby("region")["specialist_requirement"].sum()
    regions = results.of("specialist_requirement")["value"].drop(NATION)
    np.testing.assert_allclose(sums.loc[regions.index], regions, rtol=1e-9)


def test_values_lie_in_their_intervals(results: Results) -> None:
    rows = results.tidy.dropna(subset=["value", "low", "high"])
    assert len(rows) > 100
    assert (rows["low"] <= rows["value"] * (1 + 1e-9)).all()
    assert (rows["value"] <= rows["high"] * (1 + 1e-9)).all()


def test_no_estimate_claims_to_be_certain(results: Results) -> None:
    rows = results.tidy.query("status == 'estimated' and unit != 'probability'")
    assert (rows["high"] > rows["low"]).all()


def test_every_cell_occurs_once(results: Results) -> None:
    assert not results.tidy.duplicated(["region", "measure"]).any()


def test_every_status_is_true(results: Results) -> None:
    rows = results.tidy
    assert set(rows["status"]) <= {"reported", "derived", "estimated", "missing", "suppressed"}
    assert rows.loc[rows["status"] == "missing", "value"].isna().all()
    assert rows.loc[rows["status"].isin(["reported", "derived"]), "value"].notna().all()
    assert rows.loc[rows["status"] == "reported", ["low", "high"]].isna().all(axis=None)


def test_every_source_can_be_looked_up(
    results: Results, frames: dict[str, pd.DataFrame], graded: assumptions.Assumptions
) -> None:
    labels = set(re.findall(r"\(([A-Za-z]\d?)\)\.?\*\*", METHOD.read_text(encoding="utf-8")))
    known = {*labels, *frames, *graded, *frames["published_st"]["figure"]}
    tidied = (results.tidy, results.paths, results.programme, results.guidelines, results.outlook, results.places)
    named = {name.strip() for rows in tidied for source in rows["source"].unique() for name in source.split(";")}
    assert named <= known, named - known


def test_a_region_without_a_figure_gets_an_interval_and_nothing_else(results: Results, edition: dict[str, Any]) -> None:
    persons = results.of("st_persons_reference")
    absent = persons.index[persons["status"] == "missing"]
    assert len(absent) == edition["regions"]["without_a_count_of_persons"]
    assert persons.loc[absent, "value"].isna().all()
    assert (persons.loc[absent, ["low", "high"]] % 5 == 0).all(axis=None)
    assert (persons.loc[absent, "qualifier"] == "interval_only").all()
    for measure in ("st_persons_per_1000", "coverage_b", "st_gap", "st_positions_gap", "specialist_gap_target"):
        assert results.of(measure).loc[absent, "value"].isna().all(), measure
    assert not set(absent) & set(results.of("st_newest_per_1000").index)


def test_coverage_has_a_point_only_where_specialists_are_published(
    frames: dict[str, pd.DataFrame], results: Results
) -> None:
    published = frames["specialist_baseline"].set_index("region")["qualifier"].fillna("")
    coverage = results.of("coverage_a").drop(NATION)
    known = coverage.loc[coverage["value"].notna()]
    assert set(known.index) == set(published.index)
    assert (known["qualifier"] == published[known.index]).all()
    assert coverage[["low", "high"]].notna().all(axis=None)


def test_what_is_estimated_from_a_lower_bound_is_none(results: Results) -> None:
    assert results.cell("st_persons", "04").qualifier == "lower_bound"
    for measure in ("st_persons_reference", "st_gap"):
        cell = results.cell(measure, "04")
        assert (cell.status, cell.qualifier) == ("estimated", "")
        assert cell.low < cell.value < cell.high


def test_order_of_the_rows_does_not_matter(
    frames: dict[str, pd.DataFrame], graded: assumptions.Assumptions, results: Results
) -> None:
    shuffled = {name: frame.sample(frac=1, random_state=3) for name, frame in frames.items()}
    again = model.run(shuffled, graded, len(results.draws["st_gap"]))
    pd.testing.assert_frame_equal(again.tidy, results.tidy, rtol=1e-9)


def test_dated_figures_are_compared_with_one_path(results: Results, edition: dict[str, Any]) -> None:
    rows = results.reconciled
    assert set(rows["region"]) == set(edition["regions"]["with_dated_figures"])
    assert rows.groupby("region")["kind"].agg(lambda kinds: (kinds == "stock").sum()).min() >= 2
    assert (rows["residual"].abs().gt(2) == rows["question"]).all()


def test_each_known_region_is_left_out_once_and_not_given_its_own(results: Results) -> None:
    rows = results.left_out.set_index("region")
    known = results.of("st_persons_reference")["value"].drop(NATION).dropna()
    assert set(rows.index) == set(known.index)
    assert ((rows["low"] < rows["middle"]) & (rows["middle"] < rows["high"])).all()
    # Without its own figure a region is estimated from the others: nearer to the mean density than Jämtland Härjedalen is.
    assert rows.loc["23", "high"] < rows.loc["23", "value"]


def test_a_nearer_target_asks_for_more_and_then_for_the_impossible(results: Results) -> None:
    path = results.starters.set_index("year")
    reported = path.dropna(subset=["value"])
    assert reported["value"].is_monotonic_decreasing
    assert (reported["low"].notna() == (reported["feasible"] >= 0.9)).all()
    assert (path.index[path["value"].isna()] < reported.index.min()).all()
    assert path["feasible"].is_monotonic_increasing


def test_a_target_year_beyond_the_applicants_has_no_number(results: Results, graded: assumptions.Assumptions) -> None:
    path = results.starters.set_index("year")
    first = graded["first_adjustable_intake"].value - results.base_year - 1
    pool = graded["st_applicants"].value * (1 + graded["st_applicants_growth"].value) ** first
    assert path["value"].dropna().le(pool).all()
    assert ((path["obstacle"] == "") == path["value"].notna()).all()
    assert {"training time", "applicants"} <= set(path["obstacle"])


def test_the_norm_in_force_is_among_the_scenarios(results: Results) -> None:
    norms = results.norms.set_index("norm")
    assert norms["value"].is_monotonic_decreasing
    cell = results.cell("st_positions_guideline")
    assert norms.loc[1100, ["value", "low", "high"]].to_list() == [cell.value, cell.low, cell.high]


def test_a_region_that_returns_its_number_is_known(
    frames: dict[str, pd.DataFrame], graded: assumptions.Assumptions
) -> None:
    """Numbers handed in are synthetic; three persons are too few to be shown."""
    handed_in = pd.DataFrame(
        {
            "region": ["25", "09"],
            "reference_date": pd.Timestamp("2025-12-31"),
            "care_unit": "whole",
            "is_whole": True,
            "sector": "all",
            "municipality": "",
            "measure": "persons",
            "sex": "all",
            "stage": "all",
            "value": [77.0, 3.0],
            "status": "reported",
            "is_complete": True,
        }
    )
    results = model.run({**frames, "returns": handed_in}, graded, 128)
    known, hidden = (results.cell("st_persons", code) for code in ("25", "09"))
    assert (known.value, known.status, known.source) == (77, "reported", "return-25-2025-12-31")
    assert np.isfinite(results.cell("st_gap", "25").value)
    assert hidden.status == "suppressed"
    assert np.isnan([hidden.value, results.cell("st_gap", "09").value]).all()


def test_cells_show_no_more_than_they_may() -> None:
    draws = np.arange(1, 1001.0)[:, None] * [1, 1, 1]
    rows = tidy(
        ["01", "03", "00"],
        "m",
        "persons",
        "C2",
        value=[np.nan, 7, 7],
        draws=draws,
        valued=[True, False, True],
        ranged=[True, False, True],
        step=15.0,
    )
    assert rows["status"].tolist() == ["missing", "missing", "estimated"]
    assert rows["qualifier"].tolist() == ["interval_only", "", ""]
    assert rows[["low", "high"]].to_numpy().tolist()[0] == [90, 900]
    assert rows.loc[1, ["value", "low", "high"]].isna().all()
    assert rows.loc[2, ["value", "low", "high"]].tolist() == [7, 100, 900]


def test_a_suppressed_cell_shows_nothing_whatever_it_is_given() -> None:
    draws = np.arange(1, 101.0)[:, None] * [1, 1]
    rows = tidy(["01", "03"], "m", "persons", "C2", value=[3, 7], draws=draws, status=["suppressed", "reported"])
    assert rows["status"].tolist() == ["suppressed", "reported"]
    assert rows.loc[0, ["value", "low", "high"]].isna().all()
    assert rows.loc[1, ["value", "low", "high"]].notna().all()


@pytest.mark.parametrize(
    "table", ["population_municipality_age_group", "education_municipality", "born_abroad_municipality"]
)
def test_an_older_year_in_a_table_changes_nothing(
    frames: dict[str, pd.DataFrame], base: chain.Base, results: Results, table: str
) -> None:
    older = frames[table].assign(
        year=frames[table]["year"] - 1, population=lambda rows: rows["population"].iloc[::-1].to_numpy()
    )
    both = frames | {table: pd.concat([older, frames[table]], ignore_index=True)}
    for found, before in zip(
        weights.known_shares(both, base.people.municipalities),
        weights.known_shares(frames, base.people.municipalities),
        strict=True,
    ):
        np.testing.assert_array_equal(found, before)
    need = results.municipalities["specialist_requirement"].to_numpy()
    rows = [cells.municipalities(each, base.people, need, need[None]) for each in (both, frames)]
    pd.testing.assert_frame_equal(*rows)


def test_a_copy_with_other_values_goes_on_recording_what_is_read(graded: assumptions.Assumptions) -> None:
    read: list[str] = []
    with parameters.noted(lambda name, _: read.append(name)):
        p = parameters.Parameters.of(graded.at_value())
    changed = p.but(need_age_weight=0.25)
    assert read == []
    assert changed.need.need_age_weight[0, 0] == 0.25
    assert changed.need.need_exponent is p.need.need_exponent
    assert read == ["need_age_weight", "need_exponent", "need_exponent"]
