"""Notices: put into the outbox with the deed they tell of, and sent afterwards, at least once.

Sending is claimed in the register first, so that two processes do not send one notice twice; a
process that dies in between leaves it claimed for CLAIM seconds, and then another sends it again,
under the same key. A gateway that heeds the key sends nothing twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from kiosk.domain.applications import Application
from kiosk.domain.notices import Channel, Contact, Message, message_of, next_try_after
from kiosk.storage.outbox import Notice
from kiosk.storage.register import Books
from signing.cells import open_cell, seal_cell

from .desk import Desk
from .filing import Cell, find_cell

__all__ = [
    "CLAIM",
    "NoticeError",
    "Sender",
    "Sent",
    "contact_of",
    "put_notice",
    "send_notices",
    "shown_number",
]

CLAIM = 120
"""For so many seconds a notice belongs to the process that took it."""

AT_ONCE = 100


class NoticeError(Exception):
    """A notice could not be sent. The sentence is for a log, and names nobody."""


class Sender(Protocol):
    """A way to send messages."""

    def send(self, address: str, message: Message, *, key: str) -> None:
        """Send a message; `key` is the same whenever the same notice is sent again.

        Raises:
            NoticeError: it did not go.
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """What became of the notices that were due."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0


def shown_number(application: int) -> str:
    """The number of an application, as people and messages name it; it opens nothing."""
    return f"P-{application:06d}"


def contact_of(answers: Mapping[str, str]) -> Contact | None:
    """Where notices go, or None for people without phone and e-mail."""
    if answers.get("contact") == "sms" and answers.get("phone"):
        return Contact(channel=Channel.SMS, address=answers["phone"])
    if answers.get("contact") == "email" and answers.get("email"):
        return Contact(channel=Channel.EMAIL, address=answers["email"])
    return None


def put_notice(
    desk: Desk,
    books: Books,
    application: Application,
    template: str,
    *,
    not_before: int | None = None,
    again: str = "",
) -> bool:
    """Put a notice about an application into the outbox; False if nobody is to be told by one.

    `not_before` keeps it back, for what is not seen before the promised time. `again` tells this
    notice from an earlier one of the same template about the same revision.
    """
    answers = find_cell(books, desk.cells, application.id, Cell.ANSWERS) or {}
    contact = contact_of(answers)
    if contact is None:
        return False
    now = int(desk.clock().timestamp())
    key = f"{application.id}-{template}-{application.revision}" + (f"-{again}" if again else "")
    return books.outbox.add(
        Notice(
            key=key,
            application=application.id,
            channel=contact.channel,
            template=template,
            language=answers.get("language", ""),
            address=seal_cell(desk.cells, _address_of(key), contact.address.encode()),
            made_at=now,
            next_at=max(now, not_before or 0),
        )
    )


def send_notices(desk: Desk, senders: Mapping[Channel, Sender]) -> Sent:
    """Send every notice that is due, but those for which there is no sender."""
    sent = failed = given_up = 0
    now = int(desk.clock().timestamp())
    with desk.register.read() as books:
        due = books.outbox.due(now, limit=AT_ONCE)
    for notice in due:
        sender = senders.get(Channel(notice.channel))
        if sender is None:
            continue
        with desk.register.begin() as books:
            if not books.outbox.claim(notice, next_at=now + CLAIM):
                continue
        trouble = _try(desk, sender, notice)
        with desk.register.begin() as books:
            if trouble is None:
                books.outbox.sent(notice.id, at=now)
                sent += 1
                continue
            tries = notice.tries + 1
            last = tries >= desk.settings.notices.most_tries
            next_at = None if last else now + next_try_after(tries)
            books.outbox.failed(notice.id, next_at=next_at, at=now, trouble=trouble)
            given_up += last
            failed += not last
    return Sent(sent=sent, failed=failed, given_up=given_up)


def _try(desk: Desk, sender: Sender, notice: Notice) -> str | None:
    """Send a notice; what went wrong, or None."""
    address = open_cell(desk.cells, _address_of(notice.key), notice.address).decode()
    message = message_of(
        notice.template,
        notice.language,
        number=shown_number(notice.application),
        url=f"{desk.settings.site.host}/apply",
    )
    try:
        sender.send(address, message, key=notice.key)
    except NoticeError as problem:
        return str(problem)
    return None


def _address_of(key: str) -> bytes:
    return f"outbox.address:{key}".encode()
