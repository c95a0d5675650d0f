"""Whom to expect: the holder of a certificate, as a name and keyed hashes of NIK and birth date."""

from collections.abc import Callable
from datetime import datetime, timedelta

from kiosk.domain.certificates import State
from kiosk.domain.errors import NotNow, NotPermitted, Unknown
from kiosk.domain.identities import Expected, Hash
from signing.cells import CellKey, open_cell
from signing.errors import FormatError, SignatureError
from signing.expectation import (
    Expectation,
    expected_birth_hash,
    expected_nik_hash,
    open_expectation,
    seal_expectation,
)
from signing.sheet import decode_sheet
from verifier.verdict import Outcome, Verdict

from .desk import Desk
from .verification import cell_of, look_up

__all__ = [
    "LIFETIME",
    "expect",
    "expected_by_code",
    "expected_holder",
    "hash_of",
    "opened_expectation",
]

_VALID = (Outcome.GENUINE, Outcome.GENUINE_AS_OF)
LIFETIME = timedelta(hours=24)
"""How long an expectation counts unless another time is asked for."""


def hash_of(key: CellKey) -> Hash:
    """The keyed hashes that readings and expectations are compared by."""
    hashes = {"nik": expected_nik_hash, "birth": expected_birth_hash}
    return lambda purpose, text: hashes[purpose](key, text)


def expected_holder(desk: Desk, number: str) -> Expected:
    """The holder of the certificate with this printed number.

    Raises:
        Unknown: no such certificate was issued.
        NotPermitted: it was withdrawn, or has expired: it is to be handed to nobody.
    """
    with desk.register.read() as books:
        found = books.certificates.get_by_number(number)
        if found.state is State.RESERVED:
            raise Unknown("a certificate of this number")
        if found.state is not State.ISSUED or desk.clock().timestamp() >= found.expires_at:
            raise NotPermitted("the certificate is no longer valid")
        content = books.certificates.content(found.id)
    sheet = decode_sheet(open_cell(desk.cells, cell_of(found.id), content))
    same = hash_of(desk.cells)
    return Expected(
        name=sheet.name, nik_hash=same("nik", sheet.nik), birth_hash=same("birth", sheet.birth_date)
    )


def expected_by_code(desk: Desk, code: str, check: Callable[[str], Verdict]) -> Expected:
    """The holder of the certificate that a QR code, or `NUMBER CODE` as printed, stands for.

    `check` gives the verdict on the text of a QR code.

    Raises:
        Unknown: there is no such certificate.
        NotPermitted: it is not genuine, or no longer valid.
    """
    number, _, check_code = code.strip().rpartition(" ")
    verdict = look_up(desk, number.strip(), check_code) if number else check(code.strip())
    if verdict is None:
        raise Unknown("a certificate of this number and code")
    if verdict.certificate is None or verdict.outcome not in _VALID:
        raise NotPermitted(f"the certificate is {verdict.outcome}")
    return expected_holder(desk, verdict.certificate.number)


def expect(desk: Desk, number: str, *, lifetime: timedelta = LIFETIME) -> tuple[str, datetime]:
    """A sealed expectation of the holder of this certificate, and until when it counts.

    Raises:
        Unknown, NotPermitted: as `expected_holder`.
    """
    holder = expected_holder(desk, number)
    until = desk.clock() + lifetime
    sealed = seal_expectation(
        desk.cells,
        Expectation(
            name=holder.name,
            nik_hash=holder.nik_hash,
            birth_hash=holder.birth_hash,
            until=int(until.timestamp()),
        ),
    )
    return sealed, until


def opened_expectation(desk: Desk, text: str) -> Expected:
    """Whom `text` expects.

    Raises:
        Unknown: this site made no such expectation.
        NotNow: it has run out.
    """
    try:
        found = open_expectation(desk.cells, text)
    except (FormatError, SignatureError) as problem:
        raise Unknown(f"an expectation of this site: {problem}") from None
    if desk.clock().timestamp() >= found.until:
        raise NotNow("the expectation has run out: make a new one with `segel expect`")
    return Expected(name=found.name, nik_hash=found.nik_hash, birth_hash=found.birth_hash)
