"""`segel trust publish`: what checkers carry is fresh, and its serial grows only with reason."""

import shutil
from itertools import pairwise

import pytest

from signing.keys import VerifyingKey
from signing.trust import TrustBundle, verify_trust_bundle
from tests.offices import Office
from verifier.status import load_trust


def bundle(office: Office) -> TrustBundle:
    """The published bundle, verified."""
    root = VerifyingKey.from_pem((office.public / "root.pem").read_bytes())
    return verify_trust_bundle((office.public / "bundle").read_bytes(), root)


def change_settings(office: Office, old: str, new: str) -> None:
    """Write something else into the settings."""
    settings = office.site / "site.toml"
    text = settings.read_text()
    assert old in text
    settings.write_text(text.replace(old, new))


def test_what_has_not_changed_keeps_its_serial(any_office: Office) -> None:
    any_office.segel("trust", "publish")
    before = (any_office.public / "bundle").read_bytes()
    lists = {path: path.stat().st_ino for path in (any_office.public / "status").iterdir()}

    result = any_office.segel("trust", "publish")

    assert result.exit_code == 0
    assert (any_office.public / "bundle").read_bytes() == before
    assert f"trust bundle {bundle(any_office).serial} (2 keys, 1 units)" in result.stdout
    assert all(path.stat().st_ino != before for path, before in lists.items())


def test_another_name_of_the_unit_makes_a_new_bundle(office: Office) -> None:
    change_settings(office, "Kepolisian Resor Contoh", "Kepolisian Resor Contoh Baru")

    result = office.segel("trust", "publish")

    assert "trust bundle 2 " in result.stdout
    assert [unit.name for unit in bundle(office).units] == ["Kepolisian Resor Contoh Baru"]


def test_without_the_root_the_lists_are_published_and_the_bundle_waits(office: Office) -> None:
    (office.site / "keys" / "root.key").rename(office.desk / "root.key")
    change_settings(office, "Kepolisian Resor Contoh", "Kepolisian Resor Contoh Baru")
    shutil.rmtree(office.public / "status")

    result = office.segel("trust", "publish")

    assert result.exit_code == 1
    assert "trust bundle 1 " in result.stdout
    assert "the bundle is still the old one: this needs the root's key" in result.stderr
    assert len(load_trust(office.public).lists) > 6


def test_without_the_root_an_unchanged_bundle_is_no_reason_to_complain(office: Office) -> None:
    (office.site / "keys" / "root.key").unlink()

    result = office.segel("trust", "publish")

    assert (result.exit_code, result.stderr) == (0, "")


def test_a_damaged_bundle_is_replaced_and_leftovers_are_swept(office: Office) -> None:
    (office.public / "bundle").write_bytes(b"\0")
    (office.public / "status" / ".80.part").write_bytes(b"half")
    (office.public / ".bundle.part").write_bytes(b"half")

    assert office.segel("trust", "publish").exit_code == 0

    assert bundle(office).serial == 2
    assert [path.name for path in office.public.rglob(".*")] == []


def test_a_bundle_is_never_older_than_one_that_was_seen(office: Office) -> None:
    for before, after in pairwise(["Kepolisian", "A", "B", "C"]):
        change_settings(office, f'name = "{before} Resor', f'name = "{after} Resor')
        office.segel("trust", "publish")
    assert bundle(office).serial == 4
    (office.site / "register.sqlite3").unlink()
    for rest in office.site.glob("register.sqlite3-*"):
        rest.unlink()
    assert office.segel("database", "upgrade", "--empty").exit_code == 0

    change_settings(office, 'name = "C Resor', 'name = "D Resor')
    office.segel("trust", "publish")

    assert bundle(office).serial == 5


@pytest.mark.parametrize("words", [("trust", "publish"), ("keys", "list"), ("issue", "--help")])
def test_every_command_tells_where_an_installation_comes_from(
    office: Office, words: tuple[str, ...]
) -> None:
    shutil.rmtree(office.site)

    result = office.segel(*words)

    if "--help" in words:
        assert result.exit_code == 0
    else:
        assert result.exit_code == 1
        assert f"there is no installation in {office.site}: make one with" in result.stderr
        assert "`segel init`" in result.stderr
        assert not office.site.exists()
