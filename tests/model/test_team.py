"""The team: contacts stay, minutes do not, and what saves most is moved first."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riktvarden import tables
from riktvarden.assumptions import Assumptions
from riktvarden.model import analyses, team
from riktvarden.parameters import Parameters
from riktvarden.professions import PROFESSIONS
from riktvarden.results import Results

DOCTORS = 1000.0
DRAWS = 256


def changed(graded: Assumptions, **values: float) -> Assumptions:
    """The same assumptions with some held at other values."""
    fixed = {
        name: graded[name].model_copy(update={"value": value, "low": value, "high": value, "distribution": "fixed"})
        for name, value in values.items()
    }
    return Assumptions({**graded, **fixed})


def test_doctors_fall_by_what_is_moved_less_what_backs_it_up(graded: Assumptions) -> None:
    share, longer, back_up = (
        graded["task_shift_share"].high,
        graded["task_shift_relative_time"].value,
        graded["task_shift_back_up"].value,
    )
    found = team.moved(graded, DOCTORS, DRAWS).set_index("profession")
    assert found["value"]["general_practice"] == pytest.approx(-DOCTORS * share * (1 - back_up * longer), rel=1e-12)
    assert (found["low"] <= found["value"]).all()
    assert (found["value"] <= found["high"]).all()
    assert (found.drop(index="general_practice")["low"] > 0).all()


def test_the_professions_of_one_working_time_share_as_assumed(graded: Assumptions) -> None:
    found = team.moved(graded, DOCTORS, DRAWS).set_index("profession")["value"]
    allied = ["physiotherapist", "occupational_therapist", "psychologist"]
    shares = [graded[f"task_shift_to_{name}"].value for name in allied]
    np.testing.assert_allclose(found[allied] / found[allied].sum(), np.array(shares) / sum(shares), rtol=1e-12)
    assert list(found.index) == ["general_practice", *PROFESSIONS]


def test_as_fast_as_the_doctor_and_without_back_up_the_full_time_equivalents_are_conserved(graded: Assumptions) -> None:
    working_time = {
        f"{part}_time_share_{who}": value
        for part, value in (("direct", 0.4), ("indirect", 0.3))
        for who in ("doctor", "nurse", "allied")
    }
    equal = changed(graded, task_shift_relative_time=1.0, task_shift_back_up=0.0, **working_time)
    assert team.moved(equal, DOCTORS, DRAWS)["value"].sum() == pytest.approx(0, abs=1e-9 * DOCTORS)


def test_nothing_moved_changes_nothing(graded: Assumptions) -> None:
    none = changed(graded, task_shift_share=0.0)
    assert team.moved(none, DOCTORS, DRAWS)[["value", "low", "high"]].abs().max().max() < 1e-9


# --- the least-cost team ----------------------------------------------------------------------------------

TWO = team.Tasks(
    names=["easy", "hard"],
    contacts=np.array([0.6, 0.4]),
    minutes=np.array([20.0, 40.0]),
    most=np.array([[0.5, 0.5, 0.0, 0.0], [0.5, 0.0, 0.0, 0.25]]),
    taking=np.array([[30.0, 40.0, 0.0, 0.0], [60.0, 0.0, 0.0, 50.0]]),
)
SAVED = np.array([[5.0, -1.0, 0.0, 0.0], [8.0, 0.0, 0.0, 9.0]])


def test_what_saves_most_is_moved_first_until_the_limit() -> None:
    """By hand: 9 a contact for 0.4 × 0.25, then 8 for 0.4 × 0.5, then 5 for what is left of 0.35."""
    found = team.least_cost(TWO.room, SAVED, 0.35)
    np.testing.assert_allclose(found, [[0.05, 0, 0, 0], [0.2, 0, 0, 0.1]], atol=1e-15)
    everything = team.least_cost(TWO.room, SAVED, 1.0)
    np.testing.assert_allclose(everything, [[0.3, 0, 0, 0], [0.2, 0, 0, 0.1]], atol=1e-15)


def test_a_moved_contact_saves_the_doctors_minutes_less_theirs_and_the_back_up() -> None:
    """By hand: 20 × 15 − (30 × 8 + 0.1 × 30 × 15) = 15."""
    found = team.saving(TWO, [[15.0]], [[8.0, 5.0, 4.0, 6.0]], [[0.1]])
    assert found.shape == (1, 2, 4)
    assert found[0, 0, 0] == pytest.approx(15.0, abs=1e-12)
    assert found[0, 1, 3] == pytest.approx(40 * 15 - (50 * 6 + 0.1 * 50 * 15), abs=1e-9)


def test_no_more_staff_is_used_than_can_be_spared() -> None:
    spared = np.array([6.0, np.inf, np.inf, 2.5])
    found = team.programme(TWO, SAVED, 0.5, TWO.taking, spared)
    used = (found * TWO.taking).sum(axis=0)
    assert (used <= spared + 1e-9).all()
    # A minute of the first profession saves 5 / 30 on the easy task and 8 / 60 on the hard one.
    np.testing.assert_allclose(found, [[0.2, 0, 0, 0], [0, 0, 0, 0.05]], atol=1e-9)


shares = st.floats(0.0, 1.0)


@st.composite
def matrices(draw: st.DrawFn) -> tuple[team.Tasks, np.ndarray, float]:
    """A matrix of any tasks for the four professions, what moving each contact saves, and a limit."""
    count = draw(st.integers(1, 5))
    weights = np.array(draw(st.lists(st.floats(0.01, 1.0), min_size=count, max_size=count)))
    raw = np.array(draw(st.lists(shares, min_size=4 * count, max_size=4 * count))).reshape(count, 4)
    most = raw / np.maximum(raw.sum(axis=1, keepdims=True), 1.0)
    saved = np.array(draw(st.lists(st.floats(-500, 500), min_size=4 * count, max_size=4 * count))).reshape(count, 4)
    one = np.ones((count, 4))
    tasks = team.Tasks([str(n) for n in range(count)], weights / weights.sum(), one[:, 0], most, one)
    return tasks, saved, draw(shares)


@given(matrices())
def test_the_closed_form_costs_what_the_linear_programme_costs(case: tuple[team.Tasks, np.ndarray, float]) -> None:
    tasks, saved, limit = case
    closed, solved = team.least_cost(tasks.room, saved, limit), team.programme(tasks, saved, limit)
    assert (closed * saved).sum() == pytest.approx((solved * saved).sum(), rel=1e-9, abs=1e-9 * 500)
    for found in (closed, solved):
        assert (found >= -1e-12).all()
        assert (found <= tasks.room + 1e-9).all()
        assert (found.sum(axis=1) <= tasks.contacts + 1e-9).all(), "contacts are conserved"
        assert found.sum() <= limit + 1e-9


@given(matrices(), st.floats(0.0, 1.0))
def test_a_wider_limit_never_saves_less(case: tuple[team.Tasks, np.ndarray, float], more: float) -> None:
    tasks, saved, limit = case
    one, other = (team.least_cost(tasks.room, saved, each) for each in (limit, limit + more))
    assert (other * saved).sum() >= (one * saved).sum() - 1e-9


def test_a_matrix_that_moves_more_than_there_is_is_refused() -> None:
    with pytest.raises(ValueError, match=r"taken over of easy must not sum to more than 1: 1\.1"):
        team.programme(TWO._replace(most=TWO.most + np.eye(2, 4) * 0.1), SAVED)
    rows = pd.DataFrame({"task": ["x"], "profession": ["dentist"], "contacts": [np.nan], "most": [0.1], "minutes": [9.0]})
    with pytest.raises(ValueError, match="team_tasks names dentist; there are general_practice, district_nurse"):
        team.tasks_of(rows)


@pytest.mark.parametrize(
    ("old", "new", "column", "expected"),
    [
        ("musculoskeletal,physiotherapist,,0.5,", "musculoskeletal,physiotherapist,,0.97,", "most", "at most 1 as the sum"),
        ("other,general_practice,0.12,1,", "other,general_practice,0.2,1,", "contacts", "1 as the sum over the rows"),
        ("other,general_practice,0.12,1,", "other,general_practice,,1,", "contacts", "the task's share of all contacts"),
        ("other,general_practice,0.12,1,", "other,general_practice,0.12,0.9,", "most", "1 in a row of general_practice"),
        ("other,general_practice,0.12,1,", "other,dietitian,,0.1,", "profession", "a row of general_practice for other"),
    ],
)
def test_a_faulty_matrix_is_named_with_row_column_and_fix(
    data_of: Callable[..., Path], old: str, new: str, column: str, expected: str
) -> None:
    folder = data_of("team_tasks")
    file = folder / "tables/team_tasks.csv"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    found = [problem for problem in tables.check(folder) if problem.column == column and expected in problem.expected]
    assert found, tables.check(folder)
    assert all(problem.file == "data/tables/team_tasks.csv" and problem.row > 1 and problem.fix for problem in found)


def test_the_choices_conserve_contacts_and_the_cost_is_that_of_the_staff(
    frames: dict[str, pd.DataFrame], graded: Assumptions, wordless: Assumptions, results: Results
) -> None:
    found = analyses.of_team(frames, wordless, results)
    tasks = team.tasks_of(frames["team_tasks"]).contacts
    price = team.prices(Parameters.of(graded.at_value()))
    year = np.append(price.doctor_year[0], price.year[0])
    for choice, rows in found.groupby("choice"):
        by_measure = dict(iter(rows.groupby("measure")))
        moved = by_measure["contacts_moved"].groupby("task")["value"].sum()
        assert (moved.to_numpy() <= tasks.max() + 1e-12).all()
        staff = by_measure["fte_change"]
        assert list(staff["profession"]) == ["general_practice", *PROFESSIONS]
        cost = by_measure["cost_change"].iloc[0]
        assert cost["value"] == pytest.approx((staff["value"] * year).sum(), rel=1e-12)
        assert cost["value"] < 0, choice
        assert cost["low"] <= cost["value"] <= cost["high"]
    limited = found.query("measure == 'contacts_moved'").groupby("choice")["value"].sum()
    assert limited[team.LIMITED] == pytest.approx(graded["task_shift_share"].high, abs=1e-12)
    assert limited[team.SPARE] <= limited[team.LIMITED] + 1e-9
    assert (found["qualifier"] == "scenario").all()
    assert set(found["status"]) == {"estimated"}
    assert set(found["year"]) == {results.base_year}


def test_the_compact_form_gives_the_same_team(frames: dict[str, pd.DataFrame], graded: Assumptions) -> None:
    """What a browser computes: order by what a contact saves, take up to the room of each and the limit of all."""
    p = Parameters.of(graded.at_value())
    tasks, price, share = team.tasks_of(frames["team_tasks"]), team.prices(p), graded["task_shift_share"].high
    back_up = float(p.task_shift.task_shift_back_up[0, 0])
    rows = pd.DataFrame(team.compact(frames["team_tasks"], p))
    saved = (rows["doctor"] - back_up * rows["support"]) * rows["doctor_year"] - rows["taking"] * rows["year"]
    order = saved.sort_values(ascending=False, kind="stable").index
    left, moved = share, pd.Series(0.0, index=rows.index)
    for place in order:
        moved[place] = min(left, rows["room"][place]) if saved[place] > 0 else 0.0
        left -= moved[place]
    exact = team.saving(tasks, price.doctor_minute, price.minute, back_up * np.ones((1, 1)))[0]
    solved = team.programme(tasks, exact, share)
    names = list(PROFESSIONS)
    for row, part in zip(rows.to_dict("records"), moved, strict=True):
        assert part == pytest.approx(solved[tasks.names.index(row["task"]), names.index(row["profession"])], abs=1e-9)
    per_doctor = (exact * solved).sum() / (price.doctor_fte[0, 0] * (tasks.contacts @ tasks.minutes))
    assert (moved * saved).sum() == pytest.approx(per_doctor, rel=1e-9)
