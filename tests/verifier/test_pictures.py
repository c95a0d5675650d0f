"""Every kind of picture people send becomes a grey frame, and a broken one a clear error."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.pictures import SAMPLE_TEXT, symbol
from verifier.errors import UnreadableImageError
from verifier.frame import find_codes_in
from verifier.image import UPLOAD
from verifier.pictures import MOST_PAGES, MOST_PIXELS, open_picture

CODE = Image.fromarray(symbol(dots=4))
ORIENTATION = 0x0112


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    # Pillow leaves notes on a picture that it saves, which confuse the next way of saving it.
    picture.copy().save(file, kind, **options)
    return file.getvalue()


def heic(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    pillow_heif.from_pillow(picture.convert("RGB")).save(file, quality=80)
    return file.getvalue()


def read(data: bytes) -> list[str]:
    return [
        code.text for frame in open_picture(data) for code in find_codes_in(frame, budget=UPLOAD)
    ]


def on_glass() -> Image.Image:
    """The code in black on nothing: what is behind it, is whatever the viewer puts there."""
    glass = Image.new("RGBA", CODE.size, (0, 0, 0, 0))
    glass.paste((0, 0, 0, 255), mask=CODE.point(lambda grey: 255 - grey))
    return glass


def sixteen_bits(*, low: int, high: int) -> Image.Image:
    """The code in a narrow range of 16-bit grey, as a scanner of 12 bits gives it."""
    return Image.fromarray(np.where(np.asarray(CODE) > 127, high, low).astype(np.uint16))


KINDS: dict[str, Callable[[], bytes]] = {
    "JPEG": lambda: saved(CODE, "JPEG"),
    "JPEG in colour": lambda: saved(CODE.convert("RGB"), "JPEG"),
    "JPEG, progressive": lambda: saved(CODE.convert("RGB"), "JPEG", progressive=True),
    "JPEG for printers (CMYK)": lambda: saved(CODE.convert("CMYK"), "JPEG"),
    "JPEG of a phone with two lenses": lambda: saved(
        CODE, "MPO", save_all=True, append_images=[Image.new("L", CODE.size)]
    ),
    "HEIC of a phone": lambda: heic(CODE),
    "PNG": lambda: saved(CODE, "PNG"),
    "PNG in colour": lambda: saved(CODE.convert("RGB"), "PNG"),
    "PNG of one bit": lambda: saved(CODE.convert("1"), "PNG"),
    "PNG with a palette": lambda: saved(CODE.convert("P"), "PNG"),
    "PNG on glass": lambda: saved(on_glass(), "PNG"),
    "PNG on glass, grey": lambda: saved(on_glass().convert("LA"), "PNG"),
    "PNG on glass, with a palette": lambda: saved(
        on_glass().quantize(4, method=Image.Quantize.FASTOCTREE), "PNG"
    ),
    "PNG of 16 bits": lambda: saved(sixteen_bits(low=0, high=65535), "PNG"),
    "PNG of 16 bits, dark": lambda: saved(sixteen_bits(low=100, high=4000), "PNG"),
    "WebP": lambda: saved(CODE.convert("RGB"), "WEBP"),
    "WebP, lossless": lambda: saved(CODE, "WEBP", lossless=True),
    "WebP on glass": lambda: saved(on_glass(), "WEBP"),
    "WebP on glass, lossless": lambda: saved(on_glass(), "WEBP", lossless=True),
    "WebP that moves": lambda: saved(
        CODE, "WEBP", save_all=True, append_images=[Image.new("L", CODE.size)]
    ),
    "TIFF": lambda: saved(CODE, "TIFF"),
    "TIFF of a fax": lambda: saved(CODE.convert("1"), "TIFF", compression="group4"),
    "TIFF, LZW": lambda: saved(CODE.convert("RGB"), "TIFF", compression="tiff_lzw"),
    "TIFF, JPEG inside": lambda: saved(CODE.convert("RGB"), "TIFF", compression="jpeg"),
    "TIFF of 16 bits": lambda: saved(sixteen_bits(low=0, high=65535), "TIFF"),
    "TIFF of 16 bits, big-endian": lambda: saved(
        Image.frombytes(
            "I;16B", CODE.size, np.asarray(sixteen_bits(low=9, high=900)).astype(">u2").tobytes()
        ),
        "TIFF",
    ),
    "TIFF of real numbers": lambda: saved(
        Image.fromarray(np.asarray(CODE).astype(np.float32) / 255), "TIFF"
    ),
    "TIFF of 32 bits": lambda: saved(CODE.convert("I"), "TIFF"),
    "TIFF for printers (CMYK)": lambda: saved(CODE.convert("CMYK"), "TIFF"),
    "BMP": lambda: saved(CODE, "BMP"),
    "BMP in colour": lambda: saved(CODE.convert("RGB"), "BMP"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_picture_is_read(kind: str) -> None:
    assert read(KINDS[kind]()) == [SAMPLE_TEXT]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_picture_stands_upright_however_the_camera_was_held(kind: str, orientation: int) -> None:
    upright = Image.new("RGB", (60, 40), "white")
    upright.paste("black", (0, 0, 30, 10))  # a dark corner, top left, wider than high
    undo: dict[int, list[Image.Transpose]] = {
        1: [],
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    held = upright
    for turn in undo[orientation]:
        held = held.transpose(turn)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation

    (frame,) = open_picture(saved(held, kind, exif=exif))

    assert frame.shape == (40, 60)
    assert frame[:8, :28].max() < 60
    assert frame[12:, :].min() > 200
    assert frame[:, 32:].min() > 200


def test_remarks_about_a_picture_that_are_broken_do_not_hinder_reading_it() -> None:
    assert read(saved(CODE, "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\xff")) == [SAMPLE_TEXT]


def test_the_pages_of_a_tiff_are_read_up_to_a_number() -> None:
    blank = Image.new("L", CODE.size, 255)

    def tiff(pages: list[Image.Image]) -> bytes:
        return saved(
            pages[0], "TIFF", save_all=True, append_images=[page.copy() for page in pages[1:]]
        )

    assert read(tiff([blank, CODE])) == [SAMPLE_TEXT]
    assert read(tiff([blank] * (MOST_PAGES - 1) + [CODE])) == [SAMPLE_TEXT]
    assert read(tiff([blank] * MOST_PAGES + [CODE])) == []


def png_of(width: int, height: int) -> bytes:
    """A PNG file that promises that many pixels, and holds none."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def spoilt(kind: str, place: int, new: bytes) -> bytes:
    data = bytearray(KINDS[kind]())
    data[place : place + len(new)] = new
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "not-a-picture", id="empty"),
        pytest.param(b"\0" * 1000, "not-a-picture", id="zeros"),
        pytest.param(b"https://localhost:8000/#1", "not-a-picture", id="text"),
        pytest.param(b"%PDF-1.7\n", "not-a-picture", id="PDF"),
        pytest.param(b"GIF89a" + bytes(100), "not-a-picture", id="GIF"),
        pytest.param(b"\0\0\0\x18ftypheic" + bytes(50), "unsupported", id="HEIC"),
        pytest.param(b"\0\0\0\x18ftypavif" + bytes(50), "unsupported", id="AVIF"),
        pytest.param(KINDS["HEIC of a phone"]()[:-300], "damaged", id="HEIC, end missing"),
        pytest.param(b"\xff\xd8\xff", "damaged", id="JPEG, three bytes"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "damaged", id="PNG, signature only"),
        pytest.param(b"RIFF\0\0\0\0WEBP", "truncated", id="WebP, header only"),
        pytest.param(KINDS["JPEG"]()[:-5000], "truncated", id="JPEG, end missing"),
        pytest.param(KINDS["PNG"]()[:-200], "truncated", id="PNG, end missing"),
        pytest.param(KINDS["WebP"]()[:-500], "truncated", id="WebP, end missing"),
        pytest.param(KINDS["BMP"]()[:-500], "truncated", id="BMP, end missing"),
        pytest.param(KINDS["TIFF"]()[:5000], "truncated", id="TIFF, end missing"),
        pytest.param(spoilt("PNG", 60, b"spoilt"), "damaged", id="PNG, pixels spoilt"),
        pytest.param(png_of(MOST_PIXELS, 2), "too-large", id="PNG, many pixels"),
        pytest.param(png_of(2**31 - 1, 2**31 - 1), "too-large", id="PNG, most pixels"),
        pytest.param(png_of(6100, 6100), "too-large", id="PNG, too much in memory"),
        pytest.param(spoilt("BMP", 18, struct.pack("<ii", 40_000, 40_000)), "too-large", id="BMP"),
        pytest.param(spoilt("WebP", 26, b"\xff\x3f\xff\x3f"), "too-large", id="WebP"),
        pytest.param(spoilt("WebP, lossless", 21, b"\xff" * 4), "too-large", id="WebP, lossless"),
        pytest.param(spoilt("WebP on glass", 24, b"\xff" * 6), "too-large", id="WebP on glass"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableImageError) as raised:
        list(open_picture(data))

    assert raised.value.code == code
    assert str(raised.value)


