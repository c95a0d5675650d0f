"""A signed message has one spelling; whatever else arrives is refused with one kind of error."""

from collections.abc import Callable
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.cose import encode, parse_sign1, read, sign1
from signing.errors import FormatError, SignatureError
from signing.keys import VerifyingKey, key_id_of
from tests.builders import a_key

KEY, OTHER = a_key(12), a_key(14)
PUBLIC = VerifyingKey(KEY.point)
CLAIMS: dict[int, Any] = {4: 1_803_834_000, 6: 1_788_150_000, -65537: [1, "RATNA", b"\x01"]}
MESSAGE = sign1(KEY, CLAIMS)
LONGEST = 4096
NAME = key_id_of(KEY.point)


def test_a_message_gives_its_claims_back() -> None:
    message = parse_sign1(MESSAGE, longest=LONGEST)

    assert message.verify(PUBLIC) == CLAIMS
    assert message.key_id == NAME
    assert message.type is None


def test_a_type_is_read_back() -> None:
    message = parse_sign1(sign1(KEY, CLAIMS, type_="application/x"), longest=LONGEST)

    assert message.type == "application/x"


def test_a_message_is_as_rfc_9052_says() -> None:
    protected, unprotected, payload, signature = cbor2.loads(MESSAGE).value

    assert MESSAGE[:2] == b"\xd2\x84"
    assert cbor2.loads(protected) == {1: -7, 4: NAME}
    assert unprotected == {}
    assert cbor2.loads(payload) == CLAIMS
    PUBLIC.verify(signature, cbor2.dumps(["Signature1", protected, b"", payload]))


def test_a_message_of_another_key_does_not_hold() -> None:
    with pytest.raises(SignatureError):
        parse_sign1(sign1(OTHER, CLAIMS), longest=LONGEST).verify(PUBLIC)


def test_a_message_is_no_longer_than_allowed() -> None:
    parse_sign1(MESSAGE, longest=len(MESSAGE))
    with pytest.raises(FormatError):
        parse_sign1(MESSAGE, longest=len(MESSAGE) - 1)


def test_no_bit_of_a_message_can_be_changed() -> None:
    for bit in range(8 * len(MESSAGE)):
        forged = bytearray(MESSAGE)
        forged[bit >> 3] ^= 1 << (bit & 7)

        with pytest.raises((FormatError, SignatureError)):
            parse_sign1(bytes(forged), longest=LONGEST).verify(PUBLIC)


# --- one spelling


@pytest.mark.parametrize(
    "spelled",
    [
        "",
        "1800",
        "190001",
        "1a00000001",
        "1b0000000000000001",
        "5f4101ff",
        "7f6101ff",
        "9f01ff",
        "bf0101ff",
        "a201010101",
        "a10101 00",
        "a101",
        "8101ff",
        "ff",
        "1c",
        "fc",
        "f818",
        "f90000",
        "fa00000000",
        "61ff",
        "62c328",
        "63eda080",
        "7801" + "61",
        "5801" + "61",
        "9801" + "01",
        "d81201",
        "c11a514b67b0",
        "d82361285b",
        "d9010461",
        "d81e820100",
        "c5821b00ffffffffffffff01",
        "d81c81d81d00",
        "d81d00",
        "d82442ffff",
        "d82550",
        "c0716e6f74",
        "d9d9f7",
        "c2410001",
        "81" * 14 + "00",
        "d2" * 3000 + "00",
        "81" * 3000 + "00",
        "9bffffffffffffffff",
        "5bffffffffffffffff00",
        "bbffffffffffffffff",
    ],
)
def test_what_is_not_the_one_spelling_of_a_value_is_refused(spelled: str) -> None:
    with pytest.raises(FormatError):
        read(bytes.fromhex(spelled))


VALUES = st.recursive(
    st.integers(-(1 << 63), (1 << 63) - 1) | st.binary(max_size=20) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5),
    max_leaves=10,
)


@given(VALUES)
def test_what_we_write_is_the_one_spelling(value: Any) -> None:
    assert read(encode(value)) == value


@settings(max_examples=2000)
@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        value = read(data)
    except FormatError:
        return
    assert encode(value) == data


