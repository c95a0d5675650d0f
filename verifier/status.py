"""Where word of withdrawals comes from: the trust bundle and the status lists a checker carries."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from signing.errors import SignerError, SigningError
from signing.keys import VerifyingKey
from signing.status import StatusList, verify_status_list
from signing.trust import KeyUse, TrustBundle, verify_trust_bundle

from .errors import TrustError

if TYPE_CHECKING:
    from signing.timestamp import Authorities

__all__ = ["CarriedTrust", "TrustSource", "load_trust"]

TIME_STAMPS = "time-stamps.pem"
REMOTE_SIGNERS = "remote-signers.pem"


class TrustSource(Protocol):
    """What a check asks: whose keys count, and what is known of withdrawals."""

    @property
    def bundle(self) -> TrustBundle:
        """The newest trust bundle at hand."""

    def status_list(self, number: int) -> StatusList | None:
        """The newest list of this number at hand, or None."""

    @property
    def authorities(self) -> "Authorities | None":
        """Whose time stamps count; None where that is not known here."""

    @property
    def remote_signers(self) -> bytes:
        """The certificates (PEM) of whoever signs whole files for us, or of his authority."""

    @property
    def newest(self) -> int:
        """The time of the newest signed thing at hand, in seconds since 1970."""

    @property
    def complete_until(self) -> int:
        """Until when no key can be in use that the bundle does not name, in seconds since 1970."""


@dataclass(frozen=True, kw_only=True)
class CarriedTrust:
    """A trust bundle and the status lists that were handed over with it."""

    bundle: TrustBundle
    lists: dict[int, StatusList] = field(default_factory=dict)
    authorities: "Authorities | None" = None
    remote_signers: bytes = b""

    def status_list(self, number: int) -> StatusList | None:
        """The list of this number, or None."""
        return self.lists.get(number)

    @cached_property
    def newest(self) -> int:
        """The time of the newest of bundle and lists, in seconds since 1970."""
        return max([self.bundle.issued_at, *(known.issued_at for known in self.lists.values())])

    @cached_property
    def complete_until(self) -> int:
        """Until when no key can be in use that the bundle does not name, in seconds since 1970.

        A new key is published one `ttl` before it signs, and each status list names the bundle in
        force at its time: so a list that names ours speaks for the time until it is stale.
        """
        confirmed = [
            known.issued_at + known.ttl
            for known in self.lists.values()
            if known.bundle_serial == self.bundle.serial
        ]
        return max([self.bundle.issued_at, *confirmed])


def carried_trust(bundle_bytes: bytes, lists: dict[int, bytes], root: VerifyingKey) -> CarriedTrust:
    """What the signed bytes say, once bundle and lists are known to be genuine.

    Raises:
        TrustError: the bundle, or a list, is not what it should be.
    """
    try:
        bundle = verify_trust_bundle(bundle_bytes, root)
    except SigningError as problem:
        raise TrustError(f"the trust bundle cannot be used: {problem}") from problem
    return CarriedTrust(
        bundle=bundle,
        lists={number: _list(bundle, number, data) for number, data in lists.items()},
    )


def _list(bundle: TrustBundle, number: int, data: bytes) -> StatusList:
    for trusted in bundle.keys:
        if trusted.use is not KeyUse.STATUS or trusted.withdrawn_at:
            continue
        try:
            found = verify_status_list(data, trusted.key)
        except SigningError:
            continue
        if found.uri.endswith(f"/trust/status/{number}"):
            return found
    raise TrustError(f"status list {number} is not signed by a status key of the trust bundle")


def _authorities(path: Path) -> "Authorities | None":
    if not path.exists():
        return None
    from signing.timestamp import load_authorities

    try:
        return load_authorities(path)
    except SignerError as problem:
        raise TrustError(f"whose time stamps count is not known: {problem}") from problem


def load_trust(folder: Path, root: Path | None = None) -> CarriedTrust:
    """The trust in `folder`: `bundle`, `status/NUMBER`, and the root's key in `root.pem`.

    A published site has this folder under `public/`. A checker who got the root key another way
    names its file as `root`, and then believes nothing of the folder by itself. Beside the root's
    key are, if there are any, `time-stamps.pem`, the certificates by which time stamps are checked,
    and `remote-signers.pem`, those of whoever signs whole files for the office.

    Raises:
        TrustError: a file is missing or is not what it should be.
    """
    try:
        pinned = root or folder / "root.pem"
        pem = pinned.read_bytes()
        bundle = (folder / "bundle").read_bytes()
        lists = {
            int(path.name): path.read_bytes()
            for path in (folder / "status").iterdir()
            if path.name.isdecimal()
        }
        trust = carried_trust(bundle, lists, VerifyingKey.from_pem(pem))
        signers = pinned.with_name(REMOTE_SIGNERS)
        return replace(
            trust,
            authorities=_authorities(pinned.with_name(TIME_STAMPS)),
            remote_signers=signers.read_bytes() if signers.exists() else b"",
        )
    except OSError as problem:
        raise TrustError(f"no trust bundle in {folder}: {problem.strerror}") from problem
    except SigningError as problem:
        raise TrustError(f"the root key cannot be read: {problem}") from problem
