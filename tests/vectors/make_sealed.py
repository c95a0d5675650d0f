"""Makes envelope.json and directory.json, the vectors of sealed reports.

Sealing draws random numbers, so what was sealed once, by Python and by JavaScript, is kept, and
taken from the file that is there. What it opens to, and how every way of spoiling it is refused,
is found anew. `python -m tests.vectors.make_sealed` seals afresh, in both languages.
"""

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec

from signing.cose import encode, sign1
from signing.directory import (
    FIRST,
    Directory,
    DirectoryKey,
    NoReaderError,
    Role,
    Unit,
    approve_directory,
    encode_directory,
    join_approvals,
    require_successor,
    route,
    verify_directory,
)
from signing.envelope import (
    CaseKey,
    Direction,
    Place,
    Purpose,
    SealedFile,
    Submission,
    digest_of,
    encode_submission,
    open_file,
    open_message,
    own_proof,
    parse_submission,
    seal_file,
    seal_message,
    unwrap_key,
    wrap_key,
)
from signing.errors import SigningError
from signing.hpke import Kem, OpeningKey
from signing.keys import LocalKey, VerifyingKey
from signing.locked import Way, lock_key, unlock_key
from signing.padding import pad_text, padded_file_length
from signing.quorum import (
    IdentityEnvelope,
    Share,
    identity_key,
    open_identity,
    open_passed_share,
    open_share,
    parse_identity,
    pass_share,
    seal_identity,
)
from tests.programs import program

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "kiosk" / "web" / "page"
CASE = bytes(range(16))
OWN_SECRET = bytes(range(32))
TEXT = "Petugas meminta uang di loket 3. – Ratna"
IDENTITY = "RATNA WULANDARI, 9971016512960003"
FILE = bytes(range(256)) * 5
PASSPHRASE = "empat kata é yang panjang"
PASSKEY_SECRET = bytes(range(100, 132))
NOTE = "Sudah dicatat."
READERS = {
    "handler 1": (Kem.X25519, 1),
    "handler 2": (Kem.X25519, 2),
    "reporter": (Kem.X25519, 3),
    "internal 1": (Kem.X_WING, 4),
    "internal 2": (Kem.X_WING, 5),
    "internal 3": (Kem.X25519, 6),
    "external 1": (Kem.X_WING, 7),
    "external 2": (Kem.X25519, 8),
    "requester": (Kem.X25519, 9),
}
KEYS = {name: OpeningKey(kem, bytes((number,)) * 32) for name, (kem, number) in READERS.items()}
INTERNAL = ("internal 1", "internal 2", "internal 3")
EXTERNAL = ("external 1", "external 2")
# A point of low order, and coefficients above the modulus.
UNUSABLE = [(1, "00" * 32), (2, "ff" * 1216), (2, "00" * 1216)]
FIRST_PLACE = Place(direction=Direction.TO_OFFICE, sequence=0, previous=bytes(32))
# RFC 9180, A.2.1 and A.2.1.1: base mode, X25519, HKDF-SHA256, ChaCha20-Poly1305, sequence 0.
RFC_9180 = {
    "seed": "1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df",
    "secret": "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb",
    "public": "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a",
    "info": "4f6465206f6e2061204772656369616e2055726e",
    "aad": "436f756e742d30",
    "enc": "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a",
    "plain": "4265617574792069732074727574682c20747275746820626561757479",
    "sealed": (
        "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28"
    ),
}


