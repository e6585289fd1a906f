"""The commissions demand by demand: every demand has words in both languages and leads to a page of the book."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from riktvarden.book import stage
from riktvarden.report import Context
from riktvarden.report.kit import figures
from riktvarden.report.reference import commission

ROOT = Path(__file__).parents[2]


def test_every_demand_leads_to_a_page_of_the_book(context: Context) -> None:
    documents = stage.documents(stage.contents(ROOT, []))
    rows = context.tables["commission"]
    assert set(rows["page"]) <= set(commission.PAGES)
    assert not [page for page in commission.PAGES if f"chapters/{page}" not in documents]


def test_what_is_not_met_says_what_is_missing_and_who_has_it(context: Context) -> None:
    rows = context.tables["commission"]
    unmet = rows.loc[rows["verdict"] != "delivered"]
    assert len(unmet) < len(rows)
    assert unmet[["missing_sv", "missing_en", "supplier_sv", "supplier_en"]].notna().all(axis=None)
    assert (rows["missing_sv"].notna() == rows["missing_en"].notna()).all()


@pytest.mark.parametrize("name", commission.COMMISSION)
def test_demands_are_shown_with_links(context: Context, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    said: list[str] = []
    monkeypatch.setattr(figures, "display", lambda bundle, raw: said.append(bundle["text/html"]))
    commission.show(context, name)
    rows = context.tables["commission"].query("commission == @name")
    links = [link["href"] for link in BeautifulSoup(said[0], "html.parser").select("tbody a")]
    assert links == [f"{page}.html" for page in rows["page"]]


def test_the_summary_counts_every_demand(context: Context) -> None:
    rows = context.tables["commission"]
    counts = rows["verdict"].value_counts()
    assert f"{counts['delivered']} av {len(rows)} krav" in commission.summary(context)[0]
