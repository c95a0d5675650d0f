"""What a handler's browser finds among reports, believes of a case, and where one may go."""

import json
import subprocess
from typing import Any

import pytest

from tests.kiosk.web.page.engines import PAGE
from tests.programs import program

STORY = "Petugas di loket SIM meminta uang tanpa kuitansi kepada setiap orang yang datang pagi hari"
USUAL = {
    "number": "",
    "day": "2026-09-14",
    "unit": 997100,
    "when": "ongoing",
    "where": "Loket SIM",
    "who": "",
    "story": STORY,
}
UNITS = [
    {"code": 990000, "name": "MABES", "above": 0, "outside": False},
    {"code": 997000, "name": "POLDA", "above": 990000, "outside": False},
    {"code": 997100, "name": "POLRES", "above": 997000, "outside": False},
    {"code": 997110, "name": "POLSEK", "above": 997100, "outside": False},
    {"code": 997200, "name": "POLRES LAIN", "above": 997000, "outside": False},
    {"code": 999001, "name": "KOMISI", "above": 0, "outside": True},
]
SEALED = """
  import { caseKey, digestOf, DIRECTION, newCase, sealMessage, wrapKey } from ENVELOPE;
  import { KEM, newSeed, openingKey } from HPKE;
  import { hex } from COSE;
  import { openCase, sealNote, sealReply } from THREAD;
  const own = await openingKey(KEM.x25519, newSeed());
  const key = caseKey(newCase());
  const start = await digestOf(Uint8Array.of(1));
  const messages = [];
  let previous = start;
  const counts = { 1: 0, 2: 0 };
  for (const [direction, text] of [[1, "satu"], [2, "dua"], [1, "tiga"]]) {
    const place = { direction, sequence: counts[direction]++, previous };
    const plain = new TextEncoder().encode(JSON.stringify({ v: 1, text }));
    const sealed = await sealMessage(key, place, plain);
    previous = await digestOf(sealed);
    const number = messages.length + 1;
    messages.push({ number, direction, epoch: 0, day: "2026-09-14", sealed: hex(sealed) });
  }
  const found = {
    id: hex(key.caseId), identity_digest: hex(start), messages, notes: [],
    wraps: [{ wrap: hex(await wrapKey(key, own.sealing)) }],
  };
  const brief = async (found, who = own) => {
    const { said, isWhole, nextMessage } = await openCase(found, who);
    const texts = said.map(({ content }) => content && content.text);
    return { texts, isWhole, after: nextMessage.after };
  };
"""


def in_node(script: str) -> Any:
    """What a script answers that reads the page's own modules."""
    for name, file in (
        ("ENVELOPE", "envelope.js"),
        ("HPKE", "hpke.js"),
        ("COSE", "cose.js"),
        ("THREAD", "reading-thread.js"),
        ("SEARCH", "reading-search.js"),
        ("ROUTE", "reading-route.js"),
    ):
        script = script.replace(f"from {name};", f"from {json.dumps((PAGE / file).as_uri())};")
    node = program("node", package="nodejs")
    command = [str(node), "--input-type=module", "-"]
    done = subprocess.run(
        command, input=script.encode(), check=True, capture_output=True, timeout=60
    )
    return json.loads(done.stdout)


def groups(*reports: dict[str, Any]) -> list[tuple[int, ...]]:
    """Which of these reports are alike."""
    given = [USUAL | report | {"id": str(at)} for at, report in enumerate(reports)]
    ids = json.dumps([one["id"] for one in given])
    found = in_node(
        "import { Index } from SEARCH; const index = new Index();"
        f"for (const one of {json.dumps(given)}) index.add(one);"
        f"console.log(JSON.stringify(index.groups({ids})))"
    )
    return [tuple(int(id_) for id_ in group) for group in found]


