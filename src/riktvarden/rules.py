"""Consistency checks between tables: foreign keys, complete groups, sums, and the baselines."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from riktvarden.contract import CONTRACT, Table, file_of, keys_of, references_of, rows_of
from riktvarden.faults import WHOLE_ROW
from riktvarden.problems import Problem


def unknown_codes(tables: dict[str, Table], folder: Path, reported: list[Problem]) -> Iterator[Problem]:
    """Find codes missing from the table they refer to: one problem per code, at its first row.

    Otherwise one missing code would be reported once per referencing row.

    Parameters
    ----------
    tables
        Tables whose rows have distinct keys.
    folder
        The data folder.
    reported
        Problems already reported; their cells and broken rows are skipped.
    """
    places = {(problem.file, problem.row, problem.column) for problem in reported}
    broken = {(problem.file, problem.row) for problem in reported if problem.fix == WHOLE_ROW}
    rows = {name: list(rows_of(table, folder)) for name, table in tables.items()}
    for name, table in tables.items():
        file = file_of(table, folder)
        for column, other, there in references_of(table):
            if other not in tables:
                continue
            known = {cells.get(there) for _, cells in rows[other]}
            unknown: dict[str, list[int]] = {}
            for number, cells in rows[name]:
                code = cells.get(column, "")
                is_reported = (file, number) in broken or (file, number, column) in places
                if code and code not in known and not is_reported:
                    unknown.setdefault(code, []).append(number)
            for code, numbers in unknown.items():
                more = f", here and in {len(numbers) - 1} further rows" if len(numbers) > 1 else ""
                expected = f"a {there} of {file_of(tables[other], folder)}"
                yield Problem(file, numbers[0], column, code, expected, f"correct the code{more}, or add it there")


@dataclass(frozen=True)
class Sound:
    """Tables that pass their own checks, those changed since they were recorded, and the package's date."""

    folder: Path
    tables: dict[str, Table]
    frames: dict[str, pd.DataFrame]
    changed: set[str]
    created: str

    def file(self, name: str) -> str:
        """Return the path of a table's file as shown in problems."""
        return file_of(self.tables[name], self.folder)

    def cells(self, name: str) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the line number and cells, as text, of every row."""
        return rows_of(self.tables[name], self.folder)

    def frame(self, name: str) -> pd.DataFrame:
        """Return the typed table with the line number of each row."""
        return self.frames[name].assign(row=range(2, len(self.frames[name]) + 2))


def disagreements(sound: Sound) -> list[Problem]:
    """Find groups that sound tables lack, and contradictions between them."""
    problems = list(_groups_are_missing(sound))
    # Incomplete tables cannot add up; report the gap instead.
    partial = {problem.file for problem in problems}
    whole = replace(sound, frames={name: frame for name, frame in sound.frames.items() if sound.file(name) not in partial})
    for rule, needed in RULES.items():
        if whole.frames.keys() >= set(needed):
            problems += rule(whole)
    return problems


COMPLETE = {
    "population_region": "newest",
    "population_region_age_group": "all",
    "population_region_ten_year": "all",
    "population_region_age": "all",
    "deaths_region_age_group": "all",
    "deaths_region_age": "all",
    "population_nation": "all",
    "population_municipality": "newest",
    "population_municipality_age_group": "all",
    "population_municipality_age_sex": "all",
    "population_municipality_65": "all",
    "education_municipality": "all",
    "foreign_background_municipality": "all",
    "municipality_covariates": "all",
    "stepped_care": "all",
    "born_abroad_municipality": "all",
    "care_need_components_region": "all",
}
"""Tables that must hold every combination of their key once, in all years or in the latest one allowed."""


def _groups_are_missing(sound: Sound) -> Iterator[Problem]:
    """Find gaps in a complete table, named by as few columns as possible: a year, a region, a region's year."""
    for name, years in COMPLETE.items():
        values = _values_of_key(sound, name) if name in sound.frames else {}
        if not values:
            continue
        if years == "newest":
            values["year"] = values["year"][-1:]
        keys = list(values)
        wanted = pd.MultiIndex.from_product(list(values.values()), names=keys)
        there = pd.MultiIndex.from_frame(sound.frames[name][keys])
        cells = wanted.to_frame(index=False).assign(missing=~wanted.isin(there))
        largest_first = sorted(keys, key=lambda column: len(values[column]))
        for by in [*([column] for column in largest_first), keys[:2]]:
            gone = cells[cells.groupby(by)["missing"].transform("all")]
            fixed = [column for column in keys if len(values[column]) == 1 and column not in by]
            yield from _gaps(sound, name, gone, by + fixed)
            cells = cells.drop(gone.index)
        yield from _gaps(sound, name, cells[cells["missing"]], keys[:2], first_of=keys[2:])


