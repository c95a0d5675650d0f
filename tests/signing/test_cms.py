"""The CMS in the PDF is DER in one spelling, PAdES B-B, with the lower s."""

import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from asn1crypto import cms as asn1_cms
from asn1crypto import core, tsp
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.cms import CmsSigner, certificate_in, parse_cms, signature_der
from signing.errors import FormatError, SignatureError
from signing.keys import ORDER, VerifyingKey
from tests.builders import a_seal

SEAL = a_seal()
PUBLIC = VerifyingKey(SEAL.key.point)
SIGNER = SEAL.signer
DIGEST = hashlib.sha256(b"document").digest()
SIGNATURE = SIGNER.sign(DIGEST)
CMS = SIGNER.write(DIGEST, SIGNATURE)


def parsed(data: bytes = CMS, digest: bytes = DIGEST) -> Any:
    return parse_cms(data, digest, certificate=SEAL.certificate)


def holds(data: bytes) -> bool:
    """Whether `data` is the signature over the document, as a checker of files asks it."""
    try:
        if certificate_in(data) != SEAL.certificate:
            return False
        parsed(data).verify(DIGEST, PUBLIC)
    except (FormatError, SignatureError):
        return False
    return True


def test_a_signature_comes_back_and_holds() -> None:
    found = parsed()

    assert found.signature == SIGNATURE
    assert found.time_stamp == b""
    assert certificate_in(CMS) == SEAL.certificate
    found.verify(DIGEST, PUBLIC)
    assert holds(CMS)


def test_it_is_der_as_asn1crypto_writes_it() -> None:
    content = asn1_cms.ContentInfo.load(CMS, strict=True)

    assert content.dump(force=True) == CMS
    signed = content["content"]
    signer = signed["signer_infos"][0]
    assert signed["version"].native == "v1"
    assert len(signed["certificates"]) == len(signed["signer_infos"]) == 1
    assert signer["digest_algorithm"]["algorithm"].native == "sha256"
    assert signer["signature_algorithm"]["algorithm"].native == "sha256_ecdsa"
    assert len(signer["unsigned_attrs"]) == 0
    # PAdES: the time is not an attribute (ETSI EN 319 142-1, 6.3).
    assert {attribute["type"].native for attribute in signer["signed_attrs"]} == {
        "content_type",
        "message_digest",
        "signing_certificate_v2",
    }


@settings(max_examples=150)
@given(st.binary(min_size=32, max_size=32))
def test_every_document_is_signed_with_the_lower_s_and_fits_its_room(digest: bytes) -> None:
    signature = SIGNER.sign(digest)
    written = SIGNER.write(digest, signature)

    assert int.from_bytes(signature[32:], "big") <= ORDER // 2
    assert len(written) < SIGNER.room
    parsed(written.ljust(SIGNER.room, b"\0"), digest).verify(digest, PUBLIC)


# A number whose first bit is set needs a zero before it; one that begins with zeros is shorter.
@pytest.mark.parametrize(
    ("r", "s"), [(1, 1), (127, 128), (255, 256), (ORDER - 1, ORDER // 2), (1 << 255, 1 << 247)]
)
def test_numbers_are_written_as_der_wants_them(r: int, s: int) -> None:
    der = signature_der(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    both = core.SequenceOf([r, s], spec=core.Integer)
    assert der == both.dump()


def test_another_document_or_key_does_not_hold() -> None:
    with pytest.raises(FormatError):
        parsed(digest=bytes(32))
    with pytest.raises(SignatureError):
        parsed().verify(bytes(32), PUBLIC)
    with pytest.raises(SignatureError):
        parsed().verify(DIGEST, VerifyingKey(a_seal(14).key.point))


def test_no_bit_can_be_changed() -> None:
    padded = CMS.ljust(SIGNER.room, b"\0")
    for bit in range(8 * len(padded)):
        forged = bytearray(padded)
        forged[bit >> 3] ^= 1 << (bit & 7)

        assert not holds(bytes(forged))


@pytest.mark.parametrize("end", [0, 1, 2, 3, 4, 10, 40, 100, 400, -1])
def test_a_beginning_is_refused(end: int) -> None:
    with pytest.raises(FormatError):
        parsed(CMS[:end])


@settings(max_examples=500)
@given(st.integers(0, len(CMS) - 1), st.integers(0, 60), st.binary(max_size=60))
def test_any_edit_is_refused_and_nothing_else_is_raised(at: int, drop: int, insert: bytes) -> None:
    data = CMS[:at] + insert + CMS[at + drop :]
    if data.rstrip(b"\0") == CMS.rstrip(b"\0"):
        return

    assert not holds(data)


def _changed(change: Callable[[Any], None]) -> bytes:
    content = asn1_cms.ContentInfo.load(CMS)
    change(content["content"])
    return bytes(content.dump(force=True))


def _signing_time(signed: Any) -> None:
    attributes = signed["signer_infos"][0]["signed_attrs"]
    attributes.append(
        asn1_cms.CMSAttribute(
            {
                "type": "signing_time",
                "values": [asn1_cms.Time(name="utc_time", value="260831102000Z")],
            }
        )
    )


def _sha512(signed: Any) -> None:
    signed["signer_infos"][0]["digest_algorithm"] = {"algorithm": "sha512"}


def _ed25519(signed: Any) -> None:
    signed["signer_infos"][0]["signature_algorithm"] = {"algorithm": "ed25519"}


def _null_parameters(signed: Any) -> None:
    signed["digest_algorithms"] = [{"algorithm": "sha256", "parameters": core.Null()}]


def _content_inside(signed: Any) -> None:
    signed["encap_content_info"]["content"] = b"document"


def _second_certificate(signed: Any) -> None:
    signed["certificates"].append(signed["certificates"][0].copy())


@pytest.mark.parametrize(
    "change",
    [_signing_time, _sha512, _ed25519, _null_parameters, _content_inside, _second_certificate],
)
def test_another_cms_is_refused_however_well_formed(change: Callable[[Any], None]) -> None:
    forged = _changed(change)
    assert forged != CMS

    assert not holds(forged)


# --- with a time stamp


STAMP = bytes(tsp.ContentInfo({"content_type": "data", "content": b"stamp"}).dump())


def test_a_time_stamp_is_one_unsigned_attribute() -> None:
    roomy = CmsSigner(SEAL.key, SEAL.certificate, stamp_room=len(STAMP))
    written = roomy.write(DIGEST, SIGNATURE, STAMP)

    attributes = asn1_cms.ContentInfo.load(written)["content"]["signer_infos"][0]["unsigned_attrs"]
    assert [attribute["type"].native for attribute in attributes] == ["signature_time_stamp_token"]
    assert len(written) <= roomy.room
    found = parsed(written.ljust(roomy.room, b"\0"))
    assert found.time_stamp == STAMP
    assert found.signature_value == signature_der(SIGNATURE)
    found.verify(DIGEST, PUBLIC)


def test_room_for_a_time_stamp_is_asked_for() -> None:
    plain = SIGNER.room
    roomy = CmsSigner(SEAL.key, SEAL.certificate, stamp_room=4000).room

    assert 4000 < roomy - plain < 4100
