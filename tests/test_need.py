import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riktvarden import need

people = st.floats(0, 1e8)
norms = st.floats(100, 5000)


@given(people, people, norms)
def test_more_people_never_need_fewer_specialists(fewer: float, more: float, norm: float) -> None:
    fewer, more = sorted((fewer, more))
    assert need.requirement(fewer, norm) <= need.requirement(more, norm)


@given(st.lists(people, min_size=1, max_size=30), norms)
def test_regions_sum_to_the_nation(regions: list[float], norm: float) -> None:
    parts = need.requirement(regions, norm).sum()
    assert parts == pytest.approx(float(need.requirement(np.sum(regions), norm)), rel=1e-9, abs=1e-9)


@given(norms)
def test_a_met_norm_needs_nothing_more(norm: float) -> None:
    assert need.extra_need(norm, norm) == pytest.approx(0)


@pytest.mark.parametrize(("population", "norm", "words"), [(1, 0, "norm"), (1, -5, "norm"), (-1, 1100, "population")])
def test_impossible_arguments_are_refused(population: float, norm: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        need.requirement(population, norm)
