"""The guideline chapter: how many starters and positions hold the norm, in the nation and in every region."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from riktvarden.codes import NATION
from riktvarden.names import LOCAL_NORM
from riktvarden.report.chapters import st_baseline
from riktvarden.report.kit import charts, column, maps
from riktvarden.report.kit.charts import BLUE, INK, MUTED, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Figure, Table, show_folded
from riktvarden.report.kit.language import Language
from riktvarden.report.kit.ranges import ENDS
from riktvarden.report.reference import official

LIKELY = 2 / 3
"""Chance from which on something is called likely; below the rest of it, unlikely."""

EVEN = 0.5
"""Chance from which on something is more likely than not."""

NEARLY = 0.1
"""How far a chance may be from even and still be called about even."""

NORM_MET = "norm_met_reference"
"""Chance, by year, that today's intake has met the norm."""


# --- the answer -------------------------------------------------------------------------------------------


def headlines(context: Context) -> list[str]:
    """What a hurried reader wants after the answer: what holds the norm, who train, how far they reach, how sure it is."""
    return [
        holding(context),
        difference(context),
        reach(context),
        sureness(context),
    ]


def summary(context: Context) -> list[str]:
    """The answer of the chapter: what holds the norm, when it can be met, how far the doctors reach, and who are short."""
    words = [
        holding(context),
        official.beside(context, "st_positions_guideline"),
        first_year(context),
        reach(context),
        difference(context),
        spread(context),
    ]
    return list(filter(None, words))


def holding(context: Context) -> str:
    """How many have to start, and how many positions and persons that is, to hold the norm."""
    return context.language(
        "Socialstyrelsens riktvärde är {norm} invånare per heltidsarbetande specialist i allmänmedicin. Vi kallar det "
        "normen. För att hålla den med {year} års befolkning behöver {starters} läkare börja sin ST varje år i riket. Det "
        "motsvarar {positions} ST-tjänster, eller {persons} läkare i utbildning. Det är rapportens riktvärde för ST."
    ).format(
        norm=context.assumed("inhabitants_per_specialist"),
        year=context.year,
        positions=context.estimate("st_positions_guideline"),
        starters=context.estimate("st_starters_guideline"),
        persons=context.estimate("st_persons_guideline"),
    )


def first_year(context: Context) -> str:
    """The first year in which every region can meet the norm, and what that takes."""
    t = context.language
    year = context.results.programme_status[2]
    solved = planned(context, "starters", NATION)
    if year is None or solved.empty:
        return t("Normen går inte att nå i alla regioner till {last}, inom de gränser som vi har antagit.").format(
            last=int(context.results.paths["year"].max())
        )
    return t(
        "Alla regioner kan nå normen tidigast {year}. Det förutsätter att intaget ökar från omkring {now} nya "
        "ST-läkare per år till omkring {most} år {when}, och att våra antaganden om sökande och handledare håller."
    ).format(
        year=year,
        now=t.number(rounded(context.results.cell("st_starters_reference").value, 10)),
        most=t.number(rounded(solved["value"].max(), 10)),
        when=solved["value"].idxmax(),
    )


def difference(context: Context) -> str:
    """How the guideline value differs from those in training at the same date, and the chance that they are enough."""
    t = context.language
    persons, positions = (context.results.cell(name).value for name in ("st_gap", "st_positions_gap"))
    starting, held = (context.results.cell(f"st_starters_{name}").value for name in ("reference", "guideline"))
    words = (
        t("Det är omkring {persons} läkare och {positions} tjänster färre än rapportens riktvärde.")
        if persons > 0
        else t("Det är omkring {persons} läkare och {positions} tjänster fler än rapportens riktvärde.")
    )
    reported = [
        t("Den {date} gjorde {now} läkare ST i allmänmedicin, enligt vår skattning.").format(
            date=context.reference_date, now=context.estimate("st_persons_reference")
        ),
        words.format(persons=t.number(rounded(abs(persons), 10)), positions=t.number(rounded(abs(positions), 10))),
        t("Antalet i utbildning har ännu inte hunnit ikapp intaget, som var omkring {starters} under {year}.").format(
            starters=t.number(rounded(starting, 10)), year=context.year
        )
        if persons > 0 and starting > held
        else "",
        t("Sannolikheten att så många i utbildning räcker för att hålla normen är {chance}.").format(
            chance=chance(t, 1 - lacking(context, NATION))
        ),
    ]
    return " ".join(filter(None, reported))


