"""Reserve, confirm, crash, reserve again, withdraw, in any order: the books stay right.

After every step: a record of a batch has one number, numbers have no gap, no two certificates
share a number or a place in their list, and the register says of each what was done to it.
"""

import itertools
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from kiosk.domain.certificates import (
    Certificate,
    State,
    reinstate,
    replace_with,
    suspend,
    withdraw,
)
from kiosk.domain.errors import NotNow
from kiosk.storage.register import Register
from tests.kiosk.storage.reservations import NOW, a_reservation, confirmation_of, reserve

# Every run of the machine works in a year of its own, so that one database serves them all.
YEARS = itertools.count(2030, 3)

RECORDS = st.lists(
    st.tuples(
        st.sampled_from([0, 1, None]),
        st.sampled_from("abcdef"),
        st.integers(0, 1),
        st.integers(1, 2),
        st.integers(1, 3),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda record: record[:3] if record[0] is not None else object(),
)


class PowerCut(Exception):
    """What ends a transaction before its time."""


class Books(RuleBasedStateMachine):
    """A register, and what it should say."""

    register: Register

    def __init__(self) -> None:
        super().__init__()
        self.year = next(YEARS)
        self.batches: list[int] = []
        self.rows: dict[int, Certificate] = {}
        self.of_record: dict[tuple[int, str, int], int] = {}

    certificates = Bundle("certificates")

    @initialize()
    def begin(self) -> None:
        with self.register.begin() as books:
            self.batches = [
                books.batches.open(f"{self.year} {number}", at=NOW).id for number in (0, 1)
            ]

    @rule(target=certificates, records=RECORDS, crashes=st.booleans())
    def reserve(
        self,
        records: list[tuple[int | None, str, int, int, int]],
        crashes: bool,  # noqa: FBT001  # drawn
    ) -> object:
        requests = [
            a_reservation(
                name,
                batch=None if batch is None else self.batches[batch],
                occurrence=occurrence,
                unit=unit,
                issued_on=date(self.year, month, 28),
                valid_until=date(self.year, month + 6, 28),
            )
            for batch, name, occurrence, unit, month in records
        ]
        try:
            with self.register.begin() as books:
                rows = reserve(books, requests)
                if crashes:
                    raise PowerCut
        except PowerCut:
            return multiple()
        for (batch, name, occurrence, _, _), row in zip(records, rows, strict=True):
            if batch is not None:
                known = self.of_record.setdefault((batch, name, occurrence), row.id)
                assert known == row.id
            assert self.rows.setdefault(row.id, row) == row
        return multiple(*(row.id for row in rows))

    @rule(ids=st.lists(certificates, max_size=5, unique=True), crashes=st.booleans())
    def confirm(self, ids: list[int], crashes: bool) -> None:  # noqa: FBT001  # drawn
        try:
            with self.register.begin() as books:
                done = books.certificates.confirm(
                    [confirmation_of(self.rows[id_]) for id_ in ids], at=NOW
                )
                if crashes:
                    raise PowerCut
        except PowerCut:
            return
        reserved = [id_ for id_ in ids if self.rows[id_].state is State.RESERVED]
        assert done == len(reserved)
        for id_ in reserved:
            word = confirmation_of(self.rows[id_])
            self.rows[id_] = replace(
                self.rows[id_],
                state=State.ISSUED,
                issued_at=NOW,
                key_id=word.key_id,
                signed_digest=word.signed_digest,
            )

    @rule(id_=certificates)
    def withdraw(self, id_: int) -> None:
        before = self.rows[id_]
        try:
            after = withdraw(before, reason="lost", at=NOW + timedelta(days=1))
        except NotNow:
            return
        with self.register.begin() as books:
            books.certificates.replace(before, after)
        self.rows[id_] = after

    @rule(id_=certificates)
    def suspend_or_reinstate(self, id_: int) -> None:
        before = self.rows[id_]
        try:
            if before.state is State.SUSPENDED:
                after = reinstate(before)
            else:
                after = suspend(before, at=NOW + timedelta(days=1))
        except NotNow:
            return
        with self.register.begin() as books:
            books.certificates.replace(before, after)
        self.rows[id_] = after

    @rule(id_=consumes(certificates), successor=certificates)
    def replace(self, id_: int, successor: int) -> None:
        before = self.rows[id_]
        try:
            after = replace_with(before, self.rows[successor], reason="reprinted", at=NOW)
        except NotNow:
            return
        with self.register.begin() as books:
            books.certificates.replace(before, after)
        self.rows[id_] = after

    @invariant()
    def every_certificate_is_as_it_was_left(self) -> None:
        with self.register.read() as books:
            for id_, row in self.rows.items():
                assert books.certificates.get(id_) == row
            for number, batch in enumerate(self.batches):
                assert {row.id for row in books.certificates.reserved_in(batch)} == {
                    id_
                    for (owner, _, _), id_ in self.of_record.items()
                    if owner == number and self.rows[id_].state is State.RESERVED
                }

    @invariant()
    def numbers_have_no_gap(self) -> None:
        by_unit: dict[int, list[int]] = {}
        for row in self.rows.values():
            by_unit.setdefault(row.unit, []).append(row.sequence)
        for sequences in by_unit.values():
            assert sorted(sequences) == list(range(1, len(sequences) + 1))

    @invariant()
    def nobody_shares_a_number_or_a_place(self) -> None:
        rows = self.rows.values()
        assert len({row.number for row in rows}) == len(rows)
        assert len({(row.status_list, row.status_index) for row in rows}) == len(rows)

    @invariant()
    def the_lists_name_the_withdrawn_and_the_suspended(self) -> None:
        with self.register.read() as books:
            for number in {row.status_list for row in self.rows.values()}:
                assert books.certificates.withdrawn_indexes(number) == sorted(
                    row.status_index
                    for row in self.rows.values()
                    if row.status_list == number and row.state in (State.WITHDRAWN, State.REPLACED)
                )
                assert books.certificates.suspended_indexes(number) == sorted(
                    row.status_index
                    for row in self.rows.values()
                    if row.status_list == number and row.state is State.SUSPENDED
                )


def test_the_books_stay_right(register: Register) -> None:
    class OurBooks(Books):
        pass

    OurBooks.register = register

    run_state_machine_as_test(
        OurBooks,
        settings=settings(
            max_examples=15,
            stateful_step_count=20,
            suppress_health_check=list(HealthCheck),
        ),
    )
