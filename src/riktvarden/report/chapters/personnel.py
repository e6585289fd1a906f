"""The chapter on personnel: who works in primary care, by whose count, and what nobody counts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from riktvarden.baseline import personnel
from riktvarden.codes import NATION
from riktvarden.report.kit import charts, column
from riktvarden.report.kit.charts import BLUE, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import ASPECT, DEFINITION, PROFESSION, SECTOR, SEX, _source, cells_table, publications
from riktvarden.report.kit.figures import Figure, Table

DEFINITION_MEANING = {
    "skr_november": "Anställda i region eller kommun i november, även i Kolada. Privata vårdgivare är inte med.",
    "skr_indicators": "Årsarbetare i regionernas primärvård. Källan anger inte om de privata är med fullt ut.",
    "pay_statistics": "Anställda i region eller kommun enligt SCB:s lönestatistik, efter yrke eller näringsgren.",
    "occupation_register": "Anställda hos alla arbetsgivare i november, 16–64 år. Ett yrke per person.",
    "licensed": "Legitimerade som är sysselsatta, efter arbetsgivarens näringsgren.",
    "licences": "Alla som har en legitimation, även de som gått i pension eller flyttat. En person kan ha två.",
    "association": "Yrkesförbundens enkäter och medlemsuppgifter.",
    "inquiry": "Skattningar i statens offentliga utredningar.",
    "assessment": "Regioner som uppger brist, eller hur många som någon bedömer saknas.",
    "programme": "Nybörjare i utbildning.",
    "forecast_uka": "Prognos till 2035 för hela arbetsmarknaden, Universitetskanslersämbetet (UKÄ).",
    "forecast_scb": "Prognos till 2035 för hela arbetsmarknaden, SCB, citerad i andra hand.",
    "forecast_socialstyrelsen": "Socialstyrelsens prognoser, citerade av andra.",
    "forecast_skr": "SKR:s personalprognos.",
    "not_stated": "Uppgiften står i en utredning som inte namnger statistiken.",
}
"""Definition → whom it counts."""


DOCTORS = "primary_care_doctors_fte_per_1000_inhabitants"
"""Published measure of doctors of all kinds in the regions' primary care."""

SIZES = {
    "vardcentraler_total": "vårdcentraler",
    "vardcentraler_private": "därav privata",
    "vardcentraler_1_doctor": "med 1",
    "vardcentraler_2_doctors": "med 2",
    "vardcentraler_3_doctors": "med 3",
    "vardcentraler_4_doctors": "med 4",
    "vardcentraler_5_10_doctors": "med 5–10",
    "vardcentraler_over_10_doctors": "med fler än 10",
    "vardcentraler_size_unknown": "storleken okänd",
}
"""Published number of health centres → its Swedish words."""

SMALL = ("vardcentraler_1_doctor", "vardcentraler_2_doctors", "vardcentraler_3_doctors")

COUNTED = ("psychologist", "psychotherapist", "counsellor")
"""Professions that are counted by county in the newest years."""


def summary(context: Context) -> list[str]:
    """What is known of personnel in primary care and what is not."""
    t = context.language
    staff = _staff_by_level(context)
    primary = staff.query("care_level == 'primary'").set_index("sex")
    persons, whole = primary["value"], staff.query("care_level == 'all'").set_index("sex")["value"]
    dense = _density(context)
    wide = dense.pivot_table(index="region", columns="profession", values="value")
    nation, own = wide.loc[NATION].to_dict(), wide.drop(NATION)
    return [
        t(
            "{year} fanns det {doctors} heltider läkare och {nurses} heltider sjuksköterskor per 1 000 invånare i "
            "regionernas primärvård. Läkarna var tätast i {most} ({high}) och glesast i {least} ({low}). Nyare tal efter "
            "region har vi inte."
        ).format(
            year=int(dense["year"].iloc[0]),
            doctors=t.number(nation["physician"], 2),
            nurses=t.number(nation["nurse"], 2),
            most=context.region_names[str(own["physician"].idxmax())],
            high=t.number(own["physician"].max(), 2),
            least=context.region_names[str(own["physician"].idxmin())],
            low=t.number(own["physician"].min(), 2),
        ),
        t(
            "{year} var {total} personer anställda av regionerna på arbetsställen som räknas till primärvård, varav "
            "{share} kvinnor. Det är {part} av regionernas anställda i hälso- och sjukvård."
        ).format(
            year=primary["year"]["total"],
            total=t.number(persons["total"]),
            share=t.percent(persons["women"] / persons["total"]),
            part=t.percent(persons["total"] / whole["total"]),
        ),
        t(
            "Talet är för lågt, eftersom primärvård som är kodad till ett sjukhus inte räknas med och de privata "
            "vårdgivarna saknas helt."
        ),
        private_words(context),
        centre_words(context),
        t(
            "Vi bedömer att underlaget räcker för att jämföra regionerna grovt, men inte för att följa personalen år för "
            "år. Socialstyrelsens statistikdatabas har fält för yrke, vårdform och region i primärvården. Uttaget görs för "
            "hand, och vi har inte gjort det."
        ),
    ]


