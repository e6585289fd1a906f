"""The quality declaration: each statistic under the headings of SCB-FS 2016:17, its numbers computed."""

from __future__ import annotations

import pandas as pd

from riktvarden.baseline import personnel
from riktvarden.codes import NATION
from riktvarden.professions import PROFESSIONS
from riktvarden.report.chapters import st_baseline
from riktvarden.report.chapters.development_needs import UNDATED
from riktvarden.report.chapters.personnel import anomalies
from riktvarden.report.kit import charts, column
from riktvarden.report.kit.charts import BLUE, MUTED, ORANGE, PALE, SHADE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import PROFESSION
from riktvarden.report.kit.figures import Figure, Table

HEADINGS = (
    "Relevans",
    "Tillförlitlighet",
    "Aktualitet och punktlighet",
    "Tillgänglighet och tydlighet",
    "Jämförbarhet och samanvändbarhet",
    "Allmänna uppgifter",
)
"""The headings of the declaration, in the order of the regulation."""

GRADE = {
    "A": "officiell källa",
    "B": "officiell källa, citerad",
    "C": "enkät eller organisation",
    "D": "andra hand",
    "–": "ej graderad",
}
"""Grade of a published figure → its Swedish words."""


def baseline(context: Context) -> Table:
    """Declaration of the ST baseline."""
    t = context.language
    figures = context.results.figures
    dates = figures["dated"]
    return _declaration(
        context,
        "kvalitet-st",
        t("Baslinjen för ST i allmänmedicin"),
        {
            "Relevans": t(
                "Visar ST i allmänmedicin per region, som uppdraget ber om. Kön, BT, utbildningens skede och privata "
                "vårdgivare saknas."
            ),
            "Tillförlitlighet": st_baseline.counted(context)
            + " "
            + t("Övriga regioner har bara ett intervall. Rikets tal är skattat: {total}.").format(
                total=context.estimate("st_persons_reference")
            ),
            "Aktualitet och punktlighet": t(
                "Uppgifterna avser {first}–{last} och räknas om till {date}. Ingen publiceringsplan finns."
            ).format(first=dates.min().year, last=dates.max().year, date=context.reference_date),
            "Tillgänglighet och tydlighet": t("Varje tabell kan laddas ned, och varje siffra har status och källa."),
            "Jämförbarhet och samanvändbarhet": t(
                "Källorna har {measures} olika mått, och de räknas inte om till varandra. Över tid går talen inte att "
                "jämföra."
            ).format(measures=t.number(figures["measure"].nunique())),
            "Allmänna uppgifter": _general(context),
        },
        figures.drop(columns="note"),
    )


def statistics(context: Context) -> Table:
    """Declaration of the personnel statistics."""
    t = context.language
    facts = personnel.quality_facts(context.personnel, context.published)
    wanted = personnel.wanted(context.results.regions)
    missing = personnel.complete(context.personnel, wanted)["status"].eq("missing").sum()
    age = context.year - facts["oldest"]
    return _declaration(
        context,
        "kvalitet-personal",
        t("Statistiken över personal i primärvården"),
        {
            "Relevans": t(
                "Uppdraget ber om {cells} celler efter yrke, region, kön, regi och vårdnivå. {missing} av dem saknas."
            ).format(cells=t.number(len(wanted)), missing=t.number(missing)),
            "Tillförlitlighet": t.plural(
                "{figures} uppgifter ur {publications} publikationer. {official} är hämtade ur en officiell källa, "
                "{second} är officiella tal citerade av andra och {survey} kommer från enkäter eller organisationer. "
                "Kontrollerna har funnit {count} uppgift som inte kan stämma.",
                "{figures} uppgifter ur {publications} publikationer. {official} är hämtade ur en officiell källa, "
                "{second} är officiella tal citerade av andra och {survey} kommer från enkäter eller organisationer. "
                "Kontrollerna har funnit {count} uppgifter som inte kan stämma.",
                facts["anomalies"],
                figures=t.number(facts["figures"]),
                publications=t.number(facts["publications"]),
                official=t.number(facts["official"]),
                second=t.number(facts["secondhand"]),
                survey=t.number(facts["survey"]),
            ),
            "Aktualitet och punktlighet": t.plural(
                "Uppgifterna avser {oldest:.0f}–{newest:.0f}; {count} är odaterad. Den äldsta var {age:.0f} år vid "
                "referensdatumet {date}.",
                "Uppgifterna avser {oldest:.0f}–{newest:.0f}; {count} är odaterade. Den äldsta var {age:.0f} år vid "
                "referensdatumet {date}.",
                facts["undated"],
                oldest=facts["oldest"],
                newest=facts["newest"],
                age=age,
                date=context.reference_date,
            ),
            "Tillgänglighet och tydlighet": t(
                "Varje tabell kan laddas ned med definition, status och källa per rad. Ord förklaras i rapportens ordlista."
            ),
            "Jämförbarhet och samanvändbarhet": t.plural(
                "Källorna har {definitions} olika definitioner, och därför summeras de inte. Heltider för läkare har en "
                "ny definition från {redefined}. Bara {count} uppgift gäller en enskild region.",
                "Källorna har {definitions} olika definitioner, och därför summeras de inte. Heltider för läkare har en "
                "ny definition från {redefined}. Bara {count} uppgifter gäller en enskild region.",
                facts["regional"],
                definitions=t.number(facts["definitions"]),
                redefined=context.personnel.query("qualifier == 'fte_redefined'")["year"].min(),
            ),
            "Allmänna uppgifter": _general(context),
        },
        pd.DataFrame([facts]),
    )


