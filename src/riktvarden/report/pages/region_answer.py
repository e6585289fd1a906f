"""The first screen of a region's page: what a planner decides on, with how sure it is and what would make it surer."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

import numpy as np
import pandas as pd

from riktvarden import areas
from riktvarden.codes import NATION
from riktvarden.professions import PROFESSIONS
from riktvarden.report.chapters import economics, need, st_baseline, st_guideline
from riktvarden.report.chapters.professions import enough
from riktvarden.report.kit import column, locator
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import PROFESSION
from riktvarden.report.kit.figures import Table, html, say
from riktvarden.report.kit.language import EN_DASH, Language
from riktvarden.report.kit.ranges import ENDS, estimate_of, rows_of
from riktvarden.report.reference import official

LIKELY = 0.5
"""A norm that is met with this chance is met more likely than not."""
SURE = 0.9
"""With a chance below this the page says why it is not larger."""
STEP = 5
"""Years between those that the page picks out."""
NOTICED = 0.5
"""Specialists of the nation by which the path must differ from today's intake to be noticed."""
ASKED = 3
"""Questions that a region is asked first."""
MOVES = 0.1
"""Per cent of need below which a factor is not worth a word."""

ALONE = {
    "specialists_unpublished": (
        "Hur många specialister i allmänmedicin arbetar på vårdcentral, hos privata vårdgivare också, och hur många "
        "heltider blir det?"
    ),
    "st_persons_unpublished": "Hur många gör ST i allmänmedicin, hos privata vårdgivare också?",
    "fte_per_specialist": "Hur stor del av en heltid arbetar en specialist i genomsnitt på vårdcentral?",
    "specialist_share_of_doctors": "Hur stor andel av läkarna på vårdcentral är specialister i allmänmedicin?",
    "stay_share": "Hur stor andel av dem som blir färdiga specialister stannar i regionen?",
    "completion_share": "Hur stor andel av dem som börjar sin ST slutför den?",
    "calendar_training_years": "Hur många år går det från att någon börjar sin ST till att hen är färdig specialist?",
    "other_exit_rate_doctors": "Hur många specialister slutar varje år av andra skäl än pension?",
    "retirement_age_doctors": "Vid vilken ålder slutar specialisterna att arbeta?",
    "persons_per_position": "Hur många personer delar i genomsnitt på en ST-tjänst?",
}
"""What a region can answer better than anyone → the question it is asked."""
OWN = ("specialists_unpublished", "st_persons_unpublished")
"""What a region is asked only as long as it has not published it."""


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


def show_head(context: Context, region: str) -> None:
    """Display the way to the other regions' pages, and the pages that go on from this one."""
    t = context.language
    names = context.region_names
    others = "".join(
        f'<li><a href="{code}.html"{" aria-current=page" if code == region else ""}>{escape(names[code])}</a></li>'
        for code in context.results.regions
    )
    ways = (
        (f"../compare.html?region={region}", t("Jämför med andra regioner")),
        ("#rv-mine", t("Räkna med egna tal")),
        (f"../explorer.html?area={region}", t("Pröva andra antaganden")),
        (f"../municipalities/index.html#{region}", t("Kommunerna")),
    )
    links = "".join(f'<li><a href="{address}">{escape(words)}</a></li>' for address, words in ways)
    html(
        f'<div class="rv-place"><details class="rv-switch"><summary>{escape(t("Byt region"))}</summary>'
        f'<ul>{others}</ul></details><ul class="rv-ways">{links}</ul></div>'
    )


def show_answer(context: Context, region: str) -> None:
    """Display the answer beside a map of where the region is: first how many start, from when and until when."""
    first, *rest = answer(context, region)
    for remark in context.remarks(region):
        say(remark)
    label = context.language("Karta: {name}").format(name=context.region_names[region])
    place = locator.region_map(areas.polygons("county"), region, label)
    paragraphs = "".join(f"<p>{escape(words)}</p>" for words in rest)
    html(f'{place}<p class="rv-answer">{escape(first)}</p>{paragraphs}')


def answer(context: Context, region: str) -> list[str]:
    """The answer in a few paragraphs, the advice first."""
    return [
        advice(context, region),
        *_more_than_lasts(context, region),
        gap(context, region),
    ]


