"""Publication limits for small numbers of persons and providers, shared by all rules."""

THRESHOLD = 5
"""Smallest count that is published: 1-4 are not."""

LEAST_CONTRIBUTORS = 3
"""Minimum number of providers behind a published cell: a single one is identified by it, and each of two can subtract
its own part (Hundepool et al. 2012, chapter 4)."""

DOMINANCE = 10.0
"""p of the p % rule: nobody may be able to estimate another's contribution to within p %. The literature leaves p to
the producer (Hundepool et al. 2012, chapter 4)."""
