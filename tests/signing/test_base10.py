"""Bytes have one spelling in digits, and digits that no bytes have are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.base10 import decode_digits, encode_digits
from signing.errors import FormatError


# Those of other implementations of CTAP's encoding, and by hand.
@pytest.mark.parametrize(
    ("data", "digits"),
    [
        (b"", ""),
        (b"ab\xff", "16736865"),
        (b"\x01", "001"),
        (b"\xff", "255"),
        (b"\x00\x01", "00256"),
        (b"\xff" * 6, "281474976710655"),
        (b"\xff" * 7, "72057594037927935"),
        (b"\x01" + bytes(6) + b"\x02", "00000000000000001002"),
        *((bytes(n), "0" * width) for n, width in enumerate((0, 3, 5, 8, 10, 13, 15, 17, 20))),
    ],
)
def test_known_bytes_have_known_digits(data: bytes, digits: str) -> None:
    assert encode_digits(data) == digits
    assert decode_digits(digits) == data


@given(st.binary(max_size=300))
def test_digits_give_the_bytes_back(data: bytes) -> None:
    assert decode_digits(encode_digits(data)) == data


@given(st.text("0123456789", max_size=60))
def test_digits_are_refused_or_the_one_spelling(digits: str) -> None:
    try:
        data = decode_digits(digits)
    except FormatError:
        return
    assert encode_digits(data) == digits


@pytest.mark.parametrize(
    "digits",
    [
        "1",
        "12",
        "1234",
        "1" * 18,
        "1" * 19,
        "256",
        "999",
        "65536",
        "281474976710656",
        "72057594037927936",
        "99999999999999999",
        "-01",
        "+01",
        " 01",
        "0_1",
        "1.0",
        "abc",
        "\uff11\uff12\uff13",
        "1\u03082\u03083\u0308",
        "²³¹",
        "٠٠١",
    ],
)
def test_what_no_bytes_spell_is_refused(digits: str) -> None:
    with pytest.raises(FormatError):
        decode_digits(digits)
