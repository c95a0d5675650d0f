"""A slip says what was signed, in one spelling, for one kind of paper, until its day."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.base10 import decode_digits, encode_digits
from signing.cose import sign1
from signing.errors import FormatError, SignatureError
from signing.slip import PREFIX, Slip, SlipKind, make_slip, read_slip
from signing.token import parse_token
from tests.vectors.make_vectors import BUNDLE, ISSUED, SIGNER, SLIP, STRANGER

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "slip.json").read_text(encoding="utf-8")
)
TEXT = make_slip(SIGNER, SLIP)

slips = st.builds(
    Slip,
    kind=st.sampled_from([kind for kind in SlipKind if kind is not SlipKind.LETTER]),
    unit=st.just(997100),
    bag=st.integers(0, (1 << 32) - 1),
    reference=st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-", max_size=20),
    issued_at=st.just(ISSUED),
    expires_at=st.integers(0, (1 << 37) - 1),
)


@given(slips)
def test_what_was_written_on_a_slip_is_read_from_it(slip: Slip) -> None:
    assert read_slip(make_slip(SIGNER, slip), BUNDLE) == slip


@given(st.integers(0, 10_000), st.sampled_from("0123456789"))
def test_no_digit_of_a_slip_can_be_another(place: int, digit: str) -> None:
    place = len(PREFIX) + place % (len(TEXT) - len(PREFIX))
    changed = TEXT[:place] + digit + TEXT[place + 1 :]

    if changed != TEXT:
        with pytest.raises((FormatError, SignatureError)):
            read_slip(changed, BUNDLE)


@given(st.text(max_size=80))
def test_no_other_text_is_a_slip(text: str) -> None:
    for one in (text, PREFIX + text):
        with pytest.raises(FormatError):
            read_slip(one, BUNDLE)


def read(text: str) -> tuple[str | None, list[object] | None]:
    """The error of a slip, or what it says."""
    try:
        slip = read_slip(text, BUNDLE)
    except (FormatError, SignatureError) as problem:
        return type(problem).__name__, None
    fields = [int(slip.kind), slip.unit, slip.bag, slip.reference]
    return None, [*fields, slip.issued_at, slip.expires_at, slip.proxy.hex()]


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_a_slip_reads_as_the_vectors_say(case: dict[str, Any]) -> None:
    assert read(case["text"]) == (case["error"], case["fields"])


def test_a_slip_is_no_certificate_and_a_certificate_no_slip() -> None:
    digits = TEXT.removeprefix(PREFIX)
    with pytest.raises(FormatError):
        parse_token(digits)
    certificate = sign1(SIGNER, {4: 1, 6: 1, -65540: [1, 2, 997100, 0, "", b""]})
    with pytest.raises(FormatError):
        read_slip(PREFIX + encode_digits(certificate), BUNDLE)


def test_a_slip_out_of_its_bounds_is_not_even_made() -> None:
    for changes in ({"bag": -1}, {"reference": "RATNA W"}, {"proxy": bytes(32)}):
        with pytest.raises(FormatError):
            make_slip(SIGNER, replace(SLIP, **changes))


def test_a_key_that_may_not_sign_certificates_signs_no_slips() -> None:
    with pytest.raises(SignatureError):
        read_slip(make_slip(STRANGER, SLIP), BUNDLE)


def test_the_digits_hold_nothing_but_the_message() -> None:
    assert len(decode_digits(TEXT.removeprefix(PREFIX))) < 160
