"""The chapter on mental ill-health: who in primary care cares for it, for whom, and how large the need is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from riktvarden.baseline import personnel
from riktvarden.codes import NATION
from riktvarden.report.kit import charts, column
from riktvarden.report.kit.charts import BLUE, MUTED, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import PROFESSION, SEX, cells_table, publications
from riktvarden.report.kit.figures import Figure, Table
from riktvarden.report.kit.language import EN_DASH
from riktvarden.report.kit.ranges import range_of

YEARS = (2022, 2025, 2030, 2035, 2040, 2045, 2050, 2055, 2060)
"""Years of the long-term view."""

AGE_WORDS = {
    "0-15": "barn, 0–15 år",
    "16-29": "unga, 16–29 år",
    "30-64": "vuxna, 30–64 år",
    "65+": "äldre, 65 år och äldre",
}
"""Age group of patients → its Swedish words."""


LOW_MOOD = "känner sig nedstämd minst en gång i veckan"
ANXIETY = "svåra besvär av ängslan, oro eller ångest"
SELF_HARM = "vårdade för självskadebeteende per 100 000"
"""Measures of the published figures, as their sources word them."""

CENTRES = "pr-1106"
"""Published share of health centres that have a psychologist."""

PUPILS = {"11": "11 år", "13": "13 år", "15": "15 år"}
"""Age of pupils in the school survey → its Swedish words."""


def summary(context: Context) -> list[str]:
    """What is known of need and of those who meet it in primary care."""
    t = context.language
    pupils, adults = _pupils(context), _adults(context)
    of_nation = pupils.query("region == @NATION").set_index(["age_group", "sex"])["value"]
    low, high = adults.query("region == @NATION").set_index("sex")["value"][["men", "women"]]
    regional = adults.query("region != @NATION and sex == 'total'").sort_values("value")
    oldest = max(PUPILS)
    centres = context.published.set_index("figure").loc[CENTRES].to_dict()
    return [
        t(
            "Behovet är störst bland unga kvinnor. {girls} av flickorna och {boys} av pojkarna i 15-årsåldern kände sig "
            "nedstämda minst en gång i veckan läsåret {year}."
        ).format(
            girls=t.percent(of_nation[oldest, "women"] / 100),
            boys=t.percent(of_nation[oldest, "men"] / 100),
            year=str(pupils["reference_date"].iloc[0]).replace("/20", "/"),
        ),
        t(
            "Bland vuxna uppgav {women} av kvinnorna och {men} av männen {years} svåra besvär av ängslan, oro eller "
            "ångest. Regionerna skiljer sig lite åt, från {least} i {bottom} till {most} i {top}."
        ).format(
            women=t.percent(high / 100),
            men=t.percent(low / 100),
            years=_period(adults),
            least=t.percent(regional["value"].iloc[0] / 100, 1),
            bottom=context.region_names[regional["region"].iloc[0]],
            most=t.percent(regional["value"].iloc[-1] / 100, 1),
            top=context.region_names[regional["region"].iloc[-1]],
        ),
        employed_words(context),
        t(
            "{year} hade {share} av vårdcentralerna en psykolog. Hur många psykologer, psykoterapeuter, kuratorer och "
            "psykiatrisjuksköterskor som arbetar i primärvården räknar ingen."
        ).format(year=int(centres["year"]), share=t.percent(centres["value"] / 100)),
        *team_words(context)[:1],
        t(
            "Vi bedömer att första linjen för barn och unga är den största luckan, eftersom behovet är väl känt "
            "men personalen inte är räknad."
        ),
    ]


def employed_words(context: Context) -> str:
    """How many psychologists are employed in all care, where most and fewest for the inhabitants."""
    t = context.language
    rows = context.tables["licensed_employed_region"].query("profession == 'psychologist'")
    year = int(rows["year"].max())
    newest = rows.loc[rows["year"] == year].set_index("region")["persons"]
    people = context.results.of("population")["value"]
    rate = (100_000 * newest / people.reindex(newest.index)).drop(NATION).sort_values()
    return t(
        "I hela vården var {count} psykologer sysselsatta {year}, från {low} per 100 000 invånare i {bottom} till {high} i "
        "{top}. De flesta arbetar inte i primärvården."
    ).format(
        count=t.number(newest[NATION]),
        year=year,
        low=t.number(rate.iloc[0]),
        bottom=context.region_names[str(rate.index[0])],
        high=t.number(rate.iloc[-1]),
        top=context.region_names[str(rate.index[-1])],
    )


# --- children, young people and adults ------------------------------------------------------------------


def pupils(context: Context) -> Figure:
    """Low mood of the oldest pupils by county and sex, and of all ages in the table."""
    t = context.language
    rows = _pupils(context)
    oldest = max(PUPILS)
    own = rows.loc[(rows["age_group"] == oldest) & (rows["region"] != NATION)]
    wide = own.pivot_table(index="region", columns="sex", values="value").sort_values("women", ascending=False)
    nation = rows.loc[(rows["region"] == NATION) & (rows["age_group"] == oldest)].set_index("sex")["value"] / 100
    words = {"women": t("flickor"), "men": t("pojkar")}
    drawn = own.assign(
        label=own["region"].map(context.region_names),
        value=own["value"] / 100,
        low=np.nan,
        high=np.nan,
        kind=own["sex"].map(words),
    )
    every = rows.pivot_table(index="region", columns=["age_group", "sex"], values="value").reindex(
        [NATION, *context.results.regions]
    )
    alternative = t(
        "Punkter för flickor och pojkar i {count} län. I riket är andelen {girls} för flickor och {boys} för pojkar. I "
        "alla län är den högre för flickor."
    ).format(count=t.number(len(wide)), girls=t.percent(nation["women"]), boys=t.percent(nation["men"]))
    return Figure(
        charts.intervals(
            drawn[["label", "value", "low", "high", "kind"]],
            charts.number_axis(t("andel av eleverna"), percent=True),
            {words["women"]: BLUE, words["men"]: ORANGE},
            [context.region_names[str(code)] for code in wide.index],
        ),
        alternative,
        t(
            "Elever i 15-årsåldern som känner sig nedstämda minst en gång i veckan, läsåret {year}. En enda omgång: små "
            "län är osäkra."
        ).format(year=str(rows["reference_date"].iloc[0]).replace("/20", "/")),
        Table.of(
            t,
            "psykisk-haelsa-elever",
            context.named(every.index),
            [
                *(
                    column.percent(
                        t("{sex}, {age}").format(sex=_capital(words[sex]), age=t(PUPILS[age])), every[age, sex] / 100
                    )
                    for age in PUPILS
                    for sex in words
                ),
                column.status("reported"),
            ],
            rows,
            t("Elever som känner sig nedstämda minst en gång i veckan, efter ålder, kön och län."),
            t("Folkhälsomyndigheten, Skolbarns hälsovanor"),
            stacked=True,
        ),
    )


def young_words(context: Context) -> list[str]:
    """What is published of the care of children and young people."""
    t = context.language
    figures = context.published.set_index("figure")
    harm = context.tables["published_professions"].query("measure == @SELF_HARM and sex == 'total'")
    harm = harm.loc[harm["age_group"] == "15-17"].sort_values("year")
    before, after = harm.iloc[0], harm.iloc[-1]
    met, seen = (figures.loc[code].to_dict() for code in SCENARIO_FIGURES[:2])
    treated = (
        context.tables["published_professions"].query("measure == 'andel vårdade för psykisk ohälsa'").set_index("sex")
    )
    return [
        t(
            "{year} vårdades {girls} av flickorna och {boys} av pojkarna i åldern 10–17 år för psykisk ohälsa någonstans i "
            "vården, läkemedel inräknade. Vårdade på sjukhus för självskada i åldern 15–17 år var {after} per 100 000 "
            "{then}, mot {before} {first}."
        ).format(
            year=int(treated["year"].iloc[0]),
            girls=t.percent(treated["value"]["women"] / 100),
            boys=t.percent(treated["value"]["men"] / 100),
            after=t.number(after["value"]),
            then=str(after["reference_date"]).replace("-", "–"),
            before=t.number(before["value"]),
            first=str(before["reference_date"]).replace("-", "–"),
        ),
        t(
            "Det enda tal vi har hittat om första linjen gäller Stockholm {year}: fler än {met} barn fick hjälp, ungefär "
            "{seen} av åldersgruppen."
        ).format(year=int(met["year"]), met=t.number(met["value"]), seen=t.percent(seen["value"] / 100)),
    ]


def adults(context: Context) -> Figure:
    """Severe anxiety by region and sex."""
    t = context.language
    rows = _adults(context)
    wide = rows.pivot_table(index="region", columns="sex", values="value")
    own = wide.drop(NATION).sort_values("total", ascending=False)
    words = {"women": t("kvinnor"), "men": t("män")}
    drawn = rows.loc[(rows["region"] != NATION) & (rows["sex"] != "total")]
    drawn = drawn.assign(
        label=drawn["region"].map(context.region_names),
        value=drawn["value"] / 100,
        low=np.nan,
        high=np.nan,
        kind=drawn["sex"].map(words),
    )
    shown = wide.reindex([NATION, *own.index])
    alternative = t(
        "Punkter för kvinnor och män i {count} län. I riket är andelen {women} för kvinnor och {men} för män."
    ).format(
        count=t.number(len(own)),
        women=t.percent(wide["women"][NATION] / 100, 1),
        men=t.percent(wide["men"][NATION] / 100, 1),
    )
    return Figure.of(
        charts.intervals(
            drawn[["label", "value", "low", "high", "kind"]],
            charts.number_axis(t("andel av befolkningen"), percent=True),
            {words["women"]: BLUE, words["men"]: ORANGE},
            [context.region_names[str(code)] for code in own.index],
        ),
        alternative,
        Table.of(
            t,
            "psykisk-haelsa-vuxna",
            context.named(shown.index),
            [
                column.percent(t("Kvinnor"), shown["women"] / 100, 1),
                column.percent(t("Män"), shown["men"] / 100, 1),
                column.percent(t("Alla"), shown["total"] / 100, 1),
                column.status("reported"),
            ],
            rows,
            t(
                "Svåra besvär av ängslan, oro eller ångest, 16–84 år, {years}. Alla som uppger besvär behöver inte vård."
            ).format(years=_period(rows)),
            t("Folkhälsomyndigheten, Hälsa på lika villkor"),
        ),
    )


def income_words(context: Context) -> str:
    """How unequal severe anxiety is over incomes."""
    t = context.language
    rows = context.tables["published_professions"].query("measure == @ANXIETY")
    fifths = rows.loc[rows["profession"].fillna("").str.startswith("befolkning, inkomstkvintil")].sort_values("profession")
    poorest, richest = fifths.iloc[0], fifths.iloc[-1]
    return t(
        "Skillnaden efter inkomst är större än mellan länen: {poor} i den femtedel som har lägst inkomst och {rich} i den "
        "som har högst, {year}."
    ).format(poor=t.percent(poorest["value"] / 100), rich=t.percent(richest["value"] / 100), year=int(poorest["year"]))


# --- personnel ------------------------------------------------------------------------------------------


def access(context: Context) -> Table:
    """Share of health centres with access to a psychologist, the nation."""
    t = context.language
    series = _access(context)
    return Table.of(
        t,
        "psykisk-haelsa-tillgaang",
        column.heads(t("År"), [str(year) for year in series["year"]]),
        [
            column.percent(t("Andel"), series["value"] / 100),
            column.status(series),
            column.written(t("Uppgift"), series["source"]),
        ],
        series,
        t(
            "Vårdcentraler med anställd psykolog eller avtal om psykolog, riket. Kartläggningarna omfattar olika många "
            "vårdcentraler."
        ),
        t("Psykologförbundets kartläggningar"),
    )


def access_regions(context: Context) -> Table:
    """The same share by region: the regions and years that the surveys' press texts name."""
    t = context.language
    shares = context.personnel.loc[context.personnel["measure"] == "centres_with_access"]
    rows = shares.loc[shares["region"] != NATION]
    wide = rows.pivot_table(index="region", columns="year", values="value")
    texts = wide.map(lambda value: "" if np.isnan(value) else t.percent(value / 100))
    by_region = rows.groupby("region")
    statuses = by_region["status"].agg(lambda found: ", ".join(t.status(status) for status in dict.fromkeys(found)))
    return Table.of(
        t,
        "psykisk-haelsa-tillgaang-region",
        context.named(wide.index),
        [
            *(column.written(str(year), texts[year]) for year in wide.columns),
            column.written(t("Status"), statuses),
            column.written(t("Uppgift"), by_region["source"].agg(", ".join)),
        ],
        rows,
        t("Vårdcentraler med tillgång till psykolog, de regioner som kartläggningarna namnger."),
        t("Psykologförbundets kartläggningar"),
    )


