"""A build is up to date only with the same options, the same input bytes and an unmodified site."""

from collections.abc import Callable
from pathlib import Path

import pytest

from riktvarden.book.outcome import Again, BuildReport

ASKED: dict[str, object] = {"regions": ["12"]}


class Made:
    """A project folder and what a build might have made of it."""

    def __init__(self, folder: Path) -> None:
        self.root, self.out = folder, folder / "_build"
        for name in (
            "data/t.csv",
            "src/a.py",
            "_build/source/page.ipynb",
            "_build/site/sv/page.html",
            "_build/site/data/working/t.csv",
            "_build/site/index.html",
            "_build/state/x",
        ):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(name, encoding="utf-8")
        page, start = "page", self.out / "site/index.html"
        self.again().remember(BuildReport(pages=[page], executed=[page], unchanged=[], seconds=9.0, start=start))

    def again(self, language: str = "sv", asked: dict[str, object] = ASKED) -> Again:
        return Again(self.root, self.out, self.out, language, asked)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


def test_the_same_again_is_reported_at_once(made: Made) -> None:
    report = made.again().report()
    assert report is not None
    assert (report.executed, report.unchanged, report.pages) == ([], ["page"], ["page"])
    assert report.start == made.out / "site/index.html"
    assert "0 notebooks run, 1 unchanged" in str(report)


def append(path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8") + "more", encoding="utf-8")


@pytest.mark.parametrize("change", [append, Path.unlink])
@pytest.mark.parametrize(
    "name",
    [
        "data/t.csv",
        "src/a.py",
        "_build/source/page.ipynb",
        "_build/site/sv/page.html",
        "_build/site/data/working/t.csv",
        "_build/site/index.html",
    ],
)
def test_whatever_differs_is_for_the_build_to_judge(made: Made, name: str, change: Callable[[Path], None]) -> None:
    change(made.root / name)
    assert made.again().report() is None


def test_a_new_file_differs_unless_it_is_hidden_the_builds_own_or_a_test(made: Made) -> None:
    for name in (".notes", "_build/state/y", "src/__pycache__/a.pyc", "tests/test_a.py"):
        (made.root / name).parent.mkdir(exist_ok=True)
        (made.root / name).touch()
    assert made.again().report() is not None
    (made.root / "data/u.csv").touch()
    assert made.again().report() is None


@pytest.mark.parametrize("name", ["evil.html", ".evil", "sv/.evil", "other/evil.html", "data/evil.csv"])
def test_whatever_is_new_on_the_site_differs(made: Made, name: str) -> None:
    (made.out / "site" / name).parent.mkdir(exist_ok=True)
    (made.out / "site" / name).touch()
    assert made.again().report() is None


def test_another_wish_differs(made: Made) -> None:
    assert made.again(asked={"regions": ["12", "21"]}).report() is None
    assert made.again(language="en").report() is None


def test_what_changes_while_a_build_runs_is_not_taken_for_built(made: Made) -> None:
    begun = made.again()
    append(made.root / "data/t.csv")
    begun.remember(BuildReport(pages=["page"], executed=["page"], unchanged=[], seconds=9.0, start=made.out))
    assert made.again().report() is None


def test_a_spoilt_note_is_none(made: Made) -> None:
    note = made.out / "state/made.json"
    whole = note.read_text(encoding="utf-8")
    for spoilt in ("", "{", "{}", "[]", '{"given": 1, "made": 1, "report": {}}', whole[: len(whole) // 2]):
        note.write_text(spoilt, encoding="utf-8")
        assert made.again().report() is None
    note.unlink()
    assert made.again().report() is None
