"""A municipality's page: codes as command lines write them, whose part is whose, and the same numbers everywhere."""

import re

import pandas as pd
import pytest

from riktvarden.names import NURSE
from riktvarden.problems import InputError
from riktvarden.professions import PROFESSIONS
from riktvarden.report import Context
from riktvarden.report.chapters import principals
from riktvarden.report.kit import figures
from riktvarden.report.kit.counted import MUNICIPALITY_GROUP
from riktvarden.report.pages import find, municipality

NURSES = "sjuksköterskor, alla"
SMALL, LARGE, GOTLAND, JOINT, KEPT = "2403", "1280", "0980", "0188", "0114"


@pytest.fixture(scope="module")
def places(context: Context) -> municipality.Places:
    return municipality.read(context)


def value(text: str) -> float:
    """The value of an estimate in Swedish words."""
    return float("".join(text.partition(" (")[0].split()).replace(",", "."))


@pytest.mark.parametrize(("given", "code"), [("1280", "1280"), (114, "0114"), (" 0114 ", "0114")])
def test_codes(context: Context, places: municipality.Places, given: str | int, code: str) -> None:
    assert municipality.at(places, context, given).code == code


@pytest.mark.parametrize(("given", "fix"), [("1299", "1280 Malmö"), ("9999", "12 Region Skåne"), ("", "one of")])
def test_unknown_code_names_those_there_are(context: Context, places: municipality.Places, given: str, fix: str) -> None:
    with pytest.raises(InputError, match=fix) as error:
        municipality.at(places, context, given)
    assert "Traceback" not in "".join(error.value._render_traceback_())


def test_region_that_kept_the_care_leaves_special_housing_to_the_municipality(places: municipality.Places) -> None:
    share = {}
    for code in (KEPT, LARGE):
        place = places.by_code[code]
        own = next(line.own for line in place.lines if line.profession == "physiotherapist")
        assert own is not None
        share[code] = own.value / place.population
    assert 0 < share[KEPT] < share[LARGE]


def test_one_principal_has_no_parts(context: Context, places: municipality.Places) -> None:
    for code in (GOTLAND, JOINT):
        place = places.by_code[code]
        assert "Kommunen" not in municipality.values(context, places, place).cells
        assert {line.own for line in municipality.words(context.language, place)} == {"en huvudman"}
        assert "huvudman" in " ".join(municipality.answer(context, place))


def test_list_page_and_chapter_have_one_value_in_every_municipality(context: Context, places: municipality.Places) -> None:
    t = context.language
    chapter = {name: principals.municipalities(context, name).table for name in ("district_nurse", "physiotherapist")}
    found = find.municipalities(context)
    listed = {place.code: row for place, (_, row) in zip(found.cells.index, found.cells.iterrows(), strict=True)}
    assert len(listed) == len(places.by_code) == 290
    for code, place in places.by_code.items():
        words = {line.name: line for line in municipality.words(t, place)}
        lines = {line.profession: line for line in place.lines}
        page = municipality.values(context, places, place).cells
        assert list(page["Tillsammans"]) == [line.total for line in words.values()]
        for head, text in listed[code].items():
            part, _, name = str(head).partition(": ")
            if name in words:
                assert text == (words[name].own if part == "Kommunen" else words[name].total)
            else:  # where one principal has all care, its nurses are not counted apart
                assert text == "–"
                assert municipality.is_one_principal(place)
        for name, table in chapter.items():
            row, line = table.data.set_index("municipality").loc[code], lines[name]
            for part, shown in (("fte_municipality", line.own), ("fte_region", line.regional), ("fte", line.total)):
                assert (shown is None) == pd.isna(row[f"{part}_value"])
                assert shown is None or row[f"{part}_value"] == pytest.approx(shown.value, abs=0.005)


def test_the_answer_names_the_municipalitys_own_numbers_first(context: Context, places: municipality.Places) -> None:
    for place in places.by_code.values():
        first, *rest = municipality.answer(context, place)
        assert first.startswith(f"{place.name} behöver")
        for paragraph in (first, *rest):
            assert paragraph.endswith(".")
            assert not re.findall(r"[{}]|\bnan\b| {2}|uppgift saknas", paragraph)
        cells = municipality.values(context, places, place).cells
        assert value(cells.iloc[0]["Tillsammans" if municipality.is_one_principal(place) else "Kommunen"]) > 0


def test_place_in_the_group_follows_the_index(context: Context, places: municipality.Places) -> None:
    group = [place for place in places.by_code.values() if place.skr_group == "B4"]
    for name in ("physiotherapist", municipality.DOCTOR):
        lines = {p.code: line for p in group for line in p.lines if line.profession == name}
        ranks = sorted(lines.values(), key=lambda line: line.rank)
        found = [line.need_index.value for line in ranks if line.need_index]
        assert found == sorted(found, reverse=True)
        assert ranks[0].rank == 1
        assert len(ranks) == group[0].peers
        assert sorted(places.indices["B4", name]) == sorted(found)


def test_the_floor_is_named_where_it_is_above_the_need(context: Context, places: municipality.Places) -> None:
    words = " ".join(municipality.answer(context, places.by_code[SMALL]))
    assert "mindre än den lägsta bemanning" in words
    assert "mindre än den lägsta" not in " ".join(municipality.answer(context, places.by_code[LARGE]))


def test_the_group_of_a_small_municipality_is_named_with_its_need(context: Context, places: municipality.Places) -> None:
    place = places.by_code["2418"]
    assert place.partners
    assert all(name in " ".join(municipality.answer(context, place)) for name in place.partners)
    rows = context.results.guidelines.query("cooperation == '24-C8' and measure == 'fte_need'").set_index("profession")
    cells = municipality.values(context, places, place).cells["Med kommungruppen i länet, kommunal vård"]
    assert cells[NURSES] == context.language.sized(*rows.loc[NURSE, ["value", "low", "high"]])
    assert not places.by_code[LARGE].partners


def test_one_and_several_municipalities_of_a_group_are_worded_apart(context: Context, places: municipality.Places) -> None:
    from dataclasses import replace

    place = places.by_code[LARGE]
    assert "de 3 kommunerna" in municipality._group_words(context.language, place)
    assert "den enda kommunen" in municipality._group_words(context.language, replace(place, peers=1))


def test_small_municipalities_are_marked_and_changes_come_last(context: Context, places: municipality.Places) -> None:
    small, large, one = (list(municipality.sure(context, places, places.by_code[c])) for c in ("2506", LARGE, GOTLAND))
    assert "färre än" in small[0]
    assert "färre än" not in large[0]
    assert large[-1].startswith("Det som mest kan ändra talen är länets avtal")
    assert "avtal" not in one[-1]


def test_every_profession_is_on_every_page(context: Context, places: municipality.Places) -> None:
    for place in places.by_code.values():
        assert {*PROFESSIONS, municipality.DOCTOR} <= {line.profession for line in place.lines}


def test_all_municipalities_are_listed_by_region(context: Context) -> None:
    shown: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "display", lambda bundle, raw: shown.append(bundle["text/html"]))
        municipality.show_list(context)
    assert len(re.findall(r'href="\.\./municipalities/\d{4}\.html"', shown[0])) == 290
    assert len(re.findall(r'<section id="\d\d"', shown[0])) == 21


def test_every_group_of_municipalities_has_its_name(context: Context) -> None:
    table = context.tables["municipalities"]
    assert dict(zip(table["skr_group"], table["skr_group_name"], strict=True)) == MUNICIPALITY_GROUP
