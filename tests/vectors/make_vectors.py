"""Makes the vectors in this folder anew: `make vectors` fails if git then sees a difference.

Keys come from fixed numbers and signatures are deterministic (RFC 6979), so the files are the same
on every machine. Nothing here may ever be trusted outside tests.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from kiosk.domain.events import receipt_of
from printer.certificate import draw_certificate
from printer.photo import Photo
from signing.base10 import decode_digits, encode_digits
from signing.cms import CmsSigner
from signing.cose import sign1
from signing.errors import FormatError, SignatureError
from signing.event import FIRST, DeviceEvent, digest_of_event, sign_event
from signing.keys import ORDER, LocalKey, VerifyingKey, key_id_of
from signing.numbers import number_of
from signing.payload import CertificatePayload, claims_of, nik_code
from signing.poster import PATH, Poster, make_poster, read_poster
from signing.receipt import (
    SECRETS,
    ReceiptCode,
    ReceiptError,
    case_number_of,
    derive_keys,
    parse_case_number,
    parse_receipt,
    proof_digest,
)
from signing.sheet import Sheet, check_code, encode_sheet
from signing.slip import PREFIX, Slip, SlipKind, make_slip, read_slip
from signing.status import sign_status_list
from signing.token import sign_token, token_text
from signing.trust import KeyUse, TrustBundle, TrustedKey, TrustedUnit, sign_trust_bundle
from tests.vectors.make_sealed import directory_vectors, envelope_vectors
from verifier.pdf import check_pdf
from verifier.status import carried_trust
from verifier.token import check_token

HERE = Path(__file__).parent
SHEET_VECTORS = HERE / "sheet.json"
SEALED_VECTORS = HERE / "envelope.json"
BASE = "https://skck.polres-contoh.example"
HOUR, DAY = 3600, 86_400
ISSUED = 1_788_150_000  # 2026-08-31, 11:20 in Jakarta
EXPIRES = 1_803_834_000  # 2027-03-01, 00:00 in Jakarta: valid until 2027-02-28
LISTED = ISSUED + 10 * DAY
NOW = LISTED + HOUR
LIST = 85
TTL = 12 * HOUR
NIK = "9971016512960003"


def a_key(number: int) -> LocalKey:
    """The test key with this number."""
    return LocalKey(ec.derive_private_key(number, ec.SECP256R1()))


ROOT, SIGNER, STATUS, RETIRED, STOLEN, STRANGER = (a_key(101 + n) for n in range(6))
DEVICE = a_key(121)

PAYLOAD = CertificatePayload(
    expires_at=EXPIRES,
    issued_at=ISSUED,
    sequence=31245,
    name="RATNA WULANDARI",
    birth_year=1996,
    nik_code=nik_code(NIK),
    unit=997100,
    purpose=1,
    result=0,
    status_list=LIST,
    status_index=734211,
    digest=bytes(range(16)),
)
BUNDLE = TrustBundle(
    serial=7,
    issued_at=ISSUED - DAY,
    expires_at=ISSUED + 400 * DAY,
    hosts=("skck.polres-contoh.example", "skck-lama.polres-contoh.example"),
    keys=(
        TrustedKey(
            point=SIGNER.point,
            use=KeyUse.CERTIFICATE,
            sign_from=ISSUED - 30 * DAY,
            sign_until=ISSUED + 300 * DAY,
            units=(997100, 997200),
        ),
        TrustedKey(
            point=RETIRED.point,
            use=KeyUse.CERTIFICATE,
            sign_from=ISSUED - 400 * DAY,
            sign_until=ISSUED - 30 * DAY,
        ),
        TrustedKey(
            point=STOLEN.point,
            use=KeyUse.CERTIFICATE,
            sign_from=ISSUED - 30 * DAY,
            sign_until=ISSUED + 300 * DAY,
            withdrawn_at=ISSUED - DAY,
        ),
        TrustedKey(
            point=STATUS.point,
            use=KeyUse.STATUS,
            sign_from=ISSUED - 30 * DAY,
            sign_until=ISSUED + 300 * DAY,
        ),
    ),
    units=(
        TrustedUnit(
            code=997100,
            name="POLRES CONTOH",
            number_template="SKCK/YANMAS/{seq}/{month}/{year}/INTELKAM",
            utc_offset=420,
        ),
    ),
    purposes={
        1: ("melamar pekerjaan", "job application"),
        2: ("melanjutkan pendidikan", "education"),
    },
)


def higher_s(text: str) -> str:
    """The same token with the other valid s of its signature."""
    message = bytearray(decode_digits(text.partition("#")[2]))
    s = int.from_bytes(message[-32:], "big")
    message[-32:] = (ORDER - s).to_bytes(32, "big")
    return f"{BASE}/#{encode_digits(bytes(message))}"


def signed_as_is(fields: list[object]) -> str:
    """A token whose signature holds over any fields at all."""
    return token_text(BASE, sign1(SIGNER, {4: EXPIRES, 6: ISSUED, -65537: fields}))


def cases() -> list[dict[str, object]]:
    """Name, text and time of every case; what comes of it is filled in by our own check."""
    good = sign_token(SIGNER, PAYLOAD, base_url=BASE)
    digits = good.partition("#")[2]
    other = sign_token(SIGNER, replace(PAYLOAD, name="RATNA WULANDARA"), base_url=BASE)
    fields = claims_of(PAYLOAD)[-65537]

    def signed(key: LocalKey = SIGNER, **changes: object) -> str:
        # Each change is a field of the payload, or replace refuses it.
        return sign_token(key, replace(PAYLOAD, **changes), base_url=BASE)  # type: ignore[arg-type]

    table: list[tuple[str, str, int]] = [
        ("genuine", good, NOW),
        ("digits alone", digits, NOW),
        ("digits after a hash", "#" + digits, NOW),
        ("letters beyond Latin-1", signed(name="NGUYỄN ŁUKASZ ŞAHİN"), NOW),
        ("purpose in words", signed(purpose="MAGANG"), NOW),
        ("as long as a token can be", signed(name="R" * 65, purpose="M" * 15), NOW),
        (
            "a byte longer than a token can be",
            signed_as_is([*fields[:2], "R" * 65, *fields[3:6], "M" * 16, *fields[7:]]),
            NOW,
        ),
        ("purpose code nobody explains", signed(purpose=999), NOW),
        ("has a record", signed(result=1), NOW),
        ("former host", good.replace("skck.", "skck-lama."), NOW),
        ("forged host", good.replace("skck.polres", "skck-polres"), NOW),
        ("status list a day old", good, LISTED + DAY),
        ("last second of validity", good, EXPIRES - 1),
        ("expired", good, EXPIRES),
        ("withdrawn", signed(status_index=4711), NOW),
        ("suspended", signed(status_index=4712), NOW),
        ("suspended, by a list a day old", signed(status_index=4712), LISTED + DAY),
        ("suspended and expired", signed(status_index=4712), EXPIRES + DAY),
        ("withdrawn and expired", signed(status_index=4711), EXPIRES + DAY),
        ("no list for its month", signed(status_list=LIST + 1), NOW),
        ("expired, no list for its month", signed(status_list=LIST + 1), EXPIRES + DAY),
        ("clock behind the list", good, LISTED - HOUR),
        ("clock in 1970", good, 0),
        ("issued in the future", signed(issued_at=NOW + DAY, expires_at=NOW + 9 * DAY), NOW),
        ("trust bundle too old", good, BUNDLE.expires_at),
        ("other name, same signature", _grafted(good, other), NOW),
        ("signed by a stranger", signed(STRANGER), NOW),
        ("stranger, issued after the bundle", signed(STRANGER, issued_at=ISSUED + DAY), NOW),
        ("stranger, issued in the future", signed(STRANGER, issued_at=NOW + DAY), NOW),
        (
            "stranger, issued after what we carry",
            signed(STRANGER, issued_at=NOW + DAY),
            NOW + 2 * DAY,
        ),
        ("stranger, issued before the bundle", signed(STRANGER, issued_at=ISSUED - 2 * DAY), NOW),
        ("signed by the status key", signed(STATUS, issued_at=ISSUED - 2 * DAY), NOW),
        ("key of another unit", signed(unit=997300), NOW),
        ("unit nobody explains", signed(unit=997200), NOW),
        ("key no longer signing", signed(RETIRED), NOW),
        ("retired key, while it signed", signed(RETIRED, issued_at=ISSUED - 60 * DAY), NOW),
        ("withdrawn key", signed(STOLEN), NOW),
        ("the higher s", higher_s(good), NOW),
        ("first digit changed", f"{BASE}/#{9 - int(digits[0])}{digits[1:]}", NOW),
        ("last digit cut", good[:-1], NOW),
        ("a digit added", good + "0", NOW),
        ("too long", f"{BASE}/#" + "1" * 558, NOW),
        ("a letter among the digits", good[:-1] + "x", NOW),
        (
            "full-width digits",
            f"{BASE}/#" + digits.translate({48 + n: 0xFF10 + n for n in range(10)}),
            NOW,
        ),
        ("upper-case scheme", good.replace("https", "HTTPS"), NOW),
        ("query before the digits", good.replace("/#", "/?x=1#"), NOW),
        ("another QR code", "https://www.example/menu", NOW),
        ("empty", "", NOW),
        ("nothing but zeros", "0" * 17, NOW),
        ("version 2", signed_as_is([2, *fields[1:]]), NOW),
        ("version true", signed_as_is([True, *fields[1:]]), NOW),
        ("version as a float", signed_as_is([1.0, *fields[1:]]), NOW),
        (
            "claims under floats",
            token_text(BASE, sign1(SIGNER, _in_floats(claims_of(PAYLOAD)))),
            NOW,
        ),
        ("claims out of order", token_text(BASE, sign1(SIGNER, _turned(claims_of(PAYLOAD)))), NOW),
        ("a field too few", signed_as_is(fields[:-1]), NOW),
        ("a field too many", signed_as_is([*fields, 0]), NOW),
        ("result true instead of 1", signed_as_is([*fields[:7], True, *fields[8:]]), NOW),
        ("name as bytes", signed_as_is([*fields[:2], b"RATNA", *fields[3:]]), NOW),
        ("name with a line break", signed_as_is([*fields[:2], "RATNA\nW", *fields[3:]]), NOW),
        ("name not in NFC", signed_as_is([*fields[:2], "RATNA E\u0301", *fields[3:]]), NOW),
        ("name of 66 bytes", signed_as_is([*fields[:2], "R" * 66, *fields[3:]]), NOW),
        ("index out of the list", signed_as_is([*fields[:8], [LIST, 1 << 20], fields[9]]), NOW),
        ("long spelling of a number", _long_spelling(good), NOW),
        ("type in the header", token_text(BASE, sign1(SIGNER, claims_of(PAYLOAD), type_="x")), NOW),
    ]
    return [{"name": name, "text": text, "now": now} for name, text, now in table]


def _in_floats(claims: dict[int, Any]) -> dict[Any, Any]:
    """The claims under 4.0 and 6.0, which Python takes for 4 and 6."""
    return {float(name): value for name, value in claims.items()}


def _turned(claims: dict[int, Any]) -> dict[Any, Any]:
    """The claims in another order."""
    return dict(reversed(claims.items()))


def _grafted(good: str, other: str) -> str:
    """The body of `other` with the signature of `good`."""
    body, signature = decode_digits(other.partition("#")[2]), decode_digits(good.partition("#")[2])
    return f"{BASE}/#{encode_digits(body[:-64] + signature[-64:])}"


def _long_spelling(good: str) -> str:
    """The token with its birth year in four bytes instead of two, signed so."""
    message = decode_digits(good.partition("#")[2])
    assert b"\x19\x07\xcc" in message
    longer = message.replace(bytes.fromhex("1907cc"), bytes.fromhex("1a000007cc"))
    return f"{BASE}/#{encode_digits(longer)}"


def status_list() -> bytes:
    """The status list that is carried along."""
    return sign_status_list(
        STATUS,
        uri=f"{BASE}/trust/status/{LIST}",
        withdrawn=[0, 4711, (1 << 20) - 1],
        suspended=[1, 4712],
        issued_at=LISTED,
        ttl=TTL,
        bundle_serial=BUNDLE.serial,
    )


def token_vectors() -> dict[str, object]:
    """The vectors of docs/formats/token.md, trust.md and status.md."""
    bundle = sign_trust_bundle(ROOT, BUNDLE)
    listed = status_list()
    trust = carried_trust(bundle, {LIST: listed}, VerifyingKey(ROOT.point))
    checked = []
    for case in cases():
        verdict = check_token(str(case["text"]), trust, now=int(str(case["now"])))
        last = verdict.findings[-1]
        shown = None
        if verdict.certificate:
            found = verdict.certificate
            shown = {
                "number": found.number,
                "name": found.name,
                "birth_year": found.birth_year,
                "nik_code": found.nik_code,
                "unit": found.unit,
                "issued_on": found.issued_on.isoformat(),
                "valid_until": found.valid_until.isoformat(),
                "purpose": list(found.purpose),
                "result": found.result,
            }
        checked.append(
            case
            | {
                "outcome": str(verdict.outcome),
                "findings": [finding.code for finding in verdict.findings],
                "decided_by": last.code,
                "certificate": shown,
            }
        )
    return {
        "about": "docs/formats/token.md; made by tests/vectors/make_vectors.py",
        "root_point": ROOT.point.hex(),
        "bundle": bundle.hex(),
        "status_lists": {str(LIST): listed.hex()},
        "nik": {"nik": NIK, "code": nik_code(NIK)},
        "base10": [
            {"bytes": data.hex(), "digits": encode_digits(data)}
            for data in (b"", b"\x01", b"\xff" * 6, b"\xff" * 7, bytes(range(20)))
        ],
        "key_ids": {SIGNER.point.hex(): key_id_of(SIGNER.point).hex()},
        "numbers": [
            {
                "template": template,
                "sequence": sequence,
                "issued_on": day,
                "number": number_of(template, sequence=sequence, issued_on=date_of(day)),
            }
            for template, sequence, day in (
                ("SKCK/YANMAS/{seq}/{month}/{year}/INTELKAM", 33781, "2023-11-02"),
                ("SKCK/YANMAS/{seq}/{month}/{year}", 1, "2026-09-30"),
                ("SKCK/YANMAS/{seq}/{month}/{year}/Sek.TJ", 2490, "2012-07-01"),
            )
        ],
        "cases": checked,
    }


def date_of(text: str) -> date:
    """The date that ISO 8601 text names."""
    return date.fromisoformat(text)


SHEET = Sheet(
    form="skck-1",
    id="5a3e6b1f0c9d48e7a2b1c0d9e8f7a6b5",
    demo=False,
    base_url=BASE,
    letterhead=(
        "KEPOLISIAN NEGARA REPUBLIK INDONESIA",
        "DAERAH CONTOH",
        "RESOR CONTOH",
        "Jalan Melati No. 1, Kota Contoh 99710",
    ),
    place="Kota Contoh",
    on_behalf=("an. KEPALA KEPOLISIAN RESOR CONTOH", "KEPALA SATUAN INTELKAM"),
    signatory="SITI CONTOH, S.H.",
    rank="AJUN KOMISARIS POLISI NRP 99990001",
    number="SKCK/YANMAS/31245/VIII/2026/INTELKAM",
    sequence=31245,
    unit=997100,
    utc_offset=420,
    issued_at=ISSUED,
    expires_at=EXPIRES,
    issued_on="2026-08-31",
    valid_until="2027-02-28",
    status_list=LIST,
    status_index=734211,
    name="Ratna Wulandari",
    alias="",
    sex="P",
    nationality="INDONESIA",
    religion="Islam",
    birth_place="Kota Contoh",
    birth_date="1996-12-25",
    address="Jalan Kenanga Gang Buntu No. 12 RT 003 RW 007, Desa Contoh Jaya, Kabupaten Contoh",
    occupation="Karyawan swasta",
    nik=NIK,
    passport_number="",
    fingerprint_formula="",
    resident_since="1996-12-25",
    purpose="Melamar pekerjaan",
    purpose_code=1,
    destination="PT Contoh Sejahtera",
    result=0,
    result_text="",
)
SHEETS = {
    "no record": SHEET,
    "demo, has a record, letters beyond Latin-1, purpose in words": replace(
        SHEET,
        demo=True,
        id="00112233445566778899aabbccddeeff",
        number="SKCK/YANMAS/31246/VIII/2026/INTELKAM",
        sequence=31246,
        status_index=17,
        name="Nguyễn Łukasz Şahin",
        alias="Luki",
        sex="L",
        birth_place="Đà Nẵng",
        resident_since="2019",
        purpose="Magang",
        purpose_code=0,
        destination="",
        result=1,
        result_text="perkara ringan, Kota Contoh, tahun 2011",
    ),
    "withdrawn": replace(SHEET, id="ff" * 16, sequence=31247, status_index=4711),
}


def sheet_vectors() -> dict[str, object]:
    """The vectors of docs/formats/sheet.md.

    A certificate's serial number is random, and a photo's bytes depend on who packed it: both are
    kept, and taken from the vectors that are there already.
    """
    kept = json.loads(SHEET_VECTORS.read_text(encoding="utf-8"))
    certificate = bytes.fromhex(kept["certificate"])
    photo = Photo(jpeg=base64.b64decode(kept["photo"]))
    trusted = replace(BUNDLE.keys[0], certificate=hashlib.sha256(certificate).digest())
    bundle = sign_trust_bundle(ROOT, replace(BUNDLE, keys=(trusted, *BUNDLE.keys[1:])))
    listed = status_list()
    trust = carried_trust(bundle, {LIST: listed}, VerifyingKey(ROOT.point))
    cases = []
    for name, sheet in SHEETS.items():
        issued = draw_certificate(sheet, photo, key=SIGNER, signer=CmsSigner(SIGNER, certificate))
        verdict = check_pdf(issued.pdf, trust, now=NOW)
        cases.append(
            {
                "name": name,
                "skck": encode_sheet(sheet).decode(),
                "check_code": check_code(bytes.fromhex(sheet.id)),
                "digest": issued.digest.hex(),
                "token": issued.token,
                "bytes": len(issued.pdf),
                "sha256": hashlib.sha256(issued.pdf).hexdigest(),
                "now": NOW,
                "outcome": str(verdict.outcome),
                "findings": [finding.code for finding in verdict.findings],
            }
        )
    return {
        "about": "docs/formats/sheet.md; made by tests/vectors/make_vectors.py",
        "root_point": ROOT.point.hex(),
        "root_certificate": kept["root_certificate"],
        "certificate": kept["certificate"],
        "photo": kept["photo"],
        "bundle": bundle.hex(),
        "status_lists": {str(LIST): listed.hex()},
        "cases": cases,
    }


SLIP = Slip(
    kind=SlipKind.SLIP,
    unit=997100,
    bag=42,
    reference="P-000017",
    issued_at=ISSUED,
    expires_at=ISSUED + 14 * DAY,
)


def slip_vectors() -> dict[str, object]:
    """The vectors of docs/formats/slip.md."""
    good = make_slip(SIGNER, SLIP)
    fields: list[object] = [1, 2, 997100, 42, "P-000017", b""]

    def signed(changed: list[object], *, type_: str | None = "segel-slip") -> str:
        claims = {4: SLIP.expires_at, 6: SLIP.issued_at, -65540: changed}
        return PREFIX + encode_digits(sign1(SIGNER, claims, type_=type_))

    message = decode_digits(good.removeprefix(PREFIX))
    higher = ORDER - int.from_bytes(message[-32:], "big")
    letter = replace(SLIP, kind=SlipKind.LETTER, proxy=bytes(range(32)))
    cases = {
        "slip": good,
        "bag label": make_slip(SIGNER, replace(SLIP, kind=SlipKind.BAG)),
        "letter": make_slip(SIGNER, letter),
        "badge": make_slip(SIGNER, replace(SLIP, kind=SlipKind.BADGE, bag=0, reference="AB2C")),
        "receipt": make_slip(SIGNER, replace(SLIP, kind=SlipKind.RECEIPT, reference="T-7H3K-9Q2M")),
        "largest numbers": make_slip(SIGNER, replace(SLIP, bag=2**32 - 1, expires_at=2**37 - 1)),
        "signed by a stranger": make_slip(STRANGER, SLIP),
        "signed by the status key": make_slip(STATUS, SLIP),
        "withdrawn key": make_slip(STOLEN, SLIP),
        "retired key": make_slip(RETIRED, SLIP),
        "retired key, while it signed": make_slip(
            RETIRED, replace(SLIP, issued_at=ISSUED - 60 * DAY)
        ),
        "key of another unit": make_slip(SIGNER, replace(SLIP, unit=997300)),
        "another bag, same signature": PREFIX
        + encode_digits(
            decode_digits(make_slip(SIGNER, replace(SLIP, bag=43)).removeprefix(PREFIX))[:-64]
            + message[-64:]
        ),
        "the higher s": PREFIX + encode_digits(message[:-32] + higher.to_bytes(32, "big")),
        "a certificate's type": signed(fields, type_=None),
        "another type": signed(fields, type_="segel-handover"),
        "version 2": signed([2, *fields[1:]]),
        "version true": signed([True, *fields[1:]]),
        "kind 0": signed([1, 0, *fields[2:]]),
        "kind 6": signed([1, 6, *fields[2:]]),
        "kind true": signed([1, True, *fields[2:]]),
        "bag below nothing": signed([*fields[:3], -1, *fields[4:]]),
        "bag too large": signed([*fields[:3], 2**32, *fields[4:]]),
        "reference in small letters": signed([*fields[:4], "p-000017", b""]),
        "reference with a line break": signed([*fields[:4], "P-000017\n", b""]),
        "reference too long": signed([*fields[:4], "P" * 21, b""]),
        "slip with a proxy": signed([*fields[:5], bytes(32)]),
        "letter without a proxy": signed([1, 3, *fields[2:]]),
        "a field too few": signed(fields[:-1]),
        "a field too many": signed([*fields, 0]),
        "without its beginning": good.removeprefix(PREFIX),
        "beginning in small letters": good.lower(),
        "last digit cut": good[:-1],
        "a space after it": good + " ",
        "a line break after it": good + "\n",
        "nothing but the beginning": PREFIX,
        "empty": "",
    }
    read = []
    for name, text in cases.items():
        found: list[object] | None = None
        error = None
        try:
            slip = read_slip(text, BUNDLE)
        except (FormatError, SignatureError) as problem:
            error = type(problem).__name__
        else:
            found = [int(slip.kind), slip.unit, slip.bag, slip.reference]
            found += [slip.issued_at, slip.expires_at, slip.proxy.hex()]
        read.append({"name": name, "text": text, "error": error, "fields": found})
    return {
        "about": "docs/formats/slip.md; made by tests/vectors/make_vectors.py",
        "root_point": ROOT.point.hex(),
        "bundle": sign_trust_bundle(ROOT, BUNDLE).hex(),
        "cases": read,
    }


DEVICE_ID = hashlib.sha256(DEVICE.point).digest()[:16]
EVENTS = {
    "the first, without an anchor": DeviceEvent(
        id=bytes(range(16)),
        device=DEVICE_ID,
        number=1,
        previous=FIRST,
        device_at=NOW,
        uptime=1500,
        anchor=(),
        kind="accepted",
        bag=41,
    ),
    "handed over, with an anchor of this page": DeviceEvent(
        id=bytes(range(16, 32)),
        device=DEVICE_ID,
        number=2,
        previous=b"\x01" * 32,
        device_at=NOW + 3600,
        uptime=3_601_500,
        anchor=(NOW - 2, NOW, 1200),
        kind="handed-over",
        bag=41,
        body=("holder", ("card-typed", "slip"), 1, "", hashlib.sha256(b"drawn").digest()),
    ),
    "a note about no bag, after the page was opened anew": DeviceEvent(
        id=b"\xff" * 16,
        device=DEVICE_ID,
        number=70_000,
        previous=b"\x02" * 32,
        device_at=NOW + 7200,
        uptime=0,
        anchor=(NOW - 2, NOW),
        kind="note",
        bag=0,
        body=("Jembatan putus – lewat barat",),
    ),
}


def event_vectors() -> dict[str, object]:
    """The vectors of docs/formats/event.md."""
    cases = []
    for name, event in EVENTS.items():
        message = sign_event(DEVICE, event)
        cases.append(
            {
                "name": name,
                "event": {
                    "id": event.id.hex(),
                    "number": event.number,
                    "previous": event.previous.hex(),
                    "device_at": event.device_at,
                    "uptime": event.uptime,
                    "anchor": list(event.anchor),
                    "kind": event.kind,
                    "bag": event.bag,
                    "body": [_in_json(one) for one in event.body],
                },
                "message": message.hex(),
                "digest": digest_of_event(message).hex(),
                "receipt": receipt_of(event.id),
            }
        )
    return {
        "about": "docs/formats/event.md; made by tests/vectors/make_vectors.py",
        "point": DEVICE.point.hex(),
        "device": DEVICE_ID.hex(),
        "cases": cases,
    }


def _in_json(item: object) -> object:
    """An item of an event's body: bytes stand in hexadecimal after h:."""
    if isinstance(item, tuple):
        return [_in_json(one) for one in item]
    return f"h:{item.hex()}" if isinstance(item, bytes) else item


