"""What a phone reports is kept; what the rules refuse is looked at; a fact stays a fact."""

from dataclasses import replace

import pytest

from kiosk.actions import custody
from kiosk.actions.devices import revoke_device
from kiosk.actions.filing import Cell, get_application, replace_application, write_cell
from kiosk.actions.handovers import confirmation_of
from kiosk.actions.sync import MOST_EVENTS, Sent, Synced, content_of_event, take_events
from kiosk.domain.applications import Stage
from kiosk.domain.errors import Invalid
from kiosk.domain.events import Answer, receipt_of
from kiosk.domain.handover import BagStage
from kiosk.domain.staff import Role, Staff
from kiosk.storage.devices import Review
from signing.event import sign_event
from tests.couriers import ANSWERS, GIVEN, SIGNATURE, Phone, bag_in, carried_bag, sealed_bag
from tests.staffed import Staffed
from tests.working import application_in


@pytest.fixture
def office(any_staffed: Staffed) -> Staffed:
    return any_staffed


def courier(staffed: Staffed) -> Staff:
    return staffed.staff(Role.COURIER)


def a_phone(staffed: Staffed) -> Phone:
    return Phone(staffed.desk, courier(staffed)).register()


def carried(staffed: Staffed, bag: int = 41) -> int:
    place = staffed.places["polres"].id
    return carried_bag(staffed.desk, bag, office=place, by=courier(staffed)).id


def send(phone: Phone) -> Synced:
    """Send everything, and forget what was answered for good."""
    synced = take_events(phone.desk, phone.id, phone.sent())
    phone.unsent = []
    return synced


def answers(synced: Synced) -> list[Answer]:
    return [one.answer for one in synced.answers]


def reviews(staffed: Staffed) -> list[Review]:
    with staffed.desk.register.read() as books:
        return books.reviews.open_of([one.id for one in staffed.places.values()])


def test_a_bag_is_taken_carried_and_handed_over(office: Staffed) -> None:
    phone = a_phone(office)
    bag = sealed_bag(office.desk, 41, office=office.places["polres"].id)
    custody.offer(office.desk, office.staff(Role.PRINT_ROOM), 41, to=phone.staff.id)
    phone.say("accepted", 41)
    phone.say("arrived", 41)
    event = phone.say("handed-over", 41, GIVEN, picture=SIGNATURE)

    synced = send(phone)

    assert answers(synced) == [Answer.ACCEPTED] * 3
    assert bag_in(office.desk, 41).stage is BagStage.HANDED_OVER
    assert application_in(office.desk, bag.application).stage is Stage.HANDED_OVER
    assert reviews(office) == []
    with office.desk.register.read() as books:
        kept = books.events.find(event.id)
        handed = books.handovers.find(bag.application)
        assert [one.event for one in books.bags.moves_of(41)][-1] == event.id
    assert kept is not None
    assert content_of_event(office.desk, kept).picture == SIGNATURE
    assert handed is not None
    assert (handed.by, handed.at) == (phone.staff.id, event.device_at)


def test_what_is_sent_again_is_known_and_changes_nothing(staffed: Staffed) -> None:
    phone = a_phone(staffed)
    phone.say("in-vain", carried(staffed), ("nobody-home",))

    assert answers(take_events(staffed.desk, phone.id, phone.sent() * 2)) == [
        Answer.ACCEPTED,
        Answer.DUPLICATE,
    ]
    assert answers(send(phone)) == [Answer.DUPLICATE]
    assert bag_in(staffed.desk, 41).visits == 1


def test_a_gap_asks_for_what_is_missing(staffed: Staffed) -> None:
    phone = a_phone(staffed)
    phone.say("note", body=("satu",))
    phone.say("note", body=("dua",))
    first, second = phone.sent()

    synced = take_events(staffed.desk, phone.id, [second])
    assert answers(synced) == [Answer.GAP]
    assert (synced.answers[0].wanted, synced.number) == (1, 0)
    assert answers(take_events(staffed.desk, phone.id, [first, second])) == [Answer.ACCEPTED] * 2


@pytest.mark.parametrize("where", ["with another", "at the counter", "missing", "no card matched"])
def test_a_paper_that_was_handed_over_is_handed_over_and_looked_at(
    staffed: Staffed, where: str
) -> None:
    phone = a_phone(staffed)
    place = staffed.places["polres"].id
    other = staffed.add("other-courier", Role.COURIER).staff
    if where == "at the counter":
        bag = sealed_bag(staffed.desk, 41, office=place)
    else:
        holder = other if where == "with another" else phone.staff
        bag = carried_bag(staffed.desk, 41, office=place, by=holder)
    if where == "missing":
        custody.miss(staffed.desk, staffed.staff(Role.DUTY_OFFICER), 41)
    if where == "no card matched":
        phone.say("mismatch", 41)
        phone.say("mismatch", 41)
    phone.say("handed-over", 41, GIVEN, picture=SIGNATURE)

    assert answers(send(phone))[-1] is Answer.REVIEW
    assert bag_in(staffed.desk, 41).stage is BagStage.HANDED_OVER
    assert application_in(staffed.desk, bag.application).stage is Stage.HANDED_OVER
    assert [(one.why, one.bag) for one in reviews(staffed)] == [("rules", 41)]
    with staffed.desk.register.read() as books:
        handed = books.handovers.find(bag.application)
    assert handed is not None
    assert handed.by == phone.staff.id


