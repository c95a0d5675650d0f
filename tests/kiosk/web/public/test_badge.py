"""Anybody learns by a badge who stands at the door, and nothing of whom he goes to."""

from kiosk.actions.badges import make_badge, revoke_badge
from kiosk.domain.handover import Bag, BagStage
from kiosk.domain.staff import Role
from tests.applying import apply
from tests.staffed import Staffed


def test_a_badge_shows_name_number_unit_and_round_and_sets_no_cookie(staffed: Staffed) -> None:
    courier = staffed.staff(Role.COURIER)
    badge = make_badge(staffed.desk, staffed.staff(Role.DUTY_OFFICER), courier.id)
    bag = Bag(
        id=470011,
        office=courier.office,
        application=apply(staffed.desk).id,
        stage=BagStage.CARRIED,
        holder=courier.id,
        window="evening",
    )
    with staffed.desk.register.begin() as books:
        books.bags.add(bag)

    answer = staffed.client().get(f"/badge/{badge.code[:4].lower()}-{badge.code[4:]}")

    assert answer.status_code == 200
    for said in (courier.name, courier.service_number, "Polres Contoh", "18", "1 kantong"):
        assert said in answer.text
    for secret in ("470011", "Kenanga", "Ratna"):
        assert secret not in answer.text
    assert "Set-Cookie" not in answer.headers


def test_no_badge_leads_to_nobody_and_says_so_clearly(staffed: Staffed) -> None:
    keeper, courier = staffed.staff(Role.DUTY_OFFICER), staffed.staff(Role.COURIER)
    old = make_badge(staffed.desk, keeper, courier.id)
    new = make_badge(staffed.desk, keeper, courier.id)
    revoke_badge(staffed.desk, keeper, courier.id)

    for code in (old.code, new.code, "R2ZVB9AH", "x"):
        answer = staffed.client().get(f"/badge/{code}")
        assert answer.status_code == 404
        assert "bukan lencana petugas" in answer.text
        assert "tel:110" in answer.text
        assert courier.name not in answer.text


def test_a_badge_is_made_by_its_keepers_alone(staffed: Staffed) -> None:
    courier = staffed.staff(Role.COURIER)
    for role in (Role.COURIER, Role.PRINT_ROOM):
        assert staffed.client(role).post(f"/badges/{courier.id}/make").status_code == 403
    other = staffed.add("elsewhere", Role.DUTY_OFFICER, place="other")
    assert staffed.client(other).post(f"/badges/{courier.id}/make").status_code == 403
    keeper = staffed.client(Role.ADMINISTRATOR)
    assert keeper.post(f"/badges/{courier.id}/make").status_code == 303
    assert courier.name in keeper.get("/badges").text
    assert keeper.get(f"/badges/{courier.id}.pdf").data.startswith(b"%PDF")
    helper = staffed.staff(Role.HELPER)
    assert keeper.post(f"/badges/{helper.id}/make").status_code == 403