def sealed_by_python() -> dict[str, Any]:
    """A whole report, sealed: what a reporter's browser would send, and the office's answer."""
    key = CaseKey.new(CASE)
    identity, identity_secret = seal_identity(
        CASE,
        [KEYS[name].sealing_key for name in INTERNAL],
        [KEYS[name].sealing_key for name in EXTERNAL],
        IDENTITY.encode(),
    )
    first = replace(FIRST_PLACE, previous=digest_of(identity))
    message = seal_message(key, first, TEXT.encode())
    submission = Submission(
        case=CASE,
        wraps=tuple(wrap_key(key, KEYS[name].sealing_key) for name in ("handler 1", "handler 2")),
        own=wrap_key(key, KEYS["reporter"].sealing_key),
        proof=own_proof(OWN_SECRET, key),
        identity=identity,
        message=message,
    )
    notes = CaseKey.new(CASE, purpose=Purpose.NOTES)
    place = Place(direction=Direction.NOTE, sequence=0, previous=digest_of(identity))
    return {
        "submission": encode_submission(submission).hex(),
        "notes": wrap_key(notes, KEYS["handler 1"].sealing_key).hex(),
        "note": seal_message(notes, place, NOTE.encode()).hex(),
        "file": _file_in_json(seal_file(key.secret, CASE, FILE)),
        "original": _file_in_json(seal_file(identity_secret, CASE, FILE[:100])),
        "passed": _passed(parse_identity(identity)).hex(),
        "locked": {
            "passphrase": lock_key(KEYS["internal 1"], Way.PASSPHRASE, PASSPHRASE).hex(),
            "passkey": lock_key(KEYS["handler 1"], Way.PASSKEY, PASSKEY_SECRET).hex(),
        },
    }


def _passed(envelope: IdentityEnvelope) -> bytes:
    """The first custodian's share, passed on to somebody who asked."""
    share = open_share(envelope, CASE, KEYS["internal 1"])
    return pass_share(envelope, CASE, share, KEYS["requester"].sealing_key)


def _file_in_json(file: SealedFile) -> dict[str, Any]:
    chunks = [chunk.hex() for chunk in file.chunks]
    return {
        "id": file.id.hex(),
        "size": file.size,
        "header": file.header.hex(),
        "chunks": chunks,
        "digest": file.digest.hex(),
    }


def file_of(found: dict[str, Any]) -> SealedFile:
    """A sealed file, from its place in the vectors."""
    return SealedFile(
        id=bytes.fromhex(found["id"]),
        size=found["size"],
        header=bytes.fromhex(found["header"]),
        chunks=tuple(bytes.fromhex(chunk) for chunk in found["chunks"]),
    )


def readers() -> dict[str, Any]:
    """Every reader's key, as the vectors show it."""
    return {
        name: {
            "kem": int(key.kem),
            "seed": bytes(key.secret).hex(),
            "public": key.sealing_key.public.hex(),
            "id": key.sealing_key.id.hex(),
        }
        for name, key in KEYS.items()
    }


def sealed_by_javascript() -> dict[str, Any]:
    """The same report, sealed by the page's own modules in Node."""
    node = HERE.parent / "kiosk" / "web" / "page" / "node.js"
    given = HERE / "sealing.tmp"
    asked = {"case": CASE.hex(), "own": OWN_SECRET.hex(), "readers": readers()}
    asked |= {"text": TEXT, "identity": IDENTITY, "note": NOTE, "file": FILE.hex()}
    asked |= {"passphrase": PASSPHRASE, "passkey": PASSKEY_SECRET.hex()}
    given.write_text(json.dumps(asked), encoding="utf-8")
    try:
        done = subprocess.run(
            [program("node", package="nodejs"), node, "sealReport", given, PAGE],
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        given.unlink()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def opened(sealed: dict[str, Any]) -> dict[str, Any]:
    """Everything in a sealed report, opened with the keys of its readers."""
    submission = parse_submission(bytes.fromhex(sealed["submission"]))
    case = submission.case
    key = unwrap_key(submission.wraps[1], case, KEYS["handler 2"])
    own = unwrap_key(submission.own, case, KEYS["reporter"])
    place = replace(FIRST_PLACE, previous=digest_of(submission.identity))
    notes = unwrap_key(bytes.fromhex(sealed["notes"]), case, KEYS["handler 1"])
    note = Place(direction=Direction.NOTE, sequence=0, previous=digest_of(submission.identity))
    envelope = parse_identity(submission.identity)
    shares = {name: open_share(envelope, case, KEYS[name]) for name in INTERNAL + EXTERNAL}
    some = [shares[name] for name in ("internal 3", "external 2", "internal 1")]
    identity_secret = identity_key(envelope, case, some)
    passed = open_passed_share(
        envelope,
        case,
        shares["internal 1"].reader,
        bytes.fromhex(sealed["passed"]),
        KEYS["requester"],
    )
    file, original = file_of(sealed["file"]), file_of(sealed["original"])
    return {
        "secret": bytes(key.secret).hex(),
        "mark": key.mark.hex(),
        "own": bytes(own.secret).hex(),
        "is_own": own_proof(OWN_SECRET, own) == submission.proof,
        "text": open_message(key, place, submission.message).decode(),
        "note": open_message(notes, note, bytes.fromhex(sealed["note"])).decode(),
        "identity": open_identity(envelope, case, some).decode(),
        "policy": envelope.policy.hex(),
        "shares": {name: bytes(share.secret).hex() for name, share in shares.items()},
        "passed": bytes(passed.secret).hex(),
        "unlocked": {
            "passphrase": _unlocked(sealed["locked"]["passphrase"], PASSPHRASE),
            "passkey": _unlocked(sealed["locked"]["passkey"], PASSKEY_SECRET),
        },
        "file": digest_of(open_file(key.secret, case, file)).hex(),
        "file_digest": file.digest.hex(),
        "original": digest_of(open_file(identity_secret, case, original)).hex(),
    }


def _unlocked(locked: str, secret: str | bytes) -> str:
    return bytes(unlock_key(bytes.fromhex(locked), secret).secret).hex()


def _changed(data: bytes, at: int) -> bytes:
    """`data` with the lowest bit of one byte turned."""
    at %= len(data)
    return data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]


