"""The pack of the day: all that a courier's phone needs at a door without signal, and no more.

Bags that are carried or offered; where they go, and who may take them: names, and slow hashes in
place of the six digits and of the last four of a NIK. There is no NIK in it, no purpose, and
nothing of an examination. The phone seals it at once with the officer's PIN (docs/formats/pack.md);
whose signatures count on slips it takes from where everybody does (kiosk.web.public.trust).
"""

from collections.abc import Mapping
from typing import Any

from kiosk.domain.events import MOST_SKEW
from kiosk.domain.handover import MOST_MISMATCHES, MOST_VISITS, MOST_WRONG_CODES, Bag, BagStage
from kiosk.domain.staff import Role, Staff
from kiosk.storage.register import Books

from .counter import subject_of
from .desk import Desk
from .devices import find_own_device
from .filing import Cell, find_cell
from .handovers import ROUNDS, Person, expected
from .journal import write_openings
from .notices import shown_number

__all__ = ["LIFETIME", "pack_of"]

LIFETIME = 86_400
"""Seconds for which a phone keeps a pack."""

_VERSION = 1


def pack_of(desk: Desk, staff: Staff, device: bytes) -> dict[str, Any]:
    """What the courier `staff` carries today, for this phone; as JSON may hold it.

    Raises:
        Unknown, NotPermitted, NotNow: the phone is not known, not his or hers, or revoked.
    """
    known = find_own_device(desk, staff, device)
    now = int(desk.clock().timestamp())
    with desk.register.read() as books:
        away = [one for one in books.bags.with_(staff.id) if one.stage is not BagStage.MISSING]
        bags = [_line(desk, books, bag, staff) for bag in away]
        office = books.offices.get(staff.office)
    with desk.register.begin() as books:
        subjects = [subject_of(bag.application) for bag in away]
        write_openings(books, at=desk.clock(), staff=staff, role=Role.COURIER, subjects=subjects)
        books.journal.write(
            at=desk.clock(),
            staff=staff.id,
            office=staff.office,
            deed="pack-taken",
            subject=f"device {device.hex()[:8]}",
            detail=f"{len(bags)} bags",
        )
    return {
        "version": _VERSION,
        "device": device.hex(),
        "courier": {"name": staff.name, "number": staff.service_number, "office": office.name},
        "made_at": now,
        "expires_at": now + LIFETIME,
        # What the phone says after this event comes on top of the pack.
        "number": known.number,
        "rounds": ROUNDS,
        "limits": {
            "visits": MOST_VISITS,
            "mismatches": MOST_MISMATCHES,
            "codes": MOST_WRONG_CODES,
            "skew": MOST_SKEW,
        },
        "bags": bags,
    }


def _line(desk: Desk, books: Books, bag: Bag, staff: Staff) -> dict[str, Any]:
    """One bag, as its courier has to know it."""
    where: Mapping[str, Any] = find_cell(books, desk.cells, bag.application, Cell.DELIVERY) or {}
    wanted = expected(desk, books, bag)
    receivers = [_receiver("holder", wanted.holder)]
    if wanted.named is not None:
        receivers.append(_receiver("named", wanted.named))
    carried = bag.stage is BagStage.CARRIED and bag.holder == staff.id
    return {
        "bag": bag.id,
        "reference": shown_number(bag.application),
        "state": "carried" if carried else "offered",
        "name": wanted.holder.name,
        "address": ", ".join(
            str(where[name]) for name in ("street", "village", "district") if where.get(name)
        ),
        "rt": where.get("rt", ""),
        "rw": where.get("rw", ""),
        "village": where.get("village", ""),
        "landmark": where.get("landmark", ""),
        "day": bag.day,
        "window": bag.window,
        "visits": bag.visits,
        "mismatches": bag.mismatches,
        "wrong_codes": bag.wrong_codes,
        "salt": wanted.salt.hex(),
        "code": wanted.code.hex(),
        "receivers": receivers,
    }


def _receiver(who: str, person: Person) -> dict[str, str]:
    return {
        "who": who,
        "name": person.name,
        "relation": person.relation,
        "card": person.card,
        "last_four": person.last_four.hex(),
    }
