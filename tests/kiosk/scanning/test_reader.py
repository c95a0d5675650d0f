"""Pictures go in and sightings come out, whatever becomes of the process between."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
import pytest

from kiosk.scanning import reader as module
from kiosk.scanning.errors import (
    CardPictureError,
    ReaderBusyError,
    ReaderMissingError,
    ScanningError,
)
from kiosk.scanning.layout import load_layout
from kiosk.scanning.reader import CardReader
from kiosk.scanning.worker import MOST_MEMORY
from tests.cards import Person, draw_card, invented_person, photograph_card
from tests.pictures import jpeg

KTP = load_layout("ktp-el")

# What stands in a picture that does this to the process that reads it.
HARM = {
    "ends": "os.abort()",
    "turns for ever": "\n    while True: pass",
    "sleeps": "time.sleep(60)",
    "takes memory": "bytearray(4 << 30)",
    "talks nonsense": "return b'[]'",
}


def a_photograph(seed: int) -> tuple[Person, bytes]:
    rng = np.random.default_rng(seed)
    person = invented_person(rng)
    taken = photograph_card(draw_card(person, KTP), rng, camera="720p", level="mild")
    return person, jpeg(taken.frame, quality=92)


@pytest.fixture(scope="module")
def photographs() -> list[tuple[Person, bytes]]:
    return [a_photograph(seed) for seed in (1, 2)]


@pytest.fixture(scope="module")
def started() -> Iterator[CardReader]:
    with CardReader() as reader:
        reader.warm()
        yield reader


@pytest.fixture
def harmed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> CardReader:
    """A reader whose worker does something else than to read."""
    harm = HARM[request.param]
    script = f"""
import os, sys, time
sys.path.insert(0, sys.argv.pop(1))
from kiosk.scanning import worker
def harm(picture):
    {harm}
    return picture
worker.decode = harm
worker.MOST_PROCESSOR_SECONDS = 0.3
if "nonsense" in {request.param!r}:
    worker.reply_to = lambda asked, picture: harm(picture)
worker.main()
"""
    monkeypatch.setattr(module, "_START", script)
    return CardReader()


def nik_in(reader: CardReader, picture: bytes) -> str:
    reading = reader.look(picture).reading
    return "" if reading is None else reading.nik


def workers() -> set[int]:
    """The children of this process that are readers' workers."""
    found = set()
    # Not from `children` (proc(5)): while another child ends it may leave one out.
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
            command = (process / "cmdline").read_bytes()
            if int(parent) == os.getpid() and b"kiosk.scanning" in command:
                found.add(int(process.name))
    return found


