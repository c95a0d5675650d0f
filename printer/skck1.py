"""The form "skck-1": where everything stands on the sheet, and its printed words.

The order is that of the sheets in use. The words are part of the form and not of any catalogue: a
sheet once issued must be redrawn, byte for byte, for as long as it can be checked. Another wording
or another place is another form. Lengths are PDF points (1/72 inch) from the lower left of A4.
"""

from dataclasses import dataclass

__all__ = [
    "BOX_LEFT",
    "BOX_WIDTH",
    "DEMO_MIDDLE",
    "DEMO_WORDS",
    "GROUPS",
    "LABELS",
    "MARKS",
    "MONTHS",
    "PAGE",
    "PHOTO",
    "QR",
    "QR_MODULE",
    "QUIET_ZONE",
    "RESULTS",
    "SEXES",
    "UNTIL",
    "VALUES",
    "Box",
    "Label",
]

PAGE = (595.276, 841.89)
LEFT, RIGHT = 50.0, 545.0
MIDDLE = PAGE[0] / 2
COLON, BOX_LEFT = 218.0, 228.0
BOX_WIDTH = RIGHT - BOX_LEFT
SIGNATORY = 440.0
# 4 × 6 cm.
PHOTO = (LEFT, 62.0, 113.386, 170.079)
# Eight dots at 300 dpi, sixteen at 600: whole printer dots, 41.3 mm for 61 modules.
QR_MODULE = 8 / 300 * 72
QR_SIDE = 61 * QR_MODULE
QUIET_ZONE = 4 * QR_MODULE
QR = (192.0, 104.5, QR_SIDE, QR_SIDE)
DEMO_WORDS = "CONTOH – BUKAN SKCK"
DEMO_MIDDLE = (PAGE[0] / 2, 490.0)
UNTIL = "sampai dengan / to"
SEXES = {"L": "LAKI-LAKI / MALE", "P": "PEREMPUAN / FEMALE"}
RESULTS = {
    0: (
        "bahwa nama tersebut di atas tidak memiliki catatan atau keterlibatan dalam kegiatan "
        "kriminal apapun",
        "the bearer hereof proves not to be involved in any criminal cases",
    ),
    1: (
        "bahwa nama tersebut di atas memiliki catatan kepolisian, yaitu : ",
        "the bearer hereof has an existing police record, as stated above",
    ),
}
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


@dataclass(frozen=True, kw_only=True)
class Label:
    """Words that stand on every sheet. `face` is R, B or I; `english` is read out in English."""

    mark: str
    text: str
    x: float
    y: float
    size: float
    face: str = "R"
    centred: bool = False
    english: bool = False


@dataclass(frozen=True, kw_only=True)
class Box:
    """Where a value goes: it shrinks from `sizes[0]` to `sizes[-1]`, then it does not fit.

    `y` is the baseline of the first line, or of the last where lines are added `upwards`.
    """

    mark: str
    x: float
    y: float
    width: float
    lines: int = 1
    sizes: tuple[float, ...] = (10, 9.5, 9, 8.5, 8)
    leading: float = 10
    face: str = "R"
    centred: bool = False
    english: bool = False
    upwards: bool = False


ROWS = (
    # mark, Indonesian, English, y, lines
    ("name", "Nama", "Name", 656, 2),
    ("sex", "Jenis kelamin", "Sex", 633.5, 1),
    ("nationality", "Kebangsaan", "Nationality", 611, 1),
    ("religion", "Agama", "Religion", 588.5, 1),
    ("birth", "Tempat dan tanggal lahir", "Place and date of birth", 566, 2),
    ("address", "Tempat tinggal sekarang", "Current address", 543.5, 3),
    ("occupation", "Pekerjaan", "Occupation", 510, 2),
    ("nik", "Nomor kartu tanda penduduk", "Citizen card number", 487.5, 1),
    ("passport_number", "Nomor Paspor/KITAS/KITAP", "Passport/KITAS/KITAP number", 465, 1),
    ("fingerprint_formula", "Rumus sidik jari", "Fingerprints formula", 442.5, 2),
)
LATER_ROWS = (
    ("stay", "selama ia berada di Indonesia dari", "during his/her stay in Indonesia from", 346, 1),
    ("purpose", "Untuk keperluan / menuju", "For the purpose / destination", 301, 2),
    ("validity", "Berlaku dari tanggal", "Valid from", 278.5, 1),
)


