"""The page where a reader moves assumptions: its controls, what its script computes from, and its pictures' first state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import altair as alt
import geopandas as gpd
import numpy as np
import pandas as pd

from riktvarden.assumptions import Assumption
from riktvarden.codes import NATION
from riktvarden.names import SETTINGS
from riktvarden.professions import PROFESSIONS
from riktvarden.report.chapters import questions
from riktvarden.report.kit import charts, column, maps
from riktvarden.report.kit.charts import BLUE, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import PROFESSION
from riktvarden.report.kit.figures import Figure, Table, html
from riktvarden.report.kit.language import Language
from riktvarden.report.kit.ranges import of_principal
from riktvarden.report.reference import overviews
from riktvarden.results import Explorer

SETTING_GROUP = {
    "norm": "Målet",
    "need": "Behovet",
    "team": "Arbetsdelningen",
    "training": "Utbildningen",
    "specialists": "Specialisterna",
    "positions": "ST-tjänsterna",
}
"""What those of `riktvarden.names.SETTINGS` are about → Swedish words."""

SHORT: Mapping[str, str] = {
    "target_year": "målår",
    "inhabitants_per_specialist": "norm",
    "need_exponent": "vårdbehovets tyngd",
    "need_age_weight": "sjuklighet mot användning",
    "doctor_contacts_with_travel": "läkarens resor",
    "unmet_need_share": "otillfredsställt behov",
    "need_weight": "psykisk ohälsa, behov mot användning",
    "task_shift_share": "uppgifter till andra yrken",
    "task_shift_relative_time": "tid för den som tar över",
    "completion_share": "avhopp",
    "calendar_training_years": "år till specialist",
    "stay_share": "stannar i regionen",
    "fte_per_specialist": "heltid per specialist",
    "exit_multiplier": "avgång",
    "retirement_age_doctors": "ålder när specialister slutar",
    "persons_per_position": "personer per tjänst",
    "st_vacancy_rate": "vakanser",
}
"""Setting → the few Swedish words that it has where it is listed."""

COMPLEMENT: Mapping[str, str] = {"completion_share": "Avhopp från ST"}
"""Setting that is shown as what is left to the whole → its Swedish words."""

SCENARIOS: Mapping[str, tuple[str, str]] = {
    "norm": ("inhabitants_per_specialist", "low"),
    "completion": ("completion_share", "high"),
    "exit": ("exit_multiplier", "low"),
}
"""Scenario to start from → the setting that is moved, and the end of its range that it is moved half the way to."""

MOVED: Mapping[str, str] = {
    "positions": "Mellan gränserna ändras ST-tjänsterna i riket från {low} till {high}.",
    "coverage_a_target": "Mellan gränserna ändras täckningen i riket i målåret från {low} till {high}.",
    "need": "Mellan gränserna ändras behovet av de fyra yrkena i riket med {low} till {high}.",
}
"""Measure of `model.explorer.spans` → Swedish words of what a setting does to it."""

LEAST_SPAN = 0.005
"""Change of a measure, as a share of it, below which a setting does nothing that is seen."""

STEPS_WANTED = 20
"""A slider has at least so many steps."""

PER_CENT = "share"
"""Units that begin with this are shown in per cent."""

MILLION = 1e6

HEADLINES = ("positions", "requirement", "coverage_a_target", "cost_more")
"""Measures that follow the reader down the page; of a municipality, its first ones."""

REACH = 0.4
"""How far the colours of the map reach on both sides of the nation's value, as a share of it."""


@dataclass(frozen=True)
class Measure:
    """One row of the values."""

    words: str
    """Swedish words, with the base year where a number is of it, and the name of a profession."""
    head: str = ""
    """Fewer words, for a headline."""
    digits: int = 0
    percent: bool = False
    of_report: str = ""
    """Its name in the results; empty where these have none."""
    sized: bool = False
    """Whether a small number has a decimal more than `digits`."""
    finer: bool = False
    """Whether the reader's value, once it differs from the report's, has a decimal more than that."""
    needs: str = ""
    """What must be published of a region for the reader's value to be shown: st, specialists, both or nation."""


