"""The checks beside the comparison: open data, sources, environment, proofs, the report, and books on servers."""

import dataclasses
import datetime
import json
import subprocess
import threading
import venv
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from riktvarden import tables
from riktvarden.book import opendata
from riktvarden.book.publish import SUMS
from riktvarden.cli import app
from riktvarden.cli.terminal import FAILED
from riktvarden.editions import freeze, record
from riktvarden.report.kit import downloads
from riktvarden.verify import checks, published, report, trees

from .conftest import EDITION, KINDS, Files, frame, listed, package, tree

ROOT = Path(__file__).parents[2]


def forged_table(files: Files) -> Files:
    return files | {f"{EDITION}/tables/values.csv": downloads.csv(frame(986.0))}


FORGERIES: dict[str, tuple[Callable[[Files], Files], str]] = {
    "CSV alone": (forged_table, "not the digest"),
    "CSV and its digest": (
        lambda files: forged_table(files) | {f"{EDITION}/datapackage.json": package(downloads.csv(frame(986.0)))},
        "values.parquet: not what the CSV gives: row 2, column value",
    ),
    "Parquet alone": (
        lambda files: files | {f"{EDITION}/tables/values.parquet": downloads.parquet(frame(986.0), KINDS)},
        "values.parquet: not what the CSV gives",
    ),
    "no Parquet": (lambda files: {name: files[name] for name in files if not name.endswith(".parquet")}, "missing"),
    "no CSV": (lambda files: {name: files[name] for name in files if name != f"{EDITION}/tables/values.csv"}, "missing"),
    "no description": (lambda files: {name: files[name] for name in files if not name.endswith("package.json")}, "missing"),
    "a description of nothing": (lambda files: files | {f"{EDITION}/datapackage.json": b"{}"}, "cannot be read"),
}


@pytest.mark.parametrize("kind", FORGERIES)
def test_open_data_that_disagree_are_found_without_a_rebuild(kind: str, files: Files) -> None:
    forge, expected = FORGERIES[kind]
    assert checks.open_data(tree(files), "working").outcome == "passed"
    found = checks.open_data(tree(listed(forge(files))), "working")
    assert found.outcome == "failed"
    assert expected in " ".join(found.found)


def test_published_sources_are_those_of_the_project() -> None:
    ours = {f"{EDITION}/{name}": content for name, content in opendata.source(tables.DATA).items()}
    assert checks.sources(tree(ours), "working", tables.DATA).outcome == "passed"
    name = f"{EDITION}/source/assumptions/st.toml"
    forged = ours | {name: ours[name].replace(b"value = 0.93", b"value = 0.92"), f"{EDITION}/source/tables/more.csv": b""}
    del forged[f"{EDITION}/source/tables/regions.csv"]
    found = checks.sources(tree(forged), "working", tables.DATA).found
    assert [line.partition(": ")[0] for line in found] == ["assumptions/st.toml", "tables/more.csv", "tables/regions.csv"]
    assert ".value: published" in found[0]


def test_an_older_edition_is_verified_where_it_is_served(files: Files) -> None:
    older = {name.replace("data/working/", "data/first/"): content for name, content in files.items() if "/" in name}
    older = {name: content for name, content in older.items() if not name.startswith("data/latest/")}
    served = {f"first/{name}": content for name, content in {**older, "editions.js": b"[]"}.items()}
    site = tree(listed({**files, **served, "first/sv/chapters/regions/25.html": b""}))
    assert published.within(site, "") is site
    assert published.within(site, "working") is site
    part = published.within(site, "first")
    assert part.sums.keys() == {*older, "editions.js", "sv/chapters/regions/25.html"}
    how = published.built(part, "first")
    assert (how.regions, how.edition) == (("12", "25"), "first")
    assert published.built(site, "working").regions == ("12",)  # none of the older edition's
    again = published.of_edition(tree(listed({**older, "index.html": b"", "sitemap.xml": b""})), how)
    (found,) = trees.compare(part, again, {"editions.js"})
    assert (found.name, found.what) == ("sv/chapters/regions/25.html", trees.ADDED)


def test_a_frozen_edition_is_of_this_project_or_says_what_is_not(tmp_path: Path) -> None:
    assert checks.frozen("none", tmp_path).outcome == "not done"
    for name, text in {"data/t.csv": "a\n1\n", "src/riktvarden/a.py": "A = 1\n"}.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    place = tmp_path / "editions" / "first"
    (place / "data").mkdir(parents=True)
    (place / "data/t.csv").write_text("a\n1\n", encoding="utf-8")
    manifest = record.Manifest(
        name="first",
        title="Made up",
        date=datetime.date(2026, 1, 1),
        version="1",
        package="",
        python="3.13",
        draws=2,
        tables={},
        assumptions={},
        code=record.code_of(tmp_path / "src/riktvarden"),
        files={"data/t.csv": record.sha256(place / "data/t.csv")},
    )
    (place / record.MANIFEST).write_text(manifest.model_dump_json(), encoding="utf-8")
    assert checks.frozen("first", tmp_path).outcome == "passed"
    (tmp_path / "data/t.csv").write_text("a\n2\n", encoding="utf-8")
    (tmp_path / "src/riktvarden/a.py").write_text("A = 2\n", encoding="utf-8")
    (place / "more").write_text("", encoding="utf-8")
    found = checks.frozen("first", tmp_path).found
    assert [line.partition(":")[0] for line in found] == ["more", "data/t.csv", "code"]


