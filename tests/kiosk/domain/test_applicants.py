"""Records of applicants: good ones are read, every fault of a bad one is found, at its place.

The published schema is held to the same records: what the program takes, the schema takes; what the
program refuses, the schema refuses, but for the few things a schema cannot say.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from kiosk.domain.applicants import (
    FORBIDDEN_CHARACTERS,
    LONGEST_NAME_BYTES,
    LONGEST_RECORD,
    LONGEST_TEXTS,
    OPTIONAL_FIELDS,
    REQUIRED_FIELDS,
    SiteRules,
    parse_record,
    read_applicant,
)
from kiosk.domain.errors import Fault, Invalid
from kiosk.domain.identifiers import Sex

FORMATS = Path(__file__).parents[3] / "docs" / "formats"
SCHEMA = json.loads((FORMATS / "applicant.schema.json").read_text(encoding="utf-8"))
PAGE = (FORMATS / "applicant.md").read_text(encoding="utf-8")
EXAMPLE: dict[str, Any] = json.loads(re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)[0])
TODAY = date(2026, 8, 31)
DEMO = SiteRules(
    own_unit=999901,
    units=frozenset({999901, 999902}),
    purposes=frozenset({1, 2}),
    may_invent_regions=True,
)
OFFICE = SiteRules(own_unit=999901, units=frozenset({999901}), purposes=frozenset({1, 2}))
# Regency 00 does not exist, so this is nobody's.
POSSIBLE_NIK = "3200006512960003"


def a_record(**changes: Any) -> dict[str, Any]:
    """The example of the page, but for `changes`; a change to ... leaves the field out."""
    record = {**EXAMPLE, **changes}
    return {field: value for field, value in record.items() if value is not ...}


def all_faults(record: object, rules: SiteRules = DEMO) -> tuple[Fault, ...]:
    """What is wrong with a record."""
    try:
        read_applicant(record, today=TODAY, rules=rules)
    except Invalid as refusal:
        return refusal.faults
    return ()


def faults(record: object, rules: SiteRules = DEMO) -> list[tuple[str, str]]:
    """What is wrong with a record: paths and codes."""
    return [(fault.path, fault.code) for fault in all_faults(record, rules)]


def test_the_example_of_the_page_is_read() -> None:
    reading = read_applicant(EXAMPLE, today=TODAY, rules=DEMO)

    applicant = reading.applicant
    assert applicant.name == "RATNA WULANDARI"
    assert applicant.sex is Sex.FEMALE
    assert applicant.birth_date == date(1996, 12, 25)
    assert applicant.unit == 999901
    assert (applicant.alias, applicant.destination, applicant.result_text) == (None, None, None)
    assert [warning.code for warning in reading.warnings] == ["nik-region"]


def test_a_record_with_every_field_is_read_field_by_field() -> None:
    record = a_record(
        alias="Nana",
        nik=POSSIBLE_NIK,
        passport_number="X0000000",
        fingerprint_formula="1 U III 9 / 1 U III 8",
        resident_since="1997-01",
        purpose="Melamar beasiswa",
        destination="Universitas Contoh",
        result=1,
        result_text="Catatan rekaan",
        unit=999902,
    )

    reading = read_applicant(record, today=TODAY, rules=DEMO)

    assert reading.warnings == ()
    for field in LONGEST_TEXTS:
        expected = record[field].upper() if field in ("name", "alias") else record[field]
        assert getattr(reading.applicant, field) == expected
    assert reading.applicant.nik == POSSIBLE_NIK
    assert reading.applicant.resident_since == "1997-01"
    assert (reading.applicant.result, reading.applicant.unit) == (1, 999902)


def test_texts_are_brought_into_one_spelling() -> None:
    record = a_record(name=" Ratna\u00a0  Se\u0301ma  ", address="Jalan  Kenanga \u2003 12 ")

    applicant = read_applicant(record, today=TODAY, rules=DEMO).applicant

    assert applicant.name == "RATNA SÉMA"
    assert applicant.address == "Jalan Kenanga 12"


def test_capitals_are_in_normal_form_too() -> None:
    name = read_applicant(a_record(name="ǰ ΐ"), today=TODAY, rules=DEMO).applicant.name

    assert unicodedata.is_normalized("NFC", name)
    assert name == name.upper()


@pytest.mark.parametrize("field", [*LONGEST_TEXTS])
@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("  \u2003", "empty"),
        (7.5, "not-text"),
        (["a"], "not-text"),
        (True, "not-text"),
        ("a\nb", "forbidden-character"),
        ("a\tb", "forbidden-character"),
        ("a\x00b", "forbidden-character"),
        ("a\u202eb", "forbidden-character"),
        ("a\u2066b", "forbidden-character"),
        ("a\u200bb", "forbidden-character"),
        ("a\u200db", "forbidden-character"),
        ("a\ufeffb", "forbidden-character"),
        ("a\u00adb", "forbidden-character"),
        ("a\ufe0fb", "forbidden-character"),
        ("a\u2028b", "forbidden-character"),
        ("a\ue000b", "forbidden-character"),
        ("a\ud800b", "forbidden-character"),
        ("a\U000e0041b", "forbidden-character"),
        ("a\u0378b", "forbidden-character"),
        ("x" * 201, "too-long"),
        ("x" * 199 + " é", "too-long"),
    ],
)
def test_a_text_that_cannot_be_printed_is_refused(field: str, value: object, code: str) -> None:
    record = a_record(**{"result": 1, "result_text": "rekaan", field: value})

    assert faults(record) == [(field, code)]


@pytest.mark.parametrize(("value", "code"), [("", "empty"), (None, "not-text")])
@pytest.mark.parametrize("field", [field for field in LONGEST_TEXTS if field in REQUIRED_FIELDS])
def test_what_everybody_has_cannot_be_nothing(field: str, value: object, code: str) -> None:
    assert faults(a_record(**{field: value})) == [(field, code)]


@pytest.mark.parametrize("nothing", [None, ""])
@pytest.mark.parametrize("field", OPTIONAL_FIELDS)
def test_what_not_everybody_has_may_be_nothing(field: str, nothing: object) -> None:
    read, without = (
        read_applicant(a_record(**{field: value}), today=TODAY, rules=DEMO).applicant
        for value in (nothing, ...)
    )

    assert read == without


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_record_of_the_police_needs_its_words(nothing: object) -> None:
    assert faults(a_record(result=1, result_text=nothing)) == [("result_text", "needed")]


@pytest.mark.parametrize(("field", "longest"), [*LONGEST_TEXTS.items()])
def test_the_longest_text_fits_and_one_more_character_does_not(field: str, longest: int) -> None:
    usual = {"result": 1, "result_text": "rekaan"}

    assert faults(a_record(**{**usual, field: "X" * longest})) == []
    assert faults(a_record(**{**usual, field: "X" * (longest + 1)})) == [(field, "too-long")]


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("É" * 32, True),
        ("é" * 32 + "x", True),
        ("é" * 33, False),
        ("ß" * 32 + "x", True),
        ("ŉ" * 22, False),
        ("李" * 21, True),
        ("李" * 22, False),
    ],
)
def test_a_name_is_measured_in_bytes_of_its_capitals(name: str, fits: bool) -> None:  # noqa: FBT001  # a table
    assert (len(unicodedata.normalize("NFC", name.upper()).encode()) <= LONGEST_NAME_BYTES) is fits
    assert faults(a_record(name=name)) == ([] if fits else [("name", "too-long")])


@pytest.mark.parametrize("field", REQUIRED_FIELDS)
def test_a_missing_field_is_called_missing(field: str) -> None:
    assert faults(a_record(**{field: ...})) == [(field, "missing")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"sex": "F"}, ("sex", "not-choice")),
        ({"sex": "p"}, ("sex", "not-choice")),
        ({"sex": ["P"]}, ("sex", "not-choice")),
        ({"birth_date": "25-12-1996"}, ("birth_date", "not-date")),
        ({"birth_date": "1996-02-30"}, ("birth_date", "not-date")),
        ({"birth_date": "19961225"}, ("birth_date", "not-date")),
        ({"birth_date": "1996-W52-3"}, ("birth_date", "not-date")),
        ({"birth_date": "1996-12-25\n"}, ("birth_date", "not-date")),
        ({"birth_date": "１996-12-25"}, ("birth_date", "not-date")),
        ({"birth_date": 19961225}, ("birth_date", "not-date")),
        ({"birth_date": "2026-09-01"}, ("birth_date", "future")),
        ({"birth_date": "1899-12-31"}, ("birth_date", "too-early")),
        ({"nik": 9971016512960003}, ("nik", "not-text")),
        ({"nik": "997101651296000"}, ("nik", "nik-length")),
        ({"nik": "9971016512960000"}, ("nik", "nik-sequence")),
        ({"nik": "9971013102960001"}, ("nik", "nik-date")),
        ({"resident_since": "1996-13"}, ("resident_since", "not-date")),
        ({"resident_since": "1996-12-"}, ("resident_since", "not-date")),
        ({"resident_since": "2001-02-29"}, ("resident_since", "not-date")),
        ({"resident_since": "0000"}, ("resident_since", "not-date")),
        ({"resident_since": 1996}, ("resident_since", "not-date")),
        ({"resident_since": "2027"}, ("resident_since", "future")),
        ({"resident_since": "2026-09"}, ("resident_since", "future")),
        ({"resident_since": "2026-09-01"}, ("resident_since", "future")),
        ({"resident_since": "1995"}, ("resident_since", "before-birth")),
        ({"resident_since": "1996-11"}, ("resident_since", "before-birth")),
        ({"resident_since": "1996-12-24"}, ("resident_since", "before-birth")),
        ({"purpose": 3}, ("purpose", "unknown-purpose")),
        ({"purpose": True}, ("purpose", "not-text")),
        ({"result": 2}, ("result", "not-choice")),
        ({"result": True}, ("result", "not-choice")),
        ({"result": "0"}, ("result", "not-choice")),
        ({"result": 1}, ("result_text", "needed")),
        ({"result_text": "rekaan"}, ("result_text", "not-wanted")),
        ({"unit": 999903}, ("unit", "unknown-unit")),
        ({"unit": "999901"}, ("unit", "not-code")),
        ({"unit": True}, ("unit", "not-code")),
        ({"phone": "081"}, ("phone", "unknown-field")),
    ],
)
def test_a_fault_is_found_at_its_place(
    changes: dict[str, object], expected: tuple[str, str]
) -> None:
    assert faults(a_record(**changes)) == [expected]


@pytest.mark.parametrize(
    "changes",
    [
        {"resident_since": "1996"},
        {"resident_since": "1996-12"},
        {"resident_since": "2026-08-31"},
        {"birth_date": "2026-08-31", "resident_since": "2026"},
        {"birth_date": "1900-01-01"},
        {"purpose": 2},
    ],
)
def test_what_may_just_be_is_accepted(changes: dict[str, object]) -> None:
    assert faults(a_record(**changes)) == []


def test_all_faults_are_reported_at_once_in_the_order_of_the_fields() -> None:
    record = a_record(
        name=..., sex="X", birth_date="tomorrow", nik="1", result=1, unit=5, naem="Ratna", zip=1
    )

    assert faults(record) == [
        ("name", "missing"),
        ("sex", "not-choice"),
        ("birth_date", "not-date"),
        ("nik", "nik-length"),
        ("result_text", "needed"),
        ("unit", "unknown-unit"),
        ("naem", "unknown-field"),
        ("zip", "unknown-field"),
    ]


def test_an_unknown_field_is_named_with_its_likeness_and_cannot_paint_the_terminal() -> None:
    record = {**EXAMPLE, "birthdate": "1996", "\x1b[31m" + "x" * 99: 1}

    with pytest.raises(Invalid) as caught:
        read_applicant(record, today=TODAY, rules=DEMO)

    strange, familiar = caught.value.faults
    assert familiar.sentence == "is not a field; did you mean birth_date?"
    assert len(strange.path) == 40
    assert strange.path.isprintable()


def test_a_number_where_a_name_should_be_is_not_repeated() -> None:
    (fault,) = all_faults({**EXAMPLE, "nik 9971016512960003": 1})

    assert fault.path == "nik \ufffd"


def test_a_fault_never_repeats_what_was_written() -> None:
    record = a_record(name="Ratna\n", nik="997101651296", address="", religion=5, birth_date="1996")

    with pytest.raises(Invalid) as caught:
        read_applicant(record, today=TODAY, rules=DEMO)

    assert not re.search(r"Ratna|99710|1996-", str(caught.value))


@pytest.mark.parametrize(
    ("changes", "warnings"),
    [
        ({"nik": POSSIBLE_NIK}, []),
        ({"nik": "3200002512960003"}, ["nik-sex"]),
        ({"nik": "3200006612960003"}, ["nik-birth-date"]),
        ({"nik": "3200002412960003"}, ["nik-birth-date", "nik-sex"]),
        ({"nik": "9900006512960003"}, ["nik-region"]),
    ],
)
def test_what_only_looks_odd_is_a_warning(changes: dict[str, object], warnings: list[str]) -> None:
    reading = read_applicant(a_record(**changes), today=TODAY, rules=DEMO)

    assert [warning.code for warning in reading.warnings] == warnings


def test_an_office_refuses_provinces_that_do_not_exist() -> None:
    assert faults(EXAMPLE, OFFICE) == [("nik", "nik-region")]
    assert faults(a_record(nik=POSSIBLE_NIK), OFFICE) == []


@pytest.mark.parametrize("record", [None, [], "text", 5, [EXAMPLE]])
def test_a_record_is_an_object(record: object) -> None:
    assert faults(record) == [("", "not-object")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{'name': 1}",
        '{"name": NaN}',
        '{"name": "a", "name": "b"}',
        '{"a": {"b": 1, "b": 1}}',
        "[" * 40_000,
        '{"result": ' + "9" * 5000 + "}",
        b"\xef\xbb\xbf\xef\xbb\xbf{}",
    ],
)
def test_what_is_not_json_is_refused_whole(text: str | bytes) -> None:
    with pytest.raises(Invalid) as caught:
        parse_record(text)

    assert [fault.code for fault in caught.value.faults] == ["not-json"]


@pytest.mark.parametrize("data", ["{}".encode("utf-16"), b'{"name": "Ren\xe9"}', b'"\xed\xa0\x80"'])
def test_what_is_not_utf_8_is_called_so(data: bytes) -> None:
    with pytest.raises(Invalid) as caught:
        parse_record(data)

    assert [fault.code for fault in caught.value.faults] == ["not-utf-8"]


def test_a_record_beyond_all_measure_is_not_even_read() -> None:
    with pytest.raises(Invalid) as caught:
        parse_record('"' + "x" * LONGEST_RECORD + '"')

    assert caught.value.faults[0].code == "too-long"


def test_a_record_is_parsed_from_text_and_from_bytes() -> None:
    text = json.dumps(EXAMPLE)

    assert parse_record(text) == parse_record(text.encode()) == EXAMPLE
    assert parse_record(text.encode("utf-8-sig")) == EXAMPLE


# The schema.

VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
NO_LEAP_DAY = re.compile(r"^[26]902$|-02-29$")


def beyond_a_schema(fault: Fault, record: dict[str, Any]) -> bool:
    """Whether a schema could not have found this fault."""
    if fault.code in {"future", "before-birth", "nik-region", "unknown-purpose", "unknown-unit"}:
        return True
    value = record.get(fault.path)
    if not isinstance(value, str):
        return False
    if fault.code in {"nik-date", "not-date"}:
        return NO_LEAP_DAY.search(value[6:10] if fault.path == "nik" else value) is not None
    if fault.code == "forbidden-character":
        return re.search(f"[{FORBIDDEN_CHARACTERS}]", value) is None
    return fault.path == "name" and fault.code == "too-long" and len(value) <= 65


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_schema_page_and_program_name_the_same_fields_and_lengths() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (needed)?,? ?(\d*) ?\|", PAGE, re.MULTILINE)
    lengths = {
        field: part["maxLength"]
        for field, rule in SCHEMA["properties"].items()
        for part in [rule, *rule.get("anyOf", [])]
        if "$ref" in part and part["$ref"].endswith("/text")
    }

    assert {field for field, _, _ in rows} == set(REQUIRED_FIELDS + OPTIONAL_FIELDS)
    assert {field for field, needed, _ in rows if needed} == set(REQUIRED_FIELDS)
    assert {field: int(length) for field, _, length in rows if length} == LONGEST_TEXTS
    assert set(SCHEMA["properties"]) == set(REQUIRED_FIELDS + OPTIONAL_FIELDS)
    assert tuple(SCHEMA["required"]) == REQUIRED_FIELDS
    assert lengths == LONGEST_TEXTS


def test_every_code_of_a_fault_is_on_the_page() -> None:
    source = Path(__file__).parents[3] / "kiosk" / "domain"
    text = (source / "applicants.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'code="([a-z-]+)"', text)) | set(
        re.findall(r'refuse\(\s*"?\w+"?,\s*"([a-z-]+)"', text)
    )

    assert len(codes) > 12
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()


LETTERS = st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Zs"))
ODD = st.sampled_from("\n\t\x00\u200b\u202e\u00a0\u2003\u00ad\ufe0f\ue000\U000e0041\u0378 é\u0301'")
TEXTS = st.text(st.one_of(LETTERS, ODD), max_size=90)
# Good ones, so that a spoilt record has one fault for the two to be of one mind about.
GOOD_TEXTS = st.text(LETTERS, min_size=1, max_size=20).filter(
    lambda text: text.strip() != "" and not re.search(f"[{FORBIDDEN_CHARACTERS}]", text)
)
DAYS = st.one_of(
    st.dates(date(1890, 1, 1), date(2030, 1, 1)).map(str),
    st.from_regex(r"(19|20)[0-9]{2}(-[0-1][0-9](-[0-3][0-9])?)?", fullmatch=True),
)
NIKS = st.from_regex(r"(32|99)0000[0-7][0-9][01][0-9]{3}(0000|000[1-9])", fullmatch=True)
# Numbers that are whole but written with a point are beyond a schema, and left out.
NUMBERS = st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: not x.is_integer())
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 5), NUMBERS, TEXTS, DAYS, NIKS),
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(TEXTS, inner, max_size=2)),
    max_leaves=3,
)
GOOD = st.fixed_dictionaries(
    {
        **{field: GOOD_TEXTS for field in LONGEST_TEXTS if field in REQUIRED_FIELDS},
        "sex": st.sampled_from("LP"),
        "birth_date": st.dates(date(1930, 1, 1), TODAY).map(str),
        "nik": st.sampled_from([POSSIBLE_NIK, "9971016512960003"]),
        "resident_since": st.sampled_from(["2026", "2026-08", "2026-08-31"]),
        "purpose": st.sampled_from([1, 2, "Melamar pekerjaan"]),
        "result": st.just(0),
    },
    optional={
        **{
            field: GOOD_TEXTS
            for field in LONGEST_TEXTS
            if field in OPTIONAL_FIELDS and field != "result_text"
        },
        "unit": st.sampled_from([999901, 999902]),
    },
)
FIELDS = st.sampled_from(REQUIRED_FIELDS + OPTIONAL_FIELDS)
SPOILS: st.SearchStrategy[Callable[[dict[str, Any]], dict[str, Any]]] = st.one_of(
    st.just(lambda record: record),
    FIELDS.map(lambda field: lambda record: {k: v for k, v in record.items() if k != field}),
    st.tuples(FIELDS, ANYTHING).map(lambda change: lambda record: {**record, change[0]: change[1]}),
    st.tuples(st.sampled_from([*LONGEST_TEXTS]), TEXTS).map(
        lambda change: lambda record: {**record, change[0]: change[1]}
    ),
    st.tuples(TEXTS, ANYTHING).map(lambda change: lambda record: {**record, change[0]: change[1]}),
    DAYS.map(lambda day: lambda record: {**record, "birth_date": day}),
    DAYS.map(lambda day: lambda record: {**record, "resident_since": day}),
    NIKS.map(lambda nik: lambda record: {**record, "nik": nik}),
    TEXTS.map(lambda text: lambda record: {**record, "result": 1, "result_text": text}),
)


@given(GOOD, SPOILS, SPOILS)
@example(EXAMPLE, lambda record: record, lambda record: record)
def test_program_and_schema_are_of_one_mind(
    record: dict[str, Any],
    spoil: Callable[[dict[str, Any]], dict[str, Any]],
    spoil_again: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    record = spoil_again(spoil(record))

    found = all_faults(record)
    within = [fault for fault in found if not beyond_a_schema(fault, record)]

    if not found:
        assert VALIDATOR.is_valid(record), list(VALIDATOR.iter_errors(record))
    if within:
        assert not VALIDATOR.is_valid(record), within


@given(GOOD)
def test_what_was_read_reads_the_same_once_more(record: dict[str, Any]) -> None:
    assume(not faults(record))

    once = read_applicant(record, today=TODAY, rules=DEMO).applicant
    again = read_applicant(
        {**record, "name": once.name, "address": once.address}, today=TODAY, rules=DEMO
    ).applicant

    assert (again.name, again.address) == (once.name, once.address)
