"""Issuing and withdrawing certificates.

Issuing is three steps, so that a power cut at any moment loses nothing: the number is reserved in
the register; the file is made, whole, under another name, and then renamed; the register is told.
Whoever runs the same work again finds the reserved numbers and goes on from there.
"""

import hashlib
import json
import os
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from config.settings import Settings
from kiosk.domain import certificates as rules
from kiosk.domain.applicants import Applicant, SiteRules, read_applicant
from kiosk.domain.certificates import Certificate, State
from kiosk.domain.errors import Fault, Invalid
from kiosk.storage.certificates import Confirmation, Reservation
from printer.certificate import (
    FORM,
    Issued,
    Job,
    Person,
    Pieces,
    draw_certificates,
    misfits,
    set_person,
)
from printer.errors import DoesNotFitError, PhotoError
from printer.photo import Photo, normal_photo
from signing.cells import lookup_hash, seal_cell
from signing.numbers import number_of
from signing.sheet import ID_BYTES, Sheet, check_code, encode_sheet

from .desk import Desk
from .verification import cell_of

__all__ = [
    "Order",
    "Written",
    "file_name",
    "issue_all",
    "prepare",
    "record_digest",
    "sheet_of",
    "site_rules",
    "withdraw",
    "write_files",
]

PARTIAL = ".part"
Deliver = Callable[[Sequence[tuple[Path, Issued]]], None]
UNSAFE_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
# Stands where a field of a draft is not known yet, or is at fault and told of already.
BLANK = {
    "name": "A",
    "sex": "L",
    "nationality": "A",
    "religion": "A",
    "birth_place": "A",
    "birth_date": "2000-01-01",
    "address": "A",
    "occupation": "A",
    "nik": "0" * 16,
    "resident_since": "2000",
    "purpose": "A",
    "result": 0,
    "result_text": "",
    "alias": "",
    "passport_number": "",
    "fingerprint_formula": "",
    "destination": "",
    "purpose_code": 0,
}


