"""Psychologists: treatment of mental ill-health, built up from its prevalence."""

import numpy as np

from riktvarden.parameters import Parameters
from riktvarden.professions.specification import Abroad, Ages, Caveat, Education, FloatArray, Heads, Profession, Shown

PSYCHOLOGISTS_PER = 100_000
"""Denominator of the density of psychologists, in inhabitants."""


def _everywhere(p: Parameters, inhabitants: float) -> FloatArray:
    return p.professions.psychologists_per_100000 * inhabitants / PSYCHOLOGISTS_PER


def _at_work(p: Parameters, inhabitants: float) -> Heads:
    region = _everywhere(p, inhabitants) * p.professions.psychologist_share_primary_care
    return Heads(region, np.zeros_like(region))


PSYCHOLOGIST = Profession(
    name="psychologist",
    shown=Shown(
        plural="psykologer",
        programme="psykolog",
        page="psychologists",
        colour="black",
        caveats=(
            Caveat(
                "Barn och unga under 18 år ingår inte i behovet, eftersom enkäten om psykisk påfrestning börjar vid 16 år "
                "och kommunernas åldersgrupper har en gräns vid 18. De har förstås behov, men vi saknar uppgifter om hur "
                "stora de är. I kapitlet om psykisk ohälsa finns ett scenario för dem."
            ),
        ),
        abroad=(Abroad("pr-0762", "Norge", "heltider i kommunernas primärvård"),),
        forecast="psychologist",
    ),
    contacts=(),
    at_home=None,
    at_work=_at_work,
    ages=Ages(
        women=lambda p: p.careers.psychologists_women_share,
        entry_age=lambda p: p.careers.psychologists_entry_age,
        older_from=50,
        older=lambda p: p.careers.psychologists_50_plus_share,
    ),
    education=Education(
        graduates=lambda p: p.education.psychologist_graduates,
        degree_share=lambda p: p.education.psychologist_degree_share,
        study_years=lambda p: p.education.psychologist_study_years,
        entering=lambda p: p.professions.psychologist_share_primary_care,
    ),
    taken_over=lambda p: p.task_shift.task_shift_to_psychologist,
    monthly_pay=lambda p: p.economics.monthly_pay_psychologist,
    pay_year=lambda p: p.economics.pay_year_psychologist,
    everywhere=_everywhere,
    employers=("region",),
)
