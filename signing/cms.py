"""The CMS signature inside the PDF: PAdES baseline B-B, or B-T with a time stamp.

Every byte but three parts is known before anything is signed: the digest, the signature, the time
stamp. So the structure is written as DER around them once per signer, and a reader writes it again
and compares, instead of believing what a parser makes of it (RFC 5652, RFC 5035, ETSI
EN 319 142-1).
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from cryptography import x509

from .der import INTEGER, OCTETS, SEQUENCE, SET, integer, read, tlv
from .errors import FormatError
from .keys import ORDER, SigningKey, VerifyingKey

__all__ = ["CmsSigner", "ParsedCms", "certificate_in", "parse_cms", "room_for", "signature_der"]

DATA = bytes.fromhex("06092a864886f70d010701")
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
SIGNING_CERTIFICATE_V2 = bytes.fromhex("060b2a864886f70d010910022f")
TIME_STAMP_TOKEN = bytes.fromhex("060b2a864886f70d010910020e")
SHA256 = bytes.fromhex("300b0609608648016503040201")
ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")


def signature_der(signature: bytes) -> bytes:
    """The 64 bytes r‖s as an ECDSA-Sig-Value (RFC 3279)."""
    return tlv(
        SEQUENCE,
        integer(int.from_bytes(signature[:32], "big")),
        integer(int.from_bytes(signature[32:], "big")),
    )


@dataclass(frozen=True)
class _Template:
    """The parts of a signer's CMS that never change. `certificate` is DER."""

    certificate: bytes

    @cached_property
    def parsed(self) -> x509.Certificate:
        """The certificate, parsed."""
        return x509.load_der_x509_certificate(self.certificate)

    @cached_property
    def attributes(self) -> tuple[bytes, bytes]:
        """The signed attributes before and after the 32 bytes of the message digest."""
        digest = hashlib.sha256(self.certificate).digest()
        content_type = tlv(SEQUENCE, CONTENT_TYPE, tlv(SET, DATA))
        certificate = tlv(
            SEQUENCE,
            SIGNING_CERTIFICATE_V2,
            tlv(SET, tlv(SEQUENCE, tlv(SEQUENCE, tlv(SEQUENCE, tlv(OCTETS, digest))))),
        )
        message = tlv(SEQUENCE, MESSAGE_DIGEST, tlv(SET, tlv(OCTETS, bytes(32))))
        # DER orders a SET OF by its encodings; these begin with their lengths.
        ordered = sorted([content_type, certificate, message])
        whole = tlv(SET, *ordered)
        at = whole.index(message) + len(message) - 32
        return whole[:at], whole[at + 32 :]

    @cached_property
    def issuer_and_serial(self) -> bytes:
        """The name by which the signer's certificate is meant."""
        return tlv(SEQUENCE, self.parsed.issuer.public_bytes(), integer(self.parsed.serial_number))

    def signed_attributes(self, digest: bytes) -> bytes:
        """What is signed: the attributes with the document's SHA-256, as a SET."""
        before, after = self.attributes
        return before + digest + after

    def write(self, digest: bytes, signature: bytes, time_stamp: bytes) -> bytes:
        """The whole ContentInfo. `signature` is r‖s; an empty `time_stamp` leaves it out."""
        value = signature_der(signature)
        if time_stamp:
            stamp = tlv(SEQUENCE, TIME_STAMP_TOKEN, tlv(SET, time_stamp))
            return self._whole(digest, value, tlv(0xA1, stamp))
        before, between = self._around(len(value))
        return b"".join((before, digest, between, value))

    def _around(self, size: int) -> tuple[bytes, bytes]:
        """What stands before the digest, and between it and a signature of `size` bytes."""
        if size not in self._frames:
            whole = self._whole(bytes(32), bytes(size), b"")
            before, after = self.attributes
            at = whole.index(before[2:] + bytes(32) + after) + len(before) - 2
            self._frames[size] = whole[:at], whole[at + 32 : len(whole) - size]
        return self._frames[size]

    @cached_property
    def _frames(self) -> dict[int, tuple[bytes, bytes]]:
        return {}

    def _whole(self, digest: bytes, value: bytes, unsigned: bytes) -> bytes:
        """The whole ContentInfo around the DER of a signature and of the unsigned attributes."""
        attributes = self.signed_attributes(digest)
        signer = tlv(
            SEQUENCE,
            b"\x02\x01\x01",
            self.issuer_and_serial,
            SHA256,
            b"\xa0" + attributes[1:],
            ECDSA_SHA256,
            tlv(OCTETS, value),
            unsigned,
        )
        signed = tlv(
            SEQUENCE,
            b"\x02\x01\x01",
            tlv(SET, SHA256),
            tlv(SEQUENCE, DATA),
            tlv(0xA0, self.certificate),
            tlv(SET, signer),
        )
        return tlv(SEQUENCE, SIGNED_DATA, tlv(0xA0, signed))


