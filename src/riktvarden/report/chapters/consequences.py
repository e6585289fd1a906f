"""The chapter on consequences: what staffing leads to for patients, staff and money, and how surely that is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from riktvarden.codes import NATION
from riktvarden.report.chapters import economics
from riktvarden.report.kit import charts, column
from riktvarden.report.kit.charts import BLUE, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import publications
from riktvarden.report.kit.figures import Figure, Table
from riktvarden.results import Cost

MILLION = 1e6

OUTCOME = {
    "acute_admission": "akut inläggning",
    "death": "död",
    "out_of_hours": "besök på jour",
    "death_copd": "död, patienter med KOL",
    "emergency_visits": "besök på akutmottagning",
    "emergency_visits_other_index": "besök på akutmottagning, annat index",
    "emergency_visits_younger": "akutbesök, yngre vuxna",
    "emergency_visits_elderly": "akutbesök, äldre",
}
"""Outcome of a study → its Swedish words."""

COMPARED = {
    "years_over_15": "samma läkare mer än 15 år mot högst ett år",
    "years_2_3": "samma läkare 2–3 år mot högst ett år",
    "most_against_least": "högst mot lägst kontinuitet",
    "least_against_most": "högst mot lägst kontinuitet",
}
"""Comparison of a study → its Swedish words; the reverse is turned round."""

DESIGN = {"register_cohort": "registerstudie", "cross_section": "tvärsnittsstudie"}

TRANSFER = {
    "swedish": "Svensk region, men resultatet gäller bara den regionen.",
    "similar_system": (
        "Norge, där alla är listade hos en namngiven läkare. Riktningen bör gälla i Sverige, men storleken är osäker."
    ),
}
"""How far a study carries over to Sweden, by our judgement → its Swedish words."""

CONTINUITY = ("acute_admission", "years_over_15")
"""The outcome and comparison that the summary names."""

SURVEYS = {
    "gp_share_very_or_extremely_stressful": "arbetet är mycket eller extremt stressigt",
    "gp_share_exhaustion_symptoms": "har symtom på utmattning",
    "gp_share_plan_to_stop_as_doctor": "planerar att sluta som läkare, pension inräknad",
    "gp_share_satisfied": "är nöjda med arbetet",
    "primary_care_doctor_share_part_time": "arbetar deltid",
    "primary_care_doctor_share_never_finish_in_hours": "hinner aldrig klart på arbetstid",
    "primary_care_doctor_share_unacceptable_time_pressure": "har en oacceptabel tidspress",
}
"""Share of the doctors in primary care in a survey → its Swedish words."""

REGIONAL = {
    "primary_care_doctors_fte_per_1000_inhabitants": ("läkare i primärvård, heltider per 1 000 invånare", 2),
    "avoidable_inpatient_chronic_per_100k": ("undvikbar slutenvård, kroniska sjukdomar, per 100 000 invånare", 0),
    "avoidable_inpatient_65plus_per_100k": ("undvikbar slutenvård, per 100 000 från 65 år", 0),
    "share_gp_visits_within_7_days": ("läkarbesök inom sju dagar, procent", 0),
    "patient_experience_continuity_primary_care": ("nöjda med kontinuiteten, procent", 0),
    "agency_staff_cost_share_of_own_staff_cost": ("hyrpersonal, procent av egen personalkostnad", 1),
    "sick_leave_region_employees_all": ("sjukfrånvaro, procent", 1),
    "permanent_staff_leaving_region_all": ("tillsvidareanställda som slutar, procent", 0),
}
"""Published measure by region → its Swedish words and decimals."""

DENSITY, AVOIDABLE, AGENCY = (list(REGIONAL)[place] for place in (0, 1, 5))

LINKS = {
    "doctors": "fler läkare per invånare",
    "agency": "mer hyrpersonal",
    "avoidable_stays": "undvikbar slutenvård",
    "seen_in_7_days": "läkarbesök inom sju dagar",
    "continuity": "nöjda med kontinuiteten",
}
"""Side of a correlation → its Swedish words."""

STRENGTH = {
    "strong": "starkt",
    "moderate": "måttligt",
    "weak": "svagt",
    "unclear": "för svagt att skilja från noll",
}

FIXED = "share_population_fast_lakarkontakt_survey"
GOAL = "goal_fast_lakarkontakt"
REGISTER = "share_population_fast_lakarkontakt_register"
"""Measures of who has a named doctor: by survey, what was agreed, and by the regions' own count."""

