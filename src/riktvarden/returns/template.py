"""Write the return form for a region as an Excel workbook, prefilled with known data."""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
import xlsxwriter

from riktvarden.returns import form
from riktvarden.returns.rules import JUMP_SHARE, Known

ROWS_ON_ONE_PAGE = 40
"""Maximum number of unit rows for the form to be printed on one page; longer forms are one page wide."""

SPARE_ROWS = 5
"""Number of empty rows below the prefilled units."""

_MUNICIPALITIES = 7
"""Column of the region's municipalities in the explanations, from 0."""

_SECTOR_SV = {english: swedish for swedish, english in form.SECTORS.items()}

_LINE = 15
"""Height of a line in points, set explicitly as not all spreadsheets fit rows to wrapped text."""

_MEASURE = {
    "persons": "Personer i ST / Persons",
    "positions": "ST-tjänster / Positions",
    "financed_positions": "Finansierade ST-tjänster / Financed positions",
    "persons_per_1000": "Personer i ST per 1 000 invånare / Persons per 1 000 inhabitants",
    "blocks": "ST-block / Blocks",
}
"""Measure of the baseline → its label in the form."""

Filled = dict[tuple[str, str], dict[str, object]]


def write_template(
    region: str, reference_date: datetime.date, known: Known, path: Path, units: int = ROWS_ON_ONE_PAGE
) -> None:
    """Write the form for one region and date.

    A return for the same date is filled in completely, for correction; from an earlier one, the units are filled in and
    the figures shown beside.

    Parameters
    ----------
    region
        Code of the region.
    reference_date
        Date that the figures will refer to.
    known
        Known data on the regions, from `riktvarden.returns.store.known`.
    path
        File to create.
    units
        Number of rows for units; at least those known.

    Raises
    ------
    OSError
        If the file exists or cannot be written.
    """
    names = known.municipalities[region]
    own = known.returns[known.returns["region"] == region]
    day = pd.Timestamp(reference_date)
    same = own[own["reference_date"] == day]
    earlier = own[own["reference_date"] < day]
    before = earlier[earlier["reference_date"] == earlier["reference_date"].max()]
    filled = _by_row(same, names) if len(same) else _units(_by_row(before, names))
    rows = max(units, len(filled) + SPARE_ROWS)
    is_complete = bool(same["is_complete"].all()) if len(same) else True
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        # A fixed date, so that the same form always has the same bytes.
        created = datetime.datetime.combine(reference_date, datetime.time())
        book.set_properties({"title": f"{form.MARK} {region} {reference_date}", "created": created})
        formats = _formats(book)
        _write_form(book, formats, _head(region, reference_date, known, is_complete), filled, rows, len(names))
        _write_explanations(book, formats, names.values())
        _write_known(book, formats, region, known, before)
    with path.open("xb") as file:
        file.write(content.getvalue())


def _by_row(frame: pd.DataFrame, municipalities: Mapping[str, str]) -> Filled:
    """Return a return's figures as (name, sector) of a row → field → figure."""
    names = {(field.measure, field.sex, field.stage): field.name for field in form.FIELDS if field.is_figure}
    rows: Filled = {}
    for row in frame.to_dict("records"):
        beside = {"comment": row["comment"], "municipality": municipalities.get(row["municipality"], "")}
        found = rows.setdefault((row["care_unit"], _SECTOR_SV[row["sector"]]), beside)
        value = float(row["value"])
        found[names[row["measure"], row["sex"], row["stage"]]] = form.UNKNOWN if math.isnan(value) else value
    return rows


def _units(rows: Filled) -> Filled:
    """Keep only the lasting parts of an earlier return: the units and their municipalities."""
    return {key: {"municipality": row["municipality"]} for key, row in rows.items()}


def _head(region: str, reference_date: datetime.date, known: Known, is_complete: bool) -> dict[str, object]:
    extent = next(text for text, complete in form.EXTENTS.items() if complete == is_complete)
    return {
        "mark": form.MARK,
        "version": form.VERSION,
        "region": region,
        "region_name": known.names[region],
        "reference_date": reference_date,
        "extent": extent,
    }


