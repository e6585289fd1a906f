"""What tests read of charts."""

from riktvarden.report.kit.figures import VEGALITE, Figure


def kinds(picture: Figure) -> dict[str, list[object]]:
    """Values behind a chart by kind."""
    found: dict[str, list[object]] = {}
    for rows in picture.bundle()[VEGALITE]["datasets"].values():
        for row in rows:
            if "kind" in row and "value" in row:  # names beside lines have none
                found.setdefault(row["kind"], []).append(row["value"])
    return found
