"""Independent programs call the certificate signed, whole and unchanged; and one changed, not.

pdfsig (poppler, NSS), mutool (MuPDF), openssl (CAdES), qpdf and pyHanko, each in its own words: the
exit codes of the first two are 0 even where they found a forgery.
"""

import io
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tests.builders import BUDI, NOW, a_certificate, root_certificate
from tests.programs import program

CERTIFICATES: dict[str, dict[str, Any]] = {
    "plain": {},
    "demo": {"demo": True},
    "has a record": {"result": 1, "result_text": "perkara ringan, Kota Contoh, tahun 2011"},
    "long": {
        "name": "Raden Roro Nawangwulan Kusumaningrum Hadiwijaya Purwaningsih",
        "address": "Jalan Kenanga Gang Buntu No. 12 RT 003 RW 007, Dusun Mekar Sari Indah, " * 2,
        "base_url": "https://skck.contoh.example",
    },
    "beyond Latin-1": {"name": "Nguyễn Łukasz Şahin", "birth_place": "Đà Nẵng", "demo": True},
}


def issued(name: str) -> bytes:
    return a_certificate(**CERTIFICATES[name]).pdf


@pytest.fixture(params=CERTIFICATES)
def pdf(request: pytest.FixtureRequest) -> bytes:
    """A freshly issued certificate."""
    return issued(request.param)


def said(name: str, package: str, *arguments: str | Path) -> str:
    """All that a program says."""
    done = subprocess.run(
        [program(name, package=package), *arguments], capture_output=True, check=False
    )
    return (done.stdout + done.stderr).decode(errors="replace")


def kept(folder: Path, data: bytes) -> Path:
    path = folder / "certificate.pdf"
    path.write_bytes(data)
    return path


@pytest.fixture(scope="session")
def trusting(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database of NSS in which the office's root is trusted."""
    folder = tmp_path_factory.mktemp("nss")
    database = f"sql:{folder}"
    root = folder / "root.der"
    root.write_bytes(root_certificate())
    said("certutil", "libnss3-tools", "-N", "-d", database, "--empty-password")
    said(
        *("certutil", "libnss3-tools", "-A", "-d", database),
        *("-n", "root", "-t", "C,C,C", "-i", root),
    )
    return database


# --- what each says


def pdfsig(data: bytes, folder: Path, database: str) -> str:
    return said("pdfsig", "poppler-utils", "-nssdir", database, kept(folder, data))


def mutool(data: bytes, folder: Path) -> str:
    return said("mutool", "mupdf-tools", "sign", "-v", kept(folder, data))


def openssl(data: bytes, folder: Path) -> str:
    numbers = re.search(rb"/ByteRange\[(\d+) (\d+) (\d+) (\d+)\]", data)
    assert numbers
    begin, length, after, rest = map(int, numbers.groups())
    assert begin == 0
    assert after + rest == len(data)
    contents = bytes.fromhex(data[length + 1 : after - 1].decode("ascii"))
    size = 4 + int.from_bytes(contents[2:4], "big")
    (folder / "cms.der").write_bytes(contents[:size])
    (folder / "signed").write_bytes(data[:length] + data[after:])
    (folder / "root.pem").write_bytes(
        x509.load_der_x509_certificate(root_certificate()).public_bytes(Encoding.PEM)
    )
    return said(
        *("openssl", "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER"),
        *("-in", folder / "cms.der", "-content", folder / "signed", "-out", folder / "out"),
        *("-CAfile", folder / "root.pem", "-purpose", "any"),
    )


def pyhanko(data: bytes) -> Any:
    signatures = PdfFileReader(io.BytesIO(data), strict=True).embedded_signatures
    assert len(signatures) == 1
    context = ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(root_certificate())],
        moment=datetime.fromtimestamp(NOW, UTC),
        allow_fetching=False,
    )
    return validate_pdf_signature(signatures[0], context)


def test_pdfsig_says_valid_total_and_trusted(pdf: bytes, tmp_path: Path, trusting: str) -> None:
    words = pdfsig(pdf, tmp_path, trusting)

    assert "Signature #2" not in words
    assert "Total document signed" in words
    assert "Not total" not in words
    assert "Signature Validation: Signature is Valid." in words
    assert "Certificate Validation: Certificate is Trusted." in words
    assert "Signature Type: ETSI.CAdES.detached" in words
    assert "Signer Certificate Common Name: POLRES CONTOH SKCK" in words


def test_without_the_root_pdfsig_does_not_trust(tmp_path: Path) -> None:
    said("certutil", "libnss3-tools", "-N", "-d", f"sql:{tmp_path}", "--empty-password")

    words = pdfsig(issued("plain"), tmp_path, f"sql:{tmp_path}")

    assert "Signature Validation: Signature is Valid." in words
    assert "Certificate is Trusted." not in words


