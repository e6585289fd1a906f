"""The baseline chapter: who trains in general practice today, as published and at one date."""

from __future__ import annotations

import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from riktvarden.baseline import regional, returned
from riktvarden.codes import NATION
from riktvarden.disclosure.limits import THRESHOLD
from riktvarden.names import LOCAL_NORM
from riktvarden.report.kit import charts, column, maps
from riktvarden.report.kit.charts import BLUE, MUTED, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Figure, Table, show, show_folded
from riktvarden.report.kit.language import EN_DASH
from riktvarden.report.kit.ranges import ENDS

_QUALITY = {"exact": "redovisad", "approximate": "redovisad, ungefärlig", "derived": "härledd"}
"""Quality of a published figure → its Swedish words."""


def summary(context: Context) -> list[str]:
    """How many positions and persons there are, what that rests on, and what has not been published."""
    t = context.language
    a = context.assumptions
    figures = context.results.figures
    rate = context.tables["published_st"].query("measure == 'st_allmanmedicin_per_1000_inhabitants'")
    nation = rate.loc[rate["region"] == NATION].iloc[0]
    of_positions = figures["measure"].isin(["positions", "financed_positions"]) & figures["value"].notna()
    positions = figures.loc[of_positions, "region"].unique()
    return [
        t(
            "Den {date} fanns i riket uppskattningsvis {positions} ST-tjänster i allmänmedicin. De delades av {persons} "
            "läkare."
        ).format(
            date=context.reference_date,
            positions=context.estimate("st_positions_reference"),
            persons=context.estimate("st_persons_reference"),
        ),
        t(
            "Uppdraget gäller tjänster, men bara {listed} har publicerat ett antal. Därför har vi räknat tjänsterna ur "
            "antalet läkare, med {ppp} personer per tjänst och {vacancy} vakanta tjänster. De två måtten bygger alltså på "
            "samma uppgifter."
        ).format(
            listed=t.listed(context.principals[code] for code in positions),
            ppp=t.number(a["persons_per_position"].value, 1),
            vacancy=t.percent(a["st_vacancy_rate"].value),
        ),
        counted(context),
        t(
            "Talet för riket bygger på en publicerad täthet, {rate} ST-läkare per 1 000 invånare. Den är avrundad och "
            "källan säger inte varifrån den kommer. Vi bedömer därför att osäkerheten är större än intervallet visar."
        ).format(rate=t.number(nation["value"], 2)),
        by_employer(context),
        *(
            t(
                "{name} har bara publicerat antalet block. Eftersom ett block kan stå tomt är det okänt hur många som gör "
                "ST där."
            ).format(name=context.principals[code])
            for code in figures.loc[figures["measure"] == "blocks", "region"]
        ),
    ]


def by_employer(context: Context) -> str:
    """How many were employed by regions and by private providers, the newest figures and the oldest."""
    t = context.language
    rows = context.tables["published_st"].query("region == @NATION and measure in @SECTORS")
    wide = rows.pivot_table(index="year", columns="measure", values="value", aggfunc="first")
    own, private = (wide[measure] for measure in SECTORS)
    first, last = wide.index[0], wide.index[-1]
    return t(
        "År {last} var omkring {private} av de {all} som gjorde ST anställda i privat regi, det vill säga {now}. År "
        "{first} var andelen {then}. Nyare tal finns inte."
    ).format(
        last=last,
        first=first,
        private=t.number(private[last]),
        all=t.number(own[last] + private[last]),
        now=t.percent(private[last] / (own[last] + private[last])),
        then=t.percent(private[first] / (own[first] + private[first])),
    )


def counted(context: Context) -> str:
    """How many regions have published the number of those in training, or a rate that gives it."""
    t = context.language
    persons = context.results.figures.query("measure == 'persons' and value.notna()")
    regions = context.results.regions
    inhabitants = context.results.of("population")["value"]
    rated = int((persons["status"] == "derived").sum())
    known = t("{counted} av {all} regioner har publicerat hur många som gör ST.")
    if rated == 1:
        known += " " + t("För en till går antalet att räkna ut ur ett tal per 1 000 invånare.")
    elif rated:
        known += " " + t("För {rated} till går antalet att räkna ut ur ett tal per 1 000 invånare.")
    rest = t(
        "För de andra {unknown} ger rapporten bara modellens intervall: {silent} har inte publicerat något alls om ST, och "
        "{other} har publicerat tjänster eller block men inte hur många läkare det är."
    )
    return f"{known} {t('Där bor {share} av landets invånare.')} {rest}".format(
        counted=t.number(len(persons) - rated),
        all=t.number(len(regions)),
        rated=t.spelled(rated),
        share=t.percent(inhabitants.loc[persons["region"]].sum() / inhabitants[NATION]),
        unknown=t.number(unknown(context)),
        silent=t.number(silent(context)),
        other=t.number(unknown(context) - silent(context)),
    )


