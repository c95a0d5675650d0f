"""An identity reaches one person, by a quorum, after a wait; the reporter knows of it."""

import pytest

from kiosk.actions.cases import assign, close, open_case, shred_due, submit, thread_of
from kiosk.actions.mailroom import Mailroom
from kiosk.actions.openings import (
    ask_opening,
    decline_share,
    give_share,
    object_to_opening,
    release_identity,
    share_of,
    stop_opening,
)
from kiosk.domain.cases import Urgency
from kiosk.domain.errors import NotNow, NotPermitted, Unknown
from kiosk.domain.journal import first_break
from kiosk.domain.openings import Opening, OpeningState
from signing.cose import encode
from signing.envelope import Direction, Place, digest_of, seal_message
from signing.hpke import OpeningKey
from signing.quorum import (
    open_identity,
    open_passed_share,
    open_share,
    parse_identity,
    pass_share,
)
from tests.sealed_reports import EXTERNAL, HANDLER, INTERNAL, Days, Reporter

ME = HANDLER.sealing_key.id
ONCE = OpeningKey.new()


@pytest.fixture
def reporter(mailroom: Mailroom) -> Reporter:
    """Somebody who said who they are, and whose case is being worked on."""
    found = Reporter.new(identity=b"Ratna Contoh")
    submit(mailroom, found.delivery)
    open_case(mailroom, found.key.case, by=ME, urgency=Urgency.SOON)
    assign(mailroom, found.key.case, by=ME)
    return found


@pytest.fixture
def opening(mailroom: Mailroom, reporter: Reporter) -> Opening:
    """An opening that was asked for."""
    return asked(mailroom, reporter)


def asked(mailroom: Mailroom, reporter: Reporter) -> Opening:
    place = Place(direction=Direction.TO_REPORTER, sequence=0, previous=reporter.previous)
    told = (1, 0, seal_message(reporter.key, place, b"why, and by what law"))
    key = ONCE.sealing_key.public
    return ask_opening(mailroom, reporter.key.case, by=ME, key=key, told=told)


def passed(mailroom: Mailroom, opening: Opening, custodian: OpeningKey) -> Opening:
    """The custodian opens the own share and passes it on, as their browser does."""
    reader = custodian.sealing_key.id
    share_of(mailroom, opening.id, custodian=reader)
    with mailroom.archive.read() as shelves:
        envelope = parse_identity(shelves.cases.identity_of(opening.case) or b"")
    share = open_share(envelope, opening.case, custodian)
    sealed = pass_share(envelope, opening.case, share, ONCE.sealing_key)
    return give_share(mailroom, opening.id, custodian=reader, sealed=sealed)


def state_of(mailroom: Mailroom, opening: Opening) -> OpeningState:
    with mailroom.archive.read() as shelves:
        return shelves.openings.get(opening.id).state


def test_a_quorum_opens_an_identity_for_who_asked_after_three_days(
    mailroom: Mailroom, today: Days, opening: Opening
) -> None:
    for custodian in (INTERNAL[0], INTERNAL[2], EXTERNAL[0]):
        passed(mailroom, opening, custodian)
    assert state_of(mailroom, opening) is OpeningState.WAITING
    with pytest.raises(NotNow):
        release_identity(mailroom, opening.id, by=ME)
    today.forward(4)
    with pytest.raises(NotPermitted):
        release_identity(mailroom, opening.id, by=bytes(16))

    released = release_identity(mailroom, opening.id, by=ME)

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

    object_to_opening(mailroom, encode([1, reporter.proof, opening.id]))

    today.forward(100)
    with pytest.raises(NotNow):
        release_identity(mailroom, opening.id, by=ME)
    passed(mailroom, opening, INTERNAL[2])
    assert len(release_identity(mailroom, opening.id, by=ME).shares) == 4


def test_only_the_reporter_of_a_case_objects(mailroom: Mailroom, opening: Opening) -> None:
    stranger = Reporter.new(seed=3)
    submit(mailroom, stranger.delivery)

    with pytest.raises(Unknown):
        object_to_opening(mailroom, encode([1, stranger.proof, opening.id]))


def test_a_handler_is_given_no_share_and_can_pass_none_on(
    mailroom: Mailroom, opening: Opening
) -> None:
    with pytest.raises(Unknown):
        share_of(mailroom, opening.id, custodian=ME)
    with pytest.raises(NotPermitted):
        give_share(mailroom, opening.id, custodian=ME, sealed=b"share")


def test_a_custodian_gets_the_own_share_alone(mailroom: Mailroom, opening: Opening) -> None:
    share, key = share_of(mailroom, opening.id, custodian=INTERNAL[1].sealing_key.id)

    assert share.reader == INTERNAL[1].sealing_key.id
    assert key == ONCE.sealing_key.public


def test_two_who_say_no_end_it(mailroom: Mailroom, reporter: Reporter, opening: Opening) -> None:
    with pytest.raises(NotNow):
        asked(mailroom, reporter)
    for custodian in INTERNAL[:2]:
        decline_share(mailroom, opening.id, custodian=custodian.sealing_key.id)

    assert state_of(mailroom, opening) is OpeningState.REFUSED
    with pytest.raises(NotNow):
        passed(mailroom, opening, INTERNAL[2])


def test_only_who_asked_gives_it_up_and_may_then_ask_again(
    mailroom: Mailroom, opening: Opening
) -> None:
    with pytest.raises(NotPermitted):
        stop_opening(mailroom, opening.id, by=bytes(16))

    stop_opening(mailroom, opening.id, by=ME)

    assert state_of(mailroom, opening) is OpeningState.STOPPED
    with pytest.raises(NotNow):
        passed(mailroom, opening, INTERNAL[0])


def test_what_was_shredded_is_not_asked_for_or_released(
    mailroom: Mailroom, today: Days, reporter: Reporter, opening: Opening
) -> None:
    for custodian in (*INTERNAL, *EXTERNAL):
        passed(mailroom, opening, custodian)
    close(mailroom, reporter.key.case, by=ME)
    today.forward(30)
    shred_due(mailroom)

    with pytest.raises(NotNow):
        release_identity(mailroom, opening.id, by=ME)
    with mailroom.archive.read() as shelves:
        assert shelves.openings.shares_of(opening.id) == {}


def test_every_step_of_an_opening_is_in_the_log(mailroom: Mailroom, opening: Opening) -> None:
    for custodian in (*INTERNAL, *EXTERNAL):
        passed(mailroom, opening, custodian)
    release_identity(mailroom, opening.id, by=ME)

    with mailroom.archive.read() as shelves:
        entries = list(shelves.deeds.all())
    deeds = [entry.deed for entry, _ in entries]
    assert deeds[3:] == ["identity asked for", *["share passed on"] * 4, "identity released"]
    assert first_break(entries) is None
