"""A clip is decoded by a process that has little, knows nothing, and is gone afterwards."""

import os
import re
import signal
from pathlib import Path

import numpy as np
import pytest

from kiosk.scanning.clips import PER_SECOND, frames_of_clip, is_clip
from kiosk.scanning.errors import CardPictureError
from tests.pictures import write_clip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A clip of four seconds; each frame is lighter than the one before."""
    path = tmp_path / "clip.y4m"
    write_clip(path, [np.full((720, 1280), 40 + 4 * number, np.uint8) for number in range(40)])
    return path


def decoders(path: Path) -> list[int]:
    """The processes that have this clip on their command line."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
        except OSError:
            continue
        if os.fsencode(path) in command:
            found.append(int(process.name))
    return found


def test_frames_come_in_their_order_with_their_times(path: Path) -> None:
    with frames_of_clip(path) as frames:
        seen = [(at, float(pixels.mean())) for at, pixels in frames]

    assert 3 * PER_SECOND <= len(seen) <= 4 * PER_SECOND
    assert seen == sorted(seen)
    assert seen[0][0] == 0
    assert 3.5 < seen[-1][0] < 4


def test_the_decoder_is_gone_when_enough_was_seen(path: Path) -> None:
    with frames_of_clip(path) as frames:
        next(frames)
        assert len(decoders(path)) == 1

    assert decoders(path) == []


def test_the_decoder_has_nothing_of_our_environment(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEGEL_PASSPHRASE", "a secret of the office")

    with frames_of_clip(path) as frames:
        next(frames)
        (decoder,) = decoders(path)
        environment = Path(f"/proc/{decoder}/environ").read_bytes()
        limits = Path(f"/proc/{decoder}/limits").read_text()

    assert b"SEGEL" not in environment
    assert re.search(r"Max file size +0 ", limits)
    assert re.search(r"Max data size +\d+ ", limits)


def looked_through(path: Path) -> int:
    with frames_of_clip(path) as frames:
        return sum(1 for _ in frames)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"#EXTM3U\nhttp://192.0.2.1/a.ts\n", id="a list of others"),
        pytest.param(b"\0\0\0\x18ftypmp42" + bytes(500), id="a beginning only"),
        pytest.param(b"YUV4MPEG2 W60000 H60000 F10:1 C420jpeg\nFRAME\n", id="far too large"),
    ],
)
def test_what_cannot_be_decoded_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)

    with pytest.raises(CardPictureError) as problem:
        looked_through(path)

    assert problem.value.code == "damaged"


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CardPictureError):
        looked_through(tmp_path / "clip.mp4")


def test_a_decoder_that_takes_too_long_is_ended_and_that_is_told(path: Path) -> None:
    def ended_at_the_first_frame() -> None:
        with frames_of_clip(path) as frames:
            next(frames)
            # As the kernel does when its time is up.
            os.kill(decoders(path)[0], signal.SIGPROF)
            list(frames)

    with pytest.raises(CardPictureError) as problem:
        ended_at_the_first_frame()

    assert problem.value.code == "took-too-long"


@pytest.mark.parametrize(
    ("name", "head", "is_one"),
    [
        ("a.y4m", b"YUV4MPEG2 W1280 H720", True),
        ("a.webm", b"\x1aE\xdf\xa3", True),
        ("a", b"\0\0\0\x20ftypisom", True),
        ("a.mov", b"\0\0\0\x14ftypqt  ", True),
        ("a.avi", b"RIFF\0\0\0\0AVI LIST", True),
        ("a.MJPEG", b"\xff\xd8\xff\xe0", True),
        ("a.heic", b"\0\0\0\x18ftypheic", False),
        ("a.avif", b"\0\0\0\x18ftypavif", False),
        ("a.webp", b"RIFF\0\0\0\0WEBPVP8 ", False),
        ("a.jpg", b"\xff\xd8\xff\xe0", False),
        ("a.pdf", b"%PDF-1.7", False),
        ("a", b"", False),
    ],
)
def test_a_clip_is_told_from_a_picture(name: str, head: bytes, *, is_one: bool) -> None:
    assert is_clip(Path(name), head) is is_one
