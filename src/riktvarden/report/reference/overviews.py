"""Reference tables of the report: tables and their sources, assumptions, symbols, statuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from riktvarden import areas
from riktvarden.assumptions import Assumption, Assumptions
from riktvarden.names import DRAWS, SEED
from riktvarden.report.kit import column, notation
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Table, show_folded
from riktvarden.report.kit.language import (
    QUALIFIER,
    QUALIFIER_MEANING,
    STATUS,
    STATUS_MEANING,
    Language,
)
from riktvarden.report.kit.ranges import rows_of


def table_overview(descriptors: Sequence[Mapping[str, Any]], language: Language) -> Table:
    """Return all tables of the data package with publisher, licence and date."""
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
    return Table.of(
        t,
        "tabeller",
        column.heads(t("Tabell"), data["table"]),
        [
            column.written(t("Innehåll"), [t(title) for title in data["title"]]),
            column.written(t("Utgivare"), data["publisher"]),
            column.written(t("Licens"), [t.term(text) for text in data["licence"]]),
            column.written(t("Avser"), [t.term(text) for text in data["reference_date"]]),
        ],
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
    """Return one sentence on the source of the map polygons."""
    return language(
        "Kartornas gränser kommer ur paketet {package} (licens {licence}). De är förenklade, och sjöar räknas in i ytan."
    ).format(package=areas.PACKAGE, licence=areas.LICENCE)


def show_tables(descriptors: Sequence[Mapping[str, Any]], language: Language) -> None:
    """Display source, dates, checksum and columns of every table, folded by table."""
    t = language
    for d in descriptors:
        fields = pd.DataFrame(
            [
                {"field": f["name"], "title": f["title"], "type": f["type"], "unit": f.get("unit", "")}
                for f in d["schema"]["fields"]
            ]
        )
        table = Table.of(
            t,
            f"kolumner-{d['name']}",
            column.heads(t("Kolumn"), fields["field"]),
            [
                column.written(t("Betydelse"), [t(title) for title in fields["title"]]),
                column.written(t("Typ"), [t.term(text) for text in fields["type"]]),
                column.written(t("Enhet"), [t.term(text) for text in fields["unit"]]),
            ],
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
        if "record" in d:
            facts += ". " + t("Utgivare: {publisher}. Uppdaterad av utgivaren: {updated}").format(
                publisher=d["publisher"], updated=t.term(d["updated"])
            )
        facts += "".join(". " + t("Utgivaren anmärker: {note}").format(note=note) for note in d.get("notes", ()))
        show_folded(f"{t(d['title'])} ({d['name']})", table, language, facts)


def assumption_overview(context: Context, assumptions: Mapping[str, Assumption], name: str, caption: str) -> Table:
    """Return some assumptions with value, range, distribution, grade, use and source."""
    t = context.language
    items = list(assumptions.values())
    data = pd.DataFrame([item.model_dump(mode="json") for item in items])
    data.insert(0, "name", list(assumptions))
    labels = data[f"label_{t.code}"] if f"label_{t.code}" in data else data["label_sv"]
    return Table.of(
        t,
        name,
        column.heads(t("Antagande"), labels),
        [
            column.written(t("Symbol"), [notation.written(item.symbol) for item in items]),
            column.assumed(t("Värde (spann)"), items, 1),
            column.written(t("Fördelning"), [t.term(str(item.distribution)) for item in items]),
            column.written(t("Enhet"), [t.term(item.unit) for item in items]),
            column.written(t("Grad"), [str(item.grade) for item in items]),
            column.written(t("Används i"), [used_in(context, name) for name in assumptions]),
            column.written(t("Källa"), [t.term(item.source) for item in items]),
        ],
        data,
        caption,
        t("rapportens antaganden"),
        stacked=True,
    )


def used_in(context: Context, name: str) -> str:
    """Return the parts of the method that use an assumption, with their labels."""
    parts = context.uses.get(name, {})
    return ", ".join(_titled(part, context.language) for part in notation.METHODS if part in parts)


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
