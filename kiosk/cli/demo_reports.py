"""The invented reports of `segel demo`: posters, one report under way, one to be opened, one new.

They are sealed as browsers seal them, and brought where they are by the deeds of those who read.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from kiosk.actions import handling
from kiosk.actions.cases import append, receipt_salt, submit
from kiosk.actions.desk import Desk
from kiosk.actions.inspections import place_poster
from kiosk.actions.mailroom import Mailroom
from kiosk.actions.openings import ask_opening, give_share
from kiosk.actions.posters import print_posters
from kiosk.actions.readers import published
from kiosk.actions.sealing import readers_of
from kiosk.domain.cases import Case
from kiosk.domain.posters import Place as PlaceOfPoster
from kiosk.domain.staff import Role as StaffRole
from kiosk.domain.triage import triage
from kiosk.storage.mailroom_openings import Asked
from printer.poster import PosterSize
from signing.cose import encode
from signing.directory import Role
from signing.envelope import (
    CaseKey,
    Direction,
    Place,
    Submission,
    digest_of,
    encode_submission,
    new_case,
    own_proof,
    seal_message,
    wrap_key,
)
from signing.hpke import Kem, OpeningKey
from signing.opening import Reason, new_wish, one_time_key
from signing.quorum import IdentityEnvelope, open_share, parse_identity, pass_share, seal_identity
from signing.receipt import ReceiptCode, derive_keys, proof_digest

from .demo_people import PASSWORD, DemoAccount
from .demo_readers import REPORTS_FOLDER, DemoReader, told_readers

__all__ = ["demo_posters", "demo_reports", "told_reports"]

POSTER_FILE = "poster.pdf"
# The first is there to be scanned; nobody has looked at it for longer than somebody should.
_PLACES = (
    PlaceOfPoster(name="Loket SIM", area="Contoh Timur"),
    PlaceOfPoster(name="Balai Desa Contoh Jaya", area="Contoh Timur"),
)
_HUNG_AGO = timedelta(days=40)
_LEVY = {
    "danger": "no", "kind": "levy", "duty": "on", "when": "ongoing", "where": "Loket SIM",
    "who": "petugas loket nomor 2",
}  # fmt: skip
_VIOLENCE = _LEVY | {"kind": "violence", "when": "week", "where": "Pos Contoh", "who": ""}
_NEW = _LEVY | {"kind": "discipline", "duty": "off", "when": "today", "where": "", "who": ""}
_RATNA = {"v": 1, "name": "Ratna Contoh", "contact": "ratna@contoh.example"}


@dataclass(frozen=True, kw_only=True)
class _Mail:
    """The mailroom some days ago, and who reads there."""

    mailroom: Mailroom
    readers: list[DemoReader]
    at: int

    def ago(self, days: int) -> Mailroom:
        """The mailroom, so many days ago."""
        day = self.mailroom.today() - timedelta(days=days)
        return replace(self.mailroom, today=lambda: day)


@dataclass(kw_only=True)
class _Told:
    """A report with all that its writer's browser holds; messages go to its end, one by one."""

    case: Case
    code: ReceiptCode
    proof: bytes
    key: CaseKey
    identity: IdentityEnvelope
    last: bytes
    said: dict[Direction, int]
    count: int = 1

    def next(self, direction: Direction, text: str) -> tuple[int, int, bytes]:
        """One more text: behind which number, epoch, sealed."""
        sequence = self.said.get(direction, 0)
        place = Place(direction=direction, sequence=sequence, previous=self.last)
        sealed = seal_message(self.key, place, _json({"v": 1, "text": text}))
        self.last, self.said[direction] = digest_of(sealed), sequence + 1
        self.count += 1
        return self.count - 1, self.key.epoch, sealed


def demo_posters(desk: Desk, accounts: list[DemoAccount]) -> None:
    """Print posters, and let the duty officer put the first one up."""
    then = desk.clock() - _HUNG_AGO
    before = replace(desk, clock=lambda: then)
    hung, _printed = print_posters(before, _PLACES, PosterSize.A4)
    officer = next(one.staff for one in accounts if one.role is StaffRole.DUTY_OFFICER)
    place_poster(before, officer, hung.poster.number)
    (desk.settings.folder / REPORTS_FOLDER / POSTER_FILE).write_bytes(hung.pdf)


def demo_reports(desk: Desk, mailroom: Mailroom, readers: list[DemoReader]) -> ReceiptCode:
    """Take three reports in; the code of the one that is under way."""
    mail = _Mail(mailroom=mailroom, readers=readers, at=int(desk.clock().timestamp()))
    under_way = _told(
        mail.ago(6), mail, _LEVY, "Petugas meminta Rp50.000 lagi di luar biaya resmi.", _RATNA
    )
    _talk(mail, under_way)
    opened = _told(
        mail.ago(9), mail, _VIOLENCE, "Seseorang dipukul waktu ditanyai. Saya ada di sana.", _RATNA
    )
    _ask_who(mail, opened)
    _told(mail.ago(0), mail, _NEW, "Mobil dinas dipakai berlibur bersama keluarga.", None)
    return under_way.code


