"""Keys count when two holders signed for them; who is accused, and who commands them, gets none."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.cose import encode, read, sign1
from signing.directory import (
    Directory,
    NoReaderError,
    Role,
    Unit,
    approve_directory,
    encode_directory,
    join_approvals,
    parse_directory,
    require_successor,
    route,
    verify_directory,
)
from signing.errors import FormatError, SignatureError, SigningError
from signing.hpke import OpeningKey, SealingKey
from signing.keys import VerifyingKey
from tests.vectors.make_sealed import (
    BODY,
    DIRECTORY,
    ISSUED,
    KOMPOLNAS,
    MABES,
    OMBUDSMAN,
    OTHER_ROOT,
    POLDA,
    POLRES,
    POLSEK,
    ROOTS,
    published,
)

HOLDERS = [VerifyingKey(root.point) for root in ROOTS]
PUBLISHED = published()
CODES = [unit.code for unit in DIRECTORY.units]


def test_a_directory_reads_as_it_was_written() -> None:
    assert verify_directory(PUBLISHED, HOLDERS) == DIRECTORY


@given(st.integers(0, len(PUBLISHED) * 8 - 1))
def test_no_bit_of_a_directory_can_be_another(bit: int) -> None:
    changed = bytearray(PUBLISHED)
    changed[bit // 8] ^= 1 << bit % 8

    with pytest.raises((FormatError, SignatureError)):
        verify_directory(bytes(changed), HOLDERS)


@given(st.binary(max_size=200))
def test_other_bytes_are_no_directory(data: bytes) -> None:
    for one in (data, PUBLISHED[: len(data)] + data):
        with pytest.raises((FormatError, SignatureError)):
            verify_directory(one, HOLDERS)


def test_who_was_built_with_fewer_holders_believes_nobody() -> None:
    with pytest.raises(SignatureError):
        verify_directory(PUBLISHED, HOLDERS[:1])
    with pytest.raises(SignatureError):
        verify_directory(PUBLISHED, [])


def test_one_holder_who_signs_twice_is_still_one() -> None:
    once = approve_directory(ROOTS[0], BODY)

    with pytest.raises(SignatureError):
        verify_directory(join_approvals(BODY, [once, once]), [*HOLDERS, HOLDERS[0]])


def test_an_approval_by_nobody_known_counts_for_nothing() -> None:
    approvals = [approve_directory(one, BODY) for one in (ROOTS[0], OTHER_ROOT)]

    with pytest.raises(SignatureError):
        verify_directory(join_approvals(BODY, approvals), HOLDERS)


def test_an_approval_whose_signature_was_altered_counts_for_nothing() -> None:
    good = [approve_directory(root, BODY) for root in ROOTS[:2]]
    altered = good[1][:-1] + bytes((good[1][-1] ^ 1,))

    with pytest.raises(SignatureError):
        verify_directory(join_approvals(BODY, [good[0], altered]), HOLDERS)


def test_more_approvals_than_there_can_be_are_not_looked_at() -> None:
    approvals = [approve_directory(root, BODY) for root in ROOTS[:2]]

    assert verify_directory(join_approvals(BODY, approvals * 4), HOLDERS) == DIRECTORY
    with pytest.raises(FormatError):
        verify_directory(join_approvals(BODY, [*approvals * 4, approvals[0]]), HOLDERS)


def test_what_is_longer_than_any_directory_is_not_even_read() -> None:
    with pytest.raises(FormatError, match="more than"):
        verify_directory(bytes((1 << 22) + 1), HOLDERS)


AFTER = replace(
    DIRECTORY, serial=DIRECTORY.serial + 1, previous=DIRECTORY.digest, issued_at=ISSUED + 10
)


def test_a_directory_may_add_and_end_keys_and_change_units() -> None:
    spare = replace(DIRECTORY.keys[0], key=another_key())
    ended = replace(DIRECTORY.keys[0], until=ISSUED + 10)
    units = (*DIRECTORY.units[:-1], replace(DIRECTORY.units[-1], name="OMBUDSMAN BARU"))

    require_successor(DIRECTORY, AFTER)
    require_successor(DIRECTORY, replace(AFTER, keys=(*AFTER.keys, spare)))
    require_successor(DIRECTORY, replace(AFTER, keys=(ended, *AFTER.keys[1:]), units=units))


def another_key() -> SealingKey:
    """A reader's key that is not in the directory."""
    return OpeningKey.new().sealing_key


