"""The chapter on the principals: who is responsible for what, and what each municipality's inhabitants need."""

from __future__ import annotations

import numpy as np
import pandas as pd

from riktvarden.codes import GOTLAND, NATION
from riktvarden.parameters import read_by
from riktvarden.professions import PROFESSIONS
from riktvarden.report.kit import charts, column
from riktvarden.report.kit.charts import BLUE, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import MUNICIPALITY_GROUP, PROFESSION, publications
from riktvarden.report.kit.figures import Figure, Table
from riktvarden.report.kit.language import Language
from riktvarden.report.kit.ranges import PRINCIPAL, estimate_of, municipal, rows_of
from riktvarden.report.kit.sources import line

SMALL = 10_000
"""Inhabitants below which a municipality's own figures say little."""

CARE = {"home_nursing": "sjukvård i hemmet", "home_rehabilitation": "rehabilitering i hemmet"}
"""Care of the table ``responsibility`` → its Swedish name."""

ASSUMED = {
    each.at_home.of_care: read_by(each.at_home.municipal_share)[0]
    for each in PROFESSIONS.values()
    if each.at_home is not None
}
"""Care → the assumption where a county has no share of its own."""


def summary(context: Context) -> list[str]:
    """How many principals there are, what is divided between them, and how small many are."""
    t = context.language
    heads = _places(context)["population"]
    regions = len(context.results.regions)
    kept = _responsibility(context).query("municipal_share == 0 and care == 'home_nursing'")["region"]
    return [
        t(
            "Det finns {all} huvudmän: {regions} regioner och {municipalities} kommuner, där Gotland är en enda huvudman "
            "för båda. I Norrtälje har ett kommunalförbund både regionens och kommunens vård."
        ).format(all=t.number(regions + len(heads) - 1), regions=t.number(regions), municipalities=t.number(len(heads))),
        t(
            "Läkarvård och ST är alltid regionens ansvar. En kommun har därför riktvärden för {names} i särskilt boende, "
            "i daglig verksamhet och i hemmet, men inget för ST."
        ).format(names=t.listed(t(each.shown.plural) for each in PROFESSIONS.values() if each.at_home)),
        t(
            "{kept} har behållit sjukvården i hemmet i ordinärt boende, men vården i särskilt boende är kommunernas också "
            "där. I övriga län har kommunerna tagit över vården i hemmet, men avtalen skiljer sig. "
            "Där ett läns avtal inte är känt räknas med att kommunerna har {share} av sjukvården och {rehabilitation} av "
            "rehabiliteringen i hemmet."
        ).format(
            kept=", ".join(context.principals[code] for code in kept),
            share=t.assumed(context.assumptions[ASSUMED["home_nursing"]]),
            rehabilitation=t.assumed(context.assumptions[ASSUMED["home_rehabilitation"]]),
        ),
        t.plural(
            "{count} kommun har färre än {limit} invånare. Den bedöms tillsammans med sin kommungrupp enligt SKR: ju färre "
            "invånare, desto mer dras dess vårdbehov mot gruppens.",
            "{count} kommuner har färre än {limit} invånare. De bedöms tillsammans med sin kommungrupp enligt SKR: ju "
            "färre invånare, desto mer dras deras vårdbehov mot gruppens.",
            (heads < SMALL).sum(),
            limit=t.number(SMALL),
        ),
    ]


def shares(context: Context) -> Figure:
    """The need of each profession in the nation by principal."""
    t = context.language
    labels = [t(PROFESSION[name]) for name in PROFESSIONS]
    drawn, columns = [], []
    for principal in ("region", "municipality"):
        found = [rows_of(context, name, "fte_need", principal) for name in PROFESSIONS]
        ends = [None if part.empty else estimate_of(part, NATION) for part in found]
        words = [t.sized(*each) if each else t("inte kommunens uppgift") for each in ends]
        columns.append(column.written(t(PRINCIPAL[principal]).capitalize(), words))
        drawn += [
            {"label": label, "kind": t(PRINCIPAL[principal]), **each._asdict()}
            for label, each in zip(labels, ends, strict=True)
            if each
        ]
    together = pd.concat([rows_of(context, name, "fte_need").loc[[NATION]] for name in PROFESSIONS])
    rows = context.results.guidelines
    nation = rows.loc[(rows["region"] == NATION) & (rows["measure"] == "fte_need")]
    care = {
        name: estimate_of(rows_of(context, name, "fte_need", "municipality"), NATION)
        for name, each in PROFESSIONS.items()
        if each.at_home
    }
    largest = max(care, key=lambda name: np.nan_to_num(care[name].value))
    alternative = t(
        "Punkter med intervall per yrke. Regionerna har störst del av behovet. Kommunernas del är störst för {name}: "
        "{need} heltider."
    ).format(name=t(PROFESSION[largest]), need=t.sized(*care[largest]))
    return Figure.of(
        charts.ranges(
            pd.DataFrame(drawn),
            charts.number_axis(t("heltider i riket"), 0),
            {t(PRINCIPAL["region"]): BLUE, t(PRINCIPAL["municipality"]): ORANGE},
            labels,
        ),
        alternative,
        Table.of(
            t,
            "huvudmaen-yrken",
            column.heads(t("Yrke"), labels),
            [
                *columns,
                column.sized(t("Tillsammans"), together),
                column.status(together),
            ],
            nation,
            t(
                "Behov av de {count} yrkena i riket {year} efter huvudman, heltider, inom parentes 80-procentigt intervall."
            ).format(count=t.spelled(len(PROFESSIONS)), year=context.year),
        ),
    )


