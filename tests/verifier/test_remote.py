"""A certificate that a remote service signed: ours underneath, and nothing laid over it."""

import io
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from printer.unsigned import draw_unsigned
from signing.remote import EsignClient
from tests.builders import NOW, a_photo, a_seal, a_sheet, a_trust
from tests.esign import CREDENTIALS, EsignService, an_authority, sign_whole
from tests.verifier.attacks import rectangle
from verifier.documents import check_file
from verifier.status import CarriedTrust
from verifier.verdict import Level, Outcome, Verdict

TRUST = replace(a_trust(), remote_signers=an_authority().pem)


@cache
def unsigned() -> bytes:
    """Ratna's certificate before the service has signed it."""
    return draw_unsigned(a_sheet(form="skck-1r"), a_photo(), key=a_seal().key).pdf


@cache
def signed() -> bytes:
    """Ratna's certificate as it comes back."""
    return sign_whole(unsigned(), an_authority())


def check(data: bytes, trust: CarriedTrust = TRUST) -> Verdict:
    return check_file(data, trust, now=NOW)


def last(verdict: Verdict) -> tuple[Outcome, str]:
    return verdict.outcome, verdict.findings[-1].code


def test_what_the_service_gives_back_is_genuine(esign: EsignService) -> None:
    client = EsignClient(url=esign.url, credentials=CREDENTIALS)

    verdict = check(client.sign_pdf(unsigned()))

    assert verdict.outcome is Outcome.GENUINE
    assert [finding.number for finding in verdict.findings] == [
        *range(11, 17),
        *range(1, 11),
        28,
        29,
    ]
    assert "SITI CONTOH" in verdict.findings[-1].values["signer"]
    assert verdict.certificate
    assert verdict.certificate.name == "RATNA WULANDARI"


def test_the_signers_own_certificate_can_be_pinned() -> None:
    person = an_authority().person.public_bytes(Encoding.PEM)

    assert check(signed(), replace(TRUST, remote_signers=person)).outcome is Outcome.GENUINE


def test_who_does_not_know_the_signers_is_warned() -> None:
    verdict = check(signed(), a_trust())

    assert last(verdict) == (Outcome.GENUINE, "remote-unknown")
    assert verdict.findings[-1].level is Level.WARNING


def test_a_signature_of_somebody_else_is_not_genuine() -> None:
    forged = sign_whole(unsigned(), an_authority("CONTOH LAIN"))

    assert last(check(forged)) == (Outcome.NOT_GENUINE, "remote-other")


def test_a_withdrawn_certificate_is_withdrawn() -> None:
    trust = replace(a_trust(withdrawn=(734_211,)), remote_signers=an_authority().pem)

    assert check(signed(), trust).outcome is Outcome.WITHDRAWN


def overlaid(writer: IncrementalPdfFileWriter) -> None:
    """Another content stream over the page."""
    page = writer.root["/Pages"]["/Kids"][0]
    stream = generic.StreamObject(stream_data=b"1 g 0 0 595 842 re f")
    page["/Contents"].append(writer.add_object(stream))
    writer.update_container(page["/Contents"])


def annotated(writer: IncrementalPdfFileWriter) -> None:
    """A stamp over the QR code."""
    page = writer.root["/Pages"]["/Kids"][0]
    stamp = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Stamp"),
            pdf_name("/Rect"): rectangle(0, 0, 200, 200),
        }
    )
    page["/Annots"] = generic.ArrayObject([writer.add_object(stamp)])
    writer.update_container(page)


def renamed(writer: IncrementalPdfFileWriter) -> None:
    """Other data in place of skck.json."""
    spec = writer.root["/AF"][0]
    writer.update_container(spec["/EF"])
    spec["/EF"]["/F"] = writer.add_object(generic.StreamObject(stream_data=b"{}"))


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(unsigned, id="never signed"),
        pytest.param(lambda: unsigned() + b"\n", id="never signed, a byte more"),
        pytest.param(lambda: signed() + b"\n", id="a byte more"),
        pytest.param(lambda: dead(signed()), id="dead objects behind it"),
        pytest.param(lambda: signed()[:-200], id="cut short"),
        pytest.param(
            lambda: sign_whole(unsigned(), an_authority(), box=(50, 50, 400, 400)),
            id="signed over the words",
        ),
        pytest.param(
            lambda: sign_whole(unsigned(), an_authority(), change=overlaid), id="painted over"
        ),
        pytest.param(
            lambda: sign_whole(unsigned(), an_authority(), change=annotated), id="a stamp over it"
        ),
        pytest.param(
            lambda: sign_whole(unsigned(), an_authority(), change=renamed), id="other data"
        ),
        pytest.param(lambda: updated(signed(), annotated), id="a stamp after signing"),
        pytest.param(lambda: updated(signed(), overlaid), id="painted over after signing"),
        pytest.param(lambda: signed().replace(b"/ByteRange", b"/ByteRanje", 1), id="no range"),
        pytest.param(lambda: flipped(signed(), len(unsigned()) + 700), id="a flipped bit"),
    ],
)
def test_whatever_else_was_added_is_not_genuine(forge: Callable[[], bytes]) -> None:
    forged = forge()

    assert last(check(forged)) == (Outcome.NOT_GENUINE, "remote-signature")


def test_nor_is_it_for_who_does_not_know_the_signers() -> None:
    forged = sign_whole(unsigned(), an_authority(), change=overlaid)

    assert last(check(forged, a_trust())) == (Outcome.NOT_GENUINE, "remote-signature")


def dead(data: bytes) -> bytes:
    """Bytes behind the end that no reader takes for a revision."""
    end = data.rindex(b"startxref")
    return data + b"99 0 obj\n(tersembunyi)\nendobj\n" + data[end:]


def updated(data: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """The file with one more revision."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]


def test_no_byte_of_the_first_revision_can_be_another() -> None:
    for at in range(0, len(unsigned()), 997):
        assert check(flipped(signed(), at)).outcome is Outcome.NOT_GENUINE


def test_saved_anew_it_is_not_genuine() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(signed())) as pdf:
        pdf.save(out)

    assert check(out.getvalue()).outcome is Outcome.NOT_GENUINE


def test_a_sheet_for_one_form_does_not_pass_on_the_other() -> None:
    forged = draw_unsigned(a_sheet(form="skck-1r"), a_photo(), key=a_seal(19).key).pdf

    verdict = check(sign_whole(forged, an_authority()))

    assert verdict.outcome is not Outcome.GENUINE
    assert verdict.certificate is None
