"""The same work as a newcomer would write it: reportlab, qrcode, pyHanko, all with their defaults.

It draws the same values, photo and QR code on a page and signs it with the same key and
certificate; it binds nothing, attaches nothing and tags nothing.
"""

import io
from collections.abc import Callable
from pathlib import Path

import qrcode
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from signing.keys import LocalKey

__all__ = ["peer_issuer", "peer_validator"]

FONT = Path("/usr/share/fonts/truetype/liberation2/LiberationSans-Regular.ttf")


def peer_issuer(
    folder: Path, key: LocalKey, certificate: bytes, root: bytes
) -> Callable[[dict[str, str], bytes, str], bytes]:
    """A function from values, photo and QR text to a signed PDF."""
    pem = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(pem)
    (folder / "cert.der").write_bytes(certificate)
    (folder / "root.der").write_bytes(root)
    signer = signers.SimpleSigner.load(
        str(folder / "key.pem"), str(folder / "cert.der"), ca_chain_files=[str(folder / "root.der")]
    )
    assert signer is not None
    pdfmetrics.registerFont(TTFont("Sans", str(FONT)))

    def issue(values: dict[str, str], photo: bytes, text: str) -> bytes:
        page = io.BytesIO()
        canvas = Canvas(page, pagesize=A4)
        canvas.setFont("Sans", 10)
        for line, (name, value) in enumerate(values.items()):
            canvas.drawString(50, 780 - 16 * line, name)
            canvas.drawString(228, 780 - 16 * line, value)
        canvas.drawImage(ImageReader(io.BytesIO(photo)), 50, 62, 113, 170)
        picture = io.BytesIO()
        qrcode.make(text).save(picture)
        canvas.drawImage(ImageReader(io.BytesIO(picture.getvalue())), 192, 104, 117, 117)
        canvas.save()
        page.seek(0)
        out = io.BytesIO()
        signers.sign_pdf(
            IncrementalPdfFileWriter(page),
            signers.PdfSignatureMetadata(field_name="Signature1"),
            signer=signer,
            output=out,
        )
        return out.getvalue()

    return issue


def peer_validator(root: Path) -> Callable[[bytes], bool]:
    """A function that says whether pyHanko finds a file's signature valid."""
    authority = load_cert_from_pemder(str(root))

    def validate(data: bytes) -> bool:
        signature = PdfFileReader(io.BytesIO(data)).embedded_signatures[0]
        context = ValidationContext(trust_roots=[authority], allow_fetching=False)
        return bool(validate_pdf_signature(signature, context).bottom_line)

    return validate
