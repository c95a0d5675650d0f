"""Good CBOR with one part changed, and still in its one spelling: past the first door of a parser.

Bytes that are changed anywhere are hardly ever deterministic CBOR, and so end at the first check.
"""

from typing import Any

from signing.cose import encode, read
from signing.errors import FormatError

__all__ = ["with_a_part_changed"]

VALUES: tuple[Any, ...] = (
    0, 1, 2, 3, 23, 24, 255, 1 << 16, (1 << 32) - 1, 1 << 32, (1 << 64) - 1, -1, -(1 << 63),
    True, False, None, 1.5, "", "a", "\n", "x" * 81, b"", b"\x00", bytes(16), bytes(31), bytes(32),
    bytes(33), bytes(2049), [], [[]], [0] * 65, {}, {1: 2}, {0: {}},
)  # fmt: skip


def with_a_part_changed(seed: bytes, choices: bytes) -> bytes:
    """`seed` with the part changed to which `choices` lead, one byte for each step."""
    steps = list(choices) or [0]
    return _changed(seed, steps)


def _changed(data: bytes, steps: list[int]) -> bytes:
    """Bytes that are CBOR of their own are opened, too."""
    try:
        value = read(data)
    except FormatError:
        value = None
    if type(value) is not list or not value:
        at = _next(steps) % (len(data) + 1)
        return data[:at] + bytes(steps[:8]) + data[at + _next(steps) % 9 :]
    return encode(_with_an_item_changed(value, steps))


def _with_an_item_changed(items: list[Any], steps: list[int]) -> list[Any]:
    at = _next(steps) % len(items)
    how = _next(steps) % 8
    if how == 0:
        return items[:at] + items[at + 1 :]
    if how == 1:
        return [*items[:at], items[at], *items[at:]]
    if how == 2:
        other = _next(steps) % len(items)
        changed = list(items)
        changed[at], changed[other] = items[other], items[at]
        return changed
    return [*items[:at], _another(items[at], steps), *items[at + 1 :]]


def _another(item: Any, steps: list[int]) -> Any:
    if type(item) is list and item and steps:
        return _with_an_item_changed(item, steps)
    if type(item) is bytes and item and _next(steps) % 4:
        return _changed(item, steps)
    return VALUES[_next(steps) % len(VALUES)]


def _next(steps: list[int]) -> int:
    return steps.pop(0) if steps else 0
