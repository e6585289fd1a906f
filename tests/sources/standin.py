"""A stand-in for the three services, with the shapes that they answer in and made-up figures; faults can be switched on.

Run it by hand with ``python tests/sources/standin.py``; it prints the options that a refresh needs to use it.
"""

from __future__ import annotations

import csv
import json
import math
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np

TABLES = Path(__file__).parents[2] / "data/tables"
UPDATED = "2026-02-21T07:00:00Z"
MOST_CELLS, MOST_IDENTITIES = 150_000, 25


def column(table: str, name: str) -> list[str]:
    """The cells of one column of a table of the project."""
    with (TABLES / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return [row[name] for row in csv.DictReader(lines)]


COUNTIES = column("regions", "region")
MUNICIPALITIES = column("municipalities", "municipality")
REGION = {
    "00": "Riket",
    **{code: f"län {code}" for code in COUNTIES},
    **{code: f"kommun {code}" for code in MUNICIPALITIES},
}
SEX = {"1": "män", "2": "kvinnor"}
YEARS_OF_AGE = {str(age): f"{age} år" for age in range(100)}


def years(first: int, last: int) -> dict[str, str]:
    return {str(year): str(year) for year in range(first, last + 1)}


@dataclass(frozen=True)
class Table:
    """A table of SCB: dimensions with codes and labels, what it measures, and which dimensions may be left out."""

    number: str
    label: str
    dimensions: dict[str, dict[str, str]]
    contents: dict[str, str]
    eliminated: frozenset[str] = frozenset()
    path: str = "BE0101A"
    notes: tuple[str, ...] = ()
    decimals: int = 0

    @cached_property
    def all(self) -> dict[str, dict[str, str]]:
        return {**self.dimensions, "ContentsCode": self.contents, "Tid": self.dimensions["Tid"]}

    def weights(self, dimension: str) -> dict[str, float]:
        """What each code contributes to a cell, which is the product of them."""
        totals = {"tot", "TotSA", "TotSa", "SC", "1+2"}
        each = {code: 1 + (number * 7 % 5) / 5 for number, code in enumerate(self.all[dimension])}
        summed = sum(weight for code, weight in each.items() if code not in totals)
        return {code: summed if code in totals else weight for code, weight in each.items()}

    def values(self, selection: Mapping[str, list[str]]) -> list[float]:
        cells = np.array([1.0])
        for dimension in self.all:
            weights = self.weights(dimension)
            chosen = [weights[code] for code in selection[dimension]] if dimension in selection else [sum(weights.values())]
            cells = np.multiply.outer(cells, chosen).ravel()
        return (
            (np.floor(cells) if not self.decimals else np.round(cells, self.decimals))
            .astype(int if not self.decimals else float)
            .tolist()
        )

    def cube(self, selection: Mapping[str, list[str]], values: list[float]) -> dict[str, Any]:
        """The json-stat2 form; without values it is the metadata."""
        dimensions = {}
        for dimension, codes in selection.items():
            labels = self.all[dimension]
            category = {
                "index": {code: place for place, code in enumerate(codes)},
                "label": {code: labels[code] for code in codes},
            }
            extension = {"elimination": dimension in self.eliminated, "show": "code_value"}
            dimensions[dimension] = {"label": dimension.lower(), "category": category, "extension": extension}
        return {
            "version": "2.0",
            "class": "dataset",
            "label": self.label,
            "source": "SCB",
            "updated": UPDATED,
            "note": list(self.notes),
            "role": {"time": ["Tid"], "metric": ["ContentsCode"]},
            "id": list(selection),
            "size": [len(codes) for codes in selection.values()],
            "dimension": dimensions,
            "extension": {"noteMandatory": {str(n): True for n in range(len(self.notes))}, "px": {"tableid": self.number}},
            "value": values,
        }


CIVIL = {"OG": "ogifta", "G": "gifta", "SK": "skilda", "ÄNKL": "änkor/änklingar"}
NOISE = "En liten kontrollerad slumpmässig osäkerhet är införd i samtliga uppgifter."
SCB_TABLES = {
    table.number: table
    for table in (
        Table(
            "TAB638",
            "Folkmängden efter region, civilstånd, ålder och kön. År 1968-2024",
            {
                "Region": REGION,
                "Civilstand": CIVIL,
                "Alder": YEARS_OF_AGE | {"100+": "100+ år", "tot": "totalt ålder"},
                "Kon": SEX,
                "Tid": years(1968, 2024),
            },
            {"BE0101N1": "Folkmängd", "BE0101N2": "Folkökning"},
            frozenset({"Region", "Civilstand", "Alder", "Kon"}),
            notes=("Regional indelning den 1 januari efterföljande år.",),
        ),
        Table(
            "TAB5557",
            "Folkmängden efter region, civilstånd, ålder och kön. År 2025",
            {
                "Region": REGION,
                "Civilstand": CIVIL | {"SC": "totalt, samtliga civilstånd"},
                "Alder": YEARS_OF_AGE | {"100+1": "100+ år", "TotSA": "totalt, samtliga åldrar"},
                "Kon": SEX | {"TotSa": "totalt, samtliga män och kvinnor"},
                "Tid": years(2025, 2025),
            },
            {"000007ME": "Folkmängd", "000007MG": "Folkökning"},
            frozenset({"Region", "Civilstand", "Kon"}),
            notes=(NOISE,),
        ),
        Table(
            "TAB9001",
            "Döda efter region, ålder och kön. År 1968-2025",
            {"Region": REGION, "Alder": YEARS_OF_AGE | {"100+": "100+ år"}, "Kon": SEX, "Tid": years(1968, 2025)},
            {"BE0101D8": "Döda"},
            frozenset({"Region", "Alder", "Kon"}),
            "BE0101I",
        ),
        Table(
            "TAB9002",
            "Döda efter region och månad. År 2000-2025",
            {"Region": REGION, "Tid": years(2000, 2025)},
            {"BE0101D9": "Döda"},
            path="BE0101I",
        ),
        Table(
            "TAB698",
            "Befolkningsframskrivning efter region, kön och ålder. År 2024-2070",
            {"Region": REGION, "Kon": SEX, "Alder": YEARS_OF_AGE | {"100+": "100+ år"}, "Tid": years(2024, 2070)},
            {"000004LG": "Födda", "000004LH": "Folkmängd"},
            frozenset({"Kon", "Alder"}),
            "BE0401A",
        ),
        Table(
            "TAB9003",
            "Befolkningstäthet (invånare per kvadratkilometer), folkmängd och landareal efter region och kön. År 1991-2025",
            {"Region": REGION, "Kon": SEX | {"1+2": "totalt"}, "Tid": years(1991, 2025)},
            {
                "BE0101U1": "Invånare per kvadratkilometer",
                "BE0101U2": "Folkmängd",
                "BE0101U3": "Landareal i kvadratkilometer",
            },
            frozenset({"Kon"}),
            "BE0101C",
            decimals=2,
        ),
        Table(
            "TAB9004",
            "Anställda 16-69 år efter region, yrke (4-siffrig SSYK 2012) och kön. År 2020-2024",
            {
                "Region": {code: REGION[code] for code in ["00", *COUNTIES]},
                "Yrke2012": {
                    code: f"yrke {code}" for code in ("2211", "2212", "2221", "2224", "2241", "2272", "2273", "5321")
                },
                "Kon": SEX,
                "Tid": years(2020, 2024),
            },
            {"000006P1": "Anställda"},
            frozenset({"Kon"}),
            "AM0208M",
        ),
    )
}


@dataclass
class Fault:
    """What goes wrong with answers to addresses that hold a text: so many of them, or all.

    Attributes
    ----------
    where
        Part of the address, unquoted.
    change
        Makes another answer of the right one.
    send
        Sends something in place of an answer.
    times, skip
        How often it happens, after how many right answers.
    """

    where: str
    change: Callable[[Any], Any] | None = None
    send: Callable[[Handler], None] | None = None
    times: float = math.inf
    skip: int = 0

    def happens(self, address: str) -> bool:
        if self.where not in address or self.times <= 0:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.times -= 1
        return True


class RefusedError(Exception):
    """An answer that is no figures."""

    def __init__(self, status: int, title: str) -> None:
        self.status, self.title = status, title


@dataclass
class Standin:
    """The three services on one port of this machine.

    Attributes
    ----------
    calls
        What was asked: method and address, without host.
    """

    faults: list[Fault] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    tls: Path | None = None
    config: dict[str, Any] = field(
        default_factory=lambda: {
            "apiVersion": "2.2.0",
            "maxDataCells": MOST_CELLS,
            "maxCallsPerTimeWindow": 1000,
            "timeWindow": 1,
        }
    )

    def __enter__(self) -> Standin:
        self.closing = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"standin": self}))
        self.server.daemon_threads = True
        if self.tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.server.server_port}"

    @property
    def addresses(self) -> dict[str, str]:
        return {"scb": f"{self.url}/scb", "kolada": f"{self.url}/kolada", "socialstyrelsen": f"{self.url}/sos"}

    @property
    def options(self) -> list[str]:
        return [word for name, url in self.addresses.items() for word in ("--base-url", f"{name}={url}")]

    def answer(self, path: str, query: dict[str, str], body: Any, host: str) -> Any:
        service, *steps = path.strip("/").split("/")
        match service, steps:
            case "scb", ["config"]:
                return self.config
            case "scb", ["tables"]:
                return found(query.get("query", ""), int(query.get("pageSize", 20)))
            case "scb", ["tables", number, what]:
                if number not in SCB_TABLES:
                    raise RefusedError(404, "Non-existent table")
                table = SCB_TABLES[number]
                if what == "metadata":
                    return table.cube({dimension: list(codes) for dimension, codes in table.all.items()}, [])
                return cells(table, body)
            case "kolada", ["data", "kpi", kpis, "municipality", areas, "year", years_]:
                return key_figures(kpis.split(","), areas.split(","), years_.split(","), query, f"http://{host}{path}")
            case "sos", [_, "resultat", *filters]:
                return patients(filters, query, f"http://{host}{path}")
            case "sos", [_, dimension] if dimension in SUBJECT:
                return [{"id": code, "kod": code, "text": text} for code, text in SUBJECT[dimension].items()]
        raise RefusedError(404, "Not found")


