"""Real processes, killed at every step and working side by side: no number twice, none lost."""

import signal
import subprocess
import sys
from pathlib import Path

from sqlalchemy import Engine

from kiosk.storage.register import Register
from tests.kiosk.storage.reservations import NOW, states

ROOT = Path(__file__).parents[3]
# Numbers drawn, reserved, files made, confirmed but not written, and drawn for the second chunk.
DEATHS = (3, 4, 5, 6, 9)


def a_clerk(
    engine: Engine, folder: Path, records: list[str], *, label: str = "august", die_at: int = 0
) -> "subprocess.Popen[bytes]":
    """A process that issues these records."""
    url = engine.url.render_as_string(hide_password=False)
    return subprocess.Popen(
        [
            sys.executable,
            *("-m", "tests.kiosk.storage.clerk"),
            *(url, label, str(folder), str(die_at)),
            *records,
        ],
        cwd=ROOT,
    )


def numbers_in(folder: Path) -> dict[str, str]:
    """The certificate's number in the file of each record."""
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in folder.iterdir()
        if path.suffix != ".part"
    }


def sequences(numbers: dict[str, str]) -> list[int]:
    return sorted(int(number.split("/")[2]) for number in numbers.values())


def test_a_process_killed_at_any_step_uses_no_number_twice_and_loses_none(
    register: Register, engine: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    records = [f"record {number}" for number in range(15)]
    before: dict[str, str] = {}

    for die_at in DEATHS:
        assert a_clerk(engine, folder, records, die_at=die_at).wait() == -signal.SIGKILL
        after = numbers_in(folder)
        # What was written keeps its number for ever.
        assert before.items() <= after.items()
        before = after
    assert a_clerk(engine, folder, records).wait() == 0

    assert set(numbers_in(folder)) == set(records)
    assert sequences(numbers_in(folder)) == list(range(1, 16))
    assert states(engine) == {"issued": 15}
    with register.begin() as books:
        assert books.certificates.reserved_in(books.batches.open("august", at=NOW).id) == []


def test_processes_side_by_side_share_no_number_even_over_the_same_records(
    engine: Engine, tmp_path: Path
) -> None:
    folders = [tmp_path / "august", tmp_path / "september"]
    for folder in folders:
        folder.mkdir()
    august = [f"record {number}" for number in range(60)]
    september = [f"record {number}" for number in range(100)]

    clerks = [
        a_clerk(engine, folders[0], august[:40]),
        a_clerk(engine, folders[0], august[20:]),
        a_clerk(engine, folders[1], september, label="september"),
    ]
    assert [clerk.wait() for clerk in clerks] == [0, 0, 0]

    numbers = [numbers_in(folder) for folder in folders]
    assert [set(found) for found in numbers] == [set(august), set(september)]
    assert sorted(sequences(numbers[0]) + sequences(numbers[1])) == list(range(1, 161))
    assert states(engine) == {"issued": 160}