def mental_health(context: Context) -> Table:
    """Declaration of the statistics on personnel that care for mental ill-health."""
    t = context.language
    groups = personnel.function_matrix(context.personnel, context.results.regions)
    access = context.personnel.query("measure == 'centres_with_access'")
    regional = access.loc[access["region"] != NATION, "region"].nunique()
    response = context.care.query("series == 'survey_response'").iloc[-1]
    return _declaration(
        context,
        "kvalitet-psykisk-haelsa",
        t("Personal som arbetar med psykisk ohälsa i primärvården"),
        {
            "Relevans": t(
                "Uppdraget avser en funktion, inte yrken. {primary} av {groups} yrkesgrupper har ett antal för "
                "primärvården. Barn under 16 år saknas helt."
            ).format(
                primary=t.number(groups["primary"].sum()) if groups["primary"].any() else t("Ingen"),
                groups=t.number(len(groups)),
            ),
            "Tillförlitlighet": t(
                "Tillgången till psykolog kommer från yrkesförbundets egna kartläggningar. Behovet kommer från en "
                "enkät som {response} besvarade {year}."
            ).format(response=t.percent(response["value"] / 100), year=response["year"]),
            "Aktualitet och punktlighet": t("Kartläggningarna avser {first}–{last}. Ingen nyare är känd.").format(
                first=access["year"].min(), last=access["year"].max()
            ),
            "Tillgänglighet och tydlighet": t(
                "Andelar som källan anger som ”utan psykolog” är vända och märkta som härledda."
            ),
            "Jämförbarhet och samanvändbarhet": t(
                "Kartläggningarna omfattar olika många vårdcentraler, och {regional} av {all} regioner namnges. En "
                "psykoterapeut har två legitimationer och räknas en gång."
            ).format(regional=t.number(regional), all=t.number(len(context.results.regions))),
            "Allmänna uppgifter": _general(context),
        },
        access,
    )


