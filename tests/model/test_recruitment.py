"""Recruitment: what is recruited keeps the path, and everyone recruited comes from somewhere once."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from riktvarden import supply
from riktvarden.baseline import personnel
from riktvarden.codes import NATION
from riktvarden.model import careers, chain, recruitment
from riktvarden.names import FORECAST_YEAR
from riktvarden.parameters import Parameters
from riktvarden.professions import PROFESSIONS
from riktvarden.results import Results

DRAWS = 64

ORIGINS = ["recruited_graduates", "recruited_sectors", "recruited_more_graduates"]
REASONS = ["recruitment_replacing", "recruitment_growing", "recruitment_closing"]


@pytest.fixture(scope="module")
def found(base: chain.Base) -> pd.DataFrame:
    return recruitment.needed(base, base.sample(DRAWS))


def test_two_years_by_hand() -> None:
    """100 at work where 110 are needed in two years; a tenth leaves each year; of the recruited none do."""
    kept, entered = np.array([1.0, 0.9, 0.81]), np.array([1.0, 1.0])
    made = recruitment.recruited([110.0, 110.0, 110.0], 100.0, kept, entered, by=2)
    np.testing.assert_allclose(made.total, [15.0, 14.0], rtol=1e-12)
    np.testing.assert_allclose(made.replacing, [10.0, 9.0], rtol=1e-12)
    np.testing.assert_allclose(made.closing, [5.0, 5.0], rtol=1e-12)
    np.testing.assert_allclose(made.growing, 0.0, atol=1e-12)


def test_a_gap_needs_time_to_close() -> None:
    with pytest.raises(ValueError, match="at least one year"):
        recruitment.recruited([1.0, 1.0], 1.0, [1.0, 1.0], [1.0], by=0)


years = st.integers(2, 12)


@given(st.data(), years, st.integers(1, 15))
def test_the_recruited_keep_the_path(data: st.DataObject, horizon: int, by: int) -> None:
    leaving = data.draw(st.floats(0.02, 0.3))
    needed = data.draw(arrays.arrays(float, horizon + 1, elements=st.floats(80, 200)))
    start = data.draw(st.floats(20, 150))
    kept, entered = (1 - leaving) ** np.arange(horizon + 1), 0.95 * (1 - leaving) ** np.arange(horizon)
    made = recruitment.recruited(needed, start, kept, entered, by)
    assert (made.total >= -1e-9).all()
    path = supply.linear_path(start, made.total, kept, entered)
    wanted = needed - (needed[0] - start) * np.maximum(0, 1 - np.arange(horizon + 1) / by)
    # Nobody is dismissed: where more are left than wanted the path lies above.
    assert (path >= wanted - 1e-8).all()
    hit = np.concatenate([[True], made.total > 1e-9])
    np.testing.assert_allclose(path[hit], wanted[hit], rtol=1e-9)
    np.testing.assert_allclose(made.replacing + made.growing + made.closing, made.total, atol=1e-9)


amounts = st.floats(0.0, 1e4)


@given(amounts, amounts, st.one_of(amounts, st.just(float("nan"))))
def test_everyone_comes_from_somewhere_once(total: float, graduates: float, pool: float) -> None:
    made = recruitment.origins(total, graduates, pool)
    assert made.graduates + np.nan_to_num(made.sectors) + made.more == pytest.approx(total, abs=1e-9)
    assert made.graduates <= graduates
    assert np.isnan(made.sectors) == np.isnan(pool)
    assert np.isnan(pool) or 0 <= made.sectors <= pool
    assert made.more >= -1e-12
    assert made.more == pytest.approx(0, abs=1e-9) or np.isnan(pool) or made.sectors == pool


def test_reasons_and_origins_sum_to_the_need_in_every_region_and_year(found: pd.DataFrame) -> None:
    wide = found.pivot_table(index=["profession", "region", "year"], columns="measure", values="value")
    wide = wide.drop(columns=["sector_recruits", "places_after_sectors"]).dropna(subset=["recruitment_need"])
    for parts in (REASONS, ORIGINS):
        np.testing.assert_allclose(wide[parts].sum(axis=1), wide["recruitment_need"], rtol=1e-9, atol=1e-9)
    regions = wide.drop(index=NATION, level="region").groupby(level=["profession", "year"]).sum(min_count=1)
    nation = wide.xs(NATION, level="region")
    np.testing.assert_allclose(regions, nation, rtol=1e-9, atol=1e-9)


def test_where_nobody_counts_the_other_sectors_none_come_from_there(found: pd.DataFrame) -> None:
    sectors = found.loc[found["measure"] == "recruited_sectors"].set_index("profession")
    for name, of in PROFESSIONS.items():
        missing = (sectors.loc[name, "status"] == "missing").all()
        assert missing == (of.everywhere is None), name
        assert sectors.loc[name, "value"].isna().all() == missing


@pytest.mark.parametrize("name", PROFESSIONS)
def test_other_sectors_close_the_gap_before_places_do(base: chain.Base, name: str) -> None:
    of, target, inhabitants = PROFESSIONS[name], base.people.at_target, base.people.heads.sum()
    p = Parameters.of(base.sample(DRAWS).assumptions)
    career, lacking = careers.career(p, name, base.deaths), np.full((DRAWS, 1), 100.0)
    none, some, all_of_them = (
        recruitment.closed(p.but(sector_move_share=share), name, lacking, career, inhabitants, target)
        for share in (0.0, 0.001, 1.0)
    )
    now = of.education.graduates(p) / of.education.degree_share(p)
    # With nobody from other sectors the places are those of method E8 alone.
    alone = now + 100 / (
        of.education.degree_share(p)
        * of.education.entering(p)
        * career.inflow_left(target - of.education.study_years(p)).sum(axis=1, keepdims=True)
    )
    np.testing.assert_allclose(none.places, alone, rtol=1e-12)
    if of.everywhere is None:
        assert np.isnan(some.sectors).all()
        np.testing.assert_allclose(all_of_them.places, alone, rtol=1e-12)
        return
    assert (some.places <= none.places).all()
    assert (some.sectors <= recruitment.elsewhere(p, name, inhabitants) * 0.001 + 1e-12).all()
    np.testing.assert_allclose(all_of_them.places, now, rtol=1e-9)


def test_a_forecast_and_the_model_differ_by_the_sum_of_the_parts(
    frames: dict[str, pd.DataFrame], results: Results, base: chain.Base
) -> None:
    balance = personnel.supply_balance(personnel.build(frames))
    target = base.people.target_year
    rows = recruitment.beside_forecasts(balance, results.outlook, base.people.base_year, target)
    np.testing.assert_allclose(rows[list(recruitment.PARTS)].sum(axis=1), rows["model"] - rows["published"], atol=1e-12)
    assert set(rows["side"]) == {"supply", "demand"}
    same = recruitment.beside_forecasts(
        balance.assign(year=base.people.base_year), results.outlook, base.people.base_year, FORECAST_YEAR
    )
    np.testing.assert_allclose(same[["base", "horizon"]], 0, atol=1e-12)


def test_the_base_part_is_the_years_before_the_models_first() -> None:
    """By hand: 21 % in two years is 10 % in one."""
    balance = pd.DataFrame(
        [
            {"profession": each.shown.forecast, "supply": 21.0, "demand": 21.0, "year": FORECAST_YEAR - 2, "source": "a, b"}
            for each in PROFESSIONS.values()
        ]
    ).drop_duplicates()
    outlook = pd.DataFrame(
        [
            {"region": NATION, "profession": name, "measure": measure, "year": year, "value": value}
            for name in PROFESSIONS
            for measure in ("supply_growth", "need_growth")
            for year, value in ((FORECAST_YEAR, 105.0), (FORECAST_YEAR + 5, 108.0))
        ]
    )
    rows = recruitment.beside_forecasts(balance, outlook, FORECAST_YEAR - 1, FORECAST_YEAR + 5)
    np.testing.assert_allclose(
        rows[["base", "definition", "horizon", "difference"]], [[-0.11, -0.05, 0.03, -0.13]] * len(rows), atol=1e-12
    )
