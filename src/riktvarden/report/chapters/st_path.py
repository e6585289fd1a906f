"""The chapter on the way there: how far the doctors reach, where the base year's intake leads, and the path to the norm."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from riktvarden.codes import NATION
from riktvarden.names import BY_TRAINING_ALONE, EVERY_REGION, MOST_OF_EVERY_REGION, NATION_ALONE, OPTIMAL
from riktvarden.report.chapters import economics, st_baseline, st_guideline
from riktvarden.report.chapters.st_guideline import (
    EVEN,
    NORM_MET,
    applicants,
    chance,
    first_year,
    path,
    planned,
    rounded,
    way,
    word,
    years_named,
)
from riktvarden.report.kit import charts, column
from riktvarden.report.kit.charts import BLUE, INK, MUTED, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Figure, Table, show_folded
from riktvarden.report.kit.ranges import ENDS
from riktvarden.results import Cost

EVERY = 0.5
"""Persons short of all applicants at which they are all of them."""


class Limit(NamedTuple):
    """A limit of the path, in Swedish."""

    words: str
    more: str
    """What it would take to go beyond it, so that "than we assume" can follow."""
    assumption: str = ""
    """The assumption that sets it; nothing where no figure exists."""


LIMITS = {
    "smoothing": Limit("hur fort intaget kan ändras", "att intaget ökar snabbare", "intake_smoothing"),
    "applicants": Limit("antalet sökande", "att fler söker", "st_applicants"),
    "supervision": Limit("handledningen", "att varje specialist handleder fler", "st_per_specialist_limit"),
    "capacity": Limit(
        "vårdcentralernas underlag av patienter", "att vårdcentralerna tar emot fler", "listed_per_st_doctor"
    ),
    "rotation": Limit("platser för placering på andra kliniker", "att andra kliniker tar emot fler"),
    "terminal": Limit(
        "att intaget till slut ligger nära det långsiktiga behovet",
        "att intaget stannar på en högre nivå",
        "programme_terminal_band",
    ),
}
"""Limit of the programme → its words."""

AIMS = {
    EVERY_REGION: "Hela normen i varje region",
    MOST_OF_EVERY_REGION: "Minst {share} av normen i varje region och hela i riket",
    NATION_ALONE: "Hela normen i riket, oavsett region",
}
"""Aim of a path → its Swedish words."""

OBSTACLE = {
    "training time": "ej möjligt: ingen hinner bli klar",
    "applicants": "ej möjligt: fler än som antas kunna söka",
}
"""Why a target year has no number → its Swedish words."""


def leads_to(context: Context) -> str:
    """Where today's intake leads in the long run, and the chance that it is enough."""
    t = context.language
    draws = context.results.draws
    enough = float((draws["specialist_fte_long_run"][:, -1] >= draws["specialist_requirement_target"][:, -1]).mean())
    verdict = word(
        enough,
        t("Intaget {year} är alltså troligen stort nog för att hålla normen, men det tar lång tid att nå den."),
        t("Om intaget {year} är stort nog för att hålla normen är alltså osäkert, och det tar lång tid att nå den."),
        t("Intaget {year} är alltså troligen för litet för att hålla normen."),
    )
    return " ".join(
        [
            t(
                "Fortsätter intaget som {year}, omkring {starters} nya ST-läkare varje år, leder det på lång sikt till "
                "{fte} heltider av specialister. Sannolikheten att det räcker för {target} års befolkning är {chance}."
            ).format(
                year=context.year,
                starters=t.number(rounded(context.results.cell("st_starters_reference").value, 10)),
                fte=context.estimate("specialist_fte_long_run"),
                target=context.target_year,
                chance=chance(t, enough),
            ),
            verdict.format(year=context.year),
        ]
    )


def summary(context: Context, cost: Cost) -> list[str]:
    """Where an unchanged intake leads, when the norm can be met and what that takes and costs, and what prevents more."""
    paid = economics.cost_of_path(context, cost)
    said = [
        leads_to(context),
        " ".join([first_year(context), *on_the_way(context)]),
        paid,
        " ".join(stops(context)),
    ]
    return [*filter(None, said)]


