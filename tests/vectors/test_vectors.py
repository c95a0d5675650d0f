"""The vectors hold for our own code: what was issued once is read, and drawn again, for ever."""

import base64
import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from printer.certificate import draw_certificate
from printer.photo import Photo, normal_photo
from printer.qr import draw_qr, read_qr
from signing.base10 import decode_digits, encode_digits
from signing.cms import CmsSigner
from signing.keys import VerifyingKey, key_id_of
from signing.numbers import number_of
from signing.payload import nik_code
from signing.sheet import check_code, decode_sheet, encode_sheet
from signing.token import parse_token, verify_token
from tests.vectors.make_vectors import SIGNER
from verifier.pdf import check_pdf
from verifier.status import carried_trust

HERE = Path(__file__).parent
TOKENS = json.loads((HERE / "token.json").read_text(encoding="utf-8"))
SHEETS = json.loads((HERE / "sheet.json").read_text(encoding="utf-8"))
CERTIFICATE = bytes.fromhex(SHEETS["certificate"])
PHOTO = Photo(jpeg=base64.b64decode(SHEETS["photo"]))
TRUST = carried_trust(
    bytes.fromhex(SHEETS["bundle"]),
    {int(number): bytes.fromhex(data) for number, data in SHEETS["status_lists"].items()},
    VerifyingKey(bytes.fromhex(SHEETS["root_point"])),
)


def by_name(cases: list[dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])


def drawn(case: dict[str, Any]) -> Any:
    """The certificate of a case, issued again."""
    return draw_certificate(
        decode_sheet(case["skck"].encode()),
        PHOTO,
        key=SIGNER,
        signer=CmsSigner(SIGNER, CERTIFICATE),
    )


@by_name(SHEETS["cases"])
def test_a_certificate_issued_again_is_the_same_file(case: dict[str, Any]) -> None:
    issued = drawn(case)

    assert issued.token == case["token"]
    assert issued.digest.hex() == case["digest"]
    assert len(issued.pdf) == case["bytes"]
    assert hashlib.sha256(issued.pdf).hexdigest() == case["sha256"]


@by_name(SHEETS["cases"])
def test_a_certificate_is_judged_as_the_vectors_say(case: dict[str, Any]) -> None:
    verdict = check_pdf(drawn(case).pdf, TRUST, now=case["now"])

    assert str(verdict.outcome) == case["outcome"]
    assert [finding.code for finding in verdict.findings] == case["findings"]


@by_name(SHEETS["cases"])
def test_sheet_token_and_codes_belong_together(case: dict[str, Any]) -> None:
    sheet = decode_sheet(case["skck"].encode())
    payload = verify_token(parse_token(case["token"]), VerifyingKey(SIGNER.point))

    assert encode_sheet(sheet).decode() == case["skck"]
    assert payload.digest.hex() == case["digest"]
    assert check_code(bytes.fromhex(sheet.id)) == case["check_code"]
    assert read_qr(draw_qr(case["token"])) == case["token"]


def test_the_photo_of_the_vectors_passes_as_it_is() -> None:
    assert normal_photo(PHOTO.jpeg) == PHOTO


@pytest.mark.parametrize("one", TOKENS["base10"], ids=lambda one: f"{len(one['bytes']) // 2} bytes")
def test_digits_are_as_the_vectors_say(one: dict[str, str]) -> None:
    assert encode_digits(bytes.fromhex(one["bytes"])) == one["digits"]
    assert decode_digits(one["digits"]).hex() == one["bytes"]


def test_names_of_keys_and_codes_of_niks_are_as_the_vectors_say() -> None:
    for point, name in TOKENS["key_ids"].items():
        assert key_id_of(bytes.fromhex(point)).hex() == name
    assert nik_code(TOKENS["nik"]["nik"]) == TOKENS["nik"]["code"]


@pytest.mark.parametrize("one", TOKENS["numbers"], ids=lambda one: one["number"])
def test_numbers_are_as_the_vectors_say(one: dict[str, Any]) -> None:
    issued_on = date.fromisoformat(one["issued_on"])

    assert (
        number_of(one["template"], sequence=one["sequence"], issued_on=issued_on) == one["number"]
    )
