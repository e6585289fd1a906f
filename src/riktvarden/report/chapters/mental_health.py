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


def summary(context: Context) -> list[str]:
    """What is known of those who care for mental ill-health in primary care."""
    t = context.language
    groups = personnel.function_matrix(context.personnel, context.results.regions)
    first, last = _access(context).iloc[0], _access(context).iloc[-1]
    need = personnel.newest_by_sex(context.care, "severe_anxiety").set_index("sex")["value"]
    return [
        t(
            "Ingen källa räknar dem som arbetar med psykisk ohälsa i primärvården. Av {groups} yrkesgrupper har "
            "{known} något tal för riket, och {primary} har ett antal för primärvården."
        ).format(
            groups=t.number(len(groups)),
            known=t.number(groups["nation"].sum()),
            primary=t.number(groups["primary"].sum()) if groups["primary"].any() else t("ingen"),
        ),
        t(
            "Andelen vårdcentraler med tillgång till psykolog var {first} {y0} och {last} {y1} enligt "
            "Psykologförbundets kartläggningar."
        ).format(
            first=t.percent(first["value"] / 100),
            y0=int(first["year"]),
            last=t.percent(last["value"] / 100),
            y1=int(last["year"]),
        ),
        t(
            "Behovet skiljer sig mellan könen: {women} av kvinnorna och {men} av männen uppgav svåra besvär av "
            "ängslan, oro eller ångest i den senaste enkäten."
        ).format(women=t.percent(need["women"] / 100), men=t.percent(need["men"] / 100)),
    ]


def functions(context: Context) -> Table:
    """The groups that share the function, and what is known of each."""
    t = context.language
    found = personnel.function_matrix(context.personnel, context.results.regions)
    yes, no = t("finns"), t("uppgift saknas")
    notes = {
        "psychologist": t("Legitimerade. Tätheten gäller alla arbetsgivare."),
        "psychotherapist": t("Har också en annan legitimation. Räknas en gång, under sitt huvudsakliga yrke."),
        "counsellor": t("Hälso- och sjukvårdskurator är legitimationsyrke sedan 2019."),
        "psychiatric_nurse": t("Antalet gäller regionernas anställda i all vård."),
        "other": t("Till exempel sjuksköterskor, fysioterapeuter och läkare med uppgiften. Inget register visar det."),
    }
    return Table.of(
        t,
        "psykisk-haelsa-funktion",
        column.heads(t("Yrke"), [t(PROFESSION[code]) for code in found["profession"]]),
        [
            column.written(t("Riket"), [yes if known else no for known in found["nation"]]),
            column.written(t("Antal i primärvård"), [yes if known else no for known in found["primary"]]),
            column.number(t("Regioner med uppgift"), found["by_region"]),
            column.written(t("Kön"), [yes if known else no for known in found["by_sex"]]),
            column.written(t("Patientens ålder"), [yes if known else no for known in found["by_age"]]),
            column.written(t("Anmärkning"), [notes[code] for code in found["profession"]]),
        ],
        found,
        t("Yrken som arbetar med psykisk ohälsa i primärvården, och vad som är känt om dem."),
        t("rapportens genomgång av publicerade uppgifter"),
        stacked=True,
    )


def ages(context: Context) -> Table:
    """Children, young people, adults and older people apart: personnel and need."""
    t = context.language
    known = context.care.loc[context.care["series"].isin(SURVEY)]
    counts = known.groupby("age_group")["figure"].count()
    missing = t("uppgift saknas")
    need = {
        "0-15": missing,
        "16-29": t.plural("{count} publicerad andel", "{count} publicerade andelar", counts.get("16-29", 0)),
        "30-64": t.plural(
            "ingår i {count} andel för 16 år och äldre",
            "ingår i {count} andelar för 16 år och äldre",
            counts.get("16-84", 0) + counts.get("16+", 0),
        ),
        "65+": t.plural("{count} publicerad andel", "{count} publicerade andelar", counts.get("65-84", 0)),
    }
    return Table.of(
        t,
        "psykisk-haelsa-aalder",
        column.heads(t("Patienter"), [t(AGE_WORDS[code]) for code in personnel.AGES]),
        [
            column.written(t("Personal"), missing),
            column.written(t("Behov enligt enkät"), [need[code] for code in personnel.AGES]),
        ],
        pd.DataFrame({"age_group": personnel.AGES, "personnel": "missing", "need": [*need.values()]}),
        t("Personal och behov efter patientens ålder. Enkäterna börjar vid 16 år."),
        t("rapportens genomgång av publicerade uppgifter"),
    )


