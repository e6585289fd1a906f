"""What every chapter needs to tell its story: results, tables, assumptions and a language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from riktvarden.assumptions import Assumptions
from riktvarden.baseline import personnel
from riktvarden.codes import GOTLAND, NATION
from riktvarden.problems import InputError, Problem
from riktvarden.report.kit import column, notation
from riktvarden.report.kit.language import SOURCE_LANGUAGE, Language
from riktvarden.results import Results
from riktvarden.returns import form
from riktvarden.store import material


@dataclass(frozen=True)
class Context:
    """The material of one chapter."""

    language: Language
    results: Results
    tables: Mapping[str, pd.DataFrame]
    assumptions: Assumptions

    @classmethod
    def read(cls, language: str) -> Context:
        """Tell the project's own results in one language: those that a build has stored, or else computed here."""
        return cls.of(language, material.read())

    @classmethod
    def of(cls, language: str, found: material.Material) -> Context:
        """Present some results in one language."""
        return cls(Language(language), found.results, found.tables, found.assumptions)

    def analysis(self, name: str) -> Any:  # noqa: ANN401 - each analysis gives something of its own
        """One of the analyses besides the results, see `riktvarden.model.analyses`."""
        return material.analysis(name, self._material)

    def analysis_rows(self, name: str, part: str, region: str) -> pd.DataFrame:
        """A region's rows in one frame of an analysis, see `riktvarden.model.analyses.PARTS`."""
        return material.part_of_analysis(name, part, self._material, region)

    @property
    def _material(self) -> material.Material:
        return material.Material(self.tables, self.assumptions, self.results)

    @cached_property
    def region_names(self) -> dict[str, str]:
        """Short name of each region, and of the nation."""
        regions = self.tables["regions"]
        names = dict(zip(regions["region"], regions["name"], strict=True))
        return names | {NATION: self.language("Riket")}

    def within(self, region: str) -> str:
        """Return words for being in a region: on its island for Gotland, otherwise in it."""
        t = self.language
        words = t("på {name}") if region == GOTLAND else t("i {name}")
        return words.format(name=self.region_names[region])

    @cached_property
    def principals(self) -> dict[str, str]:
        """Official name of each region as principal."""
        regions = self.tables["regions"]
        return dict(zip(regions["region"], regions["principal"], strict=True))

    @cached_property
    def personnel(self) -> pd.DataFrame:
        """Everything that counts personnel, implausible cells marked."""
        found: pd.DataFrame = self.analysis("personnel")
        return found

    def personnel_rows(self, region: str) -> pd.DataFrame:
        """What counts personnel in one region, implausible cells marked."""
        found: pd.DataFrame = material.analysis("personnel", self._material, region)
        return found

    @cached_property
    def uses(self) -> dict[str, dict[str, set[str]]]:
        """Which parts of the method take each assumption, see `riktvarden.report.kit.notation.uses`."""
        return notation.uses(self.analysis("lineage"))

    @cached_property
    def published(self) -> pd.DataFrame:
        """The published figures of every table."""
        return personnel.published(self.tables)

    def published_rows(self, region: str) -> pd.DataFrame:
        """The published figures of every table that are of one region."""
        return personnel.published({name: self.table_rows(name, region) for name in personnel.PUBLISHED})

    @cached_property
    def care(self) -> pd.DataFrame:
        """Published figures on care and need."""
        return personnel.care_series(self.tables["care_selection"], self.published)

    def estimate(self, measure: str, region: str = NATION, digits: int = 0) -> str:
        """One result in words: value with interval, or that there is none."""
        cell = self.results.cell(measure, region)
        text = self.language.estimate(cell.value, cell.low, cell.high, digits)
        bound = {"lower_bound": self.language("minst"), "upper_bound": self.language("högst")}
        return f"{bound[cell.qualifier]} {text}" if cell.qualifier in bound else text

    def share(self, measure: str, region: str = NATION) -> str:
        """One result that is a share, in per cent with its interval."""
        cell = self.results.cell(measure, region)
        return self.language.share(cell.value, cell.low, cell.high)

    def number(self, measure: str, region: str = NATION, digits: int = 0) -> str:
        """The value of one result in words, without its interval."""
        return self.language.number(self.results.cell(measure, region).value, digits)

    def status(self, measure: str, region: str = NATION) -> str:
        """Status of one result in words."""
        cell = self.results.cell(measure, region)
        return self.language.status(cell.status, cell.qualifier)

    def assumed(self, name: str, digits: int = 0) -> str:
        """Value of an assumption in words."""
        return self.language.number(self.assumptions[name].value, digits)

    def named(self, codes: Iterable[str]) -> pd.Index:
        """Short names of regions as the row header of a table, each leading to its page."""
        wanted = list(codes)
        labels = [self.region_names[code] for code in wanted]
        return column.places(self.language("Region"), labels, ["" if code == NATION else code for code in wanted])

    @property
    def year(self) -> int:
        """Year of the newest published population."""
        return self.results.base_year

    @property
    def target_year(self) -> int:
        """Year in which the norm is to be met."""
        return int(self.assumptions["target_year"].value)

    @property
    def reference_date(self) -> str:
        """Common date of the baseline, in words."""
        return self.language.date(pd.Timestamp(self.year, 12, 31), "day")

    def remarks(self, region: str) -> list[str]:
        """Remarks that a region has made on its own figures, which come before anything else that is said of it."""
        t = self.language
        if "remarks" not in self.tables:
            return []
        is_source = t.code == SOURCE_LANGUAGE
        asked = {field.measure: field.sv if is_source else field.en for field in reversed(form.FIELDS)}
        subjects = asked | {
            "financed_positions": t("Finansierade tjänster"),
            "blocks": t("ST-block"),
            "persons_per_1000": t("Personer per 1 000 invånare"),
            "region": t("hela regionen"),
        }
        return [
            t("Regionens kommentar ({subject}; {role}, {date}): {text}").format(
                subject=subjects[row["measure"]],
                role=row["role"] if is_source else form.ROLES[row["role"]],
                date=t.date(row["received"], "day"),
                text=row["text"],
            )
            for row in self.table_rows("remarks", region).to_dict("records")
        ]

    def rows(self, measures: Iterable[str], codes: Iterable[str]) -> pd.DataFrame:
        """Results of some measures and regions as tidy rows, for a download."""
        wanted = list(codes)
        parts = [self.measure(measure, wanted) for measure in measures]
        return pd.concat([part.reset_index() for part in parts], ignore_index=True)

    def measure(self, measure: str, codes: Sequence[str]) -> pd.DataFrame:
        """Results of one measure for some regions, indexed by their codes."""
        return material.of_areas(self.results, measure, codes)

    def table_rows(self, table: str, region: str) -> pd.DataFrame:
        """Rows of one region in a table."""
        return material.of_region(self.tables, table, region)

    def result_rows(self, field: str, region: str) -> pd.DataFrame:
        """Rows of one region in a field of the results, e.g. ``figures``."""
        return material.of_region(self.results, field, region)


def region_code(region: str | int, known: Mapping[str, str]) -> str:
    """Read a region parameter, which command lines turn from "01" into 1.

    Parameters
    ----------
    region
        Region code as text or number.
    known
        Region code → name.

    Returns
    -------
    str
        The two-digit code.

    Raises
    ------
    InputError
        If no region has that code; the message lists those that exist.
    """
    code = str(region).strip().zfill(2)
    if code not in known:
        listed = ", ".join(f"{key} {name}" for key, name in sorted(known.items()))
        raise InputError(
            [
                Problem(
                    file="chapters/regions/region.ipynb",
                    row=0,
                    column="region",
                    value=str(region),
                    expected=f"one of the {len(known)} region codes",
                    fix=f"use one of: {listed}",
                )
            ]
        )
    return code
