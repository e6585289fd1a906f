"""The chapter on need, geography and team: what moves a place's need from the nation's mean, and by how much."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden.areas import PACKAGE
from riktvarden.codes import NATION
from riktvarden.professions import PROFESSIONS
from riktvarden.report.kit import charts, column, maps
from riktvarden.report.kit.charts import BLUE, MEANING
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import MUNICIPALITY_GROUP
from riktvarden.report.kit.figures import Figure, Table, show_folded
from riktvarden.report.kit.language import Language
from riktvarden.report.kit.ranges import COLOUR as COLOUR_OF
from riktvarden.report.kit.ranges import ENDS
from riktvarden.report.reference import overviews

FloatArray = NDArray[np.float64]

DOCTORS = "general_practice"

FACTOR = {
    "age": "ålder och kön",
    "need_index": "vårdbehovsindex",
    "sparsity": "gleshet och resor",
    "off_list": "uppdrag utanför listan",
}
"""What moves a requirement of doctors → its Swedish words, in the order of the waterfall."""

COMPONENT = {
    "aged_under_5": "yngre än fem år",
    "born_abroad": "födda i Östeuropa, Asien, Afrika eller Sydamerika",
    "living_alone": "65 år eller äldre och ensamboende",
    "single_parent": "ensamstående föräldrar",
    "moved_in": "inflyttade under året",
    "unemployed": "arbetslösa eller i program",
    "low_education": "utan gymnasieutbildning",
}
"""Part of the Care Need Index → its Swedish words."""

CONTACTS = {
    "doctor_contacts_children": "0–17 år mot 18–59 år",
    "doctor_contacts_60_79": "60–79 år mot 18–59 år",
    "doctor_contacts_80_plus": "80 år och äldre mot 18–59 år",
    "doctor_contacts_women": "kvinnor mot män",
}
"""Assumption on contacts with doctors → who is compared with whom."""

TRAVEL = (
    "health_centres",
    "travel_speed",
    "doctor_contacts_with_travel",
    "minutes_doctor_contact",
)
"""Assumptions behind the travel in sparse places."""

TEAM = {DOCTORS: "läkare, specialister i allmänmedicin"} | {name: each.shown.plural for name, each in PROFESSIONS.items()}
"""Profession → its Swedish name."""


NOTHING = 0.05
"""Parts smaller than this, in per cent, would be read as 0: they are in the table and are not drawn."""

DETAIL = 220
"""Resolution of a map of all municipalities."""


SOURCE = "SCB, Kolada, graderade antaganden; kartgränser ur {package}"
"""Where the numbers and the borders of the municipalities come from."""


def summary(context: Context) -> list[str]:
    """How far need moves the regions apart, which result is hardest to defend, and what speaks for it."""
    t = context.language
    lowest, highest = _ends(per_inhabitant(context))
    least, most = _ends(_places(context))
    return [
        t(
            "Behovet av läkare per invånare är lägst {lowest}, {low} av rikets medelvärde, och högst {highest}, {high} "
            "av det. Mellan kommunerna är skillnaden större: från {little} i {least} till {much} i {most}."
        ).format(
            lowest=context.within(str(lowest["region"])),
            low=_percent(t, lowest),
            highest=context.within(str(highest["region"])),
            high=_percent(t, highest),
            little=_percent(t, least),
            least=least["name"],
            much=_percent(t, most),
            most=most["name"],
        ),
        t(
            "Skillnaderna fördelar läkarna mellan regionerna, men ändrar inte hur många riket behöver. Normen är {norm} "
            "invånare per heltidsarbetande specialist i medeltal, oavsett var de bor."
        ).format(norm=context.assumed("inhabitants_per_specialist")),
        hardest(context),
        paid_by_need(context),
        near(context),
    ]


FEWEST = 3
"""How many regions with the fewest doctors per inhabitant are named."""


def hardest(context: Context) -> str:
    """Which regions get the fewest doctors per inhabitant, why, and how little that rests on."""
    t = context.language
    fewest = per_inhabitant(context).nsmallest(FEWEST, "value")
    parts = _parts(context).query("region in @fewest.region and factor in @FACTOR").groupby("factor")["value"].sum()
    exponent = context.assumptions["need_exponent"]
    reason = str(parts.idxmin())
    reported = t(
        "Minst läkare per invånare får {regions}, med {shares} av rikets medelvärde. Det är det resultat som blir svårast "
        "att försvara, och det beror mest på skillnader i {factor}."
    ).format(
        regions=t.listed(context.region_names[code] for code in fewest["region"]),
        shares=t.listed(t.percent(value / 100) for value in fewest["value"]),
        factor=t(FACTOR[reason]),
    )
    if reason != "need_index" or exponent.grade != "D":
        return reported
    return f"{reported} " + t(
        "Hur starkt indexet ska slå igenom har ingen mätt. Exponenten {exponent} är vår egen bedömning, och därför bör "
        "resultatet prövas i dialog innan det får styra var läkarna ska finnas."
    ).format(exponent=t.assumed(exponent))


PAID = {
    "regions_using_CNI": "invånarnas sociala förutsättningar (CNI)",
    "regions_using_age_weights": "ålder",
    "regions_using_ACG": "sjuklighet (ACG)",
    "regions_using_location_weights": "läge",
    "regions_using_sex_weights": "kön",
}
"""What regions weigh in when they pay health centres → its Swedish words."""


def _paid(context: Context) -> pd.DataFrame:
    """The newest published number of regions for each of what they weigh in."""
    rows = context.tables["published_sou"].query("measure in @PAID").sort_values("year")
    return rows.groupby("measure").tail(1).set_index("measure").loc[list(PAID)].reset_index()


def paid_by_need(context: Context) -> str:
    """How many regions already pay their health centres by need."""
    t = context.language
    rows = _paid(context).set_index("measure")
    counts, every = rows["value"], len(context.results.regions)
    if counts["regions_using_CNI"] == every:
        cni = t("Alla {all} regioner").format(all=t.number(every))
    else:
        cni = t("{cni} av {all} regioner").format(cni=t.number(counts["regions_using_CNI"]), all=t.number(every))
    return t(
        "Att behov ska styra är däremot ingen nyhet. {cni} vägde {year} in invånarnas sociala förutsättningar när de "
        "betalade sina vårdcentraler, {age} vägde in ålder, {acg} sjuklighet och {location} läget."
    ).format(
        year=rows["year"].max(),
        cni=cni,
        age=t.number(counts["regions_using_age_weights"]),
        acg=t.number(counts["regions_using_ACG"]),
        location=t.number(counts["regions_using_location_weights"]),
    )


def payment(context: Context) -> Table:
    """What regions weigh in when they pay their health centres, as published."""
    t = context.language
    rows = _paid(context)
    year, figure = t("År"), t("Uppgift")
    return Table.of(
        t,
        "behov-ersaettning",
        column.heads(t("Vad ersättningen vägde in"), [t(PAID[name]) for name in rows["measure"]]),
        [
            column.number(t("Antal regioner"), rows["value"]),
            column.text(year, rows["year"]),
            column.text(figure, rows["figure"]),
        ],
        rows,
        t("Så många av de {all} regionerna vägde in behov i ersättningen till vårdcentraler.").format(
            all=t.number(len(context.results.regions))
        ),
        t("statens offentliga utredningar, efter Sveriges Kommuner och Regioners enkät"),
    )


def near(context: Context) -> str:
    """How many live near a health centre, as published, and how little travel therefore does."""
    t = context.language
    rows = context.tables["published_sou"].query("measure == 'share_under_10_min_by_car_to_health_centre'")
    nation = rows.loc[rows["region"] == NATION].iloc[0]
    regions = rows.loc[rows["region"] != NATION].sort_values("value")
    travel = _parts(context).query("region != @NATION and factor == 'sparsity'")["value"]
    return t(
        "Avstånden betyder mindre än man kan tro. År {year} hade {share} av invånarna högst tio minuter med bil till en "
        "vårdcentral, från {low} i {lowest} till {high} i {highest}. I vår beräkning lägger resorna till högst {most} "
        "av behovet i en region."
    ).format(
        year=nation["year"],
        share=t.percent(nation["value"] / 100),
        low=t.percent(regions["value"].iloc[0] / 100),
        lowest=context.region_names[regions["region"].iloc[0]],
        high=t.percent(regions["value"].iloc[-1] / 100),
        highest=context.region_names[regions["region"].iloc[-1]],
        most=t.percent(travel.max() / 100, 1),
    )


# --- the maps ---------------------------------------------------------------------------------------------


def total_map(context: Context, municipalities: gpd.GeoDataFrame) -> Figure:
    """Map of the need of doctors per inhabitant, and the table of all municipalities."""
    t = context.language
    rows = _places(context)
    return _map(
        context,
        municipalities,
        rows,
        t("behov av läkare per invånare, riket = 100, {year}").format(year=context.year),
        t(
            "Behov av läkare per invånare efter kommun {year}, skattat, riket = 100: ålder och kön, vårdbehovsindex och "
            "gleshet tillsammans."
        ).format(year=context.year),
        table(context),
        _reach(rows),
    )


def index_map(context: Context, municipalities: gpd.GeoDataFrame) -> Figure:
    """Map of what the Care Need Index does to the need."""
    t = context.language
    rows = _factor(context, "need_index")
    return _map(
        context,
        municipalities,
        rows,
        t("behov per invånare enligt vårdbehovsindex, riket = 100"),
        t(
            "Vad vårdbehovsindexet gör med behovet per invånare i varje kommun, skattat, riket = 100. Länens index är "
            "räknat ur CNI:s sju delar. Inom länet fördelas det efter födelseland {abroad}, utbildning {education}, "
            "arbetslöshet och ensamhushåll; de två sista saknar datum."
        ).format(
            abroad=_dated(context, "born_abroad_municipality"),
            education=_dated(context, "education_municipality"),
        ),
        components(context),
        _reach(rows),
    )


def sparsity_map(context: Context, municipalities: gpd.GeoDataFrame) -> Figure:
    """Map of what settlement and distance do to the need."""
    t = context.language
    rows = _factor(context, "sparsity")
    return _map(
        context,
        municipalities,
        rows,
        t("behov per invånare efter gleshet och resor, riket = 100"),
        t(
            "Vad gleshet och resor gör med behovet per invånare i varje kommun, skattat, riket = 100. Befolkningstäthet "
            "och andel i tätort saknar datum i källan."
        ),
        assumed(
            context,
            "behov-resor",
            TRAVEL,
            t("Antaganden bakom resor. Grad D ska avgöras i dialog."),
        ),
        _reach(rows),
    )


def region_map(context: Context, region: str, municipalities: gpd.GeoDataFrame) -> Figure:
    """Map of the need of doctors per inhabitant in a region's municipalities, in the colours of all, and their table."""
    t = context.language
    rows = _places(context)
    return _map(
        context,
        municipalities,
        rows.loc[rows["region"] == region],
        t("behov av läkare per invånare, riket = 100, {year}").format(year=context.year),
        t("Behov av läkare per invånare i kommunerna i {name} {year}, skattat, riket = 100.").format(
            name=context.principals[region], year=context.year
        ),
        table_of_region(context, region),
        _reach(rows),
    )