def test_mutool_says_unchanged(pdf: bytes, tmp_path: Path) -> None:
    assert "The document is unchanged since signing." in mutool(pdf, tmp_path)


def test_openssl_says_cades_verification_successful(pdf: bytes, tmp_path: Path) -> None:
    assert "CAdES Verification successful" in openssl(pdf, tmp_path)


def test_qpdf_finds_no_error(pdf: bytes, tmp_path: Path) -> None:
    words = said("qpdf", "qpdf", "--check", kept(tmp_path, pdf))

    assert "PDF Version: 1.7" in words
    assert "File is not encrypted" in words
    assert "No syntax or stream encoding errors found" in words
    assert "WARNING" not in words


def test_pyhanko_says_valid_certified_and_whole(pdf: bytes) -> None:
    status = pyhanko(pdf)

    assert status.bottom_line
    assert status.intact
    assert status.valid
    assert status.trusted
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.modification_level.name == "NONE"
    assert status.docmdp_ok
    assert status.md_algorithm == "sha256"


def test_pyhanko_reads_a_pades_signature_certified_without_any_change_allowed(pdf: bytes) -> None:
    signature = PdfFileReader(io.BytesIO(pdf), strict=True).embedded_signatures[0]

    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.docmdp_level is not None
    assert signature.docmdp_level.name == "NO_CHANGES"
    attributes = {attribute["type"].native for attribute in signature.signer_info["signed_attrs"]}
    assert "signing_certificate_v2" in attributes
    assert "signing_time" not in attributes


def test_poppler_finds_no_error(pdf: bytes, tmp_path: Path) -> None:
    path = kept(tmp_path, pdf)

    assert said("pdffonts", "poppler-utils", path).count(" yes yes yes ") == 3
    assert "Syntax" not in said("pdftotext", "poppler-utils", path, "-")
    assert re.search(r"Tagged: +yes", said("pdfinfo", "poppler-utils", path))


def test_mupdf_draws_it_without_a_word(pdf: bytes, tmp_path: Path) -> None:
    words = said(
        *("mutool", "mupdf-tools", "draw", "-o", tmp_path / "page.png", "-r", "40"),
        kept(tmp_path, pdf),
    )

    # Debian builds it without colour management.
    assert not re.search("error|warning(?!: ICC support)", words)


# --- and of a changed file


def letter(data: bytes) -> bytes:
    return data.replace(b'"name":"Ratna', b'"name":"Ratma')


def glyph(data: bytes) -> bytes:
    at = data.rindex(b"> Tj")
    return data[: at - 1] + (b"1" if data[at - 1 : at] != b"1" else b"2") + data[at:]


def pixel(data: bytes) -> bytes:
    at = data.index(b"/Width 61/Height 61") + 300
    return data[:at] + bytes([data[at] ^ 16]) + data[at + 1 :]


def portrait(data: bytes) -> bytes:
    at = data.index(b"/DCTDecode") + 4000
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def other_signature(data: bytes) -> bytes:
    other = a_certificate(**BUDI).pdf
    span = slice(data.index(b"/Contents<"), data.index(b">>>", data.index(b"/Contents<")))
    of_other = slice(other.index(b"/Contents<"), other.index(b">>>", other.index(b"/Contents<")))
    return data[: span.start] + other[of_other] + data[span.stop :]


CHANGES = [letter, glyph, pixel, portrait, other_signature]


@pytest.mark.parametrize("change", CHANGES)
def test_of_a_changed_file_none_says_so(
    change: Callable[[bytes], bytes], tmp_path: Path, trusting: str
) -> None:
    data = issued("plain")
    changed = change(data)
    assert changed != data
    assert len(changed) == len(data)

    by_pdfsig = pdfsig(changed, tmp_path, trusting)
    assert "Signature Validation: Digest Mismatch." in by_pdfsig
    assert "Signature is Valid." not in by_pdfsig
    by_mutool = mutool(changed, tmp_path)
    assert "Digest error" in by_mutool
    assert "CAdES Verification failure" in openssl(changed, tmp_path)
    status = pyhanko(changed)
    assert not status.bottom_line
    assert not status.intact


def test_of_a_file_with_an_appendix_none_says_that_it_is_whole(
    tmp_path: Path, trusting: str
) -> None:
    from tests.verifier.attacks import annotate, appended

    changed = appended(issued("plain"), annotate("Stamp"))

    assert "Not total document signed" in pdfsig(changed, tmp_path, trusting)
    assert "The document is unchanged since signing." not in mutool(changed, tmp_path)
    assert not pyhanko(changed).bottom_line