def _with(data: bytes, change: Callable[[list[Any]], Any]) -> bytes:
    """The CBOR list in `data` after a change of its parts."""
    parts = cbor2.loads(data)
    change(parts)
    return encode(parts)


def _put(*path: int, value: Any) -> Callable[[list[Any]], None]:
    def change(parts: list[Any]) -> None:
        for step in path[:-1]:
            parts = parts[step]
        parts[path[-1]] = value

    return change


def spoiled(sealed: dict[str, Any]) -> list[dict[str, Any]]:
    """Every way of spoiling the parts of a report, and the error it meets.

    `what` names the part and what is done with it (see `outcome`), `change` how its bytes differ.
    """
    whole = bytes.fromhex(sealed["submission"])
    report = parse_submission(whole)
    wrap, identity, message = report.wraps[1], report.identity, report.message
    submissions: dict[str, bytes] = {
        "as it was": whole,
        "empty": b"",
        "a byte cut": whole[:-1],
        "a byte more": whole + b"\0",
        "version 2": _with(whole, _put(0, value=2)),
        "version true": _with(whole, _put(0, value=True)),
        "a part too few": _with(whole, lambda parts: parts.pop()),
        "no reader": _with(whole, _put(2, value=[])),
        "a reader twice": _with(whole, _put(2, value=[wrap, wrap])),
        "the reporter's wrap among the readers'": _with(whole, _put(2, value=[wrap, report.own])),
        "a key for notes": _with(whole, _put(2, 0, value=_with(wrap, _put(1, value=2)))),
        "a later epoch": _with(whole, _put(2, 0, value=_with(wrap, _put(2, value=1)))),
        "a wrap as text": _with(whole, _put(2, 0, value="wrap")),
        "a short case": _with(whole, _put(1, value=CASE[:15])),
        "a short proof": _with(whole, _put(4, value=bytes(31))),
        "no identity": _with(whole, _put(5, value=b"")),
        "a message between buckets": _with(whole, _put(6, value=message[:-1])),
        "a message of version 2": _with(whole, _put(6, value=b"\x02" + message[1:])),
    }
    wraps: dict[str, bytes] = {
        "as it was": wrap,
        "another reader's": report.wraps[0],
        "another epoch": _with(wrap, _put(2, value=1)),
        "another purpose": _with(wrap, _put(1, value=2)),
        "purpose 0": _with(wrap, _put(1, value=0)),
        "an unknown kind of key": _with(wrap, _put(3, value=3)),
        "another kind of key": _with(wrap, _put(3, value=2)),
        "an epoch below nothing": _with(wrap, _put(2, value=-1)),
        "first byte of the sealed key": _changed(wrap, -80),
        "last byte of the sealed key": _changed(wrap, -1),
    }
    identities: dict[str, bytes] = {
        "as it was": identity,
        "a custodian less": _with(identity, lambda parts: parts[1].pop(0)),
        "no external custodian": _with(identity, _put(1, value=cbor2.loads(identity)[1][:3])),
        "one external custodian less": _with(identity, lambda parts: parts[1].pop()),
        "an external called internal": _with(identity, _put(1, 3, 0, value=1)),
        "a share twice": _with(identity, _put(1, 1, value=cbor2.loads(identity)[1][0])),
        "shares in another order": _with(identity, lambda parts: parts[1].reverse()),
        "a commitment": _with(identity, _put(1, 0, 3, value=bytes(32))),
        "a share": _with(identity, _put(1, 0, 4, value=cbor2.loads(identity)[1][1][4])),
        "the body": _changed(identity, -1),
        "the body's commitment": _changed(identity, -1024 - 16 - 1),
        "side true": _with(identity, _put(1, 0, 0, value=True)),
    }
    messages: dict[str, bytes] = {
        "as it was": message,
        "version": b"\x02" + message[1:],
        "salt": _changed(message, 1),
        "commitment": _changed(message, 40),
        "first byte": _changed(message, 65),
        "last byte": _changed(message, -1),
        "a byte cut": message[:-1],
        "the next bucket": message.ljust(8 * 1024 + 81, b"\0"),
    }
    kinds = {
        "submission": submissions,
        "wrap": wraps,
        "identity": identities,
        "message": messages,
    }
    return [
        {
            "what": what,
            "name": name,
            "change": _difference(cases["as it was"], data),
            "error": outcome(what, data, report),
        }
        for what, cases in kinds.items()
        for name, data in cases.items()
    ]


