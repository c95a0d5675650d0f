"""The list of improvements on the screen: noted, taken on, done."""

from datetime import timedelta

from kiosk.domain.staff import Role
from tests.kiosk.web.public.forms import form_in
from tests.staffed import Staffed


def test_something_is_noted_taken_on_and_done(staffed: Staffed) -> None:
    client = staffed.client(Role.COMMANDER)
    page = client.get("/watch/improvements").text
    form = form_in(page, "/watch/improvements")
    noted = {"office": str(staffed.places["polres"].id)}
    refused = client.post(form.action, data=noted | {"what": "NIK 9971016512960003"})
    client.post(form.action, data=noted | {"what": "Antar sebelum magrib"})
    page = client.get("/watch/improvements").text
    due = (staffed.clock().date() + timedelta(days=7)).isoformat()
    taking = form_in(page, "take-on")
    owner = str(staffed.staff(Role.COURIER).id)
    wrong = client.post(taking.action, data={"owner": owner, "due_on": "kapan-kapan"})
    client.post(taking.action, data={"owner": owner, "due_on": due})
    taken = client.get("/watch/improvements").text
    client.post(form_in(taken, "finish").action, data={"effect": "Tidak ada keluhan lagi"})

    assert (refused.status_code, wrong.status_code) == (422, 422)
    assert "Jangan tulis nomor panjang" in refused.text
    assert "Antar sebelum magrib" in page
    assert "Bambang Contoh" in taken
    assert "Tidak ada keluhan lagi" in client.get("/watch/improvements").text
