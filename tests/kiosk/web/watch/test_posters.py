"""A round of posters on the screen: printed, put up, looked at, undone; and codes that are ours."""

import csv
import io
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp
from flask.testing import FlaskClient

from kiosk.actions.posters import PrintedPoster, print_posters
from kiosk.cli.serving import office_of
from kiosk.domain.posters import Place
from kiosk.domain.staff import Role
from kiosk.web.app import create_app
from printer.poster import PosterSize
from signing.poster import make_poster
from tests.kiosk.web.public.forms import form_in
from tests.staffed import Staffed
from tests.vectors.make_vectors import STRANGER

ROUND = "/watch/posters"


@pytest.fixture
def office(staffed: Staffed) -> Staffed:
    """An office that takes reports, with a key for posters."""
    staffed.office.segel("keys", "new", "poster")
    staffed.clock.forward(minutes=1)
    reports = replace(staffed.desk.settings.reports, enabled=True)
    desk = replace(staffed.desk, settings=replace(staffed.desk.settings, reports=reports))
    staffed.__dict__["app"] = create_app(office_of(staffed.workshop), desk=desk)
    return staffed


def printed(office: Staffed, *places: str) -> list[PrintedPoster]:
    """A poster for each of these places, in the register."""
    wanted = [Place(name=name, area="Timur") for name in places]
    return print_posters(office.desk, wanted, PosterSize.STICKER)


