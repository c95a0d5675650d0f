"""Pictures of printed pages as cameras and scanners take them, made from a page and a seed.

    page raster (grey, A4 at 300 dpi)  ->  photograph(page, ...)   a whole page lying on a desk
                                       ->  webcam_frame(page, ...) what a 720p webcam sees of it
                                       ->  moving_page_frames(page, ...) -> write_clip(path, ...)

Any raster will do for a page: `printed` makes one of a PDF, `sample_page` draws one with a QR code
where a certificate has it and as large. The same seed gives the same picture wherever the version
of OpenCV is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import pypdfium2
import qrcode
import qrcode.util
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

__all__ = [
    "A4",
    "DPI",
    "SAMPLE_TEXT",
    "jpeg",
    "moving_page_frames",
    "photograph",
    "printed",
    "sample_page",
    "scan",
    "symbol",
    "webcam_frame",
    "write_clip",
]

Pixels = NDArray[np.uint8]

DPI: Final = 300
A4: Final = (2480, 3508)
DOTS_PER_MODULE: Final = 8
"""At 300 dpi: 61 modules are 41.3 mm."""

SAMPLE_TEXT: Final = "https://localhost:8000/#" + "".join(
    str(number * number * 7919 % 10) for number in range(1, 431)
)
"""As long as a certificate's, as a byte and a numeric segment."""

VERSION: Final = 11


def symbol(
    text: str = SAMPLE_TEXT,
    *,
    dots: int = DOTS_PER_MODULE,
    border: int = 4,
    version: int | None = VERSION,
    level: int = qrcode.ERROR_CORRECT_M,
) -> Pixels:
    """The QR code of `text`, its digits in a numeric segment, `dots` to a module.

    A `version` of None is the smallest that holds the text.
    """
    code = qrcode.QRCode(version=version, error_correction=level, border=border)
    head, mark, digits = text.rpartition("#")
    if mark:
        code.add_data(qrcode.util.QRData((head + mark).encode(), qrcode.util.MODE_8BIT_BYTE))
        code.add_data(qrcode.util.QRData(digits.encode(), qrcode.util.MODE_NUMBER))
    else:
        code.add_data(text)
    code.make(fit=True)
    dark = np.array(code.get_matrix(), dtype=bool)
    modules = np.where(dark, 0, 255).astype(np.uint8)
    return np.kron(modules, np.ones((dots, dots), np.uint8))


