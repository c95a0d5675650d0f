"""`segel demo`: an installation with invented people, served."""

from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from kiosk.actions.certificates import issue_once, prepare, suspend, withdraw
from kiosk.actions.desk import Desk
from kiosk.assembly import Workshop, is_site, open_workshop, the_clock

from .opening import opened
from .saying import fail, said_errors, say
from .serving import serve_workshop
from .sites import new_folder, new_site

__all__ = ["demo"]

# Long enough ago for a certificate of six months to have run out.
BEGAN = timedelta(days=200)
FOLDER = "demo-certificates"
PEOPLE = "demo-people.txt"
STATION = """
# The screen of a kiosk or a desk with a camera, for this machine alone: /station
[station]
enabled = true
"""


@dataclass(frozen=True, kw_only=True)
class Example:
    """A certificate of the demo: its file's name, what it shows, and what differs from ANYBODY."""

    name: str
    shows: str
    fields: dict[str, Any] = field(default_factory=dict)
    old: bool = False
    withdrawn: bool = False
    suspended: bool = False


# Nobody: the province 99 does not exist.
ANYBODY: dict[str, Any] = {
    "name": "Ratna Wulandari",
    "sex": "P",
    "nationality": "Indonesia",
    "religion": "Islam",
    "birth_place": "Kota Contoh",
    "birth_date": "1996-12-25",
    "address": "Jalan Kenanga Nomor 12, RT 003/RW 007, Desa Contoh Jaya, Kecamatan Contoh Timur",
    "occupation": "Karyawan swasta",
    "nik": "9999016512960003",
    "resident_since": "1996-12-25",
    "purpose": "Melamar pekerjaan",
    "result": 0,
}
EXAMPLES = (
    Example(name="asli", shows="ASLI"),
    Example(
        name="asli-nama-panjang",
        shows="ASLI, with a long name and letters beyond Latin-1",
        fields={
            "name": "Raden Ajeng Siti Nurhaliza Łukasz Şahin Putri Kusumaningrum",
            "nik": "9999014107880002",
            "birth_date": "1988-07-01",
            "resident_since": "1988",
            "occupation": "Pedagang di pasar",
            "purpose": "Pindah alamat",
        },
    ),
    Example(
        name="ada-catatan",
        shows="ASLI, with a record",
        fields={
            "name": "Bagus Teladan",
            "sex": "L",
            "nik": "9999011203900001",
            "birth_date": "1990-03-12",
            "resident_since": "1990-03-12",
            "result": 1,
            "result_text": "pelanggaran ringan (contoh), putusan tahun 2015, sudah dijalani",
        },
    ),
    Example(
        name="dicabut",
        shows="DICABUT",
        fields={"name": "Sekar Melati Contoh", "nik": "9999015505010004",
                "birth_date": "2001-05-15", "resident_since": "2001-05-15"},
        withdrawn=True,
    ),
    Example(
        name="ditangguhkan",
        shows="DITANGGUHKAN",
        fields={"name": "Dimas Contoh", "sex": "L", "nik": "9999010904990006",
                "birth_date": "1999-04-09", "resident_since": "1999-04-09"},
        suspended=True,
    ),
    Example(
        name="kedaluwarsa",
        shows="KEDALUWARSA",
        fields={"name": "Joko Contoh", "sex": "L", "nik": "9999010101850005",
                "birth_date": "1985-01-01", "resident_since": "1985"},
        old=True,
    ),
)  # fmt: skip


@click.command()
@click.option("--host", help="The address to listen at.  [default: the settings']")
@click.option("--port", type=click.IntRange(1, 65535), help="[default: the settings']")
@click.option("--no-serve", is_flag=True, help="Make the installation and stop there.")
@click.pass_obj
@said_errors
def demo(site: Path, *, host: str | None, port: int | None, no_serve: bool) -> None:
    """Make an installation with invented people, say what to open and to scan, and serve it."""
    if not is_site(site):
        with new_folder(site):
            make_demo(site)
    elif not (site / FOLDER).is_dir():
        fail(f"the installation in {site} is not one of the demo: name another folder with --site")
    workshop = opened(site)
    _say_what_to_do(workshop)
    if not no_serve:
        serve_workshop(workshop, host=host, port=port)


