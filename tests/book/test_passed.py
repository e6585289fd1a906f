"""The gate's verdict counts as long as nothing else is shown; all figures are synthetic."""

from collections.abc import Callable
from pathlib import Path

import pytest

from riktvarden.book import passed
from riktvarden.book.passed import Passed

FAR = "text " * 400
PAGE = (
    f"<html><body><h1>Sidan</h1><p>{{words}}</p><p>{FAR}</p><table><tr><th>Region</th></tr><tr><td>{{cell}}</td></tr></table>"
    "</body></html>"
)
"""A page; words just before a table would say something of it."""
DIGEST = "ab12" * 16


@pytest.fixture
def still(tmp_path: Path) -> Callable[..., bool]:
    """Whether a page needs no attack, after another one has passed and been published."""
    public, site, data = tmp_path / "public", tmp_path / "site", tmp_path / "data"
    for folder in (public, site, data):
        folder.mkdir()
    (public / "style.css").write_text("p {}", encoding="utf-8")

    def of(page: str, key: str = "k", more: Callable[[], object] = lambda: None) -> bool:
        for folder in (public, site):
            (folder / "a.html").write_text(PAGE.format(words="Ord 7 här.", cell="12"), encoding="utf-8")
        Passed(tmp_path / "note", public, "k").remember()
        (public / "a.html").write_text(page, encoding="utf-8")
        more()
        return Passed(tmp_path / "note", public, key).still(lambda name: site / name, data)

    return of


@pytest.mark.parametrize(
    ("words", "cell", "is_still"),
    [
        ("Ord 7 här.", "12", True),
        ("Ord 7 här. En mening till.", "12", True),
        (f"Ord 7 här. {DIGEST}", "12", False),  # a sentence with a number, which is a digest: looked at once more
        ("Ord 8 här.", "12", False),
        ("Ord 7 här. Tre personer.", "12", False),
        ("Ord 7 här.", "13", False),
    ],
)
def test_words_need_no_new_attack_and_numbers_do(still: Callable[..., bool], words: str, cell: str, is_still: bool) -> None:
    assert still(PAGE.format(words=words, cell=cell)) == is_still


def test_digests_are_no_figures(tmp_path: Path) -> None:
    for name, digest in (("a", DIGEST), ("b", DIGEST[::-1])):
        (tmp_path / name).with_suffix(".html").write_text(PAGE.format(words=f"Nyckel 1: {digest}", cell="12"), "utf-8")
    assert passed.shown(tmp_path / "a.html", "x.html") == passed.shown(tmp_path / "b.html", "x.html")


def test_all_else_counts(still: Callable[..., bool], tmp_path: Path) -> None:
    page = PAGE.format(words="Ord 7 här. En mening till.", cell="12")
    assert still(page)
    assert not still(page, key="other data")
    assert not still(page, more=(tmp_path / "public/b.css").touch), "a file more"
    (tmp_path / "public/b.css").unlink()
    assert not still(page, more=(tmp_path / "site/a.html").unlink), "nobody knows what was shown"
    assert not still(page, more=lambda: (tmp_path / "site/a.html").write_text(page, "utf-8")), "not what has passed"
    assert not still(page, more=lambda: (tmp_path / "note").write_text("{", "utf-8"))


def test_unit_of_a_return_must_not_be_named(
    still: Callable[..., bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passed.place, "contents", lambda data: {"data/returns/12/a.csv": data})
    asked: list[str] = []

    def naming(folder: Path, files: list[Path], data: Path) -> list[str]:
        asked.extend(file.relative_to(folder).as_posix() for file in files)
        return ["named"] if "Granen" in (folder / "a.html").read_text(encoding="utf-8") else []

    monkeypatch.setattr("riktvarden.book.release.naming", naming)
    assert still(PAGE.format(words="Ord 7 här. Andra ord.", cell="12"))
    assert not still(PAGE.format(words="Ord 7 här. Vårdcentralen Granen.", cell="12"))
    assert asked == ["a.html", "a.html"]
