"""Translate the words around the pages from ``locale/``, and link pages between languages, for `sphinx_ext`.

Sphinx itself finds and compiles ``sphinx.po`` and the chapters' catalogue; this module covers the rest.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from docutils import nodes
from jinja2.ext import Extension
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.nodes import LITERAL_TYPE_NODES, extract_messages

from riktvarden.book import catalogues, stage

SOURCE_LANGUAGE = "sv"
"""Language of the chapters."""
logger = logging.getLogger(__name__)

_FIXED = re.compile(r'(?<=\s)(aria-label|placeholder|title)="([A-Z][A-Za-z ]+)"')


class LookUpFixedWords(Extension):
    """Template loader that makes hard-coded English labels and the words in the search field translatable."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return a template with these words passed through gettext."""
        source = _FIXED.sub(r'''\1="{{ _('\2') }}"''', source)
        return source.replace("{{ theme_search_bar_text }}", "{{ _(theme_search_bar_text) }}")


def find_search_words(app: Sphinx, config: Config) -> None:
    """Make the folders of catalogues absolute, as Sphinx looks for ``sphinx.js`` relative to the working directory."""
    config.locale_dirs = [str(Path(app.srcdir, folder)) for folder in config.locale_dirs]


def translate_templates(app: Sphinx) -> None:
    """Add `LookUpFixedWords` to the builders that have templates."""
    if templates := getattr(app.builder, "templates", None):
        templates.environment.add_extension(LookUpFixedWords)


def translate_settings(app: Sphinx, config: Config) -> None:
    """Translate words in settings: title and footer of the pages."""
    if config.language == SOURCE_LANGUAGE:
        return
    config.html_title = _translated(config.html_title)
    foot = config.html_theme_options.get("extra_footer")
    if foot:
        config.html_theme_options["extra_footer"] = _translated(foot)


def translate_captions(app: Sphinx, document: nodes.document) -> None:
    """Translate the captions of the table of contents, which is inserted after Sphinx has translated the chapters."""
    if app.config.language == SOURCE_LANGUAGE or app.builder.name == "gettext":
        return
    place = catalogues.path(Path(app.srcdir), app.config.language, catalogues.CHAPTERS)
    for tree in document.findall(addnodes.toctree):
        caption = tree.get("caption")
        if caption and (found := _of_catalogue(place).get(caption)):
            tree["caption"], tree["translated"] = found, True


def find_untranslated(app: Sphinx, document: nodes.document) -> None:
    """Warn of every text of a chapter missing from its catalogue, so that a page does not mix languages."""
    if app.config.language == SOURCE_LANGUAGE:
        return
    same = _same_in_both(catalogues.path(Path(app.srcdir), app.config.language, catalogues.CHAPTERS))
    for node, message in extract_messages(document):
        # Sphinx marks texts whose translation differs. Output of notebooks and equations are not text.
        made = isinstance(node, LITERAL_TYPE_NODES)
        if node.get("translated") or made or _is_name(app.env.docname, node):
            continue
        if catalogues.has_words(message) and message not in same:
            logger.warning("not translated: %s", message, location=node, type="riktvarden", subtype="catalogue")


def lead_to_other_languages(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Pass the same page in other languages to templates, and list all of them in the page's head."""
    site = stage.address(app.config.riktvarden_site)
    up = site or f"{context.get('content_root', './')}.."
    found = [
        {
            "code": code,
            "name": native_name(code),
            "address": f"{up}/{code}/{page}.html",
        }
        for code in app.config.riktvarden_languages
    ]
    context["other_languages"] = [each for each in found if each["code"] != app.config.language]
    if context["other_languages"]:
        links = "".join(
            f'\n  <link rel="alternate" hreflang="{each["code"]}" href="{each["address"]}" />' for each in found
        )
        context["metatags"] = context.get("metatags", "") + links


def native_name(code: str) -> str:
    """Return the capitalised name of a language in that language."""
    return (Locale.parse(code).get_display_name() or code).capitalize()


def _same_in_both(place: Path) -> frozenset[str]:
    """Return the texts that a catalogue translates to themselves."""
    return frozenset(text for text, translated in _of_catalogue(place).items() if text == translated)


@cache
def _of_catalogue(place: Path) -> dict[str, str]:
    """Return the translated texts of a catalogue, empty if there is none."""
    if not place.is_file():
        return {}
    return {
        str(entry.id): str(entry.string)
        for entry in catalogues.read(place)
        if entry.id and entry.string and not entry.fuzzy
    }


def _translated(setting: str) -> str:
    """Return a setting's text in the language of the book."""
    found = _(setting)
    if found == setting:
        logger.warning("sphinx.po: not translated: %s", setting, type="riktvarden", subtype="catalogue")
    return found


def _is_name(document: str, node: nodes.Node) -> bool:
    """Return whether a text is the title of a region's or municipality's page, or a region's heading."""
    folder, _slash, name = document.rpartition("/")
    if document == stage.MUNICIPALITY_INDEX:
        return isinstance(node, addnodes.toctree)
    return folder in (stage.REGIONS, stage.MUNICIPALITIES) and name.isdigit() and isinstance(node, nodes.title)
