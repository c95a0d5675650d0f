"""PDF files signed by others: told apart from ours, never called genuine, refused when changed."""

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from reportlab.pdfgen.canvas import Canvas

from signing.trust import TrustedUnit
from tests.builders import ISSUED, a_seal, a_trust
from tests.verifier.attacks import (
    CONTENTS,
    a_stream,
    annotate,
    appended,
    genuine,
    sign_again,
    sign_anew,
    stranger,
    with_contents,
)
from tests.verifier.attacks import RANGE as RANGES
from tests.verifier.letters import (
    BSRE,
    Identity,
    a_letter,
    an_identity,
    signed,
    signed_for_years,
)
from verifier.errors import UnreadableImageError
from verifier.foreign import check_foreign
from verifier.signatures import read_signatures
from verifier.verdict import Outcome, Verdict
from verifier.wording import sentence_of

TRUST = a_trust()
DEWI = an_identity()
AGUS = an_identity("AGUS CONTOH", number=4)


def check(data: bytes, **changes: Any) -> Verdict:
    verdict = check_foreign(data, a_trust(**changes) if changes else TRUST)
    assert verdict is not None
    return verdict


def decided(data: bytes, **changes: Any) -> tuple[Outcome, str]:
    verdict = check(data, **changes)
    return verdict.outcome, verdict.findings[-1].code


OTHER = (Outcome.OTHER_ISSUER, "other-issuer")


# --- intact


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: signed(a_letter(), DEWI), id="signed"),
        pytest.param(lambda: signed_for_years(a_letter(), DEWI), id="B-LT, updated after signing"),
        pytest.param(lambda: signed_for_years(a_letter(), DEWI, archived=True), id="B-LTA"),
        pytest.param(lambda: signed(signed(a_letter(), DEWI), AGUS, field="2"), id="by two"),
        pytest.param(
            lambda: signed_for_years(signed_for_years(a_letter(), DEWI), AGUS, field="2"),
            id="by two, B-LT",
        ),
        pytest.param(
            lambda: signed(a_letter(), an_identity("EC CONTOH", bits=0, number=5)), id="P-256"
        ),
    ],
)
def test_another_issuers_letter_is_told_apart(make: Callable[[], bytes]) -> None:
    verdict = check(make())

    assert verdict.outcome is Outcome.OTHER_ISSUER
    assert verdict.findings[0].code == "foreign-intact"


def test_every_signer_is_named_with_the_issuer_who_says_so() -> None:
    letter = signed_for_years(signed_for_years(a_letter(), DEWI), AGUS, field="2")

    sentences = [sentence_of(finding, "en") for finding in check(letter).findings]

    assert f"Signed by DEWI LESTARI, as a certificate by {BSRE} says" in sentences[1]
    assert f"Signed by AGUS CONTOH, as a certificate by {BSRE} says" in sentences[2]
    assert len(sentences) == 3


def test_a_time_stamp_is_not_called_a_signer() -> None:
    verdict = check(signed_for_years(a_letter(), DEWI, archived=True))

    assert [finding.code for finding in verdict.findings] == ["foreign-intact", "other-issuer"]


def test_a_letter_without_a_signature_has_no_verdict_here() -> None:
    assert check_foreign(a_letter(), TRUST) is None


# --- changed


def redrawn(data: bytes) -> bytes:
    def edit(writer: Any) -> None:
        page = writer.root["/Pages"]["/Kids"][0]
        page["/Contents"] = writer.add_object(a_stream(b"BT /F1 30 Tf 72 600 Td (PALSU) Tj ET"))
        writer.update_container(page)

    return appended(data, edit)


def with_byte_at(mark: bytes) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        at = data.index(mark)
        return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]

    return change


def transplanted(data: bytes) -> bytes:
    """The same letter with the signature of another one in its place."""
    contents = re.compile(rb"/Contents <([0-9a-fA-F]+)>")
    other = contents.search(signed(a_letter("Surat lain"), DEWI))
    mine = contents.search(data)
    assert other
    assert mine
    room = mine.end(1) - mine.start(1)
    return data[: mine.start(1)] + other[1].ljust(room, b"0")[:room] + data[mine.end(1) :]


