"""The first line of care for mental ill-health: everyone counted once, and the survey's share met."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riktvarden import need, tables
from riktvarden.baseline.personnel import AGES, FUNCTION
from riktvarden.codes import NATION
from riktvarden.model import chain, first_line, professions
from riktvarden.model.weights import working_time
from riktvarden.parameters import Parameters
from riktvarden.uncertainty import Sample

DRAWS = 64


@pytest.fixture(scope="module")
def drawn(base: chain.Base) -> Sample:
    return base.sample(DRAWS)


@pytest.fixture(scope="module")
def found(base: chain.Base, drawn: Sample) -> pd.DataFrame:
    return first_line.function(base, drawn)


@pytest.fixture(scope="module")
def p(base: chain.Base) -> Parameters:
    return Parameters.of(base.central().assumptions)


def test_as_many_of_those_surveyed_are_in_distress_as_the_survey_says(base: chain.Base, p: Parameters) -> None:
    ages = base.people.ages[..., 0].sum(axis=0)
    share = first_line.prevalence(p, ages)[0]
    inside = np.zeros_like(ages)
    inside[:, 16:85] = ages[:, 16:85]
    counted = first_line.banded(inside)
    distressed = (share[:, 1:] * counted[:, 1:]).sum()
    assert distressed / inside.sum() == pytest.approx(p.mental_health.serious_distress_prevalence.item(), rel=1e-12)
    assert np.isnan(share[:, 0]).all(), "no survey includes children"
    women, men = share
    assert (women[1:] / men[1:]) == pytest.approx(p.mental_health.distress_women_ratio.item(), rel=1e-12)


def test_treatment_is_that_of_method_e3_and_guidance_comes_on_top(p: Parameters) -> None:
    """By hand: one adult in distress."""
    of = p.mental_health
    found = first_line.load(p)
    one = need.treatment_minutes(
        [[1.0]], [1.0], of.treated_in_primary_care_share[0], of.sessions_per_treatment[0], of.minutes_per_session[0]
    )
    assert found.minutes[0, 2, 1:].sum() == pytest.approx(one.item(), rel=1e-12)
    met = of.first_line_met_share.item()
    assert found.met[0, 2] == met
    guidance = met * of.first_line_guidance_contacts.item() * of.first_line_guidance_minutes.item()
    assert found.minutes[0, 2, 0] == pytest.approx(guidance, rel=1e-12)


def test_those_treated_are_among_those_met(drawn: Sample) -> None:
    p = Parameters.of(drawn.assumptions).but(first_line_met_share=0.05)
    assert (first_line.load(p).met[:, 1:] >= p.mental_health.treated_in_primary_care_share - 1e-15).all()


def test_the_team_has_all_the_minutes_once(base: chain.Base, p: Parameters) -> None:
    mix = first_line.mix_of(base.tables["stepped_care"])
    np.testing.assert_allclose(mix.sum(axis=-1), 1, rtol=1e-12)
    fte = first_line.fte_per_person(p, mix)[0]
    hours = professions.available_hours(p)
    allowance = [working_time(p, first_line.WORKS_AS.get(who, "psychologist")).allowance.item() for who in FUNCTION]
    minutes = fte * 60 * hours.item() * (1 - np.array(allowance))
    np.testing.assert_allclose(minutes.sum(axis=-1), first_line.load(p).minutes[0].sum(axis=-1), rtol=1e-12)


def test_a_psychotherapist_is_counted_once(found: pd.DataFrame) -> None:
    every = found.loc[(found["age_group"] == "all") & (found["sex"] == "total")]
    by_role = every.loc[(every["measure"] == "first_line_fte") & (every["profession"] != "all")]
    once = every.loc[every["measure"] == "first_line_fte_counted_once"]
    assert set(once["profession"]) == set(FUNCTION) - {"psychotherapist"}
    sums = [rows.groupby(["region", "year"])["value"].sum() for rows in (by_role, once)]
    pd.testing.assert_series_equal(*sums, rtol=1e-12)
    nation = once.loc[once["region"] == NATION].set_index(["profession", "year"])["value"]
    own = by_role.loc[by_role["region"] == NATION].set_index(["profession", "year"])["value"]
    assert (nation["psychologist"] > own["psychologist"]).all()
    pd.testing.assert_series_equal(nation["psychiatric_nurse"], own["psychiatric_nurse"])


@pytest.mark.parametrize("measure", ["first_line_persons", "first_line_fte"])
def test_regions_sexes_and_ages_sum_to_the_whole(found: pd.DataFrame, measure: str) -> None:
    rows = found.loc[(found["measure"] == measure) & (found["profession"] == "all")]
    wide = rows.set_index(["region", "age_group", "sex", "year"])["value"]
    regions = wide.drop(index=NATION, level="region").groupby(level=["age_group", "sex", "year"]).sum()
    pd.testing.assert_series_equal(regions, wide[NATION].sort_index(), rtol=1e-12, check_names=False)
    sexes = wide.drop(index="total", level="sex").groupby(level=["region", "age_group", "year"]).sum()
    total = wide.xs("total", level="sex").sort_index()
    pd.testing.assert_series_equal(sexes, total, rtol=1e-12)
    ages = total.loc[:, list(AGES)].groupby(level=["region", "year"]).sum()
    pd.testing.assert_series_equal(ages, total.xs("all", level="age_group").sort_index(), rtol=1e-12)


def test_children_are_a_scenario_with_its_own_range(found: pd.DataFrame, base: chain.Base) -> None:
    has_children = found["age_group"].isin(["0-15", "all"])
    assert (found.loc[has_children, "qualifier"] == "scenario").all()
    assert (found.loc[~has_children, "qualifier"] == "").all()
    scenario = base.assumptions["first_line_children_share"]
    rows = found.loc[(found["age_group"] == "0-15") & (found["measure"] == "first_line_persons")]
    now = rows.loc[(rows["region"] == NATION) & (rows["sex"] == "total") & (rows["year"] == base.people.base_year)].iloc[0]
    children = base.people.ages[:, :, :16, 0].sum()
    assert now["value"] == pytest.approx(scenario.value * children, rel=1e-9)
    assert now["low"] == pytest.approx(scenario.low * children, rel=0.01)
    assert now["high"] == pytest.approx(scenario.high * children, rel=0.01)
    assert (found["low"] <= found["value"]).all()
    assert (found["value"] <= found["high"]).all()


def test_the_team_reaches_the_last_year_and_grows_per_inhabitant_where_need_does(
    found: pd.DataFrame, base: chain.Base
) -> None:
    assert {base.people.base_year, base.people.target_year, base.people.years[-1]} <= set(found["year"])
    rows = found.loc[(found["measure"] == "first_line_fte_per_10000") & (found["region"] == NATION)]
    density = rows.loc[rows["profession"] == "all"].set_index(["age_group", "year"])["value"]
    # Only ages and sexes change, so that what a child or a young person needs hardly does.
    for group in ("0-15", "16-29"):
        assert density[group].max() / density[group].min() < 1.05


@pytest.mark.parametrize(("factor", "column"), [(2.0, "share"), (0.0, "share")])
def test_a_step_whose_shares_are_no_whole_is_named(data_of: Callable[..., Path], factor: float, column: str) -> None:
    folder = data_of("stepped_care")
    file = folder / "tables/stepped_care.csv"
    rows = pd.read_csv(file)
    rows.loc[7, "share"] *= factor
    rows.to_csv(file, index=False)
    (problem,) = [each for each in tables.check(folder) if each.column == column]
    assert problem.row == 7 - 7 % 5 + 2
    assert "1 as the sum of the shares of treatment for children" in problem.expected
    assert problem.fix
