"""Pictures of a drawn card as cameras take them: held at an angle, in bad light, on any ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from kiosk.domain.identifiers import Sex
from tests.card_prints import FINE, SANS, draw_curve, font_of
from tests.people import invented_word, pick
from tests.pictures import jpeg

__all__ = [
    "BACKGROUNDS",
    "CAMERAS",
    "LEVELS",
    "Camera",
    "Conditions",
    "Glare",
    "Photograph",
    "Pose",
    "background_of",
    "photograph_card",
    "picture_of",
]

Pixels = NDArray[np.uint8]
Points = NDArray[np.float64]
Light = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True)
class Camera:
    """A camera: its picture in pixels, and how many of them a millimetre of a card gets."""

    size: tuple[int, int]
    per_mm: tuple[float, float]


CAMERAS: Final = {
    "480p": Camera(size=(640, 480), per_mm=(4.6, 6.8)),
    "720p": Camera(size=(1280, 720), per_mm=(4.6, 12.0)),
    "1080p": Camera(size=(1920, 1080), per_mm=(6.0, 17.0)),
    "phone": Camera(size=(2016, 1512), per_mm=(8.0, 18.0)),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Level:
    """The worst of a level: degrees, millimetres, pixels of a 720p picture, and parts of 1."""

    tilt: float
    roll: float
    bend: float
    motion: float
    defocus: float
    noise: float
    darkest: float
    slope: float
    glare: float
    quality: tuple[int, int]


LEVELS: Final = {
    "mild": _Level(
        tilt=12,
        roll=8,
        bend=0.3,
        motion=0.0,
        defocus=0.5,
        noise=2.5,
        darkest=0.75,
        slope=0.2,
        glare=0.15,
        quality=(85, 95),
    ),
    "moderate": _Level(
        tilt=25,
        roll=20,
        bend=1.0,
        motion=0.15,
        defocus=0.9,
        noise=6.0,
        darkest=0.5,
        slope=0.45,
        glare=0.4,
        quality=(70, 90),
    ),
    "severe": _Level(
        tilt=38,
        roll=40,
        bend=2.0,
        motion=0.3,
        defocus=1.3,
        noise=10.0,
        darkest=0.35,
        slope=0.7,
        glare=0.6,
        quality=(45, 75),
    ),
}

BACKGROUNDS: Final = ("clutter", "wood", "paper", "blue", "hand")


class Photograph(NamedTuple):
    """A picture of a card: BGR, the card's corners clockwise from its own top left, in pixels.

    `inside` says whether the card lies wholly in the picture.
    """

    frame: Pixels
    corners: Points
    inside: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Pose:
    """How a card is held: pixels to a millimetre, its middle's place in the frame, radians."""

    per_mm: float
    centre: tuple[float, float]
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    bend: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Glare:
    """A lamp mirrored in the laminate: where on the card and how wide (millimetres), how bright."""

    at: tuple[float, float]
    spread: tuple[float, float]
    peak: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Conditions:
    """Light, lens and sensor. `motion` is a vector in pixels, `defocus` a sigma."""

    defocus: float
    noise: float
    motion: tuple[float, float] = (0.0, 0.0)
    exposure: float = 0.9
    slope: tuple[float, float] = (0.0, 0.0)
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    glare: Glare | None = None
    sharpened: float = 0.0
    quality: int = 90


