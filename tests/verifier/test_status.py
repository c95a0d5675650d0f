"""A checker believes of trust bundle and lists what the root and its status keys signed."""

from pathlib import Path

import pytest

from signing.errors import FormatError
from signing.keys import LocalKey, VerifyingKey
from signing.status import Status, sign_status_list
from signing.trust import KeyUse, TrustedKey, sign_trust_bundle
from tests.builders import BASE_URL, DAY, ISSUED, LIST, a_key, a_trust, office_root
from verifier.errors import TrustError
from verifier.status import carried_trust, load_trust

ROOT = VerifyingKey(office_root().point)
KEYS = a_trust().bundle.keys
FIRST, SECOND, GONE = a_key(31), a_key(32), a_key(33)


def status_key(key: LocalKey, *, withdrawn_at: int = 0) -> TrustedKey:
    return TrustedKey(
        point=key.point,
        use=KeyUse.STATUS,
        sign_from=ISSUED - DAY,
        sign_until=ISSUED + 300 * DAY,
        withdrawn_at=withdrawn_at,
    )


BUNDLE = a_trust(
    bundle={
        "keys": (
            *KEYS,
            status_key(GONE, withdrawn_at=ISSUED),
            status_key(FIRST),
            status_key(SECOND),
        )
    }
).bundle
SIGNED = sign_trust_bundle(office_root(), BUNDLE)


def a_list(
    key: LocalKey = FIRST,
    number: int = LIST,
    *,
    issued_at: int = ISSUED,
    serial: int = 7,
    uri: str | None = None,
) -> bytes:
    return sign_status_list(
        key,
        uri=uri or f"{BASE_URL}/trust/status/{number}",
        withdrawn=[4711],
        issued_at=issued_at,
        ttl=DAY,
        bundle_serial=serial,
    )


@pytest.mark.parametrize("key", [FIRST, SECOND])
def test_a_list_by_any_status_key_counts(key: LocalKey) -> None:
    carried = carried_trust(SIGNED, {LIST: a_list(key)}, ROOT)

    known = carried.status_list(LIST)
    assert carried.bundle == BUNDLE
    assert known
    assert known.status_of(4711) is Status.WITHDRAWN
    assert carried.status_list(LIST + 1) is None


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(a_list(a_key(12)), id="a certificate key's"),
        pytest.param(a_list(office_root()), id="the root's"),
        pytest.param(a_list(a_key(98)), id="a stranger's"),
        pytest.param(a_list(GONE), id="a withdrawn key's"),
        pytest.param(a_list(number=LIST + 1), id="another month's"),
        pytest.param(a_list(uri=f"{BASE_URL}/trust/status/1{LIST}"), id="another number"),
        pytest.param(a_list(uri=f"{BASE_URL}/trust/status/{LIST}/"), id="another address"),
        pytest.param(a_list()[:-1], id="cut off"),
        pytest.param(b"", id="empty"),
        pytest.param(SIGNED, id="a trust bundle"),
    ],
)
def test_another_list_is_refused(data: bytes) -> None:
    with pytest.raises(TrustError):
        carried_trust(SIGNED, {LIST: data}, ROOT)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(sign_trust_bundle(a_key(98), BUNDLE), id="a stranger's"),
        pytest.param(SIGNED[:-1], id="cut off"),
        pytest.param(a_list(), id="a list"),
        pytest.param(b"", id="empty"),
    ],
)
def test_another_bundle_is_refused(data: bytes) -> None:
    with pytest.raises(TrustError):
        carried_trust(data, {}, ROOT)


def test_the_newest_signed_thing_tells_how_late_it_must_be() -> None:
    older, newer = ISSUED - 9 * DAY, ISSUED + DAY
    lists = {LIST: a_list(issued_at=older), LIST + 1: a_list(number=LIST + 1, issued_at=newer)}

    assert carried_trust(SIGNED, lists, ROOT).newest == newer
    assert carried_trust(SIGNED, {LIST: a_list(issued_at=older)}, ROOT).newest == BUNDLE.issued_at
    assert carried_trust(SIGNED, {}, ROOT).newest == BUNDLE.issued_at


def test_a_bundle_is_complete_as_long_as_a_list_confirms_it() -> None:
    confirmed = carried_trust(SIGNED, {LIST: a_list()}, ROOT)
    other = carried_trust(SIGNED, {LIST: a_list(serial=8)}, ROOT)

    assert confirmed.complete_until == ISSUED + DAY
    assert other.complete_until == BUNDLE.issued_at


# --- a folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site's public folder."""
    (tmp_path / "status").mkdir()
    (tmp_path / "root.pem").write_bytes(ROOT.pem)
    (tmp_path / "bundle").write_bytes(SIGNED)
    (tmp_path / "status" / str(LIST)).write_bytes(a_list())
    return tmp_path


def test_a_folder_is_read(folder: Path) -> None:
    (folder / "status" / ".85.tmp").write_bytes(b"half written")

    carried = load_trust(folder)

    assert carried.bundle == BUNDLE
    assert set(carried.lists) == {LIST}


def test_a_folder_is_held_to_the_root_that_came_another_way(folder: Path, tmp_path: Path) -> None:
    pinned = tmp_path / "pinned.pem"
    pinned.write_bytes(ROOT.pem)
    (folder / "root.pem").write_bytes(VerifyingKey(a_key(98).point).pem)

    assert load_trust(folder, pinned).bundle == BUNDLE
    with pytest.raises(TrustError):
        load_trust(folder)


@pytest.mark.parametrize("missing", ["root.pem", "bundle", "status"])
def test_a_folder_without_a_part_is_refused(folder: Path, missing: str) -> None:
    (folder / missing).rename(folder / "elsewhere")

    with pytest.raises(TrustError, match="No such file"):
        load_trust(folder)


@pytest.mark.parametrize(
    "pem", [b"", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"]
)
def test_a_root_that_is_no_key_is_refused(folder: Path, pem: bytes) -> None:
    (folder / "root.pem").write_bytes(pem)

    with pytest.raises(TrustError, match="root key") as caught:
        load_trust(folder)

    assert isinstance(caught.value.__cause__, FormatError)
