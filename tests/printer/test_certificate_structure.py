"""The file keeps the rules of PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1), one test each.

No validator of these standards is packaged for Debian, Python or Node, so the rules that a file
like ours can break are asked here one by one. Numbers are clauses of ISO 19005-3, or of ISO 14289-1
where they begin with UA.
"""

import io
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageCms

from printer import skck1
from printer.form import load_form
from signing.sheet import encode_sheet
from tests.builders import a_certificate, a_sheet

CERTIFICATES: dict[str, dict[str, Any]] = {
    "plain": {},
    "demo": {"demo": True},
    "several lines": {
        "address": "Jalan Kenanga Gang Buntu No. 12 RT 003 RW 007, Dusun Mekar Sari Indah, " * 2,
        "result": 1,
        "result_text": "perkara ringan, Kota Contoh, tahun 2011",
        "name": "Nguyễn Łukasz Şahin",
    },
}
FORM = load_form("skck-1")


@pytest.fixture(params=CERTIFICATES)
def changes(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What is particular about a certificate's sheet."""
    return CERTIFICATES[request.param]


@pytest.fixture
def data(changes: dict[str, Any]) -> bytes:
    """A certificate, as bytes."""
    return a_certificate(**changes).pdf


@pytest.fixture
def pdf(data: bytes) -> Iterator[pikepdf.Pdf]:
    """The same, opened."""
    with pikepdf.open(io.BytesIO(data)) as opened:
        yield opened


# --- 6.1 the file


def test_header_and_trailer_are_those_of_an_archive_file(data: bytes) -> None:
    """6.1.2, 6.1.3: four high bytes after the header, an /ID, no encryption, nothing at the end."""
    first, second, *_ = data.split(b"\n", 2)
    trailer = data[data.rindex(b"trailer") :]

    assert first == b"%PDF-1.7"
    assert second.startswith(b"%")
    assert all(byte > 127 for byte in second[1:5])
    assert re.search(rb"/ID\[<([0-9a-f]{32})><\1>\]", trailer)
    assert b"/Encrypt" not in trailer
    assert b"/Info" not in trailer
    assert data.count(b"%%EOF") == 1
    assert data.endswith(b"%%EOF\n")


def test_every_object_stands_where_the_table_says(data: bytes) -> None:
    """6.1.4: one classic cross-reference table, of twenty-byte entries."""
    start = int(data[data.rindex(b"startxref") :].split(b"\n")[1])
    head, _, rest = data[start:].partition(b"\n0000000000 65535 f \n")
    count = int(head.split(b" ")[1])
    entries = re.findall(rb"(\d{10}) 00000 n \n", rest[: 20 * (count - 1)])

    assert head == b"xref\n0 %d" % count
    assert len(entries) == count - 1
    for number, entry in enumerate(entries, start=1):
        assert data.startswith(b"%d 0 obj\n" % number, int(entry))


def test_streams_are_as_long_as_they_say_and_end_on_a_line(data: bytes) -> None:
    """6.1.7.1: a line break after `stream` and before `endstream`, and /Length between them."""
    start = int(data[data.rindex(b"startxref") :].split(b"\n")[1])
    offsets = [int(n) for n in re.findall(rb"(\d{10}) 00000 n", data[start:])]
    streams = 0
    for begin, end in zip(offsets, [*offsets[1:], start], strict=True):
        head, mark, body = data[begin:end].partition(b">>stream\n")
        if mark:
            length = re.search(rb"/Length (\d+)$", head)
            assert length
            assert body[int(length[1]) :] == b"\nendstream\nendobj\n"
            streams += 1

    assert streams == 13


def test_no_stream_is_outside_or_packed_by_lzw(pdf: pikepdf.Pdf) -> None:
    """6.1.7.2: data stand in the file, packed by what every reader may use."""
    for found in pdf.objects:
        if isinstance(found, pikepdf.Stream):
            assert not {"/F", "/FFilter", "/FDecodeParms"} & set(found.keys())
            assert found.get("/Filter") in (None, "/FlateDecode", "/DCTDecode")


# --- 6.2 graphics


def test_colours_are_those_of_the_output_intent(pdf: pikepdf.Pdf) -> None:
    """6.2.3: one output intent, with an RGB profile that colour software reads."""
    (intent,) = pdf.Root.OutputIntents
    profile = intent.DestOutputProfile

    assert intent.S == "/GTS_PDFA1"
    assert profile.N == 3
    opened = ImageCms.ImageCmsProfile(io.BytesIO(profile.read_bytes()))
    assert opened.profile.xcolor_space.strip() == "RGB"
    assert 2 <= opened.profile.version < 5


def test_pictures_are_plain(pdf: pikepdf.Pdf) -> None:
    """6.2.8: no interpolation, no alternates; the photo is a baseline JPEG in RGB."""
    pictures = pdf.pages[0].Resources.XObject
    photo, code = pictures.Photo, pictures.QR

    for picture in (photo, code):
        assert not {"/Alternates", "/OPI", "/SMask", "/Mask"} & set(picture.keys())
        assert not picture.get("/Interpolate", False)
    jpeg = Image.open(io.BytesIO(photo.read_raw_bytes()))
    assert jpeg.mode == "RGB"
    assert jpeg.size == (int(photo.Width), int(photo.Height))
    assert photo.ColorSpace == "/DeviceRGB"
    assert photo.BitsPerComponent == 8
    assert code.ImageMask
    assert code.Width == code.Height == 61
    assert len(code.read_bytes()) == 488


def test_nothing_is_transparent(pdf: pikepdf.Pdf) -> None:
    """6.2.10: without a group there is nothing to blend."""
    page = pdf.pages[0]

    assert "/Group" not in page
    assert "/ExtGState" not in page.Resources


OPERATORS = {
    *("BDC", "BMC", "EMC", "BT", "ET", "Td", "Tf", "Tj", "Tm"),
    *("cm", "Do", "q", "Q", "re", "f", "g", "w", "m", "l", "S"),
}


def operators(pdf: pikepdf.Pdf) -> Iterator[tuple[list[Any], str]]:
    """The operators of the whole page, with what they are given."""
    for step in pikepdf.parse_content_stream(pdf.pages[0]):
        assert isinstance(step, pikepdf.ContentStreamInstruction)
        yield list(step.operands), str(step.operator)


def test_the_page_uses_few_operators(pdf: pikepdf.Pdf) -> None:
    """6.2.2: only what is defined; grey, of which the output intent tells what it is."""
    assert {name for _, name in operators(pdf)} <= OPERATORS


# --- 6.2.11 fonts


FACES = ("R", "B", "I")


@pytest.mark.parametrize("face", FACES)
def test_fonts_are_embedded_with_true_widths_and_text(pdf: pikepdf.Pdf, face: str) -> None:
    """6.2.11.4.1, 6.2.11.5, 6.2.11.7: the program, its widths, and what its glyphs mean."""
    font = pdf.pages[0].Resources.Font[f"/{face}"]
    (descendant,) = font.DescendantFonts
    program = TTFont(io.BytesIO(descendant.FontDescriptor.FontFile2.read_bytes()))
    first, widths = descendant.W
    order = program.getGlyphOrder()
    unit = program["head"].unitsPerEm

    assert font.Subtype == "/Type0"
    assert font.Encoding == "/Identity-H"
    assert descendant.Subtype == "/CIDFontType2"
    assert descendant.CIDToGIDMap == "/Identity"
    assert re.fullmatch(r"/[A-Z]{6}\+LiberationSans(-\w+)?", str(font.BaseFont))
    assert font.BaseFont == descendant.BaseFont == descendant.FontDescriptor.FontName
    assert "/CIDSet" not in descendant.FontDescriptor
    assert first == 0
    assert len(widths) == len(order)
    for glyph, width in zip(order, widths, strict=True):
        assert abs(program["hmtx"][glyph][0] * 1000 / unit - int(width)) <= 0.5
    lengths = descendant.FontDescriptor.FontFile2
    assert lengths.Length1 == len(lengths.read_bytes())


def shown(pdf: pikepdf.Pdf) -> Iterator[tuple[str, bytes]]:
    """Every text on the page: its face, and its glyphs."""
    face = ""
    for operands, name in operators(pdf):
        if name == "Tf":
            face = str(operands[0])
        if name == "Tj":
            yield face, bytes(operands[0])


def meanings(pdf: pikepdf.Pdf, face: str) -> dict[int, str]:
    """What the font says that its glyphs mean."""
    cmap = pdf.pages[0].Resources.Font[face].ToUnicode.read_bytes().decode("ascii")
    return {
        int(glyph, 16): bytes.fromhex(text).decode("utf-16-be")
        for block in re.findall(r"beginbfchar\n(.*?)\nendbfchar", cmap, flags=re.DOTALL)
        for glyph, text in re.findall(r"<(\w{4})><(\w{4})>", block)
    }


def test_every_glyph_means_a_letter(pdf: pikepdf.Pdf) -> None:
    """6.2.11.7.2, 6.2.11.8: no glyph without a meaning, and never the one for missing letters."""
    for face, glyphs in shown(pdf):
        known = meanings(pdf, face)
        for at in range(0, len(glyphs), 2):
            glyph = int.from_bytes(glyphs[at : at + 2], "big")
            assert glyph != 0
            assert known[glyph] not in {"", "\0", "\ufeff", "\ufffe"}


def test_the_measures_by_which_text_is_set_are_the_fonts(pdf: pikepdf.Pdf) -> None:
    for face in FACES:
        _, widths = pdf.pages[0].Resources.Font[f"/{face}"].DescendantFonts[0].W
        known = meanings(pdf, f"/{face}")

        for char, code in FORM.faces[face].codes.items():
            assert known[int(code, 16)] == chr(char)
            assert FORM.faces[face].widths[chr(char)] == int(widths[int(code, 16)])


# --- 6.3 annotations, 6.4 forms, 6.5 actions


def test_the_one_annotation_is_the_signature_and_shows_nothing(pdf: pikepdf.Pdf) -> None:
    """6.3.2, 6.3.3: printed, not hidden; without an appearance because it has no size."""
    (widget,) = pdf.pages[0].Annots

    assert widget.Subtype == "/Widget"
    assert widget.FT == "/Sig"
    assert int(widget.F) & 0b111 == 0b100
    assert [float(side) for side in widget.Rect] == [0, 0, 0, 0]
    assert str(widget.TU)
    assert not {"/A", "/AA", "/AP"} & set(widget.keys())
    assert pdf.Root.AcroForm.SigFlags == 3
    assert not {"/NeedAppearances", "/XFA", "/DR"} & set(pdf.Root.AcroForm.keys())


ACTIVE = {
    *("/JS", "/JavaScript", "/OpenAction", "/AA", "/URI", "/Launch", "/RichMedia", "/Rendition"),
    *("/XFA", "/OCProperties", "/Requirements", "/Collection", "/AlternatePresentations"),
    *("/PieceInfo", "/Threads", "/Dests", "/Encrypt", "/EmbeddedGoTo"),
}


def names_in(found: Any) -> Iterator[str]:
    """Every key and name in an object, but for those behind references."""
    inside: list[Any] = []
    if isinstance(found, (pikepdf.Dictionary, pikepdf.Stream)):
        yield from found.keys()
        inside = [value for _, value in found.items()]
    elif isinstance(found, pikepdf.Array):
        inside = list(found)
    elif isinstance(found, pikepdf.Name):
        yield str(found)
    for value in inside:
        if not getattr(value, "is_indirect", False):
            yield from names_in(value)


def test_nothing_in_the_file_acts(pdf: pikepdf.Pdf) -> None:
    """6.5.1: no script, no link, no action, no layer, nothing that starts by itself."""
    assert set().union(*(names_in(found) for found in pdf.objects)) & ACTIVE == set()


# --- 6.6 metadata


def test_metadata_say_which_standards_the_file_keeps(data: bytes, pdf: pikepdf.Pdf) -> None:
    """6.6.2, 6.6.4, UA 5: XMP, not packed, with part and level, and the schema of PDF/UA's."""
    stream = pdf.Root.Metadata
    packet = stream.read_raw_bytes()
    body = packet.decode("utf-8")
    tree = ElementTree.fromstring(body)  # noqa: S314 -- written by us a moment ago
    spaces = {
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
        "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
        "dc": "http://purl.org/dc/elements/1.1/",
        "xmp": "http://ns.adobe.com/xap/1.0/",
        "schema": "http://www.aiim.org/pdfa/ns/schema#",
        "property": "http://www.aiim.org/pdfa/ns/property#",
    }

    assert stream.Type == "/Metadata"
    assert stream.Subtype == "/XML"
    assert "/Filter" not in stream
    assert data.count(packet) == 1
    assert body.startswith('<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>')
    assert body.endswith('<?xpacket end="r"?>')
    assert tree.findtext(".//pdfaid:part", namespaces=spaces) == "3"
    assert tree.findtext(".//pdfaid:conformance", namespaces=spaces) == "A"
    assert tree.findtext(".//pdfuaid:part", namespaces=spaces) == "1"
    assert tree.findtext(".//schema:namespaceURI", namespaces=spaces) == spaces["pdfuaid"]
    assert tree.findtext(".//schema:prefix", namespaces=spaces) == "pdfuaid"
    assert tree.findtext(".//property:valueType", namespaces=spaces) == "Integer"
    title = tree.findtext(".//dc:title/rdf:Alt/rdf:li", namespaces=spaces)
    assert title == "SKCK SKCK/YANMAS/31245/VIII/2026/INTELKAM"
    created = tree.findtext(".//xmp:CreateDate", namespaces=spaces)
    assert created == tree.findtext(".//xmp:ModifyDate", namespaces=spaces)
    assert created == "2026-08-31T11:20:00+07:00"


def test_what_makes_xml_is_escaped_in_the_metadata() -> None:
    number = "SKCK/<1>&2/VIII/2026"

    with pikepdf.open(io.BytesIO(a_certificate(number=number).pdf)) as opened:
        tree = ElementTree.fromstring(opened.Root.Metadata.read_raw_bytes())  # noqa: S314 -- ours

    assert f"SKCK {number}" in list(tree.itertext())


def test_readers_show_the_title(pdf: pikepdf.Pdf) -> None:
    """UA 7.1: the title, not the file's name."""
    assert pdf.Root.ViewerPreferences.DisplayDocTitle


# --- 6.7 structure


Element = pikepdf.Dictionary
ROLES = {"/Document", "/H1", "/P", "/Span", "/Figure", "/Form"}


def below(element: Any) -> list[Any]:
    """The kids of an element of the structure."""
    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every element of the structure, in reading order."""

    def walk(element: Any) -> Iterator[Any]:
        yield element
        for kid in below(element):
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/StructElem":
                yield from walk(kid)

    for top in below(pdf.Root.StructTreeRoot):
        yield from walk(top)


def test_the_file_is_tagged_in_its_language(pdf: pikepdf.Pdf) -> None:
    """6.7.2, 6.7.4: marked, with a language."""
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "id-ID"


def test_the_structure_uses_the_roles_of_the_standard(pdf: pikepdf.Pdf) -> None:
    """6.7.3.4, UA 7.4: one document, one first heading, no role that needs a map."""
    found = Counter(str(element.S) for element in elements(pdf))

    assert set(found) == ROLES
    assert "/RoleMap" not in pdf.Root.StructTreeRoot
    assert (found["/Document"], found["/H1"], found["/Figure"], found["/Form"]) == (1, 1, 2, 1)
    assert [str(top.S) for top in below(pdf.Root.StructTreeRoot)] == ["/Document"]


def test_parents_and_kids_name_each_other(pdf: pikepdf.Pdf) -> None:
    for element in elements(pdf):
        for kid in below(element):
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/StructElem":
                assert kid.P.objgen == element.objgen


def marked(pdf: pikepdf.Pdf) -> list[int]:
    """The numbers of the marked content, in the order in which it is drawn."""
    return [
        int(operands[1].MCID)
        for operands, name in operators(pdf)
        if name == "BDC" and "/MCID" in operands[1]
    ]


def test_every_marked_piece_is_drawn_once_and_has_its_place(pdf: pikepdf.Pdf) -> None:
    """6.7.3: what is drawn under a number is found under it in the tree, and nothing else."""
    page = pdf.pages[0]
    numbers = marked(pdf)
    tree = pdf.Root.StructTreeRoot.ParentTree.Nums
    places = {int(tree[n]): tree[n + 1] for n in range(0, len(tree), 2)}
    parents = list(places[int(page.StructParents)])
    in_tree = [
        (int(kid), element.objgen)
        for element in elements(pdf)
        for kid in below(element)
        if not isinstance(kid, pikepdf.Dictionary)
    ]

    assert sorted(numbers) == list(range(len(skck1.MARKS)))
    assert sorted(number for number, _ in in_tree) == sorted(numbers)
    for number, parent in in_tree:
        assert parents[number].objgen == parent
    assert int(pdf.Root.StructTreeRoot.ParentTreeNextKey) == len(places)


def test_marks_are_tagged_as_the_structure_says(pdf: pikepdf.Pdf) -> None:
    roles = {
        int(kid): str(element.S)
        for element in elements(pdf)
        for kid in below(element)
        if not isinstance(kid, pikepdf.Dictionary)
    }

    for operands, name in operators(pdf):
        if name == "BDC":
            assert str(operands[0]) == roles[int(operands[1].MCID)]


def test_whatever_is_drawn_is_content_or_artifact(pdf: pikepdf.Pdf) -> None:
    """UA 7.1: nothing is drawn outside of marked content, nor one mark inside another."""
    depth = 0
    for _, name in operators(pdf):
        if name in {"BDC", "BMC"}:
            depth += 1
            assert depth == 1
        elif name == "EMC":
            depth -= 1
        elif name in {"Tj", "Do", "f", "S"}:
            assert depth == 1

    assert depth == 0


def test_english_is_read_in_english(pdf: pikepdf.Pdf) -> None:
    """6.7.4, UA 7.2: a change of language is told, in the structure and in the content."""
    names = {number: mark for mark, number in skck1.MARKS.items()}
    spans = {
        names[int(below(element)[0])]: str(element.Lang)
        for element in elements(pdf)
        if element.S == "/Span"
    }
    told = {
        names[int(operands[1].MCID)]: str(operands[1].Lang)
        for operands, name in operators(pdf)
        if name == "BDC" and "/Lang" in operands[1]
    }

    assert set(spans) == {mark for mark in skck1.MARKS if mark.endswith(".en")}
    assert set(spans.values()) == {"en-US"}
    assert told == spans


def test_pictures_have_words_and_a_place(pdf: pikepdf.Pdf) -> None:
    """UA 7.3: what a picture shows, for those who do not see it."""
    figures = [element for element in elements(pdf) if element.S == "/Figure"]

    assert [str(figure.Alt).split()[0] for figure in figures] == ["Pasfoto", "Kode"]
    for figure in figures:
        left, bottom, right, top = (float(side) for side in figure.A.BBox)
        assert 0 <= left < right <= skck1.PAGE[0]
        assert 0 <= bottom < top <= skck1.PAGE[1]


def test_the_signature_is_in_the_structure(pdf: pikepdf.Pdf) -> None:
    """UA 7.18: the widget has a place, words, and the page's order of tabs is the structure's."""
    page = pdf.pages[0]
    (widget,) = page.Annots
    (form,) = [element for element in elements(pdf) if element.S == "/Form"]
    tree = pdf.Root.StructTreeRoot.ParentTree.Nums
    places = {int(tree[n]): tree[n + 1] for n in range(0, len(tree), 2)}

    assert form.K.Obj.objgen == widget.objgen
    assert places[int(widget.StructParent)].objgen == form.objgen
    assert str(form.Alt)
    assert page.Tabs == "/S"


def test_the_order_of_reading_is_that_of_the_sheet(pdf: pikepdf.Pdf) -> None:
    names = {number: mark for mark, number in skck1.MARKS.items()}
    order = [
        names[int(kid)] if not isinstance(kid, pikepdf.Dictionary) else names[int(below(kid)[0])]
        for element in elements(pdf)
        if element.S in ("/P", "/H1", "/Figure")
        for kid in below(element)
    ]

    assert order == [mark for _, marks in skck1.GROUPS for mark in marks]


# --- 6.8 attachments


def test_the_data_are_attached(changes: dict[str, Any], pdf: pikepdf.Pdf) -> None:
    """6.8: named, described, related to the file as its data, of a kind, in the list of files."""
    (described,) = pdf.Root.AF
    name, listed = pdf.Root.Names.EmbeddedFiles.Names
    stream = described.EF.F

    assert described.Type == "/Filespec"
    assert (str(described.F), str(described.UF), str(name)) == ("skck.json",) * 3
    assert listed.objgen == described.objgen
    assert described.AFRelationship == "/Data"
    assert str(described.Desc)
    assert described.EF.UF.objgen == stream.objgen
    assert stream.Subtype == "/application/json"
    assert stream.read_bytes() == encode_sheet(a_sheet(**changes))
    assert stream.Params.Size == len(stream.read_bytes())
    assert str(stream.Params.ModDate) == "D:20260831112000+07'00'"
    assert json.loads(stream.read_bytes())["nik"] == a_sheet().nik


def test_packed_streams_are_packed_well(pdf: pikepdf.Pdf) -> None:
    """The form is in every file: it is packed as tightly as can be."""
    for found in pdf.objects:
        if isinstance(found, pikepdf.Stream) and found.get("/Filter") == "/FlateDecode":
            packed = found.read_raw_bytes()
            assert len(packed) <= len(zlib.compress(found.read_bytes(), 9))
