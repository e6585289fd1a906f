"""Metadata in the head of a page."""

from types import SimpleNamespace
from xml.etree import ElementTree

import vl_convert
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


def test_a_page_is_described_by_its_lead() -> None:
    """The pages of the regions begin with the same words; what each of them finds is in its summary."""
    document = nodes.document(None, None)
    title, summary, later = nodes.section(), nodes.section(), nodes.section()
    title += [nodes.paragraph("", "Samma ord på alla sidor."), summary, later]
    summary += nodes.raw("", '<ul class="rv-lead"><li>Det behövs 98&nbsp;tjänster &amp; mer.</li></ul>', format="html")
    later += nodes.raw("", '<ul class="rv-lead"><li>Senare.</li></ul>', format="html")
    document += title
    assert head._first_words(document) == "Det behövs 98 tjänster & mer."
    title.insert(0, nodes.raw("", '<div class="rv-output"><p>I <b>Skåne</b> räcker det.</p></div>', format="html"))
    assert head._first_words(document) == "I Skåne räcker det."
    title.pop(0)
    title.remove(summary)
    title.insert(1, nodes.section())
    assert head._first_words(document) == "Samma ord på alla sidor."


def test_the_preview_of_a_page_is_its_first_chart() -> None:
    chart = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200"><text>behov</text></svg>'
    picture = ElementTree.fromstring(head.chart_card("ST <2040>", chart))
    assert "".join(picture.itertext()) == "ST <2040>behov"
    assert vl_convert.svg_to_png(head.chart_card("ST", chart)).startswith(b"\x89PNG")
