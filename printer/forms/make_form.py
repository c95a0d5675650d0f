"""Makes the files of the forms anew: everything of the PDF that is the same on every sheet.

"skck-1" has a place for our signature; "skck-1r" has none, and goes to a service that signs whole
files. Run by hand, `python -m printer.forms.make_form`, where fonttools and Debian's
fonts-liberation2 are installed. The files are committed: a sheet is checked by redrawing it, so the
form must outlive every font package. A form in use is never changed; a new one gets a new number.

The form holds the catalog, the page, the structure for screen readers, three font subsets, the
colour profile and the printed labels. PDF 1.7, PDF/A-3a (ISO 19005-3) and PDF/UA-1 by design.
"""

import io
import json
import zlib
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import ImageCms

from printer import skck1

FONTS = Path("/usr/share/fonts/truetype/liberation2")
HERE = Path(__file__).parent
ALWAYS = [(0x20, 0x7F), (0xA0, 0x100), (0x2010, 0x2028)]
WIDE = [*ALWAYS, (0x100, 0x250), (0x2B9, 0x2BD), (0x2C6, 0x2DE), (0x1E00, 0x1F00), (0x20AC, 0x20AD)]
FACES = {
    "R": ("Regular", "SEGELR", WIDE),
    "B": ("Bold", "SEGELB", ALWAYS),
    "I": ("Italic", "SEGELI", ALWAYS),
}
LANGUAGE = "id-ID"


class Face:
    """A font subset and its measures: `glyphs` maps a character to its id and width (1/1000 em)."""

    def __init__(self, name: str, ranges: Iterable[tuple[int, int]]) -> None:
        font = TTFont(FONTS / f"LiberationSans-{name}.ttf")
        known = font.getBestCmap()
        wanted = [code for low, high in ranges for code in range(low, high) if code in known]
        options = subset.Options()
        options.hinting = False
        options.layout_features = []
        options.notdef_outline = True
        options.drop_tables += ["FFTM", "GDEF", "GPOS", "GSUB", "gasp", "kern"]
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=wanted)
        cutter.subset(font)
        head, hhea, os2 = font["head"], font["hhea"], font["OS/2"]
        unit = head.unitsPerEm
        order = font.getGlyphOrder()
        ids = {glyph: number for number, glyph in enumerate(order)}
        widths = [round(font["hmtx"][glyph][0] * 1000 / unit) for glyph in order]
        self.widths = widths
        self.glyphs = {
            chr(code): (ids[glyph], widths[ids[glyph]])
            for code, glyph in sorted(font.getBestCmap().items())
            if code in wanted
        }
        scale = 1000 / unit
        self.box = [round(n * scale) for n in (head.xMin, head.yMin, head.xMax, head.yMax)]
        self.ascent, self.descent = round(hhea.ascent * scale), round(hhea.descent * scale)
        self.cap_height = round(os2.sCapHeight * scale)
        self.angle = font["post"].italicAngle
        for table in ("OS/2", "cmap", "name", "post"):
            del font[table]
        out = io.BytesIO()
        # Reproducible: the time in the file is the font's own.
        font.recalcTimestamp = False
        font.save(out)
        self.data = out.getvalue()


class Objects:
    """The numbered objects of the form, written out with the place of each."""

    def __init__(self) -> None:
        self.bodies: dict[int, bytes] = {}
        self.next = 1

    def number(self) -> int:
        """A number for an object to come."""
        self.next += 1
        return self.next - 1

    def add(self, body: str | bytes, number: int | None = None) -> int:
        """Keep `body` as an object, under its number."""
        number = number or self.number()
        self.bodies[number] = body.encode() if isinstance(body, str) else body
        return number

    def stream(self, entries: str, data: bytes, number: int | None = None) -> int:
        """Keep `data`, compressed, as a stream object."""
        packed = zlib.compress(data, 9)
        head = f"<<{entries}/Filter/FlateDecode/Length {len(packed)}>>stream\n".encode()
        return self.add(head + packed + b"\nendstream", number)


def to_unicode(face: Face) -> bytes:
    """The CMap by which a reader turns glyphs back into text (PDF 32000-1, 9.10.3)."""
    pairs = [f"<{glyph:04X}><{ord(char):04X}>" for char, (glyph, _) in face.glyphs.items()]
    blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def",
            "/CMapName/Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange<0000><FFFF>endcodespacerange",
            *(f"{len(b)} beginbfchar\n" + "\n".join(b) + "\nendbfchar" for b in blocks),
            "endcmap CMapName currentdict/CMap defineresource pop end end",
        ]
    ).encode()