def found_by(*queries: str) -> list[list[str]]:
    """What each of these finds among three reports."""
    given = [
        USUAL | {"id": "a", "number": "K7QM3V"},
        USUAL | {"id": "b", "story": "Polisi memukul pemuda di pasar", "where": "Pasar Baru"},
        USUAL | {"id": "c", "story": "Café dibuka semalaman", "where": "", "who": "Bripka Contoh"},
    ]
    answer: list[list[str]] = in_node(
        "import { Index } from SEARCH; const index = new Index();"
        f"for (const one of {json.dumps(given)}) index.add(one);"
        f"console.log(JSON.stringify({json.dumps(queries)}.map((one) => index.find(one))))"
    )
    return answer


def test_every_word_of_a_search_has_to_begin_a_word_of_the_report() -> None:
    queries = ("loket", "PASAR pemu", "pasar loket", "cafe", "k7qm", "bripka", "ukul", "")

    assert found_by(*queries) == [["a"], ["b"], [], ["c"], ["a"], ["c"], [], ["a", "b", "c"]]


@pytest.mark.parametrize(
    "other",
    [
        {"story": STORY + " lagi", "where": "", "unit": 0, "when": "today"},
        {"story": "Setiap pagi petugas loket SIM meminta uang kepada orang yang datang"},
    ],
)
def test_the_same_story_is_alike_and_so_is_the_same_place_and_time_in_like_words(
    other: dict[str, Any],
) -> None:
    assert groups({}, other) == [(0, 1)]


def test_like_words_of_another_place_time_or_matter_are_another_report() -> None:
    like = "Setiap pagi petugas loket SIM meminta uang"

    assert groups({}, {"story": like, "where": "Pasar"}) == [(0,), (1,)]
    assert groups({}, {"story": like, "day": "2026-10-14"}) == [(0,), (1,)]
    assert groups({}, {"story": "Mobil dinas dipakai untuk mudik lebaran"}) == [(0,), (1,)]


@pytest.mark.parametrize(
    ("order", "copies"), [("jjr", [False, True, False]), ("rjj", [False, False, True])]
)
def test_who_tells_of_the_same_place_and_time_in_other_words_is_no_copy(
    order: str, copies: list[bool]
) -> None:
    stories = {
        "j": "Saya datang pagi ke loket SIM petugas meminta uang tanpa kuitansi dan saya takut",
        "r": "Pagi itu petugas di loket meminta uang dari saya. Tanpa kuitansi. Saya takut.",
    }
    given = [USUAL | {"id": str(at), "story": stories[one]} for at, one in enumerate(order)]
    found = in_node(
        "import { Index } from SEARCH; const index = new Index();"
        f"const given = {json.dumps(given)}; for (const one of given) index.add(one);"
        "const ids = given.map(({ id }) => id);"
        "console.log(JSON.stringify([index.groups(ids), ids.map((id) => index.isCopy(id))]))"
    )

    assert found == [[["0", "1", "2"]], copies]


def test_of_a_very_long_story_the_beginning_is_compared_and_every_word_found() -> None:
    same, *others = (
        " ".join(f"{letter}{number}" for number in range(count))
        for letter, count in (("a", 2000), ("b", 9000), ("c", 9000))
    )
    stories = [{"story": f"{same} {other}", "where": other[:2]} for other in others]

    assert groups(*stories) == [(0, 1)]
    last = in_node(
        "import { Index } from SEARCH; const index = new Index();"
        f"index.add({json.dumps(USUAL | stories[0] | {'id': 'a'})});"
        "console.log(JSON.stringify(index.find('b8999')))"
    )
    assert last == ["a"]


def test_a_flood_of_thousands_is_one_group_and_what_is_real_stands_beside_it() -> None:
    junk = [{"story": f"Obat kuat murah hubungi kami sekarang kode {n}"} for n in range(3000)]

    assert groups(*junk, {"story": STORY, "where": "Pasar"}) == [tuple(range(3000)), (3000,)]


