"""What the office does by itself, every little while: send, let payments lapse, print, forget."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.domain.notices import Channel

from .desk import Desk
from .following import sweep_drafts
from .notices import Sender, Sent, send_notices
from .papers import drop_removed_papers
from .payments import lapse_payments
from .printing import tend

__all__ = ["LookedAfter", "look_after"]


@dataclass(frozen=True, kw_only=True, slots=True)
class LookedAfter:
    """What was done: notices sent, payments lapsed, drafts and papers forgotten."""

    notices: Sent
    lapsed: int
    forgotten: int
    papers: int


def look_after(desk: Desk, senders: Mapping[Channel, Sender]) -> LookedAfter:
    """Do what is due. It may be called as often as one likes, by several processes at once.

    Raises:
        StorageError: the register or the store of files fails; the next turn goes on.
    """
    lapsed = lapse_payments(desk)
    # Before whatever needs the store of files: notices do not wait for it.
    notices = send_notices(desk, senders)
    tend(desk)
    return LookedAfter(
        notices=notices,
        lapsed=lapsed,
        forgotten=sweep_drafts(desk),
        papers=drop_removed_papers(desk),
    )