def outcome(data: bytes) -> str:
    """What became of `data`: read, or refused; anything else fails the test."""
    try:
        for _ in open_picture(data):
            pass
    except UnreadableImageError as problem:
        return problem.code
    return "read"


@given(st.binary(max_size=300))
def test_random_bytes_are_no_picture(data: bytes) -> None:
    assert outcome(data) != "read"


TINY = Image.fromarray(symbol("A", dots=1, version=None))
SEEDS = {
    "JPEG": saved(TINY, "JPEG"),
    "JPEG, progressive": saved(TINY.convert("RGB"), "JPEG", progressive=True),
    "JPEG with remarks": saved(TINY, "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0"),
    "PNG": saved(TINY, "PNG"),
    "PNG with a palette": saved(TINY.convert("P"), "PNG"),
    "WebP": saved(TINY.convert("RGB"), "WEBP"),
    "WebP on glass": saved(TINY.convert("RGBA"), "WEBP", lossless=True),
    "TIFF": saved(TINY, "TIFF"),
    "TIFF, LZW": saved(TINY, "TIFF", compression="tiff_lzw"),
    "BMP": saved(TINY, "BMP"),
}


@pytest.mark.parametrize("kind", SEEDS)
def test_a_spoilt_picture_is_read_or_refused_and_nothing_else_happens(kind: str) -> None:
    rng = np.random.default_rng(20)
    seen = set()
    for _ in range(2000):
        data = bytearray(SEEDS[kind])
        for _ in range(rng.choice([1, 1, 2, 8])):
            place = rng.integers(len(data))
            data[place] = rng.choice(np.array([0, 255, data[place] ^ 1 << rng.integers(8)]))
        if rng.random() < 0.2:
            del data[rng.integers(len(data)) :]
        seen.add(outcome(bytes(data)))

    assert len(seen) > 1