def found(query: str, size: int) -> dict[str, Any]:
    words = query.casefold().split()
    there = [
        table for table in SCB_TABLES.values() if all(word in table.label.casefold() or word == "län" for word in words)
    ]
    listed = [
        {"type": "Table", "id": table.number, "label": table.label, "paths": [[{"id": table.path[:2]}, {"id": table.path}]]}
        for table in there
    ]
    return {
        "language": "sv",
        "tables": listed[:size],
        "page": {"pageNumber": 1, "pageSize": size, "totalElements": len(listed)},
    }


def cells(table: Table, body: Any) -> dict[str, Any]:
    if not body:  # geography is added up, and nothing says so
        selection = {"ContentsCode": list(table.contents), "Tid": list(table.dimensions["Tid"])[-1:]}
        return table.cube(selection, table.values(selection))
    asked = {each["variableCode"]: each["valueCodes"] for each in body["selection"]}
    for dimension, codes in asked.items():
        if dimension not in table.all:
            raise RefusedError(400, "Non-existent variable")
        if set(codes) - set(table.all[dimension]):
            raise RefusedError(400, "Non-existent value")
        if len(set(codes)) < len(codes):
            raise RefusedError(500, "")
    if set(table.all) - set(asked) - table.eliminated:
        raise RefusedError(400, "Missing selection for mandatory variable")
    if math.prod(len(codes) for codes in asked.values()) > MOST_CELLS:
        raise RefusedError(403, "Too many cells selected")
    selection = {dimension: asked[dimension] for dimension in table.all if dimension in asked}
    return table.cube(selection, table.values(selection))


