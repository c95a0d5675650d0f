"""The file around a sheet: one revision, one signature, bound to the token in its QR code.

    form · skck.json · metadata · photo · page content · QR [hole] · signature <contents> · xref

Two digests run over the same bytes, everything but the signature's contents: one with the hole of
the QR code zeroed, whose first 16 bytes go into the token; then one with the token's bitmap in its
place, which the CMS signs. Format page: docs/formats/sheet.md.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property

from .errors import FormatError
from .payload import DIGEST_BYTES

__all__ = [
    "HOLE_BYTES",
    "Draft",
    "Form",
    "Parts",
    "TakenApart",
    "take_apart",
]

QR_MODULES = 61
ROW_BYTES = (QR_MODULES + 7) // 8
HOLE_BYTES = QR_MODULES * ROW_BYTES
DIGITS = 10
MOST = 8 << 20


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form: the beginning of every file made with it, and the numbers of the objects to come."""

    name: str
    prefix: bytes
    offsets: tuple[int, ...]
    catalog: int
    numbers: dict[str, int]

    @cached_property
    def state(self) -> "hashlib._Hash":
        """SHA-256 after the prefix, to be copied: the form is hashed once, not once per sheet."""
        return hashlib.sha256(self.prefix)

    @cached_property
    def xref(self) -> bytes:
        """The head of the cross-reference table and the entries of the form's own objects."""
        count = len(self.offsets) + len(self.numbers) + 1
        entries = b"".join(b"%010d 00000 n \n" % offset for offset in self.offsets)
        return b"xref\n0 %d\n0000000000 65535 f \n" % count + entries


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What differs from sheet to sheet, save QR code and signature.

    `photo` is a baseline JPEG of `photo_size` pixels (width, height); `file_id` 16 random bytes;
    `signed_at` the time as PDF writes it (`D:20260831102000+07'00'`).
    """

    claims: bytes
    metadata: bytes
    photo: bytes
    photo_size: tuple[int, int]
    content: bytes
    file_id: bytes
    signed_at: bytes


@dataclass(frozen=True)
class _Frame:
    """The file cut at its two gaps: `head` hole `middle` contents `tail`."""

    head: bytes
    middle: bytes
    tail: bytes


def _stream(number: int, entries: bytes, data: bytes) -> bytes:
    return b"%d 0 obj\n<<%b/Length %d>>stream\n%b\nendstream\nendobj\n" % (
        number,
        entries,
        len(data),
        data,
    )


PHOTO_ENTRIES = (
    b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8"
    b"/Filter/DCTDecode"
)
QR_ENTRIES = (
    b"/Type/XObject/Subtype/Image/ImageMask true/Width 61/Height 61/BitsPerComponent 1"
    b"/Decode[1 0]/Interpolate false"
)
CLAIMS_ENTRIES = b"/Type/EmbeddedFile/Subtype/application#2Fjson/Params<</Size %d/ModDate(%b)>>"
METADATA_ENTRIES = b"/Type/Metadata/Subtype/XML"
AFTER_QR = b"\nendstream\nendobj\n"


def opening(form: Form, parts: Parts) -> tuple[bytes, list[int], int]:
    """What follows the form up to the QR code's hole; where objects begin; where the hole ends."""
    numbers = form.numbers
    objects = (
        _stream(
            numbers["claims"],
            CLAIMS_ENTRIES % (len(parts.claims), parts.signed_at),
            parts.claims,
        ),
        _stream(numbers["metadata"], METADATA_ENTRIES, parts.metadata),
        _stream(numbers["photo"], PHOTO_ENTRIES % parts.photo_size, parts.photo),
        _stream(numbers["content"], b"", parts.content),
    )
    at = len(form.prefix)
    offsets = []
    for written in objects:
        offsets.append(at)
        at += len(written)
    qr = b"%d 0 obj\n<<%b/Length %d>>stream\n" % (numbers["qr"], QR_ENTRIES, HOLE_BYTES)
    offsets.append(at)
    return b"".join((*objects, qr)), offsets, at + len(qr) + HOLE_BYTES


def closing(form: Form, parts: Parts, offsets: list[int], start: int) -> bytes:
    """The table of objects, which begins at `start`, and the trailer."""
    file_id = parts.file_id.hex().encode()
    return b"".join(
        (
            form.xref,
            b"".join(b"%010d 00000 n \n" % offset for offset in offsets),
            b"trailer\n<</Size %d/Root %d 0 R/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n"
            % (
                len(form.offsets) + len(form.numbers) + 1,
                form.catalog,
                file_id,
                file_id,
                start,
            ),
        )
    )