def densities(context: Context) -> Table:
    """Everything published on the professions that care for mental ill-health, side by side."""
    t = context.language
    rows = context.personnel.loc[
        context.personnel["profession"].isin(personnel.FUNCTION)
        & ~context.personnel["measure"].isin(["centres_with_access", "centres_with_employed"])
        & ~context.personnel["definition"].str.startswith(("forecast", "assessment"))
    ]
    return cells_table(
        context,
        rows,
        "psykisk-haelsa-yrken",
        t("Publicerade uppgifter om yrkena. Olika definitioner: talen läggs aldrig ihop."),
    )


SURVEY = {
    "severe_anxiety": "svåra besvär av ängslan, oro eller ångest",
    "anxiety": "besvär av ängslan, oro eller ångest",
    "distress": "allvarlig psykisk påfrestning",
    "stress": "stress",
}
"""Series of the national public-health survey → its Swedish words."""


def survey(context: Context) -> Table:
    """Every published share of the national survey on mental health, by sex and age."""
    t = context.language
    rows = context.care.loc[context.care["series"].isin(SURVEY)]
    return Table.of(
        t,
        "psykisk-haelsa-enkaet",
        column.heads(t("Besvär"), [t(SURVEY[code]) for code in rows["series"]]),
        [
            column.written(t("År"), [str(year) for year in rows["year"]]),
            column.written(t("Kön"), [t(SEX[code]) for code in rows["sex"]]),
            column.written(t("Ålder"), [span.replace("-", "–") for span in rows["age_group"]]),
            column.written(t("Andel"), [t.percent(value / 100) for value in rows["value"]]),
            column.status(rows),
            column.written(t("Uppgift"), rows["figure"]),
        ],
        rows,
        t("Självrapporterad psykisk ohälsa, alla publicerade andelar som rapporten har."),
        t("Folkhälsomyndigheten"),
    )