SPENT = "agency_staff_cost_total"
RATIOS = ("agency_doctor_cost_over_employed_low", "agency_doctor_cost_over_employed_high")


def summary(context: Context, cost: Cost) -> list[str]:
    """What staffing leads to, in about ten lines."""
    t = context.language
    studied = _effects(context)
    named = (studied["outcome"] == CONTINUITY[0]) & (studied["compared"] == CONTINUITY[1])
    effect = studied.loc[named].to_dict("records")[0]
    fixed, goal = _newest(context, FIXED), _newest(context, GOAL)
    stress, leave = (
        _newest(context, f"gp_share_{name}") for name in ("very_or_extremely_stressful", "plan_to_stop_as_doctor")
    )
    answered = _newest(context, "survey_response_rate_ihp2022")
    return [
        t(
            "Vi bedömer att kontinuitet hos en läkare ger säkrare vård. I en norsk studie av hela befolkningen var oddsen "
            "för akut inläggning {fewer} lägre hos den som hade haft samma läkare i mer än 15 år än hos den som hade haft "
            "läkaren i högst ett. Studien visar ett samband, och hur stor effekten är i Sverige vet ingen."
        ).format(fewer=t.percent(1 - effect["ratio"])),
        t(
            "{year} uppgav {share} av dem som tillfrågades att de har en fast läkarkontakt. Målet för {goal_year} var "
            "{goal}."
        ).format(
            year=int(fixed["year"]),
            share=t.percent(fixed["value"] / 100),
            goal_year=int(goal["year"]),
            goal=t.percent(goal["value"] / 100),
        ),
        link_words(context),
        t(
            "Arbetsmiljön är ett tyngre skäl. {year} tyckte {stress} av allmänläkarna att arbetet var mycket eller extremt "
            "stressigt, och {leave} planerade att sluta som läkare. Av de tillfrågade svarade {answered}."
        ).format(
            year=int(stress["year"]),
            stress=t.percent(stress["value"] / 100),
            leave=t.percent(leave["value"] / 100),
            answered=t.percent(answered["value"] / 100),
        ),
        *filter(None, [economics.cost_of_path(context, cost)]),
        pays(context, cost),
        t(
            "Färre inläggningar betalar inte tjänsten. Därför bedömer vi att skälen för fler specialister är säkerhet, "
            "kontinuitet och arbetsmiljö, inte besparingar."
        ),
    ]


# --- patient safety and continuity ----------------------------------------------------------------------


def effects(context: Context) -> Figure:
    """What studies find of continuity: risks relative to those with less of it."""
    t = context.language
    rows = _effects(context).sort_values(["outcome", "compared"], key=lambda each: each.map(_places), kind="stable")
    labels = [
        charts.wrapped(t("{outcome}: {compared}").format(outcome=_capital(t(OUTCOME[o])), compared=t(COMPARED[c])))
        for o, c in zip(rows["outcome"], rows["compared"], strict=True)
    ]
    kinds = {"swedish": t("svenska regioner"), "similar_system": t("Norge")}
    drawn = rows.assign(label=labels, value=rows["ratio"], kind=rows["transfer"].map(kinds))
    chart = charts.intervals(
        drawn[["label", "value", "low", "high", "kind"]],
        charts.number_axis(t("risk mot den som har mindre kontinuitet"), 1),
        {kinds["similar_system"]: BLUE, kinds["swedish"]: ORANGE},
        labels,
        (1.0, t("lika")),
    )
    alternative = t(
        "Punkter för {count} resultat, alla under ett: risken är lägre med mer kontinuitet. Den lägsta kvoten är {low} och "
        "den högsta {high}."
    ).format(count=t.number(len(rows)), low=t.number(rows["ratio"].min(), 2), high=t.number(rows["ratio"].max(), 2))
    return Figure.of(
        chart,
        alternative,
        Table.of(
            t,
            "konsekvens-kontinuitet",
            column.heads(t("Utfall"), [_capital(t(OUTCOME[code])) for code in rows["outcome"]]),
            [
                column.text(t("Jämförelse"), [_capital(t(COMPARED[code])) for code in rows["compared"]]),
                column.written(
                    t("Kvot (95 % intervall)"),
                    [t.estimate(one, low, high, 2) for one, low, high in rows[["ratio", "low", "high"]].to_numpy(float)],
                ),
                column.text(t("Studie"), rows["study"]),
                column.text(t("Upplägg"), [_capital(t(DESIGN[code])) for code in rows["design"]]),
                column.text(t("Patienter"), ["" if pd.isna(n) else t.number(n) for n in rows["patients"]]),
                column.text(t("Går det att överföra?"), [t(TRANSFER[code]) for code in rows["transfer"]]),
                column.status(rows),
                column.written(t("Uppgift"), rows["figure"]),
            ],
            rows,
            t(
                "Risken för den som har mer kontinuitet, som kvot mot den som har mindre. Studierna är observationer: den "
                "som byter läkare kan vara sjukare av andra skäl."
            ),
            t("publicerade studier, bedömda för rapporten"),
            stacked=True,
        ),
    )


