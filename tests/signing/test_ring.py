"""Keys follow one another without a gap, and are trusted as long as anything they signed counts."""

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from signing.errors import KeyFileError, RingError
from signing.ring import (
    KeyRing,
    RingKey,
    Span,
    Use,
    current,
    lasting,
    load_ring,
    planned,
    save_ring,
    trusted_keys,
    with_new,
    withdrawn,
)
from signing.trust import KeyUse

HOUR, DAY = 3600, 86_400
NOW = 1_788_150_000
NOTICE = DAY
YEAR = 12 * 31 * DAY
HALF_A_YEAR = 184 * DAY


def a_point(number: int) -> bytes:
    """Bytes that stand for a public key; the ring does no arithmetic with them."""
    return b"\4" + number.to_bytes(64, "big")


def a_span(ring: KeyRing, at: int, use: Use = Use.CERTIFICATE) -> Span:
    return planned(ring, use, at=at, notice=NOTICE, months=12, validity_months=6)


def grown(ring: KeyRing, at: int, use: Use = Use.CERTIFICATE) -> KeyRing:
    """The ring after a rotation at this time."""
    span = a_span(ring, at, use)
    number = len(ring.keys)
    return with_new(
        ring,
        RingKey(
            use=use,
            point=a_point(number),
            where=f"{use}-{number}.pem",
            certificate=b"certificate",
            sign_from=span.sign_from,
            sign_until=span.sign_until,
            trusted_until=span.trusted_until,
        ),
    )


FIRST = grown(KeyRing(), NOW)
SECOND = grown(FIRST, NOW + 300 * DAY)


def test_the_first_key_signs_at_once() -> None:
    assert current(FIRST, Use.CERTIFICATE, NOW).point == a_point(0)


def test_a_new_key_is_known_a_day_before_it_signs() -> None:
    rotated = NOW + 300 * DAY

    published = {key.point for key in trusted_keys(SECOND, rotated)}

    assert published == {a_point(0), a_point(1)}
    assert current(SECOND, Use.CERTIFICATE, rotated + DAY - 1).point == a_point(0)
    assert current(SECOND, Use.CERTIFICATE, rotated + DAY).point == a_point(1)


def test_a_rotation_too_late_for_notice_leaves_no_gap() -> None:
    late = NOW + YEAR - HOUR

    ring = grown(FIRST, late)

    assert current(ring, Use.CERTIFICATE, NOW + YEAR - 1).point == a_point(0)
    assert current(ring, Use.CERTIFICATE, NOW + YEAR).point == a_point(1)


def test_with_its_time_over_a_key_signs_no_more() -> None:
    with pytest.raises(RingError, match="segel keys rotate"):
        current(FIRST, Use.CERTIFICATE, NOW + YEAR)


def test_before_its_time_a_key_does_not_sign() -> None:
    with pytest.raises(RingError):
        current(FIRST, Use.CERTIFICATE, NOW - 1)


def test_two_keys_never_wait_at_once() -> None:
    with pytest.raises(RingError, match="waiting to sign already"):
        a_span(SECOND, NOW + 300 * DAY + HOUR)


def test_keys_of_another_use_are_left_alone() -> None:
    ring = grown(grown(FIRST, NOW + DAY, Use.STATUS), NOW + 2 * DAY, Use.STATUS)

    assert ring.named(FIRST.keys[0].key_id) == FIRST.keys[0]
    assert current(ring, Use.STATUS, NOW + 3 * DAY).point == a_point(2)


def test_a_key_is_trusted_until_its_last_certificate_has_expired() -> None:
    last_signed = SECOND.keys[0].sign_until - 1

    assert a_point(0) in {key.point for key in trusted_keys(SECOND, last_signed + HALF_A_YEAR)}
    assert a_point(0) not in {key.point for key in trusted_keys(SECOND, NOW + 2 * YEAR)}


