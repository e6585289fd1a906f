"""The chapter on how sure the advice is: which assumptions drive it, what to measure next, and choices side by side."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from riktvarden.codes import NATION
from riktvarden.names import MINUTES, REGIONAL, SEEN, TODAY
from riktvarden.report.chapters import back_test
from riktvarden.report.chapters.st_guideline import chance as probability
from riktvarden.report.chapters.st_guideline import rounded
from riktvarden.report.kit import charts, column, maps
from riktvarden.report.kit.charts import BLUE, MUTED, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import PROFESSION
from riktvarden.report.kit.figures import Figure, Table
from riktvarden.report.kit.language import Language
from riktvarden.report.kit.ranges import COLOUR
from riktvarden.report.reference import overviews
from riktvarden.results import Past, Uncertainty

GROUP = {
    "specialists": "specialister: arbetstid och flyttning",
    "regional_stocks": "fel i uppgifter om regionernas antal",
    "st": "ST: antal och tid",
    "careers": "yrkeslivets längd",
    "need": "vårdbehov",
    "workload": "besök efter ålder och kön",
    "geography": "avstånd och resor",
    "contacts": "besök och tid per besök",
    "staffing": "besök, tid och personal i tre av yrkena",
    "mental_health": "psykisk ohälsa",
    "professions": "dagens antal i yrkena",
    "working_time": "arbetstid i vården",
    "task_shift": "uppgifter som flyttas",
    "local_care": "omställningen till nära vård",
    "principals": "huvudmännens delar",
    "education": "utbildning till yrkena",
    "programme": "gränser för utbyggnaden",
    "economics": "löner och kostnader",
    REGIONAL: "skillnader mellan regioner",
}
"""File of assumptions → what they are about, in Swedish."""

UNPUBLISHED = {
    "st_persons_unpublished": "antal i ST i regioner utan uppgift",
    "specialists_unpublished": "antal specialister i regioner utan uppgift",
}
"""What no region has published → its Swedish words."""

MEASURE = {
    "st_positions_guideline": "ST-tjänster, riktvärdet",
    "st_starters_target": "avståndet till normen i målåret",
}
"""Result of general practice → its Swedish words; the second is counted in yearly starters, and only its width shown."""

DRIVEN = {"st_positions_guideline": "ST-tjänster"}
"""Result of general practice whose drivers are shown → the head of a narrow column."""

SHOWN = 10
"""Assumptions in a tornado; the table has all."""

LISTED = 3
"""Assumptions named for each region."""

INTAKE = {
    "reference": "{year} års intag",
    "guideline": "det intag som håller normen",
    "programme": "vägen till normen",
    "applicants": "alla som antas kunna söka",
}
"""Intake of `chance` → its Swedish words, with the base year."""

INTAKE_COLOURS = {"reference": MUTED, "guideline": BLUE, "programme": ORANGE}
"""Intakes that are drawn; the applicants stand in the table, as their line may hide another."""

LEVEL = {TODAY: "dagens antal", MINUTES: "minuter efter behov"}

COVERAGE = {"a": "täckning A: bara specialister", "b": "täckning B: även ST mitt i utbildningen"}


def _output(t: Language, measure: str, profession: str) -> str:
    """Name of a result."""
    return (
        t("behovet av {profession}").format(profession=t(PROFESSION[profession]))
        if measure == "fte_need"
        else t(MEASURE[measure])
    )


def summary(context: Context, found: Uncertainty, past: Past) -> list[str]:
    """How sure the guideline value is, what it rests on, what would narrow it, and how the method did in the past."""
    t = context.language
    nation = found.indices.loc[found.indices["region"] == NATION]
    drivers = nation.query("measure == 'st_positions_guideline'").set_index("group")["total"]
    return [
        t(
            "Vi bedömer att rapportens riktvärde är säkert nog för att visa hur stor utbildningen behöver vara, men inte "
            "på tiotalet tjänster när. För riket är det {positions} ST-tjänster, och intervallets bredd är {width} av "
            "värdet. För en enskild region är det bredare."
        ).format(positions=context.estimate("st_positions_guideline"), width=t.percent(_widths(context)[NATION])),
        t("Störst betydelse för det intervallet har antagandena om {group}, som står för {share} av variationen.").format(
            group=t(GROUP[str(drivers.idxmax())]), share=t.percent(drivers.max())
        ),
        _to_measure(context, found),
        _chances(context, found),
        back_test.verdict(context, past),
        t(
            "Intervallen säger inte hur fel metoden som helhet kan vara. De gäller också bara om normen är den som "
            "Socialstyrelsen har angett. Andra normer visas därför för sig."
        ),
    ]


def _to_measure(context: Context, found: Uncertainty) -> str:
    """The single figure that would narrow the doctors' numbers most, and the one that would narrow another profession's."""
    t, rows = context.language, found.ranking
    words = {
        True: t(
            "Den mätning som skulle ge mest för läkarna gäller {input}. Intervallet för {output} skulle då bli {share} "
            "smalare."
        ),
        False: t(
            "Bland de andra yrkena gäller den {input}. Då är det intervallet för {output} som skulle bli {share} smalare."
        ),
    }
    of_doctors = rows["measure"] != "fte_need"
    first = rows.groupby(of_doctors, sort=False).head(1).sort_values("measure", key=lambda names: names == "fte_need")
    return " ".join(
        words[row["measure"] != "fte_need"].format(
            input=_inside(_input(context, str(row["input"]))),
            output=_output(t, str(row["measure"]), str(row["profession"])),
            share=t.percent(row["narrower"]),
        )
        for row in first.to_dict("records")
    )


def _chances(context: Context, found: Uncertainty) -> str:
    """How likely the nation is to meet the norm with today's intake and on the path to it."""
    t, first = context.language, context.results.programme_status[2]
    chances = found.chance.set_index(["intake", "year"])["value"].to_dict()
    if first is None or ("programme", first) not in chances:
        return t("Sannolikheten att riket har nått normen {year} är {reference} med {base} års intag till ST.").format(
            base=context.year, year=context.target_year, reference=probability(t, chances["reference", context.target_year])
        )
    return t(
        "Sannolikheten att riket har nått normen {year} är {reference} med {base} års intag till ST och {programme} på "
        "vägen till normen."
    ).format(
        base=context.year,
        year=first,
        reference=probability(t, chances["reference", first]),
        programme=probability(t, chances["programme", first]),
    )


