"""At a post tries are counted for the paper, however many pages ask at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from kiosk.actions import posts
from kiosk.actions.journal import openings_of
from kiosk.actions.slips import letter_of, slip_of
from kiosk.domain.errors import Invalid
from kiosk.domain.handover import MOST_WRONG_CODES, Receiver
from kiosk.domain.staff import Role
from tests.kiosk.actions.test_handovers import carried
from tests.staffed import Staffed
from tests.working import BAG, sealed, sheets


def test_many_wrong_codes_at_once_are_no_more_than_one_after_the_other(
    any_staffed: Staffed,
) -> None:
    desk, staff = any_staffed.desk, any_staffed.staff(Role.PRINT_ROOM)
    sheets(any_staffed)
    sealed(any_staffed)

    def tried(_number: int) -> str:
        with pytest.raises(Invalid) as refused:
            posts.find_by_code(desk, staff, str(BAG), "no")
        return refused.value.faults[0].code

    with ThreadPoolExecutor(max_workers=8) as many:
        codes = list(many.map(tried, range(16)))

    assert codes.count("wrong-code") == MOST_WRONG_CODES


def test_a_letter_of_an_earlier_bag_is_none(staffed: Staffed) -> None:
    bag = carried(staffed)
    desk, courier = staffed.desk, staffed.staff(Role.COURIER)
    staffed.clock.forward(days=30)
    names = {"name": "Tono Contoh", "relation": "Paman", "last_four": "7777"}
    old = letter_of(desk, bag.application, **names)
    with desk.register.begin() as books:
        books.bags.add(replace(bag, id=43, sealed_at=bag.sealed_at + 1))
    slip = slip_of(desk, bag.application)
    assert slip is not None
    visit = posts.find_by_slip(desk, courier, slip.text)
    new = letter_of(desk, bag.application, **names)

    def shown(letter: str) -> posts.Visit:
        return posts.check_card(
            desk,
            courier,
            visit,
            receiver=Receiver.LETTER,
            last_four="7777",
            of_age=True,
            letter=letter,
        )[1]

    assert visit.bag == 43
    assert shown(new.text).receiver == Receiver.LETTER
    with pytest.raises(Invalid):
        shown(old.text)


def test_that_names_were_read_at_a_post_is_written_down_once(staffed: Staffed) -> None:
    bag = carried(staffed)
    desk, courier = staffed.desk, staffed.staff(Role.COURIER)
    staffed.clock.forward(days=30)
    subject = f"application {bag.application}"
    before = len(openings_of(desk, subject))
    slip = slip_of(desk, bag.application)
    assert slip is not None

    for _ in range(2):
        posts.show(desk, courier, posts.find_by_slip(desk, courier, slip.text))

    opened = openings_of(desk, subject)
    assert len(opened) == before + 1
    assert opened[0].role is Role.COURIER
