"""Somebody new sets an own password: the code of an administrator counts once, and not for long."""

import re

import pyotp
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.actions.accounts import new_enrolment
from kiosk.actions.staff import let_go, take_back
from kiosk.domain.staff import Role
from tests.staffed import PASSWORD, Person, Staffed

FORM = "/enrol"
OWN = "empat kata milik saya"


@pytest.fixture
def newcomer(staffed: Staffed) -> Person:
    """Somebody who has an account and has not signed in yet."""
    return staffed.add("sekar", Role.VERIFIER)


def seed_on(page: TestResponse) -> str:
    """The key of the app, as the page spells it."""
    [found] = re.findall(r'class="secret">([A-Z2-7 ]+)<', page.text)
    return str(found).replace(" ", "")


def enrolled(staffed: Staffed, client: FlaskClient, code: str, **changes: str) -> TestResponse:
    """The answer to somebody who goes both steps, but for `changes` in the second."""
    who = {"login": "sekar", "code": code}
    seed = seed_on(client.post(FORM, data=who))
    app_code = pyotp.TOTP(seed).at(staffed.clock())
    typed = {"password": OWN, "again": OWN, "app_code": app_code}
    return client.post(FORM, data=who | typed | changes)


def test_a_code_leads_to_a_password_and_an_app_and_in(staffed: Staffed, newcomer: Person) -> None:
    client = staffed.client()
    code = new_enrolment(staffed.desk, newcomer.staff.id, by=staffed.staff(Role.ADMINISTRATOR))

    assert enrolled(staffed, client, code).status_code == 303
    assert client.get("/account").status_code == 200


def test_the_code_counts_once(staffed: Staffed, newcomer: Person) -> None:
    code = new_enrolment(staffed.desk, newcomer.staff.id, by=None)
    enrolled(staffed, staffed.client(), code)

    assert staffed.client().post(FORM, data={"login": "sekar", "code": code}).status_code == 403


@pytest.mark.parametrize(("hours", "status"), [(71, 200), (72, 403)])
def test_the_code_runs_out(staffed: Staffed, newcomer: Person, hours: int, status: int) -> None:
    code = new_enrolment(staffed.desk, newcomer.staff.id, by=None)
    staffed.clock.forward(hours=hours)
    answer = staffed.client().post(FORM, data={"login": "sekar", "code": code})
    assert answer.status_code == status


@pytest.mark.parametrize("spelled", [str.lower, lambda code: code.replace("-", " ")])
def test_the_code_may_be_typed_as_people_type(
    staffed: Staffed, newcomer: Person, spelled: "type[str]"
) -> None:
    code = new_enrolment(staffed.desk, newcomer.staff.id, by=None)
    answer = staffed.client().post(FORM, data={"login": " Sekar ", "code": spelled(code)})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "singkat", "again": "singkat"}, "Pakai 10 sampai 128 huruf."),
        ({"password": "aaaaaaaaaaaa", "again": "aaaaaaaaaaaa"}, "Itu terlalu mudah ditebak."),
        ({"password": "sekar-sekar-1", "again": "sekar-sekar-1"}, "Itu terlalu mudah ditebak."),
        ({"again": "lain sama sekali"}, "Tidak sama dengan yang di atas."),
        ({"app_code": "000000"}, "Bukan itu yang tampil di aplikasi."),
    ],
)
def test_what_cannot_be_is_said_and_the_code_still_counts(
    staffed: Staffed, newcomer: Person, changes: dict[str, str], words: str
) -> None:
    client = staffed.client()
    code = new_enrolment(staffed.desk, newcomer.staff.id, by=None)

    answer = enrolled(staffed, client, code, **changes)

    assert answer.status_code == 422
    assert words in answer.text
    assert OWN not in answer.text
    assert enrolled(staffed, client, code).status_code == 303


def test_anothers_code_opens_nothing(staffed: Staffed, newcomer: Person) -> None:
    code = new_enrolment(staffed.desk, newcomer.staff.id, by=None)
    staffed.add("lain")
    for login in ("lain", "nobody", "auditor"):
        answer = staffed.client().post(FORM, data={"login": login, "code": code})
        assert answer.status_code == 403


def test_a_new_code_ends_every_way_in_of_before(staffed: Staffed) -> None:
    auditor = staffed.people[Role.AUDITOR]
    client = staffed.client(Role.AUDITOR)
    new_enrolment(staffed.desk, auditor.staff.id, by=staffed.staff(Role.ADMINISTRATOR))

    assert client.get("/account").status_code == 303
    typed = {"login": "auditor", "password": PASSWORD, "code": auditor.code(staffed.clock())}
    assert staffed.client().post("/sign-in", data=typed).status_code == 403


def test_a_new_code_is_in_the_journal_with_who_made_it(staffed: Staffed, newcomer: Person) -> None:
    administrator = staffed.staff(Role.ADMINISTRATOR)
    new_enrolment(staffed.desk, newcomer.staff.id, by=administrator)
    with staffed.desk.register.read() as books:
        [entry, *_] = books.journal.about(f"staff {newcomer.staff.id}")
    assert (entry.deed, entry.staff) == ("enrolment-made", administrator.id)


def test_who_came_back_enrols_anew(staffed: Staffed) -> None:
    auditor = staffed.people[Role.AUDITOR]
    let_go(staffed.desk, auditor.staff.id, by=None)
    take_back(staffed.desk, auditor.staff.id, by=None)
    typed = {"login": "auditor", "password": PASSWORD, "code": auditor.code(staffed.clock())}
    assert staffed.client().post("/sign-in", data=typed).status_code == 403


def test_the_page_bears_the_key_in_a_code_that_a_phone_reads(
    staffed: Staffed, newcomer: Person
) -> None:
    import base64

    from tests.printer.test_codes import rendered
    from verifier.frame import find_codes_in

    code = new_enrolment(staffed.desk, newcomer.staff.id, by=None)
    page = staffed.client().post(FORM, data={"login": "sekar", "code": code})
    [drawing] = re.findall(r"svg\+xml;base64,([\w+/=]+)", page.text)

    [found] = find_codes_in(rendered(base64.b64decode(drawing)))
    address = pyotp.parse_uri(found.text)
    assert (address.secret, address.name) == (seed_on(page), "sekar")
