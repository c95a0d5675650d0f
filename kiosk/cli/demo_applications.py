"""The invented applications of `segel demo`: one in each state, brought there by the staff's deeds.

Nothing is written behind the program's back: every application was begun, handed in, paid, checked
and so on by the actions that the screens call, some of them a week ago by the clock.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from kiosk.actions import counter, custody, handovers, incidents, printing, ratings
from kiosk.actions.applications import begin, open_draft, save_answers, submit
from kiosk.actions.appointments import free_times_of, make_appointment
from kiosk.actions.badges import make_badge
from kiosk.actions.custody import Deed, change_bag
from kiosk.actions.desk import Desk
from kiosk.actions.papers import add_paper
from kiosk.actions.payments import read_bank_file
from kiosk.domain.applications import FIELDS_TO_CHECK, Found
from kiosk.domain.handover import (
    Given,
    InVain,
    Proof,
    Receiver,
    WhyOpened,
    visit_in_vain,
)
from kiosk.domain.staff import Staff
from kiosk.scanning.uploads import ReadUpload

from .demo_people import DemoAccount

__all__ = ["DemoApplication", "demo_applications", "told_applications"]

# The examination of these was promised to be over by now.
AGO = timedelta(days=10)
_FIRST_SHEET = "09 - 0986501"
_SHEETS = "60"
_FIRST_BAG = 4201
_ANSWERS: Mapping[str, Mapping[str, str]] = {
    "who": {"for_whom": "self"},
    "purpose": {"purpose": "1"},
    "destination": {"destination": ""},
    "alias": {"alias": ""},
    "birth-place": {"birth_place": "Kota Contoh"},
    "religion": {"religion": "islam"},
    "marriage": {"marriage": "single"},
    "occupation": {"occupation": "Karyawan swasta"},
    "resident-since": {"since_birth": "yes"},
    "contact": {"contact": "none", "phone": ""},
    "father": {"father_name": "Joko Contoh", "father_occupation": "Petani"},
    "mother": {"mother_name": "Sri Contoh", "mother_occupation": ""},
    "education": {"school": "SMA Contoh", "school_year": "2014"},
    "traits": {"height": "158", "weight": "52", "hair": "", "face": "", "skin": "", "marks": ""},
    "cases": {"cases": "no"},
    "running": {"running": "no"},
    "violations": {"violations": "no"},
    "fingerprints": {"fingerprints": "no"},
    "paper-photo": {"paper-photo": "bring"},
    "paper-ktp": {"paper-ktp": "bring"},
    "paper-kk": {"paper-kk": "bring"},
    "paper-birth": {"paper-birth": "bring"},
    "paper-jkn": {"paper-jkn": "bring"},
    "need": {"need": "none"},
    "receiving": {"receiving": "deliver"},
    "window": {"window": "afternoon"},
    "landmark": {"landmark": "Rumah hijau, depan warung"},
    "receiver": {"receiver": "self"},
}


@dataclass(frozen=True, kw_only=True)
class DemoApplication:
    """An application of the demo: what it shows, and by what its applicant opens it."""

    id: int
    name: str
    shows: str
    code: str
    birth: date


@dataclass(frozen=True, kw_only=True)
class _Story:
    """Somebody invented, and how far the application came. Nobody: province 99 does not exist."""

    shows: str
    name: str
    nik: str
    birth: date
    rw: str = "007"
    until: str
    old: bool = True
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


_AT_DOORS = ("carried", "nobody home", "handed over", "not received")
# Stories that end with an unusual answer of a desk.
_ENDS = {("sent back", "paid"), ("to come", "paid"), ("record", "checked")}
_COLLECT = {"receiving": {"receiving": "collect"}}
_STORIES = (
    _Story(shows="begun, not handed in", name="Ayu Contoh", nik="9971016703990001",
           birth=date(1999, 3, 27), until="begun", old=False),
    _Story(shows="to be paid", name="Beni Contoh", nik="9971010506980002",
           birth=date(1998, 6, 5), until="handed in", old=False),
    _Story(shows="papers are being checked", name="Citra Contoh", nik="9971014911000003",
           birth=date(2000, 11, 9), until="paid", old=False),
    _Story(shows="sent back, to be put right", name="Dodi Contoh", nik="9971012208930004",
           birth=date(1993, 8, 22), until="sent back", old=False),
    _Story(shows="to come for fingerprints, at a time that was chosen", name="Sinta Contoh",
           nik="9971014604990017", birth=date(1999, 4, 6), until="to come", old=False),
    _Story(shows="being examined", name="Eka Contoh", nik="9971015401950005",
           birth=date(1995, 1, 14), until="checked", old=False),
    _Story(shows="being examined; a record waits for a second person", name="Fajar Contoh",
           nik="9971010302890006", birth=date(1989, 2, 3), until="record", old=False),
    _Story(shows="being examined; to be approved", name="Gita Contoh", nik="9971016909970007",
           birth=date(1997, 9, 29), until="examined", old=False),
    _Story(shows="being examined; to be printed", name="Hadi Contoh", nik="9971011712910008",
           birth=date(1991, 12, 17), until="approved", old=False),
    _Story(shows="to be sealed into a bag", name="Intan Contoh", nik="9971014404960009",
           birth=date(1996, 4, 4), until="signed"),
    _Story(shows="ready at the counter", name="Jaka Contoh", nik="9971013007940010",
           birth=date(1994, 7, 30), until="signed", answers=_COLLECT),
    _Story(shows="in its bag, waiting for a courier", name="Kartika Contoh",
           nik="9971015910980011", birth=date(1998, 10, 19), rw="004", until="sealed"),
    _Story(shows="on its way", name="Lukman Contoh", nik="9971010808920012",
           birth=date(1992, 8, 8), until="carried"),
    _Story(shows="on its way, by a proxy to be received", name="Melati Contoh",
           nik="9971016306010013", birth=date(2001, 6, 23), until="carried",
           answers={"receiver": {"receiver": "proxy", "proxy_name": "Nadia Contoh",
                                 "proxy_relation": "Kakak", "proxy_last4": "0099"}}),
    _Story(shows="nobody was at home; a second visit comes", name="Oki Contoh",
           nik="9971011411900014", birth=date(1990, 11, 14), rw="004", until="nobody home"),
    _Story(shows="its bag was damaged: to be made anew", name="Tegar Contoh",
           nik="9971011910870018", birth=date(1987, 10, 19), until="damaged"),
    _Story(shows="handed over at the door", name="Putri Contoh", nik="9971015205970015",
           birth=date(1997, 5, 12), until="handed over"),
    _Story(shows="said to be never received: suspended", name="Rudi Contoh",
           nik="9971012609880016", birth=date(1988, 9, 26), until="not received"),
)  # fmt: skip
"""From the first answer to the last dispute."""


def demo_applications(
    desk: Desk, accounts: list[DemoAccount], portrait: Callable[[str], bytes]
) -> list[DemoApplication]:
    """Add the applications to a register that has the demo's accounts and nothing else."""
    long_ago = desk.clock() - AGO
    then = replace(desk, clock=lambda: long_ago)
    staff = {account.login: account.staff for account in accounts}
    polres = staff["made"].office
    printing.receive_sheets(then, staff["made"], polres, first=_FIRST_SHEET, count=_SHEETS)
    make_badge(desk, staff["dewi"], staff["bambang"].id)
    # What is older stands first in the journal.
    order = sorted(_STORIES, key=lambda story: not story.old)
    told = {
        story.name: _tell(then if story.old else desk, staff, story, portrait) for story in order
    }
    for story in _STORIES:
        # Sealed today, so that the day on which it is brought is still to come.
        if story.until in {"sealed", "damaged", *_AT_DOORS}:
            _seal(desk, staff, told[story.name].id)
        if story.until == "damaged":
            bag = _FIRST_BAG + told[story.name].id
            custody.open_bag(desk, staff["made"], bag, WhyOpened.DAMAGED)
        if story.until in _AT_DOORS:
            _deliver(desk, staff, story, told[story.name].id)
    return [told[story.name] for story in _STORIES]


