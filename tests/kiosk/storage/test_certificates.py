"""The certificates of the register: numbers drawn once, found again, confirmed, withdrawn."""

import itertools
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from kiosk.domain.certificates import Certificate, State, replace_with, withdraw
from kiosk.domain.errors import NotNow, Unknown
from kiosk.storage.certificates import Confirmation, Reservation
from kiosk.storage.errors import StorageError
from kiosk.storage.permutation import LIST_SIZE
from kiosk.storage.register import Register
from kiosk.storage.schema import certificates
from tests.kiosk.storage.reservations import (
    LIST,
    NOW,
    UNIT,
    a_reservation,
    confirmation_of,
    content_of,
    digest_of,
    issue,
    number_of,
    reserve,
    states,
)

LATER = NOW + timedelta(hours=1)


def a_batch(register: Register, label: str = "august.jsonl") -> int:
    with register.begin() as books:
        return books.batches.open(label, at=NOW).id


def sequences(rows: Sequence[Certificate]) -> list[int]:
    return [row.sequence for row in rows]


def test_a_reserved_certificate_is_kept_column_by_column(register: Register) -> None:
    request = a_reservation(batch=a_batch(register), occurrence=3)

    with register.begin() as books:
        [row] = reserve(books, [request])

    with register.read() as books:
        assert books.certificates.get(row.id) == row
        assert books.certificates.content(row.id) == content_of(request, row)
    for field in fields(request):
        if field.name != "issued_on":
            assert getattr(row, field.name) == getattr(request, field.name)
    assert (row.year, row.sequence, row.number) == (2026, 1, number_of(request, 1))
    assert (row.state, row.reserved_at) == (State.RESERVED, NOW)
    assert (row.status_list, row.id // LIST_SIZE) == (LIST, LIST)
    assert 0 <= row.status_index < LIST_SIZE
    assert (row.issued_at, row.signed_digest, row.withdrawn_at, row.replaced_by) == (None,) * 4


def test_numbers_are_consecutive_by_unit_and_year(register: Register) -> None:
    elsewhere = {"unit": UNIT + 1}
    next_year = {"issued_on": date(2027, 1, 1), "valid_until": date(2027, 7, 1)}
    with register.begin() as books:
        first = reserve(
            books,
            [
                a_reservation("a"),
                a_reservation("b", **elsewhere),
                a_reservation("c"),
                a_reservation("d", **next_year),
            ],
        )
    with register.begin() as books:
        second = reserve(books, [a_reservation("e", **elsewhere), a_reservation("f")])

    assert sequences(first) == [1, 1, 2, 1]
    assert sequences(second) == [2, 3]
    assert [row.year for row in first] == [2026, 2026, 2026, 2027]


def test_places_in_a_status_list_do_not_tell_the_order(register: Register) -> None:
    with register.begin() as books:
        rows = reserve(books, [a_reservation(str(number)) for number in range(300)])

    places = [row.status_index for row in rows]
    assert len(set(places)) == 300
    # Of 299 random steps about half go up; 6 sigma are 52.
    assert abs(sum(a < b for a, b in itertools.pairwise(places)) - 150) < 55
    assert max(places) - min(places) > LIST_SIZE // 2


def test_a_restarted_batch_finds_its_numbers_again(register: Register) -> None:
    batch = a_batch(register)
    requests = [a_reservation(name, batch=batch) for name in ("a", "b", "c")]
    with register.begin() as books:
        first = reserve(books, requests)
    with register.begin() as books:
        books.certificates.confirm([confirmation_of(first[0])], at=LATER)

    # The second run has other salts, and another record in between.
    again = [replace(request, salt=b"x" * 16) for request in requests]
    with register.begin() as books:
        second = reserve(books, [again[2], a_reservation("d", batch=batch), again[0], again[1]])

    assert sequences(second) == [3, 4, 1, 2]
    assert [row.state for row in second] == [
        State.RESERVED,
        State.RESERVED,
        State.ISSUED,
        State.RESERVED,
    ]
    assert second[0] == first[2]
    assert second[2].salt == first[0].salt


def test_equal_records_of_a_batch_are_told_apart_by_their_count(register: Register) -> None:
    batch = a_batch(register)
    twins = [a_reservation("a", batch=batch, occurrence=count) for count in (0, 1)]
    with register.begin() as books:
        first = reserve(books, twins)
    with register.begin() as books:
        second = reserve(books, twins[::-1])

    assert sequences(first) == [1, 2]
    assert second == first[::-1]


def test_the_same_record_in_another_batch_or_by_itself_is_a_new_certificate(
    register: Register,
) -> None:
    batches = [a_batch(register, "august.jsonl"), a_batch(register, "september.jsonl"), None, None]
    rows = []
    for batch in batches:
        with register.begin() as books:
            rows += reserve(books, [a_reservation("a", batch=batch)])

    assert sequences(rows) == [1, 2, 3, 4]


def test_what_was_reserved_in_a_lost_transaction_never_was(
    register: Register, engine: Engine
) -> None:
    batch = a_batch(register)

    requests = [a_reservation("a", batch=batch), a_reservation("b", batch=batch)]

    def lose_power(request: Reservation, certificate: Certificate) -> bytes:
        assert certificate.sequence == 1
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), register.begin() as books:
        books.certificates.reserve(requests, at=NOW, number=number_of, content=lose_power)
    with register.begin() as books:
        [row] = reserve(books, requests[1:])

    assert row.sequence == 1
    assert states(engine) == {"reserved": 1}