def told_reports(desk: Desk, readers: list[DemoReader], code: ReceiptCode) -> str:
    """What of the reports is to be printed: where to read and write, and by what."""
    folder, url = desk.settings.folder / REPORTS_FOLDER, desk.settings.site.url
    return f"""
Report by the code on {folder / POSTER_FILE}, or at {url}/lapor
Talk back about the report under way at {url}/lapor/balas with this code:

  {" ".join(code.words)}

Read reports at {url}/reading with a file of {folder}, passphrase: {PASSWORD}

{told_readers(readers)}
"""


def _told(
    mailroom: Mailroom,
    mail: _Mail,
    answers: Mapping[str, str],
    story: str,
    identity: Mapping[str, object] | None,
) -> _Told:
    """A report about the demo's own unit, sealed and sent."""
    unit = 999901
    readers = readers_of(published(mailroom), unit, at=mail.at)
    found, code = triage(answers), ReceiptCode.new()
    keys = derive_keys(code, receipt_salt(mailroom))
    key, own = CaseKey.new(new_case()), OpeningKey(Kem.X25519, keys.seed)
    envelope, _ = seal_identity(
        key.case,
        [one.key for one in readers.internal],
        [one.key for one in readers.external],
        _json(identity) if identity else b"",
    )
    report = {
        "v": 1,
        "mode": "confidential" if identity else "anonymous",
        "class": found.kind,
        "urgency": int(found.urgency),
        "route": found.begins,
        "answers": {**answers, "unit": unit},
        "story": story,
    }
    place = Place(direction=Direction.TO_OFFICE, sequence=0, previous=digest_of(envelope))
    submission = Submission(
        case=key.case,
        wraps=tuple(wrap_key(key, one.key) for one in readers.handlers),
        own=wrap_key(key, own.sealing_key),
        proof=own_proof(keys.seed, key),
        identity=envelope,
        message=seal_message(key, place, _json(report)),
    )
    parts = [readers.unit.code, int(found.urgency), proof_digest(keys.proof)]
    case = submit(mailroom, encode([1, *parts, encode_submission(submission)]))
    return _Told(
        case=case,
        code=code,
        proof=keys.proof,
        key=key,
        identity=parse_identity(envelope),
        last=digest_of(submission.message),
        said={Direction.TO_OFFICE: 1},
    )


def _talk(mail: _Mail, told: _Told) -> None:
    """Open it, answer, hear what its writer says to that, and ask once more."""
    by, id_ = mail.readers[0].admitted, told.case.id
    handling.open_case(mail.ago(5), id_, by=by, urgency=told.case.urgency)
    handling.assign(mail.ago(5), id_, by=by)
    first = "Terima kasih. Kami memeriksa catatan loket itu. Apakah uangnya diberi tanda terima?"
    handling.answer(mail.ago(5), id_, by=by, said=told.next(Direction.TO_REPORTER, first))
    heard = told.next(Direction.TO_OFFICE, "Tidak ada tanda terima. Orang lain juga membayar.")
    append(mail.ago(3), encode([1, told.proof, *heard]))
    second = "Pada hari apa dan kira-kira jam berapa? Jawab hanya kalau aman untuk Anda."
    handling.answer(mail.ago(2), id_, by=by, said=told.next(Direction.TO_REPORTER, second))


def _ask_who(mail: _Mail, told: _Told) -> None:
    """Ask who wrote; custodians agreed, and the days in which its writer may object are over."""
    asker, id_ = mail.readers[0], told.case.id
    by = asker.admitted
    handling.open_case(mail.ago(8), id_, by=by, urgency=told.case.urgency)
    handling.assign(mail.ago(8), id_, by=by)
    custodians = [one for one in mail.readers if one.role is not Role.HANDLER]
    why = {
        "purpose": "Mendengar saksi dengan pendamping",
        "basis": "Contoh: Perkap Nomor 2 Tahun 2024",
        "audience": "Penyidik dan pendamping saksi",
    }
    reason = Reason(number=told.case.number, unit=asker.unit.code, **why)
    keys = [one.key.sealing_key for one in custodians]
    wish = new_wish(id_, reason, keys, asker.key.sealing_key)
    asked = Asked(key=wish.key, kept=wish.kept, reasons=dict(wish.reasons))
    text = f"{asker.unit.name} meminta identitas Anda dibuka. " + ". ".join(why.values()) + "."
    said = told.next(Direction.TO_REPORTER, text)
    opening = ask_opening(mail.ago(7), id_, by=by, asked=asked, told=said)
    for one in (custodians[0], custodians[1], custodians[-1]):
        share = open_share(told.identity, id_, one.key)
        sealed = pass_share(told.identity, id_, share, one_time_key(wish.key))
        give_share(mail.ago(6), opening.id, by=one.admitted, sealed=sealed)


def _json(said: Mapping[str, object]) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
