"""Where sealed reports arrive: bytes in, bytes out. No cookie, no log, no address kept.

    GET  /report/directory                         whose keys may read
    GET  /report/directories/SERIAL                the same, as it was published once
    GET  /report/log                               the published heads of the log
    GET  /report/challenge                         the salt of receipt codes; work to do, if any
    POST /report/cases                             a new report
    POST /report/cases/CASE/files/NUMBER/CHUNK     a chunk of a file
    POST /report/thread                            what was said since
    POST /report/thread/messages                   one more answer
    POST /report/thread/objections                 no to an opening of one's identity

What each body holds is in docs/operations/reports.md. Refusals are problem details (RFC 9457). Who
asks too often waits for their turn, and is served then; nobody is turned away for good.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from kiosk.actions import cases
from kiosk.actions.deeds import HEADS_FILE
from kiosk.actions.directories import HISTORY_FOLDER
from kiosk.actions.mailroom import Mailroom
from kiosk.actions.openings import LONGEST_OBJECTION, object_to_opening
from kiosk.actions.readers import DirectoryChanged
from kiosk.domain.errors import NotNow, Unknown
from kiosk.storage.errors import StorageError
from kiosk.web.errors import problem
from kiosk.web.public.turns import Turns
from kiosk.web.public.work import Work
from signing.errors import FormatError

__all__ = ["Mailbox", "ask_turn", "mailbox", "the_mailbox", "the_work", "use_mailbox"]

mailbox = Blueprint("mailbox", __name__, url_prefix="/report")

CBOR = "application/cbor"
WORK = "Segel-Work"
"""The header that shows what work was done (kiosk.web.public.work)."""
TURN = "Segel-Turn"
"""The header of a ticket for somebody's turn (kiosk.web.public.turns)."""


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """What these answers need."""

    mailroom: Mailroom


def use_mailbox(app: Flask, given: Mailbox, *, clock: Callable[[], int]) -> None:
    """Make `app` take sealed reports in."""
    app.extensions["mailbox"] = given
    app.extensions["turns"] = Turns(given.mailroom.settings.per_minute, clock=clock)
    app.extensions["work"] = Work(clock=clock) if given.mailroom.settings.work else None
    app.register_blueprint(mailbox)


@mailbox.get("/directory")
def show_directory() -> Response:
    """The directory of keys as it was published and signed; browsers check it themselves."""
    try:
        return Response(the_mailbox().mailroom.directory.read_bytes(), mimetype=CBOR)
    except FileNotFoundError:
        return problem(404, _("This office has published no keys for reports yet."))


@mailbox.get("/directories/<int:serial>")
def show_old_directory(serial: int) -> Response:
    """A directory of keys that was published once; every one stays."""
    try:
        kept = the_mailbox().mailroom.directory.with_name(HISTORY_FOLDER) / str(serial)
        return Response(kept.read_bytes(), mimetype=CBOR)
    except FileNotFoundError:
        return problem(404, _("There is no such directory of keys."))


@mailbox.get("/log")
def show_log() -> Response:
    """The published heads of the log, a line for each day: whoever keeps them can tell later."""
    try:
        kept = the_mailbox().mailroom.directory.with_name(HEADS_FILE).read_bytes()
    except FileNotFoundError:
        kept = b""
    return Response(kept, mimetype="text/plain")


@mailbox.get("/challenge")
def show_challenge() -> Response:
    """What a browser needs before it seals: the salt of receipt codes, and work if there is any."""
    salt = cases.receipt_salt(the_mailbox().mailroom)
    work = the_work()
    return jsonify({"salt": salt.hex(), "work": work and work.challenge()})


@mailbox.post("/cases")
def take_report() -> Response:
    """Take a new report in; its public number."""
    work, delivery = the_work(), _body(cases.LONGEST_DELIVERY)
    if work and not work.is_done(request.headers.get(WORK, ""), delivery):
        return problem(428, _("Your browser has to work something out first. Try again."))
    case = cases.submit(the_mailbox().mailroom, delivery)
    response = jsonify({"number": case.number})
    response.status_code = 201
    return response