def responsibility(context: Context) -> Figure:
    """The municipalities' share of care at home in each county, with what it rests on."""
    t = context.language
    rows = _responsibility(context)
    shown = list(context.results.regions)
    entries, drawn = [], []
    for row in rows.to_dict("records"):
        item = context.assumptions[ASSUMED[row["care"]]]
        known = pd.notna(row["municipal_share"])
        single = row["region"] == GOTLAND
        share = row["municipal_share"] if known else item.value
        written = t("en huvudman") if single else t.percent(share) if known else t.assumed(item)
        # No source tells rehabilitation apart: where it follows the care at home, that is taken for granted.
        status = "missing" if single else "reported" if known and row["care"] == "home_nursing" else "estimated"
        entries.append({**row, "written": written, "status": t.status(status), "single": single, "known": known})
        drawn.append(
            {
                "label": context.region_names[row["region"]],
                "column": t(CARE[row["care"]]),
                "share": 0.0 if single else share,
                "words": t("båda") if single else t.percent(share),
            }
        )
    found = pd.DataFrame(entries)
    by_care = {care: found.loc[found["care"] == care].set_index("region").loc[shown] for care in CARE}
    columns = [t(words) for words in CARE.values()]
    kept = [context.region_names[code] for code in by_care["home_nursing"].query("municipal_share == 0").index]
    unknown = found.loc[~found["known"] & ~found["single"], "region"].nunique()
    alternative = t(
        "Rutnät över kommunernas del av vården i hemmet. {kept} har behållit vården. För {unknown} län är avtalet inte "
        "känt, och där gäller antagandet."
    ).format(kept=", ".join(kept), unknown=t.number(unknown))
    return Figure.of(
        charts.matrix(
            pd.DataFrame(drawn),
            columns,
            [context.region_names[code] for code in shown],
            t("kommunernas andel"),
        ),
        alternative,
        Table.of(
            t,
            "huvudmaen-ansvar",
            context.named(shown),
            [
                *(column.written(t(words).capitalize(), by_care[care]["written"]) for care, words in CARE.items()),
                column.written(t("Läkarvård"), t("aldrig kommunal")),
                column.written(t("Status, sjukvård"), by_care["home_nursing"]["status"]),
                column.written(t("Status, rehabilitering"), by_care["home_rehabilitation"]["status"]),
                column.written(t("Uppgift"), by_care["home_nursing"]["figure"]),
            ],
            rows,
            t(
                "Kommunernas andel av vården i hemmet per län. Skattad betyder att länets avtal inte är känt. Gotlands "
                "fördelning visas inte, eftersom huvudmannen är en. Det gäller också Norrtälje i Stockholms län."
            ),
            t("statens offentliga utredningar, rapportens tabell över ansvar och antaganden"),
            stacked=True,
        ),
    )