def long_term(context: Context) -> Figure:
    """How many persons today's shares amount to in the projected population: arithmetic, not a forecast."""
    t = context.language
    shares = personnel.newest_by_sex(context.care, "severe_anxiety")
    youngest, oldest = personnel.AGE_SPAN[shares["age_group"].iloc[0]]
    every = personnel.persons_with_need(shares, context.tables["population_nation"], youngest, oldest)
    rows = every.loc[every["year"].isin(YEARS)]
    wide = rows.pivot_table(index="year", columns="sex", values="value")
    drawn = rows.assign(kind=[t(SEX[sex]) for sex in rows["sex"]], low=np.nan, high=np.nan)
    alternative = t(
        "Punktdiagram. Om andelarna från {base} är oförändrade blir antalet kvinnor med svåra besvär {women} år "
        "{last}, mot {women_now} år {first}. För männen blir det {men}, mot {men_now}."
    ).format(
        base=shares["year"].iloc[0],
        women=t.number(round(wide["women"].iloc[-1], -3)),
        women_now=t.number(round(wide["women"].iloc[0], -3)),
        men=t.number(round(wide["men"].iloc[-1], -3)),
        men_now=t.number(round(wide["men"].iloc[0], -3)),
        first=wide.index[0],
        last=wide.index[-1],
    )
    return Figure.of(
        charts.points_in_time(
            drawn[["year", "value", "kind", "low", "high"]],
            charts.number_axis(t("personer"), 0),
            {t("kvinnor"): BLUE, t("män"): ORANGE},
        ),
        alternative,
        Table.of(
            t,
            "psykisk-haelsa-laangsiktigt",
            column.heads(t("År"), [str(year) for year in wide.index]),
            [
                column.written(t("Kvinnor"), [t.number(round(value, -3)) for value in wide["women"]]),
                column.written(t("Män"), [t.number(round(value, -3)) for value in wide["men"]]),
                column.status("estimated", qualifier="constant_share"),
            ],
            rows.assign(status="estimated", qualifier="constant_share", source=", ".join(shares["figure"])),
            t("Personer med svåra besvär om andelen från {year} är oförändrad. Avrundat till tusental.").format(
                year=shares["year"].iloc[0]
            ),
            t("Folkhälsomyndighetens enkät och SCB:s befolkningsframskrivning"),
        ),
    )