MEASURES: Mapping[str, Measure] = {
    "positions": Measure("ST-tjänster som håller normen", of_report="st_positions_guideline"),
    "starters": Measure("Nya ST-läkare per år som håller normen", of_report="st_starters_guideline", finer=True),
    "requirement": Measure("Specialister som behövs {year}, heltider", of_report="specialist_requirement", sized=True),
    "requirement_target": Measure(
        "Specialister som behövs i målåret, heltider", of_report="specialist_requirement", sized=True
    ),
    "fte_target": Measure(
        "Specialister i målåret med {year} års intag, heltider",
        of_report="specialist_fte_reference",
        sized=True,
        needs="specialists",
    ),
    "coverage_a_target": Measure(
        "Täckning A i målåret, procent", percent=True, finer=True, of_report="coverage_a_reference", needs="specialists"
    ),
    "coverage_b_target": Measure(
        "Täckning B i målåret, procent", percent=True, finer=True, of_report="coverage_b_reference", needs="both"
    ),
    "starters_target": Measure("Nya ST-läkare per år som når normen i målåret", needs="nation"),
    "cost_more": Measure(
        "Merkostnad i målåret om normen nås med lika stort intag varje år (inte rapportens väg), miljoner kronor",
        head="Merkostnad i målåret, miljoner kronor",
        sized=True,
        needs="both",
    ),
    "team_saving": Measure("Vad det team som kostar minst sparar per år, miljoner kronor", sized=True),
} | {name: Measure("{name} som behövs {year}, heltider", sized=True) for name in PROFESSIONS}
"""Measure → its words, in the order of the table."""

AT_TARGET = ("requirement_target", "fte_target", "coverage_a_target", "coverage_b_target")

PATH_TABLE, MAP_TABLE, VALUES_TABLE = "proeva-vaegen", "proeva-karta", "proeva-vaerden"
"""Names of the tables, which the script fills too."""


# --- what the reader may move ----------------------------------------------------------------------------


def show_controls(context: Context, found: Explorer) -> None:
    """Display the choice of area, the assumptions, the values, and the data that the page's script computes from."""
    t, movable = context.language, settings(context, found)
    buttons = (
        ("reset", t("Återställ allt")),
        ("respond", t("Svara på samrådet med mina antaganden")),
        ("link", t("Kopiera länk hit")),
    )
    order = ordered(found)
    groups = "".join(
        f'<details class="rv-group"{"" if place else " open"}>'
        f"<summary>{escape(t(SETTING_GROUP[group]))}</summary>"
        + "".join(_control(context, found, name, movable[name]) for name in names)
        + "</details>"
        for place, (group, names) in enumerate(order.items())
    )
    starts = scenarios(context, movable)
    begin = "".join(
        f'<button type="button" data-start="{name}" aria-pressed="false">{escape(words)}</button>'
        for name, (words, _) in starts.items()
    )
    heads = "".join(
        f'<th scope="col"{kind}>{escape(head)}</th>'
        for head, kind in (
            (t("Mått"), ""),
            (t("Rapportens värde"), ' class="number"'),
            (t("Ditt värde"), ' class="number"'),
            (t("Skillnad"), ' class="number"'),
        )
    )
    data = {
        "prepared": found.prepared,
        "report": {**_reported(context, found), "programme": _programme(context, found)},
        "settings": {name: _setting(name, item, t) for name, item in movable.items()},
        "measures": {
            name: {
                "words": t(one.words).format(year=context.year, name=t(PROFESSION.get(name, "")).capitalize()),
                "head": t(one.head) if one.head else "",
                "digits": one.digits,
                "sized": one.sized,
                "finer": one.finer,
                "needs": one.needs,
                "scaled": name in PROFESSIONS,
            }
            for name, one in MEASURES.items()
        },
        "scenarios": {name: moved for name, (_, moved) in starts.items()},
        "headlines": HEADLINES,
        "names": _names(context),
        "words": _words(context),
        "tables": {"path": PATH_TABLE, "map": MAP_TABLE, "values": VALUES_TABLE},
    }
    # No text may end the element early, whatever it says.
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    html(
        '<form id="rv-explorer" class="rv-explorer full-width">'
        f"<noscript><p>{escape(t('Den här sidan räknar i din webbläsare och behöver JavaScript.'))}</p></noscript>"
        '<p class="rv-notice" role="alert" hidden></p>'
        f'<div class="rv-begin"><p><label for="rv-area">{escape(t("Område"))}</label> '
        f'<select id="rv-area">{_areas(context)}</select> '
        f'<a class="rv-counts" hidden>{escape(t("Räkna med egna tal"))}</a></p>'
        f'<div class="rv-buttons" role="group" aria-label="{escape(t("Börja med"))}">'
        f"<span>{escape(t('Börja med'))}</span>{begin}</div></div>"
        f'<div class="rv-chips" role="group" aria-label="{escape(t("Du har ändrat"))}" hidden></div>'
        '<div class="rv-cockpit">'
        f'<aside class="rv-seen" aria-label="{escape(t("Vad dina antaganden ger"))}"><div class="rv-headlines"></div>'
        f'{_key(context)}<div class="rv-drawing"></div></aside>'
        f'<div class="rv-settings">{groups}'
        '<p class="rv-buttons">'
        + "".join(f'<button type="button" data-do="{do}">{escape(words)}</button>' for do, words in buttons)
        + "</p></div></div>"
        '<p class="rv-said" role="status" aria-live="polite"></p>'
        f'<p class="rv-title" id="{VALUES_TABLE}"></p>'
        f'<div class="rv-scroll" tabindex="0" role="region" aria-labelledby="{VALUES_TABLE}">'
        f'<table class="rv-table rv-stacked" aria-labelledby="{VALUES_TABLE}"><thead><tr>{heads}</tr></thead>'
        f'<tbody></tbody></table></div><p class="rv-source">{escape(_source(t))} '
        f'<a class="rv-download" download="{VALUES_TABLE}.csv" href="#{VALUES_TABLE}">'
        f"{escape(t('Ladda ned värdena (CSV)'))}</a></p></form>"
        f'<script type="application/json" id="rv-explorer-data">{text}</script>',
        said=t("Reglage för rapportens antaganden. De räknar i webbläsaren."),
    )


