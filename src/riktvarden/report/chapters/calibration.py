"""The chapter that sets the model beside every published count, at the count's own date."""

from __future__ import annotations

import numpy as np
import pandas as pd

from riktvarden.codes import NATION
from riktvarden.names import FAR
from riktvarden.report.kit import charts, column
from riktvarden.report.kit.charts import BLUE, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import PROFESSION
from riktvarden.report.kit.figures import Figure, Table
from riktvarden.report.kit.language import SOURCE_LANGUAGE
from riktvarden.results import Calibration

GROUP = {
    "st": "läkare i ST",
    "new_specialists": "nya specialister",
    "specialists": "specialister",
    "gaps": "brist på läkare",
    "staff": "yrkenas personal",
    "use": "besökens tid mot personalens",
    "travel": "väg till vårdcentral",
}
"""Group of quantities → its Swedish words, in reading order."""

QUANTITY = {
    "st_persons": "läkare i ST, personer",
    "st_per_1000": "läkare i ST per 1 000 invånare",
    "st_positions": "ST-tjänster",
    "st_starters": "nya i ST, per år",
    "st_missing": "ST-läkare som saknas, personer",
    "completions": "nya specialister med svensk ST, per år",
    "certificates": "specialistbevis, per år",
    "foreign_certificates": "specialistbevis på utländsk ST, per år",
    "specialist_persons": "specialister, personer",
    "specialists_under_70": "specialister under 70 år, personer",
    "specialists_60_to_69": "specialister 60–69 år, personer",
    "share_60_plus": "specialister från 60 år, procent av alla",
    "specialists_at_centres": "specialister på vårdcentral, personer",
    "specialist_fte": "specialister på vårdcentral, heltider",
    "specialists_per_100000": "specialister per 100 000 invånare",
    "inhabitants_per_doctor": "invånare per heltidsläkare",
    "inhabitants_per_any_doctor": "invånare per läkare i primärvården",
    "leaving": "specialister på vårdcentral som slutar, per år",
    "specialists_missing": "specialister som saknas",
    "doctors_missing": "läkare som saknas",
    "regions_far_below": "regioner som behöver minst 90 % fler",
    "staff_municipal": "i kommunal hälso- och sjukvård, personer",
    "staff_all": "i alla sektorer, personer",
    "share_region": "i primärvården, procent av alla",
    "share_municipal": "i kommunal hälso- och sjukvård, procent av alla",
    "district_nurses_in_regions": "anställda i region, personer",
    "municipal_nurses": "sjuksköterskor i kommunal hälso- och sjukvård, personer",
    "physiotherapists_all_sectors": "i alla sektorer, personer",
    "psychologists_per_100000": "per 100 000 invånare",
    "nurse_visits": "besök hos sjuksköterska, miljoner per år",
    "rehabilitation_visits": "besök hos fysioterapeut och arbetsterapeut, miljoner per år",
    "child_health_visits": "besök i barnhälsovården, miljoner per år",
    "telephone_contacts": "telefonkontakter, miljoner per år",
    "home_care_recipients": "personer med kommunal hälso- och sjukvård",
    "within_ten_minutes": "invånare inom tio minuter med bil från en vårdcentral",
    "use_region": "arbetstid för besöken mot personalens tid, region",
    "use_municipal": "arbetstid för besöken mot personalens tid, kommun",
}
"""Quantity → its Swedish words."""

NAMES_ITSELF = (
    "municipal_nurses",
    "nurse_visits",
    "rehabilitation_visits",
    "child_health_visits",
    "telephone_contacts",
    "home_care_recipients",
)
"""Quantities whose words say whom or what they count; the others are written after the profession."""

DIGITS = {"per 1000 inhabitants": 2, "ratio": 2, "million visits per year": 1, "million contacts per year": 1}
"""Unit → decimals that it is written with; none for the others."""

OUTCOME = {"agrees": "stämmer", "near": "stämmer ungefär", "explained": "avviker, se förklaringen"}
"""Status of a comparison → its Swedish words. One that is not explained never reaches a page."""

ROLE = {"independent": "oberoende", "input": "modellen bygger på den", "identity": "samma arbete räknat på två sätt"}

COMPARABLE = {"same": "ja", "narrower": "källan räknar färre", "wider": "källan räknar fler", "unclear": "framgår inte"}

