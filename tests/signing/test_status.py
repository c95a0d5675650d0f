"""A status list is two bits for each certificate, of one size, and signed."""

import zlib
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.cose import sign1
from signing.errors import FormatError, SignatureError
from signing.keys import VerifyingKey
from signing.status import (
    Status,
    StatusList,
    sign_status_list,
    status_list_number,
    verify_status_list,
)
from tests.builders import BASE_URL, ISSUED, LIST, a_key

KEY = a_key(12)
PUBLIC = VerifyingKey(KEY.point)
URI = f"{BASE_URL}/trust/status/{LIST}"
SIZE = 1 << 20
BYTES = SIZE // 4
TYPE = "application/statuslist+cwt"


def listed(*withdrawn: int, suspended: Iterable[int] = ()) -> StatusList:
    data = sign_status_list(
        KEY,
        uri=URI,
        withdrawn=withdrawn,
        suspended=suspended,
        issued_at=ISSUED,
        ttl=43_200,
        bundle_serial=7,
    )
    return verify_status_list(data, PUBLIC)


def test_a_list_gives_back_what_it_was_given() -> None:
    found = listed(0, 9, SIZE - 1, suspended=[1, SIZE - 2])

    assert (found.uri, found.bundle_serial, found.issued_at, found.ttl) == (URI, 7, ISSUED, 43_200)
    assert [found.status_of(n) for n in (0, 1, 8, 9, 10, SIZE - 3, SIZE - 2, SIZE - 1)] == [
        Status.WITHDRAWN,
        Status.SUSPENDED,
        Status.VALID,
        Status.WITHDRAWN,
        Status.VALID,
        Status.VALID,
        Status.SUSPENDED,
        Status.WITHDRAWN,
    ]


@settings(max_examples=25)
@given(st.dictionaries(st.integers(0, SIZE - 1), st.booleans(), max_size=500))
def test_exactly_those_withdrawn_and_suspended_are_listed(ended: dict[int, bool]) -> None:
    withdrawn = sorted(index for index, for_good in ended.items() if for_good)
    suspended = sorted(ended.keys() - set(withdrawn))

    found = listed(*withdrawn, suspended=suspended)

    bits = np.unpackbits(np.frombuffer(found.bits, np.uint8), bitorder="little").reshape(-1, 2)
    assert np.flatnonzero(bits[:, 0]).tolist() == found.withdrawn == withdrawn
    assert np.flatnonzero(bits[:, 1]).tolist() == suspended
    assert {found.status_of(index) for index in suspended} <= {Status.SUSPENDED}


# The draft's example of two bits (section 4.1), but for its entries of 3, which here are 0.
def test_the_bits_stand_as_in_the_draft() -> None:
    found = listed(0, 5, 7, 8, suspended=[1, 9])

    assert found.bits[:3] == bytes([0xC9 & 0x3F, 0x44, 0xF9 & 0x0F])


def test_who_is_withdrawn_is_not_suspended_too() -> None:
    assert listed(5, suspended=[5]).status_of(5) is Status.WITHDRAWN


def test_a_list_of_one_in_a_thousand_is_small() -> None:
    some = np.random.default_rng(5).choice(SIZE, 1000, replace=False)

    data = sign_status_list(
        KEY, uri=URI, withdrawn=map(int, some), issued_at=ISSUED, ttl=1, bundle_serial=1
    )

    assert len(data) < 3700


@pytest.mark.parametrize("fill", [0, 0b01_01_01_01, 0b10_10_10_10, None])
def test_a_list_however_full_is_read(fill: int | None) -> None:
    bits = np.random.default_rng(6).bytes(BYTES) if fill is None else bytes([fill]) * BYTES
    # Without the entries of no meaning.
    bits = bytes(byte & ~((byte & 0xAA) >> 1) for byte in bits)

    assert verify_status_list(a_list(zlib.compress(bits, 9)), PUBLIC).bits == bits


@pytest.mark.parametrize(
    ("year", "month", "number"), [(2020, 1, 0), (2020, 12, 11), (2027, 2, 85), (2035, 7, 186)]
)
def test_lists_are_numbered_by_month(year: int, month: int, number: int) -> None:
    assert status_list_number(year, month) == number


def test_months_have_different_lists() -> None:
    months = [(year, month) for year in range(2020, 2060) for month in range(1, 13)]

    assert [status_list_number(*month) for month in months] == list(range(40 * 12))


# --- what is refused


