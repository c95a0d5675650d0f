"""Signed PDF files that are not in a form of ours: whose they are, and whether they are intact.

    signature broken, or the file changed since   not-genuine
    by a certificate that claims to be ours       not-genuine
    by a key of ours, but on a form unknown here  cannot-check
    by anybody else                               other-issuer

A certificate's names are claims: anybody can call himself BSrE. So another issuer's file is never
more than "signed by another issuer", and the person is sent there (docs/formats/verdict.md).
"""

import re
import unicodedata
from datetime import UTC, datetime
from typing import Any

from signing.trust import KeyUse, TrustBundle, TrustedKey

from .confined import run_confined
from .errors import UnreadableImageError
from .status import TrustSource
from .verdict import Finding, Level, Outcome, Verdict

__all__ = ["check_foreign"]

_WHOLE = {"ENTIRE_FILE", "ENTIRE_REVISION"}
_HARMLESS = {"NONE", "LTA_UPDATES"}


def check_foreign(data: bytes, trust: TrustSource) -> Verdict | None:
    """The verdict on the signatures in a PDF file; None where it has none."""
    # (23) Its signatures can be taken apart.
    try:
        signatures: list[dict[str, Any]] = run_confined("verifier.signatures", data, "")
    except UnreadableImageError as problem:
        return _unreadable(problem)
    if not signatures:
        return None
    broken = _broken(signatures)
    if broken is not None:
        return broken
    ours = _ours(signatures, trust.bundle)
    return _by_another_issuer(signatures, trust.bundle) if ours is None else ours


def _unreadable(problem: UnreadableImageError) -> Verdict:
    match problem.code:
        # A reader that gave up on a signature was given no honest one.
        case "signature-malformed" | "damaged":
            return _verdict(Outcome.NOT_GENUINE, 23, "foreign-malformed")
        case "signature-unsupported":
            return _verdict(Outcome.CANNOT_CHECK, 23, "foreign-unsupported")
        case code:
            return _verdict(Outcome.CANNOT_CHECK, 19, code)


def _broken(signatures: list[dict[str, Any]]) -> Verdict | None:
    """The verdict where a signature does not hold, or does not hold for what a reader sees."""
    # (24) Every signature is over the bytes before it, and nothing was added after the last one
    # but what keeps it checkable; after an earlier one, further signatures.
    if not all(signature["holds"] for signature in signatures):
        return _verdict(Outcome.NOT_GENUINE, 24, "foreign-broken")
    *earlier, last = signatures
    for signature in signatures:
        if signature["covers"] not in _WHOLE or not signature["allowed"]:
            return _verdict(Outcome.NOT_GENUINE, 24, "foreign-changed")
    if last["changes"] not in _HARMLESS or any(
        signature["changes"] not in _HARMLESS | {"FORM_FILLING"} for signature in earlier
    ):
        return _verdict(Outcome.NOT_GENUINE, 24, "foreign-changed")
    if not all(signature["safe"] for signature in signatures):
        return _verdict(Outcome.CANNOT_CHECK, 24, "foreign-weak")
    return None


def _ours(signatures: list[dict[str, Any]], bundle: TrustBundle) -> Verdict | None:
    """The verdict where somebody signed with a certificate of ours, or one that says it is."""
    # (25) Nobody signed in our name.
    for signature in signatures:
        key = _key_of(signature, bundle)
        if key is not None and key.withdrawn_at:
            return _verdict(Outcome.WITHDRAWN, 6, "key-withdrawn")
        if key is not None:
            return _verdict(Outcome.CANNOT_CHECK, 25, "unknown-form")
        # Our certificates are issued by ourselves; whoever else is certified in our name by
        # another issuer may be one of us who signs letters with a card of his own.
        if _names_us(signature["issuer"], bundle):
            return _verdict(Outcome.NOT_GENUINE, 25, "impostor")
    return None


def _by_another_issuer(signatures: list[dict[str, Any]], bundle: TrustBundle) -> Verdict:
    findings = [Finding(number=24, code="foreign-intact", level=Level.PASSED)]
    if any(_names_us(signature["subject"], bundle) for signature in signatures):
        findings.append(Finding(number=25, code="named-like-us", level=Level.WARNING))
    people = [signature for signature in signatures if not signature["stamp"]] or signatures
    findings += [
        Finding(
            number=26,
            code="other-issuer",
            level=Level.PROBLEM,
            values={
                "signer": _shown(signature["subject"]),
                "issuer": _shown(signature["issuer"]),
                "at": _time(signature["at"]),
            },
        )
        for signature in people
    ]
    return Verdict(outcome=Outcome.OTHER_ISSUER, findings=tuple(findings))


def _key_of(signature: dict[str, Any], bundle: TrustBundle) -> TrustedKey | None:
    digest = bytes.fromhex(signature["certificate"])
    return next(
        (key for key in bundle.keys if key.use is KeyUse.CERTIFICATE and key.certificate == digest),
        None,
    )


def _names_us(name: dict[str, str], bundle: TrustBundle) -> bool:
    """Whether a certificate's name holds the name of a unit of ours, word by word."""
    parts = [f" {_words(part)} " for part in name.values()]
    return any(f" {_words(unit.name)} " in part for unit in bundle.units for part in parts)


def _words(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    return " ".join(re.findall(r"[^\W_]+", folded))


def _shown(name: dict[str, str]) -> str:
    return name.get("common_name") or name.get("organization_name") or "?"


def _time(at: int | None) -> str:
    return "?" if at is None else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"


def _verdict(outcome: Outcome, number: int, code: str) -> Verdict:
    finding = Finding(number=number, code=code, level=Level.PROBLEM)
    return Verdict(outcome=outcome, findings=(finding,))
