"""Every case of the vectors is judged as written there, and no edited token is ever genuine."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.keys import VerifyingKey
from signing.sheet import payload_of_sheet
from signing.token import sign_token
from signing.trust import KeyUse, TrustedKey
from tests.builders import BASE_URL, DAY, ISSUED, NOW, a_certificate, a_key, a_sheet, a_trust
from verifier.status import carried_trust
from verifier.token import SKEW, check_token
from verifier.verdict import Outcome

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "token.json").read_text(encoding="utf-8")
)
CARRIED = carried_trust(
    bytes.fromhex(VECTORS["bundle"]),
    {int(number): bytes.fromhex(data) for number, data in VECTORS["status_lists"].items()},
    VerifyingKey(bytes.fromhex(VECTORS["root_point"])),
)
TRUST = a_trust()
TEXT = a_certificate().token
PAYLOAD = payload_of_sheet(a_sheet(), bytes(16))


@pytest.mark.parametrize("case", VECTORS["cases"], ids=[case["name"] for case in VECTORS["cases"]])
def test_a_case_is_judged_as_the_vectors_say(case: dict[str, Any]) -> None:
    verdict = check_token(case["text"], CARRIED, now=case["now"])

    found = verdict.certificate
    assert str(verdict.outcome) == case["outcome"]
    assert [finding.code for finding in verdict.findings] == case["findings"]
    assert verdict.findings[-1].code == case["decided_by"]
    assert (found is None) == (case["certificate"] is None)
    if found:
        assert case["certificate"] == {
            "number": found.number,
            "name": found.name,
            "birth_year": found.birth_year,
            "nik_code": found.nik_code,
            "unit": found.unit,
            "issued_on": found.issued_on.isoformat(),
            "valid_until": found.valid_until.isoformat(),
            "purpose": list(found.purpose),
            "result": found.result,
        }


# The codes of docs/formats/token.md, "Checks", but for those of a browser.
CODES = {
    1: {"readable", "not-our-code", "malformed"},
    2: {"host", "other-host"},
    3: {"bundle", "clock-behind", "bundle-expired"},
    4: {"known-key", "unknown-key", "bundle-older"},
    5: {"signature-holds", "signature"},
    6: {"key-allowed", "key-withdrawn", "key-unit", "key-period", "unknown-unit"},
    7: {"clock", "clock-behind"},
    8: {"not-withdrawn", "withdrawn", "suspended", "status-missing"},
    9: {"not-expired", "expired"},
    10: {"status-fresh", "status-old"},
}


def test_the_vectors_know_every_outcome_and_every_finding() -> None:
    outcomes = {case["outcome"] for case in VECTORS["cases"]}
    codes = {code for case in VECTORS["cases"] for code in case["findings"]}

    assert outcomes == {str(outcome) for outcome in Outcome} - {"other-issuer"}
    assert codes == set().union(*CODES.values())


@pytest.mark.parametrize("case", VECTORS["cases"], ids=[case["name"] for case in VECTORS["cases"]])
def test_a_finding_bears_the_number_of_its_check(case: dict[str, Any]) -> None:
    for finding in check_token(case["text"], CARRIED, now=case["now"]).findings:
        assert finding.code in CODES[finding.number]


# --- the limits of time and trust, to the second


@pytest.mark.parametrize(
    ("changes", "at", "outcome"),
    [
        pytest.param({}, ISSUED - SKEW, Outcome.GENUINE, id="clock behind as far as it may be"),
        pytest.param({}, ISSUED - SKEW - 1, Outcome.CANNOT_CHECK, id="clock further behind"),
        pytest.param({}, ISSUED + DAY // 2, Outcome.GENUINE, id="list as old as it may be"),
        pytest.param({}, ISSUED + DAY // 2 + 1, Outcome.GENUINE_AS_OF, id="list older"),
        pytest.param({"sign_from": ISSUED}, NOW, Outcome.GENUINE, id="first second of a key"),
        pytest.param({"sign_from": ISSUED + 1}, NOW, Outcome.NOT_GENUINE, id="before it"),
        pytest.param({"sign_until": ISSUED + 1}, NOW, Outcome.GENUINE, id="last second of a key"),
        pytest.param({"sign_until": ISSUED}, NOW, Outcome.NOT_GENUINE, id="after it"),
        pytest.param({"withdrawn_at": 1}, NOW, Outcome.WITHDRAWN, id="key withdrawn long ago"),
        pytest.param({"withdrawn_at": NOW + DAY}, NOW, Outcome.WITHDRAWN, id="key withdrawn later"),
        pytest.param({"use": KeyUse.STATUS}, NOW, Outcome.CANNOT_CHECK, id="a key for lists"),
        pytest.param({"use": KeyUse.POSTER}, NOW, Outcome.CANNOT_CHECK, id="a key for posters"),
        pytest.param({"units": (1, 2)}, NOW, Outcome.NOT_GENUINE, id="a key of other units"),
    ],
)
def test_a_limit_is_kept_to_the_second(changes: dict[str, Any], at: int, outcome: Outcome) -> None:
    trust = a_trust(**changes)
    # A list that does not confirm the bundle: then an unknown key may be a newer one.
    if "use" in changes:
        trust = replace(trust, lists={})

    assert check_token(TEXT, trust, now=at).outcome is outcome


def test_every_key_that_bears_the_id_is_tried() -> None:
    class SameName(TrustedKey):
        """A key whose id is that of the office's, as one in four thousand millions is."""

        key_id = TRUST.bundle.keys[0].key_id

    namesake = SameName(
        point=a_key(77).point, use=KeyUse.CERTIFICATE, sign_from=0, sign_until=ISSUED
    )
    trust = a_trust(bundle={"keys": (namesake, *TRUST.bundle.keys)})

    assert check_token(TEXT, trust, now=NOW).outcome is Outcome.GENUINE


