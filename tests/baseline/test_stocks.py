"""The regional model on the project's own figures."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from riktvarden import assumptions, tables
from riktvarden.baseline import regional
from riktvarden.model import cells, chain, inputs
from riktvarden.model.inputs import Stocks
from riktvarden.parameters import Parameters

DRAWS = 512


class Case(SimpleNamespace):
    """The published figures and one set of draws, the regions independent of one another."""

    on: chain.Base
    p: Parameters
    uniform: dict[str, np.ndarray]
    stocks: Stocks


@pytest.fixture(scope="module")
def case() -> Case:
    on = chain.base(tables.read_all(), assumptions.read())
    sample = on.sample(DRAWS)
    p = Parameters.of(sample.assumptions)
    stocks = inputs.stocks_drawn(p, on.found, on.people, sample.regional)
    return Case(on=on, p=p, uniform=sample.regional, stocks=stocks)


def test_the_base_date_is_the_end_of_the_base_year(case: Case) -> None:
    assert case.on.people.base_date == pd.Timestamp(case.on.people.base_year, 12, 31)


def test_no_stock_is_missing_and_the_nation_is_the_sum(case: Case) -> None:
    for stock in (case.stocks.st, case.stocks.specialists):
        assert stock.shape == (DRAWS, 22)
        assert (stock > 0).all()
        np.testing.assert_allclose(stock[:, :-1].sum(axis=1), stock[:, -1], rtol=1e-12)


def test_a_seed_gives_the_same_stocks(case: Case) -> None:
    again = inputs.stocks_drawn(case.p, case.on.found, case.on.people, case.uniform)
    np.testing.assert_array_equal(again.st, case.stocks.st)
    np.testing.assert_array_equal(again.specialists, case.stocks.specialists)


def test_the_sum_lies_near_the_nation_s_own_figure(case: Case) -> None:
    for stock, total, sd in (
        (case.stocks.st, inputs.nation_st(case.p, case.on.people), case.p.regional_stocks.st_nation_error),
        (case.stocks.specialists, inputs.nation_fte(case.p), case.p.regional_stocks.specialist_nation_error),
    ):
        away = np.log(stock[:, -1:] / total) / sd
        assert abs(np.median(away)) < 1
        assert np.mean(np.abs(away) < 3) > 0.95


def test_blocks_and_financed_positions_give_no_point_value(case: Case) -> None:
    shown = dict(zip(case.on.people.areas, cells.known(case.on.found).st, strict=True))
    assert not shown["03"]
    assert not shown["18"]
    assert shown["01"]


def test_every_region_is_surer_with_its_own_figure_than_without(case: Case) -> None:
    found, total = case.on.found.evidence["st"], inputs.nation_st(case.p, case.on.people)
    for region in found.rows["regions"]:
        place = found.codes.index(region)
        with_it, without = (
            regional.posterior(evidence, case.p, total, "st").covariance[:, place, place]
            for evidence in (found, found.without(region))
        )
        # The sum is linearised elsewhere without the figure, which moves the other terms a little.
        assert (with_it < without).mean() > 0.99, region


def test_regions_left_out_are_estimated_better_than_by_the_mean_of_the_others(case: Case) -> None:
    rows = inputs.left_out(case.p, case.on.found, case.on.people, case.uniform["st"])
    assert list(rows["region"]) == ["01", "04", "06", "07", "12", "14", "23"]
    density = np.log(rows["value"].to_numpy() / case.on.people.at_reference[rows["region"]].to_numpy())
    of_others = (density.sum() - density) / (len(density) - 1)
    assert regional.hits(rows).root_mean_square < np.sqrt(np.mean((of_others - density) ** 2))


def test_the_spread_of_the_counted_regions_is_the_assumed_one(case: Case) -> None:
    rows = case.on.found.evidence["st"].rows
    counted = rows.loc[rows["kind"] != "blocks"].loc[rows["kind"] != "financed_positions"]
    growth = np.log1p(case.on.assumptions["st_growth"].value)
    aligned = counted["density"] + counted["years"] * growth
    assert round(float(aligned.std(ddof=1)), 2) == case.on.assumptions["st_density_log_sd"].value


def test_what_the_model_would_not_have_given_is_a_question(case: Case) -> None:
    rows = inputs.disagreements(case.p, case.on.found, case.on.people, case.stocks)
    assert list(rows.columns) == ["region", "figure", "quantity", "measure", "published", "low", "high"]
    assert ((rows["published"] < rows["low"]) | (rows["published"] > rows["high"])).all()
    # The ends of a range, 3 000 to 6 650 listed per permanent doctor, say nothing of agency doctors.
    assert "st-056" in set(rows["figure"])
    assert not rows["quantity"].eq("st").any()


def test_no_region_lies_surely_beyond_a_published_extreme(case: Case) -> None:
    """Jämtland Härjedalen was published as the densest in ST and in doctors, Blekinge as the least dense in doctors."""
    codes, inhabitants = case.on.people.codes, case.on.people.base[:-1]
    for stock, region, sign in (
        (case.stocks.st, "23", 1),
        (case.stocks.specialists, "23", 1),
        (case.stocks.specialists, "10", -1),
    ):
        density = sign * stock[:, :-1] / inhabitants
        beyond = (density > density[:, [codes.index(region)]]).mean(axis=0)
        assert beyond.max() < 1 - regional.TAIL


def test_stockholm_by_both_routes(case: Case) -> None:
    required = np.full((DRAWS, 22), 2250.0)
    every = inputs.by_each_figure(case.p, case.on.found, case.on.people, required)
    rows = every.loc[every["region"] == "01"].set_index("measure")
    count, rate = rows.loc["persons_at_health_centres"], rows.loc["employed_per_100000_care_region"]
    assert count["value"] == pytest.approx(1080 * 0.85, rel=0.01)
    assert rate["value"] == pytest.approx(62e-5 * case.on.people.at_reference["01"] * 0.73, rel=0.02)
    assert count["coverage"] == pytest.approx(count["value"] / 2250)
    assert count["coverage"] < rate["coverage"]


@pytest.mark.parametrize("quantity", regional.MODELS)
def test_a_wider_spread_narrows_no_region_though_the_nation_is_known(case: Case, quantity: str) -> None:
    at_value = {name: np.repeat(value, 3, axis=0) for name, value in case.on.central().assumptions.items()}
    p = at_value | {regional.MODELS[quantity].spread: np.array([[0.12], [0.2], [0.42]])}
    one = Parameters.of(p)
    total = inputs.nation_st(one, case.on.people) if quantity == "st" else inputs.nation_fte(one)
    after = regional.posterior(case.on.found.evidence[quantity], p, total, quantity)
    assert (np.diff(np.diagonal(after.covariance, axis1=1, axis2=2), axis=0) > -1e-9).all()
