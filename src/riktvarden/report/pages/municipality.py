"""The page of one municipality, one screen: how many of each profession, whose they are, and how it compares.

Everything that pages show is read once, for all municipalities (`read`); a page then only puts words on its own part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

import pandas as pd

from riktvarden import tables
from riktvarden.codes import GOTLAND
from riktvarden.names import NURSE
from riktvarden.problems import InputError, Problem
from riktvarden.professions import PROFESSIONS
from riktvarden.professions.named import contacts
from riktvarden.report.chapters.principals import SMALL
from riktvarden.report.kit import column, sources
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import MUNICIPALITY_GROUP, PROFESSION
from riktvarden.report.kit.figures import Table, html
from riktvarden.report.kit.language import EN_DASH, Language
from riktvarden.report.kit.ranges import ENDS, Estimate, municipal
from riktvarden.report.reference.overviews import label_of

TEMPLATE = "chapters/municipalities/municipality.ipynb"
DOCTOR = "general_practice"
DISTRICT_NURSE = "district_nurse"


class Line(NamedTuple):
    """What is said of one profession in a municipality; None where it does not apply."""

    profession: str
    own: Estimate | None = None
    """Full-time equivalents of the municipality's care."""
    regional: Estimate | None = None
    """The same of the region's care for its inhabitants."""
    total: Estimate | None = None
    least: Estimate | None = None
    """Those that a municipality needs however few live there."""
    group: Estimate | None = None
    """The municipal care of all that it is counted with."""
    need_index: Estimate | None = None
    """Need per inhabitant, the nation being 100."""
    rank: int = 0
    """Place by that in the municipality's SKR group, the largest need first."""


@dataclass(frozen=True)
class Place:
    """A municipality and all that its page says of it."""

    code: str
    name: str
    region: str
    principal: str
    """The region's official name."""
    year: int
    """Year that its numbers are of, to the end of it."""
    date: str
    population: float
    skr_group: str
    own_weight: float
    """How far its need index is its own and not its group's."""
    joint: str
    """The principal that has both the region's and the municipality's care; empty where there is none."""
    partners: tuple[str, ...]
    """Names of the other municipalities that it is counted with."""
    peers: int
    """Municipalities of its SKR group, itself among them."""
    lines: tuple[Line, ...]
    data: pd.DataFrame
    """The figures behind its table."""


@dataclass(frozen=True)
class Places:
    """Every municipality, in the order of codes."""

    by_code: Mapping[str, Place]
    indices: Mapping[tuple[str, str], Sequence[float]]
    """Need per inhabitant of all municipalities of an SKR group in one profession."""
    changes: str
    """The assumptions that most would change the values, in words."""
    source: str
    """Where the figures come from, in words."""


def read(context: Context) -> Places:
    """Read what the pages of all municipalities say."""
    results = context.results
    every = context.tables["municipalities"]
    heads = results.municipalities.set_index("municipality")
    factors = results.factors.set_index("municipality")["own_weight"]
    principals = context.tables["municipal_principals"].set_index("municipality")[["name", "cooperation"]].fillna("")
    guidelines = results.guidelines
    plain = guidelines.drop(columns="cooperation").astype({"value": float, "low": float, "high": float})
    plain = plain.astype({name: object for name in plain if not pd.api.types.is_numeric_dtype(plain[name])})
    rows = {code: own for code, own in plain.groupby("municipality", sort=False) if code}
    names = dict(zip(every["municipality"], every["name"], strict=True))
    groups = dict(zip(every["municipality"], every["skr_group"], strict=True))
    of = {name: _lines(guidelines, name) for name in (NURSE, *PROFESSIONS)} | {DOCTOR: _doctors(context)}
    places = _ranked(of, groups)
    together = _together(guidelines)
    by_code, date = {}, context.reference_date
    for row in every.sort_values("municipality").to_dict("records"):
        code, cooperation = row["municipality"], principals["cooperation"][row["municipality"]]
        lines = [lines[code] for lines in places.values() if code in lines]
        by_code[code] = Place(
            code=code,
            name=row["name"],
            region=row["region"],
            principal=context.principals[row["region"]],
            year=context.year,
            date=date,
            population=float(heads["population"][code]),
            skr_group=row["skr_group"],
            own_weight=float(factors[code]),
            joint=str(principals["name"][code]),
            partners=tuple(
                names[other]
                for other in principals.index[principals["cooperation"] == cooperation]
                if cooperation and other != code
            ),
            peers=sum(group == row["skr_group"] for group in groups.values()),
            lines=tuple(line._replace(group=together.get((cooperation, line.profession))) for line in lines),
            data=rows[code],
        )
    indices: dict[tuple[str, str], list[float]] = {}
    for name, ranked in places.items():
        for code, line in ranked.items():
            if line.need_index is not None:
                indices.setdefault((groups[code], name), []).append(line.need_index.value)
    of_all = guidelines.loc[guidelines["municipality"] != "", "source"]
    return Places(by_code, indices, _changes(context), sources.line(of_all, context.language))