def photograph_card(
    card: Pixels,
    rng: np.random.Generator,
    *,
    camera: str = "720p",
    level: str = "moderate",
    background: str | None = None,
    turn: int = 0,
    inside: bool | None = None,
) -> Photograph:
    """What a camera sees of the card.

    `turn` is by how many degrees clockwise the card lies turned, besides the roll of the level:
    0, 90, 180 or 270. By itself one card in eight is cut off by the picture's edge; `inside` says
    whether it shall be.
    """
    size, worst = CAMERAS[camera].size, LEVELS[level]
    inside = bool(rng.random() < 0.875) if inside is None else inside
    background = pick(rng, BACKGROUNDS) if background is None else background
    millimetres = card.shape[1] / FINE, card.shape[0] / FINE
    pose = _held(millimetres, rng, camera=camera, level=worst, turn=turn, inside=inside)
    scale = max(0.7, size[0] / 1280)
    angle = rng.uniform(0, 2 * np.pi)
    motion = rng.uniform(0, worst.motion) * pose.per_mm
    glare = None
    if rng.random() < worst.glare:
        glare = Glare(
            at=_pair(rng.uniform((0, 0), millimetres)),
            spread=_pair(rng.uniform(3, 12, 2)),
            peak=float(rng.uniform(40, 150)),
        )
    slope = rng.uniform(0, worst.slope)
    conditions = Conditions(
        defocus=float(rng.uniform(0.3, worst.defocus)) * scale,
        noise=float(rng.uniform(0.4, 1.0)) * worst.noise,
        motion=_pair(motion * np.array([np.cos(angle), np.sin(angle)])),
        exposure=float(rng.uniform(worst.darkest, 1.0)),
        slope=_pair(slope * np.array([np.cos(2 * angle), np.sin(2 * angle)])),
        tint=tuple(rng.uniform(0.92, 1.06, 3)),
        glare=glare,
        sharpened=float(rng.uniform(0, 0.8)),
        quality=int(rng.integers(worst.quality[0], worst.quality[1] + 1)),
    )
    fingers = _fingers(millimetres, rng) if background == "hand" else None
    ground = background_of(background, size, rng)
    frame = picture_of(card, pose, ground, conditions, rng, fingers=fingers)
    corners = _outline(millimetres, pose, size, steps=1)
    return Photograph(frame, corners, _in_frame(_outline(millimetres, pose, size), size))


def _pair(two: Points) -> tuple[float, float]:
    # Plain floats: one of NumPy's makes every array it meets as wide as itself.
    return float(two[0]), float(two[1])


def _held(
    millimetres: tuple[float, float],
    rng: np.random.Generator,
    *,
    camera: str,
    level: _Level,
    turn: int,
    inside: bool,
) -> Pose:
    """A pose that shows the whole card, or does not, as asked for."""
    (width, height), (low, high) = CAMERAS[camera].size, CAMERAS[camera].per_mm
    yaw, pitch = np.radians(rng.uniform(-level.tilt, level.tilt, 2)) / np.sqrt(2)
    # Passports are larger than cards, and are held farther away.
    smaller = 85.6 / millimetres[0]
    per_mm = rng.uniform(low, high) * smaller
    roll = np.radians(turn + rng.uniform(-level.roll, level.roll))
    bend = float(rng.uniform(-level.bend, level.bend))
    for attempt in range(200):
        reach = 0.25 if inside else 0.5
        centre = rng.uniform((-width * reach, -height * reach), (width * reach, height * reach))
        pose = Pose(
            per_mm=float(per_mm),
            centre=(float(centre[0]), float(centre[1])),
            yaw=float(yaw),
            pitch=float(pitch),
            roll=float(roll),
            bend=bend,
        )
        if _in_frame(_outline(millimetres, pose, (width, height)), (width, height)) is inside:
            return pose
        if inside and attempt % 10 == 9:
            per_mm = max(per_mm * 0.93, low * smaller * 0.8)
        if inside and attempt == 100:
            roll = np.radians(turn)
    raise ValueError(f"no card that is inside={inside} fits {camera}")


def _in_frame(points: Points, size: tuple[int, int]) -> bool:
    return bool((points >= 0).all() and (points <= np.array(size) - 1).all())


def _turning(pose: Pose) -> Points:
    """The rotation from the card to the camera."""
    (cy, sy), (cp, sp), (cr, sr) = (
        (np.cos(angle), np.sin(angle)) for angle in (pose.yaw, pose.pitch, pose.roll)
    )
    yaw = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    pitch = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    roll = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return np.asarray(yaw @ pitch @ roll)


def _focal(size: tuple[int, int]) -> float:
    """The focal length in pixels of a lens that sees 57 degrees across."""
    return 0.92 * max(size)


