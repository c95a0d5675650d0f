"""The certificate on paper: a sheet's values in, a signed PDF out.

`compose` is a pure function of sheet and photo, so that a checker can draw the same file again and
compare it byte for byte. There is no second way by which a word gets onto the sheet.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from signing.cms import CmsSigner
from signing.keys import SigningKey
from signing.pdf import Draft, Parts
from signing.sheet import (
    Sheet,
    check_code,
    encode_sheet,
    longest_name,
    payload_of_sheet,
    printed_name,
)
from signing.token import sign_tokens

from . import skck1
from .errors import DoesNotFitError
from .form import Face, load_form
from .photo import Photo
from .qr import draw_qr

__all__ = [
    "FORM",
    "Issued",
    "Job",
    "Person",
    "Pieces",
    "compose",
    "draw_certificate",
    "draw_certificates",
    "misfits",
    "set_person",
]

FORM = "skck-1"
# Texts set in their boxes: mark to operators; and with them what did not fit.
Pieces = dict[str, str]
Setting = tuple[Pieces, list[DoesNotFitError]]
# From a signature (DER) to its RFC 3161 token.
Stamp = Callable[[bytes], bytes]
# What many sheets share. A person's own words are not remembered, but for the commonest.
NOBODYS = frozenset({"-", skck1.RESULTS[0][0]})
RECURRING = frozenset(
    {
        "letterhead",
        "sex",
        "nationality",
        "religion",
        "place",
        "date",
        "validity",
        "on_behalf",
        "signatory",
        "rank",
        "host",
        "occupation",
        "purpose",
        "statement.en",
    }
)
# Where the value of a mark comes from, for telling a person which field is too long.
FIELDS = {
    "birth": "birth_place",
    "stay": "resident_since",
    "statement.id": "result_text",
    "host": "site.url",
    "place": "unit.place",
    "signatory": "unit.signatory.name",
    "rank": "unit.signatory.rank",
    "on_behalf": "unit.on_behalf",
    "letterhead": "unit.letterhead",
    "number": "unit.number_template",
}


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A signed certificate: the file, the text in its QR code, the digest that binds the two.

    The file comes in pieces, to be written one after the other: most of it is the form's own, and
    need not be copied for each sheet.
    """

    pieces: tuple[bytes, ...]
    token: str
    digest: bytes

    @property
    def size(self) -> int:
        """How many bytes the file has."""
        return sum(map(len, self.pieces))

    @property
    def pdf(self) -> bytes:
        """The file in one piece."""
        return b"".join(self.pieces)


