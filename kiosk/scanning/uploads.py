"""Uploaded photos and papers: read in a process of their own, and made into plain pictures.

What comes in is anybody's file; what goes on is a JPEG that this program wrote: upright, without
the place, the camera and the thumbnail that the file told of, no larger than it need be. The pages
of a PDF become pictures too, so that nobody in the office ever opens a stranger's PDF.
"""

import base64
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from printer.errors import PhotoError
from printer.photo import normal_photo
from verifier.confined import answer, run_confined
from verifier.errors import UnreadableImageError
from verifier.pages import MOST_PAGES, render_pages
from verifier.pictures import MOST_PIXELS

__all__ = ["LONG_EDGE", "PHOTO", "ReadUpload", "main", "read_upload"]

PHOTO: Final = "photo"
"""The kind of the photo that is printed on the certificate; every other kind is a paper."""

LONG_EDGE: Final = 1600
"""The longest side of a paper, in pixels: A4 at 137 dots per inch."""

_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_QUALITY: Final = 78
_MODULE: Final = "kiosk.scanning.uploads"
_SECONDS: Final = 3.0
_DARK, _BRIGHT = 55, 245
# The spread of the edges in a picture of 800 pixels; print that can be read has some hundreds.
_BLURRED: Final = 25.0
_SMALL: Final = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadUpload:
    """An upload, made into pictures; `hints` say what may be wrong with it."""

    pictures: tuple[bytes, ...]
    hints: tuple[str, ...] = ()


def read_upload(data: bytes, kind: str) -> ReadUpload:
    """The pictures in an uploaded file: one of a photo, one for each page of a paper.

    Raises:
        UnreadableImageError: it is no picture and no PDF, is broken, has too many pages, or too
            much of anything.
    """
    found = run_confined(_MODULE, data, kind)
    return ReadUpload(
        pictures=tuple(base64.b64decode(picture) for picture in found["pictures"]),
        hints=tuple(found["hints"]),
    )


def main() -> None:
    """Read a file from standard input and answer with its pictures; see `verifier.confined`."""
    cv2.setNumThreads(1)
    answer(_read, seconds=_SECONDS)


def _read(data: bytes, kind: str) -> dict[str, Any]:
    is_pdf = b"%PDF-" in data[:1024]
    if kind == PHOTO:
        if is_pdf:
            raise UnreadableImageError("not-a-picture", "a photo is wanted, not a PDF")
        pictures = [_photo(data)]
    elif is_pdf:
        pictures = [_jpeg(Image.fromarray(page)) for page in _pages(data)]
    else:
        pictures = [_jpeg(_upright(data))]
    hints = [hint for picture in pictures for hint in _hints(picture, kind)]
    return {
        "pictures": [base64.b64encode(picture).decode() for picture in pictures],
        "hints": list(dict.fromkeys(hints)),
    }


def _photo(data: bytes) -> bytes:
    with _opened(data):
        pass
    try:
        return normal_photo(data).jpeg
    except PhotoError as problem:
        code = "damaged" if problem.code == "unreadable" else problem.code
        raise UnreadableImageError(code, str(problem)) from None


def _pages(data: bytes) -> list[NDArray[np.uint8]]:
    pages = list(render_pages(data))
    if len(pages) == MOST_PAGES and len(pypdfium2.PdfDocument(data)) > MOST_PAGES:
        raise UnreadableImageError("too-many-pages", f"more than {MOST_PAGES} pages")
    if not pages:
        raise UnreadableImageError("damaged", "the PDF has no page")
    return pages


def _upright(data: bytes) -> Image.Image:
    with _opened(data) as opened:
        opened.draft("RGB", (LONG_EDGE, LONG_EDGE))
        upright = ImageOps.exif_transpose(opened)
        if "A" in upright.getbands() or "transparency" in upright.info:
            layer = upright.convert("RGBA")
            upright = Image.new("RGB", layer.size, "white")
            upright.paste(layer, mask=layer.getchannel("A"))
        return upright.convert("RGB")


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """The picture in a file; what goes wrong with it within the `with` is said in our codes."""
    with warnings.catch_warnings():
        # Of sizes that are refused here anyway, and of tags nobody asked for.
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise UnreadableImageError("too-large", "the picture has too many pixels")
                yield picture
        except UnidentifiedImageError:
            code = "unsupported" if data[4:8] == b"ftyp" else "not-a-picture"
            raise UnreadableImageError(code, "no picture of a kind that is read") from None
        except Image.DecompressionBombError:
            raise UnreadableImageError("too-large", "the picture has too many pixels") from None
        except (OSError, ValueError, SyntaxError, EOFError) as problem:
            code = "truncated" if "truncated" in str(problem) else "damaged"
            raise UnreadableImageError(code, "the picture cannot be decoded") from None


def _jpeg(picture: Image.Image) -> bytes:
    picture.thumbnail((LONG_EDGE, LONG_EDGE), Image.Resampling.LANCZOS)
    # What the file said besides, Pillow would write again.
    picture.info.clear()
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()


def _hints(jpeg: bytes, kind: str) -> list[str]:
    """What may be wrong with a picture, the likeliest first: a person decides whether it is."""
    grey = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)
    if grey is None:
        return []
    hints = []
    mean = float(grey.mean())
    if mean < _DARK:
        hints.append("dark")
    elif mean > _BRIGHT:
        hints.append("bright")
    if kind != PHOTO:
        if max(grey.shape) < _SMALL:
            hints.append("small")
        scale = 800 / max(grey.shape)
        if scale < 1:
            grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        if float(cv2.Laplacian(grey, cv2.CV_64F).var()) < _BLURRED:
            hints.append("blurred")
    return hints
