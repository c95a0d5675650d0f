"""A wish to open an identity is the same in the browser and in Python, down to its six words."""

from dataclasses import asdict
from pathlib import Path

from signing.opening import new_wish, one_time_key, open_kept, open_reason, words_of_wish
from signing.receipt import LISTED
from tests.kiosk.web.page.engines import in_node
from tests.signing.test_opening import ASKER, GUARDS, REASON
from tests.vectors.make_sealed import CASE


def test_each_reads_what_the_other_asks(tmp_path: Path) -> None:
    guard = GUARDS[0]
    wish = new_wish(CASE, REASON, [guard.sealing_key], ASKER.sealing_key)
    asked = {
        "list": LISTED.read_text(encoding="utf-8"),
        "seeds": {"asker": bytes(ASKER.secret).hex(), "custodian": bytes(guard.secret).hex()},
        "asker": {"kem": int(ASKER.kem)},
        "custodian": {"kem": int(guard.kem)},
        "wish": {
            "case": CASE.hex(),
            "key": wish.key.hex(),
            "kept": wish.kept.hex(),
            "reason": wish.reasons[guard.sealing_key.id].hex(),
        },
        "reason": asdict(REASON),
    }

    found = in_node("tradeWishes", asked, folder=tmp_path)

    once = one_time_key(wish.key)
    assert found["reason"] == {"v": 1} | asdict(REASON)
    assert found["same"]
    assert found["key"] == once.public.hex()
    said = words_of_wish(CASE, ASKER.sealing_key.id, once, wish.digest)
    assert found["words"] == list(said)
    # In full, or by four letters; nothing less, and in their order.
    assert found["heard"] == [True, True, False, False, False, False]
    made = {name: bytes.fromhex(value) for name, value in found["made"].items()}
    key, digest = open_kept(CASE, made["kept"], ASKER)
    assert key.sealing_key == one_time_key(made["key"])
    assert digest == made["digest"]
    assert open_reason(CASE, made["reason"], guard, key.sealing_key) == (REASON, digest)