def density(context: Context) -> Figure:
    """Doctors' and nurses' full-time equivalents per inhabitant in the regions' primary care."""
    t = context.language
    rows = _density(context)
    words = {"physician": t("läkare"), "nurse": t("sjuksköterskor")}
    own = rows.loc[rows["region"] != NATION]
    wide = own.pivot_table(index="region", columns="profession", values="value").sort_values("physician", ascending=False)
    order = [context.region_names[str(code)] for code in wide.index]
    drawn = own.assign(
        label=own["region"].map(context.region_names), kind=own["profession"].map(words), low=np.nan, high=np.nan
    )
    nation = rows.loc[rows["region"] == NATION].set_index("profession")["value"]
    year = int(rows["year"].iloc[0])
    alternative = t(
        "Punkter för {count} regioner. Läkare från {low} till {high} heltider per 1 000 invånare, sjuksköterskor från "
        "{least} till {most}."
    ).format(
        count=t.number(len(wide)),
        low=t.number(wide["physician"].min(), 2),
        high=t.number(wide["physician"].max(), 2),
        least=t.number(wide["nurse"].min(), 2),
        most=t.number(wide["nurse"].max(), 2),
    )
    every = pd.concat([nation.to_frame(NATION).T, wide])
    return Figure.of(
        charts.intervals(
            drawn[["label", "value", "low", "high", "kind"]],
            charts.number_axis(t("heltider per 1 000 invånare"), 1),
            {words["physician"]: BLUE, words["nurse"]: ORANGE},
            order,
        ),
        alternative,
        Table.of(
            t,
            "personal-taethet",
            context.named(every.index),
            [
                column.number(t("Läkare per 1 000 invånare"), every["physician"], 2),
                column.number(t("Sjuksköterskor per 1 000 invånare"), every["nurse"], 2),
                column.number(t("Invånare per läkare"), 1000 / every["physician"]),
                column.status("reported"),
            ],
            rows,
            t(
                "Årsarbetande läkare, även de i utbildning, och sjuksköterskor, även distriktssköterskor, i regionernas "
                "primärvård {year}. Gotland saknas, och kommunernas sjuksköterskor är inte med."
            ).format(year=year),
            t("SKR, bilaga till Hälso- och sjukvårdsrapporten"),
        ),
    )


def centre_words(context: Context) -> str:
    """How many health centres there are, whose, and how many are small."""
    t = context.language
    rows = _centres(context)
    nation = rows.loc[rows["region"] == NATION].set_index("measure")["value"]
    known = nation["vardcentraler_total"] - nation["vardcentraler_size_unknown"]
    return t(
        "{year} fanns {total} vårdcentraler, varav {private} privata. Av dem vars storlek är känd hade {small} högst tre "
        "läkare."
    ).format(
        year=int(rows["year"].iloc[0]),
        total=t.number(nation["vardcentraler_total"]),
        private=t.number(nation["vardcentraler_private"]),
        small=t.percent(nation[list(SMALL)].sum() / known),
    )