def add_font(objects: Objects, face: Face, style: str, tag: str) -> int:
    """The objects of one font; the number of its Type0 dictionary."""
    name = f"{tag}+LiberationSans" + ("" if style == "Regular" else f"-{style}")
    file = objects.stream(f"/Length1 {len(face.data)}", face.data)
    flags = 32 | (64 if style == "Italic" else 0)
    descriptor = objects.add(
        f"<</Type/FontDescriptor/FontName/{name}/Flags {flags}"
        f"/FontBBox[{' '.join(map(str, face.box))}]/ItalicAngle {face.angle:g}"
        f"/Ascent {face.ascent}/Descent {face.descent}/CapHeight {face.cap_height}"
        f"/StemV {140 if style == 'Bold' else 88}/FontFile2 {file} 0 R>>"
    )
    unicode_map = objects.stream("", to_unicode(face))
    descendant = objects.add(
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        f"/FontDescriptor {descriptor} 0 R/CIDToGIDMap/Identity/DW 0"
        f"/W[0[{' '.join(map(str, face.widths))}]]>>"
    )
    return objects.add(
        f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H"
        f"/DescendantFonts[{descendant} 0 R]/ToUnicode {unicode_map} 0 R>>"
    )


def labels(faces: dict[str, Face]) -> bytes:
    """The content stream with what stands on every sheet."""
    out = ["/Artifact BMC 0.6 w 50 759 m 290 759 l S 0.8 w"]
    for label in skck1.LABELS:
        face = faces[label.face]
        width = sum(face.glyphs[char][1] for char in label.text) * label.size / 1000
        x = label.x - width / 2 if label.centred else label.x
        if label.mark == "title.id":
            out.append(f"{x:.2f} 731.5 m {x + width:.2f} 731.5 l S EMC")
        glyphs = "".join(f"{face.glyphs[char][0]:04X}" for char in label.text)
        role = "H1" if label.mark.startswith("title") else "P"
        language = "/Lang(en-US)" if label.english else ""
        out.append(
            f"/{'Span' if label.english else role}<</MCID {skck1.MARKS[label.mark]}{language}>>BDC "
            f"BT /{label.face} {label.size:g} Tf {x:.2f} {label.y:g} Td <{glyphs}> Tj ET EMC"
        )
    return "\n".join(out).encode()


def is_english(mark: str) -> bool:
    """Whether a screen reader reads what bears this mark in English."""
    return mark.endswith(".en")


def add_structure(objects: Objects, page: int, widget: int) -> int:
    """The structure tree: what is read aloud, in which order; the number of its root.

    `widget` 0 means that there is none.
    """
    root, document, tree = objects.number(), objects.number(), objects.number()
    parents: list[int] = []
    kids: list[int] = []
    for role, marks in skck1.GROUPS:
        element = objects.number()
        own: list[str] = []
        for mark in marks:
            number = skck1.MARKS[mark]
            if is_english(mark):
                span = objects.add(
                    f"<</Type/StructElem/S/Span/P {element} 0 R/Lang(en-US)/Pg {page} 0 R"
                    f"/K {number}>>"
                )
                own.append(f"{span} 0 R")
                parents.append(span)
            else:
                own.append(str(number))
                parents.append(element)
        objects.add(
            f"<</Type/StructElem/S/{role}/P {document} 0 R/Pg {page} 0 R{figure(marks[0])}"
            f"/K[{' '.join(own)}]>>",
            element,
        )
        kids.append(element)
    form = 0
    if widget:
        form = objects.add(
            f"<</Type/StructElem/S/Form/P {document} 0 R/Pg {page} 0 R"
            f"/Alt{words('Tanda tangan elektronik')}"
            f"/K<</Type/OBJR/Obj {widget} 0 R/Pg {page} 0 R>>>>"
        )
        kids.append(form)
    objects.add(
        f"<</Type/StructElem/S/Document/P {root} 0 R/K[{' '.join(f'{k} 0 R' for k in kids)}]>>",
        document,
    )
    refs = " ".join(f"{parent} 0 R" for parent in parents)
    objects.add(f"<</Nums[0[{refs}]{f'1 {form} 0 R' if form else ''}]>>", tree)
    objects.add(
        f"<</Type/StructTreeRoot/K[{document} 0 R]/ParentTree {tree} 0 R"
        f"/ParentTreeNextKey {2 if form else 1}>>",
        root,
    )
    return root


def words(text: str) -> str:
    """`text` as a PDF string."""
    return "<FEFF" + text.encode("utf-16-be").hex().upper() + ">"