def _map(
    context: Context,
    municipalities: gpd.GeoDataFrame,
    rows: pd.DataFrame,
    title: str,
    caption: str,
    behind: Table,
    reach: float,
) -> Figure:
    """One index of some municipalities, the nation's mean in the neutral colour."""
    t = context.language
    shown = municipalities.loc[municipalities["municipality"].isin(rows["municipality"])]
    areas = maps.prepare(shown, DETAIL).merge(rows[["municipality", "name", "value"]], on="municipality")
    chart = maps.estimated(areas, title, charts.number_label(), around=(100.0, reach))
    low, high = _ends(rows)
    if len(rows) == 1:
        alternative = t("Karta över {name}, som är en enda kommun. Värdet är {value}, där riket är 100.").format(
            name=low["name"], value=t.number(low["value"], 1)
        )
        return Figure(chart, alternative, caption, behind)
    alternative = t(
        "Karta över {count} kommuner. Lägst är {lowest} med {low} och högst {highest} med {high}. I {above} av dem är "
        "talet större än rikets medelvärde, som är 100."
    ).format(
        count=t.number(len(rows)),
        lowest=low["name"],
        low=t.number(low["value"], 1),
        highest=high["name"],
        high=t.number(high["value"], 1),
        above=t.number((rows["value"] > 100).sum()),
    )
    return Figure(chart, alternative, caption, behind)


