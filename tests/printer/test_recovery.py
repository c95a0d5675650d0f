"""A sheet of a key has all its words in their order, and says how it is to be kept."""

import pypdfium2

from printer.recovery import RULES, SheetOfKey, draw_recovery_sheets
from signing.hpke import Kem, OpeningKey
from signing.recovery import SHEETS, split_key

SHEETS_OF_KEY = split_key(OpeningKey(Kem.X_WING, bytes(32)))
PDF = pypdfium2.PdfDocument(
    draw_recovery_sheets(
        [SheetOfKey(number=one.number, of=SHEETS, words=one.words) for one in SHEETS_OF_KEY],
        name="45c12a9f",
        role="penjaga kunci luar",
        unit=999001,
    )
)


def test_each_sheet_has_a_page_with_every_word_and_its_place() -> None:
    assert len(PDF) == SHEETS
    for page, sheet in zip(PDF, SHEETS_OF_KEY, strict=True):
        said = " ".join(page.get_textpage().get_text_range().split())
        for place, word in enumerate(sheet.words, start=1):
            assert f"{place} {word}" in said
        assert f"Lembar {sheet.number} dari 5" in said
        for line in (*RULES, "Kunci 45c12a9f · peran penjaga kunci luar · satuan 999001"):
            assert line in said


def test_no_word_of_a_key_stands_where_a_computer_shows_titles() -> None:
    said = " ".join(PDF.get_metadata_dict().values())

    assert "45c12a9f" in said
    assert not any(word in said.split() for sheet in SHEETS_OF_KEY for word in sheet.words)
