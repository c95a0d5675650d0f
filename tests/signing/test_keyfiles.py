"""A private key on disk is readable by its owner with its passphrase, and by nobody else."""

import os
import stat
import subprocess
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from signing.errors import KeyFileError
from signing.keyfiles import load_key, load_secret, save_key, save_secret
from signing.keys import LocalKey, VerifyingKey, key_id_of, new_key
from signing.private import Secret
from tests.programs import program

PASSPHRASE = b"kuda laut makan rumput"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a site's keys, not there yet."""
    return tmp_path / "keys"


@pytest.fixture
def kept(folder: Path) -> tuple[Path, LocalKey]:
    """A key, and the file in which it is kept."""
    key = new_key()
    save_key(folder / "certificate.pem", key, PASSPHRASE)
    return folder / "certificate.pem", key


def shown(problem: BaseException) -> str:
    """Everything a traceback can print, local variables included, and the contexts behind it."""
    told = []
    inner: BaseException | None = problem
    while inner is not None:
        told.append(
            "".join(
                traceback.TracebackException.from_exception(inner, capture_locals=True).format()
            )
        )
        inner = inner.__context__
    return "\n".join(told)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_key_comes_back_as_it_was_kept(kept: tuple[Path, LocalKey]) -> None:
    path, key = kept

    assert load_key(path, PASSPHRASE).point == key.point


def test_file_and_folder_are_closed_to_others(kept: tuple[Path, LocalKey]) -> None:
    path, _ = kept

    assert (mode(path), mode(path.parent)) == (0o600, 0o700)


def test_it_is_closed_even_where_the_umask_would_leave_it_open(folder: Path) -> None:
    before = os.umask(0)
    try:
        save_key(folder / "certificate.pem", new_key(), PASSPHRASE)
    finally:
        os.umask(before)

    assert (mode(folder / "certificate.pem"), mode(folder)) == (0o600, 0o700)


def test_nothing_else_is_left_in_the_folder(kept: tuple[Path, LocalKey]) -> None:
    path, _ = kept

    assert list(path.parent.iterdir()) == [path]


def test_a_key_that_is_there_is_never_written_over(kept: tuple[Path, LocalKey]) -> None:
    path, key = kept

    with pytest.raises(KeyFileError, match="there already"):
        save_key(path, new_key(), PASSPHRASE)

    assert load_key(path, PASSPHRASE).point == key.point
    assert list(path.parent.iterdir()) == [path]


def test_a_full_disk_leaves_no_half_a_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space"):
        save_key(folder / "certificate.pem", new_key(), PASSPHRASE)

    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o660, 0o602, 0o610])
def test_a_file_that_others_can_read_is_refused_with_what_helps(
    kept: tuple[Path, LocalKey], bits: int
) -> None:
    path, _ = kept
    path.chmod(bits)

    with pytest.raises(KeyFileError, match=f"chmod 600 {path}"):
        load_key(path, PASSPHRASE)


@pytest.mark.parametrize("bits", [0o750, 0o701, 0o770, 0o702])
def test_a_folder_that_others_can_enter_is_refused_with_what_helps(
    kept: tuple[Path, LocalKey], bits: int
) -> None:
    path, _ = kept
    path.parent.chmod(bits)

    with pytest.raises(KeyFileError, match=f"chmod 700 {path.parent}"):
        load_key(path, PASSPHRASE)
    with pytest.raises(KeyFileError, match=f"chmod 700 {path.parent}"):
        save_key(path.with_name("other.pem"), new_key(), PASSPHRASE)


def replaced_by_a_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere.pem"))
    path.symlink_to("elsewhere.pem")


def replaced_by_a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path, 0o600)


def replaced_by_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir(mode=0o700)


def replaced(write: Callable[[], bytes]) -> Callable[[Path], None]:
    def spoil(path: Path) -> None:
        path.write_bytes(write())

    return spoil


def pem(key: object, lock: object) -> bytes:
    # Any kind of key has this method, and they share no type that says so.
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        pytest.param(Path.unlink, "there is no file", id="missing"),
        pytest.param(replaced_by_a_link, "is a link", id="a link"),
        pytest.param(replaced_by_a_pipe, "is not a file", id="a pipe"),
        pytest.param(replaced_by_a_folder, "is not a file", id="a folder"),
        pytest.param(replaced(lambda: b"-" * 5000), "too long", id="too long"),
        pytest.param(replaced(lambda: b"garbage"), "does not open", id="garbage"),
        pytest.param(
            replaced(lambda: pem(new_key().private, NoEncryption())),
            "not locked by a passphrase",
            id="not locked",
        ),
        pytest.param(
            replaced(
                lambda: pem(
                    ec.generate_private_key(ec.SECP384R1()), BestAvailableEncryption(PASSPHRASE)
                )
            ),
            "no P-256 key",
            id="another curve",
        ),
        pytest.param(
            replaced(
                lambda: pem(
                    ed25519.Ed25519PrivateKey.generate(), BestAvailableEncryption(PASSPHRASE)
                )
            ),
            "no P-256 key",
            id="another kind of key",
        ),
    ],
)
def test_a_file_that_is_no_such_key_is_refused_with_a_sentence(
    kept: tuple[Path, LocalKey], spoil: Callable[[Path], None], complaint: str
) -> None:
    path, _ = kept
    spoil(path)

    with pytest.raises(KeyFileError, match=complaint):
        load_key(path, PASSPHRASE)


