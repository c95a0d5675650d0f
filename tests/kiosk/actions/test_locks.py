"""One process at a time works on a batch, and a kill frees it at once."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from kiosk.actions import locks
from kiosk.actions.locks import alone_with
from kiosk.domain.errors import NotNow

HOLD = """
import sys, time
from pathlib import Path
from kiosk.actions.locks import alone_with
with alone_with(Path(sys.argv[1]), int(sys.argv[2])):
    print("held", flush=True)
    if len(sys.argv) > 3:
        import os
        child = os.fork()
        if child:
            print(child, flush=True)
    time.sleep(60)
"""


def holder(site: Path, batch: int, *more: str) -> "subprocess.Popen[bytes]":
    """A process that works on a batch for a minute."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(site), str(batch), *more], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for long."""
    monkeypatch.setattr(locks, "PATIENCE", 0.1)


@pytest.mark.usefixtures("impatient")
def test_a_batch_is_one_processs_until_it_is_gone(tmp_path: Path) -> None:
    process = holder(tmp_path, 7)

    with (
        pytest.raises(NotNow, match="another command works on the same batch"),
        alone_with(tmp_path, 7),
    ):
        pass
    process.kill()
    process.communicate()

    with alone_with(tmp_path, 7):
        pass


@pytest.mark.usefixtures("impatient")
def test_different_batches_do_not_wait_for_each_other(tmp_path: Path) -> None:
    process = holder(tmp_path, 7)

    with alone_with(tmp_path, 8), alone_with(tmp_path, 1 << 40):
        pass
    process.kill()
    process.communicate()


@pytest.mark.usefixtures("impatient")
def test_a_child_that_is_still_at_work_holds_it_too(tmp_path: Path) -> None:
    process = holder(tmp_path, 7, "fork")
    assert process.stdout is not None
    child = int(process.stdout.readline())
    process.kill()
    process.wait()

    with pytest.raises(NotNow), alone_with(tmp_path, 7):
        pass
    os.kill(child, signal.SIGKILL)
    process.communicate()

    with alone_with(tmp_path, 7):
        pass


def test_a_moment_of_patience_lets_the_killed_go(tmp_path: Path) -> None:
    process = holder(tmp_path, 7)
    began = time.monotonic()
    ending = threading.Timer(0.3, process.kill)
    ending.start()

    with alone_with(tmp_path, 7):
        assert time.monotonic() - began > 0.2
    ending.join()
    process.communicate()