def _lines(guidelines: pd.DataFrame, profession: str) -> dict[str, Line]:
    """What is said of one profession, by municipality."""
    rows = guidelines.loc[guidelines["profession"] == profession]

    def of(measure: str, principal: str = "") -> dict[str, Estimate]:
        return _estimates(municipal(rows, measure, principal))

    own, regional, total = of("fte_need", "municipality"), of("fte_need", "region"), of("fte_need")
    codes = [*municipal(rows, "fte_need").index, *municipal(rows, "fte_need", "municipality").index]
    least, index = of("fte_floor", "municipality"), of("need_index")
    return {
        code: Line(profession, own.get(code), regional.get(code), total.get(code), least.get(code), None, index.get(code))
        for code in dict.fromkeys(map(str, codes))
    }


def _doctors(context: Context) -> dict[str, Line]:
    """What is said of doctors, who are the region's, by municipality."""
    heads = context.results.municipalities.set_index("municipality")
    need = _estimates(heads.assign(value=heads["specialist_requirement"]))
    index = _estimates(context.results.municipal_index.set_index("municipality"))
    return {code: Line(DOCTOR, None, need[code], need[code], need_index=index[code]) for code in need}


def _ranked(of: Mapping[str, dict[str, Line]], groups: Mapping[str, str]) -> dict[str, dict[str, Line]]:
    """Give each line its place in the SKR group of its municipality."""
    ranked = {}
    for name, lines in of.items():
        index = pd.Series(
            {code: line.need_index.value for code, line in lines.items() if line.need_index is not None}, dtype=float
        )
        place = index.groupby(index.index.map(groups)).rank(method="min", ascending=False)
        ranked[name] = {code: line._replace(rank=int(place.get(code, 0))) for code, line in lines.items()}
    return ranked


def _together(guidelines: pd.DataFrame) -> dict[tuple[str, str], Estimate]:
    """The need of each group of municipalities that are counted together, by group and profession."""
    rows = guidelines.loc[(guidelines["cooperation"] != "") & (guidelines["measure"] == "fte_need")]
    ends = rows[ENDS].to_numpy(float)
    return {
        (group, name): Estimate(*own)
        for group, name, own in zip(rows["cooperation"], rows["profession"], ends, strict=True)
    }


def _estimates(rows: pd.DataFrame) -> dict[str, Estimate]:
    """What is estimated of each area; a value that has been withdrawn is left out."""
    rows = rows.loc[rows["value"].notna()]
    return {str(code): Estimate(*ends) for code, ends in zip(rows.index, rows[ENDS].to_numpy(float), strict=True)}


def _changes(context: Context) -> str:
    """What would change the values most: for each profession, the weakest assumption on municipal care."""
    t = context.language
    effects = context.results.effects
    labels = []
    for name, profession in PROFESSIONS.items():
        taken = {said for kind in contacts(name) if kind.contact.where != "centre" for said in kind.said}
        mine = effects.loc[(effects["profession"] == name) & effects["name"].isin(taken), "name"]
        if profession.at_home and not mine.empty:
            label = label_of(context.assumptions[mine.iloc[0]], t)
            labels.append(label[:1].lower() + label[1:])
    return t.listed(labels)


