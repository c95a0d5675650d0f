"""Reports from browsers without scripts, as Tor Browser is at its safest: sealed by the server.

    GET  /lapor/tanpa-skrip                  what happens to what is written, then the questions
    POST /lapor/tanpa-skrip                  sealed at once; its code, and two words asked back
    POST /lapor/tanpa-skrip/kirim            what was sealed, and two words: taken in
    GET  /lapor/tanpa-skrip/balas            the code, please
    POST /lapor/tanpa-skrip/balas            what was said since
    POST /lapor/tanpa-skrip/balas/tulis      one more answer
    POST /lapor/tanpa-skrip/balas/keberatan  no to an opening of one's identity

What was written passes here once: the page with the code brings the sealed report along, and that
is what the browser sends when its writer has the code for sure. So nothing is kept between the two,
nothing is taken in whose code nobody wrote down, and sent twice it is still one report. There is no
cookie, no field for a name or a file, and no script; where scripts run, the pages hide the forms.
"""

import base64
import binascii
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import BoundedSemaphore
from typing import Any, TypeVar

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
)
from flask_babel import format_date
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from kiosk.actions import sealing
from kiosk.actions.cases import submit
from kiosk.actions.mailroom import Mailroom
from kiosk.actions.readers import DirectoryChanged
from kiosk.domain.cases import Case
from kiosk.domain.errors import NotNow, Unknown
from kiosk.storage.errors import StorageError
from kiosk.web.headers import comes_from_our_own_page
from kiosk.web.public.lapor import AWAY, the_log, words_of_reply
from kiosk.web.public.mailbox import ask_turn, the_mailbox, the_work
from signing.directory import NoReaderError, Unit
from signing.errors import CannotOpenError, FormatError
from signing.receipt import Mistake, ReceiptCode, ReceiptError, parse_receipt

__all__ = ["unscripted", "use_unscripted"]

POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)
CHOICES = {
    "danger": ("now", "no"),
    "kind": ("discipline", "ethics", "levy", "violence", "other"),
    "duty": ("on", "off", "unknown"),
    "when": ("ongoing", "today", "week", "longer"),
}
LONGEST = {"where": 300, "who": 300, "story": 30_000, "reply": 8_000}
SHORTEST_STORY = 20
ASKED_BACK = {"third": 3, "sixth": 6}
_LONGEST_BODY = 512 << 10
# Each derives keys from a code, which takes a moment and 19 MiB.
_AT_ONCE = 2
_PATIENCE_SECONDS = 5
_WAIT_SECONDS = 30

unscripted = Blueprint("unscripted", __name__, url_prefix="/lapor/tanpa-skrip")


@dataclass(frozen=True, kw_only=True)
class _Given:
    clock: Callable[[], int]
    places: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(_AT_ONCE))


_Found = TypeVar("_Found")


class _BusyError(Exception):
    """Too many ask at once, and nothing was done: come again in `wait` seconds, with `ticket`."""

    def __init__(self, wait: int, ticket: str = "") -> None:
        self.wait, self.ticket = wait, ticket


def use_unscripted(app: Flask, *, clock: Callable[[], int]) -> None:
    """Make `app`, which has a mailbox, take reports of browsers without scripts.

    `clock` gives seconds since 1970: keys of readers have a beginning and an end.
    """
    app.extensions["unscripted"] = _Given(clock=clock)
    app.register_blueprint(unscripted)


@unscripted.get("")
def show_form() -> Response:
    """What happens to what is written, and then the questions."""
    try:
        _units()
    except StorageError:
        return _page("nobody", status=503)
    return _form({}, {})


@unscripted.post("")
def seal_report() -> Response:
    """Seal what was written, and show its code; or say what is missing, and keep what was typed."""
    typed = _typed("danger", "kind", "duty", "when", "where", "who", "unit", "story")
    try:
        faults = _faults(typed, {str(unit.code) for unit in _units()})
    except StorageError:
        return _form(typed, {"form": _failed_words()}, status=503)
    if faults:
        return _form(typed, faults, status=422)
    answers = {name: typed[name] for name in typed if name not in {"unit", "story"}}
    try:
        _require_turn(repr(sorted(typed.items())).encode())
        sealed = _slowly(
            lambda: sealing.seal_report(
                _mailroom(),
                {**answers, "unit": int(typed["unit"])},
                story=typed["story"],
                at=_the().clock(),
            )
        )
    except _BusyError as busy:
        return _busy(busy, _form(typed, {"form": _busy_words(busy)}, busy=busy, status=429))
    except FormatError:
        return _form(typed, {"story": _("This is too long. Shorten it, please.")}, status=422)
    except NoReaderError:
        nobody = _("Nobody is left who may read this and is not concerned.")
        return _form(typed, {"unit": nobody}, status=422)
    except StorageError:
        return _form(typed, {"form": _failed_words()}, status=503)
    return _code(sealed.code, _text_of(sealed.delivery), reader=sealed.unit.name)


