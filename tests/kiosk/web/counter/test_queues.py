"""The counter's pages without scripts: from the papers' check to the sealed bag."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from kiosk.actions import counter
from kiosk.actions.applications import open_by_code
from kiosk.actions.following import wish
from kiosk.domain.applications import FIELDS_TO_CHECK, Found, Stage
from kiosk.domain.staff import Role
from tests.applying import BIRTH
from tests.builders import a_photo
from tests.staffed import Staffed
from tests.working import (
    FIRST,
    application_in,
    approved,
    checked,
    confirmer,
    examined,
    handed_in,
    printed,
    sheets,
    signed,
)

TICKS = {f"tick-{name}": "1" for name in FIELDS_TO_CHECK}


def file_of(id_: int, deed: str = "") -> str:
    return f"/counter/files/{id_}" + (f"/{deed}" if deed else "")


def led_on(client: FlaskClient, address: str, **typed: str) -> str:
    """The page on which one ends up after filling a form in."""
    answer = client.post(address, data=typed, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_counter_begins_with_the_first_queue_in_which_something_waits(
    staffed: Staffed,
) -> None:
    id_ = checked(staffed, on_file=False)

    answer = staffed.client(Role.VERIFIER).get("/counter", follow_redirects=True)

    assert f"P-{id_:06d}" in answer.text
    assert "Ratna" not in answer.text
    assert '<h1 tabindex="-1">Sidik jari</h1>' in answer.text


def test_an_empty_queue_says_so(staffed: Staffed) -> None:
    assert "Tidak ada berkas" in staffed.client(Role.EXAMINER).get("/counter/queue/examine").text


def test_nobody_looks_into_anothers_queue(staffed: Staffed) -> None:
    assert staffed.client(Role.VERIFIER).get("/counter/queue/examine").status_code == 403


def test_the_next_page_begins_where_this_one_ends(
    staffed: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counter, "PAGE", 1)
    first, second = handed_in(staffed), handed_in(staffed)
    client = staffed.client(Role.VERIFIER)

    page = client.get("/counter/queue/check").text
    following = re.search(r'href="([^"]*after=[^"]*)"', page)

    assert following is not None
    assert f"P-{first:06d}" in page
    assert f"P-{second:06d}" in client.get(following[1].replace("&amp;", "&")).text


@pytest.mark.parametrize("typed", ["17", "P-000017", " p-17 "])
def test_a_file_is_found_by_its_number(staffed: Staffed, typed: str) -> None:
    answer = staffed.client(Role.VERIFIER).get("/counter/find", query_string={"number": typed})

    assert answer.location == "/counter/files/17"


def test_papers_are_shown_beside_the_form_and_kept_nowhere(staffed: Staffed) -> None:
    client = staffed.client(Role.VERIFIER)
    page = client.get(file_of(handed_in(staffed))).text

    source = re.search(r'<img src="(/counter/files/[^"]+)"', page)
    assert source is not None
    picture = client.get(source[1])
    assert picture.mimetype == "image/jpeg"
    assert picture.headers["Cache-Control"] == "no-store"


def test_what_was_not_ticked_is_marked_and_what_was_stays_ticked(staffed: Staffed) -> None:
    id_ = handed_in(staffed)
    client = staffed.client(Role.VERIFIER)
    typed = {name: "1" for name in TICKS if name != "tick-nik"}

    answer = client.post(file_of(id_, "check"), data=typed)

    assert answer.status_code == 422
    assert re.search(r'id="tick-name"[^>]* checked', answer.text)
    assert not re.search(r'id="tick-nik"[^>]* checked', answer.text)
    assert re.search(r'data-fault="nik">\w', answer.text)


def test_adding_a_photo_keeps_what_was_ticked_and_chosen(staffed: Staffed) -> None:
    id_ = handed_in(staffed, photo=False)
    client = staffed.client(Role.VERIFIER)
    typed = {"tick-name": "1", "reason-kk": "", "fingerprints": "on-file", "remark": "Salam"}

    answer = client.post(
        file_of(id_, "photo"),
        data={**typed, "photo": (BytesIO(a_photo().jpeg), "photo.jpg")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 200
    assert '<img src="/counter/files/' in answer.text
    assert re.search(r'id="tick-name"[^>]* checked', answer.text)
    assert re.search(r'id="on-file"[^>]* checked', answer.text)
    assert 'value="Salam"' in answer.text


def test_a_wish_is_found_corrected_and_answered(staffed: Staffed) -> None:
    id_, other = handed_in(staffed), handed_in(staffed)
    for one in (id_, other):
        wish(staffed.desk, one, "Pekerjaan saya guru")
    client = staffed.client(Role.VERIFIER)
    assert '/counter/wishes">Perbaikan <span class="count">2<' in client.get("/counter").text
    assert "Pekerjaan saya guru" in client.get(file_of(id_)).text

    wrong = client.post(file_of(id_, "wish/correct"), data={"fix-name": "", "fix-village": "Baru"})
    page = led_on(client, file_of(id_, "wish/correct"), **{"fix-occupation": "Guru"})
    silent = client.post(file_of(other, "wish/decline"), data={"why_not": ""})
    led_on(client, file_of(other, "wish/decline"), why_not="Sesuai KTP")

    assert wrong.status_code == silent.status_code == 422
    assert 'value="Baru"' in wrong.text
    assert f"P-{id_:06d}" not in page
    assert "Guru" in client.get(file_of(id_)).text
    assert "Pekerjaan saya guru" not in client.get(file_of(id_)).text


def test_a_file_goes_through_every_desk_to_the_sealed_bag(staffed: Staffed) -> None:
    sheets(staffed)
    id_ = handed_in(staffed)
    clients = {role: staffed.client(role) for role in Role}

    led_on(clients[Role.VERIFIER], file_of(id_, "check"), fingerprints="to-come", **TICKS)
    led_on(clients[Role.VERIFIER], file_of(id_, "fingerprints"), formula="12 aUa 3")
    led_on(clients[Role.EXAMINER], file_of(id_, "examination"), found="nothing")
    led_on(clients[Role.SIGNATORY], file_of(id_, "approval"), approved="yes")
    page = led_on(clients[Role.PRINT_ROOM], file_of(id_, "print"), serial=FIRST)
    assert "segel-1-0.pdf" in page
    led_on(clients[Role.PRINT_ROOM], file_of(id_, "printed"), outcome="good")
    led_on(clients[Role.SIGNATORY], file_of(id_, "signature"))
    led_on(clients[Role.PRINT_ROOM], file_of(id_, "seal"), deed="propose", bag="4711")
    led_on(clients[Role.VERIFIER], file_of(id_, "seal"), deed="confirm")

    after = application_in(staffed.desk, id_)
    assert (after.stage, after.bag) == (Stage.SEALED, 4711)


def test_a_record_goes_past_a_second_examiner(staffed: Staffed) -> None:
    id_ = checked(staffed)
    first, second = staffed.client(Role.EXAMINER), staffed.client(confirmer(staffed))
    page = led_on(first, file_of(id_, "examination"), found="record", result_text="Putusan 1")
    assert "Putusan" not in page

    assert 'name="agrees"' not in first.get(file_of(id_)).text
    assert "Putusan 1" in second.get(file_of(id_)).text
    led_on(second, file_of(id_, "confirmation"), agrees="yes")

    assert application_in(staffed.desk, id_).stage is Stage.APPROVING
    assert "Putusan 1" in staffed.client(Role.SIGNATORY).get(file_of(id_)).text


def test_no_page_of_a_verifier_tells_a_record_from_none(staffed: Staffed) -> None:
    record, clean = examined(staffed, Found.RECORD), examined(staffed)
    client = staffed.client(Role.VERIFIER)

    pages = [
        re.sub(r"P-\d+|files/\d+|papers/\d+|files%2F\d+", "N", client.get(file_of(id_)).text)
        for id_ in (record, clean)
    ]

    assert pages[0] == pages[1]
    assert "Sedang diperiksa" in pages[0]


def test_a_file_is_sent_back_with_a_tap_and_refused_with_a_sentence(staffed: Staffed) -> None:
    client = staffed.client(Role.VERIFIER)
    back, no = handed_in(staffed), handed_in(staffed)

    assert client.post(file_of(back, "send-back"), data={}).status_code == 422
    led_on(client, file_of(back, "send-back"), **{"reason-papers": "unreadable"})
    assert client.post(file_of(no, "refuse"), data={}).status_code == 422
    led_on(client, file_of(no, "refuse"), refusal="not-here")

    assert application_in(staffed.desk, back).stage is Stage.RETURNED
    assert application_in(staffed.desk, no).stage is Stage.REFUSED


def test_an_examination_without_a_choice_is_not_written(staffed: Staffed) -> None:
    id_ = checked(staffed)

    answer = staffed.client(Role.EXAMINER).post(file_of(id_, "examination"), data={})

    assert answer.status_code == 422
    assert application_in(staffed.desk, id_).stage is Stage.EXAMINING


def test_a_fee_is_taken_and_its_receipt_printed(staffed: Staffed) -> None:
    id_ = handed_in(staffed, paid=False)
    client = staffed.client(Role.VERIFIER)
    assert "Rp30.000" in client.get(file_of(id_)).text

    page = led_on(client, file_of(id_, "fee"), receipt="K-000123")

    assert "K-000123" in page
    assert "Sari Contoh" in page
    assert "Ratna" not in page


def test_a_void_sheet_asks_for_a_new_one(staffed: Staffed) -> None:
    sheets(staffed)
    id_ = approved(staffed)
    client = staffed.client(Role.PRINT_ROOM)
    led_on(client, file_of(id_, "print"), serial=FIRST)

    assert client.post(file_of(id_, "printed"), data={"outcome": "void"}).status_code == 422
    page = led_on(client, file_of(id_, "printed"), outcome="void", reason="jam")

    assert 'value="09 - 0986543"' in page


def test_sheets_are_received_and_void(staffed: Staffed) -> None:
    client = staffed.client(Role.PRINT_ROOM)
    office = str(staffed.places["polres"].id)

    wrong = client.post("/counter/sheets/received", data={"office": office, "first": "AB"})
    page = led_on(client, "/counter/sheets/received", office=office, first="A 0001", count="5")
    assert wrong.status_code == 422
    assert "Sisa 5 blangko" in page
    page = led_on(client, "/counter/sheets/void", office=office, serial="A 0001", reason="torn")
    assert "Sisa 4 blangko" in page


def test_a_day_is_counted(staffed: Staffed) -> None:
    sheets(staffed)
    printed(staffed)
    client = staffed.client(Role.PRINT_ROOM)
    office = str(staffed.places["polres"].id)
    assert "Belum ada yang menghitung" in client.get("/counter/days").text
    day = re.search(r'name="day" value="([^"]+)"', client.get("/counter/days").text)
    assert day is not None

    page = led_on(client, "/counter/days", office=office, day=day[1], money="0", sheets="9")

    assert "Semuanya cocok." in page
    assert 'name="money"' not in staffed.client(Role.COMMANDER).get("/counter/days").text


def test_the_file_of_a_paper_that_is_collected_leads_to_its_handing_out(staffed: Staffed) -> None:
    sheets(staffed)
    id_ = signed(staffed, receiving={"receiving": "collect"})

    page = staffed.client(Role.PRINT_ROOM).get(file_of(id_))

    assert f'href="/post?number=P-{id_:06d}"' in page.text


def test_a_session_that_stood_for_long_is_asked_to_sign_in(staffed: Staffed) -> None:
    client = staffed.client(Role.VERIFIER)
    staffed.clock.forward(hours=timedelta(hours=13) / timedelta(hours=1))

    assert client.get("/counter").location.startswith("/sign-in")


def test_a_lost_code_is_given_anew_once_the_card_was_looked_at(staffed: Staffed) -> None:
    id_ = handed_in(staffed)
    client = staffed.client(Role.VERIFIER)
    page = client.get(file_of(id_)).text

    unseen = client.post(file_of(id_, "code"))
    given = client.post(file_of(id_, "code"), data={"card_seen": "1"})

    assert "Pemohon kehilangan kode" in page
    assert unseen.status_code == 422
    code = given.text.partition('id="the-code">')[2].partition("<")[0]
    assert open_by_code(staffed.desk, code, BIRTH) == id_
    assert given.headers["Cache-Control"] == "no-store"
    assert code not in client.get(file_of(id_)).text
    with staffed.desk.register.read() as books:
        (entry,) = books.journal.about(f"application {id_}", deed="code-renewed")
    assert entry.staff == staffed.staff(Role.VERIFIER).id
    assert (
        "Pemohon kehilangan kode"
        not in staffed.client(Role.EXAMINER).get(file_of(examined(staffed))).text
    )
