"""A file at the counter: five people, from the papers' check to the sealed bag.

On a phone and on a desk; every page on the way has no script at all, nothing that axe finds, no
target below 44 pixels, and nothing that hangs over the edge.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.domain.applications import Stage
from kiosk.domain.staff import Role
from tests.staffed import Person, StaffedSite
from tests.working import FIRST, application_in, handed_in

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PHONE, DESK = (360, 740), (1280, 800)
# A tick or a choice counts with its label, a link in a sentence with its line (WCAG 2.2, 2.5.8).
SMALL = """[...document.querySelectorAll("a, button, select, input:not([type=hidden])")]
  .filter((one) => one.offsetParent && !one.closest("p, .skip, figure"))
  .map((one) => ["checkbox", "radio"].includes(one.type) ? one.parentElement : one)
  .filter((one) => one.getBoundingClientRect().height < 43.9)
  .map((one) => one.outerHTML.slice(0, 80))"""
Open = Callable[[Role | Person], Page]


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def open_as(
    request: pytest.FixtureRequest, chromium: Browser, staffed_site: StaffedSite
) -> Iterator[Open]:
    """Opens a browser of somebody who is signed in."""
    width, height = request.param
    contexts = []

    def opened(who: Role | Person) -> Page:
        context = chromium.new_context(
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            viewport={"width": width, "height": height},
        )
        contexts.append(context)
        page = context.new_page()
        staffed_site.sign_in(page, who)
        page.goto(f"{staffed_site.url}/counter")
        return page

    yield opened
    for context in contexts:
        context.close()


def look(page: Page) -> None:
    """Whether everybody can use this page."""
    page.wait_for_load_state("load")
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) == 0, page.url
    assert page.evaluate(SMALL) == [], page.url
    assert page.locator("script").count() == 0
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    assert [
        (one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]
    ] == [], page.url


def press(page: Page, name: str) -> None:
    """Press the button that is called so, and look at what comes."""
    page.get_by_role("button", name=name, exact=True).click()
    look(page)


def take(page: Page, number: str) -> None:
    """Look at the queue, and open a file of it."""
    look(page)
    page.get_by_role("link", name=number, exact=True).click()
    look(page)


def check(verifier: Page, address: str, number: str) -> None:
    """Compare every field with the papers, and take the fingerprints."""
    take(verifier, number)
    expect(verifier.get_by_role("img", name="Foto")).to_be_visible()
    ticks = verifier.locator(".ticks input[type=checkbox]")
    for place in range(ticks.count()):
        ticks.nth(place).check()
    verifier.get_by_label("Saya sudah melihat pemohon dengan KTP-nya.").check()
    press(verifier, "Semua cocok: teruskan")
    verifier.goto(address)
    press(verifier, "Sidik jari sekarang sudah ada")


def examine(examiner: Page, number: str) -> None:
    """Write down that there is no record; not without saying so."""
    take(examiner, number)
    press(examiner, "Catat hasilnya")
    examiner.get_by_label("Tidak ada catatan").check()
    press(examiner, "Catat hasilnya")


def print_it(printer: Page, url: str, number: str) -> None:
    """Receive sheets, and print on the first."""
    look(printer)
    printer.goto(f"{url}/counter/sheets")
    look(printer)
    printer.get_by_label("Nomor seri blangko pertama").fill(FIRST)
    printer.get_by_label("Berapa lembar").fill("50")
    printer.get_by_role("button", name="Catat", exact=True).click()
    look(printer)
    printer.goto(f"{url}/counter/queue/print")
    take(printer, number)
    press(printer, "Terbitkan dan cetak")
    expect(printer.get_by_text("Ada di printer.")).to_be_visible()
    press(printer, "Sudah keluar dan baik")


def test_five_people_bring_a_file_into_a_sealed_bag(
    staffed_site: StaffedSite, open_as: Open
) -> None:
    colleague = staffed_site.add("colleague", Role.PRINT_ROOM)
    id_ = handed_in(staffed_site)
    number = f"P-{id_:06d}"
    signatory, printer = open_as(Role.SIGNATORY), open_as(Role.PRINT_ROOM)

    check(open_as(Role.VERIFIER), f"{staffed_site.url}/counter/files/{id_}", number)
    examine(open_as(Role.EXAMINER), number)
    signatory.goto(f"{staffed_site.url}/counter")
    take(signatory, number)
    press(signatory, "Setujui")
    print_it(printer, staffed_site.url, number)

    signatory.goto(f"{staffed_site.url}/counter/queue/sign")
    take(signatory, number)
    press(signatory, f"Blangko {FIRST} sudah ditandatangani dan dicap")

    printer.goto(f"{staffed_site.url}/counter/queue/seal")
    take(printer, number)
    printer.get_by_label("Nomor kantong").fill("4711")
    press(printer, "Lembar sudah di kantong")
    expect(printer.get_by_role("button", name="Sudah saya lihat: segel")).to_have_count(0)

    second = open_as(colleague)
    take(second, number)
    press(second, "Sudah saya lihat: segel")
    second.goto(f"{staffed_site.url}/counter/days")
    look(second)

    after = application_in(staffed_site.desk, id_)
    assert (after.stage, after.bag) == (Stage.SEALED, 4711)


def test_what_does_not_fit_goes_back_with_a_reason(
    staffed_site: StaffedSite, open_as: Open
) -> None:
    id_ = handed_in(staffed_site)
    verifier = open_as(Role.VERIFIER)
    take(verifier, f"P-{id_:06d}")

    press(verifier, "Kembalikan dengan alasan yang dipilih di atas")
    expect(verifier.get_by_text("Sebutkan paling tidak satu kolom yang salah")).to_be_visible()
    verifier.get_by_label("Apa yang salah dengan: Foto").select_option("wrong-background")
    press(verifier, "Kembalikan dengan alasan yang dipilih di atas")

    assert application_in(staffed_site.desk, id_).stage is Stage.RETURNED
