"""Time stamps (RFC 3161): an authority's word that a signature was there at a time.

A token comes from the authority in whatever spelling it likes. What its signature does not cover
is written anew in one spelling before the token goes into a file, and a reader takes it apart,
writes it again and compares: a token in a file has no bit that could be another.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from .der import INTEGER, OCTETS, SEQUENCE, SET, inside, integer, read, tlv
from .errors import FormatError, SignatureError, SignerError, SigningError
from .posting import post

__all__ = ["STAMP_ROOM", "Authorities", "load_authorities", "read_stamp", "stamper"]

# Bytes kept for a token in a file: with RSA-4096 and two certificates it has some 5,000.
STAMP_ROOM = 8192
LONGEST = 64 << 10
SECONDS = 15.0
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")
CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
SIGNING_CERTIFICATE = bytes.fromhex("060b2a864886f70d010910020c")
SIGNING_CERTIFICATE_V2 = bytes.fromhex("060b2a864886f70d010910022f")
NULL = b"\x05\x00"
GENERALIZED_TIME = 0x18
OPTIONAL_CERTIFICATES, OPTIONAL_LISTS = 0xA0, 0xA1
DIGESTS: dict[bytes, hashes.HashAlgorithm] = {
    bytes.fromhex("0609608648016503040201"): hashes.SHA256(),
    bytes.fromhex("0609608648016503040202"): hashes.SHA384(),
    bytes.fromhex("0609608648016503040203"): hashes.SHA512(),
}
SHA256 = next(iter(DIGESTS))
# By the name of the digest; RSA may also be called by its own name alone.
RSA = bytes.fromhex("06092a864886f70d010101")
WITH_RSA = {
    "sha256": bytes.fromhex("06092a864886f70d01010b"),
    "sha384": bytes.fromhex("06092a864886f70d01010c"),
    "sha512": bytes.fromhex("06092a864886f70d01010d"),
}
WITH_ECDSA = {
    "sha256": bytes.fromhex("06082a8648ce3d040302"),
    "sha384": bytes.fromhex("06082a8648ce3d040303"),
    "sha512": bytes.fromhex("06082a8648ce3d040304"),
}
# What the libraries below us say of bytes that make no sense.
NONSENSE = (
    TypeError,
    ValueError,
    IndexError,
    OverflowError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
GRANTED = (0, 1)


@dataclass(frozen=True, kw_only=True)
class Authorities:
    """The certificates by which time stamps are trusted: roots, or the authorities' own."""

    certificates: tuple[x509.Certificate, ...]


def load_authorities(path: Path) -> Authorities:
    """The certificates in a PEM file.

    Raises:
        SignerError: there is no such file, or none in it.
    """
    try:
        return Authorities(certificates=tuple(x509.load_pem_x509_certificates(path.read_bytes())))
    except OSError as problem:
        raise SignerError(f"{path} cannot be read: {problem.strerror}") from None
    except ValueError:
        raise SignerError(f"{path} holds no certificates in PEM") from None


def stamper(url: str, ca_file: Path) -> Callable[[bytes], bytes]:
    """What gives the time stamp of a signature (DER), from the authority at `url`.

    Each token is checked against the certificates in `ca_file` before it is given.

    Raises:
        SignerError: the file has no certificates; later, at each signature, the authority does not
            answer, or answers with anything but its time stamp of this signature.
    """
    authorities = load_authorities(ca_file)
    headers = {"Content-Type": "application/timestamp-query"}

    def stamp(signature: bytes) -> bytes:
        nonce = secrets.randbits(64)
        answer = post(url, _request(signature, nonce), headers, seconds=SECONDS, longest=LONGEST)
        try:
            token = _tidied(_granted(answer))
            _stamp(token, signature, authorities, nonce)
        except SigningError as problem:
            raise SignerError(f"the time stamp of {url} is refused: {problem}") from None
        except NONSENSE:
            raise SignerError(f"{url} answers with something else than a time stamp") from None
        if len(token) > STAMP_ROOM:
            raise SignerError(f"the time stamp of {url} has over {STAMP_ROOM} bytes")
        return token

    return stamp


def read_stamp(token: bytes, signature: bytes, authorities: Authorities | None) -> int:
    """The time that `token` gives to a signature (DER), in seconds since 1970.

    Without `authorities` everything is checked but who vouches for the time.

    Raises:
        FormatError: it is no token in our one spelling.
        SignatureError: it is of another signature, or of an authority that is not trusted here.
    """
    try:
        return _stamp(token, signature, authorities, None)
    except NONSENSE:
        raise FormatError("not a time stamp") from None


def _request(signature: bytes, nonce: int) -> bytes:
    imprint = tlv(
        SEQUENCE, _algorithm(SHA256, NULL), tlv(OCTETS, hashlib.sha256(signature).digest())
    )
    certificates_please = b"\x01\x01\xff"
    return tlv(SEQUENCE, integer(1), imprint, integer(nonce), certificates_please)


def _algorithm(name: bytes, parameters: bytes = b"") -> bytes:
    return tlv(SEQUENCE, name, parameters)


