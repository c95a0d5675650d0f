"""The form: asked in an order that depends on answers, and held to the rules of the sheet."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.applicants import SiteRules, read_applicant
from kiosk.domain.applications import Application, Stage
from kiosk.domain.errors import Invalid, Unknown
from kiosk.domain.questions import (
    DELIVERY_FIELDS,
    PRIVATE_FIELDS,
    QUESTIONS,
    Answers,
    Form,
    Question,
    Route,
    age_on,
    answered,
    asked,
    delivery_of,
    is_helped,
    issuing_offices,
    may_answer,
    needed_papers,
    question,
    questions_to_fix,
    read_answers,
    record_of,
    typed_date,
    unanswered,
    unsound,
)
from kiosk.domain.staff import Office, OfficeKind
from tests.applying import ANSWERS, birth_fields

TODAY = date(2026, 11, 22)
POLSEK = Office(id=3, kind=OfficeKind.POLSEK, name="Polsek Contoh", unit=7)
POLRES = Office(id=2, kind=OfficeKind.POLRES, name="Polres Contoh", unit=8)
POST = Office(id=4, kind=OfficeKind.POST, name="Balai Desa Contoh")
RULES = SiteRules(
    own_unit=8, units=frozenset({7, 8}), purposes=frozenset({1, 5, 8}), may_invent_regions=True
)
FORM = Form(
    rules=RULES,
    routes={
        1: Route(issued_by=frozenset({OfficeKind.POLSEK, OfficeKind.POLRES})),
        5: Route(issued_by=frozenset({OfficeKind.POLRES})),
        8: Route(issued_by=frozenset({OfficeKind.POLDA}), papers=("passport",)),
    },
    parts=frozenset({"marriage", "spouse", "parents", "siblings", "education", "traits"}),
    papers=("ktp", "kk"),
    offices=(POLSEK, POLRES, POST),
)


def answered_all(**changes: str) -> dict[str, str]:
    """The answers of somebody who answered everything, but for `changes`."""
    known: dict[str, str] = {"begun_on": TODAY.isoformat()}
    known |= read_answers(
        question("birth"), birth_fields(date(1996, 12, 25)), {}, FORM, today=TODAY
    ).answers
    for slug, typed in ANSWERS.items():
        if slug in {one.slug for one in QUESTIONS}:
            known = read_answers(question(slug), typed, known, FORM, today=TODAY).answers
    return known | {"office": "2"} | changes


def slugs(answers: Answers, form: Form = FORM) -> list[str]:
    return [one.slug for one in asked(answers, form)]


def faults(slug: str, answers: Answers | None = None, /, **typed: str) -> list[tuple[str, str]]:
    """What is wrong with a page: fields and codes."""
    with pytest.raises(Invalid) as refused:
        read_answers(question(slug), typed, answers or {}, FORM, today=TODAY)
    return [(fault.path, fault.code) for fault in refused.value.faults]


def test_names_of_pages_and_fields_are_their_own() -> None:
    names = [field.name for one in QUESTIONS for field in one.fields]

    assert len({one.slug for one in QUESTIONS}) == len(QUESTIONS)
    assert len(set(names)) == len(names)
    assert set(DELIVERY_FIELDS) <= set(names)


def test_there_is_no_page_that_nobody_wrote() -> None:
    with pytest.raises(Unknown):
        question("favourite-colour")


def test_the_office_is_asked_for_only_where_there_is_a_choice() -> None:
    assert "office" in slugs({"purpose": "1"})
    assert "office" not in slugs({"purpose": "5"})
    assert issuing_offices({"purpose": "5"}, FORM) == [POLRES]
    # Nobody here issues for work abroad: the page says so.
    assert "office" in slugs({"purpose": "8"})
    assert issuing_offices({"purpose": "8"}, FORM) == []


def test_an_office_that_does_not_issue_for_the_purpose_cannot_be_chosen() -> None:
    assert faults("office", {"purpose": "5"}, office="3") == [("office", "not-chosen")]


def test_a_choice_that_another_answer_has_made_impossible_is_asked_again() -> None:
    before = answered_all(purpose="1", office="3")
    after = before | {"purpose": "8"}

    office = question("office")
    assert answered(office, before, FORM, ())
    assert not answered(office, after, FORM, ())


def test_family_is_asked_for_only_as_the_office_asks() -> None:
    plain = Form(rules=RULES, routes=FORM.routes, parts=frozenset(), papers=(), offices=(POLRES,))

    beyond = {"marriage", "spouse", "father", "mother", "siblings", "education", "traits"}
    assert beyond.isdisjoint(slugs({"purpose": "5"}, plain))
    assert beyond <= set(slugs({"purpose": "1", "marriage": "married"}))


@pytest.mark.parametrize(
    ("marriage", "asks"), [("single", False), ("married", True), ("widowed", False)]
)
def test_husband_or_wife_is_asked_for_where_there_is_one(marriage: str, asks: Any) -> None:
    assert ("spouse" in slugs({"marriage": marriage})) is asks


@pytest.mark.parametrize(("receiving", "asks"), [("deliver", True), ("collect", False)])
def test_when_and_where_is_asked_for_what_is_brought(receiving: str, asks: Any) -> None:
    assert ({"window", "landmark"} <= set(slugs({"receiving": receiving}))) is asks
    assert "receiver" in slugs({"receiving": receiving})


def test_staff_who_help_need_not_say_that_they_do() -> None:
    assert "who" not in slugs({"helper_staff": "yes"})
    assert is_helped({"helper_staff": "yes"})
    assert is_helped({"for_whom": "other"})
    assert not is_helped({"for_whom": "self"})


@pytest.mark.parametrize(
    ("answers", "papers"),
    [
        ({"purpose": "1"}, ["photo", "ktp", "kk"]),
        ({"purpose": "8"}, ["photo", "ktp", "kk", "passport"]),
        ({"purpose": "1", "fingerprints": "yes"}, ["photo", "ktp", "kk", "fingerprints"]),
        (
            {"purpose": "1", "birth_date": "2009-11-23", "begun_on": "2026-11-22"},
            ["photo", "school", "kk"],
        ),
        (
            {"purpose": "1", "birth_date": "2009-11-22", "begun_on": "2026-11-22"},
            ["photo", "ktp", "kk"],
        ),
    ],
)
def test_papers_depend_on_purpose_age_and_fingerprints(
    answers: dict[str, str], papers: list[str]
) -> None:
    assert needed_papers(answers, FORM) == papers


def test_age_is_counted_in_whole_years() -> None:
    assert age_on(date(2009, 11, 23), TODAY) == 16
    assert age_on(date(2009, 11, 22), TODAY) == 17
    assert age_on(date(2008, 2, 29), date(2026, 2, 28)) == 17


def test_every_page_that_is_left_is_named_in_order() -> None:
    left = [one.slug for one in unanswered(answered_all(), FORM, {"ktp"})]
    without = [
        one.slug
        for one in unanswered(
            {name: value for name, value in answered_all().items() if "paper" not in name},
            FORM,
            {"ktp"},
        )
    ]

    assert left == ["siblings"]
    assert without == ["siblings", "paper-photo", "paper-kk"]


def test_details_are_wanted_where_the_answer_is_yes() -> None:
    assert faults("cases", cases="yes") == [("cases_what", "empty"), ("cases_when", "empty")]
    assert read_answers(
        question("cases"), {"cases": "no", "cases_what": "x"}, {}, FORM, today=TODAY
    ).answers == {"cases": "no"}


def test_an_answer_that_no_longer_counts_is_forgotten() -> None:
    before = {"contact": "sms", "phone": "+6281200000000"}

    after = read_answers(question("contact"), {"contact": "none"}, before, FORM, today=TODAY)

    assert after.answers == {"contact": "none"}


@pytest.mark.parametrize(
    ("slug", "typed", "fault"),
    [
        ("name", {"name": " "}, ("name", "empty")),
        ("name", {"name": "x" * 66}, ("name", "too-long")),
        ("name", {"name": "Ratna\u200b"}, ("name", "forbidden-character")),
        ("nik", {"nik": "997101651296000"}, ("nik", "digits-count")),
        ("nik", {"nik": "99710165129600o3"}, ("nik", "not-digits")),
        ("nik", {"nik": "9971016512960000"}, ("nik", "nik-sequence")),
        ("nik", {"nik": "9971016513960003"}, ("nik", "nik-date")),
        ("sex", {}, ("sex", "not-chosen")),
        ("sex", {"sex": "X"}, ("sex", "not-chosen")),
        ("birth", {"birth_date-day": "31"}, ("birth_date", "not-date")),
        ("birth", birth_fields(date(2027, 1, 1)), ("birth_date", "future")),
        ("birth", birth_fields(date(1899, 1, 1)), ("birth_date", "too-early")),
        ("contact", {"contact": "sms", "phone": "12345"}, ("phone", "not-phone")),
        ("contact", {"contact": "email", "email": "ratna"}, ("email", "not-email")),
        ("address", ANSWERS["address"] | {"village": ""}, ("village", "empty")),
        ("address", ANSWERS["address"] | {"street": "x" * 101}, ("street", "too-long")),
        ("paper-ktp", {}, ("paper-ktp", "no-paper")),
        (
            "receiver",
            ANSWERS["receiver"] | {"proxy_last4": "123"},
            ("proxy_last4", "digits-count"),
        ),
    ],
)
def test_a_fault_is_named_with_its_field(
    slug: str, typed: dict[str, str], fault: tuple[str, str]
) -> None:
    assert fault in faults(slug, None, **typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0812 3456 7890", "+6281234567890"),
        ("+62 812-3456-7890", "+6281234567890"),
        ("62812.3456.7890", "+6281234567890"),
    ],
)
def test_a_phone_number_is_kept_in_one_form(typed: str, kept: str) -> None:
    read = read_answers(
        question("contact"), {"contact": "sms", "phone": typed}, {}, FORM, today=TODAY
    )

    assert read.answers["phone"] == kept


def test_a_number_of_the_other_sex_or_another_day_is_asked_about() -> None:
    known = {"birth_date": "1988-02-03", "sex": "L"}
    typed = {"nik": "9971016512960003"}

    read = read_answers(question("nik"), typed, known, FORM, today=TODAY)
    later = read_answers(question("sex"), {"sex": "L"}, known | typed, FORM, today=TODAY)

    assert [fault.code for fault in read.warnings] == ["nik-birth-date", "nik-sex"]
    assert "nik-sex" in {fault.code for fault in later.warnings}


def test_an_invented_region_is_not_asked_about_where_the_office_takes_it() -> None:
    known = {"birth_date": "1996-12-25", "sex": "P"}

    read = read_answers(question("nik"), ANSWERS["nik"], known, FORM, today=TODAY)

    assert read.warnings == ()


def test_answers_make_a_record_that_the_sheet_takes() -> None:
    record = record_of(answered_all()) | {"result": 0}

    assert read_applicant(record, today=TODAY, rules=RULES).applicant.religion == "Islam"
    assert unsound(answered_all(), FORM, today=TODAY) == []


def test_answers_that_do_not_go_together_are_found_before_handing_in() -> None:
    together = answered_all(since_birth="no", since_year="1990")

    assert [one.slug for one in unsound(together, FORM, today=TODAY)] == ["resident-since"]


def test_whoever_brings_the_paper_learns_no_more_than_the_way() -> None:
    delivery = delivery_of(answered_all())

    assert {"street", "window", "proxy_name", "landmark"} <= delivery.keys()
    assert delivery.keys() <= set(DELIVERY_FIELDS)
    assert delivery.keys().isdisjoint({"nik", "name", "religion", "need"} | PRIVATE_FIELDS)


@pytest.mark.parametrize("stage", list(Stage))
def test_a_page_may_be_answered_in_its_time(stage: Stage) -> None:
    application = Application(id=1, office=1, stage=stage)
    name, window = question("name"), question("window")
    ended = {Stage.HANDED_OVER, Stage.CANCELLED, Stage.REFUSED}

    assert may_answer(name, application, ()) is (stage is Stage.DRAFT)
    assert may_answer(name, application, {"name"}) is (stage in {Stage.DRAFT, Stage.RETURNED})
    assert may_answer(window, application, ()) is (stage not in ended)


def test_what_a_verifier_sends_back_leads_to_its_pages() -> None:
    found = questions_to_fix({"name", "papers", "photo"}, answered_all(), FORM)

    assert [one.slug for one in found] == ["name", "alias", "paper-photo", "paper-ktp", "paper-kk"]


def test_every_field_that_a_verifier_ticks_leads_to_a_page() -> None:
    from kiosk.domain.applications import FIELDS_TO_CHECK

    assert {check for one in QUESTIONS for check in one.checks} == set(FIELDS_TO_CHECK)


def test_criminal_matters_and_nothing_else_are_answered_alone() -> None:
    assert {one.slug for one in QUESTIONS if one.private} == {"cases", "running", "violations"}


@given(
    st.sampled_from(QUESTIONS),
    st.dictionaries(
        st.sampled_from([field.name for one in QUESTIONS for field in one.fields]),
        st.text(max_size=30),
        max_size=6,
    ),
)
def test_whatever_is_typed_is_read_or_refused(one: Question, typed: dict[str, str]) -> None:
    fields = {field.name for field in one.fields}
    try:
        found = set(read_answers(one, typed, {}, FORM, today=TODAY).answers)
    except Invalid as refused:
        found = {fault.path for fault in refused.faults}

    assert found
    assert found <= fields


@pytest.mark.parametrize("year", ["", "19x6", "٢٠٠٠", "20000"])
def test_a_day_is_typed_in_three_fields(year: str) -> None:
    typed = birth_fields(date(1996, 12, 25))

    assert typed_date("birth_date", typed) == date(1996, 12, 25)
    with pytest.raises(Invalid):
        typed_date("birth_date", typed | {"birth_date-year": year})