def on_the_way(context: Context) -> list[str]:
    """How many positions the path takes, how sure it is to reach the norm, and the years that take every applicant."""
    t = context.language
    year, solved = context.results.programme_status[2], planned(context, "starters", NATION)
    if year is None or solved.empty:
        return []
    sites = planned(context, "positions", NATION)["value"]
    met = _followed(context, "norm_met", [year])[year]["value"]
    reported = [
        t(
            "Därefter kan intaget minska, till omkring {lasting} år {last}. Som mest behövs omkring {positions} "
            "ST-tjänster, år {then}. På den vägen är normen nådd i riket {year} med sannolikheten {chance}, och i "
            "regionerna med en sannolikhet från {lowest} till {highest}. Om intaget förblir som {base} är "
            "sannolikheten {unchanged} i riket."
        ).format(
            lasting=t.number(rounded(solved["value"].iloc[-1], 10)),
            last=solved.index[-1],
            positions=t.number(rounded(sites.max(), 10)),
            then=sites.idxmax(),
            year=year,
            chance=chance(t, met[NATION]),
            lowest=chance(t, met.drop(NATION).min()),
            highest=chance(t, met.drop(NATION).max()),
            unchanged=chance(t, path(context, NORM_MET, NATION)["value"][year]),
            base=context.year,
        )
    ]
    every = solved.index[solved["value"] >= applicants(context).reindex(solved.index) - EVERY]
    if len(every):
        reported.append(t("Alla som antas kunna söka behöver börja {years}.").format(years=t.listed(map(str, every))))
    return reported


def stops(context: Context) -> list[str]:
    """Why the norm cannot be met in the target year, and the limit that nobody has counted."""
    t = context.language
    status, binding, _ = context.results.programme_status
    target, reported = context.target_year, []
    if status == BY_TRAINING_ALONE:
        reported.append(
            t(
                "Till {target} går det inte i alla regioner, eftersom ingen som börjar när intaget först kan ändras hinner "
                "bli klar."
            ).format(target=target)
        )
    elif status != OPTIMAL and binding:
        reported.append(
            t("Till {target} går det inte i alla regioner, eftersom det skulle kräva {limits} än vi har antagit.").format(
                target=target, limits=t.listed(t(LIMITS[name].more) for name in binding)
            )
        )
    reported.append(
        t(
            "Hur många ST-läkare andra kliniker kan ta emot är inte publicerat. Den gränsen ingår därför inte, men den "
            "kan i verkligheten vara den som sätter stopp."
        )
    )
    return reported


def overshoot(context: Context) -> str:
    """Why the path may end with another number of positions than the guideline value, and above the norm."""
    t = context.language
    sites = planned(context, "positions", NATION)
    if sites.empty:
        return t("Eftersom ingen väg finns inom gränserna visas bara riktvärdet.")
    last = sites.index[-1]
    kept = path(context, "st_positions_guideline", NATION)
    return t(
        "Vägen slutar inte exakt på riktvärdet. År {last} har den {positions} ST-tjänster, medan riktvärdet för samma år "
        "är {kept}, och täckningen är {covered}. Det beror på åldrarna. När många specialister är nya i yrket är kåren "
        "ung, och av en ung kår slutar färre varje år än av en kår med alla åldrar. För en tid skulle det därför räcka "
        "att färre börjar. Men de unga blir äldre, och då måste intaget upp igen. Därför räknar vi aldrig med färre "
        "nya ST-läkare än vad som på lång sikt ersätter dem som slutar, och vägen kan hamna över normen."
    ).format(
        last=last,
        positions=t.number(sites["value"][last]),
        kept=t.number(kept["value"][last]),
        covered=t.percent(planned(context, "coverage_a", NATION)["value"][last]),
    )


