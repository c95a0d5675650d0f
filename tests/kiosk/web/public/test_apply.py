"""Applying begins without a cookie, shows its code, and is taken up on another device."""

import re
from pathlib import Path

import pytest

from kiosk.actions.applications import open_draft
from kiosk.domain.codes import parse_code
from kiosk.domain.staff import Role
from tests.applying import BIRTH, apply, birth_fields
from tests.kiosk.web.public.forms import answer_pages, begin, code_in, form_in, opened
from tests.staffed import Staffed


def test_what_to_bring_is_said_before_anything_is_asked(staffed: Staffed) -> None:
    client = staffed.client()

    start = client.get("/apply")
    purposes = client.get("/apply/needs")
    needs = client.get("/apply/needs?purpose=1")

    assert "Rp30.000" in start.text
    assert "/apply/needs?purpose=1" in purposes.text
    for line in ("KTP", "Kartu Keluarga", "Akta lahir", "Polres Contoh", "Rp30.000"):
        assert line in needs.text
    for page in (start, purposes, needs):
        assert page.status_code == 200
        assert "<input" not in page.text
        assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize(("purpose", "said"), [(10, "Mabes Polri"), (8, "Polda")])
def test_who_has_to_go_elsewhere_is_told_so_at_once(
    staffed: Staffed, purpose: int, said: str
) -> None:
    page = staffed.client().get(f"/apply/needs?purpose={purpose}").text

    assert said in page
    assert "/apply/begin" not in page


@pytest.mark.parametrize("purpose", ["", "0", "999", "x", "1" * 50, "١"])
def test_a_purpose_that_there_is_not_leads_back_to_the_list(staffed: Staffed, purpose: str) -> None:
    client = staffed.client()

    assert client.get("/apply/needs", query_string={"purpose": purpose}).status_code == 200
    assert client.get("/apply/begin", query_string={"purpose": purpose}).status_code == 303
    assert client.post("/apply/begin", data={"purpose": purpose}).status_code == 303


def test_no_page_sets_a_cookie_for_somebody_who_does_not_apply(staffed: Staffed) -> None:
    client = staffed.client()
    for path in ("/", "/report", "/apply", "/apply/needs", "/apply/open", "/apply/code"):
        assert "Set-Cookie" not in client.get(path).headers
    refused = client.post("/apply/open", data={"code": "R2ZV-B9AH"} | birth_fields(BIRTH))

    assert refused.status_code == 422
    assert "Set-Cookie" not in refused.headers


def test_whoever_begins_gets_a_code_and_a_cookie_for_these_pages_alone(staffed: Staffed) -> None:
    client = staffed.client()
    form = form_in(client.get("/apply/begin?purpose=1").text)

    answer = client.post(form.action, data=form.values | birth_fields(BIRTH))
    cookie = answer.headers["Set-Cookie"]
    code = code_in(client.get(answer.headers["Location"]).text)

    assert answer.status_code == 303
    assert re.search(r"; HttpOnly; Path=/apply; SameSite=Strict$", cookie)
    assert code not in cookie
    assert len(parse_code(code)) == 8


def test_over_https_the_cookie_is_kept_from_http(staffed_https: Staffed) -> None:
    client = staffed_https.client()
    answer = client.post("/apply/begin", data={"purpose": "1"} | birth_fields(BIRTH))

    assert answer.headers["Set-Cookie"].startswith("__Secure-segel-apply=")
    assert "; Secure;" in answer.headers["Set-Cookie"]


@pytest.fixture
def staffed_https(staffed: Staffed, tmp_path: Path) -> Staffed:
    """An office that the public reaches over TLS."""
    from tests.staffed import staffed_office

    staffed.office.environment["SEGEL_SITE_URL"] = "https://skck.contoh.example"
    staffed.workshop.close()
    seeds = {role: person.seed for role, person in staffed.people.items()}
    return staffed_office(staffed.office, staffed.clock, seeds)


def test_a_day_that_there_is_not_is_said_and_what_was_typed_is_kept(staffed: Staffed) -> None:
    client = staffed.client()
    typed = {"birth_date-day": "31", "birth_date-month": "2", "birth_date-year": "1996"}

    answer = client.post("/apply/begin", data={"purpose": "1"} | typed)

    assert answer.status_code == 422
    assert "Tanggal itu tidak ada" in answer.text
    assert form_in(answer.text).values == {"purpose": "1"} | typed


def test_it_is_taken_up_on_another_device(staffed: Staffed) -> None:
    first, second = staffed.client(), staffed.client()
    code = begin(first)
    first.post("/apply/form/who", data={"for_whom": "self"})

    answer = opened(second, code.lower().replace("-", " "))
    onward = second.get(answer.headers["Location"])

    assert answer.status_code == onward.status_code == 303
    assert onward.headers["Location"] == "/apply/form/destination"


def test_whoever_has_nothing_open_is_asked_for_the_code(staffed: Staffed) -> None:
    client = staffed.client()
    for path in ("code", "go-on", "form/name", "summary", "status", "paper/1.jpg", "forget"):
        answer = client.get(f"/apply/{path}")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/apply/open")


