"""A locked key opens with its owner's passphrase or passkey, and with nothing else."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import CannotOpenError, FormatError
from signing.hpke import Kem, OpeningKey
from signing.locked import (
    KeptKey,
    Way,
    encode_kept,
    lock_key,
    parse_kept,
    parse_locked,
    spelled_passphrase,
    unlock_key,
)
from tests.vectors.make_sealed import KEYS, PASSKEY_SECRET, PASSPHRASE

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "envelope.json").read_text(encoding="utf-8")
)
KEY = KEYS["internal 1"]
LOCKED = lock_key(KEY, Way.PASSKEY, PASSKEY_SECRET)


def test_a_passphrase_opens_and_another_does_not() -> None:
    locked = lock_key(KEY, Way.PASSPHRASE, PASSPHRASE)

    assert unlock_key(locked, PASSPHRASE) == KEY
    with pytest.raises(CannotOpenError):
        unlock_key(locked, PASSPHRASE + " ")


def test_a_letter_counts_however_a_keyboard_spells_it() -> None:
    locked = bytes.fromhex(VECTORS["python"]["sealed"]["locked"]["passphrase"])

    assert unlock_key(locked, PASSPHRASE.replace("é", "e\u0301")) == KEYS["internal 1"]


def test_only_the_same_passkey_opens() -> None:
    assert unlock_key(LOCKED, PASSKEY_SECRET) == KEY
    with pytest.raises(CannotOpenError):
        unlock_key(LOCKED, bytes(32))


@given(st.integers(0, len(LOCKED) * 8 - 1))
def test_no_bit_of_a_locked_key_can_be_another(bit: int) -> None:
    changed = bytearray(LOCKED)
    changed[bit // 8] ^= 1 << bit % 8

    with pytest.raises((CannotOpenError, FormatError)):
        unlock_key(bytes(changed), PASSKEY_SECRET)


@given(st.binary(max_size=200))
def test_other_bytes_are_no_locked_key(data: bytes) -> None:
    with pytest.raises(FormatError):
        parse_locked(data)


def test_a_secret_of_the_other_kind_is_refused() -> None:
    for way, secret in (
        (Way.PASSKEY, PASSPHRASE),
        (Way.PASSPHRASE, PASSKEY_SECRET),
        (Way.PASSKEY, bytes(31)),
    ):
        with pytest.raises(FormatError):
            lock_key(KEY, way, secret)


def test_what_a_server_keeps_shows_nothing_of_the_key() -> None:
    key = OpeningKey(Kem.X25519, b"\x5a" * 32)

    assert b"\x5a" * 8 not in lock_key(key, Way.PASSKEY, PASSKEY_SECRET)


def test_the_file_of_a_key_is_read_as_it_was_written() -> None:
    locked = bytes.fromhex(VECTORS["python"]["sealed"]["locked"]["passphrase"])
    kept = KeptKey(unit=997100, role="internal", passphrase=locked)

    assert parse_kept(encode_kept(kept)) == kept
    # As a browser writes it, once a passkey locks the key, too.
    more = json.loads(encode_kept(kept)) | {"passkey": LOCKED.hex(), "credential": "00"}
    assert parse_kept(json.dumps(more)) == kept


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"v": True},
        {"unit": 0},
        {"unit": 1 << 32},
        {"unit": "997100"},
        {"role": "admin"},
        {"role": []},
        {"passphrase": LOCKED.hex()},
        {"passphrase": "00"},
        {"passphrase": 7},
        {"passphrase": "0" * 5000},
    ],
)
def test_what_is_no_file_of_a_key_is_refused(change: dict[str, object]) -> None:
    locked = VECTORS["python"]["sealed"]["locked"]["passphrase"]
    right = {"v": 1, "unit": 997100, "role": "internal", "passphrase": locked}

    assert parse_kept(json.dumps(right)).unit == 997100
    for text in (json.dumps(right | change), "", "[]", "null", "[" * 3000):
        with pytest.raises(FormatError):
            parse_kept(text)


def test_a_passphrase_has_one_spelling() -> None:
    assert spelled_passphrase("  Lain CEPLOK\tlensa\n") == "lain ceplok lensa"