def ways(context: Context) -> Figure:
    """Need of specialists in the nation by year, and those there are: on the path, and if as many go on starting."""
    t = context.language
    need, unchanged = (path(context, m, NATION) for m in ("specialist_requirement", "specialist_fte_reference"))
    solved = planned(context, "specialist_fte", NATION)
    words = {t("behov enligt normen"): (INK, need), _unchanged(context): (BLUE, unchanged)}
    words |= {} if solved.empty else {way(context): (ORANGE, solved)}
    last = unchanged.index[-1]
    found = t(
        "Om lika många börjar sin ST varje år som {base} motsvarar specialisterna {have} heltider {year}. Då behövs "
        "{needed}."
    ).format(
        base=context.year,
        have=t.estimates(unchanged.loc[[last]])[0],
        year=last,
        needed=t.estimates(need.loc[[last]])[0],
    )
    if not solved.empty:
        found += " " + t("På vägen är de {solved}.").format(solved=t.estimates(solved.loc[[last]])[0])
    chart = charts.fan(
        pd.concat([rows.assign(kind=kind) for kind, (_, rows) in words.items()])[["year", *ENDS, "kind"]],
        charts.number_axis(t("heltider"), 0),
        {kind: colour for kind, (colour, _) in words.items()},
    )
    caption = t(
        "Heltider av specialister i allmänmedicin i riket {first}–{last}: behovet, tillgången med {first} års intag och "
        "tillgången på vägen, med 80-procentigt intervall."
    ).format(first=unchanged.index[0], last=last)
    return Figure(chart, f"{t('Linjer med band.')} {found}", caption, plan_table(context))


def plan_table(context: Context) -> Table:
    """What the path takes of the nation each year and what it gives, beside the need and an unchanged intake."""
    t = context.language
    years = list(applicants(context).index)
    unchanged = {
        t("Behov, heltider"): (path(context, "specialist_requirement", NATION), 1),
        t("{year} års intag: specialister").format(year=context.year): (
            path(context, "specialist_fte_reference", NATION),
            1,
        ),
        t("{year} års intag: täckning, procent").format(year=context.year): (
            path(context, "coverage_a_reference", NATION),
            100,
        ),
    }
    followed = {
        words: (planned(context, measure, NATION), scale)
        for measure, words, scale in (
            ("starters", t("Vägen: nya ST-läkare"), 1),
            ("positions", t("Vägen: ST-tjänster"), 1),
            ("specialist_fte", t("Vägen: specialister"), 1),
            ("coverage_a", t("Vägen: täckning, procent"), 100),
        )
    }
    met, kept = planned(context, "norm_met", NATION), path(context, NORM_MET, NATION)
    sides = {words: pair for words, pair in (unchanged | followed).items() if not pair[0].empty}
    return Table.of(
        t,
        "st-vaeg-riket",
        column.heads(t("År"), map(str, years)),
        [
            *(
                column.estimate(words, rows.loc[years, list(ENDS)].astype(float) * scale)
                for words, (rows, scale) in sides.items()
            ),
            column.written(
                t("{year} års intag: sannolikhet att normen är nådd").format(year=context.year),
                [chance(t, v) for v in kept["value"].loc[years]],
            ),
            None
            if met.empty
            else column.written(t("Vägen: sannolikhet att normen är nådd"), [chance(t, v) for v in met["value"]]),
        ],
        pd.concat([*(rows for rows, _ in unchanged.values()), kept, context.result_rows("programme", NATION)]),
        t(
            "Vägen till normen i riket, år för år. Vägens intag är ett råd, räknat efter antagandenas mittvärden; vad det "
            "leder till är osäkert. Inom parentes 80-procentigt intervall."
        ),
        t("SCB:s prognos, publicerade uppgifter och graderade antaganden; metod D2–D4"),
    )


def regional_path(context: Context) -> Table:
    """New trainees of every region by year: those that hold the norm, those of the base year, and those of the path."""
    t = context.language
    first = int(context.assumptions["first_adjustable_intake"].value)
    return _advice(
        context,
        "st-vaeg-regioner",
        "starters",
        [first, *years_named(context)],
        t(
            "Nya ST-läkare per år i varje region: så många håller normen, så många började {year}, och så många börjar på "
            "vägen. Vägens intag är ett råd. Inom parentes 80-procentigt intervall; bara intervall där regionens antal "
            "inte är publicerat."
        ),
    )


