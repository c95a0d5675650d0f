"""A PKCS#11 token of our own: SoftHSM in a folder that is thrown away after the run."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.programs import program

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
LABEL = "kantor contoh"
PIN = b"93-7204-1186"


@dataclass(frozen=True, kw_only=True)
class SoftHsm:
    """A token, and what opens it. Programs that are started find it by themselves."""

    module: Path
    label: str
    pin: bytes


@pytest.fixture(scope="session")
def softhsm() -> Iterator[SoftHsm]:
    """The run's token, without keys at first."""
    tool = program("softhsm2-util", package="softhsm2")
    folder = Path(tempfile.mkdtemp(prefix="segel-hsm-"))
    (folder / "tokens").mkdir()
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as environment:
        # The module reads it when it is first used, in this process and in those started from it.
        environment.setenv("SOFTHSM2_CONF", str(settings))
        command = [str(tool), "--init-token", "--free", "--label", LABEL, "--so-pin", "so-0000"]
        subprocess.run([*command, "--pin", PIN.decode()], check=True, capture_output=True)
        yield SoftHsm(module=MODULE, label=LABEL, pin=PIN)
    shutil.rmtree(folder)
