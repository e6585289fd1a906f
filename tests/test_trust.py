"""Sensitivity, scenarios, cost and trust: identities, worked examples, and values that must not be shown."""

import numpy as np
import pandas as pd
import pytest

from riktvarden import assumptions, population, uncertainty
from riktvarden.codes import NATION
from riktvarden.model import (
    careers,
    chain,
    costs,
    general_practice,
    guidelines,
    path_to_norm,
    scenarios,
    sensitivity,
    trust,
)
from riktvarden.names import LOCAL_NORM, MINUTES, TODAY
from riktvarden.parameters import Parameters
from riktvarden.professions import PROFESSIONS
from riktvarden.results import Results
from riktvarden.uncertainty import Sample


@pytest.fixture(scope="module")
def on(base: chain.Base) -> chain.Base:
    return base


@pytest.fixture(scope="module")
def drawn(on: chain.Base, results: Results) -> Sample:
    """The draws of the results."""
    return on.sample(len(results.draws["st_gap"]))


@pytest.fixture(scope="module")
def tornado(on: chain.Base) -> pd.DataFrame:
    return sensitivity.tornado(on)


# --- the chain ------------------------------------------------------------------------------------------


def test_the_chain_without_rows_gives_the_results(on: chain.Base, drawn: Sample, results: Results) -> None:
    reported = pd.DataFrame(sensitivity.evaluator(on)(drawn), columns=pd.MultiIndex.from_frame(sensitivity.outputs(on)))
    measure = "st_positions_guideline"
    np.testing.assert_allclose(reported[measure]["general_practice"], results.draws[measure], rtol=1e-9)
    nation = results.guidelines.query("region == '00' and measure == 'fte_need' and principal == 'all'")
    for profession in PROFESSIONS:
        ends = uncertainty.interval(reported["fte_need"][profession][NATION])
        row = nation.loc[nation["profession"] == profession].iloc[0]
        np.testing.assert_allclose([row["low"], row["high"]], guidelines.rounded([ends.low, ends.high]), rtol=1e-12)


def test_a_shorter_path_is_the_beginning_of_the_longer(on: chain.Base) -> None:
    whole, short = (
        chain.doctors(on, on.central(), people) for people in (on.people, chain.until(on.people, on.people.target_year))
    )
    years = short.have.fte.shape[-1]
    assert years == on.people.at_target + 1
    np.testing.assert_allclose(short.have.fte, whole.have.fte[..., :years], rtol=1e-12)
    np.testing.assert_allclose(short.required.by_year, whole.required.by_year[..., :years], rtol=1e-12)


# --- sensitivity ----------------------------------------------------------------------------------------


def test_every_drawn_assumption_is_in_a_file_and_so_in_a_group(
    on: chain.Base, tornado: pd.DataFrame, graded: assumptions.Assumptions
) -> None:
    assert set(graded.files) == set(graded)
    assert graded.files["retirement_age_doctors"] == on.specialists.joint.column == "careers"
    found = sensitivity.groups(on, set(tornado["assumption"]))
    members = [name for names in found.values() for name in names]
    assert len(members) == len(set(members))
    assert set(tornado["assumption"]) <= set(members)
    assert set(found[sensitivity.REGIONAL]) == set(on.streams) - set(chain.WITHIN_REGIONS)
    assert set(careers.MELDED) <= set(found[on.specialists.joint.column])


def test_what_cannot_move_a_result_does_not(tornado: pd.DataFrame, graded: assumptions.Assumptions) -> None:
    moving = set(tornado["assumption"])
    # Prices move no number of people, and a scenario that is not drawn moves nothing.
    assert not moving & {name for name, file in graded.files.items() if file == "economics"}
    assert not moving & {name for name, item in graded.items() if item.distribution in ("fixed", "scenario")}
    positions = tornado.query("measure == 'st_positions_guideline' and region == '00'").set_index("assumption")
    assert set(positions.index) == {
        *careers.MELDED,
        "foreign_certificates",
        "older_fte_ratio",
        "completion_share",
        "fte_per_specialist",
        "calendar_training_years",
        "persons_per_position",
        "st_vacancy_rate",
    }


