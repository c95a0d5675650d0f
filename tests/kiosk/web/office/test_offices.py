"""Offices come and go in the tree, where an administrator keeps them."""

import pytest

from kiosk.actions.staff import all_offices
from kiosk.domain.staff import Office, OfficeKind, Role
from tests.staffed import Staffed


def office_named(staffed: Staffed, name: str) -> Office | None:
    """The office with this name, as it is kept now."""
    return next((one for one in all_offices(staffed.desk) if one.name == name), None)


def typed(staffed: Staffed, **changes: str) -> dict[str, str]:
    """What an administrator types for a new Polsek."""
    above = str(staffed.places["polres"].id)
    return {"name": "Polsek Contoh Barat", "kind": "polsek", "above": above, "unit": ""} | changes


def test_an_office_is_added_under_ones_own(staffed: Staffed) -> None:
    client = staffed.client(Role.ADMINISTRATOR)
    assert client.post("/offices/new", data=typed(staffed)).status_code == 303

    added = office_named(staffed, "Polsek Contoh Barat")
    assert added is not None
    assert (added.kind, added.above) == (OfficeKind.POLSEK, staffed.places["polres"].id)
    assert "Polsek Contoh Barat" in client.get("/offices").text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Tulis namanya"),
        ({"kind": "polda"}, "Kantor jenis ini tidak bisa berada di tempat itu."),
        ({"kind": "teapot"}, "Kantor jenis ini tidak bisa berada di tempat itu."),
        ({"unit": "999901"}, "sudah dipakai kantor lain"),
        ({"unit": "4711"}, "Satuan itu tidak ada di pengaturan"),
    ],
)
def test_an_office_that_cannot_be_is_refused(
    staffed: Staffed, changes: dict[str, str], words: str
) -> None:
    answer = staffed.client(Role.ADMINISTRATOR).post("/offices/new", data=typed(staffed, **changes))
    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.parametrize("above", ["polda", "other"])
def test_no_office_is_added_elsewhere(staffed: Staffed, above: str) -> None:
    elsewhere = str(staffed.places[above].id)
    client = staffed.client(Role.ADMINISTRATOR)
    assert client.post("/offices/new", data=typed(staffed, above=elsewhere)).status_code == 403
    assert client.post("/offices/new", data=typed(staffed, above="")).status_code == 403
    assert client.get(f"/offices/{elsewhere}").status_code == 403
    assert client.post(f"/offices/{elsewhere}", data={"do": "close"}).status_code == 403


def test_an_office_is_renamed_and_moved(staffed: Staffed) -> None:
    post = staffed.places["post"]
    changes = {"name": "Pos Pasar Contoh", "kind": "post", "unit": ""}
    changes["above"] = str(staffed.places["polres"].id)
    staffed.client(Role.ADMINISTRATOR).post(f"/offices/{post.id}", data=changes)

    moved = office_named(staffed, "Pos Pasar Contoh")
    assert moved is not None
    assert (moved.id, moved.above) == (post.id, staffed.places["polres"].id)


def test_an_office_is_closed_only_when_it_is_empty_and_can_be_opened_again(
    staffed: Staffed,
) -> None:
    client = staffed.client(Role.ADMINISTRATOR)
    post, polsek = staffed.places["post"].id, staffed.places["polsek"].id
    # The helper works at the post, and the post stands under the Polsek.
    assert client.post(f"/offices/{post}", data={"do": "close"}).status_code == 409
    assert client.post(f"/offices/{polsek}", data={"do": "close"}).status_code == 409

    client.post(f"/staff/{staffed.staff(Role.HELPER).id}/leave")
    assert client.post(f"/offices/{post}", data={"do": "close"}).status_code == 303
    closed = office_named(staffed, "Balai Desa Contoh Jaya")
    assert closed is not None
    assert closed.closed
    client.post(f"/offices/{post}", data={"do": "open"})
    assert office_named(staffed, "Balai Desa Contoh Jaya") == staffed.places["post"]


def test_the_top_of_ones_own_tree_is_not_moved_by_oneself(staffed: Staffed) -> None:
    polres = staffed.places["polres"]
    changes = {"name": polres.name, "kind": "polres", "above": "", "unit": "999901"}
    client = staffed.client(Role.ADMINISTRATOR)
    client.post(f"/offices/{polres.id}", data=changes)
    assert office_named(staffed, polres.name) == polres
    changes["above"] = str(staffed.places["other"].id)
    assert client.post(f"/offices/{polres.id}", data=changes).status_code in {403, 422}