def test_a_longer_validity_lengthens_the_trust_in_keys_that_may_yet_sign() -> None:
    ring = lasting(SECOND, at=NOW + 302 * DAY, validity_months=24)

    assert ring.keys[0] == SECOND.keys[0]
    assert ring.keys[1].trusted_until > SECOND.keys[1].trusted_until + YEAR


def test_a_shorter_validity_takes_no_trust_away() -> None:
    assert lasting(SECOND, at=NOW, validity_months=1) == SECOND


def test_a_withdrawn_key_signs_no_more_and_is_published_as_withdrawn() -> None:
    ring = withdrawn(FIRST, FIRST.keys[0].key_id, at=NOW + DAY, reason="laptop stolen")

    with pytest.raises(RingError):
        current(ring, Use.CERTIFICATE, NOW + DAY)
    assert [key.withdrawn_at for key in trusted_keys(ring, NOW + DAY)] == [NOW + DAY]
    assert ring.keys[0].reason == "laptop stolen"


def test_after_a_withdrawal_the_next_key_signs_at_once() -> None:
    ring = withdrawn(FIRST, FIRST.keys[0].key_id, at=NOW + DAY, reason="laptop stolen")

    assert current(grown(ring, NOW + DAY), Use.CERTIFICATE, NOW + DAY).point == a_point(1)


def test_a_key_that_was_waiting_takes_over_from_a_withdrawn_one_at_once() -> None:
    at = NOW + 300 * DAY + HOUR

    ring = withdrawn(SECOND, SECOND.keys[0].key_id, at=at, reason="laptop stolen")

    assert current(ring, Use.CERTIFICATE, at).point == a_point(1)


def test_withdrawing_an_old_key_does_not_hurry_the_next() -> None:
    third = grown(SECOND, NOW + 400 * DAY)

    ring = withdrawn(third, third.keys[0].key_id, at=NOW + 400 * DAY + HOUR, reason="lost")

    assert ring.keys[2] == third.keys[2]


@pytest.mark.parametrize(
    ("key_id", "complaint"),
    [
        pytest.param(bytes(4), "there is no key", id="unknown"),
        pytest.param(SECOND.keys[1].key_id, "withdrawn already", id="withdrawn before"),
    ],
)
def test_what_cannot_be_withdrawn_is_told_so(key_id: bytes, complaint: str) -> None:
    ring = withdrawn(SECOND, SECOND.keys[1].key_id, at=NOW, reason="lost")

    with pytest.raises(RingError, match=complaint):
        withdrawn(ring, key_id, at=NOW, reason="lost")


def test_the_root_stands_in_no_bundle_and_does_not_withdraw_itself() -> None:
    root = replace(FIRST.keys[0], use=Use.ROOT)

    assert trusted_keys(KeyRing(keys=(root,)), NOW) == ()
    with pytest.raises(RingError, match="root"):
        withdrawn(KeyRing(keys=(root,)), root.key_id, at=NOW, reason="lost")
    with pytest.raises(RingError, match="a root already"):
        with_new(KeyRing(keys=(root,)), replace(root, point=a_point(9)))


def test_two_keys_of_one_id_are_refused() -> None:
    with pytest.raises(RingError, match="already"):
        with_new(FIRST, FIRST.keys[0])


