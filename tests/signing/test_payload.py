"""The fields of a certificate keep their bounds, and tell no more of the NIK than they must."""

from collections import Counter
from dataclasses import fields, replace
from datetime import date, timedelta
from math import log2
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.errors import FormatError
from signing.payload import CertificatePayload, claims_of, nik_code, payload_of
from signing.sheet import payload_of_sheet
from tests.builders import EXPIRES, ISSUED, a_sheet

GOOD = CertificatePayload(
    expires_at=EXPIRES,
    issued_at=ISSUED,
    sequence=31245,
    name="RATNA WULANDARI",
    birth_year=1996,
    nik_code=613,
    unit=997100,
    purpose=1,
    result=0,
    status_list=85,
    status_index=734_211,
    digest=bytes(range(16)),
)


def test_claims_give_the_payload_back() -> None:
    assert payload_of(claims_of(GOOD)) == GOOD


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("expires_at", 0),
        ("expires_at", (1 << 37) - 1),
        ("issued_at", 0),
        ("sequence", 0),
        ("sequence", (1 << 32) - 1),
        ("name", "A"),
        ("name", "A" * 65),
        ("name", "É" * 32),
        ("name", "NGUYỄN ŁUKASZ ŞAHİN"),
        ("name", "O'BRIEN-SMITH, S.H."),
        ("birth_year", 0),
        ("birth_year", 9999),
        ("nik_code", 0),
        ("nik_code", 999),
        ("unit", (1 << 32) - 1),
        ("purpose", 0),
        ("purpose", 65_535),
        ("purpose", "MAGANG"),
        ("purpose", "A" * 40),
        ("result", 1),
        ("status_list", 65_535),
        ("status_index", (1 << 20) - 1),
    ],
)
def test_a_field_may_have_a_value_within_its_bounds(field: str, value: object) -> None:
    payload = replace(GOOD, **{field: value})  # type: ignore[arg-type]  # any field at all

    assert payload_of(claims_of(payload)) == payload


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((name, -1) for name in ("expires_at", "issued_at", "sequence", "birth_year", "nik_code")),
        *((name, -1) for name in ("unit", "purpose", "result", "status_list", "status_index")),
        *(
            (name, True)
            for name in ("expires_at", "sequence", "nik_code", "unit", "purpose", "result")
        ),
        *(
            (name, 1.0)
            for name in ("issued_at", "birth_year", "result", "status_list", "status_index")
        ),
        *((name, None) for name in ("expires_at", "name", "purpose", "digest")),
        ("expires_at", 1 << 37),
        ("issued_at", 1 << 37),
        ("sequence", 1 << 32),
        ("birth_year", 10_000),
        ("nik_code", 1000),
        ("unit", 1 << 32),
        ("purpose", 1 << 16),
        ("purpose", ""),
        ("purpose", "A" * 41),
        ("purpose", "MAGANG\n"),
        ("result", 2),
        ("status_list", 1 << 16),
        ("status_index", 1 << 20),
        ("name", ""),
        ("name", "A" * 66),
        ("name", "É" * 33),
        ("name", b"RATNA"),
        ("name", "RATNA\nWULANDARI"),
        ("name", "RATNA\0"),
        ("name", "RATNA\u200bWULANDARI"),
        ("name", "RATNA\u202eIRADNALUW"),
        ("name", "RATNA\ud800"),
        ("name", "E\u0301"),
        ("name", "\u212b"),
        ("digest", bytes(15)),
        ("digest", bytes(17)),
        ("digest", "0" * 16),
    ],
)
def test_a_value_out_of_bounds_is_refused_by_writer_and_reader(field: str, value: object) -> None:
    with pytest.raises(FormatError):
        claims_of(replace(GOOD, **{field: value}))  # type: ignore[arg-type]  # what is refused


