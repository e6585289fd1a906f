"""The chapter on mental ill-health: who in primary care cares for it, for whom, and how large the need is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from riktvarden.baseline import personnel
from riktvarden.codes import NATION
from riktvarden.report.kit import charts
from riktvarden.report.kit.charts import BLUE, MUTED, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import PROFESSION, SEX, cells_table, publications
from riktvarden.report.kit.figures import Figure, Table

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
    cells = pd.DataFrame(
        {
            t("Riket"): [yes if known else no for known in found["nation"]],
            t("Antal i primärvård"): [yes if known else no for known in found["primary"]],
            t("Regioner med uppgift"): [t.number(count) for count in found["by_region"]],
            t("Kön"): [yes if known else no for known in found["by_sex"]],
            t("Patientens ålder"): [yes if known else no for known in found["by_age"]],
            t("Anmärkning"): [notes[code] for code in found["profession"]],
        },
        index=pd.Index([t(PROFESSION[code]) for code in found["profession"]], name=t("Yrke")),
    )
    return Table(
        "psykisk-haelsa-funktion",
        cells,
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
    cells = pd.DataFrame(
        {t("Personal"): missing, t("Behov enligt enkät"): [need[code] for code in personnel.AGES]},
        index=pd.Index([t(AGE_WORDS[code]) for code in personnel.AGES], name=t("Patienter")),
    )
    return Table(
        "psykisk-haelsa-aalder",
        cells,
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
    cells = pd.DataFrame(
        {
            t("Andel"): [t.percent(value) for value in rows["value"]],
            t("Status"): t.statuses(series),
            t("Uppgift"): series["source"].to_list(),
        },
        index=pd.Index([str(year) for year in series["year"]], name=t("År")),
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
        Table(
            "psykisk-haelsa-tillgaang",
            cells,
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
    cells = wide.map(lambda value: "" if np.isnan(value) else t.percent(value / 100))
    cells.columns = pd.Index([str(year) for year in wide.columns])
    cells[t("Status")] = rows.groupby("region")["status"].agg(
        lambda found: ", ".join(t.status(status) for status in dict.fromkeys(found))
    )
    cells[t("Uppgift")] = rows.groupby("region")["source"].agg(", ".join)
    cells.index = context.named(wide.index)
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
        Table(
            "psykisk-haelsa-tillgaang-region",
            cells,
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
    cells = pd.DataFrame(
        {
            t("Kön"): [t(SEX[sex]) for sex in rows["sex"]],
            t("Ålder"): [ages.replace("-", "–") for ages in rows["age_group"]],
            t("Andel"): [t.percent(value) for value in drawn["value"]],
            t("Status"): t.statuses(rows),
            t("Uppgift"): rows["figure"].to_list(),
        },
        index=pd.Index([str(year) for year in rows["year"]], name=t("År")),
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
        Table(
            "psykisk-haelsa-behov",
            cells,
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
    cells = pd.DataFrame(
        {
            t("År"): [str(year) for year in rows["year"]],
            t("Kön"): [t(SEX[sex]) for sex in rows["sex"]],
            t("Ålder"): [ages.replace("-", "–") for ages in rows["age_group"]],
            t("Andel"): [t.percent(value / 100) for value in rows["value"]],
            t("Status"): t.statuses(rows),
            t("Uppgift"): rows["figure"].to_list(),
        },
        index=pd.Index([t(SURVEY[code]) for code in rows["series"]], name=t("Besvär")),
    )
    return Table(
        "psykisk-haelsa-enkaet",
        cells,
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
    cells = pd.DataFrame(
        {
            t("Kvinnor"): [t.number(round(value, -3)) for value in wide["women"]],
            t("Män"): [t.number(round(value, -3)) for value in wide["men"]],
            t("Status"): t.status("estimated", "constant_share"),
        },
        index=pd.Index([str(year) for year in wide.index], name=t("År")),
    )
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
        Table(
            "psykisk-haelsa-laangsiktigt",
            cells,
            rows.assign(status="estimated", qualifier="constant_share", source=", ".join(shares["figure"])),
            t("Personer med svåra besvär om andelen från {year} är oförändrad. Avrundat till tusental.").format(
                year=shares["year"].iloc[0]
            ),
            t("Folkhälsomyndighetens enkät och SCB:s befolkningsframskrivning"),
        ),
    )


def sources(context: Context) -> Table:
    """The publications behind the chapter."""
    rows = context.personnel.loc[context.personnel["profession"].isin(personnel.FUNCTION)]
    survey_figures = context.care.loc[context.care["series"].isin([*SURVEY, "survey_response"]), "figure"]
    return publications(context, [*rows["source"], *survey_figures], "psykisk-haelsa-kaellor")


def _access(context: Context) -> pd.DataFrame:
    shares = context.personnel.loc[context.personnel["measure"] == "centres_with_access"]
    return shares.loc[shares["region"] == NATION].sort_values("year")
