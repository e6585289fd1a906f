"""Have every word that the theme puts around a page looked up in ``locale/``; for `sphinx_ext`.

Sphinx finds ``sphinx.po`` of the language by itself and compiles it; the rest of this module is what it misses.
"""

import re
from pathlib import Path

from jinja2.ext import Extension
from sphinx.application import Sphinx
from sphinx.config import Config

_FIXED = re.compile(r'(?<=\s)(aria-label|placeholder|title)="([A-Z][A-Za-z ]+)"')


class LookUpFixedWords(Extension):
    """Makes labels that a template holds in plain English, and the words in the search field, translatable."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return a template with these words passed through gettext."""
        source = _FIXED.sub(r'''\1="{{ _('\2') }}"''', source)
        return source.replace("{{ theme_search_bar_text }}", "{{ _(theme_search_bar_text) }}")


def find_search_words(app: Sphinx, config: Config) -> None:
    """Name the folders of words in full: Sphinx looks for ``sphinx.js`` from where it happens to be run."""
    config.locale_dirs = [str(Path(app.srcdir, folder)) for folder in config.locale_dirs]


def translate_templates(app: Sphinx) -> None:
    """Add `LookUpFixedWords` to the builders that have templates."""
    if templates := getattr(app.builder, "templates", None):
        templates.environment.add_extension(LookUpFixedWords)
