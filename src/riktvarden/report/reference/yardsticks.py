"""The report measured with outside yardsticks, item by item: met, partly or not, and the page that proves it."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from riktvarden.report.kit import column
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Table, show
from riktvarden.report.kit.language import SOURCE_LANGUAGE
from riktvarden.report.reference.commission import PAGES, show_linked

ROOT = Path(__file__).resolve().parents[4]

VERDICT = {"met": "uppfyllt", "partly": "delvis uppfyllt", "not": "inte uppfyllt"}
"""Code of a verdict → its Swedish words."""

COMPUTED = "computed"
"""Verdict that a file of the project decides."""

YARDSTICKS = {
    "reporting": "mattstock-rapportering",
    "stars": "mattstock-stars",
    "stress": "mattstock-stress",
    "rap": "mattstock-rap",
    "aqua": "mattstock-aqua",
    "fair": "mattstock-fair",
    "statistics": "mattstock-statistik",
}
"""Yardstick → anchor of its table."""

MODELS = "andra-modeller"
"""Anchor of the table of other models."""


def judged(rows: pd.DataFrame, root: Path = ROOT) -> pd.DataFrame:
    """Decide the verdicts that are computed, from the files of the project.

    Parameters
    ----------
    rows
        The table ``yardsticks``.
    root
        The project folder.

    Returns
    -------
    pandas.DataFrame
        The rows with only the codes of `VERDICT`, and with what is missing only where an item is not met.
    """
    verdict = [
        ("met" if _is_proven(root / str(file), str(pattern)) else "not") if known == COMPUTED else known
        for known, file, pattern in zip(rows["verdict"], rows["file"], rows["pattern"], strict=True)
    ]
    found = rows.assign(verdict=verdict)
    missing = ["missing_sv", "missing_en"]
    found[missing] = found[missing].where(found["verdict"] != "met")
    return found


def summary(context: Context) -> list[str]:
    """How many items are met, partly met and not met."""
    t, rows = context.language, judged(context.tables["yardsticks"])
    counts = rows["verdict"].value_counts().reindex(list(VERDICT), fill_value=0)
    return [
        t(
            "Rapporten uppfyller {met} av {all} punkter. Vi bedömer att {partly} är delvis uppfyllda, och {none} är inte "
            "uppfyllda."
        ).format(
            met=t.number(counts["met"]),
            all=t.number(len(rows)),
            partly=t.number(counts["partly"]),
            none=t.number(counts["not"]),
        ),
        t(
            "Det mesta som inte är uppfyllt kan bara den som ger ut rapporten göra: namnge författarna, sätta en adress, "
            "deponera utgåvorna och låta någon utomstående granska."
        ),
    ]


def table(context: Context, yardstick: str) -> Table:
    """The items of one yardstick, in its own order."""
    t, rows = context.language, _of(context, yardstick)
    words, missing = (rows[f"{name}_{_code(context)}"] for name in ("words", "missing"))
    return Table.of(
        t,
        YARDSTICKS[yardstick],
        column.heads(t("Punkt"), words),
        [
            column.text(t("Bedömning"), [t(VERDICT[verdict]) for verdict in rows["verdict"]]),
            column.text(t("Visas på"), ["–" if pd.isna(page) else t(PAGES[page]) for page in rows["page"]]),
            column.text(t("Det som saknas"), missing.fillna("–")),
        ],
        rows,
        t("Punkterna i den ordning som källan har dem, och hur långt rapporten har kommit."),
        t("källan som nämns ovan, rapportens filer och rapportens egen bedömning"),
        stacked=True,
    )


def show_items(context: Context, yardstick: str) -> None:
    """Display the items of one yardstick, with links to the pages that prove them."""
    t = context.language
    show_linked(t, table(context, yardstick), t("Visas på"), _of(context, yardstick)["page"])


def models(context: Context) -> Table:
    """What models of other countries validate, publish and let a reader change."""
    t, rows, code = context.language, context.tables["workforce_models"], _code(context)
    return Table.of(
        t,
        MODELS,
        column.heads(t("Modell"), rows[f"name_{code}"]),
        [
            column.text(t("Hur modellen prövas"), rows[f"validates_{code}"]),
            column.text(t("Vad som publiceras"), rows[f"publishes_{code}"]),
            column.text(t("Vad en läsare kan ändra"), rows[f"changes_{code}"]),
            column.text(t("Källa"), rows["reference"].fillna("–")),
        ],
        rows,
        t("Modeller för personalplanering i andra länder, så som deras publikationer beskriver dem."),
        t("publikationerna i tabellen; adresserna står i nedladdningen"),
        stacked=True,
    )


def show_models(context: Context) -> None:
    """Display the table of other models."""
    show(models(context), context.language)


def _of(context: Context, yardstick: str) -> pd.DataFrame:
    rows = context.tables["yardsticks"]
    return judged(rows.loc[rows["yardstick"] == yardstick])


def _code(context: Context) -> str:
    return SOURCE_LANGUAGE if context.language.code == SOURCE_LANGUAGE else "en"


def _is_proven(file: Path, pattern: str) -> bool:
    """Return whether a file exists and has what is looked for."""
    try:
        return re.search(pattern, file.read_text(encoding="utf-8"), re.MULTILINE) is not None
    except OSError:
        return False
