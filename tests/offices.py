"""Offices for tests: an installation as `segel init` makes it, invented applicants, and `segel`.

Keys are made once for the run; every test gets a copy of its own.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from config.loading import process_environment
from kiosk.assembly import Workshop, open_workshop, the_clock
from kiosk.cli.main import main
from kiosk.cli.sites import new_site
from kiosk.storage.database import new_engine
from kiosk.storage.upgrading import upgrade
from tests.builders import a_photo
from tests.softhsm import SoftHsm

__all__ = ["Office", "a_copy", "a_record", "new_model", "nobodys_environment"]


def a_record(number: int = 0, **changes: Any) -> dict[str, Any]:
    """The record of an invented person, a woman; no two numbers give the same one."""
    day, month, year = 1 + number % 28, 1 + number // 28 % 12, 60 + number // 336 % 40
    return {
        "name": f"Ratna Wulandari {number:x}",
        "sex": "P",
        "nationality": "Indonesia",
        "religion": "Islam",
        "birth_place": "Kota Contoh",
        "birth_date": f"19{year}-{month:02d}-{day:02d}",
        "address": f"Jalan Kenanga Nomor {number}, RT 003/RW 007, Desa Contoh Jaya",
        "occupation": "Karyawan swasta",
        "nik": f"999901{day + 40:02d}{month:02d}{year}{1 + number % 9998:04d}",
        "resident_since": f"19{year}-{month:02d}-{day:02d}",
        "purpose": 1,
        "result": 0,
        **changes,
    }


def nobodys_environment(**more: str) -> dict[str, str]:
    """The environment of this process without what the person at the desk has set for `segel`."""
    own = {
        name: value
        for name, value in process_environment().items()
        if not name.startswith("SEGEL_")
    }
    return own | more


@dataclass(kw_only=True)
class Office:
    """An installation in `site`, with room beside it for what its people have on their desks."""

    desk: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def site(self) -> Path:
        """The folder of the installation."""
        return self.desk / "site"

    @property
    def public(self) -> Path:
        """The folder of what is published."""
        return self.site / "public"

    def segel(self, *words: object, stdin: str | None = None) -> Result:
        """Type `segel`; the command runs in this process."""
        return CliRunner(env=_only(self.environment)).invoke(
            main, ["--site", str(self.site), *map(str, words)], input=stdin, prog_name="segel"
        )

    def start(self, *words: object, **options: Any) -> "subprocess.Popen[bytes]":
        """Start `segel` as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "kiosk", "--site", str(self.site), *map(str, words)],
            env=nobodys_environment(**self.environment),
            **options,
        )

    def workshop(self, clock: Callable[[], datetime] = the_clock) -> Workshop:
        """The installation, opened; under another clock if one is given."""
        return open_workshop(self.site, environ=self.environment, clock=clock)

    def use_token(self, token: SoftHsm) -> None:
        """From now on make keys for certificates in this PKCS#11 token."""
        self.write("site/keys/pin", token.pin + b"\n").chmod(0o600)
        settings = self.site / "site.toml"
        settings.write_text(
            settings.read_text()
            + f'\n[keys]\nbackend = "pkcs11"\npkcs11_module = "{token.module}"\n'
            f'pkcs11_token = "{token.label}"\npkcs11_pin_file = "keys/pin"\n'
        )

    def write(self, name: str, data: bytes | str) -> Path:
        """A file on the desk."""
        path = self.desk / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    def record(self, number: int = 0, /, **changes: Any) -> Path:
        """The file of an invented person's record."""
        return self.write("applicant.json", json.dumps(a_record(number, **changes)))

    def photo(self, name: str = "photo.jpg") -> Path:
        """A photo that may be used."""
        return self.write(name, a_photo().jpeg)

    def batch(self, records: Iterable[object], name: str = "applicants.jsonl") -> Path:
        """A file with a record on every line, and a photo for each NIK."""
        written = list(records)
        for record in written:
            if isinstance(record, dict) and "nik" in record:
                self.photo(f"photos/{record['nik']}.jpg")
        lines = "".join(json.dumps(record) + "\n" for record in written)
        return self.write(name, lines)


def _only(environment: Mapping[str, str]) -> dict[str, str | None]:
    """What CliRunner must set and unset so that commands see this environment and no other."""
    gone = {name: None for name in process_environment() if name.startswith("SEGEL_")}
    return gone | dict(environment)


def new_model(
    folder: Path, *, clock: Callable[[], datetime] = the_clock, **environment: str
) -> Path:
    """A new installation in a folder, as somebody with this clock and environment makes it."""
    with pytest.MonkeyPatch.context() as around:
        for name in [name for name in process_environment() if name.startswith("SEGEL_")]:
            around.delenv(name)
        for name, value in environment.items():
            around.setenv(name, value)
        new_site(folder / "site", clock=clock, ask=False)
    return folder / "site"


def a_copy(model: Path, desk: Path) -> Office:
    """An office with an installation like this one."""
    desk.mkdir()
    shutil.copytree(model, desk / "site")
    return Office(desk=desk)


@pytest.fixture(scope="session")
def model_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installation that every office of the run is a copy of."""
    return new_model(tmp_path_factory.mktemp("model"))


@pytest.fixture
def office(model_site: Path, tmp_path: Path) -> Office:
    """An office of the test's own, with a register in a file."""
    return a_copy(model_site, tmp_path / "desk")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_office(request: pytest.FixtureRequest, office: Office) -> Office:
    """An office of the test's own: the test runs once on SQLite, once on PostgreSQL."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        office.environment["SEGEL_DATABASE_URL"] = url
        engine = new_engine(url)
        upgrade(engine)
        engine.dispose()
    return office
