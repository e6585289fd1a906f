"""Reference tables of the report: tables and their sources, assumptions, symbols, statuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from riktvarden import areas
from riktvarden.assumptions import Assumption, Assumptions
from riktvarden.names import DRAWS, SEED
from riktvarden.report.kit import column, notation
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Table, html, show_folded
from riktvarden.report.kit.language import (
    QUALIFIER,
    QUALIFIER_MEANING,
    STATUS,
    STATUS_MEANING,
    Language,
)
from riktvarden.report.kit.ranges import rows_of
from riktvarden.report.reference import published

FILE = "Fil"
"""Heading of the column with the file of a table."""


def table_overview(descriptors: Sequence[Mapping[str, Any]], language: Language) -> Table:
    """Return all tables of the data package with publisher, date, licence and file; its metadata has their columns."""
    t = language
    data = pd.DataFrame(
        [
            {
                "table": d["name"],
                "title": d["title"],
                "columns": len(d["schema"]["fields"]),
                "publisher": d["publisher"],
                "source": _sources(d),
                "licence": _licences(d),
                "reference_date": d["reference_date"],
                "retrieved": d["retrieved"],
                "carried": d["carried"],
                "notes": "; ".join(d.get("notes", ())),
                "bytes": d["bytes"],
                "sha256": d["hash"],
            }
            for d in descriptors
        ]
    )
    return Table.of(
        t,
        "tabeller",
        column.heads(t("Tabell"), [t(title) for title in data["title"]]),
        [
            column.written(t("Utgivare"), data["publisher"]),
            column.written(t("Licens"), [t.term(text) for text in data["licence"]]),
            column.written(t("Avser"), [t.term(text) for text in data["reference_date"]]),
            column.text(t(FILE), [file_of(name) for name in data["table"]]),
        ],
        data,
        t("Källtabellerna. I nedladdningen finns också källans adress, hämtningsdatum och kontrollsumma."),
        "data/datapackage.json",
        stacked=True,
        anchors=tuple(f"tabell-{name}" for name in data["table"]),
    )


def show_table_overview(descriptors: Sequence[Mapping[str, Any]], language: Language, folder: str) -> None:
    """Display all tables of the data package, each with a link to its file below `folder`, which a full site has."""
    table = table_overview(descriptors, language)
    cell = f'data-column="{escape(language(FILE))}">'
    markup = table.html(language)
    for name in table.data["table"]:
        link = f'<a download href="{folder}/tables/{file_of(name)}"{published.HIDDEN}{file_of(name)}</a>'
        markup = markup.replace(f"{cell}{file_of(name)}<", f"{cell}{link}<")
    html(markup, more=table.bundle())


def file_of(name: str) -> str:
    """Return the name of a table's file."""
    return f"{name}.csv"


def _sources(descriptor: Mapping[str, Any]) -> str:
    return "; ".join(" ".join(filter(None, (s["title"], s.get("path")))) for s in descriptor["sources"])


def _licences(descriptor: Mapping[str, Any]) -> str:
    return "; ".join(licence.get("title", licence["name"]) for licence in descriptor["licenses"])


def polygon_source(language: Language) -> str:
    """Return one sentence on the source of the map polygons."""
    return language(
        "Kartornas gränser kommer ur paketet {package} (licens {licence}). De är förenklade, och sjöar räknas in i ytan."
    ).format(package=areas.PACKAGE, licence=areas.LICENCE)


def assumption_overview(context: Context, assumptions: Mapping[str, Assumption], name: str, caption: str) -> Table:
    """Return some assumptions with value, range, grade and source; the download also says what each is used in."""
    t = context.language
    items = list(assumptions.values())
    data = pd.DataFrame([item.model_dump(mode="json") for item in items])
    data.insert(0, "name", list(assumptions))
    data["used_in"] = [
        ", ".join(notation.label(part) for part in notation.METHODS if part in context.uses.get(key, {}))
        for key in assumptions
    ]
    return Table.of(
        t,
        name,
        column.heads(t("Antagande"), [label_of(item, t) for item in items]),
        [
            column.assumed(t("Värde (spann)"), items, 1),
            column.written(t("Enhet"), [t.term(item.unit) for item in items]),
            column.written(t("Grad"), [str(item.grade) for item in items]),
            column.written(t("Källa"), [t.term(item.source) for item in items]),
        ],
        data,
        caption,
        t("rapportens antaganden"),
        stacked=True,
    )


def _titled(part: str, language: Language) -> str:
    return f"{language(notation.METHODS[part].title)} ({notation.label(part)})"


