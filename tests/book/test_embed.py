"""Each chart of a page has a page of its own, for other sites to show."""

import re

from bs4 import BeautifulSoup

from riktvarden.book import embed

DRAWING = (
    '<svg class="rv-desk" role="group" tabindex="0" aria-label="Karta" width="690" height="300" viewBox="0 0 690 300">'
    '<a href="regions/12.html" tabindex="-1" aria-label="Skåne"><path data-tip="Skåne&#xA;antal: 12" d="M0 0h9" '
    'fill="var(--rv-blue,#174f82)"/></a></svg>'
    '<svg class="rv-phone" role="group" tabindex="0" aria-label="Karta" width="340" height="300" viewBox="0 0 340 300">'
    '<path data-tip d="M0 0h4" fill="var(--rv-blue,#174f82)"/></svg>'
)
PAGE = (
    '<h1>Behov</h1><figure class="rv-figure" id="bild-behov"><figcaption>'
    '<p class="rv-headline">Skåne ligger &lt;högst&gt;.</p>'
    f'<p class="rv-caption">Behov 2024.</p></figcaption><div class="rv-chart">{DRAWING}</div>'
    '<p class="rv-source">Källa: SCB. <span class="rv-tools" data-imprint="Rapport · 2026-11-30 · CC BY 4.0" '
    'data-cite="Citera"><a class="rv-embed" href="../embed/need/behov.html">Bädda in</a></span></p></figure>'
)


def test_a_chart_takes_its_words_source_and_way_back_along() -> None:
    ((place, text),) = embed.pages("chapters/need", PAGE, "sv", "")
    assert place == embed.place_of("chapters/need", "bild-behov") == "embed/need/behov.html"
    page = BeautifulSoup(text, "html.parser")
    assert page.title is not None and page.title.text == page.select_one("h1").text == "Skåne ligger <högst>."
    assert [paragraph.text for paragraph in page.select("p")] == [
        "Behov 2024.",
        "Källa: SCB.",
        "Rapport · 2026-11-30 · CC BY 4.0",
    ]
    (link,) = page.select("a")
    assert (link["href"], link["target"]) == ("../../chapters/need.html#bild-behov", "_top")
    assert page.select_one('link[rel="canonical"]')["href"] == "../../chapters/need.html"
    assert page.select_one('meta[name="robots"]')["content"] == "noindex"
    assert "default-src 'none'" in page.select_one("meta[http-equiv]")["content"]
    assert not page.select("script, [style], [src], [tabindex]")


def test_a_mark_says_its_words_and_colours_need_no_style_sheet() -> None:
    ((_, text),) = embed.pages("chapters/need", PAGE, "sv", "")
    drawn = BeautifulSoup(text, "html.parser").select("svg path")
    assert [path["fill"] for path in drawn] == ["#174f82"] * 2
    assert [path.text for path in drawn] == ["Skåne\nantal: 12", ""]
    assert "data-tip" not in text


def test_links_lead_to_the_published_page_if_its_address_is_known() -> None:
    ((place, text),) = embed.pages("chapters/regions/12", PAGE, "en", "https://example.org/en")
    assert place == "embed/regions/12/behov.html"
    assert set(re.findall(r'href="([^"]+)"', text)) == {
        "https://example.org/en/chapters/regions/12.html",
        "https://example.org/en/chapters/regions/12.html#bild-behov",
    }
    assert '<html lang="en">' in text
