"""A paper never came: its applicant says so on a phone, and two officers end it."""

from playwright.sync_api import Page, expect

from kiosk.actions import ratings, watch
from kiosk.actions.applications import renew_code
from kiosk.domain.certificates import State
from kiosk.domain.staff import Role
from tests.applying import BIRTH, birth_fields
from tests.delivered import certificate_of, handed_over, rated
from tests.looking import look
from tests.staffed import StaffedSite


def opened(page: Page, site: StaffedSite, application: int) -> None:
    """Open the status page with code and birth date."""
    code = renew_code(site.desk, site.staff(Role.VERIFIER), application, identity_seen=True)
    page.goto(f"{site.url}/apply/open")
    page.fill("#code", code)
    for name, value in birth_fields(BIRTH).items():
        field = page.locator(f"[name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.locator("main form button").first.click()
    page.wait_for_url("**/apply/status*")


def test_an_applicant_says_so_and_two_officers_end_it(
    staffed_site: StaffedSite, page: Page
) -> None:
    site = staffed_site
    application = handed_over(site).application
    page.set_viewport_size({"width": 360, "height": 740})
    opened(page, site, application)
    page.get_by_role("link", name="Saya tidak menerima").click()
    page.get_by_label("Apa yang terjadi?").fill("Tidak ada yang datang")
    look(page)
    page.get_by_role("button", name="Ya, saya tidak menerima").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ditangguhkan")
    look(page)
    page.get_by_role("link", name="Bagaimana layanannya?").click()
    look(page)

    site.sign_in(page, Role.DUTY_OFFICER)
    page.goto(f"{site.url}/watch")
    look(page)
    page.get_by_role("link", name="Pemohon: tidak menerima").click()
    page.get_by_role("button", name="Saya mengetahui").click()
    watch.acknowledge(site.desk, site.staff(Role.COMMANDER), 1)
    page.reload()
    page.get_by_label("Sudah ditemukan").check()
    look(page)
    page.get_by_role("button", name="Usulkan").click()
    expect(page.get_by_role("status")).to_contain_text("Petugas kedua menyetujui")

    site.sign_in(page, Role.COMMANDER)
    page.reload()
    page.get_by_role("button", name="Setuju: tutup").click()
    expect(page.get_by_role("status")).to_contain_text("Ditutup")
    certificate = certificate_of(site, application)
    assert certificate is not None
    assert certificate.state is State.ISSUED


def test_a_commander_finds_in_the_figures_what_to_do_better(
    staffed_site: StaffedSite, page: Page
) -> None:
    site = staffed_site
    for bag in range(1, 6):
        ratings.rate(site.desk, rated(site, bag), {"stars": "2", "polite": "no", "money": "no"})
    page.set_viewport_size({"width": 360, "height": 740})
    site.sign_in(page, Role.COMMANDER)

    page.goto(f"{site.url}/watch/figures")
    look(page)
    page.get_by_role("button", name="Ramah di setiap pintu").click()
    page.locator("summary").click()
    look(page)

    expect(page.locator(".rows")).to_contain_text("Kata warga")
