"""`segel verify` says what `python -m verifier` says, and looks into the site by itself."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.cli.main import main
from tests.builders import NOW
from tests.verifier.attacks import genuine
from tests.verifier.offices import published

AT = datetime.fromtimestamp(NOW, UTC).isoformat()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    published(tmp_path / "site" / "public")
    (tmp_path / "site" / "SKCK.pdf").write_bytes(genuine())
    (tmp_path / "site" / "forged.pdf").write_bytes(genuine() + b"\n")
    return tmp_path / "site"


def segel(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    ("names", "code"),
    [(["SKCK.pdf"], 0), (["SKCK.pdf", "forged.pdf"], 1), (["forged.pdf", "missing.pdf"], 2)],
)
def test_the_command_ends_with_the_code_of_the_check(
    site: Path, names: list[str], code: int
) -> None:
    files = [site / name for name in names]

    ended = segel("--site", site, "verify", "--at", AT, "--json", *files)

    assert ended.exit_code == code
    assert [answer["file"] for answer in json.loads(ended.stdout)] == [str(file) for file in files]


def test_the_folder_of_trust_may_be_elsewhere(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = (site / "public").rename(site.parent / "trust")
    command = ["--site", site, "verify", "--at", AT, site / "SKCK.pdf"]

    assert segel(*command).exit_code == 2
    assert segel(*command, "--trust", elsewhere).exit_code == 0
    monkeypatch.setenv("SEGEL_TRUST", str(elsewhere))
    assert segel(*command).exit_code == 0


def test_english_is_spoken_when_asked_for(site: Path) -> None:
    ended = segel("--site", site, "verify", "--at", AT, "--lang", "en", site / "SKCK.pdf")

    assert "GENUINE" in ended.stdout


@pytest.mark.parametrize("at", ["tomorrow", "2026-08-31T10:20"])
def test_a_time_without_its_zone_is_refused(site: Path, at: str) -> None:
    ended = segel("--site", site, "verify", "--at", at, site / "SKCK.pdf")

    assert ended.exit_code == 2
    assert "--at" in ended.stderr
