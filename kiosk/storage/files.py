"""One store for photos, papers and drawn pages: a folder, or a bucket of an S3 service.

Every object is sealed under a key of its own before it leaves the program, and has a random name:
who holds the disk or the bucket learns how many there are and how long they are, to the next 4 KiB.
The key belongs into the register, sealed; forgetting it there destroys the object wherever copies
of it may be.
"""

import secrets
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kiosk.domain.errors import Unknown
from kiosk.storage.errors import StorageError
from signing.cells import CellKey, open_cell, seal_cell

if TYPE_CHECKING:
    from obstore.store import ObjectStore

__all__ = ["LONGEST_FILE", "FileStore", "StoredFile"]

LONGEST_FILE = 32 << 20
"""The longest file that is kept, in bytes."""

_NAME_BYTES = 16
_STEP = 4096
_LENGTH = struct.Struct(">I")
# A service that is busy or away is asked again, but nobody waits longer than this for a page.
_TIMEOUT = "10s"


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredFile:
    """Where a file lies, and the 32 bytes that open it."""

    name: str
    key: bytes = field(repr=False)


class FileStore:
    """The files of one site; the store is opened when it is first needed."""

    def __init__(self, open_store: "Callable[[], ObjectStore]") -> None:
        self._open = open_store

    @cached_property
    def _store(self) -> "ObjectStore":
        return self._open()

    @classmethod
    def in_folder(cls, folder: Path) -> Self:
        """The store in a folder, which is made if it is not there."""

        def opened() -> "ObjectStore":
            from obstore.store import LocalStore

            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return LocalStore(folder)

        return cls(opened)

    @classmethod
    def in_bucket(
        cls, bucket: str, *, endpoint: str, region: str, credentials: Mapping[str, str]
    ) -> Self:
        """The store in a bucket of an S3 service; `credentials` are `access_key` and `secret_key`.

        Whatever the environment of this process says of S3 counts for nothing.
        """

        def opened() -> "ObjectStore":
            from obstore.store import S3Store

            return S3Store(
                bucket,
                endpoint=endpoint,
                region=region,
                access_key_id=credentials["access_key"],
                secret_access_key=credentials["secret_key"],
                virtual_hosted_style_request=False,
                client_options={
                    "allow_http": endpoint.startswith("http://"),
                    "timeout": _TIMEOUT,
                    "connect_timeout": "3s",
                },
                retry_config={"max_retries": 2},
            )

        return cls(opened)

    def put(self, data: bytes) -> StoredFile:
        """Keep `data`; what the register must remember to have it back.

        Raises:
            StorageError: the store fails, or the file is too long for it.
        """
        if len(data) > LONGEST_FILE:
            raise StorageError(f"a file of more than {LONGEST_FILE >> 20} MB")
        name = secrets.token_hex(_NAME_BYTES)
        key = CellKey.new()
        plain = _LENGTH.pack(len(data)) + data
        sealed = seal_cell(key, name.encode(), plain.ljust(-(-len(plain) // _STEP) * _STEP, b"\0"))
        with _failures_said():
            self._store.put(_place(name), sealed, mode="create")
        return StoredFile(name=name, key=bytes(key.secret))

    def get(self, file: StoredFile) -> bytes:
        """What was kept.

        Raises:
            Unknown: it is not there.
            StorageError: the store fails.
            SigningError: it was altered, or is another file's.
        """
        with _failures_said():
            sealed = bytes(self._store.get(_place(file.name)).bytes())
        plain = open_cell(CellKey(file.key), file.name.encode(), sealed)
        (length,) = _LENGTH.unpack_from(plain)
        return plain[_LENGTH.size : _LENGTH.size + length]

    def remove(self, name: str) -> None:
        """Forget a file, if it is there.

        Raises:
            StorageError: the store fails.
        """
        try:
            with _failures_said():
                self._store.delete(_place(name))
        except Unknown:
            return


def _place(name: str) -> str:
    # 256 folders, for file systems that become slow with a million names in one.
    return f"{name[:2]}/{name}"


@contextmanager
def _failures_said() -> Iterator[None]:
    """Say what fails in the store within the `with`, without addresses and keys."""
    from obstore.exceptions import BaseError

    try:
        yield
    except FileNotFoundError:
        raise Unknown("a file of this name") from None
    except (BaseError, OSError) as problem:
        raise StorageError(f"the store of files fails: {type(problem).__name__}") from None
