"""Sizes that say little: texts in four buckets, files by Padmé.

Texts are filled up to 2, 8, 32 or 128 KiB. Files are filled up to the next length whose lower bits
are zero (Nikitin et al., Reducing Metadata Leakage from Encrypted Files, 2019): at most 12 % more,
seldom more than 3 %, and only O(log log n) bits of the length are left to see.
"""

from .errors import FormatError

__all__ = ["BUCKETS", "LONGEST_TEXT", "pad", "pad_text", "padded_file_length", "unpad"]

KIB = 1024
BUCKETS = (2 * KIB, 8 * KIB, 32 * KIB, 128 * KIB)
TEXT_LENGTH_BYTES = 4
LONGEST_TEXT = BUCKETS[-1] - TEXT_LENGTH_BYTES
SHORTEST_FILE = KIB


def pad(plain: bytes, size: int) -> bytes:
    """`plain` behind its length, filled with zeros up to `size` bytes.

    Raises:
        FormatError: it does not fit.
    """
    if len(plain) + TEXT_LENGTH_BYTES > size:
        raise FormatError(f"more than {size - TEXT_LENGTH_BYTES} bytes")
    return (len(plain).to_bytes(TEXT_LENGTH_BYTES, "big") + plain).ljust(size, b"\0")


def pad_text(plain: bytes) -> bytes:
    """`plain`, filled up to the smallest bucket that holds it.

    Raises:
        FormatError: it has more than `LONGEST_TEXT` bytes.
    """
    whole = len(plain) + TEXT_LENGTH_BYTES
    return pad(plain, next((size for size in BUCKETS if whole <= size), BUCKETS[-1]))


def unpad(padded: bytes) -> bytes:
    """What was filled up.

    Raises:
        FormatError: the length or the filling is not as `pad` writes it.
    """
    length = int.from_bytes(padded[:TEXT_LENGTH_BYTES], "big")
    end = TEXT_LENGTH_BYTES + length
    if len(padded) < TEXT_LENGTH_BYTES or end > len(padded) or any(padded[end:]):
        raise FormatError("not filled up as we do it")
    return padded[TEXT_LENGTH_BYTES:end]


def padded_file_length(length: int) -> int:
    """The length to which a file of `length` bytes is filled up."""
    if length <= SHORTEST_FILE:
        return SHORTEST_FILE
    exponent = length.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-length // step) * step
