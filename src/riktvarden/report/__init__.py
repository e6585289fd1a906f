"""Charts, maps, tables and words of the report; nothing here computes a result."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from riktvarden.report.kit.context import Context, region_code
    from riktvarden.report.kit.figures import Figure, Table, say, show
    from riktvarden.report.kit.language import Language

__all__ = ["Context", "Figure", "Language", "Table", "region_code", "say", "show"]


def __getattr__(name: str) -> object:
    """Import what chapters use when it is used: the command line asks for languages, and should not wait for charts."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from riktvarden.report.kit import context, figures, language

    return next(getattr(module, name) for module in (context, figures, language) if hasattr(module, name))
