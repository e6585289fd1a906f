"""Where a planner types her own counts: the fields, the table that her browser fills, and what it computes from."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

import numpy as np

from riktvarden.names import AS_PERSONS, NURSE
from riktvarden.possible import MOST_PER_1000, MOST_STAFF_PER_1000, MOST_SUPERVISORS_PER_1000
from riktvarden.professions import PROFESSIONS
from riktvarden.report.chapters import st_guideline
from riktvarden.report.chapters.consultation import file_head
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import PROFESSION
from riktvarden.report.kit.figures import html
from riktvarden.report.kit.language import SOURCE_LANGUAGE, Language
from riktvarden.report.kit.ranges import Estimate, estimate_of, rows_of
from riktvarden.report.pages.municipality import DOCTOR, Place, is_one_principal, named
from riktvarden.report.pages.region_answer import intake
from riktvarden.responses import form as response
from riktvarden.responses.check import OLDEST
from riktvarden.returns import form

ANSWERED = {
    "persons": "st_persons",
    "positions": "st_positions",
    "starters": "st_starters",
    "specialists": "specialist_fte",
    "older": "specialist_persons_60_plus",
}
"""Field → what the consultation calls its number."""

CENTRE, TRAINING = "fte_per_centre_specialist", "calendar_training_years"
"""Assumptions on the full-time equivalents of a specialist who works at a health centre, and on the length of training."""

EMPTY = ""
"""What a cell of the return form has where nothing is counted."""


class Field(NamedTuple):
    """One number that a reader may type."""

    name: str
    """Its name in the address, behind "#"."""
    label: str
    beside: str
    """The report's own, in words."""
    most: float
    """More than this is a slip of the keyboard."""
    whole: bool = False
    least: int = 1
    units: Mapping[str, str] = {}
    """Units that the number may be typed in, by code and the first as default; none where there is only one."""


class Need(NamedTuple):
    """What staff is compared with."""

    field: str
    label: str
    estimate: Estimate
    least: Estimate | None = None
    """The minimum staffing, where it exceeds the need."""


def show_region(context: Context, region: str, prepared: Mapping[str, Any], edition: str) -> None:
    """Display the fields of a region, and the table of what they change.

    Parameters
    ----------
    context, region
        As everywhere.
    prepared
        What every region's counts condition, see `riktvarden.model.own_numbers.prepared`.
    edition
        Edition that the page is of.
    """
    t = context.language
    needs = list(_needs(context, region))
    people = context.results.cell("population", region).value / 1000
    fields = [
        Field(
            "persons",
            t("Personer i ST i allmänmedicin"),
            context.estimate("st_persons_reference", region),
            MOST_PER_1000["persons"] * people,
            whole=True,
        ),
        Field(
            "positions",
            t("Finansierade ST-tjänster"),
            context.estimate("st_positions_reference", region),
            MOST_PER_1000["positions"] * people,
        ),
        Field(
            "starters",
            t("Började sin ST under året"),
            context.estimate("st_starters_reference", region),
            MOST_PER_1000["persons"] * people,
            whole=True,
        ),
        Field(
            "specialists",
            t("Specialister på vårdcentral"),
            t("{number} heltider").format(number=context.estimate("specialist_fte", region)),
            MOST_SUPERVISORS_PER_1000 * people,
            units={"fte": t("heltider"), AS_PERSONS: t("personer")},
        ),
        Field(
            "older",
            t("därav 60 år eller äldre, personer"),
            t("{share} av heltiderna i riket").format(
                share=t.percent(float(np.exp(prepared[region]["stocks"]["mean"][4])))
            ),
            MOST_SUPERVISORS_PER_1000 * people,
            whole=True,
        ),
    ]
    staff = [
        Field(
            one.field,
            t(PROFESSION[one.field]).capitalize(),
            _needed(t, one),
            MOST_STAFF_PER_1000 * people,
            least=0,
        )
        for one in needs
    ]
    data = {
        "region": prepared[region],
        "report": _reported(context, region, prepared[region]),
        "rows": _rows(context, prepared[region]),
        "form": _return_form(context, region),
        "file": f"{form.MARK}-{region}-{context.year}-12-31.csv",
        "needs": _compared_with(needs),
        "share": t.assumed(context.assumptions[CENTRE]),
        "answer": _answer(
            context, "region", _official(context, region), region, edition, ANSWERED | _staff("", PROFESSIONS)
        ),
        "words": _words(context),
    }
    _show(
        context,
        [(t("ST och specialister"), fields), (t("Regionens personal i dag, heltider"), staff)],
        data,
        t("Ladda ned ifyllt formulär (CSV)"),
        t(
            "Talen ska gälla den {date} och omfatta privata vårdgivare. Alla fält är frivilliga: fyll i det du vet. Allt "
            "räknas i din webbläsare. Talen skickas inte, inte heller när sidan läses in på nytt eller byter språk."
        ).format(date=context.reference_date),
        t(
            "Hur många nya ST-läkare som når normen räknas på ett annat sätt än vägen överst på sidan. Här är intaget lika "
            "stort alla år och ändras på en gång, medan de övriga regionerna fortsätter med dagens intag. På vägen kan "
            "intaget bara ändras så fort som sökande och handledare räcker till, och det sänks när normen är nådd. Därför "
            "är talen olika, och vägen räknas inte om med egna tal. Antalet visas aldrig lägre än det som håller normen. "
            "Formuläret frågar bara om ST; övriga tal följer med i svaret."
        ),
    )


