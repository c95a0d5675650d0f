"""Do two hundred couriers who send a day's events at once lose or double any?

Each phone has thirty events of three bags and sends them in deliveries of ten, over HTTP, all at
the same moment, to the program as it is served. Every third answer gets lost on its way, so that
its delivery is sent again. Wall-clock seconds: phones wait for the disk, too.
"""

import json
import logging
import threading
import time
from collections.abc import Iterator
from urllib.request import Request, urlopen

from waitress import create_server
from waitress.wasyncore import close_all

from bench.figures import Figure, at_most, told
from bench.office import an_office
from kiosk.actions.desk import Desk
from kiosk.actions.staff import add_office, add_staff
from kiosk.assembly import Workshop
from kiosk.cli.serving import office_of
from kiosk.domain.staff import Grant, OfficeKind, Role
from kiosk.web.app import create_app
from signing.cose import encode
from tests.couriers import GIVEN, SIGNATURE, Phone, carried_bag
from tests.postgres import start_server, stop_server

__all__ = ["figures"]

COURIERS, BAGS, DELIVERY = 200, 3, 10
EVENTS_OF_A_BAG = 10
LOST = 3
THREADS = 8
PATIENCE = 300


def figures() -> Iterator[Figure]:
    """The figures of both databases."""
    logging.getLogger("waitress").setLevel(logging.ERROR)
    with an_office() as workshop:
        yield from _synced(workshop, "SQLite")
    server = start_server(durable=True)
    try:
        with an_office(server.url(server.new_database())) as workshop:
            yield from _synced(workshop, "PostgreSQL")
    finally:
        stop_server(server)


def _synced(workshop: Workshop, kind: str) -> Iterator[Figure]:
    phones = _phones(workshop.desk)
    said = sum(len(phone.unsent) for phone in phones)
    app = create_app(office_of(workshop), desk=workshop.desk)
    server = create_server(app, host="127.0.0.1", port=0, threads=THREADS, backlog=COURIERS)
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    url = f"http://127.0.0.1:{server.effective_port}"
    began = time.perf_counter()
    senders = [threading.Thread(target=_send, args=(url, phone)) for phone in phones]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    took = time.perf_counter() - began
    sockets = server._map
    server.trigger.pull_trigger(lambda: close_all(sockets, ignore_all=True))
    serving.join(timeout=10)
    lost, doubled = _counted(workshop.desk, phones)
    yield told(f"events of {COURIERS} couriers at once, {kind}", said / took, "per s")
    yield at_most(f"events lost, of {said}, {kind}", lost, 0, unit="")
    yield at_most(f"events doubled, of {said}, {kind}", doubled, 0, unit="")


def _phones(desk: Desk) -> list[Phone]:
    """Couriers with a phone and bags each, after a day without signal."""
    unit = desk.settings.site.unit
    place = add_office(
        desk, by=None, kind=OfficeKind.POLRES, name="Polres Contoh", above=None, unit=unit
    )
    phones = []
    for number in range(COURIERS):
        courier = add_staff(
            desk,
            by=None,
            login=f"courier-{number}",
            name=f"Kurir Contoh {number}",
            office=place.id,
            grants=[Grant(role=Role.COURIER, office=place.id)],
        )
        phone = Phone(desk, courier).register()
        for bag in range(number * BAGS + 1, number * BAGS + BAGS + 1):
            carried_bag(desk, bag, office=place.id, by=courier)
            phone.say("arrived", bag)
            phone.say("wrong-code", bag)
            phone.say("in-vain", bag, ("nobody-home",))
            for _ in range(EVENTS_OF_A_BAG - 4):
                phone.say("note", bag, ("jalan putus",))
            phone.say("handed-over", bag, GIVEN, picture=SIGNATURE)
        phones.append(phone)
    return phones


def _send(url: str, phone: Phone) -> None:
    waiting = phone.sent()
    turn = 0
    while waiting:
        turn += 1
        some = waiting[:DELIVERY]
        body = encode([1, phone.id, [[one.message, one.picture] for one in some]])
        request = Request(  # noqa: S310 -- our own server, on this machine
            f"{url}/courier/sync", data=body, headers={"Sec-Fetch-Site": "same-origin"}
        )
        with urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 -- the same
            answers = json.load(answer)["answers"]
        if turn % LOST:
            ended = [one["answer"] in {"accepted", "duplicate", "review"} for one in answers]
            waiting = waiting[sum(ended) :]


def _counted(desk: Desk, phones: list[Phone]) -> tuple[int, int]:
    """How many events are not in the register, and how many count twice there."""
    lost = doubled = 0
    with desk.register.read() as books:
        for place, phone in enumerate(phones):
            said = [event.id for event, _ in phone.unsent]
            kept = [one.id for one in books.events.of_device(phone.id)]
            lost += len(set(said) - set(kept))
            doubled += len(kept) - len(set(kept))
            for bag in range(place * BAGS + 1, place * BAGS + BAGS + 1):
                counts = books.bags.get(bag)
                doubled += abs(counts.visits - 1) + abs(counts.wrong_codes - 1)
    return lost, doubled