@pytest.mark.parametrize(
    "after",
    [
        replace(AFTER, serial=DIRECTORY.serial),
        replace(AFTER, serial=DIRECTORY.serial + 2),
        replace(AFTER, previous=bytes(32)),
        replace(AFTER, issued_at=ISSUED - 1),
        replace(AFTER, keys=AFTER.keys[1:]),
        replace(AFTER, keys=AFTER.keys[:-1]),
        replace(AFTER, keys=tuple(reversed(AFTER.keys))),
        replace(AFTER, keys=(replace(AFTER.keys[0], unit=POLDA), *AFTER.keys[1:])),
        replace(AFTER, keys=(replace(AFTER.keys[0], valid_from=0), *AFTER.keys[1:])),
        replace(AFTER, keys=(replace(AFTER.keys[0], until=ISSUED + 9), *AFTER.keys[1:])),
        replace(AFTER, keys=(*AFTER.keys[:3], replace(AFTER.keys[3], until=0), *AFTER.keys[4:])),
        # Given an end once, it has that one.
        replace(
            AFTER,
            keys=(*AFTER.keys[:3], replace(AFTER.keys[3], until=ISSUED + 99), *AFTER.keys[4:]),
        ),
    ],
)
def test_no_directory_takes_back_what_one_before_it_said(after: Directory) -> None:
    with pytest.raises(SignatureError):
        require_successor(DIRECTORY, after)


codes = st.sampled_from(CODES)


@given(near=codes, accused=st.sets(codes, max_size=3))
def test_neither_the_accused_nor_their_superiors_nor_who_is_below_gets_a_key(
    near: int, accused: set[int]
) -> None:
    units = {unit.code: unit for unit in DIRECTORY.units}
    try:
        way = route(DIRECTORY, near=near, accused=accused, at=ISSUED)
    except NoReaderError:
        return

    reading = {key.unit for key in (*way.handlers, *way.internal, *way.external)}
    assert not reading & accused
    for code in accused:
        above = units[code].above
        assert above not in reading or units[above].outside
    for code in reading:
        commander = units[code]
        while commander.above and not units[commander.above].outside:
            commander = units[commander.above]
            assert commander.code not in accused
    assert {key.unit for key in way.handlers} == {way.unit.code}
    assert len(way.internal) == 3
    assert 1 <= len(way.external) <= 2
    assert all(key.is_valid(ISSUED) for key in (*way.handlers, *way.internal, *way.external))
    assert all(key.role is Role.HANDLER for key in way.handlers)


@pytest.mark.parametrize(
    ("accused", "gets_it"),
    [([], POLRES), ([POLSEK], POLDA), ([POLRES], MABES), ([POLDA], KOMPOLNAS)],
)
def test_the_next_above_gets_a_report_on_a_unit(accused: list[int], gets_it: int) -> None:
    near = accused[0] if accused else POLRES

    way = route(DIRECTORY, near=near, accused=accused, at=ISSUED)

    assert way.unit.code == gets_it
    assert (way.unit.code == near) == (not way.instead_of)


def test_a_commission_commands_nobody_and_is_nobodys_superior() -> None:
    # KOMPOLNAS stands above MABES, and outside.
    about_the_top = route(DIRECTORY, near=MABES, accused=[MABES], at=ISSUED)
    about_itself = route(DIRECTORY, near=POLRES, accused=[KOMPOLNAS], at=ISSUED)

    assert about_the_top.unit.code == KOMPOLNAS
    assert about_itself.unit.code == POLRES
    assert about_itself.excluded == {KOMPOLNAS}


@pytest.mark.parametrize(("near", "accused"), [(1, []), (POLRES, [1])])
def test_a_unit_that_is_not_there_gets_nothing(near: int, accused: list[int]) -> None:
    with pytest.raises(NoReaderError):
        route(DIRECTORY, near=near, accused=accused, at=ISSUED)


def test_a_directory_past_its_day_leads_nowhere() -> None:
    last = DIRECTORY.expires_at - 1

    assert route(DIRECTORY, near=POLRES, at=last).unit.code == POLRES
    with pytest.raises(NoReaderError):
        route(DIRECTORY, near=POLRES, at=last + 1)


def test_a_custodian_of_the_accused_is_called_off_and_the_next_one_called() -> None:
    usual = route(DIRECTORY, near=POLRES, at=ISSUED)
    way = route(DIRECTORY, near=POLRES, accused=[POLRES], at=ISSUED)

    assert [key.unit for key in usual.internal] == [MABES, POLDA, 997200]
    assert [key.unit for key in way.internal] == [MABES, 997200, KOMPOLNAS]