@pytest.mark.parametrize("bag", [None, 42])
def test_a_bag_whose_paper_was_made_anew_is_handed_over_alone(
    staffed: Staffed, bag: int | None
) -> None:
    phone = a_phone(staffed)
    application = bag_in(staffed.desk, carried(staffed)).application
    with staffed.desk.register.begin() as books:
        before = get_application(books, staffed.desk.cells, application)
        after = replace(before, bag=bag)
        expected = replace_application(books, staffed.desk.cells, before, after)
    phone.say("handed-over", 41, GIVEN, picture=SIGNATURE)

    assert answers(send(phone)) == [Answer.REVIEW]
    assert bag_in(staffed.desk, 41).stage is BagStage.HANDED_OVER
    assert application_in(staffed.desk, application) == expected
    assert [one.why for one in reviews(staffed)] == ["old-bag"]
    with staffed.desk.register.read() as books:
        assert books.handovers.find(application) is None


def test_nobody_hands_over_by_word_what_could_never_be_in_his_hands(staffed: Staffed) -> None:
    stranger = staffed.add("stranger", Role.COURIER, place="other").staff
    phone = Phone(staffed.desk, stranger).register()
    before = bag_in(staffed.desk, carried(staffed))
    phone.say("handed-over", 41, GIVEN, picture=SIGNATURE)

    assert answers(send(phone)) == [Answer.REVIEW]
    assert bag_in(staffed.desk, 41) == before
    assert [(one.why, one.bag) for one in reviews(staffed)] == [("rules", 41)]


def test_a_paper_given_without_a_proof_is_gone_all_the_same(staffed: Staffed) -> None:
    phone = a_phone(staffed)
    phone.say("handed-over", carried(staffed), ("holder", ("slip",), 1, "", b""))

    assert answers(send(phone)) == [Answer.REVIEW]
    assert bag_in(staffed.desk, 41).stage is BagStage.HANDED_OVER
    assert [one.why for one in reviews(staffed)] == ["rules"]


@pytest.mark.parametrize(
    ("receiver", "proof", "answer", "whys"),
    [
        ("holder", "witness", Answer.ACCEPTED, ["slip-lost"]),
        ("letter", "witness", Answer.REVIEW, ["slip-lost", "rules"]),
        ("named", "slip", Answer.REVIEW, ["rules"]),
    ],
)
def test_at_a_door_somebody_looks_at_a_witness_and_at_who_was_never_named(
    staffed: Staffed, receiver: str, proof: str, answer: Answer, whys: list[str]
) -> None:
    phone = a_phone(staffed)
    bag = bag_in(staffed.desk, carried(staffed))
    with staffed.desk.register.begin() as books:
        said = ANSWERS | {"receiver": "self"}
        write_cell(books, staffed.desk.cells, bag.application, Cell.ANSWERS, said)
    phone.say("handed-over", bag.id, (receiver, ("card-typed", proof), 1, "Saksi", b""))

    assert answers(send(phone)) == [answer]
    assert [one.why for one in reviews(staffed)] == whys
    assert bag_in(staffed.desk, bag.id).stage is BagStage.HANDED_OVER


def test_two_phones_that_hand_over_one_bag_hand_it_over_once(staffed: Staffed) -> None:
    phones = [a_phone(staffed), a_phone(staffed)]
    bag = carried(staffed)
    for phone in phones:
        phone.say("handed-over", bag, GIVEN)

    assert [answers(send(phone)) for phone in phones] == [[Answer.ACCEPTED], [Answer.REVIEW]]
    assert [one.why for one in reviews(staffed)] == ["twice"]
    with staffed.desk.register.read() as books:
        ended = [one for one in books.bags.moves_of(bag) if one.stage_after is BagStage.HANDED_OVER]
    assert len(ended) == 1


def test_a_revoked_phone_is_told_to_wipe_and_changes_nothing(staffed: Staffed) -> None:
    phone = a_phone(staffed)
    bag = carried(staffed)
    revoke_device(staffed.desk, staffed.staff(Role.DUTY_OFFICER), phone.id, lost=True)
    phone.say("handed-over", bag, GIVEN)
    phone.say("wiped", body=("order",))

    assert take_events(staffed.desk, phone.id, []).wipe
    synced = send(phone)
    assert (answers(synced), synced.wipe) == ([Answer.REVIEW] * 2, True)
    assert bag_in(staffed.desk, bag).stage is BagStage.CARRIED
    assert {one.why for one in reviews(staffed)} == {"revoked"}
    with staffed.desk.register.read() as books:
        assert books.devices.get(phone.id).wiped_at is not None


