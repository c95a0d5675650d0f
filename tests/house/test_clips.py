"""A made-up camera feed of a printed page plays in Chromium, sharp enough to be read."""

import base64
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser

from tests.pictures import SAMPLE_TEXT, moving_page_frames, sample_page, write_clip
from verifier.frame import find_codes_in

LOOK = """async () => {
  const stream = await navigator.mediaDevices.getUserMedia({video: {width: 1280, height: 720}});
  const video = document.createElement("video");
  video.srcObject = stream;
  await video.play();
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  canvas.getContext("2d").drawImage(video, 0, 0);
  const file = await canvas.convertToBlob({type: "image/png"});
  const bytes = new Uint8Array(await file.arrayBuffer());
  stream.getTracks().forEach(track => track.stop());
  return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(""));
}"""


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["mjpeg", "y4m"])
def test_chromium_plays_a_clip_of_a_page(
    launch_chromium: Callable[..., Browser], tmp_path: Path, kind: str
) -> None:
    clip = tmp_path / f"page.{kind}"
    write_clip(clip, list(moving_page_frames(sample_page(), 3, 12))[4:8])
    browser = launch_chromium(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={clip}",
    )
    page = browser.new_page()
    page.route("**/*", lambda route: route.fulfill(body="<title>camera</title>"))
    page.goto("http://localhost:8999/")

    seen = np.frombuffer(base64.b64decode(page.evaluate(LOOK)), np.uint8)

    frame = np.asarray(cv2.imdecode(seen, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    assert frame.shape == (720, 1280)
    assert [code.text for code in find_codes_in(frame)] == [SAMPLE_TEXT]


def test_a_clip_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"page\.mp4"):
        write_clip(tmp_path / "page.mp4", [])
