"""The team scenario: contacts are conserved, minutes are not."""

import numpy as np
import pytest

from riktvarden.assumptions import Assumptions
from riktvarden.model import task_shift
from riktvarden.professions import PROFESSIONS

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
    found = task_shift.moved(graded, DOCTORS, DRAWS).set_index("profession")
    assert found["value"]["general_practice"] == pytest.approx(-DOCTORS * share * (1 - back_up * longer), rel=1e-12)
    assert (found["low"] <= found["value"]).all()
    assert (found["value"] <= found["high"]).all()
    assert (found.drop(index="general_practice")["low"] > 0).all()


def test_the_professions_of_one_working_time_share_as_assumed(graded: Assumptions) -> None:
    found = task_shift.moved(graded, DOCTORS, DRAWS).set_index("profession")["value"]
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
    assert task_shift.moved(equal, DOCTORS, DRAWS)["value"].sum() == pytest.approx(0, abs=1e-9 * DOCTORS)


def test_nothing_moved_changes_nothing(graded: Assumptions) -> None:
    none = changed(graded, task_shift_share=0.0)
    assert task_shift.moved(none, DOCTORS, DRAWS)[["value", "low", "high"]].abs().max().max() < 1e-9
