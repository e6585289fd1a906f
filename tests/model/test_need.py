"""Factors on the requirement: conserved over the nation, summed over principals, switched off."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from riktvarden import assumptions, small_area
from riktvarden.assumptions import Assumptions
from riktvarden.model import chain, inputs, outlook, professions, weights
from riktvarden.parameters import Parameters
from riktvarden.professions import PROFESSIONS
from riktvarden.results import Results


def at_central(graded: Assumptions, **changed: float) -> Parameters:
    return Parameters.of(graded.at_value()).but(**changed)


@pytest.fixture(scope="session")
def people(base: chain.Base) -> inputs.People:
    return base.people


@pytest.fixture(scope="session")
def places(base: chain.Base) -> weights.Places:
    return base.at


def required(
    p: Parameters, people: inputs.People, places: weights.Places, without: tuple[str, ...] = ()
) -> weights.Requirement:
    return weights.requirement(p, people, places, np.zeros((1, 21)), p.specialists.inhabitants_per_specialist, without)


def needed(
    p: Parameters,
    frames: dict[str, pd.DataFrame],
    people: inputs.People,
    places: weights.Places,
    profession: str,
    zeta: float = 0.5,
) -> professions.Need:
    return professions.needed(p, frames, people, places, profession, zeta, required(p, people, places))


def test_no_factor_moves_the_norm(graded: Assumptions, people: inputs.People, places: weights.Places) -> None:
    p = at_central(graded)
    found = required(p, people, places)
    assert_allclose(found.by_year[0, -1, 0], people.base[-1] / 1100, rtol=1e-12)
    assert_allclose(found.municipalities.sum(), people.base[-1] / 1100, rtol=1e-12)
    for name in weights.FACTORS:
        without = required(p, people, places, (name,))
        assert_allclose(without.municipalities.sum(), people.base[-1] / 1100, rtol=1e-12, err_msg=name)


def test_a_year_is_the_sum_of_its_municipalities(
    graded: Assumptions, people: inputs.People, places: weights.Places
) -> None:
    found = required(at_central(graded), people, places)
    assert_allclose(people.regional(found.municipalities), found.by_year[..., 0], rtol=1e-9)
    assert_allclose(found.contributions.sum(axis=1), found.by_year[..., 0], rtol=1e-9)


def test_a_factor_switched_off_adds_nothing(graded: Assumptions, people: inputs.People, places: weights.Places) -> None:
    p = at_central(graded)
    alone = required(p, people, places, weights.FACTORS)
    assert_allclose(alone.municipalities[0], people.heads / 1100, rtol=1e-12)
    assert_allclose(alone.by_year[0], people.total / 1100, rtol=1e-12)
    assert_allclose(alone.contributions[:, 1:], 0, atol=1e-9)


def test_ageing_raises_the_requirement_after_the_base_year_only(
    graded: Assumptions, people: inputs.People, places: weights.Places
) -> None:
    p = at_central(graded)
    by_heads = required(p, people, places, ("age",)).by_year[0, -1] / people.total[-1]
    by_age = required(p, people, places).by_year[0, -1] / people.total[-1]
    assert by_age[0] == pytest.approx(by_heads[0], rel=1e-12)
    assert (by_age[1:] > by_heads[1:]).all()


def test_more_need_never_lowers_what_it_weighs_for(
    graded: Assumptions, people: inputs.People, places: weights.Places
) -> None:
    little, much = (required(at_central(graded, need_exponent=b), people, places).municipalities[0] for b in (0.0, 1.0))
    neediest = places.need_index.argsort()[-20:]
    assert (much[neediest] > little[neediest]).all()
    assert_allclose(little.sum(), much.sum(), rtol=1e-12)


def test_the_index_of_a_county_is_its_own_care_need_index(
    graded: Assumptions, base: chain.Base, places: weights.Places
) -> None:
    """Every draw averages what the counts say; the nation is one."""
    people = base.people
    index = weights.drawn(places, base.sample(32).regional).need_index
    persons, inhabitants = weights.county_components(base.tables, people.codes)
    score = persons @ weights.component_weights(at_central(graded)) / inhabitants
    own = score / (score @ people.base[:-1] / people.base[-1])
    assert_allclose(people.regional(index * people.heads)[:, :-1] / people.base[:-1], np.tile(own, (32, 1)), rtol=1e-9)
    assert_allclose(people.regional(places.need_index * people.heads)[-1], people.base[-1], rtol=1e-9)
    assert np.ptp(index[:, people.region_of == people.codes.index("09")]) < 1e-9  # one municipality


def test_the_index_of_municipalities_is_near_those_in_print(
    frames: dict[str, pd.DataFrame], base: chain.Base, places: weights.Places
) -> None:
    """The fit does not see them. Each lies in the 95 per cent interval, and the order of all is as printed."""
    rows = frames["care_need_index_municipality"].set_index("municipality")["care_need_index"]
    low, high = np.quantile(weights.drawn(places, base.sample(512).regional).need_index, [0.025, 0.975], axis=0)
    where = pd.Index(base.people.municipalities).get_indexer(rows.index)
    assert ((low[where] <= rows) & (rows <= high[where])).all()
    order = pd.Series(places.need_index, base.people.municipalities).sort_values().index
    assert {"0181", "0127"} == set(order[-2:])  # Södertälje and Botkyrka
    assert "1407" in order[:2]  # Öckerö
    assert "1384" in order[:7]  # Kungsbacka


@pytest.mark.parametrize("known", range(3))
def test_what_is_known_of_every_municipality_is_brought_down_as_well_as_claimed(
    known: int, base: chain.Base, frames: dict[str, pd.DataFrame]
) -> None:
    """Hide the municipalities' own shares, and predict them from their counties' by the other shares."""
    people = base.people
    shares = weights.known_shares(frames, people.municipalities)
    columns = np.column_stack([shares.born_abroad, shares.covariates[:, :2]])
    hidden, rest = columns[:, known], np.delete(columns, known, axis=1)
    heads = people.regional(people.heads)[:-1]
    found = small_area.fitted(people.regional(hidden * people.heads)[:-1] / heads, rest, people.heads, people.region_of)
    rng = np.random.default_rng(3)
    drawn = small_area.errors(found, rng.normal(size=(500, 2)), rng.normal(size=(500, len(hidden))))
    low, high = np.quantile(found.value + drawn, [0.1, 0.9], axis=0)
    assert ((low <= hidden) & (hidden <= high)).mean() > 0.75
    # Nearer than the county's mean, which is what would be known without the fit.
    by_county = np.average((hidden - (found.value - found.distance @ found.slopes)) ** 2, weights=people.heads)
    assert np.average((hidden - found.value) ** 2, weights=people.heads) < by_county


def test_use_alone_is_use_by_age(
    graded: Assumptions, frames: dict[str, pd.DataFrame], people: inputs.People, places: weights.Places
) -> None:
    """Without weight on need, contacts are those that the profiles of use give alone."""
    p = at_central(graded, need_age_weight=0.0)
    use, nation = weights.profile(weights.doctor_contacts(p)), people.cells.sum(axis=0)
    assert_allclose(weights.doctor_profile(p, people), use * nation.sum() / (use @ nation), rtol=1e-9)
    for name, profession in PROFESSIONS.items():
        at_home = professions.municipal_shares(p, frames, people, name)
        for kind in (kind for kind in profession.contacts if kind.profile and kind.where == "centre"):
            assert kind.profile is not None
            assert kind.each is not None
            past, shape = people.past[kind.year(p)], weights.profile(kind.profile(p))
            share = kind.each(p)[0, 0]
            total = kind.total(p)[0, 0] * kind.scale * (1 - share if kind.complement else share)
            found = professions._contacts(p, people, kind, at_home)
            assert_allclose(found, shape * total / (shape @ past), rtol=1e-9)


def test_the_weight_of_need_moves_care_between_ages_and_leaves_the_nation(
    graded: Assumptions, frames: dict[str, pd.DataFrame], people: inputs.People, places: weights.Places
) -> None:
    none, half, whole = (at_central(graded, need_age_weight=zeta) for zeta in (0.0, 0.5, 1.0))
    for name in ("district_nurse", "occupational_therapist"):
        use, both, needed_alone = (needed(p, frames, people, places, name) for p in (none, half, whole))
        # Travel follows the ages to where they live.
        assert_allclose(use.total.sum(), needed_alone.total.sum(), rtol=0.01)
        # Nearly halfway: the need index averages one over the care that it meets.
        assert_allclose(both.by_year, (use.by_year + needed_alone.by_year) / 2, rtol=1e-5)
    doctors = [required(p, people, places) for p in (none, whole)]
    assert_allclose(doctors[0].by_year[0, -1, 0], doctors[1].by_year[0, -1, 0], rtol=1e-12)
    assert not np.allclose(doctors[0].municipalities, doctors[1].municipalities, rtol=1e-3)


def test_need_by_illness_by_hand(graded: Assumptions, people: inputs.People) -> None:
    """Nobody in distress: at 30-39, whose middle is the middle of 25-44, the published share as it is; past 90 the last."""
    changed = {"distress_contact_ratio": 1.0, "multimorbid_contact_ratio": 3.0}
    p = at_central(graded, **changed)
    found = weights.morbidity(p, people.cells.sum(axis=0)).reshape(2, 9)
    assert_allclose(found[0], found[1])
    assert found[0, 2] == pytest.approx(1 + 2 * graded["multimorbid_25_44"].value)
    assert found[0, 8] == pytest.approx(1 + 2 * graded["multimorbid_85_plus"].value)
    between = (graded["multimorbid_45_64"].value * 5 + graded["multimorbid_65_74"].value * 10) / 15
    assert found[0, 5] == pytest.approx(1 + 2 * between)  # 65, two thirds of the way from 55 to 70
    assert (np.diff(found[0]) > 0).all()


def test_the_mean_of_adults_in_distress_is_the_published_share(graded: Assumptions, people: inputs.People) -> None:
    p, nation = at_central(graded), people.cells.sum(axis=0)
    found = weights.in_distress(p, nation)[0]
    assert found[people.children].sum() == 0
    mean = found @ nation / nation[~people.children].sum()
    assert mean == pytest.approx(graded["serious_distress_prevalence"].value)


def test_the_speed_is_the_one_that_fits_the_published_shares(
    graded: Assumptions, frames: dict[str, pd.DataFrame], people: inputs.People, places: weights.Places
) -> None:
    """Least squares over the nation, the lowest and the highest region, to a whole kilometre an hour."""
    published = frames["published_sou"].set_index("figure").loc[["so-221", "so-222", "so-223"], ["region", "value"]]
    where = [people.areas.index(region) for region in published["region"]]

    def missed(speed: float) -> float:
        found = weights.within_minutes(at_central(graded, travel_speed=speed), people, places, 10.0)
        return float(((100 * found[0, where] - published["value"]) ** 2).sum())

    at_value = graded["travel_speed"].value
    assert min(np.arange(10, 60), key=missed) == pytest.approx(at_value, abs=1)
    assert np.sqrt(missed(at_value) / 3) < 2.5


def test_every_factor_is_behind_some_of_the_variance(results: Results) -> None:
    """What moves less leaves the index and the waterfalls (see `weights.NEGLIGIBLE`)."""
    shares = results.factor_shares
    doctors = shares["profession"] == "general_practice"
    assert (shares.loc[doctors, "share"] > weights.NEGLIGIBLE).all()
    assert (shares.loc[~doctors].groupby("factor")["share"].max() > weights.NEGLIGIBLE).all()


def test_tasks_moved_take_minutes_elsewhere_and_free_the_doctor(
    graded: Assumptions, frames: dict[str, pd.DataFrame], people: inputs.People, places: weights.Places
) -> None:
    share, rho, eta = 0.1, 2.0, 0.2
    changed = {"task_shift_share": share, "task_shift_relative_time": rho, "task_shift_back_up": eta}
    p, today = at_central(graded, **changed), at_central(graded)
    doctors = float((p.working_time.direct_time_share_doctor + p.working_time.indirect_time_share_doctor)[0, 0])
    before, after = (required(q, people, places).municipalities for q in (today, p))
    assert_allclose(after / before, 1 - share * (1 - eta * rho), rtol=1e-12)
    moved = sum(
        (needed(p, frames, people, places, name).total - needed(today, frames, people, places, name).total).sum()
        * (1 - float(weights.working_time(p, name).allowance[0, 0]))
        for name in PROFESSIONS
    )
    assert_allclose(moved, before.sum() * share * rho * doctors, rtol=1e-9)


@pytest.mark.parametrize("profession", PROFESSIONS)
def test_principals_and_places_add_up(
    profession: str,
    graded: Assumptions,
    frames: dict[str, pd.DataFrame],
    people: inputs.People,
    places: weights.Places,
) -> None:
    found = needed(at_central(graded), frames, people, places, profession)
    assert_allclose(people.regional(found.total), found.by_year[..., 0], rtol=1e-9)
    assert_allclose(found.contributions.sum(axis=1), found.total, rtol=1e-9)  # none is moved from doctors
    # Special housing is the municipality's in every county (HSL 12:1).
    assert (found.municipality > 0).all() == (profession != "psychologist")
    kept = professions.municipal_shares(at_central(graded), frames, people, profession)[0]
    stockholm = (people.region_of == people.codes.index("01")) & ~professions.joint(frames, people)
    assert (kept[stockholm] == 0).all()


def test_the_contacts_are_the_published_ones_in_their_own_year(
    graded: Assumptions, frames: dict[str, pd.DataFrame], people: inputs.People
) -> None:
    """At home those of the municipalities' recipients, who live where the municipality gives the care."""
    p = at_central(graded)
    for name, profession in PROFESSIONS.items():
        at_home = professions.municipal_shares(p, frames, people, name)
        for kind in profession.contacts:
            share = 1.0 if kind.each is None else kind.each(p)[0, 0]
            total = kind.total(p)[0, 0] * kind.scale * (1 - share if kind.complement else share)
            each = professions._contacts(p, people, kind, at_home)[0]
            given = at_home[0] @ people.cells / people.cells.sum(axis=0) if kind.at_home else 1.0
            assert_allclose(each @ (people.past[kind.year(p)] * given), total, rtol=1e-12)