def _row_labels() -> list[Label]:
    labels = []
    for mark, indonesian, english, y, _ in (*ROWS, *LATER_ROWS):
        labels += [
            Label(mark=f"{mark}.id", text=indonesian, x=LEFT, y=y, size=9.5),
            Label(
                mark=f"{mark}.en",
                text=english,
                x=LEFT,
                y=y - 8.5,
                size=7,
                face="I",
                english=True,
            ),
            Label(mark=f"{mark}.colon", text=":", x=COLON, y=y, size=9.5),
        ]
    return labels


LABELS: tuple[Label, ...] = (
    Label(
        mark="title.id",
        text="SURAT KETERANGAN CATATAN KEPOLISIAN",
        x=MIDDLE,
        y=735,
        size=14,
        face="B",
        centred=True,
    ),
    Label(
        mark="title.en",
        text="POLICE RECORD",
        x=MIDDLE,
        y=720,
        size=10,
        face="I",
        centred=True,
        english=True,
    ),
    Label(mark="intro.id", text="Diterangkan bersama ini bahwa :", x=LEFT, y=682, size=9.5),
    Label(
        mark="intro.en",
        text="This is to certify that :",
        x=LEFT,
        y=673.5,
        size=7,
        face="I",
        english=True,
    ),
    *_row_labels(),
    Label(
        mark="research.id",
        text="Setelah diadakan penelitian hingga saat dikeluarkannya surat keterangan ini, "
        "berdasarkan : Catatan kepolisian yang ada,",
        x=LEFT,
        y=420,
        size=9.2,
    ),
    Label(
        mark="research.en",
        text="As of screening through the issuance hereof, by virtue of : Existing Police Record,",
        x=LEFT,
        y=411.5,
        size=7,
        face="I",
        english=True,
    ),
    Label(
        mark="request.id",
        text="Keterangan ini diberikan berhubungan dengan permohonan yang bersangkutan.",
        x=LEFT,
        y=323.5,
        size=9.5,
    ),
    Label(
        mark="request.en",
        text="This certificate is issued at the request of the bearer.",
        x=LEFT,
        y=315,
        size=7,
        face="I",
        english=True,
    ),
    Label(mark="place.id", text="Dikeluarkan di", x=345, y=222, size=9.5),
    Label(mark="place.en", text="Issued in", x=345, y=214.5, size=6.5, face="I", english=True),
    Label(mark="place.colon", text=":", x=415, y=222, size=9.5),
    Label(mark="date.id", text="Pada tanggal", x=345, y=203, size=9.5),
    Label(mark="date.en", text="On", x=345, y=195.5, size=6.5, face="I", english=True),
    Label(mark="date.colon", text=":", x=415, y=203, size=9.5),
    Label(
        mark="signed.id",
        text="ditandatangani secara elektronik",
        x=SIGNATORY,
        y=128,
        size=7.5,
        face="I",
        centred=True,
    ),
    Label(
        mark="signed.en",
        text="signed electronically",
        x=SIGNATORY,
        y=119.5,
        size=6.5,
        face="I",
        centred=True,
        english=True,
    ),
    Label(
        mark="check.id",
        text="Pindai untuk memeriksa keaslian / Scan to check",
        x=QR[0] + QR_SIDE / 2,
        y=87,
        size=6,
        centred=True,
    ),
    Label(
        mark="footer.id",
        text="Cocokkan nama, foto, dan nomor pada lembar ini dengan halaman pemeriksaan. "
        "Pastikan alamat situsnya sama dengan yang tercetak di bawah kode QR.",
        x=MIDDLE,
        y=42,
        size=7,
        centred=True,
    ),
    Label(
        mark="footer.en",
        text="Compare name, photo and number on this sheet with the page that checks it. "
        "Make sure its address is the one printed under the QR code.",
        x=MIDDLE,
        y=33.5,
        size=6.5,
        face="I",
        centred=True,
        english=True,
    ),
)

