"""The move to local care: a larger share of the cost, and what follows from it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riktvarden.assumptions import Assumptions
from riktvarden.model import analyses, local_care
from riktvarden.parameters import Parameters
from riktvarden.professions import PROFESSIONS
from riktvarden.results import Results


def test_the_two_ways_to_a_share_by_hand() -> None:
    """From 17 of 100: to 20 of 100, or to x of x + 83 where x is a fifth of the whole, 20.75."""
    assert local_care.growth(0.17, 0.20) == pytest.approx(20 / 17, rel=1e-12)
    assert local_care.growth(0.17, 0.20, added=True) == pytest.approx(20.75 / 17, rel=1e-12)


shares = st.floats(0.01, 0.9)


@given(shares, shares)
def test_the_share_reached_is_the_share_asked_for(now: float, aim: float) -> None:
    conserved, added = local_care.growth(now, aim), local_care.growth(now, aim, added=True)
    assert now * conserved == pytest.approx(aim, rel=1e-9)
    assert now * added / (now * added + 1 - now) == pytest.approx(aim, rel=1e-9)
    assert (added >= conserved - 1e-12) == (aim >= now - 1e-12) or aim == pytest.approx(now, rel=1e-9)


@pytest.mark.parametrize("share", [0.0, 1.0, 17.0])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        local_care.growth(share, 0.2)


def test_minutes_and_staff_grow_as_the_cost_and_contacts_by_less() -> None:
    care = local_care.Care(*(np.array([[number]]) for number in (1000.0, 30_000.0, 20.0)))
    found = local_care.more(care, 1.2, 0.8)
    assert [part.item() for part in found] == pytest.approx([160.0, 6000.0, 4.0], rel=1e-12)


def test_nothing_more_is_asked_for_at_the_share_there_is() -> None:
    care = local_care.Care(*(np.array([[number]]) for number in (1000.0, 30_000.0, 20.0)))
    assert not np.any(local_care.more(care, local_care.growth(0.17, 0.17), 0.8))


def test_minutes_and_contacts_are_those_of_the_published_year(graded: Assumptions) -> None:
    p = Parameters.of(graded.at_value())
    nurse = local_care.today(p, "district_nurse", 1e7, np.zeros((1, 1)))
    a = graded.central()
    visits = 1e6 * np.array(
        [
            a["nurse_visits"] * a["district_nurse_share_of_nurse_visits"],
            a["telephone_contacts_all"] * a["district_nurse_share_of_telephone_contacts"],
            a["child_health_visits"] * a["district_nurse_share_of_child_health"],
        ]
    )
    minutes = [a["minutes_nurse_visit"], a["minutes_telephone_contact"], a["minutes_child_health_visit"]]
    assert nurse.contacts.item() == pytest.approx(visits.sum(), rel=1e-12)
    assert nurse.minutes.item() == pytest.approx(visits @ minutes, rel=1e-12)


def test_the_scenarios_are_marked_and_every_profession_grows_alike(
    frames: dict[str, pd.DataFrame], graded: Assumptions, wordless: Assumptions, results: Results
) -> None:
    found = analyses.of_local_care(frames, wordless, results)
    aim = graded[local_care.AIM]
    assert set(found["aim"]) == {aim.value, aim.high}
    years = found.groupby("measure")["year"].unique().map(list)
    assert years["contacts_more"] == [graded["contacts_year"].value]
    assert years["fte_more"] == [results.base_year]
    assert (found["qualifier"] == "scenario").all()
    assert (found["low"] <= found["value"]).all()
    assert (found["value"] <= found["high"]).all()
    wide = found.pivot_table(index=["aim", "cost", "profession"], columns="measure", values="value")
    growth = (wide["fte_more"] / wide["fte_today"]).dropna()
    assert set(growth.index.get_level_values("profession")) == {"general_practice", *PROFESSIONS}
    for (share, cost), each in growth.groupby(level=["aim", "cost"]):
        expected = local_care.growth(graded["primary_care_cost_share"].value, share, cost == local_care.ADDED) - 1
        np.testing.assert_allclose(each, expected, rtol=1e-12)
        more = wide.loc[(share, cost, "all"), "cost_more"]
        assert more == pytest.approx(1e9 * graded["primary_care_net_cost"].value * expected, rel=1e-12)