SHAPE = claims_of(GOOD)[-65537]


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {4: EXPIRES, 6: ISSUED},
        {6: ISSUED, 4: EXPIRES, -65537: SHAPE},
        {4: EXPIRES, 6: ISSUED, -65537: SHAPE, 7: b""},
        {4: EXPIRES, 6: ISSUED, -65538: SHAPE},
        *(
            {4: EXPIRES, 6: ISSUED, -65537: shape}
            for shape in (
                None,
                [],
                tuple(SHAPE),
                dict(enumerate(SHAPE)),
                SHAPE[:-1],
                [*SHAPE, 0],
                [2, *SHAPE[1:]],
                [True, *SHAPE[1:]],
                [1.0, *SHAPE[1:]],
                [*SHAPE[:8], 85, SHAPE[9]],
                [*SHAPE[:8], [85], SHAPE[9]],
                [*SHAPE[:8], [85, 1, 1], SHAPE[9]],
            )
        ),
    ],
)
def test_other_claims_are_refused(claims: dict[Any, Any]) -> None:
    with pytest.raises(FormatError):
        payload_of(claims)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=70)
    | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


@settings(max_examples=500)
@given(st.sampled_from(range(10)), VALUES)
def test_any_value_in_any_place_is_read_or_refused(place: int, value: object) -> None:
    claims = claims_of(GOOD)
    claims[-65537][place] = value
    try:
        payload = payload_of(claims)
    except FormatError:
        return
    assert claims_of(payload) == claims


# --- what the code tells of the NIK


def test_the_check_code_is_the_published_one() -> None:
    assert nik_code("9971016512960003") == 492


def candidates() -> list[str]:
    """Every NIK of somebody whose birthday, sex and office are known: its last four digits."""
    return [f"997101651296{serial:04d}" for serial in range(1, 10_000)]


def test_the_code_leaves_one_in_a_thousand_and_no_fewer() -> None:
    groups = Counter(map(nik_code, candidates()))

    # Ten bits at most: of the candidates, those that a code leaves are about a thousandth.
    assert len(groups) == 1000
    assert max(groups.values()) <= 30
    assert 9.8 < sum(-n / 9999 * log2(n / 9999) for n in groups.values()) <= log2(1000)


def test_a_wrong_nik_passes_about_once_in_a_thousand() -> None:
    right = nik_code("9971016512960003")
    passing = sum(nik_code(nik) == right for nik in candidates())

    assert 2 <= passing <= 25


def test_with_only_the_year_known_hundreds_of_niks_remain() -> None:
    """The year of birth is in the token: each of its days and both sexes are candidates."""
    days = [date(1996, 1, 1) + timedelta(days=n) for n in range(366)]
    births = [f"{day.day + 40 * woman:02d}{day:%m%y}" for day in days for woman in (0, 1)]
    right = nik_code("9971016512960003")

    remaining = [
        nik
        for birth in births
        for serial in range(1, 100)
        if nik_code(nik := f"997101{birth}{serial:04d}") == right
    ]

    assert len(remaining) > 50


def test_another_certificate_of_the_same_person_tells_nothing_more() -> None:
    """Of other years, offices and purposes: all that depends on the NIK is one code."""
    one = payload_of_sheet(a_sheet(), bytes(16))
    two = payload_of_sheet(
        a_sheet(sequence=7, unit=1, status_index=3, purpose_code=2, id="ff" * 16), bytes(16)
    )

    assert one.nik_code == two.nik_code == nik_code("9971016512960003")


def test_of_the_nik_nothing_but_its_code_is_in_the_token() -> None:
    """Every candidate with the same code gives the same token, field for field."""
    right = nik_code("9971016512960003")
    twins = [nik for nik in candidates() if nik_code(nik) == right]
    assert len(twins) > 1

    payloads = {payload_of_sheet(a_sheet(nik=nik), bytes(16)) for nik in twins}

    assert len(payloads) == 1


def test_the_token_has_no_field_for_more_of_a_person() -> None:
    assert {field.name for field in fields(CertificatePayload)} == {
        "expires_at",
        "issued_at",
        "sequence",
        "name",
        "birth_year",
        "nik_code",
        "unit",
        "purpose",
        "result",
        "status_list",
        "status_index",
        "digest",
    }


def test_of_the_birthday_only_the_year_is_in_the_token() -> None:
    assert payload_of_sheet(a_sheet(birth_date="1996-12-25"), bytes(16)) == payload_of_sheet(
        a_sheet(birth_date="1996-01-01", birth_place="Lain", address="Lain"), bytes(16)
    )