def regional_positions(context: Context) -> Table:
    """Positions of every region: those that hold the norm, those of the base date, and those of the path."""
    t = context.language
    return _advice(
        context,
        "st-vaeg-tjaenster",
        "positions",
        years_named(context),
        t(
            "ST-tjänster i varje region: så många håller normen, så många fanns vid slutet av {year}, och så många behövs "
            "på vägen. Inom parentes 80-procentigt intervall; bara intervall där regionens antal inte är publicerat."
        ),
    )


def _advice(context: Context, name: str, measure: str, years: Iterable[int], caption: str) -> Table:
    """One measure of every region: what holds the norm, what there was, and what the path takes."""
    t = context.language
    shown = [NATION, *context.results.regions]
    followed = _followed(context, measure, years)
    both = {f"st_{measure}_guideline": t("Håller normen"), f"st_{measure}_reference": str(context.year)}
    return Table.of(
        t,
        name,
        context.named(shown),
        [
            *(column.written(words, [context.estimate(of, code) for code in shown]) for of, words in both.items()),
            *(column.estimate(t("Vägen: {year}").format(year=year), rows.loc[shown]) for year, rows in followed.items()),
        ],
        pd.concat([context.rows(both, shown), *followed.values()]),
        caption.format(year=context.year),
    )


def regional_coverage(context: Context) -> Table:
    """Coverage of every region in the years named, with the base year's intake and on the path, and the chances."""
    t = context.language
    shown = [NATION, *context.results.regions]
    later, end = years_named(context), context.results.programme_status[2] or int(context.results.paths["year"].max())
    unchanged = _followed(context, "coverage_a_reference", later, "paths")
    solved = _followed(context, "coverage_a", later)
    met = [
        (t("{year} års intag: sannolikhet att normen är nådd {end}"), _followed(context, NORM_MET, [end], "paths")),
        (t("Vägen: sannolikhet att normen är nådd {end}"), _followed(context, "norm_met", [end])),
    ]
    now = context.measure("coverage_a", shown)
    parts = [rows for found in (unchanged, solved, *(found for _, found in met)) for rows in found.values()]
    return Table.of(
        t,
        "st-taeckning-regioner",
        context.named(shown),
        [
            column.share(t("Täckning A {date}").format(date=context.reference_date), now),
            *(
                column.share(t("{base} års intag: {year}").format(base=context.year, year=year), rows.loc[shown])
                for year, rows in unchanged.items()
            ),
            *(column.share(t("Vägen: {year}").format(year=year), rows.loc[shown]) for year, rows in solved.items()),
            *(
                column.written(words.format(year=context.year, end=end), [chance(t, v) for v in rows.loc[shown, "value"]])
                for words, found in met
                for rows in found.values()
            ),
        ],
        pd.concat([context.rows(["coverage_a"], shown), *parts]),
        t(
            "Täckning A i varje region: om lika många börjar varje år som {year}, och på vägen. Inom parentes "
            "80-procentigt intervall; bara intervall där regionens antal specialister inte är publicerat."
        ).format(year=context.year),
    )


def chances(context: Context) -> Table:
    """Chance by year that the norm is met, with the base year's intake and on the path, in the nation and the regions."""
    t = context.language
    years = sorted({*years_named(context), context.results.programme_status[2] or context.target_year})
    sides = {
        t("{year} års intag").format(year=context.year): _followed(context, NORM_MET, years, "paths"),
        t("Vägen"): _followed(context, "norm_met", years),
    }
    columns = []
    for words, found in sides.items():
        if found:
            nation = [chance(t, found[year]["value"][NATION]) for year in years]
            likely = [(found[year]["value"].drop(NATION) >= EVEN).sum() for year in years]
            columns.append(column.written(t("{way}: riket").format(way=words), nation))
            columns.append(column.number(t("{way}: regioner där det är troligare än inte").format(way=words), likely))
    return Table.of(
        t,
        "st-sannolikhet",
        column.heads(t("År"), [str(year) for year in years]),
        columns,
        pd.concat([rows for found in sides.values() for rows in found.values()]),
        t("Sannolikheten att normen är nådd ett visst år, om lika många börjar varje år som {year} och på vägen.").format(
            year=context.year
        ),
    )