def test_the_name_of_a_key_alone_does_not_help_a_stranger() -> None:
    forged = sign_token(a_key(98), PAYLOAD, base_url=BASE_URL)

    assert check_token(forged, TRUST, now=NOW).outcome is Outcome.NOT_GENUINE


def test_a_verdict_says_as_of_when_it_knows_of_withdrawals() -> None:
    assert check_token(TEXT, TRUST, now=NOW).as_of == ISSUED
    assert check_token(TEXT, replace(TRUST, lists={}), now=NOW).as_of is None


# --- edits


def edited(text: str, numbers: Iterator[int]) -> str:
    """`text` with one to three letters changed, left out, put in, doubled or swapped."""
    letters = list(text)
    for _ in range(1 + next(numbers) % 3):
        at = next(numbers) % len(letters)
        digit = str(next(numbers) % 10)
        match next(numbers) % 8:
            case 0:
                del letters[at]
            case 1:
                letters.insert(at, digit)
            case 2:
                letters.insert(at, letters[at])
            case 3 if at + 1 < len(letters):
                letters[at], letters[at + 1] = letters[at + 1], letters[at]
            case 4:
                letters[at] = chr(32 + next(numbers) % 0x230)
            case _:
                letters[at] = digit
    return "".join(letters)


# Edits that leave the digits as they are change at most where the code leads, which is warned of.
HARMLESS = {"other-host", "host"}


def test_of_a_hundred_thousand_edits_none_is_genuine() -> None:
    numbers = iter(np.random.default_rng(7).integers(0, 1 << 31, 1_600_000).tolist())
    digits = TEXT.partition("#")[2]
    outcomes: Counter[Outcome] = Counter()
    for _ in range(100_000):
        text = edited(TEXT, numbers)
        verdict = check_token(text, TRUST, now=NOW)
        outcomes[verdict.outcome] += 1
        if verdict.outcome is Outcome.GENUINE:
            assert re.sub(".*[/#]", "", text) == digits
            assert text == TEXT or verdict.findings[1].code in HARMLESS
        else:
            assert verdict.outcome in {Outcome.NOT_GENUINE, Outcome.CANNOT_CHECK}
            assert verdict.certificate is None

    assert outcomes[Outcome.NOT_GENUINE] > 80_000


def test_an_edit_of_the_host_is_warned_of() -> None:
    verdict = check_token(TEXT.replace("skck.", "skek."), TRUST, now=NOW)

    assert verdict.outcome is Outcome.GENUINE
    assert verdict.findings[1].code == "other-host"
    assert verdict.findings[1].values == {"host": "skek.polres-contoh.example"}


@settings(max_examples=1000)
@given(
    st.text(max_size=700)
    | st.text("0123456789", max_size=600)
    | st.from_regex(r"https?://.*#[0-9]*")
)
def test_any_text_is_judged_and_not_genuine(text: str) -> None:
    verdict = check_token(text, TRUST, now=NOW)

    assert verdict.outcome in {Outcome.NOT_GENUINE, Outcome.CANNOT_CHECK}
