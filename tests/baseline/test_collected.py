"""Small counts that were collected reach no page; every number here is synthetic."""

import inspect
import json
import math
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from riktvarden import tables
from riktvarden.assumptions import Assumptions
from riktvarden.baseline import personnel
from riktvarden.book.release import given_away
from riktvarden.disclosure.audit import audit
from riktvarden.disclosure.system import Dimension
from riktvarden.model import analyses
from riktvarden.report import Context, Figure
from riktvarden.report.chapters import (
    collaborative_regions,
    development_needs,
    local_care,
    mental_health,
    supply_assessment,
)
from riktvarden.report.chapters import personnel as personnel_chapter
from riktvarden.report.kit.figures import VEGALITE, Table
from riktvarden.store import material

from ..conftest import remembered

CHAPTERS = (personnel_chapter, collaborative_regions, local_care, mental_health, development_needs, supply_assessment)


def planted() -> pd.DataFrame:
    """An export by region and sex with one small cell, 3 women; all of it is synthetic."""
    counts = {("12", "women"): 3, ("12", "men"): 40, ("01", "women"): 77, ("01", "men"): 88, ("14", "women"): 66}
    counts |= {("14", "men"): 55}
    for region in ("12", "01", "14"):
        counts[region, "total"] = counts[region, "women"] + counts[region, "men"]
    for sex in ("women", "men", "total"):
        counts["00", sex] = sum(counts[region, sex] for region in ("12", "01", "14"))
    rows = pd.DataFrame([(*key, float(value)) for key, value in counts.items()], columns=["region", "sex", "value"])
    return rows.assign(
        profession="psychologist",
        sector="all",
        care_level="primary",
        principal="all",
        year=2031,
        measure="persons",
        unit="persons",
        status="reported",
        qualifier="",
        source="påhittad.csv 0123456789ab",
        definition="licensed",
    )[personnel.COLUMNS]


def test_a_small_cell_is_hidden_with_all_that_would_disclose_it() -> None:
    hidden = personnel.protected(personnel.from_export(planted()))
    cells = hidden.set_index(["region", "sex"])
    assert math.isnan(cells.loc[("12", "women"), "value"])
    assert cells.loc[("00", "total"), "value"] == 329
    assert set(hidden.loc[hidden["value"].isna(), "status"]) == {"suppressed"}
    assert hidden["source"].str.startswith("export-").all()
    found = audit(hidden, [Dimension("region", "00"), Dimension("sex", "total")])
    assert found.passes
    assert len(found.cells) >= 4


def test_sums_that_hold_only_nearly_are_protected_too() -> None:
    rows = planted()
    # Some persons are in no region, and figures were rounded each on its own.
    rows.loc[(rows["region"] == "00") & (rows["sex"] == "total"), "value"] += 2
    hidden = personnel.protected(personnel.from_export(rows))
    cells = hidden.set_index(["region", "sex"])["value"]
    assert math.isnan(cells["12", "women"])
    assert cells.isna().sum() >= 4
    kept = hidden["value"].notna()
    assert hidden.loc[kept, "value"].equals(rows.loc[kept, "value"])


def test_large_cells_are_left_as_they_are() -> None:
    rows = planted().assign(value=lambda frame: frame["value"] * 10)
    pd.testing.assert_series_equal(personnel.protected(rows)["value"], rows["value"])


def test_small_values_of_kolada_are_hidden() -> None:
    values = pd.DataFrame(
        [("N70007", f"00{region}", 2031, "T", value) for region, value in (("12", 3), ("01", 40), ("14", 50), ("00", 93))],
        columns=["key_figure", "area", "year", "sex", "value"],
    )
    every = tables.read_all()
    joined = personnel.build({**every, "kolada_values": values})
    found = joined.loc[joined["source"] == "Kolada N70007"].set_index("region")["value"]
    assert math.isnan(found["12"])
    assert found.isna().sum() == 2


def names_export(frame: pd.DataFrame) -> pd.Series:
    return frame.astype(str).apply(lambda column: column.str.contains("export-")).any(axis=1)


def test_a_planted_small_cell_never_reaches_a_page(
    tmp_path: Path, frames: dict[str, pd.DataFrame], graded: Assumptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, analyse in {"recruitment": analyses.of_recruitment, "first_line": analyses.of_first_line}.items():
        monkeypatch.setitem(analyses.BY_NAME, name, remembered(partial(analyse, draws=64)))
    context = Context.of("sv", material.run(frames | {"personnel_export": planted()}, graded, 64))
    hidden = personnel.protected(personnel.from_export(planted()))
    secret = planted().loc[hidden["value"].isna(), "value"]
    shown = [personnel_chapter.region_rows(context, "12"), personnel_chapter.region_rows(context, "01")]
    for module in CHAPTERS:
        for function in list(vars(module).values()):
            names = list(inspect.signature(function).parameters) if inspect.isfunction(function) else []
            if names == ["context"] and function.__module__ == module.__name__ and not function.__name__.startswith("_"):
                found = function(context)
                shown += [found] if isinstance(found, Figure | Table) else []
    tables_shown = [item.table if isinstance(item, Figure) else item for item in shown]
    of_export = [table for table in tables_shown if names_export(table.data).any()]
    assert len(of_export) >= 3
    for table in of_export:
        own = table.data.loc[names_export(table.data)]
        assert not own["value"].isin(secret).any(), table.name
        rows = table.cells.loc[names_export(table.cells)]
        assert not rows.isin([f"{value:.0f}" for value in secret]).any(axis=None), table.name
    for item in (item for item in shown if isinstance(item, Figure)):
        specification = json.dumps(item.bundle()[VEGALITE])
        assert "export-" not in specification or not any(f"{value}" in specification for value in secret)
    html = "".join(table.html(context.language) for table in tables_shown)
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    assert not given_away(tmp_path)
    # The same pages without suppression would be reported.
    raw = Table("raw", planted(), planted().assign(source="export-x"), "", "").html(context.language)
    (tmp_path / "page.html").write_text(html + raw, encoding="utf-8")
    assert given_away(tmp_path)