def test_a_tornado_by_hand(tornado: pd.DataFrame, graded: assumptions.Assumptions) -> None:
    """Positions are proportional to 1/persons per position and to 1/(1 - vacancies) (method D4)."""
    rows = tornado.query("measure == 'st_positions_guideline' and region == '00'").set_index("assumption")
    empty, each = graded["st_vacancy_rate"], graded["persons_per_position"]
    share = rows.loc["st_vacancy_rate", "at_high"] / rows.loc["st_vacancy_rate", "value"]
    assert share == pytest.approx((1 - empty.value) / (1 - empty.high), rel=1e-9)
    low, high = rows.loc["persons_per_position", ["at_low", "at_high"]] / rows.loc["persons_per_position", "value"]
    assert (low, high) == pytest.approx((each.value / each.low, each.value / each.high), rel=1e-9)


def test_indices_are_shares_and_find_the_one_group_that_matters(on: chain.Base, tornado: pd.DataFrame) -> None:
    rows = sensitivity.indices(on, set(tornado["assumption"]), n=32)
    assert len(rows) == len(sensitivity.outputs(on)) * len(sensitivity.groups(on, set(tornado["assumption"])))
    assert rows[["first", "first_error", "total", "total_error"]].notna().all(axis=None)
    assert (rows["total"] >= 0).all()
    nation = rows.query("region == '00'").set_index(["measure", "profession", "group"])["total"].sort_index()
    assert nation["st_positions_guideline", "general_practice"].idxmax() == "careers"
    assert nation["fte_need", "psychologist"].idxmax() == "mental_health"
    assert nation["st_positions_guideline", "general_practice", "contacts"] == 0
    # The norm is a mean over the nation: what moves the regions leaves its positions where they are.
    assert nation["st_positions_guideline", "general_practice", sensitivity.REGIONAL] == pytest.approx(0, abs=1e-9)


def test_what_to_measure_next_is_ranked_and_tells_from_chance(on: chain.Base, tornado: pd.DataFrame) -> None:
    found = sensitivity.measure_next(on, on.sample(1024), tornado)
    assert set(sensitivity.UNPUBLISHED.values()) <= set(found["input"])
    unpublished = found.loc[found["input"].isin(sensitivity.UNPUBLISHED.values())]
    assert set(unpublished["measure"]) == {"st_starters_target"}
    assert (unpublished["grade"] == "").all()
    ranked = sensitivity.ranking(found)
    assert ranked["narrower"].is_monotonic_decreasing
    assert not ranked["input"].duplicated().any()
    assert (ranked["narrower"] > sensitivity.SEEN).all()
    assert "fte_per_specialist" in set(ranked["input"].head(6))
    # What is unpublished says most of the regions that have not published it.
    own = found.query("input == 'st_persons_unpublished' and region != '00'").set_index("region")["narrower"]
    published = own.index.isin(["01", "04", "06", "07", "12", "14", "23"])
    assert own[~published].mean() > own[published].mean()


# --- scenarios ------------------------------------------------------------------------------------------


def test_the_grid_has_every_choice_once(on: chain.Base, drawn: Sample, frames: dict[str, pd.DataFrame]) -> None:
    grid = scenarios.grid(on, drawn)
    assert not grid.duplicated([*scenarios.CHOICES, "region", "profession", "measure"]).any()
    norms = scenarios.norms(frames["published_st"])
    published = frames["published_st"].loc[frames["published_st"]["measure"] == LOCAL_NORM, "value"]
    assert set(norms) == set(published)
    covered = grid.loc[grid["coverage"].notna()]
    assert covered.groupby(["norm", "coverage"]).size().eq(len(on.people.areas)).all()
    psychologists = grid.query("profession == 'psychologist' and measure == 'fte'")
    assert set(psychologists["zeta"].dropna()) == set(scenarios.ZETAS)
    assert set(psychologists["level"]) == {TODAY, MINUTES}
    assert psychologists["value"].isna().all()