def _values_of_key(sound: Sound, name: str) -> dict[str, list[Any]]:
    """List the possible values of each key column: another table's codes, a list or a range; empty if unknown."""
    table = sound.tables[name]
    fields = {field["name"]: field.get("constraints", {}) for field in table["schema"]["fields"]}
    codes = {column: (other, there) for column, other, there in references_of(table)}
    values: dict[str, list[Any]] = {}
    for column in keys_of(table):
        other, there = codes.get(column, ("", ""))
        rules = fields[column]
        if other in sound.frames:
            values[column] = sound.frames[other][there].to_list()
        elif "enum" in rules:
            values[column] = rules["enum"]
        elif {"minimum", "maximum"} <= rules.keys():
            values[column] = list(range(int(rules["minimum"]), int(rules["maximum"]) + 1))
        else:
            return {}
    return values


def _gaps(sound: Sound, name: str, missing: pd.DataFrame, by: list[str], first_of: Sequence[str] = ()) -> Iterator[Problem]:
    """Report missing combinations: one problem per whole group, and the first of an incomplete one."""
    for _, cells in missing.groupby(by):
        group, first = (", ".join(f"{column} {cells[column].iloc[0]}" for column in columns) for columns in (by, first_of))
        many = f"{len(cells)} cell{'s' if len(cells) > 1 else ''}"
        expected = f"{group}, {many}, each once" + (f"; the first is {first}" if first else "")
        fix = f"restore the rows, or correct in {CONTRACT} which there must be"
        yield Problem(sound.file(name), 0, ", ".join(by), "no row", expected, fix)


NOISY_FROM = 2025
"""First year that Statistics Sweden adds noise to every cell against disclosure, so that cells do not sum to totals."""


def _sums_differ(
    sound: Sound, parts: tuple[str, pd.DataFrame], whole: tuple[str, pd.DataFrame], by: list[str], value: str
) -> Iterator[Problem]:
    """Find groups, present in both frames, whose sums of a count differ."""
    # The fault is reported in the file that changed; if both or neither did, where the detail is.
    if whole[0] in sound.changed and parts[0] not in sound.changed:
        parts, whole = whole, parts
    (name, here), (other, there) = parts, whole
    sums = [
        frame.groupby(by, as_index=False).agg(total=(value, "sum"), row=("row", "min"), cells=(value, "size"))
        for frame in (here, there)
    ]
    both = sums[0].merge(sums[1], on=by, suffixes=("", "_there"))
    if "year" in both:
        # From then on only cells that both tables have as they are can be compared, and no sums of them.
        both = both[(both["year"] < NOISY_FROM) | (both[["cells", "cells_there"]].max(axis=1) == 1)]
    # Counts are whole persons in every year that two tables share.
    for group in both[(both["total"] - both["total_there"]).abs() >= 0.5].to_dict("records"):
        which = ", ".join(f"{column} {group[column]}" for column in by)
        expected = f"{group['total_there']:.0f}, as {sound.file(other)} sums to for {which}"
        fix = "correct the cell of this sum that is wrong, in this table or the other"
        yield Problem(sound.file(name), int(group["row"]), value, f"{group['total']:.0f}", expected, fix)