def show_municipality(context: Context, place: Place, edition: str) -> None:
    """Display the fields of a municipality: its own staff and the region's, by profession."""
    t = context.language
    one = is_one_principal(place)
    lines = [line for line in place.lines if line.profession in (NURSE, *PROFESSIONS) and line.profession != DOCTOR]
    principals = (
        {"total": (t("Personalen i dag, heltider"), t("{name}, heltider"))}
        if one
        else {
            "own": (t("Kommunens personal i dag, heltider"), t("{name} i kommunens vård, heltider")),
            "regional": (t("Regionens personal för invånarna, heltider"), t("{name} i regionens vård, heltider")),
        }
    )
    people = place.population / 1000
    groups, needs = [], []
    for part, (head, label) in principals.items():
        fields = []
        for line in lines:
            found = getattr(line, part)
            if not (found and found.low > 0):
                continue
            name = named(t, line.profession).capitalize()
            is_bound = part == "own" and line.least is not None and line.least.value > found.value
            need = Need(
                f"{part}_{line.profession}",
                label.format(name=t(PROFESSION[line.profession]).capitalize()),
                found,
                line.least if is_bound else None,
            )
            needs.append(need)
            fields.append(Field(need.field, name, _needed(t, need), MOST_STAFF_PER_1000 * people, least=0))
        if fields:
            groups.append((head, fields))
    part = "total_" if one else "own_"  # the region answers for its own staff
    sent = _staff(part, PROFESSIONS)
    names = [t(PROFESSION[need.field.removeprefix(part)]) for need in needs if need.field in sent]
    data = {
        "needs": _compared_with(needs),
        "answer": _answer(context, "municipality", place.name, place.region, edition, sent, place.code),
        "words": _words(context),
    }
    _show(
        context,
        groups,
        data,
        "",
        t(
            "Skriv hur många heltider som arbetar här och vilken dag det gäller. Alla fält är frivilliga. Allt räknas i "
            "din webbläsare. Talen skickas inte, inte heller när sidan läses in på nytt eller byter språk."
        ),
        t(
            "Regionernas formulär frågar bara om ST, så kommunens tal kan lämnas in som ett svar på samrådet. Ladda ned "
            "svaret och lämna filen till den som ger ut rapporten. Det tar med kommunens egna {professions}. Övriga tal "
            "följer med som text, eftersom samrådet inte frågar kommunen om dem."
        ).format(professions=t.listed(names))
        if names
        else "",
        date=_date(context),
    )


def _needed(t: Language, need: Need) -> str:
    """What is needed, and at least where a minimum exceeds that."""
    if need.least is None:
        return t("behov {need}").format(need=t.sized(*need.estimate))
    return t("behov {need}, men minst {least}").format(need=t.sized(*need.estimate), least=t.sized(*need.least))