def _difference(before: bytes, after: bytes) -> list[int | str]:
    """How many bytes stay at the beginning, what follows them, and how many stay at the end."""
    most = min(len(before), len(after))
    head = next((n for n in range(most) if before[n] != after[n]), most)
    left = most - head
    tail = next((n for n in range(left) if before[-1 - n] != after[-1 - n]), left)
    return [head, after[head : len(after) - tail].hex(), tail]


def outcome(what: str, data: bytes, report: Submission) -> str | None:
    """The error that meets spoiled bytes, read as the part of `report` that they stand for."""
    key = unwrap_key(report.wraps[1], report.case, KEYS["handler 2"])
    place = replace(FIRST_PLACE, previous=digest_of(report.identity))
    try:
        if what == "submission":
            parse_submission(data)
        elif what == "wrap":
            unwrap_key(data, report.case, KEYS["handler 2"])
        elif what == "identity":
            envelope = parse_identity(data)
            names = ("internal 1", "internal 2", "external 1")
            shares = [open_share(envelope, report.case, KEYS[name]) for name in names]
            open_identity(envelope, report.case, shares)
        else:
            open_message(key, place, data)
    except SigningError as problem:
        return type(problem).__name__
    return None


def quorums(sealed: dict[str, Any]) -> list[dict[str, Any]]:
    """What sets of shares give: the identity, or an error that names the wrong ones."""
    report = parse_submission(bytes.fromhex(sealed["submission"]))
    envelope = parse_identity(report.identity)
    shares = {n: open_share(envelope, report.case, KEYS[n]) for n in INTERNAL + EXTERNAL}
    sets: list[tuple[list[str], list[str]]] = [
        (["internal 1", "internal 2", "external 1"], []),
        (["internal 2", "internal 3", "external 2"], []),
        ([*INTERNAL, *EXTERNAL], []),
        ([], []),
        (["internal 1", "external 1"], []),
        (["internal 1", "external 1", "external 2"], []),
        ([*INTERNAL], []),
        (["internal 1", "internal 1", "external 1"], []),
        (["internal 1", "internal 2", "external 1"], ["internal 2"]),
        (["internal 1", "internal 2", "external 1"], ["internal 1", "external 1"]),
        ([*INTERNAL, *EXTERNAL], ["internal 3"]),
    ]
    table = []
    for names, wrong in sets:
        given = [
            Share(
                reader=shares[name].reader,
                secret=_changed(shares[name].secret, 3) if name in wrong else shares[name].secret,
            )
            for name in names
        ]
        text = error = named = None
        try:
            text = open_identity(envelope, report.case, given).decode()
        except SigningError as problem:
            error = type(problem).__name__
            named = [key.hex() for key in getattr(problem, "keys", ())]
        table.append(
            {"shares": names, "wrong": wrong, "error": error, "named": named, "identity": text}
        )
    return table


