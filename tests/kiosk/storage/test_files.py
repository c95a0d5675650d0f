"""Files come back as they were kept; the disk and the bucket hold nothing that can be read."""

import logging
import secrets
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3  # type: ignore[import-untyped]  # it has no types
import pytest
from moto.server import ThreadedMotoServer

from kiosk.domain.errors import Unknown
from kiosk.storage.errors import StorageError
from kiosk.storage.files import LONGEST_FILE, FileStore, StoredFile
from signing.errors import SigningError

PHOTO = b"\xff\xd8 a photo of somebody " * 5_000
CREDENTIALS = {"access_key": "invented", "secret_key": "invented"}
Objects = Callable[[], dict[str, bytes]]


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """An S3 service on this machine, in memory: its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3: str) -> str:
    """An empty bucket of that service."""
    name = f"segel-{secrets.token_hex(4)}"
    client(s3).create_bucket(Bucket=name)
    return name


def client(s3: str) -> Any:
    """A client of another make."""
    return boto3.client(
        "s3",
        endpoint_url=s3,
        region_name="us-east-1",
        aws_access_key_id="invented",
        aws_secret_access_key="invented",
    )


@pytest.fixture(params=["folder", "bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[FileStore, Objects]:
    """A store of each kind, and what an onlooker sees of it."""
    if request.param == "folder":
        folder = tmp_path / "files"
        return FileStore.in_folder(folder), lambda: {
            str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
    s3, bucket = request.getfixturevalue("s3"), request.getfixturevalue("bucket")

    def listed() -> dict[str, bytes]:
        service = client(s3)
        names = [item["Key"] for item in service.list_objects(Bucket=bucket).get("Contents", [])]
        return {name: service.get_object(Bucket=bucket, Key=name)["Body"].read() for name in names}

    store = FileStore.in_bucket(bucket, endpoint=s3, region="us-east-1", credentials=CREDENTIALS)
    return store, listed


@pytest.mark.parametrize("data", [b"", b"x", PHOTO, bytes(4092), bytes(4093)])
def test_what_was_kept_comes_back(kept: tuple[FileStore, Objects], data: bytes) -> None:
    store, _ = kept

    assert store.get(store.put(data)) == data


def test_an_onlooker_sees_neither_content_nor_exact_length(
    kept: tuple[FileStore, Objects],
) -> None:
    store, objects = kept

    files = [store.put(PHOTO), store.put(PHOTO + b"more")]
    seen = objects()

    assert len(seen) == 2
    assert all(b"photo" not in data for data in seen.values())
    assert len({len(data) for data in seen.values()}) == 1
    assert len(set(seen.values())) == 2
    assert {file.name for file in files} == {name.rpartition("/")[2] for name in seen}


def test_a_file_opens_with_its_own_key_and_under_its_own_name_only(
    kept: tuple[FileStore, Objects],
) -> None:
    store, _ = kept
    one, other = store.put(b"one"), store.put(b"other")

    with pytest.raises(SigningError):
        store.get(StoredFile(name=one.name, key=other.key))


def test_a_removed_file_is_gone_and_may_be_removed_again(kept: tuple[FileStore, Objects]) -> None:
    store, objects = kept
    file = store.put(b"gone")

    store.remove(file.name)
    store.remove(file.name)

    assert objects() == {}
    with pytest.raises(Unknown):
        store.get(file)


def test_a_key_does_not_show() -> None:
    assert "secret" not in repr(StoredFile(name="n", key=b"secret"))


def test_a_file_that_was_altered_does_not_open(tmp_path: Path) -> None:
    store = FileStore.in_folder(tmp_path)
    file = store.put(PHOTO)
    path = tmp_path / file.name[:2] / file.name
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)

    with pytest.raises(SigningError):
        store.get(file)


def test_nobody_else_of_the_machine_enters_the_folder(tmp_path: Path) -> None:
    FileStore.in_folder(tmp_path / "files").put(b"x")

    assert (tmp_path / "files").stat().st_mode & 0o077 == 0


def test_a_file_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        FileStore.in_folder(tmp_path).put(bytes(LONGEST_FILE + 1))


def test_a_service_that_is_away_is_said_without_its_address_and_keys(unused_port: int) -> None:
    away = FileStore.in_bucket(
        "segel",
        endpoint=f"http://127.0.0.1:{unused_port}",
        region="us-east-1",
        credentials=CREDENTIALS,
    )

    with pytest.raises(StorageError) as raised:
        away.put(b"x")

    assert "127.0.0.1" not in str(raised.value)
    assert "invented" not in str(raised.value)


@pytest.fixture
def unused_port() -> int:
    """A port of this machine at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port
