"""From picture files to grey frames, inside the child process that reads them.

Run by `verifier.confined`, which limits what all of this may take. The sizes below are checked
from the file's header, before a pixel is decoded, so that the common bombs get an exact answer.
"""

from __future__ import annotations

import io
import json
import struct
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from verifier.confined import answer
from verifier.errors import UnreadableImageError
from verifier.frame import find_codes_in
from verifier.image import Budget

__all__ = ["MOST_DECODED", "MOST_PAGES", "MOST_PIXELS", "main", "open_picture", "read_frames"]

Pixels = NDArray[np.uint8]

MOST_PIXELS: Final = 65_000_000
"""The most pixels of a picture: phones of 64 megapixels are read, one of 200 is told no."""

MOST_DECODED: Final = 144_000_000
"""The most bytes a picture may take while it is decoded: an A4 page in colour at 600 dpi (4960 x
7016 pixels, 4 bytes each in Pillow) takes 139 million."""

MOST_HANDED_ON: Final = 16_500_000
"""The most pixels of a frame that is searched; a larger one is halved until it fits."""

BAND: Final = 512
"""How many rows are made grey at a time; even, as large pictures are halved."""

MOST_PAGES: Final = 4
"""How many pages of a TIFF file are read."""

_FORMATS: Final = ("JPEG", "PNG", "TIFF", "BMP")
_WANTS_TOO_MUCH: Final = "decoding the picture wants more memory than is given to it"
_BEGINNINGS: Final = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"II*\0", b"MM\0*", b"BM")
_ORIENTATION: Final = 0x0112
# Bytes for a pixel while it is decoded. Modes not named here take 4.
_BYTES: Final = {"1": 1, "L": 1, "P": 1, "I;16": 5, "I;16L": 5, "I;16B": 5, "I": 9, "F": 9}
# Everything Pillow's readers have been seen to raise at a broken file.
_BROKEN: Final = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    cv2.error,
    struct.error,
    zlib.error,
)


def main() -> None:
    """Read a picture from standard input and answer with its codes; see `verifier.confined`."""
    cv2.setNumThreads(1)
    Image.MAX_IMAGE_PIXELS = None  # the limits above are stricter, and say more
    answer(lambda data, budget: read_frames(list(open_picture(data)), json.loads(budget)))


def read_frames(frames: list[Pixels], budget: dict[str, Any]) -> list[dict[str, Any]]:
    """The codes on all `frames`, as JSON values; the frames share the time of `budget` alike."""
    share = Budget(seconds=budget["seconds"] / max(1, len(frames)), slow=budget["slow"])
    return [
        {**asdict(code), "page": number}
        for number, frame in enumerate(frames)
        for code in find_codes_in(frame, budget=share)
    ]


def open_picture(data: bytes) -> Iterator[Pixels]:
    """The pages of a picture file as upright grey frames; all but TIFF files have one.

    Raises:
        UnreadableImageError: the file is no picture, is broken, or decodes to too much.
    """
    with warnings.catch_warnings():
        # Pillow warns of sizes that are refused here anyway, and of tags nobody asked for.
        warnings.simplefilter("ignore")
        try:
            if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
                yield _within_bounds(_webp(data))
            else:
                yield from _pages(_opened(data))
        except MemoryError:
            raise _too_large(_WANTS_TOO_MUCH) from None
        except Image.DecompressionBombError:
            raise _too_large("the picture has far too many pixels") from None
        except _BROKEN as problem:
            raise _broken(problem) from problem


def _opened(data: bytes) -> Image.Image:
    try:
        if data[4:8] == b"ftyp":
            return _opened_heif(data)
        return Image.open(io.BytesIO(data), formats=_FORMATS)
    except UnidentifiedImageError:
        if data.startswith(_BEGINNINGS):
            raise UnreadableImageError(
                "damaged", "the file begins like a picture, but its header is broken"
            ) from None
        if data[4:8] == b"ftyp":
            raise UnreadableImageError(
                "unsupported", "this kind of HEIF picture is not read: save it as JPEG or PNG"
            ) from None
        raise UnreadableImageError(
            "not-a-picture", "this is no picture in JPEG, PNG, WebP, TIFF or BMP format"
        ) from None


def _opened_heif(data: bytes) -> Image.Image:
    """A HEIC picture of a phone; its decoder turns it upright by itself."""
    import pi_heif  # few pictures need it

    pi_heif.register_heif_opener(thumbnails=False, decode_threads=1)
    return Image.open(io.BytesIO(data), formats=("HEIF",))


def _pages(picture: Image.Image) -> Iterator[Pixels]:
    # Further frames of the other formats are animations, or the second eye of a phone.
    for number in range(MOST_PAGES if picture.format == "TIFF" else 1):
        if number:
            try:
                picture.seek(number)
            except EOFError:
                return
        _require_room(picture.size, _bytes_per_pixel(picture))
        yield _within_bounds(_upright(_grey(picture), picture))


def _require_room(size: tuple[int, int], bytes_per_pixel: float) -> None:
    """Refuse what would decode to too much, before it is decoded."""
    width, height = size
    if width * height > MOST_PIXELS:
        raise _too_large(
            f"the picture has {width} x {height} pixels; "
            f"at most {MOST_PIXELS // 1_000_000} megapixels are read"
        )
    if width * height * bytes_per_pixel > MOST_DECODED:
        raise _too_large(
            f"the picture takes more than {MOST_DECODED // 1_000_000} MB to decode: "
            "send it as a plain JPEG, or with fewer pixels"
        )