def coverage(context: Context) -> Figure:
    """Coverage A of every region; where the stock is unpublished the interval of the prior only."""
    t = context.language
    rows = context.results.of("coverage_a").drop(NATION).reset_index()
    nation = context.results.cell("coverage_a").value
    published, prior = t("ur ett publicerat antal specialister"), t("uppgift saknas: endast intervall")
    rows = rows.assign(
        label=rows["region"].map(context.region_names),
        kind=np.where(rows["value"].notna(), published, prior),
    )
    chart = charts.intervals(
        rows[["label", "value", "low", "high", "kind"]],
        charts.number_axis(t("täckning A"), 0, percent=True),
        {published: BLUE, prior: MUTED},
        list(rows["label"]),
        (nation, t("riket {value}").format(value=t.percent(nation))),
    )
    alternative = t(
        "Punktdiagram med intervall. I riket täckte specialisterna {nation} av behovet. Bara {known} av {all} regioner har "
        "ett publicerat antal specialister, så skillnaderna mellan de övriga är okända."
    ).format(
        nation=context.share("coverage_a"),
        known=t.number(rows["value"].notna().sum()),
        all=t.number(len(rows)),
    )
    caption = t(
        "Täckning A: specialisternas heltider i andel av behovet enligt normen den {date}, med 80-procentigt intervall."
    ).format(date=context.reference_date)
    return Figure(chart, alternative, caption, coverage_table(context))


def coverage_table(context: Context) -> Table:
    """Coverage A and B of every region, with the specialist stock behind them."""
    t = context.language
    shown = [NATION, *context.results.regions]
    return Table.of(
        t,
        "taeckning",
        context.named(shown),
        [
            column.written(t("Specialister, heltider"), [context.estimate("specialist_fte", code) for code in shown]),
            column.written(t("Täckning A (bara specialister)"), [context.share("coverage_a", code) for code in shown]),
            column.written(t("Status för A"), [context.status("coverage_a", code) for code in shown]),
            column.written(
                t("Täckning B (även ST mitt i utbildningen)"), [context.share("coverage_b", code) for code in shown]
            ),
            column.written(t("Status för B"), [context.status("coverage_b", code) for code in shown]),
        ],
        context.rows(("specialist_fte", "coverage_a", "coverage_b"), shown),
        t(
            "Hur stor del av behovet enligt normen som specialisterna täckte den {date}. Inom parentes 80-procentigt "
            "intervall. Utan publicerat antal specialister ges bara ett intervall."
        ).format(date=context.reference_date),
        stacked=True,
    )


def by_figure_finding(context: Context) -> list[str]:
    """How far published figures on the same region lie apart: in the largest such region, and where they do most."""
    t = context.language
    rows = context.results.by_figure.reset_index(drop=True)
    rows = rows.join(st_baseline.read_as(context, rows)["words"])
    known = rows.groupby("region")["coverage"].agg(["count", "min", "max"])
    several = known.loc[known["count"] > 1]
    reported = [
        t(
            "{known} av {all} regioner har någon publicerad uppgift om sina specialister, och {several} av dem har mer än "
            "en."
        ).format(known=t.number(len(known)), all=t.number(len(context.results.regions)), several=t.number(len(several)))
    ]
    if several.empty:
        return reported
    people = context.results.of("population")["value"]
    most, apart = str(people[several.index].idxmax()), str((several["max"] - several["min"]).idxmax())
    for region in dict.fromkeys((most, apart)):
        own = rows.loc[rows["region"] == region].sort_values("coverage")
        least, largest = own.iloc[0], own.iloc[-1]
        reported.append(
            t(
                "I {region} täcker specialisterna {low} av behovet efter en uppgift ({what_low}) och {high} efter en annan "
                "({what_high}). I rapporten är täckningen {own}."
            ).format(
                region=context.region_names[region],
                low=t.percent(least["coverage"]),
                what_low=least["words"],
                high=t.percent(largest["coverage"]),
                what_high=largest["words"],
                own=context.share("coverage_a", region),
            )
        )
    return reported