@lru_cache(maxsize=64)
def _template(certificate: bytes) -> _Template:
    return _Template(certificate)


@lru_cache(maxsize=64)
def room_for(certificate: bytes, *, stamp_room: int = 0) -> int:
    """How many bytes are kept for the CMS of a signer, given by its certificate (DER)."""
    longest = (ORDER - 1).to_bytes(32, "big") * 2
    return len(_template(certificate).write(bytes(32), longest, bytes(stamp_room)))


class CmsSigner:
    """Signs digests of documents as `key`, whose X.509 certificate is `certificate` (DER).

    `stamp_room` is how many bytes a time stamp token may have; 0 means there is none.
    """

    def __init__(self, key: SigningKey, certificate: bytes, *, stamp_room: int = 0) -> None:
        self._key = key
        self._template = _template(certificate)
        self.room = room_for(certificate, stamp_room=stamp_room)
        self.certificate = certificate

    def sign_all(
        self, digests: Sequence[bytes], stamp: Callable[[bytes], bytes] | None = None
    ) -> list[bytes]:
        """The CMS over each of these documents, given by their SHA-256.

        `stamp` gives the RFC 3161 token for a signature (DER). The signatures are made one right
        after the other, as in `signing.cose.sign1_all`.
        """
        signatures = [self.sign(digest) for digest in digests]
        return [
            self.write(digest, signature, stamp(signature_der(signature)) if stamp else b"")
            for digest, signature in zip(digests, signatures, strict=True)
        ]

    def sign(self, digest: bytes) -> bytes:
        """The 64 bytes of the signature over the document with this SHA-256."""
        return self._key.sign(self._template.signed_attributes(digest))

    def write(self, digest: bytes, signature: bytes, time_stamp: bytes = b"") -> bytes:
        """The CMS of a signature made by `sign`, with an RFC 3161 token if there is one."""
        return self._template.write(digest, signature, time_stamp)


@dataclass(frozen=True, kw_only=True)
class ParsedCms:
    """A CMS taken apart and found to be in our one spelling; its signature is not yet checked."""

    certificate: bytes
    signature: bytes
    time_stamp: bytes

    def verify(self, digest: bytes, key: VerifyingKey) -> None:
        """Return if this is `key`'s signature over the document with the SHA-256 `digest`.

        Raises:
            SignatureError: it is not.
        """
        key.verify(self.signature, _template(self.certificate).signed_attributes(digest))

    @property
    def signature_value(self) -> bytes:
        """The signature as DER: what a time stamp is over."""
        return signature_der(self.signature)


def certificate_in(data: bytes) -> bytes:
    """The bytes where the signer's certificate stands in a CMS; nothing is believed of them.

    Raises:
        FormatError: there are none.
    """
    try:
        begin, end = _certificate_at(data)
    except (IndexError, OverflowError):
        raise FormatError("a CMS that ends too early") from None
    return data[begin:end]


def _certificate_at(data: bytes) -> tuple[int, int]:
    at, _ = read(data, 0, SEQUENCE)
    at, _ = read(data, at + len(SIGNED_DATA), 0xA0)
    at, _ = read(data, at, SEQUENCE)
    at, _ = read(data, at + 3 + 2 + len(SHA256) + 2 + len(DATA), 0xA0)
    _, end = read(data, at, SEQUENCE)
    return at, end


def parse_cms(data: bytes, digest: bytes, *, certificate: bytes) -> ParsedCms:
    """The parts of a CMS over the document with the SHA-256 `digest`; trailing zeros are room left.

    `certificate` is the signer's (DER), already known to be one of ours.

    Raises:
        FormatError: it is not exactly what our writer makes of these parts.
    """
    template = _template(certificate)
    try:
        _, end = _certificate_at(data)
        at, _ = read(data, end, SET)
        at, signer_end = read(data, at, SEQUENCE)
        at += 3 + len(template.issuer_and_serial) + len(SHA256)
        at += len(template.signed_attributes(digest)) + len(ECDSA_SHA256)
        at, end = read(data, at, OCTETS)
        signature = _raw_signature(data, at)
        time_stamp = b""
        if end != signer_end:
            at, _ = read(data, end, 0xA1)
            at, _ = read(data, at, SEQUENCE)
            at, end = read(data, at + len(TIME_STAMP_TOKEN), SET)
            time_stamp = data[at:end]
    except (IndexError, OverflowError):
        raise FormatError("a CMS that ends too early") from None
    again = template.write(digest, signature, time_stamp)
    if data[: len(again)] != again or any(data[len(again) :]):
        raise FormatError("not the CMS that our writer makes")
    return ParsedCms(certificate=certificate, signature=signature, time_stamp=time_stamp)


def _raw_signature(data: bytes, at: int) -> bytes:
    at, _ = read(data, at, SEQUENCE)
    at, end = read(data, at, INTEGER)
    r = int.from_bytes(data[at:end], "big")
    at, end = read(data, end, INTEGER)
    s = int.from_bytes(data[at:end], "big")
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")