def test_the_rehabilitation_visits_are_shared_without_rest(graded: Assumptions, people: inputs.People) -> None:
    p, year = at_central(graded), int(graded["contacts_year"].value)
    at_home, visits = np.zeros((1, len(people.municipalities))), 0.0
    for name in ("physiotherapist", "occupational_therapist"):
        centre, home, *_ = PROFESSIONS[name].contacts
        visits += professions._contacts(p, people, centre, at_home)[0] @ people.past[year]
        assert home.by_region is not None
        visits += home.by_region(p)[0, 0]
    assert_allclose(visits, graded["rehabilitation_visits"].value * 1e6, rtol=1e-12)


def test_use_alone_is_what_psychologists_are_today(
    graded: Assumptions, frames: dict[str, pd.DataFrame], people: inputs.People, places: weights.Places
) -> None:
    p = at_central(graded)
    use, half, need = (needed(p, frames, people, places, "psychologist", zeta).total.sum() for zeta in (0.0, 0.5, 1.0))
    assert_allclose(use, professions.today(p, people, "psychologist").total[0, 0], rtol=1e-9)
    assert_allclose(half, (use + need) / 2, rtol=1e-9)


def test_there_are_310_principals_and_two_are_joint(results: Results) -> None:
    own = results.guidelines.query(
        "profession == 'district_nurse' and measure == 'fte_need' and region != '00' and cooperation == ''"
    )
    by_principal = own.groupby("principal")
    regions = by_principal.get_group("region").query("municipality == ''")
    towns = by_principal.get_group("municipality").query("municipality != ''")
    both = by_principal.get_group("both")
    assert len(regions) + len(towns) + both["region"].nunique() == 310
    assert set(both.loc[both["municipality"] != "", "municipality"]) == {"0980", "0188"}
    assert not set(towns["municipality"]) & {"0980", "0188"}


