"""Every file takes its path: no copy of a certificate passes as the certificate."""

import io
from collections.abc import Callable

import numpy as np
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from printer.form import load_form
from signing.keys import LocalKey
from tests.builders import BUDI, EXPIRES, NOW, a_certificate, a_key, a_trust
from tests.pictures import jpeg, photograph, printed, symbol
from tests.verifier.attacks import ATTACKS, Attack, genuine
from tests.verifier.letters import a_letter, an_identity, signed
from verifier.confined import MOST_BYTES
from verifier.documents import LONGEST_TEXT, check_file, check_text
from verifier.verdict import Outcome, Verdict

TRUST = a_trust()
TOKEN = a_certificate().token
OTHER = a_certificate(**BUDI).token
FORM = load_form("skck-1").form


def check(data: bytes, *, now: int = NOW) -> Verdict:
    return check_file(data, TRUST, now=now)


def decided(data: bytes) -> tuple[Outcome, str]:
    verdict = check(data)
    return verdict.outcome, verdict.findings[-1].code


def codes(verdict: Verdict) -> list[str]:
    return [finding.code for finding in verdict.findings]


def png(*texts: str) -> bytes:
    """The QR codes of these texts, one above the other."""
    symbols = [symbol(text, version=None, dots=4) for text in texts]
    wide = max(part.shape[1] for part in symbols)
    rows = [
        np.pad(part, ((0, 0), (0, wide - part.shape[1])), constant_values=255) for part in symbols
    ]
    out = io.BytesIO()
    Image.fromarray(np.vstack(rows)).save(out, "PNG")
    return out.getvalue()


def as_pdf(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=150)
    return out.getvalue()


# --- our own files


def test_a_certificate_goes_to_the_strict_check() -> None:
    verdict = check(genuine())

    assert verdict.outcome is Outcome.GENUINE
    assert codes(verdict)[-1] == "file-signature-holds"
    assert "paper-compare" not in codes(verdict)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: f"{attack.family}: {attack.name}")
def test_no_forgery_of_the_23_families_passes(attack: Attack) -> None:
    assert check(attack.make(genuine())).outcome is Outcome.NOT_GENUINE


@settings(max_examples=300)
@given(at=st.integers(0, len(FORM.prefix) - 1), bit=st.integers(0, 7))
def test_a_changed_bit_of_the_form_is_seen_without_reading_the_file(at: int, bit: int) -> None:
    changed = bytearray(genuine())
    changed[at] ^= 1 << bit

    assert decided(bytes(changed)) == (Outcome.NOT_GENUINE, "altered")


@settings(max_examples=100)
@given(length=st.integers(1024, len(genuine()) - 1))
def test_a_certificate_that_was_cut_off_is_not_genuine(length: int) -> None:
    assert check(genuine()[:length]).outcome is Outcome.NOT_GENUINE


def test_a_certificate_with_anything_behind_it_is_not_genuine() -> None:
    assert check(genuine() + bytes(MOST_BYTES)).outcome is Outcome.NOT_GENUINE


