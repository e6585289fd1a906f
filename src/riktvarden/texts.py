"""Decide which external texts may be stored: names of units, comments, remarks and file names.

Names must be unambiguous: in letters familiar to a Swedish reader, without invisible characters. And no text may
identify a person.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator

LATIN = ((0x0041, 0x024F), (0x1E00, 0x1EFF))
"""Code points of Latin letters used in Europe and Vietnam; later blocks are phonetic signs and lookalikes."""

ALSO_LATIN = frozenset("əƏʒʹʻʼ")
"""Letters of Azerbaijani and Skolt Sámi outside those blocks."""

PLAIN = frozenset("¹²³¼½¾™…")
"""Characters that represent letters or digits and are read as such."""

MOST_MARKS = 2
"""Maximum number of combining marks on a letter that has no precomposed form; more would only cover other text."""

BLANK = frozenset("\u2800\u3164\u115f\u1160\uffa0")
"""Letters and symbols that are blank."""

BIRTH_YEARS = (1900, 2012)
"""First and last four-digit year of birth that is enough to recognise an identity number.

Anyone born later is too young to be a doctor; such figures are more often a time stamp, so the check digit must match.
"""

_DASHES = re.compile("[\u2010-\u2015\u2212\u2043\u02d7\ufe58\ufe63\uff0d\u00ad\u00b7\u2022]")
_QUOTES = str.maketrans({**dict.fromkeys("’‘‛´`ʼʹʻ", "'"), **dict.fromkeys("“”„‟»«", '"')})

_PIECES = re.compile(r"[0-9]+")
_JOINED = re.compile(r"[ \-+./_]{1,3}")
_ADDRESS = re.compile(r"\S@\S|\S\s*[(\[{<]\s*(?:at|snabel-?a)\s*[)\]}>]\s*\S", re.IGNORECASE)
_PERSON = (
    re.compile(r"(?<![0-9])(?P<date>(?:[0-9]{2})?[0-9]{6}) ?[-+ ]? ?(?P<rest>[0-9]{4})(?![0-9])"),
    re.compile(
        r"(?<![0-9])(?P<date>(?:[0-9]{2}([-./ ]))?[0-9]{2}([-./ ])[0-9]{2}\3[0-9]{2}) ?[-+./ ] ?"
        r"(?P<rest>[0-9]{2}[-./ ]?[0-9]{2})(?![0-9])"
    ),
)
"""Usual formats of an identity number: 850101-1234, 198501011234, 85 01 01 12 34."""

_GAP = r"[-./ ]{0,3}"
_NO_CLOCK = (
    r"(?!(?:[0-2][0-9](?:\.[0-5][0-9])? ?- ?[0-2][0-9](?:\.[0-5][0-9])?(?: |$)){2}|[0-2][0-9]\.[0-5][0-9] ?- ?[0-2])"
)
"""Opening hours, which are not an area code: 08.00-17.00, or 08-16 07-10."""
_PHONE = (
    # 040-12 34 56, (08) 123 456 78, 0701234567, 0920/123 45
    re.compile(
        rf"(?<![0-9])(?<![0-9][-.,+/]){_NO_CLOCK}(?P<all>\(?0[1-9][0-9]{{0,2}}\)?{_GAP}"
        r"(?:[0-9]{2,3}(?:[-./ ][0-9]{2,3}){1,3}|[0-9]{5,8}))(?![0-9])"
    ),
    # +46701234567, 0046 (0)40 12 34 56, +45 12 34 56 78
    re.compile(rf"(?<![0-9])(?P<all>(?:\+ ?|00)[1-9](?:{_GAP}[()]{{0,2}}{_GAP}[0-9]){{7,13}})(?![0-9])"),
)
_NATIONAL = (8, 10)
"""Number of digits of a Swedish telephone number with its leading 0."""


def composed(text: str) -> str:
    """Normalise a text to composed characters (NFC) without surrounding spaces, so that each letter has one form."""
    return unicodedata.normalize("NFC", text).strip()


def normal(text: str) -> str:
    """Normalise a text to composed characters and single spaces, so that equal looks mean equal text."""
    return " ".join(composed(text).split())


def same(text: str) -> str:
    """Return a key that is equal for texts that readers would take for the same."""
    return _DASHES.sub("-", normal(text).translate(_QUOTES)).casefold()


def fault(text: str, longest: int, is_name: bool = False) -> tuple[str, str] | None:
    """Return why an external text cannot be stored.

    Parameters
    ----------
    text
        The text, normalised by `normal`.
    longest
        Maximum length in characters.
    is_name
        Whether it is a name, which must be in Latin letters, as names in other scripts can imitate a Latin one.
        Comments may be in any script.

    Returns
    -------
    tuple or None
        What was expected and the fix; None if the text can be stored.
    """
    if text[:1] in tuple("=+-@＝＋－＠"):  # spreadsheets treat the full-width forms as formulas too
        return "text that does not begin with = + - or @", "begin with a letter: spreadsheets run such text"
    odd = list(itertools.islice(_odd(text, is_name), 3))
    if odd:
        letters = "Latin letters" if is_name else "letters"
        expected = f"{letters}, figures and punctuation that can be seen, without {'; '.join(odd)}"
        return expected, "retype the text instead of pasting it"
    if len(text) > longest:
        return f"at most {longest} characters", "shorten the text"
    if names_person(text):
        return "no identity number, telephone number or address of a person", "remove it"
    return None


def names_person(text: str) -> bool:
    """Return whether a text contains an identity number, telephone number or electronic address in any notation."""
    plain = _plain(text)
    return bool(_ADDRESS.search(plain)) or _has_identity(plain) or _has_phone(plain)


# Letters


def _odd(text: str, is_name: bool) -> Iterator[str]:
    """Return the characters not allowed in a text, with their position from 1."""
    marks = 0
    for place, character in enumerate(text, start=1):
        marks = marks + 1 if unicodedata.combining(character) else 0
        why = _why_hidden(character, marks) or (_why_foreign(character) if is_name else "")
        if why:
            name = unicodedata.name(character, "no name")
            yield f"U+{ord(character):04X} {name}, character {place} ({why})"


def _why_hidden(character: str, marks: int) -> str:
    """Return why a character is invisible (`marks`: its position in a run of combining marks), or empty text."""
    code, kind = ord(character), unicodedata.category(character)
    if kind == "Me" or (kind == "Mn" and (code == 0x034F or unicodedata.combining(character) == 0)):
        return "cannot be seen by itself"
    if marks > MOST_MARKS:
        return f"more than {MOST_MARKS} marks on one letter"
    return "cannot be seen" if character != " " and (kind[0] in "CZ" or character in BLANK) else ""


def _why_foreign(character: str) -> str:
    """Return why a character is not allowed in a name in Latin letters, or empty text."""
    code, kind = ord(character), unicodedata.category(character)
    is_latin = kind in ("Lu", "Ll", "Lt") and any(low <= code <= high for low, high in LATIN)
    if character.isascii() or is_latin or character in PLAIN or character in ALSO_LATIN:
        return ""
    stands_for = unicodedata.normalize("NFKC", character)
    if stands_for != character and any(map(str.isalnum, stands_for)):
        return f"looks like {stands_for}"
    if kind[0] == "M":
        return "" if 0x0300 <= code <= 0x036F else "not a mark of Latin letters"
    return {"L": "not a Latin letter", "N": "a figure that is not 0 to 9"}.get(kind[0], "")


# Persons


def _plain(text: str) -> str:
    """Normalise digits to 0-9, dashes to - and spaces to a plain space, and drop invisible characters."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(
        str(unicodedata.digit(character)) if character.isdigit() and not character.isascii() else character
        for character in text
        if unicodedata.category(character) not in ("Cf", "Mn", "Me") and character not in BLANK
    )
    return " ".join(_DASHES.sub("-", text).split())


