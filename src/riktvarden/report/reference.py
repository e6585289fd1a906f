"""Reference tables of the report: tables and their sources, assumptions, symbols, functions, statuses."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from html import escape
from types import ModuleType
from typing import Any

import pandas as pd

from riktvarden import areas, economics, guideline, model, need, population, supply, uncertainty, validation
from riktvarden.assumptions import Assumption, Assumptions
from riktvarden.baseline import personnel, reconcile, st
from riktvarden.report.figures import Table, html
from riktvarden.report.language import (
    QUALIFIER,
    QUALIFIER_MEANING,
    STATUS,
    STATUS_MEANING,
    Language,
)

CORE: tuple[ModuleType, ...] = (
    population,
    st,
    reconcile,
    personnel,
    need,
    supply,
    guideline,
    uncertainty,
    economics,
    validation,
    model,
)
"""Modules whose public functions the method chapter lists."""


def table_overview(descriptors: Sequence[Mapping[str, Any]], language: Language) -> Table:
    """Every table of the data package with publisher, licence and date."""
    t = language
    data = pd.DataFrame(
        [
            {
                "table": d["name"],
                "title": d["title"],
                "publisher": d["publisher"],
                "source": _sources(d),
                "licence": _licences(d),
                "reference_date": d["reference_date"],
                "retrieved": d["retrieved"],
                "carried": d["carried"],
                "bytes": d["bytes"],
                "sha256": d["hash"],
            }
            for d in descriptors
        ]
    )
    cells = pd.DataFrame(
        {
            t("Innehåll"): data["title"].to_list(),
            t("Utgivare"): data["publisher"].to_list(),
            t("Licens"): [t.term(text) for text in data["licence"]],
            t("Avser"): [t.term(text) for text in data["reference_date"]],
        },
        index=pd.Index(data["table"], name=t("Tabell")),
    )
    return Table(
        "tabeller",
        cells,
        data,
        t("Tabellerna i datapaketet. Licensen anges så som källan anger den."),
        "data/datapackage.json",
        stacked=True,
    )


def _sources(descriptor: Mapping[str, Any]) -> str:
    return "; ".join(" ".join(filter(None, (s["title"], s.get("path")))) for s in descriptor["sources"])


def _licences(descriptor: Mapping[str, Any]) -> str:
    return "; ".join(licence.get("title", licence["name"]) for licence in descriptor["licenses"])


def polygon_source(language: Language) -> str:
    """One sentence on where the map polygons come from."""
    return language(
        "Kartornas gränser kommer ur paketet {package} (licens {licence}). De är förenklade, och sjöar räknas in i ytan."
    ).format(package=areas.PACKAGE, licence=areas.LICENCE)


def show_tables(descriptors: Sequence[Mapping[str, Any]], language: Language) -> None:
    """Display source, dates, checksum and columns of every table, folded per table."""
    t = language
    for d in descriptors:
        fields = pd.DataFrame(
            [
                {"field": f["name"], "title": f["title"], "type": f["type"], "unit": f.get("unit", "")}
                for f in d["schema"]["fields"]
            ]
        )
        cells = pd.DataFrame(
            {
                t("Betydelse"): fields["title"].to_list(),
                t("Typ"): [t.term(text) for text in fields["type"]],
                t("Enhet"): [t.term(text) for text in fields["unit"]],
            },
            index=pd.Index(fields["field"], name=t("Kolumn")),
        )
        table = Table(
            f"kolumner-{d['name']}",
            cells,
            fields,
            t("Kolumnerna i tabellen {name}").format(name=d["name"]),
            "data/datapackage.json",
        )
        facts = t("Källa: {source}. Hämtad: {retrieved}; inlagd i datapaketet {carried}. Kontrollsumma: {sha256}").format(
            source=t.term(_sources(d)),
            retrieved=t.term(d["retrieved"]),
            carried=t.date(pd.Timestamp(d["carried"]), "day"),
            sha256=d["hash"],
        )
        html(
            f'<details class="rv-details"><summary>{escape(d["title"])} ({d["name"]})</summary>'
            f"<p>{escape(facts)}</p>{table.html(language)}</details>"
        )


def assumption_overview(assumptions: Assumptions, language: Language) -> Table:
    """Every assumption with value, range, distribution, grade and source."""
    t = language
    items = list(assumptions.values())
    data = pd.DataFrame([item.model_dump(mode="json") for item in items])
    data.insert(0, "name", list(assumptions))
    labels = data[f"label_{t.code}"] if f"label_{t.code}" in data else data["label_sv"]
    cells = pd.DataFrame(
        {
            t("Symbol"): [item.symbol for item in items],
            t("Värde (spann)"): [_range(t, item) for item in items],
            t("Fördelning"): [t.term(str(item.distribution)) for item in items],
            t("Enhet"): [t.term(item.unit) for item in items],
            t("Grad"): [str(item.grade) for item in items],
            t("Källa"): [t.term(item.source) for item in items],
        },
        index=pd.Index(labels, name=t("Antagande")),
    )
    return Table(
        "antaganden",
        cells,
        data,
        t("Alla antaganden. I nedladdningen finns också anmärkning och datum för varje värde."),
        "data/assumptions/*.toml",
        stacked=True,
    )


def symbols(assumptions: Assumptions, language: Language) -> Table:
    """Symbol of each assumption, its meaning, unit and name in the code."""
    t = language
    data = pd.DataFrame(
        [
            {
                "symbol": item.symbol,
                "meaning": item.label_sv if t.code == "sv" else item.label_en,
                "unit": item.unit,
                "name": name,
            }
            for name, item in assumptions.items()
        ]
    )
    cells = pd.DataFrame(
        {
            t("Betydelse"): data["meaning"].to_list(),
            t("Enhet"): [t.term(unit) for unit in data["unit"]],
            t("Namn i koden"): data["name"].to_list(),
        },
        index=pd.Index(data["symbol"], name=t("Symbol")),
    )
    return Table("symboler", cells, data, t("En symbol har en betydelse, i texten och i koden."), "data/assumptions/*.toml")


def functions(language: Language) -> Table:
    """Public functions of the core with their arguments and meaning, as a reviewer calls them."""
    t = language
    rows = []
    for module in CORE:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if name.startswith("_") or function.__module__ != module.__name__:
                continue
            rows.append(
                {
                    "function": f"{module.__name__}:{name}",
                    "arguments": ", ".join(inspect.signature(function).parameters),
                    "meaning": (inspect.getdoc(function) or "").partition("\n")[0],
                }
            )
    data = pd.DataFrame(rows)
    cells = data.set_index("function").rename_axis(t("Funktion"))
    cells.columns = [t("Argument"), t("Betydelse (engelska)")]
    return Table("funktioner", cells, data, t("Modellens öppna funktioner."), "src/riktvarden")


def draws_sentence(language: Language) -> str:
    """How many draws the intervals rest on, and the seed."""
    return language("Intervallen bygger på {draws} dragningar med fröet {seed}.").format(
        draws=language.number(uncertainty.DRAWS), seed=uncertainty.SEED
    )


def publications(rows: pd.DataFrame, language: Language) -> Table:
    """Every publication that a figure is taken from."""
    t = language
    cells = rows.set_index("publication").rename_axis(t("Beteckning"))[["title", "publisher", "url"]]
    cells.columns = [t("Titel"), t("Utgivare"), t("Adress")]
    return Table(
        "publikationer",
        cells.fillna(""),
        rows,
        t("Publikationer som siffrorna är hämtade ur."),
        t("rapportens källförteckning"),
    )


def statuses(language: Language) -> Table:
    """Legend of the statuses."""
    t = language
    cells = pd.DataFrame(
        {t("Betydelse"): [t(meaning) for meaning in STATUS_MEANING.values()]},
        index=pd.Index([t(word) for word in STATUS.values()], name=t("Status")),
    )
    data = pd.DataFrame({"status": list(STATUS), "meaning": list(STATUS_MEANING.values())})
    return Table("status", cells, data, t("Varje siffra i rapporten har en status."), t("rapportens metod"))


def qualifiers(language: Language) -> Table:
    """Legend of the qualifiers that can follow a status."""
    t = language
    cells = pd.DataFrame(
        {t("Betydelse"): [t(QUALIFIER_MEANING[key]) for key in QUALIFIER]},
        index=pd.Index([t(word) for word in QUALIFIER.values()], name=t("Tillägg")),
    )
    data = pd.DataFrame({"qualifier": list(QUALIFIER), "meaning": [QUALIFIER_MEANING[k] for k in QUALIFIER]})
    return Table("tillaegg", cells, data, t("Ett tillägg efter statusen säger mer om uppgiften."), t("rapportens metod"))


def _range(language: Language, item: Assumption) -> str:
    """Value of an assumption, with its range where it has one."""
    value, low, high = (_plain(language, x, item.unit) for x in (item.value, item.low, item.high))
    return value if item.low == item.high else f"{value} ({low}–{high})"


def _plain(language: Language, value: float, unit: str) -> str:
    """A number with as many decimals as it needs; years without a thousands separator."""
    if unit == "year":
        return f"{value:.0f}"
    decimals = len(f"{value:.10f}".rstrip("0").partition(".")[2])
    return language.number(value, decimals)
