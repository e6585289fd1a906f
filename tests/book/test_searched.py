"""The search finds what a page says: words and numbers as its cells have them, and no names of controls."""

from types import SimpleNamespace

from docutils import nodes
from docutils.utils import new_document
from sphinx.search import WordCollector
from sphinx.search.sv import SearchSwedish

from riktvarden.book import searched

MARKUP = (
    '<table><tr><th scope="row">Bjurholm</th><td class="number">41 <span>(0–2)</span></td><td>132</td></tr></table>'
    '<select aria-label="Plats"><option>Arboga</option><option>Arvika</option></select><button>Visa</button>'
    '<a class="rv-download" href="x.csv">Ladda ned</a><p>Psykologer</p>'
)


def indexed() -> tuple[list[str], nodes.document]:
    """The words of a page that Sphinx is given to index, and the page itself."""
    given: list[nodes.document] = []
    builder = SimpleNamespace(index_page=lambda name, document, title: given.append(document))
    searched.leave_out_controls(SimpleNamespace(builder=builder))
    document = new_document("page")
    document += nodes.raw("", MARKUP, format="html")
    builder.index_page("page", document, "Titel")
    collector = WordCollector(given[0], SearchSwedish({}))
    given[0].walk(collector)
    return collector.found_words, document


def test_cells_are_words_of_their_own_and_controls_are_none() -> None:
    words, _ = indexed()
    assert {"Bjurholm", "41", "132", "Psykologer"} <= set(words)
    assert not {"Arboga", "Arvika", "Visa", "Ladda", "ned"} & set(words)


def test_the_page_itself_stays() -> None:
    assert indexed()[1].astext() == MARKUP
