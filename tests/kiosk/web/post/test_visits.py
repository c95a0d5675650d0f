"""A paper is handed over to whoever shows slip and card, and to nobody else, in neutral words."""

import re
from base64 import b64encode
from dataclasses import dataclass, replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.actions import handovers
from kiosk.actions.certificates import withdraw
from kiosk.actions.following import standing_of
from kiosk.actions.slips import letter_of, slip_of
from kiosk.domain.applications import PublicStep, Stage
from kiosk.domain.staff import Role
from tests.kiosk.actions.test_handovers import carried
from tests.staffed import Staffed
from tests.working import application_in, sheets, signed

PICTURE = "data:image/png;base64," + b64encode(b"\x89PNG\r\n\x1a\n by hand").decode()


@dataclass
class Counter:
    """A paper that waits at the counter, and who hands it over."""

    staffed: Staffed
    client: FlaskClient
    id: int

    def slip(self) -> str:
        """What the applicant's QR code says."""
        found = slip_of(self.staffed.desk, self.id)
        assert found is not None
        return found.text

    def code(self) -> str:
        """The six digits on the slip."""
        found = slip_of(self.staffed.desk, self.id)
        assert found is not None
        return found.code

    def visit(self, page: TestResponse) -> str:
        """What the page carries on."""
        found = re.search(r'name="visit" value="([0-9a-f]+)"', page.text)
        assert found, page.text
        return found[1]

    def come(self) -> str:
        """Somebody comes with the slip; the visit."""
        return self.visit(self.client.post("/post/slip", data={"slip": self.slip()}))

    def card(self, visit: str, last_four: str = "0003", **more: str) -> TestResponse:
        """The card of somebody of age."""
        given = {"visit": visit, "last_four": last_four, "of_age": "1", **more}
        return self.client.post("/post/card", data=given)

    @property
    def stage(self) -> Stage:
        """Where the application stands."""
        return application_in(self.staffed.desk, self.id).stage


@pytest.fixture
def counter(staffed: Staffed) -> Counter:
    """A paper at the counter, seen to be ready."""
    sheets(staffed)
    id_ = signed(staffed, receiving={"receiving": "collect"})
    staffed.clock.forward(days=30)
    assert standing_of(staffed.desk, id_).step is PublicStep.COLLECT
    return Counter(staffed, staffed.client(Role.PRINT_ROOM), id_)


def test_slip_card_and_signature_bring_paper_and_receipt(counter: Counter) -> None:
    page = counter.card(counter.come())
    given = {"visit": counter.visit(page), "drawn": PICTURE}

    done = counter.client.post("/post/hand-over", data=given, follow_redirects=True)

    assert done.status_code == 200
    assert counter.stage is Stage.HANDED_OVER
    with counter.staffed.desk.register.read() as books:
        kept = books.handovers.find(counter.id)
    assert kept is not None
    assert kept.receipt in done.text
    record, confirmation = handovers.confirmation_of(counter.staffed.desk, kept)
    assert record.proofs == ("card-typed", "slip")
    assert confirmation.drawn.startswith(b"\x89PNG")
    pdf = counter.client.get(f"/post/receipts/{kept.receipt}.pdf")
    assert pdf.data.startswith(b"%PDF")


def test_the_six_digits_do_and_a_witness_signs_for_who_cannot(counter: Counter) -> None:
    typed = {"number": f"P-{counter.id:06d}", "code": counter.code()}
    visit = counter.visit(counter.client.post("/post/code", data=typed))
    visit = counter.visit(counter.card(visit))

    nothing = counter.client.post("/post/hand-over", data={"visit": visit})
    assert (nothing.status_code, counter.stage) == (422, Stage.AT_COUNTER)
    counter.client.post("/post/hand-over", data={"visit": visit, "witness": "Wayan Contoh"})

    assert counter.stage is Stage.HANDED_OVER


def test_after_five_wrong_codes_the_right_one_opens_nothing_today(counter: Counter) -> None:
    right = counter.code()
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    number = f"P-{counter.id:06d}"
    for _ in range(5):
        counter.client.post("/post/code", data={"number": number, "code": wrong})

    page = counter.client.post("/post/code", data={"number": number, "code": right})

    assert page.status_code == 422
    counter.staffed.clock.forward(hours=13)
    counter.staffed.sign_in(counter.client, Role.PRINT_ROOM)
    assert (
        counter.client.post("/post/code", data={"number": number, "code": right}).status_code == 200
    )


def test_two_cards_that_do_not_fit_end_it_with_an_incident_and_neutral_words(
    counter: Counter,
) -> None:
    visit = counter.come()
    first = counter.card(visit, "9999")
    second = counter.card(visit, "9998")

    assert (first.status_code, second.status_code) == (422, 403)
    # Not even the right card, and not with a visit that was begun before.
    assert counter.card(visit).status_code == 403
    assert counter.client.post("/post/slip", data={"slip": counter.slip()}).status_code == 403
    assert counter.stage is Stage.AT_COUNTER
    for word in ("palsu", "salah orang", "curiga", "0003"):
        assert word not in second.text
    with counter.staffed.desk.register.read() as books:
        raised = books.incidents.of_application(counter.id)
    assert [str(one.kind) for one in raised] == ["no-match"]


def test_nothing_is_handed_to_a_minor(counter: Counter) -> None:
    page = counter.card(counter.come(), of_age="")

    assert page.status_code == 403
    assert counter.stage is Stage.AT_COUNTER