def show_reasons(context: Context, region: str, narrower: pd.DataFrame) -> None:
    """Display what the region differs in from the nation, and what only it can answer."""
    t = context.language
    say(moved(context, region))
    asked = questions(context, region, narrower)
    if asked:
        items = "".join(f"<li>{escape(words)}</li>" for words in asked)
        html(f"<p>{escape(t('Detta kan bara regionen svara på, och det skulle göra talen säkrast:'))}</p><ol>{items}</ol>")


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
    """How many start a year on the way to the norm, until when, and how many it takes to hold it."""
    t = context.language
    found = way(context, region)
    name = context.principals[region]
    if found is None:
        parts = [
            t(
                "Normen kan inte nås i alla regioner före {last}, om sökande, handledning och takten i förändringen "
                "begränsas så som vi har antagit."
            ).format(last=last_year(context))
        ]
    else:
        parts = [_shape(t, found).format(name=name, **found._asdict())]
    parts.append(
        t(
            "När normen väl är nådd räcker det att {hold} om året börjar, eftersom så många ersätter dem som slutar. Under "
            "{base} började uppskattningsvis {now}."
        ).format(
            hold=context.estimate("st_starters_guideline", region),
            base=context.year,
            now=context.estimate("st_starters_reference", region),
        )
    )
    return " ".join(parts)


def _shape(t: Language, found: Way) -> str:
    """The sentence for a path that rises and falls, rises, falls or stays."""
    if found.most > max(found.first, found.last):
        if EN_DASH in found.when:
            return t(
                "För att nå normen behöver {first} läkare börja sin ST i allmänmedicin i {name} år {start} och {most} om "
                "året {when}. Därefter kan intaget minska till {last} år {year}, då alla regioner tidigast kan ha nått "
                "normen."
            )
        return t(
            "För att nå normen behöver {first} läkare börja sin ST i allmänmedicin i {name} år {start} och sedan fler, som "
            "mest {most} år {when}. Därefter kan intaget minska till {last} år {year}, då alla regioner tidigast kan ha "
            "nått normen."
        )
    if found.most > found.first:
        return t(
            "För att nå normen behöver {first} läkare börja sin ST i allmänmedicin i {name} år {start} och därefter fler, "
            "upp till {most} ({when}). Tidigast {year} kan alla regioner ha nått normen."
        )
    if found.last < found.first:
        if EN_DASH in found.when:
            return t(
                "För att nå normen behöver {first} läkare om året börja sin ST i allmänmedicin i {name} {when}. Sedan kan "
                "intaget minska till {last}, från {lowest}. Tidigast {year} kan alla regioner ha nått normen."
            )
        return t(
            "För att nå normen behöver {first} läkare börja sin ST i allmänmedicin i {name} år {start}. Sedan kan intaget "
            "efter hand minska till {last}, från {lowest}. Tidigast {year} kan alla regioner ha nått normen."
        )
    return t(
        "För att nå normen behöver {first} läkare om året börja sin ST i allmänmedicin i {name} från {start}. Tidigast "
        "{year} kan alla regioner ha nått normen."
    )


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


def gap(context: Context, region: str) -> str:
    """The guideline value beside the number at the same date, in positions and persons, and the chance that it lasts."""
    t = context.language
    reported = {
        "date": context.reference_date,
        "positions": context.estimate("st_positions_guideline", region),
        "persons": context.estimate("st_persons_guideline", region),
        "positions_now": context.estimate("st_positions_reference", region),
        "persons_now": context.estimate("st_persons_reference", region),
    }
    parts = [t("Rapportens riktvärde är {positions} ST-tjänster, vilket motsvarar {persons} personer i ST.")]
    if np.isfinite(context.results.cell("st_positions_gap", region).value):
        parts += [
            t("Den {date} fanns uppskattningsvis {positions_now} tjänster och {persons_now} personer i ST."),
            _difference(context, region),
        ]
    else:
        parts += [
            t(
                "Den {date} fanns enligt modellen {positions_now} tjänster och {persons_now} personer i ST; regionen har "
                "inte publicerat sitt antal."
            ),
            _apart(context, region),
        ]
    lasting = st_guideline.chance(t, context.results.cell("norm_met_long_run", region).value)
    parts.append(
        t("Sannolikheten att {base} års intag räcker för att hålla normen på sikt är {chance}.").format(
            base=context.year, chance=lasting
        )
    )
    return " ".join(parts).format(**reported)


