"""An administrator adds people and gives roles, within his or her own offices alone."""

import re

import pytest

from kiosk.actions.staff import everybody, staff_of
from kiosk.domain.staff import INCOMPATIBLE, Grant, Role
from tests.staffed import Staffed

CODE = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b")


def new_person(staffed: Staffed, **changes: object) -> dict[str, object]:
    """What an administrator types for somebody new."""
    return {
        "name": "Sekar Contoh",
        "login": "sekar",
        "service_number": "99990042",
        "office": str(staffed.places["polres"].id),
        "role": ["verifier", "examiner"],
    } | changes


def test_somebody_new_gets_roles_and_a_code_that_is_shown_once(staffed: Staffed) -> None:
    client = staffed.client(Role.ADMINISTRATOR)
    answer = client.post("/staff/new", data=new_person(staffed))

    [code] = CODE.findall(answer.text)
    begun = staffed.client().post("/enrol", data={"login": "sekar", "code": code})
    assert begun.status_code == 200
    assert code not in client.get("/staff?q=sekar").text
    assert "Pemeriksa berkas – Polres Contoh" in client.get("/staff?q=Sekar").text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "Tulis namanya"),
        ({"login": "Sekar Contoh"}, "Huruf kecil dan angka"),
        ({"login": "auditor"}, "Login ini sudah atau pernah dipakai."),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    staffed: Staffed, changes: dict[str, object], words: str
) -> None:
    answer = staffed.client(Role.ADMINISTRATOR).post(
        "/staff/new", data=new_person(staffed, **changes)
    )
    assert answer.status_code == 422
    assert words in answer.text
    assert "99990042" in answer.text
    assert re.search(r'value="examiner" checked', answer.text)


PAIRS = {"+".join(sorted(pair)): pair for pair in INCOMPATIBLE}


@pytest.mark.parametrize("pair", [PAIRS[name] for name in sorted(PAIRS)], ids=sorted(PAIRS))
def test_two_roles_that_one_person_may_not_hold_are_refused_in_words(
    staffed: Staffed, pair: frozenset[Role]
) -> None:
    person = staffed.add("sekar").staff
    office = staffed.places["polres"].id
    answer = staffed.client(Role.ADMINISTRATOR).post(
        f"/staff/{person.id}/roles", data={"grant": [f"{role}@{office}" for role in pair]}
    )
    assert answer.status_code == 422
    assert "tidak boleh orang yang sama." in answer.text
    assert staff_of(staffed.desk, person.id).grants == frozenset()


def test_roles_are_set_at_this_office_and_at_another(staffed: Staffed) -> None:
    person = staffed.add("sekar", Role.VERIFIER).staff
    polres, polsek = (staffed.places[short].id for short in ("polres", "polsek"))
    client = staffed.client(Role.ADMINISTRATOR)

    client.post(
        f"/staff/{person.id}/roles",
        data={
            "grant": [f"examiner@{polres}"],
            "more_role": "print-room",
            "more_office": str(polsek),
        },
    )

    assert staff_of(staffed.desk, person.id).grants == {
        Grant(role=Role.EXAMINER, office=polres),
        Grant(role=Role.PRINT_ROOM, office=polsek),
    }
    assert "Ruang cetak – Polsek Contoh Timur" in client.get(f"/staff/{person.id}").text


def test_whoever_left_is_out_at_once_and_can_be_taken_back(staffed: Staffed) -> None:
    client, hers = staffed.client(Role.ADMINISTRATOR), staffed.client(Role.VERIFIER)
    verifier = staffed.staff(Role.VERIFIER)

    client.post(f"/staff/{verifier.id}/leave")
    assert hers.get("/account").status_code == 303
    assert "Sari Contoh" not in client.get("/staff").text
    assert "Sari Contoh" in client.get("/staff?left=1").text

    answer = client.post(f"/staff/{verifier.id}/return")
    assert CODE.search(answer.text)
    assert staff_of(staffed.desk, verifier.id).grants == verifier.grants


def test_nobody_sets_own_roles_nor_makes_an_own_code(staffed: Staffed) -> None:
    me = staffed.staff(Role.ADMINISTRATOR)
    client = staffed.client(Role.ADMINISTRATOR)
    role = f"auditor@{me.office}"
    for deed in ("roles", "code", "leave"):
        assert client.post(f"/staff/{me.id}/{deed}", data={"grant": role}).status_code == 403
    assert staff_of(staffed.desk, me.id) == me


def test_an_administrator_keeps_no_accounts_elsewhere(staffed: Staffed) -> None:
    stranger = staffed.add("lain", Role.VERIFIER, place="other").staff
    client = staffed.client(Role.ADMINISTRATOR)

    assert "Lain Contoh" not in client.get("/staff?left=1").text
    assert client.get(f"/staff/{stranger.id}").status_code == 403
    for deed in ("roles", "code", "leave"):
        assert client.post(f"/staff/{stranger.id}/{deed}").status_code == 403
    other = str(staffed.places["other"].id)
    assert client.post("/staff/new", data=new_person(staffed, office=other)).status_code == 403


def test_an_administrator_gives_no_role_elsewhere(staffed: Staffed) -> None:
    person = staffed.add("sekar").staff
    grant = f"verifier@{staffed.places['polda'].id}"
    client = staffed.client(Role.ADMINISTRATOR)
    assert client.post(f"/staff/{person.id}/roles", data={"grant": grant}).status_code == 403


def test_a_person_who_is_not_there_is_not_found(staffed: Staffed) -> None:
    assert staffed.client(Role.ADMINISTRATOR).get("/staff/4711").status_code == 404


def test_a_search_that_finds_nobody_says_what_to_do(staffed: Staffed) -> None:
    assert "Tidak ada yang cocok." in staffed.client(Role.ADMINISTRATOR).get("/staff?q=zzz").text


def test_a_long_list_comes_in_pages(staffed: Staffed) -> None:
    for number in range(45):
        staffed.add(f"orang{number:02d}")
    client = staffed.client(Role.ADMINISTRATOR)
    first, second = client.get("/staff").text, client.get("/staff?page=2").text
    assert first.count("<li>\n    <div>") == 50
    assert "Verifier" not in second
    assert "Sari Contoh" in second
    assert "Halaman berikut" in first
    assert "Halaman berikut" not in second


def test_each_deed_is_in_the_journal_with_who_did_it(staffed: Staffed) -> None:
    me = staffed.staff(Role.ADMINISTRATOR)
    client = staffed.client(Role.ADMINISTRATOR)
    client.post("/staff/new", data=new_person(staffed))
    person = next(kept for kept in everybody(staffed.desk) if kept.login == "sekar")
    client.post(f"/staff/{person.id}/roles", data={})
    client.post(f"/staff/{person.id}/leave")
    client.post(f"/staff/{person.id}/return")

    with staffed.desk.register.read() as books:
        entries = books.journal.about(f"staff {person.id}")[::-1]
    assert [entry.deed for entry in entries] == [
        "staff-added",
        "enrolment-made",
        "roles-set",
        "staff-left",
        "staff-taken-back",
        "enrolment-made",
    ]
    assert {entry.staff for entry in entries} == {me.id}
    assert "Sekar" not in " ".join(entry.detail for entry in entries)