def at(places: Places, context: Context, municipality: str | int) -> Place:
    """Return one municipality, by a parameter that command lines turn from "0114" into 114.

    Raises
    ------
    InputError
        If no municipality has that code; the message lists those of the same county, or else the counties.
    """
    code = str(municipality).strip().zfill(4)
    if code in places.by_code:
        return places.by_code[code]
    near = {place.code: place.name for place in places.by_code.values() if place.region == code[:2]}
    listed = ", ".join(f"{key} {name}" for key, name in sorted((near or context.principals).items()))
    fix = f"use one of: {listed}" if near else f"use a code that begins with one of: {listed}"
    raise InputError([Problem(TEMPLATE, 0, "municipality", str(municipality), "the code of a municipality", fix)])


# --- what is on the page ------------------------------------------------------------------------------


def show_head(context: Context, place: Place) -> None:
    """Display the ways that go on from the page."""
    t = context.language
    html(
        _links(
            (f"../regions/{place.region}.html", t("Sidan om {name}").format(name=place.principal)),
            (f"../compare.html?area={place.code}", t("Jämför med andra")),
            ("#rv-mine", t("Räkna med egna tal")),
            (f"../explorer.html?area={place.code}", t("Pröva andra antaganden")),
            (f"../municipalities/index.html#{place.region}", t("Alla kommuner")),
        )
    )


def show_answer(context: Context, place: Place) -> None:
    """Display the answer: what the municipality needs, then what the region needs for the same people."""
    first, *rest = answer(context, place)
    html(f'<p class="rv-answer">{escape(first)}</p>' + "".join(f"<p>{escape(words)}</p>" for words in rest))


def answer(context: Context, place: Place) -> list[str]:
    """What the municipality needs, the region's part and what it means where few live, a paragraph each."""
    t = context.language
    region = place.principal
    of = {line.profession: line for line in place.lines}
    doctors = of[DOCTOR].total
    assert doctors is not None
    people = t("{name} hade {people} invånare den {date}.").format(
        name=place.name, people=t.number(place.population), date=place.date
    )
    if is_one_principal(place):
        whole = {name: line.total for name, line in of.items() if name in PROFESSIONS and line.total}
        who = (
            t("{region} är en enda huvudman, så all vård är dess ansvar.").format(region=region)
            if place.region == GOTLAND
            else t("{name} är huvudman för både regionens och kommunens vård här.").format(name=place.joint)
        )
        needs = t("{name} behöver i heltider räknat {parts}.")
        return [
            needs.format(name=place.name, parts=_needs(t, whole, doctors)),
            f"{who} {people} {_group(t, place)}",
        ]
    own = {name: line.own for name, line in of.items() if line.own and not (name == DISTRICT_NURSE and NURSE in of)}
    first = t("{name} behöver i heltider räknat {parts} i kommunens egen vård.").format(
        name=place.name, parts=_needs(t, own)
    )
    if NURSE in of and (some := of[DISTRICT_NURSE].own):
        first += " " + t("Av sjuksköterskorna bör {need} vara distriktssköterskor.").format(need=t.sized(*some))
    regional = {name: line.regional for name, line in of.items() if name in PROFESSIONS and line.regional}
    second = t("För samma invånare behöver {region} {parts}. Läkarvården är alltid regionens ansvar.").format(
        region=region, parts=_needs(t, regional, doctors)
    )
    return [first, second, " ".join([*_least(t, place), f"{people} {_group(t, place)}"])]


def _needs(t: Language, needs: Mapping[str, Estimate], doctors: Estimate | None = None) -> str:
    words = t("{need} {name}")
    parts = [words.format(need=t.sized(*need), name=t(PROFESSION[name])) for name, need in needs.items()]
    if doctors:
        parts.append(words.format(need=t.estimate(*doctors, 1), name=t("specialister i allmänmedicin")))
    return t.listed(parts)


def _group(t: Language, place: Place) -> str:
    return t("Kommunen hör till kommungruppen ”{group}”.").format(group=_group_name(t, place))


def _group_name(t: Language, place: Place) -> str:
    return f"{place.skr_group} {t(MUNICIPALITY_GROUP[place.skr_group])}"