def centres(context: Context) -> Table:
    """Health centres by region, owner and number of doctors."""
    t = context.language
    rows = _centres(context)
    wide = rows.pivot_table(index="region", columns="measure", values="value").reindex([NATION, *context.results.regions])
    return Table.of(
        t,
        "personal-vaardcentraler",
        context.named(wide.index),
        [
            *(
                column.written(_capital(t(words)), ["–" if pd.isna(n) else t.number(n) for n in wide[measure]])
                for measure, words in SIZES.items()
            ),
            column.status("reported"),
        ],
        rows,
        t(
            "Vårdcentraler efter ägare och antal läkare, {year}. Halland, Jönköping och privata enheter i Västra Götaland "
            "har inte redovisat storleken. Södermanlands stora enheter redovisades året före som okända."
        ).format(year=int(rows["year"].iloc[0])),
        t("SKL, verksamhetsstatistik"),
        stacked=True,
    )


def employed(context: Context) -> Table:
    """Licensed persons employed by county in all care, per 100 000 inhabitants, and psychologists in the newest years."""
    t = context.language
    dense = context.tables["personnel_density_region"].query("care_level == 'all'")
    wide = dense.pivot_table(index="region", columns="profession", values="value")
    rows = context.tables["licensed_employed_region"]
    newest, first = int(rows["year"].max()), int(rows["year"].min())
    counted = rows.pivot_table(index="region", columns=["profession", "year"], values="persons")
    codes = [NATION, *context.results.regions]
    order = [code for code in PROFESSION if code in wide]
    people = context.results.of("population")["value"].reindex(codes)
    columns = [
        column.written(
            _capital(t("{profession} {year}").format(profession=t(PROFESSION[code]), year=int(dense["year"].iloc[0]))),
            ["–" if pd.isna(value) else t.number(value) for value in wide[code].reindex(codes)],
        )
        for code in order
    ]
    for code in COUNTED:
        rate = 100_000 * counted[code, newest].reindex(codes) / people
        columns.append(
            column.written(
                _capital(t("{profession} {year}").format(profession=t(PROFESSION[code]), year=newest)),
                ["–" if pd.isna(value) else t.number(value) for value in rate],
            )
        )
    columns.append(
        column.written(
            t("Psykologer, personer {first}–{last}").format(first=first, last=newest),
            [
                t.interval(*pair)
                if pair[0] <= pair[1]
                else t("{first} till {last}").format(first=t.number(pair[0]), last=t.number(pair[1]))
                for pair in counted["psychologist"].reindex(codes)[[first, newest]].to_numpy(float)
            ],
        )
    )
    return Table.of(
        t,
        "personal-laen",
        context.named(codes),
        [*columns, column.status("reported")],
        pd.concat([dense, rows.assign(measure="persons", care_level="all", value=rows["persons"])], ignore_index=True),
        t(
            "Sysselsatta med legitimation per 100 000 invånare efter län, alla arbetsgivare och all vård: inte "
            "primärvården. Yrkena läggs inte ihop, eftersom en psykoterapeut också har en annan legitimation. Kuratorernas "
            "legitimation är ny, så ökningen beror delvis på den."
        ),
        t("Socialstyrelsen och SCB"),
        stacked=True,
    )


def private_words(context: Context) -> str:
    """What is published on personnel of private providers in primary care, in one sentence."""
    t = context.language
    wanted = pd.DataFrame(
        [(code, NATION, sector, "primary") for code in personnel.ASKED for sector in _private(code)],
        columns=["profession", "region", "sector", "care_level"],
    )
    rows = personnel.complete(context.personnel, wanted)
    known = rows.loc[rows["status"] != "missing", "profession"].drop_duplicates()
    if known.empty:
        return t(
            "Inget av de {count} yrken som uppdraget frågar efter är räknat hos privata vårdgivare i primärvården, inte "
            "heller fysioterapeuterna på nationella taxan."
        ).format(count=t.number(len(personnel.ASKED)))
    return t("Hos privata vårdgivare i primärvården är bara {professions} räknade.").format(
        professions=t.listed(t(PROFESSION[code]) for code in known)
    )