def tap(client: FlaskClient, page: str, deed: str, **more: str) -> str:
    """Press a button of a form of a page; the page that follows."""
    form = form_in(page, deed)
    answer = client.post(form.action, data=form.values | more, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_a_round_is_walked_with_one_tap_each_and_a_slip_is_undone(office: Staffed) -> None:
    first, second = printed(office, "Loket SIM", "Pasar")
    office.clock.forward(days=15)

    client = office.client(Role.DUTY_OFFICER)
    page = client.get(ROUND).text
    assert page.count("Dicetak dua minggu lalu") == 2
    page = tap(client, page, f"{first.poster.number}/place")
    page = tap(client, page, f"{second.poster.number}/place")
    assert "Semua poster sudah dilihat" in page
    office.clock.forward(days=31)
    client = office.client(Role.DUTY_OFFICER)
    page = client.get(ROUND).text
    page = tap(client, page, f"{first.poster.number}/look", found="intact")
    slipped = tap(client, page, f"{second.poster.number}/look", found="covered")
    assert "Ada yang ditempel di atasnya" in slipped
    undone = tap(client, slipped, f"{second.poster.number}/undo")
    page = tap(client, undone, f"{second.poster.number}/look", found="damaged")

    assert "Loket SIM" not in page.partition("<ol")[2]
    kept = client.get(f"{ROUND}/{second.poster.number}").text
    noted = tap(client, kept, "/note", note="Sobek di sudut")
    assert "Sobek di sudut" in noted
    with office.desk.register.read() as books:
        deeds = [one.deed for one in books.journal.about(f"poster {second.poster.number}")]
        (found, _placed) = books.posters.inspections_of(second.poster.number)
    assert deeds[::-1] == [
        "poster-printed",
        "poster-placed",
        "poster-inspected",
        "poster-undone",
        "poster-inspected",
    ]
    assert (found.condition, found.note) == ("damaged", "Sobek di sudut")


def test_what_comes_too_late_or_names_somebody_is_not_noted(office: Staffed) -> None:
    client = office.client(Role.COMMANDER)
    (one,) = printed(office, "Lobi")
    where = f"{ROUND}/{one.poster.number}"
    page = tap(client, client.get(where).text, "/place")

    twice = client.post(f"{where}/place")
    named = client.post(f"{where}/note", data={"which": "1", "note": "telepon 081234567890"})
    other = client.post(f"{where}/look", data={"found": "fine"})
    office.clock.forward(minutes=16)
    late = client.post(form_in(page, "/undo").action, data=form_in(page, "/undo").values)

    codes = [answer.status_code for answer in (twice, named, other, late)]
    assert codes == [409, 422, 400, 409]
    assert "Jangan tulis nomor panjang" in named.text
    assert "Urungkan" not in client.get(where).text


def test_posters_are_printed_for_a_list_of_places(office: Staffed) -> None:
    client = office.client(Role.COMMANDER)
    form = form_in(client.get(f"{ROUND}/print").text, "/print")
    typed = form.values | {"size": "a3", "places": "=Lobi; Timur\nPasar"}

    wrong = client.post(form.action, data=typed | {"places": "Lobi\nLobi"})
    letters = client.post(form.action, data=typed | {"places": "大堂"})
    elsewhere = client.post(form.action, data=typed | {"unit": "1"})
    answer = client.post(form.action, data=typed)

    assert [one.status_code for one in (wrong, letters, elsewhere)] == [422, 422, 403]
    assert "baris 2" in wrong.text
    pages = pypdfium2.PdfDocument(answer.data)
    codes = [zxingcpp.read_barcodes(page.render(scale=1).to_pil())[0].text for page in pages]
    listed = list(csv.DictReader(io.StringIO(client.get(f"{ROUND}/list.csv").text)))
    assert [one["place"] for one in listed] == ["Pasar", "'=Lobi"]
    assert {one["area"] for one in listed} == {"", "Timur"}
    for code in codes:
        opened = client.post(f"{ROUND}/check", data={"code": code}, follow_redirects=True).text
        assert "Kode ini milik kami" in opened
    assert "Semua poster" in client.get(f"{ROUND}/all").text
    assert "Tidak ada." in client.get(f"{ROUND}/all?removed=1").text


def test_a_code_is_ours_only_as_it_was_printed(office: Staffed) -> None:
    client = office.client(Role.DUTY_OFFICER)
    (one,) = printed(office, "Lobi")
    host, key = office.desk.settings.site.url, office.desk.poster_key()
    forged = {
        "another key": make_poster(STRANGER, one.poster, base_url=host),
        "another site": one.text.replace(host, "https://lapor-polri.example"),
        "another place": one.text[:-30] + one.text[-29:] + "0",
        "signed, never printed": make_poster(
            key, replace(one.poster, number="PST-0000-0000"), base_url=host
        ),
        "signed, printed for another place": make_poster(
            key, replace(one.poster, place="Parkir"), base_url=host
        ),
    }

    answers = {
        name: client.post(f"{ROUND}/check", data={"code": text}) for name, text in forged.items()
    }
    typed = client.post(f"{ROUND}/check", data={"code": one.poster.number.lower()})
    nothing = client.post(f"{ROUND}/check", data={"code": "PST-1"})

    for name, answer in answers.items():
        assert (answer.status_code, "BUKAN milik kami" in answer.text) == (422, True), name
    assert (typed.status_code, typed.location) == (303, f"{ROUND}/{one.poster.number}")
    assert (nothing.status_code, "Tidak ada poster" in nothing.text) == (422, True)


def test_posters_of_another_unit_are_nobodys_business(office: Staffed) -> None:
    (one,) = printed(office, "Lobi")
    elsewhere = office.client(office.add("lain", Role.DUTY_OFFICER, place="other"))

    codes = [
        elsewhere.open(f"{ROUND}{path}", method=method).status_code
        for method, path in (
            ("GET", ""),
            ("GET", "/all"),
            ("GET", "/list.csv"),
            ("GET", "/areas"),
            ("GET", f"/{one.poster.number}"),
            ("POST", f"/{one.poster.number}/place"),
            ("POST", f"/{one.poster.number}/remove"),
        )
    ]

    unit = str(office.desk.settings.site.unit)
    typed = {"places": "Lobi", "unit": unit, "size": "a4"}
    assert codes == [403] * 7
    assert elsewhere.post(f"{ROUND}/print", data=typed).status_code == 403
    assert office.client(Role.DUTY_OFFICER).get(f"{ROUND}/PST-NONE").status_code == 404


def test_what_was_told_is_shown_by_quarter_and_nothing_of_a_few(office: Staffed) -> None:
    client = office.client(Role.COMMANDER)
    empty = client.get(f"{ROUND}/areas").text
    answers = {client.post("/footfall", data='{"area": ""}').status_code for _ in range(12)}
    page = client.get(f"{ROUND}/areas").text

    assert "Belum ada yang dihitung" in empty
    assert answers == {204}
    assert "semua yang lain" in page
    assert ">10<" in page
    assert client.get("/footfall").json == {"areas": [""]}


def test_without_reports_there_are_no_posters(staffed: Staffed) -> None:
    assert staffed.client(Role.COMMANDER).get(ROUND).status_code == 404
    assert staffed.client().get("/footfall").status_code == 404
