"""The phone signs what Python reads, hashes as Python does, and seals what only a PIN opens."""

import json
from pathlib import Path
from typing import Any

from kiosk.actions.handovers import ROUNDS, code_hash, last_four_hash
from signing.event import parse_event, verify_event
from signing.keys import VerifyingKey
from tests.kiosk.web.page.engines import in_node

VECTORS = json.loads(
    (Path(__file__).parents[3] / "vectors" / "event.json").read_text(encoding="utf-8")
)
SALT = bytes(range(16))


def test_an_event_is_the_same_in_python_and_in_javascript(tmp_path: Path) -> None:
    answer = in_node("judgeEvents", VECTORS, folder=tmp_path)

    assert answer["device"] == VECTORS["device"]
    assert answer["cases"] == [
        {"payload": True, "id": one["event"]["id"], "receipt": one["receipt"]}
        for one in VECTORS["cases"]
    ]
    for one in answer["made"]:
        signed = parse_event(bytes.fromhex(one["message"]))
        event = verify_event(signed, VerifyingKey(bytes.fromhex(one["point"])))
        assert (event.kind, event.number) == ("handed-over", 2)


def test_a_phone_compares_by_the_same_hashes(tmp_path: Path) -> None:
    given = [["code", "123456", SALT.hex(), ROUNDS], ["last-four", "0003", SALT.hex(), ROUNDS]]

    assert in_node("judgeHashes", given, folder=tmp_path) == [
        code_hash(SALT, "123456").hex(),
        last_four_hash(SALT, "0003").hex(),
    ]


def test_a_pack_opens_with_its_pin_on_its_phone_alone(tmp_path: Path) -> None:
    given = {"pins": ["246813", "246814"], "text": "Ratna Wulandari"}

    answer = in_node("judgeSeal", given, folder=tmp_path)

    assert answer == {"found": ["Ratna Wulandari", None, None], "hidden": True}


def test_a_round_is_the_pack_and_what_happened_since(tmp_path: Path) -> None:
    def a_bag(number: int, **changes: Any) -> dict[str, Any]:
        return {
            "bag": number,
            "reference": f"P-00000{number}",
            "state": "carried",
            "day": "2026-11-22",
            "window": "evening",
            "village": "Desa Contoh",
            "rw": "001",
            "visits": 0,
            "mismatches": 0,
            "wrong_codes": 4,
            "receivers": [{"who": "holder"}],
        } | changes

    def line(number: int, kind: str, bag: int, *body: str) -> dict[str, Any]:
        return {"number": number, "kind": kind, "bag": bag, "body": body}

    pack = {
        "number": 3,
        "bags": [
            a_bag(1, receivers=[{"who": "holder"}, {"who": "named"}]),
            a_bag(2, state="offered", window="morning"),
            a_bag(3, rw="000"),
            a_bag(4, window="midday"),
        ],
    }
    lines = [
        line(3, "handed-over", 1),  # the pack knows it already
        line(4, "wrong-code", 1),
        line(5, "mismatch", 1),
        line(6, "accepted", 2),
        line(7, "handed-over", 2),
        line(8, "in-vain", 3, "moved"),
        line(9, "given-back", 3),
        line(10, "arrived", 99),
    ]
    limits = {"codes": 5, "mismatches": 2}

    answer = in_node(
        "judgeRound", {"pack": pack, "lines": lines, "limits": limits}, folder=tmp_path
    )

    assert answer == {
        "states": [["carried", 0], ["handed-over", 0], ["given-back", 1], ["carried", 0]],
        "balance": {"taken": 4, "handedOver": 1, "broughtBack": 1, "left": 2},
        "stops": [2, 4, 3, 1],
        "tries": {"code": False, "card": True},
        # Where slip and code are lost, only the holder.
        "receivers": [["holder", "named", "letter"], ["holder"]],
        "unnamed": ["holder", "letter"],
        "slips": [True, False, False, True, False],
    }
