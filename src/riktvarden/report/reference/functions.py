"""Tables of the public functions of the core, for the method chapter.

They are separate from the rest of `reference`, as this module makes a page depend on every module of the core.
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
    indices,
    inputs,
    local_care,
    outlook,
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
    indices,
    inputs,
    local_care,
    outlook,
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


def by_module(language: Language) -> dict[str, Table]:
    """Return the public functions of the core by module, with their arguments and meaning."""
    t = language
    found = {}
    for module in CORE:
        rows = [
            {
                "function": f"{module.__name__}:{name}",
                "arguments": ", ".join(inspect.signature(function).parameters),
                "meaning": (inspect.getdoc(function) or "").partition("\n")[0],
            }
            for name, function in inspect.getmembers(module, inspect.isfunction)
            if not name.startswith("_") and function.__module__ == module.__name__
        ]
        if not rows:
            continue
        data = pd.DataFrame(rows)
        name = module.__name__.removeprefix("riktvarden.")
        found[module.__name__] = Table.of(
            t,
            f"funktioner-{name.replace('.', '-')}",
            column.heads(t("Funktion"), data["function"].str.partition(":")[2]),
            [
                column.written(t("Argument"), data["arguments"]),
                column.written(t("Betydelse (engelska)"), data["meaning"]),
            ],
            data,
            t("Funktionerna i {module}").format(module=module.__name__),
            "src/" + module.__name__.replace(".", "/"),
            stacked=True,
        )
    return found


def show(language: Language) -> None:
    """Display the public functions, folded by module."""
    t = language
    for module, table in by_module(t).items():
        count = t.plural("{count} funktion", "{count} funktioner", len(table.cells))
        show_folded(f"{module} ({count})", table, t)
