"""A return from the form to the page of its region; all figures and remarks are synthetic."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from riktvarden.assumptions import Assumptions
from riktvarden.book.release import given_away
from riktvarden.report import Context
from riktvarden.report.chapters import st_baseline
from riktvarden.report.kit.language import Language
from riktvarden.report.pages import region
from riktvarden.returns import store
from riktvarden.store import material

DRAWS = 64
"""The tests look at words and at values that no draw changes."""


def test_a_return_and_a_remark_reach_the_page_of_the_region(
    filled: Callable[..., Path],
    data: Path,
    tmp_path: Path,
    frames: dict[str, pd.DataFrame],
    graded: Assumptions,
) -> None:
    store.import_return(filled(), data, "studierektor")
    store.comment("12", "persons", "Påhittad kommentar.", "studierektor", data)
    context = Context.of("sv", material.run(frames | store.frames(data), graded, DRAWS))
    cell = context.results.cell("st_persons", "12")
    assert (cell.value, cell.status, cell.source) == (34, "reported", "return-12-2025-12-31")
    first = context.remarks("12")[0]
    assert first.startswith("Regionens kommentar (Personer; studierektor, ")
    assert first.endswith("Påhittad kommentar.")
    store.withdraw("12", 1, "studierektor", data)
    in_english = Context(Language("en"), context.results, {"remarks": store.read_comments(data)}, context.assumptions)
    assert in_english.remarks("12") == []
    for measure in store.REMARKABLE:
        store.comment("12", measure, "Påhittad kommentar.", "studierektor", data)
    reported = replace(in_english, tables={"remarks": store.read_comments(data)}).remarks("12")
    assert len(reported) == len(store.REMARKABLE)
    assert reported[store.REMARKABLE.index("fte")].startswith("The region’s comment (FTE; director of studies, ")
    assert "34" in region.key_figures(context, "12").cells["Värde"].to_list()
    assert st_baseline.published(context).cells.loc[["Skåne"], "Uppgift"].str.startswith("return-12-2025-12-31").any()
    # One private unit: nothing of it is shown, and nothing that would give it away.
    reported = st_baseline.by_sector(context)
    assert reported.cells.loc["Skåne"].to_dict() == {
        "31 december": "2025",
        "egen regi, kvinnor": "visas inte",
        "egen regi, män": "visas inte",
        "egen regi, totalt": "visas inte",
        "privat regi, kvinnor": "visas inte",
        "privat regi, män": "visas inte",
        "privat regi, totalt": "visas inte",
        "all regi, kvinnor": "20",
        "all regi, män": "14",
        "all regi, totalt": "34",
        "Uppgift": "return-12-2025-12-31",
    }
    html = "".join(table.html(context.language) for table in (reported, st_baseline.published(context)))
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    assert not given_away(tmp_path)


def test_without_a_return_there_is_nothing_by_sector(
    data: Path, frames: dict[str, pd.DataFrame], graded: Assumptions
) -> None:
    context = Context.of("sv", material.run(frames | store.frames(data), graded, DRAWS))
    assert "Ingen publicerad uppgift finns." in st_baseline.by_sector(context).html(context.language)


def test_a_return_of_few_units_leaves_the_published_figure(
    filled: Callable[..., Path], data: Path, frames: dict[str, pd.DataFrame], graded: Assumptions
) -> None:
    some = {"B6": "några", "D11": 300_000, "D12": 200_000}
    some |= {f"{column}10": None for column in "EFGHIJKLMNOPQ"}
    store.import_return(filled(some), data, "studierektor")
    context = Context.of("sv", material.run(frames | store.frames(data), graded, DRAWS))
    skaane = st_baseline.published(context).cells.loc[["Skåne"]].set_index("Vad som räknas")
    assert skaane.loc["ST-läkare", "Antal"] == "470"
    assert skaane.loc["ST-läkare i heltider", "Antal"] == "visas inte"
    assert skaane["Uppgift"].str.contains("return-12-2025-12-31").sum() == 1
