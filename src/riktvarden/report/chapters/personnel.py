"""The chapter on personnel: who works in primary care, by whose count, and what nobody counts."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from riktvarden.baseline import personnel
from riktvarden.codes import NATION
from riktvarden.report.kit import charts, maps
from riktvarden.report.kit.charts import BLUE, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import ASPECT, DEFINITION, PROFESSION, SECTOR, SEX, _source, cells_table, publications
from riktvarden.report.kit.figures import Figure, Table

DEFINITION_MEANING = {
    "skr_november": "Anställda i region eller kommun i november, även i Kolada. Privata vårdgivare är inte med.",
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


def summary(context: Context) -> list[str]:
    """What is known of personnel in primary care and what is not."""
    t = context.language
    staff = _staff_by_level(context)
    primary = staff.query("care_level == 'primary'").set_index("sex")
    persons, whole = primary["value"], staff.query("care_level == 'all'").set_index("sex")["value"]
    wanted = personnel.wanted(context.results.regions)
    found = personnel.complete(context.personnel, wanted)
    return [
        t(
            "{year} var {total} personer anställda av regionerna på arbetsställen som räknas till primärvård, varav "
            "{share} kvinnor. Det är {part} av regionernas anställda i hälso- och sjukvård (SCB:s lönestrukturstatistik, "
            "uppgift {source})."
        ).format(
            year=primary["year"]["total"],
            total=t.number(persons["total"]),
            share=t.percent(persons["women"] / persons["total"]),
            part=t.percent(persons["total"] / whole["total"]),
            source=primary["source"]["total"],
        ),
        t("Talet är för lågt: primärvård som är kodad till ett sjukhus saknas, och det gör alla privata vårdgivare."),
        t(
            "Uppdraget ber om {professions} yrken efter region, kön, regi och vårdnivå, tillsammans {cells} celler. "
            "{known} av dem finns i en källa som rapporten har tillgång till."
        ).format(
            professions=t.number(len(personnel.ASKED)),
            cells=t.number(len(wanted)),
            known=t.number((found["status"] != "missing").sum()) if found["value"].notna().any() else t("Ingen"),
        ),
    ]


def availability(context: Context) -> Figure:
    """Matrix of what exists: profession by way to look at it."""
    t = context.language
    counts = personnel.availability(context.personnel, context.results.regions)
    shown = counts.loc[counts["aspect"].isin(ASPECT)]
    rows = pd.DataFrame(
        {
            "label": [t(PROFESSION[code]) for code in shown["profession"]],
            "column": [t(ASPECT[code]) for code in shown["aspect"]],
            "share": shown["found"] / shown["cells"],
            "words": [f"{found}/{cells}" for found, cells in zip(shown["found"], shown["cells"], strict=True)],
        }
    )
    columns = [t(word) for word in ASPECT.values()]
    order = list(dict.fromkeys(rows["label"]))
    cells = rows.pivot_table(index="label", columns="column", values="words", aggfunc="first").loc[order, columns]
    cells.index.name, cells.columns.name = t("Yrke"), None
    regional = shown.loc[(shown["aspect"] == "region") & (shown["found"] == shown["cells"]), "profession"]
    alternative = t(
        "Rutnät över {professions} yrken. {nation} av dem har någon uppgift för riket, men bara {regional} för alla "
        "regioner: {names}. Inget yrke har en uppgift som samtidigt är uppdelad på region, kön, regi och vårdnivå."
    ).format(
        professions=t.number(len(order)),
        nation=t.number((shown.loc[shown["aspect"] == "nation", "found"] > 0).sum()),
        regional=t.number(len(regional)),
        names=t.listed(t(PROFESSION[code]) for code in regional),
    )
    return Figure.of(
        charts.matrix(rows, columns, order, t("andel av cellerna med en uppgift")),
        alternative,
        Table(
            "personal-vad-som-finns",
            cells,
            shown,
            t("Celler med en publicerad uppgift, av alla som behövs. Antal eller täthet, oavsett definition."),
            _source(context),
        ),
    )


def care_levels(context: Context) -> Table:
    """Region employees in primary care and other care, by sex, in one definition."""
    t = context.language
    staff = _staff_by_level(context)
    entries, data = [], []
    for sex in ("women", "men", "total"):
        own = staff.loc[staff["sex"] == sex]
        whole, part = own.query("care_level == 'all'"), own.query("care_level == 'primary'")
        other = personnel.remainder(whole, part)
        entries.append(
            (
                t.number(part["value"].iloc[0]),
                t.number(other.value),
                t.number(whole["value"].iloc[0]),
                t.percent(part["value"].iloc[0] / whole["value"].iloc[0], 1),
                t.status(part["status"].iloc[0], part["qualifier"].iloc[0]),
                t.status(other.status),
            )
        )
        data.append({"sex": sex, "care_level": "other", **other._asdict()})
    cells = pd.DataFrame(
        entries,
        columns=[
            t("Primärvård"),
            t("Annan vård"),
            t("Hela vården"),
            t("Andel primärvård"),
            t("Status, primärvård"),
            t("Status, annan vård"),
        ],
        index=pd.Index([t(SEX[sex]) for sex in ("women", "men", "total")], name=t("Kön")),
    )
    return Table(
        "personal-vaardnivaa",
        cells,
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
    cells = pd.DataFrame(
        {
            t("Kvinnor"): [t.number(value) for value in wide["women"]],
            t("Män"): [t.number(value) for value in wide["men"]],
            t("Totalt"): [t.number(value) for value in wide["total"]],
            t("Status"): t.statuses(total),
            t("Uppgift"): total["source"].to_list(),
        },
        index=pd.Index(order, name=t("Yrke")),
    )
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
        Table(
            "personal-koen",
            cells,
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
    cells = pd.DataFrame(
        {
            t("Vem som räknas"): [t(DEFINITION_MEANING[code]) for code in counts.index],
            t("Antal uppgifter"): [t.number(count) for count in counts],
        },
        index=pd.Index([t(DEFINITION[code]) for code in counts.index], name=t("Definition")),
    )
    return Table(
        "personal-vem-som-raeknas",
        cells,
        counts.rename("cells").reset_index(),
        t("Definitionerna. Tal ur olika definitioner står bredvid varandra och läggs aldrig ihop."),
        t("rapportens metod"),
        stacked=True,
    )


def physicians_map(context: Context, counties: gpd.GeoDataFrame) -> Figure:
    """Region-employed physicians per 1 000 inhabitants: the only profession published for every region."""
    t = context.language
    dense = physicians(context)
    areas = maps.prepare(counties).merge(dense[["region", "density"]], on="region", how="left")
    areas = areas.rename(columns={"density": "value"})
    areas["name"] = areas["region"].map(context.region_names)
    year = int(dense["year"].iloc[0])
    ordered = dense.sort_values("density")
    alternative = t(
        "Karta över regionanställda läkare per 1 000 invånare i november {year}, all vård. Lägst i {lowest} ({low}) "
        "och högst i {highest} ({high}). Universitetssjukhus höjer talen, och privata vårdgivare saknas."
    ).format(
        year=year,
        lowest=context.region_names[ordered["region"].iloc[0]],
        low=t.number(ordered["density"].iloc[0], 1),
        highest=context.region_names[ordered["region"].iloc[-1]],
        high=t.number(ordered["density"].iloc[-1], 1),
    )
    fte = (
        context.personnel.query(f"profession == 'physician' and measure == 'fte' and year == {year}")
        .set_index("region")
        .loc[list(dense["region"])]
    )
    cells = pd.DataFrame(
        {
            t("Personer"): [t.number(value) for value in dense["value"]],
            t("Heltider"): [t.number(value) for value in fte["value"]],
            t("Personer per 1 000 invånare"): [t.number(value, 1) for value in dense["density"]],
            t("Status, personer"): t.statuses(dense),
            t("Status, heltider"): t.statuses(fte),
        },
        index=context.named(dense["region"]),
    )
    title = t("regionanställda läkare per 1 000 invånare, {year}").format(year=year)
    return Figure.of(
        maps.choropleth(areas, title, charts.number_label(1), t("uppgift saknas")),
        alternative,
        Table(
            "personal-laekare-region",
            cells,
            dense,
            t("Läkare anställda av regionen i november {year}, all vård och alla specialiteter.").format(year=year),
            t("SKR genom Regionfakta, och SCB:s folkmängd"),
        ),
    )


def physicians(context: Context) -> pd.DataFrame:
    """Region-employed physicians of the newest year with all regions, with their density."""
    rows = context.personnel.query("profession == 'physician' and measure == 'persons'")
    rows = rows.loc[rows["region"].isin(context.results.regions)]
    newest = rows.loc[rows["year"] == rows["year"].max()]
    inhabitants = context.results.inhabitants.set_index(["region", "year"])["population"]
    return personnel.per_inhabitants(newest, inhabitants)


def private_sector(context: Context) -> Table:
    """Private providers in primary care, each profession a row: where no source has it, the row says so."""
    t = context.language
    wanted = pd.DataFrame(
        [(code, NATION, sector, "primary") for code in personnel.ASKED for sector in _private(code)],
        columns=["profession", "region", "sector", "care_level"],
    )
    rows = personnel.complete(context.personnel, wanted)
    return cells_table(
        context,
        rows,
        "personal-privat",
        t(
            "Personal i primärvård hos privata vårdgivare, riket. LOF: fysioterapeuter på nationella taxan, som "
            "regionen betalar men inte anställer. Finns en enda vårdgivare i ett område visas inget antal."
        ),
    )


def anomalies(context: Context) -> Table:
    """Published figures that cannot be right, by rule."""
    t = context.language
    rules = {
        "fte_above_persons": t("fler heltider än personer"),
        "regions_miss_nation": t("regionerna summerar inte till rikets tal"),
    }
    found = personnel.anomalies(context.personnel)
    cells = pd.DataFrame(
        {
            t("År"): [str(year) for year in found["year"]],
            t("Fel"): [rules[rule] for rule in found["rule"]],
            t("Funnet"): [t.number(value) for value in found["found"]],
            t("Att jämföra med"): [t.number(value) for value in found["expected"]],
            t("Uppgift"): found["source"].to_list(),
        },
        index=context.named(found["region"]),
    )
    return Table(
        "personal-orimligt",
        cells,
        found,
        t("Publicerade uppgifter om läkare som inte kan stämma. De återges som källan skriver dem, med en flagga."),
        t("rapportens kontroller"),
    )


def region_rows(context: Context, region: str) -> Table:
    """What is published of personnel in one region; its caption names the professions asked for that lack figures."""
    t = context.language
    own = context.personnel_rows(region)
    keys = ["profession", "sex", "sector", "care_level", "principal", "measure", "definition"]
    newest = personnel.newest_of(own, keys)
    absent = pd.DataFrame(
        [(code, region) for code in personnel.ASKED if code not in set(newest["profession"])],
        columns=["profession", "region"],
    )
    absent = personnel.complete(own.iloc[:0], absent)
    tariff = pd.DataFrame([("physiotherapist", region, "private_tariff", "primary")])
    tariff.columns = ["profession", "region", "sector", "care_level"]
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
        caption += " " + t("Uppgift saknas om {professions}.").format(professions=t.listed(dict.fromkeys(lacking)))
    return cells_table(context, rows.loc[~empty].reset_index(drop=True), f"personal-{region}", caption)


def sources(context: Context) -> Table:
    """The publications behind every personnel figure."""
    return publications(context, context.personnel["source"], "personal-kaellor")


def _private(profession: str) -> tuple[str, ...]:
    return ("private", "private_tariff") if profession == "physiotherapist" else ("private",)


def _staff_by_level(context: Context) -> pd.DataFrame:
    """Region employees of the year that tells primary care apart."""
    rows = context.personnel.query("profession == 'all' and definition == 'pay_statistics' and principal == 'region'")
    years = rows.loc[rows["care_level"] == "primary", "year"]
    return rows.loc[rows["year"] == years.max()]
