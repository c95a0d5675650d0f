"""What the reader and its worker say to each other, through a socket between two processes.

A message is its length, four bytes, and that many bytes. The worker's first says that it is ready.
Then the reader sends two for each picture, what is asked (JSON) and the picture file, and the
worker answers with one (JSON). What was read travels here, and is written nowhere else.
"""

import json
import socket
import struct
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from kiosk.domain.identities import CardReading
from kiosk.scanning.card import Corners, Hint, Sighting, Suspicion
from kiosk.scanning.errors import CardPictureError, ReaderMissingError, ScanningError

__all__ = [
    "LONGEST_REPLY",
    "encode_error",
    "encode_request",
    "encode_sighting",
    "parse_reply",
    "parse_request",
    "receive",
    "send",
]

LONGEST_REPLY: Final = 1 << 16
"""The most bytes of what a worker says: a sighting takes some five hundred."""

_LENGTH: Final = struct.Struct(">I")
_ERRORS: Final = {one.__name__: one for one in (CardPictureError, ReaderMissingError)}


def send(channel: socket.socket, message: bytes) -> None:
    """Send one message."""
    channel.sendall(_LENGTH.pack(len(message)))
    channel.sendall(message)


def receive(channel: socket.socket, *, longest: int) -> bytes:
    """The next message.

    Raises:
        EOFError: the other side is gone, or says more than `longest` bytes.
    """
    (length,) = _LENGTH.unpack(_exactly(channel, _LENGTH.size))
    if length > longest:
        raise EOFError("a message is longer than any should be")
    return bytes(_exactly(channel, length))


def _exactly(channel: socket.socket, length: int) -> bytearray:
    heard = bytearray(length)
    room = memoryview(heard)
    while room:
        count = channel.recv_into(room)
        if not count:
            raise EOFError("the other side is gone")
        room = room[count:]
    return heard


def encode_request(layout: str, near: Corners | None) -> bytes:
    """What is asked of a picture: the kind of card, and where it lay in the picture before."""
    return json.dumps({"layout": layout, "near": near}).encode()


def parse_request(message: bytes) -> tuple[str, Corners | None]:
    """What was asked."""
    asked = json.loads(message)
    return asked["layout"], _corners(asked["near"])


def encode_sighting(sighting: Sighting) -> bytes:
    """A reply that says what a picture showed."""
    return json.dumps(asdict(sighting), default=date.isoformat).encode()


def encode_error(problem: ScanningError) -> bytes:
    """A reply that says what is wrong."""
    return json.dumps(
        {"error": type(problem).__name__, "code": problem.code, "sentence": str(problem)}
    ).encode()


def parse_reply(message: bytes) -> Sighting:
    """What a picture showed.

    Raises:
        ScanningError: what the worker says is wrong.
    """
    said: dict[str, Any] = json.loads(message)
    if "error" in said:
        raise _ERRORS[said["error"]](said["code"], said["sentence"])
    return Sighting(
        corners=_corners(said["corners"]),
        reading=_reading(said["reading"]),
        hints=tuple(map(Hint, said["hints"])),
        suspicions=tuple(map(Suspicion, said["suspicions"])),
    )


def _corners(values: Any) -> Corners | None:
    return None if values is None else tuple((float(x), float(y)) for x, y in values)


def _reading(said: dict[str, Any] | None) -> CardReading | None:
    if said is None:
        return None
    birth = said.pop("birth")
    return CardReading(birth=None if birth is None else date.fromisoformat(birth), **said)