def ordered(found: Explorer) -> dict[str, tuple[str, ...]]:
    """Groups of settings and the settings of each, those first that move the nation most from end to end."""
    rows = found.spans
    apart = ((rows["at_high"] - rows["at_low"]) / rows["value"]).abs()
    most = apart.groupby(rows["setting"]).max()
    names = {group: tuple(sorted(own, key=lambda name: -most[name])) for group, own in SETTINGS.items()}
    return dict(sorted(names.items(), key=lambda item: -most[list(item[1])].max()))


def scenarios(context: Context, movable: Mapping[str, Assumption]) -> dict[str, tuple[str, dict[str, float]]]:
    """Scenarios to start from: name → its words, and the settings that it moves with the values that they then have.

    The first is the report's own: as many begin as today. Each of the others moves one setting half the way to an end.
    """
    t = context.language
    words = {
        "norm": t("Norm {value}"),
        "completion": t("Färre avhopp: {value} %"),
        "exit": t("Lägre avgång: {change}"),
    }
    found: dict[str, tuple[str, dict[str, float]]] = {"report": (t("Rapportens: dagens intag"), {})}
    for name, (moved, end) in SCENARIOS.items():
        item, shown = movable[moved], _setting(moved, movable[moved], t)
        to = (shown["value"] + _shown(moved, item, getattr(item, end))) / 2
        value = _tidy(shown["low"] + round((to - shown["low"]) / shown["step"]) * shown["step"])
        change = t.signed(value / shown["value"] - 1, percent=True)
        found[name] = words[name].format(value=t.exact(value)[0], change=change), {moved: value}
    return found


def _key(context: Context) -> str:
    """Words of the lines of the picture, which it has no room for on a phone."""
    t, words = context.language, _words(context)
    lines = (
        ("need-yours", f"{words['need']}, {words['yours']}"),
        ("need-reports", f"{words['need']}, {words['reports']}"),
        ("have-yours", f"{words['have']}, {words['yours']}"),
        ("have-reports", f"{words['have']}, {words['reports']}"),
        ("have-programme", words["programme"]),
    )
    items = "".join(f'<li data-line="{name}">{escape(label)}</li>' for name, label in lines)
    return f'<ul class="rv-key" aria-label="{escape(t("Linjerna i bilden"))}">{items}</ul>'


