"""The page of one region: how many start a year, from when and until when, and then everything else about it."""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from riktvarden.names import LOCAL_NORM
from riktvarden.report.chapters import collaborative_regions, need, personnel, st_baseline, st_guideline
from riktvarden.report.kit import charts, counted
from riktvarden.report.kit.charts import BLUE, MUTED, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Figure, Table, say, show
from riktvarden.report.kit.language import EN_DASH, Language
from riktvarden.report.kit.ranges import ENDS

LIKELY = 0.5
"""A norm that is met with this chance is met more likely than not."""
SURE = 0.9
"""With a chance below this the page says why it is not larger."""
STEP = 5
"""Years between those that the page picks out."""


class Way(NamedTuple):
    """A region's starters by year on the path to the norm, in whole persons."""

    first: int
    """Starters in the first year that can be changed."""
    start: int
    """That year."""
    most: int
    when: str
    """The year or years with the most."""
    last: int
    """Starters in the year in which the norm is met."""
    lowest: str
    """The year from which no fewer start."""
    year: int
    """The first year in which every region can have met the norm."""


def show_summary(context: Context, region: str) -> None:
    """Display the answer, a paragraph at a time."""
    for paragraph in summary(context, region):
        say(paragraph)


def summary(context: Context, region: str) -> list[str]:
    """The region's own remarks, then the answer in a few paragraphs: how many a year, until when, and how sure."""
    return [
        *context.remarks(region),
        advice(context, region),
        *_more_than_lasts(context, region),
        _today_goes_on(context, region),
        _gap(context, region),
        _how_sure(context, region),
    ]


def way(context: Context, region: str) -> Way | None:
    """The region's part of the path to the norm; None where no path reaches it."""
    year = context.results.programme_status[2]
    rows = planned(context, "starters", region)
    first = int(context.assumptions["first_adjustable_intake"].value)
    if year is None or rows.empty:
        return None
    starters = rows.loc[first:year, "value"].round().astype(int)
    most, last = int(starters.max()), int(starters.iloc[-1])
    at = starters.index[starters == most]
    return Way(
        first=int(starters.iloc[0]),
        start=first,
        most=most,
        when=f"{at[0]}{EN_DASH}{at[-1]}" if len(at) > 1 and at[-1] - at[0] + 1 == len(at) else str(starters.idxmax()),
        last=last,
        lowest=str(starters.index[starters <= last][0]),
        year=year,
    )


def advice(context: Context, region: str) -> str:
    """How many start a year to hold the norm, and on the way to it."""
    t = context.language
    parts = [
        t(
            "Med {base} års befolkning behöver {hold} läkare om året börja sin ST i allmänmedicin i {name} för att hålla "
            "normen när den är nådd. Så många ersätter dem som slutar. Under {base} började uppskattningsvis {now}."
        ).format(
            base=context.year,
            hold=context.estimate("st_starters_guideline", region),
            name=context.principals[region],
            now=context.estimate("st_starters_reference", region),
        )
    ]
    found = way(context, region)
    if found is None:
        parts.append(
            t(
                "Att nå normen i alla regioner går inte före {last}, om sökande, handledning och takten i förändringen "
                "begränsas så som vi har antagit."
            ).format(last=_last(context))
        )
    else:
        fields = {**found._asdict(), "first": t.plural("{count} ny ST-läkare", "{count} nya ST-läkare", found.first)}
        if found.most > max(found.first, found.last):
            shape = t("Regionens del av vägen dit är {first} {start}, som mest {most} ({when}) och sedan {last} år {year}.")
        elif found.most > found.first:
            shape = t("Regionens del av vägen dit är {first} {start} och därefter fler, upp till {most} ({when}).")
        elif found.last < found.first:
            shape = t("Regionens del av vägen dit är {first} {start}, och efter hand färre: {last} från {lowest}.")
        else:
            shape = t("Regionens del av vägen dit är {first} om året hela tiden.")
        parts += [t("Tidigast {year} kan alla regioner ha nått normen.").format(year=found.year), shape.format(**fields)]
        own = _met_from(planned(context, "norm_met", region))
        if own is not None and own < found.year - 1:
            parts.append(t("I regionen är det från {own} troligare än inte att normen är nådd.").format(own=own))
    return " ".join(parts)