# --- the first line as a function -----------------------------------------------------------------------

PATIENTS = {"0-15": "barn, 0–15 år", "16-29": "unga, 16–29 år", "30+": "vuxna, 30 år och äldre"}
"""Whom a team is for → its Swedish words."""

ALL_AGES = {"all": "alla åldrar"}


def team_words(context: Context) -> list[str]:
    """How large the first line would be, and what it rests on."""
    t = context.language
    rows = _first_line(context)
    now = rows.loc[(rows["region"] == NATION) & (rows["year"] == context.year)]
    whole = now.loc[(now["age_group"] == "all") & (now["sex"] == "total") & (now["profession"] == "all")].set_index(
        "measure"
    )
    children = context.assumptions["first_line_children_share"]
    return [
        t(
            "Med stegvis vård skulle första linjen behöva {density} heltider per 10 000 invånare, eller {fte} heltider i "
            "riket {year}, i alla yrken tillsammans."
        ).format(
            density=t.interval(*range_of(whole, "first_line_fte_per_10000"), 1),
            fte=t.interval(*range_of(whole.round(-2), "first_line_fte")),
            year=context.year,
        ),
        t(
            "Barn under 16 år är ett eget scenario, eftersom ingen enkät om psykisk påfrestning omfattar dem: första "
            "linjen möter {value} av dem, mellan {low} och {high}. Det låga värdet är ungefär Stockholms {year}."
        ).format(
            value=t.percent(children.value),
            low=t.percent(children.low),
            high=t.percent(children.high),
            year=int(context.published.set_index("figure")["year"][SCENARIO_FIGURES[1]]),
        ),
        t(
            "Talen är inga riktvärden, utan visar vad antagandena leder till. Varje region kan ändra fördelningen mellan "
            "yrken."
        ),
    ]