def envelope_vectors(kept: dict[str, Any]) -> dict[str, object]:
    """The vectors of docs/formats/envelope.md; `kept` holds what was sealed once."""
    sealed = {by: kept[by]["sealed"] for by in ("python", "javascript")}
    return {
        "about": "docs/formats/envelope.md; made by tests/vectors/make_sealed.py",
        "rfc9180": RFC_9180,
        "readers": readers(),
        "unusable": [list(one) for one in UNUSABLE],
        "own_secret": OWN_SECRET.hex(),
        "passphrase": PASSPHRASE,
        "passkey": PASSKEY_SECRET.hex(),
        "texts": [[n, len(pad_text(bytes(n)))] for n in (0, 2044, 2045, 8188, 8189, 32765, 131068)],
        "files": [
            [n, padded_file_length(n)]
            for n in (0, 1, 1024, 1025, 4096, 4097, 70_000, 262_144, 262_145, 5_000_001, 209715208)
        ],
        "python": {"sealed": sealed["python"], "opened": opened(sealed["python"])},
        "javascript": {"sealed": sealed["javascript"], "opened": opened(sealed["javascript"])},
        "quorums": quorums(sealed["python"]),
        "spoiled": spoiled(sealed["python"]),
    }


ROOTS = [LocalKey(ec.derive_private_key(201 + n, ec.SECP256R1())) for n in range(3)]
OTHER_ROOT = LocalKey(ec.derive_private_key(299, ec.SECP256R1()))
DAY = 86_400
ISSUED = 1_788_150_000
MABES, POLDA, POLRES, POLSEK, OTHER_POLRES, KOMPOLNAS, OMBUDSMAN = (
    990000,
    997000,
    997100,
    997110,
    997200,
    999001,
    999002,
)


def _dkey(unit: int, role: Role, number: int, kem: Kem = Kem.X25519, **more: int) -> DirectoryKey:
    key = OpeningKey(kem, bytes((100 + number,)) * 32).sealing_key
    return DirectoryKey(unit=unit, role=role, key=key, **{"valid_from": ISSUED, **more})


DIRECTORY = Directory(
    serial=7,
    previous=FIRST,
    issued_at=ISSUED,
    expires_at=ISSUED + 30 * DAY,
    units=(
        Unit(code=MABES, name="MABES CONTOH", above=KOMPOLNAS),
        Unit(code=POLDA, name="POLDA CONTOH", above=MABES),
        Unit(code=POLRES, name="POLRES CONTOH", above=POLDA),
        Unit(code=POLSEK, name="POLSEK CONTOH", above=POLRES),
        Unit(code=OTHER_POLRES, name="POLRES CONTOH BARAT", above=POLDA),
        Unit(code=KOMPOLNAS, name="KOMISI CONTOH", outside=True),
        Unit(code=OMBUDSMAN, name="OMBUDSMAN CONTOH", outside=True),
    ),
    keys=(
        _dkey(POLRES, Role.HANDLER, 1),
        _dkey(POLRES, Role.HANDLER, 2),
        _dkey(POLDA, Role.HANDLER, 3),
        _dkey(POLDA, Role.HANDLER, 4, until=ISSUED + DAY),
        _dkey(MABES, Role.HANDLER, 5),
        _dkey(OTHER_POLRES, Role.HANDLER, 6, valid_from=ISSUED + DAY),
        _dkey(KOMPOLNAS, Role.HANDLER, 7),
        _dkey(MABES, Role.INTERNAL, 8, Kem.X_WING),
        _dkey(POLDA, Role.INTERNAL, 9),
        _dkey(OTHER_POLRES, Role.INTERNAL, 10),
        _dkey(KOMPOLNAS, Role.INTERNAL, 11),
        _dkey(OMBUDSMAN, Role.INTERNAL, 12),
        _dkey(OMBUDSMAN, Role.INTERNAL, 15),
        _dkey(KOMPOLNAS, Role.EXTERNAL, 13, Kem.X_WING),
        _dkey(OMBUDSMAN, Role.EXTERNAL, 14),
    ),
)
BODY = encode_directory(DIRECTORY)