def test_a_choice_moves_what_it_should(on: chain.Base, drawn: Sample, results: Results) -> None:
    grid = scenarios.grid(on, drawn)
    nation = grid.query("region == '00'").set_index(["norm", "measure"])["value"]
    assert nation[1100.0, "coverage_a"] == pytest.approx(results.cell("coverage_a").value, rel=1e-9)
    assert nation[1100.0, "coverage_b"] == pytest.approx(results.cell("coverage_b").value, rel=1e-9)
    # In the nation every factor averages one, so that coverage is proportional to the norm.
    assert nation[1500.0, "coverage_a"] / nation[1100.0, "coverage_a"] == pytest.approx(1500 / 1100, rel=1e-9)
    minutes = grid.query("profession == 'psychologist' and measure == 'fte' and level == 'minutes'").set_index("zeta")
    today = grid.query("profession == 'psychologist' and measure == 'fte' and level == 'today'").iloc[0]
    # With no weight on need, need is what today's psychologists have time for.
    assert minutes.loc[0.0, ["low", "high"]].to_list() == today[["low", "high"]].to_list()
    assert minutes["high"].is_monotonic_increasing


def test_no_choice_gives_a_region_without_a_figure_a_value(on: chain.Base, drawn: Sample, results: Results) -> None:
    rows = scenarios.grid(on, drawn).query("measure == 'coverage_a'")
    known = results.of("coverage_a")["value"].notna()
    for _, of_norm in rows.groupby("norm"):
        assert of_norm.set_index("region")["value"].notna().to_dict() == known.to_dict()


def test_more_starters_never_lower_the_chance(on: chain.Base, drawn: Sample, results: Results) -> None:
    rows = scenarios.chance(on, drawn, results.programme)
    wide = rows.pivot_table(index="year", columns="intake", values="value")
    assert set(wide.columns) == set(scenarios.INTAKES)
    assert (wide["applicants"] >= wide["guideline"]).all()
    assert (wide["programme"] >= wide["guideline"]).all()
    # Today's intake is what each draw has it to be, and gives what the report's path gives.
    paths = results.paths.query("region == '00' and measure == 'norm_met_reference'").set_index("year")["value"]
    np.testing.assert_allclose(wide["reference"], paths.astype(float), rtol=1e-12)
    assert wide.to_numpy().min() >= 0
    assert wide.to_numpy().max() <= 1
    # No one who starts now has finished within a few years.
    assert wide.loc[: on.people.base_year + 5].nunique(axis=1).eq(1).all()


# --- cost -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def by_year(on: chain.Base, drawn: Sample, results: Results) -> pd.DataFrame:
    return costs.by_year(on, drawn, results.programme)


def test_a_unit_cost_by_hand(on: chain.Base, graded: assumptions.Assumptions) -> None:
    a = graded.central()
    found = costs.unit_cost(Parameters.of(on.central().assumptions), "specialist", "region")
    pay = 12 * a["monthly_pay_specialist"] * (1 + a["pay_growth"]) ** (a["price_year"] - a["pay_year_specialist"])
    both = pay * (1 + a["employer_on_cost_region"])
    year = both * (1 + a["direct_overhead"]) + a["indirect_overhead"]
    drawn = on.central().assumptions  # working time is conditioned on the staff counted
    days, away, each = (float(drawn[name][0, 0]) for name in ("possible_working_days", "days_away", "hours_per_day"))
    hours = (days - away) * each
    assert float(found.per_year[0, 0]) == pytest.approx(year, rel=1e-9)
    assert float(found.per_hour[0, 0]) == pytest.approx(year / hours, rel=1e-9)


def test_everyone_has_a_unit_cost_for_every_principal_that_employs_them(on: chain.Base, drawn: Sample) -> None:
    rows = costs.unit_costs(on, drawn)
    employers = rows.groupby("who")["principal"].agg(set)
    assert employers["specialist"] == {"region"}
    assert employers["district_nurse"] == {"region", "municipality"}
    assert (rows["low"] < rows["value"]).all()
    assert (rows["value"] < rows["high"]).all()


