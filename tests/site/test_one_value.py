"""A quantity in several published tables has the same value in all of them."""

from pathlib import Path

import pandas as pd
import pytest

SAYS = ["value", "low", "high", "unit", "status"]
APART = {"source", "qualifier", "starters", "file"}
"""Columns on the origin of a number, not its subject."""

SAME_AS = {
    "specialist_fte_reference": "specialist_fte",
    "coverage_a_reference": "coverage_a",
    "coverage_b_reference": "coverage_b",
    "st_persons_in_training": "st_persons_reference",
    "st_positions_in_training": "st_positions_reference",
}
"""Measure by year → the measure of the base year that it begins with."""


@pytest.fixture(scope="module")
def published(book: Path) -> pd.DataFrame:
    """Every row of every published table of results: what it is of, what it says, and its file."""
    frames = []
    for file in sorted((book / "site/data/working").rglob("*.csv")):
        table = pd.read_csv(file, encoding="utf-8-sig", dtype={"region": str, "municipality": str})
        if {"region", "measure", *SAYS[:3]} <= set(table.columns):
            frames.append(table.assign(file=file.name))
    rows = pd.concat(frames, ignore_index=True)
    rows["measure"] = rows["measure"].replace(SAME_AS)
    rows["year"] = rows["year"].astype("Float64").astype("Int64")
    rows["profession"] = rows["profession"].fillna("general_practice")
    return rows


def test_a_quantity_has_one_value_in_all_tables(published: pd.DataFrame) -> None:
    of = [name for name in published.columns if name not in APART | set(SAYS)]
    rounded = published.round({"value": 6, "low": 6, "high": 6})
    different = rounded.groupby(of, dropna=False)[SAYS].nunique(dropna=False)
    contradicted = different[(different > 1).any(axis=1)]
    several = published.groupby(of, dropna=False)["file"].nunique()
    assert (several > 1).sum() > 100
    assert contradicted.empty, contradicted.reset_index().dropna(axis=1, how="all").to_string()
