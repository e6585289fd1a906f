"""Builds of a whole book: complete, incremental and atomic."""

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from riktvarden.book import kernels, publish, warm
from riktvarden.book.build import BuildError, BuildReport

from .conftest import CHART, INDEX, REGIONS, make_root, write_chapter, write_template
from .conftest import make_book as make

PAGES = ["chapters/need", "chapters/regions/01", "chapters/regions/12"]


def page(root: Path, name: str) -> str:
    return (root / f"_build/site/sv/{name}.html").read_text(encoding="utf-8")


def files(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def first(root: Path) -> BuildReport:
    """The first build of the toy project."""
    return make(root)


@pytest.fixture(scope="module")
def kept(root: Path, first: BuildReport, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project and its book as they were first."""
    return Path(shutil.copytree(root, tmp_path_factory.mktemp("kept") / "toy"))


@pytest.fixture
def built(root: Path, kept: Path) -> Path:
    """The toy project as it was written, built: with the times of its files, by which the assembler knows them."""
    shutil.rmtree(root)
    return Path(shutil.copytree(kept, root))


@pytest.fixture(scope="module")
def of_drawings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_root(tmp_path_factory.mktemp("drawn"))


@pytest.fixture
def drawn(of_drawings: Path) -> Path:
    """A toy project with a picture, built."""
    write_chapter(of_drawings, code=CHART)
    make(of_drawings)
    return of_drawings


def test_first_build_makes_every_page(built: Path, root: Path, first: BuildReport) -> None:
    assert first.executed == PAGES
    assert first.unchanged == []
    assert first.pages == ["chapters/index", "chapters/need", "chapters/regions/index", *PAGES[1:]]
    assert all(page(root, name) for name in first.pages)
    assert first.start.is_file()
    assert len(first.slowest) == 4
    assert "5 pages" in str(first)
    assert str(first).endswith(f"Open {root.resolve() / '_build/site/index.html'}")


@pytest.mark.parametrize("edition", ["", "..", "../sv", "a/b", "2026 1", '1"', ".hidden"])
def test_an_edition_is_one_folder_of_the_site(tmp_path: Path, edition: str) -> None:
    with pytest.raises(BuildError, match="edition"):
        make(tmp_path, edition=edition)
    assert not (tmp_path / "_build/site").exists()


def test_sources_hold_no_trace_of_the_build(built: Path) -> None:
    made = {path.name for path in built.iterdir()} - {"_build"}
    assert made == {"_config.yml", "_toc.yml", "chapters", "data", "locale", "requirements.lock", "shared.py", "src"}
    assert '"outputs": []' in (built / "chapters/need.ipynb").read_text(encoding="utf-8")


def test_region_page_has_its_title_and_its_region(built: Path) -> None:
    assert re.search(r"<h1>Skåne<", page(built, "chapters/regions/12"))
    assert "12 sv working" in page(built, "chapters/regions/12")
    assert "remove-cell" not in page(built, "chapters/regions/12")
    assert "# Parameters" not in page(built, "chapters/regions/12")


def test_chart_is_an_image_with_words(drawn: Path) -> None:
    (image,) = re.findall(r'<div class="rv-chart"[^>]*>(<svg[^>]*>)', page(drawn, "chapters/need"))
    assert 'role="img" tabindex="0" aria-label="Läkare per år"' in image
    assert re.search(r'width="\d+" height="\d+"', image)


def test_equations_and_publisher(built: Path) -> None:
    start = page(built, "chapters/index")
    assert '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">' in start
    assert '<span class="eqno">(1)<a' in start
    assert 'href="#equation-need">(1)</a>' in start
    assert "ännu inte angivet" not in start, "what nobody has stated is left out"
    assert "Kontakt: <a" in start


def test_no_page_asks_another_host(drawn: Path) -> None:
    for name in ("chapters/index", "chapters/need"):
        loaded = re.findall(r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=\"([^\"]*)", page(drawn, name))
        assert loaded
        assert not [address for address in loaded if "//" in address]
        assert "unpkg" not in page(drawn, name)


def test_every_page_has_its_rules_and_no_template_is_published(built: Path) -> None:
    site = built / "_build/site"
    pages = {file: file.read_text(encoding="utf-8") for file in site.rglob("*.html")}
    assert len(pages) > 8
    for rule in ('<meta http-equiv="Content-Security-Policy"', '<meta name="referrer" content="no-referrer" />'):
        assert [file for file, text in pages.items() if text.count(rule) != 1] == []
    assert [file for file, text in pages.items() if "{%" in text] == []
    assert not [file for file in site.rglob("*") if file.suffix in {".po", ".mo", ".pot"} or "macros" in file.name]
    assert publish.changed(site) == []


def test_nothing_changed_nothing_run(built: Path) -> None:
    before, log = files(built / "_build/site"), (built / "_build/jupyter-book.log").stat().st_mtime_ns
    for file in [*built.glob("chapters/**/*"), built / "data/tables/t.csv"]:
        os.utime(file)
    report = make(built)
    assert report.executed == []
    assert report.slowest == [], "no step was run"
    assert (built / "_build/jupyter-book.log").stat().st_mtime_ns == log, "the book was not assembled"
    assert files(built / "_build/site") == before


def test_changed_chapter_runs_alone_and_reaches_every_sidebar(built: Path) -> None:
    write_chapter(built, title="Demand")
    report = make(built)
    assert report.executed == ["chapters/need"]
    assert "Demand" in page(built, "chapters/regions/01")
    assert ">Need<" not in page(built, "chapters/regions/01")


def test_changed_chapter_gives_the_bytes_of_a_new_book_and_rewrites_no_other_page(drawn: Path, tmp_path: Path) -> None:
    write_chapter(drawn, title="Demand", code=CHART)
    make(drawn)
    other = drawn / "_build/site/sv/chapters/regions/01.html"
    before = other.stat()
    write_chapter(drawn, title="Demand", code=CHART.replace("1234567.5", "7654321.5"))
    make(drawn)
    assert "updating environment: 0 added, 1 changed, 0 removed" in (drawn / "_build/jupyter-book.log").read_text("utf-8")
    assert (other.stat().st_ino, other.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    make(drawn, tmp_path)
    again = {name.removeprefix(str(tmp_path)): content for name, content in files(tmp_path / "site").items()}
    assert {
        name.removeprefix(str(drawn / "_build")): content for name, content in files(drawn / "_build/site").items()
    } == again


def test_changed_style_and_script_give_the_bytes_of_a_new_book_and_rewrite_no_page(built: Path, tmp_path: Path) -> None:
    config = built / "_config.yml"
    settings = (
        '    html_static_path: ["chapters/_static"]\n    html_css_files: ["own.css"]\n    html_js_files: ["own.js"]\n'
    )
    config.write_text(f"{config.read_text(encoding='utf-8')}{settings}", encoding="utf-8")
    styles = built / "chapters/_static"
    styles.mkdir()
    for name in ("own.css", "own.js"):
        (styles / name).write_text("/* first */\n", encoding="utf-8")
    make(built)
    pages = {file: file.stat().st_ino for file in (built / "_build/site/sv").rglob("*.html")}
    assert "own.css" in page(built, "chapters/need")
    assert "?v=" not in page(built, "chapters/need")
    for name, content in (("own.css", ".topbar { color: red }\n"), ("own.js", 'document.querySelector(".sd-card-body")\n')):
        (styles / name).write_text(content, encoding="utf-8")
        make(built)
        assert (built / "_build/site/sv/_static" / name).read_text(encoding="utf-8") == content
    assert {file: file.stat().st_ino for file in (built / "_build/site/sv").rglob("*.html")} == pages
    make(built, tmp_path)
    again = {name.removeprefix(str(tmp_path)): content for name, content in files(tmp_path / "site").items()}
    assert {
        name.removeprefix(str(built / "_build")): content for name, content in files(built / "_build/site").items()
    } == again


def test_edit_while_a_page_is_made_counts_as_one_made_later(built: Path) -> None:
    own = "from pathlib import Path\nown = Path('need.ipynb')\ntext = own.read_text()\n"
    edit = f"{own}own.write_text(text.replace('bef' + 'ore', 'after'))"
    write_chapter(built, code=f"{edit}\nprint('before')")
    assert make(built).executed == ["chapters/need"]
    assert make(built).executed == ["chapters/need"], "the page is not of what is written now"
    assert make(built).executed == []


def test_tampered_results_are_made_again(built: Path) -> None:
    page_before = page(built, "chapters/need")
    (built / "_build/site/sv/chapters/need.html").write_text("tampered", encoding="utf-8")
    (built / "_build/source/chapters/index.md").write_text("tampered", encoding="utf-8")
    (built / "_build/source/chapters/regions/12.ipynb").unlink()
    report = make(built)
    assert report.executed == ["chapters/regions/12"]
    assert page(built, "chapters/need") == page_before


def test_files_of_the_site_that_are_lost_or_changed_are_put_out_again(built: Path) -> None:
    site = built / "_build/site/sv"
    lost, changed = sorted((site / "_static").glob("*.css"))[:2]
    was = changed.read_bytes()
    lost.unlink()
    changed.write_bytes(was + b"more")
    (built / "_build/site/index.html").unlink()
    assert make(built).slowest == [], "no step was run"
    assert (built / "_build/site/index.html").is_file()
    assert lost.is_file()
    assert changed.read_bytes() == was


def test_a_changed_file_of_the_build_is_not_published(built: Path) -> None:
    out, before = built / "_build", files(built / "_build/site")
    style = next((out / "book/_build/html/_static").glob("*.css"))
    for file in (out / "book/_build/html/chapters/need.html", style, out / "book/_build/html/searchindex.js"):
        file.write_text("evil", encoding="utf-8")
    (built / "chapters/index.md").write_text(f"{INDEX}\nOne line more.\n", encoding="utf-8")
    make(built)
    assert [name for name, content in files(out / "site").items() if b"evil" in content] == []
    make_root(built)
    make(built)
    assert files(out / "site") == before
    (out / "public/pages/chapters/need.html").write_text("evil", encoding="utf-8")
    (out / "public/pages/evil.html").touch()
    make(built)
    assert files(out / "site") == before


def test_the_variables_of_a_person_do_not_count(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    make(built, tmp_path)
    assert "Copyright 2026" in page(built, "chapters/index")
    assert publish.digests(tmp_path / "site") == publish.digests(built / "_build/site")


def test_notes_that_were_cut_off_are_recreated(built: Path) -> None:
    before = files(built / "_build/site")
    notes = [note for note in (built / "_build/state").rglob("*") if note.is_file()]
    assert len(notes) > 4
    for note in notes:
        note.write_bytes(note.read_bytes()[:100])
    make(built)
    assert files(built / "_build/site") == before
    assert make(built).slowest == []


def test_picture_that_is_no_longer_shown_is_gone(drawn: Path) -> None:
    folder = drawn / "_build/site/sv/_charts"
    assert list(folder.iterdir())
    write_chapter(drawn)
    make(drawn)
    assert not folder.exists()


def test_failing_notebooks_are_all_named_and_the_site_stays(built: Path) -> None:
    before = files(built / "_build/site")
    write_template(built, "print('so far')\nif region == '12':\n    raise KeyError(region)")
    write_chapter(built, code="1 / 0")
    with pytest.raises(BuildError) as caught:
        make(built)
    need, skane = sorted(caught.value.failures)
    assert need.startswith("chapters/need, cell 3 (c2): ZeroDivisionError: ")
    assert skane.startswith("chapters/regions/12 (Skåne), cell 2 (c1): KeyError: ")
    assert "Traceback" not in str(caught.value)
    failed = built.resolve() / "_build/failed/chapters"
    assert f"traceback: {failed / 'need.log'}\n" in need
    assert "----> 1 1 / 0" in (failed / "need.log").read_text(encoding="utf-8")
    assert "so far" in (failed / "regions/12.ipynb").read_text(encoding="utf-8")
    assert not list(failed.glob("regions/01.*"))
    assert files(built / "_build/site") == before


def test_fault_of_the_program_keeps_its_traceback(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: object) -> None:
        raise RuntimeError("a bug")

    before = files(built / "_build/site")
    monkeypatch.setattr("riktvarden.book.opendata.lay_out", faulty)
    write_chapter(built, title="Demand")
    with pytest.raises(BuildError, match="assembling the book: RuntimeError: a bug\n  traceback: ") as caught:
        make(built)
    log = Path(str(caught.value).rpartition("traceback: ")[2])
    assert "in faulty" in log.read_text(encoding="utf-8")
    assert files(built / "_build/site") == before


def test_site_lost_between_two_renames_is_back_whatever_the_next_build_does(built: Path) -> None:
    before = files(built / "_build/site")
    (built / "_build/site").rename(built / "_build/.site-old")
    write_chapter(built, code="1 / 0")
    with pytest.raises(BuildError):
        make(built)
    assert files(built / "_build/site") == before


def test_broken_link_is_named_and_the_site_stays(built: Path) -> None:
    before = files(built / "_build/site")
    with (built / "chapters/index.md").open("a", encoding="utf-8") as chapter:
        chapter.write("\nTo {ref}`nowhere`.\n")
    for _ in ("first", "again"):
        with pytest.raises(BuildError, match=r"chapters/index.md:\d+: WARNING: undefined label: 'nowhere'"):
            make(built)
    assert files(built / "_build/site") == before


def test_faulty_data_stop_the_build_before_it_starts(built: Path) -> None:
    calls = []

    def check() -> list[str]:
        calls.append(1)
        return ["t.csv, row 2: b is negative"] if len(calls) == 1 else []

    with pytest.raises(BuildError, match="row 2"):
        make(built, check=check)
    make(built, check=check)
    make(built, check=check)
    assert len(calls) == 2, "data that have passed are not checked again"


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, BuildReport]:
    """A toy project with what its notebooks share, built, and the report of that; tests leave its sources as they were."""
    root = make_root(tmp_path_factory.mktemp("computed"))
    return root, make(root, prepare="shared")


COMPUTED = {"computing the results", "computing b", "computing c"}


def test_what_notebooks_share_is_computed_once_and_its_parts_side_by_side(computed: tuple[Path, BuildReport]) -> None:
    root, report = computed
    assert {step for step, _ in report.slowest} > COMPUTED
    assert report.executed == PAGES
    assert make(root, prepare="shared").slowest == []
    stored = root / "_build/material/b.json"
    was = stored.read_bytes()
    stored.write_bytes(was[:5])
    assert {step for step, _ in make(root, prepare="shared").slowest} == COMPUTED, "what was changed is not used"
    assert stored.read_bytes() == was
    table = root / "data/tables/t.csv"
    before = table.read_bytes()
    table.write_text("a,b\n1,3\n", encoding="utf-8")
    assert {step for step, _ in make(root, prepare="shared").slowest} == COMPUTED | {"assembling the book"}
    table.write_bytes(before)


def test_what_notebooks_share_is_computed_again_where_its_files_are_not_as_they_were(
    computed: tuple[Path, BuildReport],
) -> None:
    root, _ = computed
    shared = root / "_build/material"
    sound = (shared / "manifest.json").read_bytes()
    spoil: list[Callable[[], object]] = [
        lambda: (shared / "manifest.json").write_bytes(sound.replace(b'"whole": "1"', b'"whole": "2"')),
        lambda: (shared / "b.json").unlink(),
        lambda: (shared / "key").unlink(),
        lambda: (shared / "stray").write_bytes(b"something else"),
    ]
    for change in spoil:
        change()
        assert {step for step, _ in make(root, prepare="shared").slowest} >= {"computing the results", "computing b"}
        assert (shared / "manifest.json").read_bytes() == sound
        assert not (shared / "stray").exists()
    assert make(root, prepare="shared").slowest == []


ASSUMED = '[norm]\nvalue = {value}\nlabel_sv = "{label}"\nsource = "table p"\n'


def test_label_is_read_again_and_nothing_computed(tmp_path: Path) -> None:
    root = make_root(tmp_path)
    file = root / "data/assumptions/care.toml"
    file.parent.mkdir()
    file.write_text(ASSUMED.format(value=1, label="Norm"), encoding="utf-8")
    make(root, prepare="shared")
    file.write_text(ASSUMED.format(value=1, label="Normen"), encoding="utf-8")
    assert {step for step, _ in make(root, prepare="shared").slowest} == {
        "reading labels and sources",
        "assembling the book",
    }
    assert make(root, prepare="shared").slowest == []
    file.write_text(ASSUMED.format(value=2, label="Normen"), encoding="utf-8")
    assert {step for step, _ in make(root, prepare="shared").slowest} > COMPUTED


ROWS = """\
import json
import sys
from pathlib import Path

rows = dict(line.split(",") for line in Path("data/tables/t.csv").read_text().splitlines()[1:])
Path(sys.argv[1], "manifest.json").write_text(json.dumps({"fingerprint": "", "parts": rows, "apart": []}))
"""
"""A module that stores one part for each row of the table."""
OWN_ROW = """\
import json
import os
from pathlib import Path

from riktvarden.store import reads

reads.note(region)
with reads.unnoticed():
    print("row", json.loads(Path(os.environ["RIKTVARDEN_MATERIAL"], "manifest.json").read_text())["parts"][region])
"""
"""Code of a page that uses the part of its region."""


def test_changed_part_makes_the_pages_that_use_it_and_the_book_is_as_if_new(tmp_path: Path) -> None:
    root = make_root(tmp_path / "project")
    write_template(root, OWN_ROW)
    (root / "shared.py").write_text(ROWS, encoding="utf-8")
    table = root / "data/tables/t.csv"
    table.write_text("region,value\n01,first\n12,first\n", encoding="utf-8")
    assert make(root, prepare="shared").executed == PAGES
    table.write_text("region,value\r\n01,first\r\n12,first\r\n", encoding="utf-8")
    assert "computing the results" not in {step for step, _ in make(root, prepare="shared").slowest}
    table.write_text("region,value\n01,first\n12,second\n", encoding="utf-8")
    assert make(root, prepare="shared").executed == ["chapters/regions/12"]
    assert "row second" in page(root, "chapters/regions/12")
    assert "row first" in page(root, "chapters/regions/01")
    make(root, tmp_path / "new", prepare="shared")
    assert publish.digests(tmp_path / "new/site") == publish.digests(root / "_build/site")


@pytest.mark.parametrize(
    ("end", "reported", "cold"),
    [
        ("sys.exit('no number')", "no number", False),
        ("1 / 0", "ZeroDivisionError: division by zero", False),
        ("import os; os.kill(os.getpid(), 9)", "was killed (out of memory?)", False),
        ("import time; time.sleep(60)", "took longer than 15 s", False),
        ("import time; time.sleep(60)", "took longer than 15 s", True),
    ],
)
def test_what_could_not_be_computed_is_reported_and_tried_again(
    computed: tuple[Path, BuildReport], end: str, reported: str, cold: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if cold:
        monkeypatch.setattr(warm, "zygote_for", lambda *_: None)
    root, _ = computed
    (root / "_build/material/key").unlink()
    module = root / "shared.py"
    sound = module.read_text(encoding="utf-8")
    module.write_text(f"{sound}\nif 'b' in names:\n    {end}\n", encoding="utf-8")
    with pytest.raises(BuildError) as caught:
        make(root, prepare="shared", timeout=15)
    (fault,) = caught.value.failures
    assert fault.startswith(f"computing b: {reported}\n  log: ")
    module.write_text(sound, encoding="utf-8")
    assert {step for step, _ in make(root, prepare="shared").slowest} >= COMPUTED


@pytest.mark.parametrize("name", ["_toc.yml", "_config.yml"])
def test_project_without_its_files(tmp_path: Path, name: str) -> None:
    (make_root(tmp_path) / name).unlink()
    with pytest.raises(BuildError, match=name):
        make(tmp_path)


def test_nothing_is_shown_to_those_without_a_terminal(built: Path) -> None:
    (built / "_build/source/chapters/need.ipynb").unlink()
    shown = io.StringIO()
    report = make(built, console=Console(file=shown))
    assert shown.getvalue() == ""
    # The page came out as before, so that the book did not need assembling.
    assert [step for step, _ in report.slowest] == ["chapters/need"]


@pytest.mark.skipif(os.name != "posix", reason="sends a signal")
@pytest.mark.parametrize(("failed", "cold"), [(False, False), (True, False), (False, True)])
def test_interrupted_build_ends_with_its_kernels(tmp_path: Path, failed: bool, cold: bool) -> None:
    root, begun = make_root(tmp_path / "project"), tmp_path / "begun"
    begun.mkdir()
    # Pages are made in any order: only the first that is may fail, and the next goes on for ever.
    fails = f"if {failed} and not os.listdir({str(begun)!r}): open({str(begun / 'failed')!r}, 'w').close(); 1 / 0"
    lasts = f"open({str(begun)!r} + '/' + region, 'w').write(str(os.getpid()))\ntime.sleep(3600)"
    write_template(root, f"import os, time\n{fails}\n{lasts}")
    program = (
        "import signal\n"
        "from pathlib import Path\n"
        "from riktvarden.book import kernels\n"
        "from riktvarden.book.build import build\n"
        "from riktvarden.book.publish import alone\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # where tests run in the background it is ignored
        f"kernels.PRELOAD = {kernels.PRELOAD!r}\n"
        f"with alone(Path({str(root / '_build')!r}), 'building') as publication:\n"
        f"    build(Path({str(root)!r}), publication, {REGIONS!r}, parallel=1, timeout=3600)"
    )

    def running() -> list[str]:
        return [pid for region in REGIONS if (begun / region).is_file() and (pid := (begun / region).read_text())]

    environment = {**os.environ, **({kernels.COLD: "1"} if cold else {})}
    with subprocess.Popen([sys.executable, "-c", program], env=environment, stderr=subprocess.PIPE, text=True) as building:
        while not running() and building.poll() is None:
            time.sleep(0.1)
        if failed:
            time.sleep(5)  # the build looks for what has ended every second
        building.send_signal(signal.SIGINT)
        said = building.communicate(timeout=120)[1]
    assert said.splitlines()[-1] == "KeyboardInterrupt"
    assert "interrupted: ending the notebooks that run" in said
    assert "Kernel died" not in said
    assert ("ZeroDivisionError" in said) == failed
    (kernel,) = running()  # what had not started is dropped
    assert not Path(f"/proc/{kernel}").exists()
    assert not (root / "_build/site/sv").exists()


def test_fewer_regions_leave_no_page_behind(built: Path) -> None:
    report = make(built, regions={"01": "Stockholm"})
    assert report.executed == []
    assert len(report.pages) == 4
    assert not [name for name in files(built / "_build/site") if "regions/12" in name]
    assert "Skåne" not in page(built, "chapters/regions/index")
