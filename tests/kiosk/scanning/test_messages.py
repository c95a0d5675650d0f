"""What reader and worker say comes over as it was meant, whole or not at all."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from threading import Thread

import pytest

from kiosk.domain.identities import CardReading
from kiosk.scanning.card import Hint, Sighting, Suspicion
from kiosk.scanning.errors import CardPictureError, ReaderMissingError
from kiosk.scanning.messages import (
    encode_error,
    encode_request,
    encode_sighting,
    parse_reply,
    parse_request,
    receive,
    send,
)

CORNERS = ((1.5, 2.0), (90.0, 3.25), (88.0, 60.0), (2.0, 58.0))
FULL = Sighting(
    corners=CORNERS,
    reading=CardReading(
        kind="ktp-el",
        nik="9971014503960001",
        nik_confidence=0.98,
        name="RATNA NUGROHO",
        name_confidence=0.91,
        birth=date(1996, 3, 5),
    ),
    hints=(Hint.FAR, Hint.GLARE),
    suspicions=(Suspicion.GREY,),
)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    with here, there:
        yield here, there


@pytest.mark.parametrize(
    "sighting",
    [
        pytest.param(FULL, id="all there is"),
        pytest.param(Sighting(), id="nothing"),
        pytest.param(replace(FULL, reading=CardReading(kind="sim")), id="a card, and no NIK"),
    ],
)
def test_a_sighting_comes_back_as_it_was(sighting: Sighting) -> None:
    assert parse_reply(encode_sighting(sighting)) == sighting


@pytest.mark.parametrize("near", [None, CORNERS])
def test_a_request_comes_back_as_it_was(near: tuple[tuple[float, float], ...] | None) -> None:
    assert parse_request(encode_request("ktp-el", near)) == ("ktp-el", near)


@pytest.mark.parametrize("kind", [CardPictureError, ReaderMissingError])
def test_an_error_is_raised_on_the_other_side(
    kind: type[CardPictureError | ReaderMissingError],
) -> None:
    with pytest.raises(kind, match="a sentence") as raised:
        parse_reply(encode_error(kind("a-code", "a sentence")))

    assert raised.value.code == "a-code"


@pytest.mark.parametrize(
    "spoiled",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"error": "SystemExit", "code": "", "sentence": ""}',
        encode_sighting(FULL).replace(b"glare", b"other"),
        encode_sighting(FULL).replace(b"1996-03-05", b"1996-13-05"),
        encode_sighting(FULL).replace(b'"kind"', b'"sort"'),
        json.dumps({"corners": 3, "reading": None, "hints": [], "suspicions": []}).encode(),
    ],
)
def test_a_reply_of_another_form_is_no_sighting(spoiled: bytes) -> None:
    with pytest.raises((LookupError, TypeError, ValueError)):
        parse_reply(spoiled)


@pytest.mark.parametrize("length", [0, 1, 70_000, 3_000_000])
def test_a_message_of_any_length_arrives_whole(
    ends: tuple[socket.socket, socket.socket], length: int
) -> None:
    message = bytes(range(256)) * (length // 256) + b"x" * (length % 256)
    sender = Thread(target=send, args=(ends[0], message))
    sender.start()

    heard = receive(ends[1], longest=length)
    sender.join()

    assert heard == message


def test_a_message_that_is_too_long_is_not_listened_to(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    send(ends[0], b"12345")

    with pytest.raises(EOFError, match="longer"):
        receive(ends[1], longest=4)


@pytest.mark.parametrize("said", [b"", b"\0\0", b"\0\0\0\5", b"\0\0\0\5half"])
def test_half_a_message_is_none(ends: tuple[socket.socket, socket.socket], said: bytes) -> None:
    ends[0].sendall(said)
    ends[0].close()

    with pytest.raises(EOFError, match="gone"):
        receive(ends[1], longest=100)
