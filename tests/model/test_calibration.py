"""Calibration: the definition of z, all rows computable, and all large differences explained."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as hypothesis_st

from riktvarden import assumptions
from riktvarden.baseline import personnel
from riktvarden.codes import NATION
from riktvarden.model import analyses, calibration, careers, chain
from riktvarden.model.professions import Today
from riktvarden.parameters import Parameters
from riktvarden.problems import InputError
from riktvarden.results import Results

DRAWS = 2_000


def spread(middle: float, sd: float, draws: int = DRAWS) -> np.ndarray:
    """Numbers with exactly this median and standard deviation, (draw, 1)."""
    noise = np.random.default_rng(1).standard_normal(draws // 2)
    both = np.concatenate([noise, -noise])
    return (middle + sd * both / both.std())[:, None]


PATH = np.array([[96.0, 102.0, 108.0, 114.0, 120.0, 126.0]])
"""Specialists at the end of 2020 to 2025."""

COUNTS = pd.DataFrame(
    {
        "figure": ["st-011", "st-012", "st-013"],
        "quantity": ["persons", "share_60_plus", "share_65_69_of_under_70"],
        "value": [1000.0, 0.2, 0.1],
        "error_sd": [0.03, 0.04, 0.01],
    }
)
"""Counts of specialists with their errors, those of shares in parts of the whole."""

SHARES = np.select([careers.AGES < 50, careers.AGES < 60, careers.AGES < 70], [0.0, 0.6, 0.3], 0.1)[:, None]
"""Those of 50, 60 and 70 years, as a share of all."""


@pytest.fixture
def run() -> calibration.Run:
    """A country of one region whose numbers a reader can follow."""
    p = {
        "st_growth": 0.1,
        "persons_per_position": 1.25,
        "calendar_training_years": 5.0,
        "completion_share": 1.0,
        "foreign_certificates": 10.0,
        "fte_per_centre_specialist": 0.8,
        "specialist_share_of_doctors": 0.8,
        "inhabitants_per_specialist": 1000.0,
        "fte_per_care_professional": 0.9,
        "district_nurse_private_gross_up": 2.0,
        "occupational_therapists_all": 400.0,
    }
    both = np.ones((1, 2))
    inhabitants = pd.Series(
        {(area, year): persons for area in ("01", NATION) for year, persons in ((2020, 90_000.0), (2024, 100_000.0))}
    )
    fte = {name: Today(np.full((1, 1), 90.0), np.full((1, 1), 45.0)) for name in calibration.BY_CONTACTS}
    return calibration.Run(
        p=Parameters.of(assumptions.read().at_value()).but(**p),
        areas=("01", NATION),
        inhabitants=inhabitants,
        base_year=2024,
        st=110.0 * both,
        st_date=pd.Timestamp(2024, 12, 31),
        starters=22.0 * both,
        st_needed=130.0 * both,
        specialists=60.0 * both,
        leaving=np.array([0.05]),
        staff=fte,
        use={name: Today(np.full((1, 1), 180.0), np.full((1, 1), 9.0)) for name in calibration.BY_CONTACTS},
        first_year=2020,
        specialists_at=PATH,
        ages_at=PATH[:, None, :-1] * (SHARES * (careers.AGES[:, None] % 10 == 0))[None],
        foreign_at={2021: 3.0},
        st_growth=0.1 * both,
        specialist_growth=0 * both,
        within_ten_minutes=0.9 * both,
    )


def rows(**changed: object) -> pd.DataFrame:
    """One row of the table, a count of ST doctors by default."""
    row = {
        "comparison": "c-001",
        "figure": "st-001",
        "added": None,
        "expected": np.nan,
        "quantity": "st_persons",
        "region": NATION,
        "profession": "general_practice",
        "dated": pd.Timestamp(2024, 12, 31),
        "relative_sd": 0.1,
        "role": "independent",
        "comparable": "same",
        "explanation_sv": None,
        "explanation_en": None,
        "question_to": "skr",
    }
    return pd.DataFrame([row | changed])


def published(**values: float) -> pd.DataFrame:
    return pd.DataFrame({"figure": [name.replace("_", "-") for name in values], "value": list(values.values())})


# --- z ----------------------------------------------------------------------------------------------------------


def test_z_of_a_worked_example() -> None:
    # ln 120 - ln 100 = 0.1823; the model's spread is 0.03, the figure's own error 0.04, together 0.05.
    found = calibration.compare([100.0], [0.04], np.exp(spread(np.log(120.0), 0.03)))
    assert found.z == pytest.approx([np.log(1.2) / 0.05], rel=1e-3)
    assert found.model == pytest.approx([120.0], rel=1e-3)


def test_z_of_a_gap_that_may_be_below_zero() -> None:
    # 20 - (-10) = 30; the model's spread is 6, the figure's own error 0.8 of 10, together 10.
    found = calibration.compare([-10.0], [0.8], spread(20.0, 6.0), absolute=[True])
    assert found.z == pytest.approx([3.0], rel=1e-3)


@given(hypothesis_st.floats(0.1, 1e6), hypothesis_st.floats(0.0, 0.5), hypothesis_st.booleans())
def test_where_the_model_gives_what_is_published_z_is_zero(value: float, error: float, absolute: bool) -> None:
    found = calibration.compare([value], [error], np.full((8, 1), value), [absolute])
    assert found.z == pytest.approx([0.0])


@given(hypothesis_st.floats(1.0, 1e5), hypothesis_st.floats(1.01, 20.0), hypothesis_st.floats(0.01, 0.4))
def test_on_the_log_scale_twice_as_much_is_as_far_as_half(value: float, times: float, error: float) -> None:
    draws = np.array([[value * times, value / times]])
    found = calibration.compare([value, value], [error, error], np.repeat(draws, 4, axis=0))
    assert found.z[0] == pytest.approx(-found.z[1])
    assert found.z[0] == pytest.approx(np.log(times) / error)


def test_without_any_error_a_difference_is_infinitely_far() -> None:
    found = calibration.compare([100.0, 100.0], [0.0, 0.0], np.tile([90.0, 110.0], (4, 1)))
    assert found.z.tolist() == [-np.inf, np.inf]


@pytest.mark.parametrize(
    ("value", "error", "draw", "said"),
    [(0.0, 0.1, 1.0, "positive"), (1.0, 0.1, -1.0, "positive"), (1.0, -0.1, 1.0, "negative")],
)
def test_what_cannot_be_compared_is_refused(value: float, error: float, draw: float, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        calibration.compare([value], [error], np.full((4, 1), draw))


def test_under_its_own_assumptions_z_is_a_standard_normal_number() -> None:
    # A truth, a figure with its error around it, and a model with an error of its own: what the formula claims.
    generator = np.random.default_rng(7)
    truth, count = np.log(1000.0), 4_000
    figures = np.exp(truth + 0.05 * generator.standard_normal(count))
    middles = truth + 0.12 * generator.standard_normal(count)
    draws = np.exp(middles + 0.12 * generator.standard_normal((801, count)))
    z = calibration.compare(figures, np.full(count, 0.05), draws).z
    assert z.std() == pytest.approx(1.0, abs=0.05)
    assert (np.abs(z) > calibration.FAR).mean() == pytest.approx(0.0455, abs=0.012)


# --- what the model says at a figure's own date -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "year", "expected"),
    [
        ("st_persons", 2024, 110.0),
        ("st_persons", 2023, 100.0),
        ("st_positions", 2024, 88.0),
        ("st_per_1000", 2024, 1.1),
        ("st_starters", 2023, 20.0),
        # In 2020 nine tenths of the norm's 130 for nine tenths of the inhabitants, less 110 moved back four years.
        ("st_missing", 2020, 117.0 - 110 / 1.1**4),
        ("foreign_certificates", 2013, 10.0),
        ("foreign_certificates", 2021, 30.0),
        ("specialist_fte", 2020, 48.0),
        ("specialist_fte", 2025, 63.0),
        ("specialist_persons", 2020, 96.0),
        ("specialists_under_70", 2020, 86.4),
        ("specialists_60_to_69", 2024, 36.0),
        ("share_60_plus", 2021, 40.0),
        ("specialists_at_centres", 2024, 75.0),
        ("specialists_per_100000", 2024, 120.0),
        ("inhabitants_per_doctor", 2020, 1875.0),
        ("inhabitants_per_any_doctor", 2020, 1500.0),
        ("leaving", 2024, 3.75),
        ("specialists_missing", 2020, 42.0),
        ("doctors_missing", 2020, 30.0),
        ("regions_far_below", 2024, 0.0),
        ("regions_far_below", 2020, 0.0),
        ("staff_municipal", 2015, 50.0),
        ("share_region", 2015, 25.0),
        ("share_municipal", 2015, 12.5),
        ("district_nurses_in_regions", 2019, 50.0),
        ("use_region", 2024, 2.0),
        ("use_municipal", 2024, 0.2),
    ],
)
def test_what_the_model_says(run: calibration.Run, quantity: str, year: int, expected: float) -> None:
    profession = "district_nurse" if quantity == "district_nurses_in_regions" else "occupational_therapist"
    asked = calibration.Asked(NATION, profession, pd.Timestamp(year, 12, 31))
    assert calibration.QUANTITIES[quantity].of(run, asked) == pytest.approx([expected], rel=1e-3)


def test_persons_and_full_time_equivalents_have_one_ratio(run: calibration.Run) -> None:
    # The back-cast has twice as many persons as there are full-time equivalents, in the nation and in its regions.
    regional = replace(run, specialists=np.array([[15.0, 60.0]]))
    for region, expected in (("01", 30.0), (NATION, 120.0)):
        asked = calibration.Asked(region, "general_practice", pd.Timestamp(2024, 12, 31))
        assert calibration.QUANTITIES["specialist_persons"].of(regional, asked) == pytest.approx([expected])


def test_completions_are_what_a_steady_stock_can_give(run: calibration.Run) -> None:
    # Without growth and drop-out a stock of 110 over five years gives 22 a year, in any year.
    steady = replace(run, st_growth=0 * run.st_growth)
    for year in (2013, 2024):
        asked = calibration.Asked(NATION, "general_practice", pd.Timestamp(year, 12, 31))
        assert calibration.QUANTITIES["completions"].of(steady, asked) == pytest.approx([22.0])
        assert calibration.QUANTITIES["certificates"].of(steady, asked) == pytest.approx([32.0])


def test_specialists_move_in_straight_lines_between_year_ends(run: calibration.Run) -> None:
    halfway = calibration.Asked(NATION, "general_practice", pd.Timestamp(2022, 7, 2))
    assert calibration.QUANTITIES["specialist_persons"].of(run, halfway) == pytest.approx([105.0], abs=0.05)


def test_a_region_moves_by_its_own_growth_as_well(run: calibration.Run) -> None:
    asked = calibration.Asked("01", "general_practice", pd.Timestamp(2020, 12, 31))
    apart = replace(run, st_growth=np.array([[0.2, 0.1]]), specialist_growth=np.array([[0.05, 0.0]]))
    assert calibration.QUANTITIES["st_persons"].of(apart, asked) == pytest.approx([110 / 1.2**4], rel=1e-3)
    assert calibration.QUANTITIES["specialist_fte"].of(apart, asked) == pytest.approx([48 * np.exp(-0.2)], rel=1e-3)
    nation = asked._replace(region=NATION)
    assert calibration.QUANTITIES["specialist_fte"].of(apart, nation) == pytest.approx([48.0])


@pytest.mark.parametrize(
    ("quantity", "year"), [("specialist_fte", 2019), ("specialist_fte", 2026), ("share_60_plus", 2025)]
)
def test_there_is_no_number_outside_the_path(run: calibration.Run, quantity: str, year: int) -> None:
    with pytest.raises(InputError, match=str(year)):
        calibration.calibrate(rows(quantity=quantity, dated=pd.Timestamp(year, 6, 1)), published(st_001=1.0), run, COUNTS)


# --- the table ----------------------------------------------------------------------------------------------------


def test_a_row_says_what_it_compares(run: calibration.Run) -> None:
    found = calibration.calibrate(rows(added="st-002"), published(st_001=60.0, st_002=40.0), run, COUNTS).iloc[0]
    assert found[["figure", "published", "model", "difference"]].to_list() == ["st-001 + st-002", 100.0, 110.0, 10.0]
    assert found["published_sd"] == pytest.approx(10.0)
    assert found["ratio"] == pytest.approx(1.1)
    assert found["z"] == pytest.approx(np.log(1.1) / 0.1)
    assert found["status"] == "agrees"


def test_a_count_of_one_years_events_has_its_chance_added(run: calibration.Run) -> None:
    # 22 begin where 16 are reported: the error is 0.1 of the figure and the chance of single persons 1/4.
    found = calibration.calibrate(rows(quantity="st_starters"), published(st_001=16.0), run, COUNTS).iloc[0]
    assert found["z"] == pytest.approx(np.log(22 / 16) / np.hypot(0.1, 0.25))
    assert found["published_sd"] == pytest.approx(16 * np.hypot(0.1, 0.25))


def test_an_identity_is_compared_with_what_it_asks_for(run: calibration.Run) -> None:
    row = rows(figure=None, expected=1.0, quantity="use_region", profession="physiotherapist", role="identity")
    found = calibration.calibrate(row, published(st_001=1.0), run, COUNTS).iloc[0]
    assert found[["published", "model"]].to_list() == [1.0, 2.0]
    assert found["status"] == "unexplained"


@pytest.mark.parametrize(
    ("changed", "column", "said"),
    [
        ({"figure": "st-999"}, "figure", "st-999"),
        ({"added": "st-999"}, "figure", "st-999"),
        ({"figure": None}, "figure", "expected"),
        ({"quantity": "moons"}, "quantity", "moons"),
        ({"region": "99"}, "region", "99"),
        ({"quantity": "st_per_1000", "dated": pd.Timestamp(1950, 1, 1)}, "dated", "1950"),
        ({"quantity": "use_region"}, "dated", "general_practice"),
    ],
)
def test_a_figure_that_cannot_be_compared_is_an_error(
    run: calibration.Run, changed: dict[str, object], column: str, said: str
) -> None:
    with pytest.raises(InputError, match=said) as error:
        calibration.calibrate(rows(**changed), published(st_001=100.0), run, COUNTS)
    (problem,) = error.value.problems
    assert (problem.file, problem.row, problem.column) == (calibration.FILE, 2, column)


def test_a_model_without_a_number_is_an_error(run: calibration.Run) -> None:
    with pytest.raises(InputError, match="a number in every draw"):
        calibration.calibrate(rows(), published(st_001=100.0), replace(run, st=np.full((1, 2), np.nan)), COUNTS)


def test_what_is_far_off_and_unexplained_stops_the_build(run: calibration.Run) -> None:
    three = pd.concat(
        [
            rows(),
            rows(comparison="c-002", figure="st-002"),
            rows(comparison="c-003", figure="st-002", explanation_sv="Därför.", explanation_en="Because."),
            rows(comparison="c-004", figure="st-002", explanation_sv="Därför."),
        ],
        ignore_index=True,
    )
    found = calibration.calibrate(three, published(st_001=100.0, st_002=10.0), run, COUNTS)
    assert found["status"].to_list() == ["agrees", "unexplained", "explained", "unexplained"]
    assert calibration.unexplained(found)["comparison"].to_list() == ["c-002", "c-004"]
    with pytest.raises(InputError) as error:
        calibration.require_explained(found)
    assert [(problem.file, problem.row) for problem in error.value.problems] == [
        (calibration.FILE, 3),
        (calibration.FILE, 5),
    ]
    text = str(error.value)
    for part in (
        "st-002",
        "st_persons",
        "gives 110",
        "10 is published",
        "z = 24.0",
        "correct the assumption",
        "explanation_sv",
    ):
        assert part in text, part


def test_a_return_explains_a_difference_that_it_makes_and_no_other(run: calibration.Run) -> None:
    written = {"explanation_sv": "Därför.", "explanation_en": "Because."}
    three = pd.concat([rows(figure="st-002"), rows(), rows(figure="st-002", **written)], ignore_index=True)
    known = published(st_001=100.0, st_002=10.0)
    found = calibration.calibrate(three.assign(region="01"), known, run, COUNTS, returned=["01"])
    assert found["status"].to_list() == ["explained", "agrees", "explained"]
    assert found["explanation_en"].to_list() == [calibration.OWN_COUNT["explanation_en"], "", "Because."]
    assert calibration.require_explained(found) is found
    elsewhere = calibration.calibrate(three.assign(region="00"), known, run, COUNTS, returned=["01"])
    assert len(calibration.unexplained(elsewhere)) == 1


def test_what_is_explained_passes_whole(run: calibration.Run) -> None:
    found = calibration.calibrate(rows(), published(st_001=100.0), run, COUNTS)
    assert calibration.require_explained(found) is found


# --- the project's own table ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own(calibrated: analyses.Calibration) -> analyses.Calibration:
    return calibrated


def test_every_comparison_is_made_and_none_is_left_unexplained(
    own: analyses.Calibration, frames: dict[str, pd.DataFrame]
) -> None:
    assert own.compared["comparison"].to_list() == frames["calibration"]["comparison"].to_list()
    assert np.isfinite(own.compared[["published", "model", "low", "high", "z"]].to_numpy(float)).all()
    assert calibration.unexplained(own.compared).empty
    assert (own.compared["low"] <= own.compared["high"]).all()


def test_every_figure_of_the_table_is_published(frames: dict[str, pd.DataFrame]) -> None:
    table, figures = frames["calibration"], set(personnel.published(frames)["figure"])
    named = set(table["figure"].dropna()) | set(table["added"].dropna())
    assert named <= figures
    assert table["figure"].notna().eq(table["expected"].isna()).all()
    assert table["figure"].isna().eq(table["role"] == "identity").all()


def test_a_published_figure_of_a_region_is_compared_with_that_region(frames: dict[str, pd.DataFrame]) -> None:
    own_region = personnel.published(frames).set_index("figure")["region"]
    table = frames["calibration"].dropna(subset="figure")
    assert (table["region"] == table["figure"].map(own_region)).all()


def test_an_explanation_is_in_both_languages_and_belongs_to_a_comparison(frames: dict[str, pd.DataFrame]) -> None:
    table = frames["calibration"]
    assert table["explanation_sv"].isna().eq(table["explanation_en"].isna()).all()
    said = table.dropna(subset="explanation_sv")
    assert said["explanation_sv"].str.endswith(".").all()
    assert said["explanation_en"].str.endswith(".").all()
    # What is not counted alike is explained, however small the difference happens to be.
    assert table.loc[table["comparable"] != "same", "explanation_sv"].notna().all()


def test_no_comparison_is_made_twice(frames: dict[str, pd.DataFrame]) -> None:
    table = frames["calibration"]
    assert not table.duplicated(["figure", "quantity", "region", "profession"]).any()


def test_only_a_region_can_be_asked_about_itself(frames: dict[str, pd.DataFrame]) -> None:
    table = frames["calibration"]
    assert (table.loc[table["question_to"] == "region", "region"] != NATION).all()


def test_every_published_number_of_persons_in_training_is_compared(frames: dict[str, pd.DataFrame]) -> None:
    compared = set(frames["calibration"]["figure"].dropna())
    usable = frames["st_baseline"].loc[frames["st_baseline"]["use"] != "never"]
    assert set(usable.loc[usable["measure"].isin(["persons", "persons_per_1000", "positions"]), "figure"]) <= compared
    nation = frames["published_st"].query("region == '00' and measure == 'st_allmanmedicin_persons'")
    assert set(nation["figure"]) <= compared
    assert set(frames["specialist_baseline"]["figure"]) <= compared


def test_the_model_agrees_with_most_of_what_it_is_built_on(own: analyses.Calibration) -> None:
    near = own.compared["z"].abs() < calibration.NEAR
    built_on = own.compared["role"] == "input"
    assert near[built_on].mean() > max(0.7, near[own.compared["role"] == "independent"].mean())


def test_what_the_model_is_built_on_is_said_to_be_so(frames: dict[str, pd.DataFrame]) -> None:
    table = frames["calibration"].query("profession == 'general_practice'")
    careers_, stocks = frames["career_evidence"], frames["st_baseline"]
    evidence = {
        *frames["regional_evidence"]["figure"],
        *careers_.loc[careers_["use"] != "shown", "figure"],
        *stocks.loc[stocks["use"] != "never", "figure"],
    }
    of_the_nation = {"st-014", "st-043", "st-050"}
    of_travel = {"so-221", "so-222", "so-223"}
    assert set(table.loc[table["role"] == "input", "figure"]) == set(table["figure"]) & (
        evidence | of_the_nation | of_travel
    )


def test_the_error_of_a_count_is_read_where_it_is_written(run: calibration.Run) -> None:
    # 100 of a share of 0.2 ± 0.04 and 50 of one of 0.1 ± 0.01: errors of 20 and 5, together 20.6.
    both = rows(figure="st-012", added="st-013", relative_sd=np.nan)
    found = calibration.calibrate(both, published(st_012=100.0, st_013=50.0), run, COUNTS).iloc[0]
    assert found["published_sd"] == pytest.approx(np.hypot(20.0, 5.0))
    one = rows(figure="st-011", relative_sd=np.nan)
    assert calibration.calibrate(one, published(st_011=100.0), run, COUNTS).iloc[0]["published_sd"] == pytest.approx(3.0)


@pytest.mark.parametrize("changed", [{"figure": "st-011"}, {"relative_sd": np.nan}])
def test_an_error_is_written_once(run: calibration.Run, changed: dict[str, object]) -> None:
    with pytest.raises(InputError, match="career_evidence"):
        calibration.calibrate(rows(**changed), published(st_001=100.0, st_011=100.0), run, COUNTS)


def test_the_paths_are_those_of_the_back_cast(base: chain.Base, results: Results) -> None:
    drawn = base.sample(64)
    run = calibration.run_of(base, drawn, results.draws["st_persons_guideline"][:64])
    past = run.specialists_at[:, :-1]
    assert run.first_year + past.shape[1] - 1 == run.base_year
    np.testing.assert_allclose(past[:, -1:], drawn.assumptions["specialist_persons_base"], rtol=1e-6)
    np.testing.assert_allclose(run.ages_at.sum(axis=1), past)
    for growth, typical in (
        (run.st_growth - drawn.assumptions["st_growth"], "st_growth_regional_sd"),
        (run.specialist_growth, "specialist_growth_regional_sd"),
    ):
        np.testing.assert_allclose(growth[:, -1], 0, atol=1e-12)
        assert growth[:, :-1].std() == pytest.approx(drawn.assumptions[typical].mean(), rel=0.3)


def test_the_base_date_shows_what_the_report_says(own: analyses.Calibration, results: Results) -> None:
    at_base = own.base.set_index("quantity")
    for quantity, measure in (("specialist_fte", "specialist_fte"), ("st_persons", "st_persons_reference")):
        cell = results.cell(measure)
        assert at_base.loc[quantity, ["low", "model", "high"]].to_list() == [cell.low, cell.value, cell.high]
    past = results.career_back_cast.query("status == 'modelled'")["middle"]
    assert at_base.loc["specialist_persons", "model"] == past.iloc[-1]
    assert (at_base["low"] < at_base["model"]).all()
    assert (at_base["model"] < at_base["high"]).all()