def published(body: bytes = BODY, holders: list[LocalKey] | None = None) -> bytes:
    """The directory in `body`, approved of by two holders, or by these."""
    chosen = ROOTS[:2] if holders is None else holders
    return join_approvals(body, [approve_directory(holder, body) for holder in chosen])


def _approved(body: bytes) -> bytes:
    """Approvals that hold, over any body at all."""
    claims = {6: ISSUED, -65542: [1, 7, digest_of(body)]}
    return join_approvals(
        body, [sign1(root, claims, type_="segel-directory") for root in ROOTS[:2]]
    )


def directories() -> list[dict[str, Any]]:
    """Every directory of the vectors, and the error it meets."""
    one = approve_directory(ROOTS[0], BODY)
    later = encode_directory(replace(DIRECTORY, serial=8, previous=DIRECTORY.digest))
    key = cbor2.loads(BODY)[6][0]
    table = {
        "two holders": published(),
        "all three": published(holders=ROOTS),
        "the other two": published(holders=ROOTS[1:]),
        "nobody": join_approvals(BODY, []),
        "one holder": published(holders=ROOTS[:1]),
        "one holder twice": join_approvals(BODY, [one, one]),
        "one holder and a stranger": published(holders=[ROOTS[0], OTHER_ROOT]),
        "approvals of another": join_approvals(
            BODY, [approve_directory(root, later) for root in ROOTS[:2]]
        ),
        "a byte of the signature": _changed(published(), -1),
        "a byte of a key": published().replace(key[3], _changed(key[3], 5)),
        "another type": join_approvals(
            BODY,
            [
                sign1(root, {6: ISSUED, -65542: [1, 7, digest_of(BODY)]}, type_="segel-slip")
                for root in ROOTS[:2]
            ],
        ),
        "a byte more": published() + b"\0",
        "version 2": _approved(_with(BODY, _put(0, value=2))),
        "a ring of units": _approved(_with(BODY, _put(5, 5, 2, value=POLSEK))),
        "a unit below nobody": _approved(_with(BODY, _put(5, 0, 2, value=1))),
        "a key of nobody": _approved(_with(BODY, _put(6, 0, 0, value=1))),
        "a key twice": _approved(_with(BODY, lambda parts: parts[6].append(key))),
        "role 4": _approved(_with(BODY, _put(6, 0, 1, value=4))),
        "a short key": _approved(_with(BODY, _put(6, 0, 3, value=bytes(31)))),
        "units out of order": _approved(_with(BODY, lambda parts: parts[5].reverse())),
        "a name of two lines": _approved(_with(BODY, _put(5, 0, 1, value="MABES\nCONTOH"))),
        "outside 2": _approved(_with(BODY, _put(5, 0, 3, value=2))),
    }
    roots = [VerifyingKey(root.point) for root in ROOTS]
    found = []
    for name, data in table.items():
        error = None
        try:
            verify_directory(data, roots)
        except SigningError as problem:
            error = type(problem).__name__
        change = _difference(table["two holders"], data)
        found.append({"name": name, "change": change, "error": error})
    return found


