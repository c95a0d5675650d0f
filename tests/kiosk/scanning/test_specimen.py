"""The committed specimens are what the layouts say, and hold nothing that is one person's.

They are drawn anew with Debian's fonts-liberation2, and compared.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kiosk.scanning.layout import LAYOUTS, PER_MM, Box, layout_names, load_layout, parse_layout
from kiosk.scanning.specimen import Pixels, draw_specimen, load_specimen, specimen_png
from tests.cards import draw_card, invented_person

FONTS = Path("/usr/share/fonts/truetype/liberation2")
FACES = FONTS / "LiberationSans-Regular.ttf", FONTS / "LiberationSans-Bold.ttf"
KINDS = layout_names()


def part(specimen: Pixels, box: Box) -> Pixels:
    left, top, right, bottom = (
        round(side * PER_MM) for side in (box.left, box.top, box.right, box.bottom)
    )
    return specimen[top:bottom, left:right]


@pytest.mark.parametrize("kind", KINDS)
def test_a_specimen_is_the_one_drawn_from_its_layout(kind: str) -> None:
    layout = load_layout(kind)

    difference = np.abs(load_specimen(layout).astype(int) - draw_specimen(layout, *FACES))

    # Edges of letters may differ a little from one FreeType to the next.
    assert difference.max() < 64


@pytest.mark.parametrize("kind", KINDS)
def test_no_label_stands_where_a_line_is_read(kind: str) -> None:
    layout = load_layout(kind)

    for zone in layout.zones:
        assert np.unique(part(load_specimen(layout), zone.box)).size == 1


@pytest.mark.parametrize("kind", KINDS)
def test_no_label_touches_the_edge_the_photo_or_another(kind: str) -> None:
    layout = load_layout(kind)
    blank = draw_specimen(replace(layout, labels=()), *FACES)
    written = np.zeros(blank.shape, int)
    for label in layout.labels:
        written += draw_specimen(replace(layout, labels=(label,)), *FACES) != blank

    assert written.max() == 1
    assert not part(written, layout.photo).any()
    edge = np.ones(blank.shape, bool)
    edge[PER_MM:-PER_MM, PER_MM:-PER_MM] = False
    assert not written[edge].any()


@pytest.mark.parametrize("kind", KINDS)
def test_a_specimen_is_a_small_grey_file_as_large_as_the_card(kind: str) -> None:
    layout = load_layout(kind)
    file = LAYOUTS / f"{kind}.png"

    specimen = load_specimen(layout)

    assert specimen.shape == (round(layout.height * PER_MM), round(layout.width * PER_MM))
    assert specimen.dtype == np.uint8
    assert not specimen.flags.writeable
    assert file.stat().st_size < 60_000


def test_a_specimen_comes_back_from_its_file(tmp_path: Path) -> None:
    drawn = draw_specimen(load_layout("sim"), *FACES)
    file = tmp_path / "sim.png"

    file.write_bytes(specimen_png(drawn))

    with Image.open(file) as picture:
        assert (np.asarray(picture) == drawn).all()


def test_a_new_kind_of_card_is_a_file_and_no_code() -> None:
    text = (LAYOUTS / "sim.toml").read_text(encoding="utf-8")
    layout = parse_layout("pelajar", text.replace("SURAT IZIN MENGEMUDI", "KARTU TANDA PELAJAR"))

    specimen = draw_specimen(layout, *FACES)
    card = draw_card(invented_person(np.random.default_rng(1)), layout)

    assert specimen.shape == load_specimen(load_layout("sim")).shape
    assert (specimen != load_specimen(load_layout("sim"))).any()
    assert card.ndim == 3
