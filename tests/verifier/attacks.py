"""The ways in which signed PDF files have been forged, as recipes over a genuine one.

The families are those of pdf-insecurity.org (USF, ISA, SWA 2019; Shadow 2021; EAA, SSA 2021) and
some of malleability, identity and time: twenty-three in all. A recipe takes the bytes of a
certificate and gives those of a forgery. Some forgeries are signed by the office's own key, as if
its signer had been talked into signing anything: they too must not pass.
"""

import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pikepdf
from asn1crypto import cms as asn1_cms
from asn1crypto import core
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from printer.form import load_form
from signing.keys import ORDER
from tests.builders import BUDI, Seal, a_certificate, a_seal

__all__ = [
    "ATTACKS",
    "Attack",
    "Recipe",
    "cms_of",
    "contents_of",
    "genuine",
    "sign_anew",
    "with_cms",
]

Recipe = Callable[[bytes], bytes]
NUMBERS = load_form("skck-1").form.numbers
PREFIX = load_form("skck-1").form.prefix
CONTENTS = re.compile(rb"/Contents<([0-9a-f]+)>")
RANGE = re.compile(rb"/ByteRange\[0 \d{10} \d{10} \d{10}\]")
FALSE_NAME = b"BT /B 30 Tf 100 650 Td <0024> Tj ET"


@dataclass(frozen=True)
class Attack:
    """One forgery: its family's number, what is done, and how.

    `keeps_form` tells whether the file still begins as one of our forms.
    """

    family: int
    name: str
    make: Recipe
    keeps_form: bool = True


ATTACKS: list[Attack] = []


def attack(family: int, name: str, *, keeps_form: bool = True) -> Callable[[Recipe], Recipe]:
    """Enter a recipe into the list."""

    def enter(make: Recipe) -> Recipe:
        ATTACKS.append(Attack(family, name, make, keeps_form))
        return make

    return enter


def genuine() -> bytes:
    """The certificate that is tampered with."""
    return a_certificate().pdf


def stranger() -> Seal:
    """The key and certificate of somebody who calls himself as the office does."""
    return a_seal(98, root=99)


# --- pieces of a file


def contents_of(data: bytes) -> bytes:
    """The bytes of the signature in `data`, zeros at their end included."""
    match = CONTENTS.search(data)
    assert match
    return bytes.fromhex(match[1].decode("ascii"))


def with_contents(data: bytes, contents: bytes) -> bytes:
    """`data` with other bytes in place of the signature, which has as much room as before."""
    match = CONTENTS.search(data)
    assert match
    room = len(match[1])
    digits = contents.hex().encode().ljust(room, b"0")
    assert len(digits) == room
    return data[: match.start(1)] + digits + data[match.end(1) :]


def cms_of(data: bytes) -> Any:
    """The signature in `data` as asn1crypto reads it."""
    return asn1_cms.ContentInfo.load(contents_of(data).rstrip(b"\0") + bytes(8), strict=False)


def with_cms(data: bytes, content_info: Any) -> bytes:
    """`data` with this CMS, encoded anew."""
    return with_contents(data, content_info.dump(force=True))


def replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    """`data` with the last `old` made `new`, of the same length."""
    assert old in data
    assert len(old) == len(new)
    head, _, tail = data.rpartition(old)
    return head + new + tail


def sign_anew(
    data: bytes, seal: Seal, *, end: int | None = None, start: int | None = None
) -> bytes:
    """`data` signed by `seal`, over everything outside /Contents.

    `start` widens the gap to begin earlier; `end` ends the signed range before the end of the file.
    """
    match = CONTENTS.search(data)
    assert match
    gap = match.start(1) - 1 if start is None else start
    rest, stop = match.end(1) + 1, len(data) if end is None else end
    line = b"/ByteRange[0 %010d %010d %010d]" % (gap, rest, stop - rest)
    data = RANGE.sub(line, data)
    digest = hashlib.sha256(data[:gap] + data[rest:stop]).digest()
    signer = seal.signer
    return with_contents(data, signer.write(digest, signer.sign(digest)))