def availability(context: Context) -> Table:
    """What exists: profession by way to look at it."""
    t = context.language
    counts = personnel.availability(context.personnel, context.results.regions)
    shown = counts.loc[counts["aspect"].isin(ASPECT)]
    texts = [f"{found}/{cells}" for found, cells in zip(shown["found"], shown["cells"], strict=True)]
    order = list(dict.fromkeys(shown["profession"]))
    wide = shown.assign(words=texts).pivot_table(index="profession", columns="aspect", values="words", aggfunc="first")
    return Table.of(
        t,
        "personal-vad-som-finns",
        column.heads(t("Yrke"), [t(PROFESSION[code]) for code in order]),
        [column.written(t(word), wide.loc[order, aspect]) for aspect, word in ASPECT.items()],
        shown,
        t(
            "Celler med ett publicerat antal, av alla som uppdraget ber om. Personal per invånare i regionernas primärvård "
            "och sysselsatta i hela länet, som visas ovan, räknas inte hit."
        ),
        _source(context),
    )


def care_levels(context: Context) -> Table:
    """Region employees in primary care and other care, by sex, in one definition."""
    t = context.language
    staff = _staff_by_level(context)
    rows, data = [], []
    for sex in ("women", "men", "total"):
        own = staff.loc[staff["sex"] == sex]
        whole, part = own.query("care_level == 'all'"), own.query("care_level == 'primary'")
        other = personnel.remainder(whole, part)
        rows.append(
            (
                t(SEX[sex]),
                t.number(part["value"].iloc[0]),
                t.number(other.value),
                t.number(whole["value"].iloc[0]),
                t.percent(part["value"].iloc[0] / whole["value"].iloc[0], 1),
                t.status(part["status"].iloc[0], part["qualifier"].iloc[0]),
                t.status(other.status),
            )
        )
        data.append({"sex": sex, "care_level": "other", **other._asdict()})
    heads = (
        t("Kön"),
        t("Primärvård"),
        t("Annan vård"),
        t("Hela vården"),
        t("Andel primärvård"),
        t("Status, primärvård"),
        t("Status, annan vård"),
    )
    return Table.of(
        t,
        "personal-vaardnivaa",
        *column.listed(heads, rows),
        pd.concat([staff, pd.DataFrame(data)], ignore_index=True),
        t("Anställda i regionerna {year} efter arbetsställets näringsgren. Annan vård är skillnaden.").format(
            year=int(staff["year"].iloc[0])
        ),
        t("SCB:s lönestrukturstatistik"),
    )


def by_sex(context: Context) -> Figure:
    """Women and men by profession among region employees, in the one definition that has both."""
    t = context.language
    rows = context.personnel.query(
        "definition == 'pay_statistics' and principal == 'region' and measure == 'persons' and care_level == 'all' "
        "and profession != 'all'"
    )
    wide = rows.pivot_table(index="profession", columns="sex", values="value").sort_values("total", ascending=False)
    tall = rows.loc[rows["sex"] != "total", ["profession", "sex", "value"]].copy()
    tall["label"] = [t(PROFESSION[code]) for code in tall["profession"]]
    tall["kind"] = [t(SEX[code]) for code in tall["sex"]]
    order = [t(PROFESSION[code]) for code in wide.index]
    total = rows.loc[rows["sex"] == "total"].set_index("profession").loc[wide.index]
    year = int(rows["year"].iloc[0])
    share = wide["women"] / (wide["women"] + wide["men"])
    alternative = t(
        "Staplar med kvinnor och män per yrke bland regionernas anställda {year}. Andelen kvinnor är högst bland "
        "{high} ({high_share}) och lägst bland {low} ({low_share})."
    ).format(
        year=year,
        high=t(PROFESSION[str(share.idxmax())]),
        high_share=t.percent(share.max()),
        low=t(PROFESSION[str(share.idxmin())]),
        low_share=t.percent(share.min()),
    )
    legend = {t("kvinnor"): BLUE, t("män"): ORANGE}
    return Figure.of(
        charts.bars(tall[["label", "value", "kind"]], charts.number_axis(t("personer"), 0), legend, order),
        alternative,
        Table.of(
            t,
            "personal-koen",
            column.heads(t("Yrke"), order),
            [
                column.number(t("Kvinnor"), wide["women"]),
                column.number(t("Män"), wide["men"]),
                column.number(t("Totalt"), wide["total"]),
                column.status(total),
                column.written(t("Uppgift"), total["source"]),
            ],
            rows,
            t("Anställda i regionerna {year} efter yrke och kön, all vård. Talen är avrundade var för sig.").format(
                year=year
            ),
            t("SCB:s lönestrukturstatistik"),
        ),
    )