def unknown(context: Context) -> int:
    """How many regions have no figure from which the number of persons in training follows."""
    return int(context.results.of("st_persons_reference")["value"].drop(NATION).isna().sum())


def silent(context: Context) -> int:
    """How many of them have published no figure on training at all."""
    return len(context.results.regions) - context.results.figures["region"].nunique()


def dated(context: Context, figure: pd.Series) -> str:
    """When a published figure is of; of one that does not say, when it was published."""
    t = context.language
    if figure["precision"] != "not_stated":
        return t.date(figure["dated"], figure["precision"])
    rows = context.table_rows("published_st", figure["region"]).set_index("figure")
    return t("odaterad, publicerad {year}").format(year=rows.loc[figure["figure"], "year"])


def density(context: Context, codes: list[str]) -> pd.DataFrame:
    """ST positions per 10 000 inhabitants at the reference date, indexed by area."""
    rows, people = (context.measure(name, codes) for name in ("st_positions_reference", "population"))
    per = 10_000 / people.loc[rows.index, "value"]
    return rows.assign(unit="positions per 10 000 inhabitants", **{end: rows[end] * per for end in ENDS})


def density_map(context: Context, counties: gpd.GeoDataFrame) -> Figure:
    """Map of ST positions per 10 000 inhabitants; regions that have published no number are hatched."""
    t = context.language
    rows = density(context, list(context.results.regions))
    areas = maps.prepare(counties).merge(rows["value"], left_on="region", right_index=True)
    areas["name"] = areas["region"].map(context.region_names)
    title = t("ST-tjänster per 10 000 invånare, {date}").format(date=context.reference_date)
    known = rows["value"].dropna().sort_values()
    chart = maps.choropleth(areas, title, charts.number_label(1), t("streckat: uppgift saknas"))
    alternative = t.plural(
        "Karta över Sveriges {all} regioner. {known} av dem har publicerat ett antal som ST-tjänsterna går att skatta ur; "
        "{count} är streckad. Bland de kända har {lowest} lägst ({low}) och {highest} högst ({high}) per 10 000 invånare.",
        "Karta över Sveriges {all} regioner. {known} av dem har publicerat ett antal som ST-tjänsterna går att skatta ur; "
        "{count} är streckade. Bland de kända har {lowest} lägst ({low}) och {highest} högst ({high}) per 10 000 invånare.",
        len(rows) - len(known),
        all=t.number(len(rows)),
        known=t.number(len(known)),
        lowest=context.region_names[known.index[0]],
        low=t.number(known.iloc[0], 1),
        highest=context.region_names[known.index[-1]],
        high=t.number(known.iloc[-1], 1),
    )
    caption = t(
        "ST-tjänster i allmänmedicin per 10 000 invånare {date}, skattade ur publicerade uppgifter om antalet personer."
    ).format(date=context.reference_date)
    return Figure(chart, alternative, caption, density_table(context, "st-taethet-karta"))


def density_table(context: Context, name: str, codes: list[str] | None = None) -> Table:
    """ST positions and persons at the reference date, and the newest published figures at their own dates."""
    t = context.language
    shown = codes or [NATION, *context.results.regions]
    rows = density(context, shown).loc[shown]
    newest = t("Senast publicerat")
    return Table.of(
        t,
        name,
        context.named(shown),
        [
            column.written(
                t("ST-tjänster {date}").format(date=context.reference_date),
                [context.estimate("st_positions_reference", code) for code in shown],
            ),
            column.estimate(t("Per 10 000 invånare"), rows, 1),
            column.written(
                t("Personer {date}").format(date=context.reference_date),
                [context.estimate("st_persons_reference", code) for code in shown],
            ),
            column.text(newest, [_newest(context, code) for code in shown]),
            column.written(
                t("Status för tjänster och personer"), [context.status("st_positions_reference", code) for code in shown]
            ),
        ],
        pd.concat(
            [
                context.rows(["st_positions_reference", "st_persons_reference"], shown),
                rows.assign(measure="st_positions_reference_per_10000").reset_index(),
            ],
            ignore_index=True,
        ),
        t(
            "ST i allmänmedicin den {date}: tjänster och personer, skattade ur varandra, bredvid det senast publicerade. "
            "Inom parentes 80-procentigt intervall, som rymmer felet i uppgifterna och i omräkningen till samma datum."
        ).format(date=context.reference_date),
        t("publicerade uppgifter om ST, SCB:s folkmängd och graderade antaganden"),
    )