def _least(t: Language, place: Place) -> list[str]:
    """What it takes to have anyone there at all, and whom a small municipality could share with."""
    parts = []
    small = [line for line in place.lines if line.least and line.own and line.own.value < line.least.value]
    if small:
        parts.append(
            t("Behovet av {names} är mindre än den lägsta bemanning som en kommun bör ha: {least}.").format(
                names=t.listed(t(PROFESSION[line.profession]) for line in small),
                least=t.listed(
                    t("{need} {name}").format(need=t.sized(*line.least), name=t(PROFESSION[line.profession]))
                    for line in small
                    if line.least
                ),
            )
        )
    if place.partners:
        parts.append(
            t(
                "I en så liten kommun rör det sig om enstaka heltider, och därför visar tabellen också vad den behöver "
                "tillsammans med {names}, som hör till samma kommungrupp i länet."
            ).format(names=t.listed(place.partners))
        )
    return parts


def is_one_principal(place: Place) -> bool:
    """Whether one principal has both the region's and the municipality's care."""
    return bool(place.joint) or place.region == GOTLAND


class Words(NamedTuple):
    """A line as readers see it."""

    name: str
    own: str
    regional: str
    total: str


def words(t: Language, place: Place) -> list[Words]:
    """The full-time equivalents of each profession: the same on the municipality's page and its card."""
    one = is_one_principal(place)
    lines = []
    for line in place.lines:
        digits = 1 if line.profession == DOCTOR else None
        written = {
            part: (t.sized(*found) if digits is None else t.estimate(*found, digits)) if found else ""
            for part, found in (("own", line.own), ("regional", line.regional), ("total", line.total))
        }
        if not any(written.values()):
            written = dict.fromkeys(written, t("uppgift saknas"))
        elif one:
            written |= {"own": t("en huvudman"), "regional": t("en huvudman")}
        lines.append(
            Words(
                named(t, line.profession),
                written["own"] or t("regionens ansvar"),
                written["regional"] or EN_DASH,
                written["total"] or EN_DASH,
            )
        )
    return lines


def named(t: Language, profession: str) -> str:
    """The name of a row; district nurses are some of the nurses."""
    if profession == DOCTOR:
        return t("specialister i allmänmedicin")
    return t("sjuksköterskor, alla") if profession == NURSE else t(PROFESSION[profession])


def values(context: Context, places: Places, place: Place) -> Table:
    """The full-time equivalents of each profession, whose they are and the least there should be."""
    t = context.language
    lines = words(t, place)
    least = [t.sized(*line.least) if line.least else EN_DASH for line in place.lines]
    group = [t.sized(*line.group) if line.group else EN_DASH for line in place.lines]
    one = is_one_principal(place)
    return Table.of(
        t,
        f"yrken-{place.code}",
        column.heads(t("Heltider"), [line.name for line in lines]),
        [
            None if one else column.written(t("Kommunen"), [line.own for line in lines]),
            None if one else column.written(t("Regionen"), [line.regional for line in lines]),
            column.written(t("Tillsammans"), [line.total for line in lines]),
            None if one else column.written(t("Minst i kommunen"), least),
            column.written(t("Med kommungruppen i länet, kommunal vård"), group) if place.partners else None,
        ],
        place.data,
        t(
            "Så många heltider behövs för invånarna i {name} {year}, skattat. Inom parentes 80-procentigt intervall. "
            "Vi har inte läst något antal för personalen i enskilda kommuner: Kolada har sjuksköterskor och rehabilitering "
            "i kommunens tjänst, men inte yrke för yrke. Jämför med er egen personal: är den mindre än intervallets lägsta "
            "tal är chansen att den räcker under 10 procent."
        ).format(name=place.name, year=place.year),
        places.source,
        stacked=True,
    )


