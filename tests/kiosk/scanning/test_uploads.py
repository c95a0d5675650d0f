"""Uploads: anybody's file becomes a plain picture, or a reason why it did not."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFilter

from kiosk.scanning.uploads import LONG_EDGE, PHOTO, read_upload
from printer.photo import PHOTO_SIZE
from tests.builders import a_picture
from verifier.errors import UnreadableImageError


def a_page(size: tuple[int, int] = (1200, 1700)) -> Image.Image:
    """A page of print."""
    page = Image.new("RGB", size, "white")
    drawing = ImageDraw.Draw(page)
    for line in range(20, size[1] - 20, 40):
        drawing.text((20, line), "KARTU KELUARGA CONTOH " * 6, fill="black", font_size=22)
    return page


def a_file(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_paper_becomes_a_jpeg_that_is_no_larger_than_it_need_be(kind: str) -> None:
    found = read_upload(a_file(a_page((2400, 3400)), kind), "kk")

    (data,) = found.pictures
    picture = opened(data)
    assert (picture.format, max(picture.size)) == ("JPEG", LONG_EDGE)
    assert found.hints == ()


def test_a_photo_becomes_the_one_that_is_printed() -> None:
    (data,) = read_upload(a_file(a_picture()), PHOTO).pictures

    assert opened(data).size == PHOTO_SIZE


def test_a_picture_stands_upright_and_tells_nothing_of_place_and_camera() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x0110] = "Kamera Contoh"
    data = a_file(a_page((1700, 1200)), exif=exif, comment=b"di rumah")

    (made,) = read_upload(data, "kk").pictures

    picture = opened(made)
    assert picture.height > picture.width
    assert not picture.getexif()
    assert b"Kamera" not in made
    assert b"rumah" not in made


def test_what_is_transparent_becomes_white() -> None:
    page = Image.new("RGBA", (600, 800), (0, 0, 0, 0))

    (made,) = read_upload(a_file(page, "PNG"), "kk").pictures

    assert opened(made).getpixel((300, 400)) == (255, 255, 255)


def test_each_page_of_a_pdf_becomes_a_picture() -> None:
    pages = a_file(a_page(), "PDF", save_all=True, append_images=[a_page()])

    found = read_upload(pages, "kk")

    assert [opened(data).format for data in found.pictures] == ["JPEG", "JPEG"]


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        pytest.param(b"hello", "kk", "not-a-picture", id="text"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kk", "not-a-picture", id="SVG"),
        pytest.param(b"\0\0\0\x18ftypheic" + bytes(50), "kk", "unsupported", id="HEIC"),
        pytest.param(a_file(a_page())[:9_000], "kk", "truncated", id="half a picture"),
        pytest.param(a_file(a_page(), "PDF")[:3_000], "kk", "damaged", id="half a PDF"),
        pytest.param(a_file(a_page(), "PDF"), PHOTO, "not-a-picture", id="a PDF for a photo"),
        pytest.param(
            a_file(a_page(), "PDF", save_all=True, append_images=[a_page()] * 3),
            "kk",
            "too-many-pages",
            id="four pages",
        ),
        pytest.param(a_file(a_picture(size=(90, 120))), PHOTO, "too-small", id="a stamp"),
    ],
)
def test_what_cannot_be_taken_has_a_reason(data: bytes, kind: str, code: str) -> None:
    with pytest.raises(UnreadableImageError) as refused:
        read_upload(data, kind)

    assert refused.value.code == code


def test_a_bomb_is_refused_and_not_decoded() -> None:
    with pytest.raises(UnreadableImageError) as refused:
        read_upload(a_file(Image.new("1", (30_000, 30_000)), "PNG"), "kk")

    assert refused.value.code == "too-large"


@pytest.mark.parametrize(
    ("spoil", "hint"),
    [
        (lambda page: page.point(lambda value: value // 8), "dark"),
        (lambda page: page.filter(ImageFilter.GaussianBlur(12)), "blurred"),
        (lambda page: page.resize((300, 425)), "small"),
        (lambda page: Image.new("RGB", page.size, "white"), "bright"),
    ],
)
def test_a_picture_that_may_not_be_readable_is_taken_with_a_hint(
    spoil: Callable[[Image.Image], Image.Image], hint: str
) -> None:
    found = read_upload(a_file(spoil(a_page())), "kk")

    assert found.pictures
    assert hint in found.hints
