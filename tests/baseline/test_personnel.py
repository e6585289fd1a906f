import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st_

from riktvarden import tables
from riktvarden.baseline import personnel
from riktvarden.disclosure.system import Dimension


@pytest.fixture(scope="module")
def model() -> pd.DataFrame:
    return personnel.build(tables.read_all())


@pytest.fixture(scope="module")
def regions() -> list[str]:
    return list(tables.read("regions")["region"])


def rows(model: pd.DataFrame, **wanted: object) -> pd.DataFrame:
    for name, code in wanted.items():
        model = model.loc[model[name] == code]
    return model


def test_primary_care_employees_2021_by_sex(model: pd.DataFrame) -> None:
    found = rows(model, profession="all", care_level="primary", measure="persons", year=2021)
    assert found.set_index("sex")["value"].to_dict() == {"total": 29_200, "women": 24_600, "men": 4_600}
    assert personnel.add(found.loc[found["sex"] != "total"]).value == 29_200


def test_district_nurses_in_regions_2019(model: pd.DataFrame) -> None:
    found = rows(model, profession="district_nurse", measure="persons", year=2019).set_index("sex")["value"]
    assert (found["total"], found["men"]) == (3_900, 80)


def test_physicians_2017_sum_to_the_printed_nation(model: pd.DataFrame) -> None:
    found = rows(model, profession="physician", measure="persons", year=2017)
    assert personnel.add(found.loc[found["region"] != "00"]).value == 34_860
    assert found.loc[found["region"] == "00", "value"].tolist() == [34_860]


def test_recipients_of_municipal_care_2023() -> None:
    every = tables.read_all()
    series = personnel.care_series(every["care_selection"], personnel.published(every))
    found = series.query("series == 'municipal_recipients' and year == 2023").set_index("age_group")["value"]
    assert found.to_dict() == {"total": 414_000, "65+": 342_000}


def test_more_full_time_than_persons_on_gotland_is_caught(model: pd.DataFrame) -> None:
    (wrong,) = personnel.anomalies(model).query("rule == 'fte_above_persons'").to_dict("records")
    assert (wrong["region"], wrong["year"], wrong["found"], wrong["expected"]) == ("09", 2020, 246, 244)
    marked = rows(personnel.marked(model), qualifier="implausible")
    assert marked[["region", "year", "measure"]].to_numpy().tolist() == [["09", 2020, "fte"]]


def test_regions_that_miss_their_nation_are_named(model: pd.DataFrame) -> None:
    found = personnel.anomalies(model).query("rule == 'regions_miss_nation'").set_index("year")
    assert found.loc[2017, ["found", "expected"]].tolist() == [28_976, 28_978]
    assert found.loc[2020, ["found", "expected"]].tolist() == [31_578, 31_577]


def test_municipal_staff_of_two_industries_is_one_derived_cell(model: pd.DataFrame) -> None:
    (found,) = rows(model, profession="occupational_therapist", definition="licensed").to_dict("records")
    assert (found["value"], found["status"], found["source"]) == (4_100, "derived", "so-099, so-100")


def test_a_total_of_women_and_men_is_derived(model: pd.DataFrame) -> None:
    (found,) = rows(model, profession="psychiatric_nurse", sex="total").to_dict("records")
    assert (found["value"], found["status"]) == (2_890, "derived")


def test_every_cell_has_status_unit_and_source(model: pd.DataFrame) -> None:
    assert set(model["status"]) <= {"reported", "derived", "estimated", "missing", "suppressed"}
    assert model[["unit", "source", "definition"]].map(bool).all().all()
    assert (model["value"].isna() == (model["status"] == "missing")).all()


def cell(**other: object) -> dict[str, object]:
    whole = {"profession": "psychologist", "year": 2020, "measure": "persons", "definition": "skr_november"}
    return personnel.WHOLE | whole | {"value": 10.0, "unit": "persons", "qualifier": "", "source": "x"} | other