def _control(context: Context, found: Explorer, name: str, item: Assumption) -> str:
    t = context.language
    setting = _setting(name, item, t)
    low, high, label = setting["low"], setting["high"], escape(setting["label"])
    ends = f'min="{low}" max="{high}" value="{setting["value"]}"'
    about = t("Rapporten: {value}. Gränser: {limits}. Enhet: {unit}. Grad {grade}. {moved}").format(
        value=setting["shown"],
        limits=setting["limits"],
        unit=setting["unit"],
        grade=item.grade,
        moved=_moved(found, name, t),
    )
    link = f"data.html#antaganden-{questions.topic_of(name).name}"
    return (
        f'<div class="rv-setting" data-name="{name}"><label for="rv-{name}">{label}</label> '
        f'<strong class="rv-changed" hidden>{escape(t("ändrat"))}</strong>'
        f'<div class="rv-inputs"><input type="range" id="rv-{name}" {ends} step="{setting["step"]}" '
        f'aria-describedby="rv-{name}-about">'
        f'<input type="number" {ends} step="any" aria-label="{label}" aria-describedby="rv-{name}-about"></div>'
        f'<p class="rv-source" id="rv-{name}-about">{escape(about)} '
        f'<a href="{link}">{escape(t("Om antagandet"))}<span class="rv-hidden"> {label}</span></a></p></div>'
    )


def _moved(found: Explorer, name: str, t: Language) -> str:
    """What a setting does to the nation between its ends: to the first measure that it moves."""
    rows = found.spans.loc[found.spans["setting"] == name].set_index("measure")
    for measure, sentence in MOVED.items():
        value, low, high = map(float, rows.loc[measure, ["value", "at_low", "at_high"]])
        if abs(high - low) < LEAST_SPAN * value:
            continue
        ends = (high, low) if name in COMPLEMENT else (low, high)
        written = {
            "positions": [t.number(each) for each in ends],
            "coverage_a_target": [t.percent(each) for each in ends],
            "need": [t.signed(each / value - 1, percent=True) for each in ends],
        }[measure]
        return t(sentence).format(low=written[0], high=written[1])
    return t("Ensamt ändrar det inte rikets värden.")


def settings(context: Context, found: Explorer) -> dict[str, Assumption]:
    """Assumptions that may be moved, at the values that the report rests on.

    Those on careers are conditioned on what is published: the report's value is not the assumed one.
    """
    begun = found.prepared["settings"]
    return {
        name: context.assumptions[name].model_copy(update={"value": float(f"{begun[name]:.3g}")})
        if name in found.melded
        else context.assumptions[name]
        for group in SETTINGS.values()
        for name in group
    }


def _setting(name: str, item: Assumption, t: Language) -> dict[str, Any]:
    """What a control shows: shares in per cent, with a step on which the value and the ends lie."""
    low, value, high = sorted(_shown(name, item, each) for each in (item.low, item.value, item.high))
    shown, least, most = t.exact(value, low, high, unit=item.unit)
    return {
        "label": t(COMPLEMENT[name]) if name in COMPLEMENT else overviews.label_of(item, t),
        "short": t(SHORT[name]),
        "low": low,
        "value": value,
        "high": high,
        "step": 1 if item.unit == "year" else _step(low, value, high),
        "scale": _scale(item),
        "rest": name in COMPLEMENT,
        "year": item.unit == "year",
        "shown": shown,
        "limits": t.span(least, most),
        "unit": t("procent") if _scale(item) != 1 else t.term(item.unit),
    }


def _scale(item: Assumption) -> float:
    """What a number is multiplied by to be shown."""
    return 100.0 if item.unit.startswith(PER_CENT) or item.unit == "per year" else 1.0


def _shown(name: str, item: Assumption, value: float) -> float | int:
    """A value as the reader sees it."""
    return _tidy(_scale(item) * (1 - value if name in COMPLEMENT else value))


def _tidy(value: float) -> float | int:
    number = round(value, 10)
    return int(number) if number == int(number) else number


def _step(low: float, value: float, high: float) -> float | int:
    """The longest step of 1, 2 or 5 tens, units or parts that meets the value and the ends, with enough steps."""
    for size in sorted((digit * 10.0**power for digit in (1, 2, 5) for power in range(-4, 4)), reverse=True):
        counts = np.array([(value - low) / size, (high - low) / size])
        if counts[1] >= STEPS_WANTED - 1e-9 and np.allclose(counts, np.rint(counts), atol=1e-6):
            return _tidy(size)
    return _tidy((high - low) / STEPS_WANTED)


