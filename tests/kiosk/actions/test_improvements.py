"""The list of improvements is kept by the watch of an office: owner, day, effect."""

from datetime import timedelta

import pytest

from kiosk.actions import improvements
from kiosk.actions.journal import entries_about
from kiosk.domain.errors import Invalid, NotPermitted
from kiosk.domain.staff import Role
from tests.staffed import Staffed


def test_something_is_noted_taken_on_and_done(staffed: Staffed) -> None:
    desk, officer = staffed.desk, staffed.staff(Role.DUTY_OFFICER)
    office, courier = staffed.places["polres"].id, staffed.staff(Role.COURIER)
    today = staffed.clock().date()

    id_ = improvements.note_improvement(
        desk, officer, office=office, source="incident 4", what="Antar pagi"
    )
    improvements.take_on_improvement(
        desk, officer, id_, owner=courier.id, due_on=today + timedelta(days=2)
    )
    (before,) = improvements.list_improvements(desk, officer)
    staffed.clock.forward(days=5)
    (late,) = improvements.list_improvements(desk, officer)
    improvements.finish_improvement(desk, officer, id_, effect="Tidak ada keluhan lagi")

    assert (before.owner, before.late, late.late) == (courier.name, False, True)
    assert improvements.list_improvements(desk, officer) == []
    (done,) = improvements.list_improvements(desk, staffed.staff(Role.COMMANDER), done=True)
    assert done.improvement.effect == "Tidak ada keluhan lagi"
    assert len(entries_about(desk.register, f"improvement {id_}")) == 3


def test_others_keep_no_list_and_nobody_elsewhere_takes_anything_on(staffed: Staffed) -> None:
    desk, office = staffed.desk, staffed.places["polres"].id
    elsewhere = staffed.add("elsewhere", Role.COURIER, place="other").staff
    officer = staffed.staff(Role.DUTY_OFFICER)
    id_ = improvements.note_improvement(
        desk, officer, office=office, source="incident 4", what="Antar pagi"
    )

    with pytest.raises(Invalid):
        improvements.take_on_improvement(
            desk, officer, id_, owner=elsewhere.id, due_on=staffed.clock().date()
        )
    with pytest.raises(NotPermitted):
        improvements.list_improvements(desk, staffed.staff(Role.PRINT_ROOM))
    with pytest.raises(NotPermitted):
        improvements.note_improvement(
            desk, officer, office=staffed.places["other"].id, source="x", what="Antar pagi"
        )
