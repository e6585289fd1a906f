"""The two commissions demand by demand: how far each is met, where, what is missing and who can supply it."""

from __future__ import annotations

from html import escape

import pandas as pd

from riktvarden.report.kit import column
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Table, html
from riktvarden.report.kit.language import SOURCE_LANGUAGE, Language

VERDICT = {"delivered": "levererat", "weak": "svagt", "not": "inte levererat"}
"""Code of a verdict → its Swedish words."""

PAGES = {
    "index": "Startsidan",
    "commission": "Uppdragen krav för krav",
    "st_baseline": "Baslinje för ST",
    "st_guideline": "Riktvärden för ST",
    "regions/index": "Regionerna",
    "need": "Vårdbehov, geografi och team",
    "professions": "Så räknas yrkenas riktvärden",
    "principals": "Huvudmännen",
    "supply_assessment": "Tillgång och utbildning",
    "personnel": "Personal i primärvården",
    "mental_health": "Personal som arbetar med psykisk ohälsa",
    "consequences": "Vad bemanningen leder till",
    "local_care": "Utvecklingen och omställningen",
    "collaborative_regions": "Samverkansregionerna",
    "economics": "Vad kostar det?",
    "consultation": "Samråd: frågor och svar",
    "development_needs": "Dialog och utvecklingsbehov",
    "quality": "Kvalitetsdeklaration",
    "about": "Om rapporten",
    "st_path": "Vägen till normen",
    "uncertainty": "Hur säkra är riktvärdena?",
    "explorer": "Pröva själv",
    "method": "Metod",
    "data": "Data och källor",
    "check": "Kontrollräkna rapporten",
    "corrections": "Rättelser",
    "accessibility": "Tillgänglighetsredogörelse",
    "security": "Säkerhet och personuppgifter",
}
"""Document that a demand, or the item of a yardstick, leads to → its Swedish title."""

COMMISSION = {"guideline": "uppdrag-riktvaerden", "personnel": "uppdrag-personal"}
"""Commission → anchor of its table."""


def summary(context: Context) -> list[str]:
    """How many demands are met, weakly met and not met, and what most of the rest waits for."""
    t, rows = context.language, context.tables["commission"]
    counts = rows["verdict"].value_counts().reindex(list(VERDICT), fill_value=0)
    return [
        t(
            "Vi bedömer att {delivered} av {all} krav är levererade och att {weak} är svagt besvarade. {none} är inte "
            "levererade."
        ).format(
            delivered=t.number(counts["delivered"]),
            all=t.number(len(rows)),
            weak=t.number(counts["weak"]),
            none=t.number(counts["not"]),
        ),
        t(
            "Det som är svagt är det oftast därför att uppgifterna saknas, inte för att metoden gör det. Tabellerna visar "
            "vad som saknas och vem som kan lämna det."
        ),
    ]


def table(context: Context, commission: str) -> Table:
    """The demands of one commission, in the order of the decision."""
    t, rows = context.language, _of(context, commission)
    code = SOURCE_LANGUAGE if t.code == SOURCE_LANGUAGE else "en"
    words, missing, supplier = (rows[f"{name}_{code}"].fillna("–") for name in ("words", "missing", "supplier"))
    return Table.of(
        t,
        COMMISSION[commission],
        column.heads(t("Krav"), words),
        [
            column.text(t("Bedömning"), [t(VERDICT[verdict]) for verdict in rows["verdict"]]),
            column.text(t("Sida"), [t(PAGES[page]) for page in rows["page"]]),
            column.text(t("Det som saknas"), missing),
            column.text(t("Kan lämnas av"), supplier),
        ],
        rows,
        t("Krav i regeringsbeslutet, i den ordning de står, och hur långt rapporten har kommit."),
        t("regeringsbesluten och rapportens egen bedömning"),
        stacked=True,
    )


def show(context: Context, commission: str) -> None:
    """Display the demands of one commission, with links to the pages."""
    show_linked(context.language, table(context, commission), context.language("Sida"), _of(context, commission)["page"])


def show_linked(language: Language, made: Table, head: str, pages: pd.Series) -> None:
    """Display a table whose cells below `head` are titles of `PAGES`, each as a link."""
    markup, cell = made.html(language), f'data-column="{escape(head)}">'
    for page in pages.dropna().unique():
        title = escape(language(PAGES[page]))
        markup = markup.replace(
            f"{cell}{title}</td>", f'{cell}<a href="{page}.html">{title}</a></td>'
        )  # cells hold no links
    html(markup, more=made.bundle())


def _of(context: Context, commission: str) -> pd.DataFrame:
    rows = context.tables["commission"]
    return rows.loc[rows["commission"] == commission]
