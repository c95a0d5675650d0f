"""Bags and their moves in the register: each number once, written after over before, in order."""

from dataclasses import replace

import pytest

from kiosk.domain.applications import Application
from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.handover import Bag, BagStage, InVain
from kiosk.storage.bags import Move
from kiosk.storage.register import Books, Register

OFFICE, COURIER = 2, 5
AT = 1_788_150_000


def add(books: Books, number: int, day: str = "2026-09-01") -> Bag:
    application = books.applications.add(
        Application(id=0, office=OFFICE),
        code_hash=number.to_bytes(32),
        birth_hash=bytes(32),
    )
    bag = Bag(id=number, office=OFFICE, application=application.id, day=day, window="evening")
    books.bags.add(bag)
    return bag


def move(bag: Bag, after: Bag, *, event: bytes | None = None) -> Move:
    return Move(
        bag=bag.id,
        at=AT,
        deed="accepted",
        by=COURIER,
        stage_before=bag.stage,
        stage_after=after.stage,
        holder_before=bag.holder,
        holder_after=after.holder,
        event=event,
    )


def test_a_bag_is_kept_once_and_written_after_over_before(register: Register) -> None:
    with register.begin() as books:
        before = add(books, 7)
        carried = replace(
            before, stage=BagStage.CARRIED, holder=COURIER, last_in_vain=InVain.MOVED, visits=1
        )
        written = books.bags.replace(before, carried)
        assert books.bags.get(7) == written == books.bags.find(7)
        assert books.bags.of_application(before.application) == written
        with pytest.raises(NotNow):
            books.bags.replace(before, carried)
        with pytest.raises(Unknown):
            books.bags.get(8)
        assert books.bags.find(8) is None
    with pytest.raises(NotNow), register.begin() as books:
        books.bags.add(before)


def test_lists_go_by_day_and_number_page_by_page(register: Register) -> None:
    with register.begin() as books:
        for number, day in [(1, "2026-09-02"), (2, "2026-09-01"), (3, "2026-09-01")]:
            add(books, number, day)
        bags = books.bags

        def numbers(*, limit: int = 9, after: tuple[str, int] = ("", 0), **more: str) -> list[int]:
            found = bags.at({OFFICE}, BagStage.AT_COUNTER, limit=limit, after=after, **more)
            return [bag.id for bag in found]

        assert numbers() == [2, 3, 1]
        assert numbers(limit=1, after=("2026-09-01", 2)) == [3]
        assert numbers(after=("2026-09-01", 3)) == [1]
        assert numbers(until="2026-09-01") == [2, 3]
        assert bags.at({OFFICE + 1}, BagStage.AT_COUNTER, limit=9) == []
        assert bags.counts({OFFICE}, BagStage.AT_COUNTER) == {BagStage.AT_COUNTER: 3}
        assert bags.counts({OFFICE}, BagStage.CARRIED) == {}


def test_who_has_a_bag_and_who_is_asked_to_take_it_are_found(register: Register) -> None:
    with register.begin() as books:
        asked, has, neither = add(books, 1), add(books, 2), add(books, 3)
        books.bags.replace(asked, replace(asked, offered_to=COURIER))
        books.bags.replace(has, replace(has, stage=BagStage.CARRIED, holder=COURIER))
        books.bags.replace(neither, replace(neither, stage=BagStage.HANDED_OVER, holder=COURIER))

        assert [bag.id for bag in books.bags.with_(COURIER)] == [1, 2]
        assert [bag.id for bag in books.bags.offered_to(COURIER, {OFFICE})] == [1]


def test_moves_are_kept_in_order_and_an_event_counts_once(register: Register) -> None:
    event = bytes(16)
    with register.begin() as books:
        bag = add(books, 7)
        carried = replace(bag, stage=BagStage.CARRIED, holder=COURIER)
        books.bags.add_move(move(bag, bag))
        first = books.bags.last_move()
        books.bags.add_move(move(bag, carried, event=event))
        there = move(bag, carried, event=event)

        assert books.bags.moves_of(7) == [move(bag, bag), there]
        assert books.bags.moves_through(COURIER) == [there]
        assert books.bags.moves_through(COURIER, after=first) == [there]
        assert books.bags.moves_through(COURIER, after=books.bags.last_move()) == []
        assert books.bags.last_changes([7, 8]) == {7: AT}
    with pytest.raises(NotNow), register.begin() as books:
        books.bags.add_move(move(carried, carried, event=event))
