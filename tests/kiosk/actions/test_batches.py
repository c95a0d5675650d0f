"""Lines of a batch are read one by one, however long the file and its lines are."""

import json
import tracemalloc
from pathlib import Path

from kiosk.actions.batches import count_lines, issue_lines, read_lines
from kiosk.actions.desk import Desk
from kiosk.domain.applicants import LONGEST_RECORD
from tests.builders import a_photo
from tests.offices import a_record


def a_file(folder: Path, data: bytes) -> Path:
    """A file with these bytes."""
    path = folder / "a.jsonl"
    path.write_bytes(data)
    return path


def test_equal_records_are_counted_however_they_are_laid_out(tmp_path: Path) -> None:
    file = a_file(tmp_path, b'{"a":1,"b":2}\n{"a":2}\n{ "b": 2, "a": 1 }\n{"a":1,"b":2}\n')

    lines = list(read_lines(file))

    assert [line.occurrence for line in lines] == [0, 0, 1, 2]
    assert [line.number for line in lines] == [1, 2, 3, 4]
    assert lines[0].digest == lines[2].digest == lines[3].digest != lines[1].digest


def test_what_is_no_record_has_no_digest_and_is_not_counted(tmp_path: Path) -> None:
    lines = list(read_lines(a_file(tmp_path, b"{\n{\n[]\n")))

    assert [(line.digest == b"", line.occurrence) for line in lines] == [
        (True, 0), (True, 0), (False, 0),
    ]  # fmt: skip


def test_the_longest_record_is_read_and_a_longer_one_only_in_part(tmp_path: Path) -> None:
    longest = b'"' + b"x" * (LONGEST_RECORD - 2) + b'"'
    file = a_file(tmp_path, longest + b"\r\n" + longest + b"x\n" + b"y" * 5_000_000 + b"\n{}")

    lines = list(read_lines(file))

    assert [len(line.text) for line in lines] == [
        LONGEST_RECORD, LONGEST_RECORD + 1, LONGEST_RECORD + 2, 2,
    ]  # fmt: skip
    assert [line.digest != b"" for line in lines] == [True, False, False, True]
    assert count_lines(file) == 4


def test_a_million_lines_are_not_held_in_memory(tmp_path: Path) -> None:
    record = json.dumps(a_record()).encode()
    file = a_file(tmp_path, b"".join(b"%b%07d\n" % (record, n) for n in range(20_000)))
    size = file.stat().st_size

    tracemalloc.start()
    total = sum(1 for _ in read_lines(file))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert total == 20_000
    assert most < size / 2


def test_what_became_of_lines_comes_in_their_order(desk: Desk, tmp_path: Path) -> None:
    records = [a_record(1), a_record(2, sex="X"), a_record(3), a_record(4, address="x" * 199)]
    file = a_file(tmp_path, b"".join(json.dumps(record).encode() + b"\n" for record in records))
    for number in range(1, 5):
        (tmp_path / f"{number}.jpg").write_bytes(a_photo().jpeg)
    with desk.register.begin() as books:
        batch = books.batches.open("one", at=desk.clock()).id

    done = issue_lines(desk, list(read_lines(file)), batch=batch, photos=tmp_path, out=tmp_path)

    assert [(result.line, bool(result.number)) for result in done] == [
        (1, True), (2, False), (3, True), (4, False),
    ]  # fmt: skip
    assert [result.number.split("/")[2] for result in done if result.number] == ["1", "2"]
