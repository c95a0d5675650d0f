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


def test_what_is_told_was_drawn_and_names_nobody(tmp_path: Path) -> None:
    asked = ["GET", "/footfall", None, "omit", "no-referrer"]

    def told(area: str) -> list[str]:
        return ["POST", "/footfall", f'{{"area":"{area}"}}', "omit", "no-referrer"]

    def sent(number: int) -> object:
        given = {"areas": ["Barat", "Timur", ""], "own": ["Timur", "Utara"], "number": number}
        return in_node("tellOnce", given, folder=tmp_path)

    # The same number says how long it waits; an area that is not counted apart is the rest.
    assert sent(OWN - 1) == [
        30_000 + OWN - 1,
        asked,
        told("Timur"),
        30_000 + OWN - 1,
        asked,
        told(""),
    ]
    assert sent(OWN) == [30_000 + OWN, asked, told("Barat"), 30_000 + OWN, asked, told("Barat")]
