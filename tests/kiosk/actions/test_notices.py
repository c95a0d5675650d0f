"""Notices: at least once each, survive restarts, and wait for a gateway that is away."""

from contextlib import closing

import pytest

from kiosk.actions.filing import get_application
from kiosk.actions.gateways import MailServer, SmsGateway
from kiosk.actions.notices import CLAIM, NoticeError, put_notice, send_notices
from kiosk.domain.notices import Channel, Message
from tests.applying import apply
from tests.loopback import Gateway, Mailbox
from tests.staffed import Staffed


class Sink:
    """A sender that keeps what it is given, after so many failures."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.sent: list[tuple[str, str, str]] = []

    def send(self, address: str, message: Message, *, key: str) -> None:
        if self.failures:
            self.failures -= 1
            raise NoticeError("gateway: away")
        self.sent.append((address, message.text, key))


def test_who_left_a_phone_gets_an_sms_and_it_names_nobody(
    staffed: Staffed, gateway: Gateway
) -> None:
    one = apply(staffed.desk)

    done = send_notices(staffed.desk, {Channel.SMS: SmsGateway(url=gateway.url)})

    (told,) = gateway.told
    assert (done.sent, told["to"]) == (1, "+6281200000000")
    assert f"P-{one.id:06d}" in told["text"]
    for personal in ("Ratna", "9971016512960003", "Kenanga", one.code):
        assert personal not in told["text"]


def test_who_left_an_address_gets_a_mail(staffed: Staffed, mailbox: Mailbox) -> None:
    apply(staffed.desk, contact={"contact": "email", "email": "ratna@contoh.example"})
    server = MailServer(
        host=mailbox.host, port=mailbox.port, security="none", sender="skck@contoh.example"
    )

    done = send_notices(staffed.desk, {Channel.EMAIL: server})

    assert done.sent == 1
    assert [mail["To"] for mail in mailbox.mails] == ["ratna@contoh.example"]


def test_who_has_no_phone_is_told_nothing_and_loses_nothing(staffed: Staffed) -> None:
    sink = Sink()
    apply(staffed.desk, contact={"contact": "none"})

    done = send_notices(staffed.desk, {Channel.SMS: sink})

    assert (done.sent, sink.sent) == (0, [])


def test_a_notice_is_sent_once_however_often_one_looks(staffed: Staffed) -> None:
    sink = Sink()
    apply(staffed.desk)

    for _ in range(3):
        send_notices(staffed.desk, {Channel.SMS: sink})

    assert len(sink.sent) == 1


def test_a_gateway_that_is_away_is_tried_again_ever_more_seldom(staffed: Staffed) -> None:
    sink = Sink(failures=3)
    apply(staffed.desk)
    outcomes = []
    for minutes in (0, 0.5, 1, 2, 4):
        staffed.clock.forward(minutes=minutes)
        done = send_notices(staffed.desk, {Channel.SMS: sink})
        outcomes.append((done.failed, done.sent))

    assert outcomes == [(1, 0), (0, 0), (1, 0), (1, 0), (0, 1)]


def test_after_many_tries_a_notice_is_given_up(staffed: Staffed) -> None:
    most = staffed.desk.settings.notices.most_tries
    sink = Sink(failures=most)
    one = apply(staffed.desk)
    given_up = 0
    for _ in range(most):
        given_up += send_notices(staffed.desk, {Channel.SMS: sink}).given_up
        staffed.clock.forward(days=1)

    assert given_up == 1
    assert send_notices(staffed.desk, {Channel.SMS: sink}).sent == 0
    with staffed.desk.register.read() as books:
        (notice,) = books.outbox.of(one.id)
    assert notice.trouble == "gateway: away"


def test_what_waits_is_sent_after_a_restart(staffed: Staffed) -> None:
    apply(staffed.desk)
    sink = Sink()

    with closing(staffed.office.workshop(staffed.clock)) as another:
        done = send_notices(another.desk, {Channel.SMS: sink})

    assert (done.sent, len(sink.sent)) == (1, 1)


def test_a_process_that_died_while_sending_is_taken_over_under_the_same_key(
    any_staffed: Staffed,
) -> None:
    class Killed(Sink):
        def send(self, address: str, message: Message, *, key: str) -> None:
            super().send(address, message, key=key)
            raise KeyboardInterrupt

    killed, sink = Killed(), Sink()
    apply(any_staffed.desk)
    with pytest.raises(KeyboardInterrupt):
        send_notices(any_staffed.desk, {Channel.SMS: killed})

    at_once = send_notices(any_staffed.desk, {Channel.SMS: sink})
    any_staffed.clock.forward(seconds=CLAIM)
    later = send_notices(any_staffed.desk, {Channel.SMS: sink})

    assert (at_once.sent, later.sent) == (0, 1)
    assert killed.sent == sink.sent


def test_two_processes_do_not_send_one_notice_twice(any_staffed: Staffed) -> None:
    apply(any_staffed.desk)
    desk = any_staffed.desk
    outer, inner = Sink(), Sink()

    class WhileSending(Sink):
        def send(self, address: str, message: Message, *, key: str) -> None:
            send_notices(desk, {Channel.SMS: inner})
            outer.send(address, message, key=key)

    send_notices(desk, {Channel.SMS: WhileSending()})

    assert (len(outer.sent), inner.sent) == (1, [])


def test_what_is_not_yet_to_be_seen_is_not_yet_told(staffed: Staffed) -> None:
    desk, sink = staffed.desk, Sink()
    one = apply(desk)
    send_notices(desk, {Channel.SMS: sink})
    with desk.register.begin() as books:
        application = get_application(books, desk.cells, one.id)
        promised = int(desk.clock().timestamp()) + 3_600
        put_notice(desk, books, application, "changed", not_before=promised)
        again = put_notice(desk, books, application, "changed", not_before=promised)

    early = send_notices(desk, {Channel.SMS: sink}).sent
    staffed.clock.forward(hours=1)
    late = send_notices(desk, {Channel.SMS: sink}).sent

    assert (again, early, late) == (False, 0, 1)


def test_where_no_gateway_is_set_notices_wait(staffed: Staffed) -> None:
    sink = Sink()
    apply(staffed.desk)

    nowhere = send_notices(staffed.desk, {})
    somewhere = send_notices(staffed.desk, {Channel.SMS: sink})

    assert (nowhere.sent, nowhere.failed, somewhere.sent) == (0, 0, 1)