@pytest.mark.parametrize("definition", [d for d in personnel.DEFINITIONS if d != "skr_november"])
def test_definitions_are_never_added(definition: str) -> None:
    two = pd.DataFrame([cell(region="01"), cell(region="03", definition=definition)])
    with pytest.raises(ValueError, match="more than one definition"):
        personnel.add(two)


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ({"year": 2019}, {}, "more than one year"),
        ({"measure": "fte"}, {}, "more than one measure"),
        ({}, {"region": "01"}, "twice"),
        ({"sex": "women"}, {}, "twice"),
        ({"sector": "private"}, {"care_level": "primary"}, "twice"),
        ({"profession": "nurse"}, {"profession": "district_nurse"}, "twice"),
        ({"profession": "all"}, {"profession": "counsellor"}, "twice"),
        ({}, {}, "twice"),
    ],
)
def test_a_person_is_never_added_twice(one: dict[str, str], other: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        personnel.add(pd.DataFrame([cell(**one), cell(**other)]))


def test_a_psychotherapist_counts_once_among_licences_and_apart_among_occupations() -> None:
    two = pd.DataFrame([cell(), cell(profession="psychotherapist")])
    assert personnel.add(two).value == 20
    with pytest.raises(ValueError, match="another licence"):
        personnel.add(two.assign(definition="licensed"))


def test_densities_are_not_added() -> None:
    with pytest.raises(ValueError, match="cannot be added"):
        personnel.add(pd.DataFrame([cell(measure="persons_per_100000")]))


def test_a_sum_with_a_hole_is_missing() -> None:
    total = personnel.add(pd.DataFrame([cell(sex="women"), cell(sex="men", value=float("nan"))]))
    assert total.status == "missing"
    assert total.value != total.value


@given(st_.lists(st_.integers(0, 10_000), min_size=21, max_size=21))
def test_regions_sum_to_the_nation(values: list[int]) -> None:
    cells = pd.DataFrame([cell(region=f"{code:02d}", value=float(v)) for code, v in enumerate(values, start=1)])
    assert personnel.add(cells).value == sum(values)


def test_the_same_cell_from_two_sources_is_refused(model: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="the same cell twice"):
        personnel.combine(model, model.head(1))


def test_everything_asked_for_has_a_row_and_a_status(model: pd.DataFrame, regions: list[str]) -> None:
    wanted = personnel.wanted(regions)
    found = personnel.complete(model, wanted)
    assert len(found) == len(wanted) == 10 * 21 * 2 * 2 * 2 + 21 * 2
    assert set(found["status"]) == {"missing"}
    assert found["value"].isna().all()
    tariff = found.loc[found["sector"] == "private_tariff"]
    assert set(tariff["profession"]) == {"physiotherapist"}
    assert len(tariff) == 42


def test_margins_that_exist_are_found(model: pd.DataFrame, regions: list[str]) -> None:
    public = pd.DataFrame({"profession": "physician", "region": regions, "sector": "public"})
    found = personnel.complete(model, public)
    assert set(found["status"]) == {"reported"}
    assert set(found["year"]) == {2020}


def test_availability_counts_cells_and_gaps(model: pd.DataFrame, regions: list[str]) -> None:
    counts = personnel.availability(model, regions).set_index(["profession", "aspect"])
    assert counts.loc[("physician", "region"), ["cells", "found"]].tolist() == [21, 21]
    assert counts.loc[("psychologist", "region"), "found"] == 1
    assert (counts["found"] + counts["missing"] == counts["cells"]).all()
    everything = counts.xs("everything", level="aspect")
    assert everything["cells"].sum() == len(personnel.wanted(regions))
    assert everything["found"].sum() == 0


def test_kolada_values_take_their_place() -> None:
    values = pd.DataFrame(
        [
            ("N70007", "0012", 2023, "T", 700.0),
            ("N70026", "0012", 2023, "T", None),
            ("N20030", "1280", 2023, "T", 9.0),
        ],
        columns=["key_figure", "area", "year", "sex", "value"],
    )
    found = personnel.from_kolada(values, tables.read("kolada_personnel"))
    assert found[["profession", "region", "measure", "status"]].to_numpy().tolist() == [
        ["psychologist", "12", "persons", "reported"],
        ["psychologist", "12", "fte", "missing"],
    ]
    assert set(found["definition"]) == {"skr_november"}
    joined = personnel.build({**tables.read_all(), "kolada_values": values})
    assert len(joined) == len(personnel.build(tables.read_all())) + 2


def test_other_care_is_the_whole_less_primary_care(model: pd.DataFrame) -> None:
    staff = rows(model, profession="all", sex="total", year=2021, definition="pay_statistics")
    other = personnel.remainder(staff.query("care_level == 'all'"), staff.query("care_level == 'primary'"))
    assert (other.value, other.status) == (202_200, "derived")


def test_change_over_time_is_exact() -> None:
    moved = personnel.change(pd.DataFrame({"year": [2020, 2022], "value": [100.0, 121.0]}))
    assert moved.change == pytest.approx(0.21)
    assert moved.yearly == pytest.approx(0.10)


def test_need_is_the_share_of_the_inhabitants() -> None:
    people = pd.DataFrame({"year": 2030, "sex": ["F", "F", "M"], "age": [15, 16, 84], "population": [9, 200, 100]})
    shares = pd.DataFrame({"sex": ["women", "men"], "value": [10.0, 5.0]})
    found = personnel.persons_with_need(shares, people, 16, 84).set_index("sex")["value"]
    assert found.to_dict() == {"women": 20.0, "men": 5.0}


def test_collaborative_regions_sum_to_the_nation_and_leave_the_divided_apart(model: pd.DataFrame) -> None:
    found = rows(model, profession="physician", measure="persons", year=2020).query("region != '00'")
    groups = personnel.by_collaborative_region(found.assign(inhabitants=1e5), tables.read("regions"), "13")
    assert len(groups) == 7
    assert groups["value"].sum() == found["value"].sum()
    assert groups.set_index("collaborative_region").loc["Halland", "regions"] == 1


def test_forecasts_are_beside_each_other(model: pd.DataFrame) -> None:
    balance = personnel.supply_balance(model).set_index("profession")["balance"]
    assert balance.to_dict() == {
        "specialist_nurse": -15,
        "physiotherapist": -15,
        "occupational_therapist": -5,
        "psychologist": 20,
    }


# Counts that are hidden, and who can subtract


def exported(name: str, values: dict[str, float], **other: object) -> pd.DataFrame:
    return pd.DataFrame(
        [cell(status="reported", **{name: code, "value": value, **other}) for code, value in values.items()]
    )


PRINCIPALS = {"all": "rm", "region": "r", "municipality": "m"}
NURSES = {"nurse": "gs", "general_nurse": "g", "specialist_nurse": "s"}
SPECIALISTS = {"specialist_nurse": "dpo", "district_nurse": "d", "psychiatric_nurse": "p"}
MIDWIVES = {"nurse": "gsm", "general_nurse": "g", "specialist_nurse": "s", "midwife": "m"}


@pytest.mark.parametrize(
    ("name", "parts", "values"),
    [
        ("principal", PRINCIPALS, (20, 17, 3)),
        ("principal", PRINCIPALS, (21, 17, 4)),
        ("profession", NURSES, (20, 17, 3)),
        ("profession", NURSES, (21, 17, 4)),
        ("profession", SPECIALISTS, (20, 17, 3)),
        ("profession", SPECIALISTS, (24, 17, 3)),
        ("profession", MIDWIVES, (30, 19, 8, 3)),
        ("sex", {"total": "wm", "women": "w", "men": "m"}, (20, 17, 3)),
        ("care_level", {"all": "po", "primary": "p", "other": "o"}, (20, 3, 17)),
    ],
)
def test_small_counts_stay_open_to_whoever_adds_and_subtracts(
    name: str, parts: dict[str, str], values: tuple[int, ...]
) -> None:
    rows = exported(name, dict(zip(parts, map(float, values), strict=True)))
    shown = personnel.protected(rows).set_index(name)["value"].dropna()
    assert not shown.between(1, 4).any()
    leaves = sorted({leaf for held in parts.values() for leaf in held})
    tables = np.array(list(itertools.product(range(31), repeat=len(leaves))))
    sums = {code: tables[:, [leaf in held for leaf in leaves]].sum(axis=1) for code, held in parts.items()}
    fits = np.all([sums[code] == value for code, value in shown.items()], axis=0)
    for code, value in zip(parts, values, strict=True):
        if value < 5:
            assert np.ptp(sums[code][fits]) > 3


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("principal", {"all": 20.0, "region": 17.0}),
        ("profession", {"nurse": 20.0, "general_nurse": 17.0}),
        ("profession", {"physician": 40.0, "specialist_physician": 30.0, "resident_physician": 7.0}),
        ("sex", {"total": 20.0, "women": 17.0}),
        ("region", {"00": 40.0, "01": 20.0, "12": 17.0}),
    ],
)
def test_a_part_that_no_row_shows_is_not_left_over(name: str, values: dict[str, float]) -> None:
    shown = personnel.protected(exported(name, values))["value"].notna().tolist()
    assert shown != [True] * len(values)
    more = {code: value + 10 * (code == next(iter(values))) for code, value in values.items()}
    assert personnel.protected(exported(name, more))["value"].notna().all()