VALUES: dict[str, Box] = {
    box.mark: box
    for box in (
        Box(
            mark="letterhead",
            x=170,
            y=800,
            width=250,
            lines=4,
            sizes=(9.5, 9, 8.5, 8),
            leading=11.5,
            centred=True,
        ),
        Box(mark="number", x=MIDDLE, y=704, width=400, sizes=(10.5, 10, 9), centred=True),
        *(
            Box(
                mark=mark,
                x=BOX_LEFT,
                y=y,
                width=BOX_WIDTH,
                lines=lines,
                sizes=(10.5, 10, 9.5, 9, 8.5, 8) if mark == "name" else (10, 9.5, 9, 8.5, 8, 7.5),
                leading=10 if lines < 3 else 10.3,
            )
            for mark, _, _, y, lines in (*ROWS, *LATER_ROWS)
        ),
        Box(
            mark="statement.id",
            x=LEFT,
            y=381,
            width=RIGHT - LEFT,
            lines=3,
            sizes=(9.5, 9, 8.5, 8),
            leading=9.8,
            upwards=True,
        ),
        Box(
            mark="statement.en",
            x=LEFT,
            y=372.5,
            width=RIGHT - LEFT,
            sizes=(7,),
            face="I",
            english=True,
        ),
        Box(mark="place", x=421, y=222, width=RIGHT - 421, sizes=(9.5, 9, 8.5, 8, 7.5, 7)),
        Box(mark="date", x=421, y=203, width=RIGHT - 421, sizes=(9.5, 9)),
        Box(
            mark="on_behalf",
            x=SIGNATORY,
            y=178,
            width=210,
            lines=3,
            sizes=(9, 8.5, 8, 7.5),
            centred=True,
        ),
        Box(
            mark="signatory", x=SIGNATORY, y=96, width=210, sizes=(10, 9.5, 9, 8.5, 8), centred=True
        ),
        Box(mark="rank", x=SIGNATORY, y=85, width=210, sizes=(9, 8.5, 8), centred=True),
        Box(
            mark="host",
            x=QR[0] + QR_SIDE / 2,
            y=77,
            width=150,
            sizes=(9, 8.5, 8, 7.5, 7, 6.5, 6, 5.5),
            centred=True,
        ),
        Box(mark="code", x=QR[0] + QR_SIDE / 2, y=66, width=150, sizes=(9, 8), centred=True),
    )
}


def _rows(rows: tuple[tuple[str, str, str, float, int], ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [("P", (f"{row[0]}.id", f"{row[0]}.en", f"{row[0]}.colon", row[0])) for row in rows]


# The order in which the sheet is read aloud: a role of PDF's structure, and the marks under it.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("P", ("letterhead",)),
    ("H1", ("title.id", "title.en")),
    ("P", ("number",)),
    ("P", ("intro.id", "intro.en")),
    *_rows(ROWS),
    ("P", ("research.id", "research.en")),
    ("P", ("statement.id", "statement.en")),
    *_rows(LATER_ROWS[:1]),
    ("P", ("request.id", "request.en")),
    *_rows(LATER_ROWS[1:]),
    ("Figure", ("photo",)),
    ("P", ("place.id", "place.en", "place.colon", "place")),
    ("P", ("date.id", "date.en", "date.colon", "date")),
    ("P", ("on_behalf",)),
    ("P", ("signed.id", "signed.en")),
    ("P", ("signatory", "rank")),
    ("Figure", ("qr",)),
    ("P", ("check.id", "host", "code")),
    ("P", ("footer.id", "footer.en")),
)
# The number by which the page's content names each mark (PDF's MCID).
MARKS: dict[str, int] = {
    mark: number for number, mark in enumerate(mark for _, marks in GROUPS for mark in marks)
}
