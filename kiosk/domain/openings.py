"""The opening of an identity: asked for by one, granted by several, told to whom it is about.

    asked → waiting → released
    asked → refused              too many custodians said no for a quorum ever to be there
    asked, waiting → stopped     by whoever asked, or because the case ended or went elsewhere

A quorum is two of three internal custodians and one external one. It waits for three whole days, so
that the reporter, who is told, may object. Once they have objected, or where danger does not wait,
every custodian has to say yes. Nothing is granted by itself: not by a day that passed, nor by the
silence of anybody. The numbers are those of the identity envelope (signing.quorum), compiled in.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from kiosk.domain.errors import NotNow, NotPermitted

__all__ = [
    "DAYS_OF_WAITING",
    "UNDER_WAY",
    "Custodians",
    "Opening",
    "OpeningState",
    "end",
    "free_on",
    "grant",
    "may_release",
    "object_to",
    "refuse",
    "release",
    "stop",
]

NEEDED_INTERNAL, NEEDED_EXTERNAL = 2, 1
DAYS_OF_WAITING = 3


class OpeningState(StrEnum):
    """How far an opening is."""

    ASKED = "asked"
    WAITING = "waiting"
    RELEASED = "released"
    REFUSED = "refused"
    STOPPED = "stopped"


UNDER_WAY = frozenset({OpeningState.ASKED, OpeningState.WAITING})
"""The states in which an opening can still come to something."""


@dataclass(frozen=True, kw_only=True)
class Custodians:
    """The custodians of one identity envelope, named by their keys."""

    internal: frozenset[bytes]
    external: frozenset[bytes]

    @property
    def all(self) -> frozenset[bytes]:
        """Both kinds."""
        return self.internal | self.external

    def is_quorum(self, granted: frozenset[bytes]) -> bool:
        """Whether those who granted are enough to open the envelope."""
        return (
            len(granted & self.internal) >= NEEDED_INTERNAL
            and len(granted & self.external) >= NEEDED_EXTERNAL
        )


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A wish to open an identity. `asker` is the key of a handler of `unit`.

    `since` is the state's first day, `reason` the digest of the message to the reporter that says
    who, why and by what law.
    """

    id: bytes
    case: bytes
    asker: bytes
    unit: int
    asked_on: date
    state: OpeningState
    since: date
    reason: bytes = b""
    objected: bool = False
    granted: frozenset[bytes] = frozenset()
    refused: frozenset[bytes] = frozenset()
    revision: int = 0

    @property
    def is_under_way(self) -> bool:
        """Whether it can still come to something."""
        return self.state in UNDER_WAY


def grant(opening: Opening, custodians: Custodians, custodian: bytes, *, on: date) -> Opening:
    """The opening, once a custodian has passed on a share; with a quorum it begins to wait.

    Raises:
        NotPermitted: no custodian of this envelope, or the one who asks.
        NotNow: this custodian has answered, or the opening is over.
    """
    _require_answer(opening, custodians, custodian)
    granted = opening.granted | {custodian}
    after = replace(opening, granted=granted)
    if opening.state is OpeningState.ASKED and custodians.is_quorum(granted):
        return replace(after, state=OpeningState.WAITING, since=on)
    return after


def refuse(opening: Opening, custodians: Custodians, custodian: bytes, *, on: date) -> Opening:
    """The opening, once a custodian has said no.

    Raises:
        NotPermitted: no custodian of this envelope, or the one who asks.
        NotNow: this custodian has answered, or the opening is over.
    """
    _require_answer(opening, custodians, custodian)
    refused = opening.refused | {custodian}
    after = replace(opening, refused=refused)
    if not custodians.is_quorum(custodians.all - refused):
        return replace(after, state=OpeningState.REFUSED, since=on)
    return after


def object_to(opening: Opening) -> Opening:
    """The opening, once the reporter has objected: now every custodian has to say yes.

    Raises:
        NotNow: it is over.
    """
    _require_under_way(opening)
    return replace(opening, objected=True)


def stop(opening: Opening, *, by: bytes, on: date) -> Opening:
    """The opening, given up by whoever asked for it.

    Raises:
        NotPermitted: somebody else asked.
        NotNow: it is over.
    """
    _require_asker(opening, by)
    _require_under_way(opening)
    return replace(opening, state=OpeningState.STOPPED, since=on)


def end(opening: Opening, *, on: date) -> Opening:
    """The opening, once its case ended or went to another unit, whose handlers may ask anew.

    Raises:
        NotNow: it is over.
    """
    _require_under_way(opening)
    return replace(opening, state=OpeningState.STOPPED, since=on)


def release(opening: Opening, custodians: Custodians, *, by: bytes, on: date) -> Opening:
    """The opening, once its shares go to the one person who asked.

    Raises:
        NotPermitted: somebody else asked.
        NotNow: no quorum, or not long enough ago, or the reporter objects and not all said yes.
    """
    _require_asker(opening, by)
    if not may_release(opening, custodians, on=on):
        raise NotNow("the identity is not to be released yet")
    return replace(opening, state=OpeningState.RELEASED, since=on)


def may_release(opening: Opening, custodians: Custodians, *, on: date) -> bool:
    """Whether the shares may go out."""
    if opening.state is not OpeningState.WAITING or not custodians.is_quorum(opening.granted):
        return False
    if custodians.all <= opening.granted:
        return True
    return not opening.objected and on >= free_on(opening)


def free_on(opening: Opening) -> date:
    """The first day on which a waiting opening has waited for three whole days."""
    return opening.since + timedelta(days=DAYS_OF_WAITING + 1)


def _require_answer(opening: Opening, custodians: Custodians, custodian: bytes) -> None:
    if custodian not in custodians.all or custodian == opening.asker:
        raise NotPermitted("no custodian of this identity")
    _require_under_way(opening)
    if custodian in opening.granted | opening.refused:
        raise NotNow("this custodian has answered")


def _require_asker(opening: Opening, by: bytes) -> None:
    if by != opening.asker:
        raise NotPermitted("somebody else asked")


def _require_under_way(opening: Opening) -> None:
    if not opening.is_under_way:
        raise NotNow(f"the opening is {opening.state}")
