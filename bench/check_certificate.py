"""What does a check cost, beside the raw verifications that it cannot do without?

A file of ours holds two signatures, its token and its own; a token holds one. "Raw" is what the
`cryptography` package takes for one P-256 verification of a signature it is given as DER.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from bench.figures import Figure, at_least, at_most, by_turns, told
from bench.office import a_photo, an_office, orders
from bench.peer import peer_validator
from kiosk.actions.certificates import issue_all
from kiosk.assembly import Workshop
from kiosk.domain.errors import Invalid
from printer.certificate import FORM
from printer.form import load_form
from printer.qr import read_qr
from signing.keys import VERIFY_WITH, VerifyingKey
from signing.pdf import take_apart
from signing.token import parse_token
from verifier.pdf import check_pdf
from verifier.status import CarriedTrust, load_trust
from verifier.token import check_token
from verifier.verdict import Outcome

__all__ = ["figures"]

MICRO = 1e6


def figures() -> Iterator[Figure]:
    """The figures of checking."""
    with an_office() as workshop:
        folder = workshop.settings.folder
        order = orders(workshop, 0, 1, a_photo())[0]
        written = issue_all(workshop.desk, [order], folder=folder, batch=None)[0]
        if isinstance(written, Invalid):
            raise written
        workshop.publish()
        trust = load_trust(workshop.public)
        yield from _checking(workshop, written.file, trust)


def _checking(workshop: Workshop, file: Path, trust: CarriedTrust) -> Iterator[Figure]:
    now = int(workshop.clock().timestamp())
    data = file.read_bytes()
    text = read_qr(take_apart(load_form(FORM).form, data).bitmap)
    if text is None or check_pdf(data, trust, now=now).outcome is not Outcome.GENUINE:
        raise RuntimeError("the certificate to be measured is not genuine")
    message = parse_token(text).message
    raw = _raw_verify(workshop, message.signature, message.signed)
    root = workshop.settings.folder / "root.der"
    root.write_bytes(workshop.keychain.root.certificate)
    validate = peer_validator(root)
    if not validate(data):
        raise RuntimeError("pyHanko does not accept the certificate to be measured")
    took = by_turns(
        {
            "raw": (raw, 400),
            "token": (lambda: check_token(text, trust, now=now), 400),
            "file": (lambda: check_pdf(data, trust, now=now), 200),
            "pyhanko": (lambda: validate(data), 10),
        }
    )
    yield told("one raw P-256 verification", took["raw"] * MICRO, "µs")
    yield told("token check (Python)", took["token"] * MICRO, "µs")
    yield told("strict PDF check", took["file"] * MICRO, "µs")
    yield told("pyHanko validation of the same file", took["pyhanko"] * MICRO, "µs")
    yield at_most(
        "strict PDF check : raw P-256 verifies it contains (2)",
        took["file"] / (2 * took["raw"]),
        10,
    )
    yield at_least("pyHanko validation : strict PDF check", took["pyhanko"] / took["file"], 10)
    yield at_most("token check (Python) : raw P-256 verify", took["token"] / took["raw"], 2)


def _raw_verify(workshop: Workshop, signature: bytes, signed: bytes) -> Callable[[], None]:
    key = next(key for key in workshop.publisher.keys if key.certificate)
    public: ec.EllipticCurvePublicKey = VerifyingKey(key.point).public
    half = len(signature) // 2
    der = encode_dss_signature(
        int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
    )
    return lambda: public.verify(der, signed, VERIFY_WITH)
