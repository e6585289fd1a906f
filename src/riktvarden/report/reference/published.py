"""Open data on the site: links on pages and the workbook of a region.

The files exist only in a fully built site; links to them are hidden elsewhere.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Sequence
from html import escape

import pandas as pd
import xlsxwriter

from riktvarden.report.kit.figures import html
from riktvarden.report.kit.language import QUALIFIER, QUALIFIER_MEANING, STATUS, STATUS_MEANING, Language

HIDDEN, SHOWN = ' class="rv-open" hidden>', ' class="rv-open">'
"""Prefix of links to open data, in a notebook and on the site."""
COUNT = '<div class="rv-open-count"></div>'
"""Place of the sentence on all tables."""

MADE = datetime.datetime(2000, 1, 1)
"""Creation date of every workbook, fixed so that the same tables give the same file."""
_NOT_A_SHEET = re.compile(r"[\[\]:*?/\\']")
LONGEST_SHEET = 31

Sheet = tuple[str, str, str, pd.DataFrame]
"""Name, title, source and data of a table in a workbook."""


def described(language: Language) -> tuple[str, str]:
    """Return title and description of the data set of all tables."""
    t = language
    return (
        t("Riktvärden för primärvårdens bemanning: tabeller"),
        t(
            "Alla tabeller på rapportens sidor, som data: koder i stället för namn, värden med gränser för 80-procentigt "
            "intervall (low, high) och status för varje värde. Värden som undertrycks på sidorna är undertryckta här också."
        ),
    )


def source_described(language: Language) -> tuple[str, str]:
    """Return title and description of the data set of input tables and assumptions."""
    t = language
    return (
        t("Riktvärden för primärvårdens bemanning: källtabeller och antaganden"),
        t("Det som rapporten är uträknad ur. Varje tabell har sin källas licens, angiven i datapackage.json."),
    )


def show_files(language: Language, edition: str, up: str = "../../") -> None:
    """Display links to the files that describe the open data, and how many tables there are."""
    t = language
    folder = f"{up}data/{edition}"
    files = {
        "index.json": t("Förteckning över alla tabeller, för program"),
        "datapackage.json": t("Beskrivning av varje tabell och kolumn, med kontrollsummor (Frictionless Data Package)"),
        "dcat.jsonld": t("Metadata för dataportaler (DCAT-AP-SE)"),
        "source/datapackage.json": t("Källtabellerna och antagandena, med vad varje kolumn betyder"),
    }
    links = "".join(f'<li><a href="{folder}/{name}">{name}</a>: {escape(words)}.</li>' for name, words in files.items())
    html(f"<div{HIDDEN}<ul>{links}</ul>{COUNT}</div>")


def show_workbook(language: Language, edition: str, region: str, up: str = "../../../") -> None:
    """Display a link to the workbook with all tables of a region's page."""
    words = language("Ladda ned alla tabeller på sidan (Excel)")
    address = f"{up}data/{edition}/regions/{region}.xlsx"
    html(f'<p{HIDDEN}<a class="rv-download" download="{region}.xlsx" href="{address}">{escape(words)}</a></p>')


def counted(count: int, language: Language) -> str:
    """Return how many tables there are and where each is, as markup."""
    words = language("Rapporten har {count} tabeller, som laddas ned där de visas. Förteckningen har dem alla.")
    return f"<p>{escape(words.format(count=language.number(count)))}</p>"


def workbook(title: str, edition: str, sheets: Sequence[Sheet], language: Language) -> bytes:
    """Return an Excel workbook: a sheet of contents, sources and statuses, then a sheet per table.

    Text is always written as text, never as a formula.

    Parameters
    ----------
    title
        Title of the workbook.
    edition
        Name of the edition.
    sheets
        The tables.
    language
        Language of the first sheet; the tables use codes.
    """
    t = language
    kept = io.BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(kept, settings) as book:
        book.set_properties({"title": title, "created": MADE})
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        link = book.get_default_url_format()
        first = book.add_worksheet(t("Innehåll"))
        names = _sheet_names([t("Innehåll"), *(name for name, *_ in sheets)])[1:]
        first.set_column(0, 0, 28)
        first.set_column(1, 2, 70, wrapped)
        row = 0
        first.write_string(row, 0, title, bold)
        first.write_string(row + 1, 0, t("Utgåva: {edition}").format(edition=edition))
        row = _block(first, row + 3, [t("Blad"), t("Innehåll"), t("Källa")], bold)
        for name, (_, caption, source, _) in zip(names, sheets, strict=True):
            first.write_url(row, 0, f"internal:'{name}'!A1", link, name)
            first.write_string(row, 1, caption)
            first.write_string(row, 2, source)
            row += 1
        for head, words, meanings in (
            (t("Status"), STATUS, STATUS_MEANING),
            (t("Tillägg"), QUALIFIER, QUALIFIER_MEANING),
        ):
            row = _block(first, row + 1, [head, t("Betydelse")], bold)
            for code, meaning in meanings.items():
                first.write_string(row, 0, code)
                first.write_string(row, 1, f"{t(words[code])}: {t(meaning)}")
                row += 1
        for name, (_, _, _, data) in zip(names, sheets, strict=True):
            _table(book.add_worksheet(name), data, bold)
    return kept.getvalue()


def _block(sheet: xlsxwriter.worksheet.Worksheet, row: int, heads: Sequence[str], bold: object) -> int:
    """Write the headings of a block of the first sheet, and return the row below."""
    for column, head in enumerate(heads):
        sheet.write_string(row, column, head, bold)
    return row + 1


def _table(sheet: xlsxwriter.worksheet.Worksheet, data: pd.DataFrame, bold: object) -> None:
    """Write a table from the first cell on, as expected by statistical software."""
    sheet.freeze_panes(1, 0)
    for column, (name, cells) in enumerate(data.items()):
        sheet.write_string(0, column, str(name), bold)
        for row, cell in enumerate(cells, start=1):
            if pd.isna(cell):
                continue
            if isinstance(cell, pd.Timestamp):
                sheet.write_string(row, column, cell.strftime("%Y-%m-%d"))
            elif isinstance(cell, str):
                sheet.write_string(row, column, cell)
            elif isinstance(cell, bool):
                sheet.write_boolean(row, column, cell)
            else:
                sheet.write_number(row, column, float(cell))
    sheet.set_column(0, max(len(data.columns) - 1, 0), 16)


def _sheet_names(wanted: Sequence[str]) -> list[str]:
    """Return names valid for Excel sheets: short, without reserved characters, unique regardless of case."""
    taken: list[str] = []
    for name in wanted:
        short = _NOT_A_SHEET.sub("-", name)[:LONGEST_SHEET] or "-"
        number = 2
        free = short
        while free.lower() in {other.lower() for other in taken}:
            free = f"{short[: LONGEST_SHEET - 3]}-{number}"
            number += 1
        taken.append(free)
    return taken