ONE_OF = {
    "positions": "{number} tjänst ({date})",
    "financed_positions": "{number} finansierad tjänst ({date})",
    "mixed": "{number} tjänst eller läkare ({date})",
    "persons": "{number} person ({date})",
    "per_1000": "{number} per 1 000 invånare ({date})",
    "fte": "{number} heltid ({date})",
    "blocks": "{number} ST-block ({date})",
}
"""What is counted → a published figure of one."""
MANY_OF = {
    "positions": "{number} tjänster ({date})",
    "financed_positions": "{number} finansierade tjänster ({date})",
    "mixed": "{number} tjänster och läkare tillsammans ({date})",
    "persons": "{number} personer ({date})",
    "per_1000": "{number} per 1 000 invånare ({date})",
    "fte": "{number} heltider ({date})",
    "blocks": "{number} ST-block ({date})",
}
"""What is counted → a published figure of any other number, in the order of the page."""

COUNTED = {
    "positions": "ST-tjänster",
    "financed_positions": "finansierade ST-tjänster",
    "mixed": "ST-tjänster och ST-läkare tillsammans",
    "persons": "ST-läkare",
    "per_1000": "ST-läkare per 1 000 invånare",
    "fte": "ST-läkare i heltider",
    "blocks": "ST-block",
}
"""What is counted → its Swedish words, in the order of the page."""


def _newest(context: Context, region: str) -> str:
    """The newest published figures of a region, each in its own measure and at its own date."""
    t = context.language
    rows = context.result_rows("figures", region)
    own = {_counts(row): row for _, row in rows.loc[rows["value"].notna()].iterrows()}
    found = [
        t.plural(
            ONE_OF[kind],
            MANY_OF[kind],
            round(own[kind]["value"]),
            number=_number(context, own[kind]),
            date=dated(context, own[kind]),
        )
        for kind in MANY_OF
        if kind in own
    ]
    return "; ".join(found) if found else EN_DASH


def _counts(figure: pd.Series) -> str:
    """What a figure counts as its source prints it, a key of `COUNTED`."""
    return {"mixed_measure": "mixed", "derived": "per_1000"}.get(figure["qualifier"], str(figure["measure"]))


def _number(context: Context, figure: pd.Series) -> str:
    """A published number as printed, saying where it is a lower bound and where it is not shown."""
    t = context.language
    if pd.isna(figure["value"]):
        return t("visas inte") if figure["status"] == "suppressed" else EN_DASH
    if _counts(figure) == "per_1000":
        printed = context.tables["published_st"].set_index("figure")["value"]
        return t.number(printed[figure["figure"]], 2)
    number = t.number(figure["value"])
    return t("minst {number}").format(number=number) if figure["qualifier"] == "lower_bound" else number


