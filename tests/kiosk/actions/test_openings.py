"""An identity reaches one person, by a quorum, after a wait; the reporter knows of it."""

from dataclasses import replace
from typing import Any

import pytest

from kiosk.actions.admission import Admitted
from kiosk.actions.cases import shred_due, submit, thread_of
from kiosk.actions.handling import assign, close, open_case
from kiosk.actions.mailroom import Mailroom
from kiosk.actions.openings import (
    ask_opening,
    custodians_of,
    decline_share,
    give_share,
    object_to_opening,
    release_identity,
    stop_opening,
    view_opening,
)
from kiosk.domain.cases import Urgency
from kiosk.domain.errors import NotNow, NotPermitted, Unknown
from kiosk.domain.journal import first_break
from kiosk.domain.openings import Opening, OpeningState
from kiosk.storage.mailroom_openings import Asked
from signing.cose import encode
from signing.directory import Role
from signing.envelope import Direction, Place, digest_of, seal_message
from signing.errors import FormatError
from signing.hpke import OpeningKey
from signing.quorum import (
    open_identity,
    open_passed_share,
    open_share,
    parse_identity,
    pass_share,
)
from tests.sealed_reports import (
    EXTERNAL,
    HANDLER,
    HANDLING,
    INTERNAL,
    UNIT,
    Days,
    Reporter,
    admitted_as,
)

ME = HANDLER.sealing_key.id
ONCE = OpeningKey.new()


@pytest.fixture
def reporter(mailroom: Mailroom) -> Reporter:
    """Somebody who said who they are, and whose case is being worked on."""
    found = Reporter.new(identity=b"Ratna Contoh")
    submit(mailroom, found.delivery)
    open_case(mailroom, found.key.case, by=HANDLING, urgency=Urgency.SOON)
    assign(mailroom, found.key.case, by=HANDLING)
    return found


@pytest.fixture
def opening(mailroom: Mailroom, reporter: Reporter) -> Opening:
    """An opening that was asked for."""
    return asked(mailroom, reporter)


def asked(mailroom: Mailroom, reporter: Reporter, **changes: Any) -> Opening:
    place = Place(direction=Direction.TO_REPORTER, sequence=0, previous=reporter.previous)
    told = (1, 0, seal_message(reporter.key, place, b"why, and by what law"))
    key = bytes((ONCE.kem,)) + ONCE.sealing_key.public
    reasons = {one.sealing_key.id: b"why" for one in (*INTERNAL, *EXTERNAL)}
    wish = replace(Asked(key=key, kept=b"sealed for the asker", reasons=reasons), **changes)
    return ask_opening(mailroom, reporter.key.case, by=HANDLING, asked=wish, told=told)


def signed_in(key: OpeningKey) -> Admitted:
    """A custodian of the envelope, signed in."""
    role = Role.EXTERNAL if key in EXTERNAL else Role.INTERNAL
    return admitted_as(key, UNIT, role)


def passed(mailroom: Mailroom, opening: Opening, custodian: OpeningKey) -> Opening:
    """The custodian opens the own share and passes it on, as their browser does."""
    with mailroom.archive.read() as shelves:
        envelope = parse_identity(shelves.cases.identity_of(opening.case) or b"")
    share = open_share(envelope, opening.case, custodian)
    sealed = pass_share(envelope, opening.case, share, ONCE.sealing_key)
    return give_share(mailroom, opening.id, by=signed_in(custodian), sealed=sealed)


def state_of(mailroom: Mailroom, opening: Opening) -> OpeningState:
    with mailroom.archive.read() as shelves:
        return shelves.openings.get(opening.id).state


WHY = {one.sealing_key.id: b"why" for one in (*INTERNAL, *EXTERNAL)}


@pytest.mark.parametrize(
    "changes",
    [
        {"key": b""},
        {"key": bytes(33)},
        {"key": b"\x01" + bytes(31)},
        {"kept": b""},
        {"kept": bytes(8193)},
        {"reasons": {}},
        {"reasons": dict(list(WHY.items())[1:])},
        {"reasons": WHY | {bytes(16): b"why"}},
        {"reasons": dict.fromkeys(WHY, b"")},
    ],
)
def test_who_asks_says_for_which_key_and_why_to_every_custodian(
    mailroom: Mailroom, reporter: Reporter, changes: dict[str, Any]
) -> None:
    with pytest.raises(FormatError):
        asked(mailroom, reporter, **changes)
    with mailroom.archive.read() as shelves:
        assert shelves.openings.of_case(reporter.key.case) == []


def test_nobody_asks_about_a_case_that_is_not_being_worked_on(mailroom: Mailroom) -> None:
    found = Reporter.new(seed=4)
    submit(mailroom, found.delivery)

    with pytest.raises(NotNow):
        asked(mailroom, found)


