"""Decide whether a cell of a workbook visibly shows its content, so that the check reads nothing hidden.

Formats are checked against a list of allowed ones, not of hiding ones: there are endless ways to hide a cell.
"""

from __future__ import annotations

import colorsys
import datetime
import re
from collections.abc import Sequence

from openpyxl.styles.alignment import Alignment
from openpyxl.styles.colors import COLOR_INDEX, Color
from openpyxl.styles.fills import PatternFill
from openpyxl.styles.fonts import Font

from riktvarden.returns.form import ROUNDED

LEAST_FONT = 6.0
"""Minimum legible font size, in points."""

LEAST_CONTRAST = 3.0
"""Minimum contrast between text and background: the requirement of WCAG 2.2 (1.4.3) for large text."""

MOST_INDENT = 15
"""Maximum indentation, in steps; Excel's dialogue allows 15 at a time, and more pushes text out of its cell."""

_SIGNS = re.compile(r"wingdings|webdings|symbol|marlett|dingbat|barcode", re.IGNORECASE)
"""Fonts whose letters look like something else."""

_NUMBER = re.compile(r"(?:#,##)?0{1,15}(?:\.(?P<decimals>[0#?]{1,15}))?")
_DATE = re.compile(r"(?:\[\$-[0-9A-Za-z,-]{1,12}\])?(?:[ymdhs]{1,4}|\\?[-/. :,]){1,40}(?:;@)?", re.IGNORECASE)
_PLAIN = ("General", "@")

_FORMAT = "set the format of the cell: Home, Number, General"
_STYLE = "clear the format of the cell: Home, Clear, Clear Formats"

Hidden = tuple[str, str, str]
"""Found, expected, fix."""


def format_fault(value: object, number_format: str) -> Hidden | None:
    """Return why a cell's number format hides its value, or None if it does not.

    Parameters
    ----------
    value
        Value of the cell.
    number_format
        Its format code.
    """
    expected = f"a format that shows the value, such as {', '.join(_PLAIN)}, 0 or 0.##"
    found = f"the format {number_format} on {value}"
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        is_date = _DATE.fullmatch(number_format) and {"y", "m", "d"} <= set(number_format.lower())
        return None if is_date else (found, "a format that shows year, month and day", "format the cell as date")
    number = _NUMBER.fullmatch(number_format)
    if number_format in _PLAIN or (isinstance(value, str) and _DATE.fullmatch(number_format)):
        return None
    if number is None:
        return found, expected, _FORMAT
    if isinstance(value, float) and not abs(round(value, len(number["decimals"] or "")) - value) <= ROUNDED:
        return found, expected, _FORMAT
    return None


def style_fault(
    font: Font, fill: object, alignment: Alignment, theme: Sequence[str], palette: Sequence[str] = ()
) -> Hidden | None:
    """Return why a cell's text is illegible, or None if it is legible.

    Parameters
    ----------
    font, fill, alignment
        Font, fill and alignment of the cell.
    theme, palette
        Colours of the workbook's theme and its numbered colours, from `riktvarden.returns.safety.workbook`.
    """
    return _font_fault(font) or _alignment_fault(alignment) or _contrast_fault(font, fill, theme, palette or COLOR_INDEX)


def _font_fault(font: Font) -> Hidden | None:
    if font.sz is not None and not font.sz >= LEAST_FONT:
        return f"letters of {font.sz:g} points", f"at least {LEAST_FONT:g} points", _STYLE
    if font.charset == 2 or _SIGNS.search(font.name or ""):  # 2 is the Windows code of symbol fonts
        return f"the font {font.name}", "a font of letters", _STYLE
    return None


def _alignment_fault(alignment: Alignment) -> Hidden | None:
    if alignment.shrink_to_fit:
        return "text shrunk to fit its cell", "text in its own size", _STYLE
    if (alignment.indent or 0) > MOST_INDENT:
        return f"an indent of {alignment.indent:g}", f"at most {MOST_INDENT}", _STYLE
    return None


def _contrast_fault(font: Font, fill: object, theme: Sequence[str], palette: Sequence[str]) -> Hidden | None:
    expected, letters = "text that contrasts with its background", _colour(font.color, "000000", theme, palette)
    if not isinstance(fill, PatternFill):
        return "a background of several colours", expected, _STYLE
    if (fill.patternType or "none") == "none":
        grounds = ["FFFFFF"]
    else:
        own = [fill.fgColor] if fill.patternType == "solid" else [fill.fgColor, fill.bgColor]
        grounds = [_colour(colour, "FFFFFF", theme, palette) for colour in own]
    for ground in grounds:
        if not letters or not ground:
            return "an unknown colour", expected, _STYLE
        if _contrast(letters, ground) < LEAST_CONTRAST:
            return f"letters in #{letters} on #{ground}", expected, _STYLE
    return None


def _colour(colour: Color | None, automatic: str, theme: Sequence[str], palette: Sequence[str]) -> str:
    """Return a colour as six hexadecimal digits; empty text if it is unknown."""
    if colour is None or colour.type == "auto":
        return automatic
    if colour.type == "indexed":
        number = int(colour.indexed)
        found = {64: "000000", 65: "FFFFFF"}.get(number) or (palette[number] if 0 <= number < len(palette) else "")
    elif colour.type == "theme":
        number = int(colour.theme)
        found = theme[number] if 0 <= number < len(theme) else ""
    else:
        found = str(colour.rgb)
    if not re.fullmatch("(?:[0-9A-Fa-f]{2})?[0-9A-Fa-f]{6}", found):
        return ""
    return _tinted(found[-6:].upper(), float(colour.tint or 0.0))


def _channels(colour: str) -> tuple[float, float, float]:
    return int(colour[:2], 16) / 255, int(colour[2:4], 16) / 255, int(colour[4:], 16) / 255


def _tinted(colour: str, tint: float) -> str:
    """Lighten or darken a colour (ECMA-376-1, 18.8.19)."""
    hue, light, full = colorsys.rgb_to_hls(*_channels(colour))
    tint = max(-1.0, min(tint, 1.0))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    return "".join(f"{round(255 * channel):02X}" for channel in colorsys.hls_to_rgb(hue, light, full))


def _contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, contrast ratio)."""
    lights = []
    for colour in (one, other):
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)]
        lights.append(sum(weight * channel for weight, channel in zip((0.2126, 0.7152, 0.0722), linear, strict=True)))
    return (max(lights) + 0.05) / (min(lights) + 0.05)
