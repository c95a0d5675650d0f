"""Keys in a PKCS#11 token: an HSM, a smart card, SoftHSM.

The private key never leaves the token. Session and key are opened once and kept; calls go one after
the other, because opening sessions and searching objects at the same time makes some tokens fail,
and SoftHSM crash. Whoever needs several processes asks one that holds the token (`signing.signer`).
"""

import hashlib
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.types import Object, Session, SignMixin

from .errors import SignerError
from .keys import POINT_BYTES, SIGNATURE_BYTES, key_id_of, low_s
from .private import Secret

__all__ = ["Pkcs11Key", "Token"]

# prime256v1, as DER: the value of CKA_EC_PARAMS.
P256 = bytes.fromhex("06082a8648ce3d030107")
# An OCTET STRING of 65 bytes: CKA_EC_POINT is the point inside it (PKCS#11 v3.0, 6.3.3).
POINT_HEAD = b"\x04\x41"
ATTEMPTS = 3
COMPLAINTS: dict[type[Exception], str] = {
    pkcs11.NoSuchToken: "it is not plugged in, or its label is another",
    pkcs11.MultipleTokensReturned: "there are several of that label",
    pkcs11.PinIncorrect: "the PIN is wrong",
    pkcs11.PinInvalid: "the PIN is wrong",
    pkcs11.PinLenRange: "the PIN is too short or too long",
    pkcs11.PinLocked: "it is locked after too many wrong PINs",
    pkcs11.PinExpired: "the PIN has expired",
    pkcs11.DeviceRemoved: "it was pulled out",
    pkcs11.TokenNotPresent: "it was pulled out",
    pkcs11.TokenWriteProtected: "it is write-protected",
}


