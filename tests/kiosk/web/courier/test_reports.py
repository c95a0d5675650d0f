"""Phones report without a session; what is no delivery, or too large, is refused."""

import pytest
from werkzeug.test import TestResponse

from kiosk.domain.handover import BagStage
from kiosk.domain.staff import Role
from signing.cose import encode
from tests.couriers import GIVEN, SIGNATURE, Phone, bag_in, carried_bag
from tests.staffed import Staffed


def send(staffed: Staffed, body: bytes) -> TestResponse:
    return staffed.client().post("/courier/sync", data=body, content_type="application/cbor")


def a_phone(staffed: Staffed) -> Phone:
    return Phone(staffed.desk, staffed.staff(Role.COURIER)).register()


def test_a_phone_reports_with_its_signature_alone(staffed: Staffed) -> None:
    phone = a_phone(staffed)
    carried_bag(staffed.desk, 41, office=staffed.places["polres"].id, by=phone.staff)
    event = phone.say("handed-over", 41, GIVEN, picture=SIGNATURE)
    body = encode([1, phone.id, [[one.message, one.picture] for one in phone.sent()]])

    told = send(staffed, body).json

    assert told is not None
    assert told["answers"] == [{"id": event.id.hex(), "answer": "accepted"}]
    assert (told["known"], told["wipe"], told["number"]) == (True, False, 1)
    assert told["at"] == int(staffed.clock().timestamp())
    assert bag_in(staffed.desk, 41).stage is BagStage.HANDED_OVER


def test_a_gap_says_what_is_wanted(staffed: Staffed) -> None:
    phone = a_phone(staffed)
    phone.say("note", body=("satu",))
    phone.say("note", body=("dua",))

    told = send(staffed, encode([1, phone.id, [[phone.sent()[1].message, b""]]])).json

    assert told is not None
    assert (told["answers"][0]["answer"], told["answers"][0]["wanted"]) == ("gap", 1)


def test_an_unknown_phone_is_told_so_and_leaves_nothing(staffed: Staffed) -> None:
    phone = Phone(staffed.desk, staffed.staff(Role.COURIER))
    phone.say("note", body=("ya",))
    [one] = phone.sent()

    told = send(staffed, encode([1, phone.id, [[one.message, b""]]])).json

    assert told is not None
    assert (told["known"], told["answers"]) == (False, [])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"nothing", 422),
        (encode([2, bytes(16), []]), 422),
        (encode([1, bytes(15), []]), 422),
        (encode([1, bytes(16), 7]), 422),
        (encode([1, bytes(16), [[b"x"]]]), 422),
        (encode([1, bytes(16), [["x", b""]]]), 422),
        (encode([1, bytes(16), [[b"x", b""]] * 101]), 422),
        (bytes((2 << 20) + 1), 413),
    ],
    ids=lambda value: str(value)[:12],
)
def test_what_is_no_delivery_is_refused(staffed: Staffed, body: bytes, status: int) -> None:
    assert send(staffed, body).status_code == status
