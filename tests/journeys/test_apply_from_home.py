"""Ratna applies from home: on a small phone, with scripts and without, in good days and bad."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from kiosk.actions import counter
from kiosk.actions.applications import open_draft
from kiosk.domain.applications import Receiving, Stage
from kiosk.domain.staff import Role
from tests.applying import ANSWERS, BIRTH, apply, pay_by_bank
from tests.builders import a_picture
from tests.looking import look
from tests.staffed import StaffedSite

pytestmark = pytest.mark.browser

CODE = re.compile(r"[2-9A-Z]{4}-[2-9A-Z]{4}")


@pytest.fixture
def plain_phone(chromium: Browser) -> Iterator[Page]:
    """A small phone that gets no script of ours; axe, which needs one, still can look."""
    context = chromium.new_context(
        locale="id-ID", timezone_id="Asia/Jakarta", viewport={"width": 360, "height": 740}
    )
    context.route("**/*.js", lambda route: route.abort())
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo as a phone takes it: twelve million pixels, some megabytes."""
    grain = np.random.default_rng(5).normal(0, 9, (4000, 3000, 1))
    pixels = np.asarray(a_picture(size=(3000, 4000)), dtype=float) + grain
    path = tmp_path_factory.mktemp("photo") / "IMG_0001.jpg"
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(path, quality=92)
    return path


def begin(page: Page, url: str) -> str:
    """From the first page to the first question; the code."""
    page.goto(f"{url}/apply")
    look(page)
    page.get_by_role("link", name="Mulai").click()
    look(page)
    page.get_by_role("link", name="Melamar pekerjaan").click()
    look(page)
    page.get_by_role("link", name="Saya siap: mulai").click()
    look(page)
    type_birth(page)
    page.get_by_role("button", name="Lanjut").click()
    look(page)
    code = page.locator("#the-code").inner_text()
    assert CODE.fullmatch(code)
    page.get_by_role("link", name="Sudah saya catat: lanjut").click()
    return code


def type_birth(page: Page) -> None:
    page.get_by_label("Tanggal", exact=True).fill(str(BIRTH.day))
    page.get_by_label("Bulan").select_option(str(BIRTH.month))
    page.get_by_label("Tahun").fill(str(BIRTH.year))


def slug_of(page: Page) -> str:
    found = re.search(r"/apply/form/([a-z-]+)", page.url)
    return found[1] if found else ""


def answer(page: Page, typed: dict[str, str]) -> None:
    """Fill the page in and send it."""
    for name, value in typed.items():
        fields = page.locator(f"main [name='{name}']")
        if fields.count() == 0:
            continue
        if fields.first.get_attribute("type") in {"radio", "checkbox"}:
            page.locator(f"label[for='{name}-{value}']").click()
        else:
            fields.fill(value)
    with page.expect_navigation():
        page.get_by_role("button", name="Simpan dan lanjut").click()


def answer_rest(page: Page, *, looks: bool = True) -> None:
    """Answer page after page, looking at each; papers are brought."""
    for _ in range(60):
        slug = slug_of(page)
        if not slug:
            return
        if looks:
            look(page)
        if slug.startswith("paper-"):
            with page.expect_navigation():
                page.get_by_role("button", name="Tidak bisa sekarang: saya bawa ke kantor").click()
        else:
            answer(page, ANSWERS[slug])


def hand_in(page: Page) -> None:
    look(page)
    page.get_by_label("Semua ini benar.").check()
    page.get_by_role("button", name="Kirim permohonan").click()
    look(page)


def test_from_the_first_page_to_the_answer_that_it_is_being_checked(
    page: Page, staffed_site: StaffedSite
) -> None:
    wrong: list[str] = []
    page.on("pageerror", lambda problem: wrong.append(str(problem)))
    begin(page, staffed_site.url)
    answer_rest(page)
    expect(page.get_by_role("heading", name="Apakah semua benar?")).to_be_visible()
    hand_in(page)
    expect(page.get_by_role("heading", name="Menunggu pembayaran")).to_be_visible()

    pay_by_bank(staffed_site.desk, 1)
    page.reload()
    look(page)

    expect(page.get_by_role("heading", name="Berkas sedang dicek")).to_be_visible()
    for link in ("Siapa membuka berkas saya?", "Ada yang salah tulis", "Batalkan permohonan"):
        page.get_by_role("link", name=link).click()
        look(page)
        page.go_back()
    assert wrong == []


