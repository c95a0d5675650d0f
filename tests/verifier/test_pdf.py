"""The strict check of our own files: the genuine one passes, and nothing that differs from it."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printer.certificate import compose, draw_certificate
from printer.errors import DoesNotFitError
from printer.form import load_form
from printer.qr import draw_qr
from signing.cms import CmsSigner
from signing.errors import FormatError
from signing.pdf import Draft, Form, Parts, take_apart
from signing.sheet import Sheet, decode_sheet, encode_sheet, payload_of_sheet
from signing.token import sign_token
from tests.builders import (
    BUDI,
    DAY,
    EXPIRES,
    ISSUED,
    NOW,
    a_certificate,
    a_file,
    a_photo,
    a_seal,
    a_sheet,
    a_trust,
)
from tests.verifier.attacks import (
    ATTACKS,
    Attack,
    cms_of,
    genuine,
    stranger,
    with_contents,
)
from verifier.documents import check_file
from verifier.pdf import check_pdf, is_ours
from verifier.verdict import Level, Outcome, Verdict

FORM = load_form("skck-1").form
TRUST = a_trust()


def assemble(form: Form, parts: Parts, *, bitmap: bytes, contents: bytes) -> tuple[bytes, bytes]:
    """The file with this QR code and these CMS bytes, and the SHA-256 of its signed ranges."""
    draft = Draft(form, parts, len(contents))
    digest = draft.fill(bitmap)
    return b"".join(draft.close(contents)), digest


def check(data: bytes) -> Verdict:
    return check_pdf(data, TRUST, now=NOW)


def outcome(data: bytes) -> Outcome:
    return check(data).outcome


def code(data: bytes) -> str:
    return check(data).findings[-1].code


# --- genuine


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="no record"),
        pytest.param({"demo": True}, id="demo"),
        pytest.param({"result": 1, "result_text": "perkara ringan, 2011"}, id="has a record"),
        pytest.param({"name": "Nguyễn Łukasz Şahin"}, id="letters beyond Latin-1"),
        pytest.param({"purpose_code": 0, "purpose": "Magang"}, id="purpose in words"),
        pytest.param({"utc_offset": 540, "unit": 997100}, id="in the east"),
    ],
)
def test_a_certificate_as_it_was_issued_is_genuine(changes: dict[str, Any]) -> None:
    issued = a_certificate(**changes)

    verdict = check(issued.pdf)

    assert verdict.outcome is Outcome.GENUINE
    assert [finding.number for finding in verdict.findings] == [
        *range(11, 17),
        *range(1, 11),
        17,
        18,
    ]
    assert verdict.certificate
    assert verdict.certificate.name == a_sheet(**changes).name.upper()


def test_the_check_of_a_file_says_what_the_check_of_its_code_says() -> None:
    from verifier.token import check_token

    issued = a_certificate()

    assert check(issued.pdf).certificate == check_token(issued.token, TRUST, now=NOW).certificate


# --- the twenty-three families


def name_of(attack: Attack) -> str:
    return f"{attack.family}: {attack.name}"


def test_every_family_is_here() -> None:
    assert {attack.family for attack in ATTACKS} == set(range(1, 24))


@pytest.mark.parametrize("attack", [a for a in ATTACKS if a.keeps_form], ids=name_of)
def test_a_forgery_that_begins_as_our_form_is_not_genuine(attack: Attack) -> None:
    forged = attack.make(genuine())

    assert forged != genuine()
    assert outcome(forged) is Outcome.NOT_GENUINE
    assert check_file(forged, TRUST, now=NOW) == check(forged)


@pytest.mark.parametrize("attack", [a for a in ATTACKS if not a.keeps_form], ids=name_of)
def test_a_forgery_that_does_not_begin_as_our_form_is_not_taken_for_a_strangers(
    attack: Attack,
) -> None:
    forged = attack.make(genuine())

    assert not is_ours(forged)
    assert code(forged) == "not-our-form"
    assert check_file(forged, TRUST, now=NOW).outcome is Outcome.NOT_GENUINE


@pytest.mark.parametrize(
    ("at", "trust", "expected"),
    [
        pytest.param(
            NOW, {"withdrawn": (734_211,)}, (Outcome.WITHDRAWN, "withdrawn"), id="withdrawn"
        ),
        pytest.param(
            NOW,
            {"withdrawn_at": ISSUED + 60},
            (Outcome.WITHDRAWN, "key-withdrawn"),
            id="key withdrawn",
        ),
        pytest.param(
            NOW, {"sign_until": ISSUED}, (Outcome.NOT_GENUINE, "key-period"), id="key expired"
        ),
        pytest.param(
            NOW,
            {"sign_from": ISSUED + 1},
            (Outcome.NOT_GENUINE, "key-period"),
            id="key not yet valid",
        ),
        pytest.param(
            NOW, {"units": (1,)}, (Outcome.NOT_GENUINE, "key-unit"), id="another unit's key"
        ),
        pytest.param(EXPIRES, {}, (Outcome.EXPIRED, "expired"), id="expired"),
        pytest.param(
            NOW + DAY,
            {},
            (Outcome.GENUINE_AS_OF, "status-old"),
            id="not heard of withdrawals today",
        ),
        pytest.param(
            NOW,
            {"certificate": bytes(32)},
            (Outcome.NOT_GENUINE, "file-signature"),
            id="not its X.509",
        ),
    ],
)
def test_the_signers_standing_is_the_certificates(
    at: int, trust: dict[str, Any], expected: tuple[Outcome, str]
) -> None:
    verdict = check_pdf(genuine(), a_trust(**trust), now=at)

    said = [f.code for f in verdict.findings if f.level is not Level.PASSED]
    assert (verdict.outcome, said) == (expected[0], [expected[1]])


def test_a_file_signed_by_another_key_of_the_office_than_its_token_is_not_genuine() -> None:
    other = a_seal(14)
    mixed = draw_certificate(a_sheet(), a_photo(), key=a_seal().key, signer=other.signer)
    trust = a_trust(a_seal(), other)

    verdict = check_pdf(mixed.pdf, trust, now=NOW)

    assert verdict.outcome is Outcome.NOT_GENUINE
    assert verdict.findings[-1].code == "file-signature"


def test_a_file_drawn_by_a_stranger_is_not_genuine() -> None:
    seal = stranger()
    forged = draw_certificate(a_sheet(), a_photo(), key=seal.key, signer=seal.signer)

    assert code(forged.pdf) == "unknown-key"
    assert outcome(forged.pdf) is Outcome.NOT_GENUINE


# --- the one spelling of the signature, where there is room for another


def roomy() -> bytes:
    """A certificate with room for a time stamp, and none in it."""
    seal = a_seal()
    signer = CmsSigner(seal.key, seal.certificate, stamp_room=4000)
    return draw_certificate(a_sheet(), a_photo(), key=seal.key, signer=signer).pdf


def test_room_for_a_time_stamp_does_not_stay_empty() -> None:
    assert code(roomy()) == "time-stamp-missing"
    assert outcome(roomy()) is Outcome.NOT_GENUINE


def _unsigned(content: Any) -> bytes:
    from asn1crypto import cms, core

    content["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes(
        [cms.CMSAttribute({"type": "1.2.3.4.5", "values": [core.Null()]})]
    )
    return bytes(content.dump(force=True))


def _twice_signed(content: Any) -> bytes:
    infos = content["content"]["signer_infos"]
    infos.append(infos[0].copy())
    return bytes(content.dump(force=True))


def _second_certificate(content: Any) -> bytes:
    certificates = content["content"]["certificates"]
    certificates.append(certificates[0].copy())
    return bytes(content.dump(force=True))


def _long_length(content: Any) -> bytes:
    plain = bytes(content.dump())
    assert plain[1] == 0x82
    return plain[:1] + b"\x83\x00" + plain[2:]


def _indefinite_length(content: Any) -> bytes:
    plain = bytes(content.dump())
    return plain[:1] + b"\x80" + plain[4:] + b"\0\0"


def _padded_integer(content: Any) -> bytes:
    from asn1crypto import core

    signer = content["content"]["signer_infos"][0]
    der = signer["signature"].native
    at = 4 + der[3]
    r, rest = der[4:at], der[at:]
    longer = b"\x02" + bytes([len(r) + 1]) + b"\0" + r + rest
    signer["signature"] = core.OctetString(b"\x30" + bytes([len(longer)]) + longer)
    return bytes(content.dump(force=True))


@pytest.mark.parametrize(
    "spell",
    [
        _unsigned,
        _twice_signed,
        _second_certificate,
        _long_length,
        _indefinite_length,
        _padded_integer,
        lambda content: bytes(content.dump()) + b"\x01",
        lambda content: bytes(content.dump()).ljust(2000, b"\0") + b"smuggled",
    ],
    ids=[
        "an unsigned attribute",
        "two signers",
        "two certificates",
        "a long length",
        "an indefinite length",
        "a padded integer",
        "a byte after the end",
        "text in the room",
    ],
)
def test_the_signature_has_one_spelling(spell: Callable[[Any], bytes]) -> None:
    plain = roomy()

    forged = with_contents(plain, spell(cms_of(plain)))

    assert forged != plain
    assert code(forged) == "file-signature"
    assert outcome(forged) is Outcome.NOT_GENUINE


# --- what is printed is what was signed


def rebuilt(sheet: Sheet, *, bitmap: bytes, contents: bytes, photo: str = "crimson") -> bytes:
    """A file that is whole in itself, with a QR code and a signature made for another one."""
    data, _ = a_file(compose(sheet, a_photo(photo)), bitmap=bitmap, contents=contents)
    return data


RATNAS = take_apart(FORM, genuine())
BUDIS = take_apart(FORM, a_certificate(**BUDI, photo="navy").pdf)
CHANGED: dict[str, Any] = {
    "base_url": "https://skck.polres-contoh.example:8",
    "birth_date": "1996-12-26",
    "birth_place": "Kota Lain",
    "demo": True,
    "expires_at": EXPIRES + DAY,
    "id": "5a3e6b1f0c9d48e7a2b1c0d9e8f7a6b6",
    "issued_at": ISSUED + 1,
    "issued_on": "2026-08-30",
    "letterhead": ("KEPOLISIAN NEGARA REPUBLIK INDONESIA",),
    "nik": "9971016512960004",
    "on_behalf": (),
    "result": 1,
    "sex": "L",
    "utc_offset": 480,
    "valid_until": "2027-03-31",
    "resident_since": "1997",
    "form": None,
}


@pytest.mark.parametrize("field", sorted({field.name for field in fields(Sheet)} - {"form"}))
def test_a_sheet_that_says_something_else_is_not_genuine(field: str) -> None:
    old = getattr(a_sheet(), field)
    new = CHANGED.get(field, old + 1 if isinstance(old, int) else f"{old}X")
    changed = replace(a_sheet(), **{field: new})

    forged = rebuilt(changed, bitmap=RATNAS.bitmap, contents=RATNAS.contents)

    assert code(forged) in {"qr-differs", "binding", "qr-drawing"}
    assert outcome(forged) is Outcome.NOT_GENUINE


@pytest.mark.parametrize(
    ("forged", "why"),
    [
        pytest.param(
            rebuilt(a_sheet(), photo="navy", bitmap=RATNAS.bitmap, contents=RATNAS.contents),
            "binding",
            id="Budi's photo on Ratna's sheet",
        ),
        pytest.param(
            rebuilt(a_sheet(), bitmap=BUDIS.bitmap, contents=RATNAS.contents),
            "qr-differs",
            id="Budi's code on Ratna's sheet",
        ),
        pytest.param(
            rebuilt(a_sheet(**BUDI), bitmap=RATNAS.bitmap, contents=RATNAS.contents),
            "qr-differs",
            id="Budi's data under Ratna's code",
        ),
        pytest.param(
            rebuilt(a_sheet(), bitmap=RATNAS.bitmap, contents=BUDIS.contents),
            "file-signature",
            id="Budi's signature under Ratna's sheet",
        ),
        pytest.param(
            rebuilt(a_sheet(), bitmap=bytes(488), contents=RATNAS.contents),
            "qr-drawing",
            id="no code at all",
        ),
        pytest.param(
            rebuilt(
                a_sheet(),
                bitmap=draw_qr(a_certificate().token.replace("skck.", "skek.")),
                contents=RATNAS.contents,
            ),
            "qr-drawing",
            id="a code that leads elsewhere",
        ),
        pytest.param(
            rebuilt(a_sheet(), bitmap=RATNAS.bitmap, contents=b""),
            "binding",
            id="no signature at all",
        ),
    ],
)
def test_parts_of_two_certificates_make_no_third(forged: bytes, why: str) -> None:
    assert code(forged) == why
    assert outcome(forged) is Outcome.NOT_GENUINE


def test_a_code_without_a_module_too_many() -> None:
    for at in range(0, 488 * 8, 7):
        bitmap = bytearray(RATNAS.bitmap)
        bitmap[at >> 3] ^= 128 >> (at & 7)
        forged = rebuilt(a_sheet(), bitmap=bytes(bitmap), contents=RATNAS.contents)

        assert code(forged) == "qr-drawing"


def test_a_second_copy_of_a_part_is_not_overlooked() -> None:
    data = genuine()
    begin = data.index(b"%d 0 obj\n" % FORM.numbers["photo"])
    end = data.index(b"%d 0 obj\n" % FORM.numbers["content"])

    assert outcome(data[:end] + data[begin:end] + data[end:]) is Outcome.NOT_GENUINE


# --- every bit


def where(name: str) -> tuple[int, int]:
    """Where a part of the file begins and ends."""
    data = genuine()
    first = len(FORM.prefix)
    hole = data.index(RATNAS.bitmap)
    photo = data.index(RATNAS.photo)
    claims = data.index(RATNAS.claims)
    contents = data.index(b"/Contents<")
    return {
        "form": (0, first),
        "before skck.json": (first, claims),
        "skck.json": (claims, claims + len(RATNAS.claims)),
        "metadata": (claims + len(RATNAS.claims), photo),
        "photo": (photo, photo + len(RATNAS.photo)),
        "content": (photo + len(RATNAS.photo), hole),
        "QR code": (hole, hole + len(RATNAS.bitmap)),
        "signature dictionary": (hole + len(RATNAS.bitmap), contents),
        "signature": (contents, contents + 2 * len(RATNAS.contents) + 12),
        "ending": (contents + 2 * len(RATNAS.contents) + 12, len(data)),
    }[name]


def survivors(bits: Any) -> list[int]:
    """The bits whose flip leaves the file genuine, or anything but plainly not genuine."""
    data = genuine()
    found = []
    for bit in map(int, bits):
        forged = bytearray(data)
        forged[bit >> 3] ^= 1 << (bit & 7)
        if outcome(bytes(forged)) is not Outcome.NOT_GENUINE:
            found.append(bit)
    return found


PARTS = (
    "form",
    "before skck.json",
    "skck.json",
    "metadata",
    "photo",
    "content",
    "QR code",
    "signature dictionary",
    "signature",
    "ending",
)


def test_the_parts_are_the_whole_file() -> None:
    borders = [where(name) for name in PARTS]

    assert borders[0][0] == 0
    assert borders[-1][1] == len(genuine())
    assert [end for _, end in borders[:-1]] == [begin for begin, _ in borders[1:]]


@pytest.mark.parametrize("name", PARTS)
def test_no_byte_can_be_changed(name: str) -> None:
    begin, end = where(name)
    # A photo is long, and every byte of it alike.
    places = np.arange(begin, end, 4 if name == "photo" else 1)
    which = np.random.default_rng(2).integers(0, 8, len(places))

    assert survivors(8 * places + which) == []


@pytest.mark.parametrize(
    "name", ["before skck.json", "skck.json", "QR code", "signature dictionary", "ending"]
)
def test_no_bit_can_be_changed(name: str) -> None:
    begin, end = where(name)

    assert survivors(range(8 * begin, 8 * end)) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", PARTS)
def test_no_bit_can_be_changed_anywhere(name: str) -> None:
    begin, end = where(name)

    assert survivors(range(8 * begin, 8 * end)) == []


# --- random damage


def test_no_beginning_of_a_file_is_genuine() -> None:
    data = genuine()
    ends = [*range(0, len(data), 97), *range(len(data) - 300, len(data))]

    assert [end for end in ends if outcome(data[:end]) is not Outcome.NOT_GENUINE] == []


def test_no_end_of_a_file_is_genuine() -> None:
    data = genuine()

    assert [
        begin for begin in range(1, 500) if outcome(data[begin:]) is not Outcome.NOT_GENUINE
    ] == []


def test_no_byte_can_be_left_out_or_added() -> None:
    data = genuine()
    places = np.random.default_rng(3).integers(len(FORM.prefix), len(data), 1500)
    for place in map(int, places):
        without = data[:place] + data[place + 1 :]
        doubled = data[:place] + data[place : place + 1] + data[place:]

        assert outcome(without) is Outcome.NOT_GENUINE
        assert outcome(doubled) is Outcome.NOT_GENUINE


EDITS = st.lists(
    st.tuples(
        st.integers(0, len(genuine())),
        st.integers(0, 40),
        st.one_of(
            st.binary(max_size=40),
            st.sampled_from(
                [
                    b"/Length ",
                    b">>stream\n",
                    b"\nendstream",
                    b"/Contents<",
                    b">",
                    b"/ByteRange[",
                    b"0",
                ]
            ),
        ),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=600)
@given(EDITS)
def test_whatever_is_done_to_a_file_it_is_judged_and_not_genuine(
    edits: list[tuple[int, int, bytes]],
) -> None:
    data = genuine()
    for at, drop, insert in edits:
        # The form is as good as a wall: most edits go to what follows it.
        place = at if at % 8 == 0 else len(FORM.prefix) + at % (len(genuine()) - len(FORM.prefix))
        data = data[:place] + insert + data[place + drop :]

    assert (outcome(data) is Outcome.GENUINE) == (data == genuine())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=500)
@given(st.sampled_from(sorted(json.loads(RATNAS.claims))), JSON, st.booleans())
def test_whatever_stands_in_skck_json_it_is_judged(
    field: str,
    value: object,
    ascii_only: bool,  # noqa: FBT001 -- made by hypothesis
) -> None:
    values = json.loads(RATNAS.claims) | {field: value}
    claims = json.dumps(values, ensure_ascii=ascii_only, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )
    parts = replace(compose(a_sheet(), a_photo()), claims=claims)
    data, _ = a_file(parts, bitmap=RATNAS.bitmap, contents=RATNAS.contents)

    assert (outcome(data) is Outcome.GENUINE) == (claims == RATNAS.claims)


@settings(max_examples=300)
@given(st.data())
def test_whatever_the_office_signs_is_judged(data: st.DataObject) -> None:
    """Even where the signer was talked into signing a sheet that nobody could draw."""
    seal = a_seal()
    field = data.draw(st.sampled_from(sorted(field.name for field in fields(Sheet))))
    old = getattr(a_sheet(), field)
    kinds: dict[type, st.SearchStrategy[Any]] = {
        int: st.integers(-(1 << 63), (1 << 63) - 1),
        bool: st.booleans(),
        str: st.text(max_size=60),
        tuple: st.lists(st.text(max_size=20), max_size=6).map(tuple),
    }
    sheet = replace(a_sheet(), **{field: data.draw(kinds[type(old)])})
    try:
        claims = encode_sheet(sheet)
        decode_sheet(claims)
        token = sign_token(seal.key, payload_of_sheet(sheet, bytes(16)), base_url=sheet.base_url)
        bitmap = draw_qr(token)
    except (FormatError, ValueError, DoesNotFitError):
        return
    parts = replace(compose(a_sheet(), a_photo()), claims=claims)
    room = bytes(len(RATNAS.contents))
    forged, digest = a_file(parts, bitmap=bitmap, contents=room)
    signer = seal.signer
    forged = with_contents(forged, signer.write(digest, signer.sign(digest)))

    assert outcome(forged) is Outcome.NOT_GENUINE