# --- the tables behind them -------------------------------------------------------------------------------


def table(context: Context) -> Table:
    """The municipalities with the least and the most need in each region; the download has all of them."""
    t = context.language
    frame = _places(context)
    shown = [code for code in context.results.regions if (frame["region"] == code).any()]
    by_region = frame.groupby("region")["value"]
    ends = {
        head: frame.loc[found.loc[shown]]
        for head, found in ((t("Lägst"), by_region.idxmin()), (t("Högst"), by_region.idxmax()))
    }
    return Table.of(
        t,
        "behov-kommuner",
        context.named(shown),
        [
            column.number(t("Kommuner"), by_region.size().loc[shown]),
            *(
                column.written(
                    head,
                    [f"{name} {t.number(value, 1)}" for name, value in part[["name", "value"]].itertuples(index=False)],
                )
                for head, part in ends.items()
            ),
        ],
        frame,
        t(
            "Kommunerna med lägst och högst behov av läkare per invånare i varje region, där riket är 100. Nedladdningen "
            "har alla {count} kommuner, med intervall. En kommun har inget riktvärde för ST, eftersom läkarvården är "
            "regionens."
        ).format(count=t.number(len(frame))),
        t(SOURCE).format(package=PACKAGE),
        stacked=True,
    )


def table_of_region(context: Context, region: str) -> Table:
    """Every municipality of a region: inhabitants, norm, need, and each factor."""
    t = context.language
    frame = _places(context)
    frame = frame.loc[frame["region"] == region].sort_values("population", ascending=False, kind="stable")
    return Table.of(
        t,
        f"kommuner-{region}",
        column.places(t("Kommun"), frame["name"], frame["municipality"]),
        [
            column.text(t("Kommungrupp"), [t(MUNICIPALITY_GROUP[code]) for code in frame["skr_group"]]),
            column.number(t("Invånare {year}").format(year=context.year), frame["population"]),
            column.percent(t("70 år eller äldre {year}").format(year=frame["age_year"].iloc[0]), frame["older"]),
            column.number(t("Norm: heltider efter folkmängd"), frame["norm"], 1),
            column.estimate(t("Behov: heltider"), frame, 1, ends=["specialist_requirement", "low_fte", "high_fte"]),
            column.estimate(t("Behov per invånare, riket = 100"), frame),
            *(
                column.number(t("{factor}, riket = 100").format(factor=t(FACTOR[name]).capitalize()), 100 * frame[name], 1)
                for name in ("age", "need_index", "sparsity")
            ),
        ],
        frame,
        t(
            "Kommunerna i {name}. En kommun har inget riktvärde för ST, eftersom läkarvården är regionens. Inom parentes "
            "80-procentigt intervall."
        ).format(name=context.principals[region]),
        t(SOURCE).format(package=PACKAGE),
        stacked=True,
    )


