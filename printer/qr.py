"""The QR code of a certificate: always version 11, level M, one mask, 61 modules a side.

One symbol size for every certificate, so that its place in the PDF has a fixed size and what a
cheap camera must resolve is known (scanner.md 1.5; docs/adr/0003). With version, level and mask
fixed, each module is a sum over GF(2) of bits of the data: a symbol is drawn by adding up a table,
and read back by looking at the places where the data bits stand. The `qrcode` package says where
they stand, and supplies the arithmetic of the error correction.

The mask is the one with the lowest mean penalty (ISO/IEC 18004, 7.8.3) over a hundred tokens;
choosing it anew for each symbol would gain nothing that a reader notices.
"""

from functools import lru_cache
from operator import itemgetter
from typing import Any

from signing.pdf import HOLE_BYTES, QR_MODULES, ROW_BYTES

from .errors import DoesNotFitError

__all__ = ["draw_qr", "read_qr", "rows_of"]

VERSION = 11
MASK = 2
# Level M of version 11 (ISO/IEC 18004, table 9): one block of 50 data codewords and four of 51,
# each followed by 30 codewords of error correction.
BLOCKS = (50, 51, 51, 51, 51)
CORRECTION = 30
DATA_CODEWORDS = sum(BLOCKS)
DATA_BITS = 8 * DATA_CODEWORDS
CODEWORDS = DATA_CODEWORDS + CORRECTION * len(BLOCKS)
BITMAP_BITS = 8 * HOLE_BYTES
BYTE_MODE, NUMERIC_MODE = "0100", "0001"
# Character counts of versions 10 to 26 (ISO/IEC 18004, table 3).
BYTE_COUNT, NUMERIC_COUNT = 16, 12
PADDING = 0xEC11
TIMING = 6
HUNDREDS = {f"{n:03d}": f"{n:010b}" for n in range(1000)}
TENS = {f"{n:02d}": f"{n:07b}" for n in range(100)}
ONES = {f"{n:d}": f"{n:04b}" for n in range(10)}
GROUP = 3


class _Symbol:
    """The affine map from 254 data codewords to the bitmap."""

    def __init__(self) -> None:
        places = _places()
        self.blank = _draw([0] * CODEWORDS)
        order = {part: at for at, part in enumerate(_interleaved())}
        correction = _correction_of_units()
        base = [1 << (BITMAP_BITS - 1 - place) for place in places]
        self.tables: list[list[int]] = []
        positions: list[int] = []
        for block, size in enumerate(BLOCKS):
            for at in range(size):
                codeword = order[block, at]
                positions += places[8 * codeword : 8 * codeword + 8]
                powers = []
                for bit in range(8):
                    value = base[8 * codeword + 7 - bit]
                    for number, byte in enumerate(correction[size - 1 - at][bit]):
                        if byte:
                            first = 8 * order[block, size + number]
                            for k in range(8):
                                if byte >> (7 - k) & 1:
                                    value ^= base[first + k]
                    powers.append(value)
                table = [0] * 256
                for value in range(1, 256):
                    lowest = value & -value
                    table[value] = table[value ^ lowest] ^ powers[lowest.bit_length() - 1]
                self.tables.append(table)
        self.pick = itemgetter(*positions)

    def draw(self, data: bytes) -> int:
        """The bitmap of these codewords, as a number whose highest bit is the first module."""
        bitmap = self.blank
        for table, value in zip(self.tables, data, strict=True):
            bitmap ^= table[value]
        return bitmap


@lru_cache(maxsize=1)
def _symbol() -> _Symbol:
    return _Symbol()


def _library_code() -> Any:
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode

    return QRCode(version=VERSION, error_correction=ERROR_CORRECT_M, mask_pattern=MASK)


def _modules(codewords: list[int]) -> list[bool]:
    """The symbol of these codewords as the library draws it, row by row."""
    code = _library_code()
    code.data_cache = codewords
    code.makeImpl(False, MASK)  # noqa: FBT003 -- the library's own signature
    return [bool(module) for row in code.modules for module in row]


def _place(module: int) -> int:
    row, column = divmod(module, QR_MODULES)
    return row * 8 * ROW_BYTES + column


def _draw(codewords: list[int]) -> int:
    bitmap = 0
    for module, dark in enumerate(_modules(codewords)):
        if dark:
            bitmap |= 1 << (BITMAP_BITS - 1 - _place(module))
    return bitmap


def _places() -> list[int]:
    """For each bit of the codewords, as they stand in the symbol, its place in the bitmap.

    A module that differs between all zeros and all ones bears data; the bits run through them in
    pairs of columns from the right, upwards and downwards in turn, and step over the vertical
    timing pattern (ISO/IEC 18004, 7.7.3).
    """
    blank, full = _modules([0] * CODEWORDS), _modules([255] * CODEWORDS)
    places = []
    rows = range(QR_MODULES)
    for turn, right in enumerate([*range(QR_MODULES - 1, TIMING, -2), *range(TIMING - 1, 0, -2)]):
        for row in reversed(rows) if turn % 2 == 0 else rows:
            for column in (right, right - 1):
                module = row * QR_MODULES + column
                if blank[module] != full[module]:
                    places.append(_place(module))
    return places