# --- what the script needs beside the model's numbers ------------------------------------------------------


def _areas(context: Context) -> str:
    t = context.language
    places = context.results.municipalities[["municipality", "name", "region"]]
    regions = [f'<option value="{code}">{escape(context.principals[code])}</option>' for code in context.results.regions]
    groups = [f'<optgroup label="{escape(t("Regioner"))}">{"".join(regions)}</optgroup>']
    for region, own in places.groupby("region", sort=True):
        inside = "".join(
            f'<option value="{code}">{escape(name)}</option>'
            for code, name in own[["municipality", "name"]].itertuples(index=False)
        )
        label = t("Kommuner i {region}").format(region=context.region_names[str(region)])
        groups.append(f'<optgroup label="{escape(label)}">{inside}</optgroup>')
    return f'<option value="{NATION}">{escape(t("Riket"))}</option>{"".join(groups)}'


def _names(context: Context) -> dict[str, str]:
    places = context.results.municipalities.set_index("municipality")["name"]
    return {**context.region_names, **{str(code): str(name) for code, name in places.items()}}


def _reported(context: Context, found: Explorer) -> dict[str, dict[str, list[float | None]]]:
    """The report's own value and interval of every measure: area → measure → value, low, high."""
    results, target = context.results, context.target_year
    at_target = results.paths.loc[results.paths["year"] == target]
    frames = {
        name: (at_target.loc[at_target["measure"] == one.of_report] if name in AT_TARGET else results.of(one.of_report))
        for name, one in MEASURES.items()
        if one.of_report
    }
    reported: dict[str, dict[str, list[float | None]]] = {area: {} for area in _names(context)}
    for name, rows in frames.items():
        scale = 100.0 if MEASURES[name].percent else 1.0
        by_area = rows.set_index("region") if "region" in rows else rows
        for area, cell in by_area[["value", "low", "high"]].iterrows():
            reported[str(area)][name] = _cell(cell.to_numpy(float) * scale)
    reported[NATION]["starters_target"] = _cell(
        results.starters.set_index("year").loc[target, ["value", "low", "high"]].to_numpy(float)
    )
    for area, more in found.areas.set_index("region")[["cost_more", "team_saving"]].iterrows():
        for measure, amount in more.items():
            reported[str(area)][str(measure)] = _cell(np.array([amount / MILLION, np.nan, np.nan]))
    for _, row in results.municipalities.iterrows():
        reported[str(row["municipality"])]["requirement"] = _cell(
            np.array([row["specialist_requirement"], row["low"], row["high"]], float)
        )
    need = results.guidelines
    need = of_principal(need.loc[(need["measure"] == "fte_need") & (need["cooperation"] == "")])
    for each in need.to_dict("records"):
        area = each["municipality"] or each["region"]
        reported[area][each["profession"]] = _cell(np.array([each["value"], each["low"], each["high"]], float))
    return reported


def _cell(values: np.ndarray[Any, np.dtype[np.float64]]) -> list[float | None]:
    """Value and interval for the script, with more digits than are shown; None where there is no number."""
    return [float(f"{each:.7g}") if np.isfinite(each) else None for each in values]


