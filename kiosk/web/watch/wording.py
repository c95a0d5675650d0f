"""Kinds and outcomes of incidents, deeds, themes and faults, in words that accuse nobody."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from kiosk.domain.handover import Proof, Receiver
from kiosk.domain.incidents import Kind, Outcome
from kiosk.domain.posters import Condition, Reason, Stage
from kiosk.domain.ratings import Theme

__all__ = [
    "BETTER",
    "CONDITIONS",
    "DEEDS",
    "DONE",
    "FAULTS",
    "KINDS",
    "MOVES",
    "OUTCOMES",
    "POSTERS",
    "PROOFS",
    "REASONS",
    "RECEIVERS",
    "STAGES",
    "THEMES",
]

KINDS: Mapping[Kind, str] = {
    Kind.NOT_RECEIVED: _("Applicant says: not received"),
    Kind.MISSING: _("A bag cannot be found"),
    Kind.DAMAGED: _("Paper or bag is damaged"),
    Kind.SEAL_TORN: _("A seal is torn"),
    Kind.WRONG_SPELLING: _("Something is written wrong"),
    Kind.PHONE_LOST: _("A courier's phone is lost"),
    Kind.SHIFT_OPEN: _("A round did not come out even"),
    Kind.MONEY_ASKED: _("Somebody was asked for money"),
    Kind.NO_MATCH: _("A card at the door did not match"),
}
"""What each kind is called."""

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.FOUND: _("It was found, or was received"),
    Outcome.CLEARED: _("Cleared up: everything is in order"),
    Outcome.LOST: _("Lost: withdraw the certificate and make another, free of charge"),
    Outcome.MADE_ANEW: _("Make it anew, free of charge; the old sheet is void"),
    Outcome.OTHER: _("Handed on, or settled in another way"),
}
"""What each outcome means."""

BETTER: Mapping[Kind, str] = {
    Kind.NOT_RECEIVED: _("Papers reach the person they are for, and that can be shown"),
    Kind.MISSING: _("No bag is ever out of sight"),
    Kind.DAMAGED: _("Papers stay dry and flat on the way"),
    Kind.SEAL_TORN: _("Seals hold until the door"),
    Kind.WRONG_SPELLING: _("Spelling is read out before it is printed"),
    Kind.PHONE_LOST: _("Phones are not lost on the way"),
    Kind.SHIFT_OPEN: _("Rounds end on the same day"),
    Kind.MONEY_ASKED: _("Everybody knows that nothing is paid at the door"),
    Kind.NO_MATCH: _("The right person is at home when the bag comes"),
}
"""What the list of improvements says of each kind, until somebody writes it better."""

THEMES: Mapping[Theme, str] = {
    Theme.SERVICE: _("Service that people call good"),
    Theme.POLITENESS: _("A friendly word at every door"),
    Theme.MONEY: _("Nobody is asked for money"),
}
"""What the list of improvements says of each theme."""

DEEDS: Mapping[str, str] = {
    "incident-raised": _("raised"),
    "opened": _("opened"),
    "acknowledged": _("acknowledged"),
    "complaint-taken-back": _("the applicant says that it is there"),
    "outcome-proposed": _("proposed an outcome"),
    "incident-closed": _("agreed, and closed it"),
}
"""What was done about an incident."""

MOVES: Mapping[str, str] = {
    "sealed": _("sealed"),
    "offered": _("offered"),
    "offer-taken-back": _("offer taken back"),
    "accepted": _("taken by the courier"),
    "given-back": _("offered to the counter"),
    "accepted-back": _("back at the counter"),
    "in-vain": _("visit in vain"),
    "handed-over": _("handed over"),
    "handed-out": _("handed over"),
    "delivered": _("handed over"),
    "mismatch": _("a card did not match"),
    "bag-opened": _("opened at the counter"),
    "missing": _("said to be missing"),
    "found": _("found"),
    "lost": _("given up as lost"),
    "not-wanted": _("not to be carried any more"),
    "found-with": _("was with the courier"),
    "planned-anew": _("planned for another day"),
    "wrong-code": _("wrong code"),
}
"""What became of a bag."""

RECEIVERS: Mapping[str, str] = {
    Receiver.HOLDER: _("the applicant"),
    Receiver.NAMED: _("the proxy who was named"),
    Receiver.LETTER: _("a proxy with a letter"),
}
"""Who took a paper."""

PROOFS: Mapping[str, str] = {
    Proof.SLIP: _("slip"),
    Proof.CODE: _("six digits"),
    Proof.CARD_READ: _("card read"),
    Proof.CARD_TYPED: _("card typed"),
    Proof.WITNESS: _("witness"),
}
"""What was shown for it."""

STAGES: Mapping[Stage, str] = {
    Stage.PRINTED: _("printed, not put up yet"),
    Stage.PLACED: _("hangs"),
    Stage.DOUBTFUL: _("in doubt"),
    Stage.REMOVED: _("taken down"),
}
"""Where a poster is."""

CONDITIONS: Mapping[Condition, str] = {
    Condition.INTACT: _("Hangs as it should"),
    Condition.DAMAGED: _("Damaged"),
    Condition.COVERED: _("Something is stuck over it"),
    Condition.MISSING: _("Missing"),
    Condition.ELSEWHERE: _("Hangs elsewhere"),
}
"""What somebody found who looked at a poster."""

REASONS: Mapping[Reason, str] = {
    Reason.DOUBTFUL: _("Something was wrong: put it right, or take it down"),
    Reason.SILENT: _("Nobody scans in this area any more: is it torn down or covered?"),
    Reason.EXPIRED: _("Its year is over: print another"),
    Reason.OVERDUE: _("Nobody has looked for thirty days"),
    Reason.NOT_PLACED: _("Printed two weeks ago, and not put up"),
}
"""Why somebody is to look at a poster."""

POSTERS: Mapping[str, str] = {
    "placed": _("Written down: it is put up."),
    "looked": _("Written down."),
    "removed": _("Written down: it is taken down."),
    "undone": _("Undone: it stands as before."),
    "noted": _("Your note is written down."),
    "ours": _("This code is ours. Compare place and number with what is printed."),
}
"""What was done about a poster, said on the next page."""

DONE: Mapping[str, str] = {
    "acknowledged": _("Written down: you know of it."),
    "proposed": _("Proposed. A second officer agrees at his or her own screen."),
    "closed": _("Closed. What follows from it is done."),
    "noted": _("It is on the list of improvements."),
    "taken-on": _("Written down."),
    "done": _("Done, with its effect."),
}
"""What was done, said on the next page."""

FAULTS: Mapping[str, str] = {
    "empty": _("Write a few words."),
    "too-long": _("This is too long."),
    "names-somebody": _("Leave out long numbers: the list is printed and must name nobody."),
    "not-chosen": _("Choose one."),
    "past": _("That day is over."),
    "date": _("There is no such day."),
    "place": _("A place has 1 to 60 letters, an area at most 30: line %(line)s."),
    "twice": _("The same place stands there twice: line %(line)s."),
    "count": _("Write at least one place, and at most a thousand."),
    "letters": _("A name has letters that the poster's type lacks, or is too long for the sheet."),
    "no-key": _("There is no key for posters yet. Whoever runs the server makes one."),
    "no-poster": _("No poster has this number."),
    "not-ours": _(
        "This code is NOT ours, or was changed. Take a photo, leave it as it is, and tell your "
        "commander."
    ),
}
"""What is wrong with what was typed, by code."""
