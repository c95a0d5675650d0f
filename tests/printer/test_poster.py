"""A poster reads from afar, says what was signed and nothing else, and asks for nothing."""

from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp

from printer.errors import DoesNotFitError
from printer.poster import (
    BLACK,
    DANGER,
    DEMO,
    HINTS,
    NAVY,
    NEVER,
    NEVER_ENGLISH,
    RED,
    WHITE,
    YELLOW,
    PosterSize,
    draw_posters,
)
from signing.errors import FormatError
from signing.poster import make_poster, read_poster
from tests.vectors.make_vectors import BASE, POSTER, POSTER_BUNDLE, POSTERS

UNIT = "Polres Contoh"
TEXT = make_poster(POSTERS, POSTER, base_url=BASE)
# Pixels a millimetre: what a phone's picture of 1,280 × 720 gives about 1 m (A4) and 1.4 m (A3)
# from the wall, and 0.5 m from a sticker.
AFAR = {PosterSize.A4: 1.0, PosterSize.A3: 0.8, PosterSize.STICKER: 2.0}


def page_of(size: PosterSize, *, demo: bool = False, text: str = TEXT) -> pypdfium2.PdfPage:
    """The only page of the poster."""
    document = pypdfium2.PdfDocument(
        draw_posters([text], size, unit=UNIT, utc_offset=420, demo=demo)
    )
    assert len(document) == 1
    return document[0]


@pytest.mark.parametrize("size", list(PosterSize))
def test_the_code_reads_from_afar_and_says_what_was_signed(size: PosterSize) -> None:
    picture = page_of(size, demo=True).render(scale=AFAR[size] * 25.4 / 72).to_pil()

    (found,) = zxingcpp.read_barcodes(picture)

    assert found.text == TEXT
    assert read_poster(found.text, POSTER_BUNDLE) == POSTER


@pytest.mark.parametrize("size", list(PosterSize))
def test_every_word_is_there(size: PosterSize) -> None:
    words = " ".join(page_of(size).get_textpage().get_text_range().split())

    for said in (
        NEVER,
        NEVER_ENGLISH,
        DANGER,
        POSTER.number,
        POSTER.place,
        POSTER.area,
        UNIT,
        *sum(HINTS, ()),
    ):
        assert " ".join(said.split()) in words
    assert "skck.polres-contoh.example" in words
    assert "31 Agustus 2026" in words
    assert "31 Agustus 2027" in words
    assert DEMO not in words


@pytest.mark.parametrize("size", list(PosterSize))
def test_a_poster_of_a_demonstration_says_so_on_both_sides_of_the_code(size: PosterSize) -> None:
    text = page_of(size, demo=True).get_textpage().get_text_range()

    assert text.count("CONTOH") == 2


def test_indonesian_is_larger_than_english_and_the_address_larger_than_both() -> None:
    page = page_of(PosterSize.A4)
    text = page.get_textpage()

    def height(words: str) -> float:
        searcher = text.search(words, match_case=True)
        start, _ = searcher.get_next() or pytest.fail(words)
        box = text.get_charbox(start, loose=True)
        return float(box[3] - box[1]) * 25.4 / 72

    assert height("We NEVER") > 3.5
    assert height("Kami TIDAK") > 1.5 * height("We NEVER")
    assert height("Foto poster") > 1.2 * height("Photograph")
    assert height("Laporkan") > height("Kami TIDAK")


def luminance(colour: tuple[float, float, float]) -> float:
    """The relative luminance of a colour (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_colours_are_told_apart_by_everybody() -> None:
    for ink, paper in ((WHITE, NAVY), (YELLOW, NAVY), (NAVY, WHITE), (BLACK, YELLOW), (RED, WHITE)):
        dark, light = sorted((luminance(ink), luminance(paper)))
        assert (light + 0.05) / (dark + 0.05) >= 7


def test_the_same_poster_is_the_same_file() -> None:
    assert draw_posters([TEXT], PosterSize.A4, unit=UNIT, utc_offset=420) == draw_posters(
        [TEXT], PosterSize.A4, unit=UNIT, utc_offset=420
    )


@pytest.mark.parametrize(
    "changes", [{"place": "Masjid 清真寺"}, {"place": "W" * 60, "number": "W" * 20}]
)
def test_what_the_sheet_cannot_show_is_not_drawn(changes: dict[str, str]) -> None:
    text = make_poster(POSTERS, replace(POSTER, **changes), base_url=BASE)  # type: ignore[arg-type]  # by name

    with pytest.raises(DoesNotFitError):
        page_of(PosterSize.STICKER, text=text)


def test_what_is_no_poster_is_not_drawn() -> None:
    with pytest.raises(FormatError):
        page_of(PosterSize.A4, text=f"{BASE}/l#p=1")
