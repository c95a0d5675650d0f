"""The QR code of a certificate: always version 11, level M, one mask, 61 modules a side.

One symbol size for every certificate, so that its place in the PDF has a fixed size and what a
cheap camera must resolve is known (docs/adr/0003-one-symbol.md). With version, level and mask
fixed, so are the places of all bits: a symbol is drawn by putting them there, and read back by
looking where they stand. The `qrcode` package says which modules bear data, and supplies the
arithmetic of the error correction; a test holds every symbol against the one that it draws.

The mask is the one with the lowest mean penalty (ISO/IEC 18004, 7.8.3) over a hundred tokens;
choosing it anew for each symbol would gain nothing that a reader notices.
"""

from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
BYTE_MODE, NUMERIC_MODE = "0100", "0001"
# Character counts of versions 10 to 26 (ISO/IEC 18004, table 3).
BYTE_COUNT, NUMERIC_COUNT = 16, 12
PADDING = 0xEC11
TIMING = 6
GROUP = 3
# How many bits a rest of no, one or two digits takes.
WIDTHS = (0, 4, 7)
HUNDREDS = np.array((100, 10, 1), np.uint16)
WEIGHTS = 1 << np.arange(9, -1, -1)
TEN_BITS = (np.arange(1000)[:, None] >> np.arange(9, -1, -1) & 1).astype(np.uint8)
THREES = np.array([list(b"%03d" % n) for n in range(1000)], np.uint8)

Bytes = NDArray[np.uint8]
Places = NDArray[np.intp]


class _Symbol:
    """Where the bits of the codewords stand, and what corrects them."""

    @cached_property
    def blank(self) -> Bytes:
        """The modules of the symbol of zeros, mask and patterns, as 61 rows of 64 bits."""
        modules = np.zeros((QR_MODULES, 8 * ROW_BYTES), np.uint8)
        modules[:, :QR_MODULES] = np.reshape(_modules([0] * CODEWORDS), (QR_MODULES, QR_MODULES))
        return modules.reshape(-1)

    @cached_property
    def places(self) -> Places:
        """For each bit of the codewords, as they stand in the symbol, its place among `blank`."""
        return np.array(_places(), np.intp)

    @cached_property
    def data_order(self) -> Places:
        """For each data codeword, at which place among all codewords it stands."""
        order = {part: at for at, part in enumerate(_interleaved())}
        return np.array(
            [order[block, at] for block, size in enumerate(BLOCKS) for at in range(size)], np.intp
        )

    @cached_property
    def block_columns(self) -> Places:
        """Which data codewords stand at each place of the blocks, 51 × 5.

        The block of 50 begins with the 0 that is put after the last.
        """
        longest = max(BLOCKS)
        columns, first = [], 0
        for size in BLOCKS:
            columns.append([DATA_CODEWORDS] * (longest - size) + list(range(first, first + size)))
            first += size
        return np.array(columns, np.intp).T

    @cached_property
    def table(self) -> NDArray[np.uint64]:
        """The error correction of each value at each place of a block: 51 × 256 × 32 bytes.

        Two bytes of each are room, so that four machine words are added and not thirty bytes.
        """
        units = np.array(_correction_of_units(), np.uint8)[::-1]
        table = np.zeros((max(BLOCKS), 256, CORRECTION + 2), np.uint8)
        for bit in range(8):
            half = 1 << bit
            table[:, half : 2 * half, :CORRECTION] = (
                table[:, :half, :CORRECTION] ^ units[:, bit : bit + 1]
            )
        return table.view(np.uint64)

    @cached_property
    def block_places(self) -> Places:
        """0 to 50, to pick from `table` with."""
        return np.arange(max(BLOCKS))[:, None]

    @cached_property
    def patterns(self) -> Places:
        """The places that bear no bit of a codeword: patterns, and the bits left over in a row."""
        return np.setdiff1d(np.arange(self.blank.size), self.places)

    def corrections(self, data: Bytes) -> Bytes:
        """The codewords of error correction for these data codewords, as they stand."""
        values = np.zeros(DATA_CODEWORDS + 1, np.uint8)
        values[:-1] = data
        of_each = self.table[self.block_places, values.take(self.block_columns)]
        together: Bytes = np.bitwise_xor.reduce(of_each, axis=0).view(np.uint8)
        return together[:, :CORRECTION].T.reshape(-1)

    def draw(self, bits: Bytes) -> bytes:
        """The bitmap of these data bits."""
        data = np.packbits(bits)
        codewords = np.empty(CODEWORDS, np.uint8)
        codewords[self.data_order] = data
        codewords[DATA_CODEWORDS:] = self.corrections(data)
        modules = self.blank.copy()
        modules[self.places] ^= np.unpackbits(codewords)
        return np.packbits(modules).tobytes()

    def read(self, bitmap: bytes) -> bytes | None:
        """The data codewords of a bitmap, or None where one module is not as `draw` drew it."""
        modules = np.unpackbits(np.frombuffer(bitmap, np.uint8)) ^ self.blank
        codewords = np.packbits(modules.take(self.places))
        data = codewords.take(self.data_order)
        if (
            modules.take(self.patterns).any()
            or (codewords[DATA_CODEWORDS:] != self.corrections(data)).any()
        ):
            return None
        return data.tobytes()


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
        (block, at) for at in range(max(BLOCKS)) for block, size in enumerate(BLOCKS) if at < size
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
        units.append(
            [[times(value, byte) for byte in rest] for value in (1 << b for b in range(8))]
        )
        lead, *others = [*rest, 0]
        rest = [byte ^ times(lead, g) for byte, g in zip(others, generator[1:], strict=True)]
    return units


