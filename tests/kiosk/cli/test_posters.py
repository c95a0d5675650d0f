"""`segel poster` prints posters that check against what the office publishes."""

import csv
from contextlib import closing
from pathlib import Path

import pypdfium2
import zxingcpp

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


def test_a_list_of_places_makes_a_poster_for_each_or_none_at_all(office: Office) -> None:
    office.segel("keys", "new", "poster")
    places = office.desk / "places.csv"
    out = office.desk / "posters"

    places.write_text("place,unit\nLobi,\nPasar,1\n", "utf-8")
    wrong = office.segel("poster", "--places", places, "--size", "sticker", "--out", out)
    assert (wrong.exit_code, out.exists()) == (1, False)
    assert "no unit 1" in wrong.stderr

    places.write_text('place\nLobi\n"Pasar, pintu 2"\n', "utf-8")
    made = office.segel("poster", "--places", places, "--size", "sticker", "--out", out)

    assert made.exit_code == 0, made.stderr
    with (out / "posters.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    assert [line["place"] for line in listed] == ["Lobi", "Pasar, pintu 2"]
    read = [read_back(office, out / line["file"]) for line in listed]
    assert [(one.number, one.place) for one in read] == [
        (line["number"], line["place"]) for line in listed
    ]