def density_intervals(context: Context, highlight: str | None = None, codes: list[str] | None = None) -> Figure:
    """Positions per 10 000 inhabitants of each region with the interval; of the unpublished only the model's interval."""
    t = context.language
    shown = codes or list(context.results.regions)
    rows = density(context, shown).loc[shown].reset_index()
    nation = density(context, [NATION])["value"].iloc[0]
    published, prior, own = t("ur en publicerad uppgift"), t("uppgift saknas: endast intervall"), t("denna region")
    rows["label"] = rows["region"].map(context.region_names)
    rows["kind"] = np.where(rows["value"].notna(), published, prior)
    legend = {published: BLUE, prior: MUTED}
    if highlight is not None:
        rows.loc[rows["region"] == highlight, "kind"] = own
        legend = {own: ORANGE, **legend}
    chart = charts.intervals(
        rows[["label", "value", "low", "high", "kind"]],
        charts.number_axis(t("ST-tjänster per 10 000 invånare"), 0),
        {kind: colour for kind, colour in legend.items() if kind in set(rows["kind"])},
        list(rows["label"]),
        (nation, t("riket {value}").format(value=t.number(nation, 1))),
    )
    alternative = t(
        "Punktdiagram med intervall. Riket har {nation} ST-tjänster per 10 000 invånare. {known} av {shown} visade "
        "regioner har publicerat en uppgift; för övriga visas modellens intervall."
    ).format(nation=t.number(nation, 1), known=t.number(rows["value"].notna().sum()), shown=t.number(len(rows)))
    caption = t("ST-tjänster i allmänmedicin per 10 000 invånare {date}, med 80-procentigt intervall.").format(
        date=context.reference_date
    )
    name = "st-taethet" if highlight is None else f"st-taethet-{highlight}"
    return Figure(chart, alternative, caption, density_table(context, name, [NATION, *shown]))


def published(context: Context) -> Table:
    """The newest figures of each region, positions first, each with what it counts, its date and its status."""
    t = context.language
    figures = context.results.figures
    kinds = [_counts(row) for _, row in figures.iterrows()]
    place = [list(COUNTED).index(kind) for kind in kinds]
    rows = figures.assign(counted=kinds, place=place).sort_values(["place", "region"], kind="stable", ignore_index=True)
    is_whole = bool((rows["coverage"] >= 1).all())
    # What a source prints is reported, even where the model has to compute a number from it.
    printed = rows["counted"].isin(["per_1000", "mixed", "blocks"]) & rows["value"].notna()
    status = rows.assign(status=rows["status"].mask(printed, "reported"), qualifier=rows["qualifier"].mask(printed, ""))
    return Table.of(
        t,
        "st-publicerat",
        context.named(rows["region"]),
        [
            column.written(t("Vad som räknas"), [t(COUNTED[kind]) for kind in rows["counted"]]),
            column.written(t("Antal"), [_number(context, row) for _, row in rows.iterrows()]),
            column.text(t("Uppgiften avser"), [dated(context, row) for _, row in rows.iterrows()]),
            column.status(status),
            None
            if is_whole
            else column.text(
                t("Andel av folkmängden bakom uppgiften"), [_behind(context, row) for _, row in rows.iterrows()]
            ),
            column.text(t("Uppgift"), rows["figure"]),
        ],
        rows.drop(columns=["note", "place"]),
        t.plural(
            "Senaste publicerade uppgift om ST i allmänmedicin från varje region, tjänster först. {count} region har inte "
            "publicerat någon.",
            "Senaste publicerade uppgift om ST i allmänmedicin från varje region, tjänster först. {count} regioner har "
            "inte publicerat någon.",
            silent(context),
        ),
        t("publicerade uppgifter om ST"),
    )


def _behind(context: Context, figure: pd.Series) -> str:
    """How much of the region is behind a figure, how the rest was estimated, and what the estimate is rounded to."""
    t = context.language
    if figure["coverage"] >= 1:
        return t("hela regionen")
    reported = t("minst {share}").format(share=t.percent(figure["coverage"]))
    if pd.isna(figure["value"]):
        return reported
    words = {"need": t("vårdbehov"), "urban": t("stad och landsbygd"), "owner": t("regi")}
    classes = t.plural("skattad som en klass", "skattad i {count} klasser", figure["classes"])
    if figure["collapsed"]:
        classes = t("{classes} utan uppdelning på {collapsed}, där för få svarat").format(
            classes=classes, collapsed=t(" och ").join(words[name] for name in figure["collapsed"].split(", "))
        )
    rounding = t("avrundad till jämna {base}-tal, felgräns ±{half_width}").format(
        base=t.number(figure["base"]), half_width=t.number(figure["half_width"])
    )
    return f"{reported}; {classes}; {rounding}"


