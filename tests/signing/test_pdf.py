"""The file around a sheet: bound with its hole zeroed, signed but for its contents, taken apart."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printer.certificate import compose
from printer.form import load_form
from signing.errors import FormatError
from signing.pdf import HOLE_BYTES, Draft, take_apart
from tests.builders import a_certificate, a_file, a_photo, a_sheet

FORM = load_form("skck-1").form
PARTS = compose(a_sheet(), a_photo())
DATA = a_certificate().pdf
PIECES = take_apart(FORM, DATA)
BITMAP = bytes(range(244)) * 2


def test_a_file_is_taken_apart_and_put_together_again() -> None:
    again, digest = a_file(PARTS, bitmap=PIECES.bitmap, contents=PIECES.contents)

    assert again == DATA
    assert (PIECES.claims, PIECES.photo) == (PARTS.claims, PARTS.photo)
    assert PIECES.photo_size == PARTS.photo_size
    begin, end = DATA.index(b"/Contents<") + 9, DATA.index(b">>>\nendobj\nxref")
    assert hashlib.sha256(DATA[:begin] + DATA[end + 1 :]).digest() == digest


def test_the_byte_range_is_everything_but_the_contents() -> None:
    found = re.search(rb"/ByteRange\[0 (\d{10}) (\d{10}) (\d{10})\]/Contents", DATA)
    assert found
    gap, after, rest = map(int, found.groups())

    assert DATA[gap : gap + 1] == b"<"
    assert DATA[after - 1 : after] == b">"
    assert re.fullmatch(rb"<[0-9a-f]+>", DATA[gap:after])
    assert after + rest == len(DATA)


def test_the_binding_is_over_the_file_with_the_hole_zeroed() -> None:
    hole = DATA.index(PIECES.bitmap)
    begin, end = DATA.index(b"/Contents<") + 9, DATA.index(b">>>\nendobj\nxref")
    emptied = DATA[:hole] + bytes(HOLE_BYTES) + DATA[hole + HOLE_BYTES : begin] + DATA[end + 1 :]

    binding = Draft(FORM, PARTS, len(PIECES.contents)).binding

    assert binding == hashlib.sha256(emptied).digest()[:16] == a_certificate().digest


def test_the_binding_does_not_depend_on_the_code() -> None:
    drafts = [Draft(FORM, PARTS, 900) for _ in range(2)]

    assert drafts[0].fill(BITMAP) != drafts[1].fill(bytes(HOLE_BYTES))
    assert drafts[0].binding == drafts[1].binding


def test_a_draft_is_closed_as_the_file_is_assembled() -> None:
    draft = Draft(FORM, PARTS, 900)
    digest = draft.fill(BITMAP)

    data = b"".join(draft.close(b"\x30\x03abc"))

    contents = b"\x30\x03abc".ljust(900, b"\0")
    assert (data, digest) == a_file(PARTS, bitmap=BITMAP, contents=contents)


def test_a_signature_without_enough_room_is_refused() -> None:
    draft = Draft(FORM, PARTS, 900)
    draft.fill(BITMAP)

    assert draft.close(bytes(900))
    with pytest.raises(FormatError, match="1 bytes more"):
        draft.close(bytes(901))


@settings(max_examples=60)
@given(
    st.binary(max_size=400),
    st.binary(max_size=400),
    st.binary(max_size=400),
    st.binary(max_size=400),
    st.binary(min_size=HOLE_BYTES, max_size=HOLE_BYTES),
    st.binary(max_size=300),
)
def test_any_pieces_come_back(
    claims: bytes, metadata: bytes, photo: bytes, content: bytes, bitmap: bytes, contents: bytes
) -> None:
    """Whatever they hold, words of PDF among it: places are counted, not looked for."""
    parts = replace(
        PARTS,
        claims=claims + b">>stream\nendstream endobj /Length 5",
        metadata=metadata,
        photo=photo + b"\nendstream\nendobj\n",
        content=content,
    )

    data, _ = a_file(parts, bitmap=bitmap, contents=contents)
    found = take_apart(FORM, data)

    assert (found.claims, found.photo) == (parts.claims, parts.photo)
    assert (found.bitmap, found.contents) == (bitmap, contents)


def first(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """A change of the first `old` after the form."""

    def change(data: bytes) -> bytes:
        at = data.index(old, len(FORM.prefix))
        return data[:at] + new + data[at + len(old) :]

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda data: b"", id="nothing"),
        pytest.param(lambda data: data[1:], id="not from the beginning"),
        pytest.param(lambda data: data[: len(FORM.prefix)], id="the form alone"),
        pytest.param(lambda data: data[: len(FORM.prefix) + 200], id="cut off"),
        pytest.param(lambda data: data[: data.index(b"/Contents<")], id="no contents"),
        pytest.param(lambda data: data[: data.index(b"/Contents<") + 500], id="half contents"),
        pytest.param(lambda data: data + bytes(8 << 20), id="more than 8 MiB"),
        pytest.param(first(b"/Length ", b"/Length -"), id="a negative length"),
        pytest.param(first(b"/Length ", b"/Length +"), id="a length with a sign"),
        pytest.param(first(b"/Length ", b"/Length 9999999"), id="a length beyond the end"),
        pytest.param(first(b"/Length ", b"/Length 9" + b"9" * 40), id="a huge length"),
        pytest.param(first(b"/Length ", b"/Lengtj "), id="no length"),
        pytest.param(first(b">>stream\n", b">>stream\r"), id="another line break"),
        pytest.param(first(b"/Width 472", b"/Width x72"), id="no width"),
        pytest.param(first(b"/Width 472", b"/Width 47 "), id="a width with a space"),
        pytest.param(first(b"/Height 709", b"/Height 709709"), id="a huge height"),
        pytest.param(first(b"/Contents<30", b"/Contents<3g"), id="no hexadecimal digit"),
        pytest.param(first(b"/Contents<30", b"/Contents<3"), id="an odd number of digits"),
        pytest.param(first(b"/Contents<30", b"/Contents<\xff0"), id="not ASCII"),
    ],
)
def test_what_is_not_in_its_place_is_refused(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(FormatError):
        take_apart(FORM, change(DATA))
