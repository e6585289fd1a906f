"""One project in two languages: pages link to their translation, and nothing is left untranslated."""

from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell

from riktvarden.book import build, catalogues, publish

from .conftest import make_book, make_root

ENGLISH = {
    "Start": "Home",
    "Inline $a_i$ and numbered:": "In line $a_i$ and with a number:",
    "Equation {eq}`need` is on this page. Kontakt: {{ site_contact }}. Adress: {{ site_address }}.": (
        "Equation {eq}`need` is here. Contact: {{ site_contact }}. Address: {{ site_address }}."
    ),
    "Need": "Need",
    "Regions": "The regions",
    "Region": "Region",
    "One page each.": "A page for each.",
}


def catalogue(texts: dict[str, str]) -> str:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    return "\n".join([head, *(f'msgid "{text}"\nmsgstr "{translated}"\n' for text, translated in texts.items())])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = make_root(tmp_path / "toy")
    config = root / "_config.yml"
    config.write_text(config.read_text(encoding="utf-8").replace("language: sv", "language: sv\n    locale_dirs: [locale]"))
    place = catalogues.path(root, "en", catalogues.CHAPTERS)
    place.parent.mkdir(parents=True)
    place.write_text(catalogue(ENGLISH), encoding="utf-8")
    place.with_name("sphinx.po").write_text(catalogue({"Toy report": "Report of toys"}), encoding="utf-8")
    return root


def made(root: Path, language: str) -> build.BuildReport:
    settings = {"riktvarden_languages": ["sv", "en"]}
    return make_book(
        root, root, regions={"12": "Skåne"}, language=language, out=root / "_build" / language, settings=settings
    )


def make(root: Path, language: str) -> Path:
    made(root, language)
    return root / "site" / language


def test_readers_meet_all_languages_together(project: Path) -> None:
    regions = {"12": "Skåne"}
    with publish.alone(project, "building toys") as publication:
        for language in ("sv", "en"):
            build.build(project, publication, regions, language, out=project / "_build" / language)
            assert not (project / "site").exists()
        publication.put_out()
    site = project / "site"
    assert {name.partition("/")[0] for name in publish.listed(site)} == {"sv", "en", "index.html", "404.html"}
    assert (site / "index.html").read_text(encoding="utf-8").count("hreflang") == 2
    before = publish.digests(site)
    with publish.alone(project, "building toys") as publication:
        build.build(project, publication, regions, "sv", edition="other", out=project / "_build/sv")
    assert publish.digests(site) == before, "the second language did not come so far"


def test_each_page_leads_to_itself_in_the_other_language(project: Path) -> None:
    swedish, english = make(project, "sv"), make(project, "en")
    for site, own in ((swedish, "sv"), (english, "en")):
        for name in ("chapters/index", "chapters/regions/12", "search"):
            page = BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
            assert page.html["lang"] == own
            led = {link["hreflang"]: link["href"] for link in page.find_all("link", rel="alternate")}
            assert set(led) == {"sv", "en"}
            for code, address in led.items():
                place = (site / f"{name}.html").parent.joinpath(address).resolve()
                assert place == (project / "site" / code / f"{name}.html").resolve()
                assert place.is_file()
    page = BeautifulSoup((english / "chapters/index.html").read_text(encoding="utf-8"), "html.parser")
    assert page.h1.get_text().startswith("Home")
    assert "Contact: nobody@example.org" in page.get_text()
    assert "Report of toys" in page.title.get_text()
    assert (english / "_static/language_data.js").read_text() != (swedish / "_static/language_data.js").read_text()
    door = BeautifulSoup((project / "site/index.html").read_text(encoding="utf-8"), "html.parser")
    assert [link["lang"] for link in door.find_all("a")] == ["sv", "en"]


def test_another_language_leaves_the_first_as_it_was_made(project: Path) -> None:
    make(project, "sv")
    make(project, "en")
    for language in ("sv", "en"):
        assert made(project, language).slowest == [], "no step was run"


def test_a_changed_page_is_read_again_and_no_other(project: Path) -> None:
    make(project, "en")
    template = project / "chapters/regions/region.ipynb"
    notebook = nbformat.read(template, as_version=4)
    notebook.cells.append(new_code_cell("print('changed')", id="more"))
    nbformat.write(notebook, template)
    make(project, "en")
    assert "0 added, 1 changed, 0 removed" in (project / "_build/en/jupyter-book.log").read_text(encoding="utf-8")


def test_a_text_without_a_translation_fails_the_build(project: Path) -> None:
    place = catalogues.path(project, "en", catalogues.CHAPTERS)
    place.write_text(catalogue({**ENGLISH, "Regions": ""}), encoding="utf-8")
    with pytest.raises(build.BuildError, match="not translated: Regions"):
        make(project, "en")


def test_a_fuzzy_translation_fails_the_build(project: Path) -> None:
    place = catalogues.path(project, "en", catalogues.CHAPTERS)
    text = catalogue(ENGLISH).replace('msgid "Need"', '#, fuzzy\nmsgid "Need"')
    place.write_text(text, encoding="utf-8")
    with pytest.raises(build.BuildError, match="not translated: Need"):
        make(project, "en")