ASKED = {
    "lakarforbundet": "Läkarförbundet",
    "municipalities": "kommunerna",
    "professions": "yrkesförbunden",
    "regions": "regionerna",
    "scb": "SCB",
    "skr": "SKR",
    "socialstyrelsen": "Socialstyrelsen",
}
"""Who could answer → the words; the region that a figure is of answers for itself."""

ONE_SIDED = 5
"""Figures of a group that are seldom all on one side of the model by chance: two times in 2⁵."""


def _checks(found: Calibration, *roles: str) -> pd.DataFrame:
    """Comparisons of some roles, by default with figures that the model is not built on, the largest difference first."""
    rows = found.compared.loc[found.compared["role"].isin(roles or ("independent",))]
    return rows.loc[rows["z"].abs().sort_values(ascending=False, kind="stable").index]


def _label(context: Context, row: pd.Series) -> str:
    """What a row compares, in words."""
    return f"{context.region_names[row['region']]}, {row['date'].year}: {_words(context, row)}"


def _place(context: Context, region: str) -> str:
    """Where a figure is of, as written within a sentence."""
    return context.language("riket") if region == NATION else context.region_names[region]


def _words(context: Context, row: pd.Series) -> str:
    """What a row counts."""
    t = context.language
    words = t(QUANTITY[row["quantity"]])
    if row["profession"] in PROFESSION and row["quantity"] not in NAMES_ITSELF:
        return f"{t(PROFESSION[row['profession']])}, {words}"
    return words


def _number(context: Context, row: pd.Series, column: str) -> str:
    return context.language.number(row[column], DIGITS.get(row["unit"], 0))


def _far(rows: pd.DataFrame) -> pd.Series:
    return rows["z"].abs() > FAR


def summary(context: Context, found: Calibration) -> list[str]:
    """What the comparison says in brief."""
    t = context.language
    checks = _checks(found)
    far = _far(checks)
    sentences = [
        t(
            "Modellen stämmer med {within} av de {count} uppgifter som den inte själv bygger på, om hänsyn tas till hur "
            "osäkra båda är."
        ).format(within=t.number((~far).sum()), count=t.number(len(checks)))
    ]
    if far.any():
        sentences[0] += " " + t.plural(
            "Den återstående skiljer sig mer än osäkerheten medger. Skillnaden har en förklaring i tabellen.",
            "De övriga {count} skiljer sig mer än osäkerheten medger. Varje sådan skillnad har en förklaring i tabellen.",
            far.sum(),
        )
        row = checks.loc[far].iloc[0]
        sentences.append(
            t(
                "Störst är skillnaden i en uppgift från {year} om {region} ({what}). Källan anger {published}, och "
                "modellen ger {model}."
            ).format(
                what=_words(context, row),
                region=_place(context, row["region"]),
                year=row["date"].year,
                published=_number(context, row, "published"),
                model=_number(context, row, "model"),
            )
        )
    lower = t("Alla {count} uppgifter om {group} är högre än modellens tal, och det är sällan en slump.")
    higher = t("Alla {count} uppgifter om {group} är lägre än modellens tal, och det är sällan en slump.")
    for group, z in checks.groupby(checks["quantity"].map(found.groups))["z"]:
        if len(z) >= ONE_SIDED and abs(np.sign(z).sum()) == len(z):
            words = lower if z.max() < 0 else higher
            sentences.append(words.format(count=t.number(len(z)), group=t(GROUP[str(group)])))
    identities = _checks(found, "identity")
    sentences.append(
        t(
            "Ytterligare {inputs} uppgifter är sådana som modellen bygger på, och att de stämmer prövar den inte. Däremot "
            "prövar vi modellen mot sig själv, eftersom tiden för besöken ska rymmas i personalens arbetstid. Det gör den "
            "i {within} av {count} fall."
        ).format(
            inputs=t.number(len(_checks(found, "input"))),
            within=t.number((~_far(identities)).sum()),
            count=t.number(len(identities)),
        )
    )
    return sentences


def _by_group(found: Calibration, checks: pd.DataFrame) -> pd.DataFrame:
    """How many comparisons of each group agree: ``count, close, within, far``, in reading order."""
    far = _far(checks)
    columns = pd.DataFrame({"count": 1, "close": checks["status"] == "agrees", "within": ~far, "far": far})
    sums = columns.groupby(checks["quantity"].map(found.groups)).sum()
    return sums.reindex([name for name in GROUP if name in sums.index])


