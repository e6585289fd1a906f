"""The most that a region's population allows: for the check of a return and for the estimate from it."""

MOST_PER_1000 = {"persons": 1.0, "positions": 1.0, "FTE": 1.0, "inhabitants": 1200.0}
"""Highest figure of a region per 1 000 inhabitants, by unit; of an estimate as of a count.

The highest published density of doctors in training is below 0.55 (st-144, st-016). A list may hold inhabitants of
other regions.
"""

MOST_SUPERVISORS_PER_1000 = 2.0
"""The same for supervisors: twice the norm of one specialist on 1 100 inhabitants."""

LEAST_COVERAGE = 0.10
"""Least share of a region's inhabitants on the lists of the units that answered for an estimate to be made.

Below a tenth each person counted would represent more than ten: the estimate would describe the units that
happened to answer rather than the region.
"""
