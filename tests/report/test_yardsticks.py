"""Outside yardsticks: every item has words, leads to a page, and is judged by a file where it can be."""

import re
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from riktvarden.report import Context
from riktvarden.report.kit import figures
from riktvarden.report.reference import commission, yardsticks

ROOT = Path(__file__).parents[2]


def test_every_item_leads_to_a_page_or_says_what_is_missing(context: Context) -> None:
    rows = context.tables["yardsticks"]
    assert set(rows["yardstick"]) == set(yardsticks.YARDSTICKS)
    assert set(rows["page"].dropna()) <= set(commission.PAGES)
    found = yardsticks.judged(rows)
    unmet = found.loc[found["verdict"] != "met"]
    assert 0 < len(unmet) < len(found)
    assert unmet[["missing_sv", "missing_en"]].notna().all(axis=None)
    assert found.loc[found["verdict"] == "met", "page"].notna().all()


def test_what_a_file_decides_names_a_file_and_a_pattern(context: Context) -> None:
    rows = context.tables["yardsticks"]
    decided = rows["verdict"] == yardsticks.COMPUTED
    assert (rows["file"].notna() == decided).all()
    assert (rows["pattern"].notna() == decided).all()
    for file, pattern in rows.loc[decided, ["file", "pattern"]].itertuples(index=False):
        assert (ROOT / file).is_file(), file
        re.compile(pattern)


def test_verdicts_follow_the_files(context: Context, tmp_path: Path) -> None:
    row = pd.DataFrame(
        {"verdict": ["computed"], "file": ["LICENSE"], "pattern": ["^MIT"], "missing_sv": ["x"], "missing_en": ["y"]}
    )
    assert yardsticks.judged(row, tmp_path)["verdict"].item() == "not"
    (tmp_path / "LICENSE").write_text("BSD\n", encoding="utf-8")
    assert yardsticks.judged(row, tmp_path)["missing_en"].item() == "y"
    (tmp_path / "LICENSE").write_text("\nMIT License\n", encoding="utf-8")
    found = yardsticks.judged(row, tmp_path)
    assert found["verdict"].item() == "met"
    assert found["missing_sv"].isna().all()


@pytest.mark.parametrize("name", yardsticks.YARDSTICKS)
def test_items_are_shown_with_links(context: Context, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    said: list[str] = []
    monkeypatch.setattr(figures, "display", lambda bundle, raw: said.append(bundle["text/html"]))
    yardsticks.show_items(context, name)
    rows = context.tables["yardsticks"].query("yardstick == @name")
    links = [link["href"] for link in BeautifulSoup(said[0], "html.parser").select("tbody a")]
    assert links == [f"{page}.html" for page in rows["page"].dropna()]


def test_the_summary_counts_every_item(context: Context) -> None:
    rows = yardsticks.judged(context.tables["yardsticks"])
    counts = rows["verdict"].value_counts()
    assert f"{counts['met']} av {len(rows)} punkter" in yardsticks.summary(context)[0]


def test_other_models_are_described_whole(context: Context) -> None:
    rows = context.tables["workforce_models"]
    assert rows.iloc[1:].notna().all(axis=None)
    assert len(yardsticks.models(context).cells) == len(rows)
