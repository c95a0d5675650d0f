"""Every value is on the sheet, whole and in its place, or it is refused by name. None is cut."""

import io
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printer import skck1
from printer.certificate import Job, draw_certificate, draw_certificates, misfits
from printer.errors import DoesNotFitError
from printer.form import load_form
from signing.keys import VerifyingKey
from signing.sheet import Sheet
from signing.token import parse_token, verify_token
from tests.builders import BUDI, a_certificate, a_photo, a_seal, a_sheet
from tests.programs import program

FACES = load_form("skck-1").faces


def drawn(sheet: Sheet) -> bytes:
    seal = a_seal()
    return draw_certificate(sheet, a_photo(), key=seal.key, signer=seal.signer).pdf


def texts(data: bytes) -> dict[str, str]:
    """What stands at each mark, read glyph by glyph."""
    letters = {
        face: {int(code, 16): chr(char) for char, code in FACES[face].codes.items()}
        for face in FACES
    }
    names = {number: mark for mark, number in skck1.MARKS.items()}
    found: dict[str, str] = {}
    mark, face = "", ""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for step in pikepdf.parse_content_stream(pdf.pages[0]):
            assert isinstance(step, pikepdf.ContentStreamInstruction)
            operands: list[Any] = list(step.operands)
            match str(step.operator):
                case "BDC":
                    mark = names[int(operands[1].MCID)]
                    found[mark] = ""
                case "Tf":
                    face = str(operands[0])[1:]
                case "Tj":
                    glyphs = bytes(operands[0])
                    found[mark] += "".join(
                        letters[face][int.from_bytes(glyphs[at : at + 2], "big")]
                        for at in range(0, len(glyphs), 2)
                    )
                case _:
                    pass
    return found


# --- the words


def test_every_value_stands_at_its_mark() -> None:
    sheet = a_sheet(alias="Nana", destination="PT Contoh", passport_number="X1234567")

    found = texts(drawn(sheet))

    assert {mark: found[mark] for mark in skck1.VALUES} == {
        "letterhead": "KEPOLISIAN NEGARA REPUBLIK INDONESIA DAERAH CONTOH RESOR CONTOH "
        "Jalan Melati No. 1, Kota Contoh 99710",
        "number": "Nomor : SKCK/YANMAS/31245/VIII/2026/INTELKAM",
        "name": "RATNA WULANDARI alias NANA",
        "sex": "PEREMPUAN / FEMALE",
        "nationality": "INDONESIA",
        "religion": "Islam",
        "birth": "Kota Contoh, 25 Desember 1996",
        "address": sheet.address,
        "occupation": "Karyawan swasta",
        "nik": "9971016512960003",
        "passport_number": "X1234567",
        "fingerprint_formula": "-",
        "statement.id": "bahwa nama tersebut di atas tidak memiliki catatan atau keterlibatan "
        "dalam kegiatan kriminal apapun",
        "statement.en": "the bearer hereof proves not to be involved in any criminal cases",
        "stay": "25 Desember 1996 sampai dengan / to 31 Agustus 2026",
        "purpose": "Melamar pekerjaan / PT Contoh",
        "validity": "31 Agustus 2026 sampai dengan / to 28 Februari 2027",
        "place": "Kota Contoh",
        "date": "31 Agustus 2026",
        "on_behalf": "an. KEPALA KEPOLISIAN RESOR CONTOH KEPALA SATUAN INTELKAM",
        "signatory": "SITI CONTOH, S.H.",
        "rank": "AJUN KOMISARIS POLISI NRP 99990001",
        "host": "https://skck.polres-contoh.example",
        "code": "Kode periksa : B8Z6-P7RC",
    }


def test_every_printed_word_of_the_form_is_there() -> None:
    found = texts(drawn(a_sheet()))

    assert {label.mark: label.text for label in skck1.LABELS} == {
        label.mark: found[label.mark] for label in skck1.LABELS
    }


def test_who_has_a_record_is_told_apart_in_both_languages() -> None:
    found = texts(drawn(a_sheet(result=1, result_text="perkara ringan, tahun 2011")))

    assert found["statement.id"].endswith(
        "memiliki catatan kepolisian, yaitu : perkara ringan, tahun 2011"
    )
    assert "tidak" not in found["statement.id"]
    assert (
        found["statement.en"] == "the bearer hereof has an existing police record, as stated above"
    )