def _bytes_per_pixel(picture: Image.Image) -> float:
    """What decoding takes at its height, for one pixel, in bytes."""
    if isinstance(picture, JpegImageFile):
        # A progressive file keeps two bytes for every coefficient until its last scan; a plain
        # one is decoded line by line, at the reduced size that `_grey` asks for.
        layers = [across * down for _, across, down, _ in picture.layer]
        return 2 * sum(layers) / max(layers) if "progressive" in picture.info else 0
    return _BYTES.get(picture.mode, 4)


def _grey(picture: Image.Image) -> Pixels:
    """The pixels, grey, on white where they are transparent, smaller if they are very many."""
    pixels = picture.width * picture.height
    if isinstance(picture, JpegImageFile):
        times = next(times for times in (1, 2, 4, 8) if pixels <= MOST_HANDED_ON * times**2)
        picture.draft("L", (picture.width // times, picture.height // times))
    picture.load()
    if picture.mode in {"I", "F"} or picture.mode.startswith("I;16"):
        return _eight_bits(np.asarray(picture))
    times = 2 if pixels > MOST_HANDED_ON else 1
    grey = Image.new("L", (-(-picture.width // times), -(-picture.height // times)))
    # In bands, so that there is never a second copy of the whole.
    for top in range(0, picture.height, BAND):
        band = picture.crop((0, top, picture.width, min(top + BAND, picture.height)))
        band = _on_white(band) if picture.has_transparency_data else band.convert("L")
        grey.paste(band.reduce(times), (0, top // times))
    return np.asarray(grey, dtype=np.uint8)


def _on_white(picture: Image.Image) -> Image.Image:
    layered = picture if picture.mode in {"LA", "RGBA"} else picture.convert("RGBA")
    paper = Image.new("L", layered.size, 255)
    paper.paste(layered.convert("L"), mask=layered.getchannel("A"))
    return paper


def _webp(data: bytes) -> Pixels:
    """The (first) picture of a WebP file, grey. Pillow would keep four copies of it, OpenCV one."""
    size, has_alpha = _webp_header(data)
    _require_room(size, 8)
    if int.from_bytes(data[4:8], "little") + 8 > len(data):
        raise EOFError("the RIFF container is longer than the file")
    way = cv2.IMREAD_UNCHANGED if has_alpha else cv2.IMREAD_COLOR
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), way)
    if pixels is None:
        raise OSError("the WebP decoder gave it up")
    if pixels.shape[2] == 4:
        return np.asarray(_on_white(Image.fromarray(pixels)), dtype=np.uint8)
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def _webp_header(data: bytes) -> tuple[tuple[int, int], bool]:
    """Width and height, and whether there is an alpha channel (RFC 9649, sections 2.5 to 2.7)."""
    kind, first = data[12:16], data[20:30]
    if len(first) < 10:
        raise EOFError("the WebP header is cut off")
    if kind == b"VP8X":
        sides = (int.from_bytes(first[at : at + 3], "little") + 1 for at in (4, 7))
        return (next(sides), next(sides)), bool(first[0] & 0x10)
    if kind == b"VP8L":
        bits = int.from_bytes(first[1:5], "little")
        return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1), bool(bits >> 28 & 1)
    width, height = struct.unpack("<HH", first[6:10])
    return (width & 0x3FFF, height & 0x3FFF), False


def _eight_bits(deep: NDArray[Any]) -> Pixels:
    """Grey of 16 or 32 bits, or of real numbers, stretched over 0 to 255."""
    # Big-endian arrays, and read-only ones, become arrays of our own.
    own = np.nan_to_num(deep.astype(deep.dtype.newbyteorder("=")), copy=False, posinf=0, neginf=0)
    low, high = float(own.min()), float(own.max())
    scale = 255 / max(high - low, 1e-9)
    return np.asarray(cv2.convertScaleAbs(own, alpha=scale, beta=-low * scale), dtype=np.uint8)


def _upright(grey: Pixels, picture: Image.Image) -> Pixels:
    """The pixels as the camera was held, by the EXIF orientation."""
    try:
        orientation = picture.getexif().get(_ORIENTATION, 1)
    except _BROKEN:
        # The pixels are there; that the remarks about them are broken is not worth a refusal.
        return grey
    turned = grey.T if orientation in {5, 6, 7, 8} else grey
    if orientation in {3, 4, 7, 8}:
        turned = turned[::-1]
    if orientation in {2, 3, 6, 7}:
        turned = turned[:, ::-1]
    return np.ascontiguousarray(turned)


def _within_bounds(grey: Pixels) -> Pixels:
    while grey.size > MOST_HANDED_ON:
        half = (max(1, grey.shape[1] // 2), max(1, grey.shape[0] // 2))
        grey = np.asarray(cv2.resize(grey, half, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return grey


def _too_large(sentence: str) -> UnreadableImageError:
    return UnreadableImageError("too-large", sentence)


def _broken(problem: Exception) -> UnreadableImageError:
    if isinstance(problem, cv2.error) and problem.code == cv2.Error.StsNoMem:
        return _too_large(_WANTS_TOO_MUCH)
    if "truncated" in str(problem).lower() or isinstance(problem, EOFError):
        return UnreadableImageError("truncated", "the picture is cut off: its end is missing")
    return UnreadableImageError("damaged", "the picture is damaged and cannot be decoded")
