"""Readers meet a whole book, old or new."""

from pathlib import Path

import pytest

from riktvarden.book.assemble import missing
from riktvarden.book.publish import publish, recover


def book(folder: Path, text: str) -> Path:
    (folder / "chapters").mkdir(parents=True)
    (folder / "chapters/index.html").write_text(text, encoding="utf-8")
    return folder


def test_old_book_is_replaced_whole(tmp_path: Path) -> None:
    site = tmp_path / "site"
    publish(book(tmp_path / "one", "one"), site, "sv")
    (site / "sv/chapters/gone.html").touch()
    publish(book(tmp_path / "two", "two"), site, "sv")
    assert (site / "sv/chapters/index.html").read_text(encoding="utf-8") == "two"
    assert not (site / "sv/chapters/gone.html").exists()
    assert [place.name for place in site.iterdir()] == ["sv"]


def test_unchanged_pages_are_not_rewritten(tmp_path: Path) -> None:
    site = tmp_path / "site"
    publish(book(tmp_path / "one", "one"), site, "sv")
    page, other = site / "sv/chapters/index.html", site / "sv/chapters/other.html"
    before = page.stat()
    (tmp_path / "one/chapters/other.html").write_text("new", encoding="utf-8")
    publish(tmp_path / "one", site, "sv")
    assert (page.stat().st_ino, page.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert other.read_text(encoding="utf-8") == "new"
    (tmp_path / "one/chapters/index.html").write_text("two", encoding="utf-8")
    assert page.read_text(encoding="utf-8") == "one", "the assembler's folder and the site share no file"
    (site / ".sv-new").mkdir()
    publish(tmp_path / "one", site, "sv")
    assert page.read_text(encoding="utf-8") == "two"
    assert [place.name for place in site.iterdir()] == ["sv"]


def test_old_book_is_put_back_if_the_new_one_never_came(tmp_path: Path) -> None:
    book(tmp_path / ".sv-old", "one")
    recover(tmp_path)
    assert (tmp_path / "sv/chapters/index.html").read_text(encoding="utf-8") == "one"
    assert [place.name for place in tmp_path.iterdir()] == ["sv"]


def test_old_book_is_deleted_if_the_new_one_is_there(tmp_path: Path) -> None:
    book(tmp_path / ".sv-old", "one")
    book(tmp_path / "sv", "two")
    recover(tmp_path)
    assert (tmp_path / "sv/chapters/index.html").read_text(encoding="utf-8") == "two"
    assert [place.name for place in tmp_path.iterdir()] == ["sv"]


def test_failed_change_over_leaves_the_old_book(tmp_path: Path) -> None:
    site = tmp_path / "site"
    publish(book(tmp_path / "one", "one"), site, "sv")
    with pytest.raises(FileNotFoundError):
        publish(tmp_path / "nothing", site, "sv")
    assert (site / "sv/chapters/index.html").read_text(encoding="utf-8") == "one"
    assert [place.name for place in site.iterdir()] == ["sv"]


def test_missing_pages_are_named(tmp_path: Path) -> None:
    assert missing(book(tmp_path, ""), ["chapters/index", "chapters/need"]) == ["chapters/need"]