def lacking(context: Context, region: str) -> float:
    """Chance that fewer are in training at the base date than the guideline value asks for."""
    results = context.results
    return float((results.draws["st_gap"][:, results.areas.index(region)] > 0).mean())


def reach(context: Context) -> str:
    """How far the specialists of the base date reach, and how far those of later years if as many go on starting."""
    t = context.language
    covered = path(context, "coverage_a_reference", NATION)
    return t(
        "Den {date} fanns {stock} heltidsarbetande specialister, det vill säga {coverage} av de {required} som normen "
        "motsvarar med {year} års befolkning. Om lika många börjar varje år som {year} blir det {later}."
    ).format(
        year=context.year,
        required=context.number("specialist_requirement"),
        date=context.reference_date,
        stock=context.estimate("specialist_fte"),
        coverage=context.share("coverage_a"),
        later=t.listed(
            t("{share} år {year}").format(share=t.shares(covered.loc[[year]])[0], year=year)
            for year in (context.target_year, covered.index[-1])
        ),
    )


def spread(context: Context) -> str:
    """How the guideline value differs between regions, and why."""
    t = context.language
    rows = context.results.of("st_positions_per_10000").drop(NATION)
    nation = context.results.cell("st_positions_per_10000").value
    within = int(((rows["low"] <= nation) & (nation <= rows["high"])).sum())
    return t(
        "Behovet skiljer sig mellan regionerna beroende på ålder, vårdbehov, avstånd och andra uppdrag. Per 10 000 "
        "invånare blir rapportens riktvärde {low} tjänster {lowest} och {high} {highest}. I {within} av {all} "
        "regioner ligger rikets värde inom regionens intervall, och vi bedömer därför att skillnaderna är osäkra."
    ).format(**_extremes(context), within=t.number(within), all=t.number(len(rows)))


def sureness(context: Context) -> str:
    """What the intervals cover, what they leave out, and what nobody has published."""
    t = context.language
    graded = [item for item in context.assumptions.values() if item.grade == "D"]
    return t(
        "Talen är skattningar. Vi bedömer att det verkliga värdet ligger inom intervallet med 80 procents sannolikhet, om "
        "normen är {norm} och modellen stämmer. För {missing} av {all} regioner finns ingen användbar uppgift om hur många "
        "som gör ST, och {graded} av rapportens {assumptions} antaganden är bedömningar som ingen har mätt."
    ).format(
        norm=context.assumed("inhabitants_per_specialist"),
        all=t.number(len(context.results.regions)),
        missing=t.number(st_baseline.unknown(context)),
        graded=t.number(len(graded)),
        assumptions=t.number(len(context.assumptions)),
    )


def basis(context: Context) -> list[str]:
    """How sure the value is, and what it rests on and leaves out."""
    t = context.language
    a = context.assumptions
    return [
        sureness(context),
        t(
            "Vi räknar med {ppp} personer per tjänst, en uppgift från en enda region, och med att {vacancy} av tjänsterna "
            "är vakanta. Att flytta fler uppgifter till andra yrken är ett scenario och ingår inte."
        ).format(ppp=t.number(a["persons_per_position"].value, 1), vacancy=t.percent(a["st_vacancy_rate"].value)),
    ]


def intake(context: Context) -> str:
    """How many started in the base year, and whether that sustains the norm and reaches it."""
    t = context.language
    last = context.results.programme_status[2] or int(context.results.paths["year"].max())
    reported = word(
        context.results.cell("norm_met_long_run").value,
        t("Under {year} började uppskattningsvis {now}. Det räcker troligen för att hålla normen"),
        t("Under {year} började uppskattningsvis {now}. Det räcker ungefär för att hålla normen"),
        t("Under {year} började uppskattningsvis {now}. Det är troligen för få för att hålla normen."),
    )
    if not reported.endswith("."):
        reached = path(context, NORM_MET, NATION)["value"][last]
        reported += word(reached, ".", ".", t(", men troligen inte för att nå den till {last}."))
    return reported.format(
        year=context.year, now=t.number(rounded(context.results.cell("st_starters_reference").value, 10)), last=last
    )


def word(share: float, likely: str, even: str, unlikely: str) -> str:
    """Which words fit a probability."""
    return likely if share >= LIKELY else unlikely if share <= 1 - LIKELY else even


