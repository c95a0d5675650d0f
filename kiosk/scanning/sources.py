"""Cameras, one like the other: this machine's webcam, a browser's frames, a picture, a clip.

    with webcam("0") as frames:            device -> OpenCV -> pixels
    with clip(path) as frames:             file -> a child process -> pixels     (clips)
    with still(data) as frames:            bytes, one frame
    with BrowserCamera() as frames:        put(jpeg) -> bytes
        for scan in scans(frames, look, judge): ...

Whatever happens inside the `with`, the device is let go after it. Pixels come from a driver, or
from a process of their own; a picture that somebody sent stays the bytes it is, and is decoded by
the process that reads it (`reader`). A camera that gives nothing to look at is a CameraError, whose
code has its sentence in wording.toml: people should not be asked to hold their card better before a
black lens.
"""

from __future__ import annotations

import errno
import os
import re
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Condition
from types import TracebackType
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kiosk.domain.scans import Answer, Judge, Scan, Stage, after_frame, after_last_frame
from kiosk.scanning.card import Corners, Sighting, Suspicion
from kiosk.scanning.clips import frames_of_clip
from kiosk.scanning.errors import CameraError, CardPictureError
from verifier.errors import UnreadableImageError
from verifier.frame import find_codes_in
from verifier.image import Code

Pixels = NDArray[np.uint8]

__all__ = [
    "BrowserCamera",
    "Frame",
    "Look",
    "Scanned",
    "clip",
    "first_codes",
    "scans",
    "still",
    "webcam",
    "within",
]

PATIENCE: Final = 3.0
"""Seconds of black, or of one picture bit for bit, after which a camera is not believed: sensors
are never so quiet, but some take a second to wake."""

SILENCE: Final = 10.0
"""Seconds without a frame after which a browser's camera is lost."""

BLACK: Final = 8
"""The mean, of 255, under which a frame is black."""

KEPT: Final = 2
"""How many frames of a browser wait to be looked at; an older one gives way."""

LONGEST_FRAME: Final = 4 << 20
"""The most bytes of one frame from a browser: a 1080p JPEG takes a tenth."""

STALE: Final = 0.1
"""Seconds between two looks after which the frame that waits in the driver is an old one."""

