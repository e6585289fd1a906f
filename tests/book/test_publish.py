"""Readers see a whole site, old or new, and only published files."""

import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from riktvarden import files
from riktvarden.book import publish
from riktvarden.book.assemble import missing

SITE = {"sv/chapters/index.html": "page", "sv/searchindex.js": "words", "data/working/index.json": "table"}


def write(folder: Path, texts: dict[str, str]) -> Path:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def parts(folder: Path, text: str = "") -> dict[str, Path]:
    """Pages and tables as a build lays them out, each with a text of its own."""
    write(folder, {name: f"{content} {text}" for name, content in SITE.items()})
    write(folder, {"sv/.buildinfo": "the assembler's"})
    return {"sv": folder / "sv", "data/working": folder / "data/working"}


def front(names: object) -> dict[str, bytes]:
    return {"index.html": "\n".join(sorted(names)).encode()}


def reported(site: Path) -> dict[str, str]:
    """What lies at a site besides its list, which must be right."""
    found = {name: (site / name).read_text(encoding="utf-8") for name in publish.digests(site) if name != publish.SUMS}
    assert publish.changed(site) == []
    assert set(publish.listed(site)) == set(found)
    return found


def texts(text: str) -> dict[str, str]:
    return {name: f"{content} {text}" for name, content in SITE.items()}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site that was put out."""
    publish.publish(tmp_path / "home/site", parts(tmp_path / "one", "one"))
    return tmp_path / "home/site"


def test_what_is_put_out_is_there_and_nothing_more(tmp_path: Path, site: Path) -> None:
    assert reported(site) == texts("one")
    (tmp_path / "one/sv/chapters/gone.html").touch()
    publish.publish(site, parts(tmp_path / "one", "one"))
    (tmp_path / "one/sv/chapters/gone.html").unlink()
    publish.publish(site, parts(tmp_path / "one", "two"))
    assert reported(site) == texts("two")
    assert [place.name for place in site.parent.iterdir()] == ["site"]


@pytest.mark.parametrize(
    "stray",
    ["evil.html", "sv/evil.html", "sv/.evil", "en/evil.html", "data/evil.csv", "data/x/evil.csv", "sv/pdf/evil.pdf"],
)
def test_a_file_that_nobody_put_out_leaves_when_there_is_nothing_else_to_do(tmp_path: Path, site: Path, stray: str) -> None:
    write(site, {stray: "evil"})
    publish.publish(site, parts(tmp_path / "one", "one"))
    assert reported(site) == texts("one")


def test_a_link_to_elsewhere_leaves(tmp_path: Path, site: Path) -> None:
    (site / "sv/elsewhere").symlink_to(tmp_path)
    (site / "sv/chapters/index.html").unlink()
    (site / "sv/chapters/index.html").symlink_to(tmp_path / "one/sv/chapters/index.html")
    publish.publish(site, parts(tmp_path / "one", "one"))
    assert reported(site) == texts("one")
    assert not [name for name in publish.digests(site) if (site / name).is_symlink()]


@pytest.mark.parametrize("name", [*SITE, publish.SUMS])
@pytest.mark.parametrize("change", [lambda file: file.write_text("evil"), Path.unlink])
def test_what_was_changed_or_lost_is_put_out_again(
    tmp_path: Path, site: Path, name: str, change: Callable[[Path], object]
) -> None:
    change(site / name)
    publish.publish(site, parts(tmp_path / "one", "one"))
    assert reported(site) == texts("one")


def test_other_languages_and_editions_stay_as_they_were_put_out(tmp_path: Path, site: Path) -> None:
    others = {"en/searchindex.js": "words", "en/chapters/index.html": "page", "data/2026-1/index.json": "frozen"}
    write(tmp_path / "others", others)
    publish.publish(site, {place: tmp_path / "others" / place for place in ("en", "data/2026-1")}, front)
    publish.publish(site, parts(tmp_path / "one", "two"))
    assert reported(site) == {**texts("two"), **others, "index.html": "\n".join(sorted({**SITE, **others}))}
    (site / "data/2026-1/index.json").write_text("changed", encoding="utf-8")
    write(site, {"data/2026-1/evil.csv": "evil"})
    publish.publish(site, parts(tmp_path / "one", "two"), front)
    del others["data/2026-1/index.json"]
    assert reported(site) == {**texts("two"), **others, "index.html": "\n".join(sorted({**SITE, **others}))}


def test_a_site_without_a_list_keeps_whole_books_and_editions(tmp_path: Path, site: Path) -> None:
    (site / publish.SUMS).unlink()
    others = {"en/searchindex.js": "words", "en/index.html": "page", "data/1/index.json": "frozen", "data/1/t.csv": "1"}
    write(site, {**others, "stray/x": "evil", "data/x.csv": "evil"})
    publish.publish(site, parts(tmp_path / "one", "two"))
    assert reported(site) == {**texts("two"), **others}


def test_what_was_printed_of_pages_leaves_when_they_change(tmp_path: Path, site: Path) -> None:
    write(tmp_path / "print", {"report.pdf": "paper"})
    publish.publish(site, {"sv/pdf": tmp_path / "print"})
    write(tmp_path / "one/data/working", {"more.csv": "1"})
    publish.publish(site, parts(tmp_path / "one", "one"))
    assert reported(site)["sv/pdf/report.pdf"] == "paper"
    publish.publish(site, parts(tmp_path / "one", "two"))
    assert "sv/pdf/report.pdf" not in reported(site)


def test_unchanged_files_are_not_rewritten(tmp_path: Path, site: Path) -> None:
    page, words = site / "sv/chapters/index.html", tmp_path / "one/sv/searchindex.js"
    before = page.stat()
    words.write_text("new", encoding="utf-8")
    publish.publish(site, {"sv": tmp_path / "one/sv"})
    assert (page.stat().st_ino, page.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert (site / "sv/searchindex.js").read_text(encoding="utf-8") == "new"
    words.write_text("newer", encoding="utf-8")
    assert (site / "sv/searchindex.js").read_text(encoding="utf-8") == "new", "the build and the site share no file"


@pytest.mark.skipif(os.name != "posix", reason="has other permissions")
def test_everyone_can_read_the_site(tmp_path: Path) -> None:
    site, before = tmp_path / "site", os.umask(0o077)
    try:
        publish.publish(site, parts(tmp_path / "one"))
        (site / "sv").chmod(0o700)
        (site / "sv/searchindex.js").chmod(0o600)
        publish.publish(site, parts(tmp_path / "one"))
    finally:
        os.umask(before)
    assert {place.stat().st_mode & 0o777 for place in site.rglob("*") if place.is_file()} == {0o644}
    assert {place.stat().st_mode & 0o777 for place in (site, *site.rglob("*")) if place.is_dir()} == {0o755}


def test_the_list_is_what_the_stock_tool_reads(site: Path) -> None:
    ran = subprocess.run(["sha256sum", "--check", "--strict", publish.SUMS], cwd=site, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count(": OK") == len(SITE)


@pytest.mark.skipif(sys.platform != "linux", reason="forks")
@pytest.mark.parametrize("exchanges", [True, False])
def test_whenever_it_is_killed_the_site_is_the_old_one_or_the_new_one(
    tmp_path: Path, site: Path, exchanges: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (write(tmp_path / name, {"x": name}) for name in ("one", "other"))
    if not exchanges:
        monkeypatch.setattr(publish, "_exchanged", lambda *_: False)
    elif not publish._exchanged(one, other):
        pytest.skip("this file system cannot exchange names")
    states = []
    for moment in range(1_000):
        publish.publish(site, parts(tmp_path / "one", "one"))
        new = parts(tmp_path / "two", "two")
        if (child := os.fork()) == 0:
            die_at(moment, site.parent)
            publish.publish(site, new)
            os._exit(0)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if site.exists():
            assert reported(site) in (texts("one"), texts("two")), moment
        else:
            assert not exchanges
        publish.recover(site)
        assert reported(site) in (texts("one"), texts("two")), moment
        assert [place.name for place in site.parent.iterdir()] == ["site"]
        states.append(reported(site) == texts("two"))
        if code == 0:
            break
    assert states[0] is False
    assert states[-1] is True
    assert sum(a != b for a, b in itertools.pairwise(states)) == 1, "there is one step from old to new"
    assert len(states) > 20


def die_at(moment: int, folder: Path) -> None:
    """End this process, without cleanup, before its change number MOMENT to a folder."""
    changes = {"os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "os.chmod", "open", "ctypes.dlsym"}
    seen = 0

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event in changes and (event == "ctypes.dlsym" or str(folder) in " ".join(map(str, arguments))):
            if seen == moment:
                os._exit(9)
            seen += 1

    sys.addaudithook(count)


@pytest.mark.parametrize("failing", ["copy2", "rename"])
def test_a_full_disk_leaves_the_old_site(tmp_path: Path, site: Path, failing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    new = parts(tmp_path / "two", "two")
    with monkeypatch.context() as patched:
        patched.setattr(publish, "_exchanged", lambda *_: False)
        patched.setattr(*((publish.shutil, "copy2", full) if failing == "copy2" else (Path, "rename", full)))
        with pytest.raises(OSError, match="No space left"):
            publish.publish(site, new)
    assert reported(site) == texts("one")
    assert [place.name for place in site.parent.iterdir()] == ["site"]


def test_two_builds_in_one_folder_do_not_meet(tmp_path: Path) -> None:
    reported = rf"process {os.getpid()} on .* is building the site since"
    with (
        publish.alone(tmp_path, "building the site"),
        pytest.raises(files.LockedError, match=reported),
        publish.alone(tmp_path, "building too"),
    ):
        pass
    with publish.alone(tmp_path, "building too", wait=True) as publication:
        publication.put_out()
    assert not (tmp_path / "site").exists(), "there was nothing to put out"


def test_missing_pages_are_named(tmp_path: Path) -> None:
    write(tmp_path, {"chapters/index.html": ""})
    assert missing(tmp_path, ["chapters/index", "chapters/need"]) == ["chapters/need"]
