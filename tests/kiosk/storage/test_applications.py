"""Applications: kept after over before, found by code and due time; no examination is told."""

import secrets
from dataclasses import replace

import pytest
from sqlalchemy import Engine, text

from kiosk.domain.applications import IN_EXAMINATION, Application, Found, Stage
from kiosk.domain.errors import NotNow, Unknown
from kiosk.storage.applications import Tries
from kiosk.storage.register import Books, Register

CHECKING = Application(id=0, office=1, stage=Stage.CHECKING, due_at=100, created_at=1)


def added(books: Books, new: Application = CHECKING) -> Application:
    """An application in the register."""
    return books.applications.add(
        new, code_hash=secrets.token_bytes(32), birth_hash=secrets.token_bytes(32)
    )


def test_an_application_comes_back_as_it_was_written(register: Register) -> None:
    written = replace(
        CHECKING, promised_at=7, correction_at=8, priority=True, helper=3, serial="09-1", bag=4
    )
    with register.begin() as books:
        before = added(books, written)

    with register.read() as books:
        assert books.applications.get(before.id).application == replace(written, id=before.id)


def test_whoever_waits_longest_for_a_correction_comes_first(register: Register) -> None:
    with register.begin() as books:
        late, none, early = (
            added(books, replace(CHECKING, correction_at=at)) for at in (9, None, 8)
        )
        books.applications.write_cell(early.id, "correction", b"sealed")
        books.applications.write_cell(none.id, "answers", b"others")

        waiting = books.applications.wishing({CHECKING.office}, limit=9)
        assert [kept.application for kept in waiting] == [early, late]
        assert books.applications.wishing({CHECKING.office + 1}, limit=9) == []
        assert books.applications.get_followed(early.id).correction == b"sealed"
        assert books.applications.get_followed(none.id).correction is None
        some = books.applications.some([early.id, none.id])
        assert {kept.application for kept in some} == {early, none}


def test_there_is_no_application_that_nobody_made(register: Register) -> None:
    with register.read() as books, pytest.raises(Unknown):
        books.applications.get(17)


def test_of_two_who_read_the_same_only_the_first_writes(register: Register) -> None:
    with register.begin() as books:
        before = added(books)
        books.applications.replace(before, replace(before, stage=Stage.RETURNED), None)

        with pytest.raises(NotNow):
            books.applications.replace(before, replace(before, stage=Stage.REFUSED), None)
        assert books.applications.get(before.id).application.stage is Stage.RETURNED


def test_a_row_does_not_tell_one_stage_of_an_examination_from_another(
    register: Register, engine: Engine
) -> None:
    with register.begin() as books:
        before = added(books)
        for stage in sorted(IN_EXAMINATION):
            after = replace(before, stage=stage, examined_by=5, found=Found.RECORD, confirmed_by=6)
            before = replace(after, revision=books.applications.replace(before, after, b"sealed"))

            kept = books.applications.get(before.id)
            assert kept.application.stage is Stage.EXAMINING
            assert (kept.application.found, kept.application.confirmed_by) == (None, None)
            assert kept.examination == b"sealed"

    with engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM applications")).one()
    assert {"found", "examined_by", "confirmed_by"}.isdisjoint(row._mapping)
    assert row.stage == "examining"


def test_the_soonest_due_comes_first_and_pages_follow_each_other(register: Register) -> None:
    with register.begin() as books:
        for due in (300, 100, 200, 100):
            added(books, replace(CHECKING, due_at=due))
        added(books, replace(CHECKING, office=2))
        added(books, replace(CHECKING, stage=Stage.RETURNED))

        first = books.applications.queue([1, 7], Stage.CHECKING, limit=3)
        last = first[-1].application
        rest = books.applications.queue(
            [1, 7], Stage.CHECKING, limit=3, after=(last.due_at or 0, last.id)
        )

    assert [kept.application.due_at for kept in first + rest] == [100, 100, 200, 300]


def test_applications_are_found_by_code_and_by_person(register: Register) -> None:
    with register.begin() as books:
        one = books.applications.add(CHECKING, code_hash=b"c" * 32, birth_hash=b"b" * 32)
        books.applications.set_person(one.id, nik_hash=b"n" * 32)

        found = books.applications.find_by_code(b"c" * 32)

        assert found is not None
        assert found.birth_hash == b"b" * 32
        assert books.applications.find_by_code(b"d" * 32) is None
        assert [kept.application.id for kept in books.applications.find_by_nik(b"n" * 32)] == [
            one.id
        ]


def test_wrong_tries_are_kept(register: Register) -> None:
    with register.begin() as books:
        one = added(books)
        books.applications.set_tries(one.id, Tries(wrong=4, at=99))

    with register.read() as books:
        assert books.applications.get(one.id).tries == Tries(wrong=4, at=99)


def test_a_cell_is_written_over_and_forgotten(register: Register) -> None:
    with register.begin() as books:
        one = added(books)
        books.applications.write_cell(one.id, "answers", b"old")
        books.applications.write_cell(one.id, "answers", b"new")
        books.applications.write_cell(one.id, "delivery", b"there")

        assert books.applications.cell(one.id, "answers") == b"new"
        assert books.applications.cells([one.id, 99], "delivery") == {one.id: b"there"}
        books.applications.remove_cell(one.id, "answers")
        assert books.applications.cell(one.id, "answers") is None


def test_only_a_draft_is_dropped_and_its_number_is_not_used_again(register: Register) -> None:
    with register.begin() as books:
        draft = added(books, replace(CHECKING, stage=Stage.DRAFT))
        books.applications.write_cell(draft.id, "answers", b"sealed")
        books.applications.drop(draft.id)
        after = added(books)

        assert after.id > draft.id
        with pytest.raises(Unknown):
            books.applications.get(draft.id)
        with pytest.raises(NotNow):
            books.applications.drop(after.id)


def test_what_stands_in_a_queue_is_counted(register: Register) -> None:
    with register.begin() as books:
        for stage in (Stage.CHECKING, Stage.CHECKING, Stage.CONFIRMING, Stage.HANDED_OVER):
            added(books, replace(CHECKING, stage=stage))

        counts = books.applications.counts([1], [Stage.CHECKING, *IN_EXAMINATION])

    assert counts == {Stage.CHECKING: 2, Stage.EXAMINING: 1}


def test_what_is_overdue_is_found_whatever_its_office(register: Register) -> None:
    with register.begin() as books:
        late = added(books, replace(CHECKING, stage=Stage.AWAITING_PAYMENT, due_at=5, office=9))
        added(books, replace(CHECKING, stage=Stage.AWAITING_PAYMENT, due_at=50))

        found = books.applications.overdue(Stage.AWAITING_PAYMENT, at=6, limit=10)

    assert [kept.application.id for kept in found] == [late.id]