def _inside(label: str) -> str:
    """A label as written within a sentence; abbreviations keep their capitals."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _input(context: Context, name: str) -> str:
    t = context.language
    return t(UNPUBLISHED[name]) if name in UNPUBLISHED else overviews.label_of(context.assumptions[name], t)


# --- how wide -------------------------------------------------------------------------------------------


def _widths(context: Context) -> pd.Series:
    """Width of the interval of each area's guideline value as a share of it, before positions are made whole."""
    rows = context.results.paths
    rows = rows.loc[(rows["measure"] == "st_positions_per_10000") & (rows["year"] == context.year)].set_index("region")
    return ((rows["high"] - rows["low"]) / rows["value"]).astype(float).rename("value")


def width_map(context: Context, counties: gpd.GeoDataFrame) -> Figure:
    """How wide the interval of the guideline value is in each region, beside the chance that the path meets the norm."""
    t, results = context.language, context.results
    rows = results.of("st_positions_guideline").drop(NATION)
    starters = results.of("st_starters_guideline").drop(NATION)
    width = _widths(context).drop(NATION)
    areas = maps.prepare(counties).merge(width, left_on="region", right_index=True)
    areas["name"] = areas["region"].map(context.region_names)
    chart = maps.choropleth(
        areas, t("intervallets bredd, andel av riktvärdet"), charts.percent_label(), t("uppgift saknas")
    )
    reported = width.sort_values()
    caption = t(
        "Hur brett det 80-procentiga intervallet är för riktvärdet för ST-tjänster {year}, i andel av värdet. Skattad. "
        "Riktvärdet beror på behovet, inte på hur många som redan arbetar eller gör ST i regionen. Därför finns det för "
        "alla regioner. Sannolikheten att nå normen beror däremot på dem. Vägen är räknad så att varje region når normen "
        "i mittfallet. I de övriga fallen, som sannolikheten visar, räcker den inte."
    ).format(year=context.year)
    alternative = t(
        "Karta över intervallets bredd. Det är smalast för {narrow} ({least} av värdet) och bredast för {wide} ({most})."
    ).format(
        narrow=context.region_names[str(reported.index[0])],
        least=t.percent(reported.iloc[0]),
        wide=context.region_names[str(reported.index[-1])],
        most=t.percent(reported.iloc[-1]),
    )
    met = _regional_chances(context)
    columns = [
        column.estimate(t("Riktvärde: ST-tjänster"), rows),
        column.percent(t("Bredd"), width),
        column.estimate(t("Nya ST-läkare per år som håller normen"), starters),
    ]
    if not met.empty:
        head = t("Sannolikhet att normen är nådd på vägen {year}").format(year=int(met["year"].iloc[0]))
        reached = met.set_index("region")["value"].loc[rows.index]
        columns.append(column.written(head, [probability(t, share) for share in reached]))
    columns.append(column.status("estimated"))
    data = pd.concat(
        [context.rows(["st_positions_guideline", "st_starters_guideline"], rows.index), met], ignore_index=True
    )
    table = Table.of(t, "osaekerhet-bredd", context.named(rows.index), columns, data, caption, stacked=True)
    return Figure(chart, alternative, caption, table)