def _more_than_lasts(context: Context, region: str) -> list[str]:
    """Why a region that trains more than replaces those who leave is not advised to cut at once, or below that."""
    t = context.language
    now, hold = (context.results.cell(f"st_starters_{name}", region) for name in ("reference", "guideline"))
    found = way(context, region)
    if found is None or now.low <= hold.high:
        return []
    middle = now.value if np.isfinite(now.value) else (now.low + now.high) / 2
    if found.most > round(middle):  # the path is in whole persons
        return [
            t(
                "Regionen utbildar redan fler än som behövs för att ersätta dem som slutar. Så behöver det vara tills "
                "normen är nådd, eftersom specialisterna ännu inte räcker. Därefter kan intaget minska till {last} om året."
            ).format(last=t.number(found.last))
        ]
    return [
        t(
            "Regionen utbildar fler än som behövs för att ersätta dem som slutar, och kan därför efter hand minska "
            "intaget. Vägen slutar ändå på {last} om året och inte lägre, eftersom det är så många som ersätter dem som "
            "slutar: med färre blir det på sikt åter brist."
        ).format(last=t.number(found.last))
    ]


def _today_goes_on(context: Context, region: str) -> str:
    """What today's intake gives, with its chances."""
    t = context.language
    share, met = (st_guideline.path(context, name, region) for name in ("coverage_a_reference", "norm_met_reference"))
    target, last = context.target_year, _last(context)
    then, later = _chances(t, met.loc[[target, last]])
    long_run = context.results.cell("coverage_long_run", region)
    parts = [
        t(
            "Om lika många som {base} fortsätter att börja varje år täcker specialisterna {coverage} av behovet {target}."
        ).format(base=context.year, coverage=t.shares(share.loc[[target]])[0], target=target),
        (
            t("Chansen att normen är nådd är {then} både då och {last}.")
            if then == later
            else t("Chansen att normen är nådd är då {then}, och {later} år {last}.")
        ).format(then=then, later=later, last=last),
        t("På lång sikt skulle specialisterna räcka till {coverage} av behovet.").format(
            coverage=context.share("coverage_long_run", region)
        ),
        t("Det är fler än regionen behöver.") if long_run.low > 1 else "",
    ]
    return " ".join(filter(None, parts))


def _gap(context: Context, region: str) -> str:
    """The guideline value beside the number at the same date, in positions and persons; how far the specialists reach."""
    t = context.language
    reported = {
        "date": context.reference_date,
        "positions": context.estimate("st_positions_guideline", region),
        "persons": context.estimate("st_persons_guideline", region),
        "positions_now": context.estimate("st_positions_reference", region),
        "persons_now": context.estimate("st_persons_reference", region),
        "coverage": context.share("coverage_a", region),
    }
    staffed = np.isfinite(context.results.cell("specialist_fte", region).value)
    guideline = t("Riktvärdet är {positions} ST-tjänster, vilket motsvarar {persons} personer i ST.")
    if not np.isfinite(context.results.cell("st_positions_gap", region).value):
        unknown = (
            t(
                "Regionen har inte publicerat hur många som gör ST, så modellen ger bara intervall för den {date}: "
                "{positions_now} ST-tjänster ({persons_now} personer); specialisterna täckte {coverage} av behovet."
            )
            if staffed
            else t(
                "Regionen har varken publicerat hur många som gör ST eller hur många specialister som arbetar på "
                "vårdcentral, så modellen ger bara intervall för den {date}: {positions_now} ST-tjänster ({persons_now} "
                "personer), och specialister som täcker {coverage} av behovet."
            )
        )
        return " ".join([f"{guideline} {unknown}".format(**reported), *_beside_own(context, region)])
    weak = {
        "undated": t("Uppgiften om antalet specialister är odaterad."),
        "wide": t("Uppgiften om antalet specialister räknar även dem utanför primärvården."),
    }
    newest = context.result_rows("figures", region).query("measure == 'persons'")
    parts = [
        guideline,
        t("Den {date} fanns uppskattningsvis {positions_now} tjänster och {persons_now} personer i ST."),
        _difference(context, region),
        t("Specialisterna täckte då {coverage} av behovet.")
        if staffed
        else t(
            "Specialisterna täckte då {coverage} av behovet, ett intervall ur modellen eftersom regionen inte har "
            "publicerat hur många som arbetar på vårdcentral."
        ),
        weak.get(context.results.cell("specialist_fte", region).qualifier, ""),
        *_beside_own(context, region),
        *(
            t.plural(
                "Det senast publicerade antalet i ST är {now} person ({date}).",
                "Det senast publicerade antalet i ST är {now} personer ({date}).",
                round(context.results.cell("st_persons", region).value),
                now=context.estimate("st_persons", region),
                date=st_baseline.dated(context, row),
            )
            for _, row in newest.iterrows()
        ),
    ]
    return " ".join(filter(None, parts)).format(**reported)


