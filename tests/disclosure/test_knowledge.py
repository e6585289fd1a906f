"""Knowledge beyond the cells; all persons are synthetic."""

import itertools

import numpy as np
import pandas as pd
import pytest

from riktvarden.disclosure.attack import ContradictionError
from riktvarden.disclosure.audit import audit
from riktvarden.disclosure.knowledge import Fact, shown
from riktvarden.disclosure.system import Dimension

GROUP = [Dimension("g", "T")]


def hidden(**values: float) -> pd.DataFrame:
    return pd.DataFrame({"g": list(values), "value": list(values.values())})


def test_an_estimate_times_its_coverage_is_the_sum_that_answered() -> None:
    # An estimate of 41.9537 from 7.15 % of the region: 3 persons answered, shown nowhere.
    table = hidden(answered=np.nan, others=np.nan)
    exactly = Fact.product({"g": "answered"}, shown(41.9537, 1e-4), shown(0.0715, 1e-4))
    found = audit(table, GROUP, facts=[exactly])
    assert found.pinned[["g", "low", "high"]].to_numpy().tolist() == [["answered", 3, 3]]
    roughly = Fact.product({"g": "answered"}, shown(40, 20), shown(0.1, 0.1))
    assert audit(table, GROUP, facts=[roughly]).cells.set_index("g").loc["answered", ["low", "high"]].tolist() == [2, 7]
    assert audit(table, GROUP).passes


def test_a_share_of_an_unknown_whole_narrows_to_multiples() -> None:
    # 2 of 7 is 28.571 %: of at most 20 only 7 and 14 persons have such a share, whatever subtraction leaves open.
    table = hidden(a=np.nan, b=np.nan, c=np.nan, T=20.0)
    dimensions = [Dimension("g", "T", {"ab": ["a", "b"]})]
    facts = Fact.ratio({"g": "a"}, {"g": "ab"}, shown(0.28571, 1e-5))
    cells = audit(table, dimensions, facts=[*facts, Fact([{"g": "a"}], [1.0], low=1.0)]).cells.set_index("g")
    assert cells.loc["a", ["low", "high"]].tolist() == [2, 4]


def test_a_fact_leaves_out_totals_only() -> None:
    table = hidden(a=np.nan, b=np.nan, T=20.0)
    assert audit(table, GROUP, facts=[Fact([{}], [1.0], 20, 20)]).passes
    for wrong, words in (
        (Fact([{"h": "x"}], [1.0]), "unknown dimensions: h"),
        (Fact([{"g": "a"}], [1.0, 2.0]), "one coefficient per cell"),
    ):
        with pytest.raises(ValueError, match=words):
            audit(table, GROUP, facts=[wrong])
    with pytest.raises(ValueError, match="no total: g"):
        audit(table.iloc[:2], [Dimension("g")], facts=[Fact([{}], [1.0])])


def test_facts_that_contradict_the_table_are_no_facts() -> None:
    with pytest.raises(ContradictionError, match="facts contradict"):
        audit(hidden(a=np.nan, b=np.nan, T=20.0), GROUP, facts=[Fact([{"g": "a"}], [1.0], low=21.0)])


@pytest.mark.parametrize("seed", range(10))
def test_facts_narrow_to_the_tables_that_agree_with_them(seed: int) -> None:
    # Against all tables of three counts, one by one.
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 8, 3)
    total, share = int(truth.sum()), truth[0] / max(truth[:2].sum(), 1)
    table = hidden(a=np.nan, b=np.nan, c=np.nan, T=float(total))
    dimensions = [Dimension("g", "T", {"ab": ["a", "b"]})]
    facts = Fact.ratio({"g": "a"}, {"g": "ab"}, shown(share, 0.01))
    cells = audit(table, dimensions, facts=facts).cells.set_index("g")
    agree = np.array(
        [
            (a, b, total - a - b)
            for a, b in itertools.product(range(total + 1), repeat=2)
            if a + b <= total and (share - 0.005) * (a + b) - 1e-9 <= a <= (share + 0.005) * (a + b) + 1e-9
        ]
    )
    assert cells.loc[["a", "b", "c"], "low"].tolist() == agree.min(axis=0).tolist()
    assert cells.loc[["a", "b", "c"], "high"].tolist() == agree.max(axis=0).tolist()
