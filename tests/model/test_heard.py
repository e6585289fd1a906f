"""Responses to the consultation, run through the model."""

import numpy as np
import pandas as pd
import pytest

from riktvarden.assumptions import Assumptions
from riktvarden.codes import NATION
from riktvarden.model import chain, explorer, heard, sensitivity
from riktvarden.professions import PROFESSIONS

CLOSE = 1e-9


def proposed(*rows: tuple[int, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["response", "assumption", "value"])


def of(found: pd.DataFrame, response: int, measure: str, profession: str = "general_practice") -> pd.DataFrame:
    rows = found.query("response == @response and measure == @measure and profession == @profession")
    return rows.set_index("region")


def test_the_report_is_the_model_at_its_central_values(base: chain.Base) -> None:
    found = heard.effects(base, proposed((1, "completion_share", 0.9)))
    central = sensitivity.outputs(base).assign(value=sensitivity.evaluator(base)(base.central())[0])
    for profession in PROFESSIONS:
        value = central.query("measure == 'fte_need' and profession == @profession")["value"].item()
        assert of(found, 1, "fte_need", profession)["report"][NATION] == pytest.approx(value, rel=CLOSE)
    exact = central.query("measure == 'st_positions_guideline'").set_index("region")["value"]
    np.testing.assert_allclose(of(found, 1, "st_positions_guideline")["report"], exact, rtol=CLOSE)


def test_a_response_gives_what_the_explorer_gives(base: chain.Base) -> None:
    norm = base.assumptions["inhabitants_per_specialist"].value
    found = heard.effects(base, proposed((7, "inhabitants_per_specialist", norm / 2)))
    exact = explorer.explore(base, {"inhabitants_per_specialist": [norm / 2]}).positions[0, :, 0]
    np.testing.assert_allclose(of(found, 7, "st_positions_guideline")["value"], exact, rtol=CLOSE)
    assert (of(found, 7, "st_positions_guideline").eval("value > report")).all()


def test_responses_do_not_touch_each_other(base: chain.Base) -> None:
    one, other = (1, "completion_share", 0.8), (2, "persons_per_position", 1.3)
    together = heard.effects(base, proposed(one, other))
    for response, alone in ((1, one), (2, other)):
        pd.testing.assert_frame_equal(
            together[together["response"] == response].reset_index(drop=True), heard.effects(base, proposed(alone))
        )


def test_more_responses_than_are_run_at_once(base: chain.Base, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(number, "completion_share", 0.7 + number / 100) for number in range(5)]
    whole = heard.effects(base, proposed(*rows))
    monkeypatch.setattr(heard, "AT_ONCE", 2)
    pd.testing.assert_frame_equal(heard.effects(base, proposed(*rows)), whole)


def test_what_frames_the_model_is_run_with_a_model_of_its_own(base: chain.Base) -> None:
    weight = "cni_weight_born_abroad"
    assert heard.frames(base.assumptions, weight)
    other = base.assumptions[weight].value / 2
    found = heard.effects(base, proposed((1, weight, other), (1, "completion_share", 0.9), (2, "completion_share", 0.9)))
    changed = base.assumptions[weight].model_copy(update={"value": other, "low": other, "high": other})
    anew = chain.base(base.tables, Assumptions({**base.assumptions, weight: changed}, base.assumptions.files))
    pd.testing.assert_frame_equal(
        found.loc[found["response"] == 1, ["region", "value"]].reset_index(drop=True),
        heard.effects(anew, proposed((1, "completion_share", 0.9)))[["region", "value"]],
    )
    assert (of(found, 1, "st_positions_guideline")["value"] != of(found, 2, "st_positions_guideline")["value"]).any()
    alone = heard.effects(base, proposed((2, "completion_share", 0.9)))
    pd.testing.assert_frame_equal(found[found["response"] == 2].reset_index(drop=True), alone)


def test_the_target_year_is_run_and_a_year_without_inhabitants_is_left_out(base: chain.Base) -> None:
    found = heard.effects(base, proposed((1, "target_year", 2045.0), (2, "target_year", 2200.0)))
    assert set(found["response"]) == {1}
    np.testing.assert_allclose(found["value"].to_numpy(float), found["report"].to_numpy(float), rtol=CLOSE)


def test_no_responses_give_no_rows(base: chain.Base) -> None:
    assert list(heard.effects(base, proposed()).columns) == heard.COLUMNS


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([(1, "completion_shar", 0.9)], "completion_shar"),
        ([(3, "completion_share", 0.9), (3, "completion_share", 0.8)], "responses 3"),
    ],
)
def test_faulty_responses_are_named(base: chain.Base, rows: list[tuple[int, str, float]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        heard.effects(base, proposed(*rows))
