"""Whoever watches over phones sees them, and revokes the one that is lost."""

import io

from kiosk.domain.staff import Role
from signing.cose import encode
from tests.couriers import Phone
from tests.staffed import Staffed


def test_the_duty_officer_revokes_a_lost_phone(staffed: Staffed) -> None:
    phone = Phone(staffed.desk, staffed.staff(Role.COURIER)).register()
    client = staffed.client(Role.DUTY_OFFICER)
    assert "Bambang Contoh" in client.get("/phones").text

    answer = client.post(f"/phones/{phone.id.hex()}", data={"lost": "yes"})

    assert "tidak berlaku lagi" in client.get(answer.location).text
    with staffed.desk.register.read() as books:
        assert books.devices.get(phone.id).revoked_at is not None
        assert len(books.incidents.at([staffed.places["polres"].id], limit=9)) == 1


def test_a_phone_that_is_not_there_is_not_found(staffed: Staffed) -> None:
    client = staffed.client(Role.ADMINISTRATOR)
    assert "Belum ada ponsel" in client.get("/phones").text
    for device in ("zz", "00" * 16):
        assert client.post(f"/phones/{device}").status_code == 404


def test_a_file_that_a_courier_carries_in_counts_once(staffed: Staffed) -> None:
    phone = Phone(staffed.desk, staffed.staff(Role.COURIER)).register()
    for number in range(120):
        phone.say("note", body=(f"catatan {number}",))
    exported = encode([1, phone.id, [[one.message, b""] for one in phone.sent()]])
    client = staffed.client(Role.DUTY_OFFICER)

    for _ in range(2):
        answer = client.post("/phones/file", data={"file": (io.BytesIO(exported), "a.cbor")})
        assert "dihitung sekali" in client.get(answer.location).text
    assert client.post("/phones/file", data={}).status_code == 422
    with staffed.desk.register.read() as books:
        assert len(books.events.of_device(phone.id)) == 120