def _beside_own(context: Context, region: str) -> list[str]:
    """How the model's specialists differ from the region's own figure, where they lie outside its interval."""
    t = context.language
    cited = context.table_rows("specialist_baseline", region)["figure"]
    rows = context.result_rows("by_figure", region)
    value = context.results.cell("specialist_fte", region).value
    reported = []
    for own in rows.loc[rows["figure"].isin(cited)].to_dict("records"):
        if own["low"] <= value <= own["high"]:
            continue
        words = (
            t(
                "Modellen ger {share} fler specialister än regionens egen uppgift, omräknad till heltider, eftersom andra "
                "uppgifter och rikets antal också vägs in."
            )
            if value > own["value"]
            else t(
                "Modellen ger {share} färre specialister än regionens egen uppgift, omräknad till heltider, eftersom andra "
                "uppgifter och rikets antal också vägs in."
            )
        )
        reported.append(words.format(share=t.percent(abs(value / own["value"] - 1))))
    return reported


def _difference(context: Context, region: str) -> str:
    """How much higher or lower the guideline value is than the number at the same date."""
    t = context.language
    gap = context.results.cell("st_positions_gap", region)
    lower = gap.value < 0
    sizes = {}
    for name, measure in (("positions", "st_positions_gap"), ("persons", "st_gap")):
        cell = context.results.cell(measure, region)
        low, high = (-cell.high, -cell.low) if lower else (cell.low, cell.high)
        size = t.estimate(abs(cell.value), low, high)
        # A guideline value that is at most so much higher is at least so much lower.
        bounded = t("minst {size}") if lower else t("högst {size}")
        sizes[name] = bounded.format(size=size) if cell.qualifier == "upper_bound" else size
    parts = [
        (
            t("Riktvärdet är alltså {positions} tjänster eller {persons} personer lägre.")
            if lower
            else t("Riktvärdet är alltså {positions} tjänster eller {persons} personer högre.")
        ).format(**sizes)
    ]
    if gap.low < 0 < gap.high:
        parts.append(t("Osäkerheten är stor: antalet kan mycket väl räcka för att hålla normen."))
    return " ".join(parts)


def _how_sure(context: Context, region: str) -> str:
    """What the intervals hold, and the chance that the norm is met."""
    t = context.language
    parts = [
        t(
            "Hur säkert är det? Intervallen inom parentes ska rymma det verkliga värdet i åtta fall av tio, om antagandena "
            "stämmer."
        )
    ]
    year = context.results.programme_status[2]
    met = planned(context, "norm_met", region)
    if year is not None and not met.empty:
        now = st_guideline.path(context, "norm_met_reference", region)
        share = float(met["value"].loc[year])
        ours, theirs = st_guideline.chance(t, share), st_guideline.chance(t, float(now["value"].loc[year]))
        reported = (
            t(
                "Följer regionen vägen är chansen {chance} att den har nått normen {year}, lika stor som om {base} års "
                "intag fortsätter."
            )
            if ours == theirs
            else t(
                "Följer regionen vägen är chansen {chance} att den har nått normen {year}, mot {reference} om {base} års "
                "intag fortsätter."
            )
        )
        parts.append(reported.format(chance=ours, year=year, reference=theirs, base=context.year))
        if share < SURE:
            parts.append(
                t(
                    "Vägen är räknad så att normen nås i mittfallet. I ungefär {rest} fall av hundra räcker den inte."
                ).format(rest=t.number(100 - round(100 * share)))
            )
    return " ".join(parts)


def outcome(context: Context, region: str) -> Table:
    """Coverage, and the chance that the norm is met, at some years and in the long run: today's intake and the path."""
    t = context.language
    base, target = context.year, context.target_year
    first, end = int(context.assumptions["first_adjustable_intake"].value), context.results.programme_status[2]
    years = [base, *(year for year in range(first, target) if year % STEP == 0), target]
    years += [end] if end is not None and end > target else []
    share, met = (st_guideline.path(context, name, region) for name in ("coverage_a_reference", "norm_met_reference"))
    path, path_met = planned(context, "coverage_a", region), planned(context, "norm_met", region)
    intake = _intake(context)
    long_run = context.rows(["coverage_long_run", "norm_met_long_run"], [region])
    columns = {
        t("Täckning, {intake}").format(intake=intake): [
            *t.shares(share.loc[years]),
            context.share("coverage_long_run", region),
        ],
        t("Chans att normen är nådd, {intake}").format(intake=intake): [
            *_chances(t, met.loc[years]),
            st_guideline.chance(t, context.results.cell("norm_met_long_run", region).value),
        ],
    }
    if not path.empty:
        # In the base year there is no other intake yet.
        now, kept = [base], t("normen hålls")
        columns |= {
            t("Täckning, vägen"): [*t.shares(share.loc[now]), *t.shares(path.loc[years[1:]]), kept],
            t("Chans att normen är nådd, vägen"): [*_chances(t, met.loc[now]), *_chances(t, path_met.loc[years[1:]]), kept],
        }
    columns[t("Status")] = [*t.statuses(share.loc[years]), context.status("coverage_long_run", region)]
    return Table(
        f"utfall-{region}",
        pd.DataFrame(columns, index=pd.Index([*map(str, years), t("på lång sikt")], name=t("31 december"))),
        pd.concat([rows.loc[rows.index.isin(years)] for rows in (share, met, path, path_met)] + [long_run]),
        t(
            "Så stor del av behovet täcker specialisterna i {name}, om lika många som {base} börjar varje år och om "
            "regionen följer vägen till normen. De som gör ST räknas inte. Inom parentes 80-procentigt intervall."
        ).format(name=context.principals[region], base=base),
        _source(context),
    )


