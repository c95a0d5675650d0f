"""The trust bundle: whose signatures count, signed by the offline root.

A checker carries it along: the public keys with their use, their units and the time in which they
may sign; what the units are called; what the purpose codes mean (docs/formats/trust.md).
"""

import hashlib
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Any

from .cose import Sign1, parse_sign1, sign1
from .errors import FormatError, SignatureError
from .keys import SigningKey, VerifyingKey, key_id_of

__all__ = [
    "KeyUse",
    "TrustBundle",
    "TrustedKey",
    "TrustedUnit",
    "sign_trust_bundle",
    "verify_trust_bundle",
]

TYPE = "application/segel-trust+cwt"
VERSION = 1
LONGEST = 1 << 20
EXPIRES, ISSUED, BUNDLE = 4, 6, -65538


class KeyUse(IntEnum):
    """What a key may sign."""

    CERTIFICATE = 1
    STATUS = 2
    POSTER = 3


@dataclass(frozen=True, kw_only=True)
class TrustedKey:
    """A public key and the limits of the trust in it.

    It may sign from `sign_from` until `sign_until` (seconds since 1970), for `units` (empty: for
    all). `withdrawn_at` 0 means never; from then on nothing that it ever signed counts.
    `certificate` is the SHA-256 of the X.509 certificate that stands in PDF signatures, or empty.
    """

    point: bytes
    use: KeyUse
    sign_from: int
    sign_until: int
    withdrawn_at: int = 0
    units: tuple[int, ...] = ()
    certificate: bytes = b""

    @cached_property
    def key_id(self) -> bytes:
        """The id by which messages name this key."""
        return key_id_of(self.point)

    @cached_property
    def key(self) -> VerifyingKey:
        """The key itself."""
        return VerifyingKey(self.point)

    def is_certified_by(self, certificate: bytes) -> bool:
        """Whether this X.509 certificate (DER) is the one that stands in this key's signatures."""
        return hashlib.sha256(certificate).digest() == self.certificate


@dataclass(frozen=True, kw_only=True)
class TrustedUnit:
    """An issuing unit: its code, its name, its numbers' template, its time zone in minutes."""

    code: int
    name: str
    number_template: str
    utc_offset: int


@dataclass(frozen=True, kw_only=True)
class TrustBundle:
    """Everything a checker needs to know besides the status lists.

    `hosts` holds the site's host first, then its former ones; `purposes` maps a code to its
    Indonesian and its English words.
    """

    serial: int
    issued_at: int
    expires_at: int
    hosts: tuple[str, ...]
    keys: tuple[TrustedKey, ...]
    units: tuple[TrustedUnit, ...]
    purposes: dict[int, tuple[str, str]]

    def keys_named(self, key_id: bytes, use: KeyUse) -> tuple[TrustedKey, ...]:
        """Every key that bears `key_id` and has this `use`: ids are short and may meet."""
        return tuple(key for key in self.keys if key.key_id == key_id and key.use == use)

    def require_signed(self, message: Sign1, use: KeyUse, *, unit: int, at: int) -> None:
        """Make sure that a key which may do so for `unit` at that time signed `message`.

        `at` is in seconds since 1970.

        Raises:
            SignatureError: nobody did who may.
        """
        for trusted in self.keys_named(message.key_id, use):
            may_sign = (
                not trusted.withdrawn_at
                and trusted.sign_from <= at < trusted.sign_until
                and (not trusted.units or unit in trusted.units)
            )
            if may_sign:
                try:
                    message.verify(trusted.key)
                except SignatureError:
                    continue  # ids of keys are short and may meet
                return
        raise SignatureError("it is signed by nobody who may")

    def unit(self, code: int) -> TrustedUnit | None:
        """The unit with this code, if the bundle knows it."""
        return next((unit for unit in self.units if unit.code == code), None)


def sign_trust_bundle(root: SigningKey, bundle: TrustBundle) -> bytes:
    """`bundle`, signed by the root."""
    body = [
        VERSION,
        bundle.serial,
        list(bundle.hosts),
        [
            [
                key.point,
                int(key.use),
                key.sign_from,
                key.sign_until,
                key.withdrawn_at,
                list(key.units),
                key.certificate,
            ]
            for key in bundle.keys
        ],
        [[unit.code, unit.name, unit.number_template, unit.utc_offset] for unit in bundle.units],
        [[code, *words] for code, words in sorted(bundle.purposes.items())],
    ]
    claims = {EXPIRES: bundle.expires_at, ISSUED: bundle.issued_at, BUNDLE: body}
    return sign1(root, claims, type_=TYPE)


def verify_trust_bundle(data: bytes, root: VerifyingKey) -> TrustBundle:
    """The bundle in `data`, once it is known to be signed by `root`.

    Raises:
        FormatError: it is not a trust bundle.
        SignatureError: it is signed by somebody else.
    """
    message = parse_sign1(data, longest=LONGEST)
    if message.type != TYPE or list(message.claims) != [EXPIRES, ISSUED, BUNDLE]:
        raise FormatError("not a trust bundle")
    if message.key_id != key_id_of(root.point):
        raise SignatureError("the trust bundle is signed by another root")
    claims = message.verify(root)
    try:
        return _bundle(claims)
    except (TypeError, ValueError, KeyError):
        raise FormatError("not a trust bundle of version 1") from None


def _bundle(claims: dict[Any, Any]) -> TrustBundle:
    # Signed by our own root: the shape is read plainly, and a surprise is a FormatError above.
    version, serial, hosts, keys, units, purposes = claims[BUNDLE]
    if version != VERSION:
        raise FormatError("a trust bundle of another version")
    return TrustBundle(
        serial=serial,
        issued_at=claims[ISSUED],
        expires_at=claims[EXPIRES],
        hosts=tuple(hosts),
        keys=tuple(
            TrustedKey(
                point=point,
                use=KeyUse(use),
                sign_from=sign_from,
                sign_until=sign_until,
                withdrawn_at=withdrawn_at,
                units=tuple(key_units),
                certificate=certificate,
            )
            for point, use, sign_from, sign_until, withdrawn_at, key_units, certificate in keys
        ),
        units=tuple(
            TrustedUnit(code=code, name=name, number_template=template, utc_offset=offset)
            for code, name, template, offset in units
        ),
        purposes={code: (indonesian, english) for code, indonesian, english in purposes},
    )
