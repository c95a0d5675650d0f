"""Issuing and withdrawing certificates.

Issuing is three steps, so that a power cut at any moment loses nothing: the number is reserved in
the register; the file is made, whole, under another name, and then renamed; the register is told.
Whoever runs the same work again finds the reserved numbers and goes on from there. An order is kept
apart from others by a batch; a single one has a batch of its own.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from config.settings import Settings
from kiosk.domain import certificates as rules
from kiosk.domain.applicants import Applicant, SiteRules, read_applicant
from kiosk.domain.certificates import Certificate, State
from kiosk.domain.errors import Fault, Invalid, NotNow
from kiosk.storage.certificates import Confirmation, Reservation
from kiosk.storage.register import Books
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
from printer.unsigned import FORM as FORM_SIGNED_ELSEWHERE
from printer.unsigned import draw_unsigned
from signing.cells import lookup_hash, seal_cell
from signing.errors import RingError, SignerError
from signing.numbers import number_of
from signing.sheet import ID_BYTES, Sheet, check_code, encode_sheet

from .desk import Desk, Press
from .files import write_files
from .locks import alone_with
from .verification import cell_of

__all__ = [
    "Order",
    "Written",
    "file_name",
    "issue_all",
    "issue_once",
    "prepare",
    "record_digest",
    "reinstate",
    "sheet_of",
    "site_rules",
    "suspend",
    "withdraw",
]

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
    photo: bytes | Fault | None,
    *,
    digest: bytes | None = None,
    occurrence: int = 0,
    to: Path | None = None,
) -> Order:
    """The order for a record and a photo.

    Instead of the photo there may be what is wrong with it, or None where nobody looked for it,
    because the record is none. `digest` is the record's, where it is known already.

    Raises:
        Invalid: with every fault of the record and the photo, and, where there is one, all that
            does not fit the sheet either.
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
        if isinstance(photo, Fault):
            faults.append(photo)
        elif photo is not None:
            picture = normal_photo(photo)
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
        # Keyed, so that whoever reads the register cannot try out whole records.
        record_digest=lookup_hash(desk.cells, "record", order.digest.hex()),
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
    deliver: Deliver = write_files,
    finish: bool = False,
) -> list[Written | Invalid]:
    """Issue a chunk of certificates; for each order what was written, or why not.

    An order that an earlier run of the batch has issued is not issued again; where its file is
    gone, it is made anew, if it comes out as it was. `deliver` puts the files where they belong, by
    default on the disk, whole and safe when it returns: only then are they confirmed. With `finish`
    the batch is closed in the same step.
    """
    results: list[Written | Invalid | None] = [None] * len(orders)
    fitting, misfitting = _parted(desk, orders)
    for place, problem in misfitting:
        results[place] = problem
    if fitting:
        rows, sheets = _reserved(desk, [orders[place] for place, _ in fitting], batch)
        work = []
        for (place, pieces), row in zip(fitting, rows, strict=True):
            order = orders[place]
            file = order.to or folder / file_name(row.number)
            results[place] = _standing(row, file)
            if row.state is State.RESERVED or (row.state is State.ISSUED and not file.exists()):
                sheet, claims = sheets.get(row.id) or (sheet_of(desk, order, row), None)
                job = Job(sheet=sheet, photo=order.photo, pieces=pieces, claims=claims)
                named = order.to is not None
                work.append(_Work(place=place, row=row, file=file, job=job, named=named))
        made, refused = _drawn(desk, work)
        results = [refused.get(place, result) for place, result in enumerate(results)]
        deliver([(piece.file, issued) for piece, issued, _ in made])
        confirmations = [
            Confirmation(id=piece.row.id, key_id=press.key_id, signed_digest=issued.digest)
            for piece, issued, press in made
            if piece.row.state is State.RESERVED
        ]
        if confirmations or finish:
            with desk.register.begin() as books:
                if confirmations:
                    books.certificates.confirm(confirmations, at=desk.clock())
                if finish and batch is not None:
                    books.batches.finish(batch, at=desk.clock())
    return [result for result in results if result is not None]


def _reserved(
    desk: Desk, orders: Sequence[Order], batch: int | None
) -> tuple[list[Certificate], dict[int, tuple[Sheet, bytes]]]:
    """The rows of these orders, and by their ids the sheets of those that are new."""
    now = desk.clock().replace(microsecond=0)
    press = desk.press_at(int(now.timestamp()))
    requests = [_reservation(desk, order, batch, now, press.key_id) for order in orders]
    wanted = {id(request): order for request, order in zip(requests, orders, strict=True)}
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
    return rows, sheets


