"""The one place that builds things: settings in, a workshop out.

A workshop is an installation opened for work. It reads keys when they are first needed, so that a
command which signs nothing asks for no passphrase. The clock of the whole program is here.
"""

import os
import secrets
import stat
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from config.loading import SITE_FILE, load_settings, process_environment
from config.settings import KeySettings, Settings
from kiosk.actions.desk import Desk, Press
from kiosk.actions.journal import publish_head
from kiosk.actions.mailroom import Mailroom
from kiosk.actions.trust import (
    Published,
    Publisher,
    publish,
    publish_lists,
    published_bundle,
)
from kiosk.domain.calendar import EVERYWHERE, Calendar
from kiosk.storage.database import new_engine
from kiosk.storage.errors import StorageError
from kiosk.storage.files import FileStore
from kiosk.storage.mailroom import Archive, new_archive_engine
from kiosk.storage.register import Register
from signing.cells import CellKey
from signing.cms import CmsSigner
from signing.errors import KeyFileError, SignerError
from signing.keyfiles import load_key, load_secret
from signing.keys import LocalKey, SigningKey, VerifyingKey
from signing.private import Secret, read_private
from signing.ring import FILE as RING_FILE
from signing.ring import KeyRing, RingKey, Use, current, load_ring, trusted_keys

if TYPE_CHECKING:
    from kiosk.actions.notices import Sender
    from kiosk.domain.notices import Channel
    from signing.remote import RemoteSigner
    from signing.signer import Signer

__all__ = [
    "Keychain",
    "Workshop",
    "given_passphrase",
    "is_site",
    "is_unfinished",
    "new_key_in_token",
    "open_workshop",
    "passphrase_of",
    "the_clock",
]

CELLS_FILE = "register.key"
DIRECTORY_FILE = "directory"
PASSPHRASE_FILE = "passphrase"  # noqa: S105 -- a file's name
UNFINISHED_FILE = ".unfinished"
LONGEST_PASSPHRASE = 4096
# What was due long ago is overdue anyway, whichever the holidays since.
_HOLIDAYS_BEFORE, _HOLIDAYS_AHEAD = timedelta(days=120), timedelta(days=120)
OTHERS = stat.S_IRWXG | stat.S_IRWXO
Prompt = Callable[[], bytes]


def the_clock() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


def given_passphrase(environ: Mapping[str, str]) -> Secret | None:
    """The passphrase from SEGEL_PASSPHRASE or the file in SEGEL_PASSPHRASE_FILE; None if neither.

    Raises:
        KeyFileError: the file cannot be read, or others can read it.
    """
    if given := environ.get("SEGEL_PASSPHRASE"):
        return Secret(os.fsencode(given))
    if named := environ.get("SEGEL_PASSPHRASE_FILE"):
        return _first_line(Path(named))
    return None


def passphrase_of(keys: Path, environ: Mapping[str, str], prompt: Prompt | None = None) -> Secret:
    """The passphrase of a site's keys.

    From SEGEL_PASSPHRASE, the file named by SEGEL_PASSPHRASE_FILE, the file `segel init` made, or a
    prompt, whichever is there first.

    Raises:
        KeyFileError: from none of them.
    """
    given = given_passphrase(environ)
    if given is not None:
        return given
    if (keys / PASSPHRASE_FILE).exists():
        return _first_line(keys / PASSPHRASE_FILE)
    if prompt is not None:
        return Secret(prompt())
    raise KeyFileError(
        "the keys need their passphrase: set SEGEL_PASSPHRASE, or SEGEL_PASSPHRASE_FILE to a file"
    )


