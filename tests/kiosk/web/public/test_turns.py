"""Whoever asks often waits, at most a minute, and is served then; no address is remembered."""

from kiosk.web.public.turns import LONGEST_WAIT, Turns

HERE, NEAR, FAR = "192.0.2.7", "192.0.2.250", "198.51.100.7"


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 1_000_000

    def __call__(self) -> int:
        return self.now


def test_so_many_a_minute_are_served_at_once_and_the_next_one_after_the_other() -> None:
    turns = Turns(30, clock=Clock())

    assert [turns.wait(HERE) for _ in range(34)] == [0] * 30 + [2, 4, 6, 8]


def test_nobody_waits_longer_than_a_minute_however_many_ask() -> None:
    turns = Turns(30, clock=Clock())

    assert max(turns.wait(HERE) for _ in range(5000)) == LONGEST_WAIT


def test_a_network_waits_and_others_do_not() -> None:
    turns = Turns(1, clock=Clock())
    turns.wait(HERE)

    assert turns.wait(NEAR) > 0
    assert turns.wait(FAR) == 0


def test_a_home_with_many_addresses_is_one_network() -> None:
    turns = Turns(1, clock=Clock())
    turns.wait("2001:db8:1:2::1")

    assert turns.wait("2001:db8:1:ffff::9") > 0
    assert turns.wait("2001:db8:2::1") == 0
    assert turns.wait("::ffff:192.0.2.1") == 0
    assert turns.wait("192.0.2.2") > 0


def test_who_was_quiet_for_a_while_is_served_at_once_again() -> None:
    clock = Clock()
    turns = Turns(2, clock=clock)
    waits = [turns.wait(HERE) for _ in range(3)]

    clock.now += waits[-1] + 60
    assert turns.wait(HERE) == 0


def test_a_ticket_lets_in_at_its_moment_for_this_body_and_this_network_alone() -> None:
    clock = Clock()
    turns = Turns(1, clock=clock)
    ticket = turns.ticket(20, HERE, b"report")

    clock.now += 19
    assert not turns.is_due(ticket, HERE, b"report")
    clock.now += 1
    assert turns.is_due(ticket, NEAR, b"report")
    assert not turns.is_due(ticket, FAR, b"report")
    assert not turns.is_due(ticket, HERE, b"another report")
    assert not turns.is_due(f"{clock.now}.{ticket.partition('.')[2]}", HERE, b"another")
    clock.now += 3600
    assert not turns.is_due(ticket, HERE, b"report")


def test_what_is_no_ticket_lets_nobody_in() -> None:
    turns = Turns(1, clock=Clock())

    for wrong in ("", ".", "7", "1000000.", "1000000.00", "-1.00", "²²²²²²².00", "9" * 40 + ".é"):
        assert not turns.is_due(wrong, HERE, b"report")


def test_no_address_is_kept_and_what_was_counted_goes_with_the_day() -> None:
    clock = Clock()
    turns = Turns(1, clock=clock)
    turns.wait(HERE)
    yesterday = vars(turns)["_key"]

    assert "192.0.2" not in repr(vars(turns))
    clock.now += 86_400
    turns.wait(FAR)
    assert len(vars(turns)["_busy_until"]) == 1
    assert vars(turns)["_key"] != yesterday


def test_zero_means_no_limit() -> None:
    turns = Turns(0, clock=Clock())

    assert not any(turns.wait(HERE) for _ in range(1000))


def test_memory_stays_bounded() -> None:
    turns = Turns(1, clock=Clock())
    for number in range(50_100):
        turns.wait(str(number))

    assert len(vars(turns)["_busy_until"]) == 50_000