def _standing(row: Certificate, file: Path) -> Written | Invalid:
    """What is to be said of a row whose file will be there."""
    if row.state in (State.RESERVED, State.ISSUED):
        return Written(number=row.number, file=file, again=row.state is State.ISSUED)
    if row.state is State.SUSPENDED:
        return _refused("suspended", f"was issued as {row.number}, which is suspended")
    return _refused("withdrawn", f"was issued as {row.number}, which is withdrawn since")


def _refused(code: str, sentence: str) -> Invalid:
    return Invalid([Fault(path="", code=code, sentence=sentence)])


@dataclass(frozen=True, kw_only=True)
class _Work:
    """A file to be made: the order's place in its chunk, its row, and what is drawn.

    A file that was `named` is written over; one that is called after its number never is.
    """

    place: int
    row: Certificate
    file: Path
    job: Job
    named: bool


def _drawn(
    desk: Desk, work: Sequence[_Work]
) -> tuple[list[tuple[_Work, Issued, Press]], dict[int, Invalid]]:
    """The signed files with the press of each, and by their places the orders that got none."""
    made: list[tuple[_Work, Issued, Press]] = []
    refused: dict[int, Invalid] = {}
    # Signed with the key of the time of reservation, which another one may have followed since.
    presses: dict[int, Press | None] = {}
    together: dict[bytes, list[_Work]] = {}
    for piece in work:
        at = int(piece.row.reserved_at.timestamp())
        if at not in presses:
            presses[at] = _press(desk, at)
        press = presses[at]
        if press is None:
            refused[piece.place] = _refused(
                "key-withdrawn",
                f"has the number {piece.row.number} from a time whose key is withdrawn: withdraw "
                "that number too, and issue the record under another --label",
            )
        else:
            together.setdefault(press.key_id, []).append(piece)
    for pieces in together.values():
        press = desk.press_at(int(pieces[0].row.reserved_at.timestamp()))
        drawn = _signed(press, [piece.job for piece in pieces])
        for piece, issued in zip(pieces, drawn, strict=True):
            before = piece.row.signed_digest
            if _is_anothers(piece):
                refused[piece.place] = _refused(
                    "file-there",
                    f"has the number {piece.row.number}, and a file of that name with something "
                    "else in it is in the folder: move it away and start again",
                )
                continue
            if before is None or before == issued.digest:
                made.append((piece, issued, press))
                continue
            refused[piece.place] = _refused(
                "issued-otherwise",
                f"was issued as {piece.row.number} with another photo or other settings; its file "
                "is not where it was, and would not be the same if it were made anew",
            )
    return made, refused


def _is_anothers(piece: _Work) -> bool:
    """Whether the place of a file is taken: by another office's certificate, for instance."""
    if piece.named or not piece.file.exists():
        return False
    # A token may sign differently each time, but what stands on the sheet has its random id.
    return encode_sheet(piece.job.sheet) not in piece.file.read_bytes()


def _signed(press: Press, jobs: Sequence[Job]) -> list[Issued]:
    """The files of these sheets, each signed in the way that its form is for."""
    ours = [job for job in jobs if job.sheet.form == FORM]
    by_us = iter(draw_certificates(ours, key=press.key, signer=press.signer, stamp=press.stamp))
    return [
        next(by_us) if job.sheet.form == FORM else _signed_elsewhere(press, job) for job in jobs
    ]


def _signed_elsewhere(press: Press, job: Job) -> Issued:
    if press.remote is None:
        raise SignerError(
            f'{job.sheet.number} was begun for a remote signer: set [keys] backend = "remote"'
        )
    issued = draw_unsigned(job.sheet, job.photo, key=press.key)
    return replace(issued, pieces=(press.remote.sign_pdf(issued.pdf),))


def _press(desk: Desk, at: int) -> Press | None:
    try:
        return desk.press_at(at)
    except RingError:
        return None


