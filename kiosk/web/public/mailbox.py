"""Where sealed reports arrive: bytes in, bytes out. No cookie, no log, no address kept.

    GET  /report/directory                         whose keys may read
    GET  /report/directories/SERIAL                the same, as it was published once
    GET  /report/challenge                         the salt of receipt codes; work to do, if any
    POST /report/cases                             a new report
    POST /report/cases/CASE/files/NUMBER/CHUNK     a chunk of a file
    POST /report/thread                            what was said since
    POST /report/thread/messages                   one more answer
    POST /report/thread/objections                 no to an opening of one's identity

What each body holds is in docs/operations/reports.md. Refusals are problem details (RFC 9457). Who
asks too often waits; nobody is turned away for good.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import BoundedSemaphore

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from flask_babel import gettext as _

from kiosk.actions import cases
from kiosk.actions.directories import HISTORY_FOLDER
from kiosk.actions.mailroom import Mailroom
from kiosk.actions.openings import LONGEST_OBJECTION, object_to_opening
from kiosk.domain.errors import NotNow, Unknown
from kiosk.storage.errors import StorageError
from kiosk.web.errors import problem
from kiosk.web.public.limits import Limit
from signing.errors import FormatError

__all__ = [
    "COME_AGAIN_SECONDS",
    "Mailbox",
    "mailbox",
    "takes_turn",
    "the_mailbox",
    "use_mailbox",
]

mailbox = Blueprint("mailbox", __name__, url_prefix="/report")

CBOR = "application/cbor"
WORK = "Segel-Work"
"""The header that shows what work was done."""
# Who asks too often is made to wait so many times a second, if there is a place to wait.
_MOST_RESTS = 3
_PLACES_TO_WAIT = 2
COME_AGAIN_SECONDS = 3
"""After how long whoever was not served should ask again."""


def _no_work(_shown: str) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """What these answers need. `rest` sleeps for some seconds.

    `challenge` is what a browser has to work out before it sends a report, and None where nothing
    is asked; `is_done` says whether what it shows is that.
    """

    mailroom: Mailroom
    rest: Callable[[float], None]
    challenge: Callable[[], dict[str, object] | None] = lambda: None
    is_done: Callable[[str], bool] = _no_work
    places: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(_PLACES_TO_WAIT))


def use_mailbox(app: Flask, given: Mailbox, *, clock: Callable[[], int]) -> None:
    """Make `app` take sealed reports in."""
    app.extensions["mailbox"] = given
    app.extensions["limits"]["mailbox"] = Limit(given.mailroom.settings.per_minute, clock=clock)
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


@mailbox.get("/challenge")
def show_challenge() -> Response:
    """What a browser needs before it seals: the salt of receipt codes, and work if there is any."""
    salt = cases.receipt_salt(the_mailbox().mailroom)
    return jsonify({"salt": salt.hex(), "work": the_mailbox().challenge()})


@mailbox.post("/cases")
def take_report() -> Response:
    """Take a new report in; its public number."""
    if not the_mailbox().is_done(request.headers.get(WORK, "")):
        return problem(428, _("Your browser has to work something out first. Try again."))
    case = cases.submit(the_mailbox().mailroom, _body(cases.LONGEST_DELIVERY))
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
    # A file has hundreds of chunks, and each proves its case, which has room for so many.
    if request.endpoint == "mailbox.take_chunk" or takes_turn():
        return None
    refused = problem(429, _("Many people write just now. Your browser tries again by itself."))
    refused.headers["Retry-After"] = str(COME_AGAIN_SECONDS)
    return refused


def takes_turn() -> bool:
    """Wait, if whoever asks does so often; whether they may go on, or should come again."""
    limit: Limit = current_app.extensions["limits"]["mailbox"]
    if limit.allows(request.remote_addr):
        return True
    given = the_mailbox()
    if not given.places.acquire(blocking=False):
        # A thread that waits serves nobody; the browser waits instead, and comes again.
        return False
    try:
        for _rest in range(_MOST_RESTS):
            given.rest(1)
            if limit.allows(request.remote_addr):
                break
    finally:
        given.places.release()
    return True


@mailbox.errorhandler(FormatError)
def _malformed(_error: FormatError) -> Response:
    return problem(400, _("This request could not be understood."), code="malformed")


@mailbox.errorhandler(Unknown)
def _unknown(_error: Unknown) -> Response:
    return problem(404, _("There is no report with this code."), code="unknown")


@mailbox.errorhandler(NotNow)
def _not_now(_error: NotNow) -> Response:
    sentence = _("Something else came between. Load what is new, and send again.")
    return problem(409, sentence, code="not-now")


@mailbox.errorhandler(StorageError)
def _failed(_error: StorageError) -> Response:
    return problem(503, _("The office cannot take anything right now. Try again later."))


def _body(most: int) -> bytes:
    request.max_content_length = most
    return request.get_data(cache=False)


def the_mailbox() -> Mailbox:
    """What takes sealed reports in, in the running application."""
    given: Mailbox = current_app.extensions["mailbox"]
    return given