def appended(data: bytes, edit: Callable[[Any], None]) -> bytes:
    """`data` with a revision after it, as PDF editors append them."""
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(data))
    edit(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def page_of(writer: Any) -> Any:
    """The one page, marked as changed."""
    page = writer.root["/Pages"]["/Kids"][0]
    writer.update_container(page)
    return page


def redefine(number: int, make: Callable[[Any], Any]) -> Recipe:
    """A recipe that appends a new definition of an object, made of its old one."""

    def recipe(data: bytes) -> bytes:
        def edit(writer: Any) -> None:
            old = writer.get_object(generic.Reference(number, 0, writer))
            new = make(old)
            writer.objects[(0, number)] = new

        return appended(data, edit)

    return recipe


def rectangle(*sides: int) -> generic.ArrayObject:
    """A rectangle: left, bottom, right, top."""
    return generic.ArrayObject(map(generic.NumberObject, sides))


def a_dictionary(**entries: Any) -> Any:
    """A dictionary object; texts that begin with a stroke are names."""

    def value(given: Any) -> Any:
        if isinstance(given, str):
            return pdf_name(given) if given.startswith("/") else pdf_string(given)
        return number(given) if isinstance(given, int) else given

    number: Any = generic.NumberObject
    dictionary: Any = generic.DictionaryObject
    return dictionary({pdf_name(f"/{key}"): value(given) for key, given in entries.items()})


def a_stream(data: bytes, **entries: Any) -> generic.StreamObject:
    """A stream object."""
    return generic.StreamObject(a_dictionary(**entries), stream_data=data)


def tail_update(data: bytes, body: bytes, *, number: int) -> bytes:
    """`data` with `body` (an object) and a cross-reference table written by hand after it."""
    at = len(data)
    previous = data.rpartition(b"startxref\n")[2].split(b"\n")[0]
    xref = at + len(body)
    size = max(NUMBERS.values()) + 1
    return (
        data
        + body
        + (
            b"xref\n%d 1\n%010d 00000 n \n"
            b"trailer\n<</Size %d/Root 1 0 R/Prev %b>>\nstartxref\n%d\n%%%%EOF\n"
            % (number, at, size, previous, xref)
        )
    )


def forged_content(number: int | None = None) -> bytes:
    """An object that shows another name."""
    number = NUMBERS["content"] if number is None else number
    return b"%d 0 obj\n<</Length %d>>stream\n%b\nendstream\nendobj\n" % (
        number,
        len(FALSE_NAME),
        FALSE_NAME,
    )


# --- (1) the flip of a signed byte


@attack(1, "a byte of the page's content")
def flip_content(data: bytes) -> bytes:
    at = data.index(b" Tf\n", data.index(b"%d 0 obj\n" % NUMBERS["content"]))
    return data[: at - 1] + bytes([data[at - 1] ^ 1]) + data[at:]


@attack(1, "a letter of skck.json")
def flip_claims(data: bytes) -> bytes:
    return replaced(data, b'"name":"Ratna', b'"name":"Ratma')


# --- (2) universal signature forgery: the contents


for label, spelling in (
    ("<>", b"<>"),
    ("<00>", b"<00>"),
    ("null", b"null"),
    ("a reference", b"99 0 R"),
    ("an empty text", b"()"),
):

    @attack(2, f"/Contents {label}")
    def empty_contents(data: bytes, spelling: bytes = spelling) -> bytes:
        match = CONTENTS.search(data)
        assert match
        room = len(match[0]) - len(b"/Contents ")
        return data.replace(match[0], b"/Contents " + spelling.ljust(room))


@attack(2, "/Contents removed")
def no_contents(data: bytes) -> bytes:
    match = CONTENTS.search(data)
    assert match
    return data.replace(match[0], b" " * len(match[0]))


@attack(2, "/Contents under another name")
def other_contents(data: bytes) -> bytes:
    return replaced(data, b"/Contents<", b"/Kontents<")


# --- (3) universal signature forgery: the byte range


for label, spelling in (
    ("removed", b""),
    ("null", b"/ByteRange null"),
    ("[0 0 0 0]", b"/ByteRange[0 0 0 0]"),
    ("negative", b"/ByteRange[0 -1 1 -1]"),
    ("past the end", b"/ByteRange[0 99999999 1 99999999]"),
    ("two numbers", b"/ByteRange[0 100]"),
    ("everything", b"/ByteRange[0 100000 0 0]"),
):

    @attack(3, f"/ByteRange {label}")
    def other_range(data: bytes, spelling: bytes = spelling) -> bytes:
        match = RANGE.search(data)
        assert match
        return data.replace(match[0], spelling.ljust(len(match[0])))


# --- (4) incremental saving: an object defined anew


@attack(4, "the page's contents replaced")
def page_contents(data: bytes) -> bytes:
    def edit(writer: Any) -> None:
        stream = writer.add_object(a_stream(FALSE_NAME))
        page_of(writer)["/Contents"] = generic.ArrayObject([stream])

    return appended(data, edit)


ATTACKS.extend(
    Attack(4, f"{name} redefined", redefine(number, make))
    for name, number, make in (
        ("content stream", NUMBERS["content"], lambda _: a_stream(FALSE_NAME)),
        ("skck.json", NUMBERS["claims"], lambda _: a_stream(b"{}", Type="/EmbeddedFile")),
        ("photo", NUMBERS["photo"], lambda _: a_stream(bytes(9))),
        ("QR code", NUMBERS["qr"], lambda _: a_stream(bytes(488))),
        (
            "font",
            10,
            lambda _: a_dictionary(Type="/Font", Subtype="/Type1", BaseFont="/Symbol"),
        ),
        ("labels", 21, lambda _: a_stream(FALSE_NAME)),
    )
)


# --- (5) incremental saving: objects without a sound cross-reference


@attack(5, "an object after the end, without a table")
def object_without_table(data: bytes) -> bytes:
    return data + forged_content()


@attack(5, "an object and a trailer of junk")
def junk_trailer(data: bytes) -> bytes:
    return data + forged_content() + b"trailer\n<</Size 1>>\nstartxref\n%%EOF\n"


for label, offset in (("0", 0), ("off by one", 1), ("off by many", 5000)):

    @attack(5, f"startxref {label}")
    def wrong_startxref(data: bytes, offset: int = offset) -> bytes:
        shifted = len(data) + len(forged_content()) + offset if offset else 0
        trailer = b"trailer\n<</Size 84/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % shifted
        return data + forged_content() + trailer


# --- (6) signature wrapping


@attack(6, "a second /ByteRange, the gap widened, a forged object in it")
def wrapped(data: bytes) -> bytes:
    match = CONTENTS.search(data)
    assert match
    old = RANGE.search(data)
    assert old
    body = forged_content()
    rest, tail = match.end(), len(data) - match.end()
    inserted = b"/ByteRange[0 %010d %010d %010d]" % (match.start(1) - 1, 0, tail)
    moved = rest + len(inserted) + len(body) + len(b">>\nendobj\n")
    inserted = b"/ByteRange[0 %010d %010d %010d]" % (match.start(1) - 1, moved, tail)
    return data[:rest] + inserted + b">>\nendobj\n" + body + data[rest:]


@attack(6, "the signed ending moved back, a table in the gap")
def wrapped_table(data: bytes) -> bytes:
    match = CONTENTS.search(data)
    assert match
    hidden = forged_content() + b"xref\n%d 1\n%010d 00000 n \n" % (NUMBERS["content"], match.end())
    return data[: match.end()] + hidden + data[match.end() :]


# --- (7) and (8) signed so that not everything is signed


@attack(7, "the content stream inside the gap, by the office's key")
def content_in_the_gap(data: bytes) -> bytes:
    at = data.index(b"%d 0 obj\n" % NUMBERS["content"])
    signed = sign_anew(data, a_seal(), start=at)
    return replaced(signed, b"BT /R 10 Tf", b"BT /B 10 Tf")


@attack(7, "the QR code inside the gap, by the office's key")
def code_in_the_gap(data: bytes) -> bytes:
    at = data.index(b"%d 0 obj\n" % NUMBERS["qr"])
    return sign_anew(data, a_seal(), start=at)


@attack(8, "the range ends 60 bytes early, by the office's key")
def range_ends_early(data: bytes) -> bytes:
    return sign_anew(data, a_seal(), end=len(data) - 60)


# --- (9) and (10) evil annotations, sneaky signatures


def at_level(data: bytes, level: bytes | None) -> bytes:
    """`data` certified by the office's key at another DocMDP level, or only approved."""
    if level is None:
        return sign_anew(replaced(data, b"/DocMDP/T", b"/XocMDP/T"), a_seal())
    return sign_anew(replaced(data, b"/P 1/V/1.2", b"/P %b/V/1.2" % level), a_seal())


def annotate(kind: str) -> Callable[[Any], None]:
    """An edit that lays an annotation of this kind over the QR code."""

    def edit(writer: Any) -> None:
        appearance = writer.add_object(
            a_stream(
                b"0 g 0 0 117 117 re f",
                Type="/XObject",
                Subtype="/Form",
                BBox=rectangle(0, 0, 117, 117),
            )
        )
        note = a_dictionary(
            Type="/Annot",
            Subtype=f"/{kind}",
            Rect=rectangle(192, 104, 309, 221),
            F=4,
            Contents="ASLI",
            AP=a_dictionary(N=appearance),
        )
        annotations = page_of(writer)["/Annots"]
        annotations.append(writer.add_object(note))

    return edit


for kind in ("Stamp", "FreeText", "Redact"):

    @attack(9, f"{kind} over the QR code")
    def annotated(data: bytes, kind: str = kind) -> bytes:
        return appended(data, annotate(kind))


for label, level in (("P=2", b"2"), ("P=3", b"3"), ("approval", None)):

    @attack(9, f"certified anew at {label}")
    def certified_anew(data: bytes, level: bytes | None = level) -> bytes:
        return at_level(data, level)

    @attack(9, f"certified anew at {label}, and a stamp")
    def certified_and_annotated(data: bytes, level: bytes | None = level) -> bytes:
        return appended(at_level(data, level), annotate("Stamp"))


def sign_again(data: bytes, seal: Seal, *, box: tuple[int, int, int, int] | None) -> bytes:
    """`data` with a further signature by `seal`, as pyHanko adds it; `box` is where it shows."""
    from asn1crypto.keys import PrivateKeyInfo
    from asn1crypto.x509 import Certificate
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    no_others: Any = SimpleCertificateStore
    der = seal.key.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = signers.SimpleSigner(
        signing_cert=Certificate.load(seal.certificate),
        signing_key=PrivateKeyInfo.load(der),
        cert_registry=no_others(),
    )
    writer: Any = IncrementalPdfFileWriter(io.BytesIO(data))
    fields.append_signature_field(writer, fields.SigFieldSpec("second", box=box))
    out = io.BytesIO()
    signers.PdfSigner(
        signers.PdfSignatureMetadata(field_name="second", md_algorithm="sha256"), signer=signer
    ).sign_pdf(writer, output=out)
    return out.getvalue()


@attack(10, "a second visible signature over the QR code, by a stranger")
def second_signature(data: bytes) -> bytes:
    return sign_again(at_level(data, None), stranger(), box=(192, 104, 309, 221))


@attack(10, "a second visible signature over the QR code, at P=2")
def second_signature_certified(data: bytes) -> bytes:
    return sign_again(at_level(data, b"2"), stranger(), box=(192, 104, 309, 221))


# --- (11) to (15) what editors may append


@attack(11, "a field filled in after signing")
def field_filled(data: bytes) -> bytes:
    def edit(writer: Any) -> None:
        field = a_dictionary(
            Type="/Annot",
            Subtype="/Widget",
            FT="/Tx",
            T="nama",
            V="NAMA PALSU",
            Rect=rectangle(228, 650, 545, 670),
            AP=a_dictionary(N=writer.add_object(a_stream(FALSE_NAME))),
        )
        reference = writer.add_object(field)
        page_of(writer)["/Annots"].append(reference)
        form = writer.root["/AcroForm"]
        form["/Fields"].append(reference)
        writer.update_root()

    return appended(data, edit)


def catalog_entry(name: str, value: Any) -> Recipe:
    """A recipe that appends a revision with another catalog."""

    def recipe(data: bytes) -> bytes:
        def edit(writer: Any) -> None:
            writer.root[name] = value() if callable(value) else value
            writer.update_root()

        return appended(data, edit)

    return recipe


def page_entry(name: str, value: Any) -> Recipe:
    """A recipe that appends a revision with another page dictionary."""

    def recipe(data: bytes) -> bytes:
        def edit(writer: Any) -> None:
            page_of(writer)[name] = value

        return appended(data, edit)

    return recipe


@attack(12, "a page added")
def page_added(data: bytes) -> bytes:
    def edit(writer: Any) -> None:
        pages = writer.root["/Pages"]
        contents = writer.add_object(a_stream(FALSE_NAME))
        page = a_dictionary(Type="/Page", MediaBox=rectangle(0, 0, 595, 842), Contents=contents)
        pages["/Kids"].append(writer.add_object(page))
        pages["/Count"] = a_dictionary(Count=2)["/Count"]
        writer.update_container(pages)

    return appended(data, edit)


ATTACKS.append(
    Attack(
        12,
        "the page cropped",
        page_entry("/CropBox", rectangle(0, 300, 595, 842)),
    )
)
ATTACKS.append(
    Attack(
        12,
        "pictures taken from the page",
        page_entry("/Resources", a_dictionary()),
    )
)
ATTACKS.append(Attack(12, "layers", catalog_entry("/OCProperties", a_dictionary)))


@attack(12, "the signature's widget moved over the QR code")
def widget_moved(data: bytes) -> bytes:
    def edit(writer: Any) -> None:
        widget = page_of(writer)["/Annots"][0]
        widget["/Rect"] = rectangle(192, 104, 309, 221)
        writer.update_container(widget)

    return appended(data, edit)


@attack(12, "the photo freed in the table")
def object_freed(data: bytes) -> bytes:
    number = NUMBERS["photo"]
    return tail_update(data, b"", number=number).replace(
        b"xref\n%d 1\n%010d 00000 n " % (number, len(data)),
        b"xref\n%d 1\n0000000000 00001 f " % number,
    )


ATTACKS.append(
    Attack(
        13,
        "a script that runs when the file is opened",
        catalog_entry(
            "/OpenAction",
            lambda: a_dictionary(S="/JavaScript", JS="app.alert(1)"),
        ),
    )
)


@attack(13, "a second attachment")
def second_attachment(data: bytes) -> bytes:
    def edit(writer: Any) -> None:
        embedded = EmbeddedFileObject.from_file_data(
            writer, data=b"{}", mime_type="application/json"
        )
        embed_file(writer, FileSpec(file_spec_string="skck-2.json", embedded_data=embedded))

    return appended(data, edit)


@attack(13, "/Perms taken away")
def permissions_stripped(data: bytes) -> bytes:
    def edit(writer: Any) -> None:
        del writer.root["/Perms"]
        writer.update_root()

    return appended(data, edit)


@attack(14, "metadata in a new object")
def new_metadata(data: bytes) -> bytes:
    def edit(writer: Any) -> None:
        stream = a_stream(b"<x:xmpmeta/>", Type="/Metadata", Subtype="/XML")
        writer.root["/Metadata"] = writer.add_object(stream)
        writer.update_root()

    return appended(data, edit)


@attack(14, "a title in a new /Info")
def new_title(data: bytes) -> bytes:
    def edit(writer: Any) -> None:
        writer.set_info(a_dictionary(Title="SKCK NAMA PALSU"))

    return appended(data, edit)


ATTACKS.append(
    Attack(
        14,
        "metadata overwritten in its object",
        redefine(NUMBERS["metadata"], lambda _: a_stream(b"<x:xmpmeta/>")),
    )
)


@attack(15, "a stream smuggled into /DSS")
def smuggled_dss(data: bytes) -> bytes:
    def edit(writer: Any) -> None:
        stream = writer.add_object(a_stream(b"smuggled"))
        writer.root["/DSS"] = a_dictionary(Certs=generic.ArrayObject([stream]))
        writer.update_root()

    return appended(data, edit)


@attack(15, "an empty update")
def empty_update(data: bytes) -> bytes:
    previous = data.rpartition(b"startxref\n")[2].split(b"\n")[0]
    return data + (
        b"xref\n0 0\ntrailer\n<</Size 84/Root 1 0 R/Prev %b>>\nstartxref\n%d\n%%%%EOF\n"
        % (previous, len(data))
    )


# --- (16) and (17) bytes nobody reads


for label, junk in (
    ("a line break", b"\n"),
    ("a zero byte", b"\0"),
    ("a comment", b"% ASLI\n"),
    ("a kilobyte", b"A" * 1024),
    ("another end", b"%%EOF\n"),
):

    @attack(16, f"{label} after the end")
    def trailing(data: bytes, junk: bytes = junk) -> bytes:
        return data + junk


@attack(16, "dead objects and the old startxref after the end")
def dead_objects(data: bytes) -> bytes:
    return data + forged_content() + data[data.rindex(b"startxref") :]


@attack(16, "the last line break missing")
def end_shortened(data: bytes) -> bytes:
    return data[:-1]


@attack(17, "something else than zeros after the signature")
def padding_used(data: bytes) -> bytes:
    return replaced(data, b"00>>>\nendobj", b"01>>>\nendobj")


@attack(17, "capital hexadecimal digits")
def capital_digits(data: bytes) -> bytes:
    match = CONTENTS.search(data)
    assert match
    return data[: match.start(1)] + match[1].upper() + data[match.end(1) :]


# --- (18) another spelling of the same signature


@attack(18, "the higher s")
def higher_s(data: bytes) -> bytes:
    content = cms_of(data)
    signer = content["content"]["signer_infos"][0]
    both = core.SequenceOf.load(signer["signature"].native, spec=core.Integer)
    r, s = (both[n].native for n in range(2))
    raised = core.SequenceOf([r, ORDER - s], spec=core.Integer)
    signer["signature"] = raised.dump()
    return with_cms(data, content)


@attack(18, "an unsigned attribute in the signature")
def unsigned_attribute(data: bytes) -> bytes:
    # Room is made by leaving out the certificate: the verifier is asked for a pinned one anyway.
    content = cms_of(data)
    signed = content["content"]
    signed["certificates"] = asn1_cms.CertificateSet([])
    signed["signer_infos"][0]["unsigned_attrs"] = asn1_cms.CMSAttributes(
        [asn1_cms.CMSAttribute({"type": "1.2.3.4.5", "values": [core.Null()]})]
    )
    return with_cms(data, content)


# --- (19) to (22) other signers


@attack(19, "signed anew by a stranger of the same name")
def by_a_stranger(data: bytes) -> bytes:
    return sign_anew(data, stranger())


@attack(19, "signed anew with the office's time stamping certificate")
def by_the_time_stamper(data: bytes) -> bytes:
    return sign_anew(data, a_seal(13, signer="POLRES CONTOH TSA"))


@attack(19, "signed anew by another office under the same root")
def by_another_office(data: bytes) -> bytes:
    return sign_anew(data, a_seal(14, signer="POLRES TETANGGA"))


@attack(20, "dated back in the signature, by the office's key")
def dated_back(data: bytes) -> bytes:
    return sign_anew(replaced(data, b"/M(D:2026", b"/M(D:2020"), a_seal())


@attack(20, "dated back in skck.json, by the office's key")
def dated_back_in_json(data: bytes) -> bytes:
    return sign_anew(
        replaced(data, b'"issued_on":"2026-08-31"', b'"issued_on":"2020-08-31"'), a_seal()
    )


@attack(21, "a SHA-1 digest")
def sha1(data: bytes) -> bytes:
    match = CONTENTS.search(data)
    assert match
    signed = data[: match.start(1) - 1] + data[match.end(1) + 1 :]
    content = cms_of(data)
    info = content["content"]
    info["digest_algorithms"] = asn1_cms.DigestAlgorithms([{"algorithm": "sha1"}])
    signer = info["signer_infos"][0]
    signer["digest_algorithm"] = {"algorithm": "sha1"}
    for attribute in signer["signed_attrs"]:
        if attribute["type"].native == "message_digest":
            attribute["values"] = [hashlib.sha1(signed, usedforsecurity=False).digest()]
    return with_cms(data, content)


@attack(22, "a stranger signs first, the office second")
def stranger_first(data: bytes) -> bytes:
    return sign_again(sign_anew(at_level(data, None), stranger()), a_seal(), box=None)


@attack(22, "another file, approved by the office's key", keeps_form=False)
def other_file_approved(data: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        del pdf.pages[0].Annots
        del pdf.Root.AcroForm
        del pdf.Root.Perms
        pdf.save(out)
    return sign_again(out.getvalue(), a_seal(), box=None)


# --- (23) taken apart and put together


@attack(23, "the signature stripped", keeps_form=False)
def stripped(data: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        del pdf.pages[0].Annots
        del pdf.Root.AcroForm
        del pdf.Root.Perms
        pdf.save(out)
    return out.getvalue()


@attack(23, "stripped, and every stream packed anew", keeps_form=False)
def repacked(data: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(stripped(data))) as pdf:
        labels = pdf.pages[0].Contents[1]
        labels.write(labels.read_bytes() + b"\n")
        pdf.save(out, recompress_flate=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


@attack(23, "saved anew", keeps_form=False)
def saved_anew(data: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(out)
    return out.getvalue()


@attack(19, "packed anew and signed by a stranger of the same name", keeps_form=False)
def repacked_by_a_stranger(data: bytes) -> bytes:
    return sign_again(repacked(data), stranger(), box=None)


for label, before in (
    ("a line break", b"\n"),
    ("another header", b"%PDF-1.7\n"),
    ("a BOM", b"\xef\xbb\xbf"),
):

    @attack(23, f"{label} before the beginning", keeps_form=False)
    def preceded(data: bytes, before: bytes = before) -> bytes:
        return before + data


@attack(23, "the signature of another certificate")
def transplanted(data: bytes) -> bytes:
    return with_contents(data, contents_of(a_certificate(**BUDI, photo="navy").pdf))


@attack(23, "cut in the middle")
def truncated(data: bytes) -> bytes:
    return data[: len(PREFIX) + 9000]


@attack(23, "nothing but the form")
def only_the_form(data: bytes) -> bytes:
    return data[: len(PREFIX)]
