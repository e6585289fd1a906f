"""Specifications of the professions other than doctors, one per file."""

from riktvarden.professions.district_nurse import DISTRICT_NURSE
from riktvarden.professions.occupational_therapist import OCCUPATIONAL_THERAPIST
from riktvarden.professions.physiotherapist import PHYSIOTHERAPIST
from riktvarden.professions.psychologist import PSYCHOLOGIST
from riktvarden.professions.specification import Profession

PROFESSIONS: dict[str, Profession] = {
    each.name: each for each in (DISTRICT_NURSE, PHYSIOTHERAPIST, OCCUPATIONAL_THERAPIST, PSYCHOLOGIST)
}
"""Every profession by its code, in the order of the report."""