def path_table(context: Context, region: str) -> Table:
    """The path year by year until the norm is met, beside what holds the norm and what today's intake gives."""
    t = context.language
    by_year = _by_year(context, region)
    rows = {key: by_year[key] for key in PICKED if key in by_year}
    shown = rows["starters", "keep"].index
    end = context.results.programme_status[2]
    if end is not None:
        shown = shown[shown <= end]
    words = {
        "starters": t("Nya ST-läkare"),
        "positions": t("ST-tjänster"),
        "coverage": t("Täckning, procent"),
        "chance": t("Chans att normen är nådd"),
    }
    which = {"path": t("vägen"), "keep": t("för att hålla normen"), "today": _intake(context)}
    cells = pd.DataFrame(
        {
            t("{measure}: {which}").format(measure=words[measure], which=which[series]): (
                _chances(t, found.loc[shown])
                if measure == "chance"
                else _middles(t, found.loc[shown], 100 if measure == "coverage" else 1)
            )
            for (measure, series), found in rows.items()
        },
        index=pd.Index(shown.astype(str), name=t("År")),
    )
    return Table(
        f"vaeg-{region}",
        cells,
        pd.concat(found.loc[shown] for found in rows.values()),
        t(
            "Vägen till normen i {name}, år för år, bredvid det som håller normen och det som {intake} ger. Allt är "
            "skattat. Talen är modellens mittvärden; där regionen inte har publicerat något visas intervall. Fler mått "
            "och övriga intervall finns i tabellerna bakom bilderna."
        ).format(name=context.principals[region], intake=_intake(context)),
        _source(context),
    )


def starters(context: Context, region: str) -> Figure:
    """Starters by year: the path, those that hold the norm, and today's."""
    t = context.language
    rows = _by_year(context, region)
    words = {"path": t("vägen till normen"), "keep": t("så många håller normen"), "today": _intake(context)}
    drawn = {words[series]: rows["starters", series] for series in words if ("starters", series) in rows}
    found = way(context, region)
    if found is not None:  # until then it is the intake of the base year
        drawn[words["path"]] = drawn[words["path"]].loc[found.start :]
    chart = charts.fan(
        pd.concat([part[["year", *ENDS]].assign(kind=kind) for kind, part in drawn.items()]),
        charts.number_axis(t("nya ST-läkare per år"), 0),
        dict(zip(drawn, (ORANGE, BLUE, MUTED)[-len(drawn) :], strict=True)),
        _norm_met(context),
    )
    parts = [
        t("Linjer över åren. {hold} nya ST-läkare om året håller normen; {base} började {now}.").format(
            hold=context.estimate("st_starters_guideline", region),
            base=context.year,
            now=context.estimate("st_starters_reference", region),
        )
    ]
    if found is not None:
        parts.append(
            t("Vägen börjar på {first} ({start}), är som högst {most} ({when}) och slutar på {last} ({year}).").format(
                **found._asdict()
            )
        )
    caption = t(
        "Nya ST-läkare i allmänmedicin per år i {name}: vägen till normen, antalet som håller den och {intake}, med "
        "80-procentiga intervall. Vägen är ett råd och har inget intervall."
    ).format(name=context.principals[region], intake=_intake(context))
    return Figure(
        chart, " ".join(parts), caption, _series_table(context, f"nya-{region}", rows, ("starters", "positions"), caption)
    )