def sample_page(square: Pixels | None = None, *, seed: int = 1) -> Pixels:
    """An A4 page at 300 dpi: letterhead, lines of text, and in its lower part `square`, a code."""
    rng = np.random.default_rng(seed)
    page = Image.new("L", A4, 255)
    draw = ImageDraw.Draw(page)
    body = ImageFont.load_default(42)
    draw.text((760, 170), "KEPOLISIAN CONTOH", font=ImageFont.load_default(78), fill=0)
    draw.text((690, 280), "SURAT KETERANGAN CATATAN", font=ImageFont.load_default(64), fill=0)
    draw.line((200, 400, 2280, 400), fill=0, width=6)
    draw.rectangle((210, 2540, 680, 3250), outline=0, width=3, fill=150)
    for row in range(32):
        words = rng.integers(2, 11, size=12)
        line = " ".join("".join(chr(97 + c) for c in rng.integers(0, 26, n)) for n in words)
        draw.text((220, 470 + row * 62), line[:82], font=body, fill=20)
    code = Image.fromarray(symbol() if square is None else square)
    page.paste(code, (1044 - code.width // 2, 2828 - code.height // 2))
    draw.text((830, 2828 + code.height // 2), "localhost:8000", font=body, fill=0)
    for row in range(9):
        draw.text((1440, 2600 + row * 62), "lorem ipsum dolor sit amet"[row:], font=body, fill=0)
    return np.asarray(page)


def printed(pdf: bytes) -> Pixels:
    """The first page of a PDF, grey, at 300 dpi."""
    bitmap = pypdfium2.PdfDocument(pdf)[0].render(scale=DPI / 72, grayscale=True)
    rows = bitmap.to_numpy().reshape(bitmap.height, -1)
    return np.ascontiguousarray(rows[:, : bitmap.width])


def photograph(
    page: Pixels,
    rng: np.random.Generator,
    *,
    long_edge: int = 1600,
    turn: float = 5.0,
    tilt: float = 0.05,
    defocus: float = 0.7,
) -> Pixels:
    """The whole page on a desk, from above: turned by up to `turn` degrees, unevenly lit.

    `long_edge` is that of the picture, in pixels; the page takes 88 to 98 % of it. `tilt` moves
    each corner by up to that part of the page's width. `defocus` is the blur in pixels (sigma).
    """
    height, width = long_edge, round(long_edge / 1.35)
    part = rng.uniform(0.88, 0.98)
    page_height = height * part / np.cos(np.radians(turn))
    if page_height > height:
        page_height = height * part
    page_width = page_height * page.shape[1] / page.shape[0]
    corners = _rectangle(width / 2, height / 2, page_width, page_height, rng.uniform(-turn, turn))
    corners += rng.uniform(-tilt, 0, (4, 2)) * page_width * np.sign(corners - corners.mean(0)) / 2
    seen = _seen(page, corners, (width, height), rng, blur=rng.uniform(0.35, defocus))
    return _through_a_sensor(seen, rng, noise=rng.uniform(1.0, 4.0))


def scan(page: Pixels, rng: np.random.Generator, *, dpi: int = 150) -> Pixels:
    """The page from an office scanner: almost straight, evenly lit, a little grey and soft."""
    scale = dpi / DPI
    width, height = round(page.shape[1] * scale), round(page.shape[0] * scale)
    corners = _rectangle(width / 2, height / 2, width, height, rng.uniform(-1, 1))
    matrix = _matrix(page, corners)
    soft = cv2.GaussianBlur(page, (0, 0), 0.45 / scale)
    seen = cv2.warpPerspective(soft, matrix, (width, height), borderValue=235).astype(np.float32)
    return _through_a_sensor(seen * 0.86 + 22, rng, noise=2.0)


def webcam_frame(
    page: Pixels,
    rng: np.random.Generator,
    *,
    distance: float = 0.4,
    centre: tuple[float, float] = (88.4, 239.5),
    turn: float = 5.0,
    defocus: float = 0.9,
) -> Pixels:
    """What a 720p webcam (57 degrees across) sees of the page held `distance` metres away.

    `centre` is the point of the page in front of the camera, in millimetres from its top left: by
    itself, the middle of the code.
    """
    focal = 1179.0
    width, height = 1280, 720
    per_dot = focal * 25.4 / DPI / (distance * 1000)
    x, y = (millimetres * DPI / 25.4 for millimetres in centre)
    angle = np.radians(rng.uniform(-turn, turn))
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    page_corners = np.array(
        [[0, 0], [page.shape[1], 0], [page.shape[1], page.shape[0]], [0, page.shape[0]]]
    )
    corners = (page_corners - (x, y)) * per_dot @ turned.T + (width / 2, height / 2)
    corners += rng.uniform(-0.02, 0.02, (4, 2)) * page.shape[1] * per_dot
    seen = _seen(page, corners, (width, height), rng, blur=rng.uniform(0.4, defocus))
    return _through_a_sensor(seen, rng, noise=rng.uniform(1.5, 5.0))


def moving_page_frames(page: Pixels, seed: int, count: int) -> Iterator[Pixels]:
    """`count` grey frames, 1280x720: an empty desk, then the page comes in and moves about."""
    rng = np.random.default_rng(seed)
    empty = max(1, count // 8)
    for number in range(count):
        if number < empty:
            desk = _desk((1280, 720), rng).astype(np.float32)
            yield _through_a_sensor(desk, rng, noise=2.0)
            continue
        at = (number - empty) / max(1, count - empty - 1)
        yield webcam_frame(
            page,
            rng,
            distance=0.40 - 0.12 * np.sin(at * np.pi),
            centre=(88 + 40 * np.cos(at * 5), 240 + 90 * (1 - at) ** 4 + 8 * np.sin(at * 9)),
        )


def write_clip(path: Path, frames: Iterable[Pixels], *, rate: int = 10) -> None:
    """Write frames as a clip for Chromium's fake camera: `.mjpeg` or `.y4m`, by the name.

    Frames are grey (height, width) or BGR (height, width, 3); their sides are even numbers.

    A `.mjpeg` clip is small but plays at 30 frames a second, whatever `rate` says.
    """
    if path.suffix not in {".mjpeg", ".y4m"}:
        raise ValueError(f"{path.name}: a clip is a .mjpeg or a .y4m file")
    with path.open("wb") as out:
        for number, frame in enumerate(frames):
            if path.suffix == ".mjpeg":
                out.write(jpeg(frame if frame.ndim == 3 else np.dstack([frame] * 3), quality=88))
                continue
            height, width = frame.shape[:2]
            if number == 0:
                out.write(f"YUV4MPEG2 W{width} H{height} F{rate}:1 Ip A1:1 C420jpeg\n".encode())
            out.write(b"FRAME\n" + _planes(frame))


def jpeg(pixels: Pixels, *, quality: int = 70) -> bytes:
    """The pixels as a JPEG file."""
    done, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    return data.tobytes()


def _planes(frame: Pixels) -> bytes:
    """Brightness of every pixel, then blueness and redness of every four, each 0 to 255."""
    if frame.ndim == 2:
        return frame.tobytes() + b"\x80" * (frame.size // 2)
    bright, red, blue = cv2.split(cv2.cvtColor(frame, cv2.COLOR_BGR2YCrCb))
    half = frame.shape[1] // 2, frame.shape[0] // 2
    few = [cv2.resize(plane, half, interpolation=cv2.INTER_AREA) for plane in (blue, red)]
    return b"".join(plane.tobytes() for plane in (bright, *few))


def _rectangle(
    x: float, y: float, width: float, height: float, degrees: float
) -> NDArray[np.float64]:
    angle = np.radians(degrees)
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (width / 2, height / 2)
    return np.asarray(corners @ turned.T + (x, y))


def _matrix(page: Pixels, corners: NDArray[np.float64]) -> NDArray[np.float64]:
    height, width = page.shape
    own = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(own, corners.astype(np.float32)))


def _seen(
    page: Pixels,
    corners: NDArray[np.float64],
    size: tuple[int, int],
    rng: np.random.Generator,
    *,
    blur: float,
) -> NDArray[np.float32]:
    """The light that reaches the sensor: page on desk, blurred, unevenly lit."""
    scale = float(np.linalg.norm(corners[1] - corners[0])) / page.shape[1]
    # Blur before shrinking stands for the lens, and keeps the shrinking from aliasing.
    soft = cv2.GaussianBlur(page, (0, 0), max(blur, 0.35) / scale) if scale < 1 else page
    warped = cv2.warpPerspective(soft, _matrix(page, corners), size, flags=cv2.INTER_LINEAR)
    paper = np.zeros(warped.shape, np.uint8)
    cv2.fillConvexPoly(paper, np.round(corners).astype(np.int32), 1)
    seen = np.where(paper, warped, _desk(size, rng))
    if scale >= 1:
        seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), blur), dtype=np.uint8)
    return seen.astype(np.float32) * _light(size, rng)


def _desk(size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """A wooden desk: long streaks, darker than paper."""
    width, height = size
    streaks = rng.normal(0, 30, (height, 1 + width // 40)).astype(np.float32)
    wood = cv2.GaussianBlur(cv2.resize(streaks, (width, height)), (0, 0), 2)
    return np.asarray(np.clip(wood + rng.uniform(60, 120), 0, 255), dtype=np.uint8)


def _light(size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float32]:
    """Uneven light, 1 at its brightest: a slope, the round shadow of a hand, darker corners."""
    width, height = size[0] // 8, size[1] // 8
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / width - 0.5, y / height - 0.5
    angle = rng.uniform(0, 2 * np.pi)
    light = 1 + rng.uniform(0.2, 0.7) * (x * np.cos(angle) + y * np.sin(angle))
    cx, cy, radius = rng.uniform(-0.5, 0.5), rng.uniform(-0.5, 0.5), rng.uniform(0.15, 0.5)
    shadow = 1 / (1 + np.exp((np.hypot(x - cx, y - cy) - radius) / 0.06))
    light = light * (1 - rng.uniform(0.1, 0.4) * shadow) * (1 - 0.35 * (x**2 + y**2))
    light = light / light.max() * rng.uniform(0.75, 1.0)
    return np.asarray(cv2.resize(light, size), dtype=np.float32)


def _through_a_sensor(
    seen: NDArray[np.float32], rng: np.random.Generator, *, noise: float
) -> Pixels:
    """Grey bytes: black is not quite black, and every pixel is off by a little."""
    grey = seen * 0.9 + 14 + rng.standard_normal(seen.shape, dtype=np.float32) * noise
    return np.clip(grey, 0, 255).astype(np.uint8)
