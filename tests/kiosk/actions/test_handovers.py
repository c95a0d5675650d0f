"""A paper leaves no hands without a signed record; a NIK never leaves the register for a door."""

import hashlib
from dataclasses import replace

import pytest

from kiosk.actions import counter, handovers
from kiosk.actions.custody import Deed
from kiosk.actions.filing import get_application
from kiosk.domain.applications import Stage
from kiosk.domain.errors import Invalid, NotNow, NotPermitted
from kiosk.domain.handover import Bag, BagStage, Given, Proof, Receiver
from kiosk.domain.staff import Role
from signing.cells import seal_cell
from signing.errors import SignatureError
from signing.handover import Confirmation, encode_confirmation
from tests.staffed import Staffed
from tests.working import application_in, sheets, signed

PNG = b"\x89PNG\r\n\x1a\n drawn by hand"
GIVEN = Given(
    receiver=Receiver.HOLDER, proofs=frozenset({Proof.SLIP, Proof.CARD_TYPED}), signed=True
)


def carried(staffed: Staffed) -> Bag:
    """A bag that the courier carries."""
    sheets(staffed)
    id_ = signed(staffed)
    counter.propose_seal(staffed.desk, staffed.staff(Role.PRINT_ROOM), id_, bag="42")
    counter.confirm_seal(staffed.desk, staffed.staff(Role.VERIFIER), id_)
    courier = staffed.staff(Role.COURIER).id
    with staffed.desk.register.begin() as books:
        found = books.bags.of_application(id_)
        if found is None:
            found = Bag(id=42, office=staffed.places["polres"].id, application=id_)
            books.bags.add(found)
        after = replace(found, stage=BagStage.CARRIED, holder=courier, offered_to=None)
        return books.bags.replace(found, after)


def deed(staffed: Staffed) -> Deed:
    """The courier's."""
    courier = staffed.staff(Role.COURIER)
    return Deed(name="handed-over", by=courier.id, office=courier.office)


def given_over(staffed: Staffed, given: Given = GIVEN) -> handovers.Receipt:
    """A bag that the courier has handed over just now."""
    bag = carried(staffed)
    with staffed.desk.register.begin() as books:
        at = int(staffed.clock().timestamp()) - 3600
        return handovers.take(staffed.desk, books, bag, given, drawn=PNG, deed=deed(staffed), at=at)


def test_a_handover_is_recorded_signed_and_ends_bag_and_application(any_staffed: Staffed) -> None:
    receipt = given_over(any_staffed)

    with any_staffed.desk.register.read() as books:
        kept = books.handovers.get_by_receipt(receipt.number)
        bag = books.bags.get(42)
    record, confirmation = handovers.confirmation_of(any_staffed.desk, kept)
    assert bag.stage is BagStage.HANDED_OVER
    assert application_in(any_staffed.desk, receipt.application).stage is Stage.HANDED_OVER
    assert record.by == any_staffed.staff(Role.COURIER).id
    assert (record.bag, record.receiver, record.proofs) == (42, "holder", ("card-typed", "slip"))
    assert record.received_at - record.at == 3600
    assert confirmation.drawn == PNG
    assert PNG not in kept.proof


def test_a_confirmation_that_was_changed_does_not_fit_its_record(staffed: Staffed) -> None:
    receipt = given_over(staffed)
    with staffed.desk.register.read() as books:
        kept = books.handovers.get_by_receipt(receipt.number)
    place = f"handovers.proof:{kept.application}".encode()
    other = encode_confirmation(Confirmation(salt=bytes(16), drawn=b"another hand"))

    altered = kept.proof[:-1] + bytes([kept.proof[-1] ^ 1])
    for proof in (seal_cell(staffed.desk.cells, place, other), altered):
        with pytest.raises(SignatureError):
            handovers.confirmation_of(staffed.desk, replace(kept, proof=proof))
    record = kept.record[:-70] + bytes([kept.record[-70] ^ 1]) + kept.record[-69:]
    with pytest.raises(SignatureError):
        handovers.confirmation_of(staffed.desk, replace(kept, record=record))


def test_what_the_rules_forbid_leaves_no_record(staffed: Staffed) -> None:
    bag = carried(staffed)
    tries = {
        "a minor": (replace(GIVEN, of_age=False), NotPermitted),
        "no card": (replace(GIVEN, proofs=frozenset({Proof.SLIP})), Invalid),
        "neither signature nor witness": (replace(GIVEN, signed=False), Invalid),
    }

    for given, refusal in tries.values():
        with pytest.raises(refusal), staffed.desk.register.begin() as books:
            handovers.take(staffed.desk, books, bag, given, drawn=b"", deed=deed(staffed), at=1)
    with staffed.desk.register.read() as books:
        assert books.handovers.find(bag.application) is None


def test_a_paper_is_handed_over_once(staffed: Staffed) -> None:
    receipt = given_over(staffed)

    with staffed.desk.register.read() as books:
        kept = books.handovers.get_by_receipt(receipt.number)
    with pytest.raises(NotNow), staffed.desk.register.begin() as books:
        books.handovers.add(replace(kept, receipt="T-22222-22222"))


def test_a_paper_at_the_counter_is_recorded_as_well(staffed: Staffed) -> None:
    sheets(staffed)
    id_ = signed(staffed, receiving={"receiving": "collect"})
    witnessed = replace(GIVEN, signed=False, witness="Wayan Contoh")
    staff = staffed.staff(Role.PRINT_ROOM)

    with staffed.desk.register.begin() as books:
        before = get_application(books, staffed.desk.cells, id_)
        receipt = handovers.take_at_counter(
            staffed.desk,
            books,
            before,
            witnessed,
            drawn=b"",
            deed=Deed(name="handed-out", by=staff.id, office=staff.office),
        )
    with staffed.desk.register.read() as books:
        kept = books.handovers.get_by_receipt(receipt.number)
    _, confirmation = handovers.confirmation_of(staffed.desk, kept)
    assert confirmation.witness == "Wayan Contoh"
    assert kept.bag is None


def test_a_phone_gets_slow_hashes_and_no_digits(staffed: Staffed) -> None:
    bag = carried(staffed)
    with staffed.desk.register.read() as books:
        found = handovers.expected(staffed.desk, books, bag)

    assert found.holder.last_four == handovers.last_four_hash(found.salt, "0003")
    assert found.named is not None
    assert found.named.last_four == handovers.last_four_hash(found.salt, "0001")
    code = handovers.code_of(staffed.desk, bag)
    assert found.code == handovers.code_hash(found.salt, code)
    assert len(code) == 6
    assert code != handovers.code_of(staffed.desk, replace(bag, id=43))
    # As WebCrypto makes it, for the phone's side.
    same = hashlib.pbkdf2_hmac("sha256", b"last-four:0003", found.salt, 200_000)
    assert same == found.holder.last_four


def test_a_card_is_read_for_the_bag_in_hand_and_for_no_other(staffed: Staffed) -> None:
    bag = carried(staffed)
    courier = staffed.staff(Role.COURIER)

    expected = handovers.card_at_door(staffed.desk, courier, bag.id)

    assert expected.name == "Ratna Wulandari"
    with pytest.raises(NotPermitted):
        handovers.card_at_door(staffed.desk, staffed.staff(Role.PRINT_ROOM), bag.id)
    with staffed.desk.register.begin() as books:
        books.bags.replace(bag, replace(bag, mismatches=2))
    with pytest.raises(NotPermitted):
        handovers.card_at_door(staffed.desk, courier, bag.id)
