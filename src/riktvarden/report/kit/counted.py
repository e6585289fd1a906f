"""Counted personnel in words: names of codes, tables of cells, and the publications behind them."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd

from riktvarden.professions import PROFESSIONS
from riktvarden.report.kit import column
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Table
from riktvarden.store import material

MUNICIPALITY_GROUP = {
    "A1": "Storstäder",
    "A2": "Pendlingskommun nära storstad",
    "B3": "Större stad",
    "B4": "Pendlingskommun nära större stad",
    "B5": "Lågpendlingskommun nära större stad",
    "C6": "Mindre stad/tätort",
    "C7": "Pendlingskommun nära mindre tätort",
    "C8": "Landsbygdskommun",
    "C9": "Landsbygdskommun med besöksnäring",
}
"""SKR's code of a group of municipalities → its Swedish name."""

PROFESSION = {
    "all": "alla yrken",
    "physician": "läkare",
    "specialist_physician": "specialistläkare",
    "gp_specialist": "specialister i allmänmedicin",
    "resident_physician": "ST-läkare, alla specialiteter",
    "agency_physician": "hyrläkare",
    "nurse": "sjuksköterskor",
    "general_nurse": "grundutbildade sjuksköterskor",
    "specialist_nurse": "specialistsjuksköterskor",
    "psychiatric_nurse": "psykiatrisjuksköterskor",
    "midwife": "barnmorskor",
    "specialist_physiotherapist": "specialistfysioterapeuter",
    "psychotherapist": "psykoterapeuter",
    "counsellor": "kuratorer",
    "dietitian": "dietister",
    "medical_secretary": "vårdadministratörer",
    "assistant_nurse_home_care": "undersköterskor i omsorg",
    "assistant_nurse_hospital": "undersköterskor på avdelning",
    "care_assistant": "vårdbiträden",
    "other": "andra yrken",
} | {name: each.shown.plural for name, each in PROFESSIONS.items()}
"""Profession → its Swedish name."""

SEX = {"total": "totalt", "women": "kvinnor", "men": "män"}

SECTOR = {"all": "all regi", "public": "egen regi", "private": "privat regi", "private_tariff": "privat, LOF"}

CARE_LEVEL = {"all": "all vård", "primary": "primärvård", "other": "annan vård"}

PRINCIPAL = {"all": "alla huvudmän", "region": "region", "municipality": "kommun"}

DEFINITION = {
    "skr_november": "SKR, november",
    "skr_indicators": "SKR, regionala indikatorer",
    "pay_statistics": "SCB:s lönestatistik",
    "occupation_register": "SCB:s yrkesregister",
    "licensed": "Socialstyrelsen, sysselsatta legitimerade",
    "licences": "Socialstyrelsen, legitimationer",
    "association": "yrkesförbund",
    "inquiry": "statlig utredning",
    "assessment": "bedömning av brist",
    "programme": "utbildningsstatistik",
    "forecast_uka": "UKÄ:s prognos",
    "forecast_scb": "SCB:s prognos",
    "forecast_socialstyrelsen": "Socialstyrelsens prognos",
    "forecast_skr": "SKR:s prognos",
    "not_stated": "ursprung ej angivet",
}
"""Definition → the short name of who counts."""

ASPECT = {
    "nation": "riket",
    "nation_sex": "riket, kön",
    "nation_sector": "riket, regi",
    "nation_care_level": "riket, vårdnivå",
    "region": "region",
    "region_sex": "region, kön",
    "everything": "allt på en gång",
}
"""Way to look at a profession → its Swedish words, in the order of the columns."""


