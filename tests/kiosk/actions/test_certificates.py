"""Issuing: numbers, days and words on the sheet, as the clock and the settings have it."""

import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.actions.certificates import (
    Order,
    Written,
    file_name,
    issue_all,
    issue_once,
    prepare,
    record_digest,
    withdraw,
)
from kiosk.actions.desk import Desk
from kiosk.assembly import Workshop
from kiosk.cli.keys import add_key
from kiosk.domain.certificates import State
from kiosk.domain.errors import Fault, Invalid, NotNow, Unknown
from printer.certificate import FORM
from printer.form import load_form
from printer.qr import read_qr
from printer.skck1 import UNTIL
from signing.pdf import take_apart
from signing.ring import Use, current, save_ring, withdrawn
from signing.sheet import Sheet, decode_sheet
from signing.token import parse_token
from tests.builders import a_photo
from tests.kiosk.actions.conftest import Wall
from tests.offices import Office, a_record


def an_order(desk: Desk, number: int = 0, /, **changes: Any) -> Order:
    """An order for an invented person."""
    to = changes.pop("to", None)
    return prepare(desk, a_record(number, **changes), a_photo().jpeg, to=to)


def sheet_in(file: Path) -> Sheet:
    """What stands on the sheet of a file."""
    return decode_sheet(take_apart(load_form(FORM).form, file.read_bytes()).claims)


def issue(desk: Desk, folder: Path, *orders: Order, batch: int | None = None) -> list[Path]:
    """The files of these orders."""
    results = issue_all(desk, orders, folder=folder, batch=batch)
    return [result.file for result in results if isinstance(result, Written)]


def a_batch(desk: Desk, label: str = "one") -> int:
    """The id of a batch of the register."""
    with desk.register.begin() as books:
        return books.batches.open(label, at=desk.clock()).id


@pytest.mark.parametrize(
    ("issued", "until"),
    [
        ("2027-08-31", "2028-02-29"),
        ("2026-12-31", "2027-06-30"),
        ("2027-02-28", "2027-08-28"),
        ("2026-11-30", "2027-05-30"),
    ],
)
def test_sheet_and_token_are_valid_for_six_months_with_the_rule_of_the_months_end(
    desk: Desk, wall: Wall, tmp_path: Path, issued: str, until: str
) -> None:
    wall.text = f"{issued}T12:00"

    (file,) = issue(desk, tmp_path, an_order(desk))

    sheet = sheet_in(file)
    bitmap = take_apart(load_form(FORM).form, file.read_bytes()).bitmap
    payload = parse_token(read_qr(bitmap) or "").payload
    midnight = Wall(f"{until}T00:00")() + timedelta(days=1)
    assert (sheet.issued_on, sheet.valid_until) == (issued, until)
    assert payload.expires_at == sheet.expires_at == int(midnight.timestamp())
    assert payload.issued_at == int(wall().timestamp())


def test_the_days_on_paper_are_those_of_the_months_end(desk: Desk, tmp_path: Path) -> None:
    (file,) = issue(desk, tmp_path, an_order(desk))

    shown = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True)
    assert f"31 Agustus 2027 {UNTIL} 29 Februari 2028" in " ".join(shown.stdout.decode().split())


def test_numbers_follow_each_other_and_begin_anew_with_the_year_of_the_unit(
    desk: Desk, wall: Wall, tmp_path: Path
) -> None:
    wall.text = "2027-12-31T23:58"
    before = issue(desk, tmp_path, an_order(desk, 1), an_order(desk, 2))
    wall.text = "2027-12-31T23:59"
    before += issue(desk, tmp_path, an_order(desk, 3))
    # In Jakarta it is the new year, in Greenwich not for seven hours.
    wall.text = "2028-01-01T00:01"
    after = issue(desk, tmp_path, an_order(desk, 4), an_order(desk, 5))

    assert [sheet_in(file).number for file in before] == [
        f"SKCK/YANMAS/{number}/XII/2027/INTELKAM" for number in (1, 2, 3)
    ]
    assert [sheet_in(file).number for file in after] == [
        f"SKCK/YANMAS/{number}/I/2028/INTELKAM" for number in (1, 2)
    ]