def team(context: Context) -> Figure:
    """The first line's team per 10 000 inhabitants, by profession and whom it is for."""
    t = context.language
    rows = _first_line(context)
    density = rows.loc[(rows["measure"] == "first_line_fte_per_10000") & (rows["year"] == context.year)]
    nation = density.loc[density["region"] == NATION]
    words = {code: t(name) for code, name in PATIENTS.items()}
    roles = {code: t(PROFESSION[code]) for code in personnel.FUNCTION}
    drawn = nation.loc[nation["age_group"].isin(words) & nation["profession"].isin(roles)]
    drawn = drawn.assign(label=drawn["profession"].map(roles), kind=drawn["age_group"].map(words))
    every = words | {code: t(name) for code, name in ALL_AGES.items()}
    totals = nation.loc[nation["profession"] == "all"].set_index("age_group")
    alternative = t(
        "Liggande staplar per yrke för barn, unga och vuxna. Teamet för unga är {young} heltider per 10 000 invånare, mot "
        "{adults} för vuxna. För barn går scenariot från {low} till {high}."
    ).format(
        young=t.between(*range_of(totals, "16-29")),
        adults=t.between(*range_of(totals, "30+")),
        low=t.number(totals["low"]["0-15"], 1),
        high=t.number(totals["high"]["0-15"], 1),
    )
    return Figure.of(
        charts.ranges(
            drawn[["label", "kind", "low", "high"]],
            charts.number_axis(t("heltider per 10 000 invånare i gruppen"), 1),
            dict(zip(words.values(), (ORANGE, MUTED, BLUE), strict=True)),
            list(roles.values()),
        ),
        alternative,
        Table.of(
            t,
            "psykisk-haelsa-team",
            column.heads(t("Yrke"), [*roles.values(), t("alla yrken")]),
            [
                *(
                    column.written(
                        word, t.ranges(nation.loc[nation["age_group"] == code].set_index("profession").loc[[*roles, "all"]])
                    )
                    for code, word in every.items()
                ),
                column.status("estimated", qualifier="scenario"),
            ],
            density,
            t(
                "Första linjens team vid stegvis vård, heltider per 10 000 invånare i gruppen, riket {year}, som "
                "80-procentiga intervall. För barn är det scenariots gränser."
            ).format(year=context.year),
            t("rapportens fördelning mellan yrken, graderade antaganden och folkmängd från SCB; metod E9"),
        ),
    )


