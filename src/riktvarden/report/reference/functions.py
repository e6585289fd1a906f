"""Table of the public functions of the core, for the method chapter.

It is separate from the rest of `reference`, as this module makes a page depend on every module of the core.
"""

from __future__ import annotations

import inspect
from types import ModuleType

import pandas as pd

from riktvarden import economics, guideline, melding, model, need, population, small_area, supply, uncertainty, validation
from riktvarden.baseline import personnel, reconcile, regional, returned, st, visits
from riktvarden.model import (
    break_even,
    calibration,
    careers,
    chain,
    composition,
    costs,
    explorer,
    first_line,
    general_practice,
    guidelines,
    heard,
    indices,
    inputs,
    local_care,
    outlook,
    own_numbers,
    path_to_norm,
    professions,
    recruitment,
    relations,
    scenarios,
    sensitivity,
    staffing,
    team,
    trust,
    weights,
)
from riktvarden.report.kit import column
from riktvarden.report.kit.figures import Table, show_folded
from riktvarden.report.kit.language import Language

CORE: tuple[ModuleType, ...] = (
    population,
    st,
    regional,
    returned,
    reconcile,
    personnel,
    visits,
    melding,
    need,
    small_area,
    supply,
    guideline,
    uncertainty,
    economics,
    validation,
    model,
    break_even,
    calibration,
    careers,
    chain,
    composition,
    costs,
    explorer,
    first_line,
    general_practice,
    guidelines,
    heard,
    indices,
    inputs,
    local_care,
    outlook,
    own_numbers,
    path_to_norm,
    professions,
    recruitment,
    relations,
    scenarios,
    sensitivity,
    staffing,
    team,
    trust,
    weights,
)
"""Modules whose public functions are listed; not `cells`, which only converts results to rows.

Each is imported by name, as the build tracks only such imports when deciding whether a page could differ.
"""


def listed(language: Language) -> Table:
    """Return the modules of the core with their purpose; the download lists every function with its arguments."""
    t = language
    rows, purposes, counts = [], [], []
    for module in CORE:
        own = [
            {
                "function": f"{module.__name__}:{name}",
                "arguments": ", ".join(inspect.signature(function).parameters),
                "meaning": (inspect.getdoc(function) or "").partition("\n")[0],
            }
            for name, function in inspect.getmembers(module, inspect.isfunction)
            if not name.startswith("_") and function.__module__ == module.__name__
        ]
        if own:
            rows += own
            purposes.append((module.__name__, (inspect.getdoc(module) or "").partition("\n")[0]))
            counts.append(len(own))
    return Table.of(
        t,
        "funktioner",
        column.heads(t("Modul"), [name for name, _ in purposes]),
        [
            column.written(t("Betydelse (engelska)"), [purpose for _, purpose in purposes]),
            column.number(t("Funktioner"), counts),
        ],
        pd.DataFrame(rows),
        t("Modellens moduler. I nedladdningen finns varje funktion med sina argument."),
        "src/riktvarden",
        stacked=True,
    )


def show(language: Language) -> None:
    """Display the modules, folded."""
    table = listed(language)
    summary = language("Alla moduler ({count})").format(count=language.number(len(table.cells)))
    show_folded(summary, table, language)
