"""What each part yields that falls into wrong hands, and what it does not: the table in threats.md.

Whoever has taken a part has the whole mailroom besides, as a backup holds it.
"""

from collections.abc import Iterable
from contextlib import suppress

import pytest

from signing.envelope import (
    CaseKey,
    Direction,
    Place,
    Submission,
    digest_of,
    new_case,
    open_message,
    own_proof,
    seal_message,
    unwrap_key,
    wrap_key,
)
from signing.errors import CannotOpenError
from signing.hpke import Kem, OpeningKey
from signing.quorum import open_identity, open_share, parse_identity, seal_identity
from signing.receipt import ReceiptCode, derive_keys

SALT = bytes(16)
HANDLER, COLLEAGUE, ELSEWHERE = OpeningKey.new(), OpeningKey.new(), OpeningKey.new()
INTERNAL = [OpeningKey.new(Kem.X_WING) for _ in range(3)]
EXTERNAL = [OpeningKey.new(Kem.X_WING) for _ in range(2)]
CODE = derive_keys(ReceiptCode.new(), SALT)
REPORTER = OpeningKey(Kem.X25519, CODE.seed)
REPORT, IDENTITY = b"Ia meminta uang.", b"Ratna Contoh"


def sealed() -> Submission:
    """A report as the mailroom keeps it, sealed for two handlers and five custodians."""
    key = CaseKey.new(new_case())
    identity, _ = seal_identity(
        key.case,
        [one.sealing_key for one in INTERNAL],
        [one.sealing_key for one in EXTERNAL],
        IDENTITY,
    )
    first = Place(direction=Direction.TO_OFFICE, sequence=0, previous=digest_of(identity))
    return Submission(
        case=key.case,
        wraps=tuple(wrap_key(key, one.sealing_key) for one in (HANDLER, COLLEAGUE)),
        own=wrap_key(key, REPORTER.sealing_key),
        proof=own_proof(REPORTER.secret, key),
        identity=identity,
        message=seal_message(key, first, REPORT),
    )


KEPT = sealed()


def opened_with(keys: Iterable[OpeningKey]) -> set[bytes]:
    """All that these keys open together, tried on everything that is kept."""
    found = set()
    envelope = parse_identity(KEPT.identity)
    first = Place(direction=Direction.TO_OFFICE, sequence=0, previous=digest_of(KEPT.identity))
    shares = []
    for key in keys:
        for wrap in (*KEPT.wraps, KEPT.own):
            with suppress(CannotOpenError):
                case_key = unwrap_key(wrap, KEPT.case, key)
                found.add(open_message(case_key, first, KEPT.message))
        with suppress(CannotOpenError):
            shares.append(open_share(envelope, KEPT.case, key))
    with suppress(CannotOpenError):
        found.add(open_identity(envelope, KEPT.case, shares))
    return found


@pytest.mark.parametrize(
    ("keys", "opens"),
    [
        pytest.param([], set(), id="the mailroom, its backup, or the machine that keeps them"),
        pytest.param([ELSEWHERE], set(), id="a handler of another unit"),
        pytest.param([HANDLER], {REPORT}, id="one handler"),
        pytest.param([HANDLER, COLLEAGUE, ELSEWHERE], {REPORT}, id="all handlers"),
        pytest.param([REPORTER], {REPORT}, id="the receipt code"),
        pytest.param(INTERNAL[:1], set(), id="one internal custodian"),
        pytest.param(INTERNAL[:2], set(), id="two internal custodians"),
        pytest.param(INTERNAL, set(), id="all internal custodians"),
        pytest.param(EXTERNAL[:1], set(), id="one external custodian"),
        pytest.param(EXTERNAL, set(), id="all external custodians"),
        pytest.param([INTERNAL[1], *EXTERNAL], set(), id="one internal and all external"),
        pytest.param(
            [HANDLER, INTERNAL[0], EXTERNAL[0]], {REPORT}, id="a handler and one of each side"
        ),
        pytest.param([*INTERNAL[1:], EXTERNAL[1]], {IDENTITY}, id="a quorum that colludes"),
        pytest.param(
            [HANDLER, *INTERNAL[:2], EXTERNAL[0]], {REPORT, IDENTITY}, id="a quorum and a handler"
        ),
    ],
)
def test_what_one_part_in_wrong_hands_opens(keys: list[OpeningKey], opens: set[bytes]) -> None:
    assert opened_with(keys) == opens
