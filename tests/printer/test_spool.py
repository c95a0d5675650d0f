"""The way to paper: what was taken, what was not, and when nobody knows."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from printer.errors import NoAnswerError, NotTakenError
from printer.spool import CupsQueue, Folder, Told, Trouble, Word
from tests.builders import a_certificate
from tests.print_server import QUEUE, PrintServer

NAME = "segel-7-0"


@pytest.fixture
def queue(print_server: PrintServer) -> CupsQueue:
    return CupsQueue(QUEUE, port=print_server.port)


def until(queue: CupsQueue, word: Word, trouble: Trouble | None = None) -> Told:
    """What the queue says of the job, once it says this."""
    told = queue.ask(NAME, None)
    for _ in range(60):
        if told.word is word and (trouble is None or trouble in told.trouble):
            return told
        time.sleep(0.1)
        told = queue.ask(NAME, None)
    raise AssertionError(told)


def test_a_file_comes_out_once_and_as_it_was(print_server: PrintServer, queue: CupsQueue) -> None:
    pdf = a_certificate().pdf

    queued = queue.send(NAME, pdf)

    assert until(queue, Word.DONE).queued == queued
    (sheet,) = print_server.come_out()
    assert sheet.read_bytes() == pdf


@pytest.mark.parametrize(
    ("fault", "trouble"), [("paper", Trouble.PAPER), ("jam", Trouble.JAM)], ids=str
)
def test_what_keeps_a_job_waiting_is_said_and_then_it_comes_out(
    print_server: PrintServer, queue: CupsQueue, fault: str, trouble: Trouble
) -> None:
    print_server.fail(fault)
    queue.send(NAME, a_certificate().pdf)

    until(queue, Word.PRINTING, trouble)
    assert print_server.come_out() == []
    print_server.fail()
    until(queue, Word.DONE)
    assert len(print_server.come_out()) == 1


def test_a_cancelled_job_does_not_come_out(print_server: PrintServer, queue: CupsQueue) -> None:
    print_server.fail("frozen")
    queued = queue.send(NAME, a_certificate().pdf)
    until(queue, Word.PRINTING)

    queue.cancel(NAME, queued)

    until(queue, Word.STOPPED)
    print_server.fail()
    assert print_server.come_out() == []


def test_a_number_that_belongs_to_another_job_is_not_believed(
    print_server: PrintServer, queue: CupsQueue
) -> None:
    queued = queue.send("segel-8-0", a_certificate().pdf)

    assert queue.ask(NAME, queued).word is Word.GONE


def test_a_server_that_was_killed_has_not_taken_anything_and_says_nothing(
    print_server: PrintServer, queue: CupsQueue
) -> None:
    print_server.kill()

    with pytest.raises(NotTakenError):
        queue.send(NAME, a_certificate().pdf)
    with pytest.raises(NoAnswerError):
        queue.ask(NAME, 1)
    print_server.start()


def test_a_queue_that_is_not_there_takes_nothing(print_server: PrintServer) -> None:
    with pytest.raises(NotTakenError):
        CupsQueue("other", port=print_server.port).send(NAME, b"%PDF-1.7")


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a server that takes what it is sent, and then says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            talk, _ = server.accept()
            with talk:
                talk.recv(1 << 20)

        thread = Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def test_after_an_answer_that_never_came_nobody_knows(silent: int) -> None:
    with pytest.raises(NoAnswerError):
        CupsQueue(QUEUE, port=silent, seconds=2).send(NAME, b"%PDF-1.7")


def test_a_folder_keeps_a_file_until_it_is_taken_back(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "printing")

    folder.send(NAME, b"%PDF-1.7")

    (file,) = (tmp_path / "printing").iterdir()
    assert (file.name, file.read_bytes()) == (f"{NAME}.pdf", b"%PDF-1.7")
    assert file.stat().st_mode & 0o777 == 0o600
    assert folder.ask(NAME, 0).word is Word.BY_HAND
    folder.cancel(NAME, 0)
    assert folder.ask(NAME, 0).word is Word.GONE


def test_a_folder_that_cannot_be_made_takes_nothing(tmp_path: Path) -> None:
    (tmp_path / "printing").write_text("no folder")

    with pytest.raises(NotTakenError):
        Folder(tmp_path / "printing").send(NAME, b"%PDF-1.7")