def test_nothing_is_reserved_for_a_batch_that_was_not_begun(register: Register) -> None:
    with pytest.raises(Unknown), register.begin() as books:
        reserve(books, [a_reservation("a", batch=7)])


def test_a_record_stands_once_in_a_chunk(register: Register) -> None:
    batch = a_batch(register)

    with pytest.raises(StorageError), register.begin() as books:
        reserve(books, [a_reservation("a", batch=batch)] * 2)


def test_a_full_status_list_is_refused_and_nothing_is_lost(
    register: Register, engine: Engine
) -> None:
    issue(register, "first")
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE status_lists SET next_draw = :draw"), {"draw": LIST_SIZE - 2}
        )

    with pytest.raises(NotNow, match="status list 85"), register.begin() as books:
        reserve(books, [a_reservation(str(number)) for number in range(3)])
    with register.begin() as books:
        rows = reserve(books, [a_reservation(str(number)) for number in range(2)])

    assert sequences(rows) == [2, 3]
    assert rows[-1].id == LIST * LIST_SIZE + LIST_SIZE - 1
    with pytest.raises(NotNow), register.begin() as books:
        reserve(books, [a_reservation("one more")])


def test_confirming_issues_reserved_certificates_once(register: Register, engine: Engine) -> None:
    with register.begin() as books:
        rows = reserve(books, [a_reservation(name) for name in ("a", "b", "c")])

    with register.begin() as books:
        assert books.certificates.confirm([confirmation_of(row) for row in rows[:2]], at=LATER) == 2
    with register.begin() as books:
        # The first is issued already, and the last does not exist.
        others = [Confirmation(id=5, key_id=b"key3", signed_digest=b"x" * 16)]
        again = [confirmation_of(row) for row in (rows[0], rows[2])]
        assert books.certificates.confirm(again + others, at=LATER + timedelta(hours=1)) == 1
        assert books.certificates.confirm([], at=LATER) == 0

    assert states(engine) == {"issued": 3}
    with register.read() as books:
        found = [books.certificates.get(row.id) for row in rows]
    assert found[0] == replace(
        rows[0],
        state=State.ISSUED,
        issued_at=LATER,
        key_id=b"key2",
        signed_digest=rows[0].record_digest[:16],
    )
    assert [row.issued_at for row in found] == [LATER, LATER, LATER + timedelta(hours=1)]


def test_the_unconfirmed_certificates_of_a_batch_are_listed_by_number(register: Register) -> None:
    batch, other = a_batch(register), a_batch(register, "other.jsonl")
    with register.begin() as books:
        rows = reserve(books, [a_reservation(name, batch=batch) for name in ("a", "b", "c", "d")])
        reserve(books, [a_reservation("e", batch=other)])
        books.certificates.confirm([confirmation_of(rows[1])], at=LATER)

    with register.read() as books:
        assert books.certificates.reserved_in(batch) == [rows[0], rows[2], rows[3]]
        assert books.certificates.reserved_in(999) == []


def test_a_certificate_is_found_by_its_number(register: Register) -> None:
    _, row = issue(register, "a", "b")

    with register.read() as books:
        assert books.certificates.get_by_number(row.number) == row
        with pytest.raises(Unknown):
            books.certificates.get_by_number(row.number + "0")
        with pytest.raises(Unknown):
            books.certificates.get(row.id + 1)
        with pytest.raises(Unknown):
            books.certificates.content(row.id + 1)


