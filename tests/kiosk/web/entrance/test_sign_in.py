"""Signing in: only with everything right, and whoever fails learns nothing."""

import re

import pytest
from flask.testing import FlaskClient

from kiosk.domain.accounts import FREE_TRIES
from kiosk.domain.staff import Role
from tests.staffed import PASSWORD, Staffed

FORM = "/sign-in"


def typed(staffed: Staffed, role: Role = Role.AUDITOR, /, **changes: str) -> dict[str, str]:
    """What somebody types who may come in, but for `changes`."""
    person = staffed.people[role]
    right = {"login": person.login, "password": PASSWORD, "code": person.code(staffed.clock())}
    return right | changes


def is_in(client: FlaskClient) -> bool:
    """Whether somebody is signed in: then the sign-in page leads on."""
    return client.get(FORM).status_code == 303


def test_login_password_and_code_let_somebody_in(staffed: Staffed) -> None:
    client = staffed.client()

    answer = client.post(FORM, data=typed(staffed))

    assert answer.status_code == 303
    assert is_in(client)


@pytest.mark.parametrize("name", ["login", "password", "code"])
def test_with_one_of_them_wrong_nobody_learns_which(staffed: Staffed, name: str) -> None:
    client = staffed.client()

    answer = client.post(FORM, data=typed(staffed) | {name: "000000"})

    assert answer.status_code == 403
    assert "Tidak cocok. Periksa login, kata sandi dan kodenya." in answer.text
    assert PASSWORD not in answer.text
    assert not is_in(client)


def test_a_login_that_nobody_has_is_answered_in_the_same_words(staffed: Staffed) -> None:
    said = [
        re.sub(r'value="\w*"', "", staffed.client().post(FORM, data=form).text)
        for form in (
            typed(staffed, login="nobody"),
            typed(staffed, password="wrong horse battery"),
            typed(staffed, code="000000"),
        )
    ]
    assert said[0] == said[1] == said[2]


@pytest.mark.parametrize("login", ["auditor", "nobody"])
def test_who_types_wrong_again_and_again_waits_whether_or_not_the_login_exists(
    staffed: Staffed, login: str
) -> None:
    client = staffed.client()
    wrong = typed(staffed, login=login, code="000000")

    answers = [client.post(FORM, data=wrong).status_code for _ in range(FREE_TRIES + 1)]
    assert answers == [403] * FREE_TRIES + [429]
    # Even what is right does not count yet; and nobody else waits.
    assert client.post(FORM, data=typed(staffed, login=login)).status_code == 429
    assert client.post(FORM, data=typed(staffed, Role.COMMANDER)).status_code == 303


def test_after_the_wait_it_counts_again(staffed: Staffed) -> None:
    client = staffed.client()
    for _ in range(FREE_TRIES + 1):
        client.post(FORM, data=typed(staffed, code="000000"))
    staffed.clock.forward(seconds=2)

    assert client.post(FORM, data=typed(staffed)).status_code == 303


def test_a_stranger_does_not_keep_somebody_out_of_a_browser_that_knows_her(
    staffed: Staffed,
) -> None:
    hers, strangers = staffed.client(), staffed.client()
    hers.post(FORM, data=typed(staffed))
    hers.post("/sign-out")
    for _ in range(FREE_TRIES + 1):
        strangers.post(FORM, data=typed(staffed, code="000000"))
    staffed.clock.forward(seconds=1)
    assert strangers.post(FORM, data=typed(staffed)).status_code == 429

    staffed.clock.forward(seconds=29)
    for _ in range(9):
        strangers.post(FORM, data=typed(staffed, code="000000"))
    assert hers.post(FORM, data=typed(staffed)).status_code == 303


def test_a_code_counts_once(staffed: Staffed) -> None:
    form = typed(staffed)
    assert staffed.client().post(FORM, data=form).status_code == 303
    assert staffed.client().post(FORM, data=form).status_code == 403


def test_who_left_does_not_come_in(staffed: Staffed) -> None:
    from kiosk.actions.staff import let_go

    let_go(staffed.desk, staffed.staff(Role.AUDITOR).id, by=None)
    assert staffed.client().post(FORM, data=typed(staffed)).status_code == 403


def test_the_session_is_for_this_site_and_no_script(staffed: Staffed) -> None:
    answer = staffed.client().post(FORM, data=typed(staffed))
    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if "session" in one]

    # On http://localhost there is no TLS that it could ask for.
    assert cookie.startswith("segel-session=")
    for attribute in ("HttpOnly", "SameSite=Strict", "Path=/"):
        assert attribute in cookie
    assert "Domain" not in cookie
    assert "Expires" not in cookie


def test_over_https_the_session_is_bound_to_the_host(staffed: Staffed) -> None:
    staffed.office.environment["SEGEL_SITE_URL"] = "https://skck.polres-contoh.example"
    staffed.workshop.close()
    staffed.workshop = staffed.office.workshop(staffed.clock)
    client = staffed.client()

    answer = client.post(FORM, data=typed(staffed), base_url="https://skck.polres-contoh.example")
    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if "session" in one]

    assert cookie.startswith("__Host-segel-session=")
    assert "Secure" in cookie


def test_signing_out_ends_the_session_for_good(staffed: Staffed) -> None:
    client = staffed.client(Role.AUDITOR)
    held = client.get_cookie("segel-session")
    assert held is not None

    client.post("/sign-out")
    client.set_cookie("segel-session", held.value)

    assert not is_in(client)


@pytest.mark.parametrize(("minutes", "still_in"), [(29, True), (30, False)])
def test_a_session_that_nobody_uses_ends(
    staffed: Staffed,
    minutes: int,
    still_in: bool,  # noqa: FBT001 -- a case of the test
) -> None:
    client = staffed.client(Role.AUDITOR)
    staffed.clock.forward(minutes=minutes)
    assert is_in(client) is still_in


def test_a_session_that_is_used_goes_on_but_not_for_ever(staffed: Staffed) -> None:
    client = staffed.client(Role.AUDITOR)
    for _ in range(12 * 60 // 20 - 1):
        staffed.clock.forward(minutes=20)
        assert is_in(client)
    staffed.clock.forward(minutes=20)
    assert not is_in(client)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {},
    ],
    ids=str,
)
def test_another_site_cannot_sign_anybody_in(staffed: Staffed, headers: dict[str, str]) -> None:
    client = staffed.app.test_client()
    assert client.post(FORM, data=typed(staffed), headers=headers).status_code == 403


def test_a_browser_that_only_names_the_origin_is_believed(staffed: Staffed) -> None:
    client = staffed.app.test_client()
    headers = {"Origin": "http://localhost"}
    assert client.post(FORM, data=typed(staffed), headers=headers).status_code == 303


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/account?x=1", "/account?x=1"),
        ("//elsewhere.example/", None),
        ("https://elsewhere.example/", None),
        ("/\\elsewhere.example", None),
        ("/\t/elsewhere.example", None),
        ("", None),
    ],
)
def test_nobody_is_led_away_after_signing_in(staffed: Staffed, asked: str, led: str | None) -> None:
    answer = staffed.client().post(FORM, data=typed(staffed) | {"next": asked})
    if led:
        assert answer.location == led
    else:
        assert answer.location.startswith("/")
        assert "elsewhere" not in answer.location
