"""`segel issue` of one certificate, and `segel withdraw`: what is said, and what never is."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from kiosk.assembly import the_clock
from signing.keyfiles import load_key, save_key
from tests.builders import a_picture
from tests.kiosk.cli.terminals import Terminal
from tests.offices import Office
from verifier.pdf import check_pdf
from verifier.status import load_trust
from verifier.verdict import Outcome, Verdict

# Whatever goes wrong, none of these may be seen.
NAME, NIK, PASSPHRASE = "Kenanga Rahasia", "9999014107880002", "kata-sandi-contoh-7715"
CANARIES = (NAME, NAME.upper(), NIK, PASSPHRASE, "BEGIN", "Teratai")


def issue(office: Office, *more: object, out: str = "certificate.pdf", **changes: Any) -> str:
    """Issue a certificate; what was said."""
    result = office.segel(
        "issue", office.record(**changes), "--photo", office.photo(),
        "--out", office.desk / out, *more,
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    return result.stdout


def verdict(office: Office, out: str = "certificate.pdf") -> Verdict:
    """What the strict check says of a file."""
    now = int(the_clock().timestamp())
    return check_pdf((office.desk / out).read_bytes(), load_trust(office.public), now=now)


def test_a_certificate_is_issued_with_the_next_number(any_office: Office) -> None:
    first, second = issue(any_office), issue(any_office, out="second.pdf")

    assert first.startswith("SKCK/YANMAS/1/")
    assert second.startswith("SKCK/YANMAS/2/")
    assert verdict(any_office).outcome is verdict(any_office, "second.pdf").outcome
    assert verdict(any_office).outcome is Outcome.GENUINE
    assert (any_office.desk / "certificate.pdf").stat().st_mode & 0o777 == 0o600


def test_every_fault_is_told_at_once_with_its_field(office: Office) -> None:
    record = office.record(sex="X", nik="123", birth_date="2001-02-30", shoe_size=40, name="Щ" * 9)
    photo = office.write("photo.jpg", b"no picture")

    result = office.segel("issue", record, "--photo", photo, "--out", office.desk / "a.pdf")

    assert result.exit_code == 1
    assert [line.partition(":")[0] for line in result.stderr.splitlines()] == [
        "sex", "birth_date", "nik", "shoe_size", "photo", "name", "segel",
    ]  # fmt: skip
    assert "6 fault(s); nothing was issued" in result.stderr
    assert not (office.desk / "a.pdf").exists()


@pytest.mark.parametrize(
    ("picture", "sentence"),
    [
        pytest.param(b"", "cannot be read", id="empty"),
        pytest.param(b"\xff\xd8\xff\xd9", "cannot be read", id="no picture"),
        pytest.param("small", "at least 150 × 200 are needed", id="too small"),
    ],
)
def test_a_photo_that_will_not_do_is_told(
    office: Office, picture: bytes | str, sentence: str
) -> None:
    photo = office.desk / "photo.png"
    if isinstance(picture, bytes):
        photo.write_bytes(picture)
    else:
        a_picture(size=(40, 60)).save(photo)

    result = office.segel("issue", office.record(), "--photo", photo, "--out", office.desk / "a")

    assert result.exit_code == 1
    assert result.stderr.startswith("photo: ")
    assert sentence in result.stderr


def test_a_file_that_is_there_stays(office: Office) -> None:
    before = office.write("certificate.pdf", "dear diary")
    words = ("issue", office.record(), "--photo", office.photo(), "--out", before)

    refused = office.segel(*words)

    assert refused.exit_code == 1
    assert "is there already: give another name, or --force" in refused.stderr
    assert before.read_text() == "dear diary"
    assert office.segel(*words, "--force").stdout.startswith("SKCK/YANMAS/1/")
    assert verdict(office).outcome is Outcome.GENUINE


@pytest.mark.parametrize(
    ("out", "sentence"),
    [
        pytest.param("nowhere/a.pdf", "there is no folder", id="missing folder"),
        pytest.param(".", "is a folder: give the name of a file", id="a folder"),
    ],
)
def test_a_place_where_nothing_can_be_written_is_told_before_anything_is_done(
    office: Office, out: str, sentence: str
) -> None:
    words = ("issue", office.record(), "--photo", office.photo(), "--out")

    result = office.segel(*words, office.desk / out)

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert office.segel(*words, office.desk / "a.pdf").stdout.startswith("SKCK/YANMAS/1/")


def test_a_record_that_cannot_be_read_is_told(office: Office) -> None:
    missing = office.segel(
        "issue", office.desk / "none.json", "--photo", office.photo(), "--out", office.desk / "a"
    )
    garbled = office.segel(
        "issue", office.write("a.json", b"\xff\xfe{\0"), "--photo", office.photo(),
        "--out", office.desk / "a",
    )  # fmt: skip

    assert missing.exit_code == 2
    assert "does not exist" in missing.stderr
    assert garbled.exit_code == 1
    assert garbled.stderr.startswith("the record is not UTF-8")


def test_a_police_record_is_printed_in_its_words(office: Office) -> None:
    issue(office, result=1, result_text="pelanggaran ringan, putusan tahun 2015")

    found = verdict(office).certificate
    assert found is not None
    assert found.result == 1
    assert (
        b"pelanggaran ringan, putusan tahun 2015" in (office.desk / "certificate.pdf").read_bytes()
    )


def test_what_a_person_does_not_have_may_be_null_or_empty(office: Office) -> None:
    nothing: dict[str, Any] = {
        "alias": None,
        "passport_number": "",
        "destination": None,
        "result_text": "",
    }

    assert issue(office, **nothing, unit=None).startswith("SKCK/")


def test_a_certificate_may_be_for_another_unit_of_the_site(office: Office) -> None:
    settings = office.site / "site.toml"
    text = settings.read_text()
    unit = text[text.index("[units.999901]") : text.index("[certificates]")]
    unit = unit.replace("999901", "999902").replace("/INTELKAM", "/Sek.Lain")
    settings.write_text(f"{text}\n{unit}")
    office.segel("trust", "publish")

    assert issue(office, unit=999902).split()[0].endswith("/Sek.Lain")
    assert verdict(office).outcome is Outcome.GENUINE
    assert issue(office, out="own.pdf").startswith("SKCK/YANMAS/1/")


@pytest.mark.parametrize("demo", [True, False])
def test_only_a_demo_bears_the_words_across(office: Office, demo: bool) -> None:  # noqa: FBT001 -- both
    settings = office.site / "site.toml"
    text = settings.read_text().replace("demo = true", f"demo = {str(demo).lower()}")
    settings.write_text(text.replace("CONTOH", "TELADAN").replace("Contoh", "Teladan"))

    issue(office)

    shown = subprocess.run(
        ["pdftotext", "-raw", office.desk / "certificate.pdf", "-"], capture_output=True, check=True
    ).stdout.decode()
    assert ("CONTOH–BUKANSKCK" in "".join(shown.split())) is demo


@pytest.mark.parametrize("step", ["reserve", "write", "confirm"])
def test_after_a_kill_the_same_command_takes_up_the_same_number(
    office: Office, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("issue", office.record(), "--photo", office.photo(), "--out", office.desk / "a.pdf")
    script = KILLED_AT[step]

    killed = subprocess.run(
        [sys.executable, "-c", script, "--site", office.site, *words], check=False
    )
    left = (office.desk / "a.pdf").exists()
    again = office.segel(*words)

    assert killed.returncode == -9
    assert left is (step == "confirm")
    assert again.stdout.startswith("SKCK/YANMAS/1/"), again.stderr
    assert verdict(office, "a.pdf").outcome is Outcome.GENUINE
    assert issue(office, out="next.pdf").startswith("SKCK/YANMAS/2/")
    assert [path.name for path in office.desk.iterdir() if path.name.endswith(".part")] == []


# The command, killed as it begins the step after this one.
KILLED_AT = {
    "reserve": """
