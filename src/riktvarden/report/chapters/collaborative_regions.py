"""The chapter for the national council for competence supply: personnel by collaborative health-care region."""

from __future__ import annotations

import numpy as np
import pandas as pd

from riktvarden.baseline import personnel
from riktvarden.codes import DIVIDED
from riktvarden.professions import PROFESSIONS
from riktvarden.report.chapters import personnel as chapter
from riktvarden.report.kit import charts, column, counted
from riktvarden.report.kit.charts import BLUE, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import PROFESSION
from riktvarden.report.kit.figures import Figure, Table
from riktvarden.report.kit.ranges import COLOUR, range_of


def summary(context: Context) -> list[str]:
    """How the regions are grouped, and what can be shown."""
    t = context.language
    shares = split(context).groupby("collaborative_region")["share"].sum()
    counts = personnel.availability(context.personnel, context.results.regions)
    whole = counts.loc[(counts["aspect"] == "region") & (counts["missing"] == 0), "profession"]
    return [
        t(
            "Summor för samverkansregioner går att räkna för {known} av {asked} yrken: {names}. För de övriga saknas "
            "uppgift i en del av regionerna eller i alla."
        ).format(
            asked=t.number(len(personnel.ASKED)),
            known=t.number(len(whole)),
            names=t.listed(t(PROFESSION[code]) for code in whole),
        ),
        t(
            "Halland hör till två samverkansregioner. Kommunerna som räknas till Södra har {south} av länets invånare, och "
            "de som räknas till Västra har {west}. Eftersom uppgifter om personal bara finns för hela Halland visar vi "
            "Halland för sig."
        ).format(south=t.percent(shares["Södra"]), west=t.percent(shares["Västra"])),
    ]


def physicians(context: Context) -> Figure:
    """Region-employed physicians per 1 000 inhabitants by collaborative region."""
    t = context.language
    groups = _groups(context).sort_values("collaborative_region")
    year = int(chapter.physicians(context)["year"].iloc[0])
    divided = context.region_names[DIVIDED]
    own, whole = t("del av två samverkansregioner"), t("samverkansregion")
    labels = [_named(context, name) for name in groups["collaborative_region"]]
    kinds = np.where(groups["collaborative_region"] == divided, own, whole)
    rows = pd.DataFrame({"label": labels, "value": groups["density"], "low": np.nan, "high": np.nan, "kind": kinds})
    ordered = rows.sort_values("value")
    alternative = t(
        "Punktdiagram. Regionanställda läkare per 1 000 invånare {year}: lägst i {lowest} ({low}) och högst i "
        "{highest} ({high})."
    ).format(
        year=year,
        lowest=ordered["label"].iloc[0],
        low=t.number(ordered["value"].iloc[0], 1),
        highest=ordered["label"].iloc[-1],
        high=t.number(ordered["value"].iloc[-1], 1),
    )
    return Figure.of(
        charts.intervals(rows, charts.number_axis(t("läkare per 1 000 invånare"), 1), {whole: BLUE, own: ORANGE}, labels),
        alternative,
        Table.of(
            t,
            "samverkan-laekare",
            column.heads(t("Samverkansregion"), labels),
            [
                column.number(t("Regioner"), groups["regions"]),
                column.number(t("Invånare {year}").format(year=year), groups["inhabitants"]),
                column.number(t("Läkare"), groups["value"]),
                column.number(t("Läkare per 1 000 invånare"), groups["density"], 1),
                column.status(groups),
            ],
            groups,
            t("Läkare anställda av regionerna i november {year}, all vård. Privata vårdgivare är inte med.").format(
                year=year
            ),
            t("SKR genom Regionfakta, och SCB:s folkmängd"),
        ),
    )


def divided(context: Context) -> Table:
    """Which municipality of the divided region belongs where."""
    t = context.language
    parts = split(context)
    names = context.tables["municipalities"].set_index("municipality")["name"]
    return Table.of(
        t,
        "samverkan-halland",
        column.places(t("Kommun"), names[parts["municipality"]], parts["municipality"]),
        [
            column.written(t("Samverkansregion"), parts["collaborative_region"]),
            column.number(t("Invånare {year}").format(year=context.year), parts["population"]),
            column.percent(t("Andel av länet"), parts["share"]),
        ],
        parts,
        t("Hallands kommuner efter samverkansregion. Indelningen är hämtad ur en äldre förordning."),
        t("förordning 1982:777, föregångare till 2017:80, och SCB:s folkmängd"),
    )


def published(context: Context) -> Table:
    """Densities that Socialstyrelsen published by health-care region itself."""
    t = context.language
    names = set(context.tables["regions"]["collaborative_region"])
    rows = context.personnel.loc[context.personnel["region"].isin(names)].copy()
    return counted.cells_table(
        context,
        rows,
        "samverkan-publicerat",
        t("Täthet per sjukvårdsregion enligt Socialstyrelsen: bara de sjukvårdsregioner som källan nämner."),
    )


