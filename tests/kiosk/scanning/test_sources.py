"""Every camera gives frames in one way, says what is wrong with it, and is let go in the end."""

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Thread

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.domain.identities import CardReading
from kiosk.domain.scans import GONE, expecting_nobody
from kiosk.scanning.card import Corners, Hint, Sighting, Suspicion
from kiosk.scanning.errors import CameraError, CardPictureError
from kiosk.scanning.sources import (
    KEPT,
    LONGEST_FRAME,
    PATIENCE,
    STALE,
    BrowserCamera,
    Frame,
    clip,
    first_codes,
    scans,
    still,
    webcam,
    within,
)
from tests.pictures import (
    SAMPLE_TEXT,
    moving_page_frames,
    sample_page,
    symbol,
    write_clip,
)
from verifier.errors import UnreadableImageError

Pixels = NDArray[np.uint8]

CORNERS = ((0.0, 0.0), (9.0, 0.0), (9.0, 6.0), (0.0, 6.0))
RATNA = CardReading(
    kind="ktp-el",
    nik="9971016512960003",
    nik_confidence=0.99,
    name="RATNAWULANDARI",
    name_confidence=0.97,
    birth=date(1996, 12, 25),
)


class Device:
    """Stands for `cv2.VideoCapture`: gives these pictures, None where a read fails, then fails.

    Its `clock` moves by `pause` with each picture.
    """

    def __init__(
        self, pictures: Iterable[Pixels | None] = (), *, opens: bool = True, pause: float = 0.03
    ) -> None:
        self._pictures: Iterator[Pixels | None] = iter(pictures)
        self._opens = opens
        self._pause = pause
        self.now = 0.0
        self.asked: dict[int, float] = {}
        self.grabbed = 0
        self.released = 0

    def clock(self) -> float:
        return self.now

    def isOpened(self) -> bool:  # noqa: N802 -- OpenCV's name
        return self._opens

    def set(self, name: int, value: float) -> bool:
        self.asked[name] = value
        return False

    def grab(self) -> bool:
        self.grabbed += 1
        return True

    def read(self) -> tuple[bool, Pixels | None]:
        self.now += self._pause
        picture = next(self._pictures, None)
        return picture is not None, picture

    def release(self) -> None:
        self.released += 1


def noise(count: int, *, mean: float = 120) -> list[Pixels]:
    """What a sensor sees: no two pictures are alike."""
    rng = np.random.default_rng(7)
    return [
        np.clip(rng.normal(mean, 2, (64, 96, 3)), 0, 255).astype(np.uint8) for _ in range(count)
    ]


@pytest.fixture
def device_path(tmp_path: Path) -> str:
    """A file where the device would be."""
    path = tmp_path / "video0"
    path.touch()
    return str(path)


def plugged_in(monkeypatch: pytest.MonkeyPatch, device: Device) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", lambda *_: device)


def all_of(camera: AbstractContextManager[Iterator[Frame]], seen: list[Frame]) -> None:
    with camera as frames:
        seen.extend(frames)


def test_a_webcam_gives_live_frames_and_is_let_go(
    monkeypatch: pytest.MonkeyPatch, device_path: str
) -> None:
    pictures = noise(3)
    device = Device(pictures)
    plugged_in(monkeypatch, device)

    with webcam(device_path, clock=device.clock) as frames:
        first, second = next(frames), next(frames)
        assert device.released == 0

    assert device.released == 1
    assert (first.live, first.at < second.at) == (True, True)
    assert np.array_equal(np.asarray(second.picture), pictures[1])
    assert device.asked[cv2.CAP_PROP_FRAME_WIDTH] == 1920
    assert device.asked[cv2.CAP_PROP_AUTOFOCUS] == 1


def test_a_webcam_is_let_go_where_the_program_fails(
    monkeypatch: pytest.MonkeyPatch, device_path: str
) -> None:
    device = Device(noise(3))
    plugged_in(monkeypatch, device)

    def stopped_at_the_first_frame() -> None:
        with webcam(device_path, clock=device.clock) as frames:
            next(frames)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped_at_the_first_frame()

    assert device.released == 1


def test_a_frame_that_waited_while_another_was_read_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, device_path: str
) -> None:
    device = Device(noise(3))
    plugged_in(monkeypatch, device)

    with webcam(device_path, clock=device.clock) as frames:
        next(frames)
        next(frames)
        assert device.grabbed == 0
        device.now += 2 * STALE
        next(frames)

    assert device.grabbed == 1


def test_a_camera_that_is_not_there_is_missing_and_the_others_are_named(tmp_path: Path) -> None:
    with pytest.raises(CameraError, match="devices of this machine: ") as problem:
        webcam(str(tmp_path / "video7")).__enter__()

    assert problem.value.code == "camera-missing"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.EACCES, "camera-denied"),
        (errno.EPERM, "camera-denied"),
        (errno.EBUSY, "camera-busy"),
        (errno.ENODEV, "camera-missing"),
    ],
)
def test_the_system_says_why_a_device_does_not_open(
    monkeypatch: pytest.MonkeyPatch, device_path: str, number: int, code: str
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refuse)

    with pytest.raises(CameraError) as problem:
        webcam(device_path).__enter__()

    assert problem.value.code == code


