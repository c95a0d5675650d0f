"""Frames of a recorded clip, decoded in a process of their own.

A clip that somebody sends is as hostile as a picture, and what decodes it is larger still. So the
decoder has no secrets, writes no file, and little memory and time for each frame; what comes back
is pixels (`messages` frames them). It ends when nobody listens any more.
"""

from __future__ import annotations

import resource
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kiosk.scanning.errors import CardPictureError
from kiosk.scanning.messages import receive, send

__all__ = ["PER_SECOND", "frames_of_clip", "is_clip", "main"]

Pixels = NDArray[np.uint8]

PER_SECOND: Final = 6
"""How many frames of a second of the clip are looked at: as many as a camera's, about."""

MOST_MEMORY: Final = 512 << 20
"""Private writable memory of the decoder, in bytes."""

MOST_PROCESSOR_SECONDS: Final = 2.0
"""Processor time of the decoder for one frame that is looked at, and for opening the file."""

ANSWER_WITHIN: Final = 10.0
"""Seconds by the wall clock for one frame: reached only on a machine that is busy."""

LARGEST: Final = 3840 * 2160
"""The most pixels of a frame."""

_HEADER: Final = struct.Struct(">dII")
_START: Final = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from kiosk.scanning.clips import main; main()"
)
_ROOT: Final = str(Path(__file__).resolve().parents[2])
_ENVIRONMENT: Final = {"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
# Pictures share the beginning of an MP4 file; these brands are theirs (HEIF, AVIF).
_PICTURES: Final = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")
_BEGINNINGS: Final = (b"YUV4MPEG2 ", b"\x1aE\xdf\xa3", b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3")


def is_clip(path: Path, head: bytes) -> bool:
    """Whether a file that begins with these bytes is taken for a clip: MP4, WebM, AVI, Y4M, MJPEG.

    A row of JPEG files is told from one by its name alone.
    """
    if head[4:8] == b"ftyp":
        return head[8:12] not in _PICTURES
    if head[:4] == b"RIFF":
        return head[8:12] == b"AVI "
    return head.startswith(_BEGINNINGS) or path.suffix.lower() in {".mjpeg", ".mjpg"}


@contextmanager
def frames_of_clip(path: Path) -> Iterator[Iterator[tuple[float, Pixels]]]:
    """The frames of a clip, and when each of them is shown: PER_SECOND of each second, at most.

    Raises:
        CardPictureError: the clip cannot be decoded; raised where the next frame is asked for.
    """
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            decoder = subprocess.Popen(  # noqa: S603 -- ourselves; an absolute path is no option
                [sys.executable, "-I", "-B", "-c", _START, _ROOT, str(path.absolute())],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_ENVIRONMENT,
                start_new_session=True,
            )
        ours.settimeout(ANSWER_WITHIN)
        try:
            yield _received(ours, decoder)
        finally:
            decoder.kill()
            decoder.wait()


def _received(
    channel: socket.socket, decoder: subprocess.Popen[bytes]
) -> Iterator[tuple[float, Pixels]]:
    while True:
        try:
            message = receive(channel, longest=3 * LARGEST + _HEADER.size)
        except TimeoutError:
            raise _took_too_long() from None
        except (EOFError, OSError):
            if decoder.wait() in (-signal.SIGPROF, -signal.SIGKILL):
                raise _took_too_long() from None
            raise CardPictureError("damaged", "the clip cannot be decoded") from None
        if not message:
            return
        at, width, height = _HEADER.unpack_from(message)
        pixels = np.frombuffer(message, np.uint8, offset=_HEADER.size)
        yield at, pixels.reshape(height, width, 3)


def main() -> None:
    """Be the decoder: standard input is the socket, the argument the file."""
    import cv2  # whoever asks for frames waits for it in this process only

    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_DATA, MOST_MEMORY),
    ):
        resource.setrlimit(limit, (most, most))
    cv2.setNumThreads(1)
    with socket.socket(fileno=sys.stdin.fileno()) as channel, suppress(ConnectionError):
        _again()
        # One thread: each more takes memory for frames of its own.
        one_thread = [cv2.CAP_PROP_N_THREADS, 1]
        capture = cv2.VideoCapture(sys.argv[1], cv2.CAP_FFMPEG, one_thread)
        if not capture.isOpened():
            sys.exit(1)
        due = 0.0
        while capture.grab():
            at = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            if at < due:
                continue
            due = at + 1 / PER_SECOND
            done, pixels = capture.retrieve()
            if done:
                height, width = pixels.shape[:2]
                send(channel, _HEADER.pack(at, width, height) + pixels.tobytes())
                _again()
        send(channel, b"")


def _again() -> None:
    """Begin to count processor time anew; nobody catches the signal that ends it."""
    signal.setitimer(signal.ITIMER_PROF, MOST_PROCESSOR_SECONDS)


def _took_too_long() -> CardPictureError:
    return CardPictureError("took-too-long", "reading the clip was stopped: it took too long")