def by_sector(context: Context) -> Table:
    """The regions' newest returns by sector and sex; what could point someone out is suppressed."""
    t = context.language
    cells = returned.by_sector(context.tables["returns"]) if "returns" in context.tables else pd.DataFrame()
    if cells.empty:
        return Table("st-regi", cells, cells, "", "")
    newest = cells.loc[cells["year"] == cells.groupby("region")["year"].transform("max")]
    columns = {
        (sector, sex): f"{t(sector_words)}, {t(sex_words)}"
        for sector, sector_words in (("own", "egen regi"), ("private", "privat regi"), ("all", "all regi"))
        for sex, sex_words in (("women", "kvinnor"), ("men", "män"), ("all", "totalt"))
    }
    texts = newest.assign(
        text=[
            t("visas inte") if status == "suppressed" else t.number(value)
            for value, status in zip(newest["value"], newest["status"], strict=True)
        ]
    )
    wide = texts.pivot_table(index=["region", "year", "source"], columns=["sector", "sex"], values="text", aggfunc="first")
    wide = wide.reindex(columns=list(columns)).fillna(t("uppgift saknas"))
    return Table.of(
        t,
        "st-regi",
        context.named(wide.index.get_level_values("region")),
        [
            column.text(t("31 december"), wide.index.get_level_values("year")),
            *(column.written(words, wide[cell]) for cell, words in columns.items()),
            column.written(t("Uppgift"), wide.index.get_level_values("source")),
        ],
        newest,
        t(
            "Läkare i ST i allmänmedicin efter regi och kön, som regionerna har redovisat dem. Antal under {least} visas "
            "inte och inte heller de som gäller en enda privat enhet; fler tal kan vara dolda för att de inte ska gå att "
            "räkna ut."
        ).format(least=t.number(THRESHOLD)),
        t("regionernas redovisningar"),
        stacked=True,
    )


SECTORS = {
    "st_allmanmedicin_region_employed": "egen regi",
    "st_allmanmedicin_private_employed": "privat regi",
}
"""Measures of published numbers of ST doctors by who employs them → their Swedish words."""


def sectors(context: Context) -> Table:
    """What is published of ST doctors in the region's own units and in private ones, with year and status."""
    t = context.language
    published = context.tables["published_st"]
    rows = published.loc[published["measure"].isin(SECTORS)].sort_values(["region", "year", "figure"], ignore_index=True)
    year, status, figure = t("År"), t("Status"), t("Uppgift")
    wide = rows.pivot_table(index=["region", "year"], columns="measure", values="value", aggfunc="first")
    by_year = rows.groupby(["region", "year"])
    return Table.of(
        t,
        "st-regi-publicerat",
        context.named(list(wide.index.get_level_values("region"))),
        [
            column.text(year, wide.index.get_level_values("year")),
            *(
                column.written(t(words), [t("uppgift saknas") if pd.isna(v) else t.number(v) for v in wide[measure]])
                for measure, words in SECTORS.items()
            ),
            column.written(status, [t(_QUALITY[code]) for code in by_year["quality"].first()]),
            column.text(figure, by_year["figure"].agg(", ".join)),
        ],
        rows,
        t(
            "ST-läkare i allmänmedicin anställda i egen och privat regi, som de har publicerats. Talen för riket är "
            "avrundade i källorna."
        ),
        t("publicerade uppgifter om ST"),
    )


def show_sectors(context: Context) -> None:
    """Display what is published by sector, and what regions have returned where there is anything."""
    show(sectors(context), context.language)
    returned_by_region = by_sector(context)
    if not returned_by_region.cells.empty:
        show(returned_by_region, context.language)


def show_tests(context: Context) -> None:
    """Display how well intervals and figures fit, folded, each with what it can show."""
    t = context.language
    show_folded(
        t("Träffar intervallen de regioner som är kända?"),
        left_out(context),
        t,
        t(
            "Regionerna med uppgift är stora eller har omtalats i medier. De är inget slumpmässigt urval, och intervallen "
            "för de övriga kan därför vara för smala."
        ),
    )
    show_folded(
        t("Stämmer uppgifter från olika år med varandra?"),
        reconciled(context),
        t,
        t(
            "Vi har prövat riket och de regioner som har minst två daterade uppgifter. Eftersom antagandena om färdiga och "
            "avhopp är vida avslöjar prövningen bara grova fel."
        ),
    )