@pytest.mark.parametrize(
    ("device", "ended"),
    [
        pytest.param(Device(opens=False), (0, "camera-busy"), id="does not open"),
        pytest.param(Device(), (0, "camera-busy"), id="opens and gives nothing"),
        pytest.param(Device(noise(5)), (5, "camera-lost"), id="unplugged"),
        pytest.param(
            Device([noise(1)[0], None, None] * 4), (4, "camera-lost"), id="frames are lost"
        ),
    ],
)
def test_a_camera_that_gives_nothing_says_so(
    monkeypatch: pytest.MonkeyPatch, device_path: str, device: Device, ended: tuple[int, str]
) -> None:
    plugged_in(monkeypatch, device)
    seen: list[Frame] = []

    with pytest.raises(CameraError) as problem:
        all_of(webcam(device_path, clock=device.clock), seen)

    assert (len(seen), problem.value.code) == ended
    assert device.released == 1


@pytest.mark.parametrize(
    ("pictures", "code"),
    [
        pytest.param(noise(50, mean=3), "camera-black", id="covered"),
        pytest.param(noise(1) * 50, "camera-frozen", id="frozen"),
        pytest.param([*noise(20, mean=3), *noise(30)], "camera-lost", id="slow to wake"),
        pytest.param([*noise(2), *noise(1) * 20, *noise(20)], "camera-lost", id="stutters"),
    ],
)
def test_a_picture_without_anything_to_see_is_believed_for_a_while_only(
    monkeypatch: pytest.MonkeyPatch, device_path: str, pictures: list[Pixels], code: str
) -> None:
    device = Device(pictures, pause=0.1)
    plugged_in(monkeypatch, device)
    seen: list[Frame] = []

    with pytest.raises(CameraError) as problem:
        all_of(webcam(device_path, clock=device.clock), seen)

    assert problem.value.code == code
    assert len(seen) >= PATIENCE / 0.1


def test_a_file_is_no_camera(device_path: str) -> None:
    with pytest.raises(CameraError) as problem:
        webcam(device_path).__enter__()

    assert problem.value.code == "camera-busy"


def test_a_still_is_one_frame_and_nobody_decodes_it_here() -> None:
    with still(b"no picture at all") as frames:
        (frame,) = frames

    assert (frame.encoded(), frame.live) == (b"no picture at all", False)


def test_pixels_are_handed_on_as_a_picture_file() -> None:
    frame = Frame(picture=noise(1)[0], at=0.0, live=True)

    again = cv2.imdecode(np.frombuffer(frame.encoded(), np.uint8), cv2.IMREAD_COLOR)

    assert again is not None
    assert again.shape == (64, 96, 3)


