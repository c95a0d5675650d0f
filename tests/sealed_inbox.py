"""Reports as browsers seal them, put into the mailroom of a report site without a browser."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from kiosk.actions import cases
from kiosk.domain.cases import Case
from signing.cose import encode
from signing.directory import Role
from signing.envelope import (
    CaseKey,
    Direction,
    Place,
    SealedFile,
    Submission,
    digest_of,
    encode_submission,
    new_case,
    own_proof,
    seal_file,
    seal_message,
    wrap_key,
)
from signing.hpke import Kem, OpeningKey
from signing.quorum import seal_identity
from signing.receipt import ReceiptCode, derive_keys, proof_digest
from tests.report_site import KOMISI, MABES, ReportSite

__all__ = ["report_about", "submit_report"]


def report_about(story: str, **answers: Any) -> dict[str, Any]:
    """What a report says, with nothing much answered."""
    usual = {"danger": "no", "kind": "other", "duty": "unknown", "when": "today"}
    return {
        "v": 1,
        "mode": "anonymous",
        "class": "other",
        "urgency": 3,
        "route": "inquiry",
        "answers": usual | {"where": "", "who": "", "unit": 0} | answers,
        "story": story,
    }


def submit_report(
    site: ReportSite,
    report: dict[str, Any],
    *,
    unit: int = MABES,
    identity: bytes = b"",
    code: ReceiptCode | None = None,
    also: Sequence[OpeningKey] = (),
    original: bytes = b"",
) -> Case:
    """Seal it for the handlers of the unit, and hand it in; `also` are more handlers.

    Its reporter reads the answers with `code`, or never. An `original` is of a picture whose
    cleaned copy never arrived.
    """
    own, key = OpeningKey.new(), CaseKey.new(new_case())
    proof = hashlib.sha256(key.case).digest()
    if code:
        keys = derive_keys(code, cases.receipt_salt(site.mailroom))
        own, proof = OpeningKey(Kem.X25519, keys.seed), keys.proof
    inside, outside = site.keys(MABES, Role.INTERNAL), site.keys(KOMISI, Role.EXTERNAL)
    sealed, secret = seal_identity(
        key.case,
        [one.sealing_key for one in inside],
        [one.sealing_key for one in outside],
        identity,
    )
    file = seal_file(secret, key.case, original)
    if original:
        report = report | {"files": _named(file)}
    place = Place(direction=Direction.TO_OFFICE, sequence=0, previous=digest_of(sealed))
    handlers = [*site.keys(unit, Role.HANDLER), *also]
    submission = Submission(
        case=key.case,
        wraps=tuple(wrap_key(key, one.sealing_key) for one in handlers),
        own=wrap_key(key, own.sealing_key),
        proof=own_proof(own.secret, key),
        identity=sealed,
        message=seal_message(key, place, json.dumps(report).encode()),
    )
    delivery = encode(
        [1, unit, report["urgency"], proof_digest(proof), encode_submission(submission)]
    )
    case = cases.submit(site.mailroom, delivery)
    for number, chunk in enumerate(file.chunks if original else ()):
        said = encode([1, proof, file.id, file.size, file.header, chunk])
        cases.take_chunk(site.mailroom, key.case, (1, number), said)
    return case


def _named(original: SealedFile) -> list[dict[str, object]]:
    cleaned = {"id": "00" * 16, "size": 1024, "digest": "00" * 32, "kind": "image/jpeg"}
    kept = {"id": original.id.hex(), "size": original.size, "digest": original.digest.hex()}
    return [
        cleaned | {"key": "case", "name": "", "cleaned": True},
        cleaned | kept | {"key": "identity", "name": "", "cleaned": False, "of": "00" * 16},
    ]
