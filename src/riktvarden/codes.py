"""Codes shared by all tables and results: the nation, and regions with a special status."""

from __future__ import annotations

NATION = "00"
"""Sweden, in columns of regions."""


GOTLAND = "09"
"""The region that is also the municipality: one principal for all its care (HSL 1:2)."""


DIVIDED = "13"
"""Halland, which belongs to two collaborative health-care regions."""
