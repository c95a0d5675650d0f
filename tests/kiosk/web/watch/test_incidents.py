"""The watch's screens: what two officers see of an incident, and how they end it."""

from sqlalchemy import update

from kiosk.actions.incidents import complain
from kiosk.actions.journal import entries_about
from kiosk.domain.certificates import State
from kiosk.domain.staff import Role
from kiosk.storage.schema import handovers
from tests.delivered import certificate_of, handed_over
from tests.kiosk.web.public.forms import form_in
from tests.staffed import Staffed


def test_two_officers_end_an_incident_at_their_own_screens(staffed: Staffed) -> None:
    application = handed_over(staffed).application
    complain(staffed.desk, application, "Tidak ada yang datang")
    first, second = staffed.client(Role.DUTY_OFFICER), staffed.client(Role.COMMANDER)
    assert "menunggu Anda" in first.get("/watch").text

    for client in (first, second):
        form = form_in(client.get("/watch/1").text, "acknowledge")
        assert client.post(form.action).status_code == 303
    page = first.get("/watch/1").text
    first.post(form_in(page, "propose").action, data={"outcome": "found"})
    waiting = first.get("/watch/1").text
    form = form_in(second.get("/watch/1").text, "agree")
    second.post(form.action, data=form.values)

    assert "Tidak ada yang datang" in page
    assert "Bambang Contoh" in page
    assert "/agree" not in waiting
    assert "Sudah ditemukan, atau sudah diterima" in second.get("/watch?closed=1").text
    certificate = certificate_of(staffed, application)
    assert certificate is not None
    assert certificate.state is State.ISSUED
    deeds = [one.deed for one in entries_about(staffed.desk.register, "incident 1")]
    assert deeds.count("opened") >= 4


def test_what_cannot_be_done_now_is_said_and_others_stay_outside(staffed: Staffed) -> None:
    complain(staffed.desk, handed_over(staffed).application, "")
    officer, courier = staffed.client(Role.DUTY_OFFICER), staffed.client(Role.COURIER)

    early = officer.post("/watch/1/propose", data={"outcome": "found"})

    assert early.status_code == 409
    assert "Belum bisa dilakukan" in early.text
    assert officer.post("/watch/1/propose", data={"outcome": "teapot"}).status_code == 400
    assert officer.get("/watch/99").status_code == 404
    assert courier.get("/watch/1").status_code == 403


def test_one_tap_puts_it_on_the_list_of_improvements(staffed: Staffed) -> None:
    complain(staffed.desk, handed_over(staffed).application, "")
    officer = staffed.client(Role.DUTY_OFFICER)

    answer = officer.post(form_in(officer.get("/watch/1").text, "improve").action)

    page = officer.get(answer.headers["Location"]).text
    assert "Surat sampai kepada orangnya" in page
    assert "Kejadian 1" in page


def test_the_duty_officer_opens_the_proof_and_the_applicant_sees_that(staffed: Staffed) -> None:
    application = handed_over(staffed).application
    complain(staffed.desk, application, "")
    officer, commander = staffed.client(Role.DUTY_OFFICER), staffed.client(Role.COMMANDER)

    proof = officer.post(form_in(officer.get("/watch/1").text, "/proof").action)

    assert (proof.status_code, "data:image/png;base64," in proof.text) == (200, True)
    assert "/proof" not in commander.get("/watch/1").text
    assert commander.post("/watch/1/proof").status_code == 403
    assert officer.post("/watch/99/proof").status_code == 404
    opened = entries_about(staffed.desk.register, f"application {application}")
    assert (opened[-1].deed, opened[-1].staff) == (
        "opened",
        staffed.staff(Role.DUTY_OFFICER).id,
    )
    deeds = [one.deed for one in entries_about(staffed.desk.register, "incident 1")]
    assert "proof-opened" in deeds


def test_a_proof_that_was_changed_is_said_to_be(staffed: Staffed) -> None:
    complain(staffed.desk, handed_over(staffed).application, "")
    with staffed.desk.register.begin() as books:
        books._connection.execute(update(handovers).values(record=b"changed"))

    proof = staffed.client(Role.DUTY_OFFICER).post("/watch/1/proof").text

    assert "salah satunya sudah diubah" in proof
    assert "data:image/png" not in proof
