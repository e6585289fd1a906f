"""Citation of the report as displayed."""

from typing import Any

import pytest
from bs4 import BeautifulSoup

from riktvarden.report import Language
from riktvarden.report.reference import publication

CITED: dict[str, Any] = {
    "title": "A report",
    "version": "1.2.3",
    "date-released": "2025-03-04",
    "authors": [{"name": "The group"}, {"family-names": "Test", "given-names": "Tove"}],
}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is displayed."""
    displayed: list[str] = []
    monkeypatch.setattr(publication, "html", displayed.append)
    return displayed


def test_a_reference_names_who_when_what_and_which() -> None:
    assert publication.reference(CITED) == "The group, Test, T. (2025). A report. Version 1.2.3."


def test_a_reference_manager_takes_the_group_for_one_name_and_distinguishes_authors() -> None:
    entry = publication.bibtex(CITED)
    assert entry.startswith("@techreport{riktvarden,\n")
    assert "  author = {{The group} and Test, Tove},\n" in entry
    assert "  year = {2025},\n" in entry
    assert entry.count("{") == entry.count("}")


def test_the_report_can_be_cited() -> None:
    found = publication.cited()
    assert {"title", "version", "date-released", "authors"} <= set(found)


@pytest.mark.parametrize(("edition", "name"), [("working", "arbetsversion"), ("2026-1", "2026-1")])
def test_the_page_says_which_edition_it_shows(
    shown: list[str], monkeypatch: pytest.MonkeyPatch, edition: str, name: str
) -> None:
    monkeypatch.setattr(publication, "cited", lambda: {**CITED, "title": "A <b> report"})
    publication.show_citation(Language("sv"), edition)
    page = BeautifulSoup(shown[0], "html.parser")
    assert page.select_one(".rv-edition").get_text() == f"Version 1.2.3, daterad 4 mars 2025. Utgåva: {name}."
    assert not page.b, "a title is text"
    assert page.select_one('[lang="en"]').get_text().startswith("The group")
    assert page.pre.find_parent(attrs={"tabindex": "0"}), "a wide entry scrolls by key"
