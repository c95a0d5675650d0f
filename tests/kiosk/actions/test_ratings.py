"""A delivery is rated once; money that was asked for reaches the office above, and no name does."""

import pytest

from kiosk.actions import ratings, watch
from kiosk.actions.journal import entries_about
from kiosk.domain.errors import NotNow, NotPermitted
from kiosk.domain.incidents import Kind
from kiosk.domain.ratings import Theme
from kiosk.domain.staff import Role
from tests.delivered import rated
from tests.staffed import Staffed
from tests.working import bagged

GOOD = {"stars": "5", "polite": "yes", "money": "no", "said": "Terima kasih"}
BAD = {"stars": "1", "polite": "no", "money": "yes"}


def test_a_delivery_is_rated_once_and_taken_back_within_a_day(any_staffed: Staffed) -> None:
    desk, id_ = any_staffed.desk, rated(any_staffed, 1)
    assert ratings.rating_of(desk, id_).may_rate

    ratings.rate(desk, id_, GOOD)
    with pytest.raises(NotNow):
        ratings.rate(desk, id_, BAD)
    found = ratings.rating_of(desk, id_)
    ratings.take_back_rating(desk, id_)
    ratings.rate(desk, id_, BAD)
    any_staffed.clock.forward(hours=24)

    assert (found.may_rate, found.rated, found.may_undo) == (False, True, True)
    assert not ratings.rating_of(desk, id_).may_undo
    with pytest.raises(NotNow):
        ratings.take_back_rating(desk, id_)


def test_the_applicants_answer_stands_in_place_of_one_by_receipt_and_not_the_other_way(
    staffed: Staffed,
) -> None:
    desk, id_ = staffed.desk, rated(staffed, 1)
    ratings.rate(desk, id_, GOOD, by_receipt=True)
    with pytest.raises(NotNow):
        ratings.rate(desk, id_, GOOD, by_receipt=True)

    ratings.rate(desk, id_, BAD)
    by_receipt = ratings.rating_of(desk, id_, by_receipt=True)
    with pytest.raises(NotNow):
        ratings.rate(desk, id_, GOOD, by_receipt=True)
    ratings.take_back_rating(desk, id_)

    assert (by_receipt.may_rate, by_receipt.rated, by_receipt.may_undo) == (False, True, False)
    # Not even now, and nobody with the receipt learns why.
    assert ratings.rating_of(desk, id_, by_receipt=True) == by_receipt
    with pytest.raises(NotNow):
        ratings.rate(desk, id_, GOOD, by_receipt=True)
    assert ratings.rating_of(desk, id_).may_rate


def test_the_office_above_is_told_of_money_once_for_a_paper(staffed: Staffed) -> None:
    desk, id_ = staffed.desk, rated(staffed, 1)
    for _ in range(3):
        ratings.rate(desk, id_, BAD)
        ratings.take_back_rating(desk, id_)

    with desk.register.read() as books:
        assert len(books.incidents.at([staffed.places["polda"].id], limit=9)) == 1
    # What was taken back is in no figure.
    assert ratings.figures(desk, staffed.staff(Role.COMMANDER)) == []


def test_what_was_not_handed_over_is_not_rated(staffed: Staffed) -> None:
    id_ = bagged(staffed).application

    with pytest.raises(NotNow):
        ratings.rate(staffed.desk, id_, GOOD)


def test_nothing_tells_who_said_what(staffed: Staffed) -> None:
    id_ = rated(staffed, 1)

    ratings.rate(staffed.desk, id_, BAD | {"said": "Minta uang bensin"})

    subject = f"application {id_}"
    assert [one.deed for one in entries_about(staffed.desk.register, subject)] == []
    with staffed.desk.register.read() as books:
        (incident,) = books.incidents.at([staffed.places["polda"].id], limit=9)
    assert (incident.kind, incident.application, incident.bag) == (Kind.MONEY_ASKED, None, None)


def test_money_is_looked_into_by_the_office_above_and_not_by_its_own(staffed: Staffed) -> None:
    ratings.rate(staffed.desk, rated(staffed, 1), BAD)
    above = staffed.add("watch-above", Role.DUTY_OFFICER, place="polda").staff

    (row,) = watch.list_incidents(staffed.desk, above)

    assert row.office == "Polda Contoh"
    assert "Polres Contoh" in watch.open_incident(staffed.desk, above, row.incident.id).text
    own = staffed.staff(Role.DUTY_OFFICER)
    assert watch.list_incidents(staffed.desk, own) == []
    with pytest.raises(NotPermitted):
        watch.open_incident(staffed.desk, own, row.incident.id)


def test_a_commander_sees_figures_of_groups_that_are_large_enough(staffed: Staffed) -> None:
    commander = staffed.staff(Role.COMMANDER)
    for bag in range(1, 5):
        ratings.rate(staffed.desk, rated(staffed, bag), GOOD)
    (few,) = ratings.figures(staffed.desk, commander)
    ratings.rate(staffed.desk, rated(staffed, 5), BAD)
    (enough,) = ratings.figures(staffed.desk, commander)

    assert few.figures is None
    assert few.themes == ()
    assert enough.figures is not None
    assert (enough.figures.count, enough.figures.polite, enough.figures.money) == (5, 4, 1)
    assert enough.themes == (Theme.MONEY,)
    with pytest.raises(NotPermitted):
        ratings.figures(staffed.desk, staffed.staff(Role.DUTY_OFFICER))
