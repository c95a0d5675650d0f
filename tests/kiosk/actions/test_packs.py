"""A pack holds what a door needs: no NIK, no purpose, nothing of an examination."""

import json
import re

import pytest

from kiosk.actions.devices import revoke_device
from kiosk.actions.handovers import code_hash, code_of, last_four_hash
from kiosk.actions.journal import openings_of
from kiosk.actions.packs import LIFETIME, pack_of
from kiosk.domain.errors import NotNow, NotPermitted, Unknown
from kiosk.domain.staff import Role
from tests.couriers import ANSWERS, Phone, carried_bag, sealed_bag
from tests.staffed import Staffed


@pytest.fixture
def phone(staffed: Staffed) -> Phone:
    phone = Phone(staffed.desk, staffed.staff(Role.COURIER)).register()
    place = staffed.places["polres"].id
    carried_bag(staffed.desk, 41, office=place, by=phone.staff)
    sealed_bag(staffed.desk, 42, office=place)
    return phone


def test_a_pack_has_the_bags_and_who_may_take_them_as_hashes(
    staffed: Staffed, phone: Phone
) -> None:
    pack = pack_of(staffed.desk, phone.staff, phone.id)

    [bag] = pack["bags"]
    salt = bytes.fromhex(bag["salt"])
    with staffed.desk.register.read() as books:
        code = code_of(staffed.desk, books.bags.get(41))
    assert (bag["bag"], bag["state"], bag["name"]) == (41, "carried", "Ratna Wulandari")
    assert (bag["rw"], bag["landmark"]) == ("007", "Rumah hijau, depan warung")
    assert bag["code"] == code_hash(salt, code).hex()
    assert [(one["who"], one["last_four"]) for one in bag["receivers"]] == [
        ("holder", last_four_hash(salt, "0003").hex()),
        ("named", last_four_hash(salt, "0001").hex()),
    ]
    assert pack["expires_at"] - pack["made_at"] == LIFETIME


def test_that_a_courier_has_read_names_and_addresses_is_written_down_once(
    staffed: Staffed, phone: Phone
) -> None:
    for _ in range(2):
        pack_of(staffed.desk, phone.staff, phone.id)

    with staffed.desk.register.read() as books:
        subjects = [f"application {books.bags.get(bag).application}" for bag in (41, 42)]
    there, elsewhere = [openings_of(staffed.desk, one) for one in subjects]
    assert [one.role for one in there] == [Role.COURIER]
    assert elsewhere == []
    staffed.clock.forward(hours=13)
    pack_of(staffed.desk, phone.staff, phone.id)
    assert len(openings_of(staffed.desk, subjects[0])) == 2


def test_a_pack_says_nothing_that_a_courier_is_not_to_know(staffed: Staffed, phone: Phone) -> None:
    pack = pack_of(staffed.desk, phone.staff, phone.id)
    with staffed.desk.register.read() as books:
        code = code_of(staffed.desk, books.bags.get(41))

    # Digits of a hash or a time may come out like anybody's: what is hashed or counted goes first.
    written = re.sub(r"[0-9a-f]{32,}|P-[0-9]+|_at\": [0-9]+", "", json.dumps(pack)).lower()
    private = [ANSWERS["nik"], ANSWERS["nik"][-4:], ANSWERS["proxy_last4"], ANSWERS["phone"], code]
    unwanted = ["nik", "purpose", "keperluan", "result", "found", "record", "examin", "birth"]
    assert [word for word in private + unwanted if word in written] == []


def test_a_pack_is_for_a_phone_that_counts_and_its_own_courier(
    staffed: Staffed, phone: Phone
) -> None:
    with pytest.raises(NotPermitted):
        pack_of(staffed.desk, staffed.add("another", Role.COURIER).staff, phone.id)
    with pytest.raises(Unknown):
        pack_of(staffed.desk, phone.staff, bytes(16))
    revoke_device(staffed.desk, phone.staff, phone.id, lost=False)
    with pytest.raises(NotNow):
        pack_of(staffed.desk, phone.staff, phone.id)
