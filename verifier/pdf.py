"""The strict check of our own PDF files: draw the same file again and compare every byte.

Nothing of the file is interpreted: the few pieces from which it can be drawn are cut out at the
places where our writer puts them, the whole is written anew, and what differs in one bit is not
ours. Only then are the two signatures asked (docs/formats/sheet.md, "Checks").
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from printer.certificate import compose
from printer.errors import DoesNotFitError
from printer.form import load_form
from printer.photo import Photo
from printer.qr import read_qr
from signing.cms import ParsedCms, certificate_in, parse_cms, room_for
from signing.errors import FormatError, SignatureError, SigningError
from signing.pdf import Draft, TakenApart, take_apart
from signing.sheet import Sheet, decode_sheet, payload_of_sheet
from signing.token import Token, parse_token
from signing.trust import KeyUse
from signing.unsigned import UnsignedDraft

from .remote import check_added
from .status import TrustSource
from .token import check_parsed_token
from .verdict import Finding, Level, Outcome, Verdict, passed

if TYPE_CHECKING:
    from signing.timestamp import Authorities

__all__ = ["check_pdf", "is_ours"]

FORMS = ("skck-1", "skck-1r")


def is_ours(data: bytes) -> bool:
    """Whether the file begins as one of our forms: then the strict check alone may judge it."""
    return _form_of(data) is not None


def _form_of(data: bytes) -> str | None:
    return next((name for name in FORMS if data.startswith(load_form(name).form.prefix)), None)


class _NotGenuineError(Exception):
    """A check of the file that failed."""

    def __init__(self, number: int, code: str) -> None:
        super().__init__(code)
        self.number = number
        self.code = code


def check_pdf(data: bytes, trust: TrustSource, *, now: int) -> Verdict:
    """The verdict on a PDF file that begins as one of our forms, at `now` (seconds since 1970)."""
    findings: list[Finding] = []

    try:
        # (11) It begins as a form of ours.
        name = _form_of(data)
        if name is None:
            raise _NotGenuineError(11, "not-our-form")
        findings.append(passed(11, "form"))

        # (12) Its pieces stand where they must, and its data are in their one spelling.
        pieces, sheet = _pieces(data, name)
        findings.append(passed(12, "pieces"))

        # (13) The QR code in it is the drawing of a token, and (14) says what the sheet says.
        text = read_qr(pieces.bitmap)
        if text is None or not text.startswith(f"{sheet.base_url}/#"):
            raise _NotGenuineError(13, "qr-drawing")
        token = _token(text)
        findings.append(passed(13, "qr"))
        if not _agree(token, sheet):
            raise _NotGenuineError(14, "qr-differs")
        findings.append(passed(14, "qr-agrees"))

        # (15) Drawn again, the file is the same in every byte.
        draft = _drawn_again(sheet, pieces)
        revision = _same(draft.close(pieces.contents), data)
        if not revision or (isinstance(draft, Draft) and revision < len(data)):
            raise _NotGenuineError(15, "altered")
        findings.append(passed(15, "same-file"))

        # (16) The token was made for this very file.
        if draft.binding != token.payload.digest:
            raise _NotGenuineError(16, "binding")
        findings.append(passed(16, "bound"))
    except _NotGenuineError as problem:
        findings.append(Finding(number=problem.number, code=problem.code, level=Level.PROBLEM))
        return Verdict(outcome=Outcome.NOT_GENUINE, findings=tuple(findings))

    # (1) to (10): the token, its signature, and what has become of it since.
    verdict = check_parsed_token(token, trust, now=now)
    findings += verdict.findings
    if verdict.certificate is None:
        return replace(verdict, findings=tuple(findings))
    if isinstance(draft, UnsignedDraft):
        added = check_added(data, revision, trust.remote_signers, at=sheet.issued_at)
        if added[-1].level is Level.PROBLEM:
            return Verdict(outcome=Outcome.NOT_GENUINE, findings=(*findings, *added))
        return replace(verdict, findings=(*findings, *added))
    digest = draft.fill(pieces.bitmap)
    return _file_signature(verdict, token, pieces.contents, digest, trust, findings)


def _pieces(data: bytes, name: str) -> tuple[TakenApart, Sheet]:
    try:
        pieces = take_apart(load_form(name).form, data)
        sheet = decode_sheet(pieces.claims)
    except FormatError:
        raise _NotGenuineError(12, "altered") from None
    if sheet.form != name:
        raise _NotGenuineError(12, "altered")
    return pieces, sheet


def _token(text: str) -> Token:
    try:
        return parse_token(text)
    except FormatError:
        raise _NotGenuineError(13, "qr-drawing") from None


def _agree(token: Token, sheet: Sheet) -> bool:
    try:
        return payload_of_sheet(sheet, token.payload.digest) == token.payload
    except (FormatError, ValueError):
        return False


def _drawn_again(sheet: Sheet, pieces: TakenApart) -> Draft | UnsignedDraft:
    """The file of `sheet`, with the photo and the QR code that were cut out."""
    photo = Photo(jpeg=pieces.photo, size=pieces.photo_size)
    try:
        parts = compose(sheet, photo, claims=pieces.claims)
    # A sheet that nobody could have drawn: a day that is none, a letter the form lacks.
    except (DoesNotFitError, ValueError, LookupError, ArithmeticError):
        raise _NotGenuineError(15, "altered") from None
    form = load_form(sheet.form).form
    draft: Draft | UnsignedDraft = UnsignedDraft(form, parts)
    if "signature" in form.numbers:
        draft = Draft(form, parts, len(pieces.contents))
    draft.fill(pieces.bitmap)
    return draft


def _same(pieces: tuple[bytes, ...], data: bytes) -> int:
    """How many bytes these pieces have, if `data` begins with them, one after the other; else 0.

    The first is the form, which `data` is known to begin with.
    """
    at = len(pieces[0])
    for piece in pieces[1:]:
        if not data.startswith(piece, at):
            return 0
        at += len(piece)
    return at


def _file_signature(
    verdict: Verdict,
    token: Token,
    contents: bytes,
    digest: bytes,
    trust: TrustSource,
    findings: list[Finding],
) -> Verdict:
    """The last checks: the file is signed by the key that signed the token, and when."""
    number = 17
    try:
        # (17) The signature bears the certificate of that key, which the trust bundle names.
        certificate = certificate_in(contents)
        key = next(
            (
                trusted.key
                for trusted in trust.bundle.keys_named(token.key_id, KeyUse.CERTIFICATE)
                if trusted.is_certified_by(certificate)
            ),
            None,
        )
        if key is None:
            raise SignatureError("signed with another certificate")
        findings.append(passed(17, "file-signer"))

        # (18) It is in our one spelling, and the key's.
        number = 18
        cms = parse_cms(contents, digest, certificate=certificate)
        cms.verify(digest, key)
        findings.append(passed(18, "file-signature-holds"))
    except SigningError:
        findings.append(Finding(number=number, code="file-signature", level=Level.PROBLEM))
        return Verdict(outcome=Outcome.NOT_GENUINE, findings=tuple(findings))
    # (27) Where room was kept for a time stamp there is one, of this signature.
    if len(contents) != room_for(certificate):
        stamp = _time_stamp(cms, trust.authorities)
        findings.append(stamp)
        if stamp.level is Level.PROBLEM:
            return Verdict(outcome=Outcome.NOT_GENUINE, findings=tuple(findings))
    return replace(verdict, findings=tuple(findings))


def _time_stamp(cms: ParsedCms, authorities: "Authorities | None") -> Finding:
    """Whether the time stamp is of this signature, and of an authority we trust."""
    if not cms.time_stamp:
        return Finding(number=27, code="time-stamp-missing", level=Level.PROBLEM)
    from signing.timestamp import read_stamp

    try:
        at = read_stamp(cms.time_stamp, cms.signature_value, authorities)
    except SigningError:
        return Finding(number=27, code="time-stamp-other", level=Level.PROBLEM)
    values = {"at": f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"}
    if authorities is None:
        return Finding(number=27, code="time-stamp-unknown", level=Level.WARNING, values=values)
    return Finding(number=27, code="time-stamp", level=Level.PASSED, values=values)
