"""The torture set: QR codes as bad cameras see them, at a chosen number of pixels to a module.

    sheet (page of text, symbol)  ->  bent paper  ->  lens  ->  light  ->  sensor  ->  webcam, JPEG

What scanner.md 1.4 describes: symbols of versions 6, 10, 14 and 18, filled to the last byte and
printed 25 to 40 mm wide, before cameras of 640x480, 1280x720 and 1920x1080. What decides is how
many pixels a module gets, so that is chosen and the distance follows; it is the root of a module's
mean area in the frame. The levels are what paper, hand and light do:

    clean      almost straight, sharp, bright
    mild       tilt up to 12 degrees, a steady hand, good light
    moderate   up to 25 degrees, waves of 0.5 mm, half the light, some motion
    severe     up to 38 degrees, waves of 1.3 mm, a fifth of the light, motion and blur, much JPEG

The blur of the levels is set so that zxing-cpp alone reads as much of them as it did of the set in
scanner.md: at 2 pixels to a module 95, 42 and 2 %, at 3 pixels 98, 98 and 40 %.

`no_code_frame` makes frames that hold everything but a QR code. The same seed gives the same frame
wherever the version of OpenCV is the same. No frame is larger than full HD.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import cv2
import numpy as np
import qrcode
import qrcode.util
import zxingcpp
from numpy.typing import NDArray

from tests.pictures import jpeg, sample_page

__all__ = ["LEVELS", "NO_CODE", "PIXELS", "Conditions", "Frame", "no_code_frame", "torture_frame"]

Pixels = NDArray[np.uint8]
Light = NDArray[np.float32]
Range = tuple[float, float]

PIXELS: Final = (1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0)
"""Pixels to a module, as in the table of scanner.md 1.4."""

SIZES: Final = ((640, 480), (1280, 720), (1920, 1080))
FOCAL: Final = 0.921
"""Focal length in widths of the frame: 57 degrees across, as most webcams have."""

DOTS: Final = 8
"""Dots to a module of the symbol as it is printed."""

PAGE_DOTS: Final = 5.0
"""Dots to a millimetre of the page around it."""

MARGIN: Final = 12.0
"""Pixels that are left between the symbol and the edge of the frame."""

TOKEN_LETTERS: Final = string.ascii_letters + string.digits + "-_"


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """What happens between sheet and file; ranges are drawn from evenly."""

    tilt: float  # degrees, the most; towards any side
    roll: float  # degrees, the most
    waves: float  # millimetres, the most; three waves, a fold and a bend
    light: float  # of what the sensor holds
    motion: Range  # pixels, standard deviation along a line
    defocus: Range  # pixels, standard deviation
    glare: float  # how often, and how much at most
    slope: float  # light lost from one side to the other
    sharpening: Range  # what the webcam adds
    quality: tuple[int, int]  # of the JPEG


LEVELS: Final = {
    "clean": Conditions(
        tilt=4,
        roll=10,
        waves=0.0,
        light=1.0,
        motion=(0, 0.1),
        defocus=(0.3, 0.5),
        glare=0,
        slope=0.1,
        sharpening=(0, 0.2),
        quality=(88, 95),
    ),
    "mild": Conditions(
        tilt=12,
        roll=15,
        waves=0.1,
        light=0.9,
        motion=(0, 0.4),
        defocus=(0.4, 0.7),
        glare=0.1,
        slope=0.3,
        sharpening=(0, 0.5),
        quality=(80, 92),
    ),
    "moderate": Conditions(
        tilt=25,
        roll=30,
        waves=0.5,
        light=0.5,
        motion=(0, 0.7),
        defocus=(0.3, 0.65),
        glare=0.5,
        slope=0.5,
        sharpening=(0, 0.8),
        quality=(65, 88),
    ),
    "severe": Conditions(
        tilt=38,
        roll=45,
        waves=1.3,
        light=0.2,
        motion=(0, 1.4),
        defocus=(0.3, 0.9),
        glare=0.7,
        slope=0.7,
        sharpening=(0, 1.0),
        quality=(45, 75),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A grey frame, and the `text` of the code in it, which is "" where there is none."""

    pixels: Pixels
    text: str
    corners: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 2)))