@mailbox.post("/cases/<case>/files/<int:number>/<int:chunk>")
def take_chunk(case: str, number: int, chunk: int) -> Response:
    """Take a chunk of a file in: which are missing yet, or the digest of the whole."""
    try:
        id_ = bytes.fromhex(case)
    except ValueError:
        raise FormatError("not the id of a case") from None
    taken = cases.take_chunk(
        the_mailbox().mailroom, id_, (number, chunk), _body(cases.LONGEST_CHUNK)
    )
    digest = None if taken.digest is None else taken.digest.hex()
    return jsonify({"missing": taken.missing, "digest": digest})


@mailbox.post("/thread")
def show_thread() -> Response:
    """What was said since, for who proves that the report is theirs."""
    thread = cases.thread_of(the_mailbox().mailroom, _body(cases.LONGEST_ASK))
    return Response(cases.encode_thread(thread), mimetype=CBOR)


@mailbox.post("/thread/messages")
def take_message() -> Response:
    """Take one more answer of a reporter in; its number."""
    message = cases.append(the_mailbox().mailroom, _body(cases.LONGEST_APPEND))
    return jsonify({"number": message.number})


@mailbox.post("/thread/objections")
def take_objection() -> Response:
    """Take a reporter's objection to the opening of their identity."""
    opening = object_to_opening(the_mailbox().mailroom, _body(LONGEST_OBJECTION))
    return jsonify({"state": str(opening.state)})


@mailbox.before_request
def _wait_your_turn() -> Response | None:
    # To ask what everybody is told costs little. A file has hundreds of chunks, and each proves its
    # case, which has room for so many.
    if request.method == "GET" or request.endpoint == "mailbox.take_chunk":
        return None
    body = _body(cases.LONGEST_DELIVERY)
    wait, ticket = ask_turn(request.headers.get(TURN, ""), body)
    if not wait:
        return None
    # A thread that waits serves nobody; the browser waits instead, and comes again.
    sentence = _("Many people write just now. Your browser tries again by itself.")
    refused = problem(429, sentence, turn=ticket)
    refused.headers["Retry-After"] = str(wait)
    return refused


def ask_turn(ticket: str, body: bytes, *, least: int = 0) -> tuple[int, str]:
    """In how many seconds it is the turn of who asks, at `least` so many; and a ticket for then.

    0 where it is now, or the `ticket` that they show is due.
    """
    turns: Turns = current_app.extensions["turns"]
    if turns.is_due(ticket, request.remote_addr, body):
        return 0, ""
    wait = max(turns.wait(request.remote_addr), least)
    return wait, turns.ticket(wait, request.remote_addr, body) if wait else ""


@mailbox.errorhandler(FormatError)
def _malformed(_error: FormatError) -> Response:
    return problem(400, _("This request could not be understood."), code="malformed")


@mailbox.errorhandler(Unknown)
def _unknown(_error: Unknown) -> Response:
    return problem(404, _("There is no report with this code."), code="unknown")


@mailbox.errorhandler(DirectoryChanged)
def _changed(refusal: DirectoryChanged) -> Response:
    sentence = _("Those who may read reports are others now. Your browser locks it again for them.")
    return problem(409, sentence, code=refusal.code)


@mailbox.errorhandler(NotNow)
def _not_now(_error: NotNow) -> Response:
    sentence = _("Something else came between. Load what is new, and send again.")
    return problem(409, sentence, code="not-now")


@mailbox.errorhandler(StorageError)
def _failed(_error: StorageError) -> Response:
    return problem(503, _("The office cannot take anything right now. Try again later."))


def _body(most: int) -> bytes:
    request.max_content_length = most
    # Kept: it was read to see whose turn it is.
    data = request.get_data()
    if len(data) > most:
        raise RequestEntityTooLarge
    return data


def the_work() -> Work | None:
    """The work that is asked of browsers, in the running application; None where none ever is."""
    work: Work | None = current_app.extensions["work"]
    return work


def the_mailbox() -> Mailbox:
    """What takes sealed reports in, in the running application."""
    given: Mailbox = current_app.extensions["mailbox"]
    return given
