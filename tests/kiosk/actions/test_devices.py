"""Phones: registered by a courier, revoked by whoever watches over them."""

import pytest

from kiosk.actions.devices import (
    MOST_DEVICES,
    devices_watched_by,
    register_device,
    revoke_device,
)
from kiosk.domain.errors import Invalid, NotNow, NotPermitted
from kiosk.domain.staff import Role
from signing.keys import new_key
from tests.couriers import Phone
from tests.staffed import Staffed


def a_phone(staffed: Staffed) -> Phone:
    return Phone(staffed.desk, staffed.staff(Role.COURIER)).register()


def test_a_courier_registers_a_phone_and_the_duty_officer_sees_it(staffed: Staffed) -> None:
    phone = a_phone(staffed)
    phone.register()

    [shown] = devices_watched_by(staffed.desk, staffed.staff(Role.DUTY_OFFICER))
    assert (shown.device.id, shown.courier.id) == (phone.id, phone.staff.id)
    assert shown.label == "Telepon contoh"
    assert b"Telepon" not in shown.device.label
    assert devices_watched_by(staffed.desk, staffed.staff(Role.VERIFIER)) == []


def test_only_a_courier_has_a_phone_and_only_a_few(staffed: Staffed) -> None:
    with pytest.raises(NotPermitted):
        Phone(staffed.desk, staffed.staff(Role.VERIFIER)).register()
    with pytest.raises(Invalid):
        register_device(staffed.desk, staffed.staff(Role.COURIER), point=bytes(65), label="")
    for _ in range(MOST_DEVICES):
        a_phone(staffed)
    with pytest.raises(NotNow):
        a_phone(staffed)


def test_a_phone_is_its_couriers_alone(staffed: Staffed) -> None:
    phone = a_phone(staffed)
    with pytest.raises(NotPermitted):
        Phone(staffed.desk, staffed.add("other", Role.COURIER).staff, key=phone.key).register()


@pytest.mark.parametrize("role", [Role.DUTY_OFFICER, Role.ADMINISTRATOR, Role.COURIER])
def test_a_lost_phone_is_revoked_once_and_is_an_incident(staffed: Staffed, role: Role) -> None:
    phone = a_phone(staffed)

    revoke_device(staffed.desk, staffed.staff(role), phone.id, lost=True)

    with pytest.raises(NotNow):
        revoke_device(staffed.desk, staffed.staff(role), phone.id, lost=True)
    with pytest.raises(NotNow):
        phone.register()
    with staffed.desk.register.read() as books:
        kinds = [
            str(one.kind) for one in books.incidents.at([staffed.places["polres"].id], limit=9)
        ]
    assert kinds == ["phone-lost"]


def test_others_revoke_nothing(staffed: Staffed) -> None:
    phone = a_phone(staffed)
    with pytest.raises(NotPermitted):
        revoke_device(staffed.desk, staffed.staff(Role.COMMANDER), phone.id, lost=False)
    with pytest.raises(Invalid):
        register_device(
            staffed.desk, phone.staff, point=new_key().point[:-1] + b"", label="zu kurz"
        )
