"""Settings in, a workshop out: secrets from where they should be, keys as they are by now."""

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.actions.gateways import MailServer
from kiosk.assembly import (
    Workshop,
    given_passphrase,
    is_site,
    is_unfinished,
    open_workshop,
    passphrase_of,
    the_clock,
)
from kiosk.cli.keys import add_key
from kiosk.domain.notices import Channel
from kiosk.storage.errors import SchemaError, StorageError
from signing.errors import KeyFileError
from signing.ring import Use
from tests.offices import Office
from tests.softhsm import SoftHsm
from verifier.status import load_trust


@pytest.fixture
def workshop(office: Office) -> Iterator[Workshop]:
    """An installation, opened."""
    opened = office.workshop()
    yield opened
    opened.close()


def test_the_clock_tells_its_zone() -> None:
    assert the_clock().tzinfo is not None


@pytest.mark.parametrize(
    ("environ", "file", "expected"),
    [
        ({"SEGEL_PASSPHRASE": "a", "SEGEL_PASSPHRASE_FILE": "named"}, True, b"a"),
        ({"SEGEL_PASSPHRASE": "", "SEGEL_PASSPHRASE_FILE": "named"}, True, b"from the file"),
        ({}, True, b"made by init"),
        ({}, False, b"asked"),
    ],
)
def test_a_passphrase_is_taken_from_the_first_place_that_has_one(
    tmp_path: Path,
    environ: dict[str, str],
    *,
    file: bool,
    expected: bytes,
) -> None:
    named = tmp_path / "named"
    named.write_text("from the file\r\nand more")
    named.chmod(0o600)
    if file:
        (tmp_path / "passphrase").write_text("made by init\n")
        (tmp_path / "passphrase").chmod(0o600)
    environ = {name: str(named) if value == "named" else value for name, value in environ.items()}

    found = passphrase_of(tmp_path, environ, lambda: b"asked")

    assert bytes(found) == expected
    assert repr(found) == str(found) == "Secret(...)"


def test_a_passphrase_need_not_be_text(tmp_path: Path) -> None:
    given = given_passphrase({"SEGEL_PASSPHRASE": os.fsdecode(b"\xff\xfe")})

    assert given is not None
    assert bytes(given) == b"\xff\xfe"


def test_a_passphrase_may_come_through_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o644)
    writer = threading.Thread(target=pipe.write_text, args=("from a store\n",))
    writer.start()

    found = given_passphrase({"SEGEL_PASSPHRASE_FILE": str(pipe)})
    writer.join()

    assert found is not None
    assert bytes(found) == b"from a store"


def test_a_passphrase_from_nowhere_is_told(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="set SEGEL_PASSPHRASE"):
        passphrase_of(tmp_path, {})


def test_keys_that_come_meanwhile_are_known_at_once(workshop: Workshop) -> None:
    now = int(the_clock().timestamp())
    before = workshop.press_at(now).key_id
    chain = workshop.keychain

    add_key(
        workshop.settings,
        chain.folder,
        chain.passphrase,
        root=chain.load_root(),
        use=Use.CERTIFICATE,
        now=now,
        at_once=True,
    )

    assert workshop.press_at(now + 1).key_id != before


def test_a_key_is_read_once(workshop: Workshop) -> None:
    now = int(the_clock().timestamp())
    press = workshop.press_at(now)
    for path in workshop.keychain.folder.glob("*.key"):
        path.unlink()

    assert workshop.press_at(now) is press


def test_a_register_of_another_schema_is_not_opened(office: Office) -> None:
    (office.site / "register.sqlite3").unlink()

    with pytest.raises(SchemaError, match="segel database upgrade"):
        open_workshop(office.site, environ={})
    assert not (office.site / "register.sqlite3").exists()


def test_half_an_installation_is_none(office: Office) -> None:
    assert is_site(office.site)

    (office.site / ".unfinished").touch()

    assert is_unfinished(office.site)
    assert not is_site(office.site)


