"""Files bear their names only once they are whole, and errors leave nothing behind."""

import os
from pathlib import Path

import pytest

from kiosk.actions.files import write_files
from printer.certificate import Issued

WHOLE = tuple(bytes([number]) * 3000 for number in range(40))


def an_issued(mark: int = 0) -> Issued:
    """Something to be written; `mark` tells it from others."""
    return Issued(pieces=WHOLE, token="", digest=bytes([mark]) * 16)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_files_are_written_whole_for_their_owner_alone(tmp_path: Path, count: int) -> None:
    files = [tmp_path / f"{number}.pdf" for number in range(count)]

    write_files([(file, an_issued(number)) for number, file in enumerate(files)])

    assert sorted(tmp_path.iterdir()) == files
    assert {file.read_bytes() for file in files} <= {b"".join(WHOLE)}
    assert {file.stat().st_mode & 0o777 for file in files} <= {0o600}


def test_a_file_that_is_there_is_replaced_at_once(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"before")
    with file.open("rb") as opened:
        write_files([(file, an_issued())])

        assert opened.read() == b"before"
    assert file.read_bytes() == b"".join(WHOLE)


def test_what_a_kill_left_is_written_over(tmp_path: Path) -> None:
    left = tmp_path / f".a.pdf.{'00' * 4}.part"
    left.write_bytes(b"x" * 500_000)

    write_files([(tmp_path / "a.pdf", an_issued())])

    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]
    assert (tmp_path / "a.pdf").read_bytes() == b"".join(WHOLE)


def test_nobody_is_led_elsewhere_by_a_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"dear")
    (tmp_path / f".a.pdf.{'00' * 4}.part").symlink_to(victim)

    with pytest.raises(OSError, match="symbolic links"):
        write_files([(tmp_path / "a.pdf", an_issued())])

    assert victim.read_bytes() == b"dear"


def test_an_error_at_one_leaves_nothing_of_all(tmp_path: Path) -> None:
    made = [
        (tmp_path / "a.pdf", an_issued(1)),
        (tmp_path / "missing" / "b.pdf", an_issued(2)),
        (tmp_path / "c.pdf", an_issued(3)),
    ]

    with pytest.raises(FileNotFoundError):
        write_files(made)

    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_room_is_named(tmp_path: Path) -> None:
    # A certificate larger than the pipe of one page: the device takes nothing.
    part = tmp_path / f".a.pdf.{'00' * 4}.part"
    os.mknod(part, 0o666 | 0o020000, os.makedev(1, 7)) if os.geteuid() == 0 else part.symlink_to(
        "/dev/full"
    )

    with pytest.raises(OSError) as caught:  # noqa: PT011 -- which one depends on who runs the test
        write_files([(tmp_path / "a.pdf", an_issued())])

    assert caught.value.filename is not None
    assert list(tmp_path.iterdir()) == []
