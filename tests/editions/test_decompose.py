from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riktvarden.editions.decompose import ALL, CORNERS, METHOD, NONE, PARTS, decompose

D, A, M = (frozenset({part}) for part in PARTS)


def at(**values: float) -> pd.Series:
    return pd.Series(values)


def corners(of) -> dict[frozenset[str], pd.Series]:
    return {corner: of(*(part in corner for part in PARTS)) for corner in CORNERS}


def test_the_parts_of_a_product_are_the_mean_over_all_orders() -> None:
    """Worked by hand: 2 × 3 × 5 = 30 becomes 4 × 3 × 7 = 84; the data double and the method adds two fifths."""
    found = decompose(corners(lambda d, a, m: at(x=(4 if d else 2) * 3 * (7 if m else 5))))
    row = found.loc["x"]
    # Data first: 60 − 30, then 84 − 60; method first: 42 − 30, then 84 − 42.
    assert row["data"] == pytest.approx((30 + 42) / 2)
    assert row["method"] == pytest.approx((24 + 12) / 2)
    assert row["assumptions"] == 0
    assert row["order"] == "shapley"


@given(st.lists(st.floats(-1e6, 1e6), min_size=8, max_size=8))
def test_parts_sum_to_the_change_and_are_means_over_orders(values: list[float]) -> None:
    of = {corner: at(x=value) for corner, value in zip(CORNERS, values, strict=True)}
    row = decompose(of).loc["x"]
    assert row[list(PARTS)].sum() == pytest.approx(row["change"], abs=1e-9 * 1e6)
    steps = dict.fromkeys(PARTS, 0.0)
    for order in permutations(PARTS):
        for at_place, part in enumerate(order):
            before = frozenset(order[:at_place])
            steps[part] += (of[before | {part}]["x"] - of[before]["x"]) / 6
    assert [row[part] for part in PARTS] == pytest.approx([steps[part] for part in PARTS], abs=1e-9 * 1e6)


@pytest.mark.parametrize("missing", [{D}, {A}, {D | A}, {D, A, D | A}])
def test_the_method_comes_first_where_the_old_package_cannot_read_what_is_new(missing: set[frozenset[str]]) -> None:
    of = corners(lambda d, a, m: at(x=1.0 + 2 * d + 4 * a + 8 * m + 16 * d * a * m + 32 * d * m))
    row = decompose({corner: None if corner in missing else value for corner, value in of.items()}).loc["x"]
    assert row["order"] == "method first"
    assert row["method"] == 8  # alone
    assert row["data"] == pytest.approx(2 + 32 + 8)  # all that it does with the new method, and half of what it does with A
    assert row["assumptions"] == pytest.approx(4 + 8)
    assert row[list(PARTS)].sum() == pytest.approx(row["change"])


def test_the_method_comes_last_where_the_new_package_cannot_read_what_is_old() -> None:
    of = corners(lambda d, a, m: at(x=1.0 + 2 * d + 4 * a + 8 * m + 16 * d * m))
    row = decompose(of | {M: None}).loc["x"]
    assert (row["order"], row["data"], row["assumptions"], row["method"]) == ("method last", 2, 4, 24)


def test_what_cannot_be_divided_is_said_to_be_unexplained() -> None:
    row = decompose({NONE: at(x=1.0), ALL: at(x=4.0)}).loc["x"]
    assert (row["order"], row["unexplained"], row["change"]) == ("undivided", 3, 3)


def test_each_quantity_has_the_best_order_of_its_own() -> None:
    def of(d: bool, a: bool, m: bool) -> pd.Series:
        found = at(old=1.0 + m, both=float(d), infinite=np.inf if m else 1.0)
        return found.drop(["old"]) if d and not m else found

    found = decompose(corners(of) | {NONE: at(old=1.0, both=0.0, gone=1.0), ALL: at(old=2.0, both=1.0, new=1.0)})
    assert found["order"].to_dict() == {"old": "method first", "both": "shapley", "gone": "gone", "new": "new"}
    assert found.loc[["gone", "new"], [*PARTS, "change"]].isna().all(axis=None)


def test_both_editions_must_run_and_name_each_quantity_once() -> None:
    with pytest.raises(ValueError, match="both editions must run"):
        decompose({NONE: at(x=1.0), ALL: None})
    twice = pd.Series([1.0, 2.0], index=["x", "x"])
    with pytest.raises(ValueError, match="the same name"):
        decompose({NONE: twice, ALL: twice})


def test_there_are_as_many_corners_as_choices_of_parts() -> None:
    assert len(CORNERS) == 8 == sum(len(list(combinations(PARTS, n))) for n in range(4))
    assert METHOD in PARTS
