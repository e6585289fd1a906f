"""Charts, maps, tables and words of the report; nothing here computes a result."""

from riktvarden.report.context import Context, region_code
from riktvarden.report.figures import Figure, Table, say, show
from riktvarden.report.language import Language

__all__ = ["Context", "Figure", "Language", "Table", "region_code", "say", "show"]