_ASKED_FOR: Final = (1920, 1080)
_QUALITY: Final = 95
_FAILURES: Final = 3
_NUMBERED: Final = re.compile(r"/dev/video(\d+)")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Frame:
    """One frame: pixels (blue, green, red), or the bytes of a picture file; `at` in seconds.

    `live` says that another frame will come, so that none is worth much trouble.
    """

    picture: Pixels | bytes
    at: float
    live: bool

    def encoded(self) -> bytes:
        """The frame as a picture file, for the process that reads it."""
        if isinstance(self.picture, bytes):
            return self.picture
        done, data = cv2.imencode(".jpg", self.picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        if not done:
            raise CardPictureError("damaged", "the camera's frame cannot be encoded")
        return data.tobytes()


Look = Callable[[bytes, Corners | None], Sighting]
"""What a picture shows; the corners are where the card lay in the one before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scanned:
    """What came of one held-up card, and what was odd about it in most of its frames.

    A genuine card looks grey in a frame now and then, as when it has come in by half.
    """

    answer: Answer
    suspicions: tuple[Suspicion, ...]


def scans(
    frames: Iterable[Frame], look: Look, judge: Judge, *, told: Callable[[Sighting], None]
) -> Iterator[Scanned]:
    """One `Scanned` for each card that is held up; every sighting is `told` as it comes.

    Raises:
        ScanningError: the camera gives no frames, or a frame that is not live cannot be read.
    """
    scan = Scan()
    near: Corners | None = None
    odd: Counter[Suspicion] = Counter()
    seen = 0
    for frame in frames:
        try:
            sighting = look(frame.encoded(), near)
        except CardPictureError:
            if not frame.live:
                raise
            continue
        told(sighting)
        near = sighting.corners
        card = near is not None
        before, scan = scan, after_frame(scan, judge, card=card, reading=sighting.reading)
        if before.stage is Stage.NOTHING:
            odd.clear()
            seen = 0
        odd.update(sighting.suspicions)
        seen += card
        if scan.answer is not None and scan.answer is not before.answer:
            yield Scanned(answer=scan.answer, suspicions=_in_most(odd, seen))
    last = after_last_frame(scan, judge)
    if last.answer is not None and last.answer is not scan.answer:
        yield Scanned(answer=last.answer, suspicions=_in_most(odd, seen))


def _in_most(odd: Counter[Suspicion], seen: int) -> tuple[Suspicion, ...]:
    return tuple(sorted(one for one, times in odd.items() if 2 * times > seen))


def first_codes(frames: Iterable[Frame]) -> tuple[tuple[Code, ...], float] | None:
    """The QR codes of the first frame in which any are read, and its time; None if none has any.

    Frames are looked at as those of a camera are: the next one is the better second attempt.

    Raises:
        UnreadableImageError: two different texts were read in one place, and no frame was better.
        ScanningError: the camera gives no frames, or the clip cannot be decoded.
    """
    contradiction = None
    for frame in frames:
        if isinstance(frame.picture, bytes):
            raise TypeError("a picture file is read by verifier.image")
        try:
            codes = find_codes_in(frame.picture)
        except UnreadableImageError as problem:
            contradiction = problem
            continue
        if codes:
            return codes, frame.at
    if contradiction is not None:
        raise contradiction
    return None


def within(frames: Iterable[Frame], seconds: float) -> Iterator[Frame]:
    """The frames of the first `seconds`."""
    end: float | None = None
    for frame in frames:
        end = frame.at + seconds if end is None else end
        if frame.at > end:
            return
        yield frame


@contextmanager
def webcam(
    camera: str, *, clock: Callable[[], float] = time.monotonic
) -> Iterator[Iterator[Frame]]:
    """The frames of this machine's camera: its number, or the path of its device.

    Raises:
        CameraError: it is missing, busy, unplugged, closed to us, black or frozen; here, or when
            the next frame is asked for.
    """
    device = Path(f"/dev/video{camera}") if camera.isdecimal() else Path(camera)
    _require_device(device)
    # What OpenCV has to say is for its developers.
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    numbered = _NUMBERED.fullmatch(str(device.resolve()))
    capture = cv2.VideoCapture(int(numbered[1]) if numbered else str(device), cv2.CAP_V4L2)
    try:
        if not capture.isOpened():
            raise CameraError(
                "camera-busy", f"{device} gives no pictures: it is in use, or is no camera"
            )
        width, height = _ASKED_FOR
        for name, value in (
            # Compressed by the camera: a cable for USB 2 carries no more of this size.
            (cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG")),
            (cv2.CAP_PROP_FRAME_WIDTH, width),
            (cv2.CAP_PROP_FRAME_HEIGHT, height),
            (cv2.CAP_PROP_AUTOFOCUS, 1),
            (cv2.CAP_PROP_BUFFERSIZE, 1),
        ):
            # A camera that cannot do it says so, and gives what it has.
            capture.set(name, value)
        yield _believed(_frames_of(capture, device, clock))
    finally:
        capture.release()


@contextmanager
def clip(path: Path) -> Iterator[Iterator[Frame]]:
    """The frames of a recorded clip, at most `clips.PER_SECOND` of each of its seconds.

    Raises:
        CardPictureError: it cannot be decoded; here, or when the next frame is asked for.
    """
    with frames_of_clip(path) as pictures:
        yield (Frame(picture=pixels, at=at, live=False) for at, pixels in pictures)


@contextmanager
def still(data: bytes) -> Iterator[Iterator[Frame]]:
    """The only frame of a picture file."""
    yield iter([Frame(picture=data, at=0.0, live=False)])


class BrowserCamera:
    """The frames that a browser posts. Whoever posts never waits, and old frames are dropped.

    After `silence` seconds without a frame the camera is lost.
    """

    def __init__(
        self, *, silence: float = SILENCE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._silence = silence
        self._clock = clock
        self._frames: deque[Frame] = deque(maxlen=KEPT)
        self._arrived = Condition()
        self._is_open = True

    def put(self, jpeg: bytes) -> None:
        """Take a frame from the browser.

        Raises:
            CardPictureError: it is longer than any frame is.
        """
        if len(jpeg) > LONGEST_FRAME:
            raise CardPictureError("too-large", "the browser's frame is longer than any is")
        with self._arrived:
            self._frames.append(Frame(picture=jpeg, at=self._clock(), live=True))
            self._arrived.notify()

    def close(self) -> None:
        """Let the frames end."""
        with self._arrived:
            self._is_open = False
            self._frames.clear()
            self._arrived.notify()

    def __enter__(self) -> Iterator[Frame]:
        return _believed(self._posted())

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _posted(self) -> Iterator[Frame]:
        while True:
            with self._arrived:
                self._arrived.wait_for(lambda: self._frames or not self._is_open, self._silence)
                if not self._is_open:
                    return
                if not self._frames:
                    raise CameraError("camera-lost", "the browser sends no more frames")
                frame = self._frames.popleft()
            yield frame


def _require_device(device: Path) -> None:
    """Open the device and close it again: the system says why it cannot be, OpenCV does not."""
    try:
        os.close(os.open(device, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC))
    except PermissionError:
        raise CameraError(
            "camera-denied", f"{device} may not be opened: its users are the group video"
        ) from None
    except OSError as problem:
        if problem.errno == errno.EBUSY:
            raise CameraError("camera-busy", f"{device} is in use by another program") from None
        others = ", ".join(sorted(str(path) for path in Path("/dev").glob("video*"))) or "none"
        raise CameraError(
            "camera-missing", f"there is no camera {device}; devices of this machine: {others}"
        ) from None


def _frames_of(
    capture: cv2.VideoCapture, device: Path, clock: Callable[[], float]
) -> Iterator[Frame]:
    failures, read_at = 0, None
    while failures < _FAILURES:
        if read_at is not None and clock() - read_at > STALE:
            capture.grab()
        done, pixels = capture.read()
        if not done:
            failures += 1
            continue
        failures, read_at = 0, clock()
        yield Frame(picture=np.asarray(pixels, dtype=np.uint8), at=read_at, live=True)
    if read_at is None:
        raise CameraError("camera-busy", f"{device} gives no pictures: is it in use?")
    raise CameraError("camera-lost", f"{device} gives no more frames: was it unplugged?")


def _believed(frames: Iterator[Frame]) -> Iterator[Frame]:
    """The frames, until for too long nothing has been seen in them, or nothing new."""
    lit_at = changed_at = None
    last: bytes | None = None
    for frame in frames:
        seen, is_lit = _sample(frame)
        if lit_at is None or is_lit:
            lit_at = frame.at
        if changed_at is None or seen != last:
            changed_at, last = frame.at, seen
        if frame.at - lit_at > PATIENCE:
            raise CameraError("camera-black", "the camera's picture is black: is it covered?")
        if frame.at - changed_at > PATIENCE:
            raise CameraError("camera-frozen", "the camera's picture stands still")
        yield frame


def _sample(frame: Frame) -> tuple[bytes, bool]:
    """What tells a frame from the next, and whether it shows anything; in bytes we do not look."""
    if isinstance(frame.picture, bytes):
        return frame.picture, True
    some = frame.picture[::8, ::8]
    return some.tobytes(), float(some.mean()) >= BLACK
