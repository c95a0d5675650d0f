"""Applying: nothing is lost, nobody's application opens to others, and what is kept is sealed."""

import json
from datetime import date

import pytest
from sqlalchemy import text

from kiosk.actions.applications import (
    begin,
    forget,
    open_by_code,
    open_draft,
    renew_code,
    save_answers,
    submit,
    submit_again,
)
from kiosk.actions.filing import Cell, find_cell, get_application, replace_application, write_cell
from kiosk.domain import applications
from kiosk.domain.accounts import Wait
from kiosk.domain.applications import Receiving, Stage
from kiosk.domain.codes import FIRST_WAIT, FREE_TRIES
from kiosk.domain.errors import Invalid, NotNow, NotPermitted, Unknown
from kiosk.domain.staff import Role
from kiosk.storage.database import new_engine
from tests.applying import ANSWERS, BIRTH, answer_all, apply, begun, birth_fields
from tests.staffed import Staffed


def test_a_form_that_was_left_goes_on_where_it_was_left(staffed: Staffed) -> None:
    one = begun(staffed.desk)
    save_answers(staffed.desk, one.id, "name", ANSWERS["name"], alone=True)

    again = open_by_code(staffed.desk, one.code, BIRTH)
    draft = open_draft(staffed.desk, again)

    assert again == one.id
    assert draft.answers["name"] == "Ratna Wulandari"
    assert "name" not in {page.slug for page in draft.left}
    assert "nik" in {page.slug for page in draft.left}


def test_all_answered_an_application_waits_for_its_payment(any_staffed: Staffed) -> None:
    staffed = any_staffed
    one = begun(staffed.desk)
    answer_all(staffed.desk, one.id)

    after = submit(staffed.desk, one.id)

    assert after.stage is Stage.AWAITING_PAYMENT
    assert after.office == staffed.places["polres"].id
    assert after.receiving is Receiving.DELIVER
    with staffed.desk.register.read() as books:
        (payment,) = books.payments.of(one.id)
    assert (payment.amount, payment.office) == (30_000, after.office)


def test_what_was_handed_in_is_not_handed_in_again(staffed: Staffed) -> None:
    one = apply(staffed.desk)

    with pytest.raises(NotNow):
        submit(staffed.desk, one.id)


def test_nothing_is_handed_in_while_pages_are_left(staffed: Staffed) -> None:
    one = begun(staffed.desk)

    with pytest.raises(Invalid) as refused:
        submit(staffed.desk, one.id)

    left = {fault.path for fault in refused.value.faults}
    assert {"name", "nik", "cases", "paper-ktp", "receiving"} <= left
    assert open_draft(staffed.desk, one.id).application.stage is Stage.DRAFT


def test_a_page_with_a_fault_saves_nothing_of_it(staffed: Staffed) -> None:
    one = begun(staffed.desk)

    with pytest.raises(Invalid) as refused:
        save_answers(
            staffed.desk, one.id, "address", ANSWERS["address"] | {"street": ""}, alone=True
        )

    assert [(fault.path, fault.code) for fault in refused.value.faults] == [("street", "empty")]
    assert "village" not in open_draft(staffed.desk, one.id).answers


def test_a_number_with_another_birth_date_is_asked_about_once(staffed: Staffed) -> None:
    one = begun(staffed.desk, birth=date(1990, 1, 1))

    first = save_answers(staffed.desk, one.id, "nik", ANSWERS["nik"], alone=True)
    before = open_draft(staffed.desk, one.id).answers.get("nik")
    sure = save_answers(staffed.desk, one.id, "nik", ANSWERS["nik"] | {"sure": "yes"}, alone=True)

    assert [warning.code for warning in first.warnings] == ["nik-birth-date"]
    assert before is None
    assert sure.warnings == ()
    assert open_draft(staffed.desk, one.id).answers["nik"] == "9971016512960003"


@pytest.mark.parametrize("wrong", [date(1996, 12, 24), date(1969, 12, 25)])
def test_a_code_opens_nothing_with_another_birth_date(staffed: Staffed, wrong: date) -> None:
    one = begun(staffed.desk)

    with pytest.raises(NotPermitted):
        open_by_code(staffed.desk, one.code, wrong)


def test_a_code_of_nobody_is_refused_like_a_wrong_date(staffed: Staffed) -> None:
    one, other = begun(staffed.desk), begun(staffed.desk)
    unused = next(
        code for code in (f"222222{a}" + "X" for a in "23") if code not in {one.code, other.code}
    )

    refusals = []
    for code, birth in ((unused, BIRTH), (one.code, date(2000, 1, 1))):
        with pytest.raises(NotPermitted) as refused:
            open_by_code(staffed.desk, code, birth)
        refusals.append(str(refused.value))

    assert refusals[0] == refusals[1]