def fixed_doctor(context: Context) -> Table:
    """Who has a named doctor: by survey in the nation, and by the regions' own count."""
    t = context.language
    rows = _rows(context, FIXED, GOAL, REGISTER).sort_values(["region", "year"], kind="stable")
    words = {FIXED: t("befolkningsenkät"), GOAL: t("överenskommet mål"), REGISTER: t("regionens egen redovisning")}
    return Table.of(
        t,
        "konsekvens-fast-laekare",
        context.named(rows["region"]),
        [
            column.text(t("År"), rows["year"].astype(int)),
            column.percent(t("Har fast läkarkontakt"), rows["value"] / 100),
            column.text(t("Mätt som"), rows["measure"].map(words)),
            column.status("reported"),
            column.written(t("Uppgift"), rows["figure"]),
        ],
        rows,
        t(
            "Andel med fast läkarkontakt. Enkäten från det första året frågade bara dem som hade haft kontakt med vården, "
            "och regionernas egna tal mäter annat än enkäten: raderna ska inte jämföras med varandra."
        ),
        t("publicerade uppgifter"),
    )


def fixed_doctor_title(context: Context) -> str:
    """Heading of the folded table on named doctors."""
    return context.language("Andel med fast läkarkontakt, enkäter och regionernas egna tal")


# --- avoidable care and access --------------------------------------------------------------------------


def link_words(context: Context) -> str:
    """Whether regions with more doctors had less avoidable care in hospital."""
    t = context.language
    found = _links(context).query("staff == 'doctors' and outcome == 'avoidable_stays'").to_dict("records")[0]
    return t(
        "Regioner med fler läkare per invånare hade inte säkert mindre undvikbar slutenvård. Sambandet {year} var svagt "
        "(r = {r}, 95-procentigt intervall {interval}, {n} regioner), och vi drar ingen slutsats av det."
    ).format(
        year=found["outcome_year"],
        r=t.number(found["r"], 2),
        interval=t.interval(found["low"], found["high"], 2),
        n=t.number(found["n"]),
    )


def avoidable(context: Context) -> Figure:
    """Avoidable care in hospital by region, in the order of the regions' doctors, and every published measure by region."""
    t = context.language
    wide, years = _regional(context)
    ordered = wide.dropna(subset=[DENSITY, AVOIDABLE]).sort_values(DENSITY, ascending=False)
    labels = [
        t("{region}, {density}").format(region=context.region_names[str(code)], density=t.number(density, 2))
        for code, density in ordered[DENSITY].items()
    ]
    nation = _newest(context, AVOIDABLE)["value"]
    drawn = pd.DataFrame(
        {"label": labels, "value": ordered[AVOIDABLE].to_numpy(), "low": np.nan, "high": np.nan, "kind": ""}
    )
    top, bottom = str(ordered[AVOIDABLE].idxmax()), str(ordered[AVOIDABLE].idxmin())
    alternative = t(
        "Punkter för {count} regioner i ordning efter läkartäthet. Undvikbar slutenvård var vanligast i {top} ({most} per "
        "100 000 invånare) och minst vanlig i {bottom} ({least}). Punkterna följer ingen tydlig linje."
    ).format(
        count=t.number(len(ordered)),
        top=context.region_names[top],
        most=t.number(ordered[AVOIDABLE][top]),
        bottom=context.region_names[bottom],
        least=t.number(ordered[AVOIDABLE][bottom]),
    )
    caption = t(
        "Undvikbar slutenvård för kroniska sjukdomar per 100 000 invånare, {year}. Regionerna står i ordning efter "
        "läkare i primärvården, heltider per 1 000 invånare, som också anges. Gotland saknas i källan."
    ).format(year=years[AVOIDABLE])
    return Figure(
        charts.intervals(
            drawn,
            charts.number_axis(t("vårdtillfällen per 100 000 invånare"), 0),
            {"": BLUE},
            labels,
            (float(nation), t("riket")),
        ),
        alternative,
        caption,
        by_region(context),
    )