def test_the_outlook_begins_at_the_guideline_values(results: Results) -> None:
    """Need and supply of the base year are the values, and the interval of every year holds its value."""
    whole = results.guidelines.query("cooperation == '' and municipality == '' and principal in ('all', 'both')")
    base = results.outlook.query("year == @results.base_year")
    for measure, of in (("fte_need", "fte_need"), ("fte_today", "fte_supply")):
        value, begins = (
            frame.loc[frame["measure"] == name].set_index(["profession", "region"])[["value", "low", "high"]].sort_index()
            for frame, name in ((whole, measure), (base, of))
        )
        assert len(begins) == len(PROFESSIONS) * (len(results.areas) if of == "fte_need" else 1)
        assert_allclose(begins, value.loc[begins.index], rtol=1e-12)
    rows = results.outlook.query("measure in ('fte_need', 'fte_supply')")
    assert ((rows["low"] <= rows["value"]) & (rows["value"] <= rows["high"])).mean() > 0.99


def test_ranges_are_rounded_outwards() -> None:
    rows = outlook.ranged(
        ["01"], "m", "FTE", "E1", np.linspace(101.3, 208.9, 1001)[:, None], year=2024, profession="psychologist"
    )
    assert rows[["low", "high"]].to_numpy().tolist() == [[110, 200]]


def test_shares_that_do_not_sum_to_one_are_reported(tmp_path: Path) -> None:
    shutil.copytree(assumptions.DATA / "assumptions", tmp_path / "assumptions")
    path = tmp_path / "assumptions/task_shift.toml"
    head, name, tail = path.read_text(encoding="utf-8").partition("[task_shift_to_psychologist]")
    path.write_text(head + name + tail.replace("0.2", "0.4"), encoding="utf-8")
    (reported,) = [problem for problem in assumptions.check(tmp_path) if problem.file.endswith("task_shift.toml")]
    assert reported.value == "1.2"
    assert "task_shift_to_psychologist" in reported.expected


def test_a_target_before_the_base_year_is_reported(data: Path) -> None:
    path = data / "assumptions/principals.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("low = 2035", "low = 2020"), encoding="utf-8")
    reported = [problem for problem in assumptions.check(data) if "after the base year" in problem.expected]
    assert [problem.value for problem in reported] == ["2020"]