def test_the_register_keeps_nothing_of_a_person_in_clear(
    any_office: Office, desk: Desk, tmp_path: Path
) -> None:
    order = an_order(desk, name="Kenanga Rahasia", nik="9999014107880002")
    (file,) = issue(desk, tmp_path, order)

    assert b"KENANGA RAHASIA" in file.read_bytes()
    kept = b"".join(path.read_bytes() for path in any_office.site.glob("register.sqlite3*"))
    assert [word for word in (b"KENANGA", b"Kenanga", b"9999014107880002") if word in kept] == []


def test_a_reserved_number_is_finished_as_it_was_begun(
    desk: Desk, wall: Wall, tmp_path: Path
) -> None:
    batch = a_batch(desk)
    order = an_order(desk)

    def power_cut(files: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        issue_all(desk, [order], folder=tmp_path, batch=batch, deliver=power_cut)
    wall.text = "2028-03-05T08:00"
    (file,) = issue(desk, tmp_path, order, batch=batch)

    assert sheet_in(file).number == "SKCK/YANMAS/1/VIII/2027/INTELKAM"
    assert sheet_in(file).issued_on == "2027-08-31"
    (next_one,) = issue(desk, tmp_path, an_order(desk, 2), batch=batch)
    assert sheet_in(next_one).number == "SKCK/YANMAS/1/III/2028/INTELKAM"


def test_nothing_is_confirmed_before_it_is_delivered(desk: Desk, tmp_path: Path) -> None:
    seen: list[State] = []

    def deliver(files: Any) -> None:
        with desk.register.read() as books:
            seen.extend(
                books.certificates.get_by_number(sheet_number(issued.pdf)).state
                for _, issued in files
            )

    def sheet_number(pdf: bytes) -> str:
        return decode_sheet(take_apart(load_form(FORM).form, pdf).claims).number

    issue_all(desk, [an_order(desk)], folder=tmp_path, batch=None, deliver=deliver)

    assert seen == [State.RESERVED]
    with desk.register.read() as books:
        assert books.certificates.get_by_number("SKCK/YANMAS/1/VIII/2027/INTELKAM").state is (
            State.ISSUED
        )


def test_results_come_in_the_order_of_the_orders(desk: Desk, tmp_path: Path) -> None:
    orders = [an_order(desk, 1), an_order(desk, 2, address="x" * 190), an_order(desk, 3)]

    results = issue_all(desk, orders, folder=tmp_path, batch=None)

    assert [type(result) for result in results] == [Written, Invalid, Written]
    assert isinstance(results[1], Invalid)
    assert [(fault.path, fault.code) for fault in results[1].faults] == [
        ("address", "does-not-fit")
    ]


def test_a_number_of_a_time_whose_key_is_withdrawn_is_told(
    workshop: Workshop, desk: Desk, wall: Wall, tmp_path: Path
) -> None:
    batch = a_batch(desk)
    orders = [an_order(desk, 1), an_order(desk, 2)]

    def power_cut(files: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        issue_all(desk, orders[:1], folder=tmp_path, batch=batch, deliver=power_cut)
    wall.text = "2027-09-01T08:00"
    _replace_key(workshop, at=int(wall().timestamp()))

    results = issue_all(desk, orders, folder=tmp_path, batch=batch)

    assert isinstance(results[0], Invalid)
    assert results[0].faults[0].code == "key-withdrawn"
    assert isinstance(results[1], Written)


def _replace_key(workshop: Workshop, *, at: int) -> None:
    """Withdraw the key that signs, and let another one sign at once."""
    chain = workshop.keychain
    stolen = current(chain.ring, Use.CERTIFICATE, at)
    save_ring(chain.folder, withdrawn(chain.ring, stolen.key_id, at=at, reason="dicuri"))
    add_key(
        workshop.settings,
        chain.folder,
        chain.passphrase,
        root=chain.load_root(),
        use=Use.CERTIFICATE,
        now=at,
    )


def test_what_the_office_itself_put_too_long_is_a_fault_of_the_settings(
    any_office: Office, wall: Wall, tmp_path: Path
) -> None:
    settings = any_office.site / "site.toml"
    long = "RESOR CONTOH YANG NAMANYA SANGAT PANJANG SEKALI DI KOTA INI"
    settings.write_text(settings.read_text().replace("RESOR CONTOH", long, 1))
    workshop = any_office.workshop(wall)

    with pytest.raises(Invalid) as caught:
        issue_all(workshop.desk, [an_order(workshop.desk)], folder=tmp_path, batch=None)
    workshop.close()

    assert [fault.path for fault in caught.value.faults] == ["unit.letterhead"]
    assert list(tmp_path.glob("*.pdf")) == []


def test_a_purpose_in_words_is_its_code_where_there_is_one(desk: Desk, tmp_path: Path) -> None:
    files = issue(
        desk, tmp_path, an_order(desk, purpose=1), an_order(desk, purpose="melamar PEKERJAAN"),
        an_order(desk, purpose="Adopsi anak"),
    )  # fmt: skip

    assert [sheet_in(file).purpose_code for file in files] == [1, 1, 0]
    assert [sheet_in(file).purpose for file in files] == [
        "Melamar pekerjaan",
        "melamar PEKERJAAN",
        "Adopsi anak",
    ]


@pytest.mark.parametrize(
    ("photo", "record", "faults"),
    [
        (b"", a_record(), [("photo", "unreadable")]),
        (None, [], [("", "not-object")]),
        (
            Fault(path="photo", code="missing", sentence="is missing"),
            a_record(sex="X", address="x" * 190),
            [("sex", "not-choice"), ("photo", "missing"), ("address", "does-not-fit")],
        ),
        (b"", a_record(name="鼎"), [("photo", "unreadable"), ("name", "does-not-fit")]),
        (b"", {"name": ["a"]}, None),
    ],
)
def test_every_fault_of_record_photo_and_sheet_is_found_at_once(
    desk: Desk, photo: bytes | Fault | None, record: object, faults: list[tuple[str, str]] | None
) -> None:
    with pytest.raises(Invalid) as caught:
        prepare(desk, record, photo)

    if faults is not None:
        assert [(fault.path, fault.code) for fault in caught.value.faults] == faults


def test_a_record_is_known_again_however_its_json_is_laid_out() -> None:
    assert record_digest({"a": 1, "b": "é"}) == record_digest({"b": "é", "a": 1})
    assert record_digest({"a": 1}) != record_digest({"a": "1"})
    assert len(record_digest({"a": "\ud800"})) == 32


def test_a_files_name_tells_the_number_and_nothing_else() -> None:
    assert file_name("SKCK/YANMAS/2.490/VII/2012/Sek.TJ") == "SKCK-YANMAS-2.490-VII-2012-Sek.TJ.pdf"
    assert file_name("../..//x y") == "..-..-x-y.pdf"


def test_a_single_order_names_its_file(desk: Desk) -> None:
    with pytest.raises(ValueError, match="names its file"):
        issue_once(desk, an_order(desk))


def test_the_same_work_once_done_is_new_work(desk: Desk, tmp_path: Path) -> None:
    order = an_order(desk, to=tmp_path / "a.pdf")
    first = issue_once(desk, order)
    with pytest.raises(NotNow, match="is there already"):
        issue_once(desk, order)

    second = issue_once(desk, order, force=True)

    assert not first.again
    assert not second.again
    assert first.number != second.number


def test_a_certificate_is_withdrawn_once_and_only_if_there_is_one(
    desk: Desk, tmp_path: Path
) -> None:
    issue(desk, tmp_path, an_order(desk))
    number = "SKCK/YANMAS/1/VIII/2027/INTELKAM"

    withdrawn = withdraw(desk, number, reason="salah tulis")

    assert withdrawn.withdrawn_reason == "salah tulis"
    with pytest.raises(NotNow):
        withdraw(desk, number, reason="salah tulis")
    with pytest.raises(Unknown):
        withdraw(desk, number + "X", reason="salah tulis")


def test_the_register_cannot_be_asked_whether_a_record_is_in_it(desk: Desk, tmp_path: Path) -> None:
    order = an_order(desk, to=tmp_path / "a.pdf")
    issue_once(desk, order)

    with desk.register.read() as books:
        row = books.certificates.get_by_number("SKCK/YANMAS/1/VIII/2027/INTELKAM")
    assert row.record_digest not in {order.digest, record_digest(a_record())}
    assert len(row.record_digest) == 32
