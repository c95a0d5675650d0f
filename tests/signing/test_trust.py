"""The trust bundle says whose signatures count, and only the root may say it."""

from dataclasses import replace
from typing import Any

import cbor2
import pytest

from signing.cose import parse_sign1, sign1
from signing.errors import FormatError, SignatureError
from signing.keys import VerifyingKey, key_id_of
from signing.trust import (
    KeyUse,
    TrustBundle,
    TrustedKey,
    sign_trust_bundle,
    verify_trust_bundle,
)
from tests.builders import ISSUED, UNIT, a_key, a_seal, a_trust, office_root

ROOT = office_root()
PUBLIC = VerifyingKey(ROOT.point)
TYPE = "application/segel-trust+cwt"
STATUS_KEY = TrustedKey(
    point=a_key(21).point, use=KeyUse.STATUS, sign_from=ISSUED, sign_until=ISSUED + 9
)
WITHDRAWN_KEY = TrustedKey(
    point=a_key(22).point,
    use=KeyUse.CERTIFICATE,
    sign_from=ISSUED,
    sign_until=ISSUED + 9,
    withdrawn_at=ISSUED + 5,
    units=(UNIT, 1),
)
BUNDLE = replace(
    a_trust().bundle,
    hosts=("skck.polres-contoh.example", "lama.example"),
    keys=(*a_trust().bundle.keys, STATUS_KEY, WITHDRAWN_KEY),
    purposes={1: ("melamar pekerjaan", "job application"), 7: ("umrah", "pilgrimage")},
)


def test_a_bundle_comes_back_as_it_was_signed() -> None:
    assert verify_trust_bundle(sign_trust_bundle(ROOT, BUNDLE), PUBLIC) == BUNDLE


def test_purposes_are_written_by_rising_code() -> None:
    turned = replace(BUNDLE, purposes=dict(reversed(BUNDLE.purposes.items())))

    assert sign_trust_bundle(ROOT, turned) == sign_trust_bundle(ROOT, BUNDLE)


def test_a_bundle_by_another_root_is_refused() -> None:
    with pytest.raises(SignatureError):
        verify_trust_bundle(sign_trust_bundle(a_key(99), BUNDLE), PUBLIC)


def test_a_bundle_that_only_names_the_root_is_refused() -> None:
    data = sign_trust_bundle(a_key(99), BUNDLE)
    forged = data.replace(key_id_of(a_key(99).point), key_id_of(ROOT.point))
    assert forged != data

    with pytest.raises(SignatureError):
        verify_trust_bundle(forged, PUBLIC)


def test_a_bundle_by_the_root_under_another_name_is_refused() -> None:
    """Else one bundle would have many spellings."""
    named = cbor2.dumps({1: -7, 4: b"\0\0\0\0", 16: TYPE})
    payload = cbor2.dumps(CLAIMS)
    signature = ROOT.sign(cbor2.dumps(["Signature1", named, b"", payload]))
    data = cbor2.dumps(cbor2.CBORTag(18, [named, {}, payload, signature]))

    with pytest.raises(SignatureError):
        verify_trust_bundle(data, PUBLIC)


def test_keys_are_found_by_id_and_use() -> None:
    named = key_id_of(a_key(21).point)

    assert BUNDLE.keys_named(named, KeyUse.STATUS) == (STATUS_KEY,)
    assert BUNDLE.keys_named(named, KeyUse.CERTIFICATE) == ()
    assert BUNDLE.keys_named(b"\0\0\0\0", KeyUse.STATUS) == ()


def test_every_key_that_bears_an_id_is_found() -> None:
    twice = replace(BUNDLE, keys=(STATUS_KEY, replace(STATUS_KEY, units=(9,))))

    assert len(twice.keys_named(STATUS_KEY.key_id, KeyUse.STATUS)) == 2


def test_a_unit_is_found_by_its_code() -> None:
    found = BUNDLE.unit(UNIT)

    assert found
    assert found.name == "POLRES CONTOH"
    assert BUNDLE.unit(1) is None


def test_a_key_knows_its_certificate() -> None:
    trusted = BUNDLE.keys[0]

    assert trusted.is_certified_by(a_seal().certificate)
    assert not trusted.is_certified_by(a_seal(14).certificate)
    assert not STATUS_KEY.is_certified_by(b"")


# --- what is refused


CLAIMS: dict[Any, Any] = parse_sign1(sign_trust_bundle(ROOT, BUNDLE), longest=1 << 20).claims
BODY = CLAIMS[-65538]


def body(place: int, value: object) -> dict[Any, Any]:
    return CLAIMS | {-65538: [*BODY[:place], value, *BODY[place + 1 :]]}


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({}, id="no claims"),
        pytest.param({4: 1, 6: 1}, id="no bundle"),
        pytest.param(dict(reversed(CLAIMS.items())), id="out of order"),
        pytest.param(CLAIMS | {7: 1}, id="a further claim"),
        pytest.param(CLAIMS | {-65538: None}, id="nothing"),
        pytest.param(CLAIMS | {-65538: BODY[:-1]}, id="a field too few"),
        pytest.param(CLAIMS | {-65538: [*BODY, 0]}, id="a field too many"),
        pytest.param(body(0, 2), id="version 2"),
        pytest.param(body(2, None), id="no hosts"),
        pytest.param(body(3, [BODY[3][0][:-1]]), id="a key without its certificate"),
        pytest.param(body(3, [[*BODY[3][0][:1], 4, *BODY[3][0][2:]]]), id="an unknown use"),
        pytest.param(body(4, [[1, "X"]]), id="a unit without a template"),
        pytest.param(body(5, [[1, "X"]]), id="a purpose without English"),
    ],
)
def test_another_shape_is_refused_though_the_root_signed_it(claims: dict[Any, Any]) -> None:
    with pytest.raises(FormatError):
        verify_trust_bundle(sign1(ROOT, claims, type_=TYPE), PUBLIC)


@pytest.mark.parametrize("type_", [None, "application/statuslist+cwt"])
def test_a_message_of_another_type_is_refused(type_: str | None) -> None:
    with pytest.raises(FormatError):
        verify_trust_bundle(sign1(ROOT, CLAIMS, type_=type_), PUBLIC)


def test_no_bit_of_a_small_bundle_can_be_changed() -> None:
    small = TrustBundle(
        serial=1, issued_at=1, expires_at=2, hosts=(), keys=(), units=(), purposes={}
    )
    data = sign_trust_bundle(ROOT, small)
    for bit in range(8 * len(data)):
        forged = bytearray(data)
        forged[bit >> 3] ^= 1 << (bit & 7)

        with pytest.raises((FormatError, SignatureError)):
            verify_trust_bundle(bytes(forged), PUBLIC)


@pytest.mark.parametrize("data", [b"", b"\xd2", cbor2.dumps(1), b"<html>", bytes(1 << 21)])
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        verify_trust_bundle(data, PUBLIC)
