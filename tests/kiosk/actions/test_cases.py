"""Reports are taken once, talked about by who proves them theirs, and forgotten in time."""

import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.actions.cases import (
    append,
    encode_thread,
    shred_due,
    submit,
    take_chunk,
    thread_of,
)
from kiosk.actions.handling import answer, assign, chunk_of, close, inbox, open_case
from kiosk.actions.mailroom import Mailroom
from kiosk.domain.cases import Case, CaseState, Urgency
from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.journal import first_break
from signing.cose import encode, read
from signing.directory import Role
from signing.envelope import (
    CHUNK_BYTES,
    Direction,
    Place,
    digest_of,
    open_file,
    open_message,
    seal_message,
    unwrap_key,
)
from signing.errors import FormatError
from signing.hpke import OpeningKey
from signing.padding import unpad
from tests.sealed_reports import DAY, HANDLER, HANDLING, UNIT, Days, Reporter, admitted_as

ME = HANDLER.sealing_key.id


def answered(mailroom: Mailroom, reporter: Reporter, *, after: int = 1) -> bytes:
    """What the handler wrote, sealed."""
    place = Place(direction=Direction.TO_REPORTER, sequence=0, previous=reporter.previous)
    sealed = seal_message(reporter.key, place, b"when was that?")
    answer(mailroom, reporter.key.case, by=HANDLING, said=(after, 0, sealed))
    return sealed


def closed(mailroom: Mailroom, reporter: Reporter, *, after: int, sequence: int) -> Case:
    """The case, closed with a reason."""
    with mailroom.archive.read() as shelves:
        last = shelves.cases.messages_of(reporter.key.case)[-1]
    place = Place(
        direction=Direction.TO_REPORTER, sequence=sequence, previous=digest_of(last.sealed)
    )
    said = (after, 0, seal_message(reporter.key, place, b"nothing could be found"))
    return close(mailroom, reporter.key.case, by=HANDLING, said=said)


def waiting(mailroom: Mailroom) -> list[Case]:
    """What waits for the handler."""
    return [row.case for row in inbox(mailroom, by=HANDLING).rows]


def at_work(mailroom: Mailroom, reporter: Reporter) -> None:
    submit(mailroom, reporter.delivery)
    open_case(mailroom, reporter.key.case, by=HANDLING, urgency=Urgency.SOON)
    assign(mailroom, reporter.key.case, by=HANDLING)


def test_a_report_comes_out_as_it_went_in_for_its_handler(mailroom: Mailroom) -> None:
    reporter = Reporter.new(b"three of them took money")
    case = submit(mailroom, reporter.delivery)

    with mailroom.archive.read() as shelves:
        wraps = shelves.cases.wraps_of(case.id)
        (first,) = shelves.cases.messages_of(case.id)
        identity = shelves.cases.identity_of(case.id)
    mine = next(one for one in wraps if one.reader == ME)
    key = unwrap_key(mine.sealed, case.id, HANDLER)
    assert identity is not None
    place = Place(direction=Direction.TO_OFFICE, sequence=0, previous=digest_of(identity))
    assert open_message(key, place, first.sealed) == reporter.text


def test_a_report_sent_twice_is_one_case_with_one_number(mailroom: Mailroom) -> None:
    reporter = Reporter.new()

    first, second = submit(mailroom, reporter.delivery), submit(mailroom, reporter.delivery)

    assert first.number == second.number
    assert len(waiting(mailroom)) == 1


def test_a_report_sent_again_otherwise_is_refused(mailroom: Mailroom) -> None:
    reporter = Reporter.new()
    submit(mailroom, reporter.delivery)

    with pytest.raises(NotNow):
        submit(mailroom, reporter.delivery_with(urgency=1))
    assert [case.urgency for case in waiting(mailroom)] == [Urgency.ORDINARY]


def test_one_receipt_code_is_for_one_report(mailroom: Mailroom) -> None:
    submit(mailroom, Reporter.new(seed=4).delivery)

    with pytest.raises(NotNow):
        submit(mailroom, Reporter.new(seed=4).delivery)


