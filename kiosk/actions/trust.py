"""Publishing what checkers carry: the trust bundle and the status lists.

    public/bundle       signed by the root; made anew when keys, units or hosts have changed
    public/status/N     signed by the status key; one for every month that a certificate may end in
    public/root.pem     the root's public key
    public/time-stamps.pem, remote-signers.pem
                        whose time stamps, and whose signatures beside our own, count

Files are replaced whole, the bundle before the lists that name it. One process at a time publishes:
a list that was read from the register earlier never replaces one that was read later.
"""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from config.settings import Settings
from kiosk.domain.certificates import local_date, status_list_for, valid_until
from kiosk.storage.errors import StorageError
from kiosk.storage.publications import STANDINGS
from kiosk.storage.register import Register
from signing.errors import KeyFileError, SigningError
from signing.keys import SigningKey, VerifyingKey
from signing.status import sign_status_list, verify_status_list
from signing.trust import (
    KeyUse,
    TrustBundle,
    TrustedKey,
    TrustedUnit,
    sign_trust_bundle,
    verify_trust_bundle,
)

__all__ = [
    "Published",
    "Publisher",
    "count_changes",
    "lists_to_publish",
    "publish",
    "publish_lists",
    "published_bundle",
]

BUNDLE_SERIAL = "bundle"
# A bundle is signed anew once less than this part of its time is left.
RENEW_AT = 0.5


@dataclass(frozen=True, kw_only=True)
class Publisher:
    """What publishing has to hand.

    `keys` are the trusted keys as of now; `root` gives the offline root's key, or raises where it
    is kept elsewhere; `status` gives the key that signs the lists.
    """

    settings: Settings
    register: Register
    folder: Path
    keys: tuple[TrustedKey, ...]
    root_public: VerifyingKey
    root: Callable[[], SigningKey]
    status: Callable[[], SigningKey]
    clock: Callable[[], datetime]


@dataclass(frozen=True, kw_only=True)
class Published:
    """What was published: the bundle in force, and how many status lists.

    `waiting` says why a new bundle that is due could not be signed; empty where none is due.
    """

    bundle: TrustBundle
    lists: int
    waiting: str = ""


def publish(publisher: Publisher) -> Published:
    """Publish bundle and lists; the bundle is signed anew only where it must be.

    Without the root's key the lists are published under the bundle that is there.

    Raises:
        KeyFileError: the root's key is not here, and no bundle is either.
    """
    with _alone(publisher.folder):
        now = int(publisher.clock().timestamp())
        _write(publisher.folder / "root.pem", publisher.root_public.pem)
        for name, certificates in (
            ("time-stamps.pem", publisher.settings.timestamp.ca_file),
            ("remote-signers.pem", publisher.settings.keys.remote_ca_file),
        ):
            # Kept after a setting is gone: what was signed with it is still in force.
            if certificates is not None:
                _write(publisher.folder / name, certificates.read_bytes())
        bundle = published_bundle(publisher)
        wanted = _bundle(publisher, now)
        waiting = ""
        if bundle is None or _differs(bundle, wanted, now):
            try:
                bundle = _renewed(publisher, bundle, wanted)
            except KeyFileError as problem:
                if bundle is None:
                    raise
                waiting = str(problem)
        numbers = _numbers(publisher, publisher.clock())
        _publish_lists(publisher, bundle, numbers)
    return Published(bundle=bundle, lists=len(numbers), waiting=waiting)


def _renewed(publisher: Publisher, before: TrustBundle | None, wanted: TrustBundle) -> TrustBundle:
    """The bundle as it is wanted, signed by the root and written."""
    root = publisher.root()
    with publisher.register.begin() as books:
        serial = books.publications.next(BUNDLE_SERIAL)
        # A register that was set up anew must not go back behind what checkers have seen.
        while before is not None and serial <= before.serial:
            serial = books.publications.next(BUNDLE_SERIAL)
    bundle = replace(wanted, serial=serial)
    _write(publisher.folder / "bundle", sign_trust_bundle(root, bundle))
    return bundle


def publish_lists(publisher: Publisher, only: Iterable[int]) -> None:
    """Publish some status lists, as they stand in the register now."""
    with _alone(publisher.folder):
        bundle = published_bundle(publisher)
        if bundle is not None:
            _publish_lists(publisher, bundle, only)
    if bundle is None:
        publish(publisher)