def components(context: Context) -> Table:
    """Parts of the Care Need Index with weight, the nation's share, the counties' range and what each is behind."""
    t = context.language
    data = context.results.components.assign(
        weight=[context.assumptions[f"cni_weight_{name}"].value for name in context.results.components["component"]]
    )
    return Table.of(
        t,
        "behov-index",
        column.heads(t("Del av vårdbehovsindexet"), [t(COMPONENT[name]) for name in data["component"]]),
        [
            column.percent(t("Andel i riket"), data["share"], 1),
            column.written(
                t("Lägsta och högsta län"),
                [t.share(np.nan, low, high, 1) for low, high in zip(data["lowest"], data["highest"], strict=True)],
            ),
            column.number(t("Vikt"), data["weight"], 2),
            column.percent(t("Del av indexet"), data["of_level"]),
            column.percent(t("Del av skillnaden mellan länen"), data["of_spread"]),
        ],
        data,
        t(
            "De sju delarna av Care Need Index (CNI) i länen, med CNI:s vikter. Tre delar är smalare än i SCB:s index: "
            "EU-länderna i Östeuropa, åldern 25 år och flyttar inom en kommun är inte med. En negativ del minskar "
            "skillnaden."
        ),
        t("SCB, Arbetsförmedlingen och graderade antaganden; metod C1"),
        stacked=True,
    )


