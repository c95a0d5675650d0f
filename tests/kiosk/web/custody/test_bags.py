"""The pages about bags without scripts: given out, taken back, looked at, accounted for."""

import re

from flask.testing import FlaskClient

from kiosk.actions import custody
from kiosk.domain.handover import BagStage
from kiosk.domain.staff import Role
from kiosk.storage.devices import Review
from tests.staffed import Staffed
from tests.working import BAG, accepted, bag_in, bagged, offered

NEXT = BAG + 1


def led_on(client: FlaskClient, address: str, **typed: object) -> str:
    """The page on which one ends up after filling a form in."""
    answer = client.post(address, data=typed, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer.text


def text_of(page: str) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_bags_are_ticked_and_scanned_and_offered_at_once(staffed: Staffed) -> None:
    bagged(staffed)
    bagged(staffed, NEXT, rw="2")
    client, courier = staffed.client(Role.PRINT_ROOM), staffed.staff(Role.COURIER)
    page = client.get("/custody/give", query_string={"day": "2099-01-01"}).text
    assert page.index(f'value="{NEXT}"') < page.index(f'value="{BAG}"')  # RW 2 before RW 7

    done = led_on(client, "/custody/give", to=courier.id, bag=str(BAG), numbers=f" #{NEXT}\n")

    assert f"/custody/round/{courier.id}" in done
    assert {bag_in(staffed.desk, bag).offered_to for bag in (BAG, NEXT)} == {courier.id}


def test_what_was_not_offered_stays_in_the_field_with_its_reason(staffed: Staffed) -> None:
    bagged(staffed)
    client, courier = staffed.client(Role.DUTY_OFFICER), staffed.staff(Role.COURIER)

    answer = client.post("/custody/give", data={"to": courier.id, "numbers": f"{BAG} 999"})

    assert answer.status_code == 422
    assert re.search(r"<textarea[^>]*>999</textarea>", answer.text)
    assert "Tidak ada kantong" in answer.text
    assert bag_in(staffed.desk).offered_to == courier.id


def test_what_nobody_can_read_is_said_and_nothing_typed_is_lost(staffed: Staffed) -> None:
    bagged(staffed)
    client, courier = staffed.client(Role.PRINT_ROOM), staffed.staff(Role.COURIER)

    answer = client.post(
        "/custody/give",
        data={"to": courier.id, "numbers": "47I1", "bag": str(BAG), "day": "2099-01-01"},
    )
    nobody = client.post("/custody/give", data={"to": "", "numbers": str(BAG)})

    assert answer.status_code == nobody.status_code == 422
    assert re.search(r"<textarea[^>]*>47I1</textarea>", answer.text)
    assert re.search(rf'value="{BAG}" checked', answer.text)
    assert re.search(rf'value="{courier.id}" selected', answer.text)
    assert re.search(rf"<textarea[^>]*>{BAG}</textarea>", nobody.text)
    assert bag_in(staffed.desk).offered_to is None


def test_an_offer_is_taken_back_on_the_bags_page(staffed: Staffed) -> None:
    offered(staffed)
    client = staffed.client(Role.PRINT_ROOM)
    assert "Bambang Contoh" in client.get(f"/custody/bags/{BAG}").text

    led_on(client, f"/custody/bags/{BAG}/take-back")

    assert bag_in(staffed.desk).offered_to is None


def test_a_round_names_doors_and_neither_nik_nor_purpose(staffed: Staffed) -> None:
    bag = accepted(staffed)
    client, courier = staffed.client(Role.PRINT_ROOM), staffed.staff(Role.COURIER)

    said = text_of(client.get(f"/custody/round/{courier.id}").text)
    client.get(f"/custody/round/{courier.id}")

    assert f"{BAG} Jalan Kenanga Gang Buntu No. 12" in said
    assert "Ratna Wulandari" in said
    for secret in ("9971016512960003", "0812", "Melamar", "Karyawan"):
        assert secret not in said
    with staffed.desk.register.read() as books:
        (opening,) = books.journal.about(f"application {bag.application}", deed="opened")
    assert (opening.staff, opening.detail) == (
        staffed.staff(Role.PRINT_ROOM).id,
        Role.PRINT_ROOM,
    )


def test_lists_of_bags_name_nobody_for_whom_they_are(staffed: Staffed) -> None:
    accepted(staffed)
    client = staffed.client(Role.DUTY_OFFICER)

    listed = client.get("/custody/bags", query_string={"stage": "carried"}).text
    found = client.get("/custody/bags/find", query_string={"number": f" {BAG} "})

    assert "dibawa Bambang Contoh" in text_of(listed)
    assert "Ratna" not in listed
    assert found.location == f"/custody/bags/{BAG}"
    assert client.get("/custody/bags/find", query_string={"number": "x"}).status_code == 422
    assert "Tidak ada kantong" in client.get("/custody/bags").text


def test_a_bag_comes_back_by_its_number_once_its_courier_gave_it(staffed: Staffed) -> None:
    accepted(staffed)
    client = staffed.client(Role.PRINT_ROOM)

    early = client.post("/custody/back", data={"number": str(BAG)})
    custody.give_back(staffed.desk, staffed.staff(Role.COURIER), BAG)
    assert f"/custody/bags/{BAG}" in client.get("/custody/back").text
    led_on(client, "/custody/back", number=str(BAG))

    assert early.status_code == 422
    assert f'value="{BAG}"' in early.text
    assert bag_in(staffed.desk).stage is BagStage.AT_COUNTER


def test_a_bag_is_lost_found_and_opened_and_its_page_tells_it_all(staffed: Staffed) -> None:
    accepted(staffed)
    client, address = staffed.client(Role.DUTY_OFFICER), f"/custody/bags/{BAG}"

    led_on(client, f"{address}/missing")
    led_on(client, f"{address}/found")
    assert client.post(f"{address}/open", data={}).status_code == 422
    said = text_of(led_on(client, f"{address}/open", why="not-wanted"))

    assert bag_in(staffed.desk).stage is BagStage.OPENED
    steps = ["Disegel oleh Made", "Ditawarkan oleh Made", "Diambil oleh Bambang"]
    steps += ["Tidak ditemukan", "Ditemukan", "Dibuka oleh Dewi"]
    places = [said.index(step, said.index("Riwayat")) for step in steps]
    assert places == sorted(places)


def test_a_shift_that_does_not_come_out_even_names_its_bags(staffed: Staffed) -> None:
    accepted(staffed)
    client, courier = staffed.client(Role.DUTY_OFFICER), staffed.staff(Role.COURIER)

    refused = client.post(f"/custody/shifts/{courier.id}/close")
    assert refused.status_code == 409
    assert f"kantong {BAG}" in text_of(refused.text)
    custody.give_back(staffed.desk, courier, BAG)
    custody.accept_back(staffed.desk, staffed.staff(Role.PRINT_ROOM), BAG)
    page = led_on(client, f"/custody/shifts/{courier.id}/close")

    assert "Tidak ada giliran" in page
    assert "Bambang Contoh" in page
    assert f"{courier.id}/close" not in staffed.client(Role.PRINT_ROOM).get("/custody/shifts").text


def test_what_a_phone_said_is_looked_at_and_closed(staffed: Staffed) -> None:
    bag = accepted(staffed)
    with staffed.desk.register.begin() as books:
        review = Review(office=bag.office, bag=BAG, event=None, why="clock", raised_at=1)
        number = books.reviews.add(review)
    client = staffed.client(Role.DUTY_OFFICER)
    assert "lima menit" in client.get("/custody/reviews").text

    assert client.post(f"/custody/reviews/{number}", data={}).status_code == 422
    page = led_on(client, f"/custody/reviews/{number}", outcome="in-order")

    assert "lima menit" not in page


def test_a_courier_without_a_phone_takes_gives_back_and_ends_the_day(staffed: Staffed) -> None:
    offered(staffed)
    client = staffed.client(Role.COURIER)

    led_on(client, f"/custody/own/{BAG}/accept")
    refused = client.post("/custody/own/close")
    page = led_on(client, f"/custody/own/{BAG}/back")
    custody.accept_back(staffed.desk, staffed.staff(Role.PRINT_ROOM), BAG)
    closed = led_on(client, "/custody/own/close")

    assert refused.status_code == 409
    assert f"kantong {BAG}" in text_of(refused.text)
    assert "menunggu diterima loket" in page
    assert "Giliran ditutup" in closed
    assert "Ratna" not in page