def _date(context: Context) -> str:
    """Ask for the day that the numbers are of; the report's own is given."""
    t, day = context.language, f"{context.year}-12-31"
    about = t("Rapportens behov gäller den {date}.").format(date=context.reference_date)
    return (
        f'<p class="rv-mine-day"><label for="rv-mine-date">{escape(t("Talen gäller den"))}</label>'
        f'<input id="rv-mine-date" name="date" type="date" value="{day}" min="{context.year - OLDEST}-01-01" required '
        'aria-describedby="rv-mine-date-report rv-mine-date-fault">'
        f'<small id="rv-mine-date-report">{escape(about)}</small>'
        '<small class="rv-fault" id="rv-mine-date-fault"></small></p>'
    )


def _needs(context: Context, region: str) -> Iterable[Need]:
    """What the region's own care needs of each profession."""
    t = context.language
    for name in PROFESSIONS:
        rows = rows_of(context, name, "fte_need", "region", region)
        if region not in rows.index:  # one principal has all care
            rows = rows_of(context, name, "fte_need", region=region)
        if region in rows.index:
            label = t("{name}, heltider").format(name=t(PROFESSION[name]).capitalize())
            yield Need(name, label, estimate_of(rows, region))


def _show(
    context: Context,
    groups: Sequence[tuple[str, Sequence[Field]]],
    data: Mapping[str, Any],
    download: str,
    about: str,
    *more: str,
    date: str = "",
) -> None:
    t = context.language
    buttons = [
        ("answer", t("Ladda ned svar till samrådet")),
        ("table", t("Ladda ned tabellen (CSV)")),
        ("print", t("Skriv ut")),
        ("clear", t("Töm fälten")),
    ]
    buttons = [("form", download), *buttons] if download else buttons
    sets = "".join(
        f"<fieldset><legend>{escape(legend)}</legend>{''.join(_field(t, one) for one in fields)}</fieldset>"
        for legend, fields in groups
    )
    heads = "".join(
        f'<th scope="col"{kind}>{escape(head)}</th>'
        for head, kind in (
            (t("Mått"), ""),
            (t("Rapporten"), ' class="number"'),
            (t("Med dina tal"), ' class="number"'),
            (t("Skillnad"), ' class="number"'),
        )
    )
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    html(
        f'<form class="rv-mine" id="rv-mine" novalidate autocomplete="off"><p>{escape(about)}</p>'
        f"<noscript><p>{escape(t('Räkningen behöver JavaScript.'))}</p></noscript>{date}{sets}"
        '<p class="rv-said" role="status" aria-live="polite"></p><div class="rv-given" hidden>'
        f'<p class="rv-title" id="rv-mine-values">{escape(t("Rapportens värden och dina"))}</p>'
        '<div class="rv-scroll" role="region" aria-labelledby="rv-mine-values">'
        '<table class="rv-table rv-stacked" aria-labelledby="rv-mine-values">'
        f"<thead><tr>{heads}</tr></thead><tbody></tbody></table></div>"
        f'<p class="rv-source">{escape(" ".join(filter(None, [_source(t), *more])))}</p>'
        '<p class="rv-left"></p><p class="rv-buttons">'
        + " ".join(f'<button type="button" data-do="{do}">{escape(words)}</button>' for do, words in buttons)
        + f'</p></div></form><script type="application/json" id="rv-mine-data">{text}</script>',
        said=t("Fält för egna tal. De räknas i webbläsaren."),
    )


def _field(t: Language, one: Field) -> str:
    kind, beside = f"rv-mine-{one.name}", t("Rapporten: {value}").format(value=one.beside)
    typed = (
        f'<input id="{kind}" name="{one.name}" inputmode="{"numeric" if one.whole else "decimal"}" autocomplete="off" '
        f'data-most="{one.most:.0f}" data-least="{one.least}"{" data-whole" if one.whole else ""} '
        f'aria-describedby="{kind}-report {kind}-fault">'
    )
    if one.units:
        options = "".join(f'<option value="{code}">{escape(words)}</option>' for code, words in one.units.items())
        named = escape(t("Enhet: {name}").format(name=one.label))
        typed = f'<span>{typed}<select name="{one.name}_unit" aria-label="{named}">{options}</select></span>'
    return (
        f'<p><label for="{kind}">{escape(one.label)}</label>{typed}<small id="{kind}-report">{escape(beside)}</small>'
        f'<small class="rv-fault" id="{kind}-fault"></small></p>'
    )