def _frame(form: Form, parts: Parts, room: int) -> _Frame:
    """The file of `parts`, with `room` bytes left for the CMS, each two hexadecimal digits."""
    head, offsets, at = opening(form, parts)
    at += len(AFTER_QR)
    offsets.append(at)
    before = b"%d 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(%b)" % (
        form.numbers["signature"],
        parts.signed_at,
    )
    before += (
        b"/Reference[<</Type/SigRef/TransformMethod/DocMDP"
        b"/TransformParams<</Type/TransformParams/P 1/V/1.2>>>>]/ByteRange[0 "
    )
    gap = at + len(before) + 3 * DIGITS + len(b"  ]/Contents")
    gap_end = gap + 2 * room + 2
    after = b">>\nendobj\n"
    start = gap_end + len(after)
    tail = after + closing(form, parts, offsets, start)
    middle = b"%b%b%010d %010d %010d]/Contents" % (AFTER_QR, before, gap, gap_end, len(tail))
    return _Frame(head, middle, tail)


class Draft:
    """A file on its way: first bound to its token, then signed, then whole.

    `room` is how many bytes are kept for the CMS.
    """

    def __init__(self, form: Form, parts: Parts, room: int) -> None:
        self._form = form
        self._frame = _frame(form, parts, room)
        self._room = room
        self._ending = self._frame.middle + self._frame.tail
        self._state = form.state.copy()
        self._state.update(self._frame.head)
        self._bitmap = b""

    @property
    def binding(self) -> bytes:
        """The 16 bytes by which a token names this file: the QR code's hole is zeroed."""
        state = self._state.copy()
        state.update(bytes(HOLE_BYTES) + self._ending)
        return state.digest()[:DIGEST_BYTES]

    def fill(self, bitmap: bytes) -> bytes:
        """Put the token's bitmap into the hole; the SHA-256 that is to be signed."""
        self._bitmap = bitmap
        state = self._state.copy()
        state.update(bitmap + self._ending)
        return state.digest()

    def close(self, cms: bytes) -> tuple[bytes, ...]:
        """The file, in pieces to be written one after the other: most of it is the form's own.

        Raises:
            FormatError: the CMS has not enough room.
        """
        if len(cms) > self._room:
            raise FormatError(f"the signature needs {len(cms) - self._room} bytes more room")
        frame = self._frame
        signature = b"<%b>" % cms.ljust(self._room, b"\0").hex().encode()
        return (
            self._form.prefix,
            frame.head,
            self._bitmap,
            frame.middle,
            signature,
            frame.tail,
        )


@dataclass(frozen=True, kw_only=True)
class TakenApart:
    """The pieces of a file from which it can be written again; nothing is believed."""

    claims: bytes
    photo: bytes
    photo_size: tuple[int, int]
    bitmap: bytes
    contents: bytes


def take_apart(form: Form, data: bytes) -> TakenApart:
    """The pieces of a file that was made with `form`; without a signature if that has no place.

    Raises:
        FormatError: they are not where they must be.
    """
    if len(data) > MOST or not data.startswith(form.prefix):
        raise FormatError("not a file of this form")
    claims, at = _cut(data, len(form.prefix))
    _, at = _cut(data, at)
    header_at = at
    photo, at = _cut(data, at)
    size = _size(data[header_at : header_at + 200])
    _, at = _cut(data, at)
    bitmap, at = _cut(data, at)
    return TakenApart(
        claims=claims,
        photo=photo,
        photo_size=size,
        bitmap=bitmap,
        contents=_contents(data, at) if "signature" in form.numbers else b"",
    )


def _contents(data: bytes, at: int) -> bytes:
    """The signature in the object at `at`."""
    begin = data.find(b"/Contents<", at)
    end = data.find(b">", begin)
    if begin < 0 or end < 0:
        raise FormatError("no signature where it must be")
    digits = data[begin + len(b"/Contents<") : end]
    try:
        return bytes.fromhex(digits.decode("ascii"))
    except ValueError:
        raise FormatError("the signature is not in hexadecimal digits") from None


def _cut(data: bytes, at: int) -> tuple[bytes, int]:
    """The data of the stream object at `at`, and where the next object begins."""
    start = data.find(b"/Length ", at, at + 400)
    end = data.find(b">>stream\n", start, start + 40)
    digits = data[start + len(b"/Length ") : end]
    if start < 0 or end < 0 or not digits.isdigit():
        raise FormatError("no stream where one must be")
    begin = end + len(b">>stream\n")
    stop = begin + int(digits)
    if stop > len(data):
        raise FormatError("a stream that goes on after the end")
    return data[begin:stop], stop + len(b"\nendstream\nendobj\n")


def _size(header: bytes) -> tuple[int, int]:
    words = header.partition(b"/Width ")[2].partition(b"/ColorSpace")[0].split(b"/Height ")
    if len(words) != 2 or not all(word.isdigit() and len(word) < 6 for word in words):
        raise FormatError("no size of a photo where one must be")
    return int(words[0]), int(words[1])
