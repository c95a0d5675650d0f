"""`segel poster` prints posters that check against what the office publishes."""

import csv
from contextlib import closing
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp

from kiosk.actions import posters
from signing.keys import VerifyingKey
from signing.poster import Poster, read_poster
from signing.trust import verify_trust_bundle
from tests.offices import Office


def read_back(office: Office, path: Path) -> Poster:
    """What the code on a printed poster says, by the published bundle."""
    picture = pypdfium2.PdfDocument(path)[0].render(scale=1).to_pil()
    (code,) = zxingcpp.read_barcodes(picture)
    with closing(office.workshop()) as workshop:
        root = VerifyingKey(workshop.keychain.root.point)
    return read_poster(
        code.text, verify_trust_bundle((office.public / "bundle").read_bytes(), root)
    )


def test_a_poster_is_printed_and_reads_back(office: Office) -> None:
    sheet = office.desk / "poster.pdf"

    without = office.segel("poster", "Loket SIM", "--out", sheet)
    office.segel("keys", "new", "poster")
    printed = office.segel("poster", "Loket SIM", "--size", "a3", "--out", sheet)
    again = office.segel("poster", "Lobi", "--out", sheet)

    assert without.exit_code == 1
    assert "segel keys rotate poster" in without.stderr
    assert printed.exit_code == 0, printed.stderr
    poster = read_back(office, sheet)
    assert (poster.place, poster.expires_at - poster.issued_at) == ("Loket SIM", 365 * 86_400)
    assert poster.number in printed.output
    assert (again.exit_code, read_back(office, sheet)) == (1, poster)
    checked = office.segel("check-poster", sheet)
    assert (checked.exit_code, "place     Loket SIM\n" in checked.output) == (0, True)
    later = office.segel("check-poster", sheet, "--at", "2099-01-01T00:00+07:00")
    assert later.exit_code == 2
    # A poster is no certificate, and never comes out of this command as if it were one.
    assert office.segel("verify", sheet).exit_code == 1


def test_a_code_that_leads_elsewhere_is_no_poster_of_the_office(office: Office) -> None:
    sheet = office.desk / "poster.pdf"
    office.segel("keys", "new", "poster")
    office.segel("poster", "Lobi", "--size", "sticker", "--out", sheet)
    picture = office.desk / "poster.png"
    pypdfium2.PdfDocument(sheet)[0].render(scale=2).to_pil().save(picture)
    (code,) = zxingcpp.read_barcodes(pypdfium2.PdfDocument(sheet)[0].render(scale=1).to_pil())
    host = code.text.split("/")[2]

    seen = office.segel("check-poster", picture)
    forged = office.segel("check-poster", code.text.replace(host, "lapor-polri.example"))
    nothing = office.segel("check-poster", office.site / "site.toml")
    verified = office.segel("verify", picture)
    denied = office.segel("verify", code.text.replace(host, "lapor-polri.example"))

    assert (verified.exit_code, "POSTER INI MILIK KAMI" in verified.output) == (2, True)
    assert "tempat Lobi" in verified.output
    assert (denied.exit_code, "POSTER INI BUKAN MILIK KAMI" in denied.output) == (1, True)
    assert (seen.exit_code, "place     Lobi" in seen.output) == (0, True)
    assert (forged.exit_code, "NOT GENUINE" in forged.output) == (1, True)
    assert nothing.exit_code == 2


def test_a_poster_whose_time_is_over_is_to_be_replaced(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posters, "DAYS_OF_POSTERS", 0)
    sheet = office.desk / "poster.pdf"
    office.segel("keys", "new", "poster")
    office.segel("poster", "Lobi", "--out", sheet)

    checked = office.segel("check-poster", sheet)

    assert (checked.exit_code, "TIME IS OVER" in checked.output) == (1, True)


def test_a_list_of_places_makes_a_poster_for_each_or_none_at_all(office: Office) -> None:
    office.segel("keys", "new", "poster")
    places = office.desk / "places.csv"
    out = office.desk / "posters"

    places.write_text("place,unit\nLobi,\nPasar,1\n", "utf-8")
    wrong = office.segel("poster", "--places", places, "--size", "sticker", "--out", out)
    assert (wrong.exit_code, out.exists()) == (1, False)
    assert "no unit 1" in wrong.stderr

    places.write_text('place,area\nLobi,Timur\n"Pasar, pintu 2",\n', "utf-8")
    made = office.segel("poster", "--places", places, "--size", "sticker", "--out", out)

    assert made.exit_code == 0, made.stderr
    with (out / "posters.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    assert [line["place"] for line in listed] == ["Lobi", "Pasar, pintu 2"]
    read = [read_back(office, out / line["file"]) for line in listed]
    assert [(one.number, one.place, one.area) for one in read] == [
        (line["number"], line["place"], line["area"]) for line in listed
    ]
    with closing(office.workshop()) as workshop, workshop.register.read() as books:
        entered = books.posters.of({one.unit for one in read})
        assert books.journal.about(f"poster {read[0].number}")[0].deed == "poster-printed"
    assert {(one.number, one.place) for one in entered} == {(one.number, one.place) for one in read}
