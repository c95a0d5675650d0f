"""What a remote service has added to a file of ours: its signature, and nothing that shows.

The first revision was drawn again and is bound to its token, so every word on the sheet is vouched
for already; left to find out is whether somebody laid something over it, and who signed.
"""

import json
import re
from typing import Any

from .confined import run_confined
from .errors import UnreadableImageError
from .verdict import Finding, Level, passed

__all__ = ["check_added"]

_PEM = re.compile(
    rb"-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+?)\s+-----END CERTIFICATE-----"
)
# A signature in a field of its own, and what keeps it checkable.
_HARMLESS_BEFORE = {"NONE", "LTA_UPDATES", "FORM_FILLING"}
_HARMLESS_AFTER = {("ENTIRE_FILE", "NONE"), ("ENTIRE_REVISION", "LTA_UPDATES")}


def check_added(data: bytes, revision: int, signers: bytes, *, at: int) -> tuple[Finding, ...]:
    """Findings on what follows the first `revision` bytes; the last one decides.

    `signers` are the certificates (PEM) of whom we let sign, or of their authority, as of the time
    `at` (seconds since 1970).
    """
    wanted = {
        "revision": revision,
        "at": at,
        "trusted": [b"".join(body.split()).decode("ascii") for body in _PEM.findall(signers)],
    }
    # (28) One signature was added, over the whole file, and nothing that anybody can see.
    try:
        found = run_confined("verifier.revisions", data, json.dumps(wanted))
    except UnreadableImageError:
        return (_verdict(28, "remote-signature"),)
    if not _is_signature_alone(found):
        return (_verdict(28, "remote-signature"),)
    held = passed(28, "remote-signature-holds")
    # (29) It is of somebody whom we let sign.
    values = {"signer": found["signer"]}
    if not wanted["trusted"]:
        unknown = Finding(number=29, code="remote-unknown", level=Level.WARNING, values=values)
        return held, unknown
    if not found["trusted"]:
        return held, _verdict(29, "remote-other")
    return held, Finding(number=29, code="remote-signer", level=Level.PASSED, values=values)


def _is_signature_alone(found: dict[str, Any]) -> bool:
    signatures = [one for one in found["signatures"] if not one["stamp"]]
    return (
        len(signatures) == 1
        and found["ours"]
        and found["hidden"]
        and found["before"] in _HARMLESS_BEFORE
        and all(
            one["holds"]
            and one["safe"]
            and one["allowed"]
            # Behind the last signature there is nothing, or what keeps it checkable.
            and (one["covers"], one["changes"]) in _HARMLESS_AFTER
            for one in found["signatures"]
        )
    )


def _verdict(number: int, code: str) -> Finding:
    return Finding(number=number, code=code, level=Level.PROBLEM)
