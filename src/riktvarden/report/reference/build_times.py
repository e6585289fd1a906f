"""How long the report takes to build after each kind of change, as measured by ``benchmarks/changes.py``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from riktvarden.report.kit import column
from riktvarden.report.kit.figures import Table, say, show
from riktvarden.report.kit.language import Language

RESULTS = Path(__file__).resolve().parents[4] / "benchmarks/results.json"

WHOLE = "whole"
"""The book from nothing."""

CHANGED = {
    "nothing": "Ingenting",
    "sentence": "En mening i ett textkapitel",
    "sentence_served": "En mening, när rapporten visas under arbetet",
    "style": "Utseendet",
    "style_served": "Utseendet, när rapporten visas under arbetet",
    "word": "Ett ord i en av rapportens funktioner",
    "label": "Benämningen på ett antagande",
    "value": "Värdet på ett antagande",
    "return": "En inlämnad uppgift från en region",
}
"""Measured change → its Swedish words."""


def read(path: Path = RESULTS) -> dict[str, Any]:
    """Return what was measured, and on which machine; empty if nothing was."""
    return dict(json.loads(path.read_text(encoding="utf-8")).get("changes", {}))


def show_measured(language: Language, path: Path = RESULTS) -> None:
    """Display what each change costs, and where it was measured."""
    if found := read(path):
        show(table(language, found), language)
        say(machine(language, found))
    else:
        say(language("Den här versionen av rapporten har vi inte mätt än."))


def table(language: Language, found: Mapping[str, Any]) -> Table:
    """What each change costs, in seconds and as a share of a book from nothing."""
    t = language
    rows = pd.DataFrame(found["builds"]).T.reindex(list(CHANGED)).rename_axis("change").reset_index()
    return Table.of(
        t,
        "byggtider",
        column.heads(t("Ändring"), (t(CHANGED[change]) for change in rows["change"])),
        [
            column.percent(t("Andel av tiden från ingenting"), rows["ratio"], 1),
            column.percent(t("Mål, högst"), rows["at_most"], 1),
            column.number(t("Sekunder"), rows["seconds"], 1),
        ],
        rows[["change", "seconds", "ratio", "at_most"]],
        t("Väntan efter en ändring, som andel av tiden det tar att bygga rapporten från ingenting"),
        t("egen mätning"),
    )


def machine(language: Language, found: Mapping[str, Any]) -> str:
    """Where and when it was measured, and what can be compared."""
    t = language
    return t(
        "Vi mätte den {date} på en dator med {cores} kärnor. Att bygga rapporten från ingenting tog då {seconds} sekunder "
        "och som mest {memory} MB minne, med sidor för {regions} regioner. Varje tal är medianen av {repeats} omgångar. "
        "Belastningen på datorn var {load} när mätningen började. Annat arbete gör alla sekunder fler, och därför är det "
        "andelarna som räknas."
    ).format(
        date=t.date(pd.Timestamp(found["date"]), "day"),
        cores=t.spelled(found["cores"]),
        repeats=t.spelled(found["repeats"]),
        regions=t.spelled(found["regions"]),
        seconds=t.number(found["builds"][WHOLE]["seconds"]),
        load=t.number(found["load"][0], 1),
        memory=t.number(found["peak_megabytes"]),
    )
