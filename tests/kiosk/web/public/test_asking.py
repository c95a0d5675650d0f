"""Every question, choice, fault and paper has its words."""

import pytest

from kiosk.domain.applications import FIELDS_TO_CHECK
from kiosk.domain.desks import REASONS
from kiosk.domain.questions import PAPERS, QUESTIONS, Field, Kind, Part, Question
from kiosk.web.public import asking

FIELDS = [(one, field) for one in QUESTIONS for field in one.fields]


@pytest.mark.parametrize("one", QUESTIONS, ids=lambda one: one.slug)
def test_every_page_has_a_title(one: Question) -> None:
    assert asking.words_of(one.slug).title


@pytest.mark.parametrize(("one", "field"), FIELDS, ids=lambda it: getattr(it, "name", ""))
def test_every_field_beside_others_has_a_label_of_its_own(one: Question, field: Field) -> None:
    first = one.fields[0] == field and (len(one.fields) == 1 or field.kind is Kind.CHOICE)

    assert first or field.name in asking.FIELDS


@pytest.mark.parametrize(
    "field", [field for _, field in FIELDS if field.kind is Kind.CHOICE], ids=lambda one: one.name
)
def test_every_choice_has_words(field: Field) -> None:
    assert set(asking.CHOICES.get(field.name, {})) == set(field.choices)


def test_every_part_and_paper_has_a_name() -> None:
    assert set(asking.PARTS) == set(Part)
    assert set(asking.PAPERS) == set(PAPERS)


def test_every_reason_that_a_verifier_taps_has_plain_words() -> None:
    assert set(asking.REASONS) == set(REASONS)


def test_every_fault_that_the_form_may_find_has_a_sentence() -> None:
    codes = {
        "empty", "not-chosen", "too-long", "forbidden-character", "not-digits", "digits-count",
        "nik-length", "nik-sequence", "nik-date", "nik-region", "nik-birth-date", "nik-sex",
        "not-date", "future", "too-early", "before-birth", "not-phone", "not-email", "no-paper",
    }  # fmt: skip

    assert codes <= set(asking.FAULTS)


def test_every_upload_that_is_refused_has_a_sentence() -> None:
    codes = {
        "empty", "too-large", "too-small", "too-many", "too-many-pages", "took-too-long",
        "truncated", "damaged", "not-a-picture", "not-a-pdf", "unsupported", "locked",
    }  # fmt: skip

    assert set(asking.UPLOAD_FAULTS) == codes
    assert set(asking.HINTS) == {"dark", "bright", "small", "blurred"}


def test_what_is_sent_back_is_called_as_the_form_calls_it() -> None:
    from kiosk.web.public.status import FIELD_NAMES

    assert set(FIELD_NAMES) == set(FIELDS_TO_CHECK)
