"""What an office tells an applicant by SMS or e-mail: that there is something to look at, no more.

Phones are shared and messages are forwarded, so no notice names a person, a certificate's content,
or a step that tells one examination from another. What is to be done stands on the status page,
behind code and birth date. A notice that does not get through is tried again, ever more seldom.
"""

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["TEMPLATES", "Channel", "Contact", "Message", "message_of", "next_try_after"]

FIRST_PAUSE, LONGEST_PAUSE = 60, 12 * 60 * 60


class Channel(StrEnum):
    """By what a notice goes."""

    SMS = "sms"
    EMAIL = "email"


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """Where notices of an application go."""

    channel: Channel
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A notice in words; an SMS has no subject."""

    subject: str
    text: str


_CHANGED = {
    "id": "Status permohonan {number} berubah. Cek dengan kode Anda di {url} atau di pos layanan.",
    "en": "The status of application {number} has changed. Look with your code at {url}"
    " or at a service post.",
}
TEMPLATES = {
    "received": {
        "id": "Permohonan {number} diterima. Cek dengan kode Anda di {url}."
        " Jangan bayar ke petugas.",
        "en": "Application {number} was received. Look with your code at {url}."
        " Never pay an officer.",
    },
    "changed": _CHANGED,
    "lapsed": {
        "id": "Batas bayar permohonan {number} lewat. Minta nomor bayar baru di {url}.",
        "en": "The time to pay for application {number} is over. Ask for a new reference at {url}.",
    },
    "twin": {
        "id": "Ada permohonan baru untuk orang yang sama dengan {number}. Bila itu Anda, cukup"
        " lanjutkan {number} di {url}.",
        "en": "There is a new application for the person of {number}. If that is you, just go on"
        " with {number} at {url}.",
    },
}
"""The sentences, by template and language; `{number}` is the application's, `{url}` the page."""

_SUBJECT = {"id": "Permohonan {number}", "en": "Application {number}"}


def message_of(template: str, language: str, *, number: str, url: str) -> Message:
    """The notice in words; in Indonesian where the language is unknown."""
    texts = TEMPLATES[template]
    chosen = language if language in texts else "id"
    return Message(
        subject=_SUBJECT[chosen].format(number=number),
        text=texts[chosen].format(number=number, url=url),
    )


def next_try_after(tries: int) -> int:
    """How many seconds after so many tries the next one is made."""
    return min(FIRST_PAUSE << min(max(tries - 1, 0), 20), LONGEST_PAUSE)
