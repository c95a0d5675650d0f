"""Several processes sign with one token, through the one process that holds it."""

import hashlib
import multiprocessing
import os
import signal
import socket
import stat
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from signing.errors import SignatureError, SignerError
from signing.keys import VerifyingKey, key_id_of
from signing.pkcs11 import Token
from signing.private import Secret
from signing.signer import Signer
from tests.softhsm import SoftHsm


@pytest.fixture(scope="module")
def points(softhsm: SoftHsm) -> tuple[bytes, bytes]:
    """The public halves of two keys in the token."""
    with Token(softhsm.module, softhsm.label, softhsm.pin) as token:
        return token.new_key("signer one").point, token.new_key("signer two").point


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site's folder of keys, deeper than the path of a Unix socket may be."""
    path = tmp_path / ("deep" * 20) / "keys"
    path.mkdir(parents=True, mode=0o700)
    return path


@pytest.fixture
def new_signer(softhsm: SoftHsm, folder: Path) -> Iterator[Callable[..., Signer]]:
    """Makes signers of this site; they are closed after the test."""
    made: list[Signer] = []

    def make(label: str = softhsm.label, pin: bytes = softhsm.pin) -> Signer:
        made.append(Signer(folder, module=softhsm.module, label=label, pin=pin))
        return made[-1]

    yield make
    for signer in made:
        signer.close()


def pid_of_signer(folder: Path) -> int:
    """The process that listens in this folder."""
    with socket.socket(socket.AF_UNIX) as connection:
        descriptor = os.open(folder, os.O_RDONLY)
        connection.connect(f"/proc/self/fd/{descriptor}/signer.socket")
        os.close(descriptor)
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    return int(struct.unpack("3i", credentials)[0])


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_it_is_started_by_the_first_who_signs(
    new_signer: Callable[..., Signer], points: tuple[bytes, bytes]
) -> None:
    key = new_signer().key(points[0])

    VerifyingKey(points[0]).verify(key.sign(b"message"), b"message")


def test_only_its_user_may_reach_its_socket(
    new_signer: Callable[..., Signer], points: tuple[bytes, bytes], folder: Path
) -> None:
    new_signer().key(points[0]).sign(b"message")

    assert stat.S_IMODE((folder / "signer.socket").stat().st_mode) == 0o600


def test_others_share_it(
    new_signer: Callable[..., Signer], points: tuple[bytes, bytes], folder: Path
) -> None:
    new_signer().key(points[0]).sign(b"message")
    first = pid_of_signer(folder)

    new_signer(pin=b"a PIN that is not asked for").key(points[1]).sign(b"message")

    assert pid_of_signer(folder) == first


def test_it_stays_for_the_others_when_its_starter_has_gone(
    new_signer: Callable[..., Signer], points: tuple[bytes, bytes], folder: Path
) -> None:
    starter, other = new_signer(), new_signer()
    starter.key(points[0]).sign(b"message")
    other.key(points[0]).sign(b"message")
    process = pid_of_signer(folder)

    starter.close()
    other.key(points[0]).sign(b"message")
    assert is_running(process)
    other.close()

    wait_until(lambda: not is_running(process))
    assert not (folder / "signer.socket").exists()


