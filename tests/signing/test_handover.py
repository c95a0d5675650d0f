"""The record of a handover says what was signed, and knows the one confirmation that fits it."""

import hashlib
from dataclasses import replace

import pytest

from signing.cose import sign1
from signing.errors import FormatError, SignatureError
from signing.handover import (
    Confirmation,
    HandoverRecord,
    decode_confirmation,
    encode_confirmation,
    require_confirmation,
    sign_handover,
    verify_handover,
)
from signing.keys import VerifyingKey
from tests.builders import a_key

KEY = a_key(12)
DRAWN = Confirmation(salt=bytes(16), drawn=b"\x89PNG\r\n\x1a\n")
WITNESSED = Confirmation(salt=bytes(16), witness="Wayan Contoh")
RECORD = HandoverRecord(
    application=17,
    bag=42,
    office=2,
    by=6,
    at=1_788_232_800,
    received_at=1_788_236_400,
    receiver="holder",
    proofs=("card-typed", "slip"),
    receipt="T-7H3KM-9Q2MA",
    confirmation=hashlib.sha256(encode_confirmation(DRAWN)).digest(),
)


def test_a_record_says_what_was_signed() -> None:
    assert verify_handover(sign_handover(KEY, RECORD), VerifyingKey(KEY.point)) == RECORD


def test_nobody_else_signs_a_record_and_no_byte_of_it_can_be_another() -> None:
    signed = sign_handover(KEY, RECORD)

    with pytest.raises(SignatureError):
        verify_handover(signed, VerifyingKey(a_key(14).point))
    for place in range(len(signed)):
        changed = signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :]
        with pytest.raises((FormatError, SignatureError)):
            verify_handover(changed, VerifyingKey(KEY.point))


def test_only_the_confirmation_that_was_recorded_fits() -> None:
    assert require_confirmation(RECORD, encode_confirmation(DRAWN)) == DRAWN
    for other in (WITNESSED, replace(DRAWN, salt=b"\1" * 16), replace(DRAWN, witness="X")):
        with pytest.raises(SignatureError):
            require_confirmation(RECORD, encode_confirmation(other))


@pytest.mark.parametrize("confirmation", [DRAWN, WITNESSED])
def test_a_confirmation_is_read_as_it_was_written(confirmation: Confirmation) -> None:
    assert decode_confirmation(encode_confirmation(confirmation)) == confirmation


def test_a_record_of_another_type_or_out_of_its_bounds_is_none() -> None:
    with pytest.raises(FormatError):
        verify_handover(sign1(KEY, {6: 1}, type_="segel-slip"), VerifyingKey(KEY.point))
    for changes in ({"bag": -1}, {"confirmation": b""}, {"receipt": "é"}):
        with pytest.raises(FormatError):
            sign_handover(KEY, replace(RECORD, **changes))