def assumed(context: Context, name: str, names: tuple[str, ...], caption: str) -> Table:
    """Some assumptions with range, unit and grade."""
    t = context.language
    items = [context.assumptions[key] for key in names]
    grade = t("Grad")
    data = pd.DataFrame(
        [{"assumption": key, **item.model_dump(exclude={"label_sv"})} for key, item in zip(names, items, strict=True)]
    )
    return Table.of(
        t,
        name,
        column.heads(t("Antagande"), [overviews.label_of(item, t) for item in items]),
        [
            column.written(t("Värde och omfång"), [t.assumed(item, 100 if item.unit == "share" else 1) for item in items]),
            column.written(t("Enhet"), [t.term("percent" if item.unit == "share" else item.unit) for item in items]),
            column.text(grade, [item.grade for item in items]),
        ],
        data,
        caption,
        t("graderade antaganden"),
        stacked=True,
    )


# --- age --------------------------------------------------------------------------------------------------


def contacts(context: Context) -> Figure:
    """How much more of the doctors' contacts the old have than others, as assumed."""
    t = context.language
    items = {name: context.assumptions[name] for name in CONTACTS}
    rows = pd.DataFrame(
        {
            "label": [t(words) for words in CONTACTS.values()],
            "value": [item.value for item in items.values()],
            "low": [item.low for item in items.values()],
            "high": [item.high for item in items.values()],
            "kind": t("antagande"),
        }
    )
    chart = charts.intervals(
        rows,
        charts.number_axis(t("läkarkontakter per person, kvot"), 1),
        {t("antagande"): BLUE},
        list(rows["label"]),
        (1.0, t("lika många")),
    )
    oldest = items["doctor_contacts_80_plus"]
    alternative = t(
        "Punktdiagram. En person som är 80 år eller äldre antas ha {value} gånger så många läkarkontakter som en person på "
        "18–59 år ({low}–{high})."
    ).format(
        value=t.number(oldest.value, 1),
        low=t.number(oldest.low, 1),
        high=t.number(oldest.high, 1),
    )
    caption = t("Läkarkontakter per person i olika åldrar och för kvinnor och män: antagna kvoter med omfång.")
    return Figure(chart, alternative, caption, assumed(context, "behov-aalder", tuple(CONTACTS), caption))


# --- what moves a region ----------------------------------------------------------------------------------


def waterfall(context: Context, region: str) -> Figure:
    """What moves a region's need of doctors per inhabitant from the nation's mean."""
    t = context.language
    parts = _parts(context, region).set_index("factor")
    factors = parts.loc[list(FACTOR)]
    net = per_inhabitant(context, region)
    steps = factors.loc[factors[ENDS].abs().max(axis=1) > NOTHING, ENDS]
    steps = steps.assign(label=[t(FACTOR[str(key)]) for key in steps.index], words=[t.signed(v, 1) for v in steps["value"]])
    name = context.principals[region]
    chart = charts.waterfall(
        steps,
        (100.0, t("riket = 100")),
        (t("{name}, per invånare").format(name=context.region_names[region]), t.number(float(net["value"].iloc[0]), 1)),
        charts.number_axis(t("behov per invånare, riket = 100"), 0),
    )
    strongest = str(factors["value"].abs().idxmax())
    alternative = t(
        "Vattenfall. {name} har ett behov av läkare per invånare som är {net} av rikets. Störst skillnad gör {factor}, "
        "{most} procentenheter."
    ).format(
        name=name,
        net=_percent(t, _ends(net)[0]),
        factor=t(FACTOR[strongest]),
        most=t.signed(float(factors["value"][strongest]), 1),
    )
    caption = t(
        "Vad som skiljer behovet av läkare per invånare i {name} från rikets medelvärde {year}, del för del med "
        "80-procentigt intervall."
    ).format(name=name, year=context.year)
    return Figure(
        chart,
        alternative,
        caption,
        Table.of(
            t,
            f"behov-vattenfall-{region}",
            column.heads(
                t("Vad som gör skillnaden"), [t("efter folkmängd"), *(t(words) for words in FACTOR.values()), t("behov")]
            ),
            [
                column.written(
                    t("Heltider"),
                    [
                        t.number(float(parts["fte"]["inhabitants"]), 1),
                        *t.estimates(factors[["fte", "fte_low", "fte_high"]].set_axis(ENDS, axis=1), 1),
                        context.estimate("specialist_requirement", region, 1),
                    ],
                ),
                column.written(
                    t("Procentenheter av behovet efter folkmängd"),
                    [
                        t.number(0, 1),
                        *t.estimates(factors, 1),
                        *t.estimates(net[ENDS] - 100, 1),
                    ],
                ),
                column.written(
                    t("Status"), [t.status("derived"), *[t.status("estimated")] * len(FACTOR), t.status("estimated")]
                ),
            ],
            parts.reset_index(),
            caption,
            t("SCB, Kolada och graderade antaganden; metod C1–C5"),
        ),
    )