def test_after_five_wrong_dates_the_right_one_waits_too(any_staffed: Staffed) -> None:
    staffed = any_staffed
    one = begun(staffed.desk)
    for day in range(1, FREE_TRIES + 1):
        with pytest.raises(NotPermitted):
            open_by_code(staffed.desk, one.code, date(1990, 1, day))

    with pytest.raises(Wait) as refused:
        open_by_code(staffed.desk, one.code, BIRTH)

    assert refused.value.seconds == FIRST_WAIT
    staffed.clock.forward(seconds=FIRST_WAIT)
    assert open_by_code(staffed.desk, one.code, BIRTH) == one.id
    # The right date ends the counting.
    with pytest.raises(NotPermitted):
        open_by_code(staffed.desk, one.code, date(1990, 1, 1))
    assert open_by_code(staffed.desk, one.code, BIRTH) == one.id


def test_a_corrected_birth_date_opens_and_the_old_one_does_not(staffed: Staffed) -> None:
    one = begun(staffed.desk)
    right = date(1996, 11, 25)

    save_answers(staffed.desk, one.id, "birth", birth_fields(right), alone=True)

    assert open_by_code(staffed.desk, one.code, right) == one.id
    with pytest.raises(NotPermitted):
        open_by_code(staffed.desk, one.code, BIRTH)


def test_a_helper_is_recorded_and_sees_no_answer_about_crimes(staffed: Staffed) -> None:
    helper = staffed.staff(Role.HELPER)
    one = begun(staffed.desk, helper=helper)
    typed = {"cases": "yes", "cases_what": "Pencurian", "cases_when": "2011", "cases_sentence": ""}

    with pytest.raises(NotPermitted):
        save_answers(staffed.desk, one.id, "cases", typed, alone=False)
    save_answers(staffed.desk, one.id, "cases", typed, alone=True)

    draft = open_draft(staffed.desk, one.id)
    assert draft.application.helper == helper.id
    assert draft.helped
    assert "cases" not in {page.slug for page in draft.left}
    assert not {name for name in draft.answers if name.startswith("cases")}
    with staffed.desk.register.read() as books:
        assert "cases" not in (find_cell(books, staffed.desk.cells, one.id, Cell.ANSWERS) or {})
        declared = find_cell(books, staffed.desk.cells, one.id, Cell.DECLARED)
    assert declared is not None
    assert declared["cases_what"] == "Pencurian"


def test_family_that_helps_sees_no_answer_about_crimes_either(staffed: Staffed) -> None:
    one = begun(staffed.desk)
    helped = {"for_whom": "other", "helper_kind": "family", "helper_name": "Budi Contoh"}
    save_answers(staffed.desk, one.id, "cases", ANSWERS["cases"], alone=False)

    save_answers(staffed.desk, one.id, "who", helped, alone=False)

    assert "cases" not in open_draft(staffed.desk, one.id).answers
    with pytest.raises(NotPermitted):
        save_answers(staffed.desk, one.id, "cases", ANSWERS["cases"], alone=False)


def test_only_helpers_help(staffed: Staffed) -> None:
    with pytest.raises(NotPermitted):
        begun(staffed.desk, helper=staffed.staff(Role.EXAMINER))


def test_the_register_holds_nothing_that_can_be_read(staffed: Staffed) -> None:
    one = apply(staffed.desk, paid=True)
    engine = new_engine(staffed.desk.settings.register_url)
    said = []
    with engine.connect() as connection:
        for table in ("applications", "application_cells", "payments", "outbox", "journal"):
            for row in connection.execute(text(f"SELECT * FROM {table}")):  # noqa: S608 -- ours
                said += [value for value in row if value is not None]
    engine.dispose()
    seen = "\n".join(
        value.decode("latin-1") if isinstance(value, bytes) else str(value) for value in said
    ).casefold()

    for personal in ("ratna", "9971016512960003", "kenanga", "+62812", "budi", one.code.lower()):
        assert personal not in seen


def test_what_somebody_declares_of_crimes_is_as_long_as_nothing(staffed: Staffed) -> None:
    lengths = set()
    for cases in (
        {"cases": "no"},
        {"cases": "yes", "cases_what": "x" * 900, "cases_when": "2011", "cases_sentence": ""},
    ):
        one = apply(staffed.desk, cases=cases)
        with staffed.desk.register.read() as books:
            lengths.add(len(books.applications.cell(one.id, Cell.DECLARED) or b""))

    assert len(lengths) == 1


def test_two_devices_do_not_overwrite_each_other_unseen(staffed: Staffed) -> None:
    one = apply(staffed.desk, paid=True)
    desk = staffed.desk
    with desk.register.begin() as books:
        before = get_application(books, desk.cells, one.id)
        replace_application(books, desk.cells, before, applications.send_back(before))

        with pytest.raises(NotNow):
            replace_application(books, desk.cells, before, applications.refuse(before))