def test_threads_and_two_keys_get_the_right_answers(
    new_signer: Callable[..., Signer], points: tuple[bytes, bytes]
) -> None:
    signer = new_signer()
    made: list[tuple[bytes, bytes, bytes]] = []

    def sign(number: int) -> None:
        key = signer.key(points[number % 2])
        for turn in range(25):
            message = b"%d/%d" % (number, turn)
            made.append((key.point, key.sign(message), message))

    threads = [threading.Thread(target=sign, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 100
    for point, signature, message in made:
        VerifyingKey(point).verify(signature, message)


def sign_many(signer: Signer, point: bytes, number: int, out: Path) -> None:
    """What a worker of a batch does, in a process of its own."""
    key = signer.key(point)
    messages = [b"%d/%d" % (number, turn) for turn in range(50)]
    out.write_bytes(b"".join(key.sign(message) for message in messages))


@pytest.mark.parametrize("state", ["already started", "not yet started"])
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_workers_that_were_forked_get_the_right_answers(
    new_signer: Callable[..., Signer], points: tuple[bytes, bytes], tmp_path: Path, state: str
) -> None:
    signer = new_signer()
    if state == "already started":
        signer.key(points[0]).sign(b"message")
    context = multiprocessing.get_context("fork")
    workers = [
        context.Process(
            target=sign_many, args=(signer, points[number % 2], number, tmp_path / str(number))
        )
        for number in range(3)
    ]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    for number in range(3):
        signatures = (tmp_path / str(number)).read_bytes()
        for turn in range(50):
            VerifyingKey(points[number % 2]).verify(
                signatures[64 * turn : 64 * (turn + 1)], b"%d/%d" % (number, turn)
            )


def test_killed_it_is_started_anew_for_the_next_signature(
    new_signer: Callable[..., Signer], points: tuple[bytes, bytes], folder: Path
) -> None:
    key = new_signer().key(points[0])
    key.sign(b"message")
    killed = pid_of_signer(folder)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: not is_running(killed))

    VerifyingKey(points[0]).verify(key.sign(b"again"), b"again")

    assert pid_of_signer(folder) != killed


def test_killed_and_with_the_token_gone_it_says_so(
    new_signer: Callable[..., Signer],
    points: tuple[bytes, bytes],
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = new_signer().key(points[0])
    key.sign(b"message")
    (tmp_path / "no tokens").mkdir()
    settings = tmp_path / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {tmp_path / 'no tokens'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(settings))
    os.kill(pid_of_signer(folder), signal.SIGKILL)

    with pytest.raises(SignerError, match="cannot be opened: it is not plugged in"):
        key.sign(b"again")


def test_a_wrong_pin_is_tried_once_and_told(
    new_signer: Callable[..., Signer], folder: Path
) -> None:
    signer = new_signer(pin=Secret(b"4711-wrong"))

    with pytest.raises(SignerError, match="the PIN is wrong"):
        signer.key(b"\4" + bytes(64)).sign(b"message")

    assert "4711" not in repr(vars(signer))


def test_a_key_that_the_token_has_not_is_named(
    new_signer: Callable[..., Signer], points: tuple[bytes, bytes]
) -> None:
    stranger = b"\4" + bytes(64)

    with pytest.raises(SignerError, match=f"has no key {key_id_of(stranger).hex()}"):
        new_signer().key(stranger).sign(b"message")


def test_a_key_made_while_it_runs_is_found(
    new_signer: Callable[..., Signer], points: tuple[bytes, bytes], softhsm: SoftHsm
) -> None:
    signer = new_signer()
    signer.key(points[0]).sign(b"message")
    with Token(softhsm.module, softhsm.label, softhsm.pin) as token:
        new = token.new_key("made later").point

    VerifyingKey(new).verify(signer.key(new).sign(b"message"), b"message")


def test_a_key_of_the_same_id_in_place_of_ours_is_noticed(
    new_signer: Callable[..., Signer], points: tuple[bytes, bytes]
) -> None:
    key = new_signer().key(points[0])
    key._id = key_id_of(points[1])

    with pytest.raises(SignerError, match="another key of the id"):
        key.sign(b"message")


def test_a_signer_that_hangs_is_not_waited_for_for_ever(
    new_signer: Callable[..., Signer],
    points: tuple[bytes, bytes],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("signing.signer.ANSWER_WITHIN", 0.2)
    key = new_signer().key(points[0])
    key.sign(b"message")
    process = pid_of_signer(folder)
    os.kill(process, signal.SIGSTOP)
    try:
        with pytest.raises(SignerError, match="does not answer"):
            key.sign(b"again")
    finally:
        os.kill(process, signal.SIGCONT)


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\nxxxxxx", id="another language"),
        pytest.param(b"SGN2" + bytes(36), id="another version"),
        pytest.param(bytes(5000), id="zeros"),
    ],
)
def test_nothing_but_signing_can_be_asked(
    new_signer: Callable[..., Signer],
    points: tuple[bytes, bytes],
    folder: Path,
    request_: bytes,
) -> None:
    key = new_signer().key(points[0])
    key.sign(b"message")
    with socket.socket(socket.AF_UNIX) as connection:
        descriptor = os.open(folder, os.O_RDONLY)
        connection.connect(f"/proc/self/fd/{descriptor}/signer.socket")
        os.close(descriptor)
        connection.settimeout(10)

        connection.sendall(request_)

        assert answered(connection) == b""
    VerifyingKey(points[0]).verify(key.sign(b"still there"), b"still there")


def answered(connection: socket.socket) -> bytes:
    try:
        return connection.recv(10)
    except ConnectionResetError:
        return b""


def test_half_a_request_holds_nobody_up(
    new_signer: Callable[..., Signer], points: tuple[bytes, bytes], folder: Path
) -> None:
    key = new_signer().key(points[0])
    key.sign(b"message")
    digest = hashlib.sha256(b"slow").digest()
    with socket.socket(socket.AF_UNIX) as slow:
        descriptor = os.open(folder, os.O_RDONLY)
        slow.connect(f"/proc/self/fd/{descriptor}/signer.socket")
        os.close(descriptor)
        slow.settimeout(10)
        slow.sendall(b"SGN1" + key_id_of(points[0]))

        key.sign(b"quick")
        slow.sendall(digest)

        assert slow.recv(3) == b"\0\x41\0"
        VerifyingKey(points[0]).verify(slow.recv(64), b"slow")


def test_an_open_folder_is_refused(
    new_signer: Callable[..., Signer], points: tuple[bytes, bytes], folder: Path
) -> None:
    folder.chmod(0o755)

    with pytest.raises(SignerError, match="chmod 700"):
        new_signer().key(points[0]).sign(b"message")


def test_a_key_shows_its_id(new_signer: Callable[..., Signer], points: tuple[bytes, bytes]) -> None:
    key = new_signer().key(points[0])

    assert repr(key) == f"SocketKey({key_id_of(points[0]).hex()})"
    with pytest.raises(SignatureError):
        VerifyingKey(points[0]).verify(key.sign(b"message"), b"another")
