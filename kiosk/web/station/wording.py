"""The station's words, by key, and refusals in words, in the language of the answer.

The page gets all of them as JSON, with those of verdicts (kiosk.web.wording).

    station.*        the page: what it asks for, and what is wrong with the camera
    hint.HINT        what whoever holds the card may do better (kiosk.scanning.card)
    suspicion.WORD   what may be said against the card's material
    answer.KIND      the word of an answer
    answer-do.KIND   what it means, and what to do
"""

from flask_babel import lazy_gettext as _

from kiosk.actions.scans import ScanState
from kiosk.domain.errors import Invalid, NotNow, NotPermitted, Refusal, Unknown
from kiosk.scanning.errors import CardPictureError, ReaderBusyError, ScanningError
from kiosk.web import wording

__all__ = ["WORDS", "faults_of", "kind_of", "refusal", "refusal_to_begin", "said"]

_Answers = dict[type[Exception], tuple[int, object]]

WORDS = {
    "station.aim-sheet": _("Read the QR code of the sheet"),
    "station.aim-card": _("Read the ID card"),
    "station.hold": _("The card is seen. Keep it still…"),
    "station.tries-left": _("{count} more tries."),
    "station.idle": _("This screen goes back to the beginning in {count} seconds."),
    "station.ended": _("Back at the beginning. Nothing of the last check is left here."),
    "station.camera": _("Camera {count}"),
    "station.camera-front": _("Front camera"),
    "station.camera-back": _("Back camera"),
    # The camera, where typing is what else can be done.
    "station.camera-black": _(
        "The camera's picture is black. Take its cover off, clean the lens, "
        "or choose another camera."
    ),
    "station.camera-stalled": _(
        "The camera gives no new pictures. Unplug it, plug it in again, and press Try again; "
        "or type."
    ),
    "station.camera-gone": _("The camera was unplugged. Plug it in and press Try again; or type."),
    "station.camera-denied": _(
        "The camera is not allowed. Allow it in the settings of the browser and press Try again; "
        "or type."
    ),
    "station.camera-none": _("No camera was found. Plug one in and press Try again; or type."),
    "station.camera-busy": _(
        "The camera is used by another program. Close that program and press Try again; or type."
    ),
    "station.camera-insecure": _(
        "The camera only works at http://localhost on the station's own computer, or at an https "
        "address. Open this page there; or type."
    ),
    "station.camera-failed": _(
        "The camera does not work. Unplug it, plug it in again, and press Try again; or type."
    ),
    "station.camera-unloaded": _(
        "The reader for QR codes could not be loaded. Press Try again; or type."
    ),
    "station.no-answer": _("The office's computer does not answer. Press Try again; or type."),
    # While a card is held up.
    "hint.black": _("The picture is black. Take the cover off the camera."),
    "hint.dark": _("Too dark. Turn on a light."),
    "hint.bright": _("Too bright. Turn away from the light."),
    "hint.no-card": _("Put the ID card inside the frame."),
    "hint.cut-off": _("The card is cut off: put all of it inside the frame."),
    "hint.far": _("A little closer."),
    "hint.near": _("A little further away."),
    "hint.glare": _("Less glare: tilt the card a little."),
    "hint.blurred": _("Not sharp. Hold the card still, or clean the lens."),
    "suspicion.grey": _("This card shows no colours: it may be a photocopy."),
    "suspicion.screen": _("This looks like the picture of a screen and not like a card."),
    # The answers.
    "answer.match": _("MATCH"),
    "answer.no-match": _("NO MATCH"),
    "answer.try-again": _("TRY AGAIN"),
    "answer.read": _("CARD READ"),
    "answer.ask": _("ASK AN OFFICER TO CHECK"),
    "answer.refused": _("NOTHING TO HAND OVER"),
    "answer.failed": _("CANNOT BE CHECKED"),
    "answer-do.match": _("This card bears the data of the certificate's recipient."),
    "answer-do.no-match": _(
        "This card is not the card of this certificate's recipient. Do not hand it over. "
        "Call an officer."
    ),
    "answer-do.try-again": _(
        "There is no answer yet. Hold the card flat and still, without glare, and try again."
    ),
    "answer-do.read": _("This is what stands on the card. It was compared with nobody."),
    "answer-do.ask": _(
        "Three times there was no answer. An officer looks at the card and decides. "
        "This says nothing against anybody."
    ),
    "answer-do.failed": _(
        "Something went wrong in this page. Begin again. This says nothing against anybody."
    ),
}


def said() -> dict[str, str]:
    """Every sentence by its key, as the page gets them: with those for verdicts."""
    return wording.said() | {key: str(words) for key, words in WORDS.items()}


def kind_of(state: ScanState) -> str:
    """The kind of answer that a scan's state is: after the last try, somebody else decides."""
    return "ask" if state.state == "try-again" and not state.tries_left else state.state


_FAULTS = {
    "nik": _("Type the 16 digits of the NIK on the card."),
    "birth": _("Type the date of birth as it stands on the card, for example 25-12-1996."),
}
_TO_BEGIN: _Answers = {
    Unknown: (404, _("No certificate like this was issued here. Ask an officer.")),
    NotPermitted: (
        403,
        _("This certificate does not count, or no more: hand it to nobody. Ask an officer."),
    ),
    NotNow: (429, _("Too many cards are being checked now. Wait a minute and try again.")),
}
_ON_THE_WAY: _Answers = {
    Unknown: (404, _("This check has ended. Begin again.")),
    NotNow: (409, _("Type the number and the check code of the certificate, too.")),
    CardPictureError: (422, _("This picture cannot be read. Try again.")),
    ReaderBusyError: (
        429,
        _("Too many cards are being checked now. Wait a minute and try again."),
    ),
    ScanningError: (
        503,
        _("Cards cannot be read here at the moment: type what stands on the card."),
    ),
}


def refusal_to_begin(problem: Refusal) -> tuple[int, str]:
    """The status of a scan that cannot begin, and why in a sentence."""
    return _found(_TO_BEGIN, problem)


def refusal(problem: Refusal | ScanningError) -> tuple[int, str]:
    """The status of a picture or a text that a scan does not take, and why in a sentence."""
    return _found(_ON_THE_WAY, problem)


def faults_of(problem: Invalid) -> dict[str, str]:
    """What is wrong with what was typed of a card, by field."""
    return {fault.path: str(_FAULTS[fault.path]) for fault in problem.faults}


def _found(answers: _Answers, problem: Exception) -> tuple[int, str]:
    status, sentence = next(answer for kind, answer in answers.items() if isinstance(problem, kind))
    return status, str(sentence)