def _regional_chances(context: Context) -> pd.DataFrame:
    """Probability that each region meets the norm in the first year in which the path lets all of them; may be empty."""
    rows = context.results.programme
    first = context.results.programme_status[2]
    return rows.loc[(rows["measure"] == "programme_norm_met") & (rows["year"] == first) & (rows["region"] != NATION)]


# --- what drives it -------------------------------------------------------------------------------------


def drivers(context: Context, found: Uncertainty) -> Figure:
    """Total indices of each group of assumptions for the nation's results."""
    t = context.language
    rows = found.indices.loc[found.indices["measure"].isin([*DRIVEN, "fte_need"])]
    rows = rows.loc[rows["region"] == NATION].copy()
    rows["output"] = [
        t(DRIVEN[measure]) if measure in DRIVEN else t(PROFESSION[profession])
        for measure, profession in rows[["measure", "profession"]].to_numpy(str)
    ]
    reported = rows.groupby("group")["total"].max().sort_values(ascending=False)
    groups, outputs = list(reported.index), list(dict.fromkeys(rows["output"]))
    drawn = pd.DataFrame(
        {
            "label": [t(GROUP[group]) for group in rows["group"]],
            "column": rows["output"],
            "share": rows["total"].clip(0, 1),
            "words": [t.number(100 * max(share, 0.0)) for share in rows["total"]],
        }
    )
    chart = charts.matrix(drawn, outputs, [t(GROUP[group]) for group in groups], t("andel av variationen"))
    best = rows.loc[rows.groupby("output", sort=False)["total"].idxmax()].set_index("output")
    alternative = t("Rutnät: grupper av antaganden mot resultat. Störst andel av variationen har {pairs}.").format(
        pairs="; ".join(
            t("för {output} gruppen ”{group}” ({share})").format(
                output=output, group=t(GROUP[row["group"]]), share=t.percent(min(row["total"], 1.0))
            )
            for output, row in best.iterrows()
        )
    )
    worst = rows[["first_error", "total_error"]].max().max()
    caption = t(
        "Hur stor andel av variationen i rikets resultat, i procent, som skulle finnas kvar om allt utom gruppen "
        "vore känt (Sobols totalindex). Talen i en kolumn kan bli mer än 100 tillsammans, eftersom grupper "
        "samverkar. Felet i ett index är högst {error} procentenheter (halva bredden av ett 95-procentigt "
        "intervall)."
    ).format(error=t.number(100 * worst))
    texts = {
        (group, output): f"{t.number(100 * first)} / {t.number(100 * total)} (± {t.number(100 * error)})"
        for group, output, first, total, error in zip(
            *(rows[name] for name in ("group", "output", "first", "total", "total_error")), strict=True
        )
    }
    table = Table.of(
        t,
        "osaekerhet-grupper",
        column.heads(t("Grupp av antaganden"), [t(GROUP[group]) for group in groups]),
        [column.text(output, [texts[group, output] for group in groups]) for output in outputs],
        found.indices.loc[found.indices["measure"].isin(rows["measure"])],
        t(
            "Andel av variationen i procent: ensam / tillsammans med andra grupper, med fel i den senare. "
            "Nedladdningen har alla regioner."
        ),
        t("rapportens modell; grupperna är filerna med antaganden"),
        stacked=True,
    )
    return Figure(chart, alternative, caption, table)


