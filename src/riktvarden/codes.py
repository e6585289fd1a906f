"""Codes that every table and result shares: the nation, and the regions that the law or geography sets apart."""

from __future__ import annotations

NATION = "00"
"""Sweden, in every column of regions."""


GOTLAND = "09"
"""The region that is also the municipality: one principal for all its care (HSL 1:2)."""


DIVIDED = "13"
"""Halland belongs to two collaborative health-care regions."""
