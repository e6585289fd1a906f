"""All guideline values in one file, rounded as pages show them, with what its columns hold and how to read it."""

from __future__ import annotations

from html import escape

import numpy as np
import pandas as pd

from riktvarden.codes import NATION
from riktvarden.report.kit import column
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Table, embedded, html
from riktvarden.report.reference import publication

NAME = "guideline_values"
"""Name of the file, which is beside the others of its edition and not among those of a page."""
WHERE = "data:values/"
"""Placeholder in the examples for the folder of the file, which only a site with an address can name."""

NATIONS = {"sv": "Riket", "en": "Sweden"}
DIGITS = {
    "share": 2,
    "per year": 3,
    "probability": 2,
    "positions per 10 000 inhabitants": 1,
    "persons per 1 000 inhabitants": 2,
}
"""Unit → decimals that pages show of it; shares are shown in per cent, and anything else without decimals."""
SMALL = 20
"""Values of the four professions below which pages show a decimal, see `Language.sized`."""

PYTHON = """\
import pandas as pd

values = pd.read_csv("{where}guideline_values.csv", dtype={{"code": "str"}})
own = values[(values["code"] == "2403") & (values["measure"] == "fte_need")]
print(own[["name_sv", "profession", "principal", "value", "low", "high"]])
"""
R = """\
values <- read.csv("{where}guideline_values.csv", fileEncoding = "UTF-8-BOM", colClasses = c(code = "character"))
own <- subset(values, code == "2403" & measure == "fte_need")
print(own[c("name_sv", "profession", "principal", "value", "low", "high")])
"""


def values(context: Context, edition: str) -> pd.DataFrame:
    """Return every value of training and of the four professions, by area, principal and year.

    Returns
    -------
    pandas.DataFrame
        One row per value, missing and suppressed ones too: ``area_type``, ``code``, ``name_sv``, ``name_en``,
        ``profession``, ``measure``, ``principal``, ``year``, ``value``, ``low``, ``high``, ``unit``, ``status``,
        ``qualifier``, ``edition`` and ``source``.
    """
    results = context.results
    own = results.guidelines.loc[results.guidelines["cooperation"] == ""]
    training = pd.concat([results.tidy, results.paths, results.programme], ignore_index=True)
    rows = pd.concat([training.assign(municipality="", principal="region"), own], ignore_index=True)
    is_municipal = rows["municipality"] != ""
    code = rows["municipality"].where(is_municipal, rows["region"])
    names = dict(results.municipalities[["municipality", "name"]].itertuples(index=False, name=None)) | context.region_names
    is_nation = code == NATION
    shown = {
        "area_type": np.select([is_municipal, is_nation], ["municipality", "nation"], "region"),
        "code": code,
        **{f"name_{language}": code.map(names | {NATION: word}) for language, word in NATIONS.items()},
        **{name: rows[name] for name in ("profession", "measure", "principal", "year")},
        **_rounded(
            rows, sized=(rows["unit"].isin(["FTE", "inhabitants per FTE"]) & rows["profession"].isin(own["profession"]))
        ),
        **{name: rows[name] for name in ("unit", "status", "qualifier")},
        "edition": edition,
        "source": rows["source"],
    }
    return pd.DataFrame(shown).drop_duplicates(
        ["code", "profession", "measure", "principal", "year"], ignore_index=True
    )  # a path begins where the values of its first year are


def _rounded(rows: pd.DataFrame, sized: pd.Series) -> dict[str, pd.Series]:
    """Return values and ends of intervals with the decimals that pages show."""
    size = rows["value"].fillna(rows["low"])
    digits = rows["unit"].map(DIGITS).fillna(0).mask(sized & (size < SMALL), 1).astype(int)
    found = {}
    for name in ("value", "low", "high"):
        numbers = [round(float(number), places) + 0.0 for number, places in zip(rows[name], digits, strict=True)]
        found[name] = pd.Series(numbers, rows.index)
    return found


def table(context: Context, edition: str) -> Table:
    """Return the file with what its columns hold."""
    t = context.language
    data = values(context, edition)
    meaning = {
        "area_type": t("riket, region eller kommun: nation, region, municipality"),
        "code": t("länskod med två siffror eller kommunkod med fyra, 00 för riket; läses som text"),
        "name_sv, name_en": t("områdets namn på svenska och engelska"),
        "profession": t("yrke; general_practice är allmänmedicin och ST"),
        "measure": t("mått, till exempel st_positions_guideline, coverage_a eller fte_need"),
        "principal": t("huvudman: region, municipality, eller all och both för all vård tillsammans"),
        "year": t("år som värdet avser"),
        "value, low, high": t("värde och gränser för 80-procentigt intervall, avrundade som på sidorna"),
        "unit": t("enhet; andelar och sannolikheter går från 0 till 1"),
        "status, qualifier": t("status och tillägg, som på sidan om kvalitet"),
        "edition, source": t("rapportens utgåva, och formler och tabeller som värdet vilar på"),
    }
    return Table.of(
        t,
        NAME,
        column.heads(t("Kolumn"), list(meaning)),
        [column.text(t("Innehåll"), meaning.values())],
        data,
        t(
            "Alla riktvärden i en fil: {rows} värden för riket, regionerna och kommunerna, alla yrken, mått och år. Ett "
            "värde är detsamma här som på sidorna."
        ).format(rows=t.number(len(data))),
        t("rapportens modell"),
        stacked=True,
    )


def show(context: Context, edition: str) -> None:
    """Display the file of all values, how to read it and how to cite it."""
    t = context.language
    item = table(context, edition)
    size = t.number(len(item.csv) / 1e6, 1)
    examples = "".join(
        f'<details class="rv-details"><summary>{escape(t("Läs filen med {language}").format(language=name))}</summary>'
        f'<div class="rv-scroll" tabindex="0" role="region" aria-label="{name}">'
        f"<pre>{escape(code.format(where=WHERE))}</pre></div></details>"
        for name, code in (("Python", PYTHON), ("R", R))
    )
    words = t("CSV-filen är {size} MB. Hänvisa så här: {reference}").format(
        size=size, reference=publication.reference(publication.cited())
    )
    # The file is above its description, which is folded, and in the page only once.
    link = embedded(NAME, item.csv, t)
    columns = (
        f'<details class="rv-details"><summary>{escape(t("Filens kolumner"))}</summary>'
        f"{item.html(t).replace(link, '')}</details>"
    )
    shown = f"<p>{escape(item.caption)}</p><p>{link}</p><p>{escape(words)} {WHERE}{NAME}.csv</p>{columns}{examples}"
    html(shown, more=item.bundle())


def placed(text: str, folder: str) -> str:
    """Return a page whose examples name the folder of the file; without one, the file alone."""
    if not folder:
        text = text.replace(f" {WHERE}{NAME}.csv", "")
    return text.replace(WHERE, folder)