@pytest.mark.parametrize(
    "spoilt",
    [
        b"",
        encode([1, 2, 3]),
        encode([2, UNIT, 3, bytes(32), b""]),
        encode([1, UNIT, 0, bytes(32), b""]),
        encode([1, UNIT, 3, bytes(31), Reporter.new().submission.message]),
        encode([1, UNIT, 3, bytes(32), "text"]),
    ],
)
def test_what_is_no_report_is_not_kept(mailroom: Mailroom, spoilt: bytes) -> None:
    with pytest.raises(FormatError):
        submit(mailroom, spoilt)


def test_who_proves_a_report_reads_its_thread_and_nobody_else(mailroom: Mailroom) -> None:
    reporter = Reporter.new()
    submit(mailroom, reporter.delivery)

    thread = thread_of(mailroom, reporter.ask())

    assert thread.own == (reporter.submission.own,)
    assert thread.own_proof == reporter.submission.proof
    assert [one.sealed for one in thread.messages] == [reporter.submission.message]
    stranger = encode([1, hashlib.sha256(reporter.proof).digest(), 0])
    with pytest.raises(Unknown):
        thread_of(mailroom, stranger)


def test_a_thread_with_one_message_or_three_has_one_length(mailroom: Mailroom) -> None:
    reporter = Reporter.new()
    at_work(mailroom, reporter)
    before = encode_thread(thread_of(mailroom, reporter.ask()))

    answered(mailroom, reporter)
    append(mailroom, reporter.said(b"on Monday", after=2))

    after = encode_thread(thread_of(mailroom, reporter.ask()))
    assert len(before) == len(after) == 16 * 1024
    assert len(read(unpad(after))[9]) == 3


def test_whoever_wrote_sees_by_when_the_office_takes_the_next_step(
    mailroom: Mailroom,
) -> None:
    reporter = Reporter.new()
    submit(mailroom, reporter.delivery)
    # A Monday; three working days, of which one is a holiday.
    holiday = replace(mailroom, holidays=lambda: {DAY + timedelta(days=1)})

    plain, with_holiday = (thread_of(one, reporter.ask()).due for one in (mailroom, holiday))

    assert (plain, with_holiday) == (DAY + timedelta(days=3), DAY + timedelta(days=4))
    open_case(mailroom, reporter.key.case, by=HANDLING, urgency=Urgency.SOON)
    assign(mailroom, reporter.key.case, by=HANDLING)
    answered(mailroom, reporter)
    assert thread_of(mailroom, reporter.ask()).due is None
    assert read(unpad(encode_thread(thread_of(mailroom, reporter.ask()))))[12] == ""


