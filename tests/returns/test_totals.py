"""Which figures of a return stand for its region; all numbers are synthetic."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from riktvarden import assumptions, tables
from riktvarden.report import Context, region, st_baseline
from riktvarden.returns import form, store
from riktvarden.returns.totals import region_totals


def rows(*figures: tuple[str, str, float], complete: bool = True) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "region": "25",
                "reference_date": pd.Timestamp("2025-12-31"),
                "care_unit": unit,
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


def test_the_regions_own_total_goes_before_the_sum_of_its_units() -> None:
    totals = region_totals(rows((form.WHOLE, "persons", 40), ("A", "persons", 10), ("B", "persons", 12)))
    assert totals["value"].tolist() == [40]
    assert totals["figure"].tolist() == ["return-25-2025-12-31"]


def test_units_are_summed_only_where_all_are_listed() -> None:
    units = (("A", "persons", 10.0), ("B", "persons", 12.0), ("A", "fte", 9.0))
    assert region_totals(rows(*units))["value"].tolist() == [22]
    assert region_totals(rows(*units, complete=False)).empty


def test_a_small_count_is_suppressed() -> None:
    totals = region_totals(rows((form.WHOLE, "persons", 4), (form.WHOLE, "positions", 0)))
    by_measure = totals.set_index("measure")
    assert np.isnan(by_measure.loc["persons", "value"])
    assert by_measure.loc["persons", "status"] == "suppressed"
    assert by_measure.loc["positions", "value"] == 0


def test_nothing_handed_in_gives_empty_frames() -> None:
    assert store.frames()["returned"].empty
    assert store.frames()["remarks"].empty


def test_a_return_and_a_remark_reach_the_page_of_the_region(filled: Callable[..., Path], data: Path) -> None:
    store.import_return(filled(), data, "studierektor")
    store.comment("12", "persons", "Påhittad kommentar.", "studierektor", data)
    context = Context.of("sv", tables.read_all() | store.frames(data), assumptions.read())
    cell = context.results.cell("st_persons", "12")
    assert (cell.value, cell.status, cell.source) == (34, "reported", "return-12-2025-12-31")
    first, *rest = region.summary(context, "12")
    assert first.startswith("Regionens kommentar (studierektor")
    assert first.endswith("Påhittad kommentar.")
    assert "34 personer (31 december 2025)" in " ".join(rest)
    assert st_baseline.published(context).cells.loc["Skåne", "Uppgift"].startswith("return-12-2025-12-31")
