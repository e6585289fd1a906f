"""Reconciliation of dated figures: consistent stock and flows, recovery of a known path, questions about misfits."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riktvarden.baseline.reconcile import Errors, reconcile

ERRORS = Errors(stock=0.03, flow=0.2, change=0.1)
DURATION, COMPLETION = 6.5, 0.93


def figures(*rows: tuple[int, str, float]) -> pd.DataFrame:
    """Synthetic figures."""
    return pd.DataFrame(rows, columns=["year", "kind", "value"])


@given(st.floats(50, 5000), st.floats(0.5, 2), st.integers(1, 12))
def test_the_path_keeps_its_books(size: float, growth: float, years: int) -> None:
    found = reconcile(figures((2010, "stock", size), (2010 + years, "stock", size * growth)), DURATION, COMPLETION, ERRORS)
    path = found.path
    after = path["stock"].shift() + path["starters"] - path["completions"] - path["drop_outs"]
    np.testing.assert_allclose(path["stock"][1:], after[1:], rtol=1e-9, atol=1e-9)
    assert (path[["starters", "completions", "drop_outs"]] >= 0).all(axis=None)


def test_a_steady_path_is_found() -> None:
    steady = figures((2018, "stock", 650), (2020, "completions", 93), (2021, "starters", 100), (2022, "stock", 650))
    found = reconcile(steady, DURATION, COMPLETION, ERRORS)
    np.testing.assert_allclose(found.figures["fitted"], steady["value"], rtol=1e-3)
    np.testing.assert_allclose(found.path["starters"], 100, rtol=5e-3)
    assert not found.figures["question"].any()


def test_figures_that_cannot_both_be_true_become_a_question() -> None:
    odd = figures((2020, "stock", 100), (2021, "stock", 100), (2021, "completions", 90), (2022, "stock", 100))
    assert reconcile(odd, DURATION, COMPLETION, ERRORS).figures["question"].any()


@pytest.mark.parametrize(
    "rows",
    [[(2020, "stock", 100)], [(2020, "stock", 100), (2021, "starters", 10)], [(2020, "stock", -1), (2021, "stock", 2)]],
)
def test_too_little_or_impossible_is_refused(rows: list[tuple[int, str, float]]) -> None:
    with pytest.raises(ValueError, match="figures"):
        reconcile(figures(*rows), DURATION, COMPLETION, ERRORS)