def _first_line(path: Path) -> Secret:
    """The first line of a secret's file. It may be a link or a pipe, as secret stores hand out."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            line = Secret(file.readline(LONGEST_PASSPHRASE).rstrip(b"\r\n"))
    except OSError as problem:
        raise KeyFileError(f"{path} cannot be read: {problem.strerror}") from None
    if stat.S_ISREG(mode) and mode & OTHERS:
        raise KeyFileError(f"{path} can be read by others: chmod 600 it")
    if not line:
        raise KeyFileError(f"{path} has no passphrase in its first line")
    return line


class Keychain:
    """The keys of a site, read when they are first asked for.

    `folder` is the site's `keys/`; `passphrase` is asked once.
    """

    def __init__(self, folder: Path, settings: Settings, passphrase: Callable[[], Secret]) -> None:
        self.folder = folder
        self._settings = settings
        self._ask = passphrase
        self._keys: dict[bytes, SigningKey] = {}
        self._ring: tuple[tuple[int, int], KeyRing] | None = None

    @cached_property
    def passphrase(self) -> Secret:
        """The passphrase, once asked for."""
        return self._ask()

    @property
    def ring(self) -> KeyRing:
        """What is known of the keys: also of those that came or went while we were at work."""
        written = (self.folder / RING_FILE).stat()
        state = written.st_ino, written.st_mtime_ns
        if self._ring is None or self._ring[0] != state:
            self._ring = state, load_ring(self.folder)
        return self._ring[1]

    @cached_property
    def cells(self) -> CellKey:
        """The key that locks what the register keeps of a person."""
        return CellKey(load_secret(self.folder / CELLS_FILE, self.passphrase))

    @property
    def root(self) -> RingKey:
        """The root, without its secret."""
        return next(key for key in self.ring.keys if key.use is Use.ROOT)

    def load(self, key: RingKey) -> SigningKey:
        """The signing key of an entry of the ring, from its file or from the PKCS#11 token."""
        if key.key_id not in self._keys:
            self._keys[key.key_id] = self._found(key)
        return self._keys[key.key_id]

    def load_root(self) -> LocalKey:
        """The root's key.

        Raises:
            KeyFileError: it is kept elsewhere.
        """
        try:
            return load_key(self.folder / self.root.where, self.passphrase)
        except KeyFileError as problem:
            raise KeyFileError(
                f"this needs the root's key, which is kept offline: bring {self.root.where} back "
                f"for the moment ({problem})"
            ) from None

    def _found(self, key: RingKey) -> SigningKey:
        if key.where.startswith("pkcs11:"):
            return self._token_signer.key(key.point)
        return load_key(self.folder / key.where, self.passphrase)

    @cached_property
    def _token_signer(self) -> "Signer":
        """The one process that holds the PKCS#11 token."""
        from signing.signer import Signer

        keys = self._settings.keys
        return Signer(self.folder, module=_module(keys), label=keys.pkcs11_token, pin=_pin(keys))


def _secret(path: Path | None) -> str:
    """The first line of a secret's file; nothing where there is none."""
    return "" if path is None else bytes(_first_line(path)).decode()


def _credentials(path: Path) -> dict[str, str]:
    """The access key and the secret key of a file service."""
    try:
        read = tomllib.loads(read_private(path).decode())
        return {name: str(read[name]) for name in ("access_key", "secret_key")}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError):
        raise StorageError(f"{path} has no access_key and secret_key in TOML") from None


def _module(keys: KeySettings) -> Path:
    if keys.pkcs11_module is None:
        raise SignerError("the settings name no PKCS#11 module ([keys] pkcs11_module)")
    return keys.pkcs11_module


def _pin(keys: KeySettings) -> Secret:
    if keys.pkcs11_pin:
        return Secret(keys.pkcs11_pin.encode())
    if keys.pkcs11_pin_file is not None:
        return _first_line(keys.pkcs11_pin_file)
    raise SignerError(
        "the token needs its PIN: set SEGEL_KEYS_PKCS11_PIN, or [keys] pkcs11_pin_file"
    )


