"""Pages stamped from one that went the full way have the bytes that the full way would have given them."""

import json
import re
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from riktvarden.book import cells, stage

from .conftest import PARAMETERS, make_book, make_root, tagged, write_notebook

SETUP = """\
from IPython.display import display
from riktvarden.report.kit.figures import TABLE

people = {"0114": 3, "0115": 12, "1280": 400}
"""
SHOW = """\
table = {"name": f"t-{place}", "title": "People", "source": "x", "fields": [{"name": "n", "type": "integer"}]}
html = f'<div id="t-{place}"><p class="rv-answer">{people[place]} live here & <b>there</b>.</p></div>'
display({"text/html": html, TABLE: {**table, "csv": f"n\\r\\n{people[place]}\\r\\n"}}, raw=True)
"""
PLACES = {"North": {"0114": "Upplands Väsby", "0115": "Vallentuna"}, "South": {"1280": "Malmö"}}


def write_places(root: Path, show: str = SHOW) -> None:
    """Write a template of municipalities, and their index."""
    folder = root / stage.MUNICIPALITIES
    folder.mkdir(exist_ok=True)
    (folder / "index.md").write_text('# Places\n\n<a href="../municipalities/1280.html">Malmö</a>\n', encoding="utf-8")
    write_notebook(
        root / f"{stage.MUNICIPALITY_TEMPLATE}.ipynb",
        tagged(f'municipality = "1280"\n{PARAMETERS}', "parameters", "remove-cell"),
        tagged(SETUP, cells.SHARED),
        new_code_cell("place = municipality"),
        new_code_cell(show),
        new_markdown_cell("## More\n\nA paragraph."),
        new_code_cell(show.replace("t-{place}", "u-{place}")),
    )


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_root(tmp_path_factory.mktemp("places"))
    write_places(root)
    return root


def article(page: Path) -> str:
    """The article of a page."""
    found = re.search(r"<article.*</article>", page.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[0]


def test_a_stamped_page_has_the_bytes_of_the_full_way(places: Path, tmp_path: Path) -> None:
    report = make_book(places, regions={"01": "Stockholm"}, municipalities=PLACES)
    assert report.pages[-3:] == [f"chapters/municipalities/{code}" for code in ("0114", "0115", "1280")]
    assert [name for name in report.executed if "municipalities" in name] == ["chapters/municipalities/0114"]
    alone = tmp_path / "alone"
    make_book(places, alone, regions={"01": "Stockholm"}, municipalities={"South": {"1280": "Malmö"}})
    name = "chapters/municipalities/1280"
    stamped, full = (folder / "site/sv" for folder in (places / "_build", alone))
    assert article(stamped / f"{name}.html") == article(full / f"{name}.html")
    assert "400 live here" in article(stamped / f"{name}.html")
    whole, other = ((folder / f"{name}.html").read_text(encoding="utf-8") for folder in (stamped, full))
    assert whole == other
    assert 'content="400 live here &amp; there."' in whole
    assert "Väsby" not in whole
    assert "prev-next-title" not in whole
    notebooks = [(folder / f"_sources/{name}.ipynb").read_bytes() for folder in (stamped, full)]
    assert notebooks[0] == notebooks[1]


def test_their_tables_are_open_data_and_the_site_lists_them(places: Path) -> None:
    make_book(places, regions={"01": "Stockholm"}, municipalities=PLACES)
    site = places / "_build/site"
    index = json.loads((site / "data/working/index.json").read_bytes())
    named = {table["csv"] for table in index["tables"]}
    assert {f"tables/municipalities/{code}/t-{code}.csv" for code in ("0114", "0115", "1280")} <= named
    assert (site / "data/working/tables/municipalities/1280/t-1280.csv").read_text("utf-8-sig").split() == ["n", "400"]
    sums = (site / "SHA256SUMS").read_text(encoding="utf-8")
    assert "sv/chapters/municipalities/1280.html" in sums
    assert "1280.html" not in (site / "sv/chapters/need.html").read_text(encoding="utf-8")


def test_nothing_is_run_again_when_nothing_changed(places: Path) -> None:
    make_book(places, regions={"01": "Stockholm"}, municipalities=PLACES)
    outputs = places / "_build/stamped/outputs.json"
    before = outputs.stat().st_mtime_ns
    assert make_book(places, regions={"01": "Stockholm"}, municipalities=PLACES).executed == []
    assert outputs.stat().st_mtime_ns == before
    write_places(places, SHOW.replace("live here", "dwell here"))
    assert make_book(places, regions={"01": "Stockholm"}, municipalities=PLACES).executed == [
        "chapters/municipalities/0114"
    ]
    assert "400 dwell here" in article(places / "_build/site/sv/chapters/municipalities/1280.html")
    write_places(places)


def test_left_out_pages_are_led_to_in_the_search() -> None:
    made = {"chapters/municipalities/0114"}
    addresses = ("../municipalities/0114.html", "../municipalities/1280.html", "municipalities/index.html#12")
    page = "".join(f'<a href="{address}">' for address in addresses)
    links = re.findall('href="([^"]*)"', stage.leading(page, made))
    assert links == ["../municipalities/0114.html", "../find.html#1280", "find.html#12"]


def template(*sources: tuple[str, str]) -> dict[str, object]:
    """A notebook of code cells with a tag each."""
    made = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {"tags": [tag] if tag else []}, "source": [source]}
        for n, (tag, source) in enumerate(sources)
    ]
    return {"cells": made}


SHARES = (cells.SHARED, "from IPython.display import display")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("print(place)", "not print"),
        ("place", "not with a value"),
        (
            "from riktvarden.store import reads; reads.note('result:late')\ndisplay({'text/html': ''}, raw=True)",
            "result:late",
        ),
    ],
)
def test_cells_that_cannot_be_stamped_are_refused(source: str, message: str) -> None:
    with pytest.raises(cells.StampError, match=message):
        cells.run(template(SHARES, ("", source)), "place", ["a"], {})


def test_each_value_has_a_namespace_of_its_own() -> None:
    source = "seen = globals().get('seen', '') + place\ndisplay({'text/html': seen}, raw=True)"
    found = cells.run(template(SHARES, ("", source)), "place", ["a", "b"], {})
    assert [[[output["text/html"] for output in cell] for cell in made] for made in found.values()] == [
        [[], ["a"]],
        [[], ["b"]],
    ]
