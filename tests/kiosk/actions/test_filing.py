"""Applications leave the register opened and go back sealed; nothing tells a record from none."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from kiosk.actions.desk import Desk
from kiosk.actions.filing import (
    Cell,
    add_application,
    find_cell,
    get_application,
    queue_of,
    replace_application,
    write_cell,
)
from kiosk.domain.applications import IN_EXAMINATION, Application, Found, Stage
from kiosk.storage.database import new_engine
from signing.errors import SigningError
from tests.staffed import Staffed


@pytest.fixture
def desk(staffed: Staffed) -> Desk:
    """A desk."""
    return staffed.desk


def added(desk: Desk, code: bytes = b"c" * 32, /, **changes: object) -> Application:
    """An application in the register."""
    new = replace(Application(id=0, office=1, due_at=9), **changes)  # type: ignore[arg-type]  # any
    with desk.register.begin() as books:
        return add_application(books, desk.cells, new, code_hash=code, birth_hash=bytes(32))


EXAMINED = {
    "examined_by": 4,
    "found": Found.RECORD,
    "confirmed_by": 5,
}


@pytest.mark.parametrize("stage", list(Stage))
def test_an_application_comes_back_whole(desk: Desk, stage: Stage) -> None:
    written = added(desk, stage=stage, **EXAMINED)

    with desk.register.read() as books:
        assert get_application(books, desk.cells, written.id) == written


def test_rows_of_an_examination_differ_in_nothing_that_can_be_read(desk: Desk) -> None:
    clean = added(desk, b"a" * 32, stage=Stage.APPROVING, examined_by=4, found=Found.NOTHING)
    record = added(desk, b"b" * 32, stage=Stage.CONFIRMING, examined_by=4, found=Found.RECORD)
    engine = new_engine(desk.settings.register_url)
    with engine.connect() as connection:
        rows = [
            dict(
                connection.execute(
                    text("SELECT * FROM applications WHERE id = :id"), {"id": one.id}
                )
                .one()
                ._mapping
            )
            for one in (clean, record)
        ]
    engine.dispose()

    lengths = {len(row["examination"]) for row in rows}
    for row in rows:
        for own in ("id", "code_hash", "examination"):
            del row[own]
    assert rows[0] == rows[1]
    assert len(lengths) == 1


def test_an_examination_of_another_application_does_not_open(desk: Desk) -> None:
    one, other = added(desk, b"a" * 32), added(desk, b"b" * 32, stage=Stage.CONFIRMING)
    engine = new_engine(desk.settings.register_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE applications SET examination ="
                " (SELECT examination FROM applications WHERE id = :other) WHERE id = :one"
            ),
            {"one": one.id, "other": other.id},
        )
    engine.dispose()

    with desk.register.read() as books, pytest.raises(SigningError):
        get_application(books, desk.cells, one.id)


def test_a_queue_of_one_step_of_an_examination_has_only_that(desk: Desk) -> None:
    stages = sorted(IN_EXAMINATION) * 3
    for number, stage in enumerate(stages):
        added(desk, bytes([number]) * 32, stage=stage, due_at=100 - number)

    with desk.register.read() as books:
        found = {
            stage: queue_of(books, desk.cells, [1], stage, limit=2) for stage in IN_EXAMINATION
        }

    for stage, applications in found.items():
        assert [one.stage for one in applications] == [stage, stage]
        assert applications[0].due_at < applications[1].due_at  # type: ignore[operator]  # both due


def test_cells_say_no_more_of_their_length_than_the_next_step(desk: Desk) -> None:
    one = added(desk)
    lengths = set()
    for answers in ({"a": "x"}, {"a": "x" * 300}):
        with desk.register.begin() as books:
            write_cell(books, desk.cells, one.id, Cell.ANSWERS, answers)
            lengths.add(len(books.applications.cell(one.id, Cell.ANSWERS) or b""))
            assert find_cell(books, desk.cells, one.id, Cell.ANSWERS) == answers
            assert find_cell(books, desk.cells, one.id, Cell.DELIVERY) is None

    assert len(lengths) == 1


def test_writing_over_it_counts_once(desk: Desk) -> None:
    before = added(desk)
    with desk.register.begin() as books:
        after = replace_application(books, desk.cells, before, replace(before, priority=True))

    assert after.revision == before.revision + 1
    with desk.register.read() as books:
        assert get_application(books, desk.cells, before.id) == after
