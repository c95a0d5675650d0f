"""The status page: plain, cheap, and the same for a clean file and one with a record."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from kiosk.actions import counter, custody, printing
from kiosk.actions.corrections import decline
from kiosk.domain.applications import Found
from kiosk.domain.staff import Role
from tests.applying import apply, pay_by_bank
from tests.kiosk.web.public.forms import form_in, opened
from tests.staffed import Staffed
from tests.working import FIRST, checked, confirmer, handed_in, sealed, sheets, signed

SECOND = "09 - 0986543"
PAGES = (
    "/apply/status",
    "/apply/status/cancel",
    "/apply/status/correct",
    "/apply/status/openings",
)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Every statement that the register is asked within the `with`."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield asked
    event.remove(Engine, "before_cursor_execute", note)


def browser_of(staffed: Staffed, id_: int) -> FlaskClient:
    """A browser that has an application open."""
    from kiosk.actions.applications import renew_code

    client = staffed.client()
    opened(client, renew_code(staffed.desk, staffed.staff(Role.VERIFIER), id_, identity_seen=True))
    return client


def seen(client: FlaskClient, id_: int) -> list[tuple[str, int, list[str]]]:
    """What a browser sees: pages without the number, their length, and what was asked for them."""
    found = []
    for path in PAGES:
        with counted() as asked:
            answer = client.get(path)
        assert answer.status_code == 200
        text = answer.text.replace(f"P-{id_:06d}", "P-NUMBER")
        found.append((text, len(answer.data), list(asked)))
    return found


def steps(staffed: Staffed, id_: int, found: Found, serial: str) -> Iterator[None]:
    """Each step of an examination, and of what follows before the promised time."""
    desk, other = staffed.desk, None
    examiner, signatory = staffed.staff(Role.EXAMINER), staffed.staff(Role.SIGNATORY)
    room = staffed.staff(Role.PRINT_ROOM)
    if found is Found.RECORD:
        other = confirmer(staffed).staff
    yield
    counter.open_file(desk, examiner, id_)
    counter.examine(desk, examiner, id_, found=None)
    yield
    text = "Putusan contoh nomor 1" if found is Found.RECORD else ""
    counter.examine(desk, examiner, id_, found=found, text=text)
    yield
    if other is not None:
        counter.open_file(desk, other, id_)
        counter.confirm(desk, other, id_, agrees=True)
    yield
    counter.approve(desk, signatory, id_)
    yield
    printing.want_print(desk, room, id_, serial=serial)
    printing.tend(desk)
    printing.mark_good(desk, room, id_)
    yield
    counter.sign(desk, signatory, id_)
    yield


def test_a_clean_file_and_one_with_a_record_look_alike_and_cost_alike(staffed: Staffed) -> None:
    sheets(staffed)
    clean, record = checked(staffed), checked(staffed)
    browsers = {id_: browser_of(staffed, id_) for id_ in (clean, record)}
    walks = zip(
        steps(staffed, clean, Found.NOTHING, FIRST),
        steps(staffed, record, Found.RECORD, SECOND),
        strict=True,
    )
    looks = []

    for _ in walks:
        one, two = seen(browsers[clean], clean), seen(browsers[record], record)
        assert one == two
        assert "Sedang diperiksa" in one[0][0]
        looks.append(one)

    # And nobody tells from one day to the next that anything went on inside.
    assert len(looks) == 7
    assert all(look == looks[0] for look in looks[1:])


def test_what_may_be_done_during_an_examination_is_done_alike(staffed: Staffed) -> None:
    sheets(staffed)
    clean, record = checked(staffed), checked(staffed)
    browsers = {id_: browser_of(staffed, id_) for id_ in (clean, record)}
    walks = zip(
        steps(staffed, clean, Found.NOTHING, FIRST),
        steps(staffed, record, Found.RECORD, SECOND),
        strict=True,
    )

    for number, _ in enumerate(walks):
        answers = []
        for id_, client in browsers.items():
            wish = client.post("/apply/status/correct", data={"wish": f"Koreksi {number}"})
            gone = client.post("/apply/status/cancel")
            window = client.post("/apply/form/window", data={"window": "morning"})
            page = client.get("/apply/status").text.replace(f"P-{id_:06d}", "")
            answers.append((wish.status_code, gone.status_code, window.status_code, page))
            # Nothing is printed while a wish waits.
            decline(staffed.desk, staffed.staff(Role.VERIFIER), id_, remark="Sesuai KTP.")
        assert answers[0] == answers[1]


def test_a_status_page_asks_the_register_little(staffed: Staffed) -> None:
    client = browser_of(staffed, handed_in(staffed))

    with counted() as asked:
        client.get("/apply/status")

    assert len([statement for statement in asked if statement.startswith("SELECT")]) <= 3


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("pay", "9901 0000 0000"),
        ("lapsed", "Minta nomor bayar baru"),
        ("checked", "Berkas sedang dicek"),
        ("fix", "Latar foto harus merah"),
        ("come", "sidik jari"),
        ("refused", "Sudah ada SKCK yang berlaku."),
        ("cancelled", "Dibatalkan"),
        ("ready", "Siap diantar"),
    ],
)
def test_each_step_says_what_happens_and_who_has_it(staffed: Staffed, step: str, said: str) -> None:
    desk, verifier = staffed.desk, staffed.staff(Role.VERIFIER)
    id_ = apply(desk).id if step in {"pay", "lapsed", "cancelled"} else 0
    if step == "checked":
        id_ = handed_in(staffed)
    if step == "lapsed":
        staffed.clock.forward(days=4)
    if step == "fix":
        id_ = handed_in(staffed)
        counter.send_back(desk, verifier, id_, reasons={"photo": "wrong-background"}, remark="")
    if step == "refused":
        id_ = handed_in(staffed)
        counter.refuse(desk, verifier, id_, remark="Sudah ada SKCK yang berlaku.")
    if step == "come":
        id_ = checked(staffed, on_file=False)
    if step == "ready":
        sheets(staffed)
        id_ = signed(staffed)
        staffed.clock.forward(days=30)
    client = browser_of(staffed, id_)
    if step == "cancelled":
        client.post("/apply/status/cancel")

    page = client.get("/apply/status")

    assert page.status_code == 200
    assert said in page.text
    assert "Polres Contoh" in page.text
    assert f"P-{id_:06d}" in page.text


def test_who_has_the_sealed_paper_and_when_it_comes_is_said(staffed: Staffed) -> None:
    sheets(staffed)
    bag = sealed(staffed)
    client, courier = browser_of(staffed, bag.application), staffed.staff(Role.COURIER)
    waiting = client.get("/apply/status").text
    custody.offer(staffed.desk, staffed.staff(Role.PRINT_ROOM), bag.id, to=courier.id)
    custody.accept(staffed.desk, courier, bag.id)

    page = client.get("/apply/status").text

    assert "Disegel dalam kantong di Polres Contoh" in waiting
    assert "Dibawa oleh Bhabinkamtibmas Polres Contoh sejak" in page
    assert f"Nomor kantong: {bag.id}" in page
    assert "Malam, jam 18–20" in page
    assert courier.name not in page


def test_what_was_sent_back_is_put_right_from_here(staffed: Staffed) -> None:
    id_ = handed_in(staffed)
    counter.send_back(
        staffed.desk,
        staffed.staff(Role.VERIFIER),
        id_,
        reasons={"name": "differs"},
        remark="Nama di KTP: Ratna Wulandari Sari",
    )
    client = browser_of(staffed, id_)

    page = client.get("/apply/status").text
    form = form_in(client.get("/apply/form/name").text, "/form/name")
    saved = client.post(form.action, data={"name": "Ratna Wulandari Sari"})
    again = client.post("/apply/submit")

    assert "Nama di KTP: Ratna Wulandari Sari" in page
    assert "/apply/form/name" in page
    assert saved.headers["Location"] == again.headers["Location"] == "/apply/status"
    assert "Berkas sedang dicek" in client.get("/apply/status").text


def test_a_lapsed_reference_is_renewed_with_one_button(staffed: Staffed) -> None:
    one = apply(staffed.desk)
    staffed.clock.forward(days=4)
    client = browser_of(staffed, one.id)

    form = form_in(client.get("/apply/status").text, "/pay")
    client.post(form.action)
    page = client.get("/apply/status").text

    assert "9901 0000 0000" in page
    assert client.post(form.action).status_code == 303
    pay_by_bank(staffed.desk, one.id)
    assert "Berkas sedang dicek" in client.get("/apply/status").text


def test_cancelling_is_asked_about(staffed: Staffed) -> None:
    one = apply(staffed.desk)
    client = browser_of(staffed, one.id)

    asked = client.get("/apply/status/cancel").text
    before = client.get("/apply/status").text
    client.post(form_in(asked, "/cancel").action)

    assert "Menunggu pembayaran" in before
    assert "Dibatalkan" in client.get("/apply/status").text


def test_a_correction_is_taken_down_or_said_what_is_missing(staffed: Staffed) -> None:
    client = browser_of(staffed, handed_in(staffed))

    empty = client.post("/apply/status/correct", data={"wish": " "})
    long = client.post("/apply/status/correct", data={"wish": "x" * 501})
    taken = client.post("/apply/status/correct", data={"wish": "Nama saya Wulandari"})

    assert (empty.status_code, long.status_code, taken.status_code) == (422, 422, 303)
    assert form_in(long.text, "/correct").values["wish"].strip() == "x" * 501
    assert "Permintaan Anda sudah di kantor" in client.get("/apply/status").text


def test_who_opened_the_file_is_told(staffed: Staffed) -> None:
    id_ = handed_in(staffed)
    client = browser_of(staffed, id_)
    before = client.get("/apply/status/openings").text
    counter.open_file(staffed.desk, staffed.staff(Role.VERIFIER), id_)

    after = client.get("/apply/status/openings").text

    assert "Belum ada." in before
    assert ": Polres Contoh" in after
    assert "Sari Contoh" not in after


def test_a_form_that_is_not_handed_in_has_no_status(staffed: Staffed) -> None:
    from tests.kiosk.web.public.forms import begin

    client = staffed.client()
    begin(client)

    assert client.get("/apply/status").headers["Location"] == "/apply/go-on"


def test_the_official_fee_stands_on_every_page_on_which_money_is_meant(staffed: Staffed) -> None:
    one = apply(staffed.desk)
    client = browser_of(staffed, one.id)

    for path in ("/apply", "/apply/needs?purpose=1", "/apply/status"):
        page = client.get(path).text
        assert "Biaya resmi Rp30.000." in page
        assert "tidak pernah di pintu" in page


def test_a_certificate_says_how_long_it_counts(staffed: Staffed) -> None:
    sheets(staffed)
    id_ = signed(staffed)
    staffed.clock.forward(days=30)
    page = browser_of(staffed, id_).get("/apply/status").text

    assert "Berlaku sampai" in page or "Valid until" in page
    assert "Sisa 1" in page
