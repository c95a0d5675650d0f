"""Who may do what: everybody asks for every route of those who read. And what they then get."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from kiosk.actions.cases import append, submit, take_chunk
from kiosk.actions.mailroom import Mailroom
from signing.envelope import (
    CaseKey,
    Direction,
    Place,
    Purpose,
    digest_of,
    open_message,
    seal_message,
    unwrap_key,
    wrap_key,
)
from signing.hpke import OpeningKey
from signing.quorum import open_identity, open_passed_share, open_share, parse_identity, pass_share
from tests.reading import (
    ACCUSED_HANDLER,
    COLLEAGUE,
    ELSEWHERE,
    OTHER_HANDLER,
    SPARE,
    Clock,
    Desk,
    everybody,
    publish_everybody,
    reading_app,
)
from tests.sealed_reports import EXTERNAL, HANDLER, INTERNAL, UNIT, Days, Reporter

# What asks the database nothing that the other tests do not ask it.
ON_SQLITE = pytest.mark.parametrize("register_url", ["sqlite"], indirect=True)
ONCE = OpeningKey.new()
ONCE_KEY = (bytes((ONCE.kem,)) + ONCE.sealing_key.public).hex()
SHUT = frozenset({401, 403, 404})

# Who may ask for what. A new route needs a line here: say in the review who may, and why.
EVERY_HANDLER = {"asker", "colleague", "other handler", "accused handler"}
OFFICE = {"asker", "colleague"}
CUSTODIANS = {"custodian", "second custodian", "external custodian"}
MAY = {
    "POST /reading/challenges": None,
    "POST /reading/sessions": None,
    "GET /reading/cases": EVERY_HANDLER,
    "GET /reading/cases/<case>": OFFICE,
    "GET /reading/cases/<case>/custodians": OFFICE,
    "GET /reading/cases/<case>/files/<int:number>/<int:chunk>": OFFICE,
    "POST /reading/cases/<case>/open": OFFICE,
    "POST /reading/cases/<case>/assign": OFFICE,
    "POST /reading/cases/<case>/messages": OFFICE,
    "POST /reading/cases/<case>/notes": OFFICE,
    "POST /reading/cases/<case>/close": OFFICE,
    "POST /reading/cases/<case>/route": OFFICE,
    "POST /reading/aside": OFFICE,
    "POST /reading/cases/<case>/openings": OFFICE,
    "GET /reading/openings": EVERY_HANDLER | CUSTODIANS | {"spare custodian"},
    "GET /reading/openings/<opening>": {"asker"} | CUSTODIANS,
    "POST /reading/openings/<opening>/share": CUSTODIANS,
    "POST /reading/openings/<opening>/decline": CUSTODIANS,
    "POST /reading/openings/<opening>/stop": {"asker"},
    "POST /reading/openings/<opening>/release": {"asker"},
}


@pytest.fixture
def client(mailroom: Mailroom) -> Iterator[FlaskClient]:
    """A browser before a mailroom that everybody reads in."""
    publish_everybody(mailroom)
    with reading_app(mailroom, Clock()).test_client() as found:
        yield found


@pytest.fixture
def reporter(mailroom: Mailroom, client: FlaskClient) -> Reporter:
    """Somebody who said who they are, and sent a file."""
    found = Reporter.new(b"what happened", b"Ratna Contoh", handlers=(HANDLER, COLLEAGUE))
    submit(mailroom, found.delivery)
    file = found.sealed_file(b"a photo")
    take_chunk(mailroom, found.key.case, (0, 0), found.chunk(file, 0))
    return found


@pytest.fixture
def desks(client: FlaskClient, mailroom: Mailroom) -> dict[str, Desk]:
    """Everybody at their browser. One whose key ended had signed in before."""
    ended = OpeningKey.new()
    keys = everybody()
    before = replace(keys[0], key=ended.sealing_key)
    publish_everybody(mailroom, [*keys, before])
    late = Desk.before(client, ended)
    publish_everybody(mailroom, [*keys, replace(before, until=1_790_000_001)])
    people = {
        "asker": HANDLER,
        "colleague": COLLEAGUE,
        "other handler": OTHER_HANDLER,
        "accused handler": ACCUSED_HANDLER,
        "custodian": INTERNAL[0],
        "second custodian": INTERNAL[1],
        "spare custodian": SPARE,
        "external custodian": EXTERNAL[0],
    }
    return {
        "stranger": Desk(client),
        "forger": Desk(client, "00" * 56),
        "ended key": late,
        **{name: Desk.before(client, key) for name, key in people.items()},
    }


def sealed(reporter: Reporter, text: bytes, *, sequence: int = 0, previous: bytes = b"") -> str:
    place = Place(
        direction=Direction.TO_REPORTER,
        sequence=sequence,
        previous=previous or reporter.previous,
    )
    return seal_message(reporter.key, place, text).hex()


def seen(reporter: Reporter) -> dict[str, Any]:
    """A new case as a handler has it on the screen."""
    return {"id": reporter.key.case.hex(), "state": "received", "messages": 1}


def wish(reporter: Reporter, *, after: int = 1) -> dict[str, Any]:
    """What asks for an identity."""
    return {
        "key": ONCE_KEY,
        "kept": b"kept".hex(),
        "told": {"after": after, "epoch": 0, "sealed": sealed(reporter, b"who, why, by what law")},
        "reasons": [[one.sealing_key.id.hex(), b"why".hex()] for one in (*INTERNAL, *EXTERNAL)],
    }


def told_again(reporter: Reporter, mailroom: Mailroom) -> dict[str, Any]:
    """What the reporter is told of a second wish."""
    with mailroom.archive.read() as shelves:
        last = shelves.cases.messages_of(reporter.key.case)[-1].sealed
    said = sealed(reporter, b"who, why, once more", sequence=1, previous=digest_of(last))
    return {"after": 2, "epoch": 0, "sealed": said}


def notes_key_for(reporter: Reporter, *handlers: OpeningKey) -> tuple[CaseKey, list[str]]:
    key = CaseKey.new(reporter.key.case, purpose=Purpose.NOTES)
    return key, [wrap_key(key, one.sealing_key).hex() for one in handlers]


def first_note(reporter: Reporter, key: CaseKey) -> str:
    previous = digest_of(reporter.submission.identity)
    place = Place(direction=Direction.NOTE, sequence=0, previous=previous)
    return seal_message(key, place, b"ask the hospital").hex()


def at_work(desk: Desk, reporter: Reporter) -> str:
    """Open and assign the case; its address."""
    case = f"/cases/{reporter.key.case.hex()}"
    assert desk.post(f"{case}/open", urgency=2).status_code == 200
    assert desk.post(f"{case}/assign").status_code == 200
    return case


def bodies(reporter: Reporter) -> dict[str, dict[str, Any]]:
    """What each request says, right in its shape, and done to be refused for its moment."""
    notes, wraps = notes_key_for(reporter, HANDLER, COLLEAGUE)
    said = {"after": 7, "epoch": 0, "sealed": sealed(reporter, b"answer")}
    return {
        "open": {"urgency": 2},
        "assign": {},
        "messages": said,
        "notes": {"after": 7, "sealed": first_note(reporter, notes), "wraps": wraps},
        "close": said,
        "route": {"unit": ELSEWHERE, "wraps": wraps},
        "aside": {},
        "openings": wish(reporter),
        "share": {"sealed": b"a share".hex()},
        "decline": {},
        "stop": {},
        "release": {},
    }


def test_every_route_is_for_those_it_is_for_and_for_nobody_else(
    desks: dict[str, Desk], reporter: Reporter
) -> None:
    case = at_work(desks["asker"], reporter)
    opening = desks["asker"].post(f"{case}/openings", **wish(reporter)).json or {}
    said = bodies(reporter)
    rules = {
        f"{method} {rule.rule}": rule
        for rule in desks["stranger"].client.application.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
        if rule.rule.startswith("/reading")
    }
    assert rules.keys() == MAY.keys()

    wrong = []
    for route, allowed in MAY.items():
        if allowed is None:
            continue
        method, path = route.split(" ")
        path = path.removeprefix("/reading").replace("<case>", reporter.key.case.hex())
        path = path.replace("<opening>", opening["id"])
        path = path.replace("<int:number>", "0").replace("<int:chunk>", "0")
        body = said.get(path.rsplit("/", 1)[1], {})
        if path == "/aside":
            body = {"cases": [seen(reporter)]}
        for name, desk in desks.items():
            answer = desk.get(path) if method == "GET" else desk.post(path, **body)
            # What somebody may do can still come at the wrong moment.
            if (answer.status_code not in SHUT) != (name in allowed):
                wrong.append((route, name, answer.status_code))
    assert wrong == []


@ON_SQLITE
def test_no_route_gives_anybody_what_opens_an_identity_before_it_is_released(
    desks: dict[str, Desk], reporter: Reporter
) -> None:
    case = at_work(desks["asker"], reporter)
    opening = desks["asker"].post(f"{case}/openings", **wish(reporter)).json or {}
    identity = parse_identity(reporter.submission.identity)
    own = {
        name: identity.share_of(key.sealing_key.id).sealed.hex()
        for name, key in (
            ("custodian", INTERNAL[0]),
            ("second custodian", INTERNAL[1]),
            ("external custodian", EXTERNAL[0]),
        )
    }
    secret = [identity.body.hex(), *(share.sealed.hex() for share in identity.shares)]
    paths = ["/cases", case, f"{case}/custodians", f"{case}/files/0/0", "/openings"]
    paths += [f"/openings/{opening['id']}"]

    seen = {
        name: [desk.get(path).data.decode(errors="replace") for path in paths]
        + [desk.post(f"/openings/{opening['id']}/release").data.decode()]
        for name, desk in desks.items()
    }

    for name, answers in seen.items():
        found = {part for part in secret if any(part in answer for answer in answers)}
        assert found == ({own[name]} if name in own else set()), name


@ON_SQLITE
def test_an_identity_goes_to_who_asked_for_it_after_a_quorum_and_a_wait(
    desks: dict[str, Desk], reporter: Reporter, today: Days, mailroom: Mailroom
) -> None:
    case = at_work(desks["asker"], reporter)
    opening = desks["asker"].post(f"{case}/openings", **wish(reporter)).json or {}
    where = f"/openings/{opening['id']}"
    said = None
    for name, key in (
        ("custodian", INTERNAL[0]),
        ("second custodian", INTERNAL[1]),
        ("external custodian", EXTERNAL[0]),
    ):
        shown = desks[name].get(where).json or {}
        assert (shown["reason"], shown["key"]) == (b"why".hex(), ONCE_KEY)
        envelope = parse_identity(reporter.submission.identity)
        share = open_share(envelope, reporter.key.case, key)
        passed = pass_share(envelope, reporter.key.case, share, ONCE.sealing_key)
        said = desks[name].post(f"{where}/share", sealed=passed.hex())
    assert said
    assert (said.json or {})["state"] == "waiting"
    assert desks["asker"].post(f"{where}/release").status_code == 409
    today.forward(4)

    # A custodian's answer is on the log; the colleague of who asked gets nothing.
    assert desks["colleague"].post(f"{where}/release").status_code == 404
    given = desks["asker"].post(f"{where}/release").json or {}
    again = desks["asker"].post(f"{where}/release").json

    assert given == again
    assert given["kept"] == b"kept".hex()
    envelope = parse_identity(bytes.fromhex(given["identity"]))
    shares = [
        open_passed_share(
            envelope, reporter.key.case, bytes.fromhex(reader), bytes.fromhex(share), ONCE
        )
        for reader, share in given["shares"].items()
    ]
    assert open_identity(envelope, reporter.key.case, shares) == b"Ratna Contoh"
    with mailroom.archive.read() as shelves:
        deeds = [entry.deed for entry, _digest in shelves.deeds.all()]
    assert deeds[-2:] == ["identity released", "identity fetched again"]
    # Once the case is another unit's, who asked has no business with it.
    wraps = [wrap_key(reporter.key, OTHER_HANDLER.sealing_key).hex()]
    assert desks["asker"].post(f"{case}/route", unit=ELSEWHERE, wraps=wraps).status_code == 200
    assert desks["asker"].post(f"{where}/release").status_code == 404


@ON_SQLITE
def test_a_page_of_the_inbox_brings_all_that_opens_it(
    desks: dict[str, Desk], reporter: Reporter
) -> None:
    page = desks["colleague"].get("/cases").json or {}

    (row,) = page["cases"]
    key = unwrap_key(bytes.fromhex(row["wrap"]), reporter.key.case, COLLEAGUE)
    previous = bytes.fromhex(row["identity_digest"])
    place = Place(direction=Direction.TO_OFFICE, sequence=0, previous=previous)
    assert open_message(key, place, bytes.fromhex(row["first"])) == reporter.text
    assert (row["state"], row["messages"], row["opening"], page["next"]) == (
        "received",
        1,
        None,
        None,
    )
    assert (row["received_on"], row["due_on"]) == ("2027-03-01", "2027-03-04")
    nothing: dict[str, Any] = {"cases": [], "going": [], "next": None}
    assert desks["other handler"].get("/cases").json == nothing


@ON_SQLITE
def test_a_case_is_opened_answered_noted_on_and_closed_with_a_reason(
    desks: dict[str, Desk], reporter: Reporter, mailroom: Mailroom
) -> None:
    desk, colleague = desks["asker"], desks["colleague"]
    case = at_work(desk, reporter)
    answer = sealed(reporter, b"when was that?")
    assert desk.post(f"{case}/messages", after=1, epoch=0, sealed=answer).json == {"number": 2}
    # Somebody who writes behind what they have not read is told to read it first.
    late = sealed(reporter, b"who are you?")
    assert colleague.post(f"{case}/messages", after=1, epoch=0, sealed=late).status_code == 409
    notes, wraps = notes_key_for(reporter, HANDLER, COLLEAGUE)
    note = first_note(reporter, notes)
    assert desk.post(f"{case}/notes", after=0, sealed=note).status_code == 400
    only_mine = wraps[:1]
    refused = desk.post(f"{case}/notes", after=0, sealed=note, wraps=only_mine)
    assert refused.status_code == 409
    assert desk.post(f"{case}/notes", after=0, sealed=note, wraps=wraps).json == {"number": 1}

    # A note does not come between what the two write to each other.
    append(mailroom, reporter.said(b"on Monday", after=2))
    reason = sealed(reporter, b"nothing found", sequence=1)
    closed = desk.post(f"{case}/close", after=3, epoch=0, sealed=reason)
    assert desk.post(f"{case}/close", after=3, epoch=0, sealed=reason).json == closed.json

    seen = colleague.get(case).json or {}
    assert [one["direction"] for one in seen["messages"]] == [1, 2, 1, 2]
    assert [(one["number"], one["sealed"]) for one in seen["notes"]] == [(1, note)]
    assert {one["purpose"] for one in seen["wraps"]} == {1, 2}
    assert (seen["state"], seen["due_on"]) == ("closed", None)
    assert (seen["identity_goes"], seen["case_goes"]) == ("2027-03-31", "2027-04-30")
    assert (colleague.get("/cases").json or {})["cases"] == []
    in_box = colleague.get("/cases?box=closed").json or {}
    assert [row["id"] for row in in_box["cases"]] == [reporter.key.case.hex()]


def test_a_case_goes_to_another_unit_and_is_gone_from_the_first_in_one_step(
    desks: dict[str, Desk], reporter: Reporter, mailroom: Mailroom
) -> None:
    case = at_work(desks["asker"], reporter)
    notes, wraps = notes_key_for(reporter, HANDLER, COLLEAGUE)
    desks["asker"].post(f"{case}/notes", after=0, sealed=first_note(reporter, notes), wraps=wraps)
    opening = desks["asker"].post(f"{case}/openings", **wish(reporter)).json or {}
    there = OTHER_HANDLER.sealing_key
    keys = [wrap_key(key, there).hex() for key in (reporter.key, notes)]
    # Not without the notes' key, nor for anybody besides, nor to a unit without handlers.
    too_many = [*keys, wrap_key(reporter.key, HANDLER.sealing_key).hex()]
    for unit, wrong in ((ELSEWHERE, keys[:1]), (ELSEWHERE, too_many), (999_999, keys)):
        refused = desks["asker"].post(f"{case}/route", unit=unit, wraps=wrong)
        assert refused.status_code in {400, 409}
    assert desks["asker"].get(case).status_code == 200

    routed = desks["asker"].post(f"{case}/route", unit=ELSEWHERE, wraps=keys).json or {}

    assert routed["state"] == "routed"
    for name in ("asker", "colleague"):
        assert desks[name].get(case).status_code == 404
        assert (desks[name].get("/cases").json or {})["cases"] == []
    with mailroom.archive.read() as shelves:
        left = {one.reader for one in shelves.cases.wraps_of(reporter.key.case) if not one.own}
    assert left == {there.id}
    seen = desks["other handler"].get(case).json or {}
    opened = [
        unwrap_key(bytes.fromhex(one["wrap"]), reporter.key.case, OTHER_HANDLER)
        for one in seen["wraps"]
    ]
    assert [key.secret for key in opened] == [reporter.key.secret, notes.secret]
    assert [one["state"] for one in seen["openings"]] == ["stopped"]
    assert desks["custodian"].post(f"/openings/{opening['id']}/decline").status_code == 409


@ON_SQLITE
def test_what_somebody_asked_who_left_is_given_up_once_the_case_is_wrapped_without_them(
    desks: dict[str, Desk], reporter: Reporter, mailroom: Mailroom
) -> None:
    case = at_work(desks["asker"], reporter)
    assert desks["asker"].post(f"{case}/openings", **wish(reporter)).status_code == 200
    both = [wrap_key(reporter.key, key.sealing_key).hex() for key in (HANDLER, COLLEAGUE)]
    assert desks["asker"].post(f"{case}/route", unit=UNIT, wraps=both).status_code == 200
    asked = (desks["colleague"].get(case).json or {})["openings"]
    assert [one["state"] for one in asked] == ["asked"]
    left = HANDLER.sealing_key.id
    publish_everybody(
        mailroom,
        [replace(key, until=1_790_000_001) if key.key.id == left else key for key in everybody()],
    )
    again = wish(reporter) | {"told": told_again(reporter, mailroom)}
    assert desks["colleague"].post(f"{case}/openings", **again).status_code == 409

    assert desks["colleague"].post(f"{case}/route", unit=UNIT, wraps=both[1:]).status_code == 200

    assert desks["colleague"].post(f"{case}/openings", **again).status_code == 200
    asked = (desks["colleague"].get(case).json or {})["openings"]
    assert sorted(one["state"] for one in asked) == ["asked", "stopped"]


@ON_SQLITE
def test_handlers_are_reminded_before_something_of_their_cases_goes(
    desks: dict[str, Desk], reporter: Reporter, today: Days
) -> None:
    number = reporter.key.case.hex()
    desks["asker"].post("/aside", cases=[seen(reporter)])

    def going(name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (desks[name].get("/cases").json or {})["going"]
        return found

    today.forward(15)
    assert going("colleague") == []
    today.forward(1)
    (soon,) = going("colleague")
    assert (soon["id"], soon["identity_goes"], soon["case_goes"]) == (
        number,
        "2027-03-31",
        "2027-04-30",
    )
    assert going("other handler") == []
    today.forward(30)
    assert len(going("colleague")) == 1


@ON_SQLITE
def test_what_looks_like_junk_is_set_aside_unless_it_changed_since_it_was_seen(
    desks: dict[str, Desk], reporter: Reporter, mailroom: Mailroom
) -> None:
    others = [Reporter.new(seed=seed, handlers=(HANDLER, COLLEAGUE)) for seed in (2, 3)]
    for one in others:
        submit(mailroom, one.delivery)
    on_screen = [seen(one) for one in (reporter, *others)]
    strange = seen(reporter) | {"id": bytes(16).hex()}

    mixed = desks["asker"].post("/aside", cases=[*on_screen, strange])
    assert mixed.status_code == 404
    assert len((desks["asker"].get("/cases").json or {})["cases"]) == 3
    append(mailroom, others[0].said(b"he is at my door now", after=1))
    desks["colleague"].post(f"/cases/{on_screen[2]['id']}/open", urgency=2)
    stay = sorted(one["id"] for one in on_screen[1:])
    assert desks["asker"].post("/aside", cases=on_screen).json == {"stay": stay}

    waiting = (desks["asker"].get("/cases").json or {})["cases"]
    assert sorted(one["id"] for one in waiting) == stay
    again = [{name: one[name] for name in ("id", "state", "messages")} for one in waiting]
    assert desks["asker"].post("/aside", cases=again).json == {"stay": []}
    append(mailroom, reporter.said(b"it is no junk", after=1))
    (back,) = (desks["asker"].get("/cases").json or {})["cases"]
    assert (back["id"], back["state"]) == (seen(reporter)["id"], "reopened")
    assert len((desks["asker"].get("/cases?box=set-aside").json or {})["cases"]) == 2


def test_the_pages_of_an_inbox_bring_every_case_once(
    desks: dict[str, Desk], mailroom: Mailroom
) -> None:
    sent = [Reporter.new(seed=seed, handlers=(HANDLER, COLLEAGUE)) for seed in range(10, 63)]
    for number, one in enumerate(sent):
        submit(mailroom, one.delivery_with(urgency=1 + number % 3))

    first = desks["asker"].get("/cases").json or {}
    second = desks["asker"].get(f"/cases?after={first['next']}").json or {}

    rows = first["cases"] + second["cases"]
    assert (len(first["cases"]), second["next"]) == (50, None)
    assert {row["id"] for row in rows} == {one.key.case.hex() for one in sent}
    assert [row["urgency"] for row in rows] == sorted(row["urgency"] for row in rows)


@ON_SQLITE
@pytest.mark.parametrize(
    "address",
    ["/cases?box=gone", "/cases?after=00", "/cases?after=01" + "00" * 10, "/cases/zz", "/cases/00"],
)
def test_what_is_no_address_is_refused(desks: dict[str, Desk], address: str) -> None:
    assert desks["asker"].get(address).status_code in {400, 404}


@ON_SQLITE
def test_who_is_a_custodian_and_no_handler_is_told_so(
    desks: dict[str, Desk], reporter: Reporter
) -> None:
    answer = desks["custodian"].get(f"/cases/{reporter.key.case.hex()}")

    assert (answer.status_code, (answer.json or {})["code"]) == (403, "not-permitted")
    assert answer.mimetype == "application/problem+json"
