"""The hidden order in which places of a status list are given out.

A place must not tell when a certificate was issued, nor which one stands beside it, and must be
given out once. Drawing at random and looking whether the place is free costs ever more as the list
fills, and an index that grows everywhere at once. A secret permutation of all places costs the same
for the first and the last: the n-th certificate of a list gets the n-th place of its permutation.

It is a balanced Feistel network of 2 × 10 bits, ten rounds, whose round functions are tables drawn
from SHAKE-128 of the list's key (Luby and Rackoff 1988; the rounds of NIST SP 800-38G, FF1).
"""

import functools
import hashlib
import secrets
import struct

__all__ = ["LIST_SIZE", "new_list_key", "places"]

LIST_SIZE = 1 << 20
_HALF = 10
_MASK = (1 << _HALF) - 1
_ROUNDS = 10


def new_list_key() -> bytes:
    """A fresh key for the order of one list."""
    return secrets.token_bytes(16)


def places(key: bytes, draws: range) -> list[int]:
    """The places that follow from these draws, all below LIST_SIZE and no two alike."""
    rounds = _tables(key)
    found = []
    for draw in draws:
        left, right = draw >> _HALF, draw & _MASK
        for table in rounds:
            left, right = right, left ^ table[right]
        found.append(left << _HALF | right)
    return found


@functools.lru_cache(maxsize=32)
def _tables(key: bytes) -> tuple[tuple[int, ...], ...]:
    size = 1 << _HALF
    stream = hashlib.shake_128(b"segel status places 1" + key).digest(2 * size * _ROUNDS)
    numbers = tuple(number & _MASK for number in struct.unpack(f"<{size * _ROUNDS}H", stream))
    return tuple(numbers[start : start + size] for start in range(0, len(numbers), size))