def limits(context: Context) -> Table:
    """What limits the path to the norm, with which of it the target year is out of reach."""
    t = context.language
    binding = context.results.programme_status[1]
    missing, grade = t("uppgift saknas"), t("Grad")
    rows = []
    for name, limit in LIMITS.items():
        item = context.assumptions[limit.assumption] if limit.assumption else None
        rows.append(
            {
                "limit": name,
                "words": t(limit.words),
                "value": missing if item is None else t.assumed(item, 100 if item.unit == "share" else 1),
                "unit": "" if item is None else t.term("percent" if item.unit == "share" else item.unit),
                "grade": "" if item is None else item.grade,
                "binding": t("ingår inte i räkningen") if item is None else t("ja") if name in binding else t("nej"),
            }
        )
    data = pd.DataFrame(rows)
    growth = context.assumptions["st_applicants_growth"]
    return Table.of(
        t,
        "st-graenser",
        column.heads(t("Gräns"), data["words"]),
        [
            column.written(t("Antagande"), data["value"]),
            column.written(t("Enhet"), data["unit"]),
            column.text(grade, data["grade"]),
            column.written(t("Hindrar att normen nås {year}").format(year=context.target_year), data["binding"]),
        ],
        data.drop(columns="words"),
        t(
            "Gränser för vägen till normen. Antalet sökande antas ändras med {growth} om året. ”Ja” betyder att gränsen "
            "skulle behöva överskridas för att nå normen {year}."
        ).format(growth=t.percent(growth.value), year=context.target_year),
        t("graderade antaganden; metod D2"),
        stacked=True,
    )


def variants_finding(context: Context) -> str:
    """How much earlier the norm can be met where the regions need not all meet it."""
    t = context.language
    year = context.results.variants.set_index("aim")["year"]
    every, alone = year[EVERY_REGION], year[NATION_ALONE]
    if pd.isna(every) or pd.isna(alone):
        return t("Något av målen går inte att nå inom gränserna.")
    return t(
        "Riket som helhet kan nå normen {alone}, men alla regioner först {every}, eftersom bristen är olika stor i "
        "regionerna."
    ).format(alone=alone, every=every)


def variants(context: Context) -> Table:
    """Paths with other aims for the regions: when each can be reached, and what it takes."""
    t = context.language
    rows = context.results.variants
    last = int(context.results.paths["year"].max())

    def cell(value: float, scale: float = 1.0) -> str:
        return t("ingen väg") if pd.isna(value) else t.number(rounded(scale * value, 1 if scale > 1 else 10))

    most = zip(rows["starters_most"], rows["starters_most_year"], strict=True)
    return Table.of(
        t,
        "st-andra-maal",
        column.heads(
            t("Mål"),
            [
                t(AIMS[aim]).format(share=t.percent(share))
                for aim, share in zip(rows["aim"], rows["regional_coverage"], strict=True)
            ],
        ),
        [
            column.text(
                t("Tidigaste år"),
                [t("inget till {last}").format(last=last) if pd.isna(y) else str(y) for y in rows["year"]],
            ),
            column.written(
                t("Flest nya ST-läkare ett år"),
                [cell(value) if pd.isna(year) else f"{cell(value)} ({year:.0f})" for value, year in most],
            ),
            column.written(t("Nya ST-läkare {last}").format(last=last), [cell(value) for value in rows["starters_last"]]),
            column.written(t("ST-tjänster {last}").format(last=last), [cell(value) for value in rows["positions_last"]]),
            column.written(
                t("Täckning A {last}, procent").format(last=last), [cell(value, 100) for value in rows["coverage_last"]]
            ),
        ],
        rows,
        t("Vägar till andra mål i riket, avrundade till tiotal. Alla är räknade efter antagandenas mittvärden."),
        t("SCB:s prognos, publicerade uppgifter och graderade antaganden; metod D2"),
        stacked=True,
    )


