"""Photos and other files of a report: cleaned where that can be done, sealed, and never lost.

In Chromium on a small phone, against the real mailroom; what arrived is opened with the handler's
and the custodians' keys.
"""

import io
import json
from collections.abc import Callable, Iterator
from itertools import count

import pytest
from PIL import ExifTags, Image
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from kiosk.domain.cases import MOST_PICKED
from kiosk.storage.mailroom_cases import KeptFile
from signing.cose import read
from signing.directory import Role
from signing.envelope import (
    CaseKey,
    Direction,
    Place,
    SealedFile,
    Submission,
    digest_of,
    open_file,
    open_message,
    parse_submission,
    unwrap_key,
)
from signing.errors import CannotOpenError
from signing.locked import KeptKey, Way, encode_kept, lock_key
from signing.quorum import identity_key, open_share, parse_identity
from tests.journeys.reporting import (
    CANARY,
    answer_questions,
    give_words_back,
    look,
    words_on,
)
from tests.report_site import KOMISI, MABES, POLRES, ReportSite

pytestmark = pytest.mark.browser

ARRIVED = "Laporan Anda sudah sampai"
CHUNK = 256 * 1024
PDF = b"%PDF-1.7 " + CANARY.encode() + bytes(range(256)) * 3000
PASSPHRASE = "tegel setia depan belum senja bombai"
WIDE, HIGH = 3000, 1000


@pytest.fixture
def page(chromium: Browser, reports: ReportSite) -> Iterator[Page]:
    """The form on the reporter's phone."""
    context = chromium.new_context(locale="id-ID", viewport={"width": 360, "height": 740})
    opened = context.new_page()
    opened.goto(f"{reports.base_url}/lapor")
    yield opened
    context.close()