def chance(t: Language, share: float) -> str:
    """A probability in per cent; what is almost sure either way is not given as certain."""
    if share < 0.01:
        return t("under {percent}").format(percent=t.percent(0.01))
    if share > 0.99:
        return t("över {percent}").format(percent=t.percent(0.99))
    return t.percent(share)


def rounded(value: float, step: int) -> float:
    """A number no more exact than a reader in a hurry needs."""
    return step * round(value / step)


def years_named(context: Context) -> list[int]:
    """The years that texts and tables name: every fifth one that a changed intake can reach, to the end of the outlook."""
    first, last = int(context.assumptions["first_adjustable_intake"].value), int(context.results.paths["year"].max())
    return [year for year in range(first + 1, last + 1) if year % 5 == 0]


def _extremes(context: Context) -> dict[str, str]:
    """The regions with the lowest and the highest guideline value per 10 000 inhabitants, in words."""
    values = context.results.of("st_positions_per_10000")["value"].drop(NATION)
    lowest, highest = str(values.idxmin()), str(values.idxmax())
    return {
        "lowest": context.within(lowest),
        "low": context.estimate("st_positions_per_10000", lowest, 1),
        "highest": context.within(highest),
        "high": context.estimate("st_positions_per_10000", highest, 1),
    }


# --- pictures and tables ----------------------------------------------------------------------------------


def plan(context: Context) -> Figure:
    """Starters by year on the path to the norm, beside those that hold it, today's intake and those who may apply."""
    t = context.language
    keep = path(context, "st_starters_guideline", NATION)
    today = context.results.cell("st_starters_reference").value
    words = {
        t("rapportens riktvärde: så många håller normen"): (BLUE, keep[["year", *ENDS]]),
        t("{year} års intag").format(year=context.year): (INK, _line(pd.Series(today, keep.index))),
        t("så många antas kunna söka"): (MUTED, _line(applicants(context))),
    }
    solved = planned(context, "starters", NATION)["value"]
    if not solved.empty:
        words[way(context)] = (ORANGE, _line(solved))
        found = t(
            "Vägen till normen kräver som mest omkring {most} nya ST-läkare per år ({when}). För att sedan hålla normen "
            "räcker {keep} ({last})."
        ).format(
            most=t.number(rounded(solved.max(), 10)),
            when=solved.idxmax(),
            keep=t.estimates(keep.iloc[[-1]])[0],
            last=keep.index[-1],
        )
    else:
        found = t("För att hålla normen behövs {keep} nya ST-läkare per år {last}.").format(
            keep=t.estimates(keep.iloc[[-1]])[0], last=keep.index[-1]
        )
    chart = charts.fan(
        pd.concat([rows.assign(kind=kind) for kind, (_, rows) in words.items()]),
        charts.number_axis(t("nya ST-läkare per år"), 0),
        {kind: colour for kind, (colour, _) in words.items()},
    )
    caption = t(
        "Nya ST-läkare per år i riket: rapportens riktvärde med 80-procentigt intervall, {year} års intag, de sökande "
        "som antas finnas, och den väg som når normen med minst intag inom gränserna."
    ).format(year=context.year)
    return Figure(chart, f"{t('Linjer.')} {found}", caption, starters_table(context))


def starters_table(context: Context) -> Table:
    """Starters by year: those that hold the norm, those of the path, and those who may apply."""
    t = context.language
    hopeful = applicants(context)
    years = list(hopeful.index)
    keep, solved = path(context, "st_starters_guideline", NATION).loc[years], planned(context, "starters", NATION)
    return Table.of(
        t,
        "st-vaeg",
        column.heads(t("År"), map(str, years)),
        [
            column.estimate(t("Rapportens riktvärde: nya ST-läkare"), keep),
            None if solved.empty else column.estimate(t("Vägen: nya ST-läkare"), solved.loc[years]),
            column.number(t("Antagna sökande"), hopeful),
        ],
        pd.concat([keep, solved]),
        t("Nya ST-läkare per år i riket: så många håller normen, så många är det på vägen, och så många antas kunna söka."),
        t("SCB:s prognos, publicerade uppgifter och graderade antaganden; metod D2–D4"),
    )


