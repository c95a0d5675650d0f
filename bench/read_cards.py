"""Are cards found and read in bad pictures, and is nobody taken for somebody else?

The cards and their cameras are those of tests/cards.py: a third of the pictures mild, a third
moderate, a third severe. All people are invented; every card read is then held against its own
holder, against many others, and against twins and siblings, by the rule of kiosk.domain.identities.
CPU seconds are of one thread, from the JPEG file to the sighting.

Rates are upper bounds until real cards are read: the invented ones share a face or two.
"""

import logging
import re
import secrets
import statistics
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hmac import digest
from pathlib import Path

import cv2
import numpy as np

from bench.figures import Figure, at_least, at_most, told
from kiosk.domain.identities import CardReading, Decision, Expected, Match, decide, nik_stands, vote
from kiosk.scanning.card import Sighting, look
from kiosk.scanning.layout import load_layout
from kiosk.scanning.reader import CardReader
from kiosk.scanning.worker import decode
from tests.cards import (
    CAMERAS,
    Person,
    a_printing,
    card_set,
    draw_card,
    invented_person,
    photograph_card,
    sibling_of,
    twin_of,
)
from tests.pictures import jpeg

__all__ = ["figures"]

SEED, CARDS = 2026, 240
STRANGERS, TWINS, SIBLINGS = 60, 6, 6
"""With how many others each card read is held up against."""

VOTE_SEED, VOTERS = 2027, 24
PEER_FRAMES = 10

_KEY = secrets.token_bytes(32)
_KTP = load_layout("ktp-el")


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """A picture, who is on it, and what was seen."""

    person: Person
    inside: bool
    picture: bytes
    sighting: Sighting
    seconds: float

    @property
    def reading(self) -> CardReading:
        return self.sighting.reading or CardReading(kind="ktp-el")


def figures() -> Iterator[Figure]:
    """Found, read, decided; what it costs; what three frames give; the plain way, and a peer."""
    cv2.setNumThreads(1)
    look(np.zeros((480, 640, 3), np.uint8), _KTP)
    seen = list(_all_seen())
    yield from _reading(seen)
    yield from _deciding(seen)
    yield from _cost(seen)
    yield from _voting()
    yield from _peer([one for one in seen if one.inside][:PEER_FRAMES])


def _all_seen() -> Iterator[_Seen]:
    for shot in card_set(SEED, CARDS):
        yield _seen(shot.person, jpeg(shot.frame, quality=92), inside=shot.inside)


def _seen(person: Person, picture: bytes, *, inside: bool) -> _Seen:
    began = time.thread_time()
    sighting = look(decode(picture), _KTP)
    return _Seen(
        person=person,
        inside=inside,
        picture=picture,
        sighting=sighting,
        seconds=time.thread_time() - began,
    )


def _reading(seen: Sequence[_Seen]) -> Iterator[Figure]:
    whole = [one for one in seen if one.inside]
    found = [one for one in whole if one.sighting.corners is not None]
    exact = [one for one in found if one.reading.nik == one.person.nik]
    wrong = [one for one in seen if one.reading.nik not in {"", one.person.nik}]
    name = f"seed {SEED}, {CARDS} pictures"
    yield at_least(f"Card wholly in frame: found ({name})", _share(found, whole), 98, unit="%")
    yield at_least(f"Card found: NIK exact ({name})", _share(exact, found), 98, unit="%")
    yield at_most(f"NIK offered and wrong ({name})", len(wrong), 0, unit="")
    dates = [one for one in exact if one.reading.birth == one.person.birth]
    yield told("Card found: NIK and date of birth exact", _share(dates, found), "%")
    surely = [one for one in exact if nik_stands(one.reading)]
    yield told("Card found: NIK exact, borne out by the date", _share(surely, found), "%")


def _deciding(seen: Sequence[_Seen]) -> Iterator[Figure]:
    rng = np.random.default_rng(SEED)
    found = [one for one in seen if one.inside and one.sighting.corners is not None]
    own = [_decide(one.reading, one.person) for one in found]
    refused = [one for one in own if one.match is Match.NO_MATCH]
    again = [one for one in own if one.match is Match.TRY_AGAIN]
    yield at_most("Right person: refused as another", len(refused), 0, unit="")
    yield at_most("Right person: asked to try again, one frame", _share(again, own), 8, unit="%")
    read = [one for one in seen if one.reading.nik]
    strangers = [invented_person(rng) for _ in range(STRANGERS)]
    yield from _impostors("strangers", ((one, other) for one in read for other in strangers))
    for name, count, make in (("twins", TWINS, twin_of), ("siblings", SIBLINGS, sibling_of)):
        pairs = ((one, make(one.person, rng)) for one in read for _ in range(count))
        yield from _impostors(name, pairs)


