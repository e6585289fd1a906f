"""The interactive page: it reproduces the report's results at the central values, and responds to others."""

import json

import numpy as np
import pandas as pd
import pytest

from riktvarden.model import chain, costs, explorer
from riktvarden.professions import PROFESSIONS
from riktvarden.results import Results

CLOSE = 1e-9


@pytest.fixture(scope="module")
def central(base: chain.Base) -> explorer.Explored:
    return explorer.explore(base, {})


def by_area(rows: pd.DataFrame, measure: str, areas: list[str]) -> np.ndarray:
    """Values of one measure, (area, year) or (area,), NaN where the report shows none."""
    wide = rows.loc[rows["measure"] == measure].pivot_table(index="region", columns="year", values="value", dropna=False)
    return wide.reindex(areas).to_numpy(float)


@pytest.mark.parametrize(
    ("name", "measure"),
    [
        ("requirement", "specialist_requirement"),
        ("starters", "st_starters_guideline"),
        ("positions", "st_positions_guideline"),
        ("fte", "specialist_fte_reference"),
        ("in_training", "st_persons_in_training"),
        ("coverage_a", "coverage_a_reference"),
        ("coverage_b", "coverage_b_reference"),
    ],
)
def test_paths_are_those_of_the_report(
    central: explorer.Explored, results: Results, base: chain.Base, name: str, measure: str
) -> None:
    reported = by_area(results.paths, measure, base.people.areas)
    shown = np.isfinite(reported)
    assert shown[-1].all()
    # The report's positions are whole numbers that sum to the nation's.
    apart = 1.0 if name == "positions" else 0.0
    np.testing.assert_allclose(getattr(central, name)[0][shown], reported[shown], rtol=CLOSE, atol=apart)


def test_guideline_values_are_those_of_the_report(central: explorer.Explored, results: Results, base: chain.Base) -> None:
    reported = results.of("st_positions_guideline")["value"].reindex(base.people.areas)
    assert (central.whole_positions[0] == reported.to_numpy()).all()
    starters = results.starters.set_index("year").loc[base.people.target_year]
    assert np.isfinite(central.starters_target[0, -1]) or starters["obstacle"] == "applicants"
    if starters["obstacle"] == "":
        assert central.starters_target[0, -1] == pytest.approx(starters["value"], rel=CLOSE)


def test_municipalities_have_the_reports_requirement(
    central: explorer.Explored, results: Results, base: chain.Base
) -> None:
    reported = results.municipalities.set_index("municipality")["specialist_requirement"].reindex(
        base.people.municipalities
    )
    np.testing.assert_allclose(central.municipal_requirement[0], reported.to_numpy(float), rtol=CLOSE)


def test_need_of_the_professions_is_the_reports(central: explorer.Explored, results: Results, base: chain.Base) -> None:
    for place, name in enumerate(PROFESSIONS):
        rows = results.contributions
        parts = rows.loc[(rows["profession"] == name) & (rows["factor"] != "team")].groupby("region")["value"].sum()
        reported = parts.reindex(base.people.areas).to_numpy(float)
        np.testing.assert_allclose(central.need[0, place, :, 0], reported, rtol=CLOSE)
        both = (central.regions_part + central.municipalities_part)[0, place]
        np.testing.assert_allclose(base.people.regional(both), reported, rtol=CLOSE)


def test_costs_are_the_reports(central: explorer.Explored, results: Results, base: chain.Base) -> None:
    rows = costs.by_year(base, base.sample(16), results.programme)
    for path, ours in ((costs.REFERENCE, central.cost_reference), (costs.TARGET, central.cost_target)):
        reported = by_area(rows.loc[rows["path"] == path], "cost_total", base.people.areas)
        shown = np.isfinite(reported)
        assert shown[-1].all()
        np.testing.assert_allclose(ours[0][shown], reported[shown], rtol=CLOSE)


def test_each_setting_moves_something(base: chain.Base) -> None:
    # How long a moved task takes matters once a task is moved.
    start = {"task_shift_share": [0.05]}
    before = explorer.explore(base, start)
    for name, (low, high) in explorer.limits(base.assumptions).items():
        end = high if base.assumptions[name].value != high else low
        moved = explorer.explore(base, start | {name: [end]})
        parts = ("positions", "fte", "need", "starters_target", "cost_target", "municipal_requirement")
        assert any(not np.array_equal(getattr(moved, part), getattr(before, part)) for part in parts), name


def test_every_corner_has_an_answer(base: chain.Base) -> None:
    """All settings at an end at once, in many combinations: the exits can always be scaled and the years suffice."""
    ends = np.array(list(explorer.limits(base.assumptions).values()))
    corner = np.random.default_rng(5).integers(0, 2, (64, len(ends)))
    chosen = np.take_along_axis(ends[None], corner[..., None], axis=2)[..., 0]
    found = explorer.explore(base, dict(zip(explorer.MOVABLE, chosen.T, strict=True)))
    assert all(np.isfinite(part).all() for name, part in vars(found).items() if name != "starters_target")
    assert np.isfinite(found.starters_target[:, :-1]).all()
    assert (found.fte > 0).all()
    assert (found.need >= 0).all()


def test_settings_do_not_touch_one_another(base: chain.Base) -> None:
    """Several settings at once, with different target years, give what each gives alone."""
    years, norms = [2035, 2045, 2035], [1100, 1400, 1750]
    together = explorer.explore(base, {"target_year": years, "inhabitants_per_specialist": norms})
    for place, (year, norm) in enumerate(zip(years, norms, strict=True)):
        alone = explorer.explore(base, {"target_year": [year], "inhabitants_per_specialist": [norm]})
        for name, part in vars(alone).items():
            np.testing.assert_allclose(getattr(together, name)[place], part[0], rtol=1e-12)


def test_a_year_that_no_training_meets_has_no_number(base: chain.Base) -> None:
    found = explorer.explore(base, {"target_year": [2031]})
    assert np.isinf(found.starters_target).all()
    assert np.isnan(found.cost_target).all()


def test_what_cannot_be_moved_is_refused(base: chain.Base) -> None:
    with pytest.raises(ValueError, match="off_list_deviation"):
        explorer.explore(base, {"off_list_deviation": [0.1]})


@pytest.mark.parametrize(("kind", "measure"), [("st", "st_persons_reference"), ("specialists", "coverage_a")])
def test_the_browser_may_show_what_the_results_have_a_value_of(
    base: chain.Base, results: Results, kind: str, measure: str
) -> None:
    """Of a region that has not published its number neither gives one."""
    data = explorer.prepared(base)
    shown = dict(zip(data["areas"], data["shown"][kind], strict=True))
    valued = results.of(measure)["value"].notna()
    assert {area: shown[area] for area in valued.index} == valued.to_dict()
    assert set(valued) == {True, False}


def test_the_browser_gets_plain_numbers_that_weigh_little(base: chain.Base) -> None:
    text = json.dumps(explorer.prepared(base), separators=(",", ":"), allow_nan=False)
    assert len(text) < 250_000