# The beginnings of every tag that a CBOR library may know, and of every major type.
HEADS = st.sampled_from(
    [
        *(bytes([0xC0 | n]) for n in range(24)),
        *(b"\xd8" + bytes([n]) for n in range(24, 256)),
        *(b"\xd9" + n.to_bytes(2, "big") for n in (*range(256, 263), 1004, 43000, 55799)),
        *(bytes([kind << 5 | size]) for kind in range(8) for size in range(32)),
    ]
)


@settings(max_examples=2000)
@given(st.lists(HEADS | st.binary(min_size=1, max_size=9), max_size=8).map(b"".join))
def test_any_structure_is_read_or_refused(data: bytes) -> None:
    try:
        value = read(data)
    except FormatError:
        return
    assert encode(value) == data


# --- one shape


def assembled(
    *,
    protected: object = None,
    unprotected: object = None,
    claims: object = None,
    tag: int = 18,
    **parts: Any,
) -> bytes:
    """A message whose signature holds over whatever its parts are."""
    spelled = (
        protected if isinstance(protected, bytes) else cbor2.dumps(protected or {1: -7, 4: NAME})
    )
    payload = (
        claims if isinstance(claims, bytes) else cbor2.dumps(CLAIMS if claims is None else claims)
    )
    signature = KEY.sign(cbor2.dumps(["Signature1", spelled, b"", payload]))
    value = [spelled, {} if unprotected is None else unprotected, payload, signature]
    for place, part in parts.items():
        value[int(place.removeprefix("part"))] = part
    return cbor2.dumps(cbor2.CBORTag(tag, value))


def test_the_assembled_message_is_ours() -> None:
    assert assembled() == MESSAGE


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda: MESSAGE[1:], id="no tag"),
        pytest.param(lambda: assembled(tag=17), id="another tag"),
        pytest.param(lambda: b"\xd9\xd9\xf7" + MESSAGE, id="a tag around it"),
        pytest.param(lambda: MESSAGE + b"\0", id="a byte after it"),
        pytest.param(lambda: cbor2.dumps(cbor2.CBORTag(18, [b"", {}, b""])), id="three parts"),
        pytest.param(lambda: cbor2.dumps(cbor2.CBORTag(18, {})), id="a map of parts"),
        pytest.param(lambda: assembled(unprotected={1: -7}), id="unprotected header"),
        pytest.param(lambda: assembled(unprotected=[]), id="a list as unprotected header"),
        pytest.param(lambda: assembled(part2="text"), id="payload as text"),
        pytest.param(lambda: assembled(part3=bytes(63)), id="short signature"),
        pytest.param(lambda: assembled(part3="x" * 64), id="signature as text"),
        pytest.param(lambda: assembled(protected=b"\xa0"), id="empty header"),
        pytest.param(
            lambda: assembled(protected=cbor2.dumps({4: NAME, 1: -7})), id="header out of order"
        ),
        pytest.param(lambda: assembled(protected={1: -8, 4: NAME}), id="another algorithm"),
        pytest.param(lambda: assembled(protected={1: -7.0, 4: NAME}), id="algorithm as a float"),
        pytest.param(lambda: assembled(protected={True: -7, 4: NAME}), id="true for 1"),
        pytest.param(lambda: assembled(protected={1: -7, 4: b"abc"}), id="short key id"),
        pytest.param(lambda: assembled(protected={1: -7, 4: "abcd"}), id="key id as text"),
        pytest.param(lambda: assembled(protected={1: -7}), id="no key id"),
        pytest.param(lambda: assembled(protected={1: -7, 4: NAME, 16: 1}), id="type as a number"),
        pytest.param(lambda: assembled(protected={1: -7, 4: NAME, 15: "x"}), id="another entry"),
        pytest.param(
            lambda: assembled(protected={1: -7, 4: NAME, 16: "x", 17: "y"}),
            id="a further entry",
        ),
        pytest.param(lambda: assembled(claims=[4, 6]), id="claims as a list"),
        pytest.param(lambda: assembled(claims=b""), id="no claims"),
        pytest.param(lambda: assembled(claims={4.0: 1}), id="a claim under a float"),
        pytest.param(lambda: assembled(claims={"4": 1}), id="a claim under a text"),
        pytest.param(lambda: assembled(claims={True: 1}), id="a claim under true"),
    ],
)
def test_another_shape_is_refused_though_the_signature_holds(spoil: Callable[[], bytes]) -> None:
    with pytest.raises(FormatError):
        parse_sign1(spoil(), longest=LONGEST)