def _data_bits(address: bytes, digits: str) -> Bytes:
    """The data bits: the address in byte mode, the digits in numeric mode, and padding."""
    whole, rest = divmod(len(digits), GROUP)
    used = len(_opening(address)) + len(NUMERIC_MODE) + NUMERIC_COUNT + 10 * whole + WIDTHS[rest]
    if used > DATA_BITS:
        raise DoesNotFitError("qr", f"the QR code holds {DATA_BITS} bits; these need {used}")
    values = np.frombuffer(digits.encode("ascii"), np.uint8) - ord("0")
    groups = values[: GROUP * whole].reshape(whole, GROUP) @ HUNDREDS
    last = f"{int(digits[-rest:]):0{WIDTHS[rest]}b}" if rest else ""
    parts = (
        _opening(address),
        _bits(f"{NUMERIC_MODE}{len(digits):0{NUMERIC_COUNT}b}"),
        TEN_BITS[groups].reshape(-1),
        _bits(last),
        _ending(used),
    )
    return np.concatenate(parts)


def _bits(spelled: str) -> Bytes:
    return np.frombuffer(spelled.encode("ascii"), np.uint8) - ord("0")


@lru_cache(maxsize=64)
def _opening(address: bytes) -> Bytes:
    bits = "".join(f"{byte:08b}" for byte in address)
    return _bits(f"{BYTE_MODE}{len(address):0{BYTE_COUNT}b}{bits}")


@lru_cache(maxsize=64)
def _ending(used: int) -> Bytes:
    """What follows the segments: up to four zeros, zeros to a whole byte, then the padding."""
    zeros = min(4, DATA_BITS - used)
    zeros += -(used + zeros) % 8
    left = (DATA_BITS - used - zeros) // 8
    padding = (PADDING.to_bytes(2, "big") * (left // 2 + 1))[:left]
    return np.concatenate(
        (np.zeros(zeros, np.uint8), np.unpackbits(np.frombuffer(padding, np.uint8)))
    )


def draw_qr(text: str) -> bytes:
    """The bitmap of `text`, `ADDRESS/#DIGITS`: 61 rows of 8 bytes, a 1 is dark, 3 bits left over.

    Raises:
        DoesNotFitError: the text is longer than the symbol.
        ValueError: it is no such text.
    """
    address, mark, digits = text.partition("#")
    # A reader draws again what it read, whatever that was.
    if digits and not (digits.isascii() and digits.isdigit()):
        raise ValueError("something else than digits after the first #")
    return _symbol().draw(_data_bits((address + mark).encode("ascii"), digits))


def read_qr(bitmap: bytes) -> str | None:
    """The text of a bitmap that `draw_qr` drew, or None: not one module may differ."""
    if len(bitmap) != HOLE_BYTES:
        return None
    data = _symbol().read(bitmap)
    return None if data is None else _text(data)


def _text(data: bytes) -> str | None:
    """The text of data codewords, or None where they are not those that `_data_bits` gives."""
    # Both headers are read from one number, whose last bit is the last of the data.
    number = int.from_bytes(data, "big")
    left = DATA_BITS - len(BYTE_MODE) - BYTE_COUNT
    mode, count = divmod(number >> left, 1 << BYTE_COUNT)
    left -= 8 * count + len(NUMERIC_MODE) + NUMERIC_COUNT
    if mode != int(BYTE_MODE, 2) or left < 0:
        return None
    header = number >> left & ((1 << len(NUMERIC_MODE) + NUMERIC_COUNT) - 1)
    numeric, digits = divmod(header, 1 << NUMERIC_COUNT)
    whole, rest = divmod(digits, GROUP)
    start = DATA_BITS - left
    used = start + 10 * whole + WIDTHS[rest]
    if numeric != int(NUMERIC_MODE, 2) or used > DATA_BITS:
        return None
    bits = np.unpackbits(np.frombuffer(data, np.uint8))
    groups = bits[start : start + 10 * whole].reshape(whole, 10) @ WEIGHTS
    last = number >> (DATA_BITS - used) & ((1 << WIDTHS[rest]) - 1)
    if (
        (whole and groups.max() >= len(THREES))
        or last >= 10**rest
        or bits[used:].tobytes() != _ending(used).tobytes()
    ):
        return None
    address = number >> left + len(NUMERIC_MODE) + NUMERIC_COUNT & ((1 << 8 * count) - 1)
    spelled = address.to_bytes(count, "big")
    if not spelled.isascii() or not spelled.endswith(b"#"):
        return None
    tail = f"{last:0{rest}d}" if rest else ""
    return (spelled + THREES.take(groups, axis=0).tobytes()).decode("ascii") + tail


def rows_of(bitmap: bytes) -> list[str]:
    """The modules of a bitmap as 61 rows of `0` and `1`, for drawing by other means."""
    return [
        f"{int.from_bytes(bitmap[at : at + ROW_BYTES], 'big'):064b}"[:QR_MODULES]
        for at in range(0, HOLE_BYTES, ROW_BYTES)
    ]