def outlook(context: Context, region: str) -> Figure:
    """Need of specialists by year, and those there would be on the path and with today's intake."""
    t = context.language
    rows = _by_year(context, region)
    words = {
        "keep": t("behov enligt normen"),
        "path": t("specialister på vägen"),
        "today": t("specialister, {intake}").format(intake=_intake(context)),
    }
    drawn = {words[series]: rows["specialists", series] for series in words if ("specialists", series) in rows}
    colours = dict(zip(words.values(), (BLUE, ORANGE, MUTED), strict=True))
    at = context.results.programme_status[2] or context.target_year
    chart = charts.fan(
        pd.concat([part[["year", *ENDS]].assign(kind=kind) for kind, part in drawn.items()]),
        charts.number_axis(t("heltider"), 0),
        {kind: colours[kind] for kind in drawn},
        _norm_met(context),
    )
    reported = {kind: t.estimates(part.loc[[at]])[0] for kind, part in drawn.items()}
    alternative = t("Linjer med band över åren. {year} i heltider: {reported}.").format(
        year=at, reported="; ".join(f"{kind} {value}" for kind, value in reported.items())
    )
    caption = t(
        "Heltider av specialister i allmänmedicin i {name} {first}–{last}: behovet enligt normen, och hur många som finns "
        "om regionen följer vägen eller fortsätter med {intake}."
    ).format(intake=_intake(context), name=context.principals[region], first=context.year + 1, last=_last(context))
    if not np.isfinite(context.results.cell("specialist_fte", region).value):
        caption += " " + t("Regionens antal specialister är inte publicerat, så tillgången visas som modellens intervall.")
    table = _series_table(context, f"st-baan-{region}", rows, ("specialists", "coverage", "chance"), caption)
    return Figure(chart, alternative, caption, table)


SERIES = {
    ("starters", "path"): "programme_starters",
    ("starters", "keep"): "st_starters_guideline",
    ("starters", "today"): "st_starters_reference",
    ("positions", "path"): "programme_positions",
    ("positions", "keep"): "st_positions_guideline",
    ("positions", "today"): "st_positions_in_training",
    ("specialists", "path"): "programme_specialist_fte",
    ("specialists", "keep"): "specialist_requirement",
    ("specialists", "today"): "specialist_fte_reference",
    ("coverage", "path"): "programme_coverage_a",
    ("coverage", "today"): "coverage_a_reference",
    ("chance", "path"): "programme_norm_met",
    ("chance", "today"): "norm_met_reference",
}
"""What is shown by year, and along which path → its measure; need is what coverage that holds the norm would meet."""


PICKED = (
    ("starters", "path"),
    ("starters", "keep"),
    ("starters", "today"),
    ("positions", "path"),
    ("coverage", "path"),
    ("coverage", "today"),
    ("chance", "path"),
    ("chance", "today"),
)
"""What the page itself shows of these; the tables behind the pictures have them all."""


def _by_year(context: Context, region: str) -> dict[tuple[str, str], pd.DataFrame]:
    """Everything that the path is compared in, each indexed by the years after the base year."""
    found = {}
    years = st_guideline.path(context, "st_starters_guideline", region).index[1:]
    for key, measure in SERIES.items():
        if measure.startswith("programme_"):
            rows = planned(context, measure.removeprefix("programme_"), region)
        elif measure == "st_starters_reference":
            # The same each year: that is what today's intake means.
            cell = context.rows([measure], [region]).iloc[[0] * len(years)]
            rows = cell.assign(year=years).set_index(years)
        else:
            rows = st_guideline.path(context, measure, region)
        if not rows.empty:
            found[key] = rows.loc[years]
    return found


def planned(context: Context, measure: str, region: str) -> pd.DataFrame:
    """One measure of the path to the norm in a region, indexed by year; empty where no path reaches it."""
    rows = context.result_rows("programme", region).query(f"measure == 'programme_{measure}'")
    return rows.set_index(rows["year"].astype(int).rename(None))


def _series_table(
    context: Context,
    name: str,
    rows: dict[tuple[str, str], pd.DataFrame],
    measures: tuple[str, ...],
    caption: str,
) -> Table:
    """Some measures by year along each path, every year and with intervals."""
    t = context.language
    intake = _intake(context)
    words = {
        ("starters", "path"): t("Nya ST-läkare, vägen"),
        ("starters", "keep"): t("Nya ST-läkare som håller normen"),
        ("starters", "today"): t("Nya ST-läkare, {intake}").format(intake=intake),
        ("positions", "path"): t("ST-tjänster, vägen"),
        ("positions", "keep"): t("ST-tjänster som håller normen"),
        ("positions", "today"): t("ST-tjänster, {intake}").format(intake=intake),
        ("specialists", "path"): t("Specialister, vägen"),
        ("specialists", "keep"): t("Behov enligt normen"),
        ("specialists", "today"): t("Specialister, {intake}").format(intake=intake),
        ("coverage", "path"): t("Täckning, vägen"),
        ("coverage", "today"): t("Täckning, {intake}").format(intake=intake),
        ("chance", "path"): t("Chans att normen är nådd, vägen"),
        ("chance", "today"): t("Chans att normen är nådd, {intake}").format(intake=intake),
    }
    shown = {key: found for key, found in rows.items() if key[0] in measures}
    columns = {}
    for (measure, series), found in shown.items():
        if measure == "chance":
            texts = _chances(t, found)
        elif measure == "coverage":
            texts = t.shares(found)
        else:
            texts = t.estimates(found)
        columns[words[measure, series]] = texts
    status = shown[measures[-2] if "chance" in measures else measures[-1], "today"]
    columns[t("Status, {intake}").format(intake=intake)] = t.statuses(status)
    return Table(
        name,
        pd.DataFrame(columns, index=pd.Index(status.index.astype(str), name=t("År"))),
        pd.concat(shown.values()),
        caption,
        _source(context),
        stacked=True,
    )