@dataclass(frozen=True, kw_only=True)
class Order:
    """A certificate to be issued: a checked applicant and photo.

    `digest` and `occurrence` tell the records of a batch apart; `to` is the file to be written, or
    None for one named after its number; `person` is what the sheet will say of the
    applicant.
    """

    applicant: Applicant
    photo: Photo
    digest: bytes
    occurrence: int = 0
    to: Path | None = None
    warnings: tuple[Fault, ...] = ()
    person: Person = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A certificate whose file is whole. `again` tells that an earlier run had issued it."""

    number: str
    file: Path
    again: bool


def site_rules(settings: Settings) -> SiteRules:
    """The rules that the settings add to those for applicants."""
    return SiteRules(
        own_unit=settings.site.unit,
        units=frozenset(settings.units),
        purposes=frozenset(settings.certificates.purposes),
        may_invent_regions=settings.certificates.nik_regions == "warn",
    )


def record_digest(record: object) -> bytes:
    """The SHA-256 by which a batch knows a record again, however its JSON is laid out."""
    spelled = json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(spelled.encode("utf-8", "surrogatepass")).digest()


def prepare(
    desk: Desk,
    record: object,
    photo: bytes,
    *,
    digest: bytes | None = None,
    occurrence: int = 0,
    to: Path | None = None,
) -> Order:
    """The order for a record and a photo. `digest` is the record's, where it is known already.

    Raises:
        Invalid: with every fault of the record, the photo, and of what does not fit the sheet.
    """
    settings = desk.settings
    today = rules.local_date(desk.clock(), settings.unit.utc_offset)
    faults: list[Fault] = []
    reading = picture = None
    try:
        reading = read_applicant(record, today=today, rules=site_rules(settings))
    except Invalid as problem:
        faults += problem.faults
    try:
        if photo:
            picture = normal_photo(photo)
        else:
            faults.append(Fault(path="photo", code="missing", sentence="is missing"))
    except PhotoError as problem:
        faults.append(Fault(path="photo", code=problem.code, sentence=str(problem)))
    if reading is None or picture is None:
        faults += _misfits_of_record(settings, record, {fault.path for fault in faults})
        raise Invalid(faults)
    return Order(
        applicant=reading.applicant,
        photo=picture,
        digest=record_digest(record) if digest is None else digest,
        occurrence=occurrence,
        to=to,
        warnings=reading.warnings,
        person=_person(settings, reading.applicant),
    )


def _misfits_of_record(settings: Settings, record: object, told: set[str]) -> Iterable[Fault]:
    """What of a faulty record would not fit the sheet either, so that all is said at once."""
    if not isinstance(record, dict):
        return
    fields: dict[str, Any] = {
        name: record[name]
        if name not in told and isinstance(record.get(name), type(blank))
        else blank
        for name, blank in BLANK.items()
    }
    _, problems = set_person(Person(**fields), base_url=settings.site.url)
    yield from _faults(problem for problem in problems if problem.path not in told)


def _person(settings: Settings, applicant: Applicant) -> Person:
    """What the sheet will say of an applicant."""
    purposes = settings.certificates.purposes
    if isinstance(applicant.purpose, int):
        code = applicant.purpose
        purpose = purposes[code].id
    else:
        purpose = applicant.purpose
        meant = purpose.casefold()
        code = next((n for n, words in purposes.items() if words.id.casefold() == meant), 0)
    return Person(
        name=applicant.name,
        alias=applicant.alias or "",
        sex=applicant.sex.value,
        nationality=applicant.nationality,
        religion=applicant.religion,
        birth_place=applicant.birth_place,
        birth_date=applicant.birth_date.isoformat(),
        address=applicant.address,
        occupation=applicant.occupation,
        nik=applicant.nik,
        passport_number=applicant.passport_number or "",
        fingerprint_formula=applicant.fingerprint_formula or "",
        resident_since=applicant.resident_since,
        purpose=purpose,
        purpose_code=code,
        destination=applicant.destination or "",
        result=applicant.result,
        result_text=applicant.result_text or "",
    )


def _reservation(
    desk: Desk, order: Order, batch: int | None, now: datetime, key_id: bytes
) -> Reservation:
    settings = desk.settings
    unit = settings.units[order.applicant.unit]
    issued_on = rules.local_date(now, unit.utc_offset)
    last_day = rules.valid_until(issued_on, settings.certificates.validity_months)
    salt = secrets.token_bytes(ID_BYTES)
    return Reservation(
        unit=unit.code,
        issued_on=issued_on,
        valid_until=last_day,
        expires_at=rules.end_of_validity(last_day, unit.utc_offset),
        batch=batch,
        record_digest=order.digest,
        occurrence=order.occurrence,
        salt=salt,
        key_id=key_id,
        check_code=check_code(salt),
        nik_hash=lookup_hash(desk.cells, "nik", order.applicant.nik),
    )


def issue_all(
    desk: Desk,
    orders: Sequence[Order],
    *,
    folder: Path,
    batch: int | None,
    deliver: Deliver | None = None,
) -> tuple[list[Written], list[tuple[Order, Invalid]]]:
    """Issue a chunk of certificates; what was written, and what did not fit its sheet.

    An order that an earlier run of the batch has issued is not issued again; its file is only made
    anew where it is gone. `deliver` puts the files where they belong, by default on the disk, whole
    and safe when it returns: only then are they confirmed.
    """
    fitting, misfitting = _parted(desk, orders)
    if not fitting:
        return [], misfitting
    now = desk.clock().replace(microsecond=0)
    press = desk.press_at(int(now.timestamp()))
    requests = [_reservation(desk, order, batch, now, press.key_id) for order, _ in fitting]
    wanted = {id(request): order for request, (order, _) in zip(requests, fitting, strict=True)}
    sheets: dict[int, tuple[Sheet, bytes]] = {}

    def content(request: Reservation, row: Certificate) -> bytes:
        sheet = sheet_of(desk, wanted[id(request)], row)
        sheets[row.id] = sheet, encode_sheet(sheet)
        return seal_cell(desk.cells, cell_of(row.id), sheets[row.id][1])

    def number(request: Reservation, sequence: int) -> str:
        template = desk.settings.units[request.unit].number_template
        return number_of(template, sequence=sequence, issued_on=request.issued_on)

    with desk.register.begin() as books:
        rows = books.certificates.reserve(requests, at=now, number=number, content=content)
    written: list[Written] = []
    # By the key of the time of reservation, which a rotation may have changed since.
    jobs: dict[bytes, list[tuple[Certificate, Path, Job]]] = {}
    for (order, pieces), row in zip(fitting, rows, strict=True):
        file = order.to or folder / file_name(row.number)
        again = row.state is not State.RESERVED
        written.append(Written(number=row.number, file=file, again=again))
        if again and (file.exists() or row.state is not State.ISSUED):
            continue
        sheet, claims = sheets.get(row.id) or (sheet_of(desk, order, row), None)
        job = Job(sheet=sheet, photo=order.photo, pieces=pieces, claims=claims)
        press = desk.press_at(int(row.reserved_at.timestamp()))
        jobs.setdefault(press.key_id, []).append((row, file, job))
    made: list[tuple[Path, Issued]] = []
    confirmations: list[Confirmation] = []
    for same_key in jobs.values():
        press = desk.press_at(int(same_key[0][0].reserved_at.timestamp()))
        drawn = draw_certificates(
            [job for _, _, job in same_key], key=press.key, signer=press.signer, stamp=press.stamp
        )
        for (row, file, _), issued in zip(same_key, drawn, strict=True):
            made.append((file, issued))
            if row.state is State.RESERVED:
                confirmations.append(
                    Confirmation(id=row.id, key_id=press.key_id, signed_digest=issued.digest)
                )
    (deliver or write_files)(made)
    with desk.register.begin() as books:
        books.certificates.confirm(confirmations, at=desk.clock())
    return written, misfitting


def _parted(
    desk: Desk, orders: Sequence[Order]
) -> tuple[list[tuple[Order, Pieces]], list[tuple[Order, Invalid]]]:
    """The orders that fit their sheets, set in type, and the others with every misfit."""
    base_url = desk.settings.site.url
    fitting, misfitting = [], []
    for order in orders:
        pieces, problems = set_person(order.person, base_url=base_url)
        if problems:
            misfitting.append((order, Invalid(_faults(problems))))
        else:
            fitting.append((order, pieces))
    # What the office itself puts on the sheet is the same for all orders of a unit.
    for order in {order.applicant.unit: order for order, _ in fitting}.values():
        problems = list(misfits(sheet_of(desk, order)))
        if problems:
            raise Invalid(_faults(problems))
    return fitting, misfitting


def _faults(problems: Iterable[DoesNotFitError]) -> list[Fault]:
    return [
        Fault(path=problem.path, code="does-not-fit", sentence=str(problem)) for problem in problems
    ]


def sheet_of(desk: Desk, order: Order, row: Certificate | None = None) -> Sheet:
    """The sheet of an order and its row; without one a draft that is as large as a sheet gets."""
    site = desk.settings.site
    unit = desk.settings.units[order.applicant.unit]
    signatory = unit.signatory
    person = order.person
    issued_on = rules.local_date(row.reserved_at, unit.utc_offset) if row else date(2026, 8, 31)
    sequence = row.sequence if row else 1 << 20
    template = unit.number_template
    return Sheet(
        form=FORM,
        id=(row.salt if row else bytes(ID_BYTES)).hex(),
        demo=site.demo,
        base_url=site.url,
        letterhead=unit.letterhead,
        place=unit.place,
        on_behalf=signatory.on_behalf_lines,
        signatory=signatory.name,
        rank=f"{signatory.rank} NRP {signatory.nrp}",
        number=row.number if row else number_of(template, sequence=sequence, issued_on=issued_on),
        sequence=sequence,
        unit=unit.code,
        utc_offset=unit.utc_offset,
        issued_at=int(row.reserved_at.timestamp()) if row else 0,
        expires_at=row.expires_at if row else 0,
        issued_on=issued_on.isoformat(),
        valid_until=(row.valid_until if row else date(2027, 2, 28)).isoformat(),
        status_list=row.status_list if row else 0,
        status_index=row.status_index if row else 0,
        name=person.name,
        alias=person.alias,
        sex=person.sex,
        nationality=person.nationality,
        religion=person.religion,
        birth_place=person.birth_place,
        birth_date=person.birth_date,
        address=person.address,
        occupation=person.occupation,
        nik=person.nik,
        passport_number=person.passport_number,
        fingerprint_formula=person.fingerprint_formula,
        resident_since=person.resident_since,
        purpose=person.purpose,
        purpose_code=person.purpose_code,
        destination=person.destination,
        result=person.result,
        result_text=person.result_text,
    )


def file_name(number: str) -> str:
    """The name of a certificate's file: its number, and nothing of the person."""
    return UNSAFE_IN_NAMES.sub("-", number) + ".pdf"


