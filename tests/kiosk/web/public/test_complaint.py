"""What is said by who never received the paper: one confirmation, and nobody is to take it."""

from kiosk.actions import custody
from kiosk.actions.applications import renew_code
from kiosk.domain.certificates import State
from kiosk.domain.staff import Role
from tests.delivered import carried, certificate_of, handed_over
from tests.kiosk.web.public.forms import form_in, opened
from tests.staffed import Staffed
from tests.working import BAG, application_in


def test_one_button_and_one_confirmation_suspend_and_one_takes_it_back(staffed: Staffed) -> None:
    application = handed_over(staffed).application
    client = staffed.client()
    opened(
        client,
        renew_code(staffed.desk, staffed.staff(Role.VERIFIER), application, identity_seen=True),
    )

    page = client.get("/apply/status").text
    assert "Saya tidak menerima" in page
    form = form_in(client.get("/apply/not-received").text, "/not-received")
    refused = client.post(form.action, data={"words": "x" * 501})
    answer = client.post(form.action, data={"words": "Tidak ada yang datang"})

    assert (refused.status_code, answer.status_code) == (422, 303)
    page = client.get("/apply/status").text
    assert "Ditangguhkan" in page
    assert "Polres Contoh: dua petugas, bukan petugas yang mengantar" in page
    assert "Tidak ada yang datang" not in page
    certificate = certificate_of(staffed, application)
    assert certificate is not None
    assert certificate.state is State.SUSPENDED

    client.post(form_in(page, "taken-back").action)

    assert "Dua petugas memastikan" in client.get("/apply/status").text


def test_who_waits_for_a_bag_that_is_missing_is_told_and_not_before_the_promised_time(
    staffed: Staffed,
) -> None:
    application = carried(staffed).application
    promised = application_in(staffed.desk, application).promised_at or 0
    custody.miss(staffed.desk, staffed.staff(Role.COURIER), BAG)
    client = staffed.client()
    opened(
        client,
        renew_code(staffed.desk, staffed.staff(Role.VERIFIER), application, identity_seen=True),
    )

    after = client.get("/apply/status").text
    staffed.clock.forward(seconds=promised - 60 - staffed.clock().timestamp())
    before = client.get("/apply/status").text

    assert "Kantong berisi surat Anda" in after
    assert "Ternyata sudah saya terima" not in after
    assert "Kantong berisi surat Anda" not in before
    assert "Sedang diperiksa" in before


def test_who_has_nothing_open_is_asked_for_the_code(staffed: Staffed) -> None:
    answer = staffed.client().get("/apply/not-received")

    assert answer.headers["Location"].endswith("/apply/open")
