"""What pyHanko says of the signatures in a PDF, inside the child process that reads them.

Integrity alone: whether the bytes are those that were signed, and what was added since. Whose
signature it is stays a claim; no list of other issuers is carried, and no network is asked.
Slow to import, and the PDF may be hostile: run by `verifier.confined` only.
"""

from __future__ import annotations

import hashlib
import logging
import warnings
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

from asn1crypto import x509
from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.misc import PdfDecodeLimitError, PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from verifier.confined import answer
from verifier.errors import UnreadableImageError

__all__ = ["MALFORMED", "MOST_SIGNATURES", "main", "read_signatures"]

MOST_SIGNATURES: Final = 24
"""The most signatures of one file that are looked at."""

# With the second that starting takes, the two that are promised are kept.
_PROCESSOR_SECONDS: Final = 1.0
# Kinds of signatures that were once allowed (ISO 32000-1, 12.8.3) and pyHanko does not read.
_OLD_KINDS: Final = {"/adbe.x509.rsa_sha1", "/adbe.pkcs7.sha1"}
_SAFE_DIGESTS: Final = {"sha256", "sha384", "sha512", "sha3_256", "sha3_384", "sha3_512"}
_LEAST_RSA_BITS: Final = 2048
MALFORMED: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    PdfError,
    RecursionError,
    TypeError,
    ValueError,
)
"""Everything pyHanko and its parsers have been seen to raise at a broken or forged file."""


def main() -> None:
    """Read a PDF from standard input and answer with its signatures; see `verifier.confined`."""
    logging.disable()
    warnings.simplefilter("ignore")
    answer(lambda data, _: read_signatures(data), seconds=_PROCESSOR_SECONDS)


def read_signatures(data: bytes) -> list[dict[str, Any]]:
    """The signatures in `data` in the order in which they were made, as JSON values.

    Raises:
        UnreadableImageError: `signature-malformed` where the file is not as a signed file must be,
            `signature-unsupported` where it may be, `locked`, `too-large`.
    """
    try:
        return _signatures(PdfFileReader(BytesIO(data), strict=True), data)
    except PdfDecodeLimitError as problem:
        raise UnreadableImageError("too-large", "the PDF unpacks to too much") from problem
    except MALFORMED as problem:
        raise UnreadableImageError(
            "signature-malformed", "the PDF's signature is malformed"
        ) from problem


def _signatures(reader: PdfFileReader, data: bytes) -> list[dict[str, Any]]:
    if reader.encrypted and reader.decrypt("").status == AuthStatus.FAILED:
        raise UnreadableImageError("locked", "the PDF wants a password")
    fields = list(enumerate_sig_fields(reader, filled_status=True))
    if not fields:
        return []
    kinds = {str(value.get_object().get("/SubFilter")) for _, value, _ in fields}
    if reader.xrefs.hybrid_xrefs_present or kinds & _OLD_KINDS:
        raise UnreadableImageError("signature-unsupported", "a kind of signature we do not read")
    found = reader.embedded_signatures
    if len(found) != len(fields):
        raise UnreadableImageError("signature-malformed", "a kind of signature there is not")
    if len(found) > MOST_SIGNATURES:
        raise UnreadableImageError("too-large", f"more than {MOST_SIGNATURES} signatures")
    return [_facts(signature, data) for signature in found]


def _facts(signature: EmbeddedPdfSignature, data: bytes) -> dict[str, Any]:
    """What is known of one signature; `covers` and `changes` are words of pyHanko."""
    signature.compute_integrity_info()
    summary = signature.summarise_integrity_info()
    changes = summary["diff_result"]
    certificate = signature.signer_cert
    stamp = signature.sig_object_type == "/DocTimeStamp"
    intact, valid = _stamp_integrity(signature) if stamp else _integrity(signature)
    return {
        "stamp": stamp,
        "holds": intact and valid and _gap_is_the_signature(signature, data),
        "covers": summary["coverage"].name,
        "changes": changes.modification_level.name if isinstance(changes, DiffResult) else "OTHER",
        "allowed": bool(summary["docmdp_ok"]),
        "safe": _is_safe(signature, certificate),
        "certificate": hashlib.sha256(certificate.dump()).hexdigest(),
        "subject": _names(certificate.subject),
        "issuer": _names(certificate.issuer),
        "at": _claimed_time(signature),
    }


def _integrity(signature: EmbeddedPdfSignature) -> tuple[bool, bool]:
    return validate_sig_integrity(
        signature.signer_info,
        signature.signer_cert,
        expected_content_type="data",
        actual_digest=signature.compute_digest(),
    )


def _stamp_integrity(signature: EmbeddedPdfSignature) -> tuple[bool, bool]:
    """The same for a document time stamp: it signs a TSTInfo that bears the file's digest."""
    content = signature.signed_data["encap_content_info"]["content"]
    imprint = content.parsed["message_imprint"]["hashed_message"].native
    digest = hashlib.new(signature.md_algorithm, content.contents).digest()
    intact, valid = validate_sig_integrity(
        signature.signer_info,
        signature.signer_cert,
        expected_content_type="tst_info",
        actual_digest=digest,
    )
    return intact and imprint == signature.compute_digest(), valid


def _gap_is_the_signature(signature: EmbeddedPdfSignature, data: bytes) -> bool:
    """Whether what the signature leaves out is itself and nothing else."""
    start, length, after, _ = (int(number) for number in signature.byte_range)
    gap = data[start + length : after]
    if start or gap[:1] != b"<" or gap[-1:] != b">" or data[:5] != b"%PDF-":
        return False
    return bytes.fromhex(gap[1:-1].decode("ascii")) == signature.pkcs7_content


def _is_safe(signature: EmbeddedPdfSignature, certificate: x509.Certificate) -> bool:
    algorithm = signature.signer_info["signature_algorithm"]
    try:
        hashed_with = algorithm.hash_algo
    except ValueError:
        # Where the algorithm names no digest of its own, the message's counts.
        hashed_with = signature.md_algorithm
    key = certificate.public_key
    return {hashed_with, signature.md_algorithm, signature.external_md_algorithm} <= (
        _SAFE_DIGESTS
    ) and not (key.algorithm == "rsa" and key.bit_size < _LEAST_RSA_BITS)


def _names(name: x509.Name) -> dict[str, str]:
    """The parts of a certificate's name by which people know somebody."""
    parts = name.native
    return {
        key: ", ".join(value) if isinstance(value, list) else str(value)
        for key, value in parts.items()
        if key in {"common_name", "organization_name", "organizational_unit_name"}
    }


def _claimed_time(signature: EmbeddedPdfSignature) -> int | None:
    try:
        at: datetime | None = signature.self_reported_timestamp
    except (PdfError, SignatureValidationError, ValueError):
        # It is a claim, and a claim that nobody can read is none.
        return None
    if at is None:
        return None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
