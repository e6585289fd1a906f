"""What may be published of few persons or few providers: the limits that all rules take."""

THRESHOLD = 5
"""The smallest count that is published: 1-4 are not."""

LEAST_CONTRIBUTORS = 3
"""The fewest providers behind a published cell: a single one is identified by it, and each of two can subtract its own
part (Hundepool et al. 2012, chapter 4)."""

DOMINANCE = 10.0
"""p of the p % rule: nobody may come closer to another's contribution than this, in %. The literature leaves p to the
producer (Hundepool et al. 2012, chapter 4)."""
