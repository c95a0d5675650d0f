"""Work serves for one report, expires, cannot be made up, and is asked only while many come in."""

import base64
import json

import pytest

from kiosk.web.public import work as module
from kiosk.web.public.work import Work
from tests.proofs_of_work import done

BUSY = 30


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 1_000_020

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A stopped clock."""
    return Clock()


@pytest.fixture
def busy(clock: Clock) -> Work:
    """What is asked after many reports within a minute."""
    found = Work(clock=clock)
    for number in range(BUSY):
        found.is_done("", b"report %d" % number)
    return found


def altered(shown: str, **parameters: object) -> str:
    """What somebody shows who would rather have been asked for less."""
    said = json.loads(base64.b64decode(shown))
    said["challenge"]["parameters"] |= parameters
    return base64.b64encode(json.dumps(said).encode()).decode()


def test_in_calm_times_nothing_is_asked(clock: Clock) -> None:
    work = Work(clock=clock)

    assert work.challenge() is None
    assert work.is_done("", b"a report")
    assert work.is_done("left over from busier times", b"a report")


def test_while_many_come_in_a_report_without_work_has_to_wait(busy: Work) -> None:
    assert not busy.is_done("", b"a report")
    assert busy.is_done(done(busy.challenge()), b"a report")


def test_work_serves_for_one_report_however_often_that_is_sent(busy: Work) -> None:
    shown = done(busy.challenge())

    assert busy.is_done(shown, b"a report")
    assert busy.is_done(shown, b"a report")
    assert not busy.is_done(shown, b"another")


def test_work_that_was_asked_for_long_ago_counts_no_more(busy: Work, clock: Clock) -> None:
    shown, later = done(busy.challenge()), done(busy.challenge())
    clock.now += 29 * 60
    for number in range(BUSY):
        busy.is_done("", b"report %d" % number)

    assert busy.is_done(shown, b"a report")
    clock.now += 60
    assert not busy.is_done(later, b"another")
    assert not busy.is_done(shown, b"a report")


def test_work_that_the_server_did_not_ask_for_counts_nothing(busy: Work, clock: Clock) -> None:
    shown = done(busy.challenge())
    of_another = Work(clock=clock)
    for number in range(BUSY):
        of_another.is_done("", b"report %d" % number)

    for wrong in (
        altered(shown, data={"until": clock.now + 10**6}),
        altered(shown, cost=1),
        altered(shown, keyPrefix="00"),
        done(of_another.challenge()),
        shown[:-8],
        base64.b64encode(b'{"challenge": [], "solution": 1}').decode(),
        "not base64, ünd not ASCII",
        "A" * 10_000,
    ):
        assert not busy.is_done(wrong, b"a report")


def test_half_an_answer_is_none(busy: Work) -> None:
    said = json.loads(base64.b64decode(done(busy.challenge())))
    said["solution"]["derivedKey"] = said["challenge"]["parameters"]["keyPrefix"].ljust(64, "0")

    assert not busy.is_done(base64.b64encode(json.dumps(said).encode()).decode(), b"a report")


def test_a_flood_that_pauses_for_a_moment_finds_the_same_again(busy: Work, clock: Clock) -> None:
    clock.now += 5 * 60
    assert busy.challenge() is not None
    clock.now += 6 * 60
    assert busy.challenge() is None


def test_it_is_the_same_for_everybody_and_rises_with_what_comes_in(busy: Work) -> None:
    assert busy.challenge() != busy.challenge()
    for number in range(400):
        busy.is_done("", b"report %d" % number)
    shown = done(busy.challenge())

    assert json.loads(base64.b64decode(shown))["solution"]["counter"] > 112


def test_memory_stays_bounded_and_what_was_used_does_not_count_again(
    busy: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_USED", 2)
    shown = [done(busy.challenge()) for _ in range(3)]

    assert [busy.is_done(one, b"report of %d" % place) for place, one in enumerate(shown)][:2] == [
        True,
        True,
    ]
    assert not any(busy.is_done(one, b"again") for one in shown)
    assert len(vars(busy)["_used"]) <= 2
    assert busy.is_done(done(busy.challenge()), b"a report")
