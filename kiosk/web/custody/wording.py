"""Stages of bags, windows, deeds and reasons, in words."""

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from kiosk.actions.bags import Change
from kiosk.actions.handovers import SLIP_LOST
from kiosk.actions.reviews import Outcome
from kiosk.domain.errors import NotNow, NotPermitted, Refusal, Unknown
from kiosk.domain.events import EventKind, Why
from kiosk.domain.handover import BagStage, InVain, Receiver, WhyOpened
from kiosk.domain.shifts import BagsLeft

__all__ = [
    "DONE",
    "FAULTS",
    "IN_VAIN",
    "KINDS",
    "OUTCOMES",
    "STAGES",
    "WHY_OPENED",
    "WHY_REVIEWED",
    "WINDOWS",
    "left",
    "not_given",
    "not_taken_back",
    "said",
]

STAGES: Mapping[BagStage, str] = {
    BagStage.AT_COUNTER: _("At the counter"),
    BagStage.CARRIED: _("On its way"),
    BagStage.MISSING: _("Cannot be found"),
    BagStage.LOST: _("Lost"),
    BagStage.HANDED_OVER: _("Handed over"),
    BagStage.OPENED: _("Opened again"),
}
"""Where a bag stands."""

WINDOWS: Mapping[str, str] = {
    "morning": _("In the morning, 8 to 11"),
    "midday": _("At midday, 11 to 14"),
    "afternoon": _("In the afternoon, 14 to 18"),
    "evening": _("In the evening, 18 to 20"),
    "weekend": _("At the weekend"),
    "": _("No time was chosen"),
}
"""When an applicant wants the paper."""

IN_VAIN: Mapping[InVain, str] = {
    InVain.NOBODY_HOME: _("nobody was at home"),
    InVain.NOT_FOUND: _("the address was not found"),
    InVain.MOVED: _("the applicant has moved"),
    InVain.REFUSED: _("it was not wanted"),
    InVain.NO_MATCH: _("the card did not match"),
    InVain.DANGER: _("weather, road or danger"),
    InVain.DAMAGED: _("the bag was damaged"),
    InVain.SEAL_TORN: _("the seal was torn"),
    InVain.WRONG_SPELLING: _("something on the paper was written wrong"),
}
"""Why a visit was in vain."""

WHY_OPENED: Mapping[WhyOpened, str] = {
    WhyOpened.NOT_WANTED: _("The applicant collects it, or does not want it any more"),
    WhyOpened.IN_VAIN: _("Two visits were in vain"),
    WhyOpened.DAMAGED: _("The bag or its paper is damaged: it is made anew, free of charge"),
    WhyOpened.WRONG_SPELLING: _("Something is written wrong: it is made anew, free of charge"),
}
"""Why a bag is opened."""

RECEIVERS: Mapping[Receiver, str] = {
    Receiver.HOLDER: _("the applicant"),
    Receiver.NAMED: _("the person named for it"),
    Receiver.LETTER: _("somebody with a signed letter"),
}
"""Who took a paper."""

_DEEDS: Mapping[str, str] = {
    "sealed": _("Sealed by %(by)s, with %(other)s"),
    "offered": _("Offered by %(by)s to %(other)s"),
    "offer-taken-back": _("%(by)s took the offer back"),
    "accepted": _("Taken by %(by)s"),
    "given-back": _("%(by)s gives it back to the counter"),
    "accepted-back": _("Back at the counter, taken by %(by)s"),
    "handed-over": _("Handed over by %(by)s to %(word)s"),
    "arrived": _("%(by)s was at the door"),
    "in-vain": _("%(by)s was there in vain: %(word)s"),
    "wrong-code": _("A wrong code was said to %(by)s"),
    "mismatch": _("A card did not match, says %(by)s"),
    "bag-opened": _("Opened by %(by)s: %(word)s"),
    "missing": _("Cannot be found, says %(by)s"),
    "found": _("Found, and taken to the counter by %(by)s"),
    "lost": _("Two officers agreed that it is lost"),
    "not-wanted": _("The applicant collects it: nobody is to carry it any more"),
    "found-with": _("Was with %(by)s, says the phone"),
    "planned-anew": _("The applicant chose another time"),
}