def show_group(context: Context, places: Places, place: Place) -> None:
    """Display the municipality's need per inhabitant among all of its SKR group, a line a profession."""
    t = context.language
    lines = [line for line in place.lines if line.need_index]
    of = {line.profession: places.indices[place.skr_group, line.profession] for line in lines}
    ends = [value for values in of.values() for value in values] + [100.0]
    low, high = min(ends), max(ends)
    rows = "".join(_strip(t, line, of[line.profession], place.peers, low, high) for line in lines)
    html(
        f'<p class="rv-caption">{escape(_group_words(t, place))}</p>'
        f'<table class="rv-table rv-among"><thead><tr><td></td>'
        f"<td><div><span>{t.number(low)}</span><span>{t.number(high)}</span></div></td>"
        f'<th scope="col" class="number">{t("Index")}</th>'
        f'<th scope="col" class="number">{t("Plats")}</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _group_words(t: Language, place: Place) -> str:
    return t.plural(
        "Behov per invånare i {name}, som är den enda kommunen i gruppen. Riket är 100.",
        "Behov per invånare i {name} (ringen) och i de {count} kommunerna i gruppen ”{group}”, ett streck för var och en. "
        "Riket är 100, och den som har störst behov står på plats 1.",
        place.peers,
        name=place.name,
        group=_group_name(t, place),
    )


def _strip(t: Language, line: Line, values: Sequence[float], peers: int, low: float, high: float) -> str:
    """One profession's strip: a mark for each municipality of the group and a ring for this one."""
    assert line.need_index is not None
    span = (high - low) or 1.0

    def along(value: float) -> float:
        return 3 + 94 * (value - low) / span  # a ring has room at the ends

    marks = "".join(f"M{along(value):.1f} 2v12" for value in sorted(values))
    name, value = escape(named(t, line.profession)), t.estimate(*line.need_index)
    rank = t("{rank} av {count}").format(rank=t.number(line.rank), count=t.number(peers))
    return (
        f'<tr><th scope="row">{name}</th><td class="rv-strip"><svg width="100%" height="16" viewBox="0 0 100 16" '
        f'preserveAspectRatio="none" aria-hidden="true"><path d="{marks}"/></svg>'
        f'<svg class="rv-ring" width="100%" height="16" aria-hidden="true">'
        f'<circle cx="{along(line.need_index.value):.1f}%" cy="8" r="5"/></svg></td>'
        f'<td class="number">{value}</td><td class="number">{rank}</td></tr>'
    )


def show_sure(context: Context, places: Places, place: Place) -> None:
    """Display how sure the numbers are, and what could change them most."""
    html("".join(f"<p>{escape(part)}</p>" for part in sure(context, places, place)))


def sure(context: Context, places: Places, place: Place) -> Iterator[str]:
    """How sure the numbers are: more for comparing than for the level, less where few live, and what could change them."""
    t = context.language
    yield t(
        "Varje tal är rikets nivå gånger kommunens index. Jämförelsen med andra kommuner är därför säkrare än nivån."
    ) + (
        " "
        + t(
            "Kommunen har färre än {limit} invånare, så dess tal är osäkra. Vårdbehovet per invånare bedöms till {own} "
            "efter kommunens egna uppgifter och i övrigt efter genomsnittet för dess kommungrupp: ju färre invånare, "
            "desto mer väger gruppen."
        ).format(limit=t.number(SMALL), own=t.percent(place.own_weight))
        if place.population < SMALL
        else ""
    )
    changing = (
        t("Det som mest kan ändra talen är de bedömningar som saknar källa, främst {labels}.")
        if is_one_principal(place)
        else t(
            "Det som mest kan ändra talen är länets avtal om vården i hemmet och de bedömningar som saknar källa, främst "
            "{labels}."
        )
    )
    yield changing.format(labels=places.changes)


def show_list(context: Context) -> None:
    """Display every municipality by region, each with the way to its page."""
    rows = context.tables["municipalities"]
    rows = rows.sort_values("name", key=lambda names: names.map(tables.collated))
    parts = []
    for code in context.results.regions:
        own = rows.loc[rows["region"] == code]
        pages = [(f"../municipalities/{each}.html", name) for each, name in own[["municipality", "name"]].to_numpy(str)]
        parts.append(f'<section id="{code}"><h2>{escape(context.principals[code])}</h2>{_links(*pages)}</section>')
    html("".join(parts))


def _links(*links: tuple[str, str]) -> str:
    items = "".join(f'<li><a href="{address}">{escape(text)}</a></li>' for address, text in links)
    return f'<ul class="rv-ways">{items}</ul>'
