"""Stocks, starters and positions by year: conserved, summed to the nation, and shown only if known."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from riktvarden import guideline, supply
from riktvarden.assumptions import Assumptions
from riktvarden.codes import NATION
from riktvarden.model import careers, chain, general_practice, inputs, path_to_norm
from riktvarden.results import Results


@pytest.fixture(scope="session")
def passed(base: chain.Base) -> SimpleNamespace:
    """The chain of general practice at the central values, every region's stock from the middle of its prior."""
    p, required, stocks, have = chain.doctors(base, base.central())
    career = careers.career(p, "general_practice", base.deaths)
    return SimpleNamespace(p=p, people=base.people, stocks=stocks, career=career, required=required.by_year, have=have)


def test_the_stock_begins_where_it_is(passed: SimpleNamespace) -> None:
    assert_allclose(passed.have.fte[..., 0], passed.stocks.specialists, rtol=1e-9)
    assert_allclose(passed.career.stock_ages.sum(axis=(1, 2)), 1, rtol=1e-12)
    assert_allclose(passed.career.entry_ages.sum(axis=(1, 2)), 1, rtol=1e-12)


def test_the_linear_path_is_the_cohorts_followed_one_by_one(passed: SimpleNamespace) -> None:
    """No ages are kept by region: the same persons, sexes and ages in every region give the same path."""
    p, people, have = passed.p, passed.people, passed.have
    horizon = len(people.years) - 1
    persons = passed.stocks.specialists[0, :-1] / p.specialists.fte_per_specialist[0, 0]
    growth = np.log1p(p.st.st_growth)
    training = have.in_training_before[..., :-1, 0]
    finishing = supply.completions_of_stock(training, growth, p.st.calendar_training_years, p.st.completion_share, horizon)
    destination = people.base[:-1] / people.base[-1]
    arriving = supply.spread_first_job(finishing, p.specialists.stay_share, destination[None])[0]
    arriving = arriving + (general_practice.from_abroad(p)[0, 0] * destination)[:, None]
    moves = supply.Moves(p.careers.specialist_move_rate[0, 0], destination)
    path = supply.project(
        persons[:, None, None] * passed.career.stock_ages[0],
        arriving,
        passed.career.entry_ages[0],
        passed.career.leaving[0],
        moves,
    )
    fte = (path * passed.career.fte[0][..., None]).sum(axis=(1, 2))
    assert_allclose(fte, have.fte_before[0, :-1], rtol=1e-9)


CENTURY = 100
"""Years after which nobody of today is at work, so that a constant intake has led where it leads."""


def test_the_guideline_kept_for_a_century_meets_the_norm_everywhere(base: chain.Base) -> None:
    """The intake that is said to hold the norm, followed by the projection, lands on it in every region and draw."""
    years = np.arange(base.people.base_year, base.people.base_year + CENTURY + 1)
    people = replace(base.people, years=years)
    for drawn in (base.central(), base.sample(200)):
        p, required, stocks, _ = chain.doctors(base, drawn, chain.until(base.people, base.people.base_year + 1))
        have = general_practice.supplied(p, people, stocks, careers.career(p, "general_practice", base.deaths))
        wanted = required.by_year[..., 0]
        keeping = general_practice.sustaining(p, have, wanted)
        assert (keeping > 0).all()
        reached = general_practice.with_intake(p, people, have, keeping[:, :-1]).fte[..., -1]
        assert_allclose(reached, wanted, rtol=1e-6)


def test_the_long_run_is_where_todays_intake_leads(base: chain.Base) -> None:
    people = replace(base.people, years=np.arange(base.people.base_year, base.people.base_year + CENTURY + 1))
    p, _, stocks, _ = chain.doctors(base, base.sample(64), chain.until(base.people, base.people.base_year + 1))
    have = general_practice.supplied(p, people, stocks, careers.career(p, "general_practice", base.deaths))
    assert_allclose(have.fte[..., -1], general_practice.lasting(p, have), rtol=1e-9)
    norm = general_practice.norm(p, have, general_practice.lasting(p, have))
    assert_allclose(norm["st_starters_guideline"], have.intake, rtol=1e-9)


def test_no_region_is_advised_to_train_fewer_than_leave(passed: SimpleNamespace) -> None:
    """Where all have twice what they need, the advice is still what replaces those who leave."""
    plenty = passed.required / 4
    starters = general_practice.starters_for(passed.p, passed.people, passed.have, plenty, passed.people.target_year)
    keeping = general_practice.sustaining(passed.p, passed.have, plenty[..., passed.people.at_target])
    assert_allclose(starters, keeping, rtol=1e-12)