def new_key_in_token(settings: Settings) -> tuple[SigningKey, str]:
    """A fresh key in the PKCS#11 token, and where it is in the words of the ring.

    Raises:
        SignerError: the token cannot be opened, or makes no key.
    """
    from signing.pkcs11 import Token

    keys = settings.keys
    label = f"{keys.pkcs11_label or 'segel'}-{secrets.token_hex(4)}"
    with Token(_module(keys), keys.pkcs11_token, _pin(keys)) as token:
        return token.new_key(label), f"pkcs11:{label}"


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """An installation, opened."""

    settings: Settings
    register: Register
    keychain: Keychain
    clock: Callable[[], datetime]

    @property
    def public(self) -> Path:
        """The folder of what is published."""
        return self.settings.folder / "public"

    @cached_property
    def desk(self) -> Desk:
        """What actions have to hand."""
        return Desk(
            settings=self.settings,
            register=self.register,
            clock=self.clock,
            press_at=self.press_at,
            poster_key=self.poster_key,
            cells=self.keychain.cells,
            files=self.files,
        )

    @cached_property
    def files(self) -> FileStore:
        """Where photos and papers are kept.

        Raises:
            StorageError: the settings name a bucket and no credentials that can be read.
        """
        files = self.settings.files
        if not files.bucket:
            return FileStore.in_folder(files.folder or self.settings.folder / "files")
        if files.credentials_file is None:
            raise StorageError("the settings name no credentials for the bucket ([files])")
        return FileStore.in_bucket(
            files.bucket,
            endpoint=files.endpoint,
            region=files.region,
            credentials=_credentials(files.credentials_file),
        )

    @cached_property
    def senders(self) -> "Mapping[Channel, Sender]":
        """How notices leave.

        Raises:
            KeyFileError: the file of a token or a password cannot be read, or by others too.
        """
        from kiosk.actions.gateways import MailServer, SmsGateway
        from kiosk.domain.notices import Channel

        notices = self.settings.notices
        found: dict[Channel, Sender] = {}
        if notices.sms_url:
            token = _secret(notices.sms_token_file)
            found[Channel.SMS] = SmsGateway(url=notices.sms_url, token=token)
        if notices.smtp_host:
            found[Channel.EMAIL] = MailServer(
                host=notices.smtp_host,
                port=notices.smtp_port,
                security=notices.smtp_security,
                sender=notices.sender,
                user=notices.smtp_user,
                password=_secret(notices.smtp_password_file),
            )
        return found

    @cached_property
    def _presses(self) -> dict[bytes, Press]:
        return {}

    def press_at(self, at: int) -> Press:
        """The press that signs at a time (seconds since 1970)."""
        key = current(self.keychain.ring, Use.CERTIFICATE, at)
        if key.key_id not in self._presses:
            stamp, room = self._stamp()
            loaded = self.keychain.load(key)
            self._presses[key.key_id] = Press(
                key_id=key.key_id,
                key=loaded,
                signer=CmsSigner(loaded, key.certificate, stamp_room=room),
                stamp=stamp,
                remote=self._remote(),
            )
        return self._presses[key.key_id]

    def poster_key(self) -> SigningKey:
        """The key that signs posters now.

        Raises:
            RingError: none was made.
        """
        now = int(self.clock().timestamp())
        return self.keychain.load(current(self.keychain.ring, Use.POSTER, now))

    def _remote(self) -> "RemoteSigner | None":
        keys = self.settings.keys
        if keys.backend != "remote":
            return None
        from signing.remote import EsignClient, load_credentials

        if keys.remote_credentials_file is None:
            raise SignerError("the settings name no credentials for the remote signer ([keys])")
        return EsignClient(
            url=keys.remote_url, credentials=load_credentials(keys.remote_credentials_file)
        )

    def _stamp(self) -> tuple[Callable[[bytes], bytes] | None, int]:
        timestamp = self.settings.timestamp
        if not timestamp.url:
            return None, 0
        from signing.timestamp import STAMP_ROOM, stamper

        if timestamp.ca_file is None:
            raise SignerError("the settings name no certificates for the time stamp ([timestamp])")
        return stamper(timestamp.url, timestamp.ca_file), STAMP_ROOM

    @cached_property
    def mailroom(self) -> Mailroom | None:
        """What actions with sealed reports have to hand, apart from the desk; None without reports.

        Raises:
            SchemaError: its database is missing, or of another version.
        """
        if not self.settings.reports.enabled:
            return None
        archive = Archive(new_archive_engine(self.settings.mailroom_url))
        try:
            archive.require_current()
        except StorageError:
            archive.close()
            raise
        # The office's own day; the actions never learn more of the clock.
        zone = timezone(timedelta(minutes=self.settings.unit.utc_offset))
        return Mailroom(
            settings=self.settings.reports,
            archive=archive,
            today=lambda: self.clock().astimezone(zone).date(),
            directory=self.public / DIRECTORY_FILE,
            holidays=self._holidays,
        )

    def _holidays(self) -> Calendar:
        """On which days the office does not work, beside weekends: all that reports learn of it."""
        with self.register.read() as books:
            day = self.clock().date()
            since, until = day - _HOLIDAYS_BEFORE, day + _HOLIDAYS_AHEAD
            return books.holidays.of(EVERYWHERE, since=since, until=until)

    def close(self) -> None:
        """Let go of the databases."""
        self.register.close()
        if (mailroom := self.__dict__.get("mailroom")) is not None:
            mailroom.archive.close()

    def load_press(self) -> None:
        """Read now what issuing needs, so that nothing is begun without it.

        Raises:
            SigningError: a key is missing, or does not open.
        """
        self.press_at(int(self.clock().timestamp()))
        _ = self.desk

    def load_status_key(self) -> None:
        """Read now what publishing lists needs, so that nothing is begun without it.

        Raises:
            SigningError: the key is missing, or does not open.
        """
        self.publisher.status()

    def of_its_own(self) -> "Workshop":
        """The same workshop for a process that was forked from this one."""
        return Workshop(
            settings=self.settings,
            register=Register(new_engine(self.settings.register_url)),
            keychain=self.keychain,
            clock=self.clock,
        )

    @property
    def publisher(self) -> Publisher:
        """What publishing has to hand."""
        now = int(self.clock().timestamp())
        chain = self.keychain
        return Publisher(
            settings=self.settings,
            register=self.register,
            folder=self.public,
            keys=trusted_keys(chain.ring, now),
            root_public=VerifyingKey(chain.root.point),
            root=chain.load_root,
            status=lambda: chain.load(current(chain.ring, Use.STATUS, now)),
            clock=self.clock,
        )

    def publish(self) -> Published:
        """Publish the trust bundle, every status list, and today's head of the journal."""
        publish_head(self.register, self.public, at=self.clock())
        return publish(self.publisher)

    def publish_list(self, number: int) -> None:
        """Publish one status list, as after a withdrawal."""
        publish_lists(self.publisher, only=[number])

    def lists_for_new_certificates(self) -> str:
        """Publish the lists of months that have none yet, and a bundle where the last has expired.

        The answer says why a new bundle that is due could not be signed; empty where none is due.
        """
        publisher = self.publisher
        bundle = published_bundle(publisher)
        if bundle is None or bundle.expires_at <= int(self.clock().timestamp()):
            return self.publish().waiting
        folder = self.public / "status"
        with self.register.read() as books:
            in_use = books.certificates.lists_in_use()
        missing = [number for number in in_use[-12:] if not (folder / str(number)).exists()]
        if missing:
            publish_lists(publisher, only=missing)
        return ""


def open_workshop(
    site: Path,
    *,
    environ: Mapping[str, str] | None = None,
    prompt: Prompt | None = None,
    clock: Callable[[], datetime] = the_clock,
) -> Workshop:
    """The installation in the folder `site`, opened for work.

    Raises:
        SettingsError: it has no settings that can be used.
        SchemaError: its register is missing, or of another version.
    """
    given = process_environment() if environ is None else environ
    settings = load_settings(site, given)
    register = Register(new_engine(settings.register_url))
    try:
        register.require_current()
    except StorageError:
        register.close()
        raise
    keys = settings.folder / "keys"
    return Workshop(
        settings=settings,
        register=register,
        keychain=Keychain(keys, settings, lambda: passphrase_of(keys, given, prompt)),
        clock=clock,
    )


def is_site(folder: Path) -> bool:
    """Whether there is an installation in this folder, all of it."""
    return (folder / SITE_FILE).exists() and not is_unfinished(folder)


def is_unfinished(folder: Path) -> bool:
    """Whether the making of an installation in this folder was interrupted."""
    return (folder / UNFINISHED_FILE).exists()
