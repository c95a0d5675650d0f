"""What stands on a sheet has one spelling as JSON, and gives one token."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.errors import FormatError
from signing.payload import claims_of, nik_code
from signing.sheet import (
    Sheet,
    check_code,
    decode_sheet,
    encode_sheet,
    longest_name,
    payload_of_sheet,
    printed_name,
    token_bytes,
    token_size,
)
from tests.builders import a_sheet

SPELLED = encode_sheet(a_sheet())
DIGEST = bytes(16)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)
OF_KIND: dict[object, st.SearchStrategy[Any]] = {
    int: st.integers(-(1 << 63), (1 << 63) - 1),
    bool: st.booleans(),
    str: TEXTS,
    tuple[str, ...]: st.lists(TEXTS, max_size=4).map(tuple),
}
SHEETS = st.builds(Sheet, **{field.name: OF_KIND[field.type] for field in fields(Sheet)})


@settings(max_examples=100)
@given(SHEETS)
def test_a_sheet_comes_back_from_its_json(sheet: Sheet) -> None:
    assert decode_sheet(encode_sheet(sheet)) == sheet


def test_the_json_is_sorted_without_spaces_and_in_utf8() -> None:
    spelled = encode_sheet(a_sheet(name="Şahin", address='Jalan "Melati" \\ 1'))

    names = list(json.loads(spelled))
    assert names == sorted(names)
    assert b'"name":"\xc5\x9eahin"' in spelled
    assert b'"address":"Jalan \\"Melati\\" \\\\ 1","alias":""' in spelled


@pytest.mark.parametrize(
    "spell",
    [
        pytest.param(lambda data: data + b"\n", id="a line break after it"),
        pytest.param(lambda data: b" " + data, id="a space before it"),
        pytest.param(lambda data: b"\xef\xbb\xbf" + data, id="a byte order mark"),
        pytest.param(lambda data: data.replace(b",", b", "), id="spaces"),
        pytest.param(lambda data: data.decode().encode("utf-16"), id="UTF-16"),
        pytest.param(lambda data: data.decode().encode("utf-16-le"), id="UTF-16, no mark"),
        pytest.param(lambda data: data.decode().encode("utf-32"), id="UTF-32"),
        pytest.param(lambda data: data.replace(b"Ratna", b"\\u0052atna"), id="an escape"),
        pytest.param(lambda data: data.replace(b"Ratna", b"R\\/atna"), id="an escaped stroke"),
        pytest.param(lambda data: data.replace(b"Ratna", b"Ratna\xff"), id="not UTF-8"),
        pytest.param(lambda data: data.replace(b"Ratna", b"\\ud800"), id="half a surrogate pair"),
        pytest.param(lambda data: data.replace(b"31245,", b"31245.0,"), id="a float"),
        pytest.param(lambda data: data.replace(b"31245,", b"3.1245e4,"), id="an exponent"),
        pytest.param(lambda data: data.replace(b'"result":0', b'"result":-0'), id="minus zero"),
        pytest.param(lambda data: data.replace(b'"result":0', b'"result":00'), id="two zeros"),
        pytest.param(lambda data: data.replace(b'"result":0', b'"result":false'), id="false for 0"),
        pytest.param(lambda data: data.replace(b'"result":0', b'"result":null'), id="null"),
        pytest.param(lambda data: data.replace(b'"result":0', b'"result":NaN'), id="NaN"),
        pytest.param(lambda data: data.replace(b'"result":0', b'"result":"0"'), id="a text for 0"),
        pytest.param(lambda data: data.replace(b'"demo":false', b'"demo":0'), id="0 for false"),
        pytest.param(lambda data: data.replace(b'"alias":""', b'"alias":[]'), id="list for text"),
        pytest.param(
            lambda data: data.replace(b'"result":0', b'"result":0,"result":0'), id="a field twice"
        ),
        pytest.param(
            lambda data: data.replace(b'"result":0', b'"result":1,"result":0'), id="two results"
        ),
        pytest.param(lambda data: data.replace(b'"alias":"",', b""), id="a field missing"),
        pytest.param(
            lambda data: data.replace(b'"alias":"",', b'"alias":"","blias":"",'), id="a field more"
        ),
        pytest.param(lambda data: data.replace(b'"alias"', b'"Alias"'), id="another name"),
        pytest.param(
            lambda data: json.dumps(dict(reversed(json.loads(data).items()))).encode(), id="order"
        ),
        pytest.param(
            lambda data: data.replace(b'"letterhead":[', b'"letterhead":[1,'),
            id="number in list",
        ),
        pytest.param(
            lambda data: data.replace(b'"letterhead":[', b'"letterhead":[[],'),
            id="list in list",
        ),
        pytest.param(
            lambda data: data.replace(b":31245", b":" + b"9" * 5000),
            id="a huge number",
        ),
        pytest.param(lambda data: b"[" * 9000, id="nested deeply"),
        pytest.param(
            lambda data: data.replace(
                b'"letterhead":[', b'"letterhead":[%b,' % (b"[" * 300 + b"]" * 300)
            ),
            id="nested in a list",
        ),
        pytest.param(lambda data: b"", id="nothing"),
        pytest.param(lambda data: b"{}", id="empty"),
        pytest.param(lambda data: b"[]", id="a list"),
        pytest.param(lambda data: b"1", id="a number"),
        pytest.param(lambda data: data[:-1], id="cut off"),
        pytest.param(lambda data: data + data, id="twice"),
    ],
)
def test_another_spelling_is_refused(spell: Callable[[bytes], bytes]) -> None:
    spelled = spell(SPELLED)

    assert spelled != SPELLED
    with pytest.raises(FormatError):
        decode_sheet(spelled)


def test_more_than_a_sheet_can_hold_is_refused_unread() -> None:
    with pytest.raises(FormatError, match="16384"):
        decode_sheet(b"x" * 16_385)


# --- the token that belongs to it


def test_the_token_says_what_the_sheet_says() -> None:
    sheet = a_sheet()

    payload = payload_of_sheet(sheet, DIGEST)

    assert payload.name == "RATNA WULANDARI"
    assert payload.birth_year == 1996
    assert payload.nik_code == nik_code(sheet.nik)
    assert (payload.sequence, payload.unit, payload.result) == (31245, 997100, 0)
    assert (payload.status_list, payload.status_index) == (85, 734_211)
    assert (payload.issued_at, payload.expires_at) == (sheet.issued_at, sheet.expires_at)
    assert payload.purpose == 1


@pytest.mark.parametrize(
    ("purpose", "expected"),
    [
        ("Magang", "MAGANG"),
        ("Melengkapi persyaratan administrasi!!!!!", "MELENGKAPI PERSYARATAN ADMINISTRASI!!!!!"),
        ("Melengkapi persyaratan administrasi!!!!!!", 0),
        ("É" * 20, "É" * 20),
        ("É" * 21, 0),
    ],
)
def test_a_purpose_without_a_code_travels_in_words_if_it_is_short(
    purpose: str, expected: str | int
) -> None:
    sheet = a_sheet(name="Siti", purpose=purpose, purpose_code=0)

    assert payload_of_sheet(sheet, DIGEST).purpose == expected


def test_a_purpose_in_words_gives_way_where_the_code_is_full() -> None:
    base_url = "https://skck.kepolisian-resor-contoh.example"
    long = a_sheet(name="N" * 55, purpose="MAGANG KERJA", purpose_code=0, base_url=base_url)
    room = token_bytes(base_url)

    assert payload_of_sheet(long, DIGEST).purpose == 0
    assert token_size(payload_of_sheet(long, DIGEST)) <= room
    assert payload_of_sheet(replace(long, name="N" * 40), DIGEST).purpose == "MAGANG KERJA"


@pytest.mark.parametrize(
    "changes",
    [{"name": "N" * 66}, {"name": ""}, {"sequence": -1}, {"name": "N\n"}, {"expires_at": 1 << 40}],
)
def test_what_a_token_cannot_say_is_refused(changes: dict[str, Any]) -> None:
    payload = payload_of_sheet(a_sheet(**changes), DIGEST)

    with pytest.raises(FormatError):
        claims_of(payload)


def test_names_are_printed_in_capitals() -> None:
    assert printed_name("Nguyễn Łukasz Şahin O'brien") == "NGUYỄN ŁUKASZ ŞAHIN O'BRIEN"


# --- the check code under the QR code


@pytest.mark.parametrize(
    ("sheet_id", "code"),
    [
        (bytes(16), "00000000"),
        (b"\xff" * 16, "ZZZZZZZZ"),
        (bytes.fromhex("0102030405") + b"\xff" * 11, "04106105"),
        (bytes.fromhex("0000000001"), "00000001"),
        (bytes.fromhex("8000000000"), "G0000000"),
    ],
)
def test_the_check_code_is_the_beginning_of_the_id(sheet_id: bytes, code: str) -> None:
    assert check_code(sheet_id) == code


@given(st.binary(min_size=16, max_size=16))
def test_the_check_code_has_no_letters_that_look_alike(sheet_id: bytes) -> None:
    code = check_code(sheet_id)

    assert len(code) == 8
    assert not set(code) & set("ILOUilou")
    assert check_code(sheet_id[:5] + bytes(11)) == code


@pytest.mark.parametrize("name", ["N", "N" * 65, "É" * 32])
def test_the_longest_name_beside_an_address_fits_whatever_else_the_token_says(name: str) -> None:
    largest = a_sheet(
        name=name,
        sequence=(1 << 32) - 1,
        unit=(1 << 32) - 1,
        birth_date="9999-12-31",
        purpose_code=65_535,
        status_list=65_535,
        status_index=(1 << 20) - 1,
        issued_at=(1 << 32) - 1,
        expires_at=(1 << 32) - 1,
    )
    host = "https://" + "a" * 40
    nameless = token_size(payload_of_sheet(largest, DIGEST)) - len(name.encode())

    assert token_bytes(host) - longest_name(host) >= nameless
    assert longest_name("https://a") == 65
