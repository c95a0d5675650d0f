"""Any photo comes to one form, upright and without metadata; what is no photo is refused."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from printer.errors import PhotoError
from printer.photo import PHOTO_SIZE, normal_photo
from tests.builders import a_photo, a_picture

Change = Callable[[bytes], bytes]


def packed(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def colour(data: bytes, x: float, y: float) -> tuple[int, ...]:
    """The colour at a place, given in parts of the width and height."""
    picture = opened(data)
    found = picture.getpixel((int(x * picture.width), int(y * picture.height)))
    assert isinstance(found, tuple)
    return found


def is_near(found: tuple[int, ...], wanted: tuple[int, int, int]) -> bool:
    return all(abs(a - b) <= 12 for a, b in zip(found, wanted, strict=True))


CRIMSON, SHIRT = (220, 20, 60), (240, 240, 240)
MARKERS = {0xD8, 0xE0, 0xDB, 0xC0, 0xC4, 0xDA}


def markers(jpeg: bytes) -> set[int]:
    """The kinds of segments in a JPEG file, up to its scan."""
    found, at = {jpeg[1]}, 2
    while jpeg[at + 1] != 0xDA:
        found.add(jpeg[at + 1])
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found | {0xDA}


# --- one form


PICTURES = {
    "JPEG": packed(a_picture()),
    "progressive JPEG": packed(a_picture(), progressive=True),
    "grey JPEG": packed(a_picture(mode="L")),
    "CMYK JPEG": packed(a_picture(mode="CMYK")),
    "JPEG without subsampling": packed(a_picture(), subsampling=0, quality=95),
    "PNG": packed(a_picture(), "PNG"),
    "PNG with a palette": packed(a_picture(mode="P"), "PNG"),
    "grey PNG": packed(a_picture(mode="L"), "PNG"),
    "PNG with an alpha channel": packed(a_picture(mode="RGBA"), "PNG"),
    "WebP": packed(a_picture(), "WEBP"),
    "landscape": packed(a_picture(size=(1600, 900))),
    "large": packed(a_picture(size=(4000, 6000))),
    "small": packed(a_picture(size=(150, 200))),
    "narrow": packed(a_picture(size=(200, 3000))),
}


@pytest.mark.parametrize("name", PICTURES)
def test_every_photo_comes_to_the_one_form(name: str) -> None:
    photo = normal_photo(PICTURES[name])

    picture = opened(photo.jpeg)
    assert photo.size == picture.size == PHOTO_SIZE
    assert (picture.format, picture.mode) == ("JPEG", "RGB")
    assert markers(photo.jpeg) <= MARKERS
    assert len(photo.jpeg) < 120_000


@pytest.mark.parametrize("name", PICTURES)
def test_the_one_form_passes_as_it_is(name: str) -> None:
    photo = normal_photo(PICTURES[name])

    assert normal_photo(photo.jpeg) == photo


@pytest.mark.parametrize(
    "hidden", [b"\xff\xfe\x00\x08SECRET", b"\xff\xd9SECRET", b"\xff\xd9\xff\xd8SECRET"]
)
def test_nothing_is_taken_along_behind_the_picture(hidden: bytes) -> None:
    photo = normal_photo(PICTURES["JPEG"]).jpeg

    assert b"SECRET" not in normal_photo(photo[:-2] + hidden + photo[-2:]).jpeg


@pytest.mark.parametrize("name", sorted({*PICTURES} - {"grey JPEG", "grey PNG", "landscape"}))
def test_colours_stay_what_they_were(name: str) -> None:
    jpeg = normal_photo(PICTURES[name]).jpeg

    assert is_near(colour(jpeg, 0.06, 0.5), CRIMSON)


def test_the_middle_is_kept() -> None:
    wide = Image.new("RGB", (1600, 900), "navy")
    wide.paste(a_picture(), (500, 0))

    jpeg = normal_photo(packed(wide)).jpeg

    assert is_near(colour(jpeg, 0.02, 0.4), CRIMSON)
    assert is_near(colour(jpeg, 0.98, 0.4), CRIMSON)


# Orientation says which side of the picture is which (EXIF 2.3, 4.6.4).
TURNS = {
    1: (),
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_90,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_270,),
}


@pytest.mark.parametrize("orientation", TURNS)
def test_a_photo_is_turned_upright(orientation: int) -> None:
    picture = a_picture()
    picture.paste((0, 0, 160), (0, 0, 200, 100))
    turned = picture
    for turn in TURNS[orientation]:
        turned = turned.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation

    jpeg = normal_photo(packed(turned, exif=exif, quality=95)).jpeg

    assert is_near(colour(jpeg, 0.1, 0.05), (0, 0, 160))
    assert is_near(colour(jpeg, 0.9, 0.05), CRIMSON)
    assert is_near(colour(jpeg, 0.5, 0.95), SHIRT)


def test_what_a_camera_wrote_beside_the_picture_is_gone() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Kamera Contoh"
    exif[0x8825] = {1: "S", 2: (0.0, 53.0, 1.0)}
    data = packed(
        a_picture(), exif=exif, comment=b"RT 003", icc_profile=b"profil", xmp=b"<x>penulis</x>"
    )
    assert b"Kamera Contoh" in data

    jpeg = normal_photo(data).jpeg

    for word in (b"Kamera", b"RT 003", b"profil", b"penulis", b"Exif"):
        assert word not in jpeg


@pytest.mark.parametrize(
    "beside",
    [
        pytest.param(b"\xff\xe1\x00\x08Exif\0\0", id="EXIF"),
        pytest.param(b"\xff\xe2\x00\x04xx", id="ICC"),
        pytest.param(b"\xff\xfe\x00\x04xx", id="a comment"),
        pytest.param(b"\xff\xe0\x00\x06JFXX", id="a second header"),
        pytest.param(b"\xff\xee\x00\x0eAdobe" + bytes(7), id="Adobe"),
    ],
)
def test_a_photo_of_the_right_size_with_more_in_it_is_written_anew(beside: bytes) -> None:
    plain = a_photo().jpeg
    data = plain[:20] + beside + plain[20:]

    photo = normal_photo(data)

    assert photo.jpeg != data
    assert markers(photo.jpeg) <= MARKERS


def test_a_progressive_photo_of_the_right_size_is_written_anew() -> None:
    data = packed(opened(a_photo().jpeg), progressive=True)

    assert normal_photo(data).jpeg != data
    assert 0xC2 not in markers(normal_photo(data).jpeg)


def test_a_see_through_background_becomes_white() -> None:
    picture = a_picture(mode="RGBA")
    picture.putalpha(0)

    assert is_near(colour(normal_photo(packed(picture, "PNG")).jpeg, 0.5, 0.5), (255, 255, 255))


def test_a_palette_with_a_see_through_colour_becomes_white() -> None:
    picture = Image.new("P", (300, 450), 7)
    picture.putpalette([200, 0, 0] * 256)

    data = packed(picture, "PNG", transparency=7)

    assert is_near(colour(normal_photo(data).jpeg, 0.5, 0.5), (255, 255, 255))


def test_a_photo_of_sixteen_bits_is_not_bleached() -> None:
    ramp = np.tile(np.linspace(0, 65_535, 600, dtype=np.uint16), (900, 1))
    data = packed(Image.fromarray(ramp), "PNG")

    jpeg = normal_photo(data).jpeg

    assert colour(jpeg, 0.05, 0.5)[0] < 40
    assert 100 < colour(jpeg, 0.5, 0.5)[0] < 155


# --- refused


def huge(width: int, height: int) -> bytes:
    """A PNG that says it has so many pixels, and holds none."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + data + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "unreadable", id="empty"),
        pytest.param(b"SKCK", "unreadable", id="text"),
        pytest.param(b"%PDF-1.7\n", "unreadable", id="PDF"),
        pytest.param(PICTURES["JPEG"][:100], "unreadable", id="the beginning of a JPEG"),
        pytest.param(PICTURES["JPEG"][:4000], "unreadable", id="half a JPEG"),
        pytest.param(PICTURES["PNG"][:2000], "unreadable", id="half a PNG"),
        pytest.param(PICTURES["WebP"][:800], "unreadable", id="half a WebP"),
        pytest.param(packed(a_picture(), "GIF"), "unreadable", id="GIF"),
        pytest.param(packed(a_picture(), "BMP"), "unreadable", id="BMP"),
        pytest.param(packed(a_picture(), "TIFF"), "unreadable", id="TIFF"),
        pytest.param(packed(a_picture(size=(149, 300))), "too-small", id="too narrow"),
        pytest.param(packed(a_picture(size=(180, 190))), "too-small", id="too low"),
        pytest.param(huge(9000, 9000), "too-large", id="81 megapixels"),
        pytest.param(huge(10_000, 10_000), "too-large", id="100 megapixels"),
        pytest.param(huge(14_200, 14_200), "too-large", id="200 megapixels"),
        pytest.param(huge(60_000, 60_000), "too-large", id="3600 megapixels"),
        pytest.param(bytes(30_000_001), "too-large", id="30 megabytes"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_reason(data: bytes, code: str) -> None:
    with pytest.raises(PhotoError) as caught:
        normal_photo(data)

    assert caught.value.code == code
    assert str(caught.value)


@settings(max_examples=100)
@given(
    st.integers(0, 9999), st.integers(0, 50), st.binary(max_size=50), st.sampled_from([*PICTURES])
)
def test_a_damaged_photo_is_read_or_refused(at: int, drop: int, insert: bytes, name: str) -> None:
    data = PICTURES[name]
    place = at % min(len(data), 1500)

    try:
        photo = normal_photo(data[:place] + insert + data[place + drop :])
    except PhotoError:
        return
    assert opened(photo.jpeg).size == PHOTO_SIZE