def by_region(context: Context) -> Table:
    """Every published measure of patients' access and staff's conditions, by region."""
    t = context.language
    wide, years = _regional(context)
    missing = t("uppgift saknas")
    columns = [
        column.written(
            _capital(t("{measure}, {year}").format(measure=t(words), year=years[measure])),
            [missing if pd.isna(value) else t.number(value, digits) for value in wide[measure]],
        )
        for measure, (words, digits) in REGIONAL.items()
    ]
    return Table.of(
        t,
        "konsekvens-regioner",
        context.named(wide.index),
        [*columns, column.status("reported")],
        _rows(context, *REGIONAL),
        t(
            "Tillgänglighet och arbetsvillkor efter region, de senaste år som är publicerade för alla. Sjukfrånvaro, "
            "hyrpersonal och personal som slutar gäller all regionens vård, inte primärvården. Källan säger inte om den "
            "undvikbara slutenvården är åldersstandardiserad."
        ),
        t("SKR, publicerade uppgifter"),
        stacked=True,
    )


def links(context: Context) -> Table:
    """How staff and outcomes go together over the regions, and how little that says."""
    t = context.language
    rows = _links(context)
    return Table.of(
        t,
        "konsekvens-samband",
        column.heads(
            t("Samband"),
            [
                t("{staff} och {outcome}").format(staff=_capital(t(LINKS[staff])), outcome=t(LINKS[outcome]))
                for staff, outcome in zip(rows["staff"], rows["outcome"], strict=True)
            ],
        ),
        [
            column.text(
                t("År"),
                [
                    str(one) if one == two else t("{one} och {two}").format(one=one, two=two)
                    for one, two in zip(rows["staff_year"], rows["outcome_year"], strict=True)
                ],
            ),
            column.number(t("Regioner"), rows["n"]),
            column.number(t("Korrelation"), rows["r"], 2),
            column.written(
                t("95 % intervall"), [t.interval(low, high, 2) for low, high in rows[["low", "high"]].to_numpy(float)]
            ),
            column.number(t("Rangkorrelation"), rows["rank"], 2),
            column.text(t("Vi bedömer sambandet som"), [t(STRENGTH[code]) for code in rows["strength"]]),
            column.status("derived"),
        ],
        rows,
        t(
            "Samband mellan regioner. De gäller regioner och inte personer, så de kan bero på ålder, avstånd eller något "
            "annat som skiljer regionerna åt. Med {count} samband väntas enstaka bli tydliga av en slump."
        ).format(count=t.spelled(len(rows))),
        t("SKR, publicerade uppgifter; rapportens beräkning"),
        stacked=True,
    )


def links_title(context: Context) -> str:
    """Heading of the folded table of correlations."""
    return context.language("Samband mellan personal och resultat, region för region")


# --- working environment and agency doctors -------------------------------------------------------------


def environment(context: Context) -> Table:
    """What doctors in primary care answer on their work."""
    t = context.language
    rows = _rows(context, *SURVEYS)
    rows = rows.sort_values(["measure", "year"], key=lambda each: each.map(_order) if each.name == "measure" else -each)
    return Table.of(
        t,
        "konsekvens-arbetsmiljoe",
        column.heads(t("Läkare i primärvården"), [_capital(t(SURVEYS[code])) for code in rows["measure"]]),
        [
            column.text(t("År"), rows["year"].astype(int)),
            column.percent(t("Andel"), rows["value"] / 100),
            column.status("reported"),
            column.written(t("Uppgift"), rows["figure"]),
        ],
        rows,
        t(
            "Vad läkare i primärvården svarar om sitt arbete. Svaren kommer från två enkäter där fler än hälften inte "
            "svarade."
        ),
        t("Vårdanalys och Läkarförbundet, publicerade uppgifter"),
    )


def vacancy_words(context: Context) -> str:
    """How many posts for doctors were vacant when it was last published."""
    t = context.language
    low, high = (_newest(context, f"vacant_doctor_posts_{end}") for end in ("low", "high"))
    return t(
        "Hur många tjänster som är vakanta redovisas inte löpande. Vårdanalys uppskattade {year} att det i primärvården "
        "fattades läkare på {low}–{high} heltider."
    ).format(year=int(low["year"]), low=t.number(low["value"]), high=t.number(high["value"]))