def test_a_case_goes_to_no_unit_that_it_is_about_that_commands_it_or_stands_below() -> None:
    keys = [
        {"unit": one["code"], "role": 1, "validFrom": 0, "until": 0, "key": {}}
        for one in UNITS
        if one["name"] != "KOMISI"
    ]
    keys.append({"unit": 999001, "role": 1, "validFrom": 0, "until": 50, "key": {}})
    keys.append({"unit": 999001, "role": 3, "validFrom": 0, "until": 0, "key": {}})
    directory = json.dumps({"units": UNITS, "keys": keys})
    places = in_node(
        "import { placesFor } from ROUTE;"
        f"const places = placesFor({directory}, {{ accused: 997100, at: 100 }});"
        "console.log(JSON.stringify(places.map(({ name, depth, why }) => [name, depth, why])))"
    )

    assert places == [
        ["MABES", 0, ""],
        ["POLDA", 1, "superior"],
        ["POLRES", 2, "accused"],
        ["POLSEK", 3, "below"],
        ["POLRES LAIN", 2, ""],
        ["KOMISI", 0, "nobody"],
    ]


def test_messages_are_read_in_their_order_and_the_next_stands_behind_the_last() -> None:
    assert in_node(SEALED + "console.log(JSON.stringify(await brief(found)))") == {
        "texts": ["satu", "dua", "tiga"],
        "isWhole": True,
        "after": 3,
    }


def test_what_a_server_left_out_moved_or_put_in_is_noticed() -> None:
    changes = {
        "found.messages.splice(1, 1)": ["satu", None],
        "found.messages.reverse()": [None, None, None],
        "found.messages.shift()": [None, None],
        "found.messages[1].direction = 1": ["satu", None, None],
        "found.messages[2].epoch = 1": ["satu", "dua", None],
        "found.identity_digest = hex(new Uint8Array(32))": [None, "dua", "tiga"],
        "found.wraps = []": [None, None, None],
        "found.messages[2].number = 4": ["satu", "dua", "tiga"],
    }
    tries = ",".join(f"(found) => {{ {change}; return found; }}" for change in changes)
    answers = in_node(
        SEALED + f"const tries = [{tries}];"
        "const change = async (one) => brief(one(structuredClone(found)));"
        "console.log(JSON.stringify(await Promise.all(tries.map(change))))"
    )

    assert [answer["texts"] for answer in answers] == list(changes.values())
    assert not [answer for answer in answers if answer["isWhole"]]


def test_notes_have_a_key_of_their_own_that_the_first_note_brings() -> None:
    answer = in_node(
        SEALED
        + """
        const opened = await openCase(found, own);
        const first = await sealNote(opened, { text: "catatan" }, () => [{ key: own.sealing }]);
        found.wraps.push({ wrap: hex(first.wraps[0]) });
        found.notes.push({ number: 1, day: "2026-09-14", by: "00", sealed: hex(first.sealed) });
        const again = await openCase(found, own);
        const second = await sealNote(again, { text: "lagi" }, () => []);
        const isOther = hex(again.notesKey.secret) !== hex(again.caseKey.secret);
        const { text } = again.notes[0].content;
        console.log(JSON.stringify([text, second.wraps, second.after, isOther]));
        """
    )

    assert answer == ["catatan", None, 1, True]


def test_of_what_a_stranger_typed_only_what_can_be_is_taken() -> None:
    hostile = {
        "mode": "root",
        "class": {"toString": "x"},
        "urgency": "1",
        "route": None,
        "answers": {"kind": "levy", "when": 7, "where": ["x"], "who": "<b>", "unit": "997100"},
        "story": 5,
        "identity": "Ratna",
    }
    script = (
        "import { reportIn } from THREAD; const bytes = (one) => new TextEncoder().encode(one);"
        f"console.log(JSON.stringify(reportIn(bytes({json.dumps(json.dumps(hostile))}))))"
    )

    assert in_node(script) == {
        "mode": None,
        "class": "other",
        "urgency": 3,
        "route": "inquiry",
        "answers": {
            "danger": None,
            "kind": "levy",
            "duty": None,
            "when": None,
            "where": "",
            "who": "<b>",
            "unit": 0,
        },
        "story": "",
        "identity": {"name": "", "contact": ""},
    }