def reconciled(context: Context) -> Table:
    """Whether dated figures of one region fit one path of stock and flows; what does not is a question to it."""
    t = context.language
    rows = context.results.reconciled
    kinds = {
        "stock": t("personer i ST"),
        "starters": t("nya ST-läkare under året"),
        "completions": t("färdiga specialister under året"),
    }
    year, ask = t("År"), t("Fråga till regionen")
    return Table.of(
        t,
        "st-avstaemning",
        context.named(rows["region"]),
        [
            column.text(year, rows["year"]),
            column.written(t("Mått"), [kinds[kind] for kind in rows["kind"]]),
            column.number(t("Publicerat"), rows["value"]),
            column.number(t("Sammanvägt"), rows["fitted"]),
            column.number(t("Avvikelse i standardfel"), rows["residual"], 1),
            column.written(ask, [t("ja") if yes else t("nej") for yes in rows["question"]]),
            column.written(t("Uppgift"), rows["figure"]),
        ],
        rows,
        t(
            "Uppgifter från olika år avstämda mot varandra: antalet vid årets slut ska vara antalet året före plus de som "
            "börjar minus de som blir färdiga eller slutar. En avvikelse över två standardfel blir en fråga. {questions} "
            "av {all} uppgifter väcker en fråga."
        ).format(questions=t.number(rows["question"].sum()), all=t.number(len(rows))),
        t("publicerade uppgifter om ST och graderade antaganden; metod A5"),
        stacked=True,
    )


def left_out(context: Context) -> Table:
    """How the model does for the regions whose number is known, each left out in turn."""
    t = context.language
    rows = context.results.left_out
    inside = (rows["low"] <= rows["value"]) & (rows["value"] <= rows["high"])
    error = rows["middle"] / rows["value"] - 1
    return Table.of(
        t,
        "st-utelaemnade",
        context.named(rows["region"]),
        [
            column.number(t("Regionens uppgift, omräknad till {date}").format(date=context.reference_date), rows["value"]),
            column.written(
                t("Intervall utan regionens egen uppgift"),
                [t.interval(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)],
            ),
            column.written(t("I intervallet"), [t("ja") if yes else t("nej") for yes in inside]),
            column.percent(t("Intervallets mitt mot uppgiften"), error),
        ],
        rows.assign(inside=inside, error=error),
        t(
            "Prövning av intervallen: varje känd region utelämnas i tur och ordning. {inside} av {all} ligger i sitt "
            "intervall, och mitten skiljer sig i genomsnitt {error} från uppgiften. Så få fall kan inte visa om "
            "intervallet håller i åtta fall av tio, och de kända regionerna är inget slumpmässigt urval."
        ).format(
            inside=t.number(inside.sum()),
            all=t.number(len(rows)),
            error=t.percent(np.expm1(regional.hits(rows).mean_absolute)),
        ),
        t("publicerade uppgifter om ST, SCB:s folkmängd och graderade antaganden; metod A4"),
    )


def national_series(context: Context) -> Figure:
    """The national number of ST doctors as published, and the control total of the model."""
    t = context.language
    published = context.tables["published_st"]
    series = published.loc[
        (published["region"] == NATION) & (published["measure"] == "st_allmanmedicin_persons")
    ].sort_values("year")
    total = context.results.cell("st_persons_reference")
    year = float(context.year)
    counted, modelled = t("publicerat antal"), t("skattat antal med 80-procentigt intervall")
    rows = pd.concat(
        [
            series[["year", "value"]].astype(float).assign(kind=counted, low=np.nan, high=np.nan),
            pd.DataFrame({"year": [year], "value": total.value, "kind": modelled, "low": total.low, "high": total.high}),
        ],
        ignore_index=True,
    )
    first, last = series.iloc[0], series.iloc[-1]
    chart = charts.points_in_time(rows, charts.number_axis(t("personer"), 0), {counted: BLUE, modelled: ORANGE})
    alternative = t(
        "Punktdiagram. Det publicerade antalet ST-läkare i allmänmedicin i riket steg från {first} ({y0}) till "
        "{last} ({y1}). Det skattade antalet {date} är {total}."
    ).format(
        first=t.number(first["value"]),
        y0=int(first["year"]),
        last=t.number(last["value"]),
        y1=int(last["year"]),
        date=context.reference_date,
        total=context.estimate("st_persons_reference"),
    )
    caption = t("ST-läkare i allmänmedicin i riket. Källorna räknar på olika sätt: punkterna är ingen tidsserie.")
    return Figure(
        chart,
        alternative,
        caption,
        Table.of(
            t,
            "st-riket",
            column.heads(t("År"), [f"{year:.0f}" for year in rows["year"]]),
            [
                column.estimate(t("Antal personer"), rows),
                column.written(
                    t("Status"),
                    [
                        *(t(_QUALITY[quality]) for quality in series["quality"]),
                        t.status(total.status, total.qualifier),
                    ],
                ),
                column.written(t("Uppgift"), [*series["figure"], t("antagandet om antalet ST-läkare i riket")]),
            ],
            rows,
            caption,
            t("publicerade uppgifter om ST och graderade antaganden"),
        ),
    )


