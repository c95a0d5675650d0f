"""A courier's shift: from the first bag taken to the last one accounted for.

    (none) --accept a bag, or open by hand--> open --close, nothing left--> closed
    open --close, something left--> open, and the duty officer is told

A shift closes exactly where what was taken is what was handed over and what was brought back; so a
bag that is missing keeps it open until it is found, or two officers agree that it is lost
(domain.md 4.4, B8).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kiosk.domain.errors import NotNow
from kiosk.domain.handover import Balance

__all__ = ["BagsLeft", "Shift", "close", "tell"]


class BagsLeft(NotNow):
    """A shift that does not close: `bags` are the numbers that are still to be accounted for."""

    def __init__(self, balance: Balance, bags: Sequence[int]) -> None:
        super().__init__(f"bags are left: {', '.join(str(bag) for bag in bags)}")
        self.balance = balance
        self.bags = tuple(bags)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """A courier's day with bags. Times are seconds since 1970; `ended_at` is None while it is open.

    What belongs to it are the moves of bags after `after_move`. `told_at` is when the duty officer
    was told that it does not close. The counts are those of its end.
    """

    id: int = 0
    courier: int
    office: int
    began_at: int
    after_move: int = 0
    ended_at: int | None = None
    taken: int = 0
    handed_over: int = 0
    brought_back: int = 0
    told_at: int | None = None


def close(before: Shift, *, balance: Balance, bags: Sequence[int], at: int) -> Shift:
    """The shift, closed; `bags` are those that the courier still has to account for.

    Raises:
        BagsLeft: something is left.
        NotNow: it is closed already.
    """
    if before.ended_at is not None:
        raise NotNow(f"shift {before.id} is closed")
    if balance.left or bags:
        raise BagsLeft(balance, bags)
    return replace(
        before,
        ended_at=at,
        taken=balance.taken,
        handed_over=balance.handed_over,
        brought_back=balance.brought_back,
    )


def tell(before: Shift, *, at: int) -> Shift:
    """The shift, of which the duty officer was told now; the first time counts."""
    return before if before.told_at is not None else replace(before, told_at=at)