KEY_FIGURES = dict(
    zip(column("kolada_key_figures", "key_figure"), column("kolada_key_figures", "divided_by_sex"), strict=True)
)
KEY_FIGURES["N00992"] = "false"


def key_figures(kpis: list[str], areas: list[str], asked: list[str], query: dict[str, str], address: str) -> dict[str, Any]:
    if max(map(len, (kpis, areas, asked))) > MOST_IDENTITIES:
        raise RefusedError(404, "Too many identities")
    rows = []
    for number, kpi in enumerate(kpi for kpi in kpis if kpi in KEY_FIGURES):
        for area in areas:
            for year in asked:
                if int(year) > 2025:
                    continue
                value = round((number + 1) * 3.25 + int(area) % 97, 2)
                missing = (int(area) + int(year)) % 19 == 0
                genders = ("T", "K", "M") if KEY_FIGURES[kpi] == "true" else ("T",)
                values = [
                    {
                        "gender": g,
                        "count": 1,
                        "status": "Missing" if missing else "",
                        "value": None if missing else value,
                        "isdeleted": False,
                    }
                    for g in genders
                ]
                rows.append({"kpi": kpi, "municipality": area, "period": int(year), "values": values})
    page, size = int(query.get("page", 1)), min(int(query.get("per_page", 5000)), 5000)
    shown = rows[(page - 1) * size : page * size]
    follows = page * size < len(rows)
    link = f"{address}?page={{}}&per_page={size}".format
    return {
        "values": shown,
        "count": len(shown),
        "next_url": link(page + 1) if follows else None,
        "previous_url": link(page - 1) if page > 1 else None,
    }


AGES = [f"{age}-{age + 4}" for age in range(0, 85, 5)] + ["85+"]
SUBJECT = {
    "matt": {"1": "Antal patienter", "2": "Patienter/1000 invånare"},
    "kon": {"1": "Män", "2": "Kvinnor", "3": "Båda könen"},
    "alder": {str(number): age for number, age in enumerate(AGES, start=1)},
    "region": {"0": "Riket", **{str(int(code)): f"län {code}" for code in COUNTIES}},
    "ar": years(2006, 2025),
    "atc": {"N06A": "Antidepressiva medel", "A10": "Diabetesmedel", "R03": "Astma och KOL", "C09": "RAAS"},
}


