"""Reference tables of the report: tables and their sources, assumptions, symbols, statuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from riktvarden import areas
from riktvarden.assumptions import Assumption, Assumptions
from riktvarden.names import DRAWS, SEED
from riktvarden.report.kit import notation
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Table, html
from riktvarden.report.kit.language import (
    QUALIFIER,
    QUALIFIER_MEANING,
    STATUS,
    STATUS_MEANING,
    Language,
)


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
            t("Innehåll"): [t(title) for title in data["title"]],
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
                t("Betydelse"): [t(title) for title in fields["title"]],
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
            f'<details class="rv-details"><summary>{escape(t(d["title"]))} ({d["name"]})</summary>'
            f"<p>{escape(facts)}</p>{table.html(language)}</details>"
        )


def assumption_overview(context: Context, assumptions: Mapping[str, Assumption], name: str, caption: str) -> Table:
    """Some assumptions with value, range, distribution, grade, use and source."""
    t = context.language
    items = list(assumptions.values())
    data = pd.DataFrame([item.model_dump(mode="json") for item in items])
    data.insert(0, "name", list(assumptions))
    labels = data[f"label_{t.code}"] if f"label_{t.code}" in data else data["label_sv"]
    cells = pd.DataFrame(
        {
            t("Symbol"): [notation.written(item.symbol) for item in items],
            t("Värde (spann)"): [t.assumed(item, 1) for item in items],
            t("Fördelning"): [t.term(str(item.distribution)) for item in items],
            t("Enhet"): [t.term(item.unit) for item in items],
            t("Grad"): [str(item.grade) for item in items],
            t("Används i"): [used_in(context, name) for name in assumptions],
            t("Källa"): [t.term(item.source) for item in items],
        },
        index=pd.Index(labels, name=t("Antagande")),
    )
    return Table(
        name,
        cells,
        data,
        caption,
        t("rapportens antaganden"),
        stacked=True,
    )


def used_in(context: Context, name: str) -> str:
    """Parts of the method that take an assumption, with their labels."""
    parts = context.uses.get(name, {})
    return ", ".join(_titled(part, context.language) for part in notation.METHODS if part in parts)


def _titled(part: str, language: Language) -> str:
    return f"{language(notation.METHODS[part].title)} ({notation.label(part)})"


def follow(context: Context, profession: str, region: str) -> Table:
    """What the need of one profession in one region rests on: every formula with its assumptions and tables.

    The download names the functions too.

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
    rows = context.results.principals
    cell = rows.loc[
        (rows["profession"] == profession)
        & (rows["region"] == region)
        & (rows["municipality"] == "")
        & rows["principal"].isin(["all", "both"])
        & (rows["measure"] == "fte_need")
    ].iloc[0]
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
    cells = pd.DataFrame(
        {
            t("Antaganden"): named,
            t("Tabeller"): [tables or t("inga") for tables in data["tables"]],
        },
        index=pd.Index(data["title"], name=t("Formel")),
    )
    value = t.estimate(float(cell["value"]), float(cell["low"]), float(cell["high"]))
    return Table(
        "foelj-siffran",
        cells,
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
    """Name of an assumption in the reader's language."""
    return item.label_sv if language.code == "sv" else item.label_en


def symbols(assumptions: Assumptions, language: Language) -> Table:
    """Every symbol with meaning, unit and, for an assumption, its name in the code."""
    t = language
    computed = [
        {"symbol": part.symbol, "meaning": t(part.meaning), "unit": part.unit, "name": ""} for part in notation.SYMBOLS
    ]
    assumed = [
        {"symbol": item.symbol, "meaning": label_of(item, t), "unit": item.unit, "name": name}
        for name, item in assumptions.items()
    ]
    data = pd.DataFrame(computed + assumed)
    cells = pd.DataFrame(
        {
            t("Betydelse"): data["meaning"].to_list(),
            t("Enhet"): [t.term(unit) for unit in data["unit"]],
            t("Namn i koden"): [name or t("räknas ut") for name in data["name"]],
        },
        index=pd.Index([notation.written(symbol) for symbol in data["symbol"]], name=t("Symbol")),
    )
    return Table(
        "symboler",
        cells,
        data,
        t("En symbol har en betydelse, i texten och i koden."),
        t("data/assumptions/*.toml och metodens formler"),
    )


def show_symbols(assumptions: Assumptions, language: Language) -> None:
    """Display the table of symbols, folded."""
    t = language
    table = symbols(assumptions, t)
    summary = t("Alla symboler ({count})").format(count=t.number(len(table.cells)))
    html(f'<details class="rv-details"><summary>{escape(summary)}</summary>{table.html(t)}</details>')


def draws_sentence(language: Language) -> str:
    """How many draws the intervals rest on, and the seed."""
    return language("Intervallen bygger på {draws} dragningar med fröet {seed}.").format(
        draws=language.number(DRAWS), seed=SEED
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