def saved_anew(data: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(out)
    return out.getvalue()


def gap_widened(data: bytes) -> bytes:
    """Spaces after the signature's contents, and a range that leaves them out."""
    found = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", data)
    assert found
    first, second, rest = (int(number) for number in found.groups())
    line = b"/ByteRange [0 %d %d %d]" % (first, second + 9, rest)
    return data[:second] + b" " * 9 + data[second:].replace(found[0], line)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(with_byte_at(b"stream"), id="a byte of the page"),
        pytest.param(with_byte_at(b"/MediaBox"), id="a byte of the page's size"),
        pytest.param(redrawn, id="the page redrawn in an update"),
        pytest.param(lambda data: appended(data, annotate("Stamp")), id="stamped"),
        pytest.param(transplanted, id="another letter's signature"),
        pytest.param(saved_anew, id="saved anew"),
        pytest.param(gap_widened, id="the gap widened"),
        pytest.param(lambda data: data[:-400], id="cut off"),
        pytest.param(lambda data: b"\n" + data, id="a line break before the beginning"),
        pytest.param(lambda data: data.replace(b"/ByteRange [0", b"/ByteRange [1"), id="range"),
        pytest.param(
            lambda data: data.replace(b"/ETSI.CAdES.detached", b"/ETSI.CAdES.detachee"), id="kind"
        ),
    ],
)
@pytest.mark.parametrize("sign", [signed, signed_for_years])
def test_a_letter_that_was_changed_is_not_genuine(
    change: Callable[[bytes], bytes], sign: Callable[[bytes, Identity], bytes]
) -> None:
    letter = sign(a_letter(), DEWI)
    changed = change(letter)

    assert changed != letter
    assert check(changed).outcome is Outcome.NOT_GENUINE


def a_questionnaire() -> bytes:
    """A page with a field to be filled in."""
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 720, "Nama:")
    canvas.acroForm.textfield(name="nama", x=120, y=710, width=200, height=24)
    canvas.save()
    return out.getvalue()


def filled_in(data: bytes) -> bytes:
    def edit(writer: Any) -> None:
        field = writer.root["/AcroForm"]["/Fields"][0]
        field["/V"] = generic.pdf_string("NAMA PALSU")
        writer.update_container(field)

    return appended(data, edit)


def test_what_is_filled_in_after_the_last_signature_is_not_covered_by_it() -> None:
    letter = signed(a_questionnaire(), DEWI)

    assert decided(letter) == OTHER
    assert decided(filled_in(letter)) == (Outcome.NOT_GENUINE, "foreign-changed")


def test_what_is_filled_in_before_the_last_signature_is_covered_by_it() -> None:
    letter = signed(filled_in(signed(a_questionnaire(), DEWI)), AGUS, field="2")

    assert decided(letter) == OTHER


BUDI_ALONE = a_seal(97, root=96, signer="BUDI SANTOSO")


def test_bytes_between_the_signature_and_the_signed_range_are_found() -> None:
    data = genuine()
    place = CONTENTS.search(data)
    assert place
    gap, rest = place.start(1) - 1, place.end(1) + 1 + len(b">>\nendob")
    # The range is as long as if it began where the signature ends, and ends behind the file.
    line = b"/ByteRange[0 %010d %010d %010d]" % (gap, rest, len(data) - place.end(1) - 1)
    data = RANGES.sub(line, data)
    digest = hashlib.sha256(data[:gap] + data[rest:]).digest()
    signer = BUDI_ALONE.signer
    data = with_contents(data, signer.write(digest, signer.sign(digest)))

    assert read_signatures(data)[0]["covers"] == "ENTIRE_FILE"
    assert decided(data) == (Outcome.NOT_GENUINE, "foreign-broken")


def test_a_signature_that_forbids_others_after_it_is_obeyed() -> None:
    # pyHanko refuses to add one where the catalogue says so; the signature says so all the same.
    closed = sign_anew(genuine().replace(b"/Perms<<", b"/Xerms<<"), BUDI_ALONE)

    forbidden = sign_again(closed, stranger(), box=None)

    assert decided(closed, units=()) == (Outcome.NOT_GENUINE, "impostor")
    assert decided(forbidden) == (Outcome.NOT_GENUINE, "foreign-changed")


def test_a_change_between_two_signatures_is_found() -> None:
    verdict = check(signed(redrawn(signed(a_letter(), DEWI)), AGUS, field="2"))

    assert verdict.outcome is Outcome.NOT_GENUINE
    assert verdict.findings[-1].code == "foreign-changed"


