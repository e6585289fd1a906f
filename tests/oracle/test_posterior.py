"""The central values that the oracle takes from the package, compared with independently drawn samples."""

import numpy as np
import pandas as pd
import pytest

from riktvarden import assumptions, tables
from riktvarden.model import careers as package_careers
from riktvarden.model import inputs, staffing, weights
from riktvarden.parameters import Parameters

from . import given
from .careers import CONDITIONED, mortality, specialists
from .inhabitants import project
from .needed import towns
from .posterior import followed, means
from .staffing import STAFFED, TREATING, ratios
from .staffing import means as means_of_staffing

BASE_YEAR = given.base_year()
ERRORS = 4.0
"""Monte Carlo errors of both samples together by which the means may differ: with twelve means, once in a thousand."""


@pytest.fixture(scope="module")
def melded() -> package_careers.Melded:
    frames, graded = tables.read_all(), assumptions.read()
    deaths = package_careers.mortality(frames["population_nation"], BASE_YEAR)
    return package_careers.meld(frames, graded, deaths, BASE_YEAR)


def test_the_inputs_are_all_that_is_conditioned() -> None:
    assert set(CONDITIONED) == set(package_careers.MELDED)


def test_many_draws_and_one_have_the_same_past() -> None:
    values = given.central()
    died = mortality(BASE_YEAR)
    career, persons = specialists(values, died, BASE_YEAR)
    path = followed({name: np.array([values[name]]) for name in CONDITIONED}, died, BASE_YEAR)
    np.testing.assert_allclose(path[0, :, -1], persons * career.stock.sum(axis=0), rtol=1e-12, atol=1e-9)


def test_the_posterior_means_are_those_of_plain_importance_sampling(melded: package_careers.Melded) -> None:
    ours = means(BASE_YEAR)
    theirs = pd.Series({name: float(melded.joint.central[name][0, 0]) for name in CONDITIONED})
    error = np.hypot(ours["error"], ours["sd"] / np.sqrt(melded.effective))
    apart = (theirs - ours["mean"]) / error
    assert (apart.abs() < ERRORS).all(), apart
    # Such errors are small beside what is not known.
    assert (error < 0.15 * ours["sd"]).all(), error / ours["sd"]


# --- use and staff --------------------------------------------------------------------------------------

PLAIN = 600_000
"""Draws of plain importance sampling, of which few agree with the staff."""


@pytest.fixture(scope="module")
def staffed() -> staffing.Melded:
    frames, graded = tables.read_all(), assumptions.read()
    people = inputs.people(frames, graded)
    of = Parameters.of(graded.at_value())
    return staffing.meld(frames, graded, people, weights.places(frames, people, weights.component_weights(of)))


def test_all_that_staff_say_something_of_is_an_input(staffed: staffing.Melded) -> None:
    assert set(STAFFED) == set(staffed.joint.members)


def test_use_over_staff_is_the_same_by_another_way(staffed: staffing.Melded) -> None:
    values = given.central()
    values.update({name: float(staffed.joint.central[name][0, 0]) for name in STAFFED})
    frames, graded = tables.read_all(), assumptions.read()
    people = inputs.people(frames, graded)
    p = Parameters.of(graded.at_value() | staffed.joint.central)
    at = weights.places(frames, people, weights.component_weights(p))
    who = project(BASE_YEAR, BASE_YEAR)
    for name in TREATING:
        found = staffing.said(p, frames, people, at, name)
        theirs = (found.use.region / found.staff.region, found.use.municipality / found.staff.municipality)
        ours = ratios(values, who, towns(values, who), name)
        assert [float(each[0, 0]) for each in theirs] == pytest.approx(
            [ours["use_region"], ours["use_municipal"]], rel=1e-9
        )
        assert all(0.8 <= each <= 1.25 for each in (ours["use_region"], ours["use_municipal"]))


def test_the_means_given_staff_are_those_of_plain_importance_sampling(staffed: staffing.Melded) -> None:
    values, who = given.central(), project(BASE_YEAR, BASE_YEAR)
    ours = means_of_staffing(who, towns(values, who), PLAIN)
    theirs = pd.Series({name: float(staffed.joint.central[name][0, 0]) for name in STAFFED})
    error = np.hypot(ours["error"], ours["sd"] / np.sqrt(staffed.effective))
    apart = (theirs - ours["mean"]) / error
    assert (apart.abs() < ERRORS).all(), apart
    assert (error < 0.15 * ours["sd"]).all(), error / ours["sd"]
