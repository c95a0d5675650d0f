"""One's own account: passkeys come and go, a new password ends every other session."""

from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from kiosk.domain.staff import Role
from tests.staffed import PASSWORD, Staffed, StaffedSite

NEW = "lima kata yang baru sekali"


def change(staffed: Staffed, **changes: str) -> dict[str, str]:
    """What somebody types to change the password."""
    return {"old": PASSWORD, "password": NEW, "again": NEW} | changes


def test_a_new_password_counts_and_the_old_one_no_more(staffed: Staffed) -> None:
    auditor = staffed.people[Role.AUDITOR]
    answer = staffed.client(Role.AUDITOR).post("/account/password", data=change(staffed))
    assert answer.status_code == 303

    typed = {"login": "auditor", "code": auditor.code(staffed.clock())}
    client = staffed.client()
    assert client.post("/sign-in", data=typed | {"password": PASSWORD}).status_code == 403
    assert client.post("/sign-in", data=typed | {"password": NEW}).status_code == 303


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(staffed: Staffed) -> None:
    here, elsewhere = staffed.client(Role.AUDITOR), staffed.client(Role.AUDITOR)

    here.post("/account/password", data=change(staffed))

    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"old": "something else"}, "Itu bukan kata sandi Anda."),
        ({"again": "something else"}, "Tidak sama dengan yang di atas."),
        ({"password": "singkat", "again": "singkat"}, "Pakai 10 sampai 128 huruf."),
    ],
)
def test_a_password_is_not_changed_by_mistake_or_by_somebody_else(
    staffed: Staffed, changes: dict[str, str], words: str
) -> None:
    client = staffed.client(Role.AUDITOR)
    answer = client.post("/account/password", data=change(staffed, **changes))
    assert answer.status_code == 422
    assert words in answer.text


def test_whoever_tries_passwords_at_a_browser_left_open_waits(staffed: Staffed) -> None:
    client = staffed.client(Role.AUDITOR)
    for _ in range(5):
        client.post("/account/password", data=change(staffed, old="guess"))
    answer = client.post("/account/password", data=change(staffed))
    assert "Terlalu sering salah." in answer.text


def test_passkeys_are_offered_only_soon_after_signing_in(staffed: Staffed) -> None:
    client = staffed.client(Role.AUDITOR)
    assert client.post("/account/passkeys/options", json={}).status_code == 200
    staffed.clock.forward(minutes=15)
    assert client.post("/account/passkeys/options", json={}).status_code == 409


@pytest.mark.parametrize(
    "sent", ["x", 3, {}, {"label": "HP"}, {"label": "HP", "credential": {"id": "AA"}}], ids=str
)
def test_what_is_no_passkey_is_refused(staffed: Staffed, sent: object) -> None:
    client = staffed.client(Role.AUDITOR)
    assert client.post("/account/passkeys", json=sent).status_code == 422
    assert client.post("/sign-in/passkey", json=sent).status_code == 403


@dataclass(frozen=True, kw_only=True)
class Device:
    """A browser on a device that makes passkeys by itself, as a finger would."""

    page: Page
    cdp: CDPSession
    authenticator: str

    def credentials(self) -> list[dict[str, Any]]:
        """The passkeys on it, private keys included."""
        found = self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.authenticator})
        return list(found["credentials"])


@pytest.fixture
def device(chromium: Browser) -> Iterator[Device]:
    """A small phone of somebody of the staff."""
    context = chromium.new_context(locale="id-ID", viewport={"width": 360, "height": 740})
    page = context.new_page()
    cdp = context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    made = cdp.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    yield Device(page=page, cdp=cdp, authenticator=made["authenticatorId"])
    context.close()


def add_passkey(site: StaffedSite, device: Device, role: Role = Role.AUDITOR) -> None:
    """Let somebody in and add a passkey on the account page; then sign out."""
    site.sign_in(device.page, role)
    device.page.goto(f"{site.url}/account")
    device.page.get_by_label("Nama perangkat ini").fill("HP sendiri")
    device.page.get_by_role("button", name="Tambah kunci sandi").click()
    expect(device.page.get_by_text("Kunci sandi sudah ditambahkan.")).to_be_visible()
    device.page.get_by_role("button", name="Keluar").click()
    expect(device.page.get_by_role("heading", name="Masuk")).to_be_visible()


@pytest.mark.browser
def test_with_a_passkey_nothing_is_typed(staffed_site: StaffedSite, device: Device) -> None:
    add_passkey(staffed_site, device)
    staffed_site.clock.forward(seconds=1)

    device.page.get_by_role("button", name="Masuk dengan kunci sandi").click()

    expect(device.page.get_by_text("Masuk sebagai Agus Contoh")).to_be_visible()
    [kept] = device.credentials()
    assert kept["isResidentCredential"]
    with staffed_site.desk.register.read() as books:
        [entry, *_] = books.journal.about(f"staff {staffed_site.staff(Role.AUDITOR).id}")
    assert (entry.deed, entry.detail) == ("signed-in", "passkey")


