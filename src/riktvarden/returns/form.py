"""Definition of the return form: each field's place, type and explanation, shared by template, check and report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MARK = "riktvarden-st"
"""Content of cell B1, which identifies the form."""

VERSION = 2
"""Version of the form, raised when a cell moves or changes meaning; returns on older forms are refused."""

SHEET, EXPLANATIONS, KNOWN = "ST", "Förklaringar", "Känt"
"""Names of the sheets: the one to fill in, the explanations, and the data already known."""

WHOLE = "Hela regionen"
"""Name, in place of a unit's, of the row with figures for the whole region."""

UNKNOWN = "saknas"
"""Content of a cell whose figure the region does not have, as opposed to a cell left blank."""

TRAINING_YEARS = (1, 2, 3, 4, 5, 6)
"""Years of training that are counted separately; the sixth includes all later ones."""

LONGEST_NAME, LONGEST_COMMENT = 100, 500
"""Maximum length of a name (a line) and of a comment (a short paragraph), in characters."""

ROUNDED = 0.05
"""Rounding error of positions and FTE (half of the last decimal); counts of persons are exact."""

SECTORS = {"egen": "own", "privat": "private", "alla": "all"}
"""Sector in the form → code; ``alla`` is for rows of the whole region only."""

EXTENTS = {"alla": True, "några": False}
"""Answer in the form → whether all units of the region with doctors in training are listed."""

ROLES = {
    "statistikansvarig": "statistics officer",
    "studierektor": "director of studies",
    "hr-funktion": "human resources",
    "verksamhetschef": "head of unit",
    "beställare": "commissioner of care",
    "redaktion": "editor of this report",
}
"""Role that may submit or comment → English; a closed list, so that no name is stored."""


@dataclass(frozen=True)
class Head:
    """One answer above the table, in column B of its row."""

    name: str
    row: int
    sv: str
    en: str
    explanation: str


@dataclass(frozen=True)
class Field:
    """One column of the table.

    Attributes
    ----------
    name
        Name in code.
    sv, en
        Heading in Swedish and in English.
    kind
        ``count`` is a whole number, ``number`` may have decimals; both are 0 or more.
    unit
        Unit of the figures; empty for text.
    required
        Whether each row that is filled in must have a value, possibly ``saknas``.
    measure, sex, stage
        Keys of the figures in a tidy table; empty for text.
    explanation
        Instruction in Swedish.
    explanation_en
        The same in English.
    prefilled
        Whether it can be prefilled from an earlier return.
    """

    name: str
    sv: str
    en: str
    kind: Literal["text", "choice", "count", "number"]
    unit: str
    required: bool
    explanation: str
    explanation_en: str
    measure: str = ""
    sex: str = "all"
    stage: str = "all"
    prefilled: bool = False

    @property
    def is_figure(self) -> bool:
        """Whether it holds a figure."""
        return self.kind in ("count", "number")


HEADS = (
    Head("mark", 1, "Formulär", "Form", "Ändras inte."),
    Head("version", 2, "Version", "Version", "Ändras inte. Hämta ett nytt formulär om det blivit gammalt."),
    Head("region", 3, "Regionkod", "Region code", "Regionens kod, två siffror. Ändras inte."),
    Head("region_name", 4, "Region", "Region", "Regionens namn. Ändras inte."),
    Head("reference_date", 5, "Referensdatum", "Reference date", "Den dag antalen avser: årets sista. Ändras inte."),
    Head(
        "extent",
        6,
        "Enheter i tabellen",
        "Units in the table",
        "alla: varje enhet med ST-läkare har en rad. några: en del av regionens enheter; ta då även med dem som inte har "
        "några ST-läkare, med 0 personer.",
    ),
)
"""The answers above the table."""

_YEARS = tuple(
    Field(
        f"year_{year}",
        f"ST-år {year}" if year < TRAINING_YEARS[-1] else f"ST-år {year}+",
        f"Year {year}" if year < TRAINING_YEARS[-1] else f"Year {year} or later",
        "count",
        "persons",
        False,
        "Personer efter tillgodoräknad tid: år 1 är det första heltidsåret. Alla sex eller inget.",
        "Persons by credited time: year 1 is the first full-time year. All six or none; they sum to persons.",
        measure="persons",
        stage=str(year),
    )
    for year in TRAINING_YEARS
)

