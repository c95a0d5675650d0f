"""Keys have one id, signatures one spelling, and a private key shows itself to nobody."""

import logging
import traceback

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.errors import FormatError, SignatureError
from signing.keys import ORDER, VERIFY_WITH, LocalKey, VerifyingKey, key_id_of, low_s, new_key
from tests.builders import a_key

KEY = a_key(12)
OTHER = a_key(14)
PUBLIC = VerifyingKey(KEY.point)
MESSAGE = b"SKCK"
HALF = ORDER // 2


@settings(max_examples=300)
@given(st.binary(max_size=200))
def test_a_signature_holds_for_its_message_and_is_low(message: bytes) -> None:
    signature = KEY.sign(message)

    PUBLIC.verify(signature, message)
    assert len(signature) == 64
    assert int.from_bytes(signature[32:], "big") <= HALF


def test_the_same_message_is_signed_the_same_again() -> None:
    assert KEY.sign(MESSAGE) == KEY.sign(MESSAGE)


def test_the_other_spelling_of_a_signature_is_refused() -> None:
    signature = KEY.sign(MESSAGE)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    # It is as valid, or the refusal would show nothing.
    KEY.private.public_key().verify(encode_dss_signature(r, ORDER - s), MESSAGE, VERIFY_WITH)

    with pytest.raises(SignatureError, match="higher"):
        PUBLIC.verify(signature[:32] + (ORDER - s).to_bytes(32, "big"), MESSAGE)


@pytest.mark.parametrize("s", [1, HALF, HALF + 1, ORDER - 1])
def test_of_two_spellings_the_lower_is_written(s: int) -> None:
    assert int.from_bytes(low_s(5, s)[32:], "big") == min(s, ORDER - s)
    assert low_s(5, s)[:32] == (5).to_bytes(32, "big")


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        bytes(64),
        bytes(63),
        KEY.sign(MESSAGE) + b"\0",
        KEY.sign(MESSAGE)[:-1],
        OTHER.sign(MESSAGE),
        KEY.sign(b"another"),
        b"\xff" * 32 + KEY.sign(MESSAGE)[32:],
        bytes(32) + KEY.sign(MESSAGE)[32:],
        KEY.sign(MESSAGE)[:32] + bytes(32),
    ],
    ids=[
        "empty",
        "zeros",
        "short",
        "a byte more",
        "a byte less",
        "another key's",
        "another message's",
        "r beyond the order",
        "r zero",
        "s zero",
    ],
)
def test_what_is_not_the_signature_is_refused(signature: bytes) -> None:
    with pytest.raises(SignatureError):
        PUBLIC.verify(signature, MESSAGE)


def test_a_key_goes_by_the_beginning_of_its_hash() -> None:
    assert key_id_of(bytes.fromhex("04" + "00" * 64)) == bytes.fromhex("59ef1a5a")
    assert key_id_of(KEY.point) != key_id_of(OTHER.point)


def test_fresh_keys_differ() -> None:
    assert new_key().point != new_key().point


# --- reading public keys


@pytest.mark.parametrize(
    "point",
    [
        b"",
        bytes(65),
        KEY.point[:-1],
        KEY.point + b"\0",
        b"\x04" + bytes(64),
        b"\x06" + KEY.point[1:],
        b"\x07" + KEY.point[1:],
        KEY.private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint),
    ],
    ids=["empty", "zeros", "short", "long", "off the curve", "hybrid", "hybrid, odd", "compressed"],
)
def test_what_is_no_uncompressed_point_on_the_curve_is_refused(point: bytes) -> None:
    with pytest.raises(FormatError):
        VerifyingKey(point)


def test_a_public_key_comes_back_from_its_file() -> None:
    assert VerifyingKey.from_pem(PUBLIC.pem).point == KEY.point


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP384R1()),
        ed25519.Ed25519PrivateKey.generate(),
        rsa.generate_private_key(65537, 2048),
    ],
    ids=["P-384", "Ed25519", "RSA"],
)
def test_a_public_key_of_another_kind_is_refused(key: ec.EllipticCurvePrivateKey) -> None:
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    with pytest.raises(FormatError):
        VerifyingKey.from_pem(pem)


@pytest.mark.parametrize("pem", [b"", b"-----BEGIN PUBLIC KEY-----\n", PUBLIC.pem[:80], b"\0" * 99])
def test_what_is_no_pem_file_is_refused(pem: bytes) -> None:
    with pytest.raises(FormatError):
        VerifyingKey.from_pem(pem)


# --- a private key shows itself to nobody


def private_number(key: LocalKey) -> tuple[str, str, bytes]:
    """A private key as it must never be seen."""
    number = key.private.private_numbers().private_value
    return str(number), f"{number:x}", number.to_bytes(32, "big")


def test_a_private_key_is_not_in_its_repr(caplog: pytest.LogCaptureFixture) -> None:
    key = new_key()

    logging.getLogger("test").warning("%r %s", key, [key])

    for shown in (repr(key), str(key), f"{key}", caplog.text, repr([key]), repr({"key": key})):
        assert not any(str(form) in shown for form in private_number(key))
        assert key_id_of(key.point).hex() in shown


def test_a_private_key_is_not_in_a_traceback_with_local_variables() -> None:
    key = new_key()

    with pytest.raises(TypeError) as caught:
        key.sign("not bytes")  # type: ignore[arg-type]  # what is refused

    shown = "".join(
        traceback.TracebackException.from_exception(caught.value, capture_locals=True).format()
    )
    assert "LocalKey" in shown
    assert not any(str(form) in shown for form in private_number(key))