def moved(context: Context) -> Figure:
    """What moves every region's need per inhabitant from the nation's mean, in one picture."""
    t = context.language
    parts = _parts(context).query("region != @NATION and factor != 'inhabitants'")
    pulling = [name for name in FACTOR if parts.loc[parts["factor"] == name, "value"].abs().max() > NOTHING]
    drawn = parts.loc[parts["factor"].isin(pulling)]
    net = per_inhabitant(context)
    order = [context.region_names[code] for code in net.sort_values("value", ascending=False)["region"]]
    words = {name: t(FACTOR[name]) for name in pulling}
    chart = charts.deviations(
        pd.DataFrame(
            {
                "label": drawn["region"].map(context.region_names),
                "value": drawn["value"] / 100,
                "kind": drawn["factor"].map(words),
            }
        ),
        charts.number_axis(t("avvikelse från riket, per invånare"), 0, percent=True),
        {words[name]: MEANING[name] for name in pulling},
        order,
        t("sammanlagt"),
    )
    lowest, highest = _ends(net)
    alternative = t(
        "Stapeldiagram över {count} regioner. Sammanlagt ligger {highest} högst, {high} över riket, och {lowest} lägst, "
        "{low} under."
    ).format(
        count=t.number(len(net)),
        highest=context.region_names[highest["region"]],
        high=t.percent(highest["value"] / 100 - 1, 1),
        lowest=context.region_names[lowest["region"]],
        low=t.percent(1 - lowest["value"] / 100, 1),
    )
    caption = t(
        "Hur behovet av läkare per invånare {year} skiljer sig från rikets medelvärde, och vad det beror på. Staplarna är "
        "mittvärden; intervallen står i tabellen."
    ).format(year=context.year)
    shown = list(context.results.regions)
    wide = {name: parts.loc[parts["factor"] == name].set_index("region") for name in pulling}
    heads = [norm(context, code) for code in shown]
    needed = context.measure("specialist_requirement", shown)
    return Figure(
        chart,
        alternative,
        caption,
        Table.of(
            t,
            "behov-regioner",
            context.named(shown),
            [
                column.number(t("Heltider efter folkmängd"), heads),
                column.estimate(t("Behov, heltider"), needed.loc[shown]),
                *(column.estimate(t(FACTOR[name]).capitalize(), rows.loc[shown], 1) for name, rows in wide.items()),
                column.estimate(t("Sammanlagt"), net.set_index("region").loc[shown] - 100, 1),
            ],
            parts,
            t(
                "Heltider av specialister {year} efter folkmängd och efter behov, och de procentenheter som varje del "
                "lägger till. Uppdrag utanför listan är inte mätta. De ger därför ingen skillnad, men ingår i det "
                "sammanlagda intervallet. Inom parentes 80-procentigt intervall."
            ).format(year=context.year),
            t("SCB, Kolada och graderade antaganden; metod C1–C5"),
        ),
    )


def show_age_weights(context: Context) -> None:
    """Display what the weight of illness beside use by age does to the need of doctors, folded."""
    show_folded(
        context.language("Visa vad vikten för sjuklighet mot användning betyder för varje region"),
        age_weights(context),
        context.language,
    )


def age_weights(context: Context) -> Table:
    """Need of doctors per inhabitant of every region, today and last, by the weight of illness beside use by age."""
    t = context.language
    rows = context.results.age_weights
    wide = rows.loc[rows["profession"] == "general_practice"].pivot_table(
        "index", "region", ["year", "need_age_weight"], aggfunc="first"
    )
    wide = wide.loc[[NATION, *context.results.regions]]
    head = t("{year}, vikt {weight}")
    return Table.of(
        t,
        "behov-aaldersvikt",
        context.named(wide.index),
        [
            column.number(head.format(year=pair[0], weight=t.number(float(pair[1]), 1)), wide[pair], 1)
            for pair in wide.columns
        ],
        rows,
        t(
            "Behov av läkare per invånare vid tre vikter för sjuklighet mot användning efter ålder, riket {year} är 100. "
            "Vid vikten noll räknas åldrarna efter hur mycket läkartid de använder, vid ett efter hur många som har flera "
            "långvariga sjukdomar. Allt annat har sitt mittvärde. Nedladdningen har även yrkena."
        ).format(year=context.year),
        t("SCB, publicerade uppgifter om sjuklighet och graderade antaganden"),
    )