def agency_words(context: Context) -> list[str]:
    """What hired staff cost, where, and how the price compares with the employed."""
    t = context.language
    spent = _rows(context, SPENT).query("region == @NATION").sort_values("year").tail(2)
    before, after = spent.to_dict("records")
    wide, years = _regional(context)
    share = wide[AGENCY].dropna().sort_values()
    low, high = (_newest(context, name)["value"] for name in RATIOS)
    return [
        t(
            "Regionernas kostnad för hyrpersonal i all vård föll från drygt {before} miljarder kronor {first} till knappt "
            "{after} miljarder {last}. {year} var den {nation} av den egna personalkostnaden i riket, men {most} i {top} "
            "och bara {least} i {bottom}. Hur mycket av den som gäller primärvården är inte publicerat."
        ).format(
            before=t.number(before["value"] / 1000),
            first=int(before["year"]),
            after=t.number(after["value"] / 1000),
            last=int(after["year"]),
            year=years[AGENCY],
            nation=t.percent(_of_year(context, AGENCY, years[AGENCY]) / 100, 1),
            most=t.percent(share.iloc[-1] / 100, 1),
            top=context.region_names[str(share.index[-1])],
            least=t.percent(share.iloc[0] / 100, 1),
            bottom=context.region_names[str(share.index[0])],
        ),
        t(
            "Enligt Konkurrensverket kostade en hyrläkare i allmänmedicin {low} till {high} gånger så mycket som en "
            "anställd {year}. Enligt ett bemanningsföretags återgivning av regionernas ramavtal är skillnaden nu mindre. "
            "Avtalet självt har vi inte läst."
        ).format(low=t.number(low, 1), high=t.number(high), year=int(_newest(context, RATIOS[0])["year"])),
    ]


# --- what would pay for a post --------------------------------------------------------------------------


def pays(context: Context, cost: Cost) -> str:
    """When a post pays for itself by replacing an agency doctor."""
    t = context.language
    found = cost.break_even.set_index("measure")
    value, low, high = (found[end].to_dict()["cost"] / MILLION for end in ("value", "low", "high"))
    return t(
        "En specialist kostar {post} miljoner kronor om året i {year} års priser. Tjänsten betalar sig om den ersätter en "
        "hyrläkare under {share} av ett heltidsår i glesbygd. I storstäderna är hyrläkaren inte dyrare."
    ).format(
        post=t.estimate(value, low, high, 1),
        year=int(context.assumptions["price_year"].value),
        share=t.percent(found["value"].to_dict()["agency_share_zone3"]),
    )


def break_even(context: Context, cost: Cost) -> Table:
    """What one more specialist must replace or avoid in a year to pay for the post."""
    t = context.language
    found = cost.break_even.set_index("measure")
    norm = t.number(context.assumptions["inhabitants_per_specialist"].value)
    zones = {1: t("zon 1, storstad"), 2: t("zon 2"), 3: t("zon 3, glesbygd")}
    ends = ["value", "low", "high"]

    def percent(measure: str) -> str:
        return t.share(*found.loc[measure, ends].astype(float))

    def millions(measure: str, digits: int) -> str:
        return t("{amount} miljoner kronor").format(
            amount=t.estimates(found.loc[[measure], ends].astype(float) / MILLION, digits)[0]
        )

    entries = [
        (
            t("Hyrläkare, {zone}").format(zone=zone),
            percent(f"agency_share_zone{number}"),
            t("så stor del av ett heltidsår måste tjänsten ersätta en hyrläkare"),
            t("Ramavtalets grundpris, jour och resor oräknade"),
        )
        for number, zone in zones.items()
    ]
    entries += [
        (
            t("Besök till dagens kostnad"),
            t.estimate(*found.loc["weighted_contacts", ends].astype(float).round(-1)),
            t("så många viktade kontakter om året kostar lika mycket som tjänsten"),
            t("Primärvårdens kostnad per viktad kontakt i regionerna, uppräknad till samma prisnivå"),
        ),
        (
            t("Undvikbara vårdtillfällen"),
            t("{count} om året").format(count=t.number(float(found["value"]["stays"]), 1)),
            t("så många finns det bland {norm} invånare").format(norm=norm),
            t("Rikets tal för kroniska sjukdomar"),
        ),
        (
            t("Om alla undviks"),
            millions("stay_price_all", 2),
            t("så mycket måste varje vårdtillfälle kosta för att tjänsten ska betala sig"),
            t("Ingen publicerad kostnad för ett vårdtillfälle finns hos oss"),
        ),
        (
            t("Om lika många undviks som i studierna"),
            millions("stay_price_studies", 1),
            t("så mycket måste varje vårdtillfälle kosta för att tjänsten ska betala sig"),
            t("{low}–{high} vårdtillfällen om året, om den norska studiens samband är orsak och gäller här").format(
                low=t.number(float(found["low"]["stays_avoided"]), 1),
                high=t.number(float(found["high"]["stays_avoided"]), 1),
            ),
        ),
    ]
    heads = (t("Vad tjänsten ersätter eller undviker"), t("För att betala sig"), t("Vad talet är"), t("Vilar på"))
    index, columns = column.listed(heads, entries)
    return Table.of(
        t,
        "konsekvens-betala-sig",
        index,
        [*columns, column.status("estimated")],
        cost.break_even.assign(status="estimated"),
        t(
            "När betalar en specialist till i allmänmedicin sig själv? Allt i {year} års priser, med 80-procentiga "
            "intervall."
        ).format(year=int(context.assumptions["price_year"].value)),
        t("publicerade uppgifter, rapportens modell och graderade antaganden; metod g"),
        stacked=True,
    )


