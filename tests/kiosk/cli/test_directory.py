"""`segel directory`: nobody's key gets into the list unless two holders signed it, offline."""

import json
from pathlib import Path

import pytest

from signing.directory import Role, parse_directory, verify_directory
from signing.hpke import Kem, OpeningKey
from signing.keys import VerifyingKey
from tests.offices import Office

UNITS = """code,name,above,outside
990000,MABES CONTOH,,
999901,POLRES CONTOH,990000,
999001,KOMISI CONTOH,,yes
"""
ROLES = {"handler": Kem.X25519, "internal": Kem.X_WING, "external": Kem.X_WING}


def request(
    office: Office, role: str, unit: int = 999901, changes: dict[str, object] | None = None
) -> Path:
    """The file that a reader's browser makes; spoilt by `changes`."""
    key = OpeningKey.new(ROLES[role]).sealing_key
    said = {"v": 1, "unit": unit, "role": role, "kem": int(key.kem), "key": key.public.hex()}
    name = f"segel-reader-{key.id.hex()[:8]}.json"
    return office.write(name, json.dumps(said | (changes or {})))


@pytest.fixture
def holders(office: Office) -> list[Path]:
    """The key files of three holders, two of whom the settings name."""
    office.environment["SEGEL_PASSPHRASE"] = "kunci pemegang"
    office.desk.chmod(0o700)
    files = [office.desk / f"{name}.key" for name in ("satu", "dua", "tiga")]
    points = [office.segel("directory", "key", file).stdout.strip() for file in files]
    settings = office.site / "site.toml"
    listed = json.dumps(points[:2])
    settings.write_text(settings.read_text() + f"\n[reports]\nholders = {listed}\n")
    return files


def draft(office: Office, name: str, *words: object) -> Path:
    """A new draft."""
    done = office.segel("directory", "draft", *words, "--out", office.desk / name)
    assert done.exit_code == 0, done.stderr
    return office.desk / name


def approve(office: Office, body: Path, *holders: Path) -> list[Path]:
    """The approvals of these holders."""
    made = []
    for holder in holders:
        out = body.with_suffix(f".{holder.stem}")
        done = office.segel("directory", "approve", body, "--key", holder, "--out", out, "--yes")
        assert done.exit_code == 0, done.stderr
        made.append(out)
    return made


def first_draft(office: Office) -> Path:
    """The first directory: three units, a handler and custodians."""
    asked = [request(office, "handler"), request(office, "handler", 990000)]
    asked += [request(office, "internal", 990000) for _ in range(3)]
    asked += [request(office, "external", 999001)]
    words = [word for file in asked for word in ("--request", file)]
    return draft(office, "one", "--units", office.write("units.csv", UNITS), *words)


def test_a_directory_is_drafted_signed_by_two_and_followed(
    office: Office, holders: list[Path]
) -> None:
    one = first_draft(office)
    published = office.segel("directory", "publish", one, *approve(office, one, *holders[:2]))
    assert published.exit_code == 0, published.stderr
    before = parse_directory(one.read_bytes())
    gone = before.keys[0].key.id.hex()[:8]
    newcomer = request(office, "handler")
    two = draft(office, "two", "--request", newcomer, "--end", gone, "--days", 10)
    published = office.segel("directory", "publish", two, *approve(office, two, *holders[:2]))

    assert "directory 2 is published" in published.output, published.stderr
    newest = (office.public / "directory").read_bytes()
    roots = [VerifyingKey(bytes.fromhex(point)) for point in _points(office)]
    found = verify_directory(newest, roots)
    assert (found.serial, found.keys[0].until, len(found.keys)) == (2, found.issued_at, 7)
    assert found.expires_at == found.issued_at + 10 * 86_400
    assert [path.name for path in sorted((office.public / "directories").iterdir())] == ["1", "2"]
    assert (office.public / "directories" / "2").read_bytes() == newest
    assert [(key.unit, key.role) for key in found.keys[-2:]] == [
        (999001, Role.EXTERNAL),
        (999901, Role.HANDLER),
    ]


def _points(office: Office) -> list[str]:
    with (office.site / "site.toml").open() as settings:
        return next(json.loads(line[10:]) for line in settings if line.startswith("holders = "))


def test_what_two_of_the_named_holders_did_not_sign_is_not_published(
    office: Office, holders: list[Path]
) -> None:
    one = first_draft(office)
    same, other = draft(office, "same"), approve(office, one, holders[2])
    (first,) = approve(office, one, holders[0])

    for approvals in ([first], [first, first], [first, *other]):
        refused = office.segel("directory", "publish", one, *approvals)
        assert (refused.exit_code, "fewer holders" in refused.stderr) == (1, True)
    wrong = office.segel("directory", "publish", one, first, *approve(office, same, holders[1]))
    assert "an approval of something else" in wrong.stderr
    assert not (office.public / "directory").exists()