def test_chance_spreads_small_regions_as_single_persons_do(base: chain.Base, passed: SimpleNamespace) -> None:
    """Against persons followed one by one: survivors are binomial, those who came since Poisson."""
    draws, year = 4000, 10
    rng = np.random.default_rng(7)
    p = passed.p.only(np.zeros(draws, dtype=int))
    have = general_practice.Supply(**{name: np.repeat(value, draws, axis=0) for name, value in vars(passed.have).items()})
    career = careers.career(p, "general_practice", base.deaths)
    uniform = (rng.permuted(np.tile(np.arange(draws), (21, 1)), axis=1).T + 0.5) / draws
    fte = general_practice.by_chance(p, career, have, uniform).fte[..., year]
    rate = passed.p.specialists.fte_per_specialist[0, 0]
    stock, left = passed.have.fte[0, :-1, 0] / rate, career.stock_left(year, in_fte=False)[0, year]
    came = passed.have.fte[0, :-1, year] / rate - stock * left
    followed = rng.binomial(np.rint(stock).astype(int), left, (draws, 21)) + rng.poisson(np.maximum(came, 0), (draws, 21))
    assert_allclose(fte[:, :-1].mean(axis=0), passed.have.fte[0, :-1, year], rtol=0.01)
    assert_allclose(fte[:, :-1].std(axis=0), followed.std(axis=0) * rate, rtol=0.08)
    assert_allclose(fte[:, :-1].sum(axis=1), fte[:, -1])
    relative = fte.std(axis=0) / fte.mean(axis=0)
    assert relative[base.people.codes.index("09")] > 3 * relative[base.people.codes.index("14")]


def test_regions_sum_to_the_nation_in_every_year(results: Results) -> None:
    rows = results.paths.query("measure in ['specialist_requirement', 'st_starters_guideline']")
    wide = rows.pivot_table(index=["measure", "year"], columns="region", values="value")
    assert_allclose(wide.drop(columns=NATION).sum(axis=1), wide[NATION], rtol=1e-9)


def test_moves_cancel_over_the_nation(passed: SimpleNamespace) -> None:
    still = passed.p.but(specialist_move_rate=0.0, stay_share=1.0)
    alone = general_practice.supplied(still, passed.people, passed.stocks, passed.career)
    assert_allclose(alone.fte[:, -1], passed.have.fte[:, -1], rtol=1e-9)
    assert np.abs(alone.fte[:, :-1, -1] / passed.have.fte[:, :-1, -1] - 1).max() > 0.001


def test_a_closed_gap_is_closed(passed: SimpleNamespace) -> None:
    """Starters of the closed form, followed through training and work, meet the requirement in the target year."""
    p, people, have = passed.p, passed.people, passed.have
    starters = general_practice.starters_for(p, people, have, passed.required, people.target_year)
    reached = general_practice.with_intake(p, people, have, starters[:, :-1]).fte[..., people.at_target]
    wanted = passed.required[..., people.at_target]
    keeping = general_practice.sustaining(p, have, wanted)
    # Regions that are advised more than they need alone send the new specialists to others as well.
    assert (reached >= wanted * (1 - 1e-9)).all()
    assert (starters >= keeping * (1 - 1e-12)).all()
    assert starters[:, -1] == pytest.approx(starters[:, :-1].sum())


def test_no_curve_is_drawn_where_the_stock_is_unpublished(results: Results, frames: dict[str, pd.DataFrame]) -> None:
    known = {*frames["specialist_baseline"]["region"], NATION}
    rows = results.paths
    stock = rows.loc[rows["measure"].isin(["specialist_fte_reference", "coverage_a_reference", "coverage_b_reference"])]
    unknown = stock.loc[~stock["region"].isin(known)]
    assert unknown["value"].isna().all()
    assert unknown[["low", "high"]].notna().all(axis=None)
    assert (unknown["qualifier"] == "interval_only").all()
    reported = set(results.of("st_persons_reference")["value"].dropna().index)
    programme = results.programme.dropna(subset="value")
    assert set(programme.query("measure == 'programme_specialist_fte'")["region"]) == known
    assert set(programme.query("measure == 'programme_positions'")["region"]) == reported
    assert set(programme.query("measure == 'programme_starters'")["region"]) == set(results.areas)
    before = programme.query("measure == 'programme_starters' and year == 2025")
    assert set(before["region"]) == reported


def test_the_programme_keeps_its_limits(results: Results, graded: Assumptions) -> None:
    status, binding, year = results.programme_status
    assert status in {guideline.OPTIMAL, guideline.INFEASIBLE, guideline.BY_TRAINING_ALONE}
    assert (status == guideline.OPTIMAL) == (binding == ())
    assert year >= graded["target_year"].value
    nation = results.programme.query("region == @NATION").pivot_table(index="year", columns="measure", values="value")
    starters = nation["programme_starters"].to_numpy()
    changes = np.abs(np.diff(starters)) / starters[:-1]
    assert changes.max() <= graded["intake_smoothing"].value + 1e-6
    assert nation.loc[nation.index >= year, "programme_coverage_a"].min() >= 1 - 1e-6
    assert (nation["programme_positions"] % 1 == 0).all()


def test_room_enough_makes_the_target_year_possible(passed: SimpleNamespace) -> None:
    wide = {
        "intake_smoothing": 1.0,
        "st_per_specialist_limit": 3.0,
        "st_applicants": 9000.0,
        "programme_terminal_band": 5.0,
        "listed_per_st_doctor": 200.0,
    }
    p = passed.p.but(**wide)
    solved = path_to_norm.programme(p, passed.people, passed.have, passed.required)
    assert solved.status == guideline.OPTIMAL
    assert solved.first_feasible_year == passed.people.target_year


def test_a_target_that_training_cannot_reach_is_said_so(passed: SimpleNamespace) -> None:
    soon = SimpleNamespace(**vars(passed.people) | {"target_year": passed.p.st.first_adjustable_intake + 2})
    people = inputs.People(**soon.__dict__)
    solved = path_to_norm.programme(passed.p, people, passed.have, passed.required)
    assert solved.status == guideline.BY_TRAINING_ALONE
    assert np.isnan(solved.intake).all()