def scores(context: Context, found: Calibration) -> Figure:
    """Each independent figure by how far the model is from it; the table counts them by group."""
    t = context.language
    checks = _checks(found, "independent", "identity")
    within, beyond = t("stämmer inom två standardavvikelser"), t("avviker, med förklaring")
    groups = checks["quantity"].map(found.groups)
    by_group = _by_group(found, checks)
    order = [charts.wrapped(t(GROUP[str(group)])) for group in by_group.index]
    drawn = pd.DataFrame(
        {
            "name": [_label(context, row) for _, row in checks.iterrows()],
            "label": [charts.wrapped(t(GROUP[group])) for group in groups],
            "value": checks["z"],
            "kind": np.where(_far(checks), beyond, within),
        }
    )
    chart = charts.scores(
        drawn,
        charts.number_axis(t("z: modellen minus uppgiften, i standardavvikelser")),
        {within: BLUE, beyond: ORANGE},
        order,
        FAR,
    )
    higher = int((checks.loc[_far(checks), "z"] > 0).sum())
    inside = (~_far(checks)).groupby(checks["role"]).agg(["sum", "size"])
    alternative = t(
        "Punkter i {groups} grupper. {within} av de {count} uppgifter som modellen inte bygger på ligger inom två "
        "standardavvikelser, och det gör också {same} av de {twice} fall där samma arbete räknas på två sätt. Av de övriga "
        "ligger modellen högre än källan i {higher} fall och lägre i {lower}."
    ).format(
        groups=t.number(len(by_group)),
        within=t.number(inside["sum"]["independent"]),
        count=t.number(inside["size"]["independent"]),
        same=t.number(inside["sum"]["identity"]),
        twice=t.number(inside["size"]["identity"]),
        higher=t.number(higher),
        lower=t.number(by_group["far"].sum() - higher),
    )
    caption = t(
        "Hur långt modellen ligger från varje uppgift som den inte bygger på, och från sig själv där samma arbete räknas "
        "på två sätt. Det skuggade är två standardavvikelser åt varje håll. Till höger om noll ger modellen mer än källan."
    )
    data = by_group.rename_axis("group").reset_index()
    return Figure(
        chart,
        alternative,
        caption,
        Table.of(
            t,
            "kalibrering-omraaden",
            column.heads(t("Område"), [t(GROUP[str(group)]) for group in by_group.index]),
            [
                column.number(t("Uppgifter"), by_group["count"]),
                column.number(t("Inom en standardavvikelse"), by_group["close"]),
                column.number(t("Inom två"), by_group["within"]),
                column.number(t("Utanför, med förklaring"), by_group["far"]),
            ],
            data,
            caption,
            _source(context),
        ),
    )


def every(context: Context, found: Calibration) -> Table:
    """Every comparison, the largest difference first."""
    t = context.language
    rows = found.compared.loc[found.compared["z"].abs().sort_values(ascending=False, kind="stable").index]
    records = [row for _, row in rows.iterrows()]
    absolute = [row["quantity"] in found.absolute for row in records]
    caption = t(
        "Modellen bredvid varje publicerad uppgift. Källans tal är redovisade, modellens skattade med 80-procentigt "
        "intervall. Skillnaden är modellen minus källan: i procent av källans tal, för brister i antal. z är skillnaden "
        "delad med den gemensamma osäkerheten."
    )
    return Table.of(
        t,
        "kalibrering",
        column.heads(t("Vad som jämförs"), [_label(context, row) for row in records]),
        [
            column.written(t("Enligt källan"), [_number(context, row, "published") for row in records]),
            column.written(
                t("Modellen vid samma datum"),
                [t.estimate(row["model"], row["low"], row["high"], DIGITS.get(row["unit"], 0)) for row in records],
            ),
            column.written(
                t("Skillnad"),
                [
                    _number(context, row, "difference") if own else t.percent(row["ratio"] - 1)
                    for row, own in zip(records, absolute, strict=True)
                ],
            ),
            column.written(t("z"), [t.number(row["z"], 1) for row in records]),
            column.written(t("Utfall"), [t(OUTCOME[row["status"]]) for row in records]),
            column.written(t("Räknar källan samma sak?"), [t(COMPARABLE[row["comparable"]]) for row in records]),
            column.written(t("Förklaring"), [_explained(context, row) for row in records]),
            column.written(t("Uppgift"), [row["figure"] or "–" for row in records]),
            column.written(t("Roll"), [t(ROLE[row["role"]]) for row in records]),
            column.written(t("Vem kan svara"), [_asked(context, row) for row in records]),
        ],
        rows,
        caption,
        _source(context),
        stacked=True,
    )


