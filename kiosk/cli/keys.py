"""`segel keys`: the keys of an installation, and how they follow one another."""

import time
from datetime import UTC, datetime
from pathlib import Path

import click

from config.settings import Settings
from signing.authority import certify, new_authority
from signing.keyfiles import save_key
from signing.keys import LocalKey, SigningKey, VerifyingKey, key_id_of, new_key
from signing.ring import (
    KeyRing,
    RingKey,
    Use,
    load_ring,
    planned,
    save_ring,
    with_new,
    withdrawn,
)

from .opening import opened, reopened
from .saying import fail, said_errors, say

__all__ = ["MONTHS_OF_POSTERS", "add_key", "add_root", "keys"]

YEAR = 366 * 86_400
ROOT_YEARS = 20
MONTHS_OF_POSTERS = 12
"""How long a poster counts, at the most, after it was printed."""

ROOT_FILE = "root.key"
USES = click.Choice([use.value for use in (Use.CERTIFICATE, Use.STATUS, Use.POSTER)])


@click.group()
def keys() -> None:
    """The keys of the installation.

    The root signs the trust bundle and certifies the others; its file, keys/root.key, belongs in a
    safe and is needed only for `keys new`, `keys rotate`, `keys withdraw` and a new trust bundle.
    """


@keys.command("list")
@click.pass_obj
@said_errors
def list_keys(site: Path) -> None:
    """Every key: its id, use, state, and when it signs (UTC).

    A key that is waiting is published already, and signs when its time has come. One that is
    trusted signs no more; what it signed stays genuine until it expires. One that is gone is
    needed by nobody. What a withdrawn key signed counts for nothing.
    """
    workshop = opened(site)
    now = int(workshop.clock().timestamp())
    for key in workshop.keychain.ring.keys:
        span = f"{_day(key.sign_from)} to {_day(key.sign_until)}"
        say(f"{key.key_id.hex()}  {key.use:<11} {_state(key, now):<24} signs {span}  {key.where}")


@keys.command()
@click.argument("use", type=USES, default=Use.CERTIFICATE.value)
@click.option("--now", "at_once", is_flag=True, help="Let it sign at once, without notice.")
@click.pass_obj
@said_errors
def new(site: Path, *, use: str, at_once: bool) -> None:
    """Make a new key, published now and signing after a notice of one day.

    The notice lets every checker learn of the key before the first certificate bears it. Where no
    key of this use may sign, the new one signs at once.
    """
    _rotate(site, Use(use), at_once=at_once)


@keys.command()
@click.argument("use", type=USES, default=Use.CERTIFICATE.value)
@click.option("--now", "at_once", is_flag=True, help="Let it sign at once, without notice.")
@click.pass_obj
@said_errors
def rotate(site: Path, *, use: str, at_once: bool) -> None:
    """Let a new key follow the present one.

    The present key signs until the new one does, and what it signed stays genuine until it
    expires.
    """
    _rotate(site, Use(use), at_once=at_once)


@keys.command()
@click.argument("key_id")
@click.option("--reason", required=True, help="Why, in a few words.")
@click.confirmation_option(
    prompt="Every certificate this key signed stops being genuine. Withdraw it?"
)
@click.pass_obj
@said_errors
def withdraw(site: Path, *, key_id: str, reason: str) -> None:
    """Withdraw the key KEY_ID: for a key that was stolen or copied.

    Nothing that it ever signed counts from now on. A key that was waiting to follow it signs at
    once; where there is none, make one with `segel keys rotate --now`. Then issue anew what it
    signed.
    """
    workshop = opened(site)
    chain = workshop.keychain
    now = int(workshop.clock().timestamp())
    try:
        wanted = bytes.fromhex(key_id)
    except ValueError:
        fail(f"{key_id} is not the id of a key: see `segel keys list`")
    ring = withdrawn(chain.ring, wanted, at=now, reason=reason)
    save_ring(chain.folder, ring)
    published = reopened(site, workshop).publish()
    if published.waiting:
        fail(f"{key_id} signs no more, but checkers still trust it: {published.waiting}")
    say(f"{key_id} is withdrawn; trust bundle {published.bundle.serial} says so")