def successors() -> list[dict[str, Any]]:
    """Directories that come after the one of the vectors, and whether they may."""
    later = ISSUED + 10
    good = replace(DIRECTORY, serial=8, previous=DIRECTORY.digest, issued_at=later)
    first, *others = good.keys
    fourth = good.keys[3]
    table = {
        "nothing new": good,
        "a key more": replace(good, keys=(*good.keys, _dkey(POLDA, Role.HANDLER, 50))),
        "a key ended": replace(good, keys=(replace(first, until=later), *others)),
        "a unit renamed": replace(
            good, units=(replace(good.units[0], name="MABES BARU"), *good.units[1:])
        ),
        "the same serial": replace(good, serial=7),
        "a serial left out": replace(good, serial=9),
        "after another": replace(good, previous=FIRST),
        "older": replace(good, issued_at=ISSUED - 1),
        "a key gone": replace(good, keys=tuple(others)),
        "the last key gone": replace(good, keys=good.keys[:-1]),
        "keys in another order": replace(good, keys=(*others, first)),
        "another key": replace(good, keys=(_dkey(POLRES, Role.HANDLER, 51), *others)),
        "a key of another unit": replace(good, keys=(replace(first, unit=POLDA), *others)),
        "a key of another role": replace(good, keys=(replace(first, role=Role(2)), *others)),
        "a key valid from earlier": replace(good, keys=(replace(first, valid_from=1), *others)),
        "another epoch of a key": replace(good, keys=(replace(first, epoch=1), *others)),
        "a key ended before": replace(good, keys=(replace(first, until=later - 1), *others)),
        "an end taken back": replace(
            good, keys=(*good.keys[:3], replace(fourth, until=0), *good.keys[4:])
        ),
        "an end put off": replace(
            good, keys=(*good.keys[:3], replace(fourth, until=later * 2), *good.keys[4:])
        ),
    }
    found = []
    for name, after in table.items():
        error = None
        try:
            require_successor(DIRECTORY, after)
        except SigningError as problem:
            error = type(problem).__name__
        found.append(
            {
                "name": name,
                "change": _difference(BODY, encode_directory(after)),
                "error": error,
            }
        )
    return found


def routes() -> list[dict[str, Any]]:
    """Who reads which report, by the directory of the vectors."""
    table: list[tuple[str, int, list[int], int]] = [
        ("nobody is accused", POLRES, [], ISSUED),
        ("a unit without keys", POLSEK, [], ISSUED),
        ("a key that is not valid yet", OTHER_POLRES, [], ISSUED),
        ("a key that is valid now", OTHER_POLRES, [], ISSUED + DAY),
        ("a Polsek: its Polres is left out", POLSEK, [POLSEK], ISSUED),
        ("a Polres: its Polda is left out", POLRES, [POLRES], ISSUED),
        ("a Polda: all below it, too", POLRES, [POLDA], ISSUED),
        ("Mabes: the commission, which commands nobody", MABES, [MABES], ISSUED),
        ("two Polres", POLRES, [POLRES, OTHER_POLRES], ISSUED),
        ("the commission itself", KOMPOLNAS, [KOMPOLNAS], ISSUED),
        ("before any key", POLRES, [], ISSUED - 1),
        ("last second of the directory", POLRES, [], ISSUED + 30 * DAY - 1),
        ("a directory past its day", POLRES, [], ISSUED + 30 * DAY),
        ("a unit nobody knows", 1, [], ISSUED),
        ("an accused nobody knows", POLRES, [1], ISSUED),
    ]
    found = []
    for name, near, accused, at in table:
        result: dict[str, Any] = {}
        error = None
        try:
            way = route(DIRECTORY, near=near, accused=accused, at=at)
        except NoReaderError as problem:
            error = type(problem).__name__
        else:
            result = {
                "unit": way.unit.code,
                "instead_of": [unit.code for unit in way.instead_of],
                "excluded": sorted(way.excluded),
                "handlers": [key.key.id.hex() for key in way.handlers],
                "internal": [key.key.id.hex() for key in way.internal],
                "external": [key.key.id.hex() for key in way.external],
            }
        found.append(
            {"name": name, "near": near, "accused": accused, "at": at, "error": error, **result}
        )
    return found


def directory_vectors() -> dict[str, object]:
    """The vectors of docs/formats/directory.md."""
    return {
        "about": "docs/formats/directory.md; made by tests/vectors/make_sealed.py",
        "roots": [root.point.hex() for root in ROOTS],
        "digest": DIRECTORY.digest.hex(),
        "published": published().hex(),
        "body": BODY.hex(),
        "directories": directories(),
        "successors": successors(),
        "routes": routes(),
    }


def main() -> None:
    """Seal afresh, in both languages."""
    kept = {
        "python": {"sealed": sealed_by_python()},
        "javascript": {"sealed": sealed_by_javascript()},
    }
    (HERE / "envelope.json").write_text(
        json.dumps(envelope_vectors(kept), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