def test_number_and_code_together_find_it_and_neither_alone(register: Register) -> None:
    one, other = issue(register, "a", "b")

    with register.read() as books:
        find = books.certificates.find_by_number_and_code
        assert find(one.number, one.check_code) == one
        assert find(one.number, other.check_code) is None
        assert find(one.number, "") is None
        assert find(one.number, "é") is None
        assert find("SKCK/0", one.check_code) is None


def test_the_certificates_of_a_person_are_found_newest_first(register: Register) -> None:
    ratna = digest_of("Ratna's NIK")
    issue(register, "a", nik_hash=ratna)
    issue(register, "b", "c")
    issue(register, "d", nik_hash=ratna)

    with register.read() as books:
        assert sequences(books.certificates.find_by_nik(ratna)) == [4, 1]
        assert books.certificates.find_by_nik(digest_of("nobody's")) == []


def test_withdrawing_is_written_with_time_and_reason(register: Register) -> None:
    [before] = issue(register, "a")
    after = withdraw(before, reason="lost", at=LATER)

    with register.begin() as books:
        books.certificates.replace(before, after)

    with register.read() as books:
        assert books.certificates.get(before.id) == after


def test_a_replaced_certificate_keeps_its_successor(register: Register) -> None:
    before, successor = issue(register, "a", "b")
    after = replace_with(before, successor, reason="reprinted", at=LATER)

    with register.begin() as books:
        books.certificates.replace(before, after)

    with register.read() as books:
        assert books.certificates.get(before.id).replaced_by == successor.id


def test_who_comes_second_does_not_withdraw_again(register: Register) -> None:
    [before] = issue(register, "a")
    with register.begin() as books:
        books.certificates.replace(before, withdraw(before, reason="lost", at=LATER))

    with pytest.raises(NotNow), register.begin() as books:
        books.certificates.replace(before, withdraw(before, reason="stolen", at=LATER))

    with register.read() as books:
        assert books.certificates.get(before.id).withdrawn_reason == "lost"


def test_a_withdrawn_reservation_cannot_be_confirmed(register: Register) -> None:
    with register.begin() as books:
        [before] = reserve(books, [a_reservation("a")])
        books.certificates.replace(before, withdraw(before, reason="spoilt", at=LATER))
    with register.begin() as books:
        assert books.certificates.confirm([confirmation_of(before)], at=LATER) == 0

    with register.read() as books:
        assert books.certificates.get(before.id).state is State.WITHDRAWN


def test_the_withdrawn_places_of_a_list_are_those_of_withdrawn_and_replaced(
    register: Register,
) -> None:
    rows = issue(register, *"abcdefgh")
    issue(register, "other", valid_until=date(2027, 3, 1))
    with register.begin() as books:
        for row in rows[:3]:
            books.certificates.replace(row, withdraw(row, reason="lost", at=LATER))
        books.certificates.replace(
            rows[3], replace_with(rows[3], rows[4], reason="reprinted", at=LATER)
        )

    with register.read() as books:
        assert books.certificates.withdrawn_indexes(LIST) == sorted(
            row.status_index for row in rows[:4]
        )
        assert books.certificates.withdrawn_indexes(LIST + 1) == []


def test_lists_in_use_are_those_drawn_from(register: Register) -> None:
    issue(register, "a", valid_until=date(2027, 3, 1))
    issue(register, "b")
    issue(register, "c", valid_until=date(2028, 12, 31))

    with register.read() as books:
        assert books.certificates.lists_in_use() == [85, 86, 107]
        assert books.certificates.lists_in_use(since=date(2027, 3, 31)) == [86, 107]
        assert books.certificates.lists_in_use(since=date(2027, 4, 1)) == [107]


def test_no_name_and_no_nik_stands_in_clear_in_any_column() -> None:
    texts = {column.name for column in certificates.c if column.type.python_type is str}

    assert texts == {"number", "state", "check_code", "withdrawn_reason"}


@pytest.mark.parametrize(
    "broken",
    [
        "UPDATE certificates SET state = 'revoked'",
        "UPDATE certificates SET state = 'withdrawn'",
        "UPDATE certificates SET withdrawn_at = 5",
        "UPDATE certificates SET suspended_at = 5",
        "UPDATE certificates SET state = 'suspended'",
        "UPDATE certificates SET sequence = 1",
        "UPDATE certificates SET number = 'SKCK/1'",
        "UPDATE certificates SET batch_id = 77",
        "UPDATE certificates SET content = NULL",
    ],
)
def test_the_database_itself_refuses_what_must_not_be(
    register: Register, engine: Engine, broken: str
) -> None:
    issue(register, "a", "b")

    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text(broken))