def test_the_regions_pay_what_the_nation_does(by_year: pd.DataFrame, on: chain.Base, results: Results) -> None:
    found = costs.priced(on.people, chain.doctors(on, on.central()), path_to_norm.intake(results.programme, on.people))
    nation = by_year.query("region == '00' and measure == 'cost_total'").set_index("path")["value"]
    for name, cost in found.items():
        np.testing.assert_allclose(cost.total[:, :-1].sum(axis=1), cost.total[:, -1], rtol=1e-9)
        parts = sum(np.asarray(part) for part in cost[:-1])
        np.testing.assert_allclose(parts, cost.total, rtol=1e-9)
        np.testing.assert_allclose(nation[name], cost.total[0, -1], rtol=1e-9)


def test_the_difference_of_the_paths_is_their_difference(by_year: pd.DataFrame) -> None:
    nation = by_year.query("region == '00'").set_index(["path", "measure", "year"])["value"]
    apart = nation[costs.PROGRAMME] - nation[costs.REFERENCE]
    pd.testing.assert_series_equal(apart, nation[costs.DIFFERENCE], check_names=False, rtol=1e-9)
    # What has not been decided yet costs nothing.
    assert apart["cost_total", 2026] == pytest.approx(0, abs=1e-3)
    assert (apart["cost_agency_replaced"] <= 0).all()


def test_a_path_that_meets_the_norm_has_the_specialists_it_asks_for(on: chain.Base) -> None:
    """Method D1: at the end of the target year the constant intake meets the requirement in every region."""
    found = chain.doctors(on, on.central())
    fte = costs.paths(on.people, found)[costs.TARGET].fte[0]
    starters = general_practice.starters_for(found.p, on.people, found.have, found.required.by_year, on.people.target_year)
    at = on.people.at_target
    # No region trains fewer than replace those who leave, so that some get more than they ask for.
    asked = found.required.by_year[0, :-1, at]
    assert (starters > 0).all()
    assert (fte[:, at] >= asked * (1 - 1e-6)).all()


def test_cost_of_a_region_without_a_figure_is_an_interval(by_year: pd.DataFrame, results: Results) -> None:
    known = results.of("coverage_b")["value"].notna()
    rows = by_year.query("measure == 'cost_total' and year == 2040 and path == 'target'").set_index("region")
    assert rows["value"].notna().to_dict() == known.to_dict()
    assert rows[["low", "high"]].notna().all(axis=None)
    assert (rows["status"] == "estimated").all()


def test_worth_today_falls_with_the_rate_and_is_the_sum_without(
    by_year: pd.DataFrame, on: chain.Base, drawn: Sample, results: Results
) -> None:
    found = costs.present_value(on, drawn, results.programme)
    rows = found.query("region == '00'").set_index("rate")["value"]
    assert rows.index.to_list() == [0.0, 0.03, 0.05]
    assert rows.is_monotonic_decreasing
    added = by_year.query("region == '00' and measure == 'cost_total' and path == 'difference'")["value"].sum()
    assert rows[0.0] == pytest.approx(added, rel=1e-9)
    assert set(found["region"]) == set(on.people.areas)


def test_gaps_of_the_nation_hold_together(on: chain.Base, drawn: Sample, results: Results) -> None:
    rows = costs.gaps(on, drawn).set_index(["measure", "year"]).sort_index()
    for year in (on.people.base_year, on.people.target_year):
        gross, net = rows.loc[("gap_gross", year)], rows.loc[("gap_net", year)]
        assert gross["low"] >= net["low"]
        assert rows.loc[("gap_closed_by_redistribution", year), "high"] <= rows.loc[("gap_gross", year), "high"]
    for year, measure in ((on.people.base_year, "specialist_gap"), (on.people.target_year, "specialist_gap_target")):
        net, cell = rows.loc[("gap_net", year)], results.cell(measure)
        assert net[["value", "low", "high"]].to_list() == pytest.approx([cell.value, cell.low, cell.high], rel=1e-9)
    assert rows.drop("gap_net")["value"].isna().all()


def test_the_professions_cost_both_principals_and_never_a_value(on: chain.Base, drawn: Sample) -> None:
    rows = costs.of_professions(on, drawn)
    assert rows["value"].isna().all()
    assert rows[["low", "high"]].notna().all(axis=None)
    assert set(rows.query("profession == 'psychologist'")["principal"]) == {"region"}
    assert set(rows.query("profession == 'district_nurse'")["principal"]) == {"region", "municipality"}


