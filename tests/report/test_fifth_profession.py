"""A fifth profession requires only a specification, assumptions and words: dietitians, with fictitious figures."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po, write_po

from riktvarden.book import stage

ROOT = Path(__file__).parents[2]

SPECIFICATION = '''"""Dietitians; synthetic."""

from riktvarden.book import stage
from riktvarden.professions.shared import REHABILITATION_AT_HOME, home_care
from riktvarden.professions.specification import Ages, Caveat, Contact, Education, Heads, Profession, Profile, Shown

DIETITIAN = Profession(
    name="dietitian",
    shown=Shown(
        plural="dietister",
        programme="dietist",
        page="dietitians",
        colour="violet",
        caveats=(
            Caveat("Antalet, {count} dietister, är påhittat ({source}).", of=lambda p: p.professions.dietitians_region),
        ),
    ),
    contacts=(
        Contact(
            called="besök hos dietist",
            profile=lambda p: Profile(
                p.workload.dietitian_contacts_women,
                p.workload.dietitian_contacts_children,
                p.workload.dietitian_contacts_60_79,
                p.workload.dietitian_contacts_80_plus,
            ),
            total=lambda p: p.contacts.dietitian_visits,
            each=lambda p: p.contacts.dietitian_share_of_visits,
            minutes=lambda p: p.contacts.minutes_dietitian_visit,
        ),
        home_care(
            visits=lambda p: p.contacts.home_dietitian_visits_per_recipient,
            minutes=lambda p: p.contacts.minutes_home_dietitian_visit,
        ),
    ),
    at_home=REHABILITATION_AT_HOME,
    at_work=lambda p, _: Heads(p.professions.dietitians_region, p.professions.dietitians_municipal),
    ages=Ages(
        women=lambda p: p.careers.dietitians_women_share,
        entry_age=lambda p: p.careers.dietitians_entry_age,
        older_from=50,
        older=lambda p: p.careers.dietitians_50_plus_share,
    ),
    education=Education(
        graduates=lambda p: p.education.dietitian_graduates,
        degree_share=lambda p: p.education.dietitian_degree_share,
        study_years=lambda p: p.education.dietitian_study_years,
        entering=lambda p: p.education.dietitian_entry_share,
    ),
    taken_over=lambda p: p.task_shift.task_shift_to_dietitian,
    monthly_pay=lambda p: p.economics.monthly_pay_dietitian,
    pay_year=lambda p: p.economics.pay_year_dietitian,
)
'''

ASSUMED: dict[str, dict[str, tuple[str, float, float, float, str]]] = {
    "careers": {
        "dietitians_50_plus_share": ("a_di", 0.3, 0.2, 0.4, "share"),
        "dietitians_women_share": ("k_di", 0.95, 0.9, 0.98, "share"),
        "dietitians_entry_age": ("x0_di", 27, 27, 27, "years of age"),
    },
    "contacts": {
        "dietitian_visits": ("V_di", 0.3, 0.2, 0.4, "million visits per year"),
        "dietitian_share_of_visits": ("s_di", 0.9, 0.8, 1.0, "share"),
        "minutes_dietitian_visit": ("mu_di", 60, 40, 80, "minutes"),
        "home_dietitian_visits_per_recipient": ("n_hd", 0.5, 0.2, 1, "visits per recipient"),
        "minutes_home_dietitian_visit": ("mu_hd", 60, 40, 90, "minutes"),
    },
    "economics": {
        "monthly_pay_dietitian": ("w_di", 36000, 34000, 38000, "SEK per month"),
        "pay_year_dietitian": ("y_di", 2022, 2022, 2022, "year"),
    },
    "education": {
        "dietitian_graduates": ("G_di", 120, 100, 140, "persons per year"),
        "dietitian_degree_share": ("c_di", 0.8, 0.7, 0.9, "share"),
        "dietitian_study_years": ("D_di", 4, 4, 4, "years"),
        "dietitian_entry_share": ("r_di", 0.4, 0.2, 0.6, "share"),
    },
    "professions": {
        "dietitians_region": ("N_di_r", 400, 300, 500, "persons"),
        "dietitians_municipal": ("N_di_k", 150, 100, 250, "persons"),
    },
    "task_shift": {"task_shift_to_dietitian": ("s_sh_di", 0.05, 0.05, 0.05, "share")},
    "workload": {
        "dietitian_contacts_children": ("v_di_0", 0.5, 0.2, 0.8, "ratio to ages 18-59"),
        "dietitian_contacts_60_79": ("v_di_60", 2.0, 1.4, 3.0, "ratio to ages 18-59"),
        "dietitian_contacts_80_plus": ("v_di_80", 3.0, 1.8, 5.0, "ratio to ages 18-59"),
        "dietitian_contacts_women": ("v_di_w", 1.3, 1.1, 1.6, "ratio of women to men"),
    },
}
"""File → assumption → symbol, value, low, high, unit."""

WORDS = {
    "dietist": "dietetics",
    "besök hos dietist": "visits to a dietitian",
    "Antalet, {count} dietister, är påhittat ({source}).": "The number, {count} dietitians, is made up ({source}).",
}

SINGLE = {"dietitians_entry_age", "pay_year_dietitian", "dietitian_study_years"}

ASK = """
import dataclasses, json, sys
from pathlib import Path
from riktvarden import areas, assumptions, model, tables
from riktvarden.book import catalogues
from riktvarden.report import Context, Figure, Language
from riktvarden.report.chapters import collaborative_regions, economics, education
from riktvarden.report.pages import explorer
from riktvarden.report.chapters import need, principals, professions, questions
from riktvarden.report.pages import municipality, printed
from riktvarden.report.reference import origin, overviews
from riktvarden.report.chapters import supply_assessment, uncertainty

