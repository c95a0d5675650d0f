"""A picture of a card becomes a sighting: the right way round, and nothing of what is cut off."""

import subprocess
import sys
from typing import NamedTuple

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.scanning import finding
from kiosk.scanning.card import Hint, look
from kiosk.scanning.errors import ReaderMissingError
from kiosk.scanning.finding import Found, find_card
from kiosk.scanning.layout import load_layout
from tests.cards import Person, draw_card, invented_person, photograph_card

Pixels = NDArray[np.uint8]

KTP = load_layout("ktp-el")


class Taken(NamedTuple):
    """A frame, and what is known of it."""

    person: Person
    frame: Pixels
    corners: NDArray[np.float64]


def a_picture(seed: int = 1, *, kind: str = "ktp-el", turn: int = 0) -> Taken:
    rng = np.random.default_rng(seed)
    person = invented_person(rng)
    taken = photograph_card(
        draw_card(person, load_layout(kind)),
        rng,
        camera="720p",
        level="mild",
        background="wood",
        turn=turn,
    )
    return Taken(person, taken.frame, taken.corners)


@pytest.mark.parametrize("turn", [0, 180])
def test_a_card_is_found_and_read_whichever_way_round_it_lies(turn: int) -> None:
    person, frame, corners = a_picture(turn=turn)

    sighting = look(frame, KTP)

    assert sighting.reading is not None
    assert (sighting.reading.nik, sighting.reading.birth) == (person.nik, person.birth)
    assert sighting.corners is not None
    assert np.abs(np.array(sighting.corners) - corners).max() < 12


def test_a_passport_has_a_name_and_no_number() -> None:
    person, frame, _ = a_picture(kind="passport")

    sighting = look(frame, load_layout("passport"))

    assert sighting.reading is not None
    assert (sighting.reading.name, sighting.reading.nik) == (person.name, "")


def test_a_card_is_sought_where_it_lay_just_before() -> None:
    person, frame, corners = a_picture()
    near = tuple((float(x), float(y)) for x, y in corners)

    sighting = look(frame, KTP, near=near)

    assert sighting.reading is not None
    assert sighting.reading.nik == person.nik


def test_digits_beyond_the_edge_of_the_picture_are_not_guessed() -> None:
    person, frame, corners = a_picture()
    to_frame = cv2.getPerspectiveTransform(
        np.array([(0, 0), (85.6, 0), (85.6, 53.98), (0, 53.98)], np.float32),
        corners.astype(np.float32),
    )

    niks = {}
    for cut in (2.0, 9.0, 10.5, 11.3, 12.0):
        ends = np.array([[(16.4, cut), (63, cut)]], np.float32)
        top = round(float(cv2.perspectiveTransform(ends, to_frame)[0][:, 1].max()))
        reading = look(np.ascontiguousarray(frame[top:]), KTP).reading
        niks[cut] = "" if reading is None else reading.nik

    # The zone of the digits begins 8.3 millimetres below the card's edge, they themselves 10.
    assert niks == {2.0: person.nik, 9.0: "", 10.5: "", 11.3: "", 12.0: ""}


def test_the_place_that_reads_is_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    person, frame, _ = a_picture()
    (best, *_) = find_card(frame, KTP)
    wrong = Found(
        corners=np.roll(best.corners, 2, axis=0),
        card=np.ascontiguousarray(best.card[::-1, ::-1]),
        how=best.how,
        trust=0.9,
    )
    # It takes a rare picture to find a card in a wrong place first.
    monkeypatch.setattr(finding, "find_card", lambda frame, layout, near: (wrong, best))

    sighting = look(frame, KTP)

    assert sighting.reading is not None
    assert sighting.reading.nik == person.nik
    assert sighting.corners == tuple((float(x), float(y)) for x, y in best.corners)


def test_of_an_empty_desk_there_is_a_hint_and_nothing_else() -> None:
    desk = np.full((480, 640, 3), (60, 95, 140), np.uint8)

    sighting = look(desk, KTP)

    assert (sighting.corners, sighting.reading) == (None, None)
    assert Hint.NO_CARD in sighting.hints


def test_without_the_part_that_reads_a_card_is_not_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from kiosk.scanning import lines

    _, frame, _ = a_picture()
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    monkeypatch.setattr(lines, "_network", lines._network.__wrapped__)

    with pytest.raises(ReaderMissingError):
        look(frame, KTP)


def test_who_only_handles_sightings_does_not_pay_for_seeing() -> None:
    script = """
import sys
import kiosk.scanning.card
print(sorted({"cv2", "numpy", "onnxruntime", "PIL"} & set(sys.modules)))
"""

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)

    assert ran.stdout.strip() == "[]"
