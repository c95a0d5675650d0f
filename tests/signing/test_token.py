"""The text of a QR code has one grammar, and holds exactly one token."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.base10 import decode_digits, encode_digits
from signing.cose import sign1
from signing.errors import FormatError, SignatureError
from signing.keys import VerifyingKey, key_id_of
from signing.payload import LONGEST_TOKEN, claims_of
from signing.sheet import payload_of_sheet, token_bytes, token_size
from signing.token import parse_token, sign_token, token_text, verify_token
from tests.builders import BASE_URL, a_key, a_sheet

KEY = a_key(12)
PUBLIC = VerifyingKey(KEY.point)
PAYLOAD = payload_of_sheet(a_sheet(), bytes(range(16)))
TEXT = sign_token(KEY, PAYLOAD, base_url=BASE_URL)
DIGITS = TEXT.partition("#")[2]


def test_a_token_gives_its_payload_back() -> None:
    token = parse_token(TEXT)

    assert verify_token(token, PUBLIC) == PAYLOAD
    assert token.host == "skck.polres-contoh.example"
    assert token.key_id == key_id_of(KEY.point)
    assert token.digits == DIGITS


def test_another_key_did_not_sign_it() -> None:
    with pytest.raises(SignatureError):
        verify_token(parse_token(TEXT), VerifyingKey(a_key(14).point))


@pytest.mark.parametrize("text", [DIGITS, f"#{DIGITS}"])
def test_the_digits_are_enough(text: str) -> None:
    assert verify_token(parse_token(text), PUBLIC) == PAYLOAD
    assert parse_token(text).host is None


@pytest.mark.parametrize(
    ("text", "host"),
    [
        (f"http://localhost:8000/#{DIGITS}", "localhost:8000"),
        (f"https://a/{DIGITS}", "a"),
        (f"https://xn--plres-conto-8jb.example/#{DIGITS}", "xn--plres-conto-8jb.example"),
    ],
)
def test_a_host_is_read_as_browsers_show_it(text: str, host: str) -> None:
    assert parse_token(text).host == host


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#",
        BASE_URL,
        f"{BASE_URL}/#",
        f" {TEXT}",
        f"{TEXT} ",
        f"{TEXT}\n",
        f"{TEXT}#",
        f"{TEXT}/",
        f"{TEXT}?x=1",
        TEXT.upper(),
        TEXT.replace("https", "HTTPS"),
        TEXT.replace("https", "ftp"),
        TEXT.replace("https://", "https:"),
        TEXT.replace("https://", "//"),
        TEXT.replace("skck", "Skck"),
        TEXT.replace("skck.", "user@skck."),
        TEXT.replace("skck.", "skck:x@"),
        TEXT.replace(".example/", ".example:/"),
        TEXT.replace(".example/", ".example:123456/"),
        TEXT.replace(".example/", ".example./"),
        TEXT.replace("skck.", "-skck."),
        TEXT.replace("skck", "skçk"),
        TEXT.replace("/#", "/x#"),
        TEXT.replace("/#", "/?x#"),
        TEXT.replace("/#", "#"),
        TEXT.replace("/#", "/##"),
        TEXT.replace("/#", "/#0"),
        TEXT[:-1],
        f"{TEXT}0",
        f"{TEXT}000",
        f"{TEXT}001",
        f"{TEXT}00000000000000000",
        TEXT.replace("#", "#-"),
        TEXT.translate({48 + n: 0xFF10 + n for n in range(10)}),
        TEXT.translate({48 + n: 0x0660 + n for n in range(10)}),
        "1" * 544,
        "1" * 561,
        "1" * 100_000,
        "https://" + "a" * 254 + f"/#{DIGITS}",
    ],
)
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        parse_token(text)


def test_a_signed_message_of_another_type_is_no_token() -> None:
    message = sign1(KEY, claims_of(PAYLOAD), type_="application/statuslist+cwt")

    with pytest.raises(FormatError):
        parse_token(token_text(BASE_URL, message))


def test_a_message_longer_than_the_symbol_is_neither_written_nor_read() -> None:
    longest = replace(
        PAYLOAD,
        name="N" * 65,
        purpose="P" * 40,
        sequence=(1 << 32) - 1,
        unit=(1 << 32) - 1,
        status_list=65_535,
    )
    message = sign1(KEY, claims_of(longest))
    assert len(message) > LONGEST_TOKEN

    with pytest.raises(FormatError):
        sign_token(KEY, longest, base_url=BASE_URL)
    with pytest.raises(FormatError):
        parse_token(encode_digits(message))


@settings(max_examples=200)
@given(
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ '.,-ÉŁ", min_size=1, max_size=40),
    st.integers(0, (1 << 32) - 1),
    st.integers(0, 65_535) | st.text("ABCDEF ", min_size=1, max_size=20),
    st.binary(min_size=16, max_size=16),
)
def test_what_was_signed_is_read_and_its_size_was_known(
    name: str, sequence: int, purpose: int | str, digest: bytes
) -> None:
    payload = replace(PAYLOAD, name=name, sequence=sequence, purpose=purpose, digest=digest)

    text = sign_token(KEY, payload, base_url=BASE_URL)

    assert verify_token(parse_token(text), PUBLIC) == payload
    assert len(decode_digits(text.partition("#")[2])) == token_size(payload)


def test_no_bit_of_a_token_can_be_changed() -> None:
    message = decode_digits(DIGITS)
    for bit in range(8 * len(message)):
        forged = bytearray(message)
        forged[bit >> 3] ^= 1 << (bit & 7)

        with pytest.raises((FormatError, SignatureError)):
            verify_token(parse_token(token_text(BASE_URL, bytes(forged))), PUBLIC)


@pytest.mark.parametrize("host", [1, 10, 24, 40, 60, 90])
def test_the_room_beside_an_address_is_what_the_symbol_holds(host: int) -> None:
    base_url = "https://" + "a" * host
    room = token_bytes(base_url)

    def bits(size: int) -> int:
        digits = len(encode_digits(bytes(size)))
        return 36 + 8 * len(f"{base_url}/#") + digits // 3 * 10 + (0, 4, 7)[digits % 3]

    # 254 data codewords of version 11 at level M.
    assert bits(room) <= 8 * 254
    assert room == LONGEST_TOKEN or bits(room + 1) > 8 * 254