def constant(context: Context) -> Table:
    """Constant starters that meet the nation's norm, by target year: how many, and how likely that is possible."""
    t = context.language
    rows = context.results.starters
    answers = [
        text if why == "" else t(OBSTACLE[why]) for text, why in zip(t.estimates(rows), rows["obstacle"], strict=True)
    ]
    return Table.of(
        t,
        "st-maalaar",
        column.heads(t("Målår"), rows["year"].astype(str)),
        [
            column.number(t("Års intag som hinner bli klara"), rows["intakes"], 1),
            column.written(t("Nya ST-läkare per år"), answers),
            column.written(t("Sannolikhet att det är möjligt"), [chance(t, share) for share in rows["feasible"]]),
        ],
        rows,
        t(
            "Så många behöver börja sin ST varje år, lika många varje år, för att riket ska nå normen, efter "
            "målår. Inom parentes 80-procentigt intervall, där minst nio beräkningar av tio har ett svar."
        ),
        t("SCB:s prognos och graderade antaganden; metod D1"),
    )


def constant_finding(context: Context) -> list[str]:
    """Which target years a constant intake cannot meet and why, and the first that it can."""
    t = context.language
    rows = context.results.starters
    last_of = rows.groupby("obstacle")["year"].max()
    reasons = {
        "training time": t("Till och med {year} hinner ingen som börjar när intaget först kan ändras bli klar."),
        "applicants": t("Till och med {year} skulle fler behöva börja än som antas kunna söka."),
    }
    reported = [words.format(year=last_of[why]) for why, words in reasons.items() if why in last_of]
    known = rows.loc[rows["value"].notna()]
    if known.empty:
        never = t("Med lika stort intag varje år går normen alltså inte att nå till {year}.")
        return [*reported, never.format(year=rows["year"].iloc[-1])]
    first = known.iloc[0]
    return [
        *reported,
        t(
            "Med lika stort intag varje år kan riket nå normen tidigast {year}, om {needed} läkare börjar varje år. "
            "Sannolikheten att det är möjligt är {chance}."
        ).format(
            year=first["year"],
            needed=t.estimate(first["value"], first["low"], first["high"]),
            chance=chance(t, first["feasible"]),
        ),
    ]


def _followed(context: Context, measure: str, years: Iterable[int], field: str = "programme") -> dict[int, pd.DataFrame]:
    """One measure of a field by year, indexed by region; nothing where no path was found."""
    rows = getattr(context.results, field)
    rows = rows.loc[rows["measure"] == (f"programme_{measure}" if field == "programme" else measure)]
    by_year = {int(year): own.set_index("region", drop=False).rename_axis(None) for year, own in rows.groupby("year")}
    return {year: by_year[year] for year in years if year in by_year}


def _unchanged(context: Context) -> str:
    """Words of an unchanged intake in a legend."""
    return context.language("om lika många börjar varje år som {year}").format(year=context.year)


# --- folded -----------------------------------------------------------------------------------------------


def show_positions(context: Context) -> None:
    """Display the positions of every region on the path, folded."""
    show_folded(
        context.language("Så många tjänster blir det i varje region"), regional_positions(context), context.language
    )


def show_coverage(context: Context) -> None:
    """Display the coverage of every region in the years to come, folded."""
    show_folded(context.language("Täckningen i varje region, år för år"), regional_coverage(context), context.language)


def show_by_figure(context: Context) -> None:
    """Display what each published figure gives alone, folded."""
    show_folded(
        context.language("Olika uppgifter om samma region ger olika täckning"),
        st_guideline.by_figure(context),
        context.language,
        " ".join(by_figure_finding(context)),
    )


def show_constant(context: Context) -> None:
    """Display what it takes if as many start every year, folded."""
    show_folded(
        context.language("Om lika många skulle börja varje år"),
        constant(context),
        context.language,
        " ".join(constant_finding(context)),
    )