def _rotate(site: Path, use: Use, *, at_once: bool) -> None:
    workshop = opened(site)
    chain = workshop.keychain
    key = add_key(
        workshop.settings,
        chain.folder,
        chain.passphrase,
        root=chain.load_root(),
        use=use,
        now=int(workshop.clock().timestamp()),
        at_once=at_once,
    )
    published = reopened(site, workshop).publish()
    if at_once:
        # When the command is done, the new key signs.
        time.sleep(1)
    say(
        f"{key.key_id.hex()} signs from {_day(key.sign_from)} UTC; "
        f"trust bundle {published.bundle.serial} says so"
    )


def add_root(settings: Settings, folder: Path, passphrase: bytes, *, now: int) -> None:
    """Make the root of a new installation: its key and its own X.509 certificate."""
    root = new_key()
    until = now + ROOT_YEARS * YEAR
    certificate = new_authority(
        root, organisation=settings.unit.name, since=now - 3600, until=until
    )
    save_key(folder / ROOT_FILE, root, passphrase)
    entry = RingKey(
        use=Use.ROOT,
        point=root.point,
        where=ROOT_FILE,
        certificate=certificate,
        sign_from=now,
        sign_until=until,
        trusted_until=until,
    )
    save_ring(folder, with_new(KeyRing(), entry))


def add_key(
    settings: Settings,
    folder: Path,
    passphrase: bytes,
    *,
    root: LocalKey,
    use: Use,
    now: int,
    at_once: bool = False,
) -> RingKey:
    """Make a key, certify it with the root, and add it to the ring.

    Raises:
        RingError: a new key is waiting to sign already.
    """
    ring = load_ring(folder)
    span = planned(
        ring,
        use,
        at=now,
        # The second that has begun belongs to the key that signs in it.
        notice=1 if at_once else settings.trust.status_ttl_hours * 3600 * 2,
        months=settings.keys.months_of_signing,
        validity_months=MONTHS_OF_POSTERS
        if use is Use.POSTER
        else settings.certificates.validity_months,
    )
    root_entry = next(key for key in ring.keys if key.use is Use.ROOT)
    key, where = _made(settings, folder, passphrase, use)
    certificate = b""
    if use is Use.CERTIFICATE:
        certificate = certify(
            root,
            root_entry.certificate,
            VerifyingKey(key.point),
            signer=settings.unit.name,
            since=now - 3600,
            until=span.trusted_until,
        )
    entry = RingKey(
        use=use,
        point=key.point,
        where=where,
        certificate=certificate,
        sign_from=span.sign_from,
        sign_until=span.sign_until,
        trusted_until=span.trusted_until,
    )
    save_ring(folder, with_new(ring, entry))
    return entry


def _made(settings: Settings, folder: Path, passphrase: bytes, use: Use) -> tuple[SigningKey, str]:
    """A fresh key and where it is: in a file, or (for certificates) in the PKCS#11 token."""
    if use is Use.CERTIFICATE and settings.keys.backend == "pkcs11":
        from kiosk.assembly import new_key_in_token

        return new_key_in_token(settings)
    key: LocalKey = new_key()
    where = f"{use}-{key_id_of(key.point).hex()}.key"
    save_key(folder / where, key, passphrase)
    return key, where


def _day(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M}"


def _state(key: RingKey, now: int) -> str:
    if key.withdrawn_at:
        return f"withdrawn {_day(key.withdrawn_at)[:10]}"
    if now < key.sign_from:
        return "waiting"
    if key.may_sign(now):
        return "signing"
    return "trusted" if now < key.trusted_until else "gone"
