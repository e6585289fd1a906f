"""Reference tables of the report: tables and their sources, assumptions, symbols, functions, statuses."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import pandas as pd

from riktvarden import areas, guideline, model, need, population, supply, uncertainty
from riktvarden.assumptions import Assumptions
from riktvarden.baseline import st
from riktvarden.report.figures import Table, html
from riktvarden.report.language import (
    QUALIFIER,
    QUALIFIER_MEANING,
    STATUS,
    STATUS_MEANING,
    Language,
)

CORE: tuple[ModuleType, ...] = (population, st, need, supply, guideline, uncertainty, model)
"""Modules whose public functions the method chapter lists."""


def table_overview(descriptors: Sequence[Mapping[str, Any]], language: Language) -> Table:
    """Every table of the data package with source, licence, dates and checksum."""
    t = language
    data = pd.DataFrame(
        [
            {
                "table": d["name"],
                "title": d["title"],
                "publisher": d["publisher"],
                "source": "; ".join(s["title"] for s in d["sources"]),
                "licence": "; ".join(licence.get("title", licence["name"]) for licence in d["licenses"]),
                "reference_date": d["reference_date"],
                "retrieved": d["retrieved"],
                "bytes": d["bytes"],
                "sha256": d["hash"],
            }
            for d in descriptors
        ]
    )
    stated = data.replace({"not stated": t("ej angivet")})
    cells = pd.DataFrame(
        {
            t("Innehåll"): stated["title"],
            t("Utgivare"): stated["publisher"],
            t("Licens"): stated["licence"],
            t("Avser"): stated["reference_date"],
            t("Hämtad"): stated["retrieved"],
            t("Kontrollsumma"): stated["sha256"].str.slice(0, 19) + "…",
        }
    ).set_axis(pd.Index(data["table"], name=t("Tabell")))
    return Table(
        "tabeller",
        cells,
        data,
        t("Tabellerna i datapaketet. Licensen anges så som källan anger den."),
        "data/datapackage.json",
    )


def polygon_source(language: Language) -> str:
    """One sentence on where the map polygons come from."""
    return language(
        "Kartornas gränser kommer ur paketet {package} (licens {licence}). De är förenklade, och sjöar räknas in "
        "i ytan."
    ).format(package=areas.PACKAGE, licence=areas.LICENCE)


def show_fields(descriptors: Sequence[Mapping[str, Any]], language: Language) -> None:
    """Display the columns of every table, folded per table."""
    t = language
    for d in descriptors:
        fields = pd.DataFrame(
            [
                {
                    "field": f["name"],
                    "title": f.get("title", ""),
                    "type": f["type"],
                    "unit": f.get("unit", ""),
                }
                for f in d["schema"]["fields"]
            ]
        )
        cells = fields.set_index("field").rename_axis(t("Kolumn"))
        cells.columns = [t("Betydelse"), t("Typ"), t("Enhet")]
        table = Table(
            f"kolumner-{d['name']}",
            cells,
            fields,
            t("Kolumnerna i tabellen {name}").format(name=d["name"]),
            "data/datapackage.json",
        )
        html(f'<details class="rv-details"><summary>{d["name"]}</summary>{table.html(language)}</details>')


def assumption_overview(assumptions: Assumptions, language: Language) -> Table:
    """Every assumption with value, range, distribution, grade and source."""
    t = language
    items = list(assumptions.values())
    data = pd.DataFrame([item.model_dump(mode="json") for item in items])
    data.insert(0, "name", list(assumptions))
    labels = data[f"label_{t.code}"] if f"label_{t.code}" in data else data["label_sv"]
    cells = pd.DataFrame(
        {
            t("Symbol"): data["symbol"],
            t("Värde"): [_plain(t, item.value, item.unit) for item in items],
            t("Spann"): [f"{_plain(t, item.low, item.unit)}–{_plain(t, item.high, item.unit)}" for item in items],
            t("Fördelning"): [str(item.distribution) for item in items],
            t("Enhet"): data["unit"],
            t("Grad"): data["grade"],
            t("Källa"): data["source"],
            t("Satt den"): data["date"],
        }
    ).set_axis(pd.Index(labels, name=t("Antagande")))
    return Table(
        "antaganden",
        cells,
        data,
        t("Alla antaganden. Den som vill pröva ett annat värde ändrar det i data/assumptions och bygger om."),
        "data/assumptions/*.toml",
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
    cells = data.set_index("symbol").rename_axis(t("Symbol"))
    cells.columns = [t("Betydelse"), t("Enhet"), t("Namn i koden")]
    return Table(
        "symboler", cells, data, t("En symbol har en betydelse, i texten och i koden."), "data/assumptions/*.toml"
    )


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
        draws=language.number(2**uncertainty.LOG2_DRAWS), seed=uncertainty.SEED
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
        t("tabellen publications"),
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
    return Table(
        "tillaegg", cells, data, t("Ett tillägg efter statusen säger mer om uppgiften."), t("rapportens metod")
    )


def _plain(language: Language, value: float, unit: str) -> str:
    """A number with as many decimals as it needs; years without a thousands separator."""
    if unit == "year":
        return f"{value:.0f}"
    decimals = len(f"{value:.10f}".rstrip("0").partition(".")[2])
    return language.number(value, decimals)