def photo() -> bytes:
    """A picture that lies on its side, blue above, and says who took it and where, twice."""
    image = Image.new("RGB", (WIDE, HIGH), "red")
    image.paste("blue", (0, 0, WIDE // 2, HIGH))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # to be turned clockwise: what is left comes above
    exif[ExifTags.Base.Artist] = CANARY
    exif[ExifTags.Base.GPSInfo] = {1: "S", 2: (6.0, 12.0, 30.0)}
    said = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{CANARY}</x:xmpmeta>".encode()
    kept = io.BytesIO()
    image.save(kept, "JPEG", exif=exif, xmp=said, comment=CANARY.encode())
    return kept.getvalue()


def pick(page: Page, *files: tuple[str, str, bytes]) -> None:
    """Choose files, each a name, a kind and what is in it."""
    page.locator("[name=files]").set_input_files(
        [FilePayload(name=name, mimeType=kind, buffer=plain) for name, kind, plain in files]
    )
    expect(page.locator("[data-slot=cleaning]")).to_be_empty()


def report(page: Page, files: Callable[[], None], *, mode: str = "anonymous") -> list[str]:
    """Everything up to the last button; the words of the code."""
    answer_questions(page, mode=mode, unit=str(POLRES), files=files, quick=True)
    words = words_on(page)
    give_words_back(page, words, quick=True)
    return words


def unlock(site: ReportSite, desk: Page, number: str) -> None:
    """Open a report with the key of the handler of MABES."""
    [own] = site.keys(MABES, Role.HANDLER)
    locked = lock_key(own, Way.PASSPHRASE, PASSPHRASE)
    kept = encode_kept(KeptKey(unit=MABES, role="handler", passphrase=locked))
    desk.goto(f"{site.base_url}/reading")
    desk.evaluate("(kept) => localStorage.setItem('segel-reading-keys', kept)", json.dumps([kept]))
    desk.reload()
    desk.locator("[name=passphrase]").fill(PASSPHRASE)
    desk.locator("#unlock button[type=submit]").click()
    row = desk.get_by_role("button", name=number)
    one_by_one = desk.get_by_role("button", name="Tampilkan satu per satu")
    # The reports of these tests are alike, and then shown as one.
    expect(row.or_(one_by_one).first).to_be_visible()
    if not row.is_visible():
        one_by_one.click()
    row.click()
    expect(desk.get_by_role("heading", name=f"Laporan {number}")).to_be_visible()


def submitted(site: ReportSite) -> Submission:
    """The last new report, as the mailroom took it."""
    sent = [one.body for one in site.requests if one.address == "/report/cases?"]
    return parse_submission(read(sent[-1])[4])


def case_key(site: ReportSite, submission: Submission) -> CaseKey:
    [handler] = site.keys(MABES, Role.HANDLER)
    return unwrap_key(submission.wraps[0], submission.case, handler)


def first_message(site: ReportSite) -> dict[str, object]:
    """What the last new report says, as its handler reads it."""
    submission = submitted(site)
    place = Place(
        direction=Direction.TO_OFFICE, sequence=0, previous=digest_of(submission.identity)
    )
    opened = open_message(case_key(site, submission), place, submission.message)
    found: dict[str, object] = json.loads(opened)
    return found


def named_files(site: ReportSite) -> list[dict[str, object]]:
    """The files that it names."""
    found = first_message(site).get("files", [])
    assert isinstance(found, list)
    return found


def kept_files(site: ReportSite) -> list[KeptFile]:
    """The files that the mailroom has of it."""
    with site.mailroom.archive.read() as shelves:
        return list(shelves.cases.files_of(submitted(site).case))


def sealed_file(site: ReportSite, named: dict[str, object]) -> SealedFile:
    """A file that the report names, as the mailroom gives it out."""
    id_ = submitted(site).case
    [kept] = [one for one in kept_files(site) if one.file.hex() == named["id"]]
    with site.mailroom.archive.read() as shelves:
        found = [shelves.cases.chunk_of(id_, kept.number, one) for one in range(kept.chunks)]
    chunks = tuple(chunk for chunk in found if chunk is not None)
    file = SealedFile(id=kept.file, size=kept.size, header=kept.header, chunks=chunks)
    assert (file.size, file.digest.hex()) == (named["size"], named["digest"])
    assert kept.digest == file.digest
    return file


def opened_by_handler(site: ReportSite, named: dict[str, object]) -> bytes:
    submission = submitted(site)
    secret = case_key(site, submission).secret
    return open_file(secret, submission.case, sealed_file(site, named))


def test_handlers_get_a_cleaned_picture_and_only_custodians_open_the_original(
    reports: ReportSite, page: Page
) -> None:
    taken = photo()

    def files() -> None:
        pick(page, (f"{CANARY}.jpg", "image/jpeg", taken))
        page.get_by_text("Sertakan aslinya").click()
        look(page)

    report(page, files)
    expect(page.get_by_role("heading", name=ARRIVED)).to_be_visible()
    expect(page.get_by_text("Semua berkas sudah sampai")).to_be_visible()
    look(page)

    clean, original = named_files(reports)
    plain = opened_by_handler(reports, clean)
    shown = Image.open(io.BytesIO(plain))
    # Turned as it is looked at, no side above 2,048, and nothing in the file but the picture.
    assert shown.size == (round(2048 * HIGH / WIDE), 2048)
    above = shown.getpixel((shown.width // 2, 200))
    assert isinstance(above, tuple)
    assert above[2] > 200
    assert (len(shown.getexif()), "xmp" in shown.info, "comment" in shown.info) == (0, False, False)
    assert CANARY.encode() not in plain
    assert (clean["cleaned"], clean["kind"], clean["name"]) == (True, "image/jpeg", "")
    assert (original["key"], original["of"]) == ("identity", clean["id"])

    with pytest.raises(CannotOpenError):
        opened_by_handler(reports, original)
    submission = submitted(reports)
    envelope = parse_identity(submission.identity)
    custodians = reports.keys(MABES, Role.INTERNAL)[:2] + reports.keys(KOMISI, Role.EXTERNAL)
    shares = [open_share(envelope, submission.case, one) for one in custodians]
    secret = identity_key(envelope, submission.case, shares)
    assert open_file(secret, submission.case, sealed_file(reports, original)) == taken


def test_what_cannot_be_cleaned_is_kept_as_it_is_and_said_to_be_so(
    reports: ReportSite, page: Page
) -> None:
    name = f"Surat {CANARY}.pdf"

    def files() -> None:
        pick(
            page,
            (name, "application/pdf", PDF),
            # It calls itself a picture, and is none that this browser can draw.
            ("foto.heic", "image/heic", b"ftypheic" + PDF),
        )
        expect(page.get_by_text("Belum dibersihkan")).to_have_count(2)
        expect(page.get_by_text("Sertakan aslinya")).to_be_hidden()
        look(page)

    report(page, files)
    expect(page.get_by_role("heading", name=ARRIVED)).to_be_visible()

    paper, heic = named_files(reports)
    assert (paper["name"], paper["kind"], paper["cleaned"]) == (name, "application/pdf", False)
    assert opened_by_handler(reports, paper) == PDF
    assert heic["cleaned"] is False
    # The server was told no name, no kind and no word of it.
    told = b"".join(one.everything for one in reports.requests)
    kept = b"".join(path.read_bytes() for path in reports.folder.rglob("*") if path.is_file())
    for secret in (CANARY, "Surat", "%PDF", "application/pdf", "heic"):
        assert secret.encode() not in told + kept


def test_a_connection_that_breaks_off_goes_on_where_it_was(reports: ReportSite, page: Page) -> None:
    chunks = -(-len(PDF) // CHUNK)
    assert chunks > 2
    sent: list[int] = []
    numbers = count()

    def broken(route: Route) -> None:
        number = next(numbers)
        if number == 1:  # taken by the server, and its answer lost
            route.fetch()
        if 1 <= number <= 4:
            route.abort("connectionreset")
            return
        sent.append(int(route.request.url.rsplit("/", 1)[1]))
        route.continue_()

    page.route("**/files/*/*", broken)
    page.clock.install()
    report(page, lambda: pick(page, ("a.pdf", "application/pdf", PDF)))
    again = page.get_by_role("button", name="Coba lagi")
    while not again.is_visible():
        page.clock.run_for(1_000)  # it waits longer and longer
    expect(page.get_by_role("button", name="Lanjut tanpa sisanya")).to_be_visible()
    look(page)
    again.click()

    expect(page.get_by_text("Semua berkas sudah sampai")).to_be_visible()
    # Asked at the first chunk again, and then only for what is missing.
    assert sent == [0, 0, *range(2, chunks)]
    assert opened_by_handler(reports, named_files(reports)[0]) == PDF
    assert len([one for one in reports.requests if one.address == "/report/cases?"]) >= 1
    [kept] = kept_files(reports)
    assert kept.chunks == chunks


def test_a_file_that_the_server_altered_is_not_said_to_have_arrived(
    reports: ReportSite, page: Page
) -> None:
    def another(route: Route) -> None:
        answer = route.fetch().json()
        route.fulfill(json={**answer, "digest": answer["digest"] and "00" * 32})

    page.route("**/files/*/*", another)
    report(page, lambda: pick(page, ("a.pdf", "application/pdf", b"%PDF")))

    expect(page.get_by_text("tidak sampai seperti yang dikirim")).to_be_visible()
    page.get_by_role("button", name="Lanjut tanpa sisanya").click()
    expect(page.get_by_role("heading", name=ARRIVED)).to_be_visible()
    expect(page.get_by_text("Dari 1 berkas, 0 sudah sampai.")).to_be_visible()


def test_the_limits_are_said_before_anything_is_picked_and_a_file_can_be_taken_away(
    reports: ReportSite, page: Page
) -> None:
    small = [(f"{number}.pdf", "application/pdf", b"%PDF") for number in range(MOST_PICKED)]

    def files() -> None:
        expect(page.get_by_text("Paling banyak 10 berkas, bersama-sama 200 MB")).to_be_visible()
        pick(page, ("program.exe", "application/x-msdownload", b"MZ"))
        expect(page.locator("[data-fault=files]")).to_contain_text("“program.exe” tidak dapat")
        pick(page, *small)
        pick(page, ("eleven.pdf", "application/pdf", b"%PDF"))
        expect(page.locator("[data-fault=files]")).to_contain_text("paling banyak 10 berkas")
        look(page)
        for number in range(1, MOST_PICKED):
            page.get_by_role("button", name=f"Hapus {number}.pdf").click()
        expect(page.locator("[data-slot=picked] li")).to_have_count(1)

    report(page, files)
    expect(page.get_by_role("heading", name=ARRIVED)).to_be_visible()

    assert [one["name"] for one in named_files(reports)] == ["0.pdf"]
    assert len(kept_files(reports)) == 1


def test_without_the_script_for_files_the_report_goes_on_without_them(
    reports: ReportSite, page: Page
) -> None:
    page.route("**/lapor-files-*.js", lambda route: route.abort())

    def files() -> None:
        expect(page.get_by_text("Berkas belum dapat ditambahkan")).to_be_visible()
        look(page)

    report(page, files)
    expect(page.get_by_role("heading", name=ARRIVED)).to_be_visible()

    assert named_files(reports) == []


def test_files_go_with_an_answer_too_and_their_writer_sees_whether_they_arrived(
    reports: ReportSite, page: Page
) -> None:
    words = report(page, lambda: pick(page, ("satu.pdf", "application/pdf", PDF)))
    expect(page.get_by_role("heading", name=ARRIVED)).to_be_visible()
    page.goto(f"{reports.base_url}/lapor/balas")
    page.locator("[name=receipt]").fill(" ".join(words))
    page.get_by_role("button", name="Buka").click()
    expect(page.get_by_text("Berkas: satu.pdf")).to_be_visible()

    pick(page, ("dua.pdf", "application/pdf", PDF[:400]), ("f.jpg", "image/jpeg", photo()))
    # Nobody but custodians has the identity's key any more: no original goes along.
    expect(page.get_by_text("Sertakan aslinya")).to_be_hidden()
    look(page)
    page.get_by_role("button", name="Kunci dan kirim").click()

    expect(page.get_by_text("Terkirim.", exact=True)).to_be_visible()
    expect(page.get_by_text("Berkas: dua.pdf")).to_be_visible()
    expect(page.get_by_text("Berkas: foto")).to_be_visible()
    expect(page.locator("[data-slot=picked] li")).to_have_count(0)
    assert [one.digest is not None for one in kept_files(reports)] == [True] * 3


def test_a_handler_sees_pictures_takes_the_rest_along_and_is_given_nothing_altered(
    reports: ReportSite, page: Page, chromium: Browser
) -> None:
    def files() -> None:
        pick(
            page,
            ("foto.jpg", "image/jpeg", photo()),
            ("../.surat.exe", "application/pdf", PDF),
            ("altered.pdf", "application/pdf", b"%PDF"),
            ("half.pdf", "application/pdf", b"%PDF"),
        )
        page.get_by_text("Sertakan aslinya").click()

    def altered(route: Route) -> None:
        taken = route.fetch()
        body = bytearray(taken.body())
        body[-1] ^= 1
        route.fulfill(response=taken, body=bytes(body))

    def half(route: Route) -> None:
        answer = route.fetch().json()
        answer["files"][4]["digest"] = None
        route.fulfill(json=answer)

    report(page, files)
    expect(page.get_by_role("heading", name=ARRIVED)).to_be_visible()
    context = chromium.new_context(locale="id-ID", viewport={"width": 1280, "height": 900})
    desk = context.new_page()
    desk.route("**/files/3/*", altered)
    desk.route(f"**/reading/cases/{submitted(reports).case.hex()}", half)
    unlock(reports, desk, page.locator("[data-slot=number]").inner_text())
    picture, original, paper, changed, missing = desk.locator("[data-slot=files] li").all()

    picture.get_by_role("button", name="Ambil dan buka").click()
    expect(picture.get_by_role("img", name="Foto 1")).to_be_visible()
    expect(original).to_contain_text("hanya para penjaga kunci")
    expect(original.get_by_role("button")).to_have_count(0)
    expect(paper).to_contain_text("Belum dibersihkan")
    paper.get_by_role("button", name="Ambil dan buka").click()
    with desk.expect_download() as given:
        paper.get_by_role("link", name="belum dibersihkan").click()
    # The ending is that of its kind, and no path leads anywhere.
    assert given.value.suggested_filename == "_.surat.pdf"
    assert given.value.path().read_bytes() == PDF
    changed.get_by_role("button", name="Ambil dan buka").click()
    expect(changed).to_contain_text("Tidak dapat dibuka")
    expect(changed.get_by_role("link")).to_have_count(0)
    expect(missing).to_contain_text("Belum sampai utuh")
    expect(missing.get_by_role("button")).to_have_count(0)
    look(desk)
    context.close()