def table(context: Context) -> Table:
    """Guideline value of each region in starters and positions, beside the positions of the base date and the coverage."""
    t = context.language
    shown = [NATION, *context.results.regions]
    measures = {
        "st_starters_guideline": t("Nya ST-läkare per år som håller normen"),
        "st_positions_guideline": t("ST-tjänster som håller normen"),
        "st_positions_gap": t("Tjänster som fattades {date}").format(date=context.reference_date),
    }
    behind = ("st_persons_guideline", "st_positions_reference", "st_persons_reference", "st_gap", "st_positions_per_10000")
    return Table.of(
        t,
        "st-riktvaerden",
        context.named(shown),
        [
            *(
                column.written(words, [context.estimate(measure, code) for code in shown])
                for measure, words in measures.items()
            ),
            column.written(t("Sannolikhet att antalet räcker"), [chance(t, 1 - lacking(context, code)) for code in shown]),
            column.written(
                t("Täckning {date}").format(date=context.reference_date),
                [context.share("coverage_a", code) for code in shown],
            ),
            column.written(t("Underlagets status"), [context.status("st_gap", code) for code in shown]),
        ],
        context.rows(("population", "specialist_requirement", "coverage_a", *measures, *behind), shown),
        t(
            "Riktvärde för ST i allmänmedicin, jämfört med ST-tjänsterna den {date}. Minus betyder att regionen redan hade "
            "fler än rapportens riktvärde. Täckningen är den del av behovet som specialisterna räcker till. Inom parentes "
            "80-procentigt intervall; bara intervall där regionens antal inte är publicerat."
        ).format(date=context.reference_date),
    )


def density_map(context: Context, counties: gpd.GeoDataFrame) -> Figure:
    """Map of the guideline value per 10 000 inhabitants."""
    t = context.language
    rows = context.results.of("st_positions_per_10000").drop(NATION)
    areas = maps.prepare(counties).merge(rows[ENDS], left_on="region", right_index=True)
    areas["name"] = areas["region"].map(context.region_names)
    nation = context.results.cell("st_positions_per_10000").value
    chart = maps.estimated(
        areas,
        t("ST-tjänster per 10 000 invånare, {year}").format(year=context.year),
        charts.number_label(1),
        (nation, nation),
        classes=maps.against(t),
    )
    alternative = t(
        "Karta över Sveriges {all} regioner. Riktvärdet är lägst {lowest}, {low} tjänster per 10 000 invånare, och högst "
        "{highest}, {high}. I riket är det {nation}."
    ).format(
        **_extremes(context),
        all=t.number(len(context.results.regions)),
        nation=context.estimate("st_positions_per_10000", NATION, 1),
    )
    caption = t(
        "Riktvärde för ST i allmänmedicin {year}, tjänster per 10 000 invånare, skattat. Skillnaderna är små jämfört "
        "med osäkerheten."
    ).format(year=context.year)
    return Figure(chart, alternative, caption, density_table(context, "st-riktvaerde-karta"))


def density_table(context: Context, name: str) -> Table:
    """Guideline value of each region per 10 000 inhabitants."""
    t = context.language
    shown = [NATION, *context.results.regions]
    measures = ("st_positions_per_10000", "st_positions_guideline", "population")
    return Table.of(
        t,
        name,
        context.named(shown),
        [
            column.written(
                t("ST-tjänster per 10 000 invånare"),
                [context.estimate("st_positions_per_10000", code, 1) for code in shown],
            ),
            column.written(t("ST-tjänster"), [context.estimate("st_positions_guideline", code) for code in shown]),
            column.written(
                t("Invånare {year}").format(year=context.year), [context.number("population", code) for code in shown]
            ),
            column.written(t("Status"), [context.status("st_positions_per_10000", code) for code in shown]),
        ],
        context.rows(measures, shown),
        t(
            "Riktvärde för ST i allmänmedicin {year} efter region. Inom parentes 80-procentigt intervall; för tjänster "
            "avrundat utåt till fem."
        ).format(year=context.year),
        t("SCB, Kolada och graderade antaganden"),
    )


def other_norms(context: Context) -> Table:
    """The national guideline value under the norms that regions have decided themselves."""
    t = context.language
    norms = context.results.norms
    published = context.tables["published_st"]
    local = published.loc[published["measure"] == LOCAL_NORM]
    decided = local.groupby("value")["region"].agg(lambda codes: ", ".join(context.region_names[c] for c in codes))
    return Table.of(
        t,
        "andra-normer",
        column.heads(t("Invånare per specialist"), [t.number(norm) for norm in norms["norm"]]),
        [
            column.number(t("Heltider av specialister"), norms["requirement"]),
            column.estimate(t("ST-tjänster i riket"), norms),
            column.written(t("Beslutat mål i"), decided.reindex(norms["norm"])),
        ],
        norms,
        t("Riktvärdet för riket om en annan norm gällde. Normerna är sådana som regioner själva har beslutat."),
        t("publicerade uppgifter om regionernas mål, SCB:s folkmängd och graderade antaganden"),
    )


