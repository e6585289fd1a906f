"""What goes wrong at a service, over a real socket: refused in one line, and nothing staged before or after is touched."""

import copy
import errno
import itertools
import os
import shutil
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import standin
from standin import Fault, Standin

from riktvarden import files, tables
from riktvarden.problems import InputError
from riktvarden.sources.refresh import Refresh, RefreshError
from riktvarden.sources.session import Limits, Session, SourceError
from riktvarden.sources.staging import staged

TINY = Limits(connect=2, read=0.5, total=1, retries=2, backoff=0.01, longest_wait=1, body=3_000_000, paced=False)
TODAY = date(2026, 11, 30)


@pytest.fixture
def refreshing(small: Path, tmp_path: Path, service: Standin) -> Callable[..., list[Path]]:
    """Refreshes tables of small recipes from the stand-in."""

    def run(*names: str, limits: Limits = TINY, addresses: dict[str, str] | None = None) -> list[Path]:
        there = addresses or service.addresses
        return Refresh(names, there, tmp_path / "staged", tmp_path / "cache", small, limits, TODAY).run()

    return run


def refused(refreshing: Callable[..., list[Path]], tmp_path: Path, table: str, **options: Any) -> str:
    """Refresh, expect one error, and check that what was staged before is as it was."""
    folder = tmp_path / "staged"
    before = {path.name: path.read_bytes() for path in folder.glob("*.*")} if folder.exists() else {}
    with pytest.raises(RefreshError) as caught:
        refreshing(table, **options)
    after = {path.name: path.read_bytes() for path in folder.glob("*.*")} if folder.exists() else {}
    assert after == before
    said = str(caught.value)
    assert f"table {table}: " in said
    assert ". Fix: " in said or " Fix: " in said
    return said


