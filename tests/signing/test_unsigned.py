"""The file for a service that signs: whole, bound to its token, with no place for us to sign."""

import io

import pikepdf
import pytest

from printer.certificate import compose
from printer.form import load_form
from signing.errors import FormatError
from signing.pdf import HOLE_BYTES, take_apart
from signing.unsigned import UnsignedDraft
from tests.builders import a_photo, a_sheet

FORM = load_form("skck-1r").form
PARTS = compose(a_sheet(form="skck-1r"), a_photo())
BITMAP = bytes(range(244)) * 2


def drawn(bitmap: bytes = BITMAP) -> bytes:
    draft = UnsignedDraft(FORM, PARTS)
    draft.fill(bitmap)
    return b"".join(draft.close())


def test_it_is_taken_apart_into_what_it_was_made_of() -> None:
    pieces = take_apart(FORM, drawn())

    assert (pieces.claims, pieces.photo, pieces.bitmap) == (PARTS.claims, PARTS.photo, BITMAP)
    assert pieces.contents == b""


def test_every_reader_finds_its_objects() -> None:
    with pikepdf.open(io.BytesIO(drawn())) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert len(pdf.pages) == 1
        assert pdf.attachments["skck.json"].get_file().read_bytes() == PARTS.claims
        assert "/Perms" not in pdf.Root
        assert "/Annots" not in pdf.pages[0]


def test_the_binding_is_over_the_file_with_its_hole_zeroed() -> None:
    draft = UnsignedDraft(FORM, PARTS)
    before = draft.binding

    empty = draft.fill(bytes(HOLE_BYTES))
    assert draft.fill(BITMAP) != empty
    assert before == draft.binding == empty[:16]


def test_there_is_no_place_for_our_signature() -> None:
    draft = UnsignedDraft(FORM, PARTS)
    draft.fill(BITMAP)

    with pytest.raises(FormatError):
        draft.close(b"a signature")
