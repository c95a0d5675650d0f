"""Which path a file takes: ours, a foreign signed PDF, a scan, a picture, or a text.

    begins as a form of ours     verifier.pdf alone decides
    made out of such a file      not-genuine: changed, cut off, or saved anew
    another PDF, with signature  verifier.foreign
    another PDF, drawn           not-genuine: a certificate of ours would be signed
    another PDF, a scan          the QR codes on its pages, as on paper
    text                         the text of a QR code, or of a poster's
    anything else                the QR codes in a picture

In this order: a file that could take two paths takes the stricter one.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, replace
from functools import lru_cache

from signing.poster import looks_like_poster

from .confined import MOST_BYTES, run_confined
from .errors import UnreadableImageError
from .image import UPLOAD, find_codes
from .status import TrustSource
from .token import check_token
from .verdict import Finding, Level, Outcome, Verdict

__all__ = ["LONGEST_TEXT", "check_file", "check_text", "unreadable"]

LONGEST_TEXT = 4096
"""The longest file that may be the text of a QR code, in bytes."""

FORMS = ("skck-1",)
# Where a PDF may begin; readers forgive what stands before.
_HEAD = 1024
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"II*\0", b"MM\0*", b"BM")
_LABELS = re.compile(rb"/Contents\[\d+ 0 R (\d+) 0 R\]")
_SAMPLE, _SAMPLES = 64, (200, 700, 1200)


def check_file(data: bytes, trust: TrustSource, *, now: int) -> Verdict:
    """The verdict on a file, whatever it is, at `now` (seconds since 1970).

    Never raises at a file's bytes: what cannot be read is a verdict with a sentence, too.
    """
    text = None if b"%PDF-" in data[:_HEAD] else _text_in(data)
    if text is not None:
        return check_text(text, trust, now=now) if text else unreadable("empty-file")
    if not data.startswith(_PICTURES) and _is_made_of_ours(data):
        # Slower to import than all the rest, and wanted here alone.
        from .pdf import check_pdf, is_ours

        if is_ours(data):
            return check_pdf(data, trust, now=now)
        return _verdict(Outcome.NOT_GENUINE, 11, "altered")
    if len(data) > MOST_BYTES:
        return unreadable("too-large")
    if b"%PDF-" in data[:_HEAD]:
        return _check_other_pdf(data, trust, now=now)
    try:
        codes = find_codes(data)
    except UnreadableImageError as problem:
        return unreadable(problem.code)
    return _check_codes((code.text for code in codes), trust, now=now)


def check_text(text: str, trust: TrustSource, *, now: int) -> Verdict:
    """The verdict on the text of a QR code, with a word on what it cannot know of the sheet."""
    if looks_like_poster(text):
        from .poster import check_poster

        return check_poster(text, trust, now=now)
    verdict = check_token(text, trust, now=now)
    if verdict.certificate is None:
        return verdict
    # (21) Only the code was checked.
    compare = Finding(number=21, code="paper-compare", level=Level.WARNING)
    return replace(verdict, findings=(*verdict.findings, compare))


def unreadable(code: str, **values: str) -> Verdict:
    """The verdict on something that could not be read, by the code of the reason."""
    return _verdict(Outcome.CANNOT_CHECK, 19, code, **values)


def _check_other_pdf(data: bytes, trust: TrustSource, *, now: int) -> Verdict:
    # A signature's dictionary stands in the open: it bears the places of what it signs.
    if b"/ByteRange" in data:
        from .foreign import check_foreign

        verdict = check_foreign(data, trust)
        if verdict is not None:
            return verdict
    try:
        found: list[str] | None = run_confined("verifier.scans", data, json.dumps(asdict(UPLOAD)))
    except UnreadableImageError as problem:
        return unreadable(problem.code)
    # (22) Whatever is drawn must be signed.
    if found is None:
        return _verdict(Outcome.NOT_GENUINE, 22, "unsigned")
    return _check_codes(found, trust, now=now)


def _check_codes(texts: Iterable[str], trust: TrustSource, *, now: int) -> Verdict:
    """The verdict on the QR codes in a picture: codes of others are passed over."""
    verdicts = {text: check_text(text, trust, now=now) for text in texts}
    others = {text for text, verdict in verdicts.items() if _is_not_ours(verdict)}
    ours = [verdict for text, verdict in verdicts.items() if text not in others]
    # (20) There is one code to check.
    if not verdicts:
        return _verdict(Outcome.CANNOT_CHECK, 20, "no-code")
    if len(ours) > 1:
        return _verdict(Outcome.CANNOT_CHECK, 20, "several-codes")
    verdict = ours[0] if ours else next(iter(verdicts.values()))
    found = Finding(number=20, code="code-found", level=Level.PASSED)
    return replace(verdict, findings=(found, *verdict.findings))


def _is_not_ours(verdict: Verdict) -> bool:
    return verdict.findings[-1].code == "not-our-code"


def _text_in(data: bytes) -> str | None:
    """The text in a short file of text, without the space around it; None if it is no text."""
    if len(data) > LONGEST_TEXT:
        return None
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = data.decode("utf-16")
        else:
            text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    text = text.strip()
    return text if text.replace("\n", "").replace("\r", "").isprintable() else None


@lru_cache
def _samples(name: str) -> tuple[bytes, ...]:
    """Pieces of a form that no other file has: of its labels, packed as they stand in it.

    Letters and colours are left out: a later form may share those, and is not a forgery.
    """
    from printer.form import load_form

    form = load_form(name).form
    labels = _LABELS.search(form.prefix)
    if labels is None:
        raise LookupError(f"the form {name} has no labels")
    start = form.prefix.index(b"stream\n", form.offsets[int(labels[1]) - 1])
    return tuple(form.prefix[start + at : start + at + _SAMPLE] for at in _SAMPLES)


def _is_made_of_ours(data: bytes) -> bool:
    """Whether the file is the beginning of one of our forms, or holds a piece that only they have.

    Several pieces are looked for, so that no single change hides them all.
    """
    from printer.form import load_form

    return any(
        (len(data) >= _HEAD and load_form(name).form.prefix.startswith(data))
        or any(sample in data for sample in _samples(name))
        for name in FORMS
    )


def _verdict(outcome: Outcome, number: int, code: str, **values: str) -> Verdict:
    finding = Finding(number=number, code=code, level=Level.PROBLEM, values=values)
    return Verdict(outcome=outcome, findings=(finding,))
