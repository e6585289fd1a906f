"""The assembler's output is reused only if unmodified, and its failures are reported."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from riktvarden.book import assemble

LOG = """\
reading sources... [ 20%] chapters/index
{source}/chapters/index.md:3: WARNING: undefined label

Exception occurred:
  File "multiprocessing/connection.py", line 383, in _recv
    raise EOFError
{error}
The full traceback has been saved in /tmp/sphinx-err.log, if you want to report the issue to the developers.
"""
PAGES = {
    "_build/html/chapters/need.html": "page",
    "_build/html/_static/a.css": "style",
    "_build/.doctrees/need.doctree": "x",
}


@pytest.fixture
def assembled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """An assembler that writes some files where there are none, and then ends as it is asked to."""

    def run(code: int = 0, said: str = "", key: str = "k") -> Path:
        def ended(*_: object, **__: object) -> subprocess.CompletedProcess[bytes]:
            for name, text in PAGES.items():
                file = tmp_path / "book" / name
                file.parent.mkdir(parents=True, exist_ok=True)
                if not file.exists():
                    file.write_text(text, encoding="utf-8")
            return subprocess.CompletedProcess([], code, said.encode())

        monkeypatch.setattr(assemble.subprocess, "run", ended)
        return assemble.assemble(tmp_path / "source", tmp_path / "book", tmp_path / "log", key, 1)

    return run


@pytest.mark.parametrize(
    "change", [lambda file: file.write_text("evil"), Path.unlink, lambda file: file.with_name("x").touch()]
)
@pytest.mark.parametrize("name", PAGES)
def test_a_changed_file_rebuilds_everything(
    assembled: Callable[..., Path], name: str, change: Callable[[Path], None]
) -> None:
    book = assembled().parents[1]
    unchanged = book / "_build/html/own"
    unchanged.touch()
    assembled()
    assert not unchanged.exists(), "nobody but the assembler puts anything there"
    before = (book / name).stat().st_ino, (book / name).stat().st_mtime_ns
    assembled()
    assert ((book / name).stat().st_ino, (book / name).stat().st_mtime_ns) == before, "what is as it was stays"
    change(book / name)
    assembled()
    found = {file.relative_to(book).as_posix(): file.read_text() for file in (book / "_build").rglob("*") if file.is_file()}
    assert found == PAGES


def test_another_key_rebuilds_everything(assembled: Callable[..., Path]) -> None:
    page = assembled() / "chapters/need.html"
    before = page.stat().st_mtime_ns
    assembled(key="other")
    assert page.stat().st_mtime_ns != before


def test_style_is_replaced_without_the_assembler_and_a_script_rewrites_one_page(
    assembled: Callable[..., Path], tmp_path: Path
) -> None:
    styles = tmp_path / "source" / assemble.STATIC
    styles.mkdir(parents=True)
    (tmp_path / "source/_toc.yml").write_text("root: chapters/need.md\n", encoding="utf-8")
    (styles / "a.css").write_text("style", encoding="utf-8")
    html = assembled()
    before = (html / "chapters/need.html").stat().st_ino
    (styles / "a.css").write_text("other", encoding="utf-8")
    assembled(code=2)  # would fail if it ran
    assert (html / "_static/a.css").read_text(encoding="utf-8") == "other"
    assert (html / "chapters/need.html").stat().st_ino == before
    (styles / "b.js").write_text("script", encoding="utf-8")
    assembled()
    assert not (html / "_static/b.js").exists(), "what the settings do not name is not published"
    (html / "_static/b.js").write_text("script", encoding="utf-8")
    (styles / "b.js").write_text("another", encoding="utf-8")
    (html / "chapters/need.html").write_text("older", encoding="utf-8")
    (tmp_path / "book/sound").write_text(f"{assemble._state(tmp_path / 'book', 'k')} x", encoding="utf-8")
    assembled()
    assert (html / "_static/b.js").read_text(encoding="utf-8") == "another"
    assert (html / "chapters/need.html").read_text(encoding="utf-8") == "page", "written, and with it the theme's styles"


@pytest.mark.parametrize(
    ("code", "error", "reported"),
    [
        (-9, "", "jupyter-book build was killed (out of memory?):\n"),
        (-11, "", "jupyter-book build died of signal 11:\n"),
        (2, "EOFError", "jupyter-book build failed: one of its processes was killed or ran out of memory:\n"),
        (2, "MemoryError", "jupyter-book build failed: one of its processes was killed or ran out of memory:\n"),
        (2, "OSError: [Errno 12] Cannot allocate memory", "one of its processes was killed or ran out of memory:\n"),
        (2, "KeyError: 'x'", "jupyter-book build failed:\n"),
    ],
)
def test_how_it_ended_is_said_with_the_last_of_its_log(
    assembled: Callable[..., Path], tmp_path: Path, code: int, error: str, reported: str
) -> None:
    with pytest.raises(assemble.AssembleError) as caught:
        assembled(code, LOG.format(error=error, source=(tmp_path / "source").resolve()))
    message = str(caught.value)
    assert reported in message
    assert error in message
    assert "chapters/index.md:3: WARNING: undefined label" in message
    assert "The full traceback has been saved in" in message
    assert message.endswith(f"log: {tmp_path / 'log'}")
    assembled()


def test_variables_that_change_the_book_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SOURCE_DATE_EPOCH", "PYTHONWARNINGS", "OTHER"):
        monkeypatch.setenv(name, "1")
    found = assemble.environment()
    assert found["OTHER"] == "1"
    assert {"SOURCE_DATE_EPOCH", "PYTHONWARNINGS"}.isdisjoint(found)
