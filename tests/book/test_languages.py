"""One project in two languages: pages link to their translation, and nothing is left untranslated."""

from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell
from sphinx.errors import ConfigError

from riktvarden.book import build, catalogues, publish, sphinx_ext

from .conftest import make_book, make_root

ENGLISH = {
    "Start": "Home",
    "Delar": "Parts",
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


def make_project(folder: Path) -> Path:
    root = make_root(folder / "toy")
    config = root / "_config.yml"
    config.write_text(config.read_text(encoding="utf-8").replace("language: sv", "language: sv\n    locale_dirs: [locale]"))
    place = catalogues.path(root, "en", catalogues.CHAPTERS)
    place.parent.mkdir(parents=True)
    place.write_text(catalogue(ENGLISH), encoding="utf-8")
    place.with_name("sphinx.po").write_text(catalogue({"Toy report": "Report of toys"}), encoding="utf-8")
    return root


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path)


def made(root: Path, language: str) -> build.BuildReport:
    settings = {"riktvarden_languages": ["sv", "en"]}
    return make_book(
        root, root, regions={"12": "Skåne"}, language=language, out=root / "_build" / language, settings=settings
    )


def test_readers_meet_all_languages_together(project: Path) -> None:
    regions = {"12": "Skåne"}
    with publish.alone(project, "building toys") as publication:
        for language in ("sv", "en"):
            build.build(project, publication, regions, language, out=project / "_build" / language)
            assert not (project / "site").exists()
        publication.put_out()
    site = project / "site"
    assert {name.partition("/")[0] for name in publish.listed(site)} == {
        "sv",
        "en",
        "editions.js",
        "index.html",
        "404.html",
    }
    assert (site / "index.html").read_text(encoding="utf-8").count("hreflang") == 2
    before = publish.digests(site)
    with publish.alone(project, "building toys") as publication:
        build.build(project, publication, regions, "sv", edition="other", out=project / "_build/sv")
    assert publish.digests(site) == before, "the second language did not come so far"


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with both languages made."""
    project = make_project(tmp_path_factory.mktemp("both"))
    for language in ("sv", "en"):
        made(project, language)
    return project


def test_each_page_leads_to_itself_in_the_other_language(both: Path) -> None:
    swedish, english = (both / "site" / language for language in ("sv", "en"))
    for site, own in ((swedish, "sv"), (english, "en")):
        for name in ("chapters/index", "chapters/regions/12", "search"):
            page = BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
            assert page.html["lang"] == own
            led = {link["hreflang"]: link["href"] for link in page.find_all("link", rel="alternate")}
            assert set(led) == {"sv", "en"}
            for code, address in led.items():
                place = (site / f"{name}.html").parent.joinpath(address).resolve()
                assert place == (both / "site" / code / f"{name}.html").resolve()
                assert place.is_file()
    page = BeautifulSoup((english / "chapters/index.html").read_text(encoding="utf-8"), "html.parser")
    assert page.h1.get_text().startswith("Home")
    assert "Contact: nobody@example.org" in page.get_text()
    assert "Report of toys" in page.title.get_text()
    assert (english / "_static/language_data.js").read_text() != (swedish / "_static/language_data.js").read_text()
    door = BeautifulSoup((both / "site/index.html").read_text(encoding="utf-8"), "html.parser")
    assert [link["lang"] for link in door.find_all("a")] == ["sv", "en"]


def test_the_parts_of_the_contents_are_named_in_the_language_of_the_page(both: Path) -> None:
    for language, caption in (("sv", "Delar"), ("en", "Parts")):
        page = BeautifulSoup((both / f"site/{language}/chapters/need.html").read_text(encoding="utf-8"), "html.parser")
        assert [tag.get_text(strip=True) for tag in page.select(".bd-sidebar-primary .caption-text")] == [caption]


def test_an_old_address_leads_on(both: Path) -> None:
    for language, said in (("sv", "Sidan har flyttat"), ("en", "This page has moved")):
        file = both / f"site/{language}/chapters/once/needs.html"
        page = BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")
        assert page.html["lang"] == language
        assert said in page.get_text()
        rules = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
        assert rules.startswith("default-src 'none'")
        assert not page.find("script")
        place = file.parent / page.a["href"]
        assert place.resolve() == (both / f"site/{language}/chapters/need.html").resolve()
        assert page.find("meta", attrs={"http-equiv": "refresh"})["content"] == f"0; url={page.a['href']}"


@pytest.mark.parametrize("moved", [{"chapters/need": "chapters/index"}, {"chapters/old": "chapters/nowhere"}])
def test_an_address_that_is_a_page_or_leads_to_none_is_a_fault(moved: dict[str, str]) -> None:
    env = SimpleNamespace(all_docs={"chapters/need": 0, "chapters/index": 0})
    config = SimpleNamespace(riktvarden_moved=moved)
    with pytest.raises(ConfigError, match=f"riktvarden_moved: {next(iter(moved))}"):
        sphinx_ext.lead_on(SimpleNamespace(builder=SimpleNamespace(format="html"), config=config, env=env), None)


def test_a_language_leaves_the_other_as_it_was_made_and_a_changed_page_is_read_again_and_no_other(both: Path) -> None:
    for language in ("sv", "en"):
        assert made(both, language).slowest == [], "no step was run"
    template = both / "chapters/regions/region.ipynb"
    notebook = nbformat.read(template, as_version=4)
    notebook.cells.append(new_code_cell("print('changed')", id="more"))
    nbformat.write(notebook, template)
    assert made(both, "en").executed == ["chapters/regions/12"]
    assert "0 added, 1 changed, 0 removed" in (both / "_build/en/jupyter-book.log").read_text(encoding="utf-8")


def test_texts_without_a_translation_that_counts_fail_the_build(project: Path) -> None:
    place = catalogues.path(project, "en", catalogues.CHAPTERS)
    text = catalogue({**ENGLISH, "Regions": ""}).replace('msgid "Need"', '#, fuzzy\nmsgid "Need"')
    place.write_text(text, encoding="utf-8")
    with pytest.raises(build.BuildError) as caught:
        made(project, "en")
    assert "not translated: Regions" in str(caught.value)
    assert "not translated: Need" in str(caught.value)