@unscripted.post("/kirim")
def take_report() -> Response:
    """Take in what was sealed, once two words show that its code was written down."""
    try:
        code = parse_receipt(request.form.get("code", ""))
        delivery = _bytes_of(request.form.get("sealed", ""))
    except FormatError:
        return _lost()
    sealed = request.form["sealed"]
    wrong = [name for name, place in ASKED_BACK.items() if _word(name) != code.words[place - 1]]
    if wrong:
        fault = _("That is not right. Look at your code once more.")
        return _code(code, sealed, faults={"again": fault}, status=422)
    try:
        _require_turn(delivery, least=_least_wait())
        case = _taken(delivery, code)
    except _BusyError as busy:
        fault = {"form": _busy_words(busy)}
        return _busy(busy, _code(code, sealed, faults=fault, busy=busy, status=429))
    except (FormatError, CannotOpenError, NoReaderError, NotNow, Unknown):
        return _lost()
    except StorageError:
        return _code(code, sealed, faults={"form": _failed_words()}, status=503)
    return _page("done", number=case.number)


@unscripted.get("/balas")
def show_reply() -> Response:
    """Where the code is asked for, and what is done with it."""
    return _page("enter", typed="", faults={})


@unscripted.post("/balas")
def show_thread() -> Response:
    """What was said, for who has the code."""
    return _with_case(_thread)


@unscripted.post("/balas/tulis")
def take_reply() -> Response:
    """Seal one more answer and take it in; what was typed is kept where it was not."""
    text = _field("reply")

    def write(code: ReceiptCode, opened: sealing.Opened) -> Response:
        if not text or len(text) > LONGEST["reply"]:
            sentence = _("This is too long. Shorten it, please.") if text else _nothing()
            return _thread(code, opened, fault=sentence, reply=text, status=422)
        try:
            sealing.write_back(_mailroom(), opened, text)
        except (NotNow, Unknown):
            again = _("A new message has come meanwhile. Read it, then send yours.")
            return _thread(code, opened, fault=again, reply=text, status=409)
        return _thread(code, sealing.open_by_code(_mailroom(), code), sent=True)

    return _with_case(write)


@unscripted.post("/balas/keberatan")
def take_objection() -> Response:
    """Take an objection to the opening of the writer's identity."""
    opening = request.form.get("opening", "")

    def object_to(code: ReceiptCode, opened: sealing.Opened) -> Response:
        if re.fullmatch("[0-9a-f]{32}", opening):
            # Where it is over, the page says how it ended.
            with suppress(NotNow, Unknown):
                sealing.object_by_code(_mailroom(), opened, bytes.fromhex(opening))
        return _thread(code, sealing.open_by_code(_mailroom(), code))

    return _with_case(object_to)


@unscripted.before_request
def _take_little_and_from_our_own_pages() -> None:
    request.max_content_length = request.max_form_memory_size = _LONGEST_BODY
    if request.method == "POST" and not comes_from_our_own_page():
        # Else another site could show its own code under our address, and read what comes of it.
        abort(403)