LETTER = signed(a_letter(), DEWI)
RANGE = re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", LETTER)


@settings(max_examples=60)
@given(at=st.integers(0, len(LETTER) - 1), bit=st.integers(0, 7))
def test_no_bit_of_what_was_signed_can_change(at: int, bit: int) -> None:
    assert RANGE
    first, second, _ = (int(number) for number in RANGE.groups())
    changed = bytearray(LETTER)
    changed[at] ^= 1 << bit
    try:
        found = read_signatures(bytes(changed))
    except UnreadableImageError as problem:
        assert problem.code == "signature-malformed"  # noqa: PT017 -- or nothing is raised
        return

    inside = first <= at < second
    assert inside or not any(signature["holds"] for signature in found)


# --- in our name


def test_an_impostor_with_our_issuers_name_is_not_genuine() -> None:
    letter = signed(a_letter(), Identity.of(stranger()))

    assert decided(letter) == (Outcome.NOT_GENUINE, "impostor")


@pytest.mark.parametrize(
    "name", ["Polres Contoh", "ＰＯＬＲＥＳ ＣＯＮＴＯＨ", "SKCK polres-contoh"]
)
def test_other_spellings_of_our_name_do_not_help_him(name: str) -> None:
    letter = signed(a_letter(), an_identity(name, issuer=None, number=6))

    assert decided(letter) == (Outcome.NOT_GENUINE, "impostor")


def test_a_signer_named_like_us_by_another_issuer_is_pointed_out() -> None:
    letter = signed(a_letter(), an_identity("POLRES CONTOH", number=7))

    verdict = check(letter)

    assert verdict.outcome is Outcome.OTHER_ISSUER
    assert "named-like-us" in [finding.code for finding in verdict.findings]


def test_a_longer_word_is_another_name() -> None:
    letter = signed(a_letter(), an_identity("KAPOLRES CONTOH", number=8))

    assert "named-like-us" not in [finding.code for finding in check(letter).findings]


def test_a_unit_that_is_not_ours_is_no_name_of_ours() -> None:
    bundle = TRUST.bundle
    elsewhere = TrustedUnit(
        code=1, name="POLRES LAIN", number_template=bundle.units[0].number_template, utc_offset=420
    )
    trust = replace(TRUST, bundle=replace(bundle, units=(elsewhere,)))

    verdict = check_foreign(signed(a_letter(), Identity.of(stranger())), trust)

    assert verdict is not None
    assert verdict.outcome is Outcome.OTHER_ISSUER


def test_our_key_on_a_form_we_do_not_know_is_not_called_false() -> None:
    letter = signed(a_letter(), Identity.of(a_seal()))

    assert decided(letter) == (Outcome.CANNOT_CHECK, "unknown-form")


def test_a_withdrawn_key_of_ours_counts_for_nothing() -> None:
    letter = signed(a_letter(), Identity.of(a_seal()))

    assert decided(letter, withdrawn_at=ISSUED) == (Outcome.WITHDRAWN, "key-withdrawn")


# --- what we cannot say


def test_a_digest_that_can_be_forged_is_not_vouched_for() -> None:
    assert decided(signed(a_letter(), DEWI, digest="sha1")) == (
        Outcome.CANNOT_CHECK,
        "foreign-weak",
    )


def test_a_key_that_is_too_short_is_not_vouched_for() -> None:
    short = an_identity("LAMA CONTOH", bits=1024, number=9)

    assert decided(signed(a_letter(), short)) == (Outcome.CANNOT_CHECK, "foreign-weak")


@pytest.mark.parametrize(
    ("password", "expected"), [("", OTHER), ("rahasia", (Outcome.CANNOT_CHECK, "locked"))]
)
def test_a_file_with_a_password_is_said_to_be_locked(
    password: str, expected: tuple[Outcome, str]
) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(a_letter())) as pdf:
        lock = pikepdf.Encryption(owner="pemilik", user=password)
        pdf.save(out, encryption=lock)

    assert decided(signed(out.getvalue(), DEWI, password="pemilik")) == expected


def test_an_old_kind_of_signature_is_not_called_forged() -> None:
    letter = LETTER.replace(b"/ETSI.CAdES.detached", b"/adbe.pkcs7.sha1    ")

    assert decided(letter) == (Outcome.CANNOT_CHECK, "foreign-unsupported")