def municipalities(context: Context, profession: str) -> Figure:
    """The index of every municipality by SKR group for a profession of both principals, with its values in the table."""
    t = context.language
    name = t(PROFESSION[profession])
    places = _places(context)
    rows = context.results.guidelines
    mine = rows.loc[rows["profession"] == profession]

    def of(measure: str, principal: str = "") -> pd.DataFrame:
        return municipal(mine, measure, principal).reindex(places.index)

    index, per_fte, total = (of(measure) for measure in ("need_index", "inhabitants_per_fte", "fte_need"))
    own, regions = of("fte_need", "municipality"), of("fte_need", "region")
    labels = _labels(t)
    value = index["value"].astype(float)
    dots = pd.DataFrame({"name": places["name"], "label": places["skr_group"].map(labels), "value": value})
    means = groups(context, profession)
    highest, lowest = str(means["index"].idxmax()), str(means["index"].idxmin())
    alternative = t(
        "En punkt per kommun, efter kommungrupp. Behovet av {name} per invånare är i genomsnitt störst i gruppen ”{most}” "
        "({high}) och minst i ”{least}” ({low}), där riket är 100. Enskilda kommuner går från {lowest} till {highest}."
    ).format(
        name=name,
        most=t(MUNICIPALITY_GROUP[highest]),
        high=t.number(means["index"][highest]),
        least=t(MUNICIPALITY_GROUP[lowest]),
        low=t.number(means["index"][lowest]),
        lowest=t.number(value.min()),
        highest=t.number(value.max()),
    )
    return Figure(
        charts.strip(
            dots,
            pd.DataFrame({"label": [labels[str(code)] for code in means.index], "value": means["index"].to_list()}),
            charts.number_axis(t("index, riket = 100"), 0),
            list(labels.values()),
            t("gruppens genomsnitt"),
        ),
        alternative,
        t("Behov av {name} per invånare i kommunerna {year}, efter kommungrupp enligt SKR. Riket är 100. Skattat.").format(
            name=name, year=context.year
        ),
        Table.of(
            t,
            f"kommuner-{profession.replace('_', '-')}",
            column.heads(t("Kommungrupp"), [f"{code} {t(MUNICIPALITY_GROUP[str(code)])}" for code in means.index]),
            [
                column.number(t("Kommuner"), means["municipalities"]),
                column.number(
                    t("därav under {limit} invånare").format(limit=t.number(SMALL)),
                    (places["population"] < SMALL).groupby(places["skr_group"]).sum().loc[means.index],
                ),
                column.estimate(t("Index, riket = 100"), means, ends=["index", "lowest", "highest"]),
            ],
            _wide(places, own, regions, total, per_fte, index),
            t(
                "Behov av {name} per invånare efter kommungrupp. Genomsnittet är vägt med invånarna. Inom parentes står "
                "lägsta och högsta kommun. Nedladdningen har alla {count} kommuner, med heltider och intervall."
            ).format(name=name, count=t.number(len(places))),
            line(mine["source"], t),
        ),
    )


def sources(context: Context) -> Table:
    """The publications behind the division of responsibility."""
    return publications(context, _responsibility(context)["figure"], "huvudmaen-kaellor")


# --- what the chapter is made of ----------------------------------------------------------------------


def groups(context: Context, profession: str) -> pd.DataFrame:
    """A profession's need per inhabitant by SKR group.

    Returns
    -------
    pandas.DataFrame
        Indexed by skr_group: municipalities, index (weighted by inhabitants), lowest and highest of a municipality.
    """
    places = _places(context)
    rows = context.results.guidelines
    mine = municipal(rows.loc[rows["profession"] == profession], "need_index")
    index = mine["value"].astype(float).reindex(places.index)
    by = places["skr_group"]
    weighted = (index * places["population"]).groupby(by).sum() / places["population"].groupby(by).sum()
    spread = index.groupby(by).agg(["size", "min", "max"])
    return pd.DataFrame(
        {"municipalities": spread["size"], "index": weighted, "lowest": spread["min"], "highest": spread["max"]}
    )


def _places(context: Context) -> pd.DataFrame:
    """Municipalities by code, in the order of region and name, with inhabitants and SKR group."""
    heads = context.results.municipalities.set_index("municipality")[["name", "region", "population"]]
    group = context.tables["municipalities"].set_index("municipality")["skr_group"]
    return heads.assign(skr_group=group).sort_values(["region", "name"])


def _responsibility(context: Context) -> pd.DataFrame:
    return context.tables["responsibility"]


def _labels(t: Language) -> dict[str, str]:
    """SKR group → its name as an axis writes it."""
    return {code: charts.wrapped(f"{code} {t(name)}") for code, name in MUNICIPALITY_GROUP.items()}


def _wide(places: pd.DataFrame, *parts: pd.DataFrame) -> pd.DataFrame:
    """One row a municipality for the download, with every value and the ends of its interval."""
    names = ("fte_municipality", "fte_region", "fte", "inhabitants_per_fte", "index")
    columns = {
        f"{name}_{end}": part[end].astype(float).round(2)
        for name, part in zip(names, parts, strict=True)
        for end in ("value", "low", "high")
    }
    return places.reset_index().assign(
        **{name: column.to_numpy() for name, column in columns.items()}, status=parts[2]["status"].to_numpy()
    )