def _source(t: Language) -> str:
    return t(
        "Inom parentes 80-procentigt intervall. Dina tal är inte granskade och är därför ingen del av rapporten. "
        "Intervallet blir smalare eftersom ett räknat antal ersätter modellens uppskattning, men det som är osäkert om "
        "framtiden är kvar."
    )


def _words(context: Context) -> dict[str, Any]:
    """What the script says."""
    t = context.language
    crossing = t("från {low} för få till {high} för många")
    return {
        "text": t("Skriv ett tal, till exempel 112 eller 98,5, utan ord och med högst två decimaler."),
        "negative": t("Talet kan inte vara negativt."),
        "whole": t("Skriv ett helt antal personer."),
        "least": t("Talet måste vara minst 1."),
        "most": t("Det är för mycket: så många kan inte finnas här. Högst {most} går att räkna med."),
        "alone": t("Skriv också hur många heltider specialisterna är."),
        "older": t("De äldre måste vara färre än alla specialister."),
        "has": t("har {staff}"),
        "needs": t("behöver {need}"),
        "at_least": t("behöver {need}, men minst {least}"),
        "suffice": t("{apart}, och chansen att de räcker är {chance}"),
        "apart": {
            "need": _compared(t("fler än behovet"), t("färre än behovet"), t("lika med behovet"), crossing),
            "least": _compared(
                t("fler än den lägsta bemanningen"),
                t("färre än den lägsta bemanningen"),
                t("lika med den lägsta bemanningen"),
                crossing,
            ),
            "guideline": _compared(
                t("fler än rapportens riktvärde"),
                t("färre än rapportens riktvärde"),
                t("lika med rapportens riktvärde"),
                crossing,
            ),
            "cost": _compared(t("mer"), t("mindre"), t("lika mycket"), t("från {low} mindre till {high} mer")),
        },
        "decimal": "," if t.code == SOURCE_LANGUAGE else ".",
        "day": t("Skriv en dag, från {first} till i dag."),
        "about": t("Om var och en arbetar {share} heltid är det {fte} heltider."),
        "rest": t("Egna tal den {date} som samrådet inte frågar om: {numbers}."),
        "filed": t("Alla tal följer med i svarsfilen."),
        "left": t(
            "Svarsfilen har {count} tal som svar. Övriga följer med som text, eftersom samrådet inte frågar er om dem: "
            "{names}."
        ),
        "said": t("{count} tal räknade. {first}: {value}."),
        "none": t("Inga egna tal."),
        "typed": t("Ditt tal: {field}"),
        "same": t("ingen"),
        "points": t(" procentenheter"),
        "under": t("under rapportens intervall"),
        "over": t("över rapportens intervall"),
        "within": t("inom rapportens intervall"),
        "narrower": t("intervallet är {share} smalare"),
        "moved": t("ett annat intervall"),
        "below": st_guideline.chance(t, 0),
        "above": st_guideline.chance(t, 1),
        "percent": t.percent_sign,
    }


def _compared(more: str, fewer: str, same: str, crossing: str) -> dict[str, str]:
    return {"more": more, "fewer": fewer, "same": same, "crossing": crossing}


def _compared_with(needs: Sequence[Need]) -> list[list[Any]]:
    """What staff is compared with: field, label, need and minimum."""

    def plain(ends: Estimate) -> list[float]:
        return [float(f"{end:.5g}") for end in ends]

    return [[one.field, one.label, plain(one.estimate), one.least and plain(one.least)] for one in needs]