def show_sources(context: Context) -> None:
    """Display the sources, folded: those that count ST, and those that count specialists, other doctors or inhabitants."""
    t = context.language
    whole = sources(context)
    of_st = whole.data["measure"].str.startswith("st_").to_numpy()
    apart = (
        ("st", of_st, t("Källor som räknar ST"), t("Varifrån uppgifterna om ST kommer.")),
        (
            "andra",
            ~of_st,
            t("Källor som räknar specialister eller något annat"),
            t(
                "Varifrån de uppgifter kommer som gäller specialister, andra läkare eller regionernas mål. De räknar inte "
                "ST."
            ),
        ),
    )
    for name, own, heading, caption in apart:
        table = replace(
            whole, name=f"{whole.name}-{name}", cells=whole.cells.loc[own], data=whole.data.loc[own], caption=caption
        )
        show_folded(heading, table, t)


def sources(context: Context, codes: list[str] | None = None) -> Table:
    """Where the published figures come from that stand behind results of some regions, or of all and the nation."""
    t = context.language
    shown = codes or [NATION, *context.results.regions]
    rows = pd.concat([context.result_rows("tidy", code) for code in shown])
    named = set(rows["source"].str.findall(FIGURE).explode().dropna())
    if codes is None:
        named |= set(re.findall(FIGURE, context.assumptions["st_persons_nation"].source))
        published = context.tables["published_st"]
    else:
        published = pd.concat([context.table_rows("published_st", code) for code in dict.fromkeys([*codes, NATION])])
    as_published = published["measure"].isin(SHOWN_AS_PUBLISHED) & (
        (published["region"] == NATION) | (published["measure"] == LOCAL_NORM)
    )
    wanted = published["figure"].isin(named) | (published["region"].isin(shown) & as_published)
    data = (
        published.loc[wanted]
        .merge(context.tables["publications"], on="publication")
        .sort_values(["region", "figure"], ignore_index=True)
    )
    address = t("Adress")
    return Table.of(
        t,
        "kaellor" if codes is None else f"kaellor-{'-'.join(codes)}",
        column.heads(t("Uppgift"), data["figure"]),
        [
            column.written(t("Region"), [context.region_names[code] for code in data["region"]]),
            column.written(
                t("Vad som räknas"),
                [_kind(context, *row) for row in data[["figure", "measure", "unit"]].itertuples(index=False)],
            ),
            column.written(t("Värde"), [t.number(value, 2 if value < 1 else 0) for value in data["value"]]),
            column.written(t("Enhet"), [t.term(unit) for unit in data["unit"]]),
            column.written(t("Publikation"), data["title"]),
            column.written(t("Utgivare"), data["publisher"]),
            column.written(address, data["url"].fillna("")),
        ],
        data,
        t("Varifrån de publicerade uppgifterna kommer."),
        t("rapportens källförteckning"),
        stacked=True,
    )