def test_a_reporter_who_writes_without_end_leaves_the_office_room_to_close(
    mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.domain.cases.MOST_ANSWERS", 3)
    monkeypatch.setattr("kiosk.domain.cases.MOST_MESSAGES", 4)
    reporter = Reporter.new()
    at_work(mailroom, reporter)
    for number in (1, 2):
        append(mailroom, reporter.said(b"more", after=number))

    with pytest.raises(NotNow):
        append(mailroom, reporter.said(b"and more", after=3))

    monkeypatch.setattr("kiosk.domain.cases.MOST_ANSWERS", 9)
    monkeypatch.setattr("kiosk.domain.cases.MOST_ANSWER_BYTES", 4 * 2129 - 1)
    with pytest.raises(NotNow):
        append(mailroom, reporter.said(b"and more", after=3))

    assert closed(mailroom, reporter, after=3, sequence=0).state is CaseState.CLOSED


def test_only_what_came_since_is_told(mailroom: Mailroom) -> None:
    reporter = Reporter.new()
    at_work(mailroom, reporter)
    sealed = answered(mailroom, reporter)

    thread = thread_of(mailroom, reporter.ask(since=1))

    assert [(one.number, one.sealed) for one in thread.messages] == [(2, sealed)]
    assert thread.case.state is CaseState.ANSWERED


def test_a_reply_sent_twice_is_one_and_one_sealed_too_early_is_refused(mailroom: Mailroom) -> None:
    reporter = Reporter.new()
    submit(mailroom, reporter.delivery)
    said = reporter.said(b"and another thing", after=1)

    first, again = append(mailroom, said), append(mailroom, said)

    assert (first.number, again.number) == (2, 2)
    with pytest.raises(NotNow):
        append(mailroom, reporter.said(b"sealed before that", after=1))


def test_a_reply_wakes_a_case_that_was_closed(mailroom: Mailroom) -> None:
    reporter = Reporter.new()
    at_work(mailroom, reporter)
    answered(mailroom, reporter)
    closed(mailroom, reporter, after=2, sequence=1)

    append(mailroom, reporter.said(b"it happened again", after=3))

    assert [case.state for case in waiting(mailroom)] == [CaseState.REOPENED]


def test_nobody_works_on_a_case_that_is_not_sealed_for_them(mailroom: Mailroom) -> None:
    reporter = Reporter.new()
    case = submit(mailroom, reporter.delivery)

    stranger = admitted_as(OpeningKey.new(), UNIT, Role.HANDLER)
    # A key that stands for another unit now reads nothing that was wrapped for it before.
    moved = admitted_as(HANDLER, UNIT + 1, Role.HANDLER)
    for nobody in (stranger, moved):
        with pytest.raises(Unknown):
            open_case(mailroom, case.id, by=nobody, urgency=Urgency.SOON)


def test_the_inbox_turns_its_pages_most_urgent_first(mailroom: Mailroom, today: Days) -> None:
    for number, urgency in enumerate([3, 1, 2, 3]):
        today.forward(1)
        submit(mailroom, Reporter.new(seed=number).delivery_with(urgency=urgency))

    first = inbox(mailroom, by=HANDLING, most=3)
    rest = inbox(mailroom, by=HANDLING, after=first.next or b"", most=3)

    found = [row.case for row in first.rows + rest.rows]
    assert [case.urgency for case in found] == [1, 2, 3, 3]
    assert found[2].received_on < found[3].received_on
    assert rest.next is None
    elsewhere = admitted_as(HANDLER, UNIT + 1, Role.HANDLER)
    assert inbox(mailroom, by=elsewhere).rows == ()


def test_a_closed_case_loses_its_identity_first_and_then_everything(
    mailroom: Mailroom, today: Days
) -> None:
    reporter = Reporter.new()
    at_work(mailroom, reporter)
    file = reporter.sealed_file(b"a photo")
    take_chunk(mailroom, reporter.key.case, (0, 0), reporter.chunk(file, 0))
    case = closed(mailroom, reporter, after=1, sequence=0)

    today.day = DAY + timedelta(days=29)
    assert shred_due(mailroom) == 0
    today.forward(1)
    assert shred_due(mailroom) == 1
    with mailroom.archive.read() as shelves:
        assert shelves.cases.identity_of(case.id) is None
        assert len(shelves.cases.wraps_of(case.id)) == 2
    today.forward(30)
    assert shred_due(mailroom) == 1

    with mailroom.archive.read() as shelves:
        assert shelves.cases.wraps_of(case.id) == []
        assert shelves.cases.messages_of(case.id) == []
        assert shelves.cases.files_of(case.id) == []
        assert shelves.cases.get(case.id).state is CaseState.SHREDDED
        assert shelves.cases.envelope_of(case.id).proof is None
    with pytest.raises(Unknown):
        thread_of(mailroom, reporter.ask())


def test_a_case_that_is_open_is_kept(mailroom: Mailroom, today: Days) -> None:
    at_work(mailroom, Reporter.new())
    today.forward(4000)

    assert shred_due(mailroom) == 0


def test_every_step_is_in_the_log_and_bound_to_the_one_before(mailroom: Mailroom) -> None:
    reporter = Reporter.new()
    at_work(mailroom, reporter)
    answered(mailroom, reporter)

    with mailroom.archive.read() as shelves:
        entries = list(shelves.deeds.all())
    assert [entry.deed for entry, _ in entries] == [
        "case received",
        "case opened",
        "case assigned",
        "office wrote",
    ]
    assert first_break(entries) is None
    assert {entry.at % 86_400 for entry, _ in entries} == {0}


def test_a_file_arrives_in_any_order_and_ends_with_its_digest(mailroom: Mailroom) -> None:
    reporter = Reporter.new()
    case = submit(mailroom, reporter.delivery)
    plain = secrets.token_bytes(CHUNK_BYTES + 5000)
    file = reporter.sealed_file(plain)

    first = take_chunk(mailroom, case.id, (0, 1), reporter.chunk(file, 1))
    last = take_chunk(mailroom, case.id, (0, 0), reporter.chunk(file, 0))

    assert (first.missing, first.digest) == ((0,), None)
    assert (last.missing, last.digest) == ((), file.digest)
    kept = tuple(chunk_of(mailroom, case.id, (0, one), by=HANDLING) for one in range(2))
    assert open_file(reporter.key.secret, case.id, replace(file, chunks=kept)) == plain
    (shown,) = thread_of(mailroom, reporter.ask()).files
    assert (shown.chunks, shown.digest) == (2, file.digest)


def test_a_chunk_sent_again_is_kept_once_and_another_in_its_place_is_refused(
    mailroom: Mailroom,
) -> None:
    reporter = Reporter.new()
    case = submit(mailroom, reporter.delivery)
    file, other = reporter.sealed_file(b"a photo"), reporter.sealed_file(b"a video")

    for _ in range(2):
        assert take_chunk(mailroom, case.id, (0, 0), reporter.chunk(file, 0)).digest == file.digest
    swapped = replace(file, chunks=other.chunks)
    for spoilt in (other, swapped):
        with pytest.raises(NotNow):
            take_chunk(mailroom, case.id, (0, 0), reporter.chunk(spoilt, 0))


def test_a_case_takes_ten_files_with_originals_and_no_more(mailroom: Mailroom) -> None:
    reporter = Reporter.new()
    case = submit(mailroom, reporter.delivery)
    for number in range(20):
        file = reporter.sealed_file(b"a photo")
        take_chunk(mailroom, case.id, (number, 0), reporter.chunk(file, 0))

    with pytest.raises(NotNow):
        take_chunk(mailroom, case.id, (20, 0), reporter.chunk(reporter.sealed_file(b"more"), 0))


def test_a_chunk_of_another_length_or_for_another_case_is_refused(mailroom: Mailroom) -> None:
    reporter, stranger = Reporter.new(), Reporter.new(seed=2)
    case = submit(mailroom, reporter.delivery)
    submit(mailroom, stranger.delivery)
    file = reporter.sealed_file(b"a photo")

    short = replace(file, chunks=(file.chunks[0][:-1],))

    with pytest.raises(FormatError):
        take_chunk(mailroom, case.id, (0, 0), reporter.chunk(short, 0))
    with pytest.raises(FormatError):
        take_chunk(mailroom, case.id, (0, 0), reporter.chunk(replace(file, size=1025), 0))
    with pytest.raises(FormatError):
        take_chunk(mailroom, case.id, (0, 1), reporter.chunk(file, 0))
    with pytest.raises(Unknown):
        take_chunk(mailroom, case.id, (0, 0), stranger.chunk(file, 0))


def test_many_tries_at_once_are_one_case(mailroom: Mailroom) -> None:
    delivery = Reporter.new().delivery

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: submit(mailroom, delivery), range(12)))

    assert len({case.number for case in found}) == 1
    assert len(waiting(mailroom)) == 1
    with mailroom.archive.read() as shelves:
        assert [entry.deed for entry, _ in shelves.deeds.all()] == ["case received"]