def test_another_passphrase_does_not_open_it(kept: tuple[Path, LocalKey]) -> None:
    path, _ = kept

    with pytest.raises(KeyFileError, match="the passphrase is another one") as caught:
        load_key(path, PASSPHRASE + b"!")

    assert caught.value.__context__ is None


def test_an_empty_passphrase_locks_nothing(folder: Path) -> None:
    with pytest.raises(KeyFileError, match="empty"):
        save_key(folder / "certificate.pem", new_key(), b"")

    assert not folder.exists()


def test_openssl_reads_the_file_as_it_is(kept: tuple[Path, LocalKey]) -> None:
    path, key = kept

    done = subprocess.run(
        [program("openssl", package="openssl"), "pkey", "-in", path, "-passin", "stdin", "-pubout"],
        input=PASSPHRASE + b"\n",
        capture_output=True,
        check=True,
    )

    assert VerifyingKey.from_pem(done.stdout).point == key.point


def test_a_guess_of_the_passphrase_costs_memory_and_time(kept: tuple[Path, LocalKey]) -> None:
    path, _ = kept

    begun = time.process_time()
    load_key(path, PASSPHRASE)
    spent = time.process_time() - begun

    # A tenth of a second on the machine of this test; the usual writers' files take 0.0003 s.
    assert spent > 0.02


def test_a_loaded_key_shows_nothing_but_its_id(kept: tuple[Path, LocalKey]) -> None:
    path, key = kept

    assert repr(load_key(path, PASSPHRASE)) == f"LocalKey({key_id_of(key.point).hex()})"


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda path: None, id="another passphrase"),
        pytest.param(lambda path: path.write_bytes(b"garbage"), id="garbage"),
        pytest.param(lambda path: path.chmod(0o644), id="readable by others"),
    ],
)
def test_no_traceback_shows_passphrase_or_key(
    kept: tuple[Path, LocalKey], spoil: Callable[[Path], None]
) -> None:
    path, key = kept
    spoil(path)
    tried = [Secret(b"Wrong-Horse-42")]

    with pytest.raises(KeyFileError) as caught:
        load_key(path, tried[0])

    told = shown(caught.value)
    assert "load_key" in told
    assert "Wrong-Horse-42" not in told
    assert str(key.private.private_numbers().private_value) not in told


def test_no_traceback_of_saving_shows_passphrase_or_key(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = new_key()
    plain = Secret(key.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    tried = [Secret(b"Wrong-Horse-42")]

    def stop(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "link", stop)
    with pytest.raises(OSError, match="Input/output") as caught:
        save_key(folder / "certificate.pem", key, tried[0])

    told = shown(caught.value)
    assert "save_key" in told
    assert "Wrong-Horse-42" not in told
    assert repr(bytes(plain))[2:40] not in told


def test_a_secret_comes_back_as_it_was_kept(folder: Path) -> None:
    save_secret(folder / "cells.secret", bytes(range(32)), PASSPHRASE)

    assert load_secret(folder / "cells.secret", PASSPHRASE) == bytes(range(32))
    assert mode(folder / "cells.secret") == 0o600


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda data: data, id="another passphrase"),
        pytest.param(lambda data: data[:60] + b"AAAA" + data[64:], id="other bytes"),
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(lambda data: data.replace(b"=", b""), id="no padding"),
        pytest.param(lambda data: data[:40] + data[-30:], id="cut short"),
        pytest.param(lambda data: data.replace(b"SECRET", b"SECRETS"), id="another label"),
    ],
)
def test_a_spoilt_secret_does_not_open(folder: Path, spoil: Callable[[bytes], bytes]) -> None:
    path = folder / "cells.secret"
    save_secret(path, bytes(range(32)), PASSPHRASE)
    data = path.read_bytes()
    path.write_bytes(spoil(data))
    wrong = PASSPHRASE if spoil(data) != data else b"another"

    with pytest.raises(KeyFileError, match="does not open") as caught:
        load_secret(path, wrong)

    assert caught.value.__context__ is None


def test_a_secret_hides_wherever_it_is_shown() -> None:
    secret = Secret(b"hidden")

    assert "hidden" not in f"{secret} {secret!r} {secret!s} {[secret]}"
    assert secret == b"hidden"


def test_the_usual_lock_is_opened_too(kept: tuple[Path, LocalKey]) -> None:
    path, key = kept
    path.write_bytes(pem(key.private, BestAvailableEncryption(PASSPHRASE)))

    assert load_key(path, PASSPHRASE).point == key.point
