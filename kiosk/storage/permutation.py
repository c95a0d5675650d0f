"""The hidden order in which places of a status list are given out.

A place must not tell when a certificate was issued, nor which one stands beside it, and must be
given out once. Drawing at random and looking whether the place is free costs ever more as the list
fills, and an index that grows everywhere at once. A secret order of all places costs the same for
the first and the last: the n-th certificate of a list gets the n-th place of its order.

The order is a shuffle: each place is dealt a random number of 64 bits from SHAKE-128 of the list's
key, and the places are sorted by them. It is made once in a process, in a tenth of a second.
"""

import functools
import hashlib
import secrets

import numpy as np
from numpy.typing import NDArray

__all__ = ["LIST_SIZE", "new_list_key", "places"]

LIST_SIZE = 1 << 20


def new_list_key() -> bytes:
    """A fresh key for the order of one list."""
    return secrets.token_bytes(16)


def places(key: bytes, draws: range) -> list[int]:
    """The places that follow from these draws, all below LIST_SIZE and no two alike."""
    found: list[int] = _order(key)[draws.start : draws.stop].tolist()
    return found


@functools.lru_cache(maxsize=16)
def _order(key: bytes) -> NDArray[np.uint32]:
    dealt = hashlib.shake_128(b"segel status places 2" + key).digest(8 * LIST_SIZE)
    # Stable, so that even equal numbers have one order on every machine.
    return np.argsort(np.frombuffer(dealt, "<u8"), kind="stable").astype(np.uint32)