root = Path(sys.argv[1])
assert Path(model.__file__).is_relative_to(root), "the copy is what runs"
checked, graded = tables.read_all(), assumptions.read()
context = Context(Language("sv"), model.run(checked, graded, draws=16), checked, graded)
english = dataclasses.replace(context, language=Language("en"))

shown, said = [], []
names = {
    "context": context, "areas": areas, "origin": origin, "professions": professions,
    "show_all": lambda items, _: shown.extend(items),
    "show": lambda item, _: shown.append(item), "say": lambda *sentences: said.extend(sentences),
}
for page in ("dietitians", "professions"):
    for cell in json.loads((root / f"chapters/{page}.ipynb").read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["id"] == "setup":
            source = "\\n".join(line for line in source.splitlines() if line.startswith("profession ="))
        if cell["cell_type"] == "code":
            exec(source, names)
for item in shown:
    item.html(context.language) if not isinstance(item, Figure) else item.bundle()
rows = context.results.guidelines
nation = rows.query("profession == 'dietitian' and region == '00' and municipality == '' and principal == 'all'")
region_page = professions.region(context, "09")
places = municipality.read(context)
print(json.dumps({
    "said": said,
    "english": professions.summary(english, "dietitian"),
    "figures": [item.table.name if isinstance(item, Figure) else item.name for item in shown],
    "need": nation.set_index("measure")[["low", "high"]].T.to_dict("list"),
    "region": list(region_page.table.cells.index),
    "caption": region_page.table.caption,
    "municipalities": list(professions.region_municipalities(context, "09").table.cells.columns),
    "education": list(education.places(context).table.cells.index),
    "team": list(need.team(context).cells.index),
    "shares": list(principals.shares(context).table.cells.index),
    "chances": list(uncertainty.chance_of_professions(context).table.cells.columns),
    "measures": list(explorer.MEASURES),
    "reports": {each.name: [each.title, each.subtitle, *each.chapters] for each in printed.reports(Language("sv"))},
    "paid": list(economics.WHO),
    "municipality": list(municipality.values(context, places, municipality.at(places, context, "0980")).cells.index),
    "collaborative": list(collaborative_regions.places(context).table.cells.columns),
    "follow": len(overviews.follow(context, "dietitian", "09").cells),
    "topics": {name: questions.topic_of(name).name for name in graded if "dietitian" in name},
    "words": [str(message.id) for message in catalogues.of_code(root, catalogues.SOURCES, {"title": ["x"]}) if message.id],
}))
"""


MadeOnce = Callable[[str, Callable[[Path], object]], Path]


def add_dietitians(copy: Path) -> None:
    """Copy the project and add dietitians, as a maintainer would."""
    for folder in ("src", "data", "locale", "chapters"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("_toc.yml", "editions.toml"):
        shutil.copy(ROOT / name, copy)

    package = copy / "src/riktvarden/professions"
    (package / "dietitian.py").write_text(SPECIFICATION, encoding="utf-8")
    edit(package / "__init__.py", "PSYCHOLOGIST)", "PSYCHOLOGIST, DIETITIAN)")
    edit(package / "__init__.py", "from ", "from riktvarden.professions.dietitian import DIETITIAN\nfrom ")

    for section, own in ASSUMED.items():
        fields = [f"    {name}: {'int' if name in SINGLE else 'FloatArray'}\n" for name in own]
        heading = f"class {section.title().replace('_', '')}(Section):\n"
        text = (copy / "src/riktvarden/parameters.py").read_text(encoding="utf-8")
        documented = text[text.index(heading) :].split("\n\n", 1)[0] + "\n\n"
        edit(copy / "src/riktvarden/parameters.py", documented, documented + "".join(fields))
        with (copy / f"data/assumptions/{section}.toml").open("a", encoding="utf-8") as file:
            file.writelines(assumption(name, *values) for name, values in own.items())
    moved = copy / "data/assumptions/task_shift.toml"
    edit(moved, "value = 0.5\nlow = 0.5\nhigh = 0.5\n", "value = 0.45\nlow = 0.45\nhigh = 0.45\n")

    place = copy / "locale/en/LC_MESSAGES/riktvarden.po"
    with place.open("rb") as file:
        catalogue = read_po(file, locale="en")
    for swedish, english in WORDS.items():
        catalogue.add(swedish, english)
    with place.open("wb") as file:
        write_po(file, catalogue)

    chapter = (copy / "chapters/occupational_therapists.ipynb").read_text(encoding="utf-8")
    for one, other in (("occupational", "dietitian"), ("rbetsterapeut", "ietist")):
        chapter = chapter.replace(one, other)
    chapter = chapter.replace("dietitian_therapist", "dietitian").replace("dietitian-therapist", "dietitian")
    chapter = chapter.replace("Aietist", "Dietist").replace("aietist", "dietist")
    (copy / "chapters/dietitians.ipynb").write_text(chapter, encoding="utf-8")
    edit(copy / "_toc.yml", "chapters/psychologists\n", "chapters/psychologists\n          - file: chapters/dietitians\n")


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, (file, old)
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def assumption(name: str, symbol: str, value: float, low: float, high: float, unit: str) -> str:
    return f"""
[{name}]
symbol = "{symbol}"
value = {value}
low = {low}
high = {high}
distribution = "{"pert" if low < high else "fixed"}"
unit = "{unit}"
grade = "D"
source = "assumption"
date = 2026-11-30
label_sv = "Påhittat: {name}"
label_en = "Made up: {name}"
note = "Synthetic, for a test"
"""


@pytest.fixture(scope="module")
def project(made_once: MadeOnce) -> Path:
    """A copy of the project to which dietitians have been added."""
    return made_once("fifth", add_dietitians)


@pytest.fixture(scope="module")
def reported(project: Path, made_once: MadeOnce) -> dict[str, Any]:
    """Results of model and report for the copy."""

    def ask(folder: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-c", ASK, str(project)],
            env={**os.environ, "PYTHONPATH": str(project / "src")},
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        (folder / "answer.json").write_text(done.stdout.splitlines()[-1], encoding="utf-8")

    found: dict[str, Any] = json.loads((made_once("fifth-answer", ask) / "answer.json").read_text(encoding="utf-8"))
    return found


def test_the_model_gives_the_fifth_a_need(reported: dict[str, Any]) -> None:
    low, high = reported["need"]["fte_need"]
    assert 0 < low < high
    assert set(reported["need"]) >= {"fte_need", "fte_today", "inhabitants_per_fte"}


def test_its_chapter_says_what_its_specification_does(reported: dict[str, Any], project: Path) -> None:
    assert reported["said"][0].startswith("För dietister är rapportens riktvärde")
    assert reported["said"][-1] == "Antalet, 400 dietister, är påhittat (antagande)."
    assert reported["english"][-1] == "The number, 400 dietitians, is made up (assumption)."
    assert {"riktvaerde-dietitian", "minuter-dietitian", "framaat-dietitian"} <= set(reported["figures"])
    assert "chapters/dietitians" in stage.documents(stage.contents(project, []))


def test_every_page_on_the_professions_has_the_fifth(reported: dict[str, Any]) -> None:
    for page in ("region", "municipality", "team", "shares", "chances"):
        assert "dietister" in reported[page], page
    assert "Dietister: index" in reported["municipalities"]
    assert "Dietist" in reported["education"]
    assert "Dietister" in reported["collaborative"]
    assert "dietitian" in reported["measures"]
    assert "dietitian" in reported["paid"]
    assert reported["follow"] > 3
    assert reported["caption"].startswith("Riktvärden för fem yrken i ")
    title, subtitle, *chapters = reported["reports"]["professions"]
    assert title == "Riktvärden för fem yrken i primärvården"
    assert subtitle.endswith("psykologer och dietister")
    assert "dietitians" in chapters


def test_its_assumptions_find_their_topics(reported: dict[str, Any]) -> None:
    assert reported["topics"]["dietitian_visits"] == "kontakter"
    assert reported["topics"]["home_dietitian_visits_per_recipient"] == "hemma"
    assert reported["topics"]["dietitians_region"] == "antal"
    assert reported["topics"]["dietitians_entry_age"] == "avgaang"
    assert reported["topics"]["dietitian_entry_share"] == "utbildning"


def test_translators_see_its_words(reported: dict[str, Any]) -> None:
    assert set(WORDS) <= set(reported["words"])