def _with_five_year_groups(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the five-year age group, 90 and over open, to rows by single year of age."""
    names = {age: f"{age // 5 * 5}-{age // 5 * 5 + 4}" if age < 90 else "90+" for age in frame["age"].unique()}
    return frame.assign(age_group=frame["age"].map(names))


def _with_ten_year_groups(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the ten-year age group, from below 15 to 85 and over open, to rows by single year or five-year group."""
    starts = frame["age"] if "age" in frame else frame["age_group"].str.extract(r"(\d+)", expand=False).astype(int)
    # The open groups are named as such, the others by their first and last age.
    first = ((starts - 5) // 10 * 10 + 5).clip(5, 85)
    names = {age: "0-14" if age < 15 else f"{age}-{age + 9}" if age < 85 else "85+" for age in first.unique()}
    return frame.assign(age_group=first.map(names))


def _by_age(wide: pd.DataFrame, by: list[str], value: str) -> pd.DataFrame:
    """Sum a table with a column per year of age, and give the sums as one row per age."""
    ages = {column: int(column.removeprefix("age_")) for column in wide.columns if column.startswith("age_")}
    groups = wide.groupby(by)
    sums = groups[list(ages)].sum().assign(row=groups["row"].min()).reset_index()
    long = sums.melt([*by, "row"], list(ages), var_name="age", value_name=value)
    return long.assign(age=long["age"].map(ages))


def _single_years_sum_to_groups(sound: Sound) -> Iterator[Problem]:
    """Compare the regions' single years of age with their five-year groups, and the regions with the nation."""
    nation = ("population_nation", sound.frame("population_nation"))
    # The nation's deaths are by age at the end of the year, the regions' are not: sums over ages only.
    for value, by in (("population", ["year", "sex", "age"]), ("deaths", ["year", "sex"])):
        wide, name = sound.frame(f"{value}_region_age"), f"{value}_region_age"
        groups = (f"{value}_region_age_group", sound.frame(f"{value}_region_age_group"))
        shared = _by_age(wide[wide["year"].isin(groups[1]["year"])], ["region", "year", "sex"], value)
        both = ["region", "year", "sex", "age_group"]
        yield from _sums_differ(sound, (name, _with_five_year_groups(shared)), groups, both, value)
        yield from _sums_differ(sound, (name, _by_age(wide, ["year", "sex"], value)), nation, by, value)


def _regions_sum_to_nation(sound: Sound) -> Iterator[Problem]:
    """Compare the regions' population by sex and age group, latest totals and deaths with the nation's."""
    whole = ("population_nation", _with_five_year_groups(sound.frame("population_nation")))
    ages = ("population_region_age_group", sound.frame("population_region_age_group"))
    totals = ("population_region", sound.frame("population_region"))
    deaths = ("deaths_region_age_group", sound.frame("deaths_region_age_group"))
    yield from _sums_differ(sound, ages, whole, ["year", "sex", "age_group"], "population")
    # A total may be newer than what the nation has observed: what is projected for a year is not what came.
    observed = whole[1].loc[whole[1]["kind"] == "observed"]
    yield from _sums_differ(sound, totals, (whole[0], observed), ["year"], "population")
    decades = ("population_region_ten_year", sound.frame("population_region_ten_year"))
    nation = ("population_nation", _with_ten_year_groups(sound.frame("population_nation")))
    yield from _sums_differ(sound, decades, nation, ["year", "sex", "age_group"], "population")
    yield from _sums_differ(sound, decades, totals, ["region", "year"], "population")
    # The nation's deaths are by age at the end of the year, the regions' are not: sums over ages only.
    yield from _sums_differ(sound, deaths, whole, ["year", "sex"], "deaths")


def _municipalities_sum_to_regions(sound: Sound) -> Iterator[Problem]:
    """Compare municipalities with their region, and age groups with their municipality."""
    frame = sound.frame("population_municipality")
    totals = ("population_municipality", frame.assign(region=frame["municipality"].str[:2]))
    for name in ("population_region", "population_region_age_group"):
        yield from _sums_differ(sound, totals, (name, sound.frame(name)), ["region", "year"], "population")
    ages = ("population_municipality_age_group", sound.frame("population_municipality_age_group"))
    yield from _sums_differ(sound, ages, totals, ["municipality", "year"], "population")
    middle = sound.frame("population_municipality_age_sex")
    by_sex = _with_ten_year_groups(middle).assign(region=middle["municipality"].str[:2])
    decades = ("population_region_ten_year", sound.frame("population_region_ten_year"))
    both = ["region", "year", "sex", "age_group"]
    yield from _sums_differ(sound, ("population_municipality_age_sex", by_sex), decades, both, "population")


def _old_sum_to_regions(sound: Sound) -> Iterator[Problem]:
    """Compare the municipalities' shares aged 65 and over, and their totals, with each region's persons."""
    name = "population_municipality_65"
    rows = sound.frame(name).assign(region=lambda frame: frame["municipality"].str[:2])
    totals = ("population_municipality", sound.frame("population_municipality"))
    yield from _sums_differ(sound, (name, rows), totals, ["municipality", "year"], "population")
    decades = sound.frame("population_region_ten_year")
    old = decades[decades["age_group"].isin(["65-74", "75-84", "85+"])]
    of_region = old.groupby(["region", "year"], as_index=False)["population"].sum()
    rows["old"], rows["rounding"] = (rows["population"] * share / 100 for share in (rows["share_65"], SHARE_ROUNDING))
    sums = rows.groupby(["region", "year"], as_index=False).agg(
        old=("old", "sum"), rounding=("rounding", "sum"), row=("row", "min")
    )
    for group in sums.merge(of_region, on=["region", "year"]).to_dict("records"):
        if abs(group["old"] - group["population"]) > group["rounding"]:
            expected = (
                f"{group['population']} persons, as {sound.file('population_region_ten_year')} sums to for "
                f"region {group['region']}, year {group['year']}, 65 and over"
            )
            fix = "correct the share of this region that is wrong, or the persons in the other table"
            yield Problem(sound.file(name), int(group["row"]), "share_65", f"{group['old']:.0f}", expected, fix)


SHARE_ROUNDING = 0.005
"""Rounding error of a share given with two decimals, in percentage points."""


def _municipalities_sum_to_nation(sound: Sound) -> Iterator[Problem]:
    """Compare ages 15 to 74 and education by sex with the nation, and backgrounds with their municipality."""
    nation = _with_five_year_groups(sound.frame("population_nation"))
    ages = ("population_municipality_age_sex", sound.frame("population_municipality_age_sex"))
    levels = ("education_municipality", sound.frame("education_municipality"))
    backgrounds = ("foreign_background_municipality", sound.frame("foreign_background_municipality"))
    totals = ("population_municipality", sound.frame("population_municipality"))
    asked = ("population_nation", nation[nation["age"].between(16, 74)])
    yield from _sums_differ(sound, ages, ("population_nation", nation), ["year", "sex", "age_group"], "population")
    yield from _sums_differ(sound, levels, asked, ["year", "sex"], "population")
    yield from _sums_differ(sound, backgrounds, totals, ["municipality", "year"], "population")


def _born_abroad_sum_to_counties(sound: Sound) -> Iterator[Problem]:
    """Compare the municipalities' born abroad, and their inhabitants, with the components of the Care Need Index."""
    rows = sound.frame("born_abroad_municipality").assign(region=lambda frame: frame["municipality"].str[:2])
    counties = ("care_need_components_region", sound.frame("care_need_components_region"))
    for value in ("population", "born_abroad"):
        yield from _sums_differ(sound, ("born_abroad_municipality", rows), counties, ["region"], value)


def _visits_sum_to_nation(sound: Sound) -> Iterator[Problem]:
    """Compare the regions' visits with those published for the nation."""
    name = "primary_care_visits_region"
    rows = sound.frame(name)
    of_nation = rows["region"] == "00"
    by = ["year", "sector", "care_area", "provider", "kind"]
    yield from _sums_differ(sound, (name, rows[~of_nation]), (name, rows[of_nation]), by, "visits")


def _degrees_of_urbanisation_sum_to_whole(sound: Sound) -> Iterator[Problem]:
    """Check that each region's shares by degree of urbanisation sum to 100 per cent."""
    file, frame = sound.file("urbanisation_region"), sound.frame("urbanisation_region")
    regions = frame.groupby("region").agg(total=("share", "sum"), row=("row", "min"))
    # Each share is rounded to one decimal, so three of them may be 0.15 off in total.
    for row in regions.reindex(sound.frames["regions"]["region"]).fillna(0).reset_index().to_dict("records"):
        if abs(row["total"] - 100) > 0.15 + 1e-9:
            fix = "correct the share that is wrong, or restore the rows"
            yield Problem(file, int(row["row"]), "share", f"{row['total']:.1f}", f"100 for region {row['region']}", fix)


def _municipalities_stand_in_their_region(sound: Sound) -> Iterator[Problem]:
    """Check that a municipality's region is the first two digits of its code."""
    for number, row in sound.cells("municipalities"):
        if not row["municipality"].startswith(row["region"]):
            expected = f"{row['municipality'][:2]}, as the code {row['municipality']} begins"
            fix = "correct the region or the code"
            yield Problem(sound.file("municipalities"), number, "region", row["region"], expected, fix)


UNITS = {
    "persons": "persons",
    "positions": "positions",
    "financed_positions": "positions",
    "blocks": "ST blocks",
    "persons_per_1000": "per 1000 inhabitants",
}
"""Measure of the ST baseline → unit of a published figure on it."""


def _figures_are_the_regions_own(sound: Sound) -> Iterator[Problem]:
    """Check that each row that uses a published figure has the figure's region."""
    regions = {row["figure"]: row["region"] for _, row in sound.cells("published_st")}
    for name in ("st_baseline", "specialist_baseline"):
        for number, row in sound.cells(name) if name in sound.frames else ():
            region = regions.get(row["figure"], row["region"])
            if region != row["region"]:
                expected, fix = (
                    f"{region}, the region of {row['figure']}",
                    "correct the region or the figure",
                )
                yield Problem(sound.file(name), number, "region", row["region"], expected, fix)


def _baseline_fits_its_figures(sound: Sound) -> Iterator[Problem]:
    """Check that each row of the ST baseline has its figure's unit, and a date if the figure is in use."""
    file = sound.file("st_baseline")
    units = {row["figure"]: row["unit"] for _, row in sound.cells("published_st")}
    for number, row in sound.cells("st_baseline"):
        unit = units.get(row["figure"])
        if unit is not None and unit != UNITS.get(row["measure"]):
            expected = f"a measure given in {unit}, as {row['figure']} is"
            yield Problem(file, number, "measure", row["measure"], expected, "correct the measure or the figure")
        if row["use"] != "never" and not row["dated"]:
            expected = "the day that a figure in use is assumed to refer to"
            yield Problem(file, number, "dated", "", expected, "write the day as YYYY-MM-DD")


def _baseline_uses_one_figure(sound: Sound) -> Iterator[Problem]:
    """Check that a region and measure has one newest and one reference figure, and uses none marked never."""
    file, rows = sound.file("st_baseline"), list(sound.cells("st_baseline"))
    never = {row["figure"] for _, row in rows if row["use"] == "never"}
    filled = set()
    for number, row in rows:
        if row["use"] == "never":
            continue
        if row["figure"] in never:
            expected = "a figure that no other row marks as never to be used"
            yield Problem(file, number, "figure", row["figure"], expected, "keep one of the rows")
        role = (row["region"], row["use"], row["measure"])
        if role in filled:
            expected = f"one {row['use']} figure of region {row['region']} in {row['measure']}"
            yield Problem(file, number, "figure", row["figure"], expected, "keep one of the rows")
        filled.add(role)


def _baseline_serves_both_uses(sound: Sound) -> Iterator[Problem]:
    """Check that a region with a newest figure in persons has a reference figure in persons, and vice versa."""
    persons: dict[str, dict[str, int]] = {"newest": {}, "reference": {}, "never": {}}
    for number, row in sound.cells("st_baseline"):
        if row["measure"] == "persons":
            persons[row["use"]][row["region"]] = number
    for use, other in (("newest", "reference"), ("reference", "newest")):
        for region in persons[use].keys() - persons[other].keys():
            expected = f"a {other} row in persons of region {region} as well"
            fix = "add the row (the same figure may serve both), or mark this one as never to be used"
            yield Problem(sound.file("st_baseline"), persons[use][region], "use", use, expected, fix)


def _figures_are_not_of_the_future(sound: Sound) -> Iterator[Problem]:
    """Check that no figure in use is dated later than the data package."""
    for number, row in sound.cells("st_baseline"):
        if row["dated"] > sound.created[:10]:
            expected = f"{sound.created[:10]} or earlier, the day that {CONTRACT} was created"
            fix = f"correct the day, or 'created' in {CONTRACT} if the tables are newer"
            yield Problem(sound.file("st_baseline"), number, "dated", row["dated"], expected, fix)


SELECTED_UNITS = {
    "persons": {"personer", "persons"},
    "fte": {"årsarbetare", "FTE"},
    "persons_per_100000": {"per 100 000 invånare", "per 100 000"},
    "licences_issued": {"antal"},
    "regions_reporting_shortage": {"antal regioner", "antal landsting"},
    "missing": {"läkare"},
    "entrants": {"personer", "personer per år"},
    "graduates": {"personer per år"},
    "further_need_2035": {"personer"},
    "further_entrants_2035": {"personer per år"},
    "recruitment_need_2031": {"personer"},
}
"""Measure of personnel → units of a published figure on it; all other measures are per cent."""

PUBLISHED = ("published_st", "published_professions", "published_sou")


def _selected_figures_can_be_used(sound: Sound) -> Iterator[Problem]:
    """Check that each selected published figure exists and has a value, a year and the row's sex and unit."""
    figures = {row["figure"]: row for name in PUBLISHED for _, row in sound.cells(name)}
    for name in ("personnel_selection", "care_selection"):
        for number, row in sound.cells(name) if name in sound.frames else ():
            figure = figures.get(row["figure"])
            if figure is None:
                fix = "correct the figure's ID, or remove the row"
                yield Problem(sound.file(name), number, "figure", row["figure"], f"a figure of {', '.join(PUBLISHED)}", fix)
                continue
            units = SELECTED_UNITS.get(row.get("measure", ""), {"procent", "percent"})
            if not figure["value"]:
                expected = "a figure with a value"
                yield Problem(sound.file(name), number, "figure", row["figure"], expected, "remove the row")
            elif not (row["year"] or figure["year"] or row["qualifier"] == "undated"):
                expected = f"a year, as {row['figure']} has none, or the qualifier undated"
                yield Problem(sound.file(name), number, "year", "", expected, "write the year")
            elif "sex" in row and row["sex"] != figure.get("sex", row["sex"]):
                expected = f"{figure['sex']}, as {row['figure']} has it"
                yield Problem(sound.file(name), number, "sex", row["sex"], expected, "correct the sex or the figure")
            elif "measure" in row and figure["unit"] not in units:
                expected = f"a measure given in {figure['unit']}, as {row['figure']} is"
                fix = "correct the measure or the figure"
                yield Problem(sound.file(name), number, "measure", row["measure"], expected, fix)


def _prefilled_from_tables_there_are(sound: Sound) -> Iterator[Problem]:
    """Check that the table that a variable is prefilled from exists."""
    file = sound.file("requested_variables")
    for number, row in sound.cells("requested_variables"):
        table = row["prefill_table"]
        if table and table not in sound.tables:
            expected = f"one of {', '.join(sound.tables)}, or empty"
            yield Problem(file, number, "prefill_table", table, expected, "correct the table")
        elif bool(table) == (row["prefill"] == "no"):
            expected = "a table where the variable can be prefilled, none where it cannot"
            yield Problem(file, number, "prefill_table", table, expected, "correct the table or the column prefill")


DOCTORS = "general_practice"
"""Profession that the tasks of the team are taken over from."""

WHOLE = 1e-9
"""Tolerance of the sum of shares of a whole: rounding in the sum, not in the shares."""


def _steps_are_shared_out(sound: Sound) -> Iterator[Problem]:
    """Ask that the groups of staff together have all the time of a step."""
    file = sound.file("stepped_care")
    for (patients, step), rows in sound.frame("stepped_care").groupby(["patients", "step"], sort=False):
        total = float(rows["share"].sum())
        if abs(total - 1) > WHOLE:
            expected = (
                f"1 as the sum of the shares of {step} for {patients}, in rows {rows['row'].min()} to {rows['row'].max()}"
            )
            yield Problem(
                file, int(rows["row"].iloc[0]), "share", f"{total:g}", expected, "correct the shares of this step"
            )


def _tasks_move_no_more_than_there_is(sound: Sound) -> Iterator[Problem]:
    """Ask for every contact of the doctors once, and that no more of a task is taken over than there is."""
    file, frame = sound.file("team_tasks"), sound.frame("team_tasks")
    own = frame["profession"] == DOCTORS
    for row in frame.loc[own == frame["contacts"].isna()].to_dict("records"):
        expected = f"the task's share of all contacts with doctors in the row of {DOCTORS}, and nothing in the others"
        value = "" if pd.isna(row["contacts"]) else f"{row['contacts']:g}"
        yield Problem(file, row["row"], "contacts", value, expected, "move the share to the row it belongs to")
    for row in frame.loc[own & (frame["most"] != 1)].to_dict("records"):
        expected = f"1 in a row of {DOCTORS}, who have what no one takes over"
        yield Problem(file, row["row"], "most", f"{row['most']:g}", expected, "write 1")
    contacts = float(frame.loc[own, "contacts"].sum())
    if own.any() and abs(contacts - 1) > WHOLE:
        expected = f"1 as the sum over the rows of {DOCTORS}: all contacts with doctors"
        yield Problem(file, int(frame.loc[own, "row"].iloc[0]), "contacts", f"{contacts:g}", expected, "correct the shares")
    for task, rows in frame.groupby("task", sort=False):
        others = rows.loc[rows["profession"] != DOCTORS]
        if len(others) == len(rows):
            expected = f"a row of {DOCTORS} for {task}"
            yield Problem(
                file, int(rows["row"].iloc[0]), "profession", str(rows["profession"].iloc[0]), expected, "add the row"
            )
        if others["most"].sum() > 1 + WHOLE:
            expected = f"at most 1 as the sum over those who take over {task}: there are no more contacts to move"
            fix = "lower the largest shares of this task until they sum to 1 or less"
            yield Problem(file, int(others["row"].iloc[-1]), "most", f"{others['most'].sum():g}", expected, fix)


RULES: dict[Callable[[Sound], Iterator[Problem]], list[str]] = {
    _regions_sum_to_nation: [
        "population_nation",
        "population_region",
        "population_region_age_group",
        "population_region_ten_year",
        "deaths_region_age_group",
    ],
    _municipalities_sum_to_regions: [
        "population_municipality",
        "population_municipality_age_group",
        "population_municipality_age_sex",
        "population_region",
        "population_region_age_group",
        "population_region_ten_year",
    ],
    _old_sum_to_regions: ["population_municipality", "population_municipality_65", "population_region_ten_year"],
    _single_years_sum_to_groups: [
        "population_nation",
        "population_region_age",
        "population_region_age_group",
        "deaths_region_age",
        "deaths_region_age_group",
    ],
    _municipalities_sum_to_nation: [
        "population_nation",
        "population_municipality",
        "population_municipality_age_sex",
        "education_municipality",
        "foreign_background_municipality",
    ],
    _born_abroad_sum_to_counties: ["born_abroad_municipality", "care_need_components_region"],
    _visits_sum_to_nation: ["primary_care_visits_region"],
    _degrees_of_urbanisation_sum_to_whole: ["regions", "urbanisation_region"],
    _municipalities_stand_in_their_region: ["municipalities"],
    _figures_are_the_regions_own: ["published_st"],
    _baseline_fits_its_figures: ["st_baseline", "published_st"],
    _baseline_uses_one_figure: ["st_baseline"],
    _baseline_serves_both_uses: ["st_baseline"],
    _figures_are_not_of_the_future: ["st_baseline"],
    _selected_figures_can_be_used: list(PUBLISHED),
    _prefilled_from_tables_there_are: ["requested_variables"],
    _steps_are_shared_out: ["stepped_care"],
    _tasks_move_no_more_than_there_is: ["team_tasks"],
}
"""Check → the tables that it reads and that must be sound."""
