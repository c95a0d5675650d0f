"""No one opens an identity alone, and a wrong share is named, never turned into garbage."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pyshamir
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.content import open_content
from signing.cose import encode, read
from signing.errors import CannotOpenError, FormatError, SigningError, WrongShareError
from signing.hpke import Kem, OpeningKey
from signing.quorum import (
    LONGEST_IDENTITY,
    Share,
    Side,
    _identity_context,
    identity_key,
    open_identity,
    open_passed_share,
    open_share,
    own_share,
    parse_identity,
    pass_share,
    seal_identity,
)
from tests.vectors.make_sealed import CASE, EXTERNAL, INTERNAL, KEYS

NAME = b"RATNA WULANDARI"
CUSTODIANS = [KEYS[name] for name in INTERNAL + EXTERNAL]
PUBLIC = [key.sealing_key for key in CUSTODIANS]
DATA, SECRET = seal_identity(CASE, PUBLIC[:3], PUBLIC[3:], NAME)
ENVELOPE = parse_identity(DATA)
SHARES = [open_share(ENVELOPE, CASE, key) for key in CUSTODIANS]

any_shares = st.lists(st.sampled_from(SHARES), max_size=6)


def is_enough(shares: list[Share]) -> bool:
    """Two of three inside, and one of two outside."""
    places = {SHARES.index(share) for share in shares}
    return len(places & {0, 1, 2}) >= 2 and bool(places & {3, 4})


@given(any_shares)
def test_enough_shares_open_and_fewer_open_nothing(shares: list[Share]) -> None:
    if is_enough(shares):
        assert open_identity(ENVELOPE, CASE, shares) == NAME
        assert identity_key(ENVELOPE, CASE, shares) == SECRET
    else:
        with pytest.raises(CannotOpenError):
            open_identity(ENVELOPE, CASE, shares)


def test_no_smaller_number_opens_even_where_nobody_counts() -> None:
    """The mathematics, without our own counting: no sum or combination of too few is the key."""
    context = _identity_context(CASE, ENVELOPE.policy)
    inside = [bytes(share.secret) for share in SHARES[:3]]
    outer = bytes(SHARES[3].secret)
    combined = [
        bytes(pyshamir.combine([bytearray(one), bytearray(other)]))
        for one, other in combinations(inside, 2)
    ]
    tries = [part[:32] for part in inside] + combined + [outer, bytes(32)]
    tries += [bytes(a ^ b for a, b in zip(part[:32], outer, strict=True)) for part in inside]

    for key in tries:
        with pytest.raises(CannotOpenError):
            open_content(key, context, ENVELOPE.body)


@given(any_shares, st.data())
def test_every_wrong_share_is_named(shares: list[Share], data: st.DataObject) -> None:
    given_ = list(dict.fromkeys(shares))
    wrong = data.draw(st.sets(st.sampled_from(given_)) if given_ else st.just(set()))
    at, bit = data.draw(st.integers(0, 31)), data.draw(st.integers(0, 7))

    def changed(share: Share) -> Share:
        secret = bytearray(share.secret)
        secret[at] ^= 1 << bit
        return Share(reader=share.reader, secret=bytes(secret))

    if wrong:
        with pytest.raises(WrongShareError) as raised:
            open_identity(ENVELOPE, CASE, [changed(s) if s in wrong else s for s in given_])
        assert set(raised.value.keys) == {share.reader for share in wrong}


def test_a_share_of_another_case_is_wrong_here() -> None:
    other = bytes(16)
    data, _ = seal_identity(other, PUBLIC[:3], PUBLIC[3:], NAME)
    foreign = open_share(parse_identity(data), other, CUSTODIANS[0])

    with pytest.raises(WrongShareError) as raised:
        open_identity(ENVELOPE, CASE, [foreign, SHARES[1], SHARES[3]])

    assert raised.value.keys == (CUSTODIANS[0].sealing_key.id,)


def test_an_envelope_belongs_to_its_case() -> None:
    for key in CUSTODIANS:
        with pytest.raises(CannotOpenError):
            open_share(ENVELOPE, bytes(16), key)


@settings(max_examples=50)
@given(st.binary(max_size=LONGEST_IDENTITY))
def test_an_envelope_around_nothing_is_as_long_as_any_other(plain: bytes) -> None:
    data, _ = seal_identity(CASE, PUBLIC[:3], PUBLIC[3:], plain)

    assert len(data) == len(DATA)


def test_an_identity_that_is_too_long_is_refused_and_not_cut() -> None:
    with pytest.raises(FormatError):
        seal_identity(CASE, PUBLIC[:3], PUBLIC[3:], bytes(LONGEST_IDENTITY + 1))


@pytest.mark.parametrize(
    ("internal", "external"),
    [
        (PUBLIC[:2], PUBLIC[3:]),
        (PUBLIC[:1], PUBLIC[3:]),
        (PUBLIC[:3], []),
        ([], PUBLIC[3:]),
        (PUBLIC[:4], PUBLIC[4:]),
        ([PUBLIC[0], PUBLIC[0], PUBLIC[1]], PUBLIC[3:]),
        (PUBLIC[:3], [PUBLIC[0]]),
    ],
)
def test_fewer_custodians_than_the_least_or_one_twice_is_refused(
    internal: list[object], external: list[object]
) -> None:
    with pytest.raises(FormatError):
        seal_identity(CASE, internal, external, NAME)  # type: ignore[arg-type]  # keys, all of them


YES = True  # equal to 1 in Python, and another value in CBOR


def spoilt(change: Callable[[list[Any]], object]) -> bytes:
    """The envelope, with its parts changed by somebody who knows the format."""
    parts = read(DATA)
    change(parts)
    return encode(parts)


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: parts[1].pop(0),
        lambda parts: parts[1].pop(2),
        lambda parts: (parts[1].pop(3), parts[1].pop(3)),
        lambda parts: parts[1].append(parts[1][3]),
        lambda parts: parts[1].insert(1, parts[1][0]),
        lambda parts: parts[1].__setitem__(1, parts[1][0]),
        lambda parts: parts[1].__setitem__(4, parts[1][3]),
        lambda parts: parts[1].reverse(),
        lambda parts: parts[1][0].__setitem__(0, YES),
        lambda parts: parts[1][0].__setitem__(1, 3),
        lambda parts: parts[1][0].__setitem__(2, bytes(15)),
        lambda parts: parts[1][0].__setitem__(3, bytes(31)),
        lambda parts: parts[1][0].__setitem__(4, parts[1][0][4] + b"\0"),
        lambda parts: parts.__setitem__(0, 2),
        lambda parts: parts.__setitem__(0, YES),
        lambda parts: parts.__setitem__(2, parts[2] + b"\0"),
    ],
)
def test_an_envelope_that_asks_others_or_says_more_is_refused_before_anything_is_opened(
    change: Callable[[list[Any]], object],
) -> None:
    with pytest.raises(FormatError):
        parse_identity(spoilt(change))


def test_what_is_longer_than_any_envelope_is_not_even_read() -> None:
    with pytest.raises(FormatError, match="more than"):
        parse_identity(bytes((1 << 16) + 1))


@pytest.mark.parametrize("place", range(5))
def test_a_custodian_sees_that_another_share_was_committed_to(place: int) -> None:
    envelope = parse_identity(spoilt(lambda parts: parts[1][place].__setitem__(3, bytes(32))))

    with pytest.raises(WrongShareError) as raised:
        open_share(envelope, CASE, CUSTODIANS[place])

    assert raised.value.keys == (CUSTODIANS[place].sealing_key.id,)


def test_a_share_is_passed_to_one_person() -> None:
    asked, other = OpeningKey.new(), OpeningKey.new(Kem.X_WING)
    reader = SHARES[0].reader
    passed = pass_share(ENVELOPE, CASE, SHARES[0], asked.sealing_key)

    assert open_passed_share(ENVELOPE, CASE, reader, passed, asked) == SHARES[0]
    for whose, requester in ((reader, other), (SHARES[1].reader, asked)):
        with pytest.raises(CannotOpenError) as raised:
            open_passed_share(ENVELOPE, CASE, whose, passed, requester)
        assert not isinstance(raised.value, WrongShareError)  # it does not even open


def test_a_custodian_who_passes_another_share_is_named() -> None:
    asked = OpeningKey.new()
    swapped = Share(reader=SHARES[0].reader, secret=SHARES[1].secret)
    passed = pass_share(ENVELOPE, CASE, swapped, asked.sealing_key)

    with pytest.raises(WrongShareError) as raised:
        open_passed_share(ENVELOPE, CASE, SHARES[0].reader, passed, asked)

    assert raised.value.keys == (SHARES[0].reader,)


def opened_by_all(data: bytes) -> bytes:
    """What three custodians get out of an envelope."""
    envelope = parse_identity(data)
    shares = [open_share(envelope, CASE, CUSTODIANS[place]) for place in (0, 1, 3)]
    return open_identity(envelope, CASE, shares)


@given(st.integers(0, len(DATA) - 1), st.integers(0, 7))
def test_a_changed_byte_is_refused_or_was_another_custodians(at: int, bit: int) -> None:
    changed = bytearray(DATA)
    changed[at] ^= 1 << bit

    try:
        found = opened_by_all(bytes(changed))
    except SigningError:
        return
    # The sealed shares of the two who were not asked: nobody of these three can know.
    unasked = [share.sealed for place, share in enumerate(ENVELOPE.shares) if place in {2, 4}]
    unasked += [share.commitment for n, share in enumerate(ENVELOPE.shares) if n in {2, 4}]
    assert any(DATA.index(part) <= at < DATA.index(part) + len(part) for part in unasked)
    assert found == NAME


@given(st.binary(max_size=300))
def test_other_bytes_are_no_envelope(data: bytes) -> None:
    for one in (data, DATA[: len(data)] + data, DATA + data[:1] + b"\0"):
        with pytest.raises(FormatError):
            parse_identity(one)


def test_handlers_hold_nothing_of_it() -> None:
    for name in ("handler 1", "handler 2", "reporter"):
        with pytest.raises(CannotOpenError):
            open_share(ENVELOPE, CASE, KEYS[name])


def test_a_share_does_not_show_itself() -> None:
    assert bytes(SHARES[0].secret).hex() not in repr(SHARES[0])
    assert "secret" not in repr(SHARES[0])


def test_the_sides_are_as_the_custodians_were_given() -> None:
    sides = [share.side for share in ENVELOPE.shares]

    assert sides == [Side.INTERNAL] * 3 + [Side.EXTERNAL] * 2


def test_a_custodian_opens_their_share_without_the_envelope() -> None:
    asked = [(share.side, share.kem, share.reader) for share in ENVELOPE.shares]
    alone = own_share(asked, ENVELOPE.shares[1])

    assert open_share(alone, CASE, CUSTODIANS[1]) == SHARES[1]
    with pytest.raises(CannotOpenError):
        open_share(alone, CASE, CUSTODIANS[0])


def test_a_share_opens_under_no_other_policy_than_its_own() -> None:
    asked = [(share.side, share.kem, share.reader) for share in ENVELOPE.shares]
    others = [*asked[:4], (Side.EXTERNAL, Kem.X25519, bytes(16))]

    with pytest.raises(CannotOpenError):
        open_share(own_share(others, ENVELOPE.shares[1]), CASE, CUSTODIANS[1])
    for spoiled in (others[:2], asked[::-1], [*asked[:3], asked[3], asked[3]]):
        with pytest.raises(FormatError):
            own_share(spoiled, ENVELOPE.shares[1])
    with pytest.raises(FormatError):
        own_share(others, ENVELOPE.shares[4])