def side_by_side(context: Context) -> Table:
    """The newest national stock of every profession under each definition; never added."""
    t = context.language
    rows = context.personnel.loc[
        (context.personnel["region"] == NATION)
        & (context.personnel["sex"] == "total")
        & context.personnel["measure"].isin(personnel.STOCKS)
    ]
    newest = personnel.newest_of(rows, ["profession", "sector", "care_level", "principal", "measure", "definition"])
    return cells_table(
        context,
        newest,
        "personal-definitioner",
        t("Senaste uppgift för riket, per yrke och definition. Raderna räknar olika personer och läggs inte ihop."),
    )


def definitions(context: Context) -> Table:
    """Who counts what, and how many cells of the model are theirs."""
    t = context.language
    counts = context.personnel["definition"].value_counts().reindex(list(DEFINITION)).fillna(0).astype(int)
    return Table.of(
        t,
        "personal-vem-som-raeknas",
        column.heads(t("Definition"), [t(DEFINITION[code]) for code in counts.index]),
        [
            column.written(t("Vem som räknas"), [t(DEFINITION_MEANING[code]) for code in counts.index]),
            column.number(t("Antal uppgifter"), counts),
        ],
        counts.rename("cells").reset_index(),
        t("Definitionerna. Tal ur olika definitioner står bredvid varandra och läggs aldrig ihop."),
        t("rapportens metod"),
        stacked=True,
    )


def physicians(context: Context) -> pd.DataFrame:
    """Region-employed physicians of the newest year with all regions, with their density."""
    rows = context.personnel.query("profession == 'physician' and measure == 'persons'")
    rows = rows.loc[rows["region"].isin(context.results.regions)]
    newest = rows.loc[rows["year"] == rows["year"].max()]
    inhabitants = context.results.inhabitants.set_index(["region", "year"])["population"]
    return personnel.per_inhabitants(newest, inhabitants)


def anomalies(context: Context) -> Table:
    """Published figures that cannot be right, by rule."""
    t = context.language
    rules = {
        "fte_above_persons": t("fler heltider än personer"),
        "regions_miss_nation": t("regionerna summerar inte till rikets tal"),
    }
    found = personnel.anomalies(context.personnel)
    return Table.of(
        t,
        "personal-orimligt",
        context.named(found["region"]),
        [
            column.written(t("År"), [str(year) for year in found["year"]]),
            column.written(t("Fel"), [rules[rule] for rule in found["rule"]]),
            column.number(t("Funnet"), found["found"]),
            column.number(t("Att jämföra med"), found["expected"]),
            column.written(t("Uppgift"), found["source"]),
        ],
        found,
        t("Publicerade uppgifter om läkare som inte kan stämma. De återges som källan skriver dem, med en flagga."),
        t("rapportens kontroller"),
    )


def region_rows(context: Context, region: str) -> Table:
    """What is published of personnel in one region; its caption names the professions asked for that lack figures."""
    t = context.language
    own = pd.concat([context.personnel_rows(region), _elsewhere(context, region)], ignore_index=True)
    keys = ["profession", "sex", "sector", "care_level", "principal", "measure", "definition"]
    newest = personnel.newest_of(own, keys)
    absent = pd.DataFrame(
        [(code, region) for code in personnel.ASKED if code not in set(newest["profession"])],
        columns=["profession", "region"],
    )
    absent = personnel.complete(own.iloc[:0], absent)
    tariff = pd.DataFrame([("physiotherapist", region, "private_tariff", "primary")])
    tariff.columns = ["profession", "region", "sector", "care_level"]
    first = newest.assign(_other=newest["care_level"] != "primary").sort_values(["_other", "year"], ascending=[True, False])
    newest = first.drop(columns="_other")
    rows = pd.concat([newest, absent, personnel.complete(own, tariff)], ignore_index=True)
    empty = rows["status"] == "missing"
    caption = t("Senaste publicerade uppgift om personal i {name}, per yrke och definition.").format(
        name=context.principals[region]
    )
    lacking = [
        t(PROFESSION[row["profession"]]) + ("" if row["sector"] == "all" else f" ({t(SECTOR[row['sector']])})")
        for row in rows.loc[empty].to_dict("records")
    ]
    if lacking:
        caption += " " + t("Inget är publicerat om {professions}.").format(professions=t.listed(dict.fromkeys(lacking)))
    return cells_table(context, rows.loc[~empty].reset_index(drop=True), f"personal-{region}", caption)