def follow(context: Context, profession: str, region: str) -> Table:
    """Return the formulas behind the need of one profession in one region, with their assumptions and tables.

    The download also lists the functions.

    Parameters
    ----------
    context
        The material of the chapter.
    profession
        The profession.
    region
        Region code.
    """
    t = context.language
    cell = rows_of(context, profession, "fte_need").loc[[region]].iloc[0]
    reported = []
    for part in notation.chain(source.strip() for source in cell["source"].split(";")):
        method = notation.METHODS[part]
        names = [name for name in context.assumptions if profession in context.uses.get(name, {}).get(part, ())]
        reported.append(
            {
                "formula": notation.label(part),
                "title": _titled(part, t),
                "functions": ", ".join(f"riktvarden.{function}" for function in method.functions),
                "assumptions": ", ".join(names),
                "tables": ", ".join(method.tables),
            }
        )
    data = pd.DataFrame(reported)
    named = [_labels(names.split(", "), context.assumptions, t) if names else t("inga") for names in data["assumptions"]]
    value = t.sized(float(cell["value"]), float(cell["low"]), float(cell["high"]))
    return Table.of(
        t,
        "foelj-siffran",
        column.heads(t("Formel"), data["title"]),
        [
            column.written(t("Antaganden"), named),
            column.written(t("Tabeller"), [tables or t("inga") for tables in data["tables"]]),
        ],
        data,
        t("Heltider som behövs i {region}: {value} ({status}). Vad intervallet vilar på.").format(
            region=context.region_names[region], value=value, status=t.status(cell["status"])
        ),
        t("formlerna {labels}").format(labels=cell["source"].replace(";", ",")),
        stacked=True,
    )


def _labels(names: Sequence[str], assumptions: Assumptions, language: Language) -> str:
    return "; ".join(label_of(assumptions[name], language) for name in names)


def label_of(item: Assumption, language: Language) -> str:
    """Return the name of an assumption in the reader's language."""
    return item.label_sv if language.code == "sv" else item.label_en


def symbols(assumptions: Assumptions, language: Language) -> Table:
    """Return the symbols that are computed; the download also lists those of the assumptions, with their names."""
    t = language
    computed = [
        {"symbol": part.symbol, "meaning": t(part.meaning), "unit": part.unit, "name": ""} for part in notation.SYMBOLS
    ]
    assumed = [
        {"symbol": item.symbol, "meaning": label_of(item, t), "unit": item.unit, "name": name}
        for name, item in assumptions.items()
    ]
    data = pd.DataFrame(computed + assumed)
    return Table.of(
        t,
        "symboler",
        column.heads(t("Symbol"), [notation.written(part.symbol) for part in notation.SYMBOLS]),
        [
            column.written(t("Betydelse"), [row["meaning"] for row in computed]),
            column.written(t("Enhet"), [t.term(row["unit"]) for row in computed]),
        ],
        data,
        t("Symboler för det som räknas ut. I nedladdningen finns också antagandenas symboler."),
        t("data/assumptions/*.toml och metodens formler"),
    )


def show_symbols(assumptions: Assumptions, language: Language) -> None:
    """Display the table of symbols, folded."""
    t = language
    table = symbols(assumptions, t)
    summary = t("Symboler för det som räknas ut ({count})").format(count=t.number(len(table.cells)))
    show_folded(summary, table, t)


def draws_sentence(language: Language) -> str:
    """Return the number of draws behind the intervals, and the seed."""
    return language("Intervallen bygger på {draws} beräkningar med slumpade antaganden (slumptalsfrö {seed}).").format(
        draws=language.number(DRAWS), seed=SEED
    )


def publications(rows: pd.DataFrame, language: Language) -> Table:
    """Return all publications that figures are taken from."""
    t = language
    return Table.of(
        t,
        "publikationer",
        column.heads(t("Beteckning"), rows["publication"]),
        [
            column.written(t("Titel"), rows["title"].fillna("")),
            column.written(t("Utgivare"), rows["publisher"].fillna("")),
            column.written(t("Adress"), rows["url"].fillna("")),
        ],
        rows,
        t("Publikationer som siffrorna är hämtade ur."),
        t("rapportens källförteckning"),
    )


def statuses(language: Language) -> Table:
    """Return the legend of the statuses."""
    t = language
    data = pd.DataFrame({"status": list(STATUS), "meaning": list(STATUS_MEANING.values())})
    return Table.of(
        t,
        "status",
        column.heads(t("Status"), [t(word) for word in STATUS.values()]),
        [
            column.written(t("Betydelse"), [t(meaning) for meaning in STATUS_MEANING.values()]),
        ],
        data,
        t("Varje siffra i rapporten har en status."),
        t("rapportens metod"),
    )


def qualifiers(language: Language) -> Table:
    """Return the legend of the qualifiers of a status."""
    t = language
    data = pd.DataFrame({"qualifier": list(QUALIFIER), "meaning": [QUALIFIER_MEANING[k] for k in QUALIFIER]})
    return Table.of(
        t,
        "tillaegg",
        column.heads(t("Tillägg"), [t(word) for word in QUALIFIER.values()]),
        [
            column.written(t("Betydelse"), [t(QUALIFIER_MEANING[code]) for code in QUALIFIER]),
        ],
        data,
        t("Ett tillägg efter statusen säger mer om uppgiften."),
        t("rapportens metod"),
    )
