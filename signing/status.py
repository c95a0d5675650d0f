"""Status lists: which certificates were withdrawn or are suspended, two bits each.

The bytes of the IETF Token Status List (draft-ietf-oauth-status-list) as a CWT, with two bits per
entry and 2^20 entries per list. A list is fetched whole, never asked by index. Format page:
docs/formats/status.md.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from .cose import parse_sign1, sign1
from .errors import FormatError
from .keys import SigningKey, VerifyingKey
from .payload import STATUS_LIST_SIZE

__all__ = ["Status", "StatusList", "sign_status_list", "status_list_number", "verify_status_list"]

TYPE = "application/statuslist+cwt"
SUBJECT, ISSUED, STATUS, TTL, BUNDLE_SERIAL = 2, 6, 65533, 65534, -65539
BITS = 2
BYTES = STATUS_LIST_SIZE * BITS // 8
LOW_BITS = int.from_bytes(b"\x55" * BYTES, "little")
LONGEST = BYTES + 4096
FIRST_YEAR = 2020
# The list stays good evidence of what was known at its date, so it bears no `exp`.
CLAIMS = [SUBJECT, ISSUED, STATUS, TTL, BUNDLE_SERIAL]


class Status(IntEnum):
    """What a list says of a certificate; the numbers are those of the Token Status List."""

    VALID = 0
    WITHDRAWN = 1
    SUSPENDED = 2


@dataclass(frozen=True, kw_only=True)
class StatusList:
    """Who was withdrawn or is suspended, as known at `issued_at`; fresh for `ttl` seconds.

    `bundle_serial` names the trust bundle in force at that time: a checker whose bundle bears it
    knows that there was no newer one.
    """

    uri: str
    bundle_serial: int
    issued_at: int
    ttl: int
    bits: bytes

    def status_of(self, index: int) -> Status:
        """The entry at `index`; four stand in a byte, the first in its lowest bits."""
        return Status(self.bits[index >> 2] >> 2 * (index & 3) & 3)

    @property
    def withdrawn(self) -> list[int]:
        """The places of all that are withdrawn, in order."""
        return [
            4 * at + place
            for at, byte in enumerate(self.bits)
            if byte & 0x55
            for place in range(4)
            if byte >> 2 * place & 3 == Status.WITHDRAWN
        ]


def status_list_number(year: int, month: int) -> int:
    """The number of the list for certificates whose last valid day lies in this month."""
    return (year - FIRST_YEAR) * 12 + month - 1


def sign_status_list(
    key: SigningKey,
    *,
    uri: str,
    withdrawn: Iterable[int],
    suspended: Iterable[int] = (),
    issued_at: int,
    ttl: int,
    bundle_serial: int,
) -> bytes:
    """The status list named `uri` with these entries, signed by `key`; all others are valid."""
    bits = bytearray(BYTES)
    for status, indexes in ((Status.SUSPENDED, suspended), (Status.WITHDRAWN, withdrawn)):
        for index in indexes:
            shift = 2 * (index & 3)
            bits[index >> 2] = bits[index >> 2] & ~(3 << shift) | status << shift
    entry = {"lst": zlib.compress(bytes(bits), 9), "bits": BITS}
    claims = {
        SUBJECT: uri,
        ISSUED: issued_at,
        STATUS: entry,
        TTL: ttl,
        BUNDLE_SERIAL: bundle_serial,
    }
    return sign1(key, claims, type_=TYPE)


def verify_status_list(data: bytes, key: VerifyingKey) -> StatusList:
    """The status list in `data`, once it is known to be signed by `key`.

    Raises:
        FormatError: it is not a status list of two bits and 2^20 entries, each with a meaning.
        SignatureError: it is signed by somebody else.
    """
    message = parse_sign1(data, longest=LONGEST)
    if message.type != TYPE or list(message.claims) != CLAIMS:
        raise FormatError("not a status list")
    claims = message.verify(key)
    entry = claims[STATUS]
    if type(entry) is not dict or list(entry) != ["lst", "bits"]:
        raise FormatError("a status list of another kind")
    numbers = (claims[ISSUED], claims[TTL], claims[BUNDLE_SERIAL], entry["bits"])
    # In Python true is 1; in CBOR it is not.
    if any(type(number) is not int or number < 0 for number in numbers) or entry["bits"] != BITS:
        raise FormatError("a status list of another kind")
    if type(claims[SUBJECT]) is not str:
        raise FormatError("a status list without an address")
    inflate = zlib.decompressobj()
    try:
        bits = inflate.decompress(entry["lst"], BYTES)
    except (zlib.error, TypeError):
        raise FormatError("a status list that cannot be unpacked") from None
    if len(bits) != BYTES or inflate.decompress(b"", 1) or not inflate.eof or inflate.unused_data:
        raise FormatError("a status list of another size")
    number = int.from_bytes(bits, "little")
    if number & number >> 1 & LOW_BITS:
        # What a later version may mean by it is not known, so nothing is said against a paper.
        raise FormatError("a status list with an entry of no meaning")
    return StatusList(
        uri=claims[SUBJECT],
        bundle_serial=claims[BUNDLE_SERIAL],
        issued_at=claims[ISSUED],
        ttl=claims[TTL],
        bits=bits,
    )