def _words(context: Context) -> dict[str, str]:
    t = context.language
    return {
        "values": t(
            "Värden för {area}: rapportens och dina. Dina är provvärden (status: skattad), inte rapportens riktvärden."
        ),
        "report": t("Rapporten: {value}"),
        "said": t("{area}. {measure}: {yours}, i rapporten {report}. Ändrade antaganden: {count}."),
        "hidden_path": t(
            "Regionens antal specialister är inte publicerat: därför visas bara behovet, inte tillgången eller täckningen."
        ),
        "hidden": t("visas inte: regionens antal är inte publicerat"),
        "nation_only": t("räknas bara för riket"),
        "not_here": t("räknas inte för kommuner"),
        "infeasible": t("går inte med enbart utbildning"),
        "same": t("ingen"),
        "missing": t("uppgift saknas"),
        "unknown_name": t("Länken nämner ett antagande som inte finns: {name}. Det används inte."),
        "unknown_area": t("Länken nämner ett område som inte finns: {name}. Riket visas i stället."),
        "no_number": t("Länkens värde för {label} är inget tal. Rapportens värde används."),
        "outside": t("{label} kan vara {limits}. Värdet är ändrat till {value}."),
        "copied": t("Länken är kopierad."),
        "address": t("Länken står i webbläsarens adressfält."),
        "need": t("behov enligt normen"),
        "have": t("specialister med {year} års intag").format(year=context.year),
        "yours": t("ditt värde"),
        "reports": t("rapportens värde"),
        "programme": t("rapportens väg inom gränserna"),
        "chip": t("{name} {value} ({report})"),
        "changed": t("Du har ändrat:"),
        "undo": t("Ta tillbaka"),
        "path": t(
            "Linjer för {area}. Med dina antaganden behövs {need} heltider i målåret {year}, i rapporten {report}. "
            "Specialisterna blir {have}."
        ),
        "path_need": t(
            "Linjer för {area}. Med dina antaganden behövs {need} heltider i målåret {year}, i rapporten {report}."
        ),
        "map": t("Karta över regionerna med dina antaganden. Lägst har {lowest}, {low}, och högst {highest}, {high}."),
        "of_region": t("Bilden visar {area}: kommuner har ingen egen väg."),
    }


def _source(t: Language) -> str:
    return t(
        "Källa: rapportens modell, räknad i din webbläsare med dina antaganden. Rapportens värden med 80-procentigt "
        "intervall inom parentes."
    )


# --- pictures ----------------------------------------------------------------------------------------------


def path(context: Context, found: Explorer) -> Figure:
    """Requirement and specialists of the nation by year, the report's own; the script adds the reader's."""
    t = context.language
    words = _words(context)
    years, need, have = (found.path[column].to_numpy() for column in ("year", "need", "specialists"))
    planned = np.array(_programme(context, found).get(NATION, [None] * len(years)), float)
    rows = [
        {"year": int(year), "value": float(value), "what": what, "whose": whose, "label": f"{words[what]}, {words[whose]}"}
        for what, whose, values in (
            ("need", "reports", need),
            ("have", "reports", have),
            ("need", "yours", need),
            ("have", "yours", have),
            ("have", "programme", planned),
        )
        for year, value in zip(years, values, strict=True)
        if np.isfinite(value)
    ]
    chart = (
        alt.Chart(alt.InlineData(values=rows, name="path"))
        .mark_line()
        .encode(
            x=alt.X(
                "year:Q",
                axis=alt.Axis(title=None, format="d", tickCount=5, grid=False),
                scale=alt.Scale(domain=[int(years[0]), int(years[-1])], nice=False),
            ),
            y=alt.Y("value:Q", axis=charts.number_axis(t("heltider"), 0), scale=alt.Scale(zero=True)),
            color=alt.Color("what:N", scale=alt.Scale(domain=["need", "have"], range=[BLUE, ORANGE]), legend=None),
            strokeDash=alt.StrokeDash(
                "whose:N",
                scale=alt.Scale(domain=["yours", "reports", "programme"], range=[[1, 0], [6, 4], [2, 2]]),
                legend=None,
            ),
            strokeWidth=alt.condition("datum.whose == 'yours'", alt.value(2.5), alt.value(1.8)),
            description="label:N",
        )
        .properties(width=charts.WIDTH, autosize=charts.FIT, height=230)
    )
    data = pd.DataFrame(
        {
            "region": NATION,
            "year": years,
            "need_report": need,
            "need_trial": need,
            "specialists_report": have,
            "specialists_trial": have,
            "programme_report": planned,
        }
    )
    at = years.tolist().index(context.target_year)
    alternative = words["path"].format(
        area=t("riket"),
        need=t.number(need[at]),
        year=context.target_year,
        report=t.number(need[at]),
        have=t.number(have[at]),
    )
    caption = t(
        "Heltider av specialister i allmänmedicin: behovet i blått, och i orange tillgången om lika många som {year} "
        "börjar sin ST varje år. Heldragna linjer är dina provvärden, streckade rapportens värden och prickade rapportens "
        "väg inom gränserna."
    ).format(year=context.year)
    return Figure(
        chart,
        alternative,
        caption,
        Table.of(
            t,
            PATH_TABLE,
            column.heads(t("År"), years.astype(str)),
            [
                column.number(t("Behov, rapporten"), need),
                column.number(t("Behov, ditt"), need),
                column.number(t("Specialister, rapporten"), have),
                column.number(t("Specialister, dina"), have),
                column.written(
                    t("Rapportens väg inom gränserna"), [t.number(v) if np.isfinite(v) else "–" for v in planned]
                ),
            ],
            data,
            caption,
            _model_source(t),
        ),
        live=True,
    )