@lru_cache(maxsize=4096)
def _day(iso: str) -> str:
    """A day, month or year in Indonesian words."""
    parts = iso.split("-")
    if len(parts) == 1:
        return iso
    month = skck1.MONTHS[int(parts[1]) - 1]
    return f"{month} {parts[0]}" if len(parts) == 2 else f"{int(parts[2])} {month} {parts[0]}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """What a sheet says of its bearer: the fields of `signing.sheet.Sheet` of the same names."""

    name: str
    alias: str
    sex: str
    nationality: str
    religion: str
    birth_place: str
    birth_date: str
    address: str
    occupation: str
    nik: str
    passport_number: str
    fingerprint_formula: str
    resident_since: str
    purpose: str
    purpose_code: int
    destination: str
    result: int
    result_text: str


def _words_of_person(person: Person | Sheet) -> dict[str, str]:
    """The words at the marks that depend on the bearer alone."""
    name = printed_name(person.name)
    statement, english = skck1.RESULTS[person.result]
    return {
        "name": f"{name} alias {printed_name(person.alias)}" if person.alias else name,
        "sex": skck1.SEXES[person.sex],
        "nationality": person.nationality,
        "religion": person.religion,
        "birth": f"{person.birth_place}, {_day(person.birth_date)}",
        "address": person.address,
        "occupation": person.occupation,
        "nik": person.nik,
        "passport_number": person.passport_number or "-",
        "fingerprint_formula": person.fingerprint_formula or "-",
        "statement.id": statement + person.result_text,
        "statement.en": english,
        "purpose": f"{person.purpose} / {person.destination}"
        if person.destination
        else person.purpose,
    }


def _words_of_office(sheet: Sheet) -> dict[str, str]:
    """The words at all other marks. Lines of a block are parted by line breaks."""
    issued = _day(sheet.issued_on)
    code = check_code(bytes.fromhex(sheet.id))
    return {
        "letterhead": "\n".join(sheet.letterhead),
        "number": f"Nomor : {sheet.number}",
        "stay": f"{_day(sheet.resident_since)} {skck1.UNTIL} {issued}",
        "validity": f"{issued} {skck1.UNTIL} {_day(sheet.valid_until)}",
        "place": sheet.place,
        "date": issued,
        "on_behalf": "\n".join(sheet.on_behalf),
        "signatory": sheet.signatory,
        "rank": sheet.rank,
        "host": sheet.base_url,
        "code": f"Kode periksa : {code[:4]}-{code[4:]}",
    }


def _broken(text: str, face: Face, limit: float) -> list[tuple[str, int]] | None:
    """`text` in lines of at most `limit`, each with its width; None where a word is too long.

    Lengths are in 1/1000 em.
    """
    width_of = face.widths.__getitem__
    lines = []
    for block in text.split("\n"):
        whole = sum(map(width_of, block))
        if whole <= limit:
            lines.append((block, whole))
            continue
        line, used = "", 0
        space = width_of(" ")
        for word in block.split(" "):
            width = sum(map(width_of, word))
            if width > limit:
                return None
            if line and used + space + width > limit:
                lines.append((line, used))
                line, used = word, width
            elif line:
                line, used = f"{line} {word}", used + space + width
            else:
                line, used = word, width
        lines.append((line, used))
    return lines


def _set(mark: str, text: str, faces: dict[str, Face]) -> tuple[float, list[tuple[str, int]]]:
    """The size in which `text` fits its box, and its lines with their widths in 1/1000 em.

    Raises:
        DoesNotFitError: it fits in none, or has letters that the typeface lacks.
    """
    box = skck1.VALUES[mark]
    face = faces[box.face]
    try:
        for size in box.sizes:
            lines = _broken(text, face, box.width * 1000 / size)
            if lines is not None and len(lines) <= box.lines:
                return size, lines
    except KeyError:
        # The first is enough to find the place; all of them would be the word itself.
        first = next(char for char in text if char not in face.widths and char != "\n")
        raise DoesNotFitError(
            FIELDS.get(mark, mark),
            f"the sheet has no letter {first} (U+{ord(first):04X}); write it in Latin letters",
        ) from None
    raise DoesNotFitError(
        FIELDS.get(mark, mark),
        f"too long for its place on the sheet ({box.lines} line(s)), even in the smallest type: "
        "shorten it",
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _OneLine:
    """How a text is set that fits its box in one line of the first size, as nearly all do.

    `limit` is in 1/1000 em; the line's x stands between `before` and `after`.
    """

    face: str
    limit: float
    x: float
    half: float
    before: str
    after: str


@lru_cache
def _one_line(mark: str) -> _OneLine:
    box = skck1.VALUES[mark]
    size = box.sizes[0]
    return _OneLine(
        face=box.face,
        limit=box.width * 1000 / size,
        x=box.x,
        half=size / 2000 if box.centred else 0,
        before=_opening(mark, size),
        after=f" {box.y:.2f} Td <",
    )


def _opening(mark: str, size: float) -> str:
    box = skck1.VALUES[mark]
    tag = "Span<</Lang(en-US)" if box.english else "P<<"
    return f"/{tag}/MCID {skck1.MARKS[mark]}>>BDC BT /{box.face} {size:g} Tf\n"


def _piece(mark: str, text: str, faces: dict[str, Face]) -> str:
    """The operators that set `text` in the box of `mark`."""
    line = _one_line(mark)
    face = faces[line.face]
    try:
        width = sum(map(face.widths.__getitem__, text))
    except KeyError:
        # A line break, or a letter that the typeface lacks.
        return _lines(mark, text, faces)
    if width <= line.limit:
        glyphs = text.translate(face.codes)
        at = line.x - width * line.half
        return f"{line.before}{at:.2f}{line.after}{glyphs}> Tj\nET EMC"
    return _lines(mark, text, faces)


def _lines(mark: str, text: str, faces: dict[str, Face]) -> str:
    """`_piece` for a text of any length and with line breaks."""
    box = skck1.VALUES[mark]
    size, lines = _set(mark, text, faces)
    codes = faces[box.face].codes
    shown = []
    last_x = last_y = 0.0
    baseline = box.y + (len(lines) - 1) * box.leading if box.upwards else box.y
    # Every line but the last ends with a space: else who reads aloud joins two words in one.
    texts = [f"{line} " for line, _ in lines[:-1]] + [lines[-1][0]]
    for text_of_line, (_, width) in zip(texts, lines, strict=True):
        at = box.x - width * size / 2000 if box.centred else box.x
        glyphs = text_of_line.translate(codes)
        shown.append(f"{at - last_x:.2f} {baseline - last_y:.2f} Td <{glyphs}> Tj")
        last_x, last_y = round(at, 2), baseline
        baseline -= box.leading
    return _opening(mark, size) + "\n".join(shown) + "\nET EMC"


@lru_cache(maxsize=512)
def _recurring_piece(mark: str, text: str, form: str) -> str:
    """`_piece`, remembered: these values recur from sheet to sheet and name nobody."""
    return _piece(mark, text, load_form(form).faces)


def _set_all(words: dict[str, str], form: str) -> Setting:
    """Words in type, and what of them does not fit."""
    faces = load_form(form).faces
    pieces: Pieces = {}
    problems = []
    for mark, text in words.items():
        try:
            pieces[mark] = (
                _recurring_piece(mark, text, form)
                if mark in RECURRING or text in NOBODYS
                else _piece(mark, text, faces)
            )
        except DoesNotFitError as problem:
            problems.append(problem)
    return pieces, problems


def set_person(person: Person | Sheet, *, base_url: str, form: str = FORM) -> Setting:
    """What a sheet says of a person, set in type, and what of it does not fit.

    `base_url` is the site's address, which shares the QR code with the name.
    """
    pieces, problems = _set_all(_words_of_person(person), form)
    longest = longest_name(base_url)
    over = len(printed_name(person.name).encode()) - longest
    if over > 0:
        problems.append(
            DoesNotFitError(
                "name",
                f"{over} letters too long for the QR code: beside the address {base_url} it holds "
                f"{longest} bytes",
            )
        )
    return pieces, problems


def misfits(sheet: Sheet) -> tuple[DoesNotFitError, ...]:
    """Everything on `sheet` that does not fit its place: the office's words, then the person's."""
    _, of_office = _set_all(_words_of_office(sheet), sheet.form)
    _, of_person = set_person(sheet, base_url=sheet.base_url, form=sheet.form)
    return (*of_office, *of_person)


def _content(sheet: Sheet, pieces: Pieces) -> bytes:
    """The page's own content stream: the values, the photo and the QR code.

    Raises:
        DoesNotFitError: a value does not fit.
    """
    of_office, problems = _set_all(_words_of_office(sheet), sheet.form)
    if not pieces:
        pieces, of_person = set_person(sheet, base_url=sheet.base_url, form=sheet.form)
        problems += of_person
    if problems:
        raise problems[0]
    ground, pictures = _around()
    across = (_across(sheet.form),) if sheet.demo else ()
    everything = (*across, ground, *of_office.values(), *pieces.values(), pictures)
    return "\n".join(everything).encode("ascii")


@lru_cache
def _around() -> tuple[str, str]:
    """What is drawn before the words, and after them: white under the QR code; the pictures."""
    x, y, side, _ = skck1.QR
    quiet = skck1.QUIET_ZONE
    whole = side + 2 * quiet
    ground = (
        f"/Artifact BMC 1 g {x - quiet:.2f} {y - quiet:.2f} {whole:.2f} {whole:.2f} re f 0 g EMC"
    )
    pictures = [
        f"/Figure<</MCID {skck1.MARKS[mark]}>>BDC q {width:.3f} 0 0 {height:.3f} {left:.3f} "
        f"{bottom:.3f} cm /{name} Do Q EMC"
        for mark, name, (left, bottom, width, height) in (
            ("photo", "Photo", skck1.PHOTO),
            ("qr", "QR", skck1.QR),
        )
    ]
    return ground, "\n".join(pictures)


@lru_cache
def _across(form: str) -> str:
    """The words that make a demo print recognisable, large and grey from corner to corner."""
    face = load_form(form).faces["B"]
    size = 48
    width = sum(face.widths[char] for char in skck1.DEMO_WORDS) * size / 1000
    cos = sin = 0.7071
    x = skck1.DEMO_MIDDLE[0] - cos * width / 2 + sin * size / 3
    y = skck1.DEMO_MIDDLE[1] - sin * width / 2 - cos * size / 3
    glyphs = skck1.DEMO_WORDS.translate(face.codes)
    return (
        f"/Artifact BMC q 0.85 g BT /B {size} Tf {cos} {sin} {-sin} {cos} {x:.2f} {y:.2f} Tm "
        f"<{glyphs}> Tj ET Q EMC"
    )


METADATA = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%(title)s</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>id-ID</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>%(at)s</xmp:CreateDate><xmp:ModifyDate>%(at)s</xmp:ModifyDate>
<xmp:CreatorTool>Segel</xmp:CreatorTool>
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def compose(
    sheet: Sheet, photo: Photo, pieces: Pieces | None = None, claims: bytes | None = None
) -> Parts:
    """What differs from sheet to sheet in the file of `sheet`.

    `pieces` are those of `set_person`, `claims` the sheet's JSON, where they are at hand.

    Raises:
        DoesNotFitError: a value does not fit its place.
    """
    local = datetime.fromtimestamp(sheet.issued_at, UTC) + timedelta(minutes=sheet.utc_offset)
    hours, minutes = divmod(abs(sheet.utc_offset), 60)
    sign = "-" if sheet.utc_offset < 0 else "+"
    title = _escaped(f"SKCK {sheet.number}")
    at = f"{local:%Y-%m-%dT%H:%M:%S}{sign}{hours:02d}:{minutes:02d}"
    return Parts(
        claims=encode_sheet(sheet) if claims is None else claims,
        metadata=(METADATA % {"title": title, "at": at}).encode(),
        photo=photo.jpeg,
        photo_size=photo.size,
        content=_content(sheet, pieces or {}),
        file_id=bytes.fromhex(sheet.id),
        signed_at=f"D:{local:%Y%m%d%H%M%S}{sign}{hours:02d}'{minutes:02d}'".encode("ascii"),
    )


@dataclass(frozen=True, kw_only=True)
class Job:
    """A sheet to be drawn. `pieces` and `claims` as for `compose`."""

    sheet: Sheet
    photo: Photo
    pieces: Pieces | None = None
    claims: bytes | None = None


def draw_certificate(
    sheet: Sheet, photo: Photo, *, key: SigningKey, signer: CmsSigner, stamp: Stamp | None = None
) -> Issued:
    """The signed certificate of `sheet`: token by `key`, PDF by `signer`, time stamp by `stamp`.

    Raises:
        DoesNotFitError: a value does not fit its place.
        FormatError: the token does not take a value, or the time stamp is too long.
    """
    return draw_certificates([Job(sheet=sheet, photo=photo)], key=key, signer=signer, stamp=stamp)[
        0
    ]


def draw_certificates(
    jobs: Sequence[Job], *, key: SigningKey, signer: CmsSigner, stamp: Stamp | None = None
) -> list[Issued]:
    """The signed certificates of many sheets, step by step for all of them together.

    Raises:
        DoesNotFitError: a value does not fit its place.
        FormatError: a token does not take a value, or a time stamp is too long.
    """
    drafts = [
        Draft(
            load_form(job.sheet.form).form,
            compose(job.sheet, job.photo, job.pieces, job.claims),
            signer.room,
        )
        for job in jobs
    ]
    bindings = [draft.binding for draft in drafts]
    tokens = sign_tokens(
        key,
        [
            (payload_of_sheet(job.sheet, binding), job.sheet.base_url)
            for job, binding in zip(jobs, bindings, strict=True)
        ],
    )
    digests = [draft.fill(draw_qr(token)) for draft, token in zip(drafts, tokens, strict=True)]
    return [
        Issued(pieces=draft.close(cms), token=token, digest=binding)
        for draft, cms, token, binding in zip(
            drafts, signer.sign_all(digests, stamp), tokens, bindings, strict=True
        )
    ]
