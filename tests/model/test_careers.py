"""The specialists' back-cast: consistent stock and flows, conditioning on counts, refusal of contradictions."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from riktvarden import assumptions, population, supply
from riktvarden.assumptions import Assumptions
from riktvarden.model import careers, chain
from riktvarden.parameters import Parameters
from riktvarden.problems import InputError

Frames = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def known(frames: Frames) -> careers.Evidence:
    return careers.evidence(frames)


@pytest.fixture(scope="module")
def p(base: chain.Base) -> Parameters:
    members = {name: values[::64] for name, values in base.specialists.joint.members.items()}
    return Parameters.of(base.central().assumptions | members)


def test_inflow_is_what_is_published_less_those_never_resident(known: careers.Evidence, graded: Assumptions) -> None:
    p = Parameters.of(graded.at_value()).but(never_resident_certificates=35.0, recent_new_specialists=480.0)
    flow = careers.net_inflow(p, known, 2017)
    # 2011 lies seven eighths of the way from 265 in 2004 to 400 in 2012; 257 foreign in 2013 against 70 in a usual year.
    assert_allclose(flow, [[265 + 135 * 7 / 8 - 35, 365, 618 - 35 * 257 / 70, 418 - 35, 480, 480, 480]])


def test_counts_are_in_the_units_of_the_model(known: careers.Evidence) -> None:
    value = known.counts.set_index("figure")["value"]
    assert value["st-043"] == pytest.approx(0.00063 * 10_230_185)
    assert value["so-055"] == pytest.approx(0.147, abs=5e-4)
    assert value["so-056"] == pytest.approx(0.191, abs=5e-4)
    assert value["st-073"] == pytest.approx(0.7)


def test_every_year_of_the_back_cast_balances(base: chain.Base, known: careers.Evidence, p: Parameters) -> None:
    path = careers.back_cast(p, known, base.deaths, base.people.base_year)
    flow = careers.net_inflow(p, known, base.people.base_year)
    arriving = careers.entry_ages(p, careers.SPECIALISTS)[..., None] * flow[:, None, None, :]
    leaving = careers.exits(p, careers.SPECIALISTS, base.deaths)[..., None]
    gone = leaving * (path[..., :-1] + arriving / 2)
    assert_allclose(path[..., 1:].sum(axis=(1, 2)), (path[..., :-1] + arriving - gone).sum(axis=(1, 2)), rtol=1e-9)
    assert_allclose(path[..., 0].sum(axis=(1, 2)), p.specialists.specialist_persons_2010[:, 0], rtol=1e-12)
    older = path[:, :, careers.AGES >= 60, 0].sum(axis=(1, 2)) / path[..., 0].sum(axis=(1, 2))
    assert_allclose(older, p.careers.general_practitioners_2010_60_plus_share[:, 0], rtol=1e-12)


def test_the_base_stock_and_its_ages_are_the_end_of_the_back_cast(
    base: chain.Base, known: careers.Evidence, p: Parameters
) -> None:
    end = careers.back_cast(p, known, base.deaths, base.people.base_year)[..., -1]
    assert_allclose(p.at_base.specialist_persons_base[:, 0], end.sum(axis=(1, 2)), rtol=1e-12)
    assert_allclose(p.at_base.specialist_ages_base.reshape(end.shape) * end.sum(axis=(1, 2))[:, None, None], end, rtol=1e-9)


def test_counts_are_compared_at_their_own_date(known: careers.Evidence, p: Parameters) -> None:
    counts = known.counts.loc[known.counts["figure"] == "so-045"]
    by_age = np.zeros((1, len(careers.AGES), 6))
    by_age[0, 10] = [0, 100, 200, 300, 400, 500]
    # 1 November 2013 is 305 of 365 days after the end of 2012, two years after the start.
    assert_allclose(careers.predicted(p, by_age, known, counts), [[200 + 100 * 305 / 365]])


def test_entry_ages_are_even_around_their_mean(p: Parameters) -> None:
    shares = careers.entry_ages(p, careers.SPECIALISTS)
    assert_allclose(shares.sum(axis=(1, 2)), 1)
    mean = (shares.sum(axis=1) * (careers.AGES + 0.5)).sum(axis=1)
    assert_allclose(mean, p.careers.general_practitioners_entry_age[:, 0], atol=0.05)


def test_members_are_ordered_by_the_years_that_a_new_specialist_stays(base: chain.Base, p: Parameters) -> None:
    leaving = careers.exits(p, careers.SPECIALISTS, base.deaths)
    stays = supply.inflow_survival(leaving, careers.entry_ages(p, careers.SPECIALISTS), len(careers.AGES)).sum(axis=-1)
    assert (np.diff(stays) >= 0).all()


def test_central_values_are_one_coherent_career(base: chain.Base, known: careers.Evidence) -> None:
    joint = base.specialists.joint
    p = Parameters.of(base.central().assumptions)
    end = careers.back_cast(p, known, base.deaths, base.people.base_year)[..., -1]
    assert p.at_base.specialist_persons_base[0, 0] == pytest.approx(end.sum(), rel=1e-12)
    for name in careers.MELDED:
        assert joint.central[name][0, 0] == pytest.approx(joint.members[name].mean(), rel=1e-12)
    for name, (low, high) in joint.ends.items():
        assert low[name][0, 0] < joint.central[name][0, 0] < high[name][0, 0], name


def test_an_assumption_moved_alone_leaves_the_counted_stock(base: chain.Base) -> None:
    middle = base.central().assumptions
    p = Parameters.of(middle)
    later = p.but(retirement_age_doctors=middle["retirement_age_doctors"] + 1)
    still = careers.career(p, careers.SPECIALISTS, base.deaths)
    moved = careers.career(later, careers.SPECIALISTS, base.deaths)
    assert_allclose(moved.stock_ages, still.stock_ages)
    assert (moved.stock_left(5) > still.stock_left(5))[:, 1:].all()


def test_what_is_published_agrees_and_teaches(base: chain.Base) -> None:
    found = base.specialists
    assert found.effective >= careers.ENOUGH
    fitted = found.back_cast.query("status == 'fitted'")
    assert (fitted["z"].abs() < careers.FAR).all()
    rows = found.assumptions.set_index("assumption")
    assert (rows["narrowed"] < 1).all()
    assert rows.loc["retirement_age_doctors", "status"] == "narrowed"
    assert (rows[["low", "middle", "high"]].diff(axis=1).iloc[:, 1:] >= 0).all(axis=None)


@pytest.mark.parametrize(
    ("name", "update", "pressed"),
    [
        ("exit_multiplier", {"low": 2.4, "value": 2.5, "high": 2.6}, "retirement_age_doctors.high"),
        ("recent_new_specialists", {"low": 1500.0, "value": 1600.0, "high": 1700.0}, "recent_new_specialists.low"),
    ],
)
def test_assumptions_that_contradict_the_counts_stop_the_run(
    base: chain.Base, frames: Frames, graded: assumptions.Assumptions, name: str, update: dict[str, float], pressed: str
) -> None:
    other = assumptions.Assumptions({**graded, name: graded[name].model_copy(update=update)}, graded.files)
    with pytest.raises(InputError) as caught:
        careers.meld(frames, other, base.deaths, base.people.base_year)
    problems = {problem.column: problem for problem in caught.value.problems}
    assert problems["figure"].file == careers.EVIDENCE_FILE
    assert "standard deviations" in problems["figure"].expected
    assert problems[pressed].file.startswith("data/assumptions/")


def test_an_unknown_figure_is_named_with_its_line(frames: Frames) -> None:
    table = frames["career_evidence"]
    wrong = {**frames, "career_evidence": table.assign(figure=table["figure"].replace("so-045", "so-999"))}
    with pytest.raises(InputError, match="so-999") as caught:
        careers.evidence(wrong)
    assert [problem.row for problem in caught.value.problems] == [table.index[table["figure"] == "so-045"][0] + 2]


def test_a_death_is_counted_at_the_age_at_the_end_of_the_year() -> None:
    """Of 1 000 aged 60 at the start 10 die: 990 are 61 at the end, and ten would have been."""
    ages = range(101)
    nation = pd.DataFrame(
        [
            {"year": 2024, "kind": "observed", "sex": sex, "age": age, "population": 1000.0, "deaths": 1.0}
            for sex in population.SEXES
            for age in ages
        ]
    )
    at_61 = nation["age"] == 61
    nation.loc[at_61, "population"], nation.loc[at_61, "deaths"] = 990.0, 10.0
    found = careers.mortality(nation, 2024)
    assert_allclose(found[:, careers.AGES == 60], 10 / 1000, rtol=1e-12)
    assert_allclose(found[:, careers.AGES != 60], 1 / 1001, rtol=1e-12)
