"""A sealed report opens for its readers, each part in its place; everything else is refused."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.cose import encode
from signing.envelope import (
    CHUNK_BYTES,
    CaseKey,
    Direction,
    Place,
    Purpose,
    bucket_of,
    digest_of,
    is_own_key,
    new_case,
    open_file,
    open_message,
    own_proof,
    parse_submission,
    parse_wrap,
    seal_file,
    seal_message,
    unwrap_key,
    wrap_key,
)
from signing.errors import CannotOpenError, FormatError, SigningError
from signing.hpke import OpeningKey
from signing.padding import BUCKETS, LONGEST_TEXT
from tests.vectors import make_sealed

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "envelope.json").read_text(encoding="utf-8")
)
CASE = bytes(range(16))
KEY = CaseKey(case=CASE, secret=bytes(32))
PLACE = Place(direction=Direction.TO_OFFICE, sequence=3, previous=bytes(32))
MESSAGE = seal_message(KEY, PLACE, b"some text")
READER = OpeningKey.new()
WRAP = wrap_key(KEY, READER.sealing_key)
WHOLE = bytes.fromhex(VECTORS["python"]["sealed"]["submission"])


@pytest.mark.parametrize("by", ["python", "javascript"])
def test_a_report_opens_as_the_vectors_say(by: str) -> None:
    assert make_sealed.opened(VECTORS[by]["sealed"]) == VECTORS[by]["opened"]


@settings(max_examples=40)
@given(st.integers(0, LONGEST_TEXT))
def test_every_text_of_a_bucket_is_a_message_of_one_length(length: int) -> None:
    message = seal_message(KEY, PLACE, bytes(length))

    assert bucket_of(message) == next(size for size in BUCKETS if length + 4 <= size)
    assert len(message) == bucket_of(message) + 81


@given(st.integers(0, len(MESSAGE) * 8 - 1))
def test_no_bit_of_a_message_can_be_another(bit: int) -> None:
    changed = bytearray(MESSAGE)
    changed[bit // 8] ^= 1 << bit % 8

    with pytest.raises((CannotOpenError, FormatError)):
        open_message(KEY, PLACE, bytes(changed))


@pytest.mark.parametrize(
    ("key", "place"),
    [
        (replace(KEY, case=new_case()), PLACE),
        (replace(KEY, epoch=1), PLACE),
        (CaseKey.new(CASE), PLACE),
        (KEY, replace(PLACE, direction=Direction.TO_REPORTER)),
        (KEY, replace(PLACE, sequence=4)),
        (KEY, replace(PLACE, previous=b"\x01" * 32)),
    ],
)
def test_a_message_opens_nowhere_but_in_its_place(key: CaseKey, place: Place) -> None:
    assert open_message(KEY, PLACE, MESSAGE) == b"some text"

    with pytest.raises(CannotOpenError):
        open_message(key, place, MESSAGE)


def test_notes_are_never_under_the_key_that_the_reporter_has() -> None:
    note = replace(PLACE, direction=Direction.NOTE)
    notes = CaseKey.new(CASE, purpose=Purpose.NOTES)

    for key, place in ((KEY, note), (notes, PLACE)):
        with pytest.raises(FormatError):
            seal_message(key, place, b"")
    with pytest.raises(CannotOpenError):
        open_message(replace(notes, secret=KEY.secret), note, MESSAGE)


def test_only_its_reader_unwraps_a_key_and_only_for_its_case() -> None:
    assert unwrap_key(WRAP, CASE, READER) == KEY

    for case, reader in ((new_case(), READER), (CASE, OpeningKey.new())):
        with pytest.raises(CannotOpenError):
            unwrap_key(WRAP, case, reader)


@given(st.integers(0, len(WRAP) * 8 - 1))
def test_no_bit_of_a_wrap_can_be_another(bit: int) -> None:
    changed = bytearray(WRAP)
    changed[bit // 8] ^= 1 << bit % 8

    with pytest.raises((CannotOpenError, FormatError)):
        unwrap_key(bytes(changed), CASE, READER)


def test_a_key_that_a_server_slips_in_is_not_the_reporters_own() -> None:
    seed = bytes(range(32))
    proof = own_proof(seed, KEY)

    assert is_own_key(seed, KEY, proof)
    for key in (CaseKey.new(CASE), replace(KEY, epoch=1), replace(KEY, case=new_case())):
        assert not is_own_key(seed, key, proof)
    assert not is_own_key(bytes(32), KEY, proof)


def test_the_mark_of_a_key_is_its_own() -> None:
    keys = [KEY, replace(KEY, epoch=1), replace(KEY, purpose=Purpose.NOTES), CaseKey.new(CASE)]

    assert len({key.mark for key in keys}) == len(keys)


FILE = bytes(range(251)) * 2100
SEALED_FILE = seal_file(KEY.secret, CASE, FILE)


@pytest.mark.parametrize("length", [0, 1, 1016, 1017, CHUNK_BYTES - 8, CHUNK_BYTES - 7])
def test_a_file_of_any_length_comes_back(length: int) -> None:
    file = seal_file(KEY.secret, CASE, FILE[:length])

    assert open_file(KEY.secret, CASE, file) == FILE[:length]
    assert sum(map(len, file.chunks)) == file.size + 16 * len(file.chunks)


@pytest.mark.parametrize(
    "changes",
    [
        {"chunks": SEALED_FILE.chunks[:-1]},
        {"chunks": SEALED_FILE.chunks[1:]},
        {"chunks": (*SEALED_FILE.chunks, SEALED_FILE.chunks[-1])},
        {"chunks": (SEALED_FILE.chunks[1], SEALED_FILE.chunks[0], *SEALED_FILE.chunks[2:])},
        {"chunks": SEALED_FILE.chunks[:2], "size": 2 * CHUNK_BYTES},
        {"id": bytes(16)},
        {"size": SEALED_FILE.size + 1},
        {"size": 1 << 60},
        {"size": 0, "chunks": ()},
        {"header": bytes(64)},
        {"header": b""},
    ],
)
def test_chunks_cannot_be_left_out_added_or_exchanged(changes: dict[str, Any]) -> None:
    assert len(SEALED_FILE.chunks) == 3
    assert open_file(KEY.secret, CASE, SEALED_FILE) == FILE

    spoiled = replace(SEALED_FILE, **changes)

    with pytest.raises((CannotOpenError, FormatError)):
        open_file(KEY.secret, CASE, spoiled)
    assert (
        changes.keys() == {"id"}
        or changes.keys() == {"size"}
        or (spoiled.digest != SEALED_FILE.digest)
    )


def test_a_file_of_one_case_is_none_of_another() -> None:
    for secret, case in ((bytes(31) + b"\x01", CASE), (KEY.secret, new_case())):
        with pytest.raises(CannotOpenError):
            open_file(secret, case, SEALED_FILE)


def test_every_spoiled_report_of_the_vectors_is_refused() -> None:
    """With which error, tests/house/test_vectors.py holds against the program."""
    taken = [case["name"] for case in VECTORS["spoiled"] if case["error"] is None]

    assert taken == ["as it was"] * 4


def everything(data: bytes) -> list[bytes]:
    """All that can be opened of a report by its readers."""
    report = parse_submission(data)
    keys = [
        unwrap_key(wrap, report.case, make_sealed.KEYS[name])
        for wrap, name in zip(
            [*report.wraps, report.own], ("handler 1", "handler 2", "reporter"), strict=True
        )
    ]
    place = Place(direction=Direction.TO_OFFICE, sequence=0, previous=digest_of(report.identity))
    if not is_own_key(make_sealed.OWN_SECRET, keys[2], report.proof):
        raise CannotOpenError("not the reporter's own")
    return [open_message(key, place, report.message) for key in keys]


@given(st.integers(0, len(WHOLE) * 8 - 1))
def test_no_bit_of_a_whole_report_can_be_another(bit: int) -> None:
    """The identity envelope, too: the message names its digest."""
    changed = bytearray(WHOLE)
    changed[bit // 8] ^= 1 << bit % 8

    assert set(everything(WHOLE)) == {make_sealed.TEXT.encode()}
    with pytest.raises(SigningError):
        everything(bytes(changed))


values = st.recursive(
    st.one_of(
        st.integers(-(1 << 65), 1 << 65),
        st.binary(max_size=40),
        st.text(max_size=8),
        st.booleans(),
        st.none(),
        st.floats(),
    ),
    lambda inner: st.lists(inner, max_size=7) | st.dictionaries(st.integers(), inner, max_size=3),
    max_leaves=12,
)


@given(st.binary(max_size=200))
def test_no_bytes_make_the_parsers_stumble(data: bytes) -> None:
    for parse in (parse_submission, parse_wrap, bucket_of):
        with pytest.raises(FormatError):
            parse(data)


@given(values, st.data())
def test_no_values_make_the_parsers_stumble(value: object, data: st.DataObject) -> None:
    """Any CBOR at all, alone and in the place of any part of a good report."""
    parts = cbor2.loads(WHOLE)
    parts[data.draw(st.integers(0, 6))] = value
    wrap = cbor2.loads(WRAP)
    wrap[data.draw(st.integers(0, 5))] = value

    for parse, one in ((parse_submission, parts), (parse_wrap, wrap), (parse_submission, value)):
        try:
            parse(encode(one))
        except FormatError:
            continue


def test_what_is_longer_than_any_report_is_not_even_read() -> None:
    with pytest.raises(FormatError, match="more than"):
        parse_submission(bytes((1 << 20) + 1))
