"""Which figures of a return stand for its region; all numbers are synthetic."""

import numpy as np
import pandas as pd
import pytest

from riktvarden.baseline.returned import region_totals
from riktvarden.returns import form, store


def rows(*figures: tuple[str, str, float], complete: bool = True) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "region": "25",
                "reference_date": pd.Timestamp("2025-12-31"),
                "care_unit": unit,
                "is_whole": unit == form.WHOLE,
                "sector": "all" if unit == form.WHOLE else "own",
                "measure": measure,
                "sex": "all",
                "stage": "all",
                "value": value,
                "status": "reported",
                "is_complete": complete,
            }
            for unit, measure, value in figures
        ]
    )


POPULATION = pd.Series({"25": 250_000.0})


def totals_of(returns: pd.DataFrame) -> pd.DataFrame:
    return region_totals(returns, POPULATION)


def test_the_regions_own_total_goes_before_the_sum_of_its_units() -> None:
    totals = totals_of(rows((form.WHOLE, "persons", 40), ("A", "persons", 10), ("B", "persons", 12)))
    assert totals["value"].tolist() == [40]
    assert totals["figure"].tolist() == ["return-25-2025-12-31"]


def test_units_are_summed_only_where_all_are_listed() -> None:
    units = (("A", "persons", 10.0), ("B", "persons", 12.0), ("A", "fte", 9.0))
    assert totals_of(rows(*units)).set_index("measure")["value"].to_dict() == {"persons": 22, "fte": 9}
    assert totals_of(rows(*units, complete=False)).empty


def test_where_some_units_are_missing_the_rest_is_estimated_by_their_size() -> None:
    units = [("A", "persons", 10.0), ("B", "persons", 22.0), ("A", "listed", 50_000.0), ("B", "listed", 100_000.0)]
    (row,) = totals_of(rows(*units, complete=False)).to_dict("records")
    assert row["value"] == pytest.approx(250_000 * 32 / 150_000)
    assert row["coverage"] == pytest.approx(0.6)
    assert (row["status"], row["qualifier"]) == ("estimated", "partial")
    assert row["half_width"] > 0


def test_a_small_count_is_suppressed() -> None:
    totals = totals_of(rows((form.WHOLE, "persons", 4), (form.WHOLE, "positions", 0)))
    by_measure = totals.set_index("measure")
    assert np.isnan(by_measure.loc["persons", "value"])
    assert by_measure.loc["persons", "status"] == "suppressed"
    assert by_measure.loc["positions", "value"] == 0


def test_nothing_handed_in_gives_empty_frames() -> None:
    assert region_totals(store.frames()["returns"], POPULATION).empty
    assert store.frames()["remarks"].empty