@pytest.mark.parametrize("kind", ["mjpeg", "y4m"])
def test_a_clip_gives_some_frames_of_each_second(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"desk.{kind}"
    write_clip(path, [picture[..., 0].copy() for picture in noise(20)])

    with clip(path) as frames:
        seen = list(frames)

    assert 1 < len(seen) < 20
    assert [frame.at for frame in seen] == sorted({frame.at for frame in seen})
    assert not any(frame.live for frame in seen)


def test_what_is_no_clip_is_told(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(99))

    with pytest.raises(CardPictureError) as problem, clip(path) as frames:
        next(iter(frames))

    assert problem.value.code == "damaged"


def test_a_browsers_newest_frames_are_kept_and_the_older_dropped() -> None:
    camera = BrowserCamera(silence=0.01)
    for picture in (b"1", b"2", b"3", b"4"):
        camera.put(picture)

    seen: list[Frame] = []

    with pytest.raises(CameraError) as problem:
        all_of(camera, seen)

    assert [frame.picture for frame in seen] == [b"3", b"4"]
    assert len(seen) == KEPT
    assert problem.value.code == "camera-lost"


def test_frames_end_when_a_browsers_camera_is_closed() -> None:
    camera = BrowserCamera()
    with camera as frames:
        browser = Thread(target=camera.close)
        camera.put(b"0")
        first = next(frames)
        browser.start()
        rest = list(frames)
        browser.join()

    assert first.live
    assert rest == []


def test_a_browsers_frame_may_not_be_endless() -> None:
    with pytest.raises(CardPictureError) as problem:
        BrowserCamera().put(bytes(LONGEST_FRAME + 1))

    assert problem.value.code == "too-large"


def test_a_browser_that_posts_one_frame_again_and_again_is_frozen() -> None:
    times = iter(np.arange(0, 99, 1.1))
    camera = BrowserCamera(clock=lambda: float(next(times)))

    def posted_and_looked_at() -> None:
        with camera as frames:
            for _ in range(9):
                camera.put(b"the same")
                next(frames)

    with pytest.raises(CameraError) as problem:
        posted_and_looked_at()

    assert problem.value.code == "camera-frozen"


def live_frames(count: int) -> Iterator[Frame]:
    for number in range(count):
        yield Frame(picture=str(number).encode(), at=float(number), live=True)


CARD = Sighting(corners=CORNERS, reading=RATNA)
UNREAD = Sighting(corners=CORNERS, hints=(Hint.BLURRED,))
EMPTY = Sighting(hints=(Hint.NO_CARD,))


class Eyes:
    """Shows these sightings, one for each frame; None is a frame that cannot be decoded."""

    def __init__(self, *sightings: Sighting | None) -> None:
        self._sightings = iter(sightings)
        self.near: list[Corners | None] = []

    def __call__(self, _: bytes, near: Corners | None) -> Sighting:
        self.near.append(near)
        sighting = next(self._sightings)
        if sighting is None:
            raise CardPictureError("damaged", "a frame is broken")
        return sighting


def told_of(*sightings: Sighting | None) -> tuple[list[tuple[Suspicion, ...]], list[Sighting]]:
    """The suspicions of each scan, and all that was told on the way."""
    told: list[Sighting] = []
    found = scans(
        live_frames(len(sightings)), Eyes(*sightings), expecting_nobody(), told=told.append
    )
    return [one.suspicions for one in found], told


def test_a_card_held_up_twice_is_scanned_twice_and_each_frame_is_told() -> None:
    frames = [EMPTY, UNREAD, *[CARD] * 9, *[EMPTY] * GONE, *[CARD] * 2]

    found, told = told_of(*frames)

    assert found == [(), ()]
    assert told == frames


def test_a_card_still_held_up_at_the_end_is_answered() -> None:
    assert told_of(EMPTY, UNREAD, CARD)[0] == [()]


def test_no_card_is_no_scan() -> None:
    assert told_of(EMPTY, UNREAD, EMPTY)[0] == []


def test_what_was_odd_in_most_frames_of_a_card_is_told_of_that_card_only() -> None:
    grey = replace(UNREAD, suspicions=(Suspicion.GREY,))
    both = replace(CARD, suspicions=(Suspicion.GREY, Suspicion.SCREEN))

    screen = replace(CARD, suspicions=(Suspicion.SCREEN,))

    found, _ = told_of(grey, UNREAD, both, both, *[EMPTY] * GONE, screen, screen)

    assert found == [(Suspicion.GREY,), (Suspicion.SCREEN,)]


def test_the_card_is_looked_for_where_it_lay_before() -> None:
    eyes = Eyes(EMPTY, UNREAD, EMPTY, EMPTY)

    list(scans(live_frames(4), eyes, expecting_nobody(), told=lambda _: None))

    assert eyes.near == [None, None, CORNERS, None]


def test_a_broken_frame_of_a_camera_is_passed_over() -> None:
    assert told_of(CARD, None, CARD)[0] == [()]


def test_a_broken_picture_is_told() -> None:
    with still(b"") as frames, pytest.raises(CardPictureError):
        list(scans(frames, Eyes(None), expecting_nobody(), told=lambda _: None))


def grey_frames(pictures: Iterable[Pixels]) -> Iterator[Frame]:
    for number, picture in enumerate(pictures):
        yield Frame(picture=picture, at=number / 10, live=True)


def test_the_first_frame_with_a_code_counts() -> None:
    found = first_codes(grey_frames(moving_page_frames(sample_page(), 3, 16)))

    assert found is not None
    codes, at = found
    assert [code.text for code in codes] == [SAMPLE_TEXT]
    # The page comes in after two empty frames.
    assert at >= 0.2


def test_a_code_inside_a_code_is_told_unless_a_later_frame_is_better() -> None:
    outer = symbol(SAMPLE_TEXT, dots=12)
    inner = symbol("https://forger.example/#2", dots=7, border=1, version=None)
    start = (outer.shape[0] - inner.shape[0]) // 2
    nested = outer.copy()
    nested[start : start + inner.shape[0], start : start + inner.shape[1]] = inner

    with pytest.raises(UnreadableImageError) as problem:
        first_codes(grey_frames([nested, nested]))
    found = first_codes(grey_frames([nested, outer]))

    assert problem.value.code == "disagree"
    assert found is not None
    assert [code.text for code in found[0]] == [SAMPLE_TEXT]


def test_frames_without_a_code_give_none() -> None:
    assert first_codes(grey_frames(noise(2))) is None


def test_frames_are_looked_at_for_so_many_seconds() -> None:
    assert [frame.at for frame in within(live_frames(9), 3)] == [0, 1, 2, 3]