def _intake(context: Context) -> str:
    """What the intake of the base year is called."""
    return context.language("{year} års intag").format(year=context.year)


def _chances(t: Language, rows: pd.DataFrame) -> list[str]:
    """Each row's probability in words."""
    return [st_guideline.chance(t, value) for value in rows["value"].to_numpy(float)]


def _middles(t: Language, rows: pd.DataFrame, scale: float) -> list[str]:
    """Each row's value, or its interval where there is none."""
    shown = (scale * rows[ENDS]).astype(float)
    return t.estimates(shown.assign(**{end: shown[end].where(shown["value"].isna()) for end in ("low", "high")}))


def _met_from(met: pd.DataFrame) -> int | None:
    """The first year from which the norm is met more likely than not, if there is one."""
    likely = met.index[met["value"].astype(float) >= LIKELY]
    return None if likely.empty else int(likely[0])


def _norm_met(context: Context) -> tuple[int, str] | None:
    """The year in which the path reaches the norm, to point out in a chart that has room for its words."""
    year = context.results.programme_status[2]
    room = year is not None and year < _last(context) - 1
    return (year, context.language("normen nådd")) if year is not None and room else None


def _last(context: Context) -> int:
    """The last year of the outlook."""
    return int(st_guideline.path(context, "norm_met_reference", "00").index[-1])


def _source(context: Context) -> str:
    return context.language("SCB, Kolada, publicerade uppgifter och graderade antaganden; metod b, C6 och D2–D4")


# --- everything else ------------------------------------------------------------------------------------


def key_figures(context: Context, region: str) -> Table:
    """The region's key figures, each with its definition and status; what is not published has no row."""
    t = context.language
    rows = [
        *_results(context, region),
        (
            t("Norm: heltider efter folkmängd"),
            t.number(need.norm(context, region)),
            t("Invånare delat med {norm}.").format(norm=context.assumed("inhabitants_per_specialist")),
            t.status("derived"),
        ),
        *(
            (label, context.share(measure, region), meaning, context.status(measure, region))
            for measure, label, meaning in (
                (
                    "coverage_a",
                    t("Täckning A"),
                    t("Specialisternas heltider i andel av behovet. ST-läkare räknas inte."),
                ),
                ("coverage_b", t("Täckning B"), t("Som A, men ST-läkare mitt i utbildningen räknas till en del.")),
            )
        ),
        *_published(context, region),
        *_own_plan(context, region),
        *_own_norm(context, region),
    ]
    cells = pd.DataFrame(
        [row[1:] for row in rows],
        columns=[t("Värde"), t("Betydelse"), t("Status")],
        index=pd.Index([row[0] for row in rows], name=t("Nyckeltal")),
    )
    return Table(
        f"nyckeltal-{region}",
        cells,
        context.result_rows("tidy", region),
        t("Nyckeltal för {name}. Inom parentes 80-procentigt intervall.").format(name=context.principals[region]),
        t("SCB, publicerade uppgifter om ST och graderade antaganden"),
        stacked=True,
    )


Row = tuple[str, str, str, str]
"""Label, value, meaning and status of a key figure."""


def _results(context: Context, region: str) -> list[Row]:
    """The key figures that the model gives: the guideline value, the number at the same date, and need."""
    t = context.language
    date = context.reference_date
    entries = [
        (
            "st_starters_guideline",
            t("Nya ST-läkare per år som håller normen"),
            t("Så många ersätter dem som slutar när normen är nådd."),
            0,
        ),
        (
            "st_starters_reference",
            t("Nya ST-läkare {year}").format(year=context.year),
            t("Skattat intag, härlett ur antalet i ST {date}.").format(date=date),
            0,
        ),
        (
            "st_positions_guideline",
            t("Riktvärde: ST-tjänster"),
            t("Tjänster som behövs för att på lång sikt hålla normen."),
            0,
        ),
        (
            "st_positions_per_10000",
            t("Riktvärde: ST-tjänster per 10 000 invånare"),
            t("Samma riktvärde i förhållande till folkmängden."),
            1,
        ),
        (
            "st_positions_reference",
            t("ST-tjänster {date}").format(date=date),
            t("Skattat ur antalet personer i ST, eftersom få regioner räknar tjänster."),
            0,
        ),
        (
            "st_positions_gap",
            t("Riktvärdet minus antalet {date}, tjänster").format(date=date),
            t("Minus betyder att det redan finns fler än riktvärdet."),
            0,
        ),
        (
            "st_persons_guideline",
            t("Riktvärde: personer i ST"),
            t("Så många personer som riktvärdets tjänster motsvarar."),
            0,
        ),
        (
            "st_persons_reference",
            t("Personer i ST {date}").format(date=date),
            t("Publicerade uppgifter omräknade till samma datum; där de saknas modellens intervall."),
            0,
        ),
        (
            "st_gap",
            t("Riktvärdet minus antalet {date}, personer").format(date=date),
            t("Minus betyder att det redan finns fler än riktvärdet."),
            0,
        ),
        (
            "specialist_fte",
            t("Specialister på vårdcentral {date}, heltider").format(date=date),
            t("Publicerade uppgifter omräknade till samma datum; där de saknas modellens intervall."),
            0,
        ),
        (
            "specialist_requirement",
            t("Behov: heltider av specialister"),
            t("Normen, med hänsyn till ålder och kön, vårdbehov, gleshet och uppdrag utanför listan."),
            0,
        ),
        ("population", t("Invånare {year}").format(year=context.year), t("Folkmängd 31 december enligt SCB."), 0),
    ]
    return [
        (label, context.estimate(measure, region, digits), meaning, context.status(measure, region))
        for measure, label, meaning, digits in entries
    ]