def _explained(context: Context, row: pd.Series) -> str:
    """Why the two differ."""
    return row["explanation_sv" if context.language.code == SOURCE_LANGUAGE else "explanation_en"] or "–"


def _asked(context: Context, row: pd.Series) -> str:
    """Who could answer, where there is something to ask."""
    if not row["explained"]:
        return "–"
    asked = row["question_to"]
    return context.principals[row["region"]] if asked == "region" else context.language(ASKED[asked])


def _source(context: Context) -> str:
    return context.language("publicerade uppgifter, se varje rad, och modellen med graderade antaganden")


def at_base(context: Context, found: Calibration) -> Table:
    """The nation in the model at the base date."""
    t = context.language
    rows = found.base
    ends = rows.rename(columns={"model": "value"})
    caption = t("Riket i modellen {date}, med 80-procentigt intervall.").format(
        date=t.date(pd.Timestamp(context.year, 12, 31), "day")
    )
    return Table.of(
        t,
        "kalibrering-jaemfoerelsedatum",
        column.heads(t("Riket"), [t(QUANTITY[quantity]) for quantity in rows["quantity"]]),
        [
            column.estimate(t("Modellen"), ends),
            column.status("estimated"),
        ],
        rows,
        caption,
        _source(context),
    )


OBSERVED = {
    "physician_primary": "läkare i primärvården, heltider",
    "physician_all": "läkare i all vård, personer",
    "nurse_primary": "sjuksköterskor i primärvården, heltider",
    "nurse_all": "sjuksköterskor i all vård, personer",
    "physiotherapist_all": "fysioterapeuter i all vård, personer",
    "occupational_therapist_all": "arbetsterapeuter i all vård, personer",
    "psychologist_all": "psykologer i all vård, personer",
    "general_practice_doctor": "besök hos läkare",
    "nursing_other": "besök hos sjuksköterska",
    "physiotherapy_and_occupational_therapy_other": "besök hos fysioterapeut och arbetsterapeut",
    "other_primary_care_other": "övriga besök, bland annat hos psykolog",
}
"""Staff and visits that need is compared with → their Swedish words."""

STRENGTH = {"strong": "starkt", "moderate": "måttligt", "weak": "svagt", "unclear": "för svagt för att säga åt vilket håll"}


def relations(context: Context, found: Calibration) -> Table:
    """Whether regions with more need have more staff and visits."""
    t = context.language
    by = found.relations.set_index(["observed", "compared"])
    names = list(OBSERVED)

    def shown(compared: str) -> tuple[list[str], list[str]]:
        rows = by.xs(compared, level="compared").loc[names]
        ends = zip(rows["r"], rows["low"], rows["high"], strict=True)
        numbers = ["{} ({}–{})".format(*(t.number(value, 2) for value in each)) for each in ends]
        return numbers, [t(STRENGTH[strength]) for strength in rows["strength"]]

    (index, of_index), (need, of_need) = shown("care_need_index"), shown("need")
    first = by.xs("need", level="compared").loc[names]
    return Table.of(
        t,
        "kalibrering-samband",
        column.heads(t("Per invånare"), [t(OBSERVED[name]) for name in names]),
        [
            column.text(t("År"), first["year"]),
            column.number(t("Regioner"), first["n"]),
            column.written(t("Samband med vårdbehovsindexet"), index),
            column.text(t("Sambandet med indexet är"), of_index),
            column.written(t("Samband med modellens behov"), need),
            column.text(t("Sambandet med behovet är"), of_need),
        ],
        found.relations,
        t(
            "Hur personal och besök per invånare följer behovet mellan regionerna: korrelation med 95-procentigt "
            "intervall. Personal och besök visar också tillgången på vård. Ett svagt samband säger därför inte att behovet "
            "är fel."
        ),
        t("SKR, Socialstyrelsen och modellen"),
        stacked=True,
    )
