"""A return from the form to the page of its region; all figures and remarks are synthetic."""

from collections.abc import Callable
from pathlib import Path

from riktvarden import assumptions, tables
from riktvarden.report import Context, region, st_baseline
from riktvarden.returns import store


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
