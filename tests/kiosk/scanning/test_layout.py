"""Kinds of card are files; one that says something odd is refused as a whole."""

import re
from collections.abc import Callable

import pytest

from kiosk.scanning.layout import (
    LAYOUTS,
    Box,
    Holds,
    Label,
    Layout,
    Zone,
    layout_names,
    load_layout,
    parse_layout,
)

GOOD = """
title = "Kartu Contoh"
width = 85.6
height = 53.98
ground = [200, 210, 220]
photo = [60, 10, 80, 35.5]
zones = [{ holds = "nik", box = [16, 8, 63, 14.2] }]
labels = [
    { text = "NIK", left = 4, baseline = 12.5, size = 3.6, bold = true },
    { text = "Nama", left = 2.4, baseline = 17, size = 2.35 },
]
"""


def test_a_file_becomes_a_layout() -> None:
    assert parse_layout("contoh", GOOD) == Layout(
        name="contoh",
        title="Kartu Contoh",
        width=85.6,
        height=53.98,
        ground=(200, 210, 220),
        photo=Box(left=60, top=10, right=80, bottom=35.5),
        labels=(
            Label(text="NIK", left=4, baseline=12.5, size=3.6, bold=True),
            Label(text="Nama", left=2.4, baseline=17, size=2.35),
        ),
        zones=(Zone(holds=Holds.NIK, box=Box(left=16, top=8, right=63, bottom=14.2)),),
    )


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        pytest.param(lambda text: text + "colour = 1", "unknown ['colour']", id="unknown key"),
        pytest.param(
            lambda text: text.replace("title", "name"), "missing ['title']", id="missing key"
        ),
        pytest.param(lambda text: text + "?", "Invalid statement", id="no TOML"),
        pytest.param(lambda text: text.replace('"Kartu Contoh"', '" "'), "no text", id="no title"),
        pytest.param(
            lambda text: text.replace("width = 85.6", "width = nan"),
            "nan is no length",
            id="no width",
        ),
        pytest.param(
            lambda text: text.replace("width = 85.6", "width = true"),
            "True is no length",
            id="true width",
        ),
        pytest.param(
            lambda text: text.replace("width = 85.6", "width = '85'"),
            "'85' is no length",
            id="text width",
        ),
        pytest.param(
            lambda text: text.replace("53.98", "-53.98"),
            "-53.98 is no length",
            id="negative height",
        ),
        pytest.param(
            lambda text: text.replace("53.98", "5398"), "5398 is no length", id="no card is so high"
        ),
        pytest.param(lambda text: text.replace("220]", "220, 1]"), "ground is", id="four colours"),
        pytest.param(
            lambda text: text.replace("220]", "256]"), "ground is", id="colour too bright"
        ),
        pytest.param(lambda text: text.replace("220]", "2.5]"), "ground is", id="part of a colour"),
        pytest.param(
            lambda text: text.replace("[200, 210, 220]", "5"),
            "5 is no list",
            id="ground is a number",
        ),
        pytest.param(
            lambda text: text.replace("[60, 10", "[0, 10"),
            "0 is no length",
            id="photo at the very edge",
        ),
        pytest.param(
            lambda text: text.replace('"nik"', '"address"'),
            "no zone holds 'address'",
            id="zone of what",
        ),
        pytest.param(
            lambda text: text.replace("63, 14.2", "93, 14.2"),
            "leaves the card",
            id="zone off the card",
        ),
        pytest.param(
            lambda text: text.replace("63, 14.2", "63, 60"),
            "leaves the card",
            id="zone below the card",
        ),
        pytest.param(
            lambda text: text.replace("63, 14.2", "16, 14.2"), "the box is empty", id="empty zone"
        ),
        pytest.param(
            lambda text: text.replace("63, 14.2", "63"), "a box is left", id="zone of three sides"
        ),
        pytest.param(
            lambda text: text.replace("box =", "edge = 1, box ="),
            "unknown ['edge']",
            id="zone with more",
        ),
        pytest.param(
            lambda text: text.replace('{ holds = "nik", box', "{ box"),
            "missing ['holds']",
            id="zone of",
        ),
        pytest.param(
            lambda text: text.replace("[{ holds", "[1, { holds"),
            "1 is no table",
            id="zone is a number",
        ),
        pytest.param(
            lambda text: text[: text.index("zones")] + "zones = []\nlabels = []",
            "[] is no list",
            id="[]",
        ),
        pytest.param(
            lambda text: text.replace("left = 2.4", "left = 90"),
            "outside the card",
            id="label off the card",
        ),
        pytest.param(
            lambda text: text.replace("17, size", "1, size"),
            "outside the card",
            id="label above the card",
        ),
        pytest.param(
            lambda text: text.replace("17, size", "54, size"),
            "outside the card",
            id="label below the card",
        ),
        pytest.param(
            lambda text: text.replace("bold = true", "bold = 1"), "true or false", id="how bold"
        ),
        pytest.param(
            lambda text: text.replace("bold", "italic"), "unknown ['italic']", id="label with more"
        ),
        pytest.param(
            lambda text: text.replace('"Nama"', "5"), "5 is no text", id="label is a number"
        ),
        pytest.param(
            lambda text: text.replace('"Nama"', '""'), "'' is no text", id="label without words"
        ),
    ],
)
def test_an_odd_file_is_refused(spoil: Callable[[str], str], why: str) -> None:
    assert spoil(GOOD) != GOOD

    with pytest.raises(ValueError, match=re.escape(why)):
        parse_layout("contoh", spoil(GOOD))


@pytest.mark.parametrize("name", layout_names())
def test_every_kind_can_be_read(name: str) -> None:
    layout = load_layout(name)

    held = [zone.holds for zone in layout.zones]
    assert held in ([Holds.NIK, Holds.NAME, Holds.BIRTH], [Holds.MRZ, Holds.MRZ])
    assert (LAYOUTS / f"{name}.png").is_file()


def test_the_kinds_are_the_files() -> None:
    assert {"kia", "ktp-el", "passport", "sim"} <= set(layout_names())


@pytest.mark.parametrize("name", ["", "KTP-EL", "paspor", "../layouts/sim", "sim.toml"])
def test_an_unknown_kind_is_a_key_error(name: str) -> None:
    with pytest.raises(KeyError):
        load_layout(name)