def make_demo(site: Path) -> None:
    """Make the demo's installation: keys, certificates, accounts, an application in each state."""
    # They load most of the program, and only this command needs them.
    from .demo_applications import demo_applications, told_applications
    from .demo_people import demo_accounts, told_accounts
    from .demo_readers import demo_readers, new_holders, settings_of
    from .demo_reports import demo_posters, demo_reports, told_reports

    say("Making invented people and their certificates …")
    long_ago = the_clock() - BEGAN
    holders = new_holders(site)
    new_site(site, clock=lambda: long_ago, ask=False, more=STATION + settings_of(holders))
    readers = demo_readers(site, holders, at=long_ago)
    folder = site / FOLDER
    folder.mkdir()
    for example in EXAMPLES:
        clock = (lambda: long_ago) if example.old else the_clock
        with closing(open_workshop(site, clock=clock)) as workshop:
            _make_example(workshop.desk, example, folder)
    genuine = (folder / "asli.pdf").read_bytes()
    # As a forger would: another name in the attached data, of the same length.
    (folder / "palsu.pdf").write_bytes(genuine.replace(b"RATNA WULANDARI", b"INTAN WULANDARI"))
    with closing(open_workshop(site)) as workshop:
        accounts = demo_accounts(workshop.desk)
        applied = demo_applications(workshop.desk, accounts, drawn_portrait)
        workshop.publish()
        told = told_accounts(workshop.desk, accounts) + told_applications(workshop.desk, applied)
        if workshop.mailroom is not None:
            demo_posters(workshop.desk, accounts)
            code = demo_reports(workshop.desk, workshop.mailroom, readers)
            told += told_reports(workshop.desk, readers, code)
    (site / PEOPLE).touch(mode=0o600)
    (site / PEOPLE).write_text(told, encoding="utf-8")


def _make_example(desk: Desk, example: Example, folder: Path) -> None:
    photo = drawn_portrait(example.name)
    record = ANYBODY | example.fields
    order = prepare(desk, record, photo, to=folder / f"{example.name}.pdf")
    written = issue_once(desk, order)
    if example.withdrawn:
        withdraw(desk, written.number, reason="contoh")
    if example.suspended:
        suspend(desk, written.number)


def drawn_portrait(seed: str) -> bytes:
    """An invented portrait: a head and shoulders before a red ground, JPEG."""
    import hashlib
    import io

    from PIL import Image, ImageDraw

    shade = hashlib.sha256(seed.encode()).digest()
    picture = Image.new("RGB", (944, 1418), (176, 24, 32))
    draw = ImageDraw.Draw(picture)
    skin = (150 + shade[0] % 70, 110 + shade[0] % 60, 85 + shade[0] % 50)
    cloth = (shade[1] % 200, shade[2] % 200, 90 + shade[3] % 120)
    draw.ellipse((262, 250, 682, 830), fill=(35, 25, 22))
    draw.rounded_rectangle((390, 760, 554, 1000), 60, fill=skin)
    draw.ellipse((292, 300, 652, 820), fill=skin)
    draw.rounded_rectangle((130, 950, 814, 1600), 240, fill=cloth)
    for x in (392, 552):
        draw.ellipse((x - 26, 520, x + 26, 556), fill=(30, 22, 20))
    draw.arc((402, 600, 542, 720), 30, 150, fill=(120, 50, 50), width=12)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90)
    return out.getvalue()


def _say_what_to_do(workshop: Workshop) -> None:
    from printer.form import load_form
    from printer.qr import read_qr
    from signing.pdf import take_apart

    folder = workshop.settings.folder / FOLDER
    say(f"\nOpen {workshop.settings.site.url} and check with it what lies in {folder}:\n")
    for example in EXAMPLES:
        file = folder / f"{example.name}.pdf"
        bitmap = take_apart(load_form("skck-1").form, file.read_bytes()).bitmap
        say(f"  {file}\n    {example.shows}\n    {read_qr(bitmap)}")
    say(f"  {folder / 'palsu.pdf'}\n    TIDAK SAH: a name was changed in the file\n")
    say("Scan the QR code of a file on another screen or on paper with the page's camera, open its")
    site = workshop.settings.folder
    say(f"address here, or try: segel --site {site} verify {site / FOLDER}/*.pdf\n")
    say((site / PEOPLE).read_text(encoding="utf-8"))
