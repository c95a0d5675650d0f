"""Invented people apply, for tests: the whole form, and applications that have come some way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kiosk.actions.applications import Draft, begin, open_draft, save_answers, submit
from kiosk.actions.desk import Desk
from kiosk.actions.papers import Added, add_paper
from kiosk.actions.payments import read_bank_file
from kiosk.domain.applications import Application
from kiosk.domain.staff import Staff
from kiosk.scanning.uploads import ReadUpload
from tests.builders import a_photo

__all__ = [
    "ANSWERS",
    "BIRTH",
    "Applied",
    "add_photo",
    "answer_all",
    "apply",
    "bank_line",
    "begun",
    "birth_fields",
    "pay_by_bank",
]

BIRTH = date(1996, 12, 25)
ANSWERS: dict[str, dict[str, str]] = {
    "who": {"for_whom": "self"},
    "purpose": {"purpose": "1"},
    "destination": {"destination": ""},
    "name": {"name": "Ratna Wulandari"},
    "alias": {"alias": ""},
    "nik": {"nik": "9971016512960003"},
    "birth-place": {"birth_place": "Kota Contoh"},
    "sex": {"sex": "P"},
    "religion": {"religion": "islam"},
    "marriage": {"marriage": "single"},
    "occupation": {"occupation": "Karyawan swasta"},
    "address": {
        "street": "Jalan Kenanga Gang Buntu No. 12",
        "rt": "3",
        "rw": "007",
        "village": "Desa Contoh Jaya",
        "district": "Kecamatan Contoh",
        "regency": "Kabupaten Contoh",
    },
    "resident-since": {"since_birth": "yes"},
    "contact": {"contact": "sms", "phone": "0812 0000 0000"},
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
    "window": {"window": "evening"},
    "landmark": {"landmark": "Rumah hijau, depan warung"},
    "receiver": {
        "receiver": "proxy",
        "proxy_name": "Budi Contoh",
        "proxy_relation": "Kakak",
        "proxy_last4": "0001",
    },
}
"""What Ratna types, page by page."""


@dataclass(frozen=True, kw_only=True)
class Applied:
    """An application, and what its applicant keeps."""

    id: int
    code: str
    birth: date
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def birth_fields(birth: date) -> dict[str, str]:
    """A birth date as it is typed into its page."""
    return {
        "birth_date-day": str(birth.day),
        "birth_date-month": str(birth.month),
        "birth_date-year": str(birth.year),
    }


def begun(
    desk: Desk, *, birth: date = BIRTH, purpose: int = 1, helper: Staff | None = None
) -> Applied:
    """An application that has just been begun."""
    new, code = begin(
        desk, purpose=purpose, birth=birth_fields(birth), helper=helper, language="id"
    )
    return Applied(id=new.id, code=code, birth=birth)


def answer_all(desk: Desk, id_: int, **changes: Mapping[str, str]) -> Draft:
    """Answer every page that is left; `changes` by page, with _ for a hyphen in its name."""
    answers: dict[str, Mapping[str, str]] = dict(ANSWERS)
    answers |= {name.replace("_", "-"): typed for name, typed in changes.items()}
    for slug, typed in answers.items():
        if slug in {one.slug for one in open_draft(desk, id_).pages}:
            save_answers(desk, id_, slug, {**typed, "sure": "yes"}, alone=True)
    return open_draft(desk, id_)


def apply(
    desk: Desk,
    *,
    birth: date = BIRTH,
    helper: Staff | None = None,
    photo: bool = False,
    paid: bool = False,
    **changes: Mapping[str, str],
) -> Applied:
    """An application that was handed in; paid for by bank, if it is to be."""
    applied = begun(desk, birth=birth, helper=helper)
    if photo:
        add_photo(desk, applied.id)
    answer_all(desk, applied.id, **changes)
    submit(desk, applied.id)
    if paid:
        pay_by_bank(desk, applied.id)
    return applied


def add_photo(desk: Desk, id_: int) -> Added:
    """Upload a photo that needs no more reading."""
    return add_paper(
        desk,
        id_,
        "photo",
        a_photo().jpeg,
        read=lambda data, _kind: ReadUpload(pictures=(data,)),
    )


def bank_line(desk: Desk, id_: int, **changes: Any) -> str:
    """A bank's file with the one line that pays for an application."""
    with desk.register.read() as books:
        payment = books.payments.of(id_)[0]
    line = {
        "date": desk.clock().date().isoformat(),
        "reference": payment.reference,
        "amount": payment.amount,
        **changes,
    }
    return ",".join(line) + "\n" + ",".join(str(value) for value in line.values()) + "\n"


def pay_by_bank(desk: Desk, id_: int) -> Application:
    """Pay for an application at the bank; it is checked next."""
    read_bank_file(desk, bank_line(desk, id_))
    return open_draft(desk, id_).application