def _ordered(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of a tornado, those that move the result most first."""
    ends = rows[["at_low", "at_high"]].to_numpy(float) - rows[["value"]].to_numpy(float)
    return rows.assign(span=np.abs(ends).max(axis=1)).sort_values("span", ascending=False, kind="stable")


def tornado(context: Context, found: Uncertainty, measure: str, region: str = NATION) -> Figure:
    """One assumption at a time at the ends of its range, for one result of general practice."""
    t = context.language
    rows = _ordered(found.tornado.query("measure == @measure and region == @region"))
    top, central = rows.head(SHOWN), float(rows["value"].iloc[0])
    low, high = t("antagandet vid sitt lägsta värde"), t("antagandet vid sitt högsta värde")
    names = [charts.wrapped(_input(context, name)) for name in top["assumption"]]
    drawn = pd.concat(
        [
            pd.DataFrame({"label": names, "value": top[column].to_list(), "kind": kind})
            for column, kind in (("at_low", low), ("at_high", high))
        ]
    )
    what = t(MEASURE[measure])
    chart = charts.tornado(drawn, charts.number_axis(what), {low: BLUE, high: ORANGE}, names, (central, t.number(central)))
    place = t("riket") if region == NATION else context.region_names[region]
    caption = t(
        "{what}, {place}: hur mycket ett antagande i taget ändrar resultatet, från sitt lägsta till sitt högsta värde. "
        "Antaganden om specialisternas yrkesliv och om yrkenas besök, tid och personal är vägda mot publicerade antal: "
        "där är ändarna den tionde och den "
        "nittionde percentilen, och övriga sådana antaganden ändras med dem. Skattad."
    ).format(what=what[:1].upper() + what[1:], place=place)
    alternative = t(
        "Stapeldiagram. Med alla antaganden vid sitt värde är resultatet {central} för {place}. Störst skillnad gör "
        "{first}: från {low} till {high}."
    ).format(
        central=t.number(central),
        place=place,
        first=_input(context, str(top["assumption"].iloc[0])),
        low=t.number(top[["at_low", "at_high"]].iloc[0].min()),
        high=t.number(top[["at_low", "at_high"]].iloc[0].max()),
    )
    items = [context.assumptions[name] for name in rows["assumption"]]
    ends = {name: (item.low, item.high) for name, item in zip(rows["assumption"], items, strict=True)}
    weighed = [context.results.career_assumptions, context.results.staffing_assumptions]
    reported = pd.concat(weighed).set_index("assumption")[["low", "high"]]
    ends |= {str(name): (float(f"{low:.3g}"), float(f"{high:.3g}")) for name, low, high in reported.itertuples(name=None)}
    name = f"tornado-{measure.replace('_', '-')}-{region}"
    source = t("rapportens modell och graderade antaganden")
    return Figure(
        chart,
        alternative,
        caption,
        Table.of(
            t,
            name,
            column.heads(t("Antagande"), [overviews.label_of(i, t) for i in items]),
            [
                column.written(
                    t("Lägsta till högsta"),
                    [
                        f"{t.span(*t.exact(*ends[name], unit=item.unit))} {t.term(item.unit)}"
                        for name, item in zip(rows["assumption"], items, strict=True)
                    ],
                ),
                column.number(t("Resultat vid lägsta"), rows["at_low"]),
                column.number(t("Resultat vid högsta"), rows["at_high"]),
                column.written(t("Grad"), [i.grade for i in items]),
                column.status("estimated"),
            ],
            rows.drop(columns="span"),
            caption,
            source,
            stacked=True,
        ),
    )


def regional_tornadoes(context: Context, found: Uncertainty) -> Table:
    """The assumptions that move each region's guideline value most."""
    t = context.language
    rows = found.tornado.query("measure == 'st_positions_guideline'")
    regions = list(context.results.regions)
    named = {code: _ordered(rows.query("region == @code")).head(LISTED) for code in regions}
    moving = t("Det som påverkar mest, ett i taget")
    return Table.of(
        t,
        "tornado-regioner",
        context.named(regions),
        [
            column.written(
                t("Riktvärde: ST-tjänster"), [context.estimate("st_positions_guideline", code) for code in regions]
            ),
            column.text(
                moving,
                [
                    "; ".join(
                        t("{name} (± {span})").format(name=_input(context, name), span=t.number(span, 1))
                        for name, span in named[code][["assumption", "span"]].itertuples(index=False)
                    )
                    for code in regions
                ],
            ),
            column.status("estimated"),
        ],
        rows,
        t(
            "De {count} antaganden som var för sig påverkar regionens riktvärde mest, och med hur många tjänster. "
            "Nedladdningen har alla antaganden."
        ).format(count=t.number(LISTED)),
        t("rapportens modell och graderade antaganden"),
        stacked=True,
    )


# --- what to measure next ---------------------------------------------------------------------------------


def measure_next(context: Context, found: Uncertainty) -> Figure:
    """The ranking of what to measure, by how much knowing it would narrow some part of the advice."""
    t = context.language
    rows = found.ranking
    top = rows.head(SHOWN)
    names = [charts.wrapped(_input(context, name)) for name in top["input"]]
    kind = t("så mycket smalare blir intervallet")
    drawn = pd.DataFrame({"label": names, "value": top["narrower"].to_list(), "kind": kind})
    chart = charts.tornado(drawn, charts.number_axis("", percent=True), {kind: BLUE}, names, (0.0, ""))
    affected = [
        _output(t, m, p) + ("" if region == NATION else ", " + t("medel över regionerna"))
        for m, p, region in rows[["measure", "profession", "region"]].to_numpy(str)
    ]
    caption = t(
        "Vad som bör mätas härnäst: hur mycket smalare det 80-procentiga intervallet i genomsnitt blir för det "
        "resultat som uppgiften betyder mest för. Mindre än {seen} går inte att skilja från slumpen och visas "
        "inte. Skattad."
    ).format(seen=t.percent(SEEN))
    alternative = t("Stapeldiagram över vad som bör mätas. Överst står {names}.").format(
        names=t.listed(
            [f"{_input(context, n)} ({t.percent(v)})" for n, v in top.head(LISTED)[["input", "narrower"]].to_numpy()]
        )
    )
    source = t("rapportens modell och graderade antaganden")
    return Figure(
        chart,
        alternative,
        caption,
        Table.of(
            t,
            "maet-haernaest",
            column.heads(t("Uppgift att mäta"), [_input(context, name) for name in rows["input"]]),
            [
                column.percent(t("Intervallet blir smalare med"), rows["narrower"]),
                column.written(t("Gäller"), affected),
                column.written(
                    t("Underlag"),
                    [t("antagande, grad {grade}").format(grade=g) if g else t("uppgift saknas") for g in rows["grade"]],
                ),
            ],
            found.narrower,
            caption,
            source,
            stacked=True,
        ),
    )


# --- choices side by side -------------------------------------------------------------------------------


def by_norm(context: Context, found: Uncertainty) -> Figure:
    """Coverage A and B of the nation under the norms that regions have decided themselves."""
    t = context.language
    nation = found.grid.loc[(found.grid["region"] == NATION) & found.grid["norm"].notna()]
    covered = nation.loc[nation["coverage"].notna()]
    positions = nation.loc[nation["measure"] == "st_positions_guideline"].set_index("norm")
    labels = [t("{norm} invånare").format(norm=t.number(norm)) for norm in positions.index]
    of = dict(zip(positions.index, labels, strict=True))
    drawn = covered.assign(label=covered["norm"].map(of), kind=[t(COVERAGE[letter]) for letter in covered["coverage"]])
    legend = {t(COVERAGE["a"]): BLUE, t(COVERAGE["b"]): ORANGE}
    chart = charts.ranges(
        drawn[["label", "value", "low", "high", "kind"]],
        charts.number_axis(t("andel av normen"), percent=True),
        legend,
        labels,
    )
    by_letter = {letter: covered.loc[covered["coverage"] == letter].set_index("norm") for letter in COVERAGE}
    shares = {letter: 100 * rows[["value", "low", "high"]].astype(float) for letter, rows in by_letter.items()}
    caption = t(
        "Täckningen i riket {year} om en annan norm gällde, räknad på två sätt. Punkt: värde; stapel: "
        "80-procentigt intervall. Normerna är sådana som regioner själva har beslutat. Skattad."
    ).format(year=context.year)
    first, last = positions.index[0], positions.index[-1]
    apart = by_letter["a"]["value"].max() - by_letter["a"]["value"].min()
    more = apart > (by_letter["a"]["high"] - by_letter["a"]["low"]).max()
    alternative = t(
        "Staplar för {count} normer. Med {first} invånare per specialist är täckning A {low}, med {last} invånare {high}."
    ).format(
        count=t.number(len(labels)),
        first=t.number(first),
        last=t.number(last),
        low=t.percent(by_letter["a"].loc[first, "value"]),
        high=t.percent(by_letter["a"].loc[last, "value"]),
    )
    if more:
        alternative += " " + t("Valet av norm betyder mer än osäkerheten i antagandena.")
    table = Table.of(
        t,
        "scenarier-norm",
        column.heads(t("Invånare per specialist"), [t.number(norm) for norm in positions.index]),
        [
            column.estimate(t("Täckning A, procent"), shares["a"]),
            column.estimate(t("Täckning B, procent"), shares["b"]),
            column.estimate(t("ST-tjänster i riket"), positions),
            column.status("estimated"),
        ],
        found.grid.loc[found.grid["norm"].notna()],
        caption,
        stacked=True,
    )
    return Figure(chart, alternative, caption, table)


def by_level(context: Context, found: Uncertainty) -> Figure:
    """The professions at two levels, psychologists by the weight of need."""
    t = context.language
    rows = found.grid.query("measure == 'fte'")
    names = [
        _choice(t, profession, zeta, level)
        for profession, zeta, level in zip(rows["profession"], rows["zeta"], rows["level"], strict=True)
    ]
    labels = list(dict.fromkeys(charts.wrapped(profession) for profession, _ in names))
    kinds = {t(LEVEL[TODAY]): ORANGE, t(LEVEL[MINUTES]): BLUE}
    drawn = rows.assign(label=[charts.wrapped(profession) for profession, _ in names], kind=[level for _, level in names])
    chart = charts.ranges(drawn[["label", "low", "high", "kind"]], charts.number_axis(t("heltider i riket")), kinds, labels)
    caption = t(
        "Två nivåer för de {count} yrkena i riket {year}, som 80-procentiga intervall: dagens antal, och minuter som "
        "byggs upp ur behov. För psykologer beror nivån också på hur mycket behovet får väga mot dagens "
        "användning. Skattad. Inget av detta är Socialstyrelsens värden; för dessa yrken har ingen källa ett "
        "officiellt värde."
    ).format(count=t.spelled(len(COLOUR)), year=context.year)
    psychologists = rows.dropna(subset="zeta").sort_values("zeta")
    alternative = t(
        "Liggande staplar. För psykologer går intervallet från {low} heltider när bara dagens användning räknas "
        "till {high} när bara behovet räknas."
    ).format(
        low=t.interval(*psychologists[["low", "high"]].iloc[0]), high=t.interval(*psychologists[["low", "high"]].iloc[-1])
    )
    per = found.grid.query("measure == 'inhabitants_per_fte'")
    table = Table.of(
        t,
        "scenarier-nivaa",
        column.heads(t("Yrke"), [profession for profession, _ in names]),
        [
            column.written(t("Nivå"), [level for _, level in names]),
            column.written(
                t("Heltider i riket"), [t.interval(low, high) for low, high in rows[["low", "high"]].to_numpy(float)]
            ),
            column.written(
                t("Invånare per heltid"), [t.interval(low, high) for low, high in per[["low", "high"]].to_numpy(float)]
            ),
            column.status("estimated", qualifier="interval_only"),
        ],
        found.grid.loc[found.grid["level"].notna()],
        caption,
        stacked=True,
    )
    return Figure(chart, alternative, caption, table)


def _choice(t: Language, profession: str, zeta: float, level: str) -> tuple[str, str]:
    """Words of a profession with its weight of need, and of a level."""
    name = t(PROFESSION[profession])
    if not np.isnan(zeta):
        name = t("{profession}, vikt {zeta} för behov").format(profession=name, zeta=t.percent(zeta))
    return name, t(LEVEL[level])


# --- the chance to reach the norm -----------------------------------------------------------------------


def chance(context: Context, found: Uncertainty) -> Figure:
    """Probability that the nation meets the norm, by year and number of starters."""
    t = context.language
    rows = found.chance
    words = _intakes(context, rows)
    lines = rows.loc[rows["intake"].isin(list(INTAKE_COLOURS))]
    drawn = lines.assign(kind=lines["intake"].map(words), low=np.nan, high=np.nan)
    legend = {words[name]: colour for name, colour in INTAKE_COLOURS.items() if name in words}
    chart = charts.fan(
        drawn[["year", "value", "low", "high", "kind"]],
        charts.number_axis(t("sannolikhet att normen är nådd"), percent=True),
        legend,
        (context.target_year, t("målåret")),
    )
    wide = rows.pivot_table(index="year", columns="intake", values="value")
    caption = t(
        "Sannolikheten att specialisterna i riket når normen (täckning A) vid årets slut, efter hur många som börjar ST. "
        "Skattad: andelen av modellens beräkningar där normen är nådd. Vägen till normen håller sig inom gränserna för "
        "takt, sökande, handledning och listade. Att alla sökande börjar är en övre gräns, inte ett förslag."
    )
    alternative = f"{t('Linjer.')} {_chances(context, found)}"
    return Figure(
        chart,
        alternative,
        caption,
        Table.of(
            t,
            "chans-norm",
            column.heads(t("År"), wide.index.astype(str)),
            [
                *(column.written(words[name], [probability(t, share) for share in wide[name]]) for name in words),
                column.status("estimated"),
            ],
            rows,
            caption,
            stacked=True,
        ),
    )


def _intakes(context: Context, rows: pd.DataFrame) -> dict[str, str]:
    """Words of each intake with how many start: each year, at most on the path, and in the first year for applicants."""
    t = context.language
    first = int(context.assumptions["first_adjustable_intake"].value)
    path = context.results.programme.query("measure == 'programme_starters' and region == @NATION and year >= @first")
    words = {}
    for name, starters in rows.drop_duplicates("intake")[["intake", "starters"]].itertuples(index=False, name=None):
        pattern, number, year = t("{words}: {number} nya per år"), starters, first
        if name == "programme":
            pattern = t("{words}: som mest {number} nya, {year}")
            # The first of the years that look alike to a reader.
            most = int(path["value"].to_numpy(float).round().argmax())
            number, year = float(path["value"].iloc[most]), int(path["year"].iloc[most])
        elif name == "applicants":
            pattern = t("{words}: {number} nya {year}")
        reported = t(INTAKE[name]).format(year=context.year)
        number = number if name == "guideline" else rounded(number, 10)
        words[str(name)] = pattern.format(words=reported, number=t.number(number), year=year)
    return words


def chance_of_professions(context: Context) -> Figure:
    """Probability that supply meets need in each profession if as many graduate as today."""
    t = context.language
    rows = context.results.outlook.query("measure == 'need_met'")
    names = {code: t(PROFESSION[code]) for code in COLOUR}
    drawn = rows.assign(kind=rows["profession"].map(names), low=np.nan, high=np.nan)
    chart = charts.fan(
        drawn[["year", "value", "low", "high", "kind"]].astype({"year": int}),
        charts.number_axis(t("chans att tillgången räcker"), percent=True),
        {names[code]: colour for code, colour in COLOUR.items()},
    )
    wide = rows.astype({"year": int}).pivot_table(index="year", columns="profession", values="value")
    year = context.target_year
    caption = t(
        "Chansen att tillgången räcker till behovet i riket, om antalet som examineras varje år är oförändrat. Skattad: "
        "andelen av modellens beräkningar där tillgången är minst lika stor som behovet. Indata är till stor del "
        "antaganden av grad D."
    )
    alternative = t("Linjer över åren, en för varje yrke. {year} är chansen {shares}.").format(
        year=year, shares=t.listed([f"{probability(t, wide[code].to_dict()[year])} ({names[code]})" for code in names])
    )
    return Figure(
        chart,
        alternative,
        caption,
        Table.of(
            t,
            "chans-yrken",
            column.heads(t("År"), wide.index.astype(str)),
            [
                *(column.written(names[code], [probability(t, share) for share in wide[code]]) for code in names),
                column.status("estimated"),
            ],
            rows,
            caption,
            stacked=True,
        ),
    )