@pytest.mark.parametrize(
    ("resident_since", "shown"),
    [("1996-12-25", "25 Desember 1996"), ("2019-01", "Januari 2019"), ("1988", "1988")],
)
def test_a_stay_may_begin_on_a_day_in_a_month_or_in_a_year(resident_since: str, shown: str) -> None:
    found = texts(drawn(a_sheet(resident_since=resident_since)))

    assert found["stay"] == f"{shown} sampai dengan / to 31 Agustus 2026"


def test_a_demo_says_so_across_the_page_and_a_live_sheet_does_not() -> None:
    assert artifacts(drawn(a_sheet(demo=True))) == ["CONTOH – BUKAN SKCK"]
    assert artifacts(drawn(a_sheet())) == []


def artifacts(data: bytes) -> list[str]:
    """The texts that are no content: what stands across a demo."""
    found: list[str] = []
    inside, face = False, ""
    letters = {
        face: {int(code, 16): chr(char) for char, code in FACES[face].codes.items()}
        for face in FACES
    }
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for step in pikepdf.parse_content_stream(pdf.pages[0]):
            assert isinstance(step, pikepdf.ContentStreamInstruction)
            operands: list[Any] = list(step.operands)
            name = str(step.operator)
            inside = name == "BMC" or (inside and name not in {"EMC", "BDC"})
            if name == "Tf":
                face = str(operands[0])[1:]
            if name == "Tj" and inside:
                glyphs = bytes(operands[0])
                found.append(
                    "".join(
                        letters[face][int.from_bytes(glyphs[at : at + 2], "big")]
                        for at in range(0, len(glyphs), 2)
                    )
                )
    return found


# --- as others read it