def team_long_term(context: Context) -> Table:
    """The need of the first line by sex and age to the last year of the projection."""
    t = context.language
    rows = _first_line(context)
    chosen = rows.loc[(rows["measure"] == "first_line_fte") & (rows["profession"] == "all")]
    nation = chosen.loc[chosen["region"] == NATION]
    years = [context.year, context.target_year, int(nation["year"].max())]
    groups = [
        (code, sex) for code in (*personnel.AGES, "all") for sex in ("F", "M", "total") if sex != "total" or code == "all"
    ]
    sexes = {"F": t(SEX["women"]), "M": t(SEX["men"]), "total": t(SEX["total"])}
    ages = AGE_WORDS | ALL_AGES
    wide = nation.set_index(["age_group", "sex", "year"])
    return Table.of(
        t,
        "psykisk-haelsa-team-aar",
        column.heads(t("Patienter"), [t(ages[code]) for code, _ in groups]),
        [
            column.written(t("Kön"), [sexes[sex] for _, sex in groups]),
            *(
                column.written(str(year), t.ranges(wide.loc[[(*group, year) for group in groups]].round(-1)))
                for year in years
            ),
            column.written(
                t("Status"), [t.status(*wide.loc[(*group, years[0]), ["status", "qualifier"]]) for group in groups]
            ),
        ],
        chosen,
        t(
            "Första linjens behov efter patienternas kön och ålder, heltider i alla yrken, riket. Andelarna är desamma "
            "alla år: bara folkmängden ändras. Tabellen att ladda ned har alla regioner."
        ),
        t("rapportens fördelning mellan yrken, graderade antaganden och folkmängd från SCB; metod E9"),
    )


