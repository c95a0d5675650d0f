"""The onion service is one that Tor takes, and that gives nothing away which it need not."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from config.loading import EXAMPLE_FILE, SITE_FILE, SettingsError, load_settings
from tests.programs import program

TORRC = Path(__file__).parents[2] / "config" / "onion.torrc"
GENUINE = "aaaqeayeaudaocajbifqydiob4ibceqtcqkrmfyydenbwha5dyp3kead.onion"


def verified(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What Tor says of this configuration, with its folders in one of ours."""
    folder.chmod(0o700)
    file = folder / "torrc"
    file.write_text(text.replace("/var/lib/tor", str(folder)))
    tor = [str(program("tor", package="tor")), "--verify-config", "--defaults-torrc", os.devnull]
    return subprocess.run(
        [*tor, "-f", str(file)], check=False, capture_output=True, text=True, timeout=60
    )


def test_tor_takes_the_configuration(tmp_path: Path) -> None:
    done = verified(TORRC.read_text(), tmp_path)

    assert done.returncode == 0, done.stdout
    assert "Configuration was valid" in done.stdout


def test_tor_would_have_refused_a_mistake_in_it(tmp_path: Path) -> None:
    spoiled = TORRC.read_text().replace("HiddenServiceVersion 3", "HiddenServiceVersion 2")

    assert verified(spoiled, tmp_path).returncode != 0


def test_it_is_a_service_and_nothing_else_and_logs_no_address() -> None:
    lines = [line for line in TORRC.read_text().splitlines() if line[:1].isalpha()]
    options = dict(line.split(maxsplit=1) for line in lines)

    for closed in ("SocksPort", "ControlPort", "ORPort"):
        assert options[closed] == "0"
    assert options["SafeLogging"] == "1"
    assert options["Log"] == "warn syslog"
    assert options["HiddenServicePort"].split()[1].startswith("127.0.0.1:")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a new installation."""
    (tmp_path / SITE_FILE).write_bytes(EXAMPLE_FILE.read_bytes())
    return tmp_path


def name_it(folder: Path, address: str) -> None:
    with (folder / SITE_FILE).open("a", encoding="utf-8") as file:
        file.write(f"\n[reports]\nonion = {json.dumps(address)}\n")


def test_an_onion_address_is_believed_where_its_checksum_holds(folder: Path) -> None:
    name_it(folder, GENUINE)

    assert load_settings(folder, {}).reports.onion == GENUINE


@pytest.mark.parametrize(
    "address",
    [
        GENUINE.removesuffix(".onion"),
        GENUINE.upper(),
        f"http://{GENUINE}",
        f"{GENUINE}\n",
        "z" + GENUINE[1:],
        GENUINE[:55] + "e.onion",
        "abcdefghijklmnop.onion",
    ],
)
def test_a_mistyped_onion_address_is_refused(folder: Path, address: str) -> None:
    name_it(folder, address)

    with pytest.raises(SettingsError) as raised:
        load_settings(folder, {})

    assert [mistake.path for mistake in raised.value.mistakes] == ["reports.onion"]
