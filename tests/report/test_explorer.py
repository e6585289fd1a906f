"""The explorer's page: its controls keep to the assumptions, and what its script reads is sound."""

import json
import re

import numpy as np
import pytest

from riktvarden.assumptions import Assumptions
from riktvarden.model import analyses
from riktvarden.model import explorer as model
from riktvarden.report import Context
from riktvarden.report.pages import explorer
from riktvarden.results import Explorer


@pytest.fixture(scope="module")
def found(context: Context, wordless: Assumptions) -> Explorer:
    return analyses.explored(context.tables, wordless, context.results)


@pytest.fixture(scope="module")
def markup(context: Context, found: Explorer) -> str:
    shown: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(explorer, "html", lambda text, said: shown.append(text))
        explorer.show_controls(context, found)
    return shown[0]


@pytest.fixture(scope="module")
def data(markup: str) -> dict:
    text = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', markup, re.DOTALL)
    assert text
    return json.loads(text[1])


@pytest.mark.parametrize("name", model.MOVABLE)
def test_the_value_and_the_ends_lie_on_the_steps_of_a_slider(context: Context, data: dict, name: str) -> None:
    setting, item = data["settings"][name], context.assumptions[name]
    ends = sorted((1 - end if setting["rest"] else end) * setting["scale"] for end in (item.low, item.high))
    assert (setting["low"], setting["high"]) == pytest.approx(ends)
    counts = np.array([setting["value"] - setting["low"], setting["high"] - setting["low"]]) / setting["step"]
    assert np.allclose(counts, np.rint(counts))
    assert counts[1] >= 8


def test_every_setting_has_its_control_with_grade_and_where_it_is_from(context: Context, markup: str) -> None:
    for name in model.MOVABLE:
        part = re.search(rf'data-name="{name}">(.*?)</p></div>', markup, re.DOTALL)
        assert part, name
        assert f"Grad {context.assumptions[name].grade}." in part[1]
        assert 'href="data.html#antaganden-' in part[1]
        assert f'for="rv-{name}"' in part[1]


def test_dropout_is_what_is_left_of_those_who_complete(context: Context, data: dict, markup: str) -> None:
    setting, item = data["settings"]["completion_share"], context.assumptions["completion_share"]
    assert setting["value"] == pytest.approx(100 * (1 - item.value))
    assert setting["label"] == "Avhopp från ST"
    assert '<label for="rv-completion_share">Avhopp från ST</label>' in markup


def test_a_year_is_moved_a_year_at_a_time(data: dict) -> None:
    assert data["settings"]["target_year"]["step"] == 1


def test_a_denser_norm_can_be_tried(data: dict) -> None:
    norm = data["settings"]["inhabitants_per_specialist"]
    assert norm["low"] < norm["value"] < norm["high"]
    assert data["scenarios"]["norm"] == {"inhabitants_per_specialist": (norm["low"] + norm["value"]) / 2}


def test_scenarios_are_within_their_limits_and_one_is_the_reports_own(data: dict) -> None:
    assert data["scenarios"]["report"] == {}
    for moved in data["scenarios"].values():
        for name, value in moved.items():
            setting = data["settings"][name]
            assert setting["low"] <= value <= setting["high"]
            assert value != setting["value"]


def test_what_moves_the_nation_most_comes_first(found: Explorer, markup: str) -> None:
    order = explorer.ordered(found)
    names = [name for names in order.values() for name in names]
    assert sorted(names) == sorted(model.MOVABLE)
    assert next(iter(order)) == "norm"
    assert re.findall(r'data-name="(\w+)"', markup) == names
    spans = found.spans.query("setting == 'inhabitants_per_specialist' and measure == 'positions'").iloc[0]
    assert spans["at_high"] < spans["value"] < spans["at_low"]


def test_every_area_can_be_chosen(context: Context, markup: str) -> None:
    offered = re.findall(r'<option value="(\d+)"', markup)
    assert len(offered) == len(set(offered)) == 1 + 21 + len(context.results.municipalities)


def test_the_reports_values_are_those_of_the_results(context: Context, data: dict) -> None:
    reported, cell = data["report"]["12"]["positions"], context.results.cell("st_positions_guideline", "12")
    assert reported == [cell.value, cell.low, cell.high]
    whole = context.results.guidelines.query("measure == 'fte_need' and cooperation == '' and principal in ('all', 'both')")
    for place, rows in whole.groupby(["region", "municipality"]):
        area = place[1] or place[0]
        shown = [data["report"][area][row["profession"]][0] for row in rows.to_dict("records")]
        assert shown == pytest.approx(list(rows["value"]), rel=1e-6)


def test_a_region_without_published_numbers_has_no_cost(found: Explorer, data: dict) -> None:
    shown = found.prepared["shown"]
    for place, area in enumerate(found.prepared["areas"]):
        both = shown["st"][place] and shown["specialists"][place]
        assert (data["report"][area]["cost_more"][0] is not None) == both


def test_no_text_of_the_data_ends_the_element(markup: str) -> None:
    inside = markup.partition('<script type="application/json"')[2]
    assert inside.count("<") == 1