def team_counted_once(context: Context) -> Table:
    """The team with psychotherapists counted under their other profession."""
    t = context.language
    rows = _first_line(context)
    chosen = rows.loc[(rows["measure"] == "first_line_fte_counted_once") & (rows["year"] == context.year)]
    own = rows.loc[(rows["measure"] == "first_line_fte") & (rows["age_group"] == "all") & (rows["region"] == NATION)].query(
        f"year == {context.year} and profession != 'all'"
    )
    nation = chosen.loc[chosen["region"] == NATION].set_index("profession")
    by_role = own.set_index("profession")
    return Table.of(
        t,
        "psykisk-haelsa-team-legitimation",
        column.heads(t("Yrke"), [t(PROFESSION[code]) for code in personnel.FUNCTION]),
        [
            column.written(t("Efter vad de gör"), t.ranges(by_role.loc[list(personnel.FUNCTION)].round(-1))),
            column.written(
                t("Räknade en gång"),
                [
                    t.between(*range_of(nation.round(-1), code)) if code in nation.index else t("räknas i sitt andra yrke")
                    for code in personnel.FUNCTION
                ],
            ),
            column.status("estimated", qualifier="scenario"),
        ],
        chosen,
        t(
            "Första linjens team, heltider i riket {year}. En psykoterapeut har också ett annat yrke och räknas en gång."
        ).format(year=context.year),
        t("rapportens fördelning mellan yrken, graderade antaganden och folkmängd från SCB; metod E9"),
    )


def _first_line(context: Context) -> pd.DataFrame:
    found: pd.DataFrame = context.analysis("first_line")
    return found


SCENARIO_FIGURES = ("pr-1101", "pr-1102", "pr-1103")
"""What is published of how many children the first line and psychiatry met."""


FOLDED = {
    "survey": "Enkätsvar om psykisk hälsa, alla publicerade andelar",
    "access": "Tillgång till psykolog enligt äldre kartläggningar",
    "access_regions": "Tillgång till psykolog i några regioner",
    "densities": "Publicerade uppgifter om yrkena",
    "team_long_term": "Första linjens behov efter kön och ålder på lång sikt",
    "team_counted_once": "Teamet när varje psykoterapeut räknas en gång",
    "sources": "Källor till kapitlets uppgifter",
}
"""Folded table → its heading."""


def folded(context: Context, name: str) -> str:
    """Heading of a folded table."""
    return context.language(FOLDED[name])


def sources(context: Context) -> Table:
    """The publications behind the chapter."""
    rows = context.personnel.loc[context.personnel["profession"].isin(personnel.FUNCTION)]
    survey_figures = context.care.loc[context.care["series"].isin([*SURVEY, "survey_response"]), "figure"]
    shown = context.tables["published_professions"]
    shown = shown.loc[shown["measure"].isin([LOW_MOOD, ANXIETY, SELF_HARM, "andel vårdade för psykisk ohälsa"])]
    cited = [*rows["source"], *survey_figures, *SCENARIO_FIGURES, CENTRES, *shown["figure"]]
    return publications(context, cited, "psykisk-haelsa-kaellor")


def _access(context: Context) -> pd.DataFrame:
    shares = context.personnel.loc[context.personnel["measure"] == "centres_with_access"]
    return shares.loc[shares["region"] == NATION].sort_values("year")


def _pupils(context: Context) -> pd.DataFrame:
    """Low mood of pupils by county, sex and age, with the nation."""
    rows = context.tables["published_professions"]
    return rows.loc[(rows["measure"] == LOW_MOOD) & rows["region"].notna()]


def _adults(context: Context) -> pd.DataFrame:
    """Severe anxiety by county and sex, the newest period that has all counties."""
    rows = context.tables["published_professions"]
    rows = rows.loc[(rows["measure"] == ANXIETY) & (rows["profession"] == "befolkning") & rows["region"].notna()]
    return rows.loc[rows["age_group"] == "16-84"].loc[lambda own: own["reference_date"].fillna("").str.contains("window")]


def _period(rows: pd.DataFrame) -> str:
    """Years of a mean over several, as the source words them, with a dash."""
    return str(rows["reference_date"].iloc[0]).partition(" ")[0].replace("-", EN_DASH)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
