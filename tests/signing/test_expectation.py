"""An expectation opens with its site's key, as it was sealed, and tells nobody else anything."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.cells import CellKey, seal_cell
from signing.cose import encode
from signing.errors import FormatError, SignatureError
from signing.expectation import (
    PLACE,
    PREFIX,
    Expectation,
    expected_birth_hash,
    expected_nik_hash,
    open_expectation,
    seal_expectation,
)

KEY = CellKey(bytes(range(32)))
NIK, BIRTH = "9999016512960003", "1996-12-25"


def an_expectation(name: str = "RATNA WULANDARI", until: int = 1_800_000_000) -> Expectation:
    return Expectation(
        name=name,
        nik_hash=expected_nik_hash(KEY, NIK),
        birth_hash=expected_birth_hash(KEY, BIRTH),
        until=until,
    )


# As written once, and to be opened for ever.
WRITTEN = (
    "SEGEL-E1.AZ0I58iBPoCx8DvoGR9lkz6FqzFx4zmfAD5NU3VRTxF6LJ_6JW5ZkNSAThamzeNGwJPp4O8"
    "vZPPlUmmabwoeoScHQUUqZAbEHsZ-X7ej2Jw4wgB4xmQ9raXt5FrVpj0WWBJlQf__N3h8ojl6WCt7wO9"
    "FL3lGtLXK-zsT"
)


@given(st.text(min_size=1, max_size=60), st.integers(0, 2**40))
def test_what_was_sealed_opens_again(name: str, until: int) -> None:
    expectation = an_expectation(name, until)
    assert open_expectation(KEY, seal_expectation(KEY, expectation)) == expectation


def test_one_that_was_written_before_still_opens() -> None:
    assert open_expectation(KEY, WRITTEN) == an_expectation()


def test_it_tells_whoever_reads_it_nothing() -> None:
    text = seal_expectation(KEY, an_expectation())
    for secret in ("RATNA", NIK, BIRTH):
        assert secret not in text
        assert secret not in repr(an_expectation())


def test_another_site_does_not_open_it() -> None:
    with pytest.raises(SignatureError):
        open_expectation(CellKey.new(), WRITTEN)


@given(st.integers(len(PREFIX), len(WRITTEN) - 1), st.sampled_from("AQgw_-x"))
def test_one_letter_changed_is_refused(place: int, letter: str) -> None:
    changed = WRITTEN[:place] + letter + WRITTEN[place + 1 :]
    if changed != WRITTEN:
        with pytest.raises((FormatError, SignatureError)):
            open_expectation(KEY, changed)


@given(st.text(max_size=200))
def test_any_text_is_an_expectation_or_refused(text: str) -> None:
    with pytest.raises((FormatError, SignatureError)):
        open_expectation(KEY, PREFIX + text)


@pytest.mark.parametrize("text", ["", "SEGEL-E1.", WRITTEN + "=", WRITTEN + "\n", " " + WRITTEN,
                                  WRITTEN.removeprefix(PREFIX), WRITTEN + "A" * 600])  # fmt: skip
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises((FormatError, SignatureError)):
        open_expectation(KEY, text)


H = bytes(32)


@pytest.mark.parametrize(
    "claims",
    [
        {1: "A", 2: H, 3: H},
        {1: "A", 2: H, 3: H, 4: 1, 5: 1},
        {1: "", 2: H, 3: H, 4: 1},
        {1: "A" * 256, 2: H, 3: H, 4: 1},
        {1: b"A", 2: H, 3: H, 4: 1},
        {1: "A", 2: H[:31], 3: H, 4: 1},
        {1: "A", 2: H, 3: "A" * 32, 4: 1},
        {1: "A", 2: H, 3: H, 4: -1},
        {1: "A", 2: H, 3: H, 4: True},
        [1],
    ],
)  # fmt: skip
def test_other_content_is_refused_though_well_sealed(claims: object) -> None:
    sealed = seal_cell(KEY, PLACE, encode(claims))
    with pytest.raises(FormatError):
        open_expectation(KEY, PREFIX + base64.urlsafe_b64encode(sealed).rstrip(b"=").decode())


@pytest.mark.parametrize("name", ["", "A" * 256])
def test_a_name_that_no_reader_takes_is_not_sealed(name: str) -> None:
    with pytest.raises(FormatError):
        seal_expectation(KEY, an_expectation(name))


def test_hashes_of_different_purposes_differ() -> None:
    assert expected_nik_hash(KEY, NIK) != expected_birth_hash(KEY, NIK)