def a_list(
    packed: object, *, key: Any = KEY, type_: str = TYPE, claims: dict[int, Any] | None = None
) -> bytes:
    """A signed list with this packed content, or with other claims altogether."""
    body = {
        2: URI,
        6: ISSUED,
        65533: {"lst": packed, "bits": 2},
        65534: 43_200,
        -65539: 7,
    }
    return sign1(key, body if claims is None else claims, type_=type_)


GOOD = zlib.compress(bytes(BYTES), 9)


def test_the_list_that_is_spoilt_below_is_good() -> None:
    assert verify_status_list(a_list(GOOD), PUBLIC).bits == bytes(BYTES)


def test_a_list_of_another_key_is_refused() -> None:
    with pytest.raises(SignatureError):
        verify_status_list(a_list(GOOD, key=a_key(14)), PUBLIC)


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x78\xda", id="nothing but a header"),
        pytest.param(zlib.compress(bytes(BYTES - 1), 9), id="a byte less"),
        pytest.param(zlib.compress(bytes(BYTES + 1), 9), id="a byte more"),
        pytest.param(zlib.compress(bytes(2 * BYTES), 9), id="twice the size"),
        pytest.param(GOOD + b"\0", id="a byte after the end"),
        pytest.param(GOOD + GOOD, id="twice"),
        pytest.param(GOOD[:-1], id="end cut off"),
        pytest.param(GOOD[:-4], id="no checksum"),
        pytest.param(GOOD[:-4] + bytes(4), id="another checksum"),
        pytest.param(GOOD[:20] + b"\xff" + GOOD[21:], id="damaged"),
        pytest.param(GOOD[2:-4], id="raw deflate"),
        pytest.param(b"\x1f\x8b\x08" + GOOD, id="gzip"),
        pytest.param(bytes(BYTES), id="not packed"),
        pytest.param(zlib.compress(bytes(BYTES - 1) + b"\xc0", 9), id="an entry of no meaning"),
        pytest.param("text", id="a text"),
        pytest.param(None, id="null"),
        pytest.param(1, id="a number"),
    ],
)
def test_another_content_is_refused(packed: object) -> None:
    with pytest.raises(FormatError):
        verify_status_list(a_list(packed), PUBLIC)


def test_a_packed_bomb_is_refused_without_being_unpacked() -> None:
    import tracemalloc

    bomb = zlib.compress(bytes(64 << 20), 9)
    assert len(bomb) < 1 << 17
    data = a_list(bomb)
    tracemalloc.start()

    try:
        with pytest.raises(FormatError):
            verify_status_list(data, PUBLIC)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 4 << 20


def claims(**changes: Any) -> dict[int, Any]:
    body: dict[int, Any] = {
        2: URI,
        6: ISSUED,
        65533: {"lst": GOOD, "bits": 2},
        65534: 43_200,
        -65539: 7,
    }
    return body | {int(name.removeprefix("c").replace("_", "-")): v for name, v in changes.items()}


@pytest.mark.parametrize(
    ("body", "type_"),
    [
        pytest.param(claims(), "application/segel-trust+cwt", id="another type"),
        pytest.param(claims(c65533={"lst": GOOD, "bits": 1}), TYPE, id="one bit"),
        pytest.param(claims(c65533={"lst": GOOD, "bits": True}), TYPE, id="true bits"),
        pytest.param(claims(c65533={"bits": 2, "lst": GOOD}), TYPE, id="out of order"),
        pytest.param(claims(c65533={"lst": GOOD}), TYPE, id="no bits"),
        pytest.param(
            claims(c65533={"lst": GOOD, "bits": 2, "more": 1}), TYPE, id="a further entry"
        ),
        pytest.param(claims(c65533=[GOOD, 2]), TYPE, id="a list"),
        pytest.param(claims(c9=1), TYPE, id="a further claim"),
        pytest.param(dict(reversed(claims().items())), TYPE, id="claims out of order"),
        pytest.param({2: URI}, TYPE, id="claims missing"),
        pytest.param(claims(c2=1), TYPE, id="a number for the address"),
        pytest.param(claims(c6="now"), TYPE, id="a text for the time"),
        pytest.param(claims(c65534=-1), TYPE, id="a negative ttl"),
        pytest.param(claims(c_65539=None), TYPE, id="no serial"),
    ],
)
def test_another_kind_of_list_is_refused(body: dict[int, Any], type_: str) -> None:
    with pytest.raises(FormatError):
        verify_status_list(a_list(GOOD, claims=body, type_=type_), PUBLIC)
