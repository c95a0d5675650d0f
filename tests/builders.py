"""Valid things for tests: an office with its root and keys, sheets, photos, issued certificates.

The cast is small and invented. Ratna Wulandari asks for certificates; Budi Santoso lives next door
and asks for his own; the office is POLRES CONTOH, and a stranger has keys that nobody trusts. Keys
come from fixed numbers, the clock stands still at `NOW`, and what is made once is kept.
"""

import hashlib
import io
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image, ImageDraw

from printer.certificate import Issued, draw_certificate
from printer.form import load_form
from printer.photo import Photo, normal_photo
from signing.authority import certify, new_authority
from signing.cms import CmsSigner
from signing.keys import LocalKey, VerifyingKey
from signing.pdf import Draft, Parts
from signing.sheet import Sheet
from signing.status import StatusList
from signing.trust import KeyUse, TrustBundle, TrustedKey, TrustedUnit
from verifier.status import CarriedTrust

__all__ = [
    "BASE_URL",
    "BUDI",
    "CERTIFIED_FROM",
    "CERTIFIED_UNTIL",
    "DAY",
    "EXPIRES",
    "ISSUED",
    "LIST",
    "NOW",
    "RATNA",
    "UNIT",
    "Seal",
    "a_certificate",
    "a_file",
    "a_key",
    "a_photo",
    "a_picture",
    "a_seal",
    "a_sheet",
    "a_trust",
    "office_root",
    "root_certificate",
]

BASE_URL = "https://skck.polres-contoh.example"
HOUR, DAY = 3600, 86_400
ISSUED = 1_788_150_000  # 2026-08-31, 11:20 in Jakarta
EXPIRES = 1_803_834_000  # 2027-03-01, 00:00 in Jakarta: valid until 2027-02-28
NOW = ISSUED + HOUR
# PDF readers ask the machine's own clock about X.509 certificates: 2020 to 2045.
CERTIFIED_FROM, CERTIFIED_UNTIL = 1_577_836_800, 2_366_841_600
LIST = 85
UNIT = 997100
TTL = 12 * HOUR

RATNA: dict[str, Any] = {
    "name": "Ratna Wulandari",
    "sex": "P",
    "birth_place": "Kota Contoh",
    "birth_date": "1996-12-25",
    "nik": "9971016512960003",
    "address": "Jalan Kenanga Gang Buntu No. 12 RT 003 RW 007, Desa Contoh Jaya, Kabupaten Contoh",
    "occupation": "Karyawan swasta",
    "resident_since": "1996-12-25",
    "sequence": 31245,
    "number": "SKCK/YANMAS/31245/VIII/2026/INTELKAM",
    "id": "5a3e6b1f0c9d48e7a2b1c0d9e8f7a6b5",
    "status_index": 734_211,
}
BUDI: dict[str, Any] = {
    "name": "Budi Santoso",
    "sex": "L",
    "birth_place": "Desa Contoh Lama",
    "birth_date": "1988-02-03",
    "nik": "9971010302880001",
    "address": "Jalan Melati No. 7 RT 001 RW 002, Desa Contoh Lama, Kabupaten Contoh",
    "occupation": "Petani",
    "resident_since": "1988",
    "sequence": 31246,
    "number": "SKCK/YANMAS/31246/VIII/2026/INTELKAM",
    "id": "00112233445566778899aabbccddeeff",
    "status_index": 17,
}
OFFICE: dict[str, Any] = {
    "form": "skck-1",
    "demo": False,
    "base_url": BASE_URL,
    "letterhead": (
        "KEPOLISIAN NEGARA REPUBLIK INDONESIA",
        "DAERAH CONTOH",
        "RESOR CONTOH",
        "Jalan Melati No. 1, Kota Contoh 99710",
    ),
    "place": "Kota Contoh",
    "on_behalf": ("an. KEPALA KEPOLISIAN RESOR CONTOH", "KEPALA SATUAN INTELKAM"),
    "signatory": "SITI CONTOH, S.H.",
    "rank": "AJUN KOMISARIS POLISI NRP 99990001",
    "unit": UNIT,
    "utc_offset": 420,
    "issued_at": ISSUED,
    "expires_at": EXPIRES,
    "issued_on": "2026-08-31",
    "valid_until": "2027-02-28",
    "status_list": LIST,
    "alias": "",
    "nationality": "INDONESIA",
    "religion": "Islam",
    "passport_number": "",
    "fingerprint_formula": "",
    "purpose": "Melamar pekerjaan",
    "purpose_code": 1,
    "destination": "",
    "result": 0,
    "result_text": "",
}


def a_key(number: int) -> LocalKey:
    """The test key with this number; never to be trusted outside tests."""
    return LocalKey(ec.derive_private_key(number, ec.SECP256R1()))