def _granted(answer: bytes) -> bytes:
    """The token in a TimeStampResp."""
    parts = inside(answer, SEQUENCE)
    status = inside(parts[0], SEQUENCE) if parts else []
    if not status or _number(status[0]) not in GRANTED or len(parts) != 2:
        raise FormatError("the authority granted none")
    return parts[1]


def _number(value: bytes) -> int:
    begin, end = read(value, 0, INTEGER)
    return int.from_bytes(value[begin:end], "big", signed=True)


@dataclass(frozen=True, kw_only=True)
class _Token:
    """A token taken apart; nothing is believed.

    `content` is the TSTInfo; `certificates` the signer's first, then those between it and the root;
    `attributes` is the SET that is signed.
    """

    content: bytes
    certificates: tuple[bytes, ...]
    digest: bytes
    attributes: bytes
    signing: bytes
    signature: bytes

    def write(self) -> bytes:
        """The token, in the one spelling that we give these parts."""
        own = x509.load_der_x509_certificate(self.certificates[0])
        signer = tlv(
            SEQUENCE,
            integer(1),
            tlv(SEQUENCE, own.issuer.public_bytes(), integer(own.serial_number)),
            self.digest,
            b"\xa0" + self.attributes[1:],
            self.signing,
            tlv(OCTETS, self.signature),
        )
        signed = tlv(
            SEQUENCE,
            integer(3),
            tlv(SET, self.digest),
            tlv(SEQUENCE, TST_INFO, tlv(0xA0, tlv(OCTETS, self.content))),
            # DER orders a SET OF by its encodings.
            tlv(OPTIONAL_CERTIFICATES, *sorted(self.certificates)),
            tlv(SET, signer),
        )
        return tlv(SEQUENCE, SIGNED_DATA, tlv(0xA0, signed))


def _taken_apart(token: bytes) -> _Token:
    """The parts of a token, with every certificate it holds but the signer's in its own order."""
    kind, body = inside(token, SEQUENCE)
    (signed,) = inside(body, 0xA0)
    _, _, content, *more = inside(signed, SEQUENCE)
    content_kind, content_body = inside(content, SEQUENCE)
    (octets,) = inside(content_body, 0xA0)
    held = [part for part in more if part[0] == OPTIONAL_CERTIFICATES]
    (signers,) = (part for part in more if part[0] == SET)
    (signer,) = inside(signers, SET)
    _, _, digest, attributes, signing, signature, *_ = inside(signer, SEQUENCE)
    certificates = inside(held[0], OPTIONAL_CERTIFICATES) if held else []
    if kind != SIGNED_DATA or content_kind != TST_INFO or attributes[0] != 0xA0:
        raise FormatError("not a time stamp")
    attributes = bytes((SET,)) + attributes[1:]
    named = _attributes(attributes)
    own = [data for data in certificates if _names(named, data)]
    if len(own) != 1:
        raise FormatError("a time stamp without its signer's certificate")
    return _Token(
        content=_body(octets, OCTETS),
        certificates=(own[0], *(data for data in certificates if data != own[0])),
        digest=digest,
        attributes=attributes,
        signing=signing,
        signature=_body(signature, OCTETS),
    )


