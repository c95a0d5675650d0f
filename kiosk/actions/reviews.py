"""Reviews: what a courier's device said and the register does not agree with; somebody looks."""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.desks import offices_of
from kiosk.domain.handover import BagStage
from kiosk.domain.staff import Role, Staff, require_another_person, require_role
from kiosk.storage.devices import Review
from kiosk.storage.register import Books

from .desk import Desk

__all__ = ["Outcome", "Reviewed", "close_review", "open_reviews"]


class Outcome(StrEnum):
    """What came of a look; both facts stay as they were written."""

    IN_ORDER = "in-order"  # what happened was right
    PUT_RIGHT = "put-right"  # somebody has done what was missing
    INCIDENT = "incident"  # it goes on as an incident


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """A review with what the device said: a kind of event, and its clock (seconds since 1970)."""

    review: Review
    kind: str = ""
    device_at: int | None = None
    skew: int = 0


def open_reviews(desk: Desk, staff: Staff) -> list[Reviewed]:
    """What is to be looked at in the offices of a duty officer, the oldest first."""
    with desk.register.read() as books:
        mine = offices_of(staff, Role.DUTY_OFFICER, books.offices.all())
        found = []
        for review in books.reviews.open_of(mine):
            event = None if review.event is None else books.events.find(review.event)
            found.append(
                Reviewed(review=review)
                if event is None
                else Reviewed(
                    review=review, kind=event.kind, device_at=event.device_at, skew=event.skew
                )
            )
    return found


def close_review(desk: Desk, staff: Staff, id_: int, outcome: Outcome) -> None:
    """Say what came of looking at it.

    Raises:
        Unknown: there is none.
        NotPermitted: `staff` is no duty officer there, or it is about what he or she did.
        NotNow: somebody closed it before.
    """
    with desk.register.begin() as books:
        review = books.reviews.get(id_)
        require_role(staff, Role.DUTY_OFFICER, review.office, books.offices.all())
        require_another_person(staff.id, _concerned(books, review), "closing a review")
        books.reviews.close(
            id_, by=staff.id, outcome=str(outcome), at=int(desk.clock().timestamp())
        )
        books.journal.write(
            at=desk.clock(),
            staff=staff.id,
            office=staff.office,
            deed="review-closed",
            subject=f"review {id_}",
            detail=str(outcome),
        )


def _concerned(books: Books, review: Review) -> set[int]:
    """Whose phone said it, who has the bag, and who handed it over."""
    found: set[int] = set()
    event = None if review.event is None else books.events.find(review.event)
    if event is not None:
        found.add(books.devices.get(event.device).staff)
    bag = None if review.bag is None else books.bags.find(review.bag)
    if bag is not None:
        moves = books.bags.moves_of(bag.id)
        found |= {move.by for move in moves if move.stage_after is BagStage.HANDED_OVER}
        found |= {bag.holder}
    return found
