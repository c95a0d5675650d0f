"""What pyHanko says of the revisions behind our own, inside the child process that reads them.

Slow to import, and what was added may be hostile: run by `verifier.confined` only.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import warnings
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

from asn1crypto import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext

from verifier.confined import answer
from verifier.errors import UnreadableImageError
from verifier.signatures import MALFORMED, read_signatures

__all__ = ["main", "read_revisions"]

# With the second that starting takes, the two that are promised are kept.
_PROCESSOR_SECONDS: Final = 1.0
_STARTXREF: Final = re.compile(rb"startxref\n(\d+)\n%%EOF\n$")


def main() -> None:
    """Read a PDF from standard input; see `verifier.confined` and `verifier.remote`."""
    logging.disable()
    warnings.simplefilter("ignore")
    answer(
        lambda data, wanted: read_revisions(data, json.loads(wanted)), seconds=_PROCESSOR_SECONDS
    )


def read_revisions(data: bytes, wanted: dict[str, Any]) -> dict[str, Any]:
    """The signatures of `data`, and what was added to its first revision, as JSON values.

    Raises:
        UnreadableImageError: as `verifier.signatures.read_signatures`.
    """
    signatures = read_signatures(data)
    try:
        reader = PdfFileReader(BytesIO(data), strict=True)
        changes = DEFAULT_DIFF_POLICY.review_file(reader, 0)
        people = reader.embedded_regular_signatures
        return {
            "signatures": signatures,
            "ours": _is_first(reader, data[: wanted["revision"]]),
            "before": changes.modification_level.name
            if isinstance(changes, DiffResult)
            else "OTHER",
            "hidden": all(_is_hidden(note) for note in _annotations(reader)),
            "trusted": bool(people) and all(_is_trusted(person, wanted) for person in people),
            "signer": ", ".join(person.signer_cert.subject.human_friendly for person in people),
        }
    except MALFORMED as problem:
        raise UnreadableImageError(
            "signature-malformed", "what was added to the file is malformed"
        ) from problem


def _is_first(reader: PdfFileReader, revision: bytes) -> bool:
    """Whether the chain of tables begins with the one at the end of our revision."""
    ending = _STARTXREF.search(revision)
    return (
        ending is not None
        and reader.xrefs.get_startxref_for_revision(0) == int(ending[1])
        and reader.xrefs.total_revisions > 1
    )


def _annotations(reader: PdfFileReader) -> list[generic.DictionaryObject]:
    # The first revision has one page, and a further one would be another's change.
    (page,) = (kid.get_object() for kid in reader.root["/Pages"]["/Kids"])
    return [note.get_object() for note in page["/Annots"]] if "/Annots" in page else []


def _is_hidden(note: generic.DictionaryObject) -> bool:
    """Whether it is a signature's field without an extent: an invisible signature."""
    left, low, right, high = (float(side) for side in note["/Rect"])
    return note.get("/FT") == "/Sig" and (left == right or low == high)


def _is_trusted(signature: Any, wanted: dict[str, Any]) -> bool:
    roots = [x509.Certificate.load(base64.b64decode(root)) for root in wanted["trusted"]]
    if not roots:
        return False
    context = ValidationContext(
        trust_roots=roots, allow_fetching=False, moment=datetime.fromtimestamp(wanted["at"], UTC)
    )
    try:
        status = validate_pdf_signature(signature, context)
    except SignatureValidationError:
        return False
    return bool(status.intact and status.valid and status.trusted)