def test_a_proxy_comes_with_a_letter_and_the_card_that_it_names(counter: Counter) -> None:
    letter = letter_of(
        counter.staffed.desk, counter.id, name="Tono Contoh", relation="Paman", last_four="7777"
    )
    visit = counter.come()

    holder = counter.card(visit, receiver="letter", letter=letter.text)
    proxy = counter.card(visit, "7777", receiver="letter", letter=letter.text)

    assert holder.status_code == 422
    assert proxy.status_code == 200
    done = {"visit": counter.visit(proxy), "drawn": PICTURE}
    counter.client.post("/post/hand-over", data=done)
    with counter.staffed.desk.register.read() as books:
        kept = books.handovers.find(counter.id)
    assert kept is not None
    assert kept.receiver == "letter"


def test_a_letter_of_another_application_or_after_two_weeks_is_none(counter: Counter) -> None:
    desk = counter.staffed.desk
    names = {"name": "Tono Contoh", "relation": "Paman", "last_four": "7777"}
    other = signed(counter.staffed, "09 - 0986543", receiving={"receiving": "collect"})
    wrong = letter_of(desk, other, **names)
    old = letter_of(desk, counter.id, **names)
    for text in (wrong.text, counter.slip(), "SEGEL-S1.1"):
        page = counter.card(counter.come(), "7777", receiver="letter", letter=text)
        assert page.status_code == 422
    counter.staffed.clock.forward(days=15)
    counter.staffed.sign_in(counter.client, Role.PRINT_ROOM)
    page = counter.card(counter.come(), "7777", receiver="letter", letter=old.text)
    assert page.status_code == 422


def test_nobody_skips_a_page_or_uses_the_visit_of_another(counter: Counter) -> None:
    visit = counter.come()
    skipped = counter.client.post("/post/hand-over", data={"visit": visit, "drawn": PICTURE})
    forged = counter.client.post("/post/hand-over", data={"visit": visit[:-2] + "00"})
    another = counter.staffed.client(counter.staffed.add("second-print", Role.PRINT_ROOM))
    stolen = another.post("/post/card", data={"visit": visit, "last_four": "0003", "of_age": "1"})
    counter.staffed.clock.forward(minutes=21)

    assert (skipped.status_code, forged.status_code, stolen.status_code) == (422, 409, 409)
    assert counter.card(visit).status_code == 409
    assert counter.stage is Stage.AT_COUNTER


def test_who_lost_slip_and_digits_comes_with_a_witness_and_somebody_looks_at_it(
    counter: Counter,
) -> None:
    typed = {"number": f"P-{counter.id:06d}", "witness": "Made Contoh"}
    wrong = counter.client.post("/post/witness", data={**typed, "birth": "24-12-1996"})
    page = counter.client.post("/post/witness", data={**typed, "birth": "25-12-1996"})
    visit = counter.visit(counter.card(counter.visit(page)))
    counter.client.post("/post/hand-over", data={"visit": visit, "drawn": PICTURE})

    assert wrong.status_code == 422
    assert counter.stage is Stage.HANDED_OVER
    with counter.staffed.desk.register.read() as books:
        open_ones = books.reviews.open_of([counter.staffed.places["polres"].id])
    assert [one.why for one in open_ones] == ["slip-lost"]


def test_a_courier_at_a_post_hands_over_the_bags_in_hand_and_tries_count_for_the_bag(
    staffed: Staffed,
) -> None:
    bag = carried(staffed)
    staffed.clock.forward(days=30)
    at_post = Counter(staffed, staffed.client(Role.COURIER), bag.application)
    counter = Counter(staffed, staffed.client(Role.PRINT_ROOM), bag.application)
    elsewhere = counter.client.post("/post/slip", data={"slip": counter.slip()})

    visit = at_post.come()
    at_post.card(visit, "9999")
    with staffed.desk.register.read() as books:
        assert books.bags.get(bag.id).mismatches == 1
    page = at_post.card(visit)
    done = {"visit": at_post.visit(page), "drawn": PICTURE}
    at_post.client.post("/post/hand-over", data=done)

    assert elsewhere.status_code == 403
    assert at_post.stage is Stage.HANDED_OVER


def test_the_slip_and_the_digits_of_an_earlier_bag_open_nothing(staffed: Staffed) -> None:
    bag = carried(staffed)
    staffed.clock.forward(days=30)
    at_post = Counter(staffed, staffed.client(Role.COURIER), bag.application)
    slip, code = at_post.slip(), at_post.code()
    with staffed.desk.register.begin() as books:
        books.bags.add(replace(bag, id=43, sealed_at=bag.sealed_at + 1))

    old = at_post.client.post("/post/slip", data={"slip": slip})
    said = at_post.client.post("/post/code", data={"number": "43", "code": code})

    assert (old.status_code, said.status_code) == (422, 422)
    assert "kantong sebelumnya" in old.text
    assert at_post.come()


def test_a_paper_whose_certificate_was_withdrawn_is_handed_to_nobody(counter: Counter) -> None:
    desk = counter.staffed.desk
    with desk.register.read() as books:
        certificate = application_in(desk, counter.id).certificate
        number = books.certificates.get(certificate or 0).number
    withdraw(desk, number, reason="salah cetak")

    page = counter.client.post("/post/slip", data={"slip": counter.slip()})

    assert page.status_code == 409
    assert "sedang memeriksa" in page.text
