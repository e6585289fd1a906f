"""Translation catalogues: extraction from code and chapters, updates, and detection of missing words."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from riktvarden.book import catalogues

ROOT = Path(__file__).parents[2]

MODULE = """
KIND = {"a": "första", "b": "andra"}
MORE = KIND | {"c": "tredje"}

def page(context, rows, code):
    t = context.language
    words = MORE
    say(t("Rubrik"), t("en" " mening"), t("ja" if code else "nej"))
    cells = [t(word).capitalize() for word in KIND.values()] + [t(words[code])]
    say(t.plural("{count} dag", "{count} dagar", len(rows)), context.language.plural("ett", "fler", 2))
    return context.language("utanför"), [t(title) for title in rows["title"]], other("inte ord")
"""


def code(folder: Path, text: str) -> Path:
    (folder / "page.py").write_text(text, encoding="utf-8")
    return folder


def test_words_in_code_are_all_found(tmp_path: Path) -> None:
    found = catalogues.of_code(code(tmp_path, MODULE), ["."], {"title": ["Titel"]})
    said = {"Rubrik", "en mening", "ja", "nej", "första", "andra", "tredje", "utanför", "Titel"}
    plural = {("{count} dag", "{count} dagar"), ("ett", "fler")}
    assert {message.id for message in found if message.id} == said | plural


def test_words_that_cannot_be_seen_are_a_fault(tmp_path: Path) -> None:
    hidden = code(tmp_path, "def f(t, name):\n    return t(name), t(f'{name} år')\n")
    with pytest.raises(catalogues.CatalogueError, match=r"(?s)page\.py:2: .*t\(name\).*page\.py:2: .*år"):
        catalogues.of_code(hidden, ["."], {})


def test_a_field_named_items_hides_no_dictionary(tmp_path: Path) -> None:
    module = "KIND = {'a': 'ord'}\nclass C:\n    items: int\nC(items=f())\ng = lambda t: [t(w) for _, w in KIND.items()]\n"
    assert "ord" in catalogues.of_code(code(tmp_path, module), ["."], {})


def test_one_form_of_two_that_cannot_be_seen_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(catalogues.CatalogueError, match=r"page\.py:2: .*t\.plural\('ett', many, n\)"):
        catalogues.of_code(code(tmp_path, "def f(t, many, n):\n    return t.plural('ett', many, n)\n"), ["."], {})


def template(*texts: str | tuple[str, str]) -> dict[str, Catalog]:
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


def test_both_forms_of_a_plural_need_a_translation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forms = ("{count} fråga", "{count} frågor")
    place = catalogues.path(tmp_path, "en", catalogues.CODE)
    place.parent.mkdir(parents=True)
    place.write_text(f'msgid ""\nmsgstr ""\n\nmsgid "{forms[0]}"\nmsgstr "{{count}} question"\n', encoding="utf-8")
    (fault,) = catalogues.missing(tmp_path, "en", template(forms))
    assert "not translated: {count} fråga / {count} frågor" in fault

    monkeypatch.setattr(catalogues, "templates", lambda root: template(forms))
    assert catalogues.update(tmp_path, "en") == {catalogues.CODE: 1}
    updated = place.read_text(encoding="utf-8")
    assert 'msgid_plural "{count} frågor"\nmsgstr[0] "{count} question"\nmsgstr[1] ""' in updated
    fuzzy = updated.replace('msgstr[1] ""', 'msgstr[1] "{count} questions"')
    place.write_text(fuzzy.replace("#, fuzzy, ", "#, "), encoding="utf-8")
    assert catalogues.missing(tmp_path, "en", template(forms)) == []


COLUMNS = """
KIND = {{"a": "Ur", "b": "Annat"}}

def table(t, rows):
    first, when = t("{first}"), t("År")
    cells = {{first: 1, **{{t(word): 2 for word in KIND.values()}}, when: 3}}
    cells[t("{last}").format(year=1)] = 4
    return cells
"""


@pytest.mark.parametrize(("first", "last", "faults"), [("Från", "Till", 1), ("Till", "Från", 1), ("Till", "Status", 0)])
def test_no_two_columns_have_one_name_in_another_language(tmp_path: Path, first: str, last: str, faults: int) -> None:
    (folder := tmp_path / catalogues.SOURCES[0]).mkdir(parents=True)
    code(folder, COLUMNS.format(first=first, last=last))
    (package := tmp_path / catalogues.PACKAGE).parent.mkdir()
    package.write_text('{"resources": []}', encoding="utf-8")
    place = catalogues.path(tmp_path, "en", catalogues.CODE)
    place.parent.mkdir(parents=True)
    english = {"Från": "From", "Ur": "From", "Till": "To", "Annat": "Other", "Status": "Status", "År": "Year"}
    entries = "\n".join(f'msgid "{swedish}"\nmsgstr "{text}"\n' for swedish, text in english.items())
    place.write_text(f'msgid ""\nmsgstr ""\n\n{entries}', encoding="utf-8")
    found = catalogues.alike(tmp_path, "en")
    assert found == ["src/riktvarden/report/page.py:4: table: Från and Ur are both From"] * faults


def test_the_report_has_no_two_columns_of_one_name() -> None:
    assert catalogues.alike(ROOT, "en") == []


def test_what_has_no_words_needs_no_translation() -> None:
    assert not catalogues.has_words("{{ site_contact }} 12,5 %")
    assert catalogues.has_words("{{ site_contact }} eller brev")
