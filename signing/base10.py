"""Bytes as decimal digits, seven bytes to seventeen digits.

The encoding of FIDO CTAP 2.2 (hybrid transport, "base10"): each group of seven bytes, read as a
little-endian number, becomes seventeen digits; what is left at the end becomes as many digits as
it needs. Digits survive every phone, chat app and form, and a QR code packs them 10 bits to three.
Format page: docs/formats/token.md.
"""

from struct import pack

from .errors import FormatError

__all__ = ["decode_digits", "encode_digits"]

GROUP_BYTES = 7
GROUP_DIGITS = 17
# How many digits hold a rest of 0…6 bytes: the length of 256**n - 1 written out.
REST_DIGITS = (0, 3, 5, 8, 10, 13, 15)


def encode_digits(data: bytes) -> str:
    """The digits of `data`."""
    number = int.from_bytes
    whole = len(data) - len(data) % GROUP_BYTES
    groups = [
        f"{number(data[at : at + GROUP_BYTES], 'little'):017d}"
        for at in range(0, whole, GROUP_BYTES)
    ]
    rest = data[whole:]
    if rest:
        groups.append(f"{number(rest, 'little'):0{REST_DIGITS[len(rest)]}d}")
    return "".join(groups)


def decode_digits(digits: str) -> bytes:
    """The bytes that `digits` spell.

    Raises:
        FormatError: other characters than 0…9, a length no bytes have, or a group too large.
    """
    if digits and not (digits.isascii() and digits.isdigit()):
        raise FormatError("not decimal digits")
    whole = len(digits) - len(digits) % GROUP_DIGITS
    rest = len(digits) - whole
    if rest not in REST_DIGITS:
        raise FormatError("no bytes have this many digits")
    groups = [int(digits[at : at + GROUP_DIGITS]) for at in range(0, whole, GROUP_DIGITS)]
    # Seventeen digits fit into eight bytes, of which the eighth must be zero.
    words = bytearray(pack(f"<{len(groups)}Q", *groups))
    if any(words[GROUP_BYTES :: GROUP_BYTES + 1]):
        raise FormatError("a group of digits is larger than its bytes")
    del words[GROUP_BYTES :: GROUP_BYTES + 1]
    if rest:
        try:
            words += int(digits[whole:]).to_bytes(REST_DIGITS.index(rest), "little")
        except OverflowError:
            raise FormatError("the last digits are larger than their bytes") from None
    return bytes(words)