def figure(mark: str) -> str:
    """The alternative text and the box of a picture; nothing for anything else."""
    if mark not in {"photo", "qr"}:
        return ""
    x, y, width, height = skck1.PHOTO if mark == "photo" else skck1.QR
    alt = {
        "photo": "Pasfoto pemegang surat, 4 × 6 cm",
        "qr": "Kode QR untuk memeriksa keaslian surat ini; alamatnya tertulis di bawahnya",
    }[mark]
    return (
        f"/Alt{words(alt)}/A<</O/Layout/Placement/Block"
        f"/BBox[{x:g} {y:g} {x + width:g} {y + height:g}]>>"
    )


def main() -> None:
    """Write the forms "skck-1" and "skck-1r"."""
    faces = {key: Face(name, ranges) for key, (name, _, ranges) in FACES.items()}
    write_form("skck1", faces, signed=True)
    write_form("skck1r", faces, signed=False)


def write_form(name: str, faces: dict[str, Face], *, signed: bool) -> None:
    """Write a form's two files; `signed` is one with our signature, else somebody adds another."""
    objects = Objects()
    catalog, pages, page = (objects.number() for _ in range(3))
    widget = objects.number() if signed else 0
    file_spec = objects.number()
    fonts = {key: add_font(objects, faces[key], FACES[key][0], FACES[key][1]) for key in FACES}
    static = objects.stream("", labels(faces))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # The profile bears the time of its making (bytes 24 to 35, ICC.1:2010 7.2); ours is fixed.
    profile = profile[:24] + bytes.fromhex("07ea000100010000000000000000"[:24]) + profile[36:]
    icc = objects.stream("/N 3", profile)
    structure = add_structure(objects, page, widget)
    claims, metadata, photo, content, qr = (objects.number() for _ in range(5))
    signature = objects.number() if signed else 0
    signing = f"/AcroForm<</Fields[{widget} 0 R]/SigFlags 3>>/Perms<</DocMDP {signature} 0 R>>"
    objects.add(
        f"<</Type/Catalog/Pages {pages} 0 R/Version/1.7/Lang({LANGUAGE})/MarkInfo<</Marked true>>"
        f"/StructTreeRoot {structure} 0 R/Metadata {metadata} 0 R"
        f"/ViewerPreferences<</DisplayDocTitle true>>"
        f"/OutputIntents[<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)"
        f"/Info(sRGB)/DestOutputProfile {icc} 0 R>>]"
        f"/AF[{file_spec} 0 R]/Names<</EmbeddedFiles<</Names[(skck.json){file_spec} 0 R]>>>>"
        f"{signing if signed else '/AcroForm<</Fields[]/SigFlags 3>>'}>>",
        catalog,
    )
    objects.add(f"<</Type/Pages/Kids[{page} 0 R]/Count 1>>", pages)
    font_entries = "".join(f"/{key} {number} 0 R" for key, number in fonts.items())
    objects.add(
        f"<</Type/Page/Parent {pages} 0 R/MediaBox[0 0 {skck1.PAGE[0]} {skck1.PAGE[1]}]"
        f"/Contents[{content} 0 R {static} 0 R]/StructParents 0/Tabs/S"
        f"{f'/Annots[{widget} 0 R]' if signed else ''}"
        f"/Resources<</Font<<{font_entries}>>/XObject<</Photo {photo} 0 R/QR {qr} 0 R>>>>>>",
        page,
    )
    if signed:
        objects.add(
            f"<</Type/Annot/Subtype/Widget/FT/Sig/T(signature)/TU{words('Tanda tangan elektronik')}"
            f"/F 132/Rect[0 0 0 0]/P {page} 0 R/StructParent 1/V {signature} 0 R>>",
            widget,
        )
    objects.add(
        f"<</Type/Filespec/F(skck.json)/UF(skck.json)/AFRelationship/Data"
        f"/Desc{words('Isi surat sebagai data (JSON)')}/EF<</F {claims} 0 R/UF {claims} 0 R>>>>",
        file_spec,
    )
    prefix, offsets = written(objects)
    (HERE / f"{name}.form").write_bytes(prefix)
    (HERE / f"{name}.json").write_text(
        json.dumps(
            {
                "catalog": catalog,
                "dynamic": {
                    "claims": claims,
                    "metadata": metadata,
                    "photo": photo,
                    "content": content,
                    "qr": qr,
                    **({"signature": signature} if signed else {}),
                },
                "offsets": offsets,
                "faces": {key: face.glyphs for key, face in faces.items()},
            },
            ensure_ascii=True,
            separators=(",", ":"),
        )
        + "\n",
        encoding="ascii",
    )


def written(objects: Objects) -> tuple[bytes, list[int]]:
    """The objects as the beginning of a file, and the offset of each in order of number."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number in sorted(objects.bodies):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, objects.bodies[number])
    return bytes(out), offsets


if __name__ == "__main__":
    main()