def cells_table(context: Context, rows: pd.DataFrame, name: str, caption: str) -> Table:
    """Cells of the model as readers see them: what is counted, by whom, when, and with what status."""
    t = context.language
    values = [
        t("visas inte") if status == "suppressed" else value_of(context, value, unit)
        for value, unit, status in zip(rows["value"], rows["unit"], rows["status"], strict=True)
    ]
    measures = [t(MEASURE.get(m, "")) or t.term(u) for m, u in zip(rows["measure"], rows["unit"], strict=True)]
    whose = {"principal": PRINCIPAL, "sector": SECTOR, "care_level": CARE_LEVEL, "sex": SEX}
    counted = [
        ", ".join(t(words[row[of]]) for of, words in whose.items() if row[of] not in ("all", "total")) or t("alla")
        for row in rows.to_dict("records")
    ]
    area = [context.region_names.get(code, code) for code in rows["region"]]
    columns = [
        column.written(t("Område"), area) if len(set(area)) > 1 else None,
        column.written(t("Värde"), values),
        column.written(t("Mått"), measures),
        column.written(t("År"), ["" if pd.isna(year) else str(year) for year in rows["year"]]),
        column.written(t("Avser"), counted),
        column.written(t("Definition"), [t(DEFINITION[code]) if code else "" for code in rows["definition"]]),
        column.status(rows),
        column.written(t("Uppgift"), [_named(source) for source in rows["source"]]),
    ]
    index = column.heads(t("Yrke"), [t(PROFESSION[code]) for code in rows["profession"]])
    return Table.of(t, name, index, columns, rows, caption, _source(context), stacked=True)


def _named(source: str) -> str:
    """Write where a cell comes from: a figure by its name, a whole table by who published it."""
    return str(material.described(source)["publisher"]) if source and material.is_described(source) else source


MEASURE = {
    "density_change": "förändring per invånare, procent",
    "stock_change": "förändring av antalet, procent",
    "centres_with_access": "vårdcentraler med tillgång till psykolog, procent",
    "centres_with_employed": "vårdcentraler med anställd psykolog, procent",
    "share_private": "andel i privat sektor, procent",
    "share_in_primary_care": "andel i primärvård, procent",
    "entrants": "nybörjare i utbildning",
    "graduates": "examinerade per år i prognosen",
    "further_need_2035": "fler som behövs 2035",
    "further_entrants_2035": "fler nybörjare som behövs per år",
    "recruitment_need_2031": "rekryteringsbehov till 2031",
    "regions_reporting_shortage": "regioner som uppger brist",
    "missing": "saknade läkare",
    "missing_share_2035": "andel som väntas saknas 2035, procent",
    "supply_change_2035": "förändrad tillgång till 2035, procent",
    "demand_change_2035": "förändrad efterfrågan till 2035, procent",
    "supply_change_2025": "förändrad tillgång 2012–2025, procent",
    "supply_change_2025_no_immigration": "förändrad tillgång 2012–2025 utan nettoinvandring, procent",
}
"""Measure → its Swedish words, where the unit alone does not say it."""


def value_of(context: Context, value: float, unit: str) -> str:
    """A value with the decimals its unit needs, or that there is none."""
    t = context.language
    if math.isnan(value):
        return t("uppgift saknas")
    return t.number(value, 2 if unit == "FTE per 1 000" else 0)


def publications(context: Context, cited: Iterable[str], name: str, published: pd.DataFrame | None = None) -> Table:
    """The publications of some published figures, each with its address; figures are named as in the tables above.

    Parameters
    ----------
    context
        The material of the chapter.
    cited
        Names of figures, several in a text with commas between.
    name
        The table's name.
    published
        Published figures to look among, all unless given.
    """
    t = context.language
    figures = {figure for text in cited for figure in text.split(", ")}
    among = context.published if published is None else published
    used = among.loc[among["figure"].isin(figures)]
    data = (
        used.groupby("publication")
        .agg(figures=("figure", _listed), count=("figure", "count"))
        .reset_index()
        .merge(context.tables["publications"], on="publication")
    )
    return Table.of(
        t,
        name,
        column.heads(t("Publikation"), data["title"]),
        [
            column.written(t("Utgivare"), data["publisher"]),
            column.written(t("Uppgifter"), data["figures"]),
            column.written(t("Adress"), data["url"]),
        ],
        data,
        t("Varifrån uppgifterna kommer, med samma beteckningar som i tabellerna ovan."),
        t("rapportens källförteckning"),
        stacked=True,
    )


SHOWN = 12
"""Figures of one publication that are listed; of more, the first and last are named."""


def _listed(figures: pd.Series) -> str:
    names = sorted(figures)
    return ", ".join(names) if len(names) <= SHOWN else f"{names[0]} … {names[-1]} ({len(names)})"


def _source(context: Context) -> str:
    return context.language("publicerade uppgifter, förtecknade i kapitlet Personal i primärvården")
