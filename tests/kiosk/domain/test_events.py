"""Chains, clocks, and what an event says."""

import pytest

from kiosk.domain.errors import Invalid
from kiosk.domain.events import Chain, EventKind, Order, order_of, skew_of, told_of
from kiosk.domain.handover import Given, InVain, Proof, Receiver

CHAIN = Chain(number=3, head=b"three")
NOON = 1_800_000_000


@pytest.mark.parametrize(
    ("number", "previous", "order"),
    [
        (4, b"three", Order.NEXT),
        (4, b"other", Order.BROKEN),
        (5, b"three", Order.EARLY),
        (3, b"two", Order.PAST),
        (1, b"", Order.PAST),
    ],
)
def test_an_event_stands_where_its_number_says(number: int, previous: bytes, order: Order) -> None:
    assert order_of(CHAIN, number=number, previous=previous) is order


@pytest.mark.parametrize(
    ("device_at", "uptime", "anchor", "skew"),
    [
        (NOON, 0, (), 0),
        (NOON + 400, 0, (), 400),  # later than it came in
        (NOON - 4000, 0, (), 0),  # offline for an hour, and nothing to hold it against
        (NOON, 3_600_000, (NOON - 3600, NOON - 3600, 0), 0),
        (NOON - 600, 3_600_000, (NOON - 3600, NOON - 3600, 0), -600),  # put back on the way
        (NOON - 3000, 0, (NOON - 3600, NOON - 3000), 600),  # ahead already at the anchor
        (NOON - 4000, 0, (NOON - 3600, NOON - 3600), -400),  # before its anchor
        (NOON - 1800, 0, (NOON - 3600, NOON - 3600), 0),
    ],
)
def test_a_clock_is_held_against_the_last_word_of_the_server(
    device_at: int, uptime: int, anchor: tuple[int, ...], skew: int
) -> None:
    found = skew_of(device_at=device_at, uptime=uptime, anchor=anchor, received_at=NOON)
    assert found == skew


def test_what_is_handed_over_says_to_whom_and_by_what() -> None:
    told = told_of("handed-over", ("named", ("slip", "card-typed"), 1, "", b"x" * 32))

    assert told.drawn == b"x" * 32
    assert told.given == Given(
        receiver=Receiver.NAMED,
        proofs=frozenset({Proof.SLIP, Proof.CARD_TYPED}),
        signed=True,
        of_age=True,
    )


def test_a_minor_is_a_minor_and_a_witness_a_witness() -> None:
    told = told_of("handed-over", ("holder", (), 0, "Pak RT", b""))

    assert told.given is not None
    assert (told.given.of_age, told.given.signed, told.given.witness) == (False, False, "Pak RT")


def test_what_was_in_vain_says_why() -> None:
    assert told_of("in-vain", ("seal-torn",)).why is InVain.SEAL_TORN
    assert told_of("note", ("jalan putus",)).text == "jalan putus"
    assert told_of("accepted", ()).kind is EventKind.ACCEPTED


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("sung", ()),
        ("accepted", ("more",)),
        ("in-vain", ("a whim",)),
        ("in-vain", ()),
        ("note", (1,)),
        ("handed-over", ("holder", ("slip",), 1, "", b"short")),
        ("handed-over", ("nobody", (), 1, "", b"")),
        ("handed-over", ("holder", ("wink",), 1, "", b"")),
        ("handed-over", ("holder", 7, 1, "", b"")),
        ("handed-over", ("holder", (), 1, 5, b"")),
    ],
)
def test_what_says_nothing_known_is_refused(kind: str, body: tuple[object, ...]) -> None:
    with pytest.raises(Invalid):
        told_of(kind, body)
