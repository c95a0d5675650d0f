"""The strict check of our own PDF files: draw the same file again and compare every byte.

Nothing of the file is interpreted: the few pieces from which it can be drawn are cut out at the
places where our writer puts them, the whole is written anew, and what differs in one bit is not
ours. Only then are the two signatures asked (docs/formats/sheet.md, "Checks").
"""

from dataclasses import replace

from printer.certificate import compose
from printer.errors import DoesNotFitError
from printer.form import load_form
from printer.photo import Photo
from printer.qr import read_qr
from signing.cms import certificate_in, parse_cms
from signing.errors import FormatError, SignatureError, SigningError
from signing.pdf import Parts, TakenApart, assemble, binding_digest, take_apart
from signing.sheet import Sheet, decode_sheet, payload_of_sheet
from signing.token import Token, parse_token
from signing.trust import KeyUse, TrustBundle

from .status import TrustSource
from .token import check_token
from .verdict import Finding, Level, Outcome, Verdict

__all__ = ["check_pdf", "is_ours"]

FORMS = ("skck-1",)


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

    def passed(number: int, code: str) -> None:
        findings.append(Finding(number=number, code=code, level=Level.PASSED))

    try:
        # (11) It begins as a form of ours.
        name = _form_of(data)
        if name is None:
            raise _NotGenuineError(11, "not-our-form")
        passed(11, "form")
        form = load_form(name).form

        # (12) Its pieces stand where they must, and its data are in their one spelling.
        pieces, sheet = _pieces(data, name)
        passed(12, "pieces")

        # (13) The QR code in it is the drawing of a token, and (14) says what the sheet says.
        text = read_qr(pieces.bitmap)
        if text is None or not text.startswith(f"{sheet.base_url}/#"):
            raise _NotGenuineError(13, "qr-drawing")
        token = _token(text)
        passed(13, "qr")
        if not _agree(token, sheet):
            raise _NotGenuineError(14, "qr-differs")
        passed(14, "qr-agrees")

        # (15) Drawn again, the file is the same in every byte.
        parts, digest = _same_file(data, sheet, pieces)
        passed(15, "same-file")

        # (16) The token was made for this very file.
        if binding_digest(form, parts, len(pieces.contents)) != token.payload.digest:
            raise _NotGenuineError(16, "binding")
        passed(16, "bound")
    except _NotGenuineError as problem:
        findings.append(Finding(number=problem.number, code=problem.code, level=Level.PROBLEM))
        return Verdict(outcome=Outcome.NOT_GENUINE, findings=tuple(findings))

    # (1) to (10): the token, its signature, and what has become of it since.
    verdict = check_token(text, trust, now=now)
    findings += verdict.findings
    if verdict.certificate is None:
        return replace(verdict, findings=tuple(findings))
    return _file_signature(verdict, token, pieces.contents, digest, trust.bundle, findings)


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


def _same_file(data: bytes, sheet: Sheet, pieces: TakenApart) -> tuple[Parts, bytes]:
    """The parts and the SHA-256 of the signed ranges, once the file drawn again is the same."""
    try:
        parts = compose(sheet, Photo(jpeg=pieces.photo, size=pieces.photo_size))
        again, digest = assemble(
            load_form(sheet.form).form, parts, bitmap=pieces.bitmap, contents=pieces.contents
        )
    # A sheet that nobody could have drawn: a day that is none, a letter the form lacks.
    except (DoesNotFitError, ValueError, LookupError, ArithmeticError):
        raise _NotGenuineError(15, "altered") from None
    if again != data:
        raise _NotGenuineError(15, "altered")
    return parts, digest


def _file_signature(
    verdict: Verdict,
    token: Token,
    contents: bytes,
    digest: bytes,
    bundle: TrustBundle,
    findings: list[Finding],
) -> Verdict:
    """The last two checks: the file is signed by the key that signed the token."""
    number = 17
    try:
        # (17) The signature bears the certificate of that key, which the trust bundle names.
        certificate = certificate_in(contents)
        key = next(
            (
                trusted.key
                for trusted in bundle.keys_named(token.key_id, KeyUse.CERTIFICATE)
                if trusted.is_certified_by(certificate)
            ),
            None,
        )
        if key is None:
            raise SignatureError("signed with another certificate")
        findings.append(Finding(number=17, code="file-signer", level=Level.PASSED))

        # (18) It is in our one spelling, and the key's.
        number = 18
        parse_cms(contents, digest, certificate=certificate).verify(digest, key)
        findings.append(Finding(number=18, code="file-signature-holds", level=Level.PASSED))
    except SigningError:
        findings.append(Finding(number=number, code="file-signature", level=Level.PROBLEM))
        return Verdict(outcome=Outcome.NOT_GENUINE, findings=tuple(findings))
    return replace(verdict, findings=tuple(findings))