def _model_source(t: Language) -> str:
    return t("SCB, Kolada, publicerade uppgifter och graderade antaganden; dina värden räknas i webbläsaren")


def _programme(context: Context, found: Explorer) -> dict[str, list[float | None]]:
    """Specialists by year on the build's path within the limits, of the areas that have one."""
    rows = context.results.programme
    rows = rows.loc[rows["measure"] == "programme_specialist_fte"]
    return {
        str(region): _cell(own.set_index("year")["value"].reindex(found.path["year"]).to_numpy(float))
        for region, own in rows.groupby("region")
    }


def density_map(context: Context, found: Explorer, counties: gpd.GeoDataFrame) -> Figure:
    """Positions per 10 000 inhabitants of every region; the script colours the reader's values on the same scale."""
    t = context.language
    density = found.areas["positions_per_10000"].to_numpy()
    codes = list(found.areas["region"])
    names = [context.region_names[code] for code in codes]
    by_region = pd.DataFrame({"region": codes[:-1], "name": names[:-1], "value": density[:-1]})
    areas = maps.prepare(counties).drop(columns="name", errors="ignore").merge(by_region, on="region")
    nation = float(density[-1])
    chart = maps.estimated(
        areas,
        t("ST-tjänster per 10 000 invånare, {year}").format(year=context.year),
        charts.number_label(1),
        around=(nation, REACH * nation),
    )
    low, high = (row for _, row in by_region.sort_values("value").iloc[[0, -1]].iterrows())
    alternative = _words(context)["map"].format(
        lowest=low["name"], low=t.number(low["value"], 1), highest=high["name"], high=t.number(high["value"], 1)
    )
    caption = t(
        "ST-tjänster per 10 000 invånare med dina antaganden. Skalans mitt är rapportens värde för riket: blått är lägre, "
        "orange högre."
    )
    order = [*range(len(names))[-1:], *range(len(names) - 1)]
    written = [t.number(density[place], 1) for place in order]
    data = pd.DataFrame(
        {
            "region": [codes[place] for place in order],
            "positions_per_10000_report": density[order],
            "positions_per_10000_trial": density[order],
        }
    )
    return Figure(
        chart,
        alternative,
        caption,
        Table.of(
            t,
            MAP_TABLE,
            column.heads(t("Region"), [names[place] for place in order]),
            [
                column.written(t("Rapportens värde"), written),
                column.written(t("Ditt värde"), written),
            ],
            data,
            caption,
            _model_source(t),
        ),
        live=True,
    )


def not_recomputed(context: Context) -> list[str]:
    """What the page leaves as the report has it, and where that stands."""
    t = context.language
    year = context.results.programme_status[2]
    planned = t(
        "Rapportens väg inom gränserna för sökande, handledning och takt är ett optimeringsproblem. Den räknas inte om "
        "här: bilden visar rapportens egen väg, som når normen {year}."
    )
    return [
        *([] if year is None else [planned.format(year=year)]),
        t(
            "Antaganden som ändrar hur regioner utan publicerade uppgifter fylls i, till exempel tillväxten i antal ST, "
            "går inte att flytta här. Inte heller uppdrag utanför listan: det är en avvikelse från riksmedel och flyttar "
            "inte riket."
        ),
        t(
            "Dina värden har inget intervall. De visar vad modellen ger vid just dessa antaganden. Rapportens intervall "
            "visar hur osäkra värdena är när alla antaganden varierar samtidigt."
        ),
        t(
            "För regioner som inte har publicerat sitt antal specialister eller ST-läkare visas varken tillgång, täckning "
            "eller kostnad."
        ),
    ]
