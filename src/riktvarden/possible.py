"""Plausible maxima relative to a region's population, for checking returns and the estimates from them."""

MOST_PER_1000 = {"persons": 1.0, "positions": 1.0, "FTE": 1.0, "inhabitants": 1200.0}
"""Unit → highest plausible figure of a region per 1 000 inhabitants, whether a count or an estimate.

The highest published density of doctors in training is below 0.55 (st-144, st-016). Lists may include inhabitants
of other regions.
"""

MOST_SUPERVISORS_PER_1000 = 2.0
"""The same for supervisors: twice the norm of one specialist per 1 100 inhabitants."""

MOST_STAFF_PER_1000 = 20.0
"""The same for one other profession, full-time: far above any need in the report, but below a slip of the keyboard."""

LEAST_COVERAGE = 0.10
"""Minimum share of a region's inhabitants on the lists of responding units for an estimate.

Below a tenth, each person counted would represent more than ten: the estimate would describe the responding units
rather than the region.
"""