def _published(context: Context, region: str) -> list[Row]:
    """The region's newest published figures, in the measures they came in and at their own dates."""
    t = context.language
    words = {
        "positions": t("ST-tjänster, senaste uppgift"),
        "financed_positions": t("Finansierade ST-tjänster, senaste uppgift"),
        "persons": t("Personer i ST, senaste uppgift"),
        "blocks": t("ST-block, senaste uppgift"),
        "fte": t("Heltider i ST, senaste uppgift"),
    }
    own = {row["measure"]: row for _, row in context.result_rows("figures", region).iterrows()}
    return [
        (
            label,
            context.estimate(f"st_{measure}", region),
            t("Avser {date} ({figure}).").format(
                date=st_baseline.dated(context, own[measure]), figure=own[measure]["figure"]
            ),
            t.status(own[measure]["status"], own[measure]["qualifier"]),
        )
        for measure, label in words.items()
        if measure in own
    ]


def _own_norm(context: Context, region: str) -> list[Row]:
    """The norm that the region has decided itself, where one is published."""
    t = context.language
    published = context.table_rows("published_st", region)
    rows = published.loc[published["measure"] == LOCAL_NORM]
    return [
        (
            t("Regionens eget mål, invånare per specialist"),
            t.number(row["value"]),
            t("Publicerat mål, {year} ({figure}).").format(year=row["year"], figure=row["figure"]),
            t.status("reported"),
        )
        for row in rows.tail(1).to_dict("records")
    ]


def _own_plan(context: Context, region: str) -> list[Row]:
    """How many the region itself plans to have in training in the years after the base year, where that is published."""
    t = context.language
    rows = context.table_rows("published_st", region).sort_values("year")
    rows = rows.loc[rows["measure"].isin(PLAN) & (rows["year"] > context.year)]
    if rows.empty:
        return []
    ends = rows.pivot_table(index="year", columns="measure", values="value").reindex(columns=list(PLAN))
    reported = [
        f"{year}: {t.interval(low, high)}" for year, (low, high) in zip(ends.index, ends.to_numpy(float), strict=True)
    ]
    return [
        (
            t("Regionens egen plan, personer i ST"),
            "; ".join(reported),
            t("Publicerad plan ({figures}), att jämföra med riktvärdet i personer.").format(
                figures=", ".join(rows["figure"])
            ),
            t.status("reported"),
        )
    ]


PLAN = ("st_allmanmedicin_plan_low", "st_allmanmedicin_plan_high")
"""Measures of a region's own plan: the ends of its interval."""


def show_by_figure(context: Context, region: str) -> None:
    """Display what each published figure on the region's specialists gives alone, where there is any."""
    if not context.result_rows("by_figure", region).empty:
        show(st_guideline.by_figure(context, region), context.language)


def comparison(context: Context, region: str) -> Figure:
    """The region's ST density beside the regions most like it."""
    peers = context.result_rows("comparable", region)["peer"]
    return st_baseline.density_intervals(context, region, [region, *sorted(peers)])


def moved(context: Context, region: str) -> Figure:
    """What moves the region's need of doctors from the nation's mean."""
    return need.waterfall(context, region)


def municipality_map(context: Context, region: str, municipalities: gpd.GeoDataFrame) -> Figure:
    """Need of doctors in the region's municipalities."""
    return need.region_map(context, region, municipalities)