def test_the_same_without_a_script(plain_phone: Page, staffed_site: StaffedSite) -> None:
    begin(plain_phone, staffed_site.url)
    answer_rest(plain_phone, looks=False)
    hand_in(plain_phone)

    expect(plain_phone.get_by_role("heading", name="Menunggu pembayaran")).to_be_visible()
    assert open_draft(staffed_site.desk, 1).application.receiving is Receiving.DELIVER


def test_a_photo_of_megabytes_is_sent_small_and_can_be_taken_away(
    page: Page, staffed_site: StaffedSite, photo: Path
) -> None:
    begin(page, staffed_site.url)
    page.goto(f"{staffed_site.url}/apply/form/paper-photo")
    assert photo.stat().st_size > 2_000_000

    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.set_input_files("#file", photo)
    expect(page.get_by_role("img", name="Foto 4 × 6 cm")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Hapus").click()
    expect(page.get_by_text("Sudah dihapus.")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Kembalikan").click()
    expect(page.get_by_role("img", name="Foto 4 × 6 cm")).to_be_visible()
    page.get_by_role("link", name="Sudah jelas: lanjut").click()

    assert slug_of(page) == "paper-ktp"
    assert sent.value.sizes()["requestBodySize"] <= 301_000


def test_a_photo_is_sent_without_a_script_too(
    plain_phone: Page, staffed_site: StaffedSite, photo: Path
) -> None:
    begin(plain_phone, staffed_site.url)
    plain_phone.goto(f"{staffed_site.url}/apply/form/paper-photo")

    plain_phone.set_input_files("#file", photo)
    plain_phone.get_by_role("button", name="Kirim", exact=True).click()

    expect(plain_phone.get_by_role("img", name="Foto 4 × 6 cm")).to_be_visible()
    look(plain_phone)


def test_where_the_connection_breaks_a_photo_is_sent_again_with_one_press(
    page: Page, staffed_site: StaffedSite, photo: Path
) -> None:
    begin(page, staffed_site.url)
    page.goto(f"{staffed_site.url}/apply/form/paper-photo")
    broken = [True]

    def broken_once(route: Route) -> None:
        if broken.pop() if broken else False:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/apply/paper/*", broken_once)
    page.set_input_files("#file", photo)
    expect(page.get_by_text("Tidak terkirim: sambungan putus.")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Coba lagi").click()

    expect(page.get_by_role("img", name="Foto 4 × 6 cm")).to_be_visible()


def test_what_cannot_be_read_is_said_at_once(
    page: Page, staffed_site: StaffedSite, tmp_path: Path
) -> None:
    begin(page, staffed_site.url)
    page.goto(f"{staffed_site.url}/apply/form/paper-ktp")
    broken = tmp_path / "scan.pdf"
    broken.write_bytes(b"%PDF-1.7 and nothing more")

    page.set_input_files("#file", broken)

    expect(page.get_by_role("alert")).to_contain_text("File ini rusak")
    expect(page.get_by_role("button", name="Coba lagi")).to_be_visible()


def test_a_dark_picture_is_taken_and_asked_about(
    page: Page, staffed_site: StaffedSite, tmp_path: Path
) -> None:
    begin(page, staffed_site.url)
    page.goto(f"{staffed_site.url}/apply/form/paper-ktp")
    dark = tmp_path / "ktp.jpg"
    out = io.BytesIO()
    a_picture().point(lambda value: value // 10).save(out, "JPEG")
    dark.write_bytes(out.getvalue())

    page.set_input_files("#file", dark)

    expect(page.get_by_role("status")).to_contain_text("Fotonya gelap")
    look(page)


def test_a_form_that_was_left_is_taken_up_on_another_phone(
    page: Page, chromium: Browser, staffed_site: StaffedSite
) -> None:
    code = begin(page, staffed_site.url)
    for _ in range(4):
        answer(page, ANSWERS[slug_of(page)])
    left_at = slug_of(page)
    page.get_by_role("link", name="Berhenti dulu, lanjut nanti").click()
    page.get_by_role("button", name="Berhenti dulu, lanjut nanti").click()
    page.goto(f"{staffed_site.url}/apply/go-on")
    expect(page.get_by_role("heading", name="Lanjutkan, atau cek status")).to_be_visible()

    other = chromium.new_context(viewport={"width": 360, "height": 740}, locale="id-ID").new_page()
    other.goto(f"{staffed_site.url}/apply/open")
    look(other)
    other.get_by_label("Kode Anda").fill(code.lower().replace("-", ""))
    other.get_by_role("button", name="Buka").click()
    look(other)
    expect(other.get_by_text("Tanggal itu tidak ada.")).to_be_visible()
    type_birth(other)
    other.get_by_role("button", name="Buka").click()

    assert slug_of(other) == left_at == "nik"
    other.context.close()


def test_mistakes_are_said_where_they_are_and_back_loses_nothing(
    page: Page, staffed_site: StaffedSite
) -> None:
    begin(page, staffed_site.url)
    for _ in range(4):
        answer(page, ANSWERS[slug_of(page)])
    answer(page, {"nik": "99710165"})
    look(page)
    expect(page.get_by_text("Hitung lagi jumlah angkanya.")).to_be_visible()
    expect(page.get_by_role("textbox", name="NIK")).to_have_value("99710165")
    answer(page, {"nik": "9971010302880001"})
    look(page)
    page.get_by_label("Di KTP memang tertulis begitu.").check()
    page.get_by_role("button", name="Simpan dan lanjut").click()
    assert slug_of(page) == "birth-place"

    page.get_by_role("link", name="Kembali").click()

    expect(page.get_by_role("textbox", name="NIK")).to_have_value("9971010302880001")
    page.go_back()
    page.go_forward()
    expect(page.get_by_role("textbox", name="NIK")).to_have_value("9971010302880001")


def test_what_does_not_count_is_out_of_the_way(page: Page, staffed_site: StaffedSite) -> None:
    begin(page, staffed_site.url)
    name = page.get_by_label("Nama yang membantu")

    expect(name).to_be_hidden()
    page.locator("label[for=for_whom-other]").click()
    expect(name).to_be_visible()
    look(page)
    page.locator("label[for=for_whom-self]").click()
    expect(name).to_be_hidden()


def test_whoever_helps_hands_the_phone_over_for_private_questions(
    page: Page, staffed_site: StaffedSite
) -> None:
    staffed_site.sign_in(page, Role.HELPER)
    code = begin(page, staffed_site.url)
    page.goto(f"{staffed_site.url}/apply/form/cases")

    expect(page.get_by_role("heading", name="Sekarang pemohon sendiri")).to_be_visible()
    look(page)
    page.get_by_label("Kode Anda").fill(code)
    type_birth(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Saya pemohon: lanjut").click()
    answer(page, {"cases": "yes", "cases_what": "Perkara contoh", "cases_when": "2011"})
    answer(page, ANSWERS["running"])
    answer(page, ANSWERS["violations"])
    assert slug_of(page) == "fingerprints"
    page.goto(f"{staffed_site.url}/apply/summary")

    expect(page.get_by_text("Dijawab sendiri oleh pemohon.")).to_have_count(3)
    expect(page.get_by_text("Perkara contoh")).to_have_count(0)


def test_what_was_sent_back_is_put_right_on_the_phone(
    page: Page, staffed_site: StaffedSite
) -> None:
    one = apply(staffed_site.desk, paid=True)
    counter.send_back(
        staffed_site.desk,
        staffed_site.staff(Role.VERIFIER),
        one.id,
        reasons={"name": "differs"},
        remark="",
    )
    page.goto(f"{staffed_site.url}/apply/open")
    page.get_by_label("Kode Anda").fill(one.code)
    type_birth(page)
    page.get_by_role("button", name="Buka").click()
    look(page)

    page.get_by_role("link", name="Nama lengkap").click()
    look(page)
    expect(page.get_by_text("Tidak sama dengan berkas Anda.")).to_be_visible()
    answer(page, {"name": "Ratna Wulandari Sari"})
    page.get_by_role("button", name="Sudah diperbaiki: kirim lagi").click()

    expect(page.get_by_role("heading", name="Berkas sedang dicek")).to_be_visible()
    assert open_draft(staffed_site.desk, one.id).application.stage is Stage.CHECKING


def test_the_code_is_printed_without_anything_else_to_press(
    page: Page, staffed_site: StaffedSite
) -> None:
    begin(page, staffed_site.url)
    page.goto(f"{staffed_site.url}/apply/code")

    page.emulate_media(media="print")

    expect(page.locator("#the-code")).to_be_visible()
    expect(page.get_by_text("P-000001")).to_be_visible()
    expect(page.get_by_role("button").first).to_be_hidden()
    expect(page.get_by_role("link", name="Sudah saya catat: lanjut")).to_be_hidden()