def _certificate(data: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(data)


def _body(value: bytes, tag: int) -> bytes:
    begin, end = read(value, 0, tag)
    return value[begin:end]


def _tidied(token: bytes) -> bytes:
    """The token in our spelling, with the certificates that lead to its root and no others."""
    parts = _taken_apart(token)
    chain = _chain(parts.certificates, _time(parts.content))
    return replace(parts, certificates=tuple(chain)).write()


def _stamp(
    token: bytes, signature: bytes, authorities: Authorities | None, nonce: int | None
) -> int:
    parts = _taken_apart(token)
    if parts.write() != token:
        raise FormatError("not the spelling of a time stamp")
    _, _, imprint, _, _, *more = inside(parts.content, SEQUENCE)
    algorithm, digest = inside(imprint, SEQUENCE)
    # (1) It is of this signature, and of the question that was asked.
    if inside(algorithm, SEQUENCE)[0] != SHA256:
        raise FormatError("a time stamp over another digest than SHA-256")
    if _body(digest, OCTETS) != hashlib.sha256(signature).digest():
        raise SignatureError("the time stamp is of another signature")
    if nonce is not None and integer(nonce) not in more:
        raise SignatureError("the time stamp is of another question")
    # (2) It is signed by the certificate that it names.
    signer = _certificate(parts.certificates[0])
    _verify(signer, parts)
    # (3) That certificate may give time stamps, and one of the authorities answers for it.
    _check_purpose(signer)
    at = _time(parts.content)
    chain = _chain(parts.certificates, at)
    if len(chain) != len(parts.certificates):
        raise FormatError("a time stamp with certificates it does not need")
    if authorities is not None:
        _check_authority(chain, authorities)
    return at


def _time(content: bytes) -> int:
    """When the token was made, in whole seconds."""
    parts = inside(content, SEQUENCE)
    text = _body(parts[4], GENERALIZED_TIME).decode("ascii", "replace") if len(parts) > 4 else ""
    try:
        whole = text.partition(".")[0].removesuffix("Z")
        moment = datetime.strptime(f"{whole}+0000", "%Y%m%d%H%M%S%z")
    except ValueError:
        raise FormatError("a time stamp without a time") from None
    if not text.endswith("Z"):
        raise FormatError("a time stamp in another zone than UTC")
    return int(moment.timestamp())


def _attributes(signed: bytes) -> dict[bytes, bytes]:
    """The value of each signed attribute; each has one."""
    found: dict[bytes, bytes] = {}
    for attribute in inside(signed, SET):
        name, values = inside(attribute, SEQUENCE)
        (found[name],) = inside(values, SET)
    return found


def _names(attributes: dict[bytes, bytes], certificate: bytes) -> bool:
    """Whether the signed attributes mean this certificate (RFC 5816)."""
    if SIGNING_CERTIFICATE_V2 in attributes:
        parts = inside(_only(attributes[SIGNING_CERTIFICATE_V2]), SEQUENCE)
        # SHA-256 goes without saying.
        given = parts.pop(0) if parts[0][0] == SEQUENCE else tlv(SEQUENCE, SHA256)
        return parts[0] == tlv(OCTETS, hashlib.new(_hash(given).name, certificate).digest())
    if SIGNING_CERTIFICATE in attributes:
        parts = inside(_only(attributes[SIGNING_CERTIFICATE]), SEQUENCE)
        sha1 = hashlib.sha1(certificate, usedforsecurity=False).digest()
        return parts[0] == tlv(OCTETS, sha1)
    return False


def _only(attribute: bytes) -> bytes:
    """The first certificate that a SigningCertificate names: the signer's."""
    return inside(inside(attribute, SEQUENCE)[0], SEQUENCE)[0]


def _hash(algorithm: bytes) -> hashes.HashAlgorithm:
    name, *parameters = inside(algorithm, SEQUENCE)
    if name not in DIGESTS or parameters not in ([], [NULL]):
        raise FormatError("a time stamp with a digest that is not known here")
    return DIGESTS[name]


def _verify(signer: x509.Certificate, parts: _Token) -> None:
    digest, key, named = _hash(parts.digest), signer.public_key(), _attributes(parts.attributes)
    over = tlv(OCTETS, hashlib.new(digest.name, parts.content).digest())
    if named.get(CONTENT_TYPE) != TST_INFO or named.get(MESSAGE_DIGEST) != over:
        raise SignatureError("the time stamp was altered")
    try:
        if isinstance(key, ec.EllipticCurvePublicKey) and parts.signing == tlv(
            SEQUENCE, WITH_ECDSA[digest.name]
        ):
            key.verify(parts.signature, parts.attributes, ec.ECDSA(digest))
        elif isinstance(key, rsa.RSAPublicKey) and parts.signing in {
            tlv(SEQUENCE, name, NULL) for name in (RSA, WITH_RSA[digest.name])
        }:
            key.verify(parts.signature, parts.attributes, padding.PKCS1v15(), digest)
        else:
            raise FormatError("a time stamp signed in a way that is not known here")
    except InvalidSignature:
        raise SignatureError("the time stamp was altered") from None


def _check_purpose(signer: x509.Certificate) -> None:
    try:
        usage = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError):
        raise SignatureError("the time stamp is signed with a certificate for other uses") from None
    # RFC 3161, 2.3: critical, and nothing but time stamping.
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise SignatureError("the time stamp is signed with a certificate for other uses")


def _chain(certificates: tuple[bytes, ...], at: int) -> list[bytes]:
    """The signer's certificate, and those of the others that lead from it towards a root.

    Raises:
        SignatureError: one of them was not valid at that time.
    """
    moment = datetime.fromtimestamp(at, UTC)
    chain = [certificates[0]]
    while True:
        last = _certificate(chain[-1])
        if not last.not_valid_before_utc <= moment <= last.not_valid_after_utc:
            raise SignatureError("the time stamp is of a time when its authority was not certified")
        above = [
            data
            for data in certificates
            # A root in a token proves nothing: whoever checks has it from elsewhere.
            if data not in chain and not _is_root(data) and _issued(last, _certificate(data))
        ]
        if not above:
            return chain
        chain.append(above[0])


def _is_root(data: bytes) -> bool:
    certificate = _certificate(data)
    return certificate.issuer == certificate.subject


def _check_authority(chain: list[bytes], authorities: Authorities) -> None:
    for data in chain:
        certificate = _certificate(data)
        for known in authorities.certificates:
            if certificate == known or _issued(certificate, known):
                return
    raise SignatureError("the time stamp is of an authority that is not trusted here")


def _issued(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        constraints = by.extensions.get_extension_for_class(x509.BasicConstraints).value
        certificate.verify_directly_issued_by(by)
    except (
        x509.ExtensionNotFound,
        InvalidSignature,
        UnsupportedAlgorithm,
        ValueError,
        TypeError,
    ):
        return False
    return constraints.ca
