"""The form: a page at a time without scripts, nothing typed is lost, private pages stay private."""

import io

import pytest

from kiosk.actions.applications import open_draft
from kiosk.domain.applications import Stage
from kiosk.domain.questions import PRIVATE_FIELDS
from tests.applying import ANSWERS, BIRTH, apply, birth_fields, pay_by_bank
from tests.builders import a_photo
from tests.kiosk.web.public.forms import answer_pages, begin, form_in, opened
from tests.staffed import Staffed

HELPED = {"for_whom": "other", "helper_kind": "family", "helper_name": "Budi Contoh"}


def test_a_whole_form_is_handed_in_without_a_script(staffed: Staffed) -> None:
    client = staffed.client()
    begin(client)

    pages = answer_pages(client)
    summary = client.get("/apply/summary")
    unsure = client.post("/apply/submit", data={})
    answer = client.post("/apply/submit", data={"true": "yes"})

    assert pages[0] == "who"
    assert pages[-1] == "receiver"
    assert {"birth", "purpose"}.isdisjoint(pages)
    for line in ("Ratna Wulandari", "Kota Contoh", "25-12-1996", "Melamar pekerjaan"):
        assert line in summary.text
    assert unsure.status_code == 422
    assert answer.headers["Location"] == "/apply/status"
    assert open_draft(staffed.desk, 1).application.stage is Stage.AWAITING_PAYMENT