RECEIPT = ReceiptCode(0x19F8_3A6C_0F2E_71B5_44D3)


def receipt_vectors() -> dict[str, object]:
    """The vectors of docs/formats/receipt.md."""
    spoken, written = " ".join(RECEIPT.words), RECEIPT.characters
    eight, first = RECEIPT.words, RECEIPT.words[0]
    spaced = ["", spoken, written, "0" * 18, "0" * 17, "0" * 19, "abadi " * 8, "abadi " * 7]
    typed = [
        *spaced,
        spoken.upper(),
        "\n".join(eight),
        " - ".join(word[:4] for word in eight),
        ", ".join(eight) + ".",
        " ".join(word[:3] for word in eight),
        spoken.replace(first, first + "s"),
        spoken.replace(eight[4], "komputer"),
        " ".join((eight[1], eight[0], *eight[2:])),
        " ".join(("abadi", *eight[1:])),
        written.lower(),
        written.replace("-", ""),
        " ".join(written.replace("-", "")),
        written.replace("-", "–").replace("1", "l").replace("0", "o"),
        written[:-1] + "1",
        written[:3] + "U" + written[4:],
        written[:3] + "é" + written[4:],
        written[1] + written[0] + written[2:],
        f"{spoken} {written}",
    ]
    number = case_number_of(20_261_122)
    numbers = [number, number.lower(), f"{number[:3]} {number[3:]}", number[:5], number + "2"]
    numbers += ["O" + number[1:], "2" + number[1:], number[1] + number[0] + number[2:], "ßé"]
    salts = (bytes(16), bytes(range(16)))
    return {
        "about": "docs/formats/receipt.md; made by tests/vectors/make_vectors.py",
        "codes": [
            {"secret": f"{code.secret:x}", "words": list(code.words), "characters": code.characters}
            for code in (RECEIPT, ReceiptCode(0), ReceiptCode(1), ReceiptCode(SECRETS - 1))
        ],
        "typed": [
            {"text": text, "read": _read(lambda text: f"{parse_receipt(text).secret:x}", text)}
            for text in typed
        ],
        "keys": [
            {
                "secret": f"{code.secret:x}",
                "salt": salt.hex(),
                "proof": keys.proof.hex(),
                "seed": keys.seed.hex(),
                "digest": proof_digest(keys.proof).hex(),
            }
            for code in (RECEIPT, ReceiptCode(0))
            for salt in salts
            for keys in (derive_keys(code, salt),)
        ],
        "numbers": [{"text": text, "read": _read(parse_case_number, text)} for text in numbers],
    }