def access(context: Context) -> Figure:
    """Share of health centres with access to a psychologist, the nation."""
    t = context.language
    series = _access(context)
    reported, derived = t("publicerad andel"), t("härledd ur andelen utan psykolog")
    rows = pd.DataFrame(
        {
            "year": series["year"].astype(float),
            "value": series["value"] / 100,
            "kind": np.where(series["status"] == "reported", reported, derived),
            "low": np.nan,
            "high": np.nan,
        }
    )
    alternative = t(
        "Punktdiagram. Andelen vårdcentraler med tillgång till psykolog steg från {first} ({y0}) till {last} ({y1}). "
        "Kartläggningarna omfattar olika många vårdcentraler."
    ).format(
        first=t.percent(rows["value"].iloc[0]),
        y0=int(series["year"].iloc[0]),
        last=t.percent(rows["value"].iloc[-1]),
        y1=int(series["year"].iloc[-1]),
    )
    return Figure.of(
        charts.points_in_time(
            rows,
            charts.number_axis(t("andel av vårdcentralerna"), percent=True),
            {reported: BLUE, derived: ORANGE},
        ),
        alternative,
        Table.of(
            t,
            "psykisk-haelsa-tillgaang",
            column.heads(t("År"), [str(year) for year in series["year"]]),
            [
                column.percent(t("Andel"), rows["value"]),
                column.status(series),
                column.written(t("Uppgift"), series["source"]),
            ],
            series,
            t("Vårdcentraler med anställd psykolog eller avtal om psykolog, riket."),
            t("Psykologförbundets kartläggningar"),
        ),
    )


