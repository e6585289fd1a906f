"""The chapter on how fast the report is built: what was measured, against what, and what the limit is."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from riktvarden.report.kit.figures import Table
from riktvarden.report.kit.language import Language
from riktvarden.store import material

RESULTS = material.PROJECT / "benchmarks/results.json"
"""Written by ``make bench``."""

MEASURED = {
    "a": "Köra regionernas sidor, tid jämfört med den kortast möjliga",
    "b": "Tid per sida med alla kommuner, jämfört med bara regionerna",
    "c": "Bygga allt från början: så många gånger längre tid tar standardverktygen",
    "d": "Bygga om när en region lämnat nya uppgifter, del av tiden från början",
    "e": "Bygga om när ingenting har ändrats, sekunder",
    "f": "Mest minne under bygget, megabyte",
}
"""Letter of a measure → its words."""

DIGITS = {"e": 1, "f": 0}
"""Decimals of a measure that is no ratio."""

LIMIT = {
    "a": "Sidorna räknas bredvid varandra på de kärnor som finns. Att starta och avsluta varje sida tar också tid.",
    "b": "Kommunernas sidor är lättare än regionernas. Är de ändå långsammare beror det på att datorn gör annat.",
    "c": "Det mesta av tiden går åt till sidorna och sammanställningen, som standardverktygen också gör.",
    "d": (
        "Nya uppgifter kan ändra summor i alla kapitel. Därför räknas resultaten om, och tre analyser som kör modellen "
        "många gånger: osäkerhet, kostnad och prövning mot det förflutna. De sidor som visar ändrade tal görs sedan om på "
        "båda språken, och hela boken sätts samman och granskas."
    ),
    "e": "Alla källor och alla sidor läses och jämförs, byte för byte. Resten är tiden att starta programmet.",
    "f": "Varje sida som körs har en egen process, som delar det mesta av minnet med de andra.",
}
"""Letter of a measure → what sets its limit."""


def read() -> dict[str, dict[str, Any]]:
    """Return what has been measured, by letter."""
    found: dict[str, dict[str, Any]] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return found


def overview(t: Language, found: dict[str, dict[str, Any]]) -> Table:
    """Every measure with its aim and how it was measured; what has not been measured says so."""
    rows, data = [], []
    for letter, words in MEASURED.items():
        one = found.get(letter)
        if one is None:
            rows.append([t(words), t("inte mätt"), "", "", "", "", "", t("uppgift saknas")])
            continue
        digits = DIGITS.get(letter, 2)
        low, high = one["load"]
        rows.append(
            [
                t(words) + (f" ({one['languages']})" if "languages" in one else ""),
                t.number(one["measured"], digits),
                _aim(t, one, digits),
                _verdict(t, one),
                t.number(one["pairs"]),
                t("{before} före, {after} efter").format(before=t.number(low, 1), after=t.number(high, 1)),
                t.date(pd.Timestamp(one["date"]), "day"),
                t("uppmätt"),
            ]
        )
        reported = {key: str(value) for key, value in sorted(one.items()) if not isinstance(value, list) or key == "load"}
        data.append({"measure": letter, **reported})
    columns = [t("Värde"), t("Mål"), t("Målet nått"), t("Mätningar"), t("Datorns belastning"), t("Datum"), t("Status")]
    cells = pd.DataFrame(
        [row[1:] for row in rows], columns=columns, index=pd.Index([row[0] for row in rows], name=t("Vad som mätts"))
    )
    return Table(
        "byggtider",
        cells,
        pd.DataFrame(data),
        t("Hur snabbt rapporten byggs. Kvoter är mätta i par på samma dator; belastningen visar hur upptagen den var."),
        t("rapportens egna mätningar, benchmarks/results.json"),
        text=(t("Datum"), t("Datorns belastning")),
        stacked=True,
    )


def limits(t: Language, found: dict[str, dict[str, Any]]) -> list[str]:
    """What sets the limit of each measure whose aim is missed."""
    missed = [
        t("{measure}: {limit}").format(measure=t(MEASURED[letter]), limit=t(LIMIT[letter]))
        for letter in MEASURED
        if letter in found and _reached(found[letter]) is False
    ]
    return missed or [t("Alla mål som har mätts är nådda.")]


def machine(t: Language, found: dict[str, dict[str, Any]]) -> str:
    """On what the measures were made."""
    reported = [found[letter] for letter in MEASURED if letter in found]  # the file has the weight of pages too
    return t(
        "Mätt på en dator med {cores} kärnor och Python {python}. Fler mätningar och en ledig dator ger säkrare tal."
    ).format(
        cores=t.listed(t.number(count) for count in sorted({one["cores"] for one in reported})),
        python=t.listed(sorted({one["python"] for one in reported})),
    )


def steps(t: Language, found: dict[str, dict[str, Any]]) -> Table:
    """The slowest steps of the builds that were measured: what sets their limit."""
    slow = [{"measure": letter, **step} for letter in MEASURED for step in found.get(letter, {}).get("steps", [])]
    data = pd.DataFrame(slow, columns=["measure", "language", "step", "seconds"])
    cells = pd.DataFrame(
        {
            t("Bygge"): [t(MEASURED[letter]) for letter in data["measure"]],
            t("Språk"): data["language"],
            t("Sekunder"): [t.number(seconds, 1) for seconds in data["seconds"]],
        }
    ).set_axis(pd.Index(data["step"], name=t("Steg, som bygget skriver det")))
    return Table(
        "byggsteg",
        cells,
        data,
        t("De steg som tog längst tid i de uppmätta byggena, det längsta först. Flera steg kan göras samtidigt."),
        t("rapportens egna mätningar, benchmarks/results.json"),
        stacked=True,
    )


def _aim(t: Language, one: dict[str, Any], digits: int) -> str:
    if "at_most" in one:
        return t("högst {number}").format(number=t.number(one["at_most"], digits))
    if "at_least" in one:
        return t("minst {number}").format(number=t.number(one["at_least"], digits))
    return t("inget mål")


def _reached(one: dict[str, Any]) -> bool | None:
    """Whether the aim is reached; None where there is none."""
    if "at_most" in one:
        return bool(one["measured"] <= one["at_most"])
    return bool(one["measured"] >= one["at_least"]) if "at_least" in one else None


def _verdict(t: Language, one: dict[str, Any]) -> str:
    return {True: t("ja"), False: t("nej"), None: ""}[_reached(one)]
