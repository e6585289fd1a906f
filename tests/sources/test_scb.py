"""SCB's answers as they were recorded in June 2026, and pxwebpy on our session."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from standin import Fault, Standin

from riktvarden.sources import scb
from riktvarden.sources.answer import CONTENT, STATUS, TIME, VALUE
from riktvarden.sources.recipe import Recipe, Scb, ScbPart
from riktvarden.sources.session import Limits, Session, SourceError

RECORDED = Path(__file__).parent / "recorded"
TODAY = datetime.date(2026, 11, 30)
TINY = Limits(connect=2, read=2, total=2, retries=1, backoff=0.01, paced=False)


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    return found


def asked(reply: dict[str, Any]) -> dict[str, list[str]]:
    return {dimension: list(reply["dimension"][dimension]["category"]["index"]) for dimension in reply["id"]}


def monthly(reply: dict[str, Any]) -> dict[str, Any]:
    """The recorded table is monthly: give its months the names of years, which the recipes ask for."""
    text = json.dumps(reply)
    for month, year in (("2026M01", "2021"), ("2026M02", "2022"), ("2026M03", "2023"), ("2026M04", "2024")):
        text = text.replace(f'"{month}"', f'"{year}"')
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_recorded_cube_is_read_cell_by_cell() -> None:
    reply = monthly(recorded("TAB6471_data"))
    rows = scb._rows(reply, asked(reply), reply, "TAB6471")
    assert len(rows) == len(reply["value"]) == 21 * 11 * 3 * 4
    first = rows.loc[(rows["Region"] == "01") & (rows["Alder"] == "0-9") & (rows["Kon"] == "TotSa"), [TIME, VALUE]]
    assert first.to_numpy().tolist() == [[2021, 245284], [2022, 247245], [2023, 249358], [2024, 251635]]
    last = rows.iloc[-1]
    assert (last["Region"], last["Alder"], last["Kon"], last[VALUE]) == ("25", "100+10", "2", reply["value"][-1])
    assert set(rows[CONTENT]) == {"Folkmängden per månad"}
    assert set(rows[STATUS]) == {""}
    # Men and women add up to the total but for the noise: the cells are where they belong.
    wide = rows.set_index(["Region", "Alder", TIME, "Kon"])[VALUE].unstack("Kon")
    assert (wide["1"] + wide["2"] - wide["TotSa"]).abs().max() <= 10


def test_sparse_values_and_marks() -> None:
    reply = monthly(recorded("TAB6471_data"))
    values = {str(place): value for place, value in enumerate(reply["value"]) if place != 3}
    rows = scb._rows({**reply, "value": values, "status": {"3": ".."}}, asked(reply), reply, "TAB6471")
    assert rows[VALUE].isna().sum() == 1
    assert rows[STATUS].iloc[3] == ".."
    assert rows[VALUE].iloc[4] == reply["value"][4]


def test_mandatory_notes_of_a_recorded_table() -> None:
    metadata = recorded("TAB6471_metadata")
    notes = list(scb._notes(metadata, {"Alder": ["0"], "Kon": ["1"]}))
    assert len(notes) == 5
    assert "Cell Key Method" in notes[0]
    assert notes[-1].startswith("Med ålder avses uppnådd ålder")
    assert not any("\n" in note for note in notes)


@pytest.fixture
def client(tmp_path: Path, service: Standin) -> scb.Service:
    source = Scb(publisher="SCB", address=service.addresses["scb"], licence="CC0-1.0", tables={})
    return scb.Service(source, Session(tmp_path, TINY), tmp_path, TODAY)


def deaths(title: str = "Döda efter region, ålder") -> tuple[Recipe[ScbPart], ScbPart]:
    part = {
        "search": {"query": "döda region", "path": "BE0101I", "title": title},
        "years": {"first": 2020, "last": 2024},
        "select": {"Region": ["01"], "Alder": ["0", "1"], "Kon": ["1"]},
    }
    found = {"columns": {}, "contents": {"*": "deaths"}, "unit": "", "reference_date": "", "parts": [part]}
    made = Recipe[ScbPart].model_validate(found)
    return made, made.parts[0]


def test_limits_are_those_that_the_service_states(tmp_path: Path, service: Standin) -> None:
    service.config = recorded("config")
    source = Scb(publisher="SCB", address=service.addresses["scb"], licence="CC0-1.0", tables={})
    session = Session(tmp_path, Limits())
    found = scb.Service(source, session, tmp_path, TODAY)
    assert found.limits["maxDataCells"] == 150_000
    (pace,) = session._paces.values()
    assert (pace.calls, pace.seconds) == (3, 1.0)


def test_a_large_question_is_cut(client: scb.Service, service: Standin) -> None:
    client.limits["maxDataCells"] = 4
    rows = client.plan(*deaths()).ask().rows
    sent = [call for call in service.calls if call.startswith("POST")]
    assert len(sent) == len(client.plan(*deaths()).addresses) > 1
    assert len(rows) == len(rows.drop_duplicates(["Alder", TIME])) == 10


def test_a_number_is_searched_for_once_and_checked_ever_after(client: scb.Service, service: Standin) -> None:
    def searches() -> int:
        return sum("/tables?" in call for call in service.calls)

    assert client.plan(*deaths()).addresses[0].endswith("/tables/TAB9001/data")
    client.session._replies.clear()
    client.plan(*deaths())
    assert searches() == 1
    service.faults.append(Fault("TAB9001/metadata", change=lambda found: {**found, "label": "Något annat"}))
    client.session._replies.clear()
    client.plan(*deaths())
    assert searches() == 2


@pytest.mark.parametrize(("title", "said"), [("Födda", "finds no such table: TAB9001"), ("Döda", "finds several tables")])
def test_a_number_is_never_guessed(client: scb.Service, title: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        client.plan(*deaths(title))
