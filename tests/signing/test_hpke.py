"""What is sealed for a reader opens for that reader, in that place, and for nobody else."""

import pytest
from cryptography.hazmat.bindings._rust import openssl as rust_openssl
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import CannotOpenError, FormatError
from signing.hpke import SUITES, Kem, OpeningKey, SealingKey
from tests.vectors.make_sealed import KEYS, RFC_9180, UNUSABLE

KINDS = pytest.mark.parametrize("kem", Kem)


@KINDS
def test_only_the_reader_opens_and_only_in_its_place(kem: Kem) -> None:
    reader, other = OpeningKey.new(kem), OpeningKey.new(kem)
    sealed = reader.sealing_key.seal(b"RATNA", b"here")

    assert reader.open(sealed, b"here") == b"RATNA"
    assert len(sealed) == len(b"RATNA") + kem.extra_bytes
    for key, context in ((other, b"here"), (reader, b"there"), (reader, b"")):
        with pytest.raises(CannotOpenError):
            key.open(sealed, context)


@KINDS
@given(at=st.integers(0, 1 << 20), bit=st.integers(0, 7))
def test_no_bit_of_what_is_sealed_can_be_another(kem: Kem, at: int, bit: int) -> None:
    reader = KEYS["internal 1" if kem is Kem.X_WING else "reporter"]
    sealed = bytearray(SEALED[kem])
    sealed[at % len(sealed)] ^= 1 << bit

    # X25519 does not look at the highest bit of a point (RFC 7748, 5), but HPKE does.
    with pytest.raises(CannotOpenError):
        reader.open(bytes(sealed), b"here")


SEALED = {
    Kem.X25519: KEYS["reporter"].sealing_key.seal(b"RATNA", b"here"),
    Kem.X_WING: KEYS["internal 1"].sealing_key.seal(b"RATNA", b"here"),
}


@KINDS
@given(st.binary(max_size=64))
def test_other_bytes_do_not_open(kem: Kem, data: bytes) -> None:
    with pytest.raises(CannotOpenError):
        OpeningKey(kem, bytes(32)).open(data, b"")


def test_the_seed_makes_the_key_of_rfc_9180() -> None:
    key = OpeningKey(Kem.X25519, bytes.fromhex(RFC_9180["seed"]))

    assert key.sealing_key.public.hex() == RFC_9180["public"]


def test_the_library_opens_what_rfc_9180_has_sealed() -> None:
    key = OpeningKey(Kem.X25519, bytes.fromhex(RFC_9180["seed"]))

    # The vector has further data (aad), which the library takes only under this name.
    plain = rust_openssl.hpke._decrypt_with_aad(
        SUITES[Kem.X25519],
        bytes.fromhex(RFC_9180["enc"] + RFC_9180["sealed"]),
        key._library_key,
        bytes.fromhex(RFC_9180["info"]),
        bytes.fromhex(RFC_9180["aad"]),
    )

    assert plain == b"Beauty is truth, truth beauty"


def test_a_key_does_not_show_itself() -> None:
    key = OpeningKey(Kem.X25519, b"\x07" * 32)

    assert "07" not in repr(key) + str(key.secret)


@pytest.mark.parametrize("length", [0, 31, 33, 1184, 1215, 1217])
def test_a_key_of_another_length_is_no_key(length: int) -> None:
    for kem in Kem:
        with pytest.raises(FormatError):
            SealingKey(kem, bytes(length))
    with pytest.raises(FormatError):
        OpeningKey(Kem.X25519, bytes(length))


@pytest.mark.parametrize(("kem", "public"), UNUSABLE)
def test_a_key_with_which_no_secret_can_be_agreed_upon_is_refused(kem: int, public: str) -> None:
    key = SealingKey(Kem(kem), bytes.fromhex(public))

    with pytest.raises(FormatError):
        key.seal(b"RATNA", b"here")