@unscripted.after_request
def _forbid_scripts(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    # Without a referrer, browsers name no origin with a form either.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@unscripted.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> Response:
    return _page("lost", status=413)


def _taken(delivery: bytes, code: ReceiptCode) -> Case:
    """The case, once it is kept; sealed again where those who may read have changed meanwhile."""
    try:
        return submit(_mailroom(), delivery)
    except DirectoryChanged:
        again = sealing.seal_again(_mailroom(), delivery, code, at=_the().clock())
        return submit(_mailroom(), again.delivery)
    except NotNow:
        # It was sealed again, and the browser did not hear so: the code is the same.
        return sealing.open_by_code(_mailroom(), code).case


def _faults(typed: dict[str, str], units: set[str]) -> dict[str, str]:
    faults = {
        name: _("Choose one, please.")
        for name, values in CHOICES.items()
        if typed[name] not in values
    }
    if typed["unit"] not in {"0", *units}:
        faults["unit"] = _("Choose one, please.")
    long = _("This is too long. Shorten it, please.")
    faults |= {name: long for name in ("where", "who") if len(typed[name]) > LONGEST[name]}
    if len(typed["story"]) < SHORTEST_STORY:
        faults["story"] = _("Write a little more, so that somebody can look into it.")
    elif len(typed["story"]) > LONGEST["story"]:
        faults["story"] = long
    return faults


def _with_case(answer: Callable[[ReceiptCode, sealing.Opened], Response]) -> Response:
    """Answer with the case of the code that was typed, or say what is wrong with the code."""
    typed = _field("receipt")
    try:
        code = parse_receipt(typed)
        _require_turn(code.characters.encode())
        opened = _slowly(lambda: sealing.open_by_code(_mailroom(), code))
    except ReceiptError as mistake:
        return _enter(typed, _sentence_of(mistake), status=422)
    except Unknown:
        return _enter(typed, words_of_reply()["reply.unknown"], status=404)
    except _BusyError as busy:
        return _busy(busy, _enter(typed, _busy_words(busy), busy=busy, status=429))
    except StorageError:
        return _enter(typed, _failed_words(), status=503)
    return answer(code, opened)


def _require_turn(body: bytes, *, least: int = 0) -> None:
    """Return if it is the turn of who asks; where not, the page brings a ticket along."""
    wait, ticket = ask_turn(request.form.get("turn", ""), body, least=least)
    if wait:
        raise _BusyError(wait, ticket)


def _least_wait() -> int:
    """While browsers have to work for their reports, those that cannot wait for a while."""
    work = the_work()
    if work is None:
        return 0
    work.count()
    return _WAIT_SECONDS if work.is_asked else 0


def _slowly(derive: Callable[[], _Found]) -> _Found:
    """What `derive` gives, unless too many derive at once."""
    places = _the().places
    if not places.acquire(timeout=_PATIENCE_SECONDS):
        raise _BusyError(_PATIENCE_SECONDS)
    try:
        return derive()
    finally:
        places.release()


def _sentence_of(mistake: ReceiptError) -> str:
    words = words_of_reply()
    about = {"place": mistake.place, "typed": mistake.typed}
    if mistake.mistake in {Mistake.WORD, Mistake.CHARACTER}:
        return words[f"reply.{mistake.mistake}"].format(**about)
    return words[f"reply.{mistake.mistake}"]


def _form(
    typed: dict[str, str],
    faults: dict[str, str],
    *,
    busy: _BusyError | None = None,
    status: int = 200,
) -> Response:
    try:
        units = _units()
    except StorageError:
        units = []  # whoever wrote keeps the text, and is asked for the unit again
    return _page(
        "form",
        typed=typed,
        faults=faults,
        units=units,
        longest=LONGEST,
        turn=busy.ticket if busy else "",
        status=status,
    )


def _code(
    code: ReceiptCode,
    sealed: str,
    *,
    reader: str = "",
    faults: dict[str, str] | None = None,
    busy: _BusyError | None = None,
    status: int = 200,
) -> Response:
    return _page(
        "code",
        code=code,
        sealed=sealed,
        reader=reader,
        faults=faults or {},
        turn=busy.ticket if busy else "",
        status=status,
    )


def _enter(typed: str, fault: str, *, busy: _BusyError | None = None, status: int) -> Response:
    return _page(
        "enter",
        typed=typed,
        faults={"receipt": fault},
        turn=busy.ticket if busy else "",
        # An answer that was written comes along.
        reply=_field("reply"),
        status=status,
    )


def _thread(
    code: ReceiptCode,
    opened: sealing.Opened,
    *,
    fault: str = "",
    reply: str = "",
    sent: bool = False,
    status: int = 200,
) -> Response:
    return _page(
        "thread",
        code=code,
        opened=opened,
        faults={"reply": fault} if fault else {},
        reply=reply,
        sent=sent,
        longest=LONGEST,
        words=words_of_reply(),
        log=the_log(),
        why={line.digest: line.text for line in opened.lines},
        day=lambda day: format_date(day, "full", rebase=False),
        status=status,
    )


def _lost() -> Response:
    return _page("lost", status=400)


def _page(name: str, *, status: int = 200, **values: Any) -> Response:
    page = render_template(f"public/lapor/unscripted/{name}.html", away=AWAY, **values)
    return make_response(page, status)


def _busy(busy: _BusyError, response: Response) -> Response:
    response.headers["Retry-After"] = str(busy.wait)
    return response


def _busy_words(busy: _BusyError) -> str:
    return str(
        _(
            "Many people write just now. Wait %(seconds)s seconds, then press again: "
            "you are served then.",
            seconds=busy.wait,
        )
    )


def _failed_words() -> str:
    return str(_("The office cannot take anything right now. Try again later."))


def _nothing() -> str:
    return str(_("Write something first."))


def _units() -> list[Unit]:
    return sealing.accusable_units(_mailroom())


def _typed(*names: str) -> dict[str, str]:
    return {name: _field(name) for name in names}


def _field(name: str) -> str:
    # Browsers end lines with two signs.
    return request.form.get(name, "").replace("\r\n", "\n").strip()


def _word(name: str) -> str:
    return _field(name).lower()


def _text_of(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).decode()


def _bytes_of(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode(), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise FormatError("not what was sealed here") from None


def _mailroom() -> Mailroom:
    return the_mailbox().mailroom


def _the() -> _Given:
    given: _Given = current_app.extensions["unscripted"]
    return given