def torture_frame(level: str, pixels: float, seed: int) -> Frame:
    """A frame of that level with so many `pixels` to a module."""
    conditions = LEVELS[level]
    rng = np.random.default_rng([seed, round(pixels * 100), list(LEVELS).index(level)])
    version, correction = _kind(rng)
    text = _full_text(version, correction, rng)
    symbol = _drawn(text, version, correction)
    modules = symbol.shape[0] // DOTS
    millimetres = rng.uniform(25, 40) / (modules - 8)
    while True:
        size = SIZES[rng.integers(len(SIZES))]
        view = _View.of(conditions, size, pixels, millimetres, rng)
        corners = view.seen_corners((modules - 8) * millimetres / 2)
        if view.fits(corners):
            break
    paper = view.paper()
    seen = _page_under(paper, rng)
    half = modules * millimetres / 2
    places = ((at + half) / millimetres * DOTS - 0.5 for at in paper)
    x, y = (place.astype(np.float32) for place in places)
    # The pixel's own area, before it is sampled.
    soft = cv2.GaussianBlur(symbol, (0, 0), 0.4 * DOTS / pixels)
    there = (np.abs(paper[0]) < half) & (np.abs(paper[1]) < half)
    code = cv2.remap(soft, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    seen[there] = code[there]
    taken = _taken(seen, conditions, rng)
    return Frame(pixels=taken, text=text, corners=corners)


def no_code_frame(kind: str, seed: int, *, size: tuple[int, int] = (1280, 720)) -> Frame:
    """A frame of one of the kinds in `NO_CODE`, under moderate conditions."""
    rng = np.random.default_rng([seed, list(NO_CODE).index(kind)])
    seen = cv2.resize(NO_CODE[kind](rng), size, interpolation=cv2.INTER_AREA)
    return Frame(pixels=_taken(_as_bytes(seen), LEVELS["moderate"], rng), text="")


# The symbol.


def _kind(rng: np.random.Generator) -> tuple[int, int]:
    corrections = (qrcode.ERROR_CORRECT_M, qrcode.ERROR_CORRECT_Q)
    return int(rng.choice([6, 10, 14, 18])), corrections[rng.integers(2)]


def _full_text(version: int, correction: int, rng: np.random.Generator) -> str:
    """An address that fills the symbol to the last byte."""
    bits = qrcode.util.BIT_LIMIT_TABLE[correction][version]
    length = (bits - 4 - (8 if version < 10 else 16)) // 8
    address = "https://localhost:8000/#"
    letters = rng.integers(0, len(TOKEN_LETTERS), length - len(address))
    return address + "".join(TOKEN_LETTERS[letter] for letter in letters)


def _drawn(text: str, version: int, correction: int) -> Pixels:
    code = qrcode.QRCode(
        version=version, error_correction=correction, border=4, mask_pattern=len(text) % 8
    )
    code.add_data(qrcode.util.QRData(text.encode(), qrcode.util.MODE_8BIT_BYTE))
    code.make(fit=False)
    modules = np.where(np.array(code.get_matrix(), dtype=bool), 0, 255).astype(np.uint8)
    return np.kron(modules, np.ones((DOTS, DOTS), np.uint8))


# Where the paper is: millimetres from the middle of the code, for every pixel.


@dataclass(frozen=True, kw_only=True)
class _View:
    size: tuple[int, int]
    focal: float
    turned: NDArray[np.float64]  # from paper to camera
    distance: float
    centre: NDArray[np.float64]  # pixel that the middle of the code falls on
    height: Callable[[Any, Any], Any]

    @classmethod
    def of(
        cls,
        conditions: Conditions,
        size: tuple[int, int],
        pixels: float,
        millimetres: float,
        rng: np.random.Generator,
    ) -> _View:
        focal = FOCAL * size[0]
        tilt = np.radians(rng.uniform(conditions.tilt / 3, conditions.tilt))
        towards = rng.uniform(0, 2 * np.pi)
        axis = tilt * np.array([np.cos(towards), np.sin(towards), 0])
        roll = np.radians(rng.uniform(-conditions.roll, conditions.roll))
        turned = cv2.Rodrigues(axis)[0] @ cv2.Rodrigues(np.array([0, 0, roll]))[0]
        distance = focal * millimetres * np.sqrt(np.cos(tilt)) / pixels
        spread = np.array(size) * rng.uniform(-0.4, 0.4, 2)
        return cls(
            size=size,
            focal=focal,
            turned=turned,
            distance=float(distance),
            centre=np.array(size) / 2 + spread,
            height=_paper_height(conditions.waves, rng),
        )

    def seen_corners(self, half: float) -> NDArray[np.float64]:
        xy = np.array([[-half, -half], [half, -half], [half, half], [-half, half]])
        z = self.height(xy[:, 0], xy[:, 1])
        at = np.column_stack([xy, z]) @ self.turned.T + (0, 0, self.distance)
        return np.asarray(at[:, :2] / at[:, 2:] * self.focal + self.centre)

    def fits(self, corners: NDArray[np.float64]) -> bool:
        return bool((corners > MARGIN).all() and (corners < np.array(self.size) - MARGIN).all())

    def paper(self) -> NDArray[np.float32]:
        """Two planes, x and y on the paper, seen by a ray through each fourth pixel, enlarged."""
        width, height = self.size
        x = (np.arange(width // 4) + 0.5) * 4 - 0.5 - self.centre[0]
        y = (np.arange(height // 4) + 0.5) * 4 - 0.5 - self.centre[1]
        rays = np.stack(np.broadcast_arrays(x[None, :], y[:, None], self.focal), axis=-1)
        rays = rays @ self.turned
        eye = -self.distance * self.turned[2]
        xy = np.zeros((*rays.shape[:2], 2))
        for _ in range(5):
            z = self.height(xy[..., 0], xy[..., 1])
            reach = (z - eye[2]) / rays[..., 2]
            xy = eye[:2] + reach[..., None] * rays[..., :2]
        wide = cv2.resize(xy.astype(np.float32), self.size)
        return np.ascontiguousarray(np.moveaxis(wide, -1, 0))


def _paper_height(waves: float, rng: np.random.Generator) -> Callable[[Any, Any], Any]:
    """How far the paper stands up at a place: two waves, a fold, and the bend of a roll."""
    angles = rng.uniform(0, 2 * np.pi, 4)
    lengths = rng.uniform(25, 70, 2)
    phases = rng.uniform(0, 2 * np.pi, 2)
    parts = rng.uniform(0.3, 1.0, 2)
    fold, bend, where = rng.uniform(-1, 1, 3)

    def height(x: Any, y: Any) -> Any:
        along = [x * np.cos(angle) + y * np.sin(angle) for angle in angles]
        high = sum(
            waves * part * np.sin(2 * np.pi * at / length + phase)
            for at, part, length, phase in zip(along, parts, lengths, phases, strict=False)
        )
        # 15 mm beside it the fold has risen by as much as the waves.
        high = high + waves * fold * np.minimum(np.abs(along[2] - 10 * where), 60) / 15
        return high + waves * bend * np.clip(along[3], -60, 60) ** 2 / 20**2

    return height


@cache
def _page() -> Pixels:
    return np.asarray(cv2.resize(sample_page(np.full((8, 8), 255, np.uint8)), (1050, 1485)))


def _page_under(paper: NDArray[np.float32], rng: np.random.Generator) -> Pixels:
    """The page, the code where a certificate has it; and the desk where the page ends."""
    x, y = ((at + middle) * PAGE_DOTS for at, middle in zip(paper, (88.4, 239.5), strict=True))
    desk = int(rng.integers(40, 140))
    return np.asarray(cv2.remap(_page(), x, y, cv2.INTER_AREA, borderValue=desk), dtype=np.uint8)


# From there to the file.


def _taken(seen: Pixels, conditions: Conditions, rng: np.random.Generator) -> Pixels:
    """What a webcam makes of the scene: reflectances in, a decoded JPEG out."""
    ink = rng.uniform(0.04, 0.12)
    scene = np.float32(ink) + np.float32((0.85 - ink) / 255) * seen.astype(np.float32)
    light: Light = scene * _light(seen.shape, conditions, rng)
    if rng.random() < conditions.glare:
        light = light + _glare(seen.shape, rng, strength=conditions.glare)
    light = _blurred(light, rng.uniform(*conditions.defocus), rng.uniform(*conditions.motion), rng)
    light = _noisy(light, conditions.light, rng)
    grey = 255 * np.clip(light * rng.uniform(0.9, 1.15), 0, 1) ** (1 / 2.2)
    soft = cv2.GaussianBlur(grey, (0, 0), 1.0)
    grey = grey + rng.uniform(*conditions.sharpening) * (grey - soft)
    data = jpeg(
        np.clip(grey, 0, 255).astype(np.uint8), quality=int(rng.integers(*conditions.quality))
    )
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    return np.asarray(picture, dtype=np.uint8)


def _light(shape: tuple[int, ...], conditions: Conditions, rng: np.random.Generator) -> Light:
    height, width = shape[:2]
    angle, slope = rng.uniform(0, 2 * np.pi), rng.uniform(0, conditions.slope)
    y, x = np.mgrid[-1 : 1 : height // 8 * 1j, -1 : 1 : width // 8 * 1j].astype(np.float32)
    light = 1 - slope * (0.5 + (x * np.cos(angle) + y * np.sin(angle)) / 2.8)
    return np.asarray(cv2.resize(light, (width, height)), dtype=np.float32)


def _glare(shape: tuple[int, ...], rng: np.random.Generator, *, strength: float) -> Light:
    """A lamp seen in the paper: a bright spot of soft edge."""
    height, width = shape[0] // 8, shape[1] // 8
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    far = np.hypot(x - rng.uniform(0, width), (y - rng.uniform(0, height)) * rng.uniform(1, 2.5))
    spot = np.exp(-((far / (rng.uniform(0.05, 0.25) * width)) ** 2)) * rng.uniform(
        0.2, 2 * strength
    )
    return np.asarray(cv2.resize(spot, (shape[1], shape[0])), dtype=np.float32)


def _blurred(light: Light, defocus: float, motion: float, rng: np.random.Generator) -> Light:
    light = np.asarray(cv2.GaussianBlur(light, (0, 0), max(defocus, 0.1)), dtype=np.float32)
    # A line has a standard deviation of its length through the root of 12.
    length = motion * np.sqrt(12)
    if length < 1:
        return light
    angle, reach = rng.uniform(0, np.pi), int(np.ceil(length / 2)) + 1
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    ends = [
        tuple(
            round(16 * (reach + sign * length / 2 * part))
            for part in (np.cos(angle), np.sin(angle))
        )
        for sign in (-1, 1)
    ]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_AA, 4)
    return np.asarray(cv2.filter2D(light, -1, kernel / kernel.sum()), dtype=np.float32)


def _noisy(light: Light, exposure: float, rng: np.random.Generator) -> Light:
    """Shot noise of a small sensor that holds 4000 electrons, and 6 electrons of reading it out."""
    electrons = np.clip(light, 0, 1.2) * 4000 * exposure
    noise = rng.standard_normal(light.shape, dtype=np.float32) * np.sqrt(electrons + 36)
    return np.asarray((electrons + noise) / (4000 * exposure), dtype=np.float32)


# Frames without a code.


def _of_text(rng: np.random.Generator) -> Pixels:
    page = _page()
    turned = cv2.getRotationMatrix2D((525, 700), rng.uniform(-20, 20), rng.uniform(1.0, 2.5))
    return np.asarray(cv2.warpAffine(page, turned, (1280, 720), borderValue=90), dtype=np.uint8)


def _of_faces(rng: np.random.Generator) -> Pixels:
    """Heads before a wall, with skin and hair of their own texture."""
    picture = np.full((720, 1280), rng.uniform(110, 200), np.float32)
    for _ in range(rng.integers(1, 4)):
        x, y, size = rng.uniform(200, 1080), rng.uniform(200, 520), rng.uniform(80, 220)
        for dx, dy, across, down, tone in (
            (0, 1.9, 1.9, 1.3, 60),  # shoulders
            (0, -0.2, 1.05, 1.35, 35),  # hair
            (0, 0, 0.8, 1.1, 165),  # face
            (-0.3, -0.2, 0.14, 0.07, 40),
            (0.3, -0.2, 0.14, 0.07, 40),
            (0, 0.5, 0.3, 0.08, 90),
        ):
            middle = (round(x + dx * size), round(y + dy * size))
            axes = (round(across * size), round(down * size))
            cv2.ellipse(picture, middle, axes, rng.uniform(-8, 8), 0, 360, tone, -1, cv2.LINE_AA)
    return _as_bytes(cv2.GaussianBlur(picture, (0, 0), 2.5) + _texture(rng, 1.2) * 18)


def _of_guilloche(rng: np.random.Generator) -> Pixels:
    """The fine waves that fill the ground of bank notes and identity cards."""
    y, x = np.mgrid[0:720, 0:1280].astype(np.float32)
    picture = np.full((720, 1280), 190, np.float32)
    for _ in range(4):
        angle, wave = rng.uniform(0, np.pi), rng.uniform(90, 300)
        along = x * np.cos(angle) + y * np.sin(angle)
        across = y * np.cos(angle) - x * np.sin(angle)
        lines = across / rng.uniform(3, 7) + 6 * np.sin(along / wave * 2 * np.pi)
        picture -= 22 * (np.sin(lines) > 0.3)
    return _as_bytes(picture)


def _of_barcodes(rng: np.random.Generator) -> Pixels:
    """Every other kind of code, on paper."""
    picture = np.full((720, 1280), 235, np.uint8)
    kinds = ("MicroQRCode", "DataMatrix", "Aztec", "PDF417", "Code128", "EAN13")
    for place, kind in enumerate(kinds):
        text = "".join(str(digit) for digit in rng.integers(0, 10, 12))
        short = text[:5] if kind == "MicroQRCode" else text
        code = zxingcpp.create_barcode(short, getattr(zxingcpp.BarcodeFormat, kind))
        made = np.array(zxingcpp.write_barcode_to_image(code, scale=int(rng.integers(2, 6))))
        top, left = 20 + 350 * (place // 3), 20 + 420 * (place % 3)
        made = made[: 720 - top, : 1280 - left]
        picture[top : top + made.shape[0], left : left + made.shape[1]] = made
    turned = cv2.getRotationMatrix2D((640, 360), rng.uniform(-15, 15), 0.95)
    return np.asarray(cv2.warpAffine(picture, turned, (1280, 720), borderValue=120), np.uint8)


def _of_cloth(rng: np.random.Generator) -> Pixels:
    """A chequered cloth: squares everywhere, and no code."""
    y, x = np.mgrid[0:720, 0:1280].astype(np.float32)
    side = rng.uniform(6, 24)
    squares = (np.sin(x / side * np.pi) > 0) ^ (np.sin(y / side * np.pi) > 0)
    return _as_bytes(90 + 90 * squares + _texture(rng, 3) * 20)


def _of_a_room(rng: np.random.Generator) -> Pixels:
    """Furniture in the dusk: large dark and light shapes with edges, out of focus."""
    picture = np.full((720, 1280), 70, np.float32)
    for _ in range(25):
        corners = rng.uniform((0, 0), (1280, 720), (4, 2)).astype(np.int32)
        cv2.fillConvexPoly(picture, cv2.convexHull(corners), rng.uniform(20, 170), cv2.LINE_AA)
    return _as_bytes(cv2.GaussianBlur(picture, (0, 0), rng.uniform(1, 5)) + _texture(rng, 2) * 6)


def _texture(rng: np.random.Generator, sigma: float) -> Light:
    """Grain of that size, with a standard deviation of 1."""
    grain = cv2.GaussianBlur(rng.standard_normal((720, 1280), dtype=np.float32), (0, 0), sigma)
    return np.asarray(grain / grain.std(), dtype=np.float32)


def _as_bytes(picture: Any) -> Pixels:
    return np.asarray(np.clip(picture, 0, 255), dtype=np.uint8)


NO_CODE: Final[dict[str, Callable[[np.random.Generator], Pixels]]] = {
    "text": _of_text,
    "faces": _of_faces,
    "guilloche": _of_guilloche,
    "barcodes": _of_barcodes,
    "cloth": _of_cloth,
    "room": _of_a_room,
}
