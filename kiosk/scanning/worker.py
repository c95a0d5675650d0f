"""The process in which pictures are decoded and read.

Pictures come from strangers, and their decoders are large C libraries. So this process has no
secrets, writes no file and leaves no core dump, and the kernel limits its memory, and the processor
time of each picture. It lives on between pictures, as loading what reads them takes a second, and
ends when whoever started it is gone. `messages` has what is said.
"""

import io
import resource
import signal
import socket
import sys
import warnings
from contextlib import suppress
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray
from pi_heif import register_heif_opener
from PIL import Image, UnidentifiedImageError

from kiosk.scanning.card import look
from kiosk.scanning.errors import CardPictureError, ScanningError
from kiosk.scanning.layout import load_layout
from kiosk.scanning.lines import read_lines
from kiosk.scanning.messages import encode_error, encode_sighting, parse_request, receive, send
from verifier.confined import MOST_BYTES

__all__ = ["MOST_MEMORY", "MOST_PROCESSOR_SECONDS", "decode", "main", "reply_to"]

Pixels = NDArray[np.uint8]

MOST_MEMORY: Final = 340 << 20
"""Private writable memory of this process, in bytes. With the pages of libraries at most 400 MB are
resident; the costliest pictures that are read, of 12 megapixels in HEIC, take 300."""

MOST_PROCESSOR_SECONDS: Final = 6.0
"""Processor time for one picture: ten times what a card takes."""

MOST_PIXELS: Final = 65_000_000
"""The most pixels of a JPEG file, which is decoded at a smaller size where that is enough."""

MOST_DECODED: Final = 12_600_000
"""The most pixels of another file: a phone's 12 megapixels (4032 x 3024)."""

ENOUGH: Final = 6_000_000
"""Pixels from which a frame is halved: a card on a quarter of it still has 10 to a millimetre."""

_FORMATS: Final = ("JPEG", "PNG", "WEBP", "HEIF")
_SMALLER: Final = {
    1: cv2.IMREAD_COLOR,
    2: cv2.IMREAD_REDUCED_COLOR_2,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    8: cv2.IMREAD_REDUCED_COLOR_8,
}

register_heif_opener()


def main() -> None:
    """Be the worker: the standard input is the socket; the argument is the card to prepare for."""
    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_DATA, MOST_MEMORY),
    ):
        resource.setrlimit(limit, (most, most))
    cv2.setNumThreads(1)
    with socket.socket(fileno=sys.stdin.fileno()) as channel, suppress(EOFError, ConnectionError):
        send(channel, _prepared(sys.argv[1]))
        while True:
            asked, picture = receive(channel, longest=1024), receive(channel, longest=MOST_BYTES)
            # Nobody catches its signal, so it ends us whatever a C library is busy with.
            signal.setitimer(signal.ITIMER_PROF, MOST_PROCESSOR_SECONDS)
            reply = reply_to(asked, picture)
            signal.setitimer(signal.ITIMER_PROF, 0)
            send(channel, reply)


def reply_to(asked: bytes, picture: bytes) -> bytes:
    """The reply to one request."""
    name, near = parse_request(asked)
    try:
        return encode_sighting(look(decode(picture), load_layout(name), near=near))
    except ScanningError as problem:
        return encode_error(problem)
    except MemoryError:
        return encode_error(_too_large())


def decode(picture: bytes) -> Pixels:
    """The upright BGR frame in a JPEG, PNG, WebP or HEIC file.

    Raises:
        CardPictureError: it is no such file, is broken, or holds too many pixels.
    """
    with warnings.catch_warnings():
        # Pillow warns of sizes that are refused here anyway, and of tags nobody asked for.
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(picture), formats=_FORMATS) as opened:
                return _frame(opened, picture)
        except UnidentifiedImageError:
            raise CardPictureError(
                "not-a-picture", "this is no picture in JPEG, PNG, WebP or HEIC format"
            ) from None
        except (Image.DecompressionBombError, MemoryError):
            raise _too_large() from None
        except (OSError, SyntaxError, ValueError, RuntimeError, cv2.error):
            raise _damaged() from None


def _frame(opened: Image.Image, picture: bytes) -> Pixels:
    pixels = opened.width * opened.height
    # Only JPEG files are decoded at a smaller size; of others the whole comes first.
    if pixels > (MOST_PIXELS if opened.format == "JPEG" else MOST_DECODED):
        raise _too_large()
    if opened.format == "HEIF":
        # libheif turns it upright itself.
        frame: Any = np.asarray(opened.convert("RGB"))[..., ::-1]
    else:
        times = next((times for times in _SMALLER if pixels <= ENOUGH * times**2), 8)
        frame = cv2.imdecode(np.frombuffer(picture, np.uint8), _SMALLER[times])
    if frame is None:
        raise _damaged()
    while frame.shape[0] * frame.shape[1] > ENOUGH:
        frame = cv2.resize(frame, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(frame, dtype=np.uint8)


def _prepared(layout: str) -> bytes:
    """The first message, once all that a card needs is loaded: what an empty picture shows."""
    try:
        read_lines([np.full((48, 48, 3), 255, np.uint8)])
        return encode_sighting(look(np.full((240, 320, 3), 128, np.uint8), load_layout(layout)))
    except ScanningError as problem:
        return encode_error(problem)


def _damaged() -> CardPictureError:
    return CardPictureError("damaged", "the picture is damaged and cannot be decoded")


def _too_large() -> CardPictureError:
    return CardPictureError(
        "too-large", "the picture has too many pixels, or wants too much memory"
    )