def test_only_what_was_sent_back_is_answered_anew(staffed: Staffed) -> None:
    one = apply(staffed.desk, paid=True)
    desk = staffed.desk
    with desk.register.begin() as books:
        before = get_application(books, desk.cells, one.id)
        replace_application(books, desk.cells, before, applications.send_back(before))
        write_cell(books, desk.cells, one.id, Cell.RETURNED, {"reasons": {"name": "unreadable"}})

    draft = open_draft(desk, one.id)
    save_answers(desk, one.id, "name", {"name": "Ratna Wulandari Sari"}, alone=True)
    with pytest.raises(NotNow):
        save_answers(desk, one.id, "nik", ANSWERS["nik"], alone=True)
    after = submit_again(desk, one.id)

    assert [page.slug for page in draft.to_fix] == ["name", "alias"]
    assert draft.reasons == {"name": "unreadable"}
    assert after.stage is Stage.CHECKING
    assert open_draft(desk, one.id).reasons == {}
    with pytest.raises(NotNow):
        save_answers(desk, one.id, "name", ANSWERS["name"], alone=True)


def test_who_may_receive_it_can_change_until_it_is_handed_over(staffed: Staffed) -> None:
    one = apply(staffed.desk, paid=True)
    desk = staffed.desk

    save_answers(desk, one.id, "window", {"window": "weekend"}, alone=True)
    save_answers(desk, one.id, "receiving", {"receiving": "collect"}, alone=True)

    with desk.register.read() as books:
        delivery = find_cell(books, desk.cells, one.id, Cell.DELIVERY) or {}
        application = get_application(books, desk.cells, one.id)
    assert delivery["window"] == "weekend"
    assert delivery["proxy_last4"] == "0001"
    assert "nik" not in delivery
    assert application.receiving is Receiving.COLLECT


def test_somebody_who_applies_twice_is_told_where_the_first_notices_go(staffed: Staffed) -> None:
    first = apply(staffed.desk)
    second = apply(staffed.desk)

    with staffed.desk.register.read() as books:
        told = {
            one.id: {notice.template for notice in books.outbox.of(one.id)}
            for one in (first, second)
        }

    assert told == {first.id: {"received", "twin"}, second.id: {"received"}}


def test_a_code_that_was_lost_is_given_anew_by_whoever_saw_the_card(staffed: Staffed) -> None:
    one = apply(staffed.desk)

    code = renew_code(staffed.desk, staffed.staff(Role.VERIFIER), one.id, identity_seen=True)

    assert open_by_code(staffed.desk, code, BIRTH) == one.id
    with pytest.raises(NotPermitted):
        open_by_code(staffed.desk, one.code, BIRTH)
    elsewhere = staffed.add("elsewhere", Role.VERIFIER, place="other").staff
    for somebody in (staffed.staff(Role.COURIER), staffed.staff(Role.HELPER), elsewhere):
        with pytest.raises(NotPermitted):
            renew_code(staffed.desk, somebody, one.id, identity_seen=True)
    with pytest.raises(Invalid):
        renew_code(staffed.desk, staffed.staff(Role.VERIFIER), one.id, identity_seen=False)


def test_an_application_that_was_not_handed_in_is_forgotten_on_request(staffed: Staffed) -> None:
    draft, handed_in = begun(staffed.desk), apply(staffed.desk)

    forget(staffed.desk, draft.id)

    with pytest.raises(Unknown):
        open_draft(staffed.desk, draft.id)
    with pytest.raises(NotPermitted):
        open_by_code(staffed.desk, draft.code, BIRTH)
    with pytest.raises(NotNow):
        forget(staffed.desk, handed_in.id)


@pytest.mark.parametrize("day", ["31/2/1990", "x/1/1990", "1/1/2999"])
def test_an_application_begins_with_a_day_that_was(staffed: Staffed, day: str) -> None:
    fields = dict(
        zip(("birth_date-day", "birth_date-month", "birth_date-year"), day.split("/"), strict=True)
    )

    with pytest.raises(Invalid) as refused:
        begin(staffed.desk, purpose=1, birth=fields, helper=None, language="id")

    assert [fault.path for fault in refused.value.faults] == ["birth_date"]


def test_a_certificate_could_be_made_from_what_was_answered(staffed: Staffed) -> None:
    from kiosk.domain.applicants import read_applicant
    from kiosk.domain.questions import record_of

    one = apply(staffed.desk)
    draft = open_draft(staffed.desk, one.id)
    record = record_of(draft.answers) | {"result": 0}

    applicant = read_applicant(
        json.loads(json.dumps(record)), today=date(2026, 11, 1), rules=draft.form.rules
    ).applicant

    assert applicant.name == "RATNA WULANDARI"
    assert applicant.address == (
        "Jalan Kenanga Gang Buntu No. 12, RT 003/RW 007, Desa Contoh Jaya, Kecamatan Contoh,"
        " Kabupaten Contoh"
    )
    assert applicant.resident_since == "1996-12-25"