def _has_identity(text: str) -> bool:
    """Return whether a text contains a personal or coordination number, in its usual formats or any other.

    The usual formats need a possible date; any other sequence of ten or twelve digits also needs the right check digit
    (Luhn's algorithm).
    """
    for writing in _PERSON:
        for found in writing.finditer(text):
            date, rest = re.sub("[^0-9]", "", found["date"]), re.sub("[^0-9]", "", found["rest"])
            if _is_date(date) and (_is_of_person(date) or _is_checked(date + rest)):
                return True
    return any(_is_date(digits[:-4]) and _is_checked(digits) for digits in _digits(text))


def _digits(text: str) -> Iterator[str]:
    """Yield every ten or twelve digits that begin and end with a group, or lie within one long group."""
    pieces = list(_PIECES.finditer(text))
    for first, piece in enumerate(pieces):
        long = piece[0]
        for length in (10, 12):
            yield from (long[at : at + length] for at in range(len(long) - length + 1))
        joined = piece[0]
        for before, after in itertools.pairwise(pieces[first:]):
            if len(joined) >= 12 or not _JOINED.fullmatch(text[before.end() : after.start()]):
                break
            joined += after[0]
            # A number and a year, or a date and a time, are the commonest adjacent numbers.
            is_stamp = len(piece[0]) == 8 and BIRTH_YEARS[1] < int(piece[0][:4]) < 2100
            is_dated = is_stamp or re.fullmatch(r"(19|20)[0-9]{2}", after[0])
            if len(joined) in (10, 12) and not is_dated:
                yield joined


def _is_date(digits: str) -> bool:
    """Return whether digits are a date of birth, YYMMDD or YYYYMMDD, to whose day coordination numbers add 60."""
    if len(digits) == 8 and not "1900" <= digits[:4] <= "2099":
        return False
    month, day = int(digits[-4:-2]), int(digits[-2:])
    return 1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91)


def _is_of_person(date: str) -> bool:
    first, last = BIRTH_YEARS
    return len(date) == 6 or first <= int(date[:4]) <= last


def _is_checked(digits: str) -> bool:
    """Return whether the last of ten digits is the check digit of the others; of twelve, the century is ignored."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits[-10:]))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def _has_phone(text: str) -> bool:
    """Return whether a text contains a telephone number: Swedish with area code, or with any country code."""
    national, international = _PHONE
    low, high = _NATIONAL
    for found in national.finditer(text):
        if low <= len(re.sub("[^0-9]", "", found["all"])) <= high:
            return True
    return international.search(text) is not None
