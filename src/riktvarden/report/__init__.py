"""Charts, maps, tables and words of the report; nothing here computes a result."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from riktvarden.report.kit.context import Context, region_code
    from riktvarden.report.kit.figures import Figure, Table, say, show, show_all
    from riktvarden.report.kit.language import Language

__all__ = ["Context", "Figure", "Language", "Table", "region_code", "say", "show", "show_all"]


def __getattr__(name: str) -> object:
    """Import the names used by chapters lazily, as the command line needs languages but not charts."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from riktvarden.report.kit import context, figures, language

    return next(getattr(module, name) for module in (context, figures, language) if hasattr(module, name))