def test_a_second_opening_waits_for_the_end_of_the_first(
    mailroom: Mailroom, reporter: Reporter, opening: Opening
) -> None:
    place = Place(direction=Direction.TO_REPORTER, sequence=1, previous=opening.reason)
    told = (2, 0, seal_message(reporter.key, place, b"once more"))
    key = bytes((ONCE.kem,)) + ONCE.sealing_key.public
    wish = Asked(key=key, kept=b"sealed", reasons=WHY)

    with pytest.raises(NotNow, match="under way"):
        ask_opening(mailroom, opening.case, by=HANDLING, asked=wish, told=told)


@pytest.mark.parametrize("sealed", [b"", bytes(4097)])
def test_what_is_no_share_is_not_passed_on(
    mailroom: Mailroom, opening: Opening, sealed: bytes
) -> None:
    with pytest.raises(FormatError):
        give_share(mailroom, opening.id, by=signed_in(INTERNAL[0]), sealed=sealed)


@pytest.mark.parametrize(
    "said", [encode([2, bytes(32), bytes(16)]), encode([1, bytes(32), 7]), encode([1]), bytes(129)]
)
def test_what_is_no_objection_is_refused(mailroom: Mailroom, said: bytes) -> None:
    with pytest.raises(FormatError):
        object_to_opening(mailroom, said)


def test_what_is_longer_than_any_objection_is_not_even_read(mailroom: Mailroom) -> None:
    with pytest.raises(FormatError, match="more than"):
        object_to_opening(mailroom, bytes(129))


def test_only_a_handler_of_the_unit_asks(mailroom: Mailroom, reporter: Reporter) -> None:
    stranger = admitted_as(HANDLER, UNIT + 1, Role.HANDLER)
    key = bytes((ONCE.kem,)) + ONCE.sealing_key.public
    wish = Asked(key=key, kept=b"sealed", reasons=WHY)
    place = Place(direction=Direction.TO_REPORTER, sequence=0, previous=reporter.previous)
    told = (1, 0, seal_message(reporter.key, place, b"why"))

    with pytest.raises(Unknown):
        ask_opening(mailroom, reporter.key.case, by=stranger, asked=wish, told=told)


def test_who_went_to_another_unit_learns_nothing_more_of_the_case(
    mailroom: Mailroom, opening: Opening
) -> None:
    for custodian in (*INTERNAL, *EXTERNAL):
        passed(mailroom, opening, custodian)
    gone = admitted_as(HANDLER, UNIT + 1, Role.HANDLER)

    with pytest.raises(Unknown):
        custodians_of(mailroom, opening.case, by=gone)
    with pytest.raises(Unknown):
        release_identity(mailroom, opening.id, by=gone)


def test_who_declined_is_not_among_those_who_passed_a_share_on(
    mailroom: Mailroom, today: Days, opening: Opening
) -> None:
    decline_share(mailroom, opening.id, by=signed_in(INTERNAL[0]))
    for custodian in (*INTERNAL[1:], *EXTERNAL):
        passed(mailroom, opening, custodian)
    today.forward(4)

    released = release_identity(mailroom, opening.id, by=HANDLING)

    assert INTERNAL[0].sealing_key.id not in released.shares
    assert len(released.shares) == 3


def test_nobody_else_sees_an_opening(mailroom: Mailroom, opening: Opening) -> None:
    for nobody in (
        admitted_as(OpeningKey.new(), UNIT, Role.HANDLER),
        admitted_as(OpeningKey.new(), UNIT, Role.INTERNAL),
    ):
        with pytest.raises(Unknown):
            view_opening(mailroom, opening.id, by=nobody)


def test_the_reporter_is_told_anew_of_every_opening(mailroom: Mailroom, opening: Opening) -> None:
    stop_opening(mailroom, opening.id, by=HANDLING)
    with mailroom.archive.read() as shelves:
        *_, told = shelves.cases.messages_of(opening.case)
    key = bytes((ONCE.kem,)) + ONCE.sealing_key.public
    wish = Asked(key=key, kept=b"sealed", reasons=WHY)

    with pytest.raises(NotNow, match="said already"):
        ask_opening(mailroom, opening.case, by=HANDLING, asked=wish, told=(1, 0, told.sealed))


def test_a_quorum_opens_an_identity_for_who_asked_after_three_days(
    mailroom: Mailroom, today: Days, opening: Opening
) -> None:
    for custodian in (INTERNAL[0], INTERNAL[2], EXTERNAL[0]):
        passed(mailroom, opening, custodian)
    assert state_of(mailroom, opening) is OpeningState.WAITING
    with pytest.raises(NotNow):
        release_identity(mailroom, opening.id, by=HANDLING)
    today.forward(4)
    with pytest.raises(Unknown):
        release_identity(mailroom, opening.id, by=admitted_as(ONCE, UNIT, Role.HANDLER))

    released = release_identity(mailroom, opening.id, by=HANDLING)

    envelope = parse_identity(released.identity)
    shares = [
        open_passed_share(envelope, opening.case, custodian, sealed, ONCE)
        for custodian, sealed in released.shares.items()
    ]
    assert open_identity(envelope, opening.case, shares) == b"Ratna Contoh"