def by_figure(context: Context, region: str | None = None) -> Table:
    """Specialists and coverage A by each published figure alone, of every region that has one or of a single region."""
    t = context.language
    rows = context.results.by_figure if region is None else context.result_rows("by_figure", region)
    rows = rows.reset_index(drop=True)
    read = st_baseline.read_as(context, rows)
    rows = rows.assign(status="estimated", qualifier=read["qualifier"])
    # A figure that needs no drawn factor has no interval of its own.
    same = np.isclose(rows["low"], rows["high"])
    stocks = rows.assign(low=rows["low"].mask(same), high=rows["high"].mask(same))
    shares = rows[["coverage", "coverage_low", "coverage_high"]].set_axis(["value", "low", "high"], axis="columns")
    dated, figure = t("Avser"), t("Uppgift")
    return Table.of(
        t,
        "taeckning-uppgifter" if region is None else f"taeckning-uppgifter-{region}",
        context.named(rows["region"]),
        [
            column.written(
                t("Vad som är publicerat"), [f"{what}, {unit}" for what, unit in read[["words", "unit"]].to_numpy()]
            ),
            column.text(dated, read["dated"]),
            column.estimate(t("Specialister, heltider"), stocks),
            column.share(t("Täckning A efter uppgiften ensam"), shares),
            column.written(t("Täckning A i rapporten"), [context.share("coverage_a", code) for code in rows["region"]]),
            column.status(rows),
            column.text(figure, read["figures"]),
        ],
        rows,
        t(
            "Täckningen den {date} efter varje publicerad uppgift för sig, omräknad till heltider. Intervallet inom "
            "parentes är 80-procentigt och gäller omräkningen och behovet, inte felet i själva uppgiften."
        ).format(date=context.reference_date),
        t("publicerade uppgifter om specialister, SCB:s folkmängd och graderade antaganden; metod A4"),
        stacked=True,
    )


# --- beside the figures of others -------------------------------------------------------------------------


def show_shortage(context: Context) -> None:
    """Display what others say is missing beside the model's own figures, folded."""
    show_folded(
        context.language("Därför skiljer sig talet från det som Nationella vårdkompetensrådet har angett"),
        published_shortage(context),
        context.language,
        shortage_explained(context),
    )


def shortage_explained(context: Context) -> str:
    """Why the published number of specialists missing is smaller than the model's, with the model's own figures."""
    t = context.language
    row = _published_missing(context).iloc[0]
    norm, stock, employed = _norm_of(context, row["year"]), context.results.cell("specialist_fte").value, _employed(context)
    reported = [
        t(
            "Nationella vårdkompetensrådet angav {year} att {missing} specialister saknas. Vår modell ger {gap} "
            "heltider den {date}."
        ),
        t(
            "Skillnaden beror troligen på att källan räknar personer. Normen motsvarade {year} omkring {norm} "
            "heltider. Drar man bort de {missing} som saknas återstår omkring {left}. Det ligger närmare de omkring "
            "{persons} personer som är sysselsatta enligt modellen än de omkring {stock} heltider som de arbetar på "
            "vårdcentral."
        )
        if _counts_persons(context)
        else t(
            "Normen motsvarade {year} omkring {norm} heltider. Drar man bort de {missing} som saknas återstår omkring "
            "{left}. Modellen räknar med omkring {persons} personer och {stock} heltider. Vi vet därför inte vad "
            "källan har räknat."
        ),
        t(
            "En sysselsatt specialist arbetar i genomsnitt omkring {fte} heltid på vårdcentral, eftersom många arbetar "
            "deltid eller på andra håll. Räknat som i källan, normens heltider minus sysselsatta personer, blir modellens "
            "tal omkring {own}. Det är ingen brist i personer."
        ),
    ]
    return " ".join(reported).format(
        year=row["year"],
        missing=t.number(row["value"]),
        gap=context.estimate("specialist_gap"),
        date=context.reference_date,
        norm=t.number(rounded(norm, 100)),
        left=t.number(rounded(norm - row["value"], 100)),
        persons=t.number(rounded(employed, 100)),
        stock=t.number(rounded(stock, 100)),
        fte=t.number(stock / employed, 1),
        own=t.number(rounded(context.results.cell("specialist_requirement").value - employed, 100)),
    )