def sources(context: Context) -> Table:
    """The publications behind the chapter."""
    others = ("survey_response_rate_ihp2022", "vacant_doctor_posts_low", "vacant_doctor_posts_high")
    rows = _rows(context, FIXED, GOAL, REGISTER, *SURVEYS, *REGIONAL, SPENT, *RATIOS, *PRICES, *others)
    return publications(context, [*rows["figure"], *_effects(context)["figure"]], "konsekvens-kaellor")


def sources_title(context: Context) -> str:
    """Heading of the folded list of publications."""
    return context.language("Källor till kapitlets uppgifter")


PRICES = (
    *(f"agency_gp_framework_price_zone{zone}" for zone in (1, 2, 3)),
    "cost_per_weighted_contact_primary_care",
)
"""Published prices that the break-even rests on."""


def _effects(context: Context) -> pd.DataFrame:
    """The studies' results as ratios of more continuity to less, with their confidence limits."""
    values = context.tables["published_professions"][["figure", "value"]]
    rows = context.tables["continuity_effects"].merge(values, on="figure", validate="one_to_one")
    printed = rows[["value", "low", "high"]].astype(float)
    inverse, fewer = (rows["scale"] == code for code in ("inverse_ratio", "percent_fewer"))
    turned = (1 / printed[["value", "high", "low"]]).set_axis(printed.columns, axis=1)
    less = (1 - printed[["value", "high", "low"]] / 100).set_axis(printed.columns, axis=1)
    ratios = printed.mask(inverse, turned).mask(fewer, less)
    status = np.where(rows["scale"] == "ratio", "reported", "derived")
    return rows.drop(columns=["value", "low", "high"]).assign(
        ratio=ratios["value"], low=ratios["low"], high=ratios["high"], status=status
    )


def _links(context: Context) -> pd.DataFrame:
    found: pd.DataFrame = context.analysis("links")
    return found


def _rows(context: Context, *measures: str) -> pd.DataFrame:
    """Published figures of some measures that are of a region or the nation."""
    figures = context.tables["published_st"]
    return figures.loc[figures["measure"].isin(measures) & figures["region"].notna()]


def _newest(context: Context, measure: str) -> pd.Series:
    """The nation's newest figure of a measure."""
    rows = _rows(context, measure)
    return rows.loc[rows["region"] == NATION].sort_values("year").iloc[-1]


def _of_year(context: Context, measure: str, year: int) -> float:
    rows = _rows(context, measure)
    return float(rows.loc[(rows["region"] == NATION) & (rows["year"] == year), "value"].iloc[0])


def _regional(context: Context) -> tuple[pd.DataFrame, dict[str, int]]:
    """Each measure of `REGIONAL` in its newest year that has most regions, by region, and those years."""
    rows = _rows(context, *REGIONAL)
    rows = rows.loc[rows["region"] != NATION]
    years = {}
    for measure, own in rows.groupby("measure"):
        counts = own.groupby("year")["region"].nunique()
        years[str(measure)] = int(counts.loc[counts == counts.max()].index.max())
    newest = rows.loc[rows["year"] == rows["measure"].map(years)]
    wide = newest.pivot_table(index="region", columns="measure", values="value").reindex(context.results.regions)
    return wide, years


def _places(code: str) -> int:
    """Place of an outcome or comparison in the picture."""
    return [*OUTCOME, *COMPARED].index(code)


def _order(measure: str) -> int:
    return list(SURVEYS).index(measure)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