import os, signal
from kiosk.actions import files
files._write = lambda path, issued: os.kill(os.getpid(), signal.SIGKILL)
from kiosk.cli.main import main
main()
""",
    "write": """
import os, signal
from pathlib import Path
Path.replace = lambda self, to: os.kill(os.getpid(), signal.SIGKILL)
from kiosk.cli.main import main
main()
""",
    "confirm": """
import os, signal
from kiosk.storage.certificates import CertificateStore
CertificateStore.confirm = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)
from kiosk.cli.main import main
main()
""",
}


def test_another_passphrase_opens_nothing(office: Office) -> None:
    office.environment["SEGEL_PASSPHRASE"] = PASSPHRASE

    result = office.segel(
        "issue", office.record(), "--photo", office.photo(), "--out", office.desk / "a.pdf"
    )

    assert result.exit_code == 1
    assert "the passphrase is another one, or the file is damaged" in result.stderr
    assert PASSPHRASE not in result.output
    assert "SKCK/YANMAS/1/" in issue_without_passphrase(office)


def issue_without_passphrase(office: Office) -> str:
    """Issue with the passphrase that lies beside the keys."""
    office.environment.pop("SEGEL_PASSPHRASE", None)
    return issue(office)


def test_at_a_terminal_the_passphrase_is_asked_for_once_and_not_shown(office: Office) -> None:
    passphrase = (office.site / "keys" / "passphrase").read_text().strip()
    (office.site / "keys" / "passphrase").unlink()

    terminal = Terminal(
        office.site, "issue", office.record(), "--photo", office.photo(),
        "--out", office.desk / "a.pdf",
    )  # fmt: skip
    terminal.answer("Passphrase of the keys", passphrase)

    assert terminal.end() == 0
    assert passphrase not in terminal.shown
    assert terminal.shown.count("Passphrase") == 1
    assert "SKCK/YANMAS/1/" in terminal.shown


def test_without_a_terminal_the_missing_passphrase_is_told(office: Office) -> None:
    (office.site / "keys" / "passphrase").unlink()

    result = office.segel(
        "issue", office.record(), "--photo", office.photo(), "--out", office.desk / "a.pdf"
    )

    assert result.exit_code == 1
    assert "set SEGEL_PASSPHRASE, or SEGEL_PASSPHRASE_FILE to a file" in result.stderr


def open_the_keys(office: Office) -> None:
    for path in (office.site / "keys").glob("certificate-*.key"):
        path.chmod(0o640)


def damage_the_register(office: Office) -> None:
    (office.site / "register.sqlite3").write_bytes(b"no database at all" * 100)


def lose_the_register(office: Office) -> None:
    (office.site / "register.sqlite3").unlink()


def lose_the_keys(office: Office) -> None:
    (office.site / "keys" / "ring.json").unlink()


def change_the_passphrase(office: Office) -> None:
    office.environment["SEGEL_PASSPHRASE"] = PASSPHRASE


def unlock_a_key(office: Office) -> None:
    (path,) = (office.site / "keys").glob("certificate-*.key")
    key = load_key(path, (office.site / "keys" / "passphrase").read_text().strip().encode())
    path.unlink()
    save_key(path, key, PASSPHRASE.encode())


def close_the_desk(office: Office) -> None:
    (office.desk / "out").rmdir()
    (office.desk / "out").write_text("not a folder")


@pytest.mark.parametrize(
    "trouble",
    [
        open_the_keys,
        damage_the_register,
        lose_the_register,
        lose_the_keys,
        change_the_passphrase,
        unlock_a_key,
        close_the_desk,
    ],
)
def test_whatever_goes_wrong_is_a_sentence_that_gives_nothing_away(
    office: Office, trouble: Callable[[Office], None]
) -> None:
    (office.desk / "out").mkdir()
    record = office.record(name=NAME, nik=NIK, address="Jalan Teratai 4")
    photo = office.photo()
    trouble(office)

    result = office.segel("issue", record, "--photo", photo, "--out", office.desk / "out" / "a.pdf")

    assert (result.exit_code, result.stdout) == (1, "")
    # Said by the command, and not by Python on its way out.
    assert isinstance(result.exception, SystemExit)
    assert result.stderr.startswith("segel: ")
    assert [canary for canary in CANARIES if canary in result.stderr] == []


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param({"address": f"{NAME}\n{NIK} Jalan Teratai"}, id="line break"),
        pytest.param({"name": f"{NAME} " * 9}, id="too long"),
        pytest.param({"nik": NIK + "0"}, id="number"),
        pytest.param({NIK: NAME}, id="number for a name"),
        pytest.param({"religion": [NAME, NIK]}, id="list"),
        pytest.param({"address": f"Jalan {NAME.replace(' ', '')}{'a' * 150}"}, id="one word"),
        pytest.param({"alias": f"{NAME} 鼎"}, id="letters that the sheet has not"),
        pytest.param({"birth_date": NIK}, id="day"),
    ],
)
def test_a_fault_names_the_field_and_not_what_stands_in_it(
    office: Office, spoilt: dict[str, object]
) -> None:
    record = office.record(**{"name": NAME, "nik": NIK, "address": "Jalan Teratai 4", **spoilt})

    result = office.segel("issue", record, "--photo", office.photo(), "--out", office.desk / "a")

    assert result.exit_code == 1
    assert [canary for canary in CANARIES if canary in result.output] == []
    assert result.stderr.count("\n") == 2


def test_a_withdrawn_certificate_is_withdrawn_at_once(any_office: Office) -> None:
    number = issue(any_office).split()[0]

    result = any_office.segel("withdraw", number, "--reason", "nama salah tulis")

    assert (result.exit_code, result.stdout) == (0, f"{number} is withdrawn\n")
    assert verdict(any_office).outcome is Outcome.WITHDRAWN


def test_a_certificate_is_suspended_and_reinstated_at_once(office: Office) -> None:
    number = issue(office).split()[0]

    suspended = office.segel("suspend", number)
    meanwhile = verdict(office).outcome
    again = office.segel("suspend", number)
    reinstated = office.segel("reinstate", number)

    assert suspended.stdout == f"{number} is suspended\n"
    assert again.stderr == f"segel: certificate {number} is suspended already\n"
    assert reinstated.stdout == f"{number} is in force again\n"
    assert (meanwhile, verdict(office).outcome) == (Outcome.SUSPENDED, Outcome.GENUINE)


def test_a_certificate_is_withdrawn_only_once(office: Office) -> None:
    number = issue(office).split()[0]
    office.segel("withdraw", number, "--reason", "nama salah tulis")

    again = office.segel("withdraw", number, "--reason", "sekali lagi")

    assert again.exit_code == 1
    assert again.stderr == f"segel: certificate {number} is withdrawn already\n"


def test_a_withdrawal_that_was_cut_off_is_published_by_the_next_try(office: Office) -> None:
    number = issue(office).split()[0]
    before = {path: path.read_bytes() for path in (office.public / "status").iterdir()}
    office.segel("withdraw", number, "--reason", "nama salah tulis")
    for path, data in before.items():
        path.write_bytes(data)
    assert verdict(office).outcome is Outcome.GENUINE

    office.segel("withdraw", number, "--reason", "nama salah tulis")

    assert verdict(office).outcome is Outcome.WITHDRAWN


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        pytest.param("", "is one line of 1 to 200 characters", id="empty"),
        pytest.param("  ", "is one line of 1 to 200 characters", id="blank"),
        pytest.param("x" * 201, "is one line of 1 to 200 characters", id="too long"),
        pytest.param(f"milik {NIK}", "must not name anybody", id="a NIK"),
    ],
)
def test_a_reason_is_kept_in_clear_and_so_must_do(
    office: Office, reason: str, sentence: str
) -> None:
    number = issue(office).split()[0]

    result = office.segel("withdraw", number, "--reason", reason)

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert NIK not in result.output
    assert verdict(office).outcome is Outcome.GENUINE


def test_a_number_that_nobody_has_is_told(office: Office) -> None:
    result = office.segel("withdraw", "SKCK/YANMAS/9/I/2026/INTELKAM", "--reason", "salah")

    assert result.exit_code == 1
    assert "there is no certificate SKCK/YANMAS/9/I/2026/INTELKAM" in result.stderr


def test_nothing_is_withdrawn_that_could_not_be_published(office: Office) -> None:
    number = issue(office).split()[0]
    (key,) = (office.site / "keys").glob("status-*.key")
    moved = key.rename(office.desk / key.name)

    result = office.segel("withdraw", number, "--reason", "nama salah tulis")

    assert result.exit_code == 1
    moved.rename(key)
    assert office.segel("withdraw", number, "--reason", "nama salah tulis").exit_code == 0


def test_issuing_waits_for_nothing_that_it_does_not_need(office: Office) -> None:
    command = subprocess.run(
        [
            sys.executable, "-X", "importtime", "-m", "kiosk", "--site", office.site, "issue",
            office.record(), "--photo", office.photo(), "--out", office.desk / "cold.pdf",
        ],
        capture_output=True,
        check=True,
        text=True,
    )  # fmt: skip

    lines = command.stderr.splitlines()
    imported = {line.rpartition("|")[2].strip() for line in lines if "|" in line}
    assert {"kiosk.actions.certificates", "sqlalchemy", "cryptography"} <= imported
    unwanted = ("pyhanko", "alembic", "flask", "cv2", "reportlab", "psycopg", "waitress")
    assert [name for name in imported if name.split(".")[0] in unwanted] == []