def test_handing_in_twice_is_handing_in_once(staffed: Staffed) -> None:
    client = staffed.client()
    begin(client)
    answer_pages(client)

    answers = [client.post("/apply/submit", data={"true": "yes"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    with staffed.desk.register.read() as books:
        assert len(books.payments.of(1)) == 1


def test_nothing_that_was_typed_is_lost_where_something_is_wrong(staffed: Staffed) -> None:
    client = staffed.client()
    begin(client)
    typed = ANSWERS["address"] | {"village": "", "street": "Jalan <b>Kenanga</b> & 'Mawar' \"1\""}

    answer = client.post("/apply/form/address", data=typed)

    assert answer.status_code == 422
    assert form_in(answer.text, "/form/address").values == typed
    assert 'id="village-fault"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "<b>Kenanga" not in answer.text


def test_what_was_answered_stands_in_its_form_when_somebody_comes_back(staffed: Staffed) -> None:
    client = staffed.client()
    begin(client)
    for slug in ("address", "contact", "traits"):
        client.post(f"/apply/form/{slug}", data=ANSWERS[slug])

    for slug in ("address", "traits"):
        page = client.get(f"/apply/form/{slug}").text
        shown = form_in(page, slug).values
        assert {name: value.lstrip("0") for name, value in shown.items()} == {
            name: value.lstrip("0") for name, value in ANSWERS[slug].items()
        }
    contact = form_in(client.get("/apply/form/contact").text, "contact").values
    assert contact == {"contact": "sms", "phone": "+6281200000000", "email": ""}


def test_back_leads_to_the_page_before(staffed: Staffed) -> None:
    client = staffed.client()
    begin(client)

    assert '<a class="back" href="/apply/form/destination">' in client.get("/apply/form/name").text
    assert '<a class="back" href="/apply/code">' in client.get("/apply/form/who").text


def test_going_back_and_on_again_goes_page_by_page(staffed: Staffed) -> None:
    client = staffed.client()
    begin(client)
    answer_pages(client)

    answer = client.post("/apply/form/alias", data={"alias": "Ratna"})

    assert answer.headers["Location"] == "/apply/form/nik"


def test_a_change_from_the_summary_leads_back_to_it(staffed: Staffed) -> None:
    client = staffed.client()
    begin(client)
    answer_pages(client)

    page = client.get("/apply/form/name?then=summary").text
    form = form_in(page, "/form/name")
    answer = client.post(form.action, data=form.values | {"name": "Ratna Sari"})

    assert answer.headers["Location"] == "/apply/summary"
    assert "Ratna Sari" in client.get("/apply/summary").text


def test_a_change_that_opens_a_new_question_leads_to_that(staffed: Staffed) -> None:
    client = staffed.client()
    begin(client)
    answer_pages(client)

    answer = client.post("/apply/form/marriage", data={"marriage": "married", "then": "summary"})

    assert answer.headers["Location"] == "/apply/form/spouse"
    assert client.post("/apply/submit", data={"true": "yes"}).status_code == 422


def test_a_number_that_does_not_fit_is_asked_about_and_then_taken(staffed: Staffed) -> None:
    client = staffed.client()
    begin(client)
    other = {"nik": "9971010302880001"}

    asked = client.post("/apply/form/nik", data=other)
    form = form_in(asked.text, "/form/nik")
    taken = client.post(form.action, data=form.values | {"sure": "yes"})

    assert asked.status_code == 422
    assert "Tanggal lahir di NIK berbeda" in asked.text
    assert "sure" in form.names
    assert form.values["nik"] == other["nik"]
    assert taken.status_code == 303
    assert open_draft(staffed.desk, 1).answers["nik"] == other["nik"]


def test_private_pages_are_opened_by_the_applicant_where_somebody_helps(staffed: Staffed) -> None:
    client = staffed.client()
    code = begin(client)
    client.post("/apply/form/who", data=HELPED)

    seen = client.get("/apply/form/cases")
    sent = client.post("/apply/form/cases", data=ANSWERS["cases"])
    wrong = client.post("/apply/alone", data={"code": code, "to": "cases"})
    alone = client.post("/apply/alone", data={"code": code, "to": "cases"} | birth_fields(BIRTH))
    page = client.get(alone.headers["Location"])

    assert seen.headers["Location"] == sent.headers["Location"] == "/apply/alone?to=cases"
    assert wrong.status_code == 422
    assert "cases_what" in form_in(page.text, "cases").names


def test_after_the_private_pages_whoever_helps_sees_no_answer(staffed: Staffed) -> None:
    client = staffed.client()
    code = begin(client)
    client.post("/apply/form/who", data=HELPED)
    secret = {"cases": "yes", "cases_what": "Pencurian ayam", "cases_when": "2011"}
    client.post("/apply/alone", data={"code": code, "to": "cases"} | birth_fields(BIRTH))
    first = client.post("/apply/form/cases", data=secret)
    client.post("/apply/form/running", data=ANSWERS["running"])
    last = client.post("/apply/form/violations", data=ANSWERS["violations"])

    again = client.get("/apply/form/cases")
    summary = client.get("/apply/summary").text

    assert first.headers["Location"] == "/apply/form/running"
    assert last.headers["Location"] == "/apply/form/fingerprints"
    assert again.headers["Location"] == "/apply/alone?to=cases"
    assert "Pencurian" not in summary
    assert "Dijawab sendiri oleh pemohon" in summary
    # Not even to the applicant: whoever helps may have seen the code.
    client.post("/apply/alone", data={"code": code, "to": "cases"} | birth_fields(BIRTH))
    page = client.get("/apply/form/cases").text
    assert "Pencurian" not in page
    assert "checked" not in page


def test_another_applications_code_does_not_open_private_pages(staffed: Staffed) -> None:
    client = staffed.client()
    other = begin(staffed.client())
    begin(client)
    client.post("/apply/form/who", data=HELPED)

    answer = client.post("/apply/alone", data={"code": other, "to": "cases"} | birth_fields(BIRTH))

    assert answer.status_code == 422
    assert client.get("/apply/form/cases").status_code == 303


def test_the_summary_of_a_form_that_nobody_helps_with_shows_every_answer(staffed: Staffed) -> None:
    client = staffed.client()
    begin(client)
    answer_pages(client)

    assert PRIVATE_FIELDS
    assert "Tidak pernah" in client.get("/apply/summary").text


@pytest.mark.parametrize("slug", ["unheard-of", "..", "spouse", "name%00"])
def test_a_page_that_is_not_asked_is_not_there(staffed: Staffed, slug: str) -> None:
    client = staffed.client()
    begin(client)
    client.post("/apply/form/marriage", data={"marriage": "single"})

    assert client.get(f"/apply/form/{slug}").status_code in {303, 404}
    assert client.post(f"/apply/form/{slug}", data={"spouse_name": "x"}).status_code in {303, 404}
    assert "spouse_name" not in open_draft(staffed.desk, 1).answers


def test_after_handing_in_only_the_way_to_get_it_can_be_changed(staffed: Staffed) -> None:
    client = staffed.client()
    one = apply(staffed.desk)
    pay_by_bank(staffed.desk, one.id)
    opened(client, one.code)

    name = client.post("/apply/form/name", data={"name": "Somebody Else"})
    window = client.post("/apply/form/window", data={"window": "weekend"})

    assert name.headers["Location"] == "/apply/go-on"
    assert window.headers["Location"] == "/apply/status"
    answers = open_draft(staffed.desk, one.id).answers
    assert (answers["name"], answers["window"]) == ("Ratna Wulandari", "weekend")


def photo() -> dict[str, tuple[io.BytesIO, str]]:
    return {"file": (io.BytesIO(a_photo().jpeg), "IMG_20261122_ratna.jpg")}


def test_a_photo_is_sent_shown_taken_away_and_put_back(staffed: Staffed) -> None:
    client = staffed.client()
    begin(client)

    sent = client.post("/apply/paper/photo", data=photo())
    page = client.get(sent.headers["Location"]).text
    picture = client.get("/apply/paper/1.jpg")
    gone = client.post("/apply/paper/1/remove")
    without = client.get(gone.headers["Location"]).text
    client.post(form_in(without, "put-back").action)
    back = client.get("/apply/form/paper-photo").text

    assert sent.status_code == 303
    assert "/apply/paper/1.jpg" in page
    assert (picture.mimetype, picture.data[:2]) == ("image/jpeg", b"\xff\xd8")
    assert picture.headers["Cache-Control"] == "no-store"
    assert "/apply/paper/1.jpg" not in without
    assert "/apply/paper/1.jpg" in back
    assert "IMG_2026" not in page


def test_a_camera_and_a_chosen_file_come_by_the_same_way(staffed: Staffed) -> None:
    client = staffed.client()
    begin(client)
    both = {"camera": (io.BytesIO(a_photo().jpeg), "a.jpg"), "file": (io.BytesIO(b""), "")}

    assert client.post("/apply/paper/photo", data=both).status_code == 303
    assert len(open_draft(staffed.desk, 1).papers) == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Pilih fotonya dulu"),
        ({"file": (io.BytesIO(b"text"), "a.jpg")}, "Ini bukan foto"),
    ],
)
def test_what_is_no_picture_is_said_on_the_page_and_to_a_script(
    staffed: Staffed, data: dict[str, tuple[io.BytesIO, str]], said: str
) -> None:
    client = staffed.client()
    begin(client)
    copies = [
        {name: (io.BytesIO(file.getvalue()), text) for name, (file, text) in data.items()}
        for _ in range(2)
    ]

    page = client.post("/apply/paper/ktp", data=copies[0])
    script = client.post("/apply/paper/ktp", data=copies[1], headers={"Accept": "application/json"})

    assert (page.status_code, script.status_code) == (422, 422)
    assert said in page.text
    assert script.json is not None
    assert said in script.json["detail"]


def test_a_script_is_told_where_to_go_on(staffed: Staffed) -> None:
    client = staffed.client()
    begin(client)

    answer = client.post("/apply/paper/photo", data=photo(), headers={"Accept": "application/json"})

    assert answer.json == {"to": "/apply/form/paper-photo"}


def test_another_browsers_papers_are_not_to_be_had(staffed: Staffed) -> None:
    client, stranger = staffed.client(), staffed.client()
    begin(client)
    begin(stranger)
    client.post("/apply/paper/photo", data=photo())

    assert stranger.get("/apply/paper/1.jpg").status_code == 404
    assert stranger.post("/apply/paper/1/remove").status_code == 404
    assert stranger.post("/apply/paper/1/put-back").status_code == 404


def test_papers_that_are_not_asked_for_are_not_taken(staffed: Staffed) -> None:
    client = staffed.client()
    begin(client)

    assert client.post("/apply/paper/passport", data=photo()).status_code == 303
    assert client.post("/apply/paper/diary", data=photo()).status_code == 404
    assert open_draft(staffed.desk, 1).papers == ()


def test_pictures_have_a_limit_per_minute(staffed: Staffed) -> None:
    client = staffed.client()
    begin(client)
    limit = staffed.desk.settings.web.uploads_per_minute
    answers = [client.post("/apply/paper/ktp", data={}).status_code for _ in range(limit + 1)]

    assert answers == [422] * limit + [429]
