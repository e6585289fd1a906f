"""Questions for the dialogue: what nobody has measured, which figures disagree with the model, and who could answer."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from typing import NamedTuple

import numpy as np
import pandas as pd

from riktvarden.assumptions import Assumption, Assumptions
from riktvarden.baseline.regional import EVERY
from riktvarden.parameters import read_by
from riktvarden.professions import PROFESSIONS
from riktvarden.professions.named import taken_by, today_of
from riktvarden.report.chapters import st_baseline
from riktvarden.report.kit import charts, column
from riktvarden.report.kit.charts import BLUE, MUTED, ORANGE, PALE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Figure, Table, html, show_folded
from riktvarden.report.kit.language import EN_DASH, Language
from riktvarden.report.reference import overviews

ASSUMED = "D"
"""Grade of what is to be settled in dialogue."""

GRADES = {"A": "A, officiell", "B": "B, i andra hand", "C": "C, enkät eller uträkning", "D": "D, fråga till dialogen"}
"""Grade of an assumption → its Swedish words."""


QUESTIONS = "fraagor"
"""Anchor of the table of all questions."""

UNDRAWN = ("fixed", "scenario")
"""Distributions of assumptions that no interval rests on."""


class Topic(NamedTuple):
    """Assumptions that the same parties know something about."""

    name: str
    """Anchor of its table."""
    title: str
    names: str
    """Regular expression of the names of its assumptions, beside those in `OF_PROFESSIONS`."""
    asked: tuple[str, ...]
    """Who is asked, first the one who is likely to know; nobody where the report itself chooses."""
    answer: str
    """What source could answer."""


TOPICS = (
    Topic(
        "st",
        "ST i allmänmedicin",
        r"(bt_|st_(?!per_specialist_limit|applicants|density|persons)|training_|calendar_|persons_per_position|completion_|"
        r"first_adjustable_|inhabitants_per_st).*|st_(density|persons)_.*",
        ("regionerna", "universiteten"),
        "Regionernas återrapportering av ST, med skede, frånvaro och avhopp per enhet. Studierektorernas uppgifter.",
    ),
    Topic(
        "specialister",
        "Specialister i allmänmedicin",
        r"(specialist_(?!nurse).*|foreign_.*|never_.*|stay_share|fte_per_(centre_)?specialist|"
        r"inhabitants_per_specialist|general_practitioners_.*|retirement_(age|spread)_doctors|other_exit_rate_doctors|"
        r"exit_multiplier|recent_new_specialists|older_.*)",
        ("regionerna", "SKR", "privata vårdgivare"),
        "Socialstyrelsens register över legitimerade tillsammans med SCB:s yrkesregister, efter ålder, region och "
        "arbetsställe. Regionernas och de privata vårdgivarnas personalsystem.",
    ),
    Topic(
        "programmet",
        "Hur snabbt ST kan ändras",
        r"(intake_smoothing|st_per_specialist_limit|listed_per_st_doctor|st_applicants.*|programme_regional_coverage)",
        ("regionerna", "universiteten", "professionerna"),
        "Regionernas rekrytering: sökande per utlyst tjänst, handledare per enhet, listade som krävs för en ST-läkare och "
        "platser för sidotjänstgöring. Universitetens antal examinerade läkare per år.",
    ),
    Topic(
        "vikter",
        "Vikter i beräkningen av vägen",
        r"programme_(?!regional_coverage).*",
        (),
        "Ett val i beräkningen, ingen mätning.",
    ),
    Topic(
        "vaardbehov",
        "Vårdbehov och geografi",
        r"(need_exponent|off_list_.*|unmet_.*|cni_.*|health_centres|travel_speed|doctor_contacts_with_travel|"
        r"minutes_doctor_contact)",
        ("regionerna", "SKR", "patientorganisationerna"),
        "SCB:s Care Need Index per område. Vårdcentralernas adresser med restid på väg. Regionernas modeller för "
        "ersättning och tidsstudier på vårdcentraler.",
    ),
    Topic(
        "laekarkontakter",
        "Kontakter efter ålder och kön",
        r"(doctor_contacts_(children|60_79|80_plus|women)|multimorbid_.*|function_.*|need_age_weight)",
        ("regionerna", "SKR"),
        "Regionernas vårddatalager: besök och telefonkontakter per yrke, ålder och kön.",
    ),
    Topic(
        "kontakter",
        "Kontakter och tid på mottagning",
        "",
        ("professionerna", "regionerna", "privata vårdgivare"),
        "Besök per yrke i regionernas vårddatalager. Tidsstudier på vårdcentraler och rehabmottagningar.",
    ),
    Topic(
        "hemma",
        "Vård i hemmet",
        r"(nurses_on_duty|therapists)_least",
        ("kommunerna", "SKR", "regionerna"),
        "Socialstyrelsens register över insatser i kommunal hälso- och sjukvård. Kommunernas planeringssystem. Länens "
        "avtal om hemsjukvård och rehabilitering i hemmet.",
    ),
    Topic(
        "psykisk-ohaelsa",
        "Psykisk ohälsa",
        r"(need_weight|serious_.*|treated_.*|sessions_.*|minutes_per_session|distress_.*|first_line_.*|psychotherapist_.*)",
        ("professionerna", "patientorganisationerna", "regionerna"),
        "Det nationella programområdet för psykisk hälsa. Folkhälsomyndighetens enkät. Primärvårdens uppgifter om "
        "behandlingar och besök per behandling, för barn och unga för sig.",
    ),
    Topic(
        "team",
        "Arbetsdelning i teamet",
        r"task_shift_.*",
        ("professionerna", "patientorganisationerna", "privata vårdgivare"),
        "Försök där patienten möter en annan profession först, med mätt tid för båda och patienternas erfarenhet.",
    ),
    Topic(
        "arbetstid",
        "Arbetstid",
        r"(possible_working_days|days_away|hours_per_day|(in)?direct_time_.*|fte_per_care_professional)",
        ("SKR", "professionerna", "privata vårdgivare"),
        "SKR:s personalstatistik: arbetad tid och frånvaro per yrke. Tidsstudier på fler vårdcentraler.",
    ),
    Topic(
        "antal",
        "Hur många som arbetar i yrkena",
        r"(?!telephone_).*_all",
        ("regionerna", "kommunerna", "privata vårdgivare"),
        "Socialstyrelsens statistik över sysselsatta legitimerade efter näringsgren och län. Kolada. Uppgifter från "
        "privata vårdgivare och utbetalningar enligt nationella taxan.",
    ),
    Topic(
        "avgaang",
        "Ålder och avgång i yrkena",
        "",
        ("professionerna", "regionerna", "kommunerna"),
        "SCB:s yrkesregister och Socialstyrelsens register efter ålder. Förbundens medlemsuppgifter.",
    ),
    Topic(
        "utbildning",
        "Utbildning",
        r"sector_move_share",
        ("universiteten", "professionerna"),
        "Universitetskanslersämbetets statistik över sökande, examina och inriktningar. SCB:s uppföljning av var "
        "examinerade arbetar.",
    ),
    Topic(
        "kostnader",
        "Kostnader",
        r"(employer_.*|monthly_.*|pay_.*|price_year|.*direct_overhead|supervision_hours|rotation_cost|agency_.*|discount_.*)",
        ("regionerna", "SKR", "privata vårdgivare"),
        "Regionernas räkenskaper och kostnad per patient i primärvården. Kostnader för inhyrd personal.",
    ),
    Topic(
        "naara-vaard",
        "Omställningen till nära vård",
        r"(primary_care_.*|doctor_visits|moved_care_contacts)",
        ("regionerna", "SKR"),
        "SKR:s statistik över ekonomi och verksamhet: primärvårdens kostnad och kontakter före och efter flytten.",
    ),
    Topic(
        "maal",
        "Basår och målår",
        r"(base|target)_year",
        ("regionerna", "SKR"),
        "Ett val, ingen mätning.",
    ),
)
"""What the questions are about, in the order of the chapter."""


def _of_professions() -> dict[str, str]:
    every = PROFESSIONS.values()
    kinds = [kind for each in every for kind in each.contacts]
    away, home = ([kind for kind in kinds if (kind.where != "centre") is cared] for cared in (False, True))
    taken = {
        "laekarkontakter": read_by(*(kind.profile for kind in away if kind.profile)),
        "kontakter": [name for kind in away for name in taken_by(kind)],
        "hemma": (
            *read_by(*(kind.profile for kind in home if kind.profile)),
            *(name for kind in home for name in taken_by(kind)),
            *read_by(*(each.at_home.municipal_share for each in every if each.at_home)),
            *read_by(*(each.at_home.region_staff for each in every if each.at_home and each.at_home.region_staff)),
        ),
        "antal": [name for profession in PROFESSIONS for name in today_of(profession)],
        "avgaang": read_by(*(take for each in every for take in vars(each.ages).values() if callable(take))),
        "utbildning": read_by(*(take for each in every for take in vars(each.education).values())),
    }
    found: dict[str, str] = {}
    for topic, names in taken.items():
        found = dict.fromkeys(names, topic) | found
    return found


OF_PROFESSIONS = _of_professions()
"""Assumption that a specification of a profession takes → the topic of what it is taken for; no name says otherwise."""


def topic_of(name: str) -> Topic:
    """The topic that an assumption belongs to.

    Raises
    ------
    KeyError
        If none does.
    """
    own = OF_PROFESSIONS.get(name, "")
    by_name = (topic for topic in TOPICS if re.fullmatch(topic.names, name))
    found = next(by_name, next((topic for topic in TOPICS if topic.name == own), None))
    if found is None:
        raise KeyError(f"no topic has the assumption {name!r}")
    return found


def open_questions(assumptions: Assumptions) -> dict[Topic, dict[str, Assumption]]:
    """Assumptions of grade D by topic, in the order of the topics and the files."""
    return {
        topic: own
        for topic in TOPICS
        if (own := {name: item for name, item in assumptions.items() if item.grade == ASSUMED and topic_of(name) is topic})
    }


def summary(assumptions: Assumptions, language: Language) -> list[str]:
    """To whom most questions go, and what an answer does."""
    t = language
    asked = _by_party(assumptions, t)
    return [
        t(
            "Flest frågor, {count}, går till {party}. Ett svar behöver inte vara exakt. Även en smalare gräns uppåt eller "
            "nedåt, med källa, gör intervallen smalare nästa gång."
        ).format(count=t.number(asked.max()), party=str(asked.idxmax())),
    ]


def _by_party(assumptions: Assumptions, language: Language) -> pd.Series:
    """Questions by who is asked; a question to several counts for each."""
    rows = [language(party) for topic, own in open_questions(assumptions).items() for party in topic.asked for _ in own]
    return pd.Series(rows).value_counts()


def by_grade(assumptions: Assumptions, language: Language) -> Figure:
    """Assumptions of each topic by grade: where nothing is measured."""
    t = language
    data = pd.DataFrame(
        [{"topic": t(topic_of(name).title), "grade": str(item.grade), "name": name} for name, item in assumptions.items()]
    )
    wide = data.pivot_table(index="topic", columns="grade", values="name", aggfunc="count", fill_value=0)
    wide = wide.reindex(columns=list(GRADES), fill_value=0).sort_values(ASSUMED, ascending=False, kind="stable")
    labels = list(wide.index)
    kinds = {grade: t(words) for grade, words in GRADES.items()}
    rows = pd.concat(
        [pd.DataFrame({"label": labels, "value": wide[grade].to_list(), "kind": kinds[grade]}) for grade in wide.columns],
        ignore_index=True,
    )
    share = wide[ASSUMED].sum() / wide.to_numpy().sum()
    alternative = t(
        "Staplar per område. {share} av alla antaganden har grad D. Flest, {most}, gäller {topic}; av områdets "
        "{all} antaganden kommer {official} ur en officiell källa."
    ).format(
        share=t.percent(share),
        most=t.number(wide[ASSUMED].iloc[0]),
        topic=_inside(labels[0]),
        all=t.number(wide.iloc[0].sum()),
        official=t.number(wide[["A", "B"]].iloc[0].sum()) if wide[["A", "B"]].iloc[0].any() else t("inget"),
    )
    return Figure.of(
        charts.bars(
            rows,
            charts.number_axis(t("antaganden"), 0),
            dict(zip(kinds.values(), (BLUE, PALE, MUTED, ORANGE), strict=True)),
            labels,
        ),
        alternative,
        Table.of(
            t,
            "fraagor-grad",
            column.heads(t("Område"), labels),
            [column.number(kinds[grade], wide[grade]) for grade in wide.columns],
            data,
            t("Rapportens antaganden efter område och grad. Grad D är frågor till dialogen."),
            t("rapportens antaganden"),
        ),
    )


def by_party(assumptions: Assumptions, language: Language) -> Table:
    """Who is asked about what."""
    t = language
    rows = [
        {"party": t(party), "topic": t(topic.title), "questions": len(own)}
        for topic, own in open_questions(assumptions).items()
        for party in topic.asked
    ]
    data = pd.DataFrame(rows)
    sums = _by_party(assumptions, t)
    topics = data.groupby("party", sort=False)["topic"].agg(list)
    return Table.of(
        t,
        "fraagor-till",
        column.heads(t("Frågan går till"), list(sums.index)),
        [
            column.written(t("Frågor"), [t.plural("{count} fråga", "{count} frågor", sums[party]) for party in sums.index]),
            column.written(t("Områden"), [", ".join(_inside(topic) for topic in topics[party]) for party in sums.index]),
        ],
        data,
        t("Frågor efter vem som kan svara. En fråga som går till flera räknas hos var och en."),
        t("rapportens antaganden"),
        stacked=True,
    )


def by_topic(context: Context) -> Table:
    """The topics with who is asked and what could answer; the download has every question with its value and range."""
    t = context.language
    found = open_questions(context.assumptions)
    data = pd.DataFrame(
        [
            {
                "topic": topic.name,
                "name": name,
                "label": overviews.label_of(item, t),
                "value": item.value,
                "low": item.low,
                "high": item.high,
                "unit": item.unit,
                "asked": ", ".join(topic.asked),
                "answer": topic.answer,
            }
            for topic, own in found.items()
            for name, item in own.items()
        ]
    )
    return Table.of(
        t,
        QUESTIONS,
        column.heads(t("Område"), [t(topic.title) for topic in found]),
        [
            column.number(t("Frågor"), [len(own) for own in found.values()]),
            column.written(t("Frågan går till"), [t.listed(map(t, topic.asked)) or EN_DASH for topic in found]),
            column.written(t("Källor som kan svara"), [t(topic.answer) for topic in found]),
        ],
        data,
        t("Frågorna efter område. Nedladdningen har varje fråga med det värde och det spann som vi använder."),
        t("rapportens antaganden"),
        stacked=True,
    )


def show_topics(context: Context) -> None:
    """Display the topics, each with a link to its assumptions."""
    t, table = context.language, by_topic(context)
    markup = table.html(t)
    for topic in open_questions(context.assumptions):
        head = f'<th scope="row">{escape(t(topic.title))}</th>'
        link = f'<a href="data.html#antaganden-{topic.name}">{escape(t(topic.title))}</a>'
        markup = markup.replace(head, f'<th scope="row">{link}</th>')
    html(markup, more=table.bundle())


def disagreements_finding(context: Context) -> list[str]:
    """How many published figures the model would hardly have given, in which direction, and which is furthest away."""
    t = context.language
    rows = context.results.disagreements
    if rows.empty:
        return [t("Ingen publicerad uppgift om regionernas läkare ligger utanför modellens intervall.")]
    larger = rows["published"] > rows["high"]
    fewer = larger == st_baseline.read_as(context, rows)["form"].isin(st_baseline.FEWER)
    away = np.maximum(rows["low"] - rows["published"], rows["published"] - rows["high"]) / (rows["high"] - rows["low"])
    furthest = disagreements(context).cells.iloc[int(np.argmax(away))]
    return [
        t.plural(
            "{count} publicerad uppgift om regionernas läkare ligger utanför det som modellen skulle ha gett.",
            "{count} publicerade uppgifter om regionernas läkare ligger utanför det som modellen skulle ha gett.",
            len(rows),
        )
        + " "
        + t("I {fewer} av dem är läkarna färre än i modellen, och i {more} är de fler.").format(
            fewer=t.number(fewer.sum()), more=t.number((~fewer).sum())
        ),
        t("Störst är skillnaden för {region}, där {published} är publicerat och modellen ger {interval} ({what}).").format(
            region=furthest.name,
            published=furthest[t("Publicerat")],
            interval=furthest[t("Modellens intervall")],
            what=furthest[t("Vad som är publicerat")],
        ),
    ]


def disagreements(context: Context) -> Table:
    """Published figures that the model would hardly have given, each a question to its region or its source."""
    t = context.language
    rows = context.results.disagreements
    read = st_baseline.read_as(context, rows)
    digits = read["form"].map(st_baseline.DIGITS).fillna(0).astype(int)
    both = read["printed"].mask(read["printed"] == "")
    dated, figure = t("Avser"), t("Uppgift")
    alone = [codes if codes in context.results.regions else "" for codes in rows["region"]]
    return Table.of(
        t,
        "fraagor-uppgifter",
        column.places(t("Region"), [_regions(context, regions) for regions in rows["region"]], alone),
        [
            column.written(
                t("Vad som är publicerat"), [f"{what}, {unit}" for what, unit in read[["words", "unit"]].to_numpy()]
            ),
            column.text(dated, read["dated"]),
            column.written(t("Publicerat"), both.fillna(pd.Series(map(t.number, rows["published"], digits), rows.index))),
            column.written(
                t("Modellens intervall"),
                [
                    t.interval(low, high, places)
                    for low, high, places in zip(rows["low"], rows["high"], digits, strict=True)
                ],
            ),
            column.written(t("Status"), read["status"]),
            column.written(
                t("Kan svara"),
                [
                    "; ".join(filter(None, (_principals(context, regions), publisher)))
                    for regions, publisher in zip(rows["region"], read["publisher"], strict=True)
                ],
            ),
            column.text(figure, read["figures"]),
        ],
        rows.assign(dated=read["dated"], status=read["status"], publisher=read["publisher"]),
        t(
            "Publicerade uppgifter som modellen av regionernas antal knappast hade gett. Varje rad är en fråga till "
            "regionen eller till källan: stämmer uppgiften, och vilka läkare räknas i den? Intervallet är 90-procentigt, i "
            "uppgiftens eget mått och vid dess eget datum. En uppgift om alla regioner gäller den mellersta av dem."
        ),
        t("publicerade uppgifter om ST och specialister, och graderade antaganden; metod A4"),
        stacked=True,
    )


def _regions(context: Context, codes: str) -> str:
    """The regions that a figure is on, by their short names."""
    t = context.language
    return t("Alla regioner") if codes == EVERY else t.listed(context.region_names[code] for code in codes.split())


def _principals(context: Context, codes: str) -> str:
    """The regions that a figure is on, as principals."""
    t = context.language
    return t("regionerna") if codes == EVERY else t.listed(context.principals[code] for code in codes.split())


def show_assumptions(context: Context) -> None:
    """Display every assumption, folded per topic."""
    t = context.language
    for topic in TOPICS:
        own = {name: item for name, item in context.assumptions.items() if topic_of(name) is topic}
        if not own:
            continue
        caption = t("Antaganden om {topic}. Nedladdningen visar också fördelning, symbol och de formler som använder dem.")
        caption = caption.format(topic=_inside(t(topic.title)))
        table = replace(
            overviews.assumption_overview(context, own, f"antaganden-{topic.name}", caption),
            anchors=tuple(f"antagande-{name}" for name in own),
        )
        count = t("antaganden: {count}").format(count=t.number(len(own)))
        show_folded(f"{t(topic.title)} ({count})", table, t)


def _inside(title: str) -> str:
    """A title as it stands within a sentence; names and abbreviations keep their capitals."""
    return title if title[1].isupper() else title[0].lower() + title[1:]
