"""The generator of identity cards: nobody real, always the same, and true about its pictures."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.domain.identifiers import NikProblem, nik_fits_birth, nik_fits_sex, nik_problem
from kiosk.scanning.layout import layout_names, load_layout
from kiosk.scanning.mrz import read_mrz
from tests.cards import (
    CAMERAS,
    FINE,
    Printing,
    card_set,
    draw_card,
    invented_person,
    moving_card_frames,
    moving_sheet_and_card_frames,
    mrz_lines,
    on_a_screen,
    photocopied,
    photograph_card,
    printed_name,
    sibling_of,
    twin_of,
)
from tests.pictures import sample_page, write_clip

Pixels = NDArray[np.uint8]
Points = NDArray[np.float64]

KTP = load_layout("ktp-el")
SOMEBODY = invented_person(np.random.default_rng(1))


def differing(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def test_nobody_has_a_nik_that_could_be_somebodys() -> None:
    rng = np.random.default_rng(2)
    people = [invented_person(rng) for _ in range(300)]
    people += [twin_of(one, rng) for one in people] + [sibling_of(one, rng) for one in people]

    for one in people:
        assert one.nik.startswith("99")
        assert nik_problem(one.nik) is NikProblem.REGION
        assert nik_fits_birth(one.nik, one.birth)
        assert nik_fits_sex(one.nik, one.sex)


def test_names_are_of_one_to_four_words_and_some_are_cut_on_the_card() -> None:
    rng = np.random.default_rng(3)
    names = [invented_person(rng).name for _ in range(300)]

    assert {len(name.split()) for name in names} == {1, 2, 3, 4}
    assert any(printed_name(name, 38.0, 2.35) != name for name in names)
    assert all(name.startswith(printed_name(name, 38.0, 2.35)) for name in names)


def test_twins_differ_in_one_digit_and_the_first_name() -> None:
    rng = np.random.default_rng(4)
    for _ in range(200):
        one = invented_person(rng)
        other = twin_of(one, rng)

        assert one.nik[:12] == other.nik[:12]
        assert differing(one.nik, other.nik) == 1
        assert one.name.split()[0] != other.name.split()[0]
        assert replace(other, nik=one.nik, name=one.name) == one


def test_siblings_share_a_family_and_no_birthday() -> None:
    rng = np.random.default_rng(5)
    for _ in range(200):
        one = invented_person(rng)
        other = sibling_of(one, rng)

        assert one.birth != other.birth
        assert one.name.split()[1:] == other.name.split()[1:]
        assert one.nik[:6] == other.nik[:6]


def test_the_machine_readable_lines_name_the_person() -> None:
    rng = np.random.default_rng(6)
    for _ in range(200):
        one = invented_person(rng)
        bearer = read_mrz(*mrz_lines(one))

        assert bearer is not None
        assert bearer.birth == one.birth
        # The field has room for so many letters.
        assert one.name.startswith(bearer.name) or len(one.name) > 36


@pytest.mark.parametrize("kind", layout_names())
def test_a_card_bears_its_person_and_its_printing(kind: str) -> None:
    layout = load_layout(kind)
    plain = draw_card(SOMEBODY, layout)

    assert plain.shape == (round(layout.height * FINE), round(layout.width * FINE), 3)
    assert (plain == draw_card(SOMEBODY, layout)).all()
    assert (plain != draw_card(SOMEBODY, layout, printing=Printing(seed=1))).any()
    assert (plain != draw_card(SOMEBODY, layout, printing=Printing(face="dejavu"))).any()


def test_a_set_is_the_same_for_the_same_seed_and_longer_if_more_are_asked_for() -> None:
    first, second = list(card_set(7, 2)), list(card_set(7, 3))

    for one, other in zip(first, second, strict=False):
        assert one.person == other.person
        assert (one.frame == other.frame).all()
        assert (one.corners == other.corners).all()
    assert next(card_set(8, 1)).person != first[0].person
    assert all(one.person != other.person for one, other in pairwise(second))


def upright(frame: Pixels, corners: Points, size: tuple[int, int]) -> Pixels:
    width, height = size
    own = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), own)
    seen = cv2.cvtColor(cv2.warpPerspective(frame, matrix, size), cv2.COLOR_BGR2GRAY)
    return np.asarray(seen, dtype=np.uint8)


@pytest.mark.parametrize(
    ("kind", "turn"), [("ktp-el", 0), ("ktp-el", 270), ("passport", 90), ("passport", 180)]
)
def test_the_corners_lead_back_to_the_card(kind: str, turn: int) -> None:
    layout = load_layout(kind)
    card = draw_card(SOMEBODY, layout)
    per_mm = 6
    size = round(layout.width * per_mm), round(layout.height * per_mm)
    rng = np.random.default_rng(turn)

    taken = photograph_card(
        card, rng, camera="phone", level="mild", background="wood", turn=turn, inside=True
    )

    seen = upright(taken.frame, taken.corners, size).astype(np.float32)
    flat = cv2.cvtColor(cv2.resize(card, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    # Without the lamp's mirror image and the slope of the light.
    sharp = [
        grey - cv2.GaussianBlur(grey, (0, 0), 8)
        for grey in (seen, np.asarray(flat, dtype=np.float32))
    ]
    window = np.asarray(cv2.createHanningWindow(size, cv2.CV_32F))
    (x, y), agreement = cv2.phaseCorrelate(sharp[0], sharp[1], window)
    assert agreement > 0.3
    assert np.hypot(x, y) / per_mm < 0.15


@pytest.mark.parametrize("camera", CAMERAS)
def test_a_card_is_wholly_in_the_picture_if_asked_to(camera: str) -> None:
    card = np.zeros((1296, 2054, 3), np.uint8)
    edge = np.array(CAMERAS[camera].size) - 1
    for inside, turn in ((True, 0), (True, 90), (False, 0)):
        rng = np.random.default_rng(turn)

        taken = photograph_card(
            card, rng, camera=camera, level="severe", background="wood", turn=turn, inside=inside
        )

        shown = bool((taken.corners >= 0).all() and (taken.corners <= edge).all())
        assert taken.frame.shape == (edge[1] + 1, edge[0] + 1, 3)
        assert taken.inside is inside
        # A bent card may leave the picture between two corners.
        assert shown is inside or not inside


def test_a_copy_has_no_colour_and_a_screen_has_stripes() -> None:
    card = draw_card(SOMEBODY, KTP)

    copy = photocopied(card)
    shown = on_a_screen(card, np.random.default_rng(1), pitch=0.25)

    assert (copy[..., 0] == copy[..., 1]).all()
    assert (copy[..., 1] == copy[..., 2]).all()
    # 85.6 mm hold 342 pixels of such a screen.
    rows = shown[:, :400, 1].mean(axis=0)
    waves = np.abs(np.fft.rfft(rows - rows.mean()))
    assert waves.argmax() == round(400 / (0.25 * FINE))


def test_a_clip_begins_and_ends_with_an_empty_desk() -> None:
    card = draw_card(SOMEBODY, KTP)
    frames = list(moving_card_frames(card, 9, 11, size=(640, 360)))

    blue = [int((frame[..., 0].astype(int) - frame[..., 2] > 8).sum()) for frame in frames]
    assert blue[0] == blue[-1] < 500
    assert max(blue) > 20_000


def test_a_laminated_card_glares_elsewhere_as_it_tilts_and_paper_does_not() -> None:
    card = np.full((1296, 2054, 3), 150, np.uint8)

    def spread(*, glossy: bool) -> float:
        frames = list(moving_card_frames(card, 9, 15, size=(640, 360), glossy=glossy))[6:11]
        brightest = np.stack([cv2.GaussianBlur(frame[..., 1], (0, 0), 5) for frame in frames])
        return float((brightest > 200).any(axis=0).sum())

    assert spread(glossy=True) > 1000
    assert spread(glossy=False) == 0


def test_one_clip_shows_a_sheet_and_then_a_card() -> None:
    card = draw_card(SOMEBODY, KTP)

    frames = list(moving_sheet_and_card_frames(sample_page(), card, 9, 8))

    assert len(frames) == 8
    assert {frame.shape for frame in frames} == {(720, 1280, 3)}
    colour = [float(np.ptp(frame.astype(int), axis=-1).mean()) for frame in frames]
    assert max(colour[:4]) == 0
    assert min(colour[4:]) > 5


def test_a_clip_keeps_its_colours(tmp_path: Path) -> None:
    frame = np.zeros((64, 96, 3), np.uint8)
    frame[:] = (200, 90, 40)
    clip = tmp_path / "card.y4m"

    write_clip(clip, [frame, frame])

    head, *rest = clip.read_bytes().split(b"FRAME\n")
    assert head.startswith(b"YUV4MPEG2 W96 H64 F10:1")
    planes = np.frombuffer(rest[1], np.uint8)
    bright, blue, red = planes[:6144], planes[6144:7680], planes[7680:]
    ycc = np.dstack([[[int(np.median(plane))]] for plane in (bright, red, blue)]).astype(np.uint8)
    back = cv2.cvtColor(ycc, cv2.COLOR_YCrCb2BGR)[0, 0]
    assert np.abs(back.astype(int) - frame[0, 0]).max() <= 2
    assert len(rest[1]) == 64 * 96 * 3 // 2