# --- the team ---------------------------------------------------------------------------------------------


def team(context: Context) -> Table:
    """What moving the scenario's share of the doctors' tasks would do to doctors and the other professions."""
    t = context.language
    doctors = context.results.cell("specialist_requirement").value
    data = context.results.task_shift
    share = context.assumptions["task_shift_share"].high
    return Table.of(
        t,
        "behov-team",
        column.heads(t("Yrke"), [t(TEAM[name]) for name in data["profession"]]),
        [
            column.estimate(t("Ändring, heltider"), data),
            column.estimate(t("Andel av läkarnas heltider"), 100 * data[ENDS] / doctors, 1),
            column.status("estimated"),
        ],
        data,
        t(
            "Scenario: {share} av läkarnas kontakter flyttas till andra yrken utöver vad som redan är flyttat. Ändring i "
            "riket {year}, med 80-procentigt intervall. Andelen anges i procent. Scenariot ingår inte i riktvärdena."
        ).format(share=t.percent(share), year=context.year),
        t("graderade antaganden; metod C4"),
    )


def team_words(context: Context) -> list[str]:
    """What the scenario means for the whole, in words."""
    t = context.language
    data = context.results.task_shift.set_index("profession")
    fewer, more = -float(data["value"][DOCTORS]), float(data["value"].drop(DOCTORS).sum())
    a = context.assumptions
    return [
        t(
            "Den som tar över en uppgift antas behöva {longer} gånger läkarens tid, och läkaren antas ge stöd med "
            "{back_up} av den flyttade tiden. Antalet kontakter är detsamma före och efter."
        ).format(
            longer=t.number(a["task_shift_relative_time"].value, 1),
            back_up=t.percent(a["task_shift_back_up"].value),
        ),
        t(
            "Scenariot minskar behovet av läkare med {fewer} heltider och ökar behovet av de {count} yrkena med {more} "
            "heltider. Team ersätter alltså inte läkare en mot en."
        ).format(fewer=t.number(fewer), count=t.spelled(len(PROFESSIONS)), more=t.number(more)),
    ]


TASK = {
    "musculoskeletal": "rörelseorganen",
    "mental_health": "psykisk ohälsa",
    "infections": "infektioner",
    "chronic": "kroniska sjukdomar",
    "elderly": "äldre med stora behov",
    "other": "övrigt",
}
"""Task of the doctors → its Swedish words."""

CHOICE = {
    "limited": "högst den andel av kontakterna som i scenariot",
    "spare": "dessutom högst vad yrkena kan avvara",
    "unlimited": "allt som lönar sig och tabellen medger",
}
"""How much may be moved → its Swedish words."""