@pytest.mark.browser
def test_what_a_passkey_signed_is_taken_once(staffed_site: StaffedSite, device: Device) -> None:
    add_passkey(staffed_site, device)
    staffed_site.clock.forward(seconds=1)
    with device.page.expect_request("**/sign-in/passkey") as asked:
        device.page.get_by_role("button", name="Masuk dengan kunci sandi").click()
    expect(device.page.get_by_text("Masuk sebagai")).to_be_visible()
    signed = asked.value.post_data_json
    # Passkeys that a cloud keeps do not count how often they were used.
    with staffed_site.desk.register.begin() as books:
        [kept] = books.accounts.passkeys_of(staffed_site.staff(Role.AUDITOR).id)
        books.accounts.replace_passkey(kept, replace(kept, counter=0))

    again = staffed_site.client().post("/sign-in/passkey", json=signed)
    assert again.status_code == 403


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["genuine", "bent", "of another purpose"])
def test_a_passkey_that_signs_what_we_did_not_ask_lets_nobody_in(
    staffed_site: StaffedSite, device: Device, kind: str
) -> None:
    add_passkey(staffed_site, device)
    staffed_site.clock.forward(seconds=1)
    client = staffed_site.client(Role.AUDITOR)
    options = client.post("/sign-in/passkey/options").get_json()
    if kind == "bent":
        options["challenge"] = "B" + options["challenge"][1:]
    if kind == "of another purpose":
        options["challenge"] = client.post("/account/passkeys/options").get_json()["challenge"]
    device.page.route("**/sign-in/passkey/options", lambda route: route.fulfill(json=options))

    with device.page.expect_response("**/sign-in/passkey") as answered:
        device.page.get_by_role("button", name="Masuk dengan kunci sandi").click()

    assert answered.value.status == (200 if kind == "genuine" else 403)


@pytest.mark.browser
def test_a_passkey_signs_for_nobody_else_and_not_later(
    staffed_site: StaffedSite, device: Device
) -> None:
    add_passkey(staffed_site, device)
    staffed_site.clock.forward(seconds=1)
    device.page.route("**/sign-in/passkey", lambda route: route.abort())
    with device.page.expect_request("**/sign-in/passkey") as asked:
        device.page.get_by_role("button", name="Masuk dengan kunci sandi").click()
    signed: dict[str, Any] = asked.value.post_data_json or {}
    client = staffed_site.client()

    other = signed | {"response": signed["response"] | {"userHandle": "AAAA"}}
    assert client.post("/sign-in/passkey", json=other).status_code == 403
    bent = signed["response"]["signature"]
    bent = bent[:-4] + ("AAAA" if bent[-4:] != "AAAA" else "BBBB")
    forged = signed | {"response": signed["response"] | {"signature": bent}}
    assert client.post("/sign-in/passkey", json=forged).status_code == 403
    staffed_site.clock.forward(minutes=5, seconds=1)
    assert client.post("/sign-in/passkey", json=signed).status_code == 403
    # What was refused was right but for its age.
    staffed_site.clock.forward(minutes=-5, seconds=-1)
    assert client.post("/sign-in/passkey", json=signed).status_code == 200


@pytest.mark.browser
def test_a_passkey_that_was_removed_counts_no_more(
    staffed_site: StaffedSite, device: Device
) -> None:
    add_passkey(staffed_site, device)
    staffed_site.sign_in(device.page, Role.AUDITOR)
    device.page.goto(f"{staffed_site.url}/account")
    device.page.get_by_role("button", name="Hapus HP sendiri").click()
    expect(device.page.get_by_text("Kunci sandi sudah dihapus.")).to_be_visible()
    device.page.get_by_role("button", name="Keluar").click()

    staffed_site.clock.forward(seconds=1)
    device.page.get_by_role("button", name="Masuk dengan kunci sandi").click()
    expect(device.page.get_by_text("Kunci sandi ini tidak dikenal di sini.")).to_be_visible()


@pytest.mark.browser
def test_nobody_removes_anothers_passkey(staffed_site: StaffedSite, device: Device) -> None:
    add_passkey(staffed_site, device)
    [kept] = device.credentials()
    sent = {"id": urlsafe_b64encode(b64decode(kept["credentialId"])).decode()}
    answer = staffed_site.client(Role.COMMANDER).post("/account/passkeys/remove", data=sent)
    assert answer.status_code == 404


@pytest.mark.browser
def test_whoever_closes_the_passkey_dialogue_can_still_use_the_password(
    staffed_site: StaffedSite, device: Device
) -> None:
    # What browsers do then; here no dialogue is shown that could be closed.
    device.page.add_init_script(
        "navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    device.page.goto(f"{staffed_site.url}/sign-in")
    device.cdp.send(
        "WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device.authenticator}
    )
    device.page.get_by_role("button", name="Masuk dengan kunci sandi").click()
    expect(device.page.get_by_text("Tidak berhasil. Coba lagi")).to_be_visible()
    expect(device.page.get_by_label("Login")).to_be_editable()