FIELDS = (
    Field(
        "care_unit",
        "Enhet",
        "Unit",
        "text",
        "",
        True,
        f"Enhetens namn, en rad per enhet. Raden ”{WHOLE}” är för regionens summa. Inga personnamn.",
        f"Name of the unit, one row each. The row “{WHOLE}” is for the region's total. No names of persons.",
        prefilled=True,
    ),
    Field(
        "sector",
        "Regi",
        "Sector",
        "choice",
        "",
        True,
        f"egen eller privat; alla endast på raden ”{WHOLE}”.",
        f"egen (own) or privat (private); alla (all) on the row “{WHOLE}” only.",
        prefilled=True,
    ),
    Field(
        "municipality",
        "Kommun",
        "Municipality",
        "choice",
        "",
        False,
        f"Kommunen där enheten ligger. Behövs när inte alla enheter redovisas. Tom på raden ”{WHOLE}”.",
        f"Where the unit lies: needed where not all units are reported. Empty on the row “{WHOLE}”.",
        prefilled=True,
    ),
    Field(
        "listed",
        "Listade",
        "Listed",
        "count",
        "inhabitants",
        False,
        "Invånare listade på enheten: säger hur stor del av regionen som redovisas.",
        "Inhabitants on the unit's list: tells what share of the region is reported.",
        measure="listed",
    ),
    Field(
        "positions",
        "ST-tjänster",
        "Positions",
        "number",
        "positions",
        True,
        "Finansierade ST-tjänster i allmänmedicin, tillsatta och vakanta.",
        "Funded ST positions in general practice, filled and vacant.",
        measure="positions",
    ),
    Field(
        "vacancies",
        "Vakanta",
        "Vacant",
        "number",
        "positions",
        False,
        "De av ST-tjänsterna som ingen har.",
        "Those of the positions that nobody holds.",
        measure="vacancies",
    ),
    Field(
        "persons",
        "Personer",
        "Persons",
        "count",
        "persons",
        True,
        "ST-läkare i allmänmedicin, även tjänstlediga. BT-läkare räknas inte här.",
        "Doctors in specialist training in general practice, those on leave included. Not those in BT.",
        measure="persons",
    ),
    Field(
        "women",
        "Kvinnor",
        "Women",
        "count",
        "persons",
        False,
        "Kvinnor bland personerna.",
        "Women among the persons.",
        measure="persons",
        sex="women",
    ),
    Field(
        "men",
        "Män",
        "Men",
        "count",
        "persons",
        False,
        "Män bland personerna.",
        "Men among the persons.",
        measure="persons",
        sex="men",
    ),
    Field(
        "fte",
        "Årsarbetare",
        "FTE",
        "number",
        "FTE",
        False,
        "Personernas tjänstgöringsgrad, summerad; tjänstlediga är 0. Decimalpunkt eller Excels eget tal.",
        "The persons' share of full time, summed; those on leave are 0.",
        measure="fte",
    ),
    Field(
        "on_leave",
        "Tjänstlediga",
        "On leave",
        "count",
        "persons",
        False,
        "Personer som är helt lediga på referensdagen: föräldraledighet, sjukdom, forskning.",
        "Persons wholly on leave on the reference date: parental, sick or research leave.",
        measure="on_leave",
    ),
    *_YEARS,
    Field(
        "bt_persons",
        "BT-läkare",
        "BT persons",
        "count",
        "persons",
        False,
        "Personer i bastjänstgöring på referensdagen. Räknas inte bland ST-personerna.",
        "Persons in the foundation part (BT) on the reference date. Not among the ST persons.",
        measure="bt_persons",
    ),
    Field(
        "starters",
        "Började",
        "Starters",
        "count",
        "persons",
        False,
        "Personer som började ST under året som slutar på referensdagen.",
        "Persons who began ST in the year that ends on the reference date.",
        measure="starters",
    ),
    Field(
        "completions",
        "Blev klara",
        "Completions",
        "count",
        "persons",
        False,
        "Personer som blev specialister under samma år.",
        "Persons who became specialists in the same year.",
        measure="completions",
    ),
    Field(
        "drop_outs",
        "Avbröt",
        "Drop-outs",
        "count",
        "persons",
        False,
        "Personer som lämnade sin ST under samma år utan att bli klara.",
        "Persons who left ST in the same year without completing it.",
        measure="drop_outs",
    ),
    Field(
        "supervisors",
        "Handledare",
        "Supervisors",
        "count",
        "persons",
        False,
        "Specialister i allmänmedicin som kan handleda, oavsett om de gör det i dag.",
        "Specialists in general practice able to supervise, whether or not they do so today.",
        measure="supervisors",
    ),
    Field(
        "comment",
        "Kommentar",
        "Comment",
        "text",
        "",
        False,
        "Det läsaren behöver veta, t.ex. varför ett antal ändrats mycket. Inga personnamn eller personnummer.",
        "What a reader must know, such as why a figure changed much. No names or identity numbers.",
    ),
)
"""The columns of the table, from A."""

HEADING_ROW = 8
"""Row of the Swedish headings; the English ones are below."""

FIRST_ROW = HEADING_ROW + 2
"""First row of figures, that of the whole region."""

MOST_UNITS = 5000
"""Maximum number of unit rows: four times the primary-care units of the whole country."""

LAST_ROW = FIRST_ROW + MOST_UNITS

COLUMN = {field.name: number for number, field in enumerate(FIELDS, start=1)}
"""Field → column number, A being 1."""

GUIDE = (
    "Fyll i de ljusa cellerna: heltal eller tal, inga formler. / Fill in the light cells: numbers, no formulas.",
    f"Vet ni inte, skriv {UNKNOWN}. / If it is not known, write {UNKNOWN}.",
    "Redovisa per enhet eller endast för hela regionen. / Report by unit, or for the whole region only.",
    "Kontrollera sedan filen / Then check the file: riktvarden returns check FIL.xlsx",
)
"""Instructions at the top of the form, from cell D1 down."""


def letter(column: int) -> str:
    """Return the spreadsheet name of a column: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def label(column: int, row: int = FIRST_ROW) -> str:
    """Return a column's name with its heading: ``F (Personer)``, or above the table ``B (Referensdatum)``."""
    heading = FIELDS[column - 1].sv if 1 <= column <= len(FIELDS) else ""
    if row < HEADING_ROW:
        heading = next((head.sv for head in HEADS if head.row == row and column <= 2), "")
    return letter(column) + (f" ({heading})" if heading else "")