def told_applications(desk: Desk, applied: list[DemoApplication]) -> str:
    """The list of applications to be printed: by what each is opened, and what it shows."""
    lines = "\n".join(
        f"  {one.id:>3}  {one.code}  {one.birth:%d-%m-%Y}  {one.name:<15} {one.shows}"
        for one in applied
    )
    return f"""
Follow an application at {desk.settings.site.url}/apply/open with its code and birth date:

{lines}
"""


def _tell(
    desk: Desk, staff: Mapping[str, Staff], story: _Story, portrait: Callable[[str], bytes]
) -> DemoApplication:
    """An application, brought as far as the desks of the office bring it."""
    birth = {
        "birth_date-day": str(story.birth.day),
        "birth_date-month": str(story.birth.month),
        "birth_date-year": str(story.birth.year),
    }
    new, code = begin(desk, purpose=1, birth=birth, helper=None, language="id")
    told = DemoApplication(
        id=new.id, name=story.name, shows=story.shows, code=code, birth=story.birth
    )
    if story.until != "begun":
        _hand_in(desk, story, told.id, portrait)
        _work(desk, staff, story, told.id)
    return told


def _hand_in(desk: Desk, story: _Story, id_: int, portrait: Callable[[str], bytes]) -> None:
    picture = portrait(story.name)
    # Drawn here a moment ago: it needs no reader in a process of its own.
    add_paper(desk, id_, "photo", picture, read=lambda data, _: ReadUpload(pictures=(data,)))
    answers = {
        **_ANSWERS,
        "name": {"name": story.name},
        "nik": {"nik": story.nik},
        "sex": {"sex": "P" if int(story.nik[6]) >= 4 else "L"},
        "address": {
            "street": "Jalan Kenanga Nomor 12",
            "rt": "3",
            "rw": story.rw,
            "village": "Desa Contoh Jaya",
            "district": "Kecamatan Contoh",
            "regency": "Kabupaten Contoh",
        },
        **story.answers,
    }
    for slug, typed in answers.items():
        if slug in {one.slug for one in open_draft(desk, id_).pages}:
            save_answers(desk, id_, slug, {**typed, "sure": "yes"}, alone=True)
    submit(desk, id_)


