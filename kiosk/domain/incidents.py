"""What went wrong with a delivery: two officers say that they know, and two agree how it ends.

    raised --acknowledge--> known to one --acknowledge, another person--> known to two
    known to two --propose an outcome--> proposed --agree, another person--> closed
    proposed --propose another outcome--> proposed

Nobody decides about himself: who had the bag in hand, who handed the paper over, and who raised the
incident, neither acknowledges nor closes it (domain.md, trap 1). What may come of an incident is
told by its kind (OUTCOMES); an outcome that ends in a new sheet costs the applicant nothing.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.domain.errors import Fault, Invalid, NotNow
from kiosk.domain.staff import require_another_person

__all__ = [
    "LONGEST_WORDS",
    "NEW_SHEET",
    "OUTCOMES",
    "SUSPENDING",
    "Incident",
    "Kind",
    "Outcome",
    "acknowledge",
    "agree",
    "propose",
    "read_words",
]

LONGEST_WORDS = 500


class Kind(StrEnum):
    """What happened."""

    NOT_RECEIVED = "not-received"  # the register says handed over, the applicant says no
    MISSING = "missing"  # a bag that cannot be found
    DAMAGED = "damaged"
    SEAL_TORN = "seal-torn"
    WRONG_SPELLING = "wrong-spelling"
    PHONE_LOST = "phone-lost"  # a courier's
    SHIFT_OPEN = "shift-open"  # a courier's day that did not come out even
    MONEY_ASKED = "money-asked"
    NO_MATCH = "no-match"  # a card at the door that was not the expected person's


class Outcome(StrEnum):
    """How an incident ends."""

    FOUND = "found"  # the paper, the bag or the phone is where it should be
    CLEARED = "cleared"  # nothing was wrong, or the applicant takes it back
    LOST = "lost"  # the certificate is withdrawn; a new sheet is made
    MADE_ANEW = "made-anew"  # the same, with the old sheet at hand
    OTHER = "other"  # handed on, or settled in another way


OUTCOMES: Mapping[Kind, tuple[Outcome, ...]] = {
    Kind.NOT_RECEIVED: (Outcome.FOUND, Outcome.CLEARED, Outcome.LOST),
    Kind.MISSING: (Outcome.FOUND, Outcome.LOST),
    Kind.DAMAGED: (Outcome.CLEARED, Outcome.MADE_ANEW),
    Kind.SEAL_TORN: (Outcome.CLEARED, Outcome.MADE_ANEW),
    Kind.WRONG_SPELLING: (Outcome.CLEARED, Outcome.MADE_ANEW),
    Kind.PHONE_LOST: (Outcome.FOUND, Outcome.OTHER),
    Kind.SHIFT_OPEN: (Outcome.CLEARED, Outcome.OTHER),
    Kind.MONEY_ASKED: (Outcome.CLEARED, Outcome.OTHER),
    Kind.NO_MATCH: (Outcome.CLEARED, Outcome.OTHER),
}
"""What may come of each kind."""

NEW_SHEET = frozenset({Outcome.LOST, Outcome.MADE_ANEW})
"""Outcomes after which the certificate is withdrawn, and another is made free of charge."""

SUSPENDING = frozenset({Kind.NOT_RECEIVED, Kind.MISSING})
"""Kinds for which nobody knows who has the paper: its certificate is suspended until they end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Incident:
    """One incident; what people wrote of it is sealed beside it.

    `office` is the one whose officers look into it. Times are seconds since 1970; `*_by` are ids of
    staff, `raised_by` None where the public or the program said it. `outcome` counts once it is
    closed; before, it is what `proposed_by` proposes.
    """

    id: int
    office: int
    kind: Kind
    application: int | None = None
    bag: int | None = None
    raised_at: int
    raised_by: int | None = None
    first_by: int | None = None
    first_at: int | None = None
    second_by: int | None = None
    second_at: int | None = None
    proposed_by: int | None = None
    closed_by: int | None = None
    closed_at: int | None = None
    outcome: Outcome | None = None


def acknowledge(before: Incident, *, by: int, involved: Collection[int], at: int) -> Incident:
    """The incident, of which one more officer says: I know, and I look into it.

    `involved` are those who had a hand in what is complained about.

    Raises:
        NotPermitted: it is about `by`, who raised it or knows already.
    """
    _require_open(before)
    _require_uninvolved(before, by, involved, "acknowledging")
    require_another_person(by, [before.first_by], "acknowledging")
    if before.first_by is None:
        return replace(before, first_by=by, first_at=at)
    if before.second_by is None:
        return replace(before, second_by=by, second_at=at)
    raise NotNow(f"incident {before.id} is known to two")


def propose(before: Incident, *, by: int, involved: Collection[int], outcome: Outcome) -> Incident:
    """The incident with an outcome that a second officer is to agree to.

    Raises:
        NotNow: two officers do not know of it yet.
        NotPermitted: it is about `by`.
        Invalid: nothing of its kind ends so.
    """
    _require_open(before)
    _require_uninvolved(before, by, involved, "closing")
    if before.second_by is None:
        raise NotNow(f"incident {before.id} is not known to two yet")
    if outcome not in OUTCOMES[before.kind]:
        raise Invalid([Fault(path="outcome", code="outcome", sentence="does not end this kind")])
    return replace(before, proposed_by=by, outcome=outcome)


def agree(before: Incident, *, by: int, involved: Collection[int], at: int) -> Incident:
    """The incident, closed with the outcome that was proposed.

    Raises:
        NotNow: nothing is proposed.
        NotPermitted: it is about `by`, or `by` proposed it.
    """
    _require_open(before)
    _require_uninvolved(before, by, involved, "closing")
    if before.outcome is None:
        raise NotNow(f"no outcome of incident {before.id} is proposed")
    require_another_person(by, [before.proposed_by], "agreeing")
    return replace(before, closed_by=by, closed_at=at)


def read_words(text: str) -> str:
    """What somebody wrote of an incident, in one line.

    Raises:
        Invalid: it is too long.
    """
    words = " ".join(text.split())
    if len(words) > LONGEST_WORDS:
        raise Invalid([Fault(path="words", code="too-long", sentence="is too long")])
    return words


def _require_open(incident: Incident) -> None:
    if incident.closed_at is not None:
        raise NotNow(f"incident {incident.id} is closed")


def _require_uninvolved(incident: Incident, by: int, involved: Collection[int], deed: str) -> None:
    require_another_person(by, [*involved, incident.raised_by], deed)
