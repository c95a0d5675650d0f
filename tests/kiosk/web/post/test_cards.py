"""A card before the camera of a post answers match or no match; two pictures must speak against."""

from dataclasses import dataclass, replace
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.actions.identities import hash_of
from kiosk.actions.scans import ScanState, judge
from kiosk.actions.slips import slip_of
from kiosk.domain.handover import BagStage
from kiosk.domain.identities import CardReading, Expected
from kiosk.domain.staff import Role
from kiosk.scanning.card import Sighting
from kiosk.web.readers import use_judge
from tests.kiosk.actions.test_handovers import carried
from tests.kiosk.web.post.test_visits import PICTURE, Counter
from tests.staffed import Staffed
from tests.working import sheets, signed

HELD = CardReading(
    kind="ktp",
    nik="9971016512960003",
    nik_confidence=0.99,
    name="RATNA WULANDARI",
    name_confidence=0.99,
    birth=date(1996, 12, 25),
)
OTHER = replace(HELD, nik="9971010101900001", name="TONO CONTOH", birth=date(1990, 1, 1))


@dataclass
class Camera:
    """What is held up: set by the test, read as a reader of cards would have read it."""

    reading: CardReading | None = None

    def use(self, app: Flask, staffed: Staffed) -> None:
        """Let the screens see through this camera."""
        same = hash_of(staffed.desk.cells)

        def look(expected: Expected, _picture: bytes) -> ScanState:
            sighting = Sighting(corners=None, hints=(), suspicions=(), reading=self.reading)
            return judge(sighting, expected, same)

        use_judge(app, look)


@pytest.fixture
def camera(staffed: Staffed) -> Camera:
    """A camera that reads what the test says."""
    camera = Camera()
    camera.use(staffed.app, staffed)
    return camera


@pytest.fixture
def counter(staffed: Staffed) -> Counter:
    """A paper at the counter, seen to be ready."""
    sheets(staffed)
    id_ = signed(staffed, receiving={"receiving": "collect"})
    staffed.clock.forward(days=30)
    assert slip_of(staffed.desk, id_) is not None
    return Counter(staffed, staffed.client(Role.PRINT_ROOM), id_)


def shown(client: FlaskClient, visit: str) -> dict[str, str]:
    """The answer to one picture."""
    answer = client.post(
        "/post/card/pictures",
        data=b"\xff\xd8 a picture",
        content_type="image/jpeg",
        headers={"Segel-Visit": visit},
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def test_the_applicants_card_is_read_and_recorded_as_read(counter: Counter, camera: Camera) -> None:
    visit = counter.come()
    assert shown(counter.client, visit)["state"] == "try-again"
    camera.reading = HELD
    answer = shown(counter.client, visit)
    page = counter.client.post("/post/read", data={"visit": answer["visit"]})
    done = {"visit": counter.visit(page), "drawn": PICTURE}
    counter.client.post("/post/hand-over", data=done)

    assert answer["state"] == "match"
    with counter.staffed.desk.register.read() as books:
        kept = books.handovers.find(counter.id)
    assert kept is not None
    assert kept.proofs == "card-read slip"


def test_one_picture_against_a_card_is_not_enough_and_four_end_it(
    counter: Counter, camera: Camera
) -> None:
    camera.reading = OTHER
    visit, states = counter.come(), []
    for _ in range(3):
        answer = shown(counter.client, visit)
        visit, state = answer["visit"], answer["state"]
        states.append(state)

    assert states == ["try-again", "no-match", "try-again"]
    assert shown(counter.client, visit)["state"] == "no-match"
    # Nor does the right card help now, before the camera or typed.
    assert counter.card(visit).status_code == 403
    with counter.staffed.desk.register.read() as books:
        assert [str(one.kind) for one in books.incidents.of_application(counter.id)] == ["no-match"]


def test_a_visit_that_is_sent_again_has_no_more_pictures(counter: Counter, camera: Camera) -> None:
    camera.reading = OTHER
    visit = counter.come()
    sent = {"data": b"\xff\xd8", "content_type": "image/jpeg", "headers": {"Segel-Visit": visit}}

    answers = [counter.client.post("/post/card/pictures", **sent) for _ in range(6)]

    assert [one.status_code for one in answers] == [200] * 4 + [409] * 2
    states = [one.get_json()["state"] for one in answers[:4]]
    assert states == ["try-again", "no-match"] * 2


def test_a_courier_reads_the_card_of_the_bag_in_hand_and_keeps_nothing(
    staffed: Staffed, camera: Camera
) -> None:
    bag = carried(staffed)
    client = staffed.client(Role.COURIER)
    camera.reading = HELD

    def answer(number: int) -> tuple[int, str]:
        given = client.post(
            f"/courier/card?bag={number}", data=b"\xff\xd8", content_type="image/jpeg"
        )
        return given.status_code, str(given.get_json()["state"])

    def refused(number: int) -> int:
        picture = {"data": b"\xff\xd8", "content_type": "image/jpeg"}
        return client.post(f"/courier/card?bag={number}", **picture).status_code

    assert answer(bag.id) == (200, "match")
    camera.reading = OTHER
    assert [answer(bag.id) for _ in range(2)] == [(200, "try-again"), (200, "no-match")]
    with staffed.desk.register.begin() as books:
        after = books.bags.get(bag.id)
        assert (after.mismatches, after.stage) == (0, BagStage.CARRIED)
    # So many pictures are looked at, and no more, whatever the phone says of them.
    assert [answer(bag.id)[0] for _ in range(2)] == [200, 200]
    assert refused(bag.id) == 403
    with staffed.desk.register.begin() as books:
        books.bags.replace(after, replace(after, holder=staffed.staff(Role.HELPER).id))
    staffed.clock.forward(hours=13)
    staffed.sign_in(client, Role.COURIER)
    assert refused(bag.id) == 403
