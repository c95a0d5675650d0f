"""Custody of bags: sealed, offered, taken, carried, brought back. Every move has two sides.

A bag leaves one pair of hands only when the next pair says so (kiosk.domain.handover). Whatever
changes a bag goes through `change_bag`, which writes the bag, its move, its application and the
journal in one transaction; a courier's device says the same later by an event (kiosk.actions.sync).
"""

from dataclasses import dataclass

from kiosk.domain import applications
from kiosk.domain.handover import Bag, BagStage
from kiosk.storage.bags import Move
from kiosk.storage.register import Books

from .desk import Desk
from .filing import get_application, replace_application
from .notices import put_notice

__all__ = ["Deed", "change_bag", "subject_of_bag"]


def subject_of_bag(bag: int) -> str:
    """What the journal calls a bag."""
    return f"bag {bag}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """Who does what to a bag.

    `by` is an id of staff, and `office` theirs. `event` and `device_at` (seconds since 1970) are
    those of the device that said so, where one did.
    """

    name: str
    by: int
    office: int | None
    detail: str = ""
    event: bytes | None = None
    device_at: int | None = None


def change_bag(desk: Desk, books: Books, before: Bag, after: Bag, deed: Deed) -> Bag:
    """Write a bag over what it was, with everything that follows; what it is now.

    Raises:
        NotNow: somebody else has changed it, or the event was noted before.
    """
    written = books.bags.replace(before, after)
    books.bags.add_move(
        Move(
            bag=before.id,
            at=int(desk.clock().timestamp()),
            deed=deed.name,
            by=deed.by,
            stage_before=before.stage,
            stage_after=after.stage,
            holder_before=before.holder,
            holder_after=after.holder,
            detail=deed.detail,
            event=deed.event,
            device_at=deed.device_at,
        )
    )
    if after.stage is not before.stage:
        _let_application_follow(desk, books, after)
    books.journal.write(
        at=desk.clock(),
        staff=deed.by,
        office=deed.office,
        deed=deed.name,
        subject=subject_of_bag(before.id),
        detail=deed.detail,
    )
    return written


def _let_application_follow(desk: Desk, books: Books, bag: Bag) -> None:
    follow = {
        BagStage.HANDED_OVER: applications.hand_out,
        BagStage.OPENED: applications.return_to_counter,
    }.get(bag.stage)
    if follow is not None:
        before = get_application(books, desk.cells, bag.application)
        after = replace_application(books, desk.cells, before, follow(before))
        put_notice(desk, books, after, "changed")