def write_files(made: Sequence[tuple[Path, Issued]]) -> None:
    """Write files whole: beside their places first, and renamed once the disk has all of them.

    A chunk is flushed as one: an fsync for each file costs more than making it.
    """
    partial = [(_write_partial(file, issued), file) for file, issued in made]
    if len(partial) > 1:
        os.sync()
    for written, file in partial:
        if len(partial) == 1:
            _flush(written)
        written.replace(file)
    for folder in {file.parent for file, _ in made}:
        _flush(folder)


def _write_partial(file: Path, issued: Issued) -> Path:
    partial = file.with_name(f".{file.name}.{secrets.token_hex(4)}{PARTIAL}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        done = os.writev(handle, issued.pieces)
        left = memoryview(issued.pdf)[done:] if done < issued.size else b""
        while left:
            left = left[os.write(handle, left) :]
    finally:
        os.close(handle)
    return partial


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def occurrences(digests: Iterable[bytes]) -> list[int]:
    """For each digest, how many equal ones stand before it."""
    seen: Counter[bytes] = Counter()
    found = []
    for digest in digests:
        found.append(seen[digest])
        seen[digest] += 1
    return found


def withdraw(desk: Desk, number: str, *, reason: str) -> Certificate:
    """Withdraw the certificate with this number.

    Raises:
        Unknown: there is none.
        NotNow: it is withdrawn already.
        Invalid: the reason may not be kept.
    """
    now = desk.clock()
    with desk.register.begin() as books:
        before = books.certificates.get_by_number(number)
        after = rules.withdraw(before, reason=reason, at=now)
        books.certificates.withdraw(before, after)
    return after