def read_as(context: Context, rows: pd.DataFrame) -> pd.DataFrame:
    """How figures that the regions' stocks rest on are presented.

    Parameters
    ----------
    context
        The material of the chapter.
    rows
        ``figure, measure``, as in `riktvarden.results.Results.disagreements` and `by_figure`.

    Returns
    -------
    pandas.DataFrame
        A row for each of `rows`, with its index: ``figures`` (both where a range is printed), ``words`` (what is
        counted), ``unit``, ``dated``, ``printed`` (empty where it is not the value of one published figure), ``status``
        and ``publisher`` in words, ``form`` and ``qualifier`` as codes. A return by a region has no publisher.
    """
    t = context.language
    read = context.tables["regional_evidence"].set_index("figure").reindex(rows["figure"])
    published = context.tables["published_st"].set_index("figure")
    sources = published["publication"].map(context.tables["publications"].set_index("publication")["publisher"])
    forms, precisions = read["form"].fillna("count"), read["precision"].fillna("not_stated")
    ends = [list(filter(pd.notna, both)) for both in zip(rows["figure"], read["figure_high"], strict=True)]
    own = read["value"].isna() & read["form"].notna()
    return pd.DataFrame(
        {
            "figures": [", ".join(both) for both in ends],
            "words": [t(MEASURED[measure]) for measure in rows["measure"]],
            "unit": [t(FORMS[form]) for form in forms],
            "dated": [t.date(pd.Timestamp(day), how) for day, how in zip(read["dated"], precisions, strict=True)],
            "printed": [
                EN_DASH.join(t.number(value, DIGITS.get(form, 0)) for value in published.loc[both, "value"]) if one else ""
                for both, form, one in zip(ends, forms, own, strict=True)
            ],
            "status": [
                t(_QUALITY[quality] if one else _QUALITY["derived"])
                for quality, one in zip(published["quality"].reindex(rows["figure"]).fillna("exact"), own, strict=True)
            ],
            "publisher": sources.reindex(rows["figure"]).fillna("").to_list(),
            "form": forms.to_list(),
            "qualifier": [
                _bound(form) if kind == "lower_bound" else "undated" if how == "not_stated" else ""
                for kind, form, how in zip(read["kind"], forms, precisions, strict=True)
            ],
        },
        index=rows.index,
    )


def _bound(form: str) -> str:
    """Which bound of the number of doctors a lower bound of the figure is."""
    return "upper_bound" if form in FEWER else "lower_bound"


MEASURED = {
    "persons": "ST-läkare",
    "blocks": "ST-block",
    "financed_positions": "finansierade ST-tjänster",
    "mixed": "ST-tjänster och ST-läkare tillsammans",
    "persons_at_health_centres": "specialister på vårdcentraler",
    "persons_employed": "sysselsatta specialister",
    "employed_per_100000": "sysselsatta specialister",
    "employed_per_100000_care_region": "sysselsatta specialister i sjukvårdsregionen",
    "fte_primary_care": "specialister i primärvården",
    "gp_number": "allmänläkare",
    "doctors_2022": "läkare i primärvården, alla slag",
    "listed_per_permanent_doctor": "fast anställda läkare på vårdcentraler",
    "district_doctors_region_run": "distriktsläkare på regionens egna enheter",
}
"""What a figure behind the regions' stocks counts → its Swedish words."""

FORMS = {
    "count": "antal",
    "per_1000": "per 1 000 invånare",
    "per_100000": "per 100 000 invånare",
    "inhabitants_per": "invånare per läkare",
    "more_to_norm": "läkare som saknas till normen",
}
"""How such a figure gives the number of doctors → its Swedish words."""

DIGITS = {"per_1000": 2}
"""Forms of small numbers → the digits they are written with."""

FEWER = ("inhabitants_per", "more_to_norm")
"""Forms in which a larger number means fewer doctors."""


def _kind(context: Context, figure: str, measure: str, unit: str) -> str:
    """What a published figure counts, in words."""
    t = context.language
    own = context.results.figures.set_index("figure")
    if figure in own.index and own.loc[figure, "qualifier"] == "mixed_measure":
        return t(COUNTED["mixed"])
    if unit == "ST blocks":
        return t("ST-block")
    start = next(start for start in KINDS if measure.startswith(start))
    return t(KINDS[start])


KINDS = {
    "st_allmanmedicin_missing": "ST-läkare som saknas",
    "st_allmanmedicin_positions_financed": "finansierade ST-tjänster",
    "st_allmanmedicin_positions": "ST-tjänster",
    "st_": "ST-läkare",
    "specialists_allmanmedicin_missing": "specialister som saknas",
    "specialist": "specialister",
    "gp_": "specialister",
    LOCAL_NORM: "regionens mål",
    "inhabitants_per": "invånare per läkare",
    "listed_per": "listade per läkare",
    "primary_care_doctors": "läkare i primärvården",
    "vacan": "vakanser",
    "": "annan uppgift",
}
"""How the names of published measures begin → what is counted; the first that fits."""

SHOWN_AS_PUBLISHED = (
    LOCAL_NORM,
    "st_allmanmedicin_persons",
    "st_allmanmedicin_missing",
    "specialists_allmanmedicin_missing_primary_care",
)
"""Measures that pages show as published, beside the results."""

FIGURE = r"st-\d+"
"""How a published figure is named in the source of a result."""
