"""What is done with a file at each desk; afterwards one is led back to the queue, or the file."""

from collections.abc import Callable

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from kiosk.actions import counter, printing
from kiosk.actions.applications import renew_code
from kiosk.actions.notices import shown_number
from kiosk.actions.payments import take_at_counter
from kiosk.domain.applications import FIELDS_TO_CHECK, Found
from kiosk.domain.desks import Queue, queues_of
from kiosk.domain.errors import Fault, Invalid
from kiosk.domain.prints import Spoilt
from kiosk.web.counter.files import file_page
from kiosk.web.counter.queues import COUNTER_ROLES
from kiosk.web.counter.shown import faults_of
from kiosk.web.counter.wording import REFUSALS
from kiosk.web.guards import door, the_desk, the_staff
from kiosk.web.languages import localized_url

__all__ = ["deeds"]

deeds = door(Blueprint("deeds", __name__, url_prefix="/counter/files"), roles=COUNTER_ROLES)

_LONGEST = 1_000
_FOUND: dict[str, Found | None] = {
    "nothing": Found.NOTHING,
    "record": Found.RECORD,
    "ask": None,
}


@deeds.post("/<int:number>/check")
def check(number: int) -> Response:
    """Send a file on, whose every field is ticked."""
    return _done(
        number,
        lambda: counter.check_papers(
            the_desk(),
            the_staff(),
            number,
            ticked=[name for name in FIELDS_TO_CHECK if _typed(f"tick-{name}")],
            identity_seen=bool(_typed("identity_seen")),
            fingerprints_on_file=_typed("fingerprints") == "on-file",
        ),
        "checked",
        Queue.CHECK,
    )


@deeds.post("/<int:number>/send-back")
def send_back(number: int) -> Response:
    """Send a file back, with what is wrong with each field."""
    return _done(
        number,
        lambda: counter.send_back(
            the_desk(),
            the_staff(),
            number,
            reasons={name: _typed(f"reason-{name}") for name in FIELDS_TO_CHECK},
            remark=_typed("remark"),
        ),
        "sent-back",
        Queue.CHECK,
    )


@deeds.post("/<int:number>/refuse")
def refuse(number: int) -> Response:
    """Refuse an application, with a sentence for the applicant."""
    reason = REFUSALS.get(_typed("refusal"), "")
    remark = " ".join(part for part in (str(reason), _typed("refusal_remark")) if part)
    return _done(
        number,
        lambda: counter.refuse(the_desk(), the_staff(), number, remark=remark),
        "refused",
        Queue.CHECK,
    )


@deeds.post("/<int:number>/photo")
def add_photo(number: int) -> Response:
    """Keep the photo that somebody brought; what was ticked meanwhile stays so."""
    file = request.files.get("photo")
    data = b"" if file is None else file.read()
    typed = {name: value[:_LONGEST] for name, value in request.form.items()}
    try:
        counter.add_photo(the_desk(), the_staff(), number, data)
    except Invalid as refused:
        return make_response(file_page(number, typed, faults_of(refused)), 422)
    return make_response(file_page(number, typed, {}, done="photo"))


@deeds.post("/<int:number>/fee")
def take_fee(number: int) -> Response:
    """Take the fee against a receipt."""
    return _done(
        number,
        lambda: take_at_counter(the_desk(), the_staff(), number, receipt=_typed("receipt")),
        "fee",
        None,
        to="files.show_receipt",
    )


@deeds.post("/<int:number>/fingerprints")
def take_fingerprints(number: int) -> Response:
    """Note that the fingerprints are on file."""
    return _done(
        number,
        lambda: counter.take_fingerprints(
            the_desk(), the_staff(), number, formula=_typed("formula")
        ),
        "fingerprints",
        Queue.FINGERPRINTS,
    )


@deeds.post("/<int:number>/examination")
def examine(number: int) -> Response:
    """Write down what the records say."""
    chosen = _typed("found")

    def act() -> None:
        if chosen not in _FOUND:
            raise Invalid([Fault(path="found", code="not-chosen", sentence="was not chosen")])
        counter.examine(
            the_desk(), the_staff(), number, found=_FOUND[chosen], text=_typed("result_text")
        )

    return _done(number, act, "examination", Queue.EXAMINE)