def _outline(
    millimetres: tuple[float, float], pose: Pose, size: tuple[int, int], *, steps: int = 12
) -> Points:
    """Points of the card's edge in the frame, `steps` a side, clockwise from its top left."""
    width, height = millimetres
    part = np.arange(steps) / steps
    zero, one = np.zeros(steps), np.ones(steps)
    x = (np.concatenate([part, one, 1 - part, zero]) - 0.5) * width
    y = (np.concatenate([zero, part, one, 1 - part]) - 0.5) * height
    points = np.stack([x, y, pose.bend * (1 - (2 * x / width) ** 2)])
    focal = _focal(size)
    away = focal / pose.per_mm
    shift = np.array([pose.centre[0] / pose.per_mm, pose.centre[1] / pose.per_mm, away])
    seen = _turning(pose) @ points + shift[:, None]
    middle = (np.array(size) - 1) / 2
    return np.asarray((focal * seen[:2] / seen[2]).T + middle)


def _places(millimetres: tuple[float, float], pose: Pose, size: tuple[int, int]) -> Light:
    """For each pixel of the frame the place of the card it sees, in millimetres: (h, w, 2).

    Every eighth pixel is computed, the rest lies between.
    """
    coarse, (width, height) = 8, size
    across, down = width // coarse + 3, height // coarse + 3
    focal = _focal(size)
    u = ((np.arange(across) - 0.5) * coarse - 0.5 - (width - 1) / 2) / focal
    v = ((np.arange(down) - 0.5) * coarse - 0.5 - (height - 1) / 2) / focal
    rays = np.stack([*np.meshgrid(u, v), np.ones((down, across))], axis=-1)
    turning = _turning(pose)
    away = focal / pose.per_mm
    shift = np.array([pose.centre[0] / pose.per_mm, pose.centre[1] / pose.per_mm, away])
    start, rays = -turning.T @ shift, rays @ turning
    depth = np.zeros((down, across))
    x = y = depth
    for _ in range(4):
        far = (depth - start[2]) / rays[..., 2]
        x, y = start[0] + far * rays[..., 0], start[1] + far * rays[..., 1]
        depth = pose.bend * (1 - np.clip(2 * x / millimetres[0], -1.2, 1.2) ** 2)
    places = np.dstack([x + millimetres[0] / 2, y + millimetres[1] / 2]).astype(np.float32)
    fine = cv2.resize(places, (across * coarse, down * coarse), interpolation=cv2.INTER_LINEAR)
    return np.asarray(fine[coarse : coarse + height, coarse : coarse + width], dtype=np.float32)


def picture_of(
    card: Pixels,
    pose: Pose,
    ground: Pixels,
    conditions: Conditions,
    rng: np.random.Generator,
    *,
    fingers: Sequence[tuple[Points, Light]] | None = None,
) -> Pixels:
    """The picture: card on ground, through lens, sensor and JPEG."""
    size = ground.shape[1], ground.shape[0]
    millimetres = card.shape[1] / FINE, card.shape[0] / FINE
    places = _places(millimetres, pose, size)
    seen, cover = _sharp_card(card, pose, places, conditions.defocus)
    if conditions.glare is not None:
        seen = seen + _shine(conditions.glare, places)[..., None]
    off = pose.per_mm * 0.8
    fallen = cv2.warpAffine(cover, np.array([[1, 0, off], [0, 1, off]]), size)
    shadow = cv2.GaussianBlur(fallen, (0, 0), max(0.8, pose.per_mm * 0.5))
    below = cv2.GaussianBlur(ground, (0, 0), conditions.defocus * 1.3).astype(np.float32)
    below *= 1 - 0.4 * shadow[..., None]
    whole = below * (1 - cover[..., None]) + seen * cover[..., None]
    for finger, skin in fingers or ():
        spots = np.round(_project(finger, millimetres, pose, size)).astype(np.int32)
        mask = np.zeros(cover.shape, np.uint8)
        cv2.fillConvexPoly(mask, spots, 255, cv2.LINE_AA)
        part = cv2.GaussianBlur(mask, (0, 0), 1 + pose.per_mm * 0.15).astype(np.float32)[..., None]
        whole = whole * (1 - part / 255) + skin * (part / 255)
    return _through_a_camera(_smeared(whole, conditions.motion), conditions, rng)


