"""A municipality's page: codes as command lines write them, whose part is whose, and only its own rows read."""

import pytest

from riktvarden.problems import InputError
from riktvarden.report import Context
from riktvarden.report.chapters import principals
from riktvarden.report.pages import municipality


@pytest.mark.parametrize(("given", "code"), [("1280", "1280"), (114, "0114"), (" 0114 ", "0114")])
def test_codes(context: Context, given: str | int, code: str) -> None:
    assert municipality.municipality_code(context, given) == code


@pytest.mark.parametrize(("given", "fix"), [("1299", "1280 Malmö"), ("9999", "12 Region Skåne"), ("", "one of")])
def test_unknown_code_names_those_there_are(context: Context, given: str, fix: str) -> None:
    with pytest.raises(InputError, match=fix) as error:
        municipality.municipality_code(context, given)
    assert "Traceback" not in "".join(error.value._render_traceback_())


def test_region_that_kept_the_care_leaves_nothing_to_the_municipality(context: Context) -> None:
    assert "Region Stockholm har behållit" in municipality.summary(context, "0114")[1]
    table = municipality.values(context, "0114").cells
    assert set(table["därav kommunens"]) == {"0", "inte kommunens uppgift"}


def test_one_principal_has_no_parts(context: Context) -> None:
    figure = municipality.professions(context, "0980")
    values = municipality.values(context, "0980").cells
    assert set(values["därav kommunens"]) == set(values["därav regionens"]) == {"en huvudman"}
    assert set(figure.table.cells["Plats bland regionens kommuner, högst först"]) == {"1 av 1"}
    assert "en enda kommun" in figure.alternative


def test_values_are_those_of_the_chapter_on_the_principals(context: Context) -> None:
    table = municipality.values(context, "1280").cells
    chapter = principals.municipalities(context, "district_nurse").table.cells.loc["Malmö"]
    assert table.loc["distriktssköterskor", "därav kommunens"] == chapter["Kommunens heltider"]
    assert table.loc["distriktssköterskor", "Heltider 2024"] == chapter["Tillsammans"]
    assert table.loc["distriktssköterskor", "Index, riket = 100"] == chapter["Index, riket = 100"]


def test_place_in_the_region_follows_the_index(context: Context) -> None:
    rows = context.result_rows("principals", "12")
    index = rows.query("measure == 'need_index' and profession == 'psychologist' and municipality != ''")
    ordered = list(index.sort_values("value", ascending=False)["municipality"])
    for place in (1, len(ordered)):
        table = municipality.professions(context, ordered[place - 1]).table.cells
        assert table.loc["psykologer", "Plats bland regionens kommuner, högst först"] == f"{place} av {len(ordered)}"


def test_a_small_municipality_is_marked_as_such(context: Context) -> None:
    assert "färre än" in municipality.summary(context, "2506")[-1]
    assert len(municipality.summary(context, "1280")) == 2


def test_only_what_is_published_is_called_reported(context: Context) -> None:
    assert set(municipality.inhabitants(context, "1280").cells["Status"]) == {"redovisad"}
    assert set(municipality.doctors(context, "1280").cells["Status"]) == {"härledd", "skattad"}
    assert set(municipality.staff(context, "1280").cells["Status"]) == {"uppgift saknas"}