# --- trust ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scores(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return trust.population_back_test(frames)


def test_the_back_test_covers_what_it_says(scores: pd.DataFrame) -> None:
    assert set(scores["series"]) == set(trust.SERIES)
    assert len(scores) == len(trust.SERIES) * len(trust.WINDOWS) * len(trust.HORIZONS)
    # Origins 1995 to 2023, outcomes to 2024: ten years ahead of 1995 to 2014. Ten years of flows begin in 1991.
    origins = scores.query("series == 'nation'").set_index(["window", "horizon"])["origins"]
    assert (origins[3, 1], origins[3, 10], origins[10, 1]) == (29, 20, 24)
    assert scores["mape"].between(0, 0.2).all()
    assert (scores["mape"] >= scores["bias"].abs() - 1e-12).all()


def test_errors_grow_with_the_horizon(scores: pd.DataFrame) -> None:
    for (_, _), rows in scores.groupby(["series", "window"]):
        assert rows.sort_values("horizon")["mape"].is_monotonic_increasing


def test_shares_of_the_nation_err_less_than_levels(scores: pd.DataFrame) -> None:
    mape = scores.set_index(["series", "window", "horizon"])["mape"]
    assert (mape["regions_share"] < mape["regions"]).all()
    # The old change places less than others: what they miss together is the nation's mortality.
    assert (mape["regions_old_share"] < mape["regions_old"]).all()


def test_the_window_the_model_uses_beats_simple_methods(scores: pd.DataFrame) -> None:
    """What the model takes is the shares of the nation: up to five years ahead, all inhabitants and the old."""
    shares = scores["series"].str.endswith("share")
    used = scores.loc[shares & (scores["window"] == population.WINDOW) & (scores["horizon"] <= 5)]
    assert len(used) == 2 * 3
    assert (used[["skill_last_value", "skill_linear_trend"]] > 0.1).all(axis=None)
    # Mortality improves: without it the old were a tenth too few after ten years.
    old = scores.query("series == 'regions_old' and horizon == 10")
    assert (old["bias"].abs() < 0.01).all()


def test_regions_that_changed_borders_are_left_out(frames: dict[str, pd.DataFrame], scores: pd.DataFrame) -> None:
    """Were Heby's move counted as an error, Uppsala and Västmanland would err by several per cent within a year."""
    one_year = scores.query("series == 'regions_share' and horizon == 1")
    assert (one_year["mape"] < 0.003).all()


def test_a_stock_is_tested_on_what_was_published(results: Results, graded: assumptions.Assumptions) -> None:
    rows = trust.stock_back_test(results.reconciled, graded).set_index("horizon")
    # The nation 2012 to 2013 and 2013 to 2014, Stockholm 2023 to 2024.
    assert rows.loc[1, "origins"] == 3
    growth = 1 + graded["st_growth"].value
    errors = [1860 * growth / 2087 - 1, 2087 * growth / 2400 - 1, 650 * growth / 706 - 1]
    assert rows.loc[1, "mape"] == pytest.approx(np.abs(errors).mean(), rel=1e-9)
    assert rows.loc[1, "reason"] == "few_origins"
    assert np.isnan(rows.loc[1, "skill_last_value"])


def test_leaving_out_a_year_moves_what_it_should(frames: dict[str, pd.DataFrame], graded: assumptions.Assumptions) -> None:
    rows = trust.stability(frames, graded, 64).set_index("region")
    regions = rows.drop(NATION)
    # The nation's inhabitants stay as they are published: only shares move, and they sum to the same.
    assert rows.loc[NATION, "share"] == pytest.approx(0, abs=1e-9)
    assert regions["change"].abs().max() > 0
    assert regions["change"].sum() == pytest.approx(0, abs=1e-6)
    assert regions["share"].abs().max() < 0.05
    reported = regions["low_without_st"].notna()
    assert reported.sum() == 7
    wider = (regions["high_without_st"] - regions["low_without_st"]) - (regions["high"] - regions["low"])
    # No region has an older figure to fall back on, and the largest loses most.
    assert wider["01"] == wider[reported].max() > 0