def test_the_bundle_names_use_and_certificate_of_a_key() -> None:
    key = trusted_keys(FIRST, NOW)[0]

    assert key.use == KeyUse.CERTIFICATE
    assert key.is_certified_by(b"certificate")


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something done to a ring: so many seconds pass, then a rotation, or a withdrawal."""

    passing: int
    withdraws: bool
    whom: int


STEPS = st.lists(
    st.builds(
        Step,
        passing=st.integers(0, 400 * DAY),
        withdraws=st.booleans(),
        whom=st.integers(0, 5),
    ),
    max_size=8,
)


def lived(steps: list[Step], *, withdrawals: bool = True) -> tuple[KeyRing, list[int]]:
    """A ring after these steps, and when they were taken."""
    ring, at, times = grown(KeyRing(), NOW), NOW, [NOW]
    for step in steps:
        at += step.passing
        times.append(at)
        try:
            if step.withdraws and withdrawals:
                key = ring.keys[step.whom % len(ring.keys)]
                ring = withdrawn(ring, key.key_id, at=at, reason="lost")
            else:
                ring = grown(ring, at)
        except RingError:
            continue
    return ring, times


def moments(ring: KeyRing) -> list[int]:
    """The times at which anything may change, and those around them."""
    edges = [edge for key in ring.keys for edge in (key.sign_from, key.sign_until)]
    return sorted({edge + by for edge in edges for by in (-1, 0, 1)})


@given(steps=STEPS)
def test_at_no_time_do_two_keys_sign(steps: list[Step]) -> None:
    ring, _ = lived(steps)

    for at in moments(ring):
        assert sum(key.may_sign(at) for key in ring.keys) <= 1


@given(steps=STEPS)
def test_rotated_in_time_some_key_signs_at_every_moment(steps: list[Step]) -> None:
    assume(all(step.passing < YEAR - DAY for step in steps))
    ring, times = lived(steps, withdrawals=False)
    end = max(key.sign_until for key in ring.keys)
    rotated_in_time = all(any(key.may_sign(at) for key in ring.keys) for at in times)
    assume(rotated_in_time)

    for at in moments(ring):
        if NOW <= at < end:
            assert current(ring, Use.CERTIFICATE, at).may_sign(at)


@given(steps=STEPS, validity=st.integers(1, HALF_A_YEAR))
def test_whatever_was_signed_is_trusted_until_it_expires(steps: list[Step], validity: int) -> None:
    ring, _ = lived(steps)

    for key in ring.keys:
        for signed in (key.sign_from, key.sign_until - 1):
            if key.sign_from <= signed < key.sign_until:
                published = trusted_keys(ring, signed + validity)
                assert key.point in {trusted.point for trusted in published}


@given(steps=STEPS)
def test_a_withdrawn_key_never_signs(steps: list[Step]) -> None:
    ring, _ = lived(steps)

    for key, at in itertools.product(ring.keys, moments(ring)):
        assert not (key.withdrawn_at and key.may_sign(at))


@given(steps=STEPS)
def test_a_ring_comes_back_as_it_was_kept(
    steps: list[Step], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("site") / "keys"
    ring, _ = lived(steps)

    save_ring(folder, FIRST)
    save_ring(folder, ring)

    assert load_ring(folder) == ring


def changed(change: Callable[[dict[str, object]], object]) -> Callable[[str], str]:
    def spoil(text: str) -> str:
        whole = json.loads(text)
        change(whole)
        return json.dumps(whole)

    return spoil


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        pytest.param(lambda text: text[:-20], "damaged", id="cut short"),
        pytest.param(lambda text: "[]", "damaged", id="another shape"),
        pytest.param(lambda text: '{"version": 1, "keys": [3]}', "damaged", id="no keys"),
        pytest.param(
            lambda text: text.replace("certificate-0", "").replace('"04', '"0x'),
            "damaged",
            id="no digits",
        ),
        pytest.param(lambda text: text.replace('"use": "c', '"use": "z'), "damaged", id="no use"),
        pytest.param(changed(lambda whole: whole.update(version=2)), "version", id="version 2"),
    ],
)
def test_a_damaged_ring_is_refused(
    tmp_path: Path, spoil: Callable[[str], str], complaint: str
) -> None:
    folder = tmp_path / "keys"
    save_ring(folder, FIRST)
    path = folder / "ring.json"
    path.write_text(spoil(path.read_text()))

    with pytest.raises(KeyFileError, match=complaint):
        load_ring(folder)


def test_a_ring_that_others_can_read_is_refused(tmp_path: Path) -> None:
    save_ring(tmp_path / "keys", FIRST)
    (tmp_path / "keys" / "ring.json").chmod(0o644)

    with pytest.raises(KeyFileError, match="chmod 600"):
        load_ring(tmp_path / "keys")