def patients(filters: list[str], query: dict[str, str], address: str) -> dict[str, Any]:
    asked = dict(zip(filters[::2], filters[1::2], strict=True))
    if "," in asked.get("matt", ""):
        raise RefusedError(404, "Not found")
    chosen = {  # a dimension that is not known is ignored
        dimension: [code for code in asked.get(dimension, "").split(",") if code in texts] or list(texts)
        for dimension, texts in SUBJECT.items()
    }
    names = [name if name == "ar" else f"{name}Id" for name in chosen]
    size, page = int(query.get("per_sida", 5000)), int(query.get("sida", 1))
    total = math.prod(len(codes) for codes in chosen.values())
    rows = []
    for place in range((page - 1) * size, min(page * size, total)):
        codes, rest = [], place
        for texts in reversed(chosen.values()):
            rest, number = divmod(rest, len(texts))
            codes.append(texts[number])
        row: dict[str, Any] = dict(zip(names, reversed(codes), strict=True))
        row["varde"] = f"1\u00a0{place % 900 + 100},{place % 10}" if place % 50 == 0 else f"{place % 900},{place % 10}"
        rows.append({name: int(code) if str(code).isdecimal() else code for name, code in row.items()})
    pages = max(1, math.ceil(total / size))
    link = f"{address}?per_sida={size}&sida={{}}".format
    return {
        "data": rows,
        "amne": "lakemedel",
        "sida": page,
        "per_sida": size,
        "sidor": pages,
        "nasta_sida": link(page + 1) if page < pages else None,
        "foregaende_sida": link(page - 1) if page > 1 else None,
    }


class Handler(BaseHTTPRequestHandler):
    """Answers one call."""

    standin: Standin
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.handle_call(None)

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.handle_call(json.loads(raw) if raw else None)

    def handle_call(self, body: Any) -> None:
        address = unquote(self.path)
        self.standin.calls.append(f"{self.command} {address}")
        faults = [fault for fault in self.standin.faults if fault.happens(address)]
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        try:
            for fault in faults:
                if fault.send is not None:
                    fault.send(self)
                    return
            try:
                found = self.standin.answer(unquote(parts.path), query, body, self.headers["Host"])
            except RefusedError as refused:
                problem = {"type": "Parameter error", "title": refused.title, "status": refused.status}
                self.reply(b"" if refused.status == 500 else json.dumps(problem).encode(), refused.status)
                return
            for fault in faults:
                if fault.change is not None:
                    found = fault.change(found)
            self.reply(json.dumps(found, ensure_ascii=False).encode())
        except OSError:  # who asked has gone
            self.close_connection = True

    def reply(self, raw: bytes, status: int = 200, kind: str = "application/json; charset=utf-8", **headers: str) -> None:
        """Send an answer; further headers with _ for -."""
        self.send_response(status)
        for name, value in {"Content_Type": kind, "Content_Length": str(len(raw)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(raw)


def busy(seconds: str) -> Callable[[Handler], None]:
    return lambda handler: handler.reply(b"", 429, Retry_After=seconds)


def unavailable(handler: Handler) -> None:
    handler.reply(b"", 503)


def failing(handler: Handler) -> None:
    handler.reply(b"", 500)


def silent(handler: Handler) -> None:
    handler.standin.closing.wait(30)
    handler.close_connection = True


def drip(handler: Handler) -> None:
    """One byte after the other: never so long without one that a time limit on reading notices."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not handler.standin.closing.wait(0.02):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def truncated(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"values": [')
    handler.close_connection = True


def empty(handler: Handler) -> None:
    handler.reply(b"")


def web_page(handler: Handler) -> None:
    handler.reply(b"<html>Underh\xc3\xa5ll</html>", kind="text/html")


def elsewhere(handler: Handler) -> None:
    handler.reply(b"", 302, Location="http://localhost:9/data")


def huge(handler: Handler) -> None:
    """200 MB, not announced."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    piece = b" " * 1_000_000
    for _ in range(200):
        handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
    handler.wfile.write(b"0\r\n\r\n")


def announced(handler: Handler) -> None:
    """200 MB, announced and never sent."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "200000000")
    handler.end_headers()
    silent(handler)


def main() -> None:
    with Standin() as standin:
        print(" ".join(standin.options), flush=True)
        while True:
            time.sleep(60)


if __name__ == "__main__":
    main()
