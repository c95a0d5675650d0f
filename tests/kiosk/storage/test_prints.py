"""The print ledger in the register: written after over before, and sheets that add up."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.domain import prints
from kiosk.domain.applications import Application
from kiosk.domain.errors import NotNow
from kiosk.domain.prints import Blanko, BlankoState, Job, JobStage, Range, Spoilt
from kiosk.storage.prints import DayCount, Sealing
from kiosk.storage.register import Books, Register

AT, DAY = 1_788_150_000, 86_400


def an_application(books: Books, number: int = 0) -> int:
    new = Application(id=0, office=2)
    return books.applications.add(new, code_hash=bytes([number]) * 32, birth_hash=bytes(32)).id


def a_job(application: int) -> Job:
    return Job(
        application=application,
        office=2,
        serial="A0001",
        certificate=5,
        document="abc",
        key=b"sealed",
        by=3,
        wanted_at=AT,
        changed_at=AT,
    )


def a_range(first: int = 1, at: int = AT) -> Range:
    return Range(
        office=2, prefix="A", first=first, count=10, width=4, received_at=at, received_by=3
    )


def a_sheet(serial: str, at: int = AT) -> Blanko:
    return Blanko(serial=serial, office=2, state=BlankoState.USED, application=1, at=at, by=3)


def test_a_job_comes_back_as_it_was_written(register: Register) -> None:
    with register.begin() as books:
        application = an_application(books)
        books.prints.add_job(a_job(application))
        (before,) = books.prints.jobs_of(application)
        after = prints.spoil(before, Spoilt.JAM, at=AT + 5)
        books.prints.replace_job(before, after)

    with register.read() as books:
        assert books.prints.jobs_of(application) == [after]
        assert books.prints.open_jobs(limit=5) == []


def test_of_two_who_claim_a_job_one_gets_it(register: Register) -> None:
    with register.begin() as books:
        application = an_application(books)
        books.prints.add_job(a_job(application))
    with register.begin() as books:
        (before,) = books.prints.jobs_of(application)
        books.prints.replace_job(before, prints.claim(before, at=AT))

        with pytest.raises(NotNow):
            books.prints.replace_job(before, prints.claim(before, at=AT))
        assert [job.stage for job in books.prints.open_jobs(limit=5)] == [JobStage.SENDING]


def test_a_sheet_leaves_the_pile_once(register: Register) -> None:
    with register.begin() as books:
        books.prints.take_sheet(a_sheet("A0001"))
    with pytest.raises(NotNow), register.begin() as books:
        books.prints.take_sheet(a_sheet("A0001"))
    with register.begin() as books:
        before = books.prints.find_sheet("A0001")
        assert before is not None
        after = prints.void(before, Spoilt.TORN, at=AT + 9)
        books.prints.void_sheet(before, after)
        assert books.prints.void_sheets([2], since=AT, until=AT + 10) == [after]
        with pytest.raises(NotNow):
            books.prints.void_sheet(before, after)


def test_a_range_is_received_once(register: Register) -> None:
    with register.begin() as books:
        books.prints.add_range(a_range())
    with pytest.raises(NotNow), register.begin() as books:
        books.prints.add_range(a_range())
    with register.read() as books:
        assert [one.has("A0010") for one in books.prints.ranges([2])] == [True]
        assert books.prints.ranges([3]) == []


def test_the_sheets_of_a_day_add_up(register: Register) -> None:
    with register.begin() as books:
        books.prints.add_range(a_range())
        books.prints.add_range(a_range(21, at=AT + DAY))
        for number, at in ((1, AT), (2, AT), (3, AT + DAY), (4, AT + DAY)):
            books.prints.take_sheet(a_sheet(f"A000{number}", at))
        for serial in ("A0002", "A0004"):
            before = books.prints.find_sheet(serial)
            assert before is not None
            books.prints.void_sheet(before, prints.void(before, Spoilt.JAM, at=AT + DAY + 1))

    with register.read() as books:
        day = books.prints.sheets([2], since=AT + DAY, until=AT + 2 * DAY)

    assert day.balanced
    assert (day.before, day.received, day.left) == (8, 10, 16)
    assert (day.used, day.void, day.void_later) == (1, 1, 1)


def test_a_bag_waits_for_one_paper_at_a_time(register: Register) -> None:
    with register.begin() as books:
        first, second = an_application(books, 1), an_application(books, 2)
        proposed = Sealing(application=first, bag=4711, by=3, at=AT)
        books.prints.propose_sealing(proposed)
    with pytest.raises(NotNow), register.begin() as books:
        books.prints.propose_sealing(Sealing(application=second, bag=4711, by=3, at=AT))
    with register.begin() as books:
        assert books.prints.find_sealing(first) == proposed
        books.prints.end_sealing(first)
        assert books.prints.find_sealing(first) is None


def test_a_count_takes_the_place_of_the_one_before(register: Register) -> None:
    day = date(2026, 8, 31)
    with register.begin() as books:
        counted = DayCount(office=2, day=day, money=60_000, sheets=9, by=3, at=AT)
        books.prints.write_count(replace(counted, money=30_000))
        books.prints.write_count(counted)
        assert books.prints.find_count(2, day) == counted
