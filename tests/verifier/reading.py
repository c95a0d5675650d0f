"""Readers for the tests of confinement: each misbehaves in its own way, as its argument says."""

from __future__ import annotations

import os
import time
from typing import Any

from verifier.confined import answer
from verifier.errors import UnreadableImageError

__all__ = ["main"]


def main() -> None:
    """Do what the argument says, in the child."""
    answer(read)


def read(data: bytes, argument: str) -> Any:
    """The bytes as text; or a misdeed."""
    match argument:
        case "environment":
            return sorted(os.environ)  # noqa: TID251 -- what it holds is the question
        case "sleep":
            time.sleep(60)
        case "spin":
            while True:
                pass
        case "memory":
            return len(bytearray(1 << 30))
        case "exit":
            os._exit(3)
        case "abort":
            os.abort()
        case "raise":
            raise KeyError("a mistake of ours")
        case "refuse":
            raise UnreadableImageError("damaged", "as the reader put it")
        case _:
            return data.decode()
    return None
