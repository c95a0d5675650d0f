"""An applicant gets slip and letter by code and birth date, once there is something to receive."""

import pypdfium2
import pytest

from kiosk.actions.slips import open_slip, slip_of
from kiosk.domain.applications import Receiving
from kiosk.domain.errors import Invalid
from kiosk.domain.staff import Role
from signing.slip import SlipKind
from tests.kiosk.actions.test_handovers import carried
from tests.kiosk.web.public.test_status import browser_of
from tests.staffed import Staffed
from tests.working import application_in, sheets, signed


def words_of(pdf: bytes) -> str:
    return str(pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range())


def test_the_slip_is_there_when_the_paper_is_and_not_a_day_before(staffed: Staffed) -> None:
    sheets(staffed)
    id_ = signed(staffed, receiving={"receiving": "collect"})
    assert slip_of(staffed.desk, id_) is None
    assert browser_of(staffed, id_).get("/apply/status/slip").status_code == 303

    staffed.clock.forward(days=30)
    browser = browser_of(staffed, id_)
    slip = slip_of(staffed.desk, id_)

    assert slip is not None
    page = browser.get("/apply/status/slip").text
    assert f"{slip.code[:3]} {slip.code[3:]}" in page
    data = browser.get("/apply/status/slip.pdf").data
    assert len(pypdfium2.PdfDocument(data)) == 1
    pdf = words_of(data)
    assert f"{slip.code[:3]} {slip.code[3:]}" in pdf
    assert "CONTOH – BUKAN SKCK" in pdf
    for secret in ("Ratna", "9971016512960003", "0003"):
        assert secret not in page
        assert secret not in pdf
    read = open_slip(staffed.desk, slip.text)
    assert (read.kind, read.reference) == (SlipKind.SLIP, f"P-{id_:06d}")
    staffed.clock.forward(days=31)
    with pytest.raises(Invalid):
        open_slip(staffed.desk, slip.text)


def test_a_letter_names_the_proxy_on_paper_and_nobody_in_its_code(staffed: Staffed) -> None:
    sheets(staffed)
    id_ = signed(staffed, receiving={"receiving": "collect"})
    staffed.clock.forward(days=30)
    browser = browser_of(staffed, id_)
    typed = {"proxy_name": "Tono Contoh", "proxy_relation": "Paman", "proxy_last4": "7777"}

    wrong = browser.post("/apply/status/letter", data=typed | {"proxy_last4": "77"})
    letter = browser.post("/apply/status/letter", data=typed)

    assert wrong.status_code == 422
    assert letter.mimetype == "application/pdf"
    words = words_of(letter.data)
    for said in ("Tono Contoh", "Ratna Wulandari", "Paman", "7777"):
        assert said in words


def test_who_wants_it_brought_no_more_collects_it(staffed: Staffed) -> None:
    sheets(staffed)
    id_ = signed(staffed)
    staffed.clock.forward(days=30)

    browser_of(staffed, id_).post("/apply/status/collect")

    assert application_in(staffed.desk, id_).receiving is Receiving.COLLECT


def test_whoever_changes_his_mind_when_the_bag_is_on_its_way_is_told_what_happens(
    staffed: Staffed,
) -> None:
    bag = carried(staffed)
    staffed.clock.forward(days=30)
    browser = browser_of(staffed, bag.application)
    before = browser.get("/apply/status").text

    browser.post("/apply/status/collect")

    after = browser.get("/apply/status").text
    assert "Petugas sudah membawa kantongnya." in before
    assert "Petugas masih membawa kantongnya" in after
    assert "Siap diambil" in after
    assert "Jangan diantar" not in after
    assert len(pypdfium2.PdfDocument(browser.get("/apply/status/slip.pdf").data)) == 1


def test_the_label_of_a_bag_says_its_number_and_not_whose_it_is(staffed: Staffed) -> None:
    from kiosk.actions import counter

    sheets(staffed)
    id_ = signed(staffed)
    counter.propose_seal(staffed.desk, staffed.staff(Role.PRINT_ROOM), id_, bag="42")

    label = staffed.client(Role.PRINT_ROOM).get(f"/post/labels/{id_}.pdf")

    words = words_of(label.data)
    assert "42" in words
    assert f"P-{id_:06d}" not in words
    assert staffed.client(Role.HELPER).get(f"/post/labels/{id_}.pdf").status_code == 403
