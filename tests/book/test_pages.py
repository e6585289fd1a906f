"""Pages load only the files they use, from their own host, under a content security policy."""

import base64
import hashlib
import re

import pytest

from riktvarden.book import pages

PAGE = """<!doctype html>
<html>
  <head>
    <meta charset="utf-8" />
    <link rel="stylesheet" type="text/css" href="../_static/copybutton.css?v=1" />
    <link href="../_static/styles/theme.css?digest=1" rel="stylesheet" />
    <script defer src="../_static/scripts/fontawesome.js?digest=1"></script>
    <script src="../_static/copybutton.js?v=1"></script>
    <script src="../searchindex.js"></script>
    <script src="../_static/togglebutton.js?v=1"></script>
    <script>let toggleHintShow = 'Show';</script>
    <script src="../_static/scripts/bootstrap.js?digest=1"></script>
    <script>let own = "å";</script>
    <style>p { color: red; }</style>
  </head>
  <body>%s<button class="btn" onclick="window.print()">x</button></body>
</html>
"""


def loaded(page: str) -> set[str]:
    return {address.rpartition("/")[2].partition("?")[0] for address in re.findall(r'(?:src|href)="([^"]+)"', page)}


@pytest.mark.parametrize(
    ("content", "more"),
    [
        ("", set()),
        ('<div class="highlight-python notranslate">', {"copybutton.css", "copybutton.js"}),
        ('<div class="cell tag_x toggle">', {"togglebutton.js"}),
        ('<button class="btn dropdown-toggle">', set()),
        ('<div id="search-results">', {"searchindex.js"}),
    ],
)
def test_a_page_loads_what_it_uses(content: str, more: set[str]) -> None:
    page = pages.finished(PAGE % content)
    assert loaded(page) == {"theme.css", "bootstrap.js"} | more
    assert ("toggleHintShow" in page) == ("togglebutton.js" in more)


def test_the_policy_admits_exactly_the_scripts_that_are_there() -> None:
    page = pages.finished(PAGE % "")
    rules = dict(rule.split(" ", 1) for rule in re.search(r'Policy" content="([^"]+)"', page)[1].split("; "))
    own = base64.b64encode(hashlib.sha256('let own = "å";'.encode()).digest()).decode()
    assert rules["script-src"] == f"'self' 'sha256-{own}'"
    assert rules["style-src"].startswith("'self' 'sha256-")
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in page
    assert page.index("Content-Security-Policy") < page.index("<link")


def test_no_code_in_attributes() -> None:
    page = pages.finished(PAGE % "")
    assert "onclick" not in page
    assert 'data-call="window"' in page


def test_every_page_has_its_rules_once() -> None:
    page = pages.finished(PAGE % "It has a Content-Security-Policy.")
    assert page.count("http-equiv") == page.count('<meta name="referrer" content="no-referrer" />') == 1
    assert pages.guarded(page) == page


def test_what_is_no_page_stays() -> None:
    assert pages.finished("<OpenSearchDescription>") == "<OpenSearchDescription>"


SHEET = ".a{b:c}/*!\n * Font Awesome Free 6\n */.fa{d:e}@font-face{f:g}html{--pst-header-height:1}.fa-own{h:i}"


def test_the_icon_font_is_cut_out_of_the_style_sheet() -> None:
    assert pages.without_icon_font(SHEET) == ".a{b:c}html{--pst-header-height:1}.fa-own{h:i}"
    assert pages.without_icon_font(".a{b:c}") == ".a{b:c}"
    unknown = SHEET.replace("html{", "main{")
    assert pages.without_icon_font(unknown) == unknown, "where it ends is not known"


def test_an_arrow_of_the_menu_has_the_name_of_its_chapter() -> None:
    menu = '<a class="current reference internal" href="#"><em>R</em> &amp; M</a><details open="open"><summary><span>'
    page = pages.finished(PAGE % menu)
    assert '<details open="open"><summary aria-label="R &amp; M"><span>' in page


def test_a_corner_without_words_is_no_heading() -> None:
    table = '<tr><th class="head"><p></p></th><th class="head"><p>År</p></th></tr>'
    assert '<tr><td></td><th class="head"><p>År</p></th></tr>' in pages.finished(PAGE % table)


def test_rules_for_elements_that_no_page_has_go() -> None:
    style = (
        '/*! licence {of} it */@charset "utf-8";a:hover{color:red}.used,.unused>b{margin:0}.unused .used{top:0}'
        "@media (min-width:1px){.unused{top:0}}@media print{.used:not(.unused){top:1px}.other{top:0}}"
        "@keyframes turn{0%{top:0}to{top:1px}}.bs-tip-top,.w-50\\%{top:2px}[data-x=unused]{top:3px}"
    )
    assert pages.without_unused(style, {"used"}, ("bs-",)) == (
        '/*! licence {of} it */@charset "utf-8";a:hover{color:red}.used{margin:0}'
        "@media print{.used:not(.unused){top:1px}}"
        "@keyframes turn{0%{top:0}to{top:1px}}.bs-tip-top{top:2px}[data-x=unused]{top:3px}"
    )
