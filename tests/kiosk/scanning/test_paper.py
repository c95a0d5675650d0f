"""A photocopy and a screen are suspected where they show; a card in any light is not."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.scanning.card import Suspicion
from kiosk.scanning.finding import find_card
from kiosk.scanning.layout import load_layout
from kiosk.scanning.paper import suspicions_of
from tests.card_photographs import photograph_card
from tests.card_prints import a_printing, draw_card, on_a_screen, photocopied
from tests.people import invented_person

LAYOUT = load_layout("ktp-el")
COUNT = 5


def upright(kind: str, number: int, *, level: str = "mild") -> NDArray[np.uint8]:
    """A card of this kind, as found in a picture of it."""
    rng = np.random.default_rng([31, number])
    card = draw_card(invented_person(rng), LAYOUT, printing=a_printing(rng))
    if kind == "copy":
        card = photocopied(card, rng)
    elif kind == "screen":
        card = on_a_screen(card, rng)
    frame = photograph_card(card, rng, level=level, background="wood", inside=True).frame
    return find_card(frame, LAYOUT)[0].card


@pytest.mark.parametrize("number", range(COUNT))
def test_a_card_is_not_suspected(number: int) -> None:
    assert suspicions_of(upright("card", number), LAYOUT) == ()


@pytest.mark.parametrize("tint", [(0.6, 0.9, 1.0), (1.0, 0.85, 0.7)])
def test_neither_is_one_under_a_coloured_lamp(tint: tuple[float, float, float]) -> None:
    card = np.asarray(upright("card", 1) * np.array(tint), dtype=np.uint8)
    assert suspicions_of(card, LAYOUT) == ()


@pytest.mark.parametrize("number", range(COUNT))
def test_a_photocopy_has_no_colours(number: int) -> None:
    assert suspicions_of(upright("copy", number), LAYOUT) == (Suspicion.GREY,)


def test_a_photocopy_under_a_coloured_lamp_has_none_either() -> None:
    copy = np.asarray(upright("copy", 0) * np.array((0.7, 0.9, 1.0)), dtype=np.uint8)
    assert Suspicion.GREY in suspicions_of(copy, LAYOUT)


def test_a_layout_without_colour_says_nothing_about_colour() -> None:
    grey = replace(LAYOUT, ground=(230, 230, 228))
    assert suspicions_of(upright("copy", 0), grey) == ()


def test_in_the_dark_nobody_is_suspected_for_a_lack_of_colour() -> None:
    dark = np.asarray(upright("copy", 0) * 0.15, dtype=np.uint8)
    assert Suspicion.GREY not in suspicions_of(dark, LAYOUT)


def test_some_screens_show_their_grid() -> None:
    told = [
        Suspicion.SCREEN in suspicions_of(upright("screen", number), LAYOUT)
        for number in range(COUNT)
    ]
    assert sum(told) >= 2
