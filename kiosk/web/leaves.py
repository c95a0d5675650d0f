"""What stands on the slips of paper that the office gives out, in the language of the answer."""

from datetime import date

from flask import Response, current_app
from flask_babel import format_date
from flask_babel import gettext as _

from kiosk.actions.slips import ApplicantSlip, Letter, ReceiptSlip
from kiosk.web.guards import the_desk
from kiosk.web.languages import language
from printer.codes import draw_code
from printer.slips import Leaf, LeafSize, draw_leaf
from verifier.wording import moment

__all__ = [
    "SIZES",
    "badge_leaf",
    "code_drawing",
    "label_leaf",
    "leaf_response",
    "letter_leaf",
    "receipt_leaf",
    "slip_leaf",
    "spaced",
]

SIZES = {"a6": LeafSize.A6, "a4": LeafSize.A4}
"""The sizes in which a slip can be had."""


def slip_leaf(slip: ApplicantSlip, window: str) -> Leaf:
    """The applicant's slip; `window` is the time of delivery in words, or empty."""
    facts = [(_("Application"), slip.number)]
    if slip.bag:
        facts.append((_("Bag"), str(slip.bag)))
    if slip.day:
        facts.append((_("Day"), _day(date.fromisoformat(slip.day))))
    if window:
        facts.append((_("Time"), window))
    facts.append((_("Valid until"), _day(slip.until)))
    return Leaf(
        office=slip.office,
        title=_("Slip to receive the paper"),
        large=spaced(slip.code),
        facts=tuple(facts),
        text=_how_to_receive(slip),
        code=slip.text,
        code_says=_("Show this code to the officer. The six digits do the same."),
        demo=_is_demo(),
    )


def letter_leaf(letter: Letter, holder: str) -> Leaf:
    """The letter of a proxy, to be signed by the `holder`."""
    return Leaf(
        office=letter.office,
        title=_("Letter of authority (surat kuasa)"),
        facts=(
            (_("I, the applicant"), holder),
            (_("Application"), letter.number),
            (_("let this person take the paper for me"), letter.proxy),
            (_("who is to me"), letter.relation),
            (_("with a KTP whose NIK ends in"), letter.last_four),
        ),
        text=(
            _(
                "This letter counts once, until %(day)s, and for nothing else.",
                day=_day(letter.until),
            ),
            _(
                "Whoever takes the paper shows his or her own KTP, this letter with the signature "
                "of the applicant, and the slip or its six digits. Nothing is handed to a minor."
            ),
            _("Made on %(day)s.", day=_day(letter.made_on)),
        ),
        signatures=(_("The applicant"), _("Who takes the paper")),
        code=letter.text,
        code_says=_("The officer reads this code. It holds no name."),
        demo=_is_demo(),
    )


def label_leaf(number: int, office: str, code: str) -> Leaf:
    """The label of a bag. It says nothing of what is inside, or whose it is."""
    return Leaf(
        office=office,
        title=_("Bag"),
        large=str(number),
        text=(_("Sealed by two people. If the seal is torn, do not take it."),),
        code=code,
        demo=_is_demo(),
    )


def receipt_leaf(slip: ReceiptSlip) -> Leaf:
    """The receipt of whoever took a paper, with the way to say how it was."""
    facts = [(_("Application"), slip.number)]
    if slip.bag:
        facts.append((_("Bag"), str(slip.bag)))
    offset = the_desk().settings.unit.utc_offset
    facts.append((_("Handed over"), moment(slip.at, language(), utc_offset=offset)))
    return Leaf(
        office=slip.office,
        title=_("Receipt of the paper"),
        large=slip.receipt,
        facts=tuple(facts),
        text=(
            _(
                "How was it? Were you asked for money? Tell us on your own phone, at a post, or at "
                "%(address)s. The officer who came does not learn it.",
                address=f"{_host()}/apply/rating/receipt",
            ),
            _("You did not get the paper? Say so at once, in the same place."),
        ),
        # A phone's own camera opens this one; what is signed stands behind the #, for us alone.
        code=f"{the_desk().settings.site.url}/apply/rating/receipt#{slip.text}",
        code_says=_("Scan this with your phone to tell us."),
        demo=_is_demo(),
    )


def badge_leaf(*, office: str, name: str, service_number: str, code: str) -> Leaf:
    """The badge of an officer who brings bags."""
    return Leaf(
        office=office,
        title=name,
        facts=(("NRP", service_number or "–"), (_("Badge"), code)),
        text=(
            _(
                "Scan the code, or type %(code)s at %(address)s.",
                code=code,
                address=f"{_host()}/badge",
            ),
            _("Nobody with this badge takes money."),
        ),
        code=f"{the_desk().settings.site.url}/badge/{code}",
        demo=_is_demo(),
    )


def leaf_response(leaf: Leaf, size: LeafSize, name: str) -> Response:
    """A leaf as a PDF of this name; no cache keeps it."""
    response = Response(draw_leaf(leaf, size), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def code_drawing(text: str) -> str:
    """The QR code of a text as a drawing for a page."""
    return draw_code(text).decode()


def spaced(code: str) -> str:
    """Six digits as they are read out: 123 456."""
    return f"{code[:3]} {code[3:]}"


def _how_to_receive(slip: ApplicantSlip) -> tuple[str, ...]:
    if not slip.bag:
        return (
            _("Bring this slip and your own KTP to %(office)s. Pay nothing.", office=slip.office),
        )
    return (
        _("Have this slip and the KTP ready. Pay nothing to the officer."),
        _("How to know a true officer: the number on the bag is the number on this slip."),
        _(
            "The officer shows a badge with name and NRP. Scan its code, or look it up at "
            "%(address)s, to see who is on duty today.",
            address=f"{_host()}/badge",
        ),
        _("Not sure? Take nothing, sign nothing, and call the office or 110."),
    )


def _day(day: date) -> str:
    return str(format_date(day, "full", rebase=False))


def _host() -> str:
    return the_desk().settings.site.host


def _is_demo() -> bool:
    return bool(current_app.extensions["office"].demo)
