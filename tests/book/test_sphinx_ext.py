"""Equations, the publisher's details and freedom from other hosts."""

from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.core import publish_doctree, publish_from_doctree
from sphinx.errors import ConfigError

from riktvarden.book import mathml, sphinx_ext


def config(language: str, **site: str) -> SimpleNamespace:
    return SimpleNamespace(riktvarden_site=site, language=language, myst_substitutions={"own": "x"}, html_theme_options={})


def test_equation_is_escaped_and_displayed() -> None:
    block = mathml.convert(r"a < \text{b & c}", "block")
    assert block.startswith('<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">')
    assert "&lt;" in block
    assert "\\" not in block


@pytest.mark.parametrize("environment", ["aligned", "align", "split"])
def test_environments_are_known_and_not_numbered_twice(environment: str) -> None:
    written = mathml.convert(rf"\begin{{{environment}}} a &= b \\ c &= d \end{{{environment}}}", "block")
    assert "(1)" not in written
    assert ">&amp;<" not in written


def test_numbering_is_left_to_sphinx() -> None:
    assert "(1)" not in mathml.convert(r"\begin{equation} a = b \end{equation}", "block")


@pytest.mark.parametrize("latex", [r"\unknown{a}", r"\frac{a}{", "x_", "a & b", r"\text{R\&D}"])
def test_what_is_not_understood_is_a_fault(latex: str) -> None:
    with pytest.raises(ValueError):
        mathml.convert(latex, "inline")


def test_site_details() -> None:
    swedish, english = config("sv", address="https://example.org"), config("en")
    for each in (swedish, english):
        sphinx_ext.fill_in_site(None, each)
    assert swedish.myst_substitutions["site_address"] == "https://example.org"
    assert swedish.myst_substitutions["site_contact"] == "ännu inte angivet"
    assert english.myst_substitutions["site_contact"] == "not yet stated"
    assert swedish.myst_substitutions["own"] == "x"


TABLE = """
======= ==================
Site    ännu inte angivet
Code    {value}
======= ==================
"""


@pytest.mark.parametrize(
    ("value", "builder", "left"), [("x", "html", 1), ("ännu inte angivet", "html", 0), ("x", "gettext", 2)]
)
def test_a_row_that_nobody_has_set_is_left_out(value: str, builder: str, left: int) -> None:
    document = publish_doctree(TABLE.format(value=value))
    app = SimpleNamespace(builder=SimpleNamespace(name=builder), config=SimpleNamespace(language="sv"))
    sphinx_ext.drop_not_stated(app, document)
    assert len(list(document.findall(nodes.row))) == left
    assert len(list(document.findall(nodes.table))) == (left > 0)


TEXT = """
One
===

Kept. Responsible: ännu inte angivet. Kept *too*.

Two
===

Skriv till ännu inte angivet. Beskriv sidan.

Three
=====

Last.
"""


def test_a_sentence_that_nobody_can_complete_is_left_out() -> None:
    document = publish_doctree(TEXT)
    app = SimpleNamespace(builder=SimpleNamespace(name="html"), config=SimpleNamespace(language="sv"))
    # What a setting says is a text of its own.
    last = list(document.findall(nodes.paragraph))[-1]
    last += [nodes.Text(" Responsible: "), nodes.Text("ännu inte angivet"), nodes.Text(".")]
    sphinx_ext.drop_not_stated(app, document)
    assert [node.astext() for node in document.findall(nodes.paragraph)] == ["Kept. Kept too.", "Last."]
    assert [node.astext() for node in document.findall(nodes.title)] == ["One", "Three"], "no heading without a text"


@pytest.mark.parametrize("address", ["", "https://example.org/code"])
def test_theme_gets_the_repository_and_never_that_of_jupyter_book(address: str) -> None:
    reported = config("sv", repository=address)
    reported.html_theme_options["repository_url"] = "https://github.com/executablebooks/jupyter-book"
    sphinx_ext.fill_in_site(None, reported)
    assert reported.html_theme_options["repository_url"] == address


def test_misspelt_site_detail() -> None:
    with pytest.raises(ConfigError, match="unknown adress"):
        sphinx_ext.fill_in_site(None, config("sv", adress="https://example.org"))


def test_other_hosts_are_dropped() -> None:
    context = {
        "script_files": ["_static/a.js", "https://example.org/b.js", SimpleNamespace(filename=None)],
        "css_files": [SimpleNamespace(filename="//example.org/c.css")],
    }
    sphinx_ext.drop_other_hosts(None, "page", "page.html", context, None)
    assert context["script_files"][0] == "_static/a.js"
    assert len(context["script_files"]) == 2
    assert not context["css_files"]


FOLDED = """
Page
====

First
-----

Words.

.. container:: cell fold

   Numbers.

Second
------

.. container:: cell

   Shown.
"""


@pytest.mark.parametrize(("format_", "folds"), [("html", 1), ("latex", 0)])
def test_a_section_with_a_cell_tagged_fold_is_folded_below_its_heading(format_: str, folds: int) -> None:
    document = publish_doctree(FOLDED)
    tagged = next(node for node in document.findall(nodes.container) if "fold" in node["classes"])
    tagged["classes"] = ["cell", sphinx_ext.FOLD]  # docutils would make a hyphen of the underscore
    sphinx_ext.fold(SimpleNamespace(builder=SimpleNamespace(format=format_)), document, "page")
    page = BeautifulSoup(publish_from_doctree(document, writer_name="html5").decode(), "html.parser")
    found = page.select("section > details.rv-fold")
    assert len(found) == folds
    for fold in found:
        assert fold.summary.get_text(strip=True) == "First"
        assert fold.get_text(" ", strip=True) == "First Words. Numbers."
