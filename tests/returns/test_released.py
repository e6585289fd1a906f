"""Published figures are recorded and compared with later ones; all figures are synthetic."""

import datetime
import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest

from riktvarden.problems import InputError
from riktvarden.returns import released, store

DAY = datetime.date(2026, 11, 30)


def cells(values: Mapping[tuple[str, str], float], region: str = "25", year: str = "2025") -> pd.DataFrame:
    """Persons by sector and sex; NaN is suppressed."""
    frame = pd.DataFrame([{"sector": sector, "sex": sex, "value": value} for (sector, sex), value in values.items()])
    frame["status"] = ["suppressed" if math.isnan(value) else "reported" for value in frame["value"]]
    otherwise = {**released.TOTALS, **dict.fromkeys(released.APART, "")}
    fixed = {"region": region, "subject": "st", "measure": "persons", "year": year}
    for name, word in {**otherwise, **fixed}.items():
        if name not in frame:
            frame[name] = word
    return frame[released.COLUMNS].assign(own=True)


NOW = {("own", "total"): 31.0, ("private", "total"): 12.0, ("all", "total"): 43.0}


def test_a_record_holds_what_was_shown_and_no_hidden_value(tmp_path: Path) -> None:
    hidden = cells({**NOW, ("private", "women"): math.nan})
    path = released.keep(hidden, "2026-1", tmp_path, DAY)
    assert path is not None
    assert path.parent == tmp_path / "returns/released"
    (name,) = released.records(tmp_path)
    assert name == f"the site of 2026-11-30, edition 2026-1 (record {path.name[:12]})"
    kept = released.records(tmp_path)[name]
    assert sorted(kept["value"]) == [12, 31, 43]
    assert json.loads(path.with_suffix(".json").read_bytes()) == {
        "edition": "2026-1",
        "released": "2026-11-30",
        "cells": 3,
    }


def test_the_same_figures_are_recorded_once(tmp_path: Path) -> None:
    first = released.keep(cells(NOW), "a", tmp_path, DAY)
    shuffled = cells(dict(reversed(NOW.items())))
    assert released.keep(shuffled, "b", tmp_path, DAY + datetime.timedelta(1)) == first
    (name,) = released.records(tmp_path)
    assert "edition a" in name


def test_what_shows_nothing_collected_is_not_recorded(tmp_path: Path) -> None:
    assert released.keep(released.none_shown(), "a", tmp_path) is None
    assert released.keep(cells({("all", "total"): math.nan}), "a", tmp_path) is None
    assert not (tmp_path / "returns").exists()


def test_a_record_that_was_cut_short_is_completed(tmp_path: Path) -> None:
    path = released.keep(cells(NOW), "a", tmp_path, DAY)
    assert path is not None
    path.with_suffix(".json").unlink()
    assert list(released.records(tmp_path)) == [f"the site of ? (record {path.name[:12]})"]
    released.keep(cells(NOW), "a", tmp_path, DAY)
    assert path.with_suffix(".json").is_file()


def test_a_changed_record_is_refused(tmp_path: Path) -> None:
    path = released.keep(cells(NOW), "a", tmp_path, DAY)
    assert path is not None
    path.write_bytes(path.read_bytes().replace(b"31.0", b"38.0"))
    with pytest.raises(InputError, match="the figures whose digest"):
        released.records(tmp_path)


@pytest.mark.parametrize(("own", "is_held"), [(31.0, False), (32.0, True), (35.0, True), (36.0, False), (26.0, False)])
def test_a_correction_of_few_persons_is_held(own: float, is_held: bool) -> None:
    corrected = cells({("own", "total"): own, ("private", "total"): 12.0, ("all", "total"): own + 12})
    held = released.held_back(corrected, {"the first site": cells(NOW)})
    assert bool(held) == is_held
    if is_held:
        assert held[0] == (
            "persons 2025, region 25, sector own: only a few persons from the first site; "
            "undo the correction, or postpone it until the next reference date or a larger correction"
        )


def test_another_reference_date_is_not_compared() -> None:
    corrected = cells({("own", "total"): 32.0, ("private", "total"): 12.0, ("all", "total"): 44.0}, year="2026")
    assert released.held_back(corrected, {"the first site": cells(NOW)}) == []


def test_several_earlier_sites_are_compared_with_a_correction_together() -> None:
    def shown(**values: float) -> pd.DataFrame:
        every = {("own", sex): math.nan for sex in ("women", "men", "total")}
        every |= {("private", sex): math.nan for sex in ("women", "men", "total")}
        every |= {("all", sex): math.nan for sex in ("women", "men", "total")}
        return cells(every | {tuple(name.split("_")): value for name, value in values.items()})  # type: ignore[misc]

    now, one, two = shown(private_total=12.0), shown(all_women=21.0), shown(own_women=18.0)
    assert released.held_back(now, {"one": one}) == ["persons 2025, region 25, sex women: shown in one; " + released.UNDO]
    reported = released.held_back(now, {"one": one, "two": two})
    assert (
        f"persons 2025, region 25, sex women, sector private: the value can be worked out beside one and two; {released.UNDO}"  # noqa: E501
        in reported
    )


def grouped(region: str, year: str, value: float, **shown: float) -> pd.DataFrame:
    return cells({("all", "total"): value, **{(name, "total"): number for name, number in shown.items()}}, region, year)


def test_a_revised_figure_elsewhere_does_not_switch_the_comparison_off() -> None:
    """Region 23 shows its private part now and its own part before; of region 25 one figure was revised."""
    before = pd.concat(
        [
            grouped("23", "2025", 34.0, own=31.0, private=math.nan),
            grouped("25", "2025", 70.0, own=30.0, private=40.0),
        ]
    )
    for revised in (30.0, 41.0):
        now = pd.concat(
            [
                grouped("23", "2025", 34.0, own=math.nan, private=math.nan),
                grouped("25", "2025", 40.0 + revised, own=revised, private=40.0),
            ]
        )
        assert released.held_back(now, {}) == []
        reported = released.held_back(now, {"the first site": before})
        assert any(
            "region 23, sector private: the value can be worked out beside the first site" in line for line in reported
        )


def test_a_correction_is_kept_and_not_used_until_it_discloses_nobody(
    filled: Callable[..., Path], data: Path, tmp_path: Path
) -> None:
    def hand_in(**changed: object) -> store.Receipt:
        return store.import_return(filled({"B12": "egen", **changed}), data, "studierektor", hold=released.hold(data))

    assert not hand_in().held
    released.keep(released.would_show(store.frames(data)["returns"]), "working", data, DAY)
    # One man fewer in the unit in the north, and so in the whole region.
    one = {"G10": 33, "I10": 13, "Q10": 4, "G11": 21, "I11": 8, "Q11": 2}
    receipt = hand_in(**one)
    assert "persons 2025, region 12: only a few persons from the site of 2026-11-30" in receipt.held
    assert "postpone it until the next reference date" in receipt.held
    assert store.read_returns(data)["number"].unique().tolist() == [1]