def test_kolada_and_exports_are_hidden_together() -> None:
    kolada = pd.DataFrame([("N70012", "0012", 2031, "T", 17.0)], columns=["key_figure", "area", "year", "sex", "value"])
    of_region = {"year": 2031, "sector": "public", "region": "12", "principal": "region", "source": "export-x"}
    export = exported("profession", {"general_nurse": 14.0}, **of_region)
    built = personnel.build({**tables.read_all(), "kolada_values": kolada, "personnel_export": export})
    # Together they say that 3 are specialist nurses.
    assert rows(built, year=2031, definition="skr_november", region="12")["value"].isna().any()


def test_parts_of_a_table_that_no_code_distinguishes_are_one() -> None:
    margins = {margin.name: margin for margin in personnel.margins(exported("principal", {"all": 9.0, "region": 9.0}))}
    assert margins["principal"].groups == {"all": ["municipality", "region"]}
    assert margins["profession"].groups == {}


@pytest.mark.parametrize("reading", personnel.READINGS)
def test_every_profession_has_its_place_among_the_parts(reading: tuple[Dimension, ...]) -> None:
    profession = reading[-1]
    leaves = profession.leaves(personnel.PROFESSIONS)
    assert profession.cycles() == []
    assert len(profession.parts("all", leaves)) == len(leaves)
    inside = {leaf for code in personnel.PARTS["all"] for leaf in profession.parts(code, leaves)}
    assert inside == set(range(len(leaves)))