def guideline_values(context: Context) -> Table:
    """Declaration of the guideline values, for doctors in training and for the professions."""
    t = context.language
    graded = list(context.assumptions.values())
    values = context.results.guidelines
    nation = values.loc[
        (values["region"] == NATION) & (values["measure"] == "inhabitants_per_fte") & (values["principal"] == "all")
    ]
    widest = nation.iloc[int((nation["high"] / nation["low"]).to_numpy().argmax())]
    contacts = context.assumptions["contacts_year"].value
    return _declaration(
        context,
        "kvalitet-riktvaerden",
        t("Riktvärdena"),
        {
            "Relevans": t(
                "Visar ST-tjänster per region och invånare per heltid för {count} yrken, per region, kommun och huvudman. "
                "Norm, behov och efterfrågan står var för sig. Barn under 18 år saknas i behovet av psykologer."
            ).format(count=t.spelled(len(PROFESSIONS))),
            "Tillförlitlighet": t(
                "{assumed} av {all} antaganden är inte mätta. Rapportens riktvärde för ST i riket är {positions} tjänster. "
                "Av de {count} yrkena har {profession} det bredaste intervallet, {low}–{high} invånare per heltid."
            ).format(
                assumed=t.number(sum(item.grade == "D" for item in graded)),
                all=t.number(len(graded)),
                positions=context.estimate("st_positions_guideline"),
                count=t.spelled(len(PROFESSIONS)),
                profession=t(PROFESSION[widest["profession"]]),
                low=t.number(widest["low"]),
                high=t.number(widest["high"]),
            ),
            "Aktualitet och punktlighet": t.plural(
                "Folkmängden avser {year}. Besök och telefonkontakter avser {contacts:.0f}. {count} uppgift om kommunerna "
                "saknar datum. Ingen publiceringsplan finns.",
                "Folkmängden avser {year}. Besök och telefonkontakter avser {contacts:.0f}. {count} uppgifter om "
                "kommunerna saknar datum. Ingen publiceringsplan finns.",
                len(UNDATED),
                year=context.year,
                contacts=contacts,
            ),
            "Tillgänglighet och tydlighet": t(
                "Varje värde har intervall, status och källa. Varje formel står i metodkapitlet med sin funktion."
            ),
            "Jämförbarhet och samanvändbarhet": t(
                "Index går att jämföra mellan områden, intervallen mellan yrken bara med försiktighet. Talen är inte "
                "jämförbara med andra länders täthet, som räknar andra uppgifter i andra system."
            ),
            "Allmänna uppgifter": _general(context),
        },
        nation,
    )


def figures_by_year(context: Context) -> Figure:
    """The personnel figures in use by year and grade of their source."""
    t = context.language
    figures = personnel.figures_in_use(context.personnel, context.published)
    undated = t("odaterad")
    figures["label"] = [undated if pd.isna(year) else str(year) for year in figures["year"]]
    figures["quality"] = figures["quality"].where(figures["quality"].isin(list("ABCD")), "–")
    counts = figures.groupby(["label", "quality"], as_index=False).agg(value=("figure", "count"))
    kinds = {code: f"{code}: {t(word)}" for code, word in GRADE.items() if code in set(counts["quality"])}
    rows = counts.assign(kind=counts["quality"].map(kinds))
    order = sorted(set(rows["label"]) - {undated}) + ([undated] if undated in set(rows["label"]) else [])
    wide = counts.pivot_table(index="label", columns="quality", values="value", fill_value=0).loc[order]
    most = wide.sum(axis=1)
    alternative = t(
        "Staplar. {all} uppgifter om personal används. Flest, {count}, avser {year}. {share} kommer direkt ur en "
        "officiell källa."
    ).format(
        all=t.number(most.sum()),
        count=t.number(most.max()),
        year=most.idxmax(),
        share=t.percent(wide["A"].sum() / most.sum()),
    )
    colours = dict(zip(GRADE, (BLUE, PALE, ORANGE, MUTED, SHADE), strict=True))
    return Figure.of(
        charts.bars(
            rows[["label", "value", "kind"]],
            charts.number_axis(t("uppgifter"), 0),
            {kinds[code]: colours[code] for code in kinds},
            order,
        ),
        alternative,
        Table.of(
            t,
            "kvalitet-aar",
            column.heads(t("År"), order),
            [column.number(kinds[code], wide[code]) for code in wide.columns],
            counts,
            t("Uppgifter om personal som rapporten använder, efter år och källans kvalitet."),
            t("publicerade uppgifter, förtecknade i kapitlet Personal i primärvården"),
        ),
    )


def checks(context: Context) -> Table:
    """What the data-quality rules found."""
    return anomalies(context)


def _general(context: Context) -> str:
    return context.language(
        "Statistiken är inte officiell statistik och är inte gjord av Socialstyrelsen. Den bygger på publicerade "
        "uppgifter, innehåller inga personuppgifter och kan räknas om av vem som helst."
    )


def _declaration(context: Context, name: str, title: str, texts: dict[str, str], data: pd.DataFrame) -> Table:
    """One statistic under every heading; a heading without a text is an error."""
    t = context.language
    return Table.of(
        t,
        name,
        column.heads(t("Rubrik"), [t(heading) for heading in HEADINGS]),
        [
            column.written(t("Deklaration"), [texts[heading] for heading in HEADINGS]),
        ],
        data,
        t("{title}, enligt rubrikerna i SCB-FS 2016:17").format(title=title),
        t("rapportens tabeller"),
        stacked=True,
    )
