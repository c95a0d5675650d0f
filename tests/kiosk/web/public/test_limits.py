"""Limits count a minute for each address, and remember no address."""

from kiosk.web.public.limits import Limit


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 1000

    def __call__(self) -> int:
        return self.now


def test_so_many_a_minute_and_then_no_more() -> None:
    limit = Limit(2, clock=Clock())

    assert [limit.allows("192.0.2.1") for _ in range(3)] == [True, True, False]


def test_everybody_has_his_own() -> None:
    limit = Limit(1, clock=Clock())

    assert limit.allows("192.0.2.1")
    assert limit.allows("192.0.2.2")


def test_a_home_with_many_addresses_is_one_asker() -> None:
    limit = Limit(1, clock=Clock())

    assert limit.allows("2001:db8:1:2::1")
    assert not limit.allows("2001:db8:1:2:ffff::9")
    assert limit.allows("2001:db8:1:3::1")


def test_an_ipv4_address_written_as_ipv6_is_the_same_asker() -> None:
    limit = Limit(1, clock=Clock())

    assert limit.allows("192.0.2.1")
    assert not limit.allows("::ffff:192.0.2.1")


def test_a_minute_later_it_begins_anew() -> None:
    clock = Clock()
    limit = Limit(1, clock=clock)
    limit.allows("192.0.2.1")

    clock.now += 59
    assert not limit.allows("192.0.2.1")
    clock.now += 1
    assert limit.allows("192.0.2.1")


def test_being_refused_does_not_lengthen_the_wait() -> None:
    clock = Clock()
    limit = Limit(1, clock=clock)
    limit.allows("192.0.2.1")
    for _ in range(59):
        clock.now += 1
        limit.allows("192.0.2.1")

    clock.now += 1
    assert limit.allows("192.0.2.1")


def test_zero_means_no_limit() -> None:
    limit = Limit(0, clock=Clock())

    assert all(limit.allows("192.0.2.1") for _ in range(1000))


def test_no_address_is_kept_in_clear() -> None:
    limit = Limit(5, clock=Clock())
    limit.allows("192.0.2.77")

    assert "192.0.2.77" not in repr(vars(limit))


def test_memory_stays_bounded() -> None:
    limit = Limit(1, clock=Clock())
    for number in range(50_100):
        limit.allows(str(number))

    assert len(vars(limit)["_asked"]) == 50_000