def _work(desk: Desk, staff: Mapping[str, Staff], story: _Story, id_: int) -> None:
    """Every desk does its part, until the story ends."""
    found = Found.RECORD if story.until == "record" else Found.NOTHING
    deeds: list[tuple[str, Callable[[], object]]] = [
        ("handed in", lambda: _pay(desk, id_)),
        ("paid", lambda: _check(desk, staff["sari"], story, id_)),
        ("checked", lambda: _examine(desk, staff["ujang"], id_, found)),
        ("examined", lambda: counter.approve(desk, staff["siti"], id_)),
        ("approved", lambda: _print(desk, staff["made"], id_)),
        ("printed", lambda: counter.sign(desk, staff["siti"], id_)),
    ]
    for step, deed in deeds:
        if story.until == step:
            return
        deed()
        if (story.until, step) in _ENDS:
            return


def _pay(desk: Desk, id_: int) -> None:
    with desk.register.read() as books:
        payment = books.payments.of(id_)[0]
    day = desk.clock().date().isoformat()
    read_bank_file(desk, f"date,reference,amount\n{day},{payment.reference},{payment.amount}\n")


def _check(desk: Desk, staff: Staff, story: _Story, id_: int) -> None:
    if story.until == "sent back":
        counter.send_back(desk, staff, id_, reasons={"name": "differs"}, remark="")
        return
    counter.check_papers(
        desk,
        staff,
        id_,
        ticked=FIELDS_TO_CHECK,
        identity_seen=True,
        fingerprints_on_file=story.until != "to come",
    )
    if story.until == "to come":
        first = free_times_of(desk, id_)[0]
        make_appointment(desk, id_, day=first.day, time=first.time)


def _examine(desk: Desk, staff: Staff, id_: int, found: Found) -> None:
    text = "Putusan contoh nomor 1 tahun 2015" if found is Found.RECORD else ""
    counter.examine(desk, staff, id_, found=found, text=text)


def _print(desk: Desk, staff: Staff, id_: int) -> None:
    serial = printing.pile_of(desk, staff, staff.office).next_serial
    printing.want_print(desk, staff, id_, serial=serial)
    printing.tend(desk)
    printing.mark_good(desk, staff, id_)


def _seal(desk: Desk, staff: Mapping[str, Staff], id_: int) -> None:
    counter.propose_seal(desk, staff["made"], id_, bag=str(_FIRST_BAG + id_))
    counter.confirm_seal(desk, staff["yusuf"], id_)


def _deliver(desk: Desk, staff: Mapping[str, Staff], story: _Story, application: int) -> None:
    """The courier takes the bag, and whatever the story tells comes of it."""
    bag, courier = _FIRST_BAG + application, staff["bambang"]
    custody.offer(desk, staff["made"], bag, to=courier.id)
    custody.accept(desk, courier, bag)
    if story.until == "carried":
        return
    with desk.register.begin() as books:
        carried = books.bags.get(bag)
        deed = Deed(name="delivered", by=courier.id, office=courier.office)
        if story.until == "nobody home":
            after = visit_in_vain(carried, by=courier.id, why=InVain.NOBODY_HOME)
            change_bag(desk, books, carried, after, replace(deed, name="in-vain"))
            return
        given = Given(
            receiver=Receiver.HOLDER,
            proofs=frozenset({Proof.CODE, Proof.CARD_TYPED}),
            witness="Pak RT Contoh",
        )
        at = int(desk.clock().timestamp())
        handovers.take(desk, books, carried, given, drawn=b"", deed=deed, at=at)
    if story.until == "not received":
        incidents.complain(desk, application, "Saya di rumah seharian, tidak ada yang datang.")
    else:
        typed = {"stars": "5", "polite": "yes", "money": "no", "said": "Cepat dan ramah."}
        ratings.rate(desk, application, typed)
