"""What does a certificate cost, beside the two signatures it cannot do without?

"Issue" is what `segel issue --batch` does for a record: read and check it, set the sheet, reserve
its number, sign token and file, write the file, confirm it in the register. The photo is in the
normal form already, as intake leaves it. The lines say what is in them:

- with the register: the signed file in memory, its number reserved and confirmed in the register,
  durable on this disk, 128 certificates to a commit
- with the register and files: that, and the file durable on this disk, 128 to a flush
- without the register: the signed file in memory
"""

import itertools
import shutil
from collections.abc import Iterator

from bench.figures import Figure, at_least, at_most, by_turns, told
from bench.office import a_photo, a_record, an_office, orders
from bench.peer import peer_issuer
from kiosk.actions.certificates import issue_all, prepare, sheet_of
from kiosk.assembly import Workshop
from printer.certificate import Job, draw_certificate, draw_certificates
from signing.keys import SIGN_WITH, LocalKey
from signing.ring import Use

__all__ = ["figures"]

CHUNK = 128
MICRO = 1e6


def figures() -> Iterator[Figure]:
    """The figures of issuing."""
    photo = a_photo()
    with an_office() as workshop:
        yield from _issuing(workshop, photo)


def _issuing(workshop: Workshop, photo: bytes) -> Iterator[Figure]:
    desk = workshop.desk
    press = workshop.press_at(int(workshop.clock().timestamp()))
    key = press.key
    assert isinstance(key, LocalKey)
    folder = workshop.settings.folder / "out"
    folder.mkdir()
    numbers = itertools.count()

    def whole_chunk() -> None:
        made = [prepare(desk, a_record(next(numbers)), photo) for _ in range(CHUNK)]
        issue_all(desk, made, folder=folder, batch=None)

    def no_files() -> None:
        made = [prepare(desk, a_record(next(numbers)), photo) for _ in range(CHUNK)]
        issue_all(desk, made, folder=folder, batch=None, deliver=lambda files: None)

    def in_memory() -> None:
        made = [prepare(desk, a_record(next(numbers)), photo) for _ in range(CHUNK)]
        jobs = [Job(sheet=sheet_of(desk, order), photo=order.photo) for order in made]
        draw_certificates(jobs, key=key, signer=press.signer)

    first = orders(workshop, 0, 1, photo)[0]
    sheet = sheet_of(desk, first)
    token = draw_certificate(sheet, first.photo, key=key, signer=press.signer).token
    ring = workshop.keychain.ring
    certificate = next(k.certificate for k in ring.keys if k.use is Use.CERTIFICATE)
    root = workshop.keychain.root.certificate
    peer = peer_issuer(workshop.settings.folder, key, certificate, root)
    values = {f"{name}": str(value) for name, value in a_record(1).items()}
    message = bytes(300)

    def two_raw_signatures() -> None:
        key.private.sign(message, SIGN_WITH)
        key.private.sign(message, SIGN_WITH)

    took = by_turns(
        {
            "raw": (two_raw_signatures, 400),
            "files": (whole_chunk, 2),
            "register": (no_files, 2),
            "memory": (in_memory, 2),
            "peer": (lambda: peer(values, photo, token), 3),
        },
        rounds=11,
    )
    memory = took["memory"] / CHUNK
    files, register = took["files"] / CHUNK, took["register"] / CHUNK
    shutil.rmtree(folder)
    yield told("two raw P-256 signatures", took["raw"] * MICRO, "µs")
    yield told("issue, batch, per document, with the register", register * MICRO, "µs")
    yield told("issue, batch, per document, with the register and files", files * MICRO, "µs")
    yield told("issue, per document, without the register", memory * MICRO, "µs")
    yield told("plain reportlab + pyHanko, per document, in memory", took["peer"] * MICRO, "µs")
    yield at_most(
        "issue, batch, with the register : two raw P-256 signatures", register / took["raw"], 10
    )
    yield at_most("issue without the register : two raw P-256 signatures", memory / took["raw"], 10)
    yield told(
        "issue, batch, with register and files : two raw P-256 signatures",
        files / took["raw"],
        "×",
    )
    yield at_least(
        "plain reportlab + pyHanko : issue with the register", took["peer"] / register, 100
    )
    yield at_least(
        "plain reportlab + pyHanko : issue without the register",
        took["peer"] / memory,
        100,
    )