def test_with_too_few_custodians_left_nothing_is_sealed() -> None:
    few = replace(DIRECTORY, keys=tuple(key for key in DIRECTORY.keys if key.unit != OMBUDSMAN))

    with pytest.raises(NoReaderError):
        route(few, near=POLRES, accused=[POLDA], at=ISSUED)


def put(parts: Any, *path: int, value: object) -> None:
    for place in path[:-1]:
        parts = parts[place]
    parts[path[-1]] = value


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: put(parts, 0, value=0),
        lambda parts: put(parts, 0, value=2),
        lambda parts: put(parts, 0, value=True),
        lambda parts: put(parts, 1, value=1 << 32),
        lambda parts: put(parts, 2, value=bytes(31)),
        lambda parts: put(parts, 3, value=1 << 37),
        lambda parts: parts[5].reverse(),
        lambda parts: parts[5].append(parts[5][-1]),
        lambda parts: put(parts, 5, 0, 0, value=0),
        lambda parts: parts[5].insert(0, [0, "NOBODY", 0, 0]),
        lambda parts: put(parts, 5, 0, 2, value=1),
        lambda parts: put(parts, 5, 0, 3, value=2),
        lambda parts: put(parts, 6, 0, 0, value=1),
        lambda parts: put(parts, 6, 0, 1, value=0),
        lambda parts: put(parts, 6, 0, 1, value=4),
        lambda parts: put(parts, 6, 0, 2, value=0),
        lambda parts: put(parts, 6, 0, 2, value=3),
        lambda parts: put(parts, 6, 0, 3, value="x" * 32),
        lambda parts: put(parts, 6, 0, 3, value=bytes(31)),
        lambda parts: parts[6].append(parts[6][0]),
        lambda parts: parts.append(0),
    ],
)
def test_a_body_out_of_order_is_no_directory(change: Callable[[Any], None]) -> None:
    parts = read(BODY)
    change(parts)

    with pytest.raises(FormatError):
        parse_directory(encode(parts))


def test_an_approval_of_something_else_is_none() -> None:
    claims = {6: DIRECTORY.issued_at, -65542: [1, DIRECTORY.serial, DIRECTORY.digest]}
    other = claims | {6: DIRECTORY.issued_at + 1}
    good = [sign1(root, claims, type_="segel-directory") for root in ROOTS[:2]]
    assert verify_directory(join_approvals(BODY, good), HOLDERS) == DIRECTORY

    for spoilt in (
        sign1(ROOTS[1], claims, type_="segel-poster"),
        sign1(ROOTS[1], other, type_="segel-directory"),
    ):
        with pytest.raises(FormatError):
            verify_directory(join_approvals(BODY, [good[0], spoilt]), HOLDERS)


def test_a_key_is_sealed_for_from_its_first_moment_to_before_its_end() -> None:
    key = replace(DIRECTORY.keys[0], valid_from=ISSUED, until=ISSUED + 10)

    assert [key.is_valid(ISSUED + n) for n in (-1, 0, 9, 10)] == [False, True, True, False]


@pytest.mark.parametrize("role", [Role.INTERNAL, Role.EXTERNAL])
def test_without_custodians_of_both_sides_nothing_is_sealed(role: Role) -> None:
    few = replace(DIRECTORY, keys=tuple(key for key in DIRECTORY.keys if key.role is not role))

    with pytest.raises(NoReaderError):
        route(few, near=POLRES, at=ISSUED)


def test_units_must_have_an_order_that_ends() -> None:
    ring = replace(
        DIRECTORY,
        units=tuple(
            replace(unit, above=POLSEK) if unit.code == KOMPOLNAS else unit
            for unit in DIRECTORY.units
        ),
    )

    with pytest.raises(FormatError):
        parse_directory(encode_directory(ring))


@given(st.text(max_size=90))
def test_a_name_is_one_line_of_plain_letters(name: str) -> None:
    units = (replace(DIRECTORY.units[0], name=name), *DIRECTORY.units[1:])
    good = 0 < len(name) <= 80 and name.isascii() and name.isprintable()
    try:
        parse_directory(encode_directory(replace(DIRECTORY, units=units)))
    except SigningError:
        assert not good
    else:
        assert good


def test_a_unit_is_found_by_its_code() -> None:
    assert DIRECTORY.unit(OMBUDSMAN) == Unit(code=OMBUDSMAN, name="OMBUDSMAN CONTOH", outside=True)
    assert DIRECTORY.unit(1) is None
    assert parse_directory(BODY).digest == DIRECTORY.digest
