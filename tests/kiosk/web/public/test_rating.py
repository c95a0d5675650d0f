"""A delivery is rated where no officer sees it: by its applicant, or with the receipt."""

import pytest

from kiosk.actions.applications import renew_code
from kiosk.actions.ratings import rate, rating_of
from kiosk.actions.slips import receipt_of
from kiosk.domain.staff import Role
from tests.delivered import handed_over
from tests.kiosk.web.public.forms import form_in, opened
from tests.staffed import Staffed

ANSWERS = {"stars": "4", "polite": "yes", "money": "no", "said": "Terima kasih"}


def test_an_applicant_answers_once_and_takes_it_back(staffed: Staffed) -> None:
    application = handed_over(staffed).application
    client = staffed.client()
    opened(
        client,
        renew_code(staffed.desk, staffed.staff(Role.VERIFIER), application, identity_seen=True),
    )
    form = form_in(client.get("/apply/rating").text, "/apply/rating")

    refused = client.post(form.action, data=ANSWERS | {"polite": ""})
    client.post(form.action, data=ANSWERS)
    page = client.get("/apply/rating").text

    assert refused.status_code == 422
    assert "Pilih satu jawaban" in refused.text
    assert "Jawaban Anda sudah masuk" in page
    client.post(form_in(page, "taken-back").action)
    assert rating_of(staffed.desk, application).may_rate


@pytest.mark.parametrize("shown", ["number", "code"])
def test_with_the_receipt_it_goes_without_a_code(staffed: Staffed, shown: str) -> None:
    application = handed_over(staffed).application
    with staffed.desk.register.read() as books:
        kept = books.handovers.find(application)
    assert kept is not None
    typed = (
        kept.receipt.lower() if shown == "number" else receipt_of(staffed.desk, kept.receipt).text
    )
    client = staffed.client()

    wrong = client.post("/apply/rating/receipt", data={"receipt": "T-AAAAA-AAAAA"})
    page = client.post("/apply/rating/receipt", data={"receipt": typed}).text
    form = form_in(page, "/apply/rating")
    after = client.post(form.action, data=form.values | ANSWERS)

    assert wrong.status_code == 422
    assert "Jawaban Anda sudah masuk" in after.text
    assert rating_of(staffed.desk, application).rated


def test_who_brought_the_paper_takes_no_answer_back_with_its_receipt(staffed: Staffed) -> None:
    application = handed_over(staffed).application
    with staffed.desk.register.read() as books:
        kept = books.handovers.find(application)
    assert kept is not None
    rate(staffed.desk, application, ANSWERS | {"stars": "1", "money": "yes"})
    client, receipt = staffed.client(), {"receipt": kept.receipt}

    page = client.post("/apply/rating/receipt", data=receipt).text
    client.post("/apply/rating/taken-back", data=receipt)
    client.post("/apply/rating", data=receipt | ANSWERS)

    assert "taken-back" not in page
    assert "tanggal lahir" in page
    assert not rating_of(staffed.desk, application).may_rate


def test_nobody_rates_on_the_device_of_one_of_the_staff(staffed: Staffed) -> None:
    application = handed_over(staffed).application
    client = staffed.client(Role.COURIER)
    opened(
        client,
        renew_code(staffed.desk, staffed.staff(Role.VERIFIER), application, identity_seen=True),
    )

    for answer in (
        client.get("/apply/rating"),
        client.post("/apply/rating", data=ANSWERS),
        client.get("/apply/rating/receipt"),
    ):
        assert answer.status_code == 403
        assert "Di sini ada petugas yang sedang masuk" in answer.text
    assert rating_of(staffed.desk, application).may_rate