def _sharp_card(card: Pixels, pose: Pose, places: Light, defocus: float) -> tuple[Light, Light]:
    """The card as it lands on the sensor, and how much of each pixel it covers (0 to 1)."""
    # The lens blurs before the sensor samples; that order is what makes moiré.
    finer = float(min(1.0, pose.per_mm * 1.6 / FINE))
    height, width = round(card.shape[0] * finer), round(card.shape[1] * finer)
    small = cv2.resize(card, (width, height), interpolation=cv2.INTER_AREA)
    margin = round(2 * FINE * finer)
    small = cv2.copyMakeBorder(small, *(margin,) * 4, cv2.BORDER_REPLICATE)
    cover = np.zeros(small.shape[:2], np.float32)
    cover[margin : margin + height, margin : margin + width] = _rounded(width, height, finer)
    soft = defocus * FINE * finer / pose.per_mm
    small = cv2.GaussianBlur(small, (0, 0), soft)
    cover = cv2.GaussianBlur(cover, (0, 0), soft)
    x = places[..., 0] * (FINE * finer) + (margin - 0.5)
    y = places[..., 1] * (FINE * finer) + (margin - 0.5)
    seen = cv2.remap(small, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    covered = cv2.remap(cover, x, y, cv2.INTER_LINEAR)
    return seen.astype(np.float32), np.asarray(covered, dtype=np.float32)


def _rounded(width: int, height: int, finer: float) -> Light:
    """A rectangle with a card's round corners (ISO/IEC 7810)."""
    radius = round(3.18 * FINE * finer)
    shape = np.zeros((height, width), np.uint8)
    cv2.rectangle(shape, (radius, 0), (width - 1 - radius, height - 1), 1, -1)
    cv2.rectangle(shape, (0, radius), (width - 1, height - 1 - radius), 1, -1)
    for x in (radius, width - 1 - radius):
        for y in (radius, height - 1 - radius):
            cv2.circle(shape, (x, y), radius, 1, -1)
    return shape.astype(np.float32)


def _shine(glare: Glare, places: Light) -> Light:
    x = (places[..., 0] - glare.at[0]) / glare.spread[0]
    y = (places[..., 1] - glare.at[1]) / glare.spread[1]
    return np.asarray(glare.peak * np.exp(-(x * x + y * y) / 2), dtype=np.float32)


def _smeared(picture: Light, motion: tuple[float, float]) -> Light:
    """The picture, moved by a vector while the shutter was open."""
    length = float(np.hypot(*motion))
    if length < 0.3:
        return picture
    half = int(np.ceil(length / 2)) + 1
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.float32)
    for at in np.linspace(-0.5, 0.5, 41):
        x, y = half + at * motion[0], half + at * motion[1]
        x0, y0 = int(x), int(y)
        for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
            kernel[y0 + dy, x0 + dx] += (1 - abs(x - x0 - dx)) * (1 - abs(y - y0 - dy))
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), dtype=np.float32)


def _through_a_camera(picture: Light, conditions: Conditions, rng: np.random.Generator) -> Pixels:
    """Unevenly lit, exposed, noisy, sharpened by the camera, and compressed."""
    height, width = picture.shape[:2]
    x = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None, :]
    y = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None]
    light = 1 + conditions.slope[0] * x + conditions.slope[1] * y - 0.25 * (x * x + y * y)
    light = np.clip(light, 0.15, None) * conditions.exposure
    seen = picture.astype(np.float32, copy=False) * light[..., None].astype(np.float32)
    seen *= np.array(conditions.tint, np.float32)
    seen += 6
    # Shot noise grows with the root of the light, and a darker picture is amplified more.
    level = np.sqrt(np.clip(seen[..., 1], 0, 255) / 255) + 0.25
    noise = rng.standard_normal(seen.shape, dtype=np.float32)
    noise *= (level * float(conditions.noise / np.sqrt(conditions.exposure)))[..., None]
    seen += noise
    if conditions.sharpened:
        soft = cv2.GaussianBlur(seen, (0, 0), 1.2)
        more = conditions.sharpened
        seen = np.asarray(cv2.addWeighted(seen, 1 + more, soft, -more, 0), dtype=np.float32)
    raw = np.clip(seen, 0, 255).astype(np.uint8)
    packed = np.frombuffer(jpeg(raw, quality=conditions.quality), np.uint8)
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)