def count_changes(register: Register) -> int:
    """How often what the status lists say has changed; once it is more, they are due."""
    with register.read() as books:
        return books.publications.current(STANDINGS)


def _publish_lists(publisher: Publisher, bundle: TrustBundle, numbers: Iterable[int]) -> None:
    settings = publisher.settings
    now = int(publisher.clock().timestamp())
    for number in numbers:
        with publisher.register.read() as books:
            withdrawn = list(books.certificates.withdrawn_indexes(number))
            suspended = books.certificates.suspended_indexes(number)
        _require_known(publisher, bundle, number, withdrawn)
        _write(
            publisher.folder / "status" / str(number),
            sign_status_list(
                publisher.status(),
                uri=f"{settings.site.url}/trust/status/{number}",
                withdrawn=withdrawn,
                suspended=suspended,
                issued_at=now,
                ttl=settings.trust.status_ttl_hours * 3600,
                bundle_serial=bundle.serial,
            ),
        )


def _require_known(
    publisher: Publisher, bundle: TrustBundle, number: int, withdrawn: Iterable[int]
) -> None:
    """See that every withdrawal in the published list is one that the register knows, too.

    Withdrawing is for good: a register that knows fewer is an older copy, or an empty one, and
    would make what was withdrawn genuine again. Of what is suspended nothing of the kind is asked:
    that ends.

    Raises:
        StorageError: it knows fewer.
    """
    try:
        data = (publisher.folder / "status" / str(number)).read_bytes()
    except FileNotFoundError:
        return
    for key in bundle.keys:
        if key.use is not KeyUse.STATUS:
            continue
        try:
            published = verify_status_list(data, key.key).withdrawn
        except SigningError:
            continue
        unknown = len(set(published).difference(withdrawn))
        if unknown:
            raise StorageError(
                f"the register does not know {unknown} withdrawal(s) of the published status list "
                f"{number}: it is an older one, or empty. Bring back its newest backup; to publish "
                f"from it all the same, and forget those, delete public/status/{number}"
            )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else publishes in this folder until the `with` ends."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for rest in (*folder.glob(".*.part"), *folder.glob("status/.*.part")):
            rest.unlink()
        yield
    finally:
        os.close(handle)


def lists_to_publish(today: date, months: int) -> list[int]:
    """The lists for all certificates valid on `today`, or issued within a month from it.

    They are the same for every checker, whatever it is about to check.
    """
    return list(range(status_list_for(today), status_list_for(valid_until(today, months)) + 2))


def _numbers(publisher: Publisher, now: datetime) -> list[int]:
    settings = publisher.settings
    today = local_date(now, settings.unit.utc_offset)
    always = lists_to_publish(today, settings.certificates.validity_months)
    with publisher.register.read() as books:
        in_use = books.certificates.lists_in_use(since=today)
    return sorted({*always, *in_use, always[0] - 1})


def published_bundle(publisher: Publisher) -> TrustBundle | None:
    """The trust bundle that is published now, or None where there is none of ours."""
    try:
        data = (publisher.folder / "bundle").read_bytes()
    except FileNotFoundError:
        return None
    try:
        return verify_trust_bundle(data, publisher.root_public)
    except SigningError:
        # What lies there is not ours any more, as after a change of the root: sign anew.
        return None


def _bundle(publisher: Publisher, now: int) -> TrustBundle:
    settings = publisher.settings
    return TrustBundle(
        serial=0,
        issued_at=now,
        expires_at=now + settings.trust.bundle_days * 86_400,
        hosts=(settings.site.host, *settings.site.former_hosts),
        keys=publisher.keys,
        units=tuple(
            TrustedUnit(
                code=unit.code,
                name=unit.name,
                number_template=unit.number_template,
                utc_offset=unit.utc_offset,
            )
            for unit in sorted(settings.units.values(), key=lambda unit: unit.code)
        ),
        purposes={
            code: (words.id, words.en) for code, words in settings.certificates.purposes.items()
        },
    )


def _differs(before: TrustBundle, wanted: TrustBundle, now: int) -> bool:
    left = (before.expires_at - now) / (before.expires_at - before.issued_at)
    same = replace(
        wanted,
        serial=before.serial,
        issued_at=before.issued_at,
        expires_at=before.expires_at,
        purposes=dict(sorted(wanted.purposes.items())),
    )
    return before != same or left < RENEW_AT


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    partial.write_bytes(data)
    partial.replace(path)
