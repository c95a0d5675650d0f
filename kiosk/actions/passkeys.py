"""Passkeys (WebAuthn): add one to one's account, sign in with one, remove one.

A challenge is its own record: the time, random bytes, and a keyed hash of both with what it is for.
So a stranger who asks for a thousand of them makes the register keep nothing. It counts for five
minutes, and once: a passkey answers no challenge that is as old as the last one it answered.
"""

import hmac
import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from kiosk.domain.accounts import LONGEST_LABEL, Way, WrongSignIn, require_fresh
from kiosk.domain.errors import Fault, Invalid, NotNow
from kiosk.storage.accounts import Passkey
from signing.cells import lookup_hash, open_cell, seal_cell

from .accounts import SignedIn, begin_session
from .desk import Desk
from .staff import opened_staff

__all__ = [
    "KeptPasskey",
    "add_passkey",
    "has_passkeys",
    "options_to_add",
    "options_to_sign_in",
    "passkeys_of",
    "remove_passkey",
    "sign_in_with_passkey",
]

LIFETIME = timedelta(minutes=5)
_RANDOM = 16
_TIME = 8
_SIGN_IN = "to sign in"


@dataclass(frozen=True, kw_only=True)
class KeptPasskey:
    """A passkey as its owner sees it."""

    id: bytes
    label: str
    added_at: datetime
    used_at: datetime | None


def has_passkeys(desk: Desk) -> bool:
    """Whether passkeys work at this site's address: browsers want a name there, not a number."""
    host = urlsplit(desk.settings.site.url).hostname or ""
    try:
        ip_address(host)
    except ValueError:
        return True
    return False


def passkeys_of(desk: Desk, session: SignedIn) -> list[KeptPasskey]:
    """One's own passkeys, the oldest first."""
    with desk.register.read() as books:
        kept = books.accounts.passkeys_of(session.staff.id)
    return [
        KeptPasskey(
            id=one.id,
            label=open_cell(desk.cells, _cell(one.staff, one.id), one.label).decode(),
            added_at=one.added_at,
            used_at=one.used_at,
        )
        for one in kept
    ]


def options_to_add(desk: Desk, session: SignedIn) -> str:
    """What a browser needs to make a passkey for somebody, as JSON.

    Raises:
        NotNow: the session began too long ago to add ways in: sign in again.
    """
    staff = session.staff
    require_fresh(session.began_at, now=desk.clock())
    with desk.register.read() as books:
        account = books.accounts.get(staff.id)
        kept = books.accounts.passkeys_of(staff.id)
    options = generate_registration_options(
        rp_id=_host(desk),
        rp_name=desk.settings.site.name,
        user_id=account.handle,
        user_name=staff.login,
        user_display_name=staff.name,
        challenge=_new_challenge(desk, _adding(staff.id)),
        # Found by the authenticator itself, and opened with finger, face or PIN.
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.id) for one in kept],
    )
    return options_to_json(options)


def add_passkey(desk: Desk, session: SignedIn, credential: object, *, label: str) -> None:
    """Add the passkey that a browser has made to somebody's account.

    Raises:
        Invalid: it cannot be one, answers another challenge, or has no label.
        NotNow: the session began too long ago; or the passkey is there already.
    """
    now = desk.clock()
    staff = session.staff
    label = label.strip()
    require_fresh(session.began_at, now=now)
    if not 1 <= len(label) <= LONGEST_LABEL:
        raise Invalid([Fault(path="label", code="missing", sentence="has 1 to 40 characters")])
    try:
        parsed = parse_registration_credential_json(json.dumps(credential))
        challenge = parse_client_data_json(parsed.response.client_data_json).challenge
        _challenged_at(desk, challenge, _adding(staff.id))
        made = verify_registration_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=_host(desk),
            expected_origin=desk.settings.site.url,
            require_user_verification=True,
        )
    except (*_WRONG, WrongSignIn):
        raise Invalid(
            [Fault(path="passkey", code="unusable", sentence="cannot be used here")]
        ) from None
    id_ = made.credential_id
    with desk.register.begin() as books:
        books.accounts.add_passkey(
            Passkey(
                id=id_,
                staff=staff.id,
                public_key=made.credential_public_key,
                counter=made.sign_count,
                answered=0,
                label=seal_cell(desk.cells, _cell(staff.id, id_), label.encode()),
                added_at=now,
            )
        )
        books.journal.write(
            at=now,
            staff=staff.id,
            office=staff.office,
            deed="passkey-added",
            subject=f"staff {staff.id}",
        )