def issue_once(desk: Desk, order: Order, *, force: bool = False) -> Written:
    """Issue one order into its file; what was begun before a power cut is taken up again.

    A file that is there stays as it is, unless `force`, or it is of the work that is taken up.

    Raises:
        Invalid: the order does not fit its sheet.
        NotNow: the file is there.
    """
    if order.to is None:
        raise ValueError("a single order names its file")
    for _, problem in _parted(desk, [order])[1]:
        raise problem
    # The name of the work: this record into this file.
    work = record_digest([order.digest.hex(), str(order.to)])
    name = lookup_hash(desk.cells, "work", work.hex()).hex()[:32]
    with desk.register.read() as books:
        begun = [
            batch.id
            for batch in books.batches.unfinished()
            if batch.label.startswith(f"single {name} ")
        ]
    for batch in begun:
        with suppress(NotNow), alone_with(desk.settings.folder, batch):
            with desk.register.begin() as books:
                left = books.certificates.reserved_in(batch)
                if not left:
                    books.batches.finish(batch, at=desk.clock())
            if left:
                return _only(
                    issue_all(desk, [order], folder=order.to.parent, batch=batch, finish=True)
                )
    if order.to.exists() and not force:
        raise NotNow(f"{order.to} is there already: give another name, or --force to write over it")
    with desk.register.begin() as books:
        batch = books.batches.open(f"single {name} {secrets.token_hex(4)}", at=desk.clock()).id
    with alone_with(desk.settings.folder, batch):
        return _only(issue_all(desk, [order], folder=order.to.parent, batch=batch, finish=True))


def _only(results: Sequence[Written | Invalid]) -> Written:
    (result,) = results
    if isinstance(result, Invalid):
        raise result
    return result


def _parted(
    desk: Desk, orders: Sequence[Order]
) -> tuple[list[tuple[int, Pieces]], list[tuple[int, Invalid]]]:
    """The places of the orders that fit their sheets, set in type, and the others with all misfits.

    Raises:
        Invalid: what the office itself puts on every sheet does not fit.
    """
    base_url = desk.settings.site.url
    fitting, misfitting = [], []
    for place, order in enumerate(orders):
        pieces, problems = set_person(order.person, base_url=base_url)
        if problems:
            misfitting.append((place, Invalid(_faults(problems))))
        else:
            fitting.append((place, pieces))
    for order in {orders[place].applicant.unit: orders[place] for place, _ in fitting}.values():
        office = list(misfits(sheet_of(desk, order)))
        if office:
            raise Invalid(_faults(office))
    return fitting, misfitting


def _faults(problems: Iterable[DoesNotFitError]) -> list[Fault]:
    return [
        Fault(path=problem.path, code="does-not-fit", sentence=str(problem)) for problem in problems
    ]


def sheet_of(desk: Desk, order: Order, row: Certificate | None = None) -> Sheet:
    """The sheet of an order and its row; without one a draft that is as large as a sheet gets."""
    site = desk.settings.site
    # The site's own unit may be another one by now.
    unit = desk.settings.units[row.unit if row else order.applicant.unit]
    signatory = unit.signatory
    person = order.person
    issued_on = rules.local_date(row.reserved_at, unit.utc_offset) if row else date(2026, 8, 31)
    sequence = row.sequence if row else 1 << 20
    template = unit.number_template
    return Sheet(
        form=FORM_SIGNED_ELSEWHERE if desk.settings.keys.backend == "remote" else FORM,
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
        books.certificates.replace(before, after)
    return after


def suspend(desk: Desk, number: str) -> Certificate:
    """Suspend the certificate with this number, until it is reinstated or withdrawn.

    Raises:
        Unknown: there is none.
        NotNow: it is not in force.
    """
    with desk.register.begin() as books:
        before = books.certificates.get_by_number(number)
        after = rules.suspend(before, at=desk.clock())
        books.certificates.replace(before, after)
        _journal(desk, books, after, "suspended")
    return after


def reinstate(desk: Desk, number: str) -> Certificate:
    """Put the suspended certificate with this number in force again.

    Raises:
        Unknown: there is none.
        NotNow: it is not suspended.
    """
    with desk.register.begin() as books:
        before = books.certificates.get_by_number(number)
        after = rules.reinstate(before)
        books.certificates.replace(before, after)
        _journal(desk, books, after, "reinstated")
    return after


def _journal(desk: Desk, books: Books, certificate: Certificate, deed: str) -> None:
    books.journal.write(
        at=desk.clock(),
        staff=None,
        office=None,
        deed=deed,
        subject=f"certificate {certificate.id}",
    )
