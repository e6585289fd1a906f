"""A municipality's page: codes as command lines write them, whose part is whose, and only its own rows read."""

import pytest

from riktvarden.problems import InputError
from riktvarden.report import Context
from riktvarden.report.chapters import principals
from riktvarden.report.pages import municipality

OWN = "Kommunens heltider 2024"
NURSES = "sjuksköterskor, distriktssköterskor inräknade"


def value(text: str) -> float:
    """The value of an estimate in Swedish words."""
    return float("".join(text.partition(" (")[0].split()).replace(",", "."))


@pytest.mark.parametrize(("given", "code"), [("1280", "1280"), (114, "0114"), (" 0114 ", "0114")])
def test_codes(context: Context, given: str | int, code: str) -> None:
    assert municipality.municipality_code(context, given) == code


@pytest.mark.parametrize(("given", "fix"), [("1299", "1280 Malmö"), ("9999", "12 Region Skåne"), ("", "one of")])
def test_unknown_code_names_those_there_are(context: Context, given: str, fix: str) -> None:
    with pytest.raises(InputError, match=fix) as error:
        municipality.municipality_code(context, given)
    assert "Traceback" not in "".join(error.value._render_traceback_())


def test_region_that_kept_the_care_leaves_special_housing_to_the_municipality(context: Context) -> None:
    table = municipality.values(context, "0114").cells
    beside = municipality.values(context, "1280").cells
    share = {name: value(each.loc["fysioterapeuter", OWN]) for name, each in (("0114", table), ("1280", beside))}
    heads = context.results.municipalities.set_index("municipality")["population"]
    assert 0 < share["0114"] / heads["0114"] < share["1280"] / heads["1280"]
    assert table.loc["psykologer", OWN] == "inte kommunens uppgift"


def test_one_principal_has_no_parts(context: Context) -> None:
    figure = municipality.professions(context, "0980")
    values = municipality.values(context, "0980").cells
    assert set(values[OWN]) == set(values["Regionens heltider för invånarna"]) == {"en huvudman"}
    assert set(figure.table.cells["Plats bland regionens kommuner, högst först"]) == {"1 av 1"}
    assert "en enda kommun" in figure.alternative


def test_values_are_those_of_the_chapter_on_the_principals(context: Context) -> None:
    table = municipality.values(context, "1280").cells
    chapter = principals.municipalities(context, "district_nurse").table.cells.loc["Malmö"]
    assert table.loc["distriktssköterskor", OWN] == chapter["Kommunens heltider"]
    assert table.loc["distriktssköterskor", "Tillsammans"] == chapter["Tillsammans"]
    assert table.loc["distriktssköterskor", "Index, riket = 100"] == chapter["Index, riket = 100"]


def test_place_in_the_region_follows_the_index(context: Context) -> None:
    rows = context.result_rows("guidelines", "12").query("principal == 'all'")
    index = rows.query("measure == 'need_index' and profession == 'psychologist' and municipality != ''")
    ordered = list(index.sort_values("value", ascending=False)["municipality"])
    for place in (1, len(ordered)):
        table = municipality.professions(context, ordered[place - 1]).table.cells
        assert table.loc["psykologer", "Plats bland regionens kommuner, högst först"] == f"{place} av {len(ordered)}"


def test_a_small_municipality_is_marked_as_such(context: Context) -> None:
    assert "färre än" in municipality.summary(context, "2506")[2]
    assert len(municipality.summary(context, "1280")) == 3


def test_the_group_of_a_small_municipality_is_named_with_its_need(context: Context) -> None:
    text = " ".join(municipality.summary(context, "2418"))
    assert "Tillsammans med" in text
    rows = context.results.guidelines.query("cooperation == '24-C8' and measure == 'fte_need'").set_index("profession")
    assert context.language.sized(*rows.loc["nurse", ["value", "low", "high"]]) in text
    assert "Tillsammans med" not in " ".join(municipality.summary(context, "1280"))


def test_what_would_change_the_values_comes_last(context: Context) -> None:
    assert municipality.summary(context, "1280")[-1].startswith("Det som mest kan ändra talen är länets avtal")
    assert "avtal" not in municipality.summary(context, "0980")[-1]


def test_every_municipality_with_people_over_80_has_nurses(context: Context) -> None:
    ages = context.tables["population_municipality_age_group"]
    latest = ages.loc[(ages["year"] == ages["year"].max()) & ages["age_group"].str.startswith("80")]
    old = latest.groupby("municipality")["population"].sum()
    joint = set(context.tables["municipal_principals"].query("principal == 'joint'")["municipality"])
    assert len(old) == 290
    for code in old.index[old > 0]:
        cells = municipality.values(context, code).cells
        name, column = ("distriktssköterskor", "Tillsammans") if code in joint else (NURSES, OWN)
        assert value(cells.loc[name, column]) > 0, code


def test_only_what_is_published_is_called_reported(context: Context) -> None:
    assert set(municipality.inhabitants(context, "1280").cells["Status"]) == {"redovisad"}
    assert set(municipality.doctors(context, "1280").cells["Status"]) == {"härledd", "skattad"}
    assert set(municipality.staff(context, "1280").cells["Status"]) == {"uppgift saknas"}
