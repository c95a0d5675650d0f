"""Counts by week and area; the areas that nobody told are there with nothing."""

from datetime import date

from kiosk.storage.register import Register

WEEK, NEXT = date(2026, 11, 16), date(2026, 11, 23)


def test_what_is_told_is_counted_by_week(register: Register) -> None:
    with register.begin() as books:
        for area in ("Timur", "", "Timur"):
            books.footfall.tell(WEEK, area, ("Barat", "Timur", ""))
    with register.begin() as books:
        books.footfall.tell(NEXT, "", ("",))

    with register.read() as books:
        assert books.footfall.since(WEEK) == {
            WEEK: {"": 1, "Barat": 0, "Timur": 2},
            NEXT: {"": 1},
        }
        assert list(books.footfall.since(NEXT)) == [NEXT]
