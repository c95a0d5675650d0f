"""What a phone said and the register does not agree with is looked at once, by a duty officer."""

import pytest

from kiosk.actions.reviews import Outcome, close_review, open_reviews
from kiosk.domain.errors import NotNow, NotPermitted
from kiosk.domain.staff import Role
from kiosk.storage.devices import Review
from tests.staffed import Staffed
from tests.working import BAG, accepted


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
