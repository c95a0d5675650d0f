"""Bags at the counter on a phone: given out, taken back, a shift that does not come out even.

Every page on the way works without scripts, has nothing that axe finds, no target below 44 pixels,
and nothing that hangs over the edge.
"""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.actions import custody
from kiosk.actions.following import wish
from kiosk.domain.handover import BagStage
from kiosk.domain.staff import Role
from kiosk.storage.devices import Review
from tests.looking import look
from tests.staffed import StaffedSite
from tests.working import BAG, bag_in, bagged, handed_in

pytestmark = pytest.mark.browser


def open_as(chromium: Browser, site: StaffedSite, role: Role, address: str) -> Page:
    """A phone of somebody who is signed in, at a page."""
    context = chromium.new_context(
        locale="id-ID", timezone_id="Asia/Jakarta", viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    site.sign_in(page, role)
    page.goto(site.url + address)
    return page


def test_three_bags_go_out_and_one_comes_back(chromium: Browser, staffed_site: StaffedSite) -> None:
    desk, courier = staffed_site.desk, staffed_site.staff(Role.COURIER)
    bags = [bagged(staffed_site, BAG + number, rw=str(number + 1)).id for number in range(3)]
    page = open_as(chromium, staffed_site, Role.PRINT_ROOM, "/custody/give?day=2099-01-01")
    look(page)

    page.get_by_label("Siapa yang membawa").select_option(label="Bambang Contoh · Polres Contoh")
    page.get_by_label(re.compile(str(bags[0]))).check()
    page.get_by_label("Nomor kantong").fill(f"{bags[1]}\n{bags[2]}\n999")
    page.get_by_role("button", name="Tawarkan kepada pengantar").click()
    expect(page.get_by_label("Nomor kantong")).to_have_value("999")
    look(page)
    for bag in bags:
        custody.accept(desk, courier, bag)
    page.goto(f"{staffed_site.url}/custody/round/{courier.id}?day=2099-01-01")
    expect(page.get_by_role("heading", level=2)).to_have_count(3)
    look(page)

    page.goto(f"{staffed_site.url}/custody/back")
    look(page)
    own = open_as(chromium, staffed_site, Role.COURIER, "/custody/own")
    look(own)
    own.get_by_role("listitem").filter(has_text=str(bags[0])).get_by_role("button").click()
    expect(own.get_by_role("status")).to_contain_text("Letakkan di loket")
    own.context.close()
    page.get_by_label("Nomor kantong").fill(str(bags[0]))
    page.get_by_role("button", name="Sudah di tangan saya").click()
    expect(page.get_by_role("status")).to_contain_text(str(bags[0]))
    assert bag_in(desk, bags[0]).stage is BagStage.AT_COUNTER
    page.context.close()


def test_a_duty_officer_sees_what_is_left_and_lost(
    chromium: Browser, staffed_site: StaffedSite
) -> None:
    desk, courier = staffed_site.desk, staffed_site.staff(Role.COURIER)
    bag = bagged(staffed_site)
    custody.offer(desk, staffed_site.staff(Role.PRINT_ROOM), BAG, to=courier.id)
    custody.accept(desk, courier, BAG)
    with desk.register.begin() as books:
        review = Review(office=bag.office, bag=BAG, event=None, why="rules", raised_at=1)
        books.reviews.add(review)
    page = open_as(chromium, staffed_site, Role.DUTY_OFFICER, "/custody/shifts")

    page.get_by_role("button", name="Tutup giliran").click()
    expect(page.get_by_role("alert")).to_contain_text(str(BAG))
    look(page)
    page.get_by_role("link", name=str(BAG)).click()
    page.get_by_text("Kantong tidak ditemukan").click()
    look(page)
    page.get_by_role("button", name="Catat sebagai hilang").click()
    page.get_by_role("button", name="Sudah ditemukan").click()
    page.get_by_text("Buka kantong", exact=True).click()
    look(page)
    page.get_by_label("Pemohon mengambil sendiri").check()
    page.get_by_role("button", name="Buka kantong ini").click()
    expect(page.get_by_role("listitem").filter(has_text="Dibuka oleh Dewi")).to_be_visible()

    page.get_by_role("link", name="Semua kantong").click()
    look(page)
    page.get_by_role("link", name="Perlu ditinjau").click()
    look(page)
    page.get_by_label("Yang terjadi sudah benar").check()
    page.get_by_role("button", name="Catat").click()
    expect(page.get_by_text("Tidak ada yang perlu ditinjau")).to_be_visible()
    assert bag_in(desk).stage is BagStage.OPENED
    page.context.close()


def test_a_verifier_answers_what_an_applicant_asks_for(
    chromium: Browser, staffed_site: StaffedSite
) -> None:
    id_ = handed_in(staffed_site)
    wish(staffed_site.desk, id_, "Pekerjaan saya guru")
    page = open_as(chromium, staffed_site, Role.VERIFIER, "/counter/wishes")
    look(page)

    page.get_by_role("link", name=f"P-{id_:06d}").click()
    page.get_by_text("Perbaiki", exact=True).click()
    look(page)
    page.get_by_label("Pekerjaan", exact=True).last.fill("Guru")
    page.get_by_role("button", name="Perbaiki, dan beri tahu pemohon").click()

    expect(page.get_by_text("Tidak ada yang menunggu perbaikan")).to_be_visible()
    page.context.close()