@pytest.mark.parametrize("cookie", ["", "x", "A" * 4_000, "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
def test_a_cookie_of_ones_own_making_opens_nothing(staffed: Staffed, cookie: str) -> None:
    client = staffed.client()
    client.set_cookie("segel-apply", cookie, domain="localhost", path="/apply")

    assert client.get("/apply/code").status_code == 303


def test_after_two_hours_without_a_page_the_code_is_asked_for_again(staffed: Staffed) -> None:
    client = staffed.client()
    begin(client)
    staffed.clock.forward(hours=1.9)
    client.post("/apply/form/who", data={"for_whom": "self"})
    staffed.clock.forward(hours=1.9)
    still = client.get("/apply/code").status_code
    staffed.clock.forward(hours=0.2)

    assert still == 200
    assert client.get("/apply/code").status_code == 303


def test_after_five_wrong_dates_everybody_waits(staffed: Staffed) -> None:
    one = apply(staffed.desk)
    client = staffed.client()
    wrong = {
        "code": one.code,
        "birth_date-day": "1",
        "birth_date-month": "1",
        "birth_date-year": "1990",
    }
    answers = [client.post("/apply/open", data=wrong) for _ in range(6)]

    right = opened(client, one.code)

    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    assert right.status_code == 429
    assert "15 menit" in right.text


def test_one_address_tries_only_so_many_codes_a_minute(staffed: Staffed) -> None:
    client = staffed.client()
    limit = staffed.desk.settings.web.lookups_per_minute
    answers = [opened(client, "3222222" + "Y").status_code for _ in range(limit)]
    code = begin(client)
    many = opened(client, code)
    staffed.clock.forward(minutes=1)

    assert set(answers) == {422}
    assert many.status_code == 429
    assert opened(client, code).status_code == 303


def test_a_helper_who_is_signed_in_is_written_down(staffed: Staffed) -> None:
    client = staffed.client(Role.HELPER)

    start = client.get("/apply").text
    begin(client)

    assert "Wayan Contoh" in start
    draft = open_draft(staffed.desk, 1)
    assert draft.application.helper == staffed.staff(Role.HELPER).id
    assert "who" not in {page.slug for page in draft.pages}


def test_whoever_is_signed_in_and_helps_nobody_applies_for_himself(staffed: Staffed) -> None:
    client = staffed.client(Role.EXAMINER)

    begin(client)

    assert open_draft(staffed.desk, 1).application.helper is None


def test_leaving_forgets_it_on_this_device_only(staffed: Staffed) -> None:
    client = staffed.client()
    code = begin(client)

    client.post("/apply/leave")

    assert client.get("/apply/code").status_code == 303
    assert opened(client, code).status_code == 303


def test_deleting_is_asked_about_and_then_done(staffed: Staffed) -> None:
    client = staffed.client()
    code = begin(client)

    asked = client.get("/apply/forget")
    still = client.get("/apply/code").status_code
    client.post("/apply/forget")

    assert form_in(asked.text).action == "/apply/forget"
    assert still == 200
    assert opened(client, code).status_code == 422


def test_what_was_handed_in_is_not_deleted(staffed: Staffed) -> None:
    client = staffed.client()
    one = apply(staffed.desk)
    opened(client, one.code)

    answer = client.post("/apply/forget")

    assert answer.headers["Location"] == "/apply/status"
    assert open_draft(staffed.desk, one.id).application.id == one.id


def test_an_application_that_is_gone_is_gone_in_every_browser(staffed: Staffed) -> None:
    first, second = staffed.client(), staffed.client()
    code = begin(first)
    opened(second, code)
    first.post("/apply/forget")

    for path in ("/apply/go-on", "/apply/form/name", "/apply/status"):
        assert second.get(path).headers["Location"] == "/apply/open"


@pytest.mark.parametrize("path", ["/apply/begin", "/apply/open", "/apply/forget", "/apply/submit"])
def test_other_sites_send_no_form_here(staffed: Staffed, path: str) -> None:
    client = staffed.client()
    begin(client)
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"

    assert client.post(path, data={"purpose": "1"}).status_code == 403


def test_nothing_of_anybody_stands_in_an_address(staffed: Staffed) -> None:
    client = staffed.client()
    code = begin(client)
    seen = answer_pages(client)

    assert len(seen) > 25
    assert all(re.fullmatch(r"[a-z-]+", slug) for slug in seen)
    assert code not in " ".join(seen)


def test_it_speaks_english_to_whoever_asks(staffed: Staffed) -> None:
    client = staffed.client()
    form = form_in(client.get("/apply/begin?purpose=1&lang=en").text)
    answer = client.post(form.action, data=form.values | birth_fields(BIRTH))
    page = client.get(answer.headers["Location"])

    assert "This is your code" in page.text
    assert open_draft(staffed.desk, 1).answers["language"] == "en"