def read_by_pdftotext(data: bytes, *options: str) -> str:
    done = subprocess.run(
        [program("pdftotext", package="poppler-utils"), *options, "-", "-"],
        input=data,
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


ROWS = {
    "Nama": "RATNA WULANDARI",
    "Jenis kelamin": "PEREMPUAN / FEMALE",
    "Kebangsaan": "INDONESIA",
    "Agama": "Islam",
    "Tempat dan tanggal lahir": "Kota Contoh, 25 Desember 1996",
    "Tempat tinggal sekarang": "Jalan Kenanga Gang Buntu No. 12",
    "Pekerjaan": "Karyawan swasta",
    "Nomor kartu tanda penduduk": "9971016512960003",
    "Nomor Paspor/KITAS/KITAP": "-",
    "Rumus sidik jari": "-",
    "selama ia berada di Indonesia dari": "25 Desember 1996 sampai dengan / to 31 Agustus 2026",
    "Untuk keperluan / menuju": "Melamar pekerjaan",
    "Berlaku dari tanggal": "31 Agustus 2026 sampai dengan / to 28 Februari 2027",
}


def test_values_stand_beside_their_labels_in_the_order_of_the_sheet() -> None:
    page = read_by_pdftotext(a_certificate().pdf, "-layout")

    places = [
        re.search(rf"^ *{re.escape(label)} +: {re.escape(value)}", page, flags=re.MULTILINE)
        for label, value in ROWS.items()
    ]
    assert [label for label, place in zip(ROWS, places, strict=True) if place is None] == []
    begins = [place.start() for place in places if place]
    assert begins == sorted(begins)
    title = page.index("SURAT KETERANGAN CATATAN KEPOLISIAN")
    assert title < page.index("POLICE RECORD") < page.index("Nomor :") < begins[0]
    assert begins[-1] < page.index("Dikeluarkan di") < page.index("Pada tanggal")
    assert page.index("Pada tanggal") < page.index("SITI CONTOH, S.H.") < page.index("NRP 99990001")


# Letters that the regular face has, of Latin scripts from Vietnam to Turkey.
LETTERS = "".join(
    sorted(
        char for char in FACES["R"].widths if char.isalpha() and char.upper() in FACES["R"].widths
    )
)
WORDS = st.text(LETTERS, min_size=1, max_size=9)


@settings(max_examples=40)
@given(st.lists(WORDS, min_size=1, max_size=30), st.lists(WORDS, min_size=1, max_size=12))
def test_words_in_any_latin_script_are_on_the_page_in_full(
    address: list[str], occupation: list[str]
) -> None:
    sheet = a_sheet(address=" ".join(address), occupation=" ".join(occupation))
    if misfits(sheet):
        with pytest.raises(DoesNotFitError):
            drawn(sheet)
        return

    data = drawn(sheet)

    found = texts(data)
    assert found["address"] == sheet.address
    assert found["occupation"] == sheet.occupation


def test_pdftotext_reads_letters_beyond_latin_1() -> None:
    sheet = a_sheet(
        name="Nguyễn Łukasz Şahin", birth_place="Đà Nẵng", address="Jalan Œuvre Ž Ţ ő ǵ"
    )

    page = read_by_pdftotext(drawn(sheet))

    assert "NGUYỄN ŁUKASZ ŞAHİN".replace("İ", "I") in page
    assert "Đà Nẵng, 25 Desember 1996" in page
    assert "Jalan Œuvre Ž Ţ ő ǵ" in page


# --- what does not fit


# For each field of a sheet that people or an office fill in: the path that a refusal names.
FILLED = {
    "name": "name",
    "nationality": "nationality",
    "religion": "religion",
    "birth_place": "birth_place",
    "address": "address",
    "occupation": "occupation",
    "passport_number": "passport_number",
    "fingerprint_formula": "fingerprint_formula",
    "purpose": "purpose",
    "destination": "purpose",
    "result_text": "result_text",
    "place": "unit.place",
    "signatory": "unit.signatory.name",
    "rank": "unit.signatory.rank",
    "number": "unit.number_template",
}


def lengthened(field: str) -> Iterator[Sheet]:
    """Sheets with a longer and longer value in this field."""
    words = ["Wirakusumah", "di", "Gunung", "Mas", "ilir"]
    value = "Kata"
    for turn in range(400):
        yield a_sheet(**{field: value, "result": int(field == "result_text")})
        value = f"{value} {words[turn % len(words)]}"


@pytest.mark.parametrize("field", FILLED)
def test_the_longest_value_is_printed_in_full_and_a_longer_one_refused(field: str) -> None:
    fitting = None
    for sheet in lengthened(field):
        problems = misfits(sheet)
        if problems:
            break
        fitting = sheet
    else:
        pytest.fail("nothing was ever too long")

    assert fitting
    assert [problem.path for problem in problems] == [FILLED[field]] * len(problems)
    with pytest.raises(DoesNotFitError) as caught:
        drawn(sheet)
    assert caught.value.path == FILLED[field]
    value = getattr(fitting, field).upper() if field == "name" else getattr(fitting, field)
    page = re.sub(r"\s+", " ", read_by_pdftotext(drawn(fitting), "-raw"))
    assert value in page


@pytest.mark.parametrize("field", FILLED)
def test_a_word_wider_than_its_place_is_refused_and_not_broken(field: str) -> None:
    sheet = a_sheet(**{field: "W" * 90, "result": int(field == "result_text")})

    assert {problem.path for problem in misfits(sheet)} == {FILLED[field]}


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("Jalan 北京", "北 (U+5317)"),
        ("Jalan Σ", "Σ (U+03A3)"),
        ("Улица", "У (U+0423)"),
        ("شارع", "ش (U+0634)"),
        ("Jalan \U0001f600", "(U+1F600)"),
        ("Jalan\tMelati", "(U+0009)"),
        ("Jalan e\u0301", "(U+0301)"),
        ("Jalan \ufb01", "(U+FB01)"),
        ("Jalan \u200b", "(U+200B)"),
        ("Jalan \u202e", "(U+202E)"),
    ],
)
def test_the_first_letter_that_the_sheet_lacks_is_named(value: str, named: str) -> None:
    (problem,) = misfits(a_sheet(address=value))

    assert problem.path == "address"
    assert named in str(problem)
    # All of them would be the word itself.
    assert str(problem).count("U+") == 1


def test_everything_that_does_not_fit_is_told_at_once() -> None:
    sheet = a_sheet(
        name="N" * 80, address="北京", occupation="W" * 90, place="Kota " * 20, rank="R" * 90
    )

    assert {problem.path for problem in misfits(sheet)} == {
        "name",
        "address",
        "occupation",
        "unit.place",
        "unit.signatory.rank",
    }


def test_a_name_too_long_for_the_code_is_refused_with_the_number_of_letters() -> None:
    sheet = a_sheet(
        name="Kata " * 11 + "Kata", base_url="https://skck.kepolisian-resor-contoh-jaya.example"
    )

    (problem,) = misfits(sheet)

    assert problem.path == "name"
    assert re.match(r"\d+ letters too long for the QR code", str(problem))


