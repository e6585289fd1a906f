"""Metadata in the head of a page."""

from types import SimpleNamespace
from xml.etree import ElementTree

from docutils import nodes

from riktvarden.book import head


def described(address: str | None, updated: str = "", language: str = "sv", text: str = "Hur många?") -> dict[str, object]:
    document = nodes.document(None, None)
    document += nodes.paragraph("", text)
    config = SimpleNamespace(
        riktvarden_site={"address": address}, html_title="Rapporten", language=language, riktvarden_updated=updated
    )
    context: dict[str, object] = {"title": "ST &amp; <em>BT</em>", "metatags": ""}
    head.describe(SimpleNamespace(config=config), "chapters/st", "page.html", context, document)
    return context


def test_title_and_first_words() -> None:
    tags = described("")["metatags"]
    assert 'property="og:title" content="ST &amp; BT"' in tags
    assert 'name="description" content="Hur många?"' in tags
    assert "og:image" not in tags, "an address is needed"
    assert described(None)["metatags"] == tags, "a setting may be there without a value"
    long = described("", text="Åtta ord som aldrig tar slut i texten. " * 20)["metatags"]
    assert "slut … " not in long
    assert " …" in long


def test_picture_and_address_where_the_site_has_one() -> None:
    tags = described("https://example.org/")["metatags"]
    assert 'content="https://example.org/sv/_static/card.png"' in tags
    assert 'content="https://example.org/sv/chapters/st.html"' in tags


def test_the_day_is_that_of_the_sources() -> None:
    assert described("", "2026-11-22")["last_updated"] == "22 november 2026"
    assert described("", "2026-11-22", "en")["last_updated"] == "22 November 2026"
    assert 'property="article:modified_time" content="2026-11-22"' in described("", "2026-11-22")["metatags"]
    assert "last_updated" not in described("")
    assert "modified_time" not in described("")["metatags"]


def test_the_card_holds_the_whole_title() -> None:
    picture = ElementTree.fromstring(head.card("Riktvärden för primärvårdens <bemanning>"))
    assert "".join(picture.itertext()).replace(" ", "") == "Riktvärdenförprimärvårdens<bemanning>"
    assert (picture.get("width"), picture.get("height")) == ("1200", "630")
