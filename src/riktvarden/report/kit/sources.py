"""Where figures come from, in words: derived from what each of them gives as its source."""

from __future__ import annotations

import re
from collections.abc import Iterable

from riktvarden.report.kit import notation
from riktvarden.report.kit.language import EN_DASH, Language
from riktvarden.store import material

PUBLISHED = re.compile(r"(?:st|so|pr)-\d+")
"""How the code of a published figure is written."""
COLLECTED = {"return-": "regionernas svar", "export-": "uttag ur register", "Kolada N": "Kolada (RKA)"}
"""How the source of a figure that this project collected begins → its Swedish words."""
OWN = "Riktvärden"
"""Publisher of the tables in which the project keeps figures that others have published."""


def line(codes: Iterable[str], language: Language) -> str:
    """Write what figures come from: who published what they rest on, and the parts of the method that compute them.

    Parameters
    ----------
    codes
        Sources as results give them: published figures, tables, assumptions and parts of the method, with semicolons or
        commas between.
    language
        Language of the words.

    Returns
    -------
    str
        Without a full stop, as in "SCB, Kolada (RKA) och graderade antaganden; metod C1–C3".

    Raises
    ------
    ValueError
        If there is nothing to derive it from.
    """
    t = language
    named = list(dict.fromkeys(part for code in codes for part in re.split(r"[;,]\s*", code) if part))
    if not named:
        raise ValueError("none of the figures gives its source: say where they come from")
    parts = [code for code in named if code in notation.METHODS]
    tables = [table for part in notation.chain(parts) for table in notation.METHODS[part].tables]
    tables += [code for code in named if code not in parts and material.is_described(code)]
    publishers = [name for table in tables for name in material.described(table)["publisher"].split("; ")]
    collected = [t(COLLECTED[start]) for start in COLLECTED if any(code.startswith(start) for code in named)]
    figures = [code for code in named if PUBLISHED.fullmatch(code)]
    rest = [c for c in named if c not in parts and c not in figures and not c.startswith(tuple(COLLECTED))]
    words = sorted({name for name in publishers if name != OWN}, key=publishers.index)
    words += [each for each in collected if each not in words]
    words += [t("publicerade uppgifter")] if figures or OWN in publishers else []
    words += [t("graderade antaganden")] if parts or any(code not in tables for code in rest) else []
    text = t.listed(words)
    return t("{sources}; metod {parts}").format(sources=text, parts=_ranges(parts, t)) if parts else text


def _ranges(parts: Iterable[str], language: Language) -> str:
    """List parts of the method in the order of its chapter, three and more in a row as a range."""
    order = list(notation.METHODS)
    runs: list[list[str]] = []
    for part in sorted(parts, key=order.index):
        if runs and _follows(runs[-1][-1], part):
            runs[-1].append(part)
        else:
            runs.append([part])
    written = [[EN_DASH.join((run[0], run[-1]))] if len(run) > 2 else run for run in runs]
    return language.listed(word for run in written for word in run)


def _follows(one: str, other: str) -> bool:
    """Whether a part of the method is the next of the same letter."""
    return one[0] == other[0] and one[1:].isdigit() and other[1:].isdigit() and int(one[1:]) + 1 == int(other[1:])
