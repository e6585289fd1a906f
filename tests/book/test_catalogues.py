"""Words are found in code and chapters, kept when the text changes, and missed when they are gone."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from riktvarden.book import catalogues

MODULE = """
KIND = {"a": "första", "b": "andra"}
MORE = KIND | {"c": "tredje"}

def page(context, rows, code):
    t = context.language
    words = MORE
    say(t("Rubrik"), t("en" " mening"), t("ja" if code else "nej"))
    cells = [t(word).capitalize() for word in KIND.values()] + [t(words[code])]
    return context.language("utanför"), [t(title) for title in rows["title"]], other("inte ord")
"""


def code(folder: Path, text: str) -> Path:
    (folder / "page.py").write_text(text, encoding="utf-8")
    return folder


def test_words_in_code_are_all_found(tmp_path: Path) -> None:
    found = catalogues.of_code(code(tmp_path, MODULE), ["."], {"title": ["Titel"]})
    said = {"Rubrik", "en mening", "ja", "nej", "första", "andra", "tredje", "utanför", "Titel"}
    assert {str(message.id) for message in found if message.id} == said


def test_words_that_cannot_be_seen_are_a_fault(tmp_path: Path) -> None:
    hidden = code(tmp_path, "def f(t, name):\n    return t(name), t(f'{name} år')\n")
    with pytest.raises(catalogues.CatalogueError, match=r"(?s)page\.py:2: .*t\(name\).*page\.py:2: .*år"):
        catalogues.of_code(hidden, ["."], {})


def template(*texts: str) -> dict[str, Catalog]:
    found = Catalog(fuzzy=False)
    for text in texts:
        found.add(text)
    return {catalogues.CODE: found}


def test_translations_survive_and_changed_text_turns_fuzzy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = "Hur många som gör sin ST i dag är inte känt i någon region"
    monkeypatch.setattr(catalogues, "templates", lambda root: template("Ja", sentence))
    assert catalogues.update(tmp_path, "en") == {catalogues.CODE: 2}
    place = catalogues.path(tmp_path, "en", catalogues.CODE)
    filled = place.read_text(encoding="utf-8")
    for swedish, english in (("Ja", "Yes"), (sentence, "Nobody knows")):
        filled = filled.replace(f'msgid "{swedish}"\nmsgstr ""', f'msgid "{swedish}"\nmsgstr "{english}"')
    place.write_text(filled, encoding="utf-8")
    assert catalogues.missing(tmp_path, "en", template("Ja", sentence)) == []

    changed = f"{sentence} alls"
    monkeypatch.setattr(catalogues, "templates", lambda root: template("Ja", changed))
    assert catalogues.update(tmp_path, "en") == {catalogues.CODE: 1}
    after = catalogues.read(place, "en")
    assert after["Ja"].string == "Yes"
    assert after[changed].string == "Nobody knows"
    assert after[changed].fuzzy
    (fault,) = catalogues.missing(tmp_path, "en", template("Ja", changed))
    assert "fuzzy" in fault
    assert "POT-Creation-Date" not in place.read_text(encoding="utf-8")


def test_what_has_no_words_needs_no_translation() -> None:
    assert not catalogues.has_words("{{ site_contact }} 12,5 %")
    assert catalogues.has_words("{{ site_contact }} eller brev")