@dataclass(frozen=True)
class Seal:
    """A key and its X.509 certificate (DER): what signs certificates."""

    key: LocalKey
    certificate: bytes

    @property
    def signer(self) -> CmsSigner:
        """The signer of PDF files."""
        return CmsSigner(self.key, self.certificate)


def office_root() -> LocalKey:
    """The office's root key."""
    return a_key(11)


@cache
def root_certificate(number: int = 11) -> bytes:
    """The X.509 certificate of a root: the office's, or another one of the same name."""
    return new_authority(
        a_key(number),
        organisation="POLRES CONTOH",
        since=CERTIFIED_FROM,
        until=CERTIFIED_UNTIL,
    )


@cache
def a_seal(number: int = 12, *, root: int = 11, signer: str = "POLRES CONTOH SKCK") -> Seal:
    """The office's key number 12 and its certificate; or another key, under this root."""
    key = a_key(number)
    while True:
        certificate = certify(
            a_key(root),
            root_certificate(root),
            VerifyingKey(key.point),
            signer=signer,
            since=CERTIFIED_FROM,
            until=CERTIFIED_UNTIL,
        )
        # A signature has 70 to 72 bytes; here always as many, so that one seal fits another's room.
        if len(x509.load_der_x509_certificate(certificate).signature) == 71:
            return Seal(key, certificate)


def a_sheet(**changes: Any) -> Sheet:
    """Ratna's sheet, but for `changes`."""
    return Sheet(**{**OFFICE, **RATNA, **changes})


def a_picture(
    *, size: tuple[int, int] = (600, 900), colour: str = "crimson", mode: str = "RGB"
) -> Image.Image:
    """A head and shoulders before a plain wall."""
    wide, high = size
    picture = Image.new("RGB", size, colour)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((wide * 0.28, high * 0.2, wide * 0.72, high * 0.62), fill=(220, 180, 150))
    draw.rectangle((wide * 0.2, high * 0.66, wide * 0.8, high), fill=(240, 240, 240))
    return picture.convert(mode)


@cache
def a_photo(colour: str = "crimson") -> Photo:
    """A photo in the normal form."""
    out = io.BytesIO()
    a_picture(colour=colour).save(out, "JPEG", quality=90)
    return normal_photo(out.getvalue())


@cache
def _kept(changes: tuple[tuple[str, Any], ...], colour: str) -> Issued:
    seal = a_seal()
    return draw_certificate(
        a_sheet(**dict(changes)), a_photo(colour), key=seal.key, signer=seal.signer
    )


def a_certificate(*, photo: str = "crimson", **changes: Any) -> Issued:
    """Ratna's certificate, but for `changes` of the sheet; `photo` is the colour of the wall."""
    return _kept(tuple(sorted(changes.items())), photo)


def a_file(parts: Parts, *, bitmap: bytes, contents: bytes) -> tuple[bytes, bytes]:
    """The file of `parts` with any QR code and any signature, and the SHA-256 of what is signed."""
    draft = Draft(load_form("skck-1").form, parts, len(contents))
    digest = draft.fill(bitmap)
    return b"".join(draft.close(contents)), digest


def a_trust(
    *seals: Seal,
    withdrawn: tuple[int, ...] = (),
    suspended: tuple[int, ...] = (),
    listed_at: int = ISSUED,
    bundle: dict[str, Any] | None = None,
    **changes: Any,
) -> CarriedTrust:
    """What a checker carries: `seals` (the office's alone) may sign.

    `withdrawn` and `suspended` are places of the list. `changes` are made to every trusted key,
    those of `bundle` to the bundle.
    """
    keys = tuple(
        TrustedKey(
            **{
                "point": seal.key.point,
                "use": KeyUse.CERTIFICATE,
                "sign_from": ISSUED - 30 * DAY,
                "sign_until": ISSUED + 300 * DAY,
                "certificate": hashlib.sha256(seal.certificate).digest(),
                **changes,
            }
        )
        for seal in seals or (a_seal(),)
    )
    bits = bytearray(1 << 18)
    for status, indexes in ((1, withdrawn), (2, suspended)):
        for index in indexes:
            bits[index >> 2] |= status << 2 * (index & 3)
    carried = TrustBundle(
        serial=7,
        issued_at=ISSUED - DAY,
        expires_at=ISSUED + 400 * DAY,
        hosts=("skck.polres-contoh.example",),
        keys=keys,
        units=(
            TrustedUnit(
                code=UNIT,
                name="POLRES CONTOH",
                number_template="SKCK/YANMAS/{seq}/{month}/{year}/INTELKAM",
                utc_offset=420,
            ),
        ),
        purposes={1: ("melamar pekerjaan", "job application")},
    )
    return CarriedTrust(
        bundle=replace(carried, **(bundle or {})),
        lists={
            LIST: StatusList(
                uri=f"{BASE_URL}/trust/status/{LIST}",
                bundle_serial=7,
                issued_at=listed_at,
                ttl=TTL,
                bits=bytes(bits),
            )
        },
    )