def test_every_frozen_edition_is_checked_and_its_changes_are_divided_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert checks.all_frozen(tmp_path).outcome == "not done"
    for name in ("first", "second"):
        place = tmp_path / "editions" / name
        place.mkdir(parents=True)
        (place / record.NOTES).write_text("{}", encoding="utf-8")
        manifest = record.Manifest(
            name=name,
            title="Made up",
            date=datetime.date(2026, 1, 1),
            version="1",
            package="",
            python="3.13",
            draws=2,
            tables={},
            assumptions={},
            code="",
            files={record.NOTES: record.sha256(place / record.NOTES)},
        )
        (place / record.MANIFEST).write_text(manifest.model_dump_json(), encoding="utf-8")
    again: list[str] = []
    monkeypatch.setattr(freeze, "explained_again", lambda name, *_: again.append(name) or [])
    passed = checks.all_frozen(tmp_path)
    assert (passed.outcome, passed.facts, again) == ("passed", {"editions": 2, "divided again": 2}, ["first", "second"])
    assert checks.all_frozen(tmp_path, is_quick=True).facts["divided again"] == 0
    monkeypatch.setattr(freeze, "explained_again", lambda name, *_: ["changes.parquet: 3 quantities differ"])
    (tmp_path / "editions/first" / record.NOTES).write_text("{ }", encoding="utf-8")
    assert checks.all_frozen(tmp_path).found == (
        "first/changes.json: changed since it was frozen",
        "second/changes.parquet: 3 quantities differ",
    )
    (tmp_path / "editions/first" / record.MANIFEST).unlink()
    assert "a file edition.json" in checks.all_frozen(tmp_path).found[0]


def test_a_package_of_another_version_is_named() -> None:
    lock = 'one==1.0 \\\n    --hash=sha256:00\ntwo==2.0 ; sys_platform == "none" \\\n    --hash=sha256:00\nThree[x]==3\n'
    assert checks.environment(lock, {"one": "1.0", "three": "3"}).outcome == "passed"
    found = checks.environment(lock, {"one": "1.1"}).found
    assert found == ("one: 1.1, but the lock file has 1.0", "three: not installed, but the lock file has 3")


JUNIT = """<testsuites><testsuite>
<testcase classname="tests.test_vectors" name="test_a" time="1.5"/>
<testcase classname="tests.oracle.test_oracle" name="test_b" time="2"><failure message="1 != 2&#10;more"/></testcase>
<testcase classname="tests.disclosure.test_outsider" name="test_c" time="1"><skipped/></testcase>
</testsuite></testsuites>"""


def test_a_failed_proof_is_named_and_one_that_did_not_run_has_not_passed() -> None:
    found = {check.name: check for check in checks.judged(JUNIT)}
    assert found["worked examples"].outcome == "passed"
    assert found["worked examples"].seconds == 1.5
    assert found["independent second calculation"].found == ("tests.oracle.test_oracle::test_b: 1 != 2",)
    assert found["back-test"].found == ("no test of it has run",)
    assert found["disclosure attack"].facts == {"tests": 1, "skipped": 1}


def test_every_proof_is_there() -> None:
    assert all((ROOT / file).exists() for group in checks.PROOFS.values() for file in group)


def test_how_a_book_was_built_is_read_from_all_its_names(files: Files) -> None:
    how = published.Built(languages=("en", "sv"), regions=("12",), has_municipalities=False, edition="working")
    assert published.built(tree(files)) == how
    without = {name: content for name, content in files.items() if "regions/12" not in name}  # but its line is there
    assert published.built(tree(without)).regions == ("12",)
    assert published.built(tree(files | {"sv/chapters/municipalities/1280.html": b""})).has_municipalities
    several = tree(files | {"data/other/index.json": b"{}"})
    with pytest.raises(published.PublishedError, match="name one edition with --edition: other, working"):
        published.built(several)
    assert published.built(several, "other").edition == "other"
    linked = several.sums | {"sv/chapters/data.html": "", **tree(files).sums}
    page = b'<a href="../../data/other/tables/a.csv">A</a> <a href="../../data/latest/guideline_values.csv">B</a>'
    reading = trees.Tree(linked, lambda name: page if name == "sv/chapters/data.html" else several.read(name))
    assert published.built(reading).edition == "other"  # the one that the pages link to
    with pytest.raises(published.PublishedError, match="edition 'none' is not published"):
        published.built(several, "none")
    with pytest.raises(published.PublishedError, match="no published site"):
        published.built(tree({"index.html": b""}))


