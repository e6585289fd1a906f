"""The functions that a reviewer of the method calls, as tables: for the method chapter.

They stand apart from `reference`, which many chapters use: this alone makes a page depend on every module of the core.
"""

from __future__ import annotations

import inspect
from html import escape
from types import ModuleType

import pandas as pd

from riktvarden import economics, guideline, model, need, population, supply, uncertainty, validation
from riktvarden.baseline import personnel, reconcile, regional, returned, st
from riktvarden.model import (
    calibration,
    careers,
    chain,
    composition,
    costs,
    explorer,
    general_practice,
    indices,
    inputs,
    path_to_norm,
    principals,
    professions,
    scenarios,
    sensitivity,
    task_shift,
    trust,
    weights,
)
from riktvarden.report.kit.figures import Table, html
from riktvarden.report.kit.language import Language

CORE: tuple[ModuleType, ...] = (
    population,
    st,
    regional,
    returned,
    reconcile,
    personnel,
    need,
    supply,
    guideline,
    uncertainty,
    economics,
    validation,
    model,
    calibration,
    careers,
    chain,
    composition,
    costs,
    explorer,
    general_practice,
    indices,
    inputs,
    path_to_norm,
    principals,
    professions,
    scenarios,
    sensitivity,
    task_shift,
    trust,
    weights,
)
"""Modules whose public functions are listed: not `cells`, which only writes results as rows.

Each is imported by name, as the build sees only such imports when it asks whether a page could differ.
"""


def by_module(language: Language) -> dict[str, Table]:
    """Public functions of the core by module, with their arguments and meaning, as a reviewer calls them."""
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
        cells = data.set_index("function").rename_axis(t("Funktion"))
        cells.columns = [t("Argument"), t("Betydelse (engelska)")]
        cells.index = cells.index.str.partition(":").get_level_values(2).rename(t("Funktion"))
        name = module.__name__.removeprefix("riktvarden.")
        found[module.__name__] = Table(
            f"funktioner-{name.replace('.', '-')}",
            cells,
            data,
            t("Funktionerna i {module}").format(module=module.__name__),
            "src/" + module.__name__.replace(".", "/"),
            stacked=True,
        )
    return found


def show(language: Language) -> None:
    """Display the public functions, folded per module."""
    t = language
    for module, table in by_module(t).items():
        count = t.plural("{count} funktion", "{count} funktioner", len(table.cells))
        html(f'<details class="rv-details"><summary>{escape(module)} ({escape(count)})</summary>{table.html(t)}</details>')