def test_the_reporter_is_told_and_may_object(
    mailroom: Mailroom, today: Days, reporter: Reporter, opening: Opening
) -> None:
    for custodian in (INTERNAL[0], INTERNAL[1], EXTERNAL[0]):
        passed(mailroom, opening, custodian)
    thread = thread_of(mailroom, reporter.ask(since=1))
    (shown,) = thread.openings
    assert (shown.id, shown.asker, shown.state) == (opening.id, ME, OpeningState.WAITING)
    assert [digest_of(one.sealed) for one in thread.messages] == [shown.reason]
    assert thread.units == {shown.unit: "POLRES CONTOH"}

    object_to_opening(mailroom, encode([1, reporter.proof, opening.id]))

    today.forward(100)
    with pytest.raises(NotNow):
        release_identity(mailroom, opening.id, by=HANDLING)
    passed(mailroom, opening, INTERNAL[2])
    assert len(release_identity(mailroom, opening.id, by=HANDLING).shares) == 4


def test_only_the_reporter_of_a_case_objects(mailroom: Mailroom, opening: Opening) -> None:
    stranger = Reporter.new(seed=3)
    submit(mailroom, stranger.delivery)

    with pytest.raises(Unknown):
        object_to_opening(mailroom, encode([1, stranger.proof, opening.id]))


def test_a_handler_is_given_no_share_and_can_pass_none_on(
    mailroom: Mailroom, opening: Opening
) -> None:
    assert view_opening(mailroom, opening.id, by=HANDLING).share is None
    with pytest.raises(NotPermitted):
        give_share(mailroom, opening.id, by=HANDLING, sealed=b"share")
    with pytest.raises(NotPermitted):
        decline_share(mailroom, opening.id, by=HANDLING)


def test_a_custodian_gets_the_own_share_alone(mailroom: Mailroom, opening: Opening) -> None:
    seen = view_opening(mailroom, opening.id, by=signed_in(INTERNAL[1]))

    assert seen.share is not None
    assert seen.share.reader == INTERNAL[1].sealing_key.id
    assert seen.key == bytes((ONCE.kem,)) + ONCE.sealing_key.public
    assert (seen.reason, seen.kept) == (b"why", b"")


def test_who_was_internal_is_not_asked_as_somebody_from_outside(
    mailroom: Mailroom, opening: Opening
) -> None:
    turned = admitted_as(INTERNAL[0], UNIT, Role.EXTERNAL)

    with pytest.raises(Unknown):
        give_share(mailroom, opening.id, by=turned, sealed=b"share")
    with pytest.raises(Unknown):
        decline_share(mailroom, opening.id, by=turned)


def test_two_who_say_no_end_it(mailroom: Mailroom, reporter: Reporter, opening: Opening) -> None:
    with pytest.raises(NotNow):
        asked(mailroom, reporter)
    for custodian in INTERNAL[:2]:
        decline_share(mailroom, opening.id, by=signed_in(custodian))

    assert state_of(mailroom, opening) is OpeningState.REFUSED
    assert view_opening(mailroom, opening.id, by=signed_in(INTERNAL[2])).share is None
    with pytest.raises(NotNow):
        passed(mailroom, opening, INTERNAL[2])


def test_only_who_asked_gives_it_up_and_may_then_ask_again(
    mailroom: Mailroom, opening: Opening
) -> None:
    with pytest.raises(Unknown):
        stop_opening(mailroom, opening.id, by=admitted_as(ONCE, UNIT, Role.HANDLER))

    stop_opening(mailroom, opening.id, by=HANDLING)

    assert state_of(mailroom, opening) is OpeningState.STOPPED
    with pytest.raises(NotNow):
        passed(mailroom, opening, INTERNAL[0])


def test_what_was_shredded_is_not_asked_for_or_released(
    mailroom: Mailroom, today: Days, reporter: Reporter, opening: Opening
) -> None:
    for custodian in (*INTERNAL, *EXTERNAL):
        passed(mailroom, opening, custodian)
    place = Place(direction=Direction.TO_REPORTER, sequence=1, previous=opening.reason)
    said = (2, 0, seal_message(reporter.key, place, b"it is over"))
    close(mailroom, reporter.key.case, by=HANDLING, said=said)
    assert state_of(mailroom, opening) is OpeningState.STOPPED
    today.forward(30)
    shred_due(mailroom)

    with pytest.raises(NotNow):
        release_identity(mailroom, opening.id, by=HANDLING)
    with mailroom.archive.read() as shelves:
        assert shelves.openings.shares_of(opening.id) == {}


def test_every_step_of_an_opening_is_in_the_log(mailroom: Mailroom, opening: Opening) -> None:
    for custodian in (*INTERNAL, *EXTERNAL):
        passed(mailroom, opening, custodian)
    release_identity(mailroom, opening.id, by=HANDLING)

    with mailroom.archive.read() as shelves:
        entries = list(shelves.deeds.all())
    deeds = [entry.deed for entry, _ in entries]
    assert deeds[3:] == ["identity asked for", *["share passed on"] * 4, "identity released"]
    assert first_break(entries) is None
