"""The applicant's photo: brought to one form before it is printed, 4 × 6 cm at 300 dpi.

The normal form is a baseline JPEG of 472 × 709 pixels in colour without any metadata (no place, no
camera, no thumbnail). A photo that is in this form already passes as it is, byte for byte; any
other is turned upright, cropped to 2:3 around its middle, scaled and written anew.
"""

import io
import re
from dataclasses import dataclass

from .errors import PhotoError

__all__ = ["PHOTO_SIZE", "Photo", "normal_photo"]

PHOTO_SIZE = (472, 709)
SMALLEST = (150, 200)
LONGEST_NORMAL = 120_000
MOST_BYTES = 30_000_000
MOST_PIXELS = 64_000_000
QUALITY = 85
SOI, EOI, SOS, SOF0, DHT, DQT, APP0, DRI = 0xD8, 0xD9, 0xDA, 0xC0, 0xC4, 0xDB, 0xE0, 0xDD
ALLOWED = {SOF0, DHT, DQT, APP0, DRI}
JFIF_BYTES = 16
# A marker in the data of a scan; a zero or a restart after 0xFF is none.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7]")
COLOURS = 3


@dataclass(frozen=True, kw_only=True)
class Photo:
    """A photo in the normal form: baseline JPEG bytes, and their size in pixels (width, height)."""

    jpeg: bytes
    size: tuple[int, int] = PHOTO_SIZE


def normal_photo(data: bytes) -> Photo:
    """The photo in `data` (JPEG, PNG or WebP) in the normal form.

    Raises:
        PhotoError: it is no picture, too small to print, or too large to read safely.
    """
    return Photo(jpeg=data) if _is_normal(data) else Photo(jpeg=_normalised(data))


def _is_normal(data: bytes) -> bool:
    """Whether `data` is in the normal form already, told from its segments alone."""
    if len(data) > LONGEST_NORMAL or data[:2] != b"\xff\xd8" or data[-2:] != b"\xff\xd9":
        return False
    at = 2
    seen_size = False
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == SOS:
            end = _MARKER.search(data, at + 2 + length)
            # Nothing may follow the one scan: neither a comment nor what a camera appends.
            return seen_size and end is not None and end.end() == len(data)
        if marker not in ALLOWED or (marker == APP0 and length != JFIF_BYTES):
            return False
        if marker == SOF0:
            body = data[at + 4 : at + 2 + length]
            height, width = int.from_bytes(body[1:3], "big"), int.from_bytes(body[3:5], "big")
            seen_size = (width, height) == PHOTO_SIZE and body[0] == 8 and body[5] == COLOURS
        at += 2 + length
    return False


def _normalised(data: bytes) -> bytes:
    from PIL import Image, ImageOps, UnidentifiedImageError

    if len(data) > MOST_BYTES:
        raise PhotoError("too-large", f"the photo file has more than {MOST_BYTES // 10**6} MB")
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as opened:
            width, height = opened.size
            if width * height > MOST_PIXELS:
                raise PhotoError("too-large", f"the photo has {width} × {height} pixels: too many")
            opened.draft("RGB", (2 * PHOTO_SIZE[0], 2 * PHOTO_SIZE[1]))
            upright = ImageOps.exif_transpose(opened)
            if upright.mode.startswith("I"):
                # Of sixteen bits the upper eight are kept; a plain conversion keeps the lower.
                upright = upright.convert("I").point(lambda value: value / 256).convert("L")
            if "A" in upright.getbands() or "transparency" in upright.info:
                layer = upright.convert("RGBA")
                upright = Image.new("RGB", layer.size, "white")
                upright.paste(layer, mask=layer.getchannel("A"))
            picture = upright.convert("RGB")
    except PhotoError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoError("too-large", "the photo has too many pixels") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as problem:
        raise PhotoError(
            "unreadable", "the photo cannot be read: take or send it again"
        ) from problem
    if min(width, height) < SMALLEST[0] or max(width, height) < SMALLEST[1]:
        raise PhotoError(
            "too-small",
            f"the photo has {width} × {height} pixels: at least "
            f"{SMALLEST[0]} × {SMALLEST[1]} are needed",
        )
    fitted = ImageOps.fit(picture, PHOTO_SIZE, Image.Resampling.LANCZOS)
    # What the file said besides, Pillow would write again: comments, above all.
    fitted.info.clear()
    out = io.BytesIO()
    fitted.save(out, "JPEG", quality=QUALITY, progressive=False, optimize=True, subsampling=2)
    return out.getvalue()