def remove_passkey(desk: Desk, session: SignedIn, id_: bytes) -> None:
    """Remove one of one's own passkeys.

    Raises:
        NotNow: the session began too long ago.
        Unknown: it is not one's own.
    """
    now = desk.clock()
    require_fresh(session.began_at, now=now)
    with desk.register.begin() as books:
        books.accounts.remove_passkey(id_, staff=session.staff.id)
        books.journal.write(
            at=now,
            staff=session.staff.id,
            office=session.staff.office,
            deed="passkey-removed",
            subject=f"staff {session.staff.id}",
        )


def options_to_sign_in(desk: Desk) -> str:
    """What a browser needs to look for a passkey of this site, as JSON; the same for everybody."""
    options = generate_authentication_options(
        rp_id=_host(desk),
        challenge=_new_challenge(desk, _SIGN_IN),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def sign_in_with_passkey(desk: Desk, credential: object) -> SignedIn:
    """Sign in with what a browser's passkey has signed.

    Raises:
        WrongSignIn: nobody has this passkey, it did not sign this, the challenge is old or was
            answered before, or the person has left.
    """
    now = desk.clock()
    try:
        parsed = parse_authentication_credential_json(json.dumps(credential))
        challenge = parse_client_data_json(parsed.response.client_data_json).challenge
    except _WRONG:
        raise WrongSignIn("this is no answer of a passkey") from None
    asked = _challenged_at(desk, challenge, _SIGN_IN)
    with desk.register.read() as books:
        passkey = books.accounts.find_passkey(parsed.raw_id)
        account = books.accounts.get(passkey.staff) if passkey else None
    if passkey is None or account is None or asked <= passkey.answered:
        raise WrongSignIn("nobody has this passkey, or it has answered this challenge before")
    if parsed.response.user_handle != account.handle:
        raise WrongSignIn("the passkey is another person's")
    try:
        found = verify_authentication_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=_host(desk),
            expected_origin=desk.settings.site.url,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.counter,
            require_user_verification=True,
        )
    except _WRONG:
        raise WrongSignIn("the passkey did not sign this") from None
    used = replace(passkey, counter=found.new_sign_count, answered=asked, used_at=now)
    with desk.register.begin() as books:
        try:
            books.accounts.replace_passkey(passkey, used)
        except NotNow:
            raise WrongSignIn("the passkey was used, or removed, this very moment") from None
        staff = opened_staff(desk.cells, books.staff.get(passkey.staff))
        return begin_session(desk, books, staff, Way.PASSKEY)


# What the library raises for what was sent; some of it before it looks.
_WRONG = (WebAuthnException, ValueError, KeyError, TypeError)


def _host(desk: Desk) -> str:
    return urlsplit(desk.settings.site.url).hostname or ""


def _adding(staff: int) -> str:
    return f"to add a passkey of staff {staff}"


def _new_challenge(desk: Desk, purpose: str) -> bytes:
    at = int(desk.clock().timestamp() * 1_000_000)
    text = at.to_bytes(_TIME, "big") + secrets.token_bytes(_RANDOM)
    return text + lookup_hash(desk.cells, "challenge", f"{text.hex()} {purpose}")


def _challenged_at(desk: Desk, challenge: bytes, purpose: str) -> int:
    """When this challenge was made, in microseconds.

    Raises:
        WrongSignIn: we made no such challenge for this purpose, or too long ago.
    """
    text, proof = challenge[: _TIME + _RANDOM], challenge[_TIME + _RANDOM :]
    if not hmac.compare_digest(
        lookup_hash(desk.cells, "challenge", f"{text.hex()} {purpose}"), proof
    ):
        raise WrongSignIn("this challenge is not ours")
    at = int.from_bytes(text[:_TIME], "big")
    now = int(desk.clock().timestamp() * 1_000_000)
    if not 0 <= now - at <= LIFETIME // timedelta(microseconds=1):
        raise WrongSignIn("this challenge is old")
    return at


def _cell(staff: int, id_: bytes) -> bytes:
    return f"passkey of staff {staff} ".encode() + id_