KINDS: Mapping[str, str] = {
    EventKind.ACCEPTED: _("took the bag"),
    EventKind.ARRIVED: _("was at the door"),
    EventKind.HANDED_OVER: _("handed it over"),
    EventKind.IN_VAIN: _("was there in vain"),
    EventKind.WRONG_CODE: _("a wrong code was said"),
    EventKind.MISMATCH: _("a card did not match"),
    EventKind.GIVEN_BACK: _("gives the bag back"),
    EventKind.MISSING: _("cannot find the bag"),
    EventKind.NOTE: _("wrote a note"),
    EventKind.WIPED: _("the phone forgot its pack"),
}
"""What a courier's phone said."""

WHY_REVIEWED: Mapping[str, str] = {
    Why.RULES: _("The register does not agree: the bag stood elsewhere by its books."),
    Why.TWICE: _("It was handed over before."),
    Why.OLD_BAG: _(
        "An old bag was handed over: its paper was made anew and counts no more. Fetch it back."
    ),
    Why.REVOKED: _("The phone, or its courier, does not count any more."),
    Why.CLOCK: _("The clock of the phone is wrong by more than five minutes."),
    Why.CHAIN: _("What came before it is missing or another."),
    Why.ASTRAY: _("The phone used this number before."),
    Why.UNREADABLE: _("It is signed, but nobody can read what it says."),
    SLIP_LOST: _("Slip and code were lost: the applicant's card and a witness had to do."),
}
"""Why somebody has to look at it."""

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.IN_ORDER: _("It is in order as it happened"),
    Outcome.PUT_RIGHT: _("I have put right what was missing"),
    Outcome.INCIDENT: _("It goes on as an incident"),
}
"""What came of a look."""

FAULTS: Mapping[str, str] = {
    "no-bags": _("Scan or type the number of at least one bag, or tick one below."),
    "unreadable": _("This is no number of a bag: %(words)s. Type the digits printed on it."),
    "no-courier": _("Choose who takes the bags."),
    "one-bag": _("Type the number of one bag. It is printed on it."),
    "no-reason": _("Choose why."),
    "find": _("No bag bears this number. Look at the digits once more."),
}
"""What is wrong with what was typed."""

DONE: Mapping[str, str] = {
    "offered": _("Offered. The bags move when the courier accepts them on the phone."),
    "offer-taken-back": _("The offer is taken back."),
    "back": _("The bag is back at the counter."),
    "opened": _("Opened. The paper waits at the counter."),
    "missing": _("Written down, and two officers are told."),
    "found": _("The bag is at the counter again."),
    "closed": _("The shift is closed: everything came out even."),
    "reviewed": _("Written down."),
    "taken": _("You have the bag now."),
    "given-back": _("Put it on the counter: you have it until somebody there takes it."),
}
"""What was done, said on the next page."""


def said(change: Change) -> str:
    """A line of a bag's history as a sentence; a deed without words stands as it is written."""
    words: dict[str, str] = {one.value: str(label) for one, label in IN_VAIN.items()}
    words |= {one.value: str(label) for one, label in RECEIVERS.items()}
    words |= {one.value: str(label) for one, label in WHY_OPENED.items()}
    sentence = _DEEDS.get(change.deed)
    if sentence is None:
        return f"{change.by}: {change.deed}"
    word = words.get(change.word, change.word)
    return str(sentence) % {"by": change.by, "other": change.other, "word": word}


def not_given(refused: Refusal) -> str:
    """Why a bag cannot be offered, and what to do."""
    if isinstance(refused, Unknown):
        return str(gettext("No bag bears this number. Look at the digits once more."))
    if isinstance(refused, NotPermitted):
        return str(gettext("Somebody else has it, or this courier carries no bags of its office."))
    return str(
        gettext(
            "It does not go out: not due yet, carried often enough, to be collected, looked into "
            "by two officers, made anew since, or not here. Its page tells more."
        )
    )


def left(refused: BagsLeft) -> str:
    """Why a shift does not close, and what to do."""
    return str(
        gettext(
            "This shift does not close: bags %(bags)s are neither handed over nor back. "
            "The duty officer is told. Look for them, or take them back first.",
            bags=", ".join(str(bag) for bag in refused.bags),
        )
    )


def not_taken_back(refused: Refusal) -> str:
    """Why a bag cannot be taken back, and what to do."""
    if isinstance(refused, Unknown):
        return str(gettext("No bag bears this number. Look at the digits once more."))
    if isinstance(refused, NotNow):
        return str(gettext("This bag is not on its way. Its page says where it is."))
    return str(
        gettext("Its courier has not given it back yet: he or she does that on the phone first.")
    )