def _apart(context: Context, region: str) -> str:
    """How far the guideline value is from a number that is known as an interval only."""
    t = context.language
    both = {name: context.results.cell(measure, region) for name, measure in GAPS.items()}
    if all(cell.low > 0 for cell in both.values()):
        words = t("Riktvärdet är alltså {positions} tjänster eller {persons} personer högre.")
        ends = {name: t.interval(cell.low, cell.high) for name, cell in both.items()}
    elif all(cell.high < 0 for cell in both.values()):
        words = t("Riktvärdet är alltså {positions} tjänster eller {persons} personer lägre.")
        ends = {name: t.interval(-cell.high, -cell.low) for name, cell in both.items()}
    else:
        words = t(
            "Det kan alltså fattas upp till {positions} tjänster ({persons} personer), men det kan också finnas upp till "
            "{spare} tjänster fler än riktvärdet."
        )
        ends = {name: t.number(cell.high) for name, cell in both.items()}
        ends["spare"] = t.number(-both["positions"].low)
    return words.format(**ends)


GAPS = {"positions": "st_positions_gap", "persons": "st_gap"}
"""Unit → the measure of how much higher the guideline value is."""


def _difference(context: Context, region: str) -> str:
    """How much higher or lower the guideline value is than the number at the same date."""
    t = context.language
    lower = context.results.cell("st_positions_gap", region).value < 0
    sizes = {}
    for name, measure in GAPS.items():
        cell = context.results.cell(measure, region)
        low, high = (-cell.high, -cell.low) if lower else (cell.low, cell.high)
        size = t.estimate(abs(cell.value), low, high)
        # A guideline value that is at most so much higher is at least so much lower.
        bounded = t("minst {size}") if lower else t("högst {size}")
        sizes[name] = bounded.format(size=size) if cell.qualifier == "upper_bound" else size
    words = (
        t("Riktvärdet är alltså {positions} tjänster eller {persons} personer lägre.")
        if lower
        else t("Riktvärdet är alltså {positions} tjänster eller {persons} personer högre.")
    )
    return words.format(**sizes)


def coverage(context: Context, region: str) -> Table:
    """How far the specialists reach at some years, with today's intake and on the path, and the chance to meet the norm."""
    t = context.language
    base, target = context.year, context.target_year
    first, end = int(context.assumptions["first_adjustable_intake"].value), context.results.programme_status[2]
    years = [base, *(year for year in range(first, target) if year % STEP == 0), target]
    years += [end] if end is not None and end > target else []
    share, met = (st_guideline.path(context, name, region) for name in ("coverage_a_reference", "norm_met_reference"))
    path, path_met = planned(context, "coverage_a", region), planned(context, "norm_met", region)
    today = intake(context)
    rows = {
        t("Täckning, {intake}").format(intake=today): t.shares(share.loc[years]),
        t("Chans att nå normen, {intake}").format(intake=today): chances(t, met.loc[years]),
    }
    if not path.empty:
        # In the base year there is no other intake yet.
        now, later = [base], years[1:]
        rows |= {
            t("Täckning, vägen"): [*t.shares(share.loc[now]), *t.shares(path.loc[later])],
            t("Chans att nå normen, vägen"): [*chances(t, met.loc[now]), *chances(t, path_met.loc[later])],
        }
    return Table.of(
        t,
        f"taeckning-{region}",
        column.heads(t("31 december"), rows),
        [
            *(column.written(str(year), [cells[place] for cells in rows.values()]) for place, year in enumerate(years)),
        ],
        pd.concat([found.loc[found.index.isin(years)] for found in (share, met, path, path_met)]),
        t("Så stor del av behovet täcker specialisterna i {name}, skattat, med {base} års intag och på vägen.").format(
            name=context.principals[region], base=base
        ),
    )


def consequences(context: Context, region: str, by_year: pd.DataFrame) -> str:
    """Supervisors on the way, its cost in the target year, and the first year in which it makes a difference.

    Parameters
    ----------
    context, region
        As everywhere.
    by_year
        Cost by path and year, see `riktvarden.results.Cost`.
    """
    t = context.language
    parts = []
    training = planned(context, "persons_in_training", region)
    if not training.empty:
        middle = training[["low", "high"]].mean(axis=1)
        most = int(str(training["value"].fillna(middle).astype(float).idxmax()))
        parts.append(
            t(
                "Var och en som gör ST behöver en handledare, och på vägen blir de som mest {most} samtidigt, år {year}, "
                "mot {now} den {date}."
            ).format(
                most=t.estimates(training.loc[[most]])[0],
                year=most,
                now=context.estimate("st_persons_reference", region),
                date=context.reference_date,
            )
        )
    if (more := _cost(context, region, by_year)) is not None:
        parts.append(_dearer(context, *more))
    if (year := noticed(context)) is not None:
        parts.append(t("Ett ändrat intag märks i antalet specialister först {year}.").format(year=year))
    return " ".join(parts)


