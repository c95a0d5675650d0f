"""Status lists: which certificates were withdrawn, one bit each.

The bytes of the IETF Token Status List (draft-ietf-oauth-status-list) as a CWT, with one bit per
entry and 2^20 entries per list. A list is fetched whole, never asked by index. Format page:
docs/formats/status.md.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from .cose import parse_sign1, sign1
from .errors import FormatError
from .keys import SigningKey, VerifyingKey
from .payload import STATUS_LIST_SIZE

__all__ = ["StatusList", "sign_status_list", "status_list_number", "verify_status_list"]

TYPE = "application/statuslist+cwt"
SUBJECT, ISSUED, STATUS, TTL, BUNDLE_SERIAL = 2, 6, 65533, 65534, -65539
BYTES = STATUS_LIST_SIZE // 8
LONGEST = BYTES + 4096
FIRST_YEAR = 2020
# The list stays good evidence of what was known at its date, so it bears no `exp`.
CLAIMS = [SUBJECT, ISSUED, STATUS, TTL, BUNDLE_SERIAL]


@dataclass(frozen=True, kw_only=True)
class StatusList:
    """Who was withdrawn, as known at `issued_at`; fresh for `ttl` seconds.

    `bundle_serial` names the trust bundle in force at that time: a checker whose bundle bears it
    knows that there was no newer one.
    """

    uri: str
    bundle_serial: int
    issued_at: int
    ttl: int
    bits: bytes

    def is_withdrawn(self, index: int) -> bool:
        """Whether the bit at `index` is set (bit 0 is the lowest of the first byte)."""
        return bool(self.bits[index >> 3] >> (index & 7) & 1)


def status_list_number(year: int, month: int) -> int:
    """The number of the list for certificates whose last valid day lies in this month."""
    return (year - FIRST_YEAR) * 12 + month - 1


def sign_status_list(
    key: SigningKey,
    *,
    uri: str,
    withdrawn: Iterable[int],
    issued_at: int,
    ttl: int,
    bundle_serial: int,
) -> bytes:
    """The status list named `uri` with the bits at `withdrawn` set, signed by `key`."""
    bits = bytearray(BYTES)
    for index in withdrawn:
        bits[index >> 3] |= 1 << (index & 7)
    entry = {"lst": zlib.compress(bytes(bits), 9), "bits": 1}
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
        FormatError: it is not a status list of one bit and 2^20 entries.
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
    if any(type(number) is not int or number < 0 for number in numbers) or entry["bits"] != 1:
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
    return StatusList(
        uri=claims[SUBJECT],
        bundle_serial=claims[BUNDLE_SERIAL],
        issued_at=claims[ISSUED],
        ttl=claims[TTL],
        bits=bits,
    )