def test_a_directory_that_follows_another_one_is_not_published(
    office: Office, holders: list[Path]
) -> None:
    one = first_draft(office)
    rival = draft(office, "rival", "--units", office.desk / "units.csv")
    office.segel("directory", "publish", one, *approve(office, one, *holders[:2]))
    refused = office.segel("directory", "publish", rival, *approve(office, rival, *holders[:2]))

    assert (refused.exit_code, "does not follow" in refused.stderr) == (1, True)
    assert (office.public / "directories" / "1").read_bytes().find(one.read_bytes()) > 0


def test_a_holder_sees_who_would_read_what_and_what_changed(
    office: Office, holders: list[Path]
) -> None:
    one = first_draft(office)
    office.segel("directory", "publish", one, *approve(office, one, *holders[:2]))
    newcomer = request(office, "internal")
    two = draft(office, "two", "--request", newcomer)

    shown = office.segel("directory", "show", two, "--after", office.public / "directory").output
    plain = office.segel("directory", "show", office.public / "directory").output

    digits = newcomer.stem.rpartition("-")[2]
    assert f"new key    {digits} " in shown
    assert "ended key" not in shown
    assert "KOMISI CONTOH (outside)" in plain
    # Nobody stands above the uppermost unit, and its own custodians may not open its reporters.
    assert "MABES CONTOH: NOBODY, too few custodians are left" in plain
    assert "What changed" not in plain


def test_a_holder_who_does_not_say_yes_signs_nothing(office: Office, holders: list[Path]) -> None:
    one, out = first_draft(office), office.desk / "approval"
    words = ("directory", "approve", one, "--key", holders[0], "--out", out)

    assert office.segel(*words, stdin="n\n").exit_code == 1
    assert not out.exists()
    office.environment["SEGEL_PASSPHRASE"] = "another"
    assert "does not open" in office.segel(*words, "--yes").stderr
    assert not out.exists()


@pytest.mark.parametrize(
    ("spoilt", "sentence"),
    [
        ({"kem": 2}, "not the key of a reader with the role handler"),
        ({"key": "00" * 31}, "not a reader's public key"),
        ({"role": "boss"}, "not what a reader's browser writes"),
        ({"unit": "999901"}, "not what a reader's browser writes"),
        ({"name": "Ratna"}, "not what a reader's browser writes"),
        ({"unit": 5}, "a key of a unit that is not there"),
    ],
)
def test_a_request_that_no_browser_made_gets_into_no_draft(
    office: Office, spoilt: dict[str, object], sentence: str
) -> None:
    asked = request(office, "handler", changes=spoilt)
    units = office.write("units.csv", UNITS)
    out = office.desk / "draft"

    done = office.segel("directory", "draft", "--units", units, "--request", asked, "--out", out)

    assert (done.exit_code, sentence in done.stderr, out.exists()) == (1, True, False), done.stderr


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("code,name\n1,A\n", "other columns"),
        ("code,name,above,outside\n", "has not 1 to"),
        ("code,name,above,outside\nx,A,,\n", "line 2: has no code of a unit"),
        ("code,name,above,outside\n1,Łódź,,\n", "line 2: has no name"),
        ("code,name,above,outside\n1,A,,maybe\n", "under outside"),
        ("code,name,above,outside\n1,A,,\n1,B,,\n", "1: is there twice"),
        ("code,name,above,outside\n1,A,2,\n", "below one that is not there"),
        ("code,name,above,outside\n1,A,2,\n2,B,1,\n", "in a ring"),
    ],
)
def test_a_table_of_units_with_a_mistake_is_told_of(
    office: Office, table: str, sentence: str
) -> None:
    units = office.write("units.csv", table)

    done = office.segel("directory", "draft", "--units", units, "--out", office.desk / "draft")

    assert (done.exit_code, sentence in done.stderr) == (1, True), done.stderr


def test_a_key_is_added_once_and_ended_by_a_name_that_is_its_own(
    office: Office, holders: list[Path]
) -> None:
    one = first_draft(office)
    office.segel("directory", "publish", one, *approve(office, one, *holders[:2]))
    again = next(office.desk.glob("segel-reader-*.json"))
    out = office.desk / "two"

    twice = office.segel("directory", "draft", "--request", again, "--out", out)
    unknown = office.segel("directory", "draft", "--end", "00000000", "--out", out)
    short = office.segel(
        "directory", "draft", "--end", again.stem.rpartition("-")[2][:7], "--out", out
    )

    assert "is in the directory already" in twice.stderr
    assert "names no key that is in use" in unknown.stderr
    assert "names no key that is in use" in short.stderr
    assert not out.exists()


def test_where_reports_are_taken_two_holders_are_named(office: Office) -> None:
    settings = office.site / "site.toml"
    settings.write_text(settings.read_text() + "\n[reports]\nenabled = true\n")

    assert "reports.holders: names fewer than two holders" in office.segel("serve").stderr