def background_of(kind: str, size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    return {
        "clutter": _clutter,
        "wood": _wood,
        "paper": _paper,
        "blue": _blue,
        "hand": _wood,
    }[kind](size, rng)


def _wood(size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """A desk: long streaks."""
    width, height = size
    streaks = rng.normal(0, 26, (height // 2, 1 + width // 40)).astype(np.float32)
    grain = cv2.GaussianBlur(cv2.resize(streaks, size), (0, 0), 2)[..., None]
    tone = np.array([60, 95, 140], np.float32) * rng.uniform(0.6, 1.3)
    return np.clip(tone + grain * (0.7, 0.9, 1.0), 0, 255).astype(np.uint8)


def _blue(size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """A cloth of nearly the card's colour, with lines like the card's."""
    width, height = size
    base = np.array([226, 206, 176], np.float32) + rng.uniform(-10, 10, 3).astype(np.float32)
    cloth = np.full((height, width, 3), 0, np.uint8) + base.astype(np.uint8)
    x = np.linspace(0, width, 120)
    for number in range(height // 14):
        y = number * 14 + 9 * np.sin(x / 60 + number * 0.3)
        draw_curve(cloth, np.column_stack([x, y]), base - 14, 1)
    return cloth


def _paper(size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """A printed page under the card."""
    width, height = size
    page = Image.new("RGB", size, (238, 238, 232))
    draw = ImageDraw.Draw(page)
    letters = width // 70
    font = font_of(SANS, letters)
    for row in range(height // (letters + 6)):
        words = (invented_word(rng, Sex.MALE).lower() for _ in range(24))
        draw.text(
            (width // 20, row * (letters + 6) + 4), " ".join(words), font=font, fill=(40, 40, 44)
        )
    turned = page.rotate(float(rng.uniform(-12, 12)), fillcolor=(238, 238, 232))
    return np.array(turned)[..., ::-1].copy()


def _clutter(size: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """A full desk: sheets, boxes, pens and lids in all colours."""
    width, height = size
    desk = _wood(size, rng)
    for _ in range(24):
        spot = tuple(map(int, rng.uniform((0, 0), (width, height))))
        colour = tuple(map(float, rng.uniform(20, 250, 3)))
        across, down = rng.uniform(0.03, 0.3, 2) * width
        kind = rng.integers(3)
        if kind == 0:
            box = cv2.boxPoints((spot, (across, down), float(rng.uniform(0, 90))))
            cv2.fillConvexPoly(desk, np.round(box).astype(np.int32), colour, cv2.LINE_AA)
        elif kind == 1:
            cv2.circle(desk, spot, int(down / 3), colour, int(rng.choice([-1, 3, 8])), cv2.LINE_AA)
        else:
            end = tuple(map(int, rng.uniform((0, 0), (width, height))))
            cv2.line(desk, spot, end, colour, int(rng.integers(2, 14)), cv2.LINE_AA)
    return desk


def _fingers(
    millimetres: tuple[float, float], rng: np.random.Generator
) -> list[tuple[Points, Light]]:
    """A thumb over the right edge or the lower right: an outline on the card, and its colour."""
    width, height = millimetres
    skin = np.array([105, 145, 200], np.float32) * float(rng.uniform(0.55, 1.1))
    deep, thick = rng.uniform(4, 9), rng.uniform(13, 18)
    side = np.array(
        [[40, -0.5], [40, 0.5], [0.25 * thick, 0.5], [0, 0.25], [0, -0.25], [0.25 * thick, -0.5]]
    )
    y = rng.uniform(0.35, 0.8) * height
    if rng.random() < 0.5:
        thumb = side * (1, thick) + (width - deep, y)
    else:
        thumb = side[:, ::-1] * (thick, 1) + (rng.uniform(0.78, 0.9) * width, height - deep * 0.7)
    return [(thumb, skin)]


def _project(
    places: Points, millimetres: tuple[float, float], pose: Pose, size: tuple[int, int]
) -> Points:
    """Where places of the card (millimetres) are in the frame."""
    own = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * millimetres
    corners = _outline(millimetres, pose, size, steps=1)
    matrix = cv2.getPerspectiveTransform(own.astype(np.float32), corners.astype(np.float32))
    return np.asarray(cv2.perspectiveTransform(places[None].astype(np.float64), matrix)[0])
