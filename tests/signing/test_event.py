"""Events of a phone: read in their one spelling, believed by the phone's key alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from signing.cose import sign1
from signing.errors import FormatError, SignatureError
from signing.event import (
    LONGEST_EVENT,
    DeviceEvent,
    parse_event,
    sign_event,
    verify_event,
)
from signing.keys import VerifyingKey
from tests.vectors.make_vectors import DEVICE, EVENTS, STRANGER

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "event.json").read_text(encoding="utf-8")
)
EVENT = next(iter(EVENTS.values()))
FIELDS = [1, EVENT.device, 1, bytes(32), 0, [], "note", 0, ["ya"]]


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_a_vector_says_what_it_says(case: dict[str, Any]) -> None:
    signed = parse_event(bytes.fromhex(case["message"]))

    assert verify_event(signed, VerifyingKey(DEVICE.point)) == EVENTS[case["name"]]
    assert signed.digest.hex() == case["digest"]


def test_another_phones_signature_does_not_count() -> None:
    signed = parse_event(sign_event(STRANGER, EVENT))
    with pytest.raises(SignatureError):
        verify_event(signed, VerifyingKey(DEVICE.point))


def _changed(place: int, value: object) -> list[Any]:
    return [*FIELDS[:place], value, *FIELDS[place + 1 :]]


@pytest.mark.parametrize(
    "fields",
    [
        FIELDS[:-1],
        [*FIELDS, 0],
        _changed(0, 2),
        _changed(0, 1.0),
        _changed(1, b"short"),
        _changed(2, -1),
        _changed(2, 1 << 53),
        _changed(3, bytes(31)),
        _changed(4, 1.5),
        _changed(5, [1]),
        _changed(5, [1, 2, 3, 4]),
        _changed(6, ""),
        _changed(6, "x" * 21),
        _changed(7, None),
        _changed(8, "ya"),
        _changed(8, [{}]),
        _changed(8, [[[["ya"]]]]),
        _changed(8, ["x" * 501]),
        _changed(8, [bytes(33)]),
        _changed(8, [1] * 9),
    ],
)
def test_what_is_no_event_is_refused(fields: list[Any]) -> None:
    message = sign1(DEVICE, {6: 1, 7: bytes(16), -65545: fields}, type_="segel-event")
    with pytest.raises(FormatError):
        parse_event(message)


def test_a_message_of_another_kind_is_no_event() -> None:
    claims = {6: 1, 7: bytes(16), -65545: FIELDS}
    assert parse_event(sign1(DEVICE, claims, type_="segel-event")).event.kind == "note"
    for other in (
        sign1(DEVICE, claims),
        sign1(DEVICE, claims, type_="segel-slip"),
        sign1(DEVICE, {7: bytes(16), 6: 1, -65545: FIELDS}, type_="segel-event"),
        sign1(DEVICE, {6: 1, 7: bytes(15), -65545: FIELDS}, type_="segel-event"),
        sign_event(DEVICE, EVENT) + b"0",
    ):
        with pytest.raises(FormatError):
            parse_event(other)


def test_an_event_that_is_too_long_is_not_read() -> None:
    long = DeviceEvent(
        id=EVENT.id,
        device=EVENT.device,
        number=1,
        previous=EVENT.previous,
        device_at=1,
        uptime=1,
        anchor=(),
        kind="note",
        bag=0,
        body=("é" * 500,) * 8,
    )
    message = sign_event(DEVICE, long)
    assert len(message) > LONGEST_EVENT
    with pytest.raises(FormatError):
        parse_event(message)
