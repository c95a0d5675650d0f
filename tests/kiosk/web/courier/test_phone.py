"""A courier's phone is registered and given its pack behind the door; others' are not."""

from kiosk.domain.staff import Role
from tests.couriers import Phone, carried_bag
from tests.staffed import Staffed


def test_a_phone_is_registered_and_gets_its_pack(staffed: Staffed) -> None:
    client = staffed.client(Role.COURIER)
    phone = Phone(staffed.desk, staffed.staff(Role.COURIER))
    carried_bag(staffed.desk, 41, office=staffed.places["polres"].id, by=phone.staff)

    made = client.post("/courier/devices", json={"point": phone.key.point.hex(), "label": "HP"})
    pack = client.get(f"/courier/pack?device={phone.id.hex()}")

    assert made.json == {"device": phone.id.hex()}
    assert pack.json is not None
    assert [one["bag"] for one in pack.json["bags"]] == [41]
    assert pack.headers["Cache-Control"] == "no-store"


def test_what_is_no_phone_is_refused(staffed: Staffed) -> None:
    client = staffed.client(Role.COURIER)
    unfit: list[object] = [{}, {"point": "zz"}, {"point": "00"}, [], {"point": 7}]
    for given in unfit:
        assert client.post("/courier/devices", json=given).status_code == 422
    assert client.get("/courier/pack?device=zz").status_code == 422
    assert client.get("/courier/pack").status_code == 404
    other = staffed.client(staffed.add("other", Role.COURIER))
    phone = Phone(staffed.desk, staffed.staff(Role.COURIER)).register()
    assert other.get(f"/courier/pack?device={phone.id.hex()}").status_code == 403


def test_a_script_without_a_session_is_told_to_sign_in(staffed: Staffed) -> None:
    answer = staffed.client().get("/courier/pack", headers={"Accept": "application/json"})
    assert answer.status_code == 401
