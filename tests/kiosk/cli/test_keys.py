"""`segel keys`: a key follows the other without a gap, and a stolen one counts for nothing."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.actions.certificates import issue_once, prepare
from kiosk.assembly import the_clock
from tests.builders import a_photo
from tests.offices import Office, a_record
from verifier.pdf import check_pdf
from verifier.status import load_trust
from verifier.verdict import Outcome

DAY = timedelta(days=1)


def issue(office: Office, name: str, *, later: timedelta = timedelta()) -> Path:
    """A certificate issued some time from now."""
    at = the_clock() + later
    workshop = office.workshop(lambda: at)
    to = office.desk / name
    issue_once(workshop.desk, prepare(workshop.desk, a_record(), a_photo().jpeg, to=to))
    workshop.publish()
    workshop.close()
    return to


def outcome(office: Office, file: Path, *, later: timedelta = timedelta()) -> Outcome:
    """What a check says some time from now."""
    now = int((the_clock() + later).timestamp())
    return check_pdf(file.read_bytes(), load_trust(office.public), now=now).outcome


def listed(office: Office) -> list[tuple[str, str, str]]:
    """Id, use and state of every key, the oldest first."""
    return [
        (line[:8], line[10:21].strip(), line[22:46].strip())
        for line in office.segel("keys", "list").stdout.splitlines()
    ]


def test_every_key_is_listed_with_its_state(office: Office) -> None:
    assert [(use, state) for _, use, state in listed(office)] == [
        ("root", "signing"),
        ("certificate", "signing"),
        ("status", "signing"),
    ]


@pytest.mark.parametrize("word", ["new", "rotate"])
def test_a_new_key_waits_until_every_checker_knows_it(office: Office, word: str) -> None:
    result = office.segel("keys", word)

    assert result.exit_code == 0
    assert re.fullmatch(
        r"[0-9a-f]{8} signs from \S+ \S+ UTC; trust bundle 2 says so\n", result.stdout
    )
    assert [(use, state) for _, use, state in listed(office)][1:] == [
        ("certificate", "signing"),
        ("status", "signing"),
        ("certificate", "waiting"),
    ]
    old, new = listed(office)[1][0], listed(office)[3][0]
    now = the_clock()
    ring = office.workshop().keychain.ring
    until = {key.key_id.hex(): key.sign_until for key in ring.keys}
    since = {key.key_id.hex(): key.sign_from for key in ring.keys}
    assert until[old] == since[new]
    assert since[new] >= (now + timedelta(hours=23)).timestamp()


def test_certificates_of_the_old_key_stay_genuine_when_the_new_one_signs(office: Office) -> None:
    before = issue(office, "before.pdf")
    office.segel("keys", "rotate")
    waiting = issue(office, "waiting.pdf")
    after = issue(office, "after.pdf", later=2 * DAY)

    presses = [
        office.workshop().press_at(int((the_clock() + later).timestamp())).key_id
        for later in (timedelta(), 2 * DAY)
    ]
    assert presses[0] != presses[1]
    later = 2 * DAY
    assert [outcome(office, file, later=later) for file in (before, waiting, after)] == [
        Outcome.GENUINE
    ] * 3


def test_a_new_key_may_sign_at_once(office: Office) -> None:
    before = issue(office, "before.pdf")

    office.segel("keys", "rotate", "--now")

    assert [state for _, use, state in listed(office) if use == "certificate"] == [
        "trusted",
        "signing",
    ]
    assert outcome(office, before) is Outcome.GENUINE
    assert outcome(office, issue(office, "after.pdf")) is Outcome.GENUINE


def test_a_status_key_is_rotated_the_same_way(office: Office) -> None:
    file = issue(office, "a.pdf")

    assert office.segel("keys", "rotate", "status", "--now").exit_code == 0
    assert outcome(office, file) is Outcome.GENUINE


def test_only_one_key_waits_at_a_time(office: Office) -> None:
    office.segel("keys", "rotate")

    result = office.segel("keys", "rotate")

    assert result.exit_code == 1
    assert "is waiting to sign already" in result.stderr
    assert len(list((office.site / "keys").glob("certificate-*.key"))) == 2


def test_a_stolen_key_counts_for_nothing_and_the_next_one_issues_at_once(office: Office) -> None:
    stolen = listed(office)[1][0]
    before = issue(office, "before.pdf")

    result = office.segel("keys", "withdraw", stolen, "--reason", "dicuri", "--yes")

    assert (result.exit_code, result.stdout) == (
        0,
        f"{stolen} is withdrawn; trust bundle 2 says so\n",
    )
    assert outcome(office, before) in {Outcome.WITHDRAWN, Outcome.NOT_GENUINE}
    refused = office.segel(
        "issue", office.record(), "--photo", office.photo(), "--out", office.desk / "no.pdf"
    )
    assert refused.exit_code == 1
    assert "no certificate key may sign now: make one with `segel keys rotate" in refused.stderr
    assert office.segel("keys", "rotate", "--now").exit_code == 0
    assert outcome(office, issue(office, "after.pdf")) is Outcome.GENUINE
    assert outcome(office, before) in {Outcome.WITHDRAWN, Outcome.NOT_GENUINE}


def test_a_key_that_waits_follows_a_stolen_one_at_once(office: Office) -> None:
    office.segel("keys", "rotate")
    stolen = listed(office)[1][0]

    office.segel("keys", "withdraw", stolen, "--reason", "dicuri", "--yes")

    assert [state.split()[0] for _, use, state in listed(office) if use == "certificate"] == [
        "withdrawn",
        "signing",
    ]
    assert outcome(office, issue(office, "after.pdf")) is Outcome.GENUINE


def test_a_key_is_not_withdrawn_by_mistake(office: Office) -> None:
    key = listed(office)[1][0]

    asked = office.segel("keys", "withdraw", key, "--reason", "x", stdin="n\n")

    assert asked.exit_code == 1
    assert "Withdraw it?" in asked.output
    assert listed(office)[1][2] == "signing"


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        pytest.param("beef", "there is no key beef", id="nobody's"),
        pytest.param("no key", "is not the id of a key", id="no id"),
        pytest.param("root", "the root cannot withdraw itself", id="the root"),
    ],
)
def test_a_key_that_cannot_be_withdrawn_is_told(office: Office, key: str, sentence: str) -> None:
    if key == "root":
        key = listed(office)[0][0]

    result = office.segel("keys", "withdraw", key, "--reason", "x", "--yes")

    assert result.exit_code == 1
    assert sentence in result.stderr


def test_a_key_is_withdrawn_only_once(office: Office) -> None:
    key = listed(office)[1][0]
    office.segel("keys", "withdraw", key, "--reason", "dicuri", "--yes")

    again = office.segel("keys", "withdraw", key, "--reason", "dicuri", "--yes")

    assert again.exit_code == 1
    assert "is withdrawn already" in again.stderr


@pytest.mark.parametrize("words", [("rotate",), ("new", "status")])
def test_without_the_root_no_key_is_made(office: Office, words: tuple[str, ...]) -> None:
    (office.site / "keys" / "root.key").rename(office.desk / "root.key")
    before = sorted((office.site / "keys").iterdir())

    result = office.segel("keys", *words)

    assert result.exit_code == 1
    assert "this needs the root's key, which is kept offline: bring root.key back" in result.stderr
    assert sorted((office.site / "keys").iterdir()) == before
    (office.desk / "root.key").rename(office.site / "keys" / "root.key")
    assert office.segel("keys", *words).exit_code == 0


def test_without_the_root_a_stolen_key_signs_no_more_and_the_rest_is_told(
    office: Office,
) -> None:
    (office.site / "keys" / "root.key").rename(office.desk / "root.key")
    stolen = listed(office)[1][0]
    before = issue(office, "before.pdf")

    result = office.segel("keys", "withdraw", stolen, "--reason", "dicuri", "--yes")

    assert result.exit_code == 1
    assert f"{stolen} signs no more, but checkers still trust it" in result.stderr
    assert listed(office)[1][2].startswith("withdrawn")
    assert outcome(office, before) is Outcome.GENUINE
    (office.desk / "root.key").rename(office.site / "keys" / "root.key")
    office.segel("trust", "publish")
    assert outcome(office, before) is not Outcome.GENUINE


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_keys_that_others_can_read_are_not_used(office: Office, mode: int) -> None:
    for path in (office.site / "keys").glob("*.key"):
        path.chmod(mode)

    for words in (("keys", "rotate"), ("trust", "publish")):
        result = office.segel(*words)
        assert result.exit_code == 1
        assert "can be read by others: chmod 600" in result.stderr


def test_a_folder_of_keys_that_others_can_enter_is_not_used(office: Office) -> None:
    (office.site / "keys").chmod(0o755)

    result = office.segel("keys", "rotate")

    assert result.exit_code == 1
    assert "is open to others: chmod 700" in result.stderr


def test_every_key_is_its_owners_alone(office: Office) -> None:
    office.segel("keys", "rotate")

    assert {path.stat().st_mode & 0o777 for path in (office.site / "keys").iterdir()} == {0o600}
