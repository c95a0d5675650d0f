"""Whoever watches over phones sees them, and revokes the one that is lost."""

from kiosk.domain.staff import Role
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
        assert books.incidents.count_open([staffed.places["polres"].id]) == 1


def test_a_phone_that_is_not_there_is_not_found(staffed: Staffed) -> None:
    client = staffed.client(Role.ADMINISTRATOR)
    assert "Belum ada ponsel" in client.get("/phones").text
    for device in ("zz", "00" * 16):
        assert client.post(f"/phones/{device}").status_code == 404
