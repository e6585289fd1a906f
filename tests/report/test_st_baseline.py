"""Texts on the regions' returns in the baseline chapter; all returns are synthetic."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from riktvarden.assumptions import Assumptions
from riktvarden.codes import NATION
from riktvarden.report import Context
from riktvarden.report.chapters import st_baseline
from riktvarden.store import material

RETURNS = {
    "25": ((12.0, 40_000.0), (9.0, 30_000.0), (7.0, 45_000.0)),
    "22": ((2.0, 60_000.0), (1.0, 60_000.0), (1.0, 9_000.0)),
    "21": ((2.0, 2_000.0), (1.0, 2_000.0)),
    "01": ((2.0, 2_000.0), (1.0, 2_000.0)),
}
"""Region → persons and list of each unit that answered; the last region has a published figure too."""


@pytest.fixture(scope="module")
def returned(frames: dict[str, pd.DataFrame], graded: Assumptions) -> Context:
    figures = [
        (region, f"U{number}", measure, value)
        for region, units in RETURNS.items()
        for number, unit in enumerate(units)
        for measure, value in zip(("persons", "listed", "positions"), (*unit, unit[0]), strict=True)
    ]
    handed_in = pd.DataFrame(figures, columns=["region", "care_unit", "measure", "value"]).assign(
        reference_date=pd.Timestamp("2025-12-31"),
        is_whole=False,
        sector="own",
        municipality="",
        sex="all",
        stage="all",
        status="reported",
        is_complete=False,
    )
    return Context.of("sv", material.run(frames | {"returns": handed_in}, graded, 64))


@pytest.mark.parametrize(
    ("region", "persons", "status", "behind"),
    [
        (
            "25",
            "60",
            "skattad, ur en del av enheterna",
            "minst 45 %; skattad som en klass; avrundad till jämna 15-tal, felgräns ±30",
        ),
        ("22", "visas inte", "undertryckt, ur en del av enheterna", "minst 50 %"),
        ("21", "–", "uppgift saknas, för få enheter har svarat", "minst 0 %"),
    ],
)
def test_the_text_on_a_partial_return_matches_its_coverage(
    returned: Context, region: str, persons: str, status: str, behind: str
) -> None:
    table = st_baseline.published(returned)
    cells = table.cells.loc[[returned.region_names[region]]].astype(str)
    cells = cells.replace("\N{NO-BREAK SPACE}", " ", regex=True).set_index("Vad som räknas").loc["ST-läkare"]
    assert cells["Antal"] == persons
    assert (cells["Status"], cells["Andel av folkmängden bakom uppgiften"]) == (status, behind)
    assert cells["Uppgift"] == f"return-{region}-2025-12-31"
    assert "NaN" not in table.html(returned.language)


def test_a_published_figure_stays_in_use_beside_a_return_that_says_too_little(
    returned: Context, edition: dict[str, Any]
) -> None:
    cells = st_baseline.published(returned).cells.loc[[returned.region_names["01"]]]
    assert str(edition["st_baseline"]["persons"]["01"]) in cells["Antal"].to_list()
    assert returned.results.cell("st_persons", "01").source.startswith("st-")


def test_positions_come_first_and_every_figure_says_what_it_counts(context: Context) -> None:
    table = st_baseline.published(context)
    counted = table.cells["Vad som räknas"].to_list()
    order = [counted.index(words) for words in dict.fromkeys(counted)]
    assert order == sorted(order)
    assert counted[0] == "ST-tjänster"
    both = table.cells.loc["Västra Götaland"].set_index("Vad som räknas")["Antal"]
    assert both.to_dict() == {"finansierade ST-tjänster": "540", "ST-tjänster och ST-läkare tillsammans": "640"}


def test_a_printed_density_is_reported_as_printed(context: Context) -> None:
    """What the model computes from it is another number, with another status."""
    row = st_baseline.published(context).cells.loc["Jönköping"]
    assert row["Vad som räknas"] == "ST-läkare per 1 000 invånare"
    assert (row["Antal"], row["Status"], row["Uppgiften avser"]) == ("0,44", "redovisad", "odaterad, publicerad 2022")


def test_sources_of_specialists_are_apart_from_those_of_st(context: Context, capsys: pytest.CaptureFixture[str]) -> None:
    whole = st_baseline.sources(context)
    st_baseline.show_sources(context)
    of_st, others = capsys.readouterr().out.split("Källor som räknar specialister eller något annat", 1)
    for row in whole.data.itertuples():
        assert (f"{row.figure} " in of_st) == row.measure.startswith("st_"), row
        assert (f"{row.figure} " in others) != row.measure.startswith("st_"), row


def test_what_is_computed_rests_on_the_rounded_estimate(returned: Context) -> None:
    tidy = returned.results.tidy
    own = tidy.loc[(tidy["region"] == "25") & (tidy["measure"] == "st_persons"), "value"]
    assert own.tolist() == [60]
    exact = 28 / 115_000 * returned.results.of("population")["value"]["25"]
    assert not np.isclose(tidy.loc[tidy["region"].isin(["25", NATION]), "value"].dropna(), exact, atol=0.05).any()


def test_a_region_is_published_or_unknown_and_the_silent_are_among_the_unknown(context: Context) -> None:
    figures = context.results.figures
    known = figures.query("measure == 'persons' and value.notna()")["region"].nunique()
    assert known + st_baseline.unknown(context) == len(context.results.regions)
    assert 0 <= st_baseline.silent(context) <= st_baseline.unknown(context)
    assert st_baseline.counted(context) in st_baseline.summary(context)
