"""The chapter on consequences: figures from tables, weak links called weak, and a break-even by hand."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riktvarden.model import relations
from riktvarden.model.analyses import Cost
from riktvarden.report import Context
from riktvarden.report.chapters import consequences, economics
from riktvarden.report.kit import language

ROOT = Path(__file__).parents[2]


def test_the_notebook_types_no_results() -> None:
    cells = json.loads((ROOT / "chapters/consequences.ipynb").read_text(encoding="utf-8"))["cells"]
    prose = " ".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    assert not re.findall(r"\d", prose)


def test_the_summary_leads_with_patients_and_names_the_path(context: Context, cost: Cost) -> None:
    sentences = consequences.summary(context, cost)
    assert len(sentences) <= 10
    assert all(sentence.endswith(".") and "{" not in sentence and "nan" not in sentence for sentence in sentences)
    assert "kontinuitet" in sentences[0]
    assert economics.cost_of_path(context, cost) in sentences


def test_every_code_of_the_studies_has_words(context: Context) -> None:
    rows = context.tables["continuity_effects"]
    for name, words in (
        ("outcome", consequences.OUTCOME),
        ("compared", consequences.COMPARED),
        ("design", consequences.DESIGN),
        ("transfer", consequences.TRANSFER),
    ):
        assert set(rows[name]) <= set(words)


def test_ratios_are_of_more_continuity_to_less(context: Context) -> None:
    """55 per cent fewer is 0.45; a hazard of 1.47 (1.22-1.64) with less continuity is 1/1.47 (1/1.64-1/1.22)."""
    found = consequences.effects(context).table.data.set_index("figure")
    assert found.loc["pr-1515", "ratio"] == pytest.approx(0.45)
    assert found.loc["pr-1515", "status"] == "derived"
    turned = found.loc["pr-1514", ["ratio", "low", "high"]].astype(float)
    assert turned.tolist() == pytest.approx([1 / 1.47, 1 / 1.64, 1 / 1.22])
    assert (found["ratio"] < 1).all()
    inside = found.dropna(subset=["low"])
    assert inside["ratio"].between(inside["low"], inside["high"]).all()


def test_the_link_of_doctors_and_avoidable_care_is_weak(context: Context) -> None:
    found = relations.links(context.tables["published_st"]).set_index(["staff", "outcome"])
    weak = found.loc[("doctors", "avoidable_stays")]
    assert round(weak["r"], 2) == -0.26
    assert weak["n"] == 20
    assert weak["low"] < 0 < weak["high"]
    assert "−0,26" in consequences.link_words(context)
    cells = consequences.links(context).cells
    assert cells["Vi bedömer sambandet som"].iloc[0] == "för svagt att skilja från noll"


def test_a_link_is_of_regions_that_have_both() -> None:
    doctors, seen = "primary_care_doctors_fte_per_1000_inhabitants", "share_gp_visits_within_7_days"
    measures = [doctors, relations.AGENCY, *relations.OUTCOMES.values()]
    regions = ["01", "03", "04", "05", "06"]
    figures = pd.DataFrame(
        [
            {"region": region, "year": 2016, "measure": measure, "value": (place + 1.0) * (number + 1)}
            for number, measure in enumerate(measures)
            for place, region in enumerate(regions)
            if not (measure == seen and region == "06")
        ]
        + [{"region": "00", "year": 2016, "measure": measure, "value": 99.0} for measure in measures]
    )
    found = relations.links(figures).set_index(["staff", "outcome"])
    assert found.loc[("doctors", "seen_in_7_days"), "n"] == 4
    assert found.loc[("doctors", "continuity"), "r"] == pytest.approx(1)


def test_a_post_breaks_even_by_hand(context: Context, cost: Cost) -> None:
    """A post's cost over 701.3 stays per 100 000 times the inhabitants of a specialist; 12 to 28 per cent fewer of them."""
    found = cost.break_even.set_index("measure")
    inhabitants = context.assumptions["inhabitants_per_specialist"].value
    stays = inhabitants * 701.3 / 100_000
    assert found.loc["stays", "value"] == pytest.approx(stays)
    assert found.loc["stay_price_all", "value"] == pytest.approx(found.loc["cost", "value"] / stays)
    assert found.loc["stays_avoided", ["low", "high"]].tolist() == pytest.approx([0.12 * stays, 0.28 * stays])
    year = cost.units.query("who == 'specialist' and part == 'per_year'").iloc[0]
    assert found.loc["cost", ["value", "low", "high"]].tolist() == pytest.approx(year[["value", "low", "high"]].tolist())
    assert found["agency_share_zone1":"agency_share_zone3"]["value"].is_monotonic_decreasing
    both = found.drop(index=["stays_avoided", "stay_price_studies"])
    assert (both["low"] <= both["value"]).all()
    assert (both["value"] <= both["high"]).all()


def test_the_tables_have_words_and_statuses(context: Context, cost: Cost) -> None:
    known = tuple(context.language(word) for word in language.STATUS.values())
    shown = [
        consequences.effects(context).table,
        consequences.fixed_doctor(context),
        consequences.by_region(context),
        consequences.links(context),
        consequences.environment(context),
        consequences.break_even(context, cost),
    ]
    for table in shown:
        assert table.cells["Status"].str.startswith(known).all(), table.name
        assert not table.cells.astype(str).apply(lambda cells: cells.str.contains("nan")).any(axis=None), table.name
        assert table.html(context.language)
    assert set(consequences.by_region(context).data["region"]) >= set(context.results.regions)


def test_every_figure_leads_to_its_publication(context: Context) -> None:
    publications = set(consequences.sources(context).data["publication"])
    shown = {*consequences.effects(context).table.data["figure"], *consequences.by_region(context).data["figure"]}
    figures = context.published.set_index("figure")["publication"]
    assert set(figures[sorted(shown)]) <= publications
    assert np.isin(consequences.environment(context).data["figure"], figures.index).all()