def _impostors(name: str, pairs: Iterable[tuple[_Seen, Person]]) -> Iterator[Figure]:
    decisions = [_decide(one.reading, other) for one, other in pairs if one.person != other]
    accepted = [one for one in decisions if one.match is Match.MATCH]
    turned = [one for one in decisions if one.match is Match.NO_MATCH]
    yield at_most(f"Wrong person accepted: {len(decisions)} {name}", len(accepted), 0, unit="")
    yield told(f"Wrong person told so at once: {name}", _share(turned, decisions), "%")


def _cost(seen: Sequence[_Seen]) -> Iterator[Figure]:
    seconds = [one.seconds for one in seen]
    yield at_most("One card, all steps: CPU, median", statistics.median(seconds), 0.6, unit="s")
    yield told("One card, all steps: CPU, 95th percentile", float(np.percentile(seconds, 95)), "s")
    yield told("One card, all steps: CPU, most", max(seconds), "s")
    first = []
    for one in seen[:3]:
        began = time.monotonic()
        with CardReader() as reader:
            reader.look(one.picture)
            first.append(time.monotonic() - began)
    yield at_most("First scan after start, by the wall clock", min(first), 3, unit="s")
    with CardReader() as reader:
        for one in seen[: 2 * len(CAMERAS)]:
            reader.look(one.picture)
        yield at_most("Reader's process: most memory resident", _peak_of_worker(), 400, unit="MB")


def _peak_of_worker() -> float:
    """The most memory that a worker of this process had resident, in megabytes."""
    peaks = [0.0]
    for children in Path("/proc/self/task").glob("*/children"):
        for child in children.read_text().split():
            status = Path("/proc", child, "status").read_text()
            peaks.append(int(status.partition("VmHWM:")[2].split()[0]) / 1024)
    return max(peaks)


def _voting() -> Iterator[Figure]:
    """Three severe pictures of each card: one alone, and two of three that agree."""
    alone, voted = [], []
    for number in range(VOTERS):
        rng = np.random.default_rng([VOTE_SEED, number])
        person = invented_person(rng)
        card = draw_card(person, _KTP, printing=a_printing(rng))
        camera = tuple(CAMERAS)[number % len(CAMERAS)]
        readings = []
        for _ in range(3):
            taken = photograph_card(card, rng, camera=camera, level="severe", inside=True)
            readings.append(_seen(person, jpeg(taken.frame), inside=True).reading)
        alone += [_decide(reading, person).match for reading in readings]
        voted.append(vote(readings, _expected(person), _hash_of, needed=2).match)
    name = f"seed {VOTE_SEED}, {VOTERS} cards, severe"
    yield told(f"Match by one frame ({name})", _percent(alone, Match.MATCH), "%")
    yield told(f"Match by 2 of 3 frames ({name})", _percent(voted, Match.MATCH), "%")
    refused = alone.count(Match.NO_MATCH) + voted.count(Match.NO_MATCH)
    yield at_most(f"Right person refused as another ({name})", refused, 0, unit="")


def _peer(seen: Sequence[_Seen]) -> Iterator[Figure]:
    """RapidOCR as it comes, on whole frames: detector, classifier, reader."""
    logging.disable(logging.WARNING)
    from rapidocr import RapidOCR

    engine = RapidOCR(
        params={"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": 1}
    )
    right, wrong, seconds = 0, 0, []
    for one in seen:
        frame = decode(one.picture)
        began = time.process_time()
        output = engine(frame, use_det=True, use_cls=True, use_rec=True)
        texts = getattr(output, "txts", None) or ()
        seconds.append(time.process_time() - began)
        niks = re.findall(
            r"(?<!\d)\d{16}(?!\d)", "\n".join(text.replace(" ", "") for text in texts)
        )
        right += one.person.nik in niks
        wrong += any(nik != one.person.nik for nik in niks)
    logging.disable(logging.NOTSET)
    name = f"RapidOCR on {len(seen)} whole frames"
    yield told(f"{name}: NIK exact", 100 * right / len(seen), "%")
    yield told(f"{name}: a wrong NIK", float(wrong), "")
    yield told(f"{name}: CPU, median", statistics.median(seconds), "s")


def _expected(person: Person) -> Expected:
    return Expected(
        name=person.name,
        nik_hash=_hash_of("nik", person.nik),
        birth_hash=_hash_of("birth", person.birth.isoformat()),
    )


def _decide(reading: CardReading, person: Person) -> Decision:
    return decide(reading, _expected(person), _hash_of)


def _hash_of(purpose: str, text: str) -> bytes:
    return digest(_KEY, f"{purpose} {text}".encode(), "sha256")


def _share(some: Sequence[object], of: Sequence[object]) -> float:
    return 100 * len(some) / max(1, len(of))


def _percent(matches: Sequence[Match], match: Match) -> float:
    return 100 * matches.count(match) / max(1, len(matches))