def _interleaved() -> list[tuple[int, int]]:
    """Which codeword of which block stands at each place (ISO/IEC 18004, 7.6)."""
    order = [
        (block, at)
        for at in range(max(BLOCKS))
        for block, size in enumerate(BLOCKS)
        if at < size
    ]
    order += [
        (block, BLOCKS[block] + at) for at in range(CORRECTION) for block in range(len(BLOCKS))
    ]
    return order


def _correction_of_units() -> list[list[list[int]]]:
    """The error correction of 1, 2, 4 … 128 standing `d` codewords before the end of the data."""
    from qrcode import LUT
    from qrcode.base import Polynomial, gexp, glog

    if CORRECTION in LUT.rsPoly_LUT:
        generator = list(LUT.rsPoly_LUT[CORRECTION])
    else:
        product = Polynomial([1], 0)
        for power in range(CORRECTION):
            product = product * Polynomial([1, gexp(power)], 0)
        generator = list(product)

    def times(a: int, b: int) -> int:
        return gexp(glog(a) + glog(b)) if a and b else 0

    rest = generator[1:]
    units = []
    for _ in range(max(BLOCKS)):
        units.append([[times(value, byte) for byte in rest] for value in (1 << b for b in range(8))])
        lead, *others = [*rest, 0]
        rest = [byte ^ times(lead, g) for byte, g in zip(others, generator[1:], strict=True)]
    return units


def _codewords(address: bytes, digits: str) -> bytes:
    """The data codewords: the address in byte mode, the digits in numeric mode."""
    whole = len(digits) - len(digits) % GROUP
    rest = digits[whole:]
    bits = "".join(
        (
            _opening(address),
            f"{NUMERIC_MODE}{len(digits):012b}",
            *[HUNDREDS[digits[at : at + GROUP]] for at in range(0, whole, GROUP)],
            TENS[rest] if len(rest) == 2 else ONES[rest] if rest else "",  # noqa: PLR2004
        )
    )
    if len(bits) > DATA_BITS:
        raise DoesNotFitError(
            "qr", f"the QR code holds {DATA_BITS} bits; these need {len(bits)}"
        )
    bits += "0" * min(4, DATA_BITS - len(bits))
    bits += "0" * (-len(bits) % 8)
    used = len(bits) // 8
    data = int(bits, 2).to_bytes(used, "big")
    padding = PADDING.to_bytes(2, "big") * ((DATA_CODEWORDS - used + 1) // 2)
    return (data + padding)[:DATA_CODEWORDS]


@lru_cache(maxsize=64)
def _opening(address: bytes) -> str:
    bits = "".join(f"{byte:08b}" for byte in address)
    return f"{BYTE_MODE}{len(address):016b}{bits}"


def draw_qr(text: str) -> bytes:
    """The bitmap of `text`, `ADDRESS/#DIGITS`: 61 rows of 8 bytes, a 1 is dark, 3 bits left over.

    Raises:
        DoesNotFitError: the text is longer than the symbol.
    """
    address, mark, digits = text.partition("#")
    data = _codewords((address + mark).encode("ascii"), digits)
    return _symbol().draw(data).to_bytes(HOLE_BYTES, "big")


def read_qr(bitmap: bytes) -> str | None:
    """The text of a bitmap that `draw_qr` drew, or None: not one module may differ."""
    if len(bitmap) != HOLE_BYTES:
        return None
    symbol = _symbol()
    bits = f"{int.from_bytes(bitmap, 'big') ^ symbol.blank:0{BITMAP_BITS}b}"
    data = "".join(symbol.pick(bits))
    try:
        text = _text(data)
        again = draw_qr(text)
    except (ValueError, KeyError, DoesNotFitError):
        return None
    return text if again == bitmap else None


def _text(bits: str) -> str:
    """The text of data bits in the two segments that `_codewords` writes."""
    if bits[:4] != BYTE_MODE:
        raise ValueError
    count = int(bits[4 : 4 + BYTE_COUNT], 2)
    at = 4 + BYTE_COUNT
    address = int(bits[at : at + 8 * count] or "0", 2).to_bytes(count, "big").decode("ascii")
    at += 8 * count
    if bits[at : at + 4] != NUMERIC_MODE:
        raise ValueError
    at += 4
    count = int(bits[at : at + NUMERIC_COUNT], 2)
    at += NUMERIC_COUNT
    whole, rest = divmod(count, GROUP)
    digits = [f"{int(bits[at + 10 * n : at + 10 * n + 10], 2):03d}" for n in range(whole)]
    at += 10 * whole
    if rest:
        width = (0, 4, 7)[rest]
        digits.append(f"{int(bits[at : at + width], 2):0{rest}d}")
    return address + "".join(digits)


def rows_of(bitmap: bytes) -> list[str]:
    """The modules of a bitmap as 61 rows of `0` and `1`, for drawing by other means."""
    return [
        f"{int.from_bytes(bitmap[at : at + ROW_BYTES], 'big'):064b}"[:QR_MODULES]
        for at in range(0, HOLE_BYTES, ROW_BYTES)
    ]
