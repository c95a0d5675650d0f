"""Why a name is asked for is read by custodians alone, and six words tell who asks."""

import json
from dataclasses import replace

import pytest

from signing.cose import encode
from signing.errors import CannotOpenError, FormatError
from signing.hpke import Kem, OpeningKey
from signing.opening import (
    Reason,
    new_wish,
    one_time_key,
    open_kept,
    open_reason,
    words_of_wish,
)
from signing.padding import pad
from tests.vectors.make_sealed import CASE

ASKER = OpeningKey(Kem.X25519, bytes([1] * 32))
GUARDS = [OpeningKey(Kem.X_WING, bytes([number] * 32)) for number in (2, 3)]
REASON = Reason(
    number="KTR7QM", unit=997100, purpose="Melindungi saksi", basis="UU 31/2014", audience="Hakim"
)
WISH = new_wish(CASE, REASON, [one.sealing_key for one in GUARDS], ASKER.sealing_key)
ONCE = one_time_key(WISH.key)


def sealed_for(guard: OpeningKey) -> bytes:
    return WISH.reasons[guard.sealing_key.id]


def test_each_custodian_reads_why() -> None:
    for guard in GUARDS:
        assert open_reason(CASE, sealed_for(guard), guard, ONCE) == (REASON, WISH.digest)


def test_nobody_else_does_and_in_no_other_case_or_for_another_key() -> None:
    other = OpeningKey(Kem.X_WING, bytes(32))
    for case, guard, once in (
        (CASE, GUARDS[1], ONCE),
        (bytes(16), GUARDS[0], ONCE),
        (CASE, GUARDS[0], other.sealing_key),
    ):
        with pytest.raises(CannotOpenError):
            open_reason(case, sealed_for(GUARDS[0]), guard, once)


def test_only_whoever_asked_has_the_one_time_key() -> None:
    key, digest = open_kept(CASE, WISH.kept, ASKER)

    assert (key.sealing_key, digest) == (ONCE, WISH.digest)
    for case, reader in ((CASE, GUARDS[0]), (bytes(16), ASKER)):
        with pytest.raises(CannotOpenError):
            open_kept(case, WISH.kept, reader)


def test_every_wish_has_a_key_of_its_own_and_one_length() -> None:
    short = replace(REASON, purpose="x")
    again = new_wish(CASE, short, [GUARDS[0].sealing_key], ASKER.sealing_key)

    assert again.key != WISH.key
    assert len(again.reasons[GUARDS[0].sealing_key.id]) == len(sealed_for(GUARDS[0]))
    assert "saksi" not in repr(WISH)


def test_other_keys_cases_askers_and_reasons_have_other_words() -> None:
    asker, other = ASKER.sealing_key.id, GUARDS[0].sealing_key
    said = words_of_wish(CASE, asker, ONCE, WISH.digest)

    assert len(said) == 6
    assert words_of_wish(CASE, asker, ONCE, WISH.digest) == said
    for wish in (
        (bytes(16), asker, ONCE, WISH.digest),
        (CASE, other.id, ONCE, WISH.digest),
        (CASE, asker, other, WISH.digest),
        (CASE, asker, ONCE, bytes(32)),
    ):
        assert words_of_wish(*wish) != said


def test_the_words_are_these() -> None:
    said = words_of_wish(bytes(16), bytes(16), ASKER.sealing_key, bytes(32))

    assert " ".join(said) == "kreasi kegunaan antena hambar potensi sejak"


def test_a_reason_that_is_too_long_is_refused() -> None:
    with pytest.raises(FormatError):
        new_wish(CASE, replace(REASON, purpose="x" * 4096), [], ASKER.sealing_key)


@pytest.mark.parametrize(
    "change",
    [{"v": 2}, {"v": True}, {"unit": "7"}, {"unit": None}, {"purpose": 1}, {"audience": None}],
)
def test_what_is_no_reason_is_refused(change: dict[str, object]) -> None:
    guard = GUARDS[0]
    context = encode(["segel-opening-reason", 1, CASE, guard.sealing_key.id, ONCE.id])
    right = {"v": 1, "number": "", "unit": 1, "purpose": "", "basis": "", "audience": ""}

    def read(text: str) -> Reason:
        sealed = guard.sealing_key.seal(pad(text.encode(), 4096), context)
        return open_reason(CASE, sealed, guard, ONCE)[0]

    assert read(json.dumps(right)).unit == 1
    for text in (json.dumps(right | change), "", "7", "[" * 3000):
        with pytest.raises(FormatError):
            read(text)


def test_what_is_no_key_is_refused() -> None:
    short = ASKER.sealing_key.seal(
        bytes(32), encode(["segel-opening-kept", 1, CASE, ASKER.sealing_key.id])
    )

    with pytest.raises(FormatError):
        open_kept(CASE, short, ASKER)
    for data in (b"", b"\x03" + bytes(32), b"\x01" + bytes(31)):
        with pytest.raises(FormatError):
            one_time_key(data)
