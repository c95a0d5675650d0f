"""Posters are kept with what was found of them, and written after over before."""

from dataclasses import replace

import pytest

from kiosk.domain.errors import NotNow, Unknown
from kiosk.domain.posters import Condition, HungPoster, Inspection, Stage, place, remove
from kiosk.storage.database import of_epoch
from kiosk.storage.register import Register

NEW = HungPoster(
    number="PST-1", unit=997100, place="Lobi", area="Timur", printed_at=10, expires_at=99
)
OTHER = replace(NEW, number="PST-2", unit=997200, place="Aula", area="")
LOOK = Inspection(
    id=0,
    poster="PST-1",
    at=30,
    stage=Stage.REMOVED,
    condition=Condition.INTACT,
    stage_before=Stage.PLACED,
    condition_before=Condition.INTACT,
    seen_before=20,
)


def test_posters_are_kept_changed_and_listed_by_unit(register: Register) -> None:
    with register.begin() as books:
        books.posters.add([NEW, OTHER])
        books.posters.replace(NEW, hung := place(NEW, at=20))

    with register.read() as books:
        assert books.posters.get("PST-1") == hung
        assert books.posters.of([997100, 997200]) == [hung, OTHER]
        assert books.posters.of([997200]) == [OTHER]
        assert books.posters.of([997100], removed=True) == []
        with pytest.raises(Unknown):
            books.posters.get("PST-3")
    with pytest.raises(NotNow), register.begin() as books:
        books.posters.replace(NEW, hung)


def test_what_was_found_is_kept_said_and_dropped(register: Register) -> None:
    with register.begin() as books:
        books.posters.add([NEW])
        first = books.posters.note(LOOK)
        second = books.posters.note(replace(LOOK, condition=Condition.COVERED, at=40))
        books.posters.say(second, "Stiker lain")

    with register.begin() as books:
        found = books.posters.inspections_of("PST-1")
        books.posters.forget(second)

    assert [(one.id, one.note) for one in found] == [(second, "Stiker lain"), (first, "")]
    with register.read() as books:
        assert books.posters.inspections_of("PST-1") == [replace(LOOK, id=first)]


def test_what_hung_at_a_moment_is_known_later(register: Register) -> None:
    gone = remove(place(NEW, at=20), at=30)
    with register.begin() as books:
        books.posters.add([NEW, replace(OTHER, printed_at=35)])
        books.posters.replace(NEW, gone)
        books.posters.note(LOOK)

    with register.read() as books:
        hung = {at: [one.number for one in books.posters.hanging(at=of_epoch(at))] for at in
                (10, 11, 30, 31, 36)}  # fmt: skip

    assert hung == {10: [], 11: ["PST-1"], 30: ["PST-1"], 31: [], 36: ["PST-2"]}