def _norm_of(context: Context, year: int) -> float:
    """Full-time equivalents that the norm asks for in a year."""
    people = context.tables["population_nation"]
    inhabitants = people.loc[people["year"] == year, "population"].sum()
    return float(inhabitants / context.assumptions["inhabitants_per_specialist"].value)


def _employed(context: Context) -> float:
    """Persons employed as specialists at the end of the base year, where the back-cast ends."""
    rows = context.results.career_back_cast.query("quantity == 'persons' and status == 'modelled'")
    return float(rows.loc[rows["dated"].dt.year == context.year, "middle"].iloc[0])


def _counts_persons(context: Context) -> bool:
    """Whether the norm less the published shortage is nearer to the model's persons than to its full-time equivalents."""
    row = _published_missing(context).iloc[0]
    left = _norm_of(context, row["year"]) - row["value"]
    return bool(abs(left - _employed(context)) < abs(left - context.results.cell("specialist_fte").value))


def _published_missing(context: Context) -> pd.DataFrame:
    """The published shortages: specialists, then doctors in training."""
    measures = ["specialists_allmanmedicin_missing_primary_care", "st_allmanmedicin_missing"]
    return context.tables["published_st"].set_index("measure").loc[measures]


def published_shortage(context: Context) -> Table:
    """What others say is missing beside the model's own figures, with status and year of each."""
    t = context.language
    published = _published_missing(context)
    own = pd.concat([context.results.of(m).loc[[NATION]] for m in ("specialist_gap", "st_gap")])
    data = own[["measure", "value", "low", "high", "unit", "status"]].assign(
        published=published["value"].to_list(),
        year=published["year"].to_list(),
        figure=published["figure"].to_list(),
    )
    when = t("Publicerat år")
    return Table.of(
        t,
        "brist-jaemfoerelse",
        column.heads(t("Brist i riket"), [t("Specialister som saknas"), t("ST-läkare som saknas")]),
        [
            column.number(t("Publicerat"), data["published"]),
            column.text(when, data["year"]),
            column.written(
                t("Rapportens modell {date}").format(date=context.reference_date),
                [f"{text} {t.term(unit)}" for text, unit in zip(t.estimates(data), data["unit"], strict=True)],
            ),
            column.written(t("Modellens status"), [context.status(measure) for measure in data["measure"]]),
            column.written(
                t("Vad skillnaden beror på"),
                [
                    t("Källan räknar troligen personer, modellen heltider på vårdcentral.")
                    if _counts_persons(context)
                    else t("Källan anger inte om talet är personer eller heltider."),
                    t(
                        "Källan anger inte vilket mål talet gäller. Riktvärdet är vad som håller normen; för att nå den "
                        "behövs fler under en tid. Minus betyder att antalet redan är större än rapportens riktvärde."
                    ),
                ],
            ),
            column.written(t("Uppgift"), data["figure"]),
        ],
        data,
        t("Bristen enligt Nationella vårdkompetensrådet och enligt rapportens modell."),
        t("publicerade uppgifter om ST och graderade antaganden"),
        stacked=True,
    )


# --- frames -----------------------------------------------------------------------------------------------


def path(context: Context, measure: str, region: str) -> pd.DataFrame:
    """One measure of one area by year, indexed by year."""
    rows = context.result_rows("paths", region).query("measure == @measure")
    return rows.set_index(rows["year"].astype(int).rename(None))


def planned(context: Context, measure: str, region: str) -> pd.DataFrame:
    """One measure of the programme's path in one area by year, indexed by year; empty where no path was found."""
    rows = context.result_rows("programme", region).query(f"measure == 'programme_{measure}'")
    return rows.set_index(rows["year"].astype(int).rename(None))


def way(context: Context) -> str:
    """Words of the path in a legend."""
    return context.language("vägen till normen {year}").format(year=context.results.programme_status[2])


def applicants(context: Context) -> pd.Series:
    """Those who may apply, by year, as assumed."""
    return context.results.applicants.set_index("year")["value"]


def _line(values: pd.Series) -> pd.DataFrame:
    """A path without a band."""
    return pd.DataFrame({"year": values.index, "value": values.to_numpy(), "low": np.nan, "high": np.nan})