def sources(context: Context) -> Table:
    """The publications behind every personnel figure."""
    cited = [*context.personnel["source"], *_doctors(context)["figure"], *_centres(context)["figure"]]
    return publications(context, cited, "personal-kaellor")


FOLDED = {
    "centres": "Vårdcentraler i varje region",
    "employed": "Sysselsatta med legitimation i varje län",
    "availability": "Vad som är räknat, yrke för yrke",
    "side_by_side": "Senaste uppgift för riket, yrke för yrke",
    "definitions": "Vem som räknas i varje källa",
    "anomalies": "Uppgifter som inte kan stämma",
    "sources": "Källor till kapitlets uppgifter",
}
"""Folded table → its heading."""


def folded(context: Context, name: str) -> str:
    """Heading of a folded table."""
    return context.language(FOLDED[name])


def _elsewhere(context: Context, region: str) -> pd.DataFrame:
    """Rows of one region in the tables that are not part of the model, in its form: never added to other cells."""
    doctors = _doctors(context)
    dense = context.tables["personnel_density_region"]
    counted = context.tables["licensed_employed_region"]
    frames = [
        doctors.assign(profession="physician", care_level="primary", measure="fte_per_1000", source=doctors["figure"]),
        dense.assign(source="personnel_density_region"),
        counted.assign(care_level="all", measure="persons", value=counted["persons"], source="licensed_employed_region"),
    ]
    rows = pd.concat(frames, ignore_index=True)
    rows = rows.loc[rows["region"] == region]
    primary = rows["care_level"] == "primary"
    return rows.assign(
        sex="total",
        sector="all",
        principal=np.where(primary, "region", "all"),
        unit=rows["measure"].map(personnel.unit_of),
        status="reported",
        qualifier="",
        year=rows["year"].astype("Int64"),
        definition=np.where(primary, "skr_indicators", "licensed"),
    )[personnel.COLUMNS]


def _doctors(context: Context) -> pd.DataFrame:
    """Published full-time equivalents of doctors in primary care, by region."""
    figures = context.tables["published_st"]
    return figures.loc[(figures["measure"] == DOCTORS) & figures["region"].notna()]


def _density(context: Context) -> pd.DataFrame:
    """Doctors and nurses in primary care: ``profession, region, year, value``."""
    dense = context.tables["personnel_density_region"]
    nurses = dense.loc[(dense["profession"] == "nurse") & (dense["care_level"] == "primary")]
    doctors = _doctors(context).assign(profession="physician")
    columns = ["profession", "region", "year", "value"]
    return pd.concat([doctors[columns], nurses[columns]], ignore_index=True)


def _centres(context: Context) -> pd.DataFrame:
    """Published numbers of health centres in the newest year that has them by size."""
    figures = context.tables["published_st"]
    rows = figures.loc[figures["measure"].isin(list(SIZES)) & figures["region"].notna()]
    years = rows.loc[rows["measure"] == SMALL[0], "year"]
    return rows.loc[(rows["year"] == years.max()) & rows["value"].notna()].drop_duplicates(
        ["region", "measure"], keep="last"
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _private(profession: str) -> tuple[str, ...]:
    return ("private", "private_tariff") if profession == "physiotherapist" else ("private",)


def _staff_by_level(context: Context) -> pd.DataFrame:
    """Region employees of the year that tells primary care apart."""
    rows = context.personnel.query("profession == 'all' and definition == 'pay_statistics' and principal == 'region'")
    years = rows.loc[rows["care_level"] == "primary", "year"]
    return rows.loc[rows["year"] == years.max()]
