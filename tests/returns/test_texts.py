"""Names are unambiguous, and no text identifies a person; all numbers are fictitious."""

import unicodedata

import pytest

from riktvarden import texts

NAMES = (
    "Vårdcentralen Ängelholm",
    "Giron čálliidbáiki",
    "Gárasavvona dearvvašvuođaguovddáš, Ŋuorra",
    "Sääʹmǩiõll ʒ",
    "Jyväskylän terveysasema",
    "Zażółć gęślą jaźń",
    "İstanbul Sağlık Ocağı",
    "Đà Nẵng",
    "Ærø – Straße",
    "Hälsan 1 & 2 (söder)",
    "S:t Lars, hus 3 A/B",
    "L’Hôpital ½ m²",
    "Kry ★",
)


@pytest.mark.parametrize("name", NAMES)
def test_ordinary_names_pass_in_either_writing(name: str) -> None:
    for writing in ("NFC", "NFD"):
        written = texts.normal(unicodedata.normalize(writing, name))
        assert texts.fault(written, 100, is_name=True) is None
        assert written == texts.normal(name)
        assert (
            texts.same(written) == texts.same(name.upper().replace("ʹ", "'")) or "ß" in name or "ı" in name or "İ" in name
        )


@pytest.mark.parametrize(
    ("name", "named"),
    [
        ("Аkut", "U+0410 CYRILLIC CAPITAL LETTER A, character 1 (not a Latin letter)"),
        ("ВСА", "U+0412 CYRILLIC"),
        ("Βårdcentral", "U+0392 GREEK CAPITAL LETTER BETA"),
        ("Ꭺkut", "CHEROKEE"),
        ("Ａkut", "U+FF21 FULLWIDTH LATIN CAPITAL LETTER A, character 1 (looks like A)"),
        ("\U0001d400kut", "looks like A"),
        ("Ⓐ", "looks like A"),
        ("ᴀkut", "U+1D00"),
        ("ǀ", "LATIN LETTER DENTAL CLICK"),
        ("Enhet ١٢", "U+0661 ARABIC-INDIC DIGIT ONE, character 7 (a figure that is not 0 to 9)"),
    ],
)
def test_look_alikes_are_refused_in_names_and_shown(name: str, named: str) -> None:
    expected, _ = texts.fault(texts.normal(name), 100, is_name=True) or ("", "")
    assert named in expected
    assert texts.fault(texts.normal(name), 100) is None


@pytest.mark.parametrize(
    "hidden",
    [
        "\u3164", "\u2800", "\u115f", "\uffa0", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u180e", "\u034f",
        "\u17b4", "\ufe0f", "\ufe00", "\U000e0041", "\U000e0100", "\u202e", "\u2066", "\x1b", "\x9b", "\x00", "\ue000",
        "\u0488", "\u0336" * 3, "\u0336" * 90,
    ],
)  # fmt: skip
def test_what_cannot_be_seen_is_refused_in_every_text(hidden: str) -> None:
    for text in (f"Vård{hidden}central", f"V{hidden}"):
        for is_name in (True, False):
            expected, fix = texts.fault(texts.normal(text), 500, is_name) or ("", "")
            assert f"U+{ord(hidden[0]):04X}" in expected
            assert "retype" in fix


def test_names_that_look_the_same_are_the_same() -> None:
    assert texts.same("Vård-A") == texts.same("VA\u030aRD–a") == texts.same(" vård‑a ")
    assert texts.same("S’t Lars") == texts.same("s't  lars")
    assert texts.same("Norr") != texts.same("Norra")


IDENTITY = (
    "19850101-1236", "198501011236", "850101-1236", "8501011236", "850101 1236", "19850101 1236", "850101–1236",
    "850101—1236", "850101−1236", "850101‑1236", "850101 - 1236", "850101+1236", "85 01 01 12 36", "85-01-01-1236",
    "1985-01-01-1236",
    "1985 01 01 1236", "85.01.01 1236", "8501 01 1236", "198501 01 12-36", "85010112.3-6",
    "850 101 1236", "85/01/01-1236", "８５０１０１－１２３６",
    "٨٥٠١٠١-١٢٣٦", "𝟖𝟓𝟎𝟏𝟎𝟏-𝟏𝟐𝟑𝟔", "8501\u200b01-1236", "850\u00ad101-1236", "850161-1239", "19850161-1239", "x8501011236y",
    "nr850101-1236nr", "_850101-1236_", "(850101-1236)", "8501011234", "850101–1234", "19800101-1234", "pnr:8501011236.",
    "000198501011236000",
)  # fmt: skip
PHONE = (
    "040-12 34 56", "040–12 34 56", "040/12 34 56", "040.12.34.56", "040 123456", "(040) 12 34 56", "08-123 456 78",
    "(08) 123 456 78", "08-12 34 56", "0920-123 45", "070-123 45 67", "0701234567", "070 1234567", "+46701234567",
    "+46 70 123 45 67", "+46 (0)70-123 45 67", "0046 70 123 45 67", "0046(0)701234567", "+45 12 34 56 78",
    "tel.070 123 45 67", "x0701234567y", "_0701234567_", "０７０－１２３ ４５ ６７", "07\u200b0-123 45 67",
)  # fmt: skip
ADDRESS = ("a@b.se", "a＠b.se", "a (at) b.se", "a[at]b.se", "a (snabel-a) b.se")


@pytest.mark.parametrize("number", [*IDENTITY, *PHONE, *ADDRESS])
@pytest.mark.parametrize("around", ["{}", "Ring {} först", "å{}å"])
def test_numbers_of_persons_are_found_in_every_writing(number: str, around: str) -> None:
    assert texts.names_person(texts.normal(around.format(number)))


HARMLESS = (
    "Listade 12 345", "12 345 och 10 200 listade", "1 234 567 invånare", "9 137 + 11 211 listade", "10 000-12 000",
    "ökade från 34 till 41, 20 %", "2023: 470, 2024: 490, 2025: 510", "2021–2025", "0,5 tjänst", "0.75 av 1 200",
    "2025-12-31", "31/12 2025", "2025-12-31 2024", "från 2025-12-31 till 2026-12-31", "20260115-20260131",
    "2026-01-15 09:30", "kl 08-12 2024", "öppet 07-19 2025", "08.00-17.00", "08-16 07-10", "2019-03-17 857 28",
    "214 20 Malmö", "114 55 Stockholm, 12 enheter",
    "556559-4230", "org.nr 232100-0016", "SE2321000016-1003", "SE165565594230-1000", "HSA SE2120000787-AB12",
    "dnr 2025/1234-5", "RS 2025-00123", "LSHLF-FS 2021:8", "Kostnadsställe 4512345", "år 1-6: 6 6 6 6 5 5",
    "ST_Skane_2025-12-31_20260115.xlsx", "retur_12_20251231_1530.xlsx", "202512311530.xlsx", "retur (1).xlsx", "st-122",
)  # fmt: skip


@pytest.mark.parametrize("text", HARMLESS)
def test_ordinary_figures_are_no_numbers_of_persons(text: str) -> None:
    assert not texts.names_person(texts.normal(text))
