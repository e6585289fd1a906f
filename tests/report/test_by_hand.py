"""The professions' values as a reader checks them: by hand, from what the report's tables print, without the model.

Nothing here is computed by the package: the tables are read as they are shown, and the arithmetic is written out.
"""

import re

import pytest

from riktvarden.report import Context
from riktvarden.report.chapters import principals, professions
from riktvarden.report.pages import municipality

TOWNS = {"0180": "Stockholm", "0188": "Norrtälje", "2403": "Bjurholm", "0980": "Gotland", "1480": "Göteborg"}
REGIONS = {"01": "Stockholm", "21": "Gävleborg", "12": "Skåne"}
JOINT = ("0188", "0980")
NAMES = {
    "district_nurse": "distriktssköterskor",
    "physiotherapist": "fysioterapeuter",
    "occupational_therapist": "arbetsterapeuter",
    "psychologist": "psykologer",
}
DIGITS = 3
"""Significant digits that a value is printed with, and 0.1 at the finest."""


def read(text: str) -> float:
    """The value of a cell such as ``1 310 (1 140–1 470)``."""
    found = re.match(r"[\d\s]+(?:,\d+)?", text)
    assert found, text
    return float(re.sub(r"\s", "", found[0]).replace(",", "."))


def half(text: str) -> float:
    """Half of the last digit that is printed of a value."""
    value = read(text)
    return 0.05 if "," in text.partition("(")[0] else max(10.0 ** (len(str(int(value))) - DIGITS), 1.0) / 2


def close(text: str, by_hand: float, *others: str) -> bool:
    """Whether a number is what the others give, but for the rounding of it and of them."""
    return abs(read(text) - by_hand) <= 1.001 * (half(text) + sum(half(each) for each in others))


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def inhabitants(context: Context) -> dict[str, int]:
    """Open data: inhabitants of the newest year by municipality."""
    rows = context.tables["population_municipality"]
    return rows.loc[rows["year"] == rows["year"].max()].set_index("municipality")["population"].to_dict()


def test_municipalities(context: Context, name: str, inhabitants: dict[str, int]) -> None:
    """Level times index; full-time equivalents are inhabitants over inhabitants per one; the parts are the whole."""
    chapter = principals.municipalities(context, name).table.data.set_index("municipality")["fte_value"]
    places = municipality.read(context)
    nation = professions.guideline(context, name).table.cells.loc["Riket"]
    level = read(nation.iloc[0])
    for code, town in TOWNS.items():
        place = municipality.at(places, context, code)
        page = municipality.values(context, places, place).cells.loc[NAMES[name]]
        whole, people = page["Tillsammans"], inhabitants[code]
        (index,) = (context.language.estimate(*line.need_index) for line in place.lines if line.profession == name)
        by_hand = people * read(index) / 100 / level
        assert abs(read(whole) - by_hand) <= half(whole) + by_hand * (half(index) / read(index) + 0.006), town
        if code in JOINT:
            assert "Kommunen" not in page
        elif name == "psychologist":
            assert page["Kommunen"] == "regionens ansvar"
            assert page["Regionen"] == whole
        else:
            own, of_region = page["Kommunen"], page["Regionen"]
            assert close(whole, read(own) + read(of_region), own, of_region), town
        assert abs(chapter[code] - read(whole)) <= half(whole) + 0.005


def test_regions_are_their_municipalities(context: Context, name: str, inhabitants: dict[str, int]) -> None:
    """The municipalities' full-time equivalents sum to what the region's inhabitants per one give."""
    table = principals.municipalities(context, name).table
    regional = professions.guideline(context, name).table.cells
    for code, region in REGIONS.items():
        inside = table.data.loc[table.data["region"] == code]
        people = sum(number for town, number in inhabitants.items() if town.startswith(code))
        assert people == inside["population"].sum()
        each = regional.loc[region].iloc[0]
        rounding = sum(0.05 if value < 100 else 0.5 for value in inside["fte_value"])
        assert abs(people / read(each) - inside["fte_value"].sum()) <= rounding + people * half(each) / read(each) ** 2


def test_the_nation_is_its_principals(context: Context, name: str) -> None:
    cells = professions.levels(context, name).table.cells
    whole, *parts = cells["behov räknat i minuter"]
    assert not parts or close(whole, sum(read(part) for part in parts), *parts)


def test_the_floor_is_what_the_smallest_have(context: Context) -> None:
    places = municipality.read(context)
    page = municipality.values(context, places, municipality.at(places, context, "2403")).cells
    for name in ("fysioterapeuter", "arbetsterapeuter"):
        assert read(page.loc[name, "Minst i kommunen"]) == 1.0
    assert read(page.loc["fysioterapeuter", "Kommunen"]) < 1.0


def test_use_over_staff_is_what_the_table_says(context: Context) -> None:
    """Where no region gives the care at home, need over staff is use over staff and what is unmet."""
    ratios = professions.use_and_staff(context).cells["Kvot efter"]
    unmet = context.assumptions["unmet_need_share"].value
    for name in ("district_nurse", "physiotherapist", "occupational_therapist"):
        cells = professions.levels(context, name).table.cells.loc["kommunerna"]
        over = read(cells["behov räknat i minuter"]) / read(cells["antalet 2024"])
        assert over / (1 + unmet) == pytest.approx(read(ratios[f"{NAMES[name]}, kommunerna"]), rel=0.1)