# --- places


LONGEST: dict[str, Any] = {
    "name": "Raden Roro Nawangwulan Kusumaningrum Hadiwijaya Purwaningsih",
    "alias": "Nawang",
    "address": "Jalan Kenanga Gang Buntu No. 12 RT 003 RW 007, Dusun Mekar Sari Indah, Desa Contoh "
    "Jaya Makmur Sentosa, Kecamatan Contoh Timur Laut, Kabupaten Contoh Raya, Provinsi Contoh "
    "Selatan 99710",
    "occupation": "Pegawai Pemerintah dengan Perjanjian Kerja pada Dinas Kependudukan dan "
    "Pencatatan Sipil Kabupaten Contoh",
    "fingerprint_formula": "12 M 1 U III 10 / 8 S 17 U IIO 12 " * 2,
    "purpose": "Melengkapi persyaratan administrasi penerimaan calon pegawai negeri sipil",
    "destination": "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia Kabupaten Contoh",
    "result": 1,
    "result_text": "perkara ringan, Kota Contoh, tahun 2011, telah selesai dijalani; " * 3
    + "selesai",
    "on_behalf": (
        "an. KEPALA KEPOLISIAN RESOR KOTA BESAR CONTOH RAYA",
        "KEPALA SATUAN INTELKAM",
    ),
    "base_url": "https://skck.contoh.example",
    "demo": False,
}


def boxes(data: bytes) -> list[tuple[float, float, float, float, str]]:
    """Every word on the page with its box, in points from the upper left."""
    page = read_by_pdftotext(data, "-bbox")
    found = re.findall(
        r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>',
        page,
    )
    return [(*map(float, box[:4]), box[4]) for box in found]


@pytest.mark.parametrize("changes", [{}, LONGEST], ids=["usual", "longest"])
def test_nothing_leaves_the_page_or_overlaps(changes: dict[str, Any]) -> None:
    data = drawn(a_sheet(**changes))
    words = boxes(data)
    pictures = [
        (left, skck1.PAGE[1] - bottom - high, left + wide, skck1.PAGE[1] - bottom)
        for left, bottom, wide, high in (skck1.PHOTO, skck1.QR)
    ]

    assert len(words) > 150
    for x0, y0, x1, y1, word in words:
        assert 40 <= x0 < x1 <= skck1.PAGE[0] - 40, word
        assert 25 <= y0 < y1 <= skck1.PAGE[1] - 25, word
        for left, top, right, bottom in pictures:
            assert x1 <= left or x0 >= right or y1 <= top or y0 >= bottom, word
    for n, (x0, y0, x1, y1, word) in enumerate(words):
        for a0, b0, a1, b1, other in words[n + 1 :]:
            # Boxes are as high as the typeface, more than its letters: a sixth may be shared.
            wide = min(x1, a1) - max(x0, a0)
            high = min(y1, b1) - max(y0, b0)
            assert wide <= 0.5 or high <= 0.34 * min(y1 - y0, b1 - b0), (word, other)


# --- drawing


def test_the_same_sheet_is_the_same_file() -> None:
    assert drawn(a_sheet()) == drawn(a_sheet())


def test_many_are_drawn_as_each_alone() -> None:
    seal = a_seal()
    sheets = [a_sheet(), a_sheet(**BUDI), a_sheet(demo=True, id="0f" * 16)]

    together = draw_certificates(
        [Job(sheet=sheet, photo=a_photo()) for sheet in sheets], key=seal.key, signer=seal.signer
    )

    assert [issued.pdf for issued in together] == [drawn(sheet) for sheet in sheets]


def test_the_token_is_the_sheets_and_bound_to_the_file() -> None:
    issued = a_certificate()

    payload = verify_token(parse_token(issued.token), VerifyingKey(a_seal().key.point))

    assert payload.digest == issued.digest
    assert payload.name == "RATNA WULANDARI"
    assert issued.size == len(issued.pdf)


def test_another_id_gives_another_digest() -> None:
    """The digest tells nothing to who does not have the sheet: 88 bits of its id are unknown."""
    other = draw_certificate(
        replace(a_sheet(), id="5a3e6b1f0c000000000000000000000f"),
        a_photo(),
        key=a_seal().key,
        signer=a_seal().signer,
    )

    assert other.digest != a_certificate().digest