def least_cost(context: Context) -> Figure:
    """Which contacts the least-cost team moves, and what its choices do to staff and cost."""
    t = context.language
    rows: pd.DataFrame = context.analysis("team")
    moved = rows.loc[(rows["measure"] == "contacts_moved") & (rows["choice"] == "limited") & (rows["value"] > 0)]
    takers = [name for name in PROFESSIONS if name in set(moved["profession"])]
    names = {name: t(TEAM[name]) for name in takers}
    tasks = [code for code in TASK if code in set(moved["task"])]
    drawn = moved.assign(
        label=moved["task"].map({code: t(TASK[code]) for code in TASK}), kind=moved["profession"].map(names)
    )
    drawn = drawn.assign(value=100 * drawn["value"])
    columns = {}
    for code, words in CHOICE.items():
        own = rows.loc[rows["choice"] == code]
        staff = own.loc[own["measure"] == "fte_change"].set_index("profession").loc[list(TEAM)]
        cost = own.loc[own["measure"] == "cost_change", ENDS] / 1e6
        falls = own.loc[own["measure"] == "cost_falls", "value"].iloc[0]
        share = own.loc[own["measure"] == "contacts_moved", "value"].sum()
        columns[t(words).capitalize()] = [
            t.percent(share, 1),
            *t.estimates(staff[ENDS].round()),
            *t.estimates(cost.round()),
            t.percent(falls),
        ]
    index = [
        t("Andel av läkarnas kontakter"),
        *(t("Heltider, {who}").format(who=t(TEAM[name])) for name in TEAM),
        t("Kostnad, miljoner kronor per år"),
        t("Sannolikhet att kostnaden minskar"),
    ]
    cells = pd.DataFrame(columns, index=pd.Index(index, name=t("Ändring")))
    largest = drawn.groupby("task")["value"].sum().idxmax()
    alternative = t(
        "Staplar per uppgift: andel av läkarnas alla kontakter som flyttas där teamet kostar minst. Mest flyttas av "
        "{task}. De som tar över är {who}."
    ).format(task=t(TASK[str(largest)]), who=t.listed(names.values()))
    colours = {names[name]: COLOUR_OF[name] for name in takers}
    return Figure.of(
        charts.bars(
            drawn[["label", "value", "kind"]],
            charts.number_axis(t("procent av läkarnas kontakter"), 0),
            colours,
            [t(TASK[code]) for code in tasks],
        ),
        alternative,
        Table(
            "behov-team-val",
            cells,
            rows,
            t(
                "Scenario: det team som kostar minst när kontakterna är lika många. Ändring i riket {year} mot dagens "
                "fördelning, med 80-procentigt intervall. Bilden visar den första kolumnens kontakter. Bara kostnad "
                "vägs, inte kvalitet eller vad patienterna vill."
            ).format(year=context.year),
            t("graderade antaganden; metod C4"),
            stacked=True,
        ),
    )


# --- frames -----------------------------------------------------------------------------------------------


def norm(context: Context, area: str) -> float:
    """Full-time specialists that the norm means in an area by head count alone."""
    parts = _parts(context, area)
    return float(parts.loc[parts["factor"] == "inhabitants", "fte"].iloc[0])


def _parts(context: Context, area: str | None = None) -> pd.DataFrame:
    """What each factor adds to the need by head count of every area, or of one.

    Region, factor, what it adds in per cent of that need (value, low, high) and in full-time equivalents (fte, fte_low,
    fte_high); the factor ``inhabitants`` is the need by head count itself.
    """
    both = ("deviations", "contributions")
    index, fte = (getattr(context.results, name) if area is None else context.result_rows(name, area) for name in both)
    of_doctors = index["profession"] == DOCTORS
    return index.assign(fte=fte["value"], fte_low=fte["low"], fte_high=fte["high"]).loc[of_doctors]


def per_inhabitant(context: Context, region: str | None = None) -> pd.DataFrame:
    """Need of every region, or of one, as an index of the need by head count: region, value, low, high."""
    return context.results.per_inhabitant if region is None else context.result_rows("per_inhabitant", region)


def _places(context: Context) -> pd.DataFrame:
    """Every municipality with its factors, and its need as an index of the norm by head count: value, low, high."""
    frame = context.results.municipalities.rename(columns={"low": "low_fte", "high": "high_fte"})
    groups = context.tables["municipalities"][["municipality", "skr_group", "skr_group_name"]]
    found = context.results
    for more in (found.factors.drop(columns="region"), groups, found.municipal_index.drop(columns="region")):
        frame = frame.merge(more, on="municipality")
    return frame


def _factor(context: Context, name: str) -> pd.DataFrame:
    """One factor of every municipality as an index, the nation's mean being 100."""
    rows = _places(context)
    return rows.assign(value=100 * rows[name])


def _reach(rows: pd.DataFrame) -> float:
    """How far from the nation's mean the farthest municipality lies."""
    return float((rows["value"] - 100).abs().max())


def _dated(context: Context, table: str) -> str:
    """Year that a table of the municipalities is of; nothing where the source states none."""
    rows = context.tables[table]
    return str(rows["year"].max()) if "year" in rows else ""


def _ends(rows: pd.DataFrame) -> tuple[dict[Hashable, Any], dict[Hashable, Any]]:
    """The rows with the lowest and the highest value."""
    ordered = rows.sort_values("value").to_dict("records")
    return ordered[0], ordered[-1]


def _percent(t: Language, row: Mapping[Hashable, Any]) -> str:
    """An index of 100 as a percentage with its interval."""
    return t.share(row["value"] / 100, row["low"] / 100, row["high"] / 100)