def professions(context: Context) -> Table:
    """For every profession and collaborative region: how many of its regions have any figure."""
    t = context.language
    homes = _homes(context)
    rows = []
    for name in sorted(set(homes)):
        counts = personnel.availability(context.personnel, list(homes.index[homes == name]))
        rows.append(counts.loc[counts["aspect"] == "region"].assign(collaborative_region=name))
    data = pd.concat(rows, ignore_index=True)
    data["words"] = [
        f"{found}/{cells}" if found else t("uppgift saknas")
        for found, cells in zip(data["found"], data["cells"], strict=True)
    ]
    wide = data.pivot_table(index="profession", columns="collaborative_region", values="words", aggfunc="first")
    return Table.of(
        t,
        "samverkan-yrken",
        column.heads(t("Yrke"), [t(PROFESSION[code]) for code in personnel.ASKED]),
        [column.written(str(name), texts) for name, texts in wide.loc[list(personnel.ASKED)].items()],
        data.drop(columns="words"),
        t(
            "Regioner med någon uppgift om yrket, av regionerna i samverkansregionen. Halland räknas här till {home}."
        ).format(home=belongs_to(context, DIVIDED)),
        t("rapportens genomgång av publicerade uppgifter"),
        stacked=True,
    )


def places(context: Context) -> Figure:
    """Places per year that the need asks of each programme, by collaborative region; Halland is divided (method E8)."""
    t = context.language
    rows = context.results.places
    needed = rows.loc[(rows["measure"] == "places_needed") & (rows["collaborative_region"] != "")]
    shown = sorted(needed["collaborative_region"].unique())
    words = {name: t(PROFESSION[name]) for name in PROFESSIONS}
    drawn = needed.assign(label=needed["collaborative_region"], kind=needed["profession"].map(words))
    by = {name: needed.loc[needed["profession"] == name].set_index("collaborative_region") for name in PROFESSIONS}
    largest = by[next(iter(PROFESSIONS))]["high"].astype(float)
    most, least = str(largest.idxmax()), str(largest.idxmin())
    alternative = t(
        "Liggande staplar per samverkansregion och yrke. Flest platser för {name} behövs i {most} ({high}) och "
        "färst i {least} ({low}), om platserna följer behovet."
    ).format(
        name=words[next(iter(PROFESSIONS))],
        most=most,
        high=t.between(*range_of(by[next(iter(PROFESSIONS))], most)),
        least=least,
        low=t.between(*range_of(by[next(iter(PROFESSIONS))], least)),
    )
    return Figure.of(
        charts.ranges(
            drawn[["label", "kind", "low", "high"]],
            charts.number_axis(t("utbildningsplatser per år"), 0),
            {words[name]: colour for name, colour in COLOUR.items()},
            shown,
        ),
        alternative,
        Table.of(
            t,
            "samverkan-platser",
            column.heads(t("Samverkansregion"), shown),
            [
                *(column.interval(words[name].capitalize(), part.loc[shown]) for name, part in by.items()),
                column.status("estimated", qualifier="interval_only"),
            ],
            needed,
            t(
                "Utbildningsplatser per år som behövs för att tillgången ska motsvara behovet {year}, fördelade efter "
                "samverkansregionens behov. 80-procentiga intervall. Hallands kommuner är förda till var sin "
                "samverkansregion. Hur dagens platser fördelas finns inte i någon källa."
            ).format(year=context.target_year),
            stacked=True,
        ),
    )


def sources(context: Context) -> Table:
    """The publications behind the chapter."""
    named = context.personnel["region"].isin(context.tables["regions"]["collaborative_region"])
    rows = [*context.personnel.loc[named, "source"], *chapter.physicians(context)["source"]]
    return counted.publications(context, rows, "samverkan-kaellor")


def _groups(context: Context) -> pd.DataFrame:
    rows = chapter.physicians(context)
    year = int(rows["year"].iloc[0])
    people = context.results.inhabitants.set_index(["region", "year"])["population"].xs(year, level="year")
    placed = rows.assign(inhabitants=rows["region"].map(people))
    return personnel.by_collaborative_region(placed, context.tables["regions"], DIVIDED)


def split(context: Context) -> pd.DataFrame:
    """The municipalities of divided regions, each with its region, collaborative region and share of the inhabitants."""
    tables = context.tables
    rows = personnel.split_by_municipality(
        tables["collaborative_region_split"], tables["population_municipality"], context.year
    )
    return rows.assign(region=rows["municipality"].map(tables["municipalities"].set_index("municipality")["region"]))


def belongs_to(context: Context, region: str) -> str:
    """The collaborative health-care region of a region; of one that is divided, where most of its inhabitants live."""
    home, shares = str(_homes(context)[region]), _shares(context)
    if region not in shares.index:
        return home
    share = context.language.percent(shares[home][region])
    return context.language("{name} ({share} av invånarna)").format(name=home, share=share)


def _homes(context: Context) -> pd.Series:
    """Region → its collaborative region; of a divided one, that of most of its inhabitants."""
    homes = context.tables["regions"].set_index("region")["collaborative_region"].copy()
    homes.update(_shares(context).idxmax(axis="columns"))
    return homes


def _shares(context: Context) -> pd.DataFrame:
    """Share of the inhabitants of each divided region, (region, collaborative region)."""
    return split(context).pivot_table(index="region", columns="collaborative_region", values="share", aggfunc="sum")


def _named(context: Context, name: str) -> str:
    """A collaborative region, saying where the divided region is left out."""
    cut = set(context.tables["collaborative_region_split"]["collaborative_region"])
    return context.language("{name} utan Halland").format(name=name) if name in cut else name
