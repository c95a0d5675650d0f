"""A scan is told from a drawn document: only a scan may be read like paper."""

import io
from typing import Any

import pikepdf
import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.builders import a_certificate
from tests.verifier.letters import a_letter
from verifier.errors import UnreadableImageError
from verifier.scans import MOST_OBJECTS, is_scan

WIDE, HIGH = A4


def a_page(draw: Any) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    draw(canvas)
    canvas.save()
    return out.getvalue()


def paper(canvas: Any, *, part: float = 1.0) -> None:
    picture = ImageReader(Image.new("L", (200, 280), 230))
    canvas.drawImage(picture, 0, 0, WIDE * part, HIGH * part)


def test_a_picture_of_a_page_is_a_scan() -> None:
    assert is_scan(a_page(paper))


def test_a_small_picture_alone_is_a_scan() -> None:
    assert is_scan(a_page(lambda canvas: paper(canvas, part=0.2)))


def test_pictures_in_strips_are_a_scan() -> None:
    def strips(canvas: Any) -> None:
        for number in range(10):
            picture = ImageReader(Image.new("L", (200, 28), 230 - number))
            canvas.drawImage(picture, 0, HIGH * number / 10, WIDE, HIGH / 10)
        canvas.rect(0, 0, WIDE, HIGH)

    assert is_scan(a_page(strips))


def test_words_that_a_scanner_recognised_do_not_matter() -> None:
    def recognised(canvas: Any) -> None:
        paper(canvas)
        words = canvas.beginText(72, 700)
        words.setTextRenderMode(3)
        words.textLine("SURAT KETERANGAN")
        canvas.drawText(words)

    assert is_scan(a_page(recognised))


def test_an_empty_back_does_not_matter() -> None:
    def with_back(canvas: Any) -> None:
        paper(canvas)
        canvas.showPage()
        canvas.showPage()

    assert is_scan(a_page(with_back))


def test_words_that_a_person_sees_are_drawn() -> None:
    def written_over(canvas: Any) -> None:
        paper(canvas)
        canvas.drawString(72, 700, "PALSU")

    assert not is_scan(a_page(written_over))


def test_words_on_a_later_page_are_drawn() -> None:
    def with_words_behind(canvas: Any) -> None:
        paper(canvas)
        canvas.showPage()
        canvas.drawString(72, 700, "Lampiran")

    assert not is_scan(a_page(with_words_behind))


def test_words_inside_a_form_are_drawn() -> None:
    def form(canvas: Any) -> None:
        paper(canvas)
        canvas.beginForm("inner")
        canvas.drawString(72, 700, "PALSU")
        canvas.endForm()
        canvas.doForm("inner")

    assert not is_scan(a_page(form))


def test_letters_made_of_lines_are_drawn() -> None:
    def outlines(canvas: Any) -> None:
        paper(canvas, part=0.2)
        canvas.line(72, 700, 90, 730)

    assert not is_scan(a_page(outlines))


def test_more_objects_than_a_scan_has_are_drawn() -> None:
    def dots(canvas: Any) -> None:
        paper(canvas)
        for number in range(MOST_OBJECTS + 1):
            canvas.rect(number % 500, number // 500, 1, 1)

    assert not is_scan(a_page(dots))


def test_a_certificate_is_drawn() -> None:
    assert not is_scan(a_certificate().pdf)


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", a_letter()[:60]])
def test_a_broken_file_is_said_to_be_damaged(data: bytes) -> None:
    with pytest.raises(UnreadableImageError) as raised:
        is_scan(data)

    assert raised.value.code == "damaged"


def test_a_locked_file_is_said_to_be_locked() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(a_page(paper))) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="rahasia"))

    with pytest.raises(UnreadableImageError) as raised:
        is_scan(out.getvalue())

    assert raised.value.code == "locked"
