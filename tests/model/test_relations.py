"""Correlations over regions: right by hand, said to be weak where they are, and computed from every published table."""

import numpy as np
import pandas as pd
import pytest

from riktvarden.model import chain, relations
from riktvarden.results import Results


def test_a_correlation_by_hand() -> None:
    """``r = 3 / √(5 · 5) = 0.6``; Fisher's interval with n - 3 = 1 is tanh(artanh 0.6 ± 1.96)."""
    found = relations.correlation([1, 2, 3, 4, np.nan], [2, 1, 4, 3, 9])
    assert found.n == 4
    assert found.r == pytest.approx(0.6)
    assert (found.low, found.high) == pytest.approx((-0.8529, 0.9901), abs=5e-5)
    assert found.rank == pytest.approx(0.6)
    assert found.strength == "unclear"


@pytest.mark.parametrize(("noise", "strength"), [(0.1, "strong"), (2.0, "moderate"), (4.0, "weak")])
def test_strength_is_said_where_the_sign_is_clear(noise: float, strength: str) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=2000)
    assert relations.correlation(x, -x + noise * rng.normal(size=2000)).strength == strength


def test_the_interval_holds_what_is_there_in_nineteen_of_twenty() -> None:
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(400):
        x, e = rng.normal(size=(2, 21))
        found = relations.correlation(x, 0.5 * x + np.sqrt(0.75) * e)
        inside += found.low <= 0.5 <= found.high
    assert 0.92 < inside / 400 < 0.98


@pytest.mark.parametrize(("y", "message"), [([1, 2, np.nan, np.nan], "four regions, not 2"), ([1, 1, 1, 1], "the same")])
def test_what_cannot_be_correlated_is_refused(y: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        relations.correlation([1, 2, 3, 4], y)


def test_staff_and_visits_of_every_region_are_compared(
    frames: dict[str, pd.DataFrame], base: chain.Base, results: Results
) -> None:
    published = relations.observed(frames, base.people.year_ends)
    counts = published.groupby("observed")["region"].nunique()
    without_gotland = ["nurse_primary", "physician_primary"]
    assert counts.drop(without_gotland).eq(21).all()
    assert counts[without_gotland].eq(20).all()
    found = relations.relations(
        published, results.counties.set_index("region")["care_need_index"], relations.needs(results)
    )
    assert len(found) == 2 * len(counts)
    assert found["r"].between(found["low"], found["high"]).all()
    # A visit is a visit: Jämtland Härjedalen 2017 by hand.
    rows = frames["primary_care_visits_region"].query(
        "region == '23' and year == 2017 and care_area == 'nursing' and provider == 'other'"
    )
    own = published.query("observed == 'nursing_other' and region == '23'")["value"].iloc[0]
    assert own == pytest.approx(1000 * rows["visits"].sum() / base.people.year_ends[("23", 2017)])
