"""What a phone said and the register does not agree with is looked at once, by a duty officer."""

from dataclasses import replace

import pytest

from kiosk.actions.custody import Deed, change_bag
from kiosk.actions.reviews import Outcome, close_review, open_reviews
from kiosk.actions.sync import take_events
from kiosk.domain.errors import NotNow, NotPermitted
from kiosk.domain.handover import BagStage
from kiosk.domain.staff import Grant, Role, Staff
from kiosk.storage.devices import Review
from tests.couriers import Phone
from tests.staffed import Staffed
from tests.working import BAG, accepted, bagged


def test_a_duty_officer_of_the_office_closes_it_once(staffed: Staffed) -> None:
    bag, duty = accepted(staffed), staffed.staff(Role.DUTY_OFFICER)
    elsewhere = staffed.add("elsewhere", Role.DUTY_OFFICER, place="other").staff
    with staffed.desk.register.begin() as books:
        review = Review(office=bag.office, bag=BAG, event=None, why="twice", raised_at=1)
        id_ = books.reviews.add(review)
    for other in (elsewhere, staffed.staff(Role.PRINT_ROOM), staffed.staff(Role.COURIER)):
        assert open_reviews(staffed.desk, other) == []
        with pytest.raises(NotPermitted):
            close_review(staffed.desk, other, id_, Outcome.IN_ORDER)
    assert [one.review.id for one in open_reviews(staffed.desk, duty)] == [id_]

    close_review(staffed.desk, duty, id_, Outcome.PUT_RIGHT)

    assert open_reviews(staffed.desk, duty) == []
    with pytest.raises(NotNow):
        close_review(staffed.desk, duty, id_, Outcome.IN_ORDER)
    with staffed.desk.register.read() as books:
        closed = books.reviews.get(id_)
        (entry,) = books.journal.about(f"review {id_}")
    assert (closed.outcome, closed.closed_by) == ("put-right", duty.id)
    assert entry.detail == "put-right"


def also_duty_officer(staffed: Staffed, role: Role) -> Staff:
    """Somebody with a second role that the rules would not grant; it may have been the first."""
    one = staffed.staff(role)
    duty = Grant(role=Role.DUTY_OFFICER, office=staffed.places["polres"].id)
    return replace(one, grants=frozenset({*one.grants, duty}))


def the_review(staffed: Staffed) -> int:
    with staffed.desk.register.read() as books:
        (review,) = books.reviews.open_of([staffed.places["polres"].id])
    return review.id


def test_nobody_closes_what_his_own_phone_said(staffed: Staffed) -> None:
    bagged(staffed)
    phone = Phone(staffed.desk, staffed.staff(Role.COURIER)).register()
    phone.say("accepted", BAG)
    take_events(staffed.desk, phone.id, phone.sent())

    with pytest.raises(NotPermitted):
        close_review(
            staffed.desk,
            also_duty_officer(staffed, Role.COURIER),
            the_review(staffed),
            Outcome.IN_ORDER,
        )


def test_nobody_closes_a_review_of_what_he_handed_over(staffed: Staffed) -> None:
    bag, printer = bagged(staffed), staffed.staff(Role.PRINT_ROOM)
    with staffed.desk.register.begin() as books:
        deed = Deed(name="handed-out", by=printer.id, office=printer.office)
        after = replace(bag, stage=BagStage.HANDED_OVER)
        change_bag(staffed.desk, books, bag, after, deed)
        books.reviews.add(
            Review(office=bag.office, bag=BAG, event=None, why="slip-lost", raised_at=1)
        )

    with pytest.raises(NotPermitted):
        close_review(
            staffed.desk,
            also_duty_officer(staffed, Role.PRINT_ROOM),
            the_review(staffed),
            Outcome.IN_ORDER,
        )
