"""Words that the theme does not mark for translation are translated too."""

from types import SimpleNamespace

from jinja2 import Environment

from riktvarden.book import words

SWEDISH = {"Main": "Huvudmeny", "Search this book...": "Sök i rapporten"}


def render(template: str, **context: str) -> str:
    environment = Environment(extensions=[words.LookUpFixedWords], autoescape=True)
    environment.globals["_"] = lambda text: SWEDISH.get(text, text)
    return environment.from_string(template).render(**context)


def test_fixed_labels_are_looked_up() -> None:
    assert render('<nav aria-label="Main"></nav>') == '<nav aria-label="Huvudmeny"></nav>'
    assert render('<p title="Unknown words">') == '<p title="Unknown words">'


def test_what_is_no_label_stays() -> None:
    for template in ('<p data-title="Main">', '<p title="main.css">', "Main", "{{ 'Main' }}"):
        assert "Huvudmeny" not in render(template)


def test_search_field() -> None:
    field = '<input placeholder="{{ theme_search_bar_text }}">'
    assert render(field, theme_search_bar_text="Search this book...") == '<input placeholder="Sök i rapporten">'


def test_words_of_the_search_are_found_from_anywhere() -> None:
    config = SimpleNamespace(locale_dirs=["locale"])
    words.find_search_words(SimpleNamespace(srcdir="/book"), config)
    assert config.locale_dirs[0].endswith("locale")
    assert config.locale_dirs != ["locale"]