@pytest.fixture
def folder(files: Files, tmp_path: Path) -> Path:
    for name, content in files.items():
        (tmp_path / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / name).write_bytes(content)
    return tmp_path / "site"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_folder_and_a_server_give_the_same_book(folder: Path, address: str, files: Files, tmp_path: Path) -> None:
    assert published.in_folder(folder).sums == tree(files).sums
    assert published.fetched(address, tmp_path / "copy").sums == tree(files).sums
    (folder / "404.html").unlink()
    (found,) = trees.against_list(published.fetched(address, tmp_path / "again"))
    assert (found.name, found.what) == ("404.html", trees.REMOVED)


def test_a_list_cannot_make_a_reviewer_write_elsewhere(folder: Path, address: str, tmp_path: Path) -> None:
    (folder.parent / "secret").write_text("x", encoding="utf-8")
    (folder / SUMS).write_text(f"{'0' * 64}  ../secret\n{'0' * 64}  /etc/passwd\n", encoding="utf-8")
    assert set(published.fetched(address, tmp_path / "copy").sums) == {SUMS}


def test_no_book_is_an_error(tmp_path: Path, address: str) -> None:
    with pytest.raises(published.PublishedError, match="build it first"):
        published.in_folder(tmp_path / "none")
    with pytest.raises(published.PublishedError, match="SHA256SUMS: not there"):
        published.fetched(f"{address}none", tmp_path)


def verification(*found: str, is_quick: bool = False) -> report.Verification:
    done = [checks.Check("open data", found, {"tables": 2}), checks.Check("print again", left_out="there is no <browser>")]
    return report.Verification("site", "working", "00", "c0ffee", is_quick, done, ())


def test_the_report_says_what_was_proven(tmp_path: Path) -> None:
    assert verification().verdict.startswith("Proven")
    printed = dataclasses.replace(verification(), exempt=[trees.Exempt("no browser", ("sv/pdf/a.pdf", "sv/pdf/b.pdf"))])
    assert printed.verdict.endswith("apart from 2 files that were not compared.")
    assert "sv/pdf/a.pdf, sv/pdf/b.pdf: no browser" in report.as_page(printed)
    assert "not proven" in verification(is_quick=True).verdict
    failed = verification("a & b")
    assert failed.verdict == "Not proven: 0 files differ, 1 check failed."
    as_json, page = (file.read_text(encoding="utf-8") for file in report.write(failed, tmp_path))
    assert json.loads(as_json)["checks"][0]["outcome"] == "failed"
    assert json.loads(as_json)["checks"][1]["outcome"] == "not done"
    assert "a &amp; b" in page
    assert "no &lt;browser&gt;" in page


def test_a_report_is_signed_or_it_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = tmp_path / "key"
    key.write_text("made up", encoding="utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(report.SigningError, match="minisign is not installed"):
        report.write(verification(), tmp_path, key)
    signer = tmp_path / report.SIGNER
    signer.write_text('#!/bin/sh\necho "$3" > "$5.minisig"\n', encoding="utf-8")
    signer.chmod(0o755)
    written = report.write(verification(), tmp_path, key)
    assert written[-1].read_text(encoding="utf-8").strip() == str(key)
    signer.write_text("#!/bin/sh\nexit 2\n", encoding="utf-8")
    with pytest.raises(report.SigningError, match="exit code 2; the report is not signed"):
        report.write(verification(), tmp_path, key)
    assert not (tmp_path / f"{report.JSON}.minisig").exists()  # none of an earlier report


def test_the_command_names_what_was_altered(folder: Path, tmp_path: Path) -> None:
    (folder / "sv/_static/live.js").write_bytes(b"steal();")
    arguments = ["verify", "--quick", "--against", str(folder), "--output", str(tmp_path / "out")]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == FAILED
    assert "script sv/_static/live.js: listed otherwise" in done.output
    assert (tmp_path / "out" / report.PAGE).is_file()
    absent = CliRunner().invoke(app, [*arguments[:3], str(tmp_path / "none"), *arguments[4:]])
    assert absent.exit_code == FAILED
    assert "build it first" in absent.output


def test_without_packages_the_command_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(venv, "create", lambda *_, **__: None)
    failed = subprocess.CompletedProcess([], 1, "", "WARNING: Retrying\nERROR: No matching distribution found for altair\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    done = CliRunner().invoke(app, ["verify", "--new-environment", "--output", str(tmp_path / "out")])
    assert done.exit_code == FAILED
    assert "No matching distribution found for altair" in done.stderr
    assert "PIP_FIND_LINKS" in done.stderr
    assert not (tmp_path / "out" / "environment").exists()