def test_a_wrong_clock_is_kept_flagged_and_never_put_right(staffed: Staffed) -> None:
    phone = a_phone(staffed)
    phone.clock_off = 3600
    event = phone.say("in-vain", carried(staffed), ("nobody-home",))

    assert answers(send(phone)) == [Answer.ACCEPTED]
    assert [one.why for one in reviews(staffed)] == ["clock"]
    with staffed.desk.register.read() as books:
        kept = books.events.find(event.id)
        move = books.bags.moves_of(41)[-1]
    assert kept is not None
    assert (kept.skew, kept.device_at, move.device_at) == (3600, event.device_at, event.device_at)


def test_a_phone_that_was_copied_loses_nothing_and_is_looked_at(staffed: Staffed) -> None:
    phone = a_phone(staffed)
    copy = replace(phone, unsent=[])
    phone.say("note", body=("asli",))
    copy.say("note", body=("salinan",))
    copy.say("note", body=("salinan lagi",))

    assert answers(send(phone)) == [Answer.ACCEPTED]
    both = copy.sent()
    # The first used a number that was used; the second follows what the office does not know.
    assert answers(take_events(staffed.desk, phone.id, both)) == [Answer.ACCEPTED] * 2
    assert answers(take_events(staffed.desk, phone.id, both)) == [Answer.DUPLICATE] * 2
    assert [one.why for one in reviews(staffed)] == ["astray", "chain"]
    with staffed.desk.register.read() as books:
        assert [one.number for one in books.events.of_device(phone.id)] == [-1, 1, 2]


def test_a_picture_may_come_later_and_only_the_one_that_was_named(staffed: Staffed) -> None:
    phone = a_phone(staffed)
    event = phone.say("handed-over", carried(staffed), GIVEN)
    [alone] = phone.sent()
    for picture in (b"", b"another", SIGNATURE, b"another"):
        late = Sent(message=alone.message, picture=picture)
        take_events(staffed.desk, phone.id, [late])

    with staffed.desk.register.read() as books:
        kept = books.events.find(event.id)
        handed = books.handovers.get_by_receipt(receipt_of(event.id))
    assert kept is not None
    assert content_of_event(staffed.desk, kept).picture == SIGNATURE
    # Whoever looks at the handover sees it, too.
    assert confirmation_of(staffed.desk, handed)[1].drawn == SIGNATURE


def test_what_a_phone_did_not_sign_is_not_taken(staffed: Staffed) -> None:
    phone, stranger = a_phone(staffed), Phone(staffed.desk, courier(staffed))
    other = a_phone(staffed)
    mine = phone.say("note", body=("ya",))
    forged = replace(mine, id=bytes(16))
    messages = [
        sign_event(stranger.key, forged),
        sign_event(phone.key, replace(mine, device=other.id)),
        b"nothing",
    ]
    sent = [Sent(message=one) for one in messages]

    assert answers(take_events(staffed.desk, phone.id, sent)) == [Answer.REFUSED] * 3
    assert not take_events(staffed.desk, stranger.id, sent).known
    with staffed.desk.register.read() as books:
        assert books.events.of_device(phone.id) == []


def test_what_nobody_can_read_is_kept_and_looked_at(staffed: Staffed) -> None:
    phone = a_phone(staffed)
    bag = carried(staffed)
    unreadable: list[tuple[str, tuple[str, ...]]] = [
        ("sung", ()),
        ("in-vain", ("a whim",)),
        ("handed-over", ("holder",)),
    ]
    for kind, body in unreadable:
        phone.say(kind, bag, body)

    assert answers(send(phone)) == [Answer.REVIEW] * 3
    assert [one.why for one in reviews(staffed)] == ["unreadable"] * 3


def test_a_torn_seal_is_an_incident_and_the_bag_stays_with_its_courier(staffed: Staffed) -> None:
    phone = a_phone(staffed)
    bag = carried(staffed)
    phone.say("in-vain", bag, ("seal-torn",))
    phone.say("given-back", bag)

    assert answers(send(phone)) == [Answer.ACCEPTED] * 2
    assert bag_in(staffed.desk, bag).offered_to == 0
    with staffed.desk.register.read() as books:
        found = books.incidents.of_application(bag_in(staffed.desk, bag).application)
    assert [str(one.kind) for one in found] == ["seal-torn"]


def test_only_so_many_events_come_at_once(staffed: Staffed) -> None:
    phone = a_phone(staffed)
    with pytest.raises(Invalid):
        take_events(staffed.desk, phone.id, [Sent(message=b"")] * (MOST_EVENTS + 1))
