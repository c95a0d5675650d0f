"""A phone tells areas as often as kiosk/domain/footfall.py says, whatever it draws."""

from pathlib import Path

from kiosk.domain.footfall import OTHER, OWN
from tests.kiosk.web.page.engines import in_node

SIZES = [1, 2, 5]


def test_each_area_is_told_as_often_as_in_python(tmp_path: Path) -> None:
    told = in_node("tellAreas", SIZES, folder=tmp_path)

    assert told == [
        [[OWN if area == own else OTHER for area in range(areas)] for own in range(areas)]
        for areas in SIZES
    ]
