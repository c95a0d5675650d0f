"""The worker decodes what strangers send: upright, in colour, and within its limits."""

import io
import struct
import zlib

import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import Image

from kiosk.scanning.errors import CardPictureError
from kiosk.scanning.messages import encode_request, parse_reply
from kiosk.scanning.worker import ENOUGH, decode, reply_to

Pixels = NDArray[np.uint8]


def a_picture(width: int = 96, height: int = 64) -> Image.Image:
    """Red at the left, green at the right, blue along the lower edge."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, : width // 2, 0] = 250
    pixels[:, width // 2 :, 1] = 250
    pixels[-height // 4 :] = (0, 0, 250)
    return Image.fromarray(pixels)


def saved(picture: Image.Image, kind: str, **settings: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **settings)
    return out.getvalue()


def heic(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    pillow_heif.from_pillow(picture).save(out, quality=95)
    return out.getvalue()


def turned(orientation: int) -> bytes:
    """A JPEG file that is upright only by its EXIF orientation."""
    undo = {
        3: Image.Transpose.ROTATE_180,
        6: Image.Transpose.ROTATE_90,
        8: Image.Transpose.ROTATE_270,
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(a_picture().transpose(undo[orientation]), "JPEG", exif=exif, quality=95)


def says(picture: bytes, sides: tuple[int, int]) -> bytes:
    """The PNG file, whose header now says that it has these sides."""
    head = picture[12:16] + struct.pack(">II", *sides) + picture[24:29]
    return picture[:12] + head + struct.pack(">I", zlib.crc32(head)) + picture[33:]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(saved(a_picture(), "JPEG", quality=95), id="JPEG"),
        pytest.param(saved(a_picture(), "JPEG", quality=95, progressive=True), id="progressive"),
        pytest.param(saved(a_picture().convert("CMYK"), "JPEG", quality=95), id="CMYK"),
        pytest.param(saved(a_picture(), "PNG"), id="PNG"),
        pytest.param(saved(a_picture().convert("RGBA"), "PNG"), id="PNG with alpha"),
        pytest.param(saved(a_picture().quantize(8), "PNG"), id="PNG with a palette"),
        pytest.param(saved(a_picture(), "WEBP", quality=95), id="WebP"),
        pytest.param(heic(a_picture()), id="HEIC"),
        pytest.param(turned(3), id="on its head"),
        pytest.param(turned(6), id="on its left side"),
        pytest.param(turned(8), id="on its right side"),
    ],
)
def test_a_picture_becomes_an_upright_frame_in_colour(data: bytes) -> None:
    frame = decode(data)

    assert frame.shape == (64, 96, 3)
    assert frame.dtype == np.uint8
    # Blue, green, red.
    assert frame[20, 20].argmax() == 2
    assert frame[20, 76].argmax() == 1
    assert frame[60, 48].argmax() == 0


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_large_picture_becomes_a_frame_that_is_large_enough(kind: str) -> None:
    frame = decode(saved(a_picture(4000, 3000), kind))

    height, width = frame.shape[:2]
    assert (width, height) == (2000, 1500)
    assert width * height <= ENOUGH


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "not-a-picture", id="nothing"),
        pytest.param(b"%PDF-1.7 ...", "not-a-picture", id="a PDF"),
        pytest.param(saved(a_picture(), "TIFF"), "not-a-picture", id="a TIFF"),
        pytest.param(saved(a_picture(), "PNG")[:60], "damaged", id="cut off"),
        pytest.param(saved(a_picture(), "WEBP")[:60], "damaged", id="a WebP cut off"),
        pytest.param(heic(a_picture())[:-300], "not-a-picture", id="a HEIC cut off"),
        pytest.param(says(saved(a_picture(), "PNG"), (60_000, 60_000)), "too-large", id="a bomb"),
        pytest.param(says(saved(a_picture(), "PNG"), (4000, 4001)), "too-large", id="large"),
    ],
)
def test_what_cannot_be_decoded_is_said_in_a_word(data: bytes, code: str) -> None:
    with pytest.raises(CardPictureError) as raised:
        decode(data)

    assert raised.value.code == code


def test_a_reply_says_what_is_wrong_with_a_picture() -> None:
    reply = reply_to(encode_request("ktp-el", None), b"no picture")

    with pytest.raises(CardPictureError, match="JPEG, PNG, WebP or HEIC"):
        parse_reply(reply)