@deeds.post("/<int:number>/confirmation")
def confirm(number: int) -> Response:
    """Agree with a record, or not."""
    agrees = _typed("agrees") == "yes"
    return _done(
        number,
        lambda: counter.confirm(the_desk(), the_staff(), number, agrees=agrees),
        "examination",
        Queue.CONFIRM,
    )


@deeds.post("/<int:number>/approval")
def approve(number: int) -> Response:
    """Approve, or have it examined anew."""
    if _typed("approved") == "yes":
        return _done(
            number,
            lambda: counter.approve(the_desk(), the_staff(), number),
            "approved",
            Queue.APPROVE,
        )
    return _done(
        number,
        lambda: counter.return_to_examination(the_desk(), the_staff(), number),
        "examination",
        Queue.APPROVE,
    )


@deeds.post("/<int:number>/print")
def want_print(number: int) -> Response:
    """Issue the certificate, and have it printed on a sheet."""
    return _done(
        number,
        lambda: printing.want_print(the_desk(), the_staff(), number, serial=_typed("serial")),
        "print",
        None,
    )


@deeds.post("/<int:number>/printed")
def look_at_print(number: int) -> Response:
    """Say what came out: a good sheet, a void one, or nothing."""
    outcome, reason = _typed("outcome"), _typed("reason")
    desk, staff = the_desk(), the_staff()
    if outcome == "good":
        return _done(number, lambda: printing.mark_good(desk, staff, number), "good", Queue.PRINT)
    if outcome == "nothing":
        return _done(number, lambda: printing.print_again(desk, staff, number), "again", None)

    def spoil() -> None:
        if reason not in set(Spoilt):
            raise Invalid([Fault(path="reason", code="not-chosen", sentence="was not chosen")])
        printing.spoil(desk, staff, number, Spoilt(reason))

    return _done(number, spoil, "void", None)


@deeds.post("/<int:number>/signature")
def sign(number: int) -> Response:
    """Note that the sheet was signed."""
    return _done(
        number, lambda: counter.sign(the_desk(), the_staff(), number), "signed", Queue.SIGN
    )


@deeds.post("/<int:number>/seal")
def seal(number: int) -> Response:
    """Put a sheet into a bag, confirm that it is in, or take it out again."""
    desk, staff = the_desk(), the_staff()
    deed = _typed("deed")
    if deed == "confirm":
        queue = Queue.SEAL if _works_on(Queue.SEAL) else Queue.CHECK
        return _done(number, lambda: counter.confirm_seal(desk, staff, number), "sealed", queue)
    if deed == "take-back":
        return _done(
            number, lambda: counter.take_back_seal(desk, staff, number), "out-of-bag", None
        )
    bag = _typed("bag")
    return _done(number, lambda: counter.propose_seal(desk, staff, number, bag=bag), "in-bag", None)


@deeds.post("/<int:number>/code")
def renew(number: int) -> Response:
    """Give a new code to an applicant who has lost it; it is shown here, and never again."""
    try:
        code = renew_code(the_desk(), the_staff(), number, identity_seen=bool(_typed("card_seen")))
    except Invalid as refused:
        return make_response(file_page(number, {}, faults_of(refused)), 422)
    page = render_template("counter/code.html", id=number, number=shown_number(number), code=code)
    return make_response(page)


def _typed(name: str) -> str:
    return request.form.get(name, "")[:_LONGEST]


def _works_on(queue: Queue) -> bool:
    return queue in queues_of(the_staff())


def _done(
    number: int,
    act: Callable[[], object],
    done: str,
    queue: Queue | None,
    *,
    to: str = "files.show_file",
) -> Response:
    """Act; then lead on to the queue, or the file. What is wrong is said on the file's page."""
    try:
        act()
    except Invalid as refused:
        typed = {name: value[:_LONGEST] for name, value in request.form.items()}
        return make_response(file_page(number, typed, faults_of(refused)), 422)
    if queue is None:
        return redirect(localized_url(to, number=number, done=done), 303)
    return redirect(localized_url("queues.show_queue", queue=queue, done=done), 303)
