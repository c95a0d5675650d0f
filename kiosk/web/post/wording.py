"""What the screens of a post say of what was wrong. None of it accuses anybody."""

from flask_babel import lazy_gettext as _

from kiosk.domain.errors import Invalid, NotNow, NotPermitted, Refusal

__all__ = ["FAULTS", "faults_of", "refusal"]

FAULTS = {
    "number": _("Type the number on the bag, or the one of the application, for example P-000017."),
    "slip": _("This is no slip of this office. Scan it again, or type the six digits."),
    "slip-kind": _("This is another paper. Scan the slip of the applicant."),
    "slip-old": _("This slip counts no more. The applicant prints a new one from the status page."),
    "slip-bag": _("This slip is of an earlier bag. The applicant prints a new one."),
    "wrong-code": _("These digits do not fit. Look at the slip and type them once more."),
    "too-many-codes": _("Too many wrong tries today. Scan the slip, or come back tomorrow."),
    "wrong-birth": _("This does not fit. Look at the card and type it once more."),
    "witness": _("Type the name of the witness."),
    "last-four": _("Type the last four digits of the NIK on the card."),
    "no-match": _("This does not fit. Look at the card and type it once more; it is the last try."),
    "letter": _("This letter is not for this paper, or counts no more."),
    "signed": _("Sign, or name a witness."),
    "birth": _("Type the date of birth as it stands on the card, for example 25-12-1996."),
}
"""What is said of each fault, by its code."""

_REFUSALS = {
    "it is with somebody else": _("Somebody else has this bag now."),
    "it was handed over": _("This paper was handed over already."),
    "its certificate does not count": _(
        "The office is looking into this paper. It is not handed over now."
    ),
    "nobody else is named": _("The applicant has named nobody else. A letter is needed."),
    "nothing is handed to a minor": _(
        "Nothing is handed to a minor. Somebody of age comes, with a letter or named before."
    ),
    "without slip and code only the holder": _(
        "Without slip and code only the applicant can take it."
    ),
}
_NO_CARD = _("This paper is not handed over here today. The office looks into it and calls.")
_OTHERWISE = {
    NotPermitted: _("This is for others, or somebody else must do it."),
    NotNow: _("This cannot be handed over here now. Begin again, or ask the counter."),
}


def faults_of(refused: Invalid) -> dict[str, str]:
    """What is wrong, by field, in words."""
    return {fault.path: str(FAULTS.get(fault.code, FAULTS["signed"])) for fault in refused.faults}


def refusal(refused: Refusal) -> str:
    """Why a paper is not handed over, in a sentence for everybody who stands there."""
    said = str(refused)
    if said == "no card matched":
        return str(_NO_CARD)
    if said in _REFUSALS:
        return str(_REFUSALS[said])
    kind = NotPermitted if isinstance(refused, NotPermitted) else NotNow
    return str(_OTHERWISE[kind])