def _dearer(context: Context, value: float, low: float, high: float) -> str:
    """What the path costs beyond today's intake in the target year, in millions, as a sentence."""
    t = context.language
    years = {"year": context.target_year, "base": context.year}
    if low > 0:
        words = t("Vägen kostar {more} miljoner kronor mer {year} än om {base} års intag fortsätter.")
        return words.format(more=t.estimate(value, low, high), **years)
    if high < 0:
        words = t("Vägen kostar {less} miljoner kronor mindre {year} än om {base} års intag fortsätter.")
        return words.format(less=t.estimate(-value, -high, -low), **years)
    words = t(
        "Jämfört med att {base} års intag fortsätter kostar vägen någonstans mellan {less} miljoner kronor mindre och "
        "{more} miljoner mer {year}."
    )
    return words.format(less=t.number(-low), more=t.number(high), **years)


def _cost(context: Context, region: str, rows: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    """What the path costs beyond today's intake in the target year, in millions; nothing without a path."""
    costs = economics.of_region(rows, region)
    return None if costs.empty else costs.loc[costs.index == context.target_year, ENDS].to_numpy(float)[0]


def noticed(context: Context) -> int | None:
    """The first year in which the path changes the number of specialists."""
    on_path = planned(context, "specialist_fte", NATION)["value"]
    with_today = st_guideline.path(context, "specialist_fte_reference", NATION)["value"]
    apart = (on_path - with_today).astype(float).abs().dropna()
    later = apart.index[apart > NOTICED]
    return None if later.empty else int(later[0])


def professions(context: Context, region: str) -> Table:
    """Need of each profession by principal, those at work where they are counted, and the chance that they are enough."""
    t = context.language
    shown = list(PROFESSIONS)
    principals = {"region": t("Regionen behöver"), "municipality": t("Kommunerna behöver")}
    columns = [
        column.written(head, [_need(context, name, principal, region) for name in shown])
        for principal, head in principals.items()
    ]
    counted = {name: rows_of(context, name, "fte_today", region=region) for name in shown}
    if any(not rows.empty for rows in counted.values()):
        here = [t.sized(*estimate_of(rows, region)) if len(rows) else t("inte räknade") for rows in counted.values()]
        columns.append(column.written(t("Heltider {year}").format(year=context.year), here))
    rows = context.result_rows("guidelines", region)
    whole = (rows["municipality"] == "") & (rows["cooperation"] == "") & (rows["measure"] == "fte_need")
    return Table.of(
        t,
        f"yrken-svar-{region}",
        column.heads(t("Heltider"), [t(PROFESSION[name]) for name in shown]),
        [
            *columns,
            *(
                column.written(head, [enough(context, name, principal) or t("ingår inte") for name in shown])
                for principal, head in (
                    ("region", t("Chans, alla regioner")),
                    ("municipality", t("Chans, alla kommuner")),
                )
            ),
        ],
        rows.loc[whole],
        t(
            "Så många heltider behövs i {name} {year} utöver läkare, skattat. Yrkena är inte räknade i primärvården i "
            "varje region, så chansen att antalet räcker gäller riket."
        ).format(name=context.principals[region], year=context.year),
    )


def _need(context: Context, name: str, principal: str, region: str) -> str:
    """One principal's need of a profession, or why it has none."""
    t = context.language
    if principal == "municipality" and PROFESSIONS[name].at_home is None:
        return t("ingår inte")
    rows = rows_of(context, name, "fte_need", principal, region)
    if region not in rows.index:  # one principal has all care
        whole = rows_of(context, name, "fte_need", region=region)
        return t.sized(*estimate_of(whole, region)) if principal == "region" else t("ingår i regionens")
    return t.sized(*estimate_of(rows, region))


def moved(context: Context, region: str) -> str:
    """What makes the region's need per inhabitant differ from the nation's, in one sentence."""
    t = context.language
    rows = context.result_rows("deviations", region)
    moves = rows.loc[rows["profession"] == need.DOCTORS].set_index("factor")["value"].astype(float)
    factors = moves.loc[[name for name in need.FACTOR if name in moves.index]]
    factors = factors.loc[factors.abs() >= MOVES].sort_values(key=np.abs, ascending=False)
    net = float(need.per_inhabitant(context, region)["value"].iloc[0]) / 100 - 1
    name = context.principals[region]
    if factors.empty or abs(net) < MOVES / 100:
        return t("Behovet av läkare per invånare är ungefär detsamma i {name} som i riket.").format(name=name)
    words = (
        t("Behovet av läkare per invånare är {size} högre i {name} än i riket: {parts}.")
        if net > 0
        else t("Behovet av läkare per invånare är {size} lägre i {name} än i riket: {parts}.")
    )
    parts = [
        t("{factor} {size}").format(factor=t(need.FACTOR[str(key)]), size=t.signed(value / 100, 1, percent=True))
        for key, value in factors.items()
    ]
    return words.format(name=name, size=t.percent(abs(net), 1), parts=t.listed(parts))


def questions(context: Context, region: str, narrower: pd.DataFrame) -> list[str]:
    """The questions that only the region can answer, those whose answers would narrow its interval most first.

    Parameters
    ----------
    context, region
        As everywhere.
    narrower
        How much knowing an input would narrow each result, see `riktvarden.results.Uncertainty`.
    """
    t = context.language
    rows = narrower.loc[(narrower["region"] == region) & narrower["input"].isin(list(ALONE))]
    known = {
        "specialists_unpublished": np.isfinite(context.results.cell("specialist_fte", region).value),
        "st_persons_unpublished": np.isfinite(context.results.cell("st_persons_reference", region).value),
    }
    rows = rows.loc[~rows["input"].map(lambda name: known.get(name, False)).astype(bool)]
    most = rows.groupby("input", sort=False)["narrower"].max().sort_values(ascending=False, kind="stable").head(ASKED)
    return [
        t("{question} (intervallet blir {share} smalare)").format(question=t(ALONE[str(name)]), share=t.percent(share))
        for name, share in most.items()
    ]


def how_sure(context: Context, region: str) -> list[str]:
    """What the intervals hold, the chance that the norm is met, and how the model agrees with the region's own figures."""
    t = context.language
    words = [
        t("Intervallen inom parentes ska rymma det verkliga värdet i åtta fall av tio, om antagandena stämmer."),
        *_chances_on_path(context, region),
        *_of_own_figures(context, region),
        official.beside(context, "st_positions_guideline", region),
    ]
    return [" ".join(filter(None, words))]


def _chances_on_path(context: Context, region: str) -> list[str]:
    """The chance that the norm is met at the end of the path, beside today's intake."""
    t = context.language
    year = context.results.programme_status[2]
    met = planned(context, "norm_met", region)
    if year is None or met.empty:
        return []
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
    parts = [reported.format(chance=ours, year=year, reference=theirs, base=context.year)]
    first = met_from(met)
    if first is not None and first < year - 1:
        parts.append(t("I regionen är det från {own} troligare än inte att normen är nådd.").format(own=first))
    if share < SURE:
        parts.append(
            t("Vägen är räknad så att normen nås i mittfallet. I ungefär {rest} fall av hundra räcker den inte.").format(
                rest=t.number(100 - round(100 * share))
            )
        )
    return parts


def _of_own_figures(context: Context, region: str) -> list[str]:
    """What is weak in the region's own figures, how the model differs from them, and the newest of them."""
    t = context.language
    weak = {
        "undated": t("Uppgiften om antalet specialister är odaterad."),
        "wide": t("Uppgiften om antalet specialister räknar även dem utanför primärvården."),
    }
    specialists = context.results.cell("specialist_fte", region)
    if not np.isfinite(specialists.value):
        unknown = t(
            "Regionen har inte publicerat hur många specialister som arbetar på vårdcentral, så täckningen är modellens "
            "intervall."
        )
        return [unknown, *_beside_own(context, region)]
    newest = context.result_rows("figures", region).query("measure == 'persons'")
    return [
        *filter(None, [weak.get(specialists.qualifier, "")]),
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


# --- shared with the rest of the page -------------------------------------------------------------------


def planned(context: Context, measure: str, region: str) -> pd.DataFrame:
    """One measure of the path to the norm in a region, indexed by year; empty where no path reaches it."""
    rows = context.result_rows("programme", region).query(f"measure == 'programme_{measure}'")
    return rows.set_index(rows["year"].astype(int).rename(None))


def intake(context: Context) -> str:
    """What the intake of the base year is called."""
    return context.language("{year} års intag").format(year=context.year)


def chances(t: Language, rows: pd.DataFrame) -> list[str]:
    """Each row's probability in words."""
    return [st_guideline.chance(t, value) for value in rows["value"].to_numpy(float)]


def met_from(met: pd.DataFrame) -> int | None:
    """The first year from which the norm is met more likely than not, if there is one."""
    likely = met.index[met["value"].astype(float) >= LIKELY]
    return None if likely.empty else int(likely[0])


def last_year(context: Context) -> int:
    """The last year of the outlook."""
    return int(st_guideline.path(context, "norm_met_reference", NATION).index[-1])
