"""What the server seals in place of a browser goes to whom the browser would have sealed it for."""

from dataclasses import replace

import pytest

from kiosk.actions.cases import receipt_salt
from kiosk.actions.mailroom import Mailroom
from kiosk.actions.sealing import readers_of, seal_again, seal_report
from signing.cose import encode, read
from signing.directory import NoReaderError, route
from signing.envelope import encode_submission, own_proof, parse_submission, wrap_key
from signing.errors import CannotOpenError, FormatError
from signing.hpke import Kem, OpeningKey
from signing.receipt import ReceiptCode, derive_keys, proof_digest
from tests.sealed_reports import ISSUED, UNIT, Reporter
from tests.vectors.make_sealed import DIRECTORY, MABES, OMBUDSMAN, POLDA, POLRES
from tests.vectors.make_sealed import ISSUED as SIGNED

ANSWERS = {"danger": "no", "kind": "levy", "duty": "on", "when": "today", "unit": 0}


def test_the_accused_unit_is_where_it_begins_and_is_left_out() -> None:
    way = readers_of(DIRECTORY, POLRES, at=SIGNED)

    assert way == route(DIRECTORY, near=POLRES, accused=[POLRES], at=SIGNED)
    assert way.unit.code == MABES
    assert {POLRES, POLDA} <= way.excluded


def test_where_nobody_knows_the_unit_the_uppermost_one_reads() -> None:
    way = readers_of(DIRECTORY, 0, at=SIGNED)

    assert way.unit.code == MABES
    assert way.excluded == frozenset()


@pytest.mark.parametrize("accused", [1, OMBUDSMAN])
def test_a_unit_that_nobody_may_read_about_gets_no_report(accused: int) -> None:
    with pytest.raises(NoReaderError):
        readers_of(DIRECTORY, accused, at=SIGNED)


def test_a_directory_past_its_day_seals_nothing(mailroom: Mailroom) -> None:
    with pytest.raises(NoReaderError):
        seal_report(mailroom, ANSWERS, story="what happened", at=1 << 37)


def test_every_report_of_a_bucket_is_as_long_and_every_code_new(mailroom: Mailroom) -> None:
    sealed = [
        seal_report(mailroom, ANSWERS, story="x" * length, at=ISSUED) for length in (20, 1500)
    ]

    assert len({len(one.delivery) for one in sealed}) == 1
    assert len({one.code for one in sealed}) == 2
    assert {one.unit.code for one in sealed} == {UNIT}


def test_what_was_sealed_here_is_sealed_again_under_its_code_and_nothing_else_is(
    mailroom: Mailroom,
) -> None:
    first = seal_report(mailroom, ANSWERS, story="what happened", at=ISSUED)
    again = seal_again(mailroom, first.delivery, first.code, at=ISSUED)

    assert read(again.delivery)[3] == read(first.delivery)[3]
    case, other = (parse_submission(read(one.delivery)[4]).case for one in (first, again))
    assert case != other
    with pytest.raises(CannotOpenError):
        seal_again(mailroom, first.delivery, ReceiptCode.new(), at=ISSUED)


@pytest.mark.parametrize("spoilt", [b"", encode([]), encode([1, b"none"]), encode({})])
def test_what_was_not_sealed_here_is_not_sealed_again(mailroom: Mailroom, spoilt: bytes) -> None:
    with pytest.raises(FormatError):
        seal_again(mailroom, spoilt, ReceiptCode.new(), at=ISSUED)


def test_a_report_that_a_browser_sealed_is_not_opened_here(mailroom: Mailroom) -> None:
    code = ReceiptCode.new()
    keys = derive_keys(code, receipt_salt(mailroom))
    reporter = Reporter.new(text=b'{"v":1,"story":"sealed by a browser"}')
    own = OpeningKey(Kem.X25519, keys.seed)
    theirs = replace(
        reporter.submission,
        own=wrap_key(reporter.key, own.sealing_key),
        proof=own_proof(keys.seed, reporter.key),
    )
    delivery = [1, UNIT, 3, proof_digest(keys.proof), encode_submission(theirs)]

    with pytest.raises(FormatError, match="sealed here"):
        seal_again(mailroom, encode(delivery), code, at=ISSUED)
