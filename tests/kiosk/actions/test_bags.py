"""Lists of bags and the history of one: for the counter of their office, and nobody else."""

import pytest

from kiosk.actions import bags, custody
from kiosk.actions.bags import bag_file, given_back, list_bags
from kiosk.domain.errors import NotPermitted, Unknown
from kiosk.domain.handover import BagStage
from kiosk.domain.staff import Role
from tests.staffed import Staffed
from tests.working import BAG, accepted, bagged, offered


def test_a_list_goes_on_where_its_page_ends(
    staffed: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bags, "PAGE", 1)
    bagged(staffed)
    offered(staffed, BAG + 1)
    counter = staffed.staff(Role.PRINT_ROOM)

    first = list_bags(staffed.desk, counter, BagStage.AT_COUNTER)
    assert first.after is not None
    second = list_bags(staffed.desk, counter, BagStage.AT_COUNTER, after=first.after)

    assert [row.bag.id for row in (*first.rows, *second.rows)] == [BAG, BAG + 1]
    assert second.rows[0].offered_to == "Bambang Contoh"
    assert (second.after, first.counts) == (None, {BagStage.AT_COUNTER: 2})


def test_the_history_of_a_bag_names_both_sides_of_every_move(staffed: Staffed) -> None:
    desk, duty = staffed.desk, staffed.staff(Role.DUTY_OFFICER)
    accepted(staffed)
    custody.give_back(desk, staffed.staff(Role.COURIER), BAG)
    assert [row.bag.id for row in given_back(desk, duty)] == [BAG]
    custody.accept_back(desk, duty, BAG)

    file = bag_file(desk, duty, BAG)

    assert [(one.deed, one.by.split()[0], one.other.split()[:1]) for one in file.history] == [
        ("sealed", "Made", ["Sari"]),
        ("offered", "Made", ["Bambang"]),
        ("accepted", "Bambang", []),
        ("given-back", "Bambang", []),
        ("accepted-back", "Dewi", []),
    ]
    assert given_back(desk, duty) == []


def test_bags_of_another_counter_are_not_looked_at(staffed: Staffed) -> None:
    bagged(staffed)
    elsewhere = staffed.add("elsewhere", Role.PRINT_ROOM, place="other").staff
    for other in (elsewhere, staffed.staff(Role.COURIER), staffed.staff(Role.VERIFIER)):
        with pytest.raises(NotPermitted):
            bag_file(staffed.desk, other, BAG)
        assert list_bags(staffed.desk, other, BagStage.AT_COUNTER).rows == ()
    with pytest.raises(Unknown):
        bag_file(staffed.desk, staffed.staff(Role.PRINT_ROOM), BAG + 1)
