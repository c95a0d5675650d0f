"""The text in the QR code: `https://HOST/#DIGITS`.

The digits stand in the URL's fragment, which no browser sends, and hold a COSE_Sign1 message with
the fields of signing.payload. Format page: docs/formats/token.md.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .base10 import decode_digits, encode_digits
from .cose import Sign1, parse_sign1, sign1_all
from .errors import FormatError
from .keys import SigningKey, VerifyingKey
from .payload import LONGEST_TOKEN, CertificatePayload, claims_of, payload_of

__all__ = [
    "LONGEST_DIGITS",
    "Token",
    "parse_token",
    "sign_token",
    "sign_tokens",
    "token_text",
    "verify_token",
]

LONGEST_DIGITS = 544
# A host in the form browsers show: letters, digits, dots, hyphens, and a port.
TEXT = re.compile(
    r"(?:(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?)/)?"
    r"#?(?P<digits>[0-9]{17,544})"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A QR text taken apart; its signature is not yet known to be anybody's."""

    host: str | None
    digits: str
    key_id: bytes
    payload: CertificatePayload
    message: Sign1


def token_text(base_url: str, message: bytes) -> str:
    """The QR text for a signed `message`, under the site's `base_url` (`https://host`)."""
    return f"{base_url}/#{encode_digits(message)}"


def sign_token(key: SigningKey, payload: CertificatePayload, *, base_url: str) -> str:
    """The QR text of `payload`, signed by `key`.

    Raises:
        FormatError: a field is out of its bounds, or all together are too long for the symbol.
    """
    return sign_tokens(key, [(payload, base_url)])[0]


def sign_tokens(key: SigningKey, payloads: Iterable[tuple[CertificatePayload, str]]) -> list[str]:
    """The QR texts of many payloads, each under its site's address, signed by `key`.

    Raises:
        FormatError: as `sign_token`.
    """
    many = list(payloads)
    messages = sign1_all(key, [claims_of(payload) for payload, _ in many])
    longest = max(map(len, messages), default=0)
    if longest > LONGEST_TOKEN:
        raise FormatError(f"a token of {longest} bytes does not fit: {LONGEST_TOKEN} do")
    return [
        token_text(base_url, message) for (_, base_url), message in zip(many, messages, strict=True)
    ]


def parse_token(text: str) -> Token:
    """The parts of a QR text, or of its digits alone; nothing is believed.

    Raises:
        FormatError: it is not the one spelling of a certificate's token.
    """
    match = TEXT.fullmatch(text)
    if match is None:
        raise FormatError("not the text of a certificate's QR code")
    digits = match["digits"]
    message = parse_sign1(decode_digits(digits), longest=LONGEST_TOKEN)
    if message.type is not None:
        raise FormatError("a signed message of another type")
    return Token(
        host=match["host"],
        digits=digits,
        key_id=message.key_id,
        payload=payload_of(message.claims),
        message=message,
    )


def verify_token(token: Token, key: VerifyingKey) -> CertificatePayload:
    """The payload of `token`, once its signature is known to be `key`'s.

    Raises:
        SignatureError: it is not.
    """
    token.message.verify(key)
    return token.payload