def is_there(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def ends(process: int) -> bool:
    """Whether a process ends while we look."""
    for _ in range(600):
        if not is_there(process):
            return True
        time.sleep(0.05)
    return False


def test_a_picture_of_a_card_becomes_a_sighting(
    started: CardReader, photographs: list[tuple[Person, bytes]]
) -> None:
    person, picture = photographs[0]

    sighting = started.look(picture)

    assert sighting.reading is not None
    assert (sighting.reading.nik, sighting.reading.birth) == (person.nik, person.birth)
    assert sighting.corners is not None
    again = started.look(picture, near=sighting.corners)
    assert again.reading is not None
    assert again.reading.nik == person.nik


def test_another_kind_of_card_may_be_asked_for(
    started: CardReader, photographs: list[tuple[Person, bytes]]
) -> None:
    assert started.look(photographs[0][1], layout="passport").corners is None


def test_threads_get_the_sightings_of_their_own_pictures(
    started: CardReader, photographs: list[tuple[Person, bytes]]
) -> None:
    asked = [photographs[number % 2] for number in range(6)]

    with ThreadPoolExecutor(6) as threads:
        niks = list(threads.map(lambda one: nik_in(started, one[1]), asked))

    assert niks == [person.nik for person, _ in asked]


@pytest.mark.parametrize(
    ("data", "code"), [(b"no picture", "not-a-picture"), (bytes((24 << 20) + 1), "too-large")]
)
def test_what_is_no_picture_is_said_and_the_next_one_read(
    started: CardReader, photographs: list[tuple[Person, bytes]], data: bytes, code: str
) -> None:
    with pytest.raises(CardPictureError) as raised:
        started.look(data)

    assert raised.value.code == code
    assert nik_in(started, photographs[0][1]) == photographs[0][0].nik


def test_a_worker_that_was_killed_is_started_anew(
    started: CardReader, photographs: list[tuple[Person, bytes]]
) -> None:
    person, picture = photographs[0]
    nik_in(started, picture)
    (before,) = workers()

    os.kill(before, signal.SIGKILL)

    assert nik_in(started, picture) == person.nik
    assert before not in workers()


def test_a_worker_that_is_killed_at_work_costs_nobody_the_sighting(
    photographs: list[tuple[Person, bytes]],
) -> None:
    person, picture = photographs[0]
    with CardReader() as reader, ThreadPoolExecutor(1) as thread:
        asked = thread.submit(nik_in, reader, picture)
        while not workers() and not asked.done():
            time.sleep(0.01)
        for worker in workers():
            os.kill(worker, signal.SIGKILL)

        assert asked.result() == person.nik


@pytest.mark.parametrize(
    ("harmed", "seconds", "code"),
    [
        ("ends", 60, "damaged"),
        # Nobody is waited for that long: it is the processor time that ends it.
        ("turns for ever", 3600, "took-too-long"),
        ("sleeps", 2, "took-too-long"),
        ("takes memory", 60, "too-large"),
        ("talks nonsense", 60, "damaged"),
    ],
    indirect=["harmed"],
)
def test_a_picture_that_harms_the_worker_harms_nothing_else(
    harmed: CardReader, seconds: float, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_WITHIN", seconds)
    with harmed, pytest.raises(CardPictureError) as raised:
        harmed.look(b"a picture")

    assert raised.value.code == code


@pytest.mark.parametrize("script", ["raise SystemExit", "import time; time.sleep(60)"])
def test_a_worker_that_does_not_start_is_said(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setattr(module, "_START", script)
    monkeypatch.setattr(module, "START_WITHIN", 1.0)

    with CardReader() as reader, pytest.raises(ReaderMissingError) as raised:
        reader.look(b"a picture")

    assert raised.value.code == "reader-down"


def test_without_the_part_that_reads_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)

    with CardReader() as reader:
        with pytest.raises(ReaderMissingError, match="pip install") as raised:
            reader.warm()
        with pytest.raises(ReaderMissingError, match="pip install"):
            reader.look(b"a picture")

    assert raised.value.code == "reader-missing"


def test_who_waits_too_long_for_others_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAIT_AT_MOST", 0.01)

    with CardReader() as reader, reader._lock, pytest.raises(ReaderBusyError):
        reader.look(b"a picture")
    assert issubclass(ReaderBusyError, ScanningError)


def test_the_worker_has_no_secrets_and_can_keep_nothing(
    monkeypatch: pytest.MonkeyPatch, photographs: list[tuple[Person, bytes]]
) -> None:
    monkeypatch.setenv("SEGEL_PASSPHRASE", "swordfish")
    before = workers()

    with CardReader() as reader:
        nik_in(reader, photographs[0][1])
        (worker,) = workers() - before
        environment = Path(f"/proc/{worker}/environ").read_bytes()
        limits = Path(f"/proc/{worker}/limits").read_text()
        opened = [str(link.readlink()) for link in Path(f"/proc/{worker}/fd").iterdir()]

    assert b"swordfish" not in environment
    values = {line[:26].strip(): line[26:].split()[:2] for line in limits.splitlines()}
    assert values["Max file size"] == ["0", "0"]
    assert values["Max core file size"] == ["0", "0"]
    assert values["Max data size"] == [str(MOST_MEMORY)] * 2
    assert [name for name in opened if name.startswith("/") and name != "/dev/null"] == []


def test_nothing_is_said_anywhere_of_what_was_read(
    photographs: list[tuple[Person, bytes]],
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with CardReader() as reader:
        for _, picture in photographs:
            shown = repr(reader.look(picture))
            assert "99" not in shown.partition("reading=")[2].partition("confidence")[0]
        with pytest.raises(CardPictureError):
            reader.look(photographs[0][1][:300])

    assert capfd.readouterr() == ("", "")
    assert caplog.text == ""


def test_closing_ends_the_worker() -> None:
    before = workers()
    with CardReader() as reader:
        reader.warm()
        (worker,) = workers() - before

    assert not is_there(worker)


def test_the_worker_ends_when_whoever_started_it_was_killed() -> None:
    script = """
import os, signal
from pathlib import Path
from kiosk.scanning.reader import CardReader
CardReader().warm()
print(Path(f"/proc/self/task/{os.getpid()}/children").read_text(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)

    assert ran.returncode == -signal.SIGKILL
    assert ends(int(ran.stdout))


def test_a_fork_has_a_worker_of_its_own(
    started: CardReader, photographs: list[tuple[Person, bytes]]
) -> None:
    (mine, my_picture), (theirs, their_picture) = photographs
    nik_in(started, my_picture)

    child = os.fork()
    if not child:
        os._exit(0 if nik_in(started, their_picture) == theirs.nik else 1)

    assert nik_in(started, my_picture) == mine.nik
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert nik_in(started, my_picture) == mine.nik


def test_a_worker_starts_in_a_process_without_the_web(tmp_path: Path) -> None:
    picture = tmp_path / "desk.png"
    cv2.imwrite(str(picture), np.full((480, 640, 3), 128, np.uint8))
    script = f"""
import sys
from pathlib import Path
from kiosk.scanning.reader import CardReader
with CardReader() as reader:
    print(reader.look(Path({str(picture)!r}).read_bytes()).corners)
print(sorted({{"cv2", "onnxruntime", "PIL"}} & set(sys.modules)))
"""

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)

    assert ran.stdout.split("\n")[:2] == ["None", "[]"]