def access_regions(context: Context) -> Figure:
    """The same share by region: the regions and years that the surveys' press texts name."""
    t = context.language
    shares = context.personnel.loc[context.personnel["measure"] == "centres_with_access"]
    rows = shares.loc[shares["region"] != NATION]
    years = sorted(rows["year"].unique())
    colours = dict(zip((str(year) for year in years), (MUTED, BLUE, ORANGE), strict=False))
    drawn = pd.DataFrame(
        {
            "label": [context.region_names[code] for code in rows["region"]],
            "value": rows["value"] / 100,
            "low": np.nan,
            "high": np.nan,
            "kind": [str(year) for year in rows["year"]],
        }
    )
    wide = rows.pivot_table(index="region", columns="year", values="value")
    texts = wide.map(lambda value: "" if np.isnan(value) else t.percent(value / 100))
    by_region = rows.groupby("region")
    statuses = by_region["status"].agg(lambda found: ", ".join(t.status(status) for status in dict.fromkeys(found)))
    newest = rows.loc[rows["year"] == years[-1]].sort_values("value")
    alternative = t(
        "Punktdiagram. {count} av {all} regioner har en publicerad andel. {year} låg de kända andelarna mellan {low} "
        "och {high}; {names} är kända det året."
    ).format(
        count=t.number(len(wide)),
        all=t.number(len(context.results.regions)),
        year=years[-1],
        low=t.percent(newest["value"].iloc[0] / 100),
        high=t.percent(newest["value"].iloc[-1] / 100),
        names=t.listed(context.region_names[code] for code in sorted(newest["region"])),
    )
    return Figure.of(
        charts.intervals(
            drawn,
            charts.number_axis(t("andel av vårdcentralerna"), percent=True),
            colours,
            [context.region_names[code] for code in wide.index],
        ),
        alternative,
        Table.of(
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
        ),
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


def need(context: Context) -> Figure:
    """Self-reported severe anxiety of women and men, survey by survey."""
    t = context.language
    rows = context.care.query("series == 'severe_anxiety' and sex != 'total'")
    drawn = pd.DataFrame(
        {
            "year": rows["year"].astype(float),
            "value": rows["value"] / 100,
            "kind": [t(SEX[sex]) for sex in rows["sex"]],
            "low": np.nan,
            "high": np.nan,
        }
    )
    newest = personnel.newest_by_sex(context.care, "severe_anxiety").set_index("sex")
    response = context.care.query("series == 'survey_response'").iloc[-1]
    alternative = t(
        "Punktdiagram. Svåra besvär av ängslan, oro eller ångest uppgavs {year} av {women} av kvinnorna och {men} av "
        "männen. Enkäten {response_year} besvarades av {response}."
    ).format(
        year=newest["year"].iloc[0],
        women=t.percent(newest["value"]["women"] / 100),
        men=t.percent(newest["value"]["men"] / 100),
        response_year=response["year"],
        response=t.percent(response["value"] / 100),
    )
    return Figure.of(
        charts.points_in_time(
            drawn,
            charts.number_axis(t("andel av befolkningen"), percent=True),
            {t("kvinnor"): BLUE, t("män"): ORANGE},
        ),
        alternative,
        Table.of(
            t,
            "psykisk-haelsa-behov",
            column.heads(t("År"), [str(year) for year in rows["year"]]),
            [
                column.written(t("Kön"), [t(SEX[code]) for code in rows["sex"]]),
                column.written(t("Ålder"), [ages.replace("-", "–") for ages in rows["age_group"]]),
                column.percent(t("Andel"), drawn["value"]),
                column.status(rows),
                column.written(t("Uppgift"), rows["figure"]),
            ],
            rows,
            t("Svåra besvär av ängslan, oro eller ångest enligt nationella folkhälsoenkäten."),
            t("Folkhälsomyndigheten"),
        ),
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
            column.written(t("Ålder"), [ages.replace("-", "–") for ages in rows["age_group"]]),
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
            "linjen möter {value} av dem under ett år, mellan {low} och {high}. Det låga värdet är ungefär vad första "
            "linjen i Stockholm nådde {year}."
        ).format(
            value=t.percent(children.value),
            low=t.percent(children.low),
            high=t.percent(children.high),
            year=int(context.published.set_index("figure")["year"][SCENARIO_FIGURES[1]]),
        ),
        t(
            "Talen är inga riktvärden. De vilar på antaganden om vem som behöver vård, hur mycket och av vem, och "
            "visar vad antagandena leder till. Fördelningen mellan yrken är en tabell som varje region kan ändra."
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
                "Första linjens team vid stegvis vård, heltider per 10 000 invånare i gruppen, riket {year}. 80-procentiga "
                "intervall; för barn från scenariots låga till dess höga gräns. Tabellen att ladda ned har alla regioner."
            ).format(year=context.year),
            t("tabellen stepped_care, graderade antaganden och folkmängd från SCB; metod E9"),
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
        t("tabellen stepped_care, graderade antaganden och folkmängd från SCB; metod E9"),
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
        t("tabellen stepped_care, graderade antaganden och folkmängd från SCB; metod E9"),
    )


def _first_line(context: Context) -> pd.DataFrame:
    found: pd.DataFrame = context.analysis("first_line")
    return found


SCENARIO_FIGURES = ("pr-1101", "pr-1102", "pr-1103")
"""What is published of how many children the first line and psychiatry met."""


def sources(context: Context) -> Table:
    """The publications behind the chapter."""
    rows = context.personnel.loc[context.personnel["profession"].isin(personnel.FUNCTION)]
    survey_figures = context.care.loc[context.care["series"].isin([*SURVEY, "survey_response"]), "figure"]
    return publications(context, [*rows["source"], *survey_figures, *SCENARIO_FIGURES], "psykisk-haelsa-kaellor")


def _access(context: Context) -> pd.DataFrame:
    shares = context.personnel.loc[context.personnel["measure"] == "centres_with_access"]
    return shares.loc[shares["region"] == NATION].sort_values("year")
