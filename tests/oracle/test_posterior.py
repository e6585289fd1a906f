"""The twelve central values taken from the package, compared with an independently drawn sample."""

import numpy as np
import pandas as pd
import pytest

from riktvarden import assumptions, tables
from riktvarden.model import careers as package_careers

from . import given
from .careers import CONDITIONED, mortality, specialists
from .posterior import followed, means

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