TABLES = {
    "scb": ("population_region", "/data?"),
    "kolada": ("kolada_values", "/kpi/"),
    "socialstyrelsen": ("care_use_region", "/resultat/"),
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(
    "send",
    [standin.busy("0"), standin.busy("1"), standin.unavailable, standin.truncated],
    ids=["429 0", "429 1", "503", "cut"],
)
def test_what_passes_is_tried_again(
    refreshing: Callable[..., list[Path]], service: Standin, name: str, send: Callable[..., None]
) -> None:
    table, where = TABLES[name]
    service.faults.append(Fault(where, send=send, times=1))
    assert [path.stem for path in refreshing(table)] == [table]


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(
    ("send", "said"),
    [
        (standin.busy("0"), "answered 429"),
        (standin.busy("90000"), "asks to wait (Retry-After: 90000)"),
        (standin.unavailable, "answered 503"),
        (standin.failing, "answered 500: nothing, as when a code is asked for twice"),
        (standin.silent, "did not answer in time"),
        (standin.drip, "sends its answer too slowly"),
        (standin.truncated, "broke off"),
        (standin.empty, "an empty answer"),
        (standin.web_page, "text/html, not JSON"),
        (standin.elsewhere, "redirects to another host, http://localhost:9"),
        (standin.huge, "sends more than 3 MB"),
        (standin.announced, "sends more than 3 MB"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_stays_is_one_error(
    refreshing: Callable[..., list[Path]], tmp_path: Path, service: Standin, name: str, send: Callable[..., None], said: str
) -> None:
    table, where = TABLES[name]
    (tmp_path / "staged").mkdir()
    (tmp_path / "staged" / f"{table}.csv").write_text("staged before")
    service.faults.append(Fault(where, send=send))
    began = time.monotonic()
    assert said in refused(refreshing, tmp_path, table)
    assert len([call for call in service.calls if where in call]) <= (1 + TINY.retries) * 3
    assert time.monotonic() - began < 30
    service.faults.clear()
    assert [path.stem for path in refreshing(table)] == [table], "a bad answer is not kept"


def test_a_huge_answer_is_not_held(tmp_path: Path, service: Standin) -> None:
    service.faults.append(Fault("/config", send=standin.huge))
    session = Session(tmp_path, TINY)
    tracemalloc.start()
    with pytest.raises(SourceError, match="more than 3 MB"):
        session.json("GET", f"{service.url}/scb/config")
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def summed_away(cube: dict[str, Any]) -> dict[str, Any]:
    """What SCB answers when nothing was selected: the nation, without a word."""
    return standin.cells(standin.SCB_TABLES["TAB5557"], None)


def without_years(first: int) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def change(metadata: dict[str, Any]) -> dict[str, Any]:
        category = metadata["dimension"]["Tid"]["category"]
        metadata["dimension"]["Tid"]["category"] = {
            key: {code: value for code, value in there.items() if int(code) < first} for key, there in category.items()
        }
        return metadata

    return change


def renamed(dimension: str, old: str, new: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def change(cube: dict[str, Any]) -> dict[str, Any]:
        category = cube["dimension"][dimension]["category"]
        cube["dimension"][dimension]["category"] = {
            key: {new if code == old else code: value for code, value in there.items()} for key, there in category.items()
        }
        return cube

    return change


def without(dimension: str, code: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def change(metadata: dict[str, Any]) -> dict[str, Any]:
        for there in metadata["dimension"][dimension]["category"].values():
            del there[code]
        return metadata

    return change


def put(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda cube: {**cube, **changes}


def with_dimension(metadata: dict[str, Any]) -> dict[str, Any]:
    return {
        **metadata,
        "id": [*metadata["id"], "Fodelseland"],
        "dimension": {**metadata["dimension"], "Fodelseland": copy.deepcopy(metadata["dimension"]["Kon"])},
    }


def suppressed(cube: dict[str, Any]) -> dict[str, Any]:
    return {**cube, "value": [None, *cube["value"][1:]], "status": {"0": ".."}}


@pytest.mark.parametrize(
    ("where", "change", "said"),
    [
        ("TAB5557/data", summed_away, "Region, Civilstand, Alder, Kon added up, though its codes were asked for"),
        ("TAB5557/metadata", without_years(2025), "TAB5557 ends at no year at all, and 2025 is asked for"),
        ("TAB5557/metadata", renamed("Civilstand", "SC", "SCT"), "TAB5557 has no Civilstand SC; it has OG, G"),
        ("TAB5557/metadata", without("Region", "09"), "lacks region 09, and has none"),
        ("TAB5557/metadata", renamed("ContentsCode", "000007ME", "1"), "answered 400: Non-existent value"),
        ("TAB5557/metadata", with_dimension, "Fodelseland is not matched"),
        ("TAB5557/data", renamed("Region", "09", "X9"), "other codes of Region than asked for: 09, X9"),
        ("TAB5557/data", put(value=[1, 2]), "answered with 2 cells in place of 21"),
        ("TAB5557/data", put(value=[None] * 21), "without a single number"),
        ("TAB5557/data", put(value=[]), "answered with 0 cells"),
        ("TAB5557/data", suppressed, "cells without a number: 1, first region 01, year 2025 (..)"),
        ("TAB5557/data", put(value=[1.5] * 21), "does not keep the contract"),
        ("scb/config", put(apiVersion="1.0"), "requires 2.0.0"),
        ("scb/config", put(maxDataCells=None), "maxDataCells"),
    ],
)
def test_scb_is_refused(
    refreshing: Callable[..., list[Path]],
    tmp_path: Path,
    service: Standin,
    where: str,
    change: Callable[[Any], Any],
    said: str,
) -> None:
    service.faults.append(Fault(where, change=change))
    assert said in refused(refreshing, tmp_path, "population_region")


def test_a_successor_that_is_due_and_not_there(small: Path, tmp_path: Path, service: Standin) -> None:
    later = Refresh(["population_region"], service.addresses, tmp_path / "s", tmp_path / "c", small, TINY, date(2027, 5, 1))
    with pytest.raises(RefreshError, match=r"ends at 2025, and 2026 is asked for\. Fix: find the table that continues it"):
        later.run()


def test_a_table_that_ended_unsaid(refreshing: Callable[..., list[Path]], tmp_path: Path, small: Path) -> None:
    recipe = small / "sources/scb.toml"
    text = recipe.read_text(encoding="utf-8").replace(
        '"TAB5557"\nyears = { first = 2025 }', '"TAB638"\nyears = { first = 2020 }'
    )
    recipe.write_text(text, encoding="utf-8")
    said = refused(refreshing, tmp_path, "population_region")
    assert "TAB638 ends at 2024, and 2025 is asked for" in said


def fewer(page: dict[str, Any]) -> dict[str, Any]:
    return {**page, "values": page["values"][1:]}


def skipping(page: dict[str, Any]) -> dict[str, Any]:
    return {**page, "next_url": page["next_url"] and page["next_url"].replace("page=2&", "page=3&")}


def short(page: dict[str, Any]) -> dict[str, Any]:
    return {**page, "values": page["values"][:-5], "count": page["count"] - 5}


def value_of(number: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def change(page: dict[str, Any]) -> dict[str, Any]:
        page["values"][0]["values"][0]["value"] = number
        return page

    return change


def doubled(page: dict[str, Any]) -> dict[str, Any]:
    page["values"][0] = page["values"][1]
    return page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put(values=[], count=0, next_url=None), "no value at all for N70007, N71200"),
        (put(values=None), "answered without values"),
        (fewer, "rows and says"),
        (skipping, "so that a page is missing"),
        (short, "is not full, and is not the last"),
        (value_of("12,5"), "answered with '12,5' as the value of"),
        (doubled, "that are there twice"),
        (lambda page: put(next_url="https://example.org/2")(page), "goes on at another address"),
        (
            lambda page: put(values=[{**page["values"][0], "municipality": "9999"}], count=1)(page),
            "which was not asked for",
        ),
    ],
)
def test_kolada_is_refused(
    refreshing: Callable[..., list[Path]], tmp_path: Path, service: Standin, change: Callable[[Any], Any], said: str
) -> None:
    service.faults.append(Fault("/kpi/", change=change))
    assert said in refused(refreshing, tmp_path, "kolada_values")


def test_kolada_keeps_the_mark_of_a_cell_without_a_value(refreshing: Callable[..., list[Path]], small: Path) -> None:
    (path,) = refreshing("kolada_values")
    rows = staged(path.parent)["kolada_values"].rows(small)
    without = rows[rows["value"].isna()]
    assert len(without) > 0
    assert set(without["status"]) == {"Missing"}
    assert rows.loc[rows["value"].notna(), "status"].isna().all()
    assert set(rows.loc[rows["key_figure"] == "N71200", "sex"]) == {"T", "K", "M"}
    record = staged(path.parent)["kolada_values"].record
    assert f"cells without a value (Missing): {len(without)}" in record.flags
    assert record.notes == ("Källa: Kolada",)


def first_row(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda page: {**page, "data": [{**page["data"][0], **changes}, *page["data"][1:]]}


@pytest.mark.parametrize(
    ("where", "change", "said"),
    [
        ("/resultat/", put(data=[]), "answered without rows"),
        ("/resultat/", first_row(atcId="J01"), "the filter was ignored"),
        ("/resultat/", lambda page: {**page, "data": [{"ar": 2024, "varde": "1,0"}]}, "answered with atc nowhere"),
        ("/resultat/", first_row(varde="ungefär 5"), "'ungefär 5' in place of a number"),
        ("/resultat/", put(sida=2), "page 1 of 3 says 2 of 3"),
        ("/resultat/", put(sidor=400), "page 1 of 400"),
        ("/resultat/", put(nasta_sida=None), "does not say where the next is"),
        ("/resultat/", put(nasta_sida="http://example.org/x"), "goes on at another address"),
        (
            "/resultat/",
            lambda page: {**page, "data": page["data"][:-1] if page["sida"] == 2 else page["data"]},
            "page 2 of 3",
        ),
        ("/lakemedel/kon", lambda _: [{"id": 1, "text": "Kvinnor"}], "kon has changed: 1 is 'Kvinnor', not 'Män'"),
        ("/lakemedel/ar", lambda _: [{"id": 2023, "text": "2023"}], "ends at 2023, and 2025 is asked for"),
    ],
)
def test_socialstyrelsen_is_refused(
    refreshing: Callable[..., list[Path]],
    tmp_path: Path,
    service: Standin,
    where: str,
    change: Callable[[Any], Any],
    said: str,
) -> None:
    service.faults.append(Fault(where, change=change))
    assert said in refused(refreshing, tmp_path, "care_use_region")


def test_a_filter_with_a_wrong_name_is_noticed(refreshing: Callable[..., list[Path]], tmp_path: Path, small: Path) -> None:
    recipe = small / "sources/socialstyrelsen.toml"
    recipe.write_text(recipe.read_text(encoding="utf-8").replace("atc =", "atckod ="), encoding="utf-8")
    assert "answered with atckod nowhere: the filter was ignored" in refused(refreshing, tmp_path, "care_use_region")


def test_decimal_commas_and_blanks_between_thousands(refreshing: Callable[..., list[Path]], small: Path) -> None:
    (path,) = refreshing("care_use_region")
    rows = staged(path.parent)["care_use_region"].rows(small)
    assert rows["value"].max() > 1_000
    assert (rows["value"] % 1 > 0).any()
    assert len(rows) == 22 * 3 * 2 * 2


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[Standin, Path]]:
    """The stand-in behind a certificate that only who has its file trusts."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs openssl")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    make = [
        openssl,
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        *subject,
        "-keyout",
        key,
        "-out",
        certificate,
    ]
    subprocess.run(make, check=True, capture_output=True)
    (tmp_path / "both.pem").write_text(key.read_text() + certificate.read_text())
    with Standin(tls=tmp_path / "both.pem") as running:
        yield running, certificate


def test_a_certificate_that_nobody_vouches_for(
    refreshing: Callable[..., list[Path]], tmp_path: Path, secure: tuple[Standin, Path]
) -> None:
    said = refused(refreshing, tmp_path, "care_use_region", addresses=secure[0].addresses)
    assert "no secure connection" in said
    assert "never switch the check off" in said


def test_links_of_an_encrypted_service_stay_encrypted(
    refreshing: Callable[..., list[Path]], secure: tuple[Standin, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    running, certificate = secure
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    refreshing("care_use_region", addresses=running.addresses)
    assert len([call for call in running.calls if "sida=3" in call]) == 1


def test_encryption_that_is_refused(refreshing: Callable[..., list[Path]], tmp_path: Path, service: Standin) -> None:
    addresses = {"scb": service.addresses["scb"].replace("http://", "https://")}
    assert "no secure connection" in refused(refreshing, tmp_path, "population_region", addresses=addresses)


def test_nobody_there(refreshing: Callable[..., list[Path]], tmp_path: Path) -> None:
    with Standin() as gone:
        addresses = gone.addresses
    assert "Connection refused" in refused(refreshing, tmp_path, "population_region", addresses=addresses)


def test_no_encryption_is_for_this_machine_only(refreshing: Callable[..., list[Path]], tmp_path: Path) -> None:
    said = refused(refreshing, tmp_path, "population_region", addresses={"scb": "http://example.org/scb"})
    assert "is not encrypted" in said


def test_a_full_disk_stages_nothing(
    refreshing: Callable[..., list[Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refreshing("population_region")
    before = staged(tmp_path / "staged")["population_region"].content
    shutil.rmtree(tmp_path / "cache")
    write, written = files.write, itertools.count()

    def full(path: Path, content: bytes) -> None:
        if next(written) >= 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        write(path, content)

    monkeypatch.setattr(files, "write", full)
    with pytest.raises(OSError, match="No space"):
        refreshing("population_region")
    assert staged(tmp_path / "staged")["population_region"].content == before
    monkeypatch.undo()
    assert refreshing("population_region")


def test_a_kept_answer_that_was_damaged_is_fetched_again(
    refreshing: Callable[..., list[Path]], tmp_path: Path, service: Standin
) -> None:
    (path,) = refreshing("population_region")
    right = path.read_bytes()
    for kept in (tmp_path / "cache/raw").rglob("*.gz"):
        kept.write_bytes(kept.read_bytes()[:-9])
    for kept in list((tmp_path / "cache/replies").glob("*.json"))[:1]:
        kept.write_text("{")
    calls = len(service.calls)
    refreshing("population_region")
    assert path.read_bytes() == right
    assert len(service.calls) > calls


def command(tmp_path: Path, service: Standin, *names: str) -> subprocess.Popen[str]:
    """Run the command in a process of its own."""
    places = ["--folder", str(tmp_path / "staged"), "--cache", str(tmp_path / "cache")]
    return subprocess.Popen(
        [sys.executable, "-m", "riktvarden", "data", "refresh", *names, *service.options, *places],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def until(happens: Callable[[], bool]) -> None:
    for _ in range(2_000):
        if happens():
            return
        time.sleep(0.01)
    pytest.fail("it did not happen within 20 seconds")


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path, service: Standin) -> None:
    service.faults.append(Fault("TAB5557/data", send=standin.silent))
    running = command(tmp_path, service, "population_region")
    until(lambda: any("TAB5557/data" in call for call in service.calls))
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=120)
    assert running.returncode in (1, 130)
    assert "Traceback" not in said
    assert not list((tmp_path / "staged").glob("*")) if (tmp_path / "staged").exists() else True
    service.faults.clear()
    again = command(tmp_path, service, "population_region")
    shown, said = again.communicate(timeout=120)
    assert again.returncode == 0, said
    assert "staged: " in shown


def test_two_refreshes_exclude_each_other(refreshing: Callable[..., list[Path]], tmp_path: Path, service: Standin) -> None:
    service.faults.append(Fault("TAB5557/data", send=standin.silent, times=1))
    running = command(tmp_path, service, "population_region")
    until(lambda: any("TAB5557/data" in call for call in service.calls))
    with pytest.raises(files.LockedError, match=f"process {running.pid} .* is refreshing tables"):
        refreshing("population_region")
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=120)
    assert refreshing("population_region")


def test_an_unknown_name_is_named(refreshing: Callable[..., list[Path]]) -> None:
    with pytest.raises(InputError, match="population_regions"):
        refreshing("population_regions")
    assert "population_region" in tables.names()