def test_lists_of_months_that_had_none_are_published(workshop: Workshop) -> None:
    with workshop.register.read() as books:
        assert books.certificates.lists_in_use() == []
    before = sorted((workshop.public / "status").iterdir())

    workshop.lists_for_new_certificates()

    assert sorted((workshop.public / "status").iterdir()) == before


def test_a_key_in_a_token_issues_like_any_other(office: Office, softhsm: SoftHsm) -> None:
    office.use_token(softhsm)
    assert office.segel("keys", "rotate", "--now").exit_code == 0
    assert "pkcs11:segel-" in office.segel("keys", "list").stdout

    batch = office.write("b.jsonl", office.record().read_bytes() + b"\n")
    office.photo("photos/1.jpg")
    words = ("issue", "--batch", batch, "--photos", office.desk / "photos")
    result = office.segel(*words, "--out", office.desk / "out")

    assert (result.exit_code, result.stderr) == (0, "")
    (file,) = (office.desk / "out").glob("*.pdf")
    assert '"genuine"' in office.segel("verify", "--json", file).stdout


def test_a_token_without_its_pin_is_a_sentence(office: Office, softhsm: SoftHsm) -> None:
    office.use_token(softhsm)
    (office.site / "keys" / "pin").chmod(0o644)

    result = office.segel("keys", "rotate", "--now")

    assert result.exit_code == 1
    assert "can be read by others" in result.stderr
    assert softhsm.pin.decode() not in result.output


def test_issuing_after_the_bundle_has_expired_makes_a_new_one(office: Office) -> None:
    before = load_trust(office.public).bundle
    later = office.workshop(lambda: datetime.fromtimestamp(before.expires_at + 1, UTC))

    assert later.lists_for_new_certificates() == ""

    assert load_trust(office.public).bundle.serial == before.serial + 1


def test_without_the_root_an_expired_bundle_is_complained_of(office: Office) -> None:
    before = load_trust(office.public).bundle
    (office.site / "keys" / "root.key").unlink()
    later = office.workshop(lambda: datetime.fromtimestamp(before.expires_at + 1, UTC))

    assert "root.key" in later.lists_for_new_certificates()


def test_files_lie_in_the_sites_folder_unless_the_settings_say_otherwise(office: Office) -> None:
    workshop = office.workshop()
    before = (office.site / "files").exists()

    workshop.files.put(b"x")
    workshop.close()

    assert not before
    assert len([path for path in (office.site / "files").rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        ('access_key = "a"\nsecret_key = "b"', 0o644, "can be read by others"),
        ('access_key = "a"', 0o600, "has no access_key and secret_key"),
        ("nonsense", 0o600, "has no access_key and secret_key"),
    ],
)
def test_credentials_of_a_bucket_are_a_secret_of_two_parts(
    office: Office, text: str, mode: int, said: str
) -> None:
    office.write("site/keys/s3", text).chmod(mode)
    office.environment |= {
        "SEGEL_FILES_BUCKET": "segel",
        "SEGEL_FILES_ENDPOINT": "http://127.0.0.1:1",
        "SEGEL_FILES_CREDENTIALS_FILE": "keys/s3",
    }
    workshop = office.workshop()

    with pytest.raises((StorageError, KeyFileError), match=said):
        _ = workshop.files
    workshop.close()


def test_notices_leave_by_what_the_settings_name(office: Office) -> None:
    nowhere = office.workshop()
    office.write("site/keys/mail", "geheim\n").chmod(0o600)
    office.environment |= {
        "SEGEL_NOTICES_SMS_URL": "http://127.0.0.1:1/",
        "SEGEL_NOTICES_SMTP_HOST": "mail.contoh.example",
        "SEGEL_NOTICES_SENDER": "skck@contoh.example",
        "SEGEL_NOTICES_SMTP_PASSWORD_FILE": "keys/mail",
    }
    somewhere = office.workshop()

    senders = dict(somewhere.senders)
    nowhere.close()
    somewhere.close()

    assert dict(nowhere.senders) == {}
    assert set(senders) == set(Channel)
    mail = senders[Channel.EMAIL]
    assert isinstance(mail, MailServer)
    assert (mail.port, mail.security, mail.password) == (587, "starttls", "geheim")
