"""Five municipalities by hand, use and staff that agree or are withdrawn, and levels apart from relations."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from riktvarden import melding
from riktvarden.assumptions import Assumptions
from riktvarden.codes import NATION
from riktvarden.model import chain, guidelines, inputs, professions, staffing
from riktvarden.model.professions import Need, Today
from riktvarden.names import NURSE
from riktvarden.parameters import Parameters
from riktvarden.problems import InputError
from riktvarden.results import Results

# --- five municipalities --------------------------------------------------------------------------------
#
# Region 01 keeps home care: A and B are municipalities of it, N has a joint principal. Region 03 has handed it over to
# C and D. Each has 1 000 old inhabitants, all in one cell, and nobody else.

TOWNS = ["0101", "0102", "0188", "0301", "0302"]
CELLS = 18
OLD = 7
"""Women of 80-89 years."""


@pytest.fixture
def five(people: inputs.People) -> inputs.People:
    cells = np.zeros((5, CELLS))
    cells[:, OLD] = 1_000.0
    regional = np.zeros((2, CELLS, 1))
    regional[:, OLD, 0] = [3_000.0, 2_000.0]
    past = np.zeros(CELLS)
    past[OLD] = 5_000.0
    return replace(
        people,
        codes=["01", "03"],
        municipalities=TOWNS,
        region_of=np.array([0, 0, 0, 1, 1]),
        cells=cells,
        regional_cells=regional,
        total=np.array([[3_000.0], [2_000.0], [5_000.0]]),
        past=dict.fromkeys(people.past, past),
    )


@pytest.fixture(scope="session")
def people(base: chain.Base) -> inputs.People:
    return base.people


@pytest.fixture
def agreed() -> dict[str, pd.DataFrame]:
    rows = [
        (code, care, share)
        for code, share in (("01", 0.0), ("03", 1.0))
        for care in ("home_nursing", "home_rehabilitation")
    ]
    groups = {"0301": "03-A", "0302": "03-A"}
    return {
        "responsibility": pd.DataFrame(rows, columns=["region", "care", "municipal_share"]),
        "municipal_principals": pd.DataFrame(
            {
                "municipality": TOWNS,
                "principal": ["own", "own", "joint", "own", "own"],
                "cooperation": [groups.get(code) for code in TOWNS],
            }
        ),
    }


def test_who_gives_care_at_home(graded: Assumptions, five: inputs.People, agreed: dict[str, pd.DataFrame]) -> None:
    p = Parameters.of(graded.at_value())
    shares = professions.municipal_shares(p, agreed, five, "physiotherapist")[0]
    assert shares.tolist() == [0.0, 0.0, 1.0, 1.0, 1.0]


def test_recipients_live_where_the_municipality_gives_the_care(
    graded: Assumptions, five: inputs.People, agreed: dict[str, pd.DataFrame]
) -> None:
    """Of 1 200 recipients 200 live in special housing: 1 000 share the 3 000 inhabitants of N, C and D."""
    p = Parameters.of(graded.at_value()).but(
        home_care_recipients=1_200.0,
        special_housing_residents=200.0,
        special_housing_recipient_share=1.0,
        home_physiotherapy_visits_per_recipient=3.0,
        minutes_home_physiotherapy_visit=60.0,
        special_housing_physiotherapy_minutes=7.0,
        day_activity_participants=1e-9,
        unmet_need_share=0.0,
    )
    at_home = professions.municipal_shares(p, agreed, five, "physiotherapist")
    asked = professions._asked(p, five, "physiotherapist", at_home, 0.0)
    home, municipal = (asked.minutes[0, asked.settings.index(setting), OLD] for setting in ("home", "municipal"))
    assert home == pytest.approx(1_000 / 3_000 * 3 * 60)
    # 200 residents of 5 000 inhabitants in all five, 7 minutes a week each.
    assert municipal == pytest.approx(200 / 5_000 * 7 * 365.25 / 7)
    parts = professions.divided(p, five, "physiotherapist", at_home)
    care = five.cells[:, [OLD]] * asked.minutes[0, :, OLD]
    mine = (care * parts.municipal[0]).sum(axis=1)
    assert mine == pytest.approx([1_000 * municipal] * 2 + [1_000 * (home + municipal)] * 3)
    theirs = (care * (1 - parts.municipal[0]))[:, asked.settings.index("home")]
    assert theirs == pytest.approx([1_000 * home] * 2 + [0.0] * 3)


def test_district_nurses_are_a_part_of_the_nurses(
    graded: Assumptions, five: inputs.People, agreed: dict[str, pd.DataFrame]
) -> None:
    p = Parameters.of(graded.at_value()).but(
        district_nurse_share_municipal=0.2, district_nurse_share_of_region_home_care=0.5
    )
    at_home = professions.municipal_shares(p, agreed, five, "district_nurse")
    own = professions.divided(p, five, "district_nurse", at_home).own[0]
    centre, home, municipal = (own[:, professions.SETTINGS.index(setting)].tolist() for setting in professions.SETTINGS)
    assert centre == [1.0] * 5
    assert home == [0.5, 0.5, 0.2, 0.2, 0.2]
    assert municipal == [0.2] * 5


def test_values_of_five_municipalities(graded: Assumptions, five: inputs.People, agreed: dict[str, pd.DataFrame]) -> None:
    """The municipalities need 1, 1, 2, 2 and 4 nurses, the region 3 for A and 1 for B; the floor is two."""
    municipality, region = np.array([[1.0, 1.0, 2.0, 2.0, 4.0]]), np.array([[3.0, 1.0, 0.0, 0.0, 0.0]])
    found = Need(region, municipality, np.zeros((1, 3, 1)), np.zeros((1, 6, 5)))
    today = Today(np.array([[5.0]]), np.array([[9.0]]))
    rows = guidelines.rows(found, found, five, "physiotherapist", today, agreed, np.array([[2.0]]))

    def value(measure: str, principal: str, region: str, town: str = "", group: str = "") -> float:
        cell = rows.query(
            "measure == @measure and principal == @principal and region == @region and municipality == @town "
            "and cooperation == @group"
        )
        return float(cell["value"].iloc[0])

    assert value("fte_need", "municipality", NATION) == 10.0
    assert value("fte_need", "municipality", "01") == 2.0
    assert value("fte_need", "region", "01") == 4.0
    assert value("fte_need", "all", "01") == 8.0
    assert value("fte_need", "both", "01", "0188") == 2.0
    assert value("inhabitants_per_fte", "municipality", "03", "0302") == 250.0
    assert value("need_index", "municipality", "03", "0302") == pytest.approx(200.0)
    assert value("fte_with_floor", "municipality", "01", "0101") == 2.0
    assert value("fte_with_floor", "municipality", "03", "0302") == 4.0
    assert value("fte_need", "municipality", "03", group="03-A") == 6.0
    assert value("fte_today", "municipality", NATION) == 9.0
    assert (value("enough", "municipality", NATION), value("enough", "region", NATION)) == (0.0, 1.0)
    assert not ((rows["municipality"] == "0188") & (rows["principal"] != "both")).any()


def test_a_nurse_at_all_hours_takes_five(graded: Assumptions) -> None:
    p = Parameters.of(graded.at_value()).but(nurses_on_duty_least=1.0, days_away=48.0)
    least = guidelines.floor(p, NURSE)
    assert least is not None
    assert least[0, 0] == pytest.approx(8766 / ((253 - 48) * 8))
    assert guidelines.floor(p, "psychologist") is None


@given(st.lists(st.floats(0.2, 1e5), min_size=1, max_size=9))
def test_values_are_rounded_to_three_digits_or_a_tenth(values: list[float]) -> None:
    given = np.array(values)
    found = guidelines.rounded(given, guidelines.FINEST)
    assert (np.abs(found - given) <= np.maximum(0.0051 * given, 0.05 + 1e-9)).all()
    assert_allclose(guidelines.rounded(found, guidelines.FINEST), found, rtol=1e-12)


# --- the nation -----------------------------------------------------------------------------------------


def test_municipalities_and_regions_are_the_whole(results: Results) -> None:
    rows = results.guidelines.query("measure == 'need_index' and profession != 'nurse'")
    heads = results.municipalities.set_index("municipality")["population"]
    assert set(results.guidelines.query("profession == 'nurse'")["principal"]) == {"municipality"}
    own = rows.loc[rows["municipality"] != ""].assign(heads=lambda frame: frame["municipality"].map(heads))
    for (profession, principal), part in own.groupby(["profession", "principal"]):
        if principal == "all":
            joint = own.query("profession == @profession and principal == 'both'")
            both = pd.concat([part, joint])
            assert len(both) == 290
            assert (both["value"] * both["heads"]).sum() / both["heads"].sum() == pytest.approx(100, rel=2e-4), profession


def test_no_municipality_is_without_nurses_and_therapists(results: Results) -> None:
    rows = results.guidelines.query(
        "measure == 'fte_need' and municipality != '' and principal in ('municipality', 'both')"
    )
    for profession in ("nurse", "district_nurse", "physiotherapist", "occupational_therapist"):
        part = rows.loc[rows["profession"] == profession]
        assert len(part) == (288 if profession == "nurse" else 290)
        assert (part["high"] > 0).all()
        assert (part["value"] > 0).mean() > 0.99


def test_relations_are_surer_than_the_level(results: Results) -> None:
    rows = results.guidelines.query("municipality == '' and cooperation == '' and principal == 'all'")

    def width(measure: str, region: str) -> pd.Series:
        part = rows.query("measure == @measure and region == @region").set_index("profession")
        return (part["high"] - part["low"]) / part["value"]

    assert (width("need_index", "25") < 0.6 * width("inhabitants_per_fte", NATION)).all()


def test_regions_differ_as_their_index_does(results: Results) -> None:
    rows = results.guidelines.query("municipality == '' and cooperation == '' and principal == 'all' and region != @NATION")
    for profession, part in rows.groupby("profession"):
        wide = part.pivot_table(index="region", columns="measure", values="value")
        assert wide["inhabitants_per_fte"].nunique() >= 12, profession
        assert wide["inhabitants_per_fte"].corr(1 / wide["need_index"]) > 0.99, profession


def test_the_chance_that_today_is_enough_is_a_share_of_draws(results: Results) -> None:
    rows = results.guidelines.query("measure == 'enough'")
    assert rows["value"].between(0, 1).all()
    assert set(rows["region"]) == {NATION}


# --- use and staff --------------------------------------------------------------------------------------


def test_use_and_staff_agree_or_are_withdrawn(base: chain.Base) -> None:
    rows = base.staffing.ratios
    assert len(rows) == 2 * len(staffing.BY_CONTACTS)
    agree = rows.loc[rows["status"] == "agree"]
    assert agree["middle"].between(*staffing.NEAR).all()
    assert (agree["high"] - agree["low"] < agree["prior_high"] - agree["prior_low"]).all()
    assert base.staffing.effective > 1_000


def test_at_the_central_values_use_is_staff(base: chain.Base) -> None:
    p = Parameters.of(base.central().assumptions)
    for name in staffing.BY_CONTACTS:
        found = staffing.said(p, base.tables, base.people, base.at, name)
        for principal in staffing.PRINCIPALS:
            ratio = getattr(found.use, principal) / getattr(found.staff, principal)
            assert staffing.NEAR[0] <= ratio[0, 0] <= staffing.NEAR[1], (name, principal)


def test_what_contradicts_is_withdrawn_and_the_rest_is_not(base: chain.Base) -> None:
    """Four times as many region occupational therapists as can be used: theirs alone goes."""
    name = "occupational_therapists_region"
    wrong = base.assumptions[name].model_copy(update={"value": 4_000, "low": 3_900, "high": 4_100})
    changed = Assumptions({**base.assumptions, name: wrong}, base.assumptions.files)
    found = staffing.meld(base.tables, changed, base.people, base.at)
    gone = found.ratios.loc[found.ratios["status"] == "withdrawn"]
    assert gone[["profession", "principal", "reason"]].to_numpy().tolist() == [
        ["occupational_therapist", "region", "contradiction"]
    ]
    assert found.withdrawn("occupational_therapist", "all")
    assert not found.withdrawn("occupational_therapist", "municipality")
    assert not found.withdrawn("physiotherapist", "region")


def test_what_is_withdrawn_has_no_value_but_staff_are_still_there(results: Results) -> None:
    rows = results.guidelines.query("profession == 'physiotherapist' and region == @NATION")
    found = guidelines.withdraw(rows, np.ones(len(rows), bool))
    kept = found["measure"].isin(guidelines.COUNTED)
    assert found.loc[~kept, ["value", "low", "high"]].isna().all(axis=None)
    assert set(found.loc[~kept, "qualifier"]) == {guidelines.CONTRADICTED}
    assert found.loc[kept, "value"].notna().all()


def test_a_figure_that_is_not_there_is_reported(base: chain.Base) -> None:
    rows = base.tables["staffing_evidence"].copy()
    at = rows.index[rows["figure"] == "so-101"][0]
    rows.loc[at, "figure"] = "so-999"
    with pytest.raises(InputError, match="so-999"):
        staffing.evidence({**base.tables, "staffing_evidence": rows})


@settings(max_examples=20, deadline=None)
@given(st.floats(-1.5, 1.5), st.floats(0.1, 0.6))
def test_linear_figures_give_the_normal_posterior(value: float, sd: float) -> None:
    """One figure that two assumptions sum to: the posterior is known in closed form."""
    rng = np.random.default_rng(3)
    uniform = rng.uniform(size=(2, 2_000, 4))

    def scores(u: np.ndarray) -> np.ndarray:
        z = melding.ndtri(u)
        return ((z[:, 0] + z[:, 1] - value) / sd)[:, None]

    found = melding.meld_linear(uniform[0], uniform[1], scores)
    z = melding.ndtri(found.uniform)
    mean = found.weights @ z
    expected = value / (2 + sd**2)
    assert mean == pytest.approx([expected, expected, 0.0, 0.0], abs=0.12)
    assert found.effective > 1_000
