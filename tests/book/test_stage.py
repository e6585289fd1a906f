"""The staged source is complete, current and free of leftovers."""

from pathlib import Path

import pytest

from riktvarden.book import stage


def test_regions_go_under_their_index(root: Path) -> None:
    toc = stage.contents(root, ["12", "01"])
    assert stage.documents(toc) == [
        "chapters/index",
        "chapters/need",
        "chapters/regions/index",
        "chapters/regions/12",
        "chapters/regions/01",
    ]


def test_municipalities_go_under_an_index_of_their_own_below_the_regions(root: Path) -> None:
    toc = stage.contents(root, ["12"], {"Region Skåne": {"1280": "Malmö", "1281": "Lund"}})
    assert stage.documents(toc)[-3:] == [
        "chapters/regions/12",
        "chapters/municipalities/index",
        "chapters/municipalities/1280",  # the other is stamped from it
    ]
    assert "chapters/municipalities/index" not in stage.documents(stage.contents(root, ["12"]))


def test_no_index_for_the_regions(tmp_path: Path) -> None:
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: chapters/index\n", encoding="utf-8")
    assert stage.documents(stage.contents(tmp_path, [])) == ["chapters/index"]
    with pytest.raises(stage.StageError, match="no entry chapters/regions/index"):
        stage.contents(tmp_path, ["01"])


@pytest.mark.parametrize("text", ["format: [", "format: unknown\nroot: a\n", "[]"])
def test_malformed_contents(tmp_path: Path, text: str) -> None:
    (tmp_path / "_toc.yml").write_text(text, encoding="utf-8")
    with pytest.raises(stage.StageError, match=r"_toc\.yml"):
        stage.contents(tmp_path, [])


def test_chapter_named_but_not_written(root: Path) -> None:
    with pytest.raises(stage.StageError, match="chapters/nothing"):
        stage.source_of(root, "chapters/nothing")


def test_texts_hold_no_notebook_and_the_language_of_the_build(root: Path) -> None:
    config = stage.configuration(root)
    (root / "locale/en/words.mo").touch()
    (root / "locale/sv").mkdir(exist_ok=True)
    (root / "locale/sv/words.po").touch()
    texts = stage.texts(root, stage.contents(root, ["01"]), config, "en", [root / "chapters/index.md"])
    assert {"chapters/regions/index.md", "locale/en/words.po"} < texts.keys()
    assert "locale/sv/words.po" not in texts, "another language's words make no page of this one"
    assert not [name for name in texts if name.endswith((".ipynb", ".mo"))]
    assert b"language: en" in texts["_config.yml"]
    assert stage.language_of(config) == "sv"


def test_write_touches_only_what_differs(tmp_path: Path) -> None:
    stage.write(tmp_path, {"a.md": b"a", "b/c.md": b"c"}, keep=[])
    before = (tmp_path / "a.md").stat().st_mtime_ns
    kept = tmp_path / "b/page.ipynb"
    kept.touch()
    (tmp_path / "b/stale.ipynb").touch()
    stage.write(tmp_path, {"a.md": b"a", "b/d.md": b"d"}, keep=[kept])
    assert (tmp_path / "a.md").stat().st_mtime_ns == before
    assert sorted(file.name for file in (tmp_path / "b").iterdir()) == ["d.md", "page.ipynb"]