def age_pyramid(context: Context, region: str) -> Figure:
    """Age and sex of the region's inhabitants beside the nation's."""
    t = context.language
    rows = context.result_rows("ages", region)
    year = rows["year"].iloc[0]
    order = list(rows.loc[rows["sex"] == "F", "age_group"])
    order.sort(key=lambda group: int(group.split("-")[0].rstrip("+")))
    rows["age_group"] = rows["age_group"].str.replace("-", EN_DASH)
    order = [group.replace("-", EN_DASH) for group in order]
    chart = charts.pyramid(
        rows[["age_group", "sex", "share", "nation"]],
        order,
        t("kvinnor"),
        t("män"),
        t("andel av invånarna; staplar: regionen, streck: riket"),
    )
    wide = rows.pivot_table(index="age_group", columns="sex", values=["population", "share", "nation"]).loc[order]
    cells = pd.DataFrame(
        {
            t("Kvinnor"): [t.number(v) for v in wide["population", "F"]],
            t("Män"): [t.number(v) for v in wide["population", "M"]],
            t("Andel kvinnor, regionen"): [t.percent(v, 1) for v in wide["share", "F"]],
            t("Andel män, regionen"): [t.percent(v, 1) for v in wide["share", "M"]],
            t("Andel kvinnor, riket"): [t.percent(v, 1) for v in wide["nation", "F"]],
            t("Andel män, riket"): [t.percent(v, 1) for v in wide["nation", "M"]],
        },
        index=pd.Index(order, name=t("Ålder")),
    )
    old = rows["age_group"].str.split(EN_DASH).str[0].str.rstrip("+").astype(int) >= 70
    alternative = t("Befolkningspyramid {year}. {share} av invånarna är 70 år eller äldre, mot {nation} i riket.").format(
        year=year,
        share=t.percent(rows.loc[old, "share"].sum(), 1),
        nation=t.percent(rows.loc[old, "nation"].sum(), 1),
    )
    return Figure(
        chart,
        alternative,
        t("Befolkningens fördelning efter ålder och kön i {name} 31 december {year}, jämförd med riket.").format(
            name=context.principals[region], year=year
        ),
        Table(
            f"aalder-{region}",
            cells,
            rows,
            t("Invånare efter ålder och kön i {name} den 31 december {year}.").format(
                name=context.principals[region], year=year
            ),
            t("SCB genom Eurostat"),
        ),
    )


def personnel_published(context: Context, region: str) -> Table:
    """What is published of personnel in the region, definition by definition; what is missing says so."""
    return personnel.region_rows(context, region)


def personnel_sources(context: Context, region: str) -> Table:
    """The publications behind the region's figures on personnel."""
    cited = personnel_published(context, region).data["source"]
    return counted.publications(context, cited, f"personal-kaellor-{region}", context.published_rows(region))


def show_sources(context: Context, region: str) -> None:
    """Display where the region's own published figures come from, or that there are none."""
    t = context.language
    table = st_baseline.sources(context, [region])
    if table.cells.empty:
        say(t("Regionen har inte publicerat något om ST eller specialister."))
    else:
        show(table, t)


def overview(context: Context) -> Table:
    """Every region with the headline of its page."""
    t = context.language
    shown = list(context.results.regions)
    ways = {code: way(context, code) for code in shown}
    most = {code: t("{most} ({when})").format(most=found.most, when=found.when) for code, found in ways.items() if found}
    columns = {
        t("Nya ST-läkare per år som håller normen"): [context.estimate("st_starters_guideline", code) for code in shown]
    }
    if most:
        columns[t("Flest nya på vägen till normen, och när")] = [most[code] for code in shown]
    columns |= {
        t("Nya ST-läkare {year}").format(year=context.year): [
            context.estimate("st_starters_reference", code) for code in shown
        ],
        t("Riktvärde: ST-tjänster"): [context.estimate("st_positions_guideline", code) for code in shown],
        t("ST-tjänster {date}").format(date=context.reference_date): [
            context.estimate("st_positions_reference", code) for code in shown
        ],
        t("Status för antalet"): [context.status("st_positions_reference", code) for code in shown],
        t("Samverkansregion"): [collaborative_regions.belongs_to(context, code) for code in shown],
    }
    measures = ["st_starters_guideline", "st_starters_reference", "st_positions_guideline", "st_positions_reference"]
    caption = t("De {count} regionerna. Inom parentes 80-procentigt intervall, för vägen de år då flest börjar.").format(
        count=t.number(len(context.results.regions))
    )
    divided = [
        t("{name} är delat mellan två samverkansregioner; här visas den där flest av invånarna bor.").format(
            name=context.region_names[code]
        )
        for code in sorted(set(collaborative_regions.split(context)["region"]))
    ]
    return Table(
        "regioner",
        pd.DataFrame(columns, index=context.named(shown)),
        context.rows(measures, shown),
        " ".join([caption, *divided]),
        _source(context),
        stacked=True,
    )