def _formats(book: xlsxwriter.Workbook) -> Mapping[str, xlsxwriter.format.Format]:
    entry = {"locked": False, "bg_color": "#FFF9E5", "border": 1, "border_color": "#BFBFBF", "valign": "top"}
    heading = {"bold": True, "text_wrap": True, "border": 1, "valign": "top", "bg_color": "#E8EEF4"}
    return {
        "text": book.add_format({**entry, "text_wrap": True, "num_format": "@"}),
        "choice": book.add_format({**entry, "num_format": "@"}),
        "count": book.add_format({**entry, "num_format": "0"}),
        "number": book.add_format({**entry, "num_format": "0.##"}),
        "sv": book.add_format(heading),
        "en": book.add_format({**heading, "bold": False, "italic": True}),
        "label": book.add_format({"bold": True}),
        "fixed": book.add_format({"num_format": "@", "align": "left"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
    }


def _write_form(
    book: xlsxwriter.Workbook,
    formats: Mapping[str, xlsxwriter.format.Format],
    head: Mapping[str, object],
    filled: Filled,
    rows: int,
    municipalities: int,
) -> None:
    """Write the sheet to fill in."""
    sheet = book.add_worksheet(form.SHEET)
    last = form.FIRST_ROW + rows
    for answer in form.HEADS:
        sheet.write_string(answer.row - 1, 0, f"{answer.sv} / {answer.en}", formats["label"])
        value = head[answer.name]
        if isinstance(value, datetime.date):
            # xlsxwriter writes dates as datetimes only.
            moment = datetime.datetime.combine(value, datetime.time())
            sheet.write_datetime(answer.row - 1, 1, moment, formats["date"])
        elif isinstance(value, int):
            sheet.write_number(answer.row - 1, 1, value, formats["fixed"])
        else:
            chosen = formats["choice" if answer.name == "extent" else "fixed"]
            sheet.write_string(answer.row - 1, 1, str(value), chosen)
    extent = next(answer.row for answer in form.HEADS if answer.name == "extent") - 1
    sheet.data_validation(extent, 1, extent, 1, {"validate": "list", "source": list(form.EXTENTS)})
    for number, text in enumerate(form.GUIDE):
        sheet.write_string(number, 3, text)
    for column, asked in enumerate(form.FIELDS):
        sheet.write_string(form.HEADING_ROW - 1, column, asked.sv, formats["sv"])
        sheet.write_string(form.HEADING_ROW, column, asked.en, formats["en"])
        for row in range(form.FIRST_ROW - 1, last):
            sheet.write_blank(row, column, None, formats[asked.kind])
        sheet.data_validation(form.FIRST_ROW - 1, column, last - 1, column, _validation(asked, column + 1, municipalities))
    rows_filled = {(form.WHOLE, "alla"): {}, **filled} if (form.WHOLE, "alla") not in filled else filled
    ordered = sorted(rows_filled.items(), key=lambda item: (item[0][0] != form.WHOLE, item[0][1] != "alla"))
    for row, ((name, sector), figures) in enumerate(ordered, start=form.FIRST_ROW - 1):
        for column, asked in enumerate(form.FIELDS):
            value = {"care_unit": name, "sector": sector, **figures}.get(asked.name, "")
            if isinstance(value, float):
                sheet.write_number(row, column, value, formats[asked.kind])
            elif value:
                sheet.write_string(row, column, str(value), formats[asked.kind])
    for row in (form.HEADING_ROW - 1, form.HEADING_ROW):
        sheet.set_row(row, 2 * _LINE)
    sheet.set_column(0, 0, 38)
    sheet.set_column(1, len(form.FIELDS) - 2, 12)
    sheet.set_column(len(form.FIELDS) - 1, len(form.FIELDS) - 1, 40)
    sheet.freeze_panes(form.FIRST_ROW - 1, 1)
    # No password: protection keeps headings in place, and anyone can lift it.
    sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.print_area(0, 0, last - 1, len(form.FIELDS) - 1)
    sheet.repeat_rows(form.HEADING_ROW - 1, form.HEADING_ROW)
    sheet.fit_to_pages(1, 1 if rows <= ROWS_ON_ONE_PAGE else 0)


def _validation(asked: form.Field, column: int, municipalities: int) -> dict[str, object]:
    """Return Excel's validation rule for a column, with its messages."""
    cell = f"{form.letter(column)}{form.FIRST_ROW}"
    says = {"input_title": asked.sv, "input_message": asked.explanation, "error_title": asked.sv}
    if asked.name == "municipality":
        # A list within the rule is limited to 255 characters, so the municipalities are in cells.
        column_of = form.letter(_MUNICIPALITIES + 1)
        listed = f"='{form.EXPLANATIONS}'!${column_of}$2:${column_of}${municipalities + 1}"
        return {**says, "validate": "list", "source": listed, "error_message": asked.explanation}
    if asked.kind == "choice":
        return {**says, "validate": "list", "source": list(form.SECTORS), "error_message": asked.explanation}
    if asked.kind == "text":
        longest = form.LONGEST_COMMENT if asked.name == "comment" else form.LONGEST_NAME
        message = f"Högst {longest} tecken. / At most {longest} characters."
        return {**says, "validate": "length", "criteria": "<=", "value": longest, "error_message": message}
    whole = f",{cell}=INT({cell})" if asked.kind == "count" else ""
    formula = f'=OR(AND(ISNUMBER({cell}),{cell}>=0{whole}),{cell}="{form.UNKNOWN}")'
    what = "Ett heltal" if asked.kind == "count" else "Ett tal"
    message = f"{what}, 0 eller mer, eller {form.UNKNOWN}. / A number, 0 or more, or {form.UNKNOWN}."
    return {**says, "validate": "custom", "value": formula, "error_message": message}


def _write_explanations(
    book: xlsxwriter.Workbook, formats: Mapping[str, xlsxwriter.format.Format], municipalities: Iterable[str]
) -> None:
    """Write the sheet that explains each cell and lists the region's municipalities."""
    sheet = book.add_worksheet(form.EXPLANATIONS)
    headings = ("Fält", "Field", "Måste fyllas i / Required", "Enhet / Unit", "Förklaring", "Explanation")
    rows = [
        *((head.sv, head.en, "ja / yes", "", head.explanation, "") for head in form.HEADS),
        *(
            (
                asked.sv,
                asked.en,
                "ja / yes" if asked.required else "",
                asked.unit,
                asked.explanation,
                asked.explanation_en,
            )
            for asked in form.FIELDS
        ),
        (
            "Kontroller",
            "Checks",
            "",
            "",
            "Summor ska stämma: kvinnor och män, ST-år, enheter och region. Årsarbetare är högst personer i tjänst. "
            f"Ändras ett antal mer än {JUMP_SHARE:.0%} om året från förra redovisningen eller det som är publicerat, eller "
            "skiljer det sig mycket från andra regioner, behövs en kommentar.",
            "Sums must hold: women and men, years, units and region. FTE is at most the persons at work. "
            f"A change of more than {JUMP_SHARE:.0%} a year since the last return or what is published, or one far from "
            "other regions', needs a comment.",
        ),
    ]
    widths = (20, 18, 16, 14, 60, 60, 3, 26)
    for row, cells in enumerate((headings, *rows)):
        lines = max(-(-len(text) // width) for text, width in zip(cells, widths, strict=False))
        sheet.set_row(row, max(lines, 1) * _LINE)
        for column, text in enumerate(cells):
            sheet.write_string(row, column, text, formats["sv" if row == 0 else "wrapped"])
    for row, text in enumerate(("Kommuner / Municipalities", *municipalities)):
        sheet.write_string(row, _MUNICIPALITIES, text, formats["sv" if row == 0 else "wrapped"])
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    _on_one_page(sheet)


def _write_known(
    book: xlsxwriter.Workbook,
    formats: Mapping[str, xlsxwriter.format.Format],
    region: str,
    known: Known,
    before: pd.DataFrame,
) -> None:
    """Write the sheet with data already known on the region, with sources."""
    sheet = book.add_worksheet(form.KNOWN)
    sheet.write_string(0, 0, f"Det här är känt om {known.names[region]} / What is known already", formats["label"])
    sheet.write_string(1, 0, "Folkmängd / Population")
    sheet.write_number(1, 1, known.population[region])
    row = 3
    for column, text in enumerate(("Publicerat mått / Measure", "Värde / Value", "Avser / As of", "Källa / Source")):
        sheet.write_string(row, column, text, formats["sv"])
    published = known.published[known.published["region"] == region]
    for figure in published.to_dict("records"):
        row += 1
        sheet.write_string(row, 0, _MEASURE[figure["measure"]])
        sheet.write_number(row, 1, float(figure["value"]))
        sheet.write_string(row, 2, "" if pd.isna(figure["dated"]) else f"{figure['dated']:%Y-%m-%d}")
        address = "" if pd.isna(figure["url"]) else f", {figure['url']}"
        sheet.write_string(row, 3, f"{figure['figure']}: {figure['title']}{address}")
    if published.empty:
        row += 1
        sheet.write_string(row, 0, "Ingen publicerad uppgift / No published figure")
    row += 2
    date = "–" if before.empty else f"{before['reference_date'].max():%Y-%m-%d}"
    sheet.write_string(row, 0, f"Förra redovisningen / The return before: {date}", formats["label"])
    if len(before):
        row += 1
        for column, asked in enumerate(form.FIELDS):
            sheet.write_string(row, column, asked.sv, formats["sv"])
        for (name, sector), figures in _by_row(before, known.municipalities[region]).items():
            row += 1
            for column, asked in enumerate(form.FIELDS):
                value = {"care_unit": name, "sector": sector, **figures}.get(asked.name, "")
                if isinstance(value, float):
                    sheet.write_number(row, column, value)
                else:
                    sheet.write_string(row, column, str(value))
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, len(form.FIELDS) - 1, 16)
    _on_one_page(sheet)


def _on_one_page(sheet: xlsxwriter.worksheet.Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
