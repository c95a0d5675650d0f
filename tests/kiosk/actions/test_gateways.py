"""Notices leave by HTTP and SMTP; what goes wrong is said without anybody's address."""

import base64

import pytest

from kiosk.actions.gateways import MailServer, SmsGateway
from kiosk.actions.notices import NoticeError
from kiosk.domain.notices import Message
from tests.loopback import Gateway, Mailbox

MESSAGE = Message(subject="Permohonan P-000007", text="Status permohonan P-000007 berubah.")
PHONE, EMAIL = "+6281200000000", "ratna@contoh.example"


def mail_server(mailbox: Mailbox, **changes: object) -> MailServer:
    settings = {
        "host": mailbox.host,
        "port": mailbox.port,
        "security": "none",
        "sender": "skck@polres-contoh.example",
    }
    return MailServer(**(settings | changes))  # type: ignore[arg-type]  # of any kind


def test_a_gateway_is_told_number_text_key_and_token(gateway: Gateway) -> None:
    SmsGateway(url=gateway.url, token="geheim").send(PHONE, MESSAGE, key="7-changed-3")

    assert gateway.told == [{"to": PHONE, "text": MESSAGE.text}]
    assert gateway.keys == ['"7-changed-3"']
    assert gateway.tokens == ["Bearer geheim"]


def test_a_gateway_that_refuses_is_named_and_nobody_else(gateway: Gateway) -> None:
    gateway.answers = [503]

    with pytest.raises(NoticeError) as refused:
        SmsGateway(url=gateway.url).send(PHONE, MESSAGE, key="k")

    assert "503" in str(refused.value)
    assert PHONE not in str(refused.value)


def test_a_gateway_that_is_away_is_named(closed_port: int) -> None:
    with pytest.raises(NoticeError, match="cannot be reached"):
        SmsGateway(url=f"http://127.0.0.1:{closed_port}/").send(PHONE, MESSAGE, key="k")


def test_a_mail_says_what_it_says_and_has_one_id_for_ever(mailbox: Mailbox) -> None:
    server = mail_server(mailbox)
    server.send(EMAIL, MESSAGE, key="7-changed-3")
    server.send(EMAIL, MESSAGE, key="7-changed-3")

    first, second = mailbox.mails
    assert (first["To"], first["Subject"]) == (EMAIL, MESSAGE.subject)
    assert first.get_payload().strip() == MESSAGE.text  # type: ignore[union-attr]  # plain text
    assert first["Message-ID"] == second["Message-ID"] == "<7-changed-3@polres-contoh.example>"
    assert first["Auto-Submitted"] == "auto-generated"


def test_a_mail_server_is_shown_user_and_password_where_they_are_set(mailbox: Mailbox) -> None:
    mail_server(mailbox, user="skck", password="geheim").send(EMAIL, MESSAGE, key="k")

    (login,) = mailbox.logins
    assert base64.b64decode(login.removeprefix("PLAIN ")) == b"\0skck\0geheim"


def test_a_mail_server_that_refuses_is_named_and_nobody_else(mailbox: Mailbox) -> None:
    mailbox.refuses = True

    with pytest.raises(NoticeError) as refused:
        mail_server(mailbox).send(EMAIL, MESSAGE, key="k")

    assert EMAIL not in str(refused.value)
    assert mailbox.mails == []


def test_without_tls_nothing_is_sent_where_tls_is_wanted(mailbox: Mailbox) -> None:
    for security in ("starttls", "tls"):
        with pytest.raises(NoticeError):
            mail_server(mailbox, security=security).send(EMAIL, MESSAGE, key="k")

    assert mailbox.mails == []


def test_secrets_do_not_show(mailbox: Mailbox) -> None:
    shown = repr(SmsGateway(url="http://x", token="geheim")) + repr(
        mail_server(mailbox, password="geheim")
    )

    assert "geheim" not in shown