def _rows(context: Context, prior: Mapping[str, Any]) -> dict[str, str]:
    """The words of the table's rows."""
    t = context.language
    last = prior["years"][-1]["year"]
    today = {
        "intake": intake(context),
        "first": int(context.assumptions["first_adjustable_intake"].value),
        "last": last,
        "years": t.assumed(context.assumptions[TRAINING]),
    }
    return {
        "persons": t("Personer i ST jämfört med rapportens riktvärde"),
        "positions": t("ST-tjänster jämfört med rapportens riktvärde"),
        "implied": t("Nya ST-läkare per år, om antalet i ST är oförändrat och ST tar {years} år").format(**today),
        "now": t("Täckning den {date}").format(date=context.reference_date),
        "coverage": t("Täckning {year}, {intake}").replace("{intake}", today["intake"]),
        "chance": t("Chans att normen är nådd {year}, {intake}").replace("{intake}", today["intake"]),
        "specialists": t("Specialister {last}, {intake}, heltider").format(**today),
        "asked": t("Nya ST-läkare per år för att nå normen {last}, om lika många börjar varje år från {first}").format(
            **today
        ),
        "cost": t("Vad de kostar {last} jämfört med {intake}, miljoner kronor").format(**today),
    }


def _reported(context: Context, region: str, prior: Mapping[str, Any]) -> dict[str, Any]:
    """The report's own values, by year where they have years."""
    years = [one["year"] for one in prior["years"]]
    coverage = st_guideline.path(context, "coverage_a_reference", region)
    met = st_guideline.path(context, "norm_met_reference", region)
    working = st_guideline.path(context, "specialist_fte_reference", region)
    return {
        "coverage": [_ends(coverage.loc[year]) for year in years],
        "chance": [float(met.loc[year, "value"]) for year in years],
        "specialists": _ends(working.loc[years[-1]]),
        "starters": _ends(context.results.cell("st_starters_reference", region)._asdict()),
        "hold": context.results.cell("st_starters_guideline", region).value,
        **{
            name: [_ends(context.results.cell(measure, region)._asdict()) for measure in both]
            for name, both in {
                "persons": ("st_persons_guideline", "st_gap"),
                "positions": ("st_positions_guideline", "st_positions_gap"),
            }.items()
        },
    }


def _ends(row: Any) -> list[float | None]:  # noqa: ANN401 - a row of a frame, or a mapping
    return [float(f"{row[end]:.6g}") if np.isfinite(row[end]) else None for end in ("value", "low", "high")]


def _return_form(context: Context, region: str) -> str:
    """The region's return form as text, where the script puts the reader's counts in place of `{persons}` and others."""
    head = {
        "mark": form.MARK,
        "version": str(form.VERSION),
        "region": region,
        "region_name": _official(context, region),
        "reference_date": f"{context.year}-12-31",
        "extent": next(text for text, complete in form.EXTENTS.items() if complete),
    }
    rows: list[list[str]] = [[f"{one.sv} / {one.en}", head[one.name]] for one in form.HEADS]
    rows += [[] for _ in range(form.HEADING_ROW - 1 - len(rows))]
    rows += [[one.sv for one in form.FIELDS], [one.en for one in form.FIELDS]]
    own = {"care_unit": form.WHOLE, "sector": "alla"} | {
        name: f"{{{name}}}" for name in ("positions", "persons", "starters")
    }
    rows.append([own.get(one.name, EMPTY) for one in form.FIELDS])
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue()


def _staff(part: str, professions: Iterable[str]) -> dict[str, str]:
    """Return what the consultation calls the staff of each profession, by field."""
    return {f"{part}{name}": f"{name}_fte" for name in professions}


def _answer(
    context: Context, actor: str, name: str, region: str, edition: str, quantities: Mapping[str, str], code: str = ""
) -> dict[str, Any]:
    """Return the beginning of a response to the consultation, to which the script adds the reader's counts."""
    t = context.language
    lines = {"form": response.FORM, "version": response.VERSION, "edition": edition}
    own = {"actor": actor, "name": name, "region": region}

    def written(entries: Mapping[str, object]) -> str:
        # What JSON writes of a text or whole number is TOML too.
        return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in entries.items())

    about = "".join(f"# {line}\n" for line in [t("Svar på samrådet från {name}.").format(name=name), *file_head(t)])
    return {
        "head": f"{about}\n{written(lines)}",
        "organisation": f"\n[organisation]\n{written(own)}",
        "date": f"{context.year}-12-31",
        "file": f"svar-{code or region}{response.SUFFIX}",
        "quantities": dict(quantities),
    }


def _official(context: Context, region: str) -> str:
    """Return the region's name in Swedish, as forms have it."""
    return str(context.table_rows("regions", region)["principal"].iloc[0])