def _read(parse: Callable[[str], str], text: str) -> str | list[object]:
    """What is read, or what is wrong, where, with what."""
    try:
        return parse(text)
    except ReceiptError as problem:
        return [str(problem.mistake), problem.place, problem.typed]


POSTERS, OLD_POSTERS = a_key(131), a_key(132)
POSTER = Poster(
    number="PST-7H3K-9Q2M",
    unit=997100,
    place="Loket SIM, lantai 1",
    area="Kec. Contoh Timur",
    issued_at=ISSUED,
    expires_at=ISSUED + 365 * DAY,
)
POSTER_BUNDLE = replace(
    BUNDLE,
    keys=(
        *BUNDLE.keys,
        TrustedKey(
            point=POSTERS.point,
            use=KeyUse.POSTER,
            sign_from=ISSUED - 30 * DAY,
            sign_until=ISSUED + 335 * DAY,
            units=(997100, 997200),
        ),
        TrustedKey(
            point=OLD_POSTERS.point,
            use=KeyUse.POSTER,
            sign_from=ISSUED - 395 * DAY,
            sign_until=ISSUED - 30 * DAY,
            withdrawn_at=ISSUED + DAY,
        ),
    ),
)


def poster_vectors() -> dict[str, object]:
    """The vectors of docs/formats/poster.md."""
    good = make_poster(POSTERS, POSTER, base_url=BASE)
    fields: list[object] = [1, POSTER.number, POSTER.unit, POSTER.place, POSTER.area]
    old = replace(POSTER, issued_at=ISSUED - 60 * DAY)

    def made(key: LocalKey = POSTERS, *, base_url: str = BASE, **changes: Any) -> str:
        return make_poster(key, replace(POSTER, **changes), base_url=base_url)

    def signed(changed: list[object], *, type_: str | None = "segel-poster") -> str:
        claims = {4: POSTER.expires_at, 6: POSTER.issued_at, -65550: changed}
        return BASE + PATH + encode_digits(sign1(POSTERS, claims, type_=type_))

    cases = {
        "poster": good,
        "of another unit": made(unit=997200),
        "longest place, number and area": made(place="é" * 30, number="P" * 20, area="é" * 15),
        "of no area": made(area=""),
        "under a former host": made(base_url="https://skck-lama.polres-contoh.example"),
        "without encryption on the way": good.replace("https", "http"),
        "leads elsewhere": made(base_url="https://skck.polres-contoh.example.tk"),
        "host in capitals": good.replace("skck.", "SKCK."),
        "signed by a stranger": made(STRANGER),
        "signed by the key of certificates": made(SIGNER),
        "signed by the status key": made(STATUS),
        "withdrawn key": make_poster(OLD_POSTERS, old, base_url=BASE),
        "before the key signed": make_poster(POSTERS, old, base_url=BASE),
        "unit that the key is not for": made(unit=997300),
        "another place, same signature": made(place="Parkir").split("=")[0]
        + "="
        + encode_digits(
            decode_digits(made(place="Parkir").split("=")[1])[:-64]
            + decode_digits(good.split("=")[1])[-64:]
        ),
        "a certificate's type": signed(fields, type_=None),
        "a slip's type": signed(fields, type_="segel-slip"),
        "version 2": signed([2, *fields[1:]]),
        "version true": signed([True, *fields[1:]]),
        "number empty": signed([1, "", *fields[2:]]),
        "number in small letters": signed([1, "pst-1", *fields[2:]]),
        "number too long": signed([1, "P" * 21, *fields[2:]]),
        "unit too large": signed([*fields[:2], 2**32, "Lobi", ""]),
        "place empty": signed([*fields[:3], "", ""]),
        "place too long": signed([*fields[:3], "é" * 30 + "e", ""]),
        "place with a line break": signed([*fields[:3], "Lobi\n", ""]),
        "place with a narrow space": signed([*fields[:3], "Lobi\u202f1", ""]),
        "place not in form C": signed([*fields[:3], "Kafe\u0301", ""]),
        "place of bytes": signed([*fields[:3], b"Lobi", ""]),
        "area too long": signed([*fields[:4], "é" * 15 + "e"]),
        "area with a line break": signed([*fields[:4], "Kec.\n"]),
        "area of bytes": signed([*fields[:4], b"Kec."]),
        "a field too few": signed(fields[:-1]),
        "a field too many": signed([*fields, 0]),
        "another mark": good.replace("#p=", "#q="),
        "as a question": good.replace("#p=", "?p="),
        "another path": good.replace("/l#", "/laporan#"),
        "last digit cut": good[:-1],
        "a space after it": good + " ",
        "a line break after it": good + "\n",
        "nothing but the beginning": BASE + PATH,
        "a certificate": sign_token(SIGNER, PAYLOAD, base_url=BASE),
        "empty": "",
    }
    read = []
    for name, text in cases.items():
        found: list[object] | None = None
        error = None
        try:
            poster = read_poster(text, POSTER_BUNDLE)
        except (FormatError, SignatureError) as problem:
            error = type(problem).__name__
        else:
            found = [poster.number, poster.unit, poster.place, poster.area]
            found += [poster.issued_at, poster.expires_at]
        read.append({"name": name, "text": text, "error": error, "fields": found})
    return {
        "about": "docs/formats/poster.md; made by tests/vectors/make_vectors.py",
        "root_point": ROOT.point.hex(),
        "bundle": sign_trust_bundle(ROOT, POSTER_BUNDLE).hex(),
        "cases": read,
    }


def main() -> None:
    """Write every file of vectors."""
    # What was sealed stays: sealing draws random numbers.
    kept = json.loads(SEALED_VECTORS.read_text(encoding="utf-8"))
    (HERE / "envelope.json").write_text(
        json.dumps(envelope_vectors(kept), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (HERE / "directory.json").write_text(
        json.dumps(directory_vectors(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (HERE / "poster.json").write_text(
        json.dumps(poster_vectors(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (HERE / "receipt.json").write_text(
        json.dumps(receipt_vectors(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (HERE / "event.json").write_text(
        json.dumps(event_vectors(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (HERE / "slip.json").write_text(
        json.dumps(slip_vectors(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (HERE / "sheet.json").write_text(
        json.dumps(sheet_vectors(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (HERE / "token.json").write_text(
        json.dumps(token_vectors(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
