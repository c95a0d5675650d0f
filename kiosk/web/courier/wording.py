"""What the courier's page says by its scripts, by key; and windows in words."""

from flask_babel import lazy_gettext as _

from kiosk.web.wording import WORDS as ALL_WORDS

__all__ = ["RECEIVERS", "VAIN", "WINDOWS", "said_to_couriers"]

WINDOWS = {
    "morning": _("In the morning, 8 to 11"),
    "midday": _("At midday, 11 to 14"),
    "afternoon": _("In the afternoon, 14 to 18"),
    "evening": _("In the evening, 18 to 20"),
    "weekend": _("At the weekend"),
    "": _("No time was chosen"),
}
"""When somebody wants a paper brought."""

RECEIVERS = {
    "holder": _("The applicant"),
    "named": _("The person the applicant named"),
    "letter": _("Somebody with a signed letter"),
}
"""Who takes a paper."""

VAIN = {
    "nobody-home": _("Nobody home"),
    "not-found": _("Address not found"),
    "moved": _("Moved away"),
    "refused": _("Did not want it now"),
    "danger": _("Weather, road or danger"),
    "damaged": _("Bag damaged or wet"),
    "seal-torn": _("Seal torn"),
    "wrong-spelling": _("Name spelled wrong"),
}
"""Why a visit was in vain, as the courier chooses; what did not match is noted by itself."""

# Neutral: it accuses nobody, and is never chosen by hand.
_NO_MATCH = _("To be looked at once more at the office")

_EVENTS = {
    "accepted": _("Bag taken"),
    "arrived": _("Arrived"),
    "handed-over": _("Handed over"),
    "in-vain": _("Visit in vain"),
    "wrong-code": _("Wrong code"),
    "mismatch": _("Card did not match"),
    "given-back": _("Brought back"),
    "missing": _("Bag missing"),
    "note": _("Note"),
    "wiped": _("Pack wiped"),
}

_STATES = {
    "offered": _("to be taken"),
    "carried": _("with you"),
    "handed-over": _("handed over"),
    "given-back": _("brought back; the counter still has to confirm"),
    "missing": _("missing"),
}

_SENTENCES = {
    "unsent-0": _("Everything is sent"),
    "unsent": _("{count} not sent yet"),
    "sending": _("Sending…"),
    "sent": _("{count} sent"),
    "no-signal": _("No signal. Nothing is lost; it is sent later."),
    "not-registered": _("The office does not know this phone yet. Load the pack of the day."),
    "waits": _("waits"),
    "answer-accepted": _("arrived"),
    "answer-duplicate": _("arrived before"),
    "answer-review": _("arrived; somebody will look at it"),
    "answer-gap": _("waits for an earlier one"),
    "answer-refused": _("not taken: show it to the duty officer"),
    "tries": _("{tries} tries, {size} bytes"),
    "pin-short": _("Type six digits."),
    "pin-differs": _("The two are not the same."),
    "pin-wrong": _("Wrong PIN. {left} tries are left; then the pack is wiped."),
    "pin-opening": _("Opening…"),
    "pack-loading": _("Loading and sealing the pack…"),
    "pack-signed-out": _("Sign in first, then load the pack."),
    "pack-refused": _("This phone was revoked. Ask the duty officer."),
    "pack-offline": _("No signal: the pack cannot be loaded now."),
    "pack-trust": _("Slips cannot be checked yet: load the pack again where there is signal."),
    "pack-until": _("Pack of {made}, until {until}"),
    "gone-pin": _("The pack was wiped after five wrong PINs. What is not sent yet is kept."),
    "gone-order": _("The office revoked this phone: its pack was wiped."),
    "gone-expired": _("The pack was older than a day and was wiped. Load a new one."),
    "balance": _(
        "{taken} taken, {handedOver} handed over, {broughtBack} brought back, {left} left"
    ),
    "stop": _("Bag {bag}"),
    "rw": _("RW {rw}"),
    "visits": _("{count} visits in vain before"),
    "typed-unknown": _("This number is not in your pack."),
    "not-offered": _("This bag is not offered to you. Ask the counter."),
    "slip-good": _("The slip is genuine and for this bag."),
    "slip-other": _("This slip is not for this bag."),
    "slip-bad": _("This is not a valid slip."),
    "label-bad": _("This is not the label of a bag."),
    "code-good": _("The code is right."),
    "code-wrong": _("The code is not right. {left} tries are left."),
    "code-over": _("The code counts no more at this door. Use the slip or a witness."),
    "code-short": _("Type six digits."),
    "four-short": _("Type four digits."),
    "card-aim": _("Hold the card inside the frame."),
    "card-none": _("The card was not read. Type its last four digits."),
    "card-holder": _("Only the applicant's card is read. Type the four digits of another."),
    "comparing": _("Comparing…"),
    "match": _("MATCH"),
    "no-match-once": _("NO MATCH. Look at the card once more and type it again."),
    "adult": _("Only an adult may take it."),
    "letter-first": _("Scan the letter first."),
    "letter-good": _("The letter is genuine and for this paper."),
    "draw-first": _("Let the receiver sign, or write the name of a witness."),
    "witness-needed": _("Write the name of the witness."),
    "confirm-missing": _("Report bag {bag} as missing?"),
    "confirm-back": _("Give bag {bag} back to the counter?"),
    "nothing": _("Nothing here."),
    "sure": _("Saved on this phone."),
}


def said_to_couriers() -> dict[str, str]:
    """Every sentence by its key, in the language of the answer."""
    found = {f"page.{key}": str(words) for key, words in _SENTENCES.items()}
    found["vain.no-match"] = str(_NO_MATCH)
    found |= {key: str(words) for key, words in ALL_WORDS.items() if key.startswith("page.camera-")}
    for prefix, table in (
        ("window", WINDOWS),
        ("vain", VAIN),
        ("event", _EVENTS),
        ("state", _STATES),
        ("receiver", RECEIVERS),
    ):
        found |= {f"{prefix}.{key}": str(words) for key, words in table.items()}
    return found
