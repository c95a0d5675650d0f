"""DER, as far as our formats need it: values written, and their places found (X.690)."""

from .errors import FormatError

__all__ = ["INTEGER", "OCTETS", "OID", "SEQUENCE", "SET", "inside", "integer", "read", "tlv"]

SEQUENCE, SET, INTEGER, OCTETS, OID = 0x30, 0x31, 0x02, 0x04, 0x06
SHORT_FORM = 0x80


def tlv(tag: int, *parts: bytes) -> bytes:
    """One DER value."""
    body = b"".join(parts)
    size = len(body)
    if size < SHORT_FORM:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, SHORT_FORM | len(length))) + length + body


def integer(value: int) -> bytes:
    """A number that is not negative."""
    return tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def read(data: bytes, at: int, tag: int) -> tuple[int, int]:
    """Where the body of the DER value at `at` begins and ends.

    Raises:
        FormatError: there is a value of another tag, or one that goes on after the end.
        IndexError: there is none.
    """
    if data[at] != tag:
        raise FormatError("another DER value was expected")
    size = data[at + 1]
    at += 2
    if size >= SHORT_FORM:
        more = size - SHORT_FORM
        size = int.from_bytes(data[at : at + more], "big")
        at += more
    if at + size > len(data):
        raise FormatError("a DER value that goes on after the end")
    return at, at + size


def inside(data: bytes, tag: int) -> list[bytes]:
    """The values, tags and lengths included, that the one value in `data` holds.

    Raises:
        FormatError: `data` is not exactly one value of this tag that holds others.
    """
    found = []
    try:
        at, end = read(data, 0, tag)
        while at < end:
            _, after = read(data, at, data[at])
            found.append(data[at:after])
            at = after
    except (IndexError, OverflowError):
        raise FormatError("a DER value that ends too early") from None
    if not at == end == len(data):
        raise FormatError("not one DER value that holds others")
    return found