def saved_anew(data: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(out)
    return out.getvalue()


def without_signature(data: bytes, *, repack: bool = False) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        del pdf.Root.AcroForm
        del pdf.Root.Perms
        del pdf.pages[0].Annots
        pdf.remove_unreferenced_resources()
        pdf.save(out, recompress_flate=repack)
    return out.getvalue()


def drawn_anew(data: bytes) -> bytes:
    """The same with other bytes in every stream, so that no piece of the form is left."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(without_signature(data))) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Stream) and item.get("/Filter") == "/FlateDecode":
                item.write(item.read_bytes() + b" ")
        pdf.save(out, compress_streams=False)
    return out.getvalue()


@pytest.mark.parametrize(
    ("copy", "code"),
    [
        pytest.param(saved_anew, "altered", id="saved anew"),
        pytest.param(without_signature, "altered", id="without its signature"),
        pytest.param(
            lambda data: without_signature(data, repack=True), "unsigned", id="packed otherwise"
        ),
        pytest.param(drawn_anew, "unsigned", id="its streams written anew"),
    ],
)
def test_a_copy_that_looks_the_same_does_not_pass(
    copy: Callable[[bytes], bytes], code: str
) -> None:
    assert decided(copy(genuine())) == (Outcome.NOT_GENUINE, code)


# --- PDF files of others


def test_a_pdf_signed_by_others_is_told_apart() -> None:
    assert decided(signed(a_letter(), an_identity())) == (Outcome.OTHER_ISSUER, "other-issuer")


def test_a_drawn_pdf_must_be_signed() -> None:
    assert decided(a_letter()) == (Outcome.NOT_GENUINE, "unsigned")


def test_a_pdf_that_only_speaks_of_signatures_is_not_signed() -> None:
    assert decided(a_letter() + b"%/ByteRange\n") == (Outcome.NOT_GENUINE, "unsigned")


def test_a_scan_is_read_like_paper() -> None:
    verdict = check(as_pdf(Image.fromarray(printed(genuine())).resize((1240, 1754))))

    assert verdict.outcome is Outcome.GENUINE
    assert codes(verdict)[0] == "code-found"
    assert codes(verdict)[-1] == "paper-compare"


def test_a_scan_without_a_code_cannot_be_checked() -> None:
    assert decided(as_pdf(Image.new("L", (1240, 1754), 240))) == (Outcome.CANNOT_CHECK, "no-code")


def test_a_broken_pdf_cannot_be_checked() -> None:
    assert decided(b"%PDF-1.7\nnothing") == (Outcome.CANNOT_CHECK, "damaged")


# --- pictures


def test_a_photo_of_the_sheet_is_genuine_and_asks_to_compare() -> None:
    photo = jpeg(photograph(printed(genuine()), np.random.default_rng(1)))

    verdict = check(photo)

    assert verdict.outcome is Outcome.GENUINE
    assert codes(verdict)[-1] == "paper-compare"
    assert verdict.certificate
    assert verdict.certificate.name == "RATNA WULANDARI"


def test_a_forged_code_in_a_picture_is_not_genuine() -> None:
    stranger: LocalKey = a_key(98)
    from dataclasses import replace

    from signing.token import parse_token, sign_token

    payload = replace(parse_token(TOKEN).payload, name="NAMA PALSU", issued_at=NOW - 7200)
    forged = sign_token(stranger, payload, base_url="https://skck.polres-contoh.example")

    assert check(png(forged)).outcome is Outcome.NOT_GENUINE


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        pytest.param((TOKEN, OTHER), "several-codes", id="two certificates"),
        pytest.param(("https://kafe.example/menu",), "not-our-code", id="a menu"),
        pytest.param(("halo", "https://kafe.example"), "not-our-code", id="two others"),
    ],
)
def test_a_picture_without_one_code_of_ours_cannot_be_checked(
    texts: tuple[str, ...], code: str
) -> None:
    assert decided(png(*texts)) == (Outcome.CANNOT_CHECK, code)


def test_codes_of_others_beside_ours_do_not_matter() -> None:
    assert check(png("https://kafe.example/menu", TOKEN)).outcome is Outcome.GENUINE


def test_the_same_code_twice_is_one() -> None:
    assert check(png(TOKEN, TOKEN)).outcome is Outcome.GENUINE


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "empty-file", id="empty"),
        pytest.param(b" \r\n", "empty-file", id="blank"),
        pytest.param(bytes(range(256)) * 9, "not-a-picture", id="bytes"),
        pytest.param(b"\xff\xd8\xff" + bytes(99), "damaged", id="broken picture"),
        pytest.param(bytes(8) + b"\0" * MOST_BYTES, "too-large", id="too large"),
        pytest.param(b"\xff\xd8\xff" + bytes(MOST_BYTES), "too-large", id="picture too large"),
        pytest.param(b"0" * (LONGEST_TEXT + 1), "not-a-picture", id="a long text"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, code: str) -> None:
    assert decided(data) == (Outcome.CANNOT_CHECK, code)


# --- texts


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(TOKEN.encode(), id="as it is"),
        pytest.param(f"{TOKEN}\r\n".encode(), id="with a line break"),
        pytest.param(TOKEN.encode("utf-8-sig"), id="with a byte order mark"),
        pytest.param(TOKEN.encode("utf-16"), id="from Notepad"),
        pytest.param(TOKEN.partition("#")[2].encode(), id="its digits"),
    ],
)
def test_the_text_of_a_code_is_checked(data: bytes) -> None:
    assert check(data).outcome is Outcome.GENUINE


@pytest.mark.parametrize(
    ("data", "outcome"),
    [
        (b"halo", Outcome.CANNOT_CHECK),
        (TOKEN[:-1].encode(), Outcome.NOT_GENUINE),
        ("Selamat siang – apa kabar?".encode(), Outcome.CANNOT_CHECK),
    ],
)
def test_another_text_is_not(data: bytes, outcome: Outcome) -> None:
    assert check(data).outcome is outcome


def test_the_word_on_comparing_stands_wherever_there_is_something_to_compare() -> None:
    assert codes(check_text(TOKEN, TRUST, now=EXPIRES))[-2:] == ["expired", "paper-compare"]
    assert "paper-compare" not in codes(check_text("halo", TRUST, now=NOW))


# --- whatever comes


@settings(max_examples=60)
@given(st.binary(max_size=400), st.sampled_from([b"", b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"BM"]))
def test_any_bytes_at_all_have_a_verdict(data: bytes, beginning: bytes) -> None:
    assert check(beginning + data).outcome.exit_code
