"""What an action has to hand: the settings, the register, the clock, and the means to sign."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from config.settings import Settings
from kiosk.storage.files import FileStore
from kiosk.storage.register import Register
from signing.cells import CellKey
from signing.cms import CmsSigner
from signing.keys import SigningKey

if TYPE_CHECKING:
    from signing.remote import RemoteSigner

__all__ = ["Desk", "Press"]


@dataclass(frozen=True, kw_only=True)
class Press:
    """What signs a certificate: the key, its CMS signer, and a time stamp's source if there is one.

    `key_id` is how tokens name the key. Where a `remote` signer is there, it signs the files, and
    the key their tokens alone.
    """

    key_id: bytes
    key: SigningKey
    signer: CmsSigner
    stamp: Callable[[bytes], bytes] | None = None
    remote: "RemoteSigner | None" = None


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The office at work.

    `press_at` gives the press that signs at a time (seconds since 1970); it is a function because a
    certificate that was reserved before a key's rotation is signed with the key of that time.
    `poster_key` is the key that signs posters now. `cells` locks what the register keeps of a
    person; `files` keeps photos and papers.
    """

    settings: Settings
    register: Register
    clock: Callable[[], datetime]
    press_at: Callable[[int], Press]
    poster_key: Callable[[], SigningKey]
    cells: CellKey
    files: FileStore