class Token:
    """An open session with the token of this label. Close it, or use it in a `with`.

    Raises:
        SignerError: the module or the token is missing, or the PIN is wrong.
    """

    def __init__(self, module: Path, label: str, pin: bytes) -> None:
        pin = Secret(pin)
        self.label = label
        self._lock = threading.Lock()
        if not module.is_file():
            raise SignerError(f"there is no PKCS#11 module {module}")
        for attempt in range(ATTEMPTS):
            complaint = None
            try:
                self._session = _opened(module, label, pin)
                return
            except pkcs11.GeneralError:
                # Another process had the token in its hands; the next attempt is good.
                if attempt == ATTEMPTS - 1:
                    complaint = "it answers with a general error"
            except (pkcs11.PKCS11Error, RuntimeError) as problem:
                complaint = _complaint(problem)
            # Raised here, not above: what a library says beside a PIN is not carried along.
            if complaint:
                raise SignerError(f"the token {label!r} cannot be opened: {complaint}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the session; its keys sign no more."""
        with self._lock:
            try:
                self._session.close()
            except pkcs11.PKCS11Error:
                # A token that was pulled out has ended the session by itself.
                return

    def key(self, label: str) -> "Pkcs11Key":
        """The P-256 key of this label.

        Raises:
            SignerError: there is none, or there are several.
        """
        found = self.keys(label)
        if len(found) != 1:
            number = "no P-256 key" if not found else "several keys"
            raise SignerError(f"the token {self.label!r} has {number} {label!r}")
        return found[0]

    def keys(self, label: str | None = None) -> tuple["Pkcs11Key", ...]:
        """Every P-256 key that can sign, or those of this label.

        Raises:
            SignerError: the token does not answer.
        """
        wanted = {Attribute.KEY_TYPE: KeyType.EC, **({Attribute.LABEL: label} if label else {})}
        found = []
        try:
            with self._lock:
                publics = list(self._objects(ObjectClass.PUBLIC_KEY, wanted))
                privates = list(self._objects(ObjectClass.PRIVATE_KEY, wanted))
                for private in privates:
                    pair = private[Attribute.ID], private[Attribute.LABEL]
                    for public in publics:
                        if (public[Attribute.ID], public[Attribute.LABEL]) != pair:
                            continue
                        if public[Attribute.EC_PARAMS] == P256:
                            point = _point(public[Attribute.EC_POINT])
                            found.append(Pkcs11Key(self, private, point=point, label=pair[1]))
        except pkcs11.PKCS11Error as problem:
            raise SignerError(
                f"the keys of the token {self.label!r} cannot be read: {_complaint(problem)}"
            ) from None
        return tuple(found)

    def _objects(self, kind: ObjectClass, wanted: dict[Attribute, object]) -> list[Object]:
        return list(self._session.get_objects({Attribute.CLASS: kind, **wanted}))

    def new_key(self, label: str) -> "Pkcs11Key":
        """A key pair made inside the token, which never gives the private half out.

        Raises:
            SignerError: there is a key of that label already, or the token makes none.
        """
        if self.keys(label):
            raise SignerError(f"the token {self.label!r} has a key {label!r} already")
        try:
            with self._lock:
                curve = self._session.create_domain_parameters(
                    KeyType.EC, {Attribute.EC_PARAMS: P256}, local=True
                )
                curve.generate_keypair(
                    store=True,
                    label=label,
                    id=label.encode(),
                    mechanism=Mechanism.EC_KEY_PAIR_GEN,
                    public_template={Attribute.VERIFY: True},
                    private_template={
                        Attribute.SIGN: True,
                        Attribute.SENSITIVE: True,
                        Attribute.EXTRACTABLE: False,
                        Attribute.DECRYPT: False,
                        Attribute.DERIVE: False,
                        Attribute.UNWRAP: False,
                    },
                )
        except pkcs11.PKCS11Error as problem:
            raise SignerError(
                f"the token {self.label!r} made no key: {_complaint(problem)}"
            ) from None
        return self.key(label)

    def signature_of(self, private: Object, digest: bytes) -> bytes:
        """What the token makes of `digest`, r‖s."""
        if not isinstance(private, SignMixin):
            raise SignerError(f"a key of the token {self.label!r} cannot sign")
        try:
            with self._lock:
                return private.sign(digest, mechanism=Mechanism.ECDSA)
        except (pkcs11.PKCS11Error, RuntimeError) as problem:
            raise SignerError(
                f"the token {self.label!r} did not sign: {_complaint(problem)}"
            ) from None


class Pkcs11Key:
    """A key in a token: a SigningKey. It lives as long as the session of its token."""

    def __init__(self, token: Token, private: Object, *, point: bytes, label: str) -> None:
        self._token = token
        self._private = private
        self.point = point
        self.label = label

    def __repr__(self) -> str:
        return f"Pkcs11Key({key_id_of(self.point).hex()})"

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes r‖s over the SHA-256 of `message`.

        Raises:
            SignerError: the token did not sign.
        """
        return self.sign_digest(hashlib.sha256(message).digest())

    def sign_digest(self, digest: bytes) -> bytes:
        """The 64 bytes r‖s over a message with this SHA-256.

        Raises:
            SignerError: the token did not sign.
        """
        raw = self._token.signature_of(self._private, digest)
        if len(raw) != SIGNATURE_BYTES:
            raise SignerError(f"the token {self._token.label!r} signed in a way not known here")
        return low_s(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))


def _opened(module: Path, label: str, pin: Secret) -> Session:
    library = pkcs11.lib(str(module))
    tokens = list(library.get_tokens(token_label=label))
    if not tokens:
        raise pkcs11.NoSuchToken
    if len(tokens) > 1:
        raise pkcs11.MultipleTokensReturned
    return tokens[0].open(user_pin=pin.decode(errors="replace"), rw=True)


def _point(encoded: bytes) -> bytes:
    """The uncompressed point in a CKA_EC_POINT; some tokens leave the OCTET STRING away."""
    return encoded if len(encoded) == POINT_BYTES else encoded.removeprefix(POINT_HEAD)


def _complaint(problem: Exception) -> str:
    return COMPLAINTS.get(type(problem), f"it answers {type(problem).__name__}")
